import { z } from "zod";
import { ok, refuse, rupeesText } from "../kernel/index.ts";
import { flagField, idField, optionalTextField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { cycleCountLifecycle } from "./cycle-count.ts";
import { addShelves, cancelCount, closeCount, createCount, removeShelves } from "./plan-count.ts";
import { type CountRow, countDetail, listCounts, listShelfHistory } from "./queries.ts";
import { shelfRoutes } from "./shelf-routes.ts";
import { accuracyBps } from "./variance.ts";

const VIEW = "cyclecounts.view";
const MANAGE = "cyclecounts.manage";
const SHELVES_MAX = 2_000;

const count = z.number().int();
const nullableText = z.string().nullable();
const countParams = z.object({ cycleCountId: idField<"CycleCount">() });
const day = z.iso.date().transform((text) => Temporal.PlainDate.from(text));
const shelfIds = z
  .array(idField<"Shelf">())
  .min(1)
  .max(SHELVES_MAX)
  .transform((ids) => [...new Set(ids)]);

const countAnswer = z.object({
  cycleCountId: z.string(),
  code: z.string(),
  state: z.enum(cycleCountLifecycle.states),
  facilityId: z.string(),
  facility: z.string(),
  targetOn: z.string(),
  late: z.boolean(),
  note: nullableText,
  createdAt: z.string(),
  createdBy: z.string(),
  startedAt: nullableText,
  closedAt: nullableText,
  closedBy: nullableText,
  shelves: count,
  counting: count,
  toAccept: count,
  accepted: count,
  judged: count,
  right: count,
  expected: count,
  missing: count,
  extra: count,
  missingValue: count,
  extraValue: count,
  /** Shelves without a difference of those that are counted, in basis points; null while none is. */
  shelfAccuracyBps: count.nullable(),
  /** Pieces of the books that were found in their place; null where the books had none. */
  pieceAccuracyBps: count.nullable(),
  allowed: z.array(z.string()),
});

function countOf(row: CountRow): z.input<typeof countAnswer> {
  return {
    ...row,
    targetOn: row.targetOn.toString(),
    createdAt: row.createdAt.toString(),
    startedAt: row.startedAt?.toString() ?? null,
    closedAt: row.closedAt?.toString() ?? null,
    shelfAccuracyBps: accuracyBps(row.right, row.judged),
    pieceAccuracyBps: accuracyBps(row.expected - row.missing, row.expected),
    allowed: cycleCountLifecycle.allowed(row.state),
  };
}

const percent = (bps: number | null | undefined) => (bps === null || bps === undefined ? null : (bps / 100).toFixed(2));
const counts = listRoutes({
  path: "/cycle-counts",
  summary: "Cycle counts",
  permission: VIEW,
  filters: {
    state: z.enum(cycleCountLifecycle.states).optional(),
    facilityId: idField<"Facility">().optional(),
    late: flagField,
    search: searchField,
  },
  row: countAnswer,
  sorts: ["createdAt", "targetOn", "code"],
  defaultSort: "-createdAt",
  columns: [
    { title: "Cycle count", value: (r) => r.code },
    { title: "State", value: (r) => r.state },
    { title: "Facility", value: (r) => r.facility },
    { title: "Target date", value: (r) => r.targetOn },
    { title: "Note", value: (r) => r.note },
    { title: "Shelves", value: (r) => r.shelves },
    { title: "Shelves accepted", value: (r) => r.accepted },
    { title: "Pieces in the books", value: (r) => r.expected },
    { title: "Missing", value: (r) => r.missing },
    { title: "Extra", value: (r) => r.extra },
    { title: "Missing at MRP (INR)", value: (r) => rupeesText(r.missingValue) },
    { title: "Extra at MRP (INR)", value: (r) => rupeesText(r.extraValue) },
    { title: "Shelves right (%)", value: (r) => percent(r.shelfAccuracyBps) },
    { title: "Pieces right (%)", value: (r) => percent(r.pieceAccuracyBps) },
    { title: "Created at", value: (r) => r.createdAt },
    { title: "Created by", value: (r) => r.createdBy },
    { title: "Closed at", value: (r) => r.closedAt },
    { title: "Closed by", value: (r) => r.closedBy },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listCounts(ctx, tx, filters, page);
    return { ...found, rows: found.rows.map(countOf) };
  },
});

const history = listRoutes({
  path: "/shelf-counts",
  summary: "When each shelf was counted last",
  permission: VIEW,
  filters: {
    facilityId: idField<"Facility">().optional(),
    never: flagField,
    stocked: flagField,
    search: searchField,
  },
  row: z.object({
    shelfId: z.string(),
    shelf: z.string(),
    facilityId: z.string(),
    facility: z.string(),
    enabled: z.boolean(),
    skus: count,
    pieces: count,
    counting: nullableText,
    counts: count,
    lastCountedAt: nullableText,
    lastCountId: nullableText,
    lastCount: nullableText,
    lastMissing: count.nullable(),
    lastExtra: count.nullable(),
  }),
  sorts: ["lastCountedAt", "shelf", "pieces"],
  columns: [
    { title: "Facility", value: (r) => r.facility },
    { title: "Shelf", value: (r) => r.shelf },
    { title: "Enabled", value: (r) => r.enabled },
    { title: "SKUs", value: (r) => r.skus },
    { title: "Pieces", value: (r) => r.pieces },
    { title: "Counts", value: (r) => r.counts },
    { title: "Last counted at", value: (r) => r.lastCountedAt },
    { title: "Last count", value: (r) => r.lastCount },
    { title: "Missing then", value: (r) => r.lastMissing },
    { title: "Extra then", value: (r) => r.lastExtra },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listShelfHistory(ctx, tx, filters, page);
    const rows = found.rows.map((row) => ({ ...row, lastCountedAt: row.lastCountedAt?.toString() ?? null }));
    return { ...found, rows };
  },
});

const plan: Route[] = [
  route({
    method: "POST",
    path: "/cycle-counts",
    summary: "Create a cycle count of a facility",
    permission: MANAGE,
    body: z.strictObject({ facilityId: idField<"Facility">(), targetOn: day, note: optionalTextField(255) }),
    answer: z.object({ cycleCountId: z.string(), code: z.string() }),
    handle: (ctx, { body }) => createCount(ctx, body),
  }),
  route({
    method: "GET",
    path: "/cycle-counts/:cycleCountId",
    summary: "A cycle count: its progress, accuracy and parts",
    permission: VIEW,
    params: countParams,
    answer: countAnswer.extend({
      subCounts: z.array(z.object({ number: count, name: z.string(), shelves: count, counted: count })),
    }),
    handle: (ctx, { params: { cycleCountId } }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await countDetail(ctx, tx, cycleCountId);
        if (!found) return refuse("NOT_FOUND", { what: "cycle count", id: cycleCountId });
        return ok({ ...countOf(found), subCounts: found.subCounts });
      }),
  }),
  route({
    method: "POST",
    path: "/cycle-counts/:cycleCountId/shelves",
    summary: "Add shelves to a cycle count by their codes",
    permission: MANAGE,
    params: countParams,
    body: z.strictObject({ codes: z.array(textField(45)).min(1).max(SHELVES_MAX), subCount: textField(100) }),
    answer: z.object({ added: count }),
    handle: (ctx, { params, body: { codes, subCount } }) => addShelves(ctx, { ...params, subCount, choice: { codes } }),
  }),
  route({
    method: "POST",
    path: "/cycle-counts/:cycleCountId/shelves/longest-uncounted",
    summary: "Add the shelves with stock that were not counted for longest",
    permission: MANAGE,
    params: countParams,
    body: z.strictObject({
      shelves: count.min(1).max(SHELVES_MAX),
      prefix: optionalTextField(45),
      subCount: textField(100),
    }),
    answer: z.object({ added: count }),
    handle: (ctx, { params, body: { shelves, prefix, subCount } }) =>
      addShelves(ctx, { ...params, subCount, choice: { longestUncounted: shelves, prefix: prefix ?? "" } }),
  }),
  route({
    method: "POST",
    path: "/cycle-counts/:cycleCountId/shelves/remove",
    summary: "Take shelves out of a cycle count that nobody began to count",
    permission: MANAGE,
    params: countParams,
    body: z.strictObject({ shelfIds }),
    answer: z.object({ removed: count }),
    handle: (ctx, { params, body }) => removeShelves(ctx, { ...params, ...body }),
  }),
  route({
    method: "POST",
    path: "/cycle-counts/:cycleCountId/close",
    summary: "Close a cycle count",
    permission: MANAGE,
    params: countParams,
    handle: (ctx, { params }) => closeCount(ctx, params.cycleCountId),
  }),
  route({
    method: "POST",
    path: "/cycle-counts/:cycleCountId/cancel",
    summary: "Cancel a cycle count in which nothing was counted",
    permission: MANAGE,
    params: countParams,
    handle: (ctx, { params }) => cancelCount(ctx, params.cycleCountId),
  }),
];

export const cycleCountRoutes: Route[] = [...counts, ...history, ...plan, ...shelfRoutes];
