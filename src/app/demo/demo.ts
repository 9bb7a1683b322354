import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { jupiterMoneySimulator } from "../../../connectors/jupiter-money/simulator/index.ts";
import type { RunningSimulator } from "../../../connectors/kit/simulator/index.ts";
import { autoMatchListings, connectChannel, issuePushCredential, syncNow } from "../../channels/index.ts";
import { type ChannelId, must, type TenantId } from "../../kernel/index.ts";
import { readConfig } from "../../platform/config.ts";
import { type Ctx, systemCtx } from "../../platform/context.ts";
import { createLog } from "../../platform/log.ts";
import { compose, type Foundation } from "../compose.ts";
import { untilStopped } from "../stop.ts";
import { startWeb } from "../web.ts";
import { startWork } from "../work.ts";
import { type DemoCredentials, readCredentials, writeCredentials } from "./credentials.ts";
import { type DemoChannel, demoChannels, listingsOf } from "./demo.store.ts";
import { playFirstDay } from "./first-day.ts";
import { demoTenant, seedDemo } from "./seed.ts";

const CATALOG_WAIT_MAX_MS = 15_000;

/** `./godown demo`: everything in one process, with simulated marketplaces and a seeded tenant with orders flowing. */
export async function runDemo(): Promise<number> {
  const config = readConfig();
  const log = createLog({ level: config.logLevel === "info" ? "warn" : config.logLevel, name: "demo" });
  return untilStopped(log, async (lost) => {
    const simulator = await jupiterMoneySimulator.start({ sellers: [] });
    const sourceUrls = new Map([...config.sourceUrls, [simulator.source, simulator.url]]);
    const foundation = await compose({ ...config, sourceUrls }, { log, role: "demo", onDatabaseLost: lost });
    const parts: { stop(): Promise<unknown> }[] = [
      { stop: () => foundation.close() },
      { stop: () => simulator.close() },
    ];
    const stop = async () => {
      for (const part of parts.splice(0).reverse()) await part.stop();
    };
    try {
      const dataDir = resolve(config.dataDir);
      const { credentials, tenantId, fresh } = await prepare(foundation, dataDir);
      for (const seller of credentials.sellers) simulator.addSeller(seller);
      parts.push(await startWork(foundation));
      const web = await startWeb(foundation);
      parts.push(web);
      const ctx = systemCtx(foundation.services, tenantId, "demo", "demo");
      await issueKeys(ctx, dataDir, credentials);
      await connect(ctx, credentials, simulator, web.url, await demoChannels(foundation.services, tenantId));
      await writeDemoFile(dataDir, web.url, credentials, simulator, await demoChannels(foundation.services, tenantId));
      const flow = startOrders(simulator, credentials, config.demoOrdersPerMinute, async () => {
        if (fresh)
          await playFirstDay(
            foundation.services,
            tenantId,
            simulator,
            credentials.sellers.map((s) => s.username),
          );
      });
      parts.push(flow);
      announce(web.url, simulator, credentials, dataDir, config.demoOrdersPerMinute);
      return { stop };
    } catch (error) {
      await stop();
      throw error;
    }
  });
}

async function prepare(
  foundation: Foundation,
  dataDir: string,
): Promise<{ credentials: DemoCredentials; tenantId: TenantId; fresh: boolean }> {
  const kept = await readCredentials(dataDir);
  const tenantId = await demoTenant(foundation.services);
  if (kept && tenantId) return { credentials: kept, tenantId, fresh: false };
  if (tenantId)
    throw new DemoRefusal(
      `The database in ${dataDir} has the demo tenant, but demo-credentials.json is gone and its passwords with it. Put the file back, or start the demo with another GODOWN_DATA_DIR.`,
    );
  const credentials = await seedDemo(foundation.services);
  await writeCredentials(dataDir, credentials);
  const made = await demoTenant(foundation.services);
  if (!made) throw new DemoRefusal("The demo tenant was not made.");
  return { credentials, tenantId: made, fresh: true };
}

/** The demo cannot start, and why. */
class DemoRefusal extends Error {
  override readonly name = "DemoRefusal";
}

