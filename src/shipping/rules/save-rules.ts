import { audit, auditAll } from "../../identity/index.ts";
import { assert, type FacilityId, newId, ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { tellServiceabilityChanged } from "../hooks.ts";
import { readCondition } from "./condition.ts";
import { inGivenOrder, makeRoom, ofScope } from "./place.ts";
import { RULES_MAX, type RuleInput, type RuleType, type ShippingRule, type ShippingRuleId } from "./rule.ts";
import * as store from "./store.ts";

/** A rule as a person gives it. Preference null: behind the others of its facility and type. */
export type GivenRule = Omit<RuleInput, "preference"> & { readonly preference: number | null };

/**
 * Makes a rule, or changes the one of `id`; others move on where it takes their place. Refusals, in this order: NOT_FOUND,
 * RULE_FACILITY_UNKNOWN, RULE_OUT_OF_REACH, RULE_PROVIDER_UNKNOWN, CONDITION_INVALID, RULE_NAME_TAKEN, RULES_TOO_MANY.
 */
export function saveRule(
  ctx: Ctx,
  id: ShippingRuleId | null,
  given: GivenRule,
): Promise<Result<{ ruleId: ShippingRuleId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const rules = await store.lockRules(tx);
    const before = id === null ? undefined : rules.find((r) => r.ruleId === id);
    if (id !== null && before === undefined) return refuse("NOT_FOUND", { what: "shipping rule", id });
    const checked = await checkRule(tx, ctx, rules, id, given);
    if (!checked.ok) return checked;
    const reach =
      before === undefined ? ok() : mayChange(ctx, before.facilityId, await facilityName(tx, before.facilityId));
    if (!reach.ok) return reach;
    const ruleId = id ?? newId<"ShippingRule">();
    const others = ofScope(rules, given).filter((r) => r.ruleId !== ruleId);
    const stays = before !== undefined && ofScope([before], given).length === 1 && given.preference === null;
    const place = makeRoom(others, stays ? before.preference : given.preference);
    const after: RuleInput = { ...given, preference: place.preference };
    await save(tx, ctx, rules, [{ ...after, ruleId }, ...movedRules(rules, place.moved)]);
    await audit(tx, ctx, {
      action: before === undefined ? "shipping.rule_created" : "shipping.rule_changed",
      recordType: "shipping_rule",
      recordId: ruleId,
      recordCode: given.name,
      ...(before === undefined ? {} : { before }),
      after,
    });
    return ok({ ruleId });
  });
}

/** Gives the rules of a facility (null: of all) and type the order in which they are named. Refusals: RULE_FACILITY_UNKNOWN, RULE_OUT_OF_REACH, RULES_CHANGED_MEANWHILE. */
export function orderRules(
  ctx: Ctx,
  scope: { readonly facilityId: FacilityId | null; readonly type: RuleType },
  order: readonly ShippingRuleId[],
): Promise<Result<{ moved: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const rules = await store.lockRules(tx);
    const facility = await facilityName(tx, scope.facilityId);
    if (facility === undefined) return refuse("RULE_FACILITY_UNKNOWN", { facility: scope.facilityId });
    const reach = mayChange(ctx, scope.facilityId, facility);
    if (!reach.ok) return reach;
    const placed = inGivenOrder(ofScope(rules, scope), order, facility);
    if (!placed.ok) return placed;
    const moved = movedRules(rules, placed.value);
    await save(tx, ctx, rules, moved);
    await auditAll(
      tx,
      ctx,
      moved.map((rule) => ({
        action: "shipping.rule_moved",
        recordType: "shipping_rule",
        recordId: rule.ruleId,
        recordCode: rule.name,
        before: { preference: rules.find((r) => r.ruleId === rule.ruleId)?.preference },
        after: { preference: rule.preference },
      })),
    );
    return ok({ moved: moved.length });
  });
}

