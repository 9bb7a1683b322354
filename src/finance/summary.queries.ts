import type { LocalDate } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { all, sql, type Tx } from "../platform/db.ts";
import type { RegisterFilters } from "./register.queries.ts";

/** Goods of one HSN under one rate in a month, net of what credit notes gave back. */
export interface HsnRow {
  readonly gstin: string | null;
  readonly supply: "B2B" | "B2C";
  readonly hsn: string;
  readonly description: string;
  /** Unit quantity code. */
  readonly uqc: string;
  readonly gstBps: number;
  readonly cessBps: number;
  readonly quantity: number;
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly utgst: number;
  readonly igst: number;
  readonly cess: number;
  /** With tax, without round-off. */
  readonly total: number;
}

/** Documents of the month within the actor's reach. `alias` has issued_on, facility_id and seller_gstin. */
function within(ctx: Pick<Ctx, "facilities">, tx: Tx, { month, gstin, facilityId }: RegisterFilters, alias: string) {
  const d = sql.ref(alias);
  return all([
    sql`${d}.tenant_id = ${tx.tenantId} and ${d}.issued_on between ${month.from} and ${month.to}`,
    ctx.facilities === "all" ? undefined : sql`${d}.facility_id = any(${ctx.facilities}::uuid[])`,
    facilityId === undefined ? undefined : sql`${d}.facility_id = ${facilityId}`,
    gstin === undefined ? undefined : sql`${d}.seller_gstin = ${gstin}`,
  ]);
}

const AMOUNTS = sql`l.quantity, l.taxable_paise as taxable, l.cgst_paise as cgst, l.sgst_paise as sgst, l.utgst_paise as utgst, l.igst_paise as igst, l.cess_paise as cess, l.total_paise as total`;
const BACK = sql`-l.quantity, -l.taxable_paise, -l.cgst_paise, -l.sgst_paise, -l.utgst_paise, -l.igst_paise, -l.cess_paise, -l.total_paise`;
/** Pieces: a SKU has no other unit. */
const UQC = sql`'NOS'`;

/** Net of invoices and credit notes that count, by registration, buyer's kind, HSN and rate. */
export function hsnSummary(ctx: Pick<Ctx, "facilities">, tx: Tx, filters: RegisterFilters): Promise<HsnRow[]> {
  const counts = sql.lit("ISSUED");
  const kind = (path: string) => sql`case when ${sql.raw(path)} is null then 'B2C' else 'B2B' end as supply`;
  return tx.run(sql<HsnRow>`
    with line as (
      select i.seller_gstin as gstin, ${kind("i.document #>> '{billTo,gstin}'")}, coalesce(l.hsn, '') as hsn, l.description, l.gst_bps, l.cess_bps, ${AMOUNTS}
      from godown.invoice i join godown.invoice_line l using (tenant_id, invoice_id) where ${within(ctx, tx, filters, "i")} and i.state = ${counts}
      union all
      select n.seller_gstin, ${kind("n.document #>> '{billTo,gstin}'")}, coalesce(v.hsn, ''), v.description, v.gst_bps, v.cess_bps, ${BACK}
      from godown.credit_note n join godown.credit_note_line l on l.tenant_id = n.tenant_id and l.credit_note_id = n.credit_note_id
      join godown.invoice_line v on v.tenant_id = l.tenant_id and v.invoice_id = l.invoice_id and v.line_no = l.invoice_line_no
      where ${within(ctx, tx, filters, "n")} and n.state = ${counts}
      union all
      select g.seller_gstin, ${kind("g.buyer_gstin")}, coalesce(l.hsn, ''), l.description, l.gst_bps, l.cess_bps, ${AMOUNTS}
      from godown.gatepass_document g join godown.gatepass_document_line l using (tenant_id, gatepass_document_id)
      where ${within(ctx, tx, filters, "g")} and g.state = ${counts} and g.kind in ('TAX_INVOICE', 'BILL_OF_SUPPLY')
      union all
      select g.seller_gstin, ${kind("g.buyer_gstin")}, coalesce(l.hsn, ''), l.description, l.gst_bps, l.cess_bps, ${BACK}
      from godown.gatepass_document g join godown.gatepass_document_line l using (tenant_id, gatepass_document_id)
      where ${within(ctx, tx, filters, "g")} and g.state = ${counts} and g.kind = 'CREDIT_NOTE'
    )
    select gstin, supply, hsn, min(description) as description, ${UQC} as uqc, gst_bps as "gstBps", cess_bps as "cessBps", sum(quantity) as quantity,
      sum(taxable)::bigint as taxable, sum(cgst)::bigint as cgst, sum(sgst)::bigint as sgst, sum(utgst)::bigint as utgst, sum(igst)::bigint as igst,
      sum(cess)::bigint as cess, sum(total)::bigint as total
    from line group by gstin, supply, hsn, gst_bps, cess_bps order by gstin nulls last, supply, hsn, gst_bps, cess_bps`);
}

/** The documents that one series numbered in a month. */
export interface SeriesRow {
  readonly gstin: string | null;
  /** SALE_INVOICE, SALE_RETURN_INVOICE and their like. */
  readonly documentType: string;
  readonly numberedBy: "SERIES" | "CHANNEL";
  /** The facility or billing party, or the channel that numbers. */
  readonly owner: string;
  readonly prefix: string;
  readonly first: string;
  readonly last: string;
  readonly firstOn: LocalDate;
  readonly lastOn: LocalDate;
  readonly count: number;
  readonly cancelled: number;
  /** They wait for their IRN. */
  readonly pending: number;
  readonly net: number;
}

