import { z } from "zod";
import { ok, refuse } from "../../kernel/index.ts";
import { idField, searchField } from "../../platform/http/fields.ts";
import { listRoutes } from "../../platform/http/list.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { refusedRow, refusedRowOf } from "../refused-rows.ts";
import { type Added, addParcels, addToManifests } from "./add-parcels.ts";
import { closeManifest } from "./close-manifest.ts";
import { createManifest } from "./create-manifest.ts";
import { discardManifest } from "./discard-manifest.ts";
import { manifestLifecycle } from "./manifest.ts";
import { printManifest } from "./print-manifest.ts";
import { listManifests, type ManifestRow, manifestById, manifestParcels } from "./queries.ts";
import { scanIntoManifest } from "./scan-into-manifest.ts";
import { takeOff } from "./take-off.ts";

const VIEW = "manifests.view";
const MANAGE = "manifests.manage";
const CHOSEN_MAX = 1_000;

const manifestParams = z.object({ manifestId: idField<"Manifest">() });
const packageIds = z
  .array(idField<"ShippingPackage">())
  .min(1)
  .max(CHOSEN_MAX)
  .transform((ids) => [...new Set(ids)]);
const nullableText = z.string().nullable();

const manifestAnswer = z.object({
  manifestId: z.string(),
  code: z.string(),
  state: z.enum(manifestLifecycle.states),
  facilityId: z.string(),
  facility: z.string(),
  channelId: z.string(),
  channel: z.string(),
  channelName: z.string(),
  shippingProviderId: nullableText,
  courier: z.string(),
  thirdPartyShipping: z.boolean(),
  parcels: z.number().int(),
  createdAt: z.string(),
  createdBy: z.string(),
  closedAt: nullableText,
  closedBy: nullableText,
  /** What may be done with it now. */
  allowed: z.array(z.string()),
});
const parcelAnswer = z.object({
  shippingPackageId: z.string(),
  code: z.string(),
  saleOrderId: z.string(),
  order: z.string(),
  state: z.string(),
  awb: nullableText,
  invoiceNumber: nullableText,
  consignee: z.string(),
  city: z.string(),
  pincode: z.string(),
  units: z.number().int(),
  weightGrams: z.number().int().nullable(),
  collect: z.number().int().nullable(),
  addedAt: z.string(),
  addedBy: z.string(),
  /** What came of telling the channel about the dispatch. */
  noticeState: nullableText,
  noticeMessage: nullableText,
  noticeSentAt: nullableText,
});
const addedAnswer = z.object({ added: z.number().int(), refused: z.array(refusedRow) });

function manifestOf(row: ManifestRow): z.input<typeof manifestAnswer> {
  return {
    ...row,
    createdAt: row.createdAt.toString(),
    closedAt: row.closedAt?.toString() ?? null,
    allowed: manifestLifecycle.allowed(row.state).filter((event) => (event === "close") === row.parcels > 0),
  };
}

function refusedOf(refused: Added["refused"]): z.input<typeof refusedRow>[] {
  return refused.map(({ parcel, refusal }) => refusedRowOf(parcel.shippingPackageId, parcel.code, refusal));
}

const list = listRoutes({
  path: "/manifests",
  summary: "Manifests",
  permission: VIEW,
  filters: {
    state: z.enum(manifestLifecycle.states).optional(),
    facilityId: idField<"Facility">().optional(),
    channelId: idField<"Channel">().optional(),
    shippingProviderId: idField<"ShippingProvider">().optional(),
    search: searchField,
  },
  row: manifestAnswer,
  sorts: ["createdAt", "closedAt", "code"],
  defaultSort: "-createdAt",
  columns: [
    { title: "Manifest", value: (r) => r.code },
    { title: "State", value: (r) => r.state },
    { title: "Facility", value: (r) => r.facility },
    { title: "Channel", value: (r) => r.channel },
    { title: "Courier", value: (r) => r.courier },
    { title: "Parcels", value: (r) => r.parcels },
    { title: "Created at", value: (r) => r.createdAt },
    { title: "Created by", value: (r) => r.createdBy },
    { title: "Closed at", value: (r) => r.closedAt },
    { title: "Closed by", value: (r) => r.closedBy },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listManifests(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(manifestOf) };
  },
});

