import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { Logger, runMigrations } from "graphile-worker";
import pg from "pg";

/** Migrating was refused: a database of a newer version, a migration that changed after it was applied, or a stuck neighbour. */
export class MigrationRefusal extends Error {
  override readonly name = "MigrationRefusal";
}

const LOCK = 4_671_120; // any fixed number: one migrator at a time per database
const LOCK_WAIT_MAX = "10min"; // a neighbour that migrates for longer is a matter for a person
const VERSION_MIN = 15;
const FOLDER = new URL("./migrations/", import.meta.url);

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

/**
 * Brings a database to this version: forward only, one migrator at a time, each migration in a transaction of its own.
 * @throws MigrationRefusal where the database knows a migration that this version does not, or one that has changed since;
 * where its server is older than PostgreSQL 15; or where another process has been migrating for ten minutes.
 */
export async function migrate(
  connectionString: string,
  options: { folder?: URL } = {},
): Promise<{ applied: string[] }> {
  const known = await readMigrations(options.folder ?? FOLDER);
  const lock = await connect(connectionString);
  try {
    await refuseOldServer(lock);
    // A lock of a transaction, not of the session: it also holds through a pooler that shares connections between transactions.
    await takeLock(lock);
    const client = await connect(connectionString);
    try {
      return { applied: await applyMissing(client, connectionString, known) };
    } finally {
      await client.end();
    }
  } finally {
    await lock.end(); // ends its transaction and gives the lock back
  }
}

/** What stands between the database and this version: names not applied yet. Changes nothing. */
export async function missingMigrations(connectionString: string): Promise<string[]> {
  const client = await connect(connectionString);
  try {
    const done = await readApplied(client);
    return (await readMigrations(FOLDER)).map((m) => m.name).filter((name) => !done.has(name));
  } finally {
    await client.end();
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: "godown migrate" });
  await client.connect();
  return client;
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string; number: string }>(
    "select current_setting('server_version') as version, current_setting('server_version_num') as number",
  );
  const { version = "", number = "0" } = rows[0] ?? {};
  if (Number(number) < VERSION_MIN * 10_000)
    throw new MigrationRefusal(
      `The database server is PostgreSQL ${version}; Godown needs ${VERSION_MIN} or newer. Nothing was changed.`,
    );
}

async function takeLock(client: pg.Client): Promise<void> {
  await client.query(`begin; set local lock_timeout = '${LOCK_WAIT_MAX}'`);
  try {
    await client.query("select pg_advisory_xact_lock($1)", [LOCK]);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === "55P03")
      throw new MigrationRefusal(
        `Another process has been migrating this database for ${LOCK_WAIT_MAX}. Look at it (application name "godown migrate"); nothing was changed.`,
      );
    throw error;
  }
}

async function applyMissing(
  client: pg.Client,
  connectionString: string,
  known: readonly Migration[],
): Promise<string[]> {
  const done = await readApplied(client);
  refuseStrangers(known, done);
  await runMigrations({ connectionString, maxPoolSize: 2, logger: QUIET });
  await client.query(
    "create table if not exists public.godown_migration (name text primary key, sha256 text not null, applied_at timestamptz not null default now())",
  );
  const applied: string[] = [];
  for (const migration of known.filter((m) => !done.has(m.name))) {
    await apply(client, migration);
    applied.push(migration.name);
  }
  return applied;
}

/** Digest by name of what was applied. Empty for a database that was never migrated. */
async function readApplied(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows: exists } = await client.query<{ there: boolean }>(
    "select to_regclass('public.godown_migration') is not null as there",
  );
  if (!exists[0]?.there) return new Map();
  const { rows } = await client.query<{ name: string; sha256: string }>(
    "select name, sha256 from public.godown_migration",
  );
  return new Map(rows.map((r) => [r.name, r.sha256]));
}

async function readMigrations(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), "utf8");
      return { name, text, sha256: createHash("sha256").update(text).digest("hex") };
    }),
  );
}

function refuseStrangers(known: readonly Migration[], done: ReadonlyMap<string, string>): void {
  const stranger = [...done.keys()].find((name) => !known.some((m) => m.name === name));
  if (stranger !== undefined)
    throw new MigrationRefusal(
      `The database was migrated by a newer version of Godown (it has ${stranger}, which this version does not know). Start the newer version; nothing was changed.`,
    );
  const changed = known.find((m) => done.has(m.name) && done.get(m.name) !== m.sha256);
  if (changed !== undefined)
    throw new MigrationRefusal(
      `The migration ${changed.name} was applied to this database with another content. Migrations are never edited: put ${changed.name} back and add a new one; nothing was changed.`,
    );
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query("begin");
    await client.query(migration.text);
    await client.query("insert into public.godown_migration (name, sha256) values ($1, $2)", [
      migration.name,
      migration.sha256,
    ]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw new Error(
      `The migration ${migration.name} failed and was rolled back: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** The queue's library reports each of its own migrations; what counts is whether `runMigrations` throws. */
const QUIET = new Logger(() => () => undefined);
