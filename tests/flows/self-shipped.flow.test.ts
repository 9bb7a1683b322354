import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import {
  DEMO_PARTNER_ACCOUNT,
  type RunningPartnerSimulator,
  startPartnerSimulator,
} from "../../connectors/partner/simulator/index.ts";
import {
  DEMO_COURIER_ACCOUNT,
  type RunningCourierSimulator,
  startCourierSimulator,
} from "../../couriers/protocol/simulator/index.ts";
import { PARTNER_EVENTS } from "../../src/partners/index.ts";
import { type TestApp, testApp } from "../support/app.ts";
import type { HttpClient } from "../support/client.ts";
import { readPages } from "../support/read-pdf.ts";
import { aReturnYard, COOKER, type ReturnYard } from "../support/return-yard.ts";
import { anOnlineSeller, aProduct, type OnlineSeller, readCatalogue, SELLER_PASSWORD } from "../support/seller.ts";
import { Story } from "../support/story.ts";
import { waitFor } from "../support/wait.ts";

const { username, password } = DEMO_PARTNER_ACCOUNT;
const kettle = aProduct(1, { sku: "KETTLE-15", title: "Electric kettle 1.5 l", weightGrams: 1_200 });
const pen = aProduct(2, { sku: "PEN-10", title: "Ball pens, ten", weightGrams: 110 });

interface Rows<Row> {
  readonly rows: Row[];
}

interface Shipment {
  readonly state: string;
  readonly courier: string | null;
  readonly awb: string | null;
  readonly providerChoice: {
    readonly code: string;
    readonly why: string;
    readonly rule: { readonly name: string } | null;
    readonly rejected: readonly { readonly code: string; readonly reason: string }[];
  } | null;
}

interface Tracking {
  readonly ndr: { readonly state: string; readonly attempts: number; readonly reason: string | null } | null;
  readonly rows: readonly { readonly raw: string; readonly effect: string | null }[];
}

/** A partner who is told of everything, set up as a person does it. */
async function addPartner(client: HttpClient, partner: RunningPartnerSimulator): Promise<void> {
  const { partnerId } = await client.must<{ partnerId: string }>("POST", "/partners", {
    ...{ code: "ERP", name: "An ERP", baseUrl: partner.url, auth: "TOKEN_JSON", username, secret: password },
    events: PARTNER_EVENTS,
  });
  expect(await client.must("POST", `/partners/${partnerId}/test`)).toMatchObject({ good: true, tried: "TOKEN" });
}

/** Waits until the partner was told exactly this of a parcel, in this order; nothing of it was odd or told twice. */
async function told(partner: RunningPartnerSimulator, code: string, ...events: string[]): Promise<void> {
  await waitFor(`${events.at(-1)} of ${code} at the partner`, () => {
    const story = partner.lane(code);
    return story !== null && story.events.length >= events.length;
  });
  expect(partner.lane(code)).toMatchObject({ events, doubles: 0, failed: 0, outOfOrder: [] });
  expect(partner.received({ code }).flatMap((event) => event.remarks)).toEqual([]);
}

