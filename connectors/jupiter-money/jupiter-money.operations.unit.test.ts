import { describe, expect, it } from "vitest";
import { callByHand } from "../kit/call-by-hand.ts";
import { type Call, type ConnectorFailure, type Outcome, type OutRequest, succeed } from "../kit/index.ts";
import { protocolConnector } from "../protocol/index.ts";
import { jupiterMoney } from "./index.ts";

const NOW = Temporal.Instant.from("2026-11-20T04:30:00Z");
const { operations } = jupiterMoney;

const aCall = (answers: Parameters<typeof callByHand>[1]) => callByHand(NOW, answers);

const RATES = { gstBps: 1800, cgstBps: 0, sgstBps: 0, utgstBps: 0, igstBps: 1800, cessBps: 0 };
const STOCK = [
  { channelProductId: "1-a", productId: "1", variantId: "a", quantity: 4, hsn: null, channelWarehouse: null },
];
const STATE = {
  channelOrderId: "O/1",
  channelOrderItemIds: ["L1"],
  state: "PACKED",
  courierStatus: null,
  changedAt: NOW,
  zone: "Asia/Kolkata",
} as const;
const DISPATCH = {
  packageNo: 1,
  channelOrderId: "O",
  lines: [{ channelOrderItemId: "L1", quantity: 1, rates: RATES }],
  shipper: null,
};
const CANCEL = {
  channelOrderId: "O",
  lines: [{ channelOrderItemId: "L1", productId: "1", variantId: "a", quantity: 1 }],
};
const PRODUCT = {
  id: "1",
  parentTitle: "P",
  brand: "B",
  variants: [{ variantId: "a", title: "T", sku: "S", size: null, live: true }],
};
const ADDRESS = {
  name: "R",
  addressLine1: "7",
  city: "C",
  state: "Tamil Nadu",
  country: "India",
  pincode: "600002",
  phone: "9",
};
const ORDER = {
  id: "O",
  orderDate: "x",
  orderStatus: "COMPLETE",
  sla: "x",
  paymentType: "PREPAID",
  thirdPartyShipping: false,
  shippingAddress: ADDRESS,
  billingAddress: ADDRESS,
  orderItems: [{ orderItemId: "L1", status: "DELIVERED", productId: "1", variantId: "a", sku: "S", quantity: 1 }],
};

interface Case {
  name: string;
  wire: string;
  run: (call: Call) => Promise<Outcome<unknown>>;
  built: Partial<OutRequest>;
  reply: unknown;
  parsed: unknown;
  idempotent: boolean;
}

function op<K extends keyof typeof operations>(name: K): NonNullable<(typeof operations)[K]> {
  const found = operations[name];
  if (found === undefined) throw new Error(`Jupiter Money has ${name}`);
  return found;
}

const CASES: Case[] = [
  {
    name: "pullListings",
    wire: "getProducts",
    run: (call) => op("pullListings")(call, 2),
    built: {
      method: "GET",
      path: "/products",
      query: { pageNumber: "2", pageSize: "50", publishedStatus: "PUBLISHED" },
    },
    reply: { products: [PRODUCT, { id: "" }] },
    parsed: { rows: [{ channelProductId: "1-a" }], last: true, rejected: [expect.any(String)] },
    idempotent: true,
  },
  {
    name: "pushInventory",
    wire: "updateInventory",
    run: (call) => op("pushInventory")(call, STOCK),
    built: {
      method: "POST",
      path: "/updateInventory",
      body: { inventoryList: [{ productId: "1", variantId: "a", inventory: "4" }] },
    },
    reply: { status: "SUCCESS" },
    parsed: { status: "SUCCESS", results: [{ key: "1-a", accepted: true }] },
    idempotent: true,
  },
  {
    name: "readStatuses",
    wire: "getOrders",
    run: (call) => op("readStatuses")(call, ["O", "P"]),
    built: { method: "GET", path: "/orders", query: { orderIds: "O,P", pageSize: "5", pageNumber: "1" } },
    reply: { orders: [ORDER, { id: "P" }, { ...ORDER, id: "Q" }] },
    parsed: {
      orders: [{ channelOrderId: "O", lines: [{ status: "DELIVERED" }] }],
      rejected: [expect.stringContaining("P"), expect.stringContaining("Q")],
    },
    idempotent: true,
  },
  {
    name: "notifyState",
    wire: "postStatusNotification",
    run: (call) => op("notifyState")(call, STATE),
    built: { method: "POST", path: "/order/O%2F1" },
    reply: { status: "FAILED", error: "order closed" },
    parsed: { status: "FAILED", message: "order closed" },
    idempotent: true,
  },
  {
    name: "notifyReturn",
    wire: "postStatusNotification",
    run: (call) =>
      op("notifyReturn")(call, {
        channelOrderId: "O/1",
        channelOrderItemIds: ["L1"],
        state: "COURIER_ALLOCATED",
        courier: { code: "ECOMEXP_REVERSE", name: "Ecom Express", awb: "R880012345" },
        changedAt: Temporal.Instant.from("2025-12-01T05:32:10Z"),
        zone: "Asia/Kolkata",
      }),
    built: {
      method: "POST",
      path: "/order/O%2F1",
      body: {
        orderItems: [
          {
            orderItemId: "L1",
            status: "COURIER_ALLOCATED",
            IsReverse: true,
            reversePickupCourierName: "Ecom Express",
            reversePickupCourierCode: "ECOMEXP_REVERSE",
            returnAwb: "R880012345",
            updated: "Dec 1, 2025 11:02:10 AM",
          },
        ],
      },
    },
    reply: { status: "SUCCESS", orderItems: [{ orderItemId: "L1", errorMessage: "no such return" }] },
    parsed: { status: "SUCCESS", results: [{ key: "L1", accepted: false, message: "no such return" }] },
    idempotent: true,
  },
  {
    name: "dispatch",
    wire: "dispatchOrderItems",
    run: (call) => op("dispatch")(call, DISPATCH),
    built: { method: "POST", path: "/orders/dispatch" },
    reply: { status: "SUCCESS", orderItems: [] },
    parsed: { status: "SUCCESS" },
    idempotent: false,
  },
  {
    name: "cancel",
    wire: "cancelOrderItems",
    run: (call) => op("cancel")(call, CANCEL),
    built: {
      method: "POST",
      path: "/orders/cancel",
      body: { orderId: "O", orderItems: [{ orderItemId: "L1", productId: "1", variantId: "a", quantity: 1 }] },
    },
    reply: { status: "FAILED", orderItems: [{ orderItemId: "L1", errorMessage: "order Item Id not available" }] },
    parsed: { status: "FAILED", results: [{ key: "L1", accepted: false, message: "order Item Id not available" }] },
    idempotent: false,
  },
];

