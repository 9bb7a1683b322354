/** Orders: what changed, one by its id, and the confirmation of what the seller ships. */
import { createHash } from "node:crypto";
import { type Answer, deepMerge, type SimOrder, type SimShipment, settleStatus } from "../../kit/simulator/index.ts";
import { stamp } from "../../protocol/simulator/parts.ts";
import { badInput, isBefore, MARKETPLACE, marksOf, orderOf, type Parts, REFUSABLE, refusal, serve } from "./parts.ts";
import { changedAt, statusOf, toOrder, unitsGone, visibleAt } from "./wire.ts";

const PER_PAGE = 100;
const NEWEST_MINUTES = 2;
const TOKEN_HOURS = 24;
const YEARS_BACK_DAYS = 730;

interface Walk {
  readonly filter: string;
  readonly ids: readonly string[];
  readonly before: string;
  readonly expiresAt: Temporal.Instant;
}

/** Searches whose pages are still asked for. The oldest are forgotten past this, like those that expired. */
const WALKS_MAX = 500;

export interface OrderWalks {
  readonly walks: Map<string, Walk>;
}

export function serveOrders(parts: Parts, { walks }: OrderWalks): void {
  serveSearch(parts, walks);
  serve(parts, "getOrder", ({ path, query, seller, at }) => {
    const order = orderOf(parts, seller, path.orderId);
    if (!order) return refusal(404, "NotFound", `Order ${path.orderId} was not found`);
    const included = new Set<string>(query.includedData ?? []);
    const body = { order: toOrder(parts.sim.world, order, { pace: parts.pace, now: at }, included) };
    return { status: 200, orderIds: [order.id], body };
  });
  serveConfirmation(parts);
}

function serveSearch(parts: Parts, walks: Map<string, Walk>): void {
  const { world } = parts.sim;
  serve(
    parts,
    "searchOrders",
    ({ query, seller, at }) => {
      const window = windowOf(query, at);
      if ("status" in window) return window;
      const { paginationToken = "", maxResultsPerPage = PER_PAGE, includedData = [], ...filter } = query;
      const key = JSON.stringify([seller, filter]);
      const [walkId = "", from = "0"] = paginationToken.split(".");
      const known = walks.get(walkId);
      if (paginationToken !== "" && (!known || known.filter !== key || isBefore(known.expiresAt, at)))
        return badInput("The pagination token is invalid, expired, or was given for other parameters");
      const walk = known ?? begin(parts, { seller, window, at, filter: key, wanted: query });
      const id = known ? walkId : createHash("sha256").update(`${key}${at}${walks.size}`).digest("hex").slice(0, 24);
      const start = known ? Number(from) : 0;
      const ids = walk.ids.slice(start, start + maxResultsPerPage);
      const more = walk.ids.length > start + maxResultsPerPage;
      if (more) keep(walks, id, walk);
      const included = new Set<string>(includedData);
      const rows = ids.flatMap((orderId) => {
        const order = world.orders.get(orderId);
        return order ? [{ order, row: toOrder(world, order, { pace: parts.pace, now: at }, included) }] : [];
      });
      const unchecked = rows.some(({ order }) => order.raw !== null);
      const orders = rows.map(({ order, row }): unknown => (order.raw === null ? row : deepMerge(row, order.raw)));
      const end = window.by === "changed" ? { lastUpdatedBefore: walk.before } : { createdBefore: walk.before };
      const pagination = more ? { pagination: { nextToken: `${id}.${start + maxResultsPerPage}` } } : {};
      return { status: 200, unchecked, orderIds: ids, body: { orders, ...pagination, ...end } };
    },
    { pages: { later: ({ query }) => query.paginationToken !== undefined } },
  );
}

interface Window {
  readonly by: "placed" | "changed";
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}

interface Bounds {
  readonly createdAfter?: string;
  readonly createdBefore?: string;
  readonly lastUpdatedAfter?: string;
  readonly lastUpdatedBefore?: string;
}

