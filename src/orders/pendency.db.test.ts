import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Tamper } from "../../connectors/kit/simulator/index.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { allocate, unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { stock } from "../../tests/support/inventory-builders.ts";
import {
  aPullScene,
  figureFor,
  ordersOf,
  type PullScene,
  placeOrders,
  runOf,
  STOLE,
  there,
} from "../../tests/support/pull-scene.ts";
import { assert, must, type SkuId } from "../kernel/index.ts";
import { listReviews } from "./pendency.queries.ts";
import { letReviewGo } from "./pendency.ts";
import type { PendencyId } from "./pendency-plan.ts";

let t: TestDatabase;
let scene: PullScene;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));
afterEach(() => scene.sim.close());

const later = (minutes: number) => t.clock.advance({ minutes });
const reviewed = (quantity: number, sku = STOLE) =>
  scene.sim.placeOrder({ items: [{ sku, quantity }], underReview: true }).then(({ id }) => id);
const review = () => runOf(t, scene, "PENDENCY");
const orders = () => runOf(t, scene, "ORDERS");
const allocateAll = () => allocate(t, scene.tenantId, scene.facilityId);
const stole = (): SkuId => {
  const skuId = scene.skus.get(STOLE);
  assert(skuId !== undefined, "the stole is one of our SKUs");
  return skuId;
};
const level = async (): Promise<{ good: number; blocked: number }> => {
  const [row] = await t.raw<{ good: number; blocked: number }>(
    "select good, blocked from godown.stock_level where tenant_id = $1 and sku_id = $2",
    [scene.tenantId, stole()],
  );
  return row ?? { good: 0, blocked: 0 };
};
/** What stands for reviews: "state wanted/kept". */
const kept = async () =>
  (
    await t.raw<{ state: string; wanted: number; kept: number }>(
      `select p.state, coalesce(sum(k.wanted), 0)::integer as wanted, coalesce(sum(k.blocked), 0)::integer as kept
       from godown.pendency p left join godown.pendency_part k using (tenant_id, pendency_id) where p.tenant_id = $1
       group by p.pendency_id, p.state order by p.pendency_id`,
      [scene.tenantId],
    )
  ).map((row) => `${row.state} ${row.wanted}/${row.kept}`);
const figure = () => figureFor(t, scene, STOLE);
/** Makes the listing known, as the catalogue sync does. */
const begin = async (over: Parameters<typeof aPullScene>[1] = {}) => {
  scene = await aPullScene(t, over);
  await t.raw(
    `insert into godown.listing (tenant_id, listing_id, channel_id, channel_product_id, product_id, variant_id, channel_sku, sku_id, mapped_at, created_at, updated_at)
     values ($1, gen_random_uuid(), $2, '7702-7702-STD', '7702', '7702-STD', $3, $4, case when $4::uuid is null then null else now() end, now(), now())`,
    [scene.tenantId, scene.channelId, STOLE, scene.skus.get(STOLE) ?? null],
  );
};

