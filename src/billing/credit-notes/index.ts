import "./errors.ts";

export { creditNoteChecks } from "./alarms.ts";
export { takeDue as takeCreditNote } from "./ask-credit-note.ts";
export { creditCancelled, decideCreditCancelled } from "./credit-cancelled.ts";
export type { CreditNoteDueId, CreditNoteId } from "./credit-facts.ts";
export { creditLateInvoice } from "./credit-late-invoice.ts";
export { creditReturn } from "./credit-return.ts";
export { fetchMany as fetchCreditNotes } from "./fetch-many.ts";
export { onReturnCredited } from "./hooks.ts";
export {
  askDueCreditNotes,
  makeDueCreditNotes,
  registerCreditNoteJobs,
  startDueCreditNotes,
  wakeCreditNotes,
  wakeOwnCreditNotes,
} from "./jobs.ts";
export { creditNoteDueLifecycle, creditNoteLifecycle } from "./lifecycle.ts";
export { creditNotesPdf } from "./print-credit-notes.ts";
export { type CreditNoteRow, listPending as listPendingCreditNotes, type PendingRow } from "./queries.ts";
export { cancelCreditNote, followPortal } from "./register-credit.ts";
export { creditNoteRoutes } from "./routes.ts";
export { uploadCreditNote } from "./upload-credit-note.ts";
