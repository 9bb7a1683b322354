import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility } from "../../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { allocate } from "../../../tests/support/fulfilment-builders.ts";
import { aManifest, levelOf, parcelRow, readyParcels, refusedWith } from "../../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../../tests/support/invariants.ts";
import { anEntry, stock } from "../../../tests/support/inventory-builders.ts";
import { aChannel, aPushOrder } from "../../../tests/support/order-builders.ts";
import { readPages } from "../../../tests/support/read-pdf.ts";
import { aPool, aShop, packagesFor, type Shop, somePackages } from "../../../tests/support/shop-builders.ts";
import { post } from "../../inventory/index.ts";
import { type ManifestId, must, newId, type SaleOrderId, type ShippingPackageId } from "../../kernel/index.ts";
import { sql } from "../../platform/db.ts";
import {
  addParcels,
  addToManifests,
  cancelUnits,
  closeManifest,
  createManifest,
  discardManifest,
  invoicePackages,
  labelPackages,
  lockUnits,
  requestCancel,
  scanIntoManifest,
  takeOff,
} from "../index.ts";
import { changeOrder } from "../order-actions.ts";
import { printManifest } from "./print-manifest.ts";
import { listManifests, manifestById, manifestParcels } from "./queries.ts";

let t: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  shop = await aShop(t);
});

/** What a list must have. */
function one<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the list has it");
  return value;
}
const ctx = () => t.ctx(shop.tenantId);
const row = (id: ShippingPackageId) => parcelRow(t, shop.tenantId, id);
const scan = (manifestId: ManifestId, code: string) => scanIntoManifest(ctx(), { manifestId, code });
const orderOf = async (id: ShippingPackageId) =>
  t.db.read(shop.tenantId, (tx) =>
    tx.one(sql<{ saleOrderId: SaleOrderId; state: string }>`
      select o.sale_order_id as "saleOrderId", o.state from godown.sale_order o join godown.shipping_package p using (tenant_id, sale_order_id)
      where p.tenant_id = ${shop.tenantId} and p.shipping_package_id = ${id}`),
  );
const dispatchNotices = (ids: readonly ShippingPackageId[]) =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{ id: ShippingPackageId; state: string; payload: Record<string, unknown> }>`
      select shipping_package_id as id, state, payload from godown.channel_notice
      where tenant_id = ${shop.tenantId} and kind = 'DISPATCH' and shipping_package_id = any(${ids}::uuid[]) order by seq`),
  );
const audited = (recordId: string) =>
  t.db.read(shop.tenantId, async (tx) =>
    (
      await tx.run(sql<{ action: string }>`
        select action from godown.audit_event where tenant_id = ${shop.tenantId} and record_id = ${recordId} order by at, audit_event_id`)
    ).map((r) => r.action),
  );

describe("making a manifest", () => {
  it("needs a facility and channel within reach, and a courier where the seller ships", async () => {
    const of = {
      facilityId: shop.facilityId,
      channelId: shop.channelId,
      shippingProviderId: shop.providerId,
      thirdPartyShipping: false,
    };
    expect(await createManifest(ctx(), { ...of, channelId: newId<"Channel">() })).toMatchObject(
      refusedWith("NOT_FOUND", { what: "channel" }),
    );
    expect(await createManifest(ctx(), { ...of, shippingProviderId: newId<"ShippingProvider">() })).toMatchObject(
      refusedWith("NOT_FOUND", { what: "shipping provider" }),
    );
    expect(await createManifest(ctx(), { ...of, shippingProviderId: null })).toMatchObject(
      refusedWith("MANIFEST_PROVIDER_MISSING"),
    );
    const elsewhere = t.ctx(shop.tenantId, { facilities: [await aFacility(t.db, shop.tenantId)] });
    expect(await createManifest(elsewhere, of)).toMatchObject(refusedWith("NOT_FOUND", { what: "facility" }));
    const made = must(await createManifest(ctx(), { ...of, thirdPartyShipping: true, shippingProviderId: null }));
    expect(await audited(made.manifestId)).toEqual(["fulfilment.manifest_created"]);
  });
});

