/**
 * The order of steps: a line is accepted, and where Tata CLiQ ships it is packed, invoiced, labelled and put on a manifest before
 * it leaves. What leaves from the seller's panel has been through all of them there.
 */
import type { SimInvoice, SimOrder, SimOrderItem, SimParcel } from "../../kit/simulator/index.ts";
import { isOffered } from "./offers.ts";

/** The parcel that lines are in: packed by a call, or left from the panel. */
export function parcelOf(order: SimOrder, lines: readonly string[]): SimParcel | undefined {
  const holds = ({ orderItemIds }: Pick<SimParcel, "orderItemIds">) => orderItemIds.some((id) => lines.includes(id));
  const left = order.shipments.find(holds);
  return order.parcels.find(holds) ?? (left && parcelOfPanel(left));
}

function parcelOfPanel({ orderItemIds, at, ...by }: SimOrder["shipments"][number]): SimParcel {
  const courier = { code: by.providerCode, name: by.courier, awb: by.trackingNumber, sortCode: "", assignedAt: at };
  return { orderItemIds, openedAt: at, courier, box: null };
}

const linesMark = (number: string) => `lines of ${number}`;
const listedMark = (orderItemId: string) => `manifest of ${orderItemId}`;

/** The invoice that is made of exactly these lines. */
export function invoiceOf(order: SimOrder, lines: readonly string[]): SimInvoice | undefined {
  const key = lines.toSorted().join(",");
  return order.invoices.find(({ number }) => order.marks?.[linesMark(number)] === key);
}

export function noteInvoice(order: SimOrder, invoice: SimInvoice, lines: readonly string[]): void {
  order.invoices.push(invoice);
  order.marks = { ...order.marks, [linesMark(invoice.number)]: lines.toSorted().join(",") };
}

/** One that was made before another line of its parcel was cancelled is its invoice too. */
function isInvoiced(order: SimOrder, orderItemId: string): boolean {
  return order.invoices.some(({ number }) => order.marks?.[linesMark(number)]?.split(",").includes(orderItemId));
}

export function isListed(order: SimOrder, { orderItemId }: SimOrderItem): boolean {
  return order.marks?.[listedMark(orderItemId)] !== undefined;
}

export function noteListed(order: SimOrder, lines: readonly string[], manifestNo: string): void {
  const listed = lines.map((line) => [listedMark(line), manifestNo]);
  order.marks = { ...order.marks, ...Object.fromEntries(listed) };
}

export function whyNotPacked(order: SimOrder, item: SimOrderItem): string | null {
  if (item.status === "CANCELLED") return "the line is cancelled";
  if (item.status !== "CREATED") return "the line has left the store";
  return isOffered(order, item) ? "the line is not accepted yet" : null;
}

/** The same list may be asked for again. */
export function whyNotListed(order: SimOrder, item: SimOrderItem): string | null {
  if (item.status === "CANCELLED") return "the line is cancelled";
  if (!order.thirdPartyShipping) return "the seller ships it: it is on no manifest of Tata CLiQ's";
  if (isListed(order, item)) return null;
  if (item.status !== "CREATED") return "the line has left the store";
  return whyNotReady(order, item);
}

/** @param awbNo the seller's tracking number, where he ships */
export function whyNotShipped(order: SimOrder, item: SimOrderItem, awbNo: string | undefined): string | null {
  if (item.status === "CANCELLED") return "the line is cancelled";
  if (item.status !== "CREATED") return null; // said again
  if (isOffered(order, item)) return "the line is not accepted yet";
  if (!order.thirdPartyShipping) return awbNo === undefined ? "the seller ships: courier and number are needed" : null;
  return whyNotReady(order, item) ?? (isListed(order, item) ? null : "the line is on no manifest yet");
}

/** Invoice and label are mandatory where Tata CLiQ ships. A parcel has a courier from the moment its label is there. */
function whyNotReady(order: SimOrder, { orderItemId }: SimOrderItem): string | null {
  const parcel = parcelOf(order, [orderItemId]);
  if (!parcel) return "the line is not packed yet";
  if (!isInvoiced(order, orderItemId)) return "the parcel has no invoice yet";
  return parcel.courier ? null : "the parcel has no label yet";
}
