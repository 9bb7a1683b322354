import { startAjioDropshipSimulator } from "../../connectors/ajio-dropship/simulator/index.ts";
import type { RunningSimulator, Tamper } from "../../connectors/kit/simulator/index.ts";
import "../../src/app/sources.ts";
import { addChannel, connectChannel, runSync, setCredentials } from "../../src/channels/index.ts";
import { invoicePackages, labelPackages } from "../../src/fulfilment/index.ts";
import {
  type ChannelId,
  type FacilityId,
  must,
  type ShippingPackageId,
  type TenantId,
} from "../../src/kernel/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { sql } from "../../src/platform/db.ts";
import { syncOrders } from "../../src/status-sync/sync.ts";
import { aFacility, aSku, aTenant, next } from "./builders.ts";
import { SIM_PASSWORD } from "./channel-builders.ts";
import { TEST_MORNING, type TestDatabase } from "./database.ts";
import { allocate } from "./fulfilment-builders.ts";
import { stock } from "./inventory-builders.ts";
import { aTaxClass } from "./shop-builders.ts";
import { aGstin } from "./warehouse-builders.ts";

/** What the seller sells on AJIO here; one of the simulator's own catalogue. */
const SKU = "AVAASA-KURTA-TEAL-S";
const PRODUCT = { productId: "460110", variantId: "460110S" };

/** A seller whose channel makes invoices, labels and hand-over lists: AJIO Dropship with its simulator. */
export interface ListShop {
  readonly tenantId: TenantId;
  readonly facilityId: FacilityId;
  readonly channelId: ChannelId;
  readonly skuId: string;
  readonly sim: RunningSimulator;
  /** Set, it changes answers of the simulator before they leave. */
  readonly plant: { tamper?: Tamper | undefined };
  readonly ctx: (over?: Partial<Ctx>) => Ctx;
}

export interface ListSimulator {
  readonly sim: RunningSimulator;
  readonly username: string;
  readonly plant: ListShop["plant"];
}

/** AJIO's simulator with one seller: couriers and invoices at once. */
export async function aListSimulator(clock: () => Temporal.Instant): Promise<ListSimulator> {
  const username = `DV${next()}`;
  const plant: ListShop["plant"] = {};
  const sim = await startAjioDropshipSimulator({
    sellers: [{ username, password: SIM_PASSWORD }],
    clock,
    settings: { courierDelayMs: 0, invoiceDelayMs: 0 },
    tamper: (call, answer) => plant.tamper?.(call, answer) ?? answer,
  });
  return { sim, username, plant };
}

export async function aListShop(
  t: TestDatabase,
  over: { stock?: number; tenantId?: TenantId; simulator?: ListSimulator } = {},
): Promise<ListShop> {
  const { sim, username, plant } = over.simulator ?? (await aListSimulator(() => t.clock.now()));
  const tenantId = over.tenantId ?? (await aTenant(t.db, { edition: "ENTERPRISE" }));
  const code = `STORE${next()}`;
  const facilityId = await aFacility(t.db, tenantId, { code, gstin: aGstin() });
  const ctx = (more: Partial<Ctx> = {}) =>
    t.ctx(tenantId, { sourceUrls: new Map([["AJIO_DROPSHIP", sim.url]]), ...more });
  const facilities = [{ facilityId, channelWarehouse: null }];
  const name = `AJIO_Dropship_${next()}`;
  const { channelId } = must(await addChannel(ctx(), { source: "AJIO_DROPSHIP", name, settings: { facilities } }));
  must(await setCredentials(ctx(), channelId, { username, password: SIM_PASSWORD, storeCode: code }));
  const tried = must(await connectChannel(ctx(), channelId));
  if (!tried.connected) throw new Error(`the channel connects: ${JSON.stringify(tried.steps)}`);
  const skuId = await aSku(t.db, tenantId, { taxClassId: await aTaxClass(t, tenantId, 500), hsn: "620442" });
  await stock(t, tenantId, facilityId, skuId, over.stock ?? 300);
  await t.db.transaction(tenantId, (tx) =>
    tx.run(sql`
      insert into godown.listing (tenant_id, listing_id, channel_id, channel_product_id, product_id, variant_id, channel_sku, sku_id, mapped_at, created_at, updated_at)
      values (${tenantId}, gen_random_uuid(), ${channelId}, ${`${PRODUCT.productId}-${PRODUCT.variantId}`}, ${PRODUCT.productId}, ${PRODUCT.variantId}, ${SKU}, ${skuId}, ${TEST_MORNING}, ${TEST_MORNING}, ${TEST_MORNING})`),
  );
  return { tenantId, facilityId, channelId, skuId, sim, plant, ctx };
}

/** Orders placed at the simulator, pulled and allocated. In the order in which they were placed. */
export async function pulledPackages(
  t: TestDatabase,
  shop: ListShop,
  count: number,
  over: Record<string, unknown> = {},
): Promise<ShippingPackageId[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++)
    ids.push((await shop.sim.placeOrder({ items: [{ sku: SKU, quantity: 1 }], ...over })).id);
  const wanted = { channelId: shop.channelId, kind: "ORDERS", trigger: "PERSON", syncRunId: null } as const;
  await runSync(shop.ctx(), wanted, syncOrders);
  await allocate(t, shop.tenantId, shop.facilityId);
  const rows = await t.raw<{ id: ShippingPackageId; order: string }>(
    `select p.shipping_package_id as id, o.channel_order_id as "order" from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
     where p.tenant_id = $1 and p.state <> 'CANCELLED'`,
    [shop.tenantId],
  );
  return ids.map((id) => {
    const row = rows.find((each) => each.order === id);
    if (!row) throw new Error(`order ${id} was pulled and has a package`);
    return row.id;
  });
}

/** The same, invoiced and labelled by the channel: READY_TO_SHIP with its courier and number. */
export async function readyForList(t: TestDatabase, shop: ListShop, count: number): Promise<ShippingPackageId[]> {
  const packageIds = await pulledPackages(t, shop, count);
  for (const step of [invoicePackages, labelPackages])
    for (const result of await step(shop.ctx(), { packageIds }))
      if (result.outcome !== "DONE") throw new Error(`the channel does the step: ${JSON.stringify(result)}`);
  return packageIds;
}
