import type { ListPage } from "../../lib/api.ts";
import type { StateTable } from "../state-chip.tsx";

/** Rows of the gallery: made by counting, so that every picture of it is the same. */
export interface SampleRow {
  readonly id: string;
  readonly code: string;
  readonly channel: string;
  readonly state: string;
  readonly product: string;
  readonly quantity: number;
  readonly totalPaise: number;
  readonly dueBy: string;
  readonly madeAt: string;
}

export const sampleStates: StateTable = {
  CREATED: { word: "Created", tone: "waiting" },
  PACKED: { word: "Packed", tone: "working" },
  HELD: { word: "On hold", tone: "attention" },
  FAILED: { word: "Failed", tone: "failed" },
  DISPATCHED: { word: "Dispatched", tone: "done" },
};
const states = Object.keys(sampleStates);
const channels = [
  "JUPITER",
  "AJIO_Dropship_1",
  "OKER_BLR",
  "A channel with a name that is much too long for its column",
];
const products = [
  "Ball pen, blue, pack of 10",
  "Cotton kurta, indigo, L",
  "Steel bottle 750 ml",
  "குங்குமப்பூ சோப்பு 100 g",
  "Wireless earphones with a very long name, charging case, two spare tips and a cable",
];
const pick = <T>(from: readonly T[], at: number): T | undefined => from[at % from.length];

const hour = 3_600_000;

export function sampleRows(count: number): readonly SampleRow[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, i) => ({
    id: `r-${i}`,
    code: `OD-2026-${String(104_200 + i)}`,
    channel: pick(channels, i * 7 + (i % 3)) ?? "",
    state: pick(states, i * 3 + Math.floor(i / 5)) ?? "",
    product: pick(products, i * 2 + 1) ?? "",
    quantity: 1 + ((i * 5) % 7),
    totalPaise: 9_900 + ((i * 7_919) % 2_345_600),
    dueBy: new Date(now + (i - 4) * 0.4 * hour).toISOString(),
    madeAt: new Date(now - (i + 1) * 0.23 * hour).toISOString(),
  }));
}

/** A server in the page: filters, sorts and pages as ours does. */
export function sampleServer(rows: readonly SampleRow[]) {
  return async (query: Readonly<Record<string, string>>): Promise<ListPage<SampleRow>> => {
    const text = query.search?.toLowerCase();
    const matching = rows.filter(
      (row) =>
        (query.channel === undefined || query.channel.split(",").includes(row.channel)) &&
        (text === undefined || row.code.toLowerCase().includes(text)),
    );
    const counts = Object.fromEntries([
      ["all", matching.length],
      ...states.map((state): [string, number] => [state, matching.filter((row) => row.state === state).length]),
    ]);
    const shown = query.tab === undefined ? matching : matching.filter((row) => row.state === query.tab);
    const sign = query.sort?.startsWith("-") === true ? -1 : 1;
    const field = query.sort?.replace("-", "") === "total" ? "totalPaise" : "dueBy";
    const sorted = [...shown].sort((a, b) => sign * (a[field] < b[field] ? -1 : a[field] > b[field] ? 1 : 0));
    const from = Number(query.cursor ?? 0);
    const end = from + Number(query.limit ?? 50);
    return {
      rows: sorted.slice(from, end),
      total: sorted.length,
      nextCursor: end < sorted.length ? String(end) : null,
      counts,
      asOf: new Date().toISOString(),
    };
  };
}
