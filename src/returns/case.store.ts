import type { ChannelId, FacilityId, SaleOrderId, SaleOrderItemId, ShippingPackageId, SkuId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { Grade } from "../putaway/index.ts";
import type { ReturnCaseId, ReturnKind, ReturnState, ReturnUnitState } from "./return-case.ts";

/** A return, locked. Its order, units and packages are locked before it. */
export interface LockedCase {
  readonly returnCaseId: ReturnCaseId;
  readonly code: string;
  readonly kind: ReturnKind;
  readonly state: ReturnState;
  readonly channelId: ChannelId;
  readonly channelCode: string;
  readonly source: string;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly channelReturnId: string | null;
  readonly returnFacilityId: FacilityId | null;
  readonly announcedVia: "PUSH" | "SYNC" | "COURIER" | "PERSON";
}

/** A unit of a return. */
export interface CaseUnit {
  readonly returnCaseId: ReturnCaseId;
  readonly unitId: SaleOrderItemId;
  readonly code: string;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly packageId: ShippingPackageId | null;
  readonly packageCode: string | null;
  readonly state: ReturnUnitState;
  readonly grade: Grade | null;
  readonly insteadState: "OFFERED" | "ACCEPTED" | "DECLINED" | null;
  readonly instead: "REPLACEMENT" | "RESHIP" | null;
}

/** The packages whose units are in returns: they are locked before the returns are. */
export async function packagesOfCases(tx: Tx, ids: readonly ReturnCaseId[]): Promise<ShippingPackageId[]> {
  const rows = await tx.run(sql<{ id: ShippingPackageId }>`
    select distinct u.shipping_package_id as id
    from godown.return_item i join godown.sale_order_item u using (tenant_id, sale_order_item_id)
    where i.tenant_id = ${tx.tenantId} and i.return_case_id = any(${ids}::uuid[]) and u.shipping_package_id is not null order by 1`);
  return rows.map((row) => row.id);
}

/** Locks returns in id order. */
export function lockCases(tx: Tx, ids: readonly ReturnCaseId[]): Promise<LockedCase[]> {
  return tx.run(sql<LockedCase>`
    select r.return_case_id as "returnCaseId", r.code, r.kind, r.state, r.channel_id as "channelId", c.code as "channelCode", c.source,
      r.sale_order_id as "saleOrderId", o.code as "orderCode", r.channel_return_id as "channelReturnId", r.return_facility_id as "returnFacilityId", r.announced_via as "announcedVia"
    from godown.return_case r join godown.channel c using (tenant_id, channel_id) join godown.sale_order o on o.tenant_id = r.tenant_id and o.sale_order_id = r.sale_order_id
    where r.tenant_id = ${tx.tenantId} and r.return_case_id = any(${ids}::uuid[]) order by r.return_case_id for update of r`);
}

/** The units of returns; the lock on the return guards them. */
export function unitsOfCases(tx: Tx, ids: readonly ReturnCaseId[]): Promise<CaseUnit[]> {
  return tx.run(sql<CaseUnit>`
    select i.return_case_id as "returnCaseId", i.sale_order_item_id as "unitId", u.code, u.sku_id as "skuId", s.code as sku, u.shipping_package_id as "packageId", p.code as "packageCode",
      i.state, i.grade, i.instead, i.instead_state as "insteadState"
    from godown.return_item i
    join godown.sale_order_item u using (tenant_id, sale_order_item_id)
    join godown.sku s on s.tenant_id = u.tenant_id and s.sku_id = u.sku_id
    left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
    where i.tenant_id = ${tx.tenantId} and i.return_case_id = any(${ids}::uuid[]) order by i.return_case_id, u.unit_no`);
}

/** Moves a return; the moments of its states are kept with it. */
export async function saveCaseState(tx: Tx, id: ReturnCaseId, to: ReturnState, at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    update godown.return_case set state = ${to}, updated_at = ${at},
      courier_allocated_at = case when ${to} = 'COURIER_ALLOCATED' then ${at}::timestamptz else courier_allocated_at end,
      picked_up_at = case when ${to} = 'PICKED_UP' then ${at}::timestamptz else picked_up_at end,
      put_away_at = case when ${to} = 'PUTAWAY' then ${at}::timestamptz else put_away_at end,
      pending_since = case when ${to} = 'PENDING_INVOICE' then ${at}::timestamptz else pending_since end,
      completed_at = case when ${to} = 'COMPLETED' then ${at}::timestamptz end
    where tenant_id = ${tx.tenantId} and return_case_id = ${id}`);
}

/** Units that lie on their shelves, with their grades. */
export async function savePutAway(
  tx: Tx,
  units: readonly { returnCaseId: string; unitId: SaleOrderItemId; grade: Grade }[],
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.return_item i set state = 'PUT_AWAY', grade = r.grade, put_away_at = ${at}
    from jsonb_to_recordset(${json(units)}) as r("returnCaseId" uuid, "unitId" uuid, grade text)
    where i.tenant_id = ${tx.tenantId} and i.return_case_id = r."returnCaseId" and i.sale_order_item_id = r."unitId" and i.state = 'RECEIVED'`);
}

