import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { MemoryBuckets } from "../../kit/buckets.ts";
import { Engine, type ExchangeRecord, type OperationIo, type OperationName, type Outcome } from "../../kit/index.ts";
import type { RunningSimulator, SimOrder } from "../../kit/simulator/index.ts";
import { amazon } from "../index.ts";
import { AMAZON_SELLERS, amazonAccount, startAmazonSimulator } from "./index.ts";

const [SELLER] = AMAZON_SELLERS;
if (SELLER === undefined) throw new Error("there is a demo seller");
const FIELDS = { ...amazonAccount(SELLER) };
const NO_RATES = { gstBps: 0, cgstBps: 0, sgstBps: 0, utgstBps: 0, igstBps: 0, cessBps: 0 };

let now = Temporal.Instant.from("2026-11-20T04:30:00Z");
let sim: RunningSimulator;
let engine: Engine;
let buckets: MemoryBuckets;
let exchanges: ExchangeRecord[];
let failures: string[];

const later = (seconds: number) => {
  now = now.add({ seconds });
};
/** Pauses pass on the simulator's clock, too. */
const sleep = async (ms: number) => later(Math.ceil(ms / 1000));
/** A process that knows nothing yet. */
const begin = () => new Engine({ timer: { nowMs: () => now.epochMilliseconds, sleep }, random: () => 0.5 });
const run = <K extends OperationName>(name: K, input: OperationIo[K]["in"]): Promise<Outcome<OperationIo[K]["out"]>> =>
  engine.run(
    { channelId: "amazon-papers", connector: amazon, baseUrl: sim.url, credentialsVersion: "1", fields: FIELDS },
    name,
    input,
    { now, interactive: false, record: (exchange) => void exchanges.push(exchange), buckets },
  );
const asked = (operation: string) => exchanges.filter((exchange) => exchange.operation === operation).length;

beforeAll(async () => {
  sim = await startAmazonSimulator({ clock: () => now });
});
beforeEach(() => {
  later(86_400);
  exchanges = [];
  failures = [];
  engine = begin();
  buckets = new MemoryBuckets(() => now.epochMilliseconds);
});
afterAll(async () => {
  await engine.close();
  await sim.close();
});

/** A scheduled Easy Ship parcel. */
async function packed() {
  const { id } = await sim.placeOrder({ items: [{ sku: "MIXER-GRINDER-750W", quantity: 1 }], push: false });
  const orders = sim.state().orders as readonly SimOrder[]; // the shape that simulators promise
  const item = orders.find((order) => order.id === id)?.items[0];
  if (item === undefined) throw new Error("the order has a line");
  const { orderItemId: channelOrderItemId, sku, quantity } = item;
  const lines = [{ channelOrderItemId, productId: sku, variantId: sku, quantity, rates: NO_RATES }];
  const parcel = { channelOrderId: id, packageCode: "P1", lines };
  const box = { lengthMm: 300, widthMm: 200, heightMm: 100, weightGrams: 500 };
  expect(await run("pack", { ...parcel, ...box, packedOn: Temporal.PlainDate.from("2026-11-21") })).toMatchObject({
    ok: true,
  });
  return parcel;
}

const strike = (kind: string, count: number) =>
  fetch(`${sim.url}/_sim/faults`, {
    method: "POST",
    body: JSON.stringify({ kind, operation: "getReportDocument", count }),
  });

/** Looks every half minute until the invoice is there. @returns how often it was looked */
async function untilInvoiced(parcel: Awaited<ReturnType<typeof packed>>): Promise<number> {
  for (let looks = 1; looks <= 20; looks++) {
    const got = await run("fetchInvoice", parcel);
    if (!got.ok) failures.push(got.failure.kind);
    else if (got.value.state === "READY") return looks;
    later(30);
  }
  throw new Error("the invoice is there after 20 looks");
}

it("gives the label from the PDF that came with the invoice, once; then Amazon is asked again", async () => {
  const parcel = await packed();
  await untilInvoiced(parcel);
  expect(asked("getReportDocument")).toBe(1);
  const first = await run("fetchLabel", parcel);
  expect(first).toMatchObject({ ok: true, value: { state: "READY" } });
  expect(asked("getReportDocument")).toBe(1);
  expect(await run("fetchLabel", parcel)).toEqual(first);
  expect(asked("getReportDocument")).toBe(2);
});

it("does not take a PDF of long ago, nor that of another process", async () => {
  const old = await packed();
  await untilInvoiced(old);
  later(3_700);
  await run("fetchLabel", old);
  expect(asked("getReportDocument")).toBe(2);
  const parcel = await packed();
  await untilInvoiced(parcel);
  await engine.close();
  engine = begin();
  expect(await run("fetchLabel", parcel)).toMatchObject({ ok: true, value: { state: "NOT_YET" } });
});

it("asks for one restricted token, and for the invoice's number twice, however long the document is waited for", async () => {
  const parcel = await packed();
  await strike("5xx", 9);
  expect(await untilInvoiced(parcel)).toBeGreaterThan(3);
  expect(asked("getReportDocument")).toBe(10);
  expect(asked("createRestrictedDataToken")).toBe(1);
  // Before the papers are wished for and by the wish itself; once more when they are there.
  expect(asked("getScheduledPackage")).toBe(3);
});

it.each(["401", "403"])("asks for another restricted token where one is answered with %s", async (kind) => {
  const parcel = await packed();
  await strike(kind, 1);
  await untilInvoiced(parcel);
  expect(asked("getReportDocument")).toBe(2);
  expect(asked("createRestrictedDataToken")).toBe(2);
  const failed = exchanges.filter(({ operation, outcome }) => operation === "getReportDocument" && outcome !== "OK");
  expect(failed.map(({ status }) => String(status))).toEqual([kind]);
  expect(failures).toEqual([]); // nobody has to look
});
