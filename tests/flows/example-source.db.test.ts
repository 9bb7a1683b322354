import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { SimOrder } from "../../connectors/kit/simulator/index.ts";
import { findSource, type SyncKind } from "../../src/channels/index.ts";
import { sendNotices } from "../../src/channels/send-notices.handler.ts";
import { handleSync } from "../../src/channels/sync.ts";
import {
  addParcels,
  closeManifest,
  createManifest,
  invoicePackages,
  labelPackages,
} from "../../src/fulfilment/index.ts";
import { must, type SaleOrderId, type ShippingPackageId } from "../../src/kernel/index.ts";
import { closeDocumentWorkers } from "../../src/platform/documents/index.ts";
import type { ShippingProviderId } from "../../src/shipping/index.ts";
import { registerStatusSyncs } from "../../src/status-sync/index.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { aPaperScene, type PaperScene, pulled } from "../support/paper-scene.ts";

let t: TestDatabase;
let scene: PaperScene;
let opened: PaperScene | null = null;
beforeAll(async () => {
  t = await testDatabase();
  registerStatusSyncs();
});
afterEach(async () => {
  await opened?.sim.close();
  opened = null;
});
afterAll(async () => {
  await closeDocumentWorkers();
  await t.close();
});

const there = (id: string) => {
  const orders = scene.sim.state().orders as readonly SimOrder[]; // the shape that simulators promise
  return orders.find((order) => order.id === id);
};
const act = async (id: string, action: string) => {
  const answer = await fetch(`${scene.sim.url}/_sim/orders/${id}/${action}`, { method: "POST", body: "{}" });
  if (!answer.ok) throw new Error(await answer.text());
};
const sync = (kind: SyncKind) =>
  handleSync(
    { ...scene.ctx(), now: t.clock.now() },
    { channelId: scene.channelId, kind, trigger: "PERSON", syncRunId: null },
  );
const packages = () =>
  t.raw<{
    id: ShippingPackageId;
    order: string;
    saleOrderId: SaleOrderId;
    state: string;
    awb: string | null;
    provider: ShippingProviderId | null;
  }>(
    `select p.shipping_package_id as id, o.channel_order_id as "order", o.sale_order_id as "saleOrderId", p.state, p.awb, p.shipping_provider_id as provider
     from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id) where p.tenant_id = $1`,
    [scene.tenantId],
  );
const packageOf = async (order: string) => {
  const found = (await packages()).filter((one) => one.order === order);
  const [last] = found.slice(-1);
  if (!last) throw new Error(`order ${order} has a package`);
  return last;
};

describe("the example of the guide, in the product", () => {
  it("says that it is one", () => {
    expect(findSource("BAZAAR_STREET")).toMatchObject({ state: "private", about: expect.stringMatching(/example/i) });
  });

  it("brings an order that is sent from here; its courier, number and invoice are told, and its delivery is read", async () => {
    scene = opened = await aPaperScene(t, "BAZAAR_STREET");
    const [parcel] = await pulled(t, scene, 1);
    if (!parcel) throw new Error("there is a package");
    const packageIds = [parcel.id];
    expect(await invoicePackages(scene.ctx(), { packageIds })).toMatchObject([{ outcome: "DONE" }]);
    expect(await labelPackages(scene.ctx(), { packageIds })).toMatchObject([{ outcome: "DONE" }]);
    const { awb, provider, saleOrderId } = await packageOf(parcel.channelOrderId);
    const list = { facilityId: scene.facilityId, channelId: scene.channelId, shippingProviderId: provider };
    const { manifestId } = must(await createManifest(scene.ctx(), { ...list, thirdPartyShipping: false }));
    expect(must(await addParcels(scene.ctx(), { manifestId, packageIds })).refused).toEqual([]);
    must(await closeManifest(scene.ctx(), manifestId));
    await sendNotices(scene.ctx(), { channelId: scene.channelId, saleOrderId });
    expect(there(parcel.channelOrderId)).toMatchObject({
      orderStatus: "COMPLETE",
      shipments: [{ trackingNumber: awb }],
    });
    await act(parcel.channelOrderId, "deliver");
    expect(await sync("STATUS_CANCELLED")).toBe("done");
    expect((await packageOf(parcel.channelOrderId)).state).toBe("DELIVERED");
    await expectStockTrue(t, scene.tenantId);
  });

  it("tells by its list of changes what its own panel sent and cancelled, and both are adopted", async () => {
    scene = opened = await aPaperScene(t, "BAZAAR_STREET");
    const [sent, cancelled] = await pulled(t, scene, 2);
    if (!sent || !cancelled) throw new Error("there are packages");
    await act(sent.channelOrderId, "dispatch");
    await act(cancelled.channelOrderId, "cancel");
    expect(await sync("STATUS_CANCELLED")).toBe("done");
    expect((await packageOf(sent.channelOrderId)).state).toBe("DISPATCHED");
    expect((await packageOf(cancelled.channelOrderId)).state).toBe("CANCELLED");
    await expectStockTrue(t, scene.tenantId);
  });
});
