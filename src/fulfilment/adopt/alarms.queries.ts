import type { ChannelId, FacilityId, Instant } from "../../kernel/index.ts";
import { sql, type Tx } from "../../platform/db.ts";
import type { RemovedFrom } from "./alarms.ts";

/** Open manifests that parcels were taken off by a cancellation, which nobody has said to have seen. */
export function cancelledOnManifests(tx: Tx): Promise<RemovedFrom[]> {
  return tx.run(sql<RemovedFrom>`
    select m.manifest_id as "manifestId", m.code, m.facility_id as "facilityId", array_agg(p.code order by p.code) as packages
    from godown.parcel_removal r
    join godown.manifest m using (tenant_id, manifest_id)
    join godown.shipping_package p on p.tenant_id = r.tenant_id and p.shipping_package_id = r.shipping_package_id
    where r.tenant_id = ${tx.tenantId} and r.why = 'CANCELLED' and r.seen_at is null and m.state = 'CREATED'
    group by 1, 2, 3 order by 2`);
}

export interface OpenShortages {
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly units: number;
  readonly skus: number;
  /** Code of the package of the oldest. */
  readonly first: string;
}

export function openShortages(tx: Tx): Promise<OpenShortages[]> {
  return tx.run(sql<OpenShortages>`
    select s.facility_id as "facilityId", f.code as facility, count(*)::integer as units, count(distinct s.sku_id)::integer as skus,
      (array_agg(p.code order by s.at, p.code))[1] as first
    from godown.stock_shortage s
    join godown.facility f using (tenant_id, facility_id)
    join godown.shipping_package p on p.tenant_id = s.tenant_id and p.shipping_package_id = s.shipping_package_id
    where s.tenant_id = ${tx.tenantId} and s.state = 'OPEN'
    group by 1, 2 order by 2`);
}

export interface AwaitedInvoices {
  readonly channelId: ChannelId;
  readonly channel: string;
  readonly packages: number;
  readonly failed: number;
  readonly first: string;
}

/** Invoices that channels were to give for packages that left from their panels before `since`. */
export function invoicesAwaited(tx: Tx, since: Instant): Promise<AwaitedInvoices[]> {
  return tx.run(sql<AwaitedInvoices>`
    select p.channel_id as "channelId", c.code as channel, count(*)::integer as packages, (count(*) filter (where s.state = 'FAILED'))::integer as failed,
      (array_agg(p.code order by s.requested_at, p.code))[1] as first
    from godown.package_step s
    join godown.shipping_package p using (tenant_id, shipping_package_id)
    join godown.channel c on c.tenant_id = p.tenant_id and c.channel_id = p.channel_id
    where s.tenant_id = ${tx.tenantId} and s.step = 'INVOICE' and s.state <> 'DONE' and p.dispatched_how = 'ADOPTED' and s.requested_at < ${since}
    group by 1, 2 order by 2`);
}
