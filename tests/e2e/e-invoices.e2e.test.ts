/** A seller begins to report: the user at NIC on screen, a parcel that waits with NIC's words, and goes on by itself. */
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JUPITER_MONEY_CATALOGUE } from "../../connectors/jupiter-money/simulator/catalogue.ts";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { DEMO_ACCOUNT, type RunningNicSimulator, startNicSimulator } from "../../connectors/nic/simulator/index.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import type { HttpClient } from "../support/client.ts";
import { BUYER_GSTIN } from "../support/e-invoice-cases.ts";
import { anOnlineSeller, aProduct, type OnlineSeller, SELLER_PASSWORD } from "../support/seller.ts";
import { waitFor } from "../support/wait.ts";

const FLASK = JUPITER_MONEY_CATALOGUE.find(({ sku }) => sku === "MILTON-FLASK-1L") ?? aProduct(1);
const MUMBAI = {
  ...{ name: "United Retail", addressLine1: "7, Fort", city: "Mumbai", state: "Maharashtra", country: "India" },
  ...{ pincode: "400001", phone: "9845012345" },
};

let sim: RunningSimulator;
let nic: RunningNicSimulator;
let app: TestApp;
let seller: OnlineSeller;
let client: HttpClient;
let gstin: string;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  buildWeb();
  sim = await startJupiterMoneySimulator({ sellers: [] });
  nic = await startNicSimulator({ accounts: [] });
  app = await testApp({
    environment: {
      GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}`,
      GODOWN_NIC_URL: nic.url,
      GODOWN_NIC_KEY: nic.keys.encryption,
      GODOWN_NIC_SIGNING_KEYS: nic.keys.signing,
    },
  });
  seller = await anOnlineSeller(app.services, sim, { products: [FLASK], stock: 50 });
  sim.setTarget({ url: app.baseUrl, headers: seller.channels[0]?.pushHeaders ?? {} }, seller.channels[0]?.username);
  client = await app.login(seller.admin, SELLER_PASSWORD);
  const facility = await client.must<{ gstin: string }>("GET", `/facilities/${seller.facilityId}`);
  gstin = facility.gstin;
  nic.addAccount({ ...DEMO_ACCOUNT, gstin });
  browser = await chromium.launch(await findChromium());
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
});

afterAll(async () => {
  await browser?.close();
  await app?.close();
  await nic?.close();
  await sim?.close();
});

const button = (name: string | RegExp, within: Page | Locator = page) => within.getByRole("button", { name });
/** Beside a secret stands a button that shows it, with the same word in its name. */
const field = (name: string, within: Page | Locator = page) => within.getByRole("textbox", { name });
const seen = (text: string | RegExp, within: Page | Locator = page) => within.getByText(text).first().waitFor();

/** A business buys; its package is made. */
async function businessParcel(): Promise<{ code: string; shippingPackageId: string }> {
  const order = await sim.placeOrder({
    seller: seller.channels[0]?.username ?? "",
    items: [{ sku: FLASK.sku, quantity: 1 }],
    raw: { gstin: BUYER_GSTIN, shippingAddress: MUMBAI, billingAddress: MUMBAI },
  });
  return waitFor("the order's package", async () => {
    const { rows } = await client.must<{ rows: { code: string; shippingPackageId: string; orderNumber: string }[] }>(
      "GET",
      `/shipments?q=${encodeURIComponent(order.id)}`,
    );
    return rows[0];
  });
}

describe("e-invoices on screen", () => {
  it("enters the user at NIC, is told that its password is wrong, and corrects it", async () => {
    await page.goto(`${app.baseUrl}/login?next=/settings/e-invoicing`);
    await page.getByLabel("User name").fill(seller.admin);
    await field("Password").fill(SELLER_PASSWORD);
    await button(/^Log in/).click();
    await seen(gstin);
    await seen("Not entered");
    await button("Enter user").click();
    const form = page.getByRole("dialog");
    await form.getByLabel("Client ID").fill(DEMO_ACCOUNT.clientId);
    await field("Client secret", form).fill(DEMO_ACCOUNT.clientSecret);
    await form.getByLabel("User name").fill(DEMO_ACCOUNT.username);
    await field("Password", form).fill("not this one");
    await button("Save user", form).click();
    await seen("Not tried yet");
    await button("Verify").click();
    await seen("Refused by NIC");
    await seen("NIC does not take the e-invoice user's password.");
    await button("Change user").click();
    expect(await field("Password", form).inputValue()).toBe("");
    await field("Password", form).fill(DEMO_ACCOUNT.password);
    await button("Save user", form).click();
    await seen("Not tried yet");
    await button("Verify").click();
    await seen("Accepted by NIC");
  });

  it("switches a channel on, and a parcel waits with NIC's words until NIC answers again", async () => {
    const channelId = seller.channels[0]?.channelId;
    await client.must("PATCH", `/channels/${channelId}/settings`, { gstEInvoicing: "YES" });
    const parcel = await businessParcel();
    nic.fault({ kind: "5xx" });
    await page.goto(`${app.baseUrl}/shipments/${parcel.code}`);
    await button(/^Create invoice/).click();
    await seen("NIC is being asked", page.getByRole("dialog"));
    await page.keyboard.press("Escape");
    await seen(/waits for the IRN of invoice .*NIC does not answer/);
    await page.getByRole("link", { name: "Open the e-invoice" }).first().click();
    await seen("NIC does not answer.");
    nic.fault(null);
    await button("Try now").first().click();
    await waitFor("the package is packed", async () => {
      const found = await client.must<{ state: string }>("GET", `/shipments/${parcel.code}`);
      return found.state === "PACKED" || undefined;
    });
    await page.reload();
    await seen("Has its IRN");
    const [document] = nic.documents();
    await page.goto(`${app.baseUrl}/shipments/${parcel.code}`);
    await seen(document?.irn ?? "the IRN");
    await seen(/waits for its IRN/);
  });

  it("shows NIC's code of a document that it refuses, and cancels it so that its package is invoiced anew", async () => {
    const parcel = await businessParcel();
    nic.fail({ code: "2176", operation: "generate", count: 1 });
    await client.must("POST", "/shipments/invoice", { ids: [parcel.shippingPackageId] });
    await page.goto(`${app.baseUrl}/e-invoices?tab=blocked`);
    await seen("2176");
    await page.getByRole("row").filter({ hasText: "2176" }).first().click();
    await seen("NIC does not know an HSN code of the document.");
    await button("Cancel the document").click();
    const dialog = page.getByRole("dialog", { name: /^Cancel / });
    await dialog.getByLabel("Why").fill("Another HSN code");
    await button("Cancel the document", dialog).click();
    await waitFor("the invoice is void", async () => {
      const { invoices } = await client.must<{ invoices: { state: string }[] }>("GET", `/shipments/${parcel.code}`);
      return invoices.every(({ state }) => state === "CANCELLED") || undefined;
    });
    await client.must("POST", "/shipments/invoice", { ids: [parcel.shippingPackageId] });
    await waitFor("the package is packed", async () => {
      const found = await client.must<{ state: string }>("GET", `/shipments/${parcel.code}`);
      return found.state === "PACKED" || undefined;
    });
    expect(nic.documents()).toHaveLength(2);
  });
});