describe("scanning into a manifest", () => {
  it("takes a parcel by its code, its tracking number or its order, typed in any case", async () => {
    const ids = await readyParcels(t, shop, 3);
    const { manifestId, code } = await aManifest(t, shop);
    const [a, b, c] = await Promise.all(ids.map(row));
    must(await scan(manifestId, ` ${a?.code.toLowerCase()} `));
    must(await scan(manifestId, b?.awb ?? ""));
    must(await scan(manifestId, c?.order ?? ""));
    for (const id of ids) expect(await row(id)).toMatchObject({ state: "MANIFESTED", manifest: code });
    expect((await audited(manifestId)).length).toBe(4);
  });

  it("refuses what does not belong there, each with its reason", async () => {
    const { manifestId, code } = await aManifest(t, shop);
    expect(await scan(manifestId, "NO-SUCH-CODE")).toMatchObject(refusedWith("SCAN_UNKNOWN"));

    const [created] = await somePackages(t, shop, 1);
    const fresh = await row(one(created));
    expect(await scan(manifestId, fresh.code)).toMatchObject(refusedWith("PARCEL_NOT_READY", { state: "CREATED" }));
    await invoicePackages(ctx(), { packageIds: [fresh.id] });
    expect(await scan(manifestId, fresh.code)).toMatchObject(
      refusedWith("PARCEL_NOT_READY", { state: "PACKED", nextStep: "Print its label." }),
    );

    const [id] = await readyParcels(t, shop, 1);
    const ready = await row(one(id));
    const other = await aManifest(t, shop, { channelId: await aChannel(t, shop.tenantId, [shop.facilityId]) });
    expect(await scan(other.manifestId, ready.code)).toMatchObject(refusedWith("PARCEL_OTHER_CHANNEL"));
    const far = await aManifest(t, shop, { facilityId: await aFacility(t.db, shop.tenantId) });
    expect(await scan(far.manifestId, ready.code)).toMatchObject(refusedWith("PARCEL_OTHER_FACILITY"));
    const courier = await aManifest(t, shop, {
      shippingProviderId: await aPool(t, shop.tenantId, 0, { enabled: false }),
    });
    expect(await scan(courier.manifestId, ready.code)).toMatchObject(refusedWith("PARCEL_OTHER_PROVIDER"));

    const { saleOrderId } = await orderOf(ready.id);
    await t.db.transaction(shop.tenantId, (tx) =>
      changeOrder(tx, ctx(), saleOrderId, { action: "hold", reason: "address doubtful" }),
    );
    expect(await scan(manifestId, ready.code)).toMatchObject(
      refusedWith("PARCEL_ON_HOLD", { reason: "address doubtful" }),
    );
    await t.db.transaction(shop.tenantId, (tx) => changeOrder(tx, ctx(), saleOrderId, { action: "unhold" }));

    must(await scan(manifestId, ready.code));
    expect(await scan(manifestId, ready.code)).toMatchObject(refusedWith("ON_THIS_MANIFEST", { manifest: code }));
    const second = await aManifest(t, shop);
    expect(await scan(second.manifestId, ready.code)).toMatchObject(
      refusedWith("ON_OTHER_MANIFEST", { manifest: code }),
    );
  });

  it("refuses a parcel whose cancellation waits for the channel, and one that is cancelled", async () => {
    const { manifestId } = await aManifest(t, shop);
    const [id] = await readyParcels(t, shop, 1);
    const parcel = await row(one(id));
    const { saleOrderId } = await orderOf(parcel.id);
    const asked = await t.db.transaction(shop.tenantId, (tx) =>
      requestCancel(tx, ctx(), { saleOrderId, unitIds: null, reason: "buyer" }),
    );
    expect(must(asked).waitsForChannel).toBe(true);
    expect(await scan(manifestId, parcel.code)).toMatchObject(refusedWith("PARCEL_LOCKED"));
    await cancelNow(saleOrderId);
    expect(await scan(manifestId, parcel.code)).toMatchObject(refusedWith("PARCEL_CANCELLED"));
  });

  it("shows nothing of facilities out of reach", async () => {
    const [id] = await readyParcels(t, shop, 1);
    const parcel = await row(one(id));
    const facilityId = await aFacility(t.db, shop.tenantId);
    const elsewhere = t.ctx(shop.tenantId, { facilities: [facilityId] });
    const mine = await aManifest(t, shop, { facilityId });
    expect(await scanIntoManifest(elsewhere, { ...mine, code: parcel.code })).toMatchObject(
      refusedWith("SCAN_UNKNOWN"),
    );
    const { manifestId } = await aManifest(t, shop);
    for (const act of [
      () => scanIntoManifest(elsewhere, { manifestId, code: parcel.code }),
      () => closeManifest(elsewhere, manifestId),
      () => discardManifest(elsewhere, manifestId),
      () => takeOff(elsewhere, { manifestId, packageIds: [parcel.id] }),
    ])
      expect(await act()).toMatchObject(refusedWith("NOT_FOUND", { what: "manifest" }));
    expect(await addToManifests(elsewhere, { packageIds: [parcel.id] })).toMatchObject(
      refusedWith("PACKAGE_NOT_FOUND"),
    );
    const seen = await t.db.read(shop.tenantId, async (tx) => ({
      one: await manifestById(elsewhere, tx, manifestId),
      list: await listManifests(elsewhere, tx, {}, { limit: 50, offset: 0, sort: "createdAt", descending: true }),
    }));
    expect(seen.one).toBeUndefined();
    expect(seen.list.rows.map((m) => m.manifestId)).toEqual([mine.manifestId]);
  });
});

