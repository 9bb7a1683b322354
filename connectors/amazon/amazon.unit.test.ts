import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { paise } from "../../src/kernel/index.ts";
import { callByHand, type GivenAnswer } from "../kit/call-by-hand.ts";
import { amazon } from "./index.ts";
import { OPERATION_LIMITS } from "./limits.ts";
import { carrierOf } from "./map/carriers.ts";
import { pickSlot } from "./map/easy-ship.ts";
import type { Order } from "./map/market.ts";
import { contentOf, readOrder } from "./map/order.ts";
import { cancelFeed, papersFeed, readPapersResult } from "./map/papers.ts";
import { ratesOf, readProceeds } from "./map/proceeds.ts";
import { isNews, readReturnTable, toReturned } from "./map/returns.ts";
import { toReported } from "./map/statuses.ts";
import { feedOf, readProcessingReport } from "./map/stock.ts";
import { readWakeUp } from "./map/wake-up.ts";
import { decoded } from "./operations/files.ts";
import { pushInventory } from "./operations/stock.ts";
import { AMAZON_LIMITS } from "./simulator/limits.ts";

const MODELS = join(import.meta.dirname, "contract", "models");
const model = (name: string): unknown => JSON.parse(readFileSync(join(MODELS, name), "utf8"));
const inr = (amount: string) => ({ amount, currencyCode: "INR" });

function anOrder(over: Partial<Order> = {}): Order {
  return {
    orderId: "403-1234567-1234567",
    createdTime: "2026-11-20T04:30:00Z",
    lastUpdatedTime: "2026-11-20T05:00:00Z",
    programs: ["AMAZON_EASY_SHIP"],
    salesChannel: { channelName: "AMAZON", marketplaceId: "A21TJRUUN4KGV" },
    recipient: { deliveryAddress: { city: "Pune", stateOrRegion: "MAHARASHTRA", postalCode: "411001" } },
    fulfillment: {
      ...{ fulfillmentStatus: "UNSHIPPED", fulfilledBy: "MERCHANT" },
      shipByWindow: { latestDateTime: "2026-11-21T12:30:00Z" },
    },
    orderItems: [
      {
        ...{ orderItemId: "1", quantityOrdered: 3, product: { asin: "B0TEST", sellerSku: "SKU-1" } },
        proceeds: { proceedsTotal: inr("300.00"), breakdowns: [{ type: "ITEM", subtotal: inr("300.00") }] },
        fulfillment: { quantityFulfilled: 0, quantityUnfulfilled: 3 },
      },
    ],
    ...over,
  };
}

const [ITEM] = anOrder().orderItems;
if (ITEM === undefined) throw new Error("an order has a line");
type Item = Order["orderItems"][number];
const withItem = (over: Partial<Item>, more: Partial<Order> = {}) =>
  anOrder({ orderItems: [{ ...ITEM, ...over }], ...more });

