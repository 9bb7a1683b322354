import type { PendingOrder } from "../../connectors/kit/index.ts";
import type { IntakeChannel } from "../channels/index.ts";
import { audit } from "../identity/index.ts";
import { type Entry, post } from "../inventory/index.ts";
import {
  assert,
  type ChannelId,
  type FacilityId,
  type Instant,
  newId,
  ok,
  type Result,
  refuse,
  type SaleOrderId,
  type SkuId,
} from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import * as store from "./pendency.store.ts";
import { type KeepingPlan, type KeptPart, type PendencyId, planKeeping, type ReviewedOrder } from "./pendency-plan.ts";
import { findListings, listingKey } from "./receive.store.ts";
import { writeOrderEvents } from "./standing.store.ts";
import { wakeOrders } from "./wake-orders.ts";

export { anyOpenBut, anyUnlisted, markUnlisted } from "./pendency.store.ts";

/** What a page of orders under review came to. */
export interface Kept {
  readonly orders: number;
  readonly wanted: number;
  readonly blocked: number;
  /** Lines whose listing stands for no SKU: nothing can be kept for them yet. */
  readonly unmapped: number;
}

/**
 * Keeps stock for orders that a channel reviews. Each list is planned anew: a line that got its mapping, stock that came
 * in, a quantity that changed are taken up. Orders that are here already, and those a person let go, are passed over.
 */
export async function keepListed(
  tx: Tx,
  ctx: Ctx,
  channel: IntakeChannel,
  given: readonly PendingOrder[],
): Promise<Kept> {
  const { channelId } = channel;
  const orders = [...new Map(given.map((order) => [order.channelOrderId, order])).values()];
  const standing = new Map(
    (
      await store.lockListed(
        tx,
        channelId,
        orders.map((order) => order.channelOrderId),
      )
    ).map((row) => [row.channelOrderId, row]),
  );
  // It came as an order at the very moment at which it was listed first.
  await reviewOver(
    tx,
    ctx,
    [...standing.values()].flatMap(({ channelOrderId, pendencyId, saleOrderId }) =>
      pendencyId === null || saleOrderId === null ? [] : [{ channelId, channelOrderId, saleOrderId }],
    ),
  );
  const open = orders.flatMap((order) => {
    const row = standing.get(order.channelOrderId);
    if (!row || row.saleOrderId !== null || row.letGo) return [];
    return [{ ...order, pendencyId: row.pendencyId ?? newId<"Pendency">() }];
  });
  if (open.length === 0) return { orders: 0, wanted: 0, blocked: 0, unmapped: 0 };
  await store.writeListed(tx, channelId, open, ctx.now);
  const { wanted, unmapped } = await wantedSkus(tx, channelId, open);
  const parts = await store.lockParts(
    tx,
    open.map((order) => order.pendencyId),
  );
  const reviewed = open.map(
    ({ pendencyId }): ReviewedOrder => ({
      pendencyId,
      wanted: wanted.get(pendencyId) ?? new Map<SkuId, number>(),
      parts: parts.filter((part) => part.pendencyId === pendencyId),
    }),
  );
  const facilities =
    channel.ordersFacilityId === null ? channel.facilities.map((f) => f.facilityId) : [channel.ordersFacilityId];
  const plan = planKeeping(reviewed, facilities, await spare(tx, facilities, reviewed));
  await carryOut(tx, ctx, plan, channel.code);
  await store.writeParts(tx, plan.parts, plan.gone);
  return {
    orders: open.length,
    wanted: plan.parts.reduce((sum, part) => sum + part.wanted, 0),
    blocked: plan.parts.reduce((sum, part) => sum + part.blocked, 0),
    unmapped,
  };
}

/** What the lines stand for, in SKUs. */
async function wantedSkus(
  tx: Tx,
  channelId: ChannelId,
  orders: readonly (PendingOrder & { readonly pendencyId: PendencyId })[],
): Promise<{ wanted: Map<PendencyId, Map<SkuId, number>>; unmapped: number }> {
  const listings = await findListings(
    tx,
    orders.flatMap(({ lines }) =>
      lines.map(({ channelProductId, channelSku }) => ({
        ...{ channelId, channelProductId, channelSku, productId: "", variantId: "", title: null },
      })),
    ),
  );
  let unmapped = 0;
  const wanted = new Map<PendencyId, Map<SkuId, number>>();
  for (const { pendencyId, lines } of orders) {
    const skus = new Map<SkuId, number>();
    for (const line of lines) {
      const facts = listings.get(listingKey({ channelId, channelProductId: line.channelProductId }));
      if (!facts || facts.skuId === null) unmapped += 1;
      else
        for (const piece of facts.components ?? [{ skuId: facts.skuId, quantity: 1 }])
          skus.set(piece.skuId, (skus.get(piece.skuId) ?? 0) + piece.quantity * line.quantity);
    }
    wanted.set(pendencyId, skus);
  }
  return { wanted, unmapped };
}

