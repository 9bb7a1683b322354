import { z } from "zod";
import { ok, paise, refuse, toRupees } from "../kernel/index.ts";
import { flagField, idField, optionalTextField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { importBundles } from "./import-bundles.ts";
import { importSkus } from "./import-skus.ts";
import { listBundleLines, listCategories, listSkus } from "./queries.ts";
import { COMPONENT_QUANTITY_MAX, COMPONENTS_MAX, setComponents } from "./save-bundle.ts";
import { createSku, updateSku } from "./save-sku.ts";
import { componentsOf, skuById } from "./store.ts";
import { taxClassRoutes } from "./tax-class-routes.ts";

const VIEW = "catalog.view";
const EDIT = "catalog.edit";

const wholeField = z
  .number()
  .int()
  .min(0)
  .max(1_000_000)
  .nullish()
  .transform((n) => n ?? null);
const skuFields = {
  code: z.string().trim().max(60),
  name: z.string().trim().max(400),
  category: optionalTextField(100),
  brand: optionalTextField(100),
  hsn: optionalTextField(20),
  taxClass: optionalTextField(30),
  mrpPaise: z
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .nullish()
    .transform((n) => n ?? null),
  weightGrams: wholeField,
  lengthMm: wholeField,
  widthMm: wholeField,
  heightMm: wholeField,
  imageUrl: optionalTextField(2000),
  enabled: z.boolean().default(true),
};
const skuBody = z.object(skuFields);
const componentsField = z
  .array(z.object({ sku: textField(45), quantity: z.number().int().min(1).max(COMPONENT_QUANTITY_MAX) }))
  .max(COMPONENTS_MAX);

const text = z.string().nullable();
const whole = z.number().nullable();
const skuAnswer = z.object({
  skuId: z.string(),
  code: z.string(),
  name: z.string(),
  category: text,
  brand: text,
  hsn: text,
  taxClass: text,
  mrpPaise: whole,
  weightGrams: whole,
  lengthMm: whole,
  widthMm: whole,
  heightMm: whole,
  imageUrl: text,
  isBundle: z.boolean(),
  enabled: z.boolean(),
});

function inputOf({ mrpPaise, ...fields }: z.output<typeof skuBody>) {
  return { ...fields, mrp: mrpPaise === null ? null : paise(mrpPaise) };
}

function answerOf<Row extends { mrp: number | null; taxClassId: unknown }>({
  mrp,
  taxClassId: _taxClassId,
  ...row
}: Row) {
  return { ...row, mrpPaise: mrp };
}

const skuId = idField<"Sku">();

const skuRoutes: Route[] = [
  ...listRoutes({
    path: "/skus",
    summary: "SKUs (products)",
    permission: VIEW,
    filters: {
      search: searchField,
      enabled: flagField,
      bundle: flagField,
      category: searchField,
      taxClassId: idField<"TaxClass">().optional(),
      lacks: z.enum(["HSN", "TAX_CLASS", "WEIGHT", "COMPONENTS"]).optional(),
    },
    row: skuAnswer,
    sorts: ["code", "name", "updatedAt"],
    // The titles of the import: what was exported can be edited and uploaded again.
    columns: [
      { title: "SKU Code", value: (r) => r.code },
      { title: "Name", value: (r) => r.name },
      { title: "Category", value: (r) => r.category },
      { title: "Brand", value: (r) => r.brand },
      { title: "HSN", value: (r) => r.hsn },
      { title: "Tax Class", value: (r) => r.taxClass },
      { title: "MRP", value: (r) => (r.mrpPaise === null ? null : toRupees(paise(r.mrpPaise)).toFixed(2)) },
      { title: "Weight (g)", value: (r) => r.weightGrams },
      { title: "Length (mm)", value: (r) => r.lengthMm },
      { title: "Width (mm)", value: (r) => r.widthMm },
      { title: "Height (mm)", value: (r) => r.heightMm },
      { title: "Image URL", value: (r) => r.imageUrl },
      { title: "Type", value: (r) => (r.isBundle ? "BUNDLE" : "SIMPLE") },
      { title: "Enabled", value: (r) => r.enabled },
    ],
    fetch: async (_ctx, tx, filters, page) => {
      const found = await listSkus(tx, filters, page);
      return { ...found, rows: found.rows.map(answerOf) };
    },
  }),
  route({
    method: "GET",
    path: "/skus/:skuId",
    summary: "A SKU, with its components when it is a bundle",
    permission: VIEW,
    params: z.object({ skuId }),
    answer: skuAnswer.extend({
      components: z.array(z.object({ skuId: z.string(), sku: z.string(), quantity: z.number() })),
    }),
    handle: (ctx, { params }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const sku = await skuById(tx, params.skuId);
        if (sku === undefined) return refuse("NOT_FOUND", { what: "SKU", id: params.skuId });
        const components = (await componentsOf(tx, [sku.skuId])).map((c) => ({
          skuId: c.componentSkuId,
          sku: c.componentCode,
          quantity: c.quantity,
        }));
        return ok({ ...answerOf(sku), components });
      }),
  }),
  route({
    method: "POST",
    path: "/skus",
    summary: "Make a SKU; with components, a bundle",
    permission: EDIT,
    body: skuBody.extend({ components: componentsField.nullish() }),
    answer: z.object({ skuId: z.string() }),
    handle: (ctx, { body: { components, ...fields } }) => createSku(ctx, inputOf(fields), components ?? null),
  }),
  route({
    method: "PUT",
    path: "/skus/:skuId",
    summary: "Change a SKU",
    permission: EDIT,
    params: z.object({ skuId }),
    body: skuBody,
    answer: z.object({ skuId: z.string() }),
    handle: (ctx, { params, body }) => updateSku(ctx, params.skuId, inputOf(body)),
  }),
  route({
    method: "PUT",
    path: "/skus/:skuId/components",
    summary: "Say what a bundle is made of",
    permission: EDIT,
    params: z.object({ skuId }),
    body: z.object({ components: componentsField }),
    answer: z.object({ skuId: z.string() }),
    handle: (ctx, { params, body }) => setComponents(ctx, params.skuId, body.components),
  }),
  route({
    method: "GET",
    path: "/sku-categories",
    summary: "Categories in use",
    permission: VIEW,
    answer: z.object({ categories: z.array(z.string()) }),
    handle: async (ctx) => ({ categories: await ctx.db.read(ctx.tenantId, listCategories) }),
  }),
  ...listRoutes({
    path: "/bundles",
    summary: "Components of bundles",
    permission: VIEW,
    filters: { search: searchField },
    row: z.object({ bundleSkuId: z.string(), bundle: z.string(), component: z.string(), quantity: z.number() }),
    sorts: ["bundle"],
    columns: [
      { title: "Bundle SKU Code", value: (r) => r.bundle },
      { title: "Component SKU Code", value: (r) => r.component },
      { title: "Quantity", value: (r) => r.quantity },
    ],
    fetch: (_ctx, tx, filters, page) => listBundleLines(tx, filters, page),
  }),
];

export const catalogRoutes: Route[] = [...skuRoutes, ...importSkus.routes, ...importBundles.routes, ...taxClassRoutes];
