import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  addParcels,
  closeManifest,
  handOverChecks,
  requestCancel,
  scanIntoManifest,
  takeOff,
} from "../../src/fulfilment/index.ts";
import { createTenant } from "../../src/identity/index.ts";
import { must, type Result, type SaleOrderId, type ShippingPackageId, type TenantId } from "../../src/kernel/index.ts";
import { runAlarmChecks } from "../../src/platform/alarms.ts";
import { sql } from "../../src/platform/db.ts";
import { completePutaway, createPutaway, type PutawayItemId } from "../../src/putaway/index.ts";
import { testApp } from "../support/app.ts";
import { TestClock, type TestDatabase, testDatabase } from "../support/database.ts";
import { aManifest, levelOf, parcelRow, readyParcels } from "../support/hand-over-builders.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { aPushOrder } from "../support/order-builders.ts";
import { aShop, type Shop, somePackages } from "../support/shop-builders.ts";

/** A shop on a channel that is not asked about cancellations: the seller's word cancels at once. */
async function aQuietShop(t: TestDatabase, over: Parameters<typeof aShop>[1] = {}): Promise<Shop> {
  const shop = await aShop(t, over);
  await t.raw("update godown.channel set source = 'CUSTOM' where channel_id = $1", [shop.channelId]);
  return shop;
}

const orderOf = async (t: TestDatabase, tenantId: TenantId, id: ShippingPackageId) =>
  t.db.read(tenantId, (tx) =>
    tx.one(sql<{ saleOrderId: SaleOrderId; state: string }>`
      select o.sale_order_id as "saleOrderId", o.state from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
      where p.tenant_id = ${tenantId} and p.shipping_package_id = ${id}`),
  );

const waitingItems = async (t: TestDatabase, tenantId: TenantId) =>
  (
    await t.db.read(tenantId, (tx) =>
      tx.run(sql<{ id: PutawayItemId }>`
        select putaway_item_id as id from godown.putaway_item where tenant_id = ${tenantId} and completed_at is null`),
    )
  ).map((row) => row.id);

const told = (result: Result<unknown>) => (result.ok ? "ok" : result.refusal.code);

