import { z } from "zod";
import type { Connector } from "../../connectors/kit/index.ts";
import { callChannel, findChannel, type SyncKind, sourceOf, syncKindsOf } from "../channels/index.ts";
import { type ChannelId, type Id, INDIA, type Instant, localDate, newId } from "../kernel/index.ts";
import type { AlarmFact } from "../platform/alarms.ts";
import type { Ctx, Services } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueue, enqueueAll, type JobOutcome, job } from "../platform/jobs.ts";
import { hearOrders } from "./hear.ts";
import {
  beginReread,
  dueRereads,
  endRereads,
  noteReread,
  REREAD_PARTS,
  type Reread,
  type RereadPart,
  rereadOrders,
  rereadToday,
  switchedOff,
  unfinishedRereads,
} from "./reread.store.ts";
import type { Asked } from "./store.ts";
import { RETURN_WINDOW_HOURS } from "./sync.ts";

export type StatusRereadId = Id<"StatusReread">;

/** Questions of one turn; the next follows a minute later, so that a large channel's day is spread and others get through. */
const BATCHES_PER_TURN = 20;
const TURN_EVERY_SECONDS = 60;
/** A channel that does not answer is asked again in so many minutes, until the day is over. */
const AGAIN_AFTER_MINUTES = 10;
/** Answers that were not understood: so many are told in words. */
const LOST_SHOWN = 3;
/** Minutes of the day at which readings begin: the last look for those that are due is five minutes before midnight. */
const DAY_MINUTES = 1_435;

/**
 * Whose question a part repeats: the first of these syncs that the source has. Where the list of orders, or a list of Cancelled
 * and Dispatched, tells everything, the later ones are none of their own.
 */
const SYNCS_OF: Readonly<Record<RereadPart, readonly SyncKind[]>> = {
  OPEN: ["STATUS_CANCELLED", "ORDERS"],
  TRAVELLING: ["STATUS_DELIVERED", "STATUS_CANCELLED", "ORDERS"],
  DELIVERED: ["STATUS_DELIVERED", "STATUS_CANCELLED", "ORDERS"],
};

/** A part that is not read because its sync is switched off, in words for the reading's record, which remembers it by them. */
const LEFT_OUT: Readonly<Record<RereadPart, string>> = {
  OPEN: "Open orders were left out: their sync is switched off.",
  TRAVELLING: "Parcels on their way were left out: their sync is switched off.",
  DELIVERED: "Parcels delivered lately were left out: their sync is switched off.",
};

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

