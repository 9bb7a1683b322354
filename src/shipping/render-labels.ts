import { documentPart, documentTemplate, type FileInfo, renderInWorker } from "../platform/documents/index.ts";
import type { LabelDocument } from "./label-document.ts";
import type { drawLabel } from "./label-pdf.ts";

/**
 * Shipping labels; a part of a file that may hold other documents beside it, such as the invoice of the same parcel.
 */
export const labelTemplate = documentTemplate<typeof drawLabel>(
  new URL("./label-pdf.ts", import.meta.url),
  "drawLabel",
);

/** Many labels in one PDF, a page each, in the order given, drawn off the main thread. */
export function renderLabels(docs: readonly LabelDocument[]): Promise<Uint8Array> {
  return renderInWorker(
    labelFileInfo(docs),
    docs.map((doc) => documentPart(labelTemplate, doc)),
  );
}

/** Title and time of the file; labels have no day of their own, so that of the newest invoice stands for it. */
export function labelFileInfo(docs: readonly LabelDocument[]): FileInfo {
  const [first] = docs;
  const title = docs.length === 1 && first ? `Label ${first.awb}` : `${docs.length} labels`;
  const newest =
    docs
      .map((doc) => doc.invoice?.issuedOn ?? "1970-01-01")
      .sort()
      .at(-1) ?? "1970-01-01";
  return { title, madeAt: `${newest}T00:00:00+05:30` };
}
