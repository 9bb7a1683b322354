/** Tracking numbers: given, corrected, given back. */
import { type Call, type ConnectorFailure, fail, type Outcome, succeed } from "../../../connectors/kit/index.ts";
import type { CourierIo, Waybill, WaybillWish } from "../../kit/index.ts";
import { outcomeOf, readCancel, readUpdate, saysCancelledAlready } from "../map/answers.ts";
import { readWaybill, toUpdate, toWaybill } from "../map/waybill.ts";
import { addressIdOf, textSetting } from "../settings.ts";
import { renew, send, withToken } from "./send.ts";

/** A new token whatever is kept: user name and password are right. */
export async function verify(call: Call): Promise<Outcome<null>> {
  const renewed = await renew(call);
  return renewed.ok ? succeed(null) : renewed;
}

const MEASURES = ["weightGrams", "lengthMm", "widthMm", "heightMm"] as const;

/** The contract wants at least 1 of each. Not sent: the answer would be about our data. */
function notMeasured(names: readonly string[]): ConnectorFailure {
  const channelMessage = `The courier wants weight and size of the parcel, at least 1 each: ${names.join(", ")} missing.`;
  return { reached: "no", kind: "refused", channelMessage };
}

/**
 * Asks for a number. The other side has no key to tell a repeat by but the shipment's code, and no call that reads a number
 * back: only where the account's settings say that a repeat gets the same number is a lost answer asked for again.
 */
export async function createWaybill(call: Call, wish: WaybillWish): Promise<Outcome<Waybill>> {
  const unmeasured = MEASURES.filter((measure) => wish[measure] < 1);
  if (unmeasured.length > 0) return fail(notMeasured(unmeasured));
  const body = toWaybill(wish, {
    serviceType: textSetting(call, "serviceType"),
    handOverMode: textSetting(call, "handOverMode"),
    courierName: textSetting(call, "courierName"),
    addressId: addressIdOf(textSetting(call, "addressIds"), wish.facilityCode),
  });
  const request = { id: "generateWaybill", body, idempotent: call.settings.repeatGivesSame !== false } as const;
  const answered = await withToken(call, (headers) => send(call, request, headers));
  if (!answered.ok) return answered;
  const outcome = outcomeOf(readWaybill(answered.value), request, answered.value.status);
  if (!outcome.ok || textSetting(call, "labelBy") === "courier") return outcome;
  return succeed({ ...outcome.value, labelUrl: null });
}

/** Weight, size and boxes are absolute: told twice they are the same. */
export async function updateWaybill(call: Call, change: CourierIo["updateWaybill"]["in"]): Promise<Outcome<null>> {
  const request = { id: "updateWaybill", body: toUpdate(change), idempotent: true } as const;
  const answered = await withToken(call, (headers) => send(call, request, headers));
  return answered.ok ? outcomeOf(readUpdate(answered.value), request, answered.value.status) : answered;
}

/** A number that was given back before is given back: a repeat is harmless, with 200 as with 400. */
export async function cancelWaybill(call: Call, awb: string): Promise<Outcome<null>> {
  const request = { id: "cancelWaybill", body: { waybill: awb }, idempotent: true } as const;
  const answered = await withToken(call, (headers) => send(call, request, headers));
  if (answered.ok) return outcomeOf(readCancel(answered.value, awb), request, answered.value.status);
  const { kind, channelMessage = "" } = answered.failure;
  return kind === "refused" && saysCancelledAlready(channelMessage) ? succeed(null) : fail(answered.failure);
}
