import { describe, expect, it } from "vitest";
import { must } from "../../src/kernel/index.ts";
import {
  readInventoryResult,
  readItemsResult,
  readNotificationResult,
  readProduct,
  readReportedOrder,
} from "./map/incoming.ts";
import { readOrder } from "./map/order.ts";
import { toDispatch, toInventoryUpdate, toReverseNotification, toStatusNotification } from "./map/outgoing.ts";
import { noticeTime, readTime, wallTime } from "./map/time.ts";

const INDIA = "Asia/Kolkata";
const readPushedOrder = (raw: unknown, zone: string) => readOrder(raw, "push", zone);
const at = (text: string) => Temporal.Instant.from(text);

function aPushedOrder(over: Record<string, unknown> = {}): Record<string, unknown> {
  const address = {
    name: "Ravi Iyer",
    addressLine1: "7 Mount Road",
    city: "Chennai",
    state: "Tamil Nadu",
    country: "India",
    pincode: " 600002 ",
    phone: "9840012345",
    email: "",
  };
  return {
    id: "OD925100045902",
    displayOrderNumber: "BZR-45902",
    orderDate: "2025-11-20 19:40:05",
    orderStatus: "CREATED",
    sla: "2025-11-22 18:00:00",
    paymentType: "PREPAID",
    orderPrice: { currency: "INR", totalPrepaidAmount: 899 },
    orderItems: [anItem()],
    thirdPartyShipping: false,
    shippingAddress: address,
    billingAddress: address,
    gstin: "NULL",
    additionalInfo: "",
    ...over,
  };
}

function anItem(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    orderItemId: "OI-1",
    productId: "8002",
    variantId: "8002-STD",
    sku: "MILTON-FLASK-1L",
    quantity: 2,
    orderItemPrice: { sellingPrice: 449.5, shippingCharges: 0, totalPrice: 449.5, transferPrice: 382.08 },
    ...over,
  };
}

describe("a pushed order", () => {
  it("is read with times in the source's zone and amounts in paise", () => {
    const read = readPushedOrder(aPushedOrder(), INDIA);
    expect(read).toMatchObject({
      ok: true,
      value: {
        channelOrderId: "OD925100045902",
        displayCode: "BZR-45902",
        paymentType: "PREPAID",
        buyerGstin: null,
        additionalInfo: null,
        thirdPartyShipping: false,
        orderAmounts: { prepaid: 89_900 },
        shippingAddress: { line2: null, pincode: "600002", email: null },
        lines: [
          {
            channelProductId: "8002-8002-STD",
            quantity: 2,
            sellingPrice: 44_950,
            transferPrice: 38_208,
            totalPrice: 44_950,
            shippingCharges: 0,
            cancelled: false,
            channelWarehouse: null,
          },
        ],
      },
    });
    if (!read.ok) return;
    expect(read.value.placedAt.toString()).toBe("2025-11-20T14:10:05Z");
    expect("discount" in (read.value.lines[0] ?? {})).toBe(false); // left out is not zero
  });
  it.each([
    [{}, "PREPAID"],
    [{ paymentType: "COD" }, "COD"],
    [{ paymentType: undefined }, "PREPAID"],
    [{ paymentType: undefined, orderPrice: { totalPrepaidAmount: 0 } }, "COD"],
  ])("%j is paid %s", (over, paymentType) => {
    const raw = JSON.parse(JSON.stringify(aPushedOrder(over)));
    expect(readPushedOrder(raw, INDIA)).toMatchObject({ ok: true, value: { paymentType } });
  });
  it.each([
    [aPushedOrder({ id: 5 }), "ORDER_MALFORMED"],
    ["not an order", "ORDER_MALFORMED"],
    [aPushedOrder({ id: " " }), "ORDER_MALFORMED"],
    [aPushedOrder({ orderItems: [anItem(), anItem()] }), "ORDER_MALFORMED"],
    [aPushedOrder({ orderItems: [anItem({ orderItemPrice: undefined })] }), "ORDER_MALFORMED"],
    [aPushedOrder({ orderDate: "2025-02-30 10:00:00" }), "TIME_INVALID"],
    [aPushedOrder({ orderItems: [anItem({ orderItemPrice: { sellingPrice: 10.005 } })] }), "AMOUNT_NOT_PAISE"],
  ])("with a fault is refused by name (%#)", (raw, code) => {
    const read = readPushedOrder(JSON.parse(JSON.stringify(raw)), INDIA);
    expect(read).toMatchObject({ ok: false, faults: [{ code }] });
  });
  it("tells all its faults at once", () => {
    const read = readPushedOrder(
      aPushedOrder({ sla: "2025-13-01 10:00:00", orderPrice: { totalDiscount: 0.001 } }),
      INDIA,
    );
    expect(read).toMatchObject({ ok: false });
    if (!read.ok) expect(read.faults.map((f) => f.code).sort()).toEqual(["AMOUNT_NOT_PAISE", "TIME_INVALID"]);
  });
});

