import { queryOptions } from "@tanstack/react-query";
import { api } from "./api.ts";

/** One queue of the board: how many wait, since when the oldest does, and by when the first is due. */
export interface Queue {
  readonly key: string;
  readonly count: number;
  readonly oldestAt: string | null;
  readonly dueBy: string | null;
  /** How many are past their deadline. */
  readonly late: number;
  /** The list behind the number. */
  readonly link: { readonly path: string; readonly search: Readonly<Record<string, string>> };
}

/** Orders received and orders that left in one hour. */
export interface Hour {
  /** Where the hour begins. */
  readonly at: string;
  readonly received: number;
  readonly dispatched: number;
}

/** Something an operator must know now. */
export interface BoardAlarm {
  readonly kind: string;
  readonly severity: "WARNING" | "CRITICAL";
  readonly message: string;
  readonly whatToDo: string;
  readonly recordType: string;
  readonly recordId: string;
  readonly raisedAt: string;
}

export interface Board {
  readonly queues: readonly Queue[];
  readonly hours: readonly Hour[];
  readonly channels: readonly ChannelHealth[];
  /** The gravest first. */
  readonly alarms: readonly BoardAlarm[];
  /** Channels whose parcels are ready but on no closed manifest. */
  readonly handOver: readonly {
    readonly channelId: string;
    readonly name: string;
    readonly text: string;
    readonly oldestAt: string;
    readonly link: { readonly path: string; readonly search: Readonly<Record<string, string>> };
  }[];
  readonly awbsLow: readonly {
    readonly providerId: string;
    readonly code: string;
    readonly name: string;
    readonly left: number;
    readonly lowMark: number;
  }[];
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
  /** How far each sync is behind; `maxSeconds` is its ceiling, null where it has none. */
  readonly lags: readonly { readonly kind: string; readonly seconds: number; readonly maxSeconds: number | null }[];
}

/** `GET /api/v1/sync-health`. */
export const syncHealthQuery = queryOptions({
  queryKey: ["sync-health"],
  queryFn: ({ signal }) =>
    api.get<{ channels: readonly ChannelHealth[]; asOf: string }>("/api/v1/sync-health", {}, signal),
  refetchInterval: 20_000,
});
