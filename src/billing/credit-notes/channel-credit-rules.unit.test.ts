import { describe, expect, it } from "vitest";
import type { ChannelCreditNote } from "../../../connectors/kit/index.ts";
import { must, newId, paise, type SaleOrderItemId, ZERO } from "../../kernel/index.ts";
import { type ChannelCredit, judgeChannelCredit, readChannelCredit } from "./channel-credit-rules.ts";
import type { OriginalInvoice, OriginalUnit } from "./credit-facts.ts";
import { type Amounts, creditUnits, mapAmounts } from "./credit-rules.ts";

const NOTHING = mapAmounts(() => ZERO);
const NOW = Temporal.Instant.from("2026-11-20T10:00:00Z");

function unit(over: Partial<OriginalUnit> = {}): OriginalUnit {
  return {
    ...{ unitId: newId<"SaleOrderItem">(), billed: paise(11800), credited: false, line: "L1", productId: "P1" },
    ...{ variantId: "V1", parts: 1, shipping: ZERO, cod: ZERO, giftWrap: ZERO, ...over },
  };
}

/** An invoice of lines at 18 %, as far as these rules look at it. */
function invoice(lines: readonly { units: readonly OriginalUnit[]; amounts: Partial<Amounts> }[]): OriginalInvoice {
  const facts = {
    ...{ number: "AJ-1", roundOff: ZERO, creditedRoundOff: ZERO, issuedOn: Temporal.PlainDate.from("2026-11-18") },
    ...{ channelCode: "AJIO_1", packageCode: "SP-1", zone: "Asia/Kolkata" },
    lines: lines.map(({ units, amounts }, i) => ({
      ...{ lineNo: i + 1, units, amounts: { ...NOTHING, ...amounts }, credited: NOTHING },
    })),
  };
  return facts as unknown as OriginalInvoice; // the rules read no more of it
}

const INTER = { gstBps: 1800, cgstBps: 0, sgstBps: 0, utgstBps: 0, igstBps: 1800, cessBps: 0 };
const given = (over: Partial<ChannelCreditNote> = {}): ChannelCreditNote => ({
  ...{ number: "CN-1", series: null, issuedAt: NOW, originalInvoiceNumber: null, pdf: null },
  lines: [{ productId: "P1", variantId: "V1", quantity: 1, rates: INTER, taxable: paise(10000) }],
  ...over,
});

function read(original: OriginalInvoice, note: ChannelCreditNote, ids?: readonly SaleOrderItemId[]) {
  const all = original.lines.flatMap((line) => line.units.map((each) => each.unitId));
  const expected = must(creditUnits(original, ids ?? all));
  return { expected, read: readChannelCredit(original, expected, note) };
}

describe("reading a channel's credit note", () => {
  it("counts a bundle's parts as the channel's one piece", () => {
    const parts = [unit({ parts: 2, billed: paise(5900) }), unit({ parts: 2, billed: paise(5900) })];
    const original = invoice([
      { units: parts.slice(0, 1), amounts: { taxable: paise(5000), igst: paise(900) } },
      { units: parts.slice(1), amounts: { taxable: paise(5000), igst: paise(900) } },
    ]);
    expect(read(original, given()).read).toMatchObject({ ok: true, value: { taxable: 10000, tax: 1800 } });
  });

  it("takes the invoice's share where it gives no value, each line of a product by its pieces", () => {
    const original = invoice([
      { units: [unit(), unit(), unit()], amounts: { taxable: paise(30000), igst: paise(5400) } },
    ]);
    const line = { productId: "P1", variantId: "V1", rates: INTER, taxable: null };
    const note = given({
      lines: [
        { ...line, quantity: 2 },
        { ...line, quantity: 1 },
      ],
    });
    expect(read(original, note).read).toMatchObject({ ok: true, value: { taxable: 30000, tax: 5400 } });
  });

  it("says which goods it is not for", () => {
    const original = invoice([{ units: [unit(), unit()], amounts: { taxable: paise(20000), igst: paise(3600) } }]);
    expect(read(original, given()).read).toMatchObject({
      refusal: { code: "CREDIT_NOTE_UNITS_DIFFER", facts: { products: ["P1 / V1: 2 came back, 1 credited"] } },
    });
  });
});

describe("judging a channel's credit note", () => {
  const original = invoice([{ units: [unit()], amounts: { taxable: paise(10000), igst: paise(1800) } }]);
  const judge = (over: Partial<ChannelCredit>, acceptAmounts = false) =>
    judgeChannelCredit(
      original,
      read(original, given()).expected,
      {
        ...{ number: "CN-1", series: null, on: Temporal.PlainDate.from("2026-11-20"), originalInvoiceNumber: null },
        ...{ taxable: paise(10000), tax: paise(1800), ...over },
      },
      { now: NOW, acceptAmounts },
    );

  it("takes a rupee of value and a rupee of tax to either side, and no paisa more", () => {
    for (const [taxable, tax, taken] of [
      [10100, 1800, true],
      [9900, 1900, true],
      [10101, 1800, false],
      [10000, 1699, false],
    ] as const) {
      const judged = judge({ taxable: paise(taxable), tax: paise(tax) });
      expect(judged.ok).toBe(taken);
      if (judged.ok) expect(judged.value.credit.total).toBe(11800);
      else expect(judged.refusal.code).toBe("CREDIT_NOTE_AMOUNTS_DIFFER");
    }
  });

  it("writes accepted amounts under the invoice's heads, and none that it has not", () => {
    expect(judge({ taxable: paise(8000), tax: paise(1440) }, true)).toMatchObject({
      value: { credit: { total: 9440, amounts: { taxable: 8000, igst: 1440 } }, said: { taxable: 8000, tax: 1440 } },
    });
    expect(judge({ taxable: paise(10200), tax: paise(1800) }, true)).toMatchObject({
      refusal: { code: "CREDIT_NOTE_EXCEEDS_INVOICE" },
    });
  });

  it("knows the invoice's number in any case, and another one", () => {
    expect(judge({ originalInvoiceNumber: " aj-1 " }).ok).toBe(true);
    expect(judge({ originalInvoiceNumber: "AJ-2" })).toMatchObject({ refusal: { code: "CREDIT_NOTE_OTHER_INVOICE" } });
  });

  it("is dated from the day before its invoice to tomorrow", () => {
    const on = (day: string) => judge({ on: Temporal.PlainDate.from(day) }).ok;
    expect(["2026-11-16", "2026-11-17", "2026-11-21", "2026-11-22"].map(on)).toEqual([false, true, true, false]);
  });
});
