import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installStandardTaxClasses } from "../../src/catalog/index.ts";
import { createTenant } from "../../src/identity/index.ts";
import { must, type TenantId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import { makeFirstFacility } from "../../src/warehouse/index.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { purchasingFaults } from "../support/purchasing-builders.ts";
import { aGstin } from "../support/warehouse-builders.ts";

const SETUP_MAX_MS = 180_000;
const STORY_MAX_MS = 120_000;
const SEEN_WITHIN_MS = 30_000;
const PASSWORD = "brown paper, twine and tape";
const KETTLE = { code: "KETTLE-15", name: "Electric kettle 1.5 l" };
const MUG = { code: "MUG-BLUE", name: "Blue mug" };

/** Goods bought from a vendor, by clicks and scans from the vendor's form to the shelf. */
describe("buying goods, on screen", () => {
  let app: TestApp;
  let tenantId: TenantId;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  const undo: (() => unknown)[] = [];

  beforeAll(async () => {
    buildWeb();
    app = await testApp();
    undo.push(() => app.close());
    const made = await createTenant(
      app.services,
      {
        tenant: { code: "buyer", name: "Kettle House", edition: "STANDARD", live: true, sandbox: false },
        admin: { name: "Asha Rao", username: "asha", password: PASSWORD },
      },
      {
        after: async (tx, ctx) => {
          const place = await makeFirstFacility(tx, ctx, {
            ...{ code: "BLR1", name: "Bengaluru", line1: "1 Hosur Road", city: "Bengaluru", stateCode: "29" },
            ...{ pincode: "560068", gstin: aGstin("29"), legalName: "Kettle House Private Limited" },
          });
          return place.ok ? installStandardTaxClasses(tx, ctx) : place;
        },
      },
    );
    tenantId = must(made).tenantId;
    const asha = await app.login("asha", PASSWORD);
    for (const sku of [KETTLE, MUG]) await asha.must("POST", "/skus", { ...sku, hsn: "85167920", taxClass: "GST_18" });
    browser = await chromium.launch(await findChromium());
    undo.push(() => browser.close());
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(SEEN_WITHIN_MS);
    page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
    page.on("response", (response) => {
      if (response.status() >= 500) faults.push(`${response.status()} of ${response.url()}`);
    });
    await page.goto(app.baseUrl);
    await page.getByLabel("User name").fill("asha");
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await button("Log in").click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  }, SETUP_MAX_MS);

  afterAll(async () => {
    for (const each of undo.reverse()) await each();
  });

  const button = (name: RegExp | string) => page.getByRole("button", { name });
  const dialog = () => page.getByRole("dialog");
  /** By its accessible name: the asterisk of a field that is needed is not part of it. */
  const field = (name: string) => page.getByRole("textbox", { name, exact: true });
  const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const chip = (word: string) => page.getByRole("heading", { level: 1 }).getByText(word, { exact: true }).waitFor();
  const codeOfPage = async () => (await page.title()).split(" ")[0] ?? "";

  async function scan(code: string, verdict: string | RegExp): Promise<void> {
    const station = page.locator("#station-field");
    await station.fill(code);
    await station.press("Enter");
    await page.getByRole("status").getByText(verdict).first().waitFor();
  }

  async function makeVendor(): Promise<void> {
    await page.getByRole("link", { name: "Vendors" }).click();
    await button("New vendor").first().click();
    await field("Code").fill("WEAVES");
    await field("Name").fill("Malabar Traders");
    await field("Address").fill("14 Mill Road");
    await field("City").fill("Kannur");
    await field("Pincode").fill("670001");
    await page.getByRole("combobox", { name: "State" }).click();
    await page.getByRole("option", { name: /^Kerala/ }).click();
    await field("GSTIN").fill(aGstin("32"));
    await shows("✓ Well formed, and its check character is right.");
    await button("Make vendor").click();
    await button("Add SKU").first().click();
    await field("SKU").fill(KETTLE.code);
    await field("The vendor's code").fill("MT-77");
    await field("Price of one piece, without tax").fill("240.50");
    await dialog().getByRole("button", { name: "Add SKU" }).click();
    await page.getByRole("cell", { name: "₹240.50" }).waitFor();
  }

  /** Writes an order from the vendor's page; the kettle's price is the vendor's own. */
  async function writeOrder(kettles: number, mugs: number): Promise<string> {
    await page.goto(`${app.baseUrl}/vendors`);
    await page.getByRole("link", { name: "WEAVES" }).click();
    await button("New purchase order").click();
    await page.getByRole("combobox", { name: "Product", exact: true }).fill(KETTLE.code);
    await shows("its code MT-77");
    await field("Quantity").fill(String(kettles));
    expect(await field("Price").inputValue()).toBe("240.50");
    await button("Another line").click();
    await page.getByRole("combobox", { name: "Product of line 2" }).fill(MUG.code);
    await field("Quantity of line 2").fill(String(mugs));
    await field("Price of line 2").fill("99.99");
    await button("Make purchase order").click();
    await chip("To approve");
    return codeOfPage();
  }

  async function approve(): Promise<void> {
    await button("Approve").click();
    await dialog().getByRole("button", { name: "Approve order" }).click();
    await chip("To receive");
  }

  const shelfStock = () =>
    app.db.read(tenantId, (tx) =>
      tx.run(sql`
        select s.code as sku, t.bucket, t.quantity from godown.shelf_stock t join godown.sku s using (tenant_id, sku_id)
        where t.tenant_id = ${tenantId} and t.quantity > 0 order by s.code, t.bucket`),
    );

  it(
    "goes from vendor and order over the counted receipt to good and rejected pieces on shelves, the ledger exact",
    async () => {
      await makeVendor();
      const order = await writeOrder(3, 2);
      expect(order).toMatch(/^PO-\d+$/);
      await shows("₹921.48"); // 3 × 240.50 + 2 × 99.99
      await page.getByRole("row", { name: /IGST/ }).getByText("₹165.87").waitFor();
      await page
        .getByRole("row", { name: /^Total/ })
        .getByText("₹1,087.35")
        .waitFor();
      await approve();

      await button("Receive goods").click();
      await field("Vendor's invoice or challan number").fill("MT/26-27/118");
      await button("Start counting").click();
      await chip("Being counted");
      await scan("NO-SUCH-PIECE", `NO-SUCH-PIECE is not on purchase order ${order}.`);
      await scan(KETTLE.code, `${KETTLE.code} accepted`);
      await scan("mt-77", "2 accepted, 0 rejected, 1 to come");
      await page.keyboard.press("F6");
      await shows("Scanned pieces are rejected");
      await scan(KETTLE.code, `It is not said why pieces of ${KETTLE.code} are rejected.`);
      await button("Damaged").click();
      await scan(KETTLE.code, "2 accepted, 1 rejected, 0 to come");
      await page.keyboard.press("F6");
      await scan(KETTLE.code, `More than was ordered: ${KETTLE.code}: 4 counted, 3 to come.`);
      await button("Accept 2").click(); // the mugs come in one box: nobody scans them one by one
      await shows("5 pieces counted");
      await page.keyboard.press("F4");
      await dialog().getByText(`All of ${order} has then come.`).waitFor();
      await dialog().getByRole("button", { name: "Finish receipt" }).click();
      await chip("To put away");
      expect(await shelfStock()).toEqual([]);

      const receipt = page.url();
      await button("Create putaway list").click();
      await page.waitForURL(/\/putaway\/[0-9a-f-]{36}/);
      await shows(/GRN Item · BLR1/);
      await button(/^Complete/)
        .first()
        .click();
      await dialog()
        .getByRole("button", { name: /^Complete/ })
        .click();
      await chip("Complete");
      expect(await shelfStock()).toEqual([
        { sku: KETTLE.code, bucket: "good", quantity: 2 },
        { sku: KETTLE.code, bucket: "qc_rejected", quantity: 1 },
        { sku: MUG.code, bucket: "good", quantity: 2 },
      ]);
      await expectStockTrue(app, tenantId);
      expect(await purchasingFaults(app, tenantId)).toEqual([]);

      await page.goto(receipt);
      await chip("Put away");
      await page.getByRole("link", { name: order }).click();
      await chip("Complete");
      expect(faults).toEqual([]);
    },
    STORY_MAX_MS,
  );

  it(
    "is closed short when the rest does not come",
    async () => {
      const order = await writeOrder(4, 1);
      await approve();
      await button("Receive goods").click();
      await field("Vendor's invoice or challan number").fill("MT/26-27/119");
      await button("Start counting").click();
      await scan(KETTLE.code, `${KETTLE.code} accepted`);
      await page.keyboard.press("F8");
      await page.getByRole("status").getByText(`${KETTLE.code} taken back`).waitFor();
      await scan(KETTLE.code, "1 accepted, 0 rejected, 3 to come");
      await page.getByRole("link", { name: order }).click();
      await button("Close short").click();
      await field("Reason").fill("Sold out there");
      await dialog().getByRole("button", { name: "Close short" }).click();
      await dialog()
        .getByText(/Finish or discard that receipt first/)
        .waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("link", { name: /^GRN-/ }).click();
      await shows("1 piece counted"); // a key pressed before the desk stands goes nowhere
      await page.keyboard.press("F4");
      await dialog().getByRole("button", { name: "Finish receipt" }).click();
      await chip("To put away");
      await page.getByRole("link", { name: order }).click();
      await chip("Partially received");
      await button("Close short").click();
      await field("Reason").fill("Sold out there");
      await dialog().getByText("4 pieces will not come any more").waitFor();
      await dialog().getByRole("button", { name: "Close short" }).click();
      await chip("Closed short");
      await shows("Sold out there");
      expect(await purchasingFaults(app, tenantId)).toEqual([]);
      expect(faults).toEqual([]);
    },
    STORY_MAX_MS,
  );
});
