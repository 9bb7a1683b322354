import { type ChannelId, newId, type Refusal } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import { explain } from "../platform/refusals.ts";

/** Keeps an event that a channel pushed (cancellation, return, delivery) in the intake log, with what we answered. A delivery is about a tracking number, the others
 *  about an order, to which they are linked where it is here. */
export async function recordEvent(
  tx: Tx,
  ctx: Ctx,
  event: {
    channelId: ChannelId;
    kind: "CANCEL" | "RETURN" | "DELIVERED";
    about: string;
    raw: unknown;
    contentHash: string;
    answer: { readonly message: string };
    refusal: Refusal | null;
  },
): Promise<void> {
  const { refusal } = event;
  // What was taken says so in the words of the answer: a cancellation that was only noted reads as what it is.
  const message = refusal ? explain(refusal).message : event.answer.message;
  await tx.run(sql`
    insert into godown.intake (tenant_id, intake_id, channel_id, kind, via, channel_order_id, content_hash, raw, state, code, facts, message, answer, sale_order_id, received_at, decided_at, decided_by, last_seen_at, attempts)
    values (${tx.tenantId}, ${newId()}, ${event.channelId}, ${event.kind}, 'PUSH', ${event.about}, decode(${event.contentHash}, 'hex'), ${json(event.raw)},
      ${refusal ? "FAILED" : "CREATED"}, ${refusal?.code ?? null}, ${json(refusal?.facts ?? {})}, ${message}, ${json(event.answer)},
      (select o.sale_order_id from godown.sale_order o
       where o.tenant_id = ${tx.tenantId} and o.channel_id = ${event.channelId} and o.channel_order_id = ${event.about} and ${event.kind} <> 'DELIVERED'),
      ${ctx.now}, ${ctx.now}, ${ctx.actor.name}, ${ctx.now}, 1)`);
}

/**
 * Was this event pushed before, word for word, and taken into account? Events of a channel with the same content wait
 * for each other here: a sender that repeats itself before the first answer came is still answered as one.
 */
export async function saidBefore(
  tx: Tx,
  event: { channelId: ChannelId; kind: "CANCEL" | "RETURN" | "DELIVERED"; about: string; contentHash: string },
): Promise<boolean> {
  await tx.run(
    sql`select pg_advisory_xact_lock(hashtextextended(${`event:${event.channelId}:${event.contentHash}`}, 0))`,
  );
  const { said } = await tx.one(sql<{ said: boolean }>`
    select exists (
      select from godown.intake
      where tenant_id = ${tx.tenantId} and channel_id = ${event.channelId} and kind = ${event.kind} and channel_order_id = ${event.about}
        and content_hash = decode(${event.contentHash}, 'hex') and state = 'CREATED'
    ) as said`);
  return said;
}