/** First, last, count and cancelled of every series of a month, ours and those of channels. */
export function documentSeries(ctx: Pick<Ctx, "facilities">, tx: Tx, filters: RegisterFilters): Promise<SeriesRow[]> {
  // A channel's number is its prefix and the digits at its end; ours is that of the series, whatever its prefix is by now.
  const prefix = sql`regexp_replace(number, '[0-9]+$', '')`;
  const count = sql`case when sequence is not null then sequence::numeric else coalesce(substring(number from '[0-9]+$'), '0')::numeric end`;
  return tx.run(sql<SeriesRow>`
    with document as (
      select i.seller_gstin as gstin, 'SALE_INVOICE' as type, i.numbered_by, i.invoice_series_id as series_id, i.sequence_number as sequence, i.number, i.issued_on, i.state,
        c.code as channel
      from godown.invoice i left join godown.channel c on c.tenant_id = i.tenant_id and c.channel_id = i.channel_id where ${within(ctx, tx, filters, "i")}
      union all
      select n.seller_gstin, 'SALE_RETURN_INVOICE', n.numbered_by, n.invoice_series_id, n.sequence_number, n.number, n.issued_on, n.state, c.code
      from godown.credit_note n join godown.channel c on c.tenant_id = n.tenant_id and c.channel_id = n.channel_id where ${within(ctx, tx, filters, "n")}
      union all
      select g.seller_gstin, g.document_type, 'SERIES', g.invoice_series_id, g.sequence_number, g.number, g.issued_on, g.state, null
      from godown.gatepass_document g where ${within(ctx, tx, filters, "g")}
    ), numbered as (
      select d.*, ${prefix} as prefix, ${count} as at,
        case when d.numbered_by = 'CHANNEL' then d.channel else (
          select coalesce(f.code, b.code) from godown.invoice_series s
          left join godown.facility f on f.tenant_id = s.tenant_id and f.facility_id = s.facility_id
          left join godown.billing_party b on b.tenant_id = s.tenant_id and b.billing_party_id = s.billing_party_id
          where s.tenant_id = ${tx.tenantId} and s.invoice_series_id = d.series_id) end as owner
      from document d
    )
    select gstin, type as "documentType", numbered_by as "numberedBy", owner, prefix, (array_agg(number order by at, number))[1] as first,
      (array_agg(number order by at desc, number desc))[1] as last, min(issued_on) as "firstOn", max(issued_on) as "lastOn", count(*) as count,
      count(*) filter (where state = 'CANCELLED') as cancelled, count(*) filter (where state = 'IRN_PENDING') as pending, count(*) filter (where state = 'ISSUED') as net
    from numbered group by gstin, type, numbered_by, owner, prefix
    order by gstin nulls last, type, numbered_by desc, owner, prefix`);
}

/** What a month comes to for one registration. */
export interface MonthTotals {
  readonly gstin: string | null;
  readonly what: "SALES" | "CREDIT_NOTES";
  readonly documents: number;
  readonly cancelled: number;
  readonly pending: number;
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly utgst: number;
  readonly igst: number;
  readonly cess: number;
  readonly roundOff: number;
  readonly total: number;
}

/** Sums of what counts, by registration; cancelled and pending ones are counted beside. */
export function monthTotals(ctx: Pick<Ctx, "facilities">, tx: Tx, filters: RegisterFilters): Promise<MonthTotals[]> {
  const columns = (roundOff: string) =>
    sql`state, taxable_paise as taxable, cgst_paise as cgst, sgst_paise as sgst, utgst_paise as utgst, igst_paise as igst, cess_paise as cess, ${sql.raw(roundOff)} as round_off, total_paise as total`;
  const sum = (name: string) => {
    const column = sql.ref(name);
    return sql`coalesce(sum(${column}) filter (where state = 'ISSUED'), 0)::bigint`;
  };
  return tx.run(sql<MonthTotals>`
    with document as (
      select i.seller_gstin as gstin, 'SALES' as what, ${columns("round_off_paise")} from godown.invoice i where ${within(ctx, tx, filters, "i")}
      union all
      select g.seller_gstin, 'SALES', ${columns("0::bigint")} from godown.gatepass_document g
      where ${within(ctx, tx, filters, "g")} and g.kind in ('TAX_INVOICE', 'BILL_OF_SUPPLY')
      union all
      select n.seller_gstin, 'CREDIT_NOTES', ${columns("round_off_paise")} from godown.credit_note n where ${within(ctx, tx, filters, "n")}
      union all
      select g.seller_gstin, 'CREDIT_NOTES', ${columns("0::bigint")} from godown.gatepass_document g where ${within(ctx, tx, filters, "g")} and g.kind = 'CREDIT_NOTE'
    )
    select gstin, what, count(*) as documents, count(*) filter (where state = 'CANCELLED') as cancelled, count(*) filter (where state = 'IRN_PENDING') as pending,
      ${sum("taxable")} as taxable, ${sum("cgst")} as cgst, ${sum("sgst")} as sgst, ${sum("utgst")} as utgst, ${sum("igst")} as igst, ${sum("cess")} as cess,
      ${sum("round_off")} as "roundOff", ${sum("total")} as total
    from document group by gstin, what order by gstin nulls last, what desc`);
}
