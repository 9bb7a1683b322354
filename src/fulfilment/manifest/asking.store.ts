import type { ExchangeId } from "../../channels/index.ts";
import type { ManifestId, SaleOrderId, ShippingPackageId } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";

/** From now on the channel is asked: until then nobody else changes the manifest. */
export async function claimManifest(tx: Tx, manifestId: ManifestId, until: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    update godown.manifest set asking_until = ${until} where tenant_id = ${tx.tenantId} and manifest_id = ${manifestId}`);
}

/** What stands on the parcels of a manifest: the channel's words of the last answer, if it refused them. */
export async function refusalsOn(
  tx: Tx,
  manifestId: ManifestId,
): Promise<Map<ShippingPackageId, { readonly saleOrderId: SaleOrderId; readonly words: string | null }>> {
  const rows = await tx.run(sql<{ id: ShippingPackageId; saleOrderId: SaleOrderId; words: string | null }>`
    select mp.shipping_package_id as id, p.sale_order_id as "saleOrderId", mp.channel_refusal as words
    from godown.manifest_package mp join godown.shipping_package p using (tenant_id, shipping_package_id)
    where mp.tenant_id = ${tx.tenantId} and mp.manifest_id = ${manifestId}`);
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}

/**
 * Ends asking without closing, and keeps what the channel said. Answers false where the claim is somebody else's by now.
 * `refused` null: what was said of each parcel before still stands.
 */
export async function releaseManifest(
  tx: Tx,
  manifestId: ManifestId,
  until: Temporal.Instant,
  said: {
    readonly message: string | null;
    readonly exchangeId: ExchangeId | null;
    readonly refused: readonly { readonly shippingPackageId: ShippingPackageId; readonly words: string }[] | null;
  },
): Promise<boolean> {
  const released = await tx.count(sql`
    update godown.manifest set asking_until = null, channel_message = ${said.message}, channel_exchange_id = ${said.exchangeId}
    where tenant_id = ${tx.tenantId} and manifest_id = ${manifestId} and state = 'CREATED' and asking_until = ${until}`);
  if (released === 0) return false;
  if (said.refused !== null)
    await tx.run(sql`
      update godown.manifest_package mp set channel_refusal = (
        select r.words from jsonb_to_recordset(${json(said.refused)}) as r("shippingPackageId" uuid, words text)
        where r."shippingPackageId" = mp.shipping_package_id)
      where mp.tenant_id = ${tx.tenantId} and mp.manifest_id = ${manifestId}`);
  return true;
}

/** The parcels that the channel refused when it was asked last, and no others. */
export async function refusedParcels(tx: Tx, manifestId: ManifestId): Promise<ShippingPackageId[]> {
  const rows = await tx.run(sql<{ id: ShippingPackageId }>`
    select shipping_package_id as id from godown.manifest_package
    where tenant_id = ${tx.tenantId} and manifest_id = ${manifestId} and channel_refusal is not null order by shipping_package_id`);
  return rows.map((row) => row.id);
}

/** Nothing on the manifest is refused any more: what its channel said last is settled. */
export async function forgetMessage(tx: Tx, manifestId: ManifestId): Promise<void> {
  await tx.run(sql`
    update godown.manifest set channel_message = null, channel_exchange_id = null
    where tenant_id = ${tx.tenantId} and manifest_id = ${manifestId}`);
}
