import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MemoryBuckets } from "../../kit/buckets.ts";
import { Engine, type ExchangeRecord, type OperationIo, type OperationName } from "../../kit/index.ts";
import { cancelReasonMark, type RunningSimulator, type SimOrder } from "../../kit/simulator/index.ts";
import { amazon } from "../index.ts";
import { AMAZON_SELLERS, amazonAccount, startAmazonSimulator } from "./index.ts";

// What Amazon leaves to the seller: a label that it voided, and a buyer who asks to cancel.

const [SELLER] = AMAZON_SELLERS;
if (SELLER === undefined) throw new Error("there is a demo seller");
const FIELDS = { ...amazonAccount(SELLER) };
const NO_RATES = { gstBps: 0, cgstBps: 0, sgstBps: 0, utgstBps: 0, igstBps: 0, cessBps: 0 };

let now = Temporal.Instant.from("2026-11-20T04:30:00Z");
let sim: RunningSimulator;
let engine: Engine;
let buckets: MemoryBuckets;
let exchanges: ExchangeRecord[];

const later = (seconds: number) => {
  now = now.add({ seconds });
};
const run = async <K extends OperationName>(name: K, input: OperationIo[K]["in"]): Promise<OperationIo[K]["out"]> => {
  const got = await engine.run(
    { channelId: "amazon-decides", connector: amazon, baseUrl: sim.url, credentialsVersion: "1", fields: FIELDS },
    name,
    input,
    { now, interactive: false, record: (exchange) => void exchanges.push(exchange), buckets },
  );
  if (!got.ok) throw new Error(JSON.stringify(got.failure));
  return got.value;
};
const post = async (path: string, body: unknown = {}): Promise<void> => {
  const answered = await fetch(`${sim.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answered.ok) throw new Error(`${path}: ${await answered.text()}`);
};

beforeAll(async () => {
  sim = await startAmazonSimulator({ clock: () => now });
});
beforeEach(() => {
  later(86_400);
  exchanges = [];
  // Pauses pass on the simulator's clock, too.
  const sleep = async (ms: number) => later(Math.ceil(ms / 1000));
  engine = new Engine({ timer: { nowMs: () => now.epochMilliseconds, sleep }, random: () => 0.5 });
  buckets = new MemoryBuckets(() => now.epochMilliseconds);
});
afterAll(async () => {
  await engine.close();
  await sim.close();
});

const there = (id: string): SimOrder => {
  const orders = sim.state().orders as readonly SimOrder[]; // the shape that simulators promise
  const order = orders.find((one) => one.id === id);
  if (order === undefined) throw new Error(`the simulator holds ${id}`);
  return order;
};
const place = async (skus: readonly string[], over: Readonly<Record<string, unknown>> = {}) =>
  (await sim.placeOrder({ items: skus.map((sku) => ({ sku, quantity: 1 })), push: false, ...over })).id;
const parcel = (id: string) => ({
  channelOrderId: id,
  packageCode: "P1",
  lines: there(id).items.map(({ orderItemId: channelOrderItemId, sku, quantity }) => ({
    ...{ channelOrderItemId, productId: sku, variantId: sku, quantity, rates: NO_RATES },
  })),
});
const pack = (id: string) => {
  const box = { lengthMm: 300, widthMm: 200, heightMm: 100, weightGrams: 500 };
  return run("pack", { ...parcel(id), ...box, packedOn: Temporal.PlainDate.from("2026-11-21") });
};

describe("an Easy Ship parcel whose label was voided", () => {
  const line = async (id: string) => (await run("readStatuses", [id])).orders[0]?.lines[0];
  /** Looks until the label is there. */
  const label = async (id: string): Promise<Buffer> => {
    for (let looks = 0; looks < 5; looks++) {
      const got = await run("fetchLabel", parcel(id));
      if (got.state === "READY") return got.value;
      later(30);
    }
    throw new Error("the label is there after some looks");
  };

  it("is told to a person, has no courier, and is scheduled again with papers of its own", async () => {
    const id = await place(["MIXER-GRINDER-750W"]);
    expect(await pack(id)).toMatchObject({ status: "SUCCESS" });
    const before = await label(id);
    const [first] = there(id).parcels;
    await post(`/_sim/amazon/orders/${id}/void-label`);
    expect(await line(id)).toMatchObject({ status: "unknown", raw: `LABEL_CANCELLED ${first?.courier?.awb}` });
    expect(await run("fetchCourier", parcel(id))).toMatchObject({ state: "NOT_YET" });
    expect(await pack(id)).toMatchObject({ status: "SUCCESS" });
    expect(await line(id)).toMatchObject({ status: "OPEN", raw: "PENDING_PICK_UP" });
    later(30);
    expect((await label(id)).equals(before)).toBe(false);
    expect(there(id).parcels.map((each) => each.courier?.awb)).not.toEqual([first?.courier?.awb]);
    expect(there(id).parcels).toHaveLength(1);
  });

  it("is not packed where Amazon schedules it no more", async () => {
    const id = await place(["MIXER-GRINDER-750W"]);
    await pack(id);
    await post(`/_sim/amazon/orders/${id}/void-label`);
    await post("/_sim/faults", { kind: "failed", operation: "listHandoverSlots", message: "No slots are left" });
    expect(await pack(id)).toMatchObject({ status: "FAILED", message: "No slots are left" });
  });
});

describe("the seller's cancellation", () => {
  it("says of each line why: its buyer asked for it, or the seller cannot ship it", async () => {
    const id = await place(["MIXER-GRINDER-750W", "YOGA-MAT-6MM"], { thirdPartyShipping: false });
    const [asked, other] = there(id).items;
    if (asked === undefined || other === undefined) throw new Error("the order has two lines");
    await post(`/_sim/amazon/orders/${id}/cancel-request`, { orderItemId: asked.orderItemId });
    expect(await run("cancel", parcel(id))).toMatchObject({ status: "TAKEN" });
    later(30);
    await run("readStatuses", [id]); // what is due by now is done with the next call
    const marks = there(id).marks ?? {};
    expect([asked, other].map((one) => marks[cancelReasonMark(one)])).toEqual(["BuyerCanceled", "NoInventory"]);
  });
});
