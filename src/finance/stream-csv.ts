import { PassThrough } from "node:stream";
import type { Ctx } from "../platform/context.ts";
import { csvLine } from "../platform/csv.ts";
import type { Tx } from "../platform/db.ts";
import type { FileAnswer } from "../platform/http/route.ts";

type Cell = string | number | boolean | null | undefined;

export interface CsvColumn<Row> {
  readonly title: string;
  readonly value: (row: Row) => Cell;
}

/**
 * A CSV that is written while it is read: batches of one snapshot, so that no row is given twice or left out, and no more in
 * memory than one batch. Who stops reading ends the snapshot too; a fault breaks the download off, so that half a register
 * never looks like a whole one.
 */
export function streamCsv<Row>(
  ctx: Ctx,
  fileName: string,
  columns: readonly CsvColumn<Row>[],
  batches: (tx: Tx) => AsyncGenerator<readonly Row[]>,
): FileAnswer {
  const out = new PassThrough();
  const write = async (text: string) => {
    if (out.destroyed) throw new Error("nobody reads the register any more");
    if (!out.write(text)) await roomOrEnd(out);
  };
  const written = ctx.db.snapshot(ctx.tenantId, async (tx) => {
    await write(`\uFEFF${csvLine(columns.map((column) => column.title))}`);
    for await (const rows of batches(tx))
      await write(rows.map((row) => csvLine(columns.map((column) => column.value(row)))).join(""));
  });
  written.then(
    () => out.end(),
    (error: unknown) => {
      if (!out.destroyed) ctx.log.error({ err: error, fileName, outcome: "failed" }, "a register was broken off");
      out.destroy(error instanceof Error ? error : new Error(String(error)));
    },
  );
  return { kind: "file", mediaType: "text/csv; charset=utf-8", fileName, disposition: "attachment", bytes: out };
}

/** Until the reader has caught up, or is gone. */
function roomOrEnd(out: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      out.off("drain", go);
      out.off("close", go);
      resolve();
    };
    out.on("drain", go);
    out.on("close", go);
  });
}
