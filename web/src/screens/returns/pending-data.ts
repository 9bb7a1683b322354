import { api } from "../../lib/api.ts";
import type { ReturnKind } from "./return-data.ts";

export interface Why {
  readonly code: string;
  readonly message: string;
  readonly whatToDo: string;
}

export type PendingAction = "FETCH" | "MAKE" | "UPLOAD" | "ACCEPT";

/** A row of `GET /api/v1/pending-credit-notes`. */
export interface PendingRow {
  readonly dueId: string;
  readonly returnCaseId: string;
  readonly returnCode: string;
  readonly kind: ReturnKind;
  readonly reason: string | null;
  readonly orderCode: string;
  readonly saleOrderId: string;
  readonly packageCode: string;
  readonly invoiceNumber: string;
  readonly channelCode: string;
  readonly channelId: string;
  readonly source: string;
  readonly facilityCode: string;
  readonly units: number;
  readonly madeBy: "US" | "CHANNEL";
  readonly state: "ASKING" | "WAITING" | "FAILED" | "IRN_PENDING";
  readonly putAwayAt: string;
  readonly attempts: number;
  readonly lastError: Why | null;
  readonly channelSays: string | null;
  readonly exchangeId: string | null;
  readonly nextAttemptAt: string | null;
  readonly creditNoteNumber: string | null;
  readonly actions: readonly PendingAction[];
}

/** The answer of `GET /api/v1/pending-credit-notes/:dueId`: with what is to be given back, in paise. */
export interface PendingDetail extends PendingRow {
  readonly expected: { readonly taxable: number; readonly tax: number; readonly total: number } | null;
}

/** What became of one that was asked for. */
export interface DueResult {
  readonly dueId: string;
  readonly outcome: "DONE" | "WAITING" | "FAILED" | "UNCHANGED";
  readonly creditNoteNumber: string | null;
  readonly refusal: Why | null;
}

export const fetchNow = (dueIds: readonly string[]) =>
  api.post<{ results: readonly DueResult[] }>("/api/v1/pending-credit-notes/fetch", { dueIds });

/** Why there is none yet, in one sentence. */
export function pendingWords(row: PendingRow): string {
  if (row.lastError !== null) return row.lastError.message;
  if (row.state === "IRN_PENDING") return `${row.creditNoteNumber ?? "It"} waits for its IRN.`;
  if (row.madeBy === "US") return "It is made here as soon as the background work comes to it.";
  return row.attempts === 0 ? `${row.channelCode} has not been asked yet.` : `${row.channelCode} is asked again.`;
}

/** The channel's own words, where ours do not have them in them. */
export function saidByChannel({
  lastError,
  channelSays,
}: Pick<PendingRow, "lastError" | "channelSays">): string | null {
  return channelSays === null || lastError?.message.includes(channelSays) === true ? null : channelSays;
}

/** Why one is left out of Fetch now. */
export function whyNotFetch(row: PendingRow): true | string {
  if (row.actions.includes("FETCH") || row.actions.includes("MAKE")) return true;
  if (row.state === "ASKING") return "its channel is being asked";
  return row.state === "IRN_PENDING"
    ? "waits for its IRN, not for its channel"
    : "its channel cannot be asked: upload it";
}
