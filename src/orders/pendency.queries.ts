import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { Scope } from "./queries.ts";

const instant = (column: string) =>
  sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const TABS = {
  open: sql`p.state = 'OPEN'`,
  short: sql`p.state = 'OPEN' and (
    exists (select from godown.pendency_part s where s.tenant_id = p.tenant_id and s.pendency_id = p.pendency_id and s.blocked < s.wanted)
    or not exists (select from godown.pendency_part s where s.tenant_id = p.tenant_id and s.pendency_id = p.pendency_id))`,
  arrived: sql`p.state = 'ARRIVED'`,
  dropped: sql`p.state = 'DROPPED'`,
  all: sql`true`,
} as const;
export const REVIEW_TABS = Object.keys(TABS) as (keyof typeof TABS)[];

export interface ReviewFilters {
  readonly tab?: keyof typeof TABS | undefined;
  readonly channel?: readonly string[] | undefined;
  readonly search?: string | undefined;
}

/** Orders that channels review or reviewed, oldest first, each with what it wants and what is kept for it, and where. */
export async function listReviews<Row>(
  tx: Tx,
  scope: Scope,
  filters: ReviewFilters,
  page: Page,
): Promise<ListPage<Row>> {
  const base = [
    sql`p.tenant_id = ${tx.tenantId}`,
    scope === "all"
      ? undefined
      : sql`exists (select from godown.channel_facility v where v.tenant_id = p.tenant_id and v.channel_id = p.channel_id and v.facility_id = any(${scope}::uuid[]))`,
    filters.channel === undefined ? undefined : sql`c.code = any(${filters.channel}::text[])`,
    filters.search === undefined || filters.search === ""
      ? undefined
      : sql`p.channel_order_id ilike ${containing(filters.search)}`,
  ];
  const from = sql`from godown.pendency p join godown.channel c using (tenant_id, channel_id)`;
  const counts = await tx.one(sql<Record<string, number>>`
    select ${sql.join(REVIEW_TABS.map((tab) => sql`count(*) filter (where ${TABS[tab]})::integer as ${sql.ref(tab)}`))} ${from} where ${all(base)}`);
  const tab = filters.tab ?? "open";
  const direction = page.descending ? sql`desc` : sql`asc`;
  const rows = await tx.run(sql<Row>`
    select p.pendency_id as id, c.code as channel, c.source, p.channel_order_id as "channelOrderId", p.state,
      ${instant("p.first_seen_at")} as "firstSeenAt", ${instant("p.last_seen_at")} as "lastSeenAt", ${instant("p.unlisted_at")} as "unlistedAt",
      ${instant("p.settled_at")} as "settledAt", p.settled_by as "settledBy", p.sale_order_id as "saleOrderId",
      (select coalesce(jsonb_agg(jsonb_build_object('channelProductId', l ->> 'channelProductId', 'channelSku', l ->> 'channelSku', 'quantity', (l ->> 'quantity')::integer, 'sku', s.code)), '[]')
        from jsonb_array_elements(p.lines) as l
        left join godown.listing g on g.tenant_id = p.tenant_id and g.channel_id = p.channel_id and g.channel_product_id = l ->> 'channelProductId'
        left join godown.sku s on s.tenant_id = g.tenant_id and s.sku_id = g.sku_id) as lines,
      (select coalesce(jsonb_agg(jsonb_build_object('sku', s.code, 'facility', f.code, 'wanted', k.wanted, 'kept', k.blocked) order by s.code), '[]')
        from godown.pendency_part k join godown.sku s using (tenant_id, sku_id) join godown.facility f on f.tenant_id = k.tenant_id and f.facility_id = k.facility_id
        where k.tenant_id = p.tenant_id and k.pendency_id = p.pendency_id) as kept
    ${from} where ${all([...base, TABS[tab]])}
    order by p.first_seen_at ${direction}, p.pendency_id limit ${page.limit} offset ${page.offset}`);
  return { rows, total: counts[tab] ?? 0, counts };
}
