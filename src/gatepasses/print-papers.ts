import { pdfAnswer } from "../billing/index.ts";
import { localDate, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { documentPart, documentTemplate, renderInWorker } from "../platform/documents/index.ts";
import type { FileAnswer } from "../platform/http/route.ts";
import { documentById } from "./document.store.ts";
import type { GatepassDocumentId, GatepassId } from "./gatepass.ts";
import { sidesOf } from "./issue-paper.ts";
import { PAPER_TITLES, type Paper } from "./paper.ts";
import { gatepassPage } from "./paper-page.ts";
import type { drawPaper } from "./paper-pdf.ts";
import { withinReach } from "./reach-gatepass.ts";
import { linesOf, readGatepass } from "./store.ts";

/** Gatepasses, challans, invoices and notes; a part of a file that may hold others beside it. */
export const paperTemplate = documentTemplate<typeof drawPaper>(
  new URL("./paper-pdf.ts", import.meta.url),
  "drawPaper",
);

/** A paper as an A4 PDF, drawn off the main thread. */
export function renderPaper(paper: Paper): Promise<Uint8Array> {
  const info = { title: `${PAPER_TITLES[paper.kind]} ${paper.number}`, madeAt: `${paper.issuedOn}T00:00:00+05:30` };
  return renderInWorker(info, [documentPart(paperTemplate, paper)]);
}

/** The gatepass itself, for the store and the guard at the gate. Refusals: NOT_FOUND, GATEPASS_EMPTY, DOCUMENTS_BUSY. */
export async function printGatepass(ctx: Ctx, gatepassId: GatepassId): Promise<Result<FileAnswer>> {
  const page = await ctx.db.read(ctx.tenantId, async (tx): Promise<Result<Paper>> => {
    const gatepass = await readGatepass(tx, gatepassId);
    if (gatepass === undefined || !withinReach(ctx, gatepass, "either"))
      return refuse("NOT_FOUND", { what: "gatepass", id: gatepassId });
    const lines = await linesOf(tx, gatepassId);
    if (lines.length === 0) return refuse("GATEPASS_EMPTY", { gatepass: gatepass.code });
    const { from, to, on, zone } = await sidesOf(tx, ctx, gatepass);
    const day = gatepass.issuedAt === null ? on : localDate(gatepass.issuedAt, zone);
    return ok(gatepassPage({ gatepass, from, to, on: day }, lines));
  });
  if (!page.ok) return page;
  return pdfAnswer(`gatepass-${page.value.number}.pdf`, () => renderPaper(page.value));
}

/** A tax paper as it was issued; a cancelled one says so. Refusals: NOT_FOUND, DOCUMENTS_BUSY. */
export async function printDocument(ctx: Ctx, documentId: GatepassDocumentId): Promise<Result<FileAnswer>> {
  const found = await ctx.db.read(ctx.tenantId, (tx) => documentById(tx, documentId));
  if (found === undefined || !withinReach(ctx, found, "either"))
    return refuse("NOT_FOUND", { what: "document", id: documentId });
  // Without its IRN an invoice that needs one is no invoice: the page says so.
  const page = { ...found.page, cancelled: found.state === "CANCELLED", draft: found.state === "IRN_PENDING" };
  const fileName = `${found.number.replaceAll(/[^\w.-]+/g, "-")}.pdf`;
  return pdfAnswer(fileName, () => renderPaper(page));
}
