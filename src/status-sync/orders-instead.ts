import { z } from "zod";
import { type RunningSync, type SyncResult, sourceOf } from "../channels/index.ts";
import type { Instant } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { ordersAreMissed } from "./ask-by-id.ts";
import type { Hearing } from "./hear.ts";
import { ORDERS_PER_READ, readByIds } from "./read-by-ids.ts";
import type { FeedRead } from "./read-feed.ts";
import { lastAskedAt, openOrders } from "./store.ts";
import { inWords } from "./sync-words.ts";

/** Kept beside what the reading of orders keeps, until it comes to its end again. */
const stored = z.object({ askedAfter: z.uuid().nullish() });

/**
 * Orders could not be read. Where their list alone tells what was cancelled or has left, and was not read for minutes, the open
 * orders are asked about by their ids: what happens on a panel must be here within ten. The list is asked again as if nobody had.
 */
export async function askInstead(ctx: Ctx, run: RunningSync, result: SyncResult): Promise<SyncResult> {
  const { channelId, source } = run.channel;
  const failedAt = ctx.clock.now();
  const okAt = await ctx.db.read(ctx.tenantId, (tx) => lastAskedAt(tx, channelId));
  if (!ordersAreMissed(sourceOf(source), okAt, failedAt)) return result;
  const hearing: Hearing = { channelId, source, via: "READ", changedAfter: okAt };
  const channelShippedAlone = sourceOf(source).rules.reportsOf === "channel-shipped";
  const { read, after } = await readByIds(
    ctx,
    run,
    hearing,
    {
      isAsked: () => true,
      page: (tx, behind) =>
        openOrders(tx, channelId, { goneSince: null, channelShippedAlone }, behind, ORDERS_PER_READ),
    },
    placeOf(run.cursor),
    (done) => run.progress({ ok: result.ok + done.orders, failed: result.failed }),
  );
  const cursor = typeof result.cursor === "object" ? { ...result.cursor, askedAfter: after } : result.cursor;
  return {
    ...result,
    ...{ ok: result.ok + read.orders, quiet: [...(result.quiet ?? []), ...read.quiet], cursor },
    message: [result.message, inWords([read], ["the list of orders"])].filter((words) => words !== null).join(" "),
    ...whenNext(read, pauseLeft(failedAt, ctx.clock.now(), result.retryAfterMs)),
  };
}

/**
 * As long as orders are answered the next ones are asked about in a minute, whatever the list has to wait for: limits that allow
 * some of them a run would need half an hour for all. Where they are not either, the list's pause is kept.
 */
function whenNext(read: FeedRead, listPauseMs: number): Pick<SyncResult, "again" | "retryAfterMs"> {
  return read.orders > 0 ? { again: true, retryAfterMs: read.retryAfterMs } : { retryAfterMs: listPauseMs };
}

function placeOf(cursor: unknown): string | null {
  const kept = stored.safeParse(cursor);
  return kept.success ? (kept.data.askedAfter ?? null) : null;
}

/** What is left of the pause that the source asked for when its list failed, in milliseconds. */
function pauseLeft(failedAt: Instant, now: Instant, retryAfterMs = 0): number {
  return Math.max(0, retryAfterMs - (now.epochMilliseconds - failedAt.epochMilliseconds));
}
