import { describe, expect, it } from "vitest";
import { syncCatalog } from "../../src/channels/catalog-sync.ts";
import { addChannel, connectChannel, disableChannel, setCredentials, syncNow } from "../../src/channels/index.ts";
import { channelSummary } from "../../src/channels/summary.ts";
import { handleSync, registerSync } from "../../src/channels/sync.ts";
import { type ChannelId, must } from "../../src/kernel/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { sql } from "../../src/platform/db.ts";
import { aFacility, aSku, aTenant, next } from "../support/builders.ts";
import { ctxWith, SIM_PASSWORD, setFaults, waitingJobs } from "../support/channel-builders.ts";
import { jupiterScene } from "../support/jupiter-scene.ts";

const j = jupiterScene();
const { anOrder, state, dispatch, queue, send, channelState } = j;

describe("connecting", () => {
  async function configured(url: string | null, credentials: { username?: string; password?: string } | null = {}) {
    const tenantId = await aTenant(j.t.db);
    const ctx = ctxWith(j.t, tenantId, url);
    const facilities = [{ facilityId: await aFacility(j.t.db, tenantId), channelWarehouse: null }];
    const { channelId } = must(
      await addChannel(ctx, { source: "JUPITER_MONEY", name: `J_${next()}`, settings: { facilities } }),
    );
    if (credentials)
      must(await setCredentials(ctx, channelId, { username: j.sim.username, password: SIM_PASSWORD, ...credentials }));
    return { ctx, channelId };
  }
  const steps = async (of: { ctx: Ctx; channelId: ChannelId }) => {
    const tried = must(await connectChannel(of.ctx, of.channelId));
    return tried.steps.map((step) => `${step.title}: ${step.state}`);
  };

  it("shows every step, and the channel is connected", async () => {
    expect(await steps(await configured(j.sim.url))).toEqual([
      "Credentials: DONE",
      "Marketplace address: DONE",
      "Reach the marketplace: DONE",
      "Sign in: DONE",
      "Read the catalogue: DONE",
    ]);
    expect(await channelState()).toEqual({ state: "CONNECTED", reason: null });
  });
  it("stops at the step that fails, with the channel's own words", async () => {
    expect(await steps(await configured(j.sim.url, null))).toEqual(["Credentials: FAILED"]);
    expect(await steps(await configured(null))).toEqual(["Credentials: DONE", "Marketplace address: FAILED"]);
    expect(await steps(await configured("http://127.0.0.1:9"))).toEqual([
      "Credentials: DONE",
      "Marketplace address: DONE",
      "Reach the marketplace: FAILED",
    ]);
    const wrong = await configured(j.sim.url, { password: "not this one" });
    expect(await steps(wrong)).toEqual([
      "Credentials: DONE",
      "Marketplace address: DONE",
      "Reach the marketplace: DONE",
      "Sign in: FAILED",
    ]);
    const log = await j.t.db.read(wrong.ctx.tenantId, (tx) =>
      tx.run(sql<{ all: string }>`select e::text as all from godown.exchange e`),
    );
    expect(log.length).toBeGreaterThan(0);
    expect(JSON.stringify(log)).not.toContain("not this one");
    await setFaults(j.sim, { kind: "5xx", operation: "getProductsCount" });
    expect((await steps(await configured(j.sim.url))).at(-1)).toBe("Read the catalogue: FAILED");
  });
});

