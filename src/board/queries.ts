import type { ChannelId, FacilityId, Instant } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import type { QueueKey } from "./queues.ts";

/** Facilities whose work is counted. */
export type Scope = "all" | readonly FacilityId[];

export interface QueueRow {
  readonly key: QueueKey;
  readonly count: number;
  readonly oldestAt: Instant | null;
  readonly dueBy: Instant | null;
  /** Past their deadline. */
  readonly late: number;
}

/** `column` is in the scope. */
function within(scope: Scope, column: string) {
  return scope === "all" ? sql`true` : sql`${sql.ref(column)} = any(${scope}::uuid[])`;
}

/** The order `o` has a unit in the scope, or one that has no facility yet. */
function orderWithin(scope: Scope) {
  return scope === "all"
    ? sql`true`
    : sql`exists (
        select from godown.sale_order_item v
        where v.tenant_id = o.tenant_id and v.sale_order_id = o.sale_order_id and (v.facility_id is null or v.facility_id = any(${scope}::uuid[])))`;
}

/** The channel of the review `r` may be served from a facility in the scope: as its list decides it. */
function reviewWithin(scope: Scope) {
  return scope === "all"
    ? sql`true`
    : sql`exists (
        select from godown.channel_facility v
        where v.tenant_id = r.tenant_id and v.channel_id = r.channel_id and v.facility_id = any(${scope}::uuid[]))`;
}

/** The return `r` left from, comes back to or is in the scope: as its list decides it. */
function returnWithin(scope: Scope) {
  return scope === "all"
    ? sql`true`
    : sql`(r.facility_id = any(${scope}::uuid[]) or r.return_facility_id = any(${scope}::uuid[]) or exists (
        select from godown.return_item v
        join godown.sale_order_item w using (tenant_id, sale_order_item_id)
        left join godown.return_route t on t.tenant_id = v.tenant_id and t.channel_id = r.channel_id and t.dispatch_facility_id = w.facility_id and t.kind = r.kind
        where v.tenant_id = r.tenant_id and v.return_case_id = r.return_case_id and (w.facility_id = any(${scope}::uuid[]) or t.return_facility_id = any(${scope}::uuid[]))))`;
}

/**
 * All queues in one statement: each open order, open package and waiting unit is read once, by partial indexes that hold
 * only what is open. What is done (nearly everything, after a while) is never touched.
 */
