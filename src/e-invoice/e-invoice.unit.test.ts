import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkInv01 } from "../../contract/inv01.ts";
import {
  aDocument,
  aLine,
  BUYER_GSTIN,
  type FactsWish,
  NEAR_BUYER_GSTIN,
  SELLER_GSTIN,
  someFacts,
} from "../../tests/support/e-invoice-cases.ts";
import { must, paise } from "../kernel/index.ts";
import { explain } from "../platform/refusals.ts";
import { checkDocument } from "./checks.ts";
import {
  cancelBy,
  irnOf,
  judgeRegistration,
  mustReport,
  prepareEInvoice,
  reportBy,
  taxLoweredBy,
  whyNoIrn,
} from "./index.ts";
import { irnYear } from "./irn.ts";
import { tooLate } from "./register-document.ts";
import {
  addressLines,
  cutText,
  emailText,
  lengthOf,
  optionalText,
  phoneDigits,
  plainText,
  requiredText,
} from "./text.ts";

const day = (text: string) => Temporal.PlainDate.from(text);

describe("an IRN (gst-einvoice §6)", () => {
  it.each([
    [
      "29AAFCC9980M1ZR",
      "2019-10-01",
      "2019-20/KA/1",
      "23f498ee41441ecad30f72ba5b9907506c3df70a17b0e0dff46b76a786400662",
    ],
    [
      "01AMBPG7773M002",
      "2022-09-17",
      "SINV-CFY-00067",
      "706daeccda0ef6f818da78f3a2a05a1288731057373002289b46c3229289a2e7",
    ],
  ])("of %s, %s, INV, %s is the known one", (gstin, on, number, irn) => {
    expect(irnOf({ gstin, on: day(on), type: "INV", number })).toBe(irn);
  });

  it("does not tell small letters of a number from capitals (§5)", () => {
    const of = (number: string) => irnOf({ gstin: SELLER_GSTIN, on: day("2026-11-21"), type: "INV", number });
    expect(of("inv26/1a")).toBe(of("INV26/1A"));
    expect(of("INV26/2")).not.toBe(of("INV26/1"));
  });

  it("is another one for a credit note of the same number, and in another year", () => {
    const at = { gstin: SELLER_GSTIN, on: day("2027-03-31"), number: "A1" };
    const all = [
      irnOf({ ...at, type: "INV" }),
      irnOf({ ...at, type: "CRN" }),
      irnOf({ ...at, type: "INV", on: day("2027-04-01") }),
    ];
    expect(new Set(all).size).toBe(3);
    expect(irnOf({ ...at, type: "INV", on: day("2026-04-01") })).toBe(all[0]);
  });

  it.each([
    ["2026-03-31", "2025-26"],
    ["2026-04-01", "2026-27"],
    ["2099-12-31", "2099-00"],
  ])("takes %s as a day of %s", (on, year) => {
    expect(irnYear(day(on))).toBe(year);
  });
});

