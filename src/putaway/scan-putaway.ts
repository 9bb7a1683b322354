import type { ShelfId } from "../inventory/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { enabledShelves } from "./change-putaway.ts";
import {
  chosenUnits,
  decidePending,
  decideScan,
  type Grade,
  type PutawayId,
  type PutawayItem,
  type PutawayItemId,
} from "./putaway.ts";
import { reachPutaway } from "./reach-putaway.ts";
import { itemsOf, progressOf, saveConfirmed, savePending, saveUnconfirmed, writeItems } from "./store.ts";
import { suggestShelves } from "./suggest-shelves.ts";
import { tellGrades } from "./tell-grades.ts";

/** What a scan did, and how far the list is. */
export interface ScanProgress {
  /** SHELF: the person stands at a shelf now, and no unit was confirmed. */
  readonly what: "UNITS" | "SHELF";
  readonly sku: string | null;
  /** Where the units go; several where a package was scanned. */
  readonly shelves: readonly string[];
  /** Null: not graded yet, or of several grades. */
  readonly grade: Grade | null;
  readonly itemIds: readonly PutawayItemId[];
  readonly confirmedNow: number;
  readonly confirmed: number;
  readonly units: number;
}

/**
 * Confirms by a scan that units lie at their shelf: a SKU confirms one piece, a package code all of that package. A scanned
 * shelf is only told back: whoever stands there gives it with the next scans.
 * @param input.shelf the shelf at which the person stands: the units go there. @param input.grade what they are judged as.
 * Refusals: NOT_FOUND, PUTAWAY_COMPLETE, PUTAWAY_SHELF_UNKNOWN, PUTAWAY_SCAN_UNKNOWN, PUTAWAY_SCANNED_ALL.
 */
export function scanPutaway(
  ctx: Ctx,
  input: { putawayId: PutawayId; code: string; shelf?: string | undefined; grade?: Grade | undefined },
): Promise<Result<ScanProgress>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPutaway(tx, ctx, input.putawayId);
    if (!reached.ok) return reached;
    const putaway = reached.value;
    const { putawayId, facilityId } = putaway;
    const code = input.code.trim();
    const shelves = await enabledShelves(tx, facilityId, input.shelf === undefined ? [code] : [code, input.shelf]);
    const at: ShelfId | undefined = input.shelf === undefined ? undefined : shelves.get(input.shelf)?.shelfId;
    if (input.shelf !== undefined && at === undefined)
      return refuse("PUTAWAY_SHELF_UNKNOWN", { shelves: [input.shelf], facility: putaway.facilityCode });
    const decision = decideScan(putaway, await itemsOf(tx, putawayId, { code }), code, {
      shelfId: at,
      grade: input.grade,
    });
    if (!decision.ok) {
      if (decision.refusal.code !== "PUTAWAY_SCAN_UNKNOWN" || !shelves.has(code)) return decision;
      const far = await progressOf(tx, putawayId);
      return ok({ what: "SHELF", sku: null, shelves: [code], grade: null, itemIds: [], confirmedNow: 0, ...far });
    }
    const itemIds = decision.value.map((item) => item.itemId);
    const change = {
      ...(input.grade === undefined ? {} : { grade: input.grade }),
      ...(at === undefined ? {} : { shelf: { id: at, chosen: true } }),
    };
    await writeItems(
      tx,
      itemIds.map((itemId) => ({ itemId, ...change })),
    );
    if (at === undefined && input.grade !== undefined) {
      const graded = decision.value.map((item) => ({
        was: item.grade ?? "good",
        item: { ...item, grade: input.grade ?? null },
      }));
      const moved = graded.filter(({ was, item }) => was !== item.grade).map(({ item }) => item);
      await suggestShelves(tx, putaway, moved);
    }
    await saveConfirmed(tx, itemIds, ctx.actor.name, ctx.now);
    await savePending(tx, putawayId);
    await tellGrades(tx, ctx, putaway);
    return ok({
      what: "UNITS",
      ...told(await itemsOf(tx, putawayId, { itemIds })),
      itemIds,
      confirmedNow: itemIds.length,
      ...(await progressOf(tx, putawayId)),
    });
  });
}

function told(items: readonly PutawayItem[]): Pick<ScanProgress, "sku" | "shelves" | "grade"> {
  const grades = new Set(items.map((item) => item.grade));
  const [grade] = grades;
  return {
    sku: [...new Set(items.map((item) => item.sku))].join(", "),
    shelves: [...new Set(items.flatMap((item) => item.shelf ?? []))],
    grade: grades.size === 1 ? (grade ?? null) : null,
  };
}

/** Takes scans back: the units count as not seen at their shelf. Refusals: NOT_FOUND, PUTAWAY_COMPLETE, PUTAWAY_NOT_ON_LIST. */
export function unscanPutaway(
  ctx: Ctx,
  input: { putawayId: PutawayId; itemIds: readonly PutawayItemId[] },
): Promise<Result<{ confirmed: number; units: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPutaway(tx, ctx, input.putawayId);
    if (!reached.ok) return reached;
    const pending = decidePending(reached.value);
    if (!pending.ok) return pending;
    const items = await itemsOf(tx, input.putawayId, { itemIds: input.itemIds });
    const chosen = chosenUnits(reached.value, items, [{ itemIds: input.itemIds }]);
    if (!chosen.ok) return chosen;
    await saveUnconfirmed(tx, input.itemIds);
    return ok(await progressOf(tx, input.putawayId));
  });
}
