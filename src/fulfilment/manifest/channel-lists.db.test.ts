import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ajioDropship } from "../../../connectors/ajio-dropship/index.ts";
import type { Connector } from "../../../connectors/kit/index.ts";
import { setFaults } from "../../../tests/support/channel-builders.ts";
import { aListShop, type ListShop, readyForList } from "../../../tests/support/channel-list-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { refusedWith } from "../../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../../tests/support/invariants.ts";
import { readPages } from "../../../tests/support/read-pdf.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import { installSources } from "../../channels/index.ts";
import { type ManifestId, must, type ShippingPackageId } from "../../kernel/index.ts";
import { changeOrder } from "../order-actions.ts";
import { addParcels, addToManifests } from "./add-parcels.ts";
import { closeManifest } from "./close-manifest.ts";
import { createManifest } from "./create-manifest.ts";
import { discardManifest } from "./discard-manifest.ts";
import { fetchFileInBackground, fetchFileNow, resumeFiles } from "./fetch-file.ts";
import type { ManifestFileId } from "./files.store.ts";
import { printManifest, printManifestFile } from "./print-manifest.ts";
import { manifestRoutes } from "./routes.ts";
import { scanIntoManifest } from "./scan-into-manifest.ts";
import { takeOff } from "./take-off.ts";
import { takeOffRefused } from "./take-off-refused.ts";

/** AJIO as it is, but quick to give up, and without a limit that would slow a test. */
const quick: Connector = {
  ...ajioDropship,
  limits: { ...ajioDropship.limits, requestsPerSecond: 10_000, burst: 10_000, timeoutMs: 2_000 },
};
const install = (over: Partial<Connector> = {}) => installSources([{ ...quick, ...over }]);

let t: TestDatabase;
let shop: ListShop;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  install();
  shop = await aListShop(t);
});
afterEach(() => shop.sim.close());

const ctx = () => shop.ctx();
const faults = (wish: Record<string, unknown> | null) => setFaults(shop.sim, wish);
/** A manifest for whichever courier AJIO sends, with these parcels on it. */
async function manifestOf(packageIds: readonly ShippingPackageId[]): Promise<ManifestId> {
  const of = { facilityId: shop.facilityId, channelId: shop.channelId, shippingProviderId: null };
  const { manifestId } = must(await createManifest(ctx(), { ...of, thirdPartyShipping: true }));
  expect(must(await addParcels(ctx(), { manifestId, packageIds })).refused).toEqual([]);
  return manifestId;
}

interface Parcel {
  readonly id: ShippingPackageId;
  readonly code: string;
  readonly order: string;
  readonly saleOrderId: string;
  readonly state: string;
  readonly courier: string;
  readonly courierName: string;
  readonly awb: string;
}
const parcels = () =>
  t.raw<Parcel>(
    `select p.shipping_package_id as id, p.code, o.channel_order_id as "order", o.sale_order_id as "saleOrderId", p.state, p.channel_courier_code as courier,
       p.channel_courier_name as "courierName", p.awb
     from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id) where p.tenant_id = $1 order by p.code`,
    [shop.tenantId],
  );
const states = async () => (await parcels()).map((p) => p.state);
interface Shown {
  readonly state: string;
  readonly listBy: string;
  readonly parcelsMax: number;
  readonly asking: boolean;
  readonly allowed: string[];
  readonly channelMessage: string | null;
  readonly channelExchangeId: string | null;
  readonly refused: number;
  readonly courier: string;
  readonly parcelsOn: {
    code: string;
    channelRefusal: string | null;
    courier: string | null;
    noticeState: string | null;
  }[];
  readonly files: {
    manifestFileId: ManifestFileId;
    courierCode: string;
    state: string;
    attempts: number;
    message: string | null;
    nextAttemptAt: string | null;
    documentId: string | null;
    exchangeId: string | null;
    url: string | null;
  }[];
}
/** The manifest's page, through its route: query and answer are parsed by its own schemas. */
async function shown(manifestId: ManifestId): Promise<Shown> {
  const route = manifestRoutes.find((r) => r.method === "GET" && r.path === "/manifests/:manifestId");
  const answer = await route?.handle(ctx(), { params: { manifestId }, query: undefined, body: undefined });
  return route?.answer?.parse(must(answer as { ok: true; value: unknown })) as Shown;
}
const asked = () =>
  shop.sim.state().manifests as { body: { courierCode: string }; outcome: string; repeated: boolean }[];
