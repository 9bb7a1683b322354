import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { startAjioDropshipSimulator } from "../../connectors/ajio-dropship/simulator/index.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { startOkerSimulator } from "../../connectors/oker/simulator/index.ts";
import { createSku, installStandardTaxClasses } from "../../src/catalog/index.ts";
import { createTenant } from "../../src/identity/index.ts";
import { must, paise } from "../../src/kernel/index.ts";
import { systemCtx } from "../../src/platform/context.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import type { HttpClient } from "../support/client.ts";
import { codesIn, pictureOfPage, readPages } from "../support/read-pdf.ts";
import { syncNowOn } from "../support/sync-on-screen.ts";
import { waitFor } from "../support/wait.ts";
import { aGstin } from "../support/warehouse-builders.ts";

const SETUP_MAX_MS = 180_000;
const STORY_MAX_MS = 240_000;
const SEEN_WITHIN_MS = 30_000; // a page looks again every 10 s; here other tests run beside
const PASSWORD = "brown paper, twine and tape";
const OKER = { username: "kurtikart", password: "okay, oker" };
const AJIO = { username: "DV100001", password: "first store" };
const WAREHOUSE = "OKR-BLR-01";
const SHEET = { sku: "WAKEFIT-PROTECT-Q", title: "Mattress protector, queen", hsn: "630493" };
const KURTA = { sku: "AVAASA-KURTA-TEAL-S", title: "Teal kurta, S", hsn: "620442" };
const GSTIN = aGstin();

const logged = z.object({
  orders: z.array(
    z.looseObject({
      id: z.string(),
      invoices: z.array(z.looseObject({ kind: z.string(), number: z.string() })),
      parcels: z.array(z.looseObject({ courier: z.looseObject({ awb: z.string(), name: z.string() }).nullable() })),
    }),
  ),
  dispatches: z.array(
    z.looseObject({
      orderId: z.string(),
      outcome: z.string(),
    }),
  ),
});

