import { z } from "zod";
import { job } from "../platform/jobs.ts";

/** Asks the portal for what is due of one registration, one document after the other. */
export const askPortalJob = job("e-invoice.ask_portal", {
  payload: z.object({ gstin: z.string() }),
  key: (p) => p.gstin,
  queue: (p) => p.gstin,
  attemptsMax: 8,
  callsOut: true,
});
