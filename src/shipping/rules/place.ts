import { newId, ok, type Result, refuse } from "../../kernel/index.ts";
import { PREFERENCE_MAX, type RuleType, type ShippingRule, type ShippingRuleId } from "./rule.ts";

/** A rule and the preference that it gets. */
export interface Placed {
  readonly ruleId: ShippingRuleId;
  readonly preference: number;
}

type Standing = Pick<ShippingRule, "ruleId" | "preference">;

/**
 * Makes room for a rule at a preference among the others of its facility and type: those that stand there or are pushed
 * move on by one, the rest stay. Without a preference it comes last. Pure. `moved` are those whose preference changes.
 */
export function makeRoom(
  others: readonly Standing[],
  wanted: number | null,
): { readonly preference: number; readonly moved: readonly Placed[] } {
  const last = Math.max(0, ...others.map((o) => o.preference));
  const preference = wanted ?? Math.min(last + 1, PREFERENCE_MAX);
  const moved: Placed[] = [];
  let taken = preference;
  for (const other of others.toSorted((a, b) => a.preference - b.preference)) {
    if (other.preference !== taken) continue;
    taken++;
    moved.push({ ruleId: other.ruleId, preference: taken });
  }
  if (taken <= PREFERENCE_MAX) return { preference, moved };
  // No room behind: all are counted anew, in their order.
  const stand = (o: Standing) => wanted === null || o.preference < wanted;
  const before = others.filter(stand).toSorted((a, b) => a.preference - b.preference);
  const after = others.filter((o) => !stand(o)).toSorted((a, b) => a.preference - b.preference);
  const places = [
    ...before.map((o, i) => ({ ruleId: o.ruleId, preference: i + 1 })),
    ...after.map((o, i) => ({ ruleId: o.ruleId, preference: before.length + i + 2 })),
  ];
  const had = new Map(others.map((o) => [o.ruleId, o.preference]));
  return { preference: before.length + 1, moved: places.filter((p) => had.get(p.ruleId) !== p.preference) };
}

/** Preferences 1..n in a given order. Refuses RULES_CHANGED_MEANWHILE unless it names each rule once. Pure. */
export function inGivenOrder(
  rules: readonly Standing[],
  order: readonly ShippingRuleId[],
  facility: string,
): Result<Placed[]> {
  const known = new Set(rules.map((r) => r.ruleId));
  const given = new Set(order);
  if (order.length !== rules.length || given.size !== order.length || order.some((id) => !known.has(id)))
    return refuse("RULES_CHANGED_MEANWHILE", { facility });
  const had = new Map(rules.map((r) => [r.ruleId, r.preference]));
  return ok(
    order.map((ruleId, i) => ({ ruleId, preference: i + 1 })).filter((p) => had.get(p.ruleId) !== p.preference),
  );
}

/** Rules of one facility (null: of all) and type. */
export function ofScope<Rule extends Pick<ShippingRule, "facilityId" | "type">>(
  rules: readonly Rule[],
  scope: { readonly facilityId: ShippingRule["facilityId"]; readonly type: RuleType },
): Rule[] {
  return rules.filter((r) => r.facilityId === scope.facilityId && r.type === scope.type);
}

/** The rules as they would be if one of them (null: a new one) were saved so. Without a preference it keeps its place, or comes last. Pure. */
export function withDraft(
  rules: readonly ShippingRule[],
  draft: Omit<ShippingRule, "ruleId" | "preference"> & {
    readonly ruleId: ShippingRuleId | null;
    readonly preference: number | null;
  },
): ShippingRule[] {
  const before = rules.find((rule) => rule.ruleId === draft.ruleId);
  const others = rules.filter((rule) => rule !== before);
  const stays = before !== undefined && ofScope([before], draft).length === 1 && draft.preference === null;
  const { preference, moved } = makeRoom(ofScope(others, draft), stays ? before.preference : draft.preference);
  const places = new Map(moved.map((m) => [m.ruleId, m.preference]));
  return [
    ...others.map((rule) => ({ ...rule, preference: places.get(rule.ruleId) ?? rule.preference })),
    { ...draft, ruleId: draft.ruleId ?? newId<"ShippingRule">(), preference },
  ];
}
