/** Packing, hand-over, delivery of self-shipped parcels, cancellation. Each reads the shipment first: what is so already is done. */
import { type Call, type ChannelAnswer, type OperationTable, type Outcome, succeed } from "../../kit/index.ts";
import {
  CANCEL_REASON_SETTING,
  cancelReason,
  planCancel,
  toCancel,
  toPack,
  toSelfDelivery,
  toSelfDispatch,
} from "../map/outgoing.ts";
import { answerOf, failedAnswer, resultOf, type ShipmentResult, wholeAnswer } from "../map/results.ts";
import { aliveLines, isSelfShip, type ReadShipment } from "../map/shipment.ts";
import { packStep, readyStep, type Step, stateOf } from "../map/steps.ts";
import { isAlready, LEFT, PACKED_OR_LATER, stateSays } from "../map/words.ts";
import { ask, type Name, type Request } from "./send.ts";
import { oneShipment } from "./shipments.ts";
import { withToken } from "./token.ts";

/** Writes whose answer has one word for each shipment. */
type Write = Extract<
  Name,
  "pack" | "markReadyToDispatch" | "cancelShipments" | "selfShipDispatch" | "selfShipDelivery"
>;

async function write<O extends Write>(
  call: Call,
  request: Request<O>,
  shipmentId: string,
): Promise<Outcome<ShipmentResult>> {
  const answered = await withToken(call, (headers) => ask<Write>(call, request, headers));
  return answered.ok ? succeed(resultOf(answered.value, shipmentId)) : answered;
}

/**
 * Has Flipkart pack: from then on it makes invoice, courier and label. Repeatable: one that is packed already refuses, and its
 * state then tells that it is done.
 */
export const pack: OperationTable["pack"] = async (call, facts) => {
  const ids = facts.lines.map((line) => line.channelOrderItemId);
  const found = await oneShipment(call, facts.channelOrderId);
  if (!found.ok) return found;
  // What the seller ships is told with its hand-over: his invoice, his courier.
  if (isSelfShip(found.value)) return succeed(wholeAnswer(ids, null));
  const step = packStep(facts, found.value, call.now);
  if (step.kind !== "send") return succeed(stepAnswer(step, ids));
  const body = toPack(facts, found.value, aliveLines(found.value));
  const result = await write(call, { id: "pack", body, idempotent: true }, facts.channelOrderId);
  if (!result.ok) return result;
  return settled(
    call,
    facts.channelOrderId,
    ids,
    result.value,
    (state) => state === "PACKING_IN_PROGRESS" || PACKED_OR_LATER.has(state),
  );
};

/** Done, refused, or refused because it was done before: then the shipment's state says so. */
async function settled(
  call: Call,
  shipmentId: string,
  ids: readonly string[],
  result: ShipmentResult,
  isDone: (state: string) => boolean,
): Promise<Outcome<ChannelAnswer>> {
  if (result.done || isAlready(result.code)) return succeed(wholeAnswer(ids, null));
  if (!stateSays(result.code)) return succeed(failedAnswer(ids, result));
  const again = await oneShipment(call, shipmentId);
  const done = again.ok && isDone(stateOf(again.value));
  return succeed(done ? wholeAnswer(ids, null) : failedAnswer(ids, result));
}

function stepAnswer(step: Exclude<Step, { readonly kind: "send" }>, ids: readonly string[]): ChannelAnswer {
  if (step.kind === "done") return wholeAnswer(ids, null);
  const refused = new Map(
    ids.flatMap((id) => {
      const words = step.lines.get(id) ?? (step.others === "" ? undefined : step.others);
      return words === undefined ? [] : [[id, words]];
    }),
  );
  const answer = answerOf(ids, refused);
  const extra = [...step.lines].filter(([id]) => !ids.includes(id)).map(([, words]) => words);
  return extra.length === 0
    ? answer
    : { ...answer, message: [answer.message, ...extra].filter((part) => part !== null).join("; ") };
}

/**
 * Tells the hand-over: what Flipkart ships is ready for its courier, what the seller ships is on its way with his courier and
 * invoice. Not repeated blindly; read back, and sent again where it did not arrive.
 */
