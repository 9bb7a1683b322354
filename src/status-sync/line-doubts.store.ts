import type { ChannelId, Facts, SaleOrderId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";

/** An order that is here, by its channel's id. */
export interface OrderHere {
  readonly channelOrderId: string;
  readonly saleOrderId: SaleOrderId;
  readonly code: string;
}

/** Those of the orders that are here. */
export async function ordersHere(
  tx: Tx,
  channelId: ChannelId,
  channelOrderIds: readonly string[],
): Promise<ReadonlyMap<string, OrderHere>> {
  if (channelOrderIds.length === 0) return new Map();
  const rows = await tx.run(sql<OrderHere>`
    select channel_order_id as "channelOrderId", sale_order_id as "saleOrderId", code from godown.sale_order
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and channel_order_id = any(${channelOrderIds}::text[])`);
  return new Map(rows.map((row) => [row.channelOrderId, row]));
}

/** An open doubt about a word that nobody knows, and the lines of which it was said. */
export interface OpenUnknown {
  readonly channelOrderId: string;
  readonly raw: string;
  readonly lines: readonly string[];
}

/** Those about the orders. */
export async function openUnknown(
  tx: Tx,
  channelId: ChannelId,
  channelOrderIds: readonly string[],
): Promise<OpenUnknown[]> {
  return tx.run(sql<OpenUnknown>`
    select facts ->> 'channelOrderId' as "channelOrderId", facts ->> 'status' as raw, facts -> 'lines' as lines from godown.order_exception
    where tenant_id = ${tx.tenantId} and kind = 'UNKNOWN_STATUS' and state = 'OPEN' and channel_id = ${channelId}
      and facts ->> 'channelOrderId' = any(${channelOrderIds}::text[])`);
}

/** They are about other lines of their orders now. */
export async function changeUnknown(
  tx: Tx,
  changed: readonly { readonly key: string; readonly facts: Facts }[],
): Promise<void> {
  if (changed.length === 0) return;
  await tx.run(sql`
    update godown.order_exception e set facts = c.facts from jsonb_to_recordset(${json(changed)}) as c(key text, facts jsonb)
    where e.tenant_id = ${tx.tenantId} and e.kind = 'UNKNOWN_STATUS' and e.key = c.key and e.state = 'OPEN'`);
}
