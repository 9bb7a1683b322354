import type { ChannelId, SaleOrderId } from "../kernel/index.ts";
import type { AlarmCheck, AlarmFact } from "../platform/alarms.ts";
import type { Ctx, Services } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueueAll, type JobRegistry } from "../platform/jobs.ts";
import type { GaugeSource } from "../platform/metrics.ts";
import { BROKEN_ALARM, brokenAlarm } from "./call.ts";
import { syncCatalog } from "./catalog-sync.ts";
import type { SyncKind } from "./channel.ts";
import { goOn } from "./connect-channel.ts";
import { tryCredentialsJob } from "./credential-tries.ts";
import { deleteOldExchanges, deleteOldRuns, EXCHANGES_KEPT_DAYS } from "./exchange.store.ts";
import { deleteOldWakeUps } from "./hook.store.ts";
import { importListings } from "./listing-import.ts";
import { countNotices, noticesForPeople, ordersToLookAt, ordersToSend } from "./notice.store.ts";
import type { NoticeKind } from "./notice.ts";
import { resumeNotices, sendNoticesJob } from "./notices.ts";
import { sourceOf } from "./registry.ts";
import { sendNotices } from "./send-notices.handler.ts";
import { listChannels } from "./store.ts";
import { syncLags } from "./sync.store.ts";
import { handleSync, type RunningSync, registerSync, type SyncResult, startDueSyncs, syncJob } from "./sync.ts";
import { lagMaxSeconds, lagSeconds } from "./sync-kind.ts";
import { tryCredentials } from "./try-credentials.ts";

const RUNS_KEPT_DAYS = 90;
const QUIET_RUNS_KEPT_DAYS = 7;
const DELETED_AT_ONCE = 5_000;
const DELETE_ROUNDS_MAX = 200;
/** What waits longer than this was held up by failures: it is tried every few minutes, not with the queue's growing pauses. */
const WAITED_TOO_LONG_MINUTES = 3;
const ORDERS_PER_RUN = 5_000;

/** Handlers, syncs and schedules of this module. Called once by a process that works. */
export function registerJobs(registry: JobRegistry): void {
  registry.handle(sendNoticesJob, (ctx, p) =>
    sendNotices(ctx, { channelId: p.channelId as ChannelId, saleOrderId: p.saleOrderId as SaleOrderId }),
  );
  registry.handle(syncJob, handleSync);
  registry.handle(tryCredentialsJob, (ctx, p) =>
    tryCredentials(ctx, { channelId: p.channelId as ChannelId, tried: p.tried }),
  );
  registerSync("CATALOG", syncCatalog);
  registerSync("NOTIFICATIONS", (ctx, run) => syncNotices(ctx, run, "STATE"));
  registerSync("DISPATCH", (ctx, run) => syncNotices(ctx, run, "DISPATCH"));
  importListings.register(registry);
  registry.schedule("channels.due_syncs", "* * * * *", startDueSyncs);
  registry.schedule("channels.resume_notices", "*/5 * * * *", resumeWaiting);
  registry.schedule("channels.look_at_taken", "* * * * *", lookAtTaken);
  registry.schedule("channels.expire_exchanges", "25 20 * * *", expireExchanges);
}

/** Sync now of a kind that tells: what waits is sent, order by order, and the run ends when each had its turn. */
async function syncNotices(ctx: Ctx, run: RunningSync, kind: NoticeKind): Promise<SyncResult> {
  const { channelId } = run.channel;
  const orders = await ctx.db.read(ctx.tenantId, (tx) =>
    ordersToSend(tx, { channelId, kind, before: null, limit: ORDERS_PER_RUN }),
  );
  const ids = orders.map((order) => order.saleOrderId);
  const before = await ctx.db.read(ctx.tenantId, (tx) => countNotices(tx, channelId, kind, ids));
  for (const [i, order] of orders.entries()) {
    await sendNotices(ctx, order);
    if (i % 20 === 19) await run.progress({ ok: i + 1, failed: 0 });
  }
  const after = await ctx.db.read(ctx.tenantId, (tx) => countNotices(tx, channelId, kind, ids));
  const sent = after.sent - before.sent;
  const message =
    orders.length === 0 ? "Nothing waits." : `${sent} sent, ${after.open} of these orders' still wait or were refused.`;
  return { ok: sent, failed: after.open, message };
}

async function resumeWaiting(services: Services): Promise<void> {
  const now = services.clock.now();
  const before = now.subtract({ minutes: WAITED_TOO_LONG_MINUTES });
  for (const { tenantId, live } of await services.db.tenants())
    if (live) await services.db.transaction(tenantId, (tx) => resumeNotices(tx, { channelId: null, before }, now));
}

/** Each minute: cancellations that channels took and decide later, whose time to be asked about has come. */
async function lookAtTaken(services: Services): Promise<void> {
  const now = services.clock.now();
  for (const { tenantId, live } of await services.db.tenants())
    if (live)
      await services.db.transaction(tenantId, async (tx) =>
        enqueueAll(tx, sendNoticesJob, await ordersToLookAt(tx, now, ORDERS_PER_RUN), { runAt: now }),
      );
}