/** Orders of two marketplaces that are asked, carried by clicks and scans until they have left; every paper is read as a courier and a buyer would. */
describe("orders of pull channels, on screen", () => {
  let oker: RunningSimulator;
  let ajio: RunningSimulator;
  let app: TestApp;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  const undo: (() => unknown)[] = [];
  const channels: Record<"Oker_1" | "AJIO_Dropship_1", string> = { Oker_1: "", AJIO_Dropship_1: "" };

  beforeAll(async () => {
    buildWeb();
    const settings = { courierDelayMs: 0, invoiceDelayMs: 0 };
    oker = await startOkerSimulator({ sellers: [OKER], warehouses: [WAREHOUSE], settings });
    undo.push(() => oker.close());
    ajio = await startAjioDropshipSimulator({ sellers: [AJIO], settings });
    undo.push(() => ajio.close());
    app = await testApp({ environment: { GODOWN_SOURCE_URLS: `OKER=${oker.url},AJIO_DROPSHIP=${ajio.url}` } });
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
  }, SETUP_MAX_MS);

  afterAll(async () => {
    for (const each of undo.reverse()) await each();
  });

  /** A place with a GSTIN but without an invoice series, two products in stock, and both channels connected with their catalogues read. */
  async function aSeller(): Promise<void> {
    const { tenantId } = must(
      await createTenant(app.services, {
        tenant: { code: "kurtikart", name: "Kurtikart", edition: "PROFESSIONAL", live: true, sandbox: true },
        admin: { name: "Meera Nair", username: "meera", password: PASSWORD },
      }),
    );
    const ctx = systemCtx(app.services, tenantId, "test", "test-setup");
    must(await ctx.db.transaction(tenantId, (tx) => installStandardTaxClasses(tx, ctx)));
    const meera = await app.login("meera", PASSWORD);
    const place = { code: "BLR1", name: "Kurtikart Bengaluru", line1: "1 Main Road", city: "Bengaluru" };
    const facility = await meera.must<{ facilityId: string }>("POST", "/facilities", {
      ...{ ...place, stateCode: "29", pincode: "560068", gstin: GSTIN },
    });
    for (const { sku, title, hsn } of [SHEET, KURTA]) {
      must(
        await createSku(ctx, {
          ...{ code: sku, name: title, category: "Home", brand: "Plain", hsn, taxClass: "GST_5", imageUrl: null },
          ...{ mrp: paise(150_000), weightGrams: 420, lengthMm: 300, widthMm: 240, heightMm: 40, enabled: true },
        }),
      );
      await meera.must("POST", "/inventory/adjustments", { facility: "BLR1", sku, kind: "ADD", quantity: 20 });
    }
    const { facilityId } = facility;
    channels.Oker_1 = await connected(meera, "OKER", "Oker_1", facilityId, {
      ...{ ...OKER, warehouseLocation: JSON.stringify({ [WAREHOUSE]: "BLR1" }) },
    });
    channels.AJIO_Dropship_1 = await connected(meera, "AJIO_DROPSHIP", "AJIO_Dropship_1", facilityId, {
      ...{ ...AJIO, storeCode: "BLR1" },
    });
  }

  async function connected(
    meera: HttpClient,
    source: string,
    name: string,
    facilityId: string,
    fields: Record<string, string>,
  ): Promise<string> {
    const settings = { facilities: [{ facilityId }] };
    const { channelId } = await meera.must<{ channelId: string }>("POST", "/channels", { source, name, settings });
    await meera.must("PUT", `/channels/${channelId}/credentials`, { fields });
    expect(await meera.must("POST", `/channels/${channelId}/connect`)).toMatchObject({ connected: true });
    await meera.must("POST", `/channels/${channelId}/syncs/CATALOG/run`);
    await waitFor(`the catalogue of ${name}`, async () => {
      const { listings } = await meera.must<{ listings: { total: number } }>("GET", `/channels/${channelId}`);
      return listings.total > 0;
    });
    return channelId;
  }

  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const dialog = () => page.getByRole("dialog");
  const card = (title: string) => page.getByRole("region", { name: title, exact: true });
  const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const chip = (word: string) => page.getByRole("heading", { level: 1 }).getByText(word, { exact: true }).waitFor();

  async function place(sim: RunningSimulator, over: Record<string, unknown>): Promise<string> {
    return (await sim.placeOrder({ paymentType: "PREPAID", state: "Tamil Nadu", pincode: "600001", ...over })).id;
  }
  const simLog = (sim: RunningSimulator) => logged.parse(sim.state());
  const orderAt = (sim: RunningSimulator, id: string) => {
    const order = simLog(sim).orders.find((each) => each.id === id);
    if (!order) throw new Error(`${id} is an order of the simulator`);
    return order;
  };
  const numberOf = (sim: RunningSimulator, id: string, kind: string): string =>
    orderAt(sim, id).invoices.find((each) => each.kind === kind)?.number ?? "";
  const courierOf = (sim: RunningSimulator, id: string) => {
    const courier = orderAt(sim, id).parcels[0]?.courier;
    if (!courier) throw new Error(`${id} has a courier`);
    return courier;
  };
  const dispatchesOf = (sim: RunningSimulator, id: string) =>
    simLog(sim).dispatches.filter((dispatch) => dispatch.orderId === id);

  async function logIn(): Promise<void> {
    await page.context().clearCookies();
    await page.goto(`${app.baseUrl}/login`);
    await page.getByLabel("User name").fill("meera");
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await button("Log in").click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  }

  /** By the channel's page: its orders are fetched now. */
  async function syncNow(channel: keyof typeof channels): Promise<void> {
    await page.goto(`${app.baseUrl}/settings/channels/${channels[channel]}`);
    await syncNowOn(card("Orders received"), "Meera Nair");
  }

  /** Chooses all packages of the list and takes a step with them: the channel is asked, and gives. */
  async function stepFor(tab: string, channel: keyof typeof channels, count: number, verb: string): Promise<void> {
    await page.goto(`${app.baseUrl}/shipments?tab=${tab}&channelId=${channels[channel]}`);
    await expect.poll(() => page.getByRole("row").count(), { timeout: SEEN_WITHIN_MS }).toBe(count + 1);
    await page.getByRole("row").first().getByRole("checkbox").check();
    await button(new RegExp(`^${verb}`)).click();
    await dialog()
      .getByText(`Done for all ${count === 1 ? "1 package" : `${count} packages`}.`)
      .waitFor();
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
  }

  /** The package of a channel's order, found by the field on top of every page. */
  async function openPackage(channelOrderId: string): Promise<string> {
    await page.goto(`${app.baseUrl}/shipments?tab=all&q=${channelOrderId}`);
    const link = page.getByRole("link", { name: /^BLR1-\d+$/ });
    const code = (await link.first().textContent())?.trim() ?? "";
    await link.first().click();
    await page.getByRole("heading", { level: 1 }).getByText(code).waitFor();
    return code;
  }

  /** What the browser is given for an address that the page shows, with the person's own session. */
  async function fileAt(href: string | null): Promise<Buffer> {
    const answer = await page.request.get(new URL(href ?? "", app.baseUrl).href);
    expect([answer.status(), answer.headers()["content-type"]]).toEqual([200, "application/pdf"]);
    return answer.body();
  }

  /** The PDF that a button opens in the preview, as it is downloaded from there. */
  async function printed(name: string | RegExp): Promise<Buffer> {
    await button(name).first().click();
    const link = dialog().getByRole("link", { name: "Download" });
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    const bytes = readFileSync(await download.path());
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    return bytes;
  }

  const textOf = async (pdf: Buffer, number = 1): Promise<string> => (await readPages(pdf))[number - 1]?.text ?? "";
  const codesOf = async (pdf: Buffer, number = 1): Promise<string[]> =>
    (await codesIn(await pictureOfPage(pdf, number, 4))).map((code) => code.text);

  async function openManifestFor(channel: string): Promise<void> {
    await page.goto(`${app.baseUrl}/manifests`);
    await button("Create manifest").first().click();
    await dialog().getByRole("combobox", { name: "Channel" }).click();
    await page.getByRole("option", { name: channel }).click();
    await dialog().getByRole("button", { name: "Create manifest" }).click();
    await page.getByLabel("Scan a label: AWB, package or order").waitFor();
  }

  /** By the keyboard alone, as a scanner and its keys do. */
  async function scan(awb: string): Promise<void> {
    await page.keyboard.type(awb);
    await page.keyboard.press("Enter");
    await page
      .getByRole("status")
      .getByText(/added$/)
      .waitFor();
  }

  /** A busy network: what the manifest's page reads arrives a second late, until it is over. */
  async function manifestReadSlowly(): Promise<{ over: () => Promise<void> }> {
    const address = /\/api\/v1\/manifests\/[0-9a-f-]+$/;
    await page.route(address, async (route) => {
      const answer = await route.fetch();
      await delay(1_000);
      await route.fulfill({ response: answer });
    });
    return { over: () => page.unroute(address) };
  }

  async function closeByKeys(): Promise<void> {
    await page.keyboard.press("F4");
    await shows(/channels are told at once\. This cannot be undone\./);
    await expect.poll(() => page.locator(":focus").textContent(), { timeout: SEEN_WITHIN_MS }).toBe("Close manifest");
    await page.keyboard.press("Enter");
  }

  it(
    "AJIO: its papers are fetched, one of two parcels is refused and taken off, the other leaves once",
    async () => {
      const wish = { items: [{ sku: KURTA.sku, quantity: 2 }] };
      const gone = await place(ajio, wish);
      const refused = await place(ajio, wish);
      await logIn();
      await syncNow("AJIO_Dropship_1");
      await stepFor("new", "AJIO_Dropship_1", 2, "Create invoice");
      await stepFor("packed", "AJIO_Dropship_1", 2, "Create label");

      const code = await openPackage(gone);
      await chip("Ready to ship");
      const courier = courierOf(ajio, gone);
      const b2b = numberOf(ajio, gone, "B2B");
      await shows(courier.name);
      await shows(b2b);
      await shows(/takes an order as one parcel in one box/);
      const cancel = button("Cancel");
      expect(await cancel.getAttribute("aria-disabled")).toBe("true");
      await cancel.hover();
      await page.getByRole("tooltip").getByText(`Package ${code} is READY_TO_SHIP`).waitFor();

      const invoice = await fileAt(
        await page.getByRole("link", { name: "Invoice of the channel" }).getAttribute("href"),
      );
      expect(await textOf(invoice)).toContain("Tax invoice (B2B)");
      for (const words of [b2b, KURTA.sku, "Billed to", "1,528.30"]) expect(await textOf(invoice)).toContain(words);
      const qr: unknown = JSON.parse((await codesOf(invoice))[0] ?? "null");
      expect(qr).toMatchObject({ InvNo: b2b });

      const label = await printed("Print label");
      expect(await textOf(label)).toContain(`AWB ${courier.awb}`);
      expect(await codesOf(label)).toContain(courier.awb);
      const b2c = numberOf(ajio, gone, "B2C");
      expect(await textOf(label, 2)).toContain("Tax invoice (B2C)");
      expect(await textOf(label, 2)).toContain(b2c);
      expect(await fileAt(await page.getByRole("link", { name: "Label of the channel" }).getAttribute("href"))).toEqual(
        label,
      );

      await openManifestFor("AJIO_Dropship_1");
      await scan(courier.awb);
      await scan(courierOf(ajio, refused).awb);
      // The customer cancels where the marketplace should not let him any more: AJIO's list then refuses the parcel.
      const late = await fetch(`${ajio.url}/_sim/orders/${refused}/cancel`, {
        method: "POST",
        body: JSON.stringify({ late: true }),
      });
      expect(late.status).toBeLessThan(300);
      await closeByKeys();
      await shows("AJIO_Dropship_1 refuses 1 of 2 packages.");
      await shows("The channel says: “item cancelled by customer”");
      await button("Take off the refused (1)").waitFor();
      await chip("Open");
      expect(dispatchesOf(ajio, gone)).toEqual([]);
      await page.keyboard.press("F6");
      await shows("1 package on it of 250 at most");
      await closeByKeys();
      await chip("Closed");
      await shows("taken by the channel");

      const list = page.getByRole("link", { name: "Open PDF" });
      const manifest = await fileAt(await list.getAttribute("href"));
      const text = await textOf(manifest);
      expect(text).toContain(courier.awb);
      expect(text).not.toContain(courierOf(ajio, refused).awb);
      expect(text).toContain(`Manifest No. ${(await codesOf(manifest))[0]}`);

      expect(dispatchesOf(ajio, gone)).toEqual([expect.objectContaining({ orderId: gone, outcome: "SUCCESS" })]);
      expect(dispatchesOf(ajio, refused)).toEqual([]);
      await page.goto(`${app.baseUrl}/shipments/${code}`);
      await chip("Dispatched");
      await openPackage(refused);
      await chip("Ready to ship");
      expect(faults).toEqual([]);
    },
    STORY_MAX_MS,
  );

  it(
    "Oker: our invoice has its number, its label is printed, our manifest closes and it is told once",
    async () => {
      const id = await place(oker, { items: [{ sku: SHEET.sku, quantity: 1 }] });
      await logIn();
      await syncNow("Oker_1");
      await stepFor("new", "Oker_1", 1, "Create invoice");
      await stepFor("packed", "Oker_1", 1, "Create label");

      const code = await openPackage(id);
      await chip("Ready to ship");
      const courier = courierOf(oker, id);
      const number = numberOf(oker, id, "INVOICE");
      await shows(number);
      await shows(/the page is drawn here; our own series is not touched/);
      const invoice = await fileAt(await page.getByRole("link", { name: "Open", exact: true }).getAttribute("href"));
      for (const words of [number, SHEET.sku, GSTIN, "Tamil Nadu"]) expect(await textOf(invoice)).toContain(words);
      expect(await codesOf(invoice)).toContain(number);
      const label = await printed("Print label");
      expect(await textOf(label)).toContain(`AWB ${courier.awb}`);
      expect(await codesOf(label)).toEqual(expect.arrayContaining([courier.awb, id]));

      await openManifestFor("Oker_1");
      const readsSlowly = await manifestReadSlowly();
      await scan(courier.awb);
      await closeByKeys(); // before the page has read that a parcel is on the list: the key waits for it
      await readsSlowly.over();
      await chip("Closed");
      await shows("taken by the channel");
      const manifest = await printed("Print manifest");
      const title = (await page.getByRole("heading", { level: 1 }).textContent()) ?? "";
      const manifestCode = /MF-\d+/.exec(title)?.[0] ?? "";
      for (const words of [manifestCode, courier.awb, code, id]) expect(await textOf(manifest)).toContain(words);
      expect(await codesOf(manifest)).toEqual([manifestCode]);

      expect(dispatchesOf(oker, id)).toEqual([expect.objectContaining({ orderId: id, outcome: "SUCCESS" })]);
      await page.goto(`${app.baseUrl}/shipments/${code}`);
      await chip("Dispatched");
      expect(faults).toEqual([]);
    },
    STORY_MAX_MS,
  );
});