describe("times", () => {
  it.each([
    ["2025-11-20 19:40:05", "2025-11-20T14:10:05Z"],
    ["2025-11-20T19:40:05", "2025-11-20T14:10:05Z"],
    ["2025-11-20T19:40:05Z", "2025-11-20T19:40:05Z"],
    ["2025-11-20T19:40:05+05:30", "2025-11-20T14:10:05Z"],
  ])("%s", (text, instant) => expect(readTime(text, INDIA)?.toString()).toBe(instant));
  it.each(["2025-02-29 00:00:00", "2025-01-01 25:00:00", "yesterday", ""])("%s is no time", (text) =>
    expect(readTime(text, INDIA)).toBeNull(),
  );
  it("a notification's time is English with a 12-hour clock", () => {
    expect(noticeTime(at("2024-07-09T10:04:35Z"), INDIA)).toBe("Jul 9, 2024 3:34:35 PM");
    expect(noticeTime(at("2024-12-31T18:30:00Z"), INDIA)).toBe("Jan 1, 2025 12:00:00 AM");
    expect(noticeTime(at("2024-12-31T06:30:09Z"), INDIA)).toBe("Dec 31, 2024 12:00:09 PM");
  });
  it("a dispatch's time has no zone", () =>
    expect(wallTime(at("2025-11-22T10:35:00.123Z"), INDIA)).toBe("2025-11-22T16:05:00"));
});

describe("what we send", () => {
  it("stock is text, with HSN and warehouse only where known", () => {
    const line = {
      channelProductId: "1-2",
      productId: "1",
      variantId: "2",
      quantity: 0,
      hsn: null,
      channelWarehouse: null,
    };
    expect(toInventoryUpdate([line, { ...line, hsn: "961700", channelWarehouse: "BLR" }]).inventoryList).toEqual([
      { productId: "1", variantId: "2", inventory: "0" },
      { productId: "1", variantId: "2", inventory: "0", hsnCode: "961700", facilityCode: "BLR" },
    ]);
  });
  it("a dispatch has all eight members of selfShipping and rates in per cent", () => {
    const body = toDispatch({
      channelOrderId: "O",
      packageNo: 1,
      lines: [
        {
          channelOrderItemId: "L",
          quantity: 3,
          rates: { gstBps: 500, cgstBps: 250, sgstBps: 250, utgstBps: 0, igstBps: 0, cessBps: 0 },
        },
      ],
      shipper: {
        providerName: "P",
        courierName: "C",
        awb: "A",
        trackingUrl: "",
        dispatchedAt: at("2025-11-22T10:35:00Z"),
        deliveryExpectedAt: at("2025-11-26T15:30:00Z"),
        invoiceNumber: "I",
        invoicedOn: Temporal.PlainDate.from("2025-11-22"),
        zone: INDIA,
      },
    });
    expect(Object.keys(body.selfShipping ?? {}).sort()).toEqual([
      "deliveryCourier",
      "deliveryPartner",
      "dispatchDate",
      "invoiceDate",
      "invoiceNumber",
      "tentativeDeliveryDate",
      "trackingId",
      "trackingURL",
    ]);
    expect(body.selfShipping).toMatchObject({ dispatchDate: "2025-11-22T16:05:00", invoiceDate: "2025-11-22" });
    expect(body.orderItems[0]).toMatchObject({
      taxRate: 5,
      centralGstPercentage: 2.5,
      stateGstPercentage: 2.5,
      integratedGstPercentage: 0,
    });
  });
  it("a state is told for every line that the package holds", () => {
    const body = toStatusNotification({
      channelOrderId: "O",
      channelOrderItemIds: ["a", "a", "b"],
      state: "READY_TO_SHIP",
      courierStatus: null,
      changedAt: at("2024-07-09T10:04:35Z"),
      zone: INDIA,
    });
    expect(body.orderItems).toHaveLength(3);
    expect(body.orderItems[0]).toEqual({
      orderItemId: "a",
      status: "READY_TO_SHIP",
      IsReverse: false,
      updated: "Jul 9, 2024 3:34:35 PM",
    });
  });
});

