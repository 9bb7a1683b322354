import { startAjioDropshipSimulator } from "../../connectors/ajio-dropship/simulator/index.ts";
import { AMAZON_LIMITS, amazonAccount, startAmazonSimulator } from "../../connectors/amazon/simulator/index.ts";
import { startBazaarStreetSimulator } from "../../connectors/bazaar-street/simulator/index.ts";
import { startFlipkartSimulator } from "../../connectors/flipkart/simulator/index.ts";
import type { RunningSimulator, SimulatorOptions, Tamper } from "../../connectors/kit/simulator/index.ts";
import { startMarketplaceSimulator } from "../../connectors/marketplace/simulator/index.ts";
import { startOkerSimulator } from "../../connectors/oker/simulator/index.ts";
import { startPaytmSimulator } from "../../connectors/paytm/simulator/index.ts";
import { startShopcluesSimulator } from "../../connectors/shopclues/simulator/index.ts";
import { startVoonikSimulator } from "../../connectors/voonik/simulator/index.ts";
import { startWooplrSimulator } from "../../connectors/wooplr/simulator/index.ts";
import "../../src/app/wiring.ts";
import "../../src/app/sources.ts";
import { addChannel, connectChannel, runSync, setCredentials } from "../../src/channels/index.ts";
import {
  type ChannelId,
  type FacilityId,
  must,
  type ShippingPackageId,
  type TenantId,
} from "../../src/kernel/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { syncOrders } from "../../src/status-sync/index.ts";
import { aFacility, aSku, aTenant, next } from "./builders.ts";
import { SIM_PASSWORD } from "./channel-builders.ts";
import type { TestDatabase } from "./database.ts";
import { allocate, routeAll } from "./fulfilment-builders.ts";
import { stock } from "./inventory-builders.ts";
import { aPool, aTaxClass } from "./shop-builders.ts";
import { aGstin, aSeries } from "./warehouse-builders.ts";

/** Feeds and reports at once, and limits counted alone: the clock of these tests stands while calls wait. */
const quickAmazon = (options: SimulatorOptions) =>
  startAmazonSimulator({
    ...options,
    limits: { ...AMAZON_LIMITS, enforced: false },
    pace: { applyMs: 0, workMs: 0, lateMs: 0 },
  });

/** A thing of each source's catalogue, with its whole GST rate there. */
export const PAPER_SOURCES = {
  AMAZON: { start: quickAmazon, sku: "MIXER-GRINDER-750W", gstBps: 1800, warehouses: [] },
  OKER: { start: startOkerSimulator, sku: "WAKEFIT-PROTECT-Q", gstBps: 500, warehouses: ["OKR-BLR-01"] },
  AJIO_DROPSHIP: { start: startAjioDropshipSimulator, sku: "AVAASA-KURTA-TEAL-S", gstBps: 500, warehouses: [] },
  MARKETPLACE: { start: startMarketplaceSimulator, sku: "BZ-LAMP-TABLE-CANE", gstBps: 1800, warehouses: [] },
  FLIPKART: { start: startFlipkartSimulator, sku: "MILTON-BOTTLE-1L-SLV", gstBps: 1800, warehouses: ["LOC7a1b2c3d"] },
  PAYTM: { start: startPaytmSimulator, sku: "PM-POWERBANK-10K", gstBps: 1800, warehouses: [] },
  SHOPCLUES: { start: startShopcluesSimulator, sku: "SCL-TORCH-3W", gstBps: 1800, warehouses: [] },
  VOONIK: { start: startVoonikSimulator, sku: "VNK-KURTI-ANARKALI-M", gstBps: 500, warehouses: [] },
  BAZAAR_STREET: { start: startBazaarStreetSimulator, sku: "BZS-LANTERN-SOLAR", gstBps: 1800, warehouses: [] },
  WOOPLR: { start: startWooplrSimulator, sku: "WPL-SUNGLASS-ROUND", gstBps: 1800, warehouses: [] },
} as const satisfies Record<
  string,
  {
    start: (options: SimulatorOptions) => Promise<RunningSimulator>;
    sku: string;
    gstBps: number;
    warehouses: readonly string[];
  }
>;
export type PaperSource = keyof typeof PAPER_SOURCES;

/** A seller connected to a source that ships and makes papers, with stock, a series of his own and a courier of his own. */
export interface PaperScene {
  readonly source: PaperSource;
  readonly tenantId: TenantId;
  readonly facilityId: FacilityId;
  readonly channelId: ChannelId;
  readonly sim: RunningSimulator;
  /** Set, it changes answers of the simulator before they leave. */
  readonly plant: { tamper?: Tamper | undefined };
  readonly ctx: (over?: Partial<Ctx>) => Ctx;
}

