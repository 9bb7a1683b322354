import { auditAll } from "../identity/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { CsvRow } from "../platform/csv.ts";
import { csvImport, type ImportFile, noOptions } from "../platform/csv-import.ts";
import type { Tx } from "../platform/db.ts";
import type { WorkedRow } from "../platform/work.ts";
import { parsePincode } from "../warehouse/index.ts";
import { tellServiceabilityChanged } from "./hooks.ts";
import { METHODS, type ServiceabilityRow } from "./queries.ts";
import * as store from "./store.ts";

const PRIORITY_MAX = 9_999;

/** What a line says: a courier at a pincode for a method. */
interface Said {
  readonly provider: string;
  readonly pincode: string;
  readonly method: ServiceabilityRow["method"];
  readonly priority: number | null;
  /** Null: stays as it is. */
  readonly sortCode: string | null;
  /** False: it goes there no longer by this method. */
  readonly serves: boolean;
}
interface Line {
  readonly line: number;
  readonly text: string;
  readonly said: Result<Said>;
}

/** Upload of the serviceability file of all couriers (notifications.md section 9). Lines change what they name; the rest stays. */
export const importServiceability = csvImport({
  kind: "shipping.import_serviceability",
  title: "Import of serviceability",
  path: "/serviceability/import",
  summary: "Import who serves which pincode, by which method, with what priority, from CSV",
  permission: "shipping.edit",
  rowsMax: 300_000, // 19,000 pincodes, two methods, eight couriers
  columns: [
    { title: "Pincode", required: true, example: "560068" },
    { title: "Payment Method", required: true, example: "COD" },
    { title: "Shipping Provider Code", required: true, example: "SURFACE" },
    { title: "Priority", example: "1" },
    { title: "Sort Code", example: "BLR/HSR" },
    { title: "Serves", example: "true" },
  ],
  options: noOptions,
  items: readServiceability,
  chunkSize: 5_000,
  chunk: importChunk,
});

/** Pure. */
export function readServiceability(rows: readonly CsvRow[]): Line[] {
  const firstAt = new Map<string, number>();
  return rows.map((row) => {
    const said = readRow(row);
    const { pincode = "", paymentmethod = "", shippingprovidercode = "" } = row.cells;
    const text = `${pincode} ${paymentmethod} ${shippingprovidercode}`.slice(0, 60);
    if (!said.ok) return { line: row.line, text, said };
    const { provider, method } = said.value;
    const key = `${provider} ${said.value.pincode} ${method}`;
    const line = firstAt.get(key);
    if (line === undefined) firstAt.set(key, row.line);
    const twice = { provider, pincode: said.value.pincode, method };
    return {
      ...{ line: row.line, text },
      said: line === undefined ? said : refuse("SERVICEABILITY_TWICE_IN_FILE", { ...twice, line }),
    };
  });
}

function readRow({ cells }: CsvRow): Result<Said> {
  const pincode = parsePincode(cells.pincode ?? "");
  if (!pincode.ok) return pincode;
  const methodText = (cells.paymentmethod ?? "").toUpperCase();
  const method = METHODS.find((m) => m === methodText);
  if (method === undefined) return invalid("Payment Method", "COD or PREPAID", methodText);
  const provider = (cells.shippingprovidercode ?? "").toUpperCase();
  if (provider === "") return invalid("Shipping Provider Code", "the code of a shipping provider", "");
  const priorityText = cells.priority ?? "";
  if (priorityText !== "" && !/^[1-9]\d{0,3}$/.test(priorityText))
    return invalid("Priority", `empty or a whole number from 1 to ${PRIORITY_MAX}`, priorityText);
  const sortCode = cells.sortcode || null;
  if (sortCode !== null && (sortCode.length > 30 || /\p{Cc}/u.test(sortCode)))
    return invalid("Sort Code", "at most 30 characters", sortCode);
  const serves = flag(cells.serves ?? "");
  if (serves === null) return invalid("Serves", "true or false", cells.serves ?? "");
  const priority = priorityText === "" ? null : Number(priorityText);
  return ok({ provider, pincode: pincode.value, method, priority, sortCode, serves });
}

function invalid(field: string, allowed: string, value: string): Result<never> {
  return refuse("PINCODE_CELL_INVALID", { field, allowed, value: value === "" ? "empty" : value.slice(0, 40) });
}

