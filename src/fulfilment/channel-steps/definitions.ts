import { z } from "zod";
import { job } from "../../platform/jobs.ts";

/** Asks a channel for the steps whose time has come. One at a time per channel: one that hangs holds up itself alone. */
export const askStepsJob = job("fulfilment.ask_channel_steps", {
  payload: z.object({ channelId: z.uuid() }),
  key: (p) => p.channelId,
  queue: (p) => p.channelId,
  attemptsMax: 4,
  callsOut: true,
});

/** Asks a courier for the tracking numbers whose time has come. One at a time per courier, as above. */
export const askCourierStepsJob = job("fulfilment.ask_courier_steps", {
  payload: z.object({ providerId: z.uuid() }),
  key: (p) => p.providerId,
  queue: (p) => p.providerId,
  attemptsMax: 4,
  callsOut: true,
});
