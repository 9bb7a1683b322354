import type { TaxedLine } from "../billing/gst.ts";
import {
  type BasisPoints,
  type FacilityId,
  type Instant,
  type LocalDate,
  type Paise,
  paise,
  type SkuId,
  sum,
} from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { TakenNumber } from "../warehouse/index.ts";
import type { GatepassDocumentId, GatepassId, GatepassLineId } from "./gatepass.ts";
import type { Paper } from "./paper.ts";
import { type InvoicedLine, type PaperDraft, type PaperKind, SERIES_OF, type Side } from "./paper-rules.ts";

export type DocumentState = "ISSUED" | "CANCELLED" | "IRN_PENDING";

/** A facility as it stands on paper, with its zone. */
export async function facilitySide(tx: Tx, facilityId: FacilityId): Promise<Side & { zone: string; enabled: boolean }> {
  return tx.one(sql<Side & { zone: string; enabled: boolean }>`
    select coalesce(legal_name, name) as name, code, line1, line2, city, pincode, state_code as "stateCode", gstin, phone, email, zone, enabled
    from godown.facility where tenant_id = ${tx.tenantId} and facility_id = ${facilityId}`);
}

export interface NewDocument {
  readonly documentId: GatepassDocumentId;
  readonly gatepassId: GatepassId;
  readonly facilityId: FacilityId;
  readonly draft: PaperDraft;
  readonly state: "ISSUED" | "IRN_PENDING";
  readonly taken: TakenNumber;
  readonly on: LocalDate;
  readonly from: Side;
  readonly to: Side;
  readonly against: {
    readonly documentId: GatepassDocumentId | null;
    readonly number: string;
    readonly on: LocalDate;
  } | null;
  readonly page: Paper;
}

/** Writes a paper with its lines, in the transaction that took its number. */
export async function insertDocument(tx: Tx, given: NewDocument, at: Instant): Promise<void> {
  const { draft, taken, against, page } = given;
  const { totals } = draft;
  const lines = draft.lines.map(({ line, quantity, taxed }, i) => ({
    ...{ lineNo: i + 1, lineId: line.lineId, skuId: line.skuId, description: line.name, hsn: line.hsn },
    ...{ quantity, price: line.price, gstBps: taxed.gstBps, cessBps: taxed.cessBps },
    ...{ taxable: taxed.taxable, cgst: taxed.cgst, sgst: taxed.sgst, utgst: taxed.utgst },
    ...{ igst: taxed.igst, cess: taxed.cess, total: taxed.gross },
  }));
  await tx.run(sql`
    with paper as (
      insert into godown.gatepass_document (tenant_id, gatepass_document_id, gatepass_id, facility_id, kind, document_type, number, invoice_series_id, sequence_number,
        financial_year, state, issued_at, issued_on, seller_gstin, buyer_gstin, buyer_name, place_of_supply, against_document_id, against_number, against_on,
        taxable_paise, cgst_paise, sgst_paise, utgst_paise, igst_paise, cess_paise, total_paise, document, template_version)
      values (${tx.tenantId}, ${given.documentId}, ${given.gatepassId}, ${given.facilityId}, ${draft.kind}, ${SERIES_OF[draft.kind]}, ${taken.number}, ${taken.seriesId},
        ${taken.sequence}, ${taken.financialYear}, ${given.state}, ${at}, ${given.on}, ${given.from.gstin}, ${given.to.gstin}, ${given.to.name}, ${draft.place.code},
        ${against?.documentId ?? null}, ${against?.number ?? null}, ${against?.on ?? null}, ${totals.taxable}, ${totals.cgst}, ${totals.sgst}, ${totals.utgst},
        ${totals.igst}, ${totals.cess}, ${totals.gross}, ${json(page)}, ${page.templateVersion})
    )
    insert into godown.gatepass_document_line (tenant_id, gatepass_document_id, line_no, gatepass_line_id, sku_id, description, hsn, quantity, unit_price_paise, gst_bps,
      cess_bps, taxable_paise, cgst_paise, sgst_paise, utgst_paise, igst_paise, cess_paise, total_paise)
    select ${tx.tenantId}, ${given.documentId}, l."lineNo", l."lineId", l."skuId", l.description, l.hsn, l.quantity, l.price, l."gstBps", l."cessBps", l.taxable, l.cgst,
      l.sgst, l.utgst, l.igst, l.cess, l.total
    from jsonb_to_recordset(${json(lines)}) as l("lineNo" integer, "lineId" uuid, "skuId" uuid, description text, hsn text, quantity integer, price bigint,
      "gstBps" integer, "cessBps" integer, taxable bigint, cgst bigint, sgst bigint, utgst bigint, igst bigint, cess bigint, total bigint)`);
}

export interface DocumentRow {
  readonly documentId: GatepassDocumentId;
  readonly kind: PaperKind;
  readonly number: string;
  readonly state: DocumentState;
  readonly issuedOn: LocalDate;
  readonly issuedAt: Instant;
  readonly cancelledAt: Instant | null;
  readonly total: Paise;
  readonly page: Paper;
}

