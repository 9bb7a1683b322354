import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Inv01, Inv01Item, Inv01Totals } from "../../contract/inv01.ts";
import { aDocument, aLine, SELLER_GSTIN, someFacts } from "../../tests/support/e-invoice-cases.ts";
import { must, paise } from "../kernel/index.ts";
import { inv01 } from "./inv01.ts";
import { checkSums } from "./sums.ts";

const codes = (document: Inv01) => checkSums(document).map(({ code, facts }) => [code, facts.nicCode]);
const withItem = (document: Inv01, over: Partial<Inv01Item>): Inv01 => ({
  ...document,
  ItemList: document.ItemList.map((item, i) => (i === 0 ? { ...item, ...over } : item)),
});
const withTotals = (document: Inv01, over: Partial<Inv01Totals>): Inv01 => ({
  ...document,
  ValDtls: { ...document.ValDtls, ...over },
});
const near = { placeOfSupply: "29", buyer: { gstin: "29AAAAA0000A1Z5", stateCode: "29" } } as const;
const nearDocument = () => aDocument({ ...near, lines: [aLine({ heads: "SGST" })] });

describe("the rules of sums (gst-einvoice §3)", () => {
  it("pass the credit note of the example: 8.52 and 8.50, round-off -0.02, total 17.00", () => {
    const lines = [852, 850].map((total) => ({ ...aLine({ taxable: total, gstBps: 0 }) }));
    const note = aDocument({ type: "CRN", lines, roundOff: paise(-2) });
    expect(note.ItemList.map((item) => item.TotItemVal)).toEqual([8.52, 8.5]);
    expect(note.ValDtls).toMatchObject({ RndOffAmt: -0.02, TotInvVal: 17 });
    expect(checkSums(note)).toEqual([]);
    expect(codes(withTotals(note, { TotInvVal: 18.01 }))).toEqual([["EINVOICE_TOTAL", "2189"]]);
  });

  it("AssAmt is TotAmt less Discount: 2193", () => {
    const document = aDocument({ lines: [aLine({ taxable: 90_000, discount: 10_000 })] });
    expect(document.ItemList[0]).toMatchObject({ TotAmt: 1000, Discount: 100, AssAmt: 900 });
    expect(checkSums(document)).toEqual([]);
    expect(codes(withItem(document, { Discount: 98 }))).toEqual([["EINVOICE_ASSESSABLE", "2193"]]);
  });

  it("TotAmt is not compared with quantity times price: that check is withdrawn", () => {
    expect(checkSums(withItem(aDocument(), { Qty: 3, UnitPrice: 7 }))).toEqual([]);
  });

  it("within a state CGST and SGST are each half of the rate, and IGST is 2172", () => {
    const document = nearDocument();
    expect(document.ItemList[0]).toMatchObject({ GstRt: 18, CgstAmt: 90, SgstAmt: 90, IgstAmt: 0 });
    expect(checkSums(document)).toEqual([]);
    const igst = withTotals(withItem(document, { IgstAmt: 180, CgstAmt: 0, SgstAmt: 0 }), {
      ...{ IgstVal: 180, CgstVal: 0, SgstVal: 0 },
    });
    expect(codes(igst)).toContainEqual(["EINVOICE_IGST_WITHIN_STATE", "2172"]);
    const said: Inv01 = { ...igst, TranDtls: { ...igst.TranDtls, IgstOnIntra: "Y" } };
    expect(checkSums(said)).toEqual([]);
  });

  it("between states IGST is the whole rate, and CGST is wrong", () => {
    const document = aDocument();
    expect(document.ItemList[0]).toMatchObject({ GstRt: 18, CgstAmt: 0, SgstAmt: 0, IgstAmt: 180 });
    expect(codes({ ...nearDocument(), BuyerDtls: document.BuyerDtls })).toContainEqual([
      "EINVOICE_CGST_BETWEEN_STATES",
      "",
    ]);
  });

  it("a SEZ unit is supplied between states whatever its state (§4)", () => {
    const sez = aDocument({ ...near, supply: "SEZWP", lines: [aLine()] });
    expect(checkSums(sez)).toEqual([]);
    expect(codes({ ...nearDocument(), TranDtls: sez.TranDtls })).toContainEqual(["EINVOICE_CGST_BETWEEN_STATES", ""]);
  });

  it.each(["EXPWOP", "SEZWOP"] as const)("%s may bear a rate without IGST; B2B may not", (supply) => {
    const untaxed = { ...aLine(), igst: paise(0), total: paise(100_000) };
    expect(checkSums(aDocument({ supply, lines: [untaxed] }))).toEqual([]);
    expect(codes(aDocument({ lines: [untaxed] }))).toEqual([["EINVOICE_TAX", ""]]);
  });

  it("cess by rate is AssAmt times rate; cess by piece is told apart and summed with it", () => {
    const document = aDocument({ lines: [aLine({ cessBps: 1_200, cessFixed: 500 })] });
    expect(document.ItemList[0]).toMatchObject({ CesRt: 12, CesAmt: 120, CesNonAdvlAmt: 5, TotItemVal: 1305 });
    expect(document.ValDtls.CesVal).toBe(125);
    expect(checkSums(document)).toEqual([]);
    expect(codes(withItem(document, { CesAmt: 122 }))).toContainEqual(["EINVOICE_TAX", ""]);
    const state = withTotals(
      withItem(document, { StateCesRt: 1, StateCesAmt: 10, StateCesNonAdvlAmt: 2, TotItemVal: 1317 }),
      { StCesVal: 12, TotInvVal: 1317 },
    );
    expect(checkSums(state)).toEqual([]);
    expect(codes(withTotals(state, { StCesVal: 10 }))).toEqual([["EINVOICE_SUM", ""]]);
    expect(codes(withItem(state, { StateCesAmt: 12 }))).toContainEqual(["EINVOICE_TAX", ""]);
  });

  it("a line's total is value, taxes and other charges", () => {
    const document = withTotals(withItem(aDocument(), { OthChrg: 20, TotItemVal: 1200 }), { TotInvVal: 1200 });
    expect(checkSums(document)).toEqual([]);
    expect(codes(withItem(document, { TotItemVal: 1180 }))).toContainEqual(["EINVOICE_LINE_TOTAL", ""]);
  });

  it.each([{ reverseCharge: true }, { supply: "EXPWP" }] as const)("under %j tax may be left out of totals", (wish) => {
    const line = aLine();
    expect(checkSums(aDocument({ ...wish, lines: [line] }))).toEqual([]);
    expect(checkSums(aDocument({ ...wish, lines: [{ ...line, total: paise(100_000) }] }))).toEqual([]);
    expect(codes(aDocument({ ...wish, lines: [{ ...line, total: paise(105_000) }] }))).toEqual([
      ["EINVOICE_LINE_TOTAL", ""],
    ]);
  });

  it("AssVal is the sum of AssAmt: 2182; the heads are sums likewise", () => {
    const document = aDocument({ lines: [aLine(), aLine()] });
    expect(codes(withTotals(document, { AssVal: 1000 }))).toEqual([["EINVOICE_SUM", "2182"]]);
    for (const head of ["CgstVal", "SgstVal", "IgstVal", "CesVal"] as const)
      expect(codes(withTotals(document, { [head]: 2 }))).toEqual([["EINVOICE_SUM", ""]]);
  });

  it("the total takes discount, other charges and round-off of the whole: 2189", () => {
    const document = withTotals(aDocument(), { Discount: 30, OthChrg: 10, RndOffAmt: -0.4, TotInvVal: 1159.6 });
    expect(checkSums(document)).toEqual([]);
    expect(codes(withTotals(document, { Discount: 0 }))).toEqual([["EINVOICE_TOTAL", "2189"]]);
  });

  it("one rupee either way is forgiven, a paisa more is not", () => {
    for (const sign of [1, -1]) {
      expect(checkSums(withTotals(aDocument(), { TotInvVal: 1180 + sign })).map(({ code }) => code)).toEqual([]);
      expect(codes(withTotals(aDocument(), { TotInvVal: (118_000 + sign * 101) / 100 }))).toEqual([
        ["EINVOICE_TOTAL", "2189"],
      ]);
    }
  });

  it.each(["CRN", "DBN"] as const)("of a %s taxes are not compared with rate and value, sums still are", (type) => {
    const line = { ...aLine(), igst: paise(5_000), total: paise(105_000) };
    expect(checkSums(aDocument({ type, lines: [line] }))).toEqual([]);
    expect(codes(aDocument({ lines: [line] }))).toEqual([["EINVOICE_TAX", ""]]);
    expect(codes(withTotals(aDocument({ type, lines: [line] }), { IgstVal: 180 }))).toEqual([["EINVOICE_SUM", ""]]);
  });

  it("an amount of three decimals is named before any sum is judged", () => {
    expect(checkSums(withItem(aDocument(), { AssAmt: 999.995 }))).toEqual([
      { code: "EINVOICE_DECIMALS", facts: { at: "line 1, AssAmt", given: 999.995, nicCode: "2140" } },
    ]);
  });
});

