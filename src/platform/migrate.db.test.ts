import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDatabase } from "../../tests/support/database.ts";
import { MigrationRefusal, migrate, missingMigrations } from "./migrate.ts";

const OURS = new URL("./migrations/", import.meta.url);

describe("migrating", () => {
  let connectionString: string;
  let drop: () => Promise<void>;
  let dir: string;
  let folder: URL;

  beforeEach(async () => {
    ({ connectionString, drop } = await createDatabase({ migrated: false }));
    dir = await mkdtemp(join(tmpdir(), "godown-migrations-"));
    await cp(OURS, dir, { recursive: true });
    folder = pathToFileURL(`${dir}/`);
  });
  afterEach(async () => {
    await drop();
    await rm(dir, { recursive: true });
  });

  async function query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  }

  it("applies every migration in order, and nothing the second time", async () => {
    const all = (await readdir(OURS)).filter((n) => n.endsWith(".sql")).sort();
    expect(await missingMigrations(connectionString)).toEqual(all);
    expect(await migrate(connectionString)).toEqual({ applied: all });
    expect(await migrate(connectionString)).toEqual({ applied: [] });
    expect(await missingMigrations(connectionString)).toEqual([]);
  });

  it("is done once when four processes start at the same moment", async () => {
    const results = await Promise.all([1, 2, 3, 4].map(() => migrate(connectionString)));
    const all = (await readdir(OURS)).filter((n) => n.endsWith(".sql"));
    expect(results.map((r) => r.applied.length).sort((a, b) => b - a)).toEqual([all.length, 0, 0, 0]);
  });

  it("is refused where an applied migration was edited, and changes nothing", async () => {
    await migrate(connectionString, { folder });
    await writeFile(join(dir, "0001-foundation.sql"), "select 1;");
    await writeFile(join(dir, "9999-new.sql"), "create table godown.new_thing (a int);");
    const attempt = migrate(connectionString, { folder });
    await expect(attempt).rejects.toThrow(MigrationRefusal);
    await expect(attempt).rejects.toThrow("0001-foundation.sql was applied to this database with another content");
    expect(await query("select to_regclass('godown.new_thing') as t")).toEqual([{ t: null }]);
  });

  it("is refused for a database of a newer version, before anything is touched", async () => {
    await migrate(connectionString);
    await query("insert into public.godown_migration values ('9000-future.sql', 'x')");
    await expect(migrate(connectionString)).rejects.toThrow("9000-future.sql, which this version does not know");
  });

  it("rolls a failing migration back whole and says which one", async () => {
    await writeFile(join(dir, "9998-good.sql"), "create table godown.kept (a int);");
    await writeFile(join(dir, "9999-bad.sql"), "create table godown.half (a int); select 1/0;");
    await expect(migrate(connectionString, { folder })).rejects.toThrow("9999-bad.sql failed and was rolled back");
    expect(
      await query("select to_regclass('godown.kept') is not null as kept, to_regclass('godown.half') as half"),
    ).toEqual([{ kept: true, half: null }]);
  });

  it("works for a login role that is no superuser, once an administrator has given it what the guide says", async () => {
    const role = `godown_owner_${process.pid}`;
    await query(`create role ${role} login password 'secret'`);
    try {
      await query(
        "do $$ begin create role godown_app nologin; exception when duplicate_object or unique_violation then null; end $$",
      );
      await query(`grant godown_app to ${role}`);
      await query(`do $$ begin execute format('alter database %I owner to ${role}', current_database()); end $$`);
      const url = new URL(connectionString);
      url.username = role;
      url.password = "secret";
      expect((await migrate(url.toString())).applied.length).toBeGreaterThan(0);
    } finally {
      await drop();
      const admin = await createDatabase({ migrated: false });
      const client = new pg.Client({ connectionString: admin.connectionString });
      await client.connect();
      await client.query(`drop role ${role}`);
      await client.end();
      await admin.drop();
    }
  });
});
