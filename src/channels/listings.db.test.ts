import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aSku } from "../../tests/support/builders.ts";
import { aConfigured, aPlace, dirtyOf, type Place, waitingJobs } from "../../tests/support/channel-builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aListing } from "../../tests/support/order-builders.ts";
import { runWork } from "../../tests/support/run-work.ts";
import { type ListingId, must, newId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import {
  autoMatchListings,
  changeListings,
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
      [5, "FAILED", "LISTING_NOT_FOUND"],
      [6, "FAILED", "LISTING_FIGURE_INVALID"],
    ]);
    const row = await t.db.read(place.tenantId, (tx) =>
      tx.one(
        sql`select s.code, l.buffer, l.cap from godown.listing l join godown.sku s using (tenant_id, sku_id) where l.channel_product_id = ${`${products[0]?.productId}-V1`}`,
      ),
    );
    expect(row).toEqual({ code: "CSV-1", buffer: 4, cap: 9 });
  });
});
