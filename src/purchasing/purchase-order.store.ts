import type { FacilityId, Instant, LocalDate, SkuId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { OrderParties } from "./parties.ts";
import type { PricedLine, PurchaseOrderId, PurchaseOrderLineId, PurchaseOrderState } from "./purchase-order.ts";
import type { VendorId } from "./vendor.ts";

/** An order as commands decide on it. */
export interface PurchaseOrder {
  readonly purchaseOrderId: PurchaseOrderId;
  readonly code: string;
  readonly state: PurchaseOrderState;
  readonly vendorId: VendorId;
  readonly facilityId: FacilityId;
  readonly facilityCode: string;
  readonly zone: string;
  readonly orderedOn: LocalDate;
  readonly expectedOn: LocalDate | null;
  readonly remarks: string | null;
  readonly parties: OrderParties;
}

const orderColumns = sql`p.purchase_order_id as "purchaseOrderId", p.code, p.state, p.vendor_id as "vendorId", p.facility_id as "facilityId",
  f.code as "facilityCode", f.zone, p.ordered_on as "orderedOn", p.expected_on as "expectedOn", p.remarks, p.parties`;

/** An order, locked: whoever changes it or receives on it does so alone. */
export function lockOrder(tx: Tx, purchaseOrderId: PurchaseOrderId): Promise<PurchaseOrder | undefined> {
  return tx.first(sql<PurchaseOrder>`
    select ${orderColumns} from godown.purchase_order p join godown.facility f using (tenant_id, facility_id)
    where p.tenant_id = ${tx.tenantId} and p.purchase_order_id = ${purchaseOrderId} for update of p`);
}

export interface OrderHead {
  readonly purchaseOrderId: PurchaseOrderId;
  readonly code: string;
  readonly vendorId: VendorId;
  readonly facilityId: FacilityId;
  readonly orderedOn: LocalDate;
  readonly expectedOn: LocalDate | null;
  readonly remarks: string | null;
  readonly parties: OrderParties;
}

/** False where there is an order with this id already. */
export async function insertOrder(tx: Tx, head: OrderHead, by: string, at: Instant): Promise<boolean> {
  const written = await tx.count(sql`
    insert into godown.purchase_order (tenant_id, purchase_order_id, code, vendor_id, facility_id, state, ordered_on, expected_on, remarks,
      parties, created_at, created_by)
    values (${tx.tenantId}, ${head.purchaseOrderId}, ${head.code}, ${head.vendorId}, ${head.facilityId}, 'CREATED', ${head.orderedOn},
      ${head.expectedOn}, ${head.remarks}, ${json(head.parties)}, ${at}, ${by})
    on conflict (tenant_id, purchase_order_id) do nothing`);
  return written === 1;
}

export async function updateOrder(tx: Tx, head: Omit<OrderHead, "code">): Promise<void> {
  await tx.run(sql`
    update godown.purchase_order set vendor_id = ${head.vendorId}, facility_id = ${head.facilityId}, ordered_on = ${head.orderedOn},
      expected_on = ${head.expectedOn}, remarks = ${head.remarks}, parties = ${json(head.parties)}
    where tenant_id = ${tx.tenantId} and purchase_order_id = ${head.purchaseOrderId}`);
}

/** Writes the lines of an order that is still being made, in place of those it had: two statements for any number. */
export async function replaceLines(
  tx: Tx,
  purchaseOrderId: PurchaseOrderId,
  lines: readonly (PricedLine & { readonly lineId: PurchaseOrderLineId })[],
): Promise<void> {
  await tx.run(sql`
    delete from godown.purchase_order_line where tenant_id = ${tx.tenantId} and purchase_order_id = ${purchaseOrderId}`);
  const rows = lines.map((line, i) => ({ ...line, lineNo: i + 1 }));
  await tx.run(sql`
    insert into godown.purchase_order_line (tenant_id, purchase_order_line_id, purchase_order_id, line_no, sku_id, vendor_sku, quantity,
      unit_price_paise, tax_class, gst_bps, cess_bps, taxable_paise, cgst_paise, sgst_paise, utgst_paise, igst_paise, cess_paise, gross_paise)
    select ${tx.tenantId}, r."lineId", ${purchaseOrderId}, r."lineNo", r."skuId", r."vendorSku", r.quantity, r."unitPrice", r."taxClass",
      r."gstBps", r."cessBps", r.taxable, r.cgst, r.sgst, r.utgst, r.igst, r.cess, r.gross
    from jsonb_to_recordset(${json(rows)}) as r("lineId" uuid, "lineNo" integer, "skuId" uuid, "vendorSku" text, quantity integer,
      "unitPrice" bigint, "taxClass" text, "gstBps" integer, "cessBps" integer, taxable bigint, cgst bigint, sgst bigint, utgst bigint,
      igst bigint, cess bigint, gross bigint)`);
}

export async function saveApproved(
  tx: Tx,
  purchaseOrderId: PurchaseOrderId,
  parties: OrderParties,
  by: string,
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.purchase_order set state = 'APPROVED', parties = ${json(parties)}, approved_at = ${at}, approved_by = ${by}
    where tenant_id = ${tx.tenantId} and purchase_order_id = ${purchaseOrderId}`);
}

/** Closed short or cancelled. */
export async function saveEnded(
  tx: Tx,
  order: { purchaseOrderId: PurchaseOrderId; state: PurchaseOrderState; reason: string },
  by: string,
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.purchase_order set state = ${order.state}, ended_at = ${at}, ended_by = ${by}, end_reason = ${order.reason}
    where tenant_id = ${tx.tenantId} and purchase_order_id = ${order.purchaseOrderId}`);
}

export async function saveState(tx: Tx, purchaseOrderId: PurchaseOrderId, state: PurchaseOrderState): Promise<void> {
  await tx.run(sql`
    update godown.purchase_order set state = ${state} where tenant_id = ${tx.tenantId} and purchase_order_id = ${purchaseOrderId}`);
}

/** Codes of receipts of an order that are being counted. */
export async function openGrns(tx: Tx, purchaseOrderId: PurchaseOrderId): Promise<string[]> {
  const rows = await tx.run(sql<{ code: string }>`
    select code from godown.grn
    where tenant_id = ${tx.tenantId} and purchase_order_id = ${purchaseOrderId} and state = 'CREATED' order by code`);
  return rows.map((row) => row.code);
}

/** A line as receiving sees it. */
export interface OrderLine {
  readonly lineId: PurchaseOrderLineId;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly vendorSku: string | null;
  readonly quantity: number;
  /** Pieces being counted on receipts that are open. */
  readonly counting: number;
  readonly accepted: number;
  readonly rejected: number;
}

/** The lines of an order; the lock on the order guards them. */
export function linesOf(tx: Tx, purchaseOrderId: PurchaseOrderId): Promise<OrderLine[]> {
  return tx.run(sql<OrderLine>`
    select l.purchase_order_line_id as "lineId", l.sku_id as "skuId", s.code as sku, s.name, l.vendor_sku as "vendorSku", l.quantity,
      l.counting, l.accepted, l.rejected
    from godown.purchase_order_line l join godown.sku s using (tenant_id, sku_id)
    where l.tenant_id = ${tx.tenantId} and l.purchase_order_id = ${purchaseOrderId} order by l.line_no`);
}
