/**
 * Builds the screens into web/dist when their sources changed since the last build; otherwise it ends at once. The
 * `godown` script runs it before every command that serves them.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = join(import.meta.dirname, "..");
const DIST = join(ROOT, "web", "dist");
const STAMP = ".built-from";
/** Held by who builds: tests and servers that start together find one build, not the pieces of two. */
const LOCK = join(ROOT, "web", ".building");
/** Far longer than a build takes: a lock this old was left by a process that was killed. */
const BUILD_MAX_MS = 180_000;
const LOOK_EVERY_MS = 200;
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
  if (isBuiltFrom(now)) return false;
  takeLock();
  try {
    if (isBuiltFrom(now)) return false; // by whoever held the lock
    build(now);
    return true;
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

function isBuiltFrom(sources: string): boolean {
  const stamp = join(DIST, STAMP);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === sources;
}

/** Builds beside and swaps: what a server gives is always one whole build. */
function build(sources: string): void {
  const [fresh, old] = [`${DIST}.${process.pid}.new`, `${DIST}.${process.pid}.old`];
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  const built = spawnSync(
    process.execPath,
    [vite, "build", "web", "--outDir", fresh, "--emptyOutDir", "--logLevel", "warn"],
    { cwd: ROOT, encoding: "utf8" },
  );
  if (built.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Error(`The screens could not be built:\n${built.stdout}${built.stderr}`);
  }
  writeFileSync(join(fresh, STAMP), sources);
  if (existsSync(DIST)) renameSync(DIST, old);
  renameSync(fresh, DIST);
  rmSync(old, { recursive: true, force: true });
}

/** Making a directory succeeds for one process alone. @throws when it cannot be made for another reason */
function takeLock(): void {
  for (;;)
    try {
      mkdirSync(LOCK);
      return;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const held = statSync(LOCK, { throwIfNoEntry: false });
      if (!held) continue; // given up a moment ago
      if (Date.now() - held.mtimeMs > BUILD_MAX_MS) rmSync(LOCK, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
    }
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
