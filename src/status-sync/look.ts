import {
  callChannel,
  findChannel,
  lookNow,
  openWakeUps,
  settleWakeUps,
  sourceOf,
  type WakeUpRow,
} from "../channels/index.ts";
import { type ChannelId, ok } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { JobOutcome } from "../platform/jobs.ts";
import { fetchOrders } from "./fetch-missing.ts";

const WAKE_UPS_PER_TURN = 500;
const ORDERS_PER_TURN = 200;

/**
 * Looks where a marketplace's pushes say that something happened: the orders that they name are read by id, where the source
 * gives them so; otherwise its orders and statuses are asked for at once instead of at their next time. A push that wants to
 * be confirmed is, at the source's own address alone. Idempotent: what is read again changes nothing.
 */
export async function look(ctx: Ctx, channelId: ChannelId): Promise<JobOutcome> {
  const { channel, open } = await ctx.db.read(ctx.tenantId, async (tx) => ({
    channel: await findChannel(tx, channelId),
    open: await openWakeUps(tx, channelId, WAKE_UPS_PER_TURN),
  }));
  if (!channel || open.length === 0) return "done";
  if (channel.state !== "CONNECTED") return "done"; // connecting it asks for everything
  const stopped = (await confirm(ctx, channelId, open)) ?? (await readNamed(ctx, channel, open));
  if (stopped !== null) return { retry: stopped };
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    await settleWakeUps(
      tx,
      open.map((each) => each.wakeUpId),
      ctx.clock.now(),
    );
    return ok();
  });
  return open.length < WAKE_UPS_PER_TURN ? "done" : { retry: "more pushes wait" };
}

/** @returns why it could not, in words */
async function confirm(ctx: Ctx, channelId: ChannelId, open: readonly WakeUpRow[]): Promise<string | null> {
  for (const { url } of open) {
    if (url === null) continue;
    const opened = await callChannel(ctx, channelId, "downloadFile", url);
    if (!opened.ok) return opened.failure.channelMessage ?? opened.failure.kind;
  }
  return null;
}

async function readNamed(
  ctx: Ctx,
  { channelId, source }: { readonly channelId: ChannelId; readonly source: string },
  open: readonly WakeUpRow[],
): Promise<string | null> {
  const looks = open.filter((each) => each.kind === "LOOK");
  const ids = [...new Set(looks.flatMap((each) => each.orderIds))];
  const isNamed = looks.every((each) => each.orderIds.length > 0);
  const byId = sourceOf(source).capabilities.readOrders !== undefined && isNamed && ids.length <= ORDERS_PER_TURN;
  if (!byId) {
    if (looks.length > 0) await ctx.db.transaction(ctx.tenantId, (tx) => lookNow(tx, channelId, ctx.clock.now()));
    return null;
  }
  if (ids.length === 0) return null;
  const hearing = { channelId, source, via: "READ", changedAfter: null } as const;
  return (await fetchOrders(ctx, hearing, ids)).stopped;
}
