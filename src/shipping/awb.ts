import { ok, type Refusal, type Result, refuse } from "../kernel/index.ts";

/** One upload of AWBs, as a range or as a list. */
export const AWBS_PER_UPLOAD_MAX = 100_000;
/** What couriers use and Code 128 prints readably on a 4-inch label; a tracking number has at least one digit. */
const AWB = /^(?=.*\d)[A-Za-z0-9][A-Za-z0-9/-]{2,39}$/;

export function isAwb(text: string): boolean {
  return AWB.test(text);
}

export type AwbRangeFault = "AWB_INVALID" | "AWB_RANGE_MISMATCH" | "AWB_RANGE_BACKWARDS" | "AWB_RANGE_TOO_LONG";

/**
 * All numbers of a range, both ends included: "JM0001".."JM0500" → JM0001, JM0002, … JM0500. The part before the last
 * run of digits must be the same; numbers keep the width of the first (an unpadded first may grow: JM99..JM101).
 * Refusals, in this order: AWB_INVALID, AWB_RANGE_MISMATCH (other prefix or width, or no digits at the end),
 * AWB_RANGE_BACKWARDS, AWB_RANGE_TOO_LONG.
 */
export function expandAwbRange(from: string, to: string): Result<string[], Refusal<AwbRangeFault>> {
  const [first, last] = [from.trim(), to.trim()];
  for (const awb of [first, last]) if (!isAwb(awb)) return refuse("AWB_INVALID", { awb });
  const start = splitNumber(first);
  const end = splitNumber(last);
  const facts = { from: first, to: last };
  if (start === null || end === null || start.prefix !== end.prefix) return refuse("AWB_RANGE_MISMATCH", facts);
  const padded = start.digits.startsWith("0");
  const sameShape = padded ? start.digits.length === end.digits.length : !end.digits.startsWith("0");
  if (!sameShape) return refuse("AWB_RANGE_MISMATCH", facts);
  const low = BigInt(start.digits);
  const count = BigInt(end.digits) - low + 1n;
  if (count < 1n) return refuse("AWB_RANGE_BACKWARDS", facts);
  if (count > BigInt(AWBS_PER_UPLOAD_MAX))
    return refuse("AWB_RANGE_TOO_LONG", { ...facts, count: count.toString(), max: AWBS_PER_UPLOAD_MAX });
  const width = start.digits.length;
  const awbs = Array.from(
    { length: Number(count) },
    (_, i) => start.prefix + (low + BigInt(i)).toString().padStart(width, "0"),
  );
  return ok(awbs);
}

function splitNumber(awb: string): { prefix: string; digits: string } | null {
  const match = /^(.*?)(\d+)$/.exec(awb); // lazy prefix: the digits are the whole last run
  return match ? { prefix: match[1] ?? "", digits: match[2] ?? "" } : null;
}

/** What an uploaded list holds. The good part can be stored while the rest is shown to the person who uploaded it. */
export interface AwbList {
  readonly awbs: readonly string[];
  /** Given more than once within this list; stored once. */
  readonly duplicates: readonly string[];
  readonly invalid: readonly { readonly line: number; readonly text: string }[];
}

/**
 * Reads a pasted or uploaded list: one AWB a line, or separated by commas, semicolons, tabs or blanks. A heading in
 * the first line (a word without digits) is passed over. Refusals: AWB_LIST_EMPTY, AWB_LIST_TOO_LONG.
 */
export function parseAwbList(text: string): Result<AwbList, Refusal<"AWB_LIST_EMPTY" | "AWB_LIST_TOO_LONG">> {
  const awbs = new Set<string>();
  const duplicates = new Set<string>();
  const invalid: { line: number; text: string }[] = [];
  let seen = 0;
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .entries()) {
    if (index === 0 && /^[A-Za-z][A-Za-z _"]*$/.test(line.trim())) continue;
    for (const token of line.split(/[\s,;]+/)) {
      const awb = token.replace(/^"(.*)"$/, "$1");
      if (awb === "") continue;
      seen += 1;
      if (seen > AWBS_PER_UPLOAD_MAX) return refuse("AWB_LIST_TOO_LONG", { max: AWBS_PER_UPLOAD_MAX });
      if (!isAwb(awb)) invalid.push({ line: index + 1, text: awb.slice(0, 60) });
      else if (awbs.has(awb)) duplicates.add(awb);
      else awbs.add(awb);
    }
  }
  if (seen === 0) return refuse("AWB_LIST_EMPTY");
  return ok({ awbs: [...awbs], duplicates: [...duplicates], invalid });
}
