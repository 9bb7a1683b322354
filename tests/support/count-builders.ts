import {
  acceptShelves,
  addShelves,
  beginShelf,
  type CycleCountId,
  countPiece,
  createCount,
  finishShelf,
} from "../../src/cycle-counts/index.ts";
import { type Bucket, post, type ShelfId } from "../../src/inventory/index.ts";
import { type FacilityId, must, type SkuId, type TenantId } from "../../src/kernel/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { sql } from "../../src/platform/db.ts";
import { createShelf } from "../../src/warehouse/index.ts";
import type { TestDatabase } from "./database.ts";
import { anEntry } from "./inventory-builders.ts";

/** A shelf of a facility with good stock of SKUs. */
export async function aShelfWith(
  ctx: Ctx,
  facilityId: FacilityId,
  code: string,
  stock: ReadonlyMap<SkuId, number> | readonly (readonly [SkuId, number])[],
): Promise<ShelfId> {
  const { shelfId } = must(await createShelf(ctx, { facilityId, code }));
  const entries = [...stock].map(([skuId, quantity]) => anEntry({ facilityId, skuId, shelfId, quantity }));
  must(await ctx.db.transaction(ctx.tenantId, (tx) => post(tx, ctx, entries)));
  return shelfId;
}

/** A count of a facility for today, with these shelves. */
export async function aCount(ctx: Ctx, facilityId: FacilityId, codes: readonly string[] = []): Promise<CycleCountId> {
  const targetOn = ctx.now.toZonedDateTimeISO("Asia/Kolkata").toPlainDate();
  const { cycleCountId } = must(await createCount(ctx, { facilityId, targetOn, note: null }));
  if (codes.length > 0) must(await addShelves(ctx, { cycleCountId, subCount: "All", choice: { codes } }));
  return cycleCountId;
}

/** Begins a shelf, counts these pieces (by SKU code) and finishes it. */
export async function countShelf(
  ctx: Ctx,
  cycleCountId: CycleCountId,
  shelf: string,
  pieces: readonly { code: string; quantity: number; bucket?: "good" | "bad" | "qc_rejected" }[],
): Promise<ShelfId> {
  const { shelfId } = must(await beginShelf(ctx, { cycleCountId, code: shelf, takeOver: false }));
  for (const piece of pieces)
    must(await countPiece(ctx, { cycleCountId, shelfId, bucket: "good", how: "ADD", ...piece }));
  must(await finishShelf(ctx, { cycleCountId, shelfId }));
  return shelfId;
}

export const accept = (ctx: Ctx, cycleCountId: CycleCountId, shelfIds: readonly ShelfId[], letOrdersWait = false) =>
  acceptShelves(ctx, { cycleCountId, shelfIds, letOrdersWait });

/** What lies on the shelves of a tenant: "A1 PEN good" -> pieces. */
export async function shelvesNow(t: Pick<TestDatabase, "db">, tenantId: TenantId): Promise<Record<string, number>> {
  const rows = await t.db.read(tenantId, (tx) =>
    tx.run(sql<{ at: string; quantity: number }>`
      select h.code || ' ' || k.code || ' ' || s.bucket as at, s.quantity from godown.shelf_stock s
      join godown.shelf h using (tenant_id, shelf_id) join godown.sku k using (tenant_id, sku_id)
      where s.tenant_id = ${tenantId} and s.quantity > 0 order by 1`),
  );
  return Object.fromEntries(rows.map((row) => [row.at, row.quantity]));
}

/** What cycle counts posted: [shelf, SKU, bucket, quantity]. */
export async function countEntries(
  t: Pick<TestDatabase, "db">,
  tenantId: TenantId,
): Promise<[string, string, Bucket, number][]> {
  const rows = await t.db.read(tenantId, (tx) =>
    tx.run(sql<{ shelf: string; sku: string; bucket: Bucket; quantity: number }>`
      select h.code as shelf, k.code as sku, l.bucket, l.quantity from godown.stock_ledger l
      join godown.shelf h using (tenant_id, shelf_id) join godown.sku k using (tenant_id, sku_id)
      where l.tenant_id = ${tenantId} and l.cause = 'CYCLE_COUNT' order by h.code, k.code, l.bucket, l.stock_ledger_id`),
  );
  return rows.map((row) => [row.shelf, row.sku, row.bucket, row.quantity]);
}
