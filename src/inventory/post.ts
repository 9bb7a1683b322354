import { markDirty } from "../channels/index.ts";
import { newId, ok, type Refusal, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueueAll } from "../platform/jobs.ts";
import { whileCounted } from "./counted-shelf.ts";
import { allocateJob } from "./jobs.ts";
import { CAUSES_THAT_CHANGE_AVAILABILITY, type Entry, levelKey, type Shortage, shelfKey, shortages } from "./ledger.ts";
import * as store from "./store.ts";

/**
 * Posts ledger entries: the only writer of stock. Levels and shelves follow in the same statement, listings whose figure
 * changed are marked, and allocation is woken where stock became free. All or nothing.
 * Refuses SHELF_BEING_COUNTED, and NOT_ENOUGH_STOCK with every shortage at once.
 */
export async function post(tx: Tx, ctx: Ctx, entries: readonly Entry[]): Promise<Result<undefined>> {
  if (entries.length === 0) return ok();
  const pairs = [...new Map(entries.map((e) => [levelKey(e), { facilityId: e.facilityId, skuId: e.skuId }])).values()];
  let levels = await store.lockLevels(tx, pairs);
  if (levels.length < pairs.length) {
    await store.makeLevels(tx, pairs, ctx.now);
    levels = await store.lockLevels(tx, pairs);
  }
  const shelves = entries.some((e) => e.shelfId !== null) ? await store.readShelves(tx, entries) : [];
  const counted = whileCounted(entries, shelves);
  if (counted !== null) return { ok: false, refusal: counted };
  const short = shortages(entries, new Map(levels.map((l) => [levelKey(l), l])), quantitiesOf(shelves));
  if (short.length > 0) return { ok: false, refusal: await notEnough(tx, short) };
  await store.writeEntries(
    tx,
    entries.map((e) => ({ ...e, id: newId() })),
    ctx.now,
    ctx.actor.name,
  );
  await wake(tx, entries);
  return ok();
}

/** Quantities by shelf, SKU and bucket. */
export function quantitiesOf(shelves: readonly store.OnShelf[]): Map<string, number> {
  return new Map(
    shelves.flatMap(({ shelfId, skuId, bucket, quantity }) =>
      skuId === null || bucket === null ? [] : [[shelfKey({ shelfId, skuId, bucket }), quantity] as const],
    ),
  );
}

/** Published figures and waiting orders follow from stock that became free or was taken away. */
async function wake(tx: Tx, entries: readonly Entry[]): Promise<void> {
  const changing = entries.filter((e) => CAUSES_THAT_CHANGE_AVAILABILITY.has(e.cause));
  if (changing.length === 0) return;
  await markDirty(tx, { skuIds: [...new Set(changing.map((e) => e.skuId))] });
  const freed = changing.filter((e) =>
    e.bucket === "blocked" ? e.quantity < 0 : (e.bucket === "good" || e.bucket === "virtual") && e.quantity > 0,
  );
  await enqueueAll(
    tx,
    allocateJob,
    [...new Set(freed.map((e) => e.facilityId))].map((facilityId) => ({ facilityId })),
  );
}

async function notEnough(tx: Tx, short: readonly Shortage[]): Promise<Refusal> {
  const names = await store.namesOf(tx, short.slice(0, 50));
  const items = short.slice(0, 50).map((s) => {
    const name = names.find((n) => n.facilityId === s.facilityId && n.skuId === s.skuId && n.shelfId === s.shelfId);
    const where = name?.shelf ? `shelf ${name.shelf} of ${name.facility}` : (name?.facility ?? s.facilityId);
    return `${name?.sku ?? s.skuId} at ${where}: ${s.has} ${s.bucket === "blocked" ? "free" : s.bucket.replace("_", " ")}, ${s.wanted} wanted`;
  });
  return refuse("NOT_ENOUGH_STOCK", { shortages: items, count: short.length }).refusal;
}
