import { z } from "zod";
import { ok, paise, refuse, toRupees } from "../kernel/index.ts";
import { flagField, idField, optionalTextField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { importVendorItems, UNIT_PRICE_MAX_PAISE } from "./import-vendor-items.ts";
import { importVendors, VENDOR_TITLES } from "./import-vendors.ts";
import { QUANTITY_MAX } from "./purchase-order.ts";
import { listVendorItems, listVendors } from "./queries.ts";
import { saveVendor } from "./save-vendor.ts";
import { removeVendorItem, saveVendorItem } from "./save-vendor-items.ts";
import { type VendorRow, vendorById } from "./vendor.store.ts";
import type { VendorInput } from "./vendor.ts";

const VIEW = "purchasing.view";
const MANAGE = "purchasing.manage";

const vendorId = idField<"Vendor">();
const optionalWhole = (min: number, max: number) =>
  z
    .number()
    .int()
    .min(min)
    .max(max)
    .nullish()
    .transform((n) => n ?? null);

const vendorBody = z.strictObject({
  code: z.string().regex(/^[A-Za-z0-9_-]{1,45}$/, "is 1 to 45 letters, digits, _ and -"),
  name: textField(200),
  line1: textField(200),
  line2: optionalTextField(200),
  city: textField(100),
  stateCode: z.string().trim().max(2),
  pincode: z.string().trim().max(10),
  gstin: optionalTextField(20),
  contact: optionalTextField(200),
  phone: optionalTextField(30),
  email: optionalTextField(200),
  paymentDays: optionalWhole(0, 365),
  enabled: z.boolean().default(true),
});
const nullableText = z.string().nullable();
const vendorAnswer = z.object({
  vendorId: z.string(),
  code: z.string(),
  name: z.string(),
  line1: z.string(),
  line2: nullableText,
  city: z.string(),
  stateCode: z.string(),
  pincode: z.string(),
  gstin: nullableText,
  contact: nullableText,
  phone: nullableText,
  email: nullableText,
  paymentDays: z.number().int().nullable(),
  enabled: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

const vendorOf = <Row extends VendorRow>(row: Row) => ({
  ...row,
  createdAt: row.createdAt.toString(),
  updatedAt: row.updatedAt.toString(),
});

const vendors: Route[] = [
  ...listRoutes({
    path: "/vendors",
    summary: "Vendors",
    permission: VIEW,
    filters: { search: searchField, enabled: flagField },
    row: vendorAnswer.extend({
      /** SKUs that it offers. */
      skus: z.number().int(),
      /** Approved orders with pieces still to come. */
      openOrders: z.number().int(),
    }),
    sorts: ["code", "name", "updatedAt"],
    // The titles of the import: what was exported can be edited and uploaded again.
    columns: VENDOR_TITLES.map(({ title, field }) => ({ title, value: (row: VendorInput) => row[field] })),
    fetch: async (_ctx, tx, filters, page) => {
      const found = await listVendors(tx, filters, page);
      return { ...found, rows: found.rows.map(vendorOf) };
    },
  }),
  route({
    method: "GET",
    path: "/vendors/:vendorId",
    summary: "A vendor",
    permission: VIEW,
    params: z.object({ vendorId }),
    answer: vendorAnswer,
    handle: (ctx, { params }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await vendorById(tx, params.vendorId);
        return found ? ok(vendorOf(found)) : refuse("NOT_FOUND", { what: "vendor", id: params.vendorId });
      }),
  }),
  route({
    method: "POST",
    path: "/vendors",
    summary: "Make a vendor",
    permission: MANAGE,
    body: vendorBody,
    answer: z.object({ vendorId: z.string(), code: z.string() }),
    handle: (ctx, { body }) => saveVendor(ctx, null, body),
  }),
  route({
    method: "PUT",
    path: "/vendors/:vendorId",
    summary: "Change a vendor",
    permission: MANAGE,
    params: z.object({ vendorId }),
    body: vendorBody,
    answer: z.object({ vendorId: z.string(), code: z.string() }),
    handle: (ctx, { params, body }) => saveVendor(ctx, params.vendorId, body),
  }),
];

const offers: Route[] = [
  ...listRoutes({
    path: "/vendor-items",
    summary: "What vendors offer",
    permission: VIEW,
    filters: { vendorId: vendorId.optional(), skuId: idField<"Sku">().optional(), search: searchField },
    row: z.object({
      vendorId: z.string(),
      vendor: z.string(),
      vendorName: z.string(),
      skuId: z.string(),
      sku: z.string(),
      name: z.string(),
      imageUrl: nullableText,
      /** The product's own: an order's line has it unless another is chosen. */
      taxClass: nullableText,
      vendorSku: nullableText,
      unitPricePaise: z.number().int().nullable(),
      minimumQuantity: z.number().int().nullable(),
      leadTimeDays: z.number().int().nullable(),
      updatedAt: z.string(),
    }),
    sorts: ["sku", "vendor", "unitPrice"],
    columns: [
      { title: "Vendor Code", value: (r) => r.vendor },
      { title: "SKU Code", value: (r) => r.sku },
      { title: "Vendor SKU", value: (r) => r.vendorSku },
      {
        title: "Unit Price",
        value: (r) => (r.unitPricePaise === null ? null : toRupees(paise(r.unitPricePaise)).toFixed(2)),
      },
      { title: "Minimum Quantity", value: (r) => r.minimumQuantity },
      { title: "Lead Time Days", value: (r) => r.leadTimeDays },
    ],
    fetch: async (_ctx, tx, filters, page) => {
      const found = await listVendorItems(tx, filters, page);
      return {
        ...found,
        rows: found.rows.map(({ unitPrice, updatedAt, ...row }) => ({
          ...row,
          unitPricePaise: unitPrice,
          updatedAt: updatedAt.toString(),
        })),
      };
    },
  }),
  route({
    method: "PUT",
    path: "/vendors/:vendorId/items",
    summary: "Say what a vendor offers of a SKU",
    permission: MANAGE,
    params: z.object({ vendorId }),
    body: z.strictObject({
      sku: textField(45),
      vendorSku: optionalTextField(100),
      unitPricePaise: optionalWhole(0, UNIT_PRICE_MAX_PAISE),
      minimumQuantity: optionalWhole(1, QUANTITY_MAX),
      leadTimeDays: optionalWhole(0, 365),
    }),
    answer: z.object({ skuId: z.string() }),
    handle: (ctx, { params, body: { unitPricePaise, ...offered } }) =>
      saveVendorItem(ctx, params.vendorId, {
        ...offered,
        unitPrice: unitPricePaise === null ? null : paise(unitPricePaise),
      }),
  }),
  route({
    method: "DELETE",
    path: "/vendors/:vendorId/items/:skuId",
    summary: "Take a SKU off what a vendor offers",
    permission: MANAGE,
    params: z.object({ vendorId, skuId: idField<"Sku">() }),
    handle: (ctx, { params }) => removeVendorItem(ctx, params.vendorId, params.skuId),
  }),
];

export const vendorRoutes: Route[] = [...vendors, ...offers, ...importVendors.routes, ...importVendorItems.routes];
