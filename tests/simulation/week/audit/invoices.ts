/** One invoice a parcel that left, numbered by whom the marketplace's rule says, and no gap in our own series. */
import { type AuditBrief, AWAY, type Books, type Finding, type UnitHere } from "./books.ts";

interface Invoice {
  readonly package: string;
  readonly by: string;
  readonly state: string;
  readonly series: string | null;
  readonly sequence: string | null;
}

export interface InvoicesCompared {
  readonly findings: readonly Finding[];
  /** Parcels that left from a panel whose marketplace has not made their invoice yet, and is asked again. */
  readonly awaited: number;
}

export async function compareInvoices(
  { houses, query }: AuditBrief,
  books: Books,
  units: readonly UnitHere[],
): Promise<InvoicesCompared> {
  const invoices = await query<Invoice>(
    `select p.code as package, i.numbered_by as by, i.state, i.invoice_series_id || ' ' || i.financial_year as series, i.sequence_number as sequence
     from godown.invoice i join godown.shipping_package p using (tenant_id, shipping_package_id)`,
  );
  const awaited = new Set(
    (
      await query<{ package: string }>(
        `select p.code as package from godown.package_step s join godown.shipping_package p using (tenant_id, shipping_package_id)
         where s.step = 'INVOICE' and s.state = 'WAITING' and p.dispatched_how = 'ADOPTED'`,
      )
    ).map((row) => row.package),
  );
  const valid = Map.groupBy(
    invoices.filter((row) => row.state !== "CANCELLED"),
    (row) => row.package,
  );
  const sellerShips = new Set(
    [...books.values()].flatMap(({ orders }) => orders.flatMap((o) => (o.thirdPartyShipping ? [] : [o.id]))),
  );
  const left = new Map(units.flatMap((unit) => (unit.package && AWAY.has(unit.state) ? [[unit.package, unit]] : [])));
  const findings: Finding[] = [];
  for (const [code, { source, order }] of left) {
    const mine = valid.get(code) ?? [];
    const about = `${source} ${code}`;
    if (mine.length === 0 && awaited.has(code)) continue;
    if (mine.length !== 1) findings.push({ kind: "INVOICES", about, words: `${mine.length} invoices` });
    const house = houses.find((each) => each.house.source === source)?.house;
    // What the seller ships himself he invoices himself, everywhere.
    const by = house?.invoices === "us" || sellerShips.has(order) ? "SERIES" : "CHANNEL";
    for (const row of mine)
      if (row.by !== by) findings.push({ kind: "INVOICES", about, words: `is numbered by ${row.by}, not by ${by}` });
  }
  return { findings: [...findings, ...gaps(invoices)], awaited: awaited.size };
}

function gaps(invoices: readonly Invoice[]): Finding[] {
  const bySeries = Map.groupBy(
    invoices.filter((row) => row.series !== null),
    (row) => row.series,
  );
  return [...bySeries].flatMap(([series, rows]): Finding[] => {
    const numbers = rows.map((row) => Number(row.sequence)).toSorted((a, b) => a - b);
    const gap = numbers.findIndex((number, i) => number !== i + 1);
    if (gap < 0) return [];
    return [{ kind: "SERIES_GAP", about: String(series), words: `after ${gap} comes ${numbers[gap]}` }];
  });
}
