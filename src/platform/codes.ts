import { sql, type Tx } from "./db.ts";

/**
 * Takes consecutive human codes ("BLR1-100001"): for packages, manifests and the like, where a gap after a rollback
 * would be harmless and a repeat would not. Invoice numbers are not made here: law wants them without gaps (billing).
 */
export async function takeCodes(tx: Tx, kind: string, prefix: string, count: number): Promise<string[]> {
  const { last } = await tx.one(sql<{ last: number }>`
    insert into godown.code_counter (tenant_id, kind, prefix, next_value) values (${tx.tenantId}, ${kind}, ${prefix}, ${100_001 + count}::bigint)
    on conflict (tenant_id, kind) do update set next_value = godown.code_counter.next_value + ${count}::bigint
    returning next_value as last`);
  return Array.from({ length: count }, (_, i) => `${prefix}${last - count + i}`);
}
