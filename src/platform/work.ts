import { z } from "zod";
import { assert, type FacilityId, type Id, newId, type Refusal, type Result } from "../kernel/index.ts";
import type { Ctx } from "./context.ts";
import { json, sql, type Tx } from "./db.ts";
import { enqueue, type JobDefinition, type JobOutcome, type JobRegistry, job } from "./jobs.ts";
import { explain } from "./refusals.ts";
import type { DocumentId } from "./stored-document.ts";

export type WorkId = Id<"Work">;

/** One kind of long work: an import, a bulk action. Cheap to import, apart from what it does. */
export interface WorkDefinition<Input> {
  /** Module and verb, e.g. "catalog.import_skus"; also the name of its job. */
  readonly kind: string;
  readonly input: z.ZodType<Input>;
  readonly job: JobDefinition<WorkPayload>;
}

/** What became of one item. */
export interface WorkedRow {
  readonly outcome: "DONE" | "UNCHANGED" | "FAILED";
  readonly recordType?: string;
  readonly recordId?: string;
  /** What people call the record: SKU, order code, package code. */
  readonly recordCode?: string;
  /** Line of the file, where the items come from one; otherwise the item's number from 1. */
  readonly rowNo?: number;
  readonly refusal?: Refusal;
  /** Words beside or instead of a refusal's. */
  readonly message?: string;
}

export interface WorkCounts {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
}

interface Common<Input, Item> {
  /**
   * All items, in an order that does not change: asked for again after an interruption, and what was handled is skipped.
   * A refusal (the file is unreadable) ends the whole work with its words.
   */
  readonly items: (ctx: Ctx, input: Input) => Promise<Result<readonly Item[]>>;
  /** In the transaction of the last item: a document that was made, a sentence about the whole. */
  readonly finish?: (
    ctx: Ctx,
    tx: Tx,
    input: Input,
    counts: WorkCounts,
  ) => Promise<{ message?: string; documentId?: DocumentId }>;
}

/** Set-based: each chunk is one transaction with its progress, so every item is handled exactly once. */
export interface ChunkHandler<Input, Item> extends Common<Input, Item> {
  /** Items of one transaction; 500 unless stated. */
  readonly chunkSize?: number;
  /** One row for each item, in order. What throws is rolled back and tried again. */
  readonly chunk: (ctx: Ctx, tx: Tx, items: readonly Item[], input: Input) => Promise<readonly WorkedRow[]>;
}

/**
 * Command by command, each in its own transaction. After a kill the item that was at work may be handled once more:
 * the command sees its own effect then and must say so (UNCHANGED, or a refusal).
 */
export interface EachHandler<Input, Item> extends Common<Input, Item> {
  readonly each: (ctx: Ctx, item: Item, input: Input) => Promise<WorkedRow>;
}

/**
 * Like `each`, many at once, each still in transactions of its own: for commands that wait for somebody outside. After a
 * kill a whole batch may be handled once more.
 */
export interface BatchHandler<Input, Item> extends Common<Input, Item> {
  readonly batchSize: number;
  /** One row for each item, in order. */
  readonly batch: (ctx: Ctx, items: readonly Item[], input: Input) => Promise<readonly WorkedRow[]>;
}

export type WorkHandler<Input, Item> = ChunkHandler<Input, Item> | EachHandler<Input, Item> | BatchHandler<Input, Item>;

interface WorkPayload {
  readonly workId: string;
  readonly actor: { kind: Ctx["actor"]["kind"]; id: string | null; name: string };
  readonly facilities: "all" | readonly string[];
}

const payloadSchema = z.object({
  workId: z.uuid(),
  actor: z.object({
    kind: z.enum(["USER", "API", "CHANNEL", "COURIER", "SCHEDULE", "SYSTEM"]),
    id: z.string().nullable(),
    name: z.string(),
  }),
  facilities: z.union([z.literal("all"), z.array(z.string())]),
});

const CHUNK_SIZE = 500;
const ATTEMPTS_MAX = 8;
const TURN_MAX_MS = 10_000; // then the job hands over to a next one, so that others get a turn and a stop need not wait

