import type { Facts, SaleOrderId } from "../kernel/index.ts";
import type { ExceptionKind } from "../orders/index.ts";
import { sql, type Tx } from "../platform/db.ts";

/** The doubt `e` holds the unit `u`: it names it, or is about its package. */
const HOLDS_UNIT = sql`(e.kind in ('CHANNEL_CANCEL_NOT_ALLOWED', 'DISPATCHED_ON_CHANNEL', 'PART_LEFT_ON_CHANNEL', 'CANCEL_WISHED')
  and (e.facts -> 'units' ? u.code or e.shipping_package_id = u.shipping_package_id))`;

/** Words that the line of the unit `u` left, which are not applied yet. */
const WAITING_WORDS = sql`godown.sale_order o join godown.channel_word w on w.tenant_id = o.tenant_id and w.channel_id = o.channel_id and w.channel_order_id = o.channel_order_id
  where o.tenant_id = u.tenant_id and o.sale_order_id = u.sale_order_id and w.channel_order_item_id = u.channel_order_item_id
    and w.outcome = 'WAITING' and w.status <> 'CANCELLED'`;

/**
 * Units that were held go on, but for those that an open doubt holds: the ones it names, or the package that it is about; and for
 * those that a waiting word of the channel says have left.
 * @param of.lines of these lines of the channel alone, whose words wait no more; null: of the whole order
 * @param of.settled a doubt that is being settled in this transaction, and holds nothing any more
 */
export function releaseHeld(
  tx: Tx,
  saleOrderId: SaleOrderId,
  of: { readonly lines: readonly string[] | null; readonly settled: string | null },
): Promise<number> {
  return tx.count(sql`
    update godown.sale_order_item u set on_hold = false
    where u.tenant_id = ${tx.tenantId} and u.sale_order_id = ${saleOrderId} and u.on_hold
      and case when ${of.lines}::text[] is null then not exists (select from ${WAITING_WORDS}) else u.channel_order_item_id = any(${of.lines}::text[]) end
      and not exists (
        select from godown.order_exception e
        where e.tenant_id = u.tenant_id and e.sale_order_id = u.sale_order_id and e.state = 'OPEN' and e.order_exception_id is distinct from ${of.settled}::uuid
          and ${HOLDS_UNIT})`);
}

export interface HoldingDoubt {
  readonly kind: ExceptionKind;
  readonly facts: Facts;
}

/** Open doubts that hold units of an order, or all of it; the oldest first. @param settled one that holds nothing any more */
export function holdingDoubts(tx: Tx, saleOrderId: SaleOrderId, settled: string | null): Promise<HoldingDoubt[]> {
  return tx.run(sql<HoldingDoubt>`
    select e.kind, e.facts from godown.order_exception e
    where e.tenant_id = ${tx.tenantId} and e.sale_order_id = ${saleOrderId} and e.state = 'OPEN' and e.order_exception_id is distinct from ${settled}::uuid
      and (e.kind = 'ACCEPTANCE_REFUSED' or exists (
        select from godown.sale_order_item u
        where u.tenant_id = e.tenant_id and u.sale_order_id = e.sale_order_id and u.on_hold and u.state <> 'CANCELLED' and ${HOLDS_UNIT}))
    order by e.opened_at, e.order_exception_id`);
}

/**
 * Codes of units that the channel says have left, while a person is asked about it.
 * @param of.waiting also while that waits here for something
 */
export async function saidToHaveLeft(
  tx: Tx,
  saleOrderId: SaleOrderId,
  of: { readonly waiting: boolean },
): Promise<ReadonlySet<string>> {
  const rows = await tx.run(sql<{ code: string }>`
    select u.code from godown.sale_order_item u
    where u.tenant_id = ${tx.tenantId} and u.sale_order_id = ${saleOrderId} and u.state <> 'CANCELLED'
      and (${of.waiting} and exists (select from ${WAITING_WORDS}) or u.on_hold and exists (
        select from godown.order_exception e
        where e.tenant_id = u.tenant_id and e.sale_order_id = u.sale_order_id and e.state = 'OPEN'
          and e.kind in ('DISPATCHED_ON_CHANNEL', 'PART_LEFT_ON_CHANNEL') and ${HOLDS_UNIT}))`);
  return new Set(rows.map((row) => row.code));
}

/** Units of an order on hold of which a waiting word says that they left. */
export function heldByWords(tx: Tx, saleOrderId: SaleOrderId): Promise<{ unit: string; status: string }[]> {
  return tx.run(sql<{ unit: string; status: string }>`
    select u.code as unit, w.status from godown.sale_order_item u
    join lateral (select w.status from ${WAITING_WORDS}) w on true
    where u.tenant_id = ${tx.tenantId} and u.sale_order_id = ${saleOrderId} and u.on_hold and u.state <> 'CANCELLED'
    order by u.unit_no, w.status`);
}
