import { findSource } from "../channels/index.ts";
import { type ChannelId, newId, ok, type Refusal, type Result, refuse } from "../kernel/index.ts";
import { openExceptions, unitLifecycle } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { cancelUnits } from "./cancel-units.ts";
import { confirmCancelled, type FoundOrder, findOrder, holdUnits } from "./channel-word.store.ts";
import { type LockedUnit, lockUnits, writeEvents } from "./store.ts";

/** What a channel says is cancelled: lines with the units of this event, or the whole order. */
export interface ChannelCancel {
  readonly channelId: ChannelId;
  readonly channelOrderId: string;
  readonly lines:
    | readonly { readonly productId: string; readonly variantId: string; readonly quantity: number }[]
    | null;
  /** Whole lines of the channel, as a status answer names them; `lines` is not looked at then. */
  readonly lineIds?: readonly string[];
  readonly reason: string;
  /** Word for word what was said before: it means the same units, not more of them. */
  readonly repeated?: boolean;
}

/** Whether the channel's word was taken. A refusal here is an answer, not a rollback: what it opened for a person stays. */
export type ChannelCancelOutcome =
  | { readonly taken: true; readonly changed: boolean }
  | { readonly taken: false; readonly refusal: Refusal };

const PACKED = ["PACKED", "READY_TO_SHIP", "MANIFESTED"];

/**
 * A cancellation on the channel's side. One that confirms our seller's cancel is taken. Any other goes by the source's
 * rule: taken until its step, otherwise refused with the rule's own words, what is not packed is held, and a person
 * decides (behaviours C-4). Refuses ORDER_NOT_FOUND.
 */
export async function applyChannelCancel(
  tx: Tx,
  ctx: Ctx,
  cancel: ChannelCancel,
): Promise<Result<ChannelCancelOutcome>> {
  const order = await findOrder(tx, cancel.channelId, cancel.channelOrderId);
  if (!order) return refuse("ORDER_NOT_FOUND", { order: cancel.channelOrderId });
  const units = await lockUnits(tx, order.saleOrderId);
  const { confirmed, unsolicited, told, missing } = match(units, cancel);
  if (missing.length > 0) return refuse("UNITS_NOT_FOUND", { order: order.code, units: missing });
  if (confirmed.length > 0) await confirm(tx, ctx, order, confirmed, cancel.reason);
  if (unsolicited.length === 0 && told.length > 0)
    return ok({ taken: false, refusal: ruleRefusal(order, told, cancel.reason) });
  if (unsolicited.length === 0) return ok({ taken: true, changed: confirmed.length > 0 });
  return decideUnsolicited(tx, ctx, order, unsolicited, cancel.reason);
}

interface Match {
  /** Our seller cancelled them, and the channel had not said so yet. */
  readonly confirmed: readonly LockedUnit[];
  /** Nobody here cancelled them. */
  readonly unsolicited: readonly LockedUnit[];
  /** The channel said so before and was refused: a person has been asked, or has decided to go on. */
  readonly told: readonly LockedUnit[];
  readonly missing: readonly string[];
}

/** Which of our units a channel's cancellation means: those our seller cancelled and it has not confirmed yet come first. */
function match(units: readonly LockedUnit[], cancel: ChannelCancel): Match {
  const ours = (u: LockedUnit) => u.cancelRequestedAt !== null || u.state === "CANCELLED";
  const sort = (chosen: readonly LockedUnit[], missing: readonly string[]): Match => ({
    confirmed: chosen.filter((u) => ours(u) && u.channelStatus !== "CANCELLED"),
    unsolicited: chosen.filter((u) => !ours(u) && u.channelStatus !== "CANCELLED"),
    told: chosen.filter((u) => !ours(u) && u.channelStatus === "CANCELLED"),
    missing,
  });
  if (cancel.lineIds !== undefined)
    return sort(
      units.filter((u) => cancel.lineIds?.includes(u.channelOrderItemId)),
      [],
    );
  if (cancel.lines === null) return sort(units, []);
  const chosen: LockedUnit[] = [];
  const missing: string[] = [];
  for (const line of cancel.lines) {
    const all = units.filter((u) => u.productId === line.productId && u.variantId === line.variantId);
    const of = cancel.repeated ? all.filter((u) => ours(u) || u.channelStatus === "CANCELLED") : all;
    if (all.length === 0) missing.push(`${line.productId}-${line.variantId}`);
    // Last those that are furthest on their way: a parcel is opened only when nothing lighter will do.
    const rank = (u: LockedUnit) =>
      u.channelStatus === "CANCELLED" ? 3 : ours(u) ? 0 : PACKED.includes(u.state) ? 2 : 1;
    chosen.push(...of.toSorted((a, b) => rank(a) - rank(b)).slice(0, line.quantity));
  }
  return sort(chosen, missing);
}

