import { z } from "zod";
import { ok, refuse } from "../kernel/index.ts";
import { flagField, idField, optionalTextField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { TRACEABILITIES } from "./facility.ts";
import { listBillingParties, listFacilities } from "./queries.ts";
import { saveBillingParty } from "./save-billing-party.ts";
import { createFacility, mayWorkIn, updateFacility } from "./save-facility.ts";
import { seriesRoutes } from "./series-routes.ts";
import { shelfRoutes } from "./shelf-routes.ts";
import { STATES } from "./states.ts";
import { facilityById } from "./store.ts";

const VIEW = "warehouse.view";
const EDIT = "warehouse.edit";

const addressFields = {
  line1: textField(200),
  line2: optionalTextField(200),
  city: textField(100),
  stateCode: z.string().trim().max(2),
  pincode: z.string().trim().max(10),
};
const codeField = z.string().regex(/^[A-Za-z0-9_-]{1,45}$/, "is 1 to 45 letters, digits, _ and -");

const facilityBody = z.object({
  code: codeField,
  name: textField(200),
  ...addressFields,
  phone: optionalTextField(30),
  email: optionalTextField(200),
  gstin: optionalTextField(20),
  legalName: optionalTextField(200),
  zone: z.string().max(60).default("Asia/Kolkata"),
  upiId: optionalTextField(100),
  bankAccount: optionalTextField(40),
  bankIfsc: optionalTextField(20),
  traceability: z.enum(TRACEABILITIES).default("NONE"),
  autoPutawaySplitPercent: z.int().min(1).max(100).nullable().default(null),
  enabled: z.boolean().default(true),
});
const billingPartyBody = z.object({
  code: codeField,
  legalName: textField(200),
  ...addressFields,
  gstin: z.string().trim().max(20),
});

const nullableText = z.string().nullable();
const addressAnswer = {
  line1: z.string(),
  line2: nullableText,
  city: z.string(),
  stateCode: z.string(),
  pincode: z.string(),
};
const facilityAnswer = z.object({
  facilityId: z.string(),
  code: z.string(),
  name: z.string(),
  ...addressAnswer,
  phone: nullableText,
  email: nullableText,
  gstin: nullableText,
  legalName: nullableText,
  zone: z.string(),
  upiId: nullableText,
  bankAccount: nullableText,
  bankIfsc: nullableText,
  traceability: z.enum(TRACEABILITIES),
  autoPutawaySplitPercent: z.number().nullable(),
  enabled: z.boolean(),
  createdAt: z.string(),
});
const facilityId = idField<"Facility">();

const facilityRoutes: Route[] = [
  ...listRoutes({
    path: "/facilities",
    summary: "Facilities",
    permission: VIEW,
    filters: { search: searchField, enabled: flagField },
    row: facilityAnswer.extend({ shelves: z.number(), series: z.number() }),
    sorts: ["code", "name"],
    columns: [
      { title: "Code", value: (r) => r.code },
      { title: "Name", value: (r) => r.name },
      { title: "Address", value: (r) => [r.line1, r.line2].filter(Boolean).join(", ") },
      { title: "City", value: (r) => r.city },
      { title: "State Code", value: (r) => r.stateCode },
      { title: "Pincode", value: (r) => r.pincode },
      { title: "GSTIN", value: (r) => r.gstin },
      { title: "Legal Name", value: (r) => r.legalName },
      { title: "Enabled", value: (r) => r.enabled },
    ],
    fetch: async (ctx, tx, filters, page) => {
      const found = await listFacilities(ctx, tx, filters, page);
      return { ...found, rows: found.rows.map((r) => ({ ...r, createdAt: r.createdAt.toString() })) };
    },
  }),
  route({
    method: "GET",
    path: "/facilities/:facilityId",
    summary: "A facility",
    permission: VIEW,
    params: z.object({ facilityId }),
    answer: facilityAnswer,
    handle: async (ctx, { params }) => {
      const found = mayWorkIn(ctx, params.facilityId)
        ? await ctx.db.read(ctx.tenantId, (tx) => facilityById(tx, params.facilityId))
        : undefined;
      if (found === undefined) return refuse("NOT_FOUND", { what: "facility", id: params.facilityId });
      return ok({ ...found, createdAt: found.createdAt.toString() });
    },
  }),
  route({
    method: "POST",
    path: "/facilities",
    summary: "Make a facility",
    permission: EDIT,
    body: facilityBody,
    answer: z.object({ facilityId: z.string() }),
    handle: (ctx, { body }) => createFacility(ctx, body),
  }),
  route({
    method: "PUT",
    path: "/facilities/:facilityId",
    summary: "Change a facility",
    permission: EDIT,
    params: z.object({ facilityId }),
    body: facilityBody,
    answer: z.object({ facilityId: z.string() }),
    handle: (ctx, { params, body }) => updateFacility(ctx, params.facilityId, body),
  }),
  route({
    method: "GET",
    path: "/states",
    summary: "States and union territories with their GST codes",
    permission: "session",
    answer: z.object({ states: z.array(z.object({ code: z.string(), name: z.string() })) }),
    handle: async () => ({
      states: STATES.filter((s) => s.succeededBy === null).map(({ code, name }) => ({ code, name })),
    }),
  }),
];

const billingPartyRoutes: Route[] = [
  ...listRoutes({
    path: "/billing-parties",
    summary: "Billing parties",
    permission: VIEW,
    filters: { search: searchField },
    row: z.object({
      billingPartyId: z.string(),
      code: z.string(),
      legalName: z.string(),
      ...addressAnswer,
      gstin: z.string(),
    }),
    sorts: ["code"],
    columns: [
      { title: "Code", value: (r) => r.code },
      { title: "Legal Name", value: (r) => r.legalName },
      { title: "GSTIN", value: (r) => r.gstin },
      { title: "City", value: (r) => r.city },
      { title: "State Code", value: (r) => r.stateCode },
      { title: "Pincode", value: (r) => r.pincode },
    ],
    fetch: (_ctx, tx, filters, page) => listBillingParties(tx, filters, page),
  }),
  route({
    method: "POST",
    path: "/billing-parties",
    summary: "Make a billing party",
    permission: EDIT,
    body: billingPartyBody,
    answer: z.object({ billingPartyId: z.string() }),
    handle: (ctx, { body }) => saveBillingParty(ctx, null, body),
  }),
  route({
    method: "PUT",
    path: "/billing-parties/:billingPartyId",
    summary: "Change a billing party",
    permission: EDIT,
    params: z.object({ billingPartyId: idField<"BillingParty">() }),
    body: billingPartyBody,
    answer: z.object({ billingPartyId: z.string() }),
    handle: (ctx, { params, body }) => saveBillingParty(ctx, params.billingPartyId, body),
  }),
];

export const warehouseRoutes: Route[] = [...facilityRoutes, ...shelfRoutes, ...billingPartyRoutes, ...seriesRoutes];
