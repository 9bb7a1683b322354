import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import { type RunningCourierSimulator, startCourierSimulator } from "../../couriers/protocol/simulator/index.ts";
import { invoicePackages, labelPackages } from "../../src/fulfilment/index.ts";
import { must, type ShippingPackageId } from "../../src/kernel/index.ts";
import { connectCourier, saveCourierAccount, saveProvider } from "../../src/shipping/index.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { findChromium } from "../../tools/chromium.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { aPushOrder } from "../support/order-builders.ts";
import { anOnlineSeller, aProduct, type OnlineSeller, readCatalogue, SELLER_PASSWORD } from "../support/seller.ts";
import { waitFor } from "../support/wait.ts";

const SETUP_MAX_MS = 180_000;
const SEEN_WITHIN_MS = 30_000;
const ACCOUNT = { username: "hawk-seller", password: "hawk-password" };
const kettle = aProduct(1, { sku: "KETTLE-15", title: "Electric kettle 1.5 l", weightGrams: 1_200 });

interface Parcel {
  readonly id: ShippingPackageId;
  readonly code: string;
  readonly awb: string;
  readonly saleOrderId: string;
}

/** Parcels that a seller ships himself: their courier pushes what becomes of them, and the screens say it. */
describe("parcels on their way, on screen", () => {
  let app: TestApp;
  let seller: OnlineSeller;
  let hawk: RunningCourierSimulator;
  let browser: Browser;
  let page: Page;
  let parcels: Parcel[];
  const faults: string[] = [];
  const undo: (() => unknown)[] = [];

  beforeAll(async () => {
    buildWeb();
    const sim = await startJupiterMoneySimulator({ sellers: [], products: [kettle] });
    undo.push(() => sim.close());
    hawk = await startCourierSimulator({
      accounts: [{ ...ACCOUNT, account: { addressIds: "" } }],
      settings: { life: "by hand", pushes: "all" },
    });
    undo.push(() => hawk.close());
    app = await testApp({ environment: { GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}` } });
    undo.push(() => app.close());
    seller = await anOnlineSeller(app.services, sim, { products: [kettle], stock: 10 });
    await aCourier();
    const [channel] = seller.channels;
    if (!channel) throw new Error("the seller has a channel");
    await readCatalogue(await app.login(seller.admin, SELLER_PASSWORD), channel, 1);
    parcels = await Promise.all(["TRACK-1", "TRACK-2"].map((id) => aParcel(id, channel.pushHeaders)));
    browser = await chromium.launch(await findChromium());
    undo.push(() => browser.close());
    page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    page.setDefaultTimeout(SEEN_WITHIN_MS);
    page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
    page.on("response", (answer) => {
      if (answer.status() >= 500) faults.push(`${answer.status()} of ${answer.url()}`);
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

  async function aCourier(): Promise<void> {
    const ctx = app.ctx(seller.tenantId);
    const { providerId } = must(
      await saveProvider(ctx, null, {
        ...{ code: "HAWK", name: "Hawk Couriers", kind: "API", transitDays: 3, preference: 1, cod: true },
        ...{ trackingUrlTemplate: "https://hawk.example/track/{awb}", servesEverywhere: true },
        ...{ awbLowMark: 0, enabled: true },
      }),
    );
    const account = { courier: "PROTOCOL", baseUrl: hawk.url, fields: ACCOUNT, settings: {} };
    must(await saveCourierAccount(ctx, providerId, account));
    expect(must(await connectCourier(ctx, providerId))).toMatchObject({ connected: true });
  }

  /** An order of the channel, invoiced and labelled: the courier has given its number. */
  async function aParcel(id: string, headers: Readonly<Record<string, string>>): Promise<Parcel> {
    const body = aPushOrder([{ productId: kettle.productId, quantity: 1 }], { id });
    const response = await fetch(`${app.baseUrl}/uc/v1/order`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    expect(await response.json()).toMatchObject({ status: "success" });
    const found = async () =>
      (
        await app.raw<Parcel>(
          `select p.shipping_package_id as id, p.code, p.awb, p.sale_order_id as "saleOrderId" from godown.shipping_package p
             join godown.sale_order o using (tenant_id, sale_order_id) where o.channel_order_id = $1`,
          [id],
        )
      )[0];
    await waitFor("the package", async () => (await found()) !== undefined);
    const made = await found();
    const ctx = app.ctx(seller.tenantId);
    for (const step of [invoicePackages, labelPackages])
      for (const result of await step(ctx, { packageIds: [made?.id].filter((each) => each !== undefined) }))
        expect(result, JSON.stringify(result)).toMatchObject({ outcome: "DONE" });
    const labelled = await found();
    if (!labelled) throw new Error("a package stays");
    return labelled;
  }

  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const dialog = () => page.getByRole("dialog");
  const go = (path: string) => page.goto(`${app.baseUrl}${path}`);
  const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const parcel = (i: number): Parcel => {
    const found = parcels[i];
    if (!found) throw new Error(`there is a parcel ${i}`);
    return found;
  };
  const stateOf = async ({ id }: Parcel) =>
    (
      await app.raw<{ state: string }>("select state from godown.shipping_package where shipping_package_id = $1", [id])
    )[0]?.state;

  it("the courier's push key is issued under its settings, and shown once", async () => {
    await go("/settings/shipping-providers");
    await page.getByText("Hawk Couriers").first().click();
    await button("Issue push key").click();
    await dialog().getByRole("button", { name: "Issue key" }).click();
    await shows("The new push key");
    const securitykey = (await dialog().locator("code").first().textContent())?.trim() ?? "";
    expect(securitykey.length).toBeGreaterThan(20);
    await dialog()
      .getByRole("button", { name: /stored/i })
      .click();
    await button("Rotate push key").waitFor();
    expect(await page.content()).not.toContain(securitykey);
    const [key] = await app.raw<{ clientid: string }>(
      "select client_id as clientid from godown.push_credential where shipping_provider_id is not null",
    );
    hawk.setTarget({
      ...{ url: app.baseUrl, providerCode: "HAWK" },
      headers: { clientid: key?.clientid ?? "", merchantid: seller.tenantCode, securitykey },
    });
  });

  it("a pickup before the manifest is closed asks a person, whose buttons hand it over", async () => {
    await hawk.act(parcel(0).awb, "pickup");
    await go("/exceptions");
    await page.getByText("Left without a manifest").first().click();
    await shows(/Its manifest was never closed here/);
    await button(/^Add to manifest/).click();
    await waitFor("the manifest", async () => (await stateOf(parcel(0))) === "MANIFESTED");
    await button(/^Close its manifest/).click();
    await waitFor("what the courier said", async () => (await stateOf(parcel(0))) === "SHIPPED");
    await go("/exceptions");
    await page.getByText("Nothing").first().waitFor();
  });

  it("deliveries that fail stand in their list, with why and how often", async () => {
    const { awb, code } = parcel(0);
    await hawk.act(awb, "out-for-delivery", { place: "Koramangala hub" });
    for (const reason of ["Customer not available", "Customer not available", "Incomplete address"])
      await hawk.act(awb, "undelivered", { reason, place: "Koramangala hub" });
    await go("/ndr");
    const row = page.getByRole("row", { name: new RegExp(code) });
    await row.getByText("Delivery failed").waitFor();
    await row.click();
    await shows("Buyer");
    await button("Track now").first().click();
    await shows(/Asked: /);
    await waitFor("what it was asked", async () => {
      const [ndr] = await app.raw<{ attempts: number; reason: string }>(
        "select attempts, reason from godown.package_ndr",
      );
      return ndr?.attempts === 3 && ndr.reason === "Incomplete address";
    });
    await go("/ndr?flagged=true");
    await page.getByRole("row", { name: new RegExp(code) }).waitFor();
  });

  it("the order shows the way of its parcel, and what each word did", async () => {
    const { awb, saleOrderId } = parcel(0);
    await hawk.act(awb, "word", { status: "HELD_AT_GATE_9" });
    await go(`/orders/${saleOrderId}`);
    const tracking = page.locator("section", { has: page.getByRole("heading", { name: "Tracking" }) }).last();
    await tracking.getByText("A status that is not known here").waitFor();
    await tracking.getByRole("button", { name: /earlier words/ }).click();
    await tracking.getByText("Moved the package").first().waitFor();
    await tracking.getByText("Koramangala hub").first().waitFor();
    await tracking.getByText(/3 attempts: Incomplete address/).waitFor();
    expect(await tracking.getByRole("link", { name: "Hawk Couriers" }).getAttribute("href")).toBe(
      `https://hawk.example/track/${awb}`,
    );
    await hawk.act(awb, "rto");
    await page.getByText("Return expected").first().waitFor();
  });

  it("how couriers tell, and all that they pushed, stands under status sync", async () => {
    await hawk.act(parcel(1).awb, "out-for-pickup");
    await go("/status-sync?view=couriers");
    const block = page.getByRole("region", { name: "HAWK" });
    await block.getByText("HELD_AT_GATE_9").waitFor();
    await block.getByText(/It may push: 1 key in force/).waitFor();
    const rounds = () => app.raw<{ at: string }>("select finished_at::text as at from godown.courier_watch");
    const before = (await rounds())[0]?.at;
    await block.getByRole("button", { name: "Track all now" }).click();
    await shows(/is being asked about/);
    await waitFor("the round", async () => ((await rounds())[0]?.at ?? before) !== before);
    await go("/status-sync?view=pushes");
    await page.getByRole("row", { name: /OUT_FOR_PICKUP/ }).waitFor();
    await page.getByRole("row", { name: /RTO_INITIATED/ }).click();
    await shows("First pushed");
    expect(faults).toEqual([]);
  });
});