describe("an order of Amazon's", () => {
  it("is read with what an Easy Ship order tells of its buyer", () => {
    expect(readOrder(anOrder())).toMatchObject({
      ok: true,
      value: {
        ...{ thirdPartyShipping: true, status: "CREATED", paymentType: "PREPAID", buyerGstin: null },
        shippingAddress: { name: "Amazon customer", line1: "Address on Amazon's label", pincode: "411001" },
        lines: [{ channelProductId: "SKU-1", quantity: 3, sellingPrice: 30000, totalPrice: 30000 }],
      },
    });
  });

  it("bills a firm at its registered place, under its GSTIN", () => {
    const taxRegistrationAddress = {
      addressLine1: "MG Road",
      city: "Bengaluru",
      stateOrRegion: "KARNATAKA",
      postalCode: "560001",
    };
    const registration = { entityType: "BUYER", legalName: "Acme Pvt Ltd", taxRegistrationNumber: "29ABCDE1234F1Z5" };
    const tax = { taxRegistrations: [{ ...registration, taxRegistrationAddress }] };
    expect(readOrder(anOrder({ tax }))).toMatchObject({
      value: { buyerGstin: "29ABCDE1234F1Z5", billingAddress: { name: "Acme Pvt Ltd", city: "Bengaluru" } },
    });
  });

  it("is paid on delivery, less what was paid before", () => {
    const paymentExecutions = [
      { paymentMethod: "CashOnDelivery", paymentAmount: inr("250.00") },
      { paymentMethod: "GiftCard", paymentAmount: inr("50.00") },
    ];
    expect(readOrder(anOrder({ payment: { paymentExecutions } }))).toMatchObject({
      value: { paymentType: "COD", orderAmounts: { prepaid: 5000 }, payment: { amountPaid: 5000 } },
    });
  });

  it("without a price is no order, unless it replaces another or is cancelled", () => {
    const bare: Item = { orderItemId: "1", quantityOrdered: 1, product: { sellerSku: "SKU-1" } };
    const order = anOrder({ orderItems: [bare] });
    expect(readOrder(order)).toMatchObject({ ok: false, faults: [{ code: "ORDER_MALFORMED" }] });
    const associatedOrders = [{ orderId: "403-1", associationType: "REPLACEMENT_ORIGINAL_ID" }];
    expect(readOrder({ ...order, associatedOrders })).toMatchObject({
      ok: true,
      value: { lines: [{ sellingPrice: 0 }] },
    });
    const cancelled = { ...order, fulfillment: { fulfillmentStatus: "CANCELLED" } };
    expect(readOrder(cancelled)).toMatchObject({ ok: true, value: { status: "CANCELLED" } });
  });

  it("of FBA, of another marketplace or in an unknown state says why it is none", () => {
    const detail = (order: unknown) => {
      const read = readOrder(order);
      return read.ok ? "" : String(read.faults[0]?.facts.detail);
    };
    expect(detail(anOrder({ fulfillment: { fulfillmentStatus: "UNSHIPPED", fulfilledBy: "AMAZON" } }))).toContain(
      "FBA",
    );
    expect(detail(anOrder({ salesChannel: { channelName: "AMAZON", marketplaceId: "X" } }))).toContain("marketplace X");
    expect(detail({ ...anOrder(), fulfillment: { fulfillmentStatus: "IN_LIMBO" } })).toContain("IN_LIMBO");
    expect(detail({ ...anOrder(), createdTime: "yesterday" })).toContain("createdTime");
  });

  it("has the same content whatever becomes of it", () => {
    const shipped = withItem(
      { fulfillment: { quantityFulfilled: 3, quantityUnfulfilled: 0 } },
      { lastUpdatedTime: "2026-11-22T05:00:00Z" },
    );
    expect(contentOf(shipped)).toEqual(contentOf(anOrder()));
    expect(contentOf(withItem({ quantityOrdered: 4 }))).not.toEqual(contentOf(anOrder()));
  });
});

describe("what Amazon says of money", () => {
  const proceeds = (total: string, ...parts: [string, string][]) =>
    readProceeds({
      ...ITEM,
      proceeds: {
        proceedsTotal: inr(total),
        breakdowns: parts.map(([type, amount]) => ({ type, subtotal: inr(amount) })),
      },
    });

  it("adds tax that stands beside the price, and none that lies in it", () => {
    const beside = proceeds("118.00", ["ITEM", "100.00"], ["TAX", "18.00"]);
    expect(beside).toMatchObject({ ok: true, value: { sellingPrice: 11800, goodsTax: 1800 } });
    const inside = proceeds("118.00", ["ITEM", "118.00"], ["TAX", "18.00"]);
    expect(inside).toMatchObject({ ok: true, value: { sellingPrice: 11800, goodsTax: 1800 } });
  });

  it("takes a discount off, however it is signed, and keeps the sum", () => {
    for (const discount of ["-20.00", "20.00"])
      expect(proceeds("90.00", ["ITEM", "100.00"], ["SHIPPING", "10.00"], ["DISCOUNT", discount])).toMatchObject({
        value: { sellingPrice: 10000, shippingCharges: 1000, discount: 2000, total: 9000 },
      });
  });

  it("finds the rate of GST in force that comes nearest", () => {
    const charges = {
      shippingCharges: paise(0),
      codCharges: paise(0),
      giftWrapCharges: paise(0),
      discount: paise(0),
      total: null,
    };
    const of = (sellingPrice: number, goodsTax: number) =>
      ratesOf({ ...charges, sellingPrice: paise(sellingPrice), goodsTax: paise(goodsTax) })?.gstBps;
    expect([of(11800, 1800), of(49900, 7612), of(10500, 500), of(10000, 0)]).toEqual([1800, 1800, 500, 0]);
    expect(ratesOf({ ...charges, sellingPrice: paise(100), goodsTax: null })).toBeNull();
  });

  it("does not round what is finer than a paisa", () => {
    expect(proceeds("10.005", ["ITEM", "10.005"])).toEqual({ ok: false, given: "10.005" });
  });
});

