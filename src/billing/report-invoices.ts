/** Invoices that need an IRN before they are issued. */
import {
  judgeDocument,
  type LateSubject,
  lateSubjects,
  type RegisteredDocument,
  registerDocument,
  withdrawDocuments,
} from "../e-invoice/index.ts";
import { type InvoiceId, localDate, ok, type Result, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { eInvoiceFacts } from "./e-invoice-facts.ts";
import { withIrn } from "./e-invoice-page.ts";
import { invoiceDocumentSchema } from "./invoice-document.ts";
import type { InvoiceDraft } from "./invoice-rules.ts";
import * as store from "./report-invoices.store.ts";

/** A number as any series of ours gives one: what is judged before a number is taken has none. */
const ANY_NUMBER = "INV1";

/**
 * Does this invoice have to be reported, and would the portal take it? Before its number is taken (`number` null), or under
 * the channel's. Refusals: those of `judgeDocument`.
 */
export async function judgeInvoice(
  tx: Tx,
  ctx: Ctx,
  draft: InvoiceDraft,
  number: string | null,
): Promise<Result<{ readonly needsIrn: boolean }>> {
  const { facts } = draft;
  if (!facts.reportsInvoices) return ok({ needsIrn: false });
  const options = againstOf(ctx, draft);
  if (number !== null) return judgeDocument(tx, eInvoiceFacts(draft, number), options);
  return judgeDocument(tx, eInvoiceFacts(draft, ANY_NUMBER), { ...options, shown: `package ${facts.packageCode}` });
}

/** Notes an invoice that was judged to need its IRN, in the transaction that writes it as IRN_PENDING. */
export async function reportInvoice(
  tx: Tx,
  ctx: Ctx,
  draft: InvoiceDraft,
  invoice: { readonly invoiceId: InvoiceId; readonly number: string },
): Promise<void> {
  const { facilityId } = draft.facts;
  const subject = { subjectType: "INVOICE", subjectId: invoice.invoiceId, facilityId } as const;
  await registerDocument(tx, ctx, { ...subject, facts: eInvoiceFacts(draft, invoice.number) }, againstOf(ctx, draft));
}

function againstOf(ctx: Ctx, { facts }: InvoiceDraft) {
  return { today: localDate(ctx.now, facts.zone), sandbox: facts.sandbox };
}

export interface IssuedByIrn {
  readonly shippingPackageId: ShippingPackageId;
  readonly number: string;
  readonly code: string;
  readonly total: number;
  readonly channelCode: string | null;
}

/**
 * An invoice whose IRN is here is issued: IRN, acknowledgement and signed code stand on its page. Its package is locked by
 * the caller, who packs it in the same transaction. Undefined: it does not wait for one (any more).
 */
export async function issueRegistered(tx: Tx, registered: RegisteredDocument): Promise<IssuedByIrn | undefined> {
  const waiting = await store.lockPending(tx, registered.subjectId);
  if (waiting === undefined) return undefined;
  const document = withIrn(invoiceDocumentSchema.parse(waiting.document), registered);
  await store.markIssued(tx, registered.subjectId, document);
  const { shippingPackageId, number, code, total, channelCode } = waiting;
  return { shippingPackageId, number, code, total, channelCode };
}

/** An invoice that only a credit note takes back. */
export interface LateInvoice extends store.OpenInvoice {
  readonly refusal: LateSubject["refusal"];
}

/**
 * Those of these packages' invoices whose IRNs are too old to be cancelled, with the refusal that says so. Asked before
 * anything else is changed with them. Locks them.
 */
export async function lateInvoices(tx: Tx, ctx: Ctx, packageIds: readonly ShippingPackageId[]): Promise<LateInvoice[]> {
  if (packageIds.length === 0) return [];
  const open = await store.lockOpenInvoices(tx, packageIds);
  const subjectIds = open.map(({ invoiceId }) => invoiceId);
  const late = await lateSubjects(tx, ctx, { subjectType: "INVOICE", subjectIds });
  return open.flatMap((invoice) =>
    late.filter((one) => one.subjectId === invoice.invoiceId).map(({ refusal }) => ({ ...invoice, refusal })),
  );
}

/**
 * Cancels the invoices of packages that are cancelled before dispatch, in the caller's transaction. Each keeps its number,
 * which is never used again; an IRN is cancelled at the portal by a job. Refuses EINVOICE_CANCEL_TOO_LATE where an IRN is
 * older than 24 hours: then nothing was written.
 */
export async function cancelInvoices(
  tx: Tx,
  ctx: Ctx,
  packageIds: readonly ShippingPackageId[],
  remark: string,
  /** The portal's own reasons: the order was cancelled, or something else was wrong with the invoice. */
  reason: "ORDER_CANCELLED" | "OTHER" = "ORDER_CANCELLED",
): Promise<Result<undefined>> {
  const invoiceIds = (await store.lockOpenInvoices(tx, packageIds)).map(({ invoiceId }) => invoiceId);
  const withdrawn = await withdrawDocuments(tx, ctx, {
    ...{ subjectType: "INVOICE", subjectIds: invoiceIds, reason, remark },
  });
  if (!withdrawn.ok) return withdrawn;
  await store.cancelRows(tx, packageIds, ctx.now);
  return ok();
}
