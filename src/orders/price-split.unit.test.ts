import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must, type Paise, paise, refuse, sum } from "../kernel/index.ts";
import { type PricedLine, type PricedOrder, SHARED_AMOUNTS, splitOrder } from "./price-split.ts";

const rs = (rupees: number): Paise => paise(Math.round(rupees * 100));
const aLine = (over: Partial<PricedLine> = {}): PricedLine => ({
  lineId: "OI-1",
  quantity: 1,
  sellingPrice: rs(1299),
  ...over,
});
const anOrder = (over: Partial<PricedOrder> = {}): PricedOrder => ({
  paymentType: "COD",
  lines: [aLine()],
  lineAmounts: "PER_UNIT",
  ...over,
});

describe("splitting an order over its units", () => {
  it("collects price, charges and nothing of the discount for one COD unit", () => {
    const line = aLine({
      shippingCharges: rs(49),
      codCharges: rs(30),
      discount: rs(100),
      totalPrice: rs(1278),
      transferPrice: rs(1104.15),
    });
    const { units, collectable } = must(splitOrder(anOrder({ lines: [line] })));
    expect(units).toHaveLength(1);
    expect(units[0]).toMatchObject({ total: rs(1278), collectable: rs(1278), transferPrice: rs(1104.15) });
    expect(collectable).toBe(rs(1278));
  });

  it("reads a line of three as three times the price, or as the price of all three, as the source declares", () => {
    const lines = [aLine({ quantity: 3, sellingPrice: rs(100) })];
    const perUnit = must(splitOrder(anOrder({ lines })));
    expect(perUnit.units.map((u) => u.sellingPrice)).toEqual([rs(100), rs(100), rs(100)]);
    const perLine = must(splitOrder(anOrder({ lines, lineAmounts: "PER_LINE" })));
    expect(perLine.units.map((u) => u.sellingPrice)).toEqual([paise(3334), paise(3333), paise(3333)]);
  });

  it("shares charges of the order by selling price", () => {
    const lines = [
      aLine({ lineId: "A", sellingPrice: rs(300) }),
      aLine({ lineId: "B", sellingPrice: rs(100), quantity: 2 }),
    ];
    const split = must(splitOrder(anOrder({ lines, order: { shippingCharges: rs(50), discount: rs(25) } })));
    expect(split.units.map((u) => u.shippingCharges)).toEqual([rs(30), rs(10), rs(10)]);
    expect(split.units.map((u) => u.discount)).toEqual([rs(15), rs(5), rs(5)]);
    expect(split.total).toBe(rs(525));
  });

  it("refuses a charge given on the order and on a line, and names every such charge", () => {
    const lines = [aLine({ shippingCharges: rs(10), discount: rs(5) })];
    const order = { shippingCharges: rs(10), discount: rs(1), codCharges: rs(3) };
    expect(splitOrder(anOrder({ lines, order }))).toEqual(
      refuse("LINE_AND_ORDER_CHARGES", { fields: ["shippingCharges", "discount"] }),
    );
    const zeros = { shippingCharges: rs(0), discount: rs(0) }; // a zero on the order is what channels send for "none"
    expect(splitOrder(anOrder({ lines, order: zeros })).ok).toBe(true);
  });

  it("refuses a line total that fits no reading, and accepts per unit, per line, with and without gift wrap", () => {
    const line = { quantity: 2, sellingPrice: rs(100), giftWrapCharges: rs(5) };
    for (const totalPrice of [rs(105), rs(210), rs(100), rs(200)])
      expect(splitOrder(anOrder({ lines: [aLine({ ...line, totalPrice })] })).ok).toBe(true);
    expect(splitOrder(anOrder({ lines: [aLine({ ...line, totalPrice: rs(104.99) })] }))).toEqual(
      refuse("AMOUNT_MISMATCH", {
        lineId: "OI-1",
        field: "totalPrice",
        given: rs(104.99),
        expected: rs(105),
        lineAmounts: "PER_UNIT",
      }),
    );
  });

  it("finds a wrongly declared line price by the amount already paid", () => {
    const lines = [aLine({ quantity: 2, sellingPrice: rs(200) })];
    const order = { prepaid: rs(200) };
    expect(splitOrder(anOrder({ paymentType: "PREPAID", lines, order }))).toEqual(
      refuse("AMOUNT_MISMATCH", { field: "prepaid", expected: rs(400), given: rs(200) }),
    );
    expect(splitOrder(anOrder({ paymentType: "PREPAID", lines, order, lineAmounts: "PER_LINE" })).ok).toBe(true);
    expect(splitOrder(anOrder({ paymentType: "PREPAID", lines, order: { prepaid: rs(401) } }))).toEqual(
      refuse("AMOUNT_MISMATCH", { field: "prepaid", expected: rs(400), given: rs(401) }),
    );
  });

  it("checks the order's total", () => {
    expect(splitOrder(anOrder({ order: { total: rs(1300) } }))).toEqual(
      refuse("AMOUNT_MISMATCH", { field: "total", expected: rs(1299), given: rs(1300) }),
    );
  });

  it("takes a prepaid order as paid in full when it names no amount, store credit first", () => {
    const split = must(splitOrder(anOrder({ paymentType: "PREPAID", order: { storeCredit: rs(99), prepaid: rs(0) } })));
    expect(split.units[0]).toMatchObject({ storeCredit: rs(99), prepaid: rs(1200), collectable: 0, total: rs(1299) });
  });

  it("collects on delivery what a part payment leaves", () => {
    const split = must(splitOrder(anOrder({ order: { voucher: rs(200), prepaid: rs(500) } })));
    expect(split.collectable).toBe(rs(599));
  });

  it("refuses what cannot be: too much paid, too much discount, negative, no units", () => {
    const code = (order: Partial<PricedOrder>) => {
      const result = splitOrder(anOrder(order));
      return result.ok ? "ok" : result.refusal.code;
    };
    expect(code({ order: { voucher: rs(1300) } })).toBe("PAID_EXCEEDS_TOTAL");
    expect(code({ lines: [aLine({ voucher: rs(1300) })] })).toBe("PAID_EXCEEDS_TOTAL");
    expect(code({ order: { discount: rs(1300) } })).toBe("DISCOUNT_EXCEEDS_PRICE");
    expect(code({ lines: [aLine({ discount: paise(-1) })] })).toBe("AMOUNT_OUT_OF_RANGE");
    expect(code({ lines: [aLine({ quantity: 0 })] })).toBe("LINE_QUANTITY_INVALID");
    expect(code({ lines: [aLine({ quantity: 1.5 })] })).toBe("LINE_QUANTITY_INVALID");
    expect(code({ lines: [aLine({ quantity: 10_001 })] })).toBe("ORDER_TOO_LARGE");
    expect(code({ lines: [] })).toBe("ORDER_TOO_LARGE");
  });

  const amount = fc.integer({ min: 0, max: 5_000_000 }).map(paise);
  const anyOrder = fc.record({
    quantities: fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), amount), { minLength: 1, maxLength: 6 }),
    lineAmounts: fc.constantFrom("PER_UNIT" as const, "PER_LINE" as const),
    shipping: amount,
    cod: amount,
    gift: amount,
    cuts: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 100 }))),
  });

  it("gives every paisa to one unit, keeps each unit's equation, and never goes below zero", () => {
    fc.assert(
      fc.property(anyOrder, ({ quantities, lineAmounts, shipping, cod, gift, cuts }) => {
        const lines = quantities.map(([quantity, sellingPrice], i) =>
          aLine({ lineId: `${i}`, quantity, sellingPrice }),
        );
        const goods = sum(lines.map((l) => l.sellingPrice * (lineAmounts === "PER_UNIT" ? l.quantity : 1)));
        const part = (whole: number, i: number) => paise(Math.floor((whole * (cuts[i] ?? 0)) / 100));
        const discount = part(goods, 0);
        let open = goods + shipping + cod + gift - discount;
        const [storeCredit, voucher, prepaid] = [1, 2, 3].map((i) => {
          const share = part(open, i);
          open -= share;
          return share;
        });
        const order = {
          shippingCharges: shipping,
          codCharges: cod,
          giftWrapCharges: gift,
          discount,
          storeCredit: storeCredit ?? paise(0),
          voucher: voucher ?? paise(0),
          prepaid: prepaid ?? paise(0),
        };
        const split = must(splitOrder(anOrder({ lines, lineAmounts, order })));
        expect(sum(split.units.map((u) => u.sellingPrice))).toBe(goods);
        for (const field of SHARED_AMOUNTS) expect(sum(split.units.map((u) => u[field]))).toBe(order[field]);
        expect(split.collectable).toBe(open);
        expect(sum(split.units.map((u) => u.collectable))).toBe(open);
        for (const u of split.units) {
          const owed = u.sellingPrice + u.shippingCharges + u.codCharges + u.giftWrapCharges - u.discount;
          expect(u.total).toBe(owed);
          expect(u.collectable).toBe(u.total - u.storeCredit - u.voucher - u.prepaid);
          expect(Math.min(u.total, u.collectable, u.sellingPrice - u.discount)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
