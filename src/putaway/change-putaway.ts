import { audit } from "../identity/index.ts";
import { type FacilityId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { type ShelfRow, shelvesByCode } from "../warehouse/index.ts";
import {
  type Choice,
  chosenUnits,
  decidePending,
  type Grade,
  type Putaway,
  type PutawayId,
  type PutawayItem,
} from "./putaway.ts";
import { reachPutaway } from "./reach-putaway.ts";
import { deletePutaway, itemsOf, releaseItems, savePending, writeItems } from "./store.ts";
import { suggestShelves } from "./suggest-shelves.ts";
import { tellGrades } from "./tell-grades.ts";

/** What a person says about units of a list; what is left out stays as it was. */
export type Grading = Choice & {
  readonly grade?: Grade | undefined;
  /** Code of a shelf of the list's facility. */
  readonly shelf?: string | undefined;
};

/**
 * Grades units of a list and says where they go. A unit that gets another grade gets another suggestion too, unless a person
 * chose its shelf. Refusals: NOT_FOUND, PUTAWAY_COMPLETE, PUTAWAY_NOT_ON_LIST, PUTAWAY_SHELF_UNKNOWN.
 */
export function gradePutaway(
  ctx: Ctx,
  input: { putawayId: PutawayId; gradings: readonly Grading[] },
): Promise<Result<{ units: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPutaway(tx, ctx, input.putawayId);
    if (!reached.ok) return reached;
    const putaway = reached.value;
    const pending = decidePending(putaway);
    if (!pending.ok) return pending;
    const chosen = chosenUnits(putaway, await itemsOf(tx, putaway.putawayId), input.gradings);
    if (!chosen.ok) return chosen;
    const codes = [...new Set(input.gradings.flatMap((g) => g.shelf ?? []))];
    const shelves = await enabledShelves(tx, putaway.facilityId, codes);
    const unknown = codes.filter((code) => !shelves.has(code));
    if (unknown.length > 0)
      return refuse("PUTAWAY_SHELF_UNKNOWN", { shelves: unknown, facility: putaway.facilityCode });
    const units = await writeGradings(tx, putaway, input.gradings, chosen.value, shelves);
    await savePending(tx, putaway.putawayId);
    await tellGrades(tx, ctx, putaway);
    await audit(tx, ctx, {
      action: "putaway.graded",
      recordType: "putaway",
      recordId: putaway.putawayId,
      recordCode: putaway.code,
      after: input.gradings.map(({ grade, shelf }, i) => ({ units: chosen.value[i]?.length ?? 0, grade, shelf })),
    });
    return ok({ units });
  });
}

/** Writes what was said, the last word winning, and asks again for shelves that follow the grade. */
async function writeGradings(
  tx: Tx,
  putaway: Putaway,
  gradings: readonly Grading[],
  chosen: readonly (readonly PutawayItem[])[],
  shelves: ReadonlyMap<string, ShelfRow>,
): Promise<number> {
  const said = new Map<PutawayItem["itemId"], { item: PutawayItem; grade?: Grade; shelfId?: ShelfRow["shelfId"] }>();
  for (const [i, { grade, shelf }] of gradings.entries())
    for (const item of chosen[i] ?? []) {
      const shelfId = shelf === undefined ? undefined : shelves.get(shelf)?.shelfId;
      said.set(item.itemId, {
        ...(said.get(item.itemId) ?? { item }),
        ...(grade === undefined ? {} : { grade }),
        ...(shelfId === undefined ? {} : { shelfId }),
      });
    }
  await writeItems(
    tx,
    [...said].map(([itemId, { grade, shelfId }]) => ({
      itemId,
      ...(grade === undefined ? {} : { grade }),
      ...(shelfId === undefined ? {} : { shelf: { id: shelfId, chosen: true } }),
    })),
  );
  // What was not graded was placed as if it were good.
  const moved = [...said.values()].filter(
    ({ item, grade, shelfId }) => shelfId === undefined && grade !== undefined && grade !== (item.grade ?? "good"),
  );
  await suggestShelves(
    tx,
    putaway,
    moved.map(({ item, grade }) => ({ ...item, grade: grade ?? item.grade })),
  );
  return said.size;
}

/** Enabled shelves of a facility by their code. */
export async function enabledShelves(
  tx: Tx,
  facilityId: FacilityId,
  codes: readonly string[],
): Promise<Map<string, ShelfRow>> {
  if (codes.length === 0) return new Map();
  const rows = await shelvesByCode(
    tx,
    codes.map((code) => ({ facilityId, code })),
  );
  return new Map(rows.filter((shelf) => shelf.enabled).map((shelf) => [shelf.code, shelf]));
}

/**
 * Takes units off a list: they wait again, with the grade that was proposed for them. A list without units is gone.
 * Refusals: NOT_FOUND, PUTAWAY_COMPLETE, PUTAWAY_NOT_ON_LIST.
 */
export function releaseFromPutaway(
  ctx: Ctx,
  input: { putawayId: PutawayId } & Choice,
): Promise<Result<{ left: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachPutaway(tx, ctx, input.putawayId);
    if (!reached.ok) return reached;
    const putaway = reached.value;
    const pending = decidePending(putaway);
    if (!pending.ok) return pending;
    const items = await itemsOf(tx, putaway.putawayId);
    const chosen = chosenUnits(putaway, items, [input]);
    if (!chosen.ok) return chosen;
    const off = new Set(chosen.value.flat().map((item) => item.itemId));
    await releaseItems(tx, [...off]);
    const left = items.length - off.size;
    if (left === 0) await deletePutaway(tx, putaway.putawayId);
    await audit(tx, ctx, {
      action: left === 0 ? "putaway.dissolved" : "putaway.units_released",
      recordType: "putaway",
      recordId: putaway.putawayId,
      recordCode: putaway.code,
      before: { units: items.length },
      after: { units: left },
    });
    return ok({ left });
  });
}
