import type { ChannelId, FacilityId, SaleOrderId, SaleOrderItemId } from "../kernel/index.ts";
import type { SaleOrderState } from "../orders/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import { orderWithin } from "./cancel.store.ts";

export interface LockedOrder {
  readonly saleOrderId: SaleOrderId;
  readonly code: string;
  readonly channelId: ChannelId;
  readonly state: SaleOrderState;
  readonly onHold: boolean;
  readonly holdReason: string | null;
  readonly priority: number;
  readonly heldUnits: number;
  /** The channel waits for the seller's acceptance. */
  readonly acceptanceAwaited: boolean;
  /** Nobody may process it before; null: at once. */
  readonly actionableFrom: Temporal.Instant | null;
}

/** Locks an order that the actor may see: one with a unit in their facilities, or that has no facility yet. */
export function lockOrder(
  tx: Tx,
  saleOrderId: SaleOrderId,
  facilities: "all" | readonly FacilityId[],
): Promise<LockedOrder | undefined> {
  return tx.first(sql<LockedOrder>`
    select o.sale_order_id as "saleOrderId", o.code, o.channel_id as "channelId", o.state, o.on_hold as "onHold", o.hold_reason as "holdReason", o.priority,
      (select count(*)::integer from godown.sale_order_item u where u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id and u.on_hold and u.state <> 'CANCELLED') as "heldUnits",
      o.acceptance_awaited_since is not null as "acceptanceAwaited", o.actionable_from as "actionableFrom"
    from godown.sale_order o where o.tenant_id = ${tx.tenantId} and o.sale_order_id = ${saleOrderId} and ${orderWithin(facilities)} for update of o`);
}

export async function writeOrder(
  tx: Tx,
  saleOrderId: SaleOrderId,
  after: { state: SaleOrderState; onHold: boolean; holdReason: string | null; priority: number },
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.sale_order set state = ${after.state}, on_hold = ${after.onHold}, hold_reason = ${after.holdReason}, priority = ${after.priority}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId}`);
}

/** Units wait in another facility from now on, outside any package. */
export async function moveUnitsToFacility(
  tx: Tx,
  unitIds: readonly SaleOrderItemId[],
  facilityId: FacilityId,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.sale_order_item set facility_id = ${facilityId}, shipping_package_id = null, state = 'CREATED', state_changed_at = ${at}
    where tenant_id = ${tx.tenantId} and sale_order_item_id = any(${unitIds}::uuid[])`);
}
