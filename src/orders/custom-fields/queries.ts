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
    order by n.applies_to, n.name limit ${UNDEFINED_NAMES_MAX}`);
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

/** How a line of a file names a record: package, or order and item, or order. "" where it says nothing. */
export interface RecordName {
  readonly line: number;
  readonly channel: string;
  readonly order: string;
  readonly item: string;
  readonly package: string;
}

export interface NamedRecord {
  readonly line: number;
  readonly appliesTo: AppliesTo;
  readonly id: string;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly code: string;
  readonly channel: string;
}

/** The records that lines name, within the actor's reach: several for a line that many units share, or an ambiguous code. */
export function findRecords(tx: Tx, scope: Scope, names: readonly RecordName[]): Promise<NamedRecord[]> {
  const mine = scope === "all" ? sql`true` : sql`p.facility_id = any(${scope}::uuid[])`;
  const orders = sql`
    select n.line, o.tenant_id, o.sale_order_id, o.code, c.code as channel, n.item
    from names n
    -- By index, one for each line: the planner cannot know how many a parameter holds and would read every order.
    cross join lateral (select * from godown.sale_order x where x.tenant_id = ${tx.tenantId} and x.code = n."order" offset 0) o
    join godown.channel c on c.tenant_id = o.tenant_id and c.channel_id = o.channel_id
    where n.package = '' and n."order" <> '' and (n.channel = '' or c.code = n.channel) and ${visible(scope) ?? sql`true`}`;
  return tx.run(sql<NamedRecord>`
    with names as materialized (
      select * from jsonb_to_recordset(${json(names)}) as n(line integer, channel text, "order" text, item text, package text)
    ), orders as materialized (${orders})
    select o.line, 'ORDER' as "appliesTo", o.sale_order_id as id, o.sale_order_id as "saleOrderId", o.code as "orderCode", o.code, o.channel from orders o where o.item = ''
    union all
    select o.line, 'ITEM', u.sale_order_item_id, o.sale_order_id, o.code, u.code, o.channel
    from orders o join godown.sale_order_item u on u.tenant_id = ${tx.tenantId} and u.sale_order_id = o.sale_order_id and (u.code = o.item or u.channel_order_item_id = o.item)
    where o.item <> ''
    union all
    select n.line, 'PACKAGE', p.shipping_package_id, p.sale_order_id, o.code, p.code, c.code
    from names n join godown.shipping_package p on p.tenant_id = ${tx.tenantId} and p.code = n.package
    join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id
    join godown.channel c on c.tenant_id = o.tenant_id and c.channel_id = o.channel_id
    where n.package <> '' and (n.channel = '' or c.code = n.channel) and (n."order" = '' or o.code = n."order") and ${mine}`);
}

export interface ExportFilters {
  readonly channel?: readonly string[] | undefined;
  readonly placedFrom?: string | undefined;
  readonly placedTo?: string | undefined;
}
interface Exporting {
  readonly appliesTo: AppliesTo;
  readonly scope: Scope;
  readonly filters: ExportFilters;
}
export interface ExportedRecord {
  readonly id: string;
  readonly saleOrderId: SaleOrderId;
  readonly channel: string;
  readonly orderCode: string;
  readonly code: string;
  readonly sku: string | null;
}

function recordsIn(tx: Tx, { appliesTo, scope, filters }: Exporting) {
  const base = [
    sql`o.tenant_id = ${tx.tenantId}`,
    visible(scope),
    filters.channel === undefined ? undefined : sql`c.code = any(${filters.channel}::text[])`,
    filters.placedFrom === undefined ? undefined : sql`o.placed_at >= ${filters.placedFrom}::timestamptz`,
    filters.placedTo === undefined ? undefined : sql`o.placed_at < ${filters.placedTo}::timestamptz`,
  ];
  const from = sql`godown.sale_order o join godown.channel c using (tenant_id, channel_id)`;
  const ids = { saleOrderId: sql`o.sale_order_id as "saleOrderId", c.code as channel, o.code as "orderCode"` };
  if (appliesTo === "ORDER")
    return sql`select o.sale_order_id as id, ${ids.saleOrderId}, o.code, null::text as sku from ${from} where ${all(base)}`;
  if (appliesTo === "ITEM")
    return sql`select u.sale_order_item_id as id, ${ids.saleOrderId}, u.code, s.code as sku from ${from}
      join godown.sale_order_item u on u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id
      join godown.sku s on s.tenant_id = u.tenant_id and s.sku_id = u.sku_id where ${all(base)}`;
  const mine = scope === "all" ? undefined : sql`p.facility_id = any(${scope}::uuid[])`;
  return sql`select p.shipping_package_id as id, ${ids.saleOrderId}, p.code, null::text as sku from ${from}
    join godown.shipping_package p on p.tenant_id = o.tenant_id and p.sale_order_id = o.sale_order_id where ${all([...base, mine])}`;
}

export async function countRecords(tx: Tx, of: Exporting): Promise<number> {
  return (await tx.one(sql<{ count: number }>`select count(*)::integer as count from (${recordsIn(tx, of)}) r`)).count;
}

/** A page of records in the order of their ids, which is that of their making. */
export function recordsAfter(
  tx: Tx,
  of: Exporting,
  after: ExportedRecord | null,
  limit: number,
): Promise<ExportedRecord[]> {
  const rest =
    after === null ? sql`true` : sql`(r."saleOrderId", r.id) > (${after.saleOrderId}::uuid, ${after.id}::uuid)`;
  return tx.run(sql<ExportedRecord>`
    select * from (${recordsIn(tx, of)}) r where ${rest} order by r."saleOrderId", r.id limit ${limit}`);
}
