import { z } from "zod";
import { assert, ok, type Result, refuse, type SaleOrderId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { idField, optionalTextField, textField } from "../../platform/http/fields.ts";
import { type Route, route } from "../../platform/http/route.ts";
import {
  APPLIES_TO,
  CHOICE_CHARS_MAX,
  CHOICES_MAX,
  FIELD_KINDS,
  LABEL_CHARS_MAX,
  NAME_CHARS_MAX,
  VALUE_CHARS_MAX,
} from "./custom-field.ts";
import { exportCustomFields } from "./export-values.ts";
import { importCustomFields } from "./import-values.ts";
import { fieldsInUse, orderUnits, packageOfOrder, undefinedNames, valuesWithOrigin } from "./queries.ts";
import { deleteField, saveField } from "./save-field.ts";
import { type Wanted, writeWanted } from "./set-values.ts";
import { readFields } from "./store.ts";
import { shownFields } from "./view.ts";

const VIEW = "orders.view";
const DEFINE = "customfields.manage";
const CHANGES_MAX = 500;

const definitionBody = z.strictObject({
  appliesTo: z.enum(APPLIES_TO),
  /** As it goes on the wire, letter for letter. */
  name: textField(NAME_CHARS_MAX),
  /** As people read it. */
  label: textField(LABEL_CHARS_MAX),
  kind: z.enum(FIELD_KINDS),
  choices: z.array(textField(CHOICE_CHARS_MAX)).max(CHOICES_MAX).default([]),
  required: z.boolean().default(false),
  defaultValue: optionalTextField(VALUE_CHARS_MAX),
  onLists: z.boolean().default(false),
  enabled: z.boolean().default(true),
});
const definition = z.object({
  customFieldId: z.string(),
  appliesTo: z.enum(APPLIES_TO),
  name: z.string(),
  label: z.string(),
  kind: z.enum(FIELD_KINDS),
  choices: z.array(z.string()),
  required: z.boolean(),
  defaultValue: z.string().nullable(),
  onLists: z.boolean(),
  enabled: z.boolean(),
  /** It holds values: its name, type and place stay, and it is disabled instead of deleted. */
  inUse: z.boolean(),
});
const shownField = z.object({
  name: z.string(),
  label: z.string(),
  kind: z.enum(FIELD_KINDS),
  choices: z.array(z.string()),
  required: z.boolean(),
  defaultValue: z.string().nullable(),
  value: z.string().nullable(),
  state: z.enum(["WRITTEN", "DEFAULT", "EMPTY", "MISSING", "UNFIT", "UNDEFINED", "DISABLED"]),
  why: z.string().nullable(),
  how: z.enum(["CHANNEL", "FORM", "CSV", "SCREEN"]).nullable(),
  by: z.string().nullable(),
  at: z.string().nullable(),
});
const value = z.string().max(2_000).nullable();
const byId = z.object({ customFieldId: idField<"CustomField">() });
const ofOrder = z.object({ id: idField<"SaleOrder">() });
const ofPackage = z.object({ code: textField(60) });
const changed = z.object({ changed: z.number().int() });

const definitionRoutes: Route[] = [
  route({
    method: "GET",
    path: "/custom-fields",
    summary: "Custom fields, and names that came with orders and are not defined",
    permission: VIEW,
    answer: z.object({
      fields: z.array(definition),
      undefinedNames: z.array(z.object({ appliesTo: z.enum(APPLIES_TO), name: z.string(), example: z.string() })),
    }),
    handle: (ctx) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const fields = await readFields(tx);
        const inUse = await fieldsInUse(tx, fields);
        return {
          fields: fields.map(({ retiredChoices: _, ...field }) => ({
            ...field,
            choices: [...field.choices],
            inUse: inUse.has(`${field.appliesTo} ${field.name}`),
          })),
          undefinedNames: await undefinedNames(tx),
        };
      }),
  }),
  route({
    method: "POST",
    path: "/custom-fields",
    summary: "Define a custom field",
    permission: DEFINE,
    body: definitionBody,
    answer: z.object({ customFieldId: z.string() }),
    handle: (ctx, { body }) => saveField(ctx, null, body),
  }),
  route({
    method: "PUT",
    path: "/custom-fields/:customFieldId",
    summary: "Change a custom field; its name, type and place stay once it holds values",
    permission: DEFINE,
    params: byId,
    body: definitionBody,
    answer: z.object({ customFieldId: z.string() }),
    handle: (ctx, { params, body }) => saveField(ctx, params.customFieldId, body),
  }),
  route({
    method: "DELETE",
    path: "/custom-fields/:customFieldId",
    summary: "Delete a custom field that holds no values",
    permission: DEFINE,
    params: byId,
    handle: (ctx, { params }) => deleteField(ctx, params.customFieldId),
  }),
];