describe("adding many", () => {
  it("puts them onto the open manifest of their kind, makes missing ones, and names what does not go", async () => {
    const ready = await readyParcels(t, shop, 3);
    const [fresh] = await somePackages(t, shop, 1);
    const first = must(await addToManifests(ctx(), { packageIds: [...ready.slice(0, 2), one(fresh)] }));
    expect(first.manifests).toMatchObject([{ created: true, added: 2 }]);
    expect(first.refused.map((r) => r.refusal.code)).toEqual(["PARCEL_NOT_READY"]);
    const second = must(await addToManifests(ctx(), { packageIds: ready }));
    expect(second.manifests).toMatchObject([{ code: first.manifests[0]?.code, created: false, added: 1 }]);
    expect(second.refused.map((r) => r.refusal.code)).toEqual(["ON_THIS_MANIFEST", "ON_THIS_MANIFEST"]);
  });

  it("names what does not fit a chosen manifest and adds the rest", async () => {
    const [a, b] = await readyParcels(t, shop, 2);
    const { manifestId } = await aManifest(t, shop);
    const packageIds = [one(a), one(b)];
    expect(must(await addParcels(ctx(), { manifestId, packageIds })).added.length).toBe(2);
    expect(must(await addParcels(ctx(), { manifestId, packageIds })).refused.map((r) => r.refusal.code)).toEqual([
      "ON_THIS_MANIFEST",
      "ON_THIS_MANIFEST",
    ]);
  });
});

describe("taking off and discarding", () => {
  it("gives a parcel back to be put elsewhere, and discards only what is empty", async () => {
    const [id] = await readyParcels(t, shop, 1);
    const packageIds = [one(id)];
    const { manifestId, code } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    expect(await discardManifest(ctx(), manifestId)).toMatchObject(refusedWith("MANIFEST_NOT_EMPTY", { parcels: 1 }));
    expect(must(await takeOff(ctx(), { manifestId, packageIds }))).toEqual({ taken: 1 });
    expect(await takeOff(ctx(), { manifestId, packageIds })).toMatchObject(refusedWith("NOT_ON_MANIFEST"));
    expect(await row(one(id))).toMatchObject({ state: "READY_TO_SHIP", manifest: null });
    must(await discardManifest(ctx(), manifestId));
    for (const act of [
      () => discardManifest(ctx(), manifestId),
      () => closeManifest(ctx(), manifestId),
      () => addParcels(ctx(), { manifestId, packageIds }),
      () => takeOff(ctx(), { manifestId, packageIds }),
    ])
      expect(await act()).toMatchObject(refusedWith("MANIFEST_DISCARDED", { manifest: code }));
    const second = await aManifest(t, shop);
    expect(must(await addParcels(ctx(), { manifestId: second.manifestId, packageIds })).added.length).toBe(1);
  });
});

