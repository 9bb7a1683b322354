import { request } from "undici";
import { z } from "zod";
import { type FacilityId, type Id, type Instant, newId, ok, refuse } from "../kernel/index.ts";
import { type Ctx, type Services, systemCtx } from "./context.ts";
import { all, json, sql, type Tx } from "./db.ts";
import { idField } from "./http/fields.ts";
import { listRoutes } from "./http/list.ts";
import { type Route, route } from "./http/route.ts";
import { enqueueAll, type JobOutcome, type JobRegistry, job } from "./jobs.ts";

/** Something an operator must know now. */
export interface AlarmFact {
  /** What is wrong, e.g. "CHANNEL_BROKEN". */
  readonly kind: string;
  readonly recordType: string;
  /** Of what: with the kind it identifies the alarm. */
  readonly recordId: string;
  readonly severity: "WARNING" | "CRITICAL";
  readonly message: string;
  readonly whatToDo: string;
  readonly facilityId?: FacilityId;
}

/** A module's look at a tenant: which alarms of its kinds hold now. Those of its kinds that it does not name are cleared. */
export interface AlarmCheck {
  readonly kinds: readonly string[];
  readonly check: (ctx: Ctx, tx: Tx) => Promise<readonly AlarmFact[]>;
}

const TELL_TIMEOUT_MS = 10_000;
const CLEARED_SHOWN_DAYS = 30;

const tellJob = job("platform.tell_alarm", {
  payload: z.object({ alarmId: z.uuid() }),
  key: (p) => p.alarmId,
  attemptsMax: 12, // the last about two days after the first
  callsOut: true,
});

/** Raises alarms; one that stands already keeps its time and takes the new words. Who watches is told of new ones. */
export async function raiseAlarms(tx: Tx, ctx: Ctx, facts: readonly AlarmFact[]): Promise<void> {
  if (facts.length === 0) return;
  const rows = facts.map((fact) => ({ ...fact, alarmId: newId(), facilityId: fact.facilityId ?? null }));
  const raised = await tx.run(sql<{ alarmId: string; isNew: boolean }>`
    insert into godown.alarm (tenant_id, alarm_id, kind, record_type, record_id, severity, message, what_to_do, facility_id, raised_at, last_seen_at)
    select ${tx.tenantId}::uuid, r."alarmId", r.kind, r."recordType", r."recordId", r.severity, r.message, r."whatToDo", r."facilityId", ${ctx.now}, ${ctx.now}
    from jsonb_to_recordset(${json(rows)}) as r("alarmId" uuid, kind text, "recordType" text, "recordId" text, severity text, message text, "whatToDo" text, "facilityId" uuid)
    order by r.kind, r."recordId"
    on conflict (tenant_id, kind, record_id) where cleared_at is null do update set
      last_seen_at = excluded.last_seen_at, severity = excluded.severity, message = excluded.message, what_to_do = excluded.what_to_do
    returning alarm_id as "alarmId", xmax = 0 as "isNew"`);
  await enqueueAll(
    tx,
    tellJob,
    raised.filter((r) => r.isNew).map(({ alarmId }) => ({ alarmId })),
  );
}

export async function raiseAlarm(tx: Tx, ctx: Ctx, fact: AlarmFact): Promise<void> {
  await raiseAlarms(tx, ctx, [fact]);
}

/** Clears the open alarms of these kinds, but for those named. Who watches is told that they are over. */
async function clearOthers(tx: Tx, ctx: Ctx, kinds: readonly string[], standing: readonly AlarmFact[]): Promise<void> {
  const keep = json(standing.map(({ kind, recordId }) => ({ kind, recordId })));
  const cleared = await tx.run(sql<{ alarmId: string }>`
    update godown.alarm a set cleared_at = ${ctx.now}
    where a.tenant_id = ${tx.tenantId} and a.cleared_at is null and a.kind = any (${kinds}::text[])
      and not exists (select from jsonb_to_recordset(${keep}) as k(kind text, "recordId" text) where k.kind = a.kind and k."recordId" = a.record_id)
    returning a.alarm_id as "alarmId"`);
  await enqueueAll(tx, tellJob, cleared);
}

