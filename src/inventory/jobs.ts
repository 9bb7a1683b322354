import { z } from "zod";
import { job } from "../platform/jobs.ts";

/** Asks a channel what became of figures that it took to judge later. */
export const readStockResultsJob = job("inventory.read_stock_results", {
  // For one ticket or, without, for whatever is due: a key of the channel's would be put off by each new ticket.
  payload: z.object({ channelId: z.uuid(), stockTicketId: z.uuid().nullable() }),
  key: (p) => p.stockTicketId ?? p.channelId,
  queue: (p) => p.channelId,
  attemptsMax: 4, // asked for again each minute, as long as there is something to ask for
  callsOut: true,
});

/** Blocks stock for the waiting units of a facility. At most one at a time per facility. The handler is in fulfilment. */
export const allocateJob = job("fulfilment.allocate", {
  payload: z.object({ facilityId: z.uuid() }),
  key: (p) => p.facilityId,
  queue: (p) => p.facilityId,
  attemptsMax: 25,
  priority: -2,
});
