import { json, sql, type Tx } from "../platform/db.ts";

/** Writes entries of the timeline. */
export async function writeEvents(
  tx: Tx,
  events: readonly unknown[],
  actor: { kind: string; name: string },
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.order_event (tenant_id, order_event_id, sale_order_id, shipping_package_id, at, actor_kind, actor_name, kind, facts)
    select ${tx.tenantId}, e.id, e."saleOrderId", e."packageId", ${at}, ${actor.kind}, ${actor.name}, e.kind, e.facts
    from jsonb_to_recordset(${json(events)}) as e(id uuid, "saleOrderId" uuid, "packageId" uuid, kind text, facts jsonb)`);
}
