/** Searching shipments, and reading them by their ids. */
import type { Schema } from "../../../contract/types.ts";
import type { Answer, SimOrder } from "../../kit/simulator/index.ts";
import type { ItemState } from "../map/words.ts";
import { idsIn, isShipmentOf, type Parts, refusal, serve, shipmentOf } from "./parts.ts";
import { cancelledBy, dispatchAfter, dispatchBy, isHeld, isMps, profileOf, settle, stateOf } from "./states.ts";
import { toDetails, toShipment } from "./wire.ts";

type Filter = Schema<"flipkart", "ShipmentFilterRequest">["filter"];
type Range = Schema<"flipkart", "DateRange">;

const PAGE_SIZE = 20;
const IDS_MAX = 100;
/** Lists that pages are cut from are forgotten past these, the oldest first. */
const LISTS_MAX = 500;

const STATES: Readonly<Record<Filter["type"], readonly ItemState[]>> = {
  preDispatch: ["APPROVED", "PACKING_IN_PROGRESS", "PACKED", "FORM_FAILED", "READY_TO_DISPATCH"],
  postDispatch: ["SHIPPED", "DELIVERED", "PICKUP_COMPLETE"],
  cancelled: ["CANCELLED"],
};

export function serveSearch(parts: Parts): void {
  const group = { group: "search" };
  serve(
    parts,
    "filterShipments",
    ({ body, seller, at }) => {
      const { filter, pagination, sort } = body;
      if (filter.type === "cancelled" && filter.cancellationType === undefined)
        return refusal(400, "INVALID_REQUEST_JSON", "cancellationType is mandatory for cancelled shipments");
      if (filter.cancellationType !== undefined && parts.brokenLists.has(filter.cancellationType))
        return refusal(500, "INTERNAL_SERVER_ERROR", `${filter.cancellationType} cannot be searched`);
      const found = shipmentsOf(parts, seller, at).filter((order) => matches(order, filter));
      const by = KEYS[sort?.field ?? "orderDate"];
      const sign = sort?.order === "desc" ? -1 : 1;
      const ids = found.toSorted((a, b) => sign * Temporal.Instant.compare(by(a), by(b))).map((order) => order.id);
      const key = keep(parts, ids);
      return page(parts, { key, from: 0, size: pagination?.pageSize ?? PAGE_SIZE, ids, seller });
    },
    { pages: { later: () => false, ...group } },
  );
  serve(
    parts,
    "filterShipmentsNext",
    ({ query, seller, at }) => {
      const token = readToken(query.next_token);
      const ids = token === null ? undefined : parts.pages.get(token.key);
      if (token === null || ids === undefined)
        return refusal(400, "INVALID_NEXT_TOKEN", "next_token is not one of ours");
      shipmentsOf(parts, seller, at); // brought to the present
      return page(parts, { ...token, ids, seller });
    },
    { pages: { later: () => true, ...group } },
  );
  const byIds: Parameters<typeof serve<"getShipments">>[2] = ({ query, seller, at, fault }) => {
    if (fault) return refusal(422, "UNPROCESSABLE_ENTITY", fault.message ?? "not now");
    const kinds = [query.shipmentIds, query.orderIds, query.orderItemIds].filter((list) => list !== undefined);
    const ids = idsIn(kinds[0] ?? "");
    if (kinds.length !== 1 || ids.length === 0 || ids.length > IDS_MAX)
      return refusal(400, "INVALID_REQUEST_JSON", `1 to ${IDS_MAX} ids of one kind`);
    const wanted = new Set(ids);
    const found = ownOf(parts, seller).filter(
      (order) =>
        (query.shipmentIds !== undefined && wanted.has(order.id)) ||
        (query.orderIds !== undefined && wanted.has(order.displayOrderNumber)) ||
        (query.orderItemIds !== undefined && order.items.some((item) => wanted.has(item.orderItemId))),
    );
    for (const order of found) settle(parts, order, at);
    return rows(found);
  };
  serve(parts, "getShipments", byIds, { acts: ["failed"] });
  serve(parts, "getShipmentDetails", ({ path, seller, at }) => {
    const ids = idsIn(path.shipmentIds);
    if (ids.length > IDS_MAX) return refusal(400, "INVALID_REQUEST_JSON", `at most ${IDS_MAX} ids`);
    const found = ids.flatMap((id) => shipmentOf(parts, seller, id) ?? []);
    for (const order of found) settle(parts, order, at);
    return { status: 200, orderIds: found.map((order) => order.id), body: { shipments: found.map(toDetails) } };
  });
}

