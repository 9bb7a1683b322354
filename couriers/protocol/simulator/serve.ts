/** The courier's side of the protocol: its six calls and its files. */
import type { Answer, Fault, FaultKind, Seller } from "../../../connectors/kit/simulator/index.ts";
import type { OperationId, RequestBody, Schema } from "../../../contract/types.ts";
import { operation } from "../../../contract/validators.ts";
import { courierTime } from "./dates.ts";
import { cancelParcel, passTime, planLife } from "./life.ts";
import { findPaper, labelName, manifestName } from "./papers.ts";
import type { SimParcel, SimScan } from "./types.ts";
import { waitsForPickup } from "./vocabulary.ts";
import {
  type CourierWorld,
  directionOf,
  findParcel,
  isServed,
  makeParcel,
  parcelOfCode,
  partOf,
  stamp,
  statusOf,
} from "./world.ts";

const CONTRACT = "shipping-provider";
const NUMBERS_MAX = 50;
const REFUSES: readonly FaultKind[] = ["failed"];
const DEMANDED = "refused on demand";

const of = <O extends OperationId<typeof CONTRACT>>(id: O) => operation(CONTRACT, id);
const said = (status: number, body: unknown): Answer => ({ status, body });

export function serveCourier(world: CourierWorld): void {
  const { server } = world;
  server.serve(
    of("getShipperToken"),
    ({ body, fault }) => {
      const token = fault ? null : world.accounts.logIn(body.username, body.password);
      return said(200, token === null ? { status: "INVALID_CREDENTIALS" } : { status: "SUCCESS", token });
    },
    { acts: REFUSES },
  );
  server.serve(
    of("generateWaybill"),
    ({ seller, body, at, fault }) => allocate(world, { seller, wish: body, at, fault }),
    {
      acts: REFUSES,
    },
  );
  server.serve(of("updateWaybill"), ({ seller, body, fault }) => update(world, seller, body, fault), { acts: REFUSES });
  server.serve(of("cancelWaybill"), ({ seller, body, fault }) => cancel(world, seller, body.waybill, fault), {
    acts: REFUSES,
  });
  server.serve(of("getWaybillDetails"), ({ seller, query, fault }) => track(world, seller, query.waybills, fault), {
    acts: REFUSES,
  });
  server.serve(of("generateManifest"), ({ seller, body, at }) => makeManifest(world, seller, body.awbNumbers, at));
  server.serveFiles("downloadFile", (name) => findPaper(world, name));
}

interface Allocation {
  readonly seller: string;
  readonly wish: RequestBody<typeof CONTRACT, "generateWaybill">;
  readonly at: Temporal.Instant;
  readonly fault: Fault | null;
}

function refusal(status: number, reason: string, message: string): Answer {
  return said(status, { status: "FAILED", reason, message });
}

function allocate(world: CourierWorld, { seller, wish, at, fault }: Allocation): Answer {
  if (fault) return refusal(200, "REFUSED", fault.message ?? DEMANDED);
  const missing = missingOf(wish);
  if (missing.length > 0) return refusal(400, "VALIDATION", `Missing required fields: ${missing.join(", ")}`);
  const unknownId = unknownAddressId(world.sellers.get(seller), wish);
  if (unknownId !== null) return refusal(200, "UNKNOWN_ADDRESS_ID", `${unknownId} is no address of ${seller}`);
  // Of both ends the customer's is the one that may be out of reach.
  const reverse = directionOf(wish) === "REVERSE";
  const pincode = partOf(reverse ? wish.pickupAddressDetails : wish.deliveryAddressDetails, "pincode");
  const served = isServed(world, pincode, wish.paymentMode === "COD");
  if (served === "no") return refusal(200, "PINCODE_NOT_SERVICEABLE", `${pincode} is not served`);
  if (served === "no COD") return refusal(200, "COD_NOT_SERVICEABLE", `${pincode} is not served with COD`);
  const known = parcelOfCode(world, seller, directionOf(wish), wish.Shipment.code);
  if (known && world.settings.repeat === "same") {
    known.repeats += 1;
    return allocated(world, known);
  }
  const parcel = makeParcel(world, { seller, wish, at });
  if (world.settings.life === "after waybill") planLife(world, parcel, at);
  return allocated(world, parcel);
}

