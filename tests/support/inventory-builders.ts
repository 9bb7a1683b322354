import { type Entry, post, type ShelfId } from "../../src/inventory/index.ts";
import { type FacilityId, must, type SkuId, type TenantId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import type { TestDatabase } from "./database.ts";

/** The shelf of a code in a facility; DEFAULT unless said otherwise. */
export async function shelfOf(
  t: TestDatabase,
  tenantId: TenantId,
  facilityId: FacilityId,
  code = "DEFAULT",
): Promise<ShelfId> {
  const row = await t.db.read(tenantId, (tx) =>
    tx.one(sql<{ shelfId: ShelfId }>`
      select shelf_id as "shelfId" from godown.shelf
      where tenant_id = ${tenantId} and facility_id = ${facilityId} and code = ${code}`),
  );
  return row.shelfId;
}

/** A ledger entry of one good piece added, unless said otherwise. */
export function anEntry(over: Partial<Entry> & Pick<Entry, "facilityId" | "skuId" | "shelfId">): Entry {
  return { bucket: "good", quantity: 1, cause: "ADJUST_ADD", causeType: null, causeId: null, note: null, ...over };
}

/** Puts good stock on the DEFAULT shelf. */
export async function stock(
  t: TestDatabase,
  tenantId: TenantId,
  facilityId: FacilityId,
  skuId: SkuId,
  quantity: number,
): Promise<void> {
  const shelfId = await shelfOf(t, tenantId, facilityId);
  must(
    await t.db.transaction(tenantId, (tx) =>
      post(tx, t.ctx(tenantId), [anEntry({ facilityId, skuId, shelfId, quantity })]),
    ),
  );
}
