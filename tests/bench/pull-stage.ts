import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { z } from "zod";
import { installStandardTaxClasses } from "../../src/catalog/index.ts";
import { addChannel, connectChannel, setCredentials } from "../../src/channels/index.ts";
import { createTenant } from "../../src/identity/index.ts";
import { type ChannelId, type FacilityId, must, newId, ok } from "../../src/kernel/index.ts";
import { type Ctx, systemCtx } from "../../src/platform/context.ts";
import { json, sql } from "../../src/platform/db.ts";
import { makeFirstFacility } from "../../src/warehouse/index.ts";
import { benchSeller, opened, type ToMarketplace, WAREHOUSE } from "./pull-messages.ts";
import { SKUS, type Stage } from "./stage.ts";

export const CHANNELS = 10;
const SOURCE = "OKER";
const FACILITY = "PULL1";

/** A simulated marketplace in a process of its own. */
export class Marketplace {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(fileURLToPath(new URL("./pull-marketplace.ts", import.meta.url)), { stdio: "inherit" });
  }

  /** Says something and waits for the answer: one at a time. */
  async say<T>(message: ToMarketplace, answer: z.ZodType<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const gone = (code: number | null) => reject(new Error(`the marketplace ended with ${code}`));
    this.#child.once("exit", gone);
    this.#child.once("message", resolve);
    this.#child.send(message);
    try {
      return answer.parse(await promise);
    } finally {
      this.#child.off("exit", gone);
    }
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#child.once("exit", () => resolve());
      this.#child.kill("SIGTERM");
    });
  }
}

/** A tenant of its own with 10,000 SKUs in one facility, and ten channels of one source that each sell a tenth of them. */
export interface PullStage {
  readonly ctx: Ctx;
  readonly marketplace: Marketplace;
  readonly channels: readonly ChannelId[];
  /** Settings of a worker that calls the marketplace. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The products that a channel sells: each its own, so that a sale of one changes the figure of one channel. */
export function productOf(channel: number, n: number): number {
  return 1 + channel + CHANNELS * (n % (SKUS / CHANNELS));
}

export async function openPullStage(stage: Stage): Promise<PullStage> {
  const marketplace = new Marketplace();
  try {
    const empty = { kind: "hold" as const, sellers: CHANNELS, sales: [], hanging: [], throttled: [] };
    const { url } = await marketplace.say(empty, opened);
    const services = { ...stage.foundation.services, sourceUrls: new Map([[SOURCE, url]]) };
    let facilityId: FacilityId | undefined;
    const made = await createTenant(
      services,
      {
        tenant: { code: "pull", name: "Pull", edition: "ENTERPRISE", sandbox: true, live: true },
        admin: { name: "Pull", username: "pull", password: "bench-only-password" },
      },
      {
        after: async (tx, ctx) => {
          const place = { line1: "1 MG Road", city: "Bengaluru", stateCode: "29", pincode: "560001" };
          const first = await makeFirstFacility(tx, ctx, { code: FACILITY, name: "Pull", ...place });
          if (!first.ok) return first;
          facilityId = first.value.facilityId;
          return installStandardTaxClasses(tx, ctx);
        },
      },
    );
    const ctx = systemCtx(services, must(made).tenantId, "bench", "bench");
    if (facilityId === undefined) throw new Error("the bench has a facility");
    const channels: ChannelId[] = [];
    for (let i = 0; i < CHANNELS; i++) channels.push(await aPulledChannel(ctx, i, facilityId));
    await seedCatalogue(ctx, channels, facilityId);
    return { ctx, marketplace, channels, environment: { GODOWN_SOURCE_URLS: `${SOURCE}=${url}` } };
  } catch (error) {
    await marketplace.stop();
    throw error;
  }
}

/** Connected; only stock is told, and only where it changes. Orders are asked for when the bench says so, states not at all. */
async function aPulledChannel(ctx: Ctx, i: number, facilityId: FacilityId): Promise<ChannelId> {
  const settings = { facilities: [{ facilityId, channelWarehouse: null }] };
  const name = `Oker_${i + 1}`;
  const { channelId } = must(await addChannel(ctx, { source: SOURCE, name, settings }));
  const warehouseLocation = JSON.stringify({ [WAREHOUSE]: FACILITY });
  must(await setCredentials(ctx, channelId, { ...benchSeller(i), warehouseLocation }));
  const connected = must(await connectChannel(ctx, channelId));
  if (!connected.connected) throw new Error(`the bench's channel connects: ${connected.steps.at(-1)?.detail}`);
  await ctx.db.transaction(ctx.tenantId, (tx) =>
    tx.run(
      sql`update godown.sync_state set enabled = kind = 'INVENTORY', next_run_at = null where tenant_id = ${tx.tenantId} and channel_id = ${channelId}`,
    ),
  );
  return channelId;
}

/** 10,000 SKUs with stock that does not run out and their ledger; each has a listing on one of the channels. */
async function seedCatalogue(ctx: Ctx, channels: readonly ChannelId[], facilityId: FacilityId): Promise<void> {
  const rows = channels.flatMap((channelId, i) =>
    Array.from({ length: SKUS / CHANNELS }, (_, n) => ({
      ...{ n: productOf(i, n), channelId, skuId: newId(), listingId: newId(), ledgerId: newId() },
    })),
  );
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    await tx.run(sql`
      with r as materialized (select * from jsonb_to_recordset(${json(rows)}) as x(n integer, "channelId" uuid, "skuId" uuid, "listingId" uuid, "ledgerId" uuid)),
      shelf as (select shelf_id from godown.shelf where tenant_id = ${tx.tenantId} and facility_id = ${facilityId} limit 1),
      tax as (select tax_class_id from godown.tax_class where tenant_id = ${tx.tenantId} and code = 'GST_5'),
      skus as (insert into godown.sku (tenant_id, sku_id, code, name, hsn, tax_class_id, mrp_paise, weight_grams, created_at, updated_at) select ${tx.tenantId}, r."skuId", 'BENCH-' || n, 'Product ' || n, '610910', tax.tax_class_id, 60000, 200, ${ctx.now}, ${ctx.now} from r, tax),
      listings as (insert into godown.listing (tenant_id, listing_id, channel_id, channel_product_id, product_id, variant_id, channel_sku, sku_id, mapped_at, created_at, updated_at) select ${tx.tenantId}, r."listingId", r."channelId", 'P' || n || '-V' || n, 'P' || n, 'V' || n, 'BENCH-' || n, r."skuId", ${ctx.now}, ${ctx.now}, ${ctx.now} from r),
      levels as (insert into godown.stock_level (tenant_id, facility_id, sku_id, good) select ${tx.tenantId}, ${facilityId}, r."skuId", 100000000 from r),
      shelves as (insert into godown.shelf_stock (tenant_id, shelf_id, sku_id, bucket, quantity) select ${tx.tenantId}, shelf.shelf_id, r."skuId", 'good', 100000000 from r, shelf)
      insert into godown.stock_ledger (tenant_id, stock_ledger_id, facility_id, sku_id, shelf_id, bucket, quantity, cause, at, actor_name)
      select ${tx.tenantId}, r."ledgerId", ${facilityId}, r."skuId", shelf.shelf_id, 'good', 100000000, 'ADJUST_ADD', ${ctx.now}, 'bench' from r, shelf`);
    return ok();
  });
}
