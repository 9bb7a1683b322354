import type { Facts, Instant } from "../kernel/index.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import { type Scope, visible } from "./queries.ts";

const instant = (column: string) =>
  sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export interface IntakeFilters {
  readonly tab?: string | undefined;
  readonly channel?: readonly string[] | undefined;
  readonly code?: readonly string[] | undefined;
  readonly search?: string | undefined;
}

/** Everything a channel ever showed us, by what became of it. "failed" is what waits for a person or a cause. */
export async function listIntake<Row>(tx: Tx, filters: IntakeFilters, page: Page): Promise<ListPage<Row>> {
  const tabs: Record<string, ReturnType<typeof sql>> = {
    failed: sql`i.state = 'FAILED' and i.kind = 'ORDER'`,
    received: sql`i.state = 'RECEIVED'`,
    created: sql`i.state = 'CREATED'`,
    ignored: sql`i.state = 'IGNORED'`,
    duplicate: sql`i.state = 'DUPLICATE'`,
    dismissed: sql`i.state = 'DISMISSED'`,
    refusedEvents: sql`i.state = 'FAILED' and i.kind <> 'ORDER'`,
    all: sql`true`,
  };
  const base = [
    sql`i.tenant_id = ${tx.tenantId}`,
    filters.channel === undefined ? undefined : sql`c.code = any(${filters.channel}::text[])`,
    filters.code === undefined ? undefined : sql`i.code = any(${filters.code}::text[])`,
    filters.search === undefined || filters.search === ""
      ? undefined
      : sql`i.channel_order_id ilike ${containing(filters.search)}`,
  ];
  const from = sql`from godown.intake i join godown.channel c using (tenant_id, channel_id)`;
  const names = Object.keys(tabs);
  const counts = await tx.one(
    sql<
      Record<string, number>
    >`select ${sql.join(names.map((tab) => sql`count(*) filter (where ${tabs[tab] ?? sql`true`})::integer as ${sql.ref(tab)}`))} ${from} where ${all(base)}`,
  );
  const tab = filters.tab ?? "all";
  const rows = await tx.run(sql<Row>`
    select i.intake_id as id, i.kind, i.via, c.code as channel, c.source, i.channel_order_id as "channelOrderId", i.state, i.code, i.message, i.facts, coalesce(i.waits_for, '{}') as "waitsFor", coalesce(cardinality(i.waits_for) > 0, false) as "healsByItself",
      i.sale_order_id as "saleOrderId", i.seen_count as "seenCount", i.attempts, ${instant("i.received_at")} as "receivedAt", ${instant("i.last_seen_at")} as "lastSeenAt", ${instant("i.decided_at")} as "decidedAt", i.decided_by as "decidedBy"
    ${from} where ${all([...base, tabs[tab] ?? sql`true`])}
    order by i.received_at ${page.descending ? sql`desc` : sql`asc`}, i.intake_id limit ${page.limit} offset ${page.offset}`);
  return { rows, total: counts[tab] ?? 0, counts };
}

export interface IntakeDetail extends Record<string, unknown> {
  readonly state: string;
  readonly code: string | null;
  readonly facts: Facts;
}

export function intakeDetail(tx: Tx, id: string): Promise<IntakeDetail | undefined> {
  return tx.first(sql<IntakeDetail>`
    select i.intake_id as id, i.kind, i.via, c.code as channel, i.channel_order_id as "channelOrderId", i.state, i.code, i.message, i.facts, i.waits_for as "waitsFor", i.correction, i.raw, i.answer,
      i.sale_order_id as "saleOrderId", i.seen_count as "seenCount", ${instant("i.received_at")} as "receivedAt", ${instant("i.decided_at")} as "decidedAt", i.decided_by as "decidedBy"
    from godown.intake i join godown.channel c using (tenant_id, channel_id) where i.tenant_id = ${tx.tenantId} and i.intake_id = ${id}`);
}

/** Doubts that wait for a person, or those that are settled (tab "resolved"), by when they were opened or settled. */
export async function listExceptions<Row>(
  tx: Tx,
  scope: Scope,
  filters: {
    tab?: string | undefined;
    kind?: readonly string[] | undefined;
    channel?: readonly string[] | undefined;
    /** Opened then or earlier. */
    openedBefore?: Instant | undefined;
    search?: string | undefined;
  },
  page: Page,
): Promise<ListPage<Row>> {
  const base = [
    sql`e.tenant_id = ${tx.tenantId}`,
    scope === "all" ? undefined : sql`(e.sale_order_id is null or ${visible(scope)})`,
    filters.kind === undefined ? undefined : sql`e.kind = any(${filters.kind}::text[])`,
    filters.channel === undefined ? undefined : sql`c.code = any(${filters.channel}::text[])`,
    filters.openedBefore === undefined ? undefined : sql`e.opened_at <= ${filters.openedBefore}`,
    filters.search === undefined || filters.search === ""
      ? undefined
      : sql`(o.code ilike ${containing(filters.search)} or e.facts->>'order' ilike ${containing(filters.search)})`,
  ];
  // A doubt about an order of the channel's that was not looked up when it arose names it by the channel's id.
  const from = sql`from godown.order_exception e left join godown.channel c on c.tenant_id = e.tenant_id and c.channel_id = e.channel_id left join godown.sale_order o on o.tenant_id = e.tenant_id
    and o.sale_order_id = coalesce(e.sale_order_id, (select x.sale_order_id from godown.sale_order x where x.tenant_id = e.tenant_id and x.channel_id = e.channel_id and x.channel_order_id = e.facts->>'order'))
    left join godown.shipping_package p on p.tenant_id = e.tenant_id and p.shipping_package_id = e.shipping_package_id`;
  const counts = await tx.one(
    sql<{
      open: number;
      resolved: number;
    }>`select count(*) filter (where e.state = 'OPEN')::integer as open, count(*) filter (where e.state = 'RESOLVED')::integer as resolved ${from} where ${all(base)}`,
  );
  const resolved = filters.tab === "resolved";
  const at = page.sort === "resolvedAt" ? sql`e.resolved_at` : sql`e.opened_at`;
  const rows = await tx.run(sql<Row>`
    select e.order_exception_id as id, e.kind, e.state, e.facts, c.code as channel, o.sale_order_id as "saleOrderId", o.code as "orderCode", e.shipping_package_id as "packageId", p.code as "packageCode", e.intake_id as "intakeId",
      ${instant("e.opened_at")} as "openedAt", ${instant("e.resolved_at")} as "resolvedAt", e.resolved_by as "resolvedBy", e.choice, e.note
    ${from} where ${all([...base, resolved ? sql`e.state = 'RESOLVED'` : sql`e.state = 'OPEN'`])}
    order by ${at} ${page.descending ? sql`desc` : sql`asc`}, e.order_exception_id limit ${page.limit} offset ${page.offset}`);
  return { rows, total: resolved ? counts.resolved : counts.open, counts };
}
