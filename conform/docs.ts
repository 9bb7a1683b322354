/** The list of checks in docs/conform.md, made from the checks themselves. */
import { operation } from "../contract/validators.ts";
import type { Check } from "./check.ts";
import { ALL_CHECKS } from "./checks/index.ts";
import { contractAt } from "./report.ts";
import { usageOf } from "./usage.ts";

const START = "<!-- checks: made by tools/docs.ts -->";
const END = "<!-- end of checks -->";

/** Puts the list between its two marks. */
export function withChecks(page: string): string {
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error(`The page needs the marks ${START} and ${END}`);
  return `${page.slice(0, start + START.length)}\n${checksTable()}${page.slice(end)}`;
}

export function checksTable(): string {
  const byOperation = Map.groupBy(ALL_CHECKS, (check) => check.operation);
  return [...byOperation]
    .map(([id, checks]) => {
      const { method, path } = operation("marketplace", id);
      return `\n### ${method} ${path} (${usageOf(id)})\n\n| Check | What it proves | When it fails |\n|---|---|---|\n${checks.map(row).join("")}`;
    })
    .join("");
}

function row({ id, title, todo, writes = false, contract }: Check): string {
  const inferred = contractAt(contract).inferred ? " *(inferred)*" : "";
  return `| \`${id}\`${writes ? " (--write)" : ""} | ${cell(title)}${inferred} | ${cell(todo)} |\n`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
