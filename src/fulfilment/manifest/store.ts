import type { FacilityId, ManifestId, ShippingPackageId } from "../../kernel/index.ts";
import { sql, type Tx } from "../../platform/db.ts";
import type { DispatchRow } from "./dispatch-facts.ts";
import type { Manifest, ManifestFor, Parcel } from "./manifest.ts";

export const CHANNEL_SHIPS = "the channel's courier";

const columnsAt = (
  now: Temporal.Instant,
) => sql`m.manifest_id as "manifestId", m.code, m.state, m.facility_id as "facilityId", f.code as "facilityCode", m.channel_id as "channelId",
  c.code as "channelCode", c.source, m.shipping_provider_id as "shippingProviderId", m.third_party_shipping as "thirdPartyShipping", m.channel_courier_code as "channelCourierCode",
  coalesce(s.name || ' (' || s.code || ')', m.channel_courier_code, ${CHANNEL_SHIPS}) as courier, coalesce(m.asking_until > ${now}, false) as asking, m.asking_until as "askingUntil"`;
const tables = sql`godown.manifest m
  join godown.facility f using (tenant_id, facility_id)
  join godown.channel c using (tenant_id, channel_id)
  left join godown.shipping_provider s on s.tenant_id = m.tenant_id and s.shipping_provider_id = m.shipping_provider_id`;

/**
 * Locks a manifest: shared by those who put parcels on or take them off, alone for whoever closes or discards it.
 * Locked before orders, units and packages.
 */
export function lockManifest(
  tx: Tx,
  manifestId: ManifestId,
  as: "shared" | "alone",
  now: Temporal.Instant,
): Promise<Manifest | undefined> {
  return tx.first(sql<Manifest>`
    select ${columnsAt(now)} from ${tables} where m.tenant_id = ${tx.tenantId} and m.manifest_id = ${manifestId}
    ${as === "alone" ? sql`for update of m` : sql`for share of m`}`);
}

/** The newest open manifest for parcels of one kind that nobody is closing, locked as `lockManifest` does for adding. */
export function lockOpenManifest(tx: Tx, of: ManifestFor, now: Temporal.Instant): Promise<Manifest | undefined> {
  return tx.first(sql<Manifest>`
    select ${columnsAt(now)} from ${tables}
    where m.tenant_id = ${tx.tenantId} and m.state = 'CREATED' and m.facility_id = ${of.facilityId} and m.channel_id = ${of.channelId}
      and m.third_party_shipping = ${of.thirdPartyShipping} and m.shipping_provider_id is not distinct from ${of.shippingProviderId}::uuid
      and m.channel_courier_code is not distinct from ${of.channelCourierCode}::text and coalesce(m.asking_until <= ${now}, true)
    order by m.created_at desc, m.manifest_id desc limit 1 for share of m`);
}

