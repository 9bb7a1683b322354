import { queryOptions } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import { formatSpan } from "../../lib/format.ts";

/** What `GET /api/v1/status-sync` says of the lag of words, in seconds from the change there to the change here. */
export interface Lag {
  readonly count: number;
  readonly p50Seconds: number;
  readonly p95Seconds: number;
  readonly maxSeconds: number;
}

export interface LagHour {
  readonly at: string;
  readonly count: number;
  readonly p95Seconds: number;
  readonly maxSeconds: number;
}

export interface Feed {
  readonly name: string;
  readonly tells: readonly string[];
  readonly everyMinutes: number | null;
  readonly through: string | null;
  readonly askedAt: string | null;
  readonly okAt: string | null;
  readonly failed: string | null;
}

export interface StatusSync {
  readonly kind: string;
  readonly on: boolean;
  /** False of orders that the channel sends by itself: nothing here runs them, nothing switches them. */
  readonly canSyncNow: boolean;
  readonly state: "OK" | "RUNNING" | "FAILED" | "OFF" | "BLOCKED";
  readonly everyMinutes: number | null;
  readonly schedule: string | null;
  readonly lastAttemptAt: string | null;
  readonly lastSuccessAt: string | null;
  readonly nextRunAt: string | null;
  readonly message: string | null;
  readonly lagMaxSeconds: number;
  readonly feeds: readonly Feed[];
}

export interface WaitReason {
  /** Null: it has just been heard. */
  readonly code: string | null;
  readonly count: number;
  readonly oldestAt: string;
  readonly message: string | null;
  readonly whatToDo: string | null;
  readonly channelOrderId: string;
  readonly saleOrderId: string | null;
}

