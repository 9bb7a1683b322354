import { registerAlarms } from "../platform/alarms.ts";
import { JobRegistry } from "../platform/jobs.ts";
import { startWorker, type Worker } from "../platform/worker.ts";
import type { Foundation } from "./compose.ts";
import { modules } from "./modules.ts";

/** Every handler and schedule of the product. */
export function allJobs(options: { alarmWebhook: string | null }): JobRegistry {
  const registry = new JobRegistry();
  for (const module of modules) module.registerJobs?.(registry);
  registerAlarms(registry, { checks: modules.flatMap((m) => m.alarmChecks ?? []), webhook: options.alarmWebhook });
  return registry;
}

/** Starts taking jobs. */
export function startWork(foundation: Foundation): Promise<Worker> {
  const { config, services, connectionString, metrics } = foundation;
  return startWorker({
    connectionString,
    concurrency: config.workerConcurrency,
    callConcurrency: config.workerCallConcurrency,
    services,
    registry: allJobs({ alarmWebhook: config.alarmWebhook }),
    observe: metrics.observeJob,
  });
}
