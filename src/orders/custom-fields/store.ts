import type { Instant, SaleOrderId, SaleOrderItemId, ShippingPackageId } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { AppliesTo, CustomFieldId, FieldDefinition, StoredField } from "./custom-field.ts";

/** A tenant's fields in the order in which people see them. There are some dozens at most: they are read whole. */
export function readFields(tx: Tx, only: { enabled?: boolean } = {}): Promise<StoredField[]> {
  return tx.run(sql<StoredField>`
    select custom_field_id as "customFieldId", applies_to as "appliesTo", name, label, kind, choices, retired_choices as "retiredChoices",
      required, default_value as "defaultValue", on_lists as "onLists", enabled
    from godown.custom_field where tenant_id = ${tx.tenantId} and (enabled or not ${only.enabled ?? false})
    order by array_position(array['ORDER', 'ITEM', 'PACKAGE'], applies_to), created_at, custom_field_id`);
}

/** Holds one field still. */
export async function lockField(tx: Tx, id: CustomFieldId): Promise<void> {
  await tx.run(
    sql`select 1 from godown.custom_field where tenant_id = ${tx.tenantId} and custom_field_id = ${id} for update`,
  );
}

/** False where another field has its name. */
export async function insertField(tx: Tx, id: CustomFieldId, field: FieldDefinition, at: Instant): Promise<boolean> {
  const written = await tx.count(sql`
    insert into godown.custom_field (tenant_id, custom_field_id, applies_to, name, label, kind, choices, required, default_value, on_lists, enabled, created_at, updated_at)
    values (${tx.tenantId}, ${id}, ${field.appliesTo}, ${field.name}, ${field.label}, ${field.kind}, ${field.choices}, ${field.required}, ${field.defaultValue},
      ${field.onLists}, ${field.enabled}, ${at}, ${at})
    on conflict do nothing`);
  return written === 1;
}

