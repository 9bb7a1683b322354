import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { startShopcluesSimulator } from "../../connectors/shopclues/simulator/index.ts";
import { createSku, installStandardTaxClasses } from "../../src/catalog/index.ts";
import { createTenant } from "../../src/identity/index.ts";
import { must, paise } from "../../src/kernel/index.ts";
import { systemCtx } from "../../src/platform/context.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import type { HttpClient } from "../support/client.ts";
import { waitFor } from "../support/wait.ts";
import { aGstin } from "../support/warehouse-builders.ts";

const SETUP_MAX_MS = 180_000;
const STORY_MAX_MS = 240_000;
const SEEN_WITHIN_MS = 30_000; // a page looks again every few seconds; here other tests run beside
const PASSWORD = "brown paper, twine and tape";
const SELLER = { username: "kurtikart", password: "small prices" };
const CHANNEL = "ShopClues_1";
const TORCH = { sku: "SCL-TORCH-3W", title: "Rechargeable LED torch", hsn: "851310", stock: 20 };
const TOWEL = { sku: "SCL-TOWEL-6", title: "Hand towels, set of 6", hsn: "630260", stock: 0 };

/** A seller works off orders on the marketplace's own panel; the screens say what became of it here, and what a person has to do. */
describe("what was processed on a marketplace's panel, on screen", () => {
  let sim: RunningSimulator;
  let app: TestApp;
  let browser: Browser;
  let page: Page;
  let meera: HttpClient;
  let channelId: string;
  let facilityId: string;
  const faults: string[] = [];
  const undo: (() => unknown)[] = [];

  beforeAll(async () => {
    buildWeb();
    sim = await startShopcluesSimulator({ sellers: [SELLER], settings: { courierDelayMs: 0, invoiceDelayMs: 0 } });
    undo.push(() => sim.close());
    app = await testApp({ environment: { GODOWN_SOURCE_URLS: `SHOPCLUES=${sim.url}` } });
    undo.push(() => app.close());
    await aSeller();
    browser = await chromium.launch(await findChromium());
    undo.push(() => browser.close());
    page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    page.setDefaultTimeout(SEEN_WITHIN_MS);
    page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
    page.on("response", (response) => {
      if (response.status() >= 500) faults.push(`${response.status()} of ${response.url()}`);
    });
    await page.goto(`${app.baseUrl}/login`);
    await page.getByLabel("User name").fill("meera");
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await button("Log in").click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  }, SETUP_MAX_MS);

  afterAll(async () => {
    for (const each of undo.reverse()) await each();
  });

  /** A place with a GSTIN but without an invoice series; a torch in stock, towels that are not; the channel connected and its catalogue read. */
  async function aSeller(): Promise<void> {
    const { tenantId } = must(
      await createTenant(app.services, {
        tenant: { code: "kurtikart", name: "Kurtikart", edition: "PROFESSIONAL", live: true, sandbox: true },
        admin: { name: "Meera Nair", username: "meera", password: PASSWORD },
      }),
    );
    const ctx = systemCtx(app.services, tenantId, "test", "test-setup");
    must(await ctx.db.transaction(tenantId, (tx) => installStandardTaxClasses(tx, ctx)));
    meera = await app.login("meera", PASSWORD);
    const place = { code: "BLR1", name: "Kurtikart Bengaluru", line1: "1 Main Road", city: "Bengaluru" };
    ({ facilityId } = await meera.must<{ facilityId: string }>("POST", "/facilities", {
      ...{ ...place, stateCode: "29", pincode: "560068", gstin: aGstin() },
    }));
    for (const { sku, title, hsn, stock } of [TORCH, TOWEL]) {
      must(
        await createSku(ctx, {
          ...{ code: sku, name: title, category: "Home", brand: "Plain", hsn, taxClass: "GST_5", imageUrl: null },
          ...{ mrp: paise(59_900), weightGrams: 420, lengthMm: 300, widthMm: 240, heightMm: 40, enabled: true },
        }),
      );
      if (stock > 0) await receive(sku, stock);
    }
    const settings = { facilities: [{ facilityId }] };
    const wish = { source: "SHOPCLUES", name: CHANNEL, settings };
    ({ channelId } = await meera.must<{ channelId: string }>("POST", "/channels", wish));
    await meera.must("PUT", `/channels/${channelId}/credentials`, { fields: SELLER });
    expect(await meera.must("POST", `/channels/${channelId}/connect`)).toMatchObject({ connected: true });
    await meera.must("POST", `/channels/${channelId}/syncs/CATALOG/run`);
    await waitFor("the catalogue", async () => {
      const { listings } = await meera.must<{ listings: { total: number } }>("GET", `/channels/${channelId}`);
      return listings.total > 0;
    });
  }

  const receive = (sku: string, quantity: number) =>
    meera.must("POST", "/inventory/adjustments", { facility: "BLR1", sku, kind: "ADD", quantity });
  let hasSeries = false;
  /** The invoices of the place have numbers from now on. */
  async function withSeries(): Promise<void> {
    if (!hasSeries) await meera.must("POST", "/series", { facilityId, documentType: "SALE_INVOICE", prefix: "KK/" });
    hasSeries = true;
  }
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const dialog = () => page.getByRole("dialog");
  const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const chip = (word: string) => page.getByRole("heading", { level: 1 }).getByText(word, { exact: true }).waitFor();
  const block = () => page.getByRole("region", { name: CHANNEL, exact: true });

  /** An order is placed there and is here, under our code for it. */
  async function ordered(sku: string, quantity: number): Promise<{ there: string; here: string; id: string }> {
    const { id: there } = await sim.placeOrder({
      ...{ paymentType: "PREPAID", state: "Karnataka", pincode: "560001", items: [{ sku, quantity }] },
    });
    // A run that is still under way may have read its orders already; the wish for one would only join it.
    await waitFor("the end of the run before", async () => {
      const { rows } = await meera.must<{ rows: { state: string }[] }>(
        "GET",
        `/sync-runs?channelId=${channelId}&kind=ORDERS`,
      );
      return rows.every(({ state }) => state !== "RUNNING");
    });
    await meera.must("POST", `/channels/${channelId}/syncs/ORDERS/run`);
    let found: { id: string; code: string } | undefined;
    await waitFor(`order ${there}`, async () => {
      const { rows } = await meera.must<{ rows: { id: string; code: string; state: string }[] }>(
        "GET",
        `/orders?search=${there}`,
      );
      found = rows.find(({ state }) => state === "PROCESSING" || state === "CREATED");
      return found !== undefined;
    });
    return { there, here: found?.code ?? "", id: found?.id ?? "" };
  }

  /** The seller's click on the marketplace's own panel. */
  async function onPanel(id: string, action: "dispatch" | "cancel"): Promise<void> {
    const answer = await fetch(`${sim.url}/_sim/orders/${id}/${action}`, { method: "POST", body: "{}" });
    expect(answer.status, await answer.text()).toBeLessThan(300);
  }

  async function syncFromPage(): Promise<void> {
    await page.goto(`${app.baseUrl}/status-sync`);
    await block().getByRole("button", { name: "Sync statuses now" }).click();
    await block()
      .getByText(/Cancelled, Dispatched: done/)
      .waitFor();
  }

  const packageOf = async (id: string): Promise<string> => {
    const { parcels } = await meera.must<{ parcels: { code: string; state: string }[] }>("GET", `/orders/${id}`);
    return parcels.find(({ state }) => state !== "CANCELLED")?.code ?? "";
  };

  it(
    "dispatched there: it waits and says for which series, is adopted by itself, and what was short is settled",
    async () => {
      const torch = await ordered(TORCH.sku, 1);
      const towels = await ordered(TOWEL.sku, 2);
      await onPanel(torch.there, "dispatch");
      await onPanel(towels.there, "dispatch");
      await syncFromPage();

      await shows("ShopClues does not report Delivered or Returned.");
      await block()
        .getByText(/words? wait/)
        .first()
        .waitFor();
      await block()
        .getByText(/series is defined/)
        .first()
        .waitFor();
      await page.goto(`${app.baseUrl}/orders/${towels.id}`);
      await shows(/The channel says: Dispatched.*It waits:.*series is defined/);

      await withSeries();
      await page.goto(`${app.baseUrl}/status-sync`);
      await block().getByText("None: each was applied when it was heard.").waitFor();
      await block()
        .getByRole("link", { name: new RegExp(`^(${torch.here}|${towels.here})$`) })
        .waitFor();
      await block().getByText("p95").first().waitFor();
      await block().getByText("Within the ceiling in each of the last 24 hours").last().waitFor();
      await block().getByRole("link", { name: "2 units left without stock" }).click();
      await shows(TOWEL.title);

      await page.goto(`${app.baseUrl}/orders/${towels.id}`);
      await chip("Complete");
      await shows("2 units left by the channel’s panel without being in the books.");
      await shows("adopted: it was processed on the channel’s panel");
      await shows("left without stock: a recorded shortage");
      await shows(/Processed on the channel's panel: package .* left with 2 units/);
      await page.goto(`${app.baseUrl}/shipments/${await packageOf(towels.id)}`);
      await chip("Dispatched");
      await shows(`Adopted from ${CHANNEL}’s panel`);
      await shows(/stands on no manifest/);
      await page.goto(`${app.baseUrl}/shipments/${await packageOf(torch.id)}`);
      await chip("Dispatched");
      await shows(/KK\/1/);

      await page.goto(`${app.baseUrl}/shortages?tab=OPEN`);
      await page.getByRole("row").first().getByRole("checkbox").check();
      const settle = button(/^Settle from stock/);
      expect(await settle.getAttribute("aria-disabled"), "nothing of it is free yet").toBe("true");
      await receive(TOWEL.sku, 2);
      await page.reload();
      await page.getByRole("row").first().getByRole("checkbox").check();
      await settle.click();
      await dialog()
        .getByText(/Takes 2 pieces out of the books/)
        .waitFor();
      await dialog().getByRole("button", { name: "Settle from stock" }).click();
      await shows("2 shortages settled; stock follows.");
      await page.goto(`${app.baseUrl}/shortages?tab=SETTLED`);
      await expect.poll(() => page.getByRole("row").count(), { timeout: SEEN_WITHIN_MS }).toBe(3);
      const { rows } = await meera.must<{ rows: { sku: string; good: number }[] }>("GET", `/stock?search=${TOWEL.sku}`);
      expect(rows.find(({ sku }) => sku === TOWEL.sku)?.good ?? 0).toBe(0);

      await page.goto(`${app.baseUrl}/status-sync?view=words&tab=ADOPTED`);
      await page.getByRole("row").filter({ hasText: towels.here }).click();
      await shows("It was done on the marketplace’s panel, and is so here because of that.");
      await button("Request and answer").click();
      await dialog().getByText(towels.there).first().waitFor();
      await page.goto(`${app.baseUrl}/settings/channels/${channelId}`);
      await shows("How late Cancelled and Dispatched were");
      expect(faults).toEqual([]);
    },
    STORY_MAX_MS,
  );

  it(
    "a selection of orders is asked about, with what the channel says of each",
    async () => {
      await withSeries();
      const left = await ordered(TORCH.sku, 1);
      const gone = await ordered(TORCH.sku, 1);
      await onPanel(left.there, "dispatch");
      await onPanel(gone.there, "cancel");
      await page.goto(`${app.baseUrl}/orders?tab=all`);
      for (const { here } of [left, gone])
        await page.getByRole("row").filter({ hasText: here }).getByRole("checkbox").check();
      await button(/^Sync status now/).click();
      await shows("Sync the statuses of 2 orders");
      await page.getByRole("button", { name: "Results" }).first().click();
      const result = (code: string) => dialog().getByRole("row").filter({ hasText: code });
      await result(left.here).getByText("On the channel: 1 line dispatched.").waitFor();
      await result(gone.here).getByText("On the channel: 1 line cancelled.").waitFor();
      await page.goto(`${app.baseUrl}/orders/${left.id}`);
      await chip("Complete");
      await page.goto(`${app.baseUrl}/orders/${gone.id}`);
      await chip("Cancelled");
      expect(faults).toEqual([]);
    },
    STORY_MAX_MS,
  );

  it(
    "cancelled there while it lies on a manifest: the board says so until somebody has seen it, closed manifest or not",
    async () => {
      await withSeries();
      // Two of three have the same courier, and so the same manifest.
      const orders = [await ordered(TORCH.sku, 1), await ordered(TORCH.sku, 1), await ordered(TORCH.sku, 1)];
      const ids: string[] = [];
      for (const [tab, step] of [
        ["new", "invoice"],
        ["packed", "label"],
        ["readyToShip", null],
      ] as const)
        await waitFor(`three parcels under ${tab}`, async () => {
          type Row = { shippingPackageId: string; orderCode: string };
          const { rows } = await meera.must<{ rows: Row[] }>("GET", `/shipments?tab=${tab}`);
          const mine = rows.filter((row) => orders.some(({ here }) => here === row.orderCode));
          ids.splice(0, ids.length, ...mine.map((row) => row.shippingPackageId));
          if (ids.length < 3) return false;
          if (step !== null) await meera.must("POST", `/shipments/${step}`, { ids });
          return true;
        });
      await meera.must("POST", "/manifests/add", { packageIds: ids });
      type Manifest = { manifestId: string; parcels: number; parcelsOn: { code: string; order: string }[] };
      const { rows } = await meera.must<{ rows: Manifest[] }>("GET", "/manifests?state=CREATED");
      const manifestId = rows.find(({ parcels }) => parcels > 1)?.manifestId ?? "";
      const [parcel] = (await meera.must<Manifest>("GET", `/manifests/${manifestId}`)).parcelsOn;
      const cancelled = parcel?.code ?? "";
      await onPanel(orders.find(({ here }) => here === parcel?.order)?.there ?? "", "cancel");
      await syncFromPage();
      await meera.must("POST", `/manifests/${manifestId}/close`);

      await page.goto(`${app.baseUrl}/`);
      await shows(new RegExp(`package ${cancelled} was taken off manifest`));
      await page.goto(`${app.baseUrl}/manifests/${manifestId}`);
      const alert = page.getByRole("alert").filter({ hasText: cancelled });
      await alert.getByText(/cancelled .*: keep it back\./).waitFor();
      await alert.getByText(/The manifest is closed: look in the courier’s pile/).waitFor();
      await alert.getByRole("button", { name: "Seen" }).click();
      await shows("1 package seen.");
      await alert.waitFor({ state: "detached" });
      await page.goto(`${app.baseUrl}/`);
      await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
      await expect.poll(() => page.getByText(cancelled).count(), { timeout: SEEN_WITHIN_MS }).toBe(0);
      expect(faults).toEqual([]);
    },
    STORY_MAX_MS,
  );

  it(
    "where a person is to decide, the choices say what each does, and the order is adopted by one of them",
    async () => {
      await withSeries();
      await meera.must("PATCH", `/channels/${channelId}/settings`, { dispatchedOnPanel: "ASK" });
      const held = await ordered(TORCH.sku, 1);
      await onPanel(held.there, "dispatch");
      await page.goto(`${app.baseUrl}/orders/${held.id}`);
      await button("Sync status now").click();
      await page.getByRole("button", { name: "Decide what is in doubt" }).click();
      await page.getByRole("row").filter({ hasText: held.here }).click();
      await shows("Left there, still here");
      await button(/^It left from the panel.*Marks them dispatched here without telling the channel/).waitFor();
      await button(/^Go on here/).waitFor();
      await button(/^It was sent elsewhere/).waitFor();
      await button(/^It left from the panel/).click();
      await shows(`${held.here}: It left from the panel.`);
      // No other doubt is in this list: nothing stays open in its place.
      await page.getByRole("complementary", { name: "Details" }).waitFor({ state: "detached" });
      await page.goto(`${app.baseUrl}/orders/${held.id}`);
      await chip("Complete");
      await shows("Doubt decided: It left from the panel");
      expect(faults).toEqual([]);
    },
    STORY_MAX_MS,
  );

  it(
    "a doubt that somebody else decided stays under the hands; once that is told, the next one opens",
    async () => {
      const [first, second] = [await ordered(TORCH.sku, 1), await ordered(TORCH.sku, 1)];
      for (const { there, id } of [first, second]) {
        await onPanel(there, "dispatch");
        await meera.must("POST", `/orders/${id}/sync-status`);
      }
      await page.goto(`${app.baseUrl}/exceptions`);
      await page.getByRole("row").filter({ hasText: first.here }).click();
      const details = page.getByRole("complementary", { name: "Details" });
      await details.getByText(first.here).first().waitFor();
      const { rows } = await meera.must<{ rows: { id: string; orderCode: string }[] }>("GET", "/exceptions?tab=open");
      const doubt = rows.find((row) => row.orderCode === first.here);
      await meera.must("POST", `/exceptions/${doubt?.id}/resolve`, { choice: "GO_ON" });
      await details.getByText("This row is not among those shown").waitFor();
      await button(/^It left from the panel/).click();
      await shows(new RegExp(`of ${first.here} was settled before, by .*“Go on here”`));
      await details.getByText(second.here).first().waitFor();
      expect(faults).toEqual([]);
    },
    STORY_MAX_MS,
  );
});
