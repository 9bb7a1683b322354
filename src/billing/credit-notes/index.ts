import "./errors.ts";

export type { CreditNoteDueId, CreditNoteId } from "./credit-facts.ts";
export { creditReturn } from "./credit-return.ts";
export { onReturnCredited } from "./hooks.ts";
export {
  askDueCreditNotes,
  makeDueCreditNotes,
  registerCreditNoteJobs,
  startDueCreditNotes,
  wakeCreditNotes,
  wakeOwnCreditNotes,
} from "./jobs.ts";
export type { CreditNoteRow, PendingRow } from "./queries.ts";
export { followPortal } from "./register-credit.ts";
export { creditNoteRoutes } from "./routes.ts";
