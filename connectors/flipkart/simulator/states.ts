/** The states of a shipment, which run by the clock: packing takes a while, the courier comes later. */
import { cancelReasonMark, type SimOrder, type SimOrderItem, type SimShipment } from "../../kit/simulator/index.ts";
import type { ItemState } from "../map/words.ts";
import { marksOf, type Parts } from "./parts.ts";

/** Marks that a shipment carries beside what every simulated order has. */
export const MARK = {
  /** When packing was asked for. */
  packAskedAt: "packAskedAt",
  /** "yes": packing ends in FORM_FAILED. */
  formFails: "formFails",
  /** When the seller said that it stands ready for the courier. */
  readyAt: "readyAt",
  /** When the courier took it. */
  pickedUpAt: "pickedUpAt",
  /** "yes": taken by the courier, not on its way yet. */
  pickupAlone: "pickupAlone",
  /** FBF_LITE, or FBF: who stores and sends it; none: NON_FBF. */
  profile: "profile",
  /** "yes": a shipment of several packages, which is handed over on a list of its own. */
  mps: "mps",
  dispatchAfter: "dispatchAfter",
  dispatchBy: "dispatchBy",
  /** "yes": its SKUs are given as some of Flipkart's answers have them, escaped and in quotes. */
  quotedSkus: "quotedSkus",
  returnState: (returnId: string) => `return:${returnId}`,
  returnChangedAt: (returnId: string) => `returnChangedAt:${returnId}`,
} as const;

/** The courier comes so long after a shipment stands ready. */
const PICKUP_AFTER_MINUTES = 120;

interface Carrier {
  readonly name: string;
  readonly group: string;
}

/** As shipments name them, and as hand-over groups do. */
const CARRIERS: readonly [Carrier, ...Carrier[]] = [
  { name: "E-Kart Logistics", group: "EKART" },
  { name: "Delhivery", group: "DELHIVERY" },
  { name: "Xpressbees", group: "XPRESSBEES" },
];

export function groupOfCourier(name: string): string {
  return CARRIERS.find((carrier) => carrier.name === name)?.group ?? name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "");
}

export function instantOf(text: string | undefined): Temporal.Instant | null {
  return text === undefined ? null : Temporal.Instant.from(text);
}

function isPast(moment: Temporal.Instant | null, at: Temporal.Instant): moment is Temporal.Instant {
  return moment !== null && Temporal.Instant.compare(moment, at) <= 0;
}

/** Not before it may the seller pack. */
export function dispatchAfter(order: SimOrder): Temporal.Instant {
  return instantOf(marksOf(order)[MARK.dispatchAfter]) ?? Temporal.Instant.from(order.orderDate);
}

export function dispatchBy(order: SimOrder): Temporal.Instant {
  return instantOf(marksOf(order)[MARK.dispatchBy]) ?? Temporal.Instant.from(order.slaBy);
}

const PROFILES = ["FBF", "FBF_LITE", "NON_FBF"] as const;

/** Who stores and sends it. */
export function profileOf(order: SimOrder): (typeof PROFILES)[number] {
  return PROFILES.find((one) => one === marksOf(order)[MARK.profile]) ?? "NON_FBF";
}

export function isMps(order: SimOrder): boolean {
  return marksOf(order)[MARK.mps] === "yes";
}

export function isHeld(order: SimOrder): boolean {
  return order.items.some((item) => item.onHold && item.status !== "CANCELLED");
}

/**
 * Brings a shipment to the present: what packing makes is made when its time is over, and a courier who was due has been
 * there. Called before a shipment is told or changed.
 */
export function settle(parts: Pick<Parts, "sim" | "numbers">, order: SimOrder, at: Temporal.Instant): void {
  const marks = marksOf(order);
  if (isAtRest(order, marks)) return;
  const { invoiceDelayMs, courierDelayMs } = parts.sim.settings.now();
  const asked = instantOf(marks[MARK.packAskedAt]);
  const packedAt = asked?.add({ milliseconds: invoiceDelayMs }) ?? null;
  const courierAt = asked?.add({ milliseconds: Math.max(invoiceDelayMs, courierDelayMs) }) ?? null;
  if (isPast(packedAt, at) && marks[MARK.formFails] !== "yes" && order.invoices.length === 0)
    happened(order, packedAt, () => makeInvoice(parts, order, packedAt));
  if (isPast(courierAt, at) && order.invoices.length > 0)
    happened(order, courierAt, () => findCourier(parts, order, courierAt));
  const sent = order.shipments.at(-1);
  if (order.thirdPartyShipping && sent && order.invoices.length === 0) processedThere(parts, order, sent);
  const pickup = instantOf(marks[MARK.readyAt])?.add({ minutes: PICKUP_AFTER_MINUTES }) ?? null;
  if (marks[MARK.pickedUpAt] !== undefined || !isPast(pickup, at)) return;
  happened(order, pickup, () => {
    marks[MARK.pickedUpAt] = pickup.toString();
  });
}

/** Nothing of it comes about by the clock alone: most of a seller's shipments, which every search has to pass. */
function isAtRest(order: SimOrder, marks: Readonly<Record<string, string>>): boolean {
  const hasInvoice = order.invoices.length > 0;
  const isPacked = hasInvoice && (order.parcels.at(-1)?.courier ?? null) !== null;
  const isProcessedThere = order.thirdPartyShipping && order.shipments.length > 0;
  const waitsForPickup = marks[MARK.readyAt] !== undefined && marks[MARK.pickedUpAt] === undefined;
  return (marks[MARK.packAskedAt] === undefined || isPacked) && (hasInvoice || !isProcessedThere) && !waitsForPickup;
}

