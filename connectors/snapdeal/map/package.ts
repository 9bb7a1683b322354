/** A package of Snapdeal in our words: each is an order of ours, each of its entries one unit. Pure. */
import type { Schema } from "../../../contract/types.ts";
import { describeMisfits, validator } from "../../../contract/validators.ts";
import { type Instant, type Paise, parseRupees, ZERO } from "../../../src/kernel/index.ts";
import type {
  ImportedAddress,
  ImportedLine,
  ImportedSaleOrder,
  ImportFault,
  PulledOrder,
  ReportedOrder,
  ReportedParcel,
} from "../../kit/index.ts";
import { excerpt, isJson, text } from "../../protocol/map/json.ts";
import { ID_MAX } from "../../protocol/map/order.ts";
import { SNAPDEAL_CONTRACT } from "../contract/index.ts";
import { statusOf } from "./states.ts";
import { readMoment } from "./time.ts";

export type Package = Schema<"snapdeal", "Package">;
type Item = Package["items"][number];
type Status = ReportedOrder["lines"][number]["status"];
type Read =
  | { readonly ok: true; readonly value: ImportedSaleOrder }
  | { readonly ok: false; readonly faults: readonly ImportFault[] };

/** Where Snapdeal names no day to hand over by. */
const HAND_OVER_HOURS = 48;
/** Sold out of Snapdeal's own centre (SD+): the stock is there, and so are the hands. */
export const CENTRE_MODEL = "FC_VOI";

const isPackage = validator(SNAPDEAL_CONTRACT, "Package");

/** A row of any list of packages. */
export function readPackage(
  raw: unknown,
): { readonly ok: true; readonly value: Package } | { readonly ok: false; readonly words: string } {
  const checked = isPackage(raw);
  if (checked.ok) return checked;
  return {
    ok: false,
    words: `package ${idOf(raw) || "without a code"}: ${describeMisfits(checked.errors, "package")}`,
  };
}

/** When the package was placed, and when anything of it changed last. */
export function timesOf(
  raw: unknown,
  zone: string,
): { readonly created: Instant | null; readonly updated: Instant | null } {
  if (!isJson(raw)) return { created: null, updated: null };
  const created = readMoment(raw.created, zone);
  return { created, updated: readMoment(raw.updated, zone) ?? created };
}

/**
 * Reads a package as an order. Faults: ORDER_MALFORMED (does not fit the contract, a state that nobody knows, a unit twice,
 * one of Snapdeal's own centre, one that the seller ships and that does not say how it is paid), TIME_INVALID, AMOUNT_NOT_PAISE.
 * @param zone of times without one
 */
export function readOrder(raw: unknown, zone: string): Read {
  const read = readPackage(raw);
  if (!read.ok) return malformed(read.words);
  const pack = read.value;
  const details = plainFaults(pack);
  const paymentType = paymentOf(pack);
  if (paymentType === null)
    details.push(
      "it is not said how the buyer pays (no paymentMode, no codCharges), and cash for what you ship is yours to collect",
    );
  if (details.length > 0 || paymentType === null) return malformed(details.join("; "));
  const faults: ImportFault[] = [];
  const time = (field: "created" | "manifestByDate"): Instant | null => {
    const at = readMoment(pack[field], zone);
    if (at === null && pack[field] !== null && pack[field] !== undefined)
      faults.push({ code: "TIME_INVALID", facts: { field, given: String(pack[field]) } });
    return at;
  };
  const placedAt = time("created");
  const dispatchBy = time("manifestByDate") ?? placedAt?.add({ hours: HAND_OVER_HOURS });
  const lines = pack.items.map((item, i) => readLine(pack, item, i, faults));
  const [first] = pack.items;
  if (faults.length > 0 || !placedAt || !dispatchBy || !first) return { ok: false, faults };
  const shippingAddress = readAddress(pack.shippingAddress);
  return {
    ok: true,
    value: {
      channelOrderId: pack.packageReferenceCode,
      displayCode: text(first.orderCode) ?? pack.packageReferenceCode,
      status: lines.every((line) => line.cancelled) ? "CANCELLED" : "CREATED",
      placedAt,
      dispatchBy,
      priority: 0,
      paymentType,
      currency: "INR",
      thirdPartyShipping: !sellerShips(pack),
      taxExempt: false,
      buyerGstin: null,
      additionalInfo: `Fulfilment model ${pack.fulfillmentModelCode}`,
      orderAmounts: {},
      lines,
      shippingAddress,
      billingAddress: pack.billingAddress ? readAddress(pack.billingAddress) : shippingAddress,
      payment: null,
    },
  };
}

