import type { Instant, ShippingPackageId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import type { ShippingProviderId } from "./provider.ts";

/**
 * Marks a number that a person typed as spent on a package, whether the pool has it or not: it is never given again.
 * False where another package has it. A package that has it already keeps it.
 */
export async function claimAwb(
  tx: Tx,
  claim: { providerId: ShippingProviderId; packageId: ShippingPackageId; awb: string },
  at: Instant,
): Promise<boolean> {
  const written = await tx.count(sql`
    insert into godown.awb (tenant_id, shipping_provider_id, awb, shipping_package_id, used_at)
    values (${tx.tenantId}, ${claim.providerId}, ${claim.awb}, ${claim.packageId}, ${at})
    on conflict (tenant_id, shipping_provider_id, awb) do update set shipping_package_id = excluded.shipping_package_id, used_at = excluded.used_at
    where godown.awb.used_at is null or godown.awb.shipping_package_id = excluded.shipping_package_id`);
  return written === 1;
}
