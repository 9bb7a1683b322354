import {
  type InvoiceTotals,
  invoiceTotals,
  type LineAmounts,
  rateOfLine,
  type SupplyKind,
  supplyKind,
  type TaxedLine,
  taxLine,
} from "../billing/gst.ts";
import type { TaxClass } from "../catalog/tax-class.ts";
import {
  assert,
  basisPoints,
  divideRounded,
  type LocalDate,
  ok,
  type Paise,
  paise,
  type Result,
  refuse,
  sum,
  ZERO,
} from "../kernel/index.ts";
import { currentState, type State, stateByCode } from "../warehouse/states.ts";
import type { Gatepass, GatepassLine, GatepassLineId, Pieces } from "./gatepass.ts";

/** The tax papers of gatepasses. What each is for: README.md. */
export const PAPER_KINDS = ["DELIVERY_CHALLAN", "TAX_INVOICE", "BILL_OF_SUPPLY", "DEBIT_NOTE", "CREDIT_NOTE"] as const;
export type PaperKind = (typeof PAPER_KINDS)[number];

/** The series that numbers each. */
export const SERIES_OF = {
  DELIVERY_CHALLAN: "DELIVERY_CHALLAN",
  TAX_INVOICE: "GATEPASS_INVOICE",
  BILL_OF_SUPPLY: "GATEPASS_INVOICE",
  DEBIT_NOTE: "PURCHASE_RETURN_INVOICE",
  CREDIT_NOTE: "GATEPASS_RETURN_INVOICE",
} as const satisfies Record<PaperKind, string>;

/** Who sends or gets the goods, as it is printed. */
export interface Side {
  readonly name: string;
  /** A facility's code; null for somebody else. */
  readonly code: string | null;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly pincode: string;
  readonly stateCode: string;
  readonly gstin: string | null;
  readonly phone: string | null;
  readonly email: string | null;
}

export interface PaperFacts {
  readonly gatepass: Gatepass;
  readonly from: Side;
  readonly to: Side;
  readonly lines: readonly GatepassLine[];
  /** The day of the paper in the sender's zone. */
  readonly on: LocalDate;
}

/** Which paper goes with the goods, and under which heads it is taxed. */
export interface PaperPlan {
  readonly kind: "DELIVERY_CHALLAN" | "INVOICE" | "DEBIT_NOTE";
  /** Null: the paper bears no tax. */
  readonly supply: SupplyKind | null;
  readonly place: State;
}

/**
 * Which paper the law wants. Pure.
 *  - Within one registration (and for goods lent or given away) nothing is supplied: a delivery challan (CGST Rule 55).
 *  - Between two registrations of one owner it is a supply without payment (CGST Act s.7(1)(c), Schedule I no. 2, s.25(4)):
 *    an invoice with tax; the place of supply is where the movement ends, at the receiving facility (IGST Act s.10(1)(a)).
 *    A place without GSTIN in the same state stands under the state's registration; in another state it would need one.
 *  - Back to a vendor: a debit note against his invoice that takes its tax back, under the heads of the purchase (he
 *    supplied to our state); none where he or we are not registered.
 * Refusals: GATEPASS_REGISTRATION_MISSING, GATEPASS_VENDOR_INVOICE_MISSING.
 */
export function planPaper({ gatepass, from, to }: Pick<PaperFacts, "gatepass" | "from" | "to">): Result<PaperPlan> {
  const [sender, receiver] = [stateOf(from), stateOf(to)];
  switch (gatepass.type) {
    case "RETURNABLE":
    case "NON_RETURNABLE":
      return ok({ kind: "DELIVERY_CHALLAN", supply: null, place: receiver });
    case "RETURN_TO_VENDOR": {
      if (gatepass.vendorInvoice === null) return refuse("GATEPASS_VENDOR_INVOICE_MISSING");
      const taxed = from.gstin !== null && to.gstin !== null;
      return ok({
        kind: "DEBIT_NOTE",
        supply: taxed ? supplyKind(receiver.code, sender.code) : null,
        place: sender,
      });
    }
    case "STOCK_TRANSFER": {
      if (from.gstin !== null && to.gstin !== null && from.gstin !== to.gstin)
        return ok({ kind: "INVOICE", supply: supplyKind(sender.code, receiver.code), place: receiver });
      if ((from.gstin === null) !== (to.gstin === null) && sender.code !== receiver.code) {
        const [without, other] = from.gstin === null ? [from, to] : [to, from];
        return refuse("GATEPASS_REGISTRATION_MISSING", { facility: nameOf(without), other: nameOf(other) });
      }
      return ok({ kind: "DELIVERY_CHALLAN", supply: null, place: receiver });
    }
  }
}

