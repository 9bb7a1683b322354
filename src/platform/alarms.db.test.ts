import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { waitFor } from "../../tests/support/wait.ts";
import type { TenantId } from "../kernel/index.ts";
import {
  type AlarmFact,
  alarmRoutes,
  clearAlarm,
  givenUpJobsCheck,
  raiseAlarm,
  registerAlarms,
  runAlarmChecks,
} from "./alarms.ts";
import { enqueue, JobRegistry, job } from "./jobs.ts";
import { startWorker, type Worker } from "./worker.ts";

const low: AlarmFact = {
  ...{ kind: "AWB_LOW", recordType: "shipping_provider", recordId: "P1", severity: "WARNING" },
  ...{ message: "Only 7 AWBs are left.", whatToDo: "Upload more." },
};

describe("alarms", () => {
  let t: TestDatabase;
  let tenantId: TenantId;
  let hook: Server;
  let hookUrl: string;
  let worker: Worker | undefined;
  const told: Record<string, unknown>[] = [];
  let status = 200;
  beforeAll(async () => {
    t = await testDatabase();
    tenantId = await aTenant(t.db, { code: "acme" });
    hook = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      told.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(status).end();
    });
    hook.listen(0, "127.0.0.1");
    await once(hook, "listening");
    const address = hook.address();
    hookUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/alarms`;
  });
  afterEach(async () => {
    await worker?.stop();
    worker = undefined;
    told.length = 0;
    status = 200;
    await t.raw("delete from graphile_worker._private_jobs");
    await t.raw("delete from godown.alarm");
  });
  afterAll(async () => {
    hook.close();
    await t.close();
  });

  async function watch(webhook: string | null = hookUrl): Promise<void> {
    const registry = new JobRegistry();
    registerAlarms(registry, { checks: [], webhook });
    const { connectionString, services } = t;
    worker = await startWorker({ connectionString, concurrency: 1, services, registry, observe: () => undefined });
  }
  const standing = () =>
    t.raw("select kind, message, cleared_at is null as open from godown.alarm order by raised_at, kind");

  it("stand once however often they are raised, with the newest words", async () => {
    const ctx = t.ctx(tenantId);
    await t.db.transaction(tenantId, (tx) => raiseAlarm(tx, ctx, low));
    await t.db.transaction(tenantId, (tx) => raiseAlarm(tx, ctx, { ...low, message: "Only 3 AWBs are left." }));
    expect(await standing()).toEqual([{ kind: "AWB_LOW", message: "Only 3 AWBs are left.", open: true }]);
  });

  it("go away by themselves when the check no longer finds their cause; another kind's stay", async () => {
    const other: AlarmFact = { ...low, kind: "SERIES_MISSING", recordId: "F1" };
    await t.db.transaction(tenantId, (tx) => raiseAlarm(tx, t.ctx(tenantId), other));
    const found = [low, { ...low, recordId: "P2" }];
    const checks = [{ kinds: ["AWB_LOW"], check: async () => found }];
    await runAlarmChecks(t.services, checks);
    expect((await standing()).filter((a) => a.open)).toHaveLength(3);
    found.pop();
    await runAlarmChecks(t.services, checks);
    expect((await standing()).filter((a) => a.open)).toHaveLength(2);
    found.pop();
    await runAlarmChecks(t.services, checks);
    expect((await standing()).filter((a) => a.open)).toMatchObject([{ kind: "SERIES_MISSING" }]);
  });

  it("of a check that fails stay as they are, and the other checks go on", async () => {
    await t.db.transaction(tenantId, (tx) => raiseAlarm(tx, t.ctx(tenantId), low));
    const broken = { kinds: ["AWB_LOW"], check: () => Promise.reject(new Error("no such column")) };
    const fine = { kinds: ["LAG"], check: async () => [{ ...low, kind: "LAG" }] };
    await runAlarmChecks(t.services, [broken, fine]);
    expect((await standing()).map((a) => [a.kind, a.open])).toEqual([
      ["AWB_LOW", true],
      ["LAG", true],
    ]);
  });

  it("are told to the operator's webhook when they come and when they are over", async () => {
    await watch();
    const ctx = t.ctx(tenantId);
    await t.db.transaction(tenantId, (tx) => raiseAlarm(tx, ctx, low));
    await waitFor("the first word", () => told.length === 1);
    await t.db.transaction(tenantId, (tx) => clearAlarm(tx, ctx, low));
    await waitFor("the second word", () => told.length === 2);
    expect(told).toMatchObject([
      { event: "raised", tenant: "acme", kind: "AWB_LOW", message: "Only 7 AWBs are left.", clearedAt: null },
      { event: "cleared", tenant: "acme", kind: "AWB_LOW", clearedAt: "2026-11-20T04:30:00Z" },
    ]);
  });

  it("are told again when the webhook did not take them", async () => {
    status = 500;
    await watch();
    await t.db.transaction(tenantId, (tx) => raiseAlarm(tx, t.ctx(tenantId), low));
    await waitFor("the first try", async () => {
      const [row] = await t.raw<{ last_error: string | null }>("select last_error from graphile_worker._private_jobs");
      return row?.last_error?.includes("the alarm webhook answered 500");
    });
    status = 204;
    await t.raw("update graphile_worker._private_jobs set run_at = now()");
    await waitFor("the alarm to be told", async () => {
      const [row] = await t.raw<{ told: boolean }>("select told_at is not null as told from godown.alarm");
      return row?.told;
    });
    expect(told).toHaveLength(2);
  });

  it("say which jobs were given up; a person can run them again", async () => {
    const definition = job("test.hopeless", { payload: z.object({}), attemptsMax: 1 });
    await t.db.transaction(tenantId, (tx) => enqueue(tx, definition, {}));
    await t.raw(
      "update graphile_worker._private_jobs set attempts = 1, last_error = E'the courier said no\\nat line 1'",
    );
    await runAlarmChecks(t.services, [givenUpJobsCheck]);
    const [alarm] = await t.raw<{ alarm_id: string; message: string }>("select alarm_id, message from godown.alarm");
    expect(alarm?.message).toBe(
      '1 of the background jobs "test.hopeless" failed in all their attempts; the last with: the courier said no',
    );
    const route = alarmRoutes.find((r) => r.path === "/alarms/:alarmId/run-again");
    const answer = await route?.handle(t.ctx(tenantId), {
      params: { alarmId: alarm?.alarm_id },
      query: undefined,
      body: undefined,
    });
    expect(answer).toEqual({ ok: true, value: { jobs: 1 } });
    const jobs = await t.raw(`
      select j.attempts, j.is_available as due from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
      where k.identifier = 'test.hopeless'`);
    expect(jobs).toEqual([{ attempts: 0, due: true }]);
    expect((await standing()).filter((a) => a.open)).toEqual([]);
  });
});
