import { describe, expect, it } from "vitest";
import { operation } from "../../contract/validators.ts";
import { paise } from "../../src/kernel/index.ts";
import { aChange, aWish, CUSTOMER, WAREHOUSE } from "../kit/suite/facts.ts";
import {
  explain,
  readCancel,
  readManifest,
  readManifestRefusal,
  readUpdate,
  saysCancelledAlready,
} from "./map/answers.ts";
import { readShipperDate, shipperDate } from "./map/time.ts";
import { readTracking } from "./map/tracking.ts";
import { readWaybill, toUpdate, toWaybill } from "./map/waybill.ts";
import { addressIdOf } from "./settings.ts";

const PLAIN = { serviceType: "", handOverMode: "Pickup", courierName: "", addressId: "" };
const at = (text: string) => Temporal.Instant.from(text);

describe("times of the protocol", () => {
  it("are read and written in India, with English months, on a 24-hour clock", () => {
    expect(shipperDate(at("2021-09-15T18:30:00Z"))).toBe("16-Sep-2021 00:00:00");
    expect(readShipperDate("16-Sep-2021 00:00:00")).toEqual(at("2021-09-15T18:30:00Z"));
    expect(shipperDate(at("2026-01-01T07:29:59Z"))).toBe("01-Jan-2026 12:59:59");
  });

  it("that do not exist, or are written otherwise, are none", () => {
    for (const text of [
      "31-Feb-2026 10:00:00",
      "01-Jan-2026 24:00:00",
      "2026-01-01 10:00:00",
      "01-JAN-2026 10:00:00",
      "",
    ])
      expect(readShipperDate(text), text).toBeNull();
  });
});

describe("a wish for a number", () => {
  it("forward: the facility is the pickup and return side, the customer the delivery side", () => {
    const body = toWaybill(aWish("WEARDL-09874", { collect: paise(3_439_20) }), PLAIN);
    expect(operation("shipping-provider", "generateWaybill").body(body)).toMatchObject({ ok: true });
    expect(body).toMatchObject({
      returnShipmentFlag: "false",
      deliveryAddressId: "",
      deliveryAddressDetails: { name: CUSTOMER.name, address1: "12 MG Road", pincode: "560001", country: "India" },
      pickupAddressId: "",
      pickupAddressDetails: { name: WAREHOUSE.name, state: "Delhi", gstin: WAREHOUSE.gstin },
      returnAddressId: "",
      returnAddressDetails: { name: WAREHOUSE.name },
      currencyCode: "INR",
      paymentMode: "COD",
      totalAmount: "3439.20",
      collectableAmount: "3439.20",
    });
  });

  it("reverse: the roles are swapped, and there is no return side and no invoice", () => {
    const body = toWaybill(aWish("RP-1", { direction: "REVERSE" }), PLAIN);
    expect(operation("shipping-provider", "generateWaybill").body(body)).toMatchObject({ ok: true });
    expect(body).toMatchObject({
      returnShipmentFlag: "true",
      pickupAddressDetails: { name: CUSTOMER.name },
      deliveryAddressDetails: { name: WAREHOUSE.name },
      paymentMode: "PREPAID",
      collectableAmount: "0.00",
    });
    expect(Object.keys(body)).not.toContain("returnAddressDetails");
    expect(Object.keys(body.Shipment)).not.toContain("invoiceCode");
  });

  it("writes measures as texts, grams with four decimals, and times in the contract's spelling", () => {
    const { Shipment } = toWaybill(aWish("P-1", { weightGrams: 53 }), PLAIN);
    expect(Shipment).toMatchObject({
      code: "P-1",
      SaleOrderCode: "SO-P-1",
      orderCode: "#P-1",
      source: "unicommerce",
      weight: "53.0000",
      length: "300",
      breadth: "150",
      height: "100",
      numberOfBoxes: "1",
      orderDate: "19-Nov-2026 14:00:00",
      fullFilllmentTat: "21-Nov-2026 10:00:00",
      items: [{ name: "Shoe", quantity: 2, itemPrice: 1719.6, hsnCode: "640299", size: "8" }],
    });
  });

  it("sends the id of our address with blank details, on whichever side we are", () => {
    const choices = { ...PLAIN, addressId: "WH-7" };
    const forward = toWaybill(aWish("P-1"), choices);
    expect(forward).toMatchObject({ pickupAddressId: "WH-7", pickupAddressDetails: {}, deliveryAddressId: "" });
    expect(forward.deliveryAddressDetails).toMatchObject({ name: CUSTOMER.name });
    expect(forward.returnAddressDetails).toMatchObject({ name: WAREHOUSE.name });
    const reverse = toWaybill(aWish("R-1", { direction: "REVERSE" }), choices);
    expect(reverse).toMatchObject({ deliveryAddressId: "WH-7", deliveryAddressDetails: {}, pickupAddressId: "" });
    for (const body of [forward, reverse])
      expect(operation("shipping-provider", "generateWaybill").body(body)).toMatchObject({ ok: true });
  });

  it("hands custom fields on, and the settings' words", () => {
    const wish = aWish("P-1", { customFields: [{ name: "giftNote", value: "Happy Diwali" }] });
    const body = toWaybill(wish, { ...PLAIN, serviceType: "Air", handOverMode: "Drop", courierName: "Kite Road" });
    expect(body).toMatchObject({ serviceType: "Air", handOverMode: "Drop", courierName: "Kite Road" });
    expect(body.Shipment.customField).toEqual([{ name: "giftNote", value: "Happy Diwali" }]);
  });

  it("of a correction names the number and fits the contract", () => {
    const body = toUpdate(aChange("P-1", "77136301701", { direction: "REVERSE" }));
    expect(operation("shipping-provider", "updateWaybill").body(body)).toMatchObject({ ok: true });
    expect(body).toMatchObject({
      Shipment: { returnShipmentFlag: "true", waybill: "77136301701", weight: "610.0000" },
      source: "unicommerce",
    });
  });
});

