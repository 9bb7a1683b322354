import { pushInventoryJob, registerSync } from "../channels/index.ts";
import type { ChannelId } from "../kernel/index.ts";
import type { JobRegistry } from "../platform/jobs.ts";
import { importAdjustments } from "./import-adjustments.ts";
import { readStockResultsJob } from "./jobs.ts";
import { healDrift, pushInventoryByJob } from "./publish/push.handler.ts";
import { resumePushes } from "./publish/resume-pushes.ts";
import { expireTickets, readStockResults, startDueResults } from "./publish/stock-results.ts";

/** The work that this module does: telling channels their stock, at every change and all of it at night; uploaded adjustments. */
export function registerJobs(registry: JobRegistry): void {
  registry.handle(pushInventoryJob, (ctx, payload) => pushInventoryByJob(ctx, payload.channelId as ChannelId));
  registry.handle(readStockResultsJob, (ctx, payload) => readStockResults(ctx, payload.channelId as ChannelId));
  registry.schedule("inventory.resume_pushes", "*/5 * * * *", resumePushes);
  registry.schedule("inventory.start_due_results", "* * * * *", startDueResults);
  registry.schedule("inventory.expire_tickets", "35 20 * * *", expireTickets);
  registerSync("INVENTORY", healDrift);
  importAdjustments.register(registry);
}
