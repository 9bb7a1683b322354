import type { ChannelCreditNote } from "../../../connectors/kit/index.ts";
import {
  apportion,
  divideRounded,
  type Facts,
  type Instant,
  type LocalDate,
  localDate,
  ok,
  type Paise,
  paise,
  type Result,
  refuse,
  sum,
  ZERO,
} from "../../kernel/index.ts";
import { CHANNEL_NUMBER_MAX, judgeRates } from "../channel-invoice-rules.ts";
import type { SupplyKind } from "../gst.ts";
import type { OriginalInvoice, OriginalUnit } from "./credit-facts.ts";
import { AMOUNTS, type Amounts, type Credit, type CreditLine, creditOf, mapAmounts, totalOf } from "./credit-rules.ts";

/** A channel rounds its own sums: so many paise of value, and of tax, may lie between its figures and ours. */
export const TOLERANCE_PAISE = 100;
/** A credit note may be dated so long before its invoice (zones mixed up), and so long after now (clocks apart). */
const DAYS_APART_MAX = 1;

/** Number, series, day and sums of a channel's credit note, from its answer or from a person who read its paper. */
export interface ChannelCredit {
  readonly number: string;
  readonly series: string | null;
  readonly on: LocalDate;
  readonly originalInvoiceNumber: string | null;
  readonly taxable: Paise;
  /** All heads together. */
  readonly tax: Paise;
}

const about = (original: OriginalInvoice, number: string): Facts => ({
  channel: original.channelCode,
  number: number.slice(0, CHANNEL_NUMBER_MAX),
  invoice: original.number,
  package: original.packageCode,
});

/** Units in the channel's own pieces: a bundle's components make one. Pure, as all of this file. */
export function piecesOf(units: readonly Pick<OriginalUnit, "parts">[]): number {
  return Math.max(1, Math.floor(units.length / Math.max(1, units[0]?.parts ?? 1)));
}

const productOf = ({ productId, variantId }: { productId: string; variantId: string }) =>
  JSON.stringify([productId, variantId]);
const nameOf = ({ productId, variantId }: { productId: string; variantId: string }) => `${productId} / ${variantId}`;

/**
 * Reads a channel's answer as the reversal of these units: the same products in the same quantities, under heads of the
 * same side as the invoice's. Values that it does not give are the invoice's share. Refusals, in this order:
 * CREDIT_NOTE_UNITS_DIFFER, CREDIT_NOTE_RATES, CREDIT_NOTE_HEADS.
 */
export function readChannelCredit(
  original: OriginalInvoice,
  expected: Credit,
  given: ChannelCreditNote,
): Result<ChannelCredit> {
  const facts = about(original, given.number);
  const lineOf = new Map(expected.lines.flatMap((line) => line.unitIds.map((id) => [id, line] as const)));
  const units = original.lines.flatMap((line) => line.units).filter((unit) => lineOf.has(unit.unitId));
  const differing = productsDiffering(units, given);
  if (differing.length > 0) return refuse("CREDIT_NOTE_UNITS_DIFFER", { ...facts, products: differing });
  const side = sideOf(original);
  const shares = sharesByProduct(original, expected);
  let taxable: number = ZERO;
  let tax: number = ZERO;
  for (const lines of Map.groupBy(given.lines, productOf).values()) {
    const [first] = lines;
    if (first === undefined) continue; // a group has a member
    const pieces = lines.reduce((count, line) => count + line.quantity, 0);
    const share = shares.get(productOf(first)) ?? ZERO;
    // Several lines of one product without a value share what is ours by their pieces.
    const parts = apportion(
      share,
      lines.map((line) => line.quantity),
    );
    for (const [i, line] of lines.entries()) {
      const judged = judgeRates(line.rates);
      if (judged === null || pieces === 0)
        return refuse("CREDIT_NOTE_RATES", { ...facts, product: nameOf(line), said: JSON.stringify(line.rates) });
      if (judged.kind !== null && side !== null && judged.kind !== side)
        return refuse("CREDIT_NOTE_HEADS", { ...facts, product: nameOf(line) });
      const value = line.taxable ?? parts[i] ?? ZERO;
      taxable += value;
      tax += taxOn(value, judged.rate, side);
    }
  }
  return ok({
    number: given.number,
    series: given.series,
    on: localDate(given.issuedAt, original.zone),
    originalInvoiceNumber: given.originalInvoiceNumber,
    taxable: paise(taxable),
    tax: paise(tax),
  });
}

