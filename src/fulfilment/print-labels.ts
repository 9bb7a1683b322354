import { invoiceParts, pdfAnswer, printableInvoices } from "../billing/index.ts";
import { type Result, refuse, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { type DocumentPart, documentPart, renderInWorker, storedPdfPart } from "../platform/documents/index.ts";
import type { FileAnswer } from "../platform/http/route.ts";
import { labelFileInfo, labelTemplate } from "../shipping/index.ts";
import { labelOf } from "./label.ts";
import { countPrints, packageByCode, stepPackages, uncountPrints } from "./steps.store.ts";

/**
 * The labels of packages as one PDF, in the order given: the channel's own as they came, ours drawn. Each print is
 * counted; all but the first of ours say that they are copies (nothing is drawn onto a channel's). Refusals:
 * NO_LABELS_TO_PRINT, DOCUMENTS_BUSY, DOCUMENTS_TOO_LARGE.
 */
export function labelsPdf(ctx: Ctx, ids: readonly ShippingPackageId[]): Promise<Result<FileAnswer>> {
  return print(ctx, ids, "labels.pdf", (labels) => drawLabels(ctx, labels));
}

/** One label. Refusals: PACKAGE_NOT_FOUND, NOT_LABELLED, DOCUMENTS_BUSY. */
export async function labelPdf(ctx: Ctx, codeOrId: string): Promise<Result<FileAnswer>> {
  const found = await ctx.db.read(ctx.tenantId, async (tx) => {
    const id = await packageByCode(tx, ctx, codeOrId);
    return id === undefined ? undefined : (await stepPackages(tx, [id])).get(id);
  });
  if (!found) return refuse("PACKAGE_NOT_FOUND", { packages: [codeOrId] });
  const printed = await print(ctx, [found.shippingPackageId], `label-${found.code}.pdf`, (labels) =>
    drawLabels(ctx, labels),
  );
  if (!printed.ok && printed.refusal.code === "NO_LABELS_TO_PRINT")
    return refuse("NOT_LABELLED", { package: found.code, state: found.state });
  return printed;
}

/**
 * The label of a package as it is now, for who looks at it from outside: it counts as no print, so that the first of our own is still
 * the original; one that was printed before says that it is a copy. Refusals: NO_LABELS_TO_PRINT, DOCUMENTS_BUSY.
 */
export async function labelShown(
  ctx: Pick<Ctx, "db" | "documents" | "tenantId" | "now">,
  id: ShippingPackageId,
): Promise<Result<FileAnswer>> {
  const looked: { facts?: Awaited<ReturnType<typeof countPrints>>[number] } = {};
  // Read as a print would be, and rolled back by the refusal.
  const undone = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const [facts] = await countPrints(tx, { facilities: "all", now: ctx.now }, [id]);
    if (facts !== undefined) looked.facts = facts;
    return refuse("NO_LABELS_TO_PRINT");
  });
  const { facts } = looked;
  if (facts === undefined) return undone;
  return pdfAnswer(`label-${facts.code}.pdf`, () => drawLabels(ctx, [{ ...facts, label: labelOf(facts) }]));
}

/** Invoice and label of each package in turn, as one PDF: the third setting of Single Action Invoice Label New. Refusals as of `labelsPdf`. */
export async function invoicesAndLabelsPdf(ctx: Ctx, ids: readonly ShippingPackageId[]): Promise<Result<FileAnswer>> {
  const invoices = await ctx.db.read(ctx.tenantId, (tx) => printableInvoices(ctx, tx, { packageIds: ids }));
  return print(ctx, ids, "invoices-and-labels.pdf", async (labels) => {
    const info = { ...labelFileInfo(labels.map((each) => each.label)), title: `${labels.length} invoices and labels` };
    const parts = labels.map(async (each) => {
      const own = invoices.filter((invoice) => invoice.shippingPackageId === each.shippingPackageId);
      return [...(await invoiceParts(ctx, own)), ...(await labelParts(ctx, each))];
    });
    return renderInWorker(info, (await Promise.all(parts)).flat());
  });
}

interface Printed {
  readonly shippingPackageId: ShippingPackageId;
  readonly label: ReturnType<typeof labelOf>;
  readonly pdfSha256: Buffer | null;
}

/** The label of the channel or courier where it gave one and it is still there, ours otherwise: one for each box. */
async function labelParts(
  ctx: Pick<Ctx, "documents">,
  { label, pdfSha256 }: Pick<Printed, "label" | "pdfSha256">,
): Promise<DocumentPart[]> {
  const stored = pdfSha256 === null ? null : await ctx.documents.get(pdfSha256);
  if (stored) return [storedPdfPart(stored)];
  const { of } = label.box;
  return Array.from({ length: of }, (_, i) => documentPart(labelTemplate, { ...label, box: { number: i + 1, of } }));
}

async function drawLabels(ctx: Pick<Ctx, "documents">, labels: readonly Printed[]): Promise<Uint8Array> {
  const parts = (await Promise.all(labels.map((each) => labelParts(ctx, each)))).flat();
  const [only, ...others] = parts;
  // A single file of the channel goes out as it came, byte by byte.
  if (only !== undefined && others.length === 0 && "storedPdf" in only) return only.storedPdf;
  return renderInWorker(labelFileInfo(labels.map((each) => each.label)), parts);
}

async function print(
  ctx: Ctx,
  ids: readonly ShippingPackageId[],
  fileName: string,
  draw: (labels: readonly Printed[]) => Promise<Uint8Array>,
): Promise<Result<FileAnswer>> {
  const facts = await ctx.db.transaction(ctx.tenantId, (tx) => countPrints(tx, ctx, [...new Set(ids)]));
  if (facts.length === 0) return refuse("NO_LABELS_TO_PRINT");
  const labels = facts.map((each) => ({ ...each, label: labelOf(each) }));
  let drawn = false;
  try {
    const answer = await pdfAnswer(fileName, () => draw(labels));
    drawn = answer.ok;
    return answer;
  } finally {
    // What was never drawn was not printed: the next print is still the original.
    const undone = facts.map((each) => each.shippingPackageId);
    if (!drawn) await ctx.db.transaction(ctx.tenantId, (tx) => uncountPrints(tx, undone));
  }
}
