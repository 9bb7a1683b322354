import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLIPKART_LOCATIONS, startFlipkartSimulator } from "../../connectors/flipkart/simulator/index.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { SNAPDEAL_PARTNER, snapdealSimulator } from "../../connectors/snapdeal/simulator/index.ts";
import { createTenant } from "../../src/identity/index.ts";
import { must } from "../../src/kernel/index.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";

const PASSWORD = "brown paper, twine and tape";
const FLIPKART = { username: "app-of-kurti-house", password: "its secret" };
const SNAPDEAL = { username: "kurti-on-snapdeal", password: "a token of the seller" };

let flipkart: RunningSimulator;
let snapdeal: RunningSimulator;
let app: TestApp;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  buildWeb();
  flipkart = await startFlipkartSimulator({ sellers: [FLIPKART] });
  snapdeal = await snapdealSimulator.start({ sellers: [SNAPDEAL] });
  app = await testApp({ environment: { GODOWN_SOURCE_URLS: `FLIPKART=${flipkart.url},SNAPDEAL=${snapdeal.url}` } });
  must(
    await createTenant(app.services, {
      tenant: { code: "kurti", name: "Kurti House", edition: "PROFESSIONAL", live: true, sandbox: true },
      admin: { name: "Asha Rao", username: "asha", password: PASSWORD },
    }),
  );
  const asha = await app.login("asha", PASSWORD);
  const place = { line1: "1 Main Road", gstin: null };
  const blr = { code: "BLR1", name: "Bengaluru", city: "Bengaluru", stateCode: "29", pincode: "560068" };
  await asha.must("POST", "/facilities", { ...place, ...blr });
  browser = await chromium.launch(await findChromium());
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  await page.goto(`${app.baseUrl}/login`);
  await page.getByLabel("User name").fill("asha");
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await button("Log in").click();
  await page.getByRole("heading", { name: "Home" }).waitFor();
});

afterAll(async () => {
  await browser?.close();
  await app?.close();
  await flipkart?.close();
  await snapdeal?.close();
});

const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole("button", { name, exact: typeof name === "string" });
const link = (name: string, within: Page | Locator = page) => within.getByRole("link", { name, exact: true });
const heading = (name: string) => page.getByRole("heading", { name, exact: true });
const seen = (text: string | RegExp, within: Page | Locator = page) => within.getByText(text).first().waitFor();
const region = (name: string) => page.getByRole("region", { name, exact: true });
const search = () => page.getByRole("textbox", { name: "Search sources" });

async function catalogue(): Promise<void> {
  await page.goto(`${app.baseUrl}/settings/channels/add`);
  await heading("Add channel").waitFor();
}

async function choose(field: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: field, exact: true }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

/** The step of Connect that failed, once it is there. */
async function failedStep(): Promise<string> {
  const failed = page.getByRole("listitem").filter({ has: page.getByLabel("failed") });
  await failed.waitFor();
  return (await failed.textContent()) ?? "";
}

describe("the catalogue of sources", () => {
  it("leaves discontinued sources out until they are asked for, and says why they cannot be added", async () => {
    await catalogue();
    await button("Flipkart").waitFor();
    expect(await button(/^Paytm/).count()).toBe(0);
    await search().fill("paytm");
    await seen("Paytm is discontinued: this filter leaves it out.");
    await button("Show Paytm").click();
    const tile = button(/^Paytm, cannot be added: Paytm is discontinued/);
    await tile.waitFor();
    expect(await tile.getAttribute("aria-disabled")).toBe("true");
    await choose("State of the source", "Private");
    await search().fill("");
    await seen(/its interface is shown to its own sellers alone/);
  });

  it("says of a source what it reports and what not, under an address of its own", async () => {
    await page.goto(`${app.baseUrl}/settings/channels/sources/PAYTM`);
    await seen("It cannot be added here now.");
    await page.goto(`${app.baseUrl}/settings/channels/sources/JUPITER_MONEY`);
    await seen("Its address is not set.");
    await catalogue();
    await search().fill("flip");
    await link("What Flipkart can do").click();
    await heading("What it reports").waitFor();
    const reports = page.getByRole("list").filter({ hasText: "Cancelled" });
    expect(await reports.getByRole("img", { name: "told", exact: true }).count()).toBe(4);
    await seen("By Flipkart; for what you ship yourself made here, of your own series.");
    await seen(/Flipkart lets the seller cancel only before the shipment is packed/);
    await button("Add a channel").click();
    await heading("Add Flipkart").waitFor();
  });
});