function allocated(world: CourierWorld, parcel: SimParcel): Answer {
  const shippingLabel = world.settings.labels ? `${world.server.url()}/files/${labelName(world, parcel)}` : "";
  const { id: waybill, carrier: courierName, routingCode } = parcel;
  return said(200, { status: "SUCCESS", waybill, shippingLabel, courierName, routingCode });
}

/** What the contract cannot say of itself: measures of at least 1, and an address in one of two ways. */
function missingOf(wish: Allocation["wish"]): string[] {
  const { Shipment: shipment } = wish;
  const measures = (["weight", "length", "height", "breadth"] as const).filter(
    (name) => !(Number(shipment[name]) >= 1),
  );
  const sides = (["pickup", "delivery"] as const).filter((side) => {
    const isBlank = Object.keys(wish[`${side}AddressDetails`]).length === 0;
    return isBlank && (wish[`${side}AddressId`] ?? "") === "";
  });
  return [...measures.map((name) => `Shipment.${name}`), ...sides.map((side) => `${side}AddressDetails`)];
}

/** An id that is not one of the seller's addresses; null where there is no such. */
function unknownAddressId(seller: Seller | undefined, wish: Allocation["wish"]): string | null {
  const known = (seller?.account?.addressIds ?? "").split(",").map((id) => id.trim());
  const given = [wish.pickupAddressId, wish.deliveryAddressId].filter((id) => typeof id === "string" && id !== "");
  return given.find((id) => !known.includes(id ?? "")) ?? null;
}

function update(
  world: CourierWorld,
  seller: string,
  { Shipment: change }: RequestBody<typeof CONTRACT, "updateWaybill">,
  fault: Fault | null,
): Answer {
  const parcel = findParcel(world, seller, change.waybill);
  if (!parcel) return said(400, { status: "FAILED", message: `${change.waybill} is not known` });
  if (fault) return said(200, { status: "FAILED", waybill: parcel.id, message: fault.message ?? DEMANDED });
  if (!waitsForPickup(statusOf(parcel)))
    return said(200, { status: "FAILED", waybill: parcel.id, message: `Not updated: ${statusOf(parcel)}` });
  const [length, breadth, height] = parcel.sizeMm;
  parcel.grams = Number(change.weight ?? parcel.grams);
  parcel.sizeMm = [Number(change.length ?? length), Number(change.breadth ?? breadth), Number(change.height ?? height)];
  parcel.boxes = Number(change.numberOfBoxes ?? parcel.boxes);
  parcel.updates += 1;
  return said(200, { status: "SUCCESS", waybill: parcel.id, message: "Updated" });
}

function cancel(world: CourierWorld, seller: string, awb: string, fault: Fault | null): Answer {
  const cased = (status: string) => (world.settings.cancelCase === "lower" ? status.toLowerCase() : status);
  const answer = (status: number, outcome: string, errorMessage: string) =>
    said(status, { status: cased(outcome), waybill: awb, errorMessage });
  const parcel = findParcel(world, seller, awb);
  if (fault) return answer(200, "FAILED", fault.message ?? DEMANDED);
  if (!parcel) return answer(400, "FAILED", "Waybill is unknown");
  if (parcel.cancelledAt !== null) return answer(400, "FAILED", "Waybill is already cancelled");
  if (!waitsForPickup(statusOf(parcel))) return answer(200, "FAILED", "Pickup is not cancelled: already picked up");
  cancelParcel(world, parcel);
  return answer(200, "SUCCESS", "Pickup is successfully cancelled");
}

function track(world: CourierWorld, seller: string, waybills: string, fault: Fault | null): Answer {
  const list = /^"(.*)"$/.exec(waybills.trim())?.[1];
  const numbers = (list ?? "").split(",").filter((number) => number !== "");
  const outcome = (status: "SUCCESS" | "FAILED") => ({ [world.settings.statusKey]: status });
  const failed = (status: number, message: string) =>
    said(status, { ...outcome("FAILED"), message, waybillDetails: [] });
  if (list === undefined) return failed(400, "waybills stands in double quotes");
  if (numbers.length === 0 || numbers.length > NUMBERS_MAX) return failed(400, `Maximum ${NUMBERS_MAX} waybills`);
  if (fault) return failed(200, fault.message ?? DEMANDED);
  // What is due is told in the background: who asks is answered now.
  void passTime(world);
  const waybillDetails = numbers.flatMap((number) => {
    const parcel = findParcel(world, seller, number);
    return parcel ? [detailOf(world, parcel)] : [];
  });
  return said(200, { ...outcome("SUCCESS"), waybillDetails, message: "" });
}

