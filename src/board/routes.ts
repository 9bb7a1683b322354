import { z } from "zod";
import { syncLags } from "../channels/index.ts";
import { type FacilityId, INDIA, type Instant } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { idField } from "../platform/http/fields.ts";
import { type Route, route } from "../platform/http/route.ts";
import { handOverWarnings } from "./hand-over.ts";
import { healthOf } from "./health.ts";
import {
  findByCode,
  HIT_TYPES,
  type Hit,
  lowPools,
  openAlarms,
  readChannels,
  readHours,
  readQueues,
  readyByChannel,
  type Scope,
} from "./queries.ts";
import { QUEUE_KEYS, QUEUES } from "./queues.ts";

const SOON_HOURS = 2;
const CHART_HOURS = 24;

const instant = z.string();
const queue = z.object({
  key: z.enum(QUEUE_KEYS),
  count: z.number().int(),
  oldestAt: instant.nullable(),
  dueBy: instant.nullable(),
  late: z.number().int(),
  link: z.object({ path: z.string(), search: z.record(z.string(), z.string()) }),
});
const health = z.object({
  channelId: z.string(),
  code: z.string(),
  state: z.enum(["OK", "LAGGING", "BROKEN", "OFF"]),
  message: z.string(),
  lags: z.array(z.object({ kind: z.string(), seconds: z.number(), maxSeconds: z.number().nullable() })),
});
const board = z.object({
  queues: z.array(queue),
  /** Orders received and orders that left, by hour, oldest first. */
  hours: z.array(z.object({ at: instant, received: z.number().int(), dispatched: z.number().int() })),
  channels: z.array(health),
  alarms: z.array(
    z.object({
      kind: z.string(),
      severity: z.enum(["WARNING", "CRITICAL"]),
      message: z.string(),
      whatToDo: z.string(),
      recordType: z.string(),
      recordId: z.string(),
      raisedAt: instant,
    }),
  ),
  /** Channels whose parcels are ready but not on a closed manifest: handed over now, both sides would disagree. */
  handOver: z.array(
    z.object({
      channelId: z.string(),
      code: z.string(),
      name: z.string(),
      count: z.number().int(),
      onOpenManifests: z.number().int(),
      oldestAt: instant,
      text: z.string(),
      link: z.object({ path: z.string(), search: z.record(z.string(), z.string()) }),
    }),
  ),
  awbsLow: z.array(
    z.object({ providerId: z.string(), code: z.string(), name: z.string(), left: z.number(), lowMark: z.number() }),
  ),
  asOf: instant,
});

/** The facility that is asked for, as far as the actor may see it. */
function scopeOf(ctx: Ctx, facilityId: FacilityId | undefined): Scope {
  if (facilityId === undefined) return ctx.facilities;
  return ctx.facilities === "all" ? [facilityId] : ctx.facilities.filter((id) => id === facilityId);
}

function moments(now: Instant) {
  const local = now.toZonedDateTimeISO(INDIA);
  const firstHour = now.toZonedDateTimeISO("UTC").round({ smallestUnit: "hour", roundingMode: "floor" }).toInstant();
  return {
    now,
    soon: now.add({ hours: SOON_HOURS }),
    dayEnd: local.startOfDay().add({ days: 1 }).toInstant(),
    firstHour: firstHour.subtract({ hours: CHART_HOURS - 1 }),
  };
}

/** The page of a thing that was found. */
function pathOf(hit: Hit): string {
  const paths: Record<Hit["type"], string> = {
    ORDER: "/orders",
    PACKAGE: "/shipments",
    AWB: "/shipments",
    INVOICE: "/shipments",
    MANIFEST: "/manifests",
    GATEPASS: "/gatepasses",
    RETURN: "/returns",
    RETURN_MANIFEST: "/return-manifests",
    CREDIT_NOTE: "/credit-notes",
    PUTAWAY: "/putaway",
    PURCHASE_ORDER: "/purchase-orders",
    GRN: "/grns",
    SKU: "/products",
  };
  return `${paths[hit.type]}/${encodeURIComponent(hit.id)}`;
}

export const boardRoutes: Route[] = [
  route({
    method: "GET",
    path: "/board",
    summary: "What waits for a person, what is due first, how channels keep up",
    permission: "orders.view",
    query: z.object({ facilityId: idField<"Facility">().optional() }),
    answer: board,
    handle: async (ctx, { query }) => {
      const scope = scopeOf(ctx, query.facilityId);
      const at = moments(ctx.now);
      return ctx.db.read(ctx.tenantId, async (tx) => {
        const counted = new Map((await readQueues(tx, scope, at)).map((row) => [row.key, row]));
        const hours = await readHours(tx, scope, at.firstHour, CHART_HOURS);
        const lags = Map.groupBy(await syncLags(tx, null), (lag) => lag.channelId);
        const channels = await readChannels(tx);
        return {
          queues: QUEUE_KEYS.map((key) => {
            const row = counted.get(key);
            return {
              key,
              count: row?.count ?? 0,
              oldestAt: row?.oldestAt?.toString() ?? null,
              dueBy: row?.dueBy?.toString() ?? null,
              late: row?.late ?? 0,
              link: QUEUES[key],
            };
          }),
          hours: hours.map((hour) => ({ ...hour, at: hour.at.toString() })),
          channels: channels.map((c) => healthOf(c, lags.get(c.channelId) ?? [], ctx.now)),
          alarms: (await openAlarms(tx, scope)).map((alarm) => ({ ...alarm, raisedAt: alarm.raisedAt.toString() })),
          handOver: handOverWarnings(await readyByChannel(tx, scope)),
          awbsLow: await lowPools(tx),
          asOf: ctx.now.toString(),
        };
      });
    },
  }),
  route({
    method: "GET",
    path: "/sync-health",
    summary: "How each channel keeps up, in words",
    permission: "orders.view",
    answer: z.object({ channels: z.array(health), asOf: instant }),
    handle: (ctx) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const lags = Map.groupBy(await syncLags(tx, null), (lag) => lag.channelId);
        const channels = await readChannels(tx);
        return {
          channels: channels.map((c) => healthOf(c, lags.get(c.channelId) ?? [], ctx.now)),
          asOf: ctx.now.toString(),
        };
      }),
  }),
  route({
    method: "GET",
    path: "/search",
    summary:
      "What has exactly this code: order, package, tracking number, invoice, manifest, return, credit note, putaway, gatepass, purchase order, goods receipt, SKU",
    permission: "orders.view",
    query: z.object({ q: z.string().trim().min(1).max(100) }),
    answer: z.object({
      hits: z.array(
        z.object({
          type: z.enum(HIT_TYPES),
          id: z.string(),
          code: z.string(),
          detail: z.string().optional(),
          path: z.string(),
        }),
      ),
    }),
    handle: (ctx, { query }) =>
      ctx.db.read(ctx.tenantId, async (tx) => ({
        hits: (await findByCode(tx, ctx.facilities, query.q)).map(({ detail, ...hit }) => ({
          ...hit,
          ...(detail === null ? {} : { detail }),
          path: pathOf({ ...hit, detail }),
        })),
      })),
  }),
];
