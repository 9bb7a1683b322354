/** Orders of Tata CLiQ in our words: one for each store that has lines of it. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { Schema } from "../../../contract/types.ts";
import { describeMisfits, validator } from "../../../contract/validators.ts";
import { type Instant, type Paise, paise, parseRupees, ZERO } from "../../../src/kernel/index.ts";
import type {
  ImportedAddress,
  ImportedLine,
  ImportedSaleOrder,
  ImportFault,
  PulledOrder,
  PulledStatus,
  ReportedOrder,
  ReportedParcel,
} from "../../kit/index.ts";
import { excerpt, isJson } from "../../protocol/map/json.ts";
import { ID_MAX } from "../../protocol/map/order.ts";
import { readTime } from "../../protocol/map/time.ts";
import { TATA_CLIQ_CONTRACT } from "../contract/index.ts";
import { keyOf } from "./keys.ts";
import { isOffered, type StatusTable, statusOf, wordOf } from "./states.ts";
import { stateNamed, used, usedName } from "./texts.ts";

export const ZONE = "Asia/Kolkata";

export type SalesOrder = Schema<"tata-cliq", "SalesOrder">;
export type OrderLine = SalesOrder["orderLine"][number];
type Reported = ReportedOrder["lines"][number];
type Read =
  | { readonly ok: true; readonly value: ImportedSaleOrder }
  | { readonly ok: false; readonly faults: readonly ImportFault[] };

const isSalesOrder = validator(TATA_CLIQ_CONTRACT, "SalesOrder");

/** What is stored of an order: its part at one store, and what the channel's table said of its codes on that day. */
interface StoredOrder {
  readonly slaveId: string;
  /** "" where the table had no word for it. */
  readonly states: Readonly<Record<string, string>>;
  readonly order: unknown;
}

/** A row of the list. */
export function readSalesOrder(
  raw: unknown,
): { readonly ok: true; readonly value: SalesOrder } | { readonly ok: false; readonly words: string } {
  const checked = isSalesOrder(raw);
  if (checked.ok) return checked;
  const id = isJson(raw) && typeof raw.orderNo === "string" ? raw.orderNo : "without a number";
  return { ok: false, words: `order ${id}: ${describeMisfits(checked.errors, "order")}` };
}

/** Lines by the store that has them now. */
export function byStore(order: SalesOrder): ReadonlyMap<string, readonly OrderLine[]> {
  const stores = new Map<string, OrderLine[]>();
  for (const line of order.orderLine) {
    const lines = stores.get(line.p1SlaveId) ?? [];
    stores.set(line.p1SlaveId, [...lines, line]);
  }
  return stores;
}

/**
 * Rows of the list as orders not yet read, those of stores that the channel's map does not name too: they wait until it does.
 * @param slaves the stores that it names
 * @param wanted offered ones, or all others
 */
export function pulledOrders(
  rows: readonly unknown[],
  table: StatusTable,
  slaves: readonly string[],
  wanted: PulledStatus,
): {
  readonly orders: readonly PulledOrder[];
  readonly rejected: readonly { readonly raw: unknown; readonly words: string }[];
} {
  const orders: PulledOrder[] = [];
  const rejected: { raw: unknown; words: string }[] = [];
  for (const raw of rows) {
    const orderNo = isJson(raw) && typeof raw.orderNo === "string" ? raw.orderNo : "";
    const read = readSalesOrder(raw);
    if (orderNo.trim() === "" || orderNo.length > ID_MAX / 2) {
      if (wanted === "CREATED") rejected.push({ raw, words: `an order without a usable orderNo: ${excerpt(raw)}` });
    } else if (!read.ok) {
      // Of which store it is cannot be told: it is kept under the first, and says what is wrong with it when it is read.
      const [slaveId = ""] = slaves;
      if (wanted === "CREATED") orders.push(pulled(orderNo, { slaveId, states: {}, order: raw }, raw, null));
    } else
      for (const [slaveId, lines] of byStore(read.value)) {
        const status = lines.some((line) => isOffered(table, line.omsStatusCode)) ? "PENDING_VERIFICATION" : "CREATED";
        if (status !== wanted) continue;
        const states = Object.fromEntries(lines.map((l) => [l.transactionId, table.get(l.omsStatusCode.trim()) ?? ""]));
        const reported = reportOf(read.value, slaveId, lines, table);
        orders.push(pulled(orderNo, { slaveId, states, order: raw }, contentOf(read.value, lines), reported));
      }
  }
  return { orders, rejected };
}

