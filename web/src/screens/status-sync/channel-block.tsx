import { Collapse } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useNow } from "../../lib/clock.ts";
import { StateChip } from "../../ui/index.ts";
import { channelStates } from "../shared/states.ts";
import { ChannelFacts } from "./channel-facts.tsx";
import { Pace } from "./controls.tsx";
import { type ChannelSync, healthOf, listed, whyNotRunning } from "./data.ts";
import { Feeds } from "./feeds.tsx";
import { LagBar, LagHours } from "./lag-bar.tsx";
import classes from "./status-sync.module.css";
import { useSyncNow } from "./sync-now.tsx";
import { SyncTimes } from "./sync-times.tsx";

interface BlockProps {
  readonly channel: ChannelSync;
  readonly hours: number;
  readonly asOf: string;
}

/** One channel: how it is asked, how late its words were, what waits and why, what was adopted, what is short. */
export function ChannelBlock({ channel, hours, asOf }: BlockProps) {
  const now = useNow(15_000);
  const notRunning = whyNotRunning(channel);
  return (
    <section className={classes.channel} data-health={healthOf(channel, now)} aria-label={channel.code}>
      <header className={classes.channelHead}>
        <div className={classes.channelWords}>
          <h2 className={classes.channelName}>
            <Link to={`/settings/channels/${channel.channelId}`}>{channel.name}</Link>
            {channel.state !== "CONNECTED" && <StateChip state={channel.state} table={channelStates} />}
          </h2>
          {notRunning !== null && (
            <div className={classes.said} data-tone={channel.state === "BROKEN" ? "failed" : undefined}>
              {notRunning} <Link to={`/settings/channels/${channel.channelId}`}>To its page</Link>
            </div>
          )}
          <p className={classes.small}>{reportsWords(channel)}</p>
        </div>
        <Actions channel={channel} />
      </header>
      <Body channel={channel} hours={hours} asOf={asOf} />
    </section>
  );
}

/** The same without its name: on the Channel Summary, where the name stands above. */
export function Body({ channel, hours, asOf }: BlockProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <div className={classes.columns}>
        <div>
          <h3 className={classes.label}>How late Cancelled and Dispatched were</h3>
          <LagBar lag={channel.lag} ceilingSeconds={channel.ceilingSeconds} hours={hours} />
          <LagHours channel={channel} hours={hours} asOf={asOf} />
        </div>
        <div>
          <h3 className={classes.label}>Asked for</h3>
          <SyncTimes channel={channel} />
          {channel.syncs.some((sync) => sync.feeds.length > 0) && (
            <button type="button" className={classes.more} aria-expanded={open} onClick={() => setOpen(!open)}>
              How far each list was read <IconChevronDown size={14} data-open={open || undefined} />
            </button>
          )}
        </div>
        <div>
          <ChannelFacts channel={channel} hours={hours} />
        </div>
      </div>
      <Collapse expanded={open} keepMounted={false} transitionDuration={120}>
        <Feeds channel={channel} />
      </Collapse>
    </>
  );
}

/** "Does not report Returned. Only what the channel ships is synced." */
function reportsWords(channel: ChannelSync): string {
  const { doesNotReport, channelShippedAlone, sourceLabel } = channel;
  const silent =
    doesNotReport.length === 0
      ? `${sourceLabel} reports all four words.`
      : `${sourceLabel} does not report ${listed(doesNotReport, "or")}.`;
  return channelShippedAlone ? `${silent} Only orders that it ships itself are synced.` : silent;
}

/** How often it is asked, and Sync now with its progress. */
export function Actions({ channel }: { channel: ChannelSync }) {
  const { button, progress } = useSyncNow(channel);
  return (
    <div className={classes.actions}>
      <div className={classes.buttons}>
        <Pace channel={channel} />
        {button}
      </div>
      {progress}
    </div>
  );
}
