import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SimOrder } from "../../connectors/kit/simulator/index.ts";
import { syncCatalog } from "../../src/channels/catalog-sync.ts";
import { markDirty, type SyncKind } from "../../src/channels/index.ts";
import { channelCounts } from "../../src/channels/queries.ts";
import { sendNotices } from "../../src/channels/send-notices.handler.ts";
import { handleSync, registerSync } from "../../src/channels/sync.ts";
import {
  addParcels,
  askDueSteps,
  closeManifest,
  createManifest,
  invoicePackages,
  labelPackages,
  requestCancel,
  stepsAtRest,
} from "../../src/fulfilment/index.ts";
import { healDrift, pushInventory } from "../../src/inventory/publish/push.handler.ts";
import { type ListingId, must, type SaleOrderId, type ShippingPackageId } from "../../src/kernel/index.ts";
import { closeDocumentWorkers } from "../../src/platform/documents/index.ts";
import type { ShippingProviderId } from "../../src/shipping/index.ts";
import { registerStatusSyncs, syncOrderNow } from "../../src/status-sync/index.ts";
import { aSku } from "../support/builders.ts";
import { dirtyOf } from "../support/channel-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { expectMoneyTrue, expectStockTrue } from "../support/invariants.ts";
import { stock } from "../support/inventory-builders.ts";
import { aPaperScene, type PaperScene, pulled } from "../support/paper-scene.ts";

let t: TestDatabase;
let scene: PaperScene;
beforeAll(async () => {
  t = await testDatabase();
  registerStatusSyncs();
});
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  scene = await aPaperScene(t, "FLIPKART");
});
afterEach(async () => {
  await stepsAtRest();
  await scene.sim.close();
});
afterAll(async () => {
  await closeDocumentWorkers();
  await t.close();
});