const anInvoice = fc
  .record({
    type: fc.constantFrom("INV" as const, "CRN" as const, "DBN" as const),
    heads: fc.constantFrom("IGST" as const, "SGST" as const, "UTGST" as const),
    roundOff: fc.integer({ min: -50, max: 50 }),
    lines: fc.array(
      fc.record({
        taxable: fc.integer({ min: 0, max: 5_000_000_000 }),
        discount: fc.integer({ min: 0, max: 1_000_000 }),
        quantity: fc.integer({ min: 1, max: 5_000 }),
        gstBps: fc.constantFrom(0, 10, 25, 150, 300, 500, 1_200, 1_800, 2_800, 4_000),
        cessBps: fc.constantFrom(0, 0, 1_200, 6_000),
        cessFixed: fc.integer({ min: 0, max: 50_000 }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
  })
  .map(({ type, heads, roundOff, lines }) => {
    const own = heads === "UTGST" ? "04" : "29";
    const place = heads === "IGST" ? "27" : own;
    const seller = { gstin: SELLER_GSTIN, stateCode: own };
    const made = lines.map((line) => aLine({ ...line, heads }));
    return must(inv01(someFacts({ type, seller, placeOfSupply: place, roundOff: paise(roundOff), lines: made })));
  });

describe("for any document whose amounts are exact", () => {
  it("no rule is broken, and every amount reads back as the paise it was made of", () => {
    fc.assert(
      fc.property(anInvoice, (document) => {
        expect(checkSums(document)).toEqual([]);
        expect(JSON.stringify(document.ItemList)).not.toMatch(/\.\d{4}/);
        expect(JSON.stringify(document.ValDtls)).not.toMatch(/\.\d{3}/);
      }),
    );
  });

  const itemMembers = [
    ...(["TotAmt", "Discount", "AssAmt", "IgstAmt", "CgstAmt", "SgstAmt"] as const),
    ...(["CesAmt", "CesNonAdvlAmt", "StateCesAmt", "StateCesNonAdvlAmt", "OthChrg", "TotItemVal"] as const),
  ];
  const totalMembers = [
    ...(["AssVal", "CgstVal", "SgstVal", "IgstVal", "CesVal"] as const),
    ...(["StCesVal", "Discount", "OthChrg", "RndOffAmt", "TotInvVal"] as const),
  ];
  const byPaise = fc
    .tuple(fc.integer({ min: 101, max: 100_000 }), fc.constantFrom(1, -1))
    .map(([amount, sign]) => amount * sign);
  const shifted = (rupees: number | undefined, by: number) => (Math.round((rupees ?? 0) * 100) + by) / 100;

  it("any one amount of a line that is off by more than a rupee is found", () => {
    fc.assert(
      fc.property(anInvoice, fc.nat(), fc.constantFrom(...itemMembers), byPaise, (document, nth, member, by) => {
        const at = nth % document.ItemList.length;
        const ItemList = document.ItemList.map((item, i) =>
          i === at ? { ...item, [member]: shifted(item[member], by) } : item,
        );
        expect(checkSums({ ...document, ItemList })).not.toEqual([]);
      }),
    );
  });

  it("any one sum that is off by more than a rupee is found, by that one rule", () => {
    fc.assert(
      fc.property(anInvoice, fc.constantFrom(...totalMembers), byPaise, (document, member, by) => {
        const altered = withTotals(document, { [member]: shifted(document.ValDtls[member], by) });
        expect(checkSums(altered)).toHaveLength(1);
      }),
    );
  });
});
