import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import type { TenantId } from "../../src/kernel/index.ts";
import { type Clock, type Ctx, type Services, systemCtx } from "../../src/platform/context.ts";
import { Db } from "../../src/platform/db.ts";
import { DirectoryDocumentStore } from "../../src/platform/document-store.ts";
import { createLog } from "../../src/platform/log.ts";
import { migrate } from "../../src/platform/migrate.ts";
import { Secret } from "../../src/platform/secret.ts";
import { Vault } from "../../src/platform/vault.ts";

/** A morning on which tests happen unless they say otherwise: Friday, 20 November 2026, 10:00 in India. */
export const TEST_MORNING = Temporal.Instant.from("2026-11-20T04:30:00Z");

/** A clock that stands still until it is moved. */
export class TestClock implements Clock {
  #now: Temporal.Instant;

  constructor(start: Temporal.Instant = TEST_MORNING) {
    this.#now = start;
  }

  now(): Temporal.Instant {
    return this.#now;
  }

  set(now: Temporal.Instant | string): void {
    this.#now = typeof now === "string" ? Temporal.Instant.from(now) : now;
  }

  /** @param by for example `{ minutes: 10 }`; days are 24 hours */
  advance(by: { days?: number; hours?: number; minutes?: number; seconds?: number }): void {
    const { days = 0, hours = 0, ...rest } = by;
    this.#now = this.#now.add({ ...rest, hours: hours + 24 * days });
  }
}

/** A database of a test file's own, with everything that a command needs. */
export interface TestDatabase {
  readonly db: Db;
  readonly services: Services;
  readonly clock: TestClock;
  /** A superuser's connection to the clone: for raw looks behind the walls. */
  readonly connectionString: string;
  /** Log lines (JSON) written so far. */
  readonly logLines: readonly string[];
  /** A context of a tenant; `now` is read from the clock at each call. */
  readonly ctx: (tenantId: TenantId, over?: Partial<Ctx>) => Ctx;
  /** Runs text as the superuser: for looking at the catalogue or planting damage. */
  readonly raw: <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;
  readonly close: () => Promise<void>;
}

const CONNECTIONS_MAX = 10;

/** Clones the migrated template into a database of its own. Close it in `afterAll`: that drops it. */
export async function testDatabase(): Promise<TestDatabase> {
  const { connectionString, drop } = await createDatabase({ migrated: true });
  const logLines: string[] = [];
  const log = createLog({ level: "info", name: "test", destination: { write: (line) => void logLines.push(line) } });
  const db = new Db({ connectionString, connectionsMax: CONNECTIONS_MAX, log, applicationName: "godown test" });
  const clock = new TestClock();
  const documentsDir = mkdtempSync(join(tmpdir(), "godown-documents-"));
  const services: Services = {
    db,
    log,
    vault: new Vault(new Secret("a key for tests, 32 characters long")),
    documents: new DirectoryDocumentStore(documentsDir),
    publicUrl: "http://godown.test",
    sourceUrls: new Map(),
    sourcePaths: new Map(),
    allowPrivateUrls: true,
    clock,
  };
  return {
    db,
    services,
    clock,
    connectionString,
    logLines,
    ctx: (tenantId, over = {}) => ({
      ...systemCtx(services, tenantId, "test", "test-request"),
      actor: { kind: "SYSTEM", id: null, name: "test" },
      ...over,
    }),
    raw: (text, values) => asAdmin(connectionString, async (client) => (await client.query(text, values)).rows),
    close: async () => {
      await db.close();
      await drop();
      rmSync(documentsDir, { recursive: true, force: true });
    },
  };
}

/** A database on the run's server, empty or migrated, and how to drop it again. */
export async function createDatabase(options: {
  migrated: boolean;
}): Promise<{ connectionString: string; drop: () => Promise<void> }> {
  const admin = adminConnectionString();
  const name = `godown_test_${randomBytes(6).toString("hex")}`;
  if (options.migrated) {
    const template = await ensureTemplate(admin);
    await asAdmin(admin, (client) => client.query(`create database ${name} template ${template}`));
  } else await asAdmin(admin, (client) => client.query(`create database ${name}`));
  return {
    connectionString: withDatabase(admin, name),
    drop: () =>
      asAdmin(admin, async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  };
}

/** Connection of a superuser on the run's server. Outside a run with a server (a tool, a REPL) the variable names one. */
export function adminConnectionString(): string {
  const provided = inject("adminConnectionString") ?? process.env.GODOWN_TEST_DATABASE_URL;
  if (provided === undefined)
    throw new Error("Tests of this kind need the run's PostgreSQL: name the file *.db.test.ts or *.flow.test.ts.");
  return provided;
}

let template: Promise<string> | undefined;

/** Migrates the template once per run and version: whoever is first does it, the others wait at the lock. */
function ensureTemplate(admin: string): Promise<string> {
  template ??= makeTemplate(admin);
  return template;
}

const TEMPLATE_LOCK = 4_671_121;

async function makeTemplate(admin: string): Promise<string> {
  const name = `godown_template_${await versionOfMigrations()}`;
  return asAdmin(admin, async (client) => {
    await client.query("select pg_advisory_lock($1)", [TEMPLATE_LOCK]);
    const { rows } = await client.query<{ ready: boolean }>(
      "select datistemplate as ready from pg_database where datname = $1",
      [name],
    );
    if (rows[0]?.ready) return name;
    await client.query(`drop database if exists ${name} with (force)`); // left half-made by a run that was killed
    await client.query(`create database ${name}`);
    await migrate(withDatabase(admin, name));
    await client.query(`alter database ${name} with is_template true`);
    return name;
  });
}

/** Changes whenever a migration or the job queue's version does, so that a server that lives longer never serves an old template. */
async function versionOfMigrations(): Promise<string> {
  const folder = new URL("../../src/platform/migrations/", import.meta.url);
  const hash = createHash("sha256");
  for (const name of (await readdir(folder)).filter((n) => n.endsWith(".sql")).sort())
    hash.update(name).update(await readFile(new URL(name, folder)));
  hash.update(await readFile(new URL("../../node_modules/graphile-worker/package.json", import.meta.url)));
  return hash.digest("hex").slice(0, 16);
}

function withDatabase(connectionString: string, name: string): string {
  const url = new URL(connectionString);
  url.pathname = `/${name}`;
  return url.toString();
}

async function asAdmin<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, application_name: "godown test admin" });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
