import { describe, expect, it } from "vitest";
import { must, newId } from "../kernel/index.ts";
import { readCsv } from "../platform/csv.ts";
import { byOrder, readCustomOrder } from "./import-orders.ts";
import "./errors.ts";

const channelId = newId<"Channel">();
const titles =
  "Channel Code,Order Code,SKU Code,Quantity,Selling Price,Discount,Payment,Shipping Charges,Name,Address Line 1,City,State,PIN Code,Phone";
const place = "Asha Rao,12 MG Road,Bengaluru,Karnataka,560001,9845012345";

const ordersOf = (lines: readonly string[]) =>
  byOrder(must(readCsv(Buffer.from([titles, ...lines].join("\n")), { required: [], rowsMax: 100 })));
const read = (line: string) => {
  const [order] = ordersOf([line]);
  if (!order) throw new Error("one line gives one order");
  return readCustomOrder(order, channelId);
};

describe("orders in a file", () => {
  it("takes lines with one code as one order, address and charges from its first line", () => {
    const [a, b] = ordersOf([
      `Phone,PH-1,PEN,2,"1,299.50",0.50,cod,40,${place}`,
      `Phone,PH-2,INK,1,10,,PREPAID,,${place}`,
      "Phone,PH-1,INK,1,10,,,,,,,,,",
    ]);
    if (!a || !b) throw new Error("two orders");
    expect([a.code, a.rows.length, b.code]).toEqual(["PH-1", 2, "PH-2"]);
    const order = must(readCustomOrder(a, channelId));
    expect(order).toMatchObject({ code: "PH-1", paymentType: "COD", shippingCharges: 4_000 });
    expect(order.lines.map((l) => [l.sku, l.quantity, l.sellingPrice, l.discount])).toEqual([
      ["PEN", 2, 129_950, 50],
      ["INK", 1, 1_000, 0],
    ]);
    expect(order.shippingAddress.pincode).toBe("560001");
  });

  it("does not join lines without a code", () => {
    expect(ordersOf([`Phone,,PEN,1,10,,COD,,${place}`, `Phone,,PEN,1,10,,COD,,${place}`])).toHaveLength(2);
  });

  it.each([
    [`Phone,,PEN,1,10,,COD,,${place}`, "Order Code"],
    [`Phone,PH-1,,1,10,,COD,,${place}`, "SKU Code"],
    [`Phone,PH-1,PEN,0,10,,COD,,${place}`, "Quantity"],
    [`Phone,PH-1,PEN,1.5,10,,COD,,${place}`, "Quantity"],
    [`Phone,PH-1,PEN,1,,,COD,,${place}`, "Selling Price"],
    [`Phone,PH-1,PEN,1,ten,,COD,,${place}`, "Selling Price"],
    [`Phone,PH-1,PEN,1,10,-5,COD,,${place}`, "Discount"],
    [`Phone,PH-1,PEN,1,10,,CARD,,${place}`, "Payment"],
    [`Phone,PH-1,PEN,1,10,,COD,x,${place}`, "Shipping Charges"],
    ["Phone,PH-1,PEN,1,10,,COD,,Asha,12 MG Road,,Karnataka,560001,98450", "City"],
  ])("names the column that is wrong in %s", (line, column) => {
    expect(read(line)).toMatchObject({
      ok: false,
      refusal: { code: "ORDER_LINE_INVALID", facts: { line: 2, column } },
    });
  });
});
