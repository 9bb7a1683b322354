import { queryOptions } from "@tanstack/react-query";
import { api } from "./api.ts";

/** One queue of the board: how many wait, since when the oldest does, and by when the first is due. */
export interface Queue {
  readonly key: string;
  readonly count: number;
  readonly oldestAt: string | null;
  readonly dueBy: string | null;
  /** How many are past their deadline. */
  readonly late?: number;
}
export interface Board {
  readonly queues: readonly Queue[];
  readonly asOf: string;
}

/** `GET /api/v1/board?facilityId=`: the queues of Home, and the counts beside the rail's entries. */
export const boardQuery = (facilityId: string | null) =>
  queryOptions({
    queryKey: ["board", facilityId],
    queryFn: ({ signal }) => api.get<Board>("/api/v1/board", { facilityId }, signal),
    refetchInterval: 10_000,
  });

/** How one channel keeps up. */
export interface ChannelHealth {
  readonly channelId: string;
  readonly code: string;
  readonly state: "OK" | "LAGGING" | "BROKEN" | "OFF";
  /** "Orders 40 s behind", "Stock refused since 10:02: token expired". */
  readonly message: string;
}

/** `GET /api/v1/sync-health`. */
export const syncHealthQuery = queryOptions({
  queryKey: ["sync-health"],
  queryFn: ({ signal }) =>
    api.get<{ channels: readonly ChannelHealth[]; asOf: string }>("/api/v1/sync-health", {}, signal),
  refetchInterval: 20_000,
});