function pulled(orderNo: string, raw: StoredOrder, content: unknown, reported: ReportedOrder | null): PulledOrder {
  return { channelOrderId: keyOf({ orderNo, slaveId: raw.slaveId }), raw, content, reported };
}

/** What stays of a store's part of an order while it lives. Left out: states, couriers and their numbers, dates of states. */
function contentOf(order: SalesOrder, lines: readonly OrderLine[]) {
  const { orderNo, orderDate, addressInfo } = order;
  const own = lines.map((line) => {
    const { transactionId, articleNumber, price, isCOD = "N", fulfillmentType, p1SlaveId } = line;
    const { apportionedShippingCharge = 0, apportionedCODPrice = 0, apportionedPrice = price } = line;
    const shares = [apportionedShippingCharge, apportionedCODPrice, apportionedPrice];
    return { transactionId, articleNumber, price, isCOD, fulfillmentType, p1SlaveId, shares };
  });
  const sorted = own.toSorted((a, b) => (a.transactionId < b.transactionId ? -1 : 1));
  return { orderNo, orderDate, addressInfo, lines: sorted };
}

/** Lines hop: a store's part of an order that lost some of its lines, and is as it was in all else, has no other content. */
export function isLessOf(now: unknown, stored: unknown): boolean {
  const [here, before] = [now, stored].map(partOf);
  if (!here || !before) return false;
  const isOld = (line: unknown) => before.lines.some((old) => isDeepStrictEqual(old, line));
  return isDeepStrictEqual({ ...here, lines: [] }, { ...before, lines: [] }) && here.lines.every(isOld);
}

/** The content of what `pulledOrders` gave; null: it cannot be read. */
function partOf(raw: unknown): ReturnType<typeof contentOf> | null {
  if (!isJson(raw) || typeof raw.slaveId !== "string") return null;
  const read = readSalesOrder(raw.order);
  return read.ok ? contentOf(read.value, byStore(read.value).get(raw.slaveId) ?? []) : null;
}

/** What is said of a store's part of an order. */
export function reportOf(
  { orderNo }: SalesOrder,
  slaveId: string,
  lines: readonly OrderLine[],
  table: StatusTable,
): ReportedOrder {
  const parcels = parcelsOf(lines);
  return {
    channelOrderId: keyOf({ orderNo, slaveId }),
    lines: lines.map((line) => {
      const changedAt = timeOf(line.statusDate);
      return {
        ...plainLine(line.transactionId, statusOf(table, line.omsStatusCode), wordOf(table, line.omsStatusCode)),
        ...(changedAt === null ? {} : { changedAt }),
      };
    }),
    ...(parcels.length === 0 ? {} : { parcels }),
  };
}

/** The same for a store that had the lines before: they are gone from there. */
export function hoppedReport(orderNo: string, slaveId: string, lines: readonly OrderLine[]): ReportedOrder {
  return {
    channelOrderId: keyOf({ orderNo, slaveId }),
    lines: lines.map((line) => plainLine(line.transactionId, "CANCELLED", `re-allocated to store ${line.p1SlaveId}`)),
  };
}

export function plainLine(channelOrderItemId: string, status: Reported["status"], raw: string): Reported {
  const nothing = { returnReason: null, returnAwb: null, returnCourier: null, channelReturnId: null };
  return { channelOrderItemId, status, raw, quantity: 1, ...nothing };
}

/** Lines of one tracking number travel together; of what the seller ships Tata CLiQ knows nothing that he does not. */
function parcelsOf(lines: readonly OrderLine[]): ReportedParcel[] {
  const travelling = new Map<string, OrderLine[]>();
  for (const line of lines) {
    const awb = used(line.awbNo);
    if (line.fulfillmentType === "TSHIP" && awb !== null) travelling.set(awb, [...(travelling.get(awb) ?? []), line]);
  }
  return [...travelling].map(([awb, own]) => ({
    channelOrderItemIds: own.map((line) => line.transactionId),
    courierCode: used(own[0]?.p1LogisticsID),
    courierName: used(own[0]?.p1LogisticsID),
    awb,
    statuses: (own[0]?.courierStatuses ?? []).map(({ status, at }) => ({ raw: status, at: timeOf(at) })),
  }));
}

