import { z } from "zod";
import { ok, refuse } from "../../kernel/index.ts";
import { idField, optionalTextField, searchField, textField } from "../../platform/http/fields.ts";
import { listRoutes } from "../../platform/http/list.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { closeReturnManifest } from "./close-manifest.ts";
import {
  createReturnManifest,
  discardReturnManifest,
  markMissing,
  scanReturn,
  takeOffReturns,
} from "./fill-manifest.ts";
import { printReturnManifest } from "./print-manifest.ts";
import { listReturnManifests, type ReturnManifestRow, returnManifestById, returnManifestParcels } from "./queries.ts";
import { returnManifestLifecycle } from "./return-manifest.ts";

const VIEW = "returns.view";
const RECEIVE = "returns.receive";
const UNITS_MAX = 500;
const CHOSEN_MAX = 1_000;

const params = z.object({ returnManifestId: idField<"ReturnManifest">() });
const nullableText = z.string().nullable();
const unitIds = z.array(idField<"SaleOrderItem">()).max(UNITS_MAX).default([]);

const manifestAnswer = z.object({
  returnManifestId: z.string(),
  code: z.string(),
  state: z.enum(returnManifestLifecycle.states),
  facilityId: z.string(),
  facility: z.string(),
  channelId: nullableText,
  channel: nullableText,
  courier: nullableText,
  parcels: z.number().int(),
  /** Of them, those that nobody had announced when they were scanned. */
  unannounced: z.number().int(),
  createdAt: z.string(),
  createdBy: z.string(),
  closedAt: nullableText,
  closedBy: nullableText,
  /** What may be done with it now: close (with parcels), discard (without). */
  allowed: z.array(z.string()),
});
const parcelAnswer = z.object({
  shippingPackageId: z.string(),
  code: z.string(),
  state: z.string(),
  saleOrderId: z.string(),
  order: z.string(),
  channel: z.string(),
  awb: nullableText,
  /** Codes of its returns; null until one is made by closing. */
  returns: nullableText,
  units: z.number().int(),
  missing: z.number().int(),
  missingUnitIds: z.array(z.string()),
  announced: z.boolean(),
  scanned: z.string(),
  addedAt: z.string(),
  addedBy: z.string(),
});

function manifestOf(row: ReturnManifestRow): z.input<typeof manifestAnswer> {
  return {
    ...row,
    createdAt: row.createdAt.toString(),
    closedAt: row.closedAt?.toString() ?? null,
    allowed: returnManifestLifecycle.allowed(row.state).filter((event) => (event === "close") === row.parcels > 0),
  };
}

const list = listRoutes({
  path: "/return-manifests",
  summary: "Return manifests",
  permission: VIEW,
  filters: {
    state: z.enum(returnManifestLifecycle.states).optional(),
    facilityId: idField<"Facility">().optional(),
    channelId: idField<"Channel">().optional(),
    search: searchField,
  },
  row: manifestAnswer,
  sorts: ["createdAt", "closedAt", "code"],
  defaultSort: "-createdAt",
  columns: [
    { title: "Return manifest", value: (r) => r.code },
    { title: "State", value: (r) => r.state },
    { title: "Facility", value: (r) => r.facility },
    { title: "Channel", value: (r) => r.channel },
    { title: "Courier", value: (r) => r.courier },
    { title: "Parcels", value: (r) => r.parcels },
    { title: "Unannounced", value: (r) => r.unannounced },
    { title: "Created at", value: (r) => r.createdAt },
    { title: "Created by", value: (r) => r.createdBy },
    { title: "Closed at", value: (r) => r.closedAt },
    { title: "Closed by", value: (r) => r.closedBy },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listReturnManifests(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(manifestOf) };
  },
});

