import { afterEach, describe, expect, it } from "vitest";
import { closeManifest, createManifest } from "../../src/fulfilment/index.ts";
import { createTenant } from "../../src/identity/index.ts";
import { type ManifestId, must, type ShippingPackageId, type TenantId } from "../../src/kernel/index.ts";
import { testApp } from "../support/app.ts";
import { setFaults } from "../support/channel-builders.ts";
import { aListShop, aListSimulator, type ListShop, readyForList } from "../support/channel-list-builders.ts";
import { HttpClient } from "../support/client.ts";
import { TestClock, type TestDatabase, testDatabase } from "../support/database.ts";
import { refusedWith } from "../support/hand-over-builders.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { startGodown } from "../support/process.ts";
import { waitFor } from "../support/wait.ts";

const PASSWORD = "brown paper, twine and tape";
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const tenant = { code: "acme", name: "Acme", edition: "ENTERPRISE", sandbox: false, live: true } as const;
const admin = { name: "Asha", username: "asha", password: PASSWORD };
const now = () => Temporal.Now.instant();

/** Every parcel of the tenant with its state here, and how often the channel was told that it left. */
const parcels = (t: Pick<TestDatabase, "raw">, tenantId: TenantId) =>
  t.raw<{ id: ShippingPackageId; code: string; state: string; order: string; told: number }>(
    `select p.shipping_package_id as id, p.code, p.state, o.channel_order_id as "order",
       (select count(*)::integer from godown.channel_notice n where n.tenant_id = p.tenant_id and n.shipping_package_id = p.shipping_package_id and n.kind = 'DISPATCH') as told
     from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id) where p.tenant_id = $1 order by p.code`,
    [tenantId],
  );
const oneCourier = (t: Pick<TestDatabase, "raw">, tenantId: TenantId) =>
  t.raw("update godown.shipping_package set channel_courier_code = 'ONE' where tenant_id = $1", [tenantId]);
const statusOnChannel = (shop: ListShop, order: string) => {
  const orders = shop.sim.state().orders as { id: string; items: { status: string }[] }[];
  return orders.find((each) => each.id === order)?.items.map((item) => item.status);
};

interface Page {
  readonly state: string;
  readonly allowed: string[];
  readonly refused: number;
  readonly channelMessage: string | null;
  readonly parcelsOn: { code: string; channelRefusal: string | null; noticeState: string | null }[];
  readonly files: { manifestFileId: string; state: string; documentId: string | null }[];
}

describe("handing over to a channel that makes the list, through the screens' calls", () => {
  it("names what it refuses, leaves that here, and carries the rest to Dispatched on both sides", async () => {
    const simulator = await aListSimulator(now);
    open.push(() => simulator.sim.close());
    const app = await testApp({ environment: { GODOWN_SOURCE_URLS: `AJIO_DROPSHIP=${simulator.sim.url}` } });
    open.push(() => app.close());
    const { tenantId } = must(await createTenant(app.services, { tenant, admin }));
    const clock = Object.assign(new TestClock(), { now });
    const t: TestDatabase = { ...app, clock };
    const shop = await aListShop(t, { tenantId, simulator });
    const packageIds = await readyForList(t, shop, 3);
    await oneCourier(t, tenantId);
    const asha = await app.login("asha", PASSWORD);

    const couriers = await asha.must(
      "GET",
      `/manifest-couriers?channelId=${shop.channelId}&facilityId=${shop.facilityId}`,
    );
    expect(couriers).toMatchObject({ couriers: [{ code: "ONE", ready: 3 }] });
    const { manifests } = await asha.must<{ manifests: { manifestId: string }[] }>("POST", "/manifests/add", {
      packageIds,
    });
    expect(manifests).toHaveLength(1);
    const path = `/manifests/${manifests[0]?.manifestId}`;
    const board = await asha.must<{ handOver: { text: string }[] }>("GET", "/board");
    expect(board.handOver.map((warning) => warning.text)).toEqual([
      "Close the manifest before handing over: 3 packages are ready but not manifested (3 on a manifest that is still open).",
    ]);

    const [gone] = await parcels(t, tenantId);
    await fetch(`${shop.sim.url}/_sim/orders/${gone?.order}/cancel`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ late: true }),
    });
    const refused = await asha.api<{ error: { message: string; whatToDo: string; facts: Record<string, unknown> } }>(
      "POST",
      `${path}/close`,
    );
    expect([refused.status, refused.code]).toEqual([409, "MANIFEST_REFUSED_BY_CHANNEL"]);
    expect(refused.json.error.message).toContain(`${gone?.code}: item cancelled by customer`);
    expect(refused.json.error.facts).toMatchObject({ packages: [gone?.code], exchange: expect.any(String) });
    expect(await asha.must<Page>("GET", path)).toMatchObject({
      state: "CREATED",
      refused: 1,
      allowed: ["close", "takeOffRefused"],
    });
    expect(await asha.must("POST", `${path}/take-off-refused`)).toEqual({ taken: 1 });
    expect(await asha.must("POST", `${path}/close`)).toEqual({ dispatched: 2, stillAsking: false });

    const done = await waitFor("the channel is told and its list is here", async () => {
      const page = await asha.must<Page>("GET", path);
      const told = page.parcelsOn.every((p) => p.noticeState === "SENT");
      return told && page.files.every((file) => file.state === "STORED") ? page : undefined;
    });
    expect(done.files).toMatchObject([{ documentId: expect.any(String) }]);
    for (const name of ["pdf", "pdf?list=own", `files/${done.files[0]?.manifestFileId}/pdf`]) {
      const pdf = await asha.api("GET", `${path}/${name}`);
      expect([pdf.status, pdf.headers.get("content-type")], name).toEqual([200, "application/pdf"]);
    }
    for (const { state, order, told, id } of await parcels(t, tenantId)) {
      expect([state, told]).toEqual(id === gone?.id ? ["READY_TO_SHIP", 0] : ["DISPATCHED", 1]);
      expect(statusOnChannel(shop, order)).toEqual([id === gone?.id ? "CANCELLED" : "DISPATCHED"]);
    }
    await expectStockTrue(t, tenantId);
  }, 90_000);
});

