import { parseRupees } from "../../lib/format.ts";

/** A row of `GET /api/v1/purchase-orders`. */
export interface PurchaseOrderRow {
  readonly purchaseOrderId: string;
  readonly code: string;
  readonly state: "CREATED" | "APPROVED" | "PARTIALLY_RECEIVED" | "COMPLETE" | "CLOSED" | "CANCELLED";
  readonly vendorId: string;
  readonly vendor: string;
  readonly vendorName: string;
  readonly facilityId: string;
  readonly facility: string;
  readonly orderedOn: string;
  readonly expectedOn: string | null;
  readonly remarks: string | null;
  readonly lines: number;
  readonly ordered: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly taxablePaise: number;
  readonly taxPaise: number;
  readonly grossPaise: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly approvedAt: string | null;
  readonly approvedBy: string | null;
  readonly endedAt: string | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
  readonly allowed: readonly string[];
}

export interface PurchaseOrderLine {
  readonly lineId: string;
  readonly lineNo: number;
  readonly skuId: string;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly hsn: string | null;
  readonly vendorSku: string | null;
  readonly quantity: number;
  readonly unitPricePaise: number;
  readonly taxClass: string | null;
  readonly gstBps: number;
  readonly cessBps: number;
  readonly taxablePaise: number;
  readonly cgstPaise: number;
  readonly sgstPaise: number;
  readonly utgstPaise: number;
  readonly igstPaise: number;
  readonly cessPaise: number;
  readonly grossPaise: number;
  readonly counting: number;
  readonly accepted: number;
  readonly rejected: number;
}

/** The answer of `GET /api/v1/purchase-orders/:purchaseOrderId`. */
export interface PurchaseOrderDetail extends PurchaseOrderRow {
  readonly vendorGstin: string | null;
  readonly vendorState: string;
  readonly facilityState: string;
  readonly items: readonly PurchaseOrderLine[];
}

/** A line as it is typed: the price is text until it is sent. */
export interface TypedLine {
  readonly key: string;
  readonly sku: string;
  readonly quantity: number | string;
  readonly price: string;
  /** Code of a class; null: the product's own. */
  readonly taxClass: string | null;
}

let lastKey = 0;
export function emptyLine(): TypedLine {
  lastKey += 1;
  return { key: `line-${lastKey}`, sku: "", quantity: 1, price: "", taxClass: null };
}

/** The lines of an order as they are typed again. */
export const typedLines = (items: readonly PurchaseOrderLine[]): readonly TypedLine[] =>
  items.map((item) => ({
    ...emptyLine(),
    sku: item.sku,
    quantity: item.quantity,
    price: (item.unitPricePaise / 100).toFixed(2),
    taxClass: item.taxClass,
  }));

const quantityMax = 100_000;

/** What is wrong with one field of a line, or null. @param earlier the lines above it */
export function lineFault(
  line: TypedLine,
  field: "sku" | "quantity" | "price",
  earlier: readonly TypedLine[],
): string | null {
  switch (field) {
    case "sku": {
      const sku = line.sku.trim();
      if (sku === "") return "Choose a product";
      return earlier.some((other) => other.sku.trim() === sku) ? "On the order already" : null;
    }
    case "quantity":
      return typeof line.quantity === "number" &&
        Number.isInteger(line.quantity) &&
        line.quantity >= 1 &&
        line.quantity <= quantityMax
        ? null
        : "1 to 1,00,000";
    case "price":
      return parseRupees(line.price) === null ? "An amount like 1,234.50" : null;
  }
}

export interface SentLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPricePaise: number;
  readonly taxClass: string | null;
}

/** The lines as the server takes them, or what is wrong with the first faulty one. */
export function sentLines(
  lines: readonly TypedLine[],
): { readonly ok: true; readonly lines: readonly SentLine[] } | { readonly ok: false; readonly fault: string } {
  if (lines.length === 0) return { ok: false, fault: "The order has no lines." };
  for (const [i, line] of lines.entries())
    for (const field of ["sku", "quantity", "price"] as const) {
      const fault = lineFault(line, field, lines.slice(0, i));
      if (fault !== null) return { ok: false, fault: `Line ${i + 1}, ${field}: ${fault}.` };
    }
  return {
    ok: true,
    lines: lines.map((line) => ({
      sku: line.sku.trim(),
      quantity: Number(line.quantity),
      unitPricePaise: parseRupees(line.price) ?? 0,
      taxClass: line.taxClass,
    })),
  };
}

/** What the lines come to before tax, in paise; null while one of them is not whole. */
export function amountOf(lines: readonly TypedLine[]): number | null {
  const sent = sentLines(lines);
  return sent.ok ? sent.lines.reduce((sum, line) => sum + line.quantity * line.unitPricePaise, 0) : null;
}

/** Pieces of a line that are still to come. */
export const toCome = (line: Pick<PurchaseOrderLine, "quantity" | "accepted" | "rejected">): number =>
  line.quantity - line.accepted - line.rejected;
