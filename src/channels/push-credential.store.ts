import type { ChannelId, Id, Instant, TenantId } from "../kernel/index.ts";
import { type Db, sql, type Tx } from "../platform/db.ts";

export type PushCredentialId = Id<"PushCredential">;

/** Whose headers they are: a marketplace's, for all channels of its source, or a courier's. */
export type PushOwner = { readonly source: string } | { readonly providerId: Id<"ShippingProvider"> };

export interface PushCredentialRow {
  readonly pushCredentialId: PushCredentialId;
  /** Null: a courier's. */
  readonly source: string | null;
  readonly clientId: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly lastUsedAt: Instant | null;
}

const columns = sql`
  push_credential_id as "pushCredentialId", source, client_id as "clientId", created_at as "createdAt", expires_at as "expiresAt",
  revoked_at as "revokedAt", last_used_at as "lastUsedAt"`;

const sourceIn = (owner: PushOwner): string | null => ("source" in owner ? owner.source : null);
const providerIn = (owner: PushOwner): Id<"ShippingProvider"> | null =>
  "providerId" in owner ? owner.providerId : null;
const isOf = (owner: PushOwner) =>
  "source" in owner ? sql`source = ${owner.source}` : sql`shipping_provider_id = ${owner.providerId}`;

/** Credentials of a source or a courier that still work, newest first. */
export function activeCredentials(tx: Tx, owner: PushOwner, now: Instant): Promise<PushCredentialRow[]> {
  return tx.run(sql<PushCredentialRow>`
    select ${columns} from godown.push_credential
    where tenant_id = ${tx.tenantId} and ${isOf(owner)} and revoked_at is null and (expires_at is null or expires_at > ${now})
    order by created_at desc, push_credential_id desc`);
}

export function findCredential(tx: Tx, id: PushCredentialId): Promise<PushCredentialRow | undefined> {
  return tx.first(sql<PushCredentialRow>`
    select ${columns} from godown.push_credential where tenant_id = ${tx.tenantId} and push_credential_id = ${id}`);
}

export async function insertCredential(
  tx: Tx,
  row: { id: PushCredentialId; owner: PushOwner; clientId: string; keyHash: Buffer; at: Instant },
): Promise<void> {
  await tx.run(sql`
    insert into godown.push_credential (tenant_id, push_credential_id, source, shipping_provider_id, client_id, created_at)
    values (${tx.tenantId}, ${row.id}, ${sourceIn(row.owner)}, ${providerIn(row.owner)}, ${row.clientId}, ${row.at})`);
  await tx.run(sql`
    insert into godown.directory (kind, key_hash, owner_tenant, owner_row)
    values ('PUSH_CREDENTIAL', ${row.keyHash}, ${tx.tenantId}, ${row.id})`);
}

/** The older ones of an owner end; one that ends sooner already keeps its time. */
export async function expireOthers(tx: Tx, owner: PushOwner, except: PushCredentialId, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.push_credential set expires_at = least(coalesce(expires_at, ${at}::timestamptz), ${at}::timestamptz)
    where tenant_id = ${tx.tenantId} and ${isOf(owner)} and push_credential_id <> ${except} and revoked_at is null`);
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

/** Who presents a credential: the channel that a merchant's push means, or the courier and its seller; and the credential's own time. */
export interface Presented {
  readonly source: string | null;
  readonly providerId: Id<"ShippingProvider"> | null;
  readonly providerCode: string | null;
  readonly tenantCode: string;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly channelId: ChannelId | null;
}

export function findPresented(tx: Tx, id: PushCredentialId, merchantid: string): Promise<Presented | undefined> {
  return tx.first(sql<Presented>`
    select p.source, p.shipping_provider_id as "providerId", s.code as "providerCode", t.code as "tenantCode",
      p.expires_at as "expiresAt", p.revoked_at as "revokedAt", (
        select c.channel_id from godown.channel c
        where c.tenant_id = p.tenant_id and c.source = p.source and c.fields ->> 'username' = ${merchantid} order by c.created_at limit 1
      ) as "channelId"
    from godown.push_credential p join godown.tenant t using (tenant_id)
    left join godown.shipping_provider s using (tenant_id, shipping_provider_id)
    where p.tenant_id = ${tx.tenantId} and p.push_credential_id = ${id}`);
}

/** When it was used last, to the minute: written seldom, since pushes come by the hundred a second. */
export async function touchCredential(tx: Tx, id: PushCredentialId, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.push_credential set last_used_at = ${at}
    where tenant_id = ${tx.tenantId} and push_credential_id = ${id} and (last_used_at is null or last_used_at < ${at.subtract({ minutes: 1 })})`);
}
