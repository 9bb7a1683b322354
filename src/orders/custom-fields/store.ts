import { sql, type Tx } from "../../platform/db.ts";
import type { StoredField } from "./custom-field.ts";

/** A tenant's fields in the order in which people see them. There are some dozens at most: they are read whole. */
export function readFields(tx: Tx, only: { enabled?: boolean } = {}): Promise<StoredField[]> {
  return tx.run(sql<StoredField>`
    select custom_field_id as "customFieldId", applies_to as "appliesTo", name, label, kind, choices, retired_choices as "retiredChoices",
      required, default_value as "defaultValue", on_lists as "onLists", enabled
    from godown.custom_field where tenant_id = ${tx.tenantId} and (enabled or not ${only.enabled ?? false})
    order by array_position(array['ORDER', 'ITEM', 'PACKAGE'], applies_to), position, created_at, custom_field_id`);
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
