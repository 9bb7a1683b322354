import { ok, type Refusal, type Result, refuse } from "../kernel/index.ts";

/** A double quote and a backslash are refused by the portal even where JSON escapes them; control characters by common sense. */
export function plainText(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFC")
    .replaceAll(/["“”„]/g, "'")
    .replaceAll("\\", "/")
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim();
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Length as the schema counts it: code points. */
export function lengthOf(text: string): number {
  return [...text].length;
}

/**
 * The beginning of a text, at most `max` code points: cut behind a word where one ends in the last third, and never
 * inside a character that is made of several (a Devanagari syllable, an emoji).
 */
export function cutText(text: string, max: number): string {
  if (lengthOf(text) <= max) return text;
  let kept = "";
  let length = 0;
  for (const { segment } of graphemes.segment(text)) {
    length += lengthOf(segment);
    if (length > max) break;
    kept += segment;
  }
  const space = kept.lastIndexOf(" ");
  const nextIsSpace = text.charAt(kept.length) === " ";
  return (!nextIsSpace && space > (kept.length * 2) / 3 ? kept.slice(0, space) : kept).trim();
}

export type TextRefusal = Refusal<"EINVOICE_TEXT_SHORT">;

/** A text that must be there: cleaned and cut. Refused where it is too short to mean anything to the portal. */
export function requiredText(what: string, text: string, min: number, max: number): Result<string, TextRefusal> {
  const cut = cutText(plainText(text), max);
  return lengthOf(cut) < min ? refuse("EINVOICE_TEXT_SHORT", { what, text: cut, min }) : ok(cut);
}

/** A text that may be left out, and is where it is too short. */
export function optionalText(text: string | null, min: number, max: number): string | undefined {
  if (text === null) return undefined;
  const cut = cutText(plainText(text), max);
  return lengthOf(cut) < min ? undefined : cut;
}

const LINE_MAX = 100;
const SECOND_LINE_MIN = 3;

/**
 * Two address lines of at most 100 characters: what is too long in the first goes on in the second; a second line too
 * short for the portal joins the first. What does not fit into both is cut: the GSTIN, PIN and state say where it is.
 */
export function addressLines(
  what: string,
  line1: string,
  line2: string | null,
): Result<{ readonly Addr1: string; readonly Addr2?: string }, TextRefusal> {
  const second = plainText(line2 ?? "");
  const first = plainText(line1);
  const whole = [first, second].filter((line) => line !== "").join(", ");
  if (whole === "") return refuse("EINVOICE_TEXT_SHORT", { what: `${what}'s address`, text: "", min: 1 });
  if (lengthOf(first) <= LINE_MAX && first !== "" && lengthOf(second) >= SECOND_LINE_MIN)
    return ok({ Addr1: first, Addr2: cutText(second, LINE_MAX) });
  const Addr1 = cutText(whole, LINE_MAX);
  const Addr2 = cutText(whole.slice(Addr1.length).replace(/^[\s,]+/, ""), LINE_MAX);
  return ok(lengthOf(Addr2) < SECOND_LINE_MIN ? { Addr1 } : { Addr1, Addr2 });
}

/** Digits of a telephone number, 6 to 12; what is longer keeps its end, without the country's code. */
export function phoneDigits(text: string | null): string | undefined {
  const digits = (text ?? "").replaceAll(/\D/g, "").replace(/^0+/, "");
  if (digits.length < 6) return undefined;
  return digits.length > 12 ? digits.slice(-10) : digits;
}

/** An address that looks like one, or nothing: the portal refuses a document for a wrong one. */
export function emailText(text: string | null): string | undefined {
  const email = plainText(text ?? "");
  return /^[^\s@"\\]+@[^\s@"\\]+\.[^\s@"\\]+$/.test(email) && email.length >= 6 && email.length <= 100
    ? email
    : undefined;
}
