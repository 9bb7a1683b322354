import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { JUPITER_MONEY_CATALOGUE, startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { createTenant } from "../../src/identity/index.ts";
import { must } from "../../src/kernel/index.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { syncNowOn } from "../support/sync-on-screen.ts";
import { waitFor } from "../support/wait.ts";

const PASSWORD = "brown paper, twine and tape";
const SELLER = { username: "kurti-house", password: "right horse battery" };
const FLASK = { sku: "MILTON-FLASK-1L", productId: "8002", stock: 12 };

const stateAnswer = z.object({ stock: z.record(z.string(), z.object({ quantity: z.number() })) });

let sim: RunningSimulator;
let app: TestApp;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  buildWeb();
  sim = await startJupiterMoneySimulator({ sellers: [SELLER] });
  app = await testApp({ environment: { GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}` } });
  await aSellerWithStock();
  browser = await chromium.launch(await findChromium());
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
});

afterAll(async () => {
  await browser?.close();
  await app?.close();
  await sim?.close();
});

/** A live tenant with two facilities and one product whose code the marketplace lists. */
async function aSellerWithStock(): Promise<void> {
  must(
    await createTenant(app.services, {
      tenant: { code: "kurti", name: "Kurti House", edition: "PROFESSIONAL", live: true, sandbox: true },
      admin: { name: "Asha Rao", username: "asha", password: PASSWORD },
    }),
  );
  const asha = await app.login("asha", PASSWORD);
  const place = { line1: "1 Main Road", gstin: null };
  const blr = { code: "BLR1", name: "Bengaluru", city: "Bengaluru", stateCode: "29", pincode: "560068" };
  const del = { code: "DEL1", name: "Delhi", city: "New Delhi", stateCode: "07", pincode: "110020" };
  for (const facility of [blr, del]) await asha.must("POST", "/facilities", { ...place, ...facility });
  await asha.must("POST", "/skus", { code: FLASK.sku, name: "Steel Flask 1 L" });
  const adjustment = { facility: "BLR1", sku: FLASK.sku, kind: "ADD", quantity: FLASK.stock };
  await asha.must("POST", "/inventory/adjustments", adjustment);
}

const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole("button", { name, exact: typeof name === "string" });
const card = (title: string) => page.getByRole("region", { name: title, exact: true });
const seen = (text: string | RegExp, within: Page | Locator = page) => within.getByText(text).first().waitFor();

async function chooseFacility(code: string): Promise<void> {
  await page.getByRole("combobox", { name: "Add a facility" }).click();
  await page.getByRole("option", { name: new RegExp(`^${code}`) }).click();
}

/** Waits until the marketplace was told this figure of the flask. */
function toldOf(quantity: number): Promise<unknown> {
  return waitFor(`the figure ${quantity} at the marketplace`, async () => {
    const state: unknown = await (await fetch(`${sim.url}/_sim/state`)).json();
    const { stock } = stateAnswer.parse(state);
    return stock[FLASK.productId]?.quantity === quantity;
  });
}

/** Types the password that the Jupiter Money team gave, and presses Connect. */
async function connectWith(password: string): Promise<void> {
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await button("Connect").click();
}

describe("Jupiter Money is set up on screen, step by step", () => {
  it("step 1: in the menu, select Settings > Channels", async () => {
    await page.goto(`${app.baseUrl}/login`);
    await page.getByLabel("User name").fill("asha");
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await button("Log in").click();
    await page.getByRole("link", { name: "Channels", exact: true }).click();
    await page.getByRole("heading", { name: "Channels" }).waitFor();
    await seen("No channel yet");
  });

  it("step 2: click on ADD CHANNEL", async () => {
    await button("ADD CHANNEL").first().click();
    await page.getByRole("heading", { name: "Add channel" }).waitFor();
  });

  it("step 3: search and select Jupiter Money", async () => {
    await page.getByRole("textbox", { name: "Search sources" }).fill("jupiter");
    await button("Custom").waitFor({ state: "detached" });
    await button("Jupiter Money").click();
    await page.getByRole("heading", { name: "Add Jupiter Money" }).waitFor();
  });

  it("step 4: fill required information and click on Save & Next", async () => {
    expect(await page.getByLabel("Channel Name").inputValue()).toBe("Jupiter_Money_1");
    expect(await page.getByRole("switch", { name: "Notify Channel On Dispatch" }).isChecked()).toBe(true);
    expect(await page.getByRole("combobox", { name: "Single Action Invoice Label New" }).inputValue()).toBe("Off");
    await button("Save & Next").click();
    await seen("Choose at least one: its stock is published and orders are routed to it.");
    await chooseFacility("DEL1");
    await chooseFacility("BLR1");
    await button("Move BLR1 up").click();
    await button("Save & Next").click();
    await page.getByLabel("Username").waitFor();
  });

  it("step 5: fill credential, vendor code and click on Connect; a wrong password is named where it fails", async () => {
    await page.getByLabel("Username").fill(SELLER.username);
    expect(await page.getByLabel("Vendor Code").inputValue()).toBe(SELLER.username);
    await page.getByLabel("Vendor Code").fill("somebody else");
    await connectWith("a wrong one");
    await seen("Must be the same as the Username");
    await page.getByLabel("Vendor Code").fill(SELLER.username);

    await connectWith("a wrong one");
    const steps = page.getByRole("listitem");
    const failed = steps.filter({ has: page.getByLabel("failed") });
    await failed.waitFor();
    expect(await failed.textContent()).toContain("Sign in");
    expect(await failed.textContent()).toContain("What came back from Jupiter Money");
    expect(await failed.textContent()).toContain("FAILED"); // the marketplace's own word
    await seen("Read the catalogue: not tried");
    expect(await page.getByLabel("Username").inputValue()).toBe(SELLER.username); // nothing typed is lost

    await connectWith(SELLER.password);
    await page.getByRole("tab", { name: "Channel Summary", selected: true }).waitFor();
    await seen("Connected to Jupiter Money.");
    await seen(`${JUPITER_MONEY_CATALOGUE.length} listings are live on the marketplace.`);
  });
});

describe("the Channel Summary", () => {
  it("has a card for every way of the flow", async () => {
    const ways = ["Orders received", "Inventory", "Shipment notifications", "Dispatch details"];
    for (const title of [...ways, "Status: Cancelled and Dispatched", "Status: Delivered and Returned"])
      await card(title).waitFor();
    expect(await button("Sync now", card("Orders received")).count()).toBe(0); // they are pushed
  });

  it("triggers a sync from the page and follows it to its end", async () => {
    await syncNowOn(card("Catalogue"), "Asha Rao");
    await seen(`${JUPITER_MONEY_CATALOGUE.length} listings read`, card("Catalogue"));
  });

  it("has told the marketplace the stock, and shows the answer", async () => {
    await toldOf(FLASK.stock);
    await seen("figures accepted", card("Inventory"));
    await button("Recent exchanges", card("Inventory")).click();
    await button(/POST 200/, card("Inventory"))
      .first()
      .click();
    const exchange = page.getByRole("dialog");
    await seen(`"productId": "${FLASK.productId}"`, exchange);
    await seen('"status": "SUCCESS"', exchange);
    await page.keyboard.press("Escape");
    await exchange.waitFor({ state: "detached" });
  });

  it("issues the push key, shown once; an order pushed with it is counted", async () => {
    await button("Issue push key").click();
    await button("Issue key").click();
    const dialog = page.getByRole("dialog", { name: "The new push key" });
    const securitykey = (await dialog.locator("code").first().textContent()) ?? "";
    expect(securitykey.length).toBeGreaterThan(20);
    await button("I have stored it").click();
    await dialog.waitFor({ state: "detached" });
    expect(await page.content()).not.toContain(securitykey);

    const facts = page.locator("dl").filter({ has: page.getByText("clientid", { exact: true }) });
    const clientid = (await facts.locator("code").nth(1).textContent()) ?? "";
    const headers = { clientid, merchantid: SELLER.username, securitykey };
    sim.setTarget({ url: app.baseUrl, headers }, SELLER.username);
    const placed = await fetch(`${sim.url}/_sim/orders`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ seller: SELLER.username, items: [{ sku: FLASK.sku, quantity: 2 }] }),
    });
    expect(placed.status).toBeLessThan(300);
    await seen(/^1$/, card("Orders received"));
  });

  it("stops publishing by one click, says so, and publishes again", async () => {
    await toldOf(FLASK.stock - 2); // two are sold
    await button("Stop publishing").click();
    await button("Publish 0").click();
    await seen("Publishing is stopped.");
    await toldOf(0);
    await button("Publish stock again").click();
    await button("Publish stock").click();
    await toldOf(FLASK.stock - 2);
  });

  it("never shows a secret again, and says who set it", async () => {
    await page.getByRole("tab", { name: "Connectors" }).click();
    await seen(/Set on \d+ \w+ \d{4} by Asha Rao; it is never shown\./);
    expect(await page.getByRole("textbox", { name: "Password" }).inputValue()).toBe("");
    await page.reload();
    await page.getByLabel("Username").waitFor();
    expect(await page.content()).not.toContain(SELLER.password);
  });

  it("says in the listing's panel why its number is what it is, and keeps a buffer back", async () => {
    await page.getByRole("link", { name: /^Listings/ }).click();
    await page.getByRole("tab", { name: /^Mapped/ }).click();
    await page.getByRole("cell", { name: FLASK.sku }).first().click();
    const panel = page.getByRole("complementary", { name: "Details" });
    const part = (label: string) => panel.getByRole("row", { name: label }).getByRole("cell").last();
    expect(await part("Good stock at BLR1, DEL1").textContent()).toBe("12");
    expect(await part("Promised to orders").textContent()).toBe("0");
    expect(await part("Sold, not blocked yet").textContent()).toBe("2"); // there is no courier who could take them
    expect(await part("Told").textContent()).toBe("10");
    await seen("Accepted", panel);
    await panel.getByLabel("Buffer").fill("4");
    await button("Save", panel).click();
    await toldOf(FLASK.stock - 2 - 4);
    await seen(/^6 units$/, panel);
  });
});
