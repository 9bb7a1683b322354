import { z } from "zod";
import { job } from "../platform/jobs.ts";

/** Chooses a facility for the waiting orders of a channel that named none. */
export const routeOrdersJob = job("orders.route", {
  payload: z.object({ channelId: z.uuid() }),
  key: (p) => p.channelId,
  queue: () => "route", // one at a time per tenant: each choice sees the demand of the ones before it
  attemptsMax: 25,
  priority: -2,
});

/** Tries waiting intake entries again, all or those that a cause kept waiting. */
export const retryIntakeJob = job("orders.retry_intake", {
  payload: z.object({ cause: z.string().nullable() }),
  key: (p) => p.cause ?? "all",
  queue: () => "intake",
  attemptsMax: 10,
});
