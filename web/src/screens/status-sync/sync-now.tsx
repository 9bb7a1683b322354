import { Loader } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../lib/api.ts";
import { formatCount, plural } from "../../lib/format.ts";
import { ActionButton } from "../../ui/index.ts";
import { runQuery, type SyncRun } from "../channels/data.ts";
import { useMayManage } from "../channels/may.ts";
import { type ChannelSync, overviewQuery, syncWords, whyNotRunning } from "./data.ts";
import classes from "./status-sync.module.css";

interface Begun {
  readonly kind: string;
  readonly syncRunId: string | null;
  readonly refused: string | null;
}

/** Asks a channel for all its statuses now, and follows what was begun to its end. */
export function useSyncNow(channel: ChannelSync) {
  const client = useQueryClient();
  const mayNot = useMayManage();
  const notNow = mayNot ?? whyNotRunning(channel);
  const [begun, setBegun] = useState<readonly Begun[]>([]);
  const followed = useQueries({
    queries: begun.flatMap(({ syncRunId }) => (syncRunId === null ? [] : [runQuery(syncRunId)])),
  });
  const runs = followed.flatMap(({ data }) => data ?? []);
  const running = runs.filter((run) => run.state === "RUNNING").length;
  const ended = runs.length > 0 && running === 0;
  useEffect(() => {
    if (ended) void client.invalidateQueries({ queryKey: overviewQuery.queryKey });
  }, [ended, client]);
  const start = async () => {
    const { runs: asked } = await api.post<{ runs: readonly Begun[] }>(
      `/api/v1/channels/${channel.channelId}/sync-statuses`,
    );
    setBegun(asked);
    await client.invalidateQueries({ queryKey: overviewQuery.queryKey });
  };
  const button = (
    <ActionButton label="Sync statuses now" icon={IconRefresh} onClick={start} busy={running > 0} notNow={notNow} />
  );
  const progress = begun.length === 0 ? null : <Progress begun={begun} runs={runs} />;
  return { button, progress };
}

const ends: Readonly<Record<SyncRun["state"], string>> = {
  RUNNING: "being asked",
  DONE: "done",
  PARTIAL: "done in part",
  FAILED: "failed",
  REFUSED: "did not run",
};

/** What was begun, kind by kind, in words. */
function Progress({ begun, runs }: { begun: readonly Begun[]; runs: readonly SyncRun[] }) {
  return (
    <ul className={classes.progress} role="status">
      {begun.map(({ kind, syncRunId, refused }) => {
        const run = runs.find((each) => each.syncRunId === syncRunId);
        const bad = refused !== null || run?.state === "FAILED" || run?.state === "REFUSED";
        return (
          <li key={kind} data-tone={bad ? "failed" : run?.state === "PARTIAL" ? "attention" : undefined}>
            {run?.state === "RUNNING" && <Loader size={11} />}
            <span>
              {syncWords[kind] ?? kind}:{" "}
              {refused ??
                (run === undefined ? (syncRunId === null ? "one is under way already" : "being asked") : wordsOf(run))}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function wordsOf(run: SyncRun): string {
  const read = run.okCount === 0 ? "nothing new" : `${plural(run.okCount, "order")} heard of`;
  const failed = run.failedCount === 0 ? "" : `, ${formatCount(run.failedCount)} not understood`;
  const said = run.message === null ? "" : `. ${run.message}`;
  return `${ends[run.state]}${run.state === "RUNNING" && run.okCount === 0 ? "" : `, ${read}${failed}`}${said}`;
}
