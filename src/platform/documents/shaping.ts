import * as hb from "harfbuzzjs";
import { type Face, indicFace, latinFace, type Weight } from "./faces.ts";

/** A glyph of a script whose glyphs and characters are not one to one. Lengths in thousandths of the type size. */
export type ShapedGlyph = {
  readonly glyph: number;
  /** The characters that this glyph stands for when text is copied from the file; "" where a neighbour has them all. */
  readonly text: string;
  readonly advance: number;
  readonly ownAdvance: number;
  readonly xOffset: number;
  readonly yOffset: number;
};

/** A stretch of one word in one font. */
export type ShapedRun =
  | {
      readonly kind: "plain";
      readonly face: Face;
      /** Ready operand of the PDF operator TJ, without its brackets; kerning is inside. */
      readonly operand: string;
      /** Set where a character has no glyph in any of our fonts: what was asked for, beside the box that is shown. */
      readonly actualText: string | null;
      readonly isCore: boolean;
      readonly width: number;
    }
  | {
      readonly kind: "complex";
      readonly face: Face;
      readonly glyphs: readonly ShapedGlyph[];
      readonly text: string;
      readonly width: number;
    };

/** A word without spaces, shaped; its width in thousandths of the type size. */
export type ShapedWord = { readonly runs: readonly ShapedRun[]; readonly width: number; readonly text: string };

export type TypeStyle = { readonly weight: Weight; readonly tabular: boolean };

/** Words recur from document to document (labels, places, products); 20,000 of them are about 10 MB. */
const WORDS_KEPT_MAX = 20_000;
const words = new Map<string, ShapedWord>();

// Ligatures and contextual forms stay off in Latin: Inter would turn "4x6" into "4×6" and "->" into an arrow, which a
// product name or an order number must not suffer, and one glyph for each character keeps the text extractable.
const LATIN = ["liga", "clig", "calt", "ccmp"].map((tag) => new hb.Feature(tag, 0));
const LATIN_TABULAR = [...LATIN, new hb.Feature("tnum", 1)];
const NO_FEATURES: hb.Feature[] = [];
const buffer = new hb.Buffer();

/**
 * Bidirectional controls can make a printed address read otherwise than the stored one; control characters have no
 * form.
 */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\ufeff]/gu;

/** Splits text at white space into the words that are shaped and set. */
export function wordsOf(text: string): string[] {
  const words = text.normalize("NFC").split(/\s+/u);
  return words.map((word) => word.replace(UNPRINTABLE, "")).filter((word) => word !== "");
}

/** Shapes one word (no spaces): cuts it into runs by script, each run set by HarfBuzz in the font of its script. */
export function shapeWord(word: string, style: TypeStyle): ShapedWord {
  const key = `${style.weight === "bold" ? "b" : "r"}${style.tabular ? "t" : "p"}${word}`;
  const known = words.get(key);
  if (known) return known;
  const runs = itemise(word, style.weight).map(({ face, text }) =>
    face.plain ? shapePlain(face, text, style.tabular) : shapeComplex(face, text),
  );
  const shaped = { runs, width: runs.reduce((total, run) => total + run.width, 0), text: word };
  if (words.size >= WORDS_KEPT_MAX) words.clear(); // a full cache starts anew: simpler than ages, and rare
  words.set(key, shaped);
  return shaped;
}

/** The space between words, as a plain run that joins any neighbours. */
export function shapeSpace(style: TypeStyle): ShapedWord {
  return shapeWord(" ", style);
}

function itemise(word: string, weight: Weight): { face: Face; text: string }[] {
  const runs: { face: Face; text: string }[] = [];
  for (const character of word) {
    const previous = runs.at(-1);
    const face = faceOf(character.codePointAt(0) ?? 0, previous?.face, weight);
    if (previous && previous.face === face) previous.text += character;
    else runs.push({ face, text: character });
  }
  return runs;
}

/** Joiners, dandas and Vedic marks are shared between scripts: they stay with the word they stand in. */
function faceOf(codePoint: number, current: Face | undefined, weight: Weight): Face {
  const shared = codePoint === 0x200c || codePoint === 0x200d || (codePoint >= 0x0951 && codePoint <= 0x0965);
  if (shared && current?.coverage.has(codePoint)) return current;
  return indicFace(codePoint, weight) ?? latinFace(weight);
}

function shapePlain(face: Face, text: string, tabular: boolean): ShapedRun {
  const glyphs = run(face, text, tabular ? LATIN_TABULAR : LATIN);
  let operand = "<";
  let width = 0;
  let isCore = true;
  let missing = false;
  for (const glyph of glyphs) {
    operand += glyph.codepoint.toString(16).padStart(4, "0");
    const advance = (glyph.xAdvance ?? 0) * face.perUnit;
    const kern = Math.round(face.font.glyphHAdvance(glyph.codepoint) * face.perUnit - advance);
    if (kern !== 0) operand += `>${kern}<`;
    width += advance;
    isCore &&= face.core?.glyphs.has(glyph.codepoint) ?? false;
    missing ||= glyph.codepoint === 0;
  }
  return { kind: "plain", face, operand: `${operand}>`, actualText: missing ? text : null, isCore, width };
}

function shapeComplex(face: Face, text: string): ShapedRun {
  const infos = run(face, text, NO_FEATURES);
  const starts = [...new Set(infos.map((info) => info.cluster))].sort((a, b) => a - b);
  const glyphs: ShapedGlyph[] = [];
  for (let i = 0; i < infos.length; ) {
    const cluster = infos[i]?.cluster ?? 0;
    const members = infos.slice(i).filter((info) => info.cluster === cluster);
    const clusterText = text.slice(cluster, starts[starts.indexOf(cluster) + 1] ?? text.length);
    const shares = share(clusterText, members.length);
    members.forEach((info, at) => {
      glyphs.push({
        glyph: info.codepoint,
        text: shares[at] ?? "",
        advance: (info.xAdvance ?? 0) * face.perUnit,
        ownAdvance: face.font.glyphHAdvance(info.codepoint) * face.perUnit,
        xOffset: (info.xOffset ?? 0) * face.perUnit,
        yOffset: (info.yOffset ?? 0) * face.perUnit,
      });
    });
    i += members.length;
  }
  return { kind: "complex", face, glyphs, text, width: glyphs.reduce((total, glyph) => total + glyph.advance, 0) };
}

/**
 * Gives the characters of a cluster to its glyphs in reading order, one each and the rest to the last, whatever order
 * the glyphs stand in. A vowel sign drawn before its consonant is thus extracted after it, as it was typed.
 */
function share(text: string, parts: number): string[] {
  const characters = [...text];
  return Array.from({ length: parts }, (_, i) =>
    i === parts - 1 ? characters.slice(i).join("") : (characters[i] ?? ""),
  );
}

function run(face: Face, text: string, features: hb.Feature[]) {
  buffer.reset();
  buffer.addText(text);
  buffer.guessSegmentProperties();
  hb.shape(face.font, buffer, features);
  return buffer.getGlyphInfosAndPositions();
}
