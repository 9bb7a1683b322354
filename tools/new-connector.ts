/**
 * Begins the folder of a new source: `./godown run tools/new-connector.ts bazaar-street "Bazaar Street" [--own-api] [--register]`.
 * It compiles at once, its simulator runs, and its contract suite fails with the list of what is to be written or decided.
 * docs/guides/adding-a-source.md leads on from there. What is copied stands in tools/new-connector/, as code that is checked.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";

/** What a source is called, in each spelling that its files need. */
export interface Names {
  /** Folder: bazaar-street. */
  readonly folder: string;
  /** In the catalogue: Bazaar Street. */
  readonly label: string;
  /** On the wire and in the database: BAZAAR_STREET. */
  readonly id: string;
  /** bazaarStreet */
  readonly camel: string;
  /** BazaarStreet */
  readonly pascal: string;
  /** Begins ids of its simulator's orders and stands on its tile: BS. */
  readonly initials: string;
}

/** "protocol": a configuration of the marketplace protocol; "own-api": a contract and operations of its own. */
export type Kind = "protocol" | "own-api";

const STARTERS = join(import.meta.dirname, "new-connector");
const FOLDER_CHARS_MAX = 40;

/** @returns the spellings, or in words why the name cannot be one */
export function namesOf(folder: string, label: string): Names | string {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(folder) || folder.length > FOLDER_CHARS_MAX)
    return `"${folder}" is no name of a folder: small letters, digits and single dashes, ${FOLDER_CHARS_MAX} at most.`;
  if (!/^[\p{L}\d][\p{L}\d .&'()-]{0,39}$/u.test(label))
    return `"${label}" is no label: 1 to 40 letters, digits, spaces and . & ' ( ) -`;
  const parts = folder.split("-");
  const pascal = parts.map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join("");
  const camel = pascal.slice(0, 1).toLowerCase() + pascal.slice(1);
  if (!isFree(camel)) return `"${folder}" is no name of a folder: the code would call it ${camel}, which is taken.`;
  return {
    folder,
    label,
    id: folder.toUpperCase().replaceAll("-", "_"),
    camel,
    pascal,
    initials: (parts.length > 1 ? parts.map((part) => part.slice(0, 1)).join("") : folder.slice(0, 2))
      .slice(0, 3)
      .toUpperCase(),
  };
}

/** Can it name a constant in the new files: no word of the language, nothing that is there everywhere, none of their own names? */
function isFree(identifier: string): boolean {
  if (identifier in globalThis) return false;
  try {
    new Script(`"use strict"; async () => { const ${identifier} = 0; };`);
  } catch {
    return false;
  }
  const own = filesBelow(STARTERS).filter((file) => file.endsWith(".ts"));
  const code = own.map((file) => readFileSync(file, "utf8").replaceAll(/"[^"\n]*"|\/\*[\s\S]*?\*\/|\/\/.*/g, ""));
  return !new RegExp(`\\b${identifier}\\b`).test(code.join("\n"));
}

/**
 * Writes connectors/<folder>/ below a checkout. @returns the files, relative to the checkout
 * @throws where the folder is there already
 */
export function writeConnector(root: string, names: Names, kind: Kind): readonly string[] {
  const to = join(root, "connectors", names.folder);
  if (existsSync(to)) throw new Error(`connectors/${names.folder} is there already.`);
  const from = join(STARTERS, kind);
  const written = filesBelow(from).map((file) => {
    const path = join(to, renamed(relative(from, file), names));
    mkdirSync(dirname(path), { recursive: true });
    const text = readFileSync(file, "utf8");
    writeFileSync(path, file.endsWith(".ts") ? withImportsFrom(spelt(text, names), to, path) : spelt(text, names));
    return path;
  });
  sealContract(to, names);
  return written.map((path) => relative(root, path));
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .toSorted((a, b) => a.name.localeCompare(b.name, "en"))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(dir, entry.name)) : [join(dir, entry.name)]));
}

/** Tests are named so that they are not run where they are copied from. */
function renamed(path: string, names: Names): string {
  return path.replaceAll("starter-source", names.folder).replace(".test.starter.ts", ".test.ts");
}

function spelt(text: string, names: Names): string {
  return text
    .replaceAll("starter-source", names.folder)
    .replaceAll("STARTER_SOURCE", names.id)
    .replaceAll("starterSource", names.camel)
    .replaceAll("StarterSource", names.pascal)
    .replaceAll("Starter Source", names.label)
    .replaceAll("STX", names.initials);
}

