import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aSku } from "../../tests/support/builders.ts";
import { aConfigured, aPlace, dirtyOf, type Place, waitingJobs } from "../../tests/support/channel-builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aListing } from "../../tests/support/order-builders.ts";
import { runWork } from "../../tests/support/run-work.ts";
import { jupiterMoney } from "../../tests/support/sources.ts";
import { type ListingId, must, newId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import {
  addChannel,
  autoMatchListings,
  changeListings,
  installSources,
  mapListings,
  markDirty,
  onListingMapped,
  stopPublishing,
  unmapListings,
} from "./index.ts";
import { importListings } from "./listing-import.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());

const refusedWith = (code: string, facts: object = {}) => ({
  ok: false,
  refusal: { code, facts: expect.objectContaining(facts) },
});

describe("marking listings dirty", () => {
  it("reaches a SKU's listings on all channels, bundles included, and grows the mark each time", async () => {
    const place = await aPlace(t);
    const [one, two] = [await aConfigured(t, place), await aConfigured(t, place)];
    const part = await aSku(t.db, place.tenantId);
    const bundle = await aSku(t.db, place.tenantId);
    await t.db.transaction(place.tenantId, async (tx) => {
      await tx.run(sql`update godown.sku set is_bundle = true where sku_id = ${bundle}`);
      await tx.run(
        sql`insert into godown.bundle_component (tenant_id, bundle_sku_id, component_sku_id, quantity) values (${place.tenantId}, ${bundle}, ${part}, 2)`,
      );
    });
    const listings = [await aListing(t, place.tenantId, one, part), await aListing(t, place.tenantId, two, bundle)];
    await aListing(t, place.tenantId, two, await aSku(t.db, place.tenantId));
    await aListing(t, place.tenantId, two, null);
    const mark = (force?: boolean) =>
      t.db.transaction(place.tenantId, (tx) => markDirty(tx, { skuIds: [part] }, force));
    await mark();
    const first = await dirtyOf(t, place.tenantId);
    expect(first.map((d) => d.listingId)).toEqual(listings.map((l) => l.listingId).sort());
    await mark(true);
    const second = await dirtyOf(t, place.tenantId);
    expect(second.every((d, i) => d.force && d.mark > (first[i]?.mark ?? 0))).toBe(true);
    const jobs = await waitingJobs(t, "inventory.push");
    expect(jobs.filter((j) => JSON.stringify(j).includes(one))).toHaveLength(1); // coalesced
  });
  it("two transactions that mark the same listings in any order both finish", async () => {
    const place = await aPlace(t);
    const channelId = await aConfigured(t, place);
    const skus = await Promise.all(Array.from({ length: 8 }, () => aSku(t.db, place.tenantId)));
    for (const sku of skus) await aListing(t, place.tenantId, channelId, sku);
    const orders = [skus, skus.toReversed()];
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        t.db.transaction(place.tenantId, (tx) => markDirty(tx, { skuIds: orders[i % 2] ?? [] })),
      ),
    );
    expect(await dirtyOf(t, place.tenantId)).toHaveLength(8);
  });
});

