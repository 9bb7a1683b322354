import type { Inv01 } from "../../../contract/inv01.ts";
import type {
  ChannelId,
  Id,
  Instant,
  InvoiceId,
  LocalDate,
  Paise,
  SaleOrderId,
  SaleOrderItemId,
  ShippingPackageId,
} from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { DocumentId } from "../../platform/stored-document.ts";
import { invoiceDocumentSchema } from "../invoice-document.ts";
import type {
  CreditNoteId,
  OriginalInvoice,
  OriginalLine,
  OriginalUnit,
  ReturnCaseId,
  ReturnOfUnits,
} from "./credit-facts.ts";
import type { Amounts, Credit } from "./credit-rules.ts";
import type { CreditNoteState } from "./lifecycle.ts";

type InvoiceHead = Omit<OriginalInvoice, "lines" | "document"> & { readonly document: unknown };
interface LineRow {
  readonly lineNo: number;
  readonly unitIds: SaleOrderItemId[];
  readonly amounts: Amounts;
  readonly credited: Amounts;
}

/**
 * An invoice with its lines, its units and what was given back of it. @param lock its row stays locked until the
 * transaction ends: credit notes of one invoice are written one after the other
 */
export async function readOriginal(tx: Tx, invoiceId: InvoiceId, lock: boolean): Promise<OriginalInvoice | undefined> {
  const head = await tx.first(sql<InvoiceHead>`
    select i.invoice_id as "invoiceId", i.number, i.issued_on as "issuedOn", i.state, i.numbered_by as "numberedBy", i.seller_gstin as "sellerGstin",
      i.place_of_supply as "placeOfSupply", i.round_off_paise as "roundOff", i.credited_round_off_paise as "creditedRoundOff", i.document,
      f.facility_id as "facilityId", f.code as "facilityCode", f.zone, c.channel_id as "channelId", c.code as "channelCode", c.name as "channelName", c.source,
      o.sale_order_id as "saleOrderId", o.code as "orderCode", o.channel_order_id as "channelOrderId", p.shipping_package_id as "shippingPackageId", p.code as "packageCode",
      case when s.invoice_series_id is not null then s.facility_id when c.billing_party_id is null then f.facility_id end as "ownerFacilityId",
      case when s.invoice_series_id is not null then s.billing_party_id else c.billing_party_id end as "ownerBillingPartyId"
    from godown.invoice i
    join godown.facility f on f.tenant_id = i.tenant_id and f.facility_id = i.facility_id
    join godown.sale_order o on o.tenant_id = i.tenant_id and o.sale_order_id = i.sale_order_id
    join godown.channel c on c.tenant_id = o.tenant_id and c.channel_id = o.channel_id
    join godown.shipping_package p on p.tenant_id = i.tenant_id and p.shipping_package_id = i.shipping_package_id
    left join godown.invoice_series s on s.tenant_id = i.tenant_id and s.invoice_series_id = i.invoice_series_id
    where i.tenant_id = ${tx.tenantId} and i.invoice_id = ${invoiceId} ${lock ? sql`for update of i` : sql``}`);
  if (head === undefined) return undefined;
  const lines = await tx.run(sql<LineRow>`
    select line_no as "lineNo", unit_ids as "unitIds",
      jsonb_build_object('taxable', taxable_paise, 'cgst', cgst_paise, 'sgst', sgst_paise, 'utgst', utgst_paise, 'igst', igst_paise, 'cess', cess_paise) as amounts,
      jsonb_build_object('taxable', credited_taxable_paise, 'cgst', credited_cgst_paise, 'sgst', credited_sgst_paise, 'utgst', credited_utgst_paise,
        'igst', credited_igst_paise, 'cess', credited_cess_paise) as credited
    from godown.invoice_line where tenant_id = ${tx.tenantId} and invoice_id = ${invoiceId} order by line_no`);
  const ids = lines.flatMap((line) => line.unitIds);
  const units = new Map((await readUnits(tx, invoiceId, ids)).map((unit) => [unit.unitId, unit]));
  const document = invoiceDocumentSchema.parse(head.document);
  return { ...head, document, lines: lines.map((line): OriginalLine => lineOf(line, units)) };
}

