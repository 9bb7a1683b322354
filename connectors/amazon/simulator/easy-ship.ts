/** Easy Ship: slots in which Amazon collects, and parcels that are scheduled into one. */
import type { Schema } from "../../../contract/types.ts";
import type { Answer, SimOrder, SimParcel } from "../../kit/simulator/index.ts";
import { stamp } from "../../protocol/simulator/parts.ts";
import { isBefore, MARKETPLACE, marksOf, orderOf, type Parts, REFUSABLE, refusal, serve } from "./parts.ts";
import { CARRIER, statusOf } from "./wire.ts";

type Package = Schema<"amazon", "Package">;
type TimeSlot = Schema<"amazon", "TimeSlot">;

const ZONE = "Asia/Kolkata";
/** Each day has two slots of four hours; those of so many days are offered. */
const SLOT_HOURS = [10, 14] as const;
const DAYS = 3;
const SLOT_LASTS_HOURS = 4;
/** A slot that was offered is good for so long. */
const OFFER_MINUTES = 30;

const missing = () =>
  refusal(
    404,
    "ResourceNotFound",
    "The specified resource (for example, `AmazonOrderId` or `MarketplaceId`) does not exist.",
  );

export function serveEasyShip(parts: Parts): void {
  serve(
    parts,
    "listHandoverSlots",
    ({ body, seller, at }) => {
      const order = orderOf(parts, seller, body.amazonOrderId);
      if (!order?.thirdPartyShipping || body.marketplaceId !== MARKETPLACE) return missing();
      const why = whyNotScheduled(parts, order, at);
      if (why !== null) return why;
      marksOf(order).slotsAt = stamp(at);
      marksOf(order).box = JSON.stringify([body.packageDimensions, body.packageWeight]);
      return { status: 200, orderIds: [order.id], body: { amazonOrderId: order.id, timeSlots: slotsAt(at) } };
    },
    REFUSABLE,
  );
  serve(
    parts,
    "createScheduledPackage",
    ({ body, seller, at }) => {
      const order = orderOf(parts, seller, body.amazonOrderId);
      if (!order?.thirdPartyShipping || body.marketplaceId !== MARKETPLACE) return missing();
      if (order.parcels.length > 0 && !isVoid(order))
        return refusal(400, "ScheduledPackageAlreadyExists", "The package was scheduled before");
      const why = whyNotScheduled(parts, order, at);
      if (why !== null) return why;
      const { packageTimeSlot, packageIdentifier } = body.packageDetails;
      const offeredAt = Temporal.Instant.from(marksOf(order).slotsAt ?? "1970-01-01T00:00:00Z");
      const slot = slotsAt(offeredAt).find(({ slotId }) => slotId === packageTimeSlot.slotId);
      if (!slot) return refusal(400, "InvalidTimeSlotId", "The time slot is not known");
      const gone =
        isBefore(offeredAt.add({ minutes: OFFER_MINUTES }), at) ||
        isBefore(Temporal.Instant.from(slot.endTime ?? ""), at);
      if (gone || marksOf(order).slotGone === "yes") {
        delete marksOf(order).slotGone;
        return refusal(400, "RetryableAfterGettingNewSlots", "The time slot is no longer available, get new ones");
      }
      schedule(parts, order, slot, { at, identifier: packageIdentifier ?? "" });
      return { status: 200, orderIds: [order.id], body: packageOf(parts, order, at) };
    },
    REFUSABLE,
  );
  serve(parts, "getScheduledPackage", ({ query, seller, at }) => {
    const order = orderOf(parts, seller, query.amazonOrderId);
    if (order) sentFromPanel(parts, order);
    if (!order || order.parcels.length === 0) return missing();
    return { status: 200, orderIds: [order.id], body: packageOf(parts, order, at) };
  });
}

function whyNotScheduled({ pace }: Parts, order: SimOrder, at: Temporal.Instant): Answer | null {
  const status = statusOf(order, pace, at);
  return status === "UNSHIPPED" ? null : refusal(400, "InvalidOrderState", `The order is ${status}`);
}

/** The slots of the next days that have not begun. */
function slotsAt(at: Temporal.Instant): TimeSlot[] {
  const today = at.toZonedDateTimeISO(ZONE).startOfDay();
  const days = Array.from({ length: DAYS }, (_, day) => today.add({ days: day }));
  return days
    .flatMap((day) => SLOT_HOURS.map((hour) => day.with({ hour })))
    .filter((start) => isBefore(at, start.toInstant()))
    .map((start) => ({
      slotId: Buffer.from(`slot ${start.toInstant().toString()}`).toString("base64url"),
      startTime: start.toInstant().toString(),
      endTime: start.add({ hours: SLOT_LASTS_HOURS }).toInstant().toString(),
      handoverMethod: "PICKUP",
    }));
}

