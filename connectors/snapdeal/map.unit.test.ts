import { describe, expect, it } from "vitest";
import { envelopeWords, readCancelled } from "./map/answers.ts";
import { pulledOrders, readOrder, readPackage, reportOf } from "./map/package.ts";
import { statusOf } from "./map/states.ts";
import { readMoment } from "./map/time.ts";

const ZONE = "Asia/Kolkata";

function item(over: object = {}) {
  return {
    ...{ orderCode: "90071", suborderCode: "90071-1", skuCode: "MUG-01", siReferenceCode: "SI501", supc: "SDL1" },
    ...{ name: "Mug", sellingPrice: 249.5, shippingCharges: 40, ...over },
  };
}

function pack(over: object = {}) {
  return {
    packageReferenceCode: "SLP100",
    fulfillmentModelCode: "ONESHIP",
    orderStatus: "PFF",
    created: 1795149000000,
    updated: "2026-11-20T12:30:00+05:30",
    manifestByDate: "2026-11-21 18:00:00",
    paymentMode: "COD",
    shippingAddress: {
      name: "Asha",
      addressLine1: "4 Lake Road",
      city: "Pune",
      state: "Maharashtra",
      pincode: 411038,
      phone: "9",
    },
    items: [item(), item({ siReferenceCode: "SI502" })],
    ...over,
  };
}

function reported(over: object) {
  const read = readPackage(pack(over));
  if (!read.ok) throw new Error(read.words);
  return reportOf(read.value, ZONE);
}

describe("times of Snapdeal", () => {
  it.each([
    [1795149000000, "2026-11-20T04:30:00Z"],
    [1795149000, "2026-11-20T04:30:00Z"],
    ["1795149000000", "2026-11-20T04:30:00Z"],
    ["2026-11-20T10:00:00+05:30", "2026-11-20T04:30:00Z"],
    ["2026-11-20T10:00:00", "2026-11-20T04:30:00Z"],
    ["2026-11-20 10:00:00", "2026-11-20T04:30:00Z"],
    ["2026-11-20", "2026-11-19T18:30:00Z"],
    ["2026-11-20T04:30:00.000Z", "2026-11-20T04:30:00Z"],
  ])("%s is %s", (given, expected) => {
    expect(readMoment(given, ZONE)?.toString()).toBe(expected);
  });

  it.each([null, undefined, "", "soon", 0, -5, 1.5, Number.NaN, 9e15, "2026-02-30T10:00:00", {}])(
    "%s is no time",
    (given) => {
      expect(readMoment(given, ZONE)).toBeNull();
    },
  );
});