describe("a reverse pickup's state", () => {
  const courier = { code: "ECOMEXP_REVERSE", name: "Ecom Express", awb: "R1" };
  const told = (state: "CREATED" | "COURIER_ALLOCATED" | "COMPLETE" | "NOT_RECEIVED") =>
    toReverseNotification({
      channelOrderId: "O",
      channelOrderItemIds: ["a"],
      state,
      courier,
      changedAt: at("2024-07-09T10:04:35Z"),
      zone: INDIA,
    }).orderItems[0];
  it("is marked, and names its courier when one is allocated, and then alone", () => {
    const bare = { orderItemId: "a", IsReverse: true, updated: "Jul 9, 2024 3:34:35 PM" };
    for (const status of ["CREATED", "COMPLETE", "NOT_RECEIVED"] as const)
      expect(told(status)).toEqual({ ...bare, status });
    expect(told("COURIER_ALLOCATED")).toEqual({
      ...bare,
      status: "COURIER_ALLOCATED",
      reversePickupCourierName: "Ecom Express",
      reversePickupCourierCode: "ECOMEXP_REVERSE",
      returnAwb: "R1",
    });
  });
});

describe("what we are answered", () => {
  const sent = ["1-a", "1-b"].map((channelProductId) => ({
    channelProductId,
    productId: "1",
    variantId: channelProductId.slice(2),
  }));
  it.each([
    [{ status: "SUCCESS", failedProductList: [] } as const, [true, true]],
    [
      {
        status: "PARTIAL_SUCCESS",
        failedProductList: [{ productId: "1", variantId: "b", message: "Mismatch" }],
      } as const,
      [true, false],
    ],
    [{ status: "FAILED", failedProductList: [] } as const, [false, false]],
    [
      { status: "FAILED", failedProductList: [{ productId: "1", variantId: "b", message: "closed" }] } as const,
      [false, false],
    ],
    [{ status: "PARTIAL_SUCCESS", failedProductList: [] } as const, [false, false]],
    [
      { status: "SUCCESS", failedProductList: [{ productId: "1", variantId: "a", message: "no" }] } as const,
      [false, true],
    ],
  ])("stock: %j", (result, accepted) => {
    const read = readInventoryResult({ ...result, failedProductList: [...result.failedProductList] }, sent);
    expect(read.results.map((r) => r.accepted)).toEqual(accepted);
  });
  it("lines that are not named were taken, unless all failed", () => {
    const failure = [{ orderItemId: "L2", errorMessage: "item already cancelled" }];
    expect(readItemsResult({ status: "PARTIAL_SUCCESS", orderItems: failure }, ["L1", "L2"])).toMatchObject({
      results: [{ accepted: true }, { accepted: false, message: "item already cancelled" }],
      message: "item already cancelled",
    });
    expect(readItemsResult({ status: "FAILED" }, ["L1"]).results[0]?.accepted).toBe(false);
  });
  it("a notification's lines without an error message are fine", () => {
    const read = readNotificationResult(
      { status: "SUCCESS", orderItems: [{ orderItemId: "L1" }, { orderItemId: "L2", errorMessage: "unknown" }] },
      ["L1", "L2"],
    );
    expect(read.results.map((r) => r.accepted)).toEqual([true, false]);
  });
  it("a product keeps its good variants when one is bad, and a bad picture is left out", () => {
    const good = {
      variantId: "a",
      title: "T",
      sku: "S",
      size: null,
      live: true,
      imageUrl: "not a url",
      itemPrice: { listingPrice: 12.5 },
    };
    const read = readProduct({ id: "1", parentTitle: "P", brand: "B", variants: [good, { variantId: "b" }] });
    expect(read.rows).toEqual([
      {
        channelProductId: "1-a",
        productId: "1",
        variantId: "a",
        channelSku: "S",
        title: "T",
        imageUrl: null,
        price: 1250,
        live: true,
      },
    ]);
    expect(read.rejected).toHaveLength(1);
  });
});

