import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aFacility, aSku, aTenant, next } from "../../tests/support/builders.ts";
import { waitingJobs } from "../../tests/support/channel-builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aListing } from "../../tests/support/order-builders.ts";
import { runWork } from "../../tests/support/run-work.ts";
import { type ChannelId, type FacilityId, type ListingId, must, newId, type TenantId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import {
  addChannel,
  authenticatePush,
  autoMatchListings,
  changeListings,
  configureChannel,
  connectChannel,
  disableChannel,
  enableChannel,
  forgetPushCallers,
  issuePushCredential,
  mapListings,
  markDirty,
  onListingMapped,
  setCredentials,
  stopPublishing,
  syncNow,
  unmapListings,
} from "./index.ts";
import { importListings } from "./listing-import.ts";
import { handleSync, runSync, startDueSyncs } from "./sync.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());

const refusedWith = (code: string, facts: object = {}) => ({
  ok: false,
  refusal: { code, facts: expect.objectContaining(facts) },
});

interface Place {
  tenantId: TenantId;
  facilityId: FacilityId;
}
async function aPlace(over: Parameters<typeof aTenant>[1] = {}): Promise<Place> {
  const tenantId = await aTenant(t.db, over);
  return { tenantId, facilityId: await aFacility(t.db, tenantId) };
}

/** A channel with settings and credentials, not connected. */
async function aConfigured(place: Place, over: { name?: string; username?: string } = {}): Promise<ChannelId> {
  const ctx = t.ctx(place.tenantId);
  const facilities = [{ facilityId: place.facilityId, channelWarehouse: null }];
  const name = over.name ?? `Jupiter_${next()}`;
  const { channelId } = must(await addChannel(ctx, { source: "JUPITER_MONEY", name, settings: { facilities } }));
  must(await setCredentials(ctx, channelId, { username: over.username ?? `user-${next()}`, password: "hush hush" }));
  return channelId;
}

/** Connected without asking anybody: for what comes after. */
async function connect(place: Place, channelId: ChannelId): Promise<void> {
  await t.db.transaction(place.tenantId, (tx) =>
    tx.run(sql`update godown.channel set state = 'CONNECTED', connected_at = now() where channel_id = ${channelId}`),
  );
}

const stateOf = (place: Place, channelId: ChannelId) =>
  t.db.read(place.tenantId, (tx) =>
    tx.one(sql<{ state: string }>`select state from godown.channel where channel_id = ${channelId}`),
  );

describe("adding a channel", () => {
  it("gives it the source's defaults, its syncs and a place on the audit trail", async () => {
    const place = await aPlace();
    const facilities = [{ facilityId: place.facilityId, channelWarehouse: "WH1" }];
    const added = must(
      await addChannel(t.ctx(place.tenantId), {
        source: "JUPITER_MONEY",
        name: "Jupiter Delhi",
        settings: { facilities, tatHours: 24 },
      }),
    );
    expect(added).toMatchObject({
      code: "Jupiter_Delhi",
      state: "CONFIGURED",
      tatHours: 24,
      notifyOnDispatch: true,
      facilities,
    });
    const found = await t.db.read(place.tenantId, async (tx) => ({
      syncs: await tx.run(sql<{ kind: string }>`select kind from godown.sync_state order by kind`),
      trail: await tx.run(
        sql<{ action: string }>`select action from godown.audit_event where record_id = ${added.channelId}`,
      ),
    }));
    expect(found.syncs).toHaveLength(7);
    expect(found.trail).toEqual([{ action: "channels.channel_added" }]);
  });
  it("of a source without another side is connected at once", async () => {
    const place = await aPlace();
    const facilities = [{ facilityId: place.facilityId, channelWarehouse: null }];
    const added = must(
      await addChannel(t.ctx(place.tenantId), { source: "CUSTOM", name: "Telephone", settings: { facilities } }),
    );
    expect(added.state).toBe("CONNECTED");
    expect(await connectChannel(t.ctx(place.tenantId), added.channelId)).toMatchObject(
      refusedWith("NO_CREDENTIALS_NEEDED"),
    );
  });
  it("is refused with the reason", async () => {
    const place = await aPlace();
    const ctx = t.ctx(place.tenantId);
    const facilities = [{ facilityId: place.facilityId, channelWarehouse: null }];
    const add = (over: object) =>
      addChannel(ctx, { source: "JUPITER_MONEY", name: "J", code: "J1", settings: { facilities }, ...over });
    expect(await add({ source: "NOWHERE" })).toMatchObject(refusedWith("SOURCE_UNKNOWN"));
    expect(await add({ settings: {} })).toMatchObject(refusedWith("CHANNEL_FACILITIES_MISSING"));
    const other = await aPlace();
    const foreign = [{ facilityId: other.facilityId, channelWarehouse: null }];
    expect(await add({ settings: { facilities: foreign } })).toMatchObject(refusedWith("CHANNEL_FACILITY_UNKNOWN"));
    expect(await add({ settings: { facilities, billingPartyId: newId() } })).toMatchObject(
      refusedWith("BILLING_PARTY_UNKNOWN"),
    );
    must(await add({}));
    expect(await add({ code: "j1" })).toMatchObject(
      refusedWith("CHANNEL_CODE_TAKEN", { suggestion: "Jupiter_Money_1" }),
    );
  });
});

describe("settings of a channel", () => {
  it("change what is given and nothing else; the trail has only that", async () => {
    const place = await aPlace();
    const channelId = await aConfigured(place);
    const saved = must(
      await configureChannel(t.ctx(place.tenantId), channelId, { notifyOnDispatch: false, priority: 5 }),
    );
    expect(saved).toMatchObject({ notifySwitchedOn: false, channel: { priority: 5, autoVerify: true } });
    const again = must(await configureChannel(t.ctx(place.tenantId), channelId, { notifyOnDispatch: true }));
    expect(again.notifySwitchedOn).toBe(true);
    const trail = await t.db.read(place.tenantId, (tx) =>
      tx.run(
        sql<{
          after: unknown;
        }>`select after from godown.audit_event where action = 'channels.channel_configured' order by audit_event_id`,
      ),
    );
    expect(trail).toEqual([{ after: { notifyOnDispatch: false, priority: 5 } }, { after: { notifyOnDispatch: true } }]);
  });
  it("of another tenant are not found", async () => {
    const place = await aPlace();
    const channelId = await aConfigured(place);
    const other = await aPlace();
    expect(await configureChannel(t.ctx(other.tenantId), channelId, { priority: 1 })).toMatchObject(
      refusedWith("CHANNEL_NOT_FOUND"),
    );
  });
  it("with other facilities, mark what is published as dirty, and wake the push", async () => {
    const place = await aPlace();
    const channelId = await aConfigured(place);
    await aListing(t, place.tenantId, channelId, await aSku(t.db, place.tenantId));
    const second = await aFacility(t.db, place.tenantId);
    const facilities = [second, place.facilityId].map((facilityId) => ({ facilityId, channelWarehouse: null }));
    must(await configureChannel(t.ctx(place.tenantId), channelId, { facilities }));
    const ranks = await t.db.read(place.tenantId, (tx) =>
      tx.run(
        sql<{
          facilityId: string;
        }>`select facility_id as "facilityId" from godown.channel_facility where channel_id = ${channelId} order by rank`,
      ),
    );
    expect(ranks.map((r) => r.facilityId)).toEqual([second, place.facilityId]);
    expect(await dirty(place)).toHaveLength(1);
    expect(await waitingJobs(t, "inventory.push")).toContainEqual({ channelId });
  });
});

describe("credentials", () => {
  it("are sealed; what is no secret stays readable, and nothing of the secret is on the trail", async () => {
    const place = await aPlace();
    const channelId = await aConfigured(place, { username: "sealed-user" });
    const found = await t.db.read(place.tenantId, async (tx) => ({
      channel: await tx.one(
        sql<{ fields: unknown }>`select fields from godown.channel where channel_id = ${channelId}`,
      ),
      secret: await tx.one(
        sql<{
          sealed: Buffer;
          by: string;
        }>`select sealed, set_by_name as by from godown.channel_secret where channel_id = ${channelId}`,
      ),
      trail: await tx.run(
        sql<{ after: unknown }>`select after from godown.audit_event where action = 'channels.credentials_set'`,
      ),
    }));
    expect(found.channel.fields).toEqual({ username: "sealed-user", vendorCode: "sealed-user" });
    expect(found.secret.by).toBe("test");
    expect(found.secret.sealed.toString("latin1")).not.toContain("hush");
    expect(JSON.stringify(found.trail)).not.toContain("hush");
  });
  it("keep their password where none is typed, and refuse a user name that another channel has", async () => {
    const place = await aPlace();
    const ctx = t.ctx(place.tenantId);
    const channelId = await aConfigured(place, { username: "taken-name" });
    must(await setCredentials(ctx, channelId, { username: "renamed", password: "" }));
    const other = await aConfigured(place);
    expect(await setCredentials(ctx, other, { username: "renamed", password: "x" })).toMatchObject(
      refusedWith("CHANNEL_USERNAME_TAKEN"),
    );
  });
});

describe("switching a channel", () => {
  it("off and on again; one that was never connected is connected instead", async () => {
    const place = await aPlace();
    const ctx = t.ctx(place.tenantId);
    const channelId = await aConfigured(place);
    must(await disableChannel(ctx, channelId));
    expect(await enableChannel(ctx, channelId)).toMatchObject(refusedWith("CHANNEL_STATE", { state: "DISABLED" }));
    await connect(place, channelId);
    must(await disableChannel(ctx, channelId));
    must(await disableChannel(ctx, channelId)); // pressed twice: no change
    must(await enableChannel(ctx, channelId));
    expect(await stateOf(place, channelId)).toEqual({ state: "CONNECTED" });
  });
});

describe("push credentials", () => {
  const issue = (place: Place, options = {}) =>
    t.db.transaction(place.tenantId, async (tx) =>
      must(await issuePushCredential(tx, t.ctx(place.tenantId), "JUPITER_MONEY", options)),
    );

  it("find the channel by the seller's user name", async () => {
    const place = await aPlace();
    const [one, two] = [
      await aConfigured(place, { username: "m-one" }),
      await aConfigured(place, { username: "m-two" }),
    ];
    const { clientid, securitykey } = await issue(place);
    const ask = (merchantid: string) => authenticatePush(t.services, { clientid, merchantid, securitykey });
    expect(must(await ask("m-one"))).toEqual({ tenantId: place.tenantId, channelId: one, source: "JUPITER_MONEY" });
    expect(must(await ask("m-two")).channelId).toBe(two);
    expect(await ask("m-three")).toMatchObject(refusedWith("PUSH_MERCHANT_UNKNOWN"));
    expect(
      await authenticatePush(t.services, { clientid, merchantid: "m-one", securitykey }, "AJIO_DROPSHIP"),
    ).toMatchObject(refusedWith("PUSH_KEY_WRONG"));
  });
  it("are refused with one header missing or wrong", async () => {
    const place = await aPlace();
    await aConfigured(place, { username: "m" });
    const { clientid, securitykey } = await issue(place);
    const good = { clientid, merchantid: "m", securitykey };
    expect(await authenticatePush(t.services, { ...good, securitykey: undefined })).toMatchObject(
      refusedWith("PUSH_HEADERS_MISSING", { headers: ["securitykey"] }),
    );
    expect(await authenticatePush(t.services, { ...good, securitykey: `${securitykey}x` })).toMatchObject(
      refusedWith("PUSH_KEY_WRONG"),
    );
    expect(await authenticatePush(t.services, { ...good, clientid: "somebody" })).toMatchObject(
      refusedWith("PUSH_KEY_WRONG"),
    );
    expect(
      await t.db.transaction(place.tenantId, (tx) => issuePushCredential(tx, t.ctx(place.tenantId), "CUSTOM")),
    ).toMatchObject(refusedWith("PUSH_NOT_OFFERED"));
  });
  it("are rotated with overlap: the client id stays, the old key ends after its hours", async () => {
    const place = await aPlace();
    await aConfigured(place, { username: "m" });
    const old = await issue(place);
    const fresh = await issue(place, { overlapHours: 2 });
    expect(fresh.clientid).toBe(old.clientid);
    const ask = (of: typeof old) => authenticatePush(t.services, { ...of, merchantid: "m" });
    expect((await ask(old)).ok && (await ask(fresh)).ok).toBe(true);
    t.clock.advance({ hours: 2 });
    expect(await ask(old)).toMatchObject(refusedWith("PUSH_KEY_WRONG")); // also where it is remembered
    expect((await ask(fresh)).ok).toBe(true);
  });
  it("cost no query while they are remembered, and not for longer than five seconds", async () => {
    const place = await aPlace();
    await aConfigured(place, { username: "m" });
    const issued = await issue(place);
    const ask = () => authenticatePush(t.services, { ...issued, merchantid: "m" });
    must(await ask());
    await t.raw("update godown.push_credential set revoked_at = now() where push_credential_id = $1", [
      issued.pushCredentialId,
    ]);
    expect((await ask()).ok).toBe(true);
    t.clock.advance({ seconds: 5 });
    expect(await ask()).toMatchObject(refusedWith("PUSH_KEY_WRONG"));
  });
  it("are kept as hashes alone", async () => {
    const place = await aPlace();
    const { securitykey } = await issue(place);
    const everything = await t.raw<{ text: string }>(
      "select d::text as text from godown.directory d union all select p::text from godown.push_credential p",
    );
    expect(everything.some((row) => row.text.includes(securitykey))).toBe(false);
    forgetPushCallers();
  });
});

function dirty(place: Place) {
  return t.db.read(place.tenantId, (tx) =>
    tx.run(
      sql<{
        listingId: string;
        mark: number;
        force: boolean;
      }>`select listing_id as "listingId", mark, force from godown.listing_dirty order by listing_id`,
    ),
  );
}

describe("marking listings dirty", () => {
  it("reaches a SKU's listings on all channels, bundles included, and grows the mark each time", async () => {
    const place = await aPlace();
    const [one, two] = [await aConfigured(place), await aConfigured(place)];
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
    const first = await dirty(place);
    expect(first.map((d) => d.listingId)).toEqual(listings.map((l) => l.listingId).sort());
    await mark(true);
    const second = await dirty(place);
    expect(second.every((d, i) => d.force && d.mark > (first[i]?.mark ?? 0))).toBe(true);
    const jobs = await waitingJobs(t, "inventory.push");
    expect(jobs.filter((j) => JSON.stringify(j).includes(one))).toHaveLength(1); // coalesced
  });
  it("two transactions that mark the same listings in any order both finish", async () => {
    const place = await aPlace();
    const channelId = await aConfigured(place);
    const skus = await Promise.all(Array.from({ length: 8 }, () => aSku(t.db, place.tenantId)));
    for (const sku of skus) await aListing(t, place.tenantId, channelId, sku);
    const orders = [skus, skus.toReversed()];
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        t.db.transaction(place.tenantId, (tx) => markDirty(tx, { skuIds: orders[i % 2] ?? [] })),
      ),
    );
    expect(await dirty(place)).toHaveLength(8);
  });
});

