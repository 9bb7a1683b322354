import type { ChannelId, FacilityId, Facts, Instant, InvoiceId, LocalDate, SaleOrderId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { all, sql, type Tx } from "../../platform/db.ts";
import { containing } from "../../platform/http/fields.ts";
import type { ListPage, Page } from "../../platform/http/list.ts";
import { type InvoiceDocument, invoiceDocumentSchema } from "../invoice-document.ts";
import type { CreditNoteDueId, CreditNoteId, Due, ReturnCaseId } from "./credit-facts.ts";

/** What the actor's right reaches. `n` is the credit note, or what waits for one. */
const withinReach = (ctx: Pick<Ctx, "facilities">) =>
  ctx.facilities === "all" ? undefined : sql`n.facility_id = any(${ctx.facilities}::uuid[])`;

export interface CreditNoteFilters {
  readonly q?: string | undefined;
  readonly state?: "ISSUED" | "CANCELLED" | "IRN_PENDING" | undefined;
  readonly kind?: "RTO" | "CIR" | undefined;
  readonly numberedBy?: "SERIES" | "CHANNEL" | undefined;
  readonly channelId?: ChannelId | undefined;
  readonly facilityId?: FacilityId | undefined;
  readonly invoiceId?: InvoiceId | undefined;
  readonly saleOrderId?: SaleOrderId | undefined;
  readonly returnCaseId?: ReturnCaseId | undefined;
  readonly from?: LocalDate | undefined;
  readonly to?: LocalDate | undefined;
}

export interface CreditNoteRow {
  readonly creditNoteId: CreditNoteId;
  readonly number: string;
  readonly series: string | null;
  readonly numberedBy: "SERIES" | "CHANNEL";
  readonly code: string;
  readonly state: "ISSUED" | "CANCELLED" | "IRN_PENDING";
  readonly issuedOn: LocalDate;
  readonly issuedAt: Instant;
  readonly cancelledAt: Instant | null;
  readonly invoiceId: InvoiceId;
  readonly invoiceNumber: string;
  readonly invoicedOn: LocalDate;
  readonly taxLoweredBy: LocalDate;
  /** Too late to lower the tax of its invoice. */
  readonly late: boolean;
  readonly returnCaseId: ReturnCaseId | null;
  readonly returnCode: string | null;
  readonly kind: "RTO" | "CIR" | null;
  readonly orderCode: string;
  readonly saleOrderId: SaleOrderId;
  readonly packageCode: string;
  readonly channelCode: string;
  readonly facilityCode: string;
  readonly sellerGstin: string | null;
  readonly buyer: string;
  readonly buyerGstin: string | null;
  readonly placeOfSupply: string;
  readonly irn: string | null;
  readonly enteredBy: string | null;
  readonly exchangeId: string | null;
  /** The channel's own sums, where they are not exactly those here. */
  readonly channelTaxable: number | null;
  readonly channelTax: number | null;
  readonly quantity: number;
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly utgst: number;
  readonly igst: number;
  readonly cess: number;
  readonly roundOff: number;
  readonly total: number;
}

const columns = sql`n.credit_note_id as "creditNoteId", n.number, n.series, n.numbered_by as "numberedBy", n.code, n.state, n.issued_on as "issuedOn",
  n.issued_at as "issuedAt", n.cancelled_at as "cancelledAt", n.invoice_id as "invoiceId", i.number as "invoiceNumber", i.issued_on as "invoicedOn",
  n.tax_lowered_by as "taxLoweredBy", n.issued_on > n.tax_lowered_by as late, n.return_case_id as "returnCaseId", r.code as "returnCode", r.kind,
  o.code as "orderCode", o.sale_order_id as "saleOrderId", p.code as "packageCode", c.code as "channelCode", f.code as "facilityCode",
  n.seller_gstin as "sellerGstin", n.document #>> '{billTo,name}' as buyer, n.document #>> '{billTo,gstin}' as "buyerGstin",
  n.place_of_supply as "placeOfSupply", n.document #>> '{eInvoice,irn}' as irn, n.entered_by as "enteredBy", n.exchange_id as "exchangeId",
  n.channel_taxable_paise as "channelTaxable", n.channel_tax_paise as "channelTax", (n.document #>> '{totals,quantity}')::integer as quantity,
  n.taxable_paise as taxable, n.cgst_paise as cgst, n.sgst_paise as sgst, n.utgst_paise as utgst, n.igst_paise as igst, n.cess_paise as cess,
  n.round_off_paise as "roundOff", n.total_paise as total`;
const tables = sql`godown.credit_note n
  join godown.invoice i on i.tenant_id = n.tenant_id and i.invoice_id = n.invoice_id
  join godown.sale_order o on o.tenant_id = n.tenant_id and o.sale_order_id = n.sale_order_id
  join godown.shipping_package p on p.tenant_id = n.tenant_id and p.shipping_package_id = n.shipping_package_id
  join godown.channel c on c.tenant_id = n.tenant_id and c.channel_id = n.channel_id
  join godown.facility f on f.tenant_id = n.tenant_id and f.facility_id = n.facility_id
  left join godown.return_case r on r.tenant_id = n.tenant_id and r.return_case_id = n.return_case_id`;

function conditions(ctx: Pick<Ctx, "facilities">, tx: Tx, filters: CreditNoteFilters) {
  const like = filters.q ? containing(filters.q) : undefined;
  return all([
    sql`n.tenant_id = ${tx.tenantId}`,
    withinReach(ctx),
    filters.state === undefined ? undefined : sql`n.state = ${filters.state}`,
    filters.kind === undefined ? undefined : sql`r.kind = ${filters.kind}`,
    filters.numberedBy === undefined ? undefined : sql`n.numbered_by = ${filters.numberedBy}`,
    filters.channelId === undefined ? undefined : sql`n.channel_id = ${filters.channelId}`,
    filters.facilityId === undefined ? undefined : sql`n.facility_id = ${filters.facilityId}`,
    filters.invoiceId === undefined ? undefined : sql`n.invoice_id = ${filters.invoiceId}`,
    filters.saleOrderId === undefined ? undefined : sql`n.sale_order_id = ${filters.saleOrderId}`,
    filters.returnCaseId === undefined ? undefined : sql`n.return_case_id = ${filters.returnCaseId}`,
    filters.from === undefined ? undefined : sql`n.issued_on >= ${filters.from}`,
    filters.to === undefined ? undefined : sql`n.issued_on <= ${filters.to}`,
    like === undefined
      ? undefined
      : sql`(n.number ilike ${like} or n.code ilike ${like} or i.number ilike ${like} or o.code ilike ${like} or p.code ilike ${like} or r.code ilike ${like})`,
  ]);
}

export async function listCreditNotes(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  filters: CreditNoteFilters,
  page: Page,
): Promise<ListPage<CreditNoteRow>> {
  const where = conditions(ctx, tx, filters);
  const direction = page.descending ? sql`desc` : sql`asc`;
  const sort =
    { issuedAt: sql`n.issued_at`, number: sql`n.number`, total: sql`n.total_paise` }[page.sort] ?? sql`n.issued_at`;
  const rows = await tx.run(sql<CreditNoteRow>`
    select ${columns} from ${tables} where ${where}
    order by ${sort} ${direction}, n.sequence_number ${direction} nulls last, n.credit_note_id limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${tables} where ${where}`);
  return { rows, total };
}

export interface CreditNoteLineRow {
  readonly lineNo: number;
  readonly invoiceLineNo: number;
  readonly sku: string;
  readonly description: string;
  readonly hsn: string | null;
  readonly quantity: number;
  readonly unitIds: string[];
  readonly gstBps: number;
  readonly cessBps: number;
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly utgst: number;
  readonly igst: number;
  readonly cess: number;
  readonly total: number;
}

export async function creditNoteWithLines(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  creditNoteId: CreditNoteId,
): Promise<(CreditNoteRow & { lines: CreditNoteLineRow[] }) | undefined> {
  const note = await tx.first(sql<CreditNoteRow>`
    select ${columns} from ${tables}
    where ${all([sql`n.tenant_id = ${tx.tenantId} and n.credit_note_id = ${creditNoteId}`, withinReach(ctx)])}`);
  if (!note) return undefined;
  const lines = await tx.run(sql<CreditNoteLineRow>`
    select l.line_no as "lineNo", l.invoice_line_no as "invoiceLineNo", k.code as sku, v.description, v.hsn, l.quantity, l.unit_ids as "unitIds",
      v.gst_bps as "gstBps", v.cess_bps as "cessBps", l.taxable_paise as taxable, l.cgst_paise as cgst, l.sgst_paise as sgst, l.utgst_paise as utgst,
      l.igst_paise as igst, l.cess_paise as cess, l.total_paise as total
    from godown.credit_note_line l
    join godown.invoice_line v on v.tenant_id = l.tenant_id and v.invoice_id = l.invoice_id and v.line_no = l.invoice_line_no
    join godown.sku k on k.tenant_id = v.tenant_id and k.sku_id = v.sku_id
    where l.tenant_id = ${tx.tenantId} and l.credit_note_id = ${creditNoteId} order by l.line_no`);
  return { ...note, lines };
}

/** A credit note as it is printed. */
export interface PrintableCreditNote {
  readonly creditNoteId: CreditNoteId;
  readonly state: CreditNoteRow["state"];
  readonly document: InvoiceDocument;
  /** The channel's own file, where there is one: that is printed. Null for a cancelled one, whose page says so. */
  readonly pdfSha256: Buffer | null;
}

/** The stored pages, in the order of the ids; those out of reach are left out. */
export async function printableCreditNotes(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  ids: readonly CreditNoteId[],
): Promise<PrintableCreditNote[]> {
  const rows = await tx.run(sql<Omit<PrintableCreditNote, "document"> & { document: unknown }>`
    select n.credit_note_id as "creditNoteId", n.state, n.document, case when n.state <> 'CANCELLED' then d.sha256 end as "pdfSha256"
    from unnest(${ids}::uuid[]) with ordinality as w(id, place)
    join godown.credit_note n on ${all([sql`n.tenant_id = ${tx.tenantId} and n.credit_note_id = w.id`, withinReach(ctx)])}
    left join godown.document d on d.tenant_id = n.tenant_id and d.document_id = n.pdf_document_id order by w.place`);
  return rows.map(({ document, ...row }) => ({
    ...row,
    document: { ...invoiceDocumentSchema.parse(document), cancelled: row.state === "CANCELLED" },
  }));
}

export interface CreditOfInvoice {
  readonly creditedPaise: number;
  readonly leftPaise: number;
  readonly lines: readonly {
    readonly lineNo: number;
    readonly sku: string;
    readonly quantity: number;
    readonly creditedQuantity: number;
    readonly total: number;
    readonly creditedTotal: number;
  }[];
}

/** What was given back of an invoice, and what is left. */
export async function creditOfInvoice(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  invoiceId: InvoiceId,
): Promise<CreditOfInvoice | undefined> {
  const head = await tx.first(sql<{ creditedPaise: number; leftPaise: number }>`
    select n.credited_paise as "creditedPaise", case when n.state = 'CANCELLED' then 0 else n.total_paise - n.credited_paise end as "leftPaise"
    from godown.invoice n where ${all([sql`n.tenant_id = ${tx.tenantId} and n.invoice_id = ${invoiceId}`, withinReach(ctx)])}`);
  if (head === undefined) return undefined;
  const lines = await tx.run(sql<CreditOfInvoice["lines"][number]>`
    select l.line_no as "lineNo", k.code as sku, l.quantity, l.credited_quantity as "creditedQuantity", l.total_paise as total, l.credited_total_paise as "creditedTotal"
    from godown.invoice_line l join godown.sku k using (tenant_id, sku_id)
    where l.tenant_id = ${tx.tenantId} and l.invoice_id = ${invoiceId} order by l.line_no`);
  return { ...head, lines };
}

export interface PendingFilters {
  readonly q?: string | undefined;
  /** The tab: RTO > Awaiting Action > Pending RTO invoice, or Reverse Pickup > Pending CIR Return Invoice. */
  readonly kind?: "RTO" | "CIR" | undefined;
  readonly state?: "ASKING" | "WAITING" | "FAILED" | "IRN_PENDING" | undefined;
  readonly madeBy?: "US" | "CHANNEL" | undefined;
  readonly channelId?: ChannelId | undefined;
  readonly facilityId?: FacilityId | undefined;
  readonly returnCaseId?: ReturnCaseId | undefined;
}

/** A return that waits for its credit note, or for that one's IRN. */
export interface PendingRow {
  readonly dueId: CreditNoteDueId;
  readonly returnCaseId: ReturnCaseId;
  readonly returnCode: string;
  readonly kind: "RTO" | "CIR";
  readonly reason: string | null;
  readonly orderCode: string;
  readonly saleOrderId: SaleOrderId;
  readonly packageCode: string;
  readonly shippingPackageId: string;
  readonly invoiceId: InvoiceId;
  readonly invoiceNumber: string;
  readonly channelCode: string;
  readonly channelId: ChannelId;
  readonly source: string;
  readonly facilityCode: string;
  readonly units: number;
  readonly madeBy: Due["madeBy"];
  readonly state: Exclude<Due["state"], "DONE">;
  readonly putAwayAt: Instant;
  readonly attempts: number;
  readonly code: string | null;
  readonly facts: Facts;
  readonly words: string | null;
  readonly exchangeId: string | null;
  readonly nextAttemptAt: Instant | null;
  readonly creditNoteId: CreditNoteId | null;
  readonly creditNoteNumber: string | null;
  readonly updatedAt: Instant;
  /** What the portal last answered, of one that waits for its IRN; null before. */
  readonly portalCode: string | null;
  readonly portalWords: string | null;
  readonly portalWhatToDo: string | null;
  readonly portalNextAt: Instant | null;
}

const pendingColumns = sql`n.credit_note_due_id as "dueId", n.return_case_id as "returnCaseId", r.code as "returnCode", r.kind, r.reason, o.code as "orderCode",
  o.sale_order_id as "saleOrderId", p.code as "packageCode", p.shipping_package_id as "shippingPackageId", i.invoice_id as "invoiceId", i.number as "invoiceNumber",
  c.code as "channelCode", c.channel_id as "channelId", c.source, f.code as "facilityCode", cardinality(n.unit_ids) as units, n.made_by as "madeBy", n.state,
  n.put_away_at as "putAwayAt", n.attempts, n.code, n.facts, n.message as words, n.exchange_id as "exchangeId", n.next_attempt_at as "nextAttemptAt",
  n.credit_note_id as "creditNoteId", cn.number as "creditNoteNumber", n.updated_at as "updatedAt",
  e.code as "portalCode", e.words as "portalWords", e.what_to_do as "portalWhatToDo", e.next_attempt_at as "portalNextAt"`;
const pendingTables = sql`godown.credit_note_due n
  join godown.return_case r on r.tenant_id = n.tenant_id and r.return_case_id = n.return_case_id
  join godown.invoice i on i.tenant_id = n.tenant_id and i.invoice_id = n.invoice_id
  join godown.sale_order o on o.tenant_id = n.tenant_id and o.sale_order_id = n.sale_order_id
  join godown.shipping_package p on p.tenant_id = i.tenant_id and p.shipping_package_id = i.shipping_package_id
  join godown.channel c on c.tenant_id = n.tenant_id and c.channel_id = n.channel_id
  join godown.facility f on f.tenant_id = n.tenant_id and f.facility_id = n.facility_id
  left join godown.credit_note cn on cn.tenant_id = n.tenant_id and cn.credit_note_id = n.credit_note_id
  left join godown.e_invoice e on e.tenant_id = n.tenant_id and e.subject_type = 'CREDIT_NOTE' and e.subject_id = n.credit_note_id and n.state = 'IRN_PENDING'`;

/** Also who works where the return is to come back, or came back: the goods are there, and so is the person who asks. */
const pendingWithinReach = (ctx: Pick<Ctx, "facilities">) =>
  ctx.facilities === "all"
    ? undefined
    : sql`(n.facility_id = any(${ctx.facilities}::uuid[]) or r.facility_id = any(${ctx.facilities}::uuid[]) or r.return_facility_id = any(${ctx.facilities}::uuid[]))`;

export async function listPending(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  filters: PendingFilters,
  page: Page,
): Promise<ListPage<PendingRow>> {
  const like = filters.q ? containing(filters.q) : undefined;
  const common = [
    sql`n.tenant_id = ${tx.tenantId} and n.state <> 'DONE'`,
    pendingWithinReach(ctx),
    filters.state === undefined ? undefined : sql`n.state = ${filters.state}`,
    filters.madeBy === undefined ? undefined : sql`n.made_by = ${filters.madeBy}`,
    filters.channelId === undefined ? undefined : sql`n.channel_id = ${filters.channelId}`,
    filters.facilityId === undefined
      ? undefined
      : sql`(n.facility_id = ${filters.facilityId} or r.facility_id = ${filters.facilityId})`,
    filters.returnCaseId === undefined ? undefined : sql`n.return_case_id = ${filters.returnCaseId}`,
    like === undefined
      ? undefined
      : sql`(r.code ilike ${like} or o.code ilike ${like} or p.code ilike ${like} or i.number ilike ${like} or cn.number ilike ${like})`,
  ];
  const where = all([...common, filters.kind === undefined ? undefined : sql`r.kind = ${filters.kind}`]);
  const direction = page.descending ? sql`desc` : sql`asc`;
  const sort =
    { putAwayAt: sql`n.put_away_at`, nextAttemptAt: sql`n.next_attempt_at`, attempts: sql`n.attempts` }[page.sort] ??
    sql`n.put_away_at`;
  const rows = await tx.run(sql<PendingRow>`
    select ${pendingColumns} from ${pendingTables} where ${where}
    order by ${sort} ${direction} nulls last, n.credit_note_due_id limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${pendingTables} where ${where}`);
  const kinds = await tx.run(sql<{ kind: string; count: number }>`
    select r.kind, count(*) from ${pendingTables} where ${all(common)} group by r.kind`);
  const counts = { RTO: 0, CIR: 0, ...Object.fromEntries(kinds.map(({ kind, count }) => [kind, count])) };
  return { rows, total, counts };
}

export function pendingById(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  dueId: CreditNoteDueId,
): Promise<PendingRow | undefined> {
  return tx.first(sql<PendingRow>`
    select ${pendingColumns} from ${pendingTables}
    where ${all([sql`n.tenant_id = ${tx.tenantId} and n.credit_note_due_id = ${dueId} and n.state <> 'DONE'`, pendingWithinReach(ctx)])}`);
}
