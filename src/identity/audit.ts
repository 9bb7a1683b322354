import { newId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { Secret } from "../platform/secret.ts";
import { insertAuditEvents } from "./store.ts";

/** One change: which record, and what it looked like before and after (only the members that matter). */
export interface AuditEntry {
  /** Module and verb in the past tense, e.g. "orders.cancelled". */
  readonly action: string;
  /** Entity in snake case, e.g. "sale_order". */
  readonly recordType: string;
  readonly recordId: string;
  /** What people call the record: order code, SKU, user name. */
  readonly recordCode?: string | null;
  readonly before?: unknown;
  readonly after?: unknown;
}

type Who = Pick<Ctx, "actor" | "now" | "requestId">;

/** Writes one row of the audit trail in the caller's transaction, so that a change and its trace exist together or not at all. */
export async function audit(tx: Tx, ctx: Who, entry: AuditEntry): Promise<void> {
  await auditAll(tx, ctx, [entry]);
}

/** `audit` for many records at once (imports, bulk actions): one statement. */
export async function auditAll(tx: Tx, ctx: Who, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const events = entries.map((entry) => ({
    auditEventId: newId<"AuditEvent">(),
    action: entry.action,
    recordType: entry.recordType,
    recordId: entry.recordId,
    recordCode: entry.recordCode ?? null,
    before: entry.before === undefined ? null : withoutSecrets(entry.before),
    after: entry.after === undefined ? null : withoutSecrets(entry.after),
  }));
  await insertAuditEvents(tx, { actor: ctx.actor, at: ctx.now, requestId: ctx.requestId }, events);
}

const STRUCK_OUT = "[secret]";
const DEPTH_MAX = 12;
/** Names under which a secret could stand, whatever the spelling: securitykey, api_key, passwordHash, accessToken … */
const SECRET_NAME =
  /pass(word|phrase|wd)|secret|token|security[_-]?key|api[_-]?key|private[_-]?key|authorization|cookie|credential/i;

/**
 * A copy fit for the audit trail: whatever stands under a secret's name is struck out at every depth, so that no caller
 * has to think of it. That something was changed stays visible; what it was does not.
 */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (depth > DEPTH_MAX) return "[too deep]";
  if (value instanceof Secret) return STRUCK_OUT;
  if (Array.isArray(value)) return value.map((member) => withoutSecrets(member, depth + 1));
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (Buffer.isBuffer(value)) return "[bytes]";
  if ("toJSON" in value && typeof value.toJSON === "function") return value.toJSON();
  const members = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    members.map(([name, member]) => [
      String(name),
      member !== null && SECRET_NAME.test(String(name)) && typeof member !== "boolean"
        ? STRUCK_OUT
        : withoutSecrets(member, depth + 1),
    ]),
  );
}
