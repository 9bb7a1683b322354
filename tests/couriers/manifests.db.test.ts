import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addParcels, closeManifest, createManifest } from "../../src/fulfilment/index.ts";
import { fetchFileInBackground, fetchFileNow } from "../../src/fulfilment/manifest/fetch-file.ts";
import { type ManifestFile, manifestFiles } from "../../src/fulfilment/manifest/files.store.ts";
import { printManifest, printManifestFile } from "../../src/fulfilment/manifest/print-manifest.ts";
import { type ManifestId, must, type ShippingPackageId } from "../../src/kernel/index.ts";
import { type ACourier, aCourier, aCourierShop, labelThem, packageNow, packed } from "../support/courier-scene.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import type { Shop } from "../support/shop-builders.ts";

let t: TestDatabase;
const open: ACourier[] = [];
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));
afterEach(async () => {
  for (const { simulator } of open.splice(0)) await simulator.close();
});
const courier = async (...given: Parameters<typeof aCourier>) => {
  const made = await aCourier(...given);
  open.push(made);
  return made;
};
const MAKES_MANIFESTS = { settings: { manifests: true } };

/** A closed manifest of so many parcels of a courier. */
async function aClosed(
  shop: Shop,
  made: ACourier,
  count: number,
): Promise<{ manifestId: ManifestId; ids: ShippingPackageId[] }> {
  const ids = await packed(t, shop, count);
  for (const result of await labelThem(t, shop, ids)) expect(result.refusal).toBeNull();
  const ctx = t.ctx(shop.tenantId);
  const { manifestId } = must(
    await createManifest(ctx, {
      facilityId: shop.facilityId,
      channelId: shop.channelId,
      shippingProviderId: made.providerId,
      thirdPartyShipping: false,
      channelCourierCode: null,
    }),
  );
  must(await addParcels(ctx, { manifestId, packageIds: ids }));
  expect(must(await closeManifest(ctx, manifestId))).toEqual({ dispatched: count });
  return { manifestId, ids };
}
async function theFile(shop: Shop, manifestId: ManifestId): Promise<ManifestFile> {
  const [file, ...others] = await t.db.read(shop.tenantId, (tx) => manifestFiles(tx, manifestId));
  expect(others).toEqual([]);
  if (!file) throw new Error("the manifest has a file");
  return file;
}

describe("the list of a courier that makes one", () => {
  it("is asked for when ours has closed, kept with its files, and is no condition of closing", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop, MAKES_MANIFESTS);
    const { manifestId, ids } = await aClosed(shop, made, 3);
    expect(await packageNow(t, shop, ids[0])).toMatchObject({ state: "DISPATCHED" });
    const before = await theFile(shop, manifestId);
    expect(before).toMatchObject({ state: "WAITING", url: null, providerId: made.providerId, courierCode: made.code });
    made.simulator.fault({ kind: "429", operation: "generateManifest", count: 6 });
    await fetchFileInBackground(t.ctx(shop.tenantId), before.manifestFileId);
    expect(await theFile(shop, manifestId)).toMatchObject({ state: "WAITING", attempts: 1 });
    made.simulator.fault(null);
    t.clock.advance({ hours: 2 });
    const ctx = t.ctx(shop.tenantId);
    expect(must(await fetchFileNow(ctx, { manifestId, manifestFileId: before.manifestFileId }))).toMatchObject({
      state: "STORED",
      refused: [],
      number: String(made.simulator.manifests()[0]?.number),
    });
    expect(made.simulator.manifests()[0]?.awbs).toHaveLength(3);
    expect(must(await printManifestFile(ctx, { manifestId, manifestFileId: before.manifestFileId }))).toMatchObject({
      mediaType: "application/pdf",
    });
    // Our own list is printed as before.
    expect(must(await printManifest(ctx, manifestId))).toMatchObject({ fileName: expect.stringMatching(/^manifest-/) });
  });

  it("names what the courier leaves out, and takes the rest", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop, MAKES_MANIFESTS);
    const first = await aClosed(shop, made, 1);
    const second = await aClosed(shop, made, 2);
    await fetchFileInBackground(t.ctx(shop.tenantId), (await theFile(shop, first.manifestId)).manifestFileId);
    // One parcel of the second stands on a list that somebody made on the courier's panel.
    const [onPanel] = await Promise.all(second.ids.map((id) => packageNow(t, shop, id)));
    await panelManifest(made, onPanel?.awb ?? "");
    await fetchFileInBackground(t.ctx(shop.tenantId), (await theFile(shop, second.manifestId)).manifestFileId);
    expect(await theFile(shop, second.manifestId)).toMatchObject({
      state: "STORED",
      refused: [{ awbs: [onPanel?.awb], why: "ALREADY" }],
    });
  });

  it("that is there already, since its answer was lost, is a person's", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop, MAKES_MANIFESTS);
    const { manifestId } = await aClosed(shop, made, 2);
    made.simulator.fault({ kind: "drop", operation: "generateManifest", processed: true, count: 1 });
    const { manifestFileId } = await theFile(shop, manifestId);
    await fetchFileInBackground(t.ctx(shop.tenantId), manifestFileId);
    expect(await theFile(shop, manifestId)).toMatchObject({ state: "WAITING" });
    await fetchFileInBackground(t.ctx(shop.tenantId), manifestFileId);
    const file = await theFile(shop, manifestId);
    expect(file).toMatchObject({ state: "FAILED", refused: [{ why: "ALREADY" }] });
    expect(file.message).toContain("already");
    expect(made.simulator.manifests()).toHaveLength(1);
  });

  it("is not asked for where the account does not say so", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const { manifestId } = await aClosed(shop, made, 1);
    expect(await t.db.read(shop.tenantId, (tx) => manifestFiles(tx, manifestId))).toEqual([]);
  });
});

/** Somebody makes a list on the courier's own panel. */
async function panelManifest({ simulator }: ACourier, awb: string): Promise<void> {
  const token = await fetch(`${simulator.url}/authToken`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "scene-shipper", password: "scene-password" }),
  });
  const answer: unknown = await token.json();
  const text = typeof answer === "object" && answer !== null && "token" in answer ? String(answer.token) : "";
  const listed = await fetch(`${simulator.url}/manifest`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: text },
    body: JSON.stringify({ awbNumbers: [awb] }),
  });
  expect(listed.status).toBe(201);
}
