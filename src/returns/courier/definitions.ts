import { z } from "zod";
import { job } from "../../platform/jobs.ts";

/** Couriers, their lists or the rules changed: returns that found none are tried again. */
export const wakeReturnCouriersJob = job("returns.wake_couriers", {
  payload: z.object({}),
  key: () => "all",
  attemptsMax: 4,
});

/** Asks couriers to collect what is due. One at a time per tenant: reverse pickups are few, and who is not reached waits. */
export const askReturnCouriersJob = job("returns.ask_couriers", {
  payload: z.object({}),
  key: () => "all",
  queue: () => "all",
  attemptsMax: 4,
  callsOut: true,
});
