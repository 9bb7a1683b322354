import type { ChannelId, FacilityId, Instant } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { NewDelivery } from "./deliveries.ts";
import type { PartnerDeliveryId, PartnerEvent, PartnerId, PartnerWish } from "./partner.ts";

/** Enabled partners and what they are to be told of. */
export async function listWishes(tx: Tx): Promise<PartnerWish[]> {
  const rows = await tx.run(sql<{
    partnerId: PartnerId;
    events: PartnerEvent[];
    channelIds: ChannelId[] | null;
    facilityIds: FacilityId[] | null;
  }>`
    select p.partner_id as "partnerId", p.events,
      (select array_agg(c.channel_id) from godown.partner_channel c where c.tenant_id = p.tenant_id and c.partner_id = p.partner_id) as "channelIds",
      (select array_agg(f.facility_id) from godown.partner_facility f where f.tenant_id = p.tenant_id and f.partner_id = p.partner_id) as "facilityIds"
    from godown.partner p
    where p.tenant_id = ${tx.tenantId} and p.enabled
    order by p.partner_id`);
  return rows.map((row) => ({
    partnerId: row.partnerId,
    events: new Set(row.events),
    channelIds: row.channelIds === null ? null : new Set(row.channelIds),
    facilityIds: row.facilityIds === null ? null : new Set(row.facilityIds),
  }));
}

/** Writes what is not there yet, positions in the order given, for partners that are enabled. Answers for whom there is something. */
export async function insertDeliveries(
  tx: Tx,
  rows: readonly (NewDelivery & { readonly partnerDeliveryId: PartnerDeliveryId })[],
  now: Instant,
): Promise<PartnerId[]> {
  const wanted = rows.map(({ payload, fault = null, ...row }) => ({ ...row, fault, body: JSON.stringify(payload) }));
  const written = await tx.run(sql<{ partnerId: PartnerId }>`
    insert into godown.partner_delivery
      (tenant_id, partner_delivery_id, partner_id, event, lane, dedupe_key, sale_order_id, shipping_package_id, subject, body, happened_at, created_at, state,
        next_attempt_at, settled_at, last_message)
    select p.tenant_id, r."partnerDeliveryId", p.partner_id, r.event, r.lane, r."dedupeKey", r."saleOrderId", r."shippingPackageId", r.subject, r.body::json,
      r."happenedAt", ${now}, case when r.fault is null then 'PENDING' else 'FAILED' end, case when r.fault is null then ${now}::timestamptz end,
      case when r.fault is not null then ${now}::timestamptz end, r.fault
    from rows from (jsonb_to_recordset(${json(wanted)}) as ("partnerDeliveryId" uuid, "partnerId" uuid, event text, lane uuid, "dedupeKey" text,
        "saleOrderId" uuid, "shippingPackageId" uuid, subject text, body text, "happenedAt" timestamptz, fault text)) with ordinality
      as r("partnerDeliveryId", "partnerId", event, lane, "dedupeKey", "saleOrderId", "shippingPackageId", subject, body, "happenedAt", fault, place)
    join godown.partner p on p.tenant_id = ${tx.tenantId} and p.partner_id = r."partnerId" and p.enabled
    order by r.place
    on conflict (tenant_id, partner_id, event, dedupe_key) do nothing
    returning partner_id as "partnerId"`);
  return [...new Set(written.map((row) => row.partnerId))];
}