describe("who needs an IRN (§1)", () => {
  it.each<[string, FactsWish, ReturnType<typeof whyNoIrn>]>([
    ["a registered buyer", {}, null],
    ["a consumer", { buyer: { gstin: null } }, "BUYER_NOT_REGISTERED"],
    ["a seller without registration", { seller: { gstin: null } }, "SELLER_NOT_REGISTERED"],
    ["one registration on both sides", { buyer: { gstin: SELLER_GSTIN } }, "SAME_GSTIN"],
    ["exempt items alone", { lines: [aLine({ gstBps: 0 }), aLine({ gstBps: 0 })] }, "NOTHING_TAXED"],
    ["an exempt item beside a taxed one", { lines: [aLine({ gstBps: 0 }), aLine()] }, null],
    ["an item that bears cess alone", { lines: [aLine({ gstBps: 0, cessFixed: 1 })] }, null],
    ["an export", { supply: "EXPWOP", buyer: { gstin: null }, lines: [aLine({ gstBps: 0 })] }, null],
    ["a SEZ unit without payment of tax", { supply: "SEZWOP", lines: [aLine({ gstBps: 0 })] }, null],
    ["a credit note to a registered buyer", { type: "CRN" }, null],
  ])("%s", (_, wish, why) => {
    expect(whyNoIrn(someFacts(wish))).toBe(why);
  });

  it("sellers above five crore report", () => {
    expect([5, 5.01].map(mustReport)).toEqual([false, true]);
  });

  it.each([
    ["2025-03-31", 10, null],
    ["2025-04-01", 9.99, null],
    ["2025-04-01", 10, "2025-03-31"],
    ["2023-10-31", 100, null],
    ["2023-11-01", 99.99, null],
    ["2024-01-01", 100, "2025-03-31"],
  ])("on %s with a turnover of %d crore a document of 1 March 2025 may be reported until %s", (today, crore, by) => {
    expect(reportBy(day("2025-03-01"), day(today), crore)?.toString() ?? null).toBe(by);
  });

  it.each([
    ["2026-03-31", "2026-11-30"],
    ["2026-04-01", "2027-11-30"],
  ])("a credit note lowers the tax of an invoice of %s until %s (§12)", (on, by) => {
    expect(taxLoweredBy(day(on)).toString()).toBe(by);
  });

  it("an IRN can be cancelled for 24 hours from its acknowledgement (§7)", () => {
    const at = Temporal.Instant.from("2026-11-21T05:00:00Z");
    expect(cancelBy(at).toString()).toBe("2026-11-22T05:00:00Z");
    const { refusal } = tooLate({ number: "INV/1", irn: null, ackAt: at });
    expect(explain(refusal).message).toContain(
      "its IRN is of 21 Nov 2026, 10:30, and NIC cancels within 24 hours only",
    );
  });
});

describe("text (§2)", () => {
  it("has no double quote, backslash or line break", () => {
    expect(plainText('  the “best” 5" \\ 6"\r\n\ttea\u0000 ')).toBe("the 'best' 5' / 6' tea");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(plainText(text)).not.toMatch(/["\\\n\t]/);
        expect(plainText(text).isWellFormed()).toBe(true);
      }),
    );
  });

  it("is cut behind a word where one ends near, and never inside a character", () => {
    expect(cutText("one two three", 13)).toBe("one two three");
    expect(cutText("one two three", 10)).toBe("one two");
    expect(cutText("one two three", 7)).toBe("one two");
    expect(cutText("a bbbbbbbbbbbbbbbb", 10)).toBe("a bbbbbbbb");
    expect(cutText("क्षेत्र", 4)).toBe("क्षे");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 20 }), (text, max) => {
        const cut = cutText(text, max);
        expect(lengthOf(cut)).toBeLessThanOrEqual(max);
        expect(cut.isWellFormed() && text.trimStart().startsWith(cut.trimStart())).toBe(true);
      }),
    );
  });

  it("is refused where it is too short and must be there, and left out where it need not", () => {
    expect(requiredText("the city", "Go", 3, 50)).toMatchObject({
      ok: false,
      refusal: { facts: { what: "the city", min: 3 } },
    });
    expect(requiredText("the city", "Goa", 3, 50)).toEqual({ ok: true, value: "Goa" });
    expect([optionalText("ab", 3, 9), optionalText(null, 3, 9), optionalText("abc", 3, 9)]).toEqual([
      undefined,
      undefined,
      "abc",
    ]);
  });

  it("of an address goes on in its second line; a second line of two characters joins the first", () => {
    expect(addressLines("x", "1 MG Road", "Floor 2")).toEqual({
      ok: true,
      value: { Addr1: "1 MG Road", Addr2: "Floor 2" },
    });
    expect(addressLines("x", "1 MG Road", "B2")).toEqual({ ok: true, value: { Addr1: "1 MG Road, B2" } });
    expect(addressLines("x", "", "B2")).toEqual({ ok: true, value: { Addr1: "B2" } });
    expect(addressLines("x", " ", null).ok).toBe(false);
    const words = "Plot 17, Industrial Estate ".repeat(8).trim();
    const long = must(addressLines("x", words, "near the lake"));
    expect(long.Addr1.length).toBeLessThanOrEqual(100);
    expect(words.startsWith(`${long.Addr1} ${long.Addr2?.slice(0, 8)}`)).toBe(true);
  });

  it("of telephone and e-mail is given only where it is one", () => {
    expect(["+91 98765 43210", "080-2345 6789", "12345", "00 91 1234 567890123"].map(phoneDigits)).toEqual([
      ...["919876543210", "8023456789", undefined, "4567890123"],
    ]);
    expect(["a@b.in", "a.b.in", "a@b", null].map(emailText)).toEqual(["a@b.in", undefined, undefined, undefined]);
  });
});

