/** An order of 2026-01-01 as a sale order in our words. Pure; every fault is collected. */
import { type Instant, type Paise, paise, parseRupees, ZERO } from "../../../src/kernel/index.ts";
import type { ImportedAddress, ImportedLine, ImportedSaleOrder, ImportFault } from "../../kit/index.ts";
import { text } from "../../protocol/map/json.ts";
import { fitsSchema } from "./fits.ts";
import { FBA_WORDS, MARKETPLACE, type Order, type OrderItem, pathOf } from "./market.ts";
import { readProceeds } from "./proceeds.ts";
import { isCancelled, isUnknownStatus, statusOf, wishedCancelled } from "./statuses.ts";
import { timeOf } from "./time.ts";

type Read =
  | { readonly ok: true; readonly value: ImportedSaleOrder }
  | { readonly ok: false; readonly faults: readonly ImportFault[] };

const NOWHERE = Temporal.Instant.fromEpochMilliseconds(0);
/** Amazon's usual time until an order must be handed over, where an order says none. */
const HANDOVER_HOURS = 48;
const GSTIN = /^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][0-9A-Z]Z[0-9A-Z]$/;
const COD = /^cash ?on ?delivery$/i;
/** Of Easy Ship orders Amazon often gives city, state and PIN code alone: the rest stands on its label. */
const ON_LABEL = "Address on Amazon's label";

/** Reads an order. Faults: ORDER_MALFORMED (does not fit Amazon's model, of another marketplace, FBA, no price), AMOUNT_NOT_PAISE, TIME_INVALID. */
export function readOrder(raw: unknown): Read {
  const fits = fitsSchema("Order", raw);
  if (!fits.ok) return malformed(fits.words);
  const order = fits.value;
  const path = pathOf(order);
  const { marketplaceId } = order.salesChannel;
  if (marketplaceId !== undefined && marketplaceId !== MARKETPLACE)
    return malformed(`it was placed at the marketplace ${marketplaceId}, not at amazon.in`);
  if (path === "FBA") return malformed(`it ${FBA_WORDS}`);
  const status = statusOf(order);
  if (isUnknownStatus(order)) return malformed(`nobody knows the status ${status}`);
  const noted: ImportFault[] = [];
  const time = (field: string, given: string | undefined, otherwise: Instant): Instant => {
    if (given === undefined) return otherwise;
    const at = timeOf(given);
    if (at === null) noted.push({ code: "TIME_INVALID", facts: { field, given } });
    return at ?? NOWHERE; // never handed out: a fault was noted
  };
  const cancelled = isCancelled(order);
  const lines = order.orderItems.map((item) => readLine(order, item, cancelled, noted));
  const placedAt = time("createdTime", order.createdTime, NOWHERE);
  const { shipByWindow, labelPrintingWindow } = order.fulfillment ?? {};
  const shippingAddress = readAddress(order);
  const value: ImportedSaleOrder = {
    channelOrderId: order.orderId,
    displayCode: order.orderId,
    status: cancelled ? "CANCELLED" : "CREATED",
    placedAt,
    dispatchBy: time("shipByWindow", shipByWindow?.latestDateTime, placedAt.add({ hours: HANDOVER_HOURS })),
    ...(labelPrintingWindow?.earliestDateTime === undefined
      ? {}
      : { actionableFrom: time("labelPrintingWindow", labelPrintingWindow.earliestDateTime, NOWHERE) }),
    priority: 0,
    ...paymentOf(order, noted),
    currency: order.proceeds?.grandTotal?.currencyCode ?? "INR",
    thirdPartyShipping: path === "EASY_SHIP",
    taxExempt: false,
    buyerGstin: gstinOf(order),
    additionalInfo: infoOf(order),
    lines,
    shippingAddress,
    billingAddress: billingOf(order, shippingAddress),
  };
  return noted.length > 0 ? { ok: false, faults: noted } : { ok: true, value };
}

function malformed(detail: string): Read {
  return { ok: false, faults: [{ code: "ORDER_MALFORMED", facts: { detail } }] };
}

function readLine(order: Order, item: OrderItem, cancelled: boolean, noted: ImportFault[]): ImportedLine {
  const { orderItemId, product, quantityOrdered } = item;
  const field = `orderItems/${orderItemId}/proceeds`;
  const read = readProceeds(item);
  if (!read.ok) noted.push({ code: "AMOUNT_NOT_PAISE", facts: { field, given: String(read.given) } });
  const proceeds = read.ok ? read.value : null;
  const unpriced = item.proceeds === undefined && product.price === undefined;
  if (unpriced && !cancelled && replaced(order) === null)
    noted.push({ code: "ORDER_MALFORMED", facts: { detail: `Amazon gives no price of ${orderItemId}` } });
  const sku = text(product.sellerSku) ?? text(product.asin) ?? "";
  return {
    channelOrderItemId: orderItemId,
    productId: text(product.asin) ?? sku,
    variantId: sku,
    channelProductId: sku,
    channelSku: sku,
    title: text(product.title),
    quantity: quantityOrdered,
    cancelled: cancelled || wishedCancelled(item) === "DONE",
    onHold: false,
    packetNumber: 0,
    channelWarehouse: null,
    sellingPrice: proceeds?.sellingPrice ?? ZERO,
    ...given("shippingCharges", proceeds?.shippingCharges),
    ...given("codCharges", proceeds?.codCharges),
    ...given("giftWrapCharges", proceeds?.giftWrapCharges),
    ...given("discount", proceeds?.discount),
    ...(proceeds?.total == null ? {} : { totalPrice: proceeds.total }),
    giftMessage: text(item.fulfillment?.packing?.giftOption?.giftMessage),
  };
}

