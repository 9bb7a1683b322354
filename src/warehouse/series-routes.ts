import { z } from "zod";
import type { FacilityId } from "../kernel/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import { idField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { explain } from "../platform/refusals.ts";
import { DOCUMENT_TYPES, firstNumberNextYear, numberAt, seriesWarnings } from "./invoice-series.ts";
import { listSeries } from "./queries.ts";
import { createSeries, previewSeries, updateSeries } from "./save-series.ts";
import type { BillingPartyId, SeriesOwner } from "./store.ts";

const ownerFields = {
  facilityId: idField<"Facility">().nullish(),
  billingPartyId: idField<"BillingParty">().nullish(),
};
const seriesFields = {
  prefix: z.string().trim().max(40),
  nextNumber: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).default(1),
  resetOnApril1: z.boolean().default(true),
  nextYearPrefix: z
    .string()
    .trim()
    .max(40)
    .nullish()
    .transform((text) => (text === undefined || text === "" ? null : text)),
};
const newSeriesBody = z.object({ ...ownerFields, documentType: z.enum(DOCUMENT_TYPES), ...seriesFields });
const previewAnswer = z.object({
  financialYear: z.number(),
  nextNumber: z.string(),
  firstNumberNextYear: z.string().nullable(),
  warnings: z.array(z.string()).readonly(),
});
const savedAnswer = previewAnswer.extend({ seriesId: z.string() });
const seriesId = idField<"InvoiceSeries">();

function ownerOf(body: {
  facilityId?: FacilityId | null | undefined;
  billingPartyId?: BillingPartyId | null | undefined;
}): Result<SeriesOwner> {
  const { facilityId, billingPartyId } = body;
  if (facilityId && !billingPartyId) return ok({ facilityId });
  if (billingPartyId && !facilityId) return ok({ billingPartyId });
  return refuse("SERIES_OWNER_UNCLEAR");
}

export const seriesRoutes: Route[] = [
  ...listRoutes({
    path: "/series",
    summary: "Invoice series (sequences)",
    permission: "warehouse.view",
    filters: {
      facilityId: idField<"Facility">().optional(),
      billingPartyId: idField<"BillingParty">().optional(),
      documentType: z.enum(DOCUMENT_TYPES).optional(),
    },
    row: z.object({
      seriesId: z.string(),
      facilityId: z.string().nullable(),
      billingPartyId: z.string().nullable(),
      owner: z.string(),
      ownerCode: z.string(),
      documentType: z.enum(DOCUMENT_TYPES),
      gstin: z.string(),
      prefix: z.string(),
      nextNumber: z.number(),
      next: z.string().nullable(),
      financialYear: z.number(),
      resetOnApril1: z.boolean(),
      nextYearPrefix: z.string().nullable(),
      firstNumberNextYear: z.string().nullable(),
      warnings: z.array(z.string()),
    }),
    sorts: ["owner"],
    columns: [
      { title: "Owner", value: (r) => r.owner },
      { title: "Type", value: (r) => r.documentType },
      { title: "GSTIN", value: (r) => r.gstin },
      { title: "Prefix", value: (r) => r.prefix },
      { title: "Next Number", value: (r) => r.nextNumber },
      { title: "Next", value: (r) => r.next },
      { title: "Financial Year", value: (r) => r.financialYear },
      { title: "Reset Counter", value: (r) => r.resetOnApril1 },
      { title: "Next Year Prefix", value: (r) => r.nextYearPrefix },
    ],
    fetch: async (ctx, tx, filters, page) => {
      const found = await listSeries(ctx, tx, filters, page);
      const rows = found.rows.map(({ zone: _zone, ...series }) => {
        const next = numberAt(series, series.nextNumber);
        const nextYear = firstNumberNextYear(series);
        return {
          ...series,
          next: next.ok ? next.value : null,
          firstNumberNextYear: nextYear.ok ? nextYear.value : null,
          warnings: seriesWarnings(series).map((w) => explain(w).message),
        };
      });
      return { ...found, rows };
    },
  }),
  route({
    method: "POST",
    path: "/series",
    summary: "Make an invoice series",
    permission: "warehouse.edit",
    body: newSeriesBody,
    answer: savedAnswer,
    handle: async (ctx, { body }) => {
      const owner = ownerOf(body);
      return owner.ok ? createSeries(ctx, { ...body, owner: owner.value }) : owner;
    },
  }),
  route({
    method: "POST",
    path: "/series/preview",
    summary: "Check an invoice series and show its next number, without saving it",
    permission: "warehouse.edit",
    body: newSeriesBody.extend({ seriesId: seriesId.nullish() }),
    answer: previewAnswer,
    handle: async (ctx, { body }) => {
      const owner = ownerOf(body);
      return owner.ok ? previewSeries(ctx, { ...body, owner: owner.value }, body.seriesId ?? null) : owner;
    },
  }),
  route({
    method: "PUT",
    path: "/series/:seriesId",
    summary: "Change an invoice series",
    permission: "warehouse.edit",
    params: z.object({ seriesId }),
    body: z.object(seriesFields),
    answer: savedAnswer,
    handle: (ctx, { params, body }) => updateSeries(ctx, params.seriesId, body),
  }),
];
