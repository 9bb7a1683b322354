import { once } from "node:events";
import { deflateSync } from "node:zlib";
import PDFDocument from "pdfkit";
import { code128, qrModules } from "./barcodes.ts";
import { FileFonts, stream, type UsedFace, utf16Hex } from "./file-fonts.ts";
import type { ShapedRun } from "./shaping.ts";
import { fitLine, layoutLines, lineWidth, type TextLine, type TextStyle } from "./text.ts";

export type Color = readonly [red: number, green: number, blue: number];
export type PaperSize = { readonly width: number; readonly height: number };

/** Paper in points (1/72 inch). */
export const A4: PaperSize = { width: 595.28, height: 841.89 };
export const LABEL_4X6: PaperSize = { width: 288, height: 432 };

export const BLACK: Color = [0, 0, 0];

export type DrawStyle = TextStyle & { readonly color?: Color; readonly align?: "left" | "right" | "center" };

/**
 * A PDF file being made. pdfkit keeps its objects, pages, pictures and cross-reference table; text is set by our own
 * shaping (`shaping.ts`), because pdfkit cuts and embeds its fonts anew for every document.
 */
export class PdfFile {
  readonly #pdf: InstanceType<typeof PDFDocument>;
  readonly #fonts: FileFonts;
  #pages: Page[] = [];

  /** @param madeAt printed into the file's properties: passed in, so that the same data gives the same bytes */
  constructor(info: { title: string; madeAt: Temporal.Instant }) {
    // pdfkit wants a Date and defaults to the clock
    const date = new Date(info.madeAt.epochMilliseconds);
    this.#pdf = new PDFDocument({
      autoFirstPage: false,
      font: "",
      compress: false, // streams are deflated here, at the level measured to be worth its time
      pdfVersion: "1.7",
      lang: "en-IN",
      displayTitle: true,
      info: { Title: info.title, Creator: "Godown", Producer: "Godown", CreationDate: date, ModDate: date },
    });
    this.#fonts = new FileFonts(this.#pdf);
  }

  addPage(size: PaperSize): Page {
    const page = new Page(size, this.#fonts);
    this.#pages.push(page);
    return page;
  }

  /**
   * Writes the pages drawn so far into the file and forgets them: thousands of documents stay small in memory.
   * @returns how many they were
   */
  flush(): number {
    const written = this.#pages.length;
    for (const page of this.#pages) this.#write(page);
    this.#pages = [];
    return written;
  }

  /** Ends the file and gives its bytes. Waits, because pdfkit takes transparent pictures apart in the background. */
  async end(): Promise<Uint8Array> {
    this.flush();
    this.#fonts.end();
    const chunks: Uint8Array[] = [];
    this.#pdf.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    const ended = once(this.#pdf, "end");
    this.#pdf.end();
    await ended;
    return Buffer.concat(chunks);
  }

  #write(page: Page): void {
    this.#pdf.addPage({ size: [page.width, page.height], margin: 0 });
    const target = this.#pdf.page;
    for (const picture of page.pictures) {
      const bytes = Buffer.from(picture.bytes);
      this.#pdf.image(bytes, picture.x, picture.y, {
        fit: [picture.width, picture.height],
        align: "center",
        valign: "center",
      });
    }
    const content = stream(this.#pdf, deflateSync(page.content(), { level: 3 }), {});
    Object.assign(target.dictionary.data, { Contents: [target.content, content] });
    for (const used of page.fontsUsed) target.fonts[used.name] = used.ref;
  }
}

/** `dot` is the printer's smallest step in points. */
export type BarcodeBox = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly align?: "left" | "right" | "center";
  readonly dot?: number;
};

/** One dot of a 203 dpi label printer, the commonest kind. */
const THERMAL_DOT = 72 / 203;
const QUIET_MODULES = 20;

type Picture = { bytes: Uint8Array; x: number; y: number; width: number; height: number };