/** The papers of a gatepass, oldest first. */
export function documentsOf(tx: Tx, gatepassId: GatepassId): Promise<DocumentRow[]> {
  return tx.run(sql<DocumentRow>`
    select gatepass_document_id as "documentId", kind, number, state, issued_on as "issuedOn", issued_at as "issuedAt", cancelled_at as "cancelledAt",
      total_paise as total, document as page
    from godown.gatepass_document where tenant_id = ${tx.tenantId} and gatepass_id = ${gatepassId} order by issued_at, gatepass_document_id`);
}

/** A paper, with the facilities of its gatepass. */
export function documentById(
  tx: Tx,
  documentId: GatepassDocumentId,
): Promise<
  | (Pick<DocumentRow, "number" | "state" | "page"> & { facilityId: FacilityId; toFacilityId: FacilityId | null })
  | undefined
> {
  return tx.first(sql<
    Pick<DocumentRow, "number" | "state" | "page"> & { facilityId: FacilityId; toFacilityId: FacilityId | null }
  >`
    select p.number, p.state, p.document as page, g.facility_id as "facilityId", g.to_facility_id as "toFacilityId"
    from godown.gatepass_document p join godown.gatepass g using (tenant_id, gatepass_id)
    where p.tenant_id = ${tx.tenantId} and p.gatepass_document_id = ${documentId}`);
}

/** The gatepass of a paper. */
export async function gatepassOfDocument(tx: Tx, documentId: GatepassDocumentId): Promise<GatepassId | undefined> {
  const row = await tx.first(sql<{ gatepassId: GatepassId }>`
    select gatepass_id as "gatepassId" from godown.gatepass_document
    where tenant_id = ${tx.tenantId} and gatepass_document_id = ${documentId}`);
  return row?.gatepassId;
}

/** A paper that waited for its IRN has it: it stands on the page from now on. One that was cancelled meanwhile stays so. */
export async function saveIrn(
  tx: Tx,
  documentId: GatepassDocumentId,
  eInvoice: NonNullable<Paper["eInvoice"]>,
): Promise<boolean> {
  const written = await tx.count(sql`
    update godown.gatepass_document set state = 'ISSUED', document = document || jsonb_build_object('eInvoice', ${json(eInvoice)})
    where tenant_id = ${tx.tenantId} and gatepass_document_id = ${documentId} and state = 'IRN_PENDING'`);
  return written === 1;
}

/** The papers of a gatepass that stand are cancelled; their numbers are kept. */
export async function cancelDocuments(tx: Tx, gatepassId: GatepassId, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.gatepass_document set state = 'CANCELLED', cancelled_at = ${at}
    where tenant_id = ${tx.tenantId} and gatepass_id = ${gatepassId} and state <> 'CANCELLED'`);
}

interface InvoicedRow extends Omit<TaxedLine, "tax" | "gross"> {
  readonly lineId: GatepassLineId;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly name: string;
  readonly hsn: string | null;
  readonly price: Paise;
  readonly gstBps: BasisPoints;
  readonly cessBps: BasisPoints;
  readonly creditedBefore: number;
}

/** The lines of an invoice, with how many pieces of each its credit notes took back. */
export async function invoicedLines(tx: Tx, documentId: GatepassDocumentId): Promise<InvoicedLine[]> {
  const rows = await tx.run(sql<InvoicedRow>`
    select l.gatepass_line_id as "lineId", l.sku_id as "skuId", k.code as sku, l.description as name, l.hsn, l.unit_price_paise as price, l.quantity,
      l.gst_bps as "gstBps", l.cess_bps as "cessBps", l.taxable_paise as taxable, l.cgst_paise as cgst, l.sgst_paise as sgst, l.utgst_paise as utgst,
      l.igst_paise as igst, l.cess_paise as cess, coalesce((
        select sum(c.quantity) from godown.gatepass_document_line c
        join godown.gatepass_document n on n.tenant_id = c.tenant_id and n.gatepass_document_id = c.gatepass_document_id
        where c.tenant_id = l.tenant_id and c.gatepass_line_id = l.gatepass_line_id and n.against_document_id = l.gatepass_document_id and n.state <> 'CANCELLED'
      ), 0)::integer as "creditedBefore"
    from godown.gatepass_document_line l join godown.sku k using (tenant_id, sku_id)
    where l.tenant_id = ${tx.tenantId} and l.gatepass_document_id = ${documentId} order by l.line_no`);
  return rows.map(({ lineId, skuId, sku, name, hsn, price, creditedBefore, ...taxed }) => {
    const tax = sum([taxed.cgst, taxed.sgst, taxed.utgst, taxed.igst, taxed.cess]);
    return {
      line: { lineId, skuId, sku, name, hsn, price },
      taxed: { ...taxed, tax, gross: paise(taxed.taxable + tax) },
      creditedBefore,
    };
  });
}
