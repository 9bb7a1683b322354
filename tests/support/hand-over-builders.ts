import { expect } from "vitest";
import { createManifest, invoicePackages, labelPackages } from "../../src/fulfilment/index.ts";
import { type ManifestId, must, type ShippingPackageId, type TenantId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import type { TestDatabase } from "./database.ts";
import type { PushOrder } from "./order-builders.ts";
import { packagesFor, type Shop, somePackages } from "./shop-builders.ts";

/** Packages carried to READY_TO_SHIP by the real steps: invoiced with numbers of the shop's series, labelled with its AWBs. */
export async function readyParcels(
  t: TestDatabase,
  shop: Shop,
  of: number | readonly PushOrder[],
): Promise<ShippingPackageId[]> {
  const packageIds = typeof of === "number" ? await somePackages(t, shop, of) : await packagesFor(t, shop, of);
  for (const step of [invoicePackages, labelPackages]) {
    const results = await step(t.ctx(shop.tenantId), { packageIds });
    expect(results.filter((result) => result.outcome !== "DONE")).toEqual([]);
  }
  return packageIds;
}

/** An open manifest of the shop's facility, channel and courier. */
export async function aManifest(
  t: TestDatabase,
  shop: Shop,
  over: Partial<Parameters<typeof createManifest>[1]> = {},
): Promise<{ manifestId: ManifestId; code: string }> {
  return must(
    await createManifest(t.ctx(shop.tenantId), {
      facilityId: shop.facilityId,
      channelId: shop.channelId,
      shippingProviderId: shop.providerId,
      thirdPartyShipping: false,
      ...over,
    }),
  );
}

/** What identifies a package, and where it stands. */
export interface ParcelRow {
  readonly id: ShippingPackageId;
  readonly code: string;
  readonly state: string;
  readonly awb: string | null;
  readonly order: string;
  readonly manifest: string | null;
}

export async function parcelRow(t: TestDatabase, tenantId: TenantId, id: ShippingPackageId): Promise<ParcelRow> {
  return t.db.read(tenantId, (tx) =>
    tx.one(sql<ParcelRow>`
      select p.shipping_package_id as id, p.code, p.state, p.awb, o.code as "order", m.code as manifest
      from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
      left join godown.manifest_package mp on mp.tenant_id = p.tenant_id and mp.shipping_package_id = p.shipping_package_id
      left join godown.manifest m on m.tenant_id = mp.tenant_id and m.manifest_id = mp.manifest_id
      where p.tenant_id = ${tenantId} and p.shipping_package_id = ${id}`),
  );
}

/** Levels of the shop's SKU that are not zero. */
export async function levelOf(t: TestDatabase, shop: Shop): Promise<Record<string, number>> {
  const level = await t.db.read(shop.tenantId, (tx) =>
    tx.one(sql<Record<string, number>>`
      select good, blocked, bad, qc_rejected, putaway_pending, not_found, virtual from godown.stock_level
      where tenant_id = ${shop.tenantId} and facility_id = ${shop.facilityId} and sku_id = ${shop.skuId}`),
  );
  return Object.fromEntries(Object.entries(level).filter(([, quantity]) => quantity !== 0));
}

/** The shape of a refusal with this code; facts are looked at in part. */
export const refusedWith = (code: string, facts: object = {}) => ({
  ok: false,
  refusal: { code, facts: expect.objectContaining(facts) },
});
