import type { FacilityId, Instant, LocalDate, SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { GrnId, GrnState } from "./grn.ts";
import type { PurchaseOrderId, PurchaseOrderLineId } from "./purchase-order.ts";
import type { VendorId } from "./vendor.ts";

export interface GrnRow {
  readonly grnId: GrnId;
  readonly code: string;
  readonly state: GrnState;
  readonly purchaseOrderId: PurchaseOrderId;
  readonly order: string;
  readonly vendorId: VendorId;
  readonly vendor: string;
  readonly vendorName: string;
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly vendorInvoiceNumber: string;
  readonly vendorInvoiceOn: LocalDate;
  readonly remarks: string | null;
  /** Pieces. */
  readonly accepted: number;
  readonly rejected: number;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly finishedAt: Instant | null;
  readonly finishedBy: string | null;
  readonly completedAt: Instant | null;
}

const columns = sql`g.grn_id as "grnId", g.code, g.state, g.purchase_order_id as "purchaseOrderId", p.code as "order", g.vendor_id as "vendorId",
  v.code as vendor, v.name as "vendorName", g.facility_id as "facilityId", f.code as facility, g.vendor_invoice_number as "vendorInvoiceNumber",
  g.vendor_invoice_on as "vendorInvoiceOn", g.remarks, c.accepted, c.rejected, g.created_at as "createdAt", g.created_by as "createdBy",
  g.finished_at as "finishedAt", g.finished_by as "finishedBy", g.completed_at as "completedAt"`;
const parties = sql`godown.grn g
  join godown.purchase_order p using (tenant_id, purchase_order_id)
  join godown.vendor v on v.tenant_id = g.tenant_id and v.vendor_id = g.vendor_id
  join godown.facility f on f.tenant_id = g.tenant_id and f.facility_id = g.facility_id`;
const tables = sql`${parties}
  cross join lateral (
    select coalesce(sum(l.accepted), 0)::integer as accepted, coalesce(sum(l.rejected), 0)::integer as rejected
    from godown.grn_line l where l.tenant_id = g.tenant_id and l.grn_id = g.grn_id
  ) c`;

const reach = (ctx: Ctx) =>
  ctx.facilities === "all" ? undefined : sql`g.facility_id = any(${ctx.facilities}::uuid[])`;

export async function listGrns(
  ctx: Ctx,
  tx: Tx,
  filters: {
    state?: GrnState | undefined;
    facilityId?: FacilityId | undefined;
    vendorId?: VendorId | undefined;
    purchaseOrderId?: PurchaseOrderId | undefined;
    search?: string | undefined;
  },
  page: Page,
): Promise<ListPage<GrnRow>> {
  const within = all([
    sql`g.tenant_id = ${tx.tenantId}`,
    reach(ctx),
    filters.facilityId === undefined ? undefined : sql`g.facility_id = ${filters.facilityId}`,
    filters.vendorId === undefined ? undefined : sql`g.vendor_id = ${filters.vendorId}`,
    filters.purchaseOrderId === undefined ? undefined : sql`g.purchase_order_id = ${filters.purchaseOrderId}`,
    filters.search
      ? sql`concat_ws(' ', g.code, p.code, g.vendor_invoice_number, v.code, v.name) ilike ${containing(filters.search)}`
      : undefined,
  ]);
  const where = all([within, filters.state === undefined ? undefined : sql`g.state = ${filters.state}`]);
  const sort = page.sort === "code" ? sql`g.code` : sql`g.created_at`;
  const rows = await tx.run(sql<GrnRow>`
    select ${columns} from ${tables} where ${where}
    order by ${sort} ${page.descending ? sql`desc` : sql`asc`}, g.grn_id limit ${page.limit} offset ${page.offset}`);
  const states = await tx.run(sql<{ state: GrnState; count: number }>`
    select g.state, count(*) as count from ${parties} where ${within} group by 1`);
  const counts = Object.fromEntries(states.map((s) => [s.state, s.count]));
  const total = filters.state === undefined ? states.reduce((n, s) => n + s.count, 0) : (counts[filters.state] ?? 0);
  return { rows, total, counts };
}

export interface GrnLineRow {
  readonly lineId: PurchaseOrderLineId;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly vendorSku: string | null;
  readonly ordered: number;
  /** What may still be counted on this receipt, with what is counted on it. */
  readonly room: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly rejectReason: string | null;
}

/** Where the pieces of a receipt are on their way to the shelf. */
export interface GrnPutaway {
  /** Null: on no list yet. */
  readonly putawayId: string | null;
  readonly putaway: string | null;
  readonly state: string | null;
  readonly units: number;
}

export type GrnDetail = GrnRow & { readonly lines: GrnLineRow[]; readonly putaways: GrnPutaway[] };

export async function grnById(ctx: Ctx, tx: Tx, grnId: GrnId): Promise<GrnDetail | undefined> {
  const grn = await tx.first(sql<GrnRow>`
    select ${columns} from ${tables}
    where ${all([sql`g.tenant_id = ${tx.tenantId}`, sql`g.grn_id = ${grnId}`, reach(ctx)])}`);
  if (!grn) return undefined;
  const lines = await tx.run(sql<GrnLineRow>`
    select l.purchase_order_line_id as "lineId", l.sku_id as "skuId", s.code as sku, s.name, s.image_url as "imageUrl", l.vendor_sku as "vendorSku",
      l.quantity as ordered, l.quantity - l.accepted - l.rejected - l.counting + coalesce(c.accepted + c.rejected, 0) as room,
      coalesce(c.accepted, 0) as accepted, coalesce(c.rejected, 0) as rejected, c.reject_reason as "rejectReason"
    from godown.purchase_order_line l
    join godown.sku s using (tenant_id, sku_id)
    left join godown.grn_line c on c.tenant_id = l.tenant_id and c.purchase_order_line_id = l.purchase_order_line_id and c.grn_id = ${grnId}
    where l.tenant_id = ${tx.tenantId} and l.purchase_order_id = ${grn.purchaseOrderId} order by l.line_no`);
  const putaways = await tx.run(sql<GrnPutaway>`
    select i.putaway_id as "putawayId", p.code as putaway, p.state, count(*) as units
    from godown.putaway_item i left join godown.putaway p using (tenant_id, putaway_id)
    where i.tenant_id = ${tx.tenantId} and i.source_id = ${grnId} group by 1, 2, 3 order by p.code nulls first`);
  return { ...grn, lines, putaways };
}
