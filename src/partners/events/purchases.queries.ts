import { sql, type Tx } from "../../platform/db.ts";
import type { GrnFacts, PurchaseOrderFacts } from "./facts.ts";

/** All that partners are told of these purchase orders, in one statement. */
export function readPurchaseOrders(tx: Tx, ids: readonly string[]): Promise<PurchaseOrderFacts[]> {
  return tx.run(sql<PurchaseOrderFacts>`
    select o.purchase_order_id as "purchaseOrderId", o.code, o.created_at as "createdAt", o.created_by as "createdBy", o.ordered_on as "orderedOn",
      o.expected_on as "expectedOn", v.code as "vendorCode", v.name as "vendorName", f.facility_id as "facilityId", f.code as "facilityCode", f.zone,
      (select jsonb_agg(jsonb_build_object('sku', k.code, 'vendorSku', l.vendor_sku, 'mrp', k.mrp_paise, 'quantity', l.quantity, 'unitPrice', l.unit_price_paise,
          'gstBps', l.gst_bps, 'taxable', l.taxable_paise, 'cgst', l.cgst_paise, 'sgst', l.sgst_paise, 'igst', l.igst_paise, 'utgst', l.utgst_paise,
          'gross', l.gross_paise) order by l.line_no)
        from godown.purchase_order_line l join godown.sku k on k.tenant_id = l.tenant_id and k.sku_id = l.sku_id
        where l.tenant_id = o.tenant_id and l.purchase_order_id = o.purchase_order_id) as lines
    from godown.purchase_order o
    join godown.vendor v on v.tenant_id = o.tenant_id and v.vendor_id = o.vendor_id
    join godown.facility f on f.tenant_id = o.tenant_id and f.facility_id = o.facility_id
    where o.tenant_id = ${tx.tenantId} and o.purchase_order_id = any(${ids}::uuid[])`);
}

/** All that partners are told of these goods receipts, in one statement. */
export function readGrns(tx: Tx, ids: readonly string[]): Promise<GrnFacts[]> {
  return tx.run(sql<GrnFacts>`
    select g.grn_id as "grnId", g.code, g.purchase_order_id as "purchaseOrderId", o.code as "purchaseOrderCode", g.created_at as "createdAt", v.code as "vendorCode",
      g.vendor_invoice_number as "vendorInvoiceNumber", g.vendor_invoice_on as "vendorInvoiceOn", f.facility_id as "facilityId", f.code as "facilityCode", f.zone,
      (select min(a.created_at) from godown.putaway_item i join godown.putaway a on a.tenant_id = i.tenant_id and a.putaway_id = i.putaway_id
        where i.tenant_id = g.tenant_id and i.source_id = g.grn_id) as "putawayCreatedAt",
      (select jsonb_agg(jsonb_build_object('sku', k.code, 'vendorSku', l.vendor_sku, 'mrp', k.mrp_paise, 'unitPrice', l.unit_price_paise, 'accepted', c.accepted,
          'rejected', c.rejected, 'rejectReason', c.reject_reason, 'pending', l.quantity - l.accepted - l.rejected) order by l.line_no)
        from godown.grn_line c
        join godown.purchase_order_line l on l.tenant_id = c.tenant_id and l.purchase_order_line_id = c.purchase_order_line_id
        join godown.sku k on k.tenant_id = l.tenant_id and k.sku_id = l.sku_id
        where c.tenant_id = g.tenant_id and c.grn_id = g.grn_id) as lines
    from godown.grn g
    join godown.purchase_order o on o.tenant_id = g.tenant_id and o.purchase_order_id = g.purchase_order_id
    join godown.vendor v on v.tenant_id = g.tenant_id and v.vendor_id = g.vendor_id
    join godown.facility f on f.tenant_id = g.tenant_id and f.facility_id = g.facility_id
    where g.tenant_id = ${tx.tenantId} and g.grn_id = any(${ids}::uuid[])`);
}
