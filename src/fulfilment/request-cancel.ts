import type { Connector } from "../../connectors/kit/index.ts";
import { decideCreditCancelled, lateInvoices } from "../billing/index.ts";
import { findSource, queueNotices } from "../channels/index.ts";
import {
  type ChannelId,
  newId,
  ok,
  type Result,
  refuse,
  type SaleOrderId,
  type SaleOrderItemId,
} from "../kernel/index.ts";
import { openExceptions, writeEvents } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { findOrderById, invoicesAsked, lockUnitsById, requestRows, unlockRows } from "./cancel.store.ts";
import { keptBySellerRule, sellerRuleWords } from "./cancel-rules.ts";
import { cancelUnits, decideCancel } from "./cancel-units.ts";
import { piecesOf } from "./manifest/dispatch-facts.ts";
import { type LockedUnit, lockUnits } from "./store.ts";
import { wakeAllocation } from "./wake-allocation.ts";

/**
 * The seller cancels units. Where the source takes cancellations, the channel is asked first and the units are locked
 * until it answers; elsewhere they are cancelled at once. `unitIds` null = the whole order.
 * Refuses ORDER_NOT_FOUND, ORDER_STATE, SELLER_CANCEL_NOT_ALLOWED (in the source's own words), NO_UNITS_CHOSEN,
 * UNITS_NOT_FOUND, UNITS_NOT_CANCELLABLE, UNITS_LOCKED, SELLER_CANCEL_WHOLE_ORDER, SELLER_CANCEL_WHOLE_LINE,
 * SELLER_CANCEL_WHILE_INVOICED, SELLER_CANCEL_PART_OF_BUNDLE; EINVOICE_CANCEL_TOO_LATE unless `byCreditNote` takes the invoice back, and then what that refuses.
 */
export async function requestCancel(
  tx: Tx,
  ctx: Ctx,
  request: {
    saleOrderId: SaleOrderId;
    unitIds: readonly SaleOrderItemId[] | null;
    reason: string;
    byCreditNote?: boolean;
  },
): Promise<Result<{ waitsForChannel: boolean; units: number }>> {
  const order = await findOrderById(tx, request.saleOrderId, ctx.facilities);
  if (!order) return refuse("ORDER_NOT_FOUND", { order: request.saleOrderId });
  const units = await lockUnits(tx, order.saleOrderId);
  const open = units.filter((u) => u.state !== "CANCELLED").map((u) => u.unitId);
  if (open.length === 0) return refuse("ORDER_STATE", { order: order.code, state: "CANCELLED", verb: "cancelled" });
  const wanted = request.unitIds ?? open;
  const source = findSource(order.source);
  const rule = decideRule(
    order,
    source,
    units.filter((u) => wanted.includes(u.unitId) && u.state !== "CANCELLED"),
  );
  if (!rule.ok) return rule;
  const decision = decideCancel(order, units, wanted);
  if (!decision.ok) return decision;
  const chosen = decision.value;
  const locked = chosen.filter((u) => u.cancelRequestedAt !== null);
  if (locked.length > 0) return refuse("UNITS_LOCKED", { order: order.code, units: locked.map((u) => u.code) });
  const others = open.filter((id) => !wanted.includes(id));
  if (source?.capabilities.cancel?.level === "order" && others.length > 0)
    return refuse("SELLER_CANCEL_WHOLE_ORDER", {
      source: source.label,
      order: order.code,
      units: units.filter((u) => others.includes(u.unitId)).map((u) => u.code),
    });
  if (source?.capabilities.cancel?.level === "item") {
    const staying = restOfLines(units, chosen);
    if (staying.length > 0)
      return refuse("SELLER_CANCEL_WHOLE_LINE", {
        ...{ source: source.label, order: order.code },
        units: staying.map((u) => u.code),
      });
  }
  if (source?.rules.sellerCancel === "invoiced") {
    const ids = [...new Set(chosen.flatMap((u) => u.shippingPackageId ?? []))];
    const asked = await invoicesAsked(tx, ids, ctx.clock.now());
    if (asked.length > 0)
      return refuse("SELLER_CANCEL_WHILE_INVOICED", { order: order.code, channel: source.label, packages: asked });
  }
  const { reason, byCreditNote = false } = request;
  if (!source?.capabilities.cancel) {
    const cancelled = await cancelUnits(tx, ctx, order, { unitIds: wanted, reason, by: "SELLER", byCreditNote });
    return cancelled.ok ? ok({ waitsForChannel: false, units: chosen.length }) : cancelled;
  }
  const broken = brokenBundles(units, chosen);
  if (broken.length > 0)
    return refuse("SELLER_CANCEL_PART_OF_BUNDLE", {
      ...{ source: source.label, order: order.code },
      units: broken.map((u) => u.code),
    });
  const takesBack = await decideTakeBack(tx, ctx, chosen, byCreditNote);
  if (!takesBack.ok) return takesBack;
  await requestRows(tx, { unitIds: wanted, reason }, ctx.now);
  await writeEvents(
    tx,
    [
      {
        id: newId(),
        saleOrderId: order.saleOrderId,
        packageId: null,
        kind: "CANCEL_REQUESTED",
        facts: { units: chosen.map((u) => u.code), reason },
      },
    ],
    ctx.actor,
    ctx.now,
  );
  await queueNotices(tx, ctx, [
    {
      kind: "CANCEL",
      channelId: order.channelId,
      saleOrderId: order.saleOrderId,
      shippingPackageId: null,
      unitIds: wanted,
      lines: linesOf(chosen),
    },
  ]);
  return ok({ waitsForChannel: true, units: chosen.length });
}

