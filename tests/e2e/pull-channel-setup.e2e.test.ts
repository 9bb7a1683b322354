import { readFileSync } from "node:fs";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { startAjioDropshipSimulator } from "../../connectors/ajio-dropship/simulator/index.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { OKER_CATALOGUE, startOkerSimulator } from "../../connectors/oker/simulator/index.ts";
import { createTenant } from "../../src/identity/index.ts";
import { must } from "../../src/kernel/index.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { syncNowOn } from "../support/sync-on-screen.ts";
import { waitFor } from "../support/wait.ts";

const PASSWORD = "brown paper, twine and tape";
const OKER = { username: "kurtikart", password: "okay, oker" };
const STORE = { username: "DV100001", password: "first store" };
/** Listed by Oker under the code that we have too, and under another one. */
const SPEAKER = { sku: "BOAT-STONE-352", blr: 12, del: 5 };
const MOUSE = { sku: "MOUSE-SILENT", listing: "LOGITECH-M221", blr: 7 };

const stateAnswer = z.object({ stock: z.record(z.string(), z.object({ quantity: z.number() })) });

let oker: RunningSimulator;
let ajio: RunningSimulator;
let app: TestApp;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  buildWeb();
  oker = await startOkerSimulator({ sellers: [OKER] });
  ajio = await startAjioDropshipSimulator({ sellers: [STORE] });
  app = await testApp({ environment: { GODOWN_SOURCE_URLS: `OKER=${oker.url},AJIO_DROPSHIP=${ajio.url}` } });
  await aSeller("kurtikart", "meera", "PROFESSIONAL");
  await aSeller("smallshop", "ravi", "STANDARD");
  await stock();
  browser = await chromium.launch(await findChromium());
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
});

afterAll(async () => {
  await browser?.close();
  await app?.close();
  await oker?.close();
  await ajio?.close();
});

async function aSeller(code: string, username: string, edition: "STANDARD" | "PROFESSIONAL"): Promise<void> {
  must(
    await createTenant(app.services, {
      tenant: { code, name: code, edition, live: true, sandbox: true },
      admin: { name: "Meera Nair", username, password: PASSWORD },
    }),
  );
}

/** Two facilities, two products: one at both, one in Bengaluru only. */
async function stock(): Promise<void> {
  const meera = await app.login("meera", PASSWORD);
  const place = { line1: "1 Main Road", gstin: null };
  const blr = { code: "BLR1", name: "Bengaluru", city: "Bengaluru", stateCode: "29", pincode: "560068" };
  const del = { code: "DEL1", name: "Delhi", city: "New Delhi", stateCode: "07", pincode: "110020" };
  for (const facility of [blr, del]) await meera.must("POST", "/facilities", { ...place, ...facility });
  await meera.must("POST", "/skus", { code: SPEAKER.sku, name: "Bluetooth Speaker" });
  await meera.must("POST", "/skus", { code: MOUSE.sku, name: "Silent Mouse" });
  const add = (facility: string, sku: string, quantity: number) =>
    meera.must("POST", "/inventory/adjustments", { facility, sku, kind: "ADD", quantity });
  await add("BLR1", SPEAKER.sku, SPEAKER.blr);
  await add("DEL1", SPEAKER.sku, SPEAKER.del);
  await add("BLR1", MOUSE.sku, MOUSE.blr);
}

async function logIn(username: string): Promise<void> {
  await page.context().clearCookies();
  await page.goto(`${app.baseUrl}/login`);
  await page.getByLabel("User name").fill(username);
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await button("Log in").click();
  await page.getByRole("heading", { name: "Home" }).waitFor();
}

const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole("button", { name, exact: typeof name === "string" });
const card = (title: string) => page.getByRole("region", { name: title, exact: true });
const seen = (text: string | RegExp, within: Page | Locator = page) => within.getByText(text).first().waitFor();
const syncNow = (title: string): Promise<void> => syncNowOn(card(title), "Meera Nair");
const gone = (text: string | RegExp) => page.getByText(text).first().waitFor({ state: "detached" });
const choice = () => page.getByRole("group", { name: "Choose Facilities For Inventory Sync" });
const chosen = async () =>
  (await choice().getByRole("listitem").allTextContents()).map((text) => /[A-Z]{3}\d/.exec(text)?.[0]);