function lineOf({ unitIds, ...line }: LineRow, units: ReadonlyMap<SaleOrderItemId, OriginalUnit>): OriginalLine {
  return { ...line, units: unitIds.flatMap((id) => units.get(id) ?? []) };
}

function readUnits(tx: Tx, invoiceId: InvoiceId, ids: readonly SaleOrderItemId[]): Promise<OriginalUnit[]> {
  return tx.run(sql<OriginalUnit>`
    select u.sale_order_item_id as "unitId", u.channel_order_item_id as line, u.product_id as "productId", u.variant_id as "variantId",
      u.total_paise as billed, u.shipping_charges_paise as shipping, u.cod_charges_paise as cod, u.gift_wrap_charges_paise as "giftWrap",
      exists (select from godown.credited_unit d where d.tenant_id = u.tenant_id and d.sale_order_item_id = u.sale_order_item_id and d.invoice_id = ${invoiceId}) as credited,
      case when u.bundle_sku_id is null then 1 else (
        select coalesce(sum(b.quantity), 1)::integer from godown.bundle_component b where b.tenant_id = u.tenant_id and b.bundle_sku_id = u.bundle_sku_id) end as parts
    from godown.sale_order_item u where u.tenant_id = ${tx.tenantId} and u.sale_order_item_id = any(${ids}::uuid[])`);
}

export function readReturn(tx: Tx, returnCaseId: ReturnCaseId): Promise<ReturnOfUnits | undefined> {
  return tx.first(sql<ReturnOfUnits>`
    select return_case_id as "returnCaseId", code, kind, channel_return_id as "channelReturnId", state
    from godown.return_case where tenant_id = ${tx.tenantId} and return_case_id = ${returnCaseId}`);
}

/** The invoices on which units stand, with those of the units: invoices that are not cancelled, units not credited. */
export function invoicesOfUnits(
  tx: Tx,
  unitIds: readonly SaleOrderItemId[],
): Promise<{ readonly invoiceId: InvoiceId; readonly unitIds: SaleOrderItemId[] }[]> {
  return tx.run(sql<{ invoiceId: InvoiceId; unitIds: SaleOrderItemId[] }>`
    select i.invoice_id as "invoiceId", array_agg(u.sale_order_item_id order by l.line_no, u.unit_no) as "unitIds"
    from godown.sale_order_item u
    join godown.invoice i on i.tenant_id = u.tenant_id and i.shipping_package_id = u.shipping_package_id and i.state <> 'CANCELLED'
    join godown.invoice_line l on l.tenant_id = i.tenant_id and l.invoice_id = i.invoice_id and u.sale_order_item_id = any(l.unit_ids)
    where u.tenant_id = ${tx.tenantId} and u.sale_order_item_id = any(${unitIds}::uuid[])
      and not exists (select from godown.credited_unit d where d.tenant_id = u.tenant_id and d.sale_order_item_id = u.sale_order_item_id and d.invoice_id = i.invoice_id)
    group by i.invoice_id order by i.invoice_id`);
}

/** Returns that are over, as far as goods go, with the units of a package that came back with them, the longest back first. */
export function returnsOfPackage(
  tx: Tx,
  shippingPackageId: ShippingPackageId,
): Promise<
  {
    readonly returnCaseId: ReturnCaseId;
    readonly channelId: ChannelId;
    readonly source: string;
    readonly unitIds: SaleOrderItemId[];
  }[]