describe("a process that is killed between the channel's yes and ours", () => {
  it("leaves an open manifest, which closes with the same list when it is closed again", async () => {
    const t = await testDatabase();
    open.push(() => t.close());
    t.clock.set(now());
    const { tenantId } = must(await createTenant(t.services, { tenant, admin }));
    const shop = await aListShop(t, { tenantId });
    open.push(() => shop.sim.close());
    const packageIds = await readyForList(t, shop, 3);
    await oneCourier(t, tenantId);
    const of = { facilityId: shop.facilityId, channelId: shop.channelId, shippingProviderId: null };
    const { manifestId } = must(await createManifest(shop.ctx(), { ...of, thirdPartyShipping: true }));
    const asked = () => shop.sim.state().manifests as { outcome: string; repeated: boolean }[];

    const web = await startGodown("web", {
      databaseUrl: t.connectionString,
      environment: { GODOWN_SOURCE_URLS: `AJIO_DROPSHIP=${shop.sim.url}` },
    });
    open.push(() => web.kill());
    const asha = await new HttpClient(web.baseUrl).logIn("asha", PASSWORD);
    await asha.must("POST", `/manifests/${manifestId}/packages`, { packageIds });
    await setFaults(shop.sim, { kind: "late", operation: "fetchManifest", delayMs: 60_000 });
    const cut = asha.api("POST", `/manifests/${manifestId}/close`).then(
      () => "answered",
      () => "cut off",
    );
    await waitFor("the channel has made its list", () => asked().length === 1);
    await web.kill();
    expect(await cut).toBe("cut off");
    expect(asked()).toMatchObject([{ outcome: "SUCCESS", repeated: false }]);

    // Here nothing has left; its claim keeps others away until it runs out.
    expect((await parcels(t, tenantId)).map((p) => [p.state, p.told])).toEqual([1, 2, 3].map(() => ["MANIFESTED", 0]));
    await setFaults(shop.sim, null);
    t.clock.set(now());
    const close = () => closeManifest(shop.ctx(), manifestId as ManifestId);
    expect(await close()).toMatchObject(refusedWith("MANIFEST_BEING_CLOSED"));
    t.clock.advance({ minutes: 5 });
    expect(must(await close())).toEqual({ dispatched: 3 });
    expect(asked()).toMatchObject([{ repeated: false }, { repeated: true }]);
    expect((await parcels(t, tenantId)).map((p) => [p.state, p.told])).toEqual([1, 2, 3].map(() => ["DISPATCHED", 1]));
    await expectStockTrue(t, tenantId);
  }, 120_000);
});