async function choose(field: string, option: RegExp): Promise<void> {
  await page.getByRole("combobox", { name: field, exact: true }).click();
  await page.getByRole("option", { name: option }).click();
}

/** Settings > Channels > ADD CHANNEL > search and select. */
async function addChannel(words: string, label: string): Promise<void> {
  await page.getByRole("link", { name: "Channels", exact: true }).click();
  await button("ADD CHANNEL").first().click();
  await page.getByRole("textbox", { name: "Search sources" }).fill(words);
  await button("Custom").waitFor({ state: "detached" });
  await button(label).click();
  await page.getByRole("heading", { name: `Add ${label}` }).waitFor();
}

async function connect(password: string): Promise<void> {
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await button("Connect").click();
}

describe("Oker is set up on screen, as its article says", () => {
  const map = (row: number) => page.getByLabel(`Oker's warehouse, row ${row}`);
  const json = () => page.getByLabel("Warehouse Location as JSON");
  const tab = (name: "Table" | "JSON") =>
    page.getByRole("radiogroup", { name: "Warehouse Location: table or JSON" }).getByText(name, { exact: true });

  it("steps 1 to 3: Settings > Channels, search and select Oker, fill and save the channel details", async () => {
    await logIn("meera");
    await addChannel("oker", "Oker");
    expect(await page.getByLabel("Channel Name").inputValue()).toBe("Oker_1");
    await seen("Oker does not allow an order to be split.");
    await seen(/Each warehouse of Oker is told the stock of the facility that Warehouse Location maps it to/);
    await choose("Add a facility", /^BLR1/);
    await button("Save & Next").click();
    await page.getByLabel("Username").waitFor();
  });

  it("step 4: takes Warehouse Location as JSON and as a table, which always say the same", async () => {
    await page.getByLabel("Username").fill(OKER.username);
    await tab("JSON").click();
    await json().fill('{"OKR-BLR-01": "BLR1",\n "OKR-DEL-02" "DEL1"}');
    await seen(/^Is not JSON: .* at line 2, column \d+$/);
    await json().fill('{"OKR-BLR-01": "BLR1", "OKR-BLR-01": "DEL1"}');
    await seen("Names OKR-BLR-01 twice");
    await tab("Table").click();
    await map(2).fill("OKR-DEL-02");
    await gone("Names OKR-BLR-01 twice");
    await tab("JSON").click();
    expect(JSON.parse(await json().inputValue())).toEqual({ "OKR-BLR-01": "BLR1", "OKR-DEL-02": "DEL1" });
    await json().fill('{"OKR-BLR-01": "BLR1", "OKR-DEL-02": "MUM9"}');
    await json().blur();
    await seen("Has MUM9 for OKR-DEL-02: there is no such facility");
    await tab("Table").click();
  });

  it("fills Choose Facilities For Inventory Sync from the map, and lets one be added and removed", async () => {
    expect(await chosen()).toEqual(["BLR1", "MUM9"]);
    await choose("Our facility, row 2", /^DEL1/);
    expect(await chosen()).toEqual(["BLR1", "DEL1"]);
    await seen("for OKR-DEL-02", choice());
    await button("Remove row 2").click();
    expect(await chosen()).toEqual(["BLR1"]);
    await button("Add row").click();
    await map(2).fill("OKR-DEL-02");
    await choose("Our facility, row 2", /^DEL1/);
    await button("Remove DEL1").click();
    expect(await chosen()).toEqual(["BLR1"]);
  });

  it("is refused without a facility that is mapped, and says so at the field; nothing typed is lost", async () => {
    await connect(OKER.password);
    await seen("Lacks DEL1, which Warehouse Location names", choice().locator(".."));
    expect(await map(2).inputValue()).toBe("OKR-DEL-02");
    await choose("Add to Choose Facilities For Inventory Sync", /^DEL1/);
    await gone("Lacks DEL1, which Warehouse Location names");
  });

  it("step 5: shows the Channel Summary, with its warehouses and a sync for each way", async () => {
    await button("Connect").click();
    await page.getByRole("tab", { name: "Channel Summary", selected: true }).waitFor();
    await seen("Connected to Oker.");
    const warehouses = page.getByRole("table").filter({ hasText: "Oker's warehouse" });
    await seen("OKR-DEL-02", warehouses);
    expect(await warehouses.getByRole("row").nth(2).textContent()).toContain("DEL1");
    for (const title of ["Orders received", "Inventory", "Dispatch details", "Catalogue"]) await card(title).waitFor();
    await seen("Runs every minute.", card("Orders received"));
    await seen("Runs every 7 days.", card("Catalogue"));
  });

  it("triggers the syncs of orders and of the catalogue from that page", async () => {
    await syncNow("Catalogue");
    await seen(`${OKER_CATALOGUE.length} listings read`, card("Catalogue"));
    await syncNow("Orders received");
  });

  it("lists what has no SKU; mapped, it is told by warehouse and says why", async () => {
    await page.getByRole("link", { name: `${OKER_CATALOGUE.length - 1} without SKU` }).click();
    await page.getByRole("tab", { name: /^Unmapped/, selected: true }).waitFor();
    await page.getByRole("cell", { name: MOUSE.listing }).first().click();
    const panel = page.getByRole("complementary", { name: "Details" });
    await panel.getByRole("textbox", { name: "SKU code or name" }).fill("silent");
    await page.getByRole("option", { name: new RegExp(MOUSE.sku) }).click();
    await page.getByRole("tab", { name: /^Mapped/ }).click();
    await page.getByRole("cell", { name: SPEAKER.sku }).first().click();
    const by = panel.getByRole("list", { name: "By warehouse" });
    await button(/^12.*OKR-BLR-01.*stock of BLR1/, by).click();
    expect(await by.getByRole("row", { name: "Told" }).getByRole("cell").textContent()).toBe("12");
    await button(/^5.*OKR-DEL-02.*stock of DEL1/, by).waitFor();
    await waitFor("both listings' figures at Oker", async () => {
      const state: unknown = await (await fetch(`${oker.url}/_sim/state`)).json();
      const told = Object.values(stateAnswer.parse(state).stock).map((each) => each.quantity);
      return told.includes(SPEAKER.blr + SPEAKER.del) && told.includes(MOUSE.blr);
    });
  });
});