/** Over real HTTP: a marketplace that pushes, a courier and a partner beside the application, and a person at its screens. */
describe("an order that the seller ships himself", () => {
  let app: TestApp;
  let seller: OnlineSeller;
  let client: HttpClient;
  let story: Story;
  let hawk: RunningCourierSimulator;
  let partner: RunningPartnerSimulator;
  const undo: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const sim = await startJupiterMoneySimulator({ sellers: [], products: [kettle, pen] });
    undo.push(() => sim.close());
    hawk = await startCourierSimulator({ settings: { life: "by hand", pushes: "all" } });
    undo.push(() => hawk.close());
    partner = await startPartnerSimulator();
    undo.push(() => partner.close());
    app = await testApp({ environment: { GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}` } });
    undo.push(() => app.close());
    seller = await anOnlineSeller(app.services, sim, { products: [kettle, pen], stock: 20 });
    const [channel] = seller.channels;
    if (!channel) throw new Error("the seller has a channel");
    sim.setTarget({ url: app.baseUrl, headers: channel.pushHeaders }, channel.username);
    client = await app.login(seller.admin, SELLER_PASSWORD);
    await readCatalogue(client, channel, 2);
    story = new Story(sim, client, channel);
    await addPartner(client, partner);
    await setUpCourier();
  });
  afterAll(async () => {
    for (const each of undo.reverse()) await each();
  });

  /** The courier's account, its push key, and the rule that gives it what is heavy. */
  async function setUpCourier(): Promise<void> {
    const { providerId } = await client.must<{ providerId: string }>("POST", "/shipping-providers", {
      ...{ code: "HAWK", name: "Hawk Couriers", kind: "API", preference: 50 },
    });
    const { username: user, password: word } = DEMO_COURIER_ACCOUNT;
    await client.must("PUT", `/shipping-providers/${providerId}/courier`, {
      ...{ courier: "PROTOCOL", baseUrl: hawk.url, fields: { username: user, password: word }, settings: {} },
    });
    expect(await client.must("POST", `/shipping-providers/${providerId}/courier/connect`)).toMatchObject({
      connected: true,
    });
    const key = await client.must<{ clientid: string; merchantid: string; securitykey: string }>(
      "POST",
      `/shipping-providers/${providerId}/push-credential`,
      {},
    );
    const { clientid, merchantid, securitykey } = key;
    hawk.setTarget({ url: app.baseUrl, headers: { clientid, merchantid, securitykey }, providerCode: "HAWK" });
    await client.must("POST", "/shipping-rules", {
      ...{ name: "Heavy with Hawk", condition: "package.weight > 1000", providerId },
    });
  }

  /** Bought, packed and labelled; on no manifest yet. */
  async function labelled(sku: string): Promise<{ id: string; code: string; orderId: string }> {
    const id = await story.place([{ sku }]);
    const { id: orderId } = await story.units(id, "FULFILLABLE");
    await story.pack(id);
    const [parcel] = await story.packages(id);
    return { id, orderId, code: parcel?.code ?? "" };
  }
  const shipment = (code: string) => client.must<Shipment>("GET", `/shipments/${code}`);
  const tracking = (code: string) => client.must<Tracking>("GET", `/shipments/${code}/tracking`);
  const stands = (code: string, state: string) =>
    waitFor(`${code} to be ${state}`, async () => (await shipment(code)).state === state);
  const doubts = async (orderId: string) => {
    const { rows } = await client.must<Rows<{ kind: string; saleOrderId: string | null }>>(
      "GET",
      "/exceptions?tab=open",
    );
    return rows.filter((row) => row.saleOrderId === orderId).map((row) => row.kind);
  };
  const atHawk = (code: string) => {
    const parcel = hawk.parcel(code);
    if (!parcel) throw new Error(`the courier has ${code}`);
    return parcel;
  };

  it("goes by its rule with the courier's number and label, is picked up too soon, not delivered, and comes back to the desk", async () => {
    const { id, code, orderId } = await labelled(kettle.sku);
    const { id: awb } = atHawk(code);
    const ready = await shipment(code);
    expect(ready).toMatchObject({
      ...{ state: "READY_TO_SHIP", awb },
      providerChoice: {
        code: "HAWK",
        rule: { name: "Heavy with Hawk" },
        why: expect.stringContaining("Heavy with Hawk"),
      },
    });

    const label = await client.file(`/shipments/${code}/label.pdf`);
    expect([label.type, label.bytes.subarray(0, 5).toString("latin1")]).toEqual(["application/pdf", "%PDF-"]);
    const pages = await readPages(label.bytes);
    expect(pages).toHaveLength(1);
    expect(pages[0]?.text.replaceAll(" ", "")).toContain(awb);
    expect(pages[0]?.text).toContain("Hawk Couriers"); // the courier's own, not ours

    await hawk.act(code, "pickup");
    expect((await shipment(code)).state).toBe("READY_TO_SHIP");
    expect(await doubts(orderId)).toEqual(["LEFT_WITHOUT_MANIFEST"]);
    await told(partner, code, "createShipment", "invoiced", "assignAWB");
    await story.close(id);
    await stands(code, "SHIPPED");
    await told(partner, code, "createShipment", "invoiced", "assignAWB", "dispatchedShipment");

    await hawk.act(code, "out-for-delivery");
    await hawk.act(code, "undelivered", { reason: "Customer not available" });
    await client.must("POST", `/shipments/${code}/track-now`); // why is told to whoever asks, not in the push
    expect(await tracking(code)).toMatchObject({
      ndr: { state: "OPEN", attempts: 1, reason: "Customer not available" },
    });
    const ndrs = await client.must<Rows<{ code: string; awb: string }>>("GET", "/ndrs");
    expect(ndrs.rows).toMatchObject([{ code, awb }]);

    await hawk.act(code, "rto");
    await stands(code, "RETURN_EXPECTED");
    const [gone] = (await client.must<Rows<{ state: string }>>("GET", `/returns?search=${code}`)).rows;
    expect(gone).toMatchObject({ kind: "RTO", state: "RETURN_EXPECTED" });
    expect((await tracking(code)).ndr?.state).not.toBe("OPEN");
    await told(partner, code, ...["createShipment", "invoiced", "assignAWB", "dispatchedShipment", "createReturn"]);

    const desk = await client.must<{ putaway: { putawayId: string } }>("POST", "/returns/desk/receive", {
      ...{ facilityId: seller.facilityId, code: awb, grade: "good" },
    });
    expect((await shipment(code)).state).toBe("RETURN_ACKNOWLEDGED");
    await client.must("POST", `/putaways/${desk.putaway.putawayId}/complete`, { confirmAll: true });
    await stands(code, "RETURNED");
    await told(
      partner,
      code,
      ...["createShipment", "invoiced", "assignAWB", "dispatchedShipment", "createReturn", "completeReturn"],
    );
    const back = partner.received({ code }).filter(({ event }) => event.endsWith("Return"));
    expect(back.map(({ body }) => body.type)).toEqual(["RTO - Return To Origin", "RTO - Return To Origin"]);
  });

  it("gives its number back when it is cancelled after its label", async () => {
    const { id, orderId, code } = await labelled(kettle.sku);
    const { id: awb } = atHawk(code);
    await client.must("POST", `/orders/${orderId}/cancel`, { reason: "Ordered by mistake" });
    await story.units(id, "CANCELLED");
    await waitFor("the courier to know", () => hawk.parcel(awb)?.cancelledAt !== null);
    expect(atHawk(awb).scans.at(-1)?.status).toBe("CANCELLED");
    expect((await shipment(code)).state).toBe("CANCELLED");
    await told(partner, code, "createShipment", "invoiced", "assignAWB", "cancelSOItem");
  });

  it("is left as it is by a word that nobody knows, which a person sees", async () => {
    const { id, code, orderId } = await labelled(kettle.sku);
    await story.close(id);
    await hawk.act(code, "pickup");
    await stands(code, "SHIPPED");
    const before = await shipment(code);
    await hawk.act(code, "word", { status: "HELD_AT_GATE_9" });
    expect(await doubts(orderId)).toEqual(["UNKNOWN_STATUS"]);
    expect(await shipment(code)).toMatchObject({ state: before.state, awb: before.awb });
    expect((await tracking(code)).rows[0]).toMatchObject({ raw: "HELD_AT_GATE_9", effect: "UNKNOWN" });
    await hawk.act(code, "deliver");
    await stands(code, "DELIVERED");
    await told(partner, code, "createShipment", "invoiced", "assignAWB", "dispatchedShipment", "delivered");
  });

  it("goes with a number of the pool where no rule gives it to the courier", async () => {
    const { code } = await labelled(pen.sku);
    expect(hawk.parcel(code)).toBeNull();
    const { providerChoice, courier } = await shipment(code);
    expect([courier, providerChoice]).toMatchObject([
      "Swift Couriers",
      { code: "SWIFT", rule: null, rejected: [{ reason: expect.stringContaining("Heavy with Hawk") }] },
    ]);
  });
});

describe("a parcel that left from a marketplace's panel", () => {
  let yard: ReturnYard;
  let partner: RunningPartnerSimulator;
  beforeAll(async () => {
    yard = await aReturnYard();
    partner = await startPartnerSimulator();
    await addPartner(yard.client, partner);
  });
  afterAll(async () => {
    await yard.close();
    await partner.close();
  });

  it("is told to the partner as made, invoiced under the channel's number and dispatched, in that order", async () => {
    const { oker, client } = yard;
    const id = await oker.place([{ sku: COOKER.sku }], { push: false, thirdPartyShipping: true });
    await oker.sync("ORDERS");
    const { id: orderId } = await oker.units(id, "FULFILLABLE");
    const done = await fetch(`${oker.sim.url}/_sim/orders/${id}/dispatch`, { method: "POST", body: "{}" });
    expect(done.status).toBe(200);
    await client.must("POST", `/orders/${orderId}/sync-status`, {});
    // Oker does not say so of every order: a person says that it left.
    const [doubt] = await waitFor("the question", async () => {
      const { rows } = await client.must<Rows<{ id: string; kind: string }>>("GET", "/exceptions?tab=open");
      return rows.length > 0 && rows;
    });
    expect(doubt?.kind).toBe("DISPATCHED_ON_CHANNEL");
    await client.must("POST", `/exceptions/${doubt?.id}/resolve`, { choice: "ADOPT" });
    await oker.units(id, "DISPATCHED");
    const [parcel] = await oker.packages(id);
    const code = parcel?.code ?? "";
    await told(partner, code, "createShipment", "invoiced", "dispatchedShipment");
    const { invoiceNumber } = await oker.shipment(code);
    const bodies = new Map(partner.received({ code }).map(({ event, body }) => [event, body]));
    expect(bodies.get("invoiced")).toMatchObject({ invoiceDisplayCode: invoiceNumber });
    expect(bodies.get("dispatchedShipment")).toMatchObject({ invoiceNo: invoiceNumber });
  });
});