export function readQueues(
  tx: Tx,
  scope: Scope,
  at: { now: Instant; soon: Instant; dayEnd: Instant },
): Promise<QueueRow[]> {
  const tenant = tx.tenantId;
  return tx.run(sql<QueueRow>`
    with open_orders as materialized (
      select o.sale_order_id, o.state, o.on_hold, o.dispatch_by, o.created_at, o.notices_paused_at
      from godown.sale_order o
      where o.tenant_id = ${tenant} and o.state in ('PENDING_VERIFICATION', 'CREATED', 'PROCESSING') and ${orderWithin(scope)}
    ), held as (
      select distinct u.sale_order_id from godown.sale_order_item u where u.tenant_id = ${tenant} and u.on_hold and u.state <> 'CANCELLED'
    ), waiting as (
      select u.sale_order_id, u.state, min(u.state_changed_at) as since from godown.sale_order_item u
      where u.tenant_id = ${tenant} and u.state in ('UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE') and (u.facility_id is null or ${within(scope, "u.facility_id")})
      group by 1, 2
    ), parcels as materialized (
      select p.state, p.state_changed_at, o.dispatch_by from godown.shipping_package p
      join godown.sale_order o using (tenant_id, sale_order_id)
      where p.tenant_id = ${tenant} and p.state in ('CREATED', 'PICKING', 'PICKED', 'PACKED', 'READY_TO_SHIP', 'MANIFESTED') and ${within(scope, "p.facility_id")}
    ), coming as materialized (
      select r.kind, r.state, r.announced_at as since, floor(extract(epoch from ${at.now}::timestamptz - r.announced_at) / 86400) as days from godown.return_case r
      where r.tenant_id = ${tenant} and r.state in ('RETURN_EXPECTED', 'CREATED', 'COURIER_ALLOCATED', 'PICKED_UP') and ${returnWithin(scope)}
    ), counted as (
      select 'toVerify' as key, created_at as since, dispatch_by as due from open_orders where state = 'PENDING_VERIFICATION'
      union all
      select 'onHold', created_at, dispatch_by from open_orders where on_hold or sale_order_id in (select sale_order_id from held)
      union all
      select case w.state when 'UNFULFILLABLE' then 'unfulfillable' else 'notServiceable' end, w.since, o.dispatch_by
      from waiting w join open_orders o using (sale_order_id)
      union all
      select case when dispatch_by < ${at.now} then 'pastDispatchBy' when dispatch_by < ${at.soon} then 'dueSoon' end, created_at, dispatch_by
      from open_orders where dispatch_by < ${at.soon}
      union all
      select 'dueToday', created_at, dispatch_by from open_orders where dispatch_by >= ${at.now} and dispatch_by < ${at.dayEnd}
      union all
      select case state when 'CREATED' then 'toInvoice' when 'PACKED' then 'toLabel' when 'READY_TO_SHIP' then 'toManifest' when 'MANIFESTED' then 'toHandOver' else 'picking' end,
        state_changed_at, dispatch_by from parcels
      union all
      select 'shipmentsOpen', state_changed_at, dispatch_by from parcels
      union all
      select case when s.shipping_provider_id is null then case s.state when 'FAILED' then 'channelStepsFailed' else 'channelStepsWaiting' end
        else case s.state when 'FAILED' then 'courierLabelsFailed' else 'courierLabelsWaiting' end end, s.requested_at, o.dispatch_by
      from godown.package_step s
      join godown.shipping_package p using (tenant_id, shipping_package_id)
      join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id
      where s.tenant_id = ${tenant} and s.state <> 'DONE' and p.state in ('CREATED', 'PICKED', 'PACKED') and ${within(scope, "p.facility_id")}
      union all
      select case e.state when 'BLOCKED' then 'eInvoicesBlocked' else 'eInvoicesWaiting' end, e.created_at, null from godown.e_invoice e
      where e.tenant_id = ${tenant} and e.state in ('PENDING', 'ASKING', 'WAITING', 'BLOCKED') and ${within(scope, "e.facility_id")}
      union all
      select 'underReview', r.first_seen_at, null from godown.pendency r where r.tenant_id = ${tenant} and r.state = 'OPEN' and ${reviewWithin(scope)}
      union all
      select 'notificationsPaused', o.notices_paused_at, null from godown.sale_order o
      where o.tenant_id = ${tenant} and o.notices_paused_at is not null and ${orderWithin(scope)}
      union all
      select 'failedOrders', i.received_at, null from godown.intake i where i.tenant_id = ${tenant} and i.state = 'FAILED' and i.kind = 'ORDER'
      union all
      select 'exceptions', e.opened_at, null from godown.order_exception e left join godown.sale_order o using (tenant_id, sale_order_id)
      where e.tenant_id = ${tenant} and e.state = 'OPEN' and (e.sale_order_id is null or ${orderWithin(scope)})
      union all
      select 'manifestsOpen', m.created_at, null from godown.manifest m where m.tenant_id = ${tenant} and m.state = 'CREATED' and ${within(scope, "m.facility_id")}
      union all
      select 'putawayPending', p.created_at, null from godown.putaway_item p where p.tenant_id = ${tenant} and p.completed_at is null and ${within(scope, "p.facility_id")}
      union all
      select 'purchaseOrdersToApprove', b.created_at, null from godown.purchase_order b
      where b.tenant_id = ${tenant} and b.state = 'CREATED' and ${within(scope, "b.facility_id")}
      union all
      select 'grnsOpen', g.created_at, null from godown.grn g where g.tenant_id = ${tenant} and g.state = 'CREATED' and ${within(scope, "g.facility_id")}
      union all
      select unnest(case when n.attempts >= 3 then array['ndrOpen', 'ndrFlagged'] else array['ndrOpen'] end), n.first_failed_at, null
      from godown.package_ndr n cross join lateral (
        -- Looked up one by one: open failures are few, and parcels that left are nearly all parcels.
        select p.state, p.facility_id from godown.shipping_package p
        where p.tenant_id = n.tenant_id and p.shipping_package_id = n.shipping_package_id offset 0
      ) p
      where n.tenant_id = ${tenant} and n.state = 'OPEN' and p.state in ('DISPATCHED', 'SHIPPED') and ${within(scope, "p.facility_id")}
      union all
      select case kind when 'RTO' then 'rtoExpected' else 'reversePickups' end, since, null from coming where state <> 'PICKED_UP'
      union all
      select case when days > 15 then 'rtoExpectedOver15' else 'rtoExpected8to15' end, since, null from coming where kind = 'RTO' and days > 7
      union all
      select case r.kind when 'RTO' then 'pendingRtoInvoice' else 'pendingCirInvoice' end, n.put_away_at, null
      from godown.credit_note_due n join godown.return_case r using (tenant_id, return_case_id)
      where n.tenant_id = ${tenant} and n.state <> 'DONE' and ${within(scope, "n.facility_id")}
      union all
      select 'listingsUnmapped', l.created_at, null from godown.listing l where l.tenant_id = ${tenant} and l.sku_id is null and not l.stock_at_channel
      union all
      select 'channelsBroken', c.created_at, null from godown.channel c where c.tenant_id = ${tenant} and c.state = 'BROKEN'
      union all
      select 'partnersHeld', l.held_since, null from godown.partner_line l join godown.partner p using (tenant_id, partner_id)
      where l.tenant_id = ${tenant} and l.held is not null and p.enabled
      union all
      select 'partnerDeliveriesFailed', d.settled_at, null from godown.partner_delivery d
      where d.tenant_id = ${tenant} and d.state in ('FAILED', 'GIVEN_UP') and d.dismissed_at is null
    )
    select key, count(*)::integer as count, min(since) as "oldestAt", min(due) as "dueBy", (count(*) filter (where due < ${at.now}))::integer as late
    from counted group by key`);
}

