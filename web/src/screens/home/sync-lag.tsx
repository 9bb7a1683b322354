import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ChannelHealth, syncHealthQuery } from "../../lib/board.ts";
import { AsOf, Refusal, Section, type Tone } from "../../ui/index.ts";
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

/** How far behind each channel is. */
export function SyncLag() {
  const { data, error, refetch } = useQuery(syncHealthQuery);
  const channels = data?.channels.toSorted((a, b) => rank.indexOf(a.state) - rank.indexOf(b.state));
  return (
    <Section title="Sync" actions={<AsOf at={data?.asOf} error={error} onRetry={refetch} />}>
      {channels === undefined && error !== null && (
        <Refusal error={error} title="The lag of channels could not be read" />
      )}
      {channels?.length === 0 && (
        <p className={classes.none}>
          No channel yet. <Link to="/settings/channels">Add one under Settings &gt; Channels.</Link>
        </p>
      )}
      <ul className={classes.list}>
        {channels?.map((channel) => (
          <li key={channel.channelId}>
            <Link to={`/settings/channels/${channel.channelId}`} className={classes.line}>
              <span className={classes.dot} style={{ background: toneMark(tones[channel.state]) }} aria-hidden />
              <span className={classes.name}>{channel.code}</span>
              <span className={classes.words}>{channel.message}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
