import type { ImportedAddress } from "../../connectors/kit/index.ts";
import type { ChannelId, FacilityId, Paise, SaleOrderId, SaleOrderItemId, SkuId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { ReturnCaseId } from "./return-case.ts";
import type { PickupCandidate, PickupDetails } from "./reverse-pickup.ts";

/** Units of an order, locked by the caller, with the return that each is in. */
export function pickupCandidates(tx: Tx, saleOrderId: SaleOrderId): Promise<PickupCandidate[]> {
  return tx.run(sql<PickupCandidate>`
    select u.sale_order_item_id as "unitId", u.code, u.state, p.state as "packageState", (
      select r.code from godown.return_item i join godown.return_case r using (tenant_id, return_case_id)
      where i.tenant_id = u.tenant_id and i.sale_order_item_id = u.sale_order_item_id and i.state <> 'CANCELLED' limit 1) as "returnCode"
    from godown.sale_order_item u
    left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
    where u.tenant_id = ${tx.tenantId} and u.sale_order_id = ${saleOrderId} order by u.unit_no`);
}

export async function codeTaken(tx: Tx, code: string): Promise<boolean> {
  const { taken } = await tx.one(sql<{ taken: boolean }>`
    select exists (select from godown.return_case where tenant_id = ${tx.tenantId} and code = ${code}) as taken`);
  return taken;
}

/** Units of a new reverse pickup: what the customer said of each, and what is offered instead. */
export async function savePickupUnits(
  tx: Tx,
  id: ReturnCaseId,
  units: readonly { unitId: SaleOrderItemId; reason: string | null; imageUrls: readonly string[] }[],
): Promise<void> {
  await tx.run(sql`
    update godown.return_item i set reason = r.reason, image_urls = array(select jsonb_array_elements_text(r."imageUrls"))
    from jsonb_to_recordset(${json(units)}) as r("unitId" uuid, reason text, "imageUrls" jsonb)
    where i.tenant_id = ${tx.tenantId} and i.return_case_id = ${id} and i.sale_order_item_id = r."unitId"`);
}

export async function saveDetails(
  tx: Tx,
  id: ReturnCaseId,
  d: PickupDetails,
  at: Temporal.Instant,
  by: string | null = null,
): Promise<void> {
  await tx.run(sql`
    update godown.return_case set reason = ${d.reason}, action_code = ${d.actionCode}, pickup_address = ${d.pickupAddress === null ? null : json(d.pickupAddress)}, shipping_address = ${d.shippingAddress === null ? null : json(d.shippingAddress)},
      length_mm = ${d.box.lengthMm}, width_mm = ${d.box.widthMm}, height_mm = ${d.box.heightMm}, weight_grams = ${d.box.weightGrams}, return_facility_id = ${d.returnFacilityId}, updated_at = ${at},
      created_by = coalesce(created_by, ${by})
    where tenant_id = ${tx.tenantId} and return_case_id = ${id}`);
}

export async function saveCourier(tx: Tx, id: ReturnCaseId, courierCode: string, awb: string | null): Promise<void> {
  await tx.run(sql`
    update godown.return_case set courier_code = ${courierCode}, awb = ${awb} where tenant_id = ${tx.tenantId} and return_case_id = ${id}`);
}

/** What a reverse pickup says now, for a change of a part of it. */
export function detailsOf(tx: Tx, id: ReturnCaseId): Promise<PickupDetails> {
  return tx.one(sql<PickupDetails>`
    select reason, action_code as "actionCode", pickup_address as "pickupAddress", shipping_address as "shippingAddress", return_facility_id as "returnFacilityId",
      jsonb_build_object('lengthMm', length_mm, 'widthMm', width_mm, 'heightMm', height_mm, 'weightGrams', weight_grams) as box
    from godown.return_case where tenant_id = ${tx.tenantId} and return_case_id = ${id}`);
}

/** Facilities that returns have to do with: where each left from, is to come back, or came back. Who works in one of them may see it. */
export async function facilitiesOfCases(
  tx: Tx,
  ids: readonly ReturnCaseId[],
): Promise<Map<ReturnCaseId, FacilityId[]>> {
  const of = sql`c.tenant_id = ${tx.tenantId} and c.return_case_id = any(${ids}::uuid[])`;
  const rows = await tx.run(sql<{ caseId: ReturnCaseId; id: FacilityId }>`
    select c.return_case_id as "caseId", c.facility_id as id from godown.return_case c where ${of} and c.facility_id is not null
    union select c.return_case_id, c.return_facility_id from godown.return_case c where ${of} and c.return_facility_id is not null
    union select c.return_case_id, u.facility_id from godown.return_item c join godown.sale_order_item u using (tenant_id, sale_order_item_id)
      where ${of} and u.facility_id is not null
    union select c.return_case_id, t.return_facility_id from godown.return_case c
      join godown.return_item i on i.tenant_id = c.tenant_id and i.return_case_id = c.return_case_id
      join godown.sale_order_item u on u.tenant_id = i.tenant_id and u.sale_order_item_id = i.sale_order_item_id
      join godown.return_route t on t.tenant_id = c.tenant_id and t.channel_id = c.channel_id and t.dispatch_facility_id = u.facility_id and t.kind = c.kind
      where ${of}`);
  return new Map(
    [...Map.groupBy(rows, (row) => row.caseId)].map(([caseId, group]) => [caseId, group.map((row) => row.id)]),
  );
}

/** The address an order was delivered to; null where it was erased. */
export async function deliveryAddress(tx: Tx, saleOrderId: SaleOrderId): Promise<ImportedAddress | null> {
  const row = await tx.first(sql<ImportedAddress>`
    select name, line1, line2, city, state_name as state, country, pincode, phone, email
    from godown.sale_order_address where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId} and kind = 'SHIPPING' and erased_at is null`);
  return row ?? null;
}

/** A unit of a return, with what it cost and what is offered instead. */
export interface InsteadUnit {
  readonly unitId: SaleOrderItemId;
  readonly code: string;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly itemState: string;
  readonly unitState: string;
  /** What the customer paid for it. */
  readonly paid: Paise;
  readonly instead: "REPLACEMENT" | "RESHIP" | null;
  readonly insteadState: "OFFERED" | "ACCEPTED" | "DECLINED" | null;
  readonly insteadSku: string | null;
  readonly insteadPrice: Paise | null;
}

export function insteadUnits(tx: Tx, id: ReturnCaseId): Promise<InsteadUnit[]> {
  return tx.run(sql<InsteadUnit>`
    select i.sale_order_item_id as "unitId", u.code, u.sku_id as "skuId", s.code as sku, i.state as "itemState", u.state as "unitState", u.total_paise as paid,
      i.instead, i.instead_state as "insteadState", k.code as "insteadSku", i.instead_price_paise as "insteadPrice"
    from godown.return_item i join godown.sale_order_item u using (tenant_id, sale_order_item_id)
    join godown.sku s on s.tenant_id = u.tenant_id and s.sku_id = u.sku_id
    left join godown.sku k on k.tenant_id = i.tenant_id and k.sku_id = i.instead_sku_id
    where i.tenant_id = ${tx.tenantId} and i.return_case_id = ${id} order by u.unit_no`);
}

export async function saveOffers(
  tx: Tx,
  id: ReturnCaseId,
  offers: readonly { unitId: SaleOrderItemId; skuId: SkuId; price: Paise; instead: "REPLACEMENT" | "RESHIP" }[],
): Promise<void> {
  await tx.run(sql`
    update godown.return_item i set instead = r.instead, instead_state = 'OFFERED', instead_sku_id = r."skuId", instead_price_paise = r.price
    from jsonb_to_recordset(${json(offers)}) as r("unitId" uuid, "skuId" uuid, price bigint, instead text)
    where i.tenant_id = ${tx.tenantId} and i.return_case_id = ${id} and i.sale_order_item_id = r."unitId"`);
}

/** What became of offers. A unit that is RETURNED already is sent anew from this moment on. */
export async function saveAnswers(
  tx: Tx,
  id: ReturnCaseId,
  unitIds: readonly SaleOrderItemId[],
  answer: { state: "ACCEPTED"; orderId: SaleOrderId } | { state: "DECLINED"; orderId: null },
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    with answered as (
      update godown.return_item set instead_state = ${answer.state}, instead_order_id = ${answer.orderId}
      where tenant_id = ${tx.tenantId} and return_case_id = ${id} and sale_order_item_id = any(${unitIds}::uuid[]) and instead_state = 'OFFERED'
      returning sale_order_item_id, state, instead
    )
    update godown.sale_order_item u set state = case a.instead when 'REPLACEMENT' then 'REPLACED' else 'RESHIPPED' end, state_changed_at = ${at}
    from answered a where ${answer.state === "ACCEPTED"} and a.state = 'RETURNED' and u.tenant_id = ${tx.tenantId} and u.sale_order_item_id = a.sale_order_item_id and u.state = 'RETURNED'`);
}

/** Channels of sources that take orders by hand, which are not switched off. */
export function channelsByHand(tx: Tx, sources: readonly string[]): Promise<{ channelId: ChannelId; code: string }[]> {
  return tx.run(sql<{ channelId: ChannelId; code: string }>`
    select channel_id as "channelId", code from godown.channel
    where tenant_id = ${tx.tenantId} and source = any(${sources}::text[]) and state <> 'DISABLED' order by code`);
}
