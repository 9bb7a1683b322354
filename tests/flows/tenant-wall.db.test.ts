import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TenantId } from "../../src/kernel/index.ts";
import { aTenant } from "../support/builders.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { fillEveryTable } from "../support/every-table.ts";

/** Tables that exist before a tenant is known. Each is walled in its own way, described beside its definition. */
const WITHOUT_TENANT = ["directory", "first_run", "login_attempt"];
/** Policies besides the wall, and why they are safe: schedules read the list of tenants, and nothing else. */
const OTHER_POLICIES = ["tenant.every_tenant_for_schedules"];
/** Functions that work with their owner's rights: the only ways past row security, each reviewed. */
const DEFINERS = ["enqueue_jobs", "failed_jobs", "forget_replaced_jobs", "queue_depth", "retry_failed_jobs"];

const WALL = "tenant_id = current_tenant";

interface WalledTable {
  readonly name: string;
  readonly enabled: boolean;
  readonly forced: boolean;
  readonly owner: string;
}

describe("the wall between tenants, in the catalogue of the database", () => {
  let t: TestDatabase;
  let walled: WalledTable[];
  beforeAll(async () => {
    t = await testDatabase();
    walled = await t.raw<WalledTable & pg.QueryResultRow>(`
      select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced, pg_get_userbyid(c.relowner) as owner
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
      where c.relnamespace = 'godown'::regnamespace and c.relkind in ('r', 'p') order by 1`);
  });
  afterAll(() => t.close());

  it("stands around every table, but for the documented ones", async () => {
    expect(walled.length).toBeGreaterThan(40);
    expect(walled.filter((w) => !w.enabled || !w.forced)).toEqual([]);
    const others = await t.raw<{ name: string }>(`
      select c.relname as name from pg_class c
      where c.relnamespace = 'godown'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
      order by 1`);
    expect(others.map((o) => o.name)).toEqual(WITHOUT_TENANT);
  });

  it("is one policy that lets only the transaction's tenant in and out", async () => {
    const policies = await t.raw<{
      relname: string;
      polname: string;
      using: string;
      check: string;
      everyone: boolean;
    }>(`
      select c.relname, p.polname, pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check,
        p.polcmd = '*' and p.polpermissive and p.polroles = '{0}' as everyone
      from pg_policy p join pg_class c on c.oid = p.polrelid where c.relname <> all ('{directory,first_run,login_attempt}')`);
    const walls = policies.filter((p) => p.polname === "tenant_wall");
    expect(walls.map((p) => p.relname).sort()).toEqual(walled.map((w) => w.name).sort());
    for (const wall of walls) {
      // Rendered with or without the schema's name and parentheses, as the server's version and the looker's path have it.
      const rendered = [wall.using, wall.check].map((e) => e.replaceAll(/[()]|godown\./g, ""));
      expect(rendered, wall.relname).toEqual([WALL, WALL]);
      expect(wall.everyone, wall.relname).toBe(true);
    }
    const rest = policies.filter((p) => p.polname !== "tenant_wall").map((p) => `${p.relname}.${p.polname}`);
    expect(rest).toEqual(OTHER_POLICIES);
  });

  it("is in every key: primary keys, unique keys and foreign keys start with tenant_id", async () => {
    const first = (array: string) =>
      `(select a.attname from pg_attribute a where a.attrelid = %s and a.attnum = (${array})[1])`;
    const unique = await t.raw<{ index: string; first: string }>(
      `
      select i.relname as index, (select a.attname from pg_attribute a where a.attrelid = x.indrelid and a.attnum = x.indkey[0]) as first
      from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
      where c.relname = any ($1) and c.relnamespace = 'godown'::regnamespace and x.indisunique`,
      [walled.map((w) => w.name)],
    );
    expect(unique.length).toBeGreaterThanOrEqual(walled.length);
    expect(unique.filter((u) => u.first !== "tenant_id")).toEqual([]);
    const foreign = await t.raw<{ name: string; here: string; there: string }>(
      `
      select c.conname as name, ${first("c.conkey").replace("%s", "c.conrelid")} as here, ${first("c.confkey").replace("%s", "c.confrelid")} as there
      from pg_constraint c join pg_class r on r.oid = c.conrelid
      where c.contype = 'f' and r.relname = any ($1) and r.relnamespace = 'godown'::regnamespace`,
      [walled.map((w) => w.name)],
    );
    expect(foreign.length).toBeGreaterThan(50);
    expect(foreign.filter((f) => f.here !== "tenant_id" || f.there !== "tenant_id")).toEqual([]);
    const keyless = await t.raw<{ name: string }>(
      `
      select c.relname as name from pg_class c where c.relname = any ($1) and c.relnamespace = 'godown'::regnamespace
        and not exists (select from pg_index x where x.indrelid = c.oid and x.indisunique)`,
      [walled.map((w) => w.name)],
    );
    expect(keyless).toEqual([]);
  });

  it("cannot be climbed by the application's role", async () => {
    const [role] = await t.raw(`
      select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
        exists (select from pg_auth_members m where m.member = r.oid) as member
      from pg_roles r where rolname = 'godown_app'`);
    expect(Object.values(role ?? { missing: true })).toEqual(Array.from({ length: 7 }, () => false));
    expect(walled.filter((w) => w.owner === "godown_app")).toEqual([]);
    const reach = await t.raw<{ thing: string }>(`
      select n.nspname || '.' || c.relname as thing from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('godown', 'pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
        and has_schema_privilege('godown_app', n.oid, 'usage')
        and has_table_privilege('godown_app', c.oid, 'select, insert, update, delete, truncate')`);
    expect(reach).toEqual([]);
    const truncatable = await t.raw(`
      select relname from pg_class where relnamespace = 'godown'::regnamespace and relkind in ('r', 'p')
        and has_table_privilege('godown_app', oid, 'truncate, trigger, references')`);
    expect(truncatable).toEqual([]);
    const definers = await t.raw<{ proname: string }>(`
      select proname from pg_proc where pronamespace = 'godown'::regnamespace and prosecdef order by 1`);
    expect(definers.map((d) => d.proname)).toEqual(DEFINERS);
  });
});