describe("facts as INV-01 (§2, §11)", () => {
  it("have the form of the schema, with everything and with the least", () => {
    const place = { name: "Store 4", line1: "Gate 2", line2: null, city: "Hosur", pincode: "635109", stateCode: "33" };
    const whole = aDocument({
      operatorGstin: NEAR_BUYER_GSTIN,
      dispatchFrom: { ...place, gstin: null },
      shipTo: { ...place, gstin: BUYER_GSTIN },
      type: "CRN",
      precedes: [{ number: "INV26/1", on: day("2026-11-01") }],
      lines: [{ ...aLine({ cessBps: 100, cessFixed: 5 }), barcode: "8901234567890" }],
    });
    expect(checkInv01(whole)).toMatchObject({ ok: true });
    expect(whole.TranDtls).toEqual({
      TaxSch: "GST",
      SupTyp: "B2B",
      RegRev: "N",
      EcmGstin: NEAR_BUYER_GSTIN,
      IgstOnIntra: "N",
    });
    expect(whole.DispDtls).toEqual({ Nm: "Store 4", Addr1: "Gate 2", Loc: "Hosur", Pin: 635109, Stcd: "33" });
    expect(whole.ShipDtls).toMatchObject({ Gstin: BUYER_GSTIN, LglNm: "Store 4", Pin: 635109 });
    expect(checkInv01(aDocument({ seller: { tradeName: null, phone: null, email: null } }))).toMatchObject({
      ok: true,
    });
  });

  it("name what a credit note changes, with amounts that are positive (§12)", () => {
    const note = aDocument({ type: "CRN", number: "cn26/9", precedes: [{ number: "INV26/1", on: day("2026-11-01") }] });
    expect(note.DocDtls).toEqual({ Typ: "CRN", No: "CN26/9", Dt: "21/11/2026" });
    expect(note.RefDtls?.PrecDocDtls).toEqual([{ InvNo: "INV26/1", InvDt: "01/11/2026" }]);
    expect(note.ItemList[0]?.TotItemVal).toBe(1180);
  });

  it("put the union territories' tax into the members of SGST", () => {
    const document = aDocument({
      placeOfSupply: "04",
      seller: { stateCode: "04" },
      lines: [aLine({ heads: "UTGST" })],
    });
    expect(document.ItemList[0]).toMatchObject({ CgstAmt: 90, SgstAmt: 90 });
    expect(document.ValDtls).toMatchObject({ CgstVal: 90, SgstVal: 90, IgstVal: 0 });
  });

  it("give a unit's price to three decimals, and rates of quarters of a percent", () => {
    const document = aDocument({ lines: [aLine({ taxable: 10_000, quantity: 3, gstBps: 25 })] });
    expect(document.ItemList[0]).toMatchObject({ Qty: 3, UnitPrice: 33.333, TotAmt: 100, GstRt: 0.25, IgstAmt: 0.25 });
  });

  it("say of an HSN code that begins with 99 that it is a service", () => {
    expect(aDocument({ lines: [aLine({ hsn: "996511" })] }).ItemList[0]?.IsServc).toBe("Y");
  });

  it("are refused where a place has no PIN, but a buyer's", () => {
    expect(aDocument({ buyer: { pincode: null } }).BuyerDtls.Pin).toBeUndefined();
    const refused = prepareEInvoice(someFacts({ seller: { pincode: "" } }), today);
    expect(refused).toMatchObject({
      ok: false,
      refusal: { code: "EINVOICE_TEXT_SHORT", facts: { what: "the seller's PIN code" } },
    });
  });
});

