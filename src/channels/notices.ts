import { z } from "zod";
import { audit } from "../identity/index.ts";
import {
  type ChannelId,
  newId,
  ok,
  type Result,
  refuse,
  type SaleOrderId,
  type SaleOrderItemId,
} from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueueAll, job } from "../platform/jobs.ts";
import type { NoticeId } from "./channel.ts";
import * as store from "./notice.store.ts";
import { firstState, type Notice, toPayload } from "./notice.ts";
import { sourceOf } from "./registry.ts";
import { findChannel } from "./store.ts";

/** Lanes per channel: one order is always in the same one, so its notices go one after the other, and a slow call holds up a few. */
const LANES = 4;

/** Sends what waits about one order, in order. */
export const sendNoticesJob = job("channels.send_notices", {
  payload: z.object({ channelId: z.uuid(), saleOrderId: z.uuid() }),
  key: (p) => p.saleOrderId,
  queue: (p) => `${p.channelId}:${Number.parseInt(p.saleOrderId.slice(-4), 16) % LANES}`,
  attemptsMax: 25,
  priority: -1,
  callsOut: true,
});

/**
 * Queues what channels are to be told, in the transaction in which it became true. With Notify Channel On Dispatch off,
 * states and dispatches are kept as NOT_SENT; what the source has no call for leaves no trace. Returns the notices kept.
 */
export async function queueNotices(tx: Tx, ctx: Ctx, notices: readonly Notice[]): Promise<NoticeId[]> {
  if (notices.length === 0) return [];
  const contexts = new Map(
    (await store.noticeContexts(tx, [...new Set(notices.map((n) => n.saleOrderId))])).map((c) => [c.saleOrderId, c]),
  );
  const news = await leaveOutToldGrades(tx, notices);
  const rows = news.flatMap((notice, no): store.NewNotice[] => {
    const about = contexts.get(notice.saleOrderId);
    const state = about ? firstState(notice, sourceOf(about.source), about) : null;
    if (state === null) return [];
    const { channelId, saleOrderId, shippingPackageId, kind } = notice;
    const packageState = notice.kind === "STATE" ? notice.packageState : null;
    const payload = toPayload(notice, ctx.now);
    const returnCaseId = notice.kind === "GRADE" ? notice.returnCaseId : null;
    return [
      {
        ...{ no, noticeId: newId(), channelId, saleOrderId, shippingPackageId, returnCaseId },
        ...{ kind, packageState, payload, state },
      },
    ];
  });
  if (rows.length === 0) return [];
  await store.insertNotices(tx, rows, ctx.now);
  const orders = new Map(rows.filter((r) => r.state === "PENDING").map((r) => [r.saleOrderId, r.channelId]));
  await enqueueAll(
    tx,
    sendNoticesJob,
    [...orders].map(([saleOrderId, channelId]) => ({ channelId, saleOrderId })),
  );
  return rows.map((row) => row.noticeId);
}

/** Grades that wait to be told are told as they are now, in one report; grades that were told already are not told again. */
async function leaveOutToldGrades(tx: Tx, notices: readonly Notice[]): Promise<Notice[]> {
  const left: Notice[] = [];
  for (const notice of notices) if (notice.kind !== "GRADE" || !(await store.joinGrades(tx, notice))) left.push(notice);
  return left;
}

/** The channel's answer to a seller's cancellation. */
export interface CancelAnswer {
  readonly saleOrderId: SaleOrderId;
  readonly channelId: ChannelId;
  readonly unitIds: readonly SaleOrderItemId[];
  readonly status: "SUCCESS" | "PARTIAL_SUCCESS" | "FAILED";
  /** The channel's lines that it refused, with its words. */
  readonly refused: readonly { readonly channelOrderItemId: string; readonly message: string | null }[];
  readonly message: string | null;
}
type CancelAnswerHandler = (tx: Tx, ctx: Ctx, answer: CancelAnswer) => Promise<Result<undefined>>;

let cancelAnswerHandler: CancelAnswerHandler | null = null;

/** Who decides what becomes of the units when the channel has answered; in the transaction that stores the answer. */
export function onCancelAnswer(handler: CancelAnswerHandler): void {
  cancelAnswerHandler = handler;
}

export async function tellCancelAnswer(tx: Tx, ctx: Ctx, answer: CancelAnswer): Promise<Result<undefined>> {
  return cancelAnswerHandler === null ? ok() : cancelAnswerHandler(tx, ctx, answer);
}

/** The channel's answer to the seller's acceptance of an order. */
export interface AcknowledgeAnswer {
  readonly saleOrderId: SaleOrderId;
  readonly channelId: ChannelId;
  readonly accepted: boolean;
  readonly message: string | null;
}
type AcknowledgeHandler = (tx: Tx, ctx: Ctx, answer: AcknowledgeAnswer) => Promise<void>;

let acknowledgeHandler: AcknowledgeHandler | null = null;

/** Who notes what the channel said to an acceptance, in the transaction that stores its answer. */
export function onAcknowledgeAnswer(handler: AcknowledgeHandler): void {
  acknowledgeHandler = handler;
}

export async function tellAcknowledgeAnswer(tx: Tx, ctx: Ctx, answer: AcknowledgeAnswer): Promise<void> {
  await acknowledgeHandler?.(tx, ctx, answer);
}

/** Wakes what waits: after a channel was connected or switched on, or (`before`) what has waited too long. */
export async function resumeNotices(
  tx: Tx,
  only: { channelId: ChannelId | null; before: Temporal.Instant | null },
  runAt: Temporal.Instant,
): Promise<number> {
  const orders = await store.ordersToSend(tx, { ...only, kind: null, limit: 10_000 });
  await enqueueAll(tx, sendNoticesJob, orders, { runAt });
  return orders.length;
}

/**
 * Sends what was not sent while Notify Channel On Dispatch was off, oldest first. Refusals: CHANNEL_NOT_FOUND,
 * NOTICES_SWITCHED_OFF.
 */
export function sendUnsent(ctx: Ctx, channelId: ChannelId): Promise<Result<{ orders: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const channel = await findChannel(tx, channelId);
    if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
    if (!channel.notifyOnDispatch) return refuse("NOTICES_SWITCHED_OFF", { channel: channel.code });
    const orders = await store.releaseUnsent(tx, channelId);
    await enqueueAll(tx, sendNoticesJob, orders);
    await audit(tx, ctx, {
      action: "channels.unsent_notices_sent",
      recordType: "channel",
      recordId: channelId,
      recordCode: channel.code,
      after: { orders: orders.length },
    });
    return ok({ orders: orders.length });
  });
}
