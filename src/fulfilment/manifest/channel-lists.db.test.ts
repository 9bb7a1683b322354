import { describe, expect, it } from "vitest";
import { listScene, quickAjio, textOf } from "../../../tests/support/channel-list-scene.ts";
import { refusedWith } from "../../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../../tests/support/invariants.ts";
import { type ManifestId, must } from "../../kernel/index.ts";
import { addParcels, addToManifests } from "./add-parcels.ts";
import { closeManifest } from "./close-manifest.ts";
import { createManifest } from "./create-manifest.ts";
import { fetchFileInBackground } from "./fetch-file.ts";
import { printManifest, printManifestFile } from "./print-manifest.ts";
import { takeOffRefused } from "./take-off-refused.ts";

const {
  scene,
  ctx,
  install,
  faults,
  ready,
  parcels,
  states,
  manifestOf,
  shown,
  asked,
  cancelOnChannel,
  oneCourier,
  noneLeft,
} = listScene();

async function download(manifestId: ManifestId): Promise<void> {
  for (const file of (await shown(manifestId)).files) await fetchFileInBackground(ctx(), file.manifestFileId);
}

describe("a manifest that the channel makes", () => {
  it("is asked for courier by courier, closes in one transaction, and its PDFs follow", async () => {
    const packageIds = await ready(6);
    const manifestId = await manifestOf(packageIds);
    expect(await shown(manifestId)).toMatchObject({
      listBy: "channel",
      parcelsMax: 250,
      allowed: ["close"],
      files: [],
    });
    const couriers = [...new Set((await parcels()).map((p) => p.courier))].sort();
    expect(couriers.length).toBeGreaterThan(1);
    expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 6 });
    expect(
      asked()
        .map((m) => m.body.courierCode)
        .sort(),
    ).toEqual(couriers);
    expect(new Set(await states())).toEqual(new Set(["DISPATCHED"]));
    await expectStockTrue(scene.t, scene.shop.tenantId);

    const before = await shown(manifestId);
    expect(before).toMatchObject({ state: "CLOSED", asking: false, allowed: [], channelMessage: null });
    expect(before.parcelsOn.map((p) => p.noticeState)).toEqual(Array.from({ length: 6 }, () => "PENDING"));
    expect(before.files.map((f) => [f.courierCode, f.state])).toEqual(couriers.map((code) => [code, "WAITING"]));
    expect(await printManifest(ctx(), manifestId, "channel")).toMatchObject(refusedWith("MANIFEST_FILES_AWAITED"));

    await download(manifestId);
    const after = await shown(manifestId);
    expect(after.files.map((f) => [f.state, f.attempts, f.message, f.nextAttemptAt])).toEqual(
      couriers.map(() => ["STORED", 1, null, null]),
    );
    const merged = await textOf(printManifest(ctx(), manifestId));
    for (const parcel of await parcels()) expect(merged).toContain(parcel.awb);
    for (const courier of couriers) expect(merged).toContain(courier);
    const [first] = after.files;
    const one = await textOf(
      printManifestFile(ctx(), { manifestId, manifestFileId: first?.manifestFileId ?? ("" as never) }),
    );
    expect(one).toContain(couriers[0]);
    const own = await textOf(printManifest(ctx(), manifestId, "own"));
    // Several couriers on one list: each parcel names its own.
    for (const { awb, order, courierName } of await parcels()) {
      expect(own).toContain(order);
      expect(own.replaceAll(/\s+/g, " ")).toMatch(new RegExp(`${awb}.*${courierName}`));
    }
    const stored = await scene.t.raw(
      "select kind, media_type, exchange_id is not null as exchange from godown.document where tenant_id = $1 and record_type = 'manifest'",
      [scene.shop.tenantId],
    );
    expect(stored).toEqual(
      couriers.map(() => ({ kind: "CHANNEL_MANIFEST", media_type: "application/pdf", exchange: true })),
    );
    const elsewhere = scene.shop.ctx({ facilities: [] });
    expect(await printManifest(elsewhere, manifestId)).toMatchObject(refusedWith("NOT_FOUND"));
    expect(
      await printManifestFile(elsewhere, { manifestId, manifestFileId: first?.manifestFileId ?? ("" as never) }),
    ).toMatchObject(refusedWith("NOT_FOUND"));
  });

  it("is one for each courier where parcels are added from the list", async () => {
    const packageIds = await ready(6);
    const { manifests, refused } = must(await addToManifests(ctx(), { packageIds }));
    expect(refused).toEqual([]);
    const byCourier = Map.groupBy(await parcels(), (p) => p.courier);
    expect(manifests.map((m) => m.added).sort()).toEqual([...byCourier.values()].map((group) => group.length).sort());
    for (const { manifestId } of manifests) {
      const { parcelsOn, courier } = await shown(manifestId);
      expect(new Set(parcelsOn.map((p) => p.courier))).toEqual(new Set([courier]));
    }
  });

  it("for one courier takes no parcel of another", async () => {
    const packageIds = await ready(6);
    const [first] = await parcels();
    const of = { facilityId: scene.shop.facilityId, channelId: scene.shop.channelId, shippingProviderId: null };
    const { manifestId } = must(
      await createManifest(ctx(), { ...of, thirdPartyShipping: true, channelCourierCode: first?.courier ?? "" }),
    );
    const { added, refused } = must(await addParcels(ctx(), { manifestId, packageIds }));
    expect(new Set(added.map((p) => p.channelCourierCode))).toEqual(new Set([first?.courier]));
    expect(new Set(refused.map((r) => r.refusal.code))).toEqual(new Set(["PARCEL_OTHER_PROVIDER"]));
    expect(added.length + refused.length).toBe(6);
    expect(
      await createManifest(ctx(), {
        ...of,
        thirdPartyShipping: false,
        channelCourierCode: "X",
        shippingProviderId: null,
      }),
    ).toMatchObject(refusedWith("MANIFEST_PROVIDER_MISSING"));
  });

  it("names what the channel refuses, changes nothing, and closes when that is taken off", async () => {
    const packageIds = await ready(4);
    await oneCourier();
    const manifestId = await manifestOf(packageIds);
    const [gone, ...others] = await parcels();
    if (!gone) throw new Error("there are four parcels");
    await cancelOnChannel(gone.order);
    const refused = await closeManifest(ctx(), manifestId);
    expect(refused).toMatchObject(refusedWith("MANIFEST_REFUSED_BY_CHANNEL", { packages: [gone.code] }));
    expect(refused.ok ? "" : refused.refusal.facts.detail).toContain(`${gone.code}: item cancelled by customer`);
    await noneLeft();
    const page = await shown(manifestId);
    expect(page).toMatchObject({ state: "CREATED", refused: 1, allowed: ["close", "takeOffRefused"] });
    expect(page.channelMessage).toContain("item cancelled by customer");
    expect(page.parcelsOn.filter((p) => p.channelRefusal !== null)).toMatchObject([
      { code: gone.code, channelRefusal: "item cancelled by customer" },
    ]);
    const [exchange] = await scene.t.raw<{ operation: string }>(
      "select operation from godown.exchange where tenant_id = $1 and exchange_id = $2",
      [scene.shop.tenantId, page.channelExchangeId],
    );
    expect(exchange?.operation).toBe("fetchManifest/fetchManifest");

    await closeManifest(ctx(), manifestId); // pressed again: the same words are not told twice
    const timeline = await scene.t.raw<{ kind: string; facts: Record<string, unknown> }>(
      "select kind, facts from godown.order_event where tenant_id = $1 and shipping_package_id = $2 order by at, order_event_id",
      [scene.shop.tenantId, gone.id],
    );
    expect(timeline.filter((e) => e.kind === "MANIFEST_REFUSED_BY_CHANNEL").map((e) => e.facts)).toMatchObject([
      { channelMessage: "item cancelled by customer", exchange: page.channelExchangeId },
    ]);

    expect(must(await takeOffRefused(ctx(), manifestId))).toEqual({ taken: 1 });
    expect(await takeOffRefused(ctx(), manifestId)).toMatchObject(refusedWith("NOTHING_REFUSED"));
    expect((await parcels()).find((p) => p.id === gone.id)?.state).toBe("READY_TO_SHIP");
    expect(await shown(manifestId)).toMatchObject({ refused: 0, channelMessage: null });
    expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: others.length });
    expect((await parcels()).map((p) => p.state).sort()).toEqual([
      "DISPATCHED",
      "DISPATCHED",
      "DISPATCHED",
      "READY_TO_SHIP",
    ]);
  });

  it.each([
    ["breaks down", { kind: "5xx", operation: "fetchManifest" }, "MANIFEST_NOT_ANSWERED"],
    ["hangs up", { kind: "drop", operation: "fetchManifest" }, "MANIFEST_NOT_ANSWERED"],
    ["answers by half", { kind: "half_answer", operation: "fetchManifest" }, "MANIFEST_NOT_ANSWERED"],
    ["makes it and breaks down", { kind: "5xx", processed: true, operation: "fetchManifest" }, "MANIFEST_NOT_ANSWERED"],
    [
      "does not answer in time",
      { kind: "timeout", operation: "fetchManifest", processed: true },
      "MANIFEST_NOT_ANSWERED",
    ],
    ["wants less", { kind: "429", operation: "fetchManifest" }, "MANIFEST_NOT_ANSWERED"],
    [
      "refuses it",
      { kind: "failed", operation: "fetchManifest", message: "pickup closed" },
      "MANIFEST_REFUSED_BY_CHANNEL",
    ],
  ])(
    "stays open with its words where the channel %s, and closes when it is asked again",
    async (_, fault, code) => {
      const packageIds = await ready(2);
      await oneCourier();
      const manifestId = await manifestOf(packageIds);
      await faults(fault);
      expect(await closeManifest(ctx(), manifestId)).toMatchObject(refusedWith(code));
      await noneLeft();
      expect(await shown(manifestId)).toMatchObject({
        state: "CREATED",
        asking: false,
        channelMessage: expect.any(String),
      });
      await fetch(`${scene.shop.sim.url}/_sim/faults`, { method: "DELETE" });
      await faults(null);
      expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 2 });
    },
    60_000,
  );

  it("renews a token that ran out, once, and goes on", async () => {
    const manifestId = await manifestOf(await ready(2));
    await faults({ kind: "401", operation: "fetchManifest", count: 1 });
    expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 2 });
  });

  it("says that the channel must be connected again where it refuses the credentials", async () => {
    const manifestId = await manifestOf(await ready(2));
    await faults({ kind: "401", operation: "fetchManifest" });
    expect(await closeManifest(ctx(), manifestId)).toMatchObject(refusedWith("MANIFEST_NOT_ANSWERED"));
    const again = await closeManifest(ctx(), manifestId);
    expect(again).toMatchObject(refusedWith("MANIFEST_NOT_ANSWERED", { exchange: null }));
    expect(again.ok ? "" : again.refusal.facts.detail).toContain("BROKEN");
    await noneLeft();
  });
});

describe("a list of ours for parcels that the channel ships", () => {
  it("is closed without asking, and names the channel's couriers", async () => {
    const packageIds = await ready(4);
    install({ rules: { ...quickAjio.rules, manifestBy: "us" } });
    const { manifests } = must(await addToManifests(ctx(), { packageIds }));
    const couriers = new Set((await parcels()).map((p) => p.courierName)); // each rider signs for his own
    expect(manifests).toHaveLength(couriers.size);
    expect(manifests.reduce((sum, { added }) => sum + added, 0)).toBe(4);
    const texts: string[] = [];
    for (const { manifestId, added } of manifests) {
      expect(await shown(manifestId)).toMatchObject({ listBy: "us", parcelsMax: 5_000 });
      expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: added });
      texts.push(await textOf(printManifest(ctx(), manifestId)));
    }
    expect(asked()).toEqual([]);
    for (const name of couriers) expect(texts.filter((text) => text.includes(String(name)))).toHaveLength(1);
    const [notice] = await scene.t.raw<{ payload: { shipper: unknown } }>(
      "select payload from godown.channel_notice where tenant_id = $1 and kind = 'DISPATCH'",
      [scene.shop.tenantId],
    );
    expect(notice?.payload.shipper).toBeNull();
  });
});
