import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SimOrder } from "../../connectors/kit/simulator/index.ts";
import { syncCatalog } from "../../src/channels/catalog-sync.ts";
import { configureChannel, type SyncKind } from "../../src/channels/index.ts";
import { sendNotices } from "../../src/channels/send-notices.handler.ts";
import { handleSync, registerSync } from "../../src/channels/sync.ts";
import { resolveException } from "../../src/exceptions/resolve.ts";
import {
  addParcels,
  closeManifest,
  createManifest,
  invoicePackages,
  labelPackages,
  stepsAtRest,
} from "../../src/fulfilment/index.ts";
import { healDrift } from "../../src/inventory/publish/push.handler.ts";
import { type Facts, must, type SaleOrderId, type ShippingPackageId } from "../../src/kernel/index.ts";
import { exceptionKinds } from "../../src/orders/index.ts";
import { closeDocumentWorkers } from "../../src/platform/documents/index.ts";
import { fill } from "../../src/platform/refusals.ts";
import type { ShippingProviderId } from "../../src/shipping/index.ts";
import { fetchOrders } from "../../src/status-sync/fetch-missing.ts";
import { registerStatusSyncs } from "../../src/status-sync/index.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { expectMoneyTrue, expectStockTrue } from "../support/invariants.ts";
import { aPaperScene, type PaperScene, pulled } from "../support/paper-scene.ts";

