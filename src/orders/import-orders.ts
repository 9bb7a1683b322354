import type { ImportedAddress, ImportedCustomField } from "../../connectors/kit/index.ts";
import { type ChannelId, ok, parseRupees, type Refusal, type Result, refuse, ZERO } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { CsvRow } from "../platform/csv.ts";
import { type CsvColumn, csvImport, noOptions } from "../platform/csv-import.ts";
import type { Tx } from "../platform/db.ts";
import type { WorkedRow } from "../platform/work.ts";
import { createCustomOrders } from "./create-custom-orders.ts";
import { columnKey, type StoredField } from "./custom-fields/custom-field.ts";
import { columnsOf } from "./custom-fields/import-values.ts";
import { readFields } from "./custom-fields/store.ts";
import { channelIdsByCode } from "./custom-order.store.ts";
import type { CustomOrder } from "./custom-order.ts";

const ROWS_MAX = 20_000;
const ORDERS_PER_CHUNK = 50;
const QUANTITY_MAX = 10_000;

/** Lines of a file that carry the same channel and order code: one order. */
interface OrderRows {
  readonly line: number;
  readonly channel: string;
  readonly code: string;
  readonly rows: readonly CsvRow[];
}

const COLUMNS: readonly CsvColumn[] = [
  { title: "Channel Code", required: true, example: "Phone_orders" },
  { title: "Order Code", required: true, example: "PH-1001" },
  { title: "SKU Code", required: true, example: "TSHIRT-BLUE-M" },
  { title: "Quantity", required: true, example: "2" },
  { title: "Selling Price", required: true, example: "799.00" },
  { title: "Discount", example: "0" },
  { title: "Facility Code", example: "" },
  { title: "Payment", required: true, example: "COD" },
  { title: "Shipping Charges", example: "40" },
  { title: "Name", required: true, example: "Asha Rao" },
  { title: "Address Line 1", required: true, example: "12 MG Road" },
  { title: "Address Line 2", example: "" },
  { title: "City", required: true, example: "Bengaluru" },
  { title: "State", required: true, example: "Karnataka" },
  { title: "PIN Code", required: true, example: "560001" },
  { title: "Phone", required: true, example: "9845012345" },
  { title: "Email", example: "" },
  { title: "Buyer GSTIN", example: "" },
  { title: "Note", example: "" },
];
const OWN_COLUMNS = new Set(COLUMNS.map(({ title }) => columnKey(title)));

/**
 * Upload of orders taken by hand (telephone, shop, business customers): one line an item, lines with the same order code
 * are one order, whose address is read from its first line. A custom field is a column of its name: an order's is read from
 * its first line, an item's from each. The same file again makes nothing new.
 */
export const importOrders = csvImport({
  kind: "orders.import_orders",
  title: "Import of orders",
  path: "/orders/import",
  summary: "Import custom orders from CSV",
  permission: "orders.create",
  rowsMax: ROWS_MAX,
  columns: COLUMNS,
  ownColumns: async (tx) => columnsOf(fieldColumns(await readFields(tx, { enabled: true }))),
  options: noOptions,
  items: byOrder,
  chunkSize: ORDERS_PER_CHUNK,
  chunk: importChunk,
});

/** Groups a file's rows into orders, in the order in which their first lines stand. Pure. */
export function byOrder(rows: readonly CsvRow[]): OrderRows[] {
  const orders = new Map<string, { line: number; channel: string; code: string; rows: CsvRow[] }>();
  for (const row of rows) {
    const channel = cell(row, "channelcode");
    const code = cell(row, "ordercode");
    const key = code === "" ? `line ${row.line}` : `${channel} ${code}`;
    const found = orders.get(key) ?? { line: row.line, channel, code, rows: [] };
    found.rows.push(row);
    orders.set(key, found);
  }
  return [...orders.values()];
}

const cell = (row: CsvRow, key: string): string => row.cells[key] ?? "";
const fault = (line: number, column: string, detail: string): { ok: false; refusal: Refusal } =>
  refuse("ORDER_LINE_INVALID", { line, column, detail });

/** Fields of orders and items whose names are not titles of the file's own columns. */
function fieldColumns(fields: readonly StoredField[]): StoredField[] {
  return fields.filter((field) => field.appliesTo !== "PACKAGE" && !OWN_COLUMNS.has(columnKey(field.name)));
}

/** What a row says of the fields that are about this. */
function filled(
  row: CsvRow,
  fields: readonly StoredField[],
  appliesTo: "ORDER" | "ITEM",
): { customFields?: ImportedCustomField[] } {
  const given = fieldColumns(fields).flatMap(({ appliesTo: of, name }) => {
    const value = of === appliesTo ? cell(row, columnKey(name)) : "";
    return value === "" ? [] : [{ name, value }];
  });
  return given.length === 0 ? {} : { customFields: given };
}

/**
 * Reads one order of a file. Refuses ORDER_LINE_INVALID for the first fault, naming line and column. Pure.
 * @param fields enabled custom fields; their values are judged where the order is made
 */
