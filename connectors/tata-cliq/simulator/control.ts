/** Control of what only Tata CLiQ has: `POST /_sim/lists`, `POST /_sim/returns/{returnId}`. Beside the API, never touched by faults. */
import { z } from "zod";
import type { Parts } from "./parts.ts";
import { endReturn, RETURN_ENDS } from "./returns.ts";

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

const returnWish = z.strictObject({ ends: z.enum(RETURN_ENDS) });

export function serveReturnsControl({ sim: { server, world, clock } }: Parts): void {
  server.app.post<{ Params: { returnId: string } }>("/_sim/returns/:returnId", (request, reply) => {
    const { returnId } = request.params;
    const order = world.orders.values().find((one) => one.returns.some((of) => of.returnId === returnId));
    if (!order) return reply.code(404).send({ message: `no return ${returnId} is known here` });
    const read = returnWish.safeParse(request.body ?? {});
    if (!read.success) return reply.code(400).send({ message: z.prettifyError(read.error) });
    endReturn(order, returnId, read.data.ends, clock());
    world.touch(order);
    return reply.send({ returnId, ...read.data });
  });
}
