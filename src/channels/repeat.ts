import { audit } from "../identity/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enqueue } from "../platform/jobs.ts";
import type { ExchangeId, NoticeId, SyncKind } from "./channel.ts";
import { connectChannel } from "./connect-channel.ts";
import { EXCHANGES_KEPT_DAYS, findExchange, type StoredExchange } from "./exchange.store.ts";
import { listingsByProduct } from "./listing.store.ts";
import { markDirty } from "./mark-dirty.ts";
import * as store from "./notice.store.ts";
import { cancelFacts, type Finding, REPEATABLE_KINDS } from "./notice.ts";
import { sendNoticesJob, tellCancelAnswer } from "./notices.ts";
import { readBack } from "./send-notices.handler.ts";
import { syncNow } from "./sync.ts";

/** What a person learns who pressed Repeat. */
export interface Repeated {
  /** What the channel says already, where it could be asked. */
  readonly found: string | null;
  readonly done: string;
}

/**
 * A person repeats a notification. The channel is asked first, where it can be: what it has taken already is not sent
 * again. Repeating a state ends the pause of its order. Refusals: NOTICE_NOT_FOUND, NOTICE_NOT_REPEATABLE.
 */
export async function repeatNotice(ctx: Ctx, noticeId: NoticeId): Promise<Result<Repeated>> {
  const notice = await ctx.db.read(ctx.tenantId, (tx) => store.findNotice(tx, noticeId, false));
  if (!notice) return refuse("NOTICE_NOT_FOUND", { notice: noticeId });
  if (notice.kind === "CANCEL" && notice.state !== "UNKNOWN" && notice.state !== "PENDING")
    return refuse("NOTICE_NOT_REPEATABLE", { state: notice.state, why: "the cancellation was answered" });
  const asked = REPEATABLE_KINDS.includes(notice.kind) ? null : await readBack(ctx, notice, true);
  const found = asked?.ok ? asked.value : null;
  return ctx.db.transaction(ctx.tenantId, (tx) => repeatIn(tx, ctx, notice, found));
}

async function repeatIn(tx: Tx, ctx: Ctx, seen: store.StoredNotice, found: Finding | null): Promise<Result<Repeated>> {
  const notice = await store.findNotice(tx, seen.noticeId, true);
  if (!notice || notice.state !== seen.state)
    return refuse("NOTICE_NOT_REPEATABLE", { state: notice?.state ?? "gone", why: "it has just changed" });
  await audit(tx, ctx, {
    action: "channels.notice_repeated",
    recordType: "channel_notice",
    recordId: notice.noticeId,
    recordCode: notice.channelOrderId,
    before: { state: notice.state },
    after: { found: found?.words ?? null },
  });
  const words = found?.words ?? null;
  if (found?.kind === "done") {
    await store.settleNotice(tx, notice.noticeId, {
      state: "SENT",
      message: found.words,
      attempted: false,
      sentAt: ctx.now,
    });
    const told = notice.kind === "CANCEL" ? await answer(tx, ctx, notice, "SUCCESS", null) : ok();
    return told.ok ? ok({ found: words, done: "The channel has it already; nothing was sent again." }) : told;
  }
  if (notice.takenAt !== null && !notice.needsPerson)
    return refuse("NOTICE_NOT_REPEATABLE", {
      ...{ state: notice.state, why: "the channel has taken it, and is asked by itself what became of it" },
    });
  await store.settleNotice(tx, notice.noticeId, { state: "PENDING", message: words, attempted: false });
  if (notice.kind === "STATE") await store.resumeOrder(tx, notice.saleOrderId);
  await enqueue(tx, sendNoticesJob, notice, { runAt: ctx.now });
  return ok({ found: words, done: "It is being sent again." });
}

/**
 * A person says what became of a cancellation that nobody could read back (asked the marketplace by telephone).
 * Refusals: NOTICE_NOT_FOUND, NOTICE_NOT_REPEATABLE.
 */
export function settleByPerson(ctx: Ctx, noticeId: NoticeId, as: "SUCCESS" | "FAILED"): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const notice = await store.findNotice(tx, noticeId, true);
    if (!notice) return refuse("NOTICE_NOT_FOUND", { notice: noticeId });
    if (!notice.needsPerson)
      return refuse("NOTICE_NOT_REPEATABLE", { state: notice.state, why: "it waits for nobody" });
    const words = `Settled as ${as} by ${ctx.actor.name}.`;
    await store.settleNotice(tx, noticeId, {
      ...{ state: as === "SUCCESS" ? "SENT" : "REFUSED", message: words, attempted: false },
      ...(as === "SUCCESS" ? { sentAt: ctx.now } : {}),
    });
    await audit(tx, ctx, {
      action: "channels.notice_settled",
      recordType: "channel_notice",
      recordId: noticeId,
      recordCode: notice.channelOrderId,
      before: { state: notice.state },
      after: { as },
    });
    return notice.kind === "CANCEL" ? answer(tx, ctx, notice, as, words) : ok();
  });
}

