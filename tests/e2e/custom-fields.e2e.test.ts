import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { aPushOrder } from "../support/order-builders.ts";
import { anOnlineSeller, aProduct, type OnlineSeller, readCatalogue, SELLER_PASSWORD } from "../support/seller.ts";
import { waitFor } from "../support/wait.ts";

const SETUP_MAX_MS = 180_000;
const SEEN_WITHIN_MS = 30_000;
const kettle = aProduct(1, { sku: "KETTLE-15", title: "Electric kettle 1.5 l" });

/** A gift note comes with an order; a person defines it, fills others from a file and by hand, and finds them where they belong. */
describe("custom fields, on screen", () => {
  let app: TestApp;
  let seller: OnlineSeller;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  const undo: (() => unknown)[] = [];

  beforeAll(async () => {
    buildWeb();
    const sim = await startJupiterMoneySimulator({ sellers: [], products: [kettle] });
    undo.push(() => sim.close());
    app = await testApp({ environment: { GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}` } });
    undo.push(() => app.close());
    seller = await anOnlineSeller(app.services, sim, { products: [kettle], stock: 10 });
    const [channel] = seller.channels;
    if (!channel) throw new Error("the seller has a channel");
    await readCatalogue(await app.login(seller.admin, SELLER_PASSWORD), channel, 1);
    await push({ customFieldValues: [{ name: "giftNote", value: "Happy birthday" }] });
    browser = await chromium.launch(await findChromium());
    undo.push(() => browser.close());
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(SEEN_WITHIN_MS);
    page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
    page.on("response", (response) => {
      if (response.status() >= 500) faults.push(`${response.status()} of ${response.url()}`);
    });
  }, SETUP_MAX_MS);

  afterAll(async () => {
    for (const each of undo.reverse()) await each();
  });

  /** The marketplace pushes an order of two kettles. */
  async function push(fields: object): Promise<void> {
    const body = aPushOrder([{ productId: kettle.productId, quantity: 2 }], { id: "GIFT-1" });
    const response = await fetch(`${app.baseUrl}/uc/v1/order`, {
      method: "POST",
      headers: { "content-type": "application/json", ...seller.channels[0]?.pushHeaders },
      body: JSON.stringify({ ...body, ...fields }),
    });
    expect(await response.json()).toMatchObject({ status: "success" });
  }

  const button = (name: RegExp | string) => page.getByRole("button", { name });
  const dialog = () => page.getByRole("dialog");
  const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const section = (title: string) =>
    page.locator("section").filter({ has: page.getByRole("heading", { name: title }) });

  async function logIn(): Promise<void> {
    await page.goto(app.baseUrl);
    await page.getByLabel("User name").fill(seller.admin);
    await page.getByRole("textbox", { name: "Password" }).fill(SELLER_PASSWORD);
    await button("Log in").click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  }

  async function define(place: string, label: string, name: string): Promise<void> {
    await button("New field").first().click();
    await dialog().getByRole("combobox", { name: "Field of" }).click();
    await page.getByRole("option", { name: place, exact: true }).click();
    await dialog().getByLabel("Label").fill(label);
    await dialog().getByLabel("Name").fill(name);
    await dialog().getByRole("button", { name: "Define" }).click();
    await dialog().waitFor({ state: "detached" });
    await section(place).getByText(label, { exact: true }).waitFor();
  }

  it("are defined from what came with an order, and beside it", async () => {
    await logIn();
    await page.getByRole("link", { name: "Custom Fields", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Custom Fields" }).waitFor();
    await shows("such as “Happy birthday”");
    await section("Came with orders, not defined").getByRole("button", { name: "Define" }).click();
    await dialog().getByLabel("Label").fill("Gift note");
    expect(await dialog().getByLabel("Name").inputValue()).toBe("giftNote");
    await dialog().getByRole("switch", { name: "Shown on lists" }).check();
    await dialog().getByRole("button", { name: "Define" }).click();
    await section("Orders").getByText("Gift note").waitFor();
    await define("Items of orders", "Engraving", "engraving");
    await define("Packages", "Pallet", "pallet");
    const [only] = await section("Orders").getByRole("button", { name: "Delete" }).all();
    expect(await only?.getAttribute("aria-disabled")).toBe("true"); // it holds a value
  });

  it("are filled from a file, which tells of each line what became of it", async () => {
    await button("Values by file").click();
    await shows("Drop a CSV file here");
    const file = ["Order Code,Item Code,engraving", "GIFT-1,GIFT-1-1,A.R.", "GIFT-1,GIFT-1-9,B.R."].join("\n");
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "engraving.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
    await shows(/There is no item GIFT-1-9 of order GIFT-1 here/);
  });

  it("stand on the order with where they came from, and are changed there", async () => {
    await page.goto(`${app.baseUrl}/orders`);
    await page.getByRole("columnheader", { name: "Gift note" }).waitFor();
    await page.getByRole("row", { name: /GIFT-1.*Happy birthday/ }).waitFor();
    await page.getByText("GIFT-1", { exact: true }).first().click();
    await page.getByRole("heading", { level: 1, name: "GIFT-1" }).waitFor();
    const fields = section("Custom fields");
    await fields.getByText("Happy birthday").waitFor();
    await fields.getByText("A.R.").waitFor();
    await fields.getByText("unit 2").waitFor();
    await fields.getByRole("button", { name: "Change" }).click();
    await dialog().getByLabel("Gift note").fill("Many happy returns");
    await dialog().getByRole("button", { name: "Save" }).click();
    await dialog().waitFor({ state: "detached" });
    await fields.getByText("Many happy returns").waitFor();
    await shows("Gift note: Happy birthday → Many happy returns");
  });

  it("of a package are written on its page; a push with other fields changes nothing that a person wrote", async () => {
    const packageCode = () =>
      app.raw<{ code: string }>("select code from godown.shipping_package where tenant_id = $1", [seller.tenantId]);
    await waitFor("the package", async () => (await packageCode()).length === 1);
    const [parcel] = await packageCode();
    await page.goto(`${app.baseUrl}/shipments/${parcel?.code}`);
    await section("Custom fields").getByRole("button", { name: "Change" }).click();
    await dialog().getByLabel("Pallet").fill("P-7");
    await dialog().getByRole("button", { name: "Save" }).click();
    await section("Custom fields").getByText("P-7").waitFor();
    await push({ customFieldValues: [{ name: "giftNote", value: "From the marketplace, later" }] });
    const doubts = await app.raw("select 1 from godown.order_exception where tenant_id = $1", [seller.tenantId]);
    expect(doubts).toEqual([]);
    const values = await app.raw(
      "select name, value, written_how as how from godown.custom_field_value where tenant_id = $1 order by name",
      [seller.tenantId],
    );
    expect(values).toEqual([
      { name: "engraving", value: "A.R.", how: "CSV" },
      { name: "giftNote", value: "Many happy returns", how: "SCREEN" },
      { name: "pallet", value: "P-7", how: "SCREEN" },
    ]);
    expect(faults).toEqual([]);
  });
});