function flag(text: string): boolean | null {
  const given = text.toLowerCase();
  if (["", "true", "yes", "y", "1"].includes(given)) return true;
  return ["false", "no", "n", "0"].includes(given) ? false : null;
}

type FileProvider = Awaited<ReturnType<typeof store.providersForFile>>[number];

async function importChunk(ctx: Ctx, tx: Tx, lines: readonly Line[], file: ImportFile<unknown>): Promise<WorkedRow[]> {
  const good = lines.flatMap((l) => (l.said.ok ? [l.said.value] : []));
  const providers = new Map(
    (await store.providersForFile(tx, [...new Set(good.map((g) => g.provider))])).map((p) => [p.code, p]),
  );
  const named = good.flatMap((said) => {
    const provider = providers.get(said.provider);
    return provider === undefined ? [] : [{ said, provider, key: `${provider.providerId} ${said.pincode}` }];
  });
  const keys = [...new Map(named.map(({ provider, said, key }) => [key, keyOf(provider, said)])).values()];
  const before = new Map((await store.lockPincodeRows(tx, keys)).map((r) => [`${r.providerId} ${r.pincode}`, r]));
  const now = new Map(before);
  const touched = new Set<Said>();
  for (const { said, provider, key } of named) {
    const had = now.get(key) ?? blank(provider, said);
    const next = applied(had, said);
    if (JSON.stringify(next) === JSON.stringify(had)) continue;
    touched.add(said);
    now.set(key, next);
  }
  const changed = [...now].filter(([key, row]) => before.get(key) !== row).map(([, row]) => row);
  // A courier that goes everywhere keeps a row that says where it does not.
  const everywhere = new Set([...providers.values()].flatMap((p) => (p.servesEverywhere ? [p.providerId] : [])));
  const gone = (row: store.PincodeRow) => !row.cod && !row.prepaid && !everywhere.has(row.providerId);
  if (changed.length > 0) await write(tx, ctx, changed, { gone, sha256: file.sha256 });
  return lines.map(({ line, text, said }): WorkedRow => {
    const about = { rowNo: line, recordType: "serviceability", recordCode: text };
    if (!said.ok) return { ...about, outcome: "FAILED", refusal: said.refusal };
    if (!providers.has(said.value.provider))
      return {
        ...about,
        outcome: "FAILED",
        refusal: refuse("RULE_PROVIDER_UNKNOWN", { provider: said.value.provider.slice(0, 60) }).refusal,
      };
    return { ...about, outcome: touched.has(said.value) ? "DONE" : "UNCHANGED" };
  });
}

async function write(
  tx: Tx,
  ctx: Ctx,
  rows: readonly store.PincodeRow[],
  { gone, sha256 }: { gone: (row: store.PincodeRow) => boolean; sha256: string },
): Promise<void> {
  await store.writePincodeRows(
    tx,
    rows.filter((row) => !gone(row)),
  );
  await store.dropPincodeRows(tx, rows.filter(gone));
  await tellServiceabilityChanged(tx);
  // How many of each courier, not each of 200,000: the file is kept with the import.
  await auditAll(
    tx,
    ctx,
    [...Map.groupBy(rows, (row) => row.providerId)].map(([providerId, own]) => ({
      action: "shipping.serviceability_changed",
      recordType: "shipping_provider",
      recordId: providerId,
      recordCode: null,
      after: { pincodes: own.length, noLongerServed: own.filter(gone).length, file: sha256 },
    })),
  );
}

function keyOf({ providerId }: FileProvider, { pincode }: Said): store.PincodeKey {
  return { providerId, pincode };
}

/** What holds of a courier at a pincode that its list does not name. */
function blank({ providerId, servesEverywhere, cod }: FileProvider, { pincode }: Said): store.PincodeRow {
  return {
    ...{ providerId, pincode, cod: servesEverywhere && cod, prepaid: servesEverywhere },
    ...{ codPriority: null, prepaidPriority: null, sortCode: null },
  };
}

function applied(row: store.PincodeRow, { method, serves, priority, sortCode }: Said): store.PincodeRow {
  const own = serves ? priority : null;
  return {
    ...row,
    ...(method === "COD" ? { cod: serves, codPriority: own } : { prepaid: serves, prepaidPriority: own }),
    sortCode: sortCode ?? row.sortCode,
  };
}