describe("listings", () => {
  async function listingsOf(place: Place, skus: (string | null)[]) {
    const channelId = await aConfigured(place);
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
    const place = await aPlace();
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
    expect(await dirty(place)).toHaveLength(1);
    expect(
      await mapListings(t.ctx((await aPlace()).tenantId), [{ listingId: first, skuCode: "MAP-ME" }]),
    ).toMatchObject(refusedWith("LISTING_NOT_FOUND"));
  });
  it("unmapped again, are told 0 where a figure was told", async () => {
    const place = await aPlace();
    const { ids } = await listingsOf(place, ["U-1", "U-2"]);
    const [first, second] = ids;
    if (!first || !second) throw new Error("two listings");
    await t.db.transaction(place.tenantId, (tx) =>
      tx.run(sql`update godown.listing set published = 4 where listing_id = ${first}`),
    );
    expect(must(await unmapListings(t.ctx(place.tenantId), [first, second]))).toEqual({ unmapped: 2 });
    expect((await dirty(place)).map((d) => d.listingId)).toEqual([first]);
  });
  it("match by equal SKU in bulk, of one channel or all, never a disabled SKU", async () => {
    const place = await aPlace();
    const { channelId, products } = await listingsOf(place, [null, null, null]);
    await aSku(t.db, place.tenantId, { code: `seller-${products[0]?.productId}` });
    await aSku(t.db, place.tenantId, { code: `seller-${products[1]?.productId}`, enabled: false });
    expect(must(await autoMatchListings(t.ctx(place.tenantId), channelId))).toEqual({ mapped: 1 });
    expect(must(await autoMatchListings(t.ctx(place.tenantId), null))).toEqual({ mapped: 0 });
  });
  it("have buffer, cap and reserve; a reserve changes every other listing of the SKU", async () => {
    const place = await aPlace();
    const { ids } = await listingsOf(place, ["R-1"]);
    const [first] = ids;
    if (!first) throw new Error("a listing");
    const sku = await t.db.read(place.tenantId, (tx) =>
      tx.one(sql<{ id: string }>`select sku_id as id from godown.listing where listing_id = ${first}`),
    );
    const other = await aListing(t, place.tenantId, await aConfigured(place), sku.id as never);
    must(await changeListings(t.ctx(place.tenantId), [first], { buffer: 2 }));
    expect((await dirty(place)).map((d) => d.listingId)).toEqual([first]);
    must(await changeListings(t.ctx(place.tenantId), [first], { reservedForChannel: 3, cap: 10 }));
    expect((await dirty(place)).map((d) => d.listingId).sort()).toEqual([first, other.listingId].sort());
    must(await changeListings(t.ctx(place.tenantId), [first], { cap: null }));
    const row = await t.db.read(place.tenantId, (tx) =>
      tx.one(sql`select buffer, reserved_for_channel as reserved, cap from godown.listing where listing_id = ${first}`),
    );
    expect(row).toEqual({ buffer: 2, reserved: 3, cap: null });
  });
  it("publish 0 for a SKU or a channel by one click, and back", async () => {
    const place = await aPlace();
    const { channelId } = await listingsOf(place, ["S-1"]);
    const ctx = t.ctx(place.tenantId);
    must(await stopPublishing(ctx, { kind: "CHANNEL", id: channelId }, true));
    must(await stopPublishing(ctx, { kind: "CHANNEL", id: channelId }, true));
    expect(await dirty(place)).toHaveLength(1);
    const stops = () =>
      t.db.read(place.tenantId, (tx) => tx.run(sql`select kind, stopped_by as by from godown.publish_stop`));
    expect(await stops()).toEqual([{ kind: "CHANNEL", by: "test" }]);
    must(await stopPublishing(ctx, { kind: "CHANNEL", id: channelId }, false));
    expect(await stops()).toEqual([]);
    expect(await stopPublishing(ctx, { kind: "SKU", id: newId() }, true)).toMatchObject(refusedWith("NOT_FOUND"));
  });
  it("are imported from CSV: the good half is kept, the rest is named by line", async () => {
    const place = await aPlace();
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

describe("sync runs", () => {
  const runs = (place: Place) =>
    t.db.read(place.tenantId, (tx) =>
      tx.run(
        sql<{
          state: string;
          ok: number;
          failed: number;
          message: string | null;
        }>`select state, ok_count as ok, failed_count as failed, message from godown.sync_run order by sync_run_id`,
      ),
    );
  const wanted = (channelId: ChannelId) => ({
    channelId,
    kind: "CATALOG" as const,
    trigger: "SCHEDULE" as const,
    syncRunId: null,
  });

  it("of a tenant that is not live are refused with the words people know, and kept", async () => {
    const place = await aPlace({ live: false });
    const channelId = await aConfigured(place);
    await connect(place, channelId);
    const ctx = t.ctx(place.tenantId);
    expect(await syncNow(ctx, channelId, "CATALOG")).toMatchObject(refusedWith("TENANT_NOT_LIVE"));
    await runSync(ctx, wanted(channelId), () => Promise.reject(new Error("must not run")));
    expect(await runs(place)).toEqual([
      expect.objectContaining({ state: "REFUSED", message: "Sync not allowed as Tenant is not Live yet" }),
    ]);
  });
  it("are refused where the channel is off, or has nothing of the kind", async () => {
    const place = await aPlace();
    const channelId = await aConfigured(place);
    const ctx = t.ctx(place.tenantId);
    expect(await syncNow(ctx, channelId, "CATALOG")).toMatchObject(
      refusedWith("CHANNEL_NOT_CONNECTED", { state: "CONFIGURED" }),
    );
    expect(await syncNow(ctx, channelId, "ORDERS")).toMatchObject(refusedWith("SYNC_NOT_OFFERED"));
  });
  it("are one at a time: who presses again joins the one under way", async () => {
    const place = await aPlace();
    const channelId = await aConfigured(place);
    await connect(place, channelId);
    const ctx = t.ctx(place.tenantId);
    const [a, b] = await Promise.all([syncNow(ctx, channelId, "CATALOG"), syncNow(ctx, channelId, "CATALOG")]);
    expect(must(a).syncRunId).toBe(must(b).syncRunId);
    await runSync(ctx, wanted(channelId), () => Promise.reject(new Error("must not run beside it")));
    expect(await runs(place)).toHaveLength(1);
  });
  it("end with their counts; one whose process ended makes room for the next", async () => {
    const place = await aPlace();
    const channelId = await aConfigured(place);
    await connect(place, channelId);
    must(await syncNow(t.ctx(place.tenantId), channelId, "CATALOG"));
    t.clock.advance({ minutes: 6 });
    const ctx = t.ctx(place.tenantId);
    await runSync(ctx, wanted(channelId), async (_, run) => {
      await run.progress({ ok: 1, failed: 0 });
      return { ok: 2, failed: 1, message: "one was bad", cursor: { page: 3 } };
    });
    expect(await runs(place)).toEqual([
      expect.objectContaining({ state: "FAILED", message: "The process that ran it ended." }),
      { state: "PARTIAL", ok: 2, failed: 1, message: "one was bad" },
    ]);
    let seen: unknown;
    await runSync(ctx, wanted(channelId), async (_, run) => {
      seen = run.cursor;
      return { ok: 0, failed: 1, message: "all bad" };
    });
    expect(seen).toEqual({ page: 3 });
    const state = await t.db.read(place.tenantId, (tx) =>
      tx.one(
        sql`select consecutive_failures as failures, cursor, last_message as message from godown.sync_state where channel_id = ${channelId} and kind = 'CATALOG'`,
      ),
    );
    expect(state).toEqual({ failures: 1, cursor: { page: 3 }, message: "all bad" });
  });
  it("that break by a fault of ours are FAILED, and the queue learns it", async () => {
    const place = await aPlace();
    const channelId = await aConfigured(place);
    await connect(place, channelId);
    await expect(
      runSync(t.ctx(place.tenantId), wanted(channelId), () => Promise.reject(new Error("a bug"))),
    ).rejects.toThrow("a bug");
    expect(await runs(place)).toEqual([expect.objectContaining({ state: "FAILED" })]);
  });
  it("start when they are due, for live tenants, each once", async () => {
    const place = await aPlace();
    const channelId = await aConfigured(place);
    await connect(place, channelId);
    const { registerSync } = await import("./sync.ts");
    registerSync("STATUS_CANCELLED", async () => ({ ok: 1, failed: 0, message: null }));
    await t.db.transaction(place.tenantId, (tx) =>
      tx.run(
        sql`update godown.sync_state set next_run_at = ${t.clock.now()} where channel_id = ${channelId} and kind in ('STATUS_CANCELLED', 'ORDERS')`,
      ),
    );
    await startDueSyncs(t.services);
    await startDueSyncs(t.services);
    const jobs = (await waitingJobs(t, "channels.sync")).filter((j) => JSON.stringify(j).includes(channelId));
    expect(jobs).toEqual([{ channelId, kind: "STATUS_CANCELLED", trigger: "SCHEDULE", syncRunId: null }]);
    expect(await handleSync(t.ctx(place.tenantId), jobs[0] as never)).toBe("done");
    expect(await runs(place)).toEqual([expect.objectContaining({ state: "DONE", ok: 1 })]);
  });
});