export function readCustomOrder(
  given: OrderRows,
  channelId: ChannelId,
  fields: readonly StoredField[] = [],
): Result<CustomOrder> {
  const [first] = given.rows;
  if (first === undefined || given.code === "") return fault(given.line, "Order Code", "it is needed");
  const payment = cell(first, "payment").toUpperCase();
  if (payment !== "COD" && payment !== "PREPAID") return fault(given.line, "Payment", "COD or PREPAID");
  const address = readAddress(first);
  if (!address.ok) return address;
  const shipping = amount(first, "shippingcharges", "Shipping Charges");
  if (!shipping.ok) return shipping;
  const lines: CustomOrder["lines"][number][] = [];
  for (const row of given.rows) {
    const line = readLine(row);
    if (!line.ok) return line;
    lines.push({ ...line.value, ...filled(row, fields, "ITEM") });
  }
  return ok({
    channelId,
    code: given.code,
    placedAt: null,
    dispatchBy: null,
    paymentType: payment,
    priority: 0,
    lines,
    shippingCharges: shipping.value,
    shippingAddress: address.value,
    billingAddress: address.value,
    buyerGstin: cell(first, "buyergstin").toUpperCase() || null,
    additionalInfo: cell(first, "note") || null,
    ...filled(first, fields, "ORDER"),
  });
}

function readLine(row: CsvRow): Result<CustomOrder["lines"][number]> {
  const sku = cell(row, "skucode");
  if (sku === "") return fault(row.line, "SKU Code", "it is needed");
  const quantity = cell(row, "quantity");
  if (!/^[1-9]\d{0,4}$/.test(quantity) || Number(quantity) > QUANTITY_MAX)
    return fault(row.line, "Quantity", `a whole number from 1 to ${QUANTITY_MAX}`);
  if (cell(row, "sellingprice") === "") return fault(row.line, "Selling Price", "it is needed");
  const price = amount(row, "sellingprice", "Selling Price");
  if (!price.ok) return price;
  const discount = amount(row, "discount", "Discount");
  if (!discount.ok) return discount;
  return ok({
    sku,
    quantity: Number(quantity),
    sellingPrice: price.value,
    discount: discount.value,
    facility: cell(row, "facilitycode") || null,
  });
}

function amount(row: CsvRow, key: string, column: string): Result<typeof ZERO> {
  const text = cell(row, key).replaceAll(/[₹,\s]/g, "");
  if (text === "") return ok(ZERO);
  const paise = parseRupees(text);
  return paise === null || paise < 0 ? fault(row.line, column, "an amount like 1,234.50") : ok(paise);
}

function readAddress(row: CsvRow): Result<ImportedAddress> {
  const needed = [
    ["name", "Name"],
    ["addressline1", "Address Line 1"],
    ["city", "City"],
    ["state", "State"],
    ["pincode", "PIN Code"],
    ["phone", "Phone"],
  ] as const;
  const missing = needed.find(([key]) => cell(row, key) === "");
  if (missing) return fault(row.line, missing[1], "it is needed on an order's first line");
  return ok({
    name: cell(row, "name"),
    line1: cell(row, "addressline1"),
    line2: cell(row, "addressline2") || null,
    city: cell(row, "city"),
    state: cell(row, "state"),
    country: "India",
    pincode: cell(row, "pincode"),
    phone: cell(row, "phone"),
    email: cell(row, "email") || null,
  });
}

async function importChunk(ctx: Ctx, tx: Tx, items: readonly OrderRows[]): Promise<WorkedRow[]> {
  const channels = await channelIdsByCode(tx, [...new Set(items.map((i) => i.channel))]);
  const fields = await readFields(tx, { enabled: true });
  const read = items.map((item): Result<CustomOrder> => {
    const channelId = channels.get(item.channel);
    return channelId === undefined
      ? refuse("CHANNEL_TAKES_NO_FORMS", { channel: item.channel })
      : readCustomOrder(item, channelId, fields);
  });
  // One that is refused leaves nothing behind: its lines are put right in the file, which may be uploaded whole again.
  const entered = await createCustomOrders(
    tx,
    ctx,
    read.flatMap((order) => (order.ok ? [order.value] : [])),
    "CSV",
  );
  const results = entered.values();
  return items.map((item, i): WorkedRow => {
    const about = { rowNo: item.line, recordType: "sale_order", recordCode: item.code };
    const order = read[i];
    const result = order?.ok ? results.next().value : order;
    if (result === undefined) throw new Error(`the order ${item.code} has a result`);
    if (!result.ok) return { ...about, outcome: "FAILED", refusal: result.refusal };
    if (!("outcome" in result.value)) throw new Error(`the order ${item.code} was entered`);
    const { outcome, saleOrderId } = result.value;
    return {
      ...about,
      outcome: outcome === "UNCHANGED" ? "UNCHANGED" : "DONE",
      ...(saleOrderId === null ? {} : { recordId: saleOrderId }),
    };
  });
}
