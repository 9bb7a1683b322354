import type { ChannelId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";

export interface Asked {
  readonly saleOrderId: string;
  readonly channelOrderId: string;
}

/** Orders that may have been cancelled on the channel's side, or whose cancellation waits for its word. In id order, a page at a time. */
export function openOrders(tx: Tx, channelId: ChannelId, after: string | null, limit: number): Promise<Asked[]> {
  return tx.run(sql<Asked>`
    select sale_order_id as "saleOrderId", channel_order_id as "channelOrderId" from godown.sale_order
    where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and state in ('PENDING_VERIFICATION', 'CREATED', 'PROCESSING')
      and (${after}::uuid is null or sale_order_id > ${after}::uuid)
    order by sale_order_id limit ${limit}`);
}

/** Orders with a parcel that is on its way, or was delivered lately enough to come back. */
export function travellingOrders(
  tx: Tx,
  channelId: ChannelId,
  deliveredSince: Temporal.Instant,
  after: string | null,
  limit: number,
): Promise<Asked[]> {
  return tx.run(sql<Asked>`
    select o.sale_order_id as "saleOrderId", o.channel_order_id as "channelOrderId" from godown.sale_order o
    where o.tenant_id = ${tx.tenantId} and o.channel_id = ${channelId} and exists (
      select from godown.shipping_package p where p.tenant_id = o.tenant_id and p.sale_order_id = o.sale_order_id
        and (p.state in ('DISPATCHED', 'SHIPPED') or (p.state = 'DELIVERED' and p.delivered_at > ${deliveredSince})))
      and (${after}::uuid is null or o.sale_order_id > ${after}::uuid)
    order by o.sale_order_id limit ${limit}`);
}
