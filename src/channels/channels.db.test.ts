import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aFacility, aSku } from "../../tests/support/builders.ts";
import { aConfigured, aPlace, dirtyOf, type Place, waitingJobs } from "../../tests/support/channel-builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aListing } from "../../tests/support/order-builders.ts";
import { type ChannelId, must, newId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import {
  addChannel,
  authenticatePush,
  configureChannel,
  connectChannel,
  disableChannel,
  enableChannel,
  forgetPushCallers,
  issuePushCredential,
  setCredentials,
  syncNow,
} from "./index.ts";
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
    const place = await aPlace(t);
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
    const place = await aPlace(t);
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
    const place = await aPlace(t);
    const ctx = t.ctx(place.tenantId);
    const facilities = [{ facilityId: place.facilityId, channelWarehouse: null }];
    const add = (over: object) =>
      addChannel(ctx, { source: "JUPITER_MONEY", name: "J", code: "J1", settings: { facilities }, ...over });
    expect(await add({ source: "NOWHERE" })).toMatchObject(refusedWith("SOURCE_UNKNOWN"));
    expect(await add({ settings: {} })).toMatchObject(refusedWith("CHANNEL_FACILITIES_MISSING"));
    const other = await aPlace(t);
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
    const place = await aPlace(t);
    const channelId = await aConfigured(t, place);
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
    const place = await aPlace(t);
    const channelId = await aConfigured(t, place);
    const other = await aPlace(t);
    expect(await configureChannel(t.ctx(other.tenantId), channelId, { priority: 1 })).toMatchObject(
      refusedWith("CHANNEL_NOT_FOUND"),
    );
  });
  it("with other facilities, mark what is published as dirty, and wake the push", async () => {
    const place = await aPlace(t);
    const channelId = await aConfigured(t, place);
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
    expect(await dirtyOf(t, place.tenantId)).toHaveLength(1);
    expect(await waitingJobs(t, "inventory.push")).toContainEqual({ channelId });
  });
});

describe("credentials", () => {
  it("are sealed; what is no secret stays readable, and nothing of the secret is on the trail", async () => {
    const place = await aPlace(t);
    const channelId = await aConfigured(t, place, { username: "sealed-user" });
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
    const place = await aPlace(t);
    const ctx = t.ctx(place.tenantId);
    const channelId = await aConfigured(t, place, { username: "taken-name" });
    must(await setCredentials(ctx, channelId, { username: "renamed", password: "" }));
    const other = await aConfigured(t, place);
    expect(await setCredentials(ctx, other, { username: "renamed", password: "x" })).toMatchObject(
      refusedWith("CHANNEL_USERNAME_TAKEN"),
    );
  });
});