describe.each(CASES)("$name", ({ wire, run, built, reply, parsed, idempotent }) => {
  it("builds the request of the contract", async () => {
    const { call, sent } = aCall({ [wire]: [{ body: reply }] });
    await run(call);
    expect(sent.at(-1)).toMatchObject({ operation: wire, idempotent, ...built });
  });
  it("sends it with the bare token, asked for once", async () => {
    const { call, sent } = aCall({ [wire]: [{ body: reply }, { body: reply }] });
    await run(call);
    await run(call);
    expect(sent.map((out) => out.operation)).toEqual(["getAuthentication", wire, wire]);
    expect(sent[1]?.headers).toEqual({ apiKey: "token-1" });
  });
  it("reads the reply", async () => {
    const { call } = aCall({ [wire]: [{ body: reply }] });
    expect(await run(call)).toMatchObject({ ok: true, value: parsed });
  });
  it("reads the failure, in the channel's own words", async () => {
    const errors = [{ code: "INVALID_FORMAT", message: "pageSize must be 50" }];
    const { call } = aCall({ [wire]: [{ status: 400, body: { errors } }] });
    expect(await run(call)).toMatchObject({
      ok: false,
      failure: { kind: "refused", channelCode: "INVALID_FORMAT", channelMessage: "pageSize must be 50" },
    });
    const strange = aCall({ [wire]: [{ body: { data: reply } }] });
    expect(await run(strange.call)).toMatchObject({
      ok: false,
      failure: { kind: "bad_answer", reached: idempotent ? "yes" : "unknown" },
    });
  });
});

describe("verify and the token", () => {
  const verify = op("verify");
  it("asks for a token, then for the count, and tells both", async () => {
    const { call, sent } = aCall({ getProductsCount: [{ body: { count: 12 } }] });
    const steps: string[] = [];
    expect(await verify(call, (step) => void steps.push(step.detail))).toEqual(succeed({ listings: 12 }));
    expect(sent[0]).toMatchObject({
      method: "GET",
      path: "/authToken",
      query: { username: "seller", password: "secret" },
    });
    expect(steps).toHaveLength(2);
  });
  it.each(["FAILED", "INVALID_CREDENTIALS"])("%s with HTTP 200 is a wrong password", async (status) => {
    const { call } = aCall({ getAuthentication: [{ body: { status } }] });
    expect(await verify(call, () => undefined)).toMatchObject({
      ok: false,
      failure: { kind: "auth", channelCode: status },
    });
  });
  it("SUCCESS without a token is a bad answer", async () => {
    const { call } = aCall({ getAuthentication: [{ body: { status: "SUCCESS" } }] });
    expect(await verify(call, () => undefined)).toMatchObject({ ok: false, failure: { kind: "bad_answer" } });
  });
  it("a refused token is renewed once, a second refusal is told", async () => {
    const body = { reason: "authToken expired/Invalid authToken", description: "token unknown" };
    const { call, sent } = aCall({
      getOrders: [
        { status: 401, body },
        { status: 401, body },
      ],
    });
    const failure: Partial<ConnectorFailure> = {
      kind: "auth",
      channelMessage: "authToken expired/Invalid authToken: token unknown",
    };
    expect(await op("readStatuses")(call, ["O"])).toMatchObject({ ok: false, failure });
    expect(sent.map((out) => out.operation)).toEqual([
      "getAuthentication",
      "getOrders",
      "getAuthentication",
      "getOrders",
    ]);
  });
  it("the POST form puts the credentials into the body", async () => {
    const posting = protocolConnector(jupiterMoney, { capabilities: { verify: true }, tokenForm: "POST" });
    const { call, sent } = aCall({ postAuthentication: [{ body: { status: "SUCCESS", accessToken: "t" } }] });
    expect(await posting.operations.verify?.(call, () => undefined)).toEqual(succeed({ listings: null }));
    expect(sent[0]).toMatchObject({
      method: "POST",
      path: "/authToken",
      body: { username: "seller", password: "secret" },
    });
    expect(Object.keys(posting.operations)).toEqual(["verify"]);
  });
});
