import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { TenantId } from "../../kernel/index.ts";
import { readConfig } from "../../platform/config.ts";
import { type Ctx, systemCtx } from "../../platform/context.ts";
import { createLog } from "../../platform/log.ts";
import { compose, type Foundation } from "../compose.ts";
import { untilStopped } from "../stop.ts";
import { startWeb } from "../web.ts";
import { startWork } from "../work.ts";
import { enterBusinessOrder } from "./business-order.ts";
import { seedCarrying } from "./carrying.ts";
import { playReturns } from "./coming-back.ts";
import {
  type DemoCredentials,
  type Preparation,
  prepareOnce,
  readCredentials,
  writeCredentials,
} from "./credentials.ts";
import { type OpenDelivery, openDelivery } from "./delivery.ts";
import { type DemoChannel, demoChannels } from "./demo.store.ts";
import { playFirstDay } from "./first-day.ts";
import { seedGoods } from "./goods.ts";
import {
  connectShop,
  DemoRefusal,
  issueKeys,
  type OpenShop,
  placeOrder,
  pullOrdersNow,
  pushHeaders,
  saveMarketplaces,
  sellersOf,
  startMarketplaces,
  storeGstin,
} from "./marketplaces.ts";
import { playPanels } from "./panels.ts";
import { openEInvoicing, startPortal, withPortal } from "./portal.ts";
import { demoTenant, openShops, seedDemo } from "./seed.ts";
import { playSelfShipped, shipPhoneOrder } from "./self-shipped.ts";

/** Orders of marketplaces that are asked are fetched so often while the demo runs: a visitor sees them come. */
const PULL_EVERY_MS = 20_000;
const SAVE_EVERY_MS = 15_000;
/** Of so many orders one is entered by phone and handed over by itself: at the usual rate one a minute. */
const PHONED_SHARE = 6;

/** `./godown demo`: everything in one process, with simulated marketplaces and a seeded tenant with orders flowing. */
export async function runDemo(): Promise<number> {
  const config = readConfig();
  const log = createLog({ level: config.logLevel === "info" ? "warn" : config.logLevel, name: "demo" });
  return untilStopped(log, async (lost) => {
    const dataDir = resolve(config.dataDir);
    const shops = await startMarketplaces(dataDir);
    const sourceUrls = new Map([
      ...config.sourceUrls,
      ...shops.map(({ simulator }) => [simulator.source, simulator.url] as const),
    ]);
    const portal = await startPortal(config);
    const parts: { stop(): Promise<unknown> }[] = shops.map(({ simulator }) => ({ stop: () => simulator.close() }));
    if (portal !== null) parts.push({ stop: () => portal.close() });
    const stop = async () => {
      for (const part of parts.splice(0).reverse()) await part.stop();
    };
    try {
      const foundation = await compose(
        // Its partner and couriers are on this machine.
        { ...withPortal(config, portal), sourceUrls, allowPrivateUrls: true },
        { log, role: "demo", onDatabaseLost: lost },
      );
      parts.unshift({ stop: () => foundation.close() });
      const { credentials, tenantId, fresh } = await prepare(foundation, dataDir);
      for (const { shop, simulator } of shops)
        for (const seller of sellersOf(shop, credentials))
          simulator.addSeller({ ...seller, gstin: storeGstin(shop, seller.channel) });
      parts.push(keepMemory(() => saveMarketplaces(dataDir, shops))); // stopped after all who still talk to the marketplaces
      const web = await startWeb(foundation);
      parts.push(web);
      const ctx = systemCtx(foundation.services, tenantId, "demo", "demo");
      // Before the work that may ask them: they listen elsewhere at each start.
      const delivery = await openDelivery(ctx, dataDir, credentials, web.url);
      parts.push(
        delivery,
        keepMemory(() => delivery.save()),
      );
      parts.push(await startWork(foundation));
      await issueKeys(ctx, dataDir, credentials);
      await openEInvoicing(ctx, portal);
      const channels = await demoChannels(foundation.services, tenantId);
      await Promise.all(shops.map((shop) => connectShop(ctx, shop, credentials, web.url, channels)));
      const others = [
        ...(portal === null ? [] : [{ source: "NIC", label: "NIC e-invoice portal", url: portal.url }]),
        ...delivery.places,
      ];
      await writeDemoFile(
        dataDir,
        web.url,
        credentials,
        shops,
        await demoChannels(foundation.services, tenantId),
        others,
      );
      const once = (what: Preparation, work: () => Promise<void>) => tryToPrepare(dataDir, credentials, what, work);
      await once("DELIVERY", () => seedCarrying(ctx));
      await once("GOODS", () => seedGoods(ctx));
      parts.push(
        startOrders(ctx, shops, credentials, config.demoOrdersPerMinute, async (signal) => {
          if (fresh) await playFirstDay(foundation.services, tenantId, shops, credentials);
          await once("BUSINESS_ORDER", () => enterBusinessOrder(ctx));
          const { services } = foundation;
          const played = { shops, credentials, delivery };
          await once("SELF_SHIPPED", () => playSelfShipped(services, tenantId, played, signal));
          await once("PANELS", () => playPanels(services, tenantId, { shops, credentials }, signal));
          await once("COMING_BACK", () => playReturns(services, tenantId, { shops, credentials }, signal));
        }),
      );
      announce(web.url, shops, others, credentials, dataDir, config.demoOrdersPerMinute);
      return { stop };
    } catch (error) {
      await stop();
      throw error;
    }
  });
}

