import { closeEngine } from "../channels/index.ts";
import { stepsAtRest } from "../fulfilment/index.ts";
import { ensureFirstRunLink } from "../identity/index.ts";
import { closePartnerEngine } from "../partners/index.ts";
import { readConfig } from "../platform/config.ts";
import { createLog } from "../platform/log.ts";
import { closeCouriers } from "../shipping/index.ts";
import { compose, type Foundation } from "./compose.ts";
import { Readiness, startMonitor } from "./monitor.ts";
import { untilStopped } from "./stop.ts";
import { startWeb } from "./web.ts";
import { startWork } from "./work.ts";

/** Parts of a running process, stopped in turn: what brings work in first. */
interface Part {
  stop(): Promise<unknown>;
}

/** Runs a web server, a worker, or both in one process, until a signal stops it. @returns the exit code */
export async function runProcess(parts: { web: boolean; worker: boolean }): Promise<number> {
  const role = parts.web && parts.worker ? "serve" : parts.web ? "web" : "worker";
  const config = readConfig();
  const log = createLog({ level: config.logLevel, name: role });
  return untilStopped(log, async (lost) => {
    const foundation = await compose(config, { log, role, onDatabaseLost: lost });
    const running: Part[] = [];
    const stop = async () => {
      // Together: requests that wait for a job's effect, and jobs that wait for nothing, end side by side.
      await Promise.all(running.map((part) => part.stop()));
      await stepsAtRest(); // what outlasted its request
      await closeEngine(); // connections to sources, one set for the whole process
      await closeCouriers();
      await closePartnerEngine();
      await foundation.close();
    };
    try {
      if (parts.worker) running.push(await startWork(foundation));
      if (parts.web) running.push(await openWeb(foundation));
      else if (config.monitorPort !== null) running.push(await openMonitor(foundation, config.monitorPort));
      if (!parts.web) log.info("Godown's worker takes jobs");
      return { stop };
    } catch (error) {
      await stop();
      throw error;
    }
  });
}

async function openWeb(foundation: Foundation): Promise<Part> {
  const { log, publicUrl } = foundation.services;
  const web = await startWeb(foundation);
  log.info({ url: web.url, publicUrl }, `Godown listens at ${web.url}`);
  const link = await ensureFirstRunLink(foundation.services);
  // Printed and not logged: whoever has this link owns the installation, and logs travel.
  if (link !== null)
    process.stdout.write(`\nSet up this installation here (good for 24 hours, once):\n\n  ${link}\n\n`);
  return web;
}

async function openMonitor(foundation: Foundation, port: number): Promise<Part> {
  const readiness = new Readiness();
  const server = await startMonitor(foundation, readiness, port);
  return {
    stop: async () => {
      readiness.stop();
      await server.close();
    },
  };
}
