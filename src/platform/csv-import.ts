import { z } from "zod";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "./context.ts";
import { type CsvRow, csvLine, readCsv } from "./csv.ts";
import type { Tx } from "./db.ts";
import { textField } from "./http/fields.ts";
import { type FileAnswer, type Route, route } from "./http/route.ts";
import type { JobRegistry } from "./jobs.ts";
import { type DocumentId, keepBytes, readDocument, storeDocument } from "./stored-document.ts";
import { runAsWork, startWork, type WorkedRow, type WorkId, work } from "./work.ts";

const FILE_BYTES_MAX = 24 * 1024 * 1024;
const BODY_BYTES_MAX = Math.ceil((FILE_BYTES_MAX * 4) / 3) + 16 * 1024; // base64 and the JSON around it
const KEPT_DAYS = 30; // the uploaded file, for whoever asks what was in it

/** What a chunk of an import knows besides its items. */
export interface ImportFile<Options> {
  readonly options: Options;
  /** Digest of the file's bytes, hexadecimal: the same file again has the same. */
  readonly sha256: string;
}

/** A column by its title; those that must be there, and an example below each for the template. */
export interface CsvColumn {
  readonly title: string;
  readonly required?: boolean;
  readonly example: string;
}

export interface CsvImportDeclaration<Options, Item> {
  /** Module and verb: "catalog.import_skus". */
  readonly kind: string;
  /** For the tray of running work: "Import of SKUs". The file's name is added. */
  readonly title: string;
  /** Below /api/v1: POST uploads, GET of the same path gives an empty file with the titles. */
  readonly path: string;
  readonly summary: string;
  readonly permission: string;
  readonly rowsMax: number;
  /** In their order. */
  readonly columns: readonly CsvColumn[];
  /** More columns of the template, where the tenant itself decides on them. */
  readonly ownColumns?: (tx: Tx) => Promise<readonly CsvColumn[]>;
  /** What the upload says beside the file. */
  readonly options: z.ZodType<Options>;
  /** Asked before anything is stored: may this upload be started with these options? */
  readonly mayStart?: (ctx: Ctx, tx: Tx, options: Options) => Promise<Result<unknown>>;
  /** Asked of a file that could be read, before it is stored: is it one of these at all? */
  readonly mayTake?: (tx: Tx, rows: readonly CsvRow[]) => Promise<Result<unknown>>;
  /** The rows as items; mostly one each. Pure. */
  readonly items: (rows: readonly CsvRow[]) => readonly Item[];
  readonly chunkSize: number;
  /** Set-based: one transaction a chunk. One outcome for each item, in order; a faulty one is FAILED and does not stop the others. */
  readonly chunk: (
    ctx: Ctx,
    tx: Tx,
    items: readonly Item[],
    file: ImportFile<Options>,
  ) => Promise<readonly WorkedRow[]>;
}

export interface CsvImport<Options> {
  readonly routes: Route[];
  readonly register: (registry: JobRegistry) => void;
  /** Stores the file and starts the work. Refuses a file that cannot be read at all. */
  readonly start: (
    ctx: Ctx,
    upload: { fileName: string; bytes: Uint8Array; options: Options },
  ) => Promise<Result<{ workId: WorkId; rows: number }>>;
}

const uploadFields = {
  fileName: textField(200),
  /** The file's bytes. */
  base64: z.base64().max(BODY_BYTES_MAX),
};

/** A CSV upload as long work: routes to upload and to get the empty file, the job, progress and an outcome for each row. */
export function csvImport<Options, Item>(declared: CsvImportDeclaration<Options, Item>): CsvImport<Options> {
  const definition = work(declared.kind, {
    input: z.object({ documentId: z.uuid(), sha256: z.string(), options: declared.options }),
  });
  const limits = {
    required: declared.columns.filter((c) => c.required).map((c) => c.title),
    rowsMax: declared.rowsMax,
  };
  const start: CsvImport<Options>["start"] = async (ctx, { fileName, bytes, options }) => {
    const { mayStart, mayTake } = declared;
    const may = mayStart ? await ctx.db.read(ctx.tenantId, (tx) => mayStart(ctx, tx, options)) : ok();
    if (!may.ok) return may;
    // Read once now, so that a file that is no CSV at all is refused before anything is stored.
    const rows = readCsv(bytes, limits);
    if (!rows.ok) return rows;
    const taken = mayTake ? await ctx.db.read(ctx.tenantId, (tx) => mayTake(tx, rows.value)) : ok();
    if (!taken.ok) return taken;
    const total = declared.items(rows.value).length;
    const kept = await keepBytes(ctx, bytes);
    return ctx.db.transaction(ctx.tenantId, async (tx) => {
      const documentId = await storeDocument(tx, ctx, {
        kept,
        mediaType: "text/csv; charset=utf-8",
        fileName,
        recordType: "import",
        recordId: ctx.tenantId,
        expiresAt: ctx.now.add({ hours: 24 * KEPT_DAYS }),
      });
      const sha256 = kept.sha256.toString("hex");
      const title = `${declared.title}: ${fileName}`;
      const workId = await startWork(tx, ctx, definition, { title, input: { documentId, sha256, options }, total });
      return ok({ workId, rows: rows.value.length });
    });
  };
  const register = (registry: JobRegistry) =>
    runAsWork(registry, definition, {
      chunkSize: declared.chunkSize,
      items: async (ctx, input) => {
        // startWork wrote the id of a document; only its brand was lost on the way.
        const file = await readDocument(ctx, input.documentId as DocumentId);
        if (file === null) return refuse("NOT_FOUND", { what: "uploaded file", id: input.documentId });
        const rows = readCsv(file.bytes, limits);
        return rows.ok ? ok(declared.items(rows.value)) : rows;
      },
      chunk: (ctx, tx, items, input) =>
        declared.chunk(ctx, tx, items, { options: input.options, sha256: input.sha256 }),
    });
  return { routes: [uploadRoute(declared, start), templateRoute(declared)], register, start };
}

function uploadRoute<Options, Item>(
  declared: CsvImportDeclaration<Options, Item>,
  start: CsvImport<Options>["start"],
): Route {
  return route({
    method: "POST",
    path: declared.path,
    summary: declared.summary,
    permission: declared.permission,
    body: z.object({ ...uploadFields, options: declared.options }),
    bodyBytesMax: BODY_BYTES_MAX,
    answer: z.object({ workId: z.string(), rows: z.number().int() }),
    handle: (ctx, { body }) =>
      start(ctx, {
        fileName: body.fileName,
        bytes: Buffer.from(body.base64, "base64"),
        options: declared.options.parse(body.options),
      }),
  });
}

function templateRoute<Options, Item>(declared: CsvImportDeclaration<Options, Item>): Route {
  return route({
    method: "GET",
    path: declared.path,
    summary: `${declared.summary}: CSV format`,
    permission: declared.permission,
    handle: async (ctx): Promise<FileAnswer> => {
      const { ownColumns } = declared;
      const own = ownColumns ? await ctx.db.read(ctx.tenantId, ownColumns) : [];
      const columns = [...declared.columns, ...own];
      return {
        kind: "file",
        mediaType: "text/csv; charset=utf-8",
        fileName: `${declared.kind.replace(/^.*\./, "")}.csv`,
        disposition: "attachment",
        bytes: Buffer.from(`\uFEFF${csvLine(columns.map((c) => c.title))}${csvLine(columns.map((c) => c.example))}`),
      };
    },
  });
}

/** Options of an import that needs none. */
export const noOptions = z.object({}).default({});