/** Units of a return that are done: RETURNED, or sent anew where something went instead. */
export async function saveSettled(tx: Tx, id: ReturnCaseId, at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    with done as (
      update godown.return_item set state = 'RETURNED'
      where tenant_id = ${tx.tenantId} and return_case_id = ${id} and state = 'PUT_AWAY'
      returning sale_order_item_id, case when instead_state = 'ACCEPTED' then instead end as instead
    )
    update godown.sale_order_item u
    set state = case d.instead when 'REPLACEMENT' then 'REPLACED' when 'RESHIP' then 'RESHIPPED' else 'RETURNED' end, state_changed_at = ${at}
    from done d where u.tenant_id = ${tx.tenantId} and u.sale_order_item_id = d.sale_order_item_id and u.state in ('DISPATCHED', 'DELIVERED', 'RETURNED')`);
}

/** Of these packages, those of which no unit is still to come back: every one is back, sent anew, or given up. At least one is back, or all are given up. */
export async function packagesAllBack(tx: Tx, ids: readonly ShippingPackageId[]): Promise<ShippingPackageId[]> {
  const rows = await tx.run(sql<{ id: ShippingPackageId }>`
    select u.shipping_package_id as id from godown.sale_order_item u
    where u.tenant_id = ${tx.tenantId} and u.shipping_package_id = any(${ids}::uuid[]) and u.state <> 'CANCELLED'
    group by 1
    having bool_and(u.state in ('RETURNED', 'REPLACED', 'RESHIPPED') or exists (
      select from godown.return_item i where i.tenant_id = u.tenant_id and i.sale_order_item_id = u.sale_order_item_id and i.state = 'LOST'))
    order by 1`);
  return rows.map((row) => row.id);
}

/** The returns that a unit is or was in; the unit and its order are locked before they are changed. */
export function lockUnitCases(
  tx: Tx,
  unitId: SaleOrderItemId,
): Promise<
  { returnCaseId: ReturnCaseId; returnCode: string; state: ReturnUnitState; packageId: ShippingPackageId | null }[]
> {
  return tx.run(sql<{
    returnCaseId: ReturnCaseId;
    returnCode: string;
    state: ReturnUnitState;
    packageId: ShippingPackageId | null;
  }>`
    select i.return_case_id as "returnCaseId", r.code as "returnCode", i.state, u.shipping_package_id as "packageId"
    from godown.return_item i join godown.return_case r using (tenant_id, return_case_id)
    join godown.sale_order_item u on u.tenant_id = i.tenant_id and u.sale_order_item_id = i.sale_order_item_id
    where i.tenant_id = ${tx.tenantId} and i.sale_order_item_id = ${unitId} order by i.return_case_id for update of i`);
}

export async function giveUpUnits(tx: Tx, unitId: SaleOrderItemId): Promise<void> {
  await tx.run(sql`
    update godown.return_item set state = 'LOST' where tenant_id = ${tx.tenantId} and sale_order_item_id = ${unitId} and state = 'MISSING'`);
}

/** Units of a return are not expected any more; where nothing of it is left it is CANCELLED. */
export async function callOffExpected(
  tx: Tx,
  id: ReturnCaseId,
  unitIds: readonly SaleOrderItemId[],
  word: { by: string; reason: string },
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.return_item set state = 'CANCELLED'
    where tenant_id = ${tx.tenantId} and return_case_id = ${id} and sale_order_item_id = any(${unitIds}::uuid[]) and state = 'EXPECTED'`);
  await tx.run(sql`
    update godown.return_case r set state = 'CANCELLED', cancelled_at = ${at}, cancelled_by = ${word.by}, cancel_reason = ${word.reason}, updated_at = ${at}
    where r.tenant_id = ${tx.tenantId} and r.return_case_id = ${id} and r.state in ('RETURN_EXPECTED', 'CREATED', 'COURIER_ALLOCATED')
      and not exists (
        select from godown.return_item i where i.tenant_id = r.tenant_id and i.return_case_id = r.return_case_id and i.state <> 'CANCELLED')`);
}

/** The channel's lines of a return's units in the wanted states: a line as often as units of it are. */
export async function linesOfCase(tx: Tx, id: ReturnCaseId, states: readonly ReturnUnitState[]): Promise<string[]> {
  const rows = await tx.run(sql<{ line: string }>`
    select u.channel_order_item_id as line
    from godown.return_item i join godown.sale_order_item u using (tenant_id, sale_order_item_id)
    where i.tenant_id = ${tx.tenantId} and i.return_case_id = ${id} and i.state = any(${states}::text[]) order by u.unit_no`);
  return rows.map((row) => row.line);
}
