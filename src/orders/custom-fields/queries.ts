import type { SaleOrderId, SaleOrderItemId, ShippingPackageId } from "../../kernel/index.ts";
import { all, json, sql, type Tx } from "../../platform/db.ts";
import { type Scope, visible } from "../queries.ts";
import type { AppliesTo } from "./custom-field.ts";
import type { ValueWithOrigin } from "./view.ts";

/** What is written of these records, with where it came from. */
export function valuesWithOrigin(tx: Tx, subjectIds: readonly string[]): Promise<ValueWithOrigin[]> {
  return tx.run(sql<ValueWithOrigin>`
    select subject_id as "subjectId", name, value, written_how as how, written_by as by,
      to_char(written_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
    from godown.custom_field_value where tenant_id = ${tx.tenantId} and subject_id = any(${subjectIds}::uuid[]) and value is not null`);
}

export interface OrderUnits {
  readonly code: string;
  readonly units: readonly {
    readonly id: SaleOrderItemId;
    readonly code: string;
    readonly line: string;
    readonly sku: string;
    readonly name: string;
    readonly cancelled: boolean;
  }[];
}

/** An order that the actor may see, with its units in their order. */
export function orderUnits(tx: Tx, scope: Scope, id: SaleOrderId): Promise<OrderUnits | undefined> {
  return tx.first(sql<OrderUnits>`
    select o.code, (
      select coalesce(jsonb_agg(jsonb_build_object('id', u.sale_order_item_id, 'code', u.code, 'line', u.channel_order_item_id, 'sku', s.code,
        'name', coalesce(u.title, s.name), 'cancelled', u.state = 'CANCELLED') order by u.unit_no), '[]')
      from godown.sale_order_item u join godown.sku s using (tenant_id, sku_id) where u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id) as units
    from godown.sale_order o where ${all([sql`o.tenant_id = ${tx.tenantId}`, sql`o.sale_order_id = ${id}`, visible(scope)])}`);
}

export interface PackageOfOrder {
  readonly id: ShippingPackageId;
  readonly code: string;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
}

/** A package by its code, where the actor may see it. */
export function packageOfOrder(tx: Tx, scope: Scope, code: string): Promise<PackageOfOrder | undefined> {
  return tx.first(sql<PackageOfOrder>`
    select p.shipping_package_id as id, p.code, p.sale_order_id as "saleOrderId", o.code as "orderCode"
    from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
    where ${all([
      sql`p.tenant_id = ${tx.tenantId}`,
      sql`p.code = ${code}`,
      scope === "all" ? undefined : sql`p.facility_id = any(${scope}::uuid[])`,
    ])}`);
}

export interface UndefinedName {
  readonly appliesTo: AppliesTo;
  readonly name: string;
  readonly example: string;
}

const UNDEFINED_NAMES_MAX = 200;
/** Names that are looked at to find those: a channel that makes up a name for each order must not make this page slow. */
const NAMES_LOOKED_AT_MAX = 1_000;

/** Names under which values came and that nobody has defined. Goes from name to name by the index, not over all values. */
export function undefinedNames(tx: Tx): Promise<UndefinedName[]> {
  const first = sql`
    select v.applies_to, v.name, v.value from godown.custom_field_value v where v.tenant_id = ${tx.tenantId} and v.value is not null`;
  return tx.run(sql<UndefinedName>`
    with recursive names as (
      (select * from (${first} order by v.applies_to, v.name limit 1) f)
      union all
      select n.* from names had cross join lateral (
        ${first} and (v.applies_to, v.name) > (had.applies_to, had.name) order by v.applies_to, v.name limit 1) n
    )
    select n.applies_to as "appliesTo", n.name, n.value as example from (select * from names limit ${NAMES_LOOKED_AT_MAX}) n
    where not exists (select from godown.custom_field f where f.tenant_id = ${tx.tenantId} and f.applies_to = n.applies_to and f.name = n.name)
    limit ${UNDEFINED_NAMES_MAX}`);
}

/** Which fields hold values. */
export async function fieldsInUse(
  tx: Tx,
  fields: readonly { appliesTo: AppliesTo; name: string }[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.run(sql<{ appliesTo: AppliesTo; name: string }>`
    select f."appliesTo", f.name from jsonb_to_recordset(${json(fields)}) as f("appliesTo" text, name text)
    where exists (select from godown.custom_field_value v where v.tenant_id = ${tx.tenantId} and v.applies_to = f."appliesTo" and v.name = f.name and v.value is not null)`);
  return new Set(rows.map((row) => `${row.appliesTo} ${row.name}`));
}
