import { taxLoweredBy } from "../e-invoice/index.ts";
import type { FacilityId, LocalDate } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import type { Month } from "./month.ts";

export interface RegisterFilters {
  readonly month: Month;
  readonly gstin?: string | undefined;
  readonly facilityId?: FacilityId | undefined;
}

/** Which documents: those that are sold on, and those that give back. */
export type Register = "SALES" | "CREDIT_NOTES";

/** What a document bears under one rate. */
export interface RegisterRow {
  readonly origin: "ORDER" | "GATEPASS";
  readonly documentId: string;
  readonly number: string;
  readonly on: LocalDate;
  readonly state: "ISSUED" | "CANCELLED" | "IRN_PENDING";
  readonly kind: string;
  readonly numberedBy: "SERIES" | "CHANNEL";
  /** The channel's name for its series. */
  readonly series: string | null;
  readonly gstin: string | null;
  readonly facilityCode: string;
  readonly buyer: string;
  readonly buyerGstin: string | null;
  /** State code. */
  readonly place: string;
  readonly channelCode: string | null;
  /** The order, or the gatepass. */
  readonly orderCode: string;
  /** The invoice that is given back. */
  readonly against: string | null;
  readonly againstOn: LocalDate | null;
  readonly returnCode: string | null;
  readonly late: boolean;
  readonly irn: string | null;
  readonly ackNo: string | null;
  /** The document's whole value. */
  readonly documentTotal: number;
  /** Stands on the document's first row alone. */
  readonly roundOff: number;
  readonly gstBps: number;
  readonly cessBps: number;
  readonly quantity: number;
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly utgst: number;
  readonly igst: number;
  readonly cess: number;
}

/** Documents read at once. */
const DOCUMENTS_AT_ONCE = 1_000;

const COMMON = sql`l.quantity, l.taxable_paise, l.cgst_paise, l.sgst_paise, l.utgst_paise, l.igst_paise, l.cess_paise`;

/** A source of documents: its rows with the columns of `RegisterRow` up to the rate, and the lines of one document `d`. */
function source(tx: Tx, register: Register, origin: RegisterRow["origin"]) {
  if (register === "SALES" && origin === "ORDER")
    return {
      documents: sql`
        select i.invoice_id as id, i.number, i.issued_on as "on", i.state, i.document ->> 'kind' as kind, i.numbered_by as "numberedBy", null::text as series,
          i.seller_gstin as gstin, i.facility_id, i.document #>> '{billTo,name}' as buyer, i.document #>> '{billTo,gstin}' as "buyerGstin", i.place_of_supply as place,
          c.code as "channelCode", o.code as "orderCode", null::text as against, null::date as "againstOn", null::text as "returnCode", false as late,
          i.document #>> '{eInvoice,irn}' as irn, i.document #>> '{eInvoice,acknowledgementNumber}' as "ackNo", i.total_paise as "documentTotal", i.round_off_paise as round_off
        from godown.invoice i
        join godown.sale_order o on o.tenant_id = i.tenant_id and o.sale_order_id = i.sale_order_id
        join godown.channel c on c.tenant_id = o.tenant_id and c.channel_id = o.channel_id
        where i.tenant_id = ${tx.tenantId}`,
      head: { id: sql`i.invoice_id`, on: sql`i.issued_on`, gstin: sql`i.seller_gstin`, facility: sql`i.facility_id` },
      lines: sql`select l.gst_bps, l.cess_bps, ${COMMON} from godown.invoice_line l where l.tenant_id = ${tx.tenantId} and l.invoice_id = d.id`,
    };
  if (origin === "ORDER")
    return {
      documents: sql`
        select n.credit_note_id as id, n.number, n.issued_on as "on", n.state, 'CREDIT_NOTE' as kind, n.numbered_by as "numberedBy", n.series,
          n.seller_gstin as gstin, n.facility_id, n.document #>> '{billTo,name}' as buyer, n.document #>> '{billTo,gstin}' as "buyerGstin", n.place_of_supply as place,
          c.code as "channelCode", o.code as "orderCode", i.number as against, i.issued_on as "againstOn", r.code as "returnCode", n.issued_on > n.tax_lowered_by as late,
          n.document #>> '{eInvoice,irn}' as irn, n.document #>> '{eInvoice,acknowledgementNumber}' as "ackNo", n.total_paise as "documentTotal", n.round_off_paise as round_off
        from godown.credit_note n
        join godown.invoice i on i.tenant_id = n.tenant_id and i.invoice_id = n.invoice_id
        join godown.sale_order o on o.tenant_id = n.tenant_id and o.sale_order_id = n.sale_order_id
        join godown.channel c on c.tenant_id = n.tenant_id and c.channel_id = n.channel_id
        left join godown.return_case r on r.tenant_id = n.tenant_id and r.return_case_id = n.return_case_id
        where n.tenant_id = ${tx.tenantId}`,
      head: {
        id: sql`n.credit_note_id`,
        on: sql`n.issued_on`,
        gstin: sql`n.seller_gstin`,
        facility: sql`n.facility_id`,
      },
      lines: sql`
        select v.gst_bps, v.cess_bps, ${COMMON} from godown.credit_note_line l
        join godown.invoice_line v on v.tenant_id = l.tenant_id and v.invoice_id = l.invoice_id and v.line_no = l.invoice_line_no
        where l.tenant_id = ${tx.tenantId} and l.credit_note_id = d.id`,
    };
  const kinds = register === "SALES" ? ["TAX_INVOICE", "BILL_OF_SUPPLY"] : ["CREDIT_NOTE"];
  return {
    documents: sql`
      select g.gatepass_document_id as id, g.number, g.issued_on as "on", g.state, g.kind, 'SERIES' as "numberedBy", null::text as series, g.seller_gstin as gstin,
        g.facility_id, g.buyer_name as buyer, g.buyer_gstin as "buyerGstin", g.place_of_supply as place, null::text as "channelCode", p.code as "orderCode",
        g.against_number as against, g.against_on as "againstOn", null::text as "returnCode", false as late, e.irn, e.ack_no as "ackNo",
        g.total_paise as "documentTotal", 0::bigint as round_off
      from godown.gatepass_document g
      join godown.gatepass p on p.tenant_id = g.tenant_id and p.gatepass_id = g.gatepass_id
      left join godown.e_invoice e on e.tenant_id = g.tenant_id and e.subject_type = 'GATEPASS' and e.subject_id = g.gatepass_document_id and e.state = 'ACTIVE'
      where g.tenant_id = ${tx.tenantId} and g.kind = any(${kinds}::text[])`,
    head: {
      id: sql`g.gatepass_document_id`,
      on: sql`g.issued_on`,
      gstin: sql`g.seller_gstin`,
      facility: sql`g.facility_id`,
    },
    lines: sql`select l.gst_bps, l.cess_bps, ${COMMON} from godown.gatepass_document_line l where l.tenant_id = ${tx.tenantId} and l.gatepass_document_id = d.id`,
  };
}

