import { audit } from "../identity/index.ts";
import { newId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { csvImport, noOptions } from "../platform/csv-import.ts";
import type { Tx } from "../platform/db.ts";
import type { WorkedRow } from "../platform/work.ts";
import { appliedLines, rememberLines } from "./adjust.store.ts";
import { adjustMany } from "./adjust.ts";
import { type AdjustmentLine, readAdjustments } from "./adjustment.ts";

/**
 * Upload of stock adjustments. The same file again does no harm: REPLACE gives the same figure, and a line that adds,
 * removes or transfers is applied once per file (known by its digest). A second delivery of the same goods is another
 * file: a changed remark is enough.
 */
export const importAdjustments = csvImport({
  kind: "inventory.import_adjustments",
  title: "Import of stock adjustments",
  path: "/inventory/adjustments/import",
  summary: "Adjust stock from CSV",
  permission: "inventory.adjust",
  rowsMax: 100_000,
  columns: [
    { title: "Facility Code", required: true, example: "BLR-1" },
    { title: "SKU Code", required: true, example: "TSHIRT-BLUE-M" },
    { title: "Adjustment Type", required: true, example: "ADD" },
    { title: "Quantity", required: true, example: "25" },
    { title: "Inventory Type", example: "GOOD_INVENTORY" },
    { title: "Shelf Code", example: "DEFAULT" },
    { title: "Transfer To Shelf Code", example: "" },
    { title: "Remarks", example: "Opening stock" },
  ],
  options: noOptions,
  items: readAdjustments,
  chunkSize: 2000,
  chunk: (ctx, tx, lines, file) => importChunk(ctx, tx, lines, file.sha256),
});

async function importChunk(ctx: Ctx, tx: Tx, lines: readonly AdjustmentLine[], sha256: string): Promise<WorkedRow[]> {
  const applied = await appliedLines(
    tx,
    sha256,
    lines.map((l) => l.line),
  );
  const fresh = lines.flatMap((l) =>
    l.adjustment.ok && !applied.has(l.line) ? [{ ...l, asked: l.adjustment.value }] : [],
  );
  const results = await adjustMany(
    tx,
    ctx,
    fresh.map((l) => l.asked),
  );
  const resultAt = new Map(fresh.map((l, i) => [l.line, results[i]]));
  const once = fresh.filter((l, i) => l.asked.kind !== "REPLACE" && results[i]?.ok).map((l) => l.line);
  if (once.length > 0) await rememberLines(tx, sha256, once, ctx.now);
  const done = results.filter((r) => r.ok).length;
  // The ledger says of each piece who moved it and why; the trail says which file it was.
  if (done > 0)
    await audit(tx, ctx, {
      action: "inventory.adjusted_by_file",
      recordType: "stock_import",
      recordId: newId<"StockImport">(),
      after: { sha256, firstLine: lines[0]?.line, lastLine: lines.at(-1)?.line, done, refused: lines.length - done },
    });
  return lines.map((l): WorkedRow => {
    const about = { rowNo: l.line, recordType: "sku", recordCode: l.sku };
    if (!l.adjustment.ok) return { ...about, outcome: "FAILED", refusal: l.adjustment.refusal };
    const before = applied.get(l.line);
    if (before !== undefined)
      return {
        ...about,
        outcome: "UNCHANGED",
        message: `This line of this very file was applied on ${before.toString()}.`,
      };
    const result = resultAt.get(l.line);
    if (result === undefined || !result.ok)
      return { ...about, outcome: "FAILED", ...(result ? { refusal: result.refusal } : {}) };
    return { ...about, outcome: result.value.moved === 0 ? "UNCHANGED" : "DONE" };
  });
}
