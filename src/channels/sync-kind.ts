import type { Connector } from "../../connectors/kit/index.ts";
import { INDIA, type Instant } from "../kernel/index.ts";
import { SYNC_KINDS, type SyncKind } from "./channel.ts";

/**
 * A ceiling that lag must not pass; beyond it an alarm is raised. New orders, cancelled and dispatched are read within ten
 * minutes (hard ceiling, behaviours C-1), so they are asked for every five.
 */
const EVERY: Readonly<Record<SyncKind, { minutes: number | null; lagMaxSeconds: number }>> = {
  CATALOG: { minutes: null, lagMaxSeconds: 15 * 86_400 },
  INVENTORY: { minutes: null, lagMaxSeconds: 600 },
  ORDERS: { minutes: 5, lagMaxSeconds: 600 },
  PENDENCY: { minutes: 5, lagMaxSeconds: 1_800 },
  STATUS_CANCELLED: { minutes: 5, lagMaxSeconds: 600 },
  STATUS_DELIVERED: { minutes: 60, lagMaxSeconds: 3 * 3_600 },
  NOTIFICATIONS: { minutes: null, lagMaxSeconds: 600 },
  DISPATCH: { minutes: null, lagMaxSeconds: 600 },
};

/** At night, when nobody sells much: every figure is told again and drift heals. */
const NIGHTLY_AT = Temporal.PlainTime.from("02:10");

/** The syncs that a source has, from what it declares. */
export function syncKindsOf(source: Connector): readonly SyncKind[] {
  const can = source.capabilities;
  const reports = source.rules.reports;
  const has: Readonly<Record<SyncKind, boolean>> = {
    CATALOG: can.pullListings !== undefined,
    INVENTORY: can.pushInventory !== undefined,
    ORDERS: source.rules.ordersArrive !== "by hand",
    PENDENCY: can.pullPendency !== undefined,
    STATUS_CANCELLED: can.readStatuses !== undefined && reports.some((r) => r === "CANCELLED" || r === "DISPATCHED"),
    STATUS_DELIVERED: can.readStatuses !== undefined && reports.some((r) => r === "DELIVERED" || r === "RETURNED"),
    NOTIFICATIONS: can.notifyState !== undefined,
    DISPATCH: can.dispatch !== undefined,
  };
  return SYNC_KINDS.filter((kind) => has[kind]);
}

/** Can a person press Sync now? Orders that are pushed to us cannot be fetched. */
export function canSyncNow(source: Connector, kind: SyncKind): boolean {
  return syncKindsOf(source).includes(kind) && !(kind === "ORDERS" && isPushed(source));
}

function isPushed(source: Connector): boolean {
  return source.capabilities.pullOrders === undefined;
}

/** When it runs by the clock after now; null where only changes start it. */
export function nextRunAfter(source: Connector, kind: SyncKind, now: Instant): Instant | null {
  if (!syncKindsOf(source).includes(kind)) return null;
  if (kind === "INVENTORY") return nextNight(now);
  const minutes = everyMinutes(source, kind);
  return minutes === null ? null : now.add({ minutes });
}

/** How often the clock starts it, in words for a person; null where only changes or pushes start it. */
export function scheduleWords(source: Connector, kind: SyncKind): string | null {
  if (kind === "INVENTORY")
    return `with every change; all figures again every night at ${NIGHTLY_AT.toString({ smallestUnit: "minute" })}`;
  const minutes = everyMinutes(source, kind);
  if (minutes === null) return null;
  if (minutes % 1_440 === 0) return minutes === 1_440 ? "every day" : `every ${minutes / 1_440} days`;
  return minutes === 60 ? "every hour" : `every ${minutes} minutes`;
}

/** Minutes from one run by the clock to the next; null where nothing, or only the night, starts it. */
export function everyMinutes(source: Connector, kind: SyncKind): number | null {
  if (kind === "CATALOG") return (source.capabilities.pullListings?.everyDays ?? 7) * 1_440;
  if (kind === "ORDERS" && isPushed(source)) return null;
  return EVERY[kind].minutes;
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
