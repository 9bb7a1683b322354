import type { ChannelId, SaleOrderId, ShippingPackageId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import type { ReturnCaseId, ReturnState } from "./return-case.ts";

/** Returns in these states by their channel's own ids. */
export async function openCasesOf(
  tx: Tx,
  channelId: ChannelId,
  channelReturnIds: readonly string[],
  states: readonly ReturnState[],
): Promise<ReturnCaseId[]> {
  const rows = await tx.run(sql<{ id: ReturnCaseId }>`
    select return_case_id as id from godown.return_case
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and channel_return_id = any(${channelReturnIds}::text[]) and state = any(${states}::text[])
    order by 1`);
  return rows.map((row) => row.id);
}

/** Packages that are expected back for the units of a return that was called off, and for no other return: locked before. */
export async function turnedBackFor(tx: Tx, id: ReturnCaseId): Promise<ShippingPackageId[]> {
  const rows = await tx.run(sql<{ id: ShippingPackageId }>`
    select distinct p.shipping_package_id as id
    from godown.return_item i
    join godown.sale_order_item u using (tenant_id, sale_order_item_id)
    join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
    where i.tenant_id = ${tx.tenantId} and i.return_case_id = ${id} and p.state = 'RETURN_EXPECTED' and not exists (
      select from godown.sale_order_item v join godown.return_item s using (tenant_id, sale_order_item_id)
      where v.tenant_id = p.tenant_id and v.shipping_package_id = p.shipping_package_id and s.state = 'EXPECTED')
    order by 1`);
  return rows.map((row) => row.id);
}

/** The channel's word that they came back is taken off an order and its packages, where no other return of them stands. */
export async function unmarkReturned(
  tx: Tx,
  saleOrderId: SaleOrderId,
  packageIds: readonly ShippingPackageId[],
): Promise<void> {
  await tx.run(sql`
    with standing as (
      select u.shipping_package_id as id from godown.return_case c
      join godown.return_item i using (tenant_id, return_case_id)
      join godown.sale_order_item u on u.tenant_id = i.tenant_id and u.sale_order_item_id = i.sale_order_item_id
      where c.tenant_id = ${tx.tenantId} and c.sale_order_id = ${saleOrderId} and i.state <> 'CANCELLED'
    ), parcels as (
      update godown.shipping_package set channel_returned_at = null
      where tenant_id = ${tx.tenantId} and shipping_package_id = any(${packageIds}::uuid[]) and not exists (select from standing where id = shipping_package_id)
    )
    update godown.sale_order set channel_returned_at = null
    where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId} and not exists (select from standing)`);
}
