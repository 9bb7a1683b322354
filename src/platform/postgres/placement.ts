import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Account, chooseAccount, closedDirectories } from "./account.ts";
import { codeOf, PostgresRefusal, wordsOf } from "./refusal.ts";

/** Where one embedded server lives. */
export interface Placement {
  /** Holds everything below, and the copy of the binaries where one is needed. */
  readonly place: string;
  /** PostgreSQL's own data directory. */
  readonly clusterDir: string;
  readonly account: Account;
}

/** Written into a data directory that the server cannot reach: names the directory where the data is instead. */
export const POINTER_FILE = "data-is-elsewhere.txt";

/** For root, when the data directory lies below a private home. Survives restarts, which the temporary directory may not. */
export const SYSTEM_PLACE = "/var/lib/godown";

/**
 * Decides where the cluster lives and who runs it; makes the directories around it, never the cluster itself.
 * A cluster that exists is never left behind for a new empty one: if it cannot be reached any more, that is refused.
 */
export function choosePlacement(dataDir: string, systemPlace = SYSTEM_PLACE): Placement {
  const asked = resolve(dataDir);
  makeDirectories(asked);
  const pointedTo = readPointer(asked);
  const place = pointedTo ?? asked;
  const clusterDir = join(place, "cluster");
  const ownerUid = ownerOf(clusterDir);
  const account = chooseAccount(ownerUid);

  if (ownerUid !== undefined && account.spawnAs.uid === undefined && ownerUid !== account.uid) {
    throw new PostgresRefusal(
      "DATA_DIR_NOT_OURS",
      `The database in ${clusterDir} belongs to uid ${ownerUid}, and this process is uid ${account.uid}. Run Godown ` +
        "as the account that made it (or as root), or choose another data directory with GODOWN_DATA_DIR.",
    );
  }
  const closed = closedDirectories(place, account);
  if (closed.length === 0) return { place, clusterDir, account };

  if (ownerUid !== undefined || pointedTo !== undefined || account.spawnAs.uid === undefined) {
    throw new PostgresRefusal(
      "DATA_DIR_UNREACHABLE",
      `The database in ${clusterDir} is run by ${account.name} (uid ${account.uid}), which may not enter ` +
        `${closed.join(", ")}. Allow it (chmod o+x ${closed.join(" ")}) and start again; nothing was changed.`,
    );
  }
  return placeElsewhere(asked, closed, account, systemPlace);
}

function placeElsewhere(asked: string, closed: readonly string[], account: Account, systemPlace: string): Placement {
  // The path tells a person whose data it is; the rest makes it new: who deleted the data directory, and with it the
  // pointer, wants to begin anew and must not meet the old data again.
  const key = createHash("sha256").update(realpathSync(asked)).digest("hex").slice(0, 12);
  const place = join(systemPlace, `${key}-${randomBytes(4).toString("hex")}`);
  const draft = join(asked, `${POINTER_FILE}.${basename(place)}`);
  try {
    makeDirectories(place);
    const stillClosed = closedDirectories(place, account);
    if (stillClosed.length > 0) throw new Error(`${account.name} may not enter ${stillClosed.join(", ")}`);
    // Two processes may be here at once: the pointer that is written first holds for both.
    writeFileSync(draft, `${place}\n`, { mode: 0o644 });
    linkSync(draft, join(asked, POINTER_FILE)); // appears whole, or fails with EEXIST
  } catch (cause) {
    const first = codeOf(cause) === "EEXIST" ? readPointer(asked) : undefined;
    if (first !== undefined) {
      rmdirSync(place); // ours, and empty
      return { place: first, clusterDir: join(first, "cluster"), account };
    }
    throw new PostgresRefusal(
      "DATA_DIR_UNREACHABLE",
      `The database cannot be placed in ${asked}: it is run by ${account.name} (uid ${account.uid}), which may not ` +
        `enter ${closed.join(", ")}; nor in ${place}: ${wordsOf(cause)}. Allow the first (chmod o+x ` +
        `${closed.join(" ")}), or choose another data directory with GODOWN_DATA_DIR, for example /srv/godown.`,
      { cause },
    );
  } finally {
    rmSync(draft, { force: true });
  }
  return { place, clusterDir: join(place, "cluster"), account };
}

/** Directories that we make can be passed through by the server's account; those that exist are left as they are. */
function makeDirectories(dir: string): void {
  if (existsSync(dir)) return;
  makeDirectories(dirname(dir));
  try {
    mkdirSync(dir);
    chmodSync(dir, 0o755); // whatever the umask says; the cluster inside is 0700
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return;
    throw new PostgresRefusal(
      "DATA_DIR_UNREACHABLE",
      `The data directory ${dir} cannot be made: ${wordsOf(cause)}. Make its parent writable for this account, or ` +
        "choose another one with GODOWN_DATA_DIR.",
      { cause },
    );
  }
}

function readPointer(asked: string): string | undefined {
  try {
    return readFileSync(join(asked, POINTER_FILE), "utf8").trim() || undefined;
  } catch {
    return undefined; // no pointer: the data is here
  }
}

/** Owner of the cluster directory; undefined when there is none (an unreadable parent counts as none, see closedDirectories). */
function ownerOf(clusterDir: string): number | undefined {
  try {
    return lstatSync(clusterDir).uid;
  } catch {
    return undefined;
  }
}
