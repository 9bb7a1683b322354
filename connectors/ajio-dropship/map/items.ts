/** Lines, times and PDFs of AJIO's papers in our words. Pure. */
import type { Schema } from "../../../contract/types.ts";
import { type Instant, type Paise, parseRupees } from "../../../src/kernel/index.ts";
import type { TaxRates } from "../../kit/index.ts";
import { type Reading, readRates } from "../../protocol/map/documents.ts";
import { readTime } from "../../protocol/map/time.ts";
import type {} from "../contract/index.ts";

export interface PaperLine {
  readonly channelOrderItemId: string;
  readonly productId: string;
  readonly variantId: string;
  readonly quantity: number;
  readonly rates: TaxRates;
  readonly taxable: Paise;
}

/** @param paper "invoice AJB-1", for the words of a fault */
export function readItems(
  paper: string,
  items: readonly Schema<"ajio-dropship", "B2bInvoiceItem">[],
): Reading<readonly PaperLine[]> {
  const lines: PaperLine[] = [];
  for (const item of items) {
    const line = `${paper}, line ${item.orderItemId}`;
    const rates = readRates(item);
    if (rates === null) return { ok: false, words: `${line}: its percentages are no tax rates` };
    const taxable = parseRupees(item.taxableValue);
    if (taxable === null) return { ok: false, words: `${line}: ${item.taxableValue} is no amount of rupees` };
    const { orderItemId: channelOrderItemId, productId, variantId, quantity } = item;
    lines.push({ channelOrderItemId, productId, variantId, quantity, rates, taxable });
  }
  return { ok: true, value: lines };
}

/** Milliseconds since 1970, or a text: AJIO's answers are said to have both. @param zone of a text without one */
export function readPaperTime(given: string | number, zone: string): Instant | null {
  if (typeof given === "string") return readTime(given, zone);
  // Beyond this Temporal has no instants, and nobody a paper.
  return given > 0 && given < 8.64e15 ? Temporal.Instant.fromEpochMilliseconds(given) : null;
}
