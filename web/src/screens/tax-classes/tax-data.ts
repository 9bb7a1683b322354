/** A rate that holds from a day for unit prices within a slab. */
export interface TaxRate {
  readonly holdsFrom: string;
  readonly unitPriceFromPaise: number;
  readonly unitPriceToPaise: number | null;
  readonly gstBps: number;
  readonly cessBps: number;
  readonly cessPerUnitPaise: number;
}

export interface TaxClass {
  readonly taxClassId: string;
  readonly code: string;
  readonly name: string;
  readonly slabPrice: "EXCLUDING_TAX" | "INCLUDING_TAX";
  readonly rates: readonly TaxRate[];
}

/** 5% from 500 basis points, without zeros that say nothing. */
export const percent = (bps: number): string => `${Number((bps / 100).toFixed(2))}%`;

/** Basis points of what a person typed as percent ("2.5"), or null when it has more than two decimals or is none. */
export function parsePercent(text: string): number | null {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?\s*%?$/.exec(text.trim());
  if (match === null) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

/** The rates in force on a day: those of the last start that is not later, by rising price. */
export function ratesOn(rates: readonly TaxRate[], day: string): readonly TaxRate[] {
  const start = rates
    .map((rate) => rate.holdsFrom)
    .filter((from) => from <= day)
    .sort()
    .at(-1);
  return rates
    .filter((rate) => rate.holdsFrom === start)
    .toSorted((a, b) => a.unitPriceFromPaise - b.unitPriceFromPaise);
}

/** Starts of rates, latest first. */
export const startsOf = (rates: readonly TaxRate[]): readonly string[] =>
  [...new Set(rates.map((rate) => rate.holdsFrom))].sort().reverse();
