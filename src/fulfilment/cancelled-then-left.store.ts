import type { ChannelId, Facts, Instant, SaleOrderId, SaleOrderItemId, ShippingPackageId } from "../kernel/index.ts";
import type { ExceptionKind } from "../orders/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";

/** An open doubt about units that the channel cancelled too late, of which some have left since. */
export interface LateCancel {
  readonly id: string;
  readonly kind: ExceptionKind;
  readonly key: string;
  readonly channelId: ChannelId;
  readonly saleOrderId: SaleOrderId;
  readonly facts: Facts;
  readonly left: readonly { readonly unitId: SaleOrderItemId; readonly code: string }[];
  /** Parcels of those that left, in words. */
  readonly leftWhere: string;
  readonly dispatchedAt: Instant | null;
  /** Codes of those that are still here. */
  readonly here: readonly string[];
  readonly hereWhere: string | null;
}

/** The open doubts of the orders of these packages about a late cancellation, those alone of which a unit has left. */
export function lateCancelsThatLeft(tx: Tx, packageIds: readonly ShippingPackageId[]): Promise<LateCancel[]> {
  const gone = sql`u.state in ('DISPATCHED', 'DELIVERED', 'RETURNED', 'REPLACED', 'RESHIPPED')`;
  const where = sql`string_agg(distinct coalesce(p.code || ' is ' || p.state, u.state), ', ')`;
  return tx.run(sql<LateCancel>`
    select e.order_exception_id as id, e.kind, e.key, e.channel_id as "channelId", e.sale_order_id as "saleOrderId", e.facts, n.*
    from godown.order_exception e
    cross join lateral (
      select jsonb_agg(jsonb_build_object('unitId', u.sale_order_item_id, 'code', u.code) order by u.unit_no) filter (where ${gone}) as left,
        ${where} filter (where ${gone}) as "leftWhere", min(p.dispatched_at) filter (where ${gone}) as "dispatchedAt",
        coalesce(jsonb_agg(u.code order by u.unit_no) filter (where not ${gone}), '[]') as here, ${where} filter (where not ${gone}) as "hereWhere"
      from godown.sale_order_item u
      left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
      where u.tenant_id = e.tenant_id and u.sale_order_id = e.sale_order_id and e.facts -> 'units' ? u.code and u.state <> 'CANCELLED'
    ) n
    where e.tenant_id = ${tx.tenantId} and e.state = 'OPEN' and e.kind in ('CHANNEL_CANCEL_TOO_LATE', 'CHANNEL_CANCEL_NOT_ALLOWED') and n.left is not null
      and e.sale_order_id in (
        select p.sale_order_id from godown.shipping_package p where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = any(${packageIds}::uuid[]))
    order by e.opened_at, e.order_exception_id`);
}

/** A doubt is about these units alone from now on. */
export async function narrowDoubt(tx: Tx, { id, here, hereWhere }: LateCancel): Promise<void> {
  const facts = { units: here, where: hereWhere };
  await tx.run(sql`
    update godown.order_exception set facts = facts || ${json(facts)}::jsonb
    where tenant_id = ${tx.tenantId} and order_exception_id = ${id} and state = 'OPEN'`);
}
