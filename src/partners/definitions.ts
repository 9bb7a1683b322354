import { z } from "zod";
import { job } from "../platform/jobs.ts";

/** Sends what is due to one partner. One waits at most, and those of one partner run one after the other. */
export const deliverJob = job("partners.deliver", {
  payload: z.object({ partnerId: z.uuid() }),
  key: (p) => p.partnerId,
  queue: (p) => p.partnerId,
  attemptsMax: 12,
  callsOut: true,
});
