import { AJIO_DROPSHIP_CATALOGUE, startAjioDropshipSimulator } from "../../connectors/ajio-dropship/simulator/index.ts";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import type { CatalogueVariant, RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { OKER_CATALOGUE, startOkerSimulator } from "../../connectors/oker/simulator/index.ts";
import { createSku, installStandardTaxClasses } from "../../src/catalog/index.ts";
import { issuePushCredential } from "../../src/channels/index.ts";
import { createTenant } from "../../src/identity/index.ts";
import { type ChannelId, type FacilityId, must, paise, type TenantId } from "../../src/kernel/index.ts";
import { type Ctx, systemCtx } from "../../src/platform/context.ts";
import { addAwbs, saveProvider } from "../../src/shipping/index.ts";
import { makeFirstFacility } from "../../src/warehouse/index.ts";
import { type TestApp, testApp } from "./app.ts";
import type { HttpClient } from "./client.ts";
import { MovedClock } from "./moved-clock.ts";
import { readCatalogue, SELLER_PASSWORD, type SellerChannel } from "./seller.ts";
import { Story } from "./story.ts";
import { aGstin } from "./warehouse-builders.ts";

const TENANT = "kurtikart";
const FACILITY = "BLR1";
const WAREHOUSE = "OKR-BLR-01";
const AJIO = { username: "DV100001", password: "first store" };
const OKER = { username: "kurtikart", password: "okay, oker" };
const JUPITER = { username: "kurtikart-jm", password: "moons of jupiter" };
/** Another than AJIO's: two marketplaces that draw alike would give two parcels one tracking number. */
const OKER_SEED = 7;
/** Where rejects are kept apart from what is sold. */
export const REJECTS = "REJECTS-01";
export const YARD_STOCK = 20;

const listed = (catalogue: readonly CatalogueVariant[], sku: string): CatalogueVariant => {
  const found = catalogue.find((variant) => variant.sku === sku);
  if (!found) throw new Error(`${sku} is in the catalogue`);
  return found;
};
/** ₹899 and 5 %, of AJIO. */
export const KURTA = listed(AJIO_DROPSHIP_CATALOGUE, "AVAASA-KURTA-TEAL-S");
/** ₹4,499 and 18 %, of AJIO. */
export const SHOES = listed(AJIO_DROPSHIP_CATALOGUE, "SKECHERS-GORUN-NAVY-8");
/** ₹3,249 and 5 %, of Oker. */
export const COOKER = listed(OKER_CATALOGUE, "HAWKINS-FUTURA-5L");
/** ₹1,299 and 18 %, of Jupiter Money. */
export const KETTLE: CatalogueVariant = {
  ...{ productId: "JM-KETTLE", variantId: "JM-KETTLE-15", sku: "KETTLE-15", title: "Electric kettle 1.5 l" },
  ...{ brand: "Plain", category: "Kitchen", pricePaise: 129_900, mrpPaise: 159_900, hsnCode: "851610" },
  ...{ gstBasisPoints: 1_800, weightGrams: 900, sizeMm: [220, 180, 240] },
};
const PRODUCTS = [KURTA, SHOES, COOKER, KETTLE];

/** A seller of three marketplaces with one warehouse, online: everything that can come back to him. */
export interface ReturnYard {
  readonly app: TestApp;
  readonly clock: MovedClock;
  readonly tenant: { readonly tenantId: TenantId; readonly code: string };
  readonly facilityId: FacilityId;
  readonly ctx: Ctx;
  /** Logs in with SELLER_PASSWORD. */
  readonly admin: string;
  readonly client: HttpClient;
  readonly ajio: Story;
  readonly oker: Story;
  readonly jupiter: Story;
  readonly close: () => Promise<void>;
}

/** Starts three simulators and the application, all by one clock that the test moves. */
export async function aReturnYard(): Promise<ReturnYard> {
  const undo: (() => unknown)[] = [];
  const close = async () => {
    for (const each of undo.reverse()) await each();
  };
  try {
    return await opened(undo, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function opened(undo: (() => unknown)[], close: () => Promise<void>): Promise<ReturnYard> {
  const moved = new MovedClock();
  const clock = () => moved.now();
  const kept = async (started: Promise<RunningSimulator>): Promise<RunningSimulator> => {
    const sim = await started;
    undo.push(() => sim.close());
    return sim;
  };
  const ajio = await kept(startAjioDropshipSimulator({ sellers: [AJIO], products: [KURTA, SHOES], clock }));
  const oker = await kept(
    startOkerSimulator({ sellers: [OKER], products: [COOKER], warehouses: [WAREHOUSE], clock, seed: OKER_SEED }),
  );
  const jupiter = await kept(startJupiterMoneySimulator({ sellers: [JUPITER], products: [KETTLE], clock }));
  const sims = [ajio, oker, jupiter];
  const urls = sims.map((sim) => `${sim.source}=${sim.url}`).join(",");
  const app = await testApp({ clock: moved, environment: { GODOWN_SOURCE_URLS: urls } });
  undo.push(() => app.close());

  const { tenantId, facilityId } = await aSeller(app);
  const ctx = systemCtx(app.services, tenantId, "test", "test-setup");
  await goodsAndCourier(ctx);
  const client = await app.login(TENANT, SELLER_PASSWORD);
  await client.must("POST", "/shelves", { facilityId, code: REJECTS });
  for (const { sku } of PRODUCTS)
    await client.must("POST", "/inventory/adjustments", { facility: FACILITY, sku, kind: "ADD", quantity: YARD_STOCK });
  const warehouseLocation = JSON.stringify({ [WAREHOUSE]: FACILITY });
  const channels = [
    await connected(client, facilityId, { sim: ajio, account: AJIO, products: 2, fields: { storeCode: FACILITY } }),
    await connected(client, facilityId, { sim: oker, account: OKER, products: 1, fields: { warehouseLocation } }),
    await connected(client, facilityId, {
      sim: jupiter,
      account: JUPITER,
      products: 1,
      fields: { vendorCode: JUPITER.username },
    }),
  ] as const;
  const headers = await pushHeaders(ctx, jupiter);
  jupiter.setTarget({ url: app.baseUrl, headers }, JUPITER.username);
  return {
    ...{ app, clock: moved, tenant: { tenantId, code: TENANT }, facilityId, ctx, admin: TENANT, client, close },
    ajio: new Story(ajio, client, channels[0]),
    oker: new Story(oker, client, channels[1]),
    jupiter: new Story(jupiter, client, { ...channels[2], pushHeaders: headers }),
  };
}

async function aSeller(app: TestApp): Promise<{ tenantId: TenantId; facilityId: FacilityId }> {
  let facilityId: FacilityId | undefined;
  const { tenantId } = must(
    await createTenant(
      app.services,
      {
        tenant: { code: TENANT, name: "Kurtikart", edition: "PROFESSIONAL", sandbox: true, live: true },
        admin: { name: "Meera Nair", username: TENANT, password: SELLER_PASSWORD },
      },
      {
        after: async (tx, ctx) => {
          const made = await makeFirstFacility(tx, ctx, {
            ...{ code: FACILITY, name: "Bengaluru", line1: "1 Hosur Road", city: "Bengaluru", stateCode: "29" },
            ...{ pincode: "560068", gstin: aGstin(), legalName: "Kurtikart Private Limited" },
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

async function goodsAndCourier(ctx: Ctx): Promise<void> {
  const { providerId } = must(
    await saveProvider(ctx, null, {
      ...{ code: "SWIFT", name: "Swift Couriers", kind: "AWB_POOL", transitDays: 3, preference: 1 },
      ...{ trackingUrlTemplate: "https://swift.example/{awb}", servesEverywhere: true, cod: true },
      ...{ awbLowMark: 0, enabled: true },
    }),
  );
  must(await addAwbs(ctx, providerId, { from: "SWX000001", to: "SWX000050" }));
  for (const product of PRODUCTS)
    must(
      await createSku(ctx, {
        ...{ code: product.sku, name: product.title, category: product.category, brand: product.brand },
        ...{ hsn: product.hsnCode, taxClass: product.gstBasisPoints === 500 ? "GST_5" : "GST_18" },
        ...{ mrp: paise(product.mrpPaise), weightGrams: product.weightGrams, imageUrl: null, enabled: true },
        ...{ lengthMm: 300, widthMm: 200, heightMm: 100 },
      }),
    );
}

interface Wish {
  readonly sim: RunningSimulator;
  readonly account: { readonly username: string; readonly password: string };
  readonly fields: Readonly<Record<string, string>>;
  readonly products: number;
}

/** Added, connected, and its catalogue read as far as we sell it. */
async function connected(client: HttpClient, facilityId: FacilityId, wish: Wish): Promise<SellerChannel> {
  const { sim, account, fields, products } = wish;
  const code = `${sim.source}_1`;
  const { channelId } = await client.must<{ channelId: ChannelId }>("POST", "/channels", {
    ...{ source: sim.source, name: code, settings: { facilities: [{ facilityId }] } },
  });
  await client.must("PUT", `/channels/${channelId}/credentials`, { fields: { ...account, ...fields } });
  const tried = await client.must<{ connected: boolean }>("POST", `/channels/${channelId}/connect`);
  if (!tried.connected) throw new Error(`${code} connects: ${JSON.stringify(tried)}`);
  const channel = { channelId, code, username: account.username, pushHeaders: {} };
  await readCatalogue(client, channel, products);
  // A moved clock makes it due at any minute: what comes back is heard of when the story says so.
  await client.must("PUT", `/channels/${channelId}/syncs/STATUS_DELIVERED`, { enabled: false });
  return channel;
}

async function pushHeaders(ctx: Ctx, sim: RunningSimulator): Promise<Record<string, string>> {
  const { clientid, securitykey } = must(
    await ctx.db.transaction(ctx.tenantId, (tx) => issuePushCredential(tx, ctx, sim.source)),
  );
  return { clientid, merchantid: JUPITER.username, securitykey };
}
