import type { FacilityId, Instant } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { RuleInput, RuleType, ShippingRule, ShippingRuleId } from "./rule.ts";

/** `r` is the rule, `p` its provider. */
const columns = sql`r.shipping_rule_id as "ruleId", r.facility_id as "facilityId", r.type, r.name, r.condition, r.criteria,
  r.shipping_provider_id as "providerId", p.code as "providerCode", r.preference, r.enabled`;
const joined = sql`godown.shipping_rule r join godown.shipping_provider p using (tenant_id, shipping_provider_id)`;

/** The enabled rules of a type. */
export function rulesInForce(tx: Tx, type: RuleType): Promise<ShippingRule[]> {
  return tx.run(
    sql<ShippingRule>`select ${columns} from ${joined} where r.tenant_id = ${tx.tenantId} and r.type = ${type} and r.enabled`,
  );
}

/** Does some enabled rule of the type ask something of a parcel, if only its facility? Where none does, nobody need read that. */
export async function rulesAskFacts(tx: Tx, type: RuleType): Promise<boolean> {
  const { asked } = await tx.one(sql<{ asked: boolean }>`
    select exists (select from godown.shipping_rule where tenant_id = ${tx.tenantId} and type = ${type} and enabled
      and (facility_id is not null or btrim(condition) <> ''))
      as asked`);
  return asked;
}

/** What rules change about who is served: whether some add places to couriers' lists, and whether some take couriers away. */
export interface RulesReach {
  readonly forces: boolean;
  readonly forbids: boolean;
}

/** Of the enabled rules of type FORWARD. */
export function rulesReach(tx: Tx): Promise<RulesReach> {
  return tx.one(sql<RulesReach>`
    select coalesce(bool_or(criteria = 'FORCE_ALLOCATE'), false) as forces, coalesce(bool_or(criteria = 'NOT_ALLOCATE'), false) as forbids
    from godown.shipping_rule where tenant_id = ${tx.tenantId} and type = 'FORWARD' and enabled`);
}

/** All rules, locked until commit: whoever changes one changes the order of others. */
export async function lockRules(tx: Tx): Promise<ShippingRule[]> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`shipping-rules:${tx.tenantId}`}, 0))`);
  return allRules(tx);
}

export function allRules(tx: Tx): Promise<ShippingRule[]> {
  return tx.run(sql<ShippingRule>`select ${columns} from ${joined} where r.tenant_id = ${tx.tenantId}`);
}

/** Makes rules and changes those that exist, in one statement: they may change places with each other. */
export async function saveRules(
  tx: Tx,
  rules: readonly (RuleInput & { readonly ruleId: ShippingRuleId })[],
  by: { at: Instant; name: string },
): Promise<void> {
  await tx.run(sql`
    insert into godown.shipping_rule as r (tenant_id, shipping_rule_id, facility_id, type, name, condition, criteria, shipping_provider_id,
      preference, enabled, created_at, updated_at, updated_by)
    select ${tx.tenantId}::uuid, g."ruleId", g."facilityId", g.type, g.name, g.condition, g.criteria, g."providerId", g.preference, g.enabled,
      ${by.at}::timestamptz, ${by.at}::timestamptz, ${by.name}
    from jsonb_to_recordset(${json(rules)}) as g("ruleId" uuid, "facilityId" uuid, type text, name text, condition text, criteria text,
      "providerId" uuid, preference integer, enabled boolean)
    on conflict (tenant_id, shipping_rule_id) do update set facility_id = excluded.facility_id, type = excluded.type, name = excluded.name,
      condition = excluded.condition, criteria = excluded.criteria, shipping_provider_id = excluded.shipping_provider_id,
      preference = excluded.preference, enabled = excluded.enabled, updated_at = excluded.updated_at, updated_by = excluded.updated_by`);
}

export async function deleteRule(tx: Tx, ruleId: ShippingRuleId): Promise<void> {
  await tx.run(sql`delete from godown.shipping_rule where tenant_id = ${tx.tenantId} and shipping_rule_id = ${ruleId}`);
}

/** Ids and codes of all providers. */
export function providerCodes(tx: Tx): Promise<{ providerId: RuleInput["providerId"]; code: string }[]> {
  return tx.run(
    sql<{ providerId: RuleInput["providerId"]; code: string }>`
      select shipping_provider_id as "providerId", code from godown.shipping_provider where tenant_id = ${tx.tenantId}`,
  );
}

/** Ids and codes of all facilities. */
export function facilityCodes(tx: Tx): Promise<{ facilityId: FacilityId; code: string }[]> {
  return tx.run(
    sql<{ facilityId: FacilityId; code: string }>`
      select facility_id as "facilityId", code from godown.facility where tenant_id = ${tx.tenantId} order by code`,
  );
}
