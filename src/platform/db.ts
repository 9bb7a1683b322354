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
  /**
   * Work for the end of the transaction, right before it commits: what is collected under one key is handed over together, to
   * the work that was given first. Where the transaction is rolled back nothing is handed over.
   */
  readonly atEnd: <T>(key: object, items: readonly T[], work: (items: readonly T[]) => Promise<void>) => void;
  /** Work that may fail alone: what it wrote is undone, and the transaction goes on. A deadlock or a lost server still ends it. */
  readonly attempt: <T>(work: () => Promise<T>) => Promise<Attempted<T>>;
}

export type Attempted<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** Whose rows a transaction may see. */
type Scope =
  | { readonly tenantId: TenantId; readonly presented?: never; readonly schedules?: never }
  | { readonly presented: Buffer; readonly tenantId?: never; readonly schedules?: never }
  | { readonly schedules: true; readonly tenantId?: never; readonly presented?: never };

const NO_TENANT = "00000000-0000-0000-0000-000000000000" as TenantId;
const END_ROUNDS_MAX = 10; // works at the end of a transaction that bring each other up
const TRIES_MAX = 4; // a deadlock or a serialization failure is tried again this often
const PREPARED_MAX = 800; // texts that get a name (a prepared statement on each connection); later ones go unnamed
const SEEN_ONCE_MAX = 4_000; // texts remembered as seen once: only what comes again earns a name
const CONNECT_WAIT_MAX_MS = 8_000; // how long a caller waits for a server that is restarting, or for a free connection
const STATEMENT_MAX_SECONDS = 120; // the longest single statement: a whole night's comparison, not a screen's query
const IDLE_IN_TRANSACTION_MAX_SECONDS = 60; // a transaction that waits for its own process this long holds others up

/**
 * The database as the application sees it: transactions of one tenant, as a role that row security binds.
 * A transaction whose work returns a refusal (`ok: false`) or throws is rolled back whole.
 */
export class Db {
  readonly #pool: pg.Pool;
  readonly #names = new Map<string, string>();
  readonly #seenOnce = new Set<string>();

  constructor(options: { connectionString: string; connectionsMax: number; log: Log; applicationName?: string }) {
    this.#pool = new pg.Pool({
      connectionString: options.connectionString,
      max: options.connectionsMax,
      idleTimeoutMillis: 30_000,
      connectionTimeoutMillis: CONNECT_WAIT_MAX_MS,
      application_name: options.applicationName ?? "godown",
      types: { getTypeParser },
    });
    // A connection that breaks announces it as an event too; without a listener, on the pool for idle connections and on
    // each connection for those at work, that would end the process. The caller learns of it from its failing query.
    this.#pool.on("error", (error) => options.log.warn({ err: error }, "an idle database connection broke"));
    this.#pool.on("connect", (client) => {
      client.on("error", (error) => options.log.debug({ err: error }, "a database connection broke"));
    });
  }

  /** Runs `work` in one transaction of a tenant. Deadlocks are tried again, so `work` has no effect outside the database. */
  transaction<T>(tenantId: TenantId, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transact({ tenantId }, "begin", work);
  }

  /** Like `transaction`, for reads alone: the database refuses writes. */
  read<T>(tenantId: TenantId, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transact({ tenantId }, "begin read only", work);
  }

  /** Like `read`, but every statement sees the same moment: for exports and checks that compare what they read. */
  snapshot<T>(tenantId: TenantId, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transact({ tenantId }, "begin isolation level repeatable read read only", work);
  }

  /** Reads what a presented token, user name or code may see (`directory`), before a tenant is known. */
  presenting<T>(keyHash: Buffer, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transact({ presented: keyHash }, "begin read only", work);
  }

  /** The tenants, for schedules that run for each. */
  async tenants(): Promise<{ tenantId: TenantId; code: string; live: boolean }[]> {
    return this.schedule((tx) =>
      tx.run(sql<{ tenantId: TenantId; code: string; live: boolean }>`
        select tenant_id as "tenantId", code, live from godown.tenant order by code`),
    );
  }

  /** Reads what belongs to the installation and no tenant: the list of tenants, the numbers of the queue. */
  schedule<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transact({ schedules: true }, "begin read only", work);
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
      const client = await this.#begin(`${begin}; ${LIMITS}; set local role godown_app; ${settings(scope)}`);
      let value: T;
      try {
        const ending: Ending = new Map();
        value = await work(this.#tx(client, scope.tenantId ?? NO_TENANT, ending));
        if (isRefusal(value)) {
          await client.query("rollback");
          client.release();
          return value;
        }
        await end(ending);
      } catch (error) {
        await giveBack(client, error);
        if (isRetriable(error) && attempt < TRIES_MAX) continue;
        throw error;
      }
      try {
        await client.query("commit");
        client.release();
        return value;
      } catch (error) {
        await giveBack(client, error);
        if (isRetriable(error) && attempt < TRIES_MAX) continue; // a deferred check at commit time
        if (isServerAway(error)) throw new OutcomeUnknown(error);
        throw error;
      }
    }
  }

  /**
   * A connection with a transaction begun. A server that restarts is back within seconds: callers wait for it with a
   * limit instead of all failing at once. Nothing was done yet, so trying again is safe.
   */
  async #begin(text: string): Promise<pg.PoolClient> {
    const endAt = performance.now() + CONNECT_WAIT_MAX_MS;
    for (;;) {
      let client: pg.PoolClient | undefined;
      try {
        client = await this.#pool.connect();
        await client.query(text);
        return client;
      } catch (error) {
        client?.release(error instanceof Error ? error : true);
        if (!isServerAway(error) || performance.now() > endAt) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  #tx(client: pg.PoolClient, tenantId: TenantId, ending: Ending): Tx {
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
      atEnd: (key, items, work) => collect(ending, key, items, work),
      attempt: (work) => attempt(client, work),
    };
  }

  #config(compiled: CompiledQuery): pg.QueryConfig {
    const values = compiled.parameters.map(toWire);
    const name = this.#names.get(compiled.sql) ?? this.#earnName(compiled.sql);
    return name === undefined ? { text: compiled.sql, values } : { name, text: compiled.sql, values };
  }

  /** Texts made for one call (filters chosen by a person, lists of values) must not use up the names of those that come all day. */
  #earnName(text: string): string | undefined {
    if (this.#names.size >= PREPARED_MAX) return undefined;
    if (!this.#seenOnce.delete(text)) {
      if (this.#seenOnce.size >= SEEN_ONCE_MAX) this.#seenOnce.clear();
      this.#seenOnce.add(text);
      return undefined;
    }
    const name = createHash("sha1").update(text).digest("base64url");
    this.#names.set(text, name);
    return name;
  }
}

