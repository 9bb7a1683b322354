/** Invoice, courier and label of Easy Ship orders, which Amazon makes. */
import { ZERO } from "../../../src/kernel/index.ts";
import {
  badAnswer,
  type Call,
  type ChannelInvoice,
  type Fetched,
  fail,
  type OperationTable,
  type Outcome,
  succeed,
} from "../../kit/index.ts";
import { text } from "../../protocol/map/json.ts";
import { type Order, pathOf } from "../map/market.ts";
import { ratesOf, readProceeds } from "../map/proceeds.ts";
import { courierCode } from "../map/statuses.ts";
import { timeOf } from "../map/time.ts";
import { findPackage } from "./fulfilment.ts";
import { keepPapers, takePapers } from "./kept-papers.ts";
import { findOrder } from "./orders.ts";
import { isWished, notYet, papersOf } from "./papers.ts";

/** Said where Amazon names no carrier of its own. */
const AMAZON_SHIPS = "Amazon Easy Ship";

/**
 * Number and date of the invoice that Amazon made for a scheduled parcel, and its PDF, which stands in one file with the label.
 * Amazon gives the tax of each line as an amount: the rate is found from it.
 */
export const fetchInvoice: OperationTable["fetchInvoice"] = async (call, parcel) => {
  // While papers are waited for, the invoice's number is not asked for with each look: it was there when they were wished for.
  const early = isWished(call, parcel.channelOrderId) ? null : await invoiceOf(call, parcel.channelOrderId);
  if (early?.ok === false) return early;
  if (early?.value.state === "NOT_YET") return succeed(early.value);
  const pdf = await papersOf(call, parcel.channelOrderId);
  if (!pdf.ok) return pdf;
  if (pdf.value.state === "NOT_YET") return succeed(pdf.value);
  const made = early ?? (await invoiceOf(call, parcel.channelOrderId));
  if (!made.ok) return made;
  if (made.value.state === "NOT_YET") return succeed(made.value);
  const { number, issuedAt } = made.value.value;
  const order = await findOrder(call, parcel.channelOrderId);
  if (!order.ok) return order;
  const placedAt = timeOf(order.value?.createdTime);
  // Amazon makes the invoice when the order is placed.
  const at = issuedAt ?? placedAt;
  if (order.value === null || at === null)
    return fail(badAnswer({ idempotent: true }, undefined, "Amazon gives no date of the invoice."));
  keepPapers(call, parcel.channelOrderId, pdf.value.value);
  const invoice: ChannelInvoice = {
    number,
    issuedAt: at,
    lines: invoiceLines(order.value),
    buyer: null,
    pdf: pdf.value.value,
  };
  return succeed({ state: "READY", value: invoice });
};

/** Number of the invoice of a scheduled parcel, and its moment, where Amazon names one. */
async function invoiceOf(
  call: Call,
  orderId: string,
): Promise<Outcome<Fetched<{ number: string; issuedAt: ReturnType<typeof timeOf> }>>> {
  const found = await findPackage(call, orderId);
  if (!found.ok) return found;
  const number = text(found.value?.invoice?.invoiceNumber);
  if (number === null) return succeed(notYet("Amazon has made no invoice of the parcel yet."));
  return succeed({ state: "READY", value: { number, issuedAt: timeOf(found.value?.invoice?.invoiceDate) } });
}

/** Lines of which Amazon tells the tax. A replacement costs nothing, and no tax is on it. */
function invoiceLines(order: Order): ChannelInvoice["lines"] {
  return order.orderItems.flatMap((item) => {
    const read = readProceeds(item);
    if (!read.ok) return [];
    const free = read.value.sellingPrice === 0;
    const rates = ratesOf(free ? { ...read.value, goodsTax: ZERO } : read.value);
    if (rates === null) return [];
    const sku = text(item.product.sellerSku) ?? text(item.product.asin) ?? "";
    const productId = text(item.product.asin) ?? sku;
    return [{ channelOrderItemId: item.orderItemId, productId, variantId: sku, rates, taxable: null }];
  });
}

/** Tracking number of a scheduled parcel, and the carrier that Amazon named for it. Self-ship orders have the seller's courier. */
export const fetchCourier: OperationTable["fetchCourier"] = async (call, parcel) => {
  const order = await findOrder(call, parcel.channelOrderId);
  if (!order.ok) return order;
  if (order.value !== null && pathOf(order.value) === "SELF_SHIP") return succeed({ state: "SELLER_SHIPS" });
  const found = await findPackage(call, parcel.channelOrderId);
  if (!found.ok) return found;
  const awb = text(found.value?.trackingDetails?.trackingId);
  if (awb === null) return succeed(notYet("Amazon has given the parcel no tracking number yet."));
  const name = order.value?.packages?.flatMap(({ carrier }) => text(carrier) ?? [])[0] ?? AMAZON_SHIPS;
  return succeed({ state: "READY", value: { code: courierCode(name), name, awb, sortCode: null } });
};

/** Label and invoice of the order in one PDF: the one that came with the invoice a while ago, else Amazon's. */
export const fetchLabel: OperationTable["fetchLabel"] = async (call, parcel) => {
  const kept = takePapers(call, parcel.channelOrderId);
  return kept === null ? papersOf(call, parcel.channelOrderId) : succeed({ state: "READY", value: kept });
};
