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

/** Labelled parcels that have stood on no manifest since before `since`, by facility. */
export function readySince(tx: Tx, since: Instant): Promise<LateParcels[]> {
  return tx.run(sql<LateParcels>`
    select p.facility_id as "facilityId", f.code as facility, count(*)::integer as parcels, (array_agg(p.code order by p.state_changed_at, p.code))[1] as first
    from godown.shipping_package p join godown.facility f using (tenant_id, facility_id)
    where p.tenant_id = ${tx.tenantId} and p.state = 'READY_TO_SHIP' and p.state_changed_at < ${since}
    group by 1, 2 order by 2`);
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
