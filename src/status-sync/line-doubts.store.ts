import type { ChannelId, SaleOrderId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";

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
