import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readCoverage } from "./read-coverage.ts";

const page = `# What each source can do

| no | table |

## Operations

| Source | Sign in | Stock |
|---|---|---|
| Jupiter Money \`JUPITER_MONEY\` | ✓ | declared |
| Oker \`OKER\` | – | ✓✓ |

## Statuses that it reports

| Source | Cancelled |
|---|---|
| Oker \`OKER\` |
`;

it("reads the tables of the page, and takes nothing for proved but its own mark", () => {
  expect(readCoverage(page)).toEqual([
    {
      title: "Operations",
      columns: ["Sign in", "Stock"],
      rows: [
        { source: "JUPITER_MONEY", label: "Jupiter Money", cells: ["proved", "declared"] },
        { source: "OKER", label: "Oker", cells: ["none", "none"] },
      ],
    },
    {
      title: "Statuses that it reports",
      columns: ["Cancelled"],
      rows: [{ source: "OKER", label: "Oker", cells: ["none"] }],
    },
  ]);
  expect(readCoverage("")).toEqual([]);
});

it("reads the page of this build: every line with a source, every mark", () => {
  const made = readFileSync(new URL("../../../../docs/generated/coverage.md", import.meta.url), "utf8");
  const tables = readCoverage(made);
  expect(tables.map((table) => table.title)).toEqual(["Operations", "Statuses that it reports"]);
  const marks = tables.flatMap((table) => table.rows.flatMap((row) => row.cells));
  const lines = made.split("\n").filter((line) => line.includes("`"));
  expect(tables.flatMap((table) => table.rows)).toHaveLength(lines.length);
  const body = lines.join("\n");
  expect(marks.filter((mark) => mark === "proved")).toHaveLength(body.split("✓").length - 1);
  expect(marks.filter((mark) => mark === "declared")).toHaveLength(body.split("| declared ").length - 1);
});
