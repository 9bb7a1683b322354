import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import { invoicePackages, labelPackages } from "../../src/fulfilment/index.ts";
import { must, type ShippingPackageId } from "../../src/kernel/index.ts";
import { addAwbs, saveProvider } from "../../src/shipping/index.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { aPushOrder } from "../support/order-builders.ts";
import { anOnlineSeller, aProduct, type OnlineSeller, readCatalogue, SELLER_PASSWORD } from "../support/seller.ts";
import { waitFor } from "../support/wait.ts";

const SETUP_MAX_MS = 180_000;
const SEEN_WITHIN_MS = 30_000;
const kettle = aProduct(1, { sku: "KETTLE-15", title: "Electric kettle 1.5 l", weightGrams: 1_200 });

/** A seller sends heavy parcels by road and keeps one courier away from cash: rules are made, moved, tried, imported, and seen on a parcel. */
describe("shipping rules, on screen", () => {
  let app: TestApp;
  let seller: OnlineSeller;
  let browser: Browser;
  let page: Page;
  let parcel: { id: ShippingPackageId; code: string };
  const faults: string[] = [];
  const undo: (() => unknown)[] = [];

  beforeAll(async () => {
    buildWeb();
    const sim = await startJupiterMoneySimulator({ sellers: [], products: [kettle] });
    undo.push(() => sim.close());
    app = await testApp({ environment: { GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}` } });
    undo.push(() => app.close());
    seller = await anOnlineSeller(app.services, sim, { products: [kettle], stock: 10 });
    for (const [i, code] of ["ROAD", "AIR"].entries()) {
      const ctx = app.ctx(seller.tenantId);
      const provider = must(
        await saveProvider(ctx, null, {
          ...{ code, name: `${code} Couriers`, kind: "AWB_POOL", transitDays: 3, preference: 50 + i, cod: true },
          ...{ trackingUrlTemplate: null, servesEverywhere: true, awbLowMark: 0, enabled: true },
        }),
      );
      must(await addAwbs(ctx, provider.providerId, { from: `${code}0001`, to: `${code}0020` }));
    }
    const [channel] = seller.channels;
    if (!channel) throw new Error("the seller has a channel");
    await readCatalogue(await app.login(seller.admin, SELLER_PASSWORD), channel, 1);
    const body = aPushOrder([{ productId: kettle.productId, quantity: 2 }], { id: "HEAVY-1" });
    const response = await fetch(`${app.baseUrl}/uc/v1/order`, {
      method: "POST",
      headers: { "content-type": "application/json", ...channel.pushHeaders },
      body: JSON.stringify(body),
    });
    expect(await response.json()).toMatchObject({ status: "success" });
    const packages = () =>
      app.raw<{ id: ShippingPackageId; code: string }>(
        "select shipping_package_id as id, code from godown.shipping_package where tenant_id = $1",
        [seller.tenantId],
      );
    await waitFor("the package", async () => (await packages()).length === 1);
    const [made] = await packages();
    if (!made) throw new Error("the order has a package");
    parcel = made;
    browser = await chromium.launch(await findChromium());
    undo.push(() => browser.close());
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(SEEN_WITHIN_MS);
    page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
    page.on("response", (answer) => {
      if (answer.status() >= 500) faults.push(`${answer.status()} of ${answer.url()}`);
    });
  }, SETUP_MAX_MS);

  afterAll(async () => {
    for (const each of undo.reverse()) await each();
  });

  const button = (name: RegExp | string) => page.getByRole("button", { name });
  const dialog = () => page.getByRole("dialog");
  const list = () => page.getByRole("list", { name: "Rules of All facilities" });
  const dryRun = () => page.getByRole("complementary", { name: "Dry run" });
  /** The rules as they stand on the screen, from the top. */
  const onScreen = async () =>
    (await list().getByRole("listitem").all()).length === 0
      ? []
      : Promise.all(
          (
            await list()
              .getByRole("button", { name: /^Move .*: press Alt/ })
              .all()
          ).map(async (grip) => (await grip.getAttribute("aria-label"))?.replace(/^Move (.*): press.*/, "$1")),
        );
  const kept = async () =>
    (
      await app.raw<{ name: string }>(
        "select name from godown.shipping_rule where tenant_id = $1 order by preference",
        [seller.tenantId],
      )
    ).map((rule) => rule.name);

  async function make(name: string, condition: string, criteria: string, courier: string): Promise<void> {
    await button("New rule").first().click();
    await dialog().getByLabel("Name").fill(name);
    await dialog().getByLabel("Condition").fill(condition);
    await dialog().getByText(criteria, { exact: true }).click();
    await dialog().getByRole("combobox", { name: "Courier" }).click();
    await page.getByRole("option", { name: new RegExp(`^${courier} `) }).click();
    await dialog()
      .getByText(condition === "" ? "Holds for every parcel." : "Reads well.")
      .waitFor();
    await dialog().getByRole("button", { name: "Make rule" }).click();
    await dialog().waitFor({ state: "detached" });
    await list().getByText(name).waitFor();
  }

  it("are made, and a condition says while it is typed what is wrong with it", async () => {
    await page.goto(app.baseUrl);
    await page.getByLabel("User name").fill(seller.admin);
    await page.getByRole("textbox", { name: "Password" }).fill(SELLER_PASSWORD);
    await button("Log in").click();
    await page.getByRole("link", { name: "Shipping rules", exact: true }).click();
    await page.getByText("No shipping rules").waitFor();
    await button("New rule").first().click();
    await dialog().getByLabel("Condition").fill("package.wait > 2000");
    await dialog().getByText("The condition cannot be read at character 9: there is no wait here.").waitFor();
    await dialog().getByRole("button", { name: "Cancel" }).click();
    await make("Cash by air", "order.cod", "Allocate", "AIR");
    await make("Heavy by road", "#{package.weight > 2000 and order.total < 100000}", "Allocate", "ROAD");
    await make("No gifts with Swift", "order.gift", "Never", "SWIFT");
    expect(await onScreen()).toEqual(["Cash by air", "Heavy by road", "No gifts with Swift"]);
  });

  it("are tried on a real order: which rules hold, what is chosen, and why; the address keeps it", async () => {
    await dryRun().getByLabel("Order or package").fill(parcel.code);
    await page.keyboard.press("Enter");
    await dryRun().getByText('rule "Cash by air" (preference 1), serves').waitFor();
    await dryRun().getByText("Heavy by road: allocate ROAD holds").waitFor();
    await dryRun().getByText("No gifts with Swift: never SWIFT does not hold").waitFor();
    expect(new URL(page.url()).searchParams.get("try")).toBe(parcel.code);
    await dryRun().getByText("What conditions see of it").click();
    await dryRun().getByText("2400", { exact: true }).waitFor(); // two kettles, grams
    await dryRun().getByLabel("Order or package").fill("NO-SUCH");
    await dryRun().getByRole("button", { name: "Try" }).click();
    await dryRun().getByText("There is no order or package NO-SUCH.").waitFor();
  });

  it("are moved by keys, by the buttons and by dragging, and stay where they were put", async () => {
    await page.goto(`${app.baseUrl}/settings/shipping-rules?try=${parcel.code}`);
    await list().waitFor();
    await button("Move Heavy by road: press Alt and an arrow").focus();
    await page.keyboard.press("Alt+ArrowUp");
    await page.getByText("Heavy by road is now 1 of 3.").waitFor({ state: "attached" });
    await waitFor("the order by keys", async () => (await kept())[0] === "Heavy by road");
    // The focus goes along, so that the next press moves the same rule; and the dry run follows.
    expect(await page.locator(":focus").getAttribute("aria-label")).toContain("Heavy by road");
    await dryRun().getByText('rule "Heavy by road" (preference 1), serves').waitFor();
    await page.keyboard.press("Alt+End");
    await waitFor("the order by the End key", async () => (await kept())[2] === "Heavy by road");
    await button("Move Heavy by road up").click();
    await waitFor("the order by the button", async () => (await kept())[1] === "Heavy by road");
    await list().getByText("Heavy by road").dragTo(list().getByText("Cash by air"));
    await waitFor("the order by dragging", async () => (await kept())[0] === "Heavy by road");
    await page.reload();
    await list().waitFor();
    expect(await onScreen()).toEqual(["Heavy by road", "Cash by air", "No gifts with Swift"]);
    await page.getByLabel("Search rules").fill("gifts");
    await waitFor("the filter", async () => (await onScreen()).length === 1);
    expect(new URL(page.url()).searchParams.get("q")).toBe("gifts");
    await page.getByLabel("Search rules").fill("");
  });

  it("come from a file after a look at what it would change; new and moved rules do not mix", async () => {
    const titles =
      "Facility Code,Rule Name,Condition Expression,Allocation Criteria,Shipping Provider Code,Preference,Enabled,Type";
    const choose = async (...lines: string[]) => {
      await button("Import").click();
      const buffer = Buffer.from([titles, ...lines].join("\n"));
      await page.locator("input[type=file]").setInputFiles({ name: "rules.csv", mimeType: "text/csv", buffer });
    };
    await choose(
      "ALL,Cash by air,order.cod,ALLOCATE,AIR,1,true,FORWARD",
      "ALL,Heavy by road,order.cod,ALLOCATE,ROAD,2,true,FORWARD",
      "ALL,Islands,,FORCE_ALLOCATE,AIR,4,true,FORWARD",
    );
    await dialog()
      .getByText(/cannot be shuffled together in one import/)
      .first()
      .waitFor();
    expect(await dialog().getByRole("button", { name: "Nothing to import" }).isDisabled()).toBe(true);
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    await choose("ALL,Islands,\"order.customer.pincode.startsWith('744')\",FORCE_ALLOCATE,AIR,4,true,FORWARD");
    await dialog().getByText("1 new rule, 0 rules changed, 0 as it is.").waitFor();
    expect(await kept()).not.toContain("Islands");
    await dialog().getByRole("button", { name: "Import 1 rule" }).click();
    await dialog().getByText("1 done · 0 failed of 1").waitFor();
    await page.keyboard.press("Escape");
    await list().getByText("Islands").waitFor();
  });

  it("stand beside who serves where: a file says it, the list shows it, and its address keeps what was asked", async () => {
    await page.goto(`${app.baseUrl}/settings/shipping-providers`);
    await button("Serviceability").click();
    await page.getByText("No line", { exact: true }).waitFor(); // the line under the title has these words too
    await button("Import").first().click();
    const lines = [
      "Pincode,Payment Method,Shipping Provider Code,Priority,Sort Code,Serves",
      "744101,COD,AIR,1,IXZ/PB,true",
      "744101,PREPAID,ROAD,,,false",
      "560068,COD,ROAD,2,,true",
      "56006,COD,ROAD,2,,true",
    ];
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "where.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\n")) });
    await dialog().getByText("3 done · 1 failed of 4").waitFor();
    await dialog().getByText(/56006/).first().waitFor();
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    const row = (text: string) => page.getByRole("row").filter({ hasText: text });
    // Both couriers go everywhere: what the file does not say of the other method stays so there.
    await waitFor("the lines", async () => (await row("560068").count()) === 2 && (await row("744101").count()) === 3);
    await page.goto(`${app.baseUrl}/settings/shipping-providers/serviceability?pincode=744&method=COD`);
    await row("IXZ/PB").waitFor();
    expect(await row("744101").count()).toBe(2);
    expect(await row("560068").count()).toBe(0);
  });

  it("choose the courier of the parcel, and its page says which rule did", async () => {
    const ctx = app.ctx(seller.tenantId);
    const packageIds = [parcel.id];
    expect((await invoicePackages(ctx, { packageIds }))[0]).toMatchObject({ outcome: "DONE" });
    expect((await labelPackages(ctx, { packageIds }))[0]).toMatchObject({ outcome: "DONE" });
    await page.goto(`${app.baseUrl}/shipments/${parcel.code}`);
    await page.getByText('rule "Heavy by road" (preference 1), serves').waitFor();
    await page.getByText("ROAD Couriers", { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });
});
