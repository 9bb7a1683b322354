import "./errors.ts";

export type { DocumentWarning } from "./checks.ts";
export type {
  EInvoiceAddress,
  EInvoiceFacts,
  EInvoiceLine,
  EInvoiceParty,
  EInvoicePlace,
  EInvoiceSupply,
  EInvoiceType,
} from "./facts.ts";
export { irnOf } from "./irn.ts";
export { CANCEL_WITHIN_HOURS, cancelBy, mustReport, reportBy, taxLoweredBy, type WhyNoIrn, whyNoIrn } from "./need.ts";
export { type PreparedEInvoice, prepareEInvoice } from "./prepare.ts";
export { judgeRegistration } from "./registration.ts";
