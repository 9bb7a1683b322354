import { sql, type Tx } from "../../platform/db.ts";
import type { GatepassFacts } from "./facts.ts";

/** All that partners are told of these gatepasses, in one statement; the tax of a line is that of its paper. */
export function readGatepasses(tx: Tx, ids: readonly string[]): Promise<GatepassFacts[]> {
  return tx.run(sql<GatepassFacts>`
    select g.gatepass_id as "gatepassId", g.code, g.type, g.purpose, g.reference, coalesce(g.party ->> 'name', t.name, '') as "toPartyName",
      g.created_at as "createdAt", f.facility_id as "facilityId", f.code as "facilityCode", f.zone,
      case when d.kind <> 'DELIVERY_CHALLAN' then d.number end as "invoiceNumber",
      coalesce((select jsonb_agg(n.number order by n.issued_at, n.number) from godown.gatepass_document n
        where n.tenant_id = g.tenant_id and n.gatepass_id = g.gatepass_id and n.kind = 'CREDIT_NOTE' and n.state <> 'CANCELLED'), '[]') as "creditNotes",
      coalesce((
        select jsonb_agg(jsonb_build_object('sku', k.code, 'shelf', h.code, 'inventoryType', l.inventory_type, 'quantity', l.quantity, 'received', l.received + l.back,
            'outstanding', l.quantity - l.received - l.back - l.lost, 'unitPrice', l.price_paise, 'cgst', coalesce(x.cgst_paise, 0), 'sgst', coalesce(x.sgst_paise, 0),
            'igst', coalesce(x.igst_paise, 0), 'utgst', coalesce(x.utgst_paise, 0), 'cess', coalesce(x.cess_paise, 0),
            'total', coalesce(x.total_paise, l.price_paise * l.quantity)) order by l.line_no)
        from godown.gatepass_line l
        join godown.sku k on k.tenant_id = l.tenant_id and k.sku_id = l.sku_id
        join godown.shelf h on h.tenant_id = l.tenant_id and h.shelf_id = l.shelf_id
        left join godown.gatepass_document_line x on x.tenant_id = l.tenant_id and x.gatepass_document_id = d.gatepass_document_id and x.gatepass_line_id = l.gatepass_line_id
        where l.tenant_id = g.tenant_id and l.gatepass_id = g.gatepass_id), '[]') as lines
    from godown.gatepass g
    join godown.facility f on f.tenant_id = g.tenant_id and f.facility_id = g.facility_id
    left join godown.facility t on t.tenant_id = g.tenant_id and t.facility_id = g.to_facility_id
    left join godown.gatepass_document d on d.tenant_id = g.tenant_id and d.gatepass_id = g.gatepass_id and d.kind <> 'CREDIT_NOTE' and d.state <> 'CANCELLED'
    where g.tenant_id = ${tx.tenantId} and g.gatepass_id = any(${ids}::uuid[])`);
}
