/** What became of shipments: by their ids, and in lists of changes. */

import type { Schema } from "../../../contract/types.ts";
import { assert } from "../../../src/kernel/index.ts";
import {
  badAnswer,
  type Call,
  type FeedPage,
  type FeedWish,
  fail,
  type OperationTable,
  type Outcome,
  type ReportedOrder,
  type StatusFeed,
  succeed,
} from "../../kit/index.ts";
import { offsetTime } from "../../protocol/map/time.ts";
import { rangeOf } from "../map/outgoing.ts";
import { type ReadShipment, readShipment } from "../map/shipment.ts";
import { type ReturnSource, readReturn, toReported, toReportedReturn } from "../map/statuses.ts";
import { type FoundPage, firstPage, nextPage, queryIn } from "./search.ts";
import { askForRows } from "./send.ts";
import { askShipments, couriersFor, IDS_MAX } from "./shipments.ts";
import { withToken } from "./token.ts";

type Filter = Schema<"flipkart", "ShipmentFilterRequest">["filter"];

/** Shipments in a question by ids. */
export const STATUS_BATCH_MAX = IDS_MAX;

/** Changes become visible late; asked for again in each run. */
const OVERLAP_MINUTES = 10;
/** Longer windows of deliveries lose pages (seen by integrators). */
const DELIVERED_WINDOW_MINUTES = 60;
/** The others are few: after a day without reading, small windows would cost hundreds of calls that say nothing. */
const DAY_MINUTES = 24 * 60;

interface Feed extends StatusFeed {
  readonly ask: (call: Call, wish: FeedWish) => Promise<Outcome<FeedPage>>;
}

const CANCELLATIONS = ["sellerCancellation", "buyerCancellation", "marketplaceCancellation"] as const;
const RETURNS = ["customer_return", "courier_return"] as const satisfies readonly ReturnSource[];

/** Every state that ends something is asked for on its own: one question for all of them gives an error, or half of them. */
const FEEDS: readonly Feed[] = [
  {
    ...{ name: "postDispatch/shipped", tells: ["DISPATCHED"], overlapMinutes: OVERLAP_MINUTES },
    windowMinutesMax: DAY_MINUTES,
    ask: searchFeed((modifiedDate) => ({ type: "postDispatch", states: ["SHIPPED", "PICKUP_COMPLETE"], modifiedDate })),
  },
  ...CANCELLATIONS.map(
    (cancellationType): Feed => ({
      ...{ name: `cancelled/${cancellationType}`, tells: ["CANCELLED"], overlapMinutes: OVERLAP_MINUTES },
      windowMinutesMax: DAY_MINUTES,
      ask: searchFeed((cancellationDate) => ({
        type: "cancelled",
        states: ["CANCELLED"],
        cancellationType,
        cancellationDate,
      })),
    }),
  ),
  {
    ...{ name: "postDispatch/delivered", tells: ["DELIVERED"], overlapMinutes: OVERLAP_MINUTES },
    windowMinutesMax: DELIVERED_WINDOW_MINUTES,
    ask: searchFeed((modifiedDate) => ({ type: "postDispatch", states: ["DELIVERED"], modifiedDate })),
  },
  ...RETURNS.map(
    (source): Feed => ({
      ...{ name: `returns/${source}`, tells: ["RETURNED"], overlapMinutes: OVERLAP_MINUTES },
      windowMinutesMax: DAY_MINUTES,
      ask: (call, wish) => returnsPage(call, wish, source),
    }),
  ),
];

/** As declared: without the way of asking. */
export const STATUS_FEEDS: readonly StatusFeed[] = FEEDS.map(({ ask: _, ...feed }) => feed);

export const pullStatuses: OperationTable["pullStatuses"] = (call, wish) => {
  const feed = FEEDS.find((each) => each.name === wish.feed);
  assert(feed !== undefined, `${wish.feed} is one of the declared feeds`);
  return feed.ask(call, wish);
};

/** What Flipkart says of known shipments. Those that it does not give are left out: nothing is concluded from that. */
export const readStatuses: OperationTable["readStatuses"] = async (call, ids) => {
  assert(ids.length > 0 && ids.length <= STATUS_BATCH_MAX, `a call asks for 1 to ${STATUS_BATCH_MAX} shipments`);
  const rows = await askShipments(call, { shipmentIds: ids });
  return rows.ok ? reportedOf(call, rows.value, new Set(ids)) : rows;
};

interface Reported {
  readonly orders: readonly ReportedOrder[];
  readonly rejected: readonly string[];
}

/** @param wanted null: whatever comes is wanted */
async function reportedOf(
  call: Call,
  rows: readonly unknown[],
  wanted: ReadonlySet<string> | null,
): Promise<Outcome<Reported>> {
  const seen: { readonly shipment: ReadShipment; readonly raw: unknown }[] = [];
  const rejected: string[] = [];
  for (const raw of rows) {
    const read = readShipment(raw);
    if (!read.ok) rejected.push(read.words);
    else if (wanted?.has(read.value.shipmentId) === false)
      rejected.push(`shipment ${read.value.shipmentId} was not asked for`);
    else seen.push({ shipment: read.value, raw });
  }
  const couriers = await couriersFor(call, seen);
  if (!couriers.ok) return couriers;
  const orders = seen.map(({ shipment }) => toReported(shipment, couriers.value.get(shipment.shipmentId) ?? null));
  return succeed({ orders, rejected });
}

function searchFeed(filter: (range: ReturnType<typeof rangeOf>) => Filter): Feed["ask"] {
  return async (call, wish) => {
    const asked: Outcome<FoundPage> = await (wish.token === undefined
      ? firstPage(call, filter(rangeOf(wish)))
      : nextPage(call, wish.token));
    if (!asked.ok) return asked;
    const { rows, next } = asked.value;
    const reported = await reportedOf(call, rows, null);
    return reported.ok
      ? succeed({ ...reported.value, last: next === null, ...(next === null ? {} : { next }) })
      : reported;
  };
}

/**
 * A page of returns of one source. `nextUrl` is relative to another base than everything else; its query alone is used, on
 * the same path.
 */
async function returnsPage(call: Call, wish: FeedWish, source: ReturnSource): Promise<Outcome<FeedPage>> {
  const window = { modifiedAfter: offsetTime(wish.from, "floor"), modifiedBefore: offsetTime(wish.to, "ceil") };
  const query = {
    ...(wish.token === undefined ? window : queryIn(wish.token)),
    source,
  };
  const answered = await withToken(call, (headers) =>
    askForRows(call, { id: "getReturns", query, idempotent: true }, headers, "returnItems"),
  );
  if (!answered.ok) return answered;
  const { rows, page } = answered.value;
  const orders: ReportedOrder[] = [];
  const rejected: string[] = [];
  for (const row of rows) {
    const read = readReturn(row);
    if (read.ok) orders.push(toReportedReturn(read.value, source));
    else rejected.push(read.words);
  }
  if (page.hasMore === false) return succeed({ orders, rejected, last: true });
  const address = typeof page.nextUrl === "string" ? page.nextUrl : "";
  if (page.hasMore !== true || Object.keys(queryIn(address)).length === 0)
    return fail(
      badAnswer({ idempotent: true }, 200, "The list of returns has more pages, and does not say how to ask for them."),
    );
  return succeed({ orders, rejected, last: false, next: address });
}