/** Exactly one lower bound, its own upper one, and that two minutes old at least. */
function windowOf(query: Bounds, now: Temporal.Instant): Window | Answer {
  const { createdAfter, createdBefore, lastUpdatedAfter, lastUpdatedBefore } = query;
  if ((createdAfter === undefined) === (lastUpdatedAfter === undefined))
    return badInput("Exactly one of createdAfter and lastUpdatedAfter must be given");
  const by = lastUpdatedAfter === undefined ? "placed" : "changed";
  const foreign = by === "placed" ? lastUpdatedBefore : createdBefore;
  if (foreign !== undefined) return badInput("The bounds are not of the same kind");
  const newest = now.subtract({ minutes: NEWEST_MINUTES });
  const upper = by === "placed" ? createdBefore : lastUpdatedBefore;
  const to = upper === undefined ? newest : Temporal.Instant.from(upper);
  if (isBefore(newest, to)) return badInput("The upper bound must be at least two minutes before now");
  const from = Temporal.Instant.from(createdAfter ?? lastUpdatedAfter ?? "");
  if (isBefore(to, from)) return badInput("The upper bound lies before the lower one");
  return { by, from, to };
}

interface Beginning {
  readonly seller: string;
  readonly window: Window;
  readonly at: Temporal.Instant;
  readonly filter: string;
  readonly wanted: {
    readonly marketplaceIds?: readonly string[];
    readonly fulfilledBy?: readonly string[];
    readonly fulfillmentStatuses?: readonly string[];
  };
}

/** The orders of a search, fixed when it begins. */
function begin({ sim, pace }: Parts, { seller, window, at, filter, wanted }: Beginning): Walk {
  const here = wanted.marketplaceIds === undefined || wanted.marketplaceIds.includes(MARKETPLACE);
  const own = wanted.fulfilledBy === undefined || wanted.fulfilledBy.includes("MERCHANT");
  const oldest = at.subtract({ hours: 24 * YEARS_BACK_DAYS });
  const timeOf = (order: SimOrder) =>
    window.by === "placed" ? Temporal.Instant.from(order.orderDate) : changedAt(order, pace, at);
  const found = [...sim.world.orders.values()]
    .filter((order) => order.seller === seller && here && own)
    .filter(
      (order) => !isBefore(at, visibleAt(order, pace, at)) && !isBefore(Temporal.Instant.from(order.orderDate), oldest),
    )
    .filter((order) => wanted.fulfillmentStatuses?.includes(statusOf(order, pace, at)) ?? true)
    .map((order) => ({ id: order.id, time: timeOf(order) }))
    .filter(({ time }) => !isBefore(time, window.from) && !isBefore(window.to, time))
    .sort((one, other) => Temporal.Instant.compare(one.time, other.time));
  const expiresAt = at.add({ hours: TOKEN_HOURS });
  return { filter, ids: found.map(({ id }) => id), before: window.to.toString(), expiresAt };
}

function keep(walks: Map<string, Walk>, id: string, walk: Walk): void {
  walks.delete(id);
  walks.set(id, walk);
  const oldest = walks.keys().next().value;
  if (walks.size > WALKS_MAX && oldest !== undefined) walks.delete(oldest);
}

interface Detail {
  readonly packageReferenceId: string;
  readonly carrierCode: string;
  readonly carrierName?: string;
  readonly trackingNumber: string;
  readonly shipDate: string;
  readonly orderItems: readonly { readonly orderItemId: string; readonly quantity: number }[];
}

