import { posix } from "node:path";
import { importsOf, lineAt, readSource, type SourceText } from "./source-text.ts";

/** A file of the checkout; the path is relative to its root, with slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly sentence: string;
}

const LINES_MAX = 450;

/** Modules from left to right: each may import those in earlier groups. Those in one group do not know each other. */
const MODULE_ORDER: readonly (readonly string[])[] = [
  ["identity"],
  ["events"], // what happened, for those outside who are told: everybody says it, partners listen
  ["catalog", "warehouse"],
  ["e-invoice"],
  ["channels", "shipping"],
  ["inventory"],
  ["orders"],
  ["putaway"],
  ["billing"], // left of fulfilment: it is given the facts of a package (docs/decisions)
  ["purchasing"],
  ["fulfilment"],
  ["returns", "gatepasses", "cycle-counts"],
  ["exceptions", "status-sync", "finance"],
  ["partners"],
  ["uniware-api", "marketplace-api", "board"],
];
const RANKS = new Map(MODULE_ORDER.flatMap((group, rank) => group.map((name) => [name, rank] as const)));

/** Where a file stands in the house. */
interface Standing {
  /** First folder: src, connectors, couriers, contract, conform, web, tests, tools; "" for the root. */
  readonly top: string;
  /** Second folder, or "" for a file that stands directly in the first. */
  readonly part: string;
}

function standingOf(path: string): Standing {
  const [top = "", part = "", ...rest] = path.split("/");
  return part === "" ? { top: "", part: "" } : { top, part: rest.length === 0 ? "" : part };
}

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);
const isModule = ({ top, part }: Standing): boolean =>
  top === "src" && part !== "kernel" && part !== "platform" && part !== "app";
/** Tests, tools and the configuration of tools stand outside the house and may look into it. */
const isOutside = ({ top }: Standing): boolean => top === "tests" || top === "tools" || top === "";

/**
 * Every breach of the house's rules. @param sources the folder names of sources (connectors/ and couriers/, without the
 * shared kit and protocol)
 */
export function checkFiles(files: readonly SourceFile[], sources: readonly string[]): Violation[] {
  const rules = ruleFiles(files);
  return files.flatMap((file) => {
    const source = readSource(file.text);
    return [
      ...checkLength(file),
      ...checkImports(file, source, rules),
      ...checkEnvironment(file, source),
      ...checkSql(file, source),
      ...checkClock(file, source),
      ...checkSourceNames(file, source, sources),
      ...checkTestsRun(file, source),
    ];
  });
}

function checkLength({ path, text }: SourceFile): Violation[] {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  if (lines <= LINES_MAX) return [];
  return [
    {
      path,
      line: LINES_MAX + 1,
      sentence: `the file has ${lines} lines; ${LINES_MAX} is the most, so split it by what its parts are for`,
    },
  ];
}

/**
 * Files of types and rules: they import nothing but kernel and each other, so neither a database nor a clock comes with
 * them. A module's index brings its commands too, so other modules' rules take these files directly.
 */
function ruleFiles(files: readonly SourceFile[]): ReadonlySet<string> {
  const targets = new Map(
    files
      .filter(({ path }) => isModule(standingOf(path)) && !isTest(path) && !SQL_FILE.test(path))
      .map(
        ({ path, text }) =>
          [
            path,
            importsOf(readSource(text)).map(({ specifier }) =>
              specifier.startsWith(".") ? posix.normalize(posix.join(posix.dirname(path), specifier)) : specifier,
            ),
          ] as const,
      ),
  );
  const rules = new Set(targets.keys());
  for (let before = -1; before !== rules.size; ) {
    before = rules.size;
    for (const path of rules)
      if (targets.get(path)?.some((target) => !target.startsWith("src/kernel/") && !rules.has(target)))
        rules.delete(path);
  }
  return rules;
}