const single: Route[] = [
  route({
    method: "GET",
    path: "/return-manifests/:returnManifestId",
    summary: "A return manifest with its parcels",
    permission: VIEW,
    params,
    answer: manifestAnswer.extend({ parcelsOn: z.array(parcelAnswer) }),
    handle: (ctx, { params: { returnManifestId } }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const manifest = await returnManifestById(ctx, tx, returnManifestId);
        if (!manifest) return refuse("NOT_FOUND", { what: "return manifest", id: returnManifestId });
        const parcels = await returnManifestParcels(tx, returnManifestId);
        return ok({
          ...manifestOf(manifest),
          parcelsOn: parcels.map((parcel) => ({ ...parcel, addedAt: parcel.addedAt.toString() })),
        });
      }),
  }),
  route({
    method: "GET",
    path: "/return-manifests/:returnManifestId/pdf",
    summary: "A return manifest as PDF, for the courier and the facility to sign",
    permission: VIEW,
    params,
    handle: (ctx, { params: { returnManifestId } }) => printReturnManifest(ctx, returnManifestId),
  }),
  route({
    method: "POST",
    path: "/return-manifests",
    summary: "Make a return manifest for what a courier brings to a facility",
    permission: RECEIVE,
    body: z.strictObject({
      facilityId: idField<"Facility">(),
      /** Whose parcels alone it takes; null: anybody's. */
      channelId: idField<"Channel">().nullable().default(null),
      /** Who brings them, as he signs. */
      courier: optionalTextField(100),
    }),
    answer: z.object({ returnManifestId: z.string(), code: z.string() }),
    handle: (ctx, { body }) => createReturnManifest(ctx, body),
  }),
  route({
    method: "POST",
    path: "/return-manifests/:returnManifestId/scan",
    summary: "Put a parcel that came back onto a return manifest, by any of its codes",
    permission: RECEIVE,
    params,
    body: z.strictObject({
      code: textField(100),
      /** The parcel that is meant, where the code stands for several. */
      shippingPackageId: idField<"ShippingPackage">().optional(),
      /** The person has seen that nobody announced it. */
      unannounced: z.boolean().default(false),
      missingUnitIds: unitIds,
    }),
    answer: z.object({
      shippingPackageId: z.string(),
      package: z.string(),
      order: z.string(),
      channel: z.string(),
      announced: z.boolean(),
      units: z.number().int(),
    }),
    handle: async (ctx, { params, body }) => {
      const { code, shippingPackageId, unannounced, missingUnitIds } = body;
      const held = shippingPackageId === undefined ? { code } : { shippingPackageId };
      const scanned = await scanReturn(ctx, { ...params, held, unannounced, missingUnitIds });
      if (!scanned.ok) return scanned;
      const { parcel, announced } = scanned.value;
      return ok({
        ...{ shippingPackageId: parcel.shippingPackageId, package: parcel.code, order: parcel.orderCode },
        ...{ channel: parcel.channelCode, announced, units: parcel.units.length },
      });
    },
  }),
  route({
    method: "POST",
    path: "/return-manifests/:returnManifestId/packages/:shippingPackageId/missing",
    summary: "Say which units a parcel on a return manifest came without",
    permission: RECEIVE,
    params: params.extend({ shippingPackageId: idField<"ShippingPackage">() }),
    body: z.strictObject({ missingUnitIds: unitIds }),
    handle: (ctx, { params: of, body }) => markMissing(ctx, { ...of, ...body }),
  }),
  route({
    method: "POST",
    path: "/return-manifests/:returnManifestId/take-off",
    summary: "Take parcels off a return manifest again",
    permission: RECEIVE,
    params,
    body: z.strictObject({
      packageIds: z
        .array(idField<"ShippingPackage">())
        .min(1)
        .max(CHOSEN_MAX)
        .transform((ids) => [...new Set(ids)]),
    }),
    answer: z.object({ taken: z.number().int() }),
    handle: (ctx, { params: of, body }) => takeOffReturns(ctx, { ...of, ...body }),
  }),
  route({
    method: "POST",
    path: "/return-manifests/:returnManifestId/discard",
    summary: "Discard an empty return manifest",
    permission: RECEIVE,
    params,
    handle: (ctx, { params: { returnManifestId } }) => discardReturnManifest(ctx, returnManifestId),
  }),
  route({
    method: "POST",
    path: "/return-manifests/:returnManifestId/close",
    summary: "Close a return manifest: its parcels are received and wait for putaway",
    permission: RECEIVE,
    params,
    answer: z.object({ parcels: z.number().int(), units: z.number().int(), missing: z.number().int() }),
    handle: (ctx, { params: { returnManifestId } }) => closeReturnManifest(ctx, returnManifestId),
  }),
];

export const returnManifestRoutes: Route[] = [...list, ...single];
