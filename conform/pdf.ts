/** Whether bytes are a PDF that a reader opens: its beginning and its end, and what stands between is the printer's matter. */
const TAIL_BYTES = 1_024;

/** Why not, continuing a sentence ("what came …"); null where it is one. */
export function pdfFault(content: Buffer): string | null {
  if (content.length === 0) return "is empty";
  if (content.subarray(0, 5).toString("latin1") !== "%PDF-") {
    const beginning = content
      .subarray(0, 20)
      .toString("latin1")
      .replaceAll(/[^ -~]/g, "·");
    return `is no PDF: it begins with ${JSON.stringify(beginning)}, not %PDF-`;
  }
  const tail = content.subarray(-TAIL_BYTES).toString("latin1");
  return tail.includes("%%EOF") ? null : "is a PDF cut short: its end, %%EOF, is missing";
}
