/** What Amazon says of an order's state, unit by unit. Pure. */
import type { Instant } from "../../../src/kernel/index.ts";
import type { NeedsPerson, ReportedOrder, ReportedParcel } from "../../kit/index.ts";
import { text } from "../../protocol/map/json.ts";
import { type Order, type OrderItem, type OrderPackage, pathOf } from "./market.ts";
import { timeOf } from "./time.ts";

type ReportedLine = ReportedOrder["lines"][number];
type Word = ReportedLine["status"];

/** `fulfillmentStatus` of an order. Nothing may be done to pending ones: not paid for yet, or not released. */
const ORDER_WORDS: ReadonlyMap<string, "PENDING" | "CANCELLED" | "ALIVE"> = new Map([
  ["PENDING", "PENDING"],
  ["PENDING_AVAILABILITY", "PENDING"],
  ["UNSHIPPED", "ALIVE"],
  ["PARTIALLY_SHIPPED", "ALIVE"],
  ["SHIPPED", "ALIVE"],
  ["CANCELLED", "CANCELLED"],
  ["UNFULFILLABLE", "CANCELLED"], // of Amazon's own warehouse alone
]);

/** `detailedStatus` of a package; where it has none, its `status`. */
const PACKAGE_WORDS: ReadonlyMap<string, Word> = new Map([
  ["PENDING", "OPEN"],
  ["PENDING_SCHEDULE", "OPEN"],
  ["PENDING_PICK_UP", "OPEN"],
  ["PENDING_DROP_OFF", "OPEN"],
  ["CANCELLED", "OPEN"], // the package, not the order
  ["PICKED_UP", "DISPATCHED"],
  ["DROPPED_OFF", "DISPATCHED"],
  ["AT_ORIGIN_FC", "DISPATCHED"],
  ["AT_DESTINATION_FC", "DISPATCHED"],
  ["OUT_FOR_DELIVERY", "DISPATCHED"],
  ["IN_TRANSIT", "DISPATCHED"],
  ["SHIPPED", "DISPATCHED"],
  ["DELIVERED", "DELIVERED"],
  ["REJECTED_BY_BUYER", "RTO"],
  ["UNDELIVERABLE", "RTO"],
  ["RETURNING_TO_SELLER", "RTO"],
  ["RETURNED_TO_SELLER", "RETURNED"],
  // It left. Where it is and who pays for it a person is asked by the parcel's own word, once for the parcel.
  ["LOST", "DISPATCHED"],
  ["DAMAGED", "DISPATCHED"],
]);

/** Amazon voided the package's label: its pickup was missed, say. It holds nothing, and has to be scheduled again. */
const LABEL_VOID = "LABEL_CANCELLED";
/** Where the seller schedules a package again. */
const PANEL = "Seller Central > Manage Orders";

export function statusOf({ fulfillment }: Order): string {
  return fulfillment?.fulfillmentStatus ?? "UNSHIPPED";
}

/** Stock is kept for it, nothing else: not paid for, or not released yet. Its prices and address come later. */
export function isPending(order: Order): boolean {
  return ORDER_WORDS.get(statusOf(order)) === "PENDING";
}

export function isCancelled(order: Order): boolean {
  return ORDER_WORDS.get(statusOf(order)) === "CANCELLED";
}

export function isUnknownStatus(order: Order): boolean {
  return !ORDER_WORDS.has(statusOf(order));
}

/** Was the line cancelled, or does the buyer ask for it? */
export function wishedCancelled({ cancellation, fulfillment }: OrderItem): "DONE" | "ASKED" | null {
  const units = (fulfillment?.quantityFulfilled ?? 0) + (fulfillment?.quantityUnfulfilled ?? 0);
  // A part of the line may have been cancelled before: what is left to ship is told by its quantities.
  if (cancellation?.cancellationExecution !== undefined && units === 0) return "DONE";
  if (cancellation?.cancellationRequest === undefined || cancellation.cancellationExecution !== undefined) return null;
  return (fulfillment?.quantityFulfilled ?? 0) === 0 ? "ASKED" : null;
}

/** Units of a line in a package, with the package's word. */
interface Units {
  readonly status: Word;
  readonly raw: string;
  readonly quantity: number;
  readonly at: Instant | null;
  readonly of: OrderPackage | null;
  /** The buyer asks to cancel them. */
  readonly wished?: boolean;
  readonly needsPerson?: NeedsPerson;
}

/** What the order says of its lines and parcels. Parcels of self-ship orders are the seller's own affair. */
export function toReported(order: Order): ReportedOrder {
  const at = timeOf(order.lastUpdatedTime);
  const lines = order.orderItems.flatMap((item) => unitsOf(order, item, at).map((units) => lineOf(order, item, units)));
  const parcels = pathOf(order) === "EASY_SHIP" ? (order.packages ?? []).map((of) => parcelOf(of, at)) : [];
  return { channelOrderId: order.orderId, lines, ...(parcels.length === 0 ? {} : { parcels }) };
}

/** Units of a line that are cancelled by now. */
export function cancelledOf(order: Order, item: OrderItem): number {
  const cancelled = unitsOf(order, item, null).filter(({ status }) => status === "CANCELLED");
  return cancelled.reduce((sum, { quantity }) => sum + quantity, 0);
}

