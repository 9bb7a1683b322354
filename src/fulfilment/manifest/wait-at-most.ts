import { setTimeout as pause } from "node:timers/promises";

/** A person has waited long enough; the work goes on without them. */
export const STILL_AT_WORK = Symbol("still at work");

/**
 * Waits for work so long at most. What takes longer is not given up: it goes on in this process.
 * @param onLateFailure told what the work threw after the wait, when nobody else listens any more
 */
export async function waitAtMost<T>(
  work: Promise<T>,
  limitMs: number,
  onLateFailure: (error: unknown) => void,
): Promise<T | typeof STILL_AT_WORK> {
  const timer = new AbortController();
  const limit = pause(limitMs, STILL_AT_WORK, { signal: timer.signal, ref: false });
  let late = false;
  work.catch((error) => {
    if (late) onLateFailure(error);
  });
  try {
    const first = await Promise.race([work, limit]);
    late = first === STILL_AT_WORK;
    return first;
  } finally {
    timer.abort();
  }
}
