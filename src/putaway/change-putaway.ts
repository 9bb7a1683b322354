import { audit } from "../identity/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { shelvesByCode } from "../warehouse/index.ts";
import { tellGraded } from "./hooks.ts";
import {
  decidePending,
  decideScan,
  type Grade,
  isGraded,
  type PutawayId,
  type PutawayItem,
  type PutawayItemId,
} from "./putaway.ts";
import { reachPutaway } from "./reach-putaway.ts";
import { deletePutaway, itemsOf, releaseItems, saveConfirmed, savePending, writeItems } from "./store.ts";

/** What a person says about units of a list; what is left out stays as it was. */
export interface Grading {
  readonly itemIds: readonly PutawayItemId[];
  readonly grade?: Grade | undefined;
  /** Code of a shelf of the list's facility. */
  readonly shelf?: string | undefined;
}

/**
 * Grades units of a list and says where they go. Refusals: NOT_FOUND, PUTAWAY_COMPLETE, PUTAWAY_NOT_ON_LIST,
 * PUTAWAY_SHELF_UNKNOWN.
 */
export function gradePutaway(
  ctx: Ctx,
  input: { putawayId: PutawayId; gradings: readonly Grading[] },
): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPutaway(tx, ctx, input.putawayId);
    if (!reached.ok) return reached;
    const { putaway, items } = reached.value;
    const pending = decidePending(putaway);
    if (!pending.ok) return pending;
    const missing = absent(
      items,
      input.gradings.flatMap((g) => g.itemIds),
    );
    if (missing > 0) return refuse("PUTAWAY_NOT_ON_LIST", { putaway: putaway.code, count: missing });
    const codes = [...new Set(input.gradings.flatMap((g) => g.shelf ?? []))];
    const shelves = (
      await shelvesByCode(
        tx,
        codes.map((code) => ({ facilityId: putaway.facilityId, code })),
      )
    ).filter((shelf) => shelf.enabled);
    const unknown = codes.filter((code) => !shelves.some((shelf) => shelf.code === code));
    if (unknown.length > 0)
      return refuse("PUTAWAY_SHELF_UNKNOWN", { shelves: unknown, facility: putaway.facilityCode });
    await writeItems(
      tx,
      input.gradings.flatMap((grading) =>
        grading.itemIds.map((itemId) => ({
          itemId,
          grade: grading.grade ?? null,
          shelfId: shelves.find((shelf) => shelf.code === grading.shelf)?.shelfId ?? null,
        })),
      ),
    );
    await savePending(tx, putaway.putawayId);
    const before = new Map(items.map((item) => [item.itemId, item.grade]));
    const now = (await itemsOf(tx, putaway.putawayId)).filter((item) => item.grade !== before.get(item.itemId));
    await tellGraded(tx, ctx, { putaway, items: now.filter(isGraded) });
    await audit(tx, ctx, {
      action: "fulfilment.putaway_graded",
      recordType: "putaway",
      recordId: putaway.putawayId,
      recordCode: putaway.code,
      after: input.gradings,
    });
    return ok();
  });
}

/** How far a list is. */
export interface ScanProgress {
  readonly sku: string;
  readonly confirmedNow: number;
  readonly confirmed: number;
  readonly units: number;
}

/**
 * Confirms by a scan that units lie at their shelf: a SKU confirms one piece, a package code all of that package.
 * Refusals: NOT_FOUND, PUTAWAY_COMPLETE, PUTAWAY_SCAN_UNKNOWN, PUTAWAY_SCANNED_ALL.
 */
export function scanPutaway(ctx: Ctx, input: { putawayId: PutawayId; code: string }): Promise<Result<ScanProgress>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPutaway(tx, ctx, input.putawayId);
    if (!reached.ok) return reached;
    const { putaway, items } = reached.value;
    const decision = decideScan(putaway, items, input.code.trim());
    if (!decision.ok) return decision;
    const ids = decision.value.map((item) => item.itemId);
    await saveConfirmed(tx, ids, ctx.actor.name, ctx.now);
    await savePending(tx, putaway.putawayId);
    return ok({
      sku: [...new Set(decision.value.map((item) => item.sku))].join(", "),
      confirmedNow: ids.length,
      confirmed: items.filter((item) => item.confirmed).length + ids.length,
      units: items.length,
    });
  });
}

/**
 * Takes units off a list: they wait again. A list without units is gone. Refusals: NOT_FOUND, PUTAWAY_COMPLETE,
 * PUTAWAY_NOT_ON_LIST.
 */
export function releaseFromPutaway(
  ctx: Ctx,
  input: { putawayId: PutawayId; itemIds: readonly PutawayItemId[] },
): Promise<Result<{ left: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPutaway(tx, ctx, input.putawayId);
    if (!reached.ok) return reached;
    const { putaway, items } = reached.value;
    const pending = decidePending(putaway);
    if (!pending.ok) return pending;
    const missing = absent(items, input.itemIds);
    if (missing > 0) return refuse("PUTAWAY_NOT_ON_LIST", { putaway: putaway.code, count: missing });
    await releaseItems(tx, input.itemIds);
    const left = items.filter((item) => !input.itemIds.includes(item.itemId)).length;
    if (left === 0) await deletePutaway(tx, putaway.putawayId);
    await audit(tx, ctx, {
      action: left === 0 ? "fulfilment.putaway_dissolved" : "fulfilment.putaway_units_released",
      recordType: "putaway",
      recordId: putaway.putawayId,
      recordCode: putaway.code,
      before: { units: items.length },
      after: { units: left },
    });
    return ok({ left });
  });
}

/** How many of the wanted are not among the units of a list. */
function absent(items: readonly PutawayItem[], wanted: readonly PutawayItemId[]): number {
  const on = new Set(items.map((item) => item.itemId));
  return wanted.filter((id) => !on.has(id)).length;
}
