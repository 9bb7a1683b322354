/** The parcels that a partner is told of: made up, each with something that a partner must cope with. Amounts are whole paise. */
import { INDIA } from "../../src/kernel/index.ts";

export interface Line {
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  /** Of one piece, tax included, before the discount. */
  readonly pricePaise: number;
  readonly discountPaise: number;
  readonly gstBasisPoints: number;
  readonly cessBasisPoints: number;
}

export interface NamedText {
  readonly name: string;
  readonly value: string | null;
}

export interface Story {
  /** What is special about it, in words of a finding. */
  readonly about: string;
  /** Of the parcel. */
  readonly code: string;
  readonly orderCode: string;
  readonly displayCode: string;
  readonly invoiceCode: string;
  readonly awb: string;
  /** intra: CGST and SGST; territory: CGST and UTGST; inter: IGST. */
  readonly taxed: "intra" | "territory" | "inter";
  readonly cod: boolean;
  /** unknown: paymentDetail is left out; nameless: it has an amount alone. */
  readonly payment: "known" | "unknown" | "nameless";
  readonly giftWrapPaise: number;
  readonly lines: readonly Line[];
  readonly customFields: readonly NamedText[];
  readonly buyer: string;
  readonly packedAt: Temporal.Instant;
  /** Minutes from the invoice to the label; negative as in the vendor's own samples. */
  readonly labelAfterMinutes: number;
  /** Members that no contract names, added to every body. */
  readonly extra: Readonly<Record<string, unknown>>;
}

const LONG_TITLE =
  "Handwoven Banarasi silk saree with unstitched blouse piece, zari border, festive wear, length five and a half metres, dry clean only, ".repeat(
    3,
  );
const INDIAN_TITLE = "हाथ से बनी साड़ी “नीलम” – ₹ स्पेशल 🌸";

const line = (over: Partial<Line> = {}): Line => ({
  sku: "CF-KURTA-M",
  title: "Cotton kurta, M",
  quantity: 1,
  pricePaise: 111_900,
  discountPaise: 0,
  gstBasisPoints: 500,
  cessBasisPoints: 0,
  ...over,
});

export interface Stories {
  /** Goes all the way to the buyer. */
  readonly plain: Story;
  readonly inter: Story;
  readonly territory: Story;
  readonly lines: Story;
  readonly charges: Story;
  readonly taxes: Story;
  readonly fields: Story;
  readonly payment: Story;
  readonly texts: Story;
  readonly extra: Story;
  readonly early: Story;
  readonly noon: Story;
  /** Comes in the wrong order. */
  readonly late: Story;
}

/** @param stamp of the run: codes of two runs must not meet */
export function storiesOf(stamp: string, startedAt: Temporal.Instant): Stories {
  let number = 0;
  const story = (about: string, over: Partial<Story> = {}): Story => {
    number++;
    const tail = `${stamp}-${number}`;
    return {
      about,
      code: `CF-${tail}`,
      orderCode: `CFO-${tail}`,
      displayCode: `#${tail}`,
      invoiceCode: `CFI${tail}`.replaceAll("-", ""),
      awb: `CFA${tail}`.replaceAll("-", ""),
      taxed: "intra",
      cod: false,
      payment: "known",
      giftWrapPaise: 0,
      lines: [line()],
      customFields: [],
      buyer: "Asha Rao",
      packedAt: startedAt.subtract({ minutes: 60 }),
      labelAfterMinutes: 5,
      extra: {},
      ...over,
    };
  };
  const at = (hour: number, minute: number) =>
    startedAt.toZonedDateTimeISO(INDIA).with({ day: 3, hour, minute, second: 7 }).toInstant();
  return {
    plain: story("one piece, sold within the state, paid"),
    inter: story("sold to another state (IGST)", { taxed: "inter" }),
    territory: story("sold within a union territory (CGST and UTGST)", { taxed: "territory" }),
    lines: story("three lines, several pieces of each", {
      lines: [
        line({ quantity: 3 }),
        line({ sku: "CF-KURTA-L", quantity: 2, gstBasisPoints: 1_200 }),
        line({ sku: "CF-BELT" }),
      ],
    }),
    charges: story("cash on delivery, with a discount and gift wrap", {
      cod: true,
      payment: "unknown",
      giftWrapPaise: 5_000,
      lines: [line({ discountPaise: 12_345 })],
    }),
    taxes: story("a line without tax beside one with cess", {
      lines: [line({ gstBasisPoints: 0 }), line({ sku: "CF-COLA", gstBasisPoints: 2_800, cessBasisPoints: 1_200 })],
    }),
    fields: story("custom fields, one of them without a value", {
      customFields: [
        { name: "GiftNote", value: "With love" },
        { name: "Rewards", value: null },
      ],
    }),
    payment: story("a payment without mode and transaction", { payment: "nameless" }),
    texts: story("long names and other scripts", {
      lines: [line({ title: LONG_TITLE }), line({ sku: "CF-नीलम-2", title: INDIAN_TITLE })],
      buyer: "प्रिया शर्मा-D’Souza",
      customFields: [{ name: "संदेश", value: "जन्मदिन मुबारक 🎂" }],
    }),
    extra: story("members that the contract does not name", { extra: { godownConform: { nested: [1, null] } } }),
    early: story("just after midnight, and a label older than its invoice", {
      packedAt: at(0, 5),
      labelAfterMinutes: -65,
    }),
    noon: story("just after noon", { packedAt: at(12, 0) }),
    late: story("told in the wrong order"),
  };
}