/** The state of the registration, which the tax depends on; of the address where there is none. */
function stateOf(side: Side): State {
  const state = stateByCode(side.gstin?.slice(0, 2) ?? side.stateCode);
  assert(state !== null, "the state of a facility or party was checked when it was saved");
  return currentState(state);
}

function nameOf(side: Side): string {
  return side.code ?? side.name;
}

export interface PaperLine {
  readonly line: Pick<GatepassLine, "lineId" | "skuId" | "sku" | "name" | "hsn" | "price">;
  readonly quantity: number;
  readonly taxed: TaxedLine;
}

/** A paper that can be issued: everything but its number. */
export interface PaperDraft {
  readonly kind: PaperKind;
  readonly supply: SupplyKind | null;
  readonly place: State;
  readonly lines: readonly PaperLine[];
  readonly totals: InvoiceTotals;
}

/**
 * Works out the paper of a gatepass. Pure; refuses instead of guessing. The price of a piece is its value without tax
 * (CGST Rule 28: between distinct persons the open market value; where the receiver may take the credit, whatever is given).
 * A transfer whose goods bear no tax is a bill of supply of the same series (CGST Act s.31(3)(c)).
 * Refusals, in this order: those of `planPaper`, GATEPASS_HSN_MISSING (every registered sender), GATEPASS_PRICE_MISSING,
 * GATEPASS_TAX_CLASS_MISSING, GATEPASS_TAX_RATE_MISSING (papers with tax).
 */
export function draftPaper(facts: PaperFacts, taxClasses: ReadonlyMap<string, TaxClass>): Result<PaperDraft> {
  const planned = planPaper(facts);
  if (!planned.ok) return planned;
  const { kind, supply, place } = planned.value;
  const { lines } = facts;
  const withoutHsn = facts.from.gstin === null ? [] : lines.filter((line) => line.hsn === null);
  if (withoutHsn.length > 0) return refuse("GATEPASS_HSN_MISSING", skusOf(withoutHsn));
  const withoutPrice = kind === "DELIVERY_CHALLAN" ? [] : lines.filter((line) => line.price === 0);
  if (withoutPrice.length > 0) return refuse("GATEPASS_PRICE_MISSING", skusOf(withoutPrice));
  const taxed = supply === null ? ok(lines.map(untaxed)) : taxLines(facts, supply, taxClasses);
  if (!taxed.ok) return taxed;
  const paperLines = lines.flatMap((line, i) => {
    const amounts = taxed.value[i];
    return amounts === undefined ? [] : [{ line, quantity: line.quantity, taxed: amounts }];
  });
  const bearsTax = taxed.value.some((line) => line.gstBps > 0 || line.cess > 0);
  const invoice = bearsTax ? "TAX_INVOICE" : "BILL_OF_SUPPLY";
  return ok({
    kind: kind === "INVOICE" ? invoice : kind,
    supply,
    place,
    lines: paperLines,
    totals: invoiceTotals(taxed.value, { roundToRupee: false }),
  });
}

function untaxed(line: GatepassLine): TaxedLine {
  const value = paise(line.price * line.quantity);
  return {
    quantity: line.quantity,
    taxable: value,
    cgst: ZERO,
    sgst: ZERO,
    utgst: ZERO,
    igst: ZERO,
    cess: ZERO,
    tax: ZERO,
    gross: value,
    gstBps: basisPoints(0),
    cessBps: basisPoints(0),
  };
}

