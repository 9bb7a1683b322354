import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { basisPoints, must, type Paise, paise, refuse, type SaleOrderItemId, sum, ZERO } from "../../kernel/index.ts";
import { invoiceTotals, type SupplyKind, taxLine } from "../gst.ts";
import {
  AMOUNTS,
  type Amounts,
  type Credit,
  type CreditableInvoice,
  creditUnits,
  mapAmounts,
  totalOf,
} from "./credit-rules.ts";

const NOTHING = mapAmounts(() => ZERO);
const unit = (id: string) => id as SaleOrderItemId;

/** The invoice after a credit note: what the database's counters and unit rows say then. */
function credited(invoice: CreditableInvoice, credit: Credit): CreditableInvoice {
  return {
    ...invoice,
    creditedRoundOff: paise(invoice.creditedRoundOff + credit.roundOff),
    lines: invoice.lines.map((line) => {
      const given = credit.lines.find((each) => each.lineNo === line.lineNo);
      if (!given) return line;
      return {
        ...line,
        credited: mapAmounts((name) => paise(line.credited[name] + given.amounts[name])),
        units: line.units.map((u) => ({ ...u, credited: u.credited || given.unitIds.includes(u.unitId) })),
      };
    }),
  };
}

/** The invoice after a credit note of units of its only line was cancelled. */
function cancelled(invoice: CreditableInvoice, { lines: [given] }: Credit): CreditableInvoice {
  return {
    ...invoice,
    lines: invoice.lines.map((line) => ({
      ...line,
      credited: mapAmounts((name) => paise(line.credited[name] - (given?.amounts[name] ?? 0))),
      units: line.units.map((u) => ({ ...u, credited: u.credited && !given?.unitIds.includes(u.unitId) })),
    })),
  };
}

function oneLine(billed: readonly number[], amounts: Partial<Amounts>): CreditableInvoice {
  return {
    number: "S-1",
    roundOff: ZERO,
    creditedRoundOff: ZERO,
    lines: [
      {
        lineNo: 1,
        units: billed.map((paid, i) => ({ unitId: unit(`u${i}`), billed: paise(paid), credited: false })),
        amounts: { ...NOTHING, ...amounts },
        credited: NOTHING,
      },
    ],
  };
}

