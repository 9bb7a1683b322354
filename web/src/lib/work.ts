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
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly results?: readonly WorkResult[];
  readonly downloadUrl?: string | null;
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

/** One piece of work with its results, followed until it ends. */
export const workQuery = (id: string) =>
  queryOptions({
    queryKey: ["work", id],
    queryFn: ({ signal }) => api.get<Work>(`/api/v1/work/${id}`, {}, signal),
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
