import type { ImportedAddress } from "../../../connectors/kit/index.ts";
import type { WaybillLine } from "../../../couriers/kit/index.ts";
import type { StoredParty } from "../../fulfilment/index.ts";
import type { FacilityId, Instant, Paise, SaleOrderId, SaleOrderItemId } from "../../kernel/index.ts";
import { sql, type Tx } from "../../platform/db.ts";
import type { ReturnCaseId, ReturnKind, ReturnState } from "../return-case.ts";

/** All that a courier is told of a reverse pickup, and what decides whether one is asked. */
export interface PickupFacts {
  readonly returnCaseId: ReturnCaseId;
  readonly code: string;
  readonly kind: ReturnKind;
  readonly state: ReturnState;
  readonly announcedVia: "PUSH" | "SYNC" | "COURIER" | "PERSON";
  readonly announcedAt: Instant;
  readonly courierCode: string | null;
  readonly awb: string | null;
  readonly saleOrderId: SaleOrderId;
  readonly orderCode: string;
  readonly displayOrderCode: string;
  /** The channel ships this order itself. */
  readonly thirdPartyShipping: boolean;
  readonly orderedAt: Instant;
  readonly channelCode: string;
  readonly channelName: string;
  /** Of the parcel that brought the goods; null where there are several. */
  readonly invoiceNumber: string | null;
  /** Where it is to come back: as entered, by the mapping, or where it left from. */
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly facility: StoredParty;
  /** Where it is collected, unless the return says another place; null: erased. */
  readonly customer: StoredParty | null;
  readonly pickupAddress: ImportedAddress | null;
  /** As entered on the return, else the goods' own; null: not known. */
  readonly weightGrams: number | null;
  readonly lengthMm: number | null;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
  readonly unitIds: readonly SaleOrderItemId[];
  readonly total: Paise;
  readonly lines: readonly Omit<WaybillLine, "color" | "size" | "ean">[];
  /** SKUs without a weight or a size. */
  readonly unmeasured: readonly string[];
}

