import { constants, deflateRawSync } from "node:zlib";
import { PDFDocument, StandardFonts } from "@cantoo/pdf-lib";

/** PDFs as others send them, good and bad. Made here, so that nobody's label lies in the repository. */

/** One page for each text, written by another library than ours. */
export async function aForeignPdf(texts: readonly string[], size: [number, number] = [288, 432]): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (const text of texts) pdf.addPage(size).drawText(text, { x: 20, y: 200, size: 14, font });
  return pdf.save({ addDefaultPage: false });
}

/** Cannot be opened without the owner's password, though it asks a reader for none. */
export async function anEncryptedPdf(): Promise<Uint8Array> {
  const pdf = await PDFDocument.load(await aForeignPdf(["secret"]));
  pdf.encrypt({ userPassword: "", ownerPassword: "owner" });
  return pdf.save();
}

/** A well-formed file of objects, with the table that says where they are. `streams` are numbered on from the last object. */
export function pdfOf(objects: readonly (string | { readonly dict: string; readonly bytes: Uint8Array })[]): Buffer {
  const parts: Buffer[] = [Buffer.from("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "latin1")];
  const offsets: number[] = [];
  let at = parts[0]?.length ?? 0;
  const push = (bytes: Buffer) => {
    parts.push(bytes);
    at += bytes.length;
  };
  for (const [index, object] of objects.entries()) {
    offsets.push(at);
    push(Buffer.from(`${index + 1} 0 obj\n`));
    if (typeof object === "string") push(Buffer.from(object));
    else {
      push(Buffer.from(`<< ${object.dict} /Length ${object.bytes.length} >>\nstream\n`));
      push(Buffer.from(object.bytes));
      push(Buffer.from("\nendstream"));
    }
    push(Buffer.from("\nendobj\n"));
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Root 1 0 R /Size ${size} >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

const CATALOG = "<< /Type /Catalog /Pages 2 0 R >>";
const ONE_PAGE_TREE = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
const PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] /Contents 4 0 R >>";

/** One page whose drawing is these bytes, named as deflated. */
export function pdfDrawing(bytes: Uint8Array): Buffer {
  return pdfOf([CATALOG, ONE_PAGE_TREE, PAGE, { dict: "/Filter /FlateDecode", bytes }]);
}

/** One page that says what it draws is in an object which the file does not have. */
export function pdfWithoutDrawing(): Buffer {
  return pdfOf([CATALOG, ONE_PAGE_TREE, PAGE]);
}

export function pdfWithoutPages(): Buffer {
  return pdfOf([CATALOG, "<< /Type /Pages /Kids [] /Count 0 >>"]);
}

export function pdfWithPages(count: number): Buffer {
  return pdfOf([
    CATALOG,
    `<< /Type /Pages /Kids [${"3 0 R ".repeat(count)}] /Count ${count} >>`,
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] >>",
  ]);
}

/** A small file with a bundle of objects that unfolds to `megabytes` of spaces: fills the memory of whoever opens it. */
export function memoryBomb(megabytes: number): Buffer {
  const page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] >>";
  const unended = (bytes: Buffer) => deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH, level: 9 });
  const spaces = unended(Buffer.alloc(1024 ** 2, 0x20)); // squeezed once and repeated: a full flush stands on its own
  const bytes = Buffer.concat([
    Buffer.from([0x78, 0xda]),
    unended(Buffer.from("10 0 << /A 1 >>")),
    ...Array.from({ length: megabytes }, () => spaces),
    deflateRawSync(Buffer.alloc(0)),
    Buffer.alloc(4),
  ]);
  return pdfOf([CATALOG, ONE_PAGE_TREE, page, { dict: "/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode", bytes }]);
}