describe("ids of our addresses", () => {
  it("are one for all, or by facility, and nothing where the facility has none", () => {
    expect(addressIdOf("", "DEL1")).toBe("");
    expect(addressIdOf("WH-1", "DEL1")).toBe("WH-1");
    expect(addressIdOf("DEL1=WH-1, BLR1 = WH-2", "BLR1")).toBe("WH-2");
    expect(addressIdOf("DEL1=WH-1,BLR1=WH-2", "BOM1")).toBe("");
    expect(addressIdOf("WH-0,BLR1=WH-2", "BLR1")).toBe("WH-2");
    expect(addressIdOf("WH-0,BLR1=WH-2", "BOM1")).toBe("WH-0");
  });
});

describe("the answer to a wish", () => {
  it("has number, carrier, routing code and label; empty texts are none", () => {
    const json = { status: "SUCCESS", waybill: " 77136301701 ", shippingLabel: "", courierName: null };
    expect(readWaybill({ json })).toEqual({
      kind: "read",
      value: { awb: "77136301701", carrier: null, routingCode: null, labelUrl: null },
    });
  });

  it("FAILED is a refusal with reason and words", () => {
    const json = { status: "FAILED", reason: "PINCODE_NOT_SERVICEABLE", message: "560001 is not served" };
    expect(readWaybill({ json })).toEqual({
      kind: "refused",
      code: "PINCODE_NOT_SERVICEABLE",
      words: "560001 is not served",
    });
  });

  it.each([
    [{ status: "SUCCESS" }, "waybill is required"],
    [{ status: "SUCCESS", waybill: 77136301701 }, "waybill must be string"],
    [{ status: "SUCCESS", waybill: "  " }, "waybill is empty"],
    [{ status: "SUCCESS", waybill: "7".repeat(46) }, "waybill must NOT have more than 45 characters"],
    [{ status: "DONE", waybill: "7" }, "status must be one of SUCCESS"],
    [{ waybill: "7" }, "status is required"],
    [[], "body must be object"],
    [null, "body must be object"],
  ])("%j is no answer, and the words name the member", (json, words) => {
    const read = readWaybill({ json });
    expect(read.kind === "unfit" && read.words).toContain(words);
  });
});

