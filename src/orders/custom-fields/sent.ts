import type { SaleOrderId, SaleOrderItemId, ShippingPackageId } from "../../kernel/index.ts";
import type { Tx } from "../../platform/db.ts";
import { type AppliesTo, type CustomFieldPair, pairsToSend, type StoredField } from "./custom-field.ts";
import { readFields, readValues } from "./store.ts";

export interface FieldSubjects {
  readonly orders?: readonly SaleOrderId[];
  readonly units?: readonly SaleOrderItemId[];
  readonly packages?: readonly ShippingPackageId[];
}

/**
 * The custom fields of many records as partners and couriers get them: name and value, text both. One entry for each id that
 * was asked for, empty where it has none. Two statements however many records; one where the tenant has defined nothing.
 */
export async function customFieldsOf(
  tx: Tx,
  subjects: FieldSubjects,
): Promise<Map<string, readonly CustomFieldPair[]>> {
  const { orders = [], units = [], packages = [] } = subjects;
  const asked: readonly (readonly [AppliesTo, readonly string[]])[] = [
    ["ORDER", orders],
    ["ITEM", units],
    ["PACKAGE", packages],
  ];
  const fields = await readFields(tx, { enabled: true });
  return pairsOf(tx, fields, asked);
}

/** Reads values only of kinds of records that some field is about. */
async function pairsOf(
  tx: Tx,
  fields: readonly StoredField[],
  asked: readonly (readonly [AppliesTo, readonly string[]])[],
): Promise<Map<string, CustomFieldPair[]>> {
  const wanted = asked.filter(([appliesTo]) => fields.some((field) => field.appliesTo === appliesTo));
  const subjectIds = wanted.flatMap(([, ids]) => ids);
  const values = new Map<string, Map<string, string>>();
  for (const { subjectId, name, value } of subjectIds.length === 0 ? [] : await readValues(tx, subjectIds))
    values.set(subjectId, (values.get(subjectId) ?? new Map()).set(name, value));
  const none: ReadonlyMap<string, string> = new Map();
  return new Map(
    asked.flatMap(([appliesTo, ids]) => {
      const own = fields.filter((field) => field.appliesTo === appliesTo);
      return ids.map((id) => [id, pairsToSend(own, values.get(id) ?? none)] as const);
    }),
  );
}

/** A custom field in a row of a list. */
export interface ListedField {
  readonly name: string;
  readonly label: string;
  readonly value: string;
}

/**
 * What the rows of a list show: fields that are shown on lists, as they are sent. One entry for each id. One statement where
 * no field is shown on lists.
 */
export async function listedFields(
  tx: Tx,
  appliesTo: Exclude<AppliesTo, "ITEM">,
  ids: readonly string[],
): Promise<Map<string, ListedField[]>> {
  const fields = await readFields(tx, { enabled: true });
  const listed = fields.filter((field) => field.appliesTo === appliesTo && field.onLists);
  const labels = new Map(listed.map((field) => [field.name, field.label]));
  const pairs = await pairsOf(tx, listed, [[appliesTo, ids]]);
  const named = ({ name, value }: CustomFieldPair) => ({ name, label: labels.get(name) ?? name, value });
  return new Map([...pairs].map(([id, own]) => [id, own.map(named)]));
}
