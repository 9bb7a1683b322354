import type { BasisPoints, LocalDate, Paise } from "../kernel/index.ts";

/** Invoice, credit note, debit note: the portal's words, for they are hashed into the IRN. */
export type EInvoiceType = "INV" | "CRN" | "DBN";

/** A registered buyer, a special economic zone or an export, with or without payment of tax; deemed export. */
export type EInvoiceSupply = "B2B" | "SEZWP" | "SEZWOP" | "EXPWP" | "EXPWOP" | "DEXP";

export interface EInvoiceAddress {
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  /** Six digits; null where it is not known (a buyer's alone may be left out). */
  readonly pincode: string | null;
  readonly stateCode: string;
}

export interface EInvoiceParty extends EInvoiceAddress {
  /** Null: not registered. */
  readonly gstin: string | null;
  readonly legalName: string;
  readonly tradeName: string | null;
  readonly phone: string | null;
  readonly email: string | null;
}

/** A place with the name of who is there. */
export interface EInvoicePlace extends EInvoiceAddress {
  readonly name: string;
  readonly gstin: string | null;
}

/** One line; amounts are for all its units together, without tax unless they say so. */
export interface EInvoiceLine {
  readonly description: string;
  /** Digits; codes of services begin with 99. */
  readonly hsn: string;
  readonly barcode: string | null;
  /** Whole units. */
  readonly quantity: number;
  /** Unit quantity code: NOS, PCS. */
  readonly unit: string;
  /** What the price was lowered by, without tax; zero where `taxable` is all that is told. */
  readonly discount: Paise;
  /** What tax is due on, after the discount. */
  readonly taxable: Paise;
  /** The whole rate: CGST and SGST together. */
  readonly gstBps: BasisPoints;
  readonly cgst: Paise;
  readonly sgst: Paise;
  readonly utgst: Paise;
  readonly igst: Paise;
  readonly cessBps: BasisPoints;
  /** By rate. */
  readonly cess: Paise;
  /** By piece or weight. */
  readonly cessFixed: Paise;
  /** With all tax. */
  readonly total: Paise;
}

/** All that is reported of one document. It exists already, with its number, its day and its amounts. */
export interface EInvoiceFacts {
  readonly type: EInvoiceType;
  readonly number: string;
  /** The document's day in the facility's zone. */
  readonly on: LocalDate;
  readonly supply: EInvoiceSupply;
  readonly reverseCharge: boolean;
  /** IGST although the seller's state is the place of supply. */
  readonly igstOnIntra: boolean;
  /** The marketplace through whom it was sold, where it reports as an e-commerce operator. */
  readonly operatorGstin: string | null;
  readonly seller: EInvoiceParty;
  readonly buyer: EInvoiceParty;
  /** State code of the place of supply; 96 abroad. */
  readonly placeOfSupply: string;
  /** Null: the goods leave from the seller's own address. */
  readonly dispatchFrom: EInvoicePlace | null;
  /** Null: the goods go to the buyer's own address. */
  readonly shipTo: EInvoicePlace | null;
  readonly lines: readonly EInvoiceLine[];
  /** Added to the lines' sum to reach `payable`; bears no tax. */
  readonly roundOff: Paise;
  readonly payable: Paise;
  /** What a credit or debit note changes. */
  readonly precedes: readonly { readonly number: string; readonly on: LocalDate }[];
}
