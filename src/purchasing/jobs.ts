import type { JobRegistry } from "../platform/jobs.ts";
import { importVendorItems } from "./import-vendor-items.ts";
import { importVendors } from "./import-vendors.ts";

/** The uploads of vendors and of their prices. */
export function registerJobs(registry: JobRegistry): void {
  importVendors.register(registry);
  importVendorItems.register(registry);
}
