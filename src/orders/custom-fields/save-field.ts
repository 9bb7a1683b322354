import { audit } from "../../identity/index.ts";
import { newId, ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import {
  type CustomFieldId,
  checkDefinition,
  columnKey,
  DEFINITIONS_MAX,
  type FieldDefinition,
  retired,
  type StoredField,
} from "./custom-field.ts";
import * as store from "./store.ts";

/**
 * Defines a custom field, or changes one when `id` is given. Once it holds values its name, its type and what it is about
 * stay, but for a type that takes every value (text): what was written under them would change its meaning.
 * Refusals, in this order: NOT_FOUND, those of `checkDefinition`, CUSTOM_FIELDS_TOO_MANY, CUSTOM_FIELD_NAME_TAKEN,
 * CUSTOM_FIELD_HAS_VALUES.
 */
export function saveField(
  ctx: Ctx,
  id: CustomFieldId | null,
  given: FieldDefinition,
): Promise<Result<{ customFieldId: CustomFieldId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    if (id !== null) await store.lockField(tx, id);
    const fields = await store.readFields(tx);
    const before = fields.find((field) => field.customFieldId === id);
    if (id !== null && before === undefined) return refuse("NOT_FOUND", { what: "custom field", id });
    const checked = checkDefinition(given);
    if (!checked.ok) return checked;
    const room = roomFor(checked.value, before, fields);
    if (!room.ok) return room;
    const customFieldId = id ?? newId<"CustomField">();
    if (before === undefined) {
      // Somebody may have defined the same one a moment ago.
      if (!(await store.insertField(tx, customFieldId, checked.value, ctx.now)))
        return refuse("CUSTOM_FIELD_NAME_TAKEN", { name: given.name, taken: given.name });
    } else {
      const may = await mayChange(tx, before, checked.value);
      if (!may.ok) return may;
      const retiredChoices = checked.value.kind === "CHOICE" ? retired(before, checked.value.choices) : [];
      await store.updateField(tx, { ...checked.value, customFieldId, retiredChoices }, ctx.now);
    }
    await audit(tx, ctx, {
      action: before === undefined ? "orders.custom_field_defined" : "orders.custom_field_changed",
      recordType: "custom_field",
      recordId: customFieldId,
      recordCode: checked.value.name,
      ...(before === undefined ? {} : { before }),
      after: checked.value,
    });
    return ok({ customFieldId });
  });
}

/** Pure. */
function roomFor(
  given: FieldDefinition,
  before: StoredField | undefined,
  fields: readonly StoredField[],
): Result<undefined> {
  const others = fields.filter((f) => f.appliesTo === given.appliesTo && f.customFieldId !== before?.customFieldId);
  if (others.length >= DEFINITIONS_MAX) return refuse("CUSTOM_FIELDS_TOO_MANY", { fieldsMax: DEFINITIONS_MAX });
  const taken = others.find((field) => columnKey(field.name) === columnKey(given.name));
  return taken ? refuse("CUSTOM_FIELD_NAME_TAKEN", { name: given.name, taken: taken.name }) : ok();
}

async function mayChange(tx: Tx, before: StoredField, after: FieldDefinition): Promise<Result<undefined>> {
  const change =
    before.appliesTo !== after.appliesTo
      ? "it stays where it belongs"
      : before.name !== after.name
        ? "its name stays"
        : before.kind !== after.kind && after.kind !== "TEXT"
          ? "its type stays, or becomes text"
          : null;
  if (change === null || !(await store.hasValues(tx, before))) return ok();
  return refuse("CUSTOM_FIELD_HAS_VALUES", { name: before.name, change });
}

/** Takes a definition away that holds no values. Refusals: NOT_FOUND, CUSTOM_FIELD_HAS_VALUES. */
export function deleteField(ctx: Ctx, id: CustomFieldId): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx): Promise<Result<undefined>> => {
    await store.lockField(tx, id);
    const before = (await store.readFields(tx)).find((field) => field.customFieldId === id);
    if (before === undefined) return refuse("NOT_FOUND", { what: "custom field", id });
    if (await store.hasValues(tx, before))
      return refuse("CUSTOM_FIELD_HAS_VALUES", { name: before.name, change: "it is not deleted" });
    await store.deleteField(tx, id);
    await audit(tx, ctx, {
      action: "orders.custom_field_deleted",
      recordType: "custom_field",
      recordId: id,
      recordCode: before.name,
      before,
    });
    return ok();
  });
}
