import { z } from "zod";
import { OVERLAP_HOURS } from "../../channels/index.ts";
import { type Facts, ok, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { anyOfField, flagField, idField, searchField, textField } from "../../platform/http/fields.ts";
import { listRoutes } from "../../platform/http/list.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { enqueue } from "../../platform/jobs.ts";
import { explain } from "../../platform/refusals.ts";
import { providerById, TRACKING_MEANINGS, trackingMeanings } from "../../shipping/index.ts";
import { ordersToAsk } from "../store.ts";
import { issueCourierKey, pushAccess, revokeCourierKey } from "./credential.ts";
import { trackingOverview } from "./overview.ts";
import { abilities, pollCourierJob, trackNow } from "./poll.ts";
import {
  listNdrs,
  listPushes,
  NDR_TABS,
  type NdrRow,
  type PushRow,
  type TrackedParcelFacts,
  type TrackingRow,
  trackedParcels,
  trackingRows,
} from "./queries.ts";
import { NDR_FLAGGED_FROM } from "./story.ts";

const VIEW = "shipments.view";
const whole = z.number().int();
const text = z.string();
const nullable = z.string().nullable();
const NDR_STATES = ["OPEN", "TRYING", "DELIVERED", "RETURNING", "LOST"] as const;
const VIAS = ["STATUS", "COURIER_DETAILS", "COURIER_PUSH"] as const;

/** What a word did to the package. WAITS: the package has not left from here; the word takes effect when it has. */
const EFFECTS = ["MOVED", "KNOWN", "NOTHING", "LATE", "DOUBT", "UNKNOWN", "WAITS"] as const;
const effectWords: Readonly<Record<(typeof EFFECTS)[number], string>> = {
  MOVED: "Moved the package",
  KNOWN: "Was so already",
  NOTHING: "Changes no state",
  LATE: "A later word says otherwise",
  DOUBT: "A person was asked",
  UNKNOWN: "Not known here: changes nothing",
  WAITS: "Takes effect when its manifest is closed",
};

const wordAnswer = z.object({
  raw: text,
  /** Null: nobody knows the word. */
  meaning: z.enum(TRACKING_MEANINGS).nullable(),
  label: nullable,
  ...{ at: nullable, heardAt: text, via: z.enum(VIAS), place: nullable, remark: nullable },
  ...{ ndrCode: nullable, ndrReason: nullable, attempts: whole.nullable(), nextAttemptAt: nullable },
  /** Null: it was heard before such things were kept. */
  effect: z.enum(EFFECTS).nullable(),
  effectText: nullable,
});
const ndrAnswer = z
  .object({
    ...{ state: z.enum(NDR_STATES), attempts: whole, flagged: z.boolean(), code: nullable, reason: nullable },
    ...{ firstFailedAt: text, lastFailedAt: text, nextAttemptAt: nullable },
  })
  .nullable();
const parcelAnswer = z.object({
  ...{ shippingPackageId: text, code: text, state: text, thirdPartyShipping: z.boolean(), channelCode: text },
  ...{ courier: nullable, providerId: nullable, awb: nullable, trackingUrl: nullable, rtoAwb: nullable },
  ...{ askedAt: nullable, pushedAt: nullable, unknownSince: nullable, expectedAt: nullable },
  /** Its courier can be asked where it is, now. */
  canAsk: z.boolean(),
  ndr: ndrAnswer,
  /** Newest first. */
  rows: z.array(wordAnswer),
});

function toWord(row: TrackingRow, isGone: boolean): z.input<typeof wordAnswer> {
  const { shippingPackageId: _, applied, outcome, ...kept } = row;
  const effect = outcome ?? (!applied && !isGone ? ("WAITS" as const) : null);
  // Of goods that are still here most words would change nothing anyway.
  const means = row.meaning === null ? null : trackingMeanings[row.meaning];
  const shown = effect !== "WAITS" ? effect : means === null ? "UNKNOWN" : means.effect === null ? "NOTHING" : "WAITS";
  return {
    ...kept,
    label: means?.label ?? null,
    ...{ at: row.at?.toString() ?? null, heardAt: row.heardAt.toString() },
    ...{ nextAttemptAt: row.nextAttemptAt?.toString() ?? null },
    ...{ effect: shown, effectText: shown === null ? null : effectWords[shown] },
  };
}

function toParcel(parcel: TrackedParcelFacts, rows: readonly TrackingRow[]): z.input<typeof parcelAnswer> {
  const { isGone, isAsked, travels, ndr, ...kept } = parcel;
  return {
    ...kept,
    ...{ askedAt: kept.askedAt?.toString() ?? null, pushedAt: kept.pushedAt?.toString() ?? null },
    ...{ unknownSince: kept.unknownSince?.toString() ?? null, expectedAt: kept.expectedAt?.toString() ?? null },
    canAsk: isAsked && travels,
    ndr: ndr === null ? null : { ...ndr, flagged: ndr.attempts >= NDR_FLAGGED_FROM },
    rows: rows
      .filter((row) => row.shippingPackageId === parcel.shippingPackageId)
      .map((row) => toWord(row, isGone || ["CANCELLED", "SPLITTED", "MERGED"].includes(parcel.state))),
  };
}

async function parcelsWithWords(ctx: Ctx, tx: Tx, of: Parameters<typeof trackedParcels>[2]) {
  const parcels = await trackedParcels(ctx, tx, of);
  const rows = await trackingRows(
    tx,
    parcels.map((parcel) => parcel.shippingPackageId),
  );
  return parcels.map((parcel) => toParcel(parcel, rows));
}

const timelineRoutes: Route[] = [
  route({
    method: "GET",
    path: "/shipments/:code/tracking",
    summary: "What couriers said of a package, newest first, and what it did",
    permission: VIEW,
    params: z.object({ code: textField(60) }),
    answer: parcelAnswer,
    handle: async (ctx, { params: { code } }) => {
      const [parcel] = await ctx.db.read(ctx.tenantId, (tx) => parcelsWithWords(ctx, tx, { code }));
      return parcel ? ok(parcel) : refuse("NOT_FOUND", { what: "package", id: code });
    },
  }),
  route({
    method: "GET",
    path: "/orders/:saleOrderId/tracking",
    summary: "What couriers said of each parcel of an order",
    permission: VIEW,
    params: z.object({ saleOrderId: idField<"SaleOrder">() }),
    answer: z.object({ parcels: z.array(parcelAnswer) }),
    handle: (ctx, { params: { saleOrderId } }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        if ((await ordersToAsk(tx, ctx.facilities, [saleOrderId])).length === 0)
          return refuse("ORDER_NOT_FOUND", { order: saleOrderId });
        return ok({ parcels: await parcelsWithWords(ctx, tx, { saleOrderId }) });
      }),
  }),
  route({
    method: "POST",
    path: "/shipments/:code/track-now",
    summary: "Ask the courier of a package where it is, now",
    permission: VIEW,
    params: z.object({ code: textField(60) }),
    answer: z.object({
      /** Something was said that was not known. */
      news: z.boolean(),
      /** The courier knows the number. */
      known: z.boolean(),
    }),
    handle: (ctx, { params: { code } }) => trackNow(ctx, code),
  }),
];

