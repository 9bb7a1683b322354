import { type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { documentPart, renderInWorker } from "../../platform/documents/index.ts";
import type { FileAnswer } from "../../platform/http/route.ts";
import { pdfAnswer } from "../print-invoices.ts";
import { channelParts, invoiceFileInfo, invoiceTemplate } from "../render-invoices.ts";
import type { CreditNoteId } from "./credit-facts.ts";
import { printableCreditNotes } from "./queries.ts";

/**
 * Credit notes as one PDF, in the order given: the channel's own file where there is one, our page otherwise; one that is
 * cancelled says so. A channel's file that has an IRN comes behind a cover with IRN and code.
 * Refusals: NOT_FOUND (one), NO_CREDIT_NOTES_TO_PRINT (several), CREDIT_NOTE_WAITS_FOR_IRN, DOCUMENTS_BUSY, DOCUMENTS_TOO_LARGE.
 */
export async function creditNotesPdf(ctx: Ctx, ids: readonly CreditNoteId[]): Promise<Result<FileAnswer>> {
  const found = await ctx.db.read(ctx.tenantId, (tx) => printableCreditNotes(ctx, tx, ids));
  const [first] = found;
  if (first === undefined)
    return ids.length === 1
      ? refuse("NOT_FOUND", { what: "credit note", id: ids[0] ?? "" })
      : refuse("NO_CREDIT_NOTES_TO_PRINT");
  const fileName =
    found.length === 1 ? `${first.document.number.replaceAll(/[^\w.-]+/g, "-")}.pdf` : "credit-notes.pdf";
  const waiting = found.find((each) => each.state === "IRN_PENDING");
  if (waiting !== undefined) return refuse("CREDIT_NOTE_WAITS_FOR_IRN", { number: waiting.document.number });
  const parts = await Promise.all(
    found.map(async ({ document, pdfSha256 }) => {
      const stored = pdfSha256 === null ? null : await ctx.documents.get(pdfSha256);
      return stored ? channelParts(document, stored) : [documentPart(invoiceTemplate, document)];
    }),
  );
  const info = invoiceFileInfo(found.map((each) => each.document));
  return pdfAnswer(fileName, () => renderInWorker(info, parts.flat()));
}
