import { z } from "zod";
import { job } from "../platform/jobs.ts";

/** Blocks stock for the waiting units of a facility. At most one at a time per facility. The handler is in fulfilment. */
export const allocateJob = job("fulfilment.allocate", {
  payload: z.object({ facilityId: z.uuid() }),
  key: (p) => p.facilityId,
  queue: (p) => p.facilityId,
  attemptsMax: 25,
  priority: -2,
});
