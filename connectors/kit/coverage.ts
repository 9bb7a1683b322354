/** What is declared and what was proved of each source: the generated page, written and read again. Pure. */
import type { Connector, OperationName } from "./connector.ts";
import type { ReportedStatus } from "./declaration.ts";

/** What scenarios prove: an operation, that pushes are read, or that a status is where it is reported. */
export type Proof = OperationName | "pushOrders" | "wakeUps" | `reports ${ReportedStatus}`;

/** "tested": declared, and every scenario of it passed in the run that the page was made from. */
export type Coverage = "tested" | "declared" | "none";

/** What became of the scenarios of one source in one run. "partly": not all of them were run. */
export interface SourceResults {
  readonly source: string;
  readonly results: readonly {
    readonly capability: Proof;
    readonly status: "passed" | "failed" | "partly";
    readonly scenarios: number;
  }[];
}

interface Column {
  readonly proof: Proof;
  readonly heading: string;
}

const DOES: readonly Column[] = [
  { proof: "verify", heading: "Sign in" },
  { proof: "redeemConsent", heading: "Consent" },
  { proof: "pullListings", heading: "Catalogue" },
  { proof: "pushInventory", heading: "Stock" },
  { proof: "readStockResult", heading: "Stock judged later" },
  { proof: "pushOrders", heading: "Orders pushed" },
  { proof: "wakeUps", heading: "Wake-ups" },
  { proof: "pullOrders", heading: "Orders asked for" },
  { proof: "readOrders", heading: "Orders by id" },
  { proof: "pullPendency", heading: "Orders under review" },
  { proof: "acknowledge", heading: "Acceptance" },
  { proof: "readStatuses", heading: "Status" },
  { proof: "pullStatuses", heading: "Lists of changes" },
  { proof: "pack", heading: "Packing" },
  { proof: "fetchInvoice", heading: "Its invoice" },
  { proof: "giveShipment", heading: "Box and weight" },
  { proof: "fetchCourier", heading: "Its courier" },
  { proof: "fetchLabel", heading: "Its label" },
  { proof: "fetchManifest", heading: "Its manifest" },
  { proof: "downloadFile", heading: "Its files" },
  { proof: "notifyState", heading: "States told" },
  { proof: "notifyReturn", heading: "Returns told" },
  { proof: "dispatch", heading: "Dispatch" },
  { proof: "cancel", heading: "Cancellation" },
  { proof: "reportGrade", heading: "Grades of returns" },
  { proof: "fetchCreditNote", heading: "Its credit note" },
  { proof: "giveIrn", heading: "IRN told" },
];
const REPORTS: readonly Column[] = [
  { proof: "reports CANCELLED", heading: "Cancelled" },
  { proof: "reports DISPATCHED", heading: "Dispatched" },
  { proof: "reports DELIVERED", heading: "Delivered" },
  { proof: "reports RETURNED", heading: "Returned" },
];

const WORDS: Readonly<Record<Coverage, string>> = { tested: "✓", declared: "declared", none: "–" };
const MADE = "<!-- Made by tools/coverage.ts; do not edit. -->";

/** What the source's declaration promises. */
export function declaredBy({ capabilities, rules, readWakeUp }: Connector): ReadonlySet<Proof> {
  const can = DOES.map(({ proof }) => proof).filter((proof) => proof in capabilities);
  // Statuses are read by an operation: without one a declaration of them would promise nothing.
  const reads = capabilities.readStatuses ?? capabilities.pullStatuses;
  const reports = reads ? rules.reports.map((status) => `reports ${status}` as const) : [];
  const pushes = rules.ordersArrive === "push" ? (["pushOrders"] as const) : [];
  const wakes = readWakeUp ? (["wakeUps"] as const) : [];
  return new Set<Proof>([...can, ...pushes, ...wakes, ...reports]);
}

/** Proofs of a run that stand: all of their scenarios passed. */
export function provedBy(run: SourceResults): ReadonlySet<Proof> {
  return new Set(run.results.filter(({ status }) => status === "passed").map(({ capability }) => capability));
}

/** The page. @param proved by source id; a source that is not there has no tick */
export function coveragePage(
  connectors: readonly Connector[],
  proved: ReadonlyMap<string, ReadonlySet<Proof>>,
): string {
  const rows = connectors.map((connector) => {
    const declared = declaredBy(connector);
    const done = proved.get(connector.id) ?? new Set<Proof>();
    const of = (proof: Proof): Coverage => (!declared.has(proof) ? "none" : done.has(proof) ? "tested" : "declared");
    return { source: connector.id, label: connector.label, of };
  });
  const table = (columns: readonly Column[]) =>
    [
      `| Source | ${columns.map(({ heading }) => heading).join(" | ")} |`,
      `|---|${columns.map(() => "---").join("|")}|`,
      ...rows.map(
        ({ source, label, of }) =>
          `| ${label} \`${source}\` | ${columns.map(({ proof }) => WORDS[of(proof)]).join(" | ")} |`,
      ),
    ].join("\n");
  return `${MADE}
# What each source can do

✓: declared, and every scenario of the contract suite for it passed against the source's simulator. "declared": the
declaration says so, and no run has proved it. –: the source does not have it.

## Operations

${table(DOES)}

## Statuses that it reports

${table(REPORTS)}
`;
}

/** The page's cells by source id. Rows and columns that nobody knows are left out. */
export function readCoveragePage(page: string): ReadonlyMap<string, ReadonlyMap<Proof, Coverage>> {
  const byHeading = new Map([...DOES, ...REPORTS].map(({ heading, proof }) => [heading, proof]));
  const byWord = new Map<string, Coverage>([
    [WORDS.tested, "tested"],
    [WORDS.declared, "declared"],
    [WORDS.none, "none"],
  ]);
  const read = new Map<string, Map<Proof, Coverage>>();
  let columns: readonly (Proof | undefined)[] = [];
  for (const line of page.split("\n")) {
    const cells = line.startsWith("|")
      ? line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim())
      : [];
    const [first = "", ...rest] = cells;
    if (first === "Source") columns = rest.map((heading) => byHeading.get(heading));
    const source = /`([A-Z0-9_]+)`$/.exec(first)?.[1];
    if (source === undefined) continue;
    const of = read.get(source) ?? new Map<Proof, Coverage>();
    read.set(source, of);
    for (const [i, word] of rest.entries()) {
      const [proof, coverage] = [columns[i], byWord.get(word)];
      if (proof !== undefined && coverage !== undefined) of.set(proof, coverage);
    }
  }
  return read;
}
