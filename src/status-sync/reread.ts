import { z } from "zod";
import { callChannel, findChannel, sourceOf } from "../channels/index.ts";
import { type ChannelId, type Id, INDIA, type Instant, localDate, newId } from "../kernel/index.ts";
import type { Ctx, Services } from "../platform/context.ts";
import { enqueue, enqueueAll, type JobOutcome, job } from "../platform/jobs.ts";
import { hearOrders } from "./hear.ts";
import { beginReread, dueRereads, noteReread, type Reread, rereadOrders, rereadToday } from "./reread.store.ts";
import type { Asked } from "./store.ts";
import { RETURN_WINDOW_HOURS } from "./sync.ts";

export type StatusRereadId = Id<"StatusReread">;

/** Questions of one turn; the next follows a minute later, so that a large channel's day is spread and others get through. */
const BATCHES_PER_TURN = 20;
const TURN_EVERY_SECONDS = 60;
/** A channel that does not answer is asked again in so many minutes; after so many failures the day is given up. */
const AGAIN_AFTER_MINUTES = 10;
const FAILURES_MAX = 12;
const DAY_MINUTES = 1_440;

export const rereadJob = job("status-sync.reread", {
  payload: z.object({ channelId: z.uuid() }),
  key: (p) => p.channelId,
  queue: (p) => p.channelId,
  attemptsMax: 3,
  callsOut: true,
});

/** The minute of the day at which a channel's daily reading begins: channels are spread over the day. Pure. */
export function rereadMinute(channelId: ChannelId): number {
  return Number.parseInt(channelId.slice(-6), 16) % DAY_MINUTES;
}

/** Every few minutes: begins the daily reading of channels whose time of day has come. */
export async function startRereads(services: Services): Promise<void> {
  const now = services.clock.now();
  const local = now.toZonedDateTimeISO(INDIA);
  const minute = local.hour * 60 + local.minute;
  for (const { tenantId, live } of await services.db.tenants()) {
    if (!live) continue;
    await services.db.transaction(tenantId, async (tx) => {
      const channels = await dueRereads(tx, local.toPlainDate());
      const due = channels.filter(
        ({ channelId, source }) =>
          sourceOf(source).capabilities.readStatuses !== undefined && rereadMinute(channelId) <= minute,
      );
      await beginReread(
        tx,
        due.map(({ channelId }) => ({ statusRereadId: newId<"StatusReread">(), channelId })),
        local.toPlainDate(),
        now,
      );
      await enqueueAll(
        tx,
        rereadJob,
        due.map(({ channelId }) => ({ channelId })),
      );
    });
  }
}

/**
 * One turn of a channel's daily reading: orders that may still change are asked for by their ids, on from the last one. What
 * lists of changes did not tell is heard here, and counted as corrected.
 */
export async function rereadTurn(ctx: Ctx, channelId: ChannelId): Promise<JobOutcome> {
  const begun = await ctx.db.read(ctx.tenantId, async (tx) => ({
    channel: await findChannel(tx, channelId),
    reread: await rereadToday(tx, channelId),
  }));
  const { channel } = begun;
  if (channel === undefined || begun.reread === undefined) return "done";
  let reread: Reread = begun.reread;
  const batchMax = sourceOf(channel.source).capabilities.readStatuses?.batchMax ?? 1;
  const since = ctx.now.subtract({ hours: RETURN_WINDOW_HOURS });
  for (let turn = 0; turn < BATCHES_PER_TURN; turn++) {
    const after: string | null = reread.afterOrder;
    const orders: Asked[] = await ctx.db.read(ctx.tenantId, (tx) =>
      rereadOrders(tx, channelId, since, after, batchMax),
    );
    if (orders.length === 0) {
      const message = `${reread.asked} orders read again, ${reread.corrected} corrected.`;
      await write(ctx, { ...reread, state: reread.failed === 0 ? "DONE" : "PARTIAL", message });
      return "done";
    }
    const ids = orders.map((order) => order.channelOrderId);
    const answer = await callChannel(ctx, channelId, "readStatuses", ids);
    if (!answer.ok) {
      const { channelMessage, kind, retryAfterMs = 0 } = answer.failure;
      const failed: Reread = { ...reread, failed: reread.failed + 1, message: channelMessage ?? kind };
      const isOver = failed.failed >= FAILURES_MAX;
      await write(ctx, isOver ? { ...failed, state: failed.asked > 0 ? "PARTIAL" : "FAILED" } : failed);
      if (!isOver) await again(ctx, channelId, laterOf(ctx.clock.now(), retryAfterMs));
      return "done";
    }
    const hearing = { channelId, source: channel.source, via: "REREAD" as const, changedAfter: null };
    const heard = await hearOrders(ctx, hearing, answer.value.orders);
    const asked = reread.asked + orders.length;
    const corrected = reread.corrected + heard.news.length;
    reread = { ...reread, asked, corrected, afterOrder: orders.at(-1)?.saleOrderId ?? after };
    await write(ctx, reread);
  }
  await again(ctx, channelId, ctx.clock.now().add({ seconds: TURN_EVERY_SECONDS }));
  return "done";
}

function write(ctx: Ctx, reread: Reread): Promise<void> {
  return ctx.db.transaction(ctx.tenantId, (tx) => noteReread(tx, reread, ctx.clock.now()));
}

function again(ctx: Ctx, channelId: ChannelId, runAt: Instant): Promise<void> {
  return ctx.db.transaction(ctx.tenantId, (tx) => enqueue(tx, rereadJob, { channelId }, { runAt }));
}

function laterOf(now: Instant, retryAfterMs: number): Instant {
  return now.add({ milliseconds: Math.max(retryAfterMs, AGAIN_AFTER_MINUTES * 60_000) });
}

/** The business day of daily readings: theirs is one for the installation. */
export function rereadDay(now: Instant): Temporal.PlainDate {
  return localDate(now, INDIA);
}