export async function insertManifest(
  tx: Tx,
  manifest: ManifestFor & { manifestId: ManifestId; code: string },
  by: string,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.manifest (tenant_id, manifest_id, code, facility_id, channel_id, shipping_provider_id, third_party_shipping, channel_courier_code, state, created_at, created_by)
    values (${tx.tenantId}, ${manifest.manifestId}, ${manifest.code}, ${manifest.facilityId}, ${manifest.channelId}, ${manifest.shippingProviderId}, ${manifest.thirdPartyShipping}, ${manifest.channelCourierCode}, 'CREATED', ${at}, ${by})`);
}

/** Which of the three that a new manifest names are not there. */
export async function missingParts(tx: Tx, of: ManifestFor): Promise<string[]> {
  const found = await tx.one(sql<{ channel: boolean; facility: boolean; provider: boolean }>`
    select exists (select from godown.channel where tenant_id = ${tx.tenantId} and channel_id = ${of.channelId}) as channel,
      exists (select from godown.facility where tenant_id = ${tx.tenantId} and facility_id = ${of.facilityId}) as facility,
      ${of.shippingProviderId}::uuid is null or exists (select from godown.shipping_provider where tenant_id = ${tx.tenantId} and shipping_provider_id = ${of.shippingProviderId}::uuid) as provider`);
  return [
    ...(found.facility ? [] : ["facility"]),
    ...(found.channel ? [] : ["channel"]),
    ...(found.provider ? [] : ["shipping provider"]),
  ];
}

/** Packages as the hand-over sees them; read after they are locked where it must hold until commit. */
export function parcels(tx: Tx, ids: readonly ShippingPackageId[]): Promise<Parcel[]> {
  return tx.run(sql<Parcel>`
    select p.shipping_package_id as "shippingPackageId", p.code, o.code as "orderCode", p.state, p.facility_id as "facilityId", f.code as "facilityCode",
      p.channel_id as "channelId", c.code as "channelCode", c.source, p.shipping_provider_id as "shippingProviderId", p.third_party_shipping as "thirdPartyShipping",
      p.channel_courier_code as "channelCourierCode",
      coalesce(s.name || ' (' || s.code || ')', p.channel_courier_name, p.channel_courier_code, case when p.third_party_shipping then ${CHANNEL_SHIPS} else 'no courier yet' end) as courier,
      o.on_hold as "onHold", o.hold_reason as "holdReason", coalesce(u.held, 0)::integer as "heldUnits", coalesce(u.locked, 0)::integer as "lockedUnits",
      m.manifest_id as "manifestId", m.code as "manifestCode"
    from godown.shipping_package p
    join godown.sale_order o using (tenant_id, sale_order_id)
    join godown.facility f on f.tenant_id = p.tenant_id and f.facility_id = p.facility_id
    join godown.channel c on c.tenant_id = p.tenant_id and c.channel_id = p.channel_id
    left join godown.shipping_provider s on s.tenant_id = p.tenant_id and s.shipping_provider_id = p.shipping_provider_id
    left join godown.manifest_package mp on mp.tenant_id = p.tenant_id and mp.shipping_package_id = p.shipping_package_id
    left join godown.manifest m on m.tenant_id = mp.tenant_id and m.manifest_id = mp.manifest_id
    left join lateral (
      select count(*) filter (where i.cancel_requested_at is not null) as locked, count(*) filter (where i.on_hold) as held
      from godown.sale_order_item i where i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED'
    ) u on true
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = any(${ids}::uuid[])
    order by p.code`);
}

const CANDIDATES_MAX = 50; // an order with more parcels than that is scanned by its labels

/** Packages that a scanned text stands for: by package code, else tracking number, else order; within reach. */
export async function findScanned(
  tx: Tx,
  text: string,
  facilities: "all" | readonly FacilityId[],
): Promise<ShippingPackageId[]> {
  const texts = [...new Set([text, text.toUpperCase()])];
  const rows = await tx.run(sql<{ id: ShippingPackageId; rank: number }>`
    with found as (
      select shipping_package_id, facility_id, 1 as rank from godown.shipping_package where tenant_id = ${tx.tenantId} and code = any(${texts})
      union all
      select shipping_package_id, facility_id, 2 from godown.shipping_package where tenant_id = ${tx.tenantId} and awb = any(${texts})
      union all
      select p.shipping_package_id, p.facility_id, 3 from godown.shipping_package p
      where p.tenant_id = ${tx.tenantId} and p.sale_order_id in (
        select sale_order_id from godown.sale_order where tenant_id = ${tx.tenantId} and code = any(${texts}))
    )
    select shipping_package_id as id, min(rank)::integer as rank from found
    where ${facilities === "all" ? sql`true` : sql`facility_id = any(${facilities}::uuid[])`}
    group by 1 order by 2, 1 limit ${CANDIDATES_MAX}`);
  return rows.filter((r) => r.rank === rows[0]?.rank).map((r) => r.id);
}

export async function putOn(
  tx: Tx,
  manifestId: ManifestId,
  ids: readonly ShippingPackageId[],
  by: string,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.manifest_package (tenant_id, manifest_id, shipping_package_id, added_at, added_by)
    select ${tx.tenantId}, ${manifestId}, id, ${at}, ${by} from unnest(${ids}::uuid[]) as id order by id`);
}

