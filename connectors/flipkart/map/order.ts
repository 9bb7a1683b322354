/** A shipment and its addresses as a sale order in our words. One shipment is one sale order. Pure; every fault is collected. */
import type { Schema } from "../../../contract/types.ts";
import { describeMisfits, validator } from "../../../contract/validators.ts";
import { type Instant, type Paise, paise, parseRupees, ZERO } from "../../../src/kernel/index.ts";
import type { ImportedAddress, ImportedLine, ImportedSaleOrder, ImportFault } from "../../kit/index.ts";
import { isJson, type Json, text } from "../../protocol/map/json.ts";
import { FLIPKART_CONTRACT } from "../contract/index.ts";
import { isSelfShip, pick, plainSku, type ReadShipment, readShipment, type ShipmentLine, timeOf } from "./shipment.ts";
import { isKnownState } from "./words.ts";

type Read =
  | { readonly ok: true; readonly value: ImportedSaleOrder }
  | { readonly ok: false; readonly faults: readonly ImportFault[] };
export type Details = Schema<"flipkart", "ShipmentDetails">;

/** What is kept of a pulled order: the shipment of the search, and its address view, which another call gives. */
export interface RawOrder {
  readonly shipment: unknown;
  readonly details: unknown;
}

const isDetails = validator(FLIPKART_CONTRACT, "ShipmentDetails");
const DETAILS_MEMBERS = [
  "shipmentId",
  "orderId",
  "deliveryAddress",
  "billingAddress",
  "buyerDetails",
  "courierDetails",
];
const NOWHERE = Temporal.Instant.fromEpochMilliseconds(0);

/**
 * Reads `{shipment, details}`. Faults: ORDER_MALFORMED (does not fit the contract, a state that nobody knows, no address),
 * TIME_INVALID, AMOUNT_NOT_PAISE.
 */
export function readOrder(raw: unknown): Read {
  const given: Json = isJson(raw) ? raw : {};
  const read = readShipment(given.shipment);
  if (!read.ok) return malformed(read.words);
  const shipment = read.value;
  const details = readDetails(given.details);
  const faults = [...plainFaults(shipment), ...(details === null ? ["Flipkart gives no address of it"] : [])];
  if (details === null || faults.length > 0) return malformed(faults.join("; "));
  const noted: ImportFault[] = [];
  const time = (field: string, value: string | undefined): Instant => {
    const at = timeOf(value);
    if (at === null) noted.push({ code: "TIME_INVALID", facts: { field, given: value ?? null } });
    return at ?? NOWHERE; // never handed out: a fault was noted
  };
  const lines = shipment.lines.map((line, i) => readLine(shipment, line, `orderItems/${i}`, noted));
  const from = shipment.dispatchAfterDate;
  const placed = shipment.lines.map((line, i) => time(`orderItems/${i}/orderDate`, line.orderDate));
  const replaces = shipment.lines.every((line) => line.is_replacement === true);
  const orderId = shipment.lines[0]?.orderId ?? shipment.shipmentId;
  const shippingAddress = readAddress(details.deliveryAddress ?? {}, details);
  const value: ImportedSaleOrder = {
    channelOrderId: shipment.shipmentId,
    displayCode: orderId,
    status: lines.every((line) => line.cancelled) ? "CANCELLED" : "CREATED",
    placedAt: placed.reduce((first, at) => (Temporal.Instant.compare(at, first) < 0 ? at : first)),
    dispatchBy: time("dispatchByDate", shipment.dispatchByDate),
    ...(from === undefined ? {} : { actionableFrom: time("dispatchAfterDate", from) }),
    priority: 0,
    paymentType: shipment.lines.some((line) => line.paymentType === "COD") ? "COD" : "PREPAID",
    currency: "INR",
    thirdPartyShipping: !isSelfShip(shipment),
    taxExempt: false,
    buyerGstin: null,
    additionalInfo: replaces ? "Replacement of an earlier order of this buyer: nothing is paid." : null,
    orderAmounts: {},
    lines,
    shippingAddress,
    billingAddress: details.billingAddress ? readAddress(details.billingAddress, details) : shippingAddress,
    payment: null,
  };
  return noted.length > 0 ? { ok: false, faults: noted } : { ok: true, value };
}

function malformed(detail: string): Read {
  return { ok: false, faults: [{ code: "ORDER_MALFORMED", facts: { detail } }] };
}

/** The address view of one shipment; null: not given, or not of its shape. */
export function readDetails(raw: unknown): Details | null {
  if (!isJson(raw)) return null;
  const view = pick(raw, DETAILS_MEMBERS);
  const checked = isDetails(withoutNulls(view));
  return checked.ok ? checked.value : null;
}

/** Why an address view cannot be used, for the words beside a row. */
export function detailsFault(raw: unknown): string {
  const checked = isDetails(isJson(raw) ? withoutNulls(pick(raw, DETAILS_MEMBERS)) : raw);
  return checked.ok ? "" : describeMisfits(checked.errors, "details");
}

