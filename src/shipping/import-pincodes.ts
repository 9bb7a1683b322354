import { z } from "zod";
import { audit } from "../identity/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { CsvRow } from "../platform/csv.ts";
import { csvImport } from "../platform/csv-import.ts";
import type { Tx } from "../platform/db.ts";
import { idField } from "../platform/http/fields.ts";
import type { WorkedRow } from "../platform/work.ts";
import { parsePincode } from "../warehouse/index.ts";
import { tellServiceabilityChanged } from "./hooks.ts";
import type { ShippingProviderId } from "./provider.ts";
import * as store from "./store.ts";

interface Served {
  readonly pincode: string;
  readonly cod: boolean;
  readonly sortCode: string | null;
  /** False: the courier goes there no longer. */
  readonly serves: boolean;
}
interface PincodeLine {
  readonly line: number;
  readonly text: string;
  readonly served: Result<Served>;
}

/** Upload of the pincodes that a provider serves. Lines change what they name; others stay. */
export const importPincodes = csvImport({
  kind: "shipping.import_pincodes",
  title: "Import of serviceable pincodes",
  path: "/provider-pincodes/import",
  summary: "Import a provider's serviceable pincodes from CSV",
  permission: "shipping.edit",
  rowsMax: 100_000, // India has about 19,000
  columns: [
    { title: "Pincode", required: true, example: "560068" },
    { title: "COD", example: "true" },
    { title: "Sort Code", example: "BLR/HSR" },
    { title: "Serves", example: "true" },
  ],
  options: z.object({ providerId: idField<"ShippingProvider">() }),
  mayStart: async (_ctx, tx, { providerId }) =>
    (await store.providerById(tx, providerId)) === undefined
      ? refuse("NOT_FOUND", { what: "shipping provider", id: providerId })
      : ok(),
  items: readPincodes,
  chunkSize: 2000,
  chunk: (ctx, tx, lines, file) => importChunk(ctx, tx, lines, file.options.providerId),
});

/** Pure. */
export function readPincodes(rows: readonly CsvRow[]): PincodeLine[] {
  const firstAt = new Map<string, number>();
  return rows.map((row) => {
    const text = row.cells.pincode ?? "";
    const served = readRow(row, text);
    const earlier = served.ok ? firstAt.get(served.value.pincode) : undefined;
    if (served.ok && earlier === undefined) firstAt.set(served.value.pincode, row.line);
    return {
      line: row.line,
      text: text.slice(0, 20),
      served: earlier === undefined ? served : refuse("PINCODE_TWICE_IN_FILE", { pincode: text, line: earlier }),
    };
  });
}

function readRow(row: CsvRow, text: string): Result<Served> {
  const pincode = parsePincode(text);
  if (!pincode.ok) return pincode;
  const cod = readFlag(row, "cod", "COD");
  if (!cod.ok) return cod;
  const serves = readFlag(row, "serves", "Serves");
  if (!serves.ok) return serves;
  const sortCode = row.cells.sortcode || null;
  if (sortCode !== null && (sortCode.length > 30 || /\p{Cc}/u.test(sortCode)))
    return refuse("PINCODE_CELL_INVALID", {
      field: "Sort Code",
      allowed: "at most 30 characters",
      value: sortCode.slice(0, 40),
    });
  return ok({ pincode: pincode.value, cod: cod.value, sortCode, serves: serves.value });
}

function readFlag(row: CsvRow, key: string, field: string): Result<boolean> {
  const text = (row.cells[key] ?? "").toLowerCase();
  if (["", "true", "yes", "y", "1"].includes(text)) return ok(true);
  if (["false", "no", "n", "0"].includes(text)) return ok(false);
  return refuse("PINCODE_CELL_INVALID", { field, allowed: "true or false", value: text.slice(0, 40) });
}

async function importChunk(
  ctx: Ctx,
  tx: Tx,
  lines: readonly PincodeLine[],
  providerId: ShippingProviderId,
): Promise<WorkedRow[]> {
  const provider = await store.providerById(tx, providerId);
  const missing = refuse("NOT_FOUND", { what: "shipping provider", id: providerId }).refusal;
  const good = provider === undefined ? [] : lines.flatMap((l) => (l.served.ok ? [l.served.value] : []));
  const before = new Map(
    (
      await store.pincodesOfProvider(
        tx,
        providerId,
        good.map((g) => g.pincode),
      )
    ).map((r) => [r.pincode, r]),
  );
  const changed = good.filter((g) => {
    const had = before.get(g.pincode);
    return g.serves ? had === undefined || had.cod !== g.cod || had.sortCode !== g.sortCode : had !== undefined;
  });
  await store.savePincodes(
    tx,
    providerId,
    changed.filter((c) => c.serves),
  );
  await store.dropPincodes(
    tx,
    providerId,
    changed.flatMap((c) => (c.serves ? [] : [c.pincode])),
  );
  if (changed.length > 0) await tellServiceabilityChanged(tx);
  if (changed.length > 0)
    await audit(tx, ctx, {
      action: "shipping.pincodes_changed",
      recordType: "shipping_provider",
      recordId: providerId,
      recordCode: provider?.code ?? null,
      before: changed.flatMap((c) => before.get(c.pincode) ?? []),
      after: changed,
    });
  const touched = new Set(changed.map((c) => c.pincode));
  return lines.map(({ line, text, served }): WorkedRow => {
    const about = { rowNo: line, recordType: "pincode", recordCode: text };
    if (provider === undefined) return { ...about, outcome: "FAILED", refusal: missing };
    if (!served.ok) return { ...about, outcome: "FAILED", refusal: served.refusal };
    return { ...about, outcome: touched.has(served.value.pincode) ? "DONE" : "UNCHANGED" };
  });
}
