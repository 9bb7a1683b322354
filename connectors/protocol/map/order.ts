/** An order in our words, pushed or pulled. Pure; every fault is collected, so that a sender corrects once. */
import type { Schema } from "../../../contract/types.ts";
import { describeMisfits, validator } from "../../../contract/validators.ts";
import { type Instant, type Paise, parseRupees, ZERO } from "../../../src/kernel/index.ts";
import {
  customFieldsIn,
  type ImportedAddress,
  type ImportedLine,
  type ImportedSaleOrder,
  type ImportFault,
} from "../../kit/index.ts";
import { channelProductId, isJson, text } from "./json.ts";
import { isKnownLineWord, isKnownOrderWord, lineStates, withKnownWords, wordOf } from "./status-words.ts";
import { readTime } from "./time.ts";

/** Both shapes have the same members; they differ in what they require and in the words that they close. */
type WireOrder = Schema<"marketplace-inbound", "PushOrder"> | Schema<"marketplace", "Order">;
type WireItem = WireOrder["orderItems"][number];
type WireAddress = WireOrder["shippingAddress"];
type Read =
  | { readonly ok: true; readonly value: ImportedSaleOrder }
  | { readonly ok: false; readonly faults: readonly ImportFault[] };

const isPushOrder = validator("marketplace-inbound", "PushOrder");
const isPulledOrder = validator("marketplace", "Order");
/** Longer ones break keys, labels and addresses of calls. */
export const ID_MAX = 100;

/**
 * Reads a body of `POST /uc/v1/order` (push) or an order of `GET /orders` (pull); each is checked by its own schema. Faults:
 * ORDER_MALFORMED (does not fit the contract, or a status that nobody knows), TIME_INVALID, AMOUNT_NOT_PAISE. Amounts that
 * do not agree with each other, and charges given twice, are judged by who splits the order's price: that rule is the same
 * for every source.
 * @param zone in which times without one are read
 */
export function readOrder(raw: unknown, arrives: "push" | "pull", zone: string): Read {
  const checked = arrives === "push" ? isPushOrder(raw) : isPulledOrder(withKnownWords(raw));
  if (!checked.ok) return malformed(describeMisfits(checked.errors));
  const order: WireOrder = checked.value;
  const words = wordsOf(raw);
  const strange = strangeWords(words);
  if (strange.length > 0) return malformed(strange.join("; "));
  const states = lineStates(words.lines, words.order);
  const details = plainFaults(order);
  if (details.length > 0) return malformed(details.join("; "));
  const faults: ImportFault[] = [];
  const time = (field: "orderDate" | "sla"): Instant => {
    const at = readTime(order[field], zone);
    if (at === null) faults.push({ code: "TIME_INVALID", facts: { field, given: order[field] } });
    return at ?? EPOCH; // never handed out: a fault was noted
  };
  const amount = (field: string, given: number | undefined): Paise | undefined => {
    if (given === undefined) return undefined;
    const read = parseRupees(given);
    if (read === null) faults.push({ code: "AMOUNT_NOT_PAISE", facts: { field, given } });
    return read ?? undefined;
  };
  const orderAmounts = readOrderPrice(order, amount);
  const value: ImportedSaleOrder = {
    channelOrderId: order.id,
    displayCode: text(order.displayOrderNumber) ?? ("code" in order ? text(order.code) : null) ?? order.id,
    status: words.order === "PENDING_VERIFICATION" || words.order === "CANCELLED" ? words.order : "CREATED",
    placedAt: time("orderDate"),
    dispatchBy: time("sla"),
    priority: order.priority ?? 0,
    // Left out: an order with something prepaid is a prepaid one; the split checks that it is paid in full.
    paymentType: paymentType(order.paymentType) ?? ((orderAmounts.prepaid ?? 0) > 0 ? "PREPAID" : "COD"),
    currency: text(order.orderPrice?.currency) ?? "INR",
    thirdPartyShipping: order.thirdPartyShipping,
    taxExempt: order.taxExempted ?? false,
    buyerGstin: text(order.gstin),
    additionalInfo: text(order.additionalInfo),
    ...customFields(order),
    orderAmounts,
    lines: order.orderItems.map((item, i) => ({
      ...readLine(item, `orderItems/${i}`, amount),
      cancelled: states[i]?.status === "CANCELLED",
    })),
    shippingAddress: readAddress(order.shippingAddress),
    billingAddress: readAddress(order.billingAddress),
    payment: null, // this protocol gives the amount alone, and that stands in orderAmounts
  };
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value };
}

const EPOCH = Temporal.Instant.fromEpochMilliseconds(0);

function malformed(detail: string): Read {
  return { ok: false, faults: [{ code: "ORDER_MALFORMED", facts: { detail } }] };
}

interface Words {
  readonly order: string;
  /** "" where a line has none. */
  readonly lines: readonly string[];
}

