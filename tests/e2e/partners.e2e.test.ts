/** A partner on screen: set up and tested, told of a packed order; what it refuses is flagged, repeated and delivered. */
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import {
  DEMO_PARTNER_ACCOUNT,
  type RunningPartnerSimulator,
  startPartnerSimulator,
} from "../../connectors/partner/simulator/index.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import type { HttpClient } from "../support/client.ts";
import { anOnlineSeller, aProduct, type OnlineSeller, readCatalogue, SELLER_PASSWORD } from "../support/seller.ts";
import { waitFor } from "../support/wait.ts";

const SEEN_WITHIN_MS = 20_000;
const product = aProduct(1, { sku: "KETTLE-15", title: "Electric kettle 1.5 l" });

interface Parcel {
  readonly code: string;
  readonly shippingPackageId: string;
  readonly saleOrderId: string;
}

let sim: RunningSimulator;
let partner: RunningPartnerSimulator;
let app: TestApp;
let seller: OnlineSeller;
let client: HttpClient;
let browser: Browser;
let page: Page;
const faults: string[] = [];
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  buildWeb();
  sim = await startJupiterMoneySimulator({ sellers: [], products: [product] });
  undo.push(() => sim.close());
  partner = await startPartnerSimulator();
  undo.push(() => partner.close());
  app = await testApp({ environment: { GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}` } });
  undo.push(() => app.close());
  seller = await anOnlineSeller(app.services, sim, { products: [product], stock: 10 });
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
});

afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

const button = (name: string | RegExp, within: Page | Locator = page) => within.getByRole("button", { name });
const field = (name: string, within: Page | Locator = page) => within.getByRole("textbox", { name });
const seen = (text: string | RegExp, within: Page | Locator = page) => within.getByText(text).first().waitFor();
const details = () => page.getByRole("complementary", { name: "Details" });
const rowOf = (event: string, subject: string) =>
  page.getByRole("row").filter({ hasText: event }).filter({ hasText: subject });

/** An order comes and is packed: its invoice is made. */
async function packedOrder(): Promise<Parcel> {
  const order = await sim.placeOrder({
    seller: seller.channels[0]?.username ?? "",
    items: [{ sku: product.sku, quantity: 1 }],
  });
  const parcel = await waitFor("the order's package", async () => {
    const { rows } = await client.must<{ rows: Parcel[] }>("GET", `/shipments?q=${encodeURIComponent(order.id)}`);
    return rows[0];
  });
  await client.must("POST", "/shipments/invoice", { ids: [parcel.shippingPackageId] });
  return parcel;
}

describe("partners on screen", () => {
  it("sets a partner up, is told that the password is wrong, and corrects it", async () => {
    await page.goto(`${app.baseUrl}/login?next=/settings/partners`);
    await page.getByLabel("User name").fill(seller.admin);
    await field("Password").fill(SELLER_PASSWORD);
    await button(/^Log in/).click();
    await seen("No partner yet");
    await button("Add partner").first().click();
    const address = page.getByRole("group", { name: "Where events go" });
    await field("Code", address).fill("SWIFT_ERP");
    await field("Name", address).fill("Swift Logistics");
    await field("Base URL").fill(partner.url);
    await field("User name").fill(DEMO_PARTNER_ACCOUNT.username);
    await field("Password").fill("not this one");
    await seen("14 of 14 chosen");
    await page.getByRole("checkbox", { name: /^Purchase order approved/ }).uncheck();
    await seen("13 of 14 chosen");
    await button("Add partner").click();
    await page.getByRole("heading", { level: 1, name: /Swift Logistics/ }).waitFor();
    await seen("Not told: purchase order approved.");
    await button("Test now").click();
    await seen("The partner cannot be told yet.");
    await page.getByRole("tab", { name: "Settings" }).click();
    expect(await field("Password").inputValue()).toBe("");
    await field("Password").fill(DEMO_PARTNER_ACCOUNT.password);
    await button("Save").click();
    await button("Test now").click();
    await seen("The partner can be told.");
    await seen("The partner gave a token.");
  });

  it("shows what the partner was told of a packed order, and says so on the order", async () => {
    const parcel = await packedOrder();
    await page.goto(`${app.baseUrl}/partner-deliveries?q=${parcel.code}`);
    await rowOf("Shipment packed", parcel.code).getByText("Delivered").waitFor();
    await rowOf("Shipment created", parcel.code).getByText("Delivered").waitFor();
    await rowOf("Shipment packed", parcel.code).click();
    await seen("1. Delivered: the partner answered Success", details());
    await seen("idempotency-key", details());
    await seen(parcel.code, details().getByRole("region", { name: "Body of the request" }));
    await seen("[secret]", details());
    await page.goto(`${app.baseUrl}/orders/${parcel.saleOrderId}`);
    await page.getByRole("link", { name: "Shipment packed" }).waitFor();
    await seen("What they were told of it, in the order in which it was sent.");
    expect(partner.lane(parcel.code)?.events).toEqual(["createShipment", "invoiced"]);
  });

  it("flags what the partner refuses, and delivers it when it is repeated", async () => {
    partner.fault({ kind: "failed", operation: "invoiced", message: "No such warehouse" });
    const parcel = await packedOrder();
    await page.goto(`${app.baseUrl}/partner-deliveries?tab=flagged`);
    await rowOf("Shipment packed", parcel.code).getByText("No such warehouse").waitFor();
    await page.goto(`${app.baseUrl}/`);
    await page.getByRole("link", { name: /^Partners not told\D*1/ }).click();
    await rowOf("Shipment packed", parcel.code).click();
    await seen("It is not tried again by itself.", details());
    partner.fault(null);
    await page.keyboard.press("Enter"); // the page of its own
    await page.getByRole("heading", { level: 1, name: /Shipment packed/ }).waitFor();
    await button("Repeat").click();
    await seen("The partner took it");
    await seen("2. Delivered: the partner answered Success");
    await seen("1. Refused by the partner");
    await page.goto(`${app.baseUrl}/partner-deliveries?tab=flagged`);
    await seen("Nothing here");
    const invoiced = partner.received({ event: "invoiced", code: parcel.code });
    expect(invoiced.map((event) => event.outcome)).toEqual(["Failed", "Success"]);
    expect(faults).toEqual([]);
  });
});
