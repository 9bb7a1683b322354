/** First bytes that tell a kind of file, as Latin-1 text. */
const BEGINNINGS: readonly (readonly [beginning: string, words: string])[] = [
  ["%PDF-", "a PDF"],
  ["\x89PNG\r\n", "a PNG picture"],
  ["\xff\xd8\xff", "a JPEG picture"],
  ["GIF8", "a GIF picture"],
  ["II*\0", "a TIFF picture"],
  ["MM\0*", "a TIFF picture"],
  ["PK\x03\x04", "a ZIP archive"],
  ["\x1f\x8b", "a gzip archive"],
  ["%!PS", "a PostScript file"],
  ["^XA", "printer commands (ZPL)"],
  ["JVBERi", "a PDF in base64"],
  ["\xd0\xcf\x11\xe0", "an old Office file"],
];

const TEXT_SHOWN_CHARACTERS = 40;
const LOOKED_AT_BYTES = 512;

/**
 * What a file is by its first bytes, in words for a person: "an HTML page", "a PDF". Nothing is believed that was said
 * about it: marketplaces answer 200 with content-type application/pdf and an error page.
 */
export function whatCame(bytes: Uint8Array): string {
  if (bytes.byteLength === 0) return "nothing at all";
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, LOOKED_AT_BYTES));
  // A byte order mark and white space before the content are passed over, as readers do.
  const start = head.toString("latin1").replace(/^(?:\xef\xbb\xbf)?[\s\0]*/, "");
  if (start === "") return "nothing but white space";
  const known = BEGINNINGS.find(([beginning]) => start.startsWith(beginning));
  if (known) return known[1];
  if (/^(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b/is.test(start)) return "an HTML page";
  if (start.startsWith("<")) return "XML";
  if (/^[{[]/.test(start)) return "JSON";
  return words(head);
}

function words(head: Buffer): string {
  const text = head.toString("utf8").trim();
  const shown = text.slice(0, TEXT_SHOWN_CHARACTERS);
  if (/^[^\p{Cc}\ufffd]+$/u.test(shown.replaceAll(/\s/g, " "))) return `the text "${shown.replaceAll(/\s+/g, " ")}"`;
  return `bytes of no known kind (${head.subarray(0, 8).toString("hex")})`;
}
