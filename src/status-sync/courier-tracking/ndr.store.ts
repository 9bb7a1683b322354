import type { Instant, ShippingPackageId } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { Ndr } from "./story.ts";

/** Writes what the words of parcels come to about failed deliveries. */
export async function saveNdrs(
  tx: Tx,
  ndrs: readonly (Ndr & { readonly shippingPackageId: ShippingPackageId })[],
  now: Instant,
): Promise<void> {
  if (ndrs.length === 0) return;
  await tx.run(sql`
    insert into godown.package_ndr (tenant_id, shipping_package_id, state, attempts, code, reason, place, first_failed_at, last_failed_at, next_attempt_at, updated_at)
    select ${tx.tenantId}::uuid, n."shippingPackageId", n.state, n.attempts, n.code, n.reason, n.place, n."firstFailedAt", n."lastFailedAt", n."nextAttemptAt", ${now}::timestamptz
    from jsonb_to_recordset(${json(ndrs)}) as n("shippingPackageId" uuid, state text, attempts integer, code text, reason text, place text,
      "firstFailedAt" timestamptz, "lastFailedAt" timestamptz, "nextAttemptAt" timestamptz)
    order by n."shippingPackageId"
    on conflict (tenant_id, shipping_package_id) do update set state = excluded.state, attempts = excluded.attempts, code = excluded.code, reason = excluded.reason,
      place = excluded.place, first_failed_at = excluded.first_failed_at, last_failed_at = excluded.last_failed_at,
      next_attempt_at = excluded.next_attempt_at, updated_at = excluded.updated_at`);
}