/** One page. Origin at its top left, y grows downward, lengths in points; text is placed by its baseline. */
export class Page {
  readonly width: number;
  readonly height: number;
  readonly pictures: Picture[] = [];
  readonly fontsUsed = new Set<UsedFace>();
  readonly #fonts: FileFonts;
  readonly #operations: string[] = [];
  #fill = "";

  constructor(size: PaperSize, fonts: FileFonts) {
    this.width = size.width;
    this.height = size.height;
    this.#fonts = fonts;
  }

  /** One line of text, cut with an ellipsis where `maxWidth` is given and it is longer. Returns its width. */
  text(x: number, baseline: number, text: string, style: DrawStyle, maxWidth = Number.POSITIVE_INFINITY): number {
    return this.line(x, baseline, fitLine(text, style, maxWidth), style);
  }

  /** Wrapped text whose first line's top is `top`. Returns the height used. */
  paragraph(x: number, top: number, width: number, text: string, style: DrawStyle, leading = 1.35): number {
    return this.lines(x, top, width, layoutLines(text, width, style), style, leading);
  }

  /** Lines laid out before (`layoutLines`), set in a column of `width`. Returns the height used. */
  lines(x: number, top: number, width: number, lines: readonly TextLine[], style: DrawStyle, leading = 1.35): number {
    const step = style.size * leading;
    const shift = style.align === "right" ? width : style.align === "center" ? width / 2 : 0;
    lines.forEach((line, i) => {
      this.line(x + shift, top + i * step + style.size * (0.86 + (leading - 1.2) / 2), line, style);
    });
    return lines.length * step;
  }

  /** One laid-out line; `x` is its left end, right end or middle by the style's `align`. Returns its width. */
  line(x: number, baseline: number, line: TextLine, style: DrawStyle): number {
    const width = lineWidth(line, style);
    if (line.words.length === 0) return 0;
    const left = style.align === "right" ? x - width : style.align === "center" ? x - width / 2 : x;
    this.fillColor(style.color ?? BLACK);
    let out = `BT 1 0 0 -1 ${n(left)} ${n(baseline)} Tm`;
    let font: UsedFace | null = null;
    for (const word of line.words) {
      for (const run of word.runs) {
        const used = this.#use(run);
        if (used !== font) out += ` /${used.name} ${n(style.size)} Tf`;
        font = used;
        out += run.kind === "plain" ? plainRun(run) : complexRun(run, used, style.size);
      }
    }
    this.#operations.push(`${out} ET`);
    return width;
  }

  rule(x1: number, y: number, x2: number, thickness = 0.5, color: Color = BLACK): void {
    this.rect(x1, y - thickness / 2, x2 - x1, thickness, color);
  }

  rect(x: number, y: number, width: number, height: number, color: Color): void {
    this.fillColor(color);
    this.#operations.push(`${n(x)} ${n(y)} ${n(width)} ${n(height)} re f`);
  }

  /** An outlined rectangle. */
  frame(x: number, y: number, width: number, height: number, thickness = 0.5, color: Color = BLACK): void {
    this.#operations.push(`${rgb(color)} RG ${n(thickness)} w ${n(x)} ${n(y)} ${n(width)} ${n(height)} re S`);
  }

  /**
   * A PNG or JPEG, fitted into the box and centred in it, below everything else on the page. Other bytes draw nothing
   * and answer false.
   */
  picture(bytes: Uint8Array, x: number, y: number, width: number, height: number): boolean {
    const isPng = bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47;
    const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
    if (isPng || isJpeg) this.pictures.push({ bytes, x, y, width, height });
    return isPng || isJpeg;
  }

