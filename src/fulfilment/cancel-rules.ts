import type { SourceRules } from "../../connectors/kit/index.ts";
import type { SaleOrderId, SaleOrderItemId } from "../kernel/index.ts";
import { type UnitState, unitLifecycle } from "../orders/index.ts";

// Until when an order may be cancelled, by whom: the source's declaration against the states of its units (behaviours C-10).

/** The invoice exists and the goods are here: a source whose rule ends with the invoice lets nothing of it be cancelled. */
const INVOICED: ReadonlySet<UnitState> = new Set<UnitState>(["PACKED", "READY_TO_SHIP", "MANIFESTED"]);
/** The goods have left, or came back after they did. */
const LEFT: ReadonlySet<UnitState> = new Set<UnitState>([
  "DISPATCHED",
  "DELIVERED",
  "RETURNED",
  "REPLACED",
  "RESHIPPED",
]);

export function isInvoiced(state: UnitState): boolean {
  return INVOICED.has(state);
}

export function hasLeft(state: UnitState): boolean {
  return LEFT.has(state);
}

/** The part of a source's declaration that decides about the seller's cancellation. */
export interface SellerCancelRule {
  readonly label: string;
  readonly sellerCancel: SourceRules["sellerCancel"];
  readonly sellerCancelRule?: string | undefined;
}

/** The rule in the source's own words, or in ours where it has none. Pure, as all of this file. */
export function sellerRuleWords(rule: SellerCancelRule): string {
  if (rule.sellerCancelRule !== undefined) return rule.sellerCancelRule;
  if (rule.sellerCancel === "never") return `${rule.label} does not allow the seller to cancel.`;
  return rule.sellerCancel === "invoiced"
    ? `${rule.label} allows the seller to cancel only before the invoice exists.`
    : `${rule.label} allows the seller to cancel only before dispatch.`;
}

/** Those of the units that the source's rule keeps the seller from cancelling. What no rule allows (it has left) is not told here. */
export function keptBySellerRule<U extends { readonly state: UnitState }>(
  rule: Pick<SellerCancelRule, "sellerCancel">,
  units: readonly U[],
): readonly U[] {
  if (rule.sellerCancel === "never") return units;
  if (rule.sellerCancel === "dispatched") return [];
  return units.filter((unit) => isInvoiced(unit.state) || hasLeft(unit.state));
}

/** What becomes of units that the channel calls cancelled, and nobody here has cancelled. */
export interface JudgedWord<U> {
  /** Cancelled here too. */
  readonly take: readonly U[];
  /** Still here, but past the step at which the source's rule ends: nothing changes, a person is asked. */
  readonly late: readonly U[];
  /** Gone: nothing changes, a person may expect them back. */
  readonly left: readonly U[];
  /** Held until a person decides: the source knows no such cancellation, and they are not packed yet. */
  readonly hold: readonly U[];
}

/**
 * Judges a channel's word by the source's rule. What the channel has cancelled is a fact on its side: the units that the
 * rule still allows are cancelled here, whatever becomes of the others.
 */
export function judgeWord<U extends { readonly state: UnitState }>(
  until: SourceRules["channelCancel"],
  units: readonly U[],
): JudgedWord<U> {
  const left = units.filter((unit) => hasLeft(unit.state));
  const here = units.filter((unit) => !hasLeft(unit.state));
  if (until === "never") {
    const hold = here.filter((unit) => !isInvoiced(unit.state));
    return { take: [], late: here, left, hold };
  }
  // One on an open manifest is taken off it first.
  const late = here.filter(({ state }) =>
    until === "invoiced" ? isInvoiced(state) : state !== "MANIFESTED" && !unitLifecycle.may("cancel", state),
  );
  return { take: here.filter((unit) => !late.includes(unit)), late, left, hold: [] };
}

/** The key of a question about units that the channel cancelled: the word about other units of the order is another question. */
export function doubtKey(saleOrderId: SaleOrderId, units: readonly { readonly unitId: SaleOrderItemId }[]): string {
  return `${saleOrderId}:${units.map((unit) => unit.unitId).sort()[0] ?? ""}`;
}