/** Declares a kind of work. Work of one kind and tenant is done one after the other. */
export function work<Input>(kind: string, options: { input: z.ZodType<Input> }): WorkDefinition<Input> {
  return {
    kind,
    input: options.input,
    job: job<WorkPayload>(kind, {
      payload: payloadSchema,
      key: (p) => p.workId,
      queue: () => kind,
      attemptsMax: ATTEMPTS_MAX,
      priority: 10, // behind what a channel or a person at a screen waits for
    }),
  };
}

/** Starts work in the caller's transaction, in the caller's name and with the facilities that the caller's right reaches. */
export async function startWork<Input>(
  tx: Tx,
  ctx: Ctx,
  definition: WorkDefinition<Input>,
  declared: { title: string; input: Input; total?: number },
): Promise<WorkId> {
  const workId = newId<"Work">();
  const input = definition.input.parse(declared.input);
  await tx.run(sql`
    insert into godown.work (tenant_id, work_id, kind, title, total, input, created_by, created_at)
    values (${tx.tenantId}, ${workId}, ${definition.kind}, ${declared.title}, ${declared.total ?? 0}, ${json(input)}, ${ctx.actor.id}, ${ctx.now})`);
  await enqueue(tx, definition.job, { workId, actor: ctx.actor, facilities: ctx.facilities });
  return workId;
}

/** Registers what a kind of work does: its items, chunk by chunk or one by one, with progress, resumed after a kill. */
export function runAsWork<Input, Item>(
  registry: JobRegistry,
  definition: WorkDefinition<Input>,
  handler: WorkHandler<Input, Item>,
): void {
  registry.handle(definition.job, async (jobCtx, payload, attempt) => {
    const ctx: Ctx = {
      ...jobCtx,
      // Written by startWork from a context; only the brands were lost on the way.
      actor: payload.actor as Ctx["actor"],
      facilities: payload.facilities as "all" | FacilityId[],
    };
    const workId = payload.workId as WorkId;
    try {
      return await takeTurn(ctx, workId, definition, handler, payload);
    } catch (error) {
      if (attempt.attempt < attempt.attemptsMax) throw error;
      ctx.log.error({ err: error, workId, outcome: "failed" }, "long work was given up");
      await ctx.db.transaction(ctx.tenantId, (tx) =>
        closeWork(tx, ctx, workId, "FAILED", {
          message: `A fault of ours stopped this after ${attempt.attemptsMax} tries; what is listed as done is done. Tell your operator the number ${workId}.`,
        }),
      );
      return { park: "long work was given up after its last attempt" };
    }
  });
}

interface Progress extends WorkCounts {
  readonly state: string;
  readonly input: unknown;
}

async function takeTurn<Input, Item>(
  ctx: Ctx,
  workId: WorkId,
  definition: WorkDefinition<Input>,
  handler: WorkHandler<Input, Item>,
  payload: WorkPayload,
): Promise<JobOutcome> {
  const begun = await ctx.db.transaction(ctx.tenantId, (tx) => beginWork(tx, ctx, workId));
  if (begun === undefined || isOver(begun.state)) return "done"; // deleted, or ended by an attempt whose answer got lost
  const input = definition.input.parse(begun.input);
  const found = await handler.items(ctx, input);
  if (!found.ok) {
    const { message, whatToDo } = explain(found.refusal);
    await ctx.db.transaction(ctx.tenantId, (tx) =>
      closeWork(tx, ctx, workId, "FAILED", { message: `${message} ${whatToDo}` }),
    );
    return "done";
  }
  const items = found.value;
  const endOfTurn = performance.now() + TURN_MAX_MS;
  for (let at = begun.done + begun.failed; ; ) {
    const rest = items.slice(at, at + sizeOf(handler));
    const rows = await workOutside(ctx, handler, rest, input);
    const step = await ctx.db.transaction(ctx.tenantId, async (tx) => {
      const now = await lockWork(tx, workId);
      if (now === undefined || isOver(now.state) || now.done + now.failed !== at) return "lost"; // somebody else is at it
      const worked = rows ?? ("chunk" in handler && rest.length > 0 ? await handler.chunk(ctx, tx, rest, input) : []);
      assert(worked.length === rest.length, `${definition.kind} answers for each item of a chunk`);
      const counts = await recordRows(tx, workId, at, items.length, worked);
      if (at + rest.length < items.length) {
        if (performance.now() < endOfTurn) return "on";
        await enqueue(tx, definition.job, payload);
        return "handed over";
      }
      const end = (await handler.finish?.(ctx, tx, input, counts)) ?? {};
      const state = counts.failed === 0 ? "DONE" : counts.done === 0 ? "FAILED" : "PARTIAL";
      await closeWork(tx, ctx, workId, state, end);
      return "over";
    });
    if (step !== "on") return "done";
    at += rest.length;
  }
}