async function expireExchanges(services: Services): Promise<void> {
  const now = services.clock.now();
  let removed = 0;
  for (const { tenantId } of await services.db.tenants()) {
    const before = now.subtract({ hours: 24 * EXCHANGES_KEPT_DAYS });
    // In shares, so that no transaction holds many rows for long.
    for (let round = 0; round < DELETE_ROUNDS_MAX; round++) {
      const count = await services.db.transaction(tenantId, (tx) => deleteOldExchanges(tx, before, DELETED_AT_ONCE));
      removed += count;
      if (count < DELETED_AT_ONCE) break;
    }
    await services.db.transaction(tenantId, (tx) => deleteOldWakeUps(tx, before, DELETED_AT_ONCE));
    const daysAgo = (days: number) => now.subtract({ hours: 24 * days });
    await services.db.transaction(tenantId, (tx) =>
      deleteOldRuns(tx, daysAgo(RUNS_KEPT_DAYS), daysAgo(QUIET_RUNS_KEPT_DAYS)),
    );
  }
  services.log.info({ job: "channels.expire_exchanges", removed, outcome: "done" }, "old exchanges were removed");
}

/** What waited for the go-live flag starts now: for the handler that the composition root gives that job. */
export function startAfterGoLive(ctx: Ctx): Promise<void> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    for (const channel of await listChannels(tx)) if (channel.state === "CONNECTED") await goOn(tx, ctx, channel);
  });
}

/** Lag of each sync that is switched on, in seconds. */
export const syncLagGauge: GaugeSource = {
  name: "godown_sync_lag_seconds",
  help: "How far behind a sync of a channel is",
  labels: ["tenant", "channel", "kind"],
  read: async (services) => {
    const now = services.clock.now();
    const values: { labels: Record<string, string>; value: number }[] = [];
    for (const { tenantId, code, live } of await services.db.tenants()) {
      if (!live) continue;
      for (const lag of await services.db.read(tenantId, (tx) => syncLags(tx, null))) {
        const value = lagSeconds(sourceOf(lag.source), lag.kind, lag, now);
        if (value !== null) values.push({ labels: { tenant: code, channel: lag.code, kind: lag.kind }, value });
      }
    }
    return values;
  },
};

const KIND_WORDS: Readonly<Record<SyncKind, string>> = {
  CATALOG: "The catalogue",
  INVENTORY: "Stock",
  ORDERS: "Orders",
  PENDENCY: "Orders under review",
  STATUS_CANCELLED: "The status Cancelled",
  STATUS_DELIVERED: "The statuses Delivered and Returned",
  NOTIFICATIONS: "Shipment notifications",
  DISPATCH: "Dispatch details",
};

/** Alarms of this module: broken channels, syncs behind their ceiling, cancellations that wait for a person. */
export const alarmChecks: readonly AlarmCheck[] = [
  { kinds: [BROKEN_ALARM], check: brokenChannels },
  { kinds: ["SYNC_BEHIND"], check: syncsBehind },
  { kinds: ["CANCEL_ANSWER_UNKNOWN"], check: unclearCancels },
];

async function brokenChannels(_ctx: Ctx, tx: Tx): Promise<AlarmFact[]> {
  const channels = await listChannels(tx);
  return channels.filter((c) => c.state === "BROKEN").map((c) => brokenAlarm(c, c.brokenReason ?? "refused"));
}

async function syncsBehind(ctx: Ctx, tx: Tx): Promise<AlarmFact[]> {
  const lags = await syncLags(tx, null);
  return lags.flatMap((lag) => {
    const seconds = lagSeconds(sourceOf(lag.source), lag.kind, lag, ctx.now);
    if (seconds === null || seconds <= lagMaxSeconds(lag.kind)) return [];
    const minutes = Math.round(seconds / 60);
    return [
      {
        ...{
          kind: "SYNC_BEHIND",
          recordType: "channel",
          recordId: `${lag.channelId}:${lag.kind}`,
          severity: "WARNING" as const,
        },
        message: `${KIND_WORDS[lag.kind]} of ${lag.code}: ${minutes} minutes behind. ${lag.lastMessage ?? ""}`.trim(),
        whatToDo:
          "See the card on the Channel Summary and its recent exchanges; press Sync now when the cause is gone.",
      },
    ];
  });
}

async function unclearCancels(_ctx: Ctx, tx: Tx): Promise<AlarmFact[]> {
  const waiting = await noticesForPeople(tx);
  return waiting.map((notice) => ({
    ...{
      kind: "CANCEL_ANSWER_UNKNOWN",
      recordType: "sale_order",
      recordId: notice.saleOrderId,
      severity: "CRITICAL" as const,
    },
    message:
      `Order ${notice.orderCode}: it is not known whether ${notice.channelCode} took the cancellation. ${notice.lastMessage ?? ""}`.trim(),
    whatToDo:
      "Look at the marketplace's panel, then press Repeat, or settle it, at the notification on the Channel Summary.",
  }));
}
