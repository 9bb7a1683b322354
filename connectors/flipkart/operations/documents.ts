/** Invoice, courier, label and manifest. All but the manifest are questions: asking again changes nothing. */
import type { Schema } from "../../../contract/types.ts";
import {
  badAnswer,
  type Call,
  type ConnectorFailure,
  type Fetched,
  fail,
  type ManifestAnswer,
  type ManifestWish,
  type OperationTable,
  type Outcome,
  succeed,
} from "../../kit/index.ts";
import { isPdf } from "../../protocol/map/documents.ts";
import { invoiceIn, readInvoice, vendorGroupOf } from "../map/documents.ts";
import { resultOf, type ShipmentResult } from "../map/results.ts";
import { isSelfShip, type ReadShipment, readShipment } from "../map/shipment.ts";
import { courierCode, couriersOf } from "../map/statuses.ts";
import { readyStep, waitingWords } from "../map/steps.ts";
import { isAlready, stateSays, wordsOf } from "../map/words.ts";
import { ask, send } from "./send.ts";
import { askDetails, askShipments, IDS_MAX, type Ids, oneShipment } from "./shipments.ts";
import { withToken } from "./token.ts";

type NotYet = Extract<Fetched<never>, { state: "NOT_YET" }>;

/** Shipments in one list of ready ones. */
const READY_MAX = 25;
/** Shipments that one hand-over list of ours holds: as many as one question by ids gives. */
export const MANIFEST_PARCELS_MAX = IDS_MAX;

/**
 * What is not there: the shipment's state says whether it will be. While Flipkart packs, it is asked for again later; where a
 * form failed, a person has to do something.
 */
async function whyMissing(call: Call, shipmentId: string, failure: ConnectorFailure | null): Promise<Outcome<NotYet>> {
  if (failure !== null && (failure.kind !== "refused" || failure.channelCode === "DEPENDENT_SYSTEM_CALL_FAILED"))
    return fail(failure.kind === "refused" ? { ...failure, kind: "transient" } : failure);
  if (failure?.status === 404) return notYet(failure.channelMessage ?? null);
  const found = await oneShipment(call, shipmentId);
  if (!found.ok) return found;
  const waiting = waitingWords(found.value);
  if (waiting === null)
    return failure === null ? notYet("Flipkart packed the shipment, and does not give it yet.") : fail(failure);
  if (!waiting.over) return notYet(waiting.words);
  return fail({ reached: "yes", kind: "refused", channelMessage: waiting.words });
}

function notYet(message: string | null): Outcome<NotYet> {
  return succeed({ state: "NOT_YET", message });
}

/** Flipkart's invoice: number, date, amounts and rates by JSON, the paper by PDF, both at the same address. */
export const fetchInvoice: OperationTable["fetchInvoice"] = async (call, parcel) => {
  const { channelOrderId } = parcel;
  const request = { id: "getInvoices", path: { shipmentIds: channelOrderId }, idempotent: true } as const;
  const answered = await withToken(call, (headers) => ask(call, request, headers));
  if (!answered.ok) return whyMissing(call, channelOrderId, answered.failure);
  const invoice = invoiceIn(answered.value, channelOrderId);
  if (invoice === null) return whyMissing(call, channelOrderId, null);
  const file = await withToken(call, (headers) => send(call, { ...request, expects: "file" }, headers));
  if (!file.ok) return file.failure.status === 404 ? notYet(file.failure.channelMessage ?? null) : file;
  const { bytes, status } = file.value;
  if (!isPdf(bytes)) return fail(badAnswer(request, status, "The invoice's paper is no PDF."));
  const read = readInvoice(invoice, parcel, bytes);
  return read.ok ? succeed({ state: "READY", value: read.value }) : fail(badAnswer(request, status, read.words));
};

/** Courier and tracking number, which exist once Flipkart has packed. */
export const fetchCourier: OperationTable["fetchCourier"] = async (call, { channelOrderId }) => {
  const rows = await askDetails(call, [channelOrderId]);
  if (!rows.ok) return rows;
  const courier = couriersOf(rows.value).get(channelOrderId);
  if (courier !== undefined) {
    const { name, awb } = courier;
    return succeed({ state: "READY", value: { code: courierCode(name), name, awb, sortCode: null } });
  }
  const found = await oneShipment(call, channelOrderId);
  if (!found.ok) return found;
  if (isSelfShip(found.value)) return succeed({ state: "SELLER_SHIPS" });
  const waiting = waitingWords(found.value);
  if (waiting?.over) return fail({ reached: "yes", kind: "refused", channelMessage: waiting.words });
  return notYet(waiting?.words ?? "Flipkart has not given courier and tracking number yet.");
};

