import { pdfAnswer } from "../../billing/index.ts";
import { type ManifestId, ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { renderInWorker, storedPdfPart } from "../../platform/documents/index.ts";
import type { FileAnswer } from "../../platform/http/route.ts";
import { documentAnswer, documentsOf, findDocument } from "../../platform/stored-document.ts";
import { MANIFEST_TEMPLATE_VERSION, type ManifestDocument } from "../manifest-document.ts";
import { renderManifest } from "../render-documents.ts";
import { shownTime } from "../shown-time.ts";
import { findFile, type ManifestFileId, manifestFiles } from "./files.store.ts";
import {
  type HandOverPlace,
  handOverPlace,
  type ManifestParcelRow,
  type ManifestRow,
  manifestById,
  manifestParcels,
} from "./queries.ts";
import { CHANNEL_MANIFEST } from "./receive-files.ts";

/** A manifest as it is printed. Pure. */
export function manifestDocument(
  manifest: ManifestRow,
  place: HandOverPlace,
  parcels: readonly ManifestParcelRow[],
): ManifestDocument {
  const mixed = new Set(parcels.map((parcel) => parcel.courier)).size > 1;
  return {
    templateVersion: MANIFEST_TEMPLATE_VERSION,
    code: manifest.code,
    closedAt: manifest.closedAt?.toString() ?? null,
    shownAt: shownTime(manifest.closedAt ?? manifest.createdAt, place.zone),
    channelName: manifest.channelName,
    courier: manifest.courier,
    facility: {
      name: place.name,
      addressLines: [place.line1, ...(place.line2 === null ? [] : [place.line2]), `${place.city} ${place.pincode}`],
      phone: place.phone,
    },
    parcels: parcels.map((parcel) => ({
      // A courier signs for its own parcels: on a list of several, each parcel names its courier.
      awb: mixed && parcel.courier !== null ? `${parcel.awb ?? ""} ${parcel.courier}` : (parcel.awb ?? ""),
      orderNumber: parcel.order,
      packageCode: parcel.code,
      invoiceNumber: parcel.invoiceNumber,
      consignee: parcel.consignee,
      city: parcel.city,
      pincode: parcel.pincode,
      boxes: 1,
      weightGrams: parcel.weightGrams,
      collect: parcel.collect,
    })),
  };
}

/** Our own list, which the courier signs; a draft while the manifest is open. Refusals: NOT_FOUND, DOCUMENTS_BUSY. */
export async function printOwnList(ctx: Ctx, manifestId: ManifestId): Promise<Result<FileAnswer>> {
  const document = await ctx.db.read(ctx.tenantId, async (tx) => {
    const manifest = await manifestById(ctx, tx, manifestId);
    if (!manifest) return undefined;
    return manifestDocument(
      manifest,
      await handOverPlace(tx, manifest.facilityId),
      await manifestParcels(tx, manifestId, ctx.now),
    );
  });
  if (!document) return refuse("NOT_FOUND", { what: "manifest", id: manifestId });
  return pdfAnswer(`manifest-${document.code}.pdf`, () => renderManifest(document));
}

/**
 * The channel's lists of a manifest as one PDF, courier by courier. Refusals: NOT_FOUND, MANIFEST_FILES_AWAITED (those
 * couriers whose list is not here), DOCUMENTS_BUSY, DOCUMENTS_TOO_LARGE.
 */
async function printChannelLists(ctx: Ctx, manifestId: ManifestId): Promise<Result<FileAnswer>> {
  const found = await ctx.db.read(ctx.tenantId, async (tx) => ({
    manifest: await manifestById(ctx, tx, manifestId),
    files: (await manifestFiles(tx, manifestId)).filter((file) => file.providerId === null),
    documents: await documentsOf(tx, "manifest", [manifestId], CHANNEL_MANIFEST),
  }));
  const { manifest, files, documents } = found;
  if (!manifest) return refuse("NOT_FOUND", { what: "manifest", id: manifestId });
  const stored = files.map((file) => ({ file, document: documents.find((d) => d.documentId === file.documentId) }));
  const bytes: Buffer[] = [];
  const awaited: string[] = [];
  for (const { file, document } of stored) {
    const kept = document && (await ctx.documents.get(document.sha256));
    if (kept) bytes.push(kept);
    else awaited.push(file.courier);
  }
  if (awaited.length > 0 || bytes.length === 0)
    return refuse("MANIFEST_FILES_AWAITED", {
      manifest: manifest.code,
      couriers: awaited.length > 0 ? awaited : ["the channel makes it when the manifest is closed"],
    });
  const fileName = `manifest-${manifest.code}.pdf`;
  const [only, ...others] = bytes;
  if (only && others.length === 0)
    return ok({ kind: "file", mediaType: "application/pdf", fileName, disposition: "inline", bytes: only });
  const info = { title: `Manifest ${manifest.code}`, madeAt: (manifest.closedAt ?? manifest.createdAt).toString() };
  return pdfAnswer(fileName, () => renderInWorker(info, bytes.map(storedPdfPart)));
}

/**
 * A manifest as PDF: the channel's list where it makes one and it is here, otherwise our own; or the one that is asked
 * for. Refusals as of the two.
 */
export async function printManifest(
  ctx: Ctx,
  manifestId: ManifestId,
  list?: "own" | "channel",
): Promise<Result<FileAnswer>> {
  if (list === "own") return printOwnList(ctx, manifestId);
  const channels = await printChannelLists(ctx, manifestId);
  const awaited = !channels.ok && channels.refusal.code === "MANIFEST_FILES_AWAITED";
  return awaited && list === undefined ? printOwnList(ctx, manifestId) : channels;
}

/** The channel's list of one courier. Refusals: NOT_FOUND, MANIFEST_FILES_AWAITED. */
export async function printManifestFile(
  ctx: Ctx,
  which: { readonly manifestId: ManifestId; readonly manifestFileId: ManifestFileId },
): Promise<Result<FileAnswer>> {
  const found = await ctx.db.read(ctx.tenantId, async (tx) => {
    const file = await findFile(tx, ctx, which);
    return file && { file, document: file.documentId === null ? undefined : await findDocument(tx, file.documentId) };
  });
  if (!found) return refuse("NOT_FOUND", { what: "file of a manifest", id: which.manifestFileId });
  const answer = found.document && (await documentAnswer(ctx, found.document, "inline"));
  return answer
    ? ok(answer)
    : refuse("MANIFEST_FILES_AWAITED", { manifest: found.file.manifest, couriers: [found.file.courier] });
}
