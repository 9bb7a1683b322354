import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aSku } from "../../tests/support/builders.ts";
import {
  aCount,
  accept,
  aShelfWith,
  countEntries,
  countShelf,
  shelvesNow,
} from "../../tests/support/count-builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { levelOf, parcelRow, refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { anEntry } from "../../tests/support/inventory-builders.ts";
import { aPushOrder } from "../../tests/support/order-builders.ts";
import { aShop, packagesFor, type Shop, somePackages } from "../../tests/support/shop-builders.ts";
import { closePicklist, createPicklist, reportNotFound } from "../fulfilment/index.ts";
import { post } from "../inventory/index.ts";
import { must, newId, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { sql } from "../platform/db.ts";
import { beginShelf, type CycleCountId, closeCount } from "./index.ts";
import { countDetail, listCountShelves, listShelfHistory } from "./queries.ts";

let t: TestDatabase;
let shop: Shop;
let ink: SkuId;
const codes = { pen: "", ink: "" };
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  shop = await aShop(t, { stock: 10 });
  ink = await aSku(t.db, shop.tenantId, { mrpPaise: 25_000 });
  codes.pen = await codeOf(shop.skuId);
  codes.ink = await codeOf(ink);
});

const ctx = (over: Partial<Ctx> = {}) => t.ctx(shop.tenantId, over);
const codeOf = (skuId: SkuId) =>
  t.db.read(shop.tenantId, async (tx) => {
    const row = await tx.one(
      sql<{ code: string }>`select code from godown.sku where tenant_id = ${shop.tenantId} and sku_id = ${skuId}`,
    );
    return row.code;
  });
const detail = (cycleCountId: CycleCountId) =>
  t.db.read(shop.tenantId, async (tx) => {
    const found = await countDetail(ctx(), tx, cycleCountId);
    if (!found) throw new Error("the count is there");
    return found;
  });
const page = { limit: 200, offset: 0, sort: "shelf", descending: false };
const begin = (cycleCountId: CycleCountId, code = "DEFAULT", over: Partial<Ctx> = {}) =>
  beginShelf(ctx(over), { cycleCountId, code, takeOver: false });
