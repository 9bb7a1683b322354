/** Our facts in Flipkart's words. Pure. */
import type { RequestBody, Schema } from "../../../contract/types.ts";
import type { Instant } from "../../../src/kernel/index.ts";
import type { CancelFacts, DispatchFacts, FeedWish, OrdersWish, PackFacts, StockLine } from "../../kit/index.ts";
import { offsetTime } from "../../protocol/map/time.ts";
import type {} from "../contract/index.ts";
import type { ReadShipment, ShipmentLine } from "./shipment.ts";

type Search = Schema<"flipkart", "ShipmentFilterRequest">;
type Filter = Search["filter"];

/** The most that a page of a search holds; more is refused. */
export const PAGE_SIZE = 20;

/** What lies with the seller and is sent from there; the search's default leaves the second out (notes of the API, §4.1). */
const SENT_BY_SELLER: NonNullable<Filter["serviceProfiles"]> = ["NON_FBF", "FBF_LITE"];

/** Newest changes last, so that what changes while pages are read lands behind them. */
export function toSearch(filter: Filter): Search {
  return {
    filter: { serviceProfiles: SENT_BY_SELLER, ...filter },
    pagination: { pageSize: PAGE_SIZE },
    sort: { field: "modifiedDate", order: "asc" },
  };
}

/** Times of Flipkart's filters, in whole seconds around the window. */
export function rangeOf(wish: Pick<OrdersWish | FeedWish, "from" | "to">): { from: string; to: string } {
  return { from: offsetTime(wish.from, "floor"), to: offsetTime(wish.to, "ceil") };
}

/** Figures by SKU; a SKU that is told for several locations names all of them at once. */
export function toInventory(
  lines: readonly (StockLine & { readonly locationId: string })[],
): Schema<"flipkart", "InventoryUpdate"> {
  const bySku = Map.groupBy(lines, (line) => line.channelProductId);
  return Object.fromEntries(
    [...bySku].map(([sku, figures]) => [
      sku,
      {
        product_id: figures[0]?.productId ?? "",
        locations: figures.map((line) => ({ id: line.locationId, inventory: line.quantity })),
      },
    ]),
  );
}

/**
 * Packs a shipment. The invoice's number is Flipkart's and left out. Box and weight are the parcel's; a shipment that Flipkart
 * divides (`mps`) keeps the dimensions that it has for each of its parts, where it has them.
 */
export function toPack(
  facts: PackFacts,
  shipment: ReadShipment,
  alive: readonly ShipmentLine[],
): RequestBody<"flipkart", "pack"> {
  const dimensions = {
    length: facts.lengthMm / 10,
    breadth: facts.widthMm / 10,
    height: facts.heightMm / 10,
    weight: facts.weightGrams / 1000,
  };
  const rates = new Map(facts.lines.map((line) => [line.channelOrderItemId, line.rates]));
  const parts = shipment.subShipments?.length ? shipment.subShipments : [{ subShipmentId: "SS-1" }];
  const orderIds = [...new Set(alive.map((line) => line.orderId))];
  return {
    shipments: [
      {
        shipmentId: shipment.shipmentId,
        locationId: shipment.locationId,
        taxItems: alive.map((line) => ({
          orderItemId: line.orderItemId,
          quantity: line.quantity,
          taxRate: (rates.get(line.orderItemId)?.gstBps ?? 0) / 100,
        })),
        invoices: orderIds.map((orderId) => ({ orderId, invoiceDate: facts.packedOn.toString() })),
        subShipments: parts.map((part) => ({
          subShipmentId: part.subShipmentId,
          dimensions: (parts.length > 1 ? ownDimensions(part) : null) ?? dimensions,
        })),
      },
    ],
  };
}

function ownDimensions(part: Schema<"flipkart", "SubShipment">): Schema<"flipkart", "Dimensions"> | null {
  return part.packages?.find((one) => one.dimensions !== undefined)?.dimensions ?? null;
}

/** Why a seller cancels: the reasons that the API knows. */
export const CANCEL_REASONS = [
  { value: "not_enough_inventory", label: "Not enough inventory" },
  { value: "cannot_procure_item", label: "Cannot procure the item" },
  { value: "b2b_order", label: "Business order" },
] as const;
type CancelReason = (typeof CANCEL_REASONS)[number]["value"];
/** The setting of a channel that says which of them is told. */
export const CANCEL_REASON_SETTING = "cancelReason";
export const CANCEL_REASON_DEFAULT: CancelReason = "not_enough_inventory";

