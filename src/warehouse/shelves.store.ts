import type { FacilityId, Id, Instant } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";

export type ShelfId = Id<"Shelf">;
export type ShelfTypeId = Id<"ShelfType">;

export interface ShelfRow {
  readonly shelfId: ShelfId;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly code: string;
  /** Part of the facility that it stands in; null: none. */
  readonly section: string | null;
  readonly shelfTypeId: ShelfTypeId | null;
  readonly shelfType: string | null;
  /** Units that its type takes; null: as many as one likes. */
  readonly capacity: number | null;
  readonly enabled: boolean;
}

export const shelfColumns = sql`s.shelf_id as "shelfId", s.facility_id as "facilityId", f.code as "facilityCode", s.code, s.section,
  s.shelf_type_id as "shelfTypeId", y.code as "shelfType", y.capacity, s.enabled`;
export const shelfTables = sql`godown.shelf s
  join godown.facility f on f.tenant_id = s.tenant_id and f.facility_id = s.facility_id
  left join godown.shelf_type y on y.tenant_id = s.tenant_id and y.shelf_type_id = s.shelf_type_id`;

export async function insertShelf(
  tx: Tx,
  shelf: {
    shelfId: ShelfId;
    facilityId: FacilityId;
    code: string;
    section: string | null;
    shelfTypeId: ShelfTypeId | null;
  },
): Promise<boolean> {
  const written = await tx.count(sql`
    insert into godown.shelf (tenant_id, shelf_id, facility_id, code, section, shelf_type_id)
    values (${tx.tenantId}, ${shelf.shelfId}, ${shelf.facilityId}, ${shelf.code}, ${shelf.section}, ${shelf.shelfTypeId})
    on conflict (tenant_id, facility_id, code) do nothing`);
  return written === 1;
}

export async function shelfById(tx: Tx, shelfId: ShelfId): Promise<ShelfRow | undefined> {
  return tx.first(sql<ShelfRow>`
    select ${shelfColumns} from ${shelfTables} where s.tenant_id = ${tx.tenantId} and s.shelf_id = ${shelfId}`);
}

/** Shelves by facility and code, all at once. */
export async function shelvesByCode(
  tx: Tx,
  wanted: readonly { facilityId: FacilityId; code: string }[],
): Promise<ShelfRow[]> {
  return tx.run(sql<ShelfRow>`
    select ${shelfColumns} from ${shelfTables}
    where s.tenant_id = ${tx.tenantId} and (s.facility_id, s.code) in (
      select r."facilityId", r.code from jsonb_to_recordset(${json(wanted)}) as r("facilityId" uuid, code text))`);
}

export async function updateShelf(
  tx: Tx,
  shelfId: ShelfId,
  shelf: { enabled: boolean; section: string | null; shelfTypeId: ShelfTypeId | null },
): Promise<void> {
  await tx.run(sql`
    update godown.shelf set enabled = ${shelf.enabled}, section = ${shelf.section}, shelf_type_id = ${shelf.shelfTypeId}
    where tenant_id = ${tx.tenantId} and shelf_id = ${shelfId}`);
}

// Shelf types

export interface ShelfTypeInput {
  readonly code: string;
  readonly lengthMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
  /** Units that a shelf of this type takes; null: as many as one likes. */
  readonly capacity: number | null;
}

export interface ShelfTypeRow extends ShelfTypeInput {
  readonly shelfTypeId: ShelfTypeId;
}

export const shelfTypeColumns = sql`y.shelf_type_id as "shelfTypeId", y.code, y.length_mm as "lengthMm", y.width_mm as "widthMm",
  y.height_mm as "heightMm", y.capacity`;

export async function shelfTypeById(tx: Tx, shelfTypeId: ShelfTypeId): Promise<ShelfTypeRow | undefined> {
  return tx.first(sql<ShelfTypeRow>`
    select ${shelfTypeColumns} from godown.shelf_type y
    where y.tenant_id = ${tx.tenantId} and y.shelf_type_id = ${shelfTypeId}`);
}

export async function shelfTypeIdByCode(tx: Tx, code: string): Promise<ShelfTypeId | undefined> {
  const row = await tx.first(sql<{ shelfTypeId: ShelfTypeId }>`
    select shelf_type_id as "shelfTypeId" from godown.shelf_type where tenant_id = ${tx.tenantId} and code = ${code}`);
  return row?.shelfTypeId;
}

export async function writeShelfType(
  tx: Tx,
  shelfTypeId: ShelfTypeId,
  type: ShelfTypeInput,
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.shelf_type (tenant_id, shelf_type_id, code, length_mm, width_mm, height_mm, capacity, created_at)
    values (${tx.tenantId}, ${shelfTypeId}, ${type.code}, ${type.lengthMm}, ${type.widthMm}, ${type.heightMm}, ${type.capacity}, ${at})
    on conflict (tenant_id, shelf_type_id) do update set code = excluded.code, length_mm = excluded.length_mm,
      width_mm = excluded.width_mm, height_mm = excluded.height_mm, capacity = excluded.capacity`);
}
