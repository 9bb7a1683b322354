import type { TestDatabase } from "../database.ts";
import type { Json } from "./fields.ts";

/**
 * Works out what Shipment Packed has to say of a package from the stored invoice and the order's units, by itself: it shares no code
 * with what builds the body. Amounts are whole paise here.
 */

interface StoredLine {
  readonly lineNo: number;
  readonly channelProductId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly unitCodes: string[];
  readonly gstBps: number;
  readonly cessBps: number;
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly utgst: number;
  readonly igst: number;
  readonly cess: number;
  readonly total: number;
  readonly discount: number;
  readonly shipping: number;
  readonly cod: number;
  readonly giftWrap: number;
  readonly credit: number;
  readonly voucher: number;
  readonly prepaid: number;
  /** Selling price less discount, tax included. */
  readonly goods: number;
}

interface StoredInvoice {
  readonly code: string;
  readonly number: string;
  readonly order: string;
  readonly shown: string;
  readonly package: string;
  readonly facility: string;
  readonly placed: string;
  readonly issued: string;
  readonly total: number;
  readonly roundOff: number;
  readonly sellerState: string;
  readonly place: string;
  readonly payment: {
    readonly mode: string | null;
    readonly transactionId: string | null;
    readonly amountPaid: number;
  } | null;
  /** Of the whole order. */
  readonly prepaid: number;
  readonly lines: StoredLine[];
}

const SQL = `
  select i.code, i.number, o.code as "order", o.display_code as shown, p.code as package, f.code as facility, o.payment,
    (select sum(prepaid_paise)::integer from godown.sale_order_item x where x.sale_order_id = o.sale_order_id) as prepaid, left(i.seller_gstin, 2) as "sellerState",
    i.place_of_supply as place, i.total_paise::integer as total, i.round_off_paise::integer as "roundOff",
    to_char(o.placed_at at time zone f.zone, 'FMMon FMDD, YYYY FMHH12:MI:SS AM') as placed,
    to_char(i.issued_at at time zone f.zone, 'FMMon FMDD, YYYY FMHH12:MI:SS AM') as issued,
    (select json_agg(x order by x."lineNo") from (
      select l.line_no as "lineNo", l.channel_product_id as "channelProductId", k.code as sku, l.quantity, l.gst_bps as "gstBps", l.cess_bps as "cessBps",
        l.taxable_paise as taxable, l.cgst_paise as cgst, l.sgst_paise as sgst, l.utgst_paise as utgst, l.igst_paise as igst, l.cess_paise as cess, l.total_paise as total,
        u.*
      from godown.invoice_line l join godown.sku k on k.tenant_id = l.tenant_id and k.sku_id = l.sku_id
      cross join lateral (
        select array_agg(u.code order by u.unit_no) as "unitCodes", sum(discount_paise)::integer as discount, sum(shipping_charges_paise)::integer as shipping,
          sum(cod_charges_paise)::integer as cod, sum(gift_wrap_charges_paise)::integer as "giftWrap", sum(store_credit_paise)::integer as credit,
          sum(voucher_paise)::integer as voucher, sum(prepaid_paise)::integer as prepaid, sum(selling_price_paise - discount_paise)::integer as goods
        from godown.sale_order_item u where u.tenant_id = l.tenant_id and u.sale_order_item_id = any(l.unit_ids)
      ) u
      where l.tenant_id = i.tenant_id and l.invoice_id = i.invoice_id) x) as lines
  from godown.invoice i
  join godown.shipping_package p on p.tenant_id = i.tenant_id and p.shipping_package_id = i.shipping_package_id
  join godown.sale_order o on o.tenant_id = i.tenant_id and o.sale_order_id = i.sale_order_id
  join godown.facility f on f.tenant_id = i.tenant_id and f.facility_id = p.facility_id
  where i.shipping_package_id = $1 and i.state = 'ISSUED'`;

/** Territories without a legislature of their own: there the second half is UTGST (UTGST Act, s.2(8)). */
const UNION_TERRITORIES = ["04", "26", "31", "35", "38", "97"];

const paise = (value: unknown): number => {
  const amount = Math.round(Number(value) * 100);
  // To the paisa: what a number of two decimals cannot say must not be rounded away here.
  if (Math.abs(Number(value) * 100 - amount) > 1e-6) throw new Error(`${String(value)} is finer than a paisa`);
  return amount;
};

