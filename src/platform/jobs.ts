import { randomUUID } from "node:crypto";
import { type JobHelpers, type ParsedCronItem, parseCronItems, type TaskList } from "graphile-worker";
import type { z } from "zod";
import { assert, type Instant, type TenantId } from "../kernel/index.ts";
import { type Ctx, type Services, systemCtx } from "./context.ts";
import { json, sql, type Tx } from "./db.ts";

/** A kind of background work: cheap to import, apart from its handler. */
export interface JobDefinition<P> {
  readonly name: string;
  readonly payload: z.ZodType<P>;
  /** One job waits per key: a newer one replaces it. */
  readonly key?: (payload: P) => string;
  /** Jobs of one queue run one after the other. */
  readonly queue?: (payload: P) => string;
  readonly attemptsMax: number;
  /** Lower runs first. */
  readonly priority?: number;
  /**
   * It waits for somebody outside (a marketplace, a courier): then it runs in places of its own, so that who answers slowly
   * holds up nothing here. Its `queue` bounds how many of these places one outside can hold.
   */
  readonly callsOut?: true;
}

/** Work here, or work that waits for somebody outside: each has its own places in a worker. */
export type JobShare = "here" | "outside";

/** `retry` is tried again with growing pauses; `park` waits for a person (the handler has said so somewhere visible). */
export type JobOutcome = "done" | { readonly retry: string } | { readonly park: string };

export type JobHandler<P> = (ctx: Ctx, payload: P, attempt: JobAttempt) => Promise<JobOutcome>;

export interface JobAttempt {
  readonly attempt: number;
  readonly attemptsMax: number;
  /** The process has been ending for some seconds: what can end early does, and asks for another job for the rest. */
  readonly stopping: AbortSignal;
}

interface Registered {
  readonly definition: JobDefinition<unknown>;
  readonly handler: JobHandler<unknown>;
}

export function job<P>(name: string, options: Omit<JobDefinition<P>, "name">): JobDefinition<P> {
  return { name, ...options };
}

/** Enqueues in the caller's transaction: the job exists exactly when its cause does. */
export async function enqueue<P>(
  tx: Tx,
  definition: JobDefinition<P>,
  payload: P,
  options: { runAt?: Instant } = {},
): Promise<void> {
  await enqueueAll(tx, definition, [payload], options);
}

export async function enqueueAll<P>(
  tx: Tx,
  definition: JobDefinition<P>,
  payloads: readonly P[],
  options: { runAt?: Instant } = {},
): Promise<void> {
  if (payloads.length === 0) return;
  const scope = (text: string | undefined) => (text === undefined ? null : `${definition.name}:${tx.tenantId}:${text}`);
  const specs = payloads.map((payload) => ({
    name: definition.name,
    // `keyed` tells a job whose key a newer one took over from one that never had any.
    payload: {
      tenantId: tx.tenantId,
      keyed: definition.key !== undefined,
      payload: definition.payload.parse(payload),
    },
    queue: scope(definition.queue?.(payload)),
    key: scope(definition.key?.(payload)),
    attempts: definition.attemptsMax,
    priority: definition.priority ?? 0,
    run_at: options.runAt?.toString() ?? null,
  }));
  // Of one key only the last counts. In key order, so that two transactions with the same keys never wait in a ring.
  const keyed = [...new Map(specs.filter((s) => s.key !== null).map((s) => [s.key, s])).values()];
  keyed.sort((a, b) => ((a.key ?? "") < (b.key ?? "") ? -1 : 1));
  await tx.run(sql`select godown.enqueue_jobs(${json([...specs.filter((s) => s.key === null), ...keyed])})`);
}

/** The handlers of a process that works: filled by the composition root. */
export class JobRegistry {
  readonly #jobs = new Map<string, Registered>();
  readonly #crons: { name: string; pattern: string; run: (services: Services) => Promise<void> }[] = [];

  handle<P>(definition: JobDefinition<P>, handler: JobHandler<P>): this {
    assert(!this.#jobs.has(definition.name), `the job ${definition.name} has one handler`);
    // The payload is parsed by the definition's own schema before the handler sees it.
    this.#jobs.set(definition.name, {
      definition: definition as JobDefinition<unknown>,
      handler: handler as JobHandler<unknown>,
    });
    return this;
  }

  /** Work that the clock starts, once per tick in the whole installation. @param pattern five cron fields, UTC */
  schedule(name: string, pattern: string, work: (services: Services) => Promise<void>): this {
    this.#crons.push({ name, pattern, run: work });
    return this;
  }

  /** What one share of a worker can do. Schedules are work here. */
  tasks(
    share: JobShare,
    services: Services,
    observe: (name: string, outcome: string, seconds: number) => void,
  ): TaskList {
    const tasks: TaskList = {};
    for (const { definition, handler } of this.#jobs.values())
      if ((definition.callsOut === true) === (share === "outside"))
        tasks[definition.name] = (payload, helpers) =>
          perform(services, definition, handler, payload, helpers, observe);
    if (share === "outside") return tasks;
    for (const cron of this.#crons)
      tasks[cron.name] = () =>
        timed(cron.name, observe, async () => {
          await cron.run(services);
          return "done";
        });
    return tasks;
  }

  crons(): ParsedCronItem[] {
    return parseCronItems(
      this.#crons.map((c) => ({
        task: c.name,
        match: c.pattern,
        identifier: c.name,
        options: { backfillPeriod: 0, jobKey: c.name },
      })),
    );
  }
}

async function perform(
  services: Services,
  definition: JobDefinition<unknown>,
  handler: JobHandler<unknown>,
  raw: unknown,
  { job: current, abortSignal: stopping }: Pick<JobHelpers, "job" | "abortSignal">,
  observe: (name: string, outcome: string, seconds: number) => void,
): Promise<void> {
  const envelope = raw as { tenantId: TenantId; payload: unknown }; // written by enqueueAll alone
  const payload = definition.payload.parse(envelope.payload);
  const requestId = `job-${current.id}-${randomUUID().slice(0, 8)}`;
  const ctx = systemCtx(
    { ...services, log: services.log.child({ tenantId: envelope.tenantId, jobId: current.id, job: definition.name }) },
    envelope.tenantId,
    definition.name,
    requestId,
  );
  await timed(definition.name, observe, async () => {
    const outcome = await handler(ctx, payload, {
      ...{ attempt: current.attempts, attemptsMax: current.max_attempts },
      stopping,
    });
    if (outcome === "done") return "done";
    if ("retry" in outcome) throw new RetryLater(outcome.retry);
    ctx.log.warn({ outcome: "park", reason: outcome.park }, "a job waits for a person");
    return "park";
  });
}

async function timed(
  name: string,
  observe: (name: string, outcome: string, seconds: number) => void,
  work: () => Promise<"done" | "park">,
): Promise<void> {
  const startedMs = performance.now();
  try {
    observe(name, await work(), (performance.now() - startedMs) / 1000);
  } catch (error) {
    observe(name, error instanceof RetryLater ? "retry" : "error", (performance.now() - startedMs) / 1000);
    throw error;
  }
}

/** A handler asked to be tried again: the queue keeps the reason and grows the pause. */
class RetryLater extends Error {
  override readonly name = "RetryLater";
}
