import { describe, expect, it } from "vitest";
import { emptyScanBuffer, takeKey } from "./scan-buffer.ts";

function press(keys: readonly string[], gapMs: number): (string | null)[] {
  let buffer = emptyScanBuffer;
  return keys.map((key, i) => {
    const step = takeKey(buffer, key, i * gapMs);
    buffer = step.buffer;
    return step.scanned;
  });
}

describe("telling a scanner from a person", () => {
  it("reads a burst that ends in Enter or Tab", () => {
    expect(press([..."AWB123456", "Enter"], 8).at(-1)).toBe("AWB123456");
    expect(press([..."AWB123456", "Tab"], 20).at(-1)).toBe("AWB123456");
  });
  it("leaves typing alone", () => {
    expect(press([..."AWB123456", "Enter"], 120).every((x) => x === null)).toBe(true);
  });
  it("ignores bursts too short to be a code, and Shift between characters", () => {
    expect(press(["j", "k", "Enter"], 8).at(-1)).toBeNull();
    expect(press(["Shift", "A", "Shift", "W", "Shift", "B", "1", "Enter"], 8).at(-1)).toBe("AWB1");
  });
  it("starts afresh after a pause, so that a key pressed before the scan is not part of it", () => {
    let buffer = takeKey(emptyScanBuffer, "j", 0).buffer;
    for (const [i, key] of [..."P100"].entries()) buffer = takeKey(buffer, key, 500 + i * 8).buffer;
    expect(takeKey(buffer, "Enter", 540).scanned).toBe("P100");
  });
});
