import type { JobRegistry } from "../platform/jobs.ts";
import { importBundles } from "./import-bundles.ts";
import { importSkus } from "./import-skus.ts";

export function registerJobs(registry: JobRegistry): void {
  importSkus.register(registry);
  importBundles.register(registry);
}
