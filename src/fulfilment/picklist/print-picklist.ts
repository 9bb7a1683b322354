import type { ShelfId } from "../../inventory/index.ts";
import { assert, type FacilityId, ok, type Result, refuse, type ShippingPackageId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import type { FileAnswer } from "../../platform/http/route.ts";
import { assignShelves, type WantedUnit } from "../assign-shelves.ts";
import { reachPackages } from "../lock.store.ts";
import { PICKLIST_TEMPLATE_VERSION, type PicklistDocument } from "../picklist-document.ts";
import { renderPicklist } from "../render-documents.ts";
import { stockOn, unitsOf } from "../shelves.store.ts";
import { shownTime } from "../shown-time.ts";
import { oneFacility } from "./create-picklist.ts";
import { type PicklistId, picksOf, TO_FETCH } from "./picklist.ts";
import { namesFor, picklistDetail, statesOf } from "./queries.ts";

/** Where pieces that lie on no shelf are looked for. */
const MADE_TO_ORDER = "made to order";

/** A pick list that was made: what is still to be fetched, or all of it once nothing is. Refuses NOT_FOUND. */
export async function printPicklist(ctx: Ctx, picklistId: PicklistId): Promise<Result<FileAnswer>> {
  const document = await ctx.db.read(ctx.tenantId, async (tx) => {
    const list = await picklistDetail(ctx, tx, picklistId);
    if (!list) return undefined;
    const open = list.picks.filter((pick) => pick.open);
    const shown = open.length > 0 ? open : list.picks;
    return documentOf(tx, ctx, {
      code: list.code,
      facilityId: list.facilityId,
      createdBy: list.createdBy,
      createdAt: list.createdAt,
      units: shown,
      packageCodes: [...new Set(shown.map((pick) => pick.package))],
    });
  });
  if (!document) return refuse("NOT_FOUND", { what: "pick list", id: picklistId });
  return ok(await pdf(document));
}

/**
 * What to fetch for chosen shipments, printed without any change: for facilities that trace nothing and go straight from
 * the shelf to the invoice. Refusals: PACKAGE_NOT_FOUND, PICKLIST_FACILITIES_MIXED, PICKLIST_NOTHING_TO_PICK.
 */
export async function printPicks(
  ctx: Ctx,
  input: { packageIds: readonly ShippingPackageId[] },
): Promise<Result<FileAnswer>> {
  const document = await ctx.db.read(ctx.tenantId, async (tx): Promise<Result<PicklistDocument>> => {
    const reached = await reachPackages(tx, ctx, input.packageIds);
    if (!reached.ok) return reached;
    const facility = await oneFacility(tx, reached.value);
    if (!facility.ok) return facility;
    const packages = await statesOf(tx, input.packageIds);
    const past = packages.filter((p) => !TO_FETCH.includes(p.state));
    if (past.length > 0)
      return refuse("PICKLIST_NOTHING_TO_PICK", {
        packages: past.map((p) => p.code),
        detail: past.map((p) => `${p.code} is ${p.state}`).join(", "),
      });
    const units = await unitsOf(tx, input.packageIds);
    const { shelves, virtual } = await stockOn(tx, facility.value, [...new Set(units.map((u) => u.skuId))]);
    const takes = assignShelves(units, shelves, virtual);
    const day = ctx.now.toString().replaceAll(/[-:]|\.\d+/g, "");
    return ok(
      await documentOf(tx, ctx, {
        code: `PICK-${day}`,
        facilityId: facility.value,
        createdBy: ctx.actor.name,
        createdAt: ctx.now,
        units: units.map((unit, i) => ({ ...unit, shelfId: takes[i]?.shelfId ?? null })),
        packageCodes: packages.map((p) => p.code),
      }),
    );
  });
  return document.ok ? ok(await pdf(document.value)) : document;
}

async function documentOf(
  tx: Tx,
  ctx: Ctx,
  list: {
    code: string;
    facilityId: FacilityId;
    createdBy: string;
    createdAt: Ctx["now"];
    units: readonly (Pick<WantedUnit, "skuId"> & { readonly shelfId: ShelfId | null })[];
    packageCodes: readonly string[];
  },
): Promise<PicklistDocument> {
  const names = await namesFor(tx, {
    facilityId: list.facilityId,
    skuIds: [...new Set(list.units.map((unit) => unit.skuId))],
    shelfIds: [...new Set(list.units.flatMap((unit) => unit.shelfId ?? []))],
  });
  const picks = picksOf(
    list.units.map(({ skuId, shelfId }) => {
      const sku = names.skus.get(skuId);
      assert(sku, "a unit's SKU has a name");
      return { ...sku, skuId, shelfId, shelf: shelfId === null ? null : (names.shelves.get(shelfId) ?? null) };
    }),
  );
  return {
    templateVersion: PICKLIST_TEMPLATE_VERSION,
    code: list.code,
    createdAt: list.createdAt.toString(),
    shownAt: shownTime(ctx.now, names.facility.zone),
    facilityName: `${names.facility.name} (${names.facility.code})`,
    createdBy: list.createdBy,
    picks: picks.map(({ sku, name, shelf, quantity }) => ({
      shelf: shelf ?? MADE_TO_ORDER,
      sku,
      name,
      quantity,
      imageBase64: null,
    })),
    packageCodes: [...list.packageCodes],
  };
}

async function pdf(document: PicklistDocument): Promise<FileAnswer> {
  return {
    kind: "file",
    mediaType: "application/pdf",
    fileName: `picklist-${document.code}.pdf`,
    disposition: "inline",
    bytes: await renderPicklist(document),
  };
}
