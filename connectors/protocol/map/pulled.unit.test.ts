import { describe, expect, it } from "vitest";
import { readOrder } from "./order.ts";
import { contentOf, readOrderRows, readPendencyRows } from "./pulled.ts";
import { offsetTime } from "./time.ts";

const INDIA = "Asia/Kolkata";
const ADDRESS = {
  name: "Asha Sharma",
  addressLine1: "42, 5th Cross",
  city: "Bengaluru",
  state: "Karnataka",
  country: "India",
  pincode: "560034",
  phone: "9876543210",
};

type Raw = Record<string, unknown>;

function anItem(over: Raw = {}): Raw {
  return {
    orderItemId: "OI-1",
    status: "CREATED",
    productId: "7781",
    variantId: "7781-BLK-M",
    sku: "JAI-KURTA-BLK-M",
    quantity: 1,
    orderItemPrice: { sellingPrice: 1299, shippingCharges: 49, discount: 100, totalPrice: 1248 },
    onHold: false,
    ...over,
  };
}

function anOrder(over: Raw = {}): Raw {
  return {
    id: "OD1",
    displayOrderNumber: "BZR-1",
    orderDate: "2025-11-21T08:12:53",
    orderStatus: "CREATED",
    sla: "2025-11-22T18:00:00",
    paymentType: "COD",
    thirdPartyShipping: true,
    orderItems: [anItem()],
    shippingAddress: ADDRESS,
    billingAddress: ADDRESS,
    ...over,
  };
}

const read = (raw: unknown) => readOrder(raw, "pull", INDIA);
const text = (raw: Raw) => JSON.stringify(contentOf(raw));

describe("a pulled order", () => {
  it("is read as a pushed one is, with T in its times", () => {
    const order = read(anOrder({ orderItems: [anItem({ onHold: true, facilityCode: "BLR-WH1" })] }));
    expect(order).toMatchObject({
      ok: true,
      value: {
        channelOrderId: "OD1",
        displayCode: "BZR-1",
        status: "CREATED",
        thirdPartyShipping: true,
        lines: [{ onHold: true, channelWarehouse: "BLR-WH1", sellingPrice: 129_900, cancelled: false }],
      },
    });
    if (order.ok) expect(order.value.placedAt.toString()).toBe("2025-11-21T02:42:53Z");
  });
  it.each([
    ["PENDING_VERIFICATION", "CREATED", "PENDING_VERIFICATION", false],
    ["CANCELLED", "CREATED", "CANCELLED", true],
    ["CREATED", "CANCELLED", "CREATED", true],
    ["COMPLETE", "DISPATCHED", "CREATED", false], // what happened meanwhile stands in `reported`
    ["PROCESSING", "PACKED", "CREATED", false], // older editions
  ])("%s with a line %s is made as %s", (orderStatus, line, status, cancelled) => {
    const raw = anOrder({ orderStatus, orderItems: [anItem({ status: line })] });
    expect(read(raw)).toMatchObject({ ok: true, value: { status, lines: [{ cancelled }] } });
  });
  it.each([
    [{ orderStatus: "IN_LIMBO" }, "orderStatus IN_LIMBO"],
    [{ orderItems: [anItem({ status: "IN_LIMBO" })] }, "orderItems/0/status IN_LIMBO"],
    [{ orderItems: [anItem({ status: undefined })] }, "orderItems/0/status is required"],
    [{ paymentType: undefined }, "paymentType is required"],
    [{ thirdPartyShipping: undefined }, "thirdPartyShipping is required"],
    [{ sla: undefined }, "sla is required"],
  ])("%j is malformed, and says what is", (over, words) => {
    const order = read(JSON.parse(JSON.stringify(anOrder(over))));
    expect(order).toMatchObject({
      ok: false,
      faults: [{ code: "ORDER_MALFORMED", facts: { detail: expect.stringContaining(words) } }],
    });
  });
  it("payment in the lower case of the 2020 edition is understood", () => {
    expect(read(anOrder({ paymentType: "prepaid" }))).toMatchObject({ ok: true, value: { paymentType: "PREPAID" } });
    expect(read(anOrder({ paymentType: "cod" }))).toMatchObject({ ok: true, value: { paymentType: "COD" } });
  });
});

