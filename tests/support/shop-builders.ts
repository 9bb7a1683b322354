import { saveTaxClass } from "../../src/catalog/index.ts";
import {
  basisPoints,
  type ChannelId,
  type FacilityId,
  must,
  type ShippingPackageId,
  type SkuId,
  type TenantId,
  ZERO,
} from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import { addAwbs, type ShippingProviderId } from "../../src/shipping/index.ts";
import { aFacility, aSku, aTenant, next } from "./builders.ts";
import type { TestDatabase } from "./database.ts";
import { allocate } from "./fulfilment-builders.ts";
import { stock } from "./inventory-builders.ts";
import { aChannel, aListing, aProvider, aPushOrder, type PushOrder, receive } from "./order-builders.ts";
import { aGstin, aSeries } from "./warehouse-builders.ts";

/** A tax class of one rate from 2022 on, by its whole GST rate in basis points. */
export async function aTaxClass(
  t: TestDatabase,
  tenantId: TenantId,
  gstBps: number,
  over: { cessBps?: number; holdsFrom?: string } = {},
): Promise<string> {
  const code = `GST_${gstBps}_${next()}`;
  const row = {
    holdsFrom: Temporal.PlainDate.from(over.holdsFrom ?? "2022-01-01"),
    unitPriceFromPaise: ZERO,
    unitPriceToPaise: null,
    gstBps: basisPoints(gstBps),
    cessBps: basisPoints(over.cessBps ?? 0),
    cessPerUnitPaise: ZERO,
  };
  return must(await saveTaxClass(t.ctx(tenantId), null, { code, name: code, slabPrice: "EXCLUDING_TAX", rows: [row] }))
    .taxClassId;
}

/** A seller who can ship: one facility with a series, one channel, one SKU at 18 % with stock, a courier with numbers. */
export interface Shop {
  readonly tenantId: TenantId;
  readonly facilityId: FacilityId;
  readonly channelId: ChannelId;
  readonly skuId: SkuId;
  readonly productId: string;
  readonly providerId: ShippingProviderId;
}

export async function aShop(
  t: TestDatabase,
  over: {
    tenantId?: TenantId;
    series?: string | null;
    gstin?: string | null;
    stock?: number;
    awbs?: number;
    source?: string;
  } = {},
): Promise<Shop> {
  const tenantId = over.tenantId ?? (await aTenant(t.db, { edition: "ENTERPRISE" }));
  const facilityId = await aFacility(t.db, tenantId, { gstin: over.gstin === undefined ? aGstin() : over.gstin });
  if (over.series !== null) await aSeries(t, tenantId, { facilityId }, { prefix: over.series ?? `S${next()}-` });
  const channelId = await aChannel(t, tenantId, [facilityId], over.source === undefined ? {} : { source: over.source });
  const skuId = await aSku(t.db, tenantId, { taxClassId: await aTaxClass(t, tenantId, 1800), hsn: "62114210" });
  await stock(t, tenantId, facilityId, skuId, over.stock ?? 100);
  const { productId } = await aListing(t, tenantId, channelId, skuId);
  const providerId = await aPool(t, tenantId, over.awbs ?? 100);
  return { tenantId, facilityId, channelId, skuId, productId, providerId };
}

/** A kit of the shop's item and a cup, in stock and listed. Gives its product. */
export async function aKit(t: TestDatabase, shop: Shop): Promise<string> {
  const { tenantId } = shop;
  const kit = await aSku(t.db, tenantId);
  const cup = await aSku(t.db, tenantId, { taxClassId: await aTaxClass(t, tenantId, 1800), hsn: "69120010" });
  await stock(t, tenantId, shop.facilityId, cup, 100);
  await t.db.transaction(tenantId, async (tx) => {
    await tx.run(sql`update godown.sku set is_bundle = true where tenant_id = ${tenantId} and sku_id = ${kit}`);
    for (const component of [shop.skuId, cup])
      await tx.run(sql`
        insert into godown.bundle_component (tenant_id, bundle_sku_id, component_sku_id, quantity) values (${tenantId}, ${kit}, ${component}, 1)`);
  });
  return (await aListing(t, tenantId, shop.channelId, kit)).productId;
}

/** A courier with a pool of so many numbers. */
export async function aPool(
  t: TestDatabase,
  tenantId: TenantId,
  awbs: number,
  over: Parameters<typeof aProvider>[2] = {},
): Promise<ShippingProviderId> {
  const providerId = (await aProvider(t, tenantId, over)) as ShippingProviderId; // the builder gives the id as text
  const prefix = `AW${next()}X`;
  const list = Array.from({ length: awbs }, (_, i) => `${prefix}${String(i + 1).padStart(6, "0")}`).join("\n");
  if (awbs > 0) must(await addAwbs(t.ctx(tenantId), providerId, { list }));
  return providerId;
}

/** Packages in CREATED: one for each order body, received and allocated as in life. In the order of the bodies. */
export async function packagesFor(
  t: TestDatabase,
  shop: Shop,
  bodies: readonly PushOrder[],
): Promise<ShippingPackageId[]> {
  for (const receipt of await receive(t, shop.tenantId, shop.channelId, bodies))
    if (receipt.state !== "CREATED") throw new Error(`an order was not created: ${JSON.stringify(receipt)}`);
  await allocate(t, shop.tenantId, shop.facilityId);
  const rows = await t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{ id: ShippingPackageId; orderId: string }>`
      select p.shipping_package_id as id, o.channel_order_id as "orderId"
      from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
      where p.tenant_id = ${shop.tenantId} and o.channel_id = ${shop.channelId} and p.state <> 'CANCELLED'`),
  );
  return bodies.map((body) => {
    const row = rows.find((each) => each.orderId === body.id);
    if (!row) throw new Error(`order ${body.id} has a package`);
    return row.id;
  });
}

/** Packages of one COD unit each, at ₹899. */
export function somePackages(t: TestDatabase, shop: Shop, count: number): Promise<ShippingPackageId[]> {
  const bodies = Array.from({ length: count }, () => aPushOrder([{ productId: shop.productId }]));
  return packagesFor(t, shop, bodies);
}
