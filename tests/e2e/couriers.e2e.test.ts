/** A courier on screen: its account is connected, gives a parcel its number and label, says no and is asked again, and gets a number back. */
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import {
  DEMO_COURIER_ACCOUNT,
  PARCEL_POOL,
  type RunningCourierSimulator,
  startCourierSimulator,
} from "../../couriers/protocol/simulator/index.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import type { HttpClient } from "../support/client.ts";
import { anOnlineSeller, aProduct, type OnlineSeller, readCatalogue, SELLER_PASSWORD } from "../support/seller.ts";
import { waitFor } from "../support/wait.ts";

const SETUP_MAX_MS = 180_000;
const SEEN_WITHIN_MS = 20_000;
const kettle = aProduct(1, {
  ...{ sku: "KETTLE-15", title: "Electric kettle 1.5 l", weightGrams: 1_200 },
});

interface Parcel {
  readonly code: string;
  readonly shippingPackageId: string;
}

let sim: RunningSimulator;
let app: TestApp;
let seller: OnlineSeller;
let client: HttpClient;
let pool: RunningCourierSimulator;
let browser: Browser;
let page: Page;
const faults: string[] = [];
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  buildWeb();
  sim = await startJupiterMoneySimulator({ sellers: [], products: [kettle] });
  undo.push(() => sim.close());
  pool = await startCourierSimulator({ house: PARCEL_POOL, settings: { life: "by hand", pushes: "none" } });
  undo.push(() => pool.close());
  app = await testApp({ environment: { GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}` } });
  undo.push(() => app.close());
  seller = await anOnlineSeller(app.services, sim, { products: [kettle], stock: 10 });
  const [channel] = seller.channels;
  if (!channel) throw new Error("the seller has a channel");
  sim.setTarget({ url: app.baseUrl, headers: channel.pushHeaders }, channel.username);
  client = await app.login(seller.admin, SELLER_PASSWORD);
  await readCatalogue(client, channel, 1);
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

const button = (name: string | RegExp, within: Page | Locator = page) => within.getByRole("button", { name });
const field = (name: string, within: Page | Locator = page) => within.getByRole("textbox", { name });
const seen = (text: string | RegExp, within: Page | Locator = page) => within.getByText(text).first().waitFor();
const dialog = () => page.getByRole("dialog");
/** The section of a page under this title. */
const section = (title: string) => page.locator("section").filter({ has: page.getByRole("heading", { name: title }) });

/** An order that the seller ships himself; its package has its invoice. */
async function packedOrder(): Promise<Parcel> {
  const order = await sim.placeOrder({
    seller: seller.channels[0]?.username ?? "",
    items: [{ sku: kettle.sku, quantity: 1 }],
  });
  const parcel = await waitFor("the order's package", async () => {
    const { rows } = await client.must<{ rows: Parcel[] }>("GET", `/shipments?q=${encodeURIComponent(order.id)}`);
    return rows[0];
  });
  await client.must("POST", "/shipments/invoice", { ids: [parcel.shippingPackageId] });
  return parcel;
}

describe("couriers on screen", () => {
  it("an account is entered, its wrong password told in words, and connected", async () => {
    await page.goto(`${app.baseUrl}/login?next=/settings/shipping-providers`);
    await page.getByLabel("User name").fill(seller.admin);
    await field("Password").fill(SELLER_PASSWORD);
    await button(/^Log in/).click();
    await button("New provider").first().click();
    await dialog().getByRole("combobox", { name: "Tracking numbers" }).click();
    await page.getByRole("option", { name: /^Asked by its API/ }).click();
    await field("Code", dialog()).fill("POOL");
    await field("Name", dialog()).fill("Parcel Pool");
    await dialog().getByLabel("Preference").fill("1");
    await button("Make provider").click();
    await page.getByRole("heading", { level: 1, name: /Parcel Pool.*Not connected/ }).waitFor();
    await field("Base URL").fill(pool.url);
    await field("Username").fill(DEMO_COURIER_ACCOUNT.username);
    await field("Password").fill("not this one");
    await field("Ids of your addresses").fill("WH-1001");
    await button("Connect").last().click();
    await seen("The courier did not accept these credentials.");
    await seen("What came back from Parcel Pool");
    expect(await field("Password").inputValue()).toBe("");
    await field("Password").fill(DEMO_COURIER_ACCOUNT.password);
    await button("Connect").last().click();
    await page.getByRole("heading", { level: 1, name: /Parcel Pool.*Connected/ }).waitFor();
    await seen("How it is asked");
    expect(await page.content()).not.toContain(DEMO_COURIER_ACCOUNT.password);
    await page.getByRole("tab", { name: "Exchanges" }).click();
    await page.getByRole("row").filter({ hasText: "Connect" }).filter({ hasText: "OK" }).first().waitFor();
  });

  it("what it refuses stands on the package in its words, in the lists and on the board, and is asked again", async () => {
    const parcel = await packedOrder();
    pool.fault({ kind: "failed", operation: "generateWaybill", message: "Contact number is not valid" });
    await page.goto(`${app.baseUrl}/shipments/${parcel.code}`);
    await button("Create label").click();
    await seen(/Contact number is not valid/, dialog());
    await page.keyboard.press("Escape");
    await seen("Label failed.");
    const asked = section("Asked of the courier");
    await seen("Contact number is not valid", asked);
    await button("Another courier", asked).waitFor();
    await button("Request and answer", asked).click();
    await seen("[personal]", dialog());
    await page.keyboard.press("Escape");
    await page.goto(app.baseUrl);
    await page.getByRole("link", { name: /^Courier labels failed\D*1/ }).click();
    await page.getByRole("row").filter({ hasText: parcel.code }).getByText("Label failed").waitFor();
    pool.fault(null);
    await page.goto(`${app.baseUrl}/shipments/${parcel.code}`);
    await button("Repeat", section("Asked of the courier")).click();
    await page.getByRole("heading", { level: 1, name: /Ready to ship/ }).waitFor();
  });

  it("number, carrier and the reason stand on the package; cancelled, its number goes back", async () => {
    const parcel = await packedOrder();
    await page.goto(`${app.baseUrl}/shipments/${parcel.code}`);
    await button("Create label").click();
    await seen("Done for all 1 package.", dialog());
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    await page.getByRole("heading", { level: 1, name: /Ready to ship/ }).waitFor();
    const given = pool.parcel(parcel.code);
    if (given === null) throw new Error("the courier was asked");
    await seen(given.id);
    await seen("Why this courier:");
    await seen("Carried by", section("Parcel"));
    await seen("Parcel Pool's own file, ready to print.");
    await seen("Given", section("Numbers of couriers"));
    await button(/^Cancel$/).click();
    await field("Why", dialog()).fill("The buyer rang");
    await button("Cancel package", dialog()).click();
    await page.getByRole("heading", { level: 1, name: /Cancelled/ }).waitFor();
    await section("Numbers of couriers").getByText("Given back", { exact: true }).waitFor();
    await waitFor("the courier to know", async () => pool.parcel(parcel.code)?.cancelledAt !== null);
    expect(faults).toEqual([]);
  });
});
