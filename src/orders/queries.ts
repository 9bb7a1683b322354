import { type FacilityId, INDIA, type Instant, type SaleOrderId } from "../kernel/index.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";

export type Scope = "all" | readonly FacilityId[];

/** Orders with a unit in the actor's facilities, or that have no facility yet. */
export function visible(scope: Scope) {
  return scope === "all"
    ? undefined
    : sql`exists (select from godown.sale_order_item v where v.tenant_id = o.tenant_id and v.sale_order_id = o.sale_order_id and (v.facility_id is null or v.facility_id = any(${scope}::uuid[])))`;
}

/** Tabs of the orders list: each is a condition, so that counts and rows cannot disagree. */
const TABS = {
  open: sql`o.state in ('PENDING_VERIFICATION', 'CREATED', 'PROCESSING')`,
  pendingVerification: sql`o.state = 'PENDING_VERIFICATION'`,
  onHold: sql`o.state in ('PENDING_VERIFICATION', 'CREATED', 'PROCESSING') and (o.on_hold or exists (select from godown.sale_order_item h where h.tenant_id = o.tenant_id and h.sale_order_id = o.sale_order_id and h.on_hold and h.state <> 'CANCELLED'))`,
  unfulfillable: sql`o.state in ('CREATED', 'PROCESSING') and exists (select from godown.sale_order_item h where h.tenant_id = o.tenant_id and h.sale_order_id = o.sale_order_id and h.state = 'UNFULFILLABLE')`,
  notServiceable: sql`o.state in ('CREATED', 'PROCESSING') and exists (select from godown.sale_order_item h where h.tenant_id = o.tenant_id and h.sale_order_id = o.sale_order_id and h.state = 'LOCATION_NOT_SERVICEABLE')`,
  complete: sql`o.state = 'COMPLETE'`,
  cancelled: sql`o.state = 'CANCELLED'`,
  returned: sql`o.channel_returned_at is not null`,
  noticesPaused: sql`o.notices_paused_at is not null`,
  all: sql`true`,
} as const;
export const ORDER_TABS = Object.keys(TABS) as (keyof typeof TABS)[];

export interface OrderFilters {
  readonly tab?: keyof typeof TABS | undefined;
  /** Codes, any of them. */
  readonly channel?: readonly string[] | undefined;
  readonly facilityId?: FacilityId | undefined;
  readonly paymentType?: readonly ("COD" | "PREPAID")[] | undefined;
  readonly sku?: string | undefined;
  readonly due?: readonly (typeof DUES)[number][] | undefined;
  readonly dueBefore?: string | undefined;
  readonly placedFrom?: string | undefined;
  readonly placedTo?: string | undefined;
  readonly search?: string | undefined;
}

/** Spans of the dispatch deadline that people ask for; `day` is the business day in India. */
export const DUES = ["late", "soon", "today", "later"] as const;
const SOON_HOURS = 2;

function dueWithin(dues: readonly (typeof DUES)[number][], now: Instant) {
  const soon = now.add({ hours: SOON_HOURS });
  const dayEnd = now.toZonedDateTimeISO(INDIA).startOfDay().add({ days: 1 }).toInstant();
  const spans = {
    late: sql`o.dispatch_by < ${now}`,
    soon: sql`(o.dispatch_by >= ${now} and o.dispatch_by < ${soon})`,
    today: sql`(o.dispatch_by >= ${now} and o.dispatch_by < ${dayEnd})`,
    later: sql`o.dispatch_by >= ${dayEnd}`,
  };
  return sql`(${sql.join(
    dues.map((due) => spans[due]),
    sql` or `,
  )})`;
}

const SORTS: Record<string, ReturnType<typeof sql>> = {
  dispatchBy: sql`o.dispatch_by`,
  placedAt: sql`o.placed_at`,
  total: sql`o.total_paise`,
  code: sql`o.code`,
};