describe("switching a channel", () => {
  it("off and on again; one that was never connected is connected instead", async () => {
    const place = await aPlace(t);
    const ctx = t.ctx(place.tenantId);
    const channelId = await aConfigured(t, place);
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
    const place = await aPlace(t);
    const [one, two] = [
      await aConfigured(t, place, { username: "m-one" }),
      await aConfigured(t, place, { username: "m-two" }),
    ];
    const { clientid, securitykey } = await issue(place);
    const ask = (merchantid: string) => authenticatePush(t.services, { clientid, merchantid, securitykey });
    expect(must(await ask("m-one"))).toEqual({
      kind: "CHANNEL",
      tenantId: place.tenantId,
      channelId: one,
      source: "JUPITER_MONEY",
    });
    expect(must(await ask("m-two")).channelId).toBe(two);
    expect(await ask("m-three")).toMatchObject(refusedWith("PUSH_MERCHANT_UNKNOWN"));
    expect(
      await authenticatePush(t.services, { clientid, merchantid: "m-one", securitykey }, "AJIO_DROPSHIP"),
    ).toMatchObject(refusedWith("PUSH_KEY_WRONG"));
  });
  it("are refused with one header missing or wrong", async () => {
    const place = await aPlace(t);
    await aConfigured(t, place, { username: "m" });
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
    const place = await aPlace(t);
    await aConfigured(t, place, { username: "m" });
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
    const place = await aPlace(t);
    await aConfigured(t, place, { username: "m" });
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
    const place = await aPlace(t);
    const { securitykey } = await issue(place);
    const everything = await t.raw<{ text: string }>(
      "select d::text as text from godown.directory d union all select p::text from godown.push_credential p",
    );
    expect(everything.some((row) => row.text.includes(securitykey))).toBe(false);
    forgetPushCallers();
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
    const place = await aPlace(t, { live: false });
    const channelId = await aConfigured(t, place);
    await connect(place, channelId);
    const ctx = t.ctx(place.tenantId);
    expect(await syncNow(ctx, channelId, "CATALOG")).toMatchObject(refusedWith("TENANT_NOT_LIVE"));
    await runSync(ctx, wanted(channelId), () => Promise.reject(new Error("must not run")));
    expect(await runs(place)).toEqual([
      expect.objectContaining({ state: "REFUSED", message: "Sync not allowed as Tenant is not Live yet" }),
    ]);
  });
  it("are refused where the channel is off, or has nothing of the kind", async () => {
    const place = await aPlace(t);
    const channelId = await aConfigured(t, place);
    const ctx = t.ctx(place.tenantId);
    expect(await syncNow(ctx, channelId, "CATALOG")).toMatchObject(
      refusedWith("CHANNEL_NOT_CONNECTED", { state: "CONFIGURED" }),
    );
    expect(await syncNow(ctx, channelId, "ORDERS")).toMatchObject(refusedWith("SYNC_NOT_OFFERED"));
  });
  it("are one at a time: who presses again joins the one under way", async () => {
    const place = await aPlace(t);
    const channelId = await aConfigured(t, place);
    await connect(place, channelId);
    const ctx = t.ctx(place.tenantId);
    const [a, b] = await Promise.all([syncNow(ctx, channelId, "CATALOG"), syncNow(ctx, channelId, "CATALOG")]);
    expect(must(a).syncRunId).toBe(must(b).syncRunId);
    await runSync(ctx, wanted(channelId), () => Promise.reject(new Error("must not run beside it")));
    expect(await runs(place)).toHaveLength(1);
  });
  it("end with their counts; one whose process ended makes room for the next", async () => {
    const place = await aPlace(t);
    const channelId = await aConfigured(t, place);
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
  it("keep their cursor with what they store, or neither; a run that was given up for dead keeps nothing", async () => {
    const place = await aPlace(t);
    const channelId = await aConfigured(t, place);
    await connect(place, channelId);
    const ctx = t.ctx(place.tenantId);
    const cursor = async () =>
      (
        await t.db.read(place.tenantId, (tx) =>
          tx.one(
            sql<{
              cursor: unknown;
            }>`select cursor from godown.sync_state where channel_id = ${channelId} and kind = 'CATALOG'`,
          ),
        )
      ).cursor;
    const late = runSync(ctx, wanted(channelId), async (_, run) => {
      await t.db.transaction(place.tenantId, (tx) => run.saveCursor(tx, { page: 1 }));
      const broken = t.db.transaction(place.tenantId, async (tx) => {
        await run.saveCursor(tx, { page: 2 });
        throw new Error("the page could not be stored");
      });
      await expect(broken).rejects.toThrow("could not be stored");
      expect(await cursor()).toEqual({ page: 1 });
      t.clock.advance({ minutes: 6 }); // it is silent for so long that another one takes its place
      await runSync(t.ctx(place.tenantId), wanted(channelId), async (_ctx, next) => {
        expect(next.cursor).toEqual({ page: 1 });
        await t.db.transaction(place.tenantId, (tx) => next.saveCursor(tx, { page: 7 }));
        return { ok: 7, failed: 0, message: null };
      });
      await t.db.transaction(place.tenantId, (tx) => run.saveCursor(tx, { page: 2 }));
      return { ok: 2, failed: 0, message: "too late", cursor: { page: 2 } };
    });
    expect(await late).toBe("done");
    expect(await cursor()).toEqual({ page: 7 });
    expect((await runs(place)).map((run) => [run.state, run.ok])).toEqual([
      ["FAILED", 0],
      ["DONE", 7],
    ]);
  });
  it("that break by a fault of ours are FAILED, and the queue learns it", async () => {
    const place = await aPlace(t);
    const channelId = await aConfigured(t, place);
    await connect(place, channelId);
    await expect(
      runSync(t.ctx(place.tenantId), wanted(channelId), () => Promise.reject(new Error("a bug"))),
    ).rejects.toThrow("a bug");
    expect(await runs(place)).toEqual([expect.objectContaining({ state: "FAILED" })]);
  });
  it("start when they are due, for live tenants, each once", async () => {
    const place = await aPlace(t);
    const channelId = await aConfigured(t, place);
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
