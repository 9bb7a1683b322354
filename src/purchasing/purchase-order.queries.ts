import type { FacilityId, Instant, LocalDate, SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { OrderParties } from "./parties.ts";
import type { PurchaseOrderId, PurchaseOrderLineId, PurchaseOrderState } from "./purchase-order.ts";
import type { VendorId } from "./vendor.ts";

export interface PurchaseOrderRow {
  readonly purchaseOrderId: PurchaseOrderId;
  readonly code: string;
  readonly state: PurchaseOrderState;
  readonly vendorId: VendorId;
  readonly vendor: string;
  readonly vendorName: string;
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly orderedOn: LocalDate;
  readonly expectedOn: LocalDate | null;
  readonly remarks: string | null;
  readonly lines: number;
  /** Pieces. */
  readonly ordered: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly taxable: number;
  readonly tax: number;
  readonly gross: number;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly approvedAt: Instant | null;
  readonly approvedBy: string | null;
  readonly endedAt: Instant | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
}

const columns = sql`p.purchase_order_id as "purchaseOrderId", p.code, p.state, p.vendor_id as "vendorId", v.code as vendor, v.name as "vendorName",
  p.facility_id as "facilityId", f.code as facility, p.ordered_on as "orderedOn", p.expected_on as "expectedOn", p.remarks,
  s.lines, s.ordered, s.accepted, s.rejected, s.taxable, s.gross - s.taxable as tax, s.gross, p.created_at as "createdAt", p.created_by as "createdBy",
  p.approved_at as "approvedAt", p.approved_by as "approvedBy", p.ended_at as "endedAt", p.ended_by as "endedBy", p.end_reason as "endReason"`;
const parties = sql`godown.purchase_order p
  join godown.vendor v using (tenant_id, vendor_id)
  join godown.facility f on f.tenant_id = p.tenant_id and f.facility_id = p.facility_id`;
const tables = sql`${parties}
  cross join lateral (
    select count(*)::integer as lines, sum(l.quantity)::integer as ordered, sum(l.accepted)::integer as accepted, sum(l.rejected)::integer as rejected,
      sum(l.taxable_paise)::bigint as taxable, sum(l.gross_paise)::bigint as gross
    from godown.purchase_order_line l where l.tenant_id = p.tenant_id and l.purchase_order_id = p.purchase_order_id
  ) s`;

export async function listPurchaseOrders(
  ctx: Ctx,
  tx: Tx,
  filters: {
    state?: PurchaseOrderState | undefined;
    facilityId?: FacilityId | undefined;
    vendorId?: VendorId | undefined;
    late?: boolean | undefined;
    search?: string | undefined;
  },
  page: Page,
): Promise<ListPage<PurchaseOrderRow>> {
  // The day changes where the facility is.
  const late = sql`(p.state in ('APPROVED', 'PARTIALLY_RECEIVED') and p.expected_on < (${ctx.now}::timestamptz at time zone f.zone)::date)`;
  const within = all([
    sql`p.tenant_id = ${tx.tenantId}`,
    ctx.facilities === "all" ? undefined : sql`p.facility_id = any(${ctx.facilities}::uuid[])`,
    filters.facilityId === undefined ? undefined : sql`p.facility_id = ${filters.facilityId}`,
    filters.vendorId === undefined ? undefined : sql`p.vendor_id = ${filters.vendorId}`,
    filters.late === undefined ? undefined : sql`coalesce(${late}, false) = ${filters.late}`,
    filters.search
      ? sql`(p.code ilike ${containing(filters.search)} or v.code ilike ${containing(filters.search)} or v.name ilike ${containing(filters.search)}
          or exists (select from godown.purchase_order_line l join godown.sku k using (tenant_id, sku_id)
            where l.tenant_id = p.tenant_id and l.purchase_order_id = p.purchase_order_id and k.code ilike ${containing(filters.search)}))`
      : undefined,
  ]);
  const where = all([within, filters.state === undefined ? undefined : sql`p.state = ${filters.state}`]);
  const sort = page.sort === "code" ? sql`p.code` : page.sort === "expectedOn" ? sql`p.expected_on` : sql`p.created_at`;
  const rows = await tx.run(sql<PurchaseOrderRow>`
    select ${columns} from ${tables} where ${where}
    order by ${sort} ${page.descending ? sql`desc` : sql`asc`} nulls last, p.purchase_order_id limit ${page.limit} offset ${page.offset}`);
  const states = await tx.run(sql<{ state: PurchaseOrderState; count: number }>`
    select p.state, count(*) as count from ${parties} where ${within} group by 1`);
  const counts = Object.fromEntries(states.map((s) => [s.state, s.count]));
  const total = filters.state === undefined ? states.reduce((n, s) => n + s.count, 0) : (counts[filters.state] ?? 0);
  return { rows, total, counts };
}

export interface PurchaseOrderLineRow {
  readonly lineId: PurchaseOrderLineId;
  readonly lineNo: number;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly hsn: string | null;
  readonly vendorSku: string | null;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly taxClass: string | null;
  readonly gstBps: number;
  readonly cessBps: number;
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly utgst: number;
  readonly igst: number;
  readonly cess: number;
  readonly gross: number;
  readonly counting: number;
  readonly accepted: number;
  readonly rejected: number;
}

/** An order as it is shown and printed. */
export type PurchaseOrderDetail = PurchaseOrderRow & {
  readonly parties: OrderParties;
  readonly items: PurchaseOrderLineRow[];
};

export async function purchaseOrderById(
  ctx: Ctx,
  tx: Tx,
  purchaseOrderId: PurchaseOrderId,
): Promise<PurchaseOrderDetail | undefined> {
  const order = await tx.first(sql<PurchaseOrderRow & { parties: OrderParties }>`
    select ${columns}, p.parties from ${tables}
    where p.tenant_id = ${tx.tenantId} and p.purchase_order_id = ${purchaseOrderId}
      and ${ctx.facilities === "all" ? sql`true` : sql`p.facility_id = any(${ctx.facilities}::uuid[])`}`);
  if (!order) return undefined;
  const items = await tx.run(sql<PurchaseOrderLineRow>`
    select l.purchase_order_line_id as "lineId", l.line_no as "lineNo", l.sku_id as "skuId", s.code as sku, s.name, s.image_url as "imageUrl", s.hsn,
      l.vendor_sku as "vendorSku", l.quantity, l.unit_price_paise as "unitPrice", l.tax_class as "taxClass", l.gst_bps as "gstBps",
      l.cess_bps as "cessBps", l.taxable_paise as taxable, l.cgst_paise as cgst, l.sgst_paise as sgst, l.utgst_paise as utgst,
      l.igst_paise as igst, l.cess_paise as cess, l.gross_paise as gross, l.counting, l.accepted, l.rejected
    from godown.purchase_order_line l join godown.sku s using (tenant_id, sku_id)
    where l.tenant_id = ${tx.tenantId} and l.purchase_order_id = ${purchaseOrderId} order by l.line_no`);
  return { ...order, items };
}