/** Unused members come as null; the contract knows them as texts. */
function withoutNulls(value: unknown): unknown {
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === null ? [] : [[name, withoutNulls(member)]])),
  );
}

/** What the contract's schema cannot say. An order whose state nobody knows is not made: it may be gone already. */
function plainFaults(shipment: ReadShipment): string[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const [i, line] of shipment.lines.entries()) {
    const at = `orderItems/${i}`;
    if (!isKnownState(line.state)) faults.push(`${at}/status ${line.state} is a word that nobody knows`);
    if (seen.has(line.orderItemId)) faults.push(`${at}/orderItemId is the same as an earlier line's`);
    seen.add(line.orderItemId);
    if (line.sku === "") faults.push(`${at}/sku is empty`);
    if (line.orderId !== shipment.lines[0]?.orderId) faults.push(`${at} is of another order, ${line.orderId}`);
    if (line.priceComponents?.sellingPrice === undefined && line.is_replacement !== true)
      faults.push(`${at}/priceComponents/sellingPrice is required`);
  }
  return faults;
}

function readLine(shipment: ReadShipment, line: ShipmentLine, at: string, faults: ImportFault[]): ImportedLine {
  const amounts = readAmounts(line, at, faults);
  return {
    channelOrderItemId: line.orderItemId,
    productId: line.fsn ?? line.sku,
    variantId: line.sku,
    channelProductId: line.sku,
    channelSku: line.sku,
    title: text(line.title),
    quantity: line.quantity,
    cancelled: line.state === "CANCELLED",
    onHold: shipment.hold,
    packetNumber: 0,
    channelWarehouse: shipment.locationId,
    giftMessage: null,
    ...amounts,
  };
}

/**
 * Price components stand for the line with all its units. What the buyer pays less than price and shipping is discount
 * (Flipkart's and the seller's are not told apart); what he pays beyond them is a charge like shipping.
 */
function readAmounts(line: ShipmentLine, at: string, faults: ImportFault[]) {
  const price = line.priceComponents ?? {};
  const amount = (name: keyof typeof price): Paise | null => {
    const given = price[name];
    if (given === undefined) return null;
    const read = parseRupees(given);
    if (read === null)
      faults.push({ code: "AMOUNT_NOT_PAISE", facts: { field: `${at}/priceComponents/${name}`, given } });
    return read;
  };
  const sellingPrice = amount("sellingPrice") ?? ZERO;
  const shipping = amount("shippingCharge") ?? ZERO;
  const paid = amount("customerPrice");
  const short = paid === null ? (amount("flipkartDiscount") ?? ZERO) : paise(sellingPrice + shipping - paid);
  return {
    sellingPrice,
    shippingCharges: short < 0 ? paise(shipping - short) : shipping,
    discount: short > 0 ? short : ZERO,
  };
}

/** Outside self-ship it is partial and without a telephone number: Flipkart's label carries what the courier needs. */
function readAddress(of: NonNullable<Details["deliveryAddress"]>, { buyerDetails }: Details): ImportedAddress {
  const name = (from: { firstName?: string; lastName?: string } | undefined) =>
    text([from?.firstName, from?.lastName].map((part) => part?.trim() ?? "").join(" "));
  const second = [text(of.addressLine2), text(of.landmark)].filter((part) => part !== null).join(", ");
  return {
    name: name(of) ?? name(buyerDetails) ?? "",
    line1: of.addressLine1?.trim() ?? "",
    line2: text(second),
    city: of.city?.trim() ?? "",
    state: text(of.state) ?? of.stateCode?.trim() ?? "",
    country: "India",
    pincode: of.pinCode?.trim() ?? "",
    phone: of.contactNumber?.trim() ?? "",
    email: null,
  };
}

const CONTENT = ["shipmentId", "locationId", "shipmentType"];
const ITEM_CONTENT = ["orderItemId", "orderId", "quantity", "fsn", "paymentType"];
const PRICE_CONTENT = ["sellingPrice", "totalPrice", "shippingCharge", "customerPrice", "flipkartDiscount"];

/**
 * What of a shipment stays as it is while it lives; a repeat is told from other content by this alone. Left out because they
 * change by themselves: states, hold, dispatch dates, sub-shipments, and addresses, which Flipkart masks when an order is old.
 */
export function contentOf(raw: unknown): unknown {
  if (!isJson(raw)) return raw;
  const items = Array.isArray(raw.orderItems) ? raw.orderItems : [];
  const lines = items.map(itemContent);
  const key = (line: unknown) => (isJson(line) && typeof line.orderItemId === "string" ? line.orderItemId : "");
  const sorted = lines.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  return { ...pick(raw, CONTENT), orderItems: Array.isArray(raw.orderItems) ? sorted : raw.orderItems };
}

/** Members in one order: Flipkart's own is not fixed. */
function itemContent(item: unknown): unknown {
  if (!isJson(item)) return item;
  const price = isJson(item.priceComponents) ? pick(item.priceComponents, PRICE_CONTENT) : null;
  return { ...pick(item, ITEM_CONTENT), sku: typeof item.sku === "string" ? plainSku(item.sku) : null, price };
}
