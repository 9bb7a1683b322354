/** Papers and hand-over lists: what is sent, and what unusual answers mean. */
import { describe, expect, it } from "vitest";
import type { GivenAnswer } from "../kit/call-by-hand.ts";
import { fetchCourier, fetchInvoice, fetchLabel, fetchManifest } from "./operations/documents.ts";
import { by, found, LINE, PDF, result } from "./test-calls.ts";
import { anItem, aShipment, aShipmentIn, COURIER, details, PARCEL, SHIPMENT_ID } from "./test-facts.ts";

describe("papers", () => {
  const refused = { status: 422, body: { errors: [{ code: "OPERATION_NOT_ALLOWED", message: "not packed" }] } };
  it.each([
    ["PACKING_IN_PROGRESS", { ok: true, value: { state: "NOT_YET" } }],
    ["APPROVED", { ok: true, value: { state: "NOT_YET" } }],
    [
      "FORM_FAILED",
      { ok: false, failure: { kind: "refused", channelMessage: expect.stringContaining("transit form") } },
    ],
    ["CANCELLED", { ok: false, failure: { kind: "refused", channelMessage: expect.stringContaining("cancelled") } }],
    ["PACKED", { ok: false, failure: { kind: "refused", channelCode: "OPERATION_NOT_ALLOWED" } }],
  ])("refused while the shipment is %s", async (state, expected) => {
    expect(await fetchInvoice(by({ getInvoices: [refused], getShipments: [found(state)] }).call, PARCEL)).toMatchObject(
      expected,
    );
    expect(
      await fetchLabel(by({ getLabelOnlyPdf: [refused], getShipments: [found(state)] }).call, PARCEL),
    ).toMatchObject(expected);
  });
  it("that wait for another of Flipkart's systems are asked for again", async () => {
    const busy = { status: 400, body: { errors: [{ code: "DEPENDENT_SYSTEM_CALL_FAILED", message: "down" }] } };
    expect(await fetchLabel(by({ getLabelOnlyPdf: [busy] }).call, PARCEL)).toMatchObject({
      failure: { kind: "transient" },
    });
  });
  it("are asked for as JSON and as PDF at one address", async () => {
    const invoice = {
      ...{ shipmentId: SHIPMENT_ID, invoiceDate: "2026-11-21", invoiceNumber: "FAB1" },
      orderItems: [
        { orderItemId: LINE, invoiceAmount: 105, taxRate: 5, taxDetails: { cgstRate: 0, sgstRate: 0, igstRate: 5 } },
      ],
    };
    const { call, sent } = by({ getInvoices: [{ body: { invoices: [invoice] } }, PDF] });
    expect(await fetchInvoice(call, PARCEL)).toMatchObject({
      value: {
        state: "READY",
        value: { number: "FAB1", pdf: PDF.bytes, lines: [{ taxable: 10_000, rates: { igstBps: 500 } }] },
      },
    });
    expect(sent.slice(1).map((one) => one.expects ?? "json")).toEqual(["json", "file"]);
  });
  it("of the courier say who he is, that he is not known yet, or that the seller ships", async () => {
    const none = { body: { shipments: [details()] } };
    expect(
      await fetchCourier(by({ getShipmentDetails: [{ body: { shipments: [details(COURIER)] } }] }).call, PARCEL),
    ).toMatchObject({
      value: { state: "READY", value: { code: "EKARTLOGISTICS", name: "E-Kart Logistics", awb: "FMPP0000000001" } },
    });
    const self = found("APPROVED", { shipmentType: "SELF" });
    expect(await fetchCourier(by({ getShipmentDetails: [none], getShipments: [self] }).call, PARCEL)).toMatchObject({
      value: { state: "SELLER_SHIPS" },
    });
    expect(
      await fetchCourier(by({ getShipmentDetails: [none], getShipments: [found("PACKED")] }).call, PARCEL),
    ).toMatchObject({ value: { state: "NOT_YET" } });
  });
});

