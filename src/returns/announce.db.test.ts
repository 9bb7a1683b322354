import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { packagesOf, unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { aManifest, readyParcels } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { aPushOrder, type LineSpec } from "../../tests/support/order-builders.ts";
import { aKit, aShop, type Shop } from "../../tests/support/shop-builders.ts";
import { addParcels, closeManifest, movePackages } from "../fulfilment/index.ts";
import { must, type ShippingPackageId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { type AnnouncedReturn, announceReturn } from "./announce.ts";
import { expectByPerson } from "./expect-by-person.ts";

let t: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t, { stock: 10 });
});

/** Order JM-1 of so many units, gone from here. */
const gone = (quantity = 1, delivered = false) => goneOf([{ productId: shop.productId, quantity }], delivered);
async function goneOf(lines: readonly LineSpec[], delivered: boolean): Promise<ShippingPackageId> {
  const [parcel] = await readyParcels(t, shop, [aPushOrder(lines, { id: "JM-1" })]);
  if (!parcel) throw new Error("a parcel is ready");
  const { manifestId } = await aManifest(t, shop);
  must(await addParcels(t.ctx(shop.tenantId), { manifestId, packageIds: [parcel] }));
  must(await closeManifest(t.ctx(shop.tenantId), manifestId));
  if (delivered)
    must(await t.db.transaction(shop.tenantId, (tx) => movePackages(tx, t.ctx(shop.tenantId), [parcel], "deliver")));
  return parcel;
}
const says = (over: Partial<AnnouncedReturn>) =>
  t.db.transaction(shop.tenantId, (tx) =>
    announceReturn(tx, t.ctx(shop.tenantId), {
      channelId: shop.channelId,
      channelOrderId: "JM-1",
      kind: "CIR",
      products: null,
      lines: null,
      reason: "too small",
      awb: null,
      courierCode: null,
      channelReturnId: null,
      warehouse: null,
      at: TEST_MORNING,
      via: "PUSH",
      ...over,
    }),
  );
const product = (quantity: number) => [{ channelProductId: `${shop.productId}-V1`, quantity }];
const cases = () =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{ kind: string; state: string; units: number }>`
      select c.kind, c.state, (select count(*)::integer from godown.return_item i where i.tenant_id = c.tenant_id and i.return_case_id = c.return_case_id) as units
      from godown.return_case c where c.tenant_id = ${shop.tenantId} order by c.code`),
  );
/** Units of each return, by the numbers that they have in the order: those of a line in the order of its pieces. */
const returned = async () =>
  (
    await t.raw<{ units: number[] }>(
      `select array_agg(u.unit_no order by u.unit_no) as units from godown.return_item i join godown.return_case c using (tenant_id, return_case_id)
       join godown.sale_order_item u using (tenant_id, sale_order_item_id) where i.tenant_id = $1 group by c.code order by c.code`,
      [shop.tenantId],
    )
  ).map((row) => row.units);
const states = async () => (await unitsOf(t, shop.tenantId)).map((u) => u.state);
const parcelState = async () => (await packagesOf(t, shop.tenantId)).map((p) => p.state);
const shownOn = () =>
  t.db.read(shop.tenantId, (tx) =>
    tx.one(sql<{ order: boolean; parcel: boolean }>`
      select o.channel_returned_at is not null as order, bool_or(p.channel_returned_at is not null) as parcel
      from godown.sale_order o join godown.shipping_package p using (tenant_id, sale_order_id) where o.tenant_id = ${shop.tenantId} group by o.channel_returned_at`),
  );
const CHANGED = { changed: true, doubt: false };
const UNCHANGED = { changed: false, doubt: false };