export async function updateField(tx: Tx, field: StoredField, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.custom_field set applies_to = ${field.appliesTo}, name = ${field.name}, label = ${field.label}, kind = ${field.kind}, choices = ${field.choices},
      retired_choices = ${field.retiredChoices}, required = ${field.required}, default_value = ${field.defaultValue}, on_lists = ${field.onLists},
      enabled = ${field.enabled}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and custom_field_id = ${field.customFieldId}`);
}

export async function deleteField(tx: Tx, id: CustomFieldId): Promise<void> {
  await tx.run(sql`delete from godown.custom_field where tenant_id = ${tx.tenantId} and custom_field_id = ${id}`);
}

/** Is any value written under this name? */
export async function hasValues(tx: Tx, of: { appliesTo: AppliesTo; name: string }): Promise<boolean> {
  const found = await tx.one(sql<{ has: boolean }>`
    select exists (select from godown.custom_field_value where tenant_id = ${tx.tenantId} and applies_to = ${of.appliesTo} and name = ${of.name} and value is not null) as has`);
  return found.has;
}

export interface WrittenValue {
  /** Of the order, the unit or the package. */
  readonly subjectId: string;
  readonly name: string;
  readonly value: string;
}

/** What is written of these records, whether it is defined or not. */
export function readValues(tx: Tx, subjectIds: readonly string[]): Promise<WrittenValue[]> {
  return tx.run(sql<WrittenValue>`
    select subject_id as "subjectId", name, value from godown.custom_field_value
    where tenant_id = ${tx.tenantId} and subject_id = any(${subjectIds}::uuid[]) and value is not null`);
}

/** The same, held still for whoever changes them; in key order, so that two who change the same wait and do not lock each other out. */
export function lockValues(tx: Tx, subjectIds: readonly string[]): Promise<WrittenValue[]> {
  return tx.run(sql<WrittenValue>`
    select subject_id as "subjectId", name, value from godown.custom_field_value
    where tenant_id = ${tx.tenantId} and subject_id = any(${subjectIds}::uuid[]) and value is not null
    order by subject_id, name for update`);
}

export interface ValueRow {
  readonly saleOrderId: SaleOrderId;
  readonly appliesTo: AppliesTo;
  readonly unitId: SaleOrderItemId | null;
  readonly packageId: ShippingPackageId | null;
  readonly name: string;
  /** Null: a person takes it away. */
  readonly value: string | null;
}

/** Writes values that people gave, over what was there: one statement. */
export async function writeValues(
  tx: Tx,
  rows: readonly ValueRow[],
  by: { how: "CSV" | "SCREEN"; name: string; at: Instant },
): Promise<void> {
  await tx.run(sql`
    insert into godown.custom_field_value (tenant_id, sale_order_id, applies_to, sale_order_item_id, shipping_package_id, name, value, written_how, written_by, written_at)
    select ${tx.tenantId}, v."saleOrderId", v."appliesTo", v."unitId", v."packageId", v.name, v.value, ${by.how}, ${by.name}, ${by.at}
    from jsonb_to_recordset(${json(rows)}) as v("saleOrderId" uuid, "appliesTo" text, "unitId" uuid, "packageId" uuid, name text, value text)
    order by coalesce(v."unitId", v."packageId", v."saleOrderId"), v.name
    on conflict (tenant_id, subject_id, name) do update
    set value = excluded.value, written_how = excluded.written_how, written_by = excluded.written_by, written_at = excluded.written_at`);
}

export interface ImportedValue {
  readonly saleOrderId: SaleOrderId;
  /** The channel's id of the line; null: of the whole order. */
  readonly line: string | null;
  readonly name: string;
  readonly value: string;
}

/** Writes what new orders brought along, a line's to each of its units: one statement. */
export async function writeImported(
  tx: Tx,
  rows: readonly ImportedValue[],
  by: { how: "CHANNEL" | "FORM" | "CSV"; name: string; at: Instant },
): Promise<void> {
  await tx.run(sql`
    insert into godown.custom_field_value (tenant_id, sale_order_id, applies_to, sale_order_item_id, name, value, written_how, written_by, written_at)
    select ${tx.tenantId}, v."saleOrderId", v."appliesTo", v."unitId", v.name, v.value, ${by.how}, ${by.name}, ${by.at} from (${importedRows(tx, rows)}) v`);
}

/**
 * Takes a channel's newer word: writes what differs from what the channel itself said before, and what it had not said. What a
 * person has written or taken away since stays. Rows that are as they were are not even locked: a list shows them each minute.
 */
export async function followValues(
  tx: Tx,
  rows: readonly ImportedValue[],
  by: { name: string; at: Instant },
): Promise<void> {
  await tx.run(sql`
    insert into godown.custom_field_value as had (tenant_id, sale_order_id, applies_to, sale_order_item_id, name, value, written_how, written_by, written_at)
    select ${tx.tenantId}, v."saleOrderId", v."appliesTo", v."unitId", v.name, v.value, 'CHANNEL', ${by.name}, ${by.at} from (${importedRows(tx, rows)}) v
    where not exists (
      select from godown.custom_field_value x where x.tenant_id = ${tx.tenantId} and x.subject_id = coalesce(v."unitId", v."saleOrderId") and x.name = v.name
        and (x.written_how <> 'CHANNEL' or x.value = v.value))
    on conflict (tenant_id, subject_id, name) do update
    set value = excluded.value, written_by = excluded.written_by, written_at = excluded.written_at
    where had.written_how = 'CHANNEL'`);
}

/** A row for the order, or for each unit of the line, in key order. */
function importedRows(tx: Tx, rows: readonly ImportedValue[]) {
  return sql`
    select r."saleOrderId", 'ORDER' as "appliesTo", null::uuid as "unitId", r.name, r.value
    from jsonb_to_recordset(${json(rows.filter((row) => row.line === null))}) as r("saleOrderId" uuid, name text, value text)
    union all
    select r."saleOrderId", 'ITEM', u.sale_order_item_id, r.name, r.value
    from jsonb_to_recordset(${json(rows.filter((row) => row.line !== null))}) as r("saleOrderId" uuid, line text, name text, value text)
    join godown.sale_order_item u on u.tenant_id = ${tx.tenantId} and u.sale_order_id = r."saleOrderId" and u.channel_order_item_id = r.line
    order by 3 nulls first, 1, 4`;
}
