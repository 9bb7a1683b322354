import { describe, expect, it } from "vitest";
import { assert } from "../../src/kernel/index.ts";
import { redact } from "../kit/index.ts";
import { invoiceIn, readInvoice, vendorGroupOf } from "./map/documents.ts";
import { readListing } from "./map/listings.ts";
import { contentOf, readOrder } from "./map/order.ts";
import { planCancel, toCancel, toPack } from "./map/outgoing.ts";
import { readStockResults } from "./map/results.ts";
import { plainSku, type ReadShipment, readShipment } from "./map/shipment.ts";
import { courierOf, readReturn, toReported, toReportedReturn } from "./map/statuses.ts";
import { packStep, readyStep } from "./map/steps.ts";
import { isKnownState, statusOf } from "./map/words.ts";
import { anItem, aShipment, aShipmentIn, COURIER, details, NOW, PACK, PARCEL, SHIPMENT_ID } from "./test-facts.ts";

function shipment(raw: unknown = aShipment()): ReadShipment {
  const read = readShipment(raw);
  assert(read.ok, "the shipment is read");
  return read.value;
}

function order(of: Readonly<Record<string, unknown>> = aShipment(), view: unknown = details()) {
  const read = readOrder({ shipment: of, details: view });
  assert(read.ok, `the order is read: ${JSON.stringify(read)}`);
  return read.value;
}

function faults(raw: unknown): unknown {
  const read = readOrder(raw);
  return read.ok ? [] : read.faults;
}

describe("a shipment as a sale order", () => {
  it("is one sale order of ours, shown under Flipkart's order id", () => {
    expect(order()).toMatchObject({
      channelOrderId: SHIPMENT_ID,
      displayCode: "OD432100000000001000",
      status: "CREATED",
      paymentType: "COD",
      thirdPartyShipping: true,
    });
    expect(order().placedAt.toString()).toBe("2026-11-21T02:41:40Z");
    expect(order().dispatchBy.toString()).toBe("2026-11-22T08:30:00Z");
    expect(order().actionableFrom?.toString()).toBe("2026-11-21T03:30:00Z");
  });
  it("names its line by order item, FSN, plain SKU and location", () => {
    expect(order().lines).toMatchObject([
      {
        channelOrderItemId: "12345678901234500",
        productId: "TSHTESTAAAAAAAA1",
        variantId: "TEE-BLUE-M",
        channelProductId: "TEE-BLUE-M",
        channelSku: "TEE-BLUE-M",
        channelWarehouse: "LOC7a1b2c3d",
        quantity: 2,
      },
    ]);
  });
  it("reads what the buyer does not pay of price and shipping as discount, for the whole line", () => {
    expect(order().lines[0]).toMatchObject({ sellingPrice: 99_800, shippingCharges: 5_000, discount: 2_000 });
  });
  it("reads what he pays beyond them as a charge, not as a discount", () => {
    const priceComponents = { sellingPrice: 998, shippingCharge: 50, customerPrice: 1_060 };
    const of = aShipment({ orderItems: [anItem({ priceComponents })] });
    expect(order(of).lines[0]).toMatchObject({ sellingPrice: 99_800, shippingCharges: 6_200, discount: 0 });
  });
  it("takes a replacement, of which nothing is paid, and says so", () => {
    const item = anItem({ priceComponents: null, is_replacement: true, paymentType: "PREPAID" });
    const read = order(aShipment({ orderItems: [item] }));
    expect(read.lines[0]).toMatchObject({ sellingPrice: 0, discount: 0 });
    expect(read.additionalInfo).toContain("Replacement");
    const pushed = anItem({ priceComponents: null, is_replacement: undefined, isReplacement: true });
    expect(order(aShipment({ orderItems: [pushed] })).additionalInfo).toContain("Replacement");
  });
  it("holds all lines of a shipment that Flipkart holds", () => {
    expect(order(aShipment({ hold: true })).lines.map((line) => line.onHold)).toEqual([true]);
  });
  it("is the seller's to ship where it is SELF, with the buyer's telephone number", () => {
    const view = details({
      deliveryAddress: { city: "Leh", state: "Ladakh", pinCode: "194101", contactNumber: "9000000001" },
    });
    expect(order(aShipment({ shipmentType: "SELF" }), view)).toMatchObject({
      thirdPartyShipping: false,
      shippingAddress: { name: "Asha Sharma", city: "Leh", pincode: "194101", phone: "9000000001" },
    });
  });
  it("leaves no person in the exchange log", () => {
    const kept = JSON.stringify(redact({ shipments: [details()] }));
    for (const words of ["Asha", "Sharma", "4th Cross", "Koramangala"]) expect(kept).not.toContain(words);
    expect(kept).toContain("Bengaluru");
  });
  it("lets new words in members that nothing depends on pass", () => {
    const item = anItem({ serviceProfile: "FBF_MAX", newMember: 1 });
    expect(
      readOrder({ shipment: aShipment({ packagingPolicy: "PAPER", orderItems: [item] }), details: details() }).ok,
    ).toBe(true);
  });
  it("says what is wrong: no address, a state nobody knows, lines of two orders, an amount finer than a paisa", () => {
    expect(faults({ shipment: aShipment(), details: null })).toMatchObject([{ code: "ORDER_MALFORMED" }]);
    expect(JSON.stringify(faults({ shipment: aShipmentIn("IN_LIMBO"), details: details() }))).toContain("IN_LIMBO");
    const two = [anItem(), anItem({ orderItemId: "2", orderId: "OD2" })];
    expect(JSON.stringify(faults({ shipment: aShipment({ orderItems: two }), details: details() }))).toContain("OD2");
    const fine = anItem({ priceComponents: { sellingPrice: 1.005 } });
    expect(faults({ shipment: aShipment({ orderItems: [fine] }), details: details() })).toMatchObject([
      { code: "AMOUNT_NOT_PAISE" },
    ]);
  });
  it("has the same content whatever became of it, and however its members are ordered", () => {
    const reversed = Object.fromEntries(Object.entries(anItem({ status: "SHIPPED" })).reverse());
    const later = aShipment({ hold: true, dispatchByDate: "2026-11-25T14:00:00+05:30", orderItems: [reversed] });
    expect(JSON.stringify(contentOf(later))).toBe(JSON.stringify(contentOf(aShipment())));
    const other = aShipment({ orderItems: [anItem({ quantity: 3 })] });
    expect(JSON.stringify(contentOf(other))).not.toBe(JSON.stringify(contentOf(aShipment())));
  });
});

