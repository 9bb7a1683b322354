import { inflateSync } from "node:zlib";
import { assert } from "../../kernel/index.ts";

const HEADER_BYTES = 44;
const ENTRY_BYTES = 20;
/** A font larger than this is not one of ours; the limit keeps a damaged length field from asking for gigabytes. */
const SFNT_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Unpacks a WOFF 1.0 file (as font packages ship them) into the plain TrueType bytes that a PDF embeds.
 * Layout: W3C "WOFF File Format 1.0", sections 3 and 4. The tables keep their order and checksums.
 */
export function sfntFromWoff(woff: Uint8Array): Uint8Array {
  const view = new DataView(woff.buffer, woff.byteOffset, woff.byteLength);
  assert(view.getUint32(0) === 0x774f4646, "the file begins with the signature wOFF");
  const tableCount = view.getUint16(12);
  const sfntBytes = view.getUint32(16);
  assert(sfntBytes <= SFNT_BYTES_MAX, `the unpacked font is at most ${SFNT_BYTES_MAX} bytes`);
  const sfnt = new Uint8Array(sfntBytes);
  const out = new DataView(sfnt.buffer);
  out.setUint32(0, view.getUint32(4)); // flavour
  out.setUint16(4, tableCount);
  const log = Math.floor(Math.log2(tableCount));
  out.setUint16(6, 2 ** log * 16);
  out.setUint16(8, log);
  out.setUint16(10, tableCount * 16 - 2 ** log * 16);
  let offset = 12 + tableCount * 16;
  for (let i = 0; i < tableCount; i += 1) {
    const entry = HEADER_BYTES + i * ENTRY_BYTES;
    const start = view.getUint32(entry + 4);
    const packedBytes = view.getUint32(entry + 8);
    const bytes = view.getUint32(entry + 12);
    const packed = woff.subarray(start, start + packedBytes);
    const table = packedBytes < bytes ? inflateSync(packed) : packed;
    assert(table.length === bytes, "a table unpacks to the length its entry states");
    sfnt.set(table, offset);
    out.setUint32(12 + i * 16, view.getUint32(entry)); // tag
    out.setUint32(12 + i * 16 + 4, view.getUint32(entry + 16)); // checksum
    out.setUint32(12 + i * 16 + 8, offset);
    out.setUint32(12 + i * 16 + 12, bytes);
    offset += (bytes + 3) & ~3;
  }
  return sfnt;
}