function wordsOf(raw: unknown): Words {
  const items = isJson(raw) && Array.isArray(raw.orderItems) ? raw.orderItems : [];
  return { order: wordOf(raw, "orderStatus"), lines: items.map((item: unknown) => wordOf(item, "status")) };
}

/** An order whose state nobody knows is not made: it may be gone already. A pushed line may have no word at all. */
function strangeWords(words: Words): string[] {
  const lines = words.lines.flatMap((word, i) =>
    word === "" || isKnownLineWord(word) ? [] : [`orderItems/${i}/status ${word} is a word that nobody knows`],
  );
  return isKnownOrderWord(words.order) ? lines : [`orderStatus ${words.order} is a word that nobody knows`, ...lines];
}

/** The 2020 edition spells the values in lower case. */
function paymentType(given: WireOrder["paymentType"]): "COD" | "PREPAID" | undefined {
  if (given === undefined) return undefined;
  return given.toUpperCase() === "COD" ? "COD" : "PREPAID";
}

/** What the contract's schema cannot say. */
function plainFaults(order: WireOrder): string[] {
  const faults: string[] = [];
  if (order.id.trim() === "" || order.id.length > ID_MAX) faults.push(`id must have 1 to ${ID_MAX} characters`);
  const seen = new Set<string>();
  for (const [i, item] of order.orderItems.entries()) {
    const at = `orderItems/${i}`;
    if (item.orderItemId.trim() === "" || item.orderItemId.length > ID_MAX)
      faults.push(`${at}/orderItemId must have 1 to ${ID_MAX} characters`);
    if (seen.has(item.orderItemId)) faults.push(`${at}/orderItemId is the same as an earlier line's`);
    seen.add(item.orderItemId);
    if (item.productId.trim() === "" || item.variantId.trim() === "")
      faults.push(`${at} must name productId and variantId`);
    if (item.orderItemPrice === undefined) faults.push(`${at}/orderItemPrice/sellingPrice is required`);
  }
  return faults;
}

type ReadAmount = (field: string, given: number | undefined) => Paise | undefined;

function readOrderPrice(order: WireOrder, amount: ReadAmount): ImportedSaleOrder["orderAmounts"] {
  const price = order.orderPrice;
  if (price === undefined) return {};
  const read = (field: Exclude<keyof typeof price, "currency">) => amount(`orderPrice/${field}`, price[field]);
  return given({
    shippingCharges: read("totalShippingCharges"),
    codCharges: read("totalCashOnDeliveryCharges"),
    giftWrapCharges: read("totalGiftCharges"),
    discount: read("totalDiscount"),
    storeCredit: read("totalStoreCredit"),
    prepaid: read("totalPrepaidAmount"),
  });
}

function readLine(item: WireItem, at: string, amount: ReadAmount): Omit<ImportedLine, "cancelled"> {
  const price = item.orderItemPrice;
  const read = (
    field: "sellingPrice" | "shippingCharges" | "cashOnDeliveryCharges" | "discount" | "totalPrice" | "transferPrice",
  ) => amount(`${at}/orderItemPrice/${field}`, price?.[field]);
  return {
    channelOrderItemId: item.orderItemId,
    productId: item.productId,
    variantId: item.variantId,
    channelProductId: channelProductId(item.productId, item.variantId),
    channelSku: item.sku,
    title: text(item.title),
    quantity: item.quantity,
    onHold: item.onHold ?? false,
    packetNumber: item.packetNumber ?? 0,
    channelWarehouse: text(item.facilityCode),
    sellingPrice: read("sellingPrice") ?? ZERO,
    giftMessage: text(item.giftWrap?.giftWrapMessage),
    ...customFields(item),
    ...given({
      totalPrice: read("totalPrice"),
      transferPrice: read("transferPrice"),
      shippingCharges: read("shippingCharges"),
      codCharges: read("cashOnDeliveryCharges"),
      discount: read("discount"),
      giftWrapCharges: amount(`${at}/giftWrap/giftWrapCharges`, item.giftWrap?.giftWrapCharges),
    }),
  };
}

/** Not in the contract; senders put them there as in its sibling protocols (connectors/kit/custom-fields.ts). */
function customFields(record: WireOrder | WireItem): Pick<ImportedLine, "customFields"> {
  const fields = customFieldsIn(record);
  return fields.length === 0 ? {} : { customFields: fields };
}

/** The members that are there: one that is absent is left out, not undefined. */
function given<T extends Readonly<Record<string, unknown>>>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // Object.fromEntries forgets the names; they are those of `members`, less the undefined ones.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function readAddress(of: WireAddress): ImportedAddress {
  return {
    name: of.name,
    line1: of.addressLine1,
    line2: text(of.addressLine2),
    city: of.city,
    state: of.state,
    country: of.country,
    pincode: of.pincode.trim(),
    phone: of.phone,
    email: text(of.email),
  };
}
