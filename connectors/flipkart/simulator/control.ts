/** Control of what only Flipkart has: `POST /_sim/shipments/{id}`, `/_sim/lists`, `/_sim/listings/{sku}`. Beside the API, never touched by faults. */
import { z } from "zod";
import { CANCELLATION_TYPES, marksOf, type Parts } from "./parts.ts";
import { endReturn } from "./returns.ts";
import { MARK } from "./states.ts";

const wish = z.strictObject({
  /** Flipkart holds it, or lets it go. */
  hold: z.boolean().optional(),
  /** Packing ends in FORM_FAILED. */
  formFails: z.boolean().optional(),
  /** SKUs come escaped and in quotes. */
  quotedSkus: z.boolean().optional(),
  profile: z.enum(["FBF", "FBF_LITE", "NON_FBF"]).optional(),
  /** Several packages, which go on a hand-over list of their own. */
  mps: z.boolean().optional(),
  /** The courier takes it now, whether it was dispatched by us or not. */
  pickup: z.boolean().optional(),
  dispatchAfter: z.iso.datetime({ offset: true }).optional(),
  dispatchBy: z.iso.datetime({ offset: true }).optional(),
  /** A return of this line ends so. */
  returnEnds: z.object({ orderItemId: z.string(), state: z.enum(["COMPLETED", "CANCELLED"]) }).optional(),
});

const listsWish = z.strictObject({
  /** Lists of cancellations that give an error from now on; none: all work. */
  broken: z.array(z.enum(CANCELLATION_TYPES)),
});

const listingWish = z.strictObject({
  /** FBF: moved into Flipkart's warehouse; another: out of it. */
  profile: z.enum(["FBF", "FBF_LITE", "NON_FBF"]).optional(),
  withdrawn: z.boolean().optional(),
});

export function serveListingControl({ sim: { server }, listingMarks }: Parts): void {
  server.app.post<{ Params: { sku: string } }>("/_sim/listings/:sku", (request, reply) => {
    const read = listingWish.safeParse(request.body ?? {});
    if (!read.success) return reply.code(400).send({ message: z.prettifyError(read.error) });
    listingMarks.set(request.params.sku, { ...listingMarks.get(request.params.sku), ...read.data });
    return reply.send({ sku: request.params.sku, ...listingMarks.get(request.params.sku) });
  });
}

export function serveListsControl({ sim: { server }, brokenLists }: Parts): void {
  server.app.post("/_sim/lists", (request, reply) => {
    const read = listsWish.safeParse(request.body ?? {});
    if (!read.success) return reply.code(400).send({ message: z.prettifyError(read.error) });
    brokenLists.clear();
    for (const type of read.data.broken) brokenLists.add(type);
    return reply.send({ broken: [...brokenLists] });
  });
}

export function serveShipmentControl(parts: Parts): void {
  const { server, world, clock } = parts.sim;
  server.app.post<{ Params: { id: string } }>("/_sim/shipments/:id", (request, reply) => {
    const order = world.orders.get(request.params.id);
    if (!order) return reply.code(404).send({ message: `no shipment ${request.params.id} is known here` });
    const read = wish.safeParse(request.body ?? {});
    if (!read.success) return reply.code(400).send({ message: z.prettifyError(read.error) });
    const { hold, formFails, quotedSkus, profile, mps, pickup, dispatchAfter, dispatchBy, returnEnds } = read.data;
    const marks = marksOf(order);
    if (hold !== undefined) for (const item of order.items) item.onHold = hold;
    if (formFails !== undefined) marks[MARK.formFails] = formFails ? "yes" : "no";
    if (quotedSkus !== undefined) marks[MARK.quotedSkus] = quotedSkus ? "yes" : "no";
    if (profile !== undefined) marks[MARK.profile] = profile;
    if (mps !== undefined) marks[MARK.mps] = mps ? "yes" : "no";
    if (pickup === true) marks[MARK.pickedUpAt] = clock().toString();
    if (dispatchAfter !== undefined) marks[MARK.dispatchAfter] = Temporal.Instant.from(dispatchAfter).toString();
    if (dispatchBy !== undefined) marks[MARK.dispatchBy] = Temporal.Instant.from(dispatchBy).toString();
    if (returnEnds && endReturn(parts, returnEnds.orderItemId, returnEnds.state, clock()) === null)
      return reply.code(400).send({ message: `no return of ${returnEnds.orderItemId}` });
    world.touch(order);
    return reply.send({ id: order.id, marks });
  });
}
