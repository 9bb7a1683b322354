import type { TenantId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import { JobRegistry } from "../../src/platform/jobs.ts";
import { startWorker } from "../../src/platform/worker.ts";
import type { TestDatabase } from "./database.ts";
import { waitFor } from "./wait.ts";

export interface FinishedWork {
  readonly state: string;
  readonly message: string | null;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly rows: readonly {
    row: number;
    outcome: string;
    code: string | null;
    record: string | null;
    message: string | null;
  }[];
}

/** Works on jobs of these kinds until the work is over, and tells what became of each of its rows. */
export async function runWork(
  t: TestDatabase,
  tenantId: TenantId,
  workId: string,
  register: (registry: JobRegistry) => void,
): Promise<FinishedWork> {
  const registry = new JobRegistry();
  register(registry);
  const worker = await startWorker({
    connectionString: t.connectionString,
    concurrency: 1,
    services: t.services,
    registry,
    observe: () => undefined,
  });
  try {
    return await waitFor(
      "the work is over",
      async () => {
        const work = await t.db.read(tenantId, (tx) =>
          tx.first(sql<Omit<FinishedWork, "rows">>`
          select state, message, total, done, failed from godown.work where work_id = ${workId} and finished_at is not null`),
        );
        if (work === undefined) return undefined;
        const rows = await t.db.read(tenantId, (tx) =>
          tx.run(sql<FinishedWork["rows"][number]>`
          select row_no as row, outcome, code, record_code as record, message from godown.work_result where work_id = ${workId} order by row_no`),
        );
        return { ...work, rows };
      },
      55_000,
    );
  } finally {
    await worker.stop();
  }
}
