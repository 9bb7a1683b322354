import type { ChannelId, Id, Instant, TenantId } from "../kernel/index.ts";
import { type Db, sql, type Tx } from "../platform/db.ts";

export type PushCredentialId = Id<"PushCredential">;

export interface PushCredentialRow {
  readonly pushCredentialId: PushCredentialId;
  readonly source: string;
  readonly clientId: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly lastUsedAt: Instant | null;
}

const columns = sql`
  push_credential_id as "pushCredentialId", source, client_id as "clientId", created_at as "createdAt", expires_at as "expiresAt",
  revoked_at as "revokedAt", last_used_at as "lastUsedAt"`;

/** Credentials of a source that still work, newest first. */
export function activeCredentials(tx: Tx, source: string, now: Instant): Promise<PushCredentialRow[]> {
  return tx.run(sql<PushCredentialRow>`
    select ${columns} from godown.push_credential
    where tenant_id = ${tx.tenantId} and source = ${source} and revoked_at is null and (expires_at is null or expires_at > ${now})
    order by created_at desc, push_credential_id desc`);
}

export function findCredential(tx: Tx, id: PushCredentialId): Promise<PushCredentialRow | undefined> {
  return tx.first(sql<PushCredentialRow>`
    select ${columns} from godown.push_credential where tenant_id = ${tx.tenantId} and push_credential_id = ${id}`);
}

export async function insertCredential(
  tx: Tx,
  row: { id: PushCredentialId; source: string; clientId: string; keyHash: Buffer; at: Instant },
): Promise<void> {
  await tx.run(sql`
    insert into godown.push_credential (tenant_id, push_credential_id, source, client_id, created_at)
    values (${tx.tenantId}, ${row.id}, ${row.source}, ${row.clientId}, ${row.at})`);
  await tx.run(sql`
    insert into godown.directory (kind, key_hash, owner_tenant, owner_row)
    values ('PUSH_CREDENTIAL', ${row.keyHash}, ${tx.tenantId}, ${row.id})`);
}

/** The older ones of a source end; one that ends sooner already keeps its time. */
export async function expireOthers(tx: Tx, source: string, except: PushCredentialId, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.push_credential set expires_at = least(coalesce(expires_at, ${at}::timestamptz), ${at}::timestamptz)
    where tenant_id = ${tx.tenantId} and source = ${source} and push_credential_id <> ${except} and revoked_at is null`);
}

export async function revoke(tx: Tx, id: PushCredentialId, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.push_credential set revoked_at = ${at} where tenant_id = ${tx.tenantId} and push_credential_id = ${id}`);
  await tx.run(sql`
    delete from godown.directory where kind = 'PUSH_CREDENTIAL' and owner_tenant = ${tx.tenantId} and owner_row = ${id}`);
}

/** Whose key it is, before a tenant is known. */
export function findOwner(db: Db, keyHash: Buffer): Promise<{ tenantId: TenantId; id: PushCredentialId } | undefined> {
  return db.presenting(keyHash, (tx) =>
    tx.first(sql<{ tenantId: TenantId; id: PushCredentialId }>`
      select owner_tenant as "tenantId", owner_row as id from godown.directory where kind = 'PUSH_CREDENTIAL' and key_hash = ${keyHash}`),
  );
}

/** The channel that a merchant's push means, and the credential's own time. */
export function findPushChannel(
  tx: Tx,
  id: PushCredentialId,
  merchantid: string,
): Promise<
  { source: string; expiresAt: Instant | null; revokedAt: Instant | null; channelId: ChannelId | null } | undefined
> {
  return tx.first(sql<{
    source: string;
    expiresAt: Instant | null;
    revokedAt: Instant | null;
    channelId: ChannelId | null;
  }>`
    select p.source, p.expires_at as "expiresAt", p.revoked_at as "revokedAt", (
      select c.channel_id from godown.channel c
      where c.tenant_id = p.tenant_id and c.source = p.source and c.fields ->> 'username' = ${merchantid} order by c.created_at limit 1
    ) as "channelId"
    from godown.push_credential p where p.tenant_id = ${tx.tenantId} and p.push_credential_id = ${id}`);
}

/** When it was used last, to the minute: written seldom, since pushes come by the hundred a second. */
export async function touchCredential(tx: Tx, id: PushCredentialId, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.push_credential set last_used_at = ${at}
    where tenant_id = ${tx.tenantId} and push_credential_id = ${id} and (last_used_at is null or last_used_at < ${at.subtract({ minutes: 1 })})`);
}