describe("what Amazon says of an order's state", () => {
  const packed = (detailedStatus: string, quantity = 3) => [
    {
      packageReferenceId: "1",
      packageStatus: { status: "IN_TRANSIT" as const, detailedStatus },
      packageItems: [{ orderItemId: "1", quantity }],
    },
  ];
  it.each([
    ["PENDING_PICK_UP", "OPEN"],
    ["LABEL_CANCELLED", "OPEN"],
    ["PICKED_UP", "DISPATCHED"],
    ["DROPPED_OFF", "DISPATCHED"],
    ["AT_ORIGIN_FC", "DISPATCHED"],
    ["OUT_FOR_DELIVERY", "DISPATCHED"],
    ["DELIVERED", "DELIVERED"],
    ["REJECTED_BY_BUYER", "RTO"],
    ["RETURNING_TO_SELLER", "RTO"],
    ["RETURNED_TO_SELLER", "RETURNED"],
    ["LOST", "DISPATCHED"],
    ["DAMAGED", "DISPATCHED"],
    ["TELEPORTED", "unknown"],
  ])("%s is %s", (word, status) => {
    expect(toReported(anOrder({ packages: packed(word) })).lines.map((line) => line.status)).toEqual([status]);
  });

  it("tells units that left without a package as gone, and what was cancelled of a line", () => {
    const lines = toReported(withItem({ fulfillment: { quantityFulfilled: 1, quantityUnfulfilled: 1 } })).lines;
    expect(lines.map(({ status, quantity }) => [status, quantity])).toEqual([
      ["CANCELLED", 1],
      ["DISPATCHED", 1],
      ["OPEN", 1],
    ]);
  });

  it("leaves a buyer's wish to the seller, of what is still here, until it is cancelled", () => {
    const cancellation = { cancellationRequest: { requester: "BUYER", cancelReason: "Changed my mind" } };
    const said = (over: Partial<Item>, packages?: Order["packages"]) =>
      toReported(withItem({ cancellation, ...over }, packages === undefined ? {} : { packages })).lines.map(
        ({ status, raw, cancelWished = false }) => [status, raw, cancelWished],
      );
    expect(said({})).toEqual([["OPEN", "UNSHIPPED", true]]);
    expect(said({}, packed("PENDING_PICK_UP"))).toEqual([["OPEN", "PENDING_PICK_UP", true]]);
    expect(said({}, packed("LABEL_CANCELLED"))).toEqual([["OPEN", "LABEL_CANCELLED", true]]);
    expect(said({}, packed("LOST"))).toEqual([["DISPATCHED", "LOST", false]]);
    expect(said({ fulfillment: { quantityFulfilled: 1, quantityUnfulfilled: 2 } }).map((line) => line[2])).toEqual([
      false,
      false,
    ]);
    const done = { ...cancellation, cancellationExecution: { cancelledBy: "MERCHANT" } };
    const none = { quantityFulfilled: 0, quantityUnfulfilled: 0 };
    expect(said({ cancellation: done, fulfillment: none })).toEqual([["CANCELLED", "UNSHIPPED", false]]);
  });

  it("names a void label and where to schedule again, until the units lie in another package or are cancelled", () => {
    const [made] = packed("LABEL_CANCELLED");
    if (made === undefined) throw new Error("there is a package");
    const voided = { ...made, trackingNumber: "ATS-1" };
    const words = (over: Partial<Order>) =>
      toReported(anOrder(over)).lines.map(({ status, raw, needsPerson }) => [status, raw, needsPerson]);
    const wanted = { kind: "LABEL_VOID", awb: "ATS-1", panel: "Seller Central > Manage Orders" };
    expect(words({ packages: [voided] })).toEqual([["OPEN", "LABEL_CANCELLED", wanted]]);
    expect(words({ packages: [made] })).toEqual([["OPEN", "LABEL_CANCELLED", { ...wanted, awb: null }]]);
    expect(words({ packages: [voided, ...packed("PENDING_PICK_UP")] })).toEqual([
      ["OPEN", "PENDING_PICK_UP", undefined],
    ]);
    const fulfillment = { fulfillmentStatus: "CANCELLED" } as const;
    expect(words({ packages: [voided], fulfillment })).toEqual([["CANCELLED", "CANCELLED", undefined]]);
  });

  it("tells parcels of what Amazon ships, and none of the seller's own", () => {
    expect(toReported(anOrder({ packages: packed("PICKED_UP") })).parcels).toHaveLength(1);
    expect(toReported(anOrder({ programs: [], packages: packed("PICKED_UP") })).parcels).toBeUndefined();
  });
});

