import { type ShapedWord, shapeSpace, shapeWord, type TypeStyle, wordsOf } from "./shaping.ts";

export type TextStyle = {
  /** Type size in points. */
  readonly size: number;
  readonly bold?: boolean;
  /** Figures of equal width, for columns of numbers. */
  readonly tabular?: boolean;
};

/** Words with the spaces between them, ready to be drawn. */
export type TextLine = { readonly words: readonly ShapedWord[]; readonly width: number };

const EMPTY: TextLine = { words: [], width: 0 };

export function textWidth(text: string, style: TextStyle): number {
  return lineWidth(setLine(wordsOf(text), typeOf(style)), style);
}

export function lineWidth(line: TextLine, style: TextStyle): number {
  return (line.width * style.size) / 1000;
}

/**
 * Breaks text into lines at most `width` points wide: at spaces, and inside a word only where the word alone is wider
 * than a line (long codes, links). A line break in the text is kept. Empty text gives no line.
 */
export function layoutLines(text: string, width: number, style: TextStyle): TextLine[] {
  const type = typeOf(style);
  const space = shapeSpace(type);
  const room = (width * 1000) / style.size;
  const lines: TextLine[] = [];
  for (const part of text.split(/\r?\n/)) {
    let words: ShapedWord[] = [];
    let used = 0;
    for (const word of wordsOf(part).flatMap((each) => pieces(each, room, type))) {
      const needed = words.length === 0 ? word.width : space.width + word.width;
      if (words.length > 0 && used + needed > room) {
        lines.push({ words, width: used });
        words = [word];
        used = word.width;
        continue;
      }
      if (words.length > 0) words.push(space);
      words.push(word);
      used += needed;
    }
    if (words.length > 0) lines.push({ words, width: used });
  }
  return lines;
}

/** One line, shortened by whole characters and closed with an ellipsis where it is wider than `maxWidth` points. */
export function fitLine(text: string, style: TextStyle, maxWidth: number): TextLine {
  const type = typeOf(style);
  const words = wordsOf(text);
  const whole = setLine(words, type);
  const room = (maxWidth * 1000) / style.size;
  if (whole.width <= room) return whole;
  const characters = graphemes(words.join(" "));
  // Halving finds the longest beginning that fits in about seven tries.
  let [low, high] = [0, characters.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (setLine(wordsOf(`${characters.slice(0, middle).join("")}…`), type).width <= room) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? EMPTY : setLine(wordsOf(`${characters.slice(0, low).join("").trimEnd()}…`), type);
}

function setLine(words: readonly string[], type: TypeStyle): TextLine {
  const space = shapeSpace(type);
  const shaped: ShapedWord[] = [];
  let width = 0;
  for (const word of words) {
    if (shaped.length > 0) {
      shaped.push(space);
      width += space.width;
    }
    const next = shapeWord(word, type);
    shaped.push(next);
    width += next.width;
  }
  return { words: shaped, width };
}

function pieces(word: string, room: number, type: TypeStyle): ShapedWord[] {
  const whole = shapeWord(word, type);
  if (whole.width <= room) return [whole];
  const out: ShapedWord[] = [];
  let piece = "";
  for (const character of graphemes(word)) {
    if (piece !== "" && shapeWord(piece + character, type).width > room) {
      out.push(shapeWord(piece, type));
      piece = "";
    }
    piece += character;
  }
  if (piece !== "") out.push(shapeWord(piece, type));
  return out;
}

/** What a reader sees as one character: a vowel sign is never parted from its consonant. */
function graphemes(text: string): string[] {
  return Array.from(new Intl.Segmenter("en-IN", { granularity: "grapheme" }).segment(text), (each) => each.segment);
}

function typeOf(style: TextStyle): TypeStyle {
  return { weight: style.bold ? "bold" : "regular", tabular: style.tabular ?? false };
}
