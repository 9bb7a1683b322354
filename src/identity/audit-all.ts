import { newId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { insertAuditEvents } from "./audit.store.ts";
import { type AuditEntry, withoutSecrets } from "./audit.ts";

/** `audit` for many records at once (imports): one statement, one row of the trail for each. */
export async function auditAll(
  tx: Tx,
  ctx: Pick<Ctx, "actor" | "now" | "requestId">,
  entries: readonly AuditEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await insertAuditEvents(
    tx,
    ctx,
    entries.map((entry) => ({
      id: newId<"AuditEvent">(),
      action: entry.action,
      type: entry.recordType,
      record: entry.recordId,
      code: entry.recordCode ?? null,
      before: entry.before === undefined ? null : withoutSecrets(entry.before),
      after: entry.after === undefined ? null : withoutSecrets(entry.after),
    })),
  );
}