/** Parcels of a channel that are ready, on no manifest or on one that is still open. */
export interface ReadyRow {
  readonly channelId: ChannelId;
  readonly code: string;
  readonly name: string;
  readonly source: string;
  readonly count: number;
  readonly onOpenManifests: number;
  /** Since when the one stands that waits the longest. */
  readonly oldestAt: Instant;
}

export function readyByChannel(tx: Tx, scope: Scope): Promise<ReadyRow[]> {
  return tx.run(sql<ReadyRow>`
    select p.channel_id as "channelId", c.code, c.name, c.source, count(*)::integer as count,
      (count(*) filter (where p.state = 'MANIFESTED'))::integer as "onOpenManifests", min(p.state_changed_at) as "oldestAt"
    from godown.shipping_package p join godown.channel c using (tenant_id, channel_id)
    where p.tenant_id = ${tx.tenantId} and p.state in ('READY_TO_SHIP', 'MANIFESTED') and ${within(scope, "p.facility_id")}
    group by 1, 2, 3, 4 order by 7, 2`);
}

export interface Hour {
  /** Where the hour begins. */
  readonly at: Instant;
  readonly received: number;
  readonly dispatched: number;
}

/** Orders received and orders that left, by hour, oldest first; hours in which nothing happened too. */
export function readHours(tx: Tx, scope: Scope, firstHour: Instant, hours: number): Promise<Hour[]> {
  return tx.run(sql<Hour>`
    with hours as (
      select ${firstHour}::timestamptz + n * interval '1 hour' as at from generate_series(0, ${hours - 1}::integer) as n
    ), received as (
      select date_trunc('hour', o.created_at, 'UTC') as at, count(*)::integer as units from godown.sale_order o
      where o.tenant_id = ${tx.tenantId} and o.created_at >= ${firstHour} and ${orderWithin(scope)} group by 1
    ), dispatched as (
      select date_trunc('hour', p.dispatched_at, 'UTC') as at, count(distinct p.sale_order_id)::integer as units from godown.shipping_package p
      where p.tenant_id = ${tx.tenantId} and p.dispatched_at >= ${firstHour} and ${within(scope, "p.facility_id")} group by 1
    )
    select h.at, coalesce(r.units, 0) as received, coalesce(d.units, 0) as dispatched
    from hours h left join received r using (at) left join dispatched d using (at) order by h.at`);
}

