import { createHash } from "node:crypto";
import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from "kysely";
import pg from "pg";
import { assert, isUuid, type TenantId } from "../kernel/index.ts";
import type { Log } from "./log.ts";

export { sql };

/** A query inside a transaction. Every value becomes a parameter; the text is prepared once per connection. */
export interface Tx {
  readonly tenantId: TenantId;
  readonly run: <Row>(query: RawBuilder<Row>) => Promise<Row[]>;
  /** The one row, or undefined. More than one is a bug. */
  readonly first: <Row>(query: RawBuilder<Row>) => Promise<Row | undefined>;
  /** The one row; its absence is a bug. */
  readonly one: <Row>(query: RawBuilder<Row>) => Promise<Row>;
  /** Rows written or deleted. */
  readonly count: (query: RawBuilder<unknown>) => Promise<number>;
}

/** Whose rows a transaction may see. */
type Scope =
  | { readonly tenantId: TenantId; readonly presented?: never; readonly schedules?: never }
  | { readonly presented: Buffer; readonly tenantId?: never; readonly schedules?: never }
  | { readonly schedules: true; readonly tenantId?: never; readonly presented?: never };

const NO_TENANT = "00000000-0000-0000-0000-000000000000" as TenantId;
const TRIES_MAX = 4; // a deadlock or a serialization failure is tried again this often
const PREPARED_MAX = 800; // texts that get a name (a prepared statement on each connection); later ones go unnamed
const CONNECT_WAIT_MAX_MS = 8_000; // how long a caller waits for a server that is restarting

/**
 * The database as the application sees it: transactions of one tenant, as a role that row security binds.
 * A transaction whose work returns a refusal (`ok: false`) or throws is rolled back whole.
 */
export class Db {
  readonly #pool: pg.Pool;
  readonly #names = new Map<string, string>();

  constructor(options: { connectionString: string; connectionsMax: number; log: Log; applicationName?: string }) {
    this.#pool = new pg.Pool({
      connectionString: options.connectionString,
      max: options.connectionsMax,
      idleTimeoutMillis: 30_000,
      connectionTimeoutMillis: CONNECT_WAIT_MAX_MS,
      application_name: options.applicationName ?? "godown",
      types: { getTypeParser },
    });
    // An idle connection that breaks (server restarted) is replaced by the pool; without a listener it would end the process.
    this.#pool.on("error", (error) => options.log.warn({ err: error }, "an idle database connection broke"));
  }

  /** Runs `work` in one transaction of a tenant. Deadlocks are tried again, so `work` has no effect outside the database. */
  transaction<T>(tenantId: TenantId, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transact({ tenantId }, "begin", work);
  }

  /** Like `transaction`, for reads alone: the database refuses writes. */
  read<T>(tenantId: TenantId, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transact({ tenantId }, "begin read only", work);
  }

  /** Reads what a presented token, user name or code may see (`directory`), before a tenant is known. */
  presenting<T>(keyHash: Buffer, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transact({ presented: keyHash }, "begin read only", work);
  }

  /** The tenants, for schedules that run for each. */
  async tenants(): Promise<{ tenantId: TenantId; code: string; live: boolean }[]> {
    return this.#transact({ schedules: true }, "begin read only", (tx) =>
      tx.run(sql<{ tenantId: TenantId; code: string; live: boolean }>`
        select tenant_id as "tenantId", code, live from godown.tenant order by code`),
    );
  }

  /** Is the server there? */
  async ping(): Promise<void> {
    await this.#pool.query("select 1");
  }

  get waiting(): number {
    return this.#pool.waitingCount;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #transact<T>(scope: Scope, begin: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const client = await this.#connect();
      try {
        await client.query(`${begin}; set local role godown_app; ${settings(scope)}`);
        const value = await work(this.#tx(client, scope.tenantId ?? NO_TENANT));
        await client.query(isRefusal(value) ? "rollback" : "commit");
        client.release();
        return value;
      } catch (error) {
        await giveBack(client, error);
        if (!isRetriable(error) || attempt >= TRIES_MAX) throw error;
      }
    }
  }

  /** A server that restarts is back within seconds: wait for it with a limit instead of failing every caller at once. */
  async #connect(): Promise<pg.PoolClient> {
    const endAt = performance.now() + CONNECT_WAIT_MAX_MS;
    for (;;) {
      try {
        return await this.#pool.connect();
      } catch (error) {
        if (!isServerAway(error) || performance.now() > endAt) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  #tx(client: pg.PoolClient, tenantId: TenantId): Tx {
    const execute = async (query: RawBuilder<unknown>) => {
      const compiled = query.compile(compiler);
      return client.query(this.#config(compiled));
    };
    // The rows are what the query's text says; the type beside the text is the one place where that is claimed.
    const run = async <Row>(query: RawBuilder<Row>) => (await execute(query)).rows as Row[];
    return {
      tenantId,
      run,
      first: async (query) => {
        const rows = await run(query);
        assert(rows.length <= 1, "a query for one row finds at most one");
        return rows[0];
      },
      one: async (query) => {
        const rows = await run(query);
        const row = rows[0];
        assert(rows.length === 1 && row !== undefined, "a query for one row finds it");
        return row;
      },
      count: async (query) => (await execute(query)).rowCount ?? 0,
    };
  }

  #config(compiled: CompiledQuery): pg.QueryConfig {
    const values = compiled.parameters.map(toWire);
    let name = this.#names.get(compiled.sql);
    if (name === undefined && this.#names.size < PREPARED_MAX) {
      name = createHash("sha1").update(compiled.sql).digest("base64url");
      this.#names.set(compiled.sql, name);
    }
    return name === undefined ? { text: compiled.sql, values } : { name, text: compiled.sql, values };
  }
}

