/**
 * Writes our own API as OpenAPI (contract/generated/godown-api.json) and as types for the web app (godown-api.ts), from
 * the routes as they are declared now. Run it after a route changes: `./godown run tools/openapi.ts`.
 * The generator of types lives in contract/generate, a package of its own: `npm install` there once.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openApi } from "../src/app/openapi.ts";

const contract = join(import.meta.dirname, "..", "contract");
const generator = join(contract, "generate", "node_modules", "openapi-typescript", "bin", "cli.js");
const target = join(contract, "generated", "godown-api");

const text = `${JSON.stringify(openApi(), null, 1)}\n`;
if (!existsSync(generator)) {
  console.error("The generator of types is not installed: run `npm install` in contract/generate once.");
  process.exit(1);
}
const scratch = mkdtempSync(join(tmpdir(), "godown-api-"));
try {
  const source = join(scratch, "godown-api.json");
  const made = join(scratch, "godown-api.ts");
  writeFileSync(source, text);
  // A member with a default may be left out by whoever sends it: without the flag the types would demand it.
  execFileSync(process.execPath, [generator, source, "-o", made, "--default-non-nullable=false"]);
  const hash = createHash("sha256").update(text).digest("hex");
  const header = `// Made by tools/openapi.ts from the routes; do not edit.\n// source-sha256: ${hash}\n`;
  writeFileSync(`${target}.json`, text);
  writeFileSync(`${target}.ts`, header + readFileSync(made, "utf8"));
  console.log(`${Object.keys(JSON.parse(text).paths).length} paths written`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
