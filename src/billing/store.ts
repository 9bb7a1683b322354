import type { ChannelId, Id, InvoiceId, LocalDate, Paise, SaleOrderId, ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { InvoiceFacts, InvoiceUnit, OrderAddress, Seller } from "./invoice-facts.ts";

/** An invoice as the steps after it need to know it. */
export interface IssuedInvoice {
  readonly invoiceId: InvoiceId;
  readonly shippingPackageId: ShippingPackageId;
  /** Internal, outside every tax series. */
  readonly code: string;
  readonly number: string;
  readonly issuedOn: LocalDate;
  readonly total: Paise;
  /** IRN_PENDING: it has its number, and its package is packed when its IRN is here. */
  readonly state: "ISSUED" | "IRN_PENDING";
}

/** The invoices of packages that are not cancelled: at most one each. */
export function openInvoices(tx: Tx, packageIds: readonly ShippingPackageId[]): Promise<IssuedInvoice[]> {
  return tx.run(sql<IssuedInvoice>`
    select invoice_id as "invoiceId", shipping_package_id as "shippingPackageId", code, number, issued_on as "issuedOn", total_paise as total, state
    from godown.invoice
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${packageIds}::uuid[]) and state <> 'CANCELLED'`);
}

type PackageRow = Omit<InvoiceFacts, "units" | "seller" | "dispatchFrom" | "billTo" | "shipTo"> & {
  readonly facilitySeller: Seller;
  readonly party: Seller | null;
  readonly shipTo: OrderAddress;
  /** Null where the order has none of its own. */
  readonly billTo: OrderAddress | null;
};

const addressOf = (alias: string) => sql`(
  select jsonb_build_object('name', a.name, 'line1', a.line1, 'line2', a.line2, 'city', a.city, 'stateName', a.state_name, 'stateCode', a.state_code,
    'country', a.country, 'pincode', a.pincode, 'phone', a.phone, 'email', a.email)
  from godown.sale_order_address a where a.tenant_id = p.tenant_id and a.sale_order_id = p.sale_order_id and a.kind = ${alias})`;

/** Everything that the invoices of these packages are made of, in the order of the ids. Cancelled units are left out. */
export async function readInvoiceFacts(tx: Tx, packageIds: readonly ShippingPackageId[]): Promise<InvoiceFacts[]> {
  const packages = await tx.run(sql<PackageRow>`
    select p.shipping_package_id as "shippingPackageId", p.code as "packageCode", p.sale_order_id as "saleOrderId", o.code as "orderCode",
      o.display_code as "orderNumber", o.placed_at as "placedAt", c.channel_id as "channelId", c.code as "channelCode", c.name as "channelName", c.source, c.gst_e_invoicing = 'YES' as "reportsInvoices",
      f.facility_id as "facilityId", f.code as "facilityCode", f.zone, t.sandbox, o.payment_type as "paymentType", o.payment,
      o.tax_exempt as "taxExempt", o.buyer_gstin as "buyerGstin", ${addressOf("SHIPPING")} as "shipTo", ${addressOf("BILLING")} as "billTo",
      jsonb_build_object('billingPartyId', null, 'name', coalesce(f.legal_name, f.name), 'line1', f.line1, 'line2', f.line2, 'city', f.city,
        'stateCode', f.state_code, 'pincode', f.pincode, 'phone', f.phone, 'email', f.email, 'gstin', f.gstin, 'upiId', f.upi_id,
        'bankAccount', f.bank_account, 'bankIfsc', f.bank_ifsc) as "facilitySeller",
      case when b.billing_party_id is not null then jsonb_build_object('billingPartyId', b.billing_party_id, 'name', b.legal_name, 'line1', b.line1,
        'line2', b.line2, 'city', b.city, 'stateCode', b.state_code, 'pincode', b.pincode, 'phone', null, 'email', null, 'gstin', b.gstin,
        'upiId', null, 'bankAccount', null, 'bankIfsc', null) end as party
    from unnest(${packageIds}::uuid[]) with ordinality as w(id, place)
    join godown.shipping_package p on p.tenant_id = ${tx.tenantId} and p.shipping_package_id = w.id
    join godown.tenant t on t.tenant_id = p.tenant_id
    join godown.sale_order o on o.tenant_id = p.tenant_id and o.sale_order_id = p.sale_order_id
    join godown.channel c on c.tenant_id = p.tenant_id and c.channel_id = p.channel_id
    join godown.facility f on f.tenant_id = p.tenant_id and f.facility_id = p.facility_id
    left join godown.billing_party b on b.tenant_id = c.tenant_id and b.billing_party_id = c.billing_party_id
    order by w.place`);
  const units = Map.groupBy(await readUnits(tx, packageIds), (unit) => unit.shippingPackageId);
  return packages.map(({ facilitySeller, party, billTo, ...row }) => ({
    ...row,
    seller: party ?? facilitySeller,
    dispatchFrom: party === null ? null : facilitySeller,
    billTo: billTo ?? row.shipTo,
    units: units.get(row.shippingPackageId) ?? [],
  }));
}

function readUnits(
  tx: Tx,
  packageIds: readonly ShippingPackageId[],
): Promise<(InvoiceUnit & { shippingPackageId: ShippingPackageId })[]> {
  return tx.run(sql<InvoiceUnit & { shippingPackageId: ShippingPackageId }>`
    select u.shipping_package_id as "shippingPackageId", u.sale_order_item_id as "unitId", u.sku_id as "skuId", k.code as sku, k.name, k.hsn,
      k.tax_class_id as "taxClassId", coalesce(l.channel_product_id, u.product_id || '-' || u.variant_id) as "channelProductId",
      u.channel_order_item_id as "channelOrderItemId", u.product_id as "productId", u.variant_id as "variantId",
      u.selling_price_paise as price, u.discount_paise as discount, u.shipping_charges_paise as "shippingCharges",
      u.cod_charges_paise as "codCharges", u.gift_wrap_charges_paise as "giftWrapCharges",
      u.total_paise - u.store_credit_paise - u.voucher_paise - u.prepaid_paise as collect
    from godown.sale_order_item u
    join godown.sku k on k.tenant_id = u.tenant_id and k.sku_id = u.sku_id
    left join godown.listing l on l.tenant_id = u.tenant_id and l.listing_id = u.listing_id
    where u.tenant_id = ${tx.tenantId} and u.shipping_package_id = any(${packageIds}::uuid[]) and u.state <> 'CANCELLED'
    order by u.shipping_package_id, u.unit_no`);
}

/** One invoice with its lines, as it is written. Instants and days as text: it goes to the database as one JSON value. */
export interface InvoiceRows {
  readonly invoices: readonly Record<string, unknown>[];
  readonly lines: readonly Record<string, unknown>[];
}

export async function insertInvoices(tx: Tx, rows: InvoiceRows, at: Temporal.Instant): Promise<void> {
  await tx.run(sql`
    with invoices as (
      insert into godown.invoice (tenant_id, invoice_id, shipping_package_id, sale_order_id, facility_id, code, number, numbered_by, invoice_series_id,
        sequence_number, financial_year, seller_gstin, state, issued_at, issued_on, place_of_supply, taxable_paise, cgst_paise, sgst_paise, utgst_paise,
        igst_paise, cess_paise, round_off_paise, total_paise, document, template_version, channel_id, pdf_document_id, buyer)
      select ${tx.tenantId}::uuid, i.id, i."packageId", i."saleOrderId", i."facilityId", i.code, i.number, case when i."channelId" is null then 'SERIES' else 'CHANNEL' end,
        i."seriesId", i.sequence, i.year, i.gstin, i.state, ${at}::timestamptz, i."on", i.place, i.taxable, i.cgst, i.sgst, i.utgst, i.igst, i.cess, i."roundOff",
        i.total, i.document, i.template, i."channelId", i."pdfId", nullif(i.buyer, 'null'::jsonb)
      from jsonb_to_recordset(${json(rows.invoices)}) as i(id uuid, "packageId" uuid, "saleOrderId" uuid, "facilityId" uuid, code text, number text, state text,
        "channelId" uuid, "pdfId" uuid, buyer jsonb, "seriesId" uuid, sequence bigint, year integer, gstin text, "on" date, place text, taxable bigint, cgst bigint, sgst bigint, utgst bigint,
        igst bigint, cess bigint, "roundOff" bigint, total bigint, document jsonb, template integer)
    )
    insert into godown.invoice_line (tenant_id, invoice_id, line_no, sku_id, channel_product_id, description, hsn, quantity, unit_ids, unit_price_paise,
      discount_paise, charges_paise, gst_bps, cess_bps, taxable_paise, cgst_paise, sgst_paise, utgst_paise, igst_paise, cess_paise, total_paise)
    select ${tx.tenantId}::uuid, l."invoiceId", l."lineNo", l."skuId", l."channelProductId", l.description, l.hsn, l.quantity, l."unitIds", l.price,
      l.discount, l.charges, l."gstBps", l."cessBps", l.taxable, l.cgst, l.sgst, l.utgst, l.igst, l.cess, l.total
    from jsonb_to_recordset(${json(rows.lines)}) as l("invoiceId" uuid, "lineNo" integer, "skuId" uuid, "channelProductId" text, description text, hsn text,
      quantity integer, "unitIds" uuid[], price bigint, discount bigint, charges bigint, "gstBps" integer, "cessBps" integer, taxable bigint, cgst bigint,
      sgst bigint, utgst bigint, igst bigint, cess bigint, total bigint)`);
}

/** Products of the orders that these packages are of, cancelled units and other packages included, by order. */
export function orderedProducts(
  tx: Tx,
  saleOrderId: SaleOrderId,
): Promise<{ readonly productId: string; readonly variantId: string }[]> {
  return tx.run(sql<{ productId: string; variantId: string }>`
    select distinct product_id as "productId", variant_id as "variantId" from godown.sale_order_item
    where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId}`);
}

/**
 * The package whose invoice has this number of a channel. One that was cancelled here counts as well, unless it is of the
 * same order: a parcel that lost units is packed anew, and its channel, asked by order, gives the number that it gave
 * before. Until the transaction ends nobody else can write the number: two packages that got the same one at the same
 * moment are told apart.
 */
export async function lockChannelNumber(
  tx: Tx,
  channelId: ChannelId,
  number: string,
  saleOrderId: SaleOrderId,
): Promise<{ readonly package: string } | undefined> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`invoice:${channelId}:${number}`}, 0))`);
  return tx.first(sql<{ package: string }>`
    select p.code as package from godown.invoice i join godown.shipping_package p using (tenant_id, shipping_package_id)
    where i.tenant_id = ${tx.tenantId} and i.channel_id = ${channelId} and i.number = ${number} and i.numbered_by = 'CHANNEL'
      and (i.state <> 'CANCELLED' or i.sale_order_id <> ${saleOrderId})`);
}

/** Who numbers the invoices of a connected channel, and what it lacks for that. */
export interface SeriesGap {
  readonly recordType: "facility" | "billing_party";
  readonly recordId: string;
  readonly owner: string;
  readonly facilityId: Id<"Facility"> | null;
  readonly channels: readonly { readonly code: string; readonly source: string }[];
  readonly hasSeries: boolean;
  readonly hasGstin: boolean;
}

/** Facilities and billing parties that invoice for connected channels, without a sale series or a GSTIN. */
export function seriesGaps(tx: Tx): Promise<SeriesGap[]> {
  return tx.run(sql<SeriesGap>`
    with owner as (
      select c.tenant_id, c.code, c.source, b.billing_party_id, null::uuid as facility_id, 'billing party ' || b.code as name, b.gstin
      from godown.channel c join godown.billing_party b using (tenant_id, billing_party_id)
      where c.tenant_id = ${tx.tenantId} and c.state in ('CONNECTED', 'BROKEN')
      union all
      select c.tenant_id, c.code, c.source, null, f.facility_id, 'facility ' || f.code, f.gstin
      from godown.channel c join godown.channel_facility cf using (tenant_id, channel_id) join godown.facility f using (tenant_id, facility_id)
      where c.tenant_id = ${tx.tenantId} and c.state in ('CONNECTED', 'BROKEN') and c.billing_party_id is null and f.enabled
    ), gap as (
      select o.*, exists (
        select from godown.invoice_series s where s.tenant_id = o.tenant_id and s.document_type = 'SALE_INVOICE'
          and (s.facility_id = o.facility_id or s.billing_party_id = o.billing_party_id)) as has_series
      from owner o
    )
    select case when facility_id is null then 'billing_party' else 'facility' end as "recordType", coalesce(facility_id, billing_party_id) as "recordId",
      name as owner, facility_id as "facilityId", jsonb_agg(jsonb_build_object('code', code, 'source', source) order by code) as channels,
      has_series as "hasSeries", gstin is not null as "hasGstin"
    from gap where not has_series or gstin is null
    group by facility_id, billing_party_id, name, gstin, has_series order by name`);
}

export interface OrderGstin {
  readonly code: string;
  readonly buyerGstin: string | null;
  readonly sandbox: boolean;
  readonly invoices: string[];
}

/** An order's buyer GSTIN, locked, with the invoices that carry it. */
export function lockBuyerGstin(
  ctx: Pick<Ctx, "facilities">,
  tx: Tx,
  saleOrderId: SaleOrderId,
): Promise<OrderGstin | undefined> {
  // An order is of the facilities that its units go to; one that is not routed yet is of the tenant.
  const reach =
    ctx.facilities === "all"
      ? sql`true`
      : sql`exists (select from godown.sale_order_item u where u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id and u.facility_id = any(${ctx.facilities}::uuid[]))`;
  return tx.first(sql<OrderGstin>`
    select o.code, o.buyer_gstin as "buyerGstin", t.sandbox, coalesce((
      select array_agg(i.number order by i.number) from godown.invoice i
      where i.tenant_id = o.tenant_id and i.sale_order_id = o.sale_order_id and i.state <> 'CANCELLED'), '{}') as invoices
    from godown.sale_order o join godown.tenant t using (tenant_id)
    where o.tenant_id = ${tx.tenantId} and o.sale_order_id = ${saleOrderId} and ${reach} for update of o`);
}

export async function saveBuyerGstin(
  tx: Tx,
  saleOrderId: SaleOrderId,
  gstin: string | null,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.sale_order set buyer_gstin = ${gstin}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId}`);
}
