import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { allocate, orderStates, packagesOf } from "../../../tests/support/fulfilment-builders.ts";
import { aManifest, levelOf, readyParcels, refusedWith } from "../../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../../tests/support/invariants.ts";
import { aPushOrder } from "../../../tests/support/order-builders.ts";
import {
  anOrder,
  aPanelShop,
  aPanelSource,
  aWord,
  doubtsIn,
  eventsIn,
  noticesIn,
  outcomes,
  type PanelShop,
  packagesIn,
  parcelsIn,
  says,
  shortagesIn,
  statesIn,
} from "../../../tests/support/panel-scene.ts";
import { aSeries } from "../../../tests/support/warehouse-builders.ts";
import { must } from "../../kernel/index.ts";
import { addParcels, closeManifest, createPicklist, invoicePackages, receivePicklist } from "../index.ts";

aPanelSource();

let t: TestDatabase;
let shop: PanelShop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aPanelShop(t);
});

const ctx = () => t.ctx(shop.tenantId);
const run = () => allocate(t, shop.tenantId, shop.facilityId);
const order = (id: string, ...lines: Parameters<typeof anOrder>[3]) => anOrder(t, shop, id, lines);
const parcels = () => parcelsIn(t, shop);
const states = () => statesIn(t, shop);
const level = () => levelOf(t, shop);
const ids = async () => (await packagesOf(t, shop.tenantId)).map((p) => p.id);

