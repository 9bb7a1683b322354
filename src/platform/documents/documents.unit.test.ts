import { readFileSync } from "node:fs";
import * as hb from "harfbuzzjs";
import { afterAll, describe, expect, it } from "vitest";
import { pictureOfPage, readPages } from "../../../tests/support/read-pdf.ts";
import { canBeBarcode, code128 } from "./barcodes.ts";
import { A4, fitLine, layoutLines, lineWidth, PdfFile, textWidth } from "./drawing.ts";
import { coreCodePoints, glyphsOf, latinFace } from "./faces.ts";
import { closeDocumentWorkers, indianAmount, indianInteger, percent, renderInWorker, shortDay } from "./index.ts";
import { shapeWord } from "./shaping.ts";

afterAll(closeDocumentWorkers);

const REGULAR = { weight: "regular", tabular: false } as const;

function glyphCount(word: string): number {
  return shapeWord(word, REGULAR).runs.reduce(
    (total, run) => total + (run.kind === "complex" ? run.glyphs.length : 0),
    0,
  );
}

async function draw(text: string, size = 12) {
  const file = new PdfFile({ title: "Test", madeAt: Temporal.Instant.from("2026-11-21T00:00:00Z") });
  file.addPage(A4).text(40, 60, text, { size });
  return file.end();
}

describe("text", () => {
  it.each([
    ["क्ष", 1, "a conjunct is one form"],
    ["त्र", 1, "a conjunct is one form"],
    ["श्री", 2, "a conjunct with its vowel sign"],
    ["क + ष", 2, "letters apart stay apart"],
    ["க்ஷ", 1, "Tamil's one conjunct"],
  ])("is shaped: %s takes %i forms (%s)", (word, forms) => {
    expect(word.split(" + ").reduce((total, part) => total + glyphCount(part), 0)).toBe(forms);
  });

  it("stands in the order of the eye and is extracted in the order of the hand", async () => {
    const run = shapeWord("कि", REGULAR).runs[0];
    const alone = shapeWord("क", REGULAR).runs[0];
    if (run?.kind !== "complex" || alone?.kind !== "complex") throw new Error("Devanagari is a complex script");
    expect(run.glyphs.map((glyph) => glyph.glyph).indexOf(alone.glyphs[0]?.glyph ?? -1)).toBe(1); // the sign stands before
    expect(run.glyphs.map((glyph) => glyph.text).join("")).toBe("कि");
    expect((await readPages(await draw("हिन्दी கொடை")))[0]?.text).toBe("हिन्दी கொடை");
  });

  it("never loses a character: what no font has is shown as a box and kept in the text's place", async () => {
    const ink = async (text: string) => {
      const picture = await pictureOfPage(await draw(text, 40), 1, 1);
      const { data } = picture.getContext("2d").getImageData(0, 0, picture.width, picture.height);
      let dark = 0;
      for (let i = 0; i < data.length; i += 4) if ((data[i] ?? 255) < 128) dark += 1;
      return dark;
    };
    expect(await ink("漢")).toBeGreaterThan(100);
    expect((await readPages(await draw("A漢B")))[0]?.text).toBe("A\ufffdB");
  });

  it("leaves ligatures alone, for codes must stay what they are", async () => {
    expect((await readPages(await draw("4x6 -> fi ₹1,234.00 <=>")))[0]?.text).toBe("4x6 -> fi ₹1,234.00 <=>");
  });

  it("drops what has no form, such as marks that turn the reading direction", async () => {
    expect((await readPages(await draw("AB\u202eCD\u0007E")))[0]?.text).toBe("ABCDE");
  });

  it("wraps at spaces, keeps line breaks and breaks only words wider than a line", () => {
    const style = { size: 10 };
    const lines = layoutLines("one two three four five six seven eight\nnine", 60, style);
    for (const line of lines) expect(lineWidth(line, style)).toBeLessThanOrEqual(60);
    expect(lines.at(-1)?.words.map((word) => word.text)).toEqual(["nine"]);
    const code = "A".repeat(100);
    const broken = layoutLines(code, 60, style);
    expect(broken.flatMap((line) => line.words.map((word) => word.text)).join("")).toBe(code);
    for (const line of broken) expect(lineWidth(line, style)).toBeLessThanOrEqual(60);
    expect(layoutLines("  \n ", 60, style)).toEqual([]);
  });

  it("is shortened with an ellipsis where it must be one line", () => {
    const style = { size: 10 };
    const line = fitLine("A long name that does not fit", style, 60);
    expect(line.words.at(-1)?.text.endsWith("…")).toBe(true);
    expect(lineWidth(line, style)).toBeLessThanOrEqual(60);
    expect(fitLine("short", style, 60).words.map((word) => word.text)).toEqual(["short"]);
  });

  it("has figures of equal width in columns", () => {
    const style = { size: 10, tabular: true };
    expect(textWidth("1,11,111.11", style)).toBeCloseTo(textWidth("8,88,888.88", style), 6);
  });
});

