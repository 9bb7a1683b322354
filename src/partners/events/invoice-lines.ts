import { apportion, divideRounded, type Paise, paise, sum } from "../../kernel/index.ts";
import type { InvoiceFacts, InvoiceLineFacts, UnitFacts } from "./facts.ts";

/** What the invoice's lines come to on the wire: amounts of a line, shares of its units. Pure. */

/** A line of an invoice with its units and all that is told of it. Taxes and sums to the paisa. */
export interface TellableLine {
  readonly line: InvoiceLineFacts;
  readonly units: readonly UnitFacts[];
  readonly tax: Paise;
  /** Before tax, with charges, less discount; on one line of an invoice its round-off too. */
  readonly subtotal: Paise;
  /** subtotal + tax. The lines of an invoice add up to it. */
  readonly total: Paise;
  /** The goods alone: before tax, less discount, without charges and round-off. */
  readonly goods: Paise;
  /** Of one unit of the goods, rounded. */
  readonly unitPrice: Paise;
}

/**
 * The lines of an invoice as they are told. Its round-off bears no tax and is no line of its own on the wire, where each line has
 * units: it is added to the line of the highest amount, so that the lines add up to what the buyer pays.
 */
export function tellableLines(invoice: InvoiceFacts, units: readonly UnitFacts[]): TellableLine[] {
  const byId = new Map(units.map((unit) => [unit.unitId, unit]));
  const highest = invoice.lines.reduce(
    (best, line, i) => (line.total > (invoice.lines[best]?.total ?? 0) ? i : best),
    0,
  );
  return invoice.lines.map((line, i) => {
    const own = line.unitIds.flatMap((id) => byId.get(id) ?? []);
    const tax = sum([line.cgst, line.sgst, line.utgst, line.igst, line.cess]);
    const subtotal = paise(line.taxable + (i === highest ? invoice.roundOff : 0));
    const goods = goodsOf(line, own);
    const unitPrice = divideRounded(BigInt(goods), BigInt(line.quantity));
    return { line, units: own, tax, subtotal, total: paise(subtotal + tax), goods, unitPrice };
  });
}

/** The part of a line's taxable value that is goods: charges take the same rate (composite supply), so it is their share of the price. */
function goodsOf(line: InvoiceLineFacts, units: readonly UnitFacts[]): Paise {
  const goods = sum(units.map((unit) => unit.price - unit.discount));
  const charges = sum(units.map((unit) => unit.shippingCharges + unit.codCharges + unit.giftWrapCharges));
  const [share] = apportion(line.taxable, charges === 0 ? [1] : [Math.max(0, goods), charges]);
  return share ?? line.taxable;
}

/** What one unit has of its line: amounts of all units of a line add up to the line. */
export interface UnitShare {
  readonly unit: UnitFacts;
  readonly line: InvoiceLineFacts;
  readonly taxable: Paise;
  readonly cgst: Paise;
  readonly sgst: Paise;
  readonly utgst: Paise;
  readonly igst: Paise;
  readonly cess: Paise;
}

/** The invoice by units, in the order of its lines: each head is split by what the units cost. */
export function unitShares(invoice: InvoiceFacts, units: readonly UnitFacts[]): UnitShare[] {
  const byId = new Map(units.map((unit) => [unit.unitId, unit]));
  return invoice.lines.flatMap((line) => {
    const own = line.unitIds.flatMap((id) => byId.get(id) ?? []);
    if (own.length === 0) return [];
    const weights = own.map((unit) => Math.max(0, unit.total));
    const split = (amount: Paise) => apportion(amount, weights);
    const [taxable, cgst, sgst, utgst, igst, cess] = [
      split(line.taxable),
      split(line.cgst),
      split(line.sgst),
      split(line.utgst),
      split(line.igst),
      split(line.cess),
    ];
    const at = (parts: readonly Paise[], i: number) => parts[i] ?? paise(0);
    return own.map((unit, i) => ({
      ...{ unit, line, taxable: at(taxable, i), cgst: at(cgst, i), sgst: at(sgst, i), utgst: at(utgst, i) },
      ...{ igst: at(igst, i), cess: at(cess, i) },
    }));
  });
}

/** Rates of a line in percent: each head that the supply falls under, zero for the others, also where the amount is zero. */
export interface HeadRates {
  readonly central: number;
  readonly state: number;
  readonly unionTerritory: number;
  readonly integrated: number;
  readonly cess: number;
}

export function headRates(
  invoice: Pick<InvoiceFacts, "heads">,
  line: Pick<InvoiceLineFacts, "gstBps" | "cessBps">,
): HeadRates {
  const falls = (head: string) => invoice.heads.includes(head);
  const half = line.gstBps / 200;
  return {
    central: falls("CGST") ? half : 0,
    state: falls("SGST") ? half : 0,
    unionTerritory: falls("UTGST") ? half : 0,
    integrated: falls("IGST") ? line.gstBps / 100 : 0,
    cess: line.cessBps / 100,
  };
}
