/** Packing, ready to dispatch, self-ship, cancellation. Each answers 200 with a word for every shipment. */
import type { RequestBody } from "../../../contract/types.ts";
import {
  type Answer,
  cancelReasonMark,
  cancelUnits,
  type Fault,
  type SimOrder,
  type SimShipment,
  settleStatus,
  takeStock,
} from "../../kit/simulator/index.ts";
import { DEMANDED, stamp, struck } from "../../protocol/simulator/parts.ts";
import type { ItemState } from "../map/words.ts";
import { BATCH_FAULTS, marksOf, type Parts, serve, shipmentOf } from "./parts.ts";
import { dispatchAfter, isHeld, MARK, settle, stateOfShipment } from "./states.ts";
import { groupOf } from "./wire.ts";

interface Refused {
  readonly code: string;
  readonly message: string;
}

interface Batch {
  readonly ids: readonly string[];
  readonly seller: string;
  readonly at: Temporal.Instant;
  readonly fault: Fault | null;
  /** The name of the word in the answer. */
  readonly word: "status" | "processingStatus";
}

const ACTS = { acts: BATCH_FAULTS };
const INDIA = "Asia/Kolkata";

/** Does something with each shipment, or says why not. */
function batch(parts: Parts, of: Batch, act: (order: SimOrder, index: number) => Refused | null): Answer {
  const refused = struck(of.fault, of.ids);
  const shipments = of.ids.map((shipmentId, index) => {
    const order = shipmentOf(parts, of.seller, shipmentId);
    if (order) settle(parts, order, of.at);
    const why = refused.has(shipmentId)
      ? { code: "UNPROCESSABLE_ENTITY", message: of.fault?.message ?? DEMANDED }
      : order
        ? act(order, index)
        : { code: "INVALID_SHIPMENTS", message: `no shipment ${shipmentId}` };
    const word = why === null ? "SUCCESS" : "FAILURE";
    return { shipmentId, [of.word]: word, errorCode: why?.code ?? null, errorMessage: why?.message ?? null };
  });
  return { status: 200, orderIds: of.ids, body: { shipments } };
}

export function serveFulfilment(parts: Parts): void {
  servePack(parts);
  serveReady(parts);
  serveCancel(parts);
  serveSelfShip(parts);
  serveForms(parts);
}

type Packed = RequestBody<"flipkart", "pack">["shipments"][number];

function servePack(parts: Parts): void {
  serve(
    parts,
    "pack",
    ({ body, seller, at, fault }) => {
      const ids = body.shipments.map((each) => each.shipmentId);
      return batch(parts, { ids, seller, at, fault, word: "status" }, (order, index) => {
        const wish = body.shipments[index];
        const why = wish === undefined ? null : whyNotPacked(order, wish, at);
        const failures = why === null ? [] : [why];
        const { world } = parts.sim;
        if (wish !== undefined && why === null) take(order, wish, at);
        const outcome = why === null ? "SUCCESS" : "FAILED";
        world.shipmentDetails.add({ receivedAt: stamp(at), seller, orderId: order.id, body: wish, outcome, failures });
        settle(parts, order, at);
        return why;
      });
    },
    ACTS,
  );
}

const GST_RATES: ReadonlySet<number> = new Set([0, 3, 5, 12, 18, 28, 40]);

