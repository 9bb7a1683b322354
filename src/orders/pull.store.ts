import type { ChannelId, Instant, IntakeId, SaleOrderId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { Standing } from "./standing.ts";

/** An order id that claims its place in intake, and how its order stands where it became one. */
export interface KnownOrder {
  readonly channelOrderId: string;
  readonly intakeId: IntakeId;
  readonly contentHash: Buffer;
  readonly state: "RECEIVED" | "CREATED" | "FAILED" | "DISMISSED";
  readonly saleOrderId: SaleOrderId | null;
  readonly orderState: Standing["state"] | null;
  readonly onHold: boolean | null;
  readonly holdReason: string | null;
  readonly channelHold: boolean | null;
  readonly acceptanceAwaited: boolean;
  readonly actionableFrom: Instant | null;
  readonly dispatchBy: Instant | null;
}

/** What is known of a page's orders: one query. Not locked: most of a page was seen before and did not change. */
export async function knownOrders(
  tx: Tx,
  channelId: ChannelId,
  channelOrderIds: readonly string[],
): Promise<Map<string, KnownOrder>> {
  const rows = await tx.run(sql<KnownOrder>`
    select i.channel_order_id as "channelOrderId", i.intake_id as "intakeId", i.content_hash as "contentHash", i.state, i.sale_order_id as "saleOrderId",
      o.state as "orderState", o.on_hold as "onHold", o.hold_reason as "holdReason", o.channel_hold as "channelHold",
      o.acceptance_awaited_since is not null as "acceptanceAwaited", o.actionable_from as "actionableFrom", o.dispatch_by as "dispatchBy"
    from unnest(${channelOrderIds}::text[]) as w(id)
    -- Lookups by index, one for each order: the planner cannot know how many a parameter holds and would read all.
    cross join lateral (
      select * from godown.intake x
      where x.tenant_id = ${tx.tenantId} and x.channel_id = ${channelId} and x.channel_order_id = w.id and x.kind = 'ORDER' and x.state not in ('DUPLICATE', 'IGNORED') offset 0
    ) i
    left join lateral (select * from godown.sale_order y where y.tenant_id = i.tenant_id and y.sale_order_id = i.sale_order_id offset 0) o on true`);
  return new Map(rows.map((row) => [row.channelOrderId, row]));
}

/** What arrived, by the entry that keeps it. */
export async function rawOrders(tx: Tx, intakeIds: readonly IntakeId[]): Promise<Map<IntakeId, unknown>> {
  const rows = await tx.run(sql<{ intakeId: IntakeId; raw: unknown }>`
    select intake_id as "intakeId", raw from godown.intake
    where tenant_id = ${tx.tenantId} and intake_id = any(${intakeIds}::uuid[])`);
  return new Map(rows.map((row) => [row.intakeId, row.raw]));
}

/** How orders stand, locked in id order. */
export async function lockStandings(tx: Tx, saleOrderIds: readonly SaleOrderId[]): Promise<Map<SaleOrderId, Standing>> {
  const rows = await tx.run(sql<Standing>`
    select sale_order_id as "saleOrderId", channel_id as "channelId", state, on_hold as "onHold", hold_reason as "holdReason", channel_hold as "channelHold",
      acceptance_awaited_since is not null as "acceptanceAwaited", actionable_from as "actionableFrom", dispatch_by as "dispatchBy"
    from godown.sale_order where tenant_id = ${tx.tenantId} and sale_order_id = any(${saleOrderIds}::uuid[])
    order by sale_order_id for update`);
  return new Map(rows.map((row) => [row.saleOrderId, row]));
}

/** When the channel changed orders last, as far as they were seen here: those that were set aside as well. */
export async function lastChanges(
  tx: Tx,
  channelId: ChannelId,
  channelOrderIds: readonly string[],
): Promise<Map<string, Instant>> {
  // Both kinds by their own index.
  const rows = await tx.run(sql<{ id: string; at: Instant }>`
    select w.id, greatest(k.at, a.at) as at from unnest(${channelOrderIds}::text[]) as w(id)
    cross join lateral (
      select max(x.channel_changed_at) as at from godown.intake x
      where x.tenant_id = ${tx.tenantId} and x.channel_id = ${channelId} and x.channel_order_id = w.id and x.kind = 'ORDER' and x.state not in ('DUPLICATE', 'IGNORED')
    ) k
    cross join lateral (
      select max(x.channel_changed_at) as at from godown.intake x
      where x.tenant_id = ${tx.tenantId} and x.channel_id = ${channelId} and x.channel_order_id = w.id and x.kind = 'ORDER' and x.state = 'IGNORED'
    ) a
    where k.at is not null or a.at is not null`);
  return new Map(rows.map((row) => [row.id, row.at]));
}

/** Notes on the entries of orders when their channel changed them last. */
export async function noteChanges(
  tx: Tx,
  channelId: ChannelId,
  orders: readonly { readonly channelOrderId: string; readonly changedAt: string }[],
): Promise<void> {
  await tx.run(sql`
    update godown.intake i set channel_changed_at = r."changedAt"
    from jsonb_to_recordset(${json(orders)}) as r("channelOrderId" text, "changedAt" timestamptz)
    where i.tenant_id = ${tx.tenantId} and i.channel_id = ${channelId} and i.channel_order_id = r."channelOrderId" and i.kind = 'ORDER'
      and i.state not in ('DUPLICATE', 'IGNORED') and (i.channel_changed_at is null or i.channel_changed_at < r."changedAt")`);
}