export async function takeOffRows(tx: Tx, manifestId: ManifestId, ids: readonly ShippingPackageId[]): Promise<void> {
  await tx.run(sql`
    delete from godown.manifest_package
    where tenant_id = ${tx.tenantId} and manifest_id = ${manifestId} and shipping_package_id = any(${ids}::uuid[])`);
}

export async function packagesOn(tx: Tx, manifestId: ManifestId): Promise<ShippingPackageId[]> {
  const rows = await tx.run(sql<{ id: ShippingPackageId }>`
    select shipping_package_id as id from godown.manifest_package
    where tenant_id = ${tx.tenantId} and manifest_id = ${manifestId} order by shipping_package_id`);
  return rows.map((r) => r.id);
}

export async function saveClosed(tx: Tx, manifestId: ManifestId, by: string, at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    with settled as (
      update godown.manifest_package set channel_refusal = null
      where tenant_id = ${tx.tenantId} and manifest_id = ${manifestId} and channel_refusal is not null
    )
    update godown.manifest set state = 'CLOSED', closed_at = ${at}, closed_by = ${by}, asking_until = null, channel_message = null, channel_exchange_id = null
    where tenant_id = ${tx.tenantId} and manifest_id = ${manifestId}`);
}

export async function saveDiscarded(tx: Tx, manifestId: ManifestId): Promise<void> {
  await tx.run(sql`
    update godown.manifest set state = 'DISCARDED', asking_until = null where tenant_id = ${tx.tenantId} and manifest_id = ${manifestId}`);
}

/** What the channel must be told of packages that leave: courier, invoice, units and the invoice's lines. */
export function dispatchRows(tx: Tx, ids: readonly ShippingPackageId[]): Promise<DispatchRow[]> {
  return tx.run(sql<DispatchRow>`
    select p.shipping_package_id as "shippingPackageId", p.code, p.sale_order_id as "saleOrderId", p.channel_id as "channelId", o.channel_order_id as "channelOrderId", c.source,
      p.third_party_shipping as "thirdPartyShipping",
      (select count(*)::integer from godown.shipping_package q where q.tenant_id = p.tenant_id and q.sale_order_id = p.sale_order_id
        and (q.created_at, q.shipping_package_id) <= (p.created_at, p.shipping_package_id)) as "packageNo", p.channel_courier_code as "channelCourierCode", p.awb, s.name as "providerName", s.tracking_url_template as "trackingUrlTemplate", s.transit_days as "transitDays",
      v.state as "invoiceState", v.number as "invoiceNumber", v.issued_on as "invoicedOn",
      coalesce((
        select jsonb_agg(jsonb_build_object('unitId', u.sale_order_item_id, 'line', u.channel_order_item_id, 'productId', u.product_id, 'variantId', u.variant_id,
          'parts', case when u.bundle_sku_id is null then 1 else (
            select coalesce(sum(b.quantity), 1) from godown.bundle_component b where b.tenant_id = u.tenant_id and b.bundle_sku_id = u.bundle_sku_id) end) order by u.unit_no)
        from godown.sale_order_item u where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and u.state <> 'CANCELLED'
      ), '[]') as units,
      coalesce((
        select jsonb_agg(jsonb_build_object('unitIds', l.unit_ids, 'gstBps', l.gst_bps, 'cessBps', l.cess_bps, 'taxable', l.taxable_paise,
          'interState', v.igst_paise > 0 or (v.cgst_paise = 0 and v.place_of_supply <> left(coalesce(v.seller_gstin, v.place_of_supply), 2)), 'unionTerritory', v.utgst_paise > 0) order by l.line_no)
        from godown.invoice_line l where l.tenant_id = v.tenant_id and l.invoice_id = v.invoice_id
      ), '[]') as lines
    from godown.shipping_package p
    join godown.sale_order o using (tenant_id, sale_order_id)
    join godown.channel c on c.tenant_id = p.tenant_id and c.channel_id = p.channel_id
    left join godown.shipping_provider s on s.tenant_id = p.tenant_id and s.shipping_provider_id = p.shipping_provider_id
    left join godown.invoice v on v.tenant_id = p.tenant_id and v.shipping_package_id = p.shipping_package_id and v.state <> 'CANCELLED'
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = any(${ids}::uuid[])
    order by o.created_at, p.code`);
}
