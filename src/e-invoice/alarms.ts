import type { AlarmCheck } from "../platform/alarms.ts";
import { lateEInvoices, refusedAccounts } from "./queries.ts";

/** A parcel that waits for its IRN so long is a person's business: its pickup may be in an hour. */
const LATE_MINUTES = 30;

/** Raised for documents without their IRN, and for users that the portal does not take, by registration. */
export const eInvoiceChecks: readonly AlarmCheck[] = [
  {
    kinds: ["EINVOICES_LATE"],
    check: async (ctx, tx) =>
      (await lateEInvoices(tx, ctx.now.subtract({ minutes: LATE_MINUTES }))).map((late) => ({
        kind: "EINVOICES_LATE",
        recordType: "gstin",
        recordId: late.gstin,
        severity: late.blocked > 0 ? "CRITICAL" : "WARNING",
        message: `${late.waiting + late.blocked} documents of ${late.gstin} have waited for the portal for more than ${LATE_MINUTES} minutes (${late.blocked} need a person); ${late.first} the longest${late.words === null ? "" : `: ${late.words}`}`,
        whatToDo: "Open Fulfilment > E-invoices: each says what the portal answered and what to do.",
      })),
  },
  {
    kinds: ["EINVOICE_USER_REFUSED"],
    check: async (_ctx, tx) =>
      (await refusedAccounts(tx)).map(({ gstin, words, whatToDo }) => ({
        kind: "EINVOICE_USER_REFUSED",
        recordType: "gstin",
        recordId: gstin,
        severity: "CRITICAL",
        message: `The e-invoice portal does not take the user of ${gstin}: ${words ?? "it refuses the session"}. No document of it gets an IRN.`,
        whatToDo: whatToDo ?? "Correct it under Settings > E-invoicing.",
      })),
  },
];
