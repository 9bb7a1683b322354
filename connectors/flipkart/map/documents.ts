/** Invoices and hand-over groups. Pure. */
import type { Schema } from "../../../contract/types.ts";
import { divideRounded, type Instant, paise, parseRupees } from "../../../src/kernel/index.ts";
import type { ChannelInvoice, ParcelFacts, TaxRates } from "../../kit/index.ts";
import type { Reading } from "../../protocol/map/documents.ts";
import { text } from "../../protocol/map/json.ts";
import type {} from "../contract/index.ts";
import { timeOf, ZONE } from "./shipment.ts";
import { courierCode } from "./statuses.ts";

type Invoice = NonNullable<Schema<"flipkart", "Invoices">["invoices"]>[number];
type InvoiceItem = NonNullable<Invoice["orderItems"]>[number];

/** The invoice of a shipment in an answer; null: none, or it has no number yet. */
export function invoiceIn(answer: Schema<"flipkart", "Invoices">, shipmentId: string): Invoice | null {
  const found = (answer.invoices ?? []).find((invoice) => invoice.shipmentId === shipmentId);
  return found === undefined || text(found.invoiceNumber) === null ? null : found;
}

/**
 * Flipkart's invoice for the lines of a parcel. It bills the order's buyer. Its amounts include tax: the value before tax is
 * what is left of them by the line's own rate.
 */
export function readInvoice(invoice: Invoice, parcel: ParcelFacts, pdf: Buffer | null): Reading<ChannelInvoice> {
  const number = invoice.invoiceNumber?.trim() ?? "";
  const issuedAt = dayBegin(invoice.invoiceDate);
  if (issuedAt === null) return { ok: false, words: `invoice ${number}: ${invoice.invoiceDate} is no date` };
  const lines: ChannelInvoice["lines"][number][] = [];
  for (const line of distinct(parcel)) {
    const item = invoice.orderItems?.find((each) => each.orderItemId === line.channelOrderItemId);
    if (item === undefined)
      return { ok: false, words: `invoice ${number} has no line ${line.channelOrderItemId} of the package` };
    const rates = readRates(item);
    if (rates === null)
      return { ok: false, words: `invoice ${number}, line ${item.orderItemId}: its rates are no tax rates` };
    const amount = item.invoiceAmount === undefined ? null : parseRupees(item.invoiceAmount);
    if (item.invoiceAmount !== undefined && (amount === null || amount < 0))
      return {
        ok: false,
        words: `invoice ${number}, line ${item.orderItemId}: ${item.invoiceAmount} is no amount of rupees`,
      };
    const { channelOrderItemId, productId, variantId } = line;
    const taxable = amount === null ? null : divideRounded(BigInt(amount) * 10_000n, BigInt(10_000 + rates.gstBps));
    lines.push({ channelOrderItemId, productId, variantId, rates, taxable: taxable === null ? null : paise(taxable) });
  }
  return { ok: true, value: { number, issuedAt, lines, buyer: null, pdf } };
}

function distinct({ lines }: ParcelFacts): ParcelFacts["lines"] {
  return [...new Map(lines.map((line) => [line.channelOrderItemId, line])).values()];
}

function dayBegin(given: string | undefined): Instant | null {
  if (given === undefined) return null;
  try {
    return Temporal.PlainDate.from(given.slice(0, 10)).toZonedDateTime(ZONE).toInstant();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readRates({ taxRate, taxDetails }: InvoiceItem): TaxRates | null {
  const { cgstRate = 0, sgstRate = 0, igstRate = 0 } = taxDetails ?? {};
  const [cgstBps, sgstBps, igstBps, wholeBps] = [cgstRate, sgstRate, igstRate, taxRate ?? 0].map(basisPoints);
  if (cgstBps == null || sgstBps == null || igstBps == null || wholeBps == null) return null;
  const gstBps = wholeBps > 0 ? wholeBps : Math.max(cgstBps + sgstBps, igstBps);
  return { gstBps, cgstBps, sgstBps, utgstBps: 0, igstBps, cessBps: 0 };
}

/** Per cent as basis points; null: no rate, or finer than one. */
function basisPoints(percent: number): number | null {
  const bps = Math.round(percent * 100);
  return Math.abs(percent * 100 - bps) < 1e-6 && bps >= 0 && bps <= 100_00 ? bps : null;
}

type Group = Schema<"flipkart", "HandoverCount">;

/**
 * The hand-over group of a courier. Flipkart names couriers on shipments ("E-Kart Logistics") and groups in the counts
 * ("EKART"), without a published table: the same code, or one that begins the other, or the only group that there is. Of one
 * group with several pickups the earliest is meant.
 */
export function vendorGroupOf(
  code: string,
  groups: readonly Group[],
): Reading<Group & { readonly vendorGroupCode: string }> {
  const named = groups
    .flatMap((group) => {
      const vendorGroupCode = text(group.vendorGroupCode);
      return vendorGroupCode === null ? [] : [{ ...group, vendorGroupCode }];
    })
    .toSorted((a, b) => beginOf(a) - beginOf(b));
  const wanted = courierCode(code);
  const alike = named.filter((group) => {
    const known = courierCode(group.vendorGroupCode);
    return known !== "" && (known.startsWith(wanted) || wanted.startsWith(known));
  });
  const same = named.filter((group) => courierCode(group.vendorGroupCode) === wanted);
  for (const list of [same, alike, named])
    if (list[0] !== undefined && new Set(list.map((group) => group.vendorGroupCode)).size === 1)
      return { ok: true, value: list[0] };
  const names = [...new Set(named.map((group) => group.vendorGroupCode))].join(", ");
  const none = "Flipkart has nothing to hand over at this location";
  return {
    ok: false,
    words: names === "" ? none : `none of Flipkart's hand-over groups (${names}) is that of ${code}`,
  };
}

function beginOf({ pickUpDate }: Group): number {
  return timeOf(pickUpDate?.from)?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
}
