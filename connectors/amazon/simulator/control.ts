/** What a test or a person makes happen at Amazon beside what every simulator has: below /_sim/amazon. */

import type { FastifyReply } from "fastify";
import { z } from "zod";
import { stamp } from "../../protocol/simulator/parts.ts";
import { marksOf, type Parts } from "./parts.ts";

const askWish = z.object({ orderItemId: z.string(), reason: z.string().max(200).default("No longer needed") });
const replacesWish = z.object({ orderId: z.string() });
const arrivedWish = z.object({ returnId: z.string() });
const listingWish = z.object({ fulfilledBy: z.enum(["AMAZON", "SELLER"]) });

/**
 * | call | does |
 * |---|---|
 * | `POST /_sim/amazon/orders/{id}/cancel-request` | the buyer asks to cancel a line: `{orderItemId, reason?}` |
 * | `POST /_sim/amazon/orders/{id}/replaces` | the order replaces another one: `{orderId}` |
 * | `POST /_sim/amazon/orders/{id}/slot-gone` | the next slot that is taken is gone |
 * | `POST /_sim/amazon/orders/{id}/void-label` | the pickup of the scheduled parcel was missed: its label is void until it is scheduled again |
 * | `POST /_sim/amazon/orders/{id}/return-arrived` | a customer's return came back: `{returnId}` |
 * | `POST /_sim/amazon/listings/{sku}` | the seller moves it into Amazon's warehouse, or out: `{fulfilledBy: "AMAZON" \| "SELLER"}` |
 * | `POST /_sim/amazon/sellers/{username}/revoke` | the seller takes his consent back |
 */
export function serveAmazonControl(parts: Parts): void {
  const { app } = parts.sim.server;
  const onOrder = (path: string, act: (marks: Record<string, string>, body: unknown) => void) =>
    app.post<{ Params: { id: string } }>(`/_sim/amazon/orders/:id/${path}`, async (request, reply) => {
      const order = parts.sim.world.orders.get(request.params.id);
      if (!order) return reply.code(404).send({ message: `no order ${request.params.id} is known here` });
      const answered = await wished(reply, () => act(marksOf(order), request.body ?? {}));
      parts.sim.world.touch(order);
      return answered;
    });
  onOrder("cancel-request", (marks, body) => {
    const { orderItemId, reason } = askWish.parse(body);
    marks[`cancelAsked ${orderItemId}`] = reason;
  });
  onOrder("replaces", (marks, body) => {
    marks.replaces = replacesWish.parse(body).orderId;
  });
  onOrder("slot-gone", (marks) => {
    marks.slotGone = "yes";
  });
  onOrder("void-label", (marks) => {
    marks.labelVoid = "yes";
  });
  onOrder("return-arrived", (marks, body) => {
    marks[`arrived ${arrivedWish.parse(body).returnId}`] = stamp(parts.sim.clock());
  });
  app.post<{ Params: { sku: string } }>("/_sim/amazon/listings/:sku", (request, reply) =>
    wished(reply, () => {
      const { fulfilledBy } = listingWish.parse(request.body ?? {});
      parts.movedToAmazon.set(request.params.sku, fulfilledBy === "AMAZON");
    }),
  );
  app.post<{ Params: { username: string } }>("/_sim/amazon/sellers/:username/revoke", async (request, reply) => {
    parts.accounts.revoke(request.params.username);
    return reply.send({ revoked: request.params.username });
  });
}

async function wished(reply: FastifyReply, act: () => void): Promise<FastifyReply> {
  try {
    act();
    return reply.send({ status: "ok" });
  } catch (error) {
    if (error instanceof z.ZodError) return reply.code(400).send({ message: z.prettifyError(error) });
    throw error;
  }
}