function whyNotPacked(order: SimOrder, wish: Packed, at: Temporal.Instant): Refused | null {
  const state = stateOfShipment(order);
  if (state !== "APPROVED") return { code: "INVALID_ITEM_STATE", message: `Shipment is ${state}, not APPROVED` };
  if (isHeld(order)) return { code: "OPERATION_NOT_ALLOWED", message: "Shipment is on hold" };
  if (Temporal.Instant.compare(at, dispatchAfter(order)) < 0)
    return { code: "OPERATION_NOT_ALLOWED", message: "Shipment is not actionable before its dispatchAfterDate" };
  if (wish.locationId !== order.items[0]?.facilityCode)
    return { code: "INVALID_REQUEST_JSON", message: `Shipment is not at ${wish.locationId}` };
  const alive = order.items.filter((item) => item.status !== "CANCELLED");
  const taxes = wish.taxItems ?? [];
  const strange = taxes.find((tax) => !alive.some((item) => item.orderItemId === tax.orderItemId));
  if (strange) return { code: "INVALID_REQUEST_ITEM_ID", message: `no item ${strange.orderItemId}` };
  const wrong = taxes.find((tax) => !GST_RATES.has(tax.taxRate));
  if (wrong || taxes.length < alive.length)
    return {
      code: "INVALID_REQUEST_TAX",
      message: wrong ? `${wrong.taxRate} is no GST rate` : "taxItems lack an item",
    };
  const uneven = alive.find((item) =>
    taxes.some((tax) => tax.orderItemId === item.orderItemId && tax.quantity !== item.quantity),
  );
  if (uneven)
    return { code: "QUANTITY_MISMATCH_ERROR", message: `item ${uneven.orderItemId} has ${uneven.quantity} units` };
  const dates = wish.invoices.map(({ invoiceDate }) => Temporal.PlainDate.from(invoiceDate));
  const [first, last] = [Temporal.Instant.from(order.orderDate), at].map((one) =>
    one.toZonedDateTimeISO(INDIA).toPlainDate(),
  );
  const outside = dates.find(
    (day) =>
      (first && Temporal.PlainDate.compare(day, first) < 0) || (last && Temporal.PlainDate.compare(day, last) > 0),
  );
  if (outside)
    return { code: "INVALID_REQUEST_DATE_FORMAT", message: `invoiceDate ${outside} is not between order and today` };
  return null;
}

function take(order: SimOrder, wish: Packed, at: Temporal.Instant): void {
  marksOf(order)[MARK.packAskedAt] = stamp(at);
  const ids = order.items.filter((item) => item.status !== "CANCELLED").map((item) => item.orderItemId);
  const { length = 0, breadth = 0, height = 0, weight = 0 } = wish.subShipments?.[0]?.dimensions ?? {};
  const box = {
    lengthMm: Math.round(length * 10),
    widthMm: Math.round(breadth * 10),
    heightMm: Math.round(height * 10),
    grams: Math.round(weight * 1000),
  };
  order.parcels.push({ orderItemIds: ids.toSorted(), openedAt: stamp(at), courier: null, box });
}

function serveReady(parts: Parts): void {
  const { world } = parts.sim;
  serve(
    parts,
    "markReadyToDispatch",
    ({ body, seller, at, fault }) =>
      batch(parts, { ids: body.shipmentIds, seller, at, fault, word: "status" }, (order) => {
        const state = stateOfShipment(order);
        const why = whyNotReady(state);
        if (why === null) leave(order, { readyAt: stamp(at) }, { at: stamp(at) });
        const taken = why === null || !NOT_READY.has(state);
        world.dispatches.add({
          ...{ receivedAt: stamp(at), seller, orderId: order.id, orderIds: [order.id] },
          orderItemIds: order.items.map((item) => item.orderItemId),
          accepted: taken ? acceptedOf(order, why !== null) : [],
          ...{ courier: null, trackingNumber: null, invoiceNumber: null, invoiceDate: null, body },
          ...{ outcome: taken ? "SUCCESS" : "FAILED", failures: taken ? [] : [why] },
        });
        return why;
      }),
    ACTS,
  );
}

function acceptedOf(order: SimOrder, repeated: boolean) {
  return order.items
    .filter((item) => item.status !== "CANCELLED")
    .map((item) => ({ orderItemId: item.orderItemId, quantity: item.quantity - item.cancelledQuantity, repeated }));
}

const NOT_READY: ReadonlySet<string> = new Set<ItemState>([
  "APPROVED",
  "PACKING_IN_PROGRESS",
  "FORM_FAILED",
  "PACKED",
  "CANCELLED",
]);

/**
 * Once it is ready, being told again is an error of the state; the code of dispatched ones is that of the pages of version 2,
 * and stands for what the courier has.
 */
function whyNotReady(state: ItemState): Refused | null {
  if (state === "PACKED") return null;
  if (state === "CANCELLED") return { code: "ORDER_ITEM_ALREADY_CANCELLED", message: "Shipment is cancelled" };
  if (NOT_READY.has(state)) return { code: "ORDER_ITEM_NOT_PACKED", message: `Shipment is ${state}` };
  const code = state === "READY_TO_DISPATCH" ? "INVALID_ITEM_STATE" : "ORDER_ITEM_ALREADY_DISPATCHED";
  return { code, message: `Shipment is ${state}, not PACKED` };
}