describe("dispatched on the panel", () => {
  it("units that nothing was there for: a package is made and dispatched, and each is a shortage", async () => {
    await order("A", { productId: shop.other, quantity: 2 });
    await run();
    expect(await states()).toEqual(["UNFULFILLABLE", "UNFULFILLABLE"]);
    expect(await outcomes(says(t, shop, "A"))).toEqual(["ADOPTED"]);
    expect(await parcels()).toEqual(["DISPATCHED ADOPTED 2 ISSUED SERIES"]);
    expect(await shortagesIn(t, shop)).toEqual(["OPEN", "OPEN"]);
    expect(await orderStates(t, shop.tenantId)).toEqual({ A: "COMPLETE" });
    expect(await noticesIn(t, shop), "the channel is not told what it told us").toEqual([]);
    await expectStockTrue(t, shop.tenantId);
    expect(await outcomes(says(t, shop, "A"))).toEqual(["NOTHING"]);
    expect(await shortagesIn(t, shop)).toHaveLength(2);
  });

  it("units that were never allocated take what stock there is, and what is not there is short", async () => {
    await order("A", { productId: shop.productId, quantity: 12 });
    expect(await outcomes(says(t, shop, "A"))).toEqual(["ADOPTED"]);
    expect(await parcels()).toEqual(["DISPATCHED ADOPTED 12 ISSUED SERIES"]);
    expect(await level()).toEqual({});
    expect(await shortagesIn(t, shop)).toHaveLength(2);
    await expectStockTrue(t, shop.tenantId);
  });

  it("a package in CREATED: its stock is consumed, at the time that the channel names", async () => {
    await order("A", { productId: shop.productId, quantity: 2 });
    await run();
    const before = await noticesIn(t, shop);
    const changedAt = TEST_MORNING.subtract({ minutes: 30 });
    expect(await outcomes(says(t, shop, "A", [aWord("A", 1, { changedAt })]))).toEqual(["ADOPTED"]);
    expect(await parcels()).toEqual(["DISPATCHED ADOPTED 2 ISSUED SERIES"]);
    expect(await level()).toEqual({ good: 8 });
    expect(await shortagesIn(t, shop)).toEqual([]);
    expect(await noticesIn(t, shop)).toEqual(before);
    const [row] = await t.raw<{ at: Date }>(
      "select dispatched_at::text as at from godown.shipping_package where tenant_id = $1",
      [shop.tenantId],
    );
    expect(String(row?.at)).toContain(changedAt.toString().slice(11, 16));
    expect(await eventsIn(t, shop, "PROCESSED_ON_PANEL")).toMatchObject([{ was: "CREATED", short: 0 }]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("what waited joins the package that left with it: one parcel, one invoice", async () => {
    await order("A", { productId: shop.productId }, { productId: shop.other });
    await run();
    expect(await states()).toEqual(["FULFILLABLE", "UNFULFILLABLE"]);
    expect(await outcomes(says(t, shop, "A", [aWord("A", 1), aWord("A", 2)]))).toEqual(["ADOPTED", "ADOPTED"]);
    expect(await parcels()).toEqual(["DISPATCHED ADOPTED 2 ISSUED SERIES"]);
    expect(await shortagesIn(t, shop)).toEqual(["OPEN"]);
  });

  it("a line alone: the rest of its package stays", async () => {
    await order("A", { productId: shop.productId }, { productId: shop.productId });
    await run();
    expect(await outcomes(says(t, shop, "A"))).toEqual(["ADOPTED"]);
    expect(await parcels()).toEqual(["CREATED 1", "DISPATCHED ADOPTED 1 ISSUED SERIES"]);
    expect(await states()).toEqual(["DISPATCHED", "FULFILLABLE"]);
    expect(await orderStates(t, shop.tenantId)).toEqual({ A: "PROCESSING" });
    await expectStockTrue(t, shop.tenantId);
  });

  it("a quantity of a line: so many, said again no more, and more later", async () => {
    await order("A", { productId: shop.productId, quantity: 3 });
    await run();
    const word = (quantity: number) => says(t, shop, "A", [aWord("A", 1, { quantity })]);
    expect(await outcomes(word(1))).toEqual(["ADOPTED"]);
    expect(await outcomes(word(1))).toEqual(["NOTHING"]);
    expect(await parcels()).toEqual(["CREATED 2", "DISPATCHED ADOPTED 1 ISSUED SERIES"]);
    expect(await outcomes(word(3))).toEqual(["ADOPTED"]);
    expect((await states()).every((state) => state === "DISPATCHED")).toBe(true);
    expect(await outcomes(word(2))).toEqual(["NOTHING"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("while it is picked: it leaves its pick list, which closes, and people there see it", async () => {
    await order("A", { productId: shop.productId });
    await run();
    const list = must(await createPicklist(ctx(), { packageIds: await ids() }));
    expect(await outcomes(says(t, shop, "A"))).toEqual(["ADOPTED"]);
    expect(await parcels()).toEqual(["DISPATCHED ADOPTED 1 ISSUED SERIES"]);
    expect(
      await t.raw(
        "select l.state, i.outcome from godown.picklist l join godown.picklist_item i using (tenant_id, picklist_id) where l.tenant_id = $1",
        [shop.tenantId],
      ),
    ).toEqual([{ state: "CLOSED", outcome: "DISPATCHED" }]);
    expect(
      await t.raw("select why, picklist_id as id from godown.parcel_removal where tenant_id = $1", [shop.tenantId]),
    ).toEqual([{ why: "ADOPTED", id: list.picklistId }]);
    expect(await level()).toEqual({ good: 9 });
    await expectStockTrue(t, shop.tenantId);
  });

  it("after it was picked, and of a part of it: the picked rest goes on", async () => {
    await order("A", { productId: shop.productId }, { productId: shop.productId });
    await run();
    const list = must(await createPicklist(ctx(), { packageIds: await ids() }));
    must(await receivePicklist(ctx(), { picklistId: list.picklistId, scanned: null }));
    expect(await outcomes(says(t, shop, "A"))).toEqual(["ADOPTED"]);
    expect(await parcels()).toEqual(["PICKED 1", "DISPATCHED ADOPTED 1 ISSUED SERIES"]);
    await expectStockTrue(t, shop.tenantId);
    const rest = (await packagesOf(t, shop.tenantId)).filter((p) => p.state === "PICKED").map((p) => p.id);
    expect((await invoicePackages(ctx(), { packageIds: rest })).map((r) => r.outcome)).toEqual(["DONE"]);
  });

  it("after it was invoiced or labelled: under the invoice that it has", async () => {
    await order("A", { productId: shop.productId });
    await run();
    await invoicePackages(ctx(), { packageIds: await ids() });
    await readyParcels(t, shop, [aPushOrder([{ productId: shop.productId }], { id: "B" })]);
    expect(await outcomes(says(t, shop, "A"))).toEqual(["ADOPTED"]);
    expect(await outcomes(says(t, shop, "B"))).toEqual(["ADOPTED"]);
    expect(await parcels()).toEqual(["DISPATCHED ADOPTED 1 ISSUED SERIES", "DISPATCHED ADOPTED 1 ISSUED SERIES"]);
    expect(
      await t.raw("select count(*)::integer as n from godown.invoice where tenant_id = $1", [shop.tenantId]),
    ).toEqual([{ n: 2 }]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("a part of an invoiced package: its invoice is cancelled, its number kept, and both are invoiced anew", async () => {
    await readyParcels(t, shop, [
      aPushOrder([{ productId: shop.productId }, { productId: shop.productId }], { id: "A" }),
    ]);
    expect(await outcomes(says(t, shop, "A"))).toEqual(["ADOPTED"]);
    expect(await parcels()).toEqual(["CANCELLED 0", "CREATED 1", "DISPATCHED ADOPTED 1 ISSUED SERIES"]);
    expect(
      (
        await t.raw<{ state: string }>(
          "select state from godown.invoice where tenant_id = $1 order by sequence_number",
          [shop.tenantId],
        )
      ).map((i) => i.state),
    ).toEqual(["CANCELLED", "ISSUED"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("on an open manifest: it is taken off, which stays open for the others", async () => {
    const packageIds = await readyParcels(t, shop, [
      aPushOrder([{ productId: shop.productId }], { id: "A" }),
      aPushOrder([{ productId: shop.productId }], { id: "B" }),
    ]);
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    expect(await outcomes(says(t, shop, "A"))).toEqual(["ADOPTED"]);
    expect(await parcels()).toEqual(["DISPATCHED ADOPTED 1 ISSUED SERIES", "MANIFESTED 1 ISSUED SERIES"]);
    expect(
      await t.raw("select why, manifest_id as id from godown.parcel_removal where tenant_id = $1", [shop.tenantId]),
    ).toEqual([{ why: "ADOPTED", id: manifestId }]);
    must(await closeManifest(ctx(), manifestId));
    expect((await packagesIn(t, shop)).map((p) => p.how)).toEqual(["ADOPTED", "MANIFEST"]);
    expect(await outcomes(says(t, shop, "B"))).toEqual(["NOTHING"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("by our own hand are no news, of a line in two parcels neither", async () => {
    await order("A", { productId: shop.productId, quantity: 2 });
    await t.raw("update godown.sale_order_item set packet_number = unit_no where tenant_id = $1", [shop.tenantId]);
    await run();
    const [first] = await ids();
    if (!first) throw new Error("two packages were made");
    await invoicePackages(ctx(), { packageIds: [first] });
    await t.raw(
      "update godown.shipping_package set state = 'MANIFESTED', awb = 'X1' where tenant_id = $1 and shipping_package_id = $2",
      [shop.tenantId, first],
    );
    await t.raw(
      "update godown.sale_order_item set state = 'MANIFESTED' where tenant_id = $1 and shipping_package_id = $2",
      [shop.tenantId, first],
    );
    const { manifestId } = await aManifest(t, shop);
    await t.raw(
      "insert into godown.manifest_package (tenant_id, manifest_id, shipping_package_id, added_at, added_by) values ($1, $2, $3, now(), 'test')",
      [shop.tenantId, manifestId, first],
    );
    await t.raw("update godown.shipping_package set shipping_provider_id = $2 where tenant_id = $1 and awb = 'X1'", [
      shop.tenantId,
      shop.providerId,
    ]);
    must(await closeManifest(ctx(), manifestId));
    expect(await outcomes(says(t, shop, "A"))).toEqual(["NOTHING"]);
    expect((await states()).sort()).toEqual(["DISPATCHED", "FULFILLABLE"]);
    expect(await outcomes(says(t, shop, "A", [aWord("A", 1, { quantity: 2 })])), "a quantity says more").toEqual([
      "ADOPTED",
    ]);
  });

  it("delivered or coming back before it was dispatched: it is dispatched first", async () => {
    for (const [id, status] of [
      ["A", "DELIVERED"],
      ["B", "RTO"],
      ["C", "RETURNED"],
    ] as const) {
      await order(id, { productId: shop.productId });
      expect(await outcomes(says(t, shop, id, [aWord(id, 1, { status })]))).toEqual(["ADOPTED"]);
    }
    expect(await states()).toEqual(["DISPATCHED", "DISPATCHED", "DISPATCHED"]);
  });

  it("is not stopped by a hold, nor by a verification that is still awaited", async () => {
    await order("A", { productId: shop.productId });
    await run();
    await t.raw("update godown.sale_order set on_hold = true, hold_reason = 'asked' where tenant_id = $1", [
      shop.tenantId,
    ]);
    await t.raw("update godown.sale_order_item set on_hold = true where tenant_id = $1", [shop.tenantId]);
    await order("B", { productId: shop.productId });
    await t.raw("update godown.sale_order set state = 'PENDING_VERIFICATION' where tenant_id = $1 and code = 'B'", [
      shop.tenantId,
    ]);
    expect(await outcomes(says(t, shop, "A"))).toEqual(["ADOPTED"]);
    expect(await outcomes(says(t, shop, "B"))).toEqual(["ADOPTED"]);
    expect(await states()).toEqual(["DISPATCHED", "DISPATCHED"]);
    expect(await orderStates(t, shop.tenantId)).toEqual({ A: "COMPLETE", B: "COMPLETE" });
  });

  it("what is cancelled here and left there is asked about once", async () => {
    await order("A", { productId: shop.productId });
    await t.raw(
      "update godown.sale_order_item set state = 'CANCELLED', cancelled_at = now(), cancelled_by = 'SELLER' where tenant_id = $1",
      [shop.tenantId],
    );
    expect(await outcomes(says(t, shop, "A"))).toEqual(["DOUBT"]);
    expect(await outcomes(says(t, shop, "A"))).toEqual(["DOUBT"]);
    expect((await doubtsIn(t, shop)).map((d) => d.kind)).toEqual(["LEFT_THOUGH_CANCELLED"]);
  });
});

describe("how it travels", () => {
  const told = (awb: string, lines: string[] = []) => ({
    channelOrderItemIds: lines,
    courierCode: "EK",
    courierName: "Ekart",
    awb,
    statuses: [],
  });

  it("is taken from the word: lines with numbers of their own are parcels of their own", async () => {
    await anOrder(
      t,
      shop,
      "A",
      [{ productId: shop.productId }, { productId: shop.productId }, { productId: shop.other }],
      { thirdPartyShipping: true },
    );
    const words = [1, 2, 3].map((line) => aWord("A", line));
    const how = [told("E1", ["A-L1"]), told("E2", ["A-L2", "A-L3"])];
    expect(await outcomes(says(t, shop, "A", words, how))).toEqual(["ADOPTED", "ADOPTED", "ADOPTED"]);
    expect((await packagesIn(t, shop)).map((p) => `${p.units} ${p.awb}`).sort()).toEqual(["1 E1", "2 E2"]);
  });

  it("joins packages that the channel sent in one parcel", async () => {
    await anOrder(t, shop, "A", [{ productId: shop.productId }, { productId: shop.productId }], {
      thirdPartyShipping: true,
    });
    await t.raw("update godown.sale_order_item set packet_number = unit_no where tenant_id = $1", [shop.tenantId]);
    await run();
    expect(await parcels()).toEqual(["CREATED 1", "CREATED 1"]);
    expect(await outcomes(says(t, shop, "A", [aWord("A", 1), aWord("A", 2)], [told("E1")]))).toEqual([
      "ADOPTED",
      "ADOPTED",
    ]);
    expect((await packagesIn(t, shop)).map((p) => `${p.state} ${p.units} ${p.awb}`).sort()).toEqual([
      "DISPATCHED 2 E1",
      "MERGED 0 null",
    ]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("a number that another package has already is not written twice", async () => {
    for (const id of ["A", "B"])
      await anOrder(t, shop, id, [{ productId: shop.productId }], { thirdPartyShipping: true });
    for (const id of ["A", "B"])
      expect(await outcomes(says(t, shop, id, [aWord(id)], [told("E1")]))).toEqual(["ADOPTED"]);
    expect((await packagesIn(t, shop)).map((p) => p.awb)).toEqual(["E1", null]);
  });
});

describe("without a number series of ours", () => {
  it("nothing is half done; the refusal names the series, and it goes on once that exists", async () => {
    const bare = await aPanelShop(t, { series: null });
    await anOrder(t, bare, "A", [{ productId: bare.productId }]);
    await allocate(t, bare.tenantId, bare.facilityId);
    expect(await says(t, bare, "A")).toMatchObject(refusedWith("SERIES_MISSING"));
    expect(await statesIn(t, bare)).toEqual(["FULFILLABLE"]);
    expect(await parcelsIn(t, bare)).toEqual(["CREATED 1"]);
    await aSeries(t, bare.tenantId, { facilityId: bare.facilityId }, { prefix: "NEW-" });
    expect(await outcomes(says(t, bare, "A"))).toEqual(["ADOPTED"]);
    expect(await parcelsIn(t, bare)).toEqual(["DISPATCHED ADOPTED 1 ISSUED SERIES"]);
    await expectStockTrue(t, bare.tenantId);
  });
});
