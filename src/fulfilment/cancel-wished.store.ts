import type { ChannelId, SaleOrderId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";

/** A buyer's wish to cancel a line, with the key of the doubt about it. */
export interface Wish {
  readonly channelOrderId: string;
  readonly line: string;
  readonly key: string;
}

/** Wishes about which nobody was asked yet; their orders are locked. `saleOrderId` null: the order is not here. */
export async function openWishes(
  tx: Tx,
  channelId: ChannelId,
  wishes: readonly Wish[],
): Promise<(Wish & { readonly saleOrderId: SaleOrderId | null; readonly code: string })[]> {
  const ids = [...new Set(wishes.map((wish) => wish.channelOrderId))];
  await tx.run(sql`
    select 1 from godown.sale_order where tenant_id = ${tx.tenantId} and channel_id = ${channelId} and channel_order_id = any(${ids}::text[])
    order by sale_order_id for update`);
  return tx.run(sql<Wish & { saleOrderId: SaleOrderId | null; code: string }>`
    select w."channelOrderId", w.line, w.key, o.sale_order_id as "saleOrderId", coalesce(o.code, w."channelOrderId") as code
    from jsonb_to_recordset(${json(wishes)}) as w("channelOrderId" text, line text, key text)
    left join godown.sale_order o on o.tenant_id = ${tx.tenantId} and o.channel_id = ${channelId} and o.channel_order_id = w."channelOrderId"
    where not exists (
      select from godown.order_exception e where e.tenant_id = ${tx.tenantId} and e.kind = 'CANCEL_WISHED' and e.key = w.key)
    order by o.sale_order_id, w.line`);
}

/** Doubts about wishes of an order whose units are all cancelled by now have nothing left to decide. */
export async function settleWishes(tx: Tx, saleOrderId: SaleOrderId, by: string, at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    update godown.order_exception e set state = 'RESOLVED', resolved_at = ${at}, resolved_by = ${by}, note = 'its units were cancelled'
    where e.tenant_id = ${tx.tenantId} and e.sale_order_id = ${saleOrderId} and e.kind = 'CANCEL_WISHED' and e.state = 'OPEN'
      and not exists (
        select from godown.sale_order_item u
        where u.tenant_id = e.tenant_id and u.sale_order_id = e.sale_order_id and u.state <> 'CANCELLED' and e.facts -> 'units' ? u.code)`);
}
