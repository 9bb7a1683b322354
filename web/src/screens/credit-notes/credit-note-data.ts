/** Taxes and sums of a credit note or of its line, in paise. */
export interface Amounts {
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly utgst: number;
  readonly igst: number;
  readonly cess: number;
  readonly total: number;
}

/** A row of `GET /api/v1/credit-notes`. */
export interface CreditNote extends Amounts {
  readonly creditNoteId: string;
  readonly number: string;
  readonly series: string | null;
  readonly numberedBy: "SERIES" | "CHANNEL";
  readonly code: string;
  readonly state: "ISSUED" | "CANCELLED" | "IRN_PENDING";
  readonly issuedOn: string;
  readonly issuedAt: string;
  readonly cancelledAt: string | null;
  readonly invoiceId: string;
  readonly invoiceNumber: string;
  readonly invoicedOn: string;
  readonly taxLoweredBy: string;
  readonly warning: string | null;
  readonly returnCaseId: string | null;
  readonly returnCode: string | null;
  readonly kind: "RTO" | "CIR" | null;
  readonly orderCode: string;
  readonly saleOrderId: string;
  readonly packageCode: string;
  readonly channelCode: string;
  readonly facilityCode: string;
  readonly sellerGstin: string | null;
  readonly buyer: string;
  readonly buyerGstin: string | null;
  readonly placeOfSupply: string;
  readonly irn: string | null;
  readonly enteredBy: string | null;
  readonly exchangeId: string | null;
  readonly channelTaxable: number | null;
  readonly channelTax: number | null;
  readonly quantity: number;
  readonly roundOff: number;
}

export interface CreditNoteLine extends Amounts {
  readonly lineNo: number;
  readonly invoiceLineNo: number;
  readonly sku: string;
  readonly description: string;
  readonly hsn: string | null;
  readonly quantity: number;
  readonly gstBps: number;
  readonly cessBps: number;
}

/** The answer of `GET /api/v1/credit-notes/:creditNoteId`. */
export interface CreditNoteDetail extends CreditNote {
  readonly lines: readonly CreditNoteLine[];
}

/** All heads of tax together. */
export const taxOf = ({ cgst, sgst, utgst, igst, cess }: Amounts): number => cgst + sgst + utgst + igst + cess;

const heads = [
  ["cgst", "CGST"],
  ["sgst", "SGST"],
  ["utgst", "UTGST"],
  ["igst", "IGST"],
  ["cess", "Cess"],
] as const;

/** The heads under which there is tax, with their amounts. */
export const taxHeads = (amounts: Amounts): readonly (readonly [label: string, paise: number])[] =>
  heads.flatMap(([name, label]) => (amounts[name] === 0 ? [] : [[label, amounts[name]] as const]));

/** 1800 as "18%", 250 as "2.5%". */
export const rateWords = (bps: number): string => `${bps / 100}%`;

/** Whose number and paper it is. */
export function originWords(note: Pick<CreditNote, "numberedBy" | "channelCode" | "series" | "enteredBy">): string {
  if (note.numberedBy === "SERIES") return "Ours, of our own series";
  const series = note.series === null ? "" : `, series ${note.series}`;
  const hand = note.enteredBy === null ? "" : `, given by hand by ${note.enteredBy}`;
  return `${note.channelCode}’s${series}${hand}`;
}
