import { isTooLate } from "../e-invoice/index.ts";
import type { Instant } from "../kernel/index.ts";
import { saleOrderLifecycle, unitLifecycle, WAITING_STATES } from "../orders/index.ts";
import { keptBySellerRule, type SellerCancelRule, sellerRuleWords } from "./cancel-rules.ts";
import type { JudgedOrder, JudgedUnit } from "./order-actions.queries.ts";

export const ORDER_ACTIONS = ["verify", "unhold", "hold", "cancel", "switchFacility", "prioritize"] as const;

/** What may be done with an order now; `why` says in words why not. */
export interface JudgedAction {
  readonly action: (typeof ORDER_ACTIONS)[number];
  readonly allowed: boolean;
  readonly why: string | null;
}

/** What cancelling one unit would do, or why it cannot be cancelled. */
export interface JudgedCancel {
  readonly unitId: string;
  readonly allowed: boolean;
  readonly why: string | null;
  /** NOTHING: it had no stock. FREE: its stock is free at once. PUTAWAY: the goods in hand go back to a shelf by putaway. */
  readonly becomes: "NOTHING" | "FREE" | "PUTAWAY" | null;
  /** The invoice that is cancelled with it; its number is kept. */
  readonly invoice: string | null;
  /** That invoice's IRN is too old to be cancelled: a credit note takes it back, where a person chooses that. */
  readonly byCreditNote: boolean;
  readonly package: string | null;
  readonly mayMove: boolean;
  readonly whyNotMove: string | null;
}

/** The part of a source's declaration that decides about cancelling. */
export interface CancelRule extends SellerCancelRule {
  readonly asksChannel: boolean;
  /** The channel makes all credit notes itself: ours cannot take an invoice back. */
  readonly creditsAlone?: boolean;
}

/** Judges every action on an order. Pure; the commands judge again under their locks, by the same rules. */
export function judgeActions(
  order: JudgedOrder,
  units: readonly JudgedUnit[],
  rule: CancelRule,
  now: Instant,
): { actions: JudgedAction[]; units: JudgedCancel[] } {
  const judged = units.map((unit) => judgeUnit(unit, rule, now));
  const whyNot: Record<JudgedAction["action"], string | null> = {
    verify:
      order.state === "PENDING_VERIFICATION"
        ? null
        : saleOrderLifecycle.terminal.includes(order.state)
          ? closed(order)
          : "It is verified already.",
    hold: saleOrderLifecycle.terminal.includes(order.state)
      ? closed(order)
      : order.onHold
        ? "It is on hold already."
        : null,
    unhold: saleOrderLifecycle.terminal.includes(order.state)
      ? closed(order)
      : order.onHold || order.heldUnits > order.heldByWord.length
        ? null
        : order.heldUnits > 0
          ? `The channel says that ${order.heldByWord.join(", ")} left: on hold until that word takes effect here, which goes by itself once what it waits for is there.`
          : "It is not on hold.",
    prioritize: saleOrderLifecycle.terminal.includes(order.state) ? closed(order) : null,
    cancel: whyNoCancel(order, judged),
    switchFacility: whyNoSwitch(order, judged),
  };
  return {
    actions: ORDER_ACTIONS.map((action) => ({ action, allowed: whyNot[action] === null, why: whyNot[action] })),
    units: judged,
  };
}

function closed(order: JudgedOrder): string {
  return order.state === "CANCELLED"
    ? "The order is cancelled."
    : "The order is complete: every unit of it has been dispatched or cancelled.";
}

function whyNoCancel(order: JudgedOrder, units: readonly JudgedCancel[]): string | null {
  if (saleOrderLifecycle.terminal.includes(order.state)) return closed(order);
  if (units.some((u) => u.allowed)) return null;
  return units.find((u) => u.why !== null)?.why ?? "No unit is left that could be cancelled.";
}

function whyNoSwitch(order: JudgedOrder, units: readonly JudgedCancel[]): string | null {
  if (saleOrderLifecycle.terminal.includes(order.state)) return closed(order);
  if (order.facilities.length < 2)
    return `The channel ${order.channel} ships from one facility only; add others on the channel's page.`;
  if (units.some((u) => u.mayMove)) return null;
  return units.find((u) => u.whyNotMove !== null)?.whyNotMove ?? "No unit is left that could move.";
}

function judgeUnit(unit: JudgedUnit, rule: CancelRule, now: Instant): JudgedCancel {
  const late = unit.irnAt !== null && isTooLate(unit.irnAt, now);
  const why = whyKeepUnit(unit, rule) ?? (late && rule.creditsAlone ? whyNoCreditNote(unit, rule) : null);
  const whyNotMove = whyStayUnit(unit);
  const waiting = WAITING_STATES.includes(unit.state);
  return {
    unitId: unit.id,
    allowed: why === null,
    why,
    becomes: why !== null ? null : waiting ? "NOTHING" : unit.packageState === "CREATED" ? "FREE" : "PUTAWAY",
    invoice: unit.invoice,
    byCreditNote: why === null && late,
    package: unit.packageCode,
    mayMove: whyNotMove === null,
    whyNotMove,
  };
}

function whyKeepUnit(unit: JudgedUnit, rule: CancelRule): string | null {
  if (unit.state === "CANCELLED") return "It is cancelled already.";
  if (unit.cancelRequested) return "A cancellation of it waits for the channel's answer.";
  if (keptBySellerRule(rule, [unit]).length > 0) {
    const invoiced = rule.sellerCancel === "never" || unit.packageCode === null ? "" : ` ${whyKept(unit)}`;
    return `${sellerRuleWords(rule)}${invoiced}`;
  }
  if (unit.state === "MANIFESTED")
    return `Package ${unit.packageCode} is on a manifest; take it off there first, then cancel.`;
  if (!unitLifecycle.may("cancel", unit.state))
    return "It has left the house; after dispatch it comes back as a return.";
  return null;
}

function whyNoCreditNote({ invoice }: JudgedUnit, { label }: CancelRule): string {
  return `The IRN of invoice ${invoice ?? ""} is too old to be cancelled, and ${label} makes the credit notes itself.`;
}

function whyKept(unit: JudgedUnit): string {
  return `${unit.packageCode} is ${unit.packageState ?? unit.state}, with invoice ${unit.invoice ?? "already"}.`;
}

function whyStayUnit(unit: JudgedUnit): string | null {
  if (unit.state === "CANCELLED") return "It is cancelled.";
  if (unit.invoice !== null && unit.state === "FULFILLABLE")
    return `It stands on invoice ${unit.invoice}, which waits for its IRN.`;
  if (WAITING_STATES.includes(unit.state) || unit.state === "FULFILLABLE") return null;
  return `It is picked or packed already (${unit.packageCode ?? unit.state}) and stays where it is.`;
}
