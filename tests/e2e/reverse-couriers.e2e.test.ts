/** Couriers of customers' returns on screen: chosen by rules for many at once, followed to the gate, changed, and called off. */
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import { type RunningCourierSimulator, startCourierSimulator } from "../../couriers/protocol/simulator/index.ts";
import {
  addToManifests,
  closeManifest,
  invoicePackages,
  labelPackages,
  movePackages,
} from "../../src/fulfilment/index.ts";
import { must, type SaleOrderId, type ShippingPackageId } from "../../src/kernel/index.ts";
import { announceReturn } from "../../src/returns/index.ts";
import { connectCourier, type ShippingProviderId, saveCourierAccount, saveProvider } from "../../src/shipping/index.ts";
import { pollCourier } from "../../src/status-sync/courier-tracking/poll.ts";
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

interface Return {
  readonly id: string;
  readonly code: string;
}

describe("couriers of customers' returns, on screen", () => {
  let app: TestApp;
  let seller: OnlineSeller;
  let hawk: RunningCourierSimulator;
  let kite: RunningCourierSimulator;
  let hawkId: ShippingProviderId;
  let browser: Browser;
  let page: Page;
  let returns: Return[];
  const faults: string[] = [];
  const undo: (() => unknown)[] = [];

  beforeAll(async () => {
    buildWeb();
    const sim = await startJupiterMoneySimulator({ sellers: [], products: [kettle] });
    undo.push(() => sim.close());
    const couriers = {
      accounts: [{ ...ACCOUNT, account: { addressIds: "" } }],
      settings: { life: "by hand", pushes: "none" },
    } as const;
    hawk = await startCourierSimulator(couriers);
    undo.push(() => hawk.close());
    kite = await startCourierSimulator({ ...couriers, house: { code: "KITE", label: "Kite Road" } });
    undo.push(() => kite.close());
    app = await testApp({ environment: { GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}` } });
    undo.push(() => app.close());
    seller = await anOnlineSeller(app.services, sim, { products: [kettle], stock: 20 });
    hawkId = await aCourier("HAWK", "Hawk Couriers", hawk.url, 1);
    await aCourier("KITE", "Kite Road", kite.url, 2);
    const [channel] = seller.channels;
    if (!channel) throw new Error("the seller has a channel");
    await readCatalogue(await app.login(seller.admin, SELLER_PASSWORD), channel, 1);
    for (const id of ["BACK-1", "BACK-2", "BACK-3"]) await aReturn(id, channel);
    returns = await app.raw<Return>("select return_case_id as id, code from godown.return_case order by code");
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

  const ctx = () => app.ctx(seller.tenantId);
  async function aCourier(code: string, name: string, baseUrl: string, preference: number) {
    const { providerId } = must(
      await saveProvider(ctx(), null, {
        ...{ code, name, kind: "API", transitDays: 3, preference, cod: true, servesEverywhere: true },
        ...{ trackingUrlTemplate: "https://track.example/{awb}", awbLowMark: 0, enabled: true },
      }),
    );
    must(await saveCourierAccount(ctx(), providerId, { courier: "PROTOCOL", baseUrl, fields: ACCOUNT, settings: {} }));
    expect(must(await connectCourier(ctx(), providerId))).toMatchObject({ connected: true });
    return providerId;
  }

  /** An order that was delivered by the seller's courier, and that its customer sends back. */
  async function aReturn(id: string, channel: OnlineSeller["channels"][number]): Promise<void> {
    const response = await fetch(`${app.baseUrl}/uc/v1/order`, {
      method: "POST",
      headers: { "content-type": "application/json", ...channel.pushHeaders },
      body: JSON.stringify(aPushOrder([{ productId: kettle.productId, quantity: 1 }], { id })),
    });
    expect(await response.json()).toMatchObject({ status: "success" });
    const parcel = await waitFor("the package", async () => {
      const [row] = await app.raw<{ id: ShippingPackageId; orderId: SaleOrderId }>(
        'select p.shipping_package_id as id, p.sale_order_id as "orderId" from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id) where o.channel_order_id = $1',
        [id],
      );
      return row;
    });
    const packageIds = [parcel.id];
    for (const step of [invoicePackages, labelPackages])
      for (const result of await step(ctx(), { packageIds })) expect(result).toMatchObject({ outcome: "DONE" });
    const { manifests } = must(await addToManifests(ctx(), { packageIds }));
    for (const { manifestId } of manifests) must(await closeManifest(ctx(), manifestId));
    must(
      await app.services.db.transaction(seller.tenantId, async (tx) => {
        must(await movePackages(tx, ctx(), packageIds, "deliver"));
        return announceReturn(tx, ctx(), {
          ...{ channelId: channel.channelId, channelOrderId: id, kind: "CIR", products: null, lines: null },
          ...{ reason: "too small", awb: null, courierCode: null, channelReturnId: null, warehouse: null },
          ...{ at: app.services.clock.now(), via: "PUSH" },
        });
      }),
    );
  }

  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const dialog = () => page.getByRole("dialog");
  const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const nth = (i: number): Return => {
    const found = returns[i];
    if (!found) throw new Error(`there is a return ${i}`);
    return found;
  };
  const open = (of: Return) => page.goto(`${app.baseUrl}/returns/${of.id}`);
  const caseOf = async ({ id }: Return) => {
    const [row] = await app.raw<{ state: string; courier: string | null; awb: string | null }>(
      "select state, courier_code as courier, awb from godown.return_case where return_case_id = $1",
      [id],
    );
    return row;
  };
  const courierPart = () => page.locator("section", { has: page.getByRole("heading", { name: "Courier" }) }).last();

  it("are allocated to many at once, in the background", async () => {
    await page.goto(`${app.baseUrl}/reverse-pickups`);
    for (const { code } of [nth(0), nth(1)])
      await page.getByRole("row").filter({ hasText: code }).getByRole("checkbox").check();
    await button(/^Allocate courier/).click();
    await shows(/Couriers are asked for 2 returns/);
    for (const of of [nth(0), nth(1)])
      await waitFor("its courier", async () => (await caseOf(of))?.state === "COURIER_ALLOCATED");
    expect((await caseOf(nth(0)))?.courier).toBe("HAWK");
  });

  it("say why this one, and where the goods are by the courier's word", async () => {
    const awb = (await caseOf(nth(0)))?.awb ?? "";
    await hawk.act(awb, "pickup");
    await hawk.act(awb, "transit", { place: "Nelamangala hub" });
    must(await pollCourier(ctx(), hawkId, { all: true }));
    await open(nth(0));
    await courierPart().getByText("On its way here").waitFor();
    await courierPart().getByText("Nelamangala hub").first().waitFor();
    await courierPart()
      .getByText(/preference 1, serves/i)
      .waitFor();
    await courierPart().getByText("It is picked up: it cannot be cancelled any more.").waitFor();
    await page.getByRole("heading", { level: 1 }).getByText("Picked up").waitFor();
    expect(await courierPart().getByRole("link", { name: "HAWK" }).getAttribute("href")).toBe(
      `https://track.example/${awb}`,
    );
  });

  it("are changed for another, and the number of the first goes back", async () => {
    const former = (await caseOf(nth(1)))?.awb ?? "";
    await open(nth(1));
    await button("Choose another courier").click();
    await dialog().getByRole("combobox", { name: "Courier" }).click();
    await page.getByRole("option", { name: /^KITE/ }).click();
    await button("Ask this courier").click();
    await shows(/KITE collects/);
    expect(await caseOf(nth(1))).toMatchObject({ courier: "KITE", awb: kite.parcels().at(-1)?.id });
    await waitFor("the courier's yes", async () => hawk.parcel(former)?.cancelledAt !== null);
    await courierPart().getByText("was given back").waitFor();
    await courierPart()
      .getByText(/chosen by/i)
      .waitFor();
  });

  it("that do not answer are asked again, and what was lost is told by a person", async () => {
    await open(nth(2));
    for (const simulator of [hawk, kite]) simulator.fault({ kind: "5xx" });
    await button("Allocate courier").click();
    await courierPart()
      .getByText(/was asked to collect .* its answer was lost/)
      .first()
      .waitFor();
    for (const simulator of [hawk, kite]) simulator.fault(null);
    await waitFor("its courier", async () => {
      await app.raw("update godown.return_courier set next_attempt_at = now() where state = 'WAITING'");
      const again = button("Ask again");
      if (await again.isVisible()) await again.click();
      return (await caseOf(nth(2)))?.state === "COURIER_ALLOCATED";
    });
    await courierPart()
      .getByText(/serves \d{6}/)
      .waitFor();
  });

  it("give their number back when the return is cancelled", async () => {
    const awb = (await caseOf(nth(2)))?.awb ?? "";
    await open(nth(2));
    await button("Cancel").click();
    await button("Cancel reverse pickup").click();
    await shows("is cancelled as a whole");
    await waitFor("the courier's yes", async () => hawk.parcel(awb)?.cancelledAt !== null);
    await courierPart().getByText("was given back").waitFor();
    expect(faults).toEqual([]);
  });
});
