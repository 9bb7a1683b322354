/** What the owners of documents ask of their registrations. */
import { type Refusal, refuse } from "../kernel/index.ts";
import type { Tx } from "../platform/db.ts";
import { readAccount } from "./account.store.ts";
import type { SubjectType } from "./lifecycle.ts";
import type { EInvoiceListRow } from "./queries.ts";
import { addContinuation } from "./store.ts";

/** Does the tenant report documents of this registration: has it a user at the portal? For documents of no channel. */
export async function hasAccount(tx: Tx, gstin: string): Promise<boolean> {
  return (await readAccount(tx, gstin)) !== undefined;
}

/** Adds to what is told to `onRegistered` once the IRN is there. */
export function wishAfterIrn(
  tx: Tx,
  subjectType: SubjectType,
  subjectIds: readonly string[],
  more: Readonly<Record<string, unknown>>,
): Promise<void> {
  return addContinuation(tx, subjectType, subjectIds, more);
}

/** Why a package is not packed yet, in words: what the portal last answered, with its code. */
export function waitingWords(
  parcel: string,
  e: Pick<EInvoiceListRow, "number" | "state" | "code" | "words" | "said" | "whatToDo"> & {
    /** As text, where it is known. */
    readonly nextAttemptAt: string | null;
  },
): Refusal<"EINVOICE_WAITING"> {
  const told = e.words === null ? "NIC is being asked." : `${e.code === null ? "" : `NIC ${e.code}. `}${e.words}`;
  const said = e.said === null ? "" : ` NIC says: ${e.said}.`;
  return refuse("EINVOICE_WAITING", {
    package: parcel,
    number: e.number,
    state: e.state,
    code: e.code,
    reason: `${told}${said}`,
    whatToDo: e.whatToDo ?? "Nothing: it goes on by itself.",
    nextAttemptAt: e.nextAttemptAt,
  }).refusal;
}