describe("Easy Ship and its papers", () => {
  it("takes the first slot that ends in time, collected before brought, whatever the case of the word", () => {
    const slot = (slotId: string, day: number, handoverMethod: "PICKUP" | "DROPOFF") => ({
      ...{ slotId, startTime: `2026-11-${day}T10:00:00Z`, endTime: `2026-11-${day}T12:00:00Z`, handoverMethod },
    });
    const slots = [slot("brought", 20, "DROPOFF"), slot("late", 23, "PICKUP"), slot("good", 21, "PICKUP")];
    expect(pickSlot(slots, Temporal.Instant.from("2026-11-22T00:00:00Z"))?.slotId).toBe("good");
    expect(pickSlot(slots, Temporal.Instant.from("2026-11-20T13:00:00Z"))?.slotId).toBe("brought");
    expect(pickSlot(slots.slice(1), Temporal.Instant.from("2026-11-20T00:00:00Z"))?.slotId).toBe("good");
    expect(pickSlot([], null)).toBeNull();
  });

  it("writes what it is given as text, never as marks", () => {
    const feed = cancelFeed("A1", "403<&>", [{ orderItemId: "1", reason: "BuyerCanceled" }]);
    expect(feed).toContain("<AmazonOrderID>403&lt;&amp;&gt;</AmazonOrderID>");
    expect(feed).toContain("<AmazonOrderItemCode>1</AmazonOrderItemCode><CancelReason>BuyerCanceled</CancelReason>");
    expect(papersFeed("A1", "403-1")).toMatch(/<DocumentType>ShippingLabel<\/DocumentType><DocumentType>Invoice</);
    expect(readPapersResult("<DocumentReportReferenceID>77</DocumentReportReferenceID>").reportId).toBe("77");
    expect(readPapersResult("<ResultDescription>No package</ResultDescription>")).toEqual({
      reportId: null,
      words: "No package",
    });
  });

  it("names couriers by Amazon's codes where there is one", () => {
    expect(carrierOf("Blue Dart")).toEqual({ carrierCode: "BlueDart", carrierName: "Blue Dart" });
    expect(carrierOf("Own van")).toEqual({ carrierCode: "Other", carrierName: "Own van" });
  });
});

describe("feeds of figures", () => {
  const lines = ["A", "B"].map((sku) => ({
    ...{ channelProductId: sku, productId: sku, variantId: sku, quantity: 5, hsn: null, channelWarehouse: null },
  }));

  it("are what Amazon's schema of the feed says", () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    const isFeed = ajv.compile(Object(model("listings-feed-schema-v2.json")));
    const isMessage = ajv.compile(Object(model("listings-feed-message-schema-v2.json")));
    const feed = JSON.parse(JSON.stringify(feedOf("A3TH9S8BH6GOGM", lines)));
    expect(isFeed(feed), JSON.stringify(isFeed.errors)).toBe(true);
    for (const message of feed.messages) expect(isMessage(message), JSON.stringify(isMessage.errors)).toBe(true);
  });

  it("are judged by the report as Amazon documents it", () => {
    const answer = readProcessingReport(model("listings-feed-processing-report-schema-v2.example.json"));
    expect(answer).toMatchObject({
      status: "PARTIAL_SUCCESS",
      results: [{ key: "My-SKU-B", accepted: false }, { key: "My-SKU-C" }],
    });
    expect(readProcessingReport({ header: {} })).toBeNull();
  });
});

describe("figures that are told one by one", () => {
  const line = (channelProductId: string) => ({
    ...{ channelProductId, productId: "P", variantId: "V", quantity: 5, hsn: null, channelWarehouse: null },
  });
  const answer = (status: string) => ({ body: { sku: "SKU-1", status, submissionId: "1", issues: [] } });
  const tell = (answers: readonly GivenAnswer[]) => {
    const getToken = [{ body: { access_token: "Atza|one", token_type: "bearer", expires_in: 3600 } }];
    const now = Temporal.Instant.from("2026-11-20T04:30:00Z");
    const { call } = callByHand(now, { getToken, patchListingsItem: answers }, { sellerId: "A", refreshToken: "r" });
    return pushInventory(call, [line("SKU-1"), line("SKU-2"), line("SKU-3")]);
  };

  it("are in doubt where Amazon took some of them and the next never reached it", async () => {
    expect(await tell([answer("ACCEPTED")])).toMatchObject({ ok: false, failure: { reached: "unknown" } });
    expect(await tell([answer("INVALID"), answer("ACCEPTED")])).toMatchObject({ failure: { reached: "unknown" } });
  });

  it("are what they were where it took none", async () => {
    expect(await tell([])).toMatchObject({ ok: false, failure: { reached: "no" } });
    expect(await tell([answer("INVALID")])).toMatchObject({ ok: false, failure: { reached: "no" } });
  });
});

