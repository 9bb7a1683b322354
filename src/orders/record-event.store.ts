import { type ChannelId, newId, type Refusal } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import { explain } from "../platform/refusals.ts";

/** Keeps an event that a channel pushed (cancellation, return, delivery) in the intake log, with what we answered. */
export async function recordEvent(
  tx: Tx,
  ctx: Ctx,
  event: {
    channelId: ChannelId;
    kind: "CANCEL" | "RETURN" | "DELIVERED";
    about: string;
    raw: unknown;
    contentHash: string;
    answer: unknown;
    refusal: Refusal | null;
  },
): Promise<void> {
  const { refusal } = event;
  await tx.run(sql`
    insert into godown.intake (tenant_id, intake_id, channel_id, kind, via, channel_order_id, content_hash, raw, state, code, facts, message, answer, received_at, decided_at, decided_by, last_seen_at, attempts)
    values (${tx.tenantId}, ${newId()}, ${event.channelId}, ${event.kind}, 'PUSH', ${event.about}, decode(${event.contentHash}, 'hex'), ${json(event.raw)},
      ${refusal ? "FAILED" : "CREATED"}, ${refusal?.code ?? null}, ${json(refusal?.facts ?? {})}, ${refusal ? explain(refusal).message : null}, ${json(event.answer)},
      ${ctx.now}, ${ctx.now}, ${ctx.actor.name}, ${ctx.now}, 1)`);
}
