import type { ReportedOrder } from "../../connectors/kit/index.ts";
import { callChannel, type RunningSync, registerSync, type SyncResult, sourceOf } from "../channels/index.ts";
import { applyChannelCancel, applyLinesDelivered } from "../fulfilment/index.ts";
import { type ChannelId, ok, type Result } from "../kernel/index.ts";
import { openExceptions, pullOrders } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { announceReturn } from "../returns/index.ts";
import type { LineHeard, OrderHeard } from "./adopt-seam.ts";
import { hearLeft } from "./left-there.ts";
import { type Asked, openOrders, ordersWithNews, travellingOrders } from "./store.ts";

const ORDERS_PER_READ = 500;
const ORDERS_PER_RUN_MAX = 50_000;
/** A customer sends goods back within weeks; after this a delivered order is asked for no more. */
const RETURN_WINDOW_HOURS = 45 * 24;

type Reader = (tx: Tx, after: string | null) => Promise<Asked[]>;

/** Says how statuses are fetched, and what is done with those that pulled orders carry. Called once by the composition root. */
export function registerStatusSyncs(): void {
  registerSync("ORDERS", syncOrders);
  registerSync("STATUS_CANCELLED", (ctx, run) =>
    syncStatuses(ctx, run, (tx, after) => openOrders(tx, run.channel.channelId, after, ORDERS_PER_READ)),
  );
  registerSync("STATUS_DELIVERED", (ctx, run) =>
    syncStatuses(ctx, run, (tx, after) =>
      travellingOrders(
        tx,
        run.channel.channelId,
        ctx.now.subtract({ hours: RETURN_WINDOW_HOURS }),
        after,
        ORDERS_PER_READ,
      ),
    ),
  );
}

/** New orders of a channel that is asked for them, and what it says of those that are known. */
export function syncOrders(ctx: Ctx, run: RunningSync): Promise<SyncResult> {
  return pullOrders(ctx, run, {
    hear: hearPulled,
    madePartlyLeft: async (tx, inCtx, channelId, orders) => {
      for (const order of orders) await hearLeft(tx, inCtx, leftOf(channelId, order));
    },
  });
}

async function syncStatuses(ctx: Ctx, run: RunningSync, read: Reader): Promise<SyncResult> {
  const batchMax = sourceOf(run.channel.source).capabilities.readStatuses?.batchMax ?? 1;
  const counts = { ok: 0, failed: 0 };
  const rejected: string[] = [];
  let after: string | null = null;
  for (let asked = 0; asked < ORDERS_PER_RUN_MAX; asked += ORDERS_PER_READ) {
    const from: string | null = after;
    const orders: Asked[] = await ctx.db.read(ctx.tenantId, (tx) => read(tx, from));
    for (let i = 0; i < orders.length; i += batchMax) {
      const batch = orders.slice(i, i + batchMax);
      const answer = await callChannel(
        ctx,
        run.channel.channelId,
        "readStatuses",
        batch.map((o) => o.channelOrderId),
        { links: { syncRunId: run.syncRunId } },
      );
      if (!answer.ok)
        return {
          ...counts,
          failed: counts.failed + batch.length,
          message: answer.failure.channelMessage ?? answer.failure.kind,
          state: counts.ok > 0 ? "PARTIAL" : "FAILED",
        };
      rejected.push(...answer.value.rejected);
      for (const order of answer.value.orders) await applyReported(ctx, run.channel.channelId, order);
      counts.ok += answer.value.orders.length;
      counts.failed += answer.value.rejected.length;
    }
    await run.progress(counts);
    after = orders.at(-1)?.saleOrderId ?? null;
    if (orders.length < ORDERS_PER_READ) break;
  }
  return { ...counts, message: rejected.length > 0 ? `Not understood: ${rejected.slice(0, 3).join("; ")}` : null };
}

