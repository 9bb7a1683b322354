/** Tells the seller's system of a parcel by itself: `POST /uc/v1/awbStatusTracking` of the hub. */
import type { PushRecord } from "../../../connectors/kit/simulator/index.ts";
import { isJson } from "../../../connectors/kit/simulator/json.ts";
import type { PushOperation } from "../../../connectors/kit/simulator/pusher.ts";
import { operation } from "../../../contract/validators.ts";
import { hubTime } from "./dates.ts";
import type { SimParcel, SimScan } from "./types.ts";
import type { CourierWorld } from "./world.ts";

/** The one word that the page of the push has. */
const PUBLISHED = "DELIVERED_SHIPMENT_DELIVERED";

const published = operation("shipping-provider", "pushDelivered");

/** The published push, with any word: all but the word is held to the contract. */
const push: PushOperation = {
  id: published.id,
  path: published.path,
  body: (value) => published.body(isJson(value) ? { ...value, trackingStatus: PUBLISHED } : value),
  response: (status, value) => published.response(status, value),
};

/** Null: nobody is to be told of it. */
export async function pushWord(
  world: CourierWorld,
  parcel: SimParcel,
  scan: SimScan | undefined = parcel.scans.at(-1),
): Promise<PushRecord | null> {
  const { pushes } = world.settings;
  const isDelivery = scan?.status === "DELIVERED";
  if (scan === undefined || pushes === "none" || (pushes === "delivered" && !isDelivery)) return null;
  const named = world.hub.targets.has(parcel.seller) ? parcel.seller : "";
  const target = world.pushTargets.get(named);
  if (!target) return null;
  const body = {
    trackingNumber: parcel.id,
    providerCode: target.providerCode ?? world.house.code,
    trackingStatus: isDelivery ? PUBLISHED : scan.status,
    statusDate: hubTime(scan.at),
    facilityCode: target.facilityCode ?? null,
    shippingPackageCode: parcel.code,
  };
  const [record] = await world.pusher.announce(parcel, [{ operation: push, body }], null);
  return record ?? null;
}