/** Every few minutes: begins the daily reading of channels whose time of day has come, and ends the one before. */
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
      await endRereads(
        tx,
        due.map(({ channelId }) => channelId),
        now,
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
 * One turn of a channel's daily reading: orders that may still change are asked for by their ids, open ones first, on from the
 * last one. What lists of changes did not tell is heard here, and counted as corrected. A part whose sync is switched off now is
 * left out.
 */
export async function rereadTurn(ctx: Ctx, channelId: ChannelId): Promise<JobOutcome> {
  const begun = await ctx.db.read(ctx.tenantId, async (tx) => ({
    channel: await findChannel(tx, channelId),
    reread: await rereadToday(tx, channelId),
    off: await switchedOff(tx, channelId),
  }));
  const { channel, off } = begun;
  if (channel === undefined || begun.reread === undefined) return "done";
  const source = sourceOf(channel.source);
  const batchMax = source.capabilities.readStatuses?.batchMax ?? 1;
  const channelShippedAlone = source.rules.reportsOf === "channel-shipped";
  const deliveredSince = ctx.now.subtract({ hours: RETURN_WINDOW_HOURS });
  let reread: Reread = begun.reread;
  for (let batches = BATCHES_PER_TURN; batches > 0; ) {
    const { part, afterOrder: after }: Reread = reread;
    if (isOff(source, part, off)) {
      reread = onward(leavingOut(reread));
      await write(ctx, reread);
      if (reread.state !== "RUNNING") return "done";
      continue;
    }
    const wish = { part, after, channelShippedAlone, deliveredSince };
    const limit = batches * batchMax;
    const orders: Asked[] = await ctx.db.read(ctx.tenantId, (tx) => rereadOrders(tx, channelId, wish, limit));
    for (let i = 0; i < orders.length; i += batchMax, batches--) {
      const { reread: now, waitMs } = await askBatch(ctx, reread, channel.source, orders.slice(i, i + batchMax));
      reread = now;
      await write(ctx, reread);
      if (waitMs === null) continue;
      await again(ctx, channelId, ctx.clock.now().add({ milliseconds: waitMs }));
      return "done";
    }
    if (orders.length === limit) break;
    reread = onward(reread);
    await write(ctx, reread);
    if (reread.state !== "RUNNING") return "done";
  }
  await again(ctx, channelId, ctx.clock.now().add({ seconds: TURN_EVERY_SECONDS }));
  return "done";
}

/** One question. `waitMs`: it had no answer, and is asked again after so long. */
async function askBatch(
  ctx: Ctx,
  reread: Reread,
  source: string,
  orders: readonly Asked[],
): Promise<{ readonly reread: Reread; readonly waitMs: number | null }> {
  const { channelId } = reread;
  const ids = orders.map((order) => order.channelOrderId);
  const answer = await callChannel(ctx, channelId, "readStatuses", ids);
  if (!answer.ok) {
    const { channelMessage, kind, retryAfterMs = 0 } = answer.failure;
    const waitMs = Math.max(retryAfterMs, AGAIN_AFTER_MINUTES * 60_000);
    const message = [...leftOut(reread), channelMessage ?? kind].join(" ");
    return { reread: { ...reread, failed: reread.failed + 1, message }, waitMs };
  }
  const heard = await hearOrders(ctx, { channelId, source, via: "REREAD", changedAfter: null }, answer.value.orders);
  const lost = [...answer.value.rejected, ...heard.rejected];
  const asked = reread.asked + Math.max(0, orders.length - lost.length);
  const corrected = reread.corrected + heard.news.length;
  const onto = { ...reread, asked, corrected, afterOrder: orders.at(-1)?.saleOrderId ?? null };
  if (lost.length === 0) return { reread: onto, waitMs: null };
  // Of these nothing is known now: the reading was not a whole one, and says what it could not read.
  const message = [...leftOut(reread), `Not understood: ${lost.slice(0, LOST_SHOWN).join("; ")}`].join(" ");
  return { reread: { ...onto, failed: reread.failed + 1, message }, waitMs: null };
}

/** Is the part's sync switched off? A source without any of them has nothing to switch. Pure. */
function isOff(source: Connector, part: RereadPart, off: readonly SyncKind[]): boolean {
  const offered = syncKindsOf(source);
  const kind = SYNCS_OF[part].find((each) => offered.includes(each));
  return kind !== undefined && off.includes(kind);
}

/** What the record says of parts that were left out: its first sentences. Pure. */
function leftOut({ message }: Reread): string[] {
  return REREAD_PARTS.map((part) => LEFT_OUT[part]).filter((words) => message?.includes(words));
}

function leavingOut(reread: Reread): Reread {
  const before = leftOut(reread);
  const failure = reread.message?.slice(before.join(" ").length).trim() ?? "";
  const words = [...before, LEFT_OUT[reread.part], failure].filter((each) => each !== "");
  return { ...reread, message: words.join(" ") };
}

/** Behind its part: at the next one, or at its end. Pure. */
function onward(reread: Reread): Reread {
  const next = REREAD_PARTS[REREAD_PARTS.indexOf(reread.part) + 1];
  if (next !== undefined) return { ...reread, part: next, afterOrder: null };
  return { ...reread, state: reread.failed === 0 ? "DONE" : "PARTIAL" };
}

/** Raised where a day's reading did not come to all open orders; over when a later one has, or when nobody wants them read. */
export async function unfinishedReadings(_: Ctx, tx: Tx): Promise<AlarmFact[]> {
  const unfinished = await unfinishedRereads(tx);
  const wanted = unfinished.filter(({ source, switchedOff: off }) => !isOff(sourceOf(source), "OPEN", off));
  return wanted.map(({ channelId, code, day, message }) => ({
    ...{ kind: "STATUS_REREAD_UNFINISHED", recordType: "channel", recordId: channelId, severity: "WARNING" },
    message: `Not all open orders of ${code} were read again on ${day}. ${message ?? ""}`.trim(),
    whatToDo:
      "See Settings > Status sync. Where it did not answer, its exchanges show why; where its limits allow no more questions, its lists of changes still tell what happens.",
  }));
}

function write(ctx: Ctx, reread: Reread): Promise<void> {
  return ctx.db.transaction(ctx.tenantId, (tx) => noteReread(tx, reread, ctx.clock.now()));
}

function again(ctx: Ctx, channelId: ChannelId, runAt: Instant): Promise<void> {
  return ctx.db.transaction(ctx.tenantId, (tx) => enqueue(tx, rereadJob, { channelId }, { runAt }));
}

/** The business day of daily readings: theirs is one for the installation. */
export function rereadDay(now: Instant): Temporal.PlainDate {
  return localDate(now, INDIA);
}