export function timeOf(given: string | null | undefined): Instant | null {
  return given == null ? null : readTime(given, ZONE);
}

/**
 * Reads what `pulledOrders` gave. Faults: ORDER_MALFORMED (does not fit the contract, a code that the table did not have,
 * lines that are shipped by both), TIME_INVALID, AMOUNT_NOT_PAISE.
 */
export function readOrder(stored: unknown): Read {
  if (!isJson(stored) || typeof stored.slaveId !== "string" || !isJson(stored.states))
    return malformed("this is no order as it was asked for");
  const read = readSalesOrder(stored.order);
  if (!read.ok) return malformed(read.words);
  const order = read.value;
  const { slaveId, states } = stored;
  const lines = byStore(order).get(slaveId) ?? [];
  const isGone = ({ transactionId }: OrderLine) => GONE.has(states[transactionId]);
  const living = lines.filter((line) => !isGone(line));
  // What was cancelled or hopped away says nothing of how the rest is shipped, paid for and due, unless it is all there is.
  const meant = living.length === 0 ? lines : living;
  const details = [...plainFaults(lines, states), ...mixedFaults(living)];
  if (details.length > 0) return malformed(details.join("; "));
  const faults: ImportFault[] = [];
  const [first] = meant;
  const placedAt = timeOf(order.orderDate);
  const dispatchBy = earliest(meant.map((line) => timeOf(line.shipByDate)));
  if (placedAt === null) faults.push({ code: "TIME_INVALID", facts: { field: "orderDate", given: order.orderDate } });
  if (dispatchBy === null)
    faults.push({ code: "TIME_INVALID", facts: { field: "shipByDate", given: first?.shipByDate ?? "" } });
  const imported = lines.map((line, i) => readLine(line, i, isGone(line), faults));
  if (faults.length > 0 || !first || !placedAt || !dispatchBy) return { ok: false, faults };
  const delivery = addressOf(order, "DA");
  const billing = addressOf(order, "BA");
  const isPending = Object.values(states).includes("OFFERED");
  return {
    ok: true,
    value: {
      channelOrderId: keyOf({ orderNo: order.orderNo, slaveId }),
      displayCode: order.orderNo,
      status: living.length === 0 ? "CANCELLED" : isPending ? "PENDING_VERIFICATION" : "CREATED",
      placedAt,
      dispatchBy,
      priority: 0,
      paymentType: first.isCOD === "Y" ? "COD" : "PREPAID",
      currency: "INR",
      thirdPartyShipping: first.fulfillmentType === "TSHIP",
      taxExempt: false,
      buyerGstin: used((billing ?? delivery)?.gstin),
      additionalInfo: isPending ? acceptWords(living) : null,
      orderAmounts: {},
      lines: imported,
      shippingAddress: readAddress(delivery ?? billing),
      billingAddress: readAddress(billing ?? delivery),
      payment: null,
    },
  };
}

function malformed(detail: string): Read {
  return { ok: false, faults: [{ code: "ORDER_MALFORMED", facts: { detail } }] };
}

/** States of lines of which the store has to send nothing any more. */
const GONE: ReadonlySet<unknown> = new Set(["CANCELLED", "HOPPED"]);

/** What the schema cannot say. */
function plainFaults(lines: readonly OrderLine[], states: Readonly<Record<string, unknown>>): string[] {
  const faults = lines.length === 0 ? ["no line of it is at this store any more"] : [];
  for (const { transactionId, omsStatusCode } of lines)
    if (typeof states[transactionId] !== "string" || states[transactionId] === "")
      faults.push(`the state ${omsStatusCode} of ${transactionId} is not in the channel's status table`);
  const ids = lines.map((line) => line.transactionId);
  if (new Set(ids).size < ids.length) faults.push("a transactionId is there twice");
  for (const { transactionId, price, apportionedPrice = price } of lines)
    if (apportionedPrice > price) faults.push(`more is paid for ${transactionId} than its price`);
  if (ids.some((id) => id.length > ID_MAX)) faults.push(`a transactionId has more than ${ID_MAX} characters`);
  return faults;
}

