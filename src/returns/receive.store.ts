import type { ChannelId, FacilityId, SaleOrderId, SaleOrderItemId, ShippingPackageId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { PutawayId } from "../putaway/index.ts";
import type { BackParcel } from "./parcel.ts";
import type { ReturnCaseId, ReturnKind } from "./return-case.ts";

/** Parcels as the returns desk sees them; what holds until commit where the caller locked them (`lockForMove`) before. */
export function backParcels(tx: Tx, ids: readonly ShippingPackageId[]): Promise<BackParcel[]> {
  return tx.run(sql<BackParcel>`
    select p.shipping_package_id as "shippingPackageId", p.code, p.state, p.awb, p.sale_order_id as "saleOrderId", o.code as "orderCode", o.channel_order_id as "channelOrderId",
      p.channel_id as "channelId", c.code as "channelCode", c.source, coalesce(s.name, p.channel_courier_name, p.channel_courier_code) as courier,
      p.facility_id as "facilityId", f.code as "facilityCode", coalesce(rf.facility_id, f.facility_id) as "rtoFacilityId", coalesce(rf.code, f.code) as "rtoFacilityCode",
      rm.return_manifest_id as "returnManifestId", rm.code as "returnManifestCode", coalesce(rm.state = 'CREATED', false) as "returnManifestOpen",
      coalesce((
        select jsonb_agg(jsonb_build_object('unitId', u.sale_order_item_id, 'code', u.code, 'skuId', u.sku_id, 'sku', k.code, 'name', k.name, 'imageUrl', k.image_url, 'state', u.state,
          'returnCaseId', i.return_case_id, 'returnCode', i.code, 'returnKind', i.kind, 'returnState', i.case_state, 'itemState', i.state, 'grade', i.grade, 'received', i.received) order by u.unit_no)
        from godown.sale_order_item u
        join godown.sku k on k.tenant_id = u.tenant_id and k.sku_id = u.sku_id
        left join lateral (
          select x.return_case_id, r.code, r.kind, r.state as case_state, x.state, coalesce(x.grade, w.grade) as grade,
            case when x.received_at is not null then 'by ' || x.received_by || ' on ' || to_char(x.received_at at time zone f.zone, 'DD/MM/YYYY HH24:MI') || coalesce(', putaway list ' || w.code, '')
              when x.state in ('MISSING', 'LOST') then 'with nothing in it' end as received
          from godown.return_item x join godown.return_case r using (tenant_id, return_case_id)
          left join lateral (
            select q.code, y.grade from godown.putaway_item y left join godown.putaway q on q.tenant_id = y.tenant_id and q.putaway_id = y.putaway_id
            where y.tenant_id = x.tenant_id and y.source_id = x.return_case_id and y.sale_order_item_id = x.sale_order_item_id limit 1
          ) w on true
          where x.tenant_id = u.tenant_id and x.sale_order_item_id = u.sale_order_item_id and x.state <> 'CANCELLED'
          order by x.state in ('MISSING', 'LOST'), r.created_at desc limit 1
        ) i on true
        where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and u.state <> 'CANCELLED'
      ), '[]') as units
    from godown.shipping_package p
    join godown.sale_order o using (tenant_id, sale_order_id)
    join godown.channel c on c.tenant_id = p.tenant_id and c.channel_id = p.channel_id
    join godown.facility f on f.tenant_id = p.tenant_id and f.facility_id = p.facility_id
    left join godown.return_route rt on rt.tenant_id = p.tenant_id and rt.channel_id = p.channel_id and rt.dispatch_facility_id = p.facility_id and rt.kind = 'RTO'
    left join godown.facility rf on rf.tenant_id = rt.tenant_id and rf.facility_id = rt.return_facility_id
    left join godown.shipping_provider s on s.tenant_id = p.tenant_id and s.shipping_provider_id = p.shipping_provider_id
    left join godown.return_manifest_package rp on rp.tenant_id = p.tenant_id and rp.shipping_package_id = p.shipping_package_id
    left join godown.return_manifest rm on rm.tenant_id = rp.tenant_id and rm.return_manifest_id = rp.return_manifest_id
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = any(${ids}::uuid[]) order by p.shipping_package_id`);
}

/** A return that nobody announced, or that is made of units that an earlier one came without. */
export interface NewCase {
  readonly returnCaseId: ReturnCaseId;
  readonly code: string;
  readonly kind: ReturnKind;
  readonly channelId: ChannelId;
  readonly saleOrderId: SaleOrderId;
  readonly packageId: ShippingPackageId;
  readonly reason: string | null;
}

/** Writes returns that begin where they are received; their state follows with `saveReceived`. */
export async function insertArrived(
  tx: Tx,
  cases: readonly NewCase[],
  by: string,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.return_case (tenant_id, return_case_id, code, channel_id, sale_order_id, shipping_package_id, kind, state, reason, announced_via, announced_at, created_at, created_by, updated_at)
    select ${tx.tenantId}, r."returnCaseId", r.code, r."channelId", r."saleOrderId", r."packageId", r.kind, case r.kind when 'RTO' then 'RETURN_EXPECTED' else 'CREATED' end, r.reason, 'PERSON', ${at}, ${at}, ${by}, ${at}
    from jsonb_to_recordset(${json(cases)}) as r("returnCaseId" uuid, code text, "channelId" uuid, "saleOrderId" uuid, "packageId" uuid, kind text, reason text)`);
}

/** Units that are received or missing, in the returns they belong to; those returns are RECEIVED from now on. */
export async function saveReceived(
  tx: Tx,
  units: readonly { returnCaseId: ReturnCaseId; unitId: SaleOrderItemId; missing: boolean }[],
  facilityId: FacilityId,
  by: string,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.return_item (tenant_id, return_case_id, sale_order_item_id, state, received_at, received_by)
    select ${tx.tenantId}, r."returnCaseId", r."unitId", case when r.missing then 'MISSING' else 'RECEIVED' end, case when not r.missing then ${at}::timestamptz end, case when not r.missing then ${by} end
    from jsonb_to_recordset(${json(units)}) as r("returnCaseId" uuid, "unitId" uuid, missing boolean)
    on conflict (tenant_id, return_case_id, sale_order_item_id) do update
      set state = excluded.state, received_at = excluded.received_at, received_by = excluded.received_by`);
  await tx.run(sql`
    update godown.return_case set state = 'RECEIVED', facility_id = coalesce(facility_id, ${facilityId}), received_at = coalesce(received_at, ${at}), received_by = coalesce(received_by, ${by}), updated_at = ${at}
    where tenant_id = ${tx.tenantId} and return_case_id = any(${[...new Set(units.map((u) => u.returnCaseId))]}::uuid[])
      and state in ('RETURN_EXPECTED', 'CREATED', 'COURIER_ALLOCATED', 'PICKED_UP', 'RECEIVED')`);
}

/** The newest list of received returns that a person has open in a facility, locked before the parcels are. */
export async function lockOwnList(
  tx: Tx,
  facilityId: FacilityId,
  by: string,
): Promise<{ putawayId: PutawayId; code: string } | undefined> {
  return tx.first(sql<{ putawayId: PutawayId; code: string }>`
    select putaway_id as "putawayId", code from godown.putaway
    where tenant_id = ${tx.tenantId} and facility_id = ${facilityId} and kind = 'PUTAWAY_RECEIVED_RETURNS' and state <> 'COMPLETE' and created_by = ${by}
    order by created_at desc, putaway_id desc limit 1 for update`);
}
