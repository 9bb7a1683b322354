import type { ChannelId, Facts, Instant, SaleOrderId } from "../kernel/index.ts";
import { newId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { ACCEPTANCE_REFUSED, HELD_BY_CHANNEL, HELD_UNTIL } from "./hold-reasons.ts";
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
  /** Nobody may process it before; null: at once. */
  readonly actionableFrom: Instant | null;
  /** When it has to leave at the latest. */
  readonly dispatchBy: Instant;
}

/** How the channel shows it now. */
export interface Shown {
  /** Nobody waits for the seller's acceptance. */
  readonly accepted: boolean;
  readonly held: boolean;
  readonly actionableFrom: Instant | null;
  readonly dispatchBy: Instant;
}

export interface StandingEvent {
  readonly kind: string;
  readonly facts: Facts;
}

export interface StandingChange {
  readonly saleOrderId: SaleOrderId;
  readonly state: SaleOrderState;
  readonly onHold: boolean;
  readonly holdReason: string | null;
  readonly channelHold: boolean;
  readonly acceptanceAwaited: boolean;
  readonly actionableFrom: Instant | null;
  readonly dispatchBy: Instant;
  /** What goes onto the timeline. */
  readonly events: readonly StandingEvent[];
  /** Allocation may look at it again. */
  readonly wake: boolean;
}

/**
 * What follows from how the channel shows an order that is known here. Pure; null: nothing changed. Accepted elsewhere (on
 * the marketplace's panel): verified here too. Held: the order stands still. Lifted: it goes on, unless somebody here
 * holds it for a reason of theirs. A hold that a person took off stays off until the channel lifts it and holds again. One
 * that may not be processed yet stands still until the moment that the channel named last, whatever else is lifted. The moment
 * until which it has to leave is the one that the channel names now: queues and alarms here go by it.
 */
export function decideStanding(now: Standing, shown: Shown, at: Instant): StandingChange | null {
  if (saleOrderLifecycle.terminal.includes(now.state)) return null;
  const accepted = now.acceptanceAwaited && shown.accepted;
  const held = shown.held && !now.channelHold;
  const lifted = !shown.held && now.channelHold;
  const early = isBefore(at, shown.actionableFrom);
  const moved = !isSame(shown.actionableFrom, now.actionableFrom);
  const due = !early && now.onHold && now.holdReason === HELD_UNTIL;
  const halted = early && !now.onHold;
  const deadline = !isSame(shown.dispatchBy, now.dispatchBy);
  if (!accepted && !held && !lifted && !moved && !due && !halted && !deadline) return null;
  const verified = accepted && saleOrderLifecycle.may("verify", now.state);
  const over =
    due || (lifted && now.holdReason === HELD_BY_CHANNEL) || (accepted && now.holdReason === ACCEPTANCE_REFUSED);
  const stays = now.onHold && !over;
  // Whoever holds it first is named; what still holds it takes the place of what is over.
  const reason = stays ? now.holdReason : held || (over && shown.held) ? HELD_BY_CHANNEL : early ? HELD_UNTIL : null;
  const onHold = reason !== null || stays;
  const freed = now.onHold && !onHold;
  const stops = !now.onHold && onHold;
  return {
    saleOrderId: now.saleOrderId,
    state: verified ? saleOrderLifecycle.events.verify.to : now.state,
    onHold,
    holdReason: reason,
    channelHold: shown.held,
    acceptanceAwaited: now.acceptanceAwaited && !shown.accepted,
    actionableFrom: shown.actionableFrom,
    dispatchBy: shown.dispatchBy,
    events: [
      ...(verified ? [plain("VERIFIED_ON_CHANNEL")] : []),
      ...(stops ? [reason === HELD_UNTIL ? until(shown.actionableFrom) : plain("HELD_ON_CHANNEL")] : []),
      ...(freed ? [plain(due ? "RELEASED_IN_TIME" : "RELEASED_ON_CHANNEL")] : []),
      ...(deadline
        ? [{ kind: "DISPATCH_BY_MOVED", facts: { from: text(now.dispatchBy), to: text(shown.dispatchBy) } }]
        : []),
    ],
    wake: (verified || freed) && !onHold,
  };
}

function plain(kind: string): StandingEvent {
  return { kind, facts: {} };
}

function until(at: Instant | null): StandingEvent {
  return { kind: "HELD_UNTIL_LATER", facts: { until: at === null ? null : text(at) } };
}

function text(at: Instant): string {
  return at.toString();
}

function isBefore(at: Instant, moment: Instant | null): boolean {
  return moment !== null && Temporal.Instant.compare(at, moment) < 0;
}

function isSame(a: Instant | null, b: Instant | null): boolean {
  return a === null || b === null ? a === b : a.epochMilliseconds === b.epochMilliseconds;
}

/** Brings orders, locked by the caller, to how their channel shows them. Gives how many changed. */
export async function followStandings(
  tx: Tx,
  ctx: Ctx,
  seen: readonly { readonly now: Standing; readonly shown: Shown }[],
): Promise<number> {
  const changes = seen.flatMap(({ now, shown }) => decideStanding(now, shown, ctx.now) ?? []);
  if (changes.length === 0) return 0;
  await writeStandings(tx, changes, ctx.now);
  const accepted = changes.filter((change) => !change.acceptanceAwaited).map((change) => change.saleOrderId);
  await closeRefusedAcceptances(tx, ctx, accepted);
  await writeOrderEvents(
    tx,
    ctx,
    changes.flatMap(({ saleOrderId, events }) => events.map((event) => ({ id: newId(), saleOrderId, ...event }))),
  );
  await wakeOrders(
    tx,
    changes.filter((change) => change.wake).map((change) => change.saleOrderId),
  );
  return changes.length;
}
