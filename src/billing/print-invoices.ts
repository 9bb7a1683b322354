import { type InvoiceId, ok, type Result, refuse, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import {
  type DocumentPart,
  DocumentsBusy,
  DocumentsTooLarge,
  documentPart,
  renderInWorker,
  STORED_PDF_BYTES_MAX,
} from "../platform/documents/index.ts";
import type { FileAnswer } from "../platform/http/route.ts";
import { type PrintableInvoice, printableInvoices } from "./queries.ts";
import { channelParts, invoiceFileInfo, invoiceTemplate, renderInvoices } from "./render-invoices.ts";

/** When to ask again after DOCUMENTS_BUSY: by then the threads have drawn some hundred pages. */
const BUSY_RETRY_SECONDS = 10;
/** Documents in one PDF: more are printed in several goes. */
export const PDF_DOCUMENTS_MAX = 500;

/** A PDF as an answer that the browser shows. Refuses DOCUMENTS_BUSY and, where stored PDFs are part of it, DOCUMENTS_TOO_LARGE. */
export async function pdfAnswer(fileName: string, draw: () => Promise<Uint8Array>): Promise<Result<FileAnswer>> {
  try {
    const bytes = await draw();
    return ok({ kind: "file", mediaType: "application/pdf", fileName, disposition: "inline", bytes });
  } catch (error) {
    if (error instanceof DocumentsBusy) return refuse("DOCUMENTS_BUSY", { retryAfterSeconds: BUSY_RETRY_SECONDS });
    if (error instanceof DocumentsTooLarge) return refuse("DOCUMENTS_TOO_LARGE", { limitBytes: STORED_PDF_BYTES_MAX });
    throw error;
  }
}

/**
 * One invoice as PDF, cancelled ones too: the channel's own file as it came where there is one, our page otherwise.
 * Where a channel's has an IRN, our page with it and the signed code goes before. Refusals: NOT_FOUND,
 * INVOICE_WAITS_FOR_IRN, DOCUMENTS_BUSY, DOCUMENTS_TOO_LARGE.
 */
export async function invoicePdf(
  ctx: Pick<Ctx, "db" | "tenantId" | "facilities" | "documents">,
  invoiceId: InvoiceId,
): Promise<Result<FileAnswer>> {
  const [found] = await ctx.db.read(ctx.tenantId, (tx) => printableInvoices(ctx, tx, { invoiceIds: [invoiceId] }));
  if (!found) return refuse("NOT_FOUND", { what: "invoice", id: invoiceId });
  const { number, eInvoice } = found.document;
  if (found.waits) return refuse("INVOICE_WAITS_FOR_IRN", { number });
  const fileName = `${fileNameOf(number)}.pdf`;
  const stored = found.pdfSha256 === null ? null : await ctx.documents.get(found.pdfSha256);
  if (stored && eInvoice === null)
    return ok({ kind: "file", mediaType: "application/pdf", fileName, disposition: "inline", bytes: stored });
  if (stored)
    return pdfAnswer(fileName, () =>
      renderInWorker(invoiceFileInfo([found.document]), channelParts(found.document, stored)),
    );
  return pdfAnswer(fileName, () => renderInvoices([found.document]));
}

/** A channel's number may have letters that no file's name can have. */
function fileNameOf(number: string): string {
  return number.replaceAll(/[^\w.-]+/g, "-");
}

/** The invoices of packages as one PDF, in the order given. Refusals: NO_INVOICES_TO_PRINT, DOCUMENTS_BUSY, DOCUMENTS_TOO_LARGE. */
export async function invoicesPdf(ctx: Ctx, packageIds: readonly ShippingPackageId[]): Promise<Result<FileAnswer>> {
  const found = await ctx.db.read(ctx.tenantId, (tx) => printableInvoices(ctx, tx, { packageIds }));
  if (found.length === 0) return refuse("NO_INVOICES_TO_PRINT");
  const info = invoiceFileInfo(found.map((each) => each.document));
  return pdfAnswer("invoices.pdf", async () => renderInWorker(info, await invoiceParts(ctx, found)));
}

/** Invoices as parts of a file: the channel's own where it gave one and it is still there, our page otherwise. */
export async function invoiceParts(
  ctx: Pick<Ctx, "documents">,
  invoices: readonly PrintableInvoice[],
): Promise<DocumentPart[]> {
  const parts = await Promise.all(
    invoices.map(async ({ document, pdfSha256 }) => {
      const stored = pdfSha256 === null ? null : await ctx.documents.get(pdfSha256);
      return stored ? channelParts(document, stored) : [documentPart(invoiceTemplate, document)];
    }),
  );
  return parts.flat();
}
