import { registerSync } from "../channels/index.ts";
import type { JobRegistry } from "../platform/jobs.ts";
import { importCustomFields } from "./custom-fields/import-values.ts";
import { importOrders } from "./import-orders.ts";
import { retryIntakeJob } from "./jobs.ts";
import { pullPendency } from "./pull-pendency.ts";
import { releaseDue } from "./release-due.ts";
import { retryWaiting } from "./retry-intake.ts";

export function registerJobs(registry: JobRegistry): void {
  registry.handle(retryIntakeJob, (ctx, payload) => retryWaiting(ctx, payload.cause));
  registerSync("PENDENCY", pullPendency);
  importOrders.register(registry);
  importCustomFields.register(registry);
  registry.schedule("orders.release_due", "* * * * *", releaseDue);
}