function detailOf(world: CourierWorld, parcel: SimParcel): Schema<typeof CONTRACT, "WaybillDetail"> {
  const last = parcel.scans.at(-1);
  const { history } = world.settings;
  const short = {
    waybill: parcel.id,
    currentStatus: statusOf(parcel),
    statusDate: courierTime(last?.at ?? parcel.madeAt),
    ...(parcel.ndr === null ? {} : { ndr_code: parcel.ndr.code, ndr_reason: parcel.ndr.reason }),
    ...(parcel.attempts === 0 ? {} : { attempt_count: String(parcel.attempts) }),
  };
  if (!history || !last) return short;
  return {
    ...short,
    current_sub_status: last.subStatus,
    current_status_remark: last.remark,
    shipping_provider: parcel.carrier,
    current_location: last.place,
    current_pincode: last.pincode,
    current_country: "India",
    latitude: "",
    longitude: "",
    expected_date_of_delivery: courierTime(parcel.expectedAt),
    promised_date_of_delivery: "",
    payment_type: parcel.wish.paymentMode,
    weight: String(parcel.grams),
    dimensions: { l: String(parcel.sizeMm[0]), b: String(parcel.sizeMm[1]), h: String(parcel.sizeMm[2]) },
    attempt_count: String(parcel.attempts),
    next_delivery_date: parcel.ndr?.nextAttempt ? courierTime(parcel.ndr.nextAttempt) : "",
    tracking_history: parcel.scans.toReversed().map(eventOf), // newest first, as couriers list them
    rto_awb: parcel.rto?.awb ?? "",
    rto_reason: parcel.rto?.reason ?? "",
  };
}

function eventOf(scan: SimScan): Schema<typeof CONTRACT, "TrackingEvent"> {
  return {
    date_time: courierTime(scan.at),
    status: scan.status,
    sub_status: scan.subStatus,
    remark: scan.remark,
    location: scan.place,
    pincode: scan.pincode,
    country: "India",
  };
}

function makeManifest(
  world: CourierWorld,
  seller: string,
  awbNumbers: readonly (string | number)[],
  at: Temporal.Instant,
): Answer {
  const awbs = [...new Set(awbNumbers.map(String))];
  const parcels = awbs.map((awb) => ({ awb, parcel: findParcel(world, seller, awb) }));
  const invalidAWBs = parcels.flatMap(({ awb, parcel }) => (parcel?.cancelledAt === null ? [] : [awb]));
  if (invalidAWBs.length > 0) return said(404, { status: "FAILED", message: "Some AWBs are unknown", invalidAWBs });
  const alreadyManifestedAWBs = parcels.flatMap(({ awb, parcel }) => (parcel?.manifest === null ? [] : [awb]));
  if (alreadyManifestedAWBs.length > 0) {
    const message = "Manifest already generated for some AWBs";
    return said(400, { status: "FAILED", message, alreadyManifestedAWBs });
  }
  const manifest = { number: world.numbers.manifest(), seller, madeAt: stamp(at), awbs };
  world.manifests.set(manifest.number, manifest);
  const oldest = world.manifests.keys().next().value;
  if (world.manifests.size > world.parcelsMax && oldest !== undefined) world.manifests.delete(oldest);
  for (const { parcel } of parcels) {
    if (!parcel) continue;
    parcel.manifest = manifest.number;
    if (world.settings.life === "after manifest") planLife(world, parcel, at);
  }
  const manifestDownloadUrl = `${world.server.url()}/files/${manifestName(world, manifest)}`;
  return said(201, { status: "SUCCESS", manifestNumber: manifest.number, manifestDownloadUrl });
}