export async function listOrders<Row>(
  tx: Tx,
  asking: { scope: Scope; now: Instant },
  filters: OrderFilters,
  page: Page,
): Promise<ListPage<Row>> {
  const base = [
    sql`o.tenant_id = ${tx.tenantId}`,
    visible(asking.scope),
    filters.channel === undefined ? undefined : sql`c.code = any(${filters.channel}::text[])`,
    filters.paymentType === undefined ? undefined : sql`o.payment_type = any(${filters.paymentType}::text[])`,
    filters.due === undefined ? undefined : dueWithin(filters.due, asking.now),
    filters.dueBefore === undefined ? undefined : sql`o.dispatch_by < ${filters.dueBefore}::timestamptz`,
    filters.placedFrom === undefined ? undefined : sql`o.placed_at >= ${filters.placedFrom}::timestamptz`,
    filters.placedTo === undefined ? undefined : sql`o.placed_at < ${filters.placedTo}::timestamptz`,
    filters.facilityId === undefined
      ? undefined
      : sql`exists (select from godown.sale_order_item x where x.tenant_id = o.tenant_id and x.sale_order_id = o.sale_order_id and x.facility_id = ${filters.facilityId})`,
    filters.sku === undefined
      ? undefined
      : sql`exists (select from godown.sale_order_item x join godown.sku s using (tenant_id, sku_id) where x.tenant_id = o.tenant_id and x.sale_order_id = o.sale_order_id and s.code = ${filters.sku})`,
    filters.search === undefined || filters.search === ""
      ? undefined
      : sql`(o.code ilike ${containing(filters.search)} or o.display_code ilike ${containing(filters.search)} or exists (select from godown.sale_order_address a where a.tenant_id = o.tenant_id and a.sale_order_id = o.sale_order_id and (a.name ilike ${containing(filters.search)} or a.phone = ${filters.search})))`,
  ];
  const from = sql`from godown.sale_order o join godown.channel c using (tenant_id, channel_id)`;
  const counts = await tx.one(sql<Record<string, number>>`
    select ${sql.join(ORDER_TABS.map((tab) => sql`count(*) filter (where ${TABS[tab]})::integer as ${sql.ref(tab)}`))} ${from} where ${all(base)}`);
  const tab = filters.tab ?? "all";
  const direction = page.descending ? sql`desc` : sql`asc`;
  const rows = await tx.run(sql<Row>`
    with page as (
      select o.sale_order_id ${from} where ${all([...base, TABS[tab]])}
      order by ${SORTS[page.sort] ?? sql`o.dispatch_by`} ${direction}, o.sale_order_id limit ${page.limit} offset ${page.offset}
    )
    select ${orderColumns} ${from} join page using (sale_order_id)
    join godown.sale_order_address a on a.tenant_id = o.tenant_id and a.sale_order_id = o.sale_order_id and a.kind = 'SHIPPING'
    where o.tenant_id = ${tx.tenantId} order by ${SORTS[page.sort] ?? sql`o.dispatch_by`} ${direction}, o.sale_order_id`);
  return { rows, total: counts[tab] ?? 0, counts };
}

const instant = (column: string) =>
  sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Columns of an order in lists, its units summed per SKU and its packages beside it. */
const orderColumns = sql`
  o.sale_order_id as id, o.code, o.display_code as "displayCode", o.state, o.on_hold as "onHold", o.hold_reason as "holdReason", o.priority,
  o.third_party_shipping as "thirdPartyShipping", o.package_type as "packageType", o.payment_type as "paymentType", o.total_paise as "totalPaise", o.collect_paise as "collectPaise",
  ${instant("o.placed_at")} as "placedAt", ${instant("o.dispatch_by")} as "dispatchBy", ${instant("o.created_at")} as "createdAt",
  ${instant("o.channel_returned_at")} as "channelReturnedAt", ${instant("o.channel_cancelled_at")} as "channelCancelledAt", ${instant("o.notices_paused_at")} as "noticesPausedAt",
  ${instant("o.actionable_from")} as "actionableFrom",
  c.code as channel, c.source, a.name as "buyerName", a.city, a.pincode, a.state_name as "stateName",
  (select coalesce(jsonb_agg(x order by x.sku), '[]') from (
    select s.code as sku, s.name, s.image_url as "imageUrl", count(*)::integer as quantity, jsonb_agg(distinct u.state) as states
    from godown.sale_order_item u join godown.sku s using (tenant_id, sku_id)
    where u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id group by s.code, s.name, s.image_url) x) as items,
  (select coalesce(jsonb_agg(distinct f.code), '[]') from godown.sale_order_item u join godown.facility f using (tenant_id, facility_id) where u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id) as facilities,
  (select coalesce(jsonb_agg(jsonb_build_object('id', p.shipping_package_id, 'code', p.code, 'state', p.state) order by p.created_at), '[]') from godown.shipping_package p where p.tenant_id = o.tenant_id and p.sale_order_id = o.sale_order_id) as packages,
  (select count(*)::integer from godown.sale_order_item u where u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id and u.on_hold and u.state <> 'CANCELLED') as "heldUnits",
  (select count(*)::integer from godown.order_exception e where e.tenant_id = o.tenant_id and e.sale_order_id = o.sale_order_id and e.state = 'OPEN') as "openExceptions"`;

