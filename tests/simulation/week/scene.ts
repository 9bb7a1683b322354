/** The simulated marketplaces, the whole product in this process, and how the seller is set up in it: by HTTP, as the screens do it. */
import pg from "pg";
import { compose, type Foundation } from "../../../src/app/compose.ts";
import { startWeb } from "../../../src/app/web.ts";
import { allJobs, startWork } from "../../../src/app/work.ts";
import { setEngineTimer } from "../../../src/channels/index.ts";
import { ensureFirstRunLink } from "../../../src/identity/index.ts";
import { readConfig } from "../../../src/platform/config.ts";
import { createLog } from "../../../src/platform/log.ts";
import { gstinCheckCharacter } from "../../../src/warehouse/index.ts";
import { freePort } from "../../support/app.ts";
import { HttpClient } from "../../support/client.ts";
import { FastClock } from "./clock.ts";
import { Drive } from "./drive.ts";
import { ADMIN, FACILITY, type House, productsOf, SKUS } from "./houses.ts";
import type { Simulators } from "./market.ts";

/** Far above what a week makes, so that nothing of a log is forgotten. */
const LOG_MAX = 2_000_000;
/** But for calls: the auditor reads what they did, and there are millions in a week. */
const CALLS_MAX = 1_000;
const CONNECT_TRIES_MAX = 8;
const CATALOGUE_TURNS_MAX = 40;
const AWBS = 60_000;

type Simulator = Awaited<ReturnType<House["start"]>>;

