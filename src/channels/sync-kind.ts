import type { Connector, ReportedStatus, StatusFeed } from "../../connectors/kit/index.ts";
import { INDIA, type Instant } from "../kernel/index.ts";
import { declaredMinutes, FREE_PACE, minutesAfter, type Pace, paceMinutes } from "./cadence.ts";
import { SYNC_KINDS, type SyncKind } from "./channel.ts";

/**
 * A ceiling that lag must not pass; beyond it an alarm is raised. New orders, cancelled and dispatched are read within ten
 * minutes (hard ceiling, behaviours C-1); they are asked for together, every minute where limits allow (`cadence.ts`).
 */
const EVERY: Readonly<Record<SyncKind, { minutes: number | null; lagMaxSeconds: number }>> = {
  CATALOG: { minutes: null, lagMaxSeconds: 15 * 86_400 },
  INVENTORY: { minutes: null, lagMaxSeconds: 600 },
  ORDERS: { minutes: null, lagMaxSeconds: 600 },
  PENDENCY: { minutes: 5, lagMaxSeconds: 1_800 },
  STATUS_CANCELLED: { minutes: null, lagMaxSeconds: 600 },
  STATUS_DELIVERED: { minutes: 60, lagMaxSeconds: 3 * 3_600 },
  NOTIFICATIONS: { minutes: null, lagMaxSeconds: 600 },
  DISPATCH: { minutes: null, lagMaxSeconds: 600 },
};

/** At night, when nobody sells much: every figure is told again and drift heals. */
const NIGHTLY_AT = Temporal.PlainTime.from("02:10");

/** The syncs that a source has, from what it declares. */
export function syncKindsOf(source: Connector): readonly SyncKind[] {
  const can = source.capabilities;
  const asks = (kind: StatusKind) => {
    const plan = statusPlan(source, kind);
    return plan.byId || plan.feeds.length > 0;
  };
  const has: Readonly<Record<SyncKind, boolean>> = {
    CATALOG: can.pullListings !== undefined,
    INVENTORY: can.pushInventory !== undefined,
    ORDERS: source.rules.ordersArrive !== "by hand",
    PENDENCY: can.pullPendency !== undefined,
    STATUS_CANCELLED: asks("STATUS_CANCELLED"),
    STATUS_DELIVERED: asks("STATUS_DELIVERED"),
    NOTIFICATIONS: can.notifyState !== undefined,
    DISPATCH: can.dispatch !== undefined,
  };
  return SYNC_KINDS.filter((kind) => has[kind]);
}

export type StatusKind = Extract<SyncKind, "STATUS_CANCELLED" | "STATUS_DELIVERED">;

const SOON: readonly ReportedStatus[] = ["CANCELLED", "DISPATCHED"];

/** How a kind of statuses is asked for. */
export interface StatusPlan {
  /** Lists of changes that are read. */
  readonly feeds: readonly StatusFeed[];
  /** All orders that may change are read by their ids: no list tells everything that the source reports. */
  readonly byId: boolean;
}

/**
 * How a source is asked for a kind of statuses. A list that tells of Cancelled or Dispatched is read with those, whatever else
 * it tells; where lists of either kind, and the list of orders, leave out a status that the source reports, orders are read by their ids. Pure.
 */
export function statusPlan(source: Connector, kind: StatusKind): StatusPlan {
  const { pullStatuses, readStatuses, pullOrders } = source.capabilities;
  const all = pullStatuses?.feeds ?? [];
  const isSoon = (feed: StatusFeed) => feed.tells.some((status) => SOON.includes(status));
  const feeds = all.filter((feed) => isSoon(feed) === (kind === "STATUS_CANCELLED"));
  const wanted = source.rules.reports.filter((status) => SOON.includes(status) === (kind === "STATUS_CANCELLED"));
  const withOrders = pullOrders?.tells ?? [];
  const told = wanted.every((status) => withOrders.includes(status) || all.some((feed) => feed.tells.includes(status)));
  return { feeds, byId: readStatuses !== undefined && !told };
}

