import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { SimOrder } from "../../connectors/kit/simulator/index.ts";
import { addChannel, channelRoutes } from "../../src/channels/index.ts";
import { sendNotices } from "../../src/channels/send-notices.handler.ts";
import type { sourceAnswer } from "../../src/channels/wire.ts";
import {
  addParcels,
  closeManifest,
  createManifest,
  invoicePackages,
  labelPackages,
} from "../../src/fulfilment/index.ts";
import { invoicesAndLabelsPdf } from "../../src/fulfilment/print-labels.ts";
import { must, type SaleOrderId, type ShippingPackageId } from "../../src/kernel/index.ts";
import { closeDocumentWorkers } from "../../src/platform/documents/index.ts";
import { aFacility, aTenant } from "../support/builders.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { expectMoneyTrue, expectStockTrue } from "../support/invariants.ts";
import { aPaperScene, type PaperScene, type PaperSource, pulled } from "../support/paper-scene.ts";
import { readPages } from "../support/read-pdf.ts";

const GONE = ["PAYTM", "SHOPCLUES", "VOONIK", "WOOPLR"] as const satisfies readonly PaperSource[];

let t: TestDatabase;
let scene: PaperScene | null = null;
beforeAll(async () => {
  t = await testDatabase();
});
afterEach(async () => {
  await scene?.sim.close();
  scene = null;
});
afterAll(async () => {
  await closeDocumentWorkers();
  await t.close();
});

describe("sources whose marketplace no longer trades", () => {
  const listed = async (tenantId: Awaited<ReturnType<typeof aTenant>>, query: object, here = {}) => {
    const route = channelRoutes.find((one) => one.method === "GET" && one.path === "/sources");
    const answer = await route?.handle(t.ctx(tenantId, here), { params: undefined, query, body: undefined });
    return (answer as { sources: (typeof sourceAnswer)["_output"][] }).sources; // what the route declares
  };

  it("are shown to who filters for them, and to nobody else", async () => {
    const tenantId = await aTenant(t.db);
    const offered = (await listed(tenantId, {})).map((source) => source.id);
    expect(offered).toContain("OKER");
    expect(GONE.filter((id) => offered.includes(id))).toEqual([]);
    // One that is private, too, until the operator says where it stands; who filters for it sees it anyway.
    expect(offered).not.toContain("BAZAAR_STREET");
    const here = { sourceUrls: new Map([["BAZAAR_STREET", "http://127.0.0.1:9"]]) };
    expect((await listed(tenantId, {}, here)).map((source) => source.id)).toContain("BAZAAR_STREET");
    const hidden = (await listed(tenantId, { state: "private" })).find((source) => source.id === "BAZAAR_STREET");
    expect(hidden).toMatchObject({ category: "Examples", unavailable: { code: "SOURCE_EXAMPLE" }, addressSet: false });
    const all = (await listed(tenantId, { state: "all" })).map((source) => source.id);
    expect(all).toEqual(expect.arrayContaining([...GONE, "BAZAAR_STREET", "OKER"]));
    const gone = await listed(tenantId, { state: "discontinued" });
    expect(gone.map((source) => source.id)).toEqual([...GONE]);
    for (const source of gone)
      expect(source).toMatchObject({ state: "discontinued", unavailable: { code: "SOURCE_DISCONTINUED" } });
    expect((await listed(tenantId, { state: "discontinued", q: "shop" })).map((source) => source.id)).toEqual([
      "SHOPCLUES",
    ]);
  });

  it("can be added only where the operator says that something answers in their place", async () => {
    const tenantId = await aTenant(t.db);
    const facilities = [{ facilityId: await aFacility(t.db, tenantId), channelWarehouse: null }];
    const wanted = { source: "WOOPLR", name: "Wooplr_1", settings: { facilities } };
    expect(await addChannel(t.ctx(tenantId), wanted)).toMatchObject({
      ok: false,
      refusal: { code: "SOURCE_DISCONTINUED" },
    });
    const here = { sourceUrls: new Map([["WOOPLR", "http://127.0.0.1:9"]]) };
    const [voonik, wooplr] = (await listed(tenantId, { state: "discontinued" }, here)).slice(2);
    expect([voonik?.unavailable?.code, wooplr?.unavailable]).toEqual(["SOURCE_DISCONTINUED", null]);
    expect(await addChannel(t.ctx(tenantId, here), wanted)).toMatchObject({ ok: true });
  });
});

