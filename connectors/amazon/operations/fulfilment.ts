/** Packing of Easy Ship orders, dispatch of what the seller ships himself, cancellation by the seller. */
import type { RequestBody, Schema } from "../../../contract/types.ts";
import {
  type Call,
  type ChannelAnswer,
  type ConnectorFailure,
  type DispatchFacts,
  fail,
  type OperationTable,
  type Outcome,
  type PackFacts,
  succeed,
} from "../../kit/index.ts";
import { carrierOf } from "../map/carriers.ts";
import { ALREADY_SCHEDULED, LABEL_VOID, pickSlot, SLOT_GONE, scheduleRequest, slotsRequest } from "../map/easy-ship.ts";
import { MARKETPLACE, pathOf } from "../map/market.ts";
import { cancelFeed } from "../map/papers.ts";
import { cancelledOf, wishedCancelled } from "../map/statuses.ts";
import { timeOf, utc } from "../map/time.ts";
import { submitFeed, XML } from "./feeds.ts";
import { forgetPapers } from "./kept-papers.ts";
import { findOrder } from "./orders.ts";
import { ask, send } from "./send.ts";

type Package = Schema<"amazon", "Package">;

/**
 * Schedules the parcel of an Easy Ship order: a slot that ends before the order must have left. From then on Amazon makes its
 * invoice and label. An order that is scheduled already is done; one that the seller ships needs nothing of this.
 */
export const pack: OperationTable["pack"] = async (call, packed) => {
  const found = await findOrder(call, packed.channelOrderId);
  if (!found.ok) return found;
  const order = found.value;
  if (order === null) return succeed(answered(packed, "Amazon does not know the order."));
  if (pathOf(order) !== "EASY_SHIP") return succeed(answered(packed, null));
  const shipBy = timeOf(order.fulfillment?.shipByWindow?.latestDateTime);
  const first = await schedule(call, packed, shipBy);
  if (first.ok || !SLOT_GONE.has(first.failure.channelCode ?? "")) return judged(call, packed, first);
  // Somebody took the slot meanwhile, or it ran out: others are offered now.
  return judged(call, packed, await schedule(call, packed, shipBy));
};

async function schedule(
  call: Call,
  packed: PackFacts,
  shipBy: ReturnType<typeof timeOf>,
): Promise<Outcome<"scheduled">> {
  const offered = await ask(call, { id: "listHandoverSlots", body: slotsRequest(packed), idempotent: true });
  if (!offered.ok) return offered;
  const slot = pickSlot(offered.value.timeSlots, shipBy);
  if (slot === null)
    return fail({ reached: "yes", kind: "refused", channelMessage: "Amazon offers no slot for this parcel now." });
  // A repeat is answered as scheduled already, which is the same to us.
  const body = scheduleRequest(packed, slot);
  const made = await ask(call, { id: "createScheduledPackage", body, idempotent: true });
  return made.ok ? succeed("scheduled") : made;
}

/**
 * Refused slots of an order that is scheduled already say no more than any other refusal: its package does. One whose label is
 * void is no longer scheduled.
 */
async function judged(call: Call, packed: PackFacts, outcome: Outcome<"scheduled">): Promise<Outcome<ChannelAnswer>> {
  if (outcome.ok) {
    // Papers of a parcel before it bear a void label.
    forgetPapers(call, packed.channelOrderId);
    return succeed(answered(packed, null));
  }
  const { kind, channelCode, channelMessage } = outcome.failure;
  if (kind !== "refused") return outcome;
  const known = await findPackage(call, packed.channelOrderId);
  if (!known.ok && channelCode === ALREADY_SCHEDULED) return known;
  if (known.ok && known.value !== null) return succeed(answered(packed, null));
  return succeed(answered(packed, channelMessage ?? channelCode ?? "Amazon refused to schedule the parcel."));
}

/** The scheduled package of an order; null: there is none, or its label is void and it waits to be scheduled again. */
export async function findPackage(call: Call, amazonOrderId: string): Promise<Outcome<Package | null>> {
  const query = { amazonOrderId, marketplaceId: MARKETPLACE };
  const read = await ask(call, { id: "getScheduledPackage", query, idempotent: true });
  if (read.ok) return read.value.packageStatus === LABEL_VOID ? succeed(null) : read;
  return isMissing(read.failure) ? succeed(null) : read;
}

function isMissing({ status, channelCode }: ConnectorFailure): boolean {
  return status === 404 || channelCode === "ResourceNotFound";
}

type Lines = { readonly lines: readonly { readonly channelOrderItemId: string }[] };

/** All lines taken, or all refused with words. */
function answered({ lines }: Lines, refusal: string | null): ChannelAnswer {
  const accepted = refusal === null;
  const results = lines.map(({ channelOrderItemId: key }) => ({ key, accepted, message: refusal }));
  return { status: accepted ? "SUCCESS" : "FAILED", results, message: refusal };
}

type Shipper = NonNullable<DispatchFacts["shipper"]>;

/**
 * Confirms the shipment of what the seller ships: told again under the same package number it changes that package. Of what
 * Amazon ships nothing is told: its courier's scan says that it left. Cancellations of what the seller ships are not taken over,
 * so a parcel may hold what was cancelled there: the rest of it is confirmed, or Amazon would count all of it as late.
 */
