import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { refuse, type TenantId } from "../kernel/index.ts";
import { givenUpJobsCheck, runAlarmChecks } from "./alarms.ts";
import { sql } from "./db.ts";
import { enqueue, enqueueAll, type JobDefinition, type JobHandler, JobRegistry, job } from "./jobs.ts";
import { startWorker, type Worker } from "./worker.ts";

const payload = z.object({ n: z.number() });

describe("jobs", () => {
  let t: TestDatabase;
  let tenantId: TenantId;
  let worker: Worker | undefined;
  const observed: string[] = [];
  beforeAll(async () => {
    t = await testDatabase();
    tenantId = await aTenant(t.db);
  });
  afterEach(async () => {
    await worker?.stop();
    worker = undefined;
    observed.length = 0;
    await t.raw("delete from graphile_worker._private_jobs");
  });
  afterAll(() => t.close());

  async function work<P>(definition: JobDefinition<P>, handler: JobHandler<P>): Promise<void> {
    worker = await startWorker({
      connectionString: t.connectionString,
      concurrency: 2,
      services: t.services,
      registry: new JobRegistry().handle(definition, handler),
      observe: (name, outcome) => observed.push(`${name} ${outcome}`),
    });
  }
  const waiting = () =>
    t.raw<{ n: number; key: string | null; attempts: number }>(
      "select (payload #>> '{payload,n}')::int as n, key, attempts from graphile_worker._private_jobs order by id",
    );

  it("exist exactly when their cause is committed", async () => {
    const definition = job("test.cause", { payload, attemptsMax: 3 });
    await t.db.transaction(tenantId, async (tx) => {
      await enqueue(tx, definition, { n: 1 });
      return refuse("NOT_FOUND", { what: "cause", id: "1" });
    });
    expect(await waiting()).toEqual([]);
    await t.db.transaction(tenantId, (tx) => enqueue(tx, definition, { n: 2 }));
    expect((await waiting()).map((j) => j.n)).toEqual([2]);
  });

  it("wait once per key and tenant; of one batch the last of a key counts", async () => {
    const definition = job("test.keyed", { payload, key: (p) => String(p.n % 2), attemptsMax: 3 });
    const other = await aTenant(t.db);
    await t.db.transaction(tenantId, (tx) => enqueueAll(tx, definition, [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 5 }]));
    await t.db.transaction(other, (tx) => enqueue(tx, definition, { n: 7 }));
    await t.db.transaction(tenantId, (tx) => enqueue(tx, definition, { n: 9 }));
    expect((await waiting()).map((j) => j.n).sort()).toEqual([2, 7, 9]);
  });

  it("keep their time when they are replaced, unless a time is given", async () => {
    const definition = job("test.time", { payload, key: () => "one", attemptsMax: 3 });
    const at = () => t.raw<{ at: Date }>("select run_at as at from graphile_worker._private_jobs");
    const later = Temporal.Now.instant().add({ hours: 1 });
    await t.db.transaction(tenantId, (tx) => enqueue(tx, definition, { n: 1 }, { runAt: later }));
    await t.db.transaction(tenantId, (tx) => enqueue(tx, definition, { n: 2 }));
    expect((await at())[0]?.at.getTime()).toBe(later.epochMilliseconds);
    await t.db.transaction(tenantId, (tx) => enqueue(tx, definition, { n: 3 }, { runAt: later.add({ hours: 1 }) }));
    expect((await at())[0]?.at.getTime()).toBe(later.epochMilliseconds + 3_600_000);
  });

  it("never get lost when a worker takes the waiting one at the same moment", async () => {
    const definition = job("test.race", { payload, key: () => "one", attemptsMax: 3 });
    await t.db.transaction(tenantId, (tx) => enqueue(tx, definition, { n: 1 }));
    // A worker's hand on the job, not committed yet: what the queue's own function would step over in silence.
    const hand = new pg.Client({ connectionString: t.connectionString });
    await hand.connect();
    await hand.query("begin");
    await hand.query("update graphile_worker._private_jobs set locked_at = now(), locked_by = 'hand', attempts = 1");
    const second = t.db.transaction(tenantId, (tx) => enqueue(tx, definition, { n: 2 }));
    await waitFor("the second to wait for the first's row", async () => {
      const rows = await t.raw(
        "select from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'enqueue_jobs'",
      );
      return rows.length > 0;
    });
    await hand.query("commit");
    await hand.end();
    await second;
    expect((await waiting()).map((j) => [j.n, j.key !== null])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  it("are worked on as their tenant, with a payload of the declared shape", async () => {
    const definition = job("test.work", { payload, attemptsMax: 3 });
    const seen: unknown[] = [];
    await work(definition, async (ctx, p, attempt) => {
      const name = await ctx.db.read(ctx.tenantId, (tx) =>
        tx.one(sql<{ code: string }>`select code from godown.tenant`),
      );
      seen.push([ctx.tenantId, typeof name.code, p.n, attempt, ctx.actor]);
      return "done";
    });
    await t.db.transaction(tenantId, (tx) => enqueue(tx, definition, { n: 4 }));
    await waitFor("the job", () => observed.length > 0);
    const actor = { kind: "SCHEDULE", id: null, name: "test.work" };
    expect(seen).toEqual([
      [tenantId, "string", 4, { attempt: 1, attemptsMax: 3, stopping: expect.any(AbortSignal) }, actor],
    ]);
    expect(observed).toEqual(["test.work done"]);
    await waitFor("the queue to be empty", async () => (await waiting()).length === 0);
  });

  it("are tried again later when they ask for it or throw, and given up after the declared attempts", async () => {
    const definition = job("test.retry", { payload, attemptsMax: 2 });
    await work(definition, async (_ctx, p) => {
      if (p.n === 1) return { retry: "the channel is busy" };
      if (p.n === 2) return { park: "a person must look" };
      throw new Error("broke");
    });
    await t.db.transaction(tenantId, (tx) => enqueueAll(tx, definition, [{ n: 1 }, { n: 2 }, { n: 3 }]));
    await waitFor("three outcomes", () => observed.length === 3);
    expect(observed.sort()).toEqual(["test.retry error", "test.retry park", "test.retry retry"]);
    await waitFor("two to wait", async () => (await waiting()).length === 2);
    await t.raw("update graphile_worker._private_jobs set run_at = now()");
    await waitFor("the second attempts", () => observed.length === 5);
    const given = await waitFor("them to be given up", async () => {
      const rows = await t.db.read(tenantId, (tx) =>
        tx.run(sql<{ name: string; failed: number; error: string }>`
          select name, failed, last_error as error from godown.failed_jobs()`),
      );
      return rows.some((r) => r.failed === 2) ? rows : undefined;
    });
    expect(given[0]).toMatchObject({ name: "test.retry", failed: 2 });
    const others = await aTenant(t.db);
    expect(await t.db.read(others, (tx) => tx.run(sql`select * from godown.failed_jobs()`))).toEqual([]);
  });

  it("that were replaced while they ran and then fail are nothing to worry about: the newer one does the work", async () => {
    const definition = job("test.replaced", { payload, key: () => "one", attemptsMax: 5 });
    const started = Promise.withResolvers<void>();
    const replaced = Promise.withResolvers<void>();
    await work(definition, async (_ctx, p) => {
      if (p.n === 2) return "done";
      started.resolve();
      await replaced.promise;
      return { retry: "no answer came in time" };
    });
    await t.db.transaction(tenantId, (tx) => enqueue(tx, definition, { n: 1 }));
    await started.promise;
    await t.db.transaction(tenantId, (tx) => enqueue(tx, definition, { n: 2 }));
    replaced.resolve();
    await waitFor("both to end", () => observed.length === 2);
    expect(observed.sort()).toEqual(["test.replaced done", "test.replaced retry"]);
    await waitFor("the leftover of the first", async () => {
      const rows = await t.raw("select from graphile_worker._private_jobs where last_error is not null");
      return rows.length === 1;
    });
    await runAlarmChecks(t.services, [givenUpJobsCheck]);
    expect(await t.raw("select message from godown.alarm where tenant_id = $1", [tenantId])).toEqual([]);
    expect(await waiting(), "the leftover is gone").toEqual([]);
  });

  it("of a worker that was killed are handed out again, and its last attempt is given back", async () => {
    const definition = job("test.orphan", { payload, queue: () => "line", attemptsMax: 1 });
    await t.db.transaction(tenantId, (tx) => enqueue(tx, definition, { n: 1 }));
    // What a killed process leaves behind: job and queue locked in its name, and no lifeline.
    await t.raw(
      "update graphile_worker._private_jobs set locked_at = now() - interval '1 minute', locked_by = 'dead', attempts = 1",
    );
    await t.raw("update graphile_worker._private_job_queues set locked_at = now(), locked_by = 'dead'");
    await work(definition, async () => "done");
    await waitFor("the orphan", () => observed.includes("test.orphan done"));
  });

  it("of a worker that lives are left alone", async () => {
    const definition = job("test.alive", { payload, attemptsMax: 3 });
    let runs = 0;
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await work(definition, async () => {
      runs += 1;
      await finished;
      return "done";
    });
    await t.db.transaction(tenantId, (tx) => enqueue(tx, definition, { n: 1 }));
    await waitFor("the job to start", () => runs === 1);
    await t.raw("update graphile_worker._private_jobs set locked_at = now() - interval '1 hour'");
    const second = await startWorker({
      connectionString: t.connectionString,
      concurrency: 1,
      services: t.services,
      registry: new JobRegistry().handle(definition, async () => {
        runs += 1;
        return "done";
      }),
      observe: () => undefined,
    });
    const lifelines = () => t.raw("select from pg_locks where locktype = 'advisory' and classid = 4671122 and granted");
    await waitFor("both lifelines", async () => (await lifelines()).length === 2);
    // The second has looked for the dead once it has its own lifeline; a stop waits for that look to end.
    await second.stop();
    expect(runs).toBe(1);
    finish();
    await waitFor("the end", () => observed.includes("test.alive done"));
  });

  it("are looked for by one place at a time, whatever the library calls that", async () => {
    let looking = 0;
    let most = 0;
    const { query } = pg.Client.prototype;
    const watched = vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (this: pg.Client, ...args) {
      const answer: unknown = Reflect.apply(query, this, args);
      const { text = "" } = (args[0] ?? {}) as { readonly text?: string };
      if (!/_private_jobs.*skip locked/s.test(text) || !(answer instanceof Promise)) return answer;
      most = Math.max(most, ++looking);
      const ended = () => void looking--;
      answer.then(ended, ended);
      return answer;
    });
    try {
      const definition = job("test.turns", { payload, attemptsMax: 3, queue: (p) => String(p.n) });
      let done = 0;
      await work(definition, async () => {
        done++;
        return "done";
      });
      const all = Array.from({ length: 20 }, (_, n) => ({ n }));
      await t.db.transaction(tenantId, (tx) => enqueueAll(tx, definition, all));
      await waitFor("all jobs", async () => done === all.length);
      expect(most).toBe(1);
    } finally {
      watched.mockRestore();
    }
  });

  it("come to an end before a stopping worker does", async () => {
    const definition = job("test.stop", { payload, attemptsMax: 3 });
    let started = false;
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await work(definition, async () => {
      started = true;
      await finished;
      return "done";
    });
    await t.db.transaction(tenantId, (tx) => enqueue(tx, definition, { n: 1 }));
    await waitFor("the job to start", () => started);
    const stopped = worker?.stop();
    finish();
    await stopped;
    expect(observed).toEqual(["test.stop done"]);
    expect(await waiting()).toEqual([]);
  });

  it("are counted for the operator without telling what they are about", async () => {
    const definition = job("test.depth", { payload, attemptsMax: 3 });
    await t.db.transaction(tenantId, (tx) => enqueueAll(tx, definition, [{ n: 1 }, { n: 2 }]));
    const rows = await t.db.schedule((tx) =>
      tx.run(sql<{ name: string; waiting: number }>`select name, waiting from godown.queue_depth()`),
    );
    expect(rows).toContainEqual({ name: "test.depth", waiting: 2 });
  });
});
