/** Three marketplaces, one real Godown process, and how the seller is set up in it: by HTTP, as the screens do it. */
import { startAjioDropshipSimulator } from "../../../connectors/ajio-dropship/simulator/index.ts";
import type { RunningSimulator } from "../../../connectors/kit/simulator/index.ts";
import { startMarketplaceSimulator } from "../../../connectors/marketplace/simulator/index.ts";
import { startOkerSimulator } from "../../../connectors/oker/simulator/index.ts";
import { HttpClient } from "../../support/client.ts";
import { type GodownProcess, startGodown } from "../../support/process.ts";
import { waitFor } from "../../support/wait.ts";
import {
  ADMIN,
  CHANNELS,
  type ChannelPlan,
  gstinIn,
  PLACES,
  type Place,
  productsOf,
  SKUS,
  type SourceId,
} from "./places.ts";
import type { Plan } from "./plan.ts";

/** Far above what a run makes, so that nothing of a log is forgotten. */
const LOG_MAX = 200_000;
const CATALOGUE_MAX_MS = 60_000;
const SELDOM_MINUTES = 8;
const CONNECT_TRIES_MAX = 8;

export type Simulators = Readonly<Record<SourceId, RunningSimulator>>;

export interface ChaosChannel extends ChannelPlan {
  readonly channelId: string;
}

export interface Scene {
  readonly simulators: Simulators;
  readonly godown: GodownProcess;
  readonly client: HttpClient;
  readonly channels: readonly ChaosChannel[];
}

export interface SceneOptions {
  readonly plan: Plan;
  /** Left out: the process starts its own PostgreSQL in `dataDir`. */
  readonly databaseUrl?: string;
  readonly dataDir: string;
  /** More of the process's environment: where faults of ours are planted. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The clock asks for no orders: only Sync now does. */
  readonly ordersByClickOnly?: boolean;
}

export async function startSimulators(seed: number): Promise<Simulators> {
  const start = async (source: SourceId, n: number, of: typeof startOkerSimulator, warehouses?: readonly string[]) => {
    const sellers = CHANNELS.filter((channel) => channel.source === source);
    const own = {
      seed: seed + n,
      logMax: LOG_MAX,
      products: productsOf(source),
      ...(warehouses ? { warehouses } : {}),
    };
    return of({ ...own, sellers: sellers.map(({ username, password }) => ({ username, password })) });
  };
  const codes = new Set(CHANNELS.flatMap((channel) => Object.keys(channel.warehouses ?? {})));
  return {
    OKER: await start("OKER", 1, startOkerSimulator, [...codes]),
    AJIO_DROPSHIP: await start("AJIO_DROPSHIP", 2, startAjioDropshipSimulator),
    MARKETPLACE: await start("MARKETPLACE", 3, startMarketplaceSimulator),
  };
}

/** Starts Godown on an empty database and sets up seller, goods, stock and ten connected channels. */
export async function setTheScene(simulators: Simulators, options: SceneOptions): Promise<Scene> {
  const { databaseUrl, dataDir, environment } = options;
  const godown = await startGodown("serve", {
    dataDir,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    environment: {
      GODOWN_SOURCE_URLS: Object.entries(simulators)
        .map(([source, { url }]) => `${source}=${url}`)
        .join(","),
      LOG_LEVEL: "warn",
      ...environment,
    },
  });
  try {
    const client = await firstRun(godown);
    await bringGoods(client, options.plan);
    const channels: ChaosChannel[] = [];
    for (const plan of CHANNELS) channels.push({ ...plan, channelId: await addChannel(client, plan) });
    if (options.ordersByClickOnly)
      for (const { channelId } of channels)
        await client.must("PUT", `/channels/${channelId}/syncs/ORDERS`, { enabled: false });
    await Promise.all(channels.map(({ channelId }) => connect(client, channelId)));
    await Promise.all(channels.map((channel) => readCatalogue(client, channel)));
    return { simulators, godown, client, channels };
  } catch (error) {
    await godown.kill();
    throw error;
  }
}

const facilityOf = (place: Place) => ({
  ...{ code: place.code, name: `Warehouse ${place.code}`, line1: "1 Godown Road", city: place.city },
  ...{ stateCode: place.stateCode, pincode: place.pincode, gstin: gstinIn(place) },
  legalName: "Kurtikart Private Limited",
});