export interface Reread {
  readonly day: string;
  readonly state: string;
  readonly asked: number;
  readonly corrected: number;
  readonly failed: number;
  readonly message: string | null;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

export interface ChannelSync {
  readonly channelId: string;
  readonly code: string;
  readonly name: string;
  readonly state: string;
  /** Why nothing is asked of it, of a broken channel. */
  readonly brokenReason: string | null;
  readonly source: string;
  readonly sourceLabel: string;
  readonly wishedMinutes: number | null;
  readonly doesNotReport: readonly string[];
  readonly channelShippedAlone: boolean;
  readonly readsById: boolean;
  readonly syncs: readonly StatusSync[];
  readonly lag: Lag | null;
  readonly lagHourly: Lag | null;
  readonly lagHours: readonly LagHour[];
  readonly ceilingSeconds: number;
  readonly backlog: {
    readonly count: number;
    readonly oldestAt: string | null;
    readonly reasons: readonly WaitReason[];
  };
  readonly adoptedToday: number;
  /** All that wait for a person now, those of earlier days too. */
  readonly openDoubts: number;
  readonly lastAdoption: {
    readonly at: string;
    readonly saleOrderId: string;
    readonly orderCode: string;
    readonly status: string;
  } | null;
  readonly openShortages: number;
  readonly reread: Reread | null;
}

export interface Overview {
  readonly channels: readonly ChannelSync[];
  readonly measuredHours: number;
  readonly asOf: string;
}

export const overviewQuery = queryOptions({
  queryKey: ["status-sync"],
  queryFn: ({ signal }) => api.get<Overview>("/api/v1/status-sync", {}, signal),
  refetchInterval: 5_000,
});

/** A row of `GET /api/v1/status-sync/words`. */
export interface Word {
  readonly channelWordId: string;
  readonly channelId: string;
  readonly channelCode: string;
  readonly saleOrderId: string | null;
  readonly orderCode: string | null;
  readonly channelOrderId: string;
  readonly line: string;
  readonly status: string;
  /** 0: all units of the line. */
  readonly quantity: number;
  readonly raw: string;
  readonly via: "FEED" | "READ" | "ORDERS" | "REREAD" | "PERSON";
  readonly changedAt: string | null;
  readonly heardAt: string;
  readonly settledAt: string | null;
  readonly lagSeconds: number | null;
  /** DOUBT waits for a person; DECIDED did. */
  readonly outcome: "WAITING" | "ADOPTED" | "APPLIED" | "KNOWN" | "DOUBT" | "DECIDED" | "NOT_SYNCED";
  readonly code: string | null;
  readonly message: string | null;
  readonly whatToDo: string | null;
  /** The facility that lacks what a waiting word waits for. */
  readonly facilityId: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
}

/** A row of `GET /api/v1/stock-shortages`. */
export interface Shortage {
  readonly stockShortageId: string;
  readonly state: "OPEN" | "SETTLED" | "WRITTEN_OFF";
  readonly at: string;
  readonly facilityId: string;
  readonly facility: string;
  readonly channelId: string;
  readonly channel: string;
  readonly skuId: string;
  readonly sku: string;
  readonly name: string;
  readonly saleOrderId: string;
  readonly order: string;
  readonly unit: string;
  readonly shippingPackageId: string;
  readonly package: string;
  readonly free: number;
  readonly endedAt: string | null;
  readonly endedBy: string | null;
  readonly reason: string | null;
  readonly allowed: readonly string[];
}

/** The words of a marketplace, as people say them. */
export const statusWords: Readonly<Record<string, string>> = {
  CANCELLED: "Cancelled",
  DISPATCHED: "Dispatched",
  DELIVERED: "Delivered",
  RETURNED: "Returned",
  RTO: "RTO",
  CIR: "Customer return",
};

export const syncWords: Readonly<Record<string, string>> = {
  ORDERS: "New orders",
  STATUS_CANCELLED: "Cancelled, Dispatched",
  STATUS_DELIVERED: "Delivered, Returned",
};

export const viaWords: Readonly<Record<Word["via"], string>> = {
  FEED: "a list of changes",
  READ: "asking for its order",
  ORDERS: "the order itself",
  REREAD: "the daily reading of all orders",
  PERSON: "a person’s Sync now",
};

/** "Dispatched and Delivered": words of a marketplace in a row. Pure. */
export function listed(statuses: readonly string[], last = "and"): string {
  const words = statuses.map((status) => statusWords[status] ?? status);
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

const MINUTE = 60;
/** "41 s", "1 min 20 s", "3 h 5 min": seconds matter below ten minutes. Pure. */
export function formatLag(seconds: number): string {
  if (seconds < MINUTE) return `${Math.round(seconds)} s`;
  const rest = Math.round(seconds % MINUTE);
  if (seconds >= 10 * MINUTE || rest === 0) return formatSpan(seconds * 1_000);
  return `${Math.floor(seconds / MINUTE)} min ${rest} s`;
}

/** Why a channel is not asked for anything now, and what to do; null: it is. Pure. */
export function whyNotRunning({ code, state, brokenReason }: Pick<ChannelSync, "code" | "state" | "brokenReason">) {
  if (state === "CONNECTED") return null;
  if (state === "DISABLED") return `${code} is switched off. Switch it on again on its page.`;
  if (brokenReason === null) return `${code} is not connected. Press Connect on its page.`;
  return `${code} is broken: ${brokenReason}${/[.!?]$/.test(brokenReason) ? "" : "."} Press Connect on its page.`;
}

export type Health = "failed" | "attention" | "well" | "off";

/** How a channel's status sync stands: the worst that is so. Pure. */
export function healthOf(channel: ChannelSync, nowMs: number): Health {
  const statuses = channel.syncs.filter((sync) => sync.kind !== "ORDERS");
  if (channel.state === "DISABLED" || (statuses.length > 0 && statuses.every((sync) => sync.state === "OFF")))
    return "off";
  if (channel.syncs.some((sync) => sync.state === "FAILED" || sync.state === "BLOCKED") || isLate(channel))
    return "failed";
  const { oldestAt } = channel.backlog;
  const waitsLong = oldestAt !== null && nowMs - Date.parse(oldestAt) > channel.ceilingSeconds * 1_000;
  return waitsLong || channel.openShortages > 0 ? "attention" : "well";
}

export const isLate = ({ lag, ceilingSeconds }: Pick<ChannelSync, "lag" | "ceilingSeconds">): boolean =>
  lag !== null && lag.maxSeconds > ceilingSeconds;

/** Reasons why a word waits or changed nothing, short, for a filter. What is not listed shows as its own sentence. */
export const reasonWords: Readonly<Record<string, string>> = {
  ORDER_NOT_HERE: "its order is not here yet",
  ORDER_NEVER_CAME: "its order never came",
  ORDER_SET_ASIDE: "its order was dismissed or ignored",
  LEFT_ON_CHANNEL: "left there, a person decides",
  PART_LEFT: "a part of a package left there",
  LEFT_THOUGH_CANCELLED: "left there, cancelled here",
  ADOPTION_CANCEL_ASKED: "its cancellation is being asked for",
  ADOPTION_NO_FACILITY: "its channel has no facility",
  ADOPTION_BUSY: "its packages are being worked on",
  SERIES_MISSING: "an invoice series is missing",
  SELLER_SHIPPED_NOT_SYNCED: "shipped by the seller",
  DELIVERED_IN_DOUBT: "delivered, but still here",
  RETURN_IN_DOUBT: "comes back, but did not leave",
  WORD_NOT_APPLIED: "a fault of ours",
};
