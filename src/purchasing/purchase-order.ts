import { supplyKind, taxLine } from "../billing/gst.ts";
import { rateFor, type TaxClass } from "../catalog/tax-class.ts";
import {
  assert,
  basisPoints,
  type Id,
  type LocalDate,
  lifecycle,
  ok,
  type Paise,
  paise,
  type Result,
  refuse,
  type SkuId,
  ZERO,
} from "../kernel/index.ts";
import { type StateCode, stateByCode } from "../warehouse/states.ts";

export type PurchaseOrderId = Id<"PurchaseOrder">;
export type PurchaseOrderLineId = Id<"PurchaseOrderLine">;

/**
 * Life of a purchase order. It is changed only until it is approved: what the vendor was told is not rewritten. Rejected
 * pieces have arrived too: they go back by a gatepass, and what replaces them is a new order.
 */
export const purchaseOrderLifecycle = lifecycle({
  name: "purchase order",
  states: ["CREATED", "APPROVED", "PARTIALLY_RECEIVED", "COMPLETE", "CLOSED", "CANCELLED"],
  initial: ["CREATED"],
  terminal: ["COMPLETE", "CLOSED", "CANCELLED"],
  events: {
    edit: { from: ["CREATED"], to: "CREATED" },
    approve: { from: ["CREATED"], to: "APPROVED" },
    receivePart: { from: ["APPROVED", "PARTIALLY_RECEIVED"], to: "PARTIALLY_RECEIVED" },
    receiveAll: { from: ["APPROVED", "PARTIALLY_RECEIVED"], to: "COMPLETE" },
    close: { from: ["APPROVED", "PARTIALLY_RECEIVED"], to: "CLOSED" }, // the rest does not come
    cancel: { from: ["CREATED", "APPROVED"], to: "CANCELLED" }, // nothing has come
  },
});
export type PurchaseOrderState = (typeof purchaseOrderLifecycle.states)[number];
export type PurchaseOrderEvent = keyof typeof purchaseOrderLifecycle.events;

/** States as refusals say them. */
const STATE_WORDS: Readonly<Record<PurchaseOrderState, string>> = {
  CREATED: "not approved yet",
  APPROVED: "approved",
  PARTIALLY_RECEIVED: "partially received",
  COMPLETE: "complete",
  CLOSED: "closed",
  CANCELLED: "cancelled",
};

/** Whether an event may happen now. Pure. Refuses PO_STATE. */
export function decideEvent(
  order: { readonly code: string; readonly state: PurchaseOrderState },
  event: PurchaseOrderEvent,
): Result<PurchaseOrderState> {
  if (purchaseOrderLifecycle.may(event, order.state)) return ok(purchaseOrderLifecycle.events[event].to);
  const allowed = purchaseOrderLifecycle.allowed(order.state).filter((each) => !each.startsWith("receive"));
  return refuse("PO_STATE", {
    order: order.code,
    state: STATE_WORDS[order.state],
    event,
    allowed: allowed.length === 0 ? "nothing" : allowed,
  });
}

/** Whether the rest of an order may be given up: closed short, or cancelled. Pure. Refuses PO_STATE, PO_GRN_OPEN. */
export function decideEnd(
  order: { readonly code: string; readonly state: PurchaseOrderState },
  event: "close" | "cancel",
  openGrns: readonly string[],
): Result<PurchaseOrderState> {
  const may = decideEvent(order, event);
  if (!may.ok) return may;
  return openGrns.length > 0 ? refuse("PO_GRN_OPEN", { order: order.code, grns: openGrns }) : may;
}

/** Whether goods of an order may be received. Pure. Refuses PO_NOT_RECEIVABLE. */
export function decideReceive(order: { readonly code: string; readonly state: PurchaseOrderState }): Result<undefined> {
  return purchaseOrderLifecycle.may("receivePart", order.state)
    ? ok()
    : refuse("PO_NOT_RECEIVABLE", { order: order.code, state: STATE_WORDS[order.state] });
}

/** What an order is after a receipt: complete when every ordered piece has arrived, accepted or not. Pure. */
export function afterReceipt(
  lines: readonly { readonly quantity: number; readonly accepted: number; readonly rejected: number }[],
): "receivePart" | "receiveAll" {
  return lines.every((line) => line.accepted + line.rejected === line.quantity) ? "receiveAll" : "receivePart";
}