describe("crediting units of an invoice", () => {
  it("gives each its share rounded down, and the last one the rest", () => {
    let invoice = oneLine([3334, 3333, 3333], { taxable: paise(8475), cgst: paise(763), sgst: paise(762) });
    const given = ["u1", "u2", "u0"].map((id) => {
      const credit = must(creditUnits(invoice, [unit(id)]));
      invoice = credited(invoice, credit);
      return [credit.amounts.taxable, credit.amounts.cgst, credit.amounts.sgst];
    });
    expect(given).toEqual([
      [2826, 254, 253],
      [2825, 254, 254],
      [2824, 255, 255],
    ]);
    expect(given.map((heads) => sum(heads))).toEqual([3333, 3333, 3334]);
  });

  it("gives a unit back at its price where the line's amounts are those of its units", () => {
    let invoice = oneLine([3334, 3334, 3334], { taxable: paise(8476), cgst: paise(763), sgst: paise(763) });
    const given = ["u1", "u2", "u0"].map((id) => {
      const credit = must(creditUnits(invoice, [unit(id)]));
      invoice = credited(invoice, credit);
      return [credit.amounts.taxable, credit.amounts.cgst, credit.amounts.sgst, credit.total];
    });
    expect(given).toEqual([
      [2826, 254, 254, 3334],
      [2826, 254, 254, 3334],
      [2824, 255, 255, 3334],
    ]);
  });

  it("gives shipping and COD fee back with the unit that bore them", () => {
    const invoice = oneLine([104900, 89900], { taxable: paise(194800) });
    expect(must(creditUnits(invoice, [unit("u0")])).total).toBe(104900);
    expect(must(creditUnits(invoice, [unit("u1")])).total).toBe(89900);
  });

  it("gives the round-off back in step, and whole with the last unit", () => {
    const invoice = { ...oneLine([10020, 20], { taxable: paise(10040) }), roundOff: paise(-40) };
    const first = must(creditUnits(invoice, [unit("u0")]));
    const second = must(creditUnits(credited(invoice, first), [unit("u1")]));
    expect([first.total, second.total]).toEqual([9980, 20]);
    expect(first.roundOff + second.roundOff).toBe(-40);
  });

  it("gives all of a line back in the end, whatever credit notes were cancelled on the way", () => {
    const heads = fc.record({ taxable: fc.nat(10_000), cgst: fc.nat(900), igst: fc.nat(900), cess: fc.nat(90) });
    const order = fc.array(fc.nat(5), { maxLength: 20 });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 6, maxLength: 6 }),
        heads,
        order,
        (billed, of, turns) => {
          const amounts = mapAmounts((name) => paise({ ...NOTHING, ...of }[name]));
          let invoice = oneLine(billed, amounts);
          const notes = new Map<number, Credit>();
          const give = (i: number) => {
            const credit = must(creditUnits(invoice, [unit(`u${i}`)]));
            notes.set(i, credit);
            invoice = credited(invoice, credit);
          };
          for (const i of turns) {
            const note = notes.get(i);
            if (note === undefined) give(i);
            else {
              notes.delete(i);
              invoice = cancelled(invoice, note);
            }
          }
          for (const i of billed.keys()) if (!notes.has(i)) give(i);
          expect(invoice.lines[0]?.credited).toEqual(amounts);
        },
      ),
    );
  });

  it("shares a line of free units evenly", () => {
    expect(must(creditUnits(oneLine([0, 0], {}), [unit("u0")])).total).toBe(0);
    expect(must(creditUnits(oneLine([0, 0], { taxable: paise(11) }), [unit("u0")])).total).toBe(5);
  });

  it("is refused for units that are not on it, and for units that were credited", () => {
    const invoice = oneLine([100, 100], { taxable: paise(200) });
    expect(creditUnits(invoice, [unit("u9")])).toEqual(
      refuse("CREDIT_UNITS_NOT_INVOICED", { invoice: "S-1", count: 1 }),
    );
    expect(creditUnits(invoice, [])).toEqual(refuse("CREDIT_UNITS_NOT_INVOICED", { invoice: "S-1", count: 0 }));
    const one = credited(invoice, must(creditUnits(invoice, [unit("u0")])));
    expect(creditUnits(one, [unit("u0"), unit("u1")])).toEqual(
      refuse("CREDIT_UNITS_CREDITED", { invoice: "S-1", count: 1 }),
    );
  });
});