/** What is known of returns for their couriers; units that are not due any more are left out. */
export function pickupFacts(tx: Tx, ids: readonly ReturnCaseId[]): Promise<PickupFacts[]> {
  // Weight and box by the rule of labels (fulfilment's fillParcels): half a weight is no weight, the box is that of the largest.
  const entered = sql`r.length_mm is not null or r.width_mm is not null or r.height_mm is not null`;
  return tx.run(sql<PickupFacts>`
    select r.return_case_id as "returnCaseId", r.code, r.kind, r.state, r.announced_via as "announcedVia", r.announced_at as "announcedAt", r.courier_code as "courierCode", r.awb,
      o.sale_order_id as "saleOrderId", o.code as "orderCode", o.display_code as "displayOrderCode", o.third_party_shipping as "thirdPartyShipping", o.placed_at as "orderedAt",
      c.code as "channelCode", c.name as "channelName", g.invoice as "invoiceNumber", f.facility_id as "facilityId", f.code as "facilityCode",
      jsonb_build_object('name', coalesce(f.legal_name, f.name), 'line1', f.line1, 'line2', f.line2, 'city', f.city, 'stateName', null, 'stateCode', f.state_code,
        'country', 'IN', 'pincode', f.pincode, 'phone', f.phone, 'email', f.email, 'gstin', f.gstin) as facility,
      case when a.name is null or a.erased_at is not null then null else jsonb_build_object('name', a.name, 'line1', a.line1, 'line2', a.line2, 'city', a.city,
        'stateName', a.state_name, 'stateCode', a.state_code, 'country', a.country, 'pincode', a.pincode, 'phone', a.phone, 'email', a.email, 'gstin', null) end as customer,
      r.pickup_address as "pickupAddress", coalesce(r.weight_grams, g.weight) as "weightGrams",
      case when ${entered} then r.length_mm else g.box[1][1] end as "lengthMm", case when ${entered} then r.width_mm else g.box[1][2] end as "widthMm",
      case when ${entered} then r.height_mm else g.box[1][3] end as "heightMm", coalesce(g.units, '{}') as "unitIds", coalesce(g.total, 0)::bigint as total,
      coalesce(g.lines, '[]') as lines, coalesce(g.unmeasured, '{}') as unmeasured
    from godown.return_case r
    join godown.sale_order o on o.tenant_id = r.tenant_id and o.sale_order_id = r.sale_order_id
    join godown.channel c on c.tenant_id = r.tenant_id and c.channel_id = r.channel_id
    left join lateral (
      select min(u.facility_id::text)::uuid as facility_id from godown.return_item i join godown.sale_order_item u using (tenant_id, sale_order_item_id)
      where i.tenant_id = r.tenant_id and i.return_case_id = r.return_case_id
    ) n on true
    left join godown.return_route t on t.tenant_id = r.tenant_id and t.channel_id = r.channel_id and t.dispatch_facility_id = n.facility_id and t.kind = r.kind
    join godown.facility f on f.tenant_id = r.tenant_id and f.facility_id = coalesce(r.return_facility_id, t.return_facility_id, n.facility_id)
    left join godown.sale_order_address a on a.tenant_id = o.tenant_id and a.sale_order_id = o.sale_order_id and a.kind = 'SHIPPING'
    left join lateral (
      select sum(k.total)::bigint as total, case when bool_and(k.weight_grams > 0) then sum(k.weight_grams * k.units)::integer end as weight,
        (array_agg(array[k.length_mm, k.width_mm, k.height_mm] order by k.length_mm::bigint * k.width_mm * k.height_mm desc nulls last, k.code)
          filter (where k.length_mm > 0 and k.width_mm > 0 and k.height_mm > 0))[1:1][1:3] as box,
        jsonb_agg(jsonb_build_object('skuCode', k.code, 'name', k.name, 'quantity', k.units, 'price', k.price, 'hsn', k.hsn, 'brand', k.brand, 'category', k.category)
          order by k.code, k.price) as lines,
        array_agg(distinct k.code) filter (where coalesce(k.weight_grams, 0) = 0 or coalesce(k.length_mm, 0) = 0 or coalesce(k.width_mm, 0) = 0 or coalesce(k.height_mm, 0) = 0) as unmeasured,
        (select array_agg(i.sale_order_item_id order by i.sale_order_item_id) from godown.return_item i
          where i.tenant_id = r.tenant_id and i.return_case_id = r.return_case_id and i.state = 'EXPECTED') as units,
        (select case when count(distinct v.number) = 1 then min(v.number) end from godown.return_item i
          join godown.sale_order_item u using (tenant_id, sale_order_item_id)
          join godown.invoice v on v.tenant_id = u.tenant_id and v.shipping_package_id = u.shipping_package_id and v.state <> 'CANCELLED'
          where i.tenant_id = r.tenant_id and i.return_case_id = r.return_case_id) as invoice
      from (
        select s.code, s.name, s.hsn, s.brand, s.category, s.weight_grams, s.length_mm, s.width_mm, s.height_mm, count(*)::integer as units, sum(u.total_paise) as total,
          u.selling_price_paise - u.discount_paise as price
        from godown.return_item i join godown.sale_order_item u using (tenant_id, sale_order_item_id)
        join godown.sku s on s.tenant_id = u.tenant_id and s.sku_id = u.sku_id
        where i.tenant_id = r.tenant_id and i.return_case_id = r.return_case_id and i.state = 'EXPECTED'
        group by s.code, s.name, s.hsn, s.brand, s.category, s.weight_grams, s.length_mm, s.width_mm, s.height_mm, u.selling_price_paise - u.discount_paise
      ) k
    ) g on true
    where r.tenant_id = ${tx.tenantId} and r.return_case_id = any(${ids}::uuid[]) order by r.return_case_id`);
}