/** What pulled orders carry besides: a window shows the same again and again, so only what is new is applied. */
async function hearPulled(ctx: Ctx, channelId: ChannelId, reported: readonly ReportedOrder[]): Promise<void> {
  const words = reported.flatMap(({ channelOrderId, lines }) =>
    lines.flatMap(({ channelOrderItemId: line, status }) =>
      status === "OPEN" ? [] : [{ channelOrderId, line, status }],
    ),
  );
  const news = await ctx.db.read(ctx.tenantId, (tx) => ordersWithNews(tx, channelId, words));
  for (const order of reported)
    if (news.has(order.channelOrderId) || order.lines.some((line) => line.status === "unknown"))
      await applyReported(ctx, channelId, order);
}

const LEFT: ReadonlySet<string> = new Set(["DISPATCHED", "DELIVERED"]);

function leftOf(channelId: ChannelId, order: ReportedOrder): OrderHeard {
  const { channelOrderId, parcels = [] } = order;
  return { channelId, channelOrderId, parcels, lines: linesHeard(order).filter((line) => LEFT.has(line.status)) };
}

function linesHeard(order: ReportedOrder): LineHeard[] {
  return order.lines.flatMap(({ channelOrderItemId, status, raw, quantity = null, changedAt = null }) =>
    status === "OPEN" || status === "unknown" ? [] : [{ channelOrderItemId, status, raw, quantity, changedAt }],
  );
}

/** Applies what the channel says of one order; each of its words in a transaction of its own. */
export async function applyReported(ctx: Ctx, channelId: ChannelId, order: ReportedOrder): Promise<void> {
  const lines = (status: ReportedOrder["lines"][number]["status"]) => order.lines.filter((l) => l.status === status);
  const act = (work: (tx: Tx) => Promise<Result<unknown>>) => ctx.db.transaction(ctx.tenantId, work);
  const { channelOrderId } = order;
  const cancelled = lines("CANCELLED");
  if (cancelled.length > 0)
    await act((tx) =>
      applyChannelCancel(tx, ctx, {
        channelId,
        channelOrderId,
        lines: null,
        lineIds: cancelled.map((l) => l.channelOrderItemId),
        reason: "cancelled on the channel",
      }),
    );
  let stillHere: ReadonlySet<string> = new Set();
  if (lines("DISPATCHED").length > 0 || lines("DELIVERED").length > 0)
    await act(async (tx) => {
      stillHere = await hearLeft(tx, ctx, leftOf(channelId, order));
      return ok();
    });
  // What is still here is asked about already.
  const delivered = lines("DELIVERED").filter((l) => !stillHere.has(l.channelOrderItemId));
  if (delivered.length > 0)
    await act((tx) =>
      applyLinesDelivered(tx, ctx, {
        channelId,
        channelOrderId,
        lines: delivered.map((l) => l.channelOrderItemId),
        at: ctx.now,
      }),
    );
  for (const [status, kind] of [
    ["RTO", "RTO"],
    ["CIR", "CIR"],
    ["RETURNED", null],
  ] as const) {
    // Each of the channel's returns is announced by itself: one that is known already must not hide the next of the order.
    for (const back of Map.groupBy(lines(status), (line) => line.channelReturnId).values()) {
      const [first] = back;
      if (!first) continue;
      await act((tx) =>
        announceReturn(tx, ctx, {
          channelId,
          channelOrderId,
          kind,
          products: null,
          lines: back.map((l) => l.channelOrderItemId),
          reason: first.returnReason,
          awb: first.returnAwb,
          courierCode: first.returnCourier,
          channelReturnId: first.channelReturnId,
          warehouse: null,
          at: ctx.now,
          via: "SYNC",
        }),
      );
    }
  }
  const unknown = lines("unknown");
  if (unknown.length === 0) return;
  await act(async (tx) => {
    await openExceptions(
      tx,
      ctx,
      unknown.map((l) => ({
        kind: "UNKNOWN_STATUS" as const,
        channelId,
        saleOrderId: null,
        key: `${channelId}:${channelOrderId}:${l.channelOrderItemId}:${l.raw}`,
        facts: { order: channelOrderId, status: l.raw, line: l.channelOrderItemId },
      })),
    );
    return ok();
  });
}
