import { parseRupees } from "../../lib/format.ts";
import type { FieldDeclaration, FormSection, FormValues } from "../../ui/index.ts";
import { type CustomField, declarationOf } from "../shared/custom-field-data.ts";
import { stateOptions } from "../shared/states-of-india.ts";

/** A line as it is typed: amounts are text until they are sent. */
export interface NewLine {
  readonly key: string;
  readonly sku: string;
  readonly quantity: number | string;
  readonly price: string;
  readonly discount: string;
  /** Values of custom fields by name, as they are typed. */
  readonly fields: Readonly<Record<string, string>>;
}

let lastKey = 0;
export function newLine(): NewLine {
  lastKey += 1;
  return { key: `line-${lastKey}`, sku: "", quantity: 1, price: "", discount: "", fields: {} };
}

const quantityMax = 10_000;

/** What is wrong with one field of a line, or null. */
export function lineFault(line: NewLine, field: "sku" | "quantity" | "price" | "discount"): string | null {
  switch (field) {
    case "sku":
      return line.sku.trim() === "" ? "Which product?" : null;
    case "quantity":
      return typeof line.quantity === "number" &&
        Number.isInteger(line.quantity) &&
        line.quantity >= 1 &&
        line.quantity <= quantityMax
        ? null
        : `1 to ${quantityMax}`;
    case "price":
      return parseRupees(line.price) === null ? "An amount like 1,234.50" : null;
    case "discount": {
      if (line.discount.trim() === "") return null;
      const discount = parseRupees(line.discount);
      if (discount === null) return "An amount like 1,234.50";
      return discount > (parseRupees(line.price) ?? discount) ? "More than the price" : null;
    }
  }
}

export interface SentLine {
  readonly sku: string;
  readonly quantity: number;
  readonly sellingPricePaise: number;
  readonly discountPaise: number;
  readonly customFields?: readonly { readonly name: string; readonly value: string }[];
}

/** The lines as the server takes them, or what is wrong with the first faulty one. */
export function sentLines(
  lines: readonly NewLine[],
): { ok: true; lines: readonly SentLine[] } | { ok: false; fault: string } {
  if (lines.length === 0) return { ok: false, fault: "The order has no items." };
  for (const [i, line] of lines.entries())
    for (const field of ["sku", "quantity", "price", "discount"] as const) {
      const fault = lineFault(line, field);
      if (fault !== null) return { ok: false, fault: `Item ${i + 1}, ${field}: ${fault}` };
    }
  return {
    ok: true,
    lines: lines.map((line) => ({
      sku: line.sku.trim(),
      quantity: Number(line.quantity),
      sellingPricePaise: parseRupees(line.price) ?? 0,
      discountPaise: parseRupees(line.discount) ?? 0,
      ...given(line.fields),
    })),
  };
}

/** Custom fields that hold something; none: nothing is sent. */
function given(fields: NewLine["fields"]): Pick<SentLine, "customFields"> {
  const pairs = Object.entries(fields).flatMap(([name, value]) => (value.trim() === "" ? [] : [{ name, value }]));
  return pairs.length === 0 ? {} : { customFields: pairs };
}

/** Names of the form's controls for an order's custom fields: names of fields may have dots. */
const OWN_FIELD = "own-field-";

/** The controls of an order's custom fields. */
export const ownFields = (fields: readonly CustomField[]): readonly FieldDeclaration[] =>
  fields.map((field, i) => ({
    ...declarationOf(field, `${OWN_FIELD}${i}`, "own"),
    ...(field.required && field.defaultValue === null ? { required: true } : {}),
  }));

/** The form's own values, and apart from them its custom fields as the server takes them. */
export function splitOwnFields(
  fields: readonly CustomField[],
  values: FormValues,
): { plain: FormValues; own: Pick<SentLine, "customFields"> } {
  const plain = Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith(OWN_FIELD)));
  const typed = fields.map(({ name }, i) => [name, String(values[`${OWN_FIELD}${i}`] ?? "")] as const);
  return { plain, own: given(Object.fromEntries(typed)) };
}

/** What the lines come to, in paise; null while one of them is not whole. */
export function totalOf(lines: readonly NewLine[]): number | null {
  const sent = sentLines(lines);
  return sent.ok
    ? sent.lines.reduce((sum, line) => sum + line.quantity * (line.sellingPricePaise - line.discountPaise), 0)
    : null;
}

// The names of states are sent as words: orders of marketplaces bring words too, and the same reading applies.
const stateNames = stateOptions.map(({ label }) => {
  const name = label.replace(/ \(\d+\)$/, "");
  return { value: name, label: name };
});

function addressFields(prefix: string, section: string, when?: FieldDeclaration["when"]): readonly FieldDeclaration[] {
  const fields: readonly FieldDeclaration[] = [
    { name: "name", label: "Name", type: "text", required: true, lengthMax: 120, half: true },
    { name: "phone", label: "Phone", type: "text", required: true, lengthMax: 20, half: true },
    { name: "line1", label: "Address", type: "text", required: true, lengthMax: 200 },
    { name: "line2", label: "Landmark, area", type: "text", lengthMax: 200 },
    {
      name: "pincode",
      label: "PIN code",
      type: "text",
      required: true,
      pattern: "[1-9]\\d{5}",
      patternHelp: "is six digits, the first not 0",
      half: true,
    },
    { name: "city", label: "City", type: "text", required: true, lengthMax: 80, half: true },
    {
      name: "state",
      label: "State",
      type: "select",
      required: true,
      options: stateNames,
      help: "It decides CGST and SGST or IGST.",
      half: true,
    },
    { name: "email", label: "E-mail", type: "text", lengthMax: 120, half: true },
  ];
  return fields.map((field) => ({
    ...field,
    name: `${prefix}.${field.name}`,
    section,
    ...(when === undefined ? {} : { when }),
  }));
}

