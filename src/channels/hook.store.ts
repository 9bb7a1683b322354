import type { ChannelId, Id, Instant, TenantId } from "../kernel/index.ts";
import { type Db, json, sql, type Tx } from "../platform/db.ts";

export type ChannelHookId = Id<"ChannelHook">;

export function findHook(
  tx: Tx,
  channelId: ChannelId,
): Promise<{ sealed: Buffer; lastUsedAt: Instant | null } | undefined> {
  return tx.first(sql<{ sealed: Buffer; lastUsedAt: Instant | null }>`
    select sealed, last_used_at as "lastUsedAt" from godown.channel_hook where tenant_id = ${tx.tenantId} and channel_id = ${channelId}`);
}

/** Makes the channel's address anew; the former one ends. */
export async function replaceHook(
  tx: Tx,
  row: { id: ChannelHookId; channelId: ChannelId; keyHash: Buffer; sealed: Buffer; at: Instant; by: string },
): Promise<void> {
  await tx.run(sql`
    delete from godown.directory d using godown.channel_hook h
    where h.tenant_id = ${tx.tenantId} and h.channel_id = ${row.channelId} and d.kind = 'CHANNEL_HOOK' and d.owner_tenant = h.tenant_id and d.owner_row = h.channel_hook_id`);
  await tx.run(sql`
    delete from godown.channel_hook where tenant_id = ${tx.tenantId} and channel_id = ${row.channelId}`);
  await tx.run(sql`
    insert into godown.channel_hook (tenant_id, channel_hook_id, channel_id, sealed, created_at, created_by)
    values (${tx.tenantId}, ${row.id}, ${row.channelId}, ${row.sealed}, ${row.at}, ${row.by})`);
  await tx.run(sql`
    insert into godown.directory (kind, key_hash, owner_tenant, owner_row)
    values ('CHANNEL_HOOK', ${row.keyHash}, ${tx.tenantId}, ${row.id})`);
}

/** Whose address it is, before a tenant is known. */
export function findHookOwner(db: Db, keyHash: Buffer): Promise<{ tenantId: TenantId; id: ChannelHookId } | undefined> {
  return db.presenting(keyHash, (tx) =>
    tx.first(sql<{ tenantId: TenantId; id: ChannelHookId }>`
      select owner_tenant as "tenantId", owner_row as id from godown.directory where kind = 'CHANNEL_HOOK' and key_hash = ${keyHash}`),
  );
}

export function channelOfHook(tx: Tx, id: ChannelHookId): Promise<{ channelId: ChannelId } | undefined> {
  return tx.first(sql<{ channelId: ChannelId }>`
    select channel_id as "channelId" from godown.channel_hook where tenant_id = ${tx.tenantId} and channel_hook_id = ${id}`);
}

export interface WakeUpRow {
  readonly wakeUpId: Id<"WakeUp">;
  readonly channelId: ChannelId;
  readonly key: string;
  readonly kind: "LOOK" | "CONFIRM" | "NOTHING";
  readonly orderIds: readonly string[];
  readonly url: string | null;
}

/** Keeps a wake-up. @returns was it new? One that came before is counted. */
export async function keepWakeUp(tx: Tx, row: WakeUpRow, at: Instant): Promise<boolean> {
  const { isNew } = await tx.one(sql<{ isNew: boolean }>`
    insert into godown.wake_up (tenant_id, wake_up_id, channel_id, key, kind, order_ids, url, received_at, last_received_at, handled_at)
    values (${tx.tenantId}, ${row.wakeUpId}, ${row.channelId}, ${row.key}, ${row.kind}, array(select jsonb_array_elements_text(${json(row.orderIds)})),
      ${row.url}, ${at}, ${at}, ${row.kind === "NOTHING" ? at : null}::timestamptz)
    on conflict (tenant_id, channel_id, key) do update set times = godown.wake_up.times + 1, last_received_at = excluded.last_received_at
    returning times = 1 as "isNew"`);
  await tx.run(sql`
    update godown.channel_hook set last_used_at = ${at} where tenant_id = ${tx.tenantId} and channel_id = ${row.channelId}
      and (last_used_at is null or last_used_at < ${at}::timestamptz - interval '1 minute')`);
  return isNew;
}

/** What waits to be looked at, oldest first. */
export function openWakeUps(tx: Tx, channelId: ChannelId, limit: number): Promise<WakeUpRow[]> {
  return tx.run(sql<WakeUpRow>`
    select wake_up_id as "wakeUpId", channel_id as "channelId", key, kind, order_ids as "orderIds", url from godown.wake_up
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and handled_at is null order by received_at, wake_up_id limit ${limit}`);
}

export async function settleWakeUps(tx: Tx, ids: readonly Id<"WakeUp">[], at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.wake_up set handled_at = ${at} where tenant_id = ${tx.tenantId} and wake_up_id = any(${[...ids]}::uuid[])`);
}

export async function deleteOldWakeUps(tx: Tx, before: Instant, limit: number): Promise<number> {
  return tx.count(sql`
    delete from godown.wake_up where tenant_id = ${tx.tenantId} and wake_up_id in (
      select wake_up_id from godown.wake_up where tenant_id = ${tx.tenantId} and received_at < ${before} limit ${limit})`);
}
