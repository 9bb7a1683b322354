import { describe, expect, it } from "vitest";
import { pickupBody, pickupFields, pickupValues } from "./pickup-fields.ts";

const address = {
  ...{ name: "Asha Rao", line1: "4 Lake Road", line2: null, city: "Mysuru", state: "Karnataka", country: "India" },
  ...{ pincode: "570001", phone: "9845012345", email: null },
};

describe("the form of a reverse pickup", () => {
  it("gives back what is kept, and leaves out what is as usual", () => {
    const of = {
      ...{ reason: "too small", actionCode: null, returnFacilityId: "f" },
      ...{ pickupAddress: address, shippingAddress: null },
      box: { lengthMm: 300, widthMm: null, heightMm: null, weightGrams: 400 },
    };
    const values = pickupValues(of);
    expect(pickupBody(values)).toEqual({
      ...{ reason: "too small", actionCode: null, returnFacilityId: "f", shippingAddress: null },
      pickupAddress: {
        ...{ name: "Asha Rao", phone: "9845012345", line1: "4 Lake Road", line2: null },
        ...{ city: "Mysuru", state: "Karnataka", pincode: "570001", email: null },
      },
      box: { lengthMm: 300, widthMm: null, heightMm: null, weightGrams: 400 },
    });
  });

  it("asks for an address only where it is another one", () => {
    const fields = pickupFields([]);
    expect(fields.find((field) => field.name === "pickup.city")?.when).toEqual({ field: "otherPickup", is: true });
    expect(fields.find((field) => field.name === "ship.city")?.when).toEqual({ field: "otherShip", is: true });
  });
});
