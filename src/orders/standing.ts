import type { ChannelId, SaleOrderId } from "../kernel/index.ts";
import { newId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { ACCEPTANCE_REFUSED, HELD_BY_CHANNEL } from "./hold-reasons.ts";
import { type SaleOrderState, saleOrderLifecycle } from "./sale-order.ts";
import { closeRefusedAcceptances, writeOrderEvents, writeStandings } from "./standing.store.ts";
import { wakeOrders } from "./wake-orders.ts";

/** How an order stands here, as far as its channel has a say in it. */
export interface Standing {
  readonly saleOrderId: SaleOrderId;
  readonly channelId: ChannelId;
  readonly state: SaleOrderState;
  readonly onHold: boolean;
  readonly holdReason: string | null;
  /** What the channel said last. */
  readonly channelHold: boolean;
  readonly acceptanceAwaited: boolean;
}

/** How the channel shows it now. */
export interface Shown {
  /** Nobody waits for the seller's acceptance. */
  readonly accepted: boolean;
  readonly held: boolean;
}

export interface StandingChange {
  readonly saleOrderId: SaleOrderId;
  readonly state: SaleOrderState;
  readonly onHold: boolean;
  readonly holdReason: string | null;
  readonly channelHold: boolean;
  readonly acceptanceAwaited: boolean;
  /** What goes onto the timeline. */
  readonly events: readonly string[];
  /** Allocation may look at it again. */
  readonly wake: boolean;
}

/**
 * What follows from how the channel shows an order that is known here. Pure; null: nothing changed. Accepted elsewhere (on
 * the marketplace's panel): verified here too. Held: the order stands still. Lifted: it goes on, unless somebody here
 * holds it for a reason of theirs. A hold that a person took off stays off until the channel lifts it and holds again.
 */
export function decideStanding(now: Standing, shown: Shown): StandingChange | null {
  if (saleOrderLifecycle.terminal.includes(now.state)) return null;
  const accepted = now.acceptanceAwaited && shown.accepted;
  const held = shown.held && !now.channelHold;
  const lifted = !shown.held && now.channelHold;
  if (!accepted && !held && !lifted) return null;
  const verified = accepted && saleOrderLifecycle.may("verify", now.state);
  const over = (lifted && now.holdReason === HELD_BY_CHANNEL) || (accepted && now.holdReason === ACCEPTANCE_REFUSED);
  const freed = now.onHold && over;
  const stops = held && !now.onHold;
  const onHold = stops || (now.onHold && !freed);
  return {
    saleOrderId: now.saleOrderId,
    state: verified ? saleOrderLifecycle.events.verify.to : now.state,
    onHold,
    holdReason: stops ? HELD_BY_CHANNEL : freed ? null : now.holdReason,
    channelHold: shown.held,
    acceptanceAwaited: now.acceptanceAwaited && !shown.accepted,
    events: [
      ...(verified ? ["VERIFIED_ON_CHANNEL"] : []),
      ...(stops ? ["HELD_ON_CHANNEL"] : []),
      ...(freed ? ["RELEASED_ON_CHANNEL"] : []),
    ],
    wake: (verified || freed) && !onHold,
  };
}

/** Brings orders, locked by the caller, to how their channel shows them. Gives how many changed. */
export async function followStandings(
  tx: Tx,
  ctx: Ctx,
  seen: readonly { readonly now: Standing; readonly shown: Shown }[],
): Promise<number> {
  const changes = seen.flatMap(({ now, shown }) => decideStanding(now, shown) ?? []);
  if (changes.length === 0) return 0;
  await writeStandings(tx, changes, ctx.now);
  const accepted = changes.filter((change) => !change.acceptanceAwaited).map((change) => change.saleOrderId);
  await closeRefusedAcceptances(tx, ctx, accepted);
  await writeOrderEvents(
    tx,
    ctx,
    changes.flatMap(({ saleOrderId, events }) => events.map((kind) => ({ id: newId(), saleOrderId, kind, facts: {} }))),
  );
  await wakeOrders(
    tx,
    changes.filter((change) => change.wake).map((change) => change.saleOrderId),
  );
  return changes.length;
}
