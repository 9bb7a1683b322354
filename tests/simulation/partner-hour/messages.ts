/** What the simulation and its worker say to each other. */
export type ToWorker =
  /** The clock's new time; what is due is started, as each minute. */
  | { readonly kind: "minute"; readonly now: string }
  /** Tell the memory's peak since the last time. */
  | { readonly kind: "memory" }
  | { readonly kind: "stop" };

export type ToParent =
  | { readonly kind: "ready" }
  | { readonly kind: "done" }
  | { readonly kind: "memory"; readonly memory: Memory };

export interface Memory {
  /** The most that the process had, by the operating system's count. */
  readonly peakRssBytes: number;
  /** What is left after garbage was collected. */
  readonly liveHeapBytes: number;
}
