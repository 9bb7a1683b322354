import type { Ctx } from "../platform/context.ts";
import { json, sql, type Tx } from "../platform/db.ts";

export async function insertAuditEvents(
  tx: Tx,
  ctx: Pick<Ctx, "actor" | "now" | "requestId">,
  events: readonly {
    id: string;
    action: string;
    type: string;
    record: string;
    code: string | null;
    before: unknown;
    after: unknown;
  }[],
): Promise<void> {
  await tx.run(sql`
    insert into godown.audit_event (tenant_id, audit_event_id, at, actor_kind, actor_id, actor_name, action,
      record_type, record_id, record_code, before, after, request_id)
    select ${tx.tenantId}::uuid, e.id, ${ctx.now}::timestamptz, ${ctx.actor.kind}, ${ctx.actor.id}::uuid, ${ctx.actor.name}, e.action,
      e.type, e.record, e.code, nullif(e.before, 'null'), nullif(e.after, 'null'), ${ctx.requestId}
    from jsonb_to_recordset(${json(events)}) as e(id uuid, action text, type text, record text, code text, before jsonb, after jsonb)`);
}