async function download(manifestId: ManifestId): Promise<void> {
  for (const file of (await shown(manifestId)).files) await fetchFileInBackground(ctx(), file.manifestFileId);
}
async function textOf(print: Promise<Awaited<ReturnType<typeof printManifest>>>): Promise<string> {
  const { bytes } = must(await print);
  if (!(bytes instanceof Uint8Array)) throw new Error("a PDF is bytes");
  return (await readPages(bytes)).map((page) => page.text).join("\n");
}
const cancelOnChannel = async (order: string) => {
  const answer = await fetch(`${shop.sim.url}/_sim/orders/${order}/cancel`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ late: true }),
  });
  if (!answer.ok) throw new Error(await answer.text());
};
/** All parcels go with one courier. */
const oneCourier = () =>
  t.raw("update godown.shipping_package set channel_courier_code = 'ONE' where tenant_id = $1", [shop.tenantId]);
const noneLeft = async () => {
  expect((await states()).filter((state) => state === "DISPATCHED")).toEqual([]);
  expect(
    await t.raw("select 1 from godown.channel_notice where tenant_id = $1 and kind = 'DISPATCH'", [shop.tenantId]),
  ).toEqual([]);
  await expectStockTrue(t, shop.tenantId);
};

describe("a manifest that the channel makes", () => {
  it("is asked for courier by courier, closes in one transaction, and its PDFs follow", async () => {
    const packageIds = await readyForList(t, shop, 6);
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
    await expectStockTrue(t, shop.tenantId);

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
    const stored = await t.raw(
      "select kind, media_type, exchange_id is not null as exchange from godown.document where tenant_id = $1 and record_type = 'manifest'",
      [shop.tenantId],
    );
    expect(stored).toEqual(
      couriers.map(() => ({ kind: "CHANNEL_MANIFEST", media_type: "application/pdf", exchange: true })),
    );
    const elsewhere = shop.ctx({ facilities: [] });
    expect(await printManifest(elsewhere, manifestId)).toMatchObject(refusedWith("NOT_FOUND"));
    expect(
      await printManifestFile(elsewhere, { manifestId, manifestFileId: first?.manifestFileId ?? ("" as never) }),
    ).toMatchObject(refusedWith("NOT_FOUND"));
  });

  it("is one for each courier where parcels are added from the list", async () => {
    const packageIds = await readyForList(t, shop, 6);
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
    const packageIds = await readyForList(t, shop, 6);
    const [first] = await parcels();
    const of = { facilityId: shop.facilityId, channelId: shop.channelId, shippingProviderId: null };
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
    const packageIds = await readyForList(t, shop, 4);
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
    const [exchange] = await t.raw<{ operation: string }>(
      "select operation from godown.exchange where tenant_id = $1 and exchange_id = $2",
      [shop.tenantId, page.channelExchangeId],
    );
    expect(exchange?.operation).toBe("fetchManifest/fetchManifest");

    await closeManifest(ctx(), manifestId); // pressed again: the same words are not told twice
    const timeline = await t.raw<{ kind: string; facts: Record<string, unknown> }>(
      "select kind, facts from godown.order_event where tenant_id = $1 and shipping_package_id = $2 order by at, order_event_id",
      [shop.tenantId, gone.id],
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
      const packageIds = await readyForList(t, shop, 2);
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
      await fetch(`${shop.sim.url}/_sim/faults`, { method: "DELETE" });
      await faults(null);
      expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 2 });
    },
    60_000,
  );

  it("renews a token that ran out, once, and goes on", async () => {
    const manifestId = await manifestOf(await readyForList(t, shop, 2));
    await faults({ kind: "401", operation: "fetchManifest", count: 1 });
    expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 2 });
  });

  it("says that the channel must be connected again where it refuses the credentials", async () => {
    const manifestId = await manifestOf(await readyForList(t, shop, 2));
    await faults({ kind: "401", operation: "fetchManifest" });
    expect(await closeManifest(ctx(), manifestId)).toMatchObject(refusedWith("MANIFEST_NOT_ANSWERED"));
    const again = await closeManifest(ctx(), manifestId);
    expect(again).toMatchObject(refusedWith("MANIFEST_NOT_ANSWERED", { exchange: null }));
    expect(again.ok ? "" : again.refusal.facts.detail).toContain("BROKEN");
    await noneLeft();
  });
});

