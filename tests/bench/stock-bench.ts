import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";
import { z } from "zod";
import { sql } from "../../src/platform/db.ts";
import { pushedOrder } from "./push-bench.ts";
import type { Stage } from "./stage.ts";

const ORDERS_PER_SECOND = 100;
const CATALOGUE = 50;
const WAIT_AFTER_MS = 10_000;
const SETTLE_MAX_MS = 300_000;

const stateSchema = z.object({
  stock: z.record(
    z.string(),
    z.object({ pushes: z.array(z.object({ quantity: z.number(), receivedAt: z.string() })) }),
  ),
});

/**
 * Time from a change of stock (an order is acknowledged) until the channel has a figure that counts it, at 100 orders a
 * second. Milliseconds; an order whose change never arrived counts as the whole wait.
 */
export async function benchStock(
  stage: Stage,
  seconds: number,
): Promise<{ p50Ms: number; p99Ms: number; orders: number }> {
  const [web, worker] = await Promise.all([stage.start("web"), stage.start("worker")]);
  try {
    await settled(stage);
    const before = toldSoFar(stage);
    const sold = await sell(stage, web.url, seconds);
    const latencies = await latenciesOf(stage, sold, before);
    const sorted = latencies.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { p50Ms: at(0.5), p99Ms: at(0.99), orders: sold.length };
  } finally {
    await Promise.all([web.stop(), worker.stop()]);
  }
}

/** Everything that was to be told has been told: the figures of all listings, the notices of orders before. */
async function settled(stage: Stage): Promise<void> {
  const endMs = performance.now() + SETTLE_MAX_MS;
  for (;;) {
    const { waiting } = await stage.ctx.db.read(stage.ctx.tenantId, (tx) =>
      tx.one(sql<{ waiting: number }>`
        select (select count(*) from godown.listing_dirty where tenant_id = ${tx.tenantId}) + (select count(*) from godown.channel_notice where tenant_id = ${tx.tenantId} and state = 'PENDING')
          + (select count(*) from godown.sale_order_item where tenant_id = ${tx.tenantId} and state = 'CREATED') as waiting`),
    );
    if (waiting === 0) return;
    if (performance.now() > endMs) throw new Error(`${waiting} rows still wait after ${SETTLE_MAX_MS / 1000} s`);
    await pause(250);
  }
}

interface Sold {
  readonly productId: string;
  readonly atMs: number;
}

/** Pushes orders of one unit at a steady rate, whatever the answers take, and notes when each was acknowledged. */
async function sell(stage: Stage, url: string, seconds: number): Promise<Sold[]> {
  const pool = new Pool(url, { connections: 64 });
  const run = randomUUID().slice(0, 8);
  const sold: Sold[] = [];
  const startMs = performance.now();
  const sending: Promise<void>[] = [];
  for (let n = 0; n < seconds * ORDERS_PER_SECOND; n++) {
    const dueMs = startMs + (n * 1000) / ORDERS_PER_SECOND;
    if (performance.now() < dueMs) await pause(dueMs - performance.now());
    sending.push(send(pool, stage, `L${run}${n}`, n, sold));
  }
  await Promise.all(sending);
  await pool.close();
  return sold;
}

async function send(pool: Pool, stage: Stage, id: string, n: number, sold: Sold[]): Promise<void> {
  const product = 1 + (n % CATALOGUE);
  const order = pushedOrder(id, n, [product]);
  const answer = await pool.request({
    method: "POST",
    path: "/uc/v1/order",
    headers: { "content-type": "application/json", ...stage.pushHeaders },
    body: JSON.stringify(order),
  });
  const body = await answer.body.text();
  if (answer.statusCode !== 200 || !body.includes('"success"'))
    throw new Error(`an order of the bench was refused: ${body}`);
  sold.push({ productId: `P${product}`, atMs: Date.now() });
}

/** The pushes of a product that the simulator has seen. */
function pushesOf(stage: Stage): z.infer<typeof stateSchema>["stock"] {
  return stateSchema.parse(stage.simulator.state()).stock;
}

/** By product: the figure told last, and when. */
function toldSoFar(stage: Stage): Map<string, { quantity: number; at: string }> {
  return new Map(
    Object.entries(pushesOf(stage)).map(([id, { pushes }]) => [
      id,
      { quantity: pushes.at(-1)?.quantity ?? 0, at: pushes.at(-1)?.receivedAt ?? "" },
    ]),
  );
}

/** The k-th acknowledged sale of a product has arrived with the first later figure that is at most its start less k. */
async function latenciesOf(
  stage: Stage,
  sold: readonly Sold[],
  before: ReturnType<typeof toldSoFar>,
): Promise<number[]> {
  const endMs = performance.now() + WAIT_AFTER_MS;
  for (;;) {
    const pushes = pushesOf(stage);
    const counts = new Map<string, number>();
    const found = sold
      .toSorted((x, y) => x.atMs - y.atMs)
      .map((sale) => {
        const k = (counts.get(sale.productId) ?? 0) + 1;
        counts.set(sale.productId, k);
        const start = before.get(sale.productId) ?? { quantity: 0, at: "" };
        const told = pushes[sale.productId]?.pushes.find(
          (p) => p.receivedAt > start.at && p.quantity <= start.quantity - k,
        );
        return told ? Math.max(0, Date.parse(told.receivedAt) - sale.atMs) : null;
      });
    if (found.every((ms) => ms !== null) || performance.now() > endMs) return found.map((ms) => ms ?? WAIT_AFTER_MS);
    await pause(200);
  }
}