/** Clears one alarm at once, where a command took its cause away. Nothing happens where it does not stand. */
export async function clearAlarm(tx: Tx, ctx: Ctx, alarm: { kind: string; recordId: string }): Promise<void> {
  const cleared = await tx.run(sql<{ alarmId: string }>`
    update godown.alarm set cleared_at = ${ctx.now}
    where tenant_id = ${tx.tenantId} and kind = ${alarm.kind} and record_id = ${alarm.recordId} and cleared_at is null
    returning alarm_id as "alarmId"`);
  await enqueueAll(tx, tellJob, cleared);
}

/** Asks every check about every tenant. A check that fails is logged and leaves its alarms as they are; the others go on. */
export async function runAlarmChecks(services: Services, checks: readonly AlarmCheck[]): Promise<void> {
  for (const { tenantId } of await services.db.tenants()) {
    const ctx = systemCtx(services, tenantId, "platform.alarms", "alarms");
    for (const { kinds, check } of checks)
      try {
        await services.db.transaction(tenantId, async (tx) => {
          const facts = await check(ctx, tx);
          await raiseAlarms(tx, ctx, facts);
          await clearOthers(tx, ctx, kinds, facts);
        });
      } catch (error) {
        services.log.error({ err: error, tenantId, kinds, outcome: "failed" }, "a check for alarms failed");
      }
  }
}

/** Work that was given up: nothing more happens with it until a person says so. */
export const givenUpJobsCheck: AlarmCheck = {
  kinds: ["JOBS_GIVEN_UP"],
  check: async (_ctx, tx) => {
    await tx.run(sql`select godown.forget_replaced_jobs()`);
    const jobs = await tx.run(sql<{ name: string; failed: number; lastError: string }>`
      select name, failed, last_error as "lastError" from godown.failed_jobs()`);
    return jobs.map((j) => ({
      kind: "JOBS_GIVEN_UP",
      recordType: "job",
      recordId: j.name,
      severity: "CRITICAL",
      message: `${j.failed} of the background jobs "${j.name}" failed in all their attempts; the last with: ${firstLine(j.lastError)}`,
      whatToDo: "Take the cause away (the process's log has the details), then press Run again.",
    }));
  },
};

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").slice(0, 300);
}

/** Checks run each minute, in one process of all; alarms that come or go are told to the webhook, where there is one. */
export function registerAlarms(
  registry: JobRegistry,
  options: { checks: readonly AlarmCheck[]; webhook: string | null },
): void {
  const checks = [givenUpJobsCheck, ...options.checks];
  registry.schedule("platform.alarms", "* * * * *", (services) => runAlarmChecks(services, checks));
  registry.handle(tellJob, async (ctx, { alarmId }) =>
    options.webhook === null ? "done" : tell(ctx, alarmId, options.webhook),
  );
}

