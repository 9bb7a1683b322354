import type { ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { sql, type Tx } from "../platform/db.ts";

/** Cancels the invoices of packages that are cancelled before dispatch. Each keeps its number, which is never used again. */
export async function cancelInvoices(tx: Tx, ctx: Ctx, packageIds: readonly ShippingPackageId[]): Promise<void> {
  await tx.run(sql`
    update godown.invoice set state = 'CANCELLED', cancelled_at = ${ctx.now}
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${packageIds}::uuid[]) and state <> 'CANCELLED'`);
}
