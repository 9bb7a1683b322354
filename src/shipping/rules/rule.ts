import type { FacilityId, Id } from "../../kernel/index.ts";
import type { ShippingProviderId } from "../provider.ts";

export type ShippingRuleId = Id<"ShippingRule">;

/**
 * What a rule does where its condition holds (behaviours.md 4.6). ALLOCATE: proposes its courier. FORCE_ALLOCATE: proposes
 * it although its list of pincodes does not name the parcel's. NOT_ALLOCATE: takes it out, whatever other rules say.
 */
export const CRITERIA = ["ALLOCATE", "FORCE_ALLOCATE", "NOT_ALLOCATE"] as const;
export type Criteria = (typeof CRITERIA)[number];

/** FORWARD: to the buyer. REVERSE: back from there. */
export const RULE_TYPES = ["FORWARD", "REVERSE"] as const;
export type RuleType = (typeof RULE_TYPES)[number];

export const PREFERENCE_MAX = 9_999;
/** Rules of one facility (or of all) and one type: each is evaluated for each parcel. */
export const RULES_MAX = 200;

export interface RuleInput {
  /** Null: of all facilities. */
  readonly facilityId: FacilityId | null;
  readonly type: RuleType;
  readonly name: string;
  /** As it was typed. Empty: always. */
  readonly condition: string;
  readonly criteria: Criteria;
  readonly providerId: ShippingProviderId;
  /** 1 is looked at first; each once among the rules of its facility and type. */
  readonly preference: number;
  readonly enabled: boolean;
}

export interface ShippingRule extends RuleInput {
  readonly ruleId: ShippingRuleId;
  readonly providerCode: string;
}

/** The order in which rules are looked at: by preference, a facility's own before one of all facilities, then by name. Pure. */
export function inRuleOrder<Rule extends Pick<ShippingRule, "preference" | "facilityId" | "name">>(
  rules: readonly Rule[],
): Rule[] {
  return rules.toSorted(
    (a, b) =>
      a.preference - b.preference ||
      Number(a.facilityId === null) - Number(b.facilityId === null) ||
      (a.name < b.name ? -1 : 1),
  );
}
