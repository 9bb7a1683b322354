import { BLOCKING_STATES } from "../orders/index.ts";
import { sql, type Tx } from "../platform/db.ts";

/** One row that is not as it should be. */
export interface Finding {
  /** The row, as a person finds it: "PEN in BLR-1, good". */
  readonly record: string;
  readonly expected: string;
  readonly found: string;
}

/** More than this of one kind says the same: the first ones are named. */
export const FINDINGS_MAX = 1_000;

export type Look = (tx: Tx) => Promise<Finding[]>;

const limit = sql`limit ${FINDINGS_MAX}`;

/** Levels against the sums of the ledger, by bucket. */
export const levelsAndLedger: Look = (tx) =>
  tx.run(sql<Finding>`
    with levels as (
      select l.facility_id, l.sku_id, b.bucket, b.quantity from godown.stock_level l
      cross join lateral (values ('good', l.good), ('blocked', l.blocked), ('bad', l.bad), ('qc_rejected', l.qc_rejected),
        ('putaway_pending', l.putaway_pending), ('not_found', l.not_found), ('virtual', l.virtual)) b(bucket, quantity)
      where l.tenant_id = ${tx.tenantId}
    ), sums as (
      select facility_id, sku_id, bucket, sum(quantity) as quantity from godown.stock_ledger where tenant_id = ${tx.tenantId} group by 1, 2, 3
    )
    select k.code || ' in ' || f.code || ', ' || bucket as record, 'ledger ' || coalesce(s.quantity, 0) as expected,
      'level ' || coalesce(l.quantity::text, 'missing') as found
    from levels l full join sums s using (facility_id, sku_id, bucket)
    join godown.sku k on k.tenant_id = ${tx.tenantId} and k.sku_id = coalesce(l.sku_id, s.sku_id)
    join godown.facility f on f.tenant_id = ${tx.tenantId} and f.facility_id = coalesce(l.facility_id, s.facility_id)
    where coalesce(l.quantity, 0) <> coalesce(s.quantity, 0) order by 1 ${limit}`);

/** Shelves against the sums of the ledger. */
export const shelvesAndLedger: Look = (tx) =>
  tx.run(sql<Finding>`
    with shelves as (
      select shelf_id, sku_id, bucket, quantity from godown.shelf_stock where tenant_id = ${tx.tenantId}
    ), sums as (
      select shelf_id, sku_id, bucket, sum(quantity) as quantity from godown.stock_ledger
      where tenant_id = ${tx.tenantId} and shelf_id is not null group by 1, 2, 3
    )
    select k.code || ' on ' || f.code || '/' || h.code || ', ' || bucket as record, 'ledger ' || coalesce(s.quantity, 0) as expected,
      'shelf ' || coalesce(l.quantity::text, 'missing') as found
    from shelves l full join sums s using (shelf_id, sku_id, bucket)
    join godown.sku k on k.tenant_id = ${tx.tenantId} and k.sku_id = coalesce(l.sku_id, s.sku_id)
    join godown.shelf h on h.tenant_id = ${tx.tenantId} and h.shelf_id = coalesce(l.shelf_id, s.shelf_id)
    join godown.facility f on f.tenant_id = h.tenant_id and f.facility_id = h.facility_id
    where coalesce(l.quantity, 0) <> coalesce(s.quantity, 0) order by 1 ${limit}`);

/** Blocked stock against the units that have it, each from FULFILLABLE until it is dispatched, and what is kept for orders under review. */
export const blockedAndUnits: Look = (tx) =>
  tx.run(sql<Finding>`
    with levels as (
      select facility_id, sku_id, blocked from godown.stock_level where tenant_id = ${tx.tenantId}
    ), units as (
      select facility_id, sku_id, sum(units) as count, sum(kept) as kept from (
        select facility_id, sku_id, count(*) as units, 0 as kept from godown.sale_order_item
        where tenant_id = ${tx.tenantId} and state = any(${BLOCKING_STATES}::text[]) group by 1, 2
        union all
        select facility_id, sku_id, sum(blocked), sum(blocked) from godown.pendency_part where tenant_id = ${tx.tenantId} and blocked > 0 group by 1, 2
      ) held group by 1, 2
    )
    select k.code || ' in ' || f.code as record,
      coalesce(u.count, 0) || ' units hold stock' || case when u.kept > 0 then ' (' || u.kept || ' of them for orders under review)' else '' end as expected,
      coalesce(l.blocked, 0) || ' blocked' as found
    from levels l full join units u using (facility_id, sku_id)
    join godown.sku k on k.tenant_id = ${tx.tenantId} and k.sku_id = coalesce(l.sku_id, u.sku_id)
    join godown.facility f on f.tenant_id = ${tx.tenantId} and f.facility_id = coalesce(l.facility_id, u.facility_id)
    where coalesce(l.blocked, 0) <> coalesce(u.count, 0) order by 1 ${limit}`);