const valueRoutes: Route[] = [
  route({
    method: "GET",
    path: "/orders/:id/custom-fields",
    summary: "The custom fields of an order and of its items",
    permission: VIEW,
    params: ofOrder,
    answer: z.object({
      order: z.array(shownField),
      units: z.array(
        z.object({
          id: z.string(),
          code: z.string(),
          line: z.string(),
          sku: z.string(),
          name: z.string(),
          cancelled: z.boolean(),
          fields: z.array(shownField),
        }),
      ),
    }),
    handle: (ctx, { params }) => readOrder(ctx, params.id),
  }),
  route({
    method: "PUT",
    path: "/orders/:id/custom-fields",
    summary: "Write custom fields of an order and its items: all of them, or none where one is refused",
    permission: "orders.edit",
    params: ofOrder,
    body: z.strictObject({
      changes: z
        .array(
          z.strictObject({
            /** Null: of the whole order. */
            unitId: idField<"SaleOrderItem">().nullable(),
            name: textField(100),
            /** Null takes the value away. */
            value,
          }),
        )
        .min(1)
        .max(CHANGES_MAX),
    }),
    answer: changed,
    handle: (ctx, { params, body }) => writeOrder(ctx, params.id, body.changes),
  }),
  route({
    method: "GET",
    path: "/shipments/:code/custom-fields",
    summary: "The custom fields of a package",
    permission: "shipments.view",
    params: ofPackage,
    answer: z.object({ fields: z.array(shownField) }),
    handle: (ctx, { params }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await packageOfOrder(tx, ctx.facilities, params.code);
        if (!found) return refuse("NOT_FOUND", { what: "package", id: params.code });
        const fields = await readFields(tx);
        return ok({ fields: copied(shownFields("PACKAGE", fields, await valuesWithOrigin(tx, [found.id]))) });
      }),
  }),
  route({
    method: "PUT",
    path: "/shipments/:code/custom-fields",
    summary: "Write custom fields of a package: all of them, or none where one is refused",
    permission: "shipments.manage",
    params: ofPackage,
    body: z.strictObject({
      changes: z
        .array(z.strictObject({ name: textField(100), value }))
        .min(1)
        .max(CHANGES_MAX),
    }),
    answer: changed,
    handle: (ctx, { params, body }) =>
      ctx.db.transaction(ctx.tenantId, async (tx) => {
        const found = await packageOfOrder(tx, ctx.facilities, params.code);
        if (!found) return refuse("NOT_FOUND", { what: "package", id: params.code });
        const subject = { appliesTo: "PACKAGE" as const, ...found };
        return writeAll(
          tx,
          ctx,
          body.changes.map((change) => ({ subject, ...change })),
        );
      }),
  }),
];

export const customFieldRoutes: Route[] = [
  ...definitionRoutes,
  ...valueRoutes,
  ...importCustomFields.routes,
  exportCustomFields,
];

function copied(fields: ReturnType<typeof shownFields>) {
  return fields.map((field) => ({ ...field, choices: [...field.choices] }));
}

function readOrder(ctx: Ctx, id: SaleOrderId) {
  return ctx.db.read(ctx.tenantId, async (tx) => {
    const order = await orderUnits(tx, ctx.facilities, id);
    if (!order) return refuse("ORDER_NOT_FOUND", { order: id });
    const fields = await readFields(tx);
    const values = await valuesWithOrigin(tx, [id, ...order.units.map((unit) => unit.id)]);
    const bySubject = Map.groupBy(values, (each) => each.subjectId);
    return ok({
      order: copied(shownFields("ORDER", fields, bySubject.get(id) ?? [])),
      units: order.units.map((unit) => ({
        ...unit,
        fields: copied(shownFields("ITEM", fields, bySubject.get(unit.id) ?? [])),
      })),
    });
  });
}

function writeOrder(
  ctx: Ctx,
  id: SaleOrderId,
  changes: readonly { unitId: string | null; name: string; value: string | null }[],
) {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const order = await orderUnits(tx, ctx.facilities, id);
    if (!order) return refuse("ORDER_NOT_FOUND", { order: id });
    const codes = new Map<string, string>(order.units.map((unit) => [unit.id, unit.code]));
    const strange = changes.filter((change) => change.unitId !== null && !codes.has(change.unitId));
    if (strange.length > 0)
      return refuse("UNITS_NOT_FOUND", { order: order.code, units: strange.map((change) => change.unitId ?? "") });
    const wanted = changes.map(({ unitId, name, value: given }): Wanted => {
      const of = { saleOrderId: id, orderCode: order.code };
      const subject =
        unitId === null
          ? { ...of, appliesTo: "ORDER" as const, id, code: order.code }
          : { ...of, appliesTo: "ITEM" as const, id: unitId, code: codes.get(unitId) ?? "" };
      return { subject, name, value: given };
    });
    return writeAll(tx, ctx, wanted);
  });
}

/** All or nothing: a refusal, or how many values are other than they were. */
async function writeAll(tx: Tx, ctx: Ctx, wanted: readonly Wanted[]): Promise<Result<{ changed: number }>> {
  const [result] = await writeWanted(tx, ctx, [wanted], "SCREEN");
  assert(result !== undefined, "one form has one result");
  return result.ok ? ok({ changed: result.value.length }) : result;
}