const today = { today: day("2026-11-21"), turnoverCrore: 20, sandbox: false };
const codesOf = (wish: FactsWish, over: Partial<typeof today> = {}) => {
  const result = prepareEInvoice(someFacts(wish), { ...today, ...over });
  return result.ok ? [] : [result.refusal.code, ...[result.refusal.facts.more].flat()];
};
const abroad = { gstin: null, pincode: null, stateCode: "96" };

describe("what is refused before it is sent (§4, §5)", () => {
  it("nothing of a true document, which comes with its IRN and no warning", () => {
    const prepared = must(prepareEInvoice(someFacts(), today));
    expect(prepared.warnings).toEqual([]);
    expect(prepared.irn).toBe(irnOf({ gstin: SELLER_GSTIN, on: day("2026-11-21"), type: "INV", number: "INV26/1" }));
  });

  it.each<[string, FactsWish, string]>([
    ["a number of 17 characters", { number: "INV26/1234567890X" }, "EINVOICE_NUMBER"],
    ["a number that begins with 0", { number: "0INV" }, "EINVOICE_NUMBER"],
    ["a number that begins with /", { number: "/INV" }, "EINVOICE_NUMBER"],
    ["a number that begins with -", { number: "-INV" }, "EINVOICE_NUMBER"],
    ["a number with a blank", { number: "INV 1" }, "EINVOICE_NUMBER"],
    ["tomorrow's document", { on: day("2026-11-22") }, "EINVOICE_DATE_FUTURE"],
    ["a document from before e-invoices", { on: day("2020-09-30") }, "EINVOICE_DATE_TOO_EARLY"],
    ["a document of 31 days", { on: day("2026-10-21") }, "EINVOICE_TOO_OLD"],
    ["a consumer's invoice", { buyer: { gstin: null } }, "EINVOICE_CONSUMER"],
    ["one registration on both sides", { buyer: { gstin: SELLER_GSTIN, stateCode: "29" } }, "EINVOICE_SAME_GSTIN"],
    ["a GSTIN with a wrong check character", { buyer: { gstin: "27AAPFU0939F1ZW" } }, "EINVOICE_GSTIN"],
    ["a GSTIN of the sandbox in earnest", { buyer: { gstin: "36AMBPG7773M002", stateCode: "36" } }, "EINVOICE_GSTIN"],
    ["a buyer's address in another state than its GSTIN", { buyer: { stateCode: "33" } }, "EINVOICE_GSTIN_STATE"],
    ["a place of supply that is no state", { placeOfSupply: "39" }, "EINVOICE_STATE"],
    ["an export whose buyer has a state", { supply: "EXPWP", placeOfSupply: "96" }, "EINVOICE_EXPORT"],
    ["a credit note of nothing", { type: "CRN" }, "EINVOICE_NO_ORIGINAL"],
    ["an HSN code of 5 digits", { lines: [aLine({ hsn: "09012" })] }, "EINVOICE_HSN"],
    ["an HSN code of 4 digits of a seller above five crore", { lines: [aLine({ hsn: "0901" })] }, "EINVOICE_HSN"],
    ["a unit that the portal does not know", { lines: [{ ...aLine(), unit: "TRAY" }] }, "EINVOICE_UNIT"],
    ["a rate that is none", { lines: [aLine({ gstBps: 1_700 })] }, "EINVOICE_RATE"],
    ["no lines", { lines: [] }, "EINVOICE_SCHEMA"],
    ["a wrong total", { payable: paise(200_000) }, "EINVOICE_TOTAL"],
    ["a name of two letters", { buyer: { legalName: "AB" } }, "EINVOICE_TEXT_SHORT"],
  ])("%s", (_, wish, code) => {
    const result = prepareEInvoice(someFacts(wish), today);
    expect(result.ok ? "sent" : result.refusal.code).toBe(code);
    if (!result.ok) expect(explain(result.refusal).message).not.toContain("(unknown)");
  });

  it("nothing of what has its place in the rules", () => {
    expect(codesOf({ on: day("2026-10-22") })).toEqual([]);
    expect(codesOf({ on: day("2026-01-01") }, { turnoverCrore: 9 })).toEqual([]);
    expect(codesOf({ lines: [aLine({ hsn: "0901" })] }, { turnoverCrore: 5 })).toEqual([]);
    expect(codesOf({ number: "1/a-B" })).toEqual([]);
    expect(codesOf({ supply: "EXPWP", placeOfSupply: "96", buyer: abroad })).toEqual([]);
    expect(
      codesOf({ buyer: { gstin: "36AMBPG7773M002", stateCode: "36", pincode: "500081" } }, { sandbox: true }),
    ).toEqual([]);
    expect(codesOf({ lines: [aLine({ hsn: "99651", quantity: 1 })] }, { turnoverCrore: 5 })).toEqual([]);
  });

  it("all faults are counted, and the first is said", () => {
    expect(codesOf({ number: "0", buyer: { gstin: null }, payable: paise(0) })).toEqual([
      ...["EINVOICE_NUMBER", "EINVOICE_CONSUMER", "EINVOICE_TOTAL", "EINVOICE_SCHEMA"],
    ]);
  });

  it("line numbers are judged, which a document from elsewhere may repeat (§2)", () => {
    const document = aDocument({ lines: [aLine(), aLine()] });
    const [item] = document.ItemList;
    if (!item) throw new Error("two lines were given");
    const twice = { ...document, ItemList: [item, { ...item, IsServc: "Y" as const }] };
    expect(checkDocument(twice, { ...today, on: today.today }).map(({ code }) => code)).toEqual([
      ...["EINVOICE_LINE_NUMBERS", "EINVOICE_SERVICE"],
    ]);
  });

  it("a PIN of another state is warned of, not refused: the portal's list is not ours", () => {
    const { warnings } = must(prepareEInvoice(someFacts({ buyer: { pincode: "600001" } }), today));
    expect(warnings).toEqual([
      { code: "EINVOICE_PIN_STATE", facts: { what: "buyer", pin: 600_001, state: "Maharashtra" } },
    ]);
  });
});

