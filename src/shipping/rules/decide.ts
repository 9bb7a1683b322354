import { ok, type Refusal, type Result, refuse } from "../../kernel/index.ts";
import {
  type Candidate,
  inGeneralOrder,
  type Leniency,
  objection,
  type Parcel,
  type PassedOver,
  type ProviderChoice,
  priorityFor,
} from "../provider.ts";
import { readCondition, type Verdict } from "./condition.ts";
import { inRuleOrder, type ShippingRule } from "./rule.ts";

/** A rule, and whether it applies to a parcel. */
export interface JudgedRule extends ShippingRule {
  readonly verdict: Verdict;
}

/**
 * The enabled rules of a parcel's facility and of all facilities, in the order in which they are looked at, each with
 * whether its condition holds. Pure. A condition that no longer reads (the language grew stricter) cannot be judged.
 */
export function judgeRules(rules: readonly ShippingRule[], parcel: Parcel): JudgedRule[] {
  const facilityId = parcel.facts?.facility.facilityId;
  return inRuleOrder(rules)
    .filter((rule) => rule.enabled && (rule.facilityId === null || rule.facilityId === facilityId))
    .map((rule) => ({ ...rule, verdict: judge(rule, parcel) }));
}

function judge(rule: ShippingRule, { facts }: Parcel): Verdict {
  if (rule.condition.trim() === "") return { holds: true };
  const condition = readCondition(rule.condition);
  if (!condition.ok) return { holds: null, why: `its condition does not read: ${condition.refusal.facts?.why}` };
  return facts === undefined ? { holds: null, why: "nothing is known of this parcel" } : condition.value.judge(facts);
}

/**
 * Chooses the courier of a parcel by the rules, then by the general order. Pure.
 *
 * - NOT_ALLOCATE takes its courier out, wherever the rule stands and whatever others say; also where its condition cannot be
 *   judged, since what must not fly does not fly because nobody weighed it.
 * - ALLOCATE and FORCE_ALLOCATE propose their couriers in order, the first that can take the parcel gets it. One that cannot
 *   be judged proposes nothing.
 * - FORCE_ALLOCATE leaves aside the courier's list of pincodes, and nothing else: it must be enabled, take cash where there
 *   is some, and have a number.
 * - Where no rule proposes one that can, the general order decides among those that are not taken out.
 *
 * Refuses NO_PROVIDER with the reason for each.
 */
export function decideCourier(
  candidates: readonly Candidate[],
  judged: readonly JudgedRule[],
  parcel: Parcel,
  lenient: Leniency = {},
): Result<ProviderChoice, Refusal<"NO_PROVIDER">> {
  return weighCouriers(candidates, judged, parcel, lenient).choice;
}

/** `decideCourier` with what was passed over, where none can take the parcel too. */
export function weighCouriers(
  candidates: readonly Candidate[],
  judged: readonly JudgedRule[],
  parcel: Parcel,
  lenient: Leniency = {},
): { choice: Result<ProviderChoice, Refusal<"NO_PROVIDER">>; rejected: readonly PassedOver[] } {
  const byId = new Map(candidates.map((c) => [c.providerId, c]));
  const takenOut = new Map<string, string>();
  for (const rule of judged)
    if (rule.criteria === "NOT_ALLOCATE" && rule.verdict.holds !== false && !takenOut.has(rule.providerId))
      takenOut.set(rule.providerId, `is taken out by ${named(rule)}${doubt(rule.verdict)}`);
  const rejected: PassedOver[] = [];
  const said = new Set<string>(); // couriers whose own reason is among the rejected already
  for (const rule of judged) {
    if (rule.criteria === "NOT_ALLOCATE") continue;
    const code = rule.providerCode;
    const candidate = byId.get(rule.providerId);
    if (candidate === undefined) continue; // deleted since the rules were read
    const forced = rule.criteria === "FORCE_ALLOCATE";
    const no =
      notProposed(rule) ??
      takenOut.get(rule.providerId) ??
      objection(candidate, parcel, { ...lenient, anyPincode: forced || (lenient.anyPincode ?? false) });
    if (no === null) return { choice: ok(choiceOf(candidate, parcel, rejected, rule)), rejected };
    const proposed = notProposed(rule) === null;
    if (proposed) said.add(code);
    rejected.push({ code, reason: proposed ? `${no} (proposed by ${named(rule)})` : no });
  }
  for (const candidate of inGeneralOrder(candidates, parcel)) {
    const no = takenOut.get(candidate.providerId) ?? objection(candidate, parcel, lenient);
    if (no === null) return { choice: ok(choiceOf(candidate, parcel, rejected, null)), rejected };
    if (!said.has(candidate.code)) rejected.push({ code: candidate.code, reason: no });
  }
  const words = rejected.map((r) => `${r.code} ${r.reason}`);
  const none = { pincode: parcel.pincode, rejected: words.length > 0 ? words : ["there is none"] };
  return { choice: refuse("NO_PROVIDER", none), rejected };
}

function choiceOf(
  candidate: Candidate,
  parcel: Parcel,
  rejected: readonly PassedOver[],
  rule: JudgedRule | null,
): ProviderChoice {
  const { providerId, code } = candidate;
  const sortCode = candidate.pincode?.sortCode ?? null;
  if (rule === null) return { providerId, code, sortCode, why: generalWhy(candidate, parcel), rule, rejected };
  const { ruleId, name, preference } = rule;
  const why =
    rule.criteria === "FORCE_ALLOCATE"
      ? `forced by ${named(rule)}, whether or not it lists ${parcel.pincode}`
      : `${named(rule)}, ${serves(parcel)}`;
  return { providerId, code, sortCode, why, rule: { ruleId, name, preference }, rejected };
}

function generalWhy(candidate: Candidate, parcel: Parcel): string {
  const priority = priorityFor(candidate, parcel);
  const place =
    priority === null
      ? `preference ${candidate.preference}`
      : `priority ${priority} at ${parcel.pincode} for ${parcel.cod ? "COD" : "PREPAID"}`;
  return `${place}, ${serves(parcel)}`;
}

function serves({ pincode, cod }: Parcel): string {
  return `serves ${pincode}${cod ? " with cash on delivery" : ""}`;
}

/** Why a rule that could propose does not; null: it proposes. */
function notProposed(rule: JudgedRule): string | null {
  if (rule.verdict.holds === true) return null;
  return rule.verdict.holds === false
    ? `is not proposed by ${named(rule)}: its condition does not hold`
    : `is not proposed by ${named(rule)}: ${rule.verdict.why}`;
}

function named({ name, preference }: ShippingRule): string {
  return `rule "${name}" (preference ${preference})`;
}

function doubt(verdict: Verdict): string {
  return verdict.holds === null ? `, since it cannot be judged: ${verdict.why}` : "";
}