const ndrRow = z.object({
  ...{ shippingPackageId: text, code: text, saleOrderId: text, orderCode: text, channelCode: text },
  ...{ facilityId: text, facilityCode: text, courier: nullable, awb: nullable, packageState: text },
  ...{ state: z.enum(NDR_STATES), attempts: whole, flagged: z.boolean(), reasonCode: nullable, reason: nullable },
  ...{ place: nullable, firstFailedAt: text, lastFailedAt: text, nextAttemptAt: nullable },
  /** Hours since the first attempt failed. */
  ageHours: whole,
  ...{ cod: z.boolean(), buyer: nullable, phone: nullable, city: nullable, pincode: nullable },
});

function toNdr(ctx: Ctx, row: NdrRow): z.input<typeof ndrRow> {
  const since = ctx.now.epochMilliseconds - row.firstFailedAt.epochMilliseconds;
  return {
    ...row,
    flagged: row.attempts >= NDR_FLAGGED_FROM,
    ...{ firstFailedAt: row.firstFailedAt.toString(), lastFailedAt: row.lastFailedAt.toString() },
    nextAttemptAt: row.nextAttemptAt?.toString() ?? null,
    ageHours: Math.max(0, Math.floor(since / 3_600_000)),
  };
}

const ndrRoutes = listRoutes({
  path: "/ndrs",
  summary: "Deliveries that failed (NDR), longest open first",
  permission: VIEW,
  filters: {
    tab: z.enum(NDR_TABS).optional(),
    facilityId: idField<"Facility">().optional(),
    courier: anyOfField(z.array(textField(60))),
    channel: anyOfField(z.array(textField(100))),
    /** Three attempts or more. */
    flagged: flagField,
    olderThanHours: z.coerce.number().int().min(1).max(8_760).optional(),
    cod: flagField,
    search: searchField,
  },
  row: ndrRow,
  sorts: ["firstFailedAt", "lastFailedAt", "attempts", "nextAttemptAt"],
  columns: [
    { title: "Package", value: (r) => r.code },
    { title: "Order", value: (r) => r.orderCode },
    { title: "Channel", value: (r) => r.channelCode },
    { title: "Courier", value: (r) => r.courier },
    { title: "AWB", value: (r) => r.awb },
    { title: "State", value: (r) => r.state },
    { title: "Attempts", value: (r) => r.attempts },
    { title: "Reason code", value: (r) => r.reasonCode },
    { title: "Reason", value: (r) => r.reason },
    { title: "First failed at", value: (r) => r.firstFailedAt },
    { title: "Last failed at", value: (r) => r.lastFailedAt },
    { title: "Next attempt at", value: (r) => r.nextAttemptAt },
    { title: "Age (h)", value: (r) => r.ageHours },
    { title: "COD", value: (r) => r.cod },
    { title: "Buyer", value: (r) => r.buyer },
    { title: "Phone", value: (r) => r.phone },
    { title: "City", value: (r) => r.city },
    { title: "PIN code", value: (r) => r.pincode },
    { title: "Package state", value: (r) => r.packageState },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listNdrs(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map((row) => toNdr(ctx, row)) };
  },
});

