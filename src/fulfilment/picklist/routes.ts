import { z } from "zod";
import { ok, refuse } from "../../kernel/index.ts";
import { idField, searchField } from "../../platform/http/fields.ts";
import { listRoutes } from "../../platform/http/list.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { removalsOf } from "../adopt/queries.ts";
import { removalAnswer, removalOf } from "../adopt/routes.ts";
import { closePicklist, putBackPackages } from "./close-picklist.ts";
import { createPicklist } from "./create-picklist.ts";
import { picklistLifecycle, picksOf } from "./picklist.ts";
import { printPicklist, printPicks } from "./print-picklist.ts";
import { listPicklists, type PicklistRow, picklistDetail } from "./queries.ts";
import { receivePicklist } from "./receive-picklist.ts";
import { reportNotFound } from "./report-not-found.ts";

const VIEW = "picklists.view";
const MANAGE = "picklists.manage";
const CHOSEN_MAX = 500;
const PIECES_MAX = 100_000;

const picklistParams = z.object({ picklistId: idField<"Picklist">() });
const packageIds = z
  .array(idField<"ShippingPackage">())
  .min(1)
  .max(CHOSEN_MAX)
  .transform((ids) => [...new Set(ids)]);
const nullableText = z.string().nullable();

const picklistAnswer = z.object({
  picklistId: z.string(),
  code: z.string(),
  state: z.enum(picklistLifecycle.states),
  facilityId: z.string(),
  facility: z.string(),
  packages: z.number().int(),
  open: z.number().int(),
  units: z.number().int(),
  createdAt: z.string(),
  createdBy: z.string(),
  receivedAt: nullableText,
  closedAt: nullableText,
  closedBy: nullableText,
  allowed: z.array(z.string()),
});
const putBackAnswer = z.object({
  putBack: z.array(z.object({ sku: z.string(), shelf: nullableText, quantity: z.number().int() })),
});

function picklistOf(row: PicklistRow): z.input<typeof picklistAnswer> {
  return {
    ...row,
    createdAt: row.createdAt.toString(),
    receivedAt: row.receivedAt?.toString() ?? null,
    closedAt: row.closedAt?.toString() ?? null,
    allowed: picklistLifecycle.allowed(row.state),
  };
}

const list = listRoutes({
  path: "/picklists",
  summary: "Pick lists",
  permission: VIEW,
  filters: {
    state: z.enum(picklistLifecycle.states).optional(),
    facilityId: idField<"Facility">().optional(),
    search: searchField,
  },
  row: picklistAnswer,
  sorts: ["createdAt", "code"],
  defaultSort: "-createdAt",
  columns: [
    { title: "Pick list", value: (r) => r.code },
    { title: "State", value: (r) => r.state },
    { title: "Facility", value: (r) => r.facility },
    { title: "Shipments", value: (r) => r.packages },
    { title: "Not invoiced", value: (r) => r.open },
    { title: "Units", value: (r) => r.units },
    { title: "Created at", value: (r) => r.createdAt },
    { title: "Created by", value: (r) => r.createdBy },
    { title: "Received at", value: (r) => r.receivedAt },
    { title: "Closed at", value: (r) => r.closedAt },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listPicklists(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(picklistOf) };
  },
});