async function tell(ctx: Ctx, alarmId: string, webhook: string): Promise<JobOutcome> {
  const alarm = await ctx.db.read(ctx.tenantId, (tx) =>
    tx.first(sql<Record<string, unknown> & { clearedAt: Instant | null }>`
      select t.code as tenant, a.alarm_id as "alarmId", a.kind, a.severity, a.record_type as "recordType", a.record_id as "recordId", a.message,
        a.what_to_do as "whatToDo", a.raised_at as "raisedAt", a.cleared_at as "clearedAt"
      from godown.alarm a join godown.tenant t using (tenant_id)
      where a.tenant_id = ${tx.tenantId} and a.alarm_id = ${alarmId}`),
  );
  if (!alarm) return "done";
  const body = { event: alarm.clearedAt === null ? "raised" : "cleared", ...alarm, board: `${ctx.publicUrl}/` };
  let status: number;
  try {
    const answer = await request(webhook, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "Godown" },
      body: JSON.stringify(body),
      headersTimeout: TELL_TIMEOUT_MS,
      bodyTimeout: TELL_TIMEOUT_MS,
      signal: AbortSignal.timeout(2 * TELL_TIMEOUT_MS),
    });
    await answer.body.dump();
    status = answer.statusCode;
  } catch (error) {
    return { retry: `the alarm webhook was not reached: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (status < 200 || status > 299) return { retry: `the alarm webhook answered ${status}` };
  await ctx.db.transaction(ctx.tenantId, (tx) =>
    tx.run(sql`
      update godown.alarm set told_at = ${ctx.clock.now()} where tenant_id = ${tx.tenantId} and alarm_id = ${alarmId}`),
  );
  return "done";
}

const alarmRow = z.object({
  id: z.string(),
  kind: z.string(),
  severity: z.enum(["WARNING", "CRITICAL"]),
  recordType: z.string(),
  recordId: z.string(),
  message: z.string(),
  whatToDo: z.string(),
  facilityId: z.string().nullable(),
  raisedAt: z.string(),
  clearedAt: z.string().nullable(),
});
type StoredAlarm = Omit<z.input<typeof alarmRow>, "raisedAt" | "clearedAt"> & {
  raisedAt: Instant;
  clearedAt: Instant | null;
};

const list = listRoutes({
  path: "/alarms",
  summary: "Alarms that stand now (or, with open=false, were cleared in the last 30 days)",
  permission: "alarms.view",
  filters: { open: z.enum(["true", "false"]).default("true") },
  row: alarmRow,
  sorts: ["raisedAt"],
  defaultSort: "-raisedAt",
  columns: [
    { title: "Kind", value: (r) => r.kind },
    { title: "Severity", value: (r) => r.severity },
    { title: "Message", value: (r) => r.message },
    { title: "What to do", value: (r) => r.whatToDo },
    { title: "Raised at", value: (r) => r.raisedAt },
    { title: "Cleared at", value: (r) => r.clearedAt },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const where = all([
      sql`tenant_id = ${tx.tenantId}`,
      filters.open === "true"
        ? sql`cleared_at is null`
        : sql`cleared_at > ${ctx.now.subtract({ hours: 24 * CLEARED_SHOWN_DAYS })}`,
      ctx.facilities === "all"
        ? undefined
        : sql`(facility_id is null or facility_id = any (${ctx.facilities}::uuid[]))`,
    ]);
    const rows = await tx.run(sql<StoredAlarm>`
      select alarm_id as id, kind, severity, record_type as "recordType", record_id as "recordId", message, what_to_do as "whatToDo",
        facility_id as "facilityId", raised_at as "raisedAt", cleared_at as "clearedAt"
      from godown.alarm where ${where}
      order by raised_at ${page.descending ? sql`desc` : sql`asc`}, alarm_id limit ${page.limit} offset ${page.offset}`);
    const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from godown.alarm where ${where}`);
    return {
      rows: rows.map((r) => ({ ...r, raisedAt: r.raisedAt.toString(), clearedAt: r.clearedAt?.toString() ?? null })),
      total,
    };
  },
});

const runAgain = route({
  method: "POST",
  path: "/alarms/:alarmId/run-again",
  summary: "Give the jobs that an alarm JOBS_GIVEN_UP is about their attempts back",
  permission: "tenant.manage",
  params: z.object({ alarmId: idField<"Alarm">() }),
  answer: z.object({ jobs: z.number().int() }),
  handle: (ctx, { params: { alarmId } }) =>
    ctx.db.transaction(ctx.tenantId, async (tx) => {
      const alarm = await tx.first(sql<{ name: string }>`
        select record_id as name from godown.alarm
        where tenant_id = ${tx.tenantId} and alarm_id = ${alarmId as Id<"Alarm">} and kind = 'JOBS_GIVEN_UP' and cleared_at is null`);
      if (!alarm) return refuse("NOT_FOUND", { what: "alarm about jobs", id: alarmId });
      const { jobs } = await tx.one(sql<{ jobs: number }>`select godown.retry_failed_jobs(${alarm.name}) as jobs`);
      await clearAlarm(tx, ctx, { kind: "JOBS_GIVEN_UP", recordId: alarm.name });
      return ok({ jobs });
    }),
});

/** What stands on the board as alarms. */
export const alarmRoutes: Route[] = [...list, runAgain];