/** Everything about one order: units, addresses, money, packages, timeline, exchanges, doubts. Undefined where the actor may not see it. */
export function orderDetail(tx: Tx, scope: Scope, id: SaleOrderId): Promise<Record<string, unknown> | undefined> {
  return tx.first(sql<Record<string, unknown>>`
    select ${orderColumns}, o.currency, o.tax_exempt as "taxExempt", o.buyer_gstin as "buyerGstin", o.additional_info as "additionalInfo", o.payment,
      o.facility_choice as "facilityChoice", o.notices_paused_reason as "noticesPausedReason", c.channel_id as "channelId",
      (select jsonb_object_agg(x.kind, to_jsonb(x) - 'tenant_id' - 'sale_order_id') from godown.sale_order_address x where x.tenant_id = o.tenant_id and x.sale_order_id = o.sale_order_id) as addresses,
      (select jsonb_agg(jsonb_build_object('id', u.sale_order_item_id, 'unitNo', u.unit_no, 'code', u.code, 'line', u.channel_order_item_id, 'channelProductId', u.product_id || '-' || u.variant_id, 'title', u.title,
        'sku', s.code, 'name', s.name, 'imageUrl', s.image_url, 'bundle', b.code, 'state', u.state, 'onHold', u.on_hold, 'facility', f.code, 'package', p.code, 'packageId', p.shipping_package_id,
        'sellingPricePaise', u.selling_price_paise, 'discountPaise', u.discount_paise, 'shippingChargesPaise', u.shipping_charges_paise, 'codChargesPaise', u.cod_charges_paise, 'giftWrapChargesPaise', u.gift_wrap_charges_paise,
        'storeCreditPaise', u.store_credit_paise, 'voucherPaise', u.voucher_paise, 'prepaidPaise', u.prepaid_paise, 'totalPaise', u.total_paise,
        'cancelRequestedAt', u.cancel_requested_at, 'cancelledAt', u.cancelled_at, 'cancelReason', u.cancel_reason, 'cancelledBy', u.cancelled_by, 'short', u.short) order by u.unit_no)
        from godown.sale_order_item u join godown.sku s using (tenant_id, sku_id) left join godown.sku b on b.tenant_id = u.tenant_id and b.sku_id = u.bundle_sku_id
        left join godown.facility f on f.tenant_id = u.tenant_id and f.facility_id = u.facility_id left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
        where u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id) as units,
      (select coalesce(jsonb_agg(jsonb_build_object('id', i.invoice_id, 'number', i.number, 'state', i.state, 'totalPaise', i.total_paise, 'packageId', i.shipping_package_id, 'issuedAt', i.issued_at, 'irn', e.irn,
          'waitsFor', case when i.state = 'IRN_PENDING' then jsonb_build_object('eInvoiceId', e.e_invoice_id, 'state', e.state, 'code', e.code, 'words', e.words, 'whatToDo', e.what_to_do) end) order by i.issued_at), '[]')
        from godown.invoice i left join godown.e_invoice e on e.tenant_id = i.tenant_id and e.subject_type = 'INVOICE' and e.subject_id = i.invoice_id where i.tenant_id = o.tenant_id and i.sale_order_id = o.sale_order_id) as invoices,
      (select coalesce(jsonb_agg(jsonb_build_object('id', p.shipping_package_id, 'code', p.code, 'state', p.state, 'facility', f.code, 'courier', coalesce(sp.name, p.channel_courier_name, case when p.third_party_shipping then c.code end), 'awb', p.awb,
        'courierStatus', p.courier_status, 'units', (select count(*)::integer from godown.sale_order_item u where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id),
        'manifest', m.code, 'manifestId', m.manifest_id, 'labelled', p.state in ('READY_TO_SHIP', 'MANIFESTED', 'DISPATCHED', 'SHIPPED', 'DELIVERED'),
        'dispatchedHow', p.dispatched_how, 'thirdPartyShipping', p.third_party_shipping,
        'invoiceAwaited', p.dispatched_how = 'ADOPTED' and exists (select from godown.package_step s where s.tenant_id = p.tenant_id and s.shipping_package_id = p.shipping_package_id and s.step = 'INVOICE' and s.state <> 'DONE'),
        'tracked', (select count(*)::integer from godown.package_tracking t where t.tenant_id = p.tenant_id and t.shipping_package_id = p.shipping_package_id),
        'dispatchedAt', p.dispatched_at, 'deliveredAt', p.delivered_at, 'stateChangedAt', p.state_changed_at) order by p.created_at), '[]')
        from godown.shipping_package p join godown.facility f using (tenant_id, facility_id)
        left join godown.shipping_provider sp on sp.tenant_id = p.tenant_id and sp.shipping_provider_id = p.shipping_provider_id
        left join godown.manifest_package mp on mp.tenant_id = p.tenant_id and mp.shipping_package_id = p.shipping_package_id
        left join godown.manifest m on m.tenant_id = mp.tenant_id and m.manifest_id = mp.manifest_id
        where p.tenant_id = o.tenant_id and p.sale_order_id = o.sale_order_id) as parcels,
      (select coalesce(jsonb_agg(jsonb_build_object('id', r.return_case_id, 'code', r.code, 'kind', r.kind, 'state', r.state, 'reason', r.reason, 'awb', r.awb, 'announcedAt', r.announced_at) order by r.created_at), '[]') from godown.return_case r where r.tenant_id = o.tenant_id and r.sale_order_id = o.sale_order_id) as returns
    from godown.sale_order o join godown.channel c using (tenant_id, channel_id)
    join godown.sale_order_address a on a.tenant_id = o.tenant_id and a.sale_order_id = o.sale_order_id and a.kind = 'SHIPPING'
    where ${all([sql`o.tenant_id = ${tx.tenantId}`, sql`o.sale_order_id = ${id}`, visible(scope)])}`);
}

