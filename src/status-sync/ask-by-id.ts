/** Which known orders a run asks about by their ids, besides reading its lists. Pure. */
import type { Connector } from "../../connectors/kit/index.ts";
import type { StatusKind, StatusPlan } from "../channels/index.ts";
import type { Instant } from "../kernel/index.ts";
import { EARLY_SECONDS, type FeedCursor } from "./feed-window.ts";
import type { FeedRead } from "./read-feed.ts";

/**
 * So long a list may go unread before orders are asked about instead. Runs for Cancelled and Dispatched are one to eight minutes
 * apart (`channels/cadence.ts`): after five, the first run that is not answered asks by ids where the next would be too late for
 * the ceiling of ten, and the fifth where they come each minute. Delivered is asked for hourly and has a ceiling of three hours.
 */
const BEHIND_MINUTES: Readonly<Record<StatusKind, number>> = { STATUS_CANCELLED: 5, STATUS_DELIVERED: 90 };

/** Has a list failed for so long that it cannot be waited for? As soon as it is read to its end it has not. */
export function isBehind(place: FeedCursor | undefined, kind: StatusKind, now: Instant): boolean {
  if (place === undefined || place.failed === null) return false;
  return place.okAt === null || isOld(place.okAt, kind, now); // null: never read
}

function isOld(okAt: Instant, kind: StatusKind, now: Instant): boolean {
  if (Temporal.Instant.compare(okAt, now) > 0) return true; // our clock was set back
  const until = okAt.add({ minutes: BEHIND_MINUTES[kind] }).subtract({ seconds: EARLY_SECONDS });
  return Temporal.Instant.compare(until, now) <= 0;
}

/** Does the list of orders tell alone what was cancelled or has left, and can known orders be asked about? Pure. */
function tellsAlone({ capabilities: { readStatuses, readOrders, pullOrders, pullStatuses } }: Connector): boolean {
  if (readStatuses === undefined || readOrders?.byLists === true) return false;
  const elsewhere = (pullStatuses?.feeds ?? []).flatMap((feed) => feed.tells);
  const alone = (pullOrders?.tells ?? []).filter((status) => !elsewhere.includes(status));
  return alone.some((status) => status === "CANCELLED" || status === "DISPATCHED");
}

/**
 * Is the list of orders, that could not be read just now, missed as the only teller of what was cancelled or has left? Pure.
 * @param okAt when it was read to its end last; null: never
 */
export function ordersAreMissed(source: Connector, okAt: Instant | null, now: Instant): boolean {
  return tellsAlone(source) && (okAt === null || isOld(okAt, "STATUS_CANCELLED", now));
}

/** Does the list of orders show an order by its last change alone, and is it the only teller of what happened before that one? Pure. */
export function ordersMayHide(source: Connector): boolean {
  return tellsAlone(source) && source.capabilities.pullOrders?.by === "changed";
}

/** `idle`: nobody in this run, and nobody waits from an earlier one. */
export type AskById =
  | { readonly who: "all"; readonly insteadOf: readonly string[] }
  | { readonly who: "unnamed"; readonly named: ReadonlySet<string> }
  | { readonly who: "nobody"; readonly idle: boolean };

/**
 * All orders, where no list tells everything that the source reports, or while one that tells it is behind (`insteadOf`); those that
 * its lists of what is active leave out, once these were read to their ends; else nobody.
 * @param placeOf how far each list was read, this run included
 */
export function whoIsAsked(
  source: Connector,
  kind: StatusKind,
  plan: StatusPlan,
  placeOf: (feed: string) => FeedCursor | undefined,
  reads: readonly FeedRead[],
  now: Instant,
): AskById {
  if (plan.byId) return { who: "all", insteadOf: [] };
  const { readStatuses, readOrders } = source.capabilities;
  // Who looks for single orders in the same lists would find them as broken.
  if (readStatuses === undefined || readOrders?.byLists === true) return { who: "nobody", idle: true };
  // Returns are announced days before they are here, and few sources tell of them by an order's id: the daily reading is enough.
  const urgent = plan.feeds.filter((feed) => feed.tells.some((status) => status !== "RETURNED"));
  const behind = urgent.map((feed) => feed.name).filter((name) => isBehind(placeOf(name), kind, now));
  if (behind.length > 0) return { who: "all", insteadOf: behind };
  const active = plan.feeds.filter((feed) => feed.holds === "active");
  const whole = active.map(({ name }) => reads.find((read) => read.name === name && read.failed === null));
  const named = whole.flatMap((read) => (read === undefined ? [] : [read.named]));
  if (named.length < active.length || active.length === 0) return { who: "nobody", idle: active.length === 0 };
  return { who: "unnamed", named: new Set(named.flatMap((ids) => [...ids])) };
}