describe("what the channel says of an order", () => {
  const address = {
    name: "R",
    addressLine1: "7",
    city: "C",
    state: "Tamil Nadu",
    country: "India",
    pincode: "600002",
    phone: "9",
  };
  const order = (orderStatus: string, statuses: string[]) => ({
    id: "O",
    orderDate: "2025-11-20T19:40:05",
    orderStatus,
    sla: "2025-11-22T18:00:00",
    paymentType: "PREPAID",
    thirdPartyShipping: false,
    shippingAddress: address,
    billingAddress: address,
    orderItems: statuses.map((status, i) => ({
      orderItemId: `L${i}`,
      status,
      productId: "1",
      variantId: "a",
      sku: "S",
      quantity: 1,
      returnReason: "Lid leaks",
    })),
  });
  it.each([
    ["COMPLETE", ["DISPATCHED", "DELIVERED"], ["DISPATCHED", "DELIVERED"]],
    ["COMPLETE", ["RETURN_REQUESTED", "COURIER_RETURN"], ["CIR", "RTO"]],
    ["CANCELLED", ["CREATED"], ["CANCELLED"]],
    ["CREATED", ["CANCELLED", "CREATED"], ["CANCELLED", "OPEN"]],
    ["PROCESSING", ["PACKED", "COMPLETE"], ["OPEN", "DISPATCHED"]],
    ["IN_LIMBO", ["IN_LIMBO", "DELIVERED"], ["unknown", "DELIVERED"]],
    // The order's word counts where its lines were not brought up to date.
    ["COMPLETE", ["CREATED", "CREATED"], ["DISPATCHED", "DISPATCHED"]],
    ["COMPLETE", ["CREATED", "CANCELLED"], ["DISPATCHED", "CANCELLED"]],
    ["COMPLETE", ["CREATED", "DISPATCHED"], ["OPEN", "DISPATCHED"]],
    ["DELIVERED", ["CREATED"], ["DELIVERED"]],
    ["IN_LIMBO", ["CREATED", "CREATED"], ["unknown", "unknown"]],
    ["CREATED", ["DISPATCHED", "CREATED"], ["DISPATCHED", "OPEN"]],
  ])("%s with %j is %j", (word, words, statuses) => {
    const read = readReportedOrder(order(word, words));
    expect(read.ok && read.value.lines.map((line) => line.status)).toEqual(statuses);
  });
  it("keeps the raw word and what a return carries", () => {
    const read = must(readAsResult(order("COMPLETE", ["IN_LIMBO"])));
    expect(read.lines[0]).toMatchObject({ raw: "IN_LIMBO", returnReason: "Lid leaks", returnAwb: null });
  });
  it("tells how parcels travel by their lines, and when a return began; it has no other times", () => {
    const { orderItems, ...head } = order("COMPLETE", ["DISPATCHED", "DISPATCHED", "COURIER_RETURN"]);
    const courier = ["In Transit", "In Transit", undefined];
    const returned = { returnDate: "2025-11-30T09:15:00" };
    const items = orderItems.map((item, i) => ({
      ...{ ...item, orderItemId: `OI-${i + 1}`, ...returned },
      ...(courier[i] === undefined ? {} : { courierStatus: courier[i] }),
    }));
    const read = must(readAsResult({ ...head, orderItems: items }));
    expect(read.lines.map((line) => line.changedAt?.toString())).toEqual([
      undefined,
      undefined,
      "2025-11-30T03:45:00Z",
    ]);
    expect(read.parcels).toEqual([
      {
        channelOrderItemIds: ["OI-1", "OI-2"],
        ...{ courierCode: null, courierName: null, awb: null },
        statuses: [{ raw: "In Transit", at: null }],
      },
    ]);
    expect(must(readAsResult(order("CREATED", ["CREATED"]))).parcels).toBeUndefined();
  });
  it("a row without what the contract asks for is named", () => {
    expect(readReportedOrder({ id: "O9", orderStatus: "CREATED" })).toMatchObject({
      ok: false,
      words: expect.stringContaining("O9"),
    });
  });
  function readAsResult(raw: unknown) {
    const read = readReportedOrder(raw);
    return read.ok ? read : { ok: false as const, refusal: { code: "X", facts: { words: read.words } } };
  }
});