describe("the catalogue", () => {
  it("is read whole, equal SKUs are mapped, and what is gone is not live any more", async () => {
    registerSync("CATALOG", syncCatalog);
    await aSku(j.t.db, j.scene.tenantId, { code: "MILTON-FLASK-1L" });
    await j.t.db.transaction(j.scene.tenantId, (tx) =>
      tx.run(sql`
        insert into godown.listing (tenant_id, listing_id, channel_id, channel_product_id, product_id, variant_id, channel_sku, created_at, updated_at)
        values (${j.scene.tenantId}, gen_random_uuid(), ${j.scene.channelId}, 'old-old', 'old', 'old', 'OLD', ${j.t.clock.now().subtract({ hours: 1 })}, ${j.t.clock.now()})`),
    );
    const run = must(await syncNow(j.scene.ctx, j.scene.channelId, "CATALOG"));
    await handleSync(j.scene.ctx, {
      channelId: j.scene.channelId,
      kind: "CATALOG",
      trigger: "PERSON",
      syncRunId: run.syncRunId,
    });
    const found = await j.t.db.read(j.scene.tenantId, async (tx) => ({
      run: await tx.one(
        sql<{
          state: string;
          ok: number;
        }>`select state, ok_count as ok from godown.sync_run where sync_run_id = ${run.syncRunId}`,
      ),
      flask: await tx.one(
        sql`select s.code, l.live, l.channel_price_paise as price from godown.listing l join godown.sku s using (tenant_id, sku_id) where l.channel_sku = 'MILTON-FLASK-1L'`,
      ),
      old: await tx.one(sql`select live from godown.listing where channel_sku = 'OLD'`),
      exchanges: await tx.run(sql`select operation from godown.exchange where sync_run_id = ${run.syncRunId}`),
    }));
    expect(found).toMatchObject({
      run: { state: "DONE" },
      flask: { code: "MILTON-FLASK-1L", live: true, price: 89_900 },
      old: { live: false },
    });
    expect(found.exchanges).toContainEqual({ operation: "pullListings/getProducts" });
    expect(await waitingJobs(j.t, "inventory.push")).toContainEqual({ channelId: j.scene.channelId });
  });
});

describe("the Channel Summary", () => {
  it("has a card per sync, the push headers, and says what keeps syncs from running", async () => {
    const read = () =>
      j.t.db.read(j.scene.tenantId, async (tx) => must(await channelSummary(j.scene.ctx, tx, j.scene.channelId)));
    const summary = await read();
    expect(summary.cards.map((c) => `${c.kind} ${c.state}`)).toEqual([
      ...[
        "CATALOG OK",
        "INVENTORY OK",
        "ORDERS OK",
        "STATUS_CANCELLED OK",
        "STATUS_DELIVERED OK",
        "NOTIFICATIONS OK",
        "DISPATCH OK",
      ],
    ]);
    expect(summary.doesNotReport).toEqual(["DISPATCHED"]);
    expect(summary.push).toMatchObject({ url: "http://godown.test/uc/v1/order", merchantid: j.sim.username });
    expect(summary.push?.curl).toContain("securitykey");
    const password = summary.fields.find((f) => f.name === "password");
    expect(password).toMatchObject({ value: null, isSet: true, setBy: "test" });
    must(await disableChannel(j.scene.ctx, j.scene.channelId));
    const off = await read();
    expect(off.blocked).toEqual(["The channel is DISABLED"]);
    expect(off.cards.every((c) => c.state === "BLOCKED" && c.nextRunAt === null)).toBe(true);
  });
  it("of a card that tells shows what failed, what waits, and the latest exchanges", async () => {
    const order = await anOrder();
    await setFaults(j.sim, { kind: "failed", operation: "postStatusNotification", count: 1 });
    await queue(state(order, "CREATED"), state(order, "PACKED"), dispatch(order));
    await send(order);
    const summary = must(
      await j.t.db.read(j.scene.tenantId, (tx) => channelSummary(j.scene.ctx, tx, j.scene.channelId)),
    );
    const card = (kind: string) => summary.cards.find((c) => c.kind === kind);
    expect(card("NOTIFICATIONS")).toMatchObject({ ok: 0, failed: 1, waiting: 1, state: "FAILED" });
    expect(card("DISPATCH")).toMatchObject({ ok: 1, failed: 0, waiting: 0, state: "OK" });
    expect(card("DISPATCH")?.exchanges[0]).toMatchObject({ operation: "dispatch/dispatchOrderItems", outcome: "OK" });
  });
});