describe("the answer to a cancellation", () => {
  const answer = (status: string, errorMessage: string, waybill = "77") => ({
    json: { status, errorMessage, waybill },
  });

  it.each(["SUCCESS", "success", "Success"])("%s is a success", (status) => {
    expect(readCancel(answer(status, "Pickup is successfully cancelled"), "77")).toEqual({ kind: "read", value: null });
  });

  it.each(["FAILED", "failed"])("%s is a refusal in the courier's words", (status) => {
    const read = readCancel(answer(status, "Pickup is not cancelled: already picked up"), "77");
    expect(read).toMatchObject({ kind: "refused", words: "Pickup is not cancelled: already picked up" });
  });

  it("of a number that was given back before is a success, however it is said", () => {
    expect(readCancel(answer("failed", "Waybill already cancelled"), "77")).toMatchObject({ kind: "read" });
    const said = [
      "ALREADY_CANCELLED",
      "AWB is already canceled.",
      "It has already been cancelled",
      "Cancelled already",
    ];
    for (const words of said) expect(saysCancelledAlready(words), words).toBe(true);
    const other = [
      "Pickup is not cancelled: already picked up",
      "Already in transit, cannot be cancelled",
      "Not cancelled, already delivered",
      "Not cancelled already",
      "",
    ];
    for (const words of other) expect(saysCancelledAlready(words), words).toBe(false);
  });

  it("about another number says nothing of ours", () => {
    const read = readCancel(answer("SUCCESS", "done", "78"), "77");
    expect(read.kind === "unfit" && read.words).toContain("waybill is 78, not 77");
  });
});

describe("answers to corrections and manifests", () => {
  it("a correction is done or refused", () => {
    expect(readUpdate({ json: { status: "SUCCESS" } })).toEqual({ kind: "read", value: null });
    expect(readUpdate({ json: { status: "FAILED", message: "left" } })).toMatchObject({
      kind: "refused",
      words: "left",
    });
    expect(readUpdate({ json: {} })).toMatchObject({ kind: "unfit" });
  });

  const good = { status: "SUCCESS", manifestNumber: 343434334, manifestDownloadUrl: "https://c.example.com/m/1.pdf" };

  it("a manifest is made with 201 alone, and has an address", () => {
    expect(readManifest({ json: good, status: 201 })).toEqual({
      kind: "read",
      value: { kind: "made", number: "343434334", url: "https://c.example.com/m/1.pdf" },
    });
    expect(readManifest({ json: good, status: 200 })).toMatchObject({ kind: "unfit" });
    for (const manifestDownloadUrl of ["", "m/1.pdf", "javascript:alert(1)", undefined]) {
      const read = readManifest({ json: { ...good, manifestDownloadUrl }, status: 201 });
      expect(read.kind === "unfit" && read.words, String(manifestDownloadUrl)).toContain("manifestDownloadUrl");
    }
  });

  it("refusals name the numbers, be they texts or numbers", () => {
    const already = { message: "on another", alreadyManifestedAWBs: ["16090109", 16090108] };
    expect(readManifestRefusal({ json: already })).toMatchObject({ why: "ALREADY", awbs: ["16090109", "16090108"] });
    const invalid = { status: "FAILED", message: "unknown", invalidAWBs: [1] };
    expect(readManifestRefusal({ json: invalid })).toMatchObject({ why: "UNKNOWN", awbs: ["1"] });
    expect(readManifestRefusal({ json: { message: "awbNumbers is required" } })).toBeNull();
    expect(readManifestRefusal({ json: { message: "none", alreadyManifestedAWBs: [] } })).toBeNull();
  });

  it("words of other refusals are found wherever they stand", () => {
    const answered = (json: unknown) => explain({ json, status: 400, headers: {}, bytes: Buffer.alloc(0) });
    expect(answered({ status: "FAILED", reason: "VALIDATION", message: "weight" })).toEqual({
      code: "VALIDATION",
      message: "weight",
    });
    expect(answered({ status: "failed", errorMessage: "unknown" })).toEqual({ code: "failed", message: "unknown" });
    expect(answered("<html>")).toEqual({});
  });
});

