import type { FacilityId, Instant, SaleOrderId, SaleOrderItemId } from "../kernel/index.ts";
import type { SaleOrderState, UnitState } from "../orders/index.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { heldByWords } from "./held.store.ts";
import type { PackageState } from "./shipping-package.ts";

export interface JudgedOrder {
  readonly code: string;
  readonly state: SaleOrderState;
  readonly onHold: boolean;
  readonly heldUnits: number;
  /** Codes of those that the channel says have left, a word that waits here. */
  readonly heldByWord: readonly string[];
  readonly source: string;
  readonly channel: string;
  readonly facilities: readonly { readonly id: FacilityId; readonly code: string; readonly name: string }[];
}

export interface JudgedUnit {
  readonly id: SaleOrderItemId;
  readonly code: string;
  readonly state: UnitState;
  readonly facilityId: FacilityId | null;
  readonly cancelRequested: boolean;
  readonly packageState: PackageState | null;
  readonly packageCode: string | null;
  readonly invoice: string | null;
  /** When its invoice got its IRN; null: it has none. */
  readonly irnAt: Instant | null;
}

/** What decides which actions an order allows: read without locks, since the commands judge again. */
export async function judgedOrder(
  tx: Tx,
  scope: "all" | readonly FacilityId[],
  id: SaleOrderId,
): Promise<{ order: JudgedOrder; units: JudgedUnit[] } | undefined> {
  const order = await tx.first(sql<Omit<JudgedOrder, "heldByWord">>`
    select o.code, o.state, o.on_hold as "onHold", c.source, c.code as channel,
      (select count(*)::integer from godown.sale_order_item h where h.tenant_id = o.tenant_id and h.sale_order_id = o.sale_order_id and h.on_hold and h.state <> 'CANCELLED') as "heldUnits",
      (select coalesce(jsonb_agg(jsonb_build_object('id', f.facility_id, 'code', f.code, 'name', f.name) order by cf.rank), '[]')
        from godown.channel_facility cf join godown.facility f using (tenant_id, facility_id)
        where cf.tenant_id = o.tenant_id and cf.channel_id = o.channel_id and f.enabled) as facilities
    from godown.sale_order o join godown.channel c using (tenant_id, channel_id)
    where ${all([
      sql`o.tenant_id = ${tx.tenantId}`,
      sql`o.sale_order_id = ${id}`,
      scope === "all"
        ? undefined
        : sql`exists (select from godown.sale_order_item v where v.tenant_id = o.tenant_id and v.sale_order_id = o.sale_order_id and (v.facility_id is null or v.facility_id = any(${scope}::uuid[])))`,
    ])}`);
  if (!order) return undefined;
  const units = await tx.run(sql<JudgedUnit>`
    select u.sale_order_item_id as id, u.code, u.state, u.facility_id as "facilityId", u.cancel_requested_at is not null as "cancelRequested",
      p.state as "packageState", p.code as "packageCode", i.number as invoice, e.ack_at as "irnAt"
    from godown.sale_order_item u
    left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
    left join godown.invoice i on i.tenant_id = u.tenant_id and i.shipping_package_id = u.shipping_package_id and i.state <> 'CANCELLED'
    left join godown.e_invoice e on e.tenant_id = i.tenant_id and e.subject_type = 'INVOICE' and e.subject_id = i.invoice_id and e.wish = 'REGISTER'
    where u.tenant_id = ${tx.tenantId} and u.sale_order_id = ${id} order by u.unit_no`);
  const heldByWord = order.heldUnits === 0 ? [] : (await heldByWords(tx, id)).map((held) => held.unit);
  return { order: { ...order, heldByWord: [...new Set(heldByWord)] }, units };
}