/** Before a channel is asked: can the invoices of these units be taken back, and by what was chosen? */
async function decideTakeBack(
  tx: Tx,
  ctx: Ctx,
  units: readonly LockedUnit[],
  byCreditNote: boolean,
): Promise<Result<undefined>> {
  const late = await lateInvoices(tx, ctx, [...new Set(units.flatMap((u) => u.shippingPackageId ?? []))]);
  if (late[0] !== undefined && !byCreditNote) return { ok: false, refusal: late[0].refusal };
  return decideCreditCancelled(
    tx,
    late.map(({ invoiceId }) => invoiceId),
  );
}

/** Whether the source lets the seller cancel these units, in its own words. Pure. Refuses SELLER_CANCEL_NOT_ALLOWED. */
function decideRule(
  order: { readonly code: string },
  source: Connector | undefined,
  units: readonly LockedUnit[],
): Result<undefined> {
  if (!source) return ok();
  const { label, rules } = source;
  const kept = keptBySellerRule(rules, units);
  if (kept.length === 0) return ok();
  return refuse("SELLER_CANCEL_NOT_ALLOWED", {
    rule: sellerRuleWords({ label, ...rules }),
    order: order.code,
    units: kept.map((u) => u.code),
    states: [...new Set(kept.map((u) => u.state))],
  });
}

/** The channel's answer to a seller's cancellation, per line of the channel. */
export interface CancelAnswer {
  readonly saleOrderId: SaleOrderId;
  readonly channelId: ChannelId;
  readonly unitIds: readonly SaleOrderItemId[];
  readonly status: "SUCCESS" | "PARTIAL_SUCCESS" | "FAILED";
  /** The channel's lines that it refused, with its words. */
  readonly refused: readonly { readonly channelOrderItemId: string; readonly message: string | null }[];
  readonly message: string | null;
}

