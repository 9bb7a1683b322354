import { z } from "zod";
import { job } from "../../platform/jobs.ts";

/** Asks a channel for the credit notes whose time has come. One at a time per channel: one that hangs holds up itself alone. */
export const askCreditNotesJob = job("billing.ask_credit_notes", {
  payload: z.object({ channelId: z.uuid() }),
  key: (p) => p.channelId,
  queue: (p) => p.channelId,
  attemptsMax: 4,
  callsOut: true,
});

/** Makes those of ours that something kept back. */
export const makeCreditNotesJob = job("billing.make_credit_notes", {
  payload: z.object({}),
  key: () => "all",
  queue: () => "all",
  attemptsMax: 4,
});
