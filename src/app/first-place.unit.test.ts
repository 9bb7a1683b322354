import { describe, expect, it } from "vitest";
import { firstPlace } from "./first-place.ts";

const facility = {
  code: "BLR1",
  name: "Bengaluru",
  line1: "14 Hosur Road",
  city: "Bengaluru",
  stateCode: "29",
  pincode: "560068",
};

describe("the place of a first run", () => {
  it("takes the prefix that was typed", () => {
    expect(firstPlace.place.parse({ facility, series: { invoicePrefix: "KA26-" } }).series.invoicePrefix).toBe("KA26-");
  });

  it("refuses a prefix under a name it does not know, instead of numbering invoices otherwise than typed", () => {
    expect(firstPlace.place.safeParse({ facility, series: { prefix: "KA26-" } }).success).toBe(false);
  });
});
