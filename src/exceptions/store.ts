import type { ChannelId, Facts, Instant, ManifestId, SaleOrderId, ShippingPackageId } from "../kernel/index.ts";
import type { ExceptionKind } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import { sql, type Tx } from "../platform/db.ts";

export interface OpenException {
  readonly id: string;
  readonly kind: ExceptionKind;
  readonly state: "OPEN" | "RESOLVED";
  readonly saleOrderId: SaleOrderId | null;
  readonly shippingPackageId: ShippingPackageId | null;
  readonly key: string;
  readonly facts: Facts;
  /** What a person chose; null: nobody did (yet). */
  readonly choice: string | null;
  readonly resolvedBy: string | null;
  /** A person's note, or in words what settled it. */
  readonly note: string | null;
}

/** A person's answer to a doubt. */
export interface Decision {
  readonly choice: string;
  readonly note: string | null;
}

export function lockException(tx: Tx, id: string): Promise<OpenException | undefined> {
  return tx.first(sql<OpenException>`
    select order_exception_id as id, kind, state, sale_order_id as "saleOrderId", shipping_package_id as "shippingPackageId", key, facts,
      choice, resolved_by as "resolvedBy", note
    from godown.order_exception
    where tenant_id = ${tx.tenantId} and order_exception_id = ${id} for update`);
}

/** What names the order of a doubt at its channel, not locked. Undefined: none of its units is in the actor's facilities (or in none yet). */
export function orderInReach(
  tx: Tx,
  ctx: Pick<Ctx, "facilities">,
  saleOrderId: SaleOrderId,
): Promise<{ channelId: ChannelId; channelOrderId: string } | undefined> {
  return tx.first(sql<{ channelId: ChannelId; channelOrderId: string }>`
    select o.channel_id as "channelId", o.channel_order_id as "channelOrderId" from godown.sale_order o
    where o.tenant_id = ${tx.tenantId} and o.sale_order_id = ${saleOrderId} and ${
      ctx.facilities === "all"
        ? sql`true`
        : sql`exists (
            select from godown.sale_order_item u
            where u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id and (u.facility_id is null or u.facility_id = any(${ctx.facilities}::uuid[])))`
    }`);
}

/** The open manifest that a package lies on. */
export async function manifestOf(tx: Tx, packageId: ShippingPackageId): Promise<ManifestId | undefined> {
  const found = await tx.first(sql<{ manifestId: ManifestId }>`
    select m.manifest_id as "manifestId" from godown.manifest_package p join godown.manifest m using (tenant_id, manifest_id)
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = ${packageId} and m.state = 'CREATED'`);
  return found?.manifestId;
}

export interface ParcelNow {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly state: string;
  readonly deliveredAt: Instant | null;
}

/** How parcels stand at this moment, as the caller's own moves left them. */
export function parcelsNow(tx: Tx, ids: readonly ShippingPackageId[]): Promise<ParcelNow[]> {
  return tx.run(sql<ParcelNow>`
    select shipping_package_id as "shippingPackageId", code, state, delivered_at as "deliveredAt" from godown.shipping_package
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${ids}::uuid[]) order by code`);
}

export async function closeException(tx: Tx, id: string, decision: Decision, ctx: Ctx): Promise<void> {
  await tx.run(sql`
    update godown.order_exception set state = 'RESOLVED', resolved_at = ${ctx.now}, resolved_by = ${ctx.actor.name}, choice = ${decision.choice}, note = ${decision.note}
    where tenant_id = ${tx.tenantId} and order_exception_id = ${id}`);
}

/** Writes down a decision whose effect is still to come: the doubt stays open until then, and what settles it leaves this as it is. */
export async function keepDecision(tx: Tx, id: string, { choice, note }: Decision, ctx: Ctx): Promise<void> {
  await tx.run(sql`
    update godown.order_exception set choice = ${choice}, note = ${note}, resolved_by = ${ctx.actor.name}
    where tenant_id = ${tx.tenantId} and order_exception_id = ${id} and state = 'OPEN'`);
}
