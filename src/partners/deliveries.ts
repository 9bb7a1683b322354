import { type Instant, newId, type SaleOrderId, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueueAll } from "../platform/jobs.ts";
import { deliverJob } from "./definitions.ts";
import type { PartnerEvent, PartnerId, PartnerWish } from "./partner.ts";
import * as store from "./store.ts";

/** An event for one partner, with the body as it will be sent. */
export interface NewDelivery {
  readonly partnerId: PartnerId;
  readonly event: PartnerEvent;
  /** What keeps order: id of the package; of the order for units without one; of the return, purchase order or gate pass. */
  readonly lane: string;
  /** Unique for partner and event: what is queued twice under one key is one delivery. At most 200 characters. */
  readonly dedupeKey: string;
  readonly saleOrderId: SaleOrderId | null;
  readonly shippingPackageId: ShippingPackageId | null;
  /** The code people search by: of the shipment, return, purchase order or gate pass. */
  readonly subject: string;
  /** Serialised once, here: each try sends the same bytes. */
  readonly payload: unknown;
  readonly happenedAt: Instant;
  /** What keeps it from being sent, in words: it is FAILED from the start, and a person sees it. */
  readonly fault?: string | null;
}

/** What each enabled partner wants to be told of; empty where nobody is to be told anything. */
export function wantedBy(tx: Tx): Promise<readonly PartnerWish[]> {
  return store.listWishes(tx);
}

/**
 * Queues deliveries, in the transaction of what they tell of: they are sent exactly when it is committed, those of one lane in
 * the order given here. One that is queued already (same partner, event and key) is passed over.
 */
export async function queueDeliveries(tx: Tx, ctx: Ctx, rows: readonly NewDelivery[]): Promise<void> {
  if (rows.length === 0) return;
  const queuedFor = await store.insertDeliveries(
    tx,
    rows.map((row) => ({ ...row, partnerDeliveryId: newId<"PartnerDelivery">() })),
    ctx.now,
  );
  await enqueueAll(
    tx,
    deliverJob,
    queuedFor.map((partnerId) => ({ partnerId })),
  );
}
