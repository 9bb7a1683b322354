import { describe, expect, it } from "vitest";
import { amountOf, emptyLine, sentLines, toCome } from "./order-data.ts";

const line = (over: object = {}) => ({ ...emptyLine(), sku: "PEN", quantity: 3, price: "1,200.50", ...over });

describe("the lines of a purchase order as they are typed", () => {
  it("are sent in paise, with the class that was chosen", () => {
    expect(sentLines([line(), line({ sku: " CUP ", price: "0", taxClass: "GST_5" })])).toEqual({
      ok: true,
      lines: [
        { sku: "PEN", quantity: 3, unitPricePaise: 120_050, taxClass: null },
        { sku: "CUP", quantity: 3, unitPricePaise: 0, taxClass: "GST_5" },
      ],
    });
    expect(amountOf([line(), line({ sku: "CUP", price: "0.01" })])).toBe(360_153);
  });

  it.each([
    [[], "The order has no lines."],
    [[line({ sku: " " })], "Line 1, sku: Choose a product."],
    [[line(), line()], "Line 2, sku: On the order already."],
    [[line({ quantity: 0 })], "Line 1, quantity: 1 to 1,00,000."],
    [[line({ quantity: 1.5 })], "Line 1, quantity: 1 to 1,00,000."],
    [[line({ quantity: "" })], "Line 1, quantity: 1 to 1,00,000."],
    [[line({ price: "" })], "Line 1, price: An amount like 1,234.50."],
    [[line({ price: "1.005" })], "Line 1, price: An amount like 1,234.50."],
  ])("name what is wrong: %#", (lines, fault) => {
    expect(sentLines(lines)).toEqual({ ok: false, fault });
    expect(amountOf(lines)).toBeNull();
  });

  it("have to come what has not arrived, accepted or not", () => {
    expect(toCome({ quantity: 5, accepted: 3, rejected: 1 })).toBe(1);
  });
});
