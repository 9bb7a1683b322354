import type { ChannelId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";

export function customChannel(
  tx: Tx,
  channelId: ChannelId,
): Promise<{ code: string; source: string; tatHours: number } | undefined> {
  return tx.first(sql<{ code: string; source: string; tatHours: number }>`
    select code, source, tat_hours as "tatHours" from godown.channel where tenant_id = ${tx.tenantId} and channel_id = ${channelId}`);
}

/** Channels that take orders by form, by code: for a CSV. */
export function customChannelIds(tx: Tx, codes: readonly string[]): Promise<{ channelId: ChannelId; code: string }[]> {
  return tx.run(sql<{ channelId: ChannelId; code: string }>`
    select channel_id as "channelId", code from godown.channel where tenant_id = ${tx.tenantId} and code = any(${codes}::text[])`);
}
