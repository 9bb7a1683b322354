import type { ChannelId, FacilityId, ShippingPackageId } from "../../kernel/index.ts";
import { sql, type Tx } from "../../platform/db.ts";
import type { ListedParcel, ReturnManifest, ReturnManifestId } from "./return-manifest.ts";

/**
 * Locks a return manifest: shared by those who put parcels on or take them off, alone for whoever closes or discards it.
 * Locked before orders, units and packages.
 */
export function lockReturnManifest(
  tx: Tx,
  id: ReturnManifestId,
  as: "shared" | "alone",
): Promise<ReturnManifest | undefined> {
  return tx.first(sql<ReturnManifest>`
    select m.return_manifest_id as "returnManifestId", m.code, m.state, m.facility_id as "facilityId", f.code as "facilityCode", m.channel_id as "channelId",
      (select c.code from godown.channel c where c.tenant_id = m.tenant_id and c.channel_id = m.channel_id) as "channelCode"
    from godown.return_manifest m join godown.facility f using (tenant_id, facility_id)
    where m.tenant_id = ${tx.tenantId} and m.return_manifest_id = ${id} ${as === "alone" ? sql`for update of m` : sql`for share of m`}`);
}

export async function insertReturnManifest(
  tx: Tx,
  manifest: {
    returnManifestId: ReturnManifestId;
    code: string;
    facilityId: FacilityId;
    channelId: ChannelId | null;
    courier: string | null;
  },
  by: string,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.return_manifest (tenant_id, return_manifest_id, code, facility_id, channel_id, courier, state, created_at, created_by)
    values (${tx.tenantId}, ${manifest.returnManifestId}, ${manifest.code}, ${manifest.facilityId}, ${manifest.channelId}, ${manifest.courier}, 'CREATED', ${at}, ${by})`);
}

export async function channelExists(tx: Tx, channelId: ChannelId): Promise<boolean> {
  const { there } = await tx.one(sql<{ there: boolean }>`
    select exists (select from godown.channel where tenant_id = ${tx.tenantId} and channel_id = ${channelId}) as there`);
  return there;
}

export function parcelsOn(tx: Tx, id: ReturnManifestId): Promise<ListedParcel[]> {
  return tx.run(sql<ListedParcel>`
    select shipping_package_id as "shippingPackageId", announced, missing_unit_ids::text[] as "missingUnitIds"
    from godown.return_manifest_package where tenant_id = ${tx.tenantId} and return_manifest_id = ${id} order by shipping_package_id`);
}

export async function putOn(
  tx: Tx,
  id: ReturnManifestId,
  parcel: ListedParcel & { scanned: string },
  by: string,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.return_manifest_package (tenant_id, return_manifest_id, shipping_package_id, announced, scanned, missing_unit_ids, added_at, added_by)
    values (${tx.tenantId}, ${id}, ${parcel.shippingPackageId}, ${parcel.announced}, ${parcel.scanned}, ${parcel.missingUnitIds}::uuid[], ${at}, ${by})`);
}

export async function saveMissing(
  tx: Tx,
  id: ReturnManifestId,
  packageId: ShippingPackageId,
  unitIds: readonly string[],
): Promise<void> {
  await tx.run(sql`
    update godown.return_manifest_package set missing_unit_ids = ${unitIds}::uuid[]
    where tenant_id = ${tx.tenantId} and return_manifest_id = ${id} and shipping_package_id = ${packageId}`);
}

export async function takeOffRows(tx: Tx, id: ReturnManifestId, ids: readonly ShippingPackageId[]): Promise<void> {
  await tx.run(sql`
    delete from godown.return_manifest_package
    where tenant_id = ${tx.tenantId} and return_manifest_id = ${id} and shipping_package_id = any(${ids}::uuid[])`);
}

export async function saveEnded(
  tx: Tx,
  id: ReturnManifestId,
  to: "CLOSED" | "DISCARDED",
  by: string,
  at: Temporal.Instant,
): Promise<void> {
  const closed = to === "CLOSED";
  await tx.run(sql`
    update godown.return_manifest set state = ${to}, closed_at = ${closed ? at : null}, closed_by = ${closed ? by : null}
    where tenant_id = ${tx.tenantId} and return_manifest_id = ${id}`);
}
