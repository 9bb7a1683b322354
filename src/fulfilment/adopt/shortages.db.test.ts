import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { allocate } from "../../../tests/support/fulfilment-builders.ts";
import { levelOf, refusedWith } from "../../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../../tests/support/invariants.ts";
import { stock } from "../../../tests/support/inventory-builders.ts";
import {
  anOrder,
  aPanelShop,
  aPanelSource,
  outcomes,
  type PanelShop,
  says,
  shortagesIn,
} from "../../../tests/support/panel-scene.ts";
import { must } from "../../kernel/index.ts";
import type { AlarmFact } from "../../platform/alarms.ts";
import { adoptionChecks } from "./alarms.ts";
import { settleShortages, writeOffShortages } from "./end-shortages.ts";
import { listShortages } from "./queries.ts";
import type { ShortageState } from "./shortage.ts";

aPanelSource();

let t: TestDatabase;
let shop: PanelShop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aPanelShop(t, { stock: 1 });
  await anOrder(t, shop, "A", [{ productId: shop.productId, quantity: 3 }]);
  expect(await outcomes(says(t, shop, "A"))).toEqual(["ADOPTED"]);
});

const ctx = (over: Parameters<TestDatabase["ctx"]>[1] = {}) => t.ctx(shop.tenantId, over);
const page = { limit: 50, offset: 0, sort: "at", descending: true };
const list = (state?: ShortageState, over = {}) =>
  t.db.read(shop.tenantId, (tx) => listShortages(ctx(over), tx, { state }, page));
const idsOf = async () => (await list()).rows.map((row) => row.stockShortageId);
const alarms = () =>
  t.db.read(shop.tenantId, async (tx) => {
    const facts: AlarmFact[] = [];
    for (const { check } of adoptionChecks) facts.push(...(await check(ctx(), tx)));
    return facts;
  });

it("are listed with what could settle them, and alarm while they are open", async () => {
  const found = await list();
  expect(found).toMatchObject({ total: 2, counts: { OPEN: 2 } });
  expect(found.rows[0]).toMatchObject({ state: "OPEN", order: "A", free: 0, reason: null });
  expect((await list("SETTLED")).rows).toEqual([]);
  expect((await list(undefined, { facilities: [] })).rows, "of other facilities").toEqual([]);
  expect(await alarms()).toMatchObject([{ kind: "STOCK_SHORTAGES_OPEN", recordId: shop.facilityId }]);
});

it("are settled once their pieces are in the books, which are taken out of them", async () => {
  const [first, second] = await idsOf();
  if (!first || !second) throw new Error("two are short");
  expect(await settleShortages(ctx(), [first])).toMatchObject(refusedWith("NOT_ENOUGH_STOCK"));
  await stock(t, shop.tenantId, shop.facilityId, shop.skuId, 1);
  expect(await settleShortages(ctx(), [first, second]), "all or none").toMatchObject(refusedWith("NOT_ENOUGH_STOCK"));
  expect(must(await settleShortages(ctx(), [first]))).toEqual({ settled: 1 });
  expect(await levelOf(t, shop)).toEqual({});
  expect(await settleShortages(ctx(), [first])).toMatchObject(refusedWith("SHORTAGE_ENDED", { state: "SETTLED" }));
  expect(
    await t.raw(
      "select quantity, bucket from godown.stock_ledger where tenant_id = $1 and cause = 'SHORTAGE_SETTLED'",
      [shop.tenantId],
    ),
  ).toEqual([{ quantity: -1, bucket: "good" }]);
  await expectStockTrue(t, shop.tenantId);
});

it("are not settled with what is promised to somebody else", async () => {
  const [first] = await idsOf();
  if (!first) throw new Error("one is short");
  await stock(t, shop.tenantId, shop.facilityId, shop.skuId, 1);
  await anOrder(t, shop, "B", [{ productId: shop.productId }]);
  await allocate(t, shop.tenantId, shop.facilityId);
  expect(await settleShortages(ctx(), [first])).toMatchObject(refusedWith("NOT_ENOUGH_STOCK"));
});

it("are written off with a reason, and nobody of another facility can", async () => {
  const ids = await idsOf();
  expect(await writeOffShortages(ctx({ facilities: [] }), { ids, reason: "lost" })).toMatchObject(
    refusedWith("SHORTAGE_NOT_FOUND"),
  );
  expect(must(await writeOffShortages(ctx(), { ids, reason: "counted wrong for years" }))).toEqual({ writtenOff: 2 });
  expect(await shortagesIn(t, shop)).toEqual(["WRITTEN_OFF", "WRITTEN_OFF"]);
  expect((await list("WRITTEN_OFF")).rows[0]?.reason).toBe("counted wrong for years");
  expect(await alarms()).toEqual([]);
});
