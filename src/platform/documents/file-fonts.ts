import { deflateSync } from "node:zlib";
import * as hb from "harfbuzzjs";
import type PDFDocument from "pdfkit";
import { assert } from "../../kernel/index.ts";
import { coreCodePoints, type Face, glyphsOf } from "./faces.ts";
import type { ShapedGlyph } from "./shaping.ts";

type Pdf = InstanceType<typeof PDFDocument>;
export type PdfRef = ReturnType<Pdf["ref"]>;

/** CIDs of a PDF font are two bytes. */
const CIDS_MAX = 65_535;

/**
 * The fonts of one PDF file. A plain face is embedded as the ready-made program that was deflated once for the
 * process, with glyph numbers as codes. For a script whose glyphs are not one to one with characters, codes are given
 * out per pair of glyph and text, so that the same glyph can stand for different characters and text is extracted as
 * it was typed.
 */
export class FileFonts {
  readonly #pdf: Pdf;
  readonly #used = new Map<Face, UsedFace>();

  constructor(pdf: Pdf) {
    this.#pdf = pdf;
  }

  /** The face's name in page resources, and the reference to put there. */
  use(face: Face): UsedFace {
    const known = this.#used.get(face);
    if (known) return known;
    const used = new UsedFace(face, `F${this.#used.size + 1}`, this.#pdf.ref({}));
    this.#used.set(face, used);
    return used;
  }

  /** Writes every used font into the file; to be called once, after the last page. */
  end(): void {
    for (const used of this.#used.values()) {
      if (used.face.plain) writePlain(this.#pdf, used);
      else writeComplex(this.#pdf, used);
    }
  }
}

export class UsedFace {
  readonly face: Face;
  readonly name: string;
  readonly ref: PdfRef;
  /** Turns false with the first glyph that the small core program lacks. */
  isCore = true;
  readonly #codes = new Map<string, number>();
  readonly entries: ShapedGlyph[] = [];

  constructor(face: Face, name: string, ref: PdfRef) {
    this.face = face;
    this.name = name;
    this.ref = ref;
  }

  /** The code of a glyph that stands for a text, as four hexadecimal digits. */
  code(glyph: ShapedGlyph): string {
    const key = `${glyph.glyph}:${glyph.text}`;
    let code = this.#codes.get(key);
    if (code === undefined) {
      code = this.entries.push(glyph); // codes begin at 1: 0 is .notdef
      assert(code <= CIDS_MAX, "one file uses at most 65,535 different glyphs of a script");
      this.#codes.set(key, code);
    }
    return code.toString(16).padStart(4, "0");
  }
}

type PlainTables = { readonly widths: (number | number[])[]; readonly toUnicode: Uint8Array };
const plainTables = new WeakMap<Face, { core: PlainTables; full: PlainTables }>();

function writePlain(pdf: Pdf, used: UsedFace): void {
  const { face } = used;
  let tables = plainTables.get(face);
  if (!tables) {
    tables = { core: makePlainTables(face, coreCodePoints()), full: makePlainTables(face, face.coverage) };
    plainTables.set(face, tables);
  }
  const isCore = used.isCore && face.core !== null;
  const { widths, toUnicode } = isCore ? tables.core : tables.full;
  const program = isCore && face.core ? face.core.program() : face.program();
  writeFont(pdf, used, { program, widths, toUnicode, gids: null, tag: isCore ? "GDNCOR" : "GDNFUL" });
}

function makePlainTables(face: Face, codePoints: Iterable<number>): PlainTables {
  const textOf = new Map<number, string>([[0, "\ufffd"]]);
  const tabular = [new hb.Feature("tnum", 1)];
  for (const codePoint of codePoints) {
    for (const features of [[], tabular]) {
      const glyph = glyphsOf(face.font, codePoint, features)[0] ?? 0;
      if (!textOf.has(glyph)) textOf.set(glyph, String.fromCodePoint(codePoint));
    }
  }
  const glyphs = [...textOf.keys()].sort((a, b) => a - b);
  const widths: (number | number[])[] = [];
  let last = -2;
  for (const glyph of glyphs) {
    const width = round(face.font.glyphHAdvance(glyph) * face.perUnit);
    const group = widths.at(-1);
    if (glyph === last + 1 && Array.isArray(group)) group.push(width);
    else widths.push(glyph, [width]);
    last = glyph;
  }
  return { widths, toUnicode: toUnicodeMap(glyphs.map((glyph) => [glyph, textOf.get(glyph) ?? ""])) };
}

function writeComplex(pdf: Pdf, used: UsedFace): void {
  const gids = new Uint8Array((used.entries.length + 1) * 2);
  used.entries.forEach((entry, i) => {
    gids[(i + 1) * 2] = entry.glyph >> 8;
    gids[(i + 1) * 2 + 1] = entry.glyph & 0xff;
  });
  writeFont(pdf, used, {
    program: used.face.program(),
    widths: [1, used.entries.map((entry) => round(entry.ownAdvance))],
    // A glyph whose characters a neighbour already stands for is a zero-width space: readers leave it out.
    toUnicode: toUnicodeMap(used.entries.map((entry, i) => [i + 1, entry.text === "" ? "\u200b" : entry.text])),
    gids: deflateSync(gids, { level: 1 }),
    tag: "GDNSCR",
  });
}

type FontParts = {
  program: { deflated: Uint8Array; bytes: number };
  widths: (number | number[])[];
  toUnicode: Uint8Array;
  /** Deflated map from code to glyph number; null where the two are the same. */
  gids: Uint8Array | null;
  tag: string;
};

function writeFont(pdf: Pdf, used: UsedFace, parts: FontParts): void {
  const { face } = used;
  const name = `${parts.tag}+${face.postScriptName}`;
  const descriptor = pdf.ref({
    Type: "FontDescriptor",
    FontName: name,
    Flags: 4, // symbolic: codes are glyphs, not a named encoding
    FontBBox: [...face.metrics.box],
    ItalicAngle: 0,
    Ascent: face.metrics.ascent,
    Descent: face.metrics.descent,
    CapHeight: face.metrics.ascent,
    StemV: 80,
    FontFile2: stream(pdf, parts.program.deflated, { Length1: parts.program.bytes }),
  });
  descriptor.end(undefined);
  const descendant = pdf.ref({
    Type: "Font",
    Subtype: "CIDFontType2",
    BaseFont: name,
    CIDSystemInfo: { Registry: new String("Adobe"), Ordering: new String("Identity"), Supplement: 0 },
    FontDescriptor: descriptor,
    DW: 0,
    W: parts.widths,
    CIDToGIDMap: parts.gids === null ? "Identity" : stream(pdf, parts.gids, {}),
  });
  descendant.end(undefined);
  Object.assign(used.ref.data, {
    Type: "Font",
    Subtype: "Type0",
    BaseFont: name,
    Encoding: "Identity-H",
    DescendantFonts: [descendant],
    ToUnicode: stream(pdf, parts.toUnicode, {}),
  });
  used.ref.end(undefined);
}

/** A stream object of bytes that are deflated already. */
export function stream(pdf: Pdf, deflated: Uint8Array, entries: Record<string, unknown>): PdfRef {
  const ref = pdf.ref({ ...entries, Filter: "FlateDecode" });
  ref.end(deflated);
  return ref;
}

/**
 * The deflated CMap by which readers turn codes back into text. Blocks hold at most 100 entries, as the format asks.
 */
function toUnicodeMap(entries: readonly (readonly [number, string])[]): Uint8Array {
  let map = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) ";
  map += "/Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n";
  map += "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n";
  for (let at = 0; at < entries.length; at += 100) {
    const block = entries.slice(at, at + 100);
    map += `${block.length} beginbfchar\n`;
    for (const [code, text] of block) map += `<${code.toString(16).padStart(4, "0")}> <${utf16Hex(text)}>\n`;
    map += "endbfchar\n";
  }
  map += "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";
  return deflateSync(map, { level: 9 });
}

/** UTF-16 code units, big-endian, in hexadecimal. */
export function utf16Hex(text: string): string {
  let hex = "";
  for (let i = 0; i < text.length; i += 1) hex += text.charCodeAt(i).toString(16).padStart(4, "0");
  return hex;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
