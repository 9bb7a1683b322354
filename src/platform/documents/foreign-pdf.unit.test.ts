import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { deflateSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { readPages } from "../../../tests/support/read-pdf.ts";
import {
  aForeignPdf,
  anEncryptedPdf,
  memoryBomb,
  pdfDrawing,
  pdfWithoutDrawing,
  pdfWithoutPages,
  pdfWithPages,
} from "../../../tests/support/sample-pdfs.ts";
import type { drawLines } from "../../../tests/support/threads/sample-drawing.ts";
import { must } from "../../kernel/index.ts";
import { explain } from "../refusals.ts";
import { PDF_PAGES_MAX } from "./foreign-pdf.ts";
import {
  checkPdf,
  closeDocumentWorkers,
  documentPart,
  documentTemplate,
  PDF_BYTES_MAX,
  renderInWorker,
  STORED_PDF_BYTES_MAX,
  storedPdfPart,
} from "./index.ts";
import { ThreadPool } from "./thread-pool.ts";

afterAll(closeDocumentWorkers);

const info = { title: "Labels", madeAt: "2026-11-21T06:00:00Z" };
const linesTemplate = documentTemplate<typeof drawLines>(
  new URL("../../../tests/support/threads/sample-drawing.ts", import.meta.url),
  "drawLines",
);

/** Runs a program to its end: what holds it open makes this fail. */
async function runFile(file: URL): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(file)], { timeout: 20_000 });
  return stdout.trim();
}

/** The words a person sees of a file that is not taken. */
async function refusalOf(bytes: Uint8Array) {
  const checked = await checkPdf(bytes);
  if (checked.ok) throw new Error(`taken, with ${checked.value.pages} pages`);
  const { code, message } = explain(checked.refusal);
  return `${code}: ${message}`;
}

describe("a PDF from outside", () => {
  it("is taken with its pages counted", async () => {
    expect(must(await checkPdf(await aForeignPdf(["one"]))).pages).toBe(1);
    expect(must(await checkPdf(await aForeignPdf(["one", "two", "three"]))).pages).toBe(3);
    expect(must(await checkPdf(pdfWithPages(PDF_PAGES_MAX))).pages).toBe(PDF_PAGES_MAX);
  });

  it("is taken with white space around it, and without the checksum of its drawing", async () => {
    const pdf = Buffer.from(await aForeignPdf(["one"]));
    expect(must(await checkPdf(Buffer.concat([Buffer.from("\ufeff\r\n"), pdf, Buffer.from("\n\n")]))).pages).toBe(1);
    const drawing = deflateSync(Buffer.from("0 0 100 100 re f ".repeat(200)));
    expect(must(await checkPdf(pdfDrawing(drawing.subarray(0, -4)))).pages).toBe(1);
  });

  it.each([
    ["", "nothing at all"],
    [" \n", "nothing but white space"],
    ["<!DOCTYPE html><html><body>Please log in %PDF-1.4</body></html>", "an HTML page"],
    ["<!-- error -->\n<html>", "an HTML page"],
    ['<?xml version="1.0"?><Error/>', "XML"],
    ['{"status":"FAILED"}', "JSON"],
    ["^XA^FO50,50^FDlabel^FS^XZ", "printer commands (ZPL)"],
    ["JVBERi0xLjcK", "a PDF in base64"],
    ["Label not ready yet, try again", 'the text "Label not ready yet, try again"'],
    ["\x89PNG\r\n\x1a\n", "a PNG picture"],
    ["PK\x03\x04....", "a ZIP archive"],
    ["\x00\x01\x02\x03", "bytes of no known kind (00010203)"],
  ])("is told by its content: %j is %s", async (text, came) => {
    expect(await refusalOf(Buffer.from(text, "latin1"))).toBe(
      `DOCUMENT_NOT_A_PDF: The file is not a PDF: ${came} came instead.`,
    );
  });

  it("is refused where it is too large, before anybody reads it", async () => {
    const pdf = Buffer.from(await aForeignPdf(["one"]));
    const padded = (bytes: number) => Buffer.concat([pdf, Buffer.alloc(bytes - pdf.length, "\n")]);
    expect(await refusalOf(padded(PDF_BYTES_MAX + 1))).toContain(
      `DOCUMENT_TOO_LARGE: The PDF has ${PDF_BYTES_MAX + 1} bytes, and ${PDF_BYTES_MAX} are the most`,
    );
    const large = Buffer.concat([
      pdf.subarray(0, 15),
      Buffer.alloc(PDF_BYTES_MAX - pdf.length, "\n"),
      pdf.subarray(15),
    ]);
    expect(must(await checkPdf(large)).pages).toBe(1); // as large as may be is still read
  });

  it("is refused where it is encrypted, also without a password to read it", async () => {
    expect(await refusalOf(await anEncryptedPdf())).toContain("DOCUMENT_ENCRYPTED");
  });

  it("is refused wherever it was cut off", async () => {
    const pdf = await aForeignPdf(["one", "two"]);
    for (let length = 10; length < pdf.length - 30; length += 97)
      expect(await refusalOf(pdf.subarray(0, length)), `cut to ${length} of ${pdf.length}`).toContain(
        "DOCUMENT_UNREADABLE: The PDF cannot be read: ",
      );
    const secondRevision = Buffer.from(`\n9 0 obj\n(${"changed ".repeat(500)})`);
    expect(await refusalOf(Buffer.concat([pdf, secondRevision]))).toContain("its end is missing");
  });

  it.each([
    ["no page", pdfWithoutPages(), "it has no page"],
    ["too many pages", pdfWithPages(PDF_PAGES_MAX + 1), `it has ${PDF_PAGES_MAX + 1} pages`],
    ["a drawing that is lost", pdfWithoutDrawing(), "what is drawn on page 1 is missing"],
    ["a drawing that is damaged", pdfDrawing(Buffer.from("no deflated bytes")), "what is drawn on page 1 is damaged"],
    [
      "a drawing that unfolds without end",
      pdfDrawing(deflateSync(Buffer.alloc(65 * 1024 ** 2))),
      "what is drawn on page 1 is more than",
    ],
    ["nothing but a beginning and an end", Buffer.from("%PDF-1.4\nstartxref\n0\n%%EOF"), "it cannot be taken apart"],
  ])("is refused with %s", async (_, pdf, words) => {
    expect(await refusalOf(pdf)).toContain(words);
  });

  it("cannot fill the memory of the server, whose other files are read on", async () => {
    const bomb = memoryBomb(2048);
    expect(bomb.length).toBeLessThan(PDF_BYTES_MAX);
    const good = await aForeignPdf(["one"]);
    const [refused, taken] = await Promise.all([refusalOf(bomb), checkPdf(good)]);
    expect(refused).toContain("reading took more than 268435456 bytes of memory");
    expect(must(taken).pages).toBe(1);
  }, 60_000);

  it("cannot keep a thread for longer than the limit", async () => {
    const pool = new ThreadPool<string, string>({
      script: new URL("../../../tests/support/threads/endless.ts", import.meta.url),
      ...{ verb: "reading", threadsMax: 1, waitingMax: 2, timeoutMs: 300, memoryBytesMax: 2 ** 28, idleMs: 1000 },
    });
    const stuck = pool.run("stay");
    const after = pool.run("answer");
    await expect(stuck).rejects.toThrow("reading took longer than 300 ms");
    expect(await after).toBe("answer");
    await pool.close();
  });

  it("leaves no thread behind when the process stops", async () => {
    const ended = await runFile(new URL("../../../tests/support/threads/stopping.ts", import.meta.url));
    expect(ended).toBe("read and stopped");
  });

  it("is waited for only by so many", async () => {
    const pool = new ThreadPool<string, string>({
      script: new URL("../../../tests/support/threads/endless.ts", import.meta.url),
      ...{ verb: "reading", threadsMax: 1, waitingMax: 1, timeoutMs: 10_000, memoryBytesMax: 2 ** 28, idleMs: 1000 },
    });
    const first = pool.run("stay");
    const second = pool.run("stay");
    await expect(pool.run("answer")).rejects.toThrow("1 documents are waiting already");
    const ended = Promise.allSettled([first, second]);
    await pool.close();
    expect((await ended).map((each) => each.status)).toEqual(["rejected", "rejected"]);
  });
});