describe("the small font programs", () => {
  it.each(["Regular", "SemiBold"])("draw every core character of Inter %s as the whole one does", (weight) => {
    const open = (file: string) => new hb.Font(new hb.Face(new hb.Blob(readFileSync(new URL(file, import.meta.url)))));
    const core = open(`./fonts/Inter-${weight}.core.ttf`);
    const full = open(`./fonts/Inter-${weight}.ttf`);
    for (const codePoint of coreCodePoints()) {
      for (const features of [[], [new hb.Feature("tnum", 1)]]) {
        for (const glyph of glyphsOf(full, codePoint, features)) {
          expect(core.glyphToPath(glyph), `U+${codePoint.toString(16)}`).toBe(full.glyphToPath(glyph));
        }
      }
    }
  });

  it("have the rupee sign", () => {
    const face = latinFace("regular");
    const glyph = glyphsOf(face.font, 0x20b9, [])[0] ?? 0;
    expect(glyph).not.toBe(0);
    expect(face.core?.glyphs.has(glyph)).toBe(true);
  });
});

describe("barcodes", () => {
  it("take printable ASCII of a length that a label holds", () => {
    expect(canBeBarcode("INV/26-27/0001")).toBe(true);
    expect(canBeBarcode("")).toBe(false);
    expect(canBeBarcode("क्ष")).toBe(false);
    expect(canBeBarcode("A".repeat(49))).toBe(false);
    expect(() => code128("क")).toThrow("printable ASCII");
  });

  it("write runs of figures in pairs, which halves their width", () => {
    expect(code128("12345678901234").total).toBeLessThan(code128("ABCDEFGHIJKLMN").total * 0.7);
  });
});

describe("numbers on paper", () => {
  it("are grouped as India groups them", () => {
    expect([0, 5, 100, 123_456, 12_345_678, 987_654_321_098].map(indianAmount)).toEqual([
      "0.00",
      "0.05",
      "1.00",
      "1,234.56",
      "1,23,456.78",
      "9,87,65,43,210.98",
    ]);
    expect(indianAmount(-33)).toBe("−0.33");
    expect(indianInteger(100_000)).toBe("1,00,000");
  });

  it("show rates and days shortly", () => {
    expect([1800, 250, 1250, 0].map(percent)).toEqual(["18%", "2.5%", "12.5%", "0%"]);
    expect(shortDay("2026-04-07")).toBe("07 Apr 2026");
  });
});

describe("the drawing threads", () => {
  const info = { title: "Broken", madeAt: "2026-11-21T00:00:00Z" };
  const notATemplate = { module: new URL("./format.ts", import.meta.url).href, exportName: "indianDigits", data: {} };

  it("say what went wrong, and go on with the next document", async () => {
    await expect(renderInWorker(info, [notATemplate])).rejects.toThrow("indianDigits is a drawing function");
    await expect(renderInWorker(info, [])).rejects.toThrow("at least one document");
    await expect(renderInWorker(info, [notATemplate])).rejects.toThrow("indianDigits is a drawing function");
  });

  it("refuse what waits when the process stops", async () => {
    const many = Array.from({ length: 20 }, () => renderInWorker(info, [notATemplate]));
    const settled = Promise.allSettled(many);
    await closeDocumentWorkers();
    const outcomes = await settled;
    expect(outcomes.every((outcome) => outcome.status === "rejected")).toBe(true);
    expect(outcomes.some((outcome) => outcome.status === "rejected" && /stopping/.test(String(outcome.reason)))).toBe(
      true,
    );
  });
});
