import { z } from "zod";
import { job } from "../../platform/jobs.ts";

/** Tells a courier what is due of its numbers. One at a time per provider: one that hangs holds up itself alone. */
export const tellCourierJob = job("shipping.tell_courier", {
  payload: z.object({ providerId: z.uuid() }),
  key: (p) => p.providerId,
  queue: (p) => p.providerId,
  attemptsMax: 4,
  callsOut: true,
});