/** Everything in the body that is not what the stored invoice says. */
export async function faultsOf(t: Pick<TestDatabase, "raw">, packageId: string, body: Json): Promise<string[]> {
  const [stored] = await t.raw<StoredInvoice>(SQL, [packageId]);
  if (!stored) throw new Error("the package has an invoice");
  const items = body.invoiceItems as Json[];
  const faults: string[] = [];
  const same = (what: string, is: unknown, expected: unknown) => {
    if (JSON.stringify(is) !== JSON.stringify(expected))
      faults.push(`${what} is ${JSON.stringify(is)}, and the invoice says ${JSON.stringify(expected)}`);
  };
  same("invoiceCode", body.invoiceCode, stored.code);
  same("invoiceDisplayCode", body.invoiceDisplayCode, stored.number);
  same("saleOrderCode", body.saleOrderCode, stored.order);
  same("displayOrderCode", body.displayOrderCode, stored.shown);
  same("shippingPackageCode", body.shippingPackageCode, stored.package);
  same("facilityCode", body.facilityCode, stored.facility);
  same("channelCreated", body.channelCreated, stored.placed);
  same("created", body.created, stored.issued);
  const { payment, prepaid } = stored;
  const amountAlone = prepaid === 0 ? null : { amountPaid: prepaid / 100, paymentMode: null, transactionId: null };
  const paid =
    payment === null
      ? amountAlone
      : { amountPaid: payment.amountPaid / 100, paymentMode: payment.mode, transactionId: payment.transactionId };
  same("paymentDetail", body.paymentDetail ?? null, paid);
  same("lines", items.length, stored.lines.length);
  for (const [i, line] of stored.lines.entries())
    for (const fault of faultsOfLine(stored, line, items[i] ?? {})) faults.push(`line ${line.lineNo}: ${fault}`);
  const sum = (name: string) => items.reduce((all, item) => all + paise(item[name]), 0);
  same("the sum of the lines", sum("total"), stored.total);
  same("subtotals and taxes", sum("subtotal") + sum("totalTax"), stored.total);
  return faults;
}

function faultsOfLine(stored: StoredInvoice, line: StoredLine, item: Json): string[] {
  const faults: string[] = [];
  const same = (name: string, is: unknown, expected: unknown) => {
    if (JSON.stringify(is) !== JSON.stringify(expected))
      faults.push(`${name} is ${JSON.stringify(is)}, and should be ${JSON.stringify(expected)}`);
  };
  const amountIs = (name: string, expected: number) => same(name, paise(item[name]), expected);
  same("soiCode", item.soiCode, line.unitCodes);
  same("the number of soiCode", (item.soiCode as unknown[]).length, item.quantity);
  same("quantity", item.quantity, line.quantity);
  same("channelProductId", item.channelProductId, line.channelProductId);
  same("itemSku", item.itemSku, line.sku);
  same("skuCode", item.skuCode, line.sku);
  amountIs("centralGst", line.cgst);
  amountIs("stateGst", line.sgst);
  amountIs("unionTerritoryGst", line.utgst);
  amountIs("integratedGst", line.igst);
  amountIs("compensationCess", line.cess);
  const tax = line.cgst + line.sgst + line.utgst + line.igst + line.cess;
  amountIs("totalTax", tax);
  same("subtotal + totalTax", paise(item.subtotal) + paise(item.totalTax), paise(item.total));
  // The round-off stands on the line of the highest amount, the first of them.
  const highest = Math.max(...stored.lines.map((each) => each.total));
  const roundOff = stored.lines.find((each) => each.total === highest)?.lineNo === line.lineNo ? stored.roundOff : 0;
  amountIs("subtotal", line.taxable + roundOff);
  amountIs("total", line.total + roundOff);
  const rates = ratesOf(stored, line);
  for (const [name, rate] of Object.entries(rates)) same(name, item[name], rate);
  amountIs("discount", line.discount);
  amountIs("shippingCharges", line.shipping);
  amountIs("cashOnDeliveryCharges", line.cod);
  amountIs("giftWrapCharges", line.giftWrap);
  amountIs("storeCredit", line.credit);
  amountIs("voucherValue", line.voucher);
  amountIs("prepaidAmount", line.prepaid);
  // The goods' share of the value: goods and charges of one supply are taxed alike. One paisa may fall to either.
  const charges = line.shipping + line.cod + line.giftWrap;
  const share = charges === 0 ? line.taxable : (line.taxable * line.goods) / (line.goods + charges);
  if (Math.abs(paise(item.sellingPrice) - share) > 1)
    faults.push(`sellingPrice is ${String(item.sellingPrice)}, and should be about ${share / 100}`);
  if (Math.abs(paise(item.unitPrice) * line.quantity - paise(item.sellingPrice)) > line.quantity / 2)
    faults.push(`unitPrice ${String(item.unitPrice)} does not come to sellingPrice ${String(item.sellingPrice)}`);
  for (const name of [
    "taxPercentage",
    "cst",
    "cstPercentage",
    "additionalTax",
    "additionalTaxPercentage",
    "vat",
    "vatPercentage",
    "shippingMethodCharges",
  ])
    same(name, item[name], 0);
  return faults;
}

function ratesOf({ sellerState, place }: StoredInvoice, { gstBps, cessBps }: StoredLine): Record<string, number> {
  const within = sellerState === place;
  const territory = UNION_TERRITORIES.includes(place);
  const half = gstBps / 200;
  return {
    centralGstPercentage: within ? half : 0,
    stateGstPercentage: within && !territory ? half : 0,
    unionTerritoryGstPercentage: within && territory ? half : 0,
    integratedGstPercentage: within ? 0 : gstBps / 100,
    compensationCessPercentage: cessBps / 100,
  };
}
