/** What shipments and returns say of the state of an order, and who carries it. Pure. */
import type { Schema } from "../../../contract/types.ts";
import { describeMisfits, validator } from "../../../contract/validators.ts";
import type { ReportedOrder, ReportedParcel } from "../../kit/index.ts";
import type { Reading } from "../../protocol/map/documents.ts";
import { excerpt, isJson, text } from "../../protocol/map/json.ts";
import { FLIPKART_CONTRACT } from "../contract/index.ts";
import { type Details, readDetails } from "./order.ts";
import { isSelfShip, pick, type ReadShipment, timeOf } from "./shipment.ts";
import { COMES_BACK, PACKED_OR_LATER, statusOf } from "./words.ts";

type ReportedLine = ReportedOrder["lines"][number];

export interface FlipkartCourier {
  readonly name: string;
  readonly awb: string;
}

/**
 * The lines of a shipment with their states, and its parcel with courier and number where they are known. Returns are not
 * announced by it: a state names neither a return's id nor its units, and what is known already would not learn them
 * from the lists of returns any more (`toReportedReturn`).
 */
export function toReported(shipment: ReadShipment, courier: FlipkartCourier | null): ReportedOrder {
  const changedAt = timeOf(shipment.updatedAt);
  const lines = shipment.lines.map((line): ReportedLine => {
    const cancelledAt = line.state === "CANCELLED" ? timeOf(line.cancellationDate) : null;
    const at = cancelledAt ?? changedAt;
    return {
      channelOrderItemId: line.orderItemId,
      status: statusOf(line.state, line.courierReturn === true),
      raw: line.state,
      ...(at === null ? {} : { changedAt: at }),
      returnReason: null,
      returnAwb: null,
      returnCourier: null,
      channelReturnId: null,
    };
  });
  const order = { channelOrderId: shipment.shipmentId, lines };
  return isSelfShip(shipment) ? order : { ...order, parcels: parcelsOf(shipment, courier) };
}

/** One shipment is one parcel. Flipkart gives the courier's way in the words of the shipment's own states, up to its delivery. */
function parcelsOf(shipment: ReadShipment, courier: FlipkartCourier | null): ReportedParcel[] {
  const state = shipment.lines.find((line) => line.state !== "CANCELLED")?.state ?? "";
  if (!PACKED_OR_LATER.has(state)) return [];
  return [
    {
      channelOrderItemIds: [],
      courierCode: courier === null ? null : courierCode(courier.name),
      courierName: courier?.name ?? null,
      awb: courier?.awb ?? null,
      statuses: COMES_BACK.has(state) ? [] : [{ raw: state, at: timeOf(shipment.updatedAt) }],
    },
  ];
}

/** Couriers have names alone there; the code is the name without blanks and signs, so that spellings fall together. */
export function courierCode(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "");
}

/**
 * The courier of a shipment: in `courierDetails` of its address view, or, as some answers have it, inside its sub-shipments.
 * Who delivers is preferred to who picks up: its number is the one that the buyer follows. Null: none yet.
 */
export function courierOf(details: Details | null, subShipments: unknown): FlipkartCourier | null {
  const places = [details?.courierDetails, ...(Array.isArray(subShipments) ? subShipments.flatMap(courierPlaces) : [])];
  for (const place of places) {
    if (!isJson(place)) continue;
    const found = courier(place.deliveryDetails) ?? courier(place.pickupDetails) ?? courier(place);
    if (found !== null) return found;
  }
  return null;
}

function courierPlaces(subShipment: unknown): unknown[] {
  return isJson(subShipment) ? [subShipment.courierDetails, subShipment] : [];
}

function courier(place: unknown): FlipkartCourier | null {
  if (!isJson(place)) return null;
  const [name, awb] = [place.vendorName, place.trackingId].map((value) =>
    typeof value === "string" ? text(value) : null,
  );
  return name == null || awb == null ? null : { name, awb };
}

/** The couriers of address views, by shipment. */
export function couriersOf(rows: readonly unknown[]): Map<string, FlipkartCourier> {
  const found = new Map<string, FlipkartCourier>();
  for (const row of rows) {
    const details = readDetails(row);
    const courier = details === null ? null : courierOf(details, isJson(row) ? row.subShipments : null);
    if (details !== null && courier !== null) found.set(details.shipmentId, courier);
  }
  return found;
}

export type ReturnSource = "customer_return" | "courier_return";
type ReturnItem = Schema<"flipkart", "ReturnItem">;

const isReturnItem = validator(FLIPKART_CONTRACT, "ReturnItem");
const RETURN_MEMBERS = [
  "returnId",
  "orderItemId",
  "orderId",
  "shipmentId",
  "quantity",
  "status",
  "type",
  "reason",
  "subReason",
  "courierName",
  "trackingId",
  "updatedDate",
];

/** One row of `GET /v2/returns`. */
export function readReturn(raw: unknown): Reading<ReturnItem & { readonly shipmentId: string }> {
  const checked = isReturnItem(isJson(raw) ? pick(raw, RETURN_MEMBERS) : raw);
  if (!checked.ok)
    return {
      ok: false,
      words: `return ${excerpt(isJson(raw) ? raw.returnId : raw)}: ${describeMisfits(checked.errors, "return")}`,
    };
  const shipmentId = text(checked.value.shipmentId);
  if (shipmentId === null)
    return {
      ok: false,
      words: `return ${checked.value.returnId} of line ${checked.value.orderItemId} names no shipment`,
    };
  return { ok: true, value: { ...checked.value, shipmentId } };
}

/**
 * A return as a word about its line. CREATED: it comes back. COMPLETED: it stands with the seller. CANCELLED: none will come,
 * so the line is what it was before: delivered, or on its way to the buyer.
 */
export function toReportedReturn(
  item: ReturnItem & { readonly shipmentId: string },
  source: ReturnSource,
): ReportedOrder {
  const at = timeOf(item.updatedDate);
  const reason = [text(item.reason), text(item.subReason)].filter((part) => part !== null).join(", ");
  const line: ReportedLine = {
    channelOrderItemId: item.orderItemId,
    status: returnStatus(item.status, source),
    raw: `${source} ${item.status}`,
    ...(item.quantity === undefined || item.quantity < 1 ? {} : { quantity: item.quantity }),
    ...(at === null ? {} : { changedAt: at }),
    returnReason: text(reason),
    returnAwb: text(item.trackingId),
    returnCourier: text(item.courierName),
    channelReturnId: item.returnId,
    ...(isCalledOff(item.status) ? { returnCalledOff: true as const } : {}),
  };
  return { channelOrderId: item.shipmentId, lines: [line] };
}

function returnStatus(word: string, source: ReturnSource): ReportedLine["status"] {
  const expected = source === "courier_return" ? "RTO" : "CIR";
  // Self-ship returns are asked for and approved first: words of the same step.
  if (["CREATED", "REQUESTED", "APPROVED", "PICKED_UP"].includes(word.toUpperCase())) return expected;
  if (word === "COMPLETED") return "RETURNED";
  if (isCalledOff(word)) return source === "courier_return" ? "DISPATCHED" : "DELIVERED";
  return "unknown";
}

function isCalledOff(word: string): boolean {
  return word === "CANCELLED" || word.toUpperCase() === "REJECTED";
}
