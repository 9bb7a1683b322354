import { z } from "zod";
import { redactAddresses } from "../../../connectors/kit/index.ts";
import { sourceOf } from "../../channels/index.ts";
import { ok, refuse } from "../../kernel/index.ts";
import { exceptionKinds } from "../../orders/index.ts";
import { idField, searchField } from "../../platform/http/fields.ts";
import { listRoutes } from "../../platform/http/list.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { mayWorkIn } from "../../warehouse/index.ts";
import { removalsOf } from "../adopt/queries.ts";
import { removalAnswer, removalOf } from "../adopt/routes.ts";
import { refusedRow, refusedRowOf } from "../refused-rows.ts";
import { type Added, addParcels, addToManifests } from "./add-parcels.ts";
import { closeManifest } from "./close-manifest.ts";
import { createManifest } from "./create-manifest.ts";
import { discardManifest } from "./discard-manifest.ts";
import { fetchFileNow } from "./fetch-file.ts";
import { type ManifestFile, manifestFiles } from "./files.store.ts";
import { channelParcelsMax, manifestLifecycle, PARCELS_MAX } from "./manifest.ts";
import { printManifest, printManifestFile } from "./print-manifest.ts";
import { channelCouriers, listManifests, type ManifestRow, manifestById, manifestParcels } from "./queries.ts";
import { scanIntoManifest } from "./scan-into-manifest.ts";
import { seeRemoved } from "./see-removals.ts";
import { takeOff } from "./take-off.ts";
import { takeOffRefused } from "./take-off-refused.ts";
import { STILL_AT_WORK, waitAtMost } from "./wait-at-most.ts";

const VIEW = "manifests.view";
const MANAGE = "manifests.manage";
const CHOSEN_MAX = 1_000;

/** A person waits so long for the channel; the work goes on after that. */
const CLOSE_WAIT_MAX_MS = 30_000;

