import { describe, expect, it } from "vitest";
import { keyOf, readKey, slavesOf } from "./map/keys.ts";
import { offerOf } from "./map/offers.ts";
import { isLessOf, pulledOrders, readOrder, readSalesOrder } from "./map/order.ts";
import { readStatusTable, statusOf, wordOf } from "./map/states.ts";

const { table } = readStatusTable(
  '{"002":"ACCEPTED","006":"SHIPPED","007":"DELIVERED","008":"CANCELLED","009":"RETURN_INITIATED","011":"RETURN_RECEIVED"}',
);

function line(over: object = {}) {
  return {
    ...{ transactionId: "T-1", shipByDate: "2026-11-21T12:30:00Z", omsStatusCode: "002", sellerID: "S1" },
    ...{ articleNumber: "MUG-01", price: 499.5, mrp: 599.0, isCOD: "N", fulfillmentType: "TSHIP", p1SlaveId: "A" },
    ...{ apportionedPrice: 489.25, apportionedCODPrice: 0.0, apportionedShippingCharge: 40.0 },
    ...{ isaGift: "N", giftMessage: "null", giftPrice: 0.0, isAFreebie: "N", returnLogisticsID: "null" },
    gst: {
      ...{ slavegstin: "29AAXCS0001F1ZE", destinationStateCode: "27", hsnCode: "691110" },
      hsnTax: [{ taxType: "IGST", taxRate: "12", taxValue: "52.42" }],
    },
    ...over,
  };
}

function order(lines: readonly object[] = [line()], over: object = {}) {
  return {
    ...{ orderType: "01", orderNo: "N-1", orderDate: "2026-11-20 10:00:00.0" },
    addressInfo: [
      {
        ...{ addressType: "DA", emailID: "NA", firstName: "Asha", lastName: "Rao", phoneNo: "9800000001" },
        ...{ address1: "4 Lake Road", address2: "NA", address3: "Kothrud", landmark: "By the temple--" },
        ...{ country: "IN", city: "Pune", state: "27 ", pincode: "411038" },
      },
      {
        ...{ addressType: "BA", emailID: "asha@example.in", firstName: "Firm", lastName: "N", phoneNo: "9800000002" },
        ...{ address1: "1 High Street", address2: "NA", landmark: "null--", country: "IN", city: "Delhi" },
        ...{ state: "07 ", pincode: 110001, gstin: "07AAAAA0000A1Z5" },
      },
    ],
    paymentInfo: [{ paymentCost: 529.25, paymentMode: "Prepaid", paymentStatus: "S", paymentInfo: "P-1" }],
    orderLine: lines,
    ...over,
  };
}

const pull = (rows: readonly unknown[], wanted: "CREATED" | "PENDING_VERIFICATION" = "CREATED", slaves = ["A", "B"]) =>
  pulledOrders(rows, table, slaves, wanted);
const readOnly = (row: unknown, wanted: "CREATED" | "PENDING_VERIFICATION" = "CREATED") =>
  readOrder(pull([row], wanted).orders[0]?.raw);

describe("the table of status codes", () => {
  it("knows 001 by itself, takes the channel's words, and keeps what nobody told", () => {
    expect(statusOf(readStatusTable(undefined).table, "001")).toBe("OPEN");
    expect(["001", "002", "006", "007", "008", "009", "011", "099"].map((code) => statusOf(table, code))).toEqual([
      "OPEN",
      "OPEN",
      "DISPATCHED",
      "DELIVERED",
      "CANCELLED",
      "DISPATCHED",
      "DISPATCHED",
      "unknown",
    ]);
    expect([wordOf(table, "006"), wordOf(table, "099")]).toEqual(["006 SHIPPED", "099"]);
  });

  it.each(["{", "[]", '"002"', '{"002":"GONE"}', '{"002":1}'])("says of %s that it cannot be used", (text) => {
    expect(readStatusTable(text).fault).toMatch(/\S/);
  });
});

