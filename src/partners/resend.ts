import { audit, auditAll } from "../identity/index.ts";
import { type Instant, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueue, enqueueAll } from "../platform/jobs.ts";
import { deliverJob } from "./definitions.ts";
import { DELIVERED_KEPT_DAYS } from "./kept.ts";
import type { PartnerDeliveryId, PartnerId } from "./partner.ts";
import { startAnew } from "./save-partner.ts";
import * as store from "./store.ts";

/** How many of the chosen deliveries were changed; the others were already so, or are past it. */
export interface Acted {
  readonly changed: number;
  readonly unchanged: number;
}

/**
 * Sends deliveries again, or now where they wait: the same body under the same key. Those that went on before them are not
 * called back. Refuses PARTNER_DELIVERY_NOT_FOUND, and then sends none.
 */
export function repeatDeliveries(ctx: Ctx, ids: readonly PartnerDeliveryId[]): Promise<Result<Acted>> {
  return act(ctx, ids, "partners.delivery_repeated", async (tx) => {
    const touched = await store.repeatDeliveries(tx, ids, ctx.now);
    const partners = [...new Set(touched.map(({ partnerId }) => partnerId))];
    await enqueueAll(
      tx,
      deliverJob,
      partners.map((partnerId) => ({ partnerId })),
    );
    return touched;
  });
}

/** Takes the flags off deliveries that failed: somebody has seen to it. Refuses PARTNER_DELIVERY_NOT_FOUND, and then takes off none. */
export function dismissDeliveries(ctx: Ctx, ids: readonly PartnerDeliveryId[]): Promise<Result<Acted>> {
  const by = { at: ctx.now, name: ctx.actor.name };
  return act(ctx, ids, "partners.delivery_dismissed", (tx) => store.dismissDeliveries(tx, ids, by));
}

/** Deliveries that wait are not sent after all; later ones of their lanes go on. Refuses PARTNER_DELIVERY_NOT_FOUND, and then discards none. */
export function discardDeliveries(ctx: Ctx, ids: readonly PartnerDeliveryId[]): Promise<Result<Acted>> {
  return act(ctx, ids, "partners.delivery_discarded", async (tx) => {
    const touched = await store.discardDeliveries(tx, ids, ctx.now);
    const partners = [...new Set(touched.map(({ partnerId }) => partnerId))];
    await enqueueAll(
      tx,
      deliverJob,
      partners.map((partnerId) => ({ partnerId })),
    );
    return touched;
  });
}

function act(
  ctx: Ctx,
  ids: readonly PartnerDeliveryId[],
  action: string,
  change: (tx: Tx) => Promise<readonly store.TouchedDelivery[]>,
): Promise<Result<Acted>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const found = new Map((await store.findDeliveries(tx, ids)).map((row) => [row.partnerDeliveryId, row]));
    const missing = ids.find((id) => !found.has(id));
    if (missing !== undefined)
      return refuse("PARTNER_DELIVERY_NOT_FOUND", { delivery: missing, days: DELIVERED_KEPT_DAYS });
    const touched = await change(tx);
    await auditAll(
      tx,
      ctx,
      touched.map((row) => ({
        ...{ action, recordType: "partner_delivery", recordId: row.partnerDeliveryId },
        recordCode: `${row.event} ${row.subject}`,
        ...{ before: { state: found.get(row.partnerDeliveryId)?.state }, after: { state: row.state } },
      })),
    );
    return ok({ changed: touched.length, unchanged: found.size - touched.length });
  });
}

/** Sends everything again that a partner refused or that was given up, settled since a moment and not dismissed. Refuses PARTNER_NOT_FOUND. */
export function repeatFailed(ctx: Ctx, partnerId: PartnerId, since: Instant): Promise<Result<{ repeated: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const partner = await store.findPartner(tx, partnerId);
    if (!partner) return refuse("PARTNER_NOT_FOUND", { partner: partnerId });
    const repeated = await store.repeatFlagged(tx, partnerId, since, ctx.now);
    if (repeated === 0) return ok({ repeated });
    await enqueue(tx, deliverJob, { partnerId });
    await audit(tx, ctx, {
      ...{ action: "partners.failed_repeated", recordType: "partner", recordId: partnerId, recordCode: partner.code },
      after: { repeated, since: since.toString() },
    });
    return ok({ repeated });
  });
}

/** Nothing of what has come in for a partner until now is sent after all. Refuses PARTNER_NOT_FOUND. */
export function discardWaiting(
  ctx: Ctx,
  partnerId: PartnerId,
  before: Instant,
): Promise<Result<{ discarded: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const partner = await store.findPartner(tx, partnerId);
    if (!partner) return refuse("PARTNER_NOT_FOUND", { partner: partnerId });
    const discarded = await store.discardWaiting(tx, partnerId, before, ctx.now);
    if (discarded === 0) return ok({ discarded });
    await audit(tx, ctx, {
      ...{ action: "partners.waiting_discarded", recordType: "partner", recordId: partnerId, recordCode: partner.code },
      after: { discarded, before: before.toString() },
    });
    return ok({ discarded });
  });
}

/** Looks at a partner that is held back at once, instead of when its pause ends. Refuses PARTNER_NOT_FOUND. */
export function tryNow(ctx: Ctx, partnerId: PartnerId): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const partner = await store.lockPartner(tx, partnerId);
    if (!partner) return refuse("PARTNER_NOT_FOUND", { partner: partnerId });
    await startAnew(tx, ctx, partner);
    await audit(tx, ctx, {
      ...{ action: "partners.tried_now", recordType: "partner", recordId: partnerId, recordCode: partner.code },
    });
    return ok();
  });
}