describe("the wall between tenants, tried with rows in every table", () => {
  let t: TestDatabase;
  let one: TenantId;
  let two: TenantId;
  let tables: string[];
  let client: pg.Client;
  beforeAll(async () => {
    t = await testDatabase();
    one = await aTenant(t.db);
    two = await aTenant(t.db);
    tables = await fillEveryTable(t.raw, [one, two]);
    client = new pg.Client({ connectionString: t.connectionString });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await t.close();
  });

  /** As the application works: its role, and the settings given. Always rolled back. */
  async function asApplication<T>(settings: Record<string, string>, work: () => Promise<T>): Promise<T> {
    await client.query("begin; set local role godown_app");
    try {
      for (const [name, value] of Object.entries(settings))
        await client.query("select set_config($1, $2, true)", [name, value]);
      return await work();
    } finally {
      await client.query("rollback");
    }
  }
  async function count(table: string, condition = "true"): Promise<number> {
    const { rows } = await client.query<{ n: string }>(`select count(*) as n from godown.${table} where ${condition}`);
    return Number(rows[0]?.n);
  }

  it("shows no rows where no tenant is set", async () => {
    await asApplication({}, async () => {
      for (const table of tables) expect([table, await count(table)]).toEqual([table, 0]);
      expect(await count("directory")).toBe(0);
    });
  });

  it("shows a tenant its own rows and nobody else's", async () => {
    await asApplication({ "godown.tenant_id": one }, async () => {
      for (const table of tables) {
        expect([table, await count(table)]).toEqual([table, 1]);
        expect([table, await count(table, `tenant_id <> '${one}'`)]).toEqual([table, 0]);
      }
    });
  });

  it("lets nobody change, remove or plant rows of another tenant", async () => {
    for (const table of tables)
      await asApplication({ "godown.tenant_id": one }, async () => {
        const foreign = `tenant_id = '${two}'`;
        expect((await client.query(`update godown.${table} set tenant_id = tenant_id where ${foreign}`)).rowCount).toBe(
          0,
        );
        expect((await client.query(`delete from godown.${table} where ${foreign}`)).rowCount).toBe(0);
        await expect(client.query(`update godown.${table} set tenant_id = '${two}'`)).rejects.toThrow(
          "row-level security",
        );
      });
  });

  it("shows schedules the list of tenants and nothing else", async () => {
    await asApplication({ "godown.scope": "schedules" }, async () => {
      for (const table of tables) expect([table, await count(table)]).toEqual([table, table === "tenant" ? 2 : 0]);
    });
  });

  it("shows a presented key its one row of the directory, and no way to list it", async () => {
    const key = "ab".repeat(32);
    await t.raw(
      "insert into godown.directory (kind, key_hash, owner_tenant, owner_row) values ('SESSION', decode($1, 'hex'), $2, $2), ('SESSION', decode($3, 'hex'), $2, $2)",
      [key, one, "cd".repeat(32)],
    );
    expect(await asApplication({ "godown.presented": key }, () => count("directory"))).toBe(1);
    expect(await asApplication({ "godown.tenant_id": two }, () => count("directory"))).toBe(0);
  });
});
