import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { STANDARD_TAX_CLASSES } from "../catalog/standard-tax-classes.ts";
import type { TaxRate } from "../catalog/tax-class.ts";
import { assert, basisPoints, must, type Paise, paise, refuse } from "../kernel/index.ts";
import { type StateCode, stateByCode } from "../warehouse/states.ts";
import {
  invoiceTotals,
  type LineAmounts,
  type LineTax,
  placeOfSupply,
  rateOfLine,
  type SupplyFacts,
  type SupplyKind,
  supplyKind,
  taxLine,
} from "./gst.ts";

const state = (code: string): StateCode => {
  const found = stateByCode(code);
  assert(found, "a state of the table");
  return found.code;
};
const aRate = (gst: number, cess = 0, perUnit = 0): TaxRate => ({
  gstBps: basisPoints(gst),
  cessBps: basisPoints(cess),
  cessPerUnitPaise: paise(perUnit),
});
const aLine = (over: Partial<LineAmounts> = {}): LineAmounts => ({
  quantity: 1,
  price: paise(40000),
  discount: paise(0),
  shippingCharges: paise(0),
  codCharges: paise(0),
  giftWrapCharges: paise(0),
  ...over,
});
const aTax = (over: Partial<LineTax> = {}): LineTax => ({
  kind: "INTRA_STATE",
  rate: aRate(1800),
  pricesIncludeTax: true,
  exempt: false,
  ...over,
});

describe("the place of supply", () => {
  const facts = (over: Partial<SupplyFacts>): SupplyFacts => ({
    deliveryState: state("33"),
    deliveredAbroad: false,
    buyerGstinState: null,
    deliveredToBuyersOwnPlace: false,
    buyerInSez: false,
    ...over,
  });
  it("is where a consumer's goods are delivered", () => {
    expect(must(placeOfSupply(facts({})))).toBe("33");
  });
  it("is the registered buyer's state when goods go elsewhere by its order, but not when they go to its own place", () => {
    expect(must(placeOfSupply(facts({ buyerGstinState: state("27") })))).toBe("27");
    expect(must(placeOfSupply(facts({ buyerGstinState: state("27"), deliveredToBuyersOwnPlace: true })))).toBe("33");
  });
  it("is refused for exports, SEZ and an unknown state", () => {
    expect(placeOfSupply(facts({ deliveredAbroad: true }))).toEqual(refuse("EXPORT_NOT_SUPPORTED"));
    expect(placeOfSupply(facts({ buyerInSez: true }))).toEqual(refuse("ZERO_RATED_NOT_SUPPORTED"));
    expect(placeOfSupply(facts({ deliveryState: null }))).toEqual(refuse("PLACE_OF_SUPPLY_UNKNOWN"));
  });
  it.each([
    ["29", "29", "INTRA_STATE"],
    ["29", "33", "INTER_STATE"],
    ["04", "04", "INTRA_UNION_TERRITORY"],
    ["38", "38", "INTRA_UNION_TERRITORY"],
    ["07", "07", "INTRA_STATE"], // Delhi and Puducherry have a legislature
    ["34", "34", "INTRA_STATE"],
    ["25", "26", "INTRA_UNION_TERRITORY"], // merged in 2020
    ["04", "03", "INTER_STATE"],
  ] as const)("from %s to %s is %s", (from, to, kind) => {
    expect(supplyKind(state(from), state(to))).toBe(kind);
  });
});