function taxOn(value: Paise, rate: { gstBps: number; cessBps: number }, side: SupplyKind | null): number {
  const share = (bps: number, parts: bigint) => divideRounded(BigInt(value) * BigInt(bps), 10_000n * parts);
  const gst = side === "INTER_STATE" ? share(rate.gstBps, 1n) : 2 * share(rate.gstBps, 2n);
  return gst + share(rate.cessBps, 1n);
}

/** The side on which the invoice is taxed; null where it bears no GST, so that any would do. */
function sideOf(original: OriginalInvoice): SupplyKind | null {
  const total = (name: keyof Amounts) => sum(original.lines.map((line) => line.amounts[name]));
  if (total("igst") > 0) return "INTER_STATE";
  if (total("utgst") > 0) return "INTRA_UNION_TERRITORY";
  return total("cgst") > 0 ? "INTRA_STATE" : null;
}

/** Products whose pieces on the credit note are not those that came back. */
function productsDiffering(units: readonly OriginalUnit[], given: ChannelCreditNote): string[] {
  const ours = new Map<string, { name: string; pieces: number }>();
  for (const group of Map.groupBy(units, (unit) => `${unit.line} ${productOf(unit)}`).values()) {
    const [first] = group;
    if (first === undefined) continue; // a group has a member
    const before = ours.get(productOf(first))?.pieces ?? 0;
    ours.set(productOf(first), { name: nameOf(first), pieces: before + piecesOf(group) });
  }
  const said = new Map([...Map.groupBy(given.lines, productOf)].map(([key, lines]) => [key, lines] as const));
  const wrong = [...ours].flatMap(([key, { name, pieces }]) => {
    const count = (said.get(key) ?? []).reduce((sum, line) => sum + line.quantity, 0);
    return count === pieces ? [] : [`${name}: ${pieces} came back, ${count} credited`];
  });
  const more = [...said].flatMap(([key, [line]]) =>
    ours.has(key) || line === undefined ? [] : [`${nameOf(line)}: did not come back`],
  );
  return [...wrong, ...more];
}

/** What is to be given back of each product before tax. */
function sharesByProduct(original: OriginalInvoice, expected: Credit): Map<string, Paise> {
  const shares = new Map<string, Paise>();
  for (const credit of expected.lines) {
    const line = original.lines.find((each) => each.lineNo === credit.lineNo);
    const unit = line?.units.find((each) => credit.unitIds.includes(each.unitId));
    if (unit === undefined) continue; // a credited line has the units it was made of
    const key = productOf(unit);
    shares.set(key, paise((shares.get(key) ?? ZERO) + credit.amounts.taxable));
  }
  return shares;
}

export interface JudgeOptions {
  readonly now: Instant;
  /** A person takes amounts that differ from the invoice's share. */
  readonly acceptAmounts: boolean;
}

/** A channel's credit note that may be written down. */
export interface JudgedCredit {
  readonly credit: Credit;
  /** The channel's own sums, where they are not exactly ours. */
  readonly said: { readonly taxable: Paise; readonly tax: Paise } | null;
}

/**
 * Whether a channel's credit note takes back exactly what came back. Within a rupee of value and of tax the invoice's own
 * share is written, so that the invoice is reversed to the paisa; beyond that a person decides, and then the channel's
 * amounts are written as far as the invoice has them. Refusals, in this order: CREDIT_NOTE_NUMBER, CREDIT_NOTE_DATE,
 * CREDIT_NOTE_OTHER_INVOICE, CREDIT_NOTE_AMOUNTS_DIFFER, CREDIT_NOTE_EXCEEDS_INVOICE.
 */