describe("AJIO Dropship is set up on screen, as its article says", () => {
  const dialog = () => page.getByRole("dialog", { name: "Publish the sum of several facilities" });

  it("finds Ajio by its name, suggests AJIO_Dropship_1 and offers its settings", async () => {
    await addChannel("ajio", "AJIO Dropship");
    expect(await page.getByLabel("Channel Name").inputValue()).toBe("AJIO_Dropship_1");
    expect(await page.getByRole("combobox", { name: "Single Action Invoice Label New" }).inputValue()).toBe("Off");
    const eInvoice = page.getByRole("combobox", { name: "GstEInvoicing Enabled From NIC" });
    expect(await eInvoice.inputValue()).toBe("No");
    await eInvoice.click();
    expect(await page.getByRole("option", { name: /^(None|No|Yes)$/ }).allTextContents()).toEqual([
      "None",
      "No",
      "Yes",
    ]);
    await page.keyboard.press("Escape");
    await choose("Add a facility", /^BLR1/);
    await button("Save & Next").click();
    await page.getByLabel("Username").waitFor();
  });

  it("says of a user name that is no POB ID so as soon as the field is left", async () => {
    await page.getByLabel("Username").fill("100001");
    await page.getByLabel("Username").blur();
    await seen("Must start with DV");
    await page.getByLabel("Username").fill(STORE.username);
    await gone("Must start with DV");
  });

  it("chooses the store's facility with it; the sum is published only after a yes", async () => {
    await choose("Store Code", /^DEL1/);
    expect(await chosen()).toEqual(["BLR1", "DEL1"]);
    await connect(STORE.password);
    await dialog().waitFor();
    await seen("The stock of BLR1 is published together with that of DEL1.", dialog());
    await seen(/may result in Unfulfillable Orders/, dialog());
    await button("Leave as it is", dialog()).click();
    await dialog().waitFor({ state: "detached" });
    await page.reload(); // nothing was saved
    await page.getByLabel("Username").waitFor();
    expect(await page.getByLabel("Username").inputValue()).toBe("");

    await page.getByLabel("Username").fill(STORE.username);
    await choose("Store Code", /^DEL1/);
    await connect(STORE.password);
    await button("Publish the sum", dialog()).click();
    await page.getByRole("tab", { name: "Channel Summary", selected: true }).waitFor();
    await seen("Connected to AJIO Dropship.");
    await seen(/Store Code DEL1, combined with BLR1: the sum of their stock is published/);
    await seen(/may result in Unfulfillable Orders/);
    await card("Orders under review").waitFor();
  });

  it("asks again at the settings when a facility is added to the sum, not when one is taken away", async () => {
    await page.getByRole("tab", { name: "Settings" }).click();
    await button("Remove BLR1").click();
    await button("Save").click();
    await seen("Settings of AJIO_Dropship_1 saved.");
    await choose("Add a facility", /^BLR1/);
    await button("Save").click();
    await button("Leave as it is", dialog()).click();
    await button("Remove DEL1").click();
    await button("Save").click();
    await seen("Lacks DEL1, the Store Code");
    await page.getByRole("tab", { name: "Channel Summary" }).click();
    await seen(/Store Code DEL1: its stock alone is published/);
  });

  it("keeps a store and a POB ID to one channel, and names it at the field", async () => {
    await addChannel("Ajio Dropship", "AJIO Dropship");
    expect(await page.getByLabel("Channel Name").inputValue()).toBe("AJIO_Dropship_2");
    await choose("Add a facility", /^DEL1/);
    await button("Save & Next").click();
    await page.getByLabel("Username").fill("DV100002");
    await choose("Store Code", /^DEL1/);
    await connect("second store");
    await seen("Is that of the channel AJIO_Dropship_1 already");
  });

  it("cannot be added by an edition that may not use it, and says so on its tile", async () => {
    await logIn("ravi");
    await page.goto(`${app.baseUrl}/settings/channels/add?q=ajio`);
    const tile = button(/^AJIO Dropship, cannot be added/);
    expect(await tile.getAttribute("aria-disabled")).toBe("true");
    expect(await page.getByRole("article", { name: "AJIO Dropship" }).textContent()).toMatch(
      /PROFESSIONAL|Professional/,
    );
    await tile.click({ force: true });
    expect(page.url()).not.toContain("source=");
  });
});

