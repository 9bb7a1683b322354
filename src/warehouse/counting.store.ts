import { json, sql, type Tx } from "../platform/db.ts";
import type { ShelfId } from "./shelves.store.ts";

/** A shelf as those see it who would take from it or put onto it. */
export interface ShelfUse {
  readonly shelfId: ShelfId;
  readonly code: string;
  readonly facilityCode: string;
  /** The code of the cycle count that counts it at this moment; null: it is free. */
  readonly counting: string | null;
}

/** Locks shelves in id order until commit: who posts to one of them meanwhile waits, and then sees what became of it. */
export function lockShelves(tx: Tx, shelfIds: readonly ShelfId[]): Promise<ShelfUse[]> {
  return tx.run(sql<ShelfUse>`
    select s.shelf_id as "shelfId", s.code, f.code as "facilityCode", s.counting
    from godown.shelf s join godown.facility f using (tenant_id, facility_id)
    where s.tenant_id = ${tx.tenantId} and s.shelf_id = any(${shelfIds}::uuid[])
    order by s.shelf_id for no key update of s`);
}

/** Says which cycle count counts these shelves; null: none does any more, and they are free again. */
export async function setCounting(tx: Tx, shelfIds: readonly ShelfId[], counting: string | null): Promise<void> {
  await tx.run(sql`
    update godown.shelf s set counting = ${counting}
    from jsonb_to_recordset(${json(shelfIds.map((id) => ({ id })))}) as w(id uuid)
    where s.tenant_id = ${tx.tenantId} and s.shelf_id = w.id`);
}
