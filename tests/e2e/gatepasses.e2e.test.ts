import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FacilityId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { SELLER_PASSWORD } from "../support/seller.ts";
import { aYardOnline, type YardOnline } from "../support/yard-online.ts";

const SETUP_MAX_MS = 180_000;
const SEEN_WITHIN_MS = 30_000; // other tests run beside
const PUMP = { sku: "PUMP-1HP", name: "Water pump 1 HP", stock: 12 };
const KETTLE = { sku: "KETTLE-15", name: "Electric kettle 1.5 l", stock: 5 };

/** Goods that leave other than by sale, by clicks and scans, from the shelf to the shelf. */
describe("gatepasses, on screen", () => {
  let app: TestApp;
  let yard: YardOnline;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  const undo: (() => unknown)[] = [];

  beforeAll(async () => {
    buildWeb();
    app = await testApp({ workers: false });
    undo.push(() => app.close());
    yard = await aYardOnline(app.services, { goods: [PUMP, KETTLE] });
    browser = await chromium.launch(await findChromium());
    undo.push(() => browser.close());
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(SEEN_WITHIN_MS);
    page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
    page.on("response", (response) => {
      if (response.status() >= 500) faults.push(`${response.status()} of ${response.url()}`);
    });
    await page.goto(app.baseUrl);
    await page.getByLabel("User name").fill(yard.admin);
    await page.getByRole("textbox", { name: "Password" }).fill(SELLER_PASSWORD);
    await button("Log in").click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  }, SETUP_MAX_MS);

  afterAll(async () => {
    for (const each of undo.reverse()) await each();
  });

  const button = (name: RegExp | string) => page.getByRole("button", { name });
  const dialog = () => page.getByRole("dialog");
  const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const verdict = (text: string | RegExp) => page.getByRole("status").getByText(text).first().waitFor();
  const chip = (word: string) => page.getByRole("heading", { level: 1 }).getByText(word, { exact: true }).waitFor();

  async function scan(prompt: string, ...codes: string[]): Promise<void> {
    const field = page.getByLabel(prompt);
    for (const code of codes) {
      await field.fill(code);
      await field.press("Enter");
    }
  }

  async function choose(label: string, option: RegExp | string): Promise<void> {
    await dialog().getByRole("combobox", { name: label, exact: true }).click();
    await page.getByRole("option", { name: option }).click();
  }

  async function create(type: RegExp, fill: () => Promise<void>): Promise<void> {
    await page.goto(`${app.baseUrl}/gatepasses`);
    await button("Create gatepass").first().click();
    await dialog().getByRole("button", { name: type }).click();
    await choose("From", /^BLR1/);
    await fill();
    await dialog().getByRole("button", { name: "Create gatepass" }).click();
    await chip("Open");
  }

  async function setPrice(sku: string, rupees: string): Promise<void> {
    const price = page.getByLabel(`Price of ${sku}`);
    await price.fill(rupees);
    await price.press("Enter");
  }

  async function issue(): Promise<void> {
    await button("Issue gatepass").click();
    await dialog().getByRole("button", { name: "Issue gatepass" }).click();
  }

  const levels = async (facilityId: FacilityId, sku: string): Promise<Record<string, number>> => {
    const row = await app.db.read(yard.tenantId, (tx) =>
      tx.first(sql<Record<string, number>>`
        select l.good, l.bad, l.putaway_pending from godown.stock_level l join godown.sku k using (tenant_id, sku_id)
        where l.tenant_id = ${yard.tenantId} and l.facility_id = ${facilityId} and k.code = ${sku}`),
    );
    return Object.fromEntries(Object.entries(row ?? {}).filter(([, quantity]) => quantity !== 0));
  };

  const stockTrue = () => expectStockTrue({ db: app.db }, yard.tenantId);

  /** From what waits to the shelf, by the screens of putaway. */
  async function putAway(facility: string): Promise<void> {
    await page.goto(`${app.baseUrl}/putaway?facility=${facility}`);
    await page.getByRole("checkbox", { name: /all/i }).first().check();
    await button(/^Take into a putaway list/).click();
    await page.getByLabel(/^Scan a shelf/).waitFor();
  }

  it("carries goods to Delhi: IGST invoice, in transit, scanned in, short, found and back with a credit note", async () => {
    await create(/Stock transfer/, async () => {
      await choose("To", /^DEL1/);
      await dialog().getByText("Two GSTINs: they go on an invoice with IGST").waitFor();
      await dialog().getByRole("textbox", { name: "Purpose" }).fill("Filling up Delhi");
    });
    await scan("Scan a SKU: one piece goes on", PUMP.sku, PUMP.sku, "NO-SUCH-SKU");
    await verdict("There is no SKU NO-SUCH-SKU.");
    await shows("2 pieces on 1 line");
    await shows(/An invoice needs a value, but these have no price: PUMP-1HP/);
    const pieces = page.getByLabel(`Pieces of ${PUMP.sku}`);
    await pieces.fill("7");
    await pieces.press("Enter");
    await shows("7 pieces on 1 line");
    await setPrice(PUMP.sku, "1,999.50");
    await shows("Goes with a tax invoice over ₹16,515.87.");
    await issue();
    await chip("In transit");
    await shows("GT-1");
    expect(await levels(yard.blr, PUMP.sku)).toEqual({ good: 5 });
    await stockTrue();

    await page.goto(`${app.baseUrl}/gatepasses?view=in-transit`);
    await page.getByRole("row", { name: /PUMP-1HP.*BLR1.*DEL1.*7/ }).waitFor();
    await page.goto(`${app.baseUrl}/gatepasses`);
    await page.getByRole("tab", { name: /In transit 1/ }).click();
    await page.getByRole("link", { name: /^GP-/ }).click();
    await chip("In transit");
    await scan("Scan a SKU that arrived", PUMP.sku, PUMP.sku, PUMP.sku, PUMP.sku);
    await verdict("PUMP-1HP: 4 of 7");
    await shows("4 of 7 pieces accounted for");
    await button(/^Report the rest short/).click();
    await dialog().getByLabel("What was seen").fill("One carton was open");
    await dialog().getByRole("button", { name: "Report short" }).click();
    await chip("Short");
    await shows("3 pieces did not arrive.");

    await page.goto(`${app.baseUrl}/exceptions`);
    await shows(/3 pieces of gatepass GP-\d+ from BLR1 did not arrive at DEL1\./);
    await page.goBack();
    await chip("Short");
    await button("Say what became of them").click();
    await dialog().getByLabel(`Pieces of ${PUMP.sku}`).fill("1");
    await dialog().getByRole("button", { name: "Found: 1 piece" }).click();
    await shows("5 of 7 pieces accounted for");
    await button("Say what became of them").click();
    await dialog().getByText("Back with the sender").click();
    await dialog().getByRole("button", { name: "Back with the sender: 2 pieces" }).click();
    await chip("Closed");
    await shows("GR-1");
    expect(await levels(yard.del, PUMP.sku)).toEqual({ putaway_pending: 5 });
    expect(await levels(yard.blr, PUMP.sku)).toEqual({ good: 5, putaway_pending: 2 });
    await stockTrue();

    await putAway("DEL1");
    await button(/^Complete/).click();
    await dialog().getByRole("button", { name: "Complete putaway" }).click();
    await chip("Complete");
    expect(await levels(yard.del, PUMP.sku)).toEqual({ good: 5 });
    await stockTrue();
    const papers = await app.db.read(yard.tenantId, (tx) =>
      tx.run(sql<Record<string, unknown>>`
        select kind, number, taxable_paise as taxable, igst_paise as igst, total_paise as total, place_of_supply as place, against_number as against
        from godown.gatepass_document where tenant_id = ${yard.tenantId} order by issued_at`),
    );
    expect(papers).toEqual([
      {
        kind: "TAX_INVOICE",
        number: "GT-1",
        taxable: 1_399_650,
        igst: 251_937,
        total: 1_651_587,
        place: "07",
        against: null,
      },
      {
        kind: "CREDIT_NOTE",
        number: "GR-1",
        taxable: 399_900,
        igst: 71_982,
        total: 471_882,
        place: "07",
        against: "GT-1",
      },
    ]);
    expect(faults).toEqual([]);
  });

  it("lends kettles on a challan and takes them back in parts", async () => {
    await create(/^Returnable/, async () => {
      await dialog().getByRole("textbox", { name: "To", exact: true }).fill("Lens & Light Studio");
      await dialog().getByRole("textbox", { name: "Address", exact: true }).fill("12 Residency Road");
      await dialog().getByRole("textbox", { name: "City" }).fill("Bengaluru");
      await dialog().getByRole("textbox", { name: "PIN code" }).fill("560025");
      await choose("State", "Karnataka");
      await dialog().getByRole("textbox", { name: "Purpose" }).fill("Photo shoot");
      await dialog().getByRole("textbox", { name: "Reference" }).fill("SHOOT-7");
    });
    await scan("Scan a SKU: one piece goes on", KETTLE.sku, KETTLE.sku, KETTLE.sku);
    await shows("3 pieces on 1 line");
    await shows(/Goes with a delivery challan/);
    await issue();
    await chip("Return awaited");
    await shows("DC-1");
    expect(await levels(yard.blr, KETTLE.sku)).toEqual({ good: 2 });
    await scan("Scan a SKU that came back", KETTLE.sku, "PUMP-1HP");
    await verdict(/PUMP-1HP is no SKU on gatepass/);
    await shows("1 of 3 pieces accounted for");
    await button(/^Receive all the rest/).click();
    await shows("You vouch that 2 pieces arrived at BLR1.");
    await dialog().getByRole("button", { name: "Receive" }).click();
    await chip("Closed");
    expect(await levels(yard.blr, KETTLE.sku)).toEqual({ good: 2, putaway_pending: 3 });
    await stockTrue();

    // The paper is looked at before it is printed.
    await button("Print").click();
    await dialog().getByText("Delivery Challan DC-1").waitFor();
    await page.keyboard.press("Escape");
    await page.goto(`${app.baseUrl}/gatepasses?tab=CLOSED&q=SHOOT-7`);
    await page.getByRole("row", { name: /Returnable.*Lens & Light Studio/ }).waitFor();
    expect(faults).toEqual([]);
  });
});
