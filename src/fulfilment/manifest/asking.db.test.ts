import { describe, expect, it } from "vitest";
import { listScene, quickAjio } from "../../../tests/support/channel-list-scene.ts";
import { refusedWith } from "../../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../../tests/support/invariants.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import { type ManifestId, must } from "../../kernel/index.ts";
import { changeOrder } from "../order-actions.ts";
import { addParcels, addToManifests } from "./add-parcels.ts";
import { closeManifest } from "./close-manifest.ts";
import { discardManifest } from "./discard-manifest.ts";
import { scanIntoManifest } from "./scan-into-manifest.ts";
import { takeOff } from "./take-off.ts";
import { takeOffRefused } from "./take-off-refused.ts";

const { scene, ctx, install, faults, ready, parcels, states, manifestOf, shown, asked, oneCourier, noneLeft } =
  listScene();

describe("while the channel is asked", () => {
  it("nobody adds, takes off, scans, discards or closes, and everything goes on when it has answered", async () => {
    const [a, b, ...rest] = await ready(4);
    if (!a || !b) throw new Error("there are four parcels");
    const manifestId = await manifestOf([a, ...rest]);
    await faults({ kind: "late", operation: "fetchManifest", delayMs: 600 });
    const closing = closeManifest(ctx(), manifestId);
    await waitFor("the channel is asked", async () => (await shown(manifestId)).asking);
    expect((await shown(manifestId)).allowed).toEqual([]);
    const code = (await parcels()).find((p) => p.id === b)?.code ?? "";
    for (const act of [
      () => addParcels(ctx(), { manifestId, packageIds: [b] }),
      () => takeOff(ctx(), { manifestId, packageIds: [a] }),
      () => scanIntoManifest(ctx(), { manifestId, code }),
      () => discardManifest(ctx(), manifestId),
      () => takeOffRefused(ctx(), manifestId),
      () => closeManifest(ctx(), manifestId),
    ])
      expect(await act()).toMatchObject(refusedWith("MANIFEST_BEING_CLOSED"));
    expect(must(await closing)).toEqual({ dispatched: 3 });
    expect(await closeManifest(ctx(), manifestId)).toMatchObject(refusedWith("MANIFEST_ALREADY_CLOSED"));
  });

  it("a parcel added from the list goes onto another manifest", async () => {
    const packageIds = await ready(8);
    const [busiest] = [...Map.groupBy(await parcels(), (p) => p.courier).values()].sort((x, y) => y.length - x.length);
    const [last, ...first] = (busiest ?? []).map((p) => p.id);
    if (!last || packageIds.length === 0) throw new Error("there are parcels of one courier");
    const { manifests } = must(await addToManifests(ctx(), { packageIds: first }));
    const manifestId = manifests[0]?.manifestId ?? ("" as ManifestId);
    await faults({ kind: "late", operation: "fetchManifest", delayMs: 400 });
    const closing = closeManifest(ctx(), manifestId);
    await waitFor("the channel is asked", async () => (await shown(manifestId)).asking);
    const more = must(await addToManifests(ctx(), { packageIds: [last] }));
    expect(more.manifests).toMatchObject([{ created: true, added: 1 }]);
    expect(more.manifests[0]?.manifestId).not.toBe(manifestId);
    expect(must(await closing).dispatched).toBe(first.length);
  });

  it("an order put on hold stops the hand-over, and the same list is asked for again", async () => {
    const packageIds = await ready(2);
    const manifestId = await manifestOf(packageIds);
    const [first] = await parcels();
    const held = (action: "hold" | "unhold") =>
      scene.t.db.transaction(scene.shop.tenantId, (tx) =>
        changeOrder(tx, ctx(), first?.saleOrderId as never, { action, reason: "address doubtful" }),
      );
    await faults({ kind: "late", operation: "fetchManifest", delayMs: 500 });
    const closing = closeManifest(ctx(), manifestId);
    await waitFor("the channel is asked", async () => (await shown(manifestId)).asking);
    must(await held("hold"));
    expect(await closing).toMatchObject(refusedWith("PACKAGE_ON_HOLD", { packages: [first?.code] }));
    await noneLeft();
    expect(await shown(manifestId)).toMatchObject({
      asking: false,
      channelMessage: expect.stringContaining("on hold"),
    });
    must(await held("unhold"));
    expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 2 });
    expect(asked().some((m) => m.repeated)).toBe(true);
  });

  it("a claim that nobody ended runs out, and who comes late changes nothing", async () => {
    const packageIds = await ready(2);
    await oneCourier();
    const manifestId = await manifestOf(packageIds);
    await faults({ kind: "late", operation: "fetchManifest", delayMs: 700 });
    const slow = closeManifest(ctx(), manifestId);
    await waitFor("the channel is asked", async () => (await shown(manifestId)).asking);
    scene.t.clock.advance({ minutes: 10 });
    await faults(null);
    expect((await shown(manifestId)).asking).toBe(false);
    expect(must(await takeOff(ctx(), { manifestId, packageIds: packageIds.slice(1) }))).toEqual({ taken: 1 });
    expect(await slow).toMatchObject(refusedWith("MANIFEST_CHANGED"));
    expect(await states()).toEqual(["MANIFESTED", "READY_TO_SHIP"]);
    expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 1 });
  });
});

