/** The smallest honest PDF: one page of plain lines. A label's look is not what a simulator is for. */
const LINES_MAX = 40;

/** A page of 4 x 6 inches. Characters outside ASCII become question marks: no font is embedded. */
export function labelPdf(lines: readonly string[]): Buffer {
  const shown = lines.slice(0, LINES_MAX).map((line) => line.replaceAll(/[^ -~]/g, "?").replaceAll(/[\\()]/g, "\\$&"));
  const text = `BT /F1 10 Tf 12 TL 18 408 Td ${shown.map((line) => `(${line}) Tj T*`).join(" ")} ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let body = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const at = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const entries = offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`;
  return Buffer.from(
    `${body}${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`,
    "latin1",
  );
}