/** The shipment is out of the seller's hands. */
function leave(
  order: SimOrder,
  marks: Readonly<Record<string, string>>,
  own: Pick<SimShipment, "at"> & Partial<SimShipment>,
): void {
  Object.assign(marksOf(order), marks);
  const alive = order.items.filter((item) => item.status === "CREATED");
  for (const item of alive) {
    item.status = "DISPATCHED";
    item.dispatchedQuantity = item.quantity - item.cancelledQuantity;
  }
  const courier = order.parcels.at(-1)?.courier;
  order.shipments.push({
    trackingNumber: courier?.awb ?? "",
    courier: courier?.name ?? "",
    providerCode: courier?.code ?? "",
    orderItemIds: alive.map((item) => item.orderItemId),
    ...own,
  });
  settleStatus(order);
}

function serveCancel(parts: Parts): void {
  const { world } = parts.sim;
  serve(
    parts,
    "cancelShipments",
    ({ body, seller, at, fault }) => {
      const ids = body.shipments.map((each) => each.shipmentId);
      return batch(parts, { ids, seller, at, fault, word: "status" }, (order, index) => {
        const groups = body.shipments[index]?.cancellationGroupIds;
        const lines = order.items.filter((item) => groups === undefined || groups.includes(groupOf(order, item)));
        const why = whyNotCancelled(order, lines.length);
        const alive = why === null ? lines.filter((item) => item.status === "CREATED") : [];
        const accepted = alive.map((item) => ({
          orderItemId: item.orderItemId,
          quantity: item.quantity,
          repeated: false,
        }));
        for (const item of alive) {
          cancelUnits(item, item.quantity);
          marksOf(order)[cancelReasonMark(item)] = "sellerCancellation";
          // Flipkart sets the listing out of stock: the seller has said that he has none.
          const { productId, variantId, facilityCode } = item;
          takeStock(world, { quantity: 0, receivedAt: stamp(at), seller, productId, variantId, facilityCode });
        }
        settleStatus(order);
        world.cancellations.add({
          ...{ receivedAt: stamp(at), seller, orderId: order.id, accepted, body: body.shipments[index] },
          ...{ outcome: why === null ? "SUCCESS" : "FAILED", failures: why === null ? [] : [why] },
        });
        return why;
      });
    },
    ACTS,
  );
}

function whyNotCancelled(order: SimOrder, lines: number): Refused | null {
  const state = stateOfShipment(order);
  if (lines === 0) return { code: "INVALID_REQUEST_JSON", message: "no such cancellation group" };
  if (state === "CANCELLED") return { code: "ORDER_ITEM_ALREADY_CANCELLED", message: "Shipment is cancelled" };
  if (state === "APPROVED" || state === "PACKING_IN_PROGRESS" || state === "FORM_FAILED") return null;
  return { code: "INVALID_ITEM_STATE", message: `Shipment is ${state}: cancel before it is packed` };
}