describe("handing over", () => {
  let t: TestDatabase;
  let shop: Shop;
  beforeAll(async () => {
    t = await testDatabase();
  });
  afterAll(() => t.close());
  beforeEach(async () => {
    shop = await aQuietShop(t, { stock: 50 });
  });

  const cancel = async (id: ShippingPackageId) => {
    const { saleOrderId } = await orderOf(t, shop.tenantId, id);
    return t.db.transaction(shop.tenantId, (tx) =>
      requestCancel(tx, t.ctx(shop.tenantId), { saleOrderId, unitIds: null, reason: "buyer" }),
    );
  };

  it("carries an order from stock to the courier, and the books agree at every step", async () => {
    const ctx = t.ctx(shop.tenantId);
    const bodies = [
      aPushOrder([{ productId: shop.productId, quantity: 4 }]),
      aPushOrder([{ productId: shop.productId }]),
    ];
    const packageIds = await readyParcels(t, shop, bodies);
    expect(await levelOf(t, shop)).toEqual({ good: 50, blocked: 5 });
    await expectStockTrue(t, shop.tenantId);
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx, { manifestId, packageIds }));
    must(await closeManifest(ctx, manifestId));
    expect(await levelOf(t, shop)).toEqual({ good: 45 });
    await expectStockTrue(t, shop.tenantId);
    for (const id of packageIds) expect((await orderOf(t, shop.tenantId, id)).state).toBe("COMPLETE");
  });

  it("brings the stock of a cancelled parcel back to its shelf", async () => {
    const ctx = t.ctx(shop.tenantId);
    const [id] = await readyParcels(t, shop, [aPushOrder([{ productId: shop.productId, quantity: 2 }])]);
    if (!id) throw new Error("a parcel is ready");
    expect(told(await cancel(id))).toBe("ok");
    expect(await levelOf(t, shop)).toEqual({ good: 48, putaway_pending: 2 });
    const { putawayId } = must(await createPutaway(ctx, { itemIds: await waitingItems(t, shop.tenantId) }));
    must(await completePutaway(ctx, { putawayId, confirmAll: true }));
    expect(await levelOf(t, shop)).toEqual({ good: 50 });
    await expectStockTrue(t, shop.tenantId);
  });

  it("puts a parcel that two people scan at once onto one manifest, and tells the other where it is", async () => {
    const ctx = t.ctx(shop.tenantId);
    const packageIds = await readyParcels(t, shop, 10);
    const [one, two] = [await aManifest(t, shop), await aManifest(t, shop)];
    for (const id of packageIds) {
      const { code } = await parcelRow(t, shop.tenantId, id);
      const scans = await Promise.all([
        scanIntoManifest(ctx, { manifestId: one.manifestId, code }),
        scanIntoManifest(ctx, { manifestId: two.manifestId, code }),
        scanIntoManifest(ctx, { manifestId: one.manifestId, code }),
      ]);
      const answers = scans.map(told);
      expect(answers.filter((answer) => answer === "ok").length).toBe(1);
      const { manifest } = await parcelRow(t, shop.tenantId, id);
      expect(answers[1]).toBe(manifest === two.code ? "ok" : "ON_OTHER_MANIFEST");
    }
    const events = await t.db.read(shop.tenantId, (tx) =>
      tx.one(sql<{ n: number }>`
        select count(*) as n from godown.order_event where tenant_id = ${shop.tenantId} and kind = 'PACKAGE_MANIFESTED'`),
    );
    expect(events.n).toBe(packageIds.length);
  });

  it("either dispatches or cancels a parcel that is taken off and cancelled while its manifest is closed", async () => {
    const ctx = t.ctx(shop.tenantId);
    for (let round = 1; round <= 10; round++) {
      const packageIds = await readyParcels(t, shop, 3);
      const [doubtful, ...others] = packageIds;
      if (!doubtful) throw new Error("parcels are ready");
      const { manifestId } = await aManifest(t, shop);
      must(await addParcels(ctx, { manifestId, packageIds }));
      expect(told(await cancel(doubtful))).toBe("UNITS_NOT_CANCELLABLE"); // never while it is on a manifest
      const giveUp = async () => ({
        off: told(await takeOff(ctx, { manifestId, packageIds: [doubtful] })),
        cancel: told(await cancel(doubtful)),
      });
      const close = () => closeManifest(ctx, manifestId);
      const started = round % 2 === 0 ? { gaveUp: giveUp(), closed: close() } : { closed: close(), gaveUp: giveUp() };
      const [closed, gaveUp] = await Promise.all([started.closed, started.gaveUp]);
      expect(told(closed)).toBe("ok");
      const parcel = await parcelRow(t, shop.tenantId, doubtful);
      const { state } = await orderOf(t, shop.tenantId, doubtful);
      if (parcel.state === "DISPATCHED") {
        expect([gaveUp.off, gaveUp.cancel, state]).toEqual([
          "MANIFEST_ALREADY_CLOSED",
          "UNITS_NOT_CANCELLABLE",
          "COMPLETE",
        ]);
      } else {
        expect([gaveUp.off, gaveUp.cancel, state]).toEqual(["ok", "ok", "CANCELLED"]);
        expect(parcel).toMatchObject({ state: "CANCELLED", manifest: null });
      }
      for (const id of others) expect((await parcelRow(t, shop.tenantId, id)).state).toBe("DISPATCHED");
      expect(told(await closeManifest(ctx, manifestId))).toBe("MANIFEST_ALREADY_CLOSED");
      await expectStockTrue(t, shop.tenantId);
    }
  });

  it("closes a manifest once, whoever presses the button how often", async () => {
    const ctx = t.ctx(shop.tenantId);
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx, { manifestId, packageIds: await readyParcels(t, shop, 5) }));
    const answers = (await Promise.all([1, 2, 3, 4].map(() => closeManifest(ctx, manifestId)))).map(told);
    expect(answers.sort()).toEqual([...Array(3).fill("MANIFEST_ALREADY_CLOSED"), "ok"]);
    expect(await levelOf(t, shop)).toEqual({ good: 45 });
    await expectStockTrue(t, shop.tenantId);
  });

  it("raises alarms for parcels that stand ready for hours and for those past their deadline, until they leave", async () => {
    const packageIds = await readyParcels(t, shop, 2);
    const open = async () =>
      (
        await t.db.read(shop.tenantId, (tx) =>
          tx.run(sql<{ kind: string; message: string }>`
            select kind, message from godown.alarm where tenant_id = ${shop.tenantId} and cleared_at is null order by kind`),
        )
      ).map((alarm) => alarm.kind);
    const start = t.clock.now();
    await runAlarmChecks(t.services, handOverChecks);
    expect(await open()).toEqual([]);
    t.clock.advance({ hours: 5 });
    await runAlarmChecks(t.services, handOverChecks);
    expect(await open()).toEqual(["PARCELS_NOT_MANIFESTED"]);
    t.clock.advance({ days: 2 });
    await runAlarmChecks(t.services, handOverChecks);
    expect(await open()).toEqual(["DISPATCH_LATE", "PARCELS_NOT_MANIFESTED"]);
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(t.ctx(shop.tenantId), { manifestId, packageIds }));
    // An open manifest is no hand-over: after hours on it they are told again.
    await runAlarmChecks(t.services, handOverChecks);
    expect(await open()).toEqual(["DISPATCH_LATE"]);
    t.clock.advance({ hours: 5 });
    await runAlarmChecks(t.services, handOverChecks);
    expect(await open()).toEqual(["DISPATCH_LATE", "PARCELS_NOT_MANIFESTED"]);
    must(await closeManifest(t.ctx(shop.tenantId), manifestId));
    await runAlarmChecks(t.services, handOverChecks);
    expect(await open()).toEqual([]);
    t.clock.set(start);
  });
});

