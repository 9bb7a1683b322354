import { audit } from "../identity/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { enqueue } from "../platform/jobs.ts";
import { askPortalJob } from "./definitions.ts";
import { tellCancelWanted } from "./hooks.ts";
import { type EInvoiceId, eInvoiceLifecycle } from "./lifecycle.ts";
import { eInvoiceWithin } from "./queries.ts";
import { isTooLate, tooLate } from "./register-document.ts";
import * as store from "./store.ts";

/**
 * Asks the portal again now: after what it named was corrected, or instead of waiting for the next try.
 * Refusals: NOT_FOUND, EINVOICE_NOT_REPEATABLE.
 */
export function tryNow(ctx: Ctx, eInvoiceId: EInvoiceId): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    if (!(await eInvoiceWithin(ctx, tx, eInvoiceId))) return refuse("NOT_FOUND", { what: "e-invoice", id: eInvoiceId });
    const row = await store.lockEInvoice(tx, eInvoiceId);
    if (row === undefined) return refuse("NOT_FOUND", { what: "e-invoice", id: eInvoiceId });
    const waitsForSubject = row.state === "ACTIVE" && row.handedAt === null;
    const { number, state, gstin } = row;
    if (row.state !== "PENDING" && !waitsForSubject && !eInvoiceLifecycle.may("repeat", row.state))
      return refuse("EINVOICE_NOT_REPEATABLE", { number, state });
    if (waitsForSubject) await store.becomeActive(tx, eInvoiceId, ctx.now);
    else await store.becomePending(tx, eInvoiceId, ctx.now);
    await enqueue(tx, askPortalJob, { gstin });
    await audit(tx, ctx, {
      action: "e-invoice.tried_again",
      recordType: "e_invoice",
      recordId: eInvoiceId,
      recordCode: number,
      before: { state },
      after: { state: "PENDING" },
    });
    return ok();
  });
}

/**
 * Cancels a document with its IRN: its subject is cancelled by its own rules, and the portal is asked by a job.
 * Refusals: NOT_FOUND, EINVOICE_CANCEL_TOO_LATE, EINVOICE_NOT_REPEATABLE (cancelled already), those of the subject.
 */
export function cancelEInvoice(ctx: Ctx, eInvoiceId: EInvoiceId, reason: string): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    // Read without a lock: the subject is locked first, and what it withdraws is decided again under the lock.
    const row = await eInvoiceWithin(ctx, tx, eInvoiceId);
    if (!row) return refuse("NOT_FOUND", { what: "e-invoice", id: eInvoiceId });
    if (row.wish === "CANCEL") return refuse("EINVOICE_NOT_REPEATABLE", { number: row.number, state: row.state });
    if (row.ackAt !== null && isTooLate(row.ackAt, ctx.now)) return tooLate({ ...row, ackAt: row.ackAt });
    const done = await tellCancelWanted(tx, ctx, row.subjectType, { subjectId: row.subjectId, reason });
    if (!done.ok) return done;
    await audit(tx, ctx, {
      action: "e-invoice.cancelled",
      recordType: "e_invoice",
      recordId: eInvoiceId,
      recordCode: row.number,
      after: { reason, irn: row.irn },
    });
    return ok();
  });
}