function malformed(detail: string): Read {
  return { ok: false, faults: [{ code: "ORDER_MALFORMED", facts: { detail } }] };
}

/**
 * How the buyer pays. Where that is not said, charges for cash on delivery say it; without those, what Snapdeal ships is taken
 * for paid: its courier collects by Snapdeal's own label. For what the seller ships nothing is guessed (null): his courier would
 * hand over goods for which nobody paid.
 */
function paymentOf(pack: Package): ImportedSaleOrder["paymentType"] | null {
  if (pack.paymentMode !== undefined) return pack.paymentMode;
  if (pack.items.some((item) => (item.codCharges ?? 0) > 0)) return "COD";
  return sellerShips(pack) ? null : "PREPAID";
}

const sellerShips = (pack: Package) => pack.fulfillmentModelCode === "VENDOR_SELF";

/** What the schema cannot say. */
function plainFaults(pack: Package): string[] {
  const faults: string[] = [];
  if (pack.packageReferenceCode.length > ID_MAX) faults.push(`packageReferenceCode has more than ${ID_MAX} characters`);
  if (pack.fulfillmentModelCode === CENTRE_MODEL)
    faults.push(`the package is fulfilled by Snapdeal's own centre (${CENTRE_MODEL}), not out of your stock`);
  for (const word of new Set([pack.orderStatus, ...pack.items.flatMap((item) => item.status ?? [])]))
    if (statusOf(word) === "unknown") faults.push(`the state ${word} is a word that nobody knows`);
  const seen = new Set<string>();
  for (const { siReferenceCode: id } of pack.items) {
    if (seen.has(id)) faults.push(`the unit ${id} is there twice`);
    if (id.length > ID_MAX) faults.push(`siReferenceCode has more than ${ID_MAX} characters`);
    seen.add(id);
  }
  return faults;
}

function readLine(pack: Package, item: Item, index: number, faults: ImportFault[]): ImportedLine {
  const amount = (field: "sellingPrice" | "shippingCharges" | "codCharges" | "discount"): Paise | undefined => {
    const given = item[field];
    const read = given === undefined ? undefined : parseRupees(given);
    if (read === null)
      faults.push({ code: "AMOUNT_NOT_PAISE", facts: { field: `items/${index}/${field}`, given: given ?? 0 } });
    return read ?? undefined;
  };
  const [sellingPrice = ZERO, shippingCharges, codCharges, discount] = [
    amount("sellingPrice"),
    amount("shippingCharges"),
    amount("codCharges"),
    amount("discount"),
  ];
  return {
    channelOrderItemId: item.siReferenceCode,
    ...listingOf(item.supc),
    channelSku: item.skuCode,
    title: text(item.name),
    quantity: 1, // one entry for each unit
    cancelled: stateOf(pack, item).status === "CANCELLED",
    onHold: false,
    packetNumber: 0,
    channelWarehouse: text(pack.centreCode),
    sellingPrice,
    ...(shippingCharges === undefined ? {} : { shippingCharges }),
    ...(codCharges === undefined ? {} : { codCharges }),
    ...(discount === undefined ? {} : { discount }),
    giftMessage: null,
  };
}

/** A SUPC is one thing that is sold: product, variant and listing at once. */
export function listingOf(supc: string) {
  return { channelProductId: supc, productId: supc, variantId: supc };
}

function readAddress(of: Package["shippingAddress"]): ImportedAddress {
  return {
    name: of.name,
    line1: of.addressLine1,
    line2: text(of.addressLine2),
    city: of.city,
    state: of.state,
    country: "India",
    pincode: String(of.pincode).trim(),
    phone: text(of.phone) ?? "",
    email: null,
  };
}

/** A unit's state: its return, else its own word, else its package's. */
function stateOf(pack: Package, item: Item): Pick<ReportedOrder["lines"][number], "status" | "raw"> {
  const { return: back } = item;
  if (back) {
    const status = back.received ? "RETURNED" : back.returnType === "COURIER" ? "RTO" : "CIR";
    return { status, raw: `${back.returnType}_RETURN${back.received ? "_RECEIVED" : ""}` };
  }
  const raw = text(item.status) ?? pack.orderStatus;
  return { status: statusOf(raw), raw };
}

