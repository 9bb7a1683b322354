import { skusByCodes } from "../catalog/index.ts";
import { audit } from "../identity/index.ts";
import { assert, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { facilityRefs, mayWorkIn, shelvesByCode } from "../warehouse/index.ts";
import {
  type Adjustment,
  checkAdjustment,
  decideAdjustment,
  type FoundAdjustment,
  type StockBook,
  shelfCodeOf,
} from "./adjustment.ts";
import { type Entry, levelKey } from "./ledger.ts";
import { post, quantitiesOf } from "./post.ts";
import * as store from "./store.ts";

/** What one adjustment did: pieces moved, 0 where all was as asked already. */
export interface Adjusted {
  readonly moved: number;
}

/**
 * Adjusts stock once. Refusals: those of `checkAdjustment`, FACILITY_UNKNOWN, SKU_UNKNOWN, BUNDLE_NOT_STOCKED,
 * SHELF_UNKNOWN, SHELF_BEING_COUNTED, SHELF_DISABLED, STOCK_SKU_DISABLED, NOT_ENOUGH_STOCK.
 */
export function adjustStock(ctx: Ctx, adjustment: Adjustment): Promise<Result<Adjusted>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const [result] = await adjustMany(tx, ctx, [adjustment]);
    assert(result !== undefined, "one adjustment has one result");
    if (result.ok && result.value.moved > 0)
      await audit(tx, ctx, {
        action: "inventory.adjusted",
        recordType: "stock",
        recordId: `${adjustment.facility}/${adjustment.sku}`,
        recordCode: adjustment.sku,
        after: adjustment,
      });
    return result;
  });
}

/**
 * Adjusts stock many times, one after the other, in the caller's transaction and with a handful of statements. Each has
 * its own result; what is refused does not stop the others.
 */
export async function adjustMany(tx: Tx, ctx: Ctx, adjustments: readonly Adjustment[]): Promise<Result<Adjusted>[]> {
  const found = await find(tx, ctx, adjustments);
  const book = await openBook(tx, ctx, found);
  const decided = found.map((f) => (f.ok ? decideAdjustment(book, f.value) : f));
  const entries = decided.flatMap((d) => (d.ok ? d.value : []));
  const posted = await post(tx, ctx, entries);
  assert(posted.ok, "what was decided against locked levels is posted");
  return decided.map((d) => (d.ok ? ok({ moved: piecesOf(d.value) }) : d));
}

function piecesOf(entries: readonly Entry[]): number {
  return entries.length === 0 ? 0 : Math.abs(entries[0]?.quantity ?? 0);
}

/** Finds what the codes name, all at once. */
async function find(tx: Tx, ctx: Ctx, adjustments: readonly Adjustment[]): Promise<Result<FoundAdjustment>[]> {
  const codes = (of: (a: Adjustment) => string) => [...new Set(adjustments.map(of))];
  const facilities = new Map(
    (
      await facilityRefs(
        tx,
        codes((a) => a.facility),
      )
    )
      .filter((f) => mayWorkIn(ctx, f.facilityId))
      .map((f) => [f.code, f]),
  );
  const skus = new Map(
    (
      await skusByCodes(
        tx,
        codes((a) => a.sku),
      )
    ).map((s) => [s.code, s]),
  );
  const wanted = adjustments.flatMap((a) => {
    const facilityId = facilities.get(a.facility)?.facilityId;
    return facilityId === undefined
      ? []
      : [shelfCodeOf(a), a.transferToShelf].flatMap((code) => (code === null ? [] : [{ facilityId, code }]));
  });
  const shelves = new Map((await shelvesByCode(tx, wanted)).map((s) => [`${s.facilityId}/${s.code}`, s]));
  return adjustments.map((a): Result<FoundAdjustment> => {
    const checked = checkAdjustment(a);
    if (!checked.ok) return checked;
    const facility = facilities.get(a.facility);
    if (facility === undefined) return refuse("FACILITY_UNKNOWN", { facility: a.facility });
    const sku = skus.get(a.sku);
    if (sku === undefined) return refuse("SKU_UNKNOWN", { sku: a.sku });
    if (sku.isBundle) return refuse("BUNDLE_NOT_STOCKED", { sku: a.sku });
    const shelf = (code: string | null) => (code === null ? null : shelves.get(`${facility.facilityId}/${code}`));
    const [from, to] = [shelf(shelfCodeOf(a)), shelf(a.transferToShelf)];
    if (from === undefined || to === undefined) {
      const missing = from === undefined ? shelfCodeOf(a) : a.transferToShelf;
      return refuse("SHELF_UNKNOWN", { shelf: missing, facility: a.facility });
    }
    return ok({ ...a, facilityId: facility.facilityId, skuId: sku.skuId, skuEnabled: sku.enabled, from, to });
  });
}

/** Locks the levels of all that was found, and reads their shelves. */
async function openBook(tx: Tx, ctx: Ctx, found: readonly Result<FoundAdjustment>[]): Promise<StockBook> {
  const good = found.flatMap((f) => (f.ok ? [f.value] : []));
  const pairs = [...new Map(good.map((a) => [levelKey(a), { facilityId: a.facilityId, skuId: a.skuId }])).values()];
  const onShelves = good.flatMap((a) =>
    [a.from, a.to].flatMap((s) => (s === null ? [] : [{ shelfId: s.shelfId, skuId: a.skuId }])),
  );
  if (pairs.length === 0) return { levels: new Map(), shelves: new Map(), counting: new Map() };
  let levels = await store.lockLevels(tx, pairs);
  if (levels.length < pairs.length) {
    await store.makeLevels(tx, pairs, ctx.now);
    levels = await store.lockLevels(tx, pairs);
  }
  const shelves = onShelves.length === 0 ? [] : await store.readShelves(tx, onShelves);
  return {
    levels: new Map(levels.map((l) => [levelKey(l), l])),
    shelves: quantitiesOf(shelves),
    counting: new Map(shelves.flatMap((s) => (s.counting === null ? [] : [[s.shelfId, s.counting] as const]))),
  };
}