describe("the report of returns", () => {
  const HEAD =
    "Order ID\tReturn request date\tAmazon RMA ID\tMerchant SKU\tReturn quantity\tReturn reason\tReturn delivery date";
  const table = (...rows: string[]) => readReturnTable([HEAD, ...rows].join("\r\n"));

  it("is read row by row, a broken one alone", () => {
    const read = table('403-1\t20-Nov-2026\tRMA1\tSKU-1\t2\t"Too ""loud"""\t', "\t20-Nov-2026\tRMA2\tSKU-1\t1\t\t");
    expect(read?.rows).toMatchObject([{ orderId: "403-1", quantity: 2, reason: 'Too "loud"', delivered: false }]);
    expect(read?.rejected).toHaveLength(1);
    expect(readReturnTable("<html>")).toBeNull();
  });

  it("is told on the lines of its SKU, delivered ones as returned", () => {
    const rows =
      table("403-1\t2026-11-20\tRMA1\tSKU-1\t3\tx\t21-Nov-2026", "403-1\t2026-11-20\tRMA2\tNO-SKU\t1\tx\t")?.rows ?? [];
    const lines = [1, 2].map((n) => ({ orderItemId: String(n), quantity: 2, sku: "SKU-1", asin: "B0" }));
    const { reported, rejected } = toReturned("403-1", lines, rows);
    expect(
      reported.lines.map(({ channelOrderItemId, status, quantity }) => [channelOrderItemId, status, quantity]),
    ).toEqual([
      ["1", "RETURNED", undefined],
      ["2", "RETURNED", 1],
    ]);
    expect(rejected).toEqual(["order 403-1 has no 1 units of NO-SKU to return"]);
  });

  it("is news when it was asked for or arrived since, and when its day cannot be read", () => {
    const since = Temporal.Instant.from("2026-11-20T12:00:00Z");
    const news = (requested: string, delivered: string) => {
      const [row] = table(`403-1\t${requested}\tRMA\tSKU\t1\tx\t${delivered}`)?.rows ?? [];
      return row !== undefined && isNews(row, since);
    };
    expect([
      news("2026-11-19", ""),
      news("2026-11-10", ""),
      news("2026-11-10", "2026-11-20"),
      news("soon", ""),
    ]).toEqual([true, false, true, true]);
  });

  it("is read in the charset that it comes in", () => {
    const bytes = Buffer.from([0x80]); // € in Windows-1252
    expect(decoded({ bytes, contentType: "text/plain; charset=Cp1252" })).toBe("€");
  });
});

describe("ORDER_CHANGE", () => {
  const fields = { hookKey: "a-key-of-twenty-characters", sellerId: "A3TH9S8BH6GOGM" };
  const example = Object(model("OrderChangeNotification.json")).examples[0];
  const push = (body: unknown, key = fields.hookKey) =>
    readWakeUp({
      ...{ headers: { "x-godown-key": key }, url: "https://godown.example/hook", fields },
      ...{ bytes: Buffer.from(JSON.stringify(body)), now: Temporal.Instant.from("2026-11-20T00:00:00Z") },
      isOwn: () => false,
    });

  it("says which order to look at, as Amazon documents it, bare or in EventBridge's envelope", () => {
    const bare = push(example);
    expect(bare).toMatchObject({ kind: "LOOK", channelOrderIds: ["903-8868176-2219830"] });
    expect(push({ version: "0", detail: example })).toEqual(bare);
  });

  it("is refused without the channel's key, and passed over for another seller", () => {
    expect(push(example, "another")).toMatchObject({ kind: "REFUSED", status: 401 });
    const other = structuredClone(example);
    other.Payload.OrderChangeNotification.SellerId = "AOTHERSELLER1";
    expect(push(other)).toMatchObject({ kind: "NOTHING" });
    const ofAmazon = structuredClone(example);
    ofAmazon.Payload.OrderChangeNotification.Summary.FulfillmentType = "AFN";
    expect(push(ofAmazon)).toMatchObject({ kind: "NOTHING" });
    expect(push({ ...example, NotificationType: "ANY_OFFER_CHANGED" })).toMatchObject({ kind: "NOTHING" });
    expect(push("text")).toMatchObject({ kind: "REFUSED", status: 400 });
  });
});

describe("the declaration", () => {
  it("has the limits that the simulator enforces, written down apart", () => {
    expect(OPERATION_LIMITS).toEqual(AMAZON_LIMITS.operations);
  });

  it("leaves room in a day's searches for more pages", () => {
    const { everyMinutes = 0 } = amazon.capabilities.pullOrders ?? {};
    const perDay = (OPERATION_LIMITS.searchOrders?.requestsPerSecond ?? 0) * 86_400;
    expect((24 * 60) / everyMinutes).toBeLessThan(perDay * 0.7);
  });
});
