import { announce } from "../events/index.ts";
import { audit, auditAll } from "../identity/index.ts";
import { assert, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { awaitPutaway, createPutaway, type Putaway, type PutawayId, type PutawayItem } from "../putaway/index.ts";
import { mayWorkIn } from "../warehouse/index.ts";
import * as store from "./grn.store.ts";
import { decideFinish, decideGrnEvent, type GrnId } from "./grn.ts";
import { linesOf, lockOrder, saveState } from "./purchase-order.store.ts";
import { afterReceipt, decideEvent } from "./purchase-order.ts";

const GRN_KIND = "PUTAWAY_GRN_ITEM";

/**
 * Finishes a receipt: its pieces are in the house and wait for their shelf, each with the inspection's verdict as its
 * grade; the order is complete when all its pieces have arrived. None of it can be sold before it is put away. Refusals:
 * NOT_FOUND, GRN_STATE, GRN_EMPTY.
 */
export function finishGrn(ctx: Ctx, grnId: GrnId): Promise<Result<{ units: number; rejected: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const grn = await store.lockGrn(tx, grnId);
    if (!grn || !mayWorkIn(ctx, grn.facilityId)) return refuse("NOT_FOUND", { what: "goods receipt", id: grnId });
    const may = decideGrnEvent(grn, "finish");
    if (!may.ok) return may;
    const decision = decideFinish(grn, await store.countedLines(tx, grn));
    if (!decision.ok) return decision;
    const units = decision.value;
    await store.saveFinished(tx, grnId, ctx.actor.name, ctx.now);
    const order = await lockOrder(tx, grn.purchaseOrderId);
    assert(order !== undefined, "a receipt has its order");
    const state = decideEvent(order, afterReceipt(await linesOf(tx, grn.purchaseOrderId)));
    // Closing and cancelling wait for open receipts, so the order of one still takes goods.
    assert(state.ok, `order ${order.code} of the open receipt ${grn.code} takes goods`);
    await saveState(tx, grn.purchaseOrderId, state.value);
    await awaitPutaway(
      tx,
      ctx,
      units.map((unit) => ({ ...unit, kind: GRN_KIND, unitId: null, packageId: null, sourceId: grnId })),
      "GOODS_RECEIVED",
    );
    const rejected = units.filter((unit) => unit.grade === "qc_rejected").length;
    await audit(tx, ctx, {
      action: "purchasing.grn_finished",
      recordType: "grn",
      recordId: grnId,
      recordCode: grn.code,
      before: { state: grn.state, order: order.state },
      after: { state: may.value, order: state.value, units: units.length, rejected },
    });
    return ok({ units: units.length, rejected });
  });
}

/** As many pieces go onto one list as a person can carry on with; the rest goes onto the next. */
const LIST_UNITS_MAX = 1_000;

/**
 * Takes the pieces of a receipt that are on no list yet into one putaway list, graded as they were inspected. Refusals:
 * NOT_FOUND, GRN_NOTHING_WAITS and those of `createPutaway`.
 */
export async function putAwayGrn(ctx: Ctx, grnId: GrnId): Promise<Result<{ putawayId: PutawayId; code: string }>> {
  const found = await ctx.db.read(ctx.tenantId, async (tx) => {
    const grn = await store.grnHead(tx, grnId);
    return grn && mayWorkIn(ctx, grn.facilityId)
      ? { grn, itemIds: await store.piecesOnNoList(tx, grnId, LIST_UNITS_MAX) }
      : undefined;
  });
  if (!found) return refuse("NOT_FOUND", { what: "goods receipt", id: grnId });
  if (found.itemIds.length === 0) return refuse("GRN_NOTHING_WAITS", { grn: found.grn.code });
  return createPutaway(ctx, { itemIds: found.itemIds });
}

/** When a putaway list is complete: receipts whose last piece it held are complete too. */
export async function completePutAwayGrns(
  tx: Tx,
  ctx: Ctx,
  done: { putaway: Putaway; items: readonly PutawayItem[] },
): Promise<void> {
  if (done.putaway.kind !== GRN_KIND) return;
  const grnIds = [...new Set(done.items.flatMap((item) => item.sourceId ?? []))];
  const complete = grnIds.length === 0 ? [] : await store.completePutAway(tx, grnIds, ctx.now);
  announce(
    tx,
    ctx,
    complete.map(({ grnId }) => ({ kind: "GRN_COMPLETED", grnId, happenedAt: ctx.now })),
  );
  await auditAll(
    tx,
    ctx,
    complete.map(({ grnId, code }) => ({
      action: "purchasing.grn_completed",
      recordType: "grn",
      recordId: grnId,
      recordCode: code,
      after: { state: "COMPLETE", putaway: done.putaway.code },
    })),
  );
}