/** Something came about at a moment that is over: the order was changed then, whenever somebody looks. */
function happened(order: SimOrder, moment: Temporal.Instant, act: () => void): void {
  const before = order.updatedAt;
  act();
  const later = Temporal.Instant.compare(before, moment) > 0 ? Temporal.Instant.from(before) : moment;
  order.updatedAt = later.toString({ smallestUnit: "millisecond" });
}

/** Processed on the seller's panel: it has an invoice and a parcel like any other. */
function processedThere(parts: Pick<Parts, "sim" | "numbers">, order: SimOrder, sent: SimShipment): void {
  const { orderItemIds, courier: name, trackingNumber: awb, at: assignedAt } = sent;
  const courier = { code: groupOfCourier(name), name, awb, sortCode: "", assignedAt };
  const moment = Temporal.Instant.from(assignedAt);
  order.parcels.push({ orderItemIds, openedAt: assignedAt, courier, box: null });
  happened(order, moment, () => makeInvoice(parts, order, moment));
}

function makeInvoice({ sim, numbers }: Pick<Parts, "sim" | "numbers">, order: SimOrder, at: Temporal.Instant): void {
  const issuedAt = at.toString({ smallestUnit: "millisecond" });
  const invoice = { kind: "INVOICE", number: numbers.next("INVOICE"), issuedAt } as const;
  order.invoices.push(invoice);
  sim.world.write("invoice", { orderId: order.id, seller: order.seller, at: issuedAt, ...invoice });
}

function findCourier({ sim }: Pick<Parts, "sim">, order: SimOrder, at: Temporal.Instant): void {
  const parcel = order.parcels.at(-1);
  if (!order.thirdPartyShipping || !parcel || parcel.courier) return;
  const { name, group } = sim.random.pick(CARRIERS);
  const sortCode = `${order.shippingAddress.city.slice(0, 3).toUpperCase()}/${order.shippingAddress.pincode.slice(0, 3)}`;
  const assignedAt = at.toString({ smallestUnit: "millisecond" });
  parcel.courier = { code: group, name, awb: `FMPP${sim.random.digits(10)}`, sortCode, assignedAt };
  const { orderItemIds, courier } = parcel;
  sim.world.write("courier", { orderId: order.id, seller: order.seller, at: assignedAt, orderItemIds, ...courier });
}

/** The state of a line. The shipment was brought to the present before. */
export function stateOf(order: SimOrder, item: SimOrderItem): ItemState {
  const marks = marksOf(order);
  switch (item.status) {
    case "CANCELLED":
      return "CANCELLED";
    case "DELIVERED":
      return "DELIVERED";
    case "DISPATCHED":
      return leftState(marks);
    case "RETURN_REQUESTED":
    case "COURIER_RETURN":
      return returnedState(marks, item);
    case "CREATED":
      return openState(order, marks);
    default:
      return item.status satisfies never;
  }
}

/** "Dispatched" by the seller's word is ready for the courier; dispatched on the panel, it is on its way. */
function leftState(marks: Readonly<Record<string, string>>): ItemState {
  if (marks[MARK.readyAt] !== undefined && marks[MARK.pickedUpAt] === undefined) return "READY_TO_DISPATCH";
  return marks[MARK.pickupAlone] === "yes" ? "PICKUP_COMPLETE" : "SHIPPED";
}

function returnedState(marks: Readonly<Record<string, string>>, item: SimOrderItem): ItemState {
  const state = item.returned ? marks[MARK.returnState(item.returned.returnId)] : undefined;
  if (state === "COMPLETED") return "RETURNED";
  if (state === "CANCELLED") return item.status === "COURIER_RETURN" ? "SHIPPED" : "DELIVERED";
  return "RETURN_REQUESTED";
}

function openState(order: SimOrder, marks: Readonly<Record<string, string>>): ItemState {
  if (marks[MARK.packAskedAt] === undefined) return "APPROVED";
  if (order.invoices.length > 0) return "PACKED";
  return marks[MARK.formFails] === "yes" ? "FORM_FAILED" : "PACKING_IN_PROGRESS";
}

/** States of the lines that are not cancelled; CANCELLED where all are. */
export function stateOfShipment(order: SimOrder): ItemState {
  const alive = order.items.filter((item) => item.status !== "CANCELLED");
  const open = alive.find((item) => item.status === "CREATED") ?? alive[0];
  return open === undefined ? "CANCELLED" : stateOf(order, open);
}

export type CancelledBy = "sellerCancellation" | "buyerCancellation" | "marketplaceCancellation";

/**
 * Who cancelled a line: as the cancellation's reason says. By this interface it is the seller. Without a word it was mostly the
 * buyer; one in four was Flipkart, and one in four the seller on his panel, told by the line's id so that it never changes.
 */
export function cancelledBy(order: SimOrder, item: SimOrderItem): CancelledBy {
  const reason = marksOf(order)[cancelReasonMark(item)];
  if (reason === "sellerCancellation" || reason === "buyerCancellation" || reason === "marketplaceCancellation")
    return reason;
  const sum = [...item.orderItemId].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return WHO[sum % WHO.length] ?? "buyerCancellation";
}

const WHO: readonly CancelledBy[] = [
  "buyerCancellation",
  "marketplaceCancellation",
  "sellerCancellation",
  "buyerCancellation",
];
