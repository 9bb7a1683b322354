/** Control of what only Tata CLiQ has: `POST /_sim/lists`. Beside the API, never touched by faults. */
import { z } from "zod";
import type { Parts } from "./parts.ts";

const FINISHED_DAYS_MAX = 30;
/** How long the list of orders shows what is over; 0: not at all. */
const wish = z.strictObject({ finishedDays: z.int().min(0).max(FINISHED_DAYS_MAX) });

export function serveListsControl({ sim: { server }, lists }: Parts): void {
  server.app.post("/_sim/lists", (request, reply) => {
    const read = wish.safeParse(request.body ?? {});
    if (!read.success) return reply.code(400).send({ message: z.prettifyError(read.error) });
    lists.finishedDays = read.data.finishedDays;
    return reply.send(lists);
  });
}