describe.each(GONE)("an order of %s", (source) => {
  const order = (id: string) => {
    const orders = (scene?.sim.state().orders ?? []) as SimOrder[]; // the shape that simulators promise
    return orders.find((one) => one.id === id);
  };

  it("comes in, is invoiced, labelled, handed over and told as dispatched", async () => {
    scene = await aPaperScene(t, source);
    const { tenantId, facilityId, channelId } = scene;
    const over = source === "PAYTM" ? { orderStatus: "PENDING_VERIFICATION" } : {};
    const [parcel] = await pulled(t, scene, 1, over);
    if (!parcel) throw new Error("there is a package");
    const [row] = await t.raw<{ saleOrderId: SaleOrderId }>(
      'select sale_order_id as "saleOrderId" from godown.sale_order where tenant_id = $1',
      [tenantId],
    );
    if (!row) throw new Error("there is an order");
    await sendNotices(scene.ctx(), { channelId, saleOrderId: row.saleOrderId });
    expect(order(parcel.channelOrderId)?.acknowledgedAt !== null).toBe(source === "PAYTM");

    const packageIds: ShippingPackageId[] = [parcel.id];
    expect(await invoicePackages(scene.ctx(), { packageIds })).toMatchObject([{ outcome: "DONE" }]);
    expect(await labelPackages(scene.ctx(), { packageIds })).toMatchObject([{ outcome: "DONE" }]);
    const [papers] = await t.raw<{ number: string; by: string; awb: string }>(
      `select i.number, i.numbered_by as by, p.awb from godown.invoice i join godown.shipping_package p using (tenant_id, shipping_package_id)
       where i.tenant_id = $1`,
      [tenantId],
    );
    const there = order(parcel.channelOrderId);
    expect(papers?.awb).toBe(there?.parcels[0]?.courier?.awb);
    expect(papers?.by).toBe(source === "PAYTM" ? "CHANNEL" : "SERIES");
    const { bytes } = must(await invoicesAndLabelsPdf(scene.ctx(), packageIds));
    if (!(bytes instanceof Uint8Array)) throw new Error("a PDF comes as bytes");
    const pages = (await readPages(bytes)).map((page) => page.text);
    for (const words of [papers?.number, papers?.awb]) expect(pages.join("\n")).toContain(words);
    if (source === "PAYTM") {
      expect(there?.invoices.map((invoice) => invoice.number)).toEqual([papers?.number]);
      expect(pages.filter((text) => text.includes("Tax invoice"))).toHaveLength(1);
    }

    const list = { facilityId, channelId, shippingProviderId: null, thirdPartyShipping: true };
    const { manifestId } = must(await createManifest(scene.ctx(), list));
    expect(must(await addParcels(scene.ctx(), { manifestId, packageIds })).refused).toEqual([]);
    must(await closeManifest(scene.ctx(), manifestId));
    expect(scene.sim.state().manifests).toHaveLength(source === "PAYTM" ? 1 : 0);
    await sendNotices(scene.ctx(), { channelId, saleOrderId: row.saleOrderId });
    expect(order(parcel.channelOrderId)).toMatchObject({
      orderStatus: "COMPLETE",
      shipments: [{ trackingNumber: papers?.awb }],
    });
    await expectMoneyTrue(t, tenantId);
    await expectStockTrue(t, tenantId);
  });
});
