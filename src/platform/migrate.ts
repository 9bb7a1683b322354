import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { runMigrations } from "graphile-worker";
import pg from "pg";

/** Migrating was refused: a database of a newer version, or a migration that changed after it was applied. */
export class MigrationRefusal extends Error {
  override readonly name = "MigrationRefusal";
}

const LOCK = 4_671_120; // any fixed number: one migrator at a time per database
const FOLDER = new URL("./migrations/", import.meta.url);

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

/**
 * Brings a database to this version: forward only, one migrator at a time, each migration in a transaction of its own.
 * @throws MigrationRefusal where the database knows a migration that this version does not, or one that has changed since.
 */
export async function migrate(connectionString: string): Promise<{ applied: string[] }> {
  const client = new pg.Client({ connectionString, application_name: "godown migrate" });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    await runMigrations({ connectionString, maxPoolSize: 2 });
    await client.query(
      "create table if not exists public.godown_migration (name text primary key, sha256 text not null, applied_at timestamptz not null default now())",
    );
    const known = await readMigrations();
    const done = new Map(
      (
        await client.query<{ name: string; sha256: string }>("select name, sha256 from public.godown_migration")
      ).rows.map((r) => [r.name, r.sha256]),
    );
    refuseStrangers(known, done);
    const applied: string[] = [];
    for (const migration of known.filter((m) => !done.has(m.name))) {
      await apply(client, migration);
      applied.push(migration.name);
    }
    return { applied };
  } finally {
    await client.end(); // also gives the lock back
  }
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, FOLDER), "utf8");
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