function checkImports({ path }: SourceFile, source: SourceText, rules: ReadonlySet<string>): Violation[] {
  return importsOf(source).flatMap(({ specifier, line }) => {
    if (!specifier.startsWith(".")) return [];
    const target = posix.normalize(posix.join(posix.dirname(path), specifier));
    const sentence = whyNotImport(path, target, rules);
    return sentence === undefined ? [] : [{ path, line, sentence }];
  });
}

/** Why one file may not import another, or undefined when it may. */
export function whyNotImport(path: string, target: string, rules: ReadonlySet<string> = new Set()): string | undefined {
  const from = standingOf(path);
  const to = standingOf(target);
  if (isOutside(from)) return undefined;
  if (target === "package.json") return undefined; // the version is written there, once
  if (isOutside(to)) {
    if (isTest(path) || /(^|\/)testing\//.test(path)) return undefined;
    return `${target} is for tests and tools; the product may not import it`;
  }
  if (from.top === to.top && from.part === to.part) return undefined;
  switch (from.top) {
    case "src":
      return whyNotFromSrc(from, to, target, rules);
    case "connectors":
    case "couriers":
      return whyNotFromConnector(from, to, target, path);
    case "web":
      return to.top === "web" || to.top === "contract"
        ? undefined
        : `the web app imports only contract and its own files, not ${target}`;
    case "contract":
      return to.top === "contract" ? undefined : `contract imports nothing of ours, not ${target}`;
    case "conform":
      // It judges what others built: with our connectors' reading of the contract it would pass our mistakes on as rules.
      return to.top === "conform" || to.top === "contract" || (to.top === "src" && to.part === "kernel")
        ? undefined
        : `conform knows the contract files and kernel alone, not ${target}`;
    default:
      return undefined;
  }
}

function whyNotFromSrc(from: Standing, to: Standing, target: string, rules: ReadonlySet<string>): string | undefined {
  if (from.part === "kernel") return `kernel imports nothing, not ${target}`;
  if (to.top === "web") return `the server does not import the web app (${target})`;
  if (to.top === "contract") return undefined;
  if (to.top === "conform") return from.part === "app" ? undefined : `only app starts conform (${target})`;
  if (to.top === "connectors" || to.top === "couriers") return whyNotSource(from, to, target);
  if (to.part === "kernel") return undefined;
  if (from.part === "platform")
    return `platform knows no business word and imports only kernel and contract, not ${target}`;
  if (to.part === "platform") return undefined;
  if (to.part === "app") return `app puts the modules together; a module does not import it (${target})`;
  if (from.part !== "app") {
    const fromRank = RANKS.get(from.part);
    const toRank = RANKS.get(to.part);
    if (fromRank === undefined || toRank === undefined) {
      return `src/${fromRank === undefined ? from.part : to.part} has no place in the order of modules (tools/tidy/rules.ts)`;
    }
    if (toRank >= fromRank)
      return `src/${from.part} stands before or beside src/${to.part} in the order of modules and may not import it`;
  }
  if (target !== `src/${to.part}/index.ts` && !rules.has(target))
    return `a module is imported through its index.ts, not through ${target}`;
  return undefined;
}

/** The connector contract (kit) is for all; only app knows every connector. */
function whyNotSource(from: Standing, to: Standing, target: string): string | undefined {
  if (from.part === "app") return undefined;
  if (from.part === "platform") return `platform knows no connector, not ${target}`;
  if (to.part === "kit") return undefined;
  return `only app knows the connectors; src/${from.part} may import connectors/kit, not ${target}`;
}

function whyNotFromConnector(from: Standing, to: Standing, target: string, path: string): string | undefined {
  if (to.top === "contract" || (to.top === "src" && to.part === "kernel")) return undefined;
  const shared = (to.top === "connectors" || to.top === "couriers") && (to.part === "kit" || to.part === "protocol");
  if (shared && !(from.part === "kit" && to.part === "protocol")) return undefined;
  // The index of all connectors, where there is one, names each of them.
  if (from.part === "" && to.top === from.top) return undefined;
  return `${posix.dirname(path)} may import connectors/kit, connectors/protocol, kernel and contract, not ${target}`;
}

/** Finds a pattern outside comments and strings, and says the sentence for each place. */
function find(path: string, text: string, pattern: RegExp, sentence: (match: string) => string): Violation[] {
  return [...text.matchAll(pattern)].map((match) => ({
    path,
    line: lineAt(text, match.index),
    sentence: sentence(match[0].trim()),
  }));
}

function checkEnvironment({ path }: SourceFile, { bare, code }: SourceText): Violation[] {
  if (
    isOutside(standingOf(path)) ||
    isTest(path) ||
    path === "src/platform/config.ts" ||
    path.startsWith("web/vite.config")
  )
    return [];
  const why = (): string => "only src/platform/config.ts reads the environment; take the value from the configuration";
  return [
    ...find(path, bare, /\bprocess\s*\.\s*env\b|\bprocess\s*\[/g, why),
    ...find(path, code, /import\s*\{[^}]*\benv\b[^}]*\}\s*from\s*["'](?:node:)?process["']/g, why),
  ];
}

const SQL_FILE = /(^|\/)(store|queries)\.ts$|\.(store|queries)\.ts$/;

function checkSql({ path }: SourceFile, { bare }: SourceText): Violation[] {
  const standing = standingOf(path);
  if (isOutside(standing) || isTest(path) || SQL_FILE.test(path) || path.startsWith("src/platform/")) return [];
  const pattern = /\bsql(?:<[^`;()]*>)?`|\.(?:selectFrom|insertInto|updateTable|deleteFrom|mergeInto)\(/g;
  return find(
    path,
    bare,
    pattern,
    () => "SQL stands only in store.ts, queries.ts and platform; move it there and call it",
  );
}

function checkClock({ path }: SourceFile, { bare }: SourceText): Violation[] {
  if (!isModule(standingOf(path)) || isTest(path)) return [];
  const pattern = /\bnew\s+Date\b|\bDate\s*\.\s*now\b|\bMath\s*\.\s*random\b|\bTemporal\s*\.\s*Now\b/g;
  return find(
    path,
    bare,
    pattern,
    (what) => `${what} makes an answer that cannot be repeated; take the time from ctx.now, ids from the caller`,
  );
}

/** A source's name outside its folder means a rule about it outside its declaration. */
/** Contracts whose name is a source's folder too: who speaks a protocol names its contract. */
const CONTRACTS: ReadonlySet<string> = new Set(["marketplace"]);

function checkSourceNames({ path }: SourceFile, { code }: SourceText, sources: readonly string[]): Violation[] {
  const standing = standingOf(path);
  // app wires all of them; shared test suites and tools are told which to use.
  if (isOutside(standing) || standing.part === "app" || isTest(path)) return [];
  return sources.flatMap((source) => {
    if (["connectors", "couriers"].includes(standing.top) && (standing.part === source || standing.part === ""))
      return [];
    const spellings = [source, source.replaceAll("-", "_"), source.replaceAll("-", "_").toUpperCase()].filter(
      (spelling) => !CONTRACTS.has(spelling),
    );
    const pattern = new RegExp(`["'\`](?:${[...new Set(spellings)].join("|")})["'\`]`, "g");
    return find(
      path,
      code,
      pattern,
      (what) => `${what} is named outside its own folder; read what differs from the source's declaration`,
    );
  });
}

function checkTestsRun({ path }: SourceFile, { bare }: SourceText): Violation[] {
  if (!isTest(path)) return [];
  const pattern = /\b(?:it|test|describe)\s*\.\s*(?:skip|only|todo|fails|skipIf|runIf)\b/g;
  return find(path, bare, pattern, (what) => `${what} hides tests; a test that is not run proves nothing`);
}
