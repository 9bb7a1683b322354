import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { compose, type Foundation } from "../../src/app/compose.ts";
import { examineTenant } from "../../src/app/doctor.ts";
import { closeEngine } from "../../src/channels/index.ts";
import { readConfig } from "../../src/platform/config.ts";
import { sql } from "../../src/platform/db.ts";
import { createLog } from "../../src/platform/log.ts";
import { HttpClient } from "../support/client.ts";
import { createDatabase } from "../support/database.ts";
import { figuresOf, type Pushed, placeQuietly, push, type StockFigure } from "../support/marketplace-client.ts";
import { type GodownProcess, startGodown } from "../support/process.ts";
import { anOnlineSeller, aProduct, type OnlineSeller, readCatalogue, SELLER_PASSWORD } from "../support/seller.ts";
import { waitFor } from "../support/wait.ts";

const ROUNDS = 20;
const STOCK = 10;
const ORDERS = 40;
const ROUND_MAX_MS = 30_000;
const SETUP_MAX_MS = 120_000;
const products = Array.from({ length: ROUNDS }, (_, i) => aProduct(i + 1));

/** Ten units, forty buyers at once through two channels that share the SKU, two web and two worker processes: ten get theirs. */
describe("stock that several channels sell at once", () => {
  let sim: RunningSimulator;
  let foundation: Foundation;
  let seller: OnlineSeller;
  const webs: GodownProcess[] = [];
  const running: GodownProcess[] = [];
  const undo: (() => unknown)[] = [];

  beforeAll(async () => {
    sim = await startJupiterMoneySimulator({ sellers: [], products });
    undo.push(() => sim.close());
    const { connectionString, drop } = await createDatabase({ migrated: true });
    undo.push(drop);
    const dataDir = mkdtempSync(join(tmpdir(), "godown-oversold-"));
    undo.push(() => rmSync(dataDir, { recursive: true, force: true }));
    const config = readConfig({
      ...{ DATABASE_URL: connectionString, GODOWN_DATA_DIR: dataDir, GODOWN_ALLOW_PRIVATE_URLS: "yes" },
      ...{ GODOWN_SECRET_KEY: "a key for tests, 32 characters long", GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}` },
    });
    foundation = await compose(config, { log: createLog({ level: "error", name: "test" }), role: "test" });
    undo.push(() => foundation.close(), closeEngine);
    seller = await anOnlineSeller(foundation.services, sim, { products, stock: STOCK, channels: 2 });
    for (const command of ["web", "web", "worker", "worker"] as const) {
      const environment = { GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}`, LOG_LEVEL: "info" };
      const started = await startGodown(command, { databaseUrl: connectionString, environment });
      running.push(started);
      if (command === "web") webs.push(started);
    }
    const client = await new HttpClient(webs[0]?.baseUrl ?? "").logIn(seller.admin, SELLER_PASSWORD);
    for (const channel of seller.channels) await readCatalogue(client, channel, ROUNDS);
    for (const { productId } of products)
      await waitFor(`both accounts to be told ${STOCK} of ${productId}`, () => lastFigures(productId).every(is(STOCK)));
  }, SETUP_MAX_MS);

  afterAll(async () => {
    await Promise.all(running.map((each) => each.stop()));
    for (const each of undo.reverse()) await each();
  });

  const is = (quantity: number) => (figure: StockFigure | undefined) => figure?.quantity === quantity;
  const lastFigures = (productId: string) => seller.channels.map((c) => figuresOf(sim, c, productId).at(-1));

  function units(sku: string): Promise<Record<string, number>> {
    return foundation.services.db.read(seller.tenantId, async (tx) => {
      const rows = await tx.run(sql<{ state: string; units: number }>`
        select u.state, count(*)::integer as units from godown.sale_order_item u join godown.sku s using (tenant_id, sku_id)
        where u.tenant_id = ${tx.tenantId} and s.code = ${sku} group by 1`);
      return Object.fromEntries(rows.map((row) => [row.state, row.units]));
    });
  }

  /** Forty orders of one unit: every channel through every web process, all under way at once. */
  async function buyAtOnce(sku: string): Promise<Pushed[]> {
    const ways = seller.channels.flatMap((channel) => webs.map((web) => ({ channel, web })));
    const orders = await Promise.all(
      Array.from({ length: ORDERS }, async (_, i) => {
        const way = ways[i % ways.length];
        if (!way) throw new Error("there is a channel and a server");
        return { ...way, order: await placeQuietly(sim, way.channel, [{ sku }]) };
      }),
    );
    return Promise.all(orders.map(({ web, channel, order }) => push(web.baseUrl, channel, order)));
  }

  /**
   * What was left when a figure was computed, at most. A channel's figures are told one call after the other, each read
   * from the database after the call before it was answered. So whatever was acknowledged to a buyer before that earlier
   * figure arrived is certainly known to this one: it must already be taken off. (What was acknowledged between the
   * earlier arrival and the reading is known too, but from outside nobody can say when the reading was.)
   */
  function leftAtMost(before: StockFigure | undefined, acknowledgedAtMs: readonly number[]): number {
    if (!before) return STOCK;
    const arrivedAtMs = Temporal.Instant.from(before.receivedAt).epochMilliseconds;
    return Math.max(0, STOCK - acknowledgedAtMs.filter((atMs) => atMs < arrivedAtMs).length);
  }

  it.each(products.map((product, i) => ({ round: i + 1, ...product })))(
    "round $round of 20: ten are sold, thirty wait, both accounts hold 0, no figure was too high",
    async ({ sku, productId }) => {
      const answers = await buyAtOnce(sku);
      expect(answers.filter((answer) => answer.kind !== "acknowledged")).toEqual([]);
      const acknowledgedAtMs = answers.flatMap((answer) => (answer.kind === "acknowledged" ? [answer.atMs] : []));

      await waitFor(
        "every unit to be decided and both accounts to hold 0",
        async () => lastFigures(productId).every(is(0)) && (await units(sku)).CREATED === undefined,
        ROUND_MAX_MS,
      );
      expect(await units(sku)).toEqual({ FULFILLABLE: STOCK, UNFULFILLABLE: ORDERS - STOCK });
      for (const channel of seller.channels) {
        const figures = figuresOf(sim, channel, productId);
        const told = figures.map((figure) => figure.quantity);
        figures.forEach((figure, i) => {
          const atMost = leftAtMost(figures[i - 1], acknowledgedAtMs);
          expect(figure.quantity, `figure ${i + 1} of ${told} to ${channel.code}`).toBeLessThanOrEqual(atMost);
        });
        // Nothing came back into stock, so a figure that rises would be an older one told late.
        expect(told, `figures told to ${channel.code}`).toEqual(told.toSorted((a, b) => b - a));
        expect([told[0], told.at(-1)]).toEqual([STOCK, 0]);
      }
    },
  );

  it("and at the end ledger, levels, shelves and units agree", async () => {
    const tenant = { tenantId: seller.tenantId, code: seller.tenantCode };
    expect(await examineTenant(foundation.services, tenant)).toEqual([]);
    const [told] = await foundation.services.db.read(seller.tenantId, (tx) =>
      tx.run(sql`
        select count(*)::integer as skus, sum(good)::integer as good, sum(blocked)::integer as blocked from godown.stock_level
        where tenant_id = ${tx.tenantId}`),
    );
    expect(told).toEqual({ skus: ROUNDS, good: ROUNDS * STOCK, blocked: ROUNDS * STOCK });
  });
});
