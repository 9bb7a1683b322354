import { basisPoints, paise } from "../kernel/index.ts";
import type { TaxClass, TaxRateRow } from "./tax-class.ts";

/**
 * Starter data: India's GST rates of goods as a new tenant gets them. Sellers must check each against their own goods
 * (by HSN) with whoever advises them: which class an item belongs to is never decided here. A class is named by its
 * rate before and since the change of 22 September 2025, for the change moved goods between the rates differently.
 *
 * History starts in 2022: an invoice is never dated earlier, and a credit note repeats the rate of its invoice.
 *
 * Sources:
 *  - before: Notification 1/2017-Central Tax (Rate), schedules of 5, 12, 18, 28, 3, 0.25 %; footwear by 21/2021.
 *  - since 22 September 2025: Notification 9/2025-Central Tax (Rate) of 17 September 2025 (schedules of
 *    2.5, 9, 20, 1.5, 0.125, 0.75 and 14 % central tax; doubled they are the whole rates 5, 18, 40, 3, 0.25, 1.5, 28).
 *  - since 1 February 2026: Notification 19/2025-Central Tax (Rate) of 31 December 2025 (tobacco and pan masala from
 *    28 % with cess to 40 %, biris to 18 %; the 28 % schedule and the compensation cess are gone).
 */
export interface StandardTaxClass extends TaxClass {
  /** What belongs here, for the person who picks a class. */
  readonly help: string;
}

const START = "2022-01-01";
/** 56th meeting of the GST Council: 12 % and 28 % given up. */
const RATE_CHANGE = "2025-09-22";
const TOBACCO_CHANGE = "2026-02-01";

export const STANDARD_TAX_CLASSES: readonly StandardTaxClass[] = [
  flat("GST_0", "Exempt or nil rated", "Fresh food, books, unbranded staples.", [[START, 0]]),
  flat("GST_0_25", "0.25 %", "Rough precious and semi-precious stones.", [[START, 25]]),
  // 1.5 % was introduced on 18 July 2022 (Notification 6/2022-Central Tax (Rate)).
  flat("GST_1_5", "1.5 %", "Cut and polished diamonds.", [["2022-07-18", 150]]),
  flat("GST_3", "3 %", "Gold, silver, jewellery and imitation jewellery.", [[START, 300]]),
  flat("GST_5", "5 %", "Goods at 5 % before and after September 2025.", [[START, 500]]),
  flat("GST_18", "18 %", "Goods at 18 % before and after September 2025.", [[START, 1800]]),
  flat("GST_5_TO_0", "5 %, since 22 Sep 2025 nil", "Pre-packed paneer, pizza bread, erasers and others made free.", [
    [START, 500],
    [RATE_CHANGE, 0],
  ]),
  flat("GST_12_TO_0", "12 %, since 22 Sep 2025 nil", "Pencils, exercise books, some medicines.", [
    [START, 1200],
    [RATE_CHANGE, 0],
  ]),
  flat("GST_12_TO_5", "12 %, since 22 Sep 2025 5 %", "Most goods that were at 12 %: utensils, dry fruits, toys.", [
    [START, 1200],
    [RATE_CHANGE, 500],
  ]),
  flat("GST_12_TO_18", "12 %, since 22 Sep 2025 18 %", "The few goods that moved up from 12 %.", [
    [START, 1200],
    [RATE_CHANGE, 1800],
  ]),
  flat("GST_18_TO_5", "18 %, since 22 Sep 2025 5 %", "Soap, shampoo, hair oil, toothpaste and others cut from 18 %.", [
    [START, 1800],
    [RATE_CHANGE, 500],
  ]),
  flat(
    "GST_28_TO_18",
    "28 %, since 22 Sep 2025 18 %",
    "Most goods that were at 28 %: air conditioners, television sets.",
    [
      [START, 2800],
      [RATE_CHANGE, 1800],
    ],
  ),
  flat("GST_28_TO_40", "28 %, since 22 Sep 2025 40 %", "Luxury goods that were at 28 % and bore no cess.", [
    [START, 2800],
    [RATE_CHANGE, 4000],
  ]),
  // Compensation cess of 12 % on aerated and caffeinated drinks (Notification 1/2017-Compensation Cess (Rate)) ended
  // with the move to 40 %.
  flat("DRINKS_40", "28 % + 12 % cess, since 22 Sep 2025 40 %", "Aerated, carbonated and caffeinated drinks.", [
    [START, 2800, 1200],
    [RATE_CHANGE, 4000],
  ]),
  // No table before February 2026: the cess was set product by product, and a row without it would tax too little.
  flat("TOBACCO_40", "40 % (tobacco, pan masala)", "From 1 February 2026; add earlier rates with the product's cess.", [
    [TOBACCO_CHANGE, 4000],
  ]),
  {
    code: "APPAREL",
    name: "Apparel: 5 % up to ₹2,500 a piece, 18 % above (before 22 Sep 2025: 5 % up to ₹1,000, 12 % above)",
    help: "Clothes and clothing accessories (chapters 61 and 62) and made-up textiles (63), by price a piece.",
    slabPrice: "EXCLUDING_TAX", // "of sale value not exceeding": the value of the supply, which is without tax (s.15)
    rows: [...byPrice(START, 1000_00, 500, 1200), ...byPrice(RATE_CHANGE, 2500_00, 500, 1800)],
  },
  {
    code: "FOOTWEAR",
    name: "Footwear: 5 % up to ₹2,500 a pair, 18 % above (before 22 Sep 2025: 12 % up to ₹1,000, 18 % above)",
    help: "Footwear (chapter 64), by price a pair.",
    slabPrice: "EXCLUDING_TAX",
    // 12 % up to ₹1,000 since 1 January 2022 (Notification 21/2021); apparel stayed at 5 %.
    rows: [...byPrice(START, 1000_00, 1200, 1800), ...byPrice(RATE_CHANGE, 2500_00, 500, 1800)],
  },
];

function flat(
  code: string,
  name: string,
  help: string,
  rates: readonly (readonly [holdsFrom: string, gstBps: number, cessBps?: number])[],
): StandardTaxClass {
  return {
    code,
    name,
    help,
    slabPrice: "EXCLUDING_TAX",
    rows: rates.map(([holdsFrom, gstBps, cessBps]) => row(holdsFrom, 0, null, gstBps, cessBps ?? 0)),
  };
}

function byPrice(holdsFrom: string, limitPaise: number, lowBps: number, highBps: number): TaxRateRow[] {
  return [row(holdsFrom, 0, limitPaise, lowBps, 0), row(holdsFrom, limitPaise + 1, null, highBps, 0)];
}

function row(holdsFrom: string, from: number, to: number | null, gstBps: number, cessBps: number): TaxRateRow {
  return {
    holdsFrom: Temporal.PlainDate.from(holdsFrom),
    unitPriceFromPaise: paise(from),
    unitPriceToPaise: to === null ? null : paise(to),
    gstBps: basisPoints(gstBps),
    cessBps: basisPoints(cessBps),
  };
}