describe("a SKU", () => {
  it.each([
    ["&quot;TEE-BLUE-M&quot;", "TEE-BLUE-M"],
    ["TEE-BLUE-M", "TEE-BLUE-M"],
    ["SALT &amp; PEPPER", "SALT & PEPPER"],
    ["&#34;A/B,50%&#34;", "A/B,50%"],
    ['12" RULER', '12" RULER'],
    ["&unknown;X", "&unknown;X"],
  ])("%s is %s", (given, plain) => {
    expect(plainSku(given)).toBe(plain);
  });
});

describe("states", () => {
  it.each([
    ["APPROVED", "OPEN"],
    ["PACKING_IN_PROGRESS", "OPEN"],
    ["FORM_FAILED", "OPEN"],
    ["PACKED", "OPEN"],
    ["READY_TO_DISPATCH", "OPEN"],
    ["PICKUP_COMPLETE", "DISPATCHED"],
    ["SHIPPED", "DISPATCHED"],
    ["DELIVERED", "DELIVERED"],
    ["COMPLETED", "DELIVERED"],
    ["CANCELLED", "CANCELLED"],
    ["RETURN_REQUESTED", "DELIVERED"],
    ["RETURNED", "DELIVERED"],
    ["IN_LIMBO", "unknown"],
    ["toString", "unknown"],
  ])("%s is %s", (word, status) => {
    expect(statusOf(word, false)).toBe(status);
    expect(isKnownState(word)).toBe(status !== "unknown");
  });
  it.each(["RETURN_REQUESTED", "RETURNED"])("%s of what was never delivered is DISPATCHED", (word) => {
    expect(statusOf(word, true)).toBe("DISPATCHED");
  });
  it.each(["RETURN_REQUESTED", "RETURNED"])(
    "%s announces no return and is no courier's word, of a known parcel",
    (word) => {
      const { lines, parcels } = toReported(shipment(aShipmentIn(word)), { name: "E-Kart Logistics", awb: "FMPP1" });
      expect(lines).toMatchObject([{ status: "DELIVERED", raw: word, channelReturnId: null }]);
      expect(parcels).toMatchObject([{ courierName: "E-Kart Logistics", awb: "FMPP1", statuses: [] }]);
    },
  );
  it("are reported with their time, cancelled lines with that of the cancellation", () => {
    const gone = anItem({ orderItemId: "2", status: "CANCELLED", cancellationDate: "2026-11-21T08:00:00+05:30" });
    const reported = toReported(shipment(aShipment({ orderItems: [anItem(), gone] })), null);
    expect(reported.lines.map((line) => [line.status, line.raw, line.changedAt?.toString()])).toEqual([
      ["OPEN", "APPROVED", "2026-11-21T02:42:01Z"],
      ["CANCELLED", "CANCELLED", "2026-11-21T02:30:00Z"],
    ]);
    expect(reported.parcels).toEqual([]);
  });
  it("bring courier and number once there are some, from the address view or from inside sub-shipments", () => {
    const courier = courierOf(null, [{ subShipmentId: "SS-1", ...COURIER }]);
    expect(courier).toEqual({ name: "E-Kart Logistics", awb: "FMPP0000000001" });
    expect(toReported(shipment(aShipmentIn("SHIPPED")), courier).parcels).toMatchObject([
      {
        courierCode: "EKARTLOGISTICS",
        courierName: "E-Kart Logistics",
        awb: "FMPP0000000001",
        statuses: [{ raw: "SHIPPED" }],
      },
    ]);
  });
});

