import { z } from "zod";
import { job } from "../../platform/jobs.ts";

/** Downloads the channel's list of one courier. It plans its own repeats; the attempts here are for faults of ours. */
export const fetchManifestFileJob = job("fulfilment.fetch_manifest_file", {
  payload: z.object({ manifestFileId: z.uuid() }),
  key: (p) => p.manifestFileId,
  attemptsMax: 8,
  callsOut: true,
});