export function judgeChannelCredit(
  original: OriginalInvoice,
  expected: Credit,
  given: ChannelCredit,
  options: JudgeOptions,
): Result<JudgedCredit> {
  const facts = about(original, given.number);
  const length = [...given.number].length;
  if (length === 0 || length > CHANNEL_NUMBER_MAX || given.number.trim() === "" || /\p{Cc}/u.test(given.number))
    return refuse("CREDIT_NOTE_NUMBER", { ...facts, length, max: CHANNEL_NUMBER_MAX });
  const today = localDate(options.now, original.zone);
  const earliest = original.issuedOn.subtract({ days: DAYS_APART_MAX });
  const latest = today.add({ days: DAYS_APART_MAX });
  if (Temporal.PlainDate.compare(given.on, earliest) < 0 || Temporal.PlainDate.compare(given.on, latest) > 0)
    return refuse("CREDIT_NOTE_DATE", { ...facts, on: given.on.toString(), invoicedOn: original.issuedOn.toString() });
  const named = given.originalInvoiceNumber?.trim() ?? "";
  if (named !== "" && named.toUpperCase() !== original.number.trim().toUpperCase())
    return refuse("CREDIT_NOTE_OTHER_INVOICE", { ...facts, other: named });
  const tax = paise(totalOf(expected.amounts) - expected.amounts.taxable);
  const [valueApart, taxApart] = [given.taxable - expected.amounts.taxable, given.tax - tax];
  const said = valueApart === 0 && taxApart === 0 ? null : { taxable: given.taxable, tax: given.tax };
  if (Math.abs(valueApart) <= TOLERANCE_PAISE && Math.abs(taxApart) <= TOLERANCE_PAISE)
    return ok({ credit: expected, said });
  const sums = {
    ...facts,
    ...{
      expectedTaxable: expected.amounts.taxable,
      expectedTax: tax,
      givenTaxable: given.taxable,
      givenTax: given.tax,
    },
    ...{ expected: rupees(expected.amounts.taxable, tax), given: rupees(given.taxable, given.tax) },
  };
  if (!options.acceptAmounts) return refuse("CREDIT_NOTE_AMOUNTS_DIFFER", sums);
  const accepted = scaled(original, expected, given);
  return accepted === null ? refuse("CREDIT_NOTE_EXCEEDS_INVOICE", sums) : ok({ credit: accepted, said });
}

const rupees = (taxable: number, tax: number) => `₹${(taxable / 100).toFixed(2)} and ₹${(tax / 100).toFixed(2)} tax`;

/** The channel's sums laid out over lines and heads as the invoice's share is. Null: the invoice has not so much left. */
function scaled(original: OriginalInvoice, expected: Credit, given: ChannelCredit): Credit | null {
  if (given.taxable < 0 || given.tax < 0) return null;
  const heads = AMOUNTS.filter((name) => name !== "taxable");
  const places = expected.lines.flatMap((line) => heads.map((name) => ({ line, name })));
  const values = apportion(
    given.taxable,
    expected.lines.map((line) => line.amounts.taxable),
  );
  const taxes = apportion(
    given.tax,
    places.map(({ line, name }) => line.amounts[name]),
  );
  const lines = expected.lines.map((line, i): CreditLine => {
    const amounts = mapAmounts((name) =>
      name === "taxable"
        ? (values[i] ?? ZERO)
        : (taxes[places.findIndex((place) => place.line === line && place.name === name)] ?? ZERO),
    );
    return { ...line, amounts, total: totalOf(amounts) };
  });
  const fits = lines.every((line) => {
    const open = original.lines.find((each) => each.lineNo === line.lineNo);
    return (
      open !== undefined && AMOUNTS.every((name) => open.credited[name] + line.amounts[name] <= open.amounts[name])
    );
  });
  return fits ? creditOf(original, lines) : null;
}
