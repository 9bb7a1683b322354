import { pushInventoryJob, registerSync } from "../channels/index.ts";
import type { ChannelId } from "../kernel/index.ts";
import type { JobRegistry } from "../platform/jobs.ts";
import { importAdjustments } from "./import-adjustments.ts";
import { healDrift, pushInventoryByJob } from "./publish/push.handler.ts";

/** The work that this module does: telling channels their stock, at every change and all of it at night; uploaded adjustments. */
export function registerJobs(registry: JobRegistry): void {
  registry.handle(pushInventoryJob, (ctx, payload) => pushInventoryByJob(ctx, payload.channelId as ChannelId));
  registerSync("INVENTORY", healDrift);
  importAdjustments.register(registry);
}
