import { ok, type Refusal, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { CsvRow } from "../../platform/csv.ts";
import { type CsvColumn, csvImport, noOptions } from "../../platform/csv-import.ts";
import type { Tx } from "../../platform/db.ts";
import type { WorkedRow } from "../../platform/work.ts";
import { type AppliesTo, CLEARS, columnKey, type FieldKind, type StoredField } from "./custom-field.ts";
import { findRecords, type NamedRecord, type RecordName } from "./queries.ts";
import { type Wanted, writeWanted } from "./set-values.ts";
import { readFields } from "./store.ts";

const ROWS_MAX = 100_000;
const LINES_PER_CHUNK = 500;
/** Columns that are no fields: which record a line is about, and what our own export tells besides. */
const OWN_COLUMNS = ["Channel Code", "Order Code", "Item Code", "SKU Code", "Package Code"] as const;
const OWN = new Set(OWN_COLUMNS.map(columnKey));

/** A line of a file: which record it is about, and its cells by the columns' keys. */
interface ValueLine {
  readonly line: number;
  readonly record: RecordName;
  readonly cells: ReadonlyMap<string, string>;
}

/**
 * Upload of custom fields' values: a line names an order, an item of one, or a package; each field has a column of its name.
 * An empty cell leaves what is there, "-" takes the value away. A line with a fault changes nothing; the others are taken.
 */
export const importCustomFields = csvImport({
  kind: "orders.import_custom_fields",
  title: "Import of custom fields",
  path: "/custom-fields/import",
  summary: "Set custom fields of orders, items and packages from CSV",
  permission: "orders.edit",
  rowsMax: ROWS_MAX,
  columns: [
    { title: "Channel Code", example: "Jupiter_Money_1" },
    { title: "Order Code", example: "JM-1001" },
    { title: "Item Code", example: "" },
    { title: "Package Code", example: "" },
  ],
  ownColumns: async (tx) => columnsOf(await readFields(tx, { enabled: true })),
  mayTake: async (tx, rows) => knowsColumns(await readFields(tx), rows),
  options: noOptions,
  items: (rows) => rows.map(lineOf),
  chunkSize: LINES_PER_CHUNK,
  chunk: importChunk,
});

const EXAMPLES: Readonly<Record<FieldKind, string>> = {
  TEXT: "any text",
  WHOLE_NUMBER: "12",
  DECIMAL: "12.50",
  DATE: "2026-11-22",
  YES_NO: "yes",
  CHOICE: "",
};

/** Columns of a template: a name that orders and items share is one column. */
export function columnsOf(fields: readonly StoredField[]): CsvColumn[] {
  const byKey = new Map(fields.map((field) => [columnKey(field.name), field]));
  return [...byKey.values()].map(({ name, kind, choices }) => ({ title: name, example: choices[0] ?? EXAMPLES[kind] }));
}

/** A column that no field is named after is a slip, and would be passed over in silence. Pure. */
export function knowsColumns(fields: readonly StoredField[], rows: readonly CsvRow[]): Result<undefined> {
  const known = new Set(fields.map((field) => columnKey(field.name)));
  const columns = Object.keys(rows[0]?.cells ?? {}).filter((key) => !OWN.has(key) && key !== "");
  const unknown = columns.filter((key) => !known.has(key));
  if (unknown.length === 0 && columns.length > 0) return ok();
  return refuse("CUSTOM_FIELD_COLUMNS_UNKNOWN", {
    columns: unknown.length === 0 ? "(none)" : unknown.slice(0, 20).join(", "),
    names: fields.length === 0 ? "(none yet)" : [...new Set(fields.map((field) => field.name))].join(", "),
  });
}

function lineOf({ line, cells }: CsvRow): ValueLine {
  const cell = (key: string) => cells[key] ?? "";
  const record = {
    line,
    channel: cell("channelcode"),
    order: cell("ordercode"),
    item: cell("itemcode"),
    package: cell("packagecode"),
  };
  const values = Object.entries(cells).filter(([key, value]) => !OWN.has(key) && value !== "");
  return { line, record, cells: new Map(values) };
}

/** Which record a line is about, in words; also where there is none. */
function wordsOf({ order, item, package: parcel }: RecordName): string {
  if (parcel !== "") return `package ${parcel}`;
  return item === "" ? `order ${order}` : `item ${item} of order ${order}`;
}

/**
 * What a line wants of the records that it names. Pure. Refusals, in this order: CUSTOM_FIELD_RECORD_MISSING,
 * CUSTOM_FIELD_RECORD_UNKNOWN, CUSTOM_FIELD_RECORD_AMBIGUOUS, CUSTOM_FIELD_UNKNOWN.
 */
export function wishesOf(
  { record, cells }: ValueLine,
  found: readonly NamedRecord[],
  fields: readonly StoredField[],
): Result<Wanted[]> {
  const named = wordsOf(record);
  const [first] = found;
  const noName = record.package === "" && record.order === "";
  if (noName) return refuse("CUSTOM_FIELD_RECORD_MISSING", {});
  if (first === undefined) return refuse("CUSTOM_FIELD_RECORD_UNKNOWN", { record: named });
  const orders = new Map(found.map((each) => [each.saleOrderId, each.channel]));
  if (orders.size > 1)
    return refuse("CUSTOM_FIELD_RECORD_AMBIGUOUS", { record: named, channels: [...orders.values()].join(", ") });
  const own = new Map(
    fields.filter((field) => field.appliesTo === first.appliesTo).map((field) => [columnKey(field.name), field]),
  );
  const wishes: Wanted[] = [];
  for (const [key, text] of cells) {
    const field = own.get(key);
    if (field === undefined) return refuse("CUSTOM_FIELD_UNKNOWN", { name: key, where: WHERE[first.appliesTo] });
    const value = text === CLEARS ? null : text;
    for (const { appliesTo, id, saleOrderId, orderCode, code } of found)
      wishes.push({ subject: { appliesTo, id, saleOrderId, orderCode, code }, name: field.name, value });
  }
  return ok(wishes);
}

const WHERE: Readonly<Record<AppliesTo, string>> = { ORDER: "orders", ITEM: "items", PACKAGE: "packages" };

async function importChunk(ctx: Ctx, tx: Tx, lines: readonly ValueLine[]): Promise<WorkedRow[]> {
  const fields = await readFields(tx);
  const records = Map.groupBy(
    await findRecords(
      tx,
      ctx.facilities,
      lines.map((line) => line.record),
    ),
    (found) => found.line,
  );
  const read = lines.map((line) => wishesOf(line, records.get(line.line) ?? [], fields));
  const written = await writeWanted(
    tx,
    ctx,
    read.map((wishes) => (wishes.ok ? wishes.value : [])),
    "CSV",
  );
  return lines.map((line, i): WorkedRow => {
    const [first] = records.get(line.line) ?? [];
    const { package: parcel, item, order } = line.record;
    const about = {
      rowNo: line.line,
      recordType: first?.appliesTo === "PACKAGE" ? "shipping_package" : "sale_order",
      recordCode: (parcel || item || order).slice(0, 100),
      ...(first ? { recordId: first.appliesTo === "PACKAGE" ? first.id : first.saleOrderId } : {}),
    };
    const failed = (refusal: Refusal): WorkedRow => ({ ...about, outcome: "FAILED", refusal });
    const wishes = read[i];
    const result = written[i];
    if (wishes === undefined || result === undefined) throw new Error(`line ${line.line} has a result`);
    if (!wishes.ok) return failed(wishes.refusal);
    if (!result.ok) return failed(result.refusal);
    return { ...about, outcome: result.value.length > 0 ? "DONE" : "UNCHANGED" };
  });
}