export interface OpenAlarm {
  readonly kind: string;
  readonly severity: "WARNING" | "CRITICAL";
  readonly message: string;
  readonly whatToDo: string;
  readonly recordType: string;
  readonly recordId: string;
  readonly raisedAt: Instant;
}

const ALARMS_MAX = 50;

/** Alarms that nobody has cleared, the gravest first. */
export function openAlarms(tx: Tx, scope: Scope): Promise<OpenAlarm[]> {
  return tx.run(sql<OpenAlarm>`
    select a.kind, a.severity, a.message, a.what_to_do as "whatToDo", a.record_type as "recordType", a.record_id as "recordId", a.raised_at as "raisedAt"
    from godown.alarm a
    where a.tenant_id = ${tx.tenantId} and a.cleared_at is null and (a.facility_id is null or ${within(scope, "a.facility_id")})
    order by a.severity, a.raised_at limit ${ALARMS_MAX}`);
}

export interface LowPool {
  readonly providerId: string;
  readonly code: string;
  readonly name: string;
  /** Free tracking numbers. */
  readonly left: number;
  readonly lowMark: number;
}

/** Couriers whose numbers run out: at or below their mark. Counts no further than the mark. */
export function lowPools(tx: Tx): Promise<LowPool[]> {
  return tx.run(sql<LowPool>`
    select p.shipping_provider_id as "providerId", p.code, p.name, f.left, p.awb_low_mark as "lowMark"
    from godown.shipping_provider p
    cross join lateral (
      select count(*)::integer as left from (
        select from godown.awb a where a.tenant_id = p.tenant_id and a.shipping_provider_id = p.shipping_provider_id and a.used_at is null limit p.awb_low_mark + 1
      ) free
    ) f
    where p.tenant_id = ${tx.tenantId} and p.enabled and p.kind = 'AWB_POOL' and f.left <= p.awb_low_mark order by f.left, p.code`);
}

export interface ChannelRow {
  readonly channelId: ChannelId;
  readonly code: string;
  readonly source: string;
  readonly state: "DRAFT" | "CONFIGURED" | "CONNECTED" | "DISABLED" | "BROKEN";
  readonly brokenReason: string | null;
}

export function readChannels(tx: Tx): Promise<ChannelRow[]> {
  return tx.run(sql<ChannelRow>`
    select channel_id as "channelId", code, source, state, broken_reason as "brokenReason" from godown.channel where tenant_id = ${tx.tenantId} order by code`);
}

/** What a code may be of. */
export const HIT_TYPES = [
  ...(["ORDER", "PACKAGE", "AWB", "INVOICE", "MANIFEST", "RETURN", "RETURN_MANIFEST", "CREDIT_NOTE"] as const),
  ...(["PUTAWAY", "GATEPASS", "PURCHASE_ORDER", "GRN", "SKU"] as const),
] as const;
export type HitType = (typeof HIT_TYPES)[number];

export interface Hit {
  readonly type: HitType;
  /** What the page of it is found by. */
  readonly id: string;
  readonly code: string;
  readonly detail: string | null;
}

const HITS_PER_TYPE_MAX = 10;

