import { describe, expect, it } from "vitest";
import { paise } from "../kernel/index.ts";
import { hsnFitsTurnover, parseHsn } from "./hsn.ts";
import { checkSkuCode, type SkuFields, skuFaults } from "./sku.ts";

const aSku = (over: Partial<SkuFields> = {}): SkuFields => ({
  code: "JAI-KURTA-BLK-M",
  name: "Cotton kurta",
  category: "Kurtas",
  hsn: "61091000",
  mrp: paise(199900),
  weightGrams: 320,
  lengthMm: 300,
  widthMm: 220,
  heightMm: 30,
  imageUrl: "https://example.in/kurta.jpg",
  ...over,
});
const codes = (over: Partial<SkuFields>) => skuFaults(aSku(over)).map((f) => f.code);

describe("a SKU", () => {
  it("may be saved as it is", () => {
    expect(skuFaults(aSku())).toEqual([]);
    const bare = { category: null, hsn: null, mrp: null, weightGrams: null, lengthMm: null, imageUrl: null };
    expect(skuFaults(aSku(bare))).toEqual([]);
  });
  it.each(["AB1", "a.b_c-d/e", "1".repeat(45)])("may be called %s", (code) => {
    expect(checkSkuCode(code).ok).toBe(true);
  });
  it.each(["", "AB", "1".repeat(46), "A B C", "ÄBC", "A\nBC", "ABC ", "=A1(1)"])("may not be called %j", (code) => {
    expect(checkSkuCode(code)).toMatchObject({
      ok: false,
      refusal: { code: "SKU_CODE_INVALID", facts: { sku: code } },
    });
  });
  it("names all its faults at once", () => {
    expect(
      codes({
        code: "x",
        name: " ",
        hsn: "12",
        mrp: paise(-1),
        weightGrams: 1.5,
        widthMm: 10_001,
        imageUrl: "ftp://x",
      }),
    ).toEqual([
      "SKU_CODE_INVALID",
      "SKU_NAME_INVALID",
      "HSN_FORMAT",
      "SKU_MRP_INVALID",
      "SKU_WEIGHT_INVALID",
      "SKU_SIZE_INVALID",
      "SKU_IMAGE_URL_INVALID",
    ]);
  });
  it("has no control characters in its name and no script as its picture", () => {
    expect(codes({ name: "Kurta\u0000" })).toEqual(["SKU_NAME_INVALID"]);
    expect(codes({ imageUrl: "javascript:alert(1)" })).toEqual(["SKU_IMAGE_URL_INVALID"]);
    expect(codes({ name: "काला कुर्ता" })).toEqual([]);
  });
});

describe("an HSN code", () => {
  it.each([
    ["6109", "6109", "GOODS"],
    ["6109.10", "610910", "GOODS"],
    [" 6109 10 00 ", "61091000", "GOODS"],
    ["99854", "99854", "SERVICES"],
  ])("%j is %s (%s)", (text, code, kind) => {
    expect(parseHsn(text)).toEqual({ ok: true, value: { code, kind } });
  });
  it.each(["", "610", "61091", "6109100", "610910001", "61O9", "0012", "7700", "99854100", "-6109"])(
    "%j is refused",
    (text) => {
      expect(parseHsn(text)).toMatchObject({ ok: false, refusal: { code: "HSN_FORMAT", facts: { hsn: text } } });
    },
  );
  it("is long enough by turnover", () => {
    expect([
      hsnFitsTurnover({ code: "6109", kind: "GOODS" }, false),
      hsnFitsTurnover({ code: "6109", kind: "GOODS" }, true),
    ]).toEqual([true, false]);
  });
});