describe("an order under review", () => {
  it("has its stock kept, which no channel is told of and no other order gets", async () => {
    await begin({ stock: 10 });
    await reviewed(8);
    expect(await review()).toMatchObject({
      ...{ state: "DONE", ok: 1, failed: 0 },
      message: "1 order under review, 8 of 8 units kept.",
    });
    expect(await level()).toEqual({ good: 10, blocked: 8 });
    expect(await figure()).toBe(2);
    await placeOrders(scene, 3);
    await orders();
    await allocateAll();
    expect((await unitsOf(t, scene.tenantId)).map((u) => u.state).sort()).toEqual([
      "FULFILLABLE",
      "FULFILLABLE",
      "UNFULFILLABLE",
    ]);
    await expectStockTrue(t, scene.tenantId);
  });

  it("gets its own stock when it comes, in one step: nobody else can take it meanwhile", async () => {
    await begin({ stock: 8 });
    const id = await reviewed(8);
    await review();
    await placeOrders(scene, 4, { priority: 9 });
    await there(scene, id, "release");
    later(5);
    await orders();
    expect(await kept()).toEqual(["ARRIVED 8/8"]);
    expect(await figure()).toBe(0);
    await allocateAll();
    const units = await unitsOf(t, scene.tenantId);
    expect(units.filter((u) => u.order === id).map((u) => u.state)).toEqual(Array(8).fill("FULFILLABLE"));
    expect(units.filter((u) => u.order !== id).map((u) => u.state)).toEqual(Array(4).fill("UNFULFILLABLE"));
    expect(await kept()).toEqual(["ARRIVED 8/0"]);
    expect(await level()).toEqual({ good: 8, blocked: 8 });
    await expectStockTrue(t, scene.tenantId);
  });

  it("is told to channels once from its first listing to its packages", async () => {
    await begin({ stock: 20 });
    const id = await reviewed(8);
    await review();
    const told = [await figure()];
    await there(scene, id, "release");
    later(5);
    await orders();
    told.push(await figure());
    await allocateAll();
    told.push(await figure());
    expect(told).toEqual([12, 12, 12]);
  });

  it("that the review drops frees its stock after the orders were looked through once more", async () => {
    await begin({ stock: 10 });
    const id = await reviewed(8);
    await review();
    await orders();
    await there(scene, id, "drop");
    later(5);
    await review();
    expect(await kept()).toEqual(["OPEN 8/8"]);
    later(1);
    await orders();
    expect(await kept()).toEqual(["DROPPED 8/0"]);
    expect(await level()).toEqual({ good: 10, blocked: 0 });
    await expectStockTrue(t, scene.tenantId);
  });

  it("that left the list comes with its old date: the whole window is asked for at once", async () => {
    await begin({ stock: 10 });
    const { id } = await scene.sim.placeOrder({
      ...{ items: [{ sku: STOLE, quantity: 8 }], underReview: true, placedMinutesAgo: 2 * 24 * 60 },
    });
    await orders();
    await review();
    await there(scene, id, "release");
    later(5);
    await review();
    await orders(); // five minutes after the last whole window
    expect((await ordersOf(t, scene)).map((o) => o.code)).toEqual([id]);
    expect(await kept()).toEqual(["ARRIVED 8/8"]);
  });

  it("is not lost by a list that shifts while it is read, so that one order stands on no page of it", async () => {
    let hidden: string | null = null;
    scene = await aPullScene(t, {
      stock: 200,
      tamper: (call, answer) => {
        if (call.operation !== "getOnHoldOrders" || hidden === null) return answer;
        const body = answer.body as { pendencies: { orderId: string }[]; hasMore: boolean }; // what it answers
        const pendencies = body.pendencies.filter((order) => order.orderId !== hidden);
        if (pendencies.length < body.pendencies.length) hidden = null; // moved behind the reader's back, once
        return { ...answer, body: { ...body, pendencies } };
      },
    });
    const ids = await Promise.all(Array.from({ length: 55 }, () => reviewed(1, "BZ-DABBA-STEEL-3")));
    await review();
    hidden = ids[7] ?? null;
    later(5);
    expect(await review()).toMatchObject({
      ...{ state: "DONE", ok: 55 },
      message: expect.stringContaining("55 orders under review"),
    });
    expect(hidden, "the list hid an order").toBeNull();
    const unlisted = await t.raw("select 1 from godown.pendency where tenant_id = $1 and unlisted_at is not null", [
      scene.tenantId,
    ]);
    expect(unlisted).toEqual([]);
  });

  it("is not dropped by a list that failed, or that held a row nobody could read", async () => {
    let broken = false;
    scene = await aPullScene(t, {
      stock: 10,
      tamper: (call, answer) =>
        call.operation === "getOnHoldOrders" && broken
          ? { ...answer, unchecked: true, body: { pendencies: [{ orderId: 7 }], hasMore: false } }
          : answer,
    });
    await reviewed(1, "BZ-DABBA-STEEL-3");
    await review();
    broken = true;
    later(5);
    expect(await review()).toMatchObject({ state: "PARTIAL", failed: 1 });
    await orders();
    const open = await t.raw("select 1 from godown.pendency where tenant_id = $1 and unlisted_at is not null", [
      scene.tenantId,
    ]);
    expect(open).toEqual([]);
  });

  it("is kept beside rows that no database can hold: each of them is named and stands aside alone", async () => {
    const spoil: Tamper = (call, answer) => {
      if (call.operation !== "getOnHoldOrders") return answer;
      const { pendencies } = answer.body as { pendencies: { orderId: string; orderItems: object[] }[] }; // what it answers
      const spoilt = pendencies.flatMap((order) => [
        { ...order, orderId: "a\u0000b" },
        { ...order, orderId: "huge", orderItems: order.orderItems.map((item) => ({ ...item, quantity: 3e9 })) },
        order,
      ]);
      return { ...answer, unchecked: true, body: { pendencies: spoilt, hasMore: false } };
    };
    await begin({ stock: 10, tamper: spoil });
    await reviewed(8);
    expect(await review()).toMatchObject({
      ...{ state: "PARTIAL", ok: 1, failed: 2 },
      message: expect.stringContaining("huge"),
    });
    expect(await kept()).toEqual(["OPEN 8/8"]);
    await expectStockTrue(t, scene.tenantId);
  });

  it("keeps what is not there when it comes, and takes up a mapping and another quantity", async () => {
    await begin({ stock: 3 });
    await reviewed(8);
    await review();
    expect(await kept()).toEqual(["OPEN 8/3"]);
    await stock(t, scene.tenantId, scene.facilityId, stole(), 10);
    later(5);
    await review();
    expect(await kept()).toEqual(["OPEN 8/8"]);
    await t.raw("update godown.listing set sku_id = null, mapped_at = null where tenant_id = $1", [scene.tenantId]);
    later(5);
    expect((await review()).message).toContain("1 lines are mapped to no SKU");
    expect(await kept()).toEqual(["OPEN 0/0"]);
    await t.raw("update godown.listing set sku_id = $2, mapped_at = now() where tenant_id = $1", [
      scene.tenantId,
      stole(),
    ]);
    later(5);
    await review();
    expect(await kept()).toEqual(["OPEN 8/8"]);
    await expectStockTrue(t, scene.tenantId);
  });

  it("leaves to orders what they wait for already", async () => {
    await begin({ stock: 5 });
    await placeOrders(scene, 4);
    await orders();
    await reviewed(8);
    await review();
    expect(await kept()).toEqual(["OPEN 8/1"]);
    await allocateAll();
    expect((await unitsOf(t, scene.tenantId)).map((u) => u.state)).toEqual(Array(4).fill("FULFILLABLE"));
  });

  it("whose order is cancelled before it is allocated frees what was kept", async () => {
    await begin({ stock: 10 });
    const id = await reviewed(8);
    await review();
    await there(scene, id, "release");
    later(5);
    await orders();
    await t.raw(
      "update godown.sale_order_item set state = 'CANCELLED', cancelled_at = now() where tenant_id = $1 and unit_no > 2",
      [scene.tenantId],
    );
    await review();
    expect(await kept()).toEqual(["ARRIVED 8/2"]);
    expect(await level()).toEqual({ good: 10, blocked: 2 });
  });

  it("is listed with what is kept, and a person lets it go for good", async () => {
    await begin({ stock: 10 });
    const id = await reviewed(8);
    await review();
    const list = (tab: "open" | "dropped") =>
      t.db.read(scene.tenantId, (tx) =>
        listReviews<{ id: PendencyId; channelOrderId: string; lines: unknown; kept: unknown }>(
          tx,
          "all",
          { tab },
          {
            ...{ limit: 10, offset: 0, sort: "firstSeenAt", descending: false },
          },
        ),
      );
    const { rows, counts } = await list("open");
    expect(rows).toMatchObject([
      { channelOrderId: id, lines: [{ sku: STOLE, quantity: 8 }], kept: [{ sku: STOLE, wanted: 8, kept: 8 }] },
    ]);
    expect(counts).toMatchObject({ open: 1, short: 0, dropped: 0 });
    must(await letReviewGo({ ...scene.ctx, now: t.clock.now() }, rows[0]?.id as PendencyId, "too large for us"));
    expect(await level()).toEqual({ good: 10, blocked: 0 });
    later(5);
    await review(); // still listed
    expect(await kept()).toEqual(["DROPPED 8/0"]);
    expect((await list("dropped")).rows).toHaveLength(1);
  });
});

