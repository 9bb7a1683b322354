import { sql, type Tx } from "../platform/db.ts";

/** Whether the tenant works against the sandbox of the National Informatics Centre, whose test GSTINs are then accepted. */
export async function tenantTakesSandboxGstins(tx: Tx): Promise<boolean> {
  const { sandbox } = await tx.one(
    sql<{ sandbox: boolean }>`select sandbox from godown.tenant where tenant_id = ${tx.tenantId}`,
  );
  return sandbox;
}
