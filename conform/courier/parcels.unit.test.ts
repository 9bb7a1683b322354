import { describe, expect, it } from "vitest";
import { operation } from "../../contract/validators.ts";
import { courierDate, PARCEL_KINDS, planOf, readCourierDate, updateBody, waybillBody } from "./parcels.ts";

const startedAt = Temporal.Instant.from("2026-11-22T11:30:00Z");
const options = { pincode: "682001", pickupPincode: "110020", pickupId: "WH-1" };

describe("what a courier is asked to carry", () => {
  it.each(PARCEL_KINDS)("%s fits the contract", (kind) => {
    const body = waybillBody(planOf("STAMP", kind), options, startedAt);
    expect(operation("shipping-provider", "generateWaybill").body(body)).toMatchObject({ ok: true });
    expect(JSON.stringify(body)).toContain("CF-STAMP-");
  });

  it("goes from the seller to the customer, and a return the other way", () => {
    const pins = (kind: "prepaid" | "reverse") => {
      const { deliveryAddressDetails: to, pickupAddressDetails: from } = waybillBody(
        planOf("S", kind),
        options,
        startedAt,
      );
      return [from, to];
    };
    const [seller, customer] = [{ pincode: "110020" }, { pincode: "682001" }];
    expect(pins("prepaid")).toMatchObject([seller, customer]);
    expect(pins("reverse")).toMatchObject([customer, seller]);
  });

  it("is paid on delivery where it is COD, and only there", () => {
    expect(waybillBody(planOf("S", "cod"), options, startedAt)).toMatchObject({
      paymentMode: "COD",
      collectableAmount: "3439.20",
    });
    expect(waybillBody(planOf("S", "prepaid"), options, startedAt)).toMatchObject({
      paymentMode: "PREPAID",
      collectableAmount: "0.00",
    });
  });

  it("names the seller's address by its id alone where one was agreed", () => {
    const body = waybillBody(planOf("S", "addressId"), options, startedAt);
    expect(body).toMatchObject({ pickupAddressId: "WH-1", pickupAddressDetails: {} });
  });

  it("is changed in a form that fits the contract", () => {
    const body = updateBody(planOf("S", "reverse"), "123", startedAt);
    expect(operation("shipping-provider", "updateWaybill").body(body)).toMatchObject({ ok: true });
    expect(body).toMatchObject({ Shipment: { returnShipmentFlag: "true", waybill: "123", code: "CF-S-3" } });
  });
});

describe("a courier's time", () => {
  it("is written and read in Indian time", () => {
    const at = Temporal.Instant.from("2021-09-15T18:30:00Z");
    expect(courierDate(at)).toBe("16-Sep-2021 00:00:00");
    expect(readCourierDate("16-Sep-2021 00:00:00")?.toString()).toBe("2021-09-15T18:30:00Z");
  });

  it.each([
    "16-09-2021 00:00:00",
    "31-Feb-2021 00:00:00",
    "16-SEP-2021 00:00:00",
    "16-Sep-2021",
    "16-Sep-2021 24:00:00",
    "",
  ])("%j is none", (text) => {
    expect(readCourierDate(text)).toBeNull();
  });
});
