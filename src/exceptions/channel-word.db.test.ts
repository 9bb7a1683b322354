import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { allocate, orderStates, packagesOf, unitsOf } from "../../tests/support/fulfilment-builders.ts";
import { aManifest, readyParcels } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { aChannel, aListing, aPushOrder, aSource, receive } from "../../tests/support/order-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import {
  addParcels,
  applyChannelCancel,
  applyDelivered,
  applyLinesDelivered,
  askAboutWishes,
  type ChannelCancel,
  closeManifest,
  invoicePackages,
  requestCancel,
} from "../fulfilment/index.ts";
import { type FacilityId, must, ok, type SaleOrderId, type ShippingPackageId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { resolveException } from "./resolve.ts";
import { exceptionRoutes } from "./routes.ts";

aSource("TEST_UNTIL_DISPATCHED", { channelCancel: "dispatched" });
aSource("TEST_UNTIL_INVOICED", { channelCancel: "invoiced" });

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

async function shopOf(source: string): Promise<Shop> {
  const channelId = await aChannel(t, shop.tenantId, [shop.facilityId], { source });
  const { productId } = await aListing(t, shop.tenantId, channelId, shop.skuId);
  return { ...shop, channelId, productId };
}
async function order(at: Shop, id: string, quantity = 1): Promise<SaleOrderId> {
  const [receipt] = await receive(t, at.tenantId, at.channelId, [
    aPushOrder([{ productId: at.productId, quantity }], { id }),
  ]);
  if (!receipt?.saleOrderId) throw new Error("the order is created");
  return receipt.saleOrderId;
}
const run = () => allocate(t, shop.tenantId, shop.facilityId);
const says = (at: Shop, id: string, over: Partial<ChannelCancel> = {}) =>
  t.db.transaction(at.tenantId, (tx) =>
    applyChannelCancel(tx, t.ctx(at.tenantId), {
      channelId: at.channelId,
      channelOrderId: id,
      lines: null,
      reason: "buyer changed mind",
      ...over,
    }),
  );
const states = async () => (await unitsOf(t, shop.tenantId)).map((u) => (u.onHold ? `${u.state} held` : u.state));
interface Doubt {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
}
const doubts = () =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(
      sql<Doubt>`select order_exception_id as id, kind, state from godown.order_exception where tenant_id = ${shop.tenantId} order by opened_at, order_exception_id`,
    ),
  );
const kinds = async () => (await doubts()).map((d) => `${d.kind} ${d.state}`);
async function settle(choice: string, facilities: "all" | FacilityId[] = "all") {
  const open = (await doubts()).find((d) => d.state === "OPEN");
  if (!open) throw new Error("a doubt is open");
  return resolveException(t.ctx(shop.tenantId, { facilities }), open.id, { choice, note: null });
}
async function dispatch(at: Shop, ids: readonly ShippingPackageId[]): Promise<void> {
  const { manifestId } = await aManifest(t, at);
  must(await addParcels(t.ctx(at.tenantId), { manifestId, packageIds: ids }));
  must(await closeManifest(t.ctx(at.tenantId), manifestId));
}