/** The seller ships by himself. The same package number again changes that package. */
function serveConfirmation(parts: Parts): void {
  const { world } = parts.sim;
  serve(
    parts,
    "confirmShipment",
    ({ path, body, seller, at }) => {
      const order = orderOf(parts, seller, path.orderId);
      if (!order) return refusal(404, "NotFound", `Order ${path.orderId} was not found`);
      const detail: Detail = body.packageDetail;
      const before = order.shipments.findIndex(({ providerCode }) => providerCode === refOf(detail));
      const old = order.shipments[before];
      const why = whyNotConfirmed(parts, order, detail, { at, old });
      const accepted =
        why === null ? detail.orderItems.map((entry) => ({ ...entry, repeated: old !== undefined })) : [];
      if (why === null) ship(order, detail, before);
      world.dispatches.add({
        ...{ receivedAt: stamp(at), seller, orderId: order.id, orderIds: [order.id] },
        orderItemIds: detail.orderItems.map((entry) => entry.orderItemId),
        accepted,
        ...{ courier: detail.carrierName ?? detail.carrierCode, trackingNumber: detail.trackingNumber },
        ...{ invoiceNumber: null, invoiceDate: null, body },
        ...{ outcome: why === null ? "SUCCESS" : "FAILED", failures: why === null ? [] : [{ errorMessage: why }] },
      });
      if (why !== null) return badInput(why);
      return { status: 204, body: "", headers: { "content-type": "application/json" }, orderIds: [order.id] };
    },
    REFUSABLE,
  );
}

const refOf = ({ packageReferenceId }: Detail) => `package ${packageReferenceId}`;

function whyNotConfirmed(
  { pace }: Parts,
  order: SimOrder,
  detail: Detail,
  { at, old }: { readonly at: Temporal.Instant; readonly old: SimShipment | undefined },
): string | null {
  if (order.thirdPartyShipping) return "Easy Ship orders are confirmed by Amazon's carrier";
  const status = statusOf(order, pace, at);
  if (status === "CANCELLED" || status === "PENDING") return `The order is ${status}`;
  if (!/^[1-9]\d*$/.test(detail.packageReferenceId)) return "packageReferenceId must be a positive number";
  if (detail.carrierCode === "Other" && (detail.carrierName ?? "") === "") return "carrierName is required for Other";
  if (isBefore(at, Temporal.Instant.from(detail.shipDate))) return "shipDate lies in the future";
  for (const { orderItemId, quantity } of detail.orderItems) {
    const item = order.items.find((one) => one.orderItemId === orderItemId);
    if (!item) return `The order has no item ${orderItemId}`;
    const inOld = old?.units?.[orderItemId] ?? 0;
    if (quantity > item.quantity - item.cancelledQuantity - unitsGone(item) + inOld)
      return `The quantity of ${orderItemId} is more than is unshipped`;
  }
  return null;
}

function ship(order: SimOrder, detail: Detail, before: number): void {
  const old = order.shipments[before];
  const move = (id: string, units: number) => {
    const item = order.items.find((one) => one.orderItemId === id);
    if (!item) return;
    item.dispatchedQuantity += units;
    const whole = item.dispatchedQuantity === item.quantity - item.cancelledQuantity;
    if (item.status === "CREATED" && whole) item.status = "DISPATCHED";
    else if (item.status === "DISPATCHED" && !whole) item.status = "CREATED";
  };
  for (const [id, units] of Object.entries(old?.units ?? {})) move(id, -units);
  const units = new Map<string, number>();
  for (const { orderItemId, quantity } of detail.orderItems)
    units.set(orderItemId, (units.get(orderItemId) ?? 0) + quantity);
  for (const [id, quantity] of units) move(id, quantity);
  const shipment: SimShipment = {
    trackingNumber: detail.trackingNumber,
    courier: detail.carrierName ?? detail.carrierCode,
    providerCode: refOf(detail),
    orderItemIds: [...units.keys()],
    units: Object.fromEntries(units),
    at: stamp(Temporal.Instant.from(detail.shipDate)),
  };
  if (old) order.shipments[before] = shipment;
  else order.shipments.push(shipment);
  settleStatus(order);
  marksOf(order).confirmed = "yes";
}