async function issueKeys(ctx: Ctx, dataDir: string, credentials: DemoCredentials): Promise<void> {
  if (credentials.pushKeys[jupiterMoneySimulator.source]) return;
  const issued = must(
    await ctx.db.transaction(ctx.tenantId, (tx) => issuePushCredential(tx, ctx, jupiterMoneySimulator.source)),
  );
  credentials.pushKeys[jupiterMoneySimulator.source] = { clientid: issued.clientid, securitykey: issued.securitykey };
  await writeCredentials(dataDir, credentials);
}

/** Points the simulator at us and us at the simulator, as a seller would: Connect, read the catalogue, match equal SKUs. */
async function connect(
  ctx: Ctx,
  credentials: DemoCredentials,
  simulator: RunningSimulator,
  url: string,
  channels: readonly DemoChannel[],
): Promise<void> {
  for (const seller of credentials.sellers) {
    simulator.setTarget({ url, headers: pushHeaders(credentials, simulator.source, seller.username) }, seller.username);
    const channel = channels.find((c) => c.code === seller.channel);
    if (!channel)
      throw new DemoRefusal(`The demo channel ${seller.channel} is gone. Start the demo with another GODOWN_DATA_DIR.`);
    if (channel.state === "DISABLED") continue; // a person switched it off: it stays off
    const { connected, steps } = must(await connectChannel(ctx, channel.channelId));
    if (!connected)
      throw new DemoRefusal(
        `The demo channel ${channel.code} did not connect: ${steps.at(-1)?.detail ?? "no reason given"}`,
      );
    await readCatalogue(ctx, channel.channelId);
  }
}

async function readCatalogue(ctx: Ctx, channelId: ChannelId): Promise<void> {
  if ((await listingsOf(ctx, channelId)) > 0) return;
  must(await syncNow(ctx, channelId, "CATALOG"));
  const endMs = performance.now() + CATALOG_WAIT_MAX_MS;
  while ((await listingsOf(ctx, channelId)) === 0 && performance.now() < endMs) await pause(100);
  must(await autoMatchListings(ctx, channelId));
}

function pushHeaders(credentials: DemoCredentials, source: string, username: string): Record<string, string> {
  const key = credentials.pushKeys[source];
  return { clientid: key?.clientid ?? "", merchantid: username, securitykey: key?.securitykey ?? "" };
}

async function writeDemoFile(
  dataDir: string,
  baseUrl: string,
  credentials: DemoCredentials,
  simulator: RunningSimulator,
  channels: readonly DemoChannel[],
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
    simulators: [{ source: simulator.source, url: simulator.url }],
  };
  await writeFile(join(dataDir, "demo.json"), `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
}

/** Orders flow at a steady rate, in turn from each seller's account, after what comes first. With rate 0 nothing comes. */
function startOrders(
  simulator: RunningSimulator,
  credentials: DemoCredentials,
  perMinute: number,
  first: () => Promise<void>,
): { stop(): Promise<void> } {
  const ended = new AbortController();
  const run = async () => {
    if (perMinute === 0) return;
    await first();
    for (let n = 0; !ended.signal.aborted; n++) {
      const rested = await pause(60_000 / perMinute, true, { signal: ended.signal }).catch(() => false);
      const seller = credentials.sellers[n % credentials.sellers.length];
      if (rested && seller) await simulator.placeOrder({ seller: seller.username });
    }
  };
  const running = run().catch((error: unknown) => {
    process.stderr.write(`The demo's orders have stopped: ${error instanceof Error ? error.message : String(error)}\n`);
  });
  return {
    stop: async () => {
      ended.abort();
      await running;
    },
  };
}

function announce(
  url: string,
  simulator: RunningSimulator,
  credentials: DemoCredentials,
  dataDir: string,
  perMinute: number,
): void {
  const people = credentials.users
    .map((u) => `    ${u.username.padEnd(10)} ${u.password.padEnd(16)} ${u.role}`)
    .join("\n");
  process.stdout.write(`
Godown's demo is ready.

  Look here            ${url}
  Log in as (user, password, role; demo only)
${people}

  The marketplace      ${simulator.url}   (place, cancel, deliver and return orders by hand)
  Orders a minute      ${perMinute}   (GODOWN_DEMO_RATE)
  All of this as JSON  ${join(dataDir, "demo.json")}

Stop with Ctrl-C; the next start goes on where this one ended.
`);
}
