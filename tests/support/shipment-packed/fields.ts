import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Shipment Packed as it is published: names, types and flags of its field table, and the shape of its sample.
 *
 * `sample.json` is the published sample with these edits, without which it is no JSON: the comma after the last member of the line
 * and of the body is left out, and `unionTerritoryGst`, which stands twice in the line, stands once. The table prints rows 10.10,
 * 10.20 and 10.30 as 10.1, 10.2 and 10.3; here they have the numbers that are meant. What table and sample say differently:
 * `facilityCode` (row 12) is in the table alone and mandatory; `customFieldValues` and `invoiceItems` are typed Object and are lists of
 * objects in the sample, which is taken.
 */

export type FieldType = "text" | "date" | "decimal" | "list of texts" | "list of objects" | "object" | "text or null";

export interface PublishedField {
  readonly row: string;
  /** From the body down: `invoiceItems[].soiCode`. */
  readonly path: string;
  readonly type: FieldType;
  readonly mandatory: boolean;
}

const field = (row: string, path: string, type: FieldType = "decimal", mandatory = true): PublishedField => ({
  ...{ row, path, type, mandatory },
});
const line = (row: number, name: string, type: FieldType = "decimal") =>
  field(`10.${row}`, `invoiceItems[].${name}`, type);

export const PUBLISHED_FIELDS: readonly PublishedField[] = [
  field("1", "invoiceCode", "text"),
  field("2", "invoiceDisplayCode", "text"),
  field("3", "saleOrderCode", "text"),
  field("4", "displayOrderCode", "text"),
  field("5", "shippingPackageCode", "text"),
  field("6", "channelCreated", "date"),
  field("7", "created", "date"),
  field("8", "URL", "text"),
  field("9", "customFieldValues", "list of objects"),
  field("9.1", "customFieldValues[].name", "text"),
  field("9.2", "customFieldValues[].value", "text"),
  field("10", "invoiceItems", "list of objects"),
  line(1, "soiCode", "list of texts"),
  line(2, "cashOnDeliveryCharges"),
  line(3, "channelProductId", "text"),
  line(4, "discount"),
  line(5, "giftWrapCharges"),
  line(6, "integratedGst"),
  line(7, "integratedGstPercentage"),
  line(8, "itemSku", "text"),
  line(9, "prepaidAmount"),
  line(10, "quantity"),
  line(11, "skuCode", "text"),
  line(12, "sellingPrice"),
  line(13, "shippingCharges"),
  line(14, "shippingMethodCharges"),
  line(15, "stateGst"),
  line(16, "stateGstPercentage"),
  line(17, "unionTerritoryGst"),
  line(18, "storeCredit"),
  line(19, "subtotal"),
  line(20, "taxPercentage"),
  line(21, "total"),
  line(22, "totalTax"),
  line(23, "compensationCess"),
  line(24, "compensationCessPercentage"),
  line(25, "cst"),
  line(26, "cstPercentage"),
  line(27, "centralGst"),
  line(28, "centralGstPercentage"),
  line(29, "unionTerritoryGstPercentage"),
  line(30, "additionalTax"),
  line(31, "additionalTaxPercentage"),
  line(32, "vat"),
  line(33, "vatPercentage"),
  line(34, "unitPrice"),
  line(35, "voucherValue"),
  line(36, "customFieldValues", "list of objects"),
  field("11", "paymentDetail", "object", false),
  field("11.1", "paymentDetail.amountPaid"),
  field("11.2", "paymentDetail.paymentMode", "text or null"),
  field("11.3", "paymentDetail.transactionId", "text or null"),
  field("12", "facilityCode", "text"),
];

export type Json = Readonly<Record<string, unknown>>;

export function publishedSample(): Json {
  const sample: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "sample.json"), "utf8"));
  if (!isObject(sample)) throw new Error("the sample is an object");
  return sample;
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every value at a path; the last name may be missing, and then its value is undefined. A parent that is missing gives none. */
export function valuesAt(body: Json, path: string): unknown[] {
  const steps = path.split(".");
  let places: Json[] = [body];
  for (const step of steps.slice(0, -1)) {
    const name = step.replace("[]", "");
    places = places.flatMap((place) => {
      const value = place[name];
      return (step.endsWith("[]") && Array.isArray(value) ? value : [value]).filter(isObject);
    });
  }
  const last = steps.at(-1) ?? "";
  return places.map((place) => place[last]);
}

/** All names that a body has, as paths. */
export function namesOf(value: unknown, at = ""): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((member) => namesOf(member, `${at}[]`)))];
  if (!isObject(value)) return [];
  const below = (name: string) => (at === "" ? name : `${at}.${name}`);
  return Object.entries(value).flatMap(([name, member]) => [below(name), ...namesOf(member, below(name))]);
}

const DATE =
  /^(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ([1-9]|[12]\d|3[01]), \d{4} (1[0-2]|[1-9]):[0-5]\d:[0-5]\d (AM|PM)$/;
const decimals = (value: number) => String(value).split(".")[1]?.length ?? 0;

/** What is wrong with a value for its published type; null where nothing is. Amounts have two decimals at most, rates three (half of 0.25 %). */
export function wrongWith({ path, type }: PublishedField, value: unknown): string | null {
  const fits: Record<FieldType, () => boolean> = {
    text: () => typeof value === "string",
    date: () => typeof value === "string" && DATE.test(value),
    decimal: () =>
      typeof value === "number" && Number.isFinite(value) && decimals(value) <= (path.endsWith("Percentage") ? 3 : 2),
    "list of texts": () => Array.isArray(value) && value.every((member) => typeof member === "string"),
    "list of objects": () => Array.isArray(value) && value.every(isObject),
    object: () => isObject(value),
    "text or null": () => value === null || typeof value === "string",
  };
  return fits[type]() ? null : `${path} is ${JSON.stringify(value)}, and not a ${type}`;
}

/** Everything in which a body differs from what is published: names, types, flags. */
export function differences(body: Json): string[] {
  const known = new Set(PUBLISHED_FIELDS.map(({ path }) => path));
  // The line's own custom fields have names and values like the body's.
  for (const name of ["name", "value"]) known.add(`invoiceItems[].customFieldValues[].${name}`);
  const unknown = namesOf(body).filter((name) => !known.has(name));
  const wrong = PUBLISHED_FIELDS.flatMap((each) =>
    valuesAt(body, each.path).flatMap((value) => {
      if (value === undefined) return each.mandatory ? [`${each.path} is missing`] : [];
      return wrongWith(each, value) ?? [];
    }),
  );
  return [...unknown.map((name) => `${name} is not published`), ...wrong];
}
