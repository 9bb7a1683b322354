import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { amazon } from "../index.ts";
import { RETURNS_FEED } from "../operations/returns.ts";
import { PATCHES_MAX } from "../operations/stock.ts";
import { AmazonBench, FIELDS, NO_RATES, type Over, SELLER } from "./test-bench.ts";
import { rawCall, tokenOf } from "./test-calls.ts";

const SKU = "MIXER-GRINDER-750W";

let bench: AmazonBench;
beforeAll(async () => {
  bench = await AmazonBench.start();
});
beforeEach(() => bench.begin());
afterAll(() => bench.close());

const act = (id: string, action: string, body: unknown = {}) => bench.post(`/_sim/orders/${id}/${action}`, body);
const place = (over: Readonly<Record<string, unknown>> = {}) =>
  bench.place({ items: [{ sku: SKU, quantity: 3 }], ...over });
const pull = async (over: Over = {}) => {
  bench.later({ minutes: 5 });
  const wish = { status: "CREATED", from: bench.now.subtract({ hours: 24 }), to: bench.now, page: 1 } as const;
  return bench.must("pullOrders", wish, over);
};

const raw = async (path: string) => rawCall(bench.sim.url, path, await tokenOf(bench.sim.url, FIELDS));

describe("signing in", () => {
  it("asks for a token once an hour, a minute before it ends", async () => {
    const id = await place();
    const tokens = () => bench.asked("getToken");
    await Promise.all([bench.run("readStatuses", [id]), bench.run("readStatuses", [id])]);
    expect(tokens()).toBe(1);
    bench.later({ minutes: 58 });
    await bench.run("readStatuses", [id]);
    expect(tokens()).toBe(1);
    bench.later({ minutes: 1, seconds: 1 });
    await bench.run("readStatuses", [id]);
    expect(tokens()).toBe(2);
    expect(JSON.stringify(bench.exchanges)).not.toContain(FIELDS.refreshToken);
  });

  it("says that a consent which was taken back is a matter of credentials, and does not ask again", async () => {
    await bench.post(`/_sim/amazon/sellers/${SELLER.username}/revoke`, {});
    expect(await bench.run("readStatuses", ["x"])).toMatchObject({
      ok: false,
      failure: { kind: "auth", channelCode: "invalid_grant", reached: "yes" },
    });
    expect(bench.exchanges.map(({ operation }) => operation)).toEqual(["getToken"]);
  });
});

describe("Amazon's limits", () => {
  it("tells the rate of an operation, and refuses what goes beyond with 429", async () => {
    const token = await tokenOf(bench.sim.url, FIELDS);
    const answers = [];
    for (let i = 0; i < 31; i++)
      answers.push(await rawCall(bench.sim.url, "/orders/2026-01-01/orders/no-such-order", token));
    expect(answers[0]?.headers.get("x-amzn-ratelimit-limit")).toBe("0.5");
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
    expect(answers.at(-1)?.json.errors[0].code).toBe("QuotaExceeded");
    const limits = bench.sim.state().limits as readonly { operation: string; exceeded: number }[]; // the shape that simulators promise
    expect(limits.find(({ operation }) => operation === "getOrder")?.exceeded).toBe(1);
  });

  it("is never gone beyond by the connector, which says when it may come again", async () => {
    const id = await place();
    const outcomes = [];
    for (let i = 0; i < 40; i++) outcomes.push(await bench.run("readStatuses", [id]));
    const held = outcomes.filter((outcome) => !outcome.ok);
    expect(held.length).toBeGreaterThan(0);
    for (const one of held) expect(one).toMatchObject({ failure: { kind: "throttle", reached: "no" } });
    const limits = bench.sim.state().limits as readonly { exceeded: number }[]; // the shape that simulators promise
    expect(limits.every(({ exceeded }) => exceeded === 0)).toBe(true);
  });

  it("are counted of what is struck before anybody looks at it, and are kept then, too", async () => {
    const id = await place();
    for (const kind of ["5xx", "429", "drop"])
      await bench.post("/_sim/faults", { kind, operation: "getOrder", rate: 0.3 });
    for (let i = 0; i < 60; i++) await bench.run("readStatuses", [id]);
    const limits = bench.sim.state().limits as readonly { operation: string; calls: number; exceeded: number }[]; // the shape that simulators promise
    const sent = bench.exchanges.filter(({ operation }) => operation === "getOrder");
    expect(sent.some(({ outcome }) => outcome !== "OK")).toBe(true);
    expect(limits.find(({ operation }) => operation === "getOrder")).toMatchObject({ calls: sent.length, exceeded: 0 });
  });
});