async function spare(
  tx: Tx,
  facilities: readonly FacilityId[],
  orders: readonly ReviewedOrder[],
): Promise<Map<FacilityId, Map<SkuId, number>>> {
  const skuIds = [...new Set(orders.flatMap((order) => [...order.wanted.keys()]))];
  const free = new Map<FacilityId, Map<SkuId, number>>();
  for (const row of await store.lockSpare(tx, facilities, skuIds)) {
    const bySku = free.get(row.facilityId) ?? new Map<SkuId, number>();
    free.set(row.facilityId, bySku.set(row.skuId, row.free));
  }
  return free;
}

async function carryOut(tx: Tx, ctx: Ctx, plan: KeepingPlan, channel: string): Promise<void> {
  const posted = await post(
    tx,
    ctx,
    plan.changes.map(
      ({ pendencyId, facilityId, skuId, units }): Entry => ({
        ...{ facilityId, skuId, shelfId: null, bucket: "blocked", quantity: units },
        cause: units > 0 ? "KEEP_FOR_REVIEW" : "REVIEW_OVER",
        ...{ causeType: "pendency", causeId: pendencyId, note: `order under review of ${channel}` },
      }),
    ),
  );
  assert(posted.ok, "stock that was locked and counted as free can be kept, and what is kept can be let go");
}

/** Lets go what is kept by parts, so many units of each. */
async function letGo(
  tx: Tx,
  ctx: Ctx,
  parts: readonly (KeptPart & { readonly units: number })[],
  note: string,
): Promise<void> {
  const posted = await post(
    tx,
    ctx,
    parts
      .filter((part) => part.units > 0)
      .map(
        ({ pendencyId, facilityId, skuId, units }): Entry => ({
          ...{ facilityId, skuId, shelfId: null, bucket: "blocked", quantity: -units, cause: "REVIEW_OVER" },
          ...{ causeType: "pendency", causeId: pendencyId, note },
        }),
      ),
  );
  assert(posted.ok, "what is kept for an order under review is blocked");
}

/** The channel cancelled or shipped them before they came as orders: what was kept for them is free. Others are passed over. */
export async function dropReviewed(
  tx: Tx,
  ctx: Ctx,
  channelId: ChannelId,
  channelOrderIds: readonly string[],
): Promise<number> {
  if (channelOrderIds.length === 0) return 0;
  const ids = await store.lockOpen(tx, channelId, channelOrderIds);
  if (ids.length > 0) await drop(tx, ctx, ids, null, "cancelled by the channel, or gone there");
  return ids.length;
}

/**
 * Nothing has been heard of them since `before`, though all that the channel gives was read: they are dropped. One that came
 * as an order and waits here for something (a mapping) is kept for.
 */
export async function dropSilent(tx: Tx, ctx: Ctx, channelId: ChannelId, before: Instant): Promise<number> {
  const ids = await store.lockSilent(tx, channelId, before);
  if (ids.length > 0) await drop(tx, ctx, ids, null, "not shown by the channel any more");
  return ids.length;
}

/**
 * The review dropped them: no list has named them since before `since`, and the whole window of orders was read after.
 * What was kept for them is free again.
 */
export async function dropUnlisted(tx: Tx, ctx: Ctx, channelId: ChannelId, since: Instant): Promise<number> {
  const ids = await store.lockUnlisted(tx, channelId, since);
  if (ids.length > 0) await drop(tx, ctx, ids, null, "dropped by the channel's review");
  return ids.length;
}

async function drop(tx: Tx, ctx: Ctx, ids: readonly PendencyId[], by: string | null, note: string): Promise<void> {
  const parts = await store.lockParts(tx, ids);
  await letGo(
    tx,
    ctx,
    parts.map((part) => ({ ...part, units: part.blocked })),
    note,
  );
  await store.writeDropped(tx, ids, ctx.now, by);
}

