import { ok, type Result, refuse } from "../../kernel/index.ts";
import { type AppliesTo, readValue, type StoredField } from "./custom-field.ts";

const KIND_WORDS: Readonly<Record<AppliesTo, string>> = { ORDER: "order", ITEM: "item", PACKAGE: "package" };
const PLURALS: Readonly<Record<AppliesTo, string>> = { ORDER: "orders", ITEM: "items", PACKAGE: "packages" };
const SHOWN_CHARS_MAX = 80;

/** What somebody wants a field of a record to hold; null takes the value away. */
export interface WantedValue {
  readonly subject: { readonly appliesTo: AppliesTo; readonly code: string };
  readonly name: string;
  readonly value: string | null;
}

/**
 * May the field hold this? Pure. Refusals, in this order: CUSTOM_FIELD_UNKNOWN (a value that nobody has defined can be taken
 * away, not written), CUSTOM_FIELD_DISABLED, CUSTOM_FIELD_REQUIRED, CUSTOM_FIELD_VALUE_INVALID. Gives the value in its form.
 */
export function decideValue(
  field: StoredField | undefined,
  { subject, name, value }: WantedValue,
  before: string | undefined,
): Result<string | null> {
  if (field === undefined)
    return value === null && before !== undefined
      ? ok(null)
      : refuse("CUSTOM_FIELD_UNKNOWN", { name, where: PLURALS[subject.appliesTo] });
  if (!field.enabled) return refuse("CUSTOM_FIELD_DISABLED", { field: field.label });
  const record = `${KIND_WORDS[subject.appliesTo]} ${subject.code}`;
  if (value === null || value.trim() === "") {
    return field.required && field.defaultValue === null
      ? refuse("CUSTOM_FIELD_REQUIRED", { field: field.label, record })
      : ok(null);
  }
  // What stands there already is good enough to be sent back unchanged: a choice of earlier days stays good.
  const read = readValue(field, value, value === before ? "kept" : "new");
  if (read.ok) return ok(read.value);
  const facts = { field: field.label, record, value: value.slice(0, SHOWN_CHARS_MAX), why: read.why };
  return refuse("CUSTOM_FIELD_VALUE_INVALID", facts);
}