/** Imports of the checkout as they are written from the new folder; those within it stay. */
function withImportsFrom(text: string, folder: string, path: string): string {
  const up = relative(dirname(path), join(folder, "..", "..")).replaceAll("\\", "/");
  return text.replaceAll(/(["'])(?:\.\.\/)+(connectors|contract|src)\/([^"']+)\1/g, (whole, quote, top, rest) => {
    if (top === "contract" && rest.startsWith("index.ts")) return whole; // the source's own
    const target = top === "connectors" ? up.replace(/\.\.$/, "") : `${up}/${top}/`;
    return `${quote}${target === "" ? "./" : target}${rest}${quote}`;
  });
}

/** The types name the contract's file by its hash; its name has changed, and nothing that the types are made of. */
function sealContract(folder: string, names: Names): void {
  const contract = join(folder, "contract", `${names.folder}.openapi.yaml`);
  if (!existsSync(contract)) return;
  const hash = createHash("sha256").update(readFileSync(contract)).digest("hex");
  const types = join(folder, "contract", "generated", `${names.folder}.ts`);
  writeFileSync(types, readFileSync(types, "utf8").replace(/source-sha256: [0-9a-f]{64}/, `source-sha256: ${hash}`));
}

/** Brings imports into order and lines to their width: names are longer or shorter than those that were copied. */
export function tidyUp(root: string, names: Names): void {
  const biome = join(import.meta.dirname, "..", "node_modules", ".bin", "biome");
  // The checkout's own rules: biome.json stands at its root.
  execFileSync(biome, ["check", "--write", join("connectors", names.folder)], { stdio: "pipe", cwd: root });
}

/** The lines that make a source known: its connector and its simulator, each with the file and what they stand beside. */
export function registration(names: Names) {
  const { folder, camel } = names;
  return [
    {
      file: "src/app/sources.ts",
      import: `import { ${camel} } from "../../connectors/${folder}/index.ts";`,
      list: /(export const connectors: readonly Connector\[\] = \[)/,
      member: camel,
    },
    {
      file: "src/app/simulator-command.ts",
      import: `import { ${camel}Simulator } from "../../connectors/${folder}/simulator/index.ts";`,
      list: /(const simulators: readonly Simulator\[\] = \[)/,
      member: `${camel}Simulator`,
    },
  ];
}

/** The file's text with a source in it. @throws where the list is not found: then the lines are put in by hand */
export function registered(text: string, of: ReturnType<typeof registration>[number]): string {
  if (text.includes(of.import)) return text;
  if (!of.list.test(text)) throw new Error(`${of.file} has no list where it was; put in by hand: ${of.import}`);
  return `${of.import}\n${text}`.replace(of.list, `$1${of.member}, `);
}

/** The command. @returns the exit code */
export function main(args: readonly string[], root: string, say: (line: string) => void): number {
  const flags = args.filter((arg) => arg.startsWith("--"));
  const [folder, label, ...more] = args.filter((arg) => !arg.startsWith("--"));
  const unknown = flags.filter((flag) => !["--protocol", "--own-api", "--register"].includes(flag));
  if (folder === undefined || label === undefined || more.length > 0 || unknown.length > 0) {
    say('Usage: ./godown run tools/new-connector.ts NAME "Label" [--protocol | --own-api] [--register]');
    say("  --protocol  a configuration of the marketplace protocol (when nothing is said)");
    say("  --own-api   a contract, map and operations of its own");
    say("  --register  also puts it into src/app/sources.ts and src/app/simulator-command.ts");
    return 2;
  }
  const names = namesOf(folder, label);
  if (typeof names === "string") {
    say(names);
    return 2;
  }
  if (existsSync(join(root, "connectors", folder))) {
    say(`connectors/${folder} is there already.`);
    return 1;
  }
  for (const file of writeConnector(root, names, flags.includes("--own-api") ? "own-api" : "protocol")) say(file);
  tidyUp(root, names);
  for (const place of registration(names)) {
    const { file, member } = place;
    if (!flags.includes("--register")) {
      say(`When the suite passes, put into ${file}: ${place.import} and ${member} in the list.`);
      continue;
    }
    const path = join(root, file);
    writeFileSync(path, registered(readFileSync(path, "utf8"), place));
    say(
      `${file}: ${names.id} is registered; ./godown run node_modules/.bin/biome check --write ${file} puts the lines in order.`,
    );
  }
  say(`What is missing: make test TESTS=connectors/${folder}. The way on: docs/guides/adding-a-source.md`);
  return 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  process.exitCode = main(process.argv.slice(2), join(import.meta.dirname, ".."), (line) => console.log(line));
