import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf, PostgresRefusal } from "./refusal.ts";

/** Whom the server runs as. `spawnAs` is empty when that is simply us. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly spawnAs: { readonly uid?: number; readonly gid?: number };
}

/** Accounts tried in this order when we are root: one made for us, the usual one of PostgreSQL, the one that is everywhere. */
const ACCOUNT_NAMES = ["godown", "postgres", "nobody"] as const;

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Reads name, uid and gid of the accounts in a passwd file (`name:x:uid:gid:…` a line). */
export function parsePasswd(text: string): PasswdEntry[] {
  const entries: PasswdEntry[] = [];
  for (const line of text.split("\n")) {
    const [name, , uidText, gidText] = line.split(":");
    if (!name || name.startsWith("#") || !uidText || !gidText) continue;
    const uid = Number(uidText);
    const gid = Number(gidText);
    // macOS lists nobody as -2; the kernel takes the unsigned form.
    if (Number.isInteger(uid) && Number.isInteger(gid)) entries.push({ name, uid: uid >>> 0, gid: gid >>> 0 });
  }
  return entries;
}

/**
 * Chooses the account for the server. An ordinary user runs it as himself. PostgreSQL refuses to run as root, so
 * root hands it to an unprivileged account: the owner of an existing cluster (changing the owner between runs would
 * lock the data away), else the first of godown, postgres, nobody.
 * @param clusterOwnerUid owner of an existing cluster, if there is one
 */
export function chooseAccount(clusterOwnerUid: number | undefined, passwdFile = "/etc/passwd"): Account {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid !== 0) return { name: `uid ${uid}`, uid, gid, spawnAs: {} };

  const entries = parsePasswd(readPasswd(passwdFile));
  const chosen =
    clusterOwnerUid !== undefined && clusterOwnerUid !== 0
      ? entries.find((entry) => entry.uid === clusterOwnerUid)
      : ACCOUNT_NAMES.map((name) => entries.find((entry) => entry.name === name && entry.uid !== 0)).find(Boolean);
  if (chosen) return { ...chosen, spawnAs: { uid: chosen.uid, gid: chosen.gid } };

  const wanted =
    clusterOwnerUid !== undefined && clusterOwnerUid !== 0
      ? `the data directory belongs to uid ${clusterOwnerUid}, which has no entry in ${passwdFile}`
      : `none of the accounts ${ACCOUNT_NAMES.join(", ")} exists in ${passwdFile}`;
  throw new PostgresRefusal(
    "NO_ACCOUNT",
    `PostgreSQL refuses to run as root, and ${wanted}. Make an account for it (useradd --system godown), ` +
      "start Godown as an ordinary user, or set DATABASE_URL to a PostgreSQL server of your own.",
  );
}

function readPasswd(passwdFile: string): string {
  try {
    return readFileSync(passwdFile, "utf8");
  } catch {
    return ""; // no passwd file (a bare container) is the same as no account: the caller says so in words
  }
}

/**
 * Directories from `/` down to `path` that the account may not enter. Decides by permission bits, which is what the
 * kernel does for an account without capabilities; what bits cannot tell (mount options) shows when the server is run.
 */
export function closedDirectories(path: string, account: Pick<Account, "uid" | "gid">): string[] {
  const closed: string[] = [];
  for (let dir = path, parent = dirname(path); ; dir = parent, parent = dirname(dir)) {
    try {
      const { uid, gid, mode } = statSync(dir);
      const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
      if (((mode >> shift) & 1) === 0) closed.unshift(dir);
    } catch (error) {
      // EACCES: we ourselves cannot look inside, so neither can the server; a missing directory is made later.
      if (codeOf(error) === "EACCES") closed.unshift(dir);
    }
    if (parent === dir) return closed;
  }
}