/** What is missing then is said, and takes nothing else away. */
async function tryToPrepare(
  dataDir: string,
  credentials: DemoCredentials,
  what: Preparation,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await prepareOnce(dataDir, credentials, what, work);
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") return; // the demo ends: begun anew at the next start
    const words = error instanceof Error ? error.message : String(error);
    const meant = {
      DELIVERY: "Shipping rules, serviceability and custom fields",
      SELF_SHIPPED: "Parcels that the seller ships himself",
      GOODS: "Purchases, shelves and gatepasses",
      BUSINESS_ORDER: "The order of a business",
      COMING_BACK: "Parcels that come back",
      PANELS: "What was processed on the marketplaces' panels",
    }[what];
    process.stderr.write(`${meant} of the demo are not all there: ${words}\n`);
  }
}

async function prepare(
  foundation: Foundation,
  dataDir: string,
): Promise<{ credentials: DemoCredentials; tenantId: TenantId; fresh: boolean }> {
  const { services } = foundation;
  const kept = await readCredentials(dataDir);
  const known = await demoTenant(services);
  if (known && !kept)
    throw new DemoRefusal(
      `The database in ${dataDir} has the demo tenant, but demo-credentials.json is gone and its passwords with it. Put the file back, or start the demo with another GODOWN_DATA_DIR.`,
    );
  const first = known && kept ? kept : await seedDemo(services);
  const tenantId = known ?? (await demoTenant(services));
  if (!tenantId) throw new DemoRefusal("The demo tenant was not made.");
  const credentials = await openShops(systemCtx(services, tenantId, "demo", "demo-seed"), first);
  await writeCredentials(dataDir, credentials);
  return { credentials, tenantId, fresh: known === null };
}

async function writeDemoFile(
  dataDir: string,
  baseUrl: string,
  credentials: DemoCredentials,
  shops: readonly OpenShop[],
  channels: readonly DemoChannel[],
  others: readonly { readonly source: string; readonly url: string }[],
): Promise<void> {
  const file = {
    baseUrl,
    tenant: "demo",
    users: credentials.users,
    channels: channels.map((channel) => {
      const seller = credentials.sellers.find((s) => s.channel === channel.code);
      return {
        code: channel.code,
        source: channel.source,
        pushHeaders: seller ? pushHeaders(credentials, channel.source, seller.username) : null,
      };
    }),
    simulators: [
      ...shops.map(({ simulator }) => ({ source: simulator.source, url: simulator.url })),
      ...others.map(({ source, url }) => ({ source, url })),
    ],
  };
  await writeFile(join(dataDir, "demo.json"), `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
}

/** Writes down what simulators know, now and then and at the end: what is under way goes on after a new start. */
function keepMemory(save: () => Promise<void>): { stop(): Promise<void> } {
  const ended = new AbortController();
  const run = async () => {
    while (await pause(SAVE_EVERY_MS, true, { signal: ended.signal }).catch(() => false)) await save();
  };
  const running = run().catch((error: unknown) => {
    const words = error instanceof Error ? error.message : String(error);
    process.stderr.write(`What the demo's simulators know is no longer kept: ${words}\n`);
  });
  return {
    stop: async () => {
      ended.abort();
      await running;
      await save();
    },
  };
}

