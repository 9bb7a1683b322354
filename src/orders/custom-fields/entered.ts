import type { ImportedCustomField } from "../../../connectors/kit/index.ts";
import { ok, type Result } from "../../kernel/index.ts";
import type { CustomOrder } from "../custom-order.ts";
import type { StoredField } from "./custom-field.ts";
import { decideValue } from "./decide-value.ts";

/**
 * The custom fields of an order that a person enters, in the form in which they are kept. Somebody is looking: what would only
 * be shown on an order from a channel is refused here. Pure. Refusals: those of `decideValue`, CUSTOM_FIELD_REQUIRED for a
 * field that nobody filled.
 * @param fields the enabled ones
 */
export function enteredFields(order: CustomOrder, code: string, fields: readonly StoredField[]): Result<CustomOrder> {
  const whole = entered(order.customFields ?? [], { appliesTo: "ORDER", code }, fields);
  if (!whole.ok) return whole;
  const lines: CustomOrder["lines"][number][] = [];
  for (const line of order.lines) {
    const own = entered(line.customFields ?? [], { appliesTo: "ITEM", code: line.sku }, fields);
    if (!own.ok) return own;
    lines.push(own.value.length === 0 ? line : { ...line, customFields: own.value });
  }
  return ok({ ...order, lines, ...(whole.value.length === 0 ? {} : { customFields: whole.value }) });
}

function entered(
  given: readonly ImportedCustomField[],
  subject: { appliesTo: "ORDER" | "ITEM"; code: string },
  fields: readonly StoredField[],
): Result<ImportedCustomField[]> {
  const own = fields.filter((field) => field.appliesTo === subject.appliesTo);
  const wanted = new Map(given.map(({ name, value }) => [name, value]));
  // Fields that must be filled are asked about whether they were named or not.
  for (const field of own) if (field.required && !wanted.has(field.name)) wanted.set(field.name, "");
  const kept: ImportedCustomField[] = [];
  for (const [name, value] of wanted) {
    const decided = decideValue(
      own.find((field) => field.name === name),
      { subject, name, value: value === "" ? null : value },
      undefined,
    );
    if (!decided.ok) return decided;
    if (decided.value !== null) kept.push({ name, value: decided.value });
  }
  return ok(kept);
}
