import { useQuery } from "@tanstack/react-query";
import { useNow } from "../../lib/clock.ts";
import { plural } from "../../lib/format.ts";
import { useSlow } from "../../lib/use-slow.ts";
import { Empty, Refusal, StatCard, StatRow } from "../../ui/index.ts";
import { ChannelBlock } from "./channel-block.tsx";
import { type ChannelSync, formatLag, type Health, healthOf, isLate, overviewQuery } from "./data.ts";
import classes from "./status-sync.module.css";

// What is worst stands first; channels that are equal keep the server's order.
const rank: readonly Health[] = ["failed", "attention", "well", "off"];

/** All channels that report statuses: four figures over all of them, then each with what it is asked and what came of it. */
export function OverviewTab() {
  const { data, error, isPending } = useQuery(overviewQuery);
  const now = useNow(15_000);
  const slow = useSlow(isPending);
  if (data === undefined)
    return error === null ? <Bones slow={slow} /> : <Refusal error={error} title="The status sync could not be read" />;
  if (data.channels.length === 0)
    return (
      <Empty
        title="No channel reports statuses yet"
        cause="Channels are shown here once they are connected, if their marketplace tells what was cancelled, dispatched, delivered or returned on its side."
      />
    );
  const sorted = data.channels.toSorted((a, b) => rank.indexOf(healthOf(a, now)) - rank.indexOf(healthOf(b, now)));
  return (
    <>
      <div className={classes.figures}>
        <Figures channels={data.channels} hours={data.measuredHours} now={now} />
      </div>
      <div className={classes.channels}>
        {sorted.map((channel) => (
          <ChannelBlock key={channel.channelId} channel={channel} hours={data.measuredHours} asOf={data.asOf} />
        ))}
      </div>
    </>
  );
}

function Figures({ channels, hours, now }: { channels: readonly ChannelSync[]; hours: number; now: number }) {
  const measured = channels.filter((channel) => channel.lag !== null);
  const slowest = measured.toSorted((a, b) => (b.lag?.maxSeconds ?? 0) - (a.lag?.maxSeconds ?? 0))[0];
  const late = channels.filter(isLate).length;
  const waiting = channels.reduce((sum, channel) => sum + channel.backlog.count, 0);
  const oldest = channels.flatMap((channel) => channel.backlog.oldestAt ?? []).toSorted()[0];
  const adopted = channels.reduce((sum, channel) => sum + channel.adoptedToday, 0);
  const inDoubt = channels.filter((channel) => channel.openDoubts > 0);
  const doubts = inDoubt.reduce((sum, channel) => sum + channel.openDoubts, 0);
  const shortages = channels.reduce((sum, channel) => sum + channel.openShortages, 0);
  return (
    <StatRow>
      <StatCard
        label={`Slowest Cancelled or Dispatched, ${hours} h`}
        value={slowest?.lag ? formatLag(slowest.lag.maxSeconds) : null}
        tone={slowest === undefined ? undefined : late > 0 ? "failed" : "done"}
        detail={
          slowest === undefined
            ? "nothing to measure yet"
            : late > 0
              ? `${plural(late, "channel")} past the ceiling`
              : `${slowest.code}; the ceiling is ${formatLag(slowest.ceilingSeconds)}`
        }
      />
      <StatCard
        label="Words that wait"
        value={waiting}
        tone="attention"
        detail={
          oldest === undefined ? "each was applied" : `the oldest for ${formatLag((now - Date.parse(oldest)) / 1_000)}`
        }
        to="/status-sync"
        search={{ view: "words", tab: "WAITING" }}
      />
      <StatCard
        label="Adopted from panels today"
        value={adopted}
        detail={
          doubts === 0 ? "none left for a person" : `${plural(doubts, "doubt waits", "doubts wait")} for a person`
        }
        to={doubts === 0 ? "/status-sync" : "/exceptions"}
        search={
          doubts === 0
            ? { view: "words", tab: "ADOPTED" }
            : { channel: inDoubt.map((channel) => channel.code).join(",") }
        }
      />
      <StatCard
        label="Shortages open"
        value={shortages}
        tone="attention"
        detail={shortages === 0 ? "the books agree" : "units that left without stock"}
        to="/status-sync"
        search={{ view: "shortages", "s-tab": "OPEN" }}
      />
    </StatRow>
  );
}

function Bones({ slow }: { slow: boolean }) {
  return (
    <div aria-busy="true">
      {slow && <p>The status sync has been asked for 10 s ago and is not here yet. It is shown as soon as it comes.</p>}
      <div className={classes.bones} aria-hidden>
        {[72, 190, 190, 190].map((height, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: bars without a meaning of their own
          <span key={i} style={{ height }} />
        ))}
      </div>
    </div>
  );
}
