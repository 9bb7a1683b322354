import { Link } from "@tanstack/react-router";
import type { ChannelHealth } from "../../lib/board.ts";
import { formatSpan } from "../../lib/format.ts";
import { Section, type Tone } from "../../ui/index.ts";
import { toneMark } from "../../ui/tone.ts";
import classes from "./home.module.css";

const tones: Readonly<Record<ChannelHealth["state"], Tone>> = {
  OK: "done",
  LAGGING: "attention",
  BROKEN: "failed",
  OFF: "waiting",
};
// What is worst stands first.
const rank: readonly ChannelHealth["state"][] = ["BROKEN", "LAGGING", "OK", "OFF"];
const kinds: Readonly<Record<string, string>> = {
  ORDERS: "orders",
  PENDENCY: "under review",
  INVENTORY: "stock",
  CATALOG: "listings",
  STATUS_CANCELLED: "cancelled",
  STATUS_DELIVERED: "delivered, returned",
  NOTIFICATIONS: "notifications",
  DISPATCH: "dispatch",
};

/** How far behind each channel is, sync by sync. */
export function SyncLag({ channels }: { channels: readonly ChannelHealth[] | undefined }) {
  const sorted = channels?.toSorted((a, b) => rank.indexOf(a.state) - rank.indexOf(b.state));
  return (
    <Section title="Sync lag" actions={<Link to="/status-sync">Status sync</Link>}>
      {sorted?.length === 0 && (
        <p className={classes.none}>
          No channel yet. <Link to="/settings/channels">Add one under Settings &gt; Channels.</Link>
        </p>
      )}
      <ul className={classes.list}>
        {sorted?.map((channel) => (
          <li key={channel.channelId}>
            <Link to={`/settings/channels/${channel.channelId}`} className={classes.channel}>
              <span className={classes.line} data-bare>
                <span className={classes.dot} style={{ background: toneMark(tones[channel.state]) }} aria-hidden />
                <span className={classes.name}>{channel.code}</span>
                <span className={classes.words} data-bad={channel.state === "LAGGING" || undefined}>
                  {channel.message}
                </span>
              </span>
              {channel.lags.length > 0 && (
                <span className={classes.lags}>
                  {channel.lags.map((lag) => (
                    <span
                      key={lag.kind}
                      data-behind={(lag.maxSeconds !== null && lag.seconds > lag.maxSeconds) || undefined}
                    >
                      {kinds[lag.kind] ?? lag.kind.toLowerCase()} {formatSpan(lag.seconds * 1_000)}
                    </span>
                  ))}
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