describe("the tax of a line", () => {
  it("splits ₹400 at 18 % within a state into 338.98 and twice 30.51", () => {
    const line = must(taxLine(aLine({ quantity: 4 }), aTax()));
    expect(line).toMatchObject({ taxable: 33898, cgst: 3051, sgst: 3051, utgst: 0, igst: 0, tax: 6102, gross: 40000 });
  });
  it("uses UTGST in a union territory and IGST across states", () => {
    expect(must(taxLine(aLine(), aTax({ kind: "INTRA_UNION_TERRITORY" })))).toMatchObject({
      cgst: 3051,
      sgst: 0,
      utgst: 3051,
    });
    const igst = must(taxLine(aLine({ price: paise(224460) }), aTax({ kind: "INTER_STATE", rate: aRate(1200) })));
    expect(igst).toMatchObject({ taxable: 200411, igst: 24049, cgst: 0, sgst: 0 });
  });
  it("puts an odd paisa into the value, never into one of the halves", () => {
    const line = must(taxLine(aLine({ price: paise(10000) }), aTax({ rate: aRate(500) })));
    expect(line).toMatchObject({ taxable: 9524, cgst: 238, sgst: 238 }); // 9,523.81 and twice 238.095
  });
  it("taxes charges with the goods and takes discounts off first", () => {
    const line = aLine({
      price: paise(129900),
      discount: paise(10000),
      shippingCharges: paise(4900),
      codCharges: paise(3000),
    });
    expect(must(taxLine(line, aTax())).gross).toBe(127800);
  });
  it("adds tax to prices without it", () => {
    const line = must(taxLine(aLine({ price: paise(100050) }), aTax({ pricesIncludeTax: false })));
    expect(line).toMatchObject({ taxable: 100050, cgst: 9005, sgst: 9005, gross: 118060 });
  });
  it("splits off cess by value and by unit", () => {
    const drinks = must(
      taxLine(aLine({ price: paise(14000) }), aTax({ kind: "INTER_STATE", rate: aRate(2800, 1200) })),
    );
    expect(drinks).toMatchObject({ taxable: 10000, igst: 2800, cess: 1200 });
    const fixed = must(taxLine(aLine({ quantity: 2, price: paise(24800) }), aTax({ rate: aRate(1800, 0, 600) })));
    expect(fixed).toMatchObject({ taxable: 20000, cgst: 1800, sgst: 1800, cess: 1200, gross: 24800 });
  });
  it("charges nothing on a sale without tax", () => {
    expect(must(taxLine(aLine(), aTax({ exempt: true })))).toMatchObject({
      taxable: 40000,
      tax: 0,
      gross: 40000,
      gstBps: 0,
    });
  });
  it("is refused when the discount or a fixed cess is more than the price", () => {
    expect(taxLine(aLine({ discount: paise(40001) }), aTax())).toMatchObject({
      refusal: { code: "DISCOUNT_EXCEEDS_PRICE" },
    });
    expect(taxLine(aLine(), aTax({ rate: aRate(0, 0, 40001) }))).toMatchObject({
      refusal: { code: "CESS_EXCEEDS_PRICE" },
    });
  });
  it("takes its rate from the price of one unit after discount", () => {
    const apparel = STANDARD_TAX_CLASSES.find((c) => c.code === "APPAREL");
    assert(apparel, "the standard set has apparel");
    const on = Temporal.PlainDate.from("2026-05-01");
    const line = aLine({ quantity: 2, price: paise(600000), shippingCharges: paise(90000) });
    expect(must(rateOfLine(apparel, line, on, true)).gstBps).toBe(1800);
    expect(must(rateOfLine(apparel, { ...line, discount: paise(100000) }, on, true)).gstBps).toBe(500);
  });

  const kinds: SupplyKind[] = ["INTRA_STATE", "INTRA_UNION_TERRITORY", "INTER_STATE"];
  const anyTax = fc.record({
    kind: fc.constantFrom(...kinds),
    gst: fc.constantFrom(0, 10, 25, 150, 300, 500, 1200, 1800, 2800, 4000),
    cess: fc.constantFrom(0, 0, 100, 1200, 6000, 29000),
    included: fc.boolean(),
    price: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 10_000_000_000 })),
    shipping: fc.integer({ min: 0, max: 100_000 }),
  });
  const near = (amount: Paise, value: Paise, bps: number, parts: number) =>
    Math.abs(amount - (value * bps) / 10_000 / parts);

  it("adds up to the paisa, keeps the halves equal, and stays within what rounding of the value can do", () => {
    fc.assert(
      fc.property(anyTax, ({ kind, gst, cess, included, price, shipping }) => {
        const amounts = aLine({ price: paise(price), shippingCharges: paise(shipping) });
        const line = must(taxLine(amounts, aTax({ kind, rate: aRate(gst, cess), pricesIncludeTax: included })));
        expect(line.cgst + line.sgst + line.utgst + line.igst + line.cess).toBe(line.tax);
        expect(line.taxable + line.tax).toBe(line.gross);
        expect(included ? line.gross : line.taxable).toBe(price + shipping);
        if (kind === "INTER_STATE") expect([line.cgst, line.sgst, line.utgst]).toEqual([0, 0, 0]);
        else expect([line.sgst + line.utgst, line.igst]).toEqual([line.cgst, 0]);
        // The value is off by at most the rounding of the heads (½ paisa each, three of them); the heads follow.
        const slack = 0.5 + (1.5 * Math.max(gst, cess)) / 10_000 + 1e-6 * (1 + price / 1e9);
        if (kind === "INTER_STATE") expect(near(line.igst, line.taxable, gst, 1)).toBeLessThanOrEqual(slack);
        else expect(near(line.cgst, line.taxable, gst, 2)).toBeLessThanOrEqual(slack);
        expect(near(line.cess, line.taxable, cess, 1)).toBeLessThanOrEqual(slack);
      }),
    );
  });

  it("finds the exact split wherever there is one: value x rate recomputed gives the same paise", () => {
    fc.assert(
      fc.property(anyTax, ({ kind, gst, price }) => {
        const parts = kind === "INTER_STATE" ? 1 : 2;
        const head = Number((BigInt(price) * BigInt(gst) * 2n + BigInt(10_000 * parts)) / BigInt(20_000 * parts));
        fc.pre((price * gst * 2) % (20_000 * parts) !== 10_000 * parts); // an exact half may round either way back
        const gross = paise(price + head * parts);
        const line = must(taxLine(aLine({ price: gross }), aTax({ kind, rate: aRate(gst) })));
        expect([line.taxable, line.cgst + line.igst]).toEqual([price, head]);
      }),
    );
  });
});

describe("invoice totals", () => {
  const lines = [paise(10049), paise(19999)].map((price) => must(taxLine(aLine({ price }), aTax())));
  it("are the sums of the lines, with the rounding to the rupee as its own amount", () => {
    const totals = invoiceTotals(lines, { roundToRupee: true });
    expect(totals).toMatchObject({ quantity: 2, gross: 30048, roundOff: -48, payable: 30000 });
    expect(totals.taxable + totals.tax + totals.roundOff).toBe(totals.payable);
    expect(invoiceTotals(lines, { roundToRupee: false })).toMatchObject({ roundOff: 0, payable: 30048 });
  });
  it("round half a rupee up, by at most 50 paise", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (amount) => {
        const line = must(taxLine(aLine({ price: paise(amount) }), aTax()));
        const totals = invoiceTotals([line], { roundToRupee: true });
        expect(totals.payable % 100).toBe(0);
        expect(totals.roundOff).toBeGreaterThanOrEqual(-49);
        expect(totals.roundOff).toBeLessThanOrEqual(50);
      }),
    );
  });
});