  /**
   * A Code 128 symbol as vector bars, within the width given (ten modules of it stay white on either side, as the
   * symbology asks, unless `align` puts the bars at an edge where the paper is white anyway). Each module is a whole
   * number of `dot`s, so that a thermal printer of that resolution draws every bar at its true width. Returns where the
   * bars stand.
   */
  barcode(text: string, box: BarcodeBox): { left: number; width: number } {
    const bars = code128(text);
    const dot = box.dot ?? THERMAL_DOT;
    const fitting = box.width / (bars.total + QUIET_MODULES);
    const module = fitting >= dot ? Math.floor(fitting / dot) * dot : fitting;
    const width = bars.total * module;
    const share = box.align === "left" ? 0 : box.align === "right" ? 1 : 0.5;
    const left = box.x + (box.width - width) * share;
    let x = left;
    let path = "";
    bars.widths.forEach((modules, i) => {
      if (i % 2 === 0) path += `${n(x)} ${n(box.y)} ${n(modules * module)} ${n(box.height)} re `;
      x += modules * module;
    });
    this.fillColor(BLACK);
    this.#operations.push(`${path}f`);
    return { left, width };
  }

  /** A QR code as vector squares; `side` includes the quiet zone of four modules. */
  qr(payload: string, x: number, y: number, side: number): void {
    const rows = qrModules(payload);
    const module = side / (rows.length + 8);
    let path = "";
    rows.forEach((row, i) => {
      for (let from = 0; from < row.length; from += 1) {
        if (!row[from]) continue;
        let to = from + 1;
        while (row[to]) to += 1;
        path += `${n(x + (from + 4) * module)} ${n(y + (i + 4) * module)} ${n((to - from) * module)} ${n(module * 1.02)} re `;
        from = to;
      }
    });
    this.fillColor(BLACK);
    this.#operations.push(`${path}f`);
  }

  /**
   * Draws within a frame of reference turned by `degrees` (counter-clockwise) around a point, which becomes its
   * origin.
   */
  turned(x: number, y: number, degrees: number, draw: () => void): void {
    const angle = (-degrees * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.#operations.push(
      `q ${cos.toFixed(5)} ${sin.toFixed(5)} ${(-sin).toFixed(5)} ${cos.toFixed(5)} ${n(x)} ${n(y)} cm`,
    );
    draw();
    this.#operations.push("Q");
    this.#fill = "";
  }

  fillColor(color: Color): void {
    const fill = rgb(color);
    if (fill === this.#fill) return;
    this.#fill = fill;
    this.#operations.push(`${fill} rg`);
  }

  content(): string {
    return this.#operations.join("\n");
  }

  #use(run: ShapedRun): UsedFace {
    const used = this.#fonts.use(run.face);
    this.fontsUsed.add(used);
    if (run.kind === "plain" && !run.isCore) used.isCore = false;
    return used;
  }
}

function plainRun(run: Extract<ShapedRun, { kind: "plain" }>): string {
  const set = ` [${run.operand}] TJ`;
  return run.actualText === null ? set : actualText(run.actualText, set);
}

/** Glyphs with their offsets: sideways by TJ adjustments, up and down by the text rise. */
function complexRun(run: Extract<ShapedRun, { kind: "complex" }>, used: UsedFace, size: number): string {
  let out = "";
  let open = false;
  let rise = 0;
  for (const glyph of run.glyphs) {
    if (glyph.yOffset !== rise) {
      if (open) out += "] TJ";
      out += ` ${n((glyph.yOffset * size) / 1000)} Ts`;
      open = false;
      rise = glyph.yOffset;
    }
    if (!open) out += " [";
    open = true;
    if (glyph.xOffset !== 0) out += n(-glyph.xOffset);
    out += `<${used.code(glyph)}>`;
    const after = glyph.ownAdvance - glyph.advance + glyph.xOffset;
    if (Math.abs(after) >= 0.01) out += n(after);
  }
  if (open) out += "] TJ";
  if (rise !== 0) out += " 0 Ts";
  return actualText(run.text, out);
}

/** Says which text the marks stand for: readers that know it copy and search the word as it was typed. */
function actualText(text: string, operations: string): string {
  return ` /Span << /ActualText <feff${utf16Hex(text)}> >> BDC${operations} EMC`;
}

function rgb(color: Color): string {
  return color.map((part) => n(part)).join(" ");
}

/** A number as PDF writes it: never in exponent form, three decimals are 0.0004 mm. */
function n(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
