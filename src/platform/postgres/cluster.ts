import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { chmod, chown, lstat, mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Account } from "./account.ts";
import { type Binaries, POSTGRES_MAJOR, SERVER_ENV } from "./binaries.ts";
import { codeOf, PostgresRefusal, wordsOf } from "./refusal.ts";

/** Superuser of the cluster and owner of the database. */
export const OWNER_ROLE = "godown";
export const DATABASE = "godown";
const PASSWORD_FILE = "godown.password";

const UNFINISHED_AFTER_MS = 3_600_000;

const run = promisify(execFile);

/**
 * Looks at a cluster without changing it.
 * @returns "absent" when it may be made, "present" when it looks whole and of our version
 * @throws PostgresRefusal for a damaged one, another major version, or a directory with something else in it
 */
export async function inspectCluster(clusterDir: string): Promise<"absent" | "present"> {
  let names: string[];
  try {
    names = await readdir(clusterDir);
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return "absent";
    throw new PostgresRefusal(
      "DATA_DIR_NOT_OURS",
      `The data directory ${clusterDir} cannot be read: ${wordsOf(cause)}. Run Godown as its owner.`,
      { cause },
    );
  }
  if (names.length === 0) return "absent";

  const version = await readFile(join(clusterDir, "PG_VERSION"), "utf8").catch(() => undefined);
  const missing = ["PG_VERSION", "base", "global", "pg_wal"].filter((name) => !names.includes(name));
  if (missing.length > 0 || version === undefined || !/^\d+$/.test(version.trim())) {
    const looksLikeOne = missing.length < 4;
    if (!looksLikeOne) {
      throw new PostgresRefusal(
        "DATA_DIR_NOT_OURS",
        `${clusterDir} is not empty and holds no PostgreSQL database (it has ${names.slice(0, 3).join(", ")}). ` +
          "Nothing was changed. Choose another data directory with GODOWN_DATA_DIR, or move these files away.",
      );
    }
    throw damaged(clusterDir, missing.length > 0 ? `${missing.join(", ")} is missing` : "PG_VERSION is unreadable");
  }
  const major = Number(version.trim());
  if (major !== POSTGRES_MAJOR) throw otherVersion(clusterDir, major);
  const control = await lstat(join(clusterDir, "global", "pg_control")).catch(() => undefined);
  if (!control || control.size === 0) throw damaged(clusterDir, "global/pg_control is missing or empty");
  return "present";
}

export function damaged(clusterDir: string, what: string): PostgresRefusal {
  return new PostgresRefusal(
    "DATA_DIR_DAMAGED",
    `The database in ${clusterDir} is damaged: ${what}. Nothing was changed. Copy the directory aside before any ` +
      "attempt at repair, then restore a backup (./godown restore) into a new data directory.",
  );
}

function otherVersion(clusterDir: string, major: number): PostgresRefusal {
  const newer = major > POSTGRES_MAJOR;
  return new PostgresRefusal(
    newer ? "DATA_DIR_NEWER" : "DATA_DIR_OLDER",
    `The database in ${clusterDir} was made by PostgreSQL ${major}; this Godown carries ${POSTGRES_MAJOR} and cannot ` +
      `read it. Nothing was changed. ${
        newer
          ? `Use the newer Godown that made it, or run PostgreSQL ${major} yourself on it and set DATABASE_URL.`
          : `Run PostgreSQL ${major} yourself on it and set DATABASE_URL, or back it up with the Godown that made it ` +
            "and restore into a new data directory."
      }`,
  );
}

/**
 * Makes a new cluster with a random password for its owner. It is made beside its destination and renamed when it is
 * whole: a run killed in the middle leaves nothing that looks like a database, and of two processes one wins.
 */
export async function createCluster(options: {
  readonly clusterDir: string;
  readonly binaries: Binaries;
  readonly account: Account;
  readonly durable: boolean;
}): Promise<void> {
  const { clusterDir, binaries, account, durable } = options;
  await removeUnfinished(clusterDir);
  const staging = `${clusterDir}.new-${randomUUID()}`;
  const passwordFile = `${staging}.password`;
  try {
    await mkdir(staging, { mode: 0o700 });
    await writeFile(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600, flush: durable });
    if (account.spawnAs.uid !== undefined) {
      await chown(staging, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
    const args = ["-D", staging, "-U", OWNER_ROLE, "--auth=scram-sha-256", `--pwfile=${passwordFile}`, ...locale];
    if (!durable) args.push("--no-sync");
    await run(binaries.initdb, args, { ...account.spawnAs, cwd: "/", env: SERVER_ENV, timeout: 120_000 });
    await rename(passwordFile, join(staging, PASSWORD_FILE));
    if (durable) await syncDirectory(staging);
    await rename(staging, clusterDir).catch((error: unknown) => {
      if (codeOf(error) !== "ENOTEMPTY" && codeOf(error) !== "EEXIST") throw error; // another process was first; its cluster is used
    });
    if (durable) await syncDirectory(dirname(clusterDir));
  } catch (cause) {
    const stderr = typeof cause === "object" && cause !== null && "stderr" in cause ? String(cause.stderr).trim() : "";
    throw new PostgresRefusal(
      "SERVER_DID_NOT_START",
      `A new database could not be made in ${clusterDir}: ${stderr || wordsOf(cause)}. Look at free disk space and ` +
        "at the permissions of that directory.",
      { cause },
    );
  } finally {
    await rm(staging, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

/** What runs killed while making a cluster left behind; an hour old, since one may be under way in another process. */
async function removeUnfinished(clusterDir: string): Promise<void> {
  const parent = dirname(clusterDir);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(clusterDir)}.new-`)) continue;
    const path = join(parent, name);
    const { mtimeMs } = await lstat(path);
    if (Date.now() - mtimeMs > UNFINISHED_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}

/** A rename is durable only when the directory that holds the name has been flushed. */
async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Puts owner and mode right: a copy made by root (cp, tar) belongs to root, and the server refuses that, as it refuses
 * a directory that others may enter.
 */
export async function ownCluster(clusterDir: string, account: Account): Promise<void> {
  const { uid, mode } = await lstat(clusterDir);
  if ((mode & 0o777) !== 0o700 && (mode & 0o777) !== 0o750) await chmod(clusterDir, 0o700);
  if (account.spawnAs.uid === undefined || uid !== 0) return;
  for (const entry of await readdir(clusterDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chown(join(entry.parentPath, entry.name), account.uid, account.gid);
  }
  await chown(clusterDir, account.uid, account.gid);
}

export async function readPassword(clusterDir: string): Promise<string> {
  const file = join(clusterDir, PASSWORD_FILE);
  try {
    const password = (await readFile(file, "utf8")).trim();
    if (password !== "") return password;
    throw new Error("it is empty");
  } catch (cause) {
    throw new PostgresRefusal(
      "PASSWORD_MISSING",
      `The password of the database in ${clusterDir} cannot be read from ${file}: ${wordsOf(cause)}. Put the file ` +
        "back from a copy (it is made once, with the database), or run Godown as the account that owns it.",
      { cause },
    );
  }
}
