import { setTimeout as pause } from "node:timers/promises";
import type { Remembered, RunningSimulator } from "../../../connectors/kit/simulator/index.ts";
import {
  autoMatchListings,
  connectChannel,
  issueHook,
  issuePushCredential,
  readHook,
  sourceOf,
  syncNow,
} from "../../channels/index.ts";
import { must } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { type DemoCredentials, writeCredentials } from "./credentials.ts";
import { type DemoChannel, listingsOf } from "./demo.store.ts";
import { keptOf, readMemory, writeMemory } from "./memory.ts";
import { FACILITIES, gstinOf } from "./seed.ts";
import { DEMO_SHOPS, type DemoShop } from "./shops.ts";

const CATALOG_WAIT_MAX_MS = 15_000;

/** Eleven marketplaces in one process: each remembers so many orders and records, and so many calls. */
const LOG_MAX = 5_000;
const CALLS_MAX = 500;

/** A marketplace of the demo that runs, with the accounts that the demo tenant has there. */
export interface OpenShop {
  readonly shop: DemoShop;
  readonly simulator: RunningSimulator;
}

/** The demo cannot start, and why. */
export class DemoRefusal extends Error {
  override readonly name = "DemoRefusal";
}

/**
 * Starts every marketplace, without sellers, with what it knew when the demo was last stopped. What fails closes what was
 * started.
 */
export async function startMarketplaces(dataDir: string): Promise<OpenShop[]> {
  // Another seed at each start: a tracking number that was given yesterday is not given again.
  const seed = Math.floor(Temporal.Now.instant().epochMilliseconds / 1000) % 1_000_000_000;
  const started = await Promise.allSettled(
    DEMO_SHOPS.map(async (shop): Promise<OpenShop> => {
      const remembered = await readMemory<Remembered>(dataDir, shop.simulator.source);
      const kept = { logMax: LOG_MAX, callsMax: CALLS_MAX, products: shop.catalogue };
      const simulator = await shop.simulator.start({
        sellers: [],
        seed,
        ...kept,
        ...(remembered ? { remembered } : {}),
      });
      return { shop, simulator };
    }),
  );
  const open = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = started.find((one) => one.status === "rejected");
  if (failed === undefined) return open;
  for (const { simulator } of open) await simulator.close();
  throw failed.reason;
}

/** Keeps what every marketplace knows for the next start. */
export async function saveMarketplaces(dataDir: string, shops: readonly OpenShop[]): Promise<void> {
  for (const { simulator } of shops) await writeMemory(dataDir, simulator.source, keptOf(simulator.remember()));
}

/** The credentials of a shop's accounts, with the code of the channel that each belongs to. */
export function sellersOf(shop: DemoShop, credentials: DemoCredentials): DemoCredentials["sellers"] {
  const names = new Set(shop.channels.map((channel) => channel.name));
  return credentials.sellers.filter((seller) => names.has(seller.channel));
}

/** The GSTIN of a channel that is one store: the marketplace taxes that store by its state. Undefined: it ships from several. */
export function storeGstin({ channels }: DemoShop, name: string): string | undefined {
  const [store, ...others] = channels.find((channel) => channel.name === name)?.facilities ?? [];
  const facility = others.length === 0 ? FACILITIES.find(({ code }) => code === store) : undefined;
  return facility === undefined ? undefined : gstinOf(facility.stateCode);
}

/** Makes push keys for the marketplaces that push; once per data directory. */
export async function issueKeys(ctx: Ctx, dataDir: string, credentials: DemoCredentials): Promise<void> {
  for (const { simulator, pushes } of DEMO_SHOPS) {
    if (!pushes || credentials.pushKeys[simulator.source]) continue;
    const issued = must(await ctx.db.transaction(ctx.tenantId, (tx) => issuePushCredential(tx, ctx, simulator.source)));
    credentials.pushKeys[simulator.source] = { clientid: issued.clientid, securitykey: issued.securitykey };
    await writeCredentials(dataDir, credentials);
  }
}

