import { signedInvoiceUrl } from "../../billing/index.ts";
import type { BusinessEvent } from "../../events/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { type NewDelivery, queueDeliveries, wantedBy } from "../deliveries.ts";
import type { PartnerWish } from "../partner.ts";
import { checkedBody } from "./checked-body.ts";
import { signedLabelUrl } from "./label-link.ts";
import { inOrder, mayBeTold, subjectsOf, tellingsOf } from "./plan.ts";
import { readFacts, type Snapshot } from "./read-facts.ts";
import {
  type Means,
  ofCancelled,
  ofGatepass,
  ofGrn,
  ofPurchaseOrder,
  ofReturn,
  ofShipment,
  type Telling,
} from "./tellings.ts";

/** Links in bodies open for so long after the event, without login. A delivery repeated later has links that are closed. */
export const LINK_DAYS = 7;

/**
 * Puts what happened in a transaction into words for the partners who want it, and queues it in the same transaction: called right
 * before its commit with all its events. Where nobody wants any of it nothing is read. A body that cannot be built, or does not keep
 * to the contract, is queued with what is wrong with it, for a person; the others go.
 */
export async function tellPartners(tx: Tx, ctx: Ctx, events: readonly BusinessEvent[]): Promise<void> {
  const partners = await wantedBy(tx);
  const wanted = inOrder(events).filter((event) =>
    mayBeTold(event).some((told) => partners.some((partner) => partner.events.has(told))),
  );
  if (wanted.length === 0) return;
  const snapshot = await readFacts(tx, subjectsOf(wanted));
  const expiresAt = ctx.now.add({ hours: 24 * LINK_DAYS });
  const means: Means = {
    custom: snapshot.custom,
    invoiceUrl: (invoiceId) => signedInvoiceUrl(ctx, invoiceId, expiresAt),
    labelUrl: (packageId) => signedLabelUrl(ctx, packageId, expiresAt),
  };
  const tellings = wanted.flatMap((event) => tellingsFor(event, snapshot, means));
  await queueDeliveries(
    tx,
    ctx,
    tellings.flatMap((telling) => deliveriesOf(ctx, partners, telling)),
  );
}

function tellingsFor(event: BusinessEvent, snapshot: Snapshot, means: Means): Telling[] {
  const { happenedAt } = event;
  switch (event.kind) {
    case "UNITS_CANCELLED":
      return snapshot.cancelled
        .filter((facts) => facts.units.some((unit) => event.unitIds.includes(unit.unitId)))
        .map((facts) => ofCancelled(facts, happenedAt));
    case "RETURN_CREATED":
    case "RETURN_COURIER_ALLOCATED":
    case "RETURN_COMPLETED":
      return snapshot.returns
        .filter((facts) => facts.returnCaseId === event.returnCaseId)
        .map((facts) => ofReturn(facts, event.kind, happenedAt, means.custom));
    case "PURCHASE_ORDER_APPROVED":
      return one(snapshot.purchaseOrders.get(event.purchaseOrderId), (facts) => ofPurchaseOrder(facts, happenedAt));
    case "GRN_COMPLETED":
      return one(snapshot.grns.get(event.grnId), (facts) => ofGrn(facts, happenedAt));
    case "GATEPASS_RETURN_AWAITED":
    case "GATEPASS_CLOSED":
    case "GATEPASS_DISCARDED":
      return one(snapshot.gatepasses.get(event.gatepassId), (facts) => ofGatepass(facts, event.kind, happenedAt));
    default: {
      const parcel = snapshot.shipments.get(event.shippingPackageId);
      return parcel === undefined ? [] : tellingsOf(event, parcel).map((told) => ofShipment(parcel, told, means));
    }
  }
}

function one<Facts>(facts: Facts | undefined, tell: (facts: Facts) => Telling): Telling[] {
  return facts === undefined ? [] : [tell(facts)];
}

/** The telling for each partner who wants it; its body is built once, for all of them. */
function deliveriesOf(ctx: Ctx, partners: readonly PartnerWish[], telling: Telling): NewDelivery[] {
  const { build, channelId, facilityId, ...row } = telling;
  const wanting = partners.filter((partner) => wants(partner, telling));
  if (wanting.length === 0) return [];
  const { body, fault, error } = checkedBody(telling.event, build);
  if (fault !== null)
    ctx.log.error(
      { err: error, tenantId: ctx.tenantId, event: telling.event, subject: telling.subject, outcome: "failed" },
      `a partner is not told: ${fault}`,
    );
  return wanting.map(({ partnerId }) => ({ ...row, partnerId, payload: body, fault }));
}

/** What is about no channel is not kept from a partner by his choice of channels; what is for no facility yet is for none of his. */
function wants(partner: PartnerWish, { event, channelId, facilityId }: Telling): boolean {
  const { events, channelIds, facilityIds } = partner;
  const ofChannel = channelIds === null || channelId === null || channelIds.has(channelId);
  return (
    events.has(event) && ofChannel && (facilityIds === null || (facilityId !== null && facilityIds.has(facilityId)))
  );
}
