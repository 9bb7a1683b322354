/** Sums of a month, in paise; `/api/v1/finance/summary` gives one row a registration and kind. */
export interface SummaryRow {
  readonly gstin: string | null;
  readonly what: "SALES" | "CREDIT_NOTES";
  readonly documents: number;
  readonly cancelled: number;
  readonly pending: number;
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly utgst: number;
  readonly igst: number;
  readonly cess: number;
  readonly roundOff: number;
  readonly total: number;
}

export interface HsnRow {
  readonly gstin: string | null;
  readonly supply: "B2B" | "B2C";
  readonly hsn: string;
  readonly description: string;
  readonly uqc: string;
  readonly gstBps: number;
  readonly cessBps: number;
  readonly quantity: number;
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly utgst: number;
  readonly igst: number;
  readonly cess: number;
  readonly total: number;
}

export interface SeriesRow {
  readonly gstin: string | null;
  readonly nature: string;
  readonly documentType: string;
  readonly numberedBy: "SERIES" | "CHANNEL";
  readonly owner: string;
  readonly prefix: string;
  readonly first: string;
  readonly last: string;
  readonly count: number;
  readonly cancelled: number;
  readonly pending: number;
  readonly net: number;
}

const sums = [
  "documents",
  "cancelled",
  "pending",
  "taxable",
  "cgst",
  "sgst",
  "utgst",
  "igst",
  "cess",
  "roundOff",
  "total",
] as const;
export type Sums = Readonly<Record<(typeof sums)[number], number>>;

/** What the rows come to together. */
export function sumOf(rows: readonly SummaryRow[], what: SummaryRow["what"]): Sums {
  const of = rows.filter((row) => row.what === what);
  const sum = (name: (typeof sums)[number]) => of.reduce((total, row) => total + row[name], 0);
  return {
    ...{ documents: sum("documents"), cancelled: sum("cancelled"), pending: sum("pending") },
    ...{ taxable: sum("taxable"), cgst: sum("cgst"), sgst: sum("sgst"), utgst: sum("utgst") },
    ...{ igst: sum("igst"), cess: sum("cess"), roundOff: sum("roundOff"), total: sum("total") },
  };
}

/** "2026-11" and the months before it, newest first. @param today yyyy-MM-dd */
export function months(today: string, count: number): readonly string[] {
  const [year = 0, month = 1] = today.split("-").map(Number);
  return Array.from({ length: count }, (_, back) => {
    const at = year * 12 + (month - 1) - back;
    return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
  });
}

const names = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

/** "November 2026" */
export const monthName = (month: string): string => names.format(Date.parse(`${month}-01T00:00:00Z`));
