import type { ChannelId, Id, Instant } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";

export type ChannelConsentId = Id<"ChannelConsent">;

export interface AskedConsent {
  readonly consentId: ChannelConsentId;
  readonly channelId: ChannelId;
  readonly expiresAt: Instant;
  readonly usedAt: Instant | null;
}

export async function insertConsent(
  tx: Tx,
  row: { id: ChannelConsentId; channelId: ChannelId; stateHash: Buffer; at: Instant; by: string; expiresAt: Instant },
): Promise<void> {
  await tx.run(sql`
    insert into godown.channel_consent (tenant_id, channel_consent_id, channel_id, state_hash, asked_at, asked_by, expires_at)
    values (${tx.tenantId}, ${row.id}, ${row.channelId}, ${row.stateHash}, ${row.at}, ${row.by}, ${row.expiresAt})`);
}

/** The question that a state belongs to; locked, since it is answered once. */
export function lockConsent(tx: Tx, stateHash: Buffer): Promise<AskedConsent | undefined> {
  return tx.first(sql<AskedConsent>`
    select channel_consent_id as "consentId", channel_id as "channelId", expires_at as "expiresAt", used_at as "usedAt"
    from godown.channel_consent where tenant_id = ${tx.tenantId} and state_hash = ${stateHash} for update`);
}

export async function spendConsent(tx: Tx, id: ChannelConsentId, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.channel_consent set used_at = ${at} where tenant_id = ${tx.tenantId} and channel_consent_id = ${id}`);
}

export async function deleteOldConsents(tx: Tx, before: Instant): Promise<void> {
  await tx.run(sql`delete from godown.channel_consent where tenant_id = ${tx.tenantId} and expires_at < ${before}`);
}
