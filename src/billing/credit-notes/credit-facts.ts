import type {
  ChannelId,
  FacilityId,
  Id,
  Instant,
  InvoiceId,
  LocalDate,
  Paise,
  SaleOrderId,
  SaleOrderItemId,
  ShippingPackageId,
} from "../../kernel/index.ts";
import type { InvoiceDocument } from "../invoice-document.ts";
import type { CreditableInvoice, CreditableLine, CreditableUnit } from "./credit-rules.ts";
import type { DueState } from "./lifecycle.ts";

export type CreditNoteId = Id<"CreditNote">;
export type CreditNoteDueId = Id<"CreditNoteDue">;
export type ReturnCaseId = Id<"ReturnCase">;

/** A unit of an invoice, as the order has it. */
export interface OriginalUnit extends CreditableUnit {
  /** The channel's line and product. */
  readonly line: string;
  readonly productId: string;
  readonly variantId: string;
  /** Units of ours that make one piece of the channel's line: 1, or the components of a bundle. */
  readonly parts: number;
  readonly shipping: Paise;
  readonly cod: Paise;
  readonly giftWrap: Paise;
}

export interface OriginalLine extends CreditableLine {
  readonly units: readonly OriginalUnit[];
}

/** An invoice of which something is to be given back, locked. */
export interface OriginalInvoice extends CreditableInvoice {
  readonly lines: readonly OriginalLine[];
  readonly invoiceId: InvoiceId;
  readonly issuedOn: LocalDate;
  readonly state: "ISSUED" | "IRN_PENDING" | "CANCELLED";
  readonly numberedBy: "SERIES" | "CHANNEL";
  readonly sellerGstin: string | null;
  readonly placeOfSupply: string;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly zone: string;
  readonly channelId: ChannelId;
  readonly channelCode: string;
  readonly channelName: string;
  readonly source: string;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly channelOrderId: string;
  readonly shippingPackageId: ShippingPackageId;
  readonly packageCode: string;
  /** Who owns the series that its credit notes are of: the one that numbered it, else the channel's billing party, else the facility. */
  readonly ownerFacilityId: FacilityId | null;
  readonly ownerBillingPartyId: Id<"BillingParty"> | null;
  readonly document: InvoiceDocument;
}

/** What came back, for the sentences of a credit note. */
export interface ReturnOfUnits {
  readonly returnCaseId: ReturnCaseId;
  readonly code: string;
  readonly kind: "RTO" | "CIR";
  readonly channelReturnId: string | null;
  readonly state: string;
}

/** A credit note that a return waits for. */
export interface Due {
  readonly dueId: CreditNoteDueId;
  readonly returnCaseId: ReturnCaseId;
  readonly invoiceId: InvoiceId;
  readonly saleOrderId: SaleOrderId;
  readonly channelId: ChannelId;
  readonly facilityId: FacilityId;
  readonly madeBy: "US" | "CHANNEL";
  readonly unitIds: readonly SaleOrderItemId[];
  readonly state: DueState;
  readonly attempts: number;
  readonly code: string | null;
  readonly words: string | null;
  readonly putAwayAt: Instant;
}