describe("a source that allows no cancellation on its side (Jupiter)", () => {
  it("is refused with its own words; what is not packed is held; a person is asked once", async () => {
    await order(shop, "JM-1", 2);
    await run();
    expect(must(await says(shop, "JM-1"))).toMatchObject({
      taken: false,
      refusal: {
        code: "CHANNEL_CANCEL_NOT_ALLOWED",
        facts: { rule: "Jupiter Money does not allow customer or channel-side cancellations." },
      },
    });
    expect(await states()).toEqual(["FULFILLABLE held", "FULFILLABLE held"]);
    expect(must(await says(shop, "JM-1"))).toMatchObject({ taken: false });
    expect(await kinds()).toEqual(["CHANNEL_CANCEL_NOT_ALLOWED OPEN"]);
    const [parcel] = await packagesOf(t, shop.tenantId);
    const [packed] = await invoicePackages(t.ctx(shop.tenantId), { packageIds: parcel ? [parcel.id] : [] });
    expect(packed?.refusal?.code).toBe("PACKAGE_ON_HOLD");
    await expectStockTrue(t, shop.tenantId);
  });

  it("goes on when a person says so, and the repeated word opens nothing new", async () => {
    await order(shop, "JM-1");
    must(await says(shop, "JM-1"));
    must(await settle("GO_ON"));
    await run();
    expect(await states()).toEqual(["FULFILLABLE"]);
    expect(must(await says(shop, "JM-1"))).toMatchObject({ taken: false });
    expect(await kinds()).toEqual(["CHANNEL_CANCEL_NOT_ALLOWED RESOLVED"]);
    expect(await states()).toEqual(["FULFILLABLE"]);
  });

  it("tells who comes second what was chosen; his own choice said again is no news", async () => {
    await order(shop, "JM-1");
    must(await says(shop, "JM-1"));
    must(await settle("GO_ON"));
    const [doubt] = await doubts();
    const second = (choice: string) => resolveException(t.ctx(shop.tenantId), doubt?.id ?? "", { choice, note: null });
    must(await second("GO_ON"));
    expect(await second("CANCEL_HERE")).toMatchObject({
      refusal: { code: "EXCEPTION_SETTLED", facts: { of: "JM-1", how: "“Go on”" } },
    });
    expect(await states()).toEqual(["CREATED"]);
  });

  it("stands among those decided by when that was, not by when it was opened", async () => {
    for (const code of ["JM-1", "JM-2"]) {
      await order(shop, code);
      must(await says(shop, code));
      t.clock.advance({ minutes: 1 });
    }
    for (const doubt of (await doubts()).toReversed()) {
      must(await resolveException(t.ctx(shop.tenantId), doubt.id, { choice: "GO_ON", note: null }));
      t.clock.advance({ minutes: 1 });
    }
    const list = exceptionRoutes.find((each) => each.method === "GET" && each.path === "/exceptions");
    const query = list?.query?.parse({ tab: "resolved", sort: "-resolvedAt" });
    const found = await list?.handle(t.ctx(shop.tenantId), { params: {}, query, body: undefined });
    expect(found).toMatchObject({ rows: [{ orderCode: "JM-1" }, { orderCode: "JM-2" }] });
  });

  it("is cancelled here too when a person says so, and the word is then true", async () => {
    await order(shop, "JM-1");
    await run();
    must(await says(shop, "JM-1"));
    must(await settle("CANCEL_HERE"));
    expect(await orderStates(t, shop.tenantId)).toEqual({ "JM-1": "CANCELLED" });
    expect(must(await says(shop, "JM-1"))).toEqual({ taken: true, changed: false });
    await expectStockTrue(t, shop.tenantId);
  });

  it("says that a parcel on a manifest must be taken off before it is cancelled here, and stays open", async () => {
    const [parcel] = await readyParcels(t, shop, [aPushOrder([{ productId: shop.productId }], { id: "JM-1" })]);
    if (!parcel) throw new Error("a parcel is ready");
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(t.ctx(shop.tenantId), { manifestId, packageIds: [parcel] }));
    must(await says(shop, "JM-1"));
    expect(await settle("CANCEL_HERE")).toMatchObject({ ok: false, refusal: { code: "UNITS_NOT_CANCELLABLE" } });
    expect(await kinds()).toEqual(["CHANNEL_CANCEL_NOT_ALLOWED OPEN"]);
  });

  it("does not hold what is packed already, and asks", async () => {
    await readyParcels(t, shop, [aPushOrder([{ productId: shop.productId }], { id: "JM-1" })]);
    must(await says(shop, "JM-1"));
    expect(await states()).toEqual(["READY_TO_SHIP"]);
    expect(await kinds()).toEqual(["CHANNEL_CANCEL_NOT_ALLOWED OPEN"]);
  });

  it("after dispatch asks whether to expect it back", async () => {
    const parcels = await readyParcels(t, shop, [aPushOrder([{ productId: shop.productId }], { id: "JM-1" })]);
    await dispatch(shop, parcels);
    must(await says(shop, "JM-1"));
    expect(await kinds()).toEqual(["CANCEL_AFTER_DISPATCH OPEN"]);
    must(await settle("EXPECT_RETURN"));
    expect((await packagesOf(t, shop.tenantId)).map((p) => p.state)).toEqual(["RETURN_EXPECTED"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("takes the word that confirms our seller's cancellation", async () => {
    const id = await order(shop, "JM-1", 2);
    await run();
    must(
      await t.db.transaction(shop.tenantId, (tx) =>
        requestCancel(tx, t.ctx(shop.tenantId), { saleOrderId: id, unitIds: null, reason: "no stock" }),
      ),
    );
    expect(must(await says(shop, "JM-1"))).toEqual({ taken: true, changed: true });
    expect(await orderStates(t, shop.tenantId)).toEqual({ "JM-1": "CANCELLED" });
    expect(must(await says(shop, "JM-1"))).toEqual({ taken: true, changed: false });
    expect(await doubts()).toEqual([]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("means the same unit when a cancellation of one of two is said again word for word", async () => {
    await order(shop, "JM-1", 2);
    const line = [{ productId: shop.productId, variantId: "V1", quantity: 1 }];
    must(await says(shop, "JM-1", { lines: line }));
    must(await says(shop, "JM-1", { lines: line, repeated: true }));
    expect((await states()).sort()).toEqual(["CREATED", "CREATED held"]);
  });

  it("is refused by name for orders and lines that are not here", async () => {
    await order(shop, "JM-1");
    expect(await says(shop, "JM-9")).toMatchObject({ ok: false, refusal: { code: "ORDER_NOT_FOUND" } });
    expect(await says(shop, "JM-1", { lines: [{ productId: "X", variantId: "Y", quantity: 1 }] })).toMatchObject({
      ok: false,
      refusal: { code: "UNITS_NOT_FOUND" },
    });
  });

  it("cannot be settled by somebody of another facility", async () => {
    await order(shop, "JM-1");
    must(await says(shop, "JM-1"));
    const elsewhere = await aShop(t);
    expect(await settle("CANCEL_HERE", [elsewhere.facilityId])).toMatchObject({
      ok: false,
      refusal: { code: "ORDER_NOT_FOUND" },
    });
  });
});

describe("sources that allow it", () => {
  it("until dispatch: a packed parcel is opened and its goods put away", async () => {
    const other = await shopOf("TEST_UNTIL_DISPATCHED");
    await readyParcels(t, other, [aPushOrder([{ productId: other.productId }], { id: "JM-1" })]);
    expect(must(await says(other, "JM-1"))).toEqual({ taken: true, changed: true });
    expect(await states()).toEqual(["CANCELLED"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("until the invoice: cancelled before it, refused after it", async () => {
    const other = await shopOf("TEST_UNTIL_INVOICED");
    await order(other, "JM-1");
    expect(must(await says(other, "JM-1"))).toEqual({ taken: true, changed: true });
    await readyParcels(t, other, [aPushOrder([{ productId: other.productId }], { id: "JM-2" })]);
    expect(must(await says(other, "JM-2"))).toMatchObject({ taken: false });
    expect(await kinds()).toEqual(["CHANNEL_CANCEL_TOO_LATE OPEN"]);
    await expectStockTrue(t, shop.tenantId);
  });
});

describe("delivered", () => {
  const awbOf = async (id: ShippingPackageId) =>
    (await t.raw<{ awb: string }>("select awb from godown.shipping_package where shipping_package_id = $1", [id]))[0]
      ?.awb ?? "";
  const delivered = (awb: string) =>
    t.db.transaction(shop.tenantId, (tx) =>
      applyDelivered(tx, t.ctx(shop.tenantId), {
        channelId: shop.channelId,
        awb,
        packageCode: null,
        providerCode: null,
        at: TEST_MORNING,
      }),
    );

  it("is taken once, whichever way it comes first", async () => {
    const [parcel] = await readyParcels(t, shop, [aPushOrder([{ productId: shop.productId }], { id: "JM-1" })]);
    if (!parcel) throw new Error("a parcel is ready");
    await dispatch(shop, [parcel]);
    expect(await orderStates(t, shop.tenantId)).toEqual({ "JM-1": "COMPLETE" });
    expect(must(await delivered(await awbOf(parcel)))).toEqual({ changed: true, doubt: false });
    expect(must(await delivered(await awbOf(parcel)))).toEqual({ changed: false, doubt: false });
    const bySync = await t.db.transaction(shop.tenantId, (tx) =>
      applyLinesDelivered(tx, t.ctx(shop.tenantId), {
        channelId: shop.channelId,
        channelOrderId: "JM-1",
        lines: ["JM-1-L1"],
        at: TEST_MORNING,
      }),
    );
    expect(must(bySync)).toEqual({ changed: false, doubt: false });
    expect(await states()).toEqual(["DELIVERED"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("of what is still here is a doubt, shown once", async () => {
    const [parcel] = await readyParcels(t, shop, [aPushOrder([{ productId: shop.productId }], { id: "JM-1" })]);
    if (!parcel) throw new Error("a parcel is ready");
    const awb = await awbOf(parcel);
    expect(must(await delivered(awb))).toEqual({ changed: false, doubt: true });
    must(await settle("DISMISS"));
    must(await delivered(awb));
    expect(await kinds()).toEqual(["DELIVERED_WITHOUT_DISPATCH RESOLVED"]);
    await dispatch(shop, [parcel]);
    expect(must(await delivered(awb))).toEqual({ changed: true, doubt: false });
  });

  it("by an unknown number is refused", async () => {
    expect(await delivered("NOBODY-1")).toMatchObject({ ok: false, refusal: { code: "AWB_NOT_FOUND" } });
  });
});

describe("a buyer who asks the seller to cancel", () => {
  const wishes = (id: string, over: { line?: string; inIntake?: boolean } = {}) => {
    const { line = `${id}-L1`, inIntake = false } = over;
    const quiet = { returnReason: null, returnAwb: null, returnCourier: null, channelReturnId: null };
    const said = { channelOrderItemId: line, status: "OPEN", raw: "OPEN", cancelWished: true, ...quiet } as const;
    const orders = [{ channelOrderId: id, lines: [said] }];
    return t.db.transaction(shop.tenantId, async (tx) => {
      await askAboutWishes(tx, t.ctx(shop.tenantId), { channelId: shop.channelId, orders, inIntake });
      return ok();
    });
  };
  const asked = () =>
    t.raw<{ kind: string }>("select kind from godown.channel_notice where tenant_id = $1 and kind = 'CANCEL'", [
      shop.tenantId,
    ]);

  it("holds what is not packed and asks once; what is shipped all the same goes on", async () => {
    await order(shop, "JM-1", 2);
    await run();
    await wishes("JM-1");
    expect(await states()).toEqual(["FULFILLABLE held", "FULFILLABLE held"]);
    await wishes("JM-1");
    expect(await kinds()).toEqual(["CANCEL_WISHED OPEN"]);
    must(await settle("SHIP"));
    await wishes("JM-1");
    expect(await states()).toEqual(["FULFILLABLE", "FULFILLABLE"]);
    expect(await kinds()).toEqual(["CANCEL_WISHED RESOLVED"]);
    expect(await asked()).toEqual([]);
  });

  it("is cancelled by the channel when a person says so, and held by nobody meanwhile", async () => {
    await order(shop, "JM-1");
    await run();
    await wishes("JM-1");
    must(await settle("CANCEL"));
    expect(await asked()).toEqual([{ kind: "CANCEL" }]);
    expect(await states()).toEqual(["FULFILLABLE"]);
    const [parcel] = await packagesOf(t, shop.tenantId);
    const [packed] = await invoicePackages(t.ctx(shop.tenantId), { packageIds: parcel ? [parcel.id] : [] });
    expect(packed?.refusal?.code).toBe("PACKAGE_LOCKED");
    await wishes("JM-1");
    expect(await kinds()).toEqual(["CANCEL_WISHED RESOLVED"]);
  });

  it("needs nobody any more when the channel or the seller cancels, and nobody is asked of what left", async () => {
    const at = await shopOf("TEST_UNTIL_DISPATCHED");
    const { channelId } = at;
    await order(at, "D-1");
    await run();
    shop = { ...shop, channelId };
    await wishes("D-1");
    expect(must(await says(at, "D-1"))).toMatchObject({ taken: true });
    expect(await kinds()).toEqual(["CANCEL_WISHED RESOLVED"]);
    await dispatch(at, await readyParcels(t, at, [aPushOrder([{ productId: at.productId }], { id: "D-2" })]));
    await wishes("D-2");
    expect(await kinds()).toEqual(["CANCEL_WISHED RESOLVED"]);
  });

  it("asks about a packed parcel without holding it, and says where it is too late", async () => {
    const ids = await readyParcels(t, shop, [aPushOrder([{ productId: shop.productId }], { id: "JM-1" })]);
    await wishes("JM-1");
    expect(await states()).toEqual(["READY_TO_SHIP"]);
    await dispatch(shop, ids);
    expect(await settle("CANCEL")).toMatchObject({ ok: false, refusal: { facts: { states: ["DISPATCHED"] } } });
    expect(await kinds()).toEqual(["CANCEL_WISHED OPEN"]);
  });

  it("of an order that waits in intake is shown at once, and holds the order when it is made", async () => {
    await wishes("JM-1");
    expect(await kinds()).toEqual([]);
    await wishes("JM-1", { inIntake: true });
    await wishes("JM-1", { inIntake: true });
    expect(await settle("CANCEL")).toMatchObject({ ok: false, refusal: { code: "CANCEL_WISH_BEFORE_ORDER" } });
    await order(shop, "JM-1");
    await wishes("JM-1");
    expect(await states()).toEqual(["CREATED held"]);
    expect(await kinds()).toEqual(["CANCEL_WISHED OPEN"]);
    must(await settle("CANCEL"));
    expect(await states()).toEqual(["CREATED"]);
    expect(await asked()).toEqual([{ kind: "CANCEL" }]);
  });
});