const read: Route[] = [
  route({
    method: "GET",
    path: "/picklists/:picklistId",
    summary: "A pick list: what is to be fetched from which shelf, and for which shipments",
    permission: VIEW,
    params: picklistParams,
    answer: picklistAnswer.extend({
      /** Parcels that the channel took off it: it sent them from its panel. The newest first. */
      removed: z.array(removalAnswer),
      toFetch: z.array(
        z.object({
          skuId: z.string(),
          sku: z.string(),
          name: z.string(),
          shelfId: nullableText,
          shelf: nullableText,
          quantity: z.number().int(),
        }),
      ),
      shipments: z.array(
        z.object({
          shippingPackageId: z.string(),
          package: z.string(),
          order: z.string(),
          state: z.string(),
          units: z.array(
            z.object({
              unit: z.string(),
              sku: z.string(),
              shelf: nullableText,
              outcome: nullableText,
              open: z.boolean(),
            }),
          ),
        }),
      ),
    }),
    handle: (ctx, { params: { picklistId } }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await picklistDetail(ctx, tx, picklistId);
        if (!found) return refuse("NOT_FOUND", { what: "pick list", id: picklistId });
        const { picks, ...row } = found;
        return ok({
          ...picklistOf(row),
          removed: (await removalsOf(tx, { picklistId })).map(removalOf),
          toFetch: picksOf(
            picks
              .filter((pick) => pick.open)
              .map(({ skuId, sku, name, shelfId, shelf }) => ({ skuId, sku, name, shelfId, shelf })),
          ),
          shipments: [...Map.groupBy(picks, (pick) => pick.shippingPackageId)].map(([shippingPackageId, units]) => ({
            shippingPackageId,
            package: units[0]?.package ?? "",
            order: units[0]?.order ?? "",
            state: units[0]?.packageState ?? "",
            units: units.map(({ unit, sku, shelf, outcome, open }) => ({ unit, sku, shelf, outcome, open })),
          })),
        });
      }),
  }),
  route({
    method: "GET",
    path: "/picklists/:picklistId/pdf",
    summary: "A pick list as PDF",
    permission: VIEW,
    params: picklistParams,
    handle: (ctx, { params }) => printPicklist(ctx, params.picklistId),
  }),
  route({
    method: "POST",
    path: "/shipments/picklist.pdf",
    summary: "What to fetch for chosen shipments as PDF, without making a pick list",
    permission: VIEW,
    body: z.strictObject({ packageIds }),
    handle: (ctx, { body }) => printPicks(ctx, body),
  }),
];

const change: Route[] = [
  route({
    method: "POST",
    path: "/picklists",
    summary: "Make a pick list for chosen shipments",
    permission: MANAGE,
    body: z.strictObject({ packageIds }),
    answer: z.object({ picklistId: z.string(), code: z.string() }),
    handle: (ctx, { body }) => createPicklist(ctx, body),
  }),
  route({
    method: "POST",
    path: "/picklists/:picklistId/receive",
    summary: "Receive what was fetched: its shipments are picked",
    permission: MANAGE,
    params: picklistParams,
    body: z.strictObject({
      scanned: z
        .array(
          z.strictObject({
            code: z.string().trim().min(1).max(100),
            quantity: z.number().int().min(1).max(PIECES_MAX),
          }),
        )
        .max(5_000)
        .nullable()
        .default(null),
    }),
    answer: z.object({ received: z.number().int() }),
    handle: (ctx, { params, body }) => receivePicklist(ctx, { ...params, ...body }),
  }),
  route({
    method: "POST",
    path: "/picklists/:picklistId/not-found",
    summary: "Report pieces that are not at their shelf: their units wait for stock again",
    permission: MANAGE,
    params: picklistParams,
    body: z.strictObject({
      skuId: idField<"Sku">(),
      shelfId: idField<"Shelf">().nullable(),
      quantity: z.number().int().min(1).max(PIECES_MAX),
    }),
    answer: z.object({ waiting: z.array(z.string()), putBack: z.array(z.string()) }),
    handle: (ctx, { params, body }) => reportNotFound(ctx, { ...params, ...body }),
  }),
  route({
    method: "POST",
    path: "/picklists/:picklistId/put-back",
    summary: "Put chosen shipments of a pick list back",
    permission: MANAGE,
    params: picklistParams,
    body: z.strictObject({ packageIds }),
    answer: putBackAnswer,
    handle: (ctx, { params, body }) => putBackPackages(ctx, { ...params, ...body }),
  }),
  route({
    method: "POST",
    path: "/picklists/:picklistId/close",
    summary: "Close a pick list: what is not invoiced goes back to its shelves",
    permission: MANAGE,
    params: picklistParams,
    answer: putBackAnswer,
    handle: (ctx, { params }) => closePicklist(ctx, params.picklistId),
  }),
];

export const picklistRoutes: Route[] = [...list, ...read, ...change];