/** Units as channels price them: one price a line, discounts and charges of their own, some free. */
const anInvoice = fc
  .record({
    kind: fc.constantFrom<SupplyKind>("INTRA_STATE", "INTRA_UNION_TERRITORY", "INTER_STATE"),
    roundToRupee: fc.boolean(),
    lines: fc.array(
      fc.record({
        gstBps: fc.constantFrom(0, 25, 300, 500, 1200, 1800, 2800),
        cessBps: fc.constantFrom(0, 0, 0, 1200),
        price: fc.integer({ min: 0, max: 2_000_000 }),
        units: fc.array(
          fc.record({
            discountOf: fc.double({ min: 0, max: 1, noNaN: true }),
            shipping: fc.integer({ min: 0, max: 9_900 }),
            cod: fc.integer({ min: 0, max: 4_900 }),
            gift: fc.integer({ min: 0, max: 2_900 }),
          }),
          { minLength: 1, maxLength: 12 },
        ),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(({ kind, roundToRupee, lines }): CreditableInvoice & { payable: Paise } => {
    const taxed = lines.map((line) => {
      const discounts = line.units.map((u) => Math.floor(line.price * u.discountOf));
      const amounts = {
        quantity: line.units.length,
        price: paise(line.price * line.units.length),
        discount: sum(discounts),
        shippingCharges: sum(line.units.map((u) => u.shipping)),
        codCharges: sum(line.units.map((u) => u.cod)),
        giftWrapCharges: sum(line.units.map((u) => u.gift)),
      };
      const rate = {
        gstBps: basisPoints(line.gstBps),
        cessBps: basisPoints(line.cessBps),
        cessPerUnitPaise: ZERO,
      };
      const billed = line.units.map((u, i) => paise(line.price - (discounts[i] ?? 0) + u.shipping + u.cod + u.gift));
      return { taxed: must(taxLine(amounts, { kind, rate, pricesIncludeTax: true, exempt: false })), billed };
    });
    const totals = invoiceTotals(
      taxed.map((line) => line.taxed),
      { roundToRupee },
    );
    return {
      number: "S-1",
      payable: totals.payable,
      roundOff: totals.roundOff,
      creditedRoundOff: ZERO,
      lines: taxed.map((line, l) => ({
        lineNo: l + 1,
        amounts: mapAmounts((name) => line.taxed[name]),
        credited: NOTHING,
        units: line.billed.map((billed, u) => ({ unitId: unit(`${l}.${u}`), billed, credited: false })),
      })),
    };
  });

/** All units of an invoice in any order, cut into credit notes of any size. */
const itsReturns = anInvoice.chain((invoice) => {
  const ids = invoice.lines.flatMap((line) => line.units.map((u) => u.unitId));
  return fc.record({
    invoice: fc.constant(invoice),
    order: fc.shuffledSubarray(ids, { minLength: ids.length }),
    cuts: fc.array(fc.boolean(), { minLength: ids.length, maxLength: ids.length }),
  });
});

describe("credit notes of one invoice, in any order", () => {
  it("sum to the invoice exactly, head by head, and to no more on the way", () => {
    fc.assert(
      fc.property(itsReturns, ({ invoice, order, cuts }) => {
        let now: CreditableInvoice = invoice;
        let given = 0;
        let batch: SaleOrderItemId[] = [];
        for (const [i, id] of order.entries()) {
          batch.push(id);
          if (cuts[i] !== true && i < order.length - 1) continue;
          const credit = must(creditUnits(now, batch));
          now = credited(now, credit);
          given += credit.total;
          batch = [];
          expect(credit.total).toBeGreaterThanOrEqual(0);
          expect(credit.total).toBe(totalOf(credit.amounts) + credit.roundOff);
          expect(given).toBeLessThanOrEqual(invoice.payable);
          // The two halves of a tax within a state are equal on an invoice, and on each of its credit notes.
          expect(credit.amounts.cgst).toBe(credit.amounts.sgst + credit.amounts.utgst);
          for (const line of now.lines)
            for (const name of AMOUNTS) {
              expect(line.credited[name]).toBeGreaterThanOrEqual(0);
              expect(line.credited[name]).toBeLessThanOrEqual(line.amounts[name]);
            }
        }
        expect(given).toBe(invoice.payable);
        expect(now.creditedRoundOff).toBe(invoice.roundOff);
        for (const line of now.lines) expect(line.credited).toEqual(line.amounts);
      }),
      { numRuns: 400 },
    );
  });

  it("give each unit what it was billed at, but for a few paise of rounding", () => {
    fc.assert(
      fc.property(itsReturns, ({ invoice, order }) => {
        let now: CreditableInvoice = invoice;
        for (const id of order) {
          const credit = must(creditUnits(now, [id]));
          const line = now.lines.find((each) => each.units.some((u) => u.unitId === id));
          const billed = line?.units.find((u) => u.unitId === id)?.billed ?? ZERO;
          expect(Math.abs(totalOf(credit.amounts) - billed)).toBeLessThanOrEqual(AMOUNTS.length);
          now = credited(now, credit);
        }
      }),
      { numRuns: 300 },
    );
  });
});
