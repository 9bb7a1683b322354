import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aSku } from "../../tests/support/builders.ts";
import { aCount, accept, aShelfWith, countShelf, shelvesNow } from "../../tests/support/count-builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { allocate } from "../../tests/support/fulfilment-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { aListing, aPushOrder, receive } from "../../tests/support/order-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import { must, type SkuId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { COUNTED_BUCKETS } from "./cycle-count.ts";
import { giveUpShelves } from "./index.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());

const SHELVES = ["A1", "A2", "A3"];
const piece = fc.record({
  sku: fc.integer({ min: 0, max: 1 }),
  bucket: fc.constantFrom(...COUNTED_BUCKETS),
  quantity: fc.integer({ min: 1, max: 6 }),
});
/** What becomes of one shelf: what is found on it, how many orders come while it is counted, and whether it is accepted. */
const found = fc.record({
  shelf: fc.constantFrom(...SHELVES),
  pieces: fc.array(piece, { maxLength: 5 }),
  orders: fc.integer({ min: 0, max: 3 }),
  end: fc.constantFrom("ACCEPT", "ACCEPT_AND_WAIT", "GIVE_UP"),
});

describe("whatever is counted", () => {
  it("the books say what was found on accepted shelves, ledger, levels and shelves agree, and nothing is oversold", {
    timeout: 240_000,
  }, async () => {
    const stock = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(stock, fc.uniqueArray(found, { selector: (f) => f.shelf, minLength: 1 }), async (on, steps) => {
        const shop = await aShop(t, { stock: 1 });
        const ink = await aSku(t.db, shop.tenantId);
        const { productId } = await aListing(t, shop.tenantId, shop.channelId, ink);
        const skus = [shop.skuId, ink];
        for (const [i, code] of SHELVES.entries())
          await aShelfWith(
            t.ctx(shop.tenantId),
            shop.facilityId,
            code,
            skus.flatMap((skuId, k) => ((on[i * 2 + k] ?? 0) > 0 ? [[skuId, on[i * 2 + k] ?? 0] as const] : [])),
          );
        const products = [shop.productId, productId];
        for (const step of steps) {
          await orderSome(shop, products, step.orders);
          await countOne(shop, skus, products, step);
          await expectStockTrue(t, shop.tenantId);
          await expectNotOversold(shop);
        }
      }),
      { numRuns: 12, seed: 20_261_121 },
    );
  });

  async function countOne(
    shop: Shop,
    skus: readonly SkuId[],
    products: readonly string[],
    step: {
      shelf: string;
      end: string;
      orders: number;
      pieces: readonly { sku: number; bucket: (typeof COUNTED_BUCKETS)[number]; quantity: number }[];
    },
  ): Promise<void> {
    const ctx = t.ctx(shop.tenantId);
    const codes = await codesOf(shop, skus);
    const before = await onShelf(shop, step.shelf);
    const cycleCountId = await activeOr(shop, step.shelf);
    const pieces = step.pieces.map(({ sku, ...rest }) => ({ ...rest, code: codes[sku] ?? "" }));
    const shelfId = await countShelf(ctx, cycleCountId, step.shelf, pieces);
    await orderSome(shop, products, step.orders); // they are not promised what lies on the shelf
    if (step.end === "GIVE_UP") must(await giveUpShelves(ctx, { cycleCountId, shelfIds: [shelfId] }));
    const result =
      step.end === "GIVE_UP" ? null : await accept(ctx, cycleCountId, [shelfId], step.end === "ACCEPT_AND_WAIT");
    if (result !== null && !result.ok) expect(result.refusal.code).toBe("COUNT_STOCK_PROMISED");
    const wanted = new Map<string, number>();
    for (const each of pieces) {
      const key = `${step.shelf} ${each.code} ${each.bucket}`;
      wanted.set(key, (wanted.get(key) ?? 0) + each.quantity);
    }
    expect(await onShelf(shop, step.shelf)).toEqual(result?.ok ? Object.fromEntries([...wanted].sort()) : before);
    await allocate(t, shop.tenantId, shop.facilityId);
  }

  async function activeOr(shop: Shop, code: string) {
    const ctx = t.ctx(shop.tenantId);
    await t.raw("delete from godown.cycle_count_shelf where tenant_id = $1 and state = 'TO_COUNT'", [shop.tenantId]);
    await t.raw(
      "update godown.cycle_count set state = 'CANCELLED', closed_at = now(), closed_by = 'test' where tenant_id = $1 and state in ('CREATED', 'IN_PROGRESS')",
      [shop.tenantId],
    );
    return aCount(ctx, shop.facilityId, [code]);
  }

  async function orderSome(shop: Shop, products: readonly string[], orders: number): Promise<void> {
    const bodies = Array.from({ length: orders }, (_, i) =>
      aPushOrder([{ productId: products[i % 2] ?? "", quantity: 2 }]),
    );
    if (bodies.length > 0) await receive(t, shop.tenantId, shop.channelId, bodies);
    await allocate(t, shop.tenantId, shop.facilityId);
  }

  async function codesOf(shop: Shop, skus: readonly SkuId[]): Promise<string[]> {
    const rows = await t.db.read(shop.tenantId, (tx) =>
      tx.run(
        sql<{
          skuId: SkuId;
          code: string;
        }>`select sku_id as "skuId", code from godown.sku where tenant_id = ${shop.tenantId}`,
      ),
    );
    return skus.map((id) => rows.find((row) => row.skuId === id)?.code ?? "");
  }

  async function onShelf(shop: Shop, shelf: string): Promise<Record<string, number>> {
    const all = await shelvesNow(t, shop.tenantId);
    return Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith(`${shelf} `)));
  }

  async function expectNotOversold(shop: Shop): Promise<void> {
    const rows = await t.db.read(shop.tenantId, (tx) =>
      tx.run(sql<{ good: number; blocked: number; units: number }>`
        select l.good, l.blocked, (
          select count(*)::integer from godown.sale_order_item u
          where u.tenant_id = l.tenant_id and u.facility_id = l.facility_id and u.sku_id = l.sku_id and u.state = 'FULFILLABLE') as units
        from godown.stock_level l where l.tenant_id = ${shop.tenantId}`),
    );
    for (const row of rows) {
      expect(row.units).toBe(row.blocked);
      expect(row.blocked).toBeLessThanOrEqual(row.good);
    }
  }
});