function serveSelfShip(parts: Parts): void {
  const { world } = parts.sim;
  serve(
    parts,
    "selfShipDispatch",
    ({ body, seller, at, fault }) => {
      const ids = body.shipments.map((each) => each.shipmentId);
      return batch(parts, { ids, seller, at, fault, word: "processingStatus" }, (order, index) => {
        const wish = body.shipments[index];
        const why = whyNotSent(order, wish, at);
        const courier = wish?.deliveryPartner ?? "";
        const own = {
          at: stamp(at),
          courier,
          trackingNumber: wish?.trackingId ?? "",
          providerCode: wish?.deliveryPartnerCode ?? "",
        };
        if (why === null) leave(order, {}, own);
        world.dispatches.add({
          ...{ receivedAt: stamp(at), seller, orderId: order.id, orderIds: [order.id] },
          orderItemIds: wish?.invoice.items.map((item) => item.orderItemId) ?? [],
          accepted: why === null ? acceptedOf(order, false) : [],
          ...{ courier, trackingNumber: own.trackingNumber, invoiceNumber: wish?.invoice.invoiceNumber ?? null },
          ...{ invoiceDate: wish?.invoice.invoiceDate ?? null, body: wish },
          ...{ outcome: why === null ? "SUCCESS" : "FAILED", failures: why === null ? [] : [why] },
        });
        return why;
      });
    },
    ACTS,
  );
  const told = (id: "selfShipDelivery" | "selfShipDeliveryAttempt") =>
    serve(
      parts,
      id,
      ({ body, seller, at, fault }) => {
        const ids = body.shipments.map((each) => each.shipmentId);
        return batch(parts, { ids, seller, at, fault, word: "processingStatus" }, (order, index) => {
          const state = stateOfShipment(order);
          if (order.thirdPartyShipping || state !== "SHIPPED")
            return {
              code: "INVALID_ITEM_STATE",
              message: `Shipment is ${state}${order.thirdPartyShipping ? ", and not SELF" : ""}`,
            };
          const delivered = order.items.filter((item) => item.status === "DISPATCHED");
          if (id === "selfShipDelivery") for (const item of delivered) item.status = "DELIVERED";
          const statuses = [id === "selfShipDelivery" ? "DELIVERED" : "DELIVERY_ATTEMPTED"];
          const orderItems = delivered.map((item) => ({ orderItemId: item.orderItemId, status: statuses[0] }));
          world.notifications.add({
            ...{ receivedAt: stamp(at), seller, orderId: order.id, statuses, orderItems },
            ...{ outcome: "SUCCESS", failures: [], body: body.shipments[index] },
          });
          return null;
        });
      },
      ACTS,
    );
  told("selfShipDelivery");
  told("selfShipDeliveryAttempt");
  serve(parts, "updateTracking", ({ path, body, seller }) => {
    const order = shipmentOf(parts, seller, path.shipmentId);
    const last = order?.shipments.at(-1);
    if (!order || !last || !body) return { status: 404, body: {} };
    const { tracking_id: trackingNumber = last.trackingNumber, delivery_partner: courier = last.courier } = body;
    order.shipments.push({ ...last, trackingNumber, courier });
    parts.sim.world.touch(order);
    return { status: 200, body: {} };
  });
}

type SelfSent = RequestBody<"flipkart", "selfShipDispatch">["shipments"][number];

function whyNotSent(order: SimOrder, wish: SelfSent | undefined, at: Temporal.Instant): Refused | null {
  const state = stateOfShipment(order);
  if (order.thirdPartyShipping) return { code: "OPERATION_NOT_ALLOWED", message: "Shipment is not SELF" };
  if (state !== "APPROVED") return { code: "INVALID_ITEM_STATE", message: `Shipment is ${state}` };
  if (isHeld(order)) return { code: "OPERATION_NOT_ALLOWED", message: "Shipment is on hold" };
  if (!wish?.deliveryPartnerCode || !wish.trackingId)
    return { code: "INVALID_REQUEST_JSON", message: "deliveryPartnerCode and trackingId are mandatory" };
  const [today, sent, expected] = [
    at,
    Temporal.Instant.from(wish.dispatchDate),
    Temporal.Instant.from(wish.tentativeDeliveryDate),
  ].map((one) => one.toZonedDateTimeISO(INDIA).toPlainDate());
  if (today && sent && Temporal.PlainDate.compare(sent, today) > 0)
    return { code: "INVALID_REQUEST_DATE_FORMAT", message: "dispatchDate lies in the future" };
  if (today && expected && Temporal.PlainDate.compare(expected, today) < 0)
    return { code: "INVALID_REQUEST_DATE_FORMAT", message: "tentativeDeliveryDate lies in the past" };
  return null;
}

/** A form that failed is made good by its number: packing then goes on. */
function serveForms(parts: Parts): void {
  serve(parts, "getForms", ({ path, seller }) => {
    const found = path.shipmentIds.split(",").flatMap((id) => shipmentOf(parts, seller, id) ?? []);
    const shipments = found.map((order) => {
      const failed = marksOf(order)[MARK.formFails] === "yes";
      return {
        shipmentId: order.id,
        forms: failed ? [{ name: "TRANSIT_FORM", link: "", automated: true, status: "FAILED" }] : [],
      };
    });
    return { status: 200, body: { shipments } };
  });
  serve(parts, "updateFormAck", ({ body, seller, at, fault }) => {
    const ids = body.shipments.map((each) => each.shipmentId);
    return batch(parts, { ids, seller, at, fault, word: "status" }, (order) => {
      if (marksOf(order)[MARK.formFails] !== "yes")
        return { code: "OPERATION_NOT_ALLOWED", message: "No form is missing" };
      delete marksOf(order)[MARK.formFails];
      parts.sim.world.touch(order);
      settle(parts, order, at);
      return null;
    });
  });
}