describe("the hand-over list", () => {
  const WISH = { courierCode: "EKARTLOGISTICS", parcels: [PARCEL], lines: PARCEL.lines };
  const counts = { body: [{ vendorGroupCode: "EKART", count: 1 }] };
  it("makes parcels ready first, then asks for the list of the courier's group", async () => {
    const { call, sent } = by({
      getShipments: [found("PACKED")],
      markReadyToDispatch: [result("SUCCESS")],
      getHandoverCounts: [counts],
      getManifest: [PDF],
    });
    expect(await fetchManifest(call, WISH)).toEqual({
      ok: true,
      value: { made: true, url: null, file: PDF.bytes, refused: [], message: null },
    });
    expect(sent.find((one) => one.operation === "markReadyToDispatch")?.body).toEqual({
      shipmentIds: [SHIPMENT_ID],
      locationId: "LOC7a1b2c3d",
    });
    expect(sent.at(-1)?.body).toEqual({
      params: { vendorGroupCode: "EKART", locationId: "LOC7a1b2c3d", is_mps: false },
    });
  });
  it("is made of shipments of several packages or of others, never of both: the fewer are named, and nothing is marked", async () => {
    const LARGE = "7f0c1c52-6a3e-4f7e-9d0e-2b8f4f3f1a99";
    const line = { channelOrderItemId: "9", productId: "P", variantId: "V", quantity: 1 };
    const other = { channelOrderId: LARGE, packageCode: "PKG-2", lines: [line] };
    const wish = { ...WISH, parcels: [PARCEL, other], lines: [...PARCEL.lines, line] };
    const large = aShipment({
      shipmentId: LARGE,
      mps: true,
      orderItems: [anItem({ orderItemId: "9", status: "PACKED" })],
    });
    const { call, sent } = by({ getShipments: [{ body: { shipments: [aShipmentIn("PACKED"), large] } }] });
    expect(await fetchManifest(call, wish)).toMatchObject({
      value: { made: false, refused: [{ key: "9", message: expect.stringContaining("several packages") }] },
    });
    expect(sent.map((one) => one.operation)).not.toContain("markReadyToDispatch");
  });
  it("passes over what is ready already, also by Flipkart's word", async () => {
    const ready = by({ getShipments: [found("READY_TO_DISPATCH")], getHandoverCounts: [counts], getManifest: [PDF] });
    expect(await fetchManifest(ready.call, WISH)).toMatchObject({ value: { made: true } });
    const already = by({
      getShipments: [found("PACKED")],
      markReadyToDispatch: [result("FAILURE", "ORDER_ITEM_ALREADY_DISPATCHED")],
      getHandoverCounts: [counts],
      getManifest: [PDF],
    });
    expect(await fetchManifest(already.call, WISH)).toMatchObject({ value: { made: true } });
  });
  it.each(["INVALID_ITEM_STATE", "OPERATION_NOT_ALLOWED"])(
    "refused with %s is ready where the state says so, and what it says where it does not",
    async (code) => {
      const marked = async (state: GivenAnswer) => {
        const { call, sent } = by({
          getShipments: [found("PACKED"), state],
          markReadyToDispatch: [result("FAILURE", code)],
          getHandoverCounts: [counts],
          getManifest: [PDF],
        });
        return { outcome: await fetchManifest(call, WISH), asked: sent.map((one) => one.operation) };
      };
      const done = await marked(found("READY_TO_DISPATCH"));
      expect(done.outcome).toMatchObject({ value: { made: true, refused: [] } });
      expect(done.asked.slice(2, 4)).toEqual(["markReadyToDispatch", "getShipments"]);
      const refused = (words: string) => ({
        value: { made: false, refused: [{ key: LINE, message: expect.stringContaining(words) }] },
      });
      expect((await marked(found("PACKED"))).outcome).toMatchObject(refused(code));
      expect((await marked(found("CANCELLED"))).outcome).toMatchObject(refused("cancelled"));
      expect((await marked({ body: { shipments: [] } })).outcome).toMatchObject(refused(code));
      // Whether it is ready is not known: nothing comes off the list.
      expect((await marked({ status: 503, body: {} })).outcome).toMatchObject({ failure: { kind: "transient" } });
    },
  );
  it("names the lines of a parcel that cannot be made ready, and is not made", async () => {
    const { call, sent } = by({
      getShipments: [found("PACKED")],
      markReadyToDispatch: [result("FAILURE", "ORDER_ITEM_ALREADY_CANCELLED")],
    });
    expect(await fetchManifest(call, WISH)).toMatchObject({
      value: { made: false, refused: [{ key: LINE, message: expect.stringContaining("cancelled") }] },
    });
    expect(sent.at(-1)?.operation).toBe("markReadyToDispatch");
    expect(await fetchManifest(by({ getShipments: [found("APPROVED")] }).call, WISH)).toMatchObject({
      value: { made: false, refused: [{ key: LINE, message: expect.stringContaining("not packed") }] },
    });
  });
  it("is of one location, and of shipments that Flipkart knows", async () => {
    const other = aShipmentIn("PACKED", { shipmentId: "0d6b4f0a-5f4e-4d5a-8f0c-000000000002", locationId: "LOC2" });
    const two = by({ getShipments: [{ body: { shipments: [aShipmentIn("PACKED"), other] } }] });
    expect(await fetchManifest(two.call, WISH)).toMatchObject({
      value: { made: false, message: expect.stringContaining("LOC7a1b2c3d and LOC2") },
    });
    expect(await fetchManifest(by({ getShipments: [{ body: { shipments: [] } }] }).call, WISH)).toMatchObject({
      value: { made: false, refused: [{ key: LINE }] },
    });
  });
});
