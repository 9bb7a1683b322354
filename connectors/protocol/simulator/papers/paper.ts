/** A PDF being drawn: text in the scripts that buyers' names come in, barcodes as vectors. Points, from the top left. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import bwipjs from "bwip-js";
import PDFDocument from "pdfkit";
import { encode } from "uqr";

/** Latin is set in the fonts that every reader has: cutting and embedding one for each paper took ten times as long. */
const STANDARD = { plain: "Helvetica", bold: "Helvetica-Bold" } as const;
const EMBEDDED = {
  devanagari: "noto-sans-devanagari/files/noto-sans-devanagari-devanagari-400-normal.woff",
  tamil: "noto-sans-tamil/files/noto-sans-tamil-tamil-400-normal.woff",
} as const;
type Script = keyof typeof EMBEDDED;
type FontName = keyof typeof STANDARD | Script;

const fontBytes = new Map<Script, Buffer>();

function fontFile(name: Script): Buffer {
  const known = fontBytes.get(name);
  if (known) return known;
  const bytes = readFileSync(createRequire(import.meta.url).resolve(`@fontsource/${EMBEDDED[name]}`));
  fontBytes.set(name, bytes);
  return bytes;
}

export interface TextStyle {
  readonly size?: number;
  readonly bold?: boolean;
  /** Where `x` is: the text's left end (default), its right end or its middle. */
  readonly at?: "left" | "right" | "middle";
  /** Cut with an ellipsis where it would be wider. */
  readonly widthMax?: number;
}

export interface Paper {
  page(width: number, height: number): void;
  /** One line; `y` is the top of its letters. */
  text(words: string, x: number, y: number, style?: TextStyle): void;
  /** Lines one below the other, broken between words. @returns the `y` below the last */
  lines(words: readonly string[], x: number, y: number, style: TextStyle & { readonly widthMax: number }): number;
  rule(x: number, y: number, width: number): void;
  box(x: number, y: number, width: number, height: number): void;
  /** Code 128, bars alone, as wide as is said with its quiet zones. */
  bars(text: string, x: number, y: number, width: number, height: number): void;
  /** QR code, square, without its quiet zone. */
  square(text: string, x: number, y: number, side: number): void;
  end(): Promise<Buffer>;
}

export function createPaper(facts: { readonly title: string; readonly at: Temporal.Instant }): Paper {
  const pdf = new PDFDocument({
    autoFirstPage: false,
    // A time, since pdfkit takes the clock's otherwise: the same facts give the same file.
    info: { Title: facts.title, CreationDate: new Date(facts.at.epochMilliseconds) },
  });
  const chunks: Buffer[] = [];
  pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
  const used = new Set<Script>();
  const font = (name: FontName, size: number) => {
    if (name === "plain" || name === "bold") return pdf.font(STANDARD[name]).fontSize(size);
    if (!used.has(name)) pdf.registerFont(name, fontFile(name));
    used.add(name);
    return pdf.font(name).fontSize(size);
  };
  const widthOf = (words: string, style: TextStyle) =>
    runsOf(words, style).reduce((sum, run) => sum + font(run.font, style.size ?? 9).widthOfString(run.text), 0);
  const text: Paper["text"] = (words, x, y, style = {}) => {
    const shown = style.widthMax === undefined ? words : fitted(words, style.widthMax, (t) => widthOf(t, style));
    const width = style.at === undefined || style.at === "left" ? 0 : widthOf(shown, style);
    let from = x - (style.at === "right" ? width : style.at === "middle" ? width / 2 : 0);
    for (const run of runsOf(shown, style)) {
      font(run.font, style.size ?? 9).text(run.text, from, y, { lineBreak: false });
      from += pdf.widthOfString(run.text);
    }
  };
  return {
    page: (width, height) => void pdf.addPage({ size: [width, height], margin: 0 }),
    text,
    lines(words, x, y, style) {
      let below = y;
      for (const line of words.flatMap((entry) => broken(entry, style.widthMax, (t) => widthOf(t, style)))) {
        text(line, x, below, style);
        below += (style.size ?? 9) * 1.35;
      }
      return below;
    },
    rule: (x, y, width) =>
      void pdf
        .moveTo(x, y)
        .lineTo(x + width, y)
        .lineWidth(0.6)
        .stroke(),
    box: (x, y, width, height) => void pdf.rect(x, y, width, height).lineWidth(0.8).stroke(),
    bars(code, x, y, width, height) {
      const symbol = bwipjs.raw("code128", code, {})[0];
      if (!symbol || !("sbs" in symbol)) throw new Error("Code 128 is a symbol of bars");
      const quiet = 10; // modules on either side, as the standard wants
      const modules = symbol.sbs.reduce((sum, bar) => sum + bar, 0) + 2 * quiet;
      const unit = width / modules;
      let from = x + quiet * unit;
      symbol.sbs.forEach((bar, index) => {
        if (index % 2 === 0) pdf.rect(from, y, bar * unit, height);
        from += bar * unit;
      });
      pdf.fill("black");
    },
    square(code, x, y, side) {
      // Not bwip-js: it takes four times as long for a code of this size.
      const rows = encode(code, { ecc: "M", border: 0 }).data;
      const unit = side / rows.length;
      for (const [down, row] of rows.entries())
        for (const [across, dark] of row.entries()) if (dark) pdf.rect(x + across * unit, y + down * unit, unit, unit);
      pdf.fill("black");
    },
    async end() {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      pdf.on("end", resolve);
      pdf.on("error", reject);
      pdf.end();
      await promise;
      return Buffer.concat(chunks);
    },
  };
}

interface Run {
  readonly font: FontName;
  readonly text: string;
}

/** Stretches of one script. A character that no font here has becomes a question mark, as on many a real label. */
function runsOf(words: string, style: TextStyle): Run[] {
  const runs: Run[] = [];
  for (const character of words) {
    const script = /[\u0900-\u097f\u200c\u200d]/u.test(character)
      ? "devanagari"
      : /[\u0b80-\u0bff]/u.test(character)
        ? "tamil"
        : null;
    const name = script ?? (style.bold ? "bold" : "plain");
    const shown =
      script !== null || /[ -~\u00a0-\u00ff\u2013\u2014\u2018-\u201d\u2022\u2026]/u.test(character) ? character : "?";
    const last = runs.at(-1);
    if (last?.font === name) runs[runs.length - 1] = { font: name, text: last.text + shown };
    else runs.push({ font: name, text: shown });
  }
  return runs;
}

function fitted(words: string, widthMax: number, widthOf: (text: string) => number): string {
  if (widthOf(words) <= widthMax) return words;
  let shown = [...words];
  while (shown.length > 1 && widthOf(`${shown.join("")}…`) > widthMax) shown = shown.slice(0, -1);
  return `${shown.join("")}…`;
}

function broken(words: string, widthMax: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`) <= widthMax) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