/** Orders flow at a steady rate, in turn from each seller's account, after what comes first. With rate 0 nothing comes. */
function startOrders(
  ctx: Ctx,
  shops: readonly OpenShop[],
  credentials: DemoCredentials,
  perMinute: number,
  first: (ended: AbortSignal) => Promise<void>,
): { stop(): Promise<void> } {
  const ended = new AbortController();
  const rest = (ms: number) => pause(ms, true, { signal: ended.signal }).catch(() => false);
  const accounts = shops.flatMap((open) => sellersOf(open.shop, credentials).map((seller) => ({ open, seller })));
  const flow = async () => {
    if (perMinute === 0) return;
    await first(ended.signal);
    for (let n = 0; !ended.signal.aborted; n++) {
      const rested = await rest(60_000 / perMinute);
      const account = accounts[n % accounts.length];
      if (rested && account) await placeOrder(account.open, account.seller, Math.floor(n / accounts.length));
    }
  };
  const pull = async () => {
    if (perMinute === 0) return;
    while (await rest(PULL_EVERY_MS))
      for (const channel of await demoChannels(ctx, ctx.tenantId)) await pullOrdersNow(ctx, channel);
  };
  const phone = async () => {
    if (perMinute === 0) return;
    for (let n = 0; await rest((PHONED_SHARE * 60_000) / perMinute); n++)
      await shipPhoneOrder(ctx, ctx.tenantId, n, ended.signal);
  };
  const running = [flow(), pull(), phone()].map((part) =>
    part.catch((error: unknown) => {
      if (ended.signal.aborted) return; // what was under way stays where it stands
      const words = error instanceof Error ? error.message : String(error);
      process.stderr.write(`The demo's orders have stopped: ${words}\n`);
    }),
  );
  return {
    stop: async () => {
      ended.abort();
      await Promise.all(running);
    },
  };
}

function announce(
  url: string,
  shops: readonly OpenShop[],
  others: OpenDelivery["places"],
  credentials: DemoCredentials,
  dataDir: string,
  perMinute: number,
): void {
  const people = credentials.users
    .map((u) => `    ${u.username.padEnd(10)} ${u.password.padEnd(16)} ${u.role}`)
    .join("\n");
  const places = (of: readonly { readonly label: string; readonly url: string }[]) =>
    of.map((place) => `    ${place.label.padEnd(27)} ${place.url}`).join("\n");
  const marketplaces = places(
    shops.map(({ shop, simulator: { url: at } }) => ({ label: shop.simulator.label, url: at })),
  );
  process.stdout.write(`
Godown's demo is ready.

  Look here            ${url}
  Log in as (user, password, role; demo only)
${people}

  The marketplaces (place, dispatch, cancel, deliver and return orders by hand, as on their own panels)
${marketplaces}
  Beside them (couriers move parcels a step a minute; the partner shows what it was told)
${places(others)}
  What they did on their panels is here
    adopted, and what waits     ${url}/status-sync
    left without stock          ${url}/shortages
    doubts for a person         ${url}/exceptions
  What couriers and partners were asked and told is here
    failed deliveries           ${url}/ndr
    what partners were told     ${url}/partner-deliveries
    why which courier           ${url}/settings/shipping-rules
  Orders a minute      ${perMinute}   (GODOWN_DEMO_RATE)
  All of this as JSON  ${join(dataDir, "demo.json")}

Stop with Ctrl-C; the next start goes on where this one ended.
`);
}
