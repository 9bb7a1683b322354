import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Canvas, createCanvas } from "@napi-rs/canvas";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

/** Reads our PDFs as others do: text by another library than wrote it, codes from the picture of the page. */

/**
 * A stretch of text set apart from its neighbours, with the place of its baseline in points from the page's top left.
 */
export interface Cell {
  readonly text: string;
  readonly left: number;
  readonly right: number;
}

export interface Line {
  readonly y: number;
  readonly cells: readonly Cell[];
}

export interface ReadPage {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly Line[];
  /** All text, line by line. */
  readonly text: string;
}

/** Neighbours farther apart than this are in different columns. */
const COLUMN_GAP_POINTS = 4;

export async function readPages(pdf: Uint8Array): Promise<ReadPage[]> {
  const loading = getDocument({ data: Uint8Array.from(pdf), verbosity: 0 });
  const document = await loading.promise;
  const pages: ReadPage[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { width, height } = page.getViewport({ scale: 1 });
    const content = await page.getTextContent();
    const rows = new Map<number, Cell[]>();
    for (const item of content.items) {
      if (!("str" in item) || item.str === "") continue;
      if (item.str.trim() === "" && item.width >= COLUMN_GAP_POINTS) continue; // pdfjs fills gaps between columns
      const [left, bottom] = [Number(item.transform[4]), Number(item.transform[5])];
      const y = height - bottom;
      const key = [...rows.keys()].find((each) => Math.abs(each - y) < 0.7) ?? y;
      rows.set(key, [...(rows.get(key) ?? []), { text: item.str, left, right: left + item.width }]);
    }
    const lines = [...rows].sort(([a], [b]) => a - b).map(([y, items]) => ({ y, cells: joinCells(items) }));
    const text = lines.map((line) => line.cells.map((cell) => cell.text).join("  ")).join("\n");
    pages.push({ width, height, lines, text });
  }
  await loading.destroy();
  return pages;
}

function joinCells(items: readonly Cell[]): Cell[] {
  const cells: Cell[] = [];
  for (const item of items.toSorted((a, b) => a.left - b.left)) {
    const last = cells.at(-1);
    if (last && item.left - last.right < COLUMN_GAP_POINTS) {
      cells[cells.length - 1] = {
        text: last.text + item.text,
        left: last.left,
        right: Math.max(last.right, item.right),
      };
    } else cells.push({ ...item });
  }
  return cells.map((cell) => ({ ...cell, text: cell.text.trim() })).filter((cell) => cell.text !== "");
}

/** The picture of a page, `scale` pixels a point. */
export async function pictureOfPage(pdf: Uint8Array, number: number, scale: number): Promise<Canvas> {
  const loading = getDocument({ data: Uint8Array.from(pdf), verbosity: 0, disableFontFace: true });
  const document = await loading.promise;
  const page = await document.getPage(number);
  const viewport = page.getViewport({ scale });
  const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  // pdfjs is typed for browsers; this canvas has the same drawing methods.
  const target: unknown = canvas;
  if (!isBrowserCanvas(target)) throw new Error("the canvas can be drawn on");
  await page.render({ canvas: target, viewport }).promise;
  await loading.destroy();
  return canvas;
}

type PdfCanvas = NonNullable<
  Parameters<Awaited<ReturnType<Awaited<ReturnType<typeof getDocument>["promise"]>["getPage"]>>["render"]>[0]["canvas"]
>;

function isBrowserCanvas(value: unknown): value is PdfCanvas {
  return typeof value === "object" && value !== null && "getContext" in value;
}

export interface Code {
  readonly format: string;
  readonly text: string;
}

let prepared: Promise<unknown> | null = null;

/** The barcodes and QR codes that a scanner finds in the picture, of the kinds we print. */
export async function codesIn(picture: Canvas): Promise<Code[]> {
  prepared ??= prepareZXingModule({ overrides: { wasmBinary: scannerProgram() }, fireImmediately: true });
  await prepared;
  const image = picture.getContext("2d").getImageData(0, 0, picture.width, picture.height);
  const found = await readBarcodes(
    { data: image.data, width: image.width, height: image.height, colorSpace: "srgb" },
    { formats: ["Code128", "QRCode"], maxNumberOfSymbols: 8, tryHarder: true },
  );
  return found.map((code) => ({ format: String(code.format), text: code.text }));
}

/** Read from the package: by default it would be fetched from a content network. */
function scannerProgram(): ArrayBuffer {
  const file = readFileSync(createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"));
  return Uint8Array.from(file).buffer;
}