function unitsOf(order: Order, item: OrderItem, at: Instant | null): Units[] {
  const raw = statusOf(order);
  const all = (status: Word): Units[] => [{ status, raw, quantity: item.quantityOrdered, at, of: null }];
  if (isUnknownStatus(order)) return all("unknown");
  if (isCancelled(order)) return all("CANCELLED");
  if (isPending(order)) return all("OPEN");
  if (wishedCancelled(item) === "DONE") return all("CANCELLED");
  const { quantityFulfilled, quantityUnfulfilled } = item.fulfillment ?? {};
  const ordered = item.quantityOrdered;
  const known = quantityFulfilled !== undefined && quantityUnfulfilled !== undefined;
  const cancelled = known ? Math.max(0, ordered - quantityFulfilled - quantityUnfulfilled) : 0;
  const packed = packedUnits(order, item, ordered - cancelled, at);
  const inPackages = packed.reduce((sum, { quantity }) => sum + quantity, 0);
  const left = Math.max(0, (quantityFulfilled ?? (raw === "SHIPPED" ? ordered : 0)) - unitsGone(packed));
  const gone = Math.min(left, Math.max(0, ordered - cancelled - inPackages));
  const open = Math.max(0, ordered - cancelled - inPackages - gone);
  const voided = voidLabelOf(order, item);
  const units: readonly Units[] = [
    { status: "CANCELLED", raw: "CANCELLED", quantity: cancelled, at, of: null },
    ...packed,
    { status: "DISPATCHED", raw, quantity: gone, at, of: null },
    // Still here, and nobody schedules them again by himself: a person is told.
    { status: "OPEN", quantity: open, at, of: null, ...(voided === null ? { raw } : { raw: LABEL_VOID, ...voided }) },
  ];
  const asked = wishedCancelled(item) === "ASKED";
  // What lies in no package, or in one that waits for its pickup, is still with the seller.
  const isWished = ({ status }: Units) => asked && status === "OPEN";
  return units
    .filter(({ quantity }) => quantity > 0)
    .map((unit) => (isWished(unit) ? { ...unit, wished: true } : unit));
}

/** The void label that a line's units lay under; null: there is none. */
function voidLabelOf(order: Order, { orderItemId }: OrderItem): Pick<Units, "needsPerson"> | null {
  const found = order.packages?.findLast(
    (of) => wordOf(of) === LABEL_VOID && (of.packageItems?.some((one) => one.orderItemId === orderItemId) ?? true),
  );
  if (found === undefined) return null;
  return { needsPerson: { kind: "LABEL_VOID", awb: text(found.trackingNumber), panel: PANEL } };
}

/** Units that lie in packages, each with its package's word. Of Easy Ship one order is one package, which may name no lines. */
function packedUnits(order: Order, item: OrderItem, most: number, at: Instant | null): Units[] {
  let left = most;
  return (order.packages ?? []).flatMap((of) => {
    const named = of.packageItems?.filter(({ orderItemId }) => orderItemId === item.orderItemId);
    const wanted = named?.reduce((sum, { quantity }) => sum + quantity, 0) ?? most;
    const quantity = Math.min(left, wanted);
    if (quantity <= 0) return [];
    const raw = wordOf(of);
    const status = PACKAGE_WORDS.get(raw) ?? "unknown";
    // A cancelled package holds nothing: its units are in another one, or wait for one.
    if (raw === "CANCELLED" || raw === LABEL_VOID) return [];
    left -= quantity;
    const changed = status === "DISPATCHED" ? (timeOf(of.shipTime) ?? at) : at;
    return [{ status, raw, quantity, at: changed, of }];
  });
}

function unitsGone(packed: readonly Units[]): number {
  return packed.filter(({ status }) => status !== "OPEN").reduce((sum, { quantity }) => sum + quantity, 0);
}

function wordOf({ packageStatus }: OrderPackage): string {
  return text(packageStatus?.detailedStatus) ?? text(packageStatus?.status) ?? "PENDING";
}

function lineOf(
  order: Order,
  item: OrderItem,
  { status, raw, quantity, at, of, wished, needsPerson }: Units,
): ReportedLine {
  const back = status === "RTO" || status === "RETURNED";
  return {
    channelOrderItemId: item.orderItemId,
    status,
    raw,
    ...(quantity === item.quantityOrdered ? {} : { quantity }),
    ...(at === null ? {} : { changedAt: at }),
    ...(wished === true ? { cancelWished: true } : {}),
    ...(needsPerson === undefined ? {} : { needsPerson }),
    returnReason: back ? raw : null,
    returnAwb: back ? text(of?.trackingNumber) : null,
    returnCourier: back ? text(of?.carrier) : null,
    channelReturnId: back ? returnIdOf(order, of) : null,
  };
}

/** Amazon gives no id to what its courier brings back: the package that it went out with. */
function returnIdOf(order: Order, of: OrderPackage | null): string | null {
  const name = text(of?.trackingNumber) ?? text(of?.packageReferenceId);
  return name === null ? null : `RTO-${order.orderId}-${name}`;
}

/** Amazon tells how far a parcel is, not since when: the order's last change is the nearest that it says. */
function parcelOf(of: OrderPackage, at: Instant | null): ReportedParcel {
  const raw = wordOf(of);
  const shippedAt = timeOf(of.shipTime);
  const carrier = text(of.carrier);
  return {
    channelOrderItemIds: of.packageItems?.map(({ orderItemId }) => orderItemId) ?? [],
    courierCode: carrier === null ? null : courierCode(carrier),
    courierName: carrier,
    awb: text(of.trackingNumber),
    statuses: [{ raw, at: PACKAGE_WORDS.get(raw) === "DISPATCHED" && raw === "PICKED_UP" ? (shippedAt ?? at) : at }],
  };
}

/** "Amazon Transportation Services" → AMAZON_TRANSPORTATION_SERVICES. */
export function courierCode(carrier: string): string {
  return carrier
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, "_")
    .replaceAll(/^_|_$/g, "");
}
