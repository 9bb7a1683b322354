import type { ChannelId, FacilityId, SaleOrderId, ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { ShippingProviderId } from "../shipping/index.ts";
import type { StepState } from "./channel-steps/channel-step.ts";
import { STEP_OPEN } from "./channel-steps/store.ts";
import type { PackageState } from "./shipping-package.ts";

/** The tabs of the Shipments screen and the states behind each; every state is in one of them. */
export const SHIPMENT_TABS = {
  new: ["CREATED", "PENDING_CUSTOMIZATION", "CUSTOMIZATION_COMPLETE"],
  notServiceable: ["LOCATION_NOT_SERVICEABLE"],
  picking: ["PICKING", "PICKED"],
  packed: ["PACKED"],
  readyToShip: ["READY_TO_SHIP"],
  manifested: ["MANIFESTED"],
  dispatched: ["DISPATCHED", "SHIPPED"],
  delivered: ["DELIVERED"],
  returns: ["RETURN_EXPECTED", "RETURN_ACKNOWLEDGED", "RETURNED"],
  cancelled: ["CANCELLED", "SPLITTED", "MERGED"],
} as const satisfies Record<string, readonly PackageState[]>;
export type ShipmentTab = keyof typeof SHIPMENT_TABS;
export const SHIPMENT_TAB_NAMES = [
  "new",
  "notServiceable",
  "picking",
  "packed",
  "readyToShip",
  "manifested",
  "dispatched",
  "delivered",
  "returns",
  "cancelled",
] as const satisfies readonly ShipmentTab[];

export interface ShipmentFilters {
  tab?: ShipmentTab | undefined;
  q?: string | undefined;
  channelId?: ChannelId | undefined;
  facilityId?: FacilityId | undefined;
  providerId?: ShippingProviderId | undefined;
  cod?: boolean | undefined;
  dispatchFrom?: Temporal.Instant | undefined;
  dispatchTo?: Temporal.Instant | undefined;
  channelStep?: ChannelStepFilter | undefined;
  /** Whose step: the channel's, or the label of a courier that is asked by its API. */
  askedOf?: "channel" | "courier" | undefined;
}

/** Packages whose channel was to give an invoice or a label and has not: it failed, it goes on by itself, or either. */
export const CHANNEL_STEP_FILTERS = ["failed", "waiting", "open"] as const;
export type ChannelStepFilter = (typeof CHANNEL_STEP_FILTERS)[number];
const STEP_STATES: Readonly<Record<ChannelStepFilter, readonly StepState[]>> = {
  failed: ["FAILED"],
  waiting: ["ASKING", "WAITING"],
  open: ["ASKING", "WAITING", "FAILED"],
};

export interface ShipmentItem {
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly quantity: number;
}

export interface ShipmentRow {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly channelId: ChannelId;
  readonly channelName: string;
  readonly facilityId: FacilityId;
  readonly state: PackageState;
  readonly stateChangedAt: Temporal.Instant;
  readonly items: ShipmentItem[];
  readonly courier: string | null;
  readonly sortCode: string | null;
  readonly issuedOn: Temporal.PlainDate | null;
  readonly dispatchBy: Temporal.Instant;
  readonly totalPaise: number;
  readonly collectPaise: number;
  readonly buyer: string;
  readonly city: string;
  readonly createdAt: Temporal.Instant;
}

const withinReach = (ctx: Ctx) =>
  ctx.facilities === "all" ? undefined : sql`p.facility_id = any(${ctx.facilities}::uuid[])`;

function conditions(ctx: Ctx, tx: Tx, filters: ShipmentFilters) {
  return [
    sql`p.tenant_id = ${tx.tenantId}`,
    withinReach(ctx),
    filters.channelId === undefined ? undefined : sql`p.channel_id = ${filters.channelId}`,
    filters.facilityId === undefined ? undefined : sql`p.facility_id = ${filters.facilityId}`,
    filters.providerId === undefined ? undefined : withCourier(filters.providerId),
    filters.cod === undefined ? undefined : sql`(o.payment_type = 'COD') = ${filters.cod}`,
    filters.dispatchFrom === undefined ? undefined : sql`o.dispatch_by >= ${filters.dispatchFrom}`,
    filters.dispatchTo === undefined ? undefined : sql`o.dispatch_by < ${filters.dispatchTo}`,
    filters.channelStep === undefined && filters.askedOf === undefined
      ? undefined
      : sql`exists (select from godown.package_step s where s.tenant_id = p.tenant_id and s.shipping_package_id = p.shipping_package_id
          and ${STEP_OPEN} and s.state = any(${STEP_STATES[filters.channelStep ?? "open"]}::text[])${askedOfWhom(filters.askedOf)})`,
    filters.q ? found(containing(filters.q)) : undefined,
  ];
}

/** Packages that a courier carries, or that it is asked to carry. */
function withCourier(providerId: ShippingProviderId) {
  return sql`(p.shipping_provider_id = ${providerId} or exists (select from godown.package_step s where s.tenant_id = p.tenant_id
    and s.shipping_package_id = p.shipping_package_id and ${STEP_OPEN} and s.shipping_provider_id = ${providerId}))`;
}

/** `s` is the step. */
function askedOfWhom(whom: ShipmentFilters["askedOf"]) {
  if (whom === undefined) return sql``;
  return whom === "courier" ? sql` and s.shipping_provider_id is not null` : sql` and s.shipping_provider_id is null`;
}

/** What a person searches by: order, package, AWB, invoice number, SKU. */
function found(like: string) {
  return sql`(p.code ilike ${like} or o.code ilike ${like} or o.display_code ilike ${like} or p.awb ilike ${like}
    or exists (select from godown.invoice i where i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.number ilike ${like})
    or exists (select from godown.sale_order_item u join godown.sku k on k.tenant_id = u.tenant_id and k.sku_id = u.sku_id
      where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and k.code ilike ${like}))`;
}

const base = sql`godown.shipping_package p join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id`;

const columns = sql`p.shipping_package_id as "shippingPackageId", p.code, p.sale_order_id as "saleOrderId", o.code as "orderCode", p.channel_id as "channelId",
  c.name as "channelName", p.facility_id as "facilityId", p.state, p.state_changed_at as "stateChangedAt", coalesce(s.name, p.channel_courier_name) as courier, p.sort_code as "sortCode",
  i.issued_on as "issuedOn", o.dispatch_by as "dispatchBy", coalesce(g.total, 0) as "totalPaise",
  case when o.payment_type = 'COD' then coalesce(g.collect, 0) else 0 end as "collectPaise", coalesce(g.items, '[]'::jsonb) as items,
  coalesce(a.name, '') as buyer, coalesce(a.city, '') as city, p.created_at as "createdAt"`;
const details = sql`
  join godown.channel c on c.tenant_id = p.tenant_id and c.channel_id = p.channel_id
  left join godown.shipping_provider s on s.tenant_id = p.tenant_id and s.shipping_provider_id = p.shipping_provider_id
  left join godown.invoice i on i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED'
  left join godown.sale_order_address a on a.tenant_id = p.tenant_id and a.sale_order_id = p.sale_order_id and a.kind = 'SHIPPING'
  left join lateral (
    select sum(k.total)::bigint as total, sum(k.collect)::bigint as collect,
      jsonb_agg(jsonb_build_object('sku', k.code, 'name', k.name, 'imageUrl', k.image_url, 'quantity', k.units) order by k.code) as items
    from (
      select k.code, k.name, k.image_url, count(*) as units, sum(u.total_paise) as total,
        sum(u.total_paise - u.store_credit_paise - u.voucher_paise - u.prepaid_paise) as collect
      from godown.sale_order_item u join godown.sku k on k.tenant_id = u.tenant_id and k.sku_id = u.sku_id
      where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and (u.state <> 'CANCELLED' or p.state = 'CANCELLED')
      group by k.code, k.name, k.image_url
    ) k
  ) g on true`;

const SORTS = { dispatchBy: sql`o.dispatch_by`, createdAt: sql`p.created_at`, stateChangedAt: sql`p.state_changed_at` };

/** A page of packages; the counts of all tabs are those of the same filters. The page is cut first, its details are read for it alone. */
export async function listShipments(
  ctx: Ctx,
  tx: Tx,
  filters: ShipmentFilters,
  page: Page,
): Promise<ListPage<ShipmentRow>> {
  const where = conditions(ctx, tx, filters);
  const states: readonly string[] | undefined = filters.tab === undefined ? undefined : SHIPMENT_TABS[filters.tab];
  const sort = page.sort === "createdAt" || page.sort === "stateChangedAt" ? SORTS[page.sort] : SORTS.dispatchBy;
  const order = sql`${sort} ${page.descending ? sql`desc` : sql`asc`}, p.shipping_package_id`;
  const rows = await tx.run(sql<ShipmentRow>`
    select ${columns}
    from (
      select p.shipping_package_id from ${base}
      where ${all([...where, states === undefined ? undefined : sql`p.state = any(${states}::text[])`])}
      order by ${order} limit ${page.limit} offset ${page.offset}
    ) cut
    join godown.shipping_package p on p.tenant_id = ${tx.tenantId} and p.shipping_package_id = cut.shipping_package_id
    join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id ${details}
    order by ${order}`);
  const byState = new Map(
    (
      await tx.run(sql<{ state: string; packages: number }>`
        select p.state, count(*) as packages from ${base} where ${all(where)} group by p.state`)
    ).map((row) => [row.state, row.packages]),
  );
  const counts = Object.fromEntries(
    SHIPMENT_TAB_NAMES.map((tab) => [
      tab,
      SHIPMENT_TABS[tab].reduce((total, state) => total + (byState.get(state) ?? 0), 0),
    ]),
  );
  const total =
    filters.tab === undefined ? [...byState.values()].reduce((a, b) => a + b, 0) : (counts[filters.tab] ?? 0);
  return { rows, total, counts };
}

/** One package as the list shows it, with what only its own page shows. */
export interface ShipmentDetail extends ShipmentRow {
  readonly providerChoice: unknown;
  readonly labelPrintedAt: Temporal.Instant | null;
  readonly dispatchedAt: Temporal.Instant | null;
  /** By a manifest of ours, or adopted from the channel's panel. */
  readonly dispatchedHow: "MANIFEST" | "ADOPTED" | null;
  /** Units of it that the books had nothing to give for, and that nobody has settled yet. */
  readonly openShortages: number;
  readonly deliveredAt: Temporal.Instant | null;
  readonly channelReturnedAt: Temporal.Instant | null;
  readonly courierStatus: string | null;
  readonly trackingUrl: string | null;
  readonly carrier: string | null;
  readonly address: {
    name: string;
    line1: string;
    line2: string | null;
    city: string;
    stateName: string;
    pincode: string;
    phone: string;
  } | null;
  /** All invoices, cancelled ones too, newest first. */
  readonly invoices: {
    invoiceId: string;
    number: string;
    numberedBy: "SERIES" | "CHANNEL";
    state: string;
    issuedOn: string;
    irn: string | null;
    totalPaise: number;
  }[];
  readonly units: { unitId: string; code: string; sku: string; state: string; cancelReason: string | null }[];
  readonly timeline: { at: string; kind: string; actor: string; facts: Record<string, unknown> }[];
}

export function shipmentDetail(ctx: Ctx, tx: Tx, id: ShippingPackageId): Promise<ShipmentDetail | undefined> {
  return tx.first(sql<ShipmentDetail>`
    select ${columns}, p.provider_choice as "providerChoice", p.label_printed_at as "labelPrintedAt", p.dispatched_at as "dispatchedAt",
      p.dispatched_how as "dispatchedHow", (
        select count(*)::integer from godown.stock_shortage h where h.tenant_id = p.tenant_id and h.shipping_package_id = p.shipping_package_id and h.state = 'OPEN') as "openShortages",
      p.delivered_at as "deliveredAt", p.channel_returned_at as "channelReturnedAt", p.courier_status as "courierStatus",
      replace(s.tracking_url_template, '{awb}', p.awb) as "trackingUrl", p.carrier,
      case when a.name is not null then jsonb_build_object('name', a.name, 'line1', a.line1, 'line2', a.line2, 'city', a.city, 'stateName', a.state_name,
        'pincode', a.pincode, 'phone', a.phone) end as address,
      coalesce((select jsonb_agg(jsonb_build_object('invoiceId', v.invoice_id, 'number', v.number, 'numberedBy', v.numbered_by, 'state', v.state, 'issuedOn', v.issued_on,
          'irn', (select e.irn from godown.e_invoice e where e.tenant_id = v.tenant_id and e.subject_type = 'INVOICE' and e.subject_id = v.invoice_id),
          'totalPaise', v.total_paise) order by v.issued_at desc)
        from godown.invoice v where v.tenant_id = p.tenant_id and v.shipping_package_id = p.shipping_package_id), '[]'::jsonb) as invoices,
      coalesce((select jsonb_agg(jsonb_build_object('unitId', u.sale_order_item_id, 'code', u.code, 'sku', k.code, 'state', u.state,
          'cancelReason', u.cancel_reason) order by u.unit_no)
        from godown.sale_order_item u join godown.sku k on k.tenant_id = u.tenant_id and k.sku_id = u.sku_id
        where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id), '[]'::jsonb) as units,
      coalesce((select jsonb_agg(jsonb_build_object('at', e.at, 'kind', e.kind, 'actor', e.actor_name, 'facts', e.facts) order by e.at desc, e.order_event_id desc)
        from (select * from godown.order_event e where e.tenant_id = p.tenant_id and e.sale_order_id = p.sale_order_id
          and e.shipping_package_id = p.shipping_package_id order by e.at desc limit 200) e), '[]'::jsonb) as timeline
    from ${base} ${details}
    where ${all([sql`p.tenant_id = ${tx.tenantId}`, sql`p.shipping_package_id = ${id}`, withinReach(ctx)])}`);
}