describe("stored and own documents in one file", () => {
  it("stand in the order given, each as large as it was", async () => {
    const [a, b] = [await aForeignPdf(["stored A1", "stored A2"]), await aForeignPdf(["stored B"], [595, 842])];
    const pdf = await renderInWorker(info, [
      documentPart(linesTemplate, { lines: ["own 1"] }),
      storedPdfPart(a),
      documentPart(linesTemplate, { lines: ["own 2 first page", "own 2 second page"] }),
      storedPdfPart(b),
      documentPart(linesTemplate, { lines: ["own 3 ₹1,234.00 हिन्दी"] }),
      storedPdfPart(a),
    ]);
    const pages = await readPages(pdf);
    expect(pages.map((page) => page.text)).toEqual([
      "own 1",
      "stored A1",
      "stored A2",
      "own 2 first page",
      "own 2 second page",
      "stored B",
      "own 3 ₹1,234.00 हिन्दी",
      "stored A1",
      "stored A2",
    ]);
    expect(pages.map((page) => page.width)).toEqual([288, 288, 288, 288, 288, 595, 288, 288, 288]);
    expect(must(await checkPdf(pdf)).pages).toBe(9);
  });

  it("may be stored ones alone, and the same ones give the same bytes", async () => {
    const parts = [storedPdfPart(await aForeignPdf(["A"])), storedPdfPart(await aForeignPdf(["B"]))];
    const pdf = await renderInWorker(info, parts);
    expect((await readPages(pdf)).map((page) => page.text)).toEqual(["A", "B"]);
    expect(Buffer.from(await renderInWorker(info, parts)).equals(Buffer.from(pdf))).toBe(true);
  });

  it("are refused in words where a stored one is broken after all", async () => {
    const parts = [storedPdfPart(await aForeignPdf(["A"])), storedPdfPart(Buffer.from("no PDF"))];
    await expect(renderInWorker(info, parts)).rejects.toThrow("the PDF at place 2 cannot be read");
  });

  it("are limited in what is stored together", async () => {
    const part = storedPdfPart(new Uint8Array(PDF_BYTES_MAX));
    const parts = Array.from({ length: Math.floor(STORED_PDF_BYTES_MAX / PDF_BYTES_MAX) + 1 }, () => part);
    await expect(renderInWorker(info, parts)).rejects.toThrow("fit into one file");
  });
});
