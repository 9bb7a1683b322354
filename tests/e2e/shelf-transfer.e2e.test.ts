import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { anOnlineSeller, aProduct, type OnlineSeller, SELLER_PASSWORD } from "../support/seller.ts";
import { waitFor } from "../support/wait.ts";

const SETUP_MAX_MS = 180_000;
const SEEN_WITHIN_MS = 30_000;
const kettle = aProduct(1, { sku: "KETTLE-15", title: "Electric kettle 1.5 l" });

/** Ten kettles lie on DEFAULT; a person gives them a rack of their own, by clicks and scans, and one of them turns out broken. */
describe("goods moved from shelf to shelf, on screen", () => {
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
  const chip = (word: string) => page.getByRole("heading", { level: 1 }).getByText(word, { exact: true }).waitFor();
  const says = (text: string | RegExp) => page.getByRole("status").getByText(text).first().waitFor();

  async function logIn(): Promise<void> {
    await page.goto(app.baseUrl);
    await page.getByLabel("User name").fill(seller.admin);
    await page.getByRole("textbox", { name: "Password" }).fill(SELLER_PASSWORD);
    await button("Log in").click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  }

  /** A rack that takes eight pieces, and the place for what is broken. */
  async function makeShelves(): Promise<void> {
    await page.goto(`${app.baseUrl}/settings/facilities/${seller.facilityId}`);
    await button("New shelf type").first().click();
    await dialog().getByLabel("Shelf type").fill("RACK-8");
    await dialog().getByLabel("Capacity").fill("8");
    for (const [label, size] of Object.entries({ Length: "900", Width: "450", Height: "400" }))
      await dialog().getByLabel(label).fill(size);
    await button("Make shelf type").click();
    await page.getByText("takes 8 units").waitFor();
    for (const [code, section] of [
      ["K-01", "KITCHEN"],
      ["BROKEN", "REJECTS"],
    ] as const) {
      await page.getByLabel("Code of the new shelf").fill(code);
      await page.getByLabel("Section of the new shelf").fill(section);
      await button("Make shelf").click();
      await page.getByRole("row", { name: new RegExp(`${code}.*${section}`) }).waitFor();
    }
    await page.getByRole("row", { name: /K-01/ }).getByRole("button", { name: "Change" }).click();
    await dialog().getByLabel("Shelf type").click();
    await page.getByRole("option", { name: "RACK-8: 8 units" }).click();
    await dialog().getByRole("button", { name: "Save" }).click();
    await page.getByRole("row", { name: /K-01.*RACK-8.*0 of 8/ }).waitFor();
  }

  async function takeOff(): Promise<void> {
    await page.getByRole("link", { name: "Putaway", exact: true }).click();
    await button("Move between shelves").click();
    const find = page.getByLabel("Shelf or SKU");
    await find.fill("kettle");
    await find.press("Enter");
    await button("Move").click();
    const shelf = page.getByLabel("To shelf, for KETTLE-15 off DEFAULT");
    await shelf.fill("K-01");
    await shelf.press("Enter");
    await button("Take 10 units off the shelves").click();
    await chip("To put away");
  }

  const scan = async (code: string) => {
    const field = page.getByLabel(/^Scan a shelf, then what you put there/);
    await field.fill(code);
    await field.press("Enter");
  };
  const stock = () =>
    app.raw(
      `select h.code as shelf, s.bucket, s.quantity from godown.shelf_stock s join godown.shelf h using (tenant_id, shelf_id)
       where s.tenant_id = $1 and s.quantity > 0 order by 1, 2`,
      [seller.tenantId],
    );
  const levels = async () =>
    (
      await app.raw("select good, bad, putaway_pending as pending from godown.stock_level where tenant_id = $1", [
        seller.tenantId,
      ])
    )[0];

  it("leaves its shelf at once, is refused where there is no room, and counts where it was put and as what it is", async () => {
    await logIn();
    await makeShelves();
    await takeOff();
    expect(await levels()).toEqual({ good: 0, bad: 0, pending: 10 });

    // One piece at a shelf, looked at, and found broken.
    await scan("BROKEN");
    await says("At shelf BROKEN");
    await scan("kettle-15");
    await says("1 × KETTLE-15 on BROKEN");
    await page.keyboard.press("F7");
    const scanned = page.getByRole("listitem").filter({ hasText: "1 scanned" }).getByLabel("Grade of KETTLE-15");
    await waitFor("the scanned piece to be bad", async () => (await scanned.inputValue()) === "bad");

    // The rack takes eight of the other nine.
    await page.keyboard.press("F4");
    await dialog()
      .getByText(/9 good, 1 bad/)
      .waitFor();
    await dialog().getByRole("button", { name: "Complete putaway" }).click();
    await dialog()
      .getByText(/K-01 holds 0 of 8: 8 fit, 9 are to go there/)
      .waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("listitem").filter({ hasText: "not scanned" }).getByRole("button", { name: "Some…" }).click();
    await dialog().getByLabel("They go to shelf").fill("DEFAULT");
    await dialog().getByRole("button", { name: "Change them" }).click();
    await dialog().waitFor({ state: "detached" });
    await page.keyboard.press("F4");
    await dialog().getByRole("button", { name: "Complete putaway" }).click();
    await chip("Complete");
    expect(await stock()).toEqual([
      { shelf: "BROKEN", bucket: "bad", quantity: 1 },
      { shelf: "DEFAULT", bucket: "good", quantity: 1 },
      { shelf: "K-01", bucket: "good", quantity: 8 },
    ]);
    expect(await levels()).toEqual({ good: 9, bad: 1, pending: 0 });
  });

  it("goes back to its shelf when the move is given up", async () => {
    await page.goto(`${app.baseUrl}/putaway/transfer?q=K-01`);
    await button("Move").click();
    await page.getByLabel("How many KETTLE-15 off K-01").fill("3");
    await button("Take 3 units off the shelves").click();
    await chip("To put away");
    await page.getByLabel(/^Choose KETTLE-15/).check();
    await button("Put back where it lay").click();
    await page.getByRole("heading", { level: 1, name: "Putaway" }).waitFor();
    await page.getByText("Back where they lay: 3 units.").waitFor();
    expect(await stock()).toContainEqual({ shelf: "K-01", bucket: "good", quantity: 8 });
    expect(await levels()).toEqual({ good: 9, bad: 1, pending: 0 });
    expect(faults).toEqual([]);
  });
});
