import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { countEntries, shelvesNow } from "../support/count-builders.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { figuresOf } from "../support/marketplace-client.ts";
import { anOnlineSeller, aProduct, type OnlineSeller, readCatalogue, SELLER_PASSWORD } from "../support/seller.ts";
import { waitFor } from "../support/wait.ts";

const SETUP_MAX_MS = 180_000;
const SEEN_WITHIN_MS = 30_000; // other tests run beside
const kettle = aProduct(1, { sku: "KETTLE-15", title: "Electric kettle 1.5 l" });
const lamp = aProduct(2, { sku: "LAMP-E27", title: "Desk lamp E27" });

/** A shelf counted by scans, its difference in the ledger, and the marketplace told what is really there. */
describe("a cycle count, on screen", () => {
  let sim: RunningSimulator;
  let app: TestApp;
  let seller: OnlineSeller;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  const undo: (() => unknown)[] = [];

  beforeAll(async () => {
    buildWeb();
    sim = await startJupiterMoneySimulator({ sellers: [], products: [kettle, lamp] });
    undo.push(() => sim.close());
    app = await testApp({ environment: { GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}` } });
    undo.push(() => app.close());
    seller = await anOnlineSeller(app.services, sim, { products: [kettle, lamp], stock: 10 });
    const [channel] = seller.channels;
    if (!channel) throw new Error("the seller has a channel");
    await readCatalogue(await app.login(seller.admin, SELLER_PASSWORD), channel, 2);
    browser = await chromium.launch(await findChromium());
    undo.push(() => browser.close());
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(SEEN_WITHIN_MS);
    page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
    page.on("response", (response) => {
      if (response.status() >= 500) faults.push(`${response.status()} of ${response.url()}`);
    });
    await page.goto(app.baseUrl);
    await page.getByLabel("User name").fill(seller.admin);
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
  const told = async (what: string, figures: readonly [number, number]) => {
    const last = () =>
      [kettle, lamp].map(({ productId }) => {
        const [channel] = seller.channels;
        return channel === undefined ? undefined : figuresOf(sim, channel, productId).at(-1)?.quantity;
      });
    await waitFor(what, () => last().join() === figures.join());
  };

  async function scan(prompt: string | RegExp, ...codes: string[]): Promise<void> {
    const field = page.getByLabel(prompt);
    for (const code of codes) {
      await field.fill(code);
      await field.press("Enter");
    }
  }

  async function nextScanIs(pieces: number): Promise<void> {
    await page.keyboard.press("F6");
    await dialog().getByLabel("Pieces").fill(String(pieces));
    await dialog().getByRole("button", { name: "Use for the next scan" }).click();
    await button(new RegExp(`^Next scan: ${pieces}`)).waitFor();
  }

  it("finds one piece missing and one extra, posts both, and the marketplace hears the new figures", async () => {
    await told("the marketplace to be told the stock", [10, 10]);
    await page.getByRole("link", { name: "Cycle counts" }).click();
    await button("Create cycle count").first().click();
    await dialog().getByRole("button", { name: "Create cycle count" }).click();
    await chip("Planned");
    await button("Add shelves").first().click();
    await dialog().getByRole("button", { name: "Add shelves" }).click();
    await shows("1 shelf added.");

    await button("Count shelves").click();
    await scan("Scan a shelf", "NO-SHELF");
    await verdict(/Shelf NO-SHELF is not in cycle count CC-100001/);
    await scan("Scan a shelf", "default");
    const pieces = "Scan what lies on DEFAULT";
    await page.getByLabel(pieces).waitFor();
    await told("the marketplace to be told that nothing is free while it is counted", [0, 0]);

    await scan(pieces, kettle.sku, kettle.sku, "NO-SUCH-SKU");
    await verdict("NO-SUCH-SKU is no SKU of ours, and no channel's code of one.");
    await nextScanIs(7);
    await scan(pieces, kettle.sku);
    await verdict("KETTLE-15: 9");
    await nextScanIs(11);
    await scan(pieces, lamp.sku);
    await verdict("LAMP-E27: 11");
    await scan(pieces, lamp.sku);
    await verdict("LAMP-E27: 12");
    await page.keyboard.press("F8");
    await verdict("LAMP-E27 taken back");
    await shows("20 pieces counted on DEFAULT");

    await page.keyboard.press("F4");
    await dialog().getByText("You counted 20 pieces of 2 SKUs.").waitFor();
    await dialog().getByRole("button", { name: "Finish shelf" }).click();
    await dialog().getByText("Difference: −1 +1").waitFor();
    await dialog().getByRole("button", { name: "Next shelf" }).click();
    await shows("All shelves are counted.");

    await page.getByRole("link", { name: /← CC-100001/ }).click();
    await chip("In progress");
    await page.getByRole("tab", { name: "Variances" }).click();
    await page.getByRole("row", { name: /KETTLE-15.*10.*9.*−1.*₹600/ }).waitFor();
    await page.getByRole("row", { name: /LAMP-E27.*10.*11.*\+1/ }).waitFor();
    await page.getByRole("tab", { name: /^Shelves/ }).click();
    await page.getByRole("row", { name: /DEFAULT.*To accept.*−1 \+1/ }).waitFor();
    await page.getByRole("checkbox", { name: /all/i }).first().check();
    await button(/^Accept/).click();
    await dialog()
      .getByText(/Takes 1 missing piece from the books and adds 1 piece that was found/)
      .waitFor();
    await dialog()
      .getByRole("button", { name: /^Accept/ })
      .click();
    await shows("1 shelf accepted: 1 missing, 1 more.");

    expect(await shelvesNow(app, seller.tenantId)).toEqual({
      "DEFAULT KETTLE-15 good": 9,
      "DEFAULT LAMP-E27 good": 11,
    });
    expect(await countEntries(app, seller.tenantId)).toEqual([
      ["DEFAULT", "KETTLE-15", "good", -1],
      ["DEFAULT", "LAMP-E27", "good", 1],
    ]);
    await expectStockTrue({ db: app.db }, seller.tenantId);
    await told("the marketplace to be told what was found", [9, 11]);

    await button("Close count").click();
    await dialog().getByRole("button", { name: "Close count" }).click();
    await chip("Closed");
    await page.getByRole("link", { name: /← Cycle counts/ }).click();
    await page.getByRole("tab", { name: "Shelves" }).click();
    await page.getByRole("row", { name: /DEFAULT.*CC-100001.*−1 \+1/ }).waitFor();
    expect(faults).toEqual([]);
  });
});