it("shows what each marketplace can do: a tick where the page of this build has one, and nowhere else", async () => {
  const made = readFileSync(new URL("../../docs/generated/coverage.md", import.meta.url), "utf8");
  await page.goto(`${app.baseUrl}/settings/channels/coverage`);
  for (const [title, lines] of tablesOf(made)) {
    const table = page.getByRole("region", { name: title });
    await table.getByRole("rowheader").first().waitFor();
    const rows = await table.getByRole("row").all();
    const shown = await Promise.all(rows.slice(1).map((row) => row.getByRole("cell").all()));
    const ticks = await Promise.all(
      shown.map((cells) => Promise.all(cells.map((cell) => cell.getByRole("img", { name: "proved" }).count()))),
    );
    // The page has sources down and operations across, the screen the other way round.
    const expected = lines[0]?.map((_, column) => lines.map((line) => (line[column] === "✓" ? 1 : 0)));
    expect(ticks).toEqual(expected);
  }
});

/** The marks of each table of the page, by the heading above it: a line for each source. */
function tablesOf(made: string): readonly (readonly [title: string, lines: readonly string[][]])[] {
  return made
    .split("## ")
    .slice(1)
    .map((part) => {
      const lines = part.split("\n").filter((line) => line.startsWith("|") && line.includes("`"));
      const title = part.split("\n")[0] ?? "";
      return [
        title,
        lines.map((line) =>
          line
            .split("|")
            .slice(2, -1)
            .map((cell) => cell.trim()),
        ),
      ] as const;
    });
}
