import { audit } from "../../identity/index.ts";
import { type Entry, post } from "../../inventory/index.ts";
import { type FacilityId, ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { chooseTakes } from "../take-stock.ts";
import { endShortages, lockShortages } from "./shortage.store.ts";
import { decideEnd, type Shortage, type StockShortageId, shortageLifecycle } from "./shortage.ts";

/**
 * Settles shortages: their pieces are in the books by now (received, or counted) and are taken out of them, from a shelf of
 * their facility. All or none. Refusals: SHORTAGE_NOT_FOUND, SHORTAGE_ENDED, NOT_ENOUGH_STOCK (what is there is promised to
 * others), SHELF_BEING_COUNTED.
 */
export function settleShortages(ctx: Ctx, ids: readonly StockShortageId[]): Promise<Result<{ settled: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const locked = await lock(tx, ctx, ids, "settle");
    if (!locked.ok) return locked;
    const byFacility = [...Map.groupBy(locked.value, (each) => each.facilityId)].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [facilityId, shortages] of byFacility) {
      const entries = await entriesOf(tx, facilityId, shortages);
      if (!entries.ok) return entries;
      const posted = await post(tx, ctx, entries.value);
      if (!posted.ok) return posted;
    }
    await end(tx, ctx, locked.value, "settle", null);
    return ok({ settled: locked.value.length });
  });
}

/** Writes shortages off: the books stay as they are. All or none. Refusals: SHORTAGE_NOT_FOUND, SHORTAGE_ENDED. */
export function writeOffShortages(
  ctx: Ctx,
  given: { readonly ids: readonly StockShortageId[]; readonly reason: string },
): Promise<Result<{ writtenOff: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const locked = await lock(tx, ctx, given.ids, "writeOff");
    if (!locked.ok) return locked;
    await end(tx, ctx, locked.value, "writeOff", given.reason);
    return ok({ writtenOff: locked.value.length });
  });
}

async function lock(
  tx: Tx,
  ctx: Ctx,
  ids: readonly StockShortageId[],
  event: "settle" | "writeOff",
): Promise<Result<Shortage[]>> {
  const found = await lockShortages(tx, ctx, ids);
  const may = decideEnd(ids, found, event);
  return may.ok ? ok(found) : may;
}

/** One piece each, from where there is one. Refuses NOT_ENOUGH_STOCK. */
async function entriesOf(tx: Tx, facilityId: FacilityId, shortages: readonly Shortage[]): Promise<Result<Entry[]>> {
  const takes = await chooseTakes(
    tx,
    facilityId,
    shortages.map(({ skuId }) => ({ skuId, picked: null })),
  );
  const lacking = shortages.filter((_, i) => !takes[i]);
  if (lacking.length > 0) {
    const items = [...new Set(lacking.map(({ sku, facility }) => `${sku} at ${facility}: nothing is in the books`))];
    return refuse("NOT_ENOUGH_STOCK", { shortages: items, count: items.length });
  }
  return ok(
    shortages.flatMap(({ skuId, stockShortageId, package: code }, i): Entry[] => {
      const take = takes[i];
      if (!take) return []; // refused above
      const of = { facilityId, skuId, quantity: -1, cause: "SHORTAGE_SETTLED", note: `package ${code}` } as const;
      const { shelfId, bucket } = take;
      return [{ ...of, shelfId, bucket, causeType: "stock_shortage", causeId: stockShortageId }];
    }),
  );
}

async function end(
  tx: Tx,
  ctx: Ctx,
  shortages: readonly Shortage[],
  event: "settle" | "writeOff",
  reason: string | null,
): Promise<void> {
  const state = shortageLifecycle.events[event].to;
  await endShortages(
    tx,
    shortages.map((each) => each.stockShortageId),
    { state, by: ctx.actor.name, reason },
    ctx.now,
  );
  for (const { stockShortageId, package: code, sku } of shortages)
    await audit(tx, ctx, {
      action: event === "settle" ? "inventory.shortage_settled" : "inventory.shortage_written_off",
      recordType: "stock_shortage",
      recordId: stockShortageId,
      recordCode: `${code} ${sku}`,
      before: { state: "OPEN" },
      after: { state, ...(reason === null ? {} : { reason }) },
    });
}