/** An amount of nothing is not given. */
function given<K extends string>(name: K, amount: Paise | undefined): { readonly [N in K]?: Paise } {
  const none: { readonly [N in K]?: Paise } = {};
  return amount === undefined || amount === 0 ? none : { ...none, [name]: amount };
}

/** Paid on delivery, wholly or beside what was paid before (a gift card). */
function paymentOf(
  order: Order,
  noted: ImportFault[],
): Pick<ImportedSaleOrder, "paymentType" | "payment" | "orderAmounts"> {
  const paid = order.payment?.paymentExecutions ?? [];
  const isCod = (method: string | undefined) => COD.test(method ?? "");
  const before = paid.filter(({ paymentMethod }) => !isCod(paymentMethod));
  const amounts = before.map(({ paymentAmount }) => {
    const amount = paymentAmount === undefined ? ZERO : parseRupees(paymentAmount.amount);
    if (amount === null)
      noted.push({ code: "AMOUNT_NOT_PAISE", facts: { field: "payment", given: paymentAmount?.amount ?? null } });
    return amount ?? ZERO;
  });
  const amountPaid = paise(amounts.reduce((all, amount) => all + amount, 0));
  const cod = paid.some(({ paymentMethod }) => isCod(paymentMethod));
  const methods = paid.flatMap(({ paymentMethod }) => text(paymentMethod) ?? []);
  return {
    paymentType: cod ? "COD" : "PREPAID",
    orderAmounts: cod && amountPaid > 0 ? { prepaid: amountPaid } : {},
    payment: paid.length === 0 ? null : { mode: methods.join(" + ") || null, transactionId: null, amountPaid },
  };
}

function readAddress(order: Order): ImportedAddress {
  const { buyerName, buyerEmail } = order.buyer ?? {};
  const of = order.recipient?.deliveryAddress;
  const lines = [of?.companyName, of?.addressLine1, of?.addressLine2, of?.addressLine3, of?.districtOrCounty];
  const [line1 = ON_LABEL, ...rest] = lines.flatMap((line) => text(line) ?? []);
  return {
    name: text(of?.name) ?? text(buyerName) ?? "Amazon customer",
    line1,
    line2: rest.join(", ") || null,
    city: text(of?.city) ?? text(of?.municipality) ?? "",
    state: text(of?.stateOrRegion) ?? "",
    country: text(of?.countryCode) ?? "IN",
    pincode: text(of?.postalCode) ?? "",
    phone: text(of?.phone) ?? "",
    email: text(buyerEmail),
  };
}

/** A firm that gave its registration is billed at its registered place, where Amazon tells it. */
function billingOf(order: Order, shipping: ImportedAddress): ImportedAddress {
  const registration = registrationOf(order);
  const address = registration?.taxRegistrationAddress;
  const name = text(registration?.legalName) ?? text(order.buyer?.buyerCompanyName);
  if (address === undefined) return name === null ? shipping : { ...shipping, name };
  const { email } = shipping;
  const billed = readAddress({ ...order, recipient: { deliveryAddress: address } });
  return { ...billed, name: name ?? billed.name, email };
}

function registrationOf(order: Order) {
  return order.tax?.taxRegistrations?.find(({ entityType }) => entityType === "BUYER");
}

function gstinOf(order: Order): string | null {
  const number = text(registrationOf(order)?.taxRegistrationNumber)?.toUpperCase() ?? null;
  return number !== null && GSTIN.test(number) ? number : null;
}

/** The order that this one replaces; null: it replaces none. */
function replaced(order: Order): string | null {
  const original = order.associatedOrders?.find(({ associationType }) =>
    /^(REPLACEMENT|EXCHANGE)/.test(associationType ?? ""),
  );
  return original === undefined ? null : (text(original.orderId) ?? "an earlier order");
}

function infoOf(order: Order): string | null {
  const of = replaced(order);
  const purchase = text(order.buyer?.buyerPurchaseOrderNumber);
  const said = [
    of === null ? null : `Replaces ${of}: nothing is paid.`,
    purchase === null ? null : `The buyer's purchase order: ${purchase}.`,
  ].filter((words) => words !== null);
  return said.join(" ") || null;
}

/**
 * What of an order stays as it is while it lives. Status, quantities done, packages and ship-by time change; address and phone
 * are taken away some time after it left.
 */
export function contentOf(order: Order): unknown {
  const { orderId, createdTime, orderItems } = order;
  return {
    orderId,
    createdTime,
    easyShip: pathOf(order) === "EASY_SHIP",
    items: orderItems.map(({ orderItemId, quantityOrdered, product }) => ({
      orderItemId,
      quantityOrdered,
      sku: product.sellerSku ?? product.asin ?? null,
    })),
  };
}