export async function aPaperScene(
  t: TestDatabase,
  source: PaperSource,
  over: { invoiceDelayMs?: number; courierDelayMs?: number } = {},
): Promise<PaperScene> {
  const { start, sku, gstBps, warehouses } = PAPER_SOURCES[source];
  const username = `DV${next()}`;
  const plant: PaperScene["plant"] = {};
  const sim = await start({
    sellers: [{ username, password: SIM_PASSWORD }],
    clock: () => t.clock.now(),
    settings: { courierDelayMs: over.courierDelayMs ?? 0, invoiceDelayMs: over.invoiceDelayMs ?? 0 },
    tamper: (call, answer) => plant.tamper?.(call, answer) ?? answer,
    ...(warehouses.length === 0 ? {} : { warehouses }),
  });
  const tenantId = await aTenant(t.db, { edition: "ENTERPRISE", sandbox: true });
  const code = `STORE${next()}`;
  const facilityId = await aFacility(t.db, tenantId, { code, gstin: aGstin() });
  await aSeries(t, tenantId, { facilityId }, { prefix: `S${next()}-` });
  await aPool(t, tenantId, 20);
  const ctx = (more: Partial<Ctx> = {}) => t.ctx(tenantId, { sourceUrls: new Map([[source, sim.url]]), ...more });
  const facilities = [{ facilityId, channelWarehouse: null }];
  const added = must(await addChannel(ctx(), { source, name: `${source}_${next()}`, settings: { facilities } }));
  const { channelId } = added;
  const fields = { ...accountOf(source, username), ...fieldsOf(source, code, warehouses) };
  must(await setCredentials(ctx(), channelId, fields));
  const tried = must(await connectChannel(ctx(), channelId));
  if (!tried.connected) throw new Error(`the channel connects: ${JSON.stringify(tried.steps)}`);
  const skuId = await aSku(t.db, tenantId, {
    code: sku,
    taxClassId: await aTaxClass(t, tenantId, gstBps),
    hsn: "620442",
  });
  await stock(t, tenantId, facilityId, skuId, 300);
  return { source, tenantId, facilityId, channelId, sim, plant, ctx };
}

function accountOf(source: PaperSource, username: string): Record<string, string> {
  if (source === "FLIPKART") return { appId: username, appSecret: SIM_PASSWORD };
  if (source === "AMAZON") return { ...amazonAccount({ username, password: SIM_PASSWORD }) };
  return { username, password: SIM_PASSWORD };
}

function fieldsOf(source: PaperSource, facility: string, warehouses: readonly string[]): Record<string, string> {
  if (source === "AJIO_DROPSHIP") return { storeCode: facility };
  if (warehouses.length === 0) return {};
  const map = JSON.stringify(Object.fromEntries(warehouses.map((warehouse) => [warehouse, facility])));
  return { [source === "FLIPKART" ? "locations" : "warehouseLocation"]: map };
}

/** Orders placed there, pulled, routed and allocated here, as in life. In the order in which they were placed. */
export async function pulled(
  t: TestDatabase,
  scene: PaperScene,
  count: number,
  over: Record<string, unknown> = {},
): Promise<{ id: ShippingPackageId; channelOrderId: string }[]> {
  const { sku } = PAPER_SOURCES[scene.source];
  const orders: string[] = [];
  for (let i = 0; i < count; i++)
    orders.push((await scene.sim.placeOrder({ items: [{ sku, quantity: 1 }], ...over })).id);
  const wanted = { channelId: scene.channelId, kind: "ORDERS", trigger: "PERSON", syncRunId: null } as const;
  await runSync({ ...scene.ctx(), now: t.clock.now() }, wanted, syncOrders);
  await routeAll(t, scene.tenantId, scene.channelId);
  await allocate(t, scene.tenantId, scene.facilityId);
  const rows = await t.raw<{ id: ShippingPackageId; order: string }>(
    `select p.shipping_package_id as id, o.channel_order_id as "order"
     from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id) where p.tenant_id = $1 and p.state <> 'CANCELLED'`,
    [scene.tenantId],
  );
  return orders.map((channelOrderId) => {
    const row = rows.find((each) => each.order === channelOrderId);
    if (!row) throw new Error(`order ${channelOrderId} was pulled and has a package`);
    return { id: row.id, channelOrderId };
  });
}
