import type { FacilityId, Instant, LocalDate, Paise, SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import type { GatepassId, GatepassReceiptId, GatepassState, GatepassType, Outcome, Party } from "./gatepass.ts";

export interface GatepassRow {
  readonly gatepassId: GatepassId;
  readonly code: string;
  readonly type: GatepassType;
  readonly state: GatepassState;
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly toFacilityId: FacilityId | null;
  readonly toFacility: string | null;
  readonly party: Party | null;
  /** Who gets the goods, as a list shows it. */
  readonly to: string;
  readonly purpose: string;
  readonly reference: string | null;
  readonly vendorInvoiceNumber: string | null;
  readonly vendorInvoiceOn: LocalDate | null;
  readonly lines: number;
  readonly pieces: number;
  /** Pieces that left and are neither here nor there. */
  readonly outstanding: number;
  readonly lost: number;
  readonly value: Paise;
  readonly documents: readonly string[];
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly issuedAt: Instant | null;
  readonly issuedBy: string | null;
  readonly shortAt: Instant | null;
  readonly shortBy: string | null;
  readonly shortNote: string | null;
  readonly closedAt: Instant | null;
  readonly closedBy: string | null;
  readonly cancelledAt: Instant | null;
  readonly cancelledBy: string | null;
  readonly cancelReason: string | null;
}

const columns = sql`g.gatepass_id as "gatepassId", g.code, g.type, g.state, g.facility_id as "facilityId", f.code as facility, g.to_facility_id as "toFacilityId",
  d.code as "toFacility", g.party, coalesce(d.code, g.party ->> 'name') as "to", g.purpose, g.reference, g.vendor_invoice_number as "vendorInvoiceNumber",
  g.vendor_invoice_on as "vendorInvoiceOn", s.lines, s.pieces, s.lost, s.value,
  case when g.state in ('RETURN_AWAITED', 'IN_TRANSIT', 'SHORT') then s.pieces - s.settled else 0 end as outstanding,
  coalesce((select array_agg(p.number order by p.issued_at, p.gatepass_document_id) from godown.gatepass_document p
    where p.tenant_id = g.tenant_id and p.gatepass_id = g.gatepass_id), '{}') as documents,
  g.created_at as "createdAt", g.created_by as "createdBy", g.issued_at as "issuedAt", g.issued_by as "issuedBy", g.short_at as "shortAt", g.short_by as "shortBy",
  g.short_note as "shortNote", g.closed_at as "closedAt", g.closed_by as "closedBy", g.cancelled_at as "cancelledAt", g.cancelled_by as "cancelledBy",
  g.cancel_reason as "cancelReason"`;
const sides = sql`godown.gatepass g
  join godown.facility f on f.tenant_id = g.tenant_id and f.facility_id = g.facility_id
  left join godown.facility d on d.tenant_id = g.tenant_id and d.facility_id = g.to_facility_id`;
const tables = sql`${sides}
  left join lateral (
    select count(*)::integer as lines, coalesce(sum(l.quantity), 0)::integer as pieces, coalesce(sum(l.received + l.back + l.lost), 0)::integer as settled,
      coalesce(sum(l.lost), 0)::integer as lost, coalesce(sum(l.quantity * l.price_paise), 0)::bigint as value
    from godown.gatepass_line l where l.tenant_id = g.tenant_id and l.gatepass_id = g.gatepass_id
  ) s on true`;

/** Either side of a gatepass sees it. */
function withinReach(ctx: Pick<Ctx, "facilities">) {
  return ctx.facilities === "all"
    ? undefined
    : sql`(g.facility_id = any(${ctx.facilities}::uuid[]) or g.to_facility_id = any(${ctx.facilities}::uuid[]))`;
}

const SORTS: Readonly<Record<string, ReturnType<typeof sql>>> = {
  createdAt: sql`g.created_at`,
  issuedAt: sql`g.issued_at`,
  code: sql`g.code`,
  outstanding: sql`outstanding`,
};

export async function listGatepasses(
  ctx: Ctx,
  tx: Tx,
  filters: {
    state?: GatepassState | undefined;
    type?: GatepassType | undefined;
    facilityId?: FacilityId | undefined;
    toFacilityId?: FacilityId | undefined;
    search?: string | undefined;
  },
  page: Page,
): Promise<ListPage<GatepassRow>> {
  const within = all([
    sql`g.tenant_id = ${tx.tenantId}`,
    withinReach(ctx),
    filters.type === undefined ? undefined : sql`g.type = ${filters.type}`,
    // The facility that is worked in: goods that leave it, and goods that come to it.
    filters.facilityId === undefined
      ? undefined
      : sql`(g.facility_id = ${filters.facilityId} or g.to_facility_id = ${filters.facilityId})`,
    filters.toFacilityId === undefined ? undefined : sql`g.to_facility_id = ${filters.toFacilityId}`,
    filters.search
      ? sql`(concat_ws(' ', g.code, g.reference, g.purpose, d.code, g.party ->> 'name') ilike ${containing(filters.search)} or exists (
          select from godown.gatepass_document n where n.tenant_id = g.tenant_id and n.gatepass_id = g.gatepass_id and n.number ilike ${containing(filters.search)}))`
      : undefined,
  ]);
  const where = all([within, filters.state === undefined ? undefined : sql`g.state = ${filters.state}`]);
  const rows = await tx.run(sql<GatepassRow>`
    select ${columns} from ${tables} where ${where}
    order by ${SORTS[page.sort] ?? sql`g.created_at`} ${page.descending ? sql`desc nulls last` : sql`asc nulls last`}, g.gatepass_id
    limit ${page.limit} offset ${page.offset}`);
  const states = await tx.run(sql<{ state: GatepassState; count: number }>`
    select g.state, count(*) as count from ${sides} where ${within} group by 1`);
  const counts = Object.fromEntries(states.map((s) => [s.state, s.count]));
  const total = filters.state === undefined ? states.reduce((n, s) => n + s.count, 0) : (counts[filters.state] ?? 0);
  return { rows, total, counts };
}

export function gatepassRow(ctx: Ctx, tx: Tx, gatepassId: GatepassId): Promise<GatepassRow | undefined> {
  return tx.first(sql<GatepassRow>`
    select ${columns} from ${tables}
    where ${all([sql`g.tenant_id = ${tx.tenantId} and g.gatepass_id = ${gatepassId}`, withinReach(ctx)])}`);
}

export interface ReceiptRow {
  readonly receiptId: GatepassReceiptId;
  readonly outcome: Outcome;
  readonly note: string | null;
  readonly at: Instant;
  readonly by: string;
  readonly pieces: number;
  readonly skus: readonly string[];
}

/** What was said of pieces, newest first; scans of one person within a minute are one entry. */
export function receiptsOf(tx: Tx, gatepassId: GatepassId): Promise<ReceiptRow[]> {
  return tx.run(sql<ReceiptRow>`
    select (array_agg(r.gatepass_receipt_id order by r.at desc))[1] as "receiptId", r.outcome, r.note, max(r.at) as at, r.by, sum(p.quantity)::integer as pieces,
      array_agg(distinct k.code) as skus
    from godown.gatepass_receipt r
    join godown.gatepass_receipt_line p on p.tenant_id = r.tenant_id and p.gatepass_receipt_id = r.gatepass_receipt_id
    join godown.gatepass_line l on l.tenant_id = p.tenant_id and l.gatepass_line_id = p.gatepass_line_id
    join godown.sku k on k.tenant_id = l.tenant_id and k.sku_id = l.sku_id
    where r.tenant_id = ${tx.tenantId} and r.gatepass_id = ${gatepassId}
    group by r.outcome, r.note, r.by, date_trunc('minute', r.at) order by max(r.at) desc limit 500`);
}

/** Of the pieces that arrived on a gatepass: how many wait for their shelf still, by facility. */
export async function waitingForShelf(
  tx: Tx,
  gatepassId: GatepassId,
): Promise<{ readonly facility: string; readonly waiting: number; readonly done: number }[]> {
  return tx.run(sql<{ facility: string; waiting: number; done: number }>`
    select f.code as facility, count(*) filter (where i.completed_at is null)::integer as waiting, count(i.completed_at)::integer as done
    from godown.putaway_item i join godown.facility f using (tenant_id, facility_id)
    where i.tenant_id = ${tx.tenantId} and i.source_id = ${gatepassId} group by 1 order by 1`);
}

/** A facility that goods may be sent to: any of the owner's, whoever works there. */
export interface TransferPlace {
  readonly facilityId: FacilityId;
  readonly code: string;
  readonly name: string;
  readonly city: string;
  readonly stateCode: string;
  readonly gstin: string | null;
}

export function transferPlaces(tx: Tx): Promise<TransferPlace[]> {
  return tx.run(sql<TransferPlace>`
    select facility_id as "facilityId", code, name, city, state_code as "stateCode", gstin
    from godown.facility where tenant_id = ${tx.tenantId} and enabled order by code`);
}

/** Goods between two facilities: what is on its way to a facility, by SKU. */
export interface InTransitRow {
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly fromFacility: string;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly pieces: number;
  /** Of them on gatepasses that were reported short. */
  readonly short: number;
  readonly gatepasses: readonly string[];
  readonly oldestIssuedAt: Instant;
}

/** What left one facility for another and is not there yet; what was reported short counts until it is settled. */
export async function listInTransit(
  ctx: Ctx,
  tx: Tx,
  filters: { facilityId?: FacilityId | undefined; search?: string | undefined },
  page: Page,
): Promise<ListPage<InTransitRow>> {
  const where = all([
    sql`g.tenant_id = ${tx.tenantId} and g.type = 'STOCK_TRANSFER' and g.state in ('IN_TRANSIT', 'SHORT') and l.quantity > l.received + l.back + l.lost`,
    withinReach(ctx),
    filters.facilityId === undefined
      ? undefined
      : sql`(g.facility_id = ${filters.facilityId} or g.to_facility_id = ${filters.facilityId})`,
    filters.search ? sql`concat_ws(' ', k.code, k.name, g.code) ilike ${containing(filters.search)}` : undefined,
  ]);
  const grouped = sql`select g.to_facility_id, g.facility_id, l.sku_id, sum(l.quantity - l.received - l.back - l.lost)::integer as pieces,
      coalesce(sum(l.quantity - l.received - l.back - l.lost) filter (where g.state = 'SHORT'), 0)::integer as short,
      array_agg(distinct g.code) as gatepasses, min(g.issued_at) as issued
    from godown.gatepass g
    join godown.gatepass_line l on l.tenant_id = g.tenant_id and l.gatepass_id = g.gatepass_id
    join godown.sku k on k.tenant_id = l.tenant_id and k.sku_id = l.sku_id
    where ${where} group by 1, 2, 3`;
  const sort = page.sort === "pieces" ? sql`t.pieces` : page.sort === "sku" ? sql`k.code` : sql`t.issued`;
  const rows = await tx.run(sql<InTransitRow>`
    select t.to_facility_id as "facilityId", d.code as facility, f.code as "fromFacility", t.sku_id as "skuId", k.code as sku, k.name, t.pieces, t.short, t.gatepasses,
      t.issued as "oldestIssuedAt"
    from (${grouped}) t
    join godown.facility d on d.tenant_id = ${tx.tenantId} and d.facility_id = t.to_facility_id
    join godown.facility f on f.tenant_id = ${tx.tenantId} and f.facility_id = t.facility_id
    join godown.sku k on k.tenant_id = ${tx.tenantId} and k.sku_id = t.sku_id
    order by ${sort} ${page.descending ? sql`desc` : sql`asc`}, k.code, t.to_facility_id, t.facility_id limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from (${grouped}) t`);
  return { rows, total };
}

/** Pieces on their way to facilities, by facility and SKU: for snapshots of stock. */
export function pendingTransfers(
  tx: Tx,
  of: { readonly facilityIds: readonly FacilityId[]; readonly skuIds: readonly SkuId[] },
): Promise<{ readonly facilityId: FacilityId; readonly skuId: SkuId; readonly pieces: number }[]> {
  return tx.run(sql<{ facilityId: FacilityId; skuId: SkuId; pieces: number }>`
    select g.to_facility_id as "facilityId", l.sku_id as "skuId", sum(l.quantity - l.received - l.back - l.lost)::integer as pieces
    from godown.gatepass g join godown.gatepass_line l on l.tenant_id = g.tenant_id and l.gatepass_id = g.gatepass_id
    where g.tenant_id = ${tx.tenantId} and g.state in ('IN_TRANSIT', 'SHORT') and g.to_facility_id = any(${of.facilityIds}::uuid[]) and l.sku_id = any(${of.skuIds}::uuid[])
    group by 1, 2`);
}