describe("the search of orders", () => {
  const search = (query: Readonly<Record<string, string>>) =>
    raw(`/orders/2026-01-01/orders?${new URLSearchParams({ marketplaceIds: "A21TJRUUN4KGV", ...query })}`);
  const at = (minutes: number) => bench.now.subtract({ minutes }).toString();

  it("wants exactly one lower bound, and an upper one that is two minutes old", async () => {
    expect((await search({})).status).toBe(400);
    expect((await search({ createdAfter: at(60), lastUpdatedAfter: at(60) })).status).toBe(400);
    expect((await search({ lastUpdatedAfter: at(60), lastUpdatedBefore: at(1) })).status).toBe(400);
    const answered = await search({ lastUpdatedAfter: at(60) });
    expect(answered).toMatchObject({ status: 200, json: { orders: [], lastUpdatedBefore: at(2) } });
  });

  it("takes the token of a page with the very same bounds only, for a day", async () => {
    for (let i = 0; i < 3; i++) await place();
    bench.later({ minutes: 5 });
    const bounds = { lastUpdatedAfter: at(60), lastUpdatedBefore: at(2), maxResultsPerPage: "2" };
    const first = await search(bounds);
    const paginationToken: string = first.json.pagination.nextToken;
    expect((await search({ ...bounds, paginationToken })).json.orders).toHaveLength(1);
    expect((await search({ ...bounds, lastUpdatedAfter: at(61), paginationToken })).status).toBe(400);
    bench.later({ hours: 25 });
    expect((await search({ ...bounds, paginationToken })).status).toBe(400);
  });

  it("is read up to the moment that Amazon says, and lists nothing newer", async () => {
    await place();
    const wish = { status: "CREATED", from: bench.now.subtract({ minutes: 10 }), to: bench.now, page: 1 } as const;
    const page = await bench.must("pullOrders", wish);
    expect(page.orders).toEqual([]);
    expect(page.through?.toString()).toBe(bench.now.subtract({ minutes: 2 }).toString());
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

  it("takes new orders of the kinds that the channel's settings say, and hands the others on for what is here already", async () => {
    const easyShip = await place();
    const selfShip = await place({ thirdPartyShipping: false });
    const isNew = async (settings: Readonly<Record<string, boolean>>) => {
      const read = await bench.must("readOrders", [easyShip, selfShip], { settings });
      const pages = [(await pull({ settings })).orders, read.orders];
      const made = pages.map((page) => page.map((order) => [order.channelOrderId, order.onlyIfKnown !== true]));
      expect(Object.fromEntries(made[0] ?? [])).toEqual(Object.fromEntries(made[1] ?? []));
      return Object.fromEntries(made[0] ?? []);
    };
    expect(await isNew({})).toEqual({ [easyShip]: true, [selfShip]: true });
    expect(await isNew({ takesSelfShip: false })).toEqual({ [easyShip]: true, [selfShip]: false });
    expect(await isNew({ takesEasyShip: false })).toEqual({ [easyShip]: false, [selfShip]: true });
  });

  it("keeps no stock for an order under review of a kind that it does not take", async () => {
    await place({ underReview: true });
    expect(await pull({ settings: { takesEasyShip: false } })).toMatchObject({ orders: [], pending: [] });
  });
});

describe("what becomes of an order", () => {
  const words = async (id: string) =>
    (await bench.must("readStatuses", [id])).orders[0]?.lines.map(({ status, quantity }) => [
      status,
      quantity ?? "all",
    ]);

  it("is told unit by unit: some cancelled, some gone, the rest open", async () => {
    const id = await place();
    const orderItemId = bench.there(id).items[0]?.orderItemId;
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
    const read = await bench.must("readStatuses", [id]);
    expect(read.orders[0]).toMatchObject({
      lines: [{ status: "DISPATCHED", raw: "OUT_FOR_DELIVERY" }],
      parcels: [{ awb: "ATS-1", statuses: [{ raw: "OUT_FOR_DELIVERY" }] }],
    });
    await act(id, "rto");
    expect(await words(id)).toEqual([["RTO", "all"]]);
    await act(id, "courier-status", { status: "RETURNED_TO_SELLER" });
    expect(await words(id)).toEqual([["RETURNED", "all"]]);
  });

  it("is the seller's to decide where the buyer asked to cancel, and gone where the parcel is lost", async () => {
    const id = await place();
    await bench.post(`/_sim/amazon/orders/${id}/cancel-request`, {
      orderItemId: bench.there(id).items[0]?.orderItemId,
    });
    const [order] = (await pull()).orders;
    expect(order?.reported?.lines).toMatchObject([{ status: "OPEN", raw: "UNSHIPPED", cancelWished: true }]);
    const lost = await place();
    await act(lost, "dispatch");
    await act(lost, "courier-status", { status: "LOST" });
    const [said] = (await bench.must("readStatuses", [lost])).orders;
    expect(said).toMatchObject({ lines: [{ status: "DISPATCHED" }], parcels: [{ statuses: [{ raw: "LOST" }] }] });
  });
});

describe("Easy Ship", () => {
  it("takes new slots once where the one that was chosen is gone", async () => {
    const id = await place();
    await bench.post(`/_sim/amazon/orders/${id}/slot-gone`, {});
    expect(await bench.pack(id)).toMatchObject({ status: "SUCCESS" });
    expect(bench.asked("listHandoverSlots")).toBe(2);
    expect(bench.there(id).parcels).toHaveLength(1);
  });

  it("calls a parcel that is scheduled already packed, and no slot that begins too late", async () => {
    const id = await place({ slaHours: 30 });
    await bench.pack(id);
    const slot: { endTime: string } = JSON.parse(bench.there(id).marks?.slot ?? "{}");
    expect(Temporal.Instant.compare(slot.endTime, bench.there(id).slaBy)).toBeLessThanOrEqual(0);
    expect(await bench.pack(id)).toMatchObject({ status: "SUCCESS" });
    expect(bench.there(id).parcels).toHaveLength(1);
  });

  it("gives the papers after a feed and a report took their time, asking for one feed alone", async () => {
    const id = await place();
    await bench.pack(id);
    const looks: string[] = [];
    for (let i = 0; i < 6; i++) {
      const got = await bench.must("fetchLabel", bench.parcel(id));
      looks.push(got.state);
      if (got.state === "READY") expect(got.value.subarray(0, 5).toString()).toBe("%PDF-");
      bench.later({ seconds: 25 });
    }
    expect(looks).toEqual(["NOT_YET", "NOT_YET", "READY", "READY", "READY", "READY"]);
    expect(bench.asked("createFeed")).toBe(1);
  });

  it("says how long a request for papers has to wait where too many went before", async () => {
    const ids: string[] = [];
    for (let i = 0; i < 18; i++) {
      const id = await place();
      await bench.pack(id);
      ids.push(id);
      bench.later({ seconds: 5 });
    }
    const said: string[] = [];
    for (const id of ids) {
      const got = await bench.must("fetchLabel", bench.parcel(id));
      if (got.state === "NOT_YET") said.push(got.message ?? "");
      bench.later({ seconds: 3 });
    }
    expect(said.at(-1)).toMatch(/one request for papers in two minutes: this one may go in \d+ seconds/);
    const limits = bench.sim.state().limits as readonly { exceeded: number }[]; // the shape that simulators promise
    expect(limits.every(({ exceeded }) => exceeded === 0)).toBe(true);
  });

  it("opens papers for a restricted token alone", async () => {
    const id = await place();
    await bench.pack(id);
    for (let i = 0; i < 3; i++) {
      await bench.run("fetchLabel", bench.parcel(id));
      bench.later({ seconds: 25 });
    }
    const asked = bench.exchanges.findLast(({ operation }) => operation === "getReportDocument")?.url ?? "";
    expect(await raw(new URL(asked).pathname)).toMatchObject({
      status: 403,
      json: { errors: [{ code: "Unauthorized" }] },
    });
  });
});

describe("a role that the application does not have", () => {
  const deny = (operation: string) => bench.post("/_sim/faults", { kind: "403", operation });

  it.each(["listHandoverSlots", "createScheduledPackage"])(
    "stops what needs %s, not the channel",
    async (operation) => {
      const id = await place();
      await deny(operation);
      const words = expect.stringContaining("Access to requested resource is denied");
      expect(await bench.pack(id)).toMatchObject({ results: [{ accepted: false, message: words }] });
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
    const answer = await bench.must("cancel", bench.parcel(id));
    expect(answer).toMatchObject({ status: "TAKEN", results: [{ accepted: true }] });
    const status = async () => (await bench.must("readStatuses", [id])).orders[0]?.lines[0]?.status;
    expect(await status()).toBe("OPEN");
    bench.later({ seconds: 25 });
    expect(await status()).toBe("CANCELLED");
  });

  it("judges many figures SKU by SKU, and applies a few after some seconds", async () => {
    const stock = () => (bench.sim.state().stock as Readonly<Record<string, { quantity: number }>>)["710410"]?.quantity; // the shape that simulators promise
    const line = (sku: string) => ({
      ...{ channelProductId: sku, productId: sku, variantId: sku, quantity: 4, hsn: null, channelWarehouse: null },
    });
    expect(await bench.must("pushInventory", [line(SKU), line("UNKNOWN")])).toMatchObject({
      status: "PARTIAL_SUCCESS",
      results: [{ accepted: true }, { accepted: false, message: expect.stringContaining("not in the catalogue") }],
    });
    expect(stock()).toBeUndefined();
    bench.later({ seconds: 5 });
    const many = [line(SKU), ...Array.from({ length: PATCHES_MAX }, (_, i) => line(`UNKNOWN-${i}`))];
    const taken = await bench.must("pushInventory", many);
    expect(taken.status).toBe("TAKEN");
    expect(stock()).toBe(4);
    expect(await bench.must("readStockResult", taken.ticket ?? "")).toMatchObject({ state: "NOT_YET" });
    bench.later({ seconds: 25 });
    const judged = await bench.must("readStockResult", taken.ticket ?? "");
    expect(judged).toMatchObject({ state: "READY", value: { status: "PARTIAL_SUCCESS" } });
    if (judged.state === "READY") expect(judged.value.results).toHaveLength(PATCHES_MAX);
  });

  it("reads customers' returns in the run after the report was asked for, by another process too", async () => {
    const id = await place();
    await act(id, "dispatch");
    await act(id, "deliver");
    await act(id, "return", { reason: "Too loud" });
    const from = bench.now.subtract({ hours: 1 });
    const ask = () => bench.must("pullStatuses", { feed: RETURNS_FEED, from, to: bench.now, page: 1 });
    const first = await ask();
    expect(first).toMatchObject({ orders: [], last: true });
    expect(first.through?.toString()).toBe(from.toString());
    const until = bench.now;
    bench.later({ minutes: 30 });
    await bench.newProcess();
    const second = await ask();
    expect(second.orders).toMatchObject([
      { channelOrderId: id, lines: [{ status: "CIR", returnReason: "Too loud", channelReturnId: `RT-${id}-01` }] },
    ]);
    expect(second.through?.toString()).toBe(until.toString());
    expect(bench.asked("createReport")).toBe(1);
    await bench.post(`/_sim/amazon/orders/${id}/return-arrived`, { returnId: `RT-${id}-01` });
    bench.later({ minutes: 30 });
    const next = { feed: RETURNS_FEED, from: until, page: 1 } as const;
    await bench.must("pullStatuses", { ...next, to: bench.now });
    bench.later({ minutes: 1 });
    const third = await bench.must("pullStatuses", { ...next, to: bench.now });
    expect(third.orders[0]?.lines[0]?.status).toBe("RETURNED");
  });
});

describe("self-ship", () => {
  const dispatch = (id: string, quantity: number, over: Readonly<Record<string, unknown>> = {}) =>
    bench.must("dispatch", {
      ...{ channelOrderId: id, packageNo: 1 },
      lines: [{ channelOrderItemId: bench.there(id).items[0]?.orderItemId ?? "", quantity, rates: NO_RATES }],
      shipper: {
        ...{ providerName: "Own", courierName: "Blue Dart", awb: "BD-1", trackingUrl: "", zone: "Asia/Kolkata" },
        ...{ dispatchedAt: bench.now.add({ minutes: 1 }), deliveryExpectedAt: bench.now.add({ hours: 72 }) },
        ...{ invoiceNumber: "S-1", invoicedOn: Temporal.PlainDate.from("2026-11-20"), ...over },
      },
    });

  it("confirms a package, and changes it when it is told again under its number", async () => {
    const id = await place({ thirdPartyShipping: false });
    expect(await dispatch(id, 2)).toMatchObject({ status: "SUCCESS" });
    expect(await dispatch(id, 3, { awb: "BD-2" })).toMatchObject({ status: "SUCCESS" });
    expect(bench.there(id).shipments).toMatchObject([{ trackingNumber: "BD-2", courier: "Blue Dart" }]);
    expect(bench.there(id).items[0]).toMatchObject({ dispatchedQuantity: 3, status: "DISPATCHED" });
    const told = bench.exchanges.find(({ operation }) => operation === "confirmShipment")?.request;
    expect(told).toMatchObject({ packageDetail: { carrierCode: "BlueDart", packageReferenceId: "1" } });
  });

  it("confirms the rest where a part was cancelled there: its cancellations are not taken over, and all of it left", async () => {
    const id = await place({ thirdPartyShipping: false });
    const [item] = bench.there(id).items;
    await act(id, "cancel", { items: [{ orderItemId: item?.orderItemId, quantity: 1 }] });
    for (let told = 0; told < 2; told++)
      expect(await dispatch(id, 3)).toMatchObject({
        status: "PARTIAL_SUCCESS",
        results: [{ accepted: false, message: expect.stringContaining("1 of it cancelled on Amazon") }],
      });
    expect(bench.there(id).items[0]).toMatchObject({ dispatchedQuantity: 2, cancelledQuantity: 1 });
  });

  it("is refused in Amazon's words for more units than there are", async () => {
    const id = await place({ thirdPartyShipping: false });
    expect(await dispatch(id, 4)).toMatchObject({
      status: "FAILED",
      results: [{ accepted: false, message: expect.stringContaining("more than is unshipped") }],
    });
  });

  it("gives an order that replaces another one nothing to pay", async () => {
    const id = await place({ items: [{ sku: SKU, quantity: 1, sellingPrice: 0 }] });
    await bench.post(`/_sim/amazon/orders/${id}/replaces`, { orderId: "403-1111111-1111111" });
    const [order] = (await pull()).orders;
    expect(amazon.readOrder?.(order?.raw)).toMatchObject({
      ok: true,
      value: { additionalInfo: "Replaces 403-1111111-1111111: nothing is paid.", lines: [{ sellingPrice: 0 }] },
    });
  });
});
