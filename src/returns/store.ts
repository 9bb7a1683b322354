import type { ChannelId, SaleOrderId, SaleOrderItemId, ShippingPackageId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import type { ReturnCaseId, ReturnState } from "./return-case.ts";

/** Is this return known by the channel's id of it? */
export async function caseExists(tx: Tx, channelId: ChannelId, channelReturnId: string | null): Promise<boolean> {
  if (channelReturnId === null) return false;
  const { known } = await tx.one(sql<{ known: boolean }>`
    select exists (
      select from godown.return_case where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and channel_return_id = ${channelReturnId}
    ) as known`);
  return known;
}

/**
 * Units of an order whose return was announced, and not called off. @param calledOff those that were called off too: a status
 * that is asked for says the same every hour, whatever a person has decided since.
 */
export async function unitsInCases(
  tx: Tx,
  saleOrderId: SaleOrderId,
  calledOff: boolean,
): Promise<Set<SaleOrderItemId>> {
  const rows = await tx.run(sql<{ unitId: SaleOrderItemId }>`
    select i.sale_order_item_id as "unitId"
    from godown.return_case c join godown.return_item i using (tenant_id, return_case_id)
    where c.tenant_id = ${tx.tenantId} and c.sale_order_id = ${saleOrderId} and (${calledOff} or i.state <> 'CANCELLED')`);
  return new Set(rows.map((row) => row.unitId));
}

/** On the channel's word alone: no stock is added. Units of whole parcels follow their parcel anyway. */
export async function markUnitsReturned(
  tx: Tx,
  unitIds: readonly SaleOrderItemId[],
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.sale_order_item set state = 'RETURNED', state_changed_at = ${at}
    where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${unitIds}::uuid[]) and state in ('DISPATCHED', 'DELIVERED')`);
}

export async function insertCase(
  tx: Tx,
  c: {
    returnCaseId: ReturnCaseId;
    code: string;
    channelId: ChannelId;
    saleOrderId: SaleOrderId;
    shippingPackageId: ShippingPackageId | null;
    kind: "RTO" | "CIR";
    state: ReturnState;
    channelReturnId: string | null;
    reason: string | null;
    courierCode: string | null;
    awb: string | null;
    warehouse: string | null;
    via: "PUSH" | "SYNC" | "COURIER" | "PERSON";
    announcedAt: Temporal.Instant;
    unitIds: readonly SaleOrderItemId[];
  },
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    with made as (
      insert into godown.return_case (tenant_id, return_case_id, code, channel_id, sale_order_id, shipping_package_id, kind, state, channel_return_id, reason, courier_code, awb, return_warehouse, announced_via, announced_at, created_at, updated_at, completed_at)
      values (${tx.tenantId}, ${c.returnCaseId}, ${c.code}, ${c.channelId}, ${c.saleOrderId}, ${c.shippingPackageId}, ${c.kind}, ${c.state}, ${c.channelReturnId}, ${c.reason}, ${c.courierCode}, ${c.awb}, ${c.warehouse}, ${c.via}, ${c.announcedAt}, ${at}, ${at}, ${c.state === "COMPLETED" ? at : null})
    )
    insert into godown.return_item (tenant_id, return_case_id, sale_order_item_id, state)
    select ${tx.tenantId}, ${c.returnCaseId}, id, ${c.state === "COMPLETED" ? "RETURNED" : "EXPECTED"} from unnest(${c.unitIds}::uuid[]) as id`);
}

/**
 * Gives a return that no channel had announced what its channel says of it now: the one return of these units, where there is
 * no other. What a person entered stays. Undefined where there is none.
 */
export function confirmCase(
  tx: Tx,
  saleOrderId: SaleOrderId,
  word: {
    readonly kind: "RTO" | "CIR" | null;
    readonly unitIds: readonly SaleOrderItemId[];
    readonly channelReturnId: string | null;
    readonly reason: string | null;
    readonly courierCode: string | null;
    readonly awb: string | null;
    readonly warehouse: string | null;
  },
  at: Temporal.Instant,
): Promise<{ returnCaseId: ReturnCaseId; code: string; kind: "RTO" | "CIR"; awb: string | null } | undefined> {
  return tx.first(sql`
    with fitting as (
      select c.return_case_id from godown.return_case c
      where c.tenant_id = ${tx.tenantId} and c.sale_order_id = ${saleOrderId} and c.channel_return_id is null and c.state <> 'CANCELLED'
        and c.announced_via in ('COURIER', 'PERSON') and c.kind = coalesce(${word.kind}::text, c.kind)
        and exists (select from godown.return_item i where i.tenant_id = c.tenant_id and i.return_case_id = c.return_case_id)
        and not exists (
          select from godown.return_item i
          where i.tenant_id = c.tenant_id and i.return_case_id = c.return_case_id and i.sale_order_item_id <> all(${word.unitIds}::uuid[]))
    )
    update godown.return_case
    set channel_return_id = ${word.channelReturnId}, reason = coalesce(reason, ${word.reason}), return_warehouse = coalesce(return_warehouse, ${word.warehouse}),
      courier_code = case when courier_code is null and awb is null then ${word.courierCode} else courier_code end,
      awb = case when courier_code is null and awb is null then ${word.awb} else awb end, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and return_case_id = (select return_case_id from fitting) and (select count(*) from fitting) = 1
    returning return_case_id as "returnCaseId", code, kind, awb`);
}

/** Shows the channel's word on order and packages, whatever our own state says. */
export async function markReturned(
  tx: Tx,
  saleOrderId: SaleOrderId,
  packageIds: readonly ShippingPackageId[],
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    with parcels as (
      update godown.shipping_package set channel_returned_at = coalesce(channel_returned_at, ${at}) where tenant_id = ${tx.tenantId} and shipping_package_id = any(${packageIds}::uuid[])
    )
    update godown.sale_order set channel_returned_at = coalesce(channel_returned_at, ${at}) where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId}`);
}
