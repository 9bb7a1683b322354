import { setTimeout as delay } from "node:timers/promises";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { orderOf } from "../support/marketplace-client.ts";
import { anOnlineSeller, aProduct, type OnlineSeller, readCatalogue, SELLER_PASSWORD } from "../support/seller.ts";
import { waitFor } from "../support/wait.ts";

const SETUP_MAX_MS = 180_000;
const SEEN_WITHIN_MS = 30_000; // a page looks again every 15 s; here other tests run beside
const product = aProduct(1, { sku: "KETTLE-15", title: "Electric kettle 1.5 l" });

const received = {
  notifications: z.array(z.looseObject({ orderId: z.string(), statuses: z.array(z.string()), outcome: z.string() })),
  dispatches: z.array(
    z.looseObject({
      orderId: z.string(),
      courier: z.string(),
      trackingNumber: z.string(),
      invoiceNumber: z.string(),
      invoiceDate: z.string(),
      outcome: z.string(),
    }),
  ),
};

/** One order of the marketplace carried by clicks and scans from the board to the buyer, and what the marketplace heard of it. */
describe("an order from push to delivered, on screen", () => {
  let sim: RunningSimulator;
  let app: TestApp;
  let seller: OnlineSeller;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  const undo: (() => unknown)[] = [];

  beforeAll(async () => {
    buildWeb();
    sim = await startJupiterMoneySimulator({ sellers: [], products: [product] });
    undo.push(() => sim.close());
    app = await testApp({ environment: { GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}` } });
    undo.push(() => app.close());
    seller = await anOnlineSeller(app.services, sim, { products: [product], stock: 10 });
    const [channel] = seller.channels;
    if (!channel) throw new Error("the seller has a channel");
    sim.setTarget({ url: app.baseUrl, headers: channel.pushHeaders }, channel.username);
    await readCatalogue(await app.login(seller.admin, SELLER_PASSWORD), channel, 1);
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

  const button = (name: RegExp | string) => page.getByRole("button", { name });
  const dialog = () => page.getByRole("dialog");
  const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const chip = (word: string) => page.getByRole("heading", { level: 1 }).getByText(word, { exact: true }).waitFor();

  async function logIn(): Promise<void> {
    await page.goto(app.baseUrl);
    await page.getByLabel("User name").fill(seller.admin);
    await page.getByRole("textbox", { name: "Password" }).fill(SELLER_PASSWORD);
    await button("Log in").click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  }

  async function placeOrder(): Promise<string> {
    const response = await fetch(`${sim.url}/_sim/orders`, {
      method: "POST",
      body: JSON.stringify({
        seller: seller.channels[0]?.username,
        items: [{ sku: product.sku, quantity: 2 }],
        paymentType: "PREPAID",
      }),
    });
    expect(response.status).toBeLessThan(300);
    const { id } = z.looseObject({ id: z.string() }).parse(await response.json());
    expect(orderOf(sim, id).pushes.map((push) => push.status)).toEqual([200]);
    return id;
  }

  const notified = (orderId: string): string[] =>
    received.notifications
      .parse(sim.state().notifications)
      .filter((notice) => notice.orderId === orderId)
      .flatMap((notice) =>
        notice.outcome === "SUCCESS" ? notice.statuses : [`${notice.outcome}: ${notice.statuses}`],
      );
  const dispatchesOf = (orderId: string) =>
    received.dispatches.parse(sim.state().dispatches).filter((dispatch) => dispatch.orderId === orderId);
  const toldExactly = async (orderId: string, states: readonly string[]) => {
    await waitFor(`the marketplace to be told ${states.at(-1)}`, () => notified(orderId).length >= states.length);
    expect(notified(orderId)).toEqual(states);
  };

  const textOf = async (of: Locator): Promise<string> => (await of.textContent())?.trim() ?? "";

  /** From the board's card to the list, and there the invoice. */
  async function invoiceFromBoard(): Promise<{ packageCode: string; invoiceNumber: string }> {
    await page.getByRole("link", { name: /^To invoice\D*1/ }).click();
    await page.getByRole("heading", { level: 1, name: "Shipments" }).waitFor();
    await page.getByRole("cell", { name: /2 × .*Electric kettle/ }).waitFor();
    const packageCode = await textOf(page.getByRole("link", { name: /^BLR1-\d+$/ }));
    await page
      .getByRole("row", { name: new RegExp(packageCode) })
      .getByRole("checkbox")
      .check();
    await button(/^Create invoice/).click();
    await dialog().getByText("Done for all 1 package.").waitFor();
    // "Invoice S1-1", the number with a button beside it that copies it.
    const copy = dialog()
      .getByRole("cell", { name: /^Invoice/ })
      .getByRole("button", { name: /^Copy / });
    const invoiceNumber = ((await copy.getAttribute("aria-label")) ?? "").replace("Copy ", "");
    return { packageCode, invoiceNumber };
  }

  /** Goes on from the invoice's outcome. */
  async function label(): Promise<string> {
    await dialog()
      .getByRole("button", { name: /^Create label/ })
      .click();
    const awb = await textOf(page.getByRole("dialog", { name: "Create label" }).getByText(/^W\d+X\d{6}$/));
    await page.keyboard.press("Escape");
    return awb;
  }

  /** The manifest is filled by the scanner and closed by hand. */
  async function handOver(packageCode: string, awb: string): Promise<void> {
    // A hand is faster than the network: the form waits for the choices that it begins with.
    await page.route("**/api/v1/channels", async (route) => {
      await delay(1_000);
      await route.continue();
    });
    await page.goto(`${app.baseUrl}/manifests`);
    await button("Create manifest").first().click();
    await dialog().getByRole("button", { name: "Create manifest" }).click();
    const scan = page.getByLabel("Scan a label: AWB, package or order");
    await scan.fill("NO-SUCH-LABEL");
    await scan.press("Enter");
    await page.getByRole("status").getByText("NO-SUCH-LABEL is no package").waitFor();
    await scan.fill(awb);
    await scan.press("Enter");
    await page.getByRole("status").getByText(`${packageCode} added`).waitFor();
    await shows("1 package on it");
    await button(/^Close manifest/).click();
    await shows(/marks 1 package dispatched; channels are told at once\. This cannot be undone\./);
    await dialog().getByRole("button", { name: "Close manifest" }).click();
    await chip("Closed");
    await shows("taken by the channel");
  }

  it("is invoiced, labelled, manifested by scanning, handed over and delivered; the marketplace hears each state once", async () => {
    const orderId = await placeOrder();
    await toldExactly(orderId, ["CREATED"]);
    await logIn();
    const { packageCode, invoiceNumber } = await invoiceFromBoard();
    const awb = await label();
    await page.goto(`${app.baseUrl}/shipments/${packageCode}`);
    await chip("Ready to ship");
    await shows(invoiceNumber);
    await handOver(packageCode, awb);

    const states = ["CREATED", "PACKED", "READY_TO_SHIP", "MANIFESTED", "DISPATCHED"];
    await toldExactly(orderId, states);
    expect(dispatchesOf(orderId)).toEqual([
      expect.objectContaining({
        courier: "Swift Couriers",
        trackingNumber: awb,
        invoiceNumber,
        invoiceDate: Temporal.Now.plainDateISO("Asia/Kolkata").toString(),
        outcome: "SUCCESS",
      }),
    ]);

    // The marketplace says that it arrived: the open page shows it by itself, and the list has it in its tab.
    await page.goto(`${app.baseUrl}/shipments/${packageCode}`);
    await chip("Dispatched");
    const delivered = await fetch(`${sim.url}/_sim/orders/${orderId}/deliver`, {
      method: "POST",
      body: JSON.stringify({ push: true }),
    });
    expect(delivered.status).toBeLessThan(300);
    expect(orderOf(sim, orderId).pushes.map((push) => push.status)).toEqual([200, 200]);
    await chip("Delivered");
    await page.goto(`${app.baseUrl}/shipments?tab=delivered`);
    await page.getByRole("link", { name: packageCode }).waitFor();
    await toldExactly(orderId, [...states, "DELIVERED"]);
    expect(dispatchesOf(orderId)).toHaveLength(1);
    expect(faults).toEqual([]);
  });
});
