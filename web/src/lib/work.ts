import { queryOptions } from "@tanstack/react-query";
import { api } from "./api.ts";

export type WorkState = "QUEUED" | "RUNNING" | "DONE" | "PARTIAL" | "FAILED";

/** Work that outlives the click that started it: imports, bulk invoices, exports. */
export interface Work {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly state: WorkState;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** What it says of itself: why it stopped, say. */
  readonly message?: string | null;
  readonly createdAt?: string;
  readonly finishedAt: string | null;
  /** It made a file: `/api/v1/work/<id>/document`. */
  readonly hasDocument?: boolean;
  readonly results?: readonly WorkResult[];
}

export interface WorkResult {
  readonly record: string;
  readonly outcome: string;
  readonly message: string;
}

export const isRunning = (work: Pick<Work, "state">): boolean => work.state === "QUEUED" || work.state === "RUNNING";

/** The list behind the tray: looked at every second while something runs, every 20 s otherwise. */
export const workListQuery = queryOptions({
  queryKey: ["work"],
  queryFn: ({ signal }) => api.get<{ rows: readonly Work[] }>("/api/v1/work", { limit: 20 }, signal),
  refetchInterval: (query) => (query.state.data?.rows.some(isRunning) === true ? 1_000 : 20_000),
});

interface ResultPage {
  readonly rows: readonly {
    readonly rowNo: number;
    readonly recordCode: string | null;
    readonly outcome: string;
    readonly message: string | null;
  }[];
  readonly nextAfter: number | null;
}
// More than this nobody reads on a screen; the download has every row.
const resultPagesMax = 3;

/** What became of each record. Where some failed, those are read: they are what a person looks for. */
async function readResults(work: Work, signal: AbortSignal): Promise<readonly WorkResult[]> {
  const results: WorkResult[] = [];
  let after: number | null = 0;
  for (let pages = 0; after !== null && pages < resultPagesMax; pages += 1) {
    const page: ResultPage = await api.get<ResultPage>(
      `/api/v1/work/${work.id}/results`,
      { after, limit: 200, outcome: work.failed > 0 && work.total > 200 ? "FAILED" : undefined },
      signal,
    );
    for (const row of page.rows)
      results.push({
        record: row.recordCode ?? `Row ${row.rowNo}`,
        outcome: row.outcome,
        message: row.message ?? "",
      });
    after = page.nextAfter;
  }
  return results;
}

/** One piece of work with its results, followed until it ends. */
export const workQuery = (id: string) =>
  queryOptions({
    queryKey: ["work", id],
    queryFn: async ({ signal }): Promise<Work> => {
      const work = await api.get<Work>(`/api/v1/work/${id}`, {}, signal);
      return isRunning(work) ? work : { ...work, results: await readResults(work, signal) };
    },
    refetchInterval: (query) => (query.state.data === undefined || isRunning(query.state.data) ? 800 : false),
  });

const listeners = new Set<(workId: string) => void>();

/** Says that work was started: the tray opens and follows it. */
export function announceWork(workId: string): void {
  for (const listener of listeners) listener(workId);
}

export function onWorkAnnounced(listener: (workId: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