/** The tax of every line at the rate of its SKU on the day; all faulty SKUs are named at once. */
function taxLines(
  { lines, on }: PaperFacts,
  kind: SupplyKind,
  taxClasses: ReadonlyMap<string, TaxClass>,
): Result<TaxedLine[]> {
  const unclassed = lines.filter((line) => line.taxClassId === null);
  if (unclassed.length > 0) return refuse("GATEPASS_TAX_CLASS_MISSING", skusOf(unclassed));
  const unrated: GatepassLine[] = [];
  const taxed = lines.flatMap((line) => {
    const taxClass = taxClasses.get(line.taxClassId ?? "");
    const rate = taxClass === undefined ? undefined : rateOfLine(taxClass, amountsOf(line), on, false);
    if (rate === undefined || !rate.ok) {
      unrated.push(line);
      return [];
    }
    const one = taxLine(amountsOf(line), { kind, rate: rate.value, pricesIncludeTax: false, exempt: false });
    assert(one.ok, "a price without discount and without tax in it can be taxed");
    return [one.value];
  });
  return unrated.length > 0
    ? refuse("GATEPASS_TAX_RATE_MISSING", { ...skusOf(unrated), on: on.toString() })
    : ok(taxed);
}

function amountsOf(line: Pick<GatepassLine, "price" | "quantity">): LineAmounts {
  return {
    quantity: line.quantity,
    price: paise(line.price * line.quantity),
    discount: ZERO,
    shippingCharges: ZERO,
    codCharges: ZERO,
    giftWrapCharges: ZERO,
  };
}

/** A line of an issued invoice, and how many of its pieces earlier credit notes took back. */
export interface InvoicedLine {
  readonly line: PaperLine["line"];
  readonly taxed: TaxedLine;
  readonly creditedBefore: number;
}

/**
 * The credit note for pieces of an invoiced transfer that are back with the sender (CGST Act s.34). Pure. Each amount is
 * what the pieces credited so far are worth less what was credited before: credit notes for all pieces add up to the
 * invoice to the paisa, whatever the steps.
 */
export function draftCredit(
  invoice: { readonly supply: SupplyKind | null; readonly place: State; readonly lines: readonly InvoicedLine[] },
  pieces: readonly Pieces[],
): PaperDraft {
  const wanted = new Map<GatepassLineId, number>();
  for (const { lineId, quantity } of pieces) wanted.set(lineId, (wanted.get(lineId) ?? 0) + quantity);
  const lines = invoice.lines.flatMap((each): PaperLine[] => {
    const quantity = wanted.get(each.line.lineId) ?? 0;
    return quantity === 0 ? [] : [{ line: each.line, quantity, taxed: reverse(each, quantity) }];
  });
  return {
    kind: "CREDIT_NOTE",
    supply: invoice.supply,
    place: invoice.place,
    lines,
    totals: invoiceTotals(
      lines.map((line) => line.taxed),
      { roundToRupee: false },
    ),
  };
}

function reverse({ taxed, creditedBefore }: InvoicedLine, quantity: number): TaxedLine {
  assert(creditedBefore + quantity <= taxed.quantity, "no more pieces are credited than were invoiced");
  const upTo = (amount: Paise, count: number) => divideRounded(BigInt(amount) * BigInt(count), BigInt(taxed.quantity));
  const share = (amount: Paise) => paise(upTo(amount, creditedBefore + quantity) - upTo(amount, creditedBefore));
  const heads = {
    cgst: share(taxed.cgst),
    sgst: share(taxed.sgst),
    utgst: share(taxed.utgst),
    igst: share(taxed.igst),
    cess: share(taxed.cess),
  };
  const taxable = share(taxed.taxable);
  const tax = sum(Object.values(heads));
  return {
    ...heads,
    quantity,
    taxable,
    tax,
    gross: paise(taxable + tax),
    gstBps: taxed.gstBps,
    cessBps: taxed.cessBps,
  };
}

const NAMED_MAX = 20;

function skusOf(lines: readonly Pick<GatepassLine, "sku">[]) {
  return { skus: [...new Set(lines.map((line) => line.sku))].slice(0, NAMED_MAX) };
}