/** Stock that waits for putaway against the pieces that wait. */
export const putawayAndItems: Look = (tx) =>
  tx.run(sql<Finding>`
    with levels as (
      select facility_id, sku_id, putaway_pending from godown.stock_level where tenant_id = ${tx.tenantId}
    ), items as (
      select facility_id, sku_id, count(*) as count from godown.putaway_item
      where tenant_id = ${tx.tenantId} and completed_at is null group by 1, 2
    )
    select k.code || ' in ' || f.code as record, coalesce(i.count, 0) || ' pieces wait for putaway' as expected,
      coalesce(l.putaway_pending, 0) || ' counted as pending' as found
    from levels l full join items i using (facility_id, sku_id)
    join godown.sku k on k.tenant_id = ${tx.tenantId} and k.sku_id = coalesce(l.sku_id, i.sku_id)
    join godown.facility f on f.tenant_id = ${tx.tenantId} and f.facility_id = coalesce(l.facility_id, i.facility_id)
    where coalesce(l.putaway_pending, 0) <> coalesce(i.count, 0) order by 1 ${limit}`);

/**
 * Each series and year as a line of numbers: it starts where its first prefix began, every number is a paper (an invoice,
 * a credit note, a paper of a gatepass) or was left out by a person on purpose, and the year that is being counted ends at the next number.
 */
export const seriesAndPapers: Look = (tx) =>
  tx.run(sql<Finding>`
    with spans as (
      select invoice_series_id as series, financial_year as year, sequence_number as low, sequence_number + 1 as high, 1 as rank, 'invoice ' || number as what
      from godown.invoice where tenant_id = ${tx.tenantId} and invoice_series_id is not null
      union all
      select invoice_series_id, financial_year, sequence_number, sequence_number + 1, 1, 'credit note ' || number
      from godown.credit_note where tenant_id = ${tx.tenantId} and invoice_series_id is not null
      union all
      select invoice_series_id, financial_year, sequence_number, sequence_number + 1, 1, 'gatepass paper ' || number
      from godown.gatepass_document where tenant_id = ${tx.tenantId}
      union all
      select invoice_series_id, financial_year, from_number, to_number, 1, 'numbers left out on purpose' from godown.series_jump where tenant_id = ${tx.tenantId}
      union all
      select invoice_series_id, financial_year, min(first_number), min(first_number), 0, 'the start of the series' from godown.series_prefix
      where tenant_id = ${tx.tenantId} group by 1, 2
      union all
      select invoice_series_id, financial_year, next_number, next_number, 2, 'the next number' from godown.invoice_series where tenant_id = ${tx.tenantId}
    ), reached as (
      select spans.*, max(high) over (partition by series, year order by low, rank, high rows between unbounded preceding and 1 preceding) as reached from spans
    )
    select s.prefix || ' (' || coalesce('facility ' || f.code, 'billing party ' || b.code) || ', ' || s.document_type || ', ' || r.year || '): ' || r.what as record,
      'number ' || r.reached as expected, 'number ' || r.low || case when r.low > r.reached then ' (gap)' else ' (repeat)' end as found
    from reached r join godown.invoice_series s on s.tenant_id = ${tx.tenantId} and s.invoice_series_id = r.series
    left join godown.facility f on f.tenant_id = s.tenant_id and f.facility_id = s.facility_id
    left join godown.billing_party b on b.tenant_id = s.tenant_id and b.billing_party_id = s.billing_party_id
    where r.low <> r.reached order by 1 ${limit}`);

/** Printed numbers: once per GSTIN and year, and ending in their count. */
export const invoiceNumbers: Look = (tx) =>
  tx.run(sql<Finding>`
    select number || ' (' || coalesce(seller_gstin, 'unregistered') || ', ' || financial_year || ')' as record,
      'one invoice' as expected, count(*) || ' invoices' as found
    from godown.invoice where tenant_id = ${tx.tenantId} group by number, seller_gstin, financial_year having count(*) > 1
    union all
    select number, 'a number that ends in its count ' || sequence_number, number
    from godown.invoice where tenant_id = ${tx.tenantId} and sequence_number is not null
      and right(number, length(sequence_number::text)) <> sequence_number::text
    order by 1 ${limit}`);

