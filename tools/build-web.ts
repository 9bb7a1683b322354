/**
 * Builds the screens into web/dist when their sources changed since the last build; otherwise it ends at once. The
 * `godown` script runs it before every command that serves them.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = join(import.meta.dirname, "..");
const STAMP = join(ROOT, "web", "dist", ".built-from");
/** What the build reads: the screens, their types of the API, and the versions of the libraries. */
const SOURCES = [
  "web/src",
  "web/index.html",
  "web/vite.config.ts",
  "web/public",
  "contract/generated",
  "docs/generated/coverage.md",
  "package-lock.json",
];

/** @returns whether something was built. @throws with the builder's output when it fails */
export function buildWeb(): boolean {
  const now = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === now) return false;
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  const built = spawnSync(process.execPath, [vite, "build", "web", "--logLevel", "warn"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (built.status !== 0) throw new Error(`The screens could not be built:\n${built.stdout}${built.stderr}`);
  writeFileSync(STAMP, now);
  return true;
}

/** Paths, sizes and times of change: reading every byte would cost each start more than it saves. */
function fingerprint(): string {
  const hash = createHash("sha256");
  for (const source of SOURCES) for (const file of filesOf(join(ROOT, source))) hash.update(file);
  return hash.digest("hex");
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  const { size, mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return [`${path} ${size} ${mtimeMs}\n`];
  return readdirSync(path)
    .toSorted()
    .flatMap((name) => filesOf(join(path, name)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href && buildWeb())
  process.stderr.write("godown: the screens were built.\n");
