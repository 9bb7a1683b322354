import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { examineTenant } from "../../src/app/doctor.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { anOnlineSeller, aProduct, type OnlineSeller, readCatalogue, SELLER_PASSWORD } from "../support/seller.ts";
import { Story } from "../support/story.ts";
import { waitFor } from "../support/wait.ts";

const TOLD_WITHIN_MS = 2_000; // promised: from an order at the marketplace to the new figure there
const STOCK = 60;
const WHOLE_LIFE = ["CREATED", "PACKED", "READY_TO_SHIP", "MANIFESTED", "DISPATCHED", "DELIVERED"];
const UNTIL_DISPATCH = WHOLE_LIFE.slice(0, -1);
const ONE = [{ sku: "SKU-1" }];
const HEALS_MAX_MS = 60_000;
const products = Array.from({ length: 4 }, (_, i) => aProduct(i + 1));

let sim: RunningSimulator;
let app: TestApp;
let seller: OnlineSeller;
let story: Story;

beforeAll(async () => {
  sim = await startJupiterMoneySimulator({ sellers: [], products });
  app = await testApp({ environment: { GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}` } });
  ({ seller, story } = await aStory());
});
afterEach(async () => {
  await story.faults(null);
  await story.quiet();
});
afterAll(async () => {
  await app.close();
  await sim.close();
});

/** A seller of his own whose marketplace pushes to us, and a person logged in. */
async function aStory(over: { live?: boolean } = {}): Promise<{ seller: OnlineSeller; story: Story }> {
  const made = await anOnlineSeller(app.services, sim, { products, stock: STOCK, ...over });
  const [channel] = made.channels;
  if (!channel) throw new Error("the seller has a channel");
  sim.setTarget({ url: app.baseUrl, headers: channel.pushHeaders }, channel.username);
  const client = await app.login(made.admin, SELLER_PASSWORD);
  const told = new Story(sim, client, channel);
  if (over.live === false) return { seller: made, story: told };
  await readCatalogue(client, channel, products.length);
  for (const { productId } of products)
    await waitFor(`${STOCK} of ${productId} at the marketplace`, () => told.figure(productId) === STOCK);
  return { seller: made, story: told };
}

describe("an order's life", () => {
  it("goes from push to delivered: one notification per state in order, one dispatch with its papers, the stock told in time", async () => {
    const before = story.figure("P1") ?? 0;
    const id = await story.place([{ sku: "SKU-1", quantity: 2 }]);
    await waitFor("the new figure at the marketplace", () => story.figure("P1") === before - 2, TOLD_WITHIN_MS);
    expect((await story.units(id, "FULFILLABLE")).state).toBe("PROCESSING");
    await story.handOver(id);
    expect((await story.order(id)).state).toBe("COMPLETE");

    const [parcel] = await story.packages(id);
    const { awb, invoiceNumber, issuedOn } = await story.shipment(parcel?.code ?? "");
    await waitFor("the dispatch at the marketplace", () => story.received("dispatches", id).length > 0);
    await waitFor("the notifications", () => story.told(id).length === UNTIL_DISPATCH.length);
    const delivered = await story.act(id, "deliver", { push: true });
    expect(delivered.body).toMatchObject({ status: "success" });
    await story.units(id, "DELIVERED");
    await waitFor("the last notification", () => story.told(id).includes("DELIVERED"));
    expect(story.told(id)).toEqual(WHOLE_LIFE);
    expect(story.received("dispatches", id)).toEqual([
      expect.objectContaining({
        ...{ courier: "Swift Couriers", trackingNumber: awb, invoiceNumber, invoiceDate: issuedOn, outcome: "SUCCESS" },
      }),
    ]);
    // Its own sale is no news: the figure was told once, when it was sold.
    expect(story.figure("P1")).toBe(before - 2);
  });

  it("ends by whichever word of Delivered comes first, push or status; the other is no change", async () => {
    const [first, second] = [await story.place(ONE), await story.place(ONE)];
    for (const id of [first, second]) await story.handOver(id);
    for (const id of [first, second])
      await waitFor("the marketplace to know of the parcel", () => story.at(id).shipments.length === 1);
    await story.act(first, "deliver", { push: false }); // known by asking alone
    await story.sync("STATUS_DELIVERED");
    await story.units(first, "DELIVERED");
    expect((await story.act(first, "deliver", { push: true })).body).toMatchObject({ status: "success" });
    await story.act(second, "deliver", { push: true });
    await story.units(second, "DELIVERED");
    await story.sync("STATUS_DELIVERED");
    for (const id of [first, second]) {
      await waitFor("the last notification", () => story.told(id).includes("DELIVERED"));
      expect(story.told(id)).toEqual(WHOLE_LIFE);
    }
  });

  it("is told to nobody while Notify Channel On Dispatch is off; the Summary counts it, and switching on offers to send it", async () => {
    const own = await aStory();
    const url = `/channels/${own.story.channel.channelId}`;
    await own.story.client.must("PATCH", `${url}/settings`, { notifyOnDispatch: false });
    const id = await own.story.place(ONE);
    await own.story.handOver(id);
    expect(await own.story.stand(id)).toEqual(expect.arrayContaining(["DISPATCH NOT_SENT", "DISPATCHED NOT_SENT"]));
    expect((await own.story.stand(id)).filter((line) => !line.endsWith("NOT_SENT"))).toEqual([]);
    const notSent = UNTIL_DISPATCH.length + 1;
    expect((await own.story.summary()).notify).toMatchObject({
      ...{ on: false, notSent, warning: expect.stringContaining(`${notSent} were not sent`) },
    });
    expect([own.story.told(id), own.story.received("dispatches", id)]).toEqual([[], []]);
    const saved = await own.story.client.must("PATCH", `${url}/settings`, { notifyOnDispatch: true });
    expect(saved).toMatchObject({ notifySwitchedOn: true });
    expect(await own.story.client.must("POST", `${url}/send-unsent`)).toEqual({ orders: 1 });
    await waitFor("what was not sent", () => story.told(id).length === UNTIL_DISPATCH.length);
    await waitFor("the dispatch", () => story.received("dispatches", id).length === 1);
    expect(story.told(id)).toEqual(UNTIL_DISPATCH);
  });
});

describe("a seller's cancellation", () => {
  const cancel = async (id: string) =>
    story.client.api("POST", `/orders/${(await story.order(id)).id}/cancel`, { reason: "damaged in the store" });

  it("arrives at the marketplace, frees the stock and is told as one", async () => {
    const before = story.figure("P2");
    const id = await story.place([{ sku: "SKU-2", quantity: 3 }]);
    await story.units(id, "FULFILLABLE");
    expect((await cancel(id)).json).toMatchObject({ waitsForChannel: true, units: 3 });
    await story.units(id, "CANCELLED");
    expect(story.received("cancellations", id)).toHaveLength(1);
    expect(story.at(id).orderStatus).toBe("CANCELLED");
    await waitFor("the stock to be told again", () => story.figure("P2") === before);
  });

  it("that is refused leaves the units as they were, with the marketplace's words for a person", async () => {
    const id = await story.place(ONE);
    await story.units(id, "FULFILLABLE");
    await story.faults({ kind: "failed", operation: "cancelOrderItems", message: "picked already", count: 1 });
    await cancel(id);
    const [doubt] = await waitFor("the exception", async () => {
      const open = await story.exceptions(id);
      return open.length > 0 && open;
    });
    expect(doubt).toMatchObject({ kind: "SELLER_CANCEL_REFUSED", message: expect.stringContaining("picked already") });
    await story.units(id, "FULFILLABLE");
    // Asked again, now it is taken.
    await story.client.must("POST", `/exceptions/${doubt?.id}/resolve`, { choice: "RETRY" });
    await story.units(id, "CANCELLED");
  });

  it("that is taken in part cancels what was taken and nothing else", async () => {
    const id = await story.place([{ sku: "SKU-2" }, { sku: "SKU-3" }]);
    await story.units(id, "FULFILLABLE");
    await story.faults({ kind: "partial_success", operation: "cancelOrderItems", message: "one is locked", count: 1 });
    await cancel(id);
    await waitFor("the exception", async () => (await story.exceptions(id)).length > 0);
    const states = Object.fromEntries((await story.order(id)).items.map((item) => [item.sku, item.states]));
    expect(states).toEqual({ "SKU-2": ["CANCELLED"], "SKU-3": ["FULFILLABLE"] });
    expect(story.at(id).items.map((item) => item.status)).toEqual(["CANCELLED", "CREATED"]);
  });

  it("locks the units while the answer is late", async () => {
    const id = await story.place(ONE);
    await story.units(id, "FULFILLABLE");
    await story.faults({ kind: "late", operation: "cancelOrderItems", delayMs: 1_500, count: 1 });
    await cancel(id);
    expect((await cancel(id)).code).toBe("UNITS_LOCKED");
    const [parcel] = await story.packages(id);
    const invoiced = await story.client.must<{ results: { outcome: string }[] }>("POST", "/shipments/invoice", {
      ids: [parcel?.id],
    });
    expect(invoiced.results.map((result) => result.outcome)).toEqual(["FAILED"]);
    await story.units(id, "CANCELLED");
    expect(story.received("cancellations", id)).toHaveLength(1);
  });
});

describe("a Cancelled that nobody here asked for", () => {
  it.each([
    ["GO_ON", "FULFILLABLE"],
    ["CANCEL_HERE", "CANCELLED"],
  ])("is refused with the rule's words and held until a person decides: %s", async (choice, state) => {
    const id = await story.place(ONE);
    await story.units(id, "FULFILLABLE");
    const told = await story.act(id, "cancel", { push: true });
    expect(told.body).toMatchObject({
      ...{
        status: "failure",
        message: expect.stringContaining("does not allow customer or channel-side cancellations"),
      },
    });
    const [doubt] = await story.exceptions(id);
    expect(doubt).toMatchObject({ kind: "CHANNEL_CANCEL_NOT_ALLOWED" });
    expect(doubt?.choices.map((c) => c.code)).toEqual(expect.arrayContaining(["GO_ON", "CANCEL_HERE"]));
    expect((await story.order(id)).heldUnits).toBe(1);
    await story.sync("STATUS_CANCELLED"); // heard once: the same word by the other way opens nothing new
    expect(await story.exceptions(id)).toHaveLength(1);
    await story.client.must("POST", `/exceptions/${doubt?.id}/resolve`, { choice });
    const order = await story.units(id, state);
    expect([order.heldUnits, order.openExceptions]).toEqual([0, 0]);
    if (choice === "GO_ON") await story.handOver(id);
  });
});

describe("a notification that the marketplace refuses", () => {
  it("pauses those after it until a person repeats it; the dispatch goes all the same", async () => {
    await story.faults({ kind: "failed", operation: "postStatusNotification", message: "order is frozen", count: 1 });
    const id = await story.place(ONE);
    await story.handOver(id);
    await waitFor("the dispatch", () => story.received("dispatches", id).length === 1);
    await waitFor("the others to be paused", async () => (await story.stand(id)).includes("DISPATCHED PAUSED"));
    const [refused] = await story.notices(id);
    expect(refused).toMatchObject({ state: "REFUSED", message: expect.stringContaining("order is frozen") });
    expect((await story.order(id)).noticesPausedAt).not.toBeNull();
    await story.client.must("POST", `/channel-notices/${refused?.noticeId}/repeat`);
    await waitFor("the rest", () => story.told(id).length === UNTIL_DISPATCH.length + 1);
    expect(story.told(id)).toEqual(["CREATED", ...UNTIL_DISPATCH]); // refused once, then all in order
    expect((await story.order(id)).noticesPausedAt).toBeNull();
  });
});

describe("a tenant that is not live", () => {
  it("keeps pushed orders in the intake, and Go live makes them", async () => {
    const own = await aStory({ live: false });
    const id = await own.story.place(ONE);
    const seen = await own.story.client.must<{ rows: { state: string; channelOrderId: string }[] }>(
      "GET",
      "/intake?tab=received",
    );
    expect(seen.rows).toMatchObject([{ state: "RECEIVED", channelOrderId: id }]);
    expect(await own.story.find(id)).toBeUndefined();
    expect((await own.story.summary()).blocked).toContain("Sync not allowed as Tenant is not Live yet");
    const run = await own.story.client.api("POST", `/channels/${own.story.channel.channelId}/syncs/CATALOG/run`);
    expect([run.status, run.text]).toEqual([
      409,
      expect.stringContaining("Sync not allowed as Tenant is not Live yet"),
    ]);
    await own.story.client.must("POST", "/tenant/go-live", {});
    // Live now, it waits for its listing, which the catalogue brings; then it is made by itself.
    await readCatalogue(own.story.client, own.story.channel, products.length);
    await own.story.units(id, "FULFILLABLE");
  });
});

describe("credentials that the marketplace refuses", () => {
  it("break the channel with an alarm; nothing is lost, and Connect resumes it", async () => {
    const own = await aStory();
    const { client, channel } = own.story;
    sim.addSeller({ username: channel.username, password: "changed by the marketplace" });
    const id = await own.story.place(ONE);
    await waitFor("the channel to break", async () => (await own.story.summary()).channel.state === "BROKEN");
    const alarms = async () =>
      (await client.must<{ rows: { kind: string }[] }>("GET", "/alarms")).rows.map((alarm) => alarm.kind);
    expect(await alarms()).toContain("CHANNEL_BROKEN");
    await own.story.handOver(id); // work goes on
    expect(own.story.received("dispatches", id)).toEqual([]);
    const fields = { username: channel.username, password: "changed by the marketplace" };
    await client.must("PUT", `/channels/${channel.channelId}/credentials`, { fields });
    expect(await client.must("POST", `/channels/${channel.channelId}/connect`)).toMatchObject({ connected: true });
    await waitFor("what waited", () => own.story.told(id).length === UNTIL_DISPATCH.length);
    await waitFor("the dispatch", () => own.story.received("dispatches", id).length === 1);
    await waitFor("the stock", () => own.story.figure("P1") === STOCK - 1);
    expect([own.story.told(id), await alarms()]).toEqual([UNTIL_DISPATCH, []]);
  });
});

describe("a marketplace that misbehaves", () => {
  /** Kinds after which the marketplace may hold a notification twice: it was processed and nobody can ask about it. */
  const REPEATED = ["half_answer", "timeout", "twice"];

  it.each([
    { kind: "late", delayMs: 400 },
    { kind: "twice" },
    { kind: "out_of_order", delayMs: 400 },
    { kind: "401" },
    { kind: "429" },
    { kind: "5xx" },
    { kind: "half_answer" },
    { kind: "drop" },
    { kind: "timeout", processed: true },
  ])(
    "$kind on every call heals by itself: states in order, one parcel, the right figure",
    async (fault) => {
      const own = await aStory();
      const strike = (...operations: string[]) =>
        own.story.faults(operations.map((operation) => ({ ...fault, operation, count: 1 })));
      await strike("postStatusNotification", "dispatchOrderItems", "updateInventory", "getOrders");
      const id = await own.story.place([{ sku: "SKU-1", quantity: 2 }]);
      await own.story.handOver(id);
      const settled = async () => (await own.story.stand(id)).every((line) => line.endsWith(" SENT"));
      await waitFor("everything to be sent", settled, HEALS_MAX_MS);
      await waitFor("the figure", () => own.story.figure("P1") === STOCK - 2, HEALS_MAX_MS);
      const told = own.story.told(id);
      const order = REPEATED.includes(fault.kind) ? told.filter((state, i) => state !== told[i - 1]) : told;
      expect(order).toEqual(UNTIL_DISPATCH);
      expect(own.story.at(id)).toMatchObject({
        ...{ orderStatus: "COMPLETE", shipments: [{ courier: "Swift Couriers" }] },
        items: [{ status: "DISPATCHED", dispatchedQuantity: 2 }],
      });
      if (fault.kind !== "twice") expect(own.story.received("dispatches", id)).toHaveLength(1);

      const other = await own.story.place(ONE);
      await own.story.units(other, "FULFILLABLE");
      await strike("cancelOrderItems");
      const { id: orderId } = await own.story.order(other);
      await own.story.client.must("POST", `/orders/${orderId}/cancel`, { reason: "out of order" });
      await waitFor(
        "the cancellation to be settled",
        async () => (await own.story.order(other)).state === "CANCELLED",
        HEALS_MAX_MS,
      );
      expect(own.story.at(other).items).toMatchObject([{ status: "CANCELLED", cancelledQuantity: 1 }]);
      await waitFor("the figure again", () => own.story.figure("P1") === STOCK - 2, HEALS_MAX_MS);
      await own.story.quiet();
    },
    3 * HEALS_MAX_MS,
  );
});

describe("after all of this", () => {
  it("ledger, levels, series, invoices, orders and units agree", async () => {
    expect(await examineTenant(app.services, { tenantId: seller.tenantId, code: seller.tenantCode })).toEqual([]);
  });
});
