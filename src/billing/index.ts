import "./errors.ts";
import "./settings.ts";

export * from "./credit-notes/index.ts";
export type { InvoiceDocument } from "./invoice-document.ts";
export type { PackageFacts } from "./invoice-facts.ts";
export { issueChannelInvoice } from "./issue-channel-invoice.ts";
export { type InvoiceOutcome, issueInvoices } from "./issue-invoices.ts";
export { type PlannedRates, plannedRates } from "./planned-rates.ts";
export { invoiceParts, invoicePdf, invoicesPdf, PDF_DOCUMENTS_MAX, pdfAnswer } from "./print-invoices.ts";
export { type PrintableInvoice, printableInvoices } from "./queries.ts";
export { invoiceFileInfo, invoiceTemplate, renderInvoices } from "./render-invoices.ts";
export { packageOfInvoice } from "./report-invoices.store.ts";
export {
  cancelInvoices,
  type IssuedByIrn,
  issueRegistered,
  type LateInvoice,
  lateInvoices,
} from "./report-invoices.ts";
export { billingPublicRoutes, billingRoutes } from "./routes.ts";
export { seriesAlarmCheck } from "./series-alarm.ts";
export { signedInvoiceUrl } from "./signed-link.ts";
export { type IssuedInvoice, openInvoices } from "./store.ts";