/** Refusals: NOT_FOUND, RULE_OUT_OF_REACH. */
export function deleteRule(ctx: Ctx, id: ShippingRuleId): Promise<Result<{ ruleId: ShippingRuleId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const before = (await store.lockRules(tx)).find((r) => r.ruleId === id);
    if (before === undefined) return refuse("NOT_FOUND", { what: "shipping rule", id });
    const reach = mayChange(ctx, before.facilityId, await facilityName(tx, before.facilityId));
    if (!reach.ok) return reach;
    await store.deleteRule(tx, id);
    await tellServiceabilityChanged(tx);
    await audit(tx, ctx, {
      action: "shipping.rule_deleted",
      recordType: "shipping_rule",
      recordId: id,
      recordCode: before.name,
      before,
    });
    return ok({ ruleId: id });
  });
}

/** What people call the facility of a rule; undefined where there is none of that id. */
async function facilityName(tx: Tx, facilityId: FacilityId | null): Promise<string | undefined> {
  if (facilityId === null) return "all facilities";
  return (await store.facilityCodes(tx)).find((f) => f.facilityId === facilityId)?.code;
}

/** Rules of all facilities are changed by those whose right reaches all of them. Pure. Refuses RULE_OUT_OF_REACH. */
export function mayChange(
  ctx: Pick<Ctx, "facilities">,
  facilityId: FacilityId | null,
  facility: string | undefined,
): Result<undefined> {
  const may = ctx.facilities === "all" || (facilityId !== null && ctx.facilities.includes(facilityId));
  return may ? ok() : refuse("RULE_OUT_OF_REACH", { facility: facility ?? "that facility" });
}

async function checkRule(
  tx: Tx,
  ctx: Ctx,
  rules: readonly ShippingRule[],
  id: ShippingRuleId | null,
  given: GivenRule,
): Promise<Result<unknown>> {
  const facility = await facilityName(tx, given.facilityId);
  if (facility === undefined) return refuse("RULE_FACILITY_UNKNOWN", { facility: given.facilityId });
  const reach = mayChange(ctx, given.facilityId, facility);
  if (!reach.ok) return reach;
  if (!(await store.providerCodes(tx)).some((p) => p.providerId === given.providerId))
    return refuse("RULE_PROVIDER_UNKNOWN", { provider: given.providerId });
  const condition = readCondition(given.condition);
  if (!condition.ok) return condition;
  const others = ofScope(rules, given).filter((r) => r.ruleId !== id);
  const { name, type } = given;
  if (others.some((r) => r.name === name)) return refuse("RULE_NAME_TAKEN", { name, type, facility });
  return others.length < RULES_MAX ? ok() : refuse("RULES_TOO_MANY", { facility, type, max: RULES_MAX });
}

/** Rules with the preferences that they get. */
function movedRules(
  rules: readonly ShippingRule[],
  moved: readonly { readonly ruleId: ShippingRuleId; readonly preference: number }[],
): ShippingRule[] {
  return moved.map(({ ruleId, preference }) => {
    const rule = rules.find((r) => r.ruleId === ruleId);
    assert(rule !== undefined, "only rules that exist are moved");
    return { ...rule, preference };
  });
}

async function save(
  tx: Tx,
  ctx: Ctx,
  before: readonly ShippingRule[],
  rules: readonly (RuleInput & { readonly ruleId: ShippingRuleId })[],
): Promise<void> {
  if (rules.length === 0) return;
  await store.saveRules(tx, rules, { at: ctx.now, name: ctx.actor.name });
  // An order alone changes who carries a parcel, not who is served.
  const known = new Map(before.map((r) => [r.ruleId, r]));
  if (rules.some((rule) => reachChanged(known.get(rule.ruleId), rule))) await tellServiceabilityChanged(tx);
}

function reachChanged(before: RuleInput | undefined, after: RuleInput): boolean {
  return (
    before === undefined ||
    before.enabled !== after.enabled ||
    before.criteria !== after.criteria ||
    before.condition !== after.condition ||
    before.providerId !== after.providerId ||
    before.facilityId !== after.facilityId
  );
}
