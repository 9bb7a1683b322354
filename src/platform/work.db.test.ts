import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { aTenant, aUserPrincipal } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { must, ok, refuse, type TenantId } from "../kernel/index.ts";
import type { Ctx } from "./context.ts";
import { sql } from "./db.ts";
import type { FileAnswer } from "./http/route.ts";
import { JobRegistry } from "./jobs.ts";
import { keepBytes, storeDocument } from "./stored-document.ts";
import { runAsWork, startWork, type WorkHandler, type WorkId, work } from "./work.ts";
import { workRoutes } from "./work-routes.ts";
import { startWorker, type Worker } from "./worker.ts";

const counting = work("test.count", { input: z.object({ upTo: z.number() }) });

describe("long work", () => {
  let t: TestDatabase;
  let tenantId: TenantId;
  let ctx: Ctx;
  let worker: Worker | undefined;
  beforeAll(async () => {
    t = await testDatabase();
    tenantId = await aTenant(t.db);
    const { principal } = await aUserPrincipal(t.db, tenantId, { name: "Asha" });
    ctx = t.ctx(tenantId, { actor: principal.actor });
  });
  afterEach(async () => {
    await worker?.stop();
    worker = undefined;
  });
  afterAll(() => t.close());

  const start = (upTo: number) =>
    t.db.transaction(tenantId, (tx) => startWork(tx, ctx, counting, { title: `Count to ${upTo}`, input: { upTo } }));
  async function run(handler: WorkHandler<{ upTo: number }, number>): Promise<void> {
    const registry = new JobRegistry();
    runAsWork(registry, counting, handler);
    worker = await startWorker({
      connectionString: t.connectionString,
      concurrency: 2,
      services: t.services,
      registry,
      observe: () => undefined,
    });
  }
  function call(path: string, workId: WorkId, query: Record<string, string> = {}): Promise<unknown> {
    const found = workRoutes.find((r) => r.path === path);
    if (!found) throw new Error(`no route ${path}`);
    return found.handle(ctx, { params: { workId }, query: found.query?.parse(query), body: undefined });
  }
  const over = (workId: WorkId) =>
    waitFor("the work to end", async () => {
      const shown = must((await call("/work/:workId", workId)) as ReturnType<typeof ok<Record<string, unknown>>>);
      return shown.finishedAt === null ? undefined : shown;
    });
  const numbers = async (_ctx: Ctx, { upTo }: { upTo: number }) => ok(Array.from({ length: upTo }, (_, i) => i + 1));

  it("handles its items chunk by chunk, in the starter's name, and says what became of each", async () => {
    const seen: [string, number][] = [];
    await run({
      items: numbers,
      chunkSize: 4,
      chunk: async (c, _tx, items) => {
        seen.push([c.actor.name, items.length]);
        return items.map((n) =>
          n === 3
            ? { outcome: "FAILED", recordCode: "N3", refusal: refuse("NOT_FOUND", { what: "number", id: "3" }).refusal }
            : { outcome: n === 5 ? "UNCHANGED" : "DONE", recordType: "number", recordCode: `N${n}` },
        );
      },
      finish: async (_ctx, _tx, { upTo }, counts) => ({ message: `${counts.done} of ${upTo}` }),
    });
    const workId = await start(10);
    expect(await over(workId)).toMatchObject({
      ...{ title: "Count to 10", kind: "test.count", createdBy: "Asha", hasDocument: false },
      ...{ state: "PARTIAL", total: 10, done: 9, failed: 1, message: "9 of 10" },
    });
    expect(seen).toEqual([
      ["Asha", 4],
      ["Asha", 4],
      ["Asha", 2],
    ]);
    const failures = await call("/work/:workId/results", workId, { outcome: "FAILED" });
    expect(failures).toMatchObject(ok({ rows: [{ rowNo: 3, recordCode: "N3", code: "NOT_FOUND" }], nextAfter: null }));
    const page = must((await call("/work/:workId/results", workId, { limit: "4" })) as ReturnType<typeof ok<object>>);
    expect(page).toMatchObject({ nextAfter: 4 });
    const csv = must((await call("/work/:workId/results.csv", workId)) as ReturnType<typeof ok<FileAnswer>>);
    const text = Buffer.from(csv.bytes as Uint8Array).toString();
    expect(text.split("\r\n")).toHaveLength(12);
    expect(text).toContain("3,N3,FAILED,NOT_FOUND,There is no number 3 here.");
  });

  it("counts every item once although a chunk breaks in the middle, for chunk and progress are one transaction", async () => {
    let broken = false;
    await run({
      items: numbers,
      chunkSize: 3,
      chunk: async (_c, tx, items) => {
        await tx.run(sql`
          insert into godown.code_counter values (${tenantId}, 'WORK', 'x', ${items.length})
          on conflict (tenant_id, kind) do update set next_value = godown.code_counter.next_value + ${items.length}`);
        if (items.includes(5) && !broken) {
          broken = true;
          throw new Error("the database went away here");
        }
        return items.map(() => ({ outcome: "DONE" }));
      },
    });
    const workId = await start(8);
    await waitFor("the break", () => broken);
    await waitFor("the job to wait for its next attempt", async () => {
      const jobs = await t.raw(
        "update graphile_worker._private_jobs set run_at = now() where locked_at is null returning 1",
      );
      return jobs.length > 0;
    });
    expect(await over(workId)).toMatchObject({ state: "DONE", total: 8, done: 8, failed: 0 });
    expect(await t.raw("select next_value::int as n from godown.code_counter where kind = 'WORK'")).toEqual([{ n: 8 }]);
  });

  it("goes on after the last item that was written down when its process is killed", async () => {
    const workId = await start(6);
    // What a process that was killed after four items leaves behind.
    await t.raw(
      "update godown.work set state = 'RUNNING', started_at = now(), total = 6, done = 3, failed = 1 where work_id = $1",
      [workId],
    );
    await t.raw(
      "update graphile_worker._private_jobs set locked_at = now() - interval '1 minute', locked_by = 'dead', attempts = 8",
    );
    const handled: number[] = [];
    await run({
      items: numbers,
      each: async (_c, n) => {
        handled.push(n);
        return { outcome: "DONE" };
      },
    });
    expect(await over(workId)).toMatchObject({ state: "PARTIAL", done: 5, failed: 1 });
    expect(handled).toEqual([5, 6]);
  });

  it("ends with the words of a refusal when its items cannot be read", async () => {
    await run({ items: async () => refuse("CSV_EMPTY"), each: async () => ({ outcome: "DONE" }) });
    const workId = await start(1);
    expect(await over(workId)).toMatchObject({
      state: "FAILED",
      message: "The file has no rows below its titles. Add rows below the line of titles.",
    });
  });

  it("is given up after its last attempt, and says so instead of running for ever", async () => {
    await run({
      items: numbers,
      each: async () => {
        throw new Error("always");
      },
    });
    const workId = await start(1);
    await t.raw(
      "update graphile_worker._private_jobs set attempts = max_attempts - 1 where locked_at is null and attempts < max_attempts",
    );
    const ended = await waitFor("the end", async () => {
      await t.raw("update graphile_worker._private_jobs set run_at = now() where locked_at is null and run_at > now()");
      const shown = must((await call("/work/:workId", workId)) as ReturnType<typeof ok<Record<string, unknown>>>);
      return shown.finishedAt === null ? undefined : shown;
    });
    expect(ended).toMatchObject({ state: "FAILED" });
    expect(ended.message).toContain(workId);
  });

  it("keeps the file that it made", async () => {
    await run({
      items: numbers,
      each: async () => ({ outcome: "DONE" }),
      finish: async (c, tx) => ({
        documentId: await storeDocument(tx, c, {
          ...{
            kept: await keepBytes(c, Buffer.from("%PDF-1.7")),
            mediaType: "application/pdf",
            fileName: "labels.pdf",
          },
          ...{ recordType: "work", recordId: "01990000-0000-7000-8000-000000000000" },
        }),
      }),
    });
    const workId = await start(2);
    expect(await over(workId)).toMatchObject({ state: "DONE", hasDocument: true });
    const file = must((await call("/work/:workId/document", workId)) as ReturnType<typeof ok<FileAnswer>>);
    expect([file.fileName, Buffer.from(file.bytes as Uint8Array).toString()]).toEqual(["labels.pdf", "%PDF-1.7"]);
  });
});
