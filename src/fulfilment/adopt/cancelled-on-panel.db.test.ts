import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { allocate, packagesOf } from "../../../tests/support/fulfilment-builders.ts";
import { aManifest, levelOf, readyParcels, refusedWith } from "../../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../../tests/support/invariants.ts";
import { aPushOrder } from "../../../tests/support/order-builders.ts";
import {
  anOrder,
  aPanelShop,
  aPanelSource,
  doubtsIn,
  outcomes,
  type PanelShop,
  parcelsIn,
  says,
  statesIn,
} from "../../../tests/support/panel-scene.ts";
import { type ManifestId, must } from "../../kernel/index.ts";
import { type AlarmFact, runAlarmChecks } from "../../platform/alarms.ts";
import { completePutaway, createPutaway, listWaiting } from "../../putaway/index.ts";
import { addParcels, applyChannelCancel, type ChannelCancel, closeManifest, invoicePackages } from "../index.ts";
import { seeRemoved } from "../manifest/see-removals.ts";
import { adoptionChecks } from "./alarms.ts";

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
const cancels = (id: string, ...words: NonNullable<ChannelCancel["lineWords"]>) =>
  t.db.transaction(shop.tenantId, (tx) =>
    applyChannelCancel(tx, ctx(), {
      ...{ channelId: shop.channelId, channelOrderId: id, lines: null, reason: "cancelled on the channel" },
      lineWords: words.length > 0 ? words : [{ line: `${id}-L1`, quantity: null }],
    }),
  );
const alarms = () =>
  t.raw<{ kind: string; message: string; open: boolean }>(
    "select kind, message, cleared_at is null as open from godown.alarm where tenant_id = $1",
    [shop.tenantId],
  );
const checked = () =>
  t.db.read(shop.tenantId, async (tx) => {
    const facts: AlarmFact[] = [];
    for (const { check } of adoptionChecks) facts.push(...(await check(ctx(), tx)));
    return facts;
  });

/** Two parcels on a manifest: one is cancelled there, and the manifest closes with the other before anybody looks. */
async function cancelledAndClosed(): Promise<{ manifestId: ManifestId; code: string }> {
  const packageIds = await readyParcels(t, shop, [
    aPushOrder([{ productId: shop.productId }], { id: "A" }),
    aPushOrder([{ productId: shop.productId }], { id: "B" }),
  ]);
  const manifest = await aManifest(t, shop);
  must(await addParcels(ctx(), { manifestId: manifest.manifestId, packageIds }));
  must(await cancels("A"));
  must(await closeManifest(ctx(), manifest.manifestId));
  return manifest;
}

