import type { Instant } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";

export type StopKind = "SKU" | "CHANNEL";

/** Does the record exist, and how do people call it? */
export async function stoppedRecord(tx: Tx, kind: StopKind, recordId: string): Promise<string | null> {
  const found = await tx.first(
    kind === "SKU"
      ? sql<{ code: string }>`select code from godown.sku where tenant_id = ${tx.tenantId} and sku_id = ${recordId}`
      : sql<{
          code: string;
        }>`select code from godown.channel where tenant_id = ${tx.tenantId} and channel_id = ${recordId}`,
  );
  return found?.code ?? null;
}

/** True where something changed. */
export async function insertStop(
  tx: Tx,
  kind: StopKind,
  recordId: string,
  by: { at: Instant; name: string },
): Promise<boolean> {
  const count = await tx.count(sql`
    insert into godown.publish_stop (tenant_id, kind, record_id, stopped_at, stopped_by)
    values (${tx.tenantId}, ${kind}, ${recordId}, ${by.at}, ${by.name}) on conflict (tenant_id, kind, record_id) do nothing`);
  return count > 0;
}

export async function deleteStop(tx: Tx, kind: StopKind, recordId: string): Promise<boolean> {
  const count = await tx.count(sql`
    delete from godown.publish_stop where tenant_id = ${tx.tenantId} and kind = ${kind} and record_id = ${recordId}`);
  return count > 0;
}
