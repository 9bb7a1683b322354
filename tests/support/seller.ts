import type { CatalogueVariant, RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import "../../src/app/sources.ts";
import { createSku, installStandardTaxClasses } from "../../src/catalog/index.ts";
import { addChannel, connectChannel, issuePushCredential, setCredentials } from "../../src/channels/index.ts";
import { createTenant } from "../../src/identity/index.ts";
import { adjustMany } from "../../src/inventory/index.ts";
import { type ChannelId, type FacilityId, must, ok, paise, type TenantId } from "../../src/kernel/index.ts";
import { type Services, systemCtx } from "../../src/platform/context.ts";
import { addAwbs, saveProvider } from "../../src/shipping/index.ts";
import { makeFirstFacility } from "../../src/warehouse/index.ts";
import { next } from "./builders.ts";
import type { HttpClient } from "./client.ts";
import { waitFor } from "./wait.ts";
import { aGstin } from "./warehouse-builders.ts";

export const SELLER_PASSWORD = "brown paper, twine and tape";
const FACILITY = "BLR1";

/** One connection of the seller to the simulator, and what its marketplace pushes with. */
export interface SellerChannel {
  readonly channelId: ChannelId;
  readonly code: string;
  readonly username: string;
  readonly pushHeaders: Readonly<Record<string, string>>;
}

/** A seller as one is after a morning's set-up: a place, products in stock, a courier with numbers, channels connected. */
export interface OnlineSeller {
  readonly tenantId: TenantId;
  readonly tenantCode: string;
  readonly facilityId: FacilityId;
  /** Administrator: logs in with SELLER_PASSWORD. */
  readonly admin: string;
  readonly channels: readonly SellerChannel[];
}

/** A product of the simulator's catalogue; its SKU carries the same code with us. */
export const aProduct = (n: number, over: Partial<CatalogueVariant> = {}): CatalogueVariant => ({
  ...{
    productId: `P${n}`,
    variantId: `V${n}`,
    sku: `SKU-${n}`,
    title: `Product ${n}`,
    brand: "Plain",
    category: "Home",
  },
  ...{ pricePaise: 50_000, mrpPaise: 60_000, hsnCode: "610910", gstBasisPoints: 1800, weightGrams: 200 },
  sizeMm: [200, 150, 20],
  ...over,
});

/** Makes a seller through the commands that the screens call, and adds his accounts to the simulator. */
export async function anOnlineSeller(
  services: Services,
  simulator: RunningSimulator,
  wish: { products: readonly CatalogueVariant[]; stock: number; channels?: number; live?: boolean; awbs?: number },
): Promise<OnlineSeller> {
  const n = next();
  const code = `seller${n}`;
  const { tenantId, facilityId } = await tenantWithPlace(services, code, wish.live ?? true);
  const ctx = systemCtx(services, tenantId, "test", "test-setup");
  const provider = must(
    await saveProvider(ctx, null, {
      ...{ code: "SWIFT", name: "Swift Couriers", kind: "AWB_POOL", transitDays: 3, preference: 1 },
      ...{ trackingUrlTemplate: "https://swift.example/{awb}", servesEverywhere: true, cod: true },
      ...{ awbLowMark: 0, enabled: true },
    }),
  );
  const last = String(wish.awbs ?? 500).padStart(6, "0");
  must(await addAwbs(ctx, provider.providerId, { from: `W${n}X000001`, to: `W${n}X${last}` }));
  for (const product of wish.products)
    must(
      await createSku(ctx, {
        ...{ code: product.sku, name: product.title, category: product.category, brand: product.brand },
        ...{ hsn: product.hsnCode, taxClass: "GST_18", mrp: paise(product.mrpPaise), weightGrams: product.weightGrams },
        ...{ lengthMm: 200, widthMm: 150, heightMm: 20, imageUrl: null, enabled: true },
      }),
    );
  const adjustment = { facility: FACILITY, type: "GOOD_INVENTORY", kind: "ADD", quantity: wish.stock } as const;
  const place = { shelf: null, transferToShelf: null, remarks: "stock of a test" };
  await ctx.db.transaction(tenantId, async (tx) => {
    const adjustments = wish.products.map(({ sku }) => ({ ...adjustment, ...place, sku }));
    for (const adjusted of await adjustMany(tx, ctx, adjustments)) must(adjusted);
    return ok();
  });
  const key = must(await ctx.db.transaction(tenantId, (tx) => issuePushCredential(tx, ctx, simulator.source)));
  const channels: SellerChannel[] = [];
  for (let i = 1; i <= (wish.channels ?? 1); i++) {
    const account = { username: `${code}-${i}`, password: `secret of ${code}-${i}` };
    simulator.addSeller(account);
    const name = `Jupiter_${n}_${i}`;
    const settings = { facilities: [{ facilityId, channelWarehouse: null }] };
    const { channelId } = must(await addChannel(ctx, { source: simulator.source, name, code: name, settings }));
    must(await setCredentials(ctx, channelId, { ...account, vendorCode: account.username }));
    const tried = must(await connectChannel(ctx, channelId));
    if (!tried.connected) throw new Error(`the channel connects: ${JSON.stringify(tried.steps)}`);
    const { clientid, securitykey } = key;
    channels.push({
      ...{ channelId, code: name, username: account.username },
      pushHeaders: { clientid, merchantid: account.username, securitykey },
    });
  }
  return { tenantId, tenantCode: code, facilityId, admin: code, channels };
}

async function tenantWithPlace(
  services: Services,
  code: string,
  live: boolean,
): Promise<{ tenantId: TenantId; facilityId: FacilityId }> {
  let facilityId: FacilityId | undefined;
  const { tenantId } = must(
    await createTenant(
      services,
      {
        tenant: { code, name: `Seller ${code}`, edition: "ENTERPRISE", sandbox: true, live },
        admin: { name: "Asha", username: code, password: SELLER_PASSWORD },
      },
      {
        after: async (tx, ctx) => {
          const made = await makeFirstFacility(tx, ctx, {
            ...{ code: FACILITY, name: "Bengaluru", line1: "1 Hosur Road", city: "Bengaluru", stateCode: "29" },
            ...{ pincode: "560068", gstin: aGstin(), legalName: `Seller ${code} Private Limited` },
          });
          if (!made.ok) return made;
          facilityId = made.value.facilityId;
          return installStandardTaxClasses(tx, ctx);
        },
      },
    ),
  );
  if (!facilityId) throw new Error("the seller has a facility");
  return { tenantId, facilityId };
}

/** Reads the channel's catalogue by Sync now, which maps equal SKUs, and waits until all of it is mapped. */
export async function readCatalogue(client: HttpClient, channel: SellerChannel, listings: number): Promise<void> {
  await client.must("POST", `/channels/${channel.channelId}/syncs/CATALOG/run`);
  await waitFor(`the catalogue of ${channel.code} to be mapped`, async () => {
    const summary = await client.must<{ listings: { total: number; unmapped: number } }>(
      "GET",
      `/channels/${channel.channelId}`,
    );
    return summary.listings.total >= listings && summary.listings.unmapped === 0;
  });
}
