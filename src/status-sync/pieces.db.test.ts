import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ReportedOrder } from "../../connectors/kit/index.ts";
import { next } from "../../tests/support/builders.ts";
import { aChangesSource, type ChangesSource } from "../../tests/support/changes-source.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { move, packagesOf } from "../../tests/support/fulfilment-builders.ts";
import { aPushOrder, type LineSpec } from "../../tests/support/order-builders.ts";
import { aKit, aShop, packagesFor, type Shop } from "../../tests/support/shop-builders.ts";
import type { Ctx } from "../platform/context.ts";
import { hearOrders } from "./hear.ts";

let t: TestDatabase;
let source: ChangesSource;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  source = await aChangesSource(`PIECES_${next()}`);
  shop = await aShop(t, { source: source.id });
});
afterEach(() => source.close());

const ctx = (): Ctx => t.ctx(shop.tenantId, { sourceUrls: new Map([[source.id, source.url]]), now: t.clock.now() });

/** Order O-1 of these lines, gone from here in one parcel. */
async function gone(lines: readonly LineSpec[]): Promise<void> {
  const ids = await packagesFor(t, shop, [aPushOrder(lines, { id: "O-1" })]);
  await move(t, shop.tenantId, ids, ["pack", "label", "manifest", "dispatch"]);
}
type Said = Pick<ReportedOrder["lines"][number], "channelOrderItemId" | "status" | "quantity">;
const word = (line: number, status: Said["status"], quantity?: number): Said => ({
  ...{ channelOrderItemId: `O-1-L${line}`, status },
  ...(quantity === undefined ? {} : { quantity }),
});
/** One answer of the channel about O-1. */
async function hear(said: readonly Said[], channelReturnId: string | null = null): Promise<void> {
  t.clock.advance({ minutes: 5 });
  const hearing = { channelId: shop.channelId, source: source.id, via: "PERSON", changedAfter: null } as const;
  const lines = said.map((each) => ({
    ...{ ...each, raw: each.status, channelReturnId },
    ...{ returnReason: null, returnAwb: null, returnCourier: null },
  }));
  await hearOrders(ctx(), hearing, [{ channelOrderId: "O-1", lines }]);
}
const outcomes = async () =>
  (
    await t.raw<{ outcome: string }>(
      "select outcome from godown.channel_word where tenant_id = $1 order by heard_at, channel_order_item_id",
      [shop.tenantId],
    )
  ).map((row) => row.outcome);
/** Units of each return, by the numbers that they have in the order. */
const returned = async () =>
  (
    await t.raw<{ units: number[] }>(
      `select array_agg(u.unit_no order by u.unit_no) as units from godown.return_item i join godown.return_case c using (tenant_id, return_case_id)
       join godown.sale_order_item u using (tenant_id, sale_order_item_id) where i.tenant_id = $1 group by c.code order by c.code`,
      [shop.tenantId],
    )
  ).map((row) => row.units);
const parcels = async () => (await packagesOf(t, shop.tenantId)).map((parcel) => parcel.state);

describe("a return under one id", () => {
  it("of one line whole and another in part is of both, and its arrival adds nothing", async () => {
    const { productId } = shop;
    await gone([{ productId }, { productId, quantity: 2 }]);
    await hear([word(1, "DELIVERED"), word(2, "DELIVERED")]);
    await hear([word(1, "CIR"), word(2, "CIR", 1)], "RMA-1");
    expect(await returned()).toEqual([[1, 2]]);
    await hear([word(1, "RETURNED"), word(2, "RETURNED", 1)], "RMA-1");
    expect(await returned()).toEqual([[1, 2]]);
    expect(await outcomes()).toEqual(["APPLIED", "APPLIED", "APPLIED", "APPLIED", "KNOWN", "KNOWN"]);
  });

  it("of parts of two lines that have one product is of a unit of each", async () => {
    const line = { productId: shop.productId, quantity: 2 };
    await gone([line, line]);
    await hear([word(1, "CIR", 1), word(2, "CIR", 1)], "RMA-1");
    expect(await outcomes()).toEqual(["APPLIED", "APPLIED"]);
    expect(await returned()).toEqual([[1, 3]]);
  });

  it("that names a line several times is of the most that is said of it", async () => {
    await gone([{ productId: shop.productId, quantity: 3 }]);
    await hear([word(1, "CIR", 1), word(1, "CIR", 2)], "RMA-1");
    expect(await outcomes()).toEqual(["APPLIED", "APPLIED"]);
    expect(await returned()).toEqual([[1, 2]]);
  });
});

describe("a bundle, which the channel counts as one piece", () => {
  it("is delivered, and comes back, by words of that piece", async () => {
    await gone([{ productId: await aKit(t, shop) }]);
    await hear([word(1, "DELIVERED", 1)]);
    expect(await parcels()).toEqual(["DELIVERED"]);
    await hear([word(1, "CIR", 1)], "RMA-1");
    expect(await returned()).toEqual([[1, 2]]);
  });

  it("is not delivered by the word about one of two, and one of two comes back with all its components", async () => {
    await gone([{ productId: await aKit(t, shop), quantity: 2 }]);
    await hear([word(1, "DELIVERED", 1)]);
    expect(await parcels()).toEqual(["DISPATCHED"]);
    await hear([word(1, "DELIVERED", 2)]);
    expect(await parcels()).toEqual(["DELIVERED"]);
    await hear([word(1, "CIR", 1)], "RMA-1");
    await hear([word(1, "CIR", 1)], "RMA-2");
    expect(await returned()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});
