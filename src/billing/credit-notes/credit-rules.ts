import {
  assert,
  divideRounded,
  type Facts,
  ok,
  type Paise,
  paise,
  type Refusal,
  type Result,
  refuse,
  type SaleOrderItemId,
  sum,
  ZERO,
} from "../../kernel/index.ts";

/** Value before tax and each head. */
export const AMOUNTS = ["taxable", "cgst", "sgst", "utgst", "igst", "cess"] as const;
export type Amounts = Readonly<Record<(typeof AMOUNTS)[number], Paise>>;

/** A unit on a line of an invoice. */
export interface CreditableUnit {
  readonly unitId: SaleOrderItemId;
  /** What it was billed at: price and charges (shipping, COD fee, gift wrap) less discount. Lines share their amounts by it. */
  readonly billed: Paise;
  readonly credited: boolean;
}

export interface CreditableLine {
  readonly lineNo: number;
  readonly units: readonly CreditableUnit[];
  /** Of the whole line. */
  readonly amounts: Amounts;
  /** Given back so far. */
  readonly credited: Amounts;
}

export interface CreditableInvoice {
  readonly number: string;
  readonly lines: readonly CreditableLine[];
  readonly roundOff: Paise;
  readonly creditedRoundOff: Paise;
}

/** Units of one line of the invoice with what is given back for them. */
export interface CreditLine {
  readonly lineNo: number;
  readonly unitIds: readonly SaleOrderItemId[];
  readonly amounts: Amounts;
  readonly total: Paise;
}

export interface Credit {
  /** In the order of the invoice's lines. */
  readonly lines: readonly CreditLine[];
  readonly amounts: Amounts;
  readonly roundOff: Paise;
  readonly total: Paise;
}

export const totalOf = (amounts: Amounts): Paise => sum(AMOUNTS.map((name) => amounts[name]));

export function mapAmounts(pick: (name: (typeof AMOUNTS)[number]) => Paise): Amounts {
  return {
    taxable: pick("taxable"),
    cgst: pick("cgst"),
    sgst: pick("sgst"),
    utgst: pick("utgst"),
    igst: pick("igst"),
    cess: pick("cess"),
  };
}

/**
 * What is given back for units of an invoice: value and tax of their lines in proportion to what each unit was billed at,
 * its own shipping, COD fee and gift wrap included. Shares are rounded down and the unit that comes back last takes the
 * rest: so crediting every unit, in whatever order and in however many credit notes, reverses the invoice to the paisa,
 * and never more than it on the way. What a unit's price divides into comes back as that price. The round-off to the rupee goes back in step with the gross amount. Pure.
 * Refusals: CREDIT_UNITS_NOT_INVOICED, CREDIT_UNITS_CREDITED.
 */
export function creditUnits(
  invoice: CreditableInvoice,
  unitIds: readonly SaleOrderItemId[],
): Result<Credit, Refusal<"CREDIT_UNITS_NOT_INVOICED" | "CREDIT_UNITS_CREDITED">> {
  const wanted = new Set(unitIds);
  const known = new Map(invoice.lines.flatMap((line) => line.units.map((unit) => [unit.unitId, unit] as const)));
  const about = (count: number): Facts => ({ invoice: invoice.number, count });
  const missing = [...wanted].filter((id) => !known.has(id));
  if (wanted.size === 0 || missing.length > 0) return refuse("CREDIT_UNITS_NOT_INVOICED", about(missing.length));
  const before = [...wanted].filter((id) => known.get(id)?.credited === true);
  if (before.length > 0) return refuse("CREDIT_UNITS_CREDITED", about(before.length));
  const lines = invoice.lines.flatMap((line) => {
    const units = line.units.filter((unit) => wanted.has(unit.unitId));
    if (units.length === 0) return [];
    const amounts = shareOf(line, units);
    return [{ lineNo: line.lineNo, unitIds: units.map((u) => u.unitId), amounts, total: totalOf(amounts) }];
  });
  return ok(creditOf(invoice, lines));
}

/** A credit note of these lines, with the part of the round-off that goes with them. Pure. */
export function creditOf(invoice: CreditableInvoice, lines: readonly CreditLine[]): Credit {
  const amounts = mapAmounts((name) => sum(lines.map((line) => line.amounts[name])));
  const gross = totalOf(amounts);
  const whole = sum(invoice.lines.map((line) => totalOf(line.amounts)));
  const before = sum(invoice.lines.map((line) => totalOf(line.credited)));
  // The share of the gross given back by now, less what went back of the round-off: never below zero in total, since
  // the round-off is at most as large as the gross.
  const due = whole === 0 ? ZERO : divideRounded(BigInt(invoice.roundOff) * BigInt(before + gross), BigInt(whole));
  const roundOff = paise(due - invoice.creditedRoundOff);
  return { lines, amounts, roundOff, total: paise(gross + roundOff) };
}

/**
 * The share of units in their line's amounts: what the units that came back by now stand for together, less what those
 * before them stood for. Rounded down each time, so that the last one takes the rest.
 */
function shareOf(line: CreditableLine, units: readonly CreditableUnit[]): Amounts {
  const weights = weightsOf(line.units);
  const weigh = (some: readonly CreditableUnit[]) => sum(some.map((unit) => weights.get(unit.unitId) ?? 0));
  const whole = weigh(line.units);
  const before = weigh(line.units.filter((unit) => unit.credited));
  const gone = standFor(line.amounts, before, whole);
  const now = standFor(line.amounts, before + weigh(units), whole);
  const openNow = line.units.filter((unit) => !unit.credited).length;
  return mapAmounts((name) => {
    const share = now[name] - gone[name];
    // Never more than is left: a person may have taken other amounts before.
    const left = line.amounts[name] - line.credited[name];
    // Units whose credit note was cancelled come back out of turn, and the paise that were rounded lie elsewhere then.
    const isRest = units.length === openNow && left - share <= line.units.length * AMOUNTS.length;
    return paise(Math.max(0, isRest ? left : Math.min(share, left)));
  });
}

/** What `part` of `whole` of a line stands for: its gross and its heads in proportion; the value is what remains, as on invoices. */
function standFor(amounts: Amounts, part: number, whole: number): Amounts {
  const share = (amount: number) => Number((BigInt(amount) * BigInt(part)) / BigInt(whole));
  const heads = AMOUNTS.filter((name) => name !== "taxable").map((name) => share(amounts[name]));
  const value = share(totalOf(amounts)) - sum(heads);
  return mapAmounts((name) =>
    paise(name === "taxable" ? Math.max(0, Math.min(value, amounts.taxable)) : share(amounts[name])),
  );
}

/** Free units count alike where all are free. */
function weightsOf(units: readonly CreditableUnit[]): ReadonlyMap<SaleOrderItemId, number> {
  assert(units.length > 0, "a line of an invoice has units");
  const weights = units.map((unit) => Math.max(0, unit.billed));
  const allZero = weights.every((weight) => weight === 0);
  return new Map(units.map((unit, i) => [unit.unitId, allZero ? 1 : (weights[i] ?? 0)]));
}
