import { auditAll } from "../identity/index.ts";
import { newId, ok, type Paise, parseRupees, type Refusal, type Result, refuse, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { CsvRow } from "../platform/csv.ts";
import { csvImport, noOptions } from "../platform/csv-import.ts";
import type { Tx } from "../platform/db.ts";
import type { WorkedRow } from "../platform/work.ts";
import { tellSkusChanged } from "./hooks.ts";
import { checkSku, type SkuInput } from "./save-sku.ts";
import * as store from "./store.ts";

/** One line of the file: new values by field. A field is absent where its column or its cell is. */
interface SkuLine {
  readonly line: number;
  readonly code: string;
  readonly given: Partial<SkuInput>;
  readonly isBundle: boolean | null;
  readonly faults: readonly Refusal[];
}

/** Upload of SKUs: makes those that are new, changes the others. An empty cell leaves what is there. */
export const importSkus = csvImport({
  kind: "catalog.import_skus",
  title: "Import of SKUs",
  path: "/skus/import",
  summary: "Import SKUs from CSV",
  permission: "catalog.edit",
  rowsMax: 100_000,
  columns: [
    { title: "SKU Code", required: true, example: "TSHIRT-BLUE-M" },
    { title: "Name", required: true, example: "T-shirt, blue, M" },
    { title: "Category", example: "Apparel" },
    { title: "Brand", example: "Godown" },
    { title: "HSN", example: "61091000" },
    { title: "Tax Class", example: "APPAREL" },
    { title: "MRP", example: "799.00" },
    { title: "Weight (g)", example: "180" },
    { title: "Length (mm)", example: "300" },
    { title: "Width (mm)", example: "250" },
    { title: "Height (mm)", example: "20" },
    { title: "Image URL", example: "https://example.com/tshirt.jpg" },
    { title: "Type", example: "SIMPLE" },
    { title: "Enabled", example: "true" },
  ],
  options: noOptions,
  items: (rows) => rows.map(readLine),
  chunkSize: 1000,
  chunk: importChunk,
});

/** Reads the cells of one line. Pure; what does not parse is kept as a fault of the line. */
export function readLine(row: CsvRow): SkuLine {
  const faults: Refusal[] = [];
  const cell = (key: string) => row.cells[key] || undefined;
  const text = <Field extends string>(field: Field, key: string) => pick(field, cell(key));
  const whole = <Field extends string>(
    field: Field,
    key: string,
    code: string,
    facts: Record<string, string | number>,
  ) => {
    const given = cell(key);
    if (given === undefined) return {};
    if (/^\d{1,9}$/.test(given)) return pick(field, Number(given));
    faults.push(refuse(code, facts).refusal);
    return {};
  };
  const mrp = cell("mrp");
  const rupees: Paise | null | undefined = mrp === undefined ? undefined : parseRupees(mrp.replaceAll(",", ""));
  if (rupees === null) faults.push(refuse("SKU_MRP_INVALID").refusal);
  const enabled = flag(row, "enabled", "Enabled", ["true", "yes", "1"], ["false", "no", "0"], faults);
  const isBundle = flag(row, "type", "Type", ["bundle"], ["simple"], faults);
  const sizes = { maxMm: 10_000 };
  return {
    line: row.line,
    code: cell("skucode") ?? "",
    given: {
      ...text("name", "name"),
      ...text("category", "category"),
      ...text("brand", "brand"),
      ...text("hsn", "hsn"),
      ...text("taxClass", "taxclass"),
      ...text("imageUrl", "imageurl"),
      ...whole("weightGrams", "weight(g)", "SKU_WEIGHT_INVALID", { maxGrams: 1_000_000 }),
      ...whole("lengthMm", "length(mm)", "SKU_SIZE_INVALID", { field: "lengthMm", ...sizes }),
      ...whole("widthMm", "width(mm)", "SKU_SIZE_INVALID", { field: "widthMm", ...sizes }),
      ...whole("heightMm", "height(mm)", "SKU_SIZE_INVALID", { field: "heightMm", ...sizes }),
      ...(rupees === undefined || rupees === null ? {} : { mrp: rupees }),
      ...(enabled === null ? {} : { enabled }),
    },
    isBundle,
    faults,
  };
}

function pick<Field extends string, Value>(field: Field, value: Value | undefined): { [F in Field]?: Value } {
  const picked: { [F in Field]?: Value } = {};
  if (value !== undefined) picked[field] = value;
  return picked;
}

function flag(
  row: CsvRow,
  key: string,
  field: string,
  yes: readonly string[],
  no: readonly string[],
  faults: Refusal[],
): boolean | null {
  const given = row.cells[key]?.toLowerCase() ?? "";
  if (given === "") return null;
  if (yes.includes(given)) return true;
  if (no.includes(given)) return false;
  const allowed = `${yes[0]} or ${no[0]}`;
  faults.push(refuse("SKU_FLAG_INVALID", { field, value: given.slice(0, 60), allowed }).refusal);
  return null;
}

interface Planned {
  readonly kind: "insert" | "update";
  readonly skuId: SkuId;
  readonly values: store.SkuValues;
  readonly isBundle: boolean;
  readonly before: store.SkuRow | null;
}

async function importChunk(ctx: Ctx, tx: Tx, lines: readonly SkuLine[]): Promise<WorkedRow[]> {
  const known = new Map(
    (
      await store.lockSkusByCodes(
        tx,
        lines.map((l) => l.code),
      )
    ).map((s) => [s.code, s]),
  );
  const classes = await store.taxClassIdsByCode(tx, [...new Set(lines.flatMap((l) => l.given.taxClass ?? []))]);
  const seen = new Map<string, number>();
  const planned = lines.map((line): Result<Planned | "UNCHANGED"> => {
    const earlier = seen.get(line.code);
    if (earlier !== undefined) return refuse("SKU_TWICE_IN_FILE", { sku: line.code, line: earlier });
    seen.set(line.code, line.line);
    return plan(line, known.get(line.code) ?? null, classes);
  });
  const writes = planned.flatMap((p) => (p.ok && p.value !== "UNCHANGED" ? [p.value] : []));
  const inserts = writes.filter((w) => w.kind === "insert");
  const updates = writes.filter((w) => w.kind === "update");
  const written = inserts.length > 0 ? await store.insertSkus(tx, inserts, ctx.now) : new Set<SkuId>();
  if (updates.length > 0) await store.updateSkus(tx, updates, ctx.now);
  await auditAll(
    tx,
    ctx,
    writes
      .filter((w) => w.kind === "update" || written.has(w.skuId))
      .map((w) => ({
        action: w.kind === "insert" ? "catalog.sku_created" : "catalog.sku_changed",
        recordType: "sku",
        recordId: w.skuId,
        recordCode: w.values.code,
        ...(w.before === null ? {} : { before: w.before }),
        after: w.values,
      })),
  );
  await tellSkusChanged(
    tx,
    ctx,
    writes
      .filter((w) => (w.kind === "insert" ? written.has(w.skuId) : w.before?.enabled !== w.values.enabled))
      .map((w) => w.skuId),
  );
  return planned.map((p, i) => {
    const line = lines[i];
    const about = { rowNo: line?.line ?? i, recordType: "sku", recordCode: line?.code ?? "" };
    if (!p.ok) return { ...about, outcome: "FAILED", refusal: p.refusal };
    if (p.value === "UNCHANGED") return { ...about, outcome: "UNCHANGED" };
    const { skuId, kind } = p.value;
    // Between the lock and the insert somebody else made the same code.
    if (kind === "insert" && !written.has(skuId))
      return {
        ...about,
        outcome: "FAILED",
        refusal: refuse("SKU_CHANGED_MEANWHILE", { sku: about.recordCode }).refusal,
      };
    return { ...about, outcome: "DONE", recordId: skuId };
  });
}

function plan(
  line: SkuLine,
  before: store.SkuRow | null,
  classes: ReadonlyMap<string, store.TaxClassId>,
): Result<Planned | "UNCHANGED"> {
  const isBundle = before?.isBundle ?? line.isBundle ?? false;
  if (before !== null && line.isBundle !== null && line.isBundle !== before.isBundle) {
    const [kind, wanted] = before.isBundle ? ["a bundle", "a simple SKU"] : ["a simple SKU", "a bundle"];
    return refuse("SKU_KIND_FIXED", { sku: line.code, kind, wanted });
  }
  const input: SkuInput = { ...(before ?? EMPTY), ...line.given, code: line.code };
  // A cell that is given names a class that must be there; an empty one leaves the class that is there.
  const named = line.given.taxClass ?? null;
  const taxClassId = named === null ? (before?.taxClassId ?? null) : (classes.get(named) ?? null);
  const checked = checkSku(input, taxClassId, line.faults);
  if (!checked.ok) return checked;
  const values = checked.value;
  if (before !== null && sameValues(before, values)) return ok("UNCHANGED");
  return ok({
    kind: before === null ? "insert" : "update",
    skuId: before?.skuId ?? newId<"Sku">(),
    values,
    isBundle,
    before,
  });
}

const EMPTY = {
  name: "",
  category: null,
  brand: null,
  hsn: null,
  taxClass: null,
  mrp: null,
  weightGrams: null,
  lengthMm: null,
  widthMm: null,
  heightMm: null,
  imageUrl: null,
  enabled: true,
} as const;

const COMPARED = [
  "name",
  "category",
  "brand",
  "hsn",
  "taxClassId",
  "mrp",
  "weightGrams",
  "lengthMm",
  "widthMm",
  "heightMm",
  "imageUrl",
  "enabled",
] as const;

function sameValues(a: store.SkuValues, b: store.SkuValues): boolean {
  return COMPARED.every((field) => a[field] === b[field]);
}
