import { type LocalDate, type Paise, paise, sum, ZERO } from "../../kernel/index.ts";
import { amountInWords } from "../amount-in-words.ts";
import {
  INVOICE_TEMPLATE_VERSION,
  type InvoiceDocument,
  type InvoiceLine,
  type InvoiceTax,
  type TaxHead,
} from "../invoice-document.ts";
import type { OriginalInvoice, OriginalLine, OriginalUnit, ReturnOfUnits } from "./credit-facts.ts";
import type { Amounts, Credit, CreditLine } from "./credit-rules.ts";

const HEADS: Readonly<Record<TaxHead, keyof Amounts>> = {
  CGST: "cgst",
  SGST: "sgst",
  UTGST: "utgst",
  IGST: "igst",
  CESS: "cess",
};
const DECLARATION =
  "We declare that this credit note gives back the value and the tax of the goods described, which came back to us.";
const DECLARATION_NOT_SENT =
  "We declare that this credit note gives back the value and the tax of the goods described, which did not leave under the invoice.";
const WHY: Readonly<Record<ReturnOfUnits["kind"], string>> = {
  RTO: "came back undelivered",
  CIR: "were sent back by the customer",
};

export interface CreditPaper {
  readonly number: string;
  readonly on: LocalDate;
  /** The channel whose number and day these are; null: ours. */
  readonly byChannel: string | null;
  /** Null: cancelled before they left. */
  readonly returned: ReturnOfUnits | null;
  /** The last day on which it lowers tax. */
  readonly taxLoweredBy: LocalDate;
  readonly terms: readonly string[];
}

/**
 * Everything that is printed of a credit note (CGST Rules, rule 53): parties, place of supply and descriptions of the
 * invoice as that stands stored, with what is given back. Pure.
 */
export function creditDocument(original: OriginalInvoice, credit: Credit, paper: CreditPaper): InvoiceDocument {
  const { document } = original;
  const lines = credit.lines.map((line) => pageLine(original, line));
  const { numberedBy: _, ...page } = document;
  return {
    ...page,
    templateVersion: INVOICE_TEMPLATE_VERSION,
    kind: "CREDIT_NOTE",
    number: paper.number,
    ...(paper.byChannel === null ? {} : { numberedBy: paper.byChannel }),
    issuedOn: paper.on.toString(),
    against: { number: original.number, issuedOn: original.issuedOn.toString() },
    cancelled: false,
    copy: false,
    shipment: null,
    lines,
    otherCharges: [],
    totals: {
      quantity: lines.reduce((units, line) => units + line.quantity, 0),
      taxable: credit.amounts.taxable,
      taxes: document.totals.taxes.map(({ head }) => ({ head, amount: credit.amounts[HEADS[head]] })),
      roundOff: credit.roundOff,
      payable: credit.total,
    },
    chargesIncluded: chargesIncluded(original, credit),
    hsnSummary: hsnSummary(lines),
    amountInWords: amountInWords(credit.total),
    payment: { ...document.payment, collect: ZERO, reference: null },
    qr: null,
    eInvoice: null,
    declaration: declarationOf(original, paper),
    terms: [...reasons(original, paper), ...paper.terms].slice(0, 12),
  };
}

function declarationOf({ document }: OriginalInvoice, { returned }: CreditPaper): string | null {
  if (document.supplier.gstin === null) return document.declaration;
  return returned === null ? DECLARATION_NOT_SENT : DECLARATION;
}

function reasons({ orderCode }: OriginalInvoice, { returned, on, taxLoweredBy }: CreditPaper): string[] {
  const late = Temporal.PlainDate.compare(on, taxLoweredBy) > 0;
  return [
    returned === null
      ? `Reason: goods were cancelled before they left (order ${orderCode}).`
      : `Reason: the goods ${WHY[returned.kind]} (return ${returned.code}).`,
    ...(late ? [lateWords(taxLoweredBy)] : []),
  ];
}

/** What a credit note means that comes too late to lower tax. */
export function lateWords(taxLoweredBy: LocalDate): string {
  return `Issued after ${taxLoweredBy.toString()}: the supplier's output tax is not lowered (CGST Act, s.34(2)).`;
}

function unitsOf(line: OriginalLine | undefined, credit: CreditLine): readonly OriginalUnit[] {
  return line?.units.filter((unit) => credit.unitIds.includes(unit.unitId)) ?? [];
}

/** Price and charges as the invoice printed them; what remains to the exact amount stands as the discount. */
function pageLine(original: OriginalInvoice, credit: CreditLine): InvoiceLine {
  const printed = original.document.lines[credit.lineNo - 1];
  if (printed === undefined) throw new Error(`invoice ${original.number} prints its line ${credit.lineNo}`);
  const line = original.lines.find((each) => each.lineNo === credit.lineNo);
  const quantity = credit.unitIds.length;
  const own = sum(unitsOf(line, credit).map((unit) => unit.shipping + unit.cod + unit.giftWrap));
  const charges = printed.charges === 0 ? ZERO : own;
  const discount = printed.unitPrice * quantity + charges - credit.total;
  const priced =
    discount >= 0
      ? { unitPrice: printed.unitPrice, discount: paise(discount), charges }
      : rounded(credit.total, quantity);
  return {
    ...printed,
    quantity,
    ...priced,
    taxable: credit.amounts.taxable,
    taxes: printed.taxes.map((tax): InvoiceTax => ({ ...tax, amount: credit.amounts[HEADS[tax.head]] })),
    total: credit.total,
  };
}

/** The piece price that an amount comes to; what does not divide into whole paise stands as a discount. */
function rounded(total: Paise, quantity: number): Pick<InvoiceLine, "unitPrice" | "discount" | "charges"> {
  const unitPrice = paise(Math.ceil(total / quantity));
  return { unitPrice, discount: paise(unitPrice * quantity - total), charges: ZERO };
}

function chargesIncluded(original: OriginalInvoice, credit: Credit): InvoiceDocument["chargesIncluded"] {
  if (original.document.chargesIncluded.length === 0) return [];
  const units = credit.lines.flatMap((each) =>
    unitsOf(
      original.lines.find((line) => line.lineNo === each.lineNo),
      each,
    ),
  );
  return [
    { label: "shipping", amount: sum(units.map((unit) => unit.shipping)) },
    { label: "COD fee", amount: sum(units.map((unit) => unit.cod)) },
    { label: "gift wrap", amount: sum(units.map((unit) => unit.giftWrap)) },
  ].filter((charge) => charge.amount !== ZERO);
}

function hsnSummary(lines: readonly InvoiceLine[]): InvoiceDocument["hsnSummary"] {
  const key = ({ hsn, taxes }: InvoiceLine) => JSON.stringify([hsn, taxes.map(({ head, rateBps }) => [head, rateBps])]);
  return [...Map.groupBy(lines, key).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return []; // a group has a member
    const taxes = first.taxes.map((tax, i) => ({
      ...tax,
      amount: sum(group.map((line) => line.taxes[i]?.amount ?? ZERO)),
    }));
    return [
      {
        hsn: first.hsn,
        taxable: sum(group.map((line) => line.taxable)),
        taxes,
        tax: sum(taxes.map((tax) => tax.amount)),
      },
    ];
  });
}