describe("a package as an order", () => {
  it("is one order, each entry one unit of one line", () => {
    const read = readOrder(pack(), ZONE);
    expect(read).toMatchObject({ ok: true });
    if (!read.ok) return;
    const { lines, ...order } = read.value;
    expect(order).toMatchObject({
      ...{ channelOrderId: "SLP100", displayCode: "90071", status: "CREATED", paymentType: "COD" },
      ...{ thirdPartyShipping: true, additionalInfo: "Fulfilment model ONESHIP" },
      shippingAddress: { pincode: "411038", state: "Maharashtra", country: "India" },
    });
    expect(order.placedAt.toString()).toBe("2026-11-20T04:30:00Z");
    expect(order.dispatchBy.toString()).toBe("2026-11-21T12:30:00Z");
    expect(
      lines.map((line) => [line.channelOrderItemId, line.quantity, line.channelProductId, Number(line.sellingPrice)]),
    ).toEqual([
      ["SI501", 1, "SDL1", 24950],
      ["SI502", 1, "SDL1", 24950],
    ]);
  });

  it("is the seller's to ship where he fulfils it himself", () => {
    expect(readOrder(pack({ fulfillmentModelCode: "VENDOR_SELF" }), ZONE)).toMatchObject({
      value: { thirdPartyShipping: false },
    });
  });

  it.each([
    ["COD", "as it is said", { paymentMode: "COD", fulfillmentModelCode: "VENDOR_SELF" }],
    ["PREPAID", "as it is said", { paymentMode: "PREPAID", fulfillmentModelCode: "VENDOR_SELF" }],
    ["PREPAID", "where Snapdeal ships", { paymentMode: undefined }],
    ["COD", "by a unit's charges", { paymentMode: undefined, items: [item({ codCharges: 40 })] }],
    [
      "COD",
      "by the charges of one that the seller ships",
      {
        ...{ paymentMode: undefined, fulfillmentModelCode: "VENDOR_SELF" },
        items: [item({ codCharges: 0 }), item({ siReferenceCode: "SI502", codCharges: 40 })],
      },
    ],
  ])("is %s %s", (paymentType, _, over) => {
    expect(readOrder(pack(over), ZONE)).toMatchObject({ value: { paymentType } });
  });

  it("that the seller ships and nobody says how it is paid is not made, and says why", () => {
    const over = { paymentMode: undefined, fulfillmentModelCode: "VENDOR_SELF", items: [item({ codCharges: 0 })] };
    expect(readOrder(pack(over), ZONE)).toMatchObject({
      faults: [{ code: "ORDER_MALFORMED", facts: { detail: expect.stringContaining("how the buyer pays") } }],
    });
  });

  it("of Snapdeal's own centre is not ours, and says so", () => {
    const read = readOrder(pack({ fulfillmentModelCode: "FC_VOI" }), ZONE);
    expect(read).toMatchObject({ ok: false, faults: [{ facts: { detail: expect.stringContaining("own centre") } }] });
  });

  it("with a unit that Snapdeal cancelled has that line cancelled; with all of them it is cancelled", () => {
    const some = readOrder(pack({ items: [item({ status: "OOS" }), item({ siReferenceCode: "SI502" })] }), ZONE);
    expect(some.ok && some.value.lines.map((line) => line.cancelled)).toEqual([true, false]);
    expect(readOrder(pack({ items: [item({ status: "OOS" })] }), ZONE)).toMatchObject({
      value: { status: "CANCELLED" },
    });
  });

  it.each([
    ["a state that nobody knows", { orderStatus: "LIMBO" }, "LIMBO"],
    ["a unit's state that nobody knows", { items: [item({ status: "LIMBO" })] }, "LIMBO"],
    ["a unit twice", { items: [item(), item()] }, "SI501 is there twice"],
    ["no items", { items: [] }, "items"],
  ])("with %s is not made, and says why", (_, over, words) => {
    const read = readOrder(pack(over), ZONE);
    expect(read.ok).toBe(false);
    expect(JSON.stringify(read)).toContain(words);
  });

  it("with half a paisa, or a time that is none, names the field", () => {
    expect(readOrder(pack({ items: [item({ sellingPrice: 1.005 })] }), ZONE)).toMatchObject({
      faults: [{ code: "AMOUNT_NOT_PAISE", facts: { field: "items/0/sellingPrice" } }],
    });
    expect(readOrder(pack({ created: "soon" }), ZONE)).toMatchObject({ faults: [{ code: "TIME_INVALID" }] });
  });

  it("without a day to hand over by has two days", () => {
    const read = readOrder(pack({ manifestByDate: null }), ZONE);
    expect(read.ok && read.value.dispatchBy.toString()).toBe("2026-11-22T04:30:00Z");
  });

  it("has the same content whatever becomes of it, and another when its units are others", () => {
    const contents = [
      pack(),
      pack({
        orderStatus: "SHP",
        awbNo: "A1",
        courierCode: "DLV",
        updated: 1795160000000,
        invoiceNumber: "W-1",
        manifestCode: "HOS-1",
      }),
      pack({ items: [item({ siReferenceCode: "SI502" }), item({ status: "OOS" })] }),
      pack({ items: [item({ supc: "SDL2" })] }),
    ].map((raw) => JSON.stringify(pulledOrders([raw], ZONE).orders[0]?.content));
    expect(contents[1]).toBe(contents[0]);
    expect(contents[2]).toBe(contents[0]);
    expect(contents[3]).not.toBe(contents[0]);
  });

  it("without a code is a row that is kept with words", () => {
    const { orders, rejected } = pulledOrders([pack({ packageReferenceCode: "" }), null, pack()], ZONE);
    expect(orders).toHaveLength(1);
    expect(rejected.map(({ words }) => words)).toEqual([
      expect.stringContaining("packageReferenceCode"),
      expect.stringContaining("packageReferenceCode"),
    ]);
  });
});

