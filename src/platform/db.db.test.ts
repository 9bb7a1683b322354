import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aSku, aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { ok, refuse, type TenantId } from "../kernel/index.ts";
import { all, Db, isUnholdable, OutcomeUnknown, sql, violatedConstraint } from "./db.ts";

describe("a transaction", () => {
  let t: TestDatabase;
  let tenantId: TenantId;
  beforeAll(async () => {
    t = await testDatabase();
    tenantId = await aTenant(t.db);
  });
  afterAll(() => t.close());

  const rename = (name: string) => sql`update godown.tenant set name = ${name} where tenant_id = ${tenantId}`;
  const name = () =>
    t.db.read(tenantId, async (tx) => (await tx.one(sql<{ name: string }>`select name from godown.tenant`)).name);

  it("is rolled back when its work answers with a refusal, and the refusal is what the caller gets", async () => {
    const before = await name();
    const answer = await t.db.transaction(tenantId, async (tx) => {
      expect(await tx.count(rename("never"))).toBe(1);
      return refuse("NOT_FOUND", { what: "thing", id: "1" });
    });
    expect(answer).toEqual(refuse("NOT_FOUND", { what: "thing", id: "1" }));
    expect(await name()).toBe(before);
  });

  it("is rolled back when its work throws", async () => {
    const before = await name();
    const attempt = t.db.transaction(tenantId, async (tx) => {
      await tx.run(rename("never"));
      throw new Error("changed my mind");
    });
    await expect(attempt).rejects.toThrow("changed my mind");
    expect(await name()).toBe(before);
  });

  it("is kept when its work answers", async () => {
    await t.db.transaction(tenantId, async (tx) => ok(await tx.count(rename("kept"))));
    expect(await name()).toBe("kept");
  });

  it("for reading refuses to write", async () => {
    await expect(t.db.read(tenantId, (tx) => tx.run(rename("no")))).rejects.toThrow("read-only transaction");
  });

  it("is tried again after a deadlock, so that both sides succeed", async () => {
    const [one, two] = await Promise.all([aSku(t.db, tenantId), aSku(t.db, tenantId)]);
    const lock = (skuId: string) => sql`select 1 from godown.sku where sku_id = ${skuId} for update`;
    let tries = 0;
    let arrived = 0;
    let meet: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const cross = (first: string, second: string) =>
      t.db.transaction(tenantId, async (tx) => {
        tries += 1;
        await tx.run(lock(first));
        arrived += 1;
        if (arrived === 2) meet();
        await both; // each holds one row before either asks for the other: a certain deadlock
        await tx.run(lock(second));
      });
    await Promise.all([cross(one, two), cross(two, one)]);
    expect(tries).toBeGreaterThanOrEqual(3); // whoever gave way may come back before the other is done, and give way again
  });

  it("sees nothing and writes nothing of another tenant", async () => {
    const other = await aTenant(t.db);
    await aSku(t.db, other, { code: "THEIRS" });
    const seen = await t.db.read(tenantId, (tx) =>
      tx.run(sql<{ code: string }>`select code from godown.sku where code = 'THEIRS'`),
    );
    expect(seen).toEqual([]);
    const written = t.db.transaction(tenantId, (tx) =>
      tx.run(sql`insert into godown.code_counter values (${other}, 'X', 'X', 1)`),
    );
    await expect(written).rejects.toThrow("row-level security");
  });

  it("gives one moment to all its statements when it is a snapshot", async () => {
    const names = await t.db.snapshot(tenantId, async (tx) => {
      const query = sql<{ name: string }>`select name from godown.tenant`;
      const before = await tx.one(query);
      await t.db.transaction(tenantId, (other) => other.run(rename(`${before.name} again`)));
      return [before.name, (await tx.one(query)).name];
    });
    expect(names[0]).toBe(names[1]);
  });

  it("reads whole numbers, moments and days as such, in arrays and sums too", async () => {
    const row = await t.db.read(tenantId, (tx) =>
      tx.one(sql<Record<string, unknown>>`
        select 9007199254740991::bigint as big, array[1, null, 3]::bigint[] as bigs, (select sum(x) from unnest(array[1, 2]::bigint[]) x) as total,
          0.25::numeric as share, '2026-04-01T00:00:00+05:30'::timestamptz as moment, array['2026-04-01T00:00:00Z', null]::timestamptz[] as moments,
          '2026-04-01'::date as day, '{}'::date[] as days, ${Temporal.PlainDate.from("2026-03-31")}::date as given`),
    );
    expect(row).toEqual({
      big: 9_007_199_254_740_991,
      bigs: [1, null, 3],
      total: 3,
      share: 0.25,
      moment: Temporal.Instant.from("2026-03-31T18:30:00Z"),
      moments: [Temporal.Instant.from("2026-04-01T00:00:00Z"), null],
      day: Temporal.PlainDate.from("2026-04-01"),
      days: [],
      given: Temporal.PlainDate.from("2026-03-31"),
    });
    expect(String(row.moment)).toBe("2026-03-31T18:30:00Z");
    const tooBig = t.db.read(tenantId, (tx) => tx.run(sql`select 9007199254740992::bigint as big`));
    await expect(tooBig).rejects.toThrow("safe integer");
  });

  it("says which constraint a write violated, and knows a value that cannot be held", async () => {
    await aSku(t.db, tenantId, { code: "TWICE" });
    const twice = await aSku(t.db, tenantId, { code: "TWICE" }).catch((error: unknown) => error);
    expect(violatedConstraint(twice)).toBe("sku_tenant_id_code_key");
    const nul = await t.db.read(tenantId, (tx) => tx.run(sql`select ${"\0"}::text`)).catch((error: unknown) => error);
    expect([isUnholdable(nul), isUnholdable(twice)]).toEqual([true, false]);
  });

  it("composes conditions; none is true", async () => {
    const count = (code: string | undefined) =>
      t.db.read(tenantId, (tx) =>
        tx.one(
          sql<{
            n: number;
          }>`select count(*) as n from godown.sku where ${all([code === undefined ? undefined : sql`code = ${code}`])}`,
        ),
      );
    expect((await count("TWICE")).n).toBe(1);
    expect((await count(undefined)).n).toBeGreaterThan(1);
  });
});

