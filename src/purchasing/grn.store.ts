import type { FacilityId, Instant, LocalDate } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { PutawayItemId } from "../putaway/index.ts";
import type { Count, CountedLine, GrnId, GrnState } from "./grn.ts";
import type { PurchaseOrderId } from "./purchase-order.ts";
import type { VendorId } from "./vendor.ts";

export interface Grn {
  readonly grnId: GrnId;
  readonly code: string;
  readonly state: GrnState;
  readonly purchaseOrderId: PurchaseOrderId;
  readonly orderCode: string;
  readonly facilityId: FacilityId;
  readonly vendorId: VendorId;
}

const grnColumns = sql`g.grn_id as "grnId", g.code, g.state, g.purchase_order_id as "purchaseOrderId", p.code as "orderCode",
  g.facility_id as "facilityId", g.vendor_id as "vendorId"`;
const grnTables = sql`godown.grn g join godown.purchase_order p using (tenant_id, purchase_order_id)`;

/**
 * A receipt with its order, both locked, the order first: everybody who counts, finishes, discards, closes or cancels meets
 * there, so pieces are counted one after another.
 */
export async function lockGrn(tx: Tx, grnId: GrnId): Promise<Grn | undefined> {
  await tx.run(sql`
    select p.purchase_order_id from godown.purchase_order p
    where p.tenant_id = ${tx.tenantId} and p.purchase_order_id = (
      select g.purchase_order_id from godown.grn g where g.tenant_id = ${tx.tenantId} and g.grn_id = ${grnId}) for update`);
  return tx.first(sql<Grn>`
    select ${grnColumns} from ${grnTables} where g.tenant_id = ${tx.tenantId} and g.grn_id = ${grnId} for update of g`);
}

export function grnHead(tx: Tx, grnId: GrnId): Promise<Grn | undefined> {
  return tx.first(
    sql<Grn>`select ${grnColumns} from ${grnTables} where g.tenant_id = ${tx.tenantId} and g.grn_id = ${grnId}`,
  );
}

/** The receipt that has this invoice of the order's vendor; the lock on the order guards it. */
export function grnOfInvoice(
  tx: Tx,
  purchaseOrderId: PurchaseOrderId,
  invoiceNumber: string,
): Promise<{ grnId: GrnId; code: string } | undefined> {
  return tx.first(sql<{ grnId: GrnId; code: string }>`
    select grn_id as "grnId", code from godown.grn
    where tenant_id = ${tx.tenantId} and purchase_order_id = ${purchaseOrderId} and upper(vendor_invoice_number) = upper(${invoiceNumber})
      and state <> 'DISCARDED'`);
}