describe("a return", () => {
  const item = (status: string) => ({
    returnId: "R-1",
    orderItemId: "12345678901234500",
    shipmentId: SHIPMENT_ID,
    quantity: 1,
    status,
  });
  it.each([
    ["CREATED", "customer_return", "CIR"],
    ["CREATED", "courier_return", "RTO"],
    ["COMPLETED", "customer_return", "RETURNED"],
    ["COMPLETED", "courier_return", "RETURNED"],
    ["CANCELLED", "customer_return", "DELIVERED"],
    ["CANCELLED", "courier_return", "DISPATCHED"],
    ["IN_LIMBO", "customer_return", "unknown"],
  ] as const)("%s of a %s is %s", (status, source, ours) => {
    const read = readReturn({ ...item(status), reason: "QUALITY_ISSUE", trackingId: "R1", courierName: "E-Kart" });
    assert(read.ok, "the return is read");
    expect(toReportedReturn(read.value, source)).toMatchObject({
      channelOrderId: SHIPMENT_ID,
      lines: [{ status: ours, quantity: 1, channelReturnId: "R-1", returnAwb: "R1", returnReason: "QUALITY_ISSUE" }],
    });
  });
  it.each([
    ["CANCELLED", "customer_return", true],
    ["Rejected", "customer_return", true],
    ["CANCELLED", "courier_return", true],
    ["CREATED", "customer_return", undefined],
  ] as const)("%s of a %s: will not come is %s", (status, source, calledOff) => {
    const read = readReturn(item(status));
    assert(read.ok, "the return is read");
    expect(toReportedReturn(read.value, source).lines[0]?.returnCalledOff).toBe(calledOff);
  });
  it("that names no shipment is told in words", () => {
    expect(readReturn({ returnId: "R-2", orderItemId: "5", status: "CREATED" })).toMatchObject({
      ok: false,
      words: expect.stringContaining("R-2"),
    });
  });
});

describe("packing", () => {
  it("sends rate, quantity, order and date, and the box in centimetres and kilograms", () => {
    const read = shipment();
    expect(toPack(PACK, read, read.lines)).toEqual({
      shipments: [
        {
          shipmentId: SHIPMENT_ID,
          locationId: "LOC7a1b2c3d",
          taxItems: [{ orderItemId: "12345678901234500", quantity: 2, taxRate: 5 }],
          invoices: [{ orderId: "OD432100000000001000", invoiceDate: "2026-11-21" }],
          subShipments: [{ subShipmentId: "SS-1", dimensions: { length: 30.5, breadth: 22, height: 6, weight: 0.64 } }],
        },
      ],
    });
  });
  it.each([
    ["APPROVED", "send"],
    ["PACKING_IN_PROGRESS", "done"],
    ["PACKED", "done"],
    ["READY_TO_DISPATCH", "done"],
    ["SHIPPED", "done"],
    ["FORM_FAILED", "refused"],
    ["CANCELLED", "refused"],
    ["IN_LIMBO", "refused"],
  ])("of a shipment that is %s is: %s", (state, kind) => {
    expect(packStep(PACK, shipment(aShipmentIn(state)), NOW).kind).toBe(kind);
  });
  it("waits for the hold, and for the moment from which it may be packed", () => {
    expect(packStep(PACK, shipment(aShipment({ hold: true })), NOW)).toMatchObject({
      others: expect.stringContaining("holds"),
    });
    const early = aShipment({ dispatchAfterDate: "2026-11-21T12:00:00+05:30" });
    expect(packStep(PACK, shipment(early), NOW)).toMatchObject({ others: expect.stringContaining("2026-11-21 12:00") });
  });
  it("is of the whole shipment: other lines or quantities are named", () => {
    const more = aShipment({ orderItems: [anItem({ quantity: 3 }), anItem({ orderItemId: "2" })] });
    const step = packStep(PACK, shipment(more), NOW);
    expect(step.kind === "refused" && [...step.lines.keys()]).toEqual(["12345678901234500", "2"]);
  });
  it("comes before ready to dispatch", () => {
    const lines = PARCEL.lines;
    expect(
      ["APPROVED", "PACKED", "READY_TO_DISPATCH", "SHIPPED"].map(
        (state) => readyStep(lines, shipment(aShipmentIn(state))).kind,
      ),
    ).toEqual(["refused", "send", "done", "done"]);
  });
});