/** Points a marketplace at us and us at it, as a seller would: Connect, read the catalogue, match equal SKUs. */
export async function connectShop(
  ctx: Ctx,
  { shop, simulator }: OpenShop,
  credentials: DemoCredentials,
  url: string,
  channels: readonly DemoChannel[],
): Promise<void> {
  for (const seller of sellersOf(shop, credentials)) {
    const headers = pushHeaders(credentials, simulator.source, seller.username);
    if (headers) simulator.setTarget({ url, headers }, seller.username);
    const channel = channels.find((c) => c.code === seller.channel);
    if (!channel)
      throw new DemoRefusal(`The demo channel ${seller.channel} is gone. Start the demo with another GODOWN_DATA_DIR.`);
    if (shop.wakesUp) {
      const address = must(await readHook(ctx, channel.channelId)) ?? must(await issueHook(ctx, channel.channelId));
      // Behind another public address the way back from this machine is not known: it is asked by the clock alone.
      if (new URL(address.url).origin === new URL(url).origin)
        simulator.setTarget({ url: address.url, headers: {} }, seller.username);
    }
    // A later start finds it as it was; what a person switched off stays off.
    if (channel.state === "CONNECTED" || channel.state === "DISABLED") continue;
    const { connected, steps } = must(await connectChannel(ctx, channel.channelId));
    if (!connected)
      throw new DemoRefusal(
        `The demo channel ${channel.code} did not connect: ${steps.at(-1)?.detail ?? "no reason given"}`,
      );
    await readCatalogue(ctx, channel);
  }
}

/** Where a marketplace gives none, listings come with its first orders. */
async function readCatalogue(ctx: Ctx, { channelId, source }: DemoChannel): Promise<void> {
  if (sourceOf(source).capabilities.pullListings === undefined || (await listingsOf(ctx, channelId)) > 0) return;
  must(await syncNow(ctx, channelId, "CATALOG"));
  const endMs = performance.now() + CATALOG_WAIT_MAX_MS;
  while ((await listingsOf(ctx, channelId)) === 0 && performance.now() < endMs) await pause(100);
  must(await autoMatchListings(ctx, channelId));
}

/** How a marketplace proves who calls; null where it does not push. */
export function pushHeaders(
  credentials: DemoCredentials,
  source: string,
  username: string,
): Record<string, string> | null {
  const key = credentials.pushKeys[source];
  return key ? { clientid: key.clientid, merchantid: username, securitykey: key.securitykey } : null;
}

/**
 * Fetches new orders of a channel that is asked for them at once, so that a visitor need not wait for the next turn. Where the
 * source limits single operations its own pace stays: these turns would use up what it allows in a day.
 */
export async function pullOrdersNow(ctx: Ctx, channel: DemoChannel): Promise<void> {
  const { capabilities, limits } = sourceOf(channel.source);
  if (channel.state !== "CONNECTED" || capabilities.pullOrders === undefined || limits.operations !== undefined) return;
  must(await syncNow(ctx, channel.channelId, "ORDERS"));
}

/**
 * Places an order as a buyer of this account's shop would: `n` walks through the shop's warehouses. Without an item whatever
 * the marketplace makes up.
 * @returns the marketplace's id of the order
 */
export async function placeOrder(
  { shop, simulator }: OpenShop,
  seller: { channel: string; username: string },
  n: number,
  wish: { readonly item?: { sku: string; quantity: number }; readonly placedMinutesAgo?: number } = {},
): Promise<string> {
  const warehouses = shop.channels.find((channel) => channel.name === seller.channel)?.warehouses ?? [];
  const warehouse = warehouses[n % warehouses.length];
  const { id } = await simulator.placeOrder({
    seller: seller.username,
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(wish.item === undefined ? {} : { items: [wish.item] }),
    ...(wish.placedMinutesAgo === undefined ? {} : { placedMinutesAgo: wish.placedMinutesAgo }),
  });
  return id;
}

const CALL_MAX_MS = 10_000;

/** What happens to an order on the marketplace's side: by hand on its page, here by the same call. One that pushes tells us. */
export async function happen(
  simulator: RunningSimulator,
  orderId: string,
  what: "deliver" | "rto" | "return" | "dispatch" | "cancel" | "courier-status",
  wish: { readonly reason?: string; readonly late?: boolean; readonly status?: string } = {},
): Promise<void> {
  const answer = await fetch(`${simulator.url}/_sim/orders/${encodeURIComponent(orderId)}/${what}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(wish),
    signal: AbortSignal.timeout(CALL_MAX_MS),
  });
  if (!answer.ok)
    throw new Error(`${what} of ${orderId} at the demo's marketplace: ${answer.status} ${await answer.text()}`);
}