describe("the portal's answer (§8)", () => {
  const { document, irn } = must(prepareEInvoice(someFacts(), today));
  const qr = {
    ...{ SellerGstin: SELLER_GSTIN, BuyerGstin: BUYER_GSTIN, DocNo: "INV26/1", DocTyp: "INV", DocDt: "21/11/2026" },
    ...{ TotInvVal: 1180, ItemCnt: 1, MainHsnCode: "090121", Irn: irn, IrnDt: "2026-11-21 11:00:00" },
  };

  it("is taken where it names the document that was sent", () => {
    expect(judgeRegistration(document, irn, { irn, qr })).toEqual({ ok: true, value: undefined });
    expect(judgeRegistration(document, irn, { irn, qr: { ...qr, DocNo: "inv26/1" } }).ok).toBe(true);
  });

  it.each([
    ["SellerGstin", BUYER_GSTIN],
    ["BuyerGstin", NEAR_BUYER_GSTIN],
    ["DocNo", "INV26/2"],
    ["DocTyp", "CRN"],
    ["DocDt", "22/11/2026"],
    ["TotInvVal", 1180.01],
    ["ItemCnt", 2],
    ["Irn", "0".repeat(64)],
  ])("is refused where its code says another %s", (member, value) => {
    expect(judgeRegistration(document, irn, { irn, qr: { ...qr, [member]: value } })).toMatchObject({
      refusal: { code: "EINVOICE_ANSWER_DIFFERS", facts: { members: [`QR ${member}`] } },
    });
  });

  it("is refused with another IRN than the numbers make", () => {
    const wrong = "f".repeat(64);
    expect(judgeRegistration(document, irn, { irn: wrong, qr }).ok).toBe(false);
  });
});
