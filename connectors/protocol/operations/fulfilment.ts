import { type OperationTable, succeed } from "../../kit/index.ts";
import { readItemsResult, readNotificationResult } from "../map/incoming.ts";
import {
  toCancellation,
  toDispatch,
  toReverseNotification,
  toShipmentDetails,
  toStatusNotification,
} from "../map/outgoing.ts";
import { sendChecked } from "./send.ts";
import { type TokenForm, withToken } from "./token.ts";

/** Tells that lines left the warehouse. Not repeated blindly: a marketplace may refuse or count a second parcel. */
export function dispatchWith(form: TokenForm): OperationTable["dispatch"] {
  return async (call, facts) => {
    const body = toDispatch(facts);
    const answered = await withToken(call, form, (headers) =>
      sendChecked(call, { id: "dispatchOrderItems", body, idempotent: false }, headers),
    );
    if (!answered.ok) return answered;
    return succeed(
      readItemsResult(
        answered.value,
        facts.lines.map((line) => line.channelOrderItemId),
      ),
    );
  };
}

/** Tells a package's state. The newest `updated` wins on the other side, so a repeat changes nothing. */
export function notifyStateWith(form: TokenForm): OperationTable["notifyState"] {
  return async (call, facts) => {
    const body = toStatusNotification(facts);
    const path = { orderId: facts.channelOrderId };
    const answered = await withToken(call, form, (headers) =>
      sendChecked(call, { id: "postStatusNotification", path, body, idempotent: true }, headers),
    );
    return answered.ok ? succeed(readNotificationResult(answered.value, facts.channelOrderItemIds)) : answered;
  };
}

/** Tells a reverse pickup's state: the call of package states, marked. */
export function notifyReturnWith(form: TokenForm): OperationTable["notifyReturn"] {
  return async (call, facts) => {
    const body = toReverseNotification(facts);
    const path = { orderId: facts.channelOrderId };
    const answered = await withToken(call, form, (headers) =>
      sendChecked(call, { id: "postStatusNotification", path, body, idempotent: true }, headers),
    );
    return answered.ok ? succeed(readNotificationResult(answered.value, facts.channelOrderItemIds)) : answered;
  };
}

/** The seller's cancellation. Quantities are relative, so a lost answer is read back before anything is sent again. */
export function cancelWith(form: TokenForm): OperationTable["cancel"] {
  return async (call, facts) => {
    const body = toCancellation(facts);
    const answered = await withToken(call, form, (headers) =>
      sendChecked(call, { id: "cancelOrderItems", body, idempotent: false }, headers),
    );
    if (!answered.ok) return answered;
    return succeed(
      readItemsResult(
        answered.value,
        facts.lines.map((line) => line.channelOrderItemId),
      ),
    );
  };
}

/**
 * Box, weight and invoice of a package before its label is made. Idempotent: absolute figures by line, so that the same ones
 * again say nothing new; the label is made when it is asked for, not by this call.
 */
export function giveShipmentWith(form: TokenForm): OperationTable["giveShipment"] {
  return async (call, facts) => {
    const body = toShipmentDetails(facts);
    const answered = await withToken(call, form, (headers) =>
      sendChecked(call, { id: "postShipmentDetails", body, idempotent: true }, headers),
    );
    if (!answered.ok) return answered;
    return succeed(
      readItemsResult(
        answered.value,
        facts.lines.map((line) => line.channelOrderItemId),
      ),
    );
  };
}
