/** Packages of the simulated Snapdeal: in which state one is, and how it is written on the wire. */
import type { Schema } from "../../../contract/types.ts";
import { deepMerge, type SimOrder, type SimOrderItem, type World } from "../../kit/simulator/index.ts";
import type {} from "../contract/index.ts";

type Package = Schema<"snapdeal", "Package">;
export type Model = Schema<"snapdeal", "FulfillmentModel">;

/** A rider takes what stands on a sheet so long after it was closed. */
const RIDER_MINUTES = 30;

/** What is kept of a package beside the order: see `marks`. */
export interface PackageMarks {
  readonly model: Model;
  /** PFF or PRNT before the hand-over; AHOS or MFG after. */
  readonly state: string;
  readonly invoice: string;
  readonly list: string;
  readonly listedAt: string;
}

const NONE: PackageMarks = { model: "ONESHIP", state: "PFF", invoice: "", list: "", listedAt: "" };

export function marksOf(order: SimOrder): PackageMarks {
  const { marks = {} } = order;
  const model: Model = order.thirdPartyShipping ? modelNamed(marks.model) : "VENDOR_SELF";
  return { ...NONE, ...marks, model };
}

function modelNamed(word: string | undefined): Model {
  return word === "DROPSHIP" || word === "OCPLUS" || word === "FC_VOI" ? word : "ONESHIP";
}

export function mark(world: World, order: SimOrder, marks: Partial<PackageMarks>): void {
  order.marks = { ...order.marks, ...marks };
  world.touch(order);
}

const alive = (order: SimOrder) => order.items.filter((item) => item.status !== "CANCELLED");
const GONE: ReadonlySet<string> = new Set(["DISPATCHED", "DELIVERED", "RETURN_REQUESTED", "COURIER_RETURN"]);
const BEFORE_HAND_OVER: ReadonlySet<string> = new Set(["PFF", "PRNT"]);
const OVER: ReadonlySet<string> = new Set(["DELIVERED", "RETURN_REQUESTED", "COURIER_RETURN"]);

/** The state under which a package is listed; null: all of it is cancelled, and no list has it. */
export function stateOf(order: SimOrder, now: Temporal.Instant): string | null {
  const units = alive(order);
  const { state, listedAt } = marksOf(order);
  if (units.length === 0) return null;
  if (units.every((item) => OVER.has(item.status))) return "FFD";
  if (!units.every((item) => GONE.has(item.status))) return state;
  if (state === "MFG") return state;
  if (state !== "AHOS") return "SHP";
  const taken = Temporal.Instant.from(listedAt).add({ minutes: RIDER_MINUTES });
  return Temporal.Instant.compare(now, taken) < 0 ? "AHOS" : "ASTN";
}

/** Printed and labelled: from there on it may be reprinted. */
export function isPrinted(order: SimOrder, now: Temporal.Instant): boolean {
  const state = stateOf(order, now);
  return state !== null && state !== "PFF";
}

/** Milliseconds in one field and ISO in the other: the real one has both. */
export function toPackage(order: SimOrder, now: Temporal.Instant): Package {
  const { model, invoice, list } = marksOf(order);
  const state = stateOf(order, now) ?? "OOS";
  const courier = model === "VENDOR_SELF" ? null : (order.parcels.find((parcel) => parcel.courier)?.courier ?? null);
  const left = order.shipments.at(-1);
  const written: Package = {
    packageReferenceCode: order.id,
    fulfillmentModelCode: model,
    orderStatus: state,
    awbNo: courier?.awb ?? (model === "VENDOR_SELF" ? null : (left?.trackingNumber ?? null)),
    courierCode: courier?.code ?? (model === "VENDOR_SELF" ? null : (left?.providerCode ?? null)),
    courierName: courier?.name ?? (model === "VENDOR_SELF" ? null : (left?.courier ?? null)),
    created: Temporal.Instant.from(order.orderDate).epochMilliseconds,
    updated: order.updatedAt,
    manifestByDate: Temporal.Instant.from(order.slaBy).epochMilliseconds,
    shippedDate: left ? Temporal.Instant.from(left.at).epochMilliseconds : null,
    manifestCode: list === "" ? null : list,
    invoiceNumber: invoice === "" ? null : invoice,
    slaBreach: Temporal.Instant.compare(now, Temporal.Instant.from(order.slaBy)) > 0,
    stateFormRequired: false,
    paymentMode: order.paymentType,
    shippingAddress: address(order.shippingAddress),
    billingAddress: address(order.billingAddress),
    courierStatuses: order.courierStatuses.map(({ raw, at }) => ({ status: raw, at })),
    items: order.items.map((item) => toItem(order, item, state)),
  };
  return written;
}

/** An order that was made wrong on purpose is given so. */
export function asGiven(order: SimOrder, now: Temporal.Instant): unknown {
  const written = toPackage(order, now);
  return order.raw === null ? written : deepMerge(written, order.raw);
}

function toItem(order: SimOrder, item: SimOrderItem, state: string): Package["items"][number] {
  const back = item.returned;
  return {
    orderCode: order.displayOrderNumber,
    suborderCode: `${order.displayOrderNumber}-${item.orderItemId.split("-").at(-1) ?? ""}`,
    skuCode: item.sku,
    siReferenceCode: item.orderItemId,
    supc: item.variantId,
    name: item.title,
    status: BEFORE_HAND_OVER.has(state) || item.status === "CANCELLED" ? (OWN_WORDS[item.status] ?? null) : null,
    sellingPrice: item.sellingPricePaise / 100,
    shippingCharges: item.shippingChargesPaise / 100,
    codCharges: item.cashOnDeliveryChargesPaise / 100,
    discount: item.discountPaise / 100,
    ...(back === null
      ? {}
      : {
          return: {
            returnCode: back.returnId,
            returnType: back.type === "COURIER_RETURN" ? ("COURIER" as const) : ("BUYER" as const),
            received: false,
            reason: back.reason,
            awbNo: back.trackingNumber,
            courierName: back.courier,
          },
        }),
  };
}

/** A unit's own word, where it is another than its package's. */
const OWN_WORDS: Readonly<Record<string, string>> = { CANCELLED: "OOS", DISPATCHED: "SHP", DELIVERED: "DLVD" };

function address(of: SimOrder["shippingAddress"]): Package["shippingAddress"] {
  const { name, addressLine1, addressLine2 = null, city, state, pincode, phone } = of;
  return { name, addressLine1, addressLine2, city, state, pincode, phone };
}
