import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive, startMarkOf } from "./processes.ts";
import { type Target, withClient } from "./server.ts";

/** Which handle, in which process, stops and restarts the server of a cluster. */
export interface Owner {
  readonly handle: string;
  readonly pid: number;
  readonly startMark: string;
}

const OWNER_FILE = "owner.json";
/** Any fixed number: the lock is taken in our own server only, while the owner file is read and written. */
const OWNER_LOCK = 4_715_001;

export function readOwner(place: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(place, OWNER_FILE), "utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    if (!("handle" in value && "pid" in value && "startMark" in value)) return undefined;
    return { handle: String(value.handle), pid: Number(value.pid), startMark: String(value.startMark) };
  } catch {
    return undefined; // none, or one cut short by a power failure: nobody owns the server
  }
}

/** Whether the process that wrote the file still runs; a later process with its number is another one. */
export function isOwnerAlive(owner: Owner): boolean {
  return isAlive(owner.pid) && startMarkOf(owner.pid) === owner.startMark;
}

/**
 * Takes the server on if nobody living owns it: the first who asks becomes the owner, and the owner alone stops it.
 * @returns whether this handle is the owner now
 */
export function claim(target: Target, port: number, handle: string): Promise<boolean> {
  return withClient(target, port, async (client) => {
    await client.query("select pg_advisory_lock($1)", [OWNER_LOCK]); // released with the connection
    const owner = readOwner(target.place);
    if (owner && owner.handle !== handle && isOwnerAlive(owner)) return false;
    const mine: Owner = { handle, pid: process.pid, startMark: startMarkOf(process.pid) ?? "" };
    const file = join(target.place, OWNER_FILE);
    writeFileSync(`${file}.${handle}`, JSON.stringify(mine));
    renameSync(`${file}.${handle}`, file);
    return true;
  });
}

/** Says that the server is about to be stopped on purpose: other processes then do not start it again. */
export function disclaim(place: string): void {
  rmSync(join(place, OWNER_FILE), { force: true });
}
