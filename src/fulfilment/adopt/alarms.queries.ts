import type { ChannelId, FacilityId, Instant } from "../../kernel/index.ts";
import { sql, type Tx } from "../../platform/db.ts";
import type { RemovedFrom } from "./alarms.ts";

/** The alarm's kind; its record is the manifest. */
export const REMOVAL_ALARM = "PARCEL_CANCELLED_ON_MANIFEST";

/**
 * Manifests that parcels were taken off by a cancellation, which nobody has said to have seen, and whose goods wait for their
 * putaway: who puts them away has the parcel in his hands. Closing the manifest proves nothing, so those that are not open any
 * more are among them while their alarm stands.
 */
export function cancelledOnManifests(tx: Tx): Promise<RemovedFrom[]> {
  return tx.run(sql<RemovedFrom>`
    with watched as (
      select manifest_id from godown.manifest where tenant_id = ${tx.tenantId} and state = 'CREATED'
      union
      select record_id::uuid from godown.alarm where tenant_id = ${tx.tenantId} and kind = ${REMOVAL_ALARM} and cleared_at is null
    )
    select m.manifest_id as "manifestId", m.code, m.state, m.facility_id as "facilityId", array_agg(p.code order by p.code) as packages
    from watched w
    join godown.manifest m on m.tenant_id = ${tx.tenantId} and m.manifest_id = w.manifest_id
    join godown.parcel_removal r on r.tenant_id = m.tenant_id and r.manifest_id = m.manifest_id
    join godown.shipping_package p on p.tenant_id = r.tenant_id and p.shipping_package_id = r.shipping_package_id
    where r.why = 'CANCELLED' and r.seen_at is null and exists (
      select from godown.sale_order_item u join godown.putaway_item i on i.tenant_id = u.tenant_id and i.sale_order_item_id = u.sale_order_item_id
      where u.tenant_id = r.tenant_id and u.shipping_package_id = r.shipping_package_id and i.completed_at is null and i.confirmed_at is null)
    group by 1, 2, 3, 4 order by 2`);
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