/**
 * A person lets go the stock that is kept for an order under review; nothing is kept for it again. When it comes as an
 * order, it is served like every other. Refuses REVIEW_NOT_FOUND, REVIEW_OVER.
 */
export function letReviewGo(ctx: Ctx, pendencyId: PendencyId, reason: string): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const review = await store.lockReview(tx, pendencyId);
    if (!review) return refuse("REVIEW_NOT_FOUND", { review: pendencyId });
    if (review.state === "DROPPED") return ok();
    if (review.state !== "OPEN") return refuse("REVIEW_OVER", { order: review.channelOrderId });
    await drop(tx, ctx, [pendencyId], ctx.actor.name, reason);
    await audit(tx, ctx, {
      action: "review.let_go",
      recordType: "pendency",
      recordId: pendencyId,
      recordCode: review.channelOrderId,
      before: { state: review.state },
      after: { state: "DROPPED", reason },
    });
    return ok();
  });
}

/**
 * Orders came that their channels had reviewed, in the transaction that makes them. What is kept for them waits for their
 * units, which allocation gives it to; what no unit of theirs can get (fewer units came, or from another facility) is
 * free at once.
 */
export async function reviewOver(tx: Tx, ctx: Ctx, orders: readonly store.ArrivedOrder[]): Promise<void> {
  if (orders.length === 0) return;
  const arrived = await store.writeArrived(tx, orders, ctx.now, ctx.actor.name);
  if (arrived.length === 0) return;
  await releaseSurplus(tx, ctx, { pendencyIds: arrived.map((a) => a.pendencyId) });
  await writeOrderEvents(
    tx,
    ctx,
    arrived.map(({ saleOrderId }) => ({ id: newId(), saleOrderId, kind: "REVIEW_OVER", facts: {} })),
  );
  await wakeOrders(
    tx,
    arrived.map((a) => a.saleOrderId),
  );
}

/** Frees what is kept for orders that came beyond what units of theirs wait for: some were cancelled, or moved. */
export async function releaseSurplus(tx: Tx, ctx: Ctx, of: Parameters<typeof store.lockSurplus>[1]): Promise<void> {
  const surplus = (await store.lockSurplus(tx, of)).map((part) => ({ ...part, units: part.blocked - part.waiting }));
  if (surplus.length === 0) return;
  await letGo(tx, ctx, surplus, "more than its order waits for");
  await store.writeParts(
    tx,
    surplus.map((part) => ({ ...part, blocked: part.waiting })),
    [],
  );
}

/** What is kept in a facility for orders that came, locked, and how it is given to their units. */
export interface KeptStock {
  /** Units by order and SKU. */
  readonly units: ReadonlyMap<SaleOrderId, ReadonlyMap<SkuId, number>>;
  /** Gives it to these units; the entries that end the keeping are posted by the caller, with those that block it for them. */
  readonly give: (
    tx: Tx,
    units: readonly { readonly saleOrderId: SaleOrderId; readonly skuId: SkuId }[],
  ) => Promise<Entry[]>;
}

export async function keptFor(tx: Tx, facilityId: FacilityId, orders: readonly SaleOrderId[]): Promise<KeptStock> {
  const parts = await store.lockKeptFor(tx, facilityId, orders);
  const units = new Map<SaleOrderId, Map<SkuId, number>>();
  for (const part of parts) {
    const bySku = units.get(part.saleOrderId) ?? new Map<SkuId, number>();
    units.set(part.saleOrderId, bySku.set(part.skuId, part.blocked));
  }
  const give: KeptStock["give"] = async (inTx, given) => {
    const changed = parts.flatMap((part) => {
      const count = given.filter((u) => u.saleOrderId === part.saleOrderId && u.skuId === part.skuId).length;
      return count === 0 ? [] : [{ ...part, blocked: part.blocked - count, count }];
    });
    await store.writeParts(inTx, changed, []);
    return changed.map(
      ({ pendencyId, skuId, count }): Entry => ({
        ...{ facilityId, skuId, shelfId: null, bucket: "blocked", quantity: -count, cause: "REVIEW_OVER" },
        ...{ causeType: "pendency", causeId: pendencyId, note: "given to its order" },
      }),
    );
  };
  return { units, give };
}
