import type { Instant, Paise, SaleOrderId, SaleOrderItemId, ShippingPackageId } from "../../kernel/index.ts";
import { sql, type Tx } from "../../platform/db.ts";

/** An address as it is stored. */
export interface StoredParty {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  /** Of addresses of customers; facilities have the code alone. */
  readonly stateName: string | null;
  readonly stateCode: string | null;
  readonly country: string;
  readonly pincode: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly gstin: string | null;
}

/** All that a courier is told of a package. */
export interface WaybillFacts {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly saleOrderId: SaleOrderId;
  readonly unitIds: readonly SaleOrderItemId[];
  readonly orderCode: string;
  readonly displayOrderCode: string;
  readonly channelCode: string;
  readonly channelName: string;
  readonly orderedAt: Instant;
  readonly dispatchBy: Instant;
  readonly cod: boolean;
  readonly invoiceNumber: string | null;
  readonly weightGrams: number | null;
  readonly lengthMm: number | null;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
  readonly boxes: number;
  readonly total: Paise;
  /** What is left to pay, of an order that is paid on delivery. */
  readonly collect: Paise;
  readonly lines: readonly {
    readonly skuCode: string;
    readonly name: string;
    readonly quantity: number;
    readonly price: Paise;
    readonly hsn: string | null;
    readonly brand: string | null;
    readonly category: string | null;
  }[];
  readonly facilityCode: string;
  readonly facility: StoredParty;
  /** Where it comes back to undelivered: the facility that the channel's return routes name, else that from which it leaves. */
  readonly returnFacility: StoredParty;
  readonly customer: StoredParty;
  /** SKUs without a weight, and those without a size: what to measure where the package has none of its own. */
  readonly unweighed: readonly string[];
  readonly unsized: readonly string[];
}

const facilityParty = (of: ReturnType<typeof sql>) => sql`
  jsonb_build_object('name', coalesce(${of}.legal_name, ${of}.name), 'line1', ${of}.line1, 'line2', ${of}.line2, 'city', ${of}.city, 'stateName', null,
    'stateCode', ${of}.state_code, 'country', 'IN', 'pincode', ${of}.pincode, 'phone', ${of}.phone, 'email', ${of}.email, 'gstin', ${of}.gstin)`;

/** What couriers are told of packages, as it is now; those without a delivery address are left out. */
export function waybillFacts(tx: Tx, ids: readonly ShippingPackageId[]): Promise<WaybillFacts[]> {
  return tx.run(sql<WaybillFacts>`
    select p.shipping_package_id as "shippingPackageId", p.code, p.sale_order_id as "saleOrderId", coalesce(g.units, '{}') as "unitIds", o.code as "orderCode",
      o.display_code as "displayOrderCode", c.code as "channelCode", c.name as "channelName", o.placed_at as "orderedAt", o.dispatch_by as "dispatchBy",
      o.payment_type = 'COD' as cod, i.number as "invoiceNumber", p.weight_grams as "weightGrams", p.length_mm as "lengthMm", p.width_mm as "widthMm",
      p.height_mm as "heightMm", p.boxes, coalesce(i.total_paise, g.total, 0)::bigint as total,
      case when o.payment_type = 'COD' then greatest(coalesce(g.collect, 0), 0)::bigint else 0 end as collect, coalesce(g.lines, '[]') as lines,
      coalesce(g.unweighed, '{}') as unweighed, coalesce(g.unsized, '{}') as unsized, f.code as "facilityCode",
      ${facilityParty(sql`f`)} as facility, ${facilityParty(sql`r`)} as "returnFacility",
      jsonb_build_object('name', a.name, 'line1', a.line1, 'line2', a.line2, 'city', a.city, 'stateName', a.state_name, 'stateCode', a.state_code,
        'country', a.country, 'pincode', a.pincode, 'phone', a.phone, 'email', a.email, 'gstin', o.buyer_gstin) as customer
    from godown.shipping_package p
    join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id
    join godown.sale_order_address a on a.tenant_id = p.tenant_id and a.sale_order_id = p.sale_order_id and a.kind = 'SHIPPING'
    join godown.channel c on c.tenant_id = p.tenant_id and c.channel_id = p.channel_id
    join godown.facility f on f.tenant_id = p.tenant_id and f.facility_id = p.facility_id
    left join godown.return_route rt on rt.tenant_id = p.tenant_id and rt.channel_id = p.channel_id and rt.dispatch_facility_id = p.facility_id and rt.kind = 'RTO'
    join godown.facility r on r.tenant_id = p.tenant_id and r.facility_id = coalesce(rt.return_facility_id, p.facility_id)
    left join godown.invoice i on i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED'
    left join lateral (
      select sum(k.total)::bigint as total, sum(k.collect)::bigint as collect, jsonb_agg(jsonb_build_object('skuCode', k.code, 'name', k.name, 'quantity', k.units,
          'price', k.price, 'hsn', k.hsn, 'brand', k.brand, 'category', k.category) order by k.code, k.price) as lines,
        array_agg(distinct k.code) filter (where coalesce(k.weight_grams, 0) = 0) as unweighed,
        array_agg(distinct k.code) filter (where coalesce(k.length_mm, 0) = 0 or coalesce(k.width_mm, 0) = 0 or coalesce(k.height_mm, 0) = 0) as unsized,
        (select array_agg(u.sale_order_item_id order by u.unit_no) from godown.sale_order_item u
          where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and u.state <> 'CANCELLED') as units
      from (
        select s.code, s.name, s.hsn, s.brand, s.category, s.weight_grams, s.length_mm, s.width_mm, s.height_mm, count(*)::integer as units, sum(u.total_paise) as total,
          sum(u.total_paise - u.store_credit_paise - u.voucher_paise - u.prepaid_paise) as collect, u.selling_price_paise - u.discount_paise as price
        from godown.sale_order_item u join godown.sku s on s.tenant_id = u.tenant_id and s.sku_id = u.sku_id
        where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id and u.state <> 'CANCELLED'
        group by s.code, s.name, s.hsn, s.brand, s.category, s.weight_grams, s.length_mm, s.width_mm, s.height_mm, u.selling_price_paise - u.discount_paise
      ) k
    ) g on true
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = any(${ids}::uuid[])`);
}
