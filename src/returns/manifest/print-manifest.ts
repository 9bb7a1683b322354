import { pdfAnswer } from "../../billing/index.ts";
import { type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { documentPart, documentTemplate, renderInWorker } from "../../platform/documents/index.ts";
import type { FileAnswer } from "../../platform/http/route.ts";
import { RETURN_MANIFEST_TEMPLATE_VERSION, type ReturnManifestDocument } from "./manifest-document.ts";
import type { drawReturnManifest } from "./manifest-pdf.ts";
import {
  type ReceivingPlace,
  type ReturnManifestParcel,
  type ReturnManifestRow,
  receivingPlace,
  returnManifestById,
  returnManifestParcels,
} from "./queries.ts";
import type { ReturnManifestId } from "./return-manifest.ts";

const template = documentTemplate<typeof drawReturnManifest>(
  new URL("./manifest-pdf.ts", import.meta.url),
  "drawReturnManifest",
);

/** A return manifest as it is printed. Pure. */
export function returnManifestDocument(
  manifest: ReturnManifestRow,
  place: ReceivingPlace,
  parcels: readonly ReturnManifestParcel[],
): ReturnManifestDocument {
  const at = (manifest.closedAt ?? manifest.createdAt).toZonedDateTimeISO(place.zone);
  const two = (number: number) => String(number).padStart(2, "0");
  return {
    templateVersion: RETURN_MANIFEST_TEMPLATE_VERSION,
    code: manifest.code,
    closedAt: manifest.closedAt?.toString() ?? null,
    shownAt: `${two(at.day)}/${two(at.month)}/${at.year} ${two(at.hour)}:${two(at.minute)}`,
    channel: manifest.channel ?? "All",
    courier: manifest.courier ?? "the courier",
    facility: {
      name: place.name,
      addressLines: [place.line1, ...(place.line2 === null ? [] : [place.line2]), `${place.city} ${place.pincode}`],
    },
    parcels: parcels.map((parcel) => ({
      awb: parcel.awb ?? "",
      orderNumber: parcel.order,
      packageCode: parcel.code,
      channel: parcel.channel,
      returns: parcel.returns ?? "",
      units: parcel.units,
      missing: parcel.missing,
      announced: parcel.announced,
    })),
  };
}

/** The list that courier and facility sign; a draft while it is open. Refusals: NOT_FOUND, DOCUMENTS_BUSY. */
export async function printReturnManifest(ctx: Ctx, id: ReturnManifestId): Promise<Result<FileAnswer>> {
  const document = await ctx.db.read(ctx.tenantId, async (tx) => {
    const manifest = await returnManifestById(ctx, tx, id);
    if (!manifest) return undefined;
    return returnManifestDocument(
      manifest,
      await receivingPlace(tx, manifest.facilityId),
      await returnManifestParcels(tx, id),
    );
  });
  if (!document) return refuse("NOT_FOUND", { what: "return manifest", id });
  const info = { title: `Return manifest ${document.code}`, madeAt: document.closedAt ?? "1970-01-01T00:00:00Z" };
  return pdfAnswer(`return-manifest-${document.code}.pdf`, () =>
    renderInWorker(info, [documentPart(template, document)]),
  );
}
