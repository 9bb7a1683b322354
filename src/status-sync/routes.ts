import { z } from "zod";
import { findChannel, SYNC_KINDS, type SyncKind, sourceOf, syncKindsOf, syncNow } from "../channels/index.ts";
import { type ChannelId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { idField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { explain } from "../platform/refusals.ts";
import { courierTrackingRoutes } from "./courier-tracking/routes.ts";
import { statusOverview } from "./overview.ts";
import { exchangeOfWord, listWords, type WordRow } from "./queries.ts";
import { wordsOfReason } from "./reason-words.ts";
import { syncOrderNow } from "./sync-order.ts";
import { SELECTED_MAX, syncSelection } from "./sync-selection.ts";
import { wakeWords } from "./wake-words.ts";

const VIEW = "channels.view";
const whole = z.number().int();
const text = z.string();
const nullable = z.string().nullable();

const OUTCOMES = ["WAITING", "ADOPTED", "APPLIED", "KNOWN", "DOUBT", "DECIDED", "NOT_SYNCED"] as const;
const VIAS = ["FEED", "READ", "ORDERS", "REREAD", "PERSON"] as const;
const STATUSES = ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED", "RTO", "CIR"] as const;

const lagAnswer = z.object({ count: whole, p50Seconds: whole, p95Seconds: whole, maxSeconds: whole }).nullable();

const overviewAnswer = z.object({
  channels: z.array(
    z.object({
      ...{ channelId: text, code: text, name: text, state: text, source: text, sourceLabel: text },
      /** Why nothing is asked of it, of a broken channel. */
      brokenReason: nullable,
      /** How often a person wants it to be asked at most; null: as often as limits allow. */
      wishedMinutes: whole.nullable(),
      /** Statuses that the source does not report at all. */
      doesNotReport: z.array(text),
      /** Only orders that the channel ships are synced. */
      channelShippedAlone: z.boolean(),
      /** Can it be asked about single orders? */
      readsById: z.boolean(),
      syncs: z.array(
        z.object({
          kind: z.enum(SYNC_KINDS),
          on: z.boolean(),
          /** False of orders that the channel sends by itself: nothing here runs them, nothing switches them. */
          canSyncNow: z.boolean(),
          state: z.enum(["OK", "RUNNING", "FAILED", "OFF", "BLOCKED"]),
          everyMinutes: whole.nullable(),
          /** "every minute" */
          schedule: nullable,
          ...{ lastAttemptAt: nullable, lastSuccessAt: nullable, nextRunAt: nullable, message: nullable },
          lagMaxSeconds: whole,
          /** The source's lists of changes, each with the moment up to which it was read. */
          feeds: z.array(
            z.object({
              ...{ name: text, tells: z.array(text), everyMinutes: whole.nullable() },
              ...{ through: nullable, askedAt: nullable, okAt: nullable, failed: nullable },
            }),
          ),
        }),
      ),
      /** Measured, from the change there to the change here, over `measuredHours`: Cancelled and Dispatched. */
      lag: lagAnswer,
      /** The same of Delivered and what comes back. */
      lagHourly: lagAnswer,
      /** Cancelled and Dispatched hour by hour, where any came; the oldest hour first. */
      lagHours: z.array(z.object({ at: text, count: whole, p95Seconds: whole, maxSeconds: whole })),
      ceilingSeconds: whole,
      backlog: z.object({
        count: whole,
        oldestAt: nullable,
        reasons: z.array(
          z.object({
            ...{ code: nullable, count: whole, oldestAt: text, message: nullable, whatToDo: nullable },
            /** Of the word that was heard first: its order there, and here. */
            ...{ channelOrderId: text, saleOrderId: nullable },
          }),
        ),
      }),
      ...{ adoptedToday: whole, openDoubts: whole },
      lastAdoption: z.object({ at: text, saleOrderId: text, orderCode: text, status: text }).nullable(),
      /** Units that left without stock in the books, not settled yet. */
      openShortages: whole,
      /** The last daily reading of all orders that may change. */
      reread: z
        .object({
          ...{ day: text, state: text, asked: whole, corrected: whole, failed: whole, message: nullable },
          ...{ startedAt: text, finishedAt: nullable },
        })
        .nullable(),
    }),
  ),
  measuredHours: whole,
  asOf: text,
});

const wordRow = z.object({
  ...{ channelWordId: text, channelId: text, channelCode: text, saleOrderId: nullable, orderCode: nullable },
  ...{ channelOrderId: text, line: text },
  status: z.enum(STATUSES),
  /** Units that it is about; 0: all of the line. */
  quantity: whole,
  raw: text,
  via: z.enum(VIAS),
  ...{ changedAt: nullable, heardAt: text, settledAt: nullable, lagSeconds: whole.nullable() },
  outcome: z.enum(OUTCOMES),
  ...{ code: nullable, message: nullable, whatToDo: nullable },
  /** The facility that lacks what a waiting word waits for. */
  facilityId: nullable,
  ...{ attempts: whole, nextAttemptAt: nullable },
});

function toRow(row: WordRow): z.input<typeof wordRow> {
  const { facts, ...kept } = row;
  return {
    ...kept,
    facilityId: facts.facilityId ?? null,
    ...wordsOfReason(row),
    ...(row.outcome === "DECIDED" ? { whatToDo: null } : {}), // it said to decide
    ...{ changedAt: row.changedAt?.toString() ?? null, heardAt: row.heardAt.toString() },
    ...{ settledAt: row.settledAt?.toString() ?? null, nextAttemptAt: row.nextAttemptAt?.toString() ?? null },
  };
}

const words = listRoutes({
  path: "/status-sync/words",
  summary: "What channels said of their orders, and what became of it",
  permission: VIEW,
  filters: {
    channelId: idField<"Channel">().optional(),
    outcome: z.enum(OUTCOMES).optional(),
    status: z.enum(STATUSES).optional(),
    code: textField(60).optional(),
    via: z.enum(VIAS).optional(),
    olderThanMinutes: z.coerce.number().int().min(1).max(525_600).optional(),
    saleOrderId: idField<"SaleOrder">().optional(),
    q: searchField,
  },
  row: wordRow,
  sorts: ["heardAt", "settledAt", "lag"],
  defaultSort: "-heardAt",
  columns: [
    { title: "Channel", value: (r) => r.channelCode },
    { title: "Order", value: (r) => r.orderCode ?? r.channelOrderId },
    { title: "Channel's order", value: (r) => r.channelOrderId },
    { title: "Line", value: (r) => r.line },
    { title: "Status", value: (r) => r.status },
    { title: "Channel's word", value: (r) => r.raw },
    { title: "Units", value: (r) => (r.quantity === 0 ? "all" : r.quantity) },
    { title: "Changed there at", value: (r) => r.changedAt },
    { title: "Heard at", value: (r) => r.heardAt },
    { title: "Settled at", value: (r) => r.settledAt },
    { title: "Lag (s)", value: (r) => r.lagSeconds },
    { title: "Outcome", value: (r) => r.outcome },
    { title: "Reason", value: (r) => r.code },
    { title: "In words", value: (r) => r.message },
    { title: "Heard by", value: (r) => r.via },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listWords(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(toRow) };
  },
});

const triggered = z.object({
  runs: z.array(
    z.object({
      kind: z.enum(SYNC_KINDS),
      syncRunId: nullable,
      /** Why it was not begun, and what to do; null: it was, or one was under way. */
      refused: nullable,
    }),
  ),
});

/** Both status syncs of a channel at once. Refuses CHANNEL_NOT_FOUND, SYNC_NOT_OFFERED. */
async function syncChannel(ctx: Ctx, channelId: ChannelId): Promise<Result<z.input<typeof triggered>>> {
  const channel = await ctx.db.read(ctx.tenantId, (tx) => findChannel(tx, channelId));
  if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
  const source = sourceOf(channel.source);
  const withOrders = source.capabilities.pullOrders?.tells === undefined ? [] : (["ORDERS"] as const);
  const kinds: readonly SyncKind[] = [...withOrders, "STATUS_CANCELLED", "STATUS_DELIVERED"];
  const offered = kinds.filter((kind) => syncKindsOf(source).includes(kind));
  if (offered.length === 0) return refuse("SYNC_NOT_OFFERED", { source: source.label, kind: "STATUS_CANCELLED" });
  const runs: z.input<typeof triggered>["runs"] = [];
  for (const kind of offered) {
    const begun = await syncNow(ctx, channelId, kind);
    if (begun.ok) runs.push({ kind, syncRunId: begun.value.syncRunId, refused: null });
    else {
      const { message, whatToDo } = explain(begun.refusal);
      runs.push({ kind, syncRunId: null, refused: `${message} ${whatToDo}` });
    }
  }
  return ok({ runs });
}

export const statusSyncRoutes: Route[] = [
  route({
    method: "GET",
    path: "/status-sync",
    summary: "The status sync of each channel: how it is asked, how late its words are here, what waits and why",
    permission: VIEW,
    answer: overviewAnswer,
    handle: (ctx) => ctx.db.read(ctx.tenantId, (tx) => statusOverview(ctx, tx)),
  }),
  ...words,
  route({
    method: "GET",
    path: "/status-sync/words/:channelWordId/exchange",
    summary: "The exchange that brought a word; null where it is kept no more",
    permission: VIEW,
    params: z.object({ channelWordId: idField<"ChannelWord">() }),
    answer: z.object({ exchangeId: nullable }),
    handle: async (ctx, { params: { channelWordId } }) => {
      const found = await ctx.db.read(ctx.tenantId, (tx) => exchangeOfWord(tx, channelWordId));
      return found ? ok({ exchangeId: found.id }) : refuse("NOT_FOUND", { what: "word", id: channelWordId });
    },
  }),
  route({
    method: "POST",
    path: "/status-sync/apply-waiting",
    summary: "Apply the words that wait once more, without asking the channels",
    permission: "channels.manage",
    body: z.object({ channelId: idField<"Channel">().nullable() }),
    answer: z.object({}),
    handle: async (ctx, { body: { channelId } }) => {
      return ctx.db.transaction(ctx.tenantId, async (tx) => {
        if (channelId !== null && !(await findChannel(tx, channelId)))
          return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
        await wakeWords(tx, ctx, channelId === null ? {} : { channelId });
        return ok({});
      });
    },
  }),
  route({
    method: "POST",
    path: "/channels/:channelId/sync-statuses",
    summary: "Ask a channel for all its statuses now",
    permission: "channels.manage",
    params: z.object({ channelId: idField<"Channel">() }),
    answer: triggered,
    handle: (ctx, { params: { channelId } }) => syncChannel(ctx, channelId),
  }),
  route({
    method: "POST",
    path: "/orders/sync-statuses",
    summary: "Ask the channels of chosen orders for their statuses now, as long work",
    permission: "orders.edit",
    body: z.object({ saleOrderIds: z.array(idField<"SaleOrder">()).min(1).max(SELECTED_MAX) }),
    answer: z.object({ workId: text }),
    handle: async (ctx, { body }) => ({ workId: await syncSelection(ctx, body.saleOrderIds) }),
  }),
  route({
    method: "POST",
    path: "/orders/:saleOrderId/sync-status",
    summary: "Ask the channel of an order for its statuses now, and apply them",
    permission: "returns.receive",
    params: z.object({ saleOrderId: idField<"SaleOrder">() }),
    answer: z.object({
      order: z.string(),
      /** Did anything of it change here? */
      changed: z.boolean(),
      lines: z.array(z.object({ line: z.string(), status: z.string(), raw: z.string() })),
      /** Why words of the order changed nothing, each with its remedy. */
      reasons: z.array(z.object({ message: z.string(), whatToDo: z.string() })),
      exchangeId: z.string().nullable(),
    }),
    handle: async (ctx, { params: { saleOrderId } }) => {
      const synced = await syncOrderNow(ctx, saleOrderId);
      return synced.ok
        ? { ok: true, value: { ...synced.value, lines: [...synced.value.lines], reasons: [...synced.value.reasons] } }
        : synced;
    },
  }),
  ...courierTrackingRoutes,
];