describe("a cancellation", () => {
  const facts = (...lines: readonly (readonly [string, number])[]) => ({
    channelOrderId: SHIPMENT_ID,
    lines: lines.map(([channelOrderItemId, quantity]) => ({
      channelOrderItemId,
      productId: "P",
      variantId: "V",
      quantity,
    })),
  });
  const two = shipment(
    aShipment({
      orderItems: [
        anItem({ orderItemId: "1", cancellationGroupId: "grp1" }),
        anItem({ orderItemId: "2", cancellationGroupId: "grp1" }),
      ],
    }),
  );
  it("names the groups of its lines", () => {
    const plan = planCancel(facts(["1", 2], ["2", 2]), two);
    expect(plan).toMatchObject({ groups: ["grp1"] });
    expect(toCancel(two, plan.groups).shipments).toMatchObject([
      { cancellationGroupIds: ["grp1"], locationId: "LOC7a1b2c3d" },
    ]);
  });
  it("is refused where the group has lines that stay, naming them", () => {
    const plan = planCancel(facts(["1", 2]), two);
    expect(plan.groups).toEqual([]);
    expect(plan.refused.get("1")).toContain("2 (TEE-BLUE-M)");
  });
  it("of part of a line is refused", () => {
    expect(planCancel(facts(["1", 1], ["2", 2]), two).refused.get("1")).toContain("whole");
  });
  it("of a line that is cancelled there already is done", () => {
    const gone = shipment(aShipmentIn("CANCELLED"));
    expect(planCancel(facts(["12345678901234500", 2]), gone)).toMatchObject({
      groups: [],
      refused: new Map(),
      done: new Set(["12345678901234500"]),
    });
  });
  it("without a group is one of the whole shipment", () => {
    const bare = shipment(
      aShipment({
        orderItems: [
          anItem({ orderItemId: "1", cancellationGroupId: null }),
          anItem({ orderItemId: "2", cancellationGroupId: "grp2" }),
        ],
      }),
    );
    expect(planCancel(facts(["1", 2]), bare).refused.get("1")).toContain("2 (");
    expect(toCancel(bare, planCancel(facts(["1", 2], ["2", 2]), bare).groups).shipments[0]).not.toHaveProperty(
      "cancellationGroupIds",
    );
  });
});

describe("results of a stock push", () => {
  const line = (sku: string) => ({
    channelProductId: sku,
    productId: "TSHTESTAAAAAAAA1",
    variantId: sku,
    quantity: 1,
    hsn: null,
    channelWarehouse: "LOC1",
  });
  it("are read SKU by SKU: a warning is applied, a failure says why, silence is no success", () => {
    const sent = ["A", "B", "C", "D"].map(line);
    const answer = {
      A: { status: "SUCCESS" as const },
      B: { status: "WARNING" as const, errors: [{ severity: "WARNING" as const, code: 1, description: "slow" }] },
      C: {
        status: "FAILURE" as const,
        errors: [{ severity: "ERROR" as const, code: 400, description: "does not match", path: "product_id" }],
      },
    };
    expect(readStockResults(answer, sent, new Map())).toMatchObject({
      status: "PARTIAL_SUCCESS",
      results: [
        { key: "A", accepted: true },
        { key: "B", accepted: true },
        { key: "C", accepted: false, message: "does not match: product_id" },
        { key: "D", accepted: false, message: expect.stringMatching(/\S/) },
      ],
    });
  });
});