export const dispatch: OperationTable["dispatch"] = async (call, facts) => {
  const ids = facts.lines.map((line) => line.channelOrderItemId);
  const found = await oneShipment(call, facts.channelOrderId);
  if (!found.ok) return found;
  const { shipmentId, locationId } = found.value;
  const isDone = (state: string) => LEFT.has(state) || state === "READY_TO_DISPATCH";
  if (facts.shipper !== null) {
    const step = selfStep(found.value);
    if (step.kind !== "send") return succeed(stepAnswer(step, ids));
    const body = toSelfDispatch(facts, facts.shipper, locationId, call.now);
    const told = await write(call, { id: "selfShipDispatch", body, idempotent: false }, shipmentId);
    return told.ok ? settled(call, shipmentId, ids, told.value, isDone) : told;
  }
  const step = readyStep(facts.lines, found.value);
  if (step.kind !== "send") return succeed(stepAnswer(step, ids));
  const body = { shipmentIds: [shipmentId], locationId };
  const told = await write(call, { id: "markReadyToDispatch", body, idempotent: false }, shipmentId);
  return told.ok ? settled(call, shipmentId, ids, told.value, isDone) : told;
};

function selfStep(shipment: ReadShipment): Step {
  const state = stateOf(shipment);
  if (LEFT.has(state)) return { kind: "done" };
  if (!isSelfShip(shipment))
    return { kind: "refused", lines: new Map(), others: "Flipkart ships this shipment with its own courier." };
  if (state === "APPROVED") return { kind: "send" };
  return { kind: "refused", lines: new Map(), others: `The shipment is ${state} on Flipkart.` };
}

/** The seller's own courier delivered. Of what Flipkart ships it knows by itself: nothing is told. */
export const notifyState: OperationTable["notifyState"] = async (call, facts) => {
  const ids = facts.channelOrderItemIds;
  const found = await oneShipment(call, facts.channelOrderId);
  if (!found.ok) return found;
  const { shipmentId, locationId } = found.value;
  const state = stateOf(found.value);
  const delivered = (word: string) => word === "DELIVERED" || word === "COMPLETED";
  if (!isSelfShip(found.value) || delivered(state)) return succeed(wholeAnswer(ids, null));
  const body = toSelfDelivery(shipmentId, locationId, facts.changedAt);
  const told = await write(call, { id: "selfShipDelivery", body, idempotent: true }, shipmentId);
  return told.ok ? settled(call, shipmentId, ids, told.value, delivered) : told;
};

const TOO_LATE = "Flipkart lets the seller cancel only before the shipment is packed.";

/** The seller's cancellation, by the groups that go together. Lines that are cancelled there already are done. */
export const cancel: OperationTable["cancel"] = async (call, facts) => {
  const ids = facts.lines.map((line) => line.channelOrderItemId);
  const found = await oneShipment(call, facts.channelOrderId);
  if (!found.ok) return found;
  const plan = planCancel(facts, found.value);
  if (plan.groups.length === 0) return succeed(answerOf(ids, plan.refused));
  const state = stateOf(found.value);
  const late = new Map(ids.filter((id) => !plan.done.has(id)).map((id) => [id, plan.refused.get(id) ?? TOO_LATE]));
  if (state !== "APPROVED" && !["PACKING_IN_PROGRESS", "FORM_FAILED"].includes(state))
    return succeed(answerOf(ids, late));
  const body = toCancel(found.value, plan.groups, cancelReason(call.settings[CANCEL_REASON_SETTING]));
  const told = await write(call, { id: "cancelShipments", body, idempotent: false }, facts.channelOrderId);
  if (!told.ok) return told;
  const { done, code } = told.value;
  if (done || code === "ORDER_ITEM_ALREADY_CANCELLED") return succeed(answerOf(ids, plan.refused));
  const failed = failedAnswer(ids, told.value).message ?? TOO_LATE;
  const refused = new Map(ids.filter((id) => !plan.done.has(id)).map((id) => [id, plan.refused.get(id) ?? failed]));
  return succeed(answerOf(ids, refused));
};
