import type { ShippingPackageId } from "../../kernel/index.ts";
import { sql, type Tx } from "../../platform/db.ts";
import type { ShipmentFacts } from "./facts.ts";

const addresses = sql`coalesce((
  select jsonb_agg(jsonb_build_object('kind', a.kind, 'name', a.name, 'line1', a.line1, 'line2', a.line2, 'city', a.city, 'stateName', a.state_name,
    'stateCode', a.state_code, 'country', a.country, 'pincode', a.pincode, 'phone', a.phone, 'email', a.email) order by a.kind desc)
  from godown.sale_order_address a where a.tenant_id = p.tenant_id and a.sale_order_id = p.sale_order_id), '[]')`;

const units = sql`coalesce((
  select jsonb_agg(jsonb_build_object('unitId', u.sale_order_item_id, 'code', u.code, 'state', u.state, 'channelOrderItemId', u.channel_order_item_id,
    'sku', k.code, 'skuName', k.name, 'hsn', k.hsn, 'imageUrl', k.image_url, 'mrp', k.mrp_paise, 'channelSku', u.channel_sku,
    'channelProductId', coalesce(l.channel_product_id, u.product_id || '-' || u.variant_id), 'bundleSku', b.code,
    'price', u.selling_price_paise, 'discount', u.discount_paise, 'shippingCharges', u.shipping_charges_paise, 'codCharges', u.cod_charges_paise,
    'giftWrapCharges', u.gift_wrap_charges_paise, 'storeCredit', u.store_credit_paise, 'voucher', u.voucher_paise, 'prepaid', u.prepaid_paise,
    'total', u.total_paise) order by u.unit_no)
  from godown.sale_order_item u
  join godown.sku k on k.tenant_id = u.tenant_id and k.sku_id = u.sku_id
  left join godown.sku b on b.tenant_id = u.tenant_id and b.sku_id = u.bundle_sku_id
  left join godown.listing l on l.tenant_id = u.tenant_id and l.listing_id = u.listing_id
  where u.tenant_id = p.tenant_id and u.shipping_package_id = p.shipping_package_id), '[]')`;

const invoice = sql`case when i.invoice_id is not null then jsonb_build_object('invoiceId', i.invoice_id, 'code', i.code, 'number', i.number,
  'roundOff', i.round_off_paise, 'total', i.total_paise,
  'heads', (select coalesce(jsonb_agg(x ->> 'head'), '[]') from jsonb_array_elements(i.document #> '{totals,taxes}') x),
  'lines', (
    select jsonb_agg(jsonb_build_object('channelProductId', l.channel_product_id, 'sku', k.code, 'hsn', l.hsn, 'quantity', l.quantity, 'unitIds', to_jsonb(l.unit_ids),
      'gstBps', l.gst_bps, 'cessBps', l.cess_bps, 'taxable', l.taxable_paise, 'cgst', l.cgst_paise, 'sgst', l.sgst_paise, 'utgst', l.utgst_paise,
      'igst', l.igst_paise, 'cess', l.cess_paise, 'total', l.total_paise) order by l.line_no)
    from godown.invoice_line l join godown.sku k on k.tenant_id = l.tenant_id and k.sku_id = l.sku_id
    where l.tenant_id = i.tenant_id and l.invoice_id = i.invoice_id)) end`;

/** All that partners are told of these packages, in one statement. */
export function readShipments(tx: Tx, ids: readonly ShippingPackageId[]): Promise<ShipmentFacts[]> {
  return tx.run(sql<ShipmentFacts>`
    select p.shipping_package_id as "shippingPackageId", p.code, p.state, p.created_at as "createdAt", p.updated_at as "updatedAt",
      coalesce(p.dispatched_how = 'ADOPTED', false) as adopted, p.dispatched_at as "dispatchedAt", p.delivered_at as "deliveredAt",
      p.third_party_shipping as "thirdPartyShipping", p.awb, s.code as "providerCode", s.name as "providerName", p.carrier,
      p.channel_courier_code as "channelCourierCode", p.channel_courier_name as "channelCourierName",
      p.sale_order_id as "saleOrderId", o.code as "orderCode", o.display_code as "displayCode", o.state as "orderState", o.placed_at as "placedAt",
      o.created_at as "orderCreatedAt", o.updated_at as "orderUpdatedAt", o.dispatch_by as "dispatchBy", o.actionable_from as "actionableFrom", o.priority,
      o.payment_type = 'COD' as cod, o.currency, o.package_type as "packageType", o.buyer_gstin as "buyerGstin", o.additional_info as "additionalInfo", o.payment,
      (select coalesce(sum(x.prepaid_paise), 0)::bigint from godown.sale_order_item x
        where x.tenant_id = o.tenant_id and x.sale_order_id = o.sale_order_id) as "paidAhead",
      p.channel_id as "channelId", c.code as "channelCode", c.source, p.facility_id as "facilityId", f.code as "facilityCode", f.zone,
      ${addresses} as addresses, ${units} as units, ${invoice} as invoice, i.issued_at as "invoicedAt"
    from godown.shipping_package p
    join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id
    join godown.channel c on c.tenant_id = p.tenant_id and c.channel_id = p.channel_id
    join godown.facility f on f.tenant_id = p.tenant_id and f.facility_id = p.facility_id
    left join godown.shipping_provider s on s.tenant_id = p.tenant_id and s.shipping_provider_id = p.shipping_provider_id
    left join godown.invoice i on i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state = 'ISSUED'
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = any(${ids}::uuid[])`);
}
