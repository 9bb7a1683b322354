/** What modules on the right do when the portal has answered. Each registers for its own subjects, from the composition root. */
import { assert, type Instant, type Result } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { EInvoiceId, SubjectType } from "./lifecycle.ts";

/** A document that has its IRN, as its subject is told of it. */
export interface RegisteredDocument {
  readonly eInvoiceId: EInvoiceId;
  readonly subjectId: string;
  readonly number: string;
  readonly irn: string;
  readonly ackNo: string;
  readonly ackAt: Instant;
  /** The text of the printed QR code, whole. */
  readonly signedQr: string;
  /** What `registerDocument` was given to go on with. */
  readonly continuation: Readonly<Record<string, unknown>>;
}

/**
 * Takes the IRN: the subject becomes what it waited to become. In a transaction of its own after the IRN was stored. A
 * refusal (the package is held at the moment) rolls back and is tried again with growing pauses; nothing is lost by it.
 */
export type OnRegistered = (tx: Tx, ctx: Ctx, document: RegisteredDocument) => Promise<Result<undefined>>;
/**
 * A person cancels the document on the list of e-invoices: the subject's own way of being cancelled, which calls
 * `withdrawDocuments` in this transaction. A refusal is shown.
 */
export type OnCancelWanted = (
  tx: Tx,
  ctx: Ctx,
  subject: { readonly subjectId: string; readonly reason: string },
) => Promise<Result<undefined>>;

const registered = new Map<SubjectType, OnRegistered>();
const cancelWanted = new Map<SubjectType, OnCancelWanted>();

export function onRegistered(subjectType: SubjectType, handler: OnRegistered): void {
  registered.set(subjectType, handler);
}

export function onCancelWanted(subjectType: SubjectType, handler: OnCancelWanted): void {
  cancelWanted.set(subjectType, handler);
}

export function tellRegistered(
  tx: Tx,
  ctx: Ctx,
  subjectType: SubjectType,
  document: RegisteredDocument,
): Promise<Result<undefined>> {
  const handler = registered.get(subjectType);
  assert(handler !== undefined, `somebody takes the IRNs of ${subjectType}`);
  return handler(tx, ctx, document);
}

export function tellCancelWanted(
  tx: Tx,
  ctx: Ctx,
  subjectType: SubjectType,
  subject: { readonly subjectId: string; readonly reason: string },
): Promise<Result<undefined>> {
  const handler = cancelWanted.get(subjectType);
  assert(handler !== undefined, `somebody cancels ${subjectType}`);
  return handler(tx, ctx, subject);
}