describe("Flipkart is set up with the seller's own application", () => {
  it("takes settings and, as its own page can give the rest, credentials of self access", async () => {
    expect(await page.getByLabel("Channel Name").inputValue()).toBe("Flipkart_1");
    await choose("When Dispatched On The Panel", "Ask me");
    await button("Save & Next").click();
    await page.getByLabel("Application ID").fill(FLIPKART.username);
    await page.getByRole("textbox", { name: "Application Secret" }).fill("a wrong one");
    await page.getByRole("radiogroup", { name: "Locations: table or JSON" }).getByText("JSON", { exact: true }).click();
    await page.getByLabel("Locations as JSON").fill(JSON.stringify({ [FLIPKART_LOCATIONS[0]]: "BLR1" }));
  });

  it("shows each step, and stops at the one that failed with Flipkart's own words", async () => {
    await button("Connect").click();
    const failed = await failedStep();
    expect(failed).toContain("Sign in");
    expect(failed).toContain("What came back from Flipkart");
    expect(failed).toContain("Bad client credentials");
    await page.getByRole("textbox", { name: "Application Secret" }).fill(FLIPKART.password);
    await button("Connect").click();
    await page.getByRole("tab", { name: "Channel Summary", selected: true }).waitFor();
    await seen("Connected to Flipkart.");
    await seen("Flipkart accepted the application and gave a token.");
  });

  it("has its syncs on the Channel Summary, with their pace and lag", async () => {
    for (const title of [
      "Orders received",
      "Inventory",
      "Status: Cancelled and Dispatched",
      "Status: Delivered and Returned",
    ])
      await region(title).waitFor();
    await seen("Runs every minute.", region("Orders received"));
    await region("Status: Cancelled and Dispatched").getByText("Lag").waitFor();
    await page.getByRole("tab", { name: "Settings" }).click();
    await choose("How often it is asked, at most", "Every 5 minutes");
    await seen("Flipkart_1 is asked every 5 minutes at most.");
    expect(await page.getByRole("combobox", { name: "When Dispatched On The Panel" }).inputValue()).toBe("Ask me");
    await page.getByRole("tab", { name: "Channel Summary" }).click();
    await seen("Runs every 5 minutes.", region("Orders received"));
  });

  it("makes the address at which Flipkart wakes us, and another in its place only after saying what follows", async () => {
    await button("Make address").click();
    const address = page.locator("code").filter({ hasText: "/hooks/" });
    await address.waitFor();
    const first = await address.textContent();
    await seen("never: it is not entered there yet, or nothing has happened");
    const pushed = await fetch(new URL(new URL(first ?? "").pathname, app.baseUrl), { method: "POST", body: "{}" });
    expect(pushed.status).toBe(401); // nobody signed it
    await button("Make anew").click();
    const dialog = page.getByRole("dialog", { name: "Make the address anew" });
    await seen(/The address in use ends at once: Flipkart wakes nobody/, dialog);
    await button("Make anew", dialog).click();
    await dialog.waitFor({ state: "detached" });
    await address.filter({ hasNotText: first ?? "" }).waitFor();
    const late = await fetch(new URL(new URL(first ?? "").pathname, app.baseUrl), { method: "POST", body: "{}" });
    expect(late.status).toBe(404);
  });
});

describe("Snapdeal is set up by access that the seller gives on Snapdeal's own page", () => {
  it("saves what is known, and Connect names the button for the rest", async () => {
    await catalogue();
    await search().fill("snapdeal");
    await button("Custom").waitFor({ state: "detached" });
    await button("Snapdeal").click();
    await button("Save & Next").click();
    await page.getByLabel("Client Id").fill(SNAPDEAL_PARTNER.clientId);
    await page.getByRole("textbox", { name: "X-Auth-Token", exact: true }).fill(SNAPDEAL_PARTNER.authToken);
    await button("Connect").click();
    const failed = await failedStep();
    expect(failed).toContain("Snapdeal has not given access to Snapdeal_1 yet: X-Seller-AuthZ-Token is missing.");
    expect(failed).toContain("Press “Authorize on Snapdeal”");
  });

  it("goes to Snapdeal's page and comes back with the seller's token, which the address does not keep", async () => {
    await button("Authorize on Snapdeal").click();
    await page.waitForURL(`${snapdeal.url}/authserverui/login*`);
    await page.getByRole("link", { name: `Allow access to ${SNAPDEAL.username}` }).click();
    await seen("Access to Snapdeal_1 was given.");
    expect(page.url()).not.toContain(encodeURIComponent(SNAPDEAL.password));
    expect(page.url()).not.toContain("token");
  });

  it("goes on to Connect, which now reaches the Channel Summary", async () => {
    await button("Go on to Connect").click();
    await seen(/Set on \d+ \w+ \d{4} by Asha Rao; it is never shown\./);
    await button("Connect").click();
    await page.getByRole("tab", { name: "Channel Summary", selected: true }).waitFor();
    await seen("Connected to Snapdeal.");
  });

  it("refuses an answer that nobody waits for, and says what to do", async () => {
    await page.goto(`${app.baseUrl}/channels/consent?state=of-somebody-else&token=stolen`);
    await seen("Access was not taken");
    await seen("Press Authorize on the channel's page again, and finish within an hour.");
    await page.goto(`${app.baseUrl}/channels/consent`);
    await seen(/^Nothing came back with the browser/);
  });
});
