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
 * gives them so at the price of a question; otherwise its orders and statuses are asked for at once instead of at their next
 * time. A push that wants to be confirmed is, at the address that the source let through. Idempotent: what is read again
 * changes nothing.
 */
export async function look(ctx: Ctx, channelId: ChannelId): Promise<JobOutcome> {
  const { channel, open } = await ctx.db.read(ctx.tenantId, async (tx) => ({
    channel: await findChannel(tx, channelId),
    open: await openWakeUps(tx, channelId, WAKE_UPS_PER_TURN),
  }));
  if (!channel || open.length === 0) return "done";
  if (channel.state !== "CONNECTED") return "done"; // connecting it asks for everything
  // Each for itself: a subscription that cannot be confirmed holds no order back.
  const looks = open.filter((each) => each.kind === "LOOK");
  const notRead = await readNamed(ctx, channel, looks);
  if (notRead === null) await settle(ctx, looks);
  const notConfirmed = await confirm(
    ctx,
    channelId,
    open.filter((each) => each.kind === "CONFIRM"),
  );
  const stopped = notRead ?? notConfirmed;
  if (stopped !== null) return { retry: stopped };
  return open.length < WAKE_UPS_PER_TURN ? "done" : { retry: "more pushes wait" };
}

async function settle(ctx: Ctx, rows: readonly WakeUpRow[]): Promise<void> {
  const ids = rows.map((each) => each.wakeUpId);
  if (ids.length === 0) return;
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    await settleWakeUps(tx, ids, ctx.clock.now());
    return ok();
  });
}

/**
 * Opens the addresses of subscriptions. One that is refused is over: its token has lapsed, and the subscription has to be
 * begun anew; the exchange log holds the words.
 * @returns why one could not be opened that is to be tried again, in words
 */
async function confirm(ctx: Ctx, channelId: ChannelId, open: readonly WakeUpRow[]): Promise<string | null> {
  let stopped: string | null = null;
  for (const row of open) {
    const words = row.url === null ? null : await opened(ctx, channelId, row.url);
    if (words === null) await settle(ctx, [row]);
    else stopped = words;
  }
  return stopped;
}

/** @returns null: opened, or refused for good; otherwise why it is to be tried again */
async function opened(ctx: Ctx, channelId: ChannelId, url: string): Promise<string | null> {
  const answer = await callChannel(ctx, channelId, "downloadFile", url);
  if (answer.ok)
    return answer.value.state === "READY" ? null : (answer.value.message ?? "The address to confirm gave nothing.");
  const { kind, channelMessage } = answer.failure;
  if (kind !== "refused") return channelMessage ?? kind;
  ctx.log.warn({ channelId, words: channelMessage }, "a subscription was not confirmed");
  return null;
}

/** @returns why it could not, in words */
async function readNamed(
  ctx: Ctx,
  { channelId, source }: { readonly channelId: ChannelId; readonly source: string },
  looks: readonly WakeUpRow[],
): Promise<string | null> {
  const ids = [...new Set(looks.flatMap((each) => each.orderIds))];
  const isNamed = looks.every((each) => each.orderIds.length > 0);
  const can = sourceOf(source).capabilities.readOrders;
  const byId = can !== undefined && can.byLists !== true && isNamed && ids.length <= ORDERS_PER_TURN;
  if (!byId) {
    if (looks.length > 0) await ctx.db.transaction(ctx.tenantId, (tx) => lookNow(tx, channelId, ctx.clock.now()));
    return null;
  }
  if (ids.length === 0) return null;
  const hearing = { channelId, source, via: "READ", changedAfter: null } as const;
  return (await fetchOrders(ctx, hearing, ids)).stopped;
}