export const dispatch: OperationTable["dispatch"] = async (call, facts) => {
  const { shipper } = facts;
  if (shipper === null) return succeed(answered(facts, null));
  const refusal = await confirm(call, facts, shipper);
  if (!refusal.ok) return refusal;
  if (refusal.value === null) return succeed(answered(facts, null));
  const alive = await withoutCancelled(call, facts);
  if (!alive.ok) return alive;
  const { lines, cancelled } = alive.value;
  if (cancelled.size === 0 || lines.length === 0) return succeed(answered(facts, refusal.value));
  const again = await confirm(call, { ...facts, lines }, shipper);
  if (!again.ok) return again;
  if (again.value !== null) return succeed(answered(facts, again.value));
  const results = facts.lines.map(({ channelOrderItemId: key }) => {
    const units = cancelled.get(key);
    if (units === undefined) return { key, accepted: true, message: null };
    return { key, accepted: false, message: `${units} of it cancelled on Amazon, and in the parcel all the same` };
  });
  return succeed({ status: "PARTIAL_SUCCESS", results, message: "Confirmed without what was cancelled on Amazon." });
};

/** Null: confirmed; else Amazon's words of refusal. */
async function confirm(call: Call, facts: DispatchFacts, shipper: Shipper): Promise<Outcome<string | null>> {
  const request = {
    id: "confirmShipment",
    path: { orderId: facts.channelOrderId },
    body: confirmationOf(call, facts, shipper),
    expects: "file", // 204: there is no body
    idempotent: true,
  } as const;
  const sent = await send(call, request);
  if (sent.ok) return succeed(null);
  const { kind, channelMessage, channelCode } = sent.failure;
  return kind === "refused" ? succeed(channelMessage ?? channelCode ?? "refused") : sent;
}

/** What of a parcel's lines is not cancelled there, and the units of each line that are. */
async function withoutCancelled(
  call: Call,
  facts: DispatchFacts,
): Promise<Outcome<{ readonly lines: DispatchFacts["lines"]; readonly cancelled: ReadonlyMap<string, number> }>> {
  const found = await findOrder(call, facts.channelOrderId);
  if (!found.ok) return found;
  const order = found.value;
  const cancelled = new Map<string, number>();
  const lines = facts.lines.flatMap((line) => {
    const item = order?.orderItems.find((one) => one.orderItemId === line.channelOrderItemId);
    const gone = order && item ? cancelledOf(order, item) : 0;
    if (!item || gone === 0) return [line];
    const quantity = Math.min(line.quantity, item.quantityOrdered - gone);
    if (quantity < line.quantity) cancelled.set(line.channelOrderItemId, line.quantity - quantity);
    return quantity > 0 ? [{ ...line, quantity }] : [];
  });
  return succeed({ lines, cancelled });
}

function confirmationOf(call: Call, facts: DispatchFacts, shipper: Shipper): RequestBody<"amazon", "confirmShipment"> {
  // Amazon refuses a time in the future, by its own clock.
  const late = Temporal.Instant.compare(shipper.dispatchedAt, call.now) < 0 ? shipper.dispatchedAt : call.now;
  return {
    marketplaceId: MARKETPLACE,
    packageDetail: {
      packageReferenceId: String(facts.packageNo ?? 1),
      ...carrierOf(shipper.courierName),
      shippingMethod: "Standard",
      trackingNumber: shipper.awb,
      shipDate: utc(late),
      orderItems: facts.lines.map(({ channelOrderItemId: orderItemId, quantity }) => ({ orderItemId, quantity })),
    },
  };
}

/**
 * Says that the seller does not ship these lines, whole: their buyer asked for it, which the order tells, or he cannot. Amazon takes
 * it as a feed: that they are cancelled the order's status proves.
 */
export const cancel: OperationTable["cancel"] = async (call, facts) => {
  const found = await findOrder(call, facts.channelOrderId);
  if (!found.ok) return fail(notTold(found.failure));
  if (found.value === null) return succeed(answered(facts, "Amazon does not know the order."));
  const items = found.value.orderItems;
  const wished = new Set(items.flatMap((item) => (wishedCancelled(item) === "ASKED" ? [item.orderItemId] : [])));
  const ids = new Set(facts.lines.map((line) => line.channelOrderItemId));
  const lines = [...ids].map((orderItemId) => ({
    orderItemId,
    reason: wished.has(orderItemId) ? ("BuyerCanceled" as const) : ("NoInventory" as const),
  }));
  const content = cancelFeed(call.fields.sellerId ?? "", facts.channelOrderId, lines);
  const fed = await submitFeed(call, { feedType: "POST_ORDER_ACKNOWLEDGEMENT_DATA", contentType: XML, content });
  if (!fed.ok) return fed;
  return succeed({ ...answered(facts, null), status: "TAKEN", ticket: fed.value });
};

/** The order could not be read first: of the cancellation itself nothing was sent, whatever became of the question. */
function notTold(failure: ConnectorFailure): ConnectorFailure {
  return failure.kind === "transient" || failure.kind === "bad_answer" ? { ...failure, reached: "no" } : failure;
}
