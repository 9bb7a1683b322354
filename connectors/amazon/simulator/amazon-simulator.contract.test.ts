import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MemoryBuckets } from "../../kit/buckets.ts";
import { Engine, type ExchangeRecord, type OperationIo, type OperationName, type Outcome } from "../../kit/index.ts";
import type { RunningSimulator, SimOrder } from "../../kit/simulator/index.ts";
import { amazon } from "../index.ts";
import { RETURNS_FEED } from "../operations/returns.ts";
import { PATCHES_MAX } from "../operations/stock.ts";
import { AMAZON_SELLERS, amazonAccount, startAmazonSimulator } from "./index.ts";
import { rawCall, tokenOf } from "./test-calls.ts";

const [SELLER] = AMAZON_SELLERS;
if (SELLER === undefined) throw new Error("there is a demo seller");
const FIELDS = { ...amazonAccount(SELLER) };
const BEGIN = Temporal.Instant.from("2026-11-20T04:30:00Z");
const SKU = "MIXER-GRINDER-750W";

let now = BEGIN;
let sim: RunningSimulator;
let engine: Engine;
let exchanges: ExchangeRecord[];
let buckets: MemoryBuckets;
let run: <K extends OperationName>(
  name: K,
  input: OperationIo[K]["in"],
  over?: Over,
) => Promise<Outcome<OperationIo[K]["out"]>>;

interface Over {
  readonly fields?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, boolean>>;
}

const later = (duration: Temporal.DurationLike) => {
  now = now.add(duration);
};
/** Pauses pass on the simulator's clock, too. */
const sleep = async (ms: number) => later({ milliseconds: Math.ceil(ms) });

beforeAll(async () => {
  sim = await startAmazonSimulator({ clock: () => now });
});
beforeEach(async () => {
  later({ hours: 30 });
  await post("/_sim/reset", {});
  exchanges = [];
  engine = new Engine({ timer: { nowMs: () => now.epochMilliseconds, sleep }, random: () => 0.5 });
  buckets = new MemoryBuckets(() => now.epochMilliseconds);
  run = (name, input, over = {}) =>
    engine.run(
      {
        ...{ channelId: "amazon-test", connector: amazon, baseUrl: sim.url, credentialsVersion: "1" },
        fields: { ...FIELDS, ...over.fields },
        ...(over.settings === undefined ? {} : { settings: over.settings }),
      },
      name,
      input,
      { now, interactive: false, record: (exchange) => void exchanges.push(exchange), buckets },
    );
});
afterAll(async () => {
  await engine.close();
  await sim.close();
});