> {
  return tx.run(sql<{ returnCaseId: ReturnCaseId; channelId: ChannelId; source: string; unitIds: SaleOrderItemId[] }>`
    select r.return_case_id as "returnCaseId", r.channel_id as "channelId", c.source, array_agg(u.sale_order_item_id order by u.unit_no) as "unitIds"
    from godown.sale_order_item u
    join godown.return_item i on i.tenant_id = u.tenant_id and i.sale_order_item_id = u.sale_order_item_id and i.state in ('PUT_AWAY', 'RETURNED')
    join godown.return_case r on r.tenant_id = i.tenant_id and r.return_case_id = i.return_case_id and r.state in ('PENDING_INVOICE', 'COMPLETED')
    join godown.channel c on c.tenant_id = r.tenant_id and c.channel_id = r.channel_id
    where u.tenant_id = ${tx.tenantId} and u.shipping_package_id = ${shippingPackageId}
    group by r.return_case_id, r.channel_id, c.source order by min(r.put_away_at), r.return_case_id`);
}

/** A credit note as it is written, apart from its amounts. */
export interface NewCreditNote {
  readonly creditNoteId: CreditNoteId;
  readonly code: string;
  readonly number: string;
  readonly returnCaseId: ReturnCaseId | null;
  readonly byChannel: boolean;
  readonly series: string | null;
  readonly seriesId: Id<"InvoiceSeries"> | null;
  readonly sequence: number | null;
  readonly financialYear: number;
  readonly state: "ISSUED" | "IRN_PENDING";
  readonly on: LocalDate;
  readonly taxLoweredBy: LocalDate;
  readonly said: { readonly taxable: Paise; readonly tax: Paise } | null;
  readonly enteredBy: string | null;
  readonly exchangeId: string | null;
  readonly pdfId: DocumentId | null;
  readonly document: unknown;
  readonly templateVersion: number;
}

/** Writes a credit note with its lines. The database counts them on the invoice and refuses what would exceed it. */
export async function insertCreditNote(
  tx: Tx,
  original: OriginalInvoice,
  credit: Credit,
  note: NewCreditNote,
  at: Instant,
): Promise<void> {
  const { amounts: a } = credit;
  await tx.run(sql`
    insert into godown.credit_note (tenant_id, credit_note_id, invoice_id, return_case_id, sale_order_id, shipping_package_id, facility_id, channel_id, code, number,
      numbered_by, series, invoice_series_id, sequence_number, financial_year, seller_gstin, state, issued_at, issued_on, tax_lowered_by, place_of_supply, taxable_paise,
      cgst_paise, sgst_paise, utgst_paise, igst_paise, cess_paise, round_off_paise, total_paise, channel_taxable_paise, channel_tax_paise, entered_by, exchange_id,
      pdf_document_id, document, template_version)
    values (${tx.tenantId}, ${note.creditNoteId}, ${original.invoiceId}, ${note.returnCaseId}, ${original.saleOrderId}, ${original.shippingPackageId},
      ${original.facilityId}, ${original.channelId}, ${note.code}, ${note.number}, ${note.byChannel ? "CHANNEL" : "SERIES"}, ${note.series}, ${note.seriesId},
      ${note.sequence}, ${note.financialYear}, ${original.sellerGstin}, ${note.state}, ${at}, ${note.on}, ${note.taxLoweredBy}, ${original.placeOfSupply},
      ${a.taxable}, ${a.cgst}, ${a.sgst}, ${a.utgst}, ${a.igst}, ${a.cess}, ${credit.roundOff}, ${credit.total}, ${note.said?.taxable ?? null}, ${note.said?.tax ?? null},
      ${note.enteredBy}, ${note.exchangeId}, ${note.pdfId}, ${json(note.document)}, ${note.templateVersion})`);
  const lines = credit.lines.map((line, i) => ({
    ...line.amounts,
    ...{ no: i + 1, lineNo: line.lineNo, unitIds: line.unitIds, quantity: line.unitIds.length, total: line.total },
  }));
  await tx.run(sql`
    insert into godown.credit_note_line (tenant_id, credit_note_id, line_no, invoice_id, invoice_line_no, quantity, unit_ids, taxable_paise, cgst_paise, sgst_paise,
      utgst_paise, igst_paise, cess_paise, total_paise)
    select ${tx.tenantId}::uuid, ${note.creditNoteId}::uuid, l.no, ${original.invoiceId}::uuid, l."lineNo", l.quantity, l."unitIds", l.taxable, l.cgst, l.sgst, l.utgst,
      l.igst, l.cess, l.total
    from jsonb_to_recordset(${json(lines)}) as l(no integer, "lineNo" integer, quantity integer, "unitIds" uuid[], taxable bigint, cgst bigint, sgst bigint, utgst bigint,
      igst bigint, cess bigint, total bigint)`);
}

