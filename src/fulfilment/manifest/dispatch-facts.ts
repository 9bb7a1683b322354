import type { DispatchFacts, TaxRates } from "../../../connectors/kit/index.ts";
import {
  assert,
  type ChannelId,
  type Instant,
  type LocalDate,
  type SaleOrderId,
  type SaleOrderItemId,
  type ShippingPackageId,
} from "../../kernel/index.ts";

/** A package that leaves, with its stored invoice. */
export interface DispatchRow {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly saleOrderId: SaleOrderId;
  readonly channelId: ChannelId;
  readonly channelOrderId: string;
  readonly source: string;
  readonly thirdPartyShipping: boolean;
  /** Which of the order's packages, from 1, counting those that were cancelled: it never becomes another. */
  readonly packageNo: number;
  /** The channel's courier, where it ships and has named one. */
  readonly channelCourierCode: string | null;
  readonly awb: string | null;
  readonly providerName: string | null;
  /** `{awb}` is replaced. */
  readonly trackingUrlTemplate: string | null;
  readonly transitDays: number | null;
  readonly invoiceState: "ISSUED" | "IRN_PENDING" | null;
  readonly invoiceNumber: string | null;
  readonly invoicedOn: LocalDate | null;
  readonly units: readonly {
    readonly unitId: SaleOrderItemId;
    /** The channel's line. */
    readonly line: string;
    readonly productId: string;
    readonly variantId: string;
    /** Units of ours that make one piece of the channel's line: 1, or the components of a bundle. */
    readonly parts: number;
  }[];
  readonly lines: readonly InvoiceRates[];
}

interface InvoiceRates {
  readonly unitIds: readonly SaleOrderItemId[];
  readonly gstBps: number;
  readonly cessBps: number;
  readonly taxable: number;
  readonly interState: boolean;
  readonly unionTerritory: boolean;
}

/** Whether a package's papers let it leave: an invoice that exists, and is not waiting for its IRN. Pure. */
export function mayLeave(row: Pick<DispatchRow, "invoiceState">): boolean {
  return row.invoiceState === "ISSUED";
}

/** The channel's lines of a package, with the rates of the stored invoice: what was taxed, not what would be taxed today. Pure. */
export function dispatchLines(row: DispatchRow): DispatchFacts["lines"] {
  return [...Map.groupBy(row.units, (unit) => unit.line)].map(([channelOrderItemId, units]) => ({
    channelOrderItemId,
    quantity: piecesOf(units),
    rates: ratesOf(
      row,
      units.map((u) => u.unitId),
    ),
  }));
}

/** Units of one line of the channel in the channel's own pieces: a bundle's components make one. Pure. */
export function piecesOf(units: readonly { readonly parts: number }[]): number {
  return Math.max(1, Math.floor(units.length / Math.max(1, units[0]?.parts ?? 1)));
}

/** The rates of units. A bundle's parts may differ: the part with the most value gives its rate to the channel's one line. */
function ratesOf(row: DispatchRow, unitIds: readonly SaleOrderItemId[]): TaxRates {
  const lines = row.lines.filter((line) => line.unitIds.some((id) => unitIds.includes(id)));
  const line = lines.reduce<InvoiceRates | undefined>(
    (most, one) => (most === undefined || one.taxable > most.taxable ? one : most),
    undefined,
  );
  assert(line !== undefined, `every unit of package ${row.code} stands on its invoice`);
  const half = line.interState ? 0 : line.gstBps / 2;
  return {
    gstBps: line.gstBps,
    cgstBps: half,
    sgstBps: line.unionTerritory ? 0 : half,
    utgstBps: line.unionTerritory ? half : 0,
    igstBps: line.interState ? line.gstBps : 0,
    cessBps: line.cessBps,
  };
}

/** Who carries a package that the seller ships; null where the channel ships. @param zone in which the channel reads times. Pure. */
export function shipperOf(row: DispatchRow, dispatchedAt: Instant, zone: string): DispatchFacts["shipper"] {
  if (row.thirdPartyShipping) return null;
  const { awb, providerName, invoiceNumber, invoicedOn } = row;
  assert(awb !== null && providerName !== null, `package ${row.code} has a courier and a tracking number`);
  assert(invoiceNumber !== null && invoicedOn !== null, `package ${row.code} has an invoice`);
  return {
    providerName,
    courierName: providerName,
    awb,
    trackingUrl: (row.trackingUrlTemplate ?? "").replaceAll("{awb}", encodeURIComponent(awb)),
    dispatchedAt,
    deliveryExpectedAt: dispatchedAt.add({ hours: 24 * (row.transitDays ?? 0) }),
    invoiceNumber,
    invoicedOn,
    zone,
  };
}