describe("whatever happens", () => {
  type Step =
    | { readonly do: "review"; readonly quantity: number }
    | { readonly do: "order" }
    | { readonly do: "release" | "drop"; readonly which: number }
    | { readonly do: "stock"; readonly quantity: number }
    | { readonly do: "pull" }
    | { readonly do: "allocate" };
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant("review" as const), quantity: fc.integer({ min: 1, max: 6 }) }),
    },
    { weight: 2, arbitrary: fc.constant({ do: "order" as const }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("release" as const), which: fc.nat({ max: 5 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("drop" as const), which: fc.nat({ max: 5 }) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("stock" as const), quantity: fc.integer({ min: 1, max: 3 }) }),
    },
    { weight: 4, arbitrary: fc.constant({ do: "pull" as const }) },
    { weight: 3, arbitrary: fc.constant({ do: "allocate" as const }) },
  );

  it("kept stock is never sold to others and is given to its own order, and the books agree", {
    timeout: 120_000,
  }, async () => {
    const steps = fc.array(step, { minLength: 8, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 0, max: 8 }), async (chosen, first) => {
        await begin({ stock: first });
        try {
          const waiting: string[] = [];
          for (const each of chosen) {
            later(5);
            await take(each, waiting);
            await expectStockTrue(t, scene.tenantId);
            await expectKeptOnBooks();
          }
        } finally {
          await scene.sim.close();
        }
      }),
      { numRuns: 15, seed: 20_261_120 },
    );
  });

  async function take(each: Step, waiting: string[]): Promise<void> {
    switch (each.do) {
      case "review":
        return void waiting.push(await reviewed(each.quantity));
      case "order":
        return void (await placeOrders(scene, 1, { priority: 9 })); // served before what was reviewed
      case "stock":
        return void (await stock(t, scene.tenantId, scene.facilityId, stole(), each.quantity));
      case "pull":
        await review();
        return void (await orders());
      case "allocate":
        return expectGiven();
      default: {
        const [id] = waiting.splice(each.which % Math.max(1, waiting.length), 1);
        if (id !== undefined) await there(scene, id, each.do);
      }
    }
  }

  /**
   * Allocation gives every order that came all that was kept for it, whoever else waits; of a line that is kept together
   * and was kept in part, all or none.
   */
  async function expectGiven(): Promise<void> {
    const arrived = () =>
      t.raw<{ code: string; kept: number; wanted: number }>(
        `select o.code, k.blocked as kept, k.wanted from godown.pendency p join godown.pendency_part k using (tenant_id, pendency_id) join godown.sale_order o using (tenant_id, sale_order_id)
         where p.tenant_id = $1 and p.state = 'ARRIVED' and k.blocked > 0`,
        [scene.tenantId],
      );
    const mine = await arrived();
    const has = async (order: string) =>
      (await unitsOf(t, scene.tenantId, order)).filter((u) => u.state === "FULFILLABLE").length;
    const before = await Promise.all(mine.map(({ code }) => has(code)));
    await allocateAll();
    for (const [i, { code, kept: own, wanted }] of mine.entries()) {
      const had = before[i] ?? 0;
      const now = await has(code);
      expect(own === wanted ? [had + wanted] : [had, had + wanted]).toContain(now);
      // What it could not be given yet stays kept for it.
      const stays = (await arrived()).filter((row) => row.code === code).map((row) => row.kept);
      expect(stays).toEqual(now > had ? [] : [own]);
    }
  }

  /** What the ledger says is kept is what stands for reviews. */
  async function expectKeptOnBooks(): Promise<void> {
    const [ledger] = await t.raw<{ kept: number }>(
      "select coalesce(sum(quantity) filter (where cause in ('KEEP_FOR_REVIEW', 'REVIEW_OVER')), 0)::integer as kept from godown.stock_ledger where tenant_id = $1",
      [scene.tenantId],
    );
    const [parts] = await t.raw<{ kept: number }>(
      "select coalesce(sum(blocked), 0)::integer as kept from godown.pendency_part where tenant_id = $1",
      [scene.tenantId],
    );
    expect(ledger).toEqual(parts);
  }
});
