import type { Instant } from "../kernel/index.ts";
import type { Actor } from "../platform/context.ts";
import { json, sql, type Tx } from "../platform/db.ts";

export async function insertAuditEvent(
  tx: Tx,
  event: {
    auditEventId: string;
    at: Instant;
    actor: Actor;
    action: string;
    recordType: string;
    recordId: string;
    recordCode: string | null;
    before: unknown;
    after: unknown;
    requestId: string;
  },
): Promise<void> {
  await tx.run(sql`
    insert into godown.audit_event (tenant_id, audit_event_id, at, actor_kind, actor_id, actor_name, action,
      record_type, record_id, record_code, before, after, request_id)
    values (${tx.tenantId}, ${event.auditEventId}, ${event.at}, ${event.actor.kind}, ${event.actor.id}, ${event.actor.name},
      ${event.action}, ${event.recordType}, ${event.recordId}, ${event.recordCode},
      ${event.before === null ? null : json(event.before)}, ${event.after === null ? null : json(event.after)},
      ${event.requestId})`);
}
