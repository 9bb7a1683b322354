import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aParcel, aUnit } from "../../../tests/support/partner-facts.ts";
import { taxLine } from "../../billing/gst.ts";
import { basisPoints, must, newId, type Paise, paise, sum } from "../../kernel/index.ts";
import type { InvoiceFacts, InvoiceLineFacts, UnitFacts } from "./facts.ts";
import { headRates, tellableLines, unitShares } from "./invoice-lines.ts";
import { invoiced } from "./invoiced.ts";

const KINDS = ["INTRA_STATE", "INTRA_UNION_TERRITORY", "INTER_STATE"] as const;
const HEADS = {
  INTRA_STATE: ["CGST", "SGST"],
  INTRA_UNION_TERRITORY: ["CGST", "UTGST"],
  INTER_STATE: ["IGST"],
} as const;

/** An invoice as billing would make it of units that lie in lines: taxed by the law's rules, rounded to the rupee or not. */
const anInvoice = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    rounded: fc.boolean(),
    lines: fc.array(
      fc.record({
        price: fc.integer({ min: 1, max: 5_000_000 }),
        gstBps: fc.constantFrom(0, 25, 300, 500, 1200, 1800, 2800),
        cessBps: fc.constantFrom(0, 0, 1200),
        units: fc.array(
          fc.record({
            discountPercent: fc.integer({ min: 0, max: 100 }),
            shipping: fc.integer({ min: 0, max: 20_000 }),
            cod: fc.integer({ min: 0, max: 9_900 }),
            giftWrap: fc.integer({ min: 0, max: 5_000 }),
          }),
          { minLength: 1, maxLength: 7 },
        ),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ kind, rounded, lines }) => {
    const made = lines.map(({ price, gstBps, cessBps, units }, n) => {
      const own = units.map((unit, i) =>
        aUnit({
          ...{
            code: `U${n}-${i}`,
            price: paise(price),
            discount: paise(Math.floor((price * unit.discountPercent) / 100)),
          },
          ...{
            shippingCharges: paise(unit.shipping),
            codCharges: paise(unit.cod),
            giftWrapCharges: paise(unit.giftWrap),
          },
        }),
      );
      const total = (pick: (unit: UnitFacts) => Paise) => sum(own.map(pick));
      const taxed = must(
        taxLine(
          {
            ...{ quantity: own.length, price: total((u) => u.price), discount: total((u) => u.discount) },
            ...{ shippingCharges: total((u) => u.shippingCharges), codCharges: total((u) => u.codCharges) },
            giftWrapCharges: total((u) => u.giftWrapCharges),
          },
          {
            ...{ kind, pricesIncludeTax: true, exempt: false },
            rate: { gstBps: basisPoints(gstBps), cessBps: basisPoints(cessBps), cessPerUnitPaise: paise(0) },
          },
        ),
      );
      const line: InvoiceLineFacts = {
        ...{ channelProductId: `P${n}-V1`, sku: `SKU-${n}`, hsn: "62114210", quantity: own.length, gstBps, cessBps },
        unitIds: own.map((unit) => unit.unitId),
        ...{ taxable: taxed.taxable, cgst: taxed.cgst, sgst: taxed.sgst, utgst: taxed.utgst, igst: taxed.igst },
        ...{ cess: taxed.cess, total: taxed.gross },
      };
      return { line, own };
    });
    const gross = sum(made.map(({ line }) => line.total));
    const payable = rounded ? paise(Math.round(gross / 100) * 100) : gross;
    const invoice: InvoiceFacts = {
      ...{ invoiceId: newId<"Invoice">(), code: "IC-1", number: "S-1", heads: HEADS[kind] },
      ...{ roundOff: paise(payable - gross), total: payable, lines: made.map(({ line }) => line) },
    };
    return { invoice, units: made.flatMap(({ own }) => own) };
  });

const toPaise = (rupees: number) => Math.round(rupees * 100);

describe("lines as they are told", () => {
  it("add up: value and tax to the line, lines to the invoice with its round-off, whatever was sold", () => {
    fc.assert(
      fc.property(anInvoice, ({ invoice, units }) => {
        const lines = tellableLines(invoice, units);
        for (const { line, tax, subtotal, total, goods, unitPrice } of lines) {
          expect(subtotal + tax).toBe(total);
          expect(goods).toBeLessThanOrEqual(line.taxable);
          expect(Math.abs(unitPrice * line.quantity - goods)).toBeLessThanOrEqual(line.quantity / 2);
        }
        expect(sum(lines.map((line) => line.total))).toBe(invoice.total);
      }),
    );
  });

  it("are numbers of two decimals on the wire that add up again, each unit on one line and once", () => {
    fc.assert(
      fc.property(anInvoice, ({ invoice, units }) => {
        const body = invoiced({ ...aParcel(), invoice, units }, () => [], "https://godown.test/invoice.pdf");
        const items = body.invoiceItems;
        const codes = items.flatMap((item) => item.soiCode);
        expect(codes.toSorted()).toEqual(units.map((unit) => unit.code).toSorted());
        for (const item of items) {
          expect(item.soiCode).toHaveLength(item.quantity);
          expect(toPaise(item.subtotal) + toPaise(item.totalTax)).toBe(toPaise(item.total));
          for (const value of Object.values(item))
            if (typeof value === "number") expect(String(value)).toMatch(/^-?\d+(\.\d{1,3})?$/);
        }
        expect(items.reduce((all, item) => all + toPaise(item.total), 0)).toBe(invoice.total);
      }),
    );
  });

  it("fall to units without a paisa lost or made", () => {
    fc.assert(
      fc.property(anInvoice, ({ invoice, units }) => {
        const shares = unitShares(invoice, units);
        expect(shares).toHaveLength(units.length);
        for (const line of invoice.lines) {
          const own = shares.filter((share) => share.line === line);
          for (const head of ["taxable", "cgst", "sgst", "utgst", "igst", "cess"] as const) {
            expect(sum(own.map((share) => share[head]))).toBe(line[head]);
            expect(own.every((share) => share[head] >= 0)).toBe(true);
          }
        }
      }),
    );
  });

  it("show the rates of the heads that they fall under, though no tax came of them", () => {
    const line = { gstBps: 25, cessBps: 0 };
    const of = (heads: readonly string[]) => {
      const { central, state, unionTerritory, integrated } = headRates({ heads }, line);
      return [central, state, unionTerritory, integrated];
    };
    expect(of(["CGST", "SGST"])).toEqual([0.125, 0.125, 0, 0]);
    expect(of(["CGST", "UTGST", "CESS"])).toEqual([0.125, 0, 0.125, 0]);
    expect(of(["IGST"])).toEqual([0, 0, 0, 0.25]);
    expect(of([])).toEqual([0, 0, 0, 0]);
  });
});
