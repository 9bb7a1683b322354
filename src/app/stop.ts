import type { Log } from "../platform/log.ts";

const STOP_MAX_MS = 30_000; // what is not finished then is taken up by others: jobs are handed out again, callers repeat

/**
 * Starts something and keeps it running until SIGINT, SIGTERM or the loss of the database; then stops it in order, with
 * a limit. A second signal ends the process at once.
 * @returns the exit code: 0 stopped in order, 1 not
 */
export async function untilStopped(
  log: Log,
  start: (lost: (reason: string) => void) => Promise<{ stop(): Promise<unknown> }>,
): Promise<number> {
  let end: (cause: { words: string; code: number }) => void = () => undefined;
  const ended = new Promise<{ words: string; code: number }>((resolve) => {
    end = resolve;
  });
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    signals += 1;
    if (signals > 1) process.exit(130);
    end({ words: signal, code: 0 });
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    const started = await start((reason) => end({ words: `the database is lost: ${reason}`, code: 1 }));
    const { words, code } = await ended;
    log.info({ cause: words }, "stopping: requests and jobs are finished first; a second signal ends at once");
    const inTime = await within(STOP_MAX_MS, started.stop());
    if (!inTime) log.warn(`not everything was finished within ${STOP_MAX_MS / 1000} s; others take it up`);
    log.info({ outcome: inTime ? "stopped" : "cut" }, "stopped");
    return inTime ? code : 1;
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

async function within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  try {
    return await Promise.race([work.then(() => true), limit]);
  } finally {
    clearTimeout(timer);
  }
}