describe("closing a manifest", () => {
  it("dispatches its parcels, takes their stock, completes their orders and tells the channel, once", async () => {
    shop = await aShop(t, { stock: 20 });
    const bodies = [
      aPushOrder([{ productId: shop.productId, quantity: 3 }]),
      aPushOrder([{ productId: shop.productId }]),
    ];
    const packageIds = await readyParcels(t, shop, bodies);
    expect(await levelOf(t, shop)).toEqual({ good: 20, blocked: 4 });
    const { manifestId, code } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 2 });
    expect(await closeManifest(ctx(), manifestId)).toMatchObject(
      refusedWith("MANIFEST_ALREADY_CLOSED", { manifest: code }),
    );
    expect(await levelOf(t, shop)).toEqual({ good: 16 });
    await expectStockTrue(t, shop.tenantId);
    for (const id of packageIds) {
      expect(await row(id)).toMatchObject({ state: "DISPATCHED", manifest: code });
      expect(await orderOf(id)).toMatchObject({ state: "COMPLETE" });
    }
    const notices = await dispatchNotices(packageIds);
    expect(notices.map((n) => n.state)).toEqual(["PENDING", "PENDING"]);
    const first = await row(one(packageIds[0]));
    expect(notices.find((n) => n.id === first.id)?.payload).toMatchObject({
      lines: [{ quantity: 3, rates: { gstBps: 1800, cgstBps: 900, sgstBps: 900, igstBps: 0 } }],
      shipper: {
        providerName: "Test Courier",
        awb: first.awb,
        zone: "Asia/Kolkata",
        dispatchedAt: ctx().now.toString(),
      },
    });
    const shownNow = () => t.db.read(shop.tenantId, (tx) => manifestParcels(tx, manifestId, ctx().now));
    const shown = await shownNow();
    expect(shown.map((p) => [p.noticeState, p.collect])).toEqual(
      expect.arrayContaining([
        ["PENDING", 269_700],
        ["PENDING", 89_900],
      ]),
    );
    // While a notice is being sent it is kept as not known: that is no unclear answer yet, and is not shown as one.
    const being = (until: string) =>
      t.raw(
        `update godown.channel_notice set state = 'UNKNOWN', claimed_until = $1 where shipping_package_id = any ($2)`,
        [until, packageIds],
      );
    await being(ctx().now.add({ minutes: 1 }).toString());
    expect((await shownNow()).map((p) => p.noticeState)).toEqual(["PENDING", "PENDING"]);
    await being(ctx().now.subtract({ seconds: 1 }).toString());
    expect((await shownNow()).map((p) => p.noticeState)).toEqual(["UNKNOWN", "UNKNOWN"]);
  });

  it("is refused while it is empty", async () => {
    const { manifestId } = await aManifest(t, shop);
    expect(await closeManifest(ctx(), manifestId)).toMatchObject(refusedWith("MANIFEST_EMPTY"));
  });

  it("changes nothing while one parcel is on hold, cancelled or without an invoice, and names it", async () => {
    const packageIds = await readyParcels(t, shop, 3);
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    const [a, b] = [await row(one(packageIds[0])), await row(one(packageIds[1]))];
    const before = await levelOf(t, shop);
    const { saleOrderId } = await orderOf(a.id);

    await t.db.transaction(shop.tenantId, (tx) => changeOrder(tx, ctx(), saleOrderId, { action: "hold", reason: "x" }));
    expect(await closeManifest(ctx(), manifestId)).toMatchObject(
      refusedWith("PACKAGE_ON_HOLD", { packages: [a.code] }),
    );
    await t.db.transaction(shop.tenantId, (tx) => changeOrder(tx, ctx(), saleOrderId, { action: "unhold" }));

    const invoice = (state: string, cancelledAt: unknown) =>
      t.raw("update godown.invoice set state = $1, cancelled_at = $2 where shipping_package_id = $3", [
        state,
        cancelledAt,
        b.id,
      ]);
    await invoice("IRN_PENDING", null);
    expect(await closeManifest(ctx(), manifestId)).toMatchObject(
      refusedWith("MANIFEST_INVOICE_MISSING", { packages: [b.code] }),
    );
    await invoice("CANCELLED", "2026-11-20T00:00:00Z");
    expect(await closeManifest(ctx(), manifestId)).toMatchObject(
      refusedWith("MANIFEST_INVOICE_MISSING", { packages: [b.code] }),
    );
    await invoice("ISSUED", null);

    await t.raw("update godown.shipping_package set state = 'CANCELLED' where shipping_package_id = $1", [b.id]);
    expect(await closeManifest(ctx(), manifestId)).toMatchObject(
      refusedWith("MANIFEST_PARCEL_CANCELLED", { packages: [b.code] }),
    );
    await t.raw("update godown.shipping_package set state = 'MANIFESTED' where shipping_package_id = $1", [b.id]);

    expect(await levelOf(t, shop)).toEqual(before);
    expect(await dispatchNotices(packageIds)).toEqual([]);
    expect(must(await closeManifest(ctx(), manifestId)).dispatched).toBe(3);
  });

  it("takes virtual stock where there is nothing on a shelf", async () => {
    shop = await aShop(t, { stock: 1 });
    await t.db.transaction(shop.tenantId, async (tx) => {
      must(
        await post(tx, ctx(), [
          anEntry({ facilityId: shop.facilityId, skuId: shop.skuId, shelfId: null, bucket: "virtual", quantity: 5 }),
        ]),
      );
    });
    const packageIds = await readyParcels(t, shop, 3);
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    must(await closeManifest(ctx(), manifestId));
    expect(await levelOf(t, shop)).toEqual({ virtual: 3 });
    await expectStockTrue(t, shop.tenantId);
  });

  it("closes hundreds of parcels at once", async () => {
    shop = await aShop(t, { stock: 300, awbs: 300 });
    const packageIds = await readyParcels(t, shop, 260);
    const { manifests } = must(await addToManifests(ctx(), { packageIds }));
    expect(manifests).toMatchObject([{ added: 260 }]);
    const manifestId = one(manifests[0]?.manifestId);
    expect(must(await closeManifest(ctx(), manifestId)).dispatched).toBe(260);
    expect(await levelOf(t, shop)).toEqual({ good: 40 });
    expect((await dispatchNotices(packageIds)).length).toBe(260);
    await expectStockTrue(t, shop.tenantId);
  });

  it("tells the channel nothing while Notify Channel On Dispatch is off, and shows that", async () => {
    await t.raw("update godown.channel set notify_on_dispatch = false where channel_id = $1", [shop.channelId]);
    const packageIds = await readyParcels(t, shop, 1);
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    must(await closeManifest(ctx(), manifestId));
    expect((await dispatchNotices(packageIds)).map((n) => n.state)).toEqual(["NOT_SENT"]);
  });
});

