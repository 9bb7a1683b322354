import { type Cause, post } from "../../src/inventory/index.ts";
import { type FacilityId, must, newId, type SkuId, type TenantId } from "../../src/kernel/index.ts";
import {
  awaitPutaway,
  type Grade,
  listWaiting,
  type PutawayId,
  type PutawayItemId,
  type PutawayKind,
} from "../../src/putaway/index.ts";
import { createShelf, type ShelfId, saveShelfType } from "../../src/warehouse/index.ts";
import { aFacility, aSku, aTenant, next } from "./builders.ts";
import type { TestDatabase } from "./database.ts";
import { anEntry } from "./inventory-builders.ts";

/** A facility with two SKUs and nothing in it but the shelf DEFAULT. */
export interface PutawayScene {
  readonly tenantId: TenantId;
  readonly facilityId: FacilityId;
  readonly pen: SkuId;
  readonly ink: SkuId;
}

export async function aPutawayScene(t: TestDatabase): Promise<PutawayScene> {
  const tenantId = await aTenant(t.db);
  const facilityId = await aFacility(t.db, tenantId, { code: "BLR" });
  const [pen, ink] = [
    await aSku(t.db, tenantId, { code: "PEN", name: "Pen, blue" }),
    await aSku(t.db, tenantId, { code: "INK", name: "Ink, 50 ml" }),
  ];
  return { tenantId, facilityId, pen, ink };
}

/** Units of a SKU that wait for putaway; cause and kind are those of a receipt unless said otherwise. */
export async function awaiting(
  t: TestDatabase,
  scene: PutawayScene,
  count: number,
  over: {
    skuId?: SkuId;
    kind?: Exclude<PutawayKind, "PUTAWAY_SHELF_TRANSFER">;
    grade?: Grade | null;
    cause?: Cause;
    facilityId?: FacilityId;
    sourceId?: string;
  } = {},
): Promise<PutawayItemId[]> {
  const unit = {
    ...{ kind: over.kind ?? ("PUTAWAY_GRN_ITEM" as const), facilityId: over.facilityId ?? scene.facilityId },
    ...{ skuId: over.skuId ?? scene.pen, unitId: null, packageId: null, sourceId: over.sourceId ?? newId() },
    ...{ grade: over.grade ?? null, note: null },
  };
  return t.db.transaction(scene.tenantId, (tx) =>
    awaitPutaway(tx, t.ctx(scene.tenantId), Array(count).fill(unit), over.cause ?? "GOODS_RECEIVED"),
  );
}

/** A shelf, in a section and with a capacity where given, and good stock of the pen on it. */
export async function aShelf(
  t: TestDatabase,
  scene: PutawayScene,
  code: string,
  over: { section?: string; capacity?: number; holds?: number; skuId?: SkuId; grade?: Grade } = {},
): Promise<ShelfId> {
  const ctx = t.ctx(scene.tenantId);
  const type = { code: `T${next()}`, lengthMm: 900, widthMm: 450, heightMm: 400, capacity: over.capacity ?? null };
  const shelfTypeId = over.capacity === undefined ? null : must(await saveShelfType(ctx, null, type)).shelfTypeId;
  const { shelfId } = must(
    await createShelf(ctx, { facilityId: scene.facilityId, code, section: over.section ?? null, shelfTypeId }),
  );
  if (over.holds !== undefined) {
    const entry = anEntry({
      ...{ facilityId: scene.facilityId, skuId: over.skuId ?? scene.pen, shelfId },
      ...{ quantity: over.holds, bucket: over.grade ?? "good" },
    });
    must(await t.db.transaction(scene.tenantId, (tx) => post(tx, ctx, [entry])));
  }
  return shelfId;
}

/** What lies on the shelves: "A1 PEN good" → pieces. */
export async function onShelves(t: TestDatabase, scene: PutawayScene): Promise<Record<string, number>> {
  const rows = await t.raw<{ place: string; quantity: number }>(
    `select h.code || ' ' || k.code || ' ' || s.bucket as place, s.quantity from godown.shelf_stock s
     join godown.shelf h using (tenant_id, shelf_id) join godown.sku k using (tenant_id, sku_id)
     where s.tenant_id = $1 and s.quantity > 0 order by 1`,
    [scene.tenantId],
  );
  return Object.fromEntries(rows.map((row) => [row.place, row.quantity]));
}

/** The units of a list, or all that wait, as they stand: "PEN good A1" → units. */
export async function unitsOf(
  t: TestDatabase,
  scene: PutawayScene,
  putawayId?: PutawayId,
): Promise<Record<string, number>> {
  const page = { limit: 10_000, offset: 0, sort: "createdAt", descending: false };
  const { rows } = await t.db.read(scene.tenantId, (tx) =>
    listWaiting(t.ctx(scene.tenantId), tx, putawayId === undefined ? {} : { putawayId }, page),
  );
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const key = `${row.sku} ${row.grade ?? "ungraded"} ${row.shelf ?? "no shelf"}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