/** By the one-time link that the process prints. */
async function firstRun(godown: GodownProcess): Promise<HttpClient> {
  const token = await waitFor(
    "the link of the first run",
    () => /\/first-run\/([A-Za-z0-9_-]+)/.exec(godown.output())?.[1],
  );
  const client = new HttpClient(godown.baseUrl);
  const [first, ...others] = PLACES;
  if (!first) throw new Error("the seller has a place");
  await client.must("POST", "/first-run", {
    ...{ token, tenant: { code: "kurtikart", name: "Kurtikart", edition: "ENTERPRISE", sandbox: true } },
    ...{ admin: { name: "Asha", ...ADMIN }, facility: facilityOf(first), series: { invoicePrefix: "KA/" } },
  });
  await client.logIn(ADMIN.username, ADMIN.password);
  for (const [i, place] of others.entries()) {
    const { facilityId } = await client.must<{ facilityId: string }>("POST", "/facilities", facilityOf(place));
    await client.must("POST", "/series", { facilityId, documentType: "SALE_INVOICE", prefix: `K${i + 2}/` });
    const returned = { facilityId, documentType: "SALE_RETURN_INVOICE", prefix: `R${i + 2}/` };
    await client.must("POST", "/series", returned); // the first facility got both from the link
  }
  await client.must("POST", "/tenant/go-live");
  return client;
}

async function bringGoods(client: HttpClient, { stock }: Plan): Promise<void> {
  const products = productsOf("OKER").map((product) => ({
    ...{ code: product.sku, name: product.title, hsn: product.hsnCode, taxClass: "GST_18" },
    ...{ mrpPaise: product.mrpPaise, weightGrams: product.weightGrams },
    ...{ lengthMm: 200, widthMm: 150, heightMm: 50 },
  }));
  await Promise.all(products.map((product) => client.must("POST", "/skus", product)));
  for (const [facility, pieces] of Object.entries(stock))
    await Promise.all(
      Object.entries(pieces).map(([sku, quantity]) =>
        client.must("POST", "/inventory/adjustments", { facility, sku, kind: "ADD", quantity }),
      ),
    );
  const courier = { code: "SWIFT", name: "Swift Couriers", awbLowMark: 0 };
  const { providerId } = await client.must<{ providerId: string }>("POST", "/shipping-providers", courier);
  await client.must("POST", `/shipping-providers/${providerId}/awbs`, { from: "SW0000001", to: "SW0002000" });
}

async function addChannel(client: HttpClient, plan: ChannelPlan): Promise<string> {
  const { rows } = await client.must<{ rows: { facilityId: string; code: string }[] }>("GET", "/facilities");
  const facilityId = (code: string) => rows.find((row) => row.code === code)?.facilityId ?? "";
  const settings = {
    facilities: plan.facilities.map((code) => ({ facilityId: facilityId(code) })),
    ...(plan.verifiedByHand ? { autoVerify: false } : {}),
  };
  const { source, code } = plan;
  const added = await client.must<{ channelId: string }>("POST", "/channels", { source, name: code, code, settings });
  const fields = {
    ...{ username: plan.username, password: plan.password },
    ...(plan.store === null ? {} : { storeCode: plan.store }),
    ...(plan.warehouses === null ? {} : { warehouseLocation: JSON.stringify(plan.warehouses) }),
  };
  const confirm = plan.store !== null && plan.facilities.length > 1 ? ["COMBINED_STOCK"] : [];
  await client.must("PUT", `/channels/${added.channelId}/credentials`, { fields, confirm });
  // People ask by their buttons all the time: the clock need not do it each minute besides.
  await client.must("PUT", `/channels/${added.channelId}/pace`, { minutes: SELDOM_MINUTES });
  return added.channelId;
}

/** Presses Connect, again where the marketplace has a bad moment. */
export async function connect(client: HttpClient, channelId: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const tried = await client.must<{ connected: boolean; steps: unknown }>("POST", `/channels/${channelId}/connect`);
    if (tried.connected) return;
    if (tries === CONNECT_TRIES_MAX) throw new Error(`the channel connects: ${JSON.stringify(tried.steps)}`);
  }
}

async function readCatalogue(client: HttpClient, { channelId, code }: ChaosChannel): Promise<void> {
  await client.must("POST", `/channels/${channelId}/syncs/CATALOG/run`);
  await waitFor(
    `the catalogue of ${code} to be mapped`,
    async () => {
      const { listings } = await client.must<{ listings: { total: number; unmapped: number } }>(
        "GET",
        `/channels/${channelId}`,
      );
      return listings.total === SKUS.length && listings.unmapped === 0;
    },
    CATALOGUE_MAX_MS,
  );
}