/** The label alone; the invoice's paper is fetched with the invoice. */
export const fetchLabel: OperationTable["fetchLabel"] = async (call, { channelOrderId }) => {
  const path = { shipmentIds: channelOrderId };
  const request = { id: "getLabelOnlyPdf", path, idempotent: true, expects: "file" } as const;
  const sent = await withToken(call, (headers) => send(call, request, headers));
  if (!sent.ok) return whyMissing(call, channelOrderId, sent.failure);
  const { bytes, status } = sent.value;
  if (isPdf(bytes)) return succeed({ state: "READY", value: bytes });
  return fail(badAnswer(request, status, "The label is no PDF."));
};

const SEVERAL_APART =
  "Flipkart makes a list of its own for shipments of several packages: put this one on another manifest, with its like.";
const SINGLE_APART =
  "The others on this manifest are shipments of several packages, for which Flipkart makes a list of its own: put this one on another.";

/**
 * Marks every parcel as ready for the courier, then asks for Flipkart's hand-over list of that courier's group. Those that
 * cannot be made ready are named, and no list is made: the courier would look for them. Ready ones stay so: asked again
 * they are passed over. Shipments of several packages (`mps`) and others are never on one list of Flipkart's.
 */
export const fetchManifest: OperationTable["fetchManifest"] = async (call, wish) => {
  const found = await readAll(call, idsOf(wish));
  if (!found.ok) return found;
  const shipments = found.value;
  const locations = [...new Set(shipments.map((shipment) => shipment.locationId))];
  const [locationId] = locations;
  const refused = strangers(wish, shipments);
  if (locationId === undefined || locations.length > 1) {
    const words =
      locations.length > 1
        ? `Flipkart makes one list for each location, and these parcels stand at ${locations.join(" and ")}.`
        : "Flipkart knows none of these shipments.";
    return succeed(notMade(refused, words));
  }
  const mps = listOf(wish, shipments, refused);
  if (mps === null) return succeed(notMade(refused, null));
  const marked = await markReady(call, wish, shipments, locationId, refused);
  if (!marked.ok) return marked;
  if (refused.size > 0) return succeed(notMade(refused, null));
  return makeList(call, wish.courierCode, locationId, mps);
};

/**
 * Which of Flipkart's lists they go on: that of shipments of several packages or that of all others. Null where they are of
 * both: the lines of the smaller share are refused, so that the rest goes once they are taken off.
 */
function listOf(wish: ManifestWish, shipments: readonly ReadShipment[], refused: Map<string, string>): boolean | null {
  const [several = [], single = []] = [true, false].map((mps) => shipments.filter((one) => (one.mps === true) === mps));
  if (several.length === 0 || single.length === 0) return several.length > 0;
  const isFewer = several.length <= single.length;
  const apart = new Set((isFewer ? several : single).flatMap(({ lines }) => lines.map((line) => line.orderItemId)));
  for (const { channelOrderItemId: id } of wish.lines)
    if (apart.has(id)) refused.set(id, isFewer ? SEVERAL_APART : SINGLE_APART);
  return null;
}

/** The shipments, each of them readable: of a list that is handed over none may be passed over. */
async function readAll(call: Call, ids: Ids): Promise<Outcome<readonly ReadShipment[]>> {
  const rows = await askShipments(call, ids);
  if (!rows.ok) return rows;
  const shipments: ReadShipment[] = [];
  for (const row of rows.value) {
    const read = readShipment(row);
    if (!read.ok) return fail(badAnswer({ idempotent: true }, 200, read.words));
    shipments.push(read.value);
  }
  return succeed(shipments);
}

function idsOf(wish: ManifestWish): Ids {
  if (wish.parcels !== undefined && wish.parcels.length > 0)
    return { shipmentIds: [...new Set(wish.parcels.map((parcel) => parcel.channelOrderId))] };
  return { orderItemIds: [...new Set(wish.lines.map((line) => line.channelOrderItemId))] };
}

/** Lines that none of the shipments has. */
function strangers(wish: ManifestWish, shipments: readonly ReadShipment[]): Map<string, string> {
  const known = new Set(shipments.flatMap((shipment) => shipment.lines.map((line) => line.orderItemId)));
  const lost = wish.lines.map((line) => line.channelOrderItemId).filter((id) => !known.has(id));
  return new Map(lost.map((id) => [id, "Flipkart does not give the shipment of this line."]));
}