describe("while the channel is asked", () => {
  it("nobody adds, takes off, scans, discards or closes, and everything goes on when it has answered", async () => {
    const [a, b, ...rest] = await readyForList(t, shop, 4);
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
    const packageIds = await readyForList(t, shop, 8);
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
    const packageIds = await readyForList(t, shop, 2);
    const manifestId = await manifestOf(packageIds);
    const [first] = await parcels();
    const held = (action: "hold" | "unhold") =>
      t.db.transaction(shop.tenantId, (tx) =>
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
    const packageIds = await readyForList(t, shop, 2);
    await oneCourier();
    const manifestId = await manifestOf(packageIds);
    await faults({ kind: "late", operation: "fetchManifest", delayMs: 700 });
    const slow = closeManifest(ctx(), manifestId);
    await waitFor("the channel is asked", async () => (await shown(manifestId)).asking);
    t.clock.advance({ minutes: 10 });
    await faults(null);
    expect((await shown(manifestId)).asking).toBe(false);
    expect(must(await takeOff(ctx(), { manifestId, packageIds: packageIds.slice(1) }))).toEqual({ taken: 1 });
    expect(await slow).toMatchObject(refusedWith("MANIFEST_CHANGED"));
    expect(await states()).toEqual(["MANIFESTED", "READY_TO_SHIP"]);
    expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 1 });
  });
});

