import type { components } from "../../contract/generated/marketplace-inbound.ts";
import { type Checked, describeMisfits, validator } from "../../contract/validators.ts";
import { authenticatePusher } from "../channels/index.ts";
import type { ProtocolRoute } from "../platform/http/route.ts";
import { takeCourierPush } from "../status-sync/index.ts";
import { answer, BODY_BYTES_MAX, misfit, openCall, refused } from "./protocol.ts";
import { takeDelivered } from "./push-events.ts";

type PushDelivered = components["schemas"]["PushDelivered"];

const ofMarketplace = validator<PushDelivered>("marketplace-inbound", "PushDelivered");
const ofCourier = validator("shipping-provider", "StatusPushRequest");
/** The one word that the published page has. */
const PUBLISHED = "DELIVERED_SHIPMENT_DELIVERED";

/**
 * `POST /uc/v1/awbStatusTracking`: one address for marketplaces and couriers; the headers say who calls. A marketplace tells that
 * a shipment was delivered. A courier tells any word of its own about its parcels.
 */
export const pushTrackingRoute: ProtocolRoute = {
  method: "POST",
  path: "/uc/v1/awbStatusTracking",
  bodyBytesMax: BODY_BYTES_MAX,
  handle: async (services, request) => {
    const opened = await openCall(services, request, authenticatePusher);
    if ("status" in opened) return opened;
    const { caller, json } = opened;
    if (caller.kind === "CHANNEL") {
      const checked = ofMarketplace(json);
      return checked.ok ? takeDelivered(services, caller, checked.value) : misfit(describeMisfits(checked.errors));
    }
    const checked = checkCourier(json);
    const detail = checked.ok ? null : describeMisfits(checked.errors);
    const taken = await takeCourierPush(services, caller, json, detail);
    if (taken.kind === "taken") return answer("success", taken.message);
    return refused(taken.refusal, taken.refusal.code === "COURIER_PUSH_NOT_UNDERSTOOD" ? 400 : 200);
  },
};

/** The contract knows one word; couriers have many. All but the word is held to it. */
function checkCourier(json: unknown): Checked<unknown> {
  const isAnyWord =
    typeof json === "object" && json !== null && "trackingStatus" in json && typeof json.trackingStatus === "string";
  return ofCourier(isAnyWord ? { ...json, trackingStatus: PUBLISHED } : json);
}