function answer(tx: Tx, ctx: Ctx, notice: store.StoredNotice, status: "SUCCESS" | "FAILED", message: string | null) {
  const { saleOrderId, channelId } = notice;
  const { unitIds } = cancelFacts(notice.payload, notice.channelOrderId);
  return tellCancelAnswer(tx, ctx, { saleOrderId, channelId, unitIds, status, refused: [], message });
}

/**
 * A person repeats an exchange. Notifications go through `repeatNotice`; stock is told anew (never the old figure);
 * reads run their sync again; a log-in is a new Connect. Refusals: EXCHANGE_NOT_FOUND, EXCHANGE_NOT_REPEATABLE,
 * LISTING_STOCK_AT_CHANNEL and those of what it leads to.
 */
export async function repeatExchange(ctx: Ctx, exchangeId: ExchangeId): Promise<Result<Repeated>> {
  const exchange = await ctx.db.read(ctx.tenantId, (tx) => findExchange(tx, exchangeId));
  if (!exchange) return refuse("EXCHANGE_NOT_FOUND", { exchange: exchangeId, days: EXCHANGES_KEPT_DAYS });
  if (exchange.direction === "IN") return refuse("EXCHANGE_NOT_REPEATABLE", { operation: exchange.operation });
  if (exchange.noticeId !== null && exchange.method !== "GET") return repeatNotice(ctx, exchange.noticeId);
  const purpose = exchange.operation.split("/")[0];
  if (purpose === "pushInventory") return tellStockAgain(ctx, exchange, inventoryLines(exchange.request));
  if (purpose === "verify") {
    const connected = await connectChannel(ctx, exchange.channelId);
    if (!connected.ok) return connected;
    const done = connected.value.connected ? "Connected." : "The channel could not be connected; see its steps.";
    return ok({ found: null, done });
  }
  const kind = SYNC_OF_PURPOSE.get(purpose ?? "");
  if (kind === undefined) return refuse("EXCHANGE_NOT_REPEATABLE", { operation: exchange.operation });
  const started = await syncNow(ctx, exchange.channelId, kind);
  return started.ok ? ok({ found: null, done: "The sync is running again." }) : started;
}

async function tellStockAgain(
  ctx: Ctx,
  exchange: StoredExchange,
  lines: readonly { productId: string; variantId: string }[],
): Promise<Result<Repeated>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const named = await listingsByProduct(tx, exchange.channelId, lines);
    const ours = named.filter((listing) => !listing.stockAtChannel);
    const theirs = named.filter((listing) => listing.stockAtChannel).map((listing) => listing.channelProductId);
    if (theirs.length > 0 && ours.length === 0) return refuse("LISTING_STOCK_AT_CHANNEL", { listings: theirs });
    await markDirty(tx, { listingIds: ours.map((listing) => listing.listingId) }, true);
    const leftOut =
      theirs.length === 0 ? "" : ` Left out, their stock lies with the marketplace: ${theirs.join(", ")}.`;
    const done = `The present figures of ${ours.length} listings are being told; the old ones are not sent again.${leftOut}`;
    return ok({ found: null, done });
  });
}

/** What reads are repeated by. */
const SYNC_OF_PURPOSE: ReadonlyMap<string, SyncKind> = new Map([
  ["pullListings", "CATALOG"],
  ["readStatuses", "STATUS_CANCELLED"],
  ["pullOrders", "ORDERS"],
  ["pullPendency", "PENDENCY"],
]);

/** The lines of a stock call as the log keeps them; empty for any other call. */
function inventoryLines(request: unknown): { productId: string; variantId: string }[] {
  if (typeof request !== "object" || request === null || !("inventoryList" in request)) return [];
  const { inventoryList } = request;
  if (!Array.isArray(inventoryList)) return [];
  return inventoryList.flatMap((line: unknown) =>
    typeof line === "object" && line !== null && "productId" in line && "variantId" in line
      ? [{ productId: String(line.productId), variantId: String(line.variantId) }]
      : [],
  );
}
