import type { ExchangeId } from "../../channels/index.ts";
import { newId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { checkPdf, DocumentsBusy } from "../../platform/documents/index.ts";
import { enqueueAll } from "../../platform/jobs.ts";
import { explain } from "../../platform/refusals.ts";
import { type KeptBytes, keepBytes, storeDocument } from "../../platform/stored-document.ts";
import type { Asked } from "./channel-list.ts";
import { fetchManifestFileJob } from "./file-jobs.ts";
import { insertFiles, type ManifestFileId } from "./files.store.ts";
import type { Manifest } from "./manifest.ts";

/** Files of this kind belong to a manifest; one per courier, or one for all. */
export const CHANNEL_MANIFEST = "CHANNEL_MANIFEST";
/** The same that a courier made, asked by its API. */
export const COURIER_MANIFEST = "COURIER_MANIFEST";

/** The list of one courier (of all: without a code) as its channel gave it: the file itself, or where it can be downloaded. */
export interface ReceivedFile {
  readonly id: ManifestFileId;
  readonly courierCode: string;
  readonly url: string | null;
  readonly exchangeId: ExchangeId | null;
  /** In the document store, and readable as a PDF. */
  readonly kept: KeptBytes | null;
  /** Why the file that came cannot be kept. */
  readonly words: string | null;
}

/** What the channel's answers bring along: files are checked as downloaded ones are, and in the store after this. No transaction. */
export async function receiveFiles(ctx: Ctx, asked: readonly Asked[]): Promise<ReceivedFile[]> {
  const files: ReceivedFile[] = [];
  for (const each of asked) {
    if (each.kind !== "answered") continue;
    const { url, file } = each.answer;
    const about = { id: newId<"ManifestFile">(), courierCode: each.wish.courierCode, url, exchangeId: each.exchangeId };
    const fault = file === undefined ? null : await checkManifest(file);
    if (file === undefined || fault !== null) files.push({ ...about, kept: null, words: fault?.words ?? null });
    else files.push({ ...about, kept: await keepBytes(ctx, file), words: null });
  }
  return files;
}

/** Why bytes are no list that can be printed; null: they are one. `busy`: nobody could look. */
export async function checkManifest(bytes: Buffer): Promise<{ readonly words: string; readonly busy: boolean } | null> {
  try {
    const checked = await checkPdf(bytes);
    return checked.ok ? null : { words: explain(checked.refusal).message, busy: false };
  } catch (error) {
    if (!(error instanceof DocumentsBusy)) throw error;
    return { words: "Too many files are being read at this moment.", busy: true };
  }
}

/** @param courierCode empty: the list of all couriers */
export function manifestFileName(manifest: string, courierCode: string): string {
  const of = courierCode.replaceAll(/[^\w-]+/g, "-");
  return `manifest-${manifest}${of === "" ? "" : `-${of}`}.pdf`;
}

/** Writes the files of a manifest that closes in this transaction; what has an address only is downloaded after. */
export async function keepReceived(
  tx: Tx,
  ctx: Ctx,
  { manifestId, code }: Pick<Manifest, "manifestId" | "code">,
  files: readonly ReceivedFile[],
): Promise<void> {
  const rows: Parameters<typeof insertFiles>[2][number][] = [];
  for (const { kept, ...file } of files) {
    const documentId =
      kept === null
        ? null
        : await storeDocument(tx, ctx, {
            kept,
            mediaType: "application/pdf",
            fileName: manifestFileName(code, file.courierCode),
            recordType: "manifest",
            recordId: manifestId,
            kind: CHANNEL_MANIFEST,
            exchangeId: file.exchangeId,
          });
    rows.push({ ...file, documentId });
  }
  await insertFiles(tx, manifestId, rows, ctx.now);
  await enqueueAll(
    tx,
    fetchManifestFileJob,
    rows.filter((file) => file.documentId === null && file.url !== null).map((file) => ({ manifestFileId: file.id })),
  );
}