/** Invoices against their lines. */
export const invoicesAndLines: Look = (tx) =>
  tx.run(sql<Finding>`
    select i.number as record, 'lines of ' || coalesce(sum(l.total_paise), 0) || ' paise' as expected,
      'a total of ' || (i.total_paise - i.round_off_paise) || ' paise before round-off' as found
    from godown.invoice i left join godown.invoice_line l using (tenant_id, invoice_id)
    where i.tenant_id = ${tx.tenantId} group by i.invoice_id, i.number, i.total_paise, i.round_off_paise
    having coalesce(sum(l.total_paise), 0) <> i.total_paise - i.round_off_paise order by 1 ${limit}`);

/** Orders against their units: money. */
export const orderTotals: Look = (tx) =>
  tx.run(sql<Finding>`
    select o.code as record, 'units of ' || coalesce(sum(u.total_paise), 0) || ' paise' as expected, 'a total of ' || o.total_paise || ' paise' as found
    from godown.sale_order o left join godown.sale_order_item u using (tenant_id, sale_order_id)
    where o.tenant_id = ${tx.tenantId} group by o.sale_order_id, o.code, o.total_paise
    having coalesce(sum(u.total_paise), 0) <> o.total_paise
    union all
    select code, 'price and charges less discount: ' || parts || ' paise', 'a total of ' || total_paise || ' paise'
    from (select code, total_paise, selling_price_paise + shipping_charges_paise + cod_charges_paise + gift_wrap_charges_paise - discount_paise as parts
      from godown.sale_order_item where tenant_id = ${tx.tenantId}) unit where parts <> total_paise
    order by 1 ${limit}`);

/** Orders against their units: an order is cancelled when all units are, complete when all others have left, and else neither. */
export const orderStates: Look = (tx) =>
  tx.run(sql<Finding>`
    with told as (
      select o.code, o.state, count(u.sale_order_id) as units, bool_and(u.state = 'CANCELLED') as cancelled,
        bool_and(u.state in ('CANCELLED', 'DISPATCHED', 'DELIVERED', 'RETURNED', 'REPLACED', 'RESHIPPED')) as gone
      from godown.sale_order o left join godown.sale_order_item u using (tenant_id, sale_order_id)
      where o.tenant_id = ${tx.tenantId} group by o.sale_order_id, o.code, o.state
    ), judged as (
      select code, state, case when units = 0 then 'at least one unit' when cancelled then 'CANCELLED: all its units are'
        when gone then 'COMPLETE: all its units have left' else 'open: some of its units are' end as expected,
        case when units = 0 then false when cancelled then state = 'CANCELLED' when gone then state = 'COMPLETE'
          else state not in ('CANCELLED', 'COMPLETE') end as right_
      from told
    )
    select code as record, expected, state as found from judged where not right_ order by 1 ${limit}`);

/** Units against the package that they are in. */
export const unitsAndPackages: Look = (tx) =>
  tx.run(sql<Finding>`
    with must_be(package, unit) as (values ('CREATED', 'FULFILLABLE'), ('PICKING', 'PICKING_FOR_INVOICING'), ('PICKED', 'PICKING_FOR_INVOICING'),
      ('PACKED', 'PACKED'), ('READY_TO_SHIP', 'READY_TO_SHIP'), ('MANIFESTED', 'MANIFESTED'), ('DISPATCHED', 'DISPATCHED'), ('SHIPPED', 'DISPATCHED'),
      ('DELIVERED', 'DELIVERED'))
    select u.code || ' in package ' || p.code as record,
      case when u.sale_order_id <> p.sale_order_id then 'a unit of the package''s order' when u.facility_id is distinct from p.facility_id
        then 'a unit of the package''s facility' else m.unit || ' like its package' end as expected, u.state as found
    from godown.sale_order_item u
    join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
    left join must_be m on m.package = p.state
    where u.tenant_id = ${tx.tenantId} and u.state not in ('CANCELLED', 'REPLACED', 'RESHIPPED', 'RETURNED')
      and (u.sale_order_id <> p.sale_order_id or u.facility_id is distinct from p.facility_id or (m.unit is not null and m.unit <> u.state))
    order by 1 ${limit}`);
