import { z } from "zod";
import { ok, refuse } from "../kernel/index.ts";
import { flagField, idField, optionalTextField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { parsePincode } from "../warehouse/index.ts";
import { addAwbs, withdrawAwbs } from "./awb-pool.ts";
import { chooseProvider } from "./choose-provider.ts";
import { ACCOUNT_STATES } from "./couriers/account.ts";
import { courierRoutes } from "./couriers/routes.ts";
import { importPincodes } from "./import-pincodes.ts";
import { importServiceability } from "./import-serviceability.ts";
import { PROVIDER_KINDS } from "./provider.ts";
import { listAwbs, listPincodes, listProviders, listServiceability, METHODS } from "./queries.ts";
import { ruleRoutes } from "./rules/routes.ts";
import { saveProvider } from "./save-provider.ts";

const VIEW = "shipping.view";
const EDIT = "shipping.edit";
const LIST_BYTES_MAX = 5 * 1024 * 1024;

const providerBody = z.object({
  code: z.string().regex(/^[A-Z0-9_]{2,45}$/, "is 2 to 45 capitals, digits and _"),
  name: textField(200),
  kind: z.enum(PROVIDER_KINDS).default("AWB_POOL"),
  trackingUrlTemplate: optionalTextField(500),
  transitDays: z.number().int().min(0).max(60).default(5),
  servesEverywhere: z.boolean().default(true),
  cod: z.boolean().default(true),
  preference: z.number().int().min(0).max(10_000).default(100),
  awbLowMark: z.number().int().min(0).max(1_000_000).default(100),
  enabled: z.boolean().default(true),
});
const providerAnswer = z.object({
  providerId: z.string(),
  code: z.string(),
  name: z.string(),
  kind: z.enum(PROVIDER_KINDS),
  trackingUrlTemplate: z.string().nullable(),
  transitDays: z.number(),
  servesEverywhere: z.boolean(),
  cod: z.boolean(),
  preference: z.number(),
  awbLowMark: z.number(),
  enabled: z.boolean(),
  awbsLeft: z.number(),
  pincodes: z.number(),
  /** How it is asked by its API; null: it has a pool of numbers. */
  account: z.enum(ACCOUNT_STATES).nullable(),
  brokenReason: z.string().nullable(),
  /** Packages whose tracking number is being asked for, and those where that failed. */
  labelsWaiting: z.number(),
  labelsFailed: z.number(),
  /** Numbers whose answer was lost, numbers to give back, and what it could not be told. */
  unsure: z.number(),
  toGiveBack: z.number(),
  notTold: z.number(),
});
const providerId = idField<"ShippingProvider">();
const params = z.object({ providerId });
const pincodeField = z
  .string()
  .regex(/^\d{1,6}$/, "is 1 to 6 digits")
  .optional();
const awbField = z.string().trim().min(1).max(60).optional();
const uploadBody = z.object({ from: awbField, to: awbField, list: z.string().max(LIST_BYTES_MAX).optional() });

const providerRoutes: Route[] = [
  ...listRoutes({
    path: "/shipping-providers",
    summary: "Shipping providers, in order of preference",
    permission: VIEW,
    filters: {
      search: searchField,
      enabled: flagField,
      kind: z.enum(PROVIDER_KINDS).optional(),
      account: z.enum(ACCOUNT_STATES).optional(),
      /** A person is needed: a broken account, failed labels, lost answers, words that were not taken. */
      trouble: flagField,
    },
    row: providerAnswer,
    sorts: ["preference", "code"],
    columns: [
      { title: "Code", value: (r) => r.code },
      { title: "Name", value: (r) => r.name },
      { title: "Kind", value: (r) => r.kind },
      { title: "Preference", value: (r) => r.preference },
      { title: "Serves Everywhere", value: (r) => r.servesEverywhere },
      { title: "Pincodes", value: (r) => r.pincodes },
      { title: "COD", value: (r) => r.cod },
      { title: "Transit Days", value: (r) => r.transitDays },
      { title: "AWBs Left", value: (r) => r.awbsLeft },
      { title: "AWB Low Mark", value: (r) => r.awbLowMark },
      { title: "Enabled", value: (r) => r.enabled },
      { title: "Account", value: (r) => r.account },
      { title: "Broken Reason", value: (r) => r.brokenReason },
      { title: "Labels Waiting", value: (r) => r.labelsWaiting },
      { title: "Labels Failed", value: (r) => r.labelsFailed },
      { title: "Answers Lost", value: (r) => r.unsure },
      { title: "Numbers To Give Back", value: (r) => r.toGiveBack },
      { title: "Not Told", value: (r) => r.notTold },
    ],
    fetch: (ctx, tx, filters, page) => listProviders(ctx, tx, filters, page),
  }),
  route({
    method: "GET",
    path: "/shipping-providers/:providerId",
    summary: "One shipping provider, with what it has left and how it is asked",
    permission: VIEW,
    params,
    answer: providerAnswer,
    handle: async (ctx, { params: { providerId: id } }) => {
      const page = { limit: 1, offset: 0, sort: "code", descending: false };
      const { rows } = await ctx.db.read(ctx.tenantId, (tx) => listProviders(ctx, tx, { providerId: id }, page));
      return rows[0] === undefined ? refuse("NOT_FOUND", { what: "shipping provider", id }) : ok(rows[0]);
    },
  }),
  route({
    method: "POST",
    path: "/shipping-providers",
    summary: "Make a shipping provider",
    permission: EDIT,
    body: providerBody,
    answer: z.object({ providerId: z.string() }),
    handle: (ctx, { body }) => saveProvider(ctx, null, body),
  }),
  route({
    method: "PUT",
    path: "/shipping-providers/:providerId",
    summary: "Change a shipping provider",
    permission: EDIT,
    params,
    body: providerBody,
    answer: z.object({ providerId: z.string() }),
    handle: (ctx, { params: { providerId: id }, body }) => saveProvider(ctx, id, body),
  }),
  route({
    method: "GET",
    path: "/shipping-providers/choice",
    summary: "Which provider a parcel would go with, and why not the others",
    permission: VIEW,
    query: z.object({ pincode: z.string().trim().max(10), cod: flagField }),
    answer: z.object({
      providerId: z.string(),
      code: z.string(),
      sortCode: z.string().nullable(),
      why: z.string(),
      rule: z.object({ ruleId: z.string(), name: z.string(), preference: z.number() }).nullable(),
      rejected: z.array(z.object({ code: z.string(), reason: z.string() })).readonly(),
    }),
    handle: async (ctx, { query }) => {
      const pincode = parsePincode(query.pincode);
      if (!pincode.ok) return pincode;
      const parcel = { pincode: pincode.value, cod: query.cod ?? false };
      return ctx.db.read(ctx.tenantId, (tx) => chooseProvider(tx, parcel));
    },
  }),
];

const awbRoutes: Route[] = [
  ...listRoutes({
    path: "/awbs",
    summary: "Tracking numbers of the pools",
    permission: VIEW,
    filters: { providerId: providerId.optional(), used: flagField, search: searchField },
    row: z.object({
      provider: z.string(),
      awb: z.string(),
      packageId: z.string().nullable(),
      packageCode: z.string().nullable(),
      usedAt: z.string().nullable(),
    }),
    sorts: ["uploaded"],
    columns: [
      { title: "Provider", value: (r) => r.provider },
      { title: "AWB", value: (r) => r.awb },
      { title: "Package", value: (r) => r.packageCode },
      { title: "Used", value: (r) => r.usedAt },
    ],
    fetch: async (_ctx, tx, filters, page) => {
      const found = await listAwbs(tx, filters, page);
      return { ...found, rows: found.rows.map((r) => ({ ...r, usedAt: r.usedAt?.toString() ?? null })) };
    },
  }),
  route({
    method: "POST",
    path: "/shipping-providers/:providerId/awbs",
    summary: "Add tracking numbers to the pool: a range or a list",
    permission: EDIT,
    params,
    body: uploadBody,
    bodyBytesMax: LIST_BYTES_MAX,
    answer: z.object({
      added: z.number(),
      alreadyThere: z.number(),
      duplicates: z.array(z.string()).readonly(),
      invalid: z.array(z.object({ line: z.number(), text: z.string() })).readonly(),
    }),
    handle: (ctx, { params: { providerId: id }, body }) => addAwbs(ctx, id, body),
  }),
  route({
    method: "POST",
    path: "/shipping-providers/:providerId/awbs/withdraw",
    summary: "Take unused tracking numbers out of the pool",
    permission: EDIT,
    params,
    body: uploadBody,
    bodyBytesMax: LIST_BYTES_MAX,
    answer: z.object({ withdrawn: z.number(), kept: z.number() }),
    handle: (ctx, { params: { providerId: id }, body }) => withdrawAwbs(ctx, id, body),
  }),
];

const pincodeRoutes: Route[] = [
  ...listRoutes({
    path: "/provider-pincodes",
    summary: "Serviceable pincodes",
    permission: VIEW,
    filters: {
      providerId: providerId.optional(),
      pincode: pincodeField,
    },
    row: z.object({
      providerId: z.string(),
      provider: z.string(),
      pincode: z.string(),
      cod: z.boolean(),
      prepaid: z.boolean(),
      codPriority: z.number().nullable(),
      prepaidPriority: z.number().nullable(),
      sortCode: z.string().nullable(),
    }),
    sorts: ["pincode"],
    columns: [
      { title: "Provider", value: (r) => r.provider },
      { title: "Pincode", value: (r) => r.pincode },
      { title: "COD", value: (r) => r.cod },
      { title: "Sort Code", value: (r) => r.sortCode },
      { title: "Prepaid", value: (r) => r.prepaid },
      { title: "COD Priority", value: (r) => r.codPriority },
      { title: "Prepaid Priority", value: (r) => r.prepaidPriority },
    ],
    fetch: (_ctx, tx, filters, page) => listPincodes(tx, filters, page),
  }),
  ...importPincodes.routes,
  ...listRoutes({
    path: "/serviceability",
    summary: "Who serves which pincode by which method, in the order in which couriers are asked there",
    permission: VIEW,
    filters: { providerId: providerId.optional(), pincode: pincodeField, method: z.enum(METHODS).optional() },
    row: z.object({
      pincode: z.string(),
      method: z.enum(METHODS),
      provider: z.string(),
      priority: z.number().nullable(),
      sortCode: z.string().nullable(),
    }),
    sorts: ["pincode"],
    columns: [
      { title: "Pincode", value: (r) => r.pincode },
      { title: "Payment Method", value: (r) => r.method },
      { title: "Shipping Provider Code", value: (r) => r.provider },
      { title: "Priority", value: (r) => r.priority },
      { title: "Sort Code", value: (r) => r.sortCode },
    ],
    fetch: (_ctx, tx, filters, page) => listServiceability(tx, filters, page),
  }),
  ...importServiceability.routes,
];

export const shippingRoutes: Route[] = [
  ...providerRoutes,
  ...awbRoutes,
  ...pincodeRoutes,
  ...ruleRoutes,
  ...courierRoutes,
];
