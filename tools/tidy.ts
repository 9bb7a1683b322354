/** Checks the rules of the house that compiler and linter cannot: prints each breach as `file:line: sentence`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { checkFiles, type SourceFile, type Violation } from "./tidy/rules.ts";

const TOPS = ["src", "connectors", "couriers", "contract", "conform", "web", "tests", "tools"] as const;
const NOT_OURS = new Set(["node_modules", "dist", "generated", "coverage"]);
/** Folders beside the sources that belong to no one source; a partner sells nothing, and is no source. */
const SHARED = new Set(["kit", "protocol", "partner"]);

function filesBelow(root: string, dir: string): SourceFile[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesBelow(root, path);
    if (!/\.tsx?$/.test(entry.name) || entry.name.endsWith(".d.ts")) return [];
    return [{ path: relative(root, path).split(sep).join("/"), text: readFileSync(path, "utf8") }];
  });
}

function sourcesOf(root: string): string[] {
  return ["connectors", "couriers"].flatMap((top) => {
    const dir = join(root, top);
    if (!existsSync(dir)) return [];
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !SHARED.has(entry.name))
      .map((entry) => entry.name);
  });
}

/** Every breach in a checkout. @param root its directory */
export function tidy(root: string): Violation[] {
  const files = TOPS.flatMap((top) => filesBelow(root, join(root, top)));
  return checkFiles(files, sourcesOf(root));
}

export function toLine({ path, line, sentence }: Violation): string {
  return `${path}:${line}: ${sentence}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const violations = tidy(join(import.meta.dirname, ".."));
  for (const violation of violations) console.log(toLine(violation));
  console.log(violations.length === 0 ? "tidy" : `${violations.length} breaches`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