describe("tracking", () => {
  const row = { waybill: "A1", currentStatus: "PICKUP_PENDING", statusDate: "21-Feb-2023 19:23:00" };
  const tracked = (rows: readonly unknown[], asked = ["A1"], key = "status") => {
    const read = readTracking({ json: { [key]: "SUCCESS", waybillDetails: rows } }, asked);
    if (read.kind !== "read") throw new Error(`it is read: ${read.words}`);
    return read.value;
  };

  it("is read under both spellings of its outcome", () => {
    for (const key of ["status", "Status"])
      expect(tracked([row], ["A1"], key).parcels).toEqual([
        {
          awb: "A1",
          scans: [{ raw: "PICKUP_PENDING", at: at("2023-02-21T13:53:00Z"), place: null, remark: null }],
          ndr: null,
          expectedAt: null,
          rtoAwb: null,
        },
      ]);
  });

  it("reads the long sample of 2023: history, place, expected day", () => {
    const long = {
      waybill: "80224636450",
      currentStatus: "PICKUP_PENDING",
      current_sub_status: "out for pickup",
      current_status_remark: "pickup is yet to be done",
      statusDate: "05-Aug-2023 03:52:09",
      current_location: "Mumbai_Turbhe_C (Maharashtra)",
      expected_date_of_delivery: "07-Aug-2023 03:52:09",
      dimensions: { l: "100", b: "120", h: "150" },
      attempt_count: "0",
      tracking_history: [
        { date_time: "05-Aug-2023 03:52:09", status: "PICKUP_PENDING", sub_status: "", city: "Navi Mumbai" },
      ],
      rto_awb: "",
    };
    expect(tracked([long], ["80224636450"]).parcels).toEqual([
      {
        awb: "80224636450",
        scans: [
          {
            raw: "PICKUP_PENDING",
            at: at("2023-08-04T22:22:09Z"),
            place: "Mumbai_Turbhe_C (Maharashtra)",
            remark: "out for pickup, pickup is yet to be done",
          },
        ],
        ndr: null,
        expectedAt: at("2023-08-06T22:22:09Z"),
        rtoAwb: null,
      },
    ]);
  });

  it("puts history in the order of time, whichever way round it is listed, and the present status last", () => {
    const history = [
      { date_time: "21-Feb-2023 19:23:00", status: "OUT_FOR_DELIVERY" },
      { date_time: "21-Feb-2023 10:00:00", status: "IN_TRANSIT" },
      { date_time: "20-Feb-2023 10:00:00", status: "PICKED_UP" },
    ];
    const now = { ...row, currentStatus: "OUT_FOR_DELIVERY" };
    const words = (tracking_history: readonly unknown[]) =>
      tracked([{ ...now, tracking_history }]).parcels[0]?.scans.map(({ raw }) => raw);
    expect(words(history)).toEqual(["PICKED_UP", "IN_TRANSIT", "OUT_FOR_DELIVERY"]);
    expect(words(history.toReversed())).toEqual(["PICKED_UP", "IN_TRANSIT", "OUT_FOR_DELIVERY"]);
    expect(words(history.slice(1))).toEqual(["PICKED_UP", "IN_TRANSIT", "OUT_FOR_DELIVERY"]);
    const sameSecond = history.map((event) => ({ ...event, date_time: row.statusDate }));
    expect(words(sameSecond)).toEqual(["PICKED_UP", "IN_TRANSIT", "OUT_FOR_DELIVERY"]);
  });

  it("an attempt that failed has code, reason and count; a count that is no number is none", () => {
    const failed = {
      ...row,
      currentStatus: "UNDELIVERED",
      ndr_code: "NDR_01",
      ndr_reason: "Door locked",
      attempt_count: 2,
    };
    expect(tracked([failed]).parcels[0]?.ndr).toMatchObject({ code: "NDR_01", reason: "Door locked", attempts: 2 });
    expect(tracked([{ ...row, attempt_count: "many" }]).parcels[0]?.ndr).toBeNull();
    const next = { ...failed, next_delivery_date: "22-Feb-2023 10:00:00" };
    expect(tracked([next]).parcels[0]?.ndr?.nextAttemptAt).toEqual(at("2023-02-22T04:30:00Z"));
  });

  it("numbers that are left out are unknown, in the question's spelling; case and padding are no difference", () => {
    const told = tracked([{ ...row, waybill: " ab1 " }], ["AB1", "X9"]);
    expect(told.parcels.map(({ awb }) => awb)).toEqual(["AB1"]);
    expect(told.unknown).toEqual(["X9"]);
  });

  it.each([
    [{ waybill: "A1", currentStatus: "X" }, "A1: statusDate is required"],
    [{ ...row, statusDate: "2023-02-21 19:23:00" }, "A1: statusDate must match pattern"],
    [{ ...row, statusDate: "31-Feb-2023 19:23:00" }, "A1: statusDate is no time that exists"],
    [{ ...row, currentStatus: 7 }, "A1: currentStatus must be string"],
    [{ currentStatus: "X", statusDate: row.statusDate }, "row 1: waybill is required"],
    ["A1", "row 1: row must be object"],
    [{ ...row, waybill: "B2" }, "B2: was not asked for"],
  ])("a row that is broken is told by its member and sinks no other: %j", (broken, words) => {
    const told = tracked([broken, { ...row, waybill: "C3" }], ["A1", "C3"]);
    expect(told.parcels.map(({ awb }) => awb)).toEqual(["C3"]);
    expect(told.rejected.join("; ")).toContain(words);
  });

  it("a row whose optional members are broken is used without them; those that nobody reads are not told of", () => {
    const told = tracked([{ ...row, ndr_reason: 7, latitude: 12.5, tracking_history: "none" }]);
    expect(told.parcels).toHaveLength(1);
    expect(told.rejected.map((words) => words.split(" ")[1]).toSorted()).toEqual(["ndr_reason", "tracking_history"]);
  });

  it("a number with two rows stands where the later one says", () => {
    const later = { ...row, currentStatus: "DELIVERED", statusDate: "22-Feb-2023 19:23:00" };
    for (const rows of [
      [row, later],
      [later, row],
    ])
      expect(tracked(rows).parcels.map(({ scans }) => scans.at(-1)?.raw)).toEqual(["DELIVERED"]);
  });

  it.each([
    [{ waybillDetails: [] }, "status is required"],
    [{ status: "DONE", waybillDetails: [] }, "status must be one of SUCCESS, FAILED"],
    [{ status: "SUCCESS" }, "waybillDetails must be array"],
    [[], "body must be object"],
  ])("%j is no answer", (json, words) => {
    const read = readTracking({ json }, ["A1"]);
    expect(read.kind === "unfit" && read.words).toContain(words);
  });

  it("FAILED is a refusal in the courier's words", () => {
    const json = { Status: "FAILED", message: "too many numbers", waybillDetails: [] };
    expect(readTracking({ json }, ["A1"])).toMatchObject({ kind: "refused", words: "too many numbers" });
  });
});