/** The timeline: what happened here, and what was said to and by the channel, newest first. */
export function orderTimeline(tx: Tx, id: SaleOrderId): Promise<Record<string, unknown>[]> {
  return tx.run(sql<Record<string, unknown>>`
    select * from (
      select e.order_event_id as id, ${instant("e.at")} as at, e.actor_kind as "actorKind", e.actor_name as "actorName", e.kind, e.facts, p.code as package, e.exchange_id as "exchangeId", null::text as outcome
      from godown.order_event e left join godown.shipping_package p on p.tenant_id = e.tenant_id and p.shipping_package_id = e.shipping_package_id
      where e.tenant_id = ${tx.tenantId} and e.sale_order_id = ${id}
      union all
      -- An answer that was understood may still say no: what came of the notification decides then.
      select x.exchange_id, ${instant("x.at")}, 'CHANNEL', c.code, 'EXCHANGE', jsonb_build_object('operation', x.operation, 'status', x.status, 'message', coalesce(x.message, case when s.state = 'REFUSED' then s.last_message end), 'durationMs', x.duration_ms, 'attempt', x.attempt, 'packageState', s.package_state),
        p.code, x.exchange_id, case when x.outcome = 'OK' and s.state in ('REFUSED', 'UNKNOWN') then s.state else x.outcome end
      from godown.exchange x join godown.channel c using (tenant_id, channel_id) left join godown.shipping_package p on p.tenant_id = x.tenant_id and p.shipping_package_id = x.shipping_package_id
      left join godown.channel_notice s on s.tenant_id = x.tenant_id and s.channel_notice_id = x.notice_id
      where x.tenant_id = ${tx.tenantId} and x.sale_order_id = ${id}
      union all
      select n.channel_notice_id, ${instant("n.created_at")}, 'SYSTEM', c.code, 'NOTICE', jsonb_build_object('kind', n.kind, 'packageState', n.package_state, 'message', n.last_message, 'attempts', n.attempts), p.code, null, n.state
      from godown.channel_notice n join godown.channel c using (tenant_id, channel_id) left join godown.shipping_package p on p.tenant_id = n.tenant_id and p.shipping_package_id = n.shipping_package_id
      where n.tenant_id = ${tx.tenantId} and n.sale_order_id = ${id} and n.state <> 'SENT'
    ) t order by at desc, id desc limit 1000`);
}
