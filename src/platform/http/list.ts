import { z } from "zod";
import { ok, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../context.ts";
import { csvLine } from "../csv.ts";
import type { Tx } from "../db.ts";
import { type FileAnswer, type Route, route } from "./route.ts";

export const PAGE_ROWS_MAX = 200;
const EXPORT_ROWS_MAX = 100_000;
const EXPORT_ROWS_AT_ONCE = 1_000;

export interface Page {
  readonly limit: number;
  readonly offset: number;
  readonly sort: string;
  readonly descending: boolean;
}

export interface ListPage<Row> {
  readonly rows: Row[];
  /** All rows that match the filters. */
  readonly total: number;
  /** Counts for the tabs, by tab. */
  readonly counts?: Record<string, number>;
}

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | boolean | null | undefined;
}

/**
 * A list as two routes: `GET path` (a page as JSON) and `GET path.csv` (everything that matches, up to 100,000 rows),
 * with the same filters. `sort` is one of `sorts`, "-" before it means descending.
 */
export function listRoutes<RowSchema extends z.ZodObject, Filters extends z.ZodRawShape>(declared: {
  path: string;
  summary: string;
  permission: string;
  filters: Filters;
  row: RowSchema;
  sorts: readonly [string, ...string[]];
  defaultSort?: string;
  columns: readonly Column<z.input<RowSchema>>[];
  fetch: (
    ctx: Ctx,
    tx: Tx,
    filters: z.output<z.ZodObject<Filters>>,
    page: Page,
  ) => Promise<ListPage<z.input<RowSchema>>>;
}): Route[] {
  const names = declared.sorts.flatMap((s) => [s, `-${s}`]);
  const query = z.object({
    ...declared.filters,
    limit: z.coerce.number().int().min(1).max(PAGE_ROWS_MAX).default(50),
    cursor: z
      .string()
      .regex(/^\d{1,7}$/, "is a cursor that this list gave")
      .optional(),
    sort: z.enum(names).default(declared.defaultSort ?? declared.sorts[0]),
  });
  const answer = z.object({
    rows: z.array(declared.row),
    total: z.number().int(),
    nextCursor: z.string().nullable(),
    counts: z.record(z.string(), z.number()).optional(),
    asOf: z.string(),
  });
  // Zod cannot see through a generic shape; the query is exactly the filters and the three members of paging.
  const split = (parsed: unknown) => {
    const { limit, cursor, sort, ...filters } = parsed as { limit: number; cursor?: string; sort: string };
    const page = { limit, offset: Number(cursor ?? 0), sort: sort.replace(/^-/, ""), descending: sort.startsWith("-") };
    return { filters: filters as z.output<z.ZodObject<Filters>>, page };
  };
  const json: Route = {
    method: "GET",
    path: declared.path,
    summary: declared.summary,
    permission: declared.permission,
    query,
    answer,
    handle: async (ctx, input) => {
      const { filters, page } = split(input.query);
      const found = await ctx.db.read(ctx.tenantId, (tx) => declared.fetch(ctx, tx, filters, page));
      const end = page.offset + found.rows.length;
      return {
        ...found,
        nextCursor: end < found.total && found.rows.length > 0 ? String(end) : null,
        asOf: ctx.now.toString(),
      };
    },
  };
  const csv = route({
    method: "GET",
    path: `${declared.path}.csv`,
    summary: `${declared.summary}, as CSV`,
    permission: declared.permission,
    query,
    handle: async (ctx, input) => {
      const { filters, page } = split(input.query);
      const lines = [csvLine(declared.columns.map((c) => c.title))];
      // One moment for all pages: rows that change meanwhile would otherwise be given twice or not at all.
      const refused = await ctx.db.snapshot(ctx.tenantId, async (tx) => {
        for (let offset = 0; ; offset += EXPORT_ROWS_AT_ONCE) {
          const found = await declared.fetch(ctx, tx, filters, { ...page, limit: EXPORT_ROWS_AT_ONCE, offset });
          if (found.total > EXPORT_ROWS_MAX)
            return refuse("EXPORT_TOO_LONG", { rows: found.total, rowsMax: EXPORT_ROWS_MAX });
          for (const row of found.rows) lines.push(csvLine(declared.columns.map((c) => c.value(row))));
          if (found.rows.length < EXPORT_ROWS_AT_ONCE) return undefined;
        }
      });
      if (refused) return refused;
      const name = `${declared.path.split("/").at(-1) ?? "list"}-${ctx.now.toString().slice(0, 10)}.csv`;
      const file: FileAnswer = {
        kind: "file",
        mediaType: "text/csv; charset=utf-8",
        fileName: name,
        disposition: "attachment",
        bytes: Buffer.from(`\uFEFF${lines.join("")}`),
      };
      return ok(file);
    },
  });
  return [json, csv];
}