/** Applies the answer: accepted units are cancelled, refused ones stand as they were, with the channel's words for a person. */
export async function settleCancel(tx: Tx, ctx: Ctx, answer: CancelAnswer): Promise<Result<undefined>> {
  const order = await findOrderById(tx, answer.saleOrderId, "all");
  if (!order) return refuse("ORDER_NOT_FOUND", { order: answer.saleOrderId });
  const units = (await lockUnitsById(tx, answer.saleOrderId, answer.unitIds)).filter(
    (u) => u.cancelRequestedAt !== null && u.state !== "CANCELLED",
  );
  const refusedLines = new Set(answer.refused.map((r) => r.channelOrderItemId));
  // FAILED without names means none was cancelled; PARTIAL_SUCCESS without names leaves every one in doubt, which is refused too.
  const refusedUnits = units.filter((u) =>
    answer.status === "SUCCESS"
      ? false
      : refusedLines.size === 0 || answer.status === "FAILED" || refusedLines.has(u.channelOrderItemId),
  );
  const accepted = units.filter((u) => !refusedUnits.includes(u));
  if (refusedUnits.length > 0) {
    const words =
      answer.refused
        .map((r) => r.message)
        .filter((m) => m !== null)
        .join("; ") ||
      answer.message ||
      answer.status;
    await unlockRows(
      tx,
      refusedUnits.map((u) => u.unitId),
    );
    await openExceptions(tx, ctx, [
      {
        kind: "SELLER_CANCEL_REFUSED",
        channelId: answer.channelId,
        saleOrderId: order.saleOrderId,
        key: order.saleOrderId,
        facts: {
          order: order.code,
          channelMessage: words,
          units: refusedUnits.map((u) => u.code),
          unitIds: refusedUnits.map((u) => u.unitId),
        },
      },
    ]);
    await writeEvents(
      tx,
      [
        {
          id: newId(),
          saleOrderId: order.saleOrderId,
          packageId: null,
          kind: "CANCEL_REFUSED_BY_CHANNEL",
          facts: { units: refusedUnits.map((u) => u.code), channelMessage: words },
        },
      ],
      ctx.actor,
      ctx.now,
    );
  }
  if (accepted.length === 0) {
    await wakeAllocation(tx, order.saleOrderId, order.channelId); // they were left out while the answer was awaited
    return ok();
  }
  return cancelUnits(tx, ctx, order, {
    unitIds: accepted.map((u) => u.unitId),
    reason: accepted[0]?.cancelReason ?? "cancelled by the seller",
    by: "SELLER",
    byCreditNote: true, // it is cancelled on both sides: an IRN that grew too old meanwhile asks nobody anew
  });
}

/** Units that would stay of lines of which others go. Pure. */
function restOfLines(units: readonly LockedUnit[], chosen: readonly LockedUnit[]): LockedUnit[] {
  const lines = new Set(chosen.map((unit) => unit.channelOrderItemId));
  return units.filter(
    (unit) => lines.has(unit.channelOrderItemId) && unit.state !== "CANCELLED" && !chosen.includes(unit),
  );
}

/**
 * Units that would stay of a bundle of which others go. To the channel a bundle is one piece, and a part of a piece cannot be
 * cancelled there. The units of a line stand in the order of its pieces. Pure.
 */
function brokenBundles(units: readonly LockedUnit[], chosen: readonly LockedUnit[]): LockedUnit[] {
  const goes = (unit: LockedUnit) => unit.state === "CANCELLED" || chosen.includes(unit);
  return [...Map.groupBy(units, (unit) => unit.channelOrderItemId).values()].flatMap((line) => {
    const ordered = line.toSorted((a, b) => a.unitNo - b.unitNo);
    const pieces = Map.groupBy(ordered.entries(), ([at, unit]) => Math.floor(at / unit.parts));
    return [...pieces.values()].flatMap((piece) => {
      const stay = piece.map(([, unit]) => unit).filter((unit) => !goes(unit));
      return piece.some(([, unit]) => chosen.includes(unit)) ? stay : [];
    });
  });
}

/** Units of a cancellation as the channel counts them: so many pieces of a line. */
function linesOf(
  units: readonly LockedUnit[],
): { channelOrderItemId: string; productId: string; variantId: string; quantity: number }[] {
  return [...Map.groupBy(units, (unit) => unit.channelOrderItemId)].map(([channelOrderItemId, of]) => ({
    channelOrderItemId,
    productId: of[0]?.productId ?? "",
    variantId: of[0]?.variantId ?? "",
    quantity: piecesOf(of),
  }));
}
