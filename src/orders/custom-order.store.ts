import type { ChannelId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";

/** Channels by code: for a CSV, which names them so. */
export async function channelIdsByCode(tx: Tx, codes: readonly string[]): Promise<Map<string, ChannelId>> {
  const rows = await tx.run(sql<{ channelId: ChannelId; code: string }>`
    select channel_id as "channelId", code from godown.channel where tenant_id = ${tx.tenantId} and code = any(${codes}::text[])`);
  return new Map(rows.map((row) => [row.code, row.channelId]));
}

/** Hours until dispatch of channels, where an order says nothing. */
export async function tatHoursOf(tx: Tx, channelIds: readonly ChannelId[]): Promise<Map<ChannelId, number>> {
  const rows = await tx.run(sql<{ channelId: ChannelId; tatHours: number }>`
    select channel_id as "channelId", tat_hours as "tatHours" from godown.channel where tenant_id = ${tx.tenantId} and channel_id = any(${channelIds}::uuid[])`);
  return new Map(rows.map((row) => [row.channelId, row.tatHours]));
}