/** What a package says of its units and of its way. @param zone of times without one */
export function reportOf(pack: Package, zone: string): ReportedOrder {
  const lines = pack.items.map((item) => {
    const state = stateOf(pack, item);
    const changedAt = becameAt(pack, state.status, zone);
    return {
      channelOrderItemId: item.siReferenceCode,
      ...state,
      quantity: 1,
      ...(changedAt === null ? {} : { changedAt }),
      returnReason: text(item.return?.reason),
      returnAwb: text(item.return?.awbNo),
      returnCourier: text(item.return?.courierName),
      channelReturnId: item.return?.returnCode ?? null,
    };
  });
  const parcels = parcelsOf(pack, zone);
  return { channelOrderId: pack.packageReferenceCode, lines, ...(parcels.length === 0 ? {} : { parcels }) };
}

/** When it became so: a package tells when it left, and of all else only its last change. */
function becameAt(pack: Package, status: Status, zone: string): Instant | null {
  const left = status === "DISPATCHED" ? readMoment(pack.shippedDate, zone) : null;
  return left ?? readMoment(pack.updated, zone);
}

/** The package is one parcel; of one that the seller ships Snapdeal knows nothing that he does not. */
function parcelsOf(pack: Package, zone: string): ReportedParcel[] {
  if (sellerShips(pack) || text(pack.awbNo) === null) return [];
  const status = statusOf(pack.orderStatus);
  const gone = status === "DISPATCHED" || status === "DELIVERED";
  const told = (pack.courierStatuses ?? []).map(({ status, at }) => ({ raw: status, at: readMoment(at, zone) }));
  const own = { raw: pack.orderStatus, at: becameAt(pack, status, zone) };
  // FFD says that a package is over, not that it arrived: of one that turned back its units tell.
  const turnedBack = pack.items.some((item) => item.return?.returnType === "COURIER");
  return [
    {
      channelOrderItemIds: pack.items
        .filter((item) => stateOf(pack, item).status !== "CANCELLED")
        .map((item) => item.siReferenceCode),
      courierCode: text(pack.courierCode),
      courierName: text(pack.courierName) ?? text(pack.courierCode),
      awb: text(pack.awbNo),
      statuses: told.length > 0 || !gone || turnedBack ? told : [own],
    },
  ];
}

const PACKAGE_CONTENT = [
  "packageReferenceCode",
  "fulfillmentModelCode",
  "created",
  "centreCode",
  "paymentMode",
  "shippingAddress",
  "billingAddress",
] as const;
const ITEM_CONTENT = [
  "orderCode",
  "suborderCode",
  "skuCode",
  "siReferenceCode",
  "supc",
  "sellingPrice",
  "shippingCharges",
  "codCharges",
  "discount",
] as const;

/** What stays of a package while it lives. Left out: states, courier, manifest, invoice number, returns and times of change. */
function contentOf(raw: Readonly<Record<string, unknown>>): unknown {
  const pick = (from: Readonly<Record<string, unknown>>, names: readonly string[]) =>
    Object.fromEntries(names.flatMap((name) => (from[name] == null || from[name] === "" ? [] : [[name, from[name]]])));
  const items = Array.isArray(raw.items) ? raw.items : [];
  return {
    ...pick(raw, PACKAGE_CONTENT),
    items: items
      .map((item: unknown) => (isJson(item) ? pick(item, ITEM_CONTENT) : item))
      .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  };
}

export function idOf(raw: unknown): string {
  return isJson(raw) && typeof raw.packageReferenceCode === "string" ? raw.packageReferenceCode : "";
}

/** Rows of a list as orders not yet read. A row needs no more than its code: what else is wrong is told when it is read. */
export function pulledOrders(
  rows: readonly unknown[],
  zone: string,
): {
  readonly orders: readonly PulledOrder[];
  readonly rejected: readonly { readonly raw: unknown; readonly words: string }[];
} {
  const orders = new Map<string, PulledOrder>();
  const rejected: { raw: unknown; words: string }[] = [];
  for (const raw of rows) {
    const channelOrderId = idOf(raw);
    if (!isJson(raw) || channelOrderId.trim() === "" || channelOrderId.length > ID_MAX) {
      rejected.push({ raw, words: `a package without a usable packageReferenceCode: ${excerpt(raw)}` });
      continue;
    }
    const pack = readPackage(raw);
    const reported = pack.ok ? reportOf(pack.value, zone) : null;
    orders.set(channelOrderId, { channelOrderId, raw, content: contentOf(raw), reported });
  }
  return { orders: [...orders.values()], rejected };
}