describe("how much the channel takes at once", () => {
  const few = { ...quick.capabilities, fetchManifest: { parcelsMax: 2 } };

  it("is kept when parcels are added, scanned, and when it is closed", async () => {
    install({ capabilities: few });
    const [a, b, c] = await readyForList(t, shop, 3);
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
    const packageIds = await readyForList(t, shop, 5);
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

describe("the channel's PDF", () => {
  async function closed(count = 1): Promise<ManifestId> {
    const packageIds = await readyForList(t, shop, count);
    await oneCourier();
    const manifestId = await manifestOf(packageIds);
    must(await closeManifest(ctx(), manifestId));
    return manifestId;
  }
  const file = async (manifestId: ManifestId) => {
    const [one] = (await shown(manifestId)).files;
    if (!one) throw new Error("there is a file");
    return one;
  };

  it("is tried again by itself: not there, a web page in its place, then whole", async () => {
    const manifestId = await closed();
    let missing = 1;
    shop.plant.tamper = (call, answer) =>
      call.operation === "downloadFile" && missing-- > 0 ? { status: 404, body: { message: "not found" } } : answer;
    await download(manifestId);
    expect(await file(manifestId)).toMatchObject({
      state: "WAITING",
      attempts: 1,
      message: expect.stringContaining("not found"),
    });
    expect(await states()).toEqual(["DISPATCHED"]); // the parcel has left, whatever becomes of the paper
    await faults({ kind: "bad_file", operation: "downloadFile", count: 1 });
    await download(manifestId);
    const second = await file(manifestId);
    expect(second).toMatchObject({ state: "WAITING", attempts: 2, message: expect.stringContaining("not a PDF") });
    expect(
      Temporal.Instant.from(second.nextAttemptAt ?? "")
        .since(t.clock.now())
        .total("seconds"),
    ).toBe(20);
    await download(manifestId);
    expect(await file(manifestId)).toMatchObject({ state: "STORED", attempts: 3, message: null });
    await download(manifestId);
    expect((await file(manifestId)).attempts).toBe(3);
  });

  it("is left to a person after hours, who downloads it with a click", async () => {
    const manifestId = await closed();
    await faults({ kind: "5xx", operation: "downloadFile" });
    await t.raw("update godown.manifest_file set attempts = 19 where tenant_id = $1", [shop.tenantId]);
    await download(manifestId);
    const failed = await file(manifestId);
    expect(failed).toMatchObject({ state: "FAILED", attempts: 20, nextAttemptAt: null });
    const { manifestFileId } = failed;
    must(await fetchFileNow(ctx(), { manifestId, manifestFileId }));
    expect(await file(manifestId)).toMatchObject({ state: "FAILED", attempts: 21 });
    await faults(null);
    expect(must(await fetchFileNow(ctx(), { manifestId, manifestFileId })).state).toBe("STORED");
    expect(await fetchFileNow(shop.ctx({ facilities: [] }), { manifestId, manifestFileId })).toMatchObject(
      refusedWith("NOT_FOUND"),
    );
  });

  it("is asked for anew where its address has run out", async () => {
    const manifestId = await closed();
    await t.raw("update godown.manifest_file set url = $2 where tenant_id = $1", [
      shop.tenantId,
      `${shop.sim.url}/files/gone.pdf`,
    ]);
    const { manifestFileId } = await file(manifestId);
    await download(manifestId);
    expect((await file(manifestId)).state).toBe("WAITING");
    expect(must(await fetchFileNow(ctx(), { manifestId, manifestFileId })).state).toBe("STORED");
    expect((await file(manifestId)).url).not.toContain("gone");
  });

  it("that came without an address is told at once, and asked for with a click", async () => {
    let silent = true;
    shop.plant.tamper = (call, answer) =>
      call.operation === "fetchManifest" && silent
        ? { ...answer, body: { status: "SUCCESS", manifestUrl: "", orderItems: [] } }
        : answer;
    const manifestId = await closed();
    const { manifestFileId, ...rest } = await file(manifestId);
    expect(rest).toMatchObject({ state: "FAILED", url: null, message: expect.stringContaining("no address") });
    silent = false;
    expect(must(await fetchFileNow(ctx(), { manifestId, manifestFileId })).state).toBe("STORED");
  });

  it("is not forgotten where the process that should have fetched it has ended", async () => {
    const manifestId = await closed();
    const { manifestFileId } = await file(manifestId);
    const jobs = () =>
      t.raw<{ n: number }>(
        "select count(*)::integer as n from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id where k.identifier = 'fulfilment.fetch_manifest_file' and j.payload -> 'payload' ->> 'manifestFileId' = $1",
        [manifestFileId],
      );
    expect(await jobs()).toEqual([{ n: 1 }]);
    await t.raw("delete from graphile_worker._private_jobs");
    await resumeFiles(t.services);
    expect(await jobs()).toEqual([{ n: 0 }]); // not overdue yet
    t.clock.advance({ minutes: 3 });
    await resumeFiles(t.services);
    expect(await jobs()).toEqual([{ n: 1 }]);
  });
});

describe("a list of ours for parcels that the channel ships", () => {
  it("is closed without asking, and names the channel's couriers", async () => {
    const packageIds = await readyForList(t, shop, 4);
    install({ rules: { ...quick.rules, manifestBy: "us" } });
    const { manifests } = must(await addToManifests(ctx(), { packageIds }));
    expect(manifests).toMatchObject([{ added: 4 }]);
    const manifestId = manifests[0]?.manifestId ?? ("" as ManifestId);
    expect(await shown(manifestId)).toMatchObject({ listBy: "us", parcelsMax: 5_000 });
    expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 4 });
    expect(asked()).toEqual([]);
    const text = await textOf(printManifest(ctx(), manifestId));
    for (const name of new Set((await parcels()).map((p) => p.courierName))) expect(text).toContain(name);
    const [notice] = await t.raw<{ payload: { shipper: unknown } }>(
      "select payload from godown.channel_notice where tenant_id = $1 and kind = 'DISPATCH'",
      [shop.tenantId],
    );
    expect(notice?.payload.shipper).toBeNull();
  });
});

describe("whatever happens", () => {
  it("a parcel has left exactly when its manifest is closed", async () => {
    const packageIds = await readyForList(t, shop, 8);
    let seed = 20_261_122;
    const pick = (n: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % n;
    };
    const all = () =>
      t.raw<{ manifestId: ManifestId }>(
        `select manifest_id as "manifestId" from godown.manifest where tenant_id = $1`,
        [shop.tenantId],
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
      const wrong = await t.raw(
        `select p.code, p.state, m.state as manifest from godown.shipping_package p
         left join godown.manifest_package mp using (tenant_id, shipping_package_id) left join godown.manifest m using (tenant_id, manifest_id)
         where p.tenant_id = $1 and (
           (p.state = 'DISPATCHED') is distinct from (m.state is not distinct from 'CLOSED') or (p.state = 'MANIFESTED') is distinct from (m.state is not distinct from 'CREATED'))`,
        [shop.tenantId],
      );
      expect(wrong, `after step ${step}`).toEqual([]);
    }
    expect(await states()).toContain("DISPATCHED");
    await expectStockTrue(t, shop.tenantId);
    const told = await t.raw(
      "select shipping_package_id from godown.channel_notice where tenant_id = $1 and kind = 'DISPATCH' group by 1 having count(*) > 1",
      [shop.tenantId],
    );
    expect(told).toEqual([]);
  }, 120_000);
});