describe("a printed manifest", () => {
  it("lists every parcel with its AWB and what is to be collected; a draft until it is closed", async () => {
    const packageIds = await readyParcels(t, shop, 2);
    const { manifestId, code } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    const text = async () => {
      const { bytes } = must(await printManifest(ctx(), manifestId));
      if (!(bytes instanceof Uint8Array)) throw new Error("a PDF is bytes");
      return (await readPages(bytes)).map((page) => page.text).join("\n");
    };
    const draft = await text();
    expect(draft).toContain("draft");
    for (const id of packageIds) expect(draft).toContain((await row(id)).awb);
    must(await closeManifest(ctx(), manifestId));
    const signed = await text();
    expect(signed).not.toContain("draft");
    for (const words of [code, "899.00", "1,798.00", "20/11/2026 10:00"]) expect(signed).toContain(words);
    expect(await printManifest(t.ctx(shop.tenantId, { facilities: [] }), manifestId)).toMatchObject(
      refusedWith("NOT_FOUND"),
    );
  });
});

describe("an order of two parcels", () => {
  it("is asked for its label when its code is scanned, and completes with the second", async () => {
    shop = await aShop(t, { stock: 1 });
    const body = aPushOrder([{ productId: shop.productId, quantity: 2 }]);
    await packagesFor(t, shop, [body]);
    await stock(t, shop.tenantId, shop.facilityId, shop.skuId, 1);
    await allocate(t, shop.tenantId, shop.facilityId);
    const ids = (
      await t.db.read(shop.tenantId, (tx) =>
        tx.run(sql<{ id: ShippingPackageId }>`
          select p.shipping_package_id as id from godown.shipping_package p where p.tenant_id = ${shop.tenantId} and p.facility_id = ${shop.facilityId} order by code`),
      )
    ).map((r) => r.id);
    expect(ids.length).toBe(2);
    await invoicePackages(ctx(), { packageIds: ids });
    await labelPackages(ctx(), { packageIds: ids });
    const { manifestId } = await aManifest(t, shop);
    const parcels = [await row(one(ids[0])), await row(one(ids[1]))];
    expect(await scan(manifestId, parcels[0]?.order ?? "")).toMatchObject(
      refusedWith("SCAN_AMBIGUOUS", { packages: parcels.map((p) => p.code) }),
    );
    must(await scan(manifestId, parcels[0]?.code ?? ""));
    must(await closeManifest(ctx(), manifestId));
    expect(await orderOf(one(ids[1]))).toMatchObject({ state: "PROCESSING" });
    const next = await aManifest(t, shop);
    must(await scan(next.manifestId, parcels[1]?.order ?? "")); // the other has left: now the order's code is clear
    must(await closeManifest(ctx(), next.manifestId));
    expect(await orderOf(one(ids[1]))).toMatchObject({ state: "COMPLETE" });
  });
});

/** The channel agreed: the order's units are cancelled. */
async function cancelNow(saleOrderId: SaleOrderId): Promise<void> {
  await t.db.transaction(shop.tenantId, async (tx) => {
    const units = await lockUnits(tx, saleOrderId);
    const unitIds = units.map((u) => u.unitId);
    must(await cancelUnits(tx, ctx(), { saleOrderId, code: "x" }, { unitIds, reason: "buyer", by: "SELLER" }));
    return undefined;
  });
}
