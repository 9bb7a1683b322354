import { allocateJob } from "../inventory/index.ts";
import type { ChannelId, FacilityId } from "../kernel/index.ts";
import { routeOrdersJob } from "../orders/index.ts";
import type { JobRegistry } from "../platform/jobs.ts";
import { allocateFacility } from "./allocation/allocate.handler.ts";
import { routeOrders } from "./allocation/route.handler.ts";
import { registerBulkSteps } from "./bulk-steps.ts";
import { registerChannelSteps } from "./channel-steps/jobs.ts";
import { registerCourierJobs } from "./couriers/jobs.ts";
import { judgeService, judgeServiceJob } from "./judge-service.ts";
import { fetchFileInBackground, resumeFiles } from "./manifest/fetch-file.ts";
import { fetchManifestFileJob } from "./manifest/file-jobs.ts";
import type { ManifestFileId } from "./manifest/files.store.ts";

export function registerJobs(registry: JobRegistry): void {
  registry.handle(allocateJob, (ctx, payload) => allocateFacility(ctx, payload.facilityId as FacilityId));
  registry.handle(routeOrdersJob, (ctx, payload) => routeOrders(ctx, payload.channelId as ChannelId));
  registry.handle(fetchManifestFileJob, (ctx, payload) =>
    fetchFileInBackground(ctx, payload.manifestFileId as ManifestFileId),
  );
  registry.handle(judgeServiceJob, judgeService);
  registry.schedule("fulfilment.resume_manifest_files", "* * * * *", resumeFiles);
  registerBulkSteps(registry);
  registerChannelSteps(registry);
  registerCourierJobs(registry);
}
