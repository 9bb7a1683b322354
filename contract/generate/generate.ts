/** Writes `generated/<contract>.ts` beside every `*.openapi.yaml` of `contract/`, of each source's `connectors/<source>/contract/`
 *  and of the folder that new sources are begun from.
 *
 *  A source with models of its own has its contract file made from them first (`from-models.ts`).
 *  Run by hand after a contract file changes: `npm install` here once, then `./godown run contract/generate/generate.ts`, with a
 *  name behind it for one of them.
 *  The generator is started as a program, not imported: it needs TypeScript 5, the project is checked with 7. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contractFromModels } from "./from-models.ts";

const here = import.meta.dirname;
const contracts = join(here, "..");
const generator = join(here, "node_modules", "openapi-typescript", "bin", "cli.js");

const sources = join(contracts, "..", "connectors");
for (const source of readdirSync(sources)) contractFromModels(join(sources, source, "contract"), source);
// What tools/new-connector copies into a new folder is made like the others.
const starter = join(contracts, "..", "tools", "new-connector", "own-api", "contract");
const folders = [contracts, starter, ...readdirSync(sources).map((source) => join(sources, source, "contract"))].filter(
  (folder) => existsSync(folder),
);

const wanted = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), "godown-contract-"));
try {
  for (const folder of folders)
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".openapi.yaml"))) {
      const name = file.replace(/\.openapi\.yaml$/, "");
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      const made = join(scratch, `${name}.ts`);
      // Without the flag a member with a `default` becomes required in the types, which no contract means.
      execFileSync(process.execPath, [generator, join(folder, file), "-o", made, "--default-non-nullable=false"]);
      const hash = createHash("sha256")
        .update(readFileSync(join(folder, file)))
        .digest("hex");
      const header = `// Made by contract/generate from ${file}; change that file and run the generator again.\n// source-sha256: ${hash}\n`;
      mkdirSync(join(folder, "generated"), { recursive: true });
      writeFileSync(join(folder, "generated", `${name}.ts`), header + readFileSync(made, "utf8"));
    }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