/** Everything whose code is exactly this text: each part is one look into an index. */
export function findByCode(tx: Tx, scope: Scope, text: string): Promise<Hit[]> {
  const tenant = tx.tenantId;
  return tx.run(sql<Hit>`
    (select 'ORDER' as type, o.sale_order_id::text as id, o.code, o.state as detail from godown.sale_order o
      where o.tenant_id = ${tenant} and o.code = ${text} and ${orderWithin(scope)} limit ${HITS_PER_TYPE_MAX})
    union all
    (select 'ORDER', o.sale_order_id::text, o.code, o.display_code from godown.sale_order o
      where o.tenant_id = ${tenant} and o.display_code = ${text} and o.code <> ${text} and ${orderWithin(scope)} limit ${HITS_PER_TYPE_MAX})
    union all
    (select 'PACKAGE', p.code, p.code, p.state from godown.shipping_package p
      where p.tenant_id = ${tenant} and p.code = ${text} and ${within(scope, "p.facility_id")} limit 1)
    union all
    (select 'AWB', p.code, p.awb, p.code from godown.shipping_package p
      where p.tenant_id = ${tenant} and p.awb = ${text} and ${within(scope, "p.facility_id")} order by p.created_at desc limit ${HITS_PER_TYPE_MAX})
    union all
    (select 'INVOICE', p.code, i.number, i.state from godown.invoice i join godown.shipping_package p using (tenant_id, shipping_package_id)
      where i.tenant_id = ${tenant} and i.number = ${text} and ${within(scope, "i.facility_id")} order by i.issued_at desc limit ${HITS_PER_TYPE_MAX})
    union all
    (select 'MANIFEST', m.manifest_id::text, m.code, m.state from godown.manifest m
      where m.tenant_id = ${tenant} and m.code = ${text} and ${within(scope, "m.facility_id")} limit 1)
    union all
    (select 'RETURN', r.return_case_id::text, r.code, r.state from godown.return_case r
      where r.tenant_id = ${tenant} and (r.code = ${text} or r.channel_return_id = ${text} or (r.kind = 'CIR' and r.awb = ${text})) and ${returnWithin(scope)}
      order by r.announced_at desc limit ${HITS_PER_TYPE_MAX})
    union all
    (select 'RETURN_MANIFEST', m.return_manifest_id::text, m.code, m.state from godown.return_manifest m
      where m.tenant_id = ${tenant} and m.code = ${text} and ${within(scope, "m.facility_id")} limit 1)
    union all
    (select 'CREDIT_NOTE', n.credit_note_id::text, n.number, n.state from godown.credit_note n
      where n.tenant_id = ${tenant} and n.number = ${text} and ${within(scope, "n.facility_id")} order by n.issued_at desc limit ${HITS_PER_TYPE_MAX})
    union all
    (select 'PUTAWAY', q.putaway_id::text, q.code, q.state from godown.putaway q
      where q.tenant_id = ${tenant} and q.code = ${text} and ${within(scope, "q.facility_id")} limit 1)
    union all
    (select 'GATEPASS', g.gatepass_id::text, g.code, g.state from godown.gatepass g
      where g.tenant_id = ${tenant} and g.code = ${text} and (${within(scope, "g.facility_id")} or ${within(scope, "g.to_facility_id")}) limit 1)
    union all
    (select 'GATEPASS', g.gatepass_id::text, d.number, g.code from godown.gatepass_document d join godown.gatepass g using (tenant_id, gatepass_id)
      where d.tenant_id = ${tenant} and d.number = ${text} and (${within(scope, "g.facility_id")} or ${within(scope, "g.to_facility_id")})
      order by d.issued_at desc limit ${HITS_PER_TYPE_MAX})
    union all
    (select 'PURCHASE_ORDER', b.purchase_order_id::text, b.code, b.state from godown.purchase_order b
      where b.tenant_id = ${tenant} and b.code = ${text} and ${within(scope, "b.facility_id")} limit 1)
    union all
    (select 'GRN', r.grn_id::text, r.code, r.state from godown.grn r
      where r.tenant_id = ${tenant} and r.code = ${text} and ${within(scope, "r.facility_id")} limit 1)
    union all
    (select 'SKU', s.sku_id::text, s.code, s.name from godown.sku s where s.tenant_id = ${tenant} and s.code = ${text} limit 1)`);
}