export function cancelReason(setting: unknown): CancelReason {
  return CANCEL_REASONS.find(({ value }) => value === setting)?.value ?? CANCEL_REASON_DEFAULT;
}

export function toCancel(
  shipment: ReadShipment,
  groups: readonly string[],
  reason: CancelReason = CANCEL_REASON_DEFAULT,
): RequestBody<"flipkart", "cancelShipments"> {
  const { shipmentId, locationId } = shipment;
  const named = groups.includes(NO_GROUP) ? {} : { cancellationGroupIds: [...groups] };
  return { shipments: [{ shipmentId, locationId, reason, ...named }] };
}

/** Lines of the wish, with the groups that Flipkart cancels together. */
export interface CancelPlan {
  readonly groups: readonly string[];
  /** Lines that cannot be cancelled, in words. */
  readonly refused: ReadonlyMap<string, string>;
  /** Lines that are cancelled there already. */
  readonly done: ReadonlySet<string>;
}

/**
 * What to cancel. A line is cancelled whole, and so is its group: one with lines that nobody asked to cancel is refused, for
 * the buyer would lose those too. Of lines whose group is not told the whole shipment is meant.
 */
export function planCancel(facts: CancelFacts, shipment: ReadShipment): CancelPlan {
  const wanted = new Map(facts.lines.map((line) => [line.channelOrderItemId, line.quantity]));
  const refused = new Map<string, string>();
  const done = new Set<string>();
  const groups = new Map<string, string[]>();
  for (const id of wanted.keys()) {
    const line = shipment.lines.find((each) => each.orderItemId === id);
    if (line === undefined) refused.set(id, `Flipkart's shipment has no line ${id}.`);
    else if (line.state === "CANCELLED") done.add(id);
    else if ((wanted.get(id) ?? 0) < line.quantity)
      refused.set(id, `Flipkart cancels a line whole: ${line.quantity} units, not ${wanted.get(id)}.`);
    else groups.set(groupOf(line), [...(groups.get(groupOf(line)) ?? []), id]);
  }
  for (const [group, ids] of groups) {
    const others = shipment.lines.filter(
      (line) =>
        (group === NO_GROUP || groupOf(line) === group) && line.state !== "CANCELLED" && !wanted.has(line.orderItemId),
    );
    if (others.length === 0) continue;
    const names = others.map((line) => `${line.orderItemId} (${line.sku})`).join(", ");
    for (const id of ids)
      refused.set(id, `Flipkart cancels this line only together with ${names}: cancel them in one go, or none.`);
    groups.delete(group);
  }
  return { groups: [...groups.keys()], refused, done };
}

/** Of lines whose group is not told: nothing but the whole shipment can be named then. */
const NO_GROUP = "";

function groupOf(line: ShipmentLine): string {
  return line.cancellationGroupId ?? NO_GROUP;
}

/**
 * A self-shipped parcel on its way, with the seller's invoice and courier. Flipkart takes no delivery that is expected before
 * the Indian day on which it is told: one that is told late is expected now.
 */
export function toSelfDispatch(
  facts: DispatchFacts,
  shipper: NonNullable<DispatchFacts["shipper"]>,
  locationId: string,
  now: Instant,
): RequestBody<"flipkart", "selfShipDispatch"> {
  const expected = latest(latest(shipper.deliveryExpectedAt, shipper.dispatchedAt), now);
  return {
    shipments: [
      {
        shipmentId: facts.channelOrderId,
        locationId,
        dispatchDate: offsetTime(shipper.dispatchedAt, "floor"),
        tentativeDeliveryDate: offsetTime(expected, "ceil"),
        deliveryPartner: shipper.courierName,
        deliveryPartnerCode: partnerCode(shipper.courierName),
        trackingId: shipper.awb,
        invoice: {
          invoiceNumber: shipper.invoiceNumber,
          invoiceDate: shipper.invoicedOn.toString(),
          items: facts.lines.map((line) => ({ orderItemId: line.channelOrderItemId, quantity: line.quantity })),
        },
      },
    ],
  };
}

function latest(a: Instant, b: Instant): Instant {
  return Temporal.Instant.compare(a, b) < 0 ? b : a;
}

/** `deliveryPartnerCode` is newly mandatory (seen by integrators); its list is not published: the name in capitals, with underscores. */
function partnerCode(name: string): string {
  return name
    .trim()
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, "_");
}

export function toSelfDelivery(
  shipmentId: string,
  locationId: string,
  at: Temporal.Instant,
): RequestBody<"flipkart", "selfShipDelivery"> {
  return { shipments: [{ shipmentId, locationId, deliveryDate: offsetTime(at, "floor") }] };
}