function schedule(
  { sim, numbers }: Parts,
  order: SimOrder,
  slot: TimeSlot,
  { at, identifier }: { readonly at: Temporal.Instant; readonly identifier: string },
): void {
  const parcel: SimParcel = {
    orderItemIds: order.items.filter((item) => item.status !== "CANCELLED").map((item) => item.orderItemId),
    ...{ openedAt: stamp(at), courier: null, box: null },
  };
  // One order is one package: that of a void label is no more.
  if (isVoid(order)) order.parcels.pop();
  delete marksOf(order).labelVoid;
  order.parcels.push(parcel);
  marksOf(order).slot = JSON.stringify(slot);
  marksOf(order).identifier = identifier;
  sim.world.write("shipment", { orderId: order.id, seller: order.seller, at: stamp(at), slotId: slot.slotId });
  if (order.invoices.length > 0) return; // made when it was scheduled first
  const invoice = { kind: "INVOICE", number: numbers.next("INVOICE"), issuedAt: stamp(at) } as const;
  order.invoices.push(invoice);
  sim.world.write("invoice", { orderId: order.id, seller: order.seller, at: stamp(at), ...invoice });
}

/** Was the label of the scheduled parcel voided? */
const isVoid = (order: SimOrder): boolean => marksOf(order).labelVoid === "yes";

/** Has it come by now, so long after the parcel was scheduled? */
function isThere(parcel: SimParcel, afterMs: number, at: Temporal.Instant): boolean {
  return !isBefore(at, Temporal.Instant.from(parcel.openedAt).add({ milliseconds: afterMs }));
}

/** Scheduled and packed by somebody on the seller's panel: it has a slot, an invoice and a number like any other. */
function sentFromPanel(parts: Parts, order: SimOrder): void {
  const [sent] = order.shipments;
  if (!order.thirdPartyShipping || !sent || order.parcels.length > 0) return;
  const at = Temporal.Instant.from(sent.at);
  const [slot] = slotsAt(at);
  if (slot) schedule(parts, order, slot, { at, identifier: "" });
}

/** The parcel's tracking number, given as soon as its delay is over. */
export function courierOf(parts: Parts, order: SimOrder, at: Temporal.Instant): SimParcel["courier"] {
  const { sim } = parts;
  sentFromPanel(parts, order);
  const parcel = order.parcels.at(-1);
  if (!parcel || parcel.courier) return parcel?.courier ?? null;
  if (!isThere(parcel, sim.settings.now().courierDelayMs, at)) return null;
  const courier = { code: "ATS", name: CARRIER, awb: sim.random.digits(12), sortCode: "", assignedAt: stamp(at) };
  parcel.courier = courier;
  const { orderItemIds } = parcel;
  sim.world.write("courier", { orderId: order.id, seller: order.seller, at: stamp(at), orderItemIds, ...courier });
  return courier;
}

/** Is the order's invoice made by now? */
export function hasInvoice(parts: Parts, order: SimOrder, at: Temporal.Instant): boolean {
  const { sim } = parts;
  sentFromPanel(parts, order);
  const parcel = order.parcels.at(-1);
  return parcel !== undefined && isThere(parcel, sim.settings.now().invoiceDelayMs, at);
}

const STATES = [
  ["CANCELLED", "LabelCanceled"],
  ["COURIER_RETURN", "ReturnedToSeller"],
  ["DELIVERED", "Delivered"],
  ["RETURN_REQUESTED", "Delivered"],
  ["DISPATCHED", "PickedUp"],
] as const;

function packageOf(parts: Parts, order: SimOrder, at: Temporal.Instant): Package {
  const marks = marksOf(order);
  const slot: TimeSlot = JSON.parse(marks.slot ?? '{"slotId":""}');
  const [packageDimensions, packageWeight]: [Package["packageDimensions"], Package["packageWeight"]] = JSON.parse(
    marks.box ?? "[{},{}]",
  );
  const awb = courierOf(parts, order, at)?.awb;
  const [invoice] = order.invoices;
  const state = STATES.find(([status]) => order.items.every((item) => item.status === status));
  return {
    scheduledPackageId: { amazonOrderId: order.id, packageId: `pkg-${order.id}` },
    ...{ packageDimensions, packageWeight, packageTimeSlot: slot },
    ...(marks.identifier ? { packageIdentifier: marks.identifier } : {}),
    ...(invoice && hasInvoice(parts, order, at)
      ? { invoice: { invoiceNumber: invoice.number, invoiceDate: invoice.issuedAt } }
      : {}),
    packageStatus: state?.[1] ?? (isVoid(order) ? "LabelCanceled" : "ReadyForPickup"),
    ...(awb === undefined ? {} : { trackingDetails: { trackingId: awb } }),
  };
}
