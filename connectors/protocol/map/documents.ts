/** What a channel that ships or invoices says of a package: invoice, courier, label, manifest. Pure. */
import type { Schema } from "../../../contract/types.ts";
import type { Instant } from "../../../src/kernel/index.ts";
import type { ChannelAnswer, ChannelInvoice, CourierAnswer, ManifestAnswer, TaxRates } from "../../kit/index.ts";
import { text, textMember } from "./json.ts";
import { readTime } from "./time.ts";

/** Something that the contract's schema allows and that still cannot be used. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly words: string };

const DATE_ALONE = /^\d{4}-\d{2}-\d{2}$/;

/** The number, date and rates of an invoice that has a number. @param zone in which its time is read */
export function readInvoice(answer: Schema<"marketplace", "InvoiceDetails">, zone: string): Reading<ChannelInvoice> {
  const number = answer.code.trim();
  const issuedAt = invoiceTime(answer.invoiceDate, zone);
  if (issuedAt === null) return { ok: false, words: `invoice ${number}: ${answer.invoiceDate} is no date` };
  const lines: ChannelInvoice["lines"][number][] = [];
  for (const tax of answer.productTaxes) {
    const rates = readRates(tax);
    if (rates === null)
      return { ok: false, words: `invoice ${number}: the rates of ${tax.productId}/${tax.variantId} are no tax rates` };
    // The protocol names rates alone, neither values nor whom it bills, and gives no PDF.
    lines.push({ productId: tax.productId, variantId: tax.variantId, rates, taxable: null });
  }
  return { ok: true, value: { number, issuedAt, lines, buyer: null, pdf: null } };
}

/** Midnight where the day alone is given. */
function invoiceTime(given: string, zone: string): Instant | null {
  const trimmed = given.trim();
  return readTime(DATE_ALONE.test(trimmed) ? `${trimmed}T00:00:00` : trimmed, zone);
}

type ProductTax = Schema<"marketplace", "InvoiceDetails">["productTaxes"][number];

/**
 * The parts as they are given. The whole rate is `taxPercentage`; where that is unused (0 or absent) it is the sum of one
 * side, as a sample that fills both sides means the same rate twice. Null: not a rate, or finer than a basis point.
 */
export function readRates(tax: ProductTax): TaxRates | null {
  const [cgstBps, sgstBps, utgstBps, igstBps, cessBps, plainBps] = [
    tax.centralGstPercentage,
    tax.stateGstPercentage,
    tax.unionTerritoryGstPercentage,
    tax.integratedGstPercentage,
    tax.compensationCessPercentage,
    tax.taxPercentage ?? 0,
  ].map(basisPoints);
  if (cgstBps == null || sgstBps == null || utgstBps == null || igstBps == null || cessBps == null || plainBps == null)
    return null;
  const gstBps = plainBps > 0 ? plainBps : Math.max(cgstBps + sgstBps + utgstBps, igstBps);
  return { gstBps, cgstBps, sgstBps, utgstBps, igstBps, cessBps };
}

/** Per cent as basis points; binary noise of a JSON number far below one is not a finer rate. */
function basisPoints(percent: number): number | null {
  const bps = Math.round(percent * 100);
  return Math.abs(percent * 100 - bps) < 1e-6 && bps >= 0 && bps <= 100_00 ? bps : null;
}

/** AVAILABLE needs both courier and tracking number; anything less is not assigned. */
export function readCourier(answer: Schema<"marketplace", "CourierDetails">): CourierAnswer {
  if (answer.status === "SELLER_SHIPPING") return { state: "SELLER_SHIPS" };
  const [code, name, awb] = [text(answer.courierCode), text(answer.courierName), text(answer.awbNo)];
  const courier = code ?? name;
  if (answer.status !== "AVAILABLE" || courier === null || awb === null)
    return { state: "NOT_YET", message: "The channel has not given courier and tracking number yet." };
  const sortCode = text(answer.additionalInfo);
  return { state: "READY", value: { code: courier, name: name ?? courier, awb, sortCode } };
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The bytes of a bare base64 text. A data URL, an object around it or other letters are no label. Null: not base64. */
export function readBase64(given: unknown): Buffer | null {
  if (typeof given !== "string") return null;
  const letters = given.replaceAll(/\s+/g, ""); // mail encoders break lines
  return letters.length % 4 === 0 && BASE64.test(letters) ? Buffer.from(letters, "base64") : null;
}

/** Readers of PDF look for its mark in the first kilobyte. */
export function isPdf(bytes: Buffer): boolean {
  return bytes.subarray(0, 1024).includes("%PDF-");
}

/**
 * Made is a list that names nothing as failed. In part (2020 edition) is not made: whoever holds the paper would look for
 * parcels that are not on it, so what stops it is taken off and the list asked for again.
 */
export function readManifest(
  answer: Schema<"marketplace", "ManifestResult">,
  sentLineIds: readonly string[],
): ManifestAnswer {
  const sent = new Set(sentLineIds);
  const named = (answer.orderItems ?? []).map((entry) => ({
    key: entry.orderItemId ?? "",
    message: text(entry.errorMessage) ?? "(no reason given)",
  }));
  const made = answer.status === "SUCCESS" && named.length === 0;
  if (made) return { made, url: text(answer.manifestUrl), refused: [], message: null };
  const refused = named.filter(({ key }) => sent.has(key));
  const others = named.filter(({ key }) => !sent.has(key)).map(({ key, message }) => `${key || "?"}: ${message}`);
  const silent = refused.length === 0 && others.length === 0;
  const message = silent ? `The channel answered ${answer.status} and named no item.` : others.join("; ");
  return { made, url: null, refused, message: message === "" ? null : message };
}

/** Answer to an acceptance. The protocol has no member for a reason; one that is sent all the same is shown. */
export function readAcknowledgement(
  answer: Schema<"marketplace", "AcknowledgeResult">,
  channelOrderId: string,
): ChannelAnswer {
  const accepted = answer.status === "SUCCESS";
  const said = textMember(answer, "message") ?? textMember(answer, "error");
  const message = accepted ? null : (said ?? `The channel answered ${answer.status}.`);
  return { status: answer.status, results: [{ key: channelOrderId, accepted, message }], message };
}
