import { parseRupees } from "../../lib/format.ts";
import { parsePercent, ratesOn, startsOf, type TaxRate } from "./tax-data.ts";

/** One slab as it is typed. The last slab of a table has no upper end, whatever stands in `upTo`. */
export interface Slab {
  readonly id: string;
  readonly upTo: string;
  readonly gst: string;
  readonly cess: string;
  readonly cessPerUnit: string;
}

/** The slabs that begin to hold on one day. */
export interface Table {
  readonly id: string;
  readonly holdsFrom: string;
  readonly slabs: readonly Slab[];
}

// Rows are told apart while they are typed. Not crypto.randomUUID: a page served by plain http in a warehouse has none.
let rows = 0;
export const rowId = (): string => {
  rows += 1;
  return String(rows);
};

export const emptySlab = (): Slab => ({ id: rowId(), upTo: "", gst: "", cess: "", cessPerUnit: "" });

const typed = (hundredths: number): string => (hundredths === 0 ? "" : String(Number((hundredths / 100).toFixed(2))));

/** Stored rates as tables to type in, latest first. */
export function tablesOf(rates: readonly TaxRate[]): readonly Table[] {
  const starts = startsOf(rates);
  if (starts.length === 0) return [{ id: rowId(), holdsFrom: "", slabs: [emptySlab()] }];
  return starts.map((holdsFrom) => ({
    id: rowId(),
    holdsFrom,
    slabs: ratesOn(rates, holdsFrom).map((rate) => ({
      id: rowId(),
      upTo: rate.unitPriceToPaise === null ? "" : (rate.unitPriceToPaise / 100).toFixed(2),
      gst: String(Number((rate.gstBps / 100).toFixed(2))),
      cess: typed(rate.cessBps),
      cessPerUnit: typed(rate.cessPerUnitPaise),
    })),
  }));
}

/** What was typed as rates, each slab beginning one paisa above the one below; or the first fault in words. */
export function readTables(tables: readonly Table[]): { rates: readonly TaxRate[] } | { fault: string } {
  const rates: TaxRate[] = [];
  const days = new Set<string>();
  for (const { holdsFrom, slabs } of tables) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(holdsFrom)) return { fault: "Say from which day the rates hold." };
    if (days.has(holdsFrom)) return { fault: `Two tables hold from ${holdsFrom}.` };
    days.add(holdsFrom);
    let from = 0;
    for (const [i, slab] of slabs.entries()) {
      const last = i === slabs.length - 1;
      const upTo = last ? null : parseRupees(slab.upTo);
      if (!last && upTo === null) return { fault: `A slab from ${holdsFrom} needs its upper price.` };
      if (upTo !== null && upTo < from) return { fault: `The slabs from ${holdsFrom} do not rise.` };
      const gst = parsePercent(slab.gst);
      const cess = parsePercent(slab.cess === "" ? "0" : slab.cess);
      const cessPerUnit = parseRupees(slab.cessPerUnit === "" ? "0" : slab.cessPerUnit);
      if (gst === null) return { fault: `A slab from ${holdsFrom} needs its GST rate, like 18 or 2.5.` };
      if (cess === null || cessPerUnit === null) return { fault: `The cess of a slab from ${holdsFrom} is no amount.` };
      rates.push({
        holdsFrom,
        unitPriceFromPaise: from,
        unitPriceToPaise: upTo,
        gstBps: gst,
        cessBps: cess,
        cessPerUnitPaise: cessPerUnit,
      });
      if (upTo !== null) from = upTo + 1;
    }
  }
  return { rates };
}
