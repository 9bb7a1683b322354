import type { ChannelInvoice } from "../../connectors/kit/index.ts";
import { readTenantSetting } from "../identity/index.ts";
import { assert, financialYear, newId, ok, type Result, refuse } from "../kernel/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { DocumentId } from "../platform/stored-document.ts";
import { draftChannelInvoice } from "./channel-invoice-rules.ts";
import type { PackageFacts } from "./invoice-facts.ts";
import { commonRow, lineRow } from "./invoice-rows.ts";
import { judgeInvoice, reportInvoice } from "./report-invoices.ts";
import { invoiceTerms } from "./settings.ts";
import {
  type IssuedInvoice,
  insertInvoices,
  lockChannelNumber,
  openInvoices,
  orderedProducts,
  readInvoiceFacts,
} from "./store.ts";

/**
 * Writes down the invoice that a channel made for a package whose row the caller has locked, in the caller's
 * transaction: under the channel's number, our own series untouched. A package that has an invoice keeps that one.
 * `storePdf` is asked for the file once nothing can be refused any more.
 * Refusals: those of `draftChannelInvoice`, CHANNEL_INVOICE_NUMBER_TAKEN, those of `judgeInvoice`; then nothing was written. Where its channel reports
 * invoices it waits for its IRN (`state`), under the channel's number.
 */
export async function issueChannelInvoice(
  tx: Tx,
  ctx: Ctx,
  parcel: PackageFacts,
  given: ChannelInvoice,
  storePdf: () => Promise<DocumentId | null>,
): Promise<Result<IssuedInvoice & { readonly existed: boolean }>> {
  const [before] = await openInvoices(tx, [parcel.shippingPackageId]);
  if (before) return ok({ ...before, existed: true });
  const [facts] = await readInvoiceFacts(tx, [parcel.shippingPackageId]);
  assert(facts !== undefined, "a locked package is there when it is invoiced");
  const ordered = await orderedProducts(tx, facts.saleOrderId);
  const draft = draftChannelInvoice(facts, given, { now: ctx.now, ordered });
  if (!draft.ok) return draft;
  const taken = await lockChannelNumber(tx, facts.channelId, given.number, facts.saleOrderId);
  if (taken)
    return refuse("CHANNEL_INVOICE_NUMBER_TAKEN", {
      package: parcel.code,
      channel: facts.channelCode,
      number: given.number,
      other: taken.package,
    });
  const judged = await judgeInvoice(tx, ctx, draft.value, given.number);
  if (!judged.ok) return judged;
  const { needsIrn } = judged.value;
  const [code] = await takeCodes(tx, "INVOICE_CODE", "IC-", 1);
  assert(code !== undefined, "a code was taken for the invoice");
  const invoiceId = newId<"Invoice">();
  const terms = await readTenantSetting(tx, invoiceTerms);
  const row = {
    ...commonRow(draft.value, { invoiceId, code, number: given.number, needsIrn, terms }),
    year: financialYear(draft.value.on),
    channelId: facts.channelId,
    pdfId: await storePdf(),
    buyer: given.buyer,
  };
  const lines = draft.value.lines.map((line, i) => lineRow(invoiceId, i + 1, line));
  await insertInvoices(tx, { invoices: [row], lines }, ctx.now);
  if (needsIrn) await reportInvoice(tx, ctx, draft.value, { invoiceId, number: given.number });
  const { shippingPackageId } = parcel;
  const { on, totals } = draft.value;
  return ok({
    invoiceId,
    shippingPackageId,
    code,
    number: given.number,
    issuedOn: on,
    total: totals.payable,
    state: needsIrn ? "IRN_PENDING" : "ISSUED",
    existed: false,
  });
}