async function post(path: string, body: unknown): Promise<void> {
  const answered = await fetch(`${sim.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answered.ok) throw new Error(`${path}: ${await answered.text()}`);
}
const act = (id: string, action: string, body: unknown = {}) => post(`/_sim/orders/${id}/${action}`, body);
const place = async (over: Readonly<Record<string, unknown>> = {}) =>
  (await sim.placeOrder({ items: [{ sku: SKU, quantity: 3 }], push: false, ...over })).id;
const there = (id: string): SimOrder => {
  const orders = sim.state().orders as readonly SimOrder[]; // the shape that simulators promise
  const order = orders.find((one) => one.id === id);
  if (order === undefined) throw new Error(`the simulator holds ${id}`);
  return order;
};
const value = async <T>(outcome: Promise<Outcome<T>>): Promise<T> => {
  const got = await outcome;
  if (!got.ok) throw new Error(JSON.stringify(got.failure));
  return got.value;
};
const pull = async (over: Over = {}) => {
  later({ minutes: 5 });
  const wish = { status: "CREATED", from: now.subtract({ hours: 24 }), to: now, page: 1 } as const;
  return value(run("pullOrders", wish, over));
};
const parcel = (id: string) => ({
  channelOrderId: id,
  packageCode: "P1",
  lines: there(id).items.map(({ orderItemId, sku, quantity }) => ({
    ...{ channelOrderItemId: orderItemId, productId: sku, variantId: sku, quantity },
  })),
});
const pack = (id: string) =>
  run("pack", {
    ...parcel(id),
    ...{ packedOn: Temporal.PlainDate.from("2026-11-20"), lengthMm: 300, widthMm: 200, heightMm: 100, weightGrams: 5 },
    lines: parcel(id).lines.map((line) => ({ ...line, rates: NO_RATES })),
  });
const NO_RATES = { gstBps: 0, cgstBps: 0, sgstBps: 0, utgstBps: 0, igstBps: 0, cessBps: 0 };

const raw = async (path: string) => rawCall(sim.url, path, await tokenOf(sim.url, FIELDS));

describe("signing in", () => {
  it("asks for a token once an hour, a minute before it ends", async () => {
    const id = await place();
    const tokens = () => exchanges.filter(({ operation }) => operation === "getToken").length;
    await Promise.all([run("readStatuses", [id]), run("readStatuses", [id])]);
    expect(tokens()).toBe(1);
    later({ minutes: 58 });
    await run("readStatuses", [id]);
    expect(tokens()).toBe(1);
    later({ minutes: 1, seconds: 1 });
    await run("readStatuses", [id]);
    expect(tokens()).toBe(2);
    expect(JSON.stringify(exchanges)).not.toContain(FIELDS.refreshToken);
  });

  it("says that a consent which was taken back is a matter of credentials, and does not ask again", async () => {
    await post(`/_sim/amazon/sellers/${SELLER.username}/revoke`, {});
    expect(await run("readStatuses", ["x"])).toMatchObject({
      ok: false,
      failure: { kind: "auth", channelCode: "invalid_grant", reached: "yes" },
    });
    expect(exchanges.map(({ operation }) => operation)).toEqual(["getToken"]);
  });
});

describe("Amazon's limits", () => {
  it("tells the rate of an operation, and refuses what goes beyond with 429", async () => {
    const token = await tokenOf(sim.url, FIELDS);
    const answers = [];
    for (let i = 0; i < 31; i++) answers.push(await rawCall(sim.url, "/orders/2026-01-01/orders/no-such-order", token));
    expect(answers[0]?.headers.get("x-amzn-ratelimit-limit")).toBe("0.5");
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
    expect(answers.at(-1)?.json.errors[0].code).toBe("QuotaExceeded");
    const limits = sim.state().limits as readonly { operation: string; exceeded: number }[]; // the shape that simulators promise
    expect(limits.find(({ operation }) => operation === "getOrder")?.exceeded).toBe(1);
  });

  it("is never gone beyond by the connector, which says when it may come again", async () => {
    const id = await place();
    const outcomes = [];
    for (let i = 0; i < 40; i++) outcomes.push(await run("readStatuses", [id]));
    const held = outcomes.filter((outcome) => !outcome.ok);
    expect(held.length).toBeGreaterThan(0);
    for (const one of held) expect(one).toMatchObject({ failure: { kind: "throttle", reached: "no" } });
    const limits = sim.state().limits as readonly { exceeded: number }[]; // the shape that simulators promise
    expect(limits.every(({ exceeded }) => exceeded === 0)).toBe(true);
  });
});

describe("the search of orders", () => {
  const search = (query: Readonly<Record<string, string>>) =>
    raw(`/orders/2026-01-01/orders?${new URLSearchParams({ marketplaceIds: "A21TJRUUN4KGV", ...query })}`);
  const at = (minutes: number) => now.subtract({ minutes }).toString();

  it("wants exactly one lower bound, and an upper one that is two minutes old", async () => {
    expect((await search({})).status).toBe(400);
    expect((await search({ createdAfter: at(60), lastUpdatedAfter: at(60) })).status).toBe(400);
    expect((await search({ lastUpdatedAfter: at(60), lastUpdatedBefore: at(1) })).status).toBe(400);
    const answered = await search({ lastUpdatedAfter: at(60) });
    expect(answered).toMatchObject({ status: 200, json: { orders: [], lastUpdatedBefore: at(2) } });
  });

  it("takes the token of a page with the very same bounds only, for a day", async () => {
    for (let i = 0; i < 3; i++) await place();
    later({ minutes: 5 });
    const bounds = { lastUpdatedAfter: at(60), lastUpdatedBefore: at(2), maxResultsPerPage: "2" };
    const first = await search(bounds);
    const paginationToken: string = first.json.pagination.nextToken;
    expect((await search({ ...bounds, paginationToken })).json.orders).toHaveLength(1);
    expect((await search({ ...bounds, lastUpdatedAfter: at(61), paginationToken })).status).toBe(400);
    later({ hours: 25 });
    expect((await search({ ...bounds, paginationToken })).status).toBe(400);
  });

  it("is read up to the moment that Amazon says, and lists nothing newer", async () => {
    await place();
    const wish = { status: "CREATED", from: now.subtract({ minutes: 10 }), to: now, page: 1 } as const;
    const page = await value(run("pullOrders", wish));
    expect(page.orders).toEqual([]);
    expect(page.through?.toString()).toBe(now.subtract({ minutes: 2 }).toString());
    expect((await pull()).orders).toHaveLength(1);
  });

  it("gives an order that is under review without price and address, and stock is kept for it", async () => {
    const id = await place({ underReview: true });
    const page = await pull();
    expect(page.orders).toEqual([]);
    expect(page.pending).toMatchObject([{ channelOrderId: id, lines: [{ channelSku: SKU, quantity: 3 }] }]);
    await act(id, "release");
    expect((await pull()).orders.map((order) => order.channelOrderId)).toEqual([id]);
  });

  it("takes the kinds of orders that the channel's settings say", async () => {
    const easyShip = await place();
    const selfShip = await place({ thirdPartyShipping: false });
    const ids = async (settings: Readonly<Record<string, boolean>>) =>
      (await pull({ settings })).orders.map((order) => order.channelOrderId);
    expect((await ids({})).sort()).toEqual([easyShip, selfShip].sort());
    expect(await ids({ takesSelfShip: false })).toEqual([easyShip]);
    expect(await ids({ takesEasyShip: false })).toEqual([selfShip]);
  });
});

describe("what becomes of an order", () => {
  const words = async (id: string) =>
    (await value(run("readStatuses", [id]))).orders[0]?.lines.map(({ status, quantity }) => [
      status,
      quantity ?? "all",
    ]);

  it("is told unit by unit: some cancelled, some gone, the rest open", async () => {
    const id = await place();
    const orderItemId = there(id).items[0]?.orderItemId;
    await act(id, "cancel", { items: [{ orderItemId, quantity: 1 }], late: true });
    await act(id, "dispatch", { items: [{ orderItemId, quantity: 1 }] });
    expect(await words(id)).toEqual([
      ["CANCELLED", 1],
      ["DISPATCHED", 1],
      ["OPEN", 1],
    ]);
  });

  it("goes with the parcel: collected, out for delivery, turned back, returned", async () => {
    const id = await place();
    await act(id, "dispatch", { trackingNumber: "ATS-1" });
    await act(id, "courier-status", { status: "OUT_FOR_DELIVERY" });
    const read = await value(run("readStatuses", [id]));
    expect(read.orders[0]).toMatchObject({
      lines: [{ status: "DISPATCHED", raw: "OUT_FOR_DELIVERY" }],
      parcels: [{ awb: "ATS-1", statuses: [{ raw: "OUT_FOR_DELIVERY" }] }],
    });
    await act(id, "rto");
    expect(await words(id)).toEqual([["RTO", "all"]]);
    await act(id, "courier-status", { status: "RETURNED_TO_SELLER" });
    expect(await words(id)).toEqual([["RETURNED", "all"]]);
  });

  it("is the seller's to decide where the buyer asked to cancel, and a doubt where the parcel is lost", async () => {
    const id = await place();
    await post(`/_sim/amazon/orders/${id}/cancel-request`, { orderItemId: there(id).items[0]?.orderItemId });
    const [order] = (await pull()).orders;
    expect(order?.reported?.lines).toMatchObject([{ status: "OPEN", raw: "UNSHIPPED", cancelWished: true }]);
    const lost = await place();
    await act(lost, "dispatch");
    await act(lost, "courier-status", { status: "LOST" });
    expect(await words(lost)).toEqual([["unknown", "all"]]);
  });
});

describe("Easy Ship", () => {
  it("takes new slots once where the one that was chosen is gone", async () => {
    const id = await place();
    await post(`/_sim/amazon/orders/${id}/slot-gone`, {});
    expect(await value(pack(id))).toMatchObject({ status: "SUCCESS" });
    expect(exchanges.filter(({ operation }) => operation === "listHandoverSlots")).toHaveLength(2);
    expect(there(id).parcels).toHaveLength(1);
  });

  it("calls a parcel that is scheduled already packed, and no slot that begins too late", async () => {
    const id = await place({ slaHours: 30 });
    await value(pack(id));
    const slot: { endTime: string } = JSON.parse(there(id).marks?.slot ?? "{}");
    expect(Temporal.Instant.compare(slot.endTime, there(id).slaBy)).toBeLessThanOrEqual(0);
    expect(await value(pack(id))).toMatchObject({ status: "SUCCESS" });
    expect(there(id).parcels).toHaveLength(1);
  });

  it("gives the papers after a feed and a report took their time, asking for one feed alone", async () => {
    const id = await place();
    await value(pack(id));
    const looks: string[] = [];
    for (let i = 0; i < 6; i++) {
      const got = await value(run("fetchLabel", parcel(id)));
      looks.push(got.state);
      if (got.state === "READY") expect(got.value.subarray(0, 5).toString()).toBe("%PDF-");
      later({ seconds: 25 });
    }
    expect(looks).toEqual(["NOT_YET", "NOT_YET", "READY", "READY", "READY", "READY"]);
    expect(exchanges.filter(({ operation }) => operation === "createFeed")).toHaveLength(1);
  });

  it("says how long a request for papers has to wait where too many went before", async () => {
    const ids: string[] = [];
    for (let i = 0; i < 18; i++) {
      const id = await place();
      await value(pack(id));
      ids.push(id);
      later({ seconds: 5 });
    }
    const said: string[] = [];
    for (const id of ids) {
      const got = await value(run("fetchLabel", parcel(id)));
      if (got.state === "NOT_YET") said.push(got.message ?? "");
      later({ seconds: 3 });
    }
    expect(said.at(-1)).toMatch(/one request for papers in two minutes: this one may go in \d+ seconds/);
    const limits = sim.state().limits as readonly { exceeded: number }[]; // the shape that simulators promise
    expect(limits.every(({ exceeded }) => exceeded === 0)).toBe(true);
  });

  it("opens papers for a restricted token alone", async () => {
    const id = await place();
    await value(pack(id));
    for (let i = 0; i < 3; i++) {
      await run("fetchLabel", parcel(id));
      later({ seconds: 25 });
    }
    const asked = exchanges.findLast(({ operation }) => operation === "getReportDocument")?.url ?? "";
    expect(await raw(new URL(asked).pathname)).toMatchObject({
      status: 403,
      json: { errors: [{ code: "Unauthorized" }] },
    });
  });
});

describe("a role that the application does not have", () => {
  const deny = (operation: string) => post("/_sim/faults", { kind: "403", operation });

  it.each(["listHandoverSlots", "createScheduledPackage"])(
    "stops what needs %s, not the channel",
    async (operation) => {
      const id = await place();
      await deny(operation);
      const words = expect.stringContaining("Access to requested resource is denied");
      expect(await value(pack(id))).toMatchObject({ results: [{ accepted: false, message: words }] });
    },
  );

  it("stops the channel where orders are denied", async () => {
    await deny("searchOrders");
    await expect(pull()).rejects.toThrow('"kind":"auth"');
  });
});

describe("what is taken first and done later", () => {
  it("cancels whole lines by a feed, which the order's status proves", async () => {
    const id = await place({ thirdPartyShipping: false });
    const answer = await value(run("cancel", parcel(id)));
    expect(answer).toMatchObject({ status: "TAKEN", results: [{ accepted: true }] });
    const status = async () => (await value(run("readStatuses", [id]))).orders[0]?.lines[0]?.status;
    expect(await status()).toBe("OPEN");
    later({ seconds: 25 });
    expect(await status()).toBe("CANCELLED");
  });

  it("judges many figures SKU by SKU, and applies a few after some seconds", async () => {
    const stock = () => (sim.state().stock as Readonly<Record<string, { quantity: number }>>)["710410"]?.quantity; // the shape that simulators promise
    const line = (sku: string) => ({
      ...{ channelProductId: sku, productId: sku, variantId: sku, quantity: 4, hsn: null, channelWarehouse: null },
    });
    expect(await value(run("pushInventory", [line(SKU), line("UNKNOWN")]))).toMatchObject({
      status: "PARTIAL_SUCCESS",
      results: [{ accepted: true }, { accepted: false, message: expect.stringContaining("not in the catalogue") }],
    });
    expect(stock()).toBeUndefined();
    later({ seconds: 5 });
    const many = [line(SKU), ...Array.from({ length: PATCHES_MAX }, (_, i) => line(`UNKNOWN-${i}`))];
    const taken = await value(run("pushInventory", many));
    expect(taken.status).toBe("TAKEN");
    expect(stock()).toBe(4);
    expect(await value(run("readStockResult", taken.ticket ?? ""))).toMatchObject({ state: "NOT_YET" });
    later({ seconds: 25 });
    const judged = await value(run("readStockResult", taken.ticket ?? ""));
    expect(judged).toMatchObject({ state: "READY", value: { status: "PARTIAL_SUCCESS" } });
    if (judged.state === "READY") expect(judged.value.results).toHaveLength(PATCHES_MAX);
  });

  it("reads customers' returns in the run after the report was asked for, by another process too", async () => {
    const id = await place();
    await act(id, "dispatch");
    await act(id, "deliver");
    await act(id, "return", { reason: "Too loud" });
    const from = now.subtract({ hours: 1 });
    const ask = () => value(run("pullStatuses", { feed: RETURNS_FEED, from, to: now, page: 1 }));
    const first = await ask();
    expect(first).toMatchObject({ orders: [], last: true });
    expect(first.through?.toString()).toBe(from.toString());
    const until = now;
    later({ minutes: 30 });
    await engine.close();
    engine = new Engine({ timer: { nowMs: () => now.epochMilliseconds, sleep }, random: () => 0.5 });
    const second = await ask();
    expect(second.orders).toMatchObject([
      { channelOrderId: id, lines: [{ status: "CIR", returnReason: "Too loud", channelReturnId: `RT-${id}-01` }] },
    ]);
    expect(second.through?.toString()).toBe(until.toString());
    expect(exchanges.filter(({ operation }) => operation === "createReport")).toHaveLength(1);
    await post(`/_sim/amazon/orders/${id}/return-arrived`, { returnId: `RT-${id}-01` });
    later({ minutes: 30 });
    const next = { feed: RETURNS_FEED, from: until, page: 1 } as const;
    await value(run("pullStatuses", { ...next, to: now }));
    later({ minutes: 1 });
    const third = await value(run("pullStatuses", { ...next, to: now }));
    expect(third.orders[0]?.lines[0]?.status).toBe("RETURNED");
  });
});

describe("self-ship", () => {
  const dispatch = (id: string, quantity: number, over: Readonly<Record<string, unknown>> = {}) =>
    run("dispatch", {
      ...{ channelOrderId: id, packageNo: 1 },
      lines: [{ channelOrderItemId: there(id).items[0]?.orderItemId ?? "", quantity, rates: NO_RATES }],
      shipper: {
        ...{ providerName: "Own", courierName: "Blue Dart", awb: "BD-1", trackingUrl: "", zone: "Asia/Kolkata" },
        ...{ dispatchedAt: now.add({ minutes: 1 }), deliveryExpectedAt: now.add({ hours: 72 }) },
        ...{ invoiceNumber: "S-1", invoicedOn: Temporal.PlainDate.from("2026-11-20"), ...over },
      },
    });

  it("confirms a package, and changes it when it is told again under its number", async () => {
    const id = await place({ thirdPartyShipping: false });
    expect(await value(dispatch(id, 2))).toMatchObject({ status: "SUCCESS" });
    expect(await value(dispatch(id, 3, { awb: "BD-2" }))).toMatchObject({ status: "SUCCESS" });
    expect(there(id).shipments).toMatchObject([{ trackingNumber: "BD-2", courier: "Blue Dart" }]);
    expect(there(id).items[0]).toMatchObject({ dispatchedQuantity: 3, status: "DISPATCHED" });
    const told = exchanges.find(({ operation }) => operation === "confirmShipment")?.request;
    expect(told).toMatchObject({ packageDetail: { carrierCode: "BlueDart", packageReferenceId: "1" } });
  });

  it("is refused in Amazon's words for more units than there are", async () => {
    const id = await place({ thirdPartyShipping: false });
    expect(await value(dispatch(id, 4))).toMatchObject({
      status: "FAILED",
      results: [{ accepted: false, message: expect.stringContaining("more than is unshipped") }],
    });
  });

  it("gives an order that replaces another one nothing to pay", async () => {
    const id = await place({ items: [{ sku: SKU, quantity: 1, sellingPrice: 0 }] });
    await post(`/_sim/amazon/orders/${id}/replaces`, { orderId: "403-1111111-1111111" });
    const [order] = (await pull()).orders;
    expect(amazon.readOrder?.(order?.raw)).toMatchObject({
      ok: true,
      value: { additionalInfo: "Replaces 403-1111111-1111111: nothing is paid.", lines: [{ sellingPrice: 0 }] },
    });
  });
});
