import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { deflateSync } from "node:zlib";
import * as hb from "harfbuzzjs";
import { assert } from "../../kernel/index.ts";
import { sfntFromWoff } from "./woff.ts";

export type Weight = "regular" | "bold";

/**
 * A font file opened for shaping and embedding. Parsed once per process (or worker): parsing for every document
 * was measured to cost more than drawing it.
 */
export type Face = {
  readonly id: string;
  readonly postScriptName: string;
  readonly font: hb.Font;
  /** Glyph widths and offsets are in thousandths of the type size: font units times this. */
  readonly perUnit: number;
  /** True where glyph and character are one to one, so that a PDF can use glyph numbers as they are (Latin). */
  readonly plain: boolean;
  readonly metrics: FaceMetrics;
  readonly coverage: ReadonlySet<number>;
  /** The whole font program, deflated, ready to be put into a file. */
  readonly program: () => FontProgram;
  /** Only for a plain face: the much smaller program that has the outlines of `coreGlyphs` alone. */
  readonly core: { readonly program: () => FontProgram; readonly glyphs: ReadonlySet<number> } | null;
};

export type FaceMetrics = { ascent: number; descent: number; box: readonly [number, number, number, number] };
export type FontProgram = { readonly deflated: Uint8Array; readonly bytes: number };

/** Characters whose outlines are in the `*.core.ttf` files; see fonts/README.md. */
export const CORE_RANGES: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0xa0, 0xff],
  [0x2013, 0x2014],
  [0x2018, 0x2019],
  [0x201c, 0x201d],
  [0x2022, 0x2022],
  [0x2026, 0x2026],
  [0x20b9, 0x20b9],
  [0x2212, 0x2212],
  [0xfffd, 0xfffd],
];

/** Scripts beyond Latin, by Unicode block, each with the package that has its font. Read when first needed. */
const INDIC: readonly { script: string; from: number; to: number }[] = [
  { script: "devanagari", from: 0x0900, to: 0x097f },
  { script: "bengali", from: 0x0980, to: 0x09ff },
  { script: "gurmukhi", from: 0x0a00, to: 0x0a7f },
  { script: "gujarati", from: 0x0a80, to: 0x0aff },
  { script: "oriya", from: 0x0b00, to: 0x0b7f },
  { script: "tamil", from: 0x0b80, to: 0x0bff },
  { script: "telugu", from: 0x0c00, to: 0x0c7f },
  { script: "kannada", from: 0x0c80, to: 0x0cff },
  { script: "malayalam", from: 0x0d00, to: 0x0d7f },
  { script: "devanagari", from: 0x1cd0, to: 0x1cff }, // Vedic signs
  { script: "devanagari", from: 0xa830, to: 0xa8ff }, // number forms, Devanagari extended
];

const require = createRequire(import.meta.url);
const opened = new Map<string, Face>();

/** The Latin face (Inter): the default for every character that no other face claims. */
export function latinFace(weight: Weight): Face {
  const id = `latin-${weight}`;
  return opened.get(id) ?? keep(openLatin(id, weight));
}

/** The face of the script that `codePoint` belongs to, or null where it is Latin or a script we have no font for. */
export function indicFace(codePoint: number, weight: Weight): Face | null {
  if (codePoint < 0x0900) return null; // nearly every character of nearly every document
  const block = INDIC.find((b) => codePoint >= b.from && codePoint <= b.to);
  if (!block) return null;
  const id = `${block.script}-${weight}`;
  return opened.get(id) ?? keep(openIndic(id, block.script, weight));
}

function keep(face: Face): Face {
  opened.set(face.id, face);
  return face;
}

function openLatin(id: string, weight: Weight): Face {
  const name = weight === "bold" ? "Inter-SemiBold" : "Inter-Regular";
  const sfnt = readFileSync(new URL(`./fonts/${name}.ttf`, import.meta.url));
  const base = open(id, name, sfnt, true);
  const tabular = [new hb.Feature("tnum", 1)];
  const glyphs = new Set<number>([0]);
  for (const codePoint of coreCodePoints()) {
    for (const features of [[], tabular])
      for (const glyph of glyphsOf(base.font, codePoint, features)) glyphs.add(glyph);
  }
  const core = once(() => pack(readFileSync(new URL(`./fonts/${name}.core.ttf`, import.meta.url))));
  return { ...base, core: { program: core, glyphs } };
}

function openIndic(id: string, script: string, weight: Weight): Face {
  const style = weight === "bold" ? 600 : 400;
  const file = require.resolve(
    `@fontsource/noto-sans-${script}/files/noto-sans-${script}-${script}-${style}-normal.woff`,
  );
  const name = `NotoSans${script.charAt(0).toUpperCase()}${script.slice(1)}-${weight === "bold" ? "SemiBold" : "Regular"}`;
  return open(id, name, sfntFromWoff(readFileSync(file)), false);
}

function open(id: string, postScriptName: string, sfnt: Uint8Array, plain: boolean): Face {
  const face = new hb.Face(new hb.Blob(sfnt));
  const font = new hb.Font(face);
  const head = face.referenceTable("head");
  assert(head, `font ${postScriptName} has a head table`);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const perUnit = 1000 / view.getUint16(18);
  const extents = font.hExtents();
  const box = [36, 38, 40, 42].map((at) => Math.round(view.getInt16(at) * perUnit));
  return {
    id,
    postScriptName,
    font,
    perUnit,
    plain,
    metrics: {
      ascent: Math.round(extents.ascender * perUnit),
      descent: Math.round(extents.descender * perUnit),
      box: [box[0] ?? 0, box[1] ?? 0, box[2] ?? 0, box[3] ?? 0],
    },
    coverage: new Set(face.collectUnicodes()),
    program: once(() => pack(sfnt)),
    core: null,
  };
}

/** The code points of `CORE_RANGES`, one by one. */
export function* coreCodePoints(): Generator<number> {
  for (const [from, to] of CORE_RANGES) for (let codePoint = from; codePoint <= to; codePoint += 1) yield codePoint;
}

/** Glyph numbers that one character alone is shaped to. */
export function glyphsOf(font: hb.Font, codePoint: number, features: hb.Feature[]): number[] {
  const buffer = new hb.Buffer();
  buffer.addText(String.fromCodePoint(codePoint));
  buffer.guessSegmentProperties();
  hb.shape(font, buffer, features);
  return buffer.getGlyphInfos().map((info) => info.codepoint);
}

function pack(sfnt: Uint8Array): FontProgram {
  return { deflated: deflateSync(sfnt, { level: 9 }), bytes: sfnt.length };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
