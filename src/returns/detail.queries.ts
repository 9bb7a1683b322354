import type { ImportedAddress } from "../../connectors/kit/index.ts";
import type { Instant, Paise, SaleOrderItemId } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import type { ReturnCaseId, ReturnUnitState } from "./return-case.ts";
import type { Box } from "./reverse-pickup.ts";

/** What a return says besides its row in the list. */
export interface ReturnMore {
  readonly actionCode: string | null;
  readonly pickupAddress: ImportedAddress | null;
  readonly shippingAddress: ImportedAddress | null;
  readonly box: Box;
  readonly returnFacilityId: string | null;
  readonly channelWarehouse: string | null;
  readonly createdBy: string | null;
  readonly cancelReason: string | null;
  readonly courierAllocatedAt: Instant | null;
  readonly pickedUpAt: Instant | null;
}

export function returnMore(tx: Tx, id: ReturnCaseId): Promise<ReturnMore> {
  return tx.one(sql<ReturnMore>`
    select action_code as "actionCode", pickup_address as "pickupAddress", shipping_address as "shippingAddress", return_facility_id as "returnFacilityId", return_warehouse as "channelWarehouse",
      jsonb_build_object('lengthMm', length_mm, 'widthMm', width_mm, 'heightMm', height_mm, 'weightGrams', weight_grams) as box,
      created_by as "createdBy", cancel_reason as "cancelReason", courier_allocated_at as "courierAllocatedAt", picked_up_at as "pickedUpAt"
    from godown.return_case where tenant_id = ${tx.tenantId} and return_case_id = ${id}`);
}

/** A unit of a return, with where its goods are, its pictures and what was sent instead. */
export interface ReturnUnit {
  readonly unitId: SaleOrderItemId;
  readonly code: string;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly unitState: string;
  readonly state: ReturnUnitState;
  readonly packageId: string | null;
  readonly package: string | null;
  readonly invoice: string | null;
  readonly reason: string | null;
  readonly imageUrls: string[];
  readonly grade: string | null;
  readonly putawayId: string | null;
  readonly putaway: string | null;
  readonly facility: string | null;
  readonly shelf: string | null;
  readonly receivedAt: Instant | null;
  readonly receivedBy: string | null;
  readonly putAwayAt: Instant | null;
  readonly paid: Paise;
  readonly instead: "REPLACEMENT" | "RESHIP" | null;
  readonly insteadState: "OFFERED" | "ACCEPTED" | "DECLINED" | null;
  readonly insteadSku: string | null;
  readonly insteadPrice: Paise | null;
  readonly insteadOrderId: string | null;
  readonly insteadOrder: string | null;
}

export function returnUnits(tx: Tx, id: ReturnCaseId): Promise<ReturnUnit[]> {
  return tx.run(sql<ReturnUnit>`
    select i.sale_order_item_id as "unitId", u.code, s.code as sku, s.name, s.image_url as "imageUrl", u.state as "unitState", i.state, p.shipping_package_id as "packageId", p.code as package,
      (select v.number from godown.invoice v where v.tenant_id = p.tenant_id and v.shipping_package_id = p.shipping_package_id and v.state <> 'CANCELLED') as invoice,
      i.reason, i.image_urls as "imageUrls", coalesce(i.grade, w.grade) as grade, w.putaway_id as "putawayId", w.putaway, w.facility, w.shelf,
      i.received_at as "receivedAt", i.received_by as "receivedBy", i.put_away_at as "putAwayAt", u.total_paise as paid,
      i.instead, i.instead_state as "insteadState", k.code as "insteadSku", i.instead_price_paise as "insteadPrice", x.sale_order_id as "insteadOrderId", x.code as "insteadOrder"
    from godown.return_item i
    join godown.sale_order_item u using (tenant_id, sale_order_item_id)
    join godown.sku s on s.tenant_id = u.tenant_id and s.sku_id = u.sku_id
    left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
    left join godown.sku k on k.tenant_id = i.tenant_id and k.sku_id = i.instead_sku_id
    left join godown.sale_order x on x.tenant_id = i.tenant_id and x.sale_order_id = i.instead_order_id
    left join lateral (
      select y.grade, q.putaway_id, q.code as putaway, f.code as facility, h.code as shelf
      from godown.putaway_item y
      join godown.facility f on f.tenant_id = y.tenant_id and f.facility_id = y.facility_id
      left join godown.putaway q on q.tenant_id = y.tenant_id and q.putaway_id = y.putaway_id
      left join godown.shelf h on h.tenant_id = y.tenant_id and h.shelf_id = y.shelf_id
      where y.tenant_id = i.tenant_id and y.source_id = i.return_case_id and y.sale_order_item_id = i.sale_order_item_id limit 1
    ) w on true
    where i.tenant_id = ${tx.tenantId} and i.return_case_id = ${id} order by u.unit_no`);
}

/** What happened to a return: entries of its order's timeline that name it. */
export interface ReturnEvent {
  readonly at: Instant;
  readonly actor: string;
  readonly kind: string;
  readonly package: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

const EVENTS_MAX = 200;

export function returnEvents(tx: Tx, id: ReturnCaseId): Promise<ReturnEvent[]> {
  return tx.run(sql<ReturnEvent>`
    select e.at, e.actor_name as actor, e.kind, p.code as package, e.facts
    from godown.return_case r
    join godown.order_event e on e.tenant_id = r.tenant_id and e.sale_order_id = r.sale_order_id
    left join godown.shipping_package p on p.tenant_id = e.tenant_id and p.shipping_package_id = e.shipping_package_id
    where r.tenant_id = ${tx.tenantId} and r.return_case_id = ${id} and (e.facts ->> 'return' = r.code or e.facts ->> 'returnCaseId' = r.return_case_id::text)
    order by e.at desc, e.order_event_id desc limit ${EVENTS_MAX}`);
}

/** Exchanges with the channel about a return's order, the newest first: what was asked, told and answered. */
export interface ReturnExchange {
  readonly exchangeId: string;
  readonly at: Instant;
  readonly operation: string;
  readonly direction: string;
  readonly outcome: string | null;
  readonly message: string | null;
}

const EXCHANGES_MAX = 50;

export function returnExchanges(tx: Tx, id: ReturnCaseId): Promise<ReturnExchange[]> {
  return tx.run(sql<ReturnExchange>`
    select e.exchange_id as "exchangeId", e.at, e.operation, e.direction, e.outcome, e.message
    from godown.return_case r join godown.exchange e on e.tenant_id = r.tenant_id and e.sale_order_id = r.sale_order_id
    where r.tenant_id = ${tx.tenantId} and r.return_case_id = ${id} and e.at >= r.created_at - interval '1 hour'
    order by e.at desc limit ${EXCHANGES_MAX}`);
}
