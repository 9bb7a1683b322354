import type { FacilityId } from "../../kernel/index.ts";
import { all, sql, type Tx } from "../../platform/db.ts";
import { containing } from "../../platform/http/fields.ts";
import type { ListPage, Page } from "../../platform/http/list.ts";
import type { ShippingProviderId } from "../provider.ts";
import type { RuleType, ShippingRule } from "./rule.ts";

export interface RuleListRow extends ShippingRule {
  /** Null: of all facilities. */
  readonly facility: string | null;
  readonly providerName: string;
  readonly providerEnabled: boolean;
  readonly updatedAt: Temporal.Instant;
  readonly updatedBy: string;
}

export interface RuleFilters {
  readonly type?: RuleType | undefined;
  /** Rules that a parcel of this facility is judged by: its own and those of all. */
  readonly facilityId?: FacilityId | undefined;
  readonly providerId?: ShippingProviderId | undefined;
  readonly enabled?: boolean | undefined;
  readonly search?: string | undefined;
}

/** Rules by type, facility (those of all first) and preference; of the facilities that the actor's right reaches. */
export async function listRules(
  tx: Tx,
  reach: "all" | readonly FacilityId[],
  filters: RuleFilters,
  page: Page,
): Promise<ListPage<RuleListRow>> {
  const where = all([
    sql`r.tenant_id = ${tx.tenantId}`,
    reach === "all" ? undefined : sql`(r.facility_id is null or r.facility_id = any(${reach}::uuid[]))`,
    filters.type === undefined ? undefined : sql`r.type = ${filters.type}`,
    filters.facilityId === undefined
      ? undefined
      : sql`(r.facility_id is null or r.facility_id = ${filters.facilityId})`,
    filters.providerId === undefined ? undefined : sql`r.shipping_provider_id = ${filters.providerId}`,
    filters.enabled === undefined ? undefined : sql`r.enabled = ${filters.enabled}`,
    filters.search
      ? sql`(r.name || ' ' || r.condition || ' ' || p.code || ' ' || p.name) ilike ${containing(filters.search)}`
      : undefined,
  ]);
  const from = sql`godown.shipping_rule r join godown.shipping_provider p using (tenant_id, shipping_provider_id)
    left join godown.facility f on f.tenant_id = r.tenant_id and f.facility_id = r.facility_id`;
  const rows = await tx.run(sql<RuleListRow>`
    select r.shipping_rule_id as "ruleId", r.facility_id as "facilityId", f.code as facility, r.type, r.name, r.condition, r.criteria,
      r.shipping_provider_id as "providerId", p.code as "providerCode", p.name as "providerName", p.enabled as "providerEnabled", r.preference, r.enabled,
      r.updated_at as "updatedAt", r.updated_by as "updatedBy"
    from ${from} where ${where}
    order by r.type, f.code nulls first, r.preference ${page.descending ? sql`desc` : sql`asc`} limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${from} where ${where}`);
  return { rows, total };
}
