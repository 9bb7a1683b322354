import type { ShelfId } from "../inventory/index.ts";
import type { FacilityId, Instant, Paise, SkuId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type {
  Gatepass,
  GatepassHeader,
  GatepassId,
  GatepassLine,
  GatepassLineId,
  GatepassReceiptId,
  GatepassState,
  LineType,
  Outcome,
  Party,
  Pieces,
} from "./gatepass.ts";

interface GatepassRow extends Omit<Gatepass, "vendorInvoice"> {
  readonly vendorInvoiceNumber: string | null;
  readonly vendorInvoiceOn: Temporal.PlainDate | null;
}

const columns = sql`g.gatepass_id as "gatepassId", g.code, g.type, g.state, g.facility_id as "facilityId", f.code as "facilityCode", g.to_facility_id as "toFacilityId",
  d.code as "toFacilityCode", g.purpose, g.reference, g.party, g.vendor_invoice_number as "vendorInvoiceNumber", g.vendor_invoice_on as "vendorInvoiceOn", g.issued_at as "issuedAt"`;
const tables = sql`godown.gatepass g
  join godown.facility f on f.tenant_id = g.tenant_id and f.facility_id = g.facility_id
  left join godown.facility d on d.tenant_id = g.tenant_id and d.facility_id = g.to_facility_id`;

function gatepassOf(row: GatepassRow): Gatepass {
  const { vendorInvoiceNumber: number, vendorInvoiceOn: on, ...rest } = row;
  return { ...rest, vendorInvoice: number === null || on === null ? null : { number, on } };
}

/** A gatepass, locked: who changes, issues or receives it does so alone. */
export async function lockGatepass(tx: Tx, gatepassId: GatepassId): Promise<Gatepass | undefined> {
  const row = await tx.first(
    sql<GatepassRow>`select ${columns} from ${tables} where g.tenant_id = ${tx.tenantId} and g.gatepass_id = ${gatepassId} for update of g`,
  );
  return row === undefined ? undefined : gatepassOf(row);
}

export async function readGatepass(tx: Tx, gatepassId: GatepassId): Promise<Gatepass | undefined> {
  const row = await tx.first(
    sql<GatepassRow>`select ${columns} from ${tables} where g.tenant_id = ${tx.tenantId} and g.gatepass_id = ${gatepassId}`,
  );
  return row === undefined ? undefined : gatepassOf(row);
}

/** @returns whether it was written: false where the id is taken */
export async function insertGatepass(
  tx: Tx,
  gatepass: GatepassHeader & { readonly gatepassId: GatepassId; readonly code: string },
  by: string,
  at: Instant,
): Promise<boolean> {
  const written = await tx.count(sql`
    insert into godown.gatepass (tenant_id, gatepass_id, code, facility_id, type, state, purpose, reference, to_facility_id, party, vendor_invoice_number, vendor_invoice_on, created_at, created_by)
    values (${tx.tenantId}, ${gatepass.gatepassId}, ${gatepass.code}, ${gatepass.facilityId}, ${gatepass.type}, 'CREATED', ${gatepass.purpose}, ${gatepass.reference},
      ${gatepass.toFacilityId}, ${partyValue(gatepass.party)}, ${gatepass.vendorInvoice?.number ?? null}, ${gatepass.vendorInvoice?.on ?? null}, ${at}, ${by})
    on conflict do nothing`);
  return written === 1;
}

export async function saveHeader(tx: Tx, gatepassId: GatepassId, header: GatepassHeader): Promise<void> {
  await tx.run(sql`
    update godown.gatepass set purpose = ${header.purpose}, reference = ${header.reference}, to_facility_id = ${header.toFacilityId}, party = ${partyValue(header.party)},
      vendor_invoice_number = ${header.vendorInvoice?.number ?? null}, vendor_invoice_on = ${header.vendorInvoice?.on ?? null}
    where tenant_id = ${tx.tenantId} and gatepass_id = ${gatepassId}`);
}

function partyValue(party: Party | null) {
  return party === null ? sql`null::jsonb` : json(party);
}

/** The lines in the order in which they were put on; the lock on the gatepass guards them. */
export function linesOf(tx: Tx, gatepassId: GatepassId): Promise<GatepassLine[]> {
  return tx.run(sql<GatepassLine>`
    select l.gatepass_line_id as "lineId", l.line_no as "lineNo", l.sku_id as "skuId", k.code as sku, k.name, k.hsn, k.tax_class_id as "taxClassId",
      l.shelf_id as "shelfId", h.code as shelf, l.inventory_type as "inventoryType", l.quantity, l.price_paise as price, l.received, l.back, l.lost
    from godown.gatepass_line l
    join godown.sku k using (tenant_id, sku_id)
    join godown.shelf h on h.tenant_id = l.tenant_id and h.shelf_id = l.shelf_id
    where l.tenant_id = ${tx.tenantId} and l.gatepass_id = ${gatepassId} order by l.line_no, l.gatepass_line_id`);
}

/** A line as it is to be: of one SKU, grade and shelf there is one. */
export interface LineValue {
  readonly lineId: GatepassLineId;
  readonly lineNo: number;
  readonly skuId: SkuId;
  readonly shelfId: ShelfId;
  readonly inventoryType: LineType;
  readonly quantity: number;
  readonly price: Paise;
}

/** Writes lines, over those of the same SKU, grade and shelf. */
export async function saveLines(tx: Tx, gatepassId: GatepassId, lines: readonly LineValue[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.run(sql`
    insert into godown.gatepass_line (tenant_id, gatepass_line_id, gatepass_id, line_no, sku_id, shelf_id, inventory_type, quantity, price_paise)
    select ${tx.tenantId}, l."lineId", ${gatepassId}, l."lineNo", l."skuId", l."shelfId", l."inventoryType", l.quantity, l.price
    from jsonb_to_recordset(${json(lines)}) as l("lineId" uuid, "lineNo" integer, "skuId" uuid, "shelfId" uuid, "inventoryType" text, quantity integer, price bigint)
    on conflict (tenant_id, gatepass_id, sku_id, inventory_type, shelf_id) do update set quantity = excluded.quantity, price_paise = excluded.price_paise`);
}

export async function deleteLines(tx: Tx, gatepassId: GatepassId, lineIds: readonly GatepassLineId[]): Promise<void> {
  if (lineIds.length === 0) return;
  await tx.run(sql`
    delete from godown.gatepass_line where tenant_id = ${tx.tenantId} and gatepass_id = ${gatepassId} and gatepass_line_id = any(${lineIds}::uuid[])`);
}

/** The shelf of a facility where most of a SKU lies in a grade, of those with more than is on the gatepass already that nobody counts. */
export function shelfWith(
  tx: Tx,
  of: { gatepassId: GatepassId; facilityId: FacilityId; skuId: SkuId; inventoryType: LineType },
): Promise<{ shelfId: ShelfId; left: number } | undefined> {
  return tx.first(sql<{ shelfId: ShelfId; left: number }>`
    select s.shelf_id as "shelfId", s.quantity - coalesce(l.quantity, 0) as left
    from godown.shelf_stock s
    join godown.shelf h on h.tenant_id = s.tenant_id and h.shelf_id = s.shelf_id and h.facility_id = ${of.facilityId} and h.counting is null
    left join godown.gatepass_line l on l.tenant_id = s.tenant_id and l.gatepass_id = ${of.gatepassId} and l.sku_id = s.sku_id and l.shelf_id = s.shelf_id
      and l.inventory_type = s.bucket
    where s.tenant_id = ${tx.tenantId} and s.sku_id = ${of.skuId} and s.bucket = ${of.inventoryType} and s.quantity > coalesce(l.quantity, 0)
    order by (l.quantity is not null) desc, s.quantity desc, h.code limit 1`);
}

/** Moves a gatepass to a state, with who and when. */
export async function saveState(
  tx: Tx,
  gatepassId: GatepassId,
  change: {
    readonly state: GatepassState;
    readonly issued?: boolean;
    readonly shortNote?: string | null;
    readonly cancelReason?: string | null;
  },
  by: string,
  at: Instant,
): Promise<void> {
  const closed = change.state === "CLOSED";
  const cancelled = change.state === "CANCELLED";
  const short = change.shortNote !== undefined;
  const issued = change.issued ?? false;
  await tx.run(sql`
    update godown.gatepass set state = ${change.state},
      issued_at = case when ${issued} then ${at}::timestamptz else issued_at end, issued_by = case when ${issued} then ${by}::text else issued_by end,
      short_at = case when ${short} then ${at}::timestamptz else short_at end, short_by = case when ${short} then ${by}::text else short_by end,
      short_note = case when ${short} then ${change.shortNote ?? null}::text else short_note end,
      closed_at = case when ${closed} then ${at}::timestamptz end, closed_by = case when ${closed} then ${by}::text end,
      cancelled_at = case when ${cancelled} then ${at}::timestamptz end, cancelled_by = case when ${cancelled} then ${by}::text end,
      cancel_reason = ${change.cancelReason ?? null}::text
    where tenant_id = ${tx.tenantId} and gatepass_id = ${gatepassId}`);
}

export interface Receipt {
  readonly receiptId: GatepassReceiptId;
  readonly gatepassId: GatepassId;
  readonly outcome: Outcome;
  readonly note: string | null;
  readonly pieces: readonly Pieces[];
}

/** Writes what somebody said of pieces, and adds it up on their lines. */
export async function writeReceipt(tx: Tx, receipt: Receipt, by: string, at: Instant): Promise<void> {
  await tx.run(sql`
    with said as (
      insert into godown.gatepass_receipt (tenant_id, gatepass_receipt_id, gatepass_id, outcome, note, at, by)
      values (${tx.tenantId}, ${receipt.receiptId}, ${receipt.gatepassId}, ${receipt.outcome}, ${receipt.note}, ${at}, ${by})
    ), given as materialized (
      select "lineId", sum(quantity)::integer as quantity from jsonb_to_recordset(${json(receipt.pieces)}) as p("lineId" uuid, quantity integer) group by 1
    ), summed as (
      update godown.gatepass_line l set
        received = l.received + case when ${receipt.outcome}::text = 'RECEIVED' then g.quantity else 0 end,
        back = l.back + case when ${receipt.outcome}::text = 'BACK' then g.quantity else 0 end,
        lost = l.lost + case when ${receipt.outcome}::text = 'LOST' then g.quantity else 0 end
      from given g where l.tenant_id = ${tx.tenantId} and l.gatepass_line_id = g."lineId"
    )
    insert into godown.gatepass_receipt_line (tenant_id, gatepass_receipt_id, gatepass_line_id, quantity)
    select ${tx.tenantId}, ${receipt.receiptId}, "lineId", quantity from given`);
}

/** What was said under an id before. */
export function receiptById(tx: Tx, receiptId: GatepassReceiptId): Promise<Receipt | undefined> {
  return tx.first(sql<Receipt>`
    select r.gatepass_receipt_id as "receiptId", r.gatepass_id as "gatepassId", r.outcome, r.note, (
      select coalesce(jsonb_agg(jsonb_build_object('lineId', l.gatepass_line_id, 'quantity', l.quantity)), '[]') from godown.gatepass_receipt_line l
      where l.tenant_id = r.tenant_id and l.gatepass_receipt_id = r.gatepass_receipt_id) as pieces
    from godown.gatepass_receipt r where r.tenant_id = ${tx.tenantId} and r.gatepass_receipt_id = ${receiptId}`);
}