const PASSWORD = "brown paper, twine and tape";

describe("handing over through the screens' calls", () => {
  it("adds, scans, prints, closes, and puts back what was cancelled", async () => {
    const app = await testApp({ workers: false });
    try {
      const tenant = { code: "acme", name: "Acme", edition: "ENTERPRISE", sandbox: true, live: true } as const;
      const admin = { name: "Asha", username: "asha", password: PASSWORD };
      const { tenantId } = must(await createTenant(app.services, { tenant, admin }));
      const t: TestDatabase = { ...app, clock: new TestClock() };
      const shop = await aQuietShop(t, { tenantId });
      const packageIds = await readyParcels(t, shop, 3);
      const [first, second, third] = await Promise.all(packageIds.map((id) => parcelRow(t, tenantId, id)));
      if (!first || !second || !third) throw new Error("three parcels are ready");
      const asha = await app.login("asha", PASSWORD);

      const added = await asha.must<{ manifests: { manifestId: string; code: string }[]; refused: unknown[] }>(
        "POST",
        "/manifests/add",
        { packageIds: [first.id] },
      );
      expect(added.refused).toEqual([]);
      const manifest = added.manifests[0] ?? never();
      const path = `/manifests/${manifest.manifestId}`;
      expect(await asha.must("POST", `${path}/scan`, { code: second.awb })).toMatchObject({ package: second.code });
      const again = await asha.api<{ error: { whatToDo: string } }>("POST", `${path}/scan`, { code: second.code });
      expect([again.status, again.code, again.json.error.whatToDo]).toEqual([
        409,
        "ON_THIS_MANIFEST",
        "Nothing: it counts once.",
      ]);
      expect(await asha.must("GET", path)).toMatchObject({ state: "CREATED", parcels: 2, allowed: ["close"] });
      const pdf = await asha.api("GET", `${path}/pdf`);
      expect([pdf.status, pdf.headers.get("content-type")]).toEqual([200, "application/pdf"]);
      expect(await asha.must("POST", `${path}/close`)).toEqual({ dispatched: 2, stillAsking: false });
      expect((await asha.api("POST", `${path}/close`)).code).toBe("MANIFEST_ALREADY_CLOSED");
      expect((await asha.api("GET", "/manifests.csv?state=CLOSED")).text).toContain(manifest.code);

      const { saleOrderId } = await orderOf(t, tenantId, third.id);
      await asha.must("POST", `/orders/${saleOrderId}/cancel`, { reason: "buyer" });
      const waiting = await asha.must<{ rows: { itemId: string; sku: string }[] }>("GET", "/putaway-items");
      expect(waiting.rows.length).toBe(1);
      const itemIds = waiting.rows.map((row) => row.itemId);
      const { putawayId } = await asha.must<{ putawayId: string }>("POST", "/putaways", { itemIds });
      await asha.must("POST", `/putaways/${putawayId}/scan`, { code: waiting.rows[0]?.sku });
      expect(await asha.must("POST", `/putaways/${putawayId}/complete`, {})).toEqual({ units: 1 });
      expect(await asha.must("GET", `/putaways/${putawayId}`)).toMatchObject({ state: "COMPLETE", units: 1 });
      expect((await asha.api("GET", "/putaway-items.csv")).status).toBe(200);

      const [fresh] = await asha
        .must<{ picklistId: string }>("POST", "/picklists", { packageIds: [(await somePackage(t, shop)).id] })
        .then((made) => [made.picklistId]);
      expect(await asha.must("GET", `/picklists/${fresh}`)).toMatchObject({
        state: "CREATED",
        toFetch: [{ shelf: "DEFAULT", quantity: 1 }],
      });
      expect((await asha.api("GET", `/picklists/${fresh}/pdf`)).status).toBe(200);
      const printed = await asha.api("POST", "/shipments/picklist.pdf", {
        packageIds: [(await somePackage(t, shop)).id],
      });
      expect([printed.status, printed.headers.get("content-type")]).toEqual([200, "application/pdf"]);
      expect((await asha.must<{ putBack: unknown[] }>("POST", `/picklists/${fresh}/close`)).putBack.length).toBe(1);
      expect((await asha.api("GET", "/picklists.csv")).text).toContain("PL-100001");
      await expectStockTrue(t, tenantId);
    } finally {
      await app.close();
    }
  });
});

/** One package that is to be picked. */
async function somePackage(t: TestDatabase, shop: Shop): Promise<{ id: ShippingPackageId }> {
  const [id] = await somePackages(t, shop, 1);
  return { id: id ?? never() };
}

function never(): never {
  throw new Error("this cannot be");
}
