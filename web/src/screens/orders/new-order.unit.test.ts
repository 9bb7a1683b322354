import { describe, expect, it } from "vitest";
import { csvColumns, csvTemplate, lineFault, newLine, sentLines, totalOf } from "./new-order.ts";

const line = (over = {}) => ({ ...newLine(), sku: "PEN", quantity: 2, price: "1,299.50", discount: "", ...over });

describe("items of an order that is typed", () => {
  it("sends whole paise and adds them up", () => {
    const lines = [line({ discount: "0.50" }), line({ sku: " INK ", quantity: 1, price: "₹ 10" })];
    expect(sentLines(lines)).toEqual({
      ok: true,
      lines: [
        { sku: "PEN", quantity: 2, sellingPricePaise: 129_950, discountPaise: 50 },
        { sku: "INK", quantity: 1, sellingPricePaise: 1_000, discountPaise: 0 },
      ],
    });
    expect(totalOf(lines)).toBe(260_800);
  });

  it.each([
    [{ sku: " " }, "sku"],
    [{ quantity: "" }, "quantity"],
    [{ quantity: 1.5 }, "quantity"],
    [{ quantity: 10_001 }, "quantity"],
    [{ price: "" }, "price"],
    [{ price: "ten" }, "price"],
    [{ discount: "x" }, "discount"],
    [{ price: "5", discount: "6" }, "discount"],
  ] as const)("refuses %o at %s", (over, field) => {
    expect(lineFault(line(over), field)).not.toBeNull();
    expect(sentLines([line(over)])).toMatchObject({ ok: false, fault: expect.stringContaining(`Item 1, ${field}`) });
    expect(totalOf([line(over)])).toBeNull();
  });

  it("refuses an order without items", () => {
    expect(sentLines([]).ok).toBe(false);
  });
});

it("gives a template with as many cells as titles", () => {
  const [titles, cells] = csvTemplate([])
    .text.split("\r\n")
    .map((row) => row.split(","));
  expect(titles).toHaveLength(csvColumns.length);
  expect(cells).toHaveLength(csvColumns.length);
});
