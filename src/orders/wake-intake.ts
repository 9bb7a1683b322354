import type { Tx } from "../platform/db.ts";
import { enqueueAll } from "../platform/jobs.ts";
import { retryIntakeJob } from "./jobs.ts";
import { causesWaitedFor } from "./receive.store.ts";

/**
 * Causes that kept orders waiting are gone: those orders are tried again, in a job that begins with this transaction.
 * Any number of causes at once; those that nothing waits for cost nothing.
 */
export async function wakeIntake(tx: Tx, causes: readonly string[]): Promise<void> {
  if (causes.length === 0) return;
  const waitedFor = await causesWaitedFor(tx, causes);
  await enqueueAll(
    tx,
    retryIntakeJob,
    waitedFor.map((cause) => ({ cause })),
  );
}
