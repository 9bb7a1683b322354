import { type Paise, toRupees } from "../kernel/index.ts";
import type { InvoiceDocument } from "./invoice-document.ts";
import type { InvoiceDraft } from "./invoice-rules.ts";

/** A QR code of version 20 with our error correction holds this much; a longer one prints too fine to scan. */
const PAYLOAD_MAX = 600;

/**
 * The QR code of an invoice. A consumer who still owes something can pay by scanning it, where the seller has a UPI id
 * (behaviours.md section 9); everybody else scans the facts of the invoice. A prepaid invoice never carries a payment
 * code: it would be paid twice. Amounts are those of the invoice, in rupees.
 */
export function invoiceQr(draft: InvoiceDraft, number: string): InvoiceDocument["qr"] {
  const { seller } = draft.facts;
  const owed = draft.buyerGstin === null && draft.collect > 0;
  if (owed && seller.upiId !== null)
    return { payload: paymentLink(draft, number, seller.upiId), caption: "Scan to pay by UPI" };
  return { payload: factsText(draft, number, owed), caption: "Scan to verify" };
}

/** NPCI's linking specification with its GST members (invoiceNo, invoiceDate, gstIn, gstBrkUp). */
function paymentLink(draft: InvoiceDraft, number: string, upiId: string): string {
  const { seller } = draft.facts;
  const parts: [string, string][] = [
    ["ver", "01"],
    ["pa", upiId],
    ["pn", seller.name.slice(0, 60)],
    ["tr", number],
    ["tn", `Invoice ${number}`],
    ["am", rupees(draft.collect)],
    ["cu", "INR"],
    ["invoiceNo", number],
    ["invoiceDate", draft.on.toString()],
    ...(seller.gstin === null ? [] : [["gstIn", seller.gstin] satisfies [string, string]]),
    ...(draft.totals.tax === 0 ? [] : [["gstBrkUp", breakUp(draft).join("|")] satisfies [string, string]]),
  ];
  return `upi://pay?${parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
}

function factsText(draft: InvoiceDraft, number: string, owed: boolean): string {
  const { seller } = draft.facts;
  const lines = [
    `Invoice: ${number}`,
    `Date: ${draft.on.toString()}`,
    `GSTIN: ${seller.gstin ?? "not registered"}`,
    ...(draft.buyerGstin === null ? [] : [`Buyer GSTIN: ${draft.buyerGstin}`]),
    `Value: INR ${rupees(draft.totals.payable)}`,
    `Taxable: ${rupees(draft.totals.taxable)}`,
    ...breakUp(draft),
    ...(owed && seller.bankAccount !== null && seller.bankIfsc !== null
      ? [`Pay to: A/c ${seller.bankAccount}, IFSC ${seller.bankIfsc}`]
      : []),
  ];
  return lines.join("\n").slice(0, PAYLOAD_MAX);
}

function breakUp({ totals }: InvoiceDraft): string[] {
  const heads: [string, Paise][] = [
    ["CGST", totals.cgst],
    ["SGST", totals.sgst],
    ["UTGST", totals.utgst],
    ["IGST", totals.igst],
    ["CESS", totals.cess],
  ];
  return heads.filter(([, amount]) => amount !== 0).map(([head, amount]) => `${head}:${rupees(amount)}`);
}

function rupees(amount: Paise): string {
  return toRupees(amount).toFixed(2);
}