/** Lines that are one order here are shipped and paid for in one way. */
function mixedFaults(lines: readonly OrderLine[]): string[] {
  const faults: string[] = [];
  if (new Set(lines.map((line) => line.fulfillmentType)).size > 1)
    faults.push("some of its lines are shipped by Tata CLiQ and some by the seller");
  if (new Set(lines.map((line) => line.isCOD ?? "N")).size > 1)
    faults.push("some of its lines are paid for and some are to be collected for");
  return faults;
}

function earliest(times: readonly (Instant | null)[]): Instant | null {
  const known = times.flatMap((at) => at ?? []).toSorted(Temporal.Instant.compare);
  return known[0] ?? null;
}

function acceptWords(lines: readonly OrderLine[]): string {
  const by = earliest(lines.map((line) => timeOf(line.acceptByDate)));
  const until =
    by === null
      ? "in time"
      : `until ${by.toZonedDateTimeISO(ZONE).toPlainDateTime().toString({ smallestUnit: "minute" }).replace("T", " ")}`;
  return `Offered to this store: accepted ${until}, or it goes to another store.`;
}

/** The line's shares of order-level charges are its own: what is apportioned there is not apportioned here. */
function readLine(line: OrderLine, index: number, cancelled: boolean, faults: ImportFault[]): ImportedLine {
  const amount = (
    field: "price" | "apportionedPrice" | "apportionedShippingCharge" | "apportionedCODPrice",
  ): Paise | undefined => {
    const given = line[field];
    const read = given === undefined ? undefined : parseRupees(given);
    if (read === null)
      faults.push({ code: "AMOUNT_NOT_PAISE", facts: { field: `orderLine/${index}/${field}`, given: given ?? 0 } });
    return read ?? undefined;
  };
  const [sellingPrice = ZERO, paid, shippingCharges, codCharges] = [
    amount("price"),
    amount("apportionedPrice"),
    amount("apportionedShippingCharge"),
    amount("apportionedCODPrice"),
  ];
  return {
    channelOrderItemId: line.transactionId,
    ...listingOf(line.articleNumber),
    channelSku: line.articleNumber,
    title: used(line.articleName),
    quantity: 1,
    cancelled,
    onHold: false,
    packetNumber: 0,
    channelWarehouse: line.p1SlaveId,
    sellingPrice,
    ...(shippingCharges === undefined ? {} : { shippingCharges }),
    ...(codCharges === undefined ? {} : { codCharges }),
    // No discount is named: it is what the price is more than its share of what is paid for the goods.
    ...(paid === undefined ? {} : { discount: paise(sellingPrice - paid) }),
    giftMessage: used(line.giftMessage),
  };
}

/** An article number is one thing that is sold: product, variant and listing at once. */
export function listingOf(articleNumber: string) {
  return { channelProductId: articleNumber, productId: articleNumber, variantId: articleNumber };
}

type AddressInfo = SalesOrder["addressInfo"][number];

function addressOf(order: SalesOrder, type: "DA" | "BA"): AddressInfo | undefined {
  return order.addressInfo.find((address) => address.addressType === type);
}

function readAddress(of: AddressInfo | undefined): ImportedAddress {
  const [line1 = "", ...more] = [of?.address1, of?.address2, of?.address3, of?.landmark].flatMap(
    (line) => used(line) ?? [],
  );
  return {
    name: [usedName(of?.firstName), usedName(of?.lastName)].filter((part) => part !== null).join(" "),
    line1,
    line2: more.length === 0 ? null : more.join(", "),
    city: used(of?.city) ?? "",
    state: stateNamed(of?.state),
    country: used(of?.country) ?? "India",
    pincode: of?.pincode == null ? "" : String(of.pincode).trim(),
    phone: used(of?.phoneNo) ?? "",
    email: used(of?.emailID),
  };
}