export async function insertGrn(
  tx: Tx,
  grn: {
    grnId: GrnId;
    code: string;
    purchaseOrderId: PurchaseOrderId;
    facilityId: FacilityId;
    vendorId: VendorId;
    vendorInvoiceNumber: string;
    vendorInvoiceOn: LocalDate;
    remarks: string | null;
  },
  by: string,
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.grn (tenant_id, grn_id, code, purchase_order_id, facility_id, vendor_id, state, vendor_invoice_number, vendor_invoice_on,
      remarks, created_at, created_by)
    values (${tx.tenantId}, ${grn.grnId}, ${grn.code}, ${grn.purchaseOrderId}, ${grn.facilityId}, ${grn.vendorId}, 'CREATED',
      ${grn.vendorInvoiceNumber}, ${grn.vendorInvoiceOn}, ${grn.remarks}, ${at}, ${by})`);
}

/** The lines of the order as this receipt counts them. The lock on the order guards them. */
export function countedLines(tx: Tx, grn: Pick<Grn, "grnId" | "purchaseOrderId">): Promise<CountedLine[]> {
  return tx.run(sql<CountedLine>`
    select l.purchase_order_line_id as "lineId", l.sku_id as "skuId", s.code as sku, l.vendor_sku as "vendorSku",
      l.quantity - l.accepted - l.rejected - l.counting + coalesce(c.accepted + c.rejected, 0) as room,
      coalesce(c.accepted, 0) as accepted, coalesce(c.rejected, 0) as rejected, c.reject_reason as "rejectReason"
    from godown.purchase_order_line l
    join godown.sku s using (tenant_id, sku_id)
    left join godown.grn_line c on c.tenant_id = l.tenant_id and c.purchase_order_line_id = l.purchase_order_line_id and c.grn_id = ${grn.grnId}
    where l.tenant_id = ${tx.tenantId} and l.purchase_order_id = ${grn.purchaseOrderId} order by l.line_no`);
}

/** Writes counts of an open receipt, and what they change of the order's lines: two statements for any number. */
export async function saveCounts(
  tx: Tx,
  grn: Pick<Grn, "grnId" | "purchaseOrderId">,
  counts: readonly Count[],
): Promise<void> {
  const given = sql`jsonb_to_recordset(${json(counts)}) as r("lineId" uuid, accepted integer, rejected integer, "rejectReason" text)`;
  await tx.run(sql`
    update godown.purchase_order_line l set counting = l.counting + w.change
    from (
      select r."lineId", r.accepted + r.rejected - coalesce(c.accepted + c.rejected, 0) as change
      from ${given}
      left join godown.grn_line c on c.tenant_id = ${tx.tenantId} and c.grn_id = ${grn.grnId} and c.purchase_order_line_id = r."lineId"
    ) w
    where l.tenant_id = ${tx.tenantId} and l.purchase_order_line_id = w."lineId" and w.change <> 0`);
  await tx.run(sql`
    insert into godown.grn_line (tenant_id, grn_id, purchase_order_line_id, purchase_order_id, accepted, rejected, reject_reason)
    select ${tx.tenantId}, ${grn.grnId}, r."lineId", ${grn.purchaseOrderId}, r.accepted, r.rejected, r."rejectReason" from ${given}
    on conflict (tenant_id, grn_id, purchase_order_line_id) do update
      set accepted = excluded.accepted, rejected = excluded.rejected, reject_reason = excluded.reject_reason`);
}

/** What was being counted is received: moved from one column of the order's lines to the others. */
export async function saveFinished(tx: Tx, grnId: GrnId, by: string, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.purchase_order_line l
    set counting = l.counting - c.accepted - c.rejected, accepted = l.accepted + c.accepted, rejected = l.rejected + c.rejected
    from godown.grn_line c
    where c.tenant_id = ${tx.tenantId} and c.grn_id = ${grnId}
      and l.tenant_id = c.tenant_id and l.purchase_order_line_id = c.purchase_order_line_id`);
  await tx.run(sql`
    update godown.grn set state = 'QC_COMPLETE', finished_at = ${at}, finished_by = ${by}
    where tenant_id = ${tx.tenantId} and grn_id = ${grnId}`);
}

/** Nothing was received after all: the pieces are to come again. */
export async function saveDiscarded(tx: Tx, grnId: GrnId, by: string, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.purchase_order_line l set counting = l.counting - c.accepted - c.rejected
    from godown.grn_line c
    where c.tenant_id = ${tx.tenantId} and c.grn_id = ${grnId}
      and l.tenant_id = c.tenant_id and l.purchase_order_line_id = c.purchase_order_line_id`);
  await tx.run(sql`
    update godown.grn set state = 'DISCARDED', discarded_at = ${at}, discarded_by = ${by}
    where tenant_id = ${tx.tenantId} and grn_id = ${grnId}`);
}

/**
 * Those of the receipts whose last piece now lies on its shelf, made complete. Locked by a statement of its own: of two lists
 * that are completed at the same time, the later one must see what the earlier one put away.
 */
export async function completePutAway(
  tx: Tx,
  grnIds: readonly string[],
  at: Instant,
): Promise<{ grnId: GrnId; code: string }[]> {
  await tx.run(sql`
    select grn_id from godown.grn where tenant_id = ${tx.tenantId} and grn_id = any(${grnIds}::uuid[]) order by grn_id for update`);
  return tx.run(sql<{ grnId: GrnId; code: string }>`
    update godown.grn g set state = 'COMPLETE', completed_at = ${at}
    where g.tenant_id = ${tx.tenantId} and g.grn_id = any(${grnIds}::uuid[]) and g.state = 'QC_COMPLETE' and not exists (
      select from godown.putaway_item i where i.tenant_id = g.tenant_id and i.source_id = g.grn_id and i.completed_at is null)
    returning g.grn_id as "grnId", g.code`);
}

/** Pieces of a receipt that wait and are on no putaway list yet. */
export async function piecesOnNoList(tx: Tx, grnId: GrnId, limit: number): Promise<PutawayItemId[]> {
  const rows = await tx.run(sql<{ itemId: PutawayItemId }>`
    select putaway_item_id as "itemId" from godown.putaway_item
    where tenant_id = ${tx.tenantId} and source_id = ${grnId} and putaway_id is null and completed_at is null
    order by putaway_item_id limit ${limit}`);
  return rows.map((row) => row.itemId);
}
