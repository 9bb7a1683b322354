import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Section } from "../../ui/index.ts";
import { Actions, Body } from "./channel-block.tsx";
import { overviewQuery } from "./data.ts";

/** On the Channel Summary: how late this channel's words were, what waits, what was adopted. Nothing reported: nothing shown. */
export function StatusSyncOf({ channelId }: { channelId: string }) {
  const { data } = useQuery(overviewQuery);
  const channel = data?.channels.find((each) => each.channelId === channelId);
  if (data === undefined || channel === undefined) return null;
  return (
    <Section
      title="Status sync"
      line={
        <>
          What is processed on {channel.sourceLabel}’s own panel becomes so here.{" "}
          <Link to="/status-sync">All channels</Link>
        </>
      }
      actions={<Actions channel={channel} />}
    >
      <Body channel={channel} hours={data.measuredHours} asOf={data.asOf} />
    </Section>
  );
}
