import { skusByCodes } from "../catalog/index.ts";
import { auditAll } from "../identity/index.ts";
import { ok, type Paise, parseRupees, type Refusal, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { CsvRow } from "../platform/csv.ts";
import { csvImport, noOptions } from "../platform/csv-import.ts";
import type { Tx } from "../platform/db.ts";
import type { WorkedRow } from "../platform/work.ts";
import { mayEditVendors } from "./save-vendor.ts";
import { Offers } from "./save-vendor-items.ts";
import * as store from "./vendor.store.ts";

export const UNIT_PRICE_MAX_PAISE = 100_000_000_00; // ₹10 crore a piece: above it, paise were taken for rupees
const MINIMUM_QUANTITY_MAX = 100_000;
const LEAD_TIME_DAYS_MAX = 365;

interface OfferLine {
  readonly line: number;
  readonly vendor: string;
  readonly sku: string;
  readonly given: Partial<Pick<store.VendorItem, "vendorSku" | "unitPrice" | "minimumQuantity" | "leadTimeDays">>;
  readonly faults: readonly Refusal[];
}

/** Upload of vendors' price lists. An empty cell leaves what is there. */
export const importVendorItems = csvImport({
  kind: "purchasing.import_vendor_items",
  title: "Import of vendor prices",
  path: "/vendor-items/import",
  summary: "Import what vendors offer from CSV",
  permission: "purchasing.manage",
  rowsMax: 100_000,
  columns: [
    { title: "Vendor Code", required: true, example: "WEAVES" },
    { title: "SKU Code", required: true, example: "TSHIRT-BLUE-M" },
    { title: "Vendor SKU", example: "MW-114" },
    { title: "Unit Price", example: "240.00" },
    { title: "Minimum Quantity", example: "50" },
    { title: "Lead Time Days", example: "7" },
  ],
  options: noOptions,
  mayStart: async (ctx) => mayEditVendors(ctx),
  items: (rows) => rows.map(readOfferLine),
  chunkSize: 1_000,
  chunk: importChunk,
});

/** Reads the cells of one line. Pure. */
export function readOfferLine(row: CsvRow): OfferLine {
  const faults: Refusal[] = [];
  const vendor = (row.cells.vendorcode ?? "").slice(0, 60);
  const given: { -readonly [Field in keyof OfferLine["given"]]: OfferLine["given"][Field] } = {};
  const fault = (field: string, why: string) =>
    faults.push(refuse("VENDOR_FIELD_INVALID", { vendor, field, why }).refusal);
  const cell = (key: string) => row.cells[key] ?? "";
  const whole = (key: string, title: string, min: number, max: number): number | undefined => {
    const text = cell(key);
    if (text === "") return undefined;
    const number = /^\d{1,6}$/.test(text) ? Number(text) : -1;
    if (number >= min && number <= max) return number;
    fault(title, `it is a whole number from ${min} to ${max}`);
    return undefined;
  };
  const code = cell("vendorsku");
  if (code.length > 100 || /\p{Cc}/u.test(code)) fault("Vendor SKU", "it is one line of up to 100 characters");
  else if (code !== "") given.vendorSku = code;
  const price = cell("unitprice");
  const paise: Paise | null = price === "" ? null : parseRupees(price.replaceAll(",", ""));
  if (paise !== null && paise >= 0 && paise <= UNIT_PRICE_MAX_PAISE) given.unitPrice = paise;
  else if (price !== "") fault("Unit Price", "it is an amount in rupees, as 1,234.50");
  const minimum = whole("minimumquantity", "Minimum Quantity", 1, MINIMUM_QUANTITY_MAX);
  if (minimum !== undefined) given.minimumQuantity = minimum;
  const days = whole("leadtimedays", "Lead Time Days", 0, LEAD_TIME_DAYS_MAX);
  if (days !== undefined) given.leadTimeDays = days;
  return { line: row.line, vendor, sku: cell("skucode").slice(0, 60), given, faults };
}

async function importChunk(ctx: Ctx, tx: Tx, lines: readonly OfferLine[]): Promise<WorkedRow[]> {
  const vendors = new Map(
    (await store.lockVendorsByCodes(tx, [...new Set(lines.map((l) => l.vendor))])).map((v) => [v.code, v]),
  );
  const skus = new Map((await skusByCodes(tx, [...new Set(lines.map((l) => l.sku))])).map((s) => [s.code, s]));
  const wanted = lines.flatMap((line) => {
    const [vendor, sku] = [vendors.get(line.vendor), skus.get(line.sku)];
    const vendorSku = line.given.vendorSku ?? null;
    return vendor && sku ? [{ vendorId: vendor.vendorId, skuId: sku.skuId, vendorSku }] : [];
  });
  const offers = new Offers(await store.offersMeeting(tx, wanted));
  const seen = new Map<string, number>();
  const plan = (line: OfferLine): Result<store.Offer | "UNCHANGED"> => {
    const [first] = line.faults;
    if (first) return { ok: false, refusal: first };
    const vendor = vendors.get(line.vendor);
    if (vendor === undefined) return refuse("VENDOR_UNKNOWN", { vendor: line.vendor });
    const sku = skus.get(line.sku);
    if (sku === undefined || sku.isBundle) return refuse("VENDOR_ITEM_SKU_UNKNOWN", { sku: line.sku });
    const key = `${line.vendor} ${line.sku}`;
    const earlier = seen.get(key);
    if (earlier !== undefined)
      return refuse("VENDOR_ITEM_TWICE_IN_FILE", { vendor: line.vendor, sku: line.sku, line: earlier });
    seen.set(key, line.line);
    const of = { vendorId: vendor.vendorId, skuId: sku.skuId, sku: sku.code };
    const before = offers.of(of);
    const item = { ...BLANK, ...before, ...line.given, ...of };
    const holder = offers.holderOf(item);
    if (holder) return refuse("VENDOR_SKU_TAKEN", { vendor: line.vendor, vendorSku: item.vendorSku, sku: holder.sku });
    if (before !== undefined && FIELDS.every((field) => before[field] === item[field])) return ok("UNCHANGED");
    offers.put(item); // later lines of the file meet it
    return ok(item);
  };
  const planned = lines.map(plan);
  const writes = planned.flatMap((each) => (each.ok && each.value !== "UNCHANGED" ? [each.value] : []));
  if (writes.length > 0) await store.saveVendorItems(tx, writes, ctx.now);
  await auditAll(
    tx,
    ctx,
    planned.flatMap((each, i) =>
      each.ok && each.value !== "UNCHANGED"
        ? [
            {
              action: "purchasing.vendor_item_saved",
              recordType: "vendor",
              recordId: each.value.vendorId,
              recordCode: lines[i]?.vendor ?? null,
              after: each.value,
            },
          ]
        : [],
    ),
  );
  return planned.map((each, i) => {
    const line = lines[i];
    const about = { rowNo: line?.line ?? i, recordType: "vendor", recordCode: `${line?.vendor} ${line?.sku}` };
    if (!each.ok) return { ...about, outcome: "FAILED", refusal: each.refusal };
    if (each.value === "UNCHANGED") return { ...about, outcome: "UNCHANGED" };
    return { ...about, outcome: "DONE", recordId: each.value.vendorId };
  });
}

const BLANK = { vendorSku: null, unitPrice: null, minimumQuantity: null, leadTimeDays: null } as const;
const FIELDS = ["vendorSku", "unitPrice", "minimumQuantity", "leadTimeDays"] as const;