export interface WeekScene {
  /** Runs text as the database's owner: for the auditor. */
  readonly query: <Row extends pg.QueryResultRow>(text: string) => Promise<Row[]>;
  readonly clock: FastClock;
  readonly drive: Drive;
  readonly client: HttpClient;
  readonly start: Temporal.Instant;
  readonly simulators: Simulators;
  readonly channels: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

/** The next midnight of the seller's zone but one: ahead of the real time, so that nothing real is ever in its future. */
function beginning(): Temporal.Instant {
  return Temporal.Now.zonedDateTimeISO("Asia/Kolkata").startOfDay().add({ days: 2 }).toInstant();
}

export interface Place {
  /** Left out: the product starts its own PostgreSQL in `dataDir`. */
  readonly databaseUrl?: string;
  readonly dataDir: string;
}

export interface Cast {
  readonly seed: number;
  readonly houses: readonly House[];
  /** Where all channels' orders go; made by `prepare` unless it is the first one. */
  readonly facility: string;
  /** Minutes from one look at a marketplace to the next; left out: the product's own pace. */
  readonly everyMinutes?: number;
  /** Done once the seller exists, and before the channels do. */
  readonly prepare?: (client: HttpClient) => Promise<void>;
}

export async function setTheScene(
  { seed, houses, facility, everyMinutes, prepare }: Cast,
  place: Place,
): Promise<WeekScene> {
  const start = beginning();
  const clock = new FastClock(start);
  const simulators = new Map<string, Simulator>();
  for (const [n, house] of houses.entries())
    simulators.set(
      house.source,
      await house.start({
        ...{ seed: seed + n, logMax: LOG_MAX, callsMax: CALLS_MAX },
        ...{ products: productsOf(house), clock: () => clock.now() },
        sellers: [{ username: house.username, password: house.password }],
        ...(house.warehouses ? { warehouses: house.warehouses } : {}),
      }),
    );
  const restoreTimer = setEngineTimer(clock);
  const app = await startProduct(simulators, clock, place);
  clock.waitsFor(new URL(app.url).origin); // where it waits for a limit's next token, the people at its screens wait too
  const drive = new Drive(app.foundation.connectionString, clock, start, allJobs({ alarmWebhook: null }).crons());
  const close = async () => {
    await drive.close();
    await app.close();
    restoreTimer();
    clock.close();
    for (const simulator of simulators.values()) await simulator.close();
  };
  try {
    const client = await firstRun(app);
    await bringGoods(client, houses);
    const channels = new Map<string, string>();
    await prepare?.(client);
    for (const house of houses) {
      const channelId = await openChannel(client, house, facility, drive);
      channels.set(house.source, channelId);
      if (everyMinutes !== undefined)
        await client.must("PUT", `/channels/${channelId}/pace`, { minutes: everyMinutes });
      if (house.pushes) await letPush(client, channelId, simulators.get(house.source), app.url);
    }
    return { query: app.query, clock, drive, client, start, simulators, channels, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Product {
  readonly url: string;
  readonly foundation: Foundation;
  readonly query: WeekScene["query"];
  close(): Promise<void>;
}

/** Server and worker in this process. */
async function startProduct(simulators: Simulators, clock: FastClock, place: Place): Promise<Product> {
  const config = readConfig({
    ...(place.databaseUrl === undefined ? {} : { DATABASE_URL: place.databaseUrl }),
    GODOWN_DATA_DIR: place.dataDir,
    GODOWN_SECRET_KEY: "a key for tests, 32 characters long",
    GODOWN_ALLOW_PRIVATE_URLS: "yes",
    // Every place that is free looks for each job that comes: a place for each channel is enough.
    ...{ GODOWN_WORKER_CONCURRENCY: "4", GODOWN_WORKER_CALL_CONCURRENCY: "12" },
    GODOWN_SOURCE_URLS: [...simulators].map(([source, { url }]) => `${source}=${url}`).join(","),
    PORT: String(await freePort()),
  });
  const log = createLog({ level: "error", name: "week" });
  const foundation = await compose(config, { log, role: "week", clock, trustSchema: true });
  const worker = await startWork(foundation);
  const web = await startWeb(foundation);
  const owner = new pg.Pool({
    connectionString: foundation.connectionString,
    max: 1,
    application_name: "week auditor",
  });
  return {
    url: web.url,
    foundation,
    query: async <Row extends pg.QueryResultRow>(text: string) => (await owner.query<Row>(text)).rows,
    close: async () => {
      await owner.end();
      await Promise.all([web.stop(), worker.stop()]);
      await foundation.close();
    },
  };
}

async function firstRun(app: Product): Promise<HttpClient> {
  const client = new HttpClient(app.url);
  const first14 = "29AAACT4821K1Z";
  const facility = {
    ...{ code: FACILITY, name: "Warehouse of the week", line1: "1 Godown Road", city: "Bengaluru", stateCode: "29" },
    ...{ pincode: "560068", gstin: first14 + gstinCheckCharacter(first14), legalName: "Kurtikart Private Limited" },
  };
  const link = await ensureFirstRunLink(app.foundation.services);
  const token = link?.split("/first-run/")[1];
  await client.must("POST", "/first-run", {
    ...{ token, tenant: { code: "kurtikart", name: "Kurtikart", edition: "ENTERPRISE", sandbox: true } },
    ...{ admin: { name: "Asha", ...ADMIN }, facility, series: { invoicePrefix: "KA/" } },
  });
  await client.logIn(ADMIN.username, ADMIN.password);
  await client.must("POST", "/tenant/go-live");
  return client;
}

async function bringGoods(client: HttpClient, [house]: readonly House[]): Promise<void> {
  if (!house) throw new Error("there is a marketplace");
  for (const product of productsOf(house))
    await client.must("POST", "/skus", {
      ...{ code: product.sku, name: product.title, hsn: product.hsnCode, taxClass: "GST_18" },
      ...{ mrpPaise: product.mrpPaise, weightGrams: product.weightGrams },
      ...{ lengthMm: 200, widthMm: 150, heightMm: 50 },
    });
  const courier = { code: "SWIFT", name: "Swift Couriers", awbLowMark: 0 };
  const { providerId } = await client.must<{ providerId: string }>("POST", "/shipping-providers", courier);
  await client.must("POST", `/shipping-providers/${providerId}/awbs`, {
    from: "SW0000001",
    to: `SW${String(AWBS).padStart(7, "0")}`,
  });
}

/** Added, credentials entered, connected, its catalogue read and mapped. */
async function openChannel(client: HttpClient, house: House, facility: string, drive: Drive): Promise<string> {
  const { rows } = await client.must<{ rows: { facilityId: string; code: string }[] }>("GET", "/facilities");
  const facilities = rows.filter((row) => row.code === facility).map(({ facilityId }) => ({ facilityId }));
  const code = `${house.source}_1`;
  const { channelId } = await client.must<{ channelId: string }>("POST", "/channels", {
    ...{ source: house.source, name: code, code, settings: { facilities } },
  });
  await client.must("PUT", `/channels/${channelId}/credentials`, { fields: house.fields(facility), confirm: [] });
  for (let tries = 1; ; tries++) {
    const tried = await client.must<{ connected: boolean; steps: unknown }>("POST", `/channels/${channelId}/connect`);
    if (tried.connected) break;
    if (tries === CONNECT_TRIES_MAX) throw new Error(`${code} connects: ${JSON.stringify(tried.steps)}`);
  }
  if (house.noCatalogue) return channelId;
  await client.must("POST", `/channels/${channelId}/syncs/CATALOG/run`);
  for (let turn = 0; turn < CATALOGUE_TURNS_MAX; turn++) {
    await drive.work();
    const { listings } = await client.must<{ listings: { total: number; unmapped: number } }>(
      "GET",
      `/channels/${channelId}`,
    );
    if (listings.total === SKUS.length && listings.unmapped === 0) return channelId;
  }
  throw new Error(`the catalogue of ${code} is read and mapped`);
}

/** Its marketplace pushes with headers that the seller gives it. */
async function letPush(client: HttpClient, channelId: string, simulator: Simulator | undefined, url: string) {
  if (!simulator) throw new Error("the marketplace runs");
  const { clientid, merchantid, securitykey } = await client.must<Record<string, string>>(
    "POST",
    `/channels/${channelId}/push-credential`,
    {},
  );
  if (!clientid || !merchantid || !securitykey) throw new Error("push headers have three members");
  simulator.setTarget({ url, headers: { clientid, merchantid, securitykey } });
}