export const orderSections: readonly FormSection[] = [
  { id: "order", title: "Order" },
  { id: "own", title: "Custom fields" },
  { id: "to", title: "Ship to" },
  { id: "bill", title: "Bill to" },
];

/** Everything of an order but its items. */
export const orderFields = (
  channels: readonly { readonly channelId: string; readonly name: string }[],
  own: readonly CustomField[],
): readonly FieldDeclaration[] => [
  {
    name: "channelId",
    label: "Channel",
    type: "select",
    required: true,
    section: "order",
    options: channels.map((channel) => ({ value: channel.channelId, label: channel.name })),
    half: true,
  },
  {
    name: "code",
    label: "Order code",
    type: "text",
    section: "order",
    lengthMax: 45,
    help: "Your own number. Left empty, one is made.",
    half: true,
  },
  {
    name: "paymentType",
    label: "Payment",
    type: "select",
    required: true,
    section: "order",
    default: "PREPAID",
    options: [
      { value: "PREPAID", label: "Prepaid" },
      { value: "COD", label: "COD: collected at the door" },
    ],
    half: true,
  },
  { name: "shippingChargesPaise", label: "Shipping charges", type: "money", section: "order", half: true },
  {
    name: "buyerGstin",
    label: "Buyer’s GSTIN",
    type: "text",
    section: "order",
    pattern: "[0-9]{2}[0-9A-Za-z]{13}",
    patternHelp: "has 15 characters, the first two the state’s digits",
    help: "For business customers: it stands on the invoice.",
    half: true,
  },
  { name: "additionalInfo", label: "Note", type: "text", section: "order", lengthMax: 500, half: true },
  ...ownFields(own),
  ...addressFields("shippingAddress", "to"),
  {
    name: "billingSame",
    label: "Bill to the same address",
    type: "switch",
    section: "bill",
    default: true,
    consequence: {
      on: "The invoice names the shipping address.",
      off: "The invoice names the address below; the place of supply stays where the goods go.",
    },
  },
  ...addressFields("billingAddress", "bill", { field: "billingSame", is: false }),
];

/** Columns of the CSV as the server reads them. */
export const csvColumns = [
  { name: "Channel Code", required: true, help: "a channel of the source Custom" },
  { name: "Order Code", required: true, help: "your own number; lines that share it are one order" },
  { name: "SKU Code", required: true, help: "of a product" },
  { name: "Quantity", required: true, help: "1 to 10,000" },
  { name: "Selling Price", required: true, help: "rupees for one piece, tax included, before discount" },
  { name: "Discount", help: "rupees for one piece" },
  { name: "Facility Code", help: "where it ships from; left empty, one is chosen" },
  { name: "Payment", required: true, help: "COD or PREPAID" },
  { name: "Shipping Charges", help: "rupees for the whole order, on its first line" },
  { name: "Name", required: true, help: "of who gets it; with the address on the order’s first line" },
  { name: "Address Line 1", required: true, help: "" },
  { name: "Address Line 2", help: "" },
  { name: "City", required: true, help: "" },
  { name: "State", required: true, help: "by name, as Karnataka" },
  { name: "PIN Code", required: true, help: "six digits" },
  { name: "Phone", required: true, help: "" },
  { name: "Email", help: "" },
  { name: "Buyer GSTIN", help: "for business customers" },
  { name: "Note", help: "" },
];
const example: Readonly<Record<string, string>> = {
  "Channel Code": "Phone_orders",
  "Order Code": "PH-1001",
  "SKU Code": "TSHIRT-BLUE-M",
  Quantity: "2",
  "Selling Price": "799.00",
  Discount: "0",
  Payment: "COD",
  "Shipping Charges": "40",
  Name: "Asha Rao",
  "Address Line 1": "12 MG Road",
  City: "Bengaluru",
  State: "Karnataka",
  "PIN Code": "560001",
  Phone: "9845012345",
};
/** Custom fields of orders and items as columns of the file, but for names that are titles of its own. */
export function ownColumns(fields: readonly CustomField[]): { name: string; help: string }[] {
  const key = (title: string) => title.toLowerCase().replaceAll(/[\s_*]+/g, "");
  const titles = new Set(csvColumns.map(({ name }) => key(name)));
  const names = new Map(fields.filter((field) => !titles.has(key(field.name))).map((field) => [field.name, field]));
  return [...names.values()].map(({ name, label, appliesTo, required }) => ({
    name,
    help: `${label}: custom field of ${appliesTo === "ORDER" ? "the order, on its first line" : "the item"}${required ? ", required" : ""}`,
  }));
}

const quoted = (cell: string): string => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

export function csvTemplate(own: readonly { readonly name: string }[]): { fileName: string; text: string } {
  const names = [...csvColumns, ...own].map(({ name }) => name);
  const lines = [names, names.map((name) => example[name] ?? "")];
  return { fileName: "orders.csv", text: lines.map((cells) => cells.map(quoted).join(",")).join("\r\n") };
}
