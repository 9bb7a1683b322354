import { z } from "zod";
import { ok, refuse } from "../kernel/index.ts";
import { csvLine } from "./csv.ts";
import { all, sql, type Tx } from "./db.ts";
import { idField } from "./http/fields.ts";
import { listRoutes } from "./http/list.ts";
import { type FileAnswer, type Route, route } from "./http/route.ts";
import { type DocumentId, readDocument } from "./stored-document.ts";
import type { WorkId } from "./work.ts";

const STATES = ["QUEUED", "RUNNING", "DONE", "PARTIAL", "FAILED"] as const;
const OUTCOMES = ["DONE", "UNCHANGED", "FAILED"] as const;
const CSV_ROWS_AT_ONCE = 5_000;
const DAYS_SHOWN = 30;

const workRow = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  state: z.enum(STATES),
  total: z.number().int(),
  done: z.number().int(),
  failed: z.number().int(),
  message: z.string().nullable(),
  hasDocument: z.boolean(),
  createdBy: z.string().nullable(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
type WorkRow = z.input<typeof workRow>;

const columns = sql`
  w.work_id as id, w.kind, w.title, w.state, w.total, w.done, w.failed, w.message, w.document_id is not null as "hasDocument",
  u.name as "createdBy", w.created_at as "createdAt", w.finished_at as "finishedAt"`;
const tables = sql`godown.work w left join godown.app_user u on u.tenant_id = w.tenant_id and u.user_id = w.created_by`;

type StoredRow = Omit<WorkRow, "createdAt" | "finishedAt"> & {
  createdAt: Temporal.Instant;
  finishedAt: Temporal.Instant | null;
};
const shown = (row: StoredRow): WorkRow => ({
  ...row,
  createdAt: row.createdAt.toString(),
  finishedAt: row.finishedAt?.toString() ?? null,
});

const params = z.object({ workId: idField<"Work">() });
const resultRow = z.object({
  rowNo: z.number().int(),
  recordType: z.string().nullable(),
  recordId: z.string().nullable(),
  recordCode: z.string().nullable(),
  outcome: z.enum(OUTCOMES),
  code: z.string().nullable(),
  message: z.string().nullable(),
});
type ResultRow = z.input<typeof resultRow>;

function readResults(tx: Tx, workId: WorkId, outcome: string | undefined, after: number, limit: number) {
  return tx.run(sql<ResultRow>`
    select row_no as "rowNo", record_type as "recordType", record_id as "recordId", record_code as "recordCode", outcome, code, message
    from godown.work_result
    where ${all([sql`tenant_id = ${tx.tenantId}`, sql`work_id = ${workId}`, sql`row_no > ${after}`, outcome === undefined ? undefined : sql`outcome = ${outcome}`])}
    order by row_no limit ${limit}`);
}

function readWork(tx: Tx, workId: WorkId) {
  return tx.first(sql<StoredRow & { documentId: DocumentId | null }>`
    select ${columns}, w.document_id as "documentId" from ${tables}
    where w.tenant_id = ${tx.tenantId} and w.work_id = ${workId}`);
}

const list = listRoutes({
  path: "/work",
  summary: "Long work of the last 30 days, newest first",
  permission: "work.view",
  filters: { state: z.enum(STATES).optional(), kind: z.string().max(60).optional() },
  row: workRow,
  sorts: ["createdAt"],
  defaultSort: "-createdAt",
  columns: [
    { title: "Title", value: (r) => r.title },
    { title: "State", value: (r) => r.state },
    { title: "Total", value: (r) => r.total },
    { title: "Done", value: (r) => r.done },
    { title: "Failed", value: (r) => r.failed },
    { title: "Started by", value: (r) => r.createdBy },
    { title: "Started at", value: (r) => r.createdAt },
    { title: "Finished at", value: (r) => r.finishedAt },
    { title: "Message", value: (r) => r.message },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const where = all([
      sql`w.tenant_id = ${tx.tenantId}`,
      sql`w.created_at > ${ctx.now.subtract({ hours: 24 * DAYS_SHOWN })}`,
      filters.state === undefined ? undefined : sql`w.state = ${filters.state}`,
      filters.kind === undefined ? undefined : sql`w.kind = ${filters.kind}`,
    ]);
    const rows = await tx.run(sql<StoredRow>`
      select ${columns} from ${tables} where ${where}
      order by w.created_at ${page.descending ? sql`desc` : sql`asc`}, w.work_id limit ${page.limit} offset ${page.offset}`);
    const { total } = await tx.one(sql<{ total: number }>`select count(*) as total from godown.work w where ${where}`);
    return { rows: rows.map(shown), total };
  },
});

const one: Route[] = [
  route({
    method: "GET",
    path: "/work/:workId",
    summary: "One piece of long work and its progress",
    permission: "work.view",
    params,
    answer: workRow,
    handle: async (ctx, { params: { workId } }) => {
      const row = await ctx.db.read(ctx.tenantId, (tx) => readWork(tx, workId));
      return row ? ok(shown(row)) : refuse("NOT_FOUND", { what: "work", id: workId });
    },
  }),
  route({
    method: "GET",
    path: "/work/:workId/results",
    summary: "What became of each item, in the order of the items",
    permission: "work.view",
    params,
    query: z.object({
      outcome: z.enum(OUTCOMES).optional(),
      after: z.coerce.number().int().min(0).max(10_000_000).default(0),
      limit: z.coerce.number().int().min(1).max(200).default(100),
    }),
    answer: z.object({ rows: z.array(resultRow), nextAfter: z.number().int().nullable() }),
    handle: (ctx, { params: { workId }, query }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        if (!(await readWork(tx, workId))) return refuse("NOT_FOUND", { what: "work", id: workId });
        const rows = await readResults(tx, workId, query.outcome, query.after, query.limit);
        return ok({ rows, nextAfter: rows.length < query.limit ? null : (rows.at(-1)?.rowNo ?? null) });
      }),
  }),
  route({
    method: "GET",
    path: "/work/:workId/results.csv",
    summary: "What became of each item, as CSV",
    permission: "work.view",
    params,
    query: z.object({ outcome: z.enum(OUTCOMES).optional() }),
    handle: (ctx, { params: { workId }, query }) =>
      ctx.db.snapshot(ctx.tenantId, async (tx) => {
        const found = await readWork(tx, workId);
        if (!found) return refuse("NOT_FOUND", { what: "work", id: workId });
        const lines = [csvLine(["Row", "Record", "Outcome", "Code", "Message"])];
        for (let after = 0; ; ) {
          const rows = await readResults(tx, workId, query.outcome, after, CSV_ROWS_AT_ONCE);
          for (const r of rows) lines.push(csvLine([r.rowNo, r.recordCode, r.outcome, r.code, r.message]));
          after = rows.at(-1)?.rowNo ?? after;
          if (rows.length < CSV_ROWS_AT_ONCE) break;
        }
        const file: FileAnswer = {
          kind: "file",
          mediaType: "text/csv; charset=utf-8",
          fileName: `${found.kind}-results.csv`,
          disposition: "attachment",
          bytes: Buffer.from(`\uFEFF${lines.join("")}`),
        };
        return ok(file);
      }),
  }),
  route({
    method: "GET",
    path: "/work/:workId/document",
    summary: "The file that the work made",
    permission: "work.view",
    params,
    handle: async (ctx, { params: { workId } }) => {
      const found = await ctx.db.read(ctx.tenantId, (tx) => readWork(tx, workId));
      const file = found?.documentId ? await readDocument(ctx, found.documentId) : null;
      return file ? ok(file) : refuse("NOT_FOUND", { what: "file of work", id: workId });
    },
  }),
];

/** Long work: list, progress, results and the file it made. */
export const workRoutes: Route[] = [...list, ...one];
