import type { Instant } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";

/** Lines of this file that were applied before. @param sha256 hexadecimal */
export async function appliedLines(tx: Tx, sha256: string, lines: readonly number[]): Promise<Map<number, Instant>> {
  const rows = await tx.run(sql<{ line: number; at: Instant }>`
    select line, at from godown.adjustment_row
    where tenant_id = ${tx.tenantId} and file_sha256 = decode(${sha256}, 'hex') and line = any(${lines}::integer[])`);
  return new Map(rows.map((r) => [r.line, r.at]));
}

export async function rememberLines(tx: Tx, sha256: string, lines: readonly number[], now: Instant): Promise<void> {
  await tx.run(sql`
    insert into godown.adjustment_row (tenant_id, file_sha256, line, at)
    select ${tx.tenantId}::uuid, decode(${sha256}, 'hex'), line, ${now}::timestamptz from unnest(${lines}::integer[]) as line`);
}