describe("the content of a pulled order", () => {
  it.each<[string, Raw]>([
    ["the order's state", { orderStatus: "COMPLETE" }],
    [
      "a line's state, hold and return",
      {
        orderItems: [
          anItem({
            status: "RETURN_REQUESTED",
            onHold: true,
            courierStatus: "In Transit",
            returnReason: "Lid leaks",
            returnDate: "2025-11-30T09:15:00",
            returnAWB: "R1",
            returnShippingProvider: "Ecom",
            returnId: "RT1",
            returnDeliveryDate: "2025-12-02",
          }),
        ],
      },
    ],
    ["a member that the contract does not know", { updatedAt: "2025-11-21T09:00:00" }],
    ["the ways to say that a text is unused", { gstin: "", additionalInfo: null, code: "NULL" }],
    ["the order of its members", Object.fromEntries(Object.entries(anOrder()).reverse())],
  ])("stays the same with %s", (_, over) => expect(text(anOrder(over))).toBe(text(anOrder())));
  it("stays the same with its lines in another order", () => {
    const [a, b] = [anItem(), anItem({ orderItemId: "OI-2" })];
    expect(text(anOrder({ orderItems: [b, a] }))).toBe(text(anOrder({ orderItems: [a, b] })));
  });
  it.each<[string, Raw]>([
    ["quantity", { orderItems: [anItem({ quantity: 2 })] }],
    ["price", { orderItems: [anItem({ orderItemPrice: { sellingPrice: 1 } })] }],
    ["warehouse", { orderItems: [anItem({ facilityCode: "DEL" })] }],
    ["a line more", { orderItems: [anItem(), anItem({ orderItemId: "OI-2" })] }],
    ["who ships", { thirdPartyShipping: false }],
    ["address", { shippingAddress: { ...ADDRESS, pincode: "110001" } }],
    ["dispatch by", { sla: "2025-11-23T18:00:00" }],
    ["payment", { paymentType: "PREPAID" }],
  ])("is other content with another %s", (_, over) => expect(text(anOrder(over))).not.toBe(text(anOrder())));
});

describe("a page of orders", () => {
  it("hands on every order with an id, says what its state is, and keeps rows without one", () => {
    const broken = { id: "OD2", orderItems: "none" };
    const page = readOrderRows([
      anOrder({ orderStatus: "COMPLETE", orderItems: [anItem({ status: "DISPATCHED" })] }),
      broken,
      { orderStatus: "CREATED" },
      "nothing",
      anOrder({ id: "x".repeat(101) }),
    ]);
    expect(page.orders.map((order) => order.channelOrderId)).toEqual(["OD1", "OD2"]);
    expect(page.orders[0]?.reported?.lines[0]?.status).toBe("DISPATCHED");
    expect(page.orders[1]).toMatchObject({ raw: broken, reported: null });
    expect(page.rejected).toHaveLength(3);
    expect(page.rejected[0]).toMatchObject({ raw: { orderStatus: "CREATED" }, words: expect.stringContaining("id") });
  });
  it("takes an order that stands twice once, and says so where the two differ", () => {
    const page = readOrderRows([anOrder(), anOrder(), anOrder({ priority: 3 })]);
    expect(page.orders).toHaveLength(1);
    expect(page.rejected.map(({ words }) => words)).toEqual([expect.stringContaining("OD1 stands twice")]);
  });
  it("windows are asked for in Indian time, and never too short", () => {
    const at = Temporal.Instant.from("2025-11-06T04:30:00.250Z");
    expect(offsetTime(at, "floor")).toBe("2025-11-06T10:00:00+05:30");
    expect(offsetTime(at, "ceil")).toBe("2025-11-06T10:00:01+05:30");
  });
});

describe("orders under review", () => {
  const item = { orderItemId: "I1", productId: "9", variantId: "9-S", sku: "S", status: "CREATED", quantity: 40 };
  it("are read whatever word their state has: they stand in the list", () => {
    const rows = ["PENDING_VERIFICATION", "UNDER_FRAUD_CHECK"].map((orderStatus, i) => ({
      orderId: `O${i}`,
      orderStatus,
      orderItems: [{ ...item, status: orderStatus }],
    }));
    const page = readPendencyRows(rows);
    expect(page.rejected).toEqual([]);
    expect(page.orders).toMatchObject([
      { channelOrderId: "O0", lines: [{ channelOrderItemId: "I1", channelProductId: "9-9-S", quantity: 40 }] },
      { channelOrderId: "O1" },
    ]);
  });
  it("one that cannot be read is named, the others count", () => {
    const good = { orderId: "O", orderStatus: "PENDING_VERIFICATION", orderItems: [item] };
    const page = readPendencyRows([
      { ...good, orderItems: [{ ...item, quantity: 0 }] },
      { ...good, orderId: " " },
      { ...good, orderItems: [{ orderItemId: "I1" }] },
      7,
      good,
    ]);
    expect(page.orders.map((order) => order.channelOrderId)).toEqual(["O"]);
    expect(page.rejected).toHaveLength(4);
  });
});
