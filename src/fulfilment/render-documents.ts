import { documentPart, documentTemplate, renderInWorker } from "../platform/documents/index.ts";
import type { ManifestDocument } from "./manifest-document.ts";
import type { drawManifest } from "./manifest-pdf.ts";
import type { PicklistDocument } from "./picklist-document.ts";
import type { drawPicklist } from "./picklist-pdf.ts";

export const manifestTemplate = documentTemplate<typeof drawManifest>(
  new URL("./manifest-pdf.ts", import.meta.url),
  "drawManifest",
);

export const picklistTemplate = documentTemplate<typeof drawPicklist>(
  new URL("./picklist-pdf.ts", import.meta.url),
  "drawPicklist",
);

/** A manifest as an A4 PDF, drawn off the main thread. */
export function renderManifest(doc: ManifestDocument): Promise<Uint8Array> {
  const info = { title: `Manifest ${doc.code}`, madeAt: doc.closedAt ?? "1970-01-01T00:00:00Z" };
  return renderInWorker(info, [documentPart(manifestTemplate, doc)]);
}

/** A pick list as an A4 PDF, drawn off the main thread. */
export function renderPicklist(doc: PicklistDocument): Promise<Uint8Array> {
  const info = { title: `Pick list ${doc.code}`, madeAt: doc.createdAt };
  return renderInWorker(info, [documentPart(picklistTemplate, doc)]);
}