function sizeOf<Input, Item>(handler: WorkHandler<Input, Item>): number {
  if ("chunk" in handler) return handler.chunkSize ?? CHUNK_SIZE;
  return "batch" in handler ? handler.batchSize : 1;
}

/** What is done before the transaction of the progress; undefined where the work is done in it. */
async function workOutside<Input, Item>(
  ctx: Ctx,
  handler: WorkHandler<Input, Item>,
  items: readonly Item[],
  input: Input,
): Promise<readonly WorkedRow[] | undefined> {
  const [first] = items;
  if (first === undefined || "chunk" in handler) return undefined;
  return "batch" in handler ? handler.batch(ctx, items, input) : [await handler.each(ctx, first, input)];
}

function isOver(state: string): boolean {
  return state === "DONE" || state === "PARTIAL" || state === "FAILED";
}

async function beginWork(tx: Tx, ctx: Ctx, workId: WorkId): Promise<Progress | undefined> {
  await tx.run(sql`
    update godown.work set state = 'RUNNING', started_at = ${ctx.now}
    where tenant_id = ${tx.tenantId} and work_id = ${workId} and state = 'QUEUED'`);
  return lockWork(tx, workId);
}

function lockWork(tx: Tx, workId: WorkId): Promise<Progress | undefined> {
  return tx.first(sql<Progress>`
    select state, input, total, done, failed from godown.work
    where tenant_id = ${tx.tenantId} and work_id = ${workId} for update`);
}

async function recordRows(
  tx: Tx,
  workId: WorkId,
  at: number,
  total: number,
  rows: readonly WorkedRow[],
): Promise<WorkCounts> {
  const failed = rows.filter((row) => row.outcome === "FAILED").length;
  await tx.run(sql`
    insert into godown.work_result (tenant_id, work_id, row_no, record_type, record_id, record_code, outcome, code, message)
    select ${tx.tenantId}::uuid, ${workId}::uuid, r.row_no, r.record_type, r.record_id, r.record_code, r.outcome, r.code, r.message
    from jsonb_to_recordset(${json(rows.map((row, i) => resultRow(row, at + i + 1)))})
      as r(row_no integer, record_type text, record_id text, record_code text, outcome text, code text, message text)`);
  return tx.one(sql<WorkCounts>`
    update godown.work set total = ${total}, done = done + ${rows.length - failed}, failed = failed + ${failed}
    where tenant_id = ${tx.tenantId} and work_id = ${workId} returning total, done, failed`);
}

function resultRow(row: WorkedRow, number: number) {
  const words = row.refusal === undefined ? undefined : explain(row.refusal);
  return {
    row_no: row.rowNo ?? number,
    record_type: row.recordType ?? null,
    record_id: row.recordId ?? null,
    record_code: row.recordCode ?? null,
    outcome: row.outcome,
    code: words?.code ?? null,
    message: [words?.message, words?.whatToDo, row.message].filter((w) => w !== undefined).join(" ") || null,
  };
}

async function closeWork(
  tx: Tx,
  ctx: Ctx,
  workId: WorkId,
  state: "DONE" | "PARTIAL" | "FAILED",
  end: { message?: string; documentId?: DocumentId },
): Promise<void> {
  await tx.run(sql`
    update godown.work set state = ${state}, finished_at = ${ctx.clock.now()}, message = ${end.message ?? null}, document_id = ${end.documentId ?? null},
      started_at = coalesce(started_at, ${ctx.now})
    where tenant_id = ${tx.tenantId} and work_id = ${workId} and finished_at is null`);
}