/** Do we run it: can a person press Sync now, or switch it off? Orders that are pushed to us come by themselves. */
export function canSyncNow(source: Connector, kind: SyncKind): boolean {
  return syncKindsOf(source).includes(kind) && !(kind === "ORDERS" && isPushed(source));
}

/** Is it on? What we do not run cannot be off. */
export function isOn(source: Connector, kind: SyncKind, state: { readonly enabled: boolean } | undefined): boolean {
  return !canSyncNow(source, kind) || (state?.enabled ?? true);
}

function isPushed(source: Connector): boolean {
  return source.capabilities.pullOrders === undefined;
}

/** When it runs by the clock after now; null where only changes start it. */
export function nextRunAfter(source: Connector, kind: SyncKind, now: Instant, pace: Pace = FREE_PACE): Instant | null {
  if (!syncKindsOf(source).includes(kind)) return null;
  if (kind === "INVENTORY") return nextNight(now);
  const minutes = everyMinutes(source, kind, pace);
  return minutes === null ? null : minutesAfter(now, minutes);
}

/** How often the clock starts it, in words for a person; null where only changes or pushes start it. */
export function scheduleWords(source: Connector, kind: SyncKind, pace: Pace = FREE_PACE): string | null {
  if (kind === "INVENTORY")
    return `with every change; all figures again every night at ${NIGHTLY_AT.toString({ smallestUnit: "minute" })}`;
  const minutes = everyMinutes(source, kind, pace);
  if (minutes === null) return null;
  if (minutes === 1) return "every minute";
  if (minutes % 1_440 === 0) return minutes === 1_440 ? "every day" : `every ${minutes / 1_440} days`;
  return minutes === 60 ? "every hour" : `every ${minutes} minutes`;
}

/** Minutes from one run by the clock to the next; null where nothing, or only the night, starts it. */
export function everyMinutes(source: Connector, kind: SyncKind, pace: Pace = FREE_PACE): number | null {
  if (kind === "CATALOG") return (source.capabilities.pullListings?.everyDays ?? 7) * 1_440;
  if (kind === "ORDERS") return isPushed(source) ? null : paceMinutes(declaredMinutes(source), pace);
  if (kind === "STATUS_CANCELLED")
    return Math.max(paceMinutes(declaredMinutes(source), pace), listsMinutes(source, kind) ?? 1);
  if (kind === "STATUS_DELIVERED") return listsMinutes(source, kind) ?? EVERY[kind].minutes;
  return EVERY[kind].minutes;
}

/** The shortest pace of a kind's lists, where each of them declares one and nothing else is asked. */
function listsMinutes(source: Connector, kind: StatusKind): number | null {
  const { feeds, byId } = statusPlan(source, kind);
  const paces = feeds.flatMap((feed) => feed.everyMinutes ?? []);
  return byId || paces.length === 0 || paces.length < feeds.length ? null : Math.min(...paces);
}

function nextNight(now: Instant): Instant {
  const local = now.toZonedDateTimeISO(INDIA);
  const tonight = local.withPlainTime(NIGHTLY_AT);
  const at = Temporal.ZonedDateTime.compare(tonight, local) > 0 ? tonight : tonight.add({ days: 1 });
  return at.toInstant();
}

/**
 * How far behind a sync is, in seconds. Kinds that tell: the age of what waits longest, nothing waiting is 0. Kinds that
 * fetch: the time since the last success (or since the channel was connected).
 */
export function lagSeconds(
  source: Connector,
  kind: SyncKind,
  facts: {
    readonly lastSuccessAt: Instant | null;
    readonly connectedAt: Instant;
    readonly waitingSince: Instant | null;
  },
  now: Instant,
): number | null {
  if (kind === "ORDERS" && isPushed(source)) return null;
  const tells = kind === "INVENTORY" || kind === "NOTIFICATIONS" || kind === "DISPATCH";
  const from = tells ? (facts.waitingSince ?? now) : (facts.lastSuccessAt ?? facts.connectedAt);
  return Math.max(0, Math.round((now.epochMilliseconds - from.epochMilliseconds) / 1000));
}

export function lagMaxSeconds(kind: SyncKind): number {
  return EVERY[kind].lagMaxSeconds;
}