const there = (id: string) => {
  const orders = scene.sim.state().orders as readonly SimOrder[]; // the shape that simulators promise
  const found = orders.find((order) => order.id === id);
  if (!found) throw new Error(`Flipkart holds ${id}`);
  return found;
};
const post = async (path: string, body: unknown) => {
  const answer = await fetch(`${scene.sim.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
};
const act = (id: string, action: string, body: unknown = {}) => post(`/_sim/orders/${id}/${action}`, body);
const ctx = () => ({ ...scene.ctx(), now: t.clock.now() });
const sync = (kind: SyncKind) =>
  handleSync(ctx(), { channelId: scene.channelId, kind, trigger: "PERSON", syncRunId: null });
const packageOf = async (order: string) => {
  const [row] = await t.raw<{
    id: ShippingPackageId;
    saleOrderId: SaleOrderId;
    state: string;
    awb: string | null;
    provider: ShippingProviderId | null;
    display: string;
    invoice: string | null;
    orderState: string;
  }>(
    `select p.shipping_package_id as id, o.sale_order_id as "saleOrderId", p.state, p.awb, p.shipping_provider_id as provider,
       o.display_code as display, o.state as "orderState", i.number as invoice
     from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
     left join godown.invoice i on i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED'
     where p.tenant_id = $1 and o.channel_order_id = $2 order by p.created_at desc limit 1`,
    [scene.tenantId, order],
  );
  if (!row) throw new Error(`order ${order} has a package`);
  return row;
};
const handOver = async (id: ShippingPackageId, thirdPartyShipping: boolean) => {
  const { provider } = await rowOf(id);
  const list = { facilityId: scene.facilityId, channelId: scene.channelId, thirdPartyShipping };
  const { manifestId } = must(
    await createManifest(ctx(), { ...list, shippingProviderId: thirdPartyShipping ? null : provider }),
  );
  expect(must(await addParcels(ctx(), { manifestId, packageIds: [id] })).refused).toEqual([]);
  expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 1 });
};
const rowOf = async (id: ShippingPackageId) => {
  const [row] = await t.raw<{ provider: ShippingProviderId | null }>(
    "select shipping_provider_id as provider from godown.shipping_package where shipping_package_id = $1",
    [id],
  );
  if (!row) throw new Error("the package is there");
  return row;
};
const toLabel = async (id: ShippingPackageId) => {
  expect(await invoicePackages(ctx(), { packageIds: [id] })).toMatchObject([{ outcome: "DONE" }]);
  expect(await labelPackages(ctx(), { packageIds: [id] })).toMatchObject([{ outcome: "DONE" }]);
};
const one = async (over: Record<string, unknown> = {}) => {
  const [parcel] = await pulled(t, scene, 1, over);
  if (!parcel) throw new Error("there is a package");
  return parcel;
};

describe("a shipment that Flipkart ships", () => {
  it("is packed there, has its invoice, courier and label, is handed over and read as delivered", async () => {
    const { id, channelOrderId } = await one();
    await toLabel(id);
    const labelled = await packageOf(channelOrderId);
    const [invoice] = there(channelOrderId).invoices;
    expect(labelled).toMatchObject({
      ...{ state: "READY_TO_SHIP", invoice: invoice?.number, display: there(channelOrderId).displayOrderNumber },
      awb: there(channelOrderId).parcels[0]?.courier?.awb,
    });
    await handOver(id, true);
    await sendNotices(ctx(), { channelId: scene.channelId, saleOrderId: labelled.saleOrderId });
    expect(there(channelOrderId).items.map((item) => item.status)).toEqual(["DISPATCHED"]);
    t.clock.advance({ hours: 3 });
    await act(channelOrderId, "deliver");
    t.clock.advance({ minutes: 5 });
    expect(await sync("STATUS_DELIVERED")).toBe("done");
    expect((await packageOf(channelOrderId)).state).toBe("DELIVERED");
    await expectStockTrue(t, scene.tenantId);
    await expectMoneyTrue(t, scene.tenantId);
  });

  it("that its own panel sent is adopted with Flipkart's invoice and courier; one cancelled there is cancelled here", async () => {
    const [sent, cancelled] = await pulled(t, scene, 2);
    if (!sent || !cancelled) throw new Error("there are packages");
    await act(sent.channelOrderId, "dispatch");
    await act(cancelled.channelOrderId, "cancel", { reason: "buyerCancellation" });
    t.clock.advance({ minutes: 2 });
    expect(await sync("STATUS_CANCELLED")).toBe("done");
    // The invoice of what left is asked for by itself.
    t.clock.advance({ minutes: 2 });
    await askDueSteps(ctx(), scene.channelId);
    await stepsAtRest();
    // Flipkart's courier has it by its own word.
    expect(await packageOf(sent.channelOrderId)).toMatchObject({
      ...{ state: "SHIPPED", invoice: there(sent.channelOrderId).invoices[0]?.number },
      awb: there(sent.channelOrderId).shipments[0]?.trackingNumber,
    });
    expect((await packageOf(cancelled.channelOrderId)).state).toBe("CANCELLED");
    await expectStockTrue(t, scene.tenantId);
  });
});

describe("a customer's return of one unit of three", () => {
  it("is the one of Flipkart's list, with its id, number and unit, though the shipment said first that it comes back", async () => {
    const { channelOrderId } = await one({ items: [{ sku: "MILTON-BOTTLE-1L-SLV", quantity: 3 }] });
    const { saleOrderId } = await packageOf(channelOrderId);
    await act(channelOrderId, "dispatch");
    await act(channelOrderId, "deliver");
    const [line] = there(channelOrderId).items;
    const items = [{ orderItemId: line?.orderItemId, quantity: 1 }];
    await act(channelOrderId, "return", { items, reason: "Size too small" });
    const cases = () =>
      t.raw(
        `select c.kind, c.channel_return_id as id, c.awb, c.reason, count(i.*)::integer as units
         from godown.return_case c left join godown.return_item i using (tenant_id, return_case_id)
         where c.tenant_id = $1 group by c.return_case_id, c.kind, c.channel_return_id, c.awb, c.reason`,
        [scene.tenantId],
      );
    t.clock.advance({ minutes: 2 });
    const said = must(await syncOrderNow(ctx(), saleOrderId));
    expect(said.lines).toMatchObject([{ status: "DELIVERED", raw: "RETURN_REQUESTED" }]);
    expect((await packageOf(channelOrderId)).state).toBe("DELIVERED");
    expect(await cases()).toEqual([]);
    expect(await sync("STATUS_DELIVERED")).toBe("done");
    const [announced] = there(channelOrderId).returns;
    const { returnId: id, trackingNumber: awb } = announced ?? {};
    expect(await cases()).toEqual([
      { kind: "CIR", id, awb, reason: expect.stringContaining("Size too small"), units: 1 },
    ]);
    t.clock.advance({ minutes: 2 });
    must(await syncOrderNow(ctx(), saleOrderId));
    expect(await cases()).toHaveLength(1);
    await expectStockTrue(t, scene.tenantId);
  });
});

describe("a shipment whose transit form Flipkart cannot make", () => {
  it("stops with words that say where the form's number is to be entered", async () => {
    const { id, channelOrderId } = await one();
    await post(`/_sim/shipments/${channelOrderId}`, { formFails: true });
    const [invoiced] = await invoicePackages(ctx(), { packageIds: [id] });
    t.clock.advance({ minutes: 1 });
    await askDueSteps(ctx(), scene.channelId);
    await stepsAtRest();
    const rows = await t.raw<{ found: string }>(
      "select to_jsonb(s)::text as found from godown.package_step s where tenant_id = $1",
      [scene.tenantId],
    );
    expect(JSON.stringify([invoiced, rows])).toContain("transit form");
  });
});

describe("a cancellation of the seller's", () => {
  it("sets the listing out of stock at Flipkart, and the figure is told again", async () => {
    registerSync("CATALOG", syncCatalog);
    expect(
      await handleSync(ctx(), {
        ...{ channelId: scene.channelId, kind: "CATALOG" },
        trigger: "PERSON",
        syncRunId: null,
      }),
    ).toBe("done");
    const { channelOrderId } = await one();
    const { saleOrderId } = await packageOf(channelOrderId);
    const figures = () => {
      const view = scene.sim.state().stock as Readonly<Record<string, { readonly quantity: number }>>; // the shape that simulators promise
      return Object.values(view).map(({ quantity }) => quantity);
    };
    const push = () => pushInventory(ctx(), scene.channelId);
    await push();
    expect(figures()).toEqual([299]);
    must(
      await t.db.transaction(scene.tenantId, (tx) =>
        requestCancel(tx, ctx(), { saleOrderId, unitIds: null, reason: "none is left" }),
      ),
    );
    await sendNotices(ctx(), { channelId: scene.channelId, saleOrderId });
    expect(there(channelOrderId).items.map((item) => item.status)).toEqual(["CANCELLED"]);
    expect(figures()).toEqual([0]);
    await push();
    expect(figures()).toEqual([300]);
  });
});

describe("a listing that is moved into Flipkart's warehouse", () => {
  const [MIXER, BAG, BULB, DUMBBELL] = [
    "BAJAJ-MIXER-750W",
    "SAFARI-BACKPACK-32L-GRY",
    "WIPRO-LED-9W-P4",
    "KORE-DUMBBELL-20KG",
  ];
  const listing = async (sku: string) => {
    const [row] = await t.raw<{ id: ListingId; live: boolean; kept: boolean }>(
      "select listing_id as id, live, stock_at_channel as kept from godown.listing where tenant_id = $1 and channel_sku = $2",
      [scene.tenantId, sku],
    );
    if (!row) throw new Error(`${sku} is listed`);
    return row;
  };
  /** Calls in which the listing was told a figure, and the last one. */
  const told = async (sku: string) => {
    const rows = await t.raw<{ figure: number }>(
      `select (request #>> array[$2, 'locations', '0', 'inventory'])::integer as figure from godown.exchange
       where tenant_id = $1 and operation = 'pushInventory/updateInventory' and jsonb_exists(request, $2) order by exchange_id`,
      [scene.tenantId, sku],
    );
    return { times: rows.length, last: rows.at(-1)?.figure ?? null };
  };
  const push = () => pushInventory(ctx(), scene.channelId);
  const counts = async () => {
    const all = await t.db.read(scene.tenantId, (tx) => channelCounts(tx, t.clock.now()));
    return all.find(({ channelId }) => channelId === scene.channelId);
  };

  it("is told nothing more, changed, at night or by hand, until it is moved back; the others are, and what is withdrawn is gone", async () => {
    registerSync("CATALOG", syncCatalog);
    registerSync("INVENTORY", healDrift);
    const { tenantId, facilityId } = scene;
    const [mixer, bag] = [await aSku(t.db, tenantId, { code: MIXER }), await aSku(t.db, tenantId, { code: BAG })];
    const put = async (quantity: number) => {
      for (const sku of [mixer, bag]) await stock(t, tenantId, facilityId, sku, quantity);
    };
    await put(50);
    expect(await sync("CATALOG")).toBe("done");
    await push();
    expect([await told(MIXER), await told(BAG)]).toEqual([
      { times: 1, last: 50 },
      { times: 1, last: 50 },
    ]);
    const unmapped = (await counts())?.unmapped ?? 0;

    for (const sku of [MIXER, BULB]) await post(`/_sim/listings/${sku}`, { profile: "FBF" });
    await post(`/_sim/listings/${DUMBBELL}`, { withdrawn: true });
    t.clock.advance({ hours: 1 });
    await put(1); // marked before the catalogue is read
    expect(await sync("CATALOG")).toBe("done");
    expect(await listing(MIXER)).toMatchObject({ live: true, kept: true });
    expect(await listing(DUMBBELL)).toMatchObject({ live: false, kept: false });
    expect((await counts())?.unmapped).toBe(unmapped - 1); // the bulb, which nobody mapped, needs no SKU
    expect(await push()).toBe("done");
    await put(1);
    expect(await push()).toBe("done");
    expect(await sync("INVENTORY")).toBe("done");
    const { id } = await listing(MIXER);
    await t.db.transaction(tenantId, (tx) => markDirty(tx, { listingIds: [id] }, true));
    expect(await dirtyOf(t, tenantId)).toEqual([]);
    expect([await told(MIXER), await told(BAG)]).toEqual([
      { times: 1, last: 50 },
      { times: 4, last: 52 },
    ]);

    await post(`/_sim/listings/${MIXER}`, { profile: "NON_FBF" });
    t.clock.advance({ hours: 1 });
    expect(await sync("CATALOG")).toBe("done");
    expect(await dirtyOf(t, tenantId)).toMatchObject([{ listingId: id, force: true }]);
    expect(await push()).toBe("done");
    expect([await told(MIXER), await told(BAG)]).toEqual([
      { times: 2, last: 52 },
      { times: 4, last: 52 },
    ]);
  });
});

describe("a shipment that the seller ships", () => {
  it("has the seller's invoice and courier, which Flipkart is told at the hand-over, and the delivery after it", async () => {
    const { id, channelOrderId } = await one({ thirdPartyShipping: false });
    await toLabel(id);
    const { awb, saleOrderId, invoice } = await packageOf(channelOrderId);
    expect(invoice).toMatch(/^S/);
    await handOver(id, false);
    await sendNotices(ctx(), { channelId: scene.channelId, saleOrderId });
    expect(there(channelOrderId).shipments).toMatchObject([{ trackingNumber: awb }]);
    expect(scene.sim.state().dispatches).toMatchObject([{ invoiceNumber: invoice, outcome: "SUCCESS" }]);
    await expectStockTrue(t, scene.tenantId);
  });
});