describe("how much the channel takes at once", () => {
  const few = { ...quickAjio.capabilities, fetchManifest: { parcelsMax: 2 } };

  it("is kept when parcels are added, scanned, and when it is closed", async () => {
    install({ capabilities: few });
    const [a, b, c] = await ready(3);
    if (!a || !b || !c) throw new Error("there are three parcels");
    const manifestId = await manifestOf([a, b]);
    const tooMany = refusedWith("MANIFEST_TOO_LARGE_FOR_CHANNEL", { parcels: 3, most: 2 });
    expect(await addParcels(ctx(), { manifestId, packageIds: [c] })).toMatchObject(tooMany);
    expect(must(await addParcels(ctx(), { manifestId, packageIds: [a] })).refused).toHaveLength(1); // it is on already
    const code = (await parcels()).find((p) => p.id === c)?.code ?? "";
    expect(await scanIntoManifest(ctx(), { manifestId, code })).toMatchObject(tooMany);
    install();
    must(await addParcels(ctx(), { manifestId, packageIds: [c] }));
    install({ capabilities: few });
    expect(await closeManifest(ctx(), manifestId)).toMatchObject(tooMany);
    must(await takeOff(ctx(), { manifestId, packageIds: [c] }));
    expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 2 });
  });

  it("is spread over manifests where parcels are added from the list", async () => {
    install({ capabilities: few });
    const packageIds = await ready(5);
    await oneCourier();
    const first = must(await addToManifests(ctx(), { packageIds: packageIds.slice(0, 1) }));
    const { manifests, refused } = must(await addToManifests(ctx(), { packageIds: packageIds.slice(1) }));
    expect(refused).toEqual([]);
    expect(manifests.map((m) => [m.created, m.added])).toEqual([
      [false, 1],
      [true, 2],
      [true, 1],
    ]);
    expect(manifests[0]?.manifestId).toBe(first.manifests[0]?.manifestId);
  });
});

describe("whatever happens", () => {
  it("a parcel has left exactly when its manifest is closed", async () => {
    const packageIds = await ready(8);
    let seed = 20_261_122;
    const pick = (n: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % n;
    };
    const all = () =>
      scene.t.raw<{ manifestId: ManifestId }>(
        `select manifest_id as "manifestId" from godown.manifest where tenant_id = $1`,
        [scene.shop.tenantId],
      );
    const FAULTS = [
      null,
      { kind: "5xx", count: 1 },
      { kind: "failed", count: 1, message: "no" },
      { kind: "drop", count: 3 },
    ];
    await manifestOf(packageIds.slice(0, 2));
    for (let step = 0; step < 40; step++) {
      const manifests = await all();
      const manifestId = manifests[pick(manifests.length)]?.manifestId;
      const id = packageIds[pick(packageIds.length)];
      if (manifestId === undefined || id === undefined) throw new Error("there is a manifest and a parcel");
      const fault = FAULTS[pick(FAULTS.length)];
      await faults(null);
      if (fault) await faults({ ...fault, operation: "fetchManifest" });
      switch (pick(6)) {
        case 0:
          await addParcels(ctx(), { manifestId, packageIds: [id] });
          break;
        case 1:
          await addToManifests(ctx(), { packageIds: [id] });
          break;
        case 2:
          await takeOff(ctx(), { manifestId, packageIds: [id] });
          break;
        case 3:
          await takeOffRefused(ctx(), manifestId);
          break;
        case 4:
          await Promise.all([closeManifest(ctx(), manifestId), closeManifest(ctx(), manifestId)]);
          break;
        default:
          await closeManifest(ctx(), manifestId);
      }
      const wrong = await scene.t.raw(
        `select p.code, p.state, m.state as manifest from godown.shipping_package p
         left join godown.manifest_package mp using (tenant_id, shipping_package_id) left join godown.manifest m using (tenant_id, manifest_id)
         where p.tenant_id = $1 and (
           (p.state = 'DISPATCHED') is distinct from (m.state is not distinct from 'CLOSED') or (p.state = 'MANIFESTED') is distinct from (m.state is not distinct from 'CREATED'))`,
        [scene.shop.tenantId],
      );
      expect(wrong, `after step ${step}`).toEqual([]);
    }
    expect(await states()).toContain("DISPATCHED");
    await expectStockTrue(scene.t, scene.shop.tenantId);
    const told = await scene.t.raw(
      "select shipping_package_id from godown.channel_notice where tenant_id = $1 and kind = 'DISPATCH' group by 1 having count(*) > 1",
      [scene.shop.tenantId],
    );
    expect(told).toEqual([]);
  }, 120_000);
});
