import type { FacilityId, Instant } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";

/** Parcels of a facility that somebody must hand over. */
export interface LateParcels {
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly parcels: number;
  /** Code of the one that waits the longest. */
  readonly first: string;
}

/** Parcels that stand ready, and how many of them are on a manifest that nobody has closed. */
export interface StandingParcels extends LateParcels {
  readonly onOpenManifests: number;
}

/**
 * Labelled parcels that have stood on no manifest since before `since`, and those put on one before that is still open,
 * by facility.
 */
export function readySince(tx: Tx, since: Instant): Promise<StandingParcels[]> {
  return tx.run(sql<StandingParcels>`
    select p.facility_id as "facilityId", f.code as facility, count(*)::integer as parcels, (count(*) filter (where p.state = 'MANIFESTED'))::integer as "onOpenManifests",
      (array_agg(p.code order by p.state_changed_at, p.code))[1] as first
    from godown.shipping_package p join godown.facility f using (tenant_id, facility_id)
    where p.tenant_id = ${tx.tenantId} and p.state in ('READY_TO_SHIP', 'MANIFESTED') and p.state_changed_at < ${since}
    group by 1, 2 order by 2`);
}

/** Lists of a channel or a courier that were made but could not be downloaded, and wait for a person. */
export interface MissingFile {
  readonly manifestId: string;
  readonly manifest: string;
  readonly facilityId: FacilityId;
  readonly channel: string;
  readonly couriers: readonly string[];
  readonly message: string | null;
}

export function missingFiles(tx: Tx): Promise<MissingFile[]> {
  return tx.run(sql<MissingFile>`
    select m.manifest_id as "manifestId", m.code as manifest, m.facility_id as "facilityId", coalesce(v.code, c.code) as channel,
      array_agg(f.courier_code order by f.courier_code) as couriers, min(f.message) as message
    from godown.manifest_file f
    join godown.manifest m on m.tenant_id = f.tenant_id and m.manifest_id = f.manifest_id
    join godown.channel c on c.tenant_id = m.tenant_id and c.channel_id = m.channel_id
    left join godown.shipping_provider v on v.tenant_id = f.tenant_id and v.shipping_provider_id = f.shipping_provider_id
    where f.tenant_id = ${tx.tenantId} and f.state = 'FAILED'
    group by 1, 2, 3, 4 order by 2`);
}

/** Packages that have not left although their channel's deadline has passed, by facility. Those on hold wait for a person's word. */
export function pastDeadline(tx: Tx, now: Instant): Promise<LateParcels[]> {
  return tx.run(sql<LateParcels>`
    select p.facility_id as "facilityId", f.code as facility, count(*)::integer as parcels, (array_agg(p.code order by o.dispatch_by, p.code))[1] as first
    from godown.shipping_package p
    join godown.facility f using (tenant_id, facility_id)
    join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id
    where p.tenant_id = ${tx.tenantId} and p.state in ('CREATED', 'LOCATION_NOT_SERVICEABLE', 'PICKING', 'PICKED', 'PACKED', 'READY_TO_SHIP', 'MANIFESTED')
      and o.dispatch_by < ${now} and not o.on_hold
    group by 1, 2 order by 2`);
}