const manifestParams = z.object({ manifestId: idField<"Manifest">() });
const fileParams = z.object({ manifestId: idField<"Manifest">(), manifestFileId: idField<"ManifestFile">() });
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
  /** The channel's courier that it is for; null: whichever the channel sends, or the seller ships. */
  channelCourierCode: nullableText,
  courier: z.string(),
  thirdPartyShipping: z.boolean(),
  /** Who makes the list: "channel" is asked before the manifest closes. */
  listBy: z.enum(["us", "channel"]),
  /** So many parcels go onto it at most. */
  parcelsMax: z.number().int(),
  /** The channel is asked at this moment: nothing may be changed until it has answered. */
  asking: z.boolean(),
  /** What the channel said when it was asked last and did not agree; the exchange behind it. */
  channelMessage: nullableText,
  channelExchangeId: nullableText,
  /** Parcels that it refused then. */
  refused: z.number().int(),
  parcels: z.number().int(),
  createdAt: z.string(),
  createdBy: z.string(),
  closedAt: nullableText,
  closedBy: nullableText,
  /** What may be done with it now: close, discard, takeOffRefused. Empty while the channel is asked. */
  allowed: z.array(z.string()),
});
/** The channel's list of one courier. */
const fileAnswer = z.object({
  manifestFileId: z.string(),
  courierCode: z.string(),
  courier: z.string(),
  /** The courier that makes it by its API; null: the channel makes it. */
  providerId: nullableText,
  /** The courier's number of it. */
  number: nullableText,
  /** Tracking numbers that the courier left off it: they stand on another (ALREADY), or it does not know them. */
  refused: z.array(
    z.object({ awbs: z.array(z.string()).readonly(), why: z.enum(["ALREADY", "UNKNOWN"]), words: z.string() }),
  ),
  state: z.enum(["WAITING", "FAILED", "STORED"]),
  attempts: z.number().int(),
  /** What came of the last try; null once it is stored. */
  message: nullableText,
  nextAttemptAt: nullableText,
  exchangeId: nullableText,
  documentId: nullableText,
  /** The address that the channel or courier gave, less its secrets: the file is had from here, by those who may. */
  url: nullableText,
});
const parcelAnswer = z.object({
  shippingPackageId: z.string(),
  code: z.string(),
  saleOrderId: z.string(),
  order: z.string(),
  state: z.string(),
  awb: nullableText,
  /** The channel's courier of the parcel, where the channel ships. */
  courier: nullableText,
  /** Why the channel does not take it on this manifest. */
  channelRefusal: nullableText,
  /** What of it waits for a person's decision, in words. It leaves with the rest all the same. */
  doubts: z.array(z.string()),
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

function manifestOf({ source, ...row }: ManifestRow): z.input<typeof manifestAnswer> {
  const channelMax = channelParcelsMax(sourceOf(source), row);
  const events = manifestLifecycle.allowed(row.state).filter((event) => (event === "close") === row.parcels > 0);
  return {
    ...row,
    listBy: channelMax === null ? "us" : "channel",
    parcelsMax: channelMax ?? PARCELS_MAX,
    createdAt: row.createdAt.toString(),
    closedAt: row.closedAt?.toString() ?? null,
    allowed: row.asking ? [] : [...events, ...(row.state === "CREATED" && row.refused > 0 ? ["takeOffRefused"] : [])],
  };
}

function fileOf(file: ManifestFile): z.input<typeof fileAnswer> {
  const { manifestFileId, courierCode, courier, state, attempts, message, exchangeId, documentId } = file;
  const url = file.url === null ? null : redactAddresses(file.url);
  const nextAttemptAt = file.nextAttemptAt?.toString() ?? null;
  const { providerId, number, refused } = file;
  const told = { state, attempts, message, nextAttemptAt, exchangeId, documentId, url };
  return { manifestFileId, courierCode, courier, providerId, number, refused: [...refused], ...told };
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
      /** Parcels that the channel took off it: sent from its panel, or cancelled (those are kept back). The newest first. */
      removed: z.array(removalAnswer),
      /** Parcels by the state of the dispatch notice; empty until it is closed. */
      notices: z.record(z.string(), z.number()),
      /** The channel's lists, one per courier or one of all; empty until it is closed, and where the list is ours. */
      files: z.array(fileAnswer),
    }),
    handle: (ctx, { params: { manifestId } }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const manifest = await manifestById(ctx, tx, manifestId);
        if (!manifest) return refuse("NOT_FOUND", { what: "manifest", id: manifestId });
        const parcels = await manifestParcels(tx, manifestId, ctx.now);
        const notices: Record<string, number> = {};
        for (const { noticeState } of parcels)
          if (noticeState !== null) notices[noticeState] = (notices[noticeState] ?? 0) + 1;
        return ok({
          ...manifestOf(manifest),
          notices,
          removed: (await removalsOf(tx, { manifestId })).map(removalOf),
          files: (await manifestFiles(tx, manifestId)).map(fileOf),
          parcelsOn: parcels.map((p) => ({
            ...p,
            doubts: p.doubts.map((kind) => exceptionKinds[kind].title),
            addedAt: p.addedAt.toString(),
            noticeSentAt: p.noticeSentAt?.toString() ?? null,
          })),
        });
      }),
  }),
  route({
    method: "GET",
    path: "/manifests/:manifestId/pdf",
    summary: "A manifest as PDF for the courier to sign: the channel's list where it is here, otherwise our own",
    permission: VIEW,
    params: manifestParams,
    query: z.object({ list: z.enum(["own", "channel"]).optional() }),
    handle: (ctx, { params, query }) => printManifest(ctx, params.manifestId, query.list),
  }),
  route({
    method: "GET",
    path: "/manifests/:manifestId/files/:manifestFileId/pdf",
    summary: "The channel's list of one courier",
    permission: VIEW,
    params: fileParams,
    handle: (ctx, { params }) => printManifestFile(ctx, params),
  }),
  route({
    method: "GET",
    path: "/manifest-couriers",
    summary: "Couriers of a channel that have parcels ready at a facility",
    permission: VIEW,
    query: z.object({ channelId: idField<"Channel">(), facilityId: idField<"Facility">() }),
    answer: z.object({
      couriers: z.array(z.object({ code: z.string(), name: z.string(), ready: z.number().int() })),
    }),
    handle: (ctx, { query }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        if (!mayWorkIn(ctx, query.facilityId)) return refuse("NOT_FOUND", { what: "facility", id: query.facilityId });
        return ok({ couriers: await channelCouriers(tx, query) });
      }),
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
      /** A courier of the channel, where the channel ships; null: whichever the channel sends. */
      channelCourierCode: z.string().trim().min(1).max(100).nullable().default(null),
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
        z.object({
          ...{ manifestId: z.string(), code: z.string(), created: z.boolean(), added: z.number().int() },
          /** Those of the chosen shipments that went onto it. */
          packageIds: z.array(z.string()),
        }),
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
    path: "/manifests/:manifestId/removed/seen",
    summary: "Say that the parcels which the channel took off a manifest have been seen, and are kept back",
    permission: MANAGE,
    params: manifestParams,
    answer: z.object({ seen: z.number().int() }),
    handle: (ctx, { params }) => seeRemoved(ctx, params.manifestId),
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
    answer: z.object({
      dispatched: z.number().int(),
      /** The channel has not answered yet; it is closed when it has, and the manifest's page shows that. */
      stillAsking: z.boolean(),
    }),
    handle: async (ctx, { params: { manifestId } }) => {
      const closed = await waitAtMost(closeManifest(ctx, manifestId), CLOSE_WAIT_MAX_MS, (error) =>
        ctx.log.error({ err: error, manifestId, outcome: "failed" }, "a manifest could not be closed"),
      );
      if (closed === STILL_AT_WORK) return ok({ dispatched: 0, stillAsking: true });
      return closed.ok ? ok({ ...closed.value, stillAsking: false }) : closed;
    },
  }),
  route({
    method: "POST",
    path: "/manifests/:manifestId/take-off-refused",
    summary: "Take off the parcels that the channel refused",
    permission: MANAGE,
    params: manifestParams,
    answer: z.object({ taken: z.number().int() }),
    handle: (ctx, { params }) => takeOffRefused(ctx, params.manifestId),
  }),
  route({
    method: "POST",
    path: "/manifests/:manifestId/files/:manifestFileId/download",
    summary: "Download the channel's list of one courier now",
    permission: MANAGE,
    params: fileParams,
    answer: fileAnswer,
    handle: async (ctx, { params }) => {
      const file = await fetchFileNow(ctx, params);
      return file.ok ? ok(fileOf(file.value)) : file;
    },
  }),
];

export const manifestRoutes: Route[] = [...list, ...read, ...change];
