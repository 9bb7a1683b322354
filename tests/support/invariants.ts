import { expect } from "vitest";
import type { TenantId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import type { TestDatabase } from "./database.ts";

/**
 * What must hold of a tenant's stock whatever happened: levels are the ledger's sums, shelves are the ledger's sums,
 * exactly the units that have stock blocked, and what is kept for orders under review, are counted as blocked, and pending
 * putaways are counted as pending.
 */
export async function expectStockTrue(t: Pick<TestDatabase, "db">, tenantId: TenantId): Promise<void> {
  const wrong = await t.db.read(tenantId, (tx) =>
    tx.run(sql<Record<string, unknown>>`
      with sums as (
        select facility_id, sku_id, bucket, sum(quantity)::integer as quantity from godown.stock_ledger where tenant_id = ${tenantId} group by 1, 2, 3
      ), levels as (
        select l.facility_id, l.sku_id, b.bucket, b.quantity from godown.stock_level l
        cross join lateral (values ('good', l.good), ('blocked', l.blocked), ('bad', l.bad), ('qc_rejected', l.qc_rejected),
          ('putaway_pending', l.putaway_pending), ('not_found', l.not_found), ('virtual', l.virtual)) as b(bucket, quantity)
        where l.tenant_id = ${tenantId}
      ), shelf_sums as (
        select shelf_id, sku_id, bucket, sum(quantity)::integer as quantity from godown.stock_ledger
        where tenant_id = ${tenantId} and shelf_id is not null group by 1, 2, 3
      ), units as (
        select facility_id, sku_id, sum(quantity)::integer as quantity from (
          select facility_id, sku_id, count(*) as quantity from godown.sale_order_item
          where tenant_id = ${tenantId} and state in ('FULFILLABLE', 'PICKING_FOR_INVOICING', 'PACKED', 'READY_TO_SHIP', 'MANIFESTED') group by 1, 2
          union all
          select facility_id, sku_id, sum(blocked) from godown.pendency_part where tenant_id = ${tenantId} and blocked > 0 group by 1, 2
        ) held group by 1, 2
      ), pending as (
        select facility_id, sku_id, count(*)::integer as quantity from godown.putaway_item where tenant_id = ${tenantId} and completed_at is null group by 1, 2
      )
      select 'level' as what, s.bucket, s.quantity as should, l.quantity as is
      from sums s full join levels l using (facility_id, sku_id, bucket) where coalesce(s.quantity, 0) <> coalesce(l.quantity, 0)
      union all
      select 'shelf', s.bucket, s.quantity, h.quantity
      from shelf_sums s full join (select * from godown.shelf_stock where tenant_id = ${tenantId}) h using (shelf_id, sku_id, bucket)
      where coalesce(s.quantity, 0) <> coalesce(h.quantity, 0)
      union all
      select 'blocked', 'blocked', u.quantity, l.quantity
      from units u full join (select * from levels where bucket = 'blocked') l using (facility_id, sku_id) where coalesce(u.quantity, 0) <> coalesce(l.quantity, 0)
      union all
      select 'pending', 'putaway_pending', p.quantity, l.quantity
      from pending p full join (select * from levels where bucket = 'putaway_pending') l using (facility_id, sku_id) where coalesce(p.quantity, 0) <> coalesce(l.quantity, 0)`),
  );
  expect(wrong).toEqual([]);
}

/** Money of an order is that of its units, to the paisa, and no unit is worth less than nothing. */
export async function expectMoneyTrue(t: TestDatabase, tenantId: TenantId): Promise<void> {
  const wrong = await t.db.read(tenantId, (tx) =>
    tx.run(sql<Record<string, unknown>>`
      select o.code, o.total_paise, o.collect_paise, s.total, s.collect, s.least from godown.sale_order o
      join (
        select sale_order_id, sum(total_paise)::bigint as total, sum(total_paise - store_credit_paise - voucher_paise - prepaid_paise)::bigint as collect,
          min(least(total_paise, total_paise - store_credit_paise - voucher_paise - prepaid_paise)) as least,
          bool_and(total_paise = selling_price_paise + shipping_charges_paise + cod_charges_paise + gift_wrap_charges_paise - discount_paise) as adds_up
        from godown.sale_order_item where tenant_id = ${tenantId} group by 1
      ) s using (sale_order_id)
      where o.tenant_id = ${tenantId} and (o.total_paise <> s.total or o.collect_paise <> s.collect or s.least < 0 or not s.adds_up)`),
  );
  expect(wrong).toEqual([]);
}
