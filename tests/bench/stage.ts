import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { jupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import type { CatalogueVariant, RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { compose, type Foundation } from "../../src/app/compose.ts";
import { installStandardTaxClasses } from "../../src/catalog/index.ts";
import { addChannel, connectChannel, issuePushCredential, setCredentials } from "../../src/channels/index.ts";
import { createTenant } from "../../src/identity/index.ts";
import { type ChannelId, type FacilityId, must, newId, ok, type SkuId } from "../../src/kernel/index.ts";
import { readConfig } from "../../src/platform/config.ts";
import { type Ctx, systemCtx } from "../../src/platform/context.ts";
import { json, sql } from "../../src/platform/db.ts";
import { createLog } from "../../src/platform/log.ts";
import { startPostgres } from "../../src/platform/postgres/index.ts";
import { addAwbs, saveProvider } from "../../src/shipping/index.ts";
import { makeFirstFacility } from "../../src/warehouse/index.ts";

export const SKUS = 10_000;
const SELLER = { username: "bench-seller", password: "bench-only" };

/** What a measurement stands on: PostgreSQL as in production, a simulated marketplace, a tenant with 10,000 SKUs in stock. */
export interface Stage {
  readonly connectionString: string;
  readonly foundation: Foundation;
  readonly simulator: RunningSimulator;
  readonly ctx: Ctx;
  readonly channelId: ChannelId;
  readonly facilityId: FacilityId;
  readonly pushHeaders: Readonly<Record<string, string>>;
  readonly postgresPid: () => number | undefined;
  /** Starts a process of ours, with settings besides the stage's, and waits until it answers. */
  readonly start: (
    command: "web" | "worker" | "serve",
    also?: Readonly<Record<string, string>>,
  ) => Promise<{ url: string; pid: number; stop: () => Promise<void> }>;
  readonly close: () => Promise<void>;
}

export const product = (n: number) => ({ productId: `P${n}`, variantId: `V${n}`, sku: `BENCH-${n}` });

export async function openStage(): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), "godown-bench-"));
  await chmod(dataDir, 0o711); // PostgreSQL's account must reach it
  const log = createLog({ level: "error", name: "bench" });
  const postgres = await startPostgres({ dataDir, log });
  const catalogue = Array.from(
    { length: 50 },
    (_, i): CatalogueVariant => ({
      ...product(i + 1),
      title: `Product ${i + 1}`,
      brand: "Bench",
      category: "Bench",
      pricePaise: 50_000,
      mrpPaise: 60_000,
      hsnCode: "610910",
      gstBasisPoints: 500,
      weightGrams: 200,
      sizeMm: [200, 150, 20],
    }),
  );
  const simulator = await jupiterMoneySimulator.start({ sellers: [SELLER], products: catalogue });
  const environment = {
    DATABASE_URL: postgres.connectionString,
    GODOWN_DATA_DIR: dataDir,
    GODOWN_SOURCE_URLS: `${simulator.source}=${simulator.url}`,
    GODOWN_SECRET_KEY: "a key for measuring, 32 characters",
    LOG_LEVEL: "error",
  };
  const foundation = await compose(readConfig(environment), { log, role: "bench" });
  const { ctx, channelId, facilityId, pushHeaders } = await seed(foundation);
  return {
    connectionString: postgres.connectionString,
    foundation,
    simulator,
    ctx,
    channelId,
    facilityId,
    pushHeaders,
    postgresPid: () => postgres.pid(),
    start: (command, also = {}) => startProcess(command, { ...environment, ...also }),
    close: async () => {
      await foundation.close();
      await simulator.close();
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function seed(foundation: Foundation): Promise<Pick<Stage, "ctx" | "channelId" | "facilityId" | "pushHeaders">> {
  const { services } = foundation;
  let facilityId: FacilityId | undefined;
  const { tenantId } = must(
    await createTenant(
      services,
      {
        tenant: { code: "bench", name: "Bench", edition: "ENTERPRISE", sandbox: true, live: true },
        admin: { name: "Bench", username: "bench", password: "bench-only-password" },
      },
      {
        after: async (tx, ctx) => {
          const made = await makeFirstFacility(tx, ctx, {
            code: "BLR1",
            name: "Bench",
            line1: "1 MG Road",
            city: "Bengaluru",
            stateCode: "29",
            pincode: "560001",
          });
          if (!made.ok) return made;
          facilityId = made.value.facilityId;
          return installStandardTaxClasses(tx, ctx);
        },
      },
    ),
  );
  if (!facilityId) throw new Error("the bench has a facility");
  const ctx = systemCtx(services, tenantId, "bench", "bench");
  const provider = must(
    await saveProvider(ctx, null, {
      code: "BENCH",
      name: "Bench",
      kind: "AWB_POOL",
      trackingUrlTemplate: null,
      transitDays: 3,
      servesEverywhere: true,
      cod: true,
      preference: 1,
      awbLowMark: 0,
      enabled: true,
    }),
  );
  must(await addAwbs(ctx, provider.providerId, { from: "BX000001", to: "BX010000" }));
  const channel = must(
    await addChannel(ctx, {
      source: "JUPITER_MONEY",
      name: "Bench",
      code: "Bench",
      settings: { facilities: [{ facilityId, channelWarehouse: null }] },
    }),
  );
  must(await setCredentials(ctx, channel.channelId, { ...SELLER, vendorCode: SELLER.username }));
  const connected = must(await connectChannel(ctx, channel.channelId));
  if (!connected.connected) throw new Error(`the bench's channel connects: ${connected.steps.at(-1)?.detail}`);
  await seedSkus(ctx, channel.channelId, facilityId);
  const key = must(await ctx.db.transaction(tenantId, (tx) => issuePushCredential(tx, ctx, "JUPITER_MONEY")));
  return {
    ctx,
    channelId: channel.channelId,
    facilityId,
    pushHeaders: { clientid: key.clientid, merchantid: SELLER.username, securitykey: key.securitykey },
  };
}

/** 10,000 SKUs with a listing each and stock that does not run out, and their ledger. */
async function seedSkus(ctx: Ctx, channelId: ChannelId, facilityId: FacilityId): Promise<void> {
  const rows = Array.from({ length: SKUS }, (_, i) => ({
    n: i + 1,
    skuId: newId<"Sku">() as SkuId,
    listingId: newId(),
    ledgerId: newId(),
  }));
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    await tx.run(sql`
      with r as materialized (select * from jsonb_to_recordset(${json(rows)}) as x(n integer, "skuId" uuid, "listingId" uuid, "ledgerId" uuid)),
      shelf as (select shelf_id from godown.shelf where tenant_id = ${tx.tenantId} and facility_id = ${facilityId} limit 1),
      tax as (select tax_class_id from godown.tax_class where tenant_id = ${tx.tenantId} and code = 'GST_5'),
      skus as (insert into godown.sku (tenant_id, sku_id, code, name, hsn, tax_class_id, mrp_paise, weight_grams, created_at, updated_at) select ${tx.tenantId}, r."skuId", 'BENCH-' || n, 'Product ' || n, '610910', tax.tax_class_id, 60000, 200, ${ctx.now}, ${ctx.now} from r, tax),
      listings as (insert into godown.listing (tenant_id, listing_id, channel_id, channel_product_id, product_id, variant_id, channel_sku, sku_id, mapped_at, created_at, updated_at) select ${tx.tenantId}, r."listingId", ${channelId}, 'P' || n || '-V' || n, 'P' || n, 'V' || n, 'BENCH-' || n, r."skuId", ${ctx.now}, ${ctx.now}, ${ctx.now} from r),
      levels as (insert into godown.stock_level (tenant_id, facility_id, sku_id, good) select ${tx.tenantId}, ${facilityId}, r."skuId", 100000000 from r),
      shelves as (insert into godown.shelf_stock (tenant_id, shelf_id, sku_id, bucket, quantity) select ${tx.tenantId}, shelf.shelf_id, r."skuId", 'good', 100000000 from r, shelf)
      insert into godown.stock_ledger (tenant_id, stock_ledger_id, facility_id, sku_id, shelf_id, bucket, quantity, cause, at, actor_name)
      select ${tx.tenantId}, r."ledgerId", ${facilityId}, r."skuId", shelf.shelf_id, 'good', 100000000, 'ADJUST_ADD', ${ctx.now}, 'bench' from r, shelf`);
    return ok();
  });
}

const CLI = fileURLToPath(new URL("../../src/app/cli.ts", import.meta.url));

async function startProcess(
  command: "web" | "worker" | "serve",
  environment: Record<string, string>,
): Promise<{ url: string; pid: number; stop: () => Promise<void> }> {
  const port = await freePort();
  const child = spawn(process.execPath, [CLI, command], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment, LOG_LEVEL: "info", PORT: String(port) },
  });
  process.once("exit", () => child.kill()); // a bench that breaks leaves nobody at work
  await ready(child, command === "worker" ? "takes jobs" : "listens at");
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop: () => ended(child) };
}

/** Starts the bare HTTP floor. */
export async function startFloor(connectionString: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("./floor/server.ts", import.meta.url)), connectionString, String(port)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await ready(child, "ready");
  return { url: `http://127.0.0.1:${port}`, stop: () => ended(child) };
}

function ready(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const limit = setTimeout(() => reject(new Error(`not ready in 60 s:\n${output}`)), 60_000);
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (!output.includes(word)) return;
      clearTimeout(limit);
      resolve();
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code}:\n${output}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
