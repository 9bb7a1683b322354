import { z } from "zod";
import { SHELF_BUCKETS } from "../inventory/index.ts";
import { ok, refuse, rupeesText } from "../kernel/index.ts";
import { flagField, idField, searchField, textField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { explain } from "../platform/refusals.ts";
import { acceptShelves } from "./accept-shelves.ts";
import { beginShelf, countPiece, finishShelf, giveUpShelves, recountShelf } from "./count-shelf.ts";
import { COUNTED_BUCKETS, countShelfLifecycle } from "./cycle-count.ts";
import { blindShelf, listCountShelves, listVariances } from "./queries.ts";

const VIEW = "cyclecounts.view";
const COUNT = "cyclecounts.count";
const ACCEPT = "cyclecounts.accept";
const SHELVES_MAX = 2_000;
const PIECES_MAX = 1_000_000;

const count = z.number().int();
const nullableText = z.string().nullable();
const countParams = z.object({ cycleCountId: idField<"CycleCount">() });
const shelfParams = countParams.extend({ shelfId: idField<"Shelf">() });
const bucket = z.enum(COUNTED_BUCKETS);
const shelfIds = z
  .array(idField<"Shelf">())
  .min(1)
  .max(SHELVES_MAX)
  .transform((ids) => [...new Set(ids)]);

const shelves = listRoutes({
  path: "/cycle-count-shelves",
  summary: "Shelves of a cycle count",
  permission: VIEW,
  filters: {
    cycleCountId: idField<"CycleCount">(),
    state: z.enum(countShelfLifecycle.states).optional(),
    subCount: z.coerce.number().int().min(1).max(100_000).optional(),
    different: flagField,
    search: searchField,
  },
  row: z.object({
    shelfId: z.string(),
    shelf: z.string(),
    enabled: z.boolean(),
    subCount: count,
    subCountName: z.string(),
    state: z.enum(countShelfLifecycle.states),
    round: count,
    counter: nullableText,
    startedAt: nullableText,
    countedAt: nullableText,
    acceptedAt: nullableText,
    acceptedBy: nullableText,
    expected: count.nullable(),
    counted: count.nullable(),
    missing: count.nullable(),
    extra: count.nullable(),
    missingValue: count.nullable(),
    extraValue: count.nullable(),
    allowed: z.array(z.string()),
  }),
  sorts: ["shelf", "countedAt", "missing"],
  columns: [
    { title: "Shelf", value: (r) => r.shelf },
    { title: "Part", value: (r) => r.subCountName },
    { title: "State", value: (r) => r.state },
    { title: "Counted by", value: (r) => r.counter },
    { title: "Counted at", value: (r) => r.countedAt },
    { title: "Pieces in the books", value: (r) => r.expected },
    { title: "Counted", value: (r) => r.counted },
    { title: "Missing", value: (r) => r.missing },
    { title: "Extra", value: (r) => r.extra },
    { title: "Accepted at", value: (r) => r.acceptedAt },
    { title: "Accepted by", value: (r) => r.acceptedBy },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listCountShelves(ctx, tx, filters, page);
    const rows = found.rows.map((row) => ({
      ...row,
      startedAt: row.startedAt?.toString() ?? null,
      countedAt: row.countedAt?.toString() ?? null,
      acceptedAt: row.acceptedAt?.toString() ?? null,
      allowed: countShelfLifecycle.allowed(row.state),
    }));
    return { ...found, rows };
  },
});

const variances = listRoutes({
  path: "/cycle-count-variances",
  summary: "What was expected and what was found on the counted shelves of a cycle count",
  permission: VIEW,
  filters: {
    cycleCountId: idField<"CycleCount">(),
    shelfId: idField<"Shelf">().optional(),
    different: flagField,
    bucket: z.enum(SHELF_BUCKETS).optional(),
    search: searchField,
  },
  row: z.object({
    shelfId: z.string(),
    shelf: z.string(),
    state: z.enum(countShelfLifecycle.states),
    skuId: z.string(),
    sku: z.string(),
    name: z.string(),
    imageUrl: nullableText,
    bucket: z.enum(SHELF_BUCKETS),
    expected: count,
    counted: count,
    difference: count,
    mrp: count.nullable(),
    value: count.nullable(),
    counter: nullableText,
    countedAt: nullableText,
    acceptedAt: nullableText,
    acceptedBy: nullableText,
  }),
  sorts: ["shelf", "sku", "difference", "value"],
  columns: [
    { title: "Shelf", value: (r) => r.shelf },
    { title: "SKU", value: (r) => r.sku },
    { title: "Name", value: (r) => r.name },
    { title: "Bucket", value: (r) => r.bucket },
    { title: "In the books", value: (r) => r.expected },
    { title: "Counted", value: (r) => r.counted },
    { title: "Difference", value: (r) => r.difference },
    { title: "MRP (INR)", value: (r) => (r.mrp === null ? null : rupeesText(r.mrp)) },
    { title: "Difference at MRP (INR)", value: (r) => (r.value === null ? null : rupeesText(r.value)) },
    { title: "State", value: (r) => r.state },
    { title: "Counted by", value: (r) => r.counter },
    { title: "Counted at", value: (r) => r.countedAt },
    { title: "Accepted by", value: (r) => r.acceptedBy },
    { title: "Accepted at", value: (r) => r.acceptedAt },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listVariances(ctx, tx, filters, page);
    const rows = found.rows.map((row) => ({
      ...row,
      countedAt: row.countedAt?.toString() ?? null,
      acceptedAt: row.acceptedAt?.toString() ?? null,
    }));
    return { ...found, rows };
  },
});

const counting: Route[] = [
  route({
    method: "POST",
    path: "/cycle-counts/:cycleCountId/begin",
    summary: "Begin a shelf of a cycle count, or go on with it: nobody else uses it meanwhile",
    permission: COUNT,
    params: countParams,
    body: z.strictObject({ shelf: textField(45), takeOver: z.boolean().default(false) }),
    answer: z.object({ shelfId: z.string(), shelf: z.string(), how: z.enum(["BEGIN", "RESUME", "TAKE_OVER"]) }),
    handle: (ctx, { params, body }) => beginShelf(ctx, { ...params, code: body.shelf, takeOver: body.takeOver }),
  }),
  route({
    method: "GET",
    path: "/cycle-counts/:cycleCountId/shelves/:shelfId",
    summary: "A shelf as its counter sees it: what was counted so far, not what is expected",
    permission: COUNT,
    params: shelfParams,
    answer: z.object({
      shelf: z.string(),
      state: z.enum(countShelfLifecycle.states),
      counter: nullableText,
      lines: z.array(
        z.object({
          skuId: z.string(),
          sku: z.string(),
          name: z.string(),
          imageUrl: nullableText,
          bucket,
          counted: count,
        }),
      ),
    }),
    handle: (ctx, { params }) =>
      ctx.db.read(ctx.tenantId, async (tx) => {
        const found = await blindShelf(ctx, tx, params);
        return found ? ok(found) : refuse("NOT_FOUND", { what: "shelf of the cycle count", id: params.shelfId });
      }),
  }),
  route({
    method: "POST",
    path: "/cycle-counts/:cycleCountId/shelves/:shelfId/pieces",
    summary: "Count pieces of a SKU on a shelf",
    permission: COUNT,
    params: shelfParams,
    body: z.discriminatedUnion("how", [
      z.strictObject({
        how: z.literal("ADD"),
        code: textField(100),
        bucket,
        /** Negative: takes back what was counted by mistake. */
        quantity: count.min(-PIECES_MAX).max(PIECES_MAX),
      }),
      z.strictObject({
        how: z.literal("SET"),
        code: textField(100),
        bucket,
        quantity: count.min(0).max(PIECES_MAX),
      }),
    ]),
    answer: z.object({
      skuId: z.string(),
      sku: z.string(),
      name: z.string(),
      imageUrl: nullableText,
      counted: count,
      pieces: count,
      /** The books know this SKU on this shelf. */
      known: z.boolean(),
    }),
    handle: (ctx, { params, body }) => countPiece(ctx, { ...params, ...body }),
  }),
  route({
    method: "POST",
    path: "/cycle-counts/:cycleCountId/shelves/:shelfId/finish",
    summary: "Say that all of a shelf is counted",
    permission: COUNT,
    params: shelfParams,
    handle: (ctx, { params }) => finishShelf(ctx, params),
  }),
  route({
    method: "POST",
    path: "/cycle-counts/:cycleCountId/shelves/:shelfId/recount",
    summary: "Count a shelf again from nothing",
    permission: COUNT,
    params: shelfParams,
    handle: (ctx, { params }) => recountShelf(ctx, params),
  }),
  route({
    method: "POST",
    path: "/cycle-counts/:cycleCountId/give-up",
    summary: "Give shelves up: what was counted is forgotten, and they are free for orders",
    permission: COUNT,
    params: countParams,
    body: z.strictObject({ shelfIds }),
    handle: (ctx, { params, body }) => giveUpShelves(ctx, { ...params, ...body }),
  }),
  route({
    method: "POST",
    path: "/cycle-counts/:cycleCountId/accept",
    summary: "Accept counted shelves: the differences go to the stock ledger",
    permission: ACCEPT,
    params: countParams,
    body: z.strictObject({ shelfIds, letOrdersWait: z.boolean().default(false) }),
    answer: z.object({
      accepted: count,
      missing: count,
      extra: count,
      waiting: z.array(z.string()),
      refused: z.array(
        z.object({ id: z.string(), record: z.string(), code: z.string(), message: z.string(), whatToDo: z.string() }),
      ),
    }),
    handle: async (ctx, { params, body }) => {
      const result = await acceptShelves(ctx, { ...params, ...body });
      if (!result.ok) return result;
      const refused = result.value.refused.map(({ shelfId, shelf, refusal }) => {
        const { code, message, whatToDo } = explain(refusal);
        return { id: shelfId, record: shelf, code, message, whatToDo };
      });
      return ok({ ...result.value, refused });
    },
  }),
];

export const shelfRoutes: Route[] = [...shelves, ...variances, ...counting];
