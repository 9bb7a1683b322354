import { z } from "zod";
import { ok, refuse } from "../kernel/index.ts";
import { anyOfField, idField, searchField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { EXCHANGES_KEPT_DAYS, findExchange } from "./exchange.store.ts";
import { listExchanges, listNotices, listRuns } from "./queries.ts";
import { repeatExchange, repeatNotice, settleByPerson } from "./repeat.ts";
import { findRun } from "./sync.store.ts";
import { syncNow } from "./sync.ts";
import * as wire from "./wire.ts";

const VIEW = "channels.view";
const MANAGE = "channels.manage";
const noticeParams = z.object({ noticeId: idField<"ChannelNotice">() });
const exchangeParams = z.object({ exchangeId: idField<"Exchange">() });

/** Exchanges, notifications and sync runs: looked at, repeated, started. */
export const exchangeRoutes: Route[] = [
  ...listRoutes({
    path: "/exchanges",
    summary: "Exchanges with channels, redacted, of the last 30 days",
    permission: VIEW,
    filters: {
      channelId: idField<"Channel">().optional(),
      saleOrderId: idField<"SaleOrder">().optional(),
      operation: anyOfField(z.array(z.string().max(60))),
      outcome: anyOfField(z.array(z.enum(["OK", "REFUSED", "NOT_REACHED", "UNKNOWN", "BAD_ANSWER"]))),
      search: searchField,
    },
    row: wire.exchangeRow,
    sorts: ["at"],
    defaultSort: "-at",
    columns: [
      { title: "At", value: (r) => r.at },
      { title: "Channel", value: (r) => r.channelCode },
      { title: "Operation", value: (r) => r.operation },
      { title: "Direction", value: (r) => r.direction },
      { title: "Method", value: (r) => r.method },
      { title: "URL", value: (r) => r.url },
      { title: "Status", value: (r) => r.status },
      { title: "Outcome", value: (r) => r.outcome },
      { title: "Message", value: (r) => r.message },
      { title: "Duration (ms)", value: (r) => r.durationMs },
      { title: "Quiet answers", value: (r) => r.quietCount },
    ],
    fetch: async (_ctx, tx, filters, page) => wire.toWire(await listExchanges(tx, filters, page)),
  }),
  route({
    method: "GET",
    path: "/exchanges/:exchangeId",
    summary: "One exchange with its request and answer, redacted",
    permission: VIEW,
    params: exchangeParams,
    answer: wire.exchangeAnswer,
    handle: async (ctx, { params: { exchangeId } }) => {
      const found = await ctx.db.read(ctx.tenantId, (tx) => findExchange(tx, exchangeId));
      if (!found) return refuse("EXCHANGE_NOT_FOUND", { exchange: exchangeId, days: EXCHANGES_KEPT_DAYS });
      return ok({ ...wire.toWire(found), repeatable: found.direction === "OUT" });
    },
  }),
  route({
    method: "POST",
    path: "/exchanges/:exchangeId/repeat",
    summary: "Repeat an exchange; one that writes asks the other side first",
    permission: MANAGE,
    params: exchangeParams,
    answer: wire.repeatedAnswer,
    handle: (ctx, input) => repeatExchange(ctx, input.params.exchangeId),
  }),
  ...listRoutes({
    path: "/channel-notices",
    summary: "What channels were told, or are to be told, about orders",
    permission: VIEW,
    filters: {
      channelId: idField<"Channel">().optional(),
      saleOrderId: idField<"SaleOrder">().optional(),
      returnCaseId: idField<"ReturnCase">().optional(),
      kind: anyOfField(
        z.array(z.enum(["STATE", "DISPATCH", "CANCEL", "ACKNOWLEDGE", "IRN", "GRADE", "REVERSE_STATE"])),
      ),
      state: z.enum(["PENDING", "SENT", "REFUSED", "PAUSED", "NOT_SENT", "UNKNOWN"]).optional(),
    },
    row: wire.noticeRow,
    sorts: ["seq"],
    defaultSort: "-seq",
    columns: [
      { title: "Created", value: (r) => r.createdAt },
      { title: "Channel", value: (r) => r.channelCode },
      { title: "Order", value: (r) => r.orderCode },
      { title: "Package", value: (r) => r.packageCode },
      { title: "Kind", value: (r) => r.kind },
      { title: "Package state", value: (r) => r.packageState },
      { title: "State", value: (r) => r.state },
      { title: "Attempts", value: (r) => r.attempts },
      { title: "Message", value: (r) => r.message },
      { title: "Sent", value: (r) => r.sentAt },
    ],
    fetch: async (_ctx, tx, filters, page) => wire.toWire(await listNotices(tx, filters, page)),
  }),
  route({
    method: "POST",
    path: "/channel-notices/:noticeId/repeat",
    summary: "Send a notification again; the channel is asked first what it has",
    permission: MANAGE,
    params: noticeParams,
    answer: wire.repeatedAnswer,
    handle: (ctx, input) => repeatNotice(ctx, input.params.noticeId),
  }),
  route({
    method: "POST",
    path: "/channel-notices/:noticeId/settle",
    summary: "Say what became of a cancellation that nobody could read back",
    permission: "orders.cancel",
    params: noticeParams,
    body: z.object({ as: z.enum(["SUCCESS", "FAILED"]) }),
    handle: (ctx, input) => settleByPerson(ctx, input.params.noticeId, input.body.as),
  }),
  ...listRoutes({
    path: "/sync-runs",
    summary: "Sync runs",
    permission: VIEW,
    filters: { channelId: idField<"Channel">().optional(), kind: wire.syncKind.optional() },
    row: wire.runAnswer,
    sorts: ["startedAt"],
    defaultSort: "-startedAt",
    columns: [
      { title: "Started", value: (r) => r.startedAt },
      { title: "Finished", value: (r) => r.finishedAt },
      { title: "Kind", value: (r) => r.kind },
      { title: "Trigger", value: (r) => r.trigger },
      { title: "State", value: (r) => r.state },
      { title: "OK", value: (r) => r.okCount },
      { title: "Failed", value: (r) => r.failedCount },
      { title: "Message", value: (r) => r.message },
    ],
    fetch: async (_ctx, tx, filters, page) => wire.toWire(await listRuns(tx, filters, page)),
  }),
  route({
    method: "POST",
    path: "/channels/:channelId/syncs/:kind/run",
    summary: "Sync now: starts a run (or joins the one under way), to be followed to its end",
    permission: MANAGE,
    params: z.object({ channelId: idField<"Channel">(), kind: wire.syncKind }),
    answer: wire.runAnswer,
    handle: async (ctx, { params: { channelId, kind } }) => {
      const started = await syncNow(ctx, channelId, kind);
      return started.ok ? ok(wire.toWire(started.value)) : started;
    },
  }),
  route({
    method: "GET",
    path: "/sync-runs/:syncRunId",
    summary: "One sync run and how far it is",
    permission: VIEW,
    params: z.object({ syncRunId: idField<"SyncRun">() }),
    answer: wire.runAnswer,
    handle: async (ctx, { params: { syncRunId } }) => {
      const run = await ctx.db.read(ctx.tenantId, (tx) => findRun(tx, syncRunId));
      return run ? ok(wire.toWire(run)) : refuse("SYNC_RUN_NOT_FOUND", { run: syncRunId });
    },
  }),
];
