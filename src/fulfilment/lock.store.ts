import type { FacilityId, Result, ShippingPackageId } from "../kernel/index.ts";
import { ok, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { sql, type Tx } from "../platform/db.ts";

export interface ReachedPackage {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly facilityId: FacilityId;
}

/** The chosen packages, in no order; refuses PACKAGE_NOT_FOUND where one is not there or in a facility out of reach. */
export async function reachPackages(
  tx: Tx,
  ctx: Pick<Ctx, "facilities">,
  ids: readonly ShippingPackageId[],
): Promise<Result<ReachedPackage[]>> {
  const found = await tx.run(sql<ReachedPackage>`
    select shipping_package_id as "shippingPackageId", code, facility_id as "facilityId" from godown.shipping_package
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${ids}::uuid[])
      and ${ctx.facilities === "all" ? sql`true` : sql`facility_id = any(${ctx.facilities}::uuid[])`}`);
  const missing = ids.filter((id) => !found.some((p) => p.shippingPackageId === id));
  return missing.length > 0 ? refuse("PACKAGE_NOT_FOUND", { packages: missing }) : ok(found);
}

/** What a transaction has locked already: a step that locks and then moves its packages asks the database once. */
const lockedIn = new WeakMap<Tx, Set<ShippingPackageId>>();

/**
 * Locks orders, their units in these packages, and the packages, each in id order: the order in which cancellations lock
 * them. What is read afterwards is what holds until commit, so a cancellation is either seen or waits.
 */
export async function lockForMove(tx: Tx, ids: readonly ShippingPackageId[]): Promise<void> {
  const before = lockedIn.get(tx);
  const fresh = before ? ids.filter((id) => !before.has(id)) : ids;
  if (fresh.length === 0) return;
  await tx.run(sql`
    select sale_order_id from godown.sale_order
    where tenant_id = ${tx.tenantId} and sale_order_id in (
      select sale_order_id from godown.shipping_package where tenant_id = ${tx.tenantId} and shipping_package_id = any(${fresh}::uuid[]))
    order by sale_order_id for no key update`);
  await tx.run(sql`
    select sale_order_item_id from godown.sale_order_item
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${fresh}::uuid[])
    order by sale_order_item_id for update`);
  await tx.run(sql`
    select shipping_package_id from godown.shipping_package
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${fresh}::uuid[])
    order by shipping_package_id for update`);
  lockedIn.set(tx, new Set([...(before ?? []), ...fresh]));
}
