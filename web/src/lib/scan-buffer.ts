// A hand scanner types: 5 to 20 ms between keys, then Enter. Fast typists stay above 60 ms for whole words.
const burstGapMs = 45;
const shortestScan = 4;

export interface ScanBuffer {
  readonly text: string;
  readonly lastKeyMs: number;
}

export const emptyScanBuffer: ScanBuffer = { text: "", lastKeyMs: Number.NEGATIVE_INFINITY };

/** Tells scanning from typing: takes one key press, gives the new buffer and, on the Enter that ends a burst, what was scanned. */
export function takeKey(
  buffer: ScanBuffer,
  key: string,
  nowMs: number,
): { buffer: ScanBuffer; scanned: string | null; inBurst: boolean } {
  const inBurst = nowMs - buffer.lastKeyMs <= burstGapMs;
  if (key === "Enter" || key === "Tab")
    return {
      buffer: emptyScanBuffer,
      scanned: inBurst && buffer.text.length >= shortestScan ? buffer.text : null,
      inBurst,
    };
  if (key.length !== 1) return { buffer, scanned: null, inBurst };
  return {
    buffer: { text: inBurst ? buffer.text + key : key, lastKeyMs: nowMs },
    scanned: null,
    inBurst: inBurst && buffer.text.length > 0,
  };
}