const read: Route[] = [
  route({
    method: "GET",
    path: "/manifests/:manifestId",
    summary: "A manifest with its parcels, and what came of telling the channel",
    permission: VIEW,
    params: manifestParams,
    answer: manifestAnswer.extend({
      parcelsOn: z.array(parcelAnswer),
      /** Parcels by the state of the dispatch notice; empty until it is closed. */
      notices: z.record(z.string(), z.number()),
    }),
    handle: (ctx, { params: { manifestId } }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const manifest = await manifestById(ctx, tx, manifestId);
        if (!manifest) return refuse("NOT_FOUND", { what: "manifest", id: manifestId });
        const parcels = await manifestParcels(tx, manifestId);
        const notices: Record<string, number> = {};
        for (const { noticeState } of parcels)
          if (noticeState !== null) notices[noticeState] = (notices[noticeState] ?? 0) + 1;
        return ok({
          ...manifestOf(manifest),
          notices,
          parcelsOn: parcels.map((p) => ({
            ...p,
            addedAt: p.addedAt.toString(),
            noticeSentAt: p.noticeSentAt?.toString() ?? null,
          })),
        });
      }),
  }),
  route({
    method: "GET",
    path: "/manifests/:manifestId/pdf",
    summary: "A manifest as PDF for the courier to sign",
    permission: VIEW,
    params: manifestParams,
    handle: (ctx, { params }) => printManifest(ctx, params.manifestId),
  }),
];

const change: Route[] = [
  route({
    method: "POST",
    path: "/manifests",
    summary: "Make a manifest for a facility, channel and courier",
    permission: MANAGE,
    body: z.strictObject({
      facilityId: idField<"Facility">(),
      channelId: idField<"Channel">(),
      shippingProviderId: idField<"ShippingProvider">().nullable().default(null),
      /** The channel ships; by default where no courier is named. */
      thirdPartyShipping: z.boolean().optional(),
    }),
    answer: z.object({ manifestId: z.string(), code: z.string() }),
    handle: (ctx, { body: { thirdPartyShipping, ...of } }) =>
      createManifest(ctx, { ...of, thirdPartyShipping: thirdPartyShipping ?? of.shippingProviderId === null }),
  }),
  route({
    method: "POST",
    path: "/manifests/add",
    summary: "Put chosen shipments onto the open manifests of their channel and courier; missing ones are made",
    permission: MANAGE,
    body: z.strictObject({ packageIds }),
    answer: z.object({
      manifests: z.array(
        z.object({ manifestId: z.string(), code: z.string(), created: z.boolean(), added: z.number().int() }),
      ),
      refused: z.array(refusedRow),
    }),
    handle: async (ctx, { body }) => {
      const outcome = await addToManifests(ctx, body);
      if (!outcome.ok) return outcome;
      return ok({ manifests: outcome.value.manifests, refused: refusedOf(outcome.value.refused) });
    },
  }),
  route({
    method: "POST",
    path: "/manifests/:manifestId/scan",
    summary: "Put a scanned parcel onto a manifest, by package code, AWB or order code",
    permission: MANAGE,
    params: manifestParams,
    body: z.strictObject({ code: z.string().trim().min(1).max(100) }),
    answer: z.object({ shippingPackageId: z.string(), package: z.string(), order: z.string() }),
    handle: async (ctx, { params, body }) => {
      const scanned = await scanIntoManifest(ctx, { ...params, ...body });
      if (!scanned.ok) return scanned;
      const { shippingPackageId, code, orderCode } = scanned.value;
      return ok({ shippingPackageId, package: code, order: orderCode });
    },
  }),
  route({
    method: "POST",
    path: "/manifests/:manifestId/packages",
    summary: "Put chosen parcels onto a manifest",
    permission: MANAGE,
    params: manifestParams,
    body: z.strictObject({ packageIds }),
    answer: addedAnswer,
    handle: async (ctx, { params, body }) => {
      const outcome = await addParcels(ctx, { ...params, ...body });
      if (!outcome.ok) return outcome;
      return ok({ added: outcome.value.added.length, refused: refusedOf(outcome.value.refused) });
    },
  }),
  route({
    method: "POST",
    path: "/manifests/:manifestId/take-off",
    summary: "Take parcels off a manifest again",
    permission: MANAGE,
    params: manifestParams,
    body: z.strictObject({ packageIds }),
    answer: z.object({ taken: z.number().int() }),
    handle: (ctx, { params, body }) => takeOff(ctx, { ...params, ...body }),
  }),
  route({
    method: "POST",
    path: "/manifests/:manifestId/discard",
    summary: "Discard an empty manifest",
    permission: MANAGE,
    params: manifestParams,
    handle: (ctx, { params }) => discardManifest(ctx, params.manifestId),
  }),
  route({
    method: "POST",
    path: "/manifests/:manifestId/close",
    summary: "Close a manifest: its parcels are dispatched and the channel is told",
    permission: MANAGE,
    params: manifestParams,
    answer: z.object({ dispatched: z.number().int() }),
    handle: (ctx, { params }) => closeManifest(ctx, params.manifestId),
  }),
];

export const manifestRoutes: Route[] = [...list, ...read, ...change];