/**
 * The invoice whose credit note has this number of a channel. Until the transaction ends nobody else can write the number:
 * two credit notes that got the same one at the same moment are told apart.
 */
export async function lockCreditNumber(tx: Tx, channelId: ChannelId, number: string): Promise<string | undefined> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`credit-note:${channelId}:${number}`}, 0))`);
  const row = await tx.first(sql<{ invoice: string }>`
    select i.number as invoice from godown.credit_note n join godown.invoice i using (tenant_id, invoice_id)
    where n.tenant_id = ${tx.tenantId} and n.channel_id = ${channelId} and n.number = ${number} and n.numbered_by = 'CHANNEL' and n.state <> 'CANCELLED'`);
  return row?.invoice;
}

/** A credit note, locked. */
export interface LockedCreditNote {
  readonly creditNoteId: CreditNoteId;
  readonly number: string;
  readonly state: CreditNoteState;
  readonly returnCaseId: ReturnCaseId | null;
  readonly invoiceId: InvoiceId;
  readonly facilityId: string;
  readonly numberedBy: "SERIES" | "CHANNEL";
  readonly channelId: ChannelId;
  readonly saleOrderId: SaleOrderId;
  readonly shippingPackageId: ShippingPackageId;
  readonly packageCode: string;
  readonly document: unknown;
}

export function lockCreditNote(tx: Tx, creditNoteId: CreditNoteId): Promise<LockedCreditNote | undefined> {
  return tx.first(sql<LockedCreditNote>`
    select n.credit_note_id as "creditNoteId", n.number, n.state, n.return_case_id as "returnCaseId", n.invoice_id as "invoiceId", n.facility_id as "facilityId", n.numbered_by as "numberedBy",
      n.channel_id as "channelId", n.sale_order_id as "saleOrderId", n.shipping_package_id as "shippingPackageId", p.code as "packageCode", n.document
    from godown.credit_note n join godown.shipping_package p using (tenant_id, shipping_package_id)
    where n.tenant_id = ${tx.tenantId} and n.credit_note_id = ${creditNoteId} for update of n`);
}

/** Its IRN is there: it is issued, and prints it. */
export async function saveRegistered(tx: Tx, creditNoteId: CreditNoteId, document: unknown): Promise<void> {
  await tx.run(sql`
    update godown.credit_note set state = 'ISSUED', document = ${json(document)}
    where tenant_id = ${tx.tenantId} and credit_note_id = ${creditNoteId} and state = 'IRN_PENDING'`);
}

export async function saveCancelled(tx: Tx, creditNoteId: CreditNoteId, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.credit_note set state = 'CANCELLED', cancelled_at = ${at}
    where tenant_id = ${tx.tenantId} and credit_note_id = ${creditNoteId} and state <> 'CANCELLED'`);
}

/** What the portal registered of an invoice, where its IRN stands; and whether the tenant may use the portal's test numbers. */
export function readReported(
  tx: Tx,
  invoiceId: InvoiceId,
): Promise<{ readonly document: Inv01; readonly sandbox: boolean } | undefined> {
  return tx.first(sql<{ document: Inv01; sandbox: boolean }>`
    select e.document, t.sandbox from godown.e_invoice e join godown.tenant t using (tenant_id)
    where e.tenant_id = ${tx.tenantId} and e.subject_type = 'INVOICE' and e.subject_id = ${invoiceId} and e.state = 'ACTIVE'`);
}