const pushRow = z.object({
  ...{ courierPushId: text, provider: text, awb: text, raw: text, at: nullable, heardAt: text, lastHeardAt: text },
  ...{ times: whole, outcome: z.enum(["TAKEN", "WAITING", "REFUSED"]), code: nullable },
  ...{ message: nullable, whatToDo: nullable, packageCode: nullable, body: z.unknown() },
});

function toPush(row: PushRow): z.input<typeof pushRow> {
  const { facts, ...kept } = row;
  const why = row.code === null ? null : explain({ code: row.code, facts: facts as Facts }); // written by settlePush
  return {
    ...kept,
    ...{ at: row.at?.toString() ?? null, heardAt: row.heardAt.toString(), lastHeardAt: row.lastHeardAt.toString() },
    ...{ message: why?.message ?? null, whatToDo: why?.whatToDo ?? null },
  };
}

const pushRoutes = listRoutes({
  path: "/courier-tracking/pushes",
  summary: "Everything that couriers pushed, and what became of it",
  permission: "shipping.view",
  filters: {
    providerId: idField<"ShippingProvider">().optional(),
    outcome: z.enum(["TAKEN", "WAITING", "REFUSED"]).optional(),
    search: searchField,
  },
  row: pushRow,
  sorts: ["lastHeardAt"],
  defaultSort: "-lastHeardAt",
  columns: [
    { title: "Heard at", value: (r) => r.lastHeardAt },
    { title: "Provider", value: (r) => r.provider },
    { title: "AWB", value: (r) => r.awb },
    { title: "Status", value: (r) => r.raw },
    { title: "Happened at", value: (r) => r.at },
    { title: "Outcome", value: (r) => r.outcome },
    { title: "Package", value: (r) => r.packageCode },
    { title: "Reason", value: (r) => r.message },
    { title: "Times", value: (r) => r.times },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listPushes(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(toPush) };
  },
});

const lagAnswer = z.object({ count: whole, p50Seconds: whole, p95Seconds: whole, maxSeconds: whole }).nullable();
const params = z.object({ providerId: idField<"ShippingProvider">() });

