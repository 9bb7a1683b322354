import { useNow } from "../../lib/clock.ts";
import { Instant, StateChip, type StateTable } from "../../ui/index.ts";
import { SyncSwitch } from "./controls.tsx";
import { type ChannelSync, type StatusSync, syncWords } from "./data.ts";
import classes from "./status-sync.module.css";

const states: StateTable = {
  OK: { word: "On", tone: "done" },
  RUNNING: { word: "Running", tone: "working" },
  FAILED: { word: "Failing", tone: "failed" },
  OFF: { word: "Off", tone: "waiting" },
  BLOCKED: { word: "Not running", tone: "attention" },
};

/** Each sync of the channel: is it on, how often it runs, when it ran and runs next, what it last said. */
export function SyncTimes({ channel }: { channel: ChannelSync }) {
  return (
    <ul className={classes.syncs}>
      {channel.syncs.map((sync) => (
        <li key={sync.kind}>
          <div className={classes.syncHead}>
            <strong>{syncWords[sync.kind] ?? sync.kind}</strong>
            {sync.state !== "OK" && <StateChip state={sync.state} table={states} />}
            {sync.canSyncNow && (
              <SyncSwitch channel={channel} kind={sync.kind} on={sync.on} label={syncWords[sync.kind] ?? sync.kind} />
            )}
          </div>
          <div className={classes.small}>
            <Times sync={sync} />
          </div>
          {sync.message !== null && (
            <div className={classes.said} data-tone={sync.state === "FAILED" ? "failed" : undefined}>
              {sync.message}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function Times({ sync }: { sync: StatusSync }) {
  const now = useNow(5_000);
  const soon = sync.nextRunAt !== null && Date.parse(sync.nextRunAt) <= now + 45_000;
  return (
    <>
      {sync.schedule ?? "pushed by the channel"} · last {sync.canSyncNow ? "" : "order "}
      {sync.lastSuccessAt === null ? "never" : <Instant at={sync.lastSuccessAt} />}
      {sync.nextRunAt !== null && <> · next {soon ? "any moment" : <Instant at={sync.nextRunAt} />}</>}
    </>
  );
}