describe("what Snapdeal's words mean", () => {
  it.each([
    ["PFF", "OPEN"],
    ["PRNT", "OPEN"],
    ["BARP", "OPEN"],
    ["AHOS", "OPEN"],
    ["ASTN", "DISPATCHED"],
    ["MFG", "DISPATCHED"],
    ["SHP", "DISPATCHED"],
    ["FFD", "DELIVERED"],
    ["DLVD", "DELIVERED"],
    ["VENDOR_MARKED_DELIVERED", "DELIVERED"],
    ["OOS", "CANCELLED"],
    ["LIMBO", "unknown"],
    ["constructor", "unknown"],
  ])("%s is %s", (word, status) => {
    expect(statusOf(word)).toBe(status);
  });

  it("a return speaks before its package's state, by who brings it back, until it is received", () => {
    const back = (over: object) =>
      item({ return: { returnCode: "R1", returnType: "BUYER", reason: "Too big", awbNo: "X", ...over } });
    const { lines } = reported({
      orderStatus: "FFD",
      items: [back({}), back({ returnType: "COURIER" }), back({ received: true }), item()].map((one, i) => ({
        ...one,
        siReferenceCode: `SI${i}`,
      })),
    });
    expect(lines.map((line) => line.status)).toEqual(["CIR", "RTO", "RETURNED", "DELIVERED"]);
    expect(lines[0]).toMatchObject({ channelReturnId: "R1", returnReason: "Too big", returnAwb: "X" });
    expect(lines[0]?.changedAt?.toString()).toBe("2026-11-20T07:00:00Z");
  });

  it("a package on its way is a parcel with courier and number; the seller's own is none", () => {
    const on = {
      orderStatus: "SHP",
      awbNo: "A1",
      courierCode: "DLV",
      courierName: "Delhivery",
      shippedDate: 1795160000000,
    };
    expect(reported(on).parcels).toEqual([
      {
        ...{ channelOrderItemIds: ["SI501", "SI502"], courierCode: "DLV", courierName: "Delhivery", awb: "A1" },
        statuses: [{ raw: "SHP", at: Temporal.Instant.fromEpochMilliseconds(1795160000000) }],
      },
    ]);
    expect(
      reported({ ...on, courierStatuses: [{ status: "Out for delivery", at: 1795161000000 }] }).parcels?.[0]?.statuses,
    ).toEqual([{ raw: "Out for delivery", at: Temporal.Instant.fromEpochMilliseconds(1795161000000) }]);
    // It is over, and arrived nowhere.
    const turnedBack = [item({ return: { returnCode: "R1", returnType: "COURIER", reason: "Refused", awbNo: "A1" } })];
    expect(reported({ ...on, orderStatus: "FFD", items: turnedBack }).parcels?.[0]?.statuses).toEqual([]);
    expect(reported({ ...on, fulfillmentModelCode: "VENDOR_SELF" }).parcels).toBeUndefined();
    expect(reported({}).parcels).toBeUndefined();
  });

  it("left when it was shipped, and arrived when it changed last", () => {
    const on = { awbNo: "A1", courierCode: "DLV", shippedDate: 1795160000000, updated: 1795170000000 };
    const timesOf = (over: object) => {
      const { lines, parcels } = reported({ ...on, ...over });
      return [lines[0]?.changedAt?.epochMilliseconds, parcels?.[0]?.statuses[0]?.at?.epochMilliseconds];
    };
    expect(timesOf({ orderStatus: "SHP" })).toEqual([1795160000000, 1795160000000]);
    expect(timesOf({ orderStatus: "MFG", shippedDate: null })).toEqual([1795170000000, 1795170000000]);
    expect(timesOf({ orderStatus: "FFD" })).toEqual([1795170000000, 1795170000000]);
    expect(timesOf({ orderStatus: "AHOS" })).toEqual([1795170000000, undefined]);
    // A unit whose word is another than its package's has its own time.
    expect(timesOf({ orderStatus: "SHP", items: [item({ status: "OOS" })] })[0]).toBe(1795170000000);
  });

  it("cancelled units are gathered by their packages", () => {
    const rows = ["SI1", "SI2", "SI3"].map((siReferenceCode, i) => ({
      packageReferenceCode: i === 1 ? "B" : "A",
      siReferenceCode,
      cancelledDate: 1795149000000,
      reason: null,
    }));
    expect(
      readCancelled(rows, ZONE).map((order) => [
        order.channelOrderId,
        order.lines.map((line) => [line.channelOrderItemId, line.status]),
      ]),
    ).toEqual([
      [
        "A",
        [
          ["SI1", "CANCELLED"],
          ["SI3", "CANCELLED"],
        ],
      ],
      ["B", [["SI2", "CANCELLED"]]],
    ]);
  });

  it("reads the words of an envelope, and of nothing else", () => {
    expect(envelopeWords({ metadata: { message: "Invalid token" } })).toBe("Invalid token");
    for (const none of [null, "x", {}, { metadata: {} }, { metadata: { message: " " } }])
      expect(envelopeWords(none)).toBeNull();
  });
});
