import type { ChannelId, FacilityId, SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import { HELD_UNTIL } from "./hold-reasons.ts";
import { type SaleOrderState, saleOrderLifecycle, WAITING_STATES } from "./sale-order.ts";
import type { StandingChange } from "./standing.ts";

/** Writes how orders stand from now on: they were locked when it was decided. */
export async function writeStandings(tx: Tx, changes: readonly StandingChange[], at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    update godown.sale_order o set state = c.state, on_hold = c."onHold", hold_reason = c."holdReason", channel_hold = c."channelHold",
      acceptance_awaited_since = case when c."acceptanceAwaited" then o.acceptance_awaited_since end,
      actionable_from = c."actionableFrom", dispatch_by = c."dispatchBy", updated_at = ${at}
    from jsonb_to_recordset(${json(changes)}) as c("saleOrderId" uuid, state text, "onHold" boolean, "holdReason" text, "channelHold" boolean, "acceptanceAwaited" boolean, "actionableFrom" timestamptz, "dispatchBy" timestamptz)
    where o.tenant_id = ${tx.tenantId} and o.sale_order_id = c."saleOrderId"`);
}

/** Doubts about acceptances that the channel has taken since: nothing is left to decide. */
export async function closeRefusedAcceptances(tx: Tx, ctx: Ctx, saleOrderIds: readonly SaleOrderId[]): Promise<void> {
  if (saleOrderIds.length === 0) return;
  await tx.run(sql`
    update godown.order_exception set state = 'RESOLVED', resolved_at = ${ctx.now}, resolved_by = ${ctx.actor.name}, note = 'the channel has taken it'
    where tenant_id = ${tx.tenantId} and kind = 'ACCEPTANCE_REFUSED' and state = 'OPEN' and sale_order_id = any(${saleOrderIds}::uuid[])`);
}

/** Entries of timelines, about orders as a whole. */
export async function writeOrderEvents(
  tx: Tx,
  ctx: Ctx,
  events: readonly { id: string; saleOrderId: SaleOrderId; kind: string; facts: unknown }[],
): Promise<void> {
  if (events.length === 0) return;
  await tx.run(sql`
    insert into godown.order_event (tenant_id, order_event_id, sale_order_id, at, actor_kind, actor_name, kind, facts)
    select ${tx.tenantId}, e.id, e."saleOrderId", ${ctx.now}, ${ctx.actor.kind}, ${ctx.actor.name}, e.kind, e.facts
    from jsonb_to_recordset(${json(events)}) as e(id uuid, "saleOrderId" uuid, kind text, facts jsonb)`);
}

/** Where units of orders wait that allocation may serve. */
export function waitingPlaces(
  tx: Tx,
  saleOrderIds: readonly SaleOrderId[],
): Promise<{ channelId: ChannelId; facilityId: FacilityId | null }[]> {
  return tx.run(sql<{ channelId: ChannelId; facilityId: FacilityId | null }>`
    select distinct o.channel_id as "channelId", u.facility_id as "facilityId"
    from godown.sale_order o join godown.sale_order_item u using (tenant_id, sale_order_id)
    where o.tenant_id = ${tx.tenantId} and o.sale_order_id = any(${saleOrderIds}::uuid[]) and o.state in ('CREATED', 'PROCESSING') and not o.on_hold
      and u.state = any(${WAITING_STATES}::text[])`);
}

/** Notes the channel's answer to an acceptance; locks the order. */
export function settleAcceptanceRow(
  tx: Tx,
  saleOrderId: SaleOrderId,
  accepted: boolean,
  at: Temporal.Instant,
): Promise<{ code: string; state: SaleOrderState } | undefined> {
  return tx.first(sql<{ code: string; state: SaleOrderState }>`
    update godown.sale_order set acceptance_awaited_since = case when ${accepted} then null else acceptance_awaited_since end, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId} returning code, state`);
}

/** Puts an order on hold, unless it is already. */
export async function holdOrder(tx: Tx, saleOrderId: SaleOrderId, reason: string, at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    update godown.sale_order set on_hold = true, hold_reason = ${reason}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId} and not on_hold`);
}

/**
 * Takes an order off the hold that it has for this reason; one that may not be processed yet stays on hold for that. False
 * where it has none, or another.
 */
export async function freeHeldFor(
  tx: Tx,
  saleOrderId: SaleOrderId,
  reason: string,
  at: Temporal.Instant,
): Promise<boolean> {
  const freed = await tx.count(sql`
    update godown.sale_order set on_hold = coalesce(actionable_from > ${at}, false), hold_reason = case when actionable_from > ${at} then ${HELD_UNTIL} end, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId} and on_hold and hold_reason = ${reason}`);
  return freed === 1;
}

/** Open orders that stand still until a moment that has come, longest due first. */
export async function ordersToRelease(tx: Tx, now: Temporal.Instant, limit: number): Promise<SaleOrderId[]> {
  const rows = await tx.run(sql<{ id: SaleOrderId }>`
    select sale_order_id as id from godown.sale_order
    where tenant_id = ${tx.tenantId} and on_hold and hold_reason = ${HELD_UNTIL} and actionable_from <= ${now} and state = any(${OPEN_STATES}::text[])
    order by actionable_from limit ${limit}`);
  return rows.map((row) => row.id);
}

const OPEN_STATES = saleOrderLifecycle.states.filter((state) => !saleOrderLifecycle.terminal.includes(state));
