/** Packing, and what the marketplace makes then: invoice, courier, label, hand-over list. */
import {
  badAnswer,
  type DispatchFacts,
  fail,
  type OperationTable,
  type ParcelFacts,
  succeed,
} from "../../kit/index.ts";
import { isPdf, readBase64 } from "../../protocol/map/documents.ts";
import { readCourier, readInvoice, readLinesResult, readManifest } from "../map/answers.ts";
import { storeOf } from "./orders.ts";
import { send, sendForFetched } from "./send.ts";

/** Not published. */
export const MANIFEST_MAX = 100;

function lineIds(of: { readonly lines: readonly { readonly channelOrderItemId: string }[] }): string[] {
  return [...new Set(of.lines.map((line) => line.channelOrderItemId))];
}

/** Idempotent: it says what is in a parcel, once for all. */
export const pack: OperationTable["pack"] = async (call, facts) => {
  const transactionIds = lineIds(facts);
  const box = { lengthCm: facts.lengthMm / 10, breadthCm: facts.widthMm / 10, heightCm: facts.heightMm / 10 };
  const body = { ...storeOf(facts.channelOrderId), transactionIds, ...box, weightGrams: facts.weightGrams };
  const told = await send(call, { id: "packOrder", body, idempotent: true });
  return told.ok ? succeed(readLinesResult(told.value, transactionIds)) : told;
};

/** Mandatory where Tata CLiQ ships; where the seller does, his own invoice goes along. */
export const fetchInvoice: OperationTable["fetchInvoice"] = async (call, parcel) => {
  const asked = await sendForFetched(call, { id: "getInvoice", ...ofParcel(parcel), idempotent: true });
  if (!asked.ok) return asked;
  if (asked.value.state === "NOT_YET") return succeed(asked.value);
  const read = readInvoice(asked.value.value, productsOf(parcel));
  if (read.ok) return succeed({ state: "READY", value: read.value });
  return fail(badAnswer({ idempotent: true }, 200, read.words));
};

/** An order may have several parcels: a part of it may have left from the seller's panel. */
function ofParcel(parcel: ParcelFacts) {
  return { path: storeOf(parcel.channelOrderId), query: { transactionIds: lineIds(parcel) } };
}

function productsOf(parcel: ParcelFacts) {
  return new Map(
    parcel.lines.map(({ channelOrderItemId, productId, variantId }) => [channelOrderItemId, { productId, variantId }]),
  );
}

export const fetchCourier: OperationTable["fetchCourier"] = async (call, parcel) => {
  const asked = await sendForFetched(call, { id: "getLabel", ...ofParcel(parcel), idempotent: true });
  if (!asked.ok) return asked;
  return succeed(asked.value.state === "NOT_YET" ? asked.value : readCourier(asked.value.value));
};

export const fetchLabel: OperationTable["fetchLabel"] = async (call, parcel) => {
  const asked = await sendForFetched(call, { id: "getLabel", ...ofParcel(parcel), idempotent: true });
  if (!asked.ok) return asked;
  if (asked.value.state === "NOT_YET") return succeed(asked.value);
  const { document } = asked.value.value;
  if (document == null || document === "") return succeed({ state: "NOT_YET", message: "The label is not made yet." });
  const value = readBase64(document);
  if (value !== null && isPdf(value)) return succeed({ state: "READY", value });
  return fail(badAnswer({ idempotent: true }, 200, `The label of ${parcel.channelOrderId} is no PDF in base64.`));
};

/** The list of a courier; it comes with its PDF, and is the same however often it is asked for. */
export const fetchManifest: OperationTable["fetchManifest"] = async (call, wish) => {
  const shipments = (wish.parcels ?? []).map((parcel) => ({
    ...storeOf(parcel.channelOrderId),
    transactionIds: lineIds(parcel),
  }));
  const body = { logisticsId: wish.courierCode, shipments };
  const asked = await send(call, { id: "createManifest", body, idempotent: true });
  return asked.ok ? succeed(readManifest(asked.value, lineIds(wish))) : asked;
};

/** The parcel left: handed over to Tata CLiQ's courier, or to the seller's with number and invoice. */
export const dispatch: OperationTable["dispatch"] = async (call, facts) => {
  const transactionIds = lineIds(facts);
  const body = { ...storeOf(facts.channelOrderId), transactionIds, ...shipperOf(facts) };
  const told = await send(call, { id: "shipOrder", body, idempotent: false });
  return told.ok ? succeed(readLinesResult(told.value, transactionIds)) : told;
};

function shipperOf({ shipper }: DispatchFacts) {
  if (shipper === null) return {};
  return {
    logisticsName: shipper.courierName,
    awbNo: shipper.awb,
    trackingUrl: shipper.trackingUrl,
    invoiceNo: shipper.invoiceNumber,
    invoiceDate: shipper.invoicedOn.toString(),
  };
}