const courierRoutes: Route[] = [
  route({
    method: "GET",
    path: "/courier-tracking",
    summary: "How each courier tells of its parcels: how it is asked, how late its words are, and which nobody knows",
    permission: "shipping.view",
    answer: z.object({
      couriers: z.array(
        z.object({
          ...{ providerId: text, code: text, name: text, kind: z.enum(["AWB_POOL", "API"]), enabled: z.boolean() },
          /** Its API account; null: none. */
          accountState: nullable,
          /** Null: it is not asked. */
          everyMinutes: whole.nullable(),
          ...{ startedAt: nullable, finishedAt: nullable, okAt: nullable, nextRunAt: nullable, failed: nullable },
          ...{ failures: whole, lastAsked: whole, lastAnswered: whole, lastNews: whole, lastUnknown: whole },
          ...{ travelling: whole, neverAsked: whole, unknownNumbers: whole, oldestAskedAt: nullable },
          ...{ pushedAt: nullable, waitingPushes: whole, keys: whole, keyUsedAt: nullable },
          ...{ lagAsked: lagAnswer, lagPushed: lagAnswer },
          unknownWords: z.array(z.object({ raw: text, parcels: whole, lastHeardAt: text })),
        }),
      ),
      ...{ measuredHours: whole, asOf: text },
    }),
    handle: (ctx) => ctx.db.read(ctx.tenantId, (tx) => trackingOverview(ctx, tx)),
  }),
  route({
    method: "POST",
    path: "/shipping-providers/:providerId/track-now",
    summary: "Ask a courier about all its parcels that travel, now",
    permission: "shipping.edit",
    params,
    answer: z.object({}),
    handle: async (ctx, { params: { providerId } }) => {
      if ((await ctx.db.read(ctx.tenantId, (tx) => providerById(tx, providerId))) === undefined)
        return refuse("NOT_FOUND", { what: "shipping provider", id: providerId });
      const able = await abilities(ctx, providerId);
      if (!able.ok) return able;
      await ctx.db.transaction(ctx.tenantId, (tx) => enqueue(tx, pollCourierJob, { providerId, all: true }));
      return ok({});
    },
  }),
  route({
    method: "GET",
    path: "/shipping-providers/:providerId/push-access",
    summary: "What a courier needs in order to push tracking words; the key itself is never shown again",
    permission: "shipping.view",
    params,
    answer: z.object({
      ...{ url: text, clientid: nullable, merchantid: text, providerCode: text },
      credentials: z.array(
        z.object({
          ...{ pushCredentialId: text, clientId: text, createdAt: text, expiresAt: nullable, lastUsedAt: nullable },
        }),
      ),
    }),
    handle: async (ctx, { params: { providerId } }) => {
      const found = await ctx.db.read(ctx.tenantId, (tx) => pushAccess(tx, ctx, providerId));
      if (!found.ok) return found;
      return ok({
        ...found.value,
        credentials: found.value.credentials.map(({ pushCredentialId, clientId, ...times }) => ({
          ...{ pushCredentialId, clientId, createdAt: times.createdAt.toString() },
          expiresAt: times.expiresAt?.toString() ?? null,
          lastUsedAt: times.lastUsedAt?.toString() ?? null,
        })),
      });
    },
  }),
  route({
    method: "POST",
    path: "/shipping-providers/:providerId/push-credential",
    summary: "Issue a courier's push headers; the earlier key works on for some hours",
    permission: "shipping.edit",
    params,
    body: z.object({ overlapHours: whole.min(0).max(720).default(OVERLAP_HOURS) }),
    answer: z.object({
      ...{ pushCredentialId: text, clientid: text, merchantid: text },
      /** Shown this once. */
      securitykey: text,
      othersEndAt: text,
    }),
    handle: (ctx, { params: { providerId }, body }) =>
      ctx.db.transaction(ctx.tenantId, async (tx) => {
        const issued = await issueCourierKey(tx, ctx, providerId, body);
        return issued.ok ? ok({ ...issued.value, othersEndAt: issued.value.othersEndAt.toString() }) : issued;
      }),
  }),
  route({
    method: "DELETE",
    path: "/shipping-providers/:providerId/push-credentials/:pushCredentialId",
    summary: "End a courier's push headers at once",
    permission: "shipping.edit",
    params: params.extend({ pushCredentialId: idField<"PushCredential">() }),
    handle: (ctx, { params: { providerId, pushCredentialId } }) =>
      ctx.db.transaction(ctx.tenantId, (tx) => revokeCourierKey(tx, ctx, providerId, pushCredentialId)),
  }),
];

export const courierTrackingRoutes: Route[] = [...timelineRoutes, ...ndrRoutes, ...pushRoutes, ...courierRoutes];