/** Nobody buys for ₹1,000 crore in one line; 500 such lines with their tax still are a safe integer of paise. */
export const LINE_MAX_PAISE = 1_000_000_000_000;
export const LINES_MAX = 500;
export const QUANTITY_MAX = 100_000;

/** A line as it is ordered, its SKU found. */
export interface WantedLine {
  readonly skuId: SkuId;
  readonly sku: string;
  readonly vendorSku: string | null;
  readonly quantity: number;
  /** Of one piece, without tax. */
  readonly unitPrice: Paise;
  /** Null: the product has none, and none was chosen. */
  readonly taxClass: TaxClass | null;
}

/** A line with its amounts. taxable + cgst + sgst + utgst + igst + cess = gross, to the paisa. */
export interface PricedLine extends Omit<WantedLine, "taxClass"> {
  readonly taxClass: string | null;
  readonly gstBps: number;
  readonly cessBps: number;
  readonly taxable: Paise;
  readonly cgst: Paise;
  readonly sgst: Paise;
  readonly utgst: Paise;
  readonly igst: Paise;
  readonly cess: Paise;
  readonly gross: Paise;
}

/** Who trades, as far as tax depends on it. */
export interface Parties {
  /** Null: not registered; such a vendor charges no GST (CGST Act s.22, s.32(1)). */
  readonly vendorGstin: string | null;
  readonly vendorState: string;
  /** Where the goods are delivered: the place of supply. */
  readonly facilityState: string;
}

/**
 * What each line costs: quantity times price, with GST on top by the rate of the day, split by where vendor and facility
 * are (IGST Act s.7, s.8, s.10(1)(a)). Pure. Refusals, in this order: PO_SKU_TWICE, PO_LINE_TOO_LARGE, PO_TAX_CLASS_MISSING,
 * NO_TAX_RATE.
 */
export function priceLines(lines: readonly WantedLine[], parties: Parties, on: LocalDate): Result<PricedLine[]> {
  const counts = Map.groupBy(lines, (line) => line.skuId);
  const twice = [...counts.values()].flatMap((same) => (same.length > 1 && same[0] ? [same[0].sku] : []));
  if (twice.length > 0) return refuse("PO_SKU_TWICE", { skus: twice });
  const large = lines.find((line) => line.quantity * line.unitPrice > LINE_MAX_PAISE);
  if (large) return refuse("PO_LINE_TOO_LARGE", { sku: large.sku, max: LINE_MAX_PAISE });
  const exempt = parties.vendorGstin === null;
  const lacking = exempt ? [] : lines.filter((line) => line.taxClass === null).map((line) => line.sku);
  if (lacking.length > 0) return refuse("PO_TAX_CLASS_MISSING", { skus: lacking });
  const kind = supplyKind(stateOf(parties.vendorState), stateOf(parties.facilityState));
  const priced: PricedLine[] = [];
  for (const { taxClass, ...line } of lines) {
    const rate =
      exempt || taxClass === null ? ok(NO_TAX) : rateFor(taxClass, { amount: line.unitPrice, taxIncluded: false }, on);
    if (!rate.ok) return rate;
    const amounts = taxLine(
      {
        quantity: line.quantity,
        price: paise(line.quantity * line.unitPrice),
        discount: ZERO,
        shippingCharges: ZERO,
        codCharges: ZERO,
        giftWrapCharges: ZERO,
      },
      { kind, rate: rate.value, pricesIncludeTax: false, exempt },
    );
    if (!amounts.ok) return amounts;
    const { taxable, cgst, sgst, utgst, igst, cess, gross, gstBps, cessBps } = amounts.value;
    const code = exempt ? null : (taxClass?.code ?? null);
    priced.push({ ...line, taxClass: code, gstBps, cessBps, taxable, cgst, sgst, utgst, igst, cess, gross });
  }
  return ok(priced);
}

const NO_TAX = { gstBps: basisPoints(0), cessBps: basisPoints(0), cessPerUnitPaise: ZERO };

function stateOf(code: string): StateCode {
  const state = stateByCode(code);
  assert(state !== null, "a stored address has a state that we know");
  return state.code;
}
