import { auditAll } from "../identity/index.ts";
import { newId, ok, type Refusal, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { CsvRow } from "../platform/csv.ts";
import { csvImport, noOptions } from "../platform/csv-import.ts";
import type { Tx } from "../platform/db.ts";
import type { WorkedRow } from "../platform/work.ts";
import { mayEditVendors } from "./save-vendor.ts";
import * as store from "./vendor.store.ts";
import { checkVendor, sameVendor, type VendorInput } from "./vendor.ts";

/** One line of the file. A field is absent where its column or its cell is empty. */
interface VendorLine {
  readonly line: number;
  readonly code: string;
  readonly given: Partial<VendorInput>;
  readonly faults: readonly Refusal[];
}

/** The titles of a vendor's fields, in the export and in the import. */
export const VENDOR_TITLES = [
  { title: "Vendor Code", field: "code", required: true, example: "WEAVES", lengthMax: 45 },
  { title: "Name", field: "name", example: "Malabar Weaves", lengthMax: 200 },
  { title: "Address Line 1", field: "line1", example: "14 Mill Road", lengthMax: 200 },
  { title: "Address Line 2", field: "line2", example: "", lengthMax: 200 },
  { title: "City", field: "city", example: "Kannur", lengthMax: 100 },
  { title: "State Code", field: "stateCode", example: "32", lengthMax: 2 },
  { title: "Pincode", field: "pincode", example: "670001", lengthMax: 10 },
  { title: "GSTIN", field: "gstin", example: "", lengthMax: 20 },
  { title: "Contact", field: "contact", example: "Asha Nair", lengthMax: 200 },
  { title: "Phone", field: "phone", example: "9845012345", lengthMax: 30 },
  { title: "Email", field: "email", example: "sales@example.com", lengthMax: 200 },
  { title: "Payment Days", field: "paymentDays", example: "30", lengthMax: 3 },
  { title: "Enabled", field: "enabled", example: "true", lengthMax: 5 },
] as const;

/** Upload of vendors: makes those that are new, changes the others. An empty cell leaves what is there. */
export const importVendors = csvImport({
  kind: "purchasing.import_vendors",
  title: "Import of vendors",
  path: "/vendors/import",
  summary: "Import vendors from CSV",
  permission: "purchasing.manage",
  rowsMax: 20_000,
  columns: VENDOR_TITLES.map(({ title, example, ...more }) => ({
    title,
    example,
    ...("required" in more ? { required: more.required } : {}),
  })),
  options: noOptions,
  mayStart: async (ctx) => mayEditVendors(ctx),
  items: (rows) => rows.map(readVendorLine),
  chunkSize: 500,
  chunk: importChunk,
});

/** Reads the cells of one line. Pure; what does not parse is kept as a fault of the line. */
export function readVendorLine(row: CsvRow): VendorLine {
  const faults: Refusal[] = [];
  const code = row.cells.vendorcode ?? "";
  const given: { -readonly [Field in keyof VendorInput]?: VendorInput[Field] } = {};
  const fault = (field: string, why: string) =>
    faults.push(refuse("VENDOR_FIELD_INVALID", { vendor: code.slice(0, 60), field, why }).refusal);
  for (const { title, field, lengthMax } of VENDOR_TITLES) {
    const text = row.cells[title.toLowerCase().replaceAll(" ", "")] ?? "";
    if (text === "") continue;
    if (text.length > lengthMax) fault(title, `it is longer than ${lengthMax} characters`);
    else if (/\p{Cc}/u.test(text)) fault(title, "it has line breaks or control characters");
    else if (field === "paymentDays") {
      if (/^\d{1,3}$/.test(text) && Number(text) <= 365) given.paymentDays = Number(text);
      else fault(title, "it is a number of days, 0 to 365");
    } else if (field === "enabled") {
      const word = text.toLowerCase();
      if (["true", "yes", "1"].includes(word)) given.enabled = true;
      else if (["false", "no", "0"].includes(word)) given.enabled = false;
      else fault(title, "it is true or false");
    } else given[field] = text;
  }
  if (!/^[A-Za-z0-9_-]{1,45}$/.test(code)) fault("Vendor Code", "it is 1 to 45 letters, digits, _ and -");
  return { line: row.line, code, given, faults };
}

type Plan = { readonly write: store.VendorWrite; readonly before: store.VendorRow | null } | "UNCHANGED";

const EMPTY: VendorInput = {
  code: "",
  name: "",
  line1: "",
  line2: null,
  city: "",
  stateCode: "",
  pincode: "",
  gstin: null,
  contact: null,
  phone: null,
  email: null,
  paymentDays: null,
  enabled: true,
};

/** What is to be done for a line. Pure. */
export function planVendor(line: VendorLine, before: store.VendorRow | null, sandbox: boolean): Result<Plan> {
  const [first] = line.faults;
  if (first) return { ok: false, refusal: first };
  const input: VendorInput = { ...(before === null ? EMPTY : pick(before)), ...line.given, code: line.code };
  for (const [field, title] of [
    ["name", "Name"],
    ["line1", "Address Line 1"],
    ["city", "City"],
  ] as const)
    if (input[field] === "")
      return refuse("VENDOR_FIELD_INVALID", { vendor: line.code, field: title, why: "it is missing" });
  const checked = checkVendor(input, { sandbox });
  if (!checked.ok) return checked;
  if (before !== null && sameVendor(before, checked.value)) return ok("UNCHANGED");
  return ok({ write: { ...checked.value, vendorId: before?.vendorId ?? newId<"Vendor">() }, before });
}

function pick({ vendorId: _id, createdAt: _made, updatedAt: _changed, ...fields }: store.VendorRow): VendorInput {
  return fields;
}

async function importChunk(ctx: Ctx, tx: Tx, lines: readonly VendorLine[]): Promise<WorkedRow[]> {
  const codes = lines.map((line) => line.code);
  const known = new Map((await store.lockVendorsByCodes(tx, codes)).map((vendor) => [vendor.code, vendor]));
  const sandbox = await store.isSandbox(tx);
  const seen = new Map<string, number>();
  const plans = lines.map((line): Result<Plan> => {
    const earlier = seen.get(line.code);
    if (earlier !== undefined) return refuse("VENDOR_TWICE_IN_FILE", { vendor: line.code, line: earlier });
    seen.set(line.code, line.line);
    return planVendor(line, known.get(line.code) ?? null, sandbox);
  });
  const writes = plans.flatMap((plan) => (plan.ok && plan.value !== "UNCHANGED" ? [plan.value] : []));
  const made = writes.filter((plan) => plan.before === null).map((plan) => plan.write);
  const changed = writes.filter((plan) => plan.before !== null).map((plan) => plan.write);
  const written = made.length > 0 ? await store.insertVendors(tx, made, ctx.now) : new Set();
  if (changed.length > 0) await store.updateVendors(tx, changed, ctx.now);
  await auditAll(
    tx,
    ctx,
    writes
      .filter(({ write, before }) => before !== null || written.has(write.vendorId))
      .map(({ write, before }) => ({
        action: before === null ? "purchasing.vendor_created" : "purchasing.vendor_changed",
        recordType: "vendor",
        recordId: write.vendorId,
        recordCode: write.code,
        ...(before === null ? {} : { before }),
        after: write,
      })),
  );
  return plans.map((plan, i) => {
    const about = { rowNo: lines[i]?.line ?? i, recordType: "vendor", recordCode: lines[i]?.code ?? "" };
    if (!plan.ok) return { ...about, outcome: "FAILED", refusal: plan.refusal };
    if (plan.value === "UNCHANGED") return { ...about, outcome: "UNCHANGED" };
    const { write, before } = plan.value;
    if (before === null && !written.has(write.vendorId))
      return { ...about, outcome: "FAILED", refusal: refuse("VENDOR_CODE_TAKEN", { code: write.code }).refusal };
    return { ...about, outcome: "DONE", recordId: write.vendorId };
  });
}