/** The seller's shipments as they are now. */
function shipmentsOf(parts: Parts, seller: string, at: Temporal.Instant): SimOrder[] {
  const own = ownOf(parts, seller);
  for (const order of own) settle(parts, order, at);
  return own;
}

function ownOf(parts: Parts, seller: string): SimOrder[] {
  return [...parts.sim.world.orders.values()].filter((order) => isShipmentOf(order, seller));
}

function matches(order: SimOrder, filter: Filter): boolean {
  const allowed = STATES[filter.type];
  const states = new Set((filter.states ?? allowed).filter((state) => allowed.includes(state)));
  const lines = order.items.filter((item) => states.has(stateOf(order, item)));
  const counted =
    filter.type === "cancelled"
      ? lines.filter(
          (item) =>
            cancelledBy(order, item) === filter.cancellationType &&
            within(Temporal.Instant.from(item.changedAt), filter.cancellationDate),
        )
      : lines;
  return (
    counted.length > 0 &&
    (filter.serviceProfiles ?? ["NON_FBF"]).includes(profileOf(order)) &&
    (filter.mps === undefined || filter.mps === isMps(order)) &&
    (filter.hold === undefined || filter.hold === isHeld(order)) &&
    (filter.locationId === undefined || order.items[0]?.facilityCode === filter.locationId) &&
    (filter.sku === undefined || order.items.some((item) => filter.sku?.includes(item.sku))) &&
    (filter.shipmentTypes === undefined ||
      filter.shipmentTypes.includes(order.thirdPartyShipping ? "NORMAL" : "SELF")) &&
    within(KEYS.orderDate(order), filter.orderDate) &&
    within(KEYS.dispatchAfterDate(order), filter.dispatchAfterDate) &&
    within(KEYS.dispatchByDate(order), filter.dispatchByDate) &&
    within(KEYS.modifiedDate(order), filter.modifiedDate)
  );
}

const KEYS = {
  orderDate: (order: SimOrder) => Temporal.Instant.from(order.orderDate),
  modifiedDate: (order: SimOrder) => Temporal.Instant.from(order.updatedAt),
  dispatchAfterDate: dispatchAfter,
  dispatchByDate: dispatchBy,
} as const;

/** Both ends belong to a window. */
function within(at: Temporal.Instant, range: Range | undefined): boolean {
  const { from, to } = range ?? {};
  return (
    (from === undefined || Temporal.Instant.compare(at, Temporal.Instant.from(from)) >= 0) &&
    (to === undefined || Temporal.Instant.compare(at, Temporal.Instant.from(to)) <= 0)
  );
}

interface Cut {
  readonly key: string;
  readonly from: number;
  readonly size: number;
  readonly ids: readonly string[];
  readonly seller: string;
}

/** `nextPageUrl` comes even where there is no more. */
function page(parts: Parts, { key, from, size, ids, seller }: Cut): Answer {
  const found = ids.slice(from, from + size).flatMap((id) => shipmentOf(parts, seller, id) ?? []);
  const token = Buffer.from(JSON.stringify({ key, from: from + size, size })).toString("base64");
  const answer = rows(found);
  const paging = {
    hasMore: from + size < ids.length,
    nextPageUrl: `/v3/shipments/filter?next_token=${encodeURIComponent(token)}`,
  };
  return { ...answer, body: { ...paging, ...answer.body } };
}

function rows(found: readonly SimOrder[]) {
  const answer = { status: 200, orderIds: found.map((order) => order.id), body: { shipments: found.map(toShipment) } };
  // A shipment that is to look wrong does not fit, and is meant not to.
  return found.some((order) => order.raw !== null) ? { ...answer, unchecked: true } : answer;
}

function keep({ pages }: Parts, ids: readonly string[]): string {
  const last = [...pages.keys()].at(-1);
  const key = String(Number(last ?? 0) + 1);
  pages.set(key, ids);
  const oldest = pages.keys().next().value;
  if (pages.size > LISTS_MAX && oldest !== undefined) pages.delete(oldest);
  return key;
}

function readToken(text: string): { readonly key: string; readonly from: number; readonly size: number } | null {
  const found = /^\{"key":"(\d+)","from":(\d+),"size":(\d+)\}$/.exec(Buffer.from(text, "base64").toString("utf8"));
  return found?.[1] === undefined ? null : { key: found[1], from: Number(found[2]), size: Number(found[3]) };
}
