import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import type { summaryAnswer } from "../../src/channels/wire.ts";
import { createTenant } from "../../src/identity/index.ts";
import { must } from "../../src/kernel/index.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { aFacility, aSku } from "../support/builders.ts";
import { aJupiter, SIM_PASSWORD } from "../support/channel-builders.ts";
import type { HttpClient } from "../support/client.ts";
import { waitFor } from "../support/wait.ts";

const PASSWORD = "brown paper, twine and tape";
type Summary = z.infer<typeof summaryAnswer>;
interface Run {
  syncRunId: string;
  state: string;
  okCount: number;
  message: string | null;
}

/** Settings > Channels, through the same HTTP calls as the screens: the seed's steps 1 to 5, then the Channel Summary. */
describe("the channel manager connects Jupiter Money", () => {
  let app: TestApp;
  let sim: Awaited<ReturnType<typeof aJupiter>>;
  let meera: HttpClient;
  let facilityId: string;
  let channelId: string;
  let headers: Record<string, string>;
  beforeAll(async () => {
    sim = await aJupiter();
    app = await testApp({ environment: { GODOWN_SOURCE_URLS: `JUPITER_MONEY=${sim.url}` } });
    const made = must(
      await createTenant(app.services, {
        tenant: { code: "kurtikart", name: "Kurtikart", edition: "STANDARD", sandbox: true },
        admin: { username: "meera", name: "Meera", password: PASSWORD },
      }),
    );
    facilityId = await aFacility(app.db, made.tenantId);
    await aSku(app.db, made.tenantId, { code: "MILTON-FLASK-1L" });
    meera = await app.login("meera", PASSWORD);
  });
  afterAll(async () => {
    await app.close();
    await sim.close();
  });
  const summary = () => meera.must<Summary>("GET", `/channels/${channelId}`);

  it("searches and selects it", async () => {
    const { sources } = await meera.must<{
      sources: { id: string; suggestedName: string; fields: { label: string }[] }[];
    }>("GET", "/sources?q=jupiter");
    expect(sources).toMatchObject([
      {
        id: "JUPITER_MONEY",
        label: "Jupiter Money",
        category: "Marketplaces",
        suggestedName: "Jupiter_Money_1",
        unavailable: null,
      },
    ]);
    expect(sources[0]?.fields.map((f) => f.label)).toEqual(["Username", "Password", "Vendor Code"]);
    expect((await meera.must<{ sources: unknown[] }>("GET", "/sources?q=nothing-like-it")).sources).toEqual([]);
  });
  it("fills in the details: Save & Next", async () => {
    const body = { source: "JUPITER_MONEY", name: "Jupiter_Money_1", settings: { facilities: [{ facilityId }] } };
    expect((await meera.api("POST", "/channels", { ...body, settings: {} })).code).toBe("CHANNEL_FACILITIES_MISSING");
    const added = await meera.must<{ channelId: string; state: string }>("POST", "/channels", body);
    expect(added.state).toBe("CONFIGURED");
    channelId = added.channelId;
  });
  it("fills in the credentials and connects", async () => {
    const wrong = { username: sim.username, password: "x", vendorCode: "someone-else" };
    expect((await meera.api("PUT", `/channels/${channelId}/credentials`, { fields: wrong })).text).toContain(
      "Vendor Code must be the same as the Username",
    );
    await meera.must("PUT", `/channels/${channelId}/credentials`, { fields: { ...wrong, vendorCode: "" } });
    expect(await meera.must("POST", `/channels/${channelId}/connect`)).toMatchObject({
      connected: false,
      steps: [{}, {}, {}, { title: "Sign in", state: "FAILED" }],
    });
    await meera.must("PUT", `/channels/${channelId}/credentials`, {
      fields: { username: sim.username, password: SIM_PASSWORD },
    });
    expect(await meera.must("POST", `/channels/${channelId}/connect`)).toMatchObject({ connected: true });
    expect(JSON.stringify(await summary())).not.toContain(SIM_PASSWORD);
  });
  it("is told that nothing syncs before the tenant is live, and goes live", async () => {
    const refused = await meera.api("POST", `/channels/${channelId}/syncs/CATALOG/run`);
    expect([refused.status, refused.text]).toEqual([
      409,
      expect.stringContaining("Sync not allowed as Tenant is not Live yet"),
    ]);
    expect((await summary()).blocked).toEqual(["Sync not allowed as Tenant is not Live yet"]);
    await meera.must("POST", "/tenant/go-live");
    expect((await summary()).blocked).toEqual([]);
  });
  it("presses Sync now and follows the run to its end", async () => {
    const started = await meera.must<Run>("POST", `/channels/${channelId}/syncs/CATALOG/run`);
    const ended = await waitFor("the end of the run", async () => {
      const run = await meera.must<Run>("GET", `/sync-runs/${started.syncRunId}`);
      return run.state === "RUNNING" ? undefined : run;
    });
    expect(ended).toMatchObject({ state: "DONE", message: expect.stringContaining("mapped by equal SKU") });
    const { rows } = await meera.must<{ rows: { skuCode: string }[] }>(
      "GET",
      `/listings?channelId=${channelId}&tab=mapped`,
    );
    expect(rows.map((row) => row.skuCode)).toEqual(["MILTON-FLASK-1L"]);
    const exchanges = await meera.must<{ rows: { exchangeId: string; url: string }[] }>(
      "GET",
      `/exchanges?channelId=${channelId}&operation=pullListings`,
    );
    const last = exchanges.rows.find((row) => row.url.includes("/products"));
    expect(await meera.must("GET", `/exchanges/${last?.exchangeId}`)).toMatchObject({ status: 200, repeatable: true });
    expect((await meera.api("GET", `/exchanges.csv?channelId=${channelId}`)).text).toContain(
      "pullListings/getProducts",
    );
    expect(
      (await meera.must<{ rows: unknown[] }>("GET", `/sync-runs?channelId=${channelId}`)).rows.length,
    ).toBeGreaterThan(0);
  });
  it("issues push headers, shown once, and the marketplace's order arrives with them", async () => {
    const issued = await meera.must<{ clientid: string; merchantid: string; securitykey: string }>(
      "POST",
      `/channels/${channelId}/push-credential`,
      {},
    );
    headers = { clientid: issued.clientid, merchantid: issued.merchantid, securitykey: issued.securitykey };
    sim.setTarget({ url: app.baseUrl, headers });
    const placed = await sim.placeOrder({ items: [{ sku: "MILTON-FLASK-1L", quantity: 1 }] });
    expect(placed.pushed).toMatchObject({ status: 200, body: { status: "success" } });
    const shown = await summary();
    expect(shown.push).toMatchObject({
      url: expect.stringContaining("/uc/v1/order"),
      clientid: issued.clientid,
      merchantid: sim.username,
    });
    expect(JSON.stringify(shown)).not.toContain(issued.securitykey);
    const orders = shown.cards.find((card) => card.kind === "ORDERS");
    expect(orders).toMatchObject({ ok: 1, failed: 0, received: [{ channelOrderId: placed.id }] });
  });
  it("ends the headers at once", async () => {
    const [credential] = (await summary()).push?.credentials ?? [];
    await meera.must("DELETE", `/push-credentials/${credential?.pushCredentialId}`);
    sim.setTarget({ url: app.baseUrl, headers });
    expect((await sim.placeOrder({})).pushed).toMatchObject({ status: 401, body: { status: "failure" } });
  });
  it("switches a sync, a listing and the channel off and on", async () => {
    await meera.must("PUT", `/channels/${channelId}/syncs/CATALOG`, { enabled: false });
    expect((await summary()).cards.find((card) => card.kind === "CATALOG")?.state).toBe("OFF");
    const { rows } = await meera.must<{ rows: { listingId: string }[] }>(
      "GET",
      `/listings?channelId=${channelId}&tab=mapped`,
    );
    const listingIds = rows.map((row) => row.listingId);
    await meera.must("PATCH", "/listings", { listingIds, disabled: true, buffer: 1 });
    expect((await meera.must<{ counts: Record<string, number> }>("GET", "/listings")).counts.disabled).toBe(1);
    await meera.must("POST", "/publish-stops", { kind: "CHANNEL", id: channelId, stopped: true });
    expect((await summary()).publishingStopped).toBe(true);
    await meera.must("POST", `/channels/${channelId}/disable`);
    expect((await summary()).blocked).toEqual(["The channel is DISABLED"]);
    await meera.must("POST", `/channels/${channelId}/enable`);
    expect((await meera.must<{ channels: { state: string }[] }>("GET", "/channels")).channels).toMatchObject([
      { state: "CONNECTED" },
    ]);
  });
});
