import type { ChannelId, FacilityId, InvoiceId, LocalDate, ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import { containing } from "../platform/http/fields.ts";
import type { ListPage, Page } from "../platform/http/list.ts";
import { type InvoiceDocument, invoiceDocumentSchema } from "./invoice-document.ts";

/** Invoices of the facilities that the actor's right reaches. `i` is the invoice. */
const withinReach = (ctx: Pick<Ctx, "facilities">) =>
  ctx.facilities === "all" ? undefined : sql`i.facility_id = any(${ctx.facilities}::uuid[])`;

export interface InvoiceFilters {
  q?: string | undefined;
  state?: "ISSUED" | "CANCELLED" | "IRN_PENDING" | undefined;
  channelId?: ChannelId | undefined;
  facilityId?: FacilityId | undefined;
  from?: LocalDate | undefined;
  to?: LocalDate | undefined;
}

export interface InvoiceRow {
  readonly invoiceId: InvoiceId;
  readonly number: string;
  /** SERIES: one of ours. CHANNEL: the channel's number and taxes. */
  readonly numberedBy: "SERIES" | "CHANNEL";
  readonly code: string;
  readonly state: "ISSUED" | "CANCELLED" | "IRN_PENDING";
  readonly issuedOn: LocalDate;
  readonly issuedAt: Temporal.Instant;
  readonly cancelledAt: Temporal.Instant | null;
  readonly orderCode: string;
  readonly saleOrderId: string;
  readonly packageCode: string;
  readonly channelCode: string;
  readonly facilityCode: string;
  readonly sellerGstin: string | null;
  readonly buyer: string;
  readonly buyerGstin: string | null;
  readonly placeOfSupply: string;
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly utgst: number;
  readonly igst: number;
  readonly cess: number;
  readonly roundOff: number;
  readonly total: number;
  readonly irn: string | null;
  readonly ackNo: string | null;
  readonly ackAt: Temporal.Instant | null;
  /** State of its e-invoice; null where it needs none. */
  readonly eInvoiceId: string | null;
  readonly eInvoiceState: string | null;
  /** Why it waits: the portal's code and our words. */
  readonly irnCode: string | null;
  readonly irnWords: string | null;
}

const columns = sql`i.invoice_id as "invoiceId", i.number, i.numbered_by as "numberedBy", i.code, i.state, i.issued_on as "issuedOn", i.issued_at as "issuedAt",
  i.cancelled_at as "cancelledAt", o.code as "orderCode", o.sale_order_id as "saleOrderId", p.code as "packageCode", c.code as "channelCode",
  f.code as "facilityCode", i.seller_gstin as "sellerGstin", i.document #>> '{billTo,name}' as buyer, i.document #>> '{billTo,gstin}' as "buyerGstin",
  i.place_of_supply as "placeOfSupply", i.taxable_paise as taxable, i.cgst_paise as cgst, i.sgst_paise as sgst, i.utgst_paise as utgst,
  i.igst_paise as igst, i.cess_paise as cess, i.round_off_paise as "roundOff", i.total_paise as total,
  e.irn, e.ack_no as "ackNo", e.ack_at as "ackAt", e.e_invoice_id as "eInvoiceId", e.state as "eInvoiceState", e.code as "irnCode", e.words as "irnWords"`;
const tables = sql`godown.invoice i
  join godown.sale_order o on o.tenant_id = i.tenant_id and o.sale_order_id = i.sale_order_id
  join godown.shipping_package p on p.tenant_id = i.tenant_id and p.shipping_package_id = i.shipping_package_id
  join godown.channel c on c.tenant_id = o.tenant_id and c.channel_id = o.channel_id
  join godown.facility f on f.tenant_id = i.tenant_id and f.facility_id = i.facility_id
  left join godown.e_invoice e on e.tenant_id = i.tenant_id and e.subject_type = 'INVOICE' and e.subject_id = i.invoice_id`;

export async function listInvoices(
  ctx: Ctx,
  tx: Tx,
  filters: InvoiceFilters,
  page: Page,
): Promise<ListPage<InvoiceRow>> {
  const like = filters.q ? containing(filters.q) : undefined;
  const where = all([
    sql`i.tenant_id = ${tx.tenantId}`,
    withinReach(ctx),
    filters.state === undefined ? undefined : sql`i.state = ${filters.state}`,
    filters.channelId === undefined ? undefined : sql`o.channel_id = ${filters.channelId}`,
    filters.facilityId === undefined ? undefined : sql`i.facility_id = ${filters.facilityId}`,
    filters.from === undefined ? undefined : sql`i.issued_on >= ${filters.from}`,
    filters.to === undefined ? undefined : sql`i.issued_on <= ${filters.to}`,
    like === undefined
      ? undefined
      : sql`(i.number ilike ${like} or i.code ilike ${like} or o.code ilike ${like} or p.code ilike ${like})`,
  ]);
  const sort =
    { issuedAt: sql`i.issued_at`, number: sql`i.number`, total: sql`i.total_paise` }[page.sort] ?? sql`i.issued_at`;
  const rows = await tx.run(sql<InvoiceRow>`
    select ${columns} from ${tables} where ${where}
    order by ${sort} ${page.descending ? sql`desc` : sql`asc`}, i.sequence_number ${page.descending ? sql`desc` : sql`asc`} nulls last, i.invoice_id
    limit ${page.limit} offset ${page.offset}`);
  const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from ${tables} where ${where}`);
  return { rows, total };
}

export interface InvoiceLineRow {
  readonly lineNo: number;
  readonly sku: string;
  readonly channelProductId: string;
  readonly description: string;
  readonly hsn: string | null;
  readonly quantity: number;
  readonly unitIds: string[];
  readonly unitPrice: number;
  readonly discount: number;
  readonly charges: number;
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

export async function invoiceWithLines(
  ctx: Ctx,
  tx: Tx,
  invoiceId: InvoiceId,
): Promise<(InvoiceRow & { readonly lines: InvoiceLineRow[] }) | undefined> {
  const invoice = await tx.first(sql<InvoiceRow>`
    select ${columns} from ${tables} where ${all([sql`i.tenant_id = ${tx.tenantId}`, sql`i.invoice_id = ${invoiceId}`, withinReach(ctx)])}`);
  if (!invoice) return undefined;
  const lines = await tx.run(sql<InvoiceLineRow>`
    select l.line_no as "lineNo", k.code as sku, l.channel_product_id as "channelProductId", l.description, l.hsn, l.quantity, l.unit_ids as "unitIds",
      l.unit_price_paise as "unitPrice", l.discount_paise as discount, l.charges_paise as charges, l.gst_bps as "gstBps", l.cess_bps as "cessBps",
      l.taxable_paise as taxable, l.cgst_paise as cgst, l.sgst_paise as sgst, l.utgst_paise as utgst, l.igst_paise as igst, l.cess_paise as cess,
      l.total_paise as total
    from godown.invoice_line l join godown.sku k using (tenant_id, sku_id)
    where l.tenant_id = ${tx.tenantId} and l.invoice_id = ${invoiceId} order by l.line_no`);
  return { ...invoice, lines };
}

/** An invoice as it is printed, and the package it is of. */
export interface PrintableInvoice {
  readonly invoiceId: InvoiceId;
  readonly shippingPackageId: ShippingPackageId;
  readonly document: InvoiceDocument;
  /** The channel's own file, where it gave one: that is printed, and not our page. Null for a cancelled invoice, whose page says so. */
  readonly pdfSha256: Buffer | null;
  /** It has no IRN yet, and is not valid before. */
  readonly waits: boolean;
}

/**
 * The stored pages of invoices, in the order of the ids; those that are not there or lie in facilities out of reach are
 * left out. By package, the one that is issued. A cancelled invoice prints as such.
 */
export async function printableInvoices(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  which: { readonly invoiceIds: readonly InvoiceId[] } | { readonly packageIds: readonly ShippingPackageId[] },
): Promise<PrintableInvoice[]> {
  const [ids, key] =
    "invoiceIds" in which
      ? [which.invoiceIds, sql`i.invoice_id = w.id`]
      : [which.packageIds, sql`i.shipping_package_id = w.id and i.state = 'ISSUED'`];
  const rows = await tx.run(
    sql<Omit<PrintableInvoice, "document" | "waits"> & { state: string; document: unknown }>`
    select i.invoice_id as "invoiceId", i.shipping_package_id as "shippingPackageId", i.state, i.document,
      case when i.state <> 'CANCELLED' then d.sha256 end as "pdfSha256"
    from unnest(${ids}::uuid[]) with ordinality as w(id, place) join godown.invoice i on ${all([sql`i.tenant_id = ${tx.tenantId}`, key, withinReach(ctx)])}
    left join godown.document d on d.tenant_id = i.tenant_id and d.document_id = i.pdf_document_id
    order by w.place`,
  );
  return rows.map(({ state, document, ...row }) => ({
    ...row,
    waits: state === "IRN_PENDING",
    document: { ...invoiceDocumentSchema.parse(document), cancelled: state === "CANCELLED" },
  }));
}
