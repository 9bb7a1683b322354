import { randomUUID } from "node:crypto";
import pg from "pg";
import { loadFloor } from "./floor/batch.ts";
import { drive, type Load, summary } from "./load.ts";
import { product, SKUS, type Stage, startFloor } from "./stage.ts";

const CONNECTIONS = 64;

export interface PushBench {
  readonly ours: { readonly median: number; readonly spread: number; readonly p99Ms: number };
  readonly floor: { readonly median: number; readonly spread: number; readonly p99Ms: number };
}

/**
 * Pushed orders a second at 64 connections, in turns with the bare floor server. With `worker` also the work that the
 * orders cause (allocation, notifications, stock figures) is done meanwhile on the same processors; the floor has none.
 */
export async function benchPush(
  stage: Stage,
  options: { rounds: number; seconds: number; worker: boolean },
): Promise<PushBench> {
  await loadFloor(stage.connectionString);
  const floor = await startFloor(stage.connectionString);
  const web = await stage.start("web");
  const worker = options.worker ? await stage.start("worker") : null;
  const floors: Load[] = [];
  const ours: Load[] = [];
  try {
    await round(stage, web.url, 2); // not counted: plans, caches, the first statements of each connection
    await floorRound(floor.url, 1);
    for (let i = 0; i < options.rounds; i++) {
      floors.push(await floorRound(floor.url, options.seconds));
      ours.push(await round(stage, web.url, options.seconds));
    }
  } finally {
    await Promise.all([floor.stop(), web.stop(), worker?.stop()]);
  }
  const failed = [...floors, ...ours].reduce((sum, load) => sum + load.failed, 0);
  if (failed > 0) throw new Error(`${failed} requests of the bench were not answered as they should`);
  return { ours: figures(ours), floor: figures(floors) };
}

/** Data first, statistics next, fresh sessions then: plans made over empty tables are no measure of anything. */
export async function makeHistory(stage: Stage, seconds: number): Promise<void> {
  const [web, worker] = await Promise.all([stage.start("web"), stage.start("worker")]);
  await round(stage, web.url, seconds);
  await Promise.all([web.stop(), worker.stop()]);
  const client = new pg.Client({ connectionString: stage.connectionString });
  await client.connect();
  await client.query("vacuum analyze");
  await client.end();
}

function figures(loads: readonly Load[]): PushBench["ours"] {
  return { ...summary(loads.map((l) => l.perSecond)), p99Ms: summary(loads.map((l) => l.p99Ms)).median };
}

function floorRound(url: string, seconds: number): Promise<Load> {
  const run = randomUUID();
  return drive({
    url,
    path: "/orders",
    connections: CONNECTIONS,
    seconds,
    headers: {},
    body: (n) =>
      JSON.stringify({
        channel: 1,
        ext: `${run}-${n}`,
        items: [{ sku: 1 + ((n * 7919) % 5000) }, { sku: 5001 + ((n * 104729) % 5000) }],
        price: 49_900,
        address: {
          name: "Asha Rao",
          phone: "9800000000",
          line1: "12 MG Road",
          city: "Bengaluru",
          state: "29",
          pincode: "560001",
        },
      }),
    answered: (status) => status === 201,
  });
}

function round(stage: Stage, url: string, seconds: number): Promise<Load> {
  const run = randomUUID().slice(0, 8);
  return drive({
    url,
    path: "/uc/v1/order",
    connections: CONNECTIONS,
    seconds,
    headers: stage.pushHeaders,
    body: (n) => JSON.stringify(pushedOrder(`B${run}${n}`, n)),
    answered: (status, body) => status === 200 && body.includes('"success"'),
  });
}

/** An order of two lines, as a marketplace pushes it: the same two SKUs and one address that the floor writes. */
export function pushedOrder(
  id: string,
  n: number,
  products: readonly number[] = [1 + ((n * 7919) % (SKUS / 2)), SKUS / 2 + 1 + ((n * 104_729) % (SKUS / 2))],
): unknown {
  const line = (k: number, of: number) => ({
    orderItemId: `${id}-${k}`,
    status: "CREATED",
    ...product(of),
    title: `Product ${of}`,
    shippingMethodCode: "STD",
    orderItemPrice: { currency: "INR", sellingPrice: 499, totalPrice: 499 },
    quantity: 1,
  });
  const address = {
    name: "Asha Rao",
    addressLine1: "12 MG Road",
    city: "Bengaluru",
    state: "Karnataka",
    country: "India",
    pincode: "560001",
    phone: "9800000000",
  };
  return {
    id,
    displayOrderNumber: id,
    orderDate: "2026-11-20 19:40:05",
    orderStatus: "CREATED",
    sla: "2026-11-25 18:00:00",
    paymentType: "PREPAID",
    orderItems: products.map((product, i) => line(i + 1, product)),
    thirdPartyShipping: false,
    shippingAddress: address,
    billingAddress: address,
  };
}