describe("an order for each store", () => {
  it("is named by number and store, and by nothing else", () => {
    expect(keyOf({ orderNo: "N-1", slaveId: "A" })).toBe("N-1@A");
    expect(readKey("N@1@A")).toEqual({ orderNo: "N@1", slaveId: "A" });
    for (const none of ["", "N-1", "@A", "N-1@"]) expect(readKey(none)).toBeNull();
    expect(slavesOf('{"A":"BLR1","B":"DEL1"}')).toEqual(["A", "B"]);
    expect([slavesOf(undefined), slavesOf("{"), slavesOf("null")]).toEqual([[], [], []]);
  });

  it("holds the lines that its store has, whether the channel's map names the store or not", () => {
    const { orders } = pull([
      order([line(), line({ transactionId: "T-2", p1SlaveId: "B" }), line({ transactionId: "T-3", p1SlaveId: "Z" })]),
    ]);
    expect(orders.map((one) => one.channelOrderId)).toEqual(["N-1@A", "N-1@B", "N-1@Z"]);
    const reads = orders.map((one) => readOrder(one.raw));
    expect(
      reads.map((read) => read.ok && read.value.lines.map((one) => [one.channelOrderItemId, one.channelWarehouse])),
    ).toEqual([[["T-1", "A"]], [["T-2", "B"]], [["T-3", "Z"]]]);
  });

  it("of which lines hopped away is the same one less these, and nothing else", () => {
    const [first, second] = [line(), line({ transactionId: "T-2" })];
    const part = (lines: readonly object[], over: object = {}) => pull([order(lines, over)]).orders[0]?.raw;
    const stored = part([first, second]);
    const shipped = { omsStatusCode: "006", awbNo: "AWB-1" };
    expect(
      isLessOf(
        part([
          { ...first, ...shipped },
          { ...second, p1SlaveId: "B" },
        ]),
        stored,
      ),
    ).toBe(true);
    expect(isLessOf(part([second]), stored)).toBe(true);
    for (const other of [
      part([first, line({ transactionId: "T-3" })]),
      part([{ ...first, price: 500 }]),
      part([first], { orderDate: "2026-11-21 10:00:00.0" }),
      part([first], { addressInfo: order().addressInfo.slice(0, 1) }),
      part([{ ...first, p1SlaveId: "B" }]),
      { ...(stored as object), order: { orderNo: "N-1" } },
      null,
    ])
      expect(isLessOf(other, stored), JSON.stringify(other)).toBe(false);
    expect(isLessOf(stored, part([first])), "more is other content").toBe(false);
  });

  it("that is offered is told from the others, with the time until which it may be accepted", () => {
    const row = order([line({ omsStatusCode: "001", acceptByDate: "2026-11-20T05:00:00Z" })]);
    expect(pull([row]).orders).toEqual([]);
    expect(readOnly(row, "PENDING_VERIFICATION")).toMatchObject({
      value: {
        status: "PENDING_VERIFICATION",
        additionalInfo: "Offered to this store: accepted until 2026-11-20 10:30, or it goes to another store.",
      },
    });
  });

  it("carries its addresses, who ships, and its lines' shares of the order's charges", () => {
    const read = readOnly(order());
    expect(read).toMatchObject({
      value: {
        ...{ channelOrderId: "N-1@A", displayCode: "N-1", thirdPartyShipping: true, paymentType: "PREPAID" },
        ...{ buyerGstin: "07AAAAA0000A1Z5", status: "CREATED" },
        shippingAddress: {
          ...{ name: "Asha Rao", line1: "4 Lake Road", line2: "Kothrud, By the temple", city: "Pune" },
          ...{ state: "Maharashtra", country: "IN", pincode: "411038", phone: "9800000001", email: null },
        },
        billingAddress: {
          ...{ name: "Firm N", line1: "1 High Street", line2: null, city: "Delhi", state: "Delhi", pincode: "110001" },
          ...{ phone: "9800000002", email: "asha@example.in" },
        },
      },
    });
    if (!read.ok) return;
    const [first] = read.value.lines;
    expect(
      [first?.sellingPrice, first?.shippingCharges, first?.discount, first?.codCharges].map((paise) =>
        paise === undefined ? null : Number(paise),
      ),
    ).toEqual([49950, 4000, 1025, 0]);
    expect([read.value.placedAt.toString(), read.value.dispatchBy.toString()]).toEqual([
      "2026-11-20T04:30:00Z",
      "2026-11-21T12:30:00Z",
    ]);
    expect(readOnly(order([line({ fulfillmentType: "SSHIP", isCOD: "Y" })]))).toMatchObject({
      value: { thirdPartyShipping: false, paymentType: "COD" },
    });
  });

  it("adds up, to the paisa, to what was paid for it", () => {
    const amounts = [
      { price: 1299.9, apportionedPrice: 1169.91, apportionedShippingCharge: 24.5 },
      { price: 99, apportionedPrice: 0.01, apportionedShippingCharge: 0, isAFreebie: "Y", parentTransactionID: "T-1" },
      { price: 700, apportionedPrice: 700, apportionedShippingCharge: 24.5 },
    ].map((over, i) => line({ isCOD: "Y", transactionId: `T-${i + 1}`, apportionedCODPrice: 10.1, ...over }));
    const read = readOnly(order(amounts));
    const owed = (read.ok ? read.value.lines : []).map((of) =>
      [of.sellingPrice, of.shippingCharges ?? 0, of.codCharges ?? 0, -(of.discount ?? 0)].reduce(
        (sum: number, paise) => sum + paise,
        0,
      ),
    );
    expect(owed).toEqual([120451, 1011, 73460]);
    const plain = readOnly(order([line({ apportionedPrice: undefined })]));
    expect(plain.ok && plain.value.lines[0]?.discount, "where nothing says what is paid the price is").toBeUndefined();
  });

  it("takes words for nothing as nothing, wherever they stand", () => {
    const none = {
      address2: "null",
      address3: "NA",
      landmark: "null--",
      emailID: "null",
      lastName: "NA",
      phoneNo: "N",
    };
    const [delivery] = order().addressInfo;
    const read = readOnly(order([line({ giftMessage: "For you" })], { addressInfo: [{ ...delivery, ...none }] }));
    expect(read).toMatchObject({
      value: {
        lines: [{ giftMessage: "For you" }],
        shippingAddress: { name: "Asha", line1: "4 Lake Road", line2: null, phone: "", email: null },
      },
    });
    const unsaid = readOnly(order());
    expect(unsaid.ok && unsaid.value.lines[0]?.giftMessage).toBeNull();
    const travelling = line({ omsStatusCode: "006", awbNo: "null", p1LogisticsID: "null" });
    expect(pull([order([travelling])]).orders[0]?.reported?.parcels, "no number is no parcel").toBeUndefined();
  });

  it.each([
    ["a code", "27 ", "Maharashtra"],
    ["a code of one digit", "7", "Delhi"],
    ["a code given up", "28 ", "Andhra Pradesh"],
    ["a name", "Goa", "Goa"],
    ["no code that there is", "99 ", "99"],
    ["a word of the machine", "constructor", "constructor"],
    ["nothing", "NA", ""],
  ])("goes to a state by %s", (_, state, name) => {
    const [delivery] = order().addressInfo;
    const read = readOnly(order([line()], { addressInfo: [{ ...delivery, state }] }));
    expect(read.ok && read.value.shippingAddress.state).toBe(name);
  });

  it.each([
    ["more paid than its price", [line({ apportionedPrice: 499.51 })], "more is paid for T-1"],
    ["a code that the table has not", [line({ omsStatusCode: "099" })], "099"],
    [
      "lines that are shipped by both",
      [line(), line({ transactionId: "T-2", fulfillmentType: "SSHIP" })],
      "shipped by",
    ],
    ["a line twice", [line(), line()], "twice"],
    ["lines paid and unpaid", [line(), line({ transactionId: "T-2", isCOD: "Y" })], "collected"],
  ])("with %s is not made, and says why", (_, lines, words) => {
    expect(JSON.stringify(readOnly(order(lines)))).toContain(words);
    expect(readOnly(order(lines)).ok).toBe(false);
  });

  it.each(["CANCELLED", "HOPPED"])("of which a line is %s is shipped, paid for and due as the others are", (word) => {
    const { table: wide } = readStatusTable(`{"002":"ACCEPTED","008":"${word}"}`);
    const other = { fulfillmentType: "SSHIP", isCOD: "Y", shipByDate: "2026-11-20T12:30:00Z" };
    const row = order([line({ transactionId: "T-0", omsStatusCode: "008", ...other }), line()]);
    const read = readOrder(pulledOrders([row], wide, ["A"], "CREATED").orders[0]?.raw);
    expect(read).toMatchObject({
      value: {
        ...{ status: "CREATED", thirdPartyShipping: true, paymentType: "PREPAID" },
        dispatchBy: Temporal.Instant.from("2026-11-21T12:30:00Z"),
        lines: [{ cancelled: true }, { cancelled: false }],
      },
    });
    const gone = order([
      line({ omsStatusCode: "008", ...other }),
      line({ transactionId: "T-2", omsStatusCode: "008" }),
    ]);
    expect(readOrder(pulledOrders([gone], wide, ["A"], "CREATED").orders[0]?.raw)).toMatchObject({
      value: { status: "CANCELLED", thirdPartyShipping: false, paymentType: "COD" },
    });
  });

  it("has the same content whatever becomes of its lines, and another when they are others", () => {
    const contents = [
      order(),
      order([line({ omsStatusCode: "006", awbNo: "1", p1LogisticsID: "DLV", statusDate: "2026-11-22T10:00:00" })]),
      order([line({ apportionedPrice: 489 })]),
    ].map((row) => JSON.stringify(pull([row]).orders[0]?.content));
    expect(contents[1]).toBe(contents[0]);
    expect(contents[2]).not.toBe(contents[0]);
  });

  it("tells the parcel of what Tata ships, by its tracking number", () => {
    const on = {
      omsStatusCode: "006",
      awbNo: "AWB1",
      p1LogisticsID: "DLV",
      courierStatuses: [{ status: "In transit", at: "2026-11-22T10:00:00" }],
    };
    const report = (over: object) => pull([order([line({ ...on, ...over })])]).orders[0]?.reported;
    expect(report({})?.parcels).toEqual([
      {
        channelOrderItemIds: ["T-1"],
        courierCode: "DLV",
        courierName: "DLV",
        awb: "AWB1",
        statuses: [{ raw: "In transit", at: Temporal.Instant.from("2026-11-22T04:30:00Z") }],
      },
    ]);
    expect(report({ fulfillmentType: "SSHIP" })?.parcels).toBeUndefined();
  });
});