/** The rows of a register, by day and document: first those of orders, then those of gatepasses. A thousand documents at a time. */
export async function* registerRows(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  register: Register,
  filters: RegisterFilters,
): AsyncGenerator<readonly RegisterRow[]> {
  for (const origin of ["ORDER", "GATEPASS"] as const) {
    let after: { readonly on: LocalDate; readonly id: string } | null = null;
    for (;;) {
      const rows: RegisterRow[] = (await readSome(ctx, tx, register, origin, filters, after)).map(withLateness);
      const last = rows.at(-1);
      if (last === undefined) break;
      yield rows;
      after = { on: last.on, id: last.documentId };
    }
  }
}

/** Credit notes of orders have the day kept with them; those of transfers between registrations go by the same law. */
function withLateness(row: RegisterRow): RegisterRow {
  if (row.origin === "ORDER" || row.againstOn === null) return row;
  return { ...row, late: Temporal.PlainDate.compare(row.on, taxLoweredBy(row.againstOn)) > 0 };
}

function readSome(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  register: Register,
  origin: RegisterRow["origin"],
  { month, gstin, facilityId }: RegisterFilters,
  after: { readonly on: LocalDate; readonly id: string } | null,
): Promise<RegisterRow[]> {
  const { documents, head, lines } = source(tx, register, origin);
  const conditions = all([
    sql`${head.on} between ${month.from} and ${month.to}`,
    ctx.facilities === "all" ? undefined : sql`${head.facility} = any(${ctx.facilities}::uuid[])`,
    facilityId === undefined ? undefined : sql`${head.facility} = ${facilityId}`,
    gstin === undefined ? undefined : sql`${head.gstin} = ${gstin}`,
    after === null ? undefined : sql`(${head.on}, ${head.id}) > (${after.on}::date, ${after.id}::uuid)`,
  ]);
  return tx.run(sql<RegisterRow>`
    with d as (${documents} and ${conditions} order by ${head.on}, ${head.id} limit ${DOCUMENTS_AT_ONCE})
    select ${origin} as origin, d.id as "documentId", d.number, d."on", d.state, d.kind, d."numberedBy", d.series, d.gstin, f.code as "facilityCode", d.buyer,
      d."buyerGstin", d.place, d."channelCode", d."orderCode", d.against, d."againstOn", d."returnCode", d.late, d.irn, d."ackNo", d."documentTotal",
      case when r.part = 1 then d.round_off else 0 end as "roundOff", r.gst_bps as "gstBps", r.cess_bps as "cessBps", r.quantity, r.taxable, r.cgst, r.sgst, r.utgst,
      r.igst, r.cess
    from d
    join godown.facility f on f.tenant_id = ${tx.tenantId} and f.facility_id = d.facility_id
    cross join lateral (
      select x.gst_bps, x.cess_bps, sum(x.quantity) as quantity, sum(x.taxable_paise) as taxable, sum(x.cgst_paise) as cgst, sum(x.sgst_paise) as sgst,
        sum(x.utgst_paise) as utgst, sum(x.igst_paise) as igst, sum(x.cess_paise) as cess, row_number() over (order by x.gst_bps, x.cess_bps) as part
      from (${lines}) x group by x.gst_bps, x.cess_bps
    ) r
    order by d."on", d.id, r.part`);
}