describe("an invoice", () => {
  const invoice = {
    shipmentId: SHIPMENT_ID,
    invoiceDate: "2026-11-21",
    invoiceNumber: "FAB2600001234567",
    orderItems: [
      {
        orderItemId: "12345678901234500",
        invoiceAmount: 1028,
        taxRate: 5,
        taxDetails: { cgstRate: 2.5, sgstRate: 2.5, igstRate: 0 },
      },
    ],
  };
  it("is read with the value before tax of its amounts", () => {
    const read = readInvoice(invoice, PARCEL, null);
    assert(read.ok, "the invoice is read");
    expect(read.value).toMatchObject({ number: "FAB2600001234567", buyer: null });
    expect(read.value.issuedAt.toString()).toBe("2026-11-20T18:30:00Z");
    expect(read.value.lines).toMatchObject([
      { channelOrderItemId: "12345678901234500", taxable: 97_905, rates: { gstBps: 500, cgstBps: 250, sgstBps: 250 } },
    ]);
  });
  it("without a number is none yet, and one that lacks a line is not taken", () => {
    expect(invoiceIn({ invoices: [{ ...invoice, invoiceNumber: "" }] }, SHIPMENT_ID)).toBeNull();
    expect(invoiceIn({ invoices: [] }, SHIPMENT_ID)).toBeNull();
    expect(readInvoice({ ...invoice, orderItems: [] }, PARCEL, null)).toMatchObject({ ok: false });
  });
});

describe("the hand-over group of a courier", () => {
  const groups = [
    { vendorGroupCode: "DELHIVERY", count: 1 },
    { vendorGroupCode: "EKART", count: 4 },
  ];
  it("is that of the same name, or of its beginning", () => {
    expect(vendorGroupOf("EKARTLOGISTICS", groups)).toMatchObject({ ok: true, value: { vendorGroupCode: "EKART" } });
    expect(vendorGroupOf("DELHIVERY", groups)).toMatchObject({ ok: true, value: { vendorGroupCode: "DELHIVERY" } });
  });
  it("is the only one there is, and otherwise not guessed", () => {
    expect(vendorGroupOf("BLUEDART", groups)).toMatchObject({
      ok: false,
      words: expect.stringContaining("DELHIVERY, EKART"),
    });
    expect(vendorGroupOf("BLUEDART", groups.slice(1))).toMatchObject({ ok: true, value: { vendorGroupCode: "EKART" } });
    expect(vendorGroupOf("BLUEDART", [])).toMatchObject({ ok: false });
  });
  it("of two pickups is that of the earlier", () => {
    const [late, early] = ["2026-11-23T10:00:00+05:30", "2026-11-22T10:00:00+05:30"].map((from) => ({
      vendorGroupCode: "EKART",
      pickUpDate: { from },
    }));
    assert(late !== undefined && early !== undefined, "two pickups");
    expect(vendorGroupOf("EKART", [late, early])).toMatchObject({ value: { pickUpDate: early.pickUpDate } });
  });
});

describe("a listing", () => {
  const listed = { sku: "TEE-BLUE-M", fsn: "TSHTESTAAAAAAAA1" };
  const given = {
    ...{ listing_id: "LST1", product_id: listed.fsn, listing_status: "ACTIVE", fulfillment_profile: "NON_FBF" },
    price: { mrp: 999, selling_price: 499, currency: "INR" },
  };
  it("has its SKU as its key, whole rupees, and no title of its own", () => {
    expect(readListing(listed, given)).toMatchObject({
      row: {
        channelProductId: "TEE-BLUE-M",
        productId: "TSHTESTAAAAAAAA1",
        title: "TEE-BLUE-M",
        price: 49_900,
        live: true,
      },
    });
  });
  it("that is inactive or archived is not live, of that in Flipkart's own store it keeps the stock, a broken one is told", () => {
    expect(readListing(listed, { ...given, listing_status: "INACTIVE" })).toMatchObject({ row: { live: false } });
    expect(readListing(listed, { ...given, archived_status: "ARCHIVED" })).toMatchObject({ row: { live: false } });
    const profiled = (profile: string) => readListing(listed, { ...given, fulfillment_profile: profile });
    expect(profiled("FBF")).toMatchObject({ row: { live: true, stockAtChannel: true } });
    expect(profiled("FBF_LITE")).toMatchObject({ row: { stockAtChannel: false } });
    expect(readListing(listed, { ...given, price: "free" })).toMatchObject({ kind: "rejected" });
    expect(readListing(listed, null)).toMatchObject({ row: { price: null } });
    expect(readListing(listed, null)).not.toHaveProperty("row.stockAtChannel"); // not said: what was said last stays
  });
});
