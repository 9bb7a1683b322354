import { allocateFacility } from "../../src/fulfilment/allocation/allocate.handler.ts";
import { routeOrders } from "../../src/fulfilment/allocation/route.handler.ts";
import { movePackages } from "../../src/fulfilment/index.ts";
import {
  type ChannelId,
  type FacilityId,
  must,
  type SaleOrderId,
  type SaleOrderItemId,
  type ShippingPackageId,
  type TenantId,
} from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import type { TestDatabase } from "./database.ts";

export const allocate = (t: TestDatabase, tenantId: TenantId, facilityId: FacilityId) =>
  allocateFacility(t.ctx(tenantId), facilityId);

export const routeAll = (t: TestDatabase, tenantId: TenantId, channelId: ChannelId) =>
  routeOrders(t.ctx(tenantId), channelId);

export interface UnitRow {
  readonly unitId: SaleOrderItemId;
  readonly orderId: SaleOrderId;
  readonly order: string;
  readonly state: string;
  readonly onHold: boolean;
  readonly packageId: ShippingPackageId | null;
  readonly package: string | null;
  readonly facility: string | null;
}

/** All units of a tenant, by order and number. */
export function unitsOf(t: TestDatabase, tenantId: TenantId, order?: string): Promise<UnitRow[]> {
  return t.db.read(tenantId, (tx) =>
    tx.run(sql<UnitRow>`
      select u.sale_order_item_id as "unitId", o.sale_order_id as "orderId", o.code as order, u.state, u.on_hold as "onHold",
        u.shipping_package_id as "packageId", p.code as package, f.code as facility
      from godown.sale_order_item u join godown.sale_order o using (tenant_id, sale_order_id)
      left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
      left join godown.facility f on f.tenant_id = u.tenant_id and f.facility_id = u.facility_id
      where u.tenant_id = ${tenantId} and (${order ?? null}::text is null or o.code = ${order ?? null}) order by o.code, u.unit_no`),
  );
}

export function packagesOf(
  t: TestDatabase,
  tenantId: TenantId,
): Promise<{ id: ShippingPackageId; code: string; state: string; order: string; units: number }[]> {
  return t.db.read(tenantId, (tx) =>
    tx.run(sql<{ id: ShippingPackageId; code: string; state: string; order: string; units: number }>`
      select p.shipping_package_id as id, p.code, p.state, o.code as order,
        (select count(*)::integer from godown.sale_order_item u where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and u.state <> 'CANCELLED') as units
      from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id) where p.tenant_id = ${tenantId} order by p.created_at, p.code`),
  );
}

/** The state of each order, by code. */
export async function orderStates(t: TestDatabase, tenantId: TenantId): Promise<Record<string, string>> {
  const rows = await t.db.read(tenantId, (tx) =>
    tx.run(
      sql<{ code: string; state: string }>`select code, state from godown.sale_order where tenant_id = ${tenantId}`,
    ),
  );
  return Object.fromEntries(rows.map((row) => [row.code, row.state]));
}

/** Carries packages through events of their lifecycle, each in a transaction of its own. A label brings a tracking number. */
export async function move(
  t: TestDatabase,
  tenantId: TenantId,
  ids: readonly ShippingPackageId[],
  events: readonly Parameters<typeof movePackages>[3][],
): Promise<void> {
  for (const event of events)
    must(
      await t.db.transaction(tenantId, async (tx) => {
        if (event === "label")
          await tx.run(sql`
            update godown.shipping_package set awb = 'AWB-' || right(shipping_package_id::text, 12)
            where tenant_id = ${tenantId} and shipping_package_id = any(${ids}::uuid[]) and awb is null`);
        return movePackages(tx, t.ctx(tenantId), ids, event);
      }),
    );
}