describe("listings", () => {
  async function listingsOf(place: Place, skus: (string | null)[]) {
    const channelId = await aConfigured(t, place);
    const made = [];
    for (const sku of skus)
      made.push(
        await aListing(
          t,
          place.tenantId,
          channelId,
          sku === null ? null : await aSku(t.db, place.tenantId, { code: sku }),
        ),
      );
    return { channelId, ids: made.map((m) => m.listingId as ListingId), products: made };
  }
  it("are mapped by SKU code, all or none; who waited is told", async () => {
    const place = await aPlace(t);
    const { channelId, ids, products } = await listingsOf(place, [null, null]);
    const [first, second] = ids;
    if (!first || !second) throw new Error("two listings");
    await aSku(t.db, place.tenantId, { code: "MAP-ME" });
    const told: unknown[] = [];
    onListingMapped(async (_tx, _ctx, mapped) => void told.push(...mapped));
    const ctx = t.ctx(place.tenantId);
    expect(
      await mapListings(ctx, [
        { listingId: first, skuCode: "MAP-ME" },
        { listingId: second, skuCode: "NOT-THERE" },
      ]),
    ).toMatchObject(refusedWith("LISTING_SKU_UNKNOWN", { skus: ["NOT-THERE"] }));
    expect(must(await mapListings(ctx, [{ listingId: first, skuCode: "MAP-ME" }]))).toEqual({ mapped: 1 });
    expect(must(await mapListings(ctx, [{ listingId: first, skuCode: "MAP-ME" }]))).toEqual({ mapped: 0 });
    expect(told).toEqual([expect.objectContaining({ channelId, channelProductId: `${products[0]?.productId}-V1` })]);
    expect(await dirtyOf(t, place.tenantId)).toHaveLength(1);
    expect(
      await mapListings(t.ctx((await aPlace(t)).tenantId), [{ listingId: first, skuCode: "MAP-ME" }]),
    ).toMatchObject(refusedWith("LISTING_NOT_FOUND"));
  });
  it("unmapped again, are told 0 where a figure was told", async () => {
    const place = await aPlace(t);
    const { ids } = await listingsOf(place, ["U-1", "U-2"]);
    const [first, second] = ids;
    if (!first || !second) throw new Error("two listings");
    await t.db.transaction(place.tenantId, (tx) =>
      tx.run(sql`update godown.listing set published = 4 where listing_id = ${first}`),
    );
    expect(must(await unmapListings(t.ctx(place.tenantId), [first, second]))).toEqual({ unmapped: 2 });
    expect((await dirtyOf(t, place.tenantId)).map((d) => d.listingId)).toEqual([first]);
  });
  it("match by equal SKU in bulk, of one channel or all, never a disabled SKU", async () => {
    const place = await aPlace(t);
    const { channelId, products } = await listingsOf(place, [null, null, null]);
    await aSku(t.db, place.tenantId, { code: `seller-${products[0]?.productId}` });
    await aSku(t.db, place.tenantId, { code: `seller-${products[1]?.productId}`, enabled: false });
    expect(must(await autoMatchListings(t.ctx(place.tenantId), channelId))).toEqual({ mapped: 1 });
    expect(must(await autoMatchListings(t.ctx(place.tenantId), null))).toEqual({ mapped: 0 });
  });
  it("have buffer, cap and reserve; a reserve changes every other listing of the SKU", async () => {
    const place = await aPlace(t);
    const { ids } = await listingsOf(place, ["R-1"]);
    const [first] = ids;
    if (!first) throw new Error("a listing");
    const sku = await t.db.read(place.tenantId, (tx) =>
      tx.one(sql<{ id: string }>`select sku_id as id from godown.listing where listing_id = ${first}`),
    );
    const other = await aListing(t, place.tenantId, await aConfigured(t, place), sku.id as never);
    must(await changeListings(t.ctx(place.tenantId), [first], { buffer: 2 }));
    expect((await dirtyOf(t, place.tenantId)).map((d) => d.listingId)).toEqual([first]);
    must(await changeListings(t.ctx(place.tenantId), [first], { reservedForChannel: 3, cap: 10 }));
    expect((await dirtyOf(t, place.tenantId)).map((d) => d.listingId).sort()).toEqual([first, other.listingId].sort());
    must(await changeListings(t.ctx(place.tenantId), [first], { cap: null }));
    const row = await t.db.read(place.tenantId, (tx) =>
      tx.one(sql`select buffer, reserved_for_channel as reserved, cap from godown.listing where listing_id = ${first}`),
    );
    expect(row).toEqual({ buffer: 2, reserved: 3, cap: null });
  });
  it("publish 0 for a SKU or a channel by one click, and back", async () => {
    const place = await aPlace(t);
    const { channelId } = await listingsOf(place, ["S-1"]);
    const ctx = t.ctx(place.tenantId);
    must(await stopPublishing(ctx, { kind: "CHANNEL", id: channelId }, true));
    must(await stopPublishing(ctx, { kind: "CHANNEL", id: channelId }, true));
    expect(await dirtyOf(t, place.tenantId)).toHaveLength(1);
    const stops = () =>
      t.db.read(place.tenantId, (tx) => tx.run(sql`select kind, stopped_by as by from godown.publish_stop`));
    expect(await stops()).toEqual([{ kind: "CHANNEL", by: "test" }]);
    must(await stopPublishing(ctx, { kind: "CHANNEL", id: channelId }, false));
    expect(await stops()).toEqual([]);
    expect(await stopPublishing(ctx, { kind: "SKU", id: newId() }, true)).toMatchObject(refusedWith("NOT_FOUND"));
  });
  it("are imported from CSV: the good half is kept, the rest is named by line", async () => {
    const place = await aPlace(t);
    const { channelId, products } = await listingsOf(place, [null, "C-2", null]);
    await aSku(t.db, place.tenantId, { code: "CSV-1" });
    const { code } = await t.db.read(place.tenantId, (tx) =>
      tx.one(sql<{ code: string }>`select code from godown.channel where channel_id = ${channelId}`),
    );
    const key = (i: number) => `${code},${products[i]?.productId}-V1`;
    const csv = [
      "Channel Code,Channel Product Id,SKU Code,Buffer,Cap",
      `${key(0)},CSV-1,4,9`,
      `${key(1)},,,`,
      `${key(2)},NO-SUCH,,`,
      `${code},nowhere,CSV-1,,`,
      `${key(2)},,many,`,
    ].join("\n");
    const started = must(
      await importListings.start(t.ctx(place.tenantId), { fileName: "l.csv", bytes: Buffer.from(csv), options: {} }),
    );
    const work = await runWork(t, place.tenantId, started.workId, importListings.register);
    expect(work.rows.map((r) => [r.row, r.outcome, r.code])).toEqual([
      [2, "DONE", null],
      [3, "UNCHANGED", null],
      [4, "FAILED", "LISTING_SKU_UNKNOWN"],
      [5, "FAILED", "LISTING_OF_CATALOGUE"],
      [6, "FAILED", "LISTING_FIGURE_INVALID"],
    ]);
    const row = await t.db.read(place.tenantId, (tx) =>
      tx.one(
        sql`select s.code, l.buffer, l.cap from godown.listing l join godown.sku s using (tenant_id, sku_id) where l.channel_product_id = ${`${products[0]?.productId}-V1`}`,
      ),
    );
    expect(row).toEqual({ code: "CSV-1", buffer: 4, cap: 9 });
  });
  it("of a channel that tells no catalogue are made from the file, mapped, and told; their names follow it", async () => {
    const place = await aPlace(t);
    const ctx = t.ctx(place.tenantId);
    const facilities = [{ facilityId: place.facilityId, channelWarehouse: null }];
    const noCatalogue = {
      ...jupiterMoney,
      id: "NO_CATALOGUE",
      capabilities: { pushInventory: { batchMax: 5, facilityWise: false } },
    };
    installSources([noCatalogue]);
    const wanted = { source: noCatalogue.id, name: "Cliq_1", code: "Cliq_1", settings: { facilities } };
    const { channelId } = must(await addChannel(ctx, wanted));
    await aSku(t.db, place.tenantId, { code: "FLASK" });
    const told: unknown[] = [];
    onListingMapped(async (_tx, _ctx, mapped) => void told.push(...mapped));
    const upload = async (...lines: string[]) => {
      const csv = ["Channel Code,Channel Product Id,Channel SKU,Title,SKU Code,Buffer", ...lines].join("\n");
      const file = { fileName: "l.csv", bytes: Buffer.from(csv), options: {} };
      const { workId } = must(await importListings.start(ctx, file));
      const { rows } = await runWork(t, place.tenantId, workId, importListings.register);
      return rows.map((r) => [r.row, r.outcome, r.code]);
    };
    expect(
      await upload(
        "Cliq_1,MP001,SELLER-1,Steel Flask,FLASK,2",
        "Cliq_1,MP002,,,FLASK,",
        "Cliq_1,MP003,,,,",
        "Cliq_1,MP004,,,NO-SUCH,",
        "Cliq_1,,,,FLASK,",
        `Cliq_1,${"M".repeat(201)},,,FLASK,`,
        "Nobody,MP001,,,FLASK,",
      ),
    ).toEqual([
      [2, "DONE", null],
      [3, "DONE", null],
      [4, "FAILED", "LISTING_SKU_MISSING"],
      [5, "FAILED", "LISTING_SKU_UNKNOWN"],
      [6, "FAILED", "LISTING_TEXT_INVALID"],
      [7, "FAILED", "LISTING_TEXT_INVALID"],
      [8, "FAILED", "LISTING_CHANNEL_UNKNOWN"],
    ]);
    const listings = () =>
      t.db.read(place.tenantId, (tx) =>
        tx.run(sql`
          select l.channel_product_id as id, l.product_id as product, l.variant_id as variant, l.channel_sku as sku, l.title, s.code, l.buffer
          from godown.listing l join godown.sku s using (tenant_id, sku_id) where l.channel_id = ${channelId} order by 1`),
      );
    const first = { id: "MP001", product: "MP001", variant: "MP001", code: "FLASK", buffer: 2 };
    const second = {
      id: "MP002",
      product: "MP002",
      variant: "MP002",
      sku: "MP002",
      title: null,
      code: "FLASK",
      buffer: 0,
    };
    expect(await listings()).toEqual([{ ...first, sku: "SELLER-1", title: "Steel Flask" }, second]);
    expect(await dirtyOf(t, place.tenantId)).toHaveLength(2);
    expect(told).toEqual([
      expect.objectContaining({ channelId, channelProductId: "MP001" }),
      expect.objectContaining({ channelId, channelProductId: "MP002" }),
    ]);
    // The same file again changes nothing; a better title is taken, an empty cell leaves what is there.
    expect(await upload("Cliq_1,MP001,SELLER-1,Steel Flask,FLASK,2", "Cliq_1,MP002,,Lid,,")).toEqual([
      [2, "UNCHANGED", null],
      [3, "DONE", null],
    ]);
    expect(await listings()).toEqual([
      { ...first, sku: "SELLER-1", title: "Steel Flask" },
      { ...second, title: "Lid" },
    ]);
  });
});
