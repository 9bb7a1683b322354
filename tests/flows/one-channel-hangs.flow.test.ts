import { createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { allJobs } from "../../src/app/work.ts";
import { type ChannelId, must, type TenantId } from "../../src/kernel/index.ts";
import "../../src/app/wiring.ts";
import { installSources, markDirty, queueNotices, syncNow } from "../../src/channels/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { sql } from "../../src/platform/db.ts";
import { startWorker } from "../../src/platform/worker.ts";
import { aFacility, aSku, aTenant, next } from "../support/builders.ts";
import { aConnectedChannel, aJupiter } from "../support/channel-builders.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { aChannel, aListing, aPushOrder, receive } from "../support/order-builders.ts";
import { jupiterMoney } from "../support/sources.ts";
import { waitFor } from "../support/wait.ts";

/** A marketplace that takes every call and answers none. */
class Silent {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((socket) => {
    socket.on("error", () => undefined); // the caller gave up
    socket.on("close", () => this.#sockets.delete(socket));
    socket.resume();
    this.#sockets.add(socket);
    this.most = Math.max(this.most, this.#sockets.size);
  });
  /** Calls that waited at once, at most. */
  most = 0;

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("it listens on a port");
    return `http://127.0.0.1:${address.port}`;
  }

  get waiting(): number {
    return this.#sockets.size;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

const ORDERS = 60;
const PLACES_HERE = 2;
const SYNCS = ["CATALOG", "STATUS_CANCELLED", "STATUS_DELIVERED"] as const;

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
  installSources([{ ...jupiterMoney, id: "SILENT" }]);
});
afterAll(() => t.close());

/** Everything that a channel can have to do at once: syncs, stock, and something to tell about each of its orders. */
async function everythingToDo(ctx: Ctx, tenantId: TenantId): Promise<ChannelId> {
  const channelId = await aChannel(t, tenantId, [await aFacility(t.db, tenantId)], { source: "SILENT" });
  await aListing(t, tenantId, channelId, await aSku(t.db, tenantId), { productId: "PEN" });
  const bodies = Array.from({ length: ORDERS }, () => aPushOrder([{ productId: "PEN" }]));
  await receive(t, tenantId, channelId, bodies);
  await t.db.transaction(tenantId, async (tx) => {
    const units = await tx.run(sql<{ saleOrderId: never; unitId: never; lineId: string }>`
      select sale_order_id as "saleOrderId", sale_order_item_id as "unitId", channel_order_item_id as "lineId" from godown.sale_order_item`);
    await queueNotices(
      tx,
      ctx,
      units.map(({ saleOrderId, unitId, lineId }) => ({
        ...{ kind: "CANCEL" as const, channelId, saleOrderId, shippingPackageId: null, unitIds: [unitId] },
        lines: [{ channelOrderItemId: lineId, productId: "PEN", variantId: "V1", quantity: 1 }],
      })),
    );
    await markDirty(tx, { channelId });
  });
  for (const kind of SYNCS) must(await syncNow(ctx, channelId, kind));
  return channelId;
}

const run = async (tenantId: TenantId, syncRunId: string) =>
  t.db.read(tenantId, (tx) =>
    tx.first(sql<{ state: string; ok: number }>`
      select state, ok_count as ok from godown.sync_run where sync_run_id = ${syncRunId} and finished_at is not null`),
  );

it("a channel that never answers holds up neither another channel nor the work here", async () => {
  const silent = new Silent();
  const sim = await aJupiter();
  const sourceUrls = new Map([
    ["SILENT", await silent.listen()],
    ["JUPITER_MONEY", sim.url],
  ]);
  const tenantId = await aTenant(t.db);
  const ctx = t.ctx(tenantId, { sourceUrls });
  await everythingToDo(ctx, tenantId);
  const { channelId: quick } = await aConnectedChannel(ctx, sim.username);
  const worker = await startWorker({
    ...{ connectionString: t.connectionString, concurrency: PLACES_HERE, callConcurrency: 24 },
    services: { ...t.services, sourceUrls },
    registry: allJobs({ alarmWebhook: null }),
    observe: () => undefined,
  });
  try {
    // In the end its syncs, its stock and its lanes of notices hold more than all the places for work here.
    await waitFor("calls hang", () => silent.waiting >= PLACES_HERE);
    const { syncRunId } = must(await syncNow(ctx, quick, "CATALOG"));
    const ended = await waitFor("the other channel's sync", () => run(tenantId, syncRunId), 5_000);
    expect(ended).toMatchObject({ state: "DONE" });
    expect(ended.ok).toBeGreaterThan(0);
    const another = await aChannel(t, tenantId, [await aFacility(t.db, tenantId)], { code: `LATER_${next()}` });
    await aListing(t, tenantId, another, await aSku(t.db, tenantId), { productId: "INK" });
    await receive(t, tenantId, another, [aPushOrder([{ productId: "INK" }])]);
    await waitFor(
      "allocation looks at an order",
      () =>
        t.db.read(tenantId, (tx) =>
          tx.first(sql`
            select 1 from godown.sale_order_item u join godown.sale_order o using (tenant_id, sale_order_id)
            where o.channel_id = ${another} and u.state <> 'CREATED'`),
        ),
      5_000,
    );
    expect(silent.waiting).toBeGreaterThan(SYNCS.length + PLACES_HERE); // it hung all the while
    expect(silent.most).toBeLessThanOrEqual(SYNCS.length + 1 + 4); // syncs, the stock, and four lanes of notices
  } finally {
    silent.close();
    await worker.stop();
    await sim.close();
  }
}, 60_000);