function ruleRefusal(
  order: FoundOrder,
  units: readonly LockedUnit[],
  reason: string,
): Refusal<"CHANNEL_CANCEL_NOT_ALLOWED"> {
  const rule = findSource(order.source)?.rules.channelCancelRule ?? "";
  return {
    code: "CHANNEL_CANCEL_NOT_ALLOWED",
    facts: { order: order.code, rule, reason, units: units.map((u) => u.code) },
  };
}

async function confirm(
  tx: Tx,
  ctx: Ctx,
  order: FoundOrder,
  units: readonly LockedUnit[],
  reason: string,
): Promise<void> {
  await confirmCancelled(
    tx,
    units.map((u) => u.unitId),
    ctx.now,
  );
  const requested = units.filter((u) => u.cancelRequestedAt !== null && u.state !== "CANCELLED");
  if (requested.length > 0)
    await cancelUnits(tx, ctx, order, { unitIds: requested.map((u) => u.unitId), reason, by: "SELLER" });
}

async function decideUnsolicited(
  tx: Tx,
  ctx: Ctx,
  order: FoundOrder,
  units: readonly LockedUnit[],
  reason: string,
): Promise<Result<ChannelCancelOutcome>> {
  const until = findSource(order.source)?.rules.channelCancel ?? "never";
  const gone = units.filter((u) => !PACKED.includes(u.state) && !unitLifecycle.may("cancel", u.state));
  const packed = units.filter((u) => PACKED.includes(u.state));
  if (until === "dispatched" || until === "invoiced") {
    const late =
      until === "invoiced" ? [...gone, ...packed] : units.filter((u) => !unitLifecycle.may("cancel", u.state));
    if (late.length === 0) {
      const cancelled = await cancelUnits(tx, ctx, order, {
        unitIds: units.map((u) => u.unitId),
        reason,
        by: "CHANNEL",
      });
      return cancelled.ok ? ok({ taken: true, changed: true }) : cancelled;
    }
  }
  const refusal = ruleRefusal(order, units, reason);
  const { facts } = refusal;
  const kind =
    gone.length === units.length ? ("CANCEL_AFTER_DISPATCH" as const) : ("CHANNEL_CANCEL_NOT_ALLOWED" as const);
  const toHold = units.filter((u) => !gone.includes(u) && !packed.includes(u));
  await holdUnits(
    tx,
    order.saleOrderId,
    toHold.map((u) => u.unitId),
    ctx.now,
  );
  await confirmCancelled(
    tx,
    units.map((u) => u.unitId),
    ctx.now,
  ); // heard: the same word again opens nothing new
  await openExceptions(tx, ctx, [
    {
      kind,
      channelId: order.channelId,
      saleOrderId: order.saleOrderId,
      key: order.saleOrderId,
      facts: { ...facts, dispatchedAt: order.dispatchedAt?.toString() ?? null },
    },
  ]);
  await writeEvents(
    tx,
    [
      {
        id: newId(),
        saleOrderId: order.saleOrderId,
        packageId: null,
        kind: "CHANNEL_CANCEL_REFUSED",
        facts: { ...facts, held: toHold.map((u) => u.code) },
      },
    ],
    ctx.actor,
    ctx.now,
  );
  return ok({ taken: false, refusal });
}
