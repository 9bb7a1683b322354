import {
  assert,
  type BasisPoints,
  divideRounded,
  type Facts,
  type LocalDate,
  ok,
  type Paise,
  paise,
  type Refusal,
  type Result,
  refuse,
  ZERO,
} from "../kernel/index.ts";

/**
 * One rate of a tax class: from a day on, for unit prices within a slab. Rows that start on the same day form one table;
 * a table holds until the next one starts, so a change of the law is new rows and never an edit of old ones.
 */
export interface TaxRateRow {
  readonly holdsFrom: LocalDate;
  /** First unit price of the slab, included. */
  readonly unitPriceFromPaise: Paise;
  /** Last unit price of the slab, included ("not exceeding ₹2,500" is 250000); null = no upper end. */
  readonly unitPriceToPaise: Paise | null;
  /** The whole GST rate: IGST, or CGST and SGST together. */
  readonly gstBps: BasisPoints;
  /** Compensation cess in proportion to the taxable value. */
  readonly cessBps: BasisPoints;
  /** Compensation cess of a fixed amount a unit (as cigarettes had), on top of `cessBps`. */
  readonly cessPerUnitPaise?: Paise;
}

/** What the slab limits of a class are compared with: the law's "sale value" is the price without tax. */
export type SlabPrice = "EXCLUDING_TAX" | "INCLUDING_TAX";

export interface TaxClass {
  readonly code: string;
  readonly name: string;
  readonly slabPrice: SlabPrice;
  readonly rows: readonly TaxRateRow[];
}

/** The rate that holds for one unit on one day. */
export interface TaxRate {
  readonly gstBps: BasisPoints;
  readonly cessBps: BasisPoints;
  readonly cessPerUnitPaise: Paise;
}

/** The price of one unit after discounts and without shipping and other charges: what a price slab asks about. */
export interface UnitPrice {
  readonly amount: Paise;
  readonly taxIncluded: boolean;
}

/**
 * The rate of a class for one unit on a day (the invoice's date in the facility's zone).
 *
 * With a price that includes tax and a limit that excludes it, the price net of a slab's own rate must fit that slab.
 * Where a jump leaves a hole (apparel at ₹2,700 with tax: over the limit when taxed at 5 %, under it at 18 %), no slab
 * fits and the upper, higher-taxed slab is taken: tax is then never paid short. A seller who wants the lower rate
 * there sets a price of at most the limit plus the lower tax (₹2,625).
 *
 * Refusals: NO_TAX_RATE when the class has no table yet on that day.
 */
export function rateFor(
  taxClass: TaxClass,
  unitPrice: UnitPrice,
  on: LocalDate,
): Result<TaxRate, Refusal<"NO_TAX_RATE">> {
  assert(unitPrice.amount >= 0, "a unit price is not negative");
  const table = tableOn(taxClass, on);
  const row = table.find(
    ({ unitPriceToPaise: to, ...rate }) => to === null || slabPriceUnder(rate, unitPrice, taxClass.slabPrice) <= to,
  );
  if (row === undefined) {
    const first = taxClass.rows.map((r) => r.holdsFrom.toString()).sort()[0] ?? null;
    return refuse("NO_TAX_RATE", { taxClass: taxClass.code, on: on.toString(), firstRateFrom: first });
  }
  return ok({ gstBps: row.gstBps, cessBps: row.cessBps, cessPerUnitPaise: row.cessPerUnitPaise ?? ZERO });
}

/** The rows in force on a day, by rising slab; empty before the first table starts. */
export function tableOn(taxClass: TaxClass, on: LocalDate): TaxRateRow[] {
  const started = taxClass.rows.filter((row) => Temporal.PlainDate.compare(row.holdsFrom, on) <= 0);
  const latest = started.reduce<LocalDate | null>(
    (best, row) => (best === null || Temporal.PlainDate.compare(row.holdsFrom, best) > 0 ? row.holdsFrom : best),
    null,
  );
  return latest === null ? [] : started.filter((row) => row.holdsFrom.equals(latest)).sort(bySlab);
}