describe("a return that a channel announces", () => {
  it("undelivered (RTO): the parcel is expected, shown at once, and said twice it is one", async () => {
    await gone();
    expect(must(await says({ kind: "RTO" }))).toEqual(CHANGED);
    expect(await parcelState()).toEqual(["RETURN_EXPECTED"]);
    expect(await shownOn()).toEqual({ order: true, parcel: true });
    expect(must(await says({ kind: "RTO" }))).toEqual(UNCHANGED);
    expect(must(await says({ kind: null, lines: [{ line: "JM-1-L1", pieces: null }], via: "SYNC" }))).toEqual(
      UNCHANGED,
    );
    expect(await cases()).toEqual([{ kind: "RTO", state: "RETURN_EXPECTED", units: 1 }]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("from the customer (CIR): a reverse pickup opens; RETURNED follows the shelf", async () => {
    await gone(1, true);
    expect(must(await says({}))).toEqual(CHANGED);
    expect(await cases()).toEqual([{ kind: "CIR", state: "CREATED", units: 1 }]);
    expect(await states()).toEqual(["DELIVERED"]);
    expect(await shownOn()).toEqual({ order: true, parcel: true });
  });

  it("by a status that says no more than Returned is what the parcel's state makes it", async () => {
    await gone();
    must(await says({ kind: null, lines: [{ line: "JM-1-L1", pieces: null }], via: "SYNC" }));
    expect(await cases()).toMatchObject([{ kind: "RTO" }]);
    expect(await parcelState()).toEqual(["RETURN_EXPECTED"]);
  });

  it("of one unit of three: again without an id is the same unit, with a new id another one", async () => {
    await gone(3, true);
    expect(must(await says({ products: product(1), channelReturnId: "R1" }))).toEqual(CHANGED);
    expect(must(await says({ products: product(1), channelReturnId: "R1" }))).toEqual(UNCHANGED);
    expect(must(await says({ products: product(1) }))).toEqual(UNCHANGED);
    expect(must(await says({ products: product(1), channelReturnId: "R2" }))).toEqual(CHANGED);
    expect(
      must(await says({ kind: null, lines: [{ line: "JM-1-L1", pieces: null }], via: "SYNC" })),
      "the line's status says nothing new",
    ).toEqual(UNCHANGED);
    expect((await cases()).map((c) => c.units)).toEqual([1, 1]);
  });

  it("of a parcel that was expected before the channel spoke: that return learns its words, once", async () => {
    const parcel = await gone(2);
    must(await expectByPerson(t.ctx(shop.tenantId), { shippingPackageId: parcel, reason: null }));
    const later = {
      kind: "RTO",
      lines: [{ line: "JM-1-L1", pieces: null }],
      via: "SYNC",
      channelReturnId: "RTO-9",
      awb: "AWB-9",
    } as const;
    const words = () =>
      t.raw("select channel_return_id, reason, awb, announced_via from godown.return_case where tenant_id = $1", [
        shop.tenantId,
      ]);
    expect(must(await says({ ...later, channelReturnId: null })), "without an id it says nothing new").toEqual(
      UNCHANGED,
    );
    expect(must(await says({ ...later, kind: "CIR" })), "another kind is another return").toEqual(UNCHANGED);
    expect(must(await says(later))).toEqual(CHANGED);
    expect(await words()).toEqual([
      { channel_return_id: "RTO-9", reason: "too small", awb: "AWB-9", announced_via: "PERSON" },
    ]);
    expect(await shownOn()).toEqual({ order: true, parcel: true });
    expect(must(await says(later))).toEqual(UNCHANGED);
    expect(must(await says({ ...later, channelReturnId: "RTO-10" }))).toEqual(UNCHANGED);
    expect(await words()).toMatchObject([{ channel_return_id: "RTO-9" }]);
  });

  it("of what never left is a doubt, asked once", async () => {
    await readyParcels(t, shop, [aPushOrder([{ productId: shop.productId }], { id: "JM-1" })]);
    expect(must(await says({}))).toEqual({ changed: false, doubt: true });
    expect(must(await says({}))).toEqual({ changed: false, doubt: true });
    const open = await t.raw("select kind from godown.order_exception where tenant_id = $1", [shop.tenantId]);
    expect(open).toEqual([{ kind: "RETURN_WITHOUT_DISPATCH" }]);
    expect(await cases()).toEqual([]);
  });

  it("of another order or product is refused by name", async () => {
    await gone();
    expect(await says({ channelOrderId: "JM-9" })).toMatchObject({ refusal: { code: "ORDER_NOT_FOUND" } });
    expect(await says({ products: [{ channelProductId: "X-1", quantity: 1 }] })).toMatchObject({
      refusal: { code: "RETURN_LINES_NOT_FOUND" },
    });
  });
});

describe("a return that names lines, some whole and some in part", () => {
  const back = (lines: NonNullable<AnnouncedReturn["lines"]>, channelReturnId: string) =>
    says({ lines, channelReturnId, via: "SYNC" });

  it("is of all of them", async () => {
    const { productId } = shop;
    await goneOf([{ productId }, { productId, quantity: 2 }], true);
    const lines = [
      { line: "JM-1-L1", pieces: null },
      { line: "JM-1-L2", pieces: 1 },
    ];
    expect(must(await back(lines, "R1"))).toEqual(CHANGED);
    expect(must(await back(lines, "R1"))).toEqual(UNCHANGED);
    expect(await returned()).toEqual([[1, 2]]);
  });

  it("takes the pieces of a line from that line, though another one has the same product", async () => {
    const { productId } = shop;
    const quantity = 2;
    await goneOf([{ productId, quantity }, { productId, quantity }, { productId }], true);
    const part = (line: string) => ({ line, pieces: 1 });
    expect(must(await back([part("JM-1-L2")], "R1"))).toEqual(CHANGED);
    expect(must(await back([part("JM-1-L1"), part("JM-1-L2")], "R2"))).toEqual(CHANGED);
    expect(await returned()).toEqual([[3], [1, 4]]);
  });

  it("or one product twice, has no unit twice", async () => {
    await gone(3, true);
    expect(must(await says({ products: [...product(1), ...product(1)], channelReturnId: "R1" }))).toEqual(CHANGED);
    expect(await returned()).toEqual([[1, 2]]);
  });
});

describe("a return of a bundle", () => {
  it("counts it as the one piece that the channel sold, whose components come back together", async () => {
    const kit = await aKit(t, shop);
    await goneOf([{ productId: kit, quantity: 3 }], true);
    const products = [{ channelProductId: `${kit}-V1`, quantity: 1 }];
    expect(must(await says({ products, channelReturnId: "R1" }))).toEqual(CHANGED);
    expect(must(await says({ products })), "said again without its id").toEqual(UNCHANGED);
    const lines = [{ line: "JM-1-L1", pieces: 1 }];
    expect(must(await says({ lines, channelReturnId: "R2", via: "SYNC" }))).toEqual(CHANGED);
    expect(await returned()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("takes a kit that left whole before one of which a component is still here", async () => {
    await goneOf([{ productId: await aKit(t, shop), quantity: 2 }], true);
    await t.raw("update godown.sale_order_item set state = 'FULFILLABLE' where tenant_id = $1 and unit_no = 2", [
      shop.tenantId,
    ]);
    must(await says({ lines: [{ line: "JM-1-L1", pieces: 1 }], channelReturnId: "R1", via: "SYNC" }));
    expect(await returned()).toEqual([[3, 4]]);
  });
});

describe("Returned on the channel's word", () => {
  beforeEach(() =>
    t.raw("update godown.channel set returned_on_channel_word = true where tenant_id = $1", [shop.tenantId]),
  );

  it("sets it at once and adds no stock", async () => {
    await gone(2, true);
    must(await says({}));
    expect(await states()).toEqual(["RETURNED", "RETURNED"]);
    expect(await parcelState()).toEqual(["RETURNED"]);
    expect(await cases()).toEqual([{ kind: "CIR", state: "COMPLETED", units: 2 }]);
    expect(
      await t.raw("select good, blocked, putaway_pending from godown.stock_level where tenant_id = $1", [
        shop.tenantId,
      ]),
    ).toEqual([{ good: 8, blocked: 0, putaway_pending: 0 }]);
    expect(must(await says({}))).toEqual(UNCHANGED);
    await expectStockTrue(t, shop.tenantId);
  });

  it("returns one unit of two alone; the parcel follows with the second", async () => {
    await gone(2, true);
    must(await says({ products: product(1), channelReturnId: "R1" }));
    expect((await states()).sort()).toEqual(["DELIVERED", "RETURNED"]);
    expect(await parcelState()).toEqual(["DELIVERED"]);
    must(await says({ products: product(1), channelReturnId: "R2" }));
    expect(await states()).toEqual(["RETURNED", "RETURNED"]);
    expect(await parcelState()).toEqual(["RETURNED"]);
  });
});
