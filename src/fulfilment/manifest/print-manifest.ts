import { type ManifestId, ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { FileAnswer } from "../../platform/http/route.ts";
import { MANIFEST_TEMPLATE_VERSION, type ManifestDocument } from "../manifest-document.ts";
import { renderManifest } from "../render-documents.ts";
import { shownTime } from "../shown-time.ts";
import {
  type HandOverPlace,
  handOverPlace,
  type ManifestParcelRow,
  type ManifestRow,
  manifestById,
  manifestParcels,
} from "./queries.ts";

/** A manifest as it is printed. Pure. */
export function manifestDocument(
  manifest: ManifestRow,
  place: HandOverPlace,
  parcels: readonly ManifestParcelRow[],
): ManifestDocument {
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
      awb: parcel.awb ?? "",
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

/** The PDF that the courier signs; a draft while the manifest is open. Refuses NOT_FOUND. */
export async function printManifest(ctx: Ctx, manifestId: ManifestId): Promise<Result<FileAnswer>> {
  const document = await ctx.db.read(ctx.tenantId, async (tx) => {
    const manifest = await manifestById(ctx, tx, manifestId);
    if (!manifest) return undefined;
    return manifestDocument(
      manifest,
      await handOverPlace(tx, manifest.facilityId),
      await manifestParcels(tx, manifestId),
    );
  });
  if (!document) return refuse("NOT_FOUND", { what: "manifest", id: manifestId });
  return ok({
    kind: "file",
    mediaType: "application/pdf",
    fileName: `manifest-${document.code}.pdf`,
    disposition: "inline",
    bytes: await renderManifest(document),
  });
}
