/** Returns: listed by where they come from. */
import type { Schema } from "../../../contract/types.ts";
import type { Answer } from "../../kit/simulator/index.ts";
import { idsIn, marksOf, type Parts, refusal, serve, shipmentOf } from "./parts.ts";
import { MARK } from "./states.ts";
import { toReturnItems } from "./wire.ts";

const PAGE = 25;
type Item = Schema<"flipkart", "ReturnItem">;

export function serveReturns(parts: Parts): void {
  serve(
    parts,
    "getReturns",
    ({ query, seller }): Answer => {
      const wanted = [query.returnIds, query.trackingIds].map((list) => (list === undefined ? null : idsIn(list)));
      const [returnIds, trackingIds] = wanted;
      if ([returnIds, trackingIds].some((ids) => ids != null && ids.length > PAGE))
        return refusal(400, "INVALID_REQUEST_JSON", `at most ${PAGE} ids`);
      const all = itemsOf(parts, seller)
        .filter(
          (item) =>
            item.type === query.source &&
            (returnIds == null || returnIds.includes(item.returnId)) &&
            (trackingIds == null || trackingIds.includes(item.trackingId ?? "")) &&
            (query.locationId === undefined || item.locationId === query.locationId) &&
            within(item.updatedDate, query.modifiedAfter, query.modifiedBefore) &&
            within(item.createdDate, query.createdAfter, query.createdBefore),
        )
        .toSorted((a, b) => (a.updatedDate ?? "").localeCompare(b.updatedDate ?? ""));
      const from = offsetOf(query);
      const page = all.slice(from, from + PAGE);
      const hasMore = from + PAGE < all.length;
      const next = new URLSearchParams({ ...texts(query), offset: String(from + PAGE) });
      const orderIds = [...new Set(page.flatMap((item) => item.shipmentId ?? []))];
      const nextUrl = hasMore ? `/returns?${next}` : "";
      return { status: 200, orderIds, body: { hasMore, nextUrl, returnItems: page } };
    },
    { pages: { later: ({ query }) => query.offset !== undefined } },
  );
}

function itemsOf(parts: Parts, seller: string): Item[] {
  return [...parts.sim.world.orders.values()]
    .filter((order) => shipmentOf(parts, seller, order.id))
    .flatMap((order) => order.returns.filter((of) => of.announced).flatMap((of) => toReturnItems(order, of)));
}

function within(at: string | undefined, after: string | undefined, before: string | undefined): boolean {
  const moment = Temporal.Instant.from(at ?? "1970-01-01T00:00:00Z");
  return (
    (after === undefined || Temporal.Instant.compare(moment, Temporal.Instant.from(after)) >= 0) &&
    (before === undefined || Temporal.Instant.compare(moment, Temporal.Instant.from(before)) <= 0)
  );
}

/** Not of the contract: stands in `nextUrl` alone. */
function offsetOf(query: object): number {
  const given = new Map(Object.entries(query)).get("offset");
  return typeof given === "string" && /^\d+$/.test(given) ? Number(given) : 0;
}

function texts(query: object): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}

/** A return ends: the goods are with the seller, or none will come. */
export function endReturn(
  parts: Parts,
  orderItemId: string,
  state: "COMPLETED" | "CANCELLED",
  at: Temporal.Instant,
): string | null {
  const orderId = parts.sim.world.orderOfItem.get(orderItemId);
  const order = orderId === undefined ? undefined : parts.sim.world.orders.get(orderId);
  const of = order?.returns.findLast((one) => one.lines.some((line) => line.orderItemId === orderItemId));
  if (!order || !of) return null;
  marksOf(order)[MARK.returnState(of.returnId)] = state;
  marksOf(order)[MARK.returnChangedAt(of.returnId)] = at.toString({ smallestUnit: "millisecond" });
  parts.sim.world.touch(order);
  return of.returnId;
}
