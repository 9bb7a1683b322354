import "./errors.ts";
import "./settings.ts";

export { type Credentials, saveAccount } from "./account.ts";
export { eInvoiceChecks } from "./alarms.ts";
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
export {
  type OnCancelWanted,
  type OnRegistered,
  onCancelWanted,
  onRegistered,
  type RegisteredDocument,
} from "./hooks.ts";
export { irnOf } from "./irn.ts";
export { registerJobs } from "./jobs.ts";
export { type EInvoiceId, type EInvoiceState, eInvoiceLifecycle, type SubjectType } from "./lifecycle.ts";
export { CANCEL_WITHIN_HOURS, cancelBy, mustReport, reportBy, taxLoweredBy, type WhyNoIrn, whyNoIrn } from "./need.ts";
export { installInvoicePortal } from "./portal.ts";
export { type PreparedEInvoice, prepareEInvoice } from "./prepare.ts";
export { type EInvoiceListRow, eInvoicesOf, listAccounts } from "./queries.ts";
export {
  checkNumbers,
  type DocumentSubject,
  decideWithdraw,
  isTooLate,
  type JudgeOptions,
  judgeDocument,
  type LateSubject,
  lateSubjects,
  registerDocument,
  withdrawDocuments,
} from "./register-document.ts";
export { judgeRegistration } from "./registration.ts";
export { eInvoiceRoutes } from "./routes.ts";
export { hasAccount, waitingWords, wishAfterIrn } from "./subjects.ts";