function notMade(refused: ReadonlyMap<string, string>, message: string | null): ManifestAnswer {
  return { made: false, url: null, refused: [...refused].map(([key, words]) => ({ key, message: words })), message };
}

/**
 * Marks what is packed and not ready yet; what is refused is added to `refused`, by line. A refusal for the state may mean that
 * it was done before, by a call whose answer was lost: then the state is read again, and says so.
 */
async function markReady(
  call: Call,
  wish: ManifestWish,
  shipments: readonly ReadShipment[],
  locationId: string,
  refused: Map<string, string>,
): Promise<Outcome<void>> {
  const wanted = new Set(wish.lines.map((line) => line.channelOrderItemId));
  const linesOf = (shipment: ReadShipment) =>
    shipment.lines
      .filter((line) => wanted.has(line.orderItemId))
      .map((line) => ({ channelOrderItemId: line.orderItemId }));
  const refuse = (shipment: ReadShipment, words: string) => {
    for (const { channelOrderItemId: id } of linesOf(shipment)) refused.set(id, words);
  };
  /** Is it still to be marked? What stops it is named: a line alone, for the others go once that one is taken out. */
  const isToMark = (shipment: ReadShipment): boolean => {
    const step = readyStep(linesOf(shipment), shipment);
    if (step.kind !== "refused") return step.kind === "send";
    if (step.lines.size === 0) refuse(shipment, step.others);
    for (const [id, words] of step.lines) refused.set(id, words);
    return false;
  };
  const toMark = shipments.filter(isToMark);
  const failed = await mark(call, toMark, locationId);
  if (!failed.ok) return failed;
  const doubtful = [...failed.value].flatMap(([shipmentId, { code }]) => (stateSays(code) ? [shipmentId] : []));
  const again = doubtful.length === 0 ? succeed([]) : await readAll(call, { shipmentIds: doubtful });
  if (!again.ok) return again;
  const settled = new Set(again.value.flatMap((shipment) => (isToMark(shipment) ? [] : [shipment.shipmentId])));
  for (const shipment of toMark) {
    const said = failed.value.get(shipment.shipmentId);
    if (said !== undefined && !settled.has(shipment.shipmentId)) refuse(shipment, wordsOf(said.code, said.message));
  }
  return succeed(undefined);
}

/** Marks shipments as ready, in lots. @returns what was said of those that were not marked by it, by shipment */
async function mark(
  call: Call,
  shipments: readonly ReadShipment[],
  locationId: string,
): Promise<Outcome<ReadonlyMap<string, ShipmentResult>>> {
  const failed = new Map<string, ShipmentResult>();
  for (let from = 0; from < shipments.length; from += READY_MAX) {
    const shipmentIds = shipments.slice(from, from + READY_MAX).map((shipment) => shipment.shipmentId);
    const body = { shipmentIds, locationId };
    const answered = await withToken(call, (headers) =>
      ask(call, { id: "markReadyToDispatch", body, idempotent: true }, headers),
    );
    if (!answered.ok) return answered;
    for (const shipmentId of shipmentIds) {
      const said = resultOf(answered.value, shipmentId);
      if (!said.done && !isAlready(said.code)) failed.set(shipmentId, said);
    }
  }
  return succeed(failed);
}

async function makeList(
  call: Call,
  courier: string,
  locationId: string,
  mps: boolean,
): Promise<Outcome<ManifestAnswer>> {
  const counted = await withToken(call, (headers) =>
    ask(call, { id: "getHandoverCounts", query: { locationId }, idempotent: true }, headers),
  );
  if (!counted.ok) return counted;
  const groups: readonly Schema<"flipkart", "HandoverCount">[] = counted.value;
  const group = vendorGroupOf(
    courier,
    groups.filter((one) => (one.isMps ?? false) === mps),
  );
  if (!group.ok) return succeed(notMade(new Map(), group.words));
  const { vendorGroupCode, pickUpDate } = group.value;
  const params = {
    vendorGroupCode,
    locationId,
    ...(pickUpDate === undefined ? {} : { pickupDate: pickUpDate }),
    is_mps: mps,
  };
  const request = { id: "getManifest", body: { params }, idempotent: true, expects: "file" } as const;
  const made = await withToken(call, (headers) => send(call, request, headers));
  if (!made.ok) return made;
  const { bytes, status } = made.value;
  if (!isPdf(bytes)) return fail(badAnswer(request, status, "The manifest is no PDF."));
  return succeed({ made: true, url: null, file: bytes, refused: [], message: null });
}