/** What is to be done before COMMIT, by key: a work and what was collected for it. */
type Ending = Map<object, { readonly items: unknown[]; readonly work: () => Promise<void> }>;

function collect<T>(
  ending: Ending,
  key: object,
  items: readonly T[],
  work: (items: readonly T[]) => Promise<void>,
): void {
  const before = ending.get(key);
  if (before !== undefined) {
    before.items.push(...items); // a key is used for one kind of items
    return;
  }
  const collected = [...items];
  ending.set(key, { items: collected, work: () => work(collected) });
}

/** What one work leaves for the end is done after it; a work that never ends is a bug. */
async function end(ending: Ending): Promise<void> {
  for (let round = 0; ending.size > 0; round++) {
    assert(round < END_ROUNDS_MAX, "the work at the end of a transaction comes to an end");
    const due = [...ending.values()];
    ending.clear();
    for (const { work } of due) await work();
  }
}

async function attempt<T>(client: pg.PoolClient, work: () => Promise<T>): Promise<Attempted<T>> {
  await client.query("savepoint attempt");
  try {
    const value = await work();
    await client.query("release savepoint attempt");
    return { ok: true, value };
  } catch (error) {
    if (isRetriable(error) || isServerAway(error)) throw error;
    await client.query("rollback to savepoint attempt");
    return { ok: false, error };
  }
}

/** The connection broke while COMMIT was under way: the change was made whole or not at all, and this process cannot know which. */
export class OutcomeUnknown extends Error {
  override readonly name = "OutcomeUnknown";

  constructor(cause: unknown) {
    super("the connection to the database broke while the transaction was being committed", { cause });
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

const LIMITS = `set local statement_timeout = '${STATEMENT_MAX_SECONDS}s'; set local idle_in_transaction_session_timeout = '${IDLE_IN_TRANSACTION_MAX_SECONDS}s'`;

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

/**
 * Refused, cut, starting up (57P03), shutting down (57P01), out of connections (53300, or none of the pool's own became
 * free in time): a server that is coming back or catching up, not a mistake in the address.
 */
export function isServerAway(error: unknown): boolean {
  if (AWAY_CODES.has(code(error) ?? "")) return true;
  // The driver gives these no code; the last is what a query gets after the one under which the connection broke.
  return (
    error instanceof Error &&
    /^Connection terminated|^timeout exceeded when trying to connect|^Client has encountered a connection error/.test(
      error.message,
    )
  );
}

const AWAY_CODES: ReadonlySet<string> = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT"],
  ...["57P01", "57P02", "57P03", "53300", "08006", "08003"],
]);

/** A value that PostgreSQL cannot hold (out of range, too long, not text) got past our own schema: the caller's fault, and ours. */
export function isUnholdable(error: unknown): boolean {
  return ["22001", "22003", "22007", "22008", "22021", "22P02", "22P05"].includes(code(error) ?? "");
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
  const member = ARRAYS.get(oid);
  if (member !== undefined) return arrayParser(getTypeParser(member));
  return PARSERS.get(oid) ?? pg.types.getTypeParser(oid, "text");
}

/** The oids of PostgreSQL's built-in types never change. */
const BIGINT = 20;
const NUMERIC = 1700;
const DATE = 1082;
const TIMESTAMPTZ = 1184;
const ARRAYS: ReadonlyMap<number, number> = new Map([
  [1016, BIGINT],
  [1231, NUMERIC],
  [1182, DATE],
  [1185, TIMESTAMPTZ],
]);
const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [BIGINT, parseWhole],
  // No column is numeric, but sum(bigint) and avg() are: whole sums are checked like bigint, shares are plain numbers.
  [NUMERIC, (text) => (/^-?\d+$/.test(text) ? parseWhole(text) : Number(text))],
  [TIMESTAMPTZ, (text) => Temporal.Instant.from(text)],
  [DATE, (text) => Temporal.PlainDate.from(text)],
]);

/** An array of one dimension of these types: their texts contain no comma, and quotes only around a timestamp's space. */
function arrayParser(parse: (text: string) => unknown): (text: string) => unknown[] {
  return (text) => {
    const inner = text.slice(1, -1);
    if (inner === "") return [];
    return inner.split(",").map((part) => (part === "NULL" ? null : parse(part.replaceAll('"', ""))));
  };
}

/** bigint columns hold paise, counts and sequence numbers: all within 2^53, or something is very wrong. */
function parseWhole(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), `a bigint read from the database is a safe integer, not ${text}`);
  return value;
}