describe("cancelled on the panel", () => {
  it("in CREATED: its stock is free, and the channels are told", async () => {
    await anOrder(t, shop, "A", [{ productId: shop.productId, quantity: 2 }]);
    await allocate(t, shop.tenantId, shop.facilityId);
    await t.raw("delete from godown.listing_dirty where tenant_id = $1", [shop.tenantId]);
    expect(must(await cancels("A"))).toEqual({ taken: true, changed: true });
    expect(await levelOf(t, shop)).toEqual({ good: 10 });
    expect(await t.raw("select 1 as x from godown.listing_dirty where tenant_id = $1", [shop.tenantId])).toHaveLength(
      1,
    );
  });

  it("so many of a line: said again no more of it, and more later", async () => {
    await anOrder(t, shop, "A", [{ productId: shop.productId, quantity: 3 }]);
    const word = (quantity: number) => cancels("A", { line: "A-L1", quantity });
    expect(must(await word(1))).toEqual({ taken: true, changed: true });
    expect(must(await word(1))).toEqual({ taken: true, changed: false });
    expect((await statesIn(t, shop)).filter((state) => state === "CANCELLED")).toHaveLength(1);
    must(await word(2));
    expect((await statesIn(t, shop)).filter((state) => state === "CANCELLED")).toHaveLength(2);
    await expectStockTrue(t, shop.tenantId);
  });

  it("after the invoice: its number is kept, and the goods wait for putaway", async () => {
    await anOrder(t, shop, "A", [{ productId: shop.productId }]);
    await allocate(t, shop.tenantId, shop.facilityId);
    await invoicePackages(ctx(), { packageIds: (await packagesOf(t, shop.tenantId)).map((p) => p.id) });
    must(await cancels("A"));
    expect(await levelOf(t, shop)).toEqual({ good: 9, putaway_pending: 1 });
    expect(await t.raw("select state from godown.invoice where tenant_id = $1", [shop.tenantId])).toEqual([
      { state: "CANCELLED" },
    ]);
  });

  it("on an open manifest: taken off, cancelled, and alarmed until somebody there has seen it", async () => {
    const packageIds = await readyParcels(t, shop, [
      aPushOrder([{ productId: shop.productId }], { id: "A" }),
      aPushOrder([{ productId: shop.productId }], { id: "B" }),
    ]);
    const { manifestId, code } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    expect(must(await cancels("A"))).toEqual({ taken: true, changed: true });
    expect(await parcelsIn(t, shop)).toEqual(["CANCELLED 0", "MANIFESTED 1 ISSUED SERIES"]);
    expect(await levelOf(t, shop)).toEqual({ good: 9, blocked: 1, putaway_pending: 1 });
    expect(await alarms()).toMatchObject([{ kind: "PARCEL_CANCELLED_ON_MANIFEST", open: true }]);
    expect((await alarms())[0]?.message).toContain(code);
    expect(await checked()).toMatchObject([{ kind: "PARCEL_CANCELLED_ON_MANIFEST", recordId: manifestId }]);
    expect(must(await seeRemoved(ctx(), manifestId))).toEqual({ seen: 1 });
    expect(await alarms()).toMatchObject([{ open: false }]);
    expect(await checked()).toEqual([]);
    expect(must(await seeRemoved(ctx(), manifestId))).toEqual({ seen: 0 });
    must(await closeManifest(ctx(), manifestId));
    await expectStockTrue(t, shop.tenantId);
  });

  it("on a manifest that is closed a minute later: the alarm stays, and says where to look, until it is seen", async () => {
    const { manifestId, code } = await cancelledAndClosed();
    await runAlarmChecks(t.services, adoptionChecks);
    expect(await alarms()).toMatchObject([{ kind: "PARCEL_CANCELLED_ON_MANIFEST", open: true }]);
    expect((await alarms())[0]?.message).toContain(`${code}. It is closed by now`);
    expect(must(await seeRemoved(ctx(), manifestId))).toEqual({ seen: 1 });
    await runAlarmChecks(t.services, adoptionChecks);
    expect(await alarms()).toMatchObject([{ open: false }]);
  });

  it("and unseen: the alarm ends when its goods are put away, since they are here then", async () => {
    await cancelledAndClosed();
    const { rows } = await t.db.read(shop.tenantId, (tx) =>
      listWaiting(ctx(), tx, {}, { limit: 50, offset: 0, sort: "createdAt", descending: false }),
    );
    const { putawayId } = must(await createPutaway(ctx(), { itemIds: rows.map((row) => row.itemId) }));
    await runAlarmChecks(t.services, adoptionChecks);
    expect(await alarms(), "a list is paper").toMatchObject([{ open: true }]);
    must(await completePutaway(ctx(), { putawayId, confirmAll: true }));
    await runAlarmChecks(t.services, adoptionChecks);
    expect(await alarms()).toMatchObject([{ open: false }]);
  });

  it("a part of a parcel on a manifest: the rest is packed anew", async () => {
    const packageIds = await readyParcels(t, shop, [
      aPushOrder([{ productId: shop.productId }, { productId: shop.productId }], { id: "A" }),
    ]);
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    must(await cancels("A"));
    expect(await parcelsIn(t, shop)).toEqual(
      ["CANCELLED 1", "CREATED 1"].map((p) => p.replace("CANCELLED 1", "CANCELLED 0")),
    );
    await expectStockTrue(t, shop.tenantId);
  });

  it("while the channel is asked for the manifest's list: it is to be said again", async () => {
    const packageIds = await readyParcels(t, shop, [aPushOrder([{ productId: shop.productId }], { id: "A" })]);
    const { manifestId } = await aManifest(t, shop);
    must(await addParcels(ctx(), { manifestId, packageIds }));
    const asked = (until: Temporal.Instant | null) =>
      t.raw("update godown.manifest set asking_until = $2 where tenant_id = $1", [
        shop.tenantId,
        until?.toString() ?? null,
      ]);
    await asked(t.clock.now().add({ minutes: 1 }));
    expect(await cancels("A")).toMatchObject(refusedWith("CANCEL_WHILE_HANDED_OVER"));
    expect(await says(t, shop, "A"), "nor is it adopted in that moment").toMatchObject(
      refusedWith("MANIFEST_BEING_CLOSED"),
    );
    await asked(t.clock.now().subtract({ seconds: 1 })); // whoever asked has died
    expect(must(await cancels("A"))).toEqual({ taken: true, changed: true });
  });

  it("after it left, by whomever: a person is asked", async () => {
    await anOrder(t, shop, "A", [{ productId: shop.productId }]);
    expect(await outcomes(says(t, shop, "A"))).toEqual(["ADOPTED"]);
    expect(must(await cancels("A"))).toMatchObject({ taken: false });
    expect((await doubtsIn(t, shop)).map((doubt) => doubt.kind)).toEqual(["CANCEL_AFTER_DISPATCH"]);
    expect(await statesIn(t, shop)).toEqual(["DISPATCHED"]);
  });
});