/** A value as jsonb parameter: for `jsonb_to_recordset` and columns of type jsonb. */
export function json(value: unknown): RawBuilder<unknown> {
  return sql`${JSON.stringify(value)}::jsonb`;
}

/** Composes optional conditions: `where ${all([a, b])}`; with none it is true. */
export function all(conditions: readonly (RawBuilder<unknown> | undefined)[]): RawBuilder<unknown> {
  const given = conditions.filter((c) => c !== undefined);
  return given.length === 0 ? sql`true` : sql.join(given, sql` and `);
}

const compiler = new Kysely<Record<string, never>>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** The settings of a transaction, as text: they go in one round trip with BEGIN. Only checked hexadecimal ever gets in. */
function settings(scope: Scope): string {
  if (scope.schedules) return "set local godown.scope = 'schedules'";
  if (scope.presented) return `set local godown.presented = '${scope.presented.toString("hex")}'`;
  assert(isUuid(scope.tenantId), "a tenant id is a UUID");
  return `set local godown.tenant_id = '${scope.tenantId}'`;
}

async function giveBack(client: pg.PoolClient, cause: unknown): Promise<void> {
  try {
    await client.query("rollback");
    client.release();
  } catch {
    // The connection itself is broken: the pool must not hand it out again. The cause is what the caller learns.
    client.release(cause instanceof Error ? cause : true);
  }
}

function isRefusal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "ok" in value && value.ok === false;
}

function code(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function isRetriable(error: unknown): boolean {
  const sqlState = code(error);
  return sqlState === "40001" || sqlState === "40P01";
}

/** Refused, starting up (57P03), shutting down (57P01): a server that is coming back, not a mistake in the address. */
export function isServerAway(error: unknown): boolean {
  return ["ECONNREFUSED", "ECONNRESET", "EPIPE", "57P01", "57P02", "57P03"].includes(code(error) ?? "");
}

/** The name of the violated constraint when `error` is one, so that a race lost to a unique key can become a refusal. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!["23505", "23503", "23514", "23P01"].includes(code(error) ?? "")) return undefined;
  return error instanceof Error && "constraint" in error && typeof error.constraint === "string"
    ? error.constraint
    : undefined;
}

function toWire(value: unknown): unknown {
  if (value instanceof Temporal.Instant || value instanceof Temporal.PlainDate) return value.toString();
  if (Array.isArray(value)) return value.map(toWire);
  return value;
}

function getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  if (format === "binary") return pg.types.getTypeParser(oid, "binary") as (value: string) => unknown;
  if (oid === 20) return parseBigint;
  if (oid === 1184) return (text) => Temporal.Instant.from(text);
  if (oid === 1082) return (text) => Temporal.PlainDate.from(text);
  return pg.types.getTypeParser(oid, "text");
}

/** bigint columns hold paise, counts and sequence numbers: all within 2^53, or something is very wrong. */
function parseBigint(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), `a bigint read from the database is a safe integer, not ${text}`);
  return value;
}
