/** "proved": declared, and every scenario of the contract suite for it passed in the run that the page was made from. */
export type Cell = "proved" | "declared" | "none";

export interface CoverageTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly source: string; readonly label: string; readonly cells: readonly Cell[] }[];
}

// Only the page's own mark is a proof: a word that nobody knows here proves nothing.
const cellOf = (word: string): Cell => (word === "✓" ? "proved" : word === "declared" ? "declared" : "none");

const cellsOf = (line: string): readonly string[] =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The tables of docs/generated/coverage.md, each with the heading above it. Pure. */
export function readCoverage(page: string): readonly CoverageTable[] {
  const tables: { title: string; columns: readonly string[]; rows: CoverageTable["rows"][number][] }[] = [];
  let title = "";
  for (const line of page.split("\n")) {
    if (line.startsWith("## ")) title = line.slice(3).trim();
    if (!line.startsWith("|")) continue;
    const [first = "", ...rest] = cellsOf(line);
    if (first === "Source") tables.push({ title, columns: rest, rows: [] });
    const named = /^(.*) `([A-Z0-9_]+)`$/.exec(first);
    if (named === null) continue;
    const [, label = "", source = ""] = named;
    const table = tables.at(-1);
    if (table !== undefined)
      table.rows.push({ source, label, cells: table.columns.map((_, i) => cellOf(rest[i] ?? "")) });
  }
  return tables;
}