describe("an offer", () => {
  const at = (id: string, omsStatusCode: string, minute?: string) =>
    line({
      transactionId: id,
      omsStatusCode,
      ...(minute === undefined ? {} : { acceptByDate: `2026-11-20T10:${minute}` }),
    });
  const parts = (...lines: readonly object[]) => {
    const read = readSalesOrder(order(lines));
    const offer = read.ok ? offerOf(read.value.orderLine, table) : null;
    const ids = (of: "own" | "late" | "taken") => offer?.[of].map((each) => each.transactionId);
    return [ids("own"), ids("late"), ids("taken")];
  };

  it.each([
    ["together", [at("1", "001", "30:00"), at("2", "001", "30:40")], [["1", "2"], [], []]],
    ["one after the other", [at("1", "001", "40:00"), at("2", "001", "30:00")], [["2"], ["1"], []]],
    ["beside what was accepted", [at("1", "002"), at("2", "001", "30:00")], [[], ["2"], ["1"]]],
    ["with what was accepted", [at("1", "006", "30:00"), at("2", "001", "30:00")], [["2"], [], ["1"]]],
    ["without an end", [at("1", "001"), at("2", "001"), at("3", "002")], [["1", "2"], [], ["3"]]],
    [
      "beside what lives no more, or nobody knows",
      [at("1", "008"), at("2", "099"), at("3", "001", "30:00")],
      [["3"], [], []],
    ],
    ["no more", [at("1", "008")], [[], [], []]],
  ])("of lines that are offered %s", (_, lines, expected) => {
    expect(parts(...lines)).toEqual(expected);
  });
});