let t: TestDatabase;
let scene: PaperScene;
beforeAll(async () => {
  t = await testDatabase();
  registerStatusSyncs();
});
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  scene = await aPaperScene(t, "AMAZON");
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
  if (!found) throw new Error(`Amazon holds ${id}`);
  return found;
};
const actAt = async (path: string, body: unknown) => {
  const answer = await fetch(`${scene.sim.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
};
const act = (id: string, action: string, body: unknown = {}) => actAt(`/_sim/orders/${id}/${action}`, body);
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
    invoice: string | null;
  }>(
    `select p.shipping_package_id as id, o.sale_order_id as "saleOrderId", p.state, p.awb, p.shipping_provider_id as provider, i.number as invoice
     from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
     left join godown.invoice i on i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED'
     where p.tenant_id = $1 and o.channel_order_id = $2 order by p.created_at desc limit 1`,
    [scene.tenantId, order],
  );
  if (!row) throw new Error(`order ${order} has a package`);
  return row;
};

/** An order that Amazon lists by now: changes of the last two minutes are not. */
const one = async (over: Record<string, unknown> = {}) => {
  const placed = await scene.sim.placeOrder({ items: [{ sku: "MIXER-GRINDER-750W", quantity: 1 }], ...over });
  t.clock.advance({ minutes: 4 });
  const [parcel] = await pulled(t, scene, 0);
  expect(parcel).toBeUndefined();
  return { channelOrderId: placed.id, ...(await packageOf(placed.id)) };
};

const toLabel = async (id: ShippingPackageId) => {
  expect(await invoicePackages(ctx(), { packageIds: [id] })).toMatchObject([{ outcome: "DONE" }]);
  expect(await labelPackages(ctx(), { packageIds: [id] })).toMatchObject([{ outcome: "DONE" }]);
};
const handOver = async (id: ShippingPackageId, thirdPartyShipping: boolean, provider: ShippingProviderId | null) => {
  const list = { facilityId: scene.facilityId, channelId: scene.channelId, thirdPartyShipping };
  const { manifestId } = must(
    await createManifest(ctx(), { ...list, shippingProviderId: thirdPartyShipping ? null : provider }),
  );
  expect(must(await addParcels(ctx(), { manifestId, packageIds: [id] })).refused).toEqual([]);
  expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 1 });
};

describe("an Easy Ship order", () => {
  it("is scheduled, has Amazon's invoice, tracking number and label, and is read as delivered", async () => {
    const { id, channelOrderId } = await one();
    await toLabel(id);
    const labelled = await packageOf(channelOrderId);
    const order = there(channelOrderId);
    expect(labelled).toMatchObject({
      ...{ state: "READY_TO_SHIP", invoice: order.invoices[0]?.number, awb: order.parcels[0]?.courier?.awb },
    });
    await handOver(id, true, null);
    await act(channelOrderId, "dispatch");
    await act(channelOrderId, "deliver");
    t.clock.advance({ minutes: 10 });
    await sync("ORDERS");
    await sync("STATUS_DELIVERED");
    expect(await packageOf(channelOrderId)).toMatchObject({ state: "DELIVERED" });
    await expectMoneyTrue(t, scene.tenantId);
    await expectStockTrue(t, scene.tenantId);
  });

  it("that was cancelled there is cancelled here", async () => {
    const { channelOrderId } = await one();
    await act(channelOrderId, "cancel");
    t.clock.advance({ minutes: 10 });
    await sync("ORDERS");
    expect(await packageOf(channelOrderId)).toMatchObject({ state: "CANCELLED" });
  });

  it("that was cancelled there while the search fails is asked about by its id, once that is missed", async () => {
    const { channelOrderId } = await one();
    const lastRun = async () => {
      await sync("ORDERS");
      const [run] = await t.raw<{ state: string; message: string; ok: number }>(
        "select state, message, ok_count as ok from godown.sync_run where tenant_id = $1 and kind = 'ORDERS' order by started_at desc limit 1",
        [scene.tenantId],
      );
      return run;
    };
    await act(channelOrderId, "cancel");
    await actAt("/_sim/faults", [{ kind: "5xx", operation: "searchOrders", rate: 1 }]);
    t.clock.advance({ minutes: 1 });
    expect(await lastRun()).toMatchObject({ state: "FAILED", ok: 0 });
    expect(await packageOf(channelOrderId)).toMatchObject({ state: "CREATED" });
    t.clock.advance({ minutes: 4 });
    expect(await lastRun()).toMatchObject({
      ...{ state: "FAILED", ok: 1 },
      message: expect.stringContaining(
        "Orders are asked about by their ids instead of the list of orders. 1 status taken over.",
      ),
    });
    expect(await packageOf(channelOrderId)).toMatchObject({ state: "CANCELLED" });
  });
});

describe("orders of a kind of which the seller takes no more", () => {
  const takeNone = async () =>
    must(await configureChannel(ctx(), scene.channelId, { sourceSettings: { takesEasyShip: false } }));
  const later = async () => {
    t.clock.advance({ minutes: 10 });
    await sync("ORDERS");
  };
  const counted = async (from: string) => {
    const [row] = await t.raw<{ count: number }>(
      `select count(*)::integer as count from ${from} where tenant_id = $1`,
      [scene.tenantId],
    );
    return row?.count;
  };

  it("that are here already hear of their cancellation and of what left, as soon as the others", async () => {
    const cancelled = await one();
    const left = await one();
    await takeNone();
    await act(cancelled.channelOrderId, "cancel");
    await act(left.channelOrderId, "dispatch");
    await later();
    expect(await packageOf(cancelled.channelOrderId)).toMatchObject({ state: "CANCELLED" });
    expect((await packageOf(left.channelOrderId)).state).toBe("SHIPPED");
    await expectStockTrue(t, scene.tenantId);
  });

  it("hear of it where a push names them, too", async () => {
    const { channelOrderId } = await one();
    await takeNone();
    await act(channelOrderId, "cancel");
    const hearing = { channelId: scene.channelId, source: "AMAZON", via: "READ", changedAfter: null } as const;
    expect(await fetchOrders(ctx(), hearing, [channelOrderId])).toMatchObject({ asked: 1, made: 0, stopped: null });
    expect(await packageOf(channelOrderId)).toMatchObject({ state: "CANCELLED" });
  });

  it("and that are not here leave nothing: no order, no entry of intake, no word that waits, no doubt", async () => {
    await takeNone();
    for (const fate of ["open", "dispatch", "cancel", "unknown", "wish"]) {
      const { id } = await scene.sim.placeOrder({ items: [{ sku: "MIXER-GRINDER-750W", quantity: 1 }] });
      if (fate === "dispatch" || fate === "unknown") await act(id, "dispatch");
      if (fate === "unknown") await act(id, "courier-status", { status: "TELEPORTED" });
      if (fate === "cancel") await act(id, "cancel");
      if (fate === "wish")
        await actAt(`/_sim/amazon/orders/${id}/cancel-request`, { orderItemId: there(id).items[0]?.orderItemId });
    }
    await later();
    await later();
    for (const table of ["sale_order", "intake", "channel_word", "order_exception"])
      expect(await counted(`godown.${table}`), table).toBe(0);
  });
});

describe("an Easy Ship parcel", () => {
  const doubts = () =>
    t.raw<{ id: string; kind: string; state: string; facts: Record<string, unknown>; parcel: string | null }>(
      `select order_exception_id as id, kind, state, facts, shipping_package_id as parcel from godown.order_exception
       where tenant_id = $1 order by opened_at, order_exception_id`,
      [scene.tenantId],
    );
  const twoLines = { items: ["MIXER-GRINDER-750W", "MIXER-GRINDER-750W"].map((sku) => ({ sku, quantity: 1 })) };
  const later = async () => {
    t.clock.advance({ minutes: 10 });
    await sync("ORDERS");
  };

  it("whose label is void is a question of its own, once for the parcel, until it is scheduled again", async () => {
    const { id, channelOrderId } = await one(twoLines);
    await toLabel(id);
    await handOver(id, true, null);
    const { awb } = await packageOf(channelOrderId);
    await actAt(`/_sim/amazon/orders/${channelOrderId}/void-label`, {});
    await later();
    await later();
    const [doubt, ...others] = await doubts();
    expect(others).toEqual([]);
    expect(doubt).toMatchObject({ kind: "LABEL_VOID", state: "OPEN", parcel: id });
    expect(fill(exceptionKinds.LABEL_VOID.message, doubt?.facts as Facts)).toMatch(
      new RegExp(`^The channel voided label ${awb} of package \\S+ of \\S+: .* in Seller Central > Manage Orders\\.$`),
    );
    must(await resolveException(ctx(), doubt?.id ?? "", { choice: "SCHEDULED_AGAIN", note: null }));
    await later();
    expect((await doubts()).map((each) => each.state)).toEqual(["RESOLVED"]);
  });

  it("that leaves after all takes the question away", async () => {
    const { id, channelOrderId } = await one();
    await toLabel(id);
    await actAt(`/_sim/amazon/orders/${channelOrderId}/void-label`, {});
    await later();
    expect(await doubts()).toMatchObject([{ kind: "LABEL_VOID", state: "OPEN" }]);
    await act(channelOrderId, "dispatch");
    await act(channelOrderId, "courier-status", { status: "TELEPORTED" });
    await later();
    const open = (await doubts()).filter(({ state }) => state === "OPEN").map(({ kind }) => kind);
    expect(open, "of a word that nobody knows nothing is concluded").toContain("LABEL_VOID");
    await act(channelOrderId, "courier-status", { status: "IN_TRANSIT" });
    await later();
    expect((await doubts())[0]).toMatchObject({ kind: "LABEL_VOID", state: "RESOLVED" });
  });

  it.each(["LOST", "DAMAGED"])("that is %s is one question, about the parcel", async (status) => {
    const { id, channelOrderId } = await one(twoLines);
    await toLabel(id);
    await handOver(id, true, null);
    await act(channelOrderId, "dispatch");
    await act(channelOrderId, "courier-status", { status });
    await later();
    await later();
    expect(await doubts()).toMatchObject([{ kind: "PARCEL_LOST", state: "OPEN", parcel: id }]);
    expect(await packageOf(channelOrderId)).toMatchObject({ state: "DISPATCHED" });
  });

  it("that left from the panel and was lost before anybody looked is that question, too", async () => {
    const { channelOrderId } = await one();
    await act(channelOrderId, "dispatch");
    await act(channelOrderId, "courier-status", { status: "LOST" });
    await later();
    expect((await doubts()).map(({ kind }) => kind)).toEqual(["PARCEL_LOST"]);
    expect(await packageOf(channelOrderId)).toMatchObject({ state: "DISPATCHED" });
  });
});

describe("an order whose buyer asks to cancel", () => {
  const wish = async (id: string) => {
    await actAt(`/_sim/amazon/orders/${id}/cancel-request`, { orderItemId: there(id).items[0]?.orderItemId });
    t.clock.advance({ minutes: 10 });
    await sync("ORDERS");
  };
  const doubts = () =>
    t.raw<{ id: string; kind: string; held: boolean }>(
      `select e.order_exception_id as id, e.kind, u.on_hold as held
       from godown.order_exception e join godown.sale_order_item u using (tenant_id, sale_order_id) where e.tenant_id = $1 and e.state = 'OPEN'`,
      [scene.tenantId],
    );
  const decide = async (choice: string) =>
    must(await resolveException(ctx(), (await doubts())[0]?.id ?? "", { choice, note: null }));

  it("waits for a person, who ships it", async () => {
    const { id, channelOrderId } = await one();
    await wish(channelOrderId);
    expect(await doubts()).toMatchObject([{ kind: "CANCEL_WISHED", held: true }]);
    expect(await invoicePackages(ctx(), { packageIds: [id] })).toMatchObject([{ outcome: "FAILED" }]);
    await decide("SHIP");
    await wish(channelOrderId);
    expect(await doubts()).toEqual([]);
    await toLabel(id);
  });

  it("or has Amazon cancel it, for the buyer's reason", async () => {
    const { saleOrderId, channelOrderId } = await one({ thirdPartyShipping: false });
    await wish(channelOrderId);
    await decide("CANCEL");
    await sendNotices(ctx(), { channelId: scene.channelId, saleOrderId });
    t.clock.advance({ minutes: 1 });
    await sendNotices(ctx(), { channelId: scene.channelId, saleOrderId });
    expect(await packageOf(channelOrderId)).toMatchObject({ state: "CANCELLED" });
    expect(Object.values(there(channelOrderId).marks ?? {})).toContain("BuyerCanceled");
    await expectStockTrue(t, scene.tenantId);
  });

  it("is asked about with the order itself where the wish came first", async () => {
    const { id } = await scene.sim.placeOrder({ items: [{ sku: "MIXER-GRINDER-750W", quantity: 1 }] });
    await wish(id);
    expect(await doubts()).toMatchObject([{ kind: "CANCEL_WISHED", held: true }]);
  });
});

describe("a self-ship order", () => {
  it("has an invoice and a courier of the seller's, and its shipment is confirmed to Amazon", async () => {
    const { id, channelOrderId } = await one({ thirdPartyShipping: false });
    await toLabel(id);
    const labelled = await packageOf(channelOrderId);
    expect(labelled.invoice).toMatch(/^S\d+-/);
    await handOver(id, false, labelled.provider);
    await sendNotices(ctx(), { channelId: scene.channelId, saleOrderId: labelled.saleOrderId });
    const { items, shipments } = there(channelOrderId);
    expect(items.map((item) => item.status)).toEqual(["DISPATCHED"]);
    expect(shipments.map((shipment) => shipment.trackingNumber)).toEqual([labelled.awb]);
  });

  it("is not moved by what Amazon says of its parcels", async () => {
    const { channelOrderId, state } = await one({ thirdPartyShipping: false });
    await act(channelOrderId, "dispatch");
    t.clock.advance({ minutes: 10 });
    await sync("ORDERS");
    await sync("STATUS_DELIVERED");
    expect(await packageOf(channelOrderId)).toMatchObject({ state });
  });
});

describe("a listing that is moved to FBA", () => {
  it("is told no figure at night, which would take it out of Amazon's warehouse", async () => {
    registerSync("CATALOG", syncCatalog);
    registerSync("INVENTORY", healDrift);
    const sku = "MIXER-GRINDER-750W";
    const kept = async () =>
      (
        await t.raw<{ kept: boolean; published: number | null }>(
          "select stock_at_channel as kept, published from godown.listing where tenant_id = $1 and channel_sku = $2",
          [scene.tenantId, sku],
        )
      )[0];
    await sync("CATALOG");
    await sync("INVENTORY");
    expect(await kept()).toEqual({ kept: false, published: 300 });
    const moved = await fetch(`${scene.sim.url}/_sim/amazon/listings/${sku}`, {
      method: "POST",
      body: JSON.stringify({ fulfilledBy: "AMAZON" }),
    });
    expect(moved.ok).toBe(true);
    for (const kind of ["CATALOG", "INVENTORY", "CATALOG"] as const) {
      t.clock.advance({ hours: 1 });
      await sync(kind);
    }
    expect(await kept()).toMatchObject({ kept: true }); // there still, by Amazon's own word
  });
});