/** A door in front of the database that can be shut: what a restarting server looks like from outside. */
class Door {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #target: URL;
  /** Called with each chunk that a client sends; true cuts the connection instead of passing it on. */
  cut: (chunk: Buffer | string) => boolean = () => false;

  constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((client) => this.#pass(client));
  }

  async open(port = 0): Promise<number> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async shut(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #pass(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#open.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#open.delete(from);
        to.destroy();
      });
    }
    client.on("data", (chunk) => (this.cut(chunk) ? client.destroy() : server.write(chunk)));
    server.on("data", (chunk) => client.write(chunk));
  }
}

describe("a database that goes away", () => {
  let t: TestDatabase;
  let tenantId: TenantId;
  let door: Door;
  let port: number;
  let db: Db;
  beforeAll(async () => {
    t = await testDatabase();
    tenantId = await aTenant(t.db);
    const url = new URL(t.connectionString);
    door = new Door(new URL(t.connectionString));
    port = await door.open();
    url.hostname = "127.0.0.1";
    url.port = String(port);
    db = new Db({ connectionString: url.toString(), connectionsMax: 2, log: t.services.log });
  });
  afterAll(async () => {
    await db.close();
    await door.shut();
    await t.close();
  });

  it("is waited for: callers that come while it restarts are answered when it is back", async () => {
    await db.tenants();
    await door.shut();
    const waiting = Promise.all([db.tenants(), db.tenants(), db.tenants()]);
    door = new Door(new URL(t.connectionString));
    await door.open(port);
    expect((await waiting).map((rows) => rows.length)).toEqual([1, 1, 1]);
  });

  it("is not blamed on the caller when it breaks in the middle: the work fails and is not repeated", async () => {
    let runs = 0;
    const attempt = db.transaction(tenantId, async (tx) => {
      runs += 1;
      await door.shut();
      await tx.run(sql`select 1`);
    });
    await expect(attempt).rejects.toThrow(/Connection terminated|ECONNRESET|EPIPE/);
    expect(runs).toBe(1);
    door = new Door(new URL(t.connectionString));
    await door.open(port);
  });

  it("leaves the outcome unknown, in those words, when it breaks while COMMIT is under way", async () => {
    door.cut = (chunk) => chunk.includes("commit");
    const attempt = db.transaction(tenantId, (tx) => tx.count(sql`update godown.tenant set name = 'perhaps'`));
    await expect(attempt).rejects.toThrow(OutcomeUnknown);
    door.cut = () => false;
    expect(await db.tenants()).toHaveLength(1);
  });
});