export type TaxClassFault =
  | "TAX_CLASS_CODE_INVALID"
  | "TAX_CLASS_NAME_MISSING"
  | "TAX_CLASS_WITHOUT_RATE"
  | "TAX_RATE_OUT_OF_RANGE"
  | "TAX_SLAB_INVALID"
  | "TAX_SLAB_OVERLAP"
  | "TAX_SLAB_GAP";

const CODE = /^[A-Z0-9][A-Z0-9_.-]{0,29}$/;
/** A guard against a rate typed in the wrong unit; the highest rate of goods is 40 %. */
const GST_BPS_MAX = 10_000;
/** The highest compensation cess in proportion to value was 290 % (tobacco, until 2026). */
const CESS_BPS_MAX = 50_000;

/**
 * Checks a tax class before it is saved. Every table (rows of one day) must answer for every price once: it starts at
 * zero, leaves no gap, has no overlap and no upper end. The first fault found, by day and slab, is the one returned.
 */
export function checkTaxClass(taxClass: TaxClass): Result<TaxClass, Refusal<TaxClassFault>> {
  const no = (code: TaxClassFault, facts: Facts = {}) => refuse(code, { taxClass: taxClass.code, ...facts });
  if (!CODE.test(taxClass.code)) return no("TAX_CLASS_CODE_INVALID");
  if (taxClass.name.trim() === "") return no("TAX_CLASS_NAME_MISSING");
  if (taxClass.rows.length === 0) return no("TAX_CLASS_WITHOUT_RATE");
  for (const row of taxClass.rows) {
    const holdsFrom = row.holdsFrom.toString();
    const { gstBps, cessBps } = row;
    if (gstBps > GST_BPS_MAX || cessBps > CESS_BPS_MAX || (row.cessPerUnitPaise ?? 0) < 0)
      return no("TAX_RATE_OUT_OF_RANGE", { holdsFrom, gstBps, cessBps, cessPerUnitPaise: row.cessPerUnitPaise ?? 0 });
    const to = row.unitPriceToPaise;
    if (row.unitPriceFromPaise < 0 || (to !== null && to < row.unitPriceFromPaise))
      return no("TAX_SLAB_INVALID", { holdsFrom, unitPriceFromPaise: row.unitPriceFromPaise, unitPriceToPaise: to });
  }
  const days = [...new Set(taxClass.rows.map((row) => row.holdsFrom.toString()))].sort();
  for (const day of days) {
    const fault = slabFault(taxClass.rows.filter((row) => row.holdsFrom.toString() === day));
    if (fault !== null) return no(fault.code, { holdsFrom: day, atUnitPricePaise: fault.atUnitPricePaise });
  }
  return ok(taxClass);
}

function slabFault(
  rows: readonly TaxRateRow[],
): { code: "TAX_SLAB_GAP" | "TAX_SLAB_OVERLAP"; atUnitPricePaise: number } | null {
  let next: number | null = 0; // the first price not yet answered for; null once a slab has no upper end
  for (const row of [...rows].sort(bySlab)) {
    if (next === null || row.unitPriceFromPaise < next)
      return { code: "TAX_SLAB_OVERLAP", atUnitPricePaise: row.unitPriceFromPaise };
    if (row.unitPriceFromPaise > next) return { code: "TAX_SLAB_GAP", atUnitPricePaise: next };
    next = row.unitPriceToPaise === null ? null : row.unitPriceToPaise + 1;
  }
  return next === null ? null : { code: "TAX_SLAB_GAP", atUnitPricePaise: next };
}

function bySlab(a: TaxRateRow, b: TaxRateRow): number {
  return a.unitPriceFromPaise - b.unitPriceFromPaise;
}

/** A unit's price as the slab limit sees it, were the unit taxed at this rate. */
function slabPriceUnder(
  rate: Pick<TaxRateRow, "gstBps" | "cessBps" | "cessPerUnitPaise">,
  price: UnitPrice,
  slab: SlabPrice,
): Paise {
  const factor = BigInt(10_000 + rate.gstBps + rate.cessBps);
  const perUnit = rate.cessPerUnitPaise ?? 0;
  if (price.taxIncluded === (slab === "INCLUDING_TAX")) return price.amount;
  if (price.taxIncluded) return divideRounded(BigInt(Math.max(0, price.amount - perUnit)) * 10_000n, factor);
  return paise(divideRounded(BigInt(price.amount) * factor, 10_000n) + perUnit);
}
