import bwipjs from "bwip-js";
import { encode } from "uqr";
import { assert } from "../../kernel/index.ts";

/** Bars of a Code 128 symbol: widths in modules, bar and space in turns, beginning with a bar. */
export type BarModules = { readonly widths: readonly number[]; readonly total: number };

/** Longest text we print as a Code 128 symbol: with more the bars are too thin for a hand scanner on a 4-inch label. */
export const BARCODE_CHARACTERS_MAX = 48;

/** Encodes printable ASCII as Code 128, switching between its sets A, B and C for the fewest modules. */
export function code128(text: string): BarModules {
  assert(
    text.length > 0 && text.length <= BARCODE_CHARACTERS_MAX,
    `a barcode holds 1 to ${BARCODE_CHARACTERS_MAX} characters`,
  );
  assert(/^[\x20-\x7e]+$/.test(text), "a Code 128 symbol holds printable ASCII");
  const symbol = bwipjs.raw("code128", text, {})[0];
  assert(symbol && "sbs" in symbol, "Code 128 is a symbol of bars");
  return { widths: symbol.sbs, total: symbol.sbs.reduce((a, b) => a + b, 0) };
}

/** True where `code128` takes the text: channels send order numbers in any characters. */
export function canBeBarcode(text: string): boolean {
  return text.length > 0 && text.length <= BARCODE_CHARACTERS_MAX && /^[\x20-\x7e]+$/.test(text);
}

/**
 * From this length on, what we print in QR codes is a signed token: its bits are random, so every mask leaves it even.
 */
const RANDOM_FROM_CHARACTERS = 250;

/**
 * Rows of a QR code without its quiet zone; true is dark. Error correction M (15 %): prints on thermal paper get
 * scratched.
 */
export function qrModules(payload: string): boolean[][] {
  // Not bwip-js, which took 5 ms for a payment link and 40 ms for a signed payload; this takes 1.5 and 6, and under 2
  // without weighing all eight masks of a large code.
  const mask = payload.length >= RANDOM_FROM_CHARACTERS ? 0 : -1;
  return encode(payload, { ecc: "M", border: 0, maskPattern: mask }).data;
}