describe("accepting", () => {
  it("posts one missing and one extra piece, frees the shelf, and the list says what they are worth", async () => {
    await aShelfWith(ctx(), shop.facilityId, "A1", [
      [shop.skuId, 5],
      [ink, 3],
    ]);
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["A1"]);
    const shelfId = await countShelf(ctx(), cycleCountId, "A1", [
      { code: codes.pen, quantity: 4 },
      { code: codes.ink, quantity: 4 },
    ]);
    expect(must(await accept(ctx(), cycleCountId, [shelfId]))).toEqual({
      ...{ accepted: 1, missing: 1, extra: 1, waiting: [], refused: [] },
    });
    expect(await countEntries(t, shop.tenantId)).toEqual(
      [
        ["A1", codes.ink, "good", 1],
        ["A1", codes.pen, "good", -1],
      ].sort((a, b) => (String(a[1]) < String(b[1]) ? -1 : 1)),
    );
    expect(await shelvesNow(t, shop.tenantId)).toEqual({
      [`A1 ${codes.pen} good`]: 4,
      [`A1 ${codes.ink} good`]: 4,
      [`DEFAULT ${codes.pen} good`]: 10,
    });
    const found = await detail(cycleCountId);
    expect(found).toMatchObject({
      ...{ shelves: 1, accepted: 1, judged: 1, right: 0, expected: 8, missing: 1, extra: 1 },
      ...{ missingValue: 99_900, extraValue: 25_000 },
    });
    expect(await begin(cycleCountId, "A1")).toMatchObject(refusedWith("COUNT_SHELF_DONE"));
    must(await closeCount(ctx(), cycleCountId));
    const history = await t.db.read(shop.tenantId, (tx) => listShelfHistory(ctx(), tx, { never: false }, page));
    expect(history.rows).toMatchObject([
      { shelf: "A1", counts: 1, lastCount: found.code, lastMissing: 1, lastExtra: 1 },
    ]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("settles grades, strange SKUs and what pickers had reported as not found", async () => {
    const packageIds = await somePackages(t, shop, 2);
    const { picklistId } = must(await createPicklist(ctx(), { packageIds }));
    const { shelfId } = await t.db.read(shop.tenantId, (tx) =>
      tx.one(sql<{ shelfId: never }>`
        select shelf_id as "shelfId" from godown.shelf where tenant_id = ${shop.tenantId} and code = 'DEFAULT'`),
    );
    must(await reportNotFound(ctx(), { picklistId, skuId: shop.skuId, shelfId, quantity: 1 }));
    must(await closePicklist(ctx(), picklistId));
    expect(await levelOf(t, shop)).toEqual({ good: 9, not_found: 1, blocked: 1 });
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["DEFAULT"]);
    await countShelf(ctx(), cycleCountId, "DEFAULT", [
      { code: codes.pen, quantity: 8 },
      { code: codes.pen, quantity: 2, bucket: "bad" },
      { code: codes.ink, quantity: 1, bucket: "qc_rejected" },
    ]);
    expect(must(await accept(ctx(), cycleCountId, [shelfId]))).toMatchObject({ accepted: 1, missing: 1, extra: 3 });
    expect(await levelOf(t, shop)).toEqual({ good: 8, bad: 2, blocked: 1 });
    expect(await shelvesNow(t, shop.tenantId)).toEqual({
      [`DEFAULT ${codes.pen} good`]: 8,
      [`DEFAULT ${codes.pen} bad`]: 2,
      [`DEFAULT ${codes.ink} qc_rejected`]: 1,
    });
    await expectStockTrue(t, shop.tenantId);
  });

  it("where promised pieces are missing names the orders, and lets the last in line wait when told to", async () => {
    const packageIds = await packagesFor(
      t,
      shop,
      Array.from({ length: 10 }, () => aPushOrder([{ productId: shop.productId }])),
    );
    expect(await levelOf(t, shop)).toEqual({ good: 10, blocked: 10 });
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["DEFAULT"]);
    const shelfId = await countShelf(ctx(), cycleCountId, "DEFAULT", [{ code: codes.pen, quantity: 8 }]);
    const refused = await accept(ctx(), cycleCountId, [shelfId]);
    expect(refused).toMatchObject(refusedWith("COUNT_STOCK_PROMISED", { skus: [`2 of ${codes.pen}`], count: 2 }));
    expect(await levelOf(t, shop)).toEqual({ good: 10, blocked: 10 });
    const done = must(await accept(ctx(), cycleCountId, [shelfId], true));
    const orders = refused.ok ? [] : refused.refusal.facts.orders;
    expect(done).toMatchObject({ accepted: 1, missing: 2, waiting: orders });
    expect(await levelOf(t, shop)).toEqual({ good: 8, blocked: 8 });
    const parcels = await Promise.all(packageIds.map((id) => parcelRow(t, shop.tenantId, id)));
    expect(
      parcels
        .filter((p) => p.state === "CANCELLED")
        .map((p) => p.order)
        .sort(),
    ).toEqual([...done.waiting].sort());
    await expectStockTrue(t, shop.tenantId);
  });

  it("where they are kept for an order that its channel reviews names that, and changes nothing", async () => {
    const id = newId<"Pendency">();
    await t.raw(
      `insert into godown.pendency (tenant_id, pendency_id, channel_id, channel_order_id, state, lines, first_seen_at, last_seen_at)
       values ($1, $2, $3, 'REV-7', 'OPEN', '[]', now(), now())`,
      [shop.tenantId, id, shop.channelId],
    );
    await t.raw(
      `insert into godown.pendency_part (tenant_id, pendency_id, sku_id, facility_id, wanted, blocked) values ($1, $2, $3, $4, 9, 9)`,
      [shop.tenantId, id, shop.skuId, shop.facilityId],
    );
    const kept = { bucket: "blocked" as const, shelfId: null, quantity: 9, cause: "KEEP_FOR_REVIEW" as const };
    const entry = anEntry({ facilityId: shop.facilityId, skuId: shop.skuId, ...kept });
    must(await t.db.transaction(shop.tenantId, (tx) => post(tx, ctx(), [entry])));
    await somePackages(t, shop, 1);
    const cycleCountId = await aCount(ctx(), shop.facilityId, ["DEFAULT"]);
    const shelfId = await countShelf(ctx(), cycleCountId, "DEFAULT", [{ code: codes.pen, quantity: 8 }]);
    for (const letOrdersWait of [false, true])
      expect(await accept(ctx(), cycleCountId, [shelfId], letOrdersWait)).toMatchObject(
        refusedWith("COUNT_STOCK_IN_HAND", { skus: [`1 of ${codes.pen} (order REV-7 under review)`] }),
      );
    expect(await levelOf(t, shop)).toEqual({ good: 10, blocked: 10 });
    await expectStockTrue(t, shop.tenantId);
  });

  it("takes many shelves at once: 200 shelves and 20,000 pieces in a handful of statements", {
    timeout: 60_000,
  }, async () => {
    const names = Array.from({ length: 200 }, (_, i) => `R${String(i).padStart(3, "0")}`);
    await t.raw(
      `insert into godown.shelf (tenant_id, shelf_id, facility_id, code) select $1, gen_random_uuid(), $2, unnest($3::text[])`,
      [shop.tenantId, shop.facilityId, names],
    );
    const cycleCountId = await aCount(ctx(), shop.facilityId, names);
    await t.raw(
      `update godown.cycle_count_shelf set state = 'COUNTED', started_at = now(), counter = 'Asha', counted_at = now() where cycle_count_id = $1`,
      [cycleCountId],
    );
    await t.raw(`update godown.cycle_count set state = 'IN_PROGRESS', started_at = now() where cycle_count_id = $1`, [
      cycleCountId,
    ]);
    await t.raw(
      `insert into godown.cycle_count_line (tenant_id, cycle_count_id, shelf_id, sku_id, bucket, expected, counted)
       select s.tenant_id, s.cycle_count_id, s.shelf_id, k.sku_id, 'good', 0, 50 from godown.cycle_count_shelf s
       join godown.sku k on k.tenant_id = s.tenant_id where s.cycle_count_id = $1`,
      [cycleCountId],
    );
    const rows = await t.db.read(shop.tenantId, (tx) => listCountShelves(ctx(), tx, { cycleCountId }, page));
    const ids = rows.rows.map((row) => row.shelfId);
    expect(must(await accept(ctx(), cycleCountId, ids))).toMatchObject({ accepted: 200, extra: 20_000, refused: [] });
    expect(await levelOf(t, shop)).toEqual({ good: 10_010 });
    await expectStockTrue(t, shop.tenantId);
  });
});
