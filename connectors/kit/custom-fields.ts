/** Name/value pairs that senders put beside what a contract knows: custom fields. Pure. */
import type { ImportedCustomField } from "./imported-order.ts";

/**
 * Spellings seen in the protocols' other parts; the contract of orders knows none of them (our reading, 2026-11). Name and
 * value are spelled fieldName and fieldValue by the purchase side.
 */
const MEMBERS = ["customFieldValues", "customFields"] as const;
/** Free text of an order. Some senders put a JSON object in it, like {"checkoutId": "38027501011251"}: its members are fields. */
const FREE_TEXT = "additionalInfo";

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The custom fields of an order or line as they came, each name once (the first that has a value). A pair without a name or
 * value is none; a value that is no text is written as JSON writes it.
 */
export function customFieldsIn(record: unknown): ImportedCustomField[] {
  if (!isJson(record)) return [];
  const pairs = MEMBERS.flatMap((member) => {
    const list = record[member];
    return Array.isArray(list) ? list.flatMap(pairOf) : [];
  });
  const info = objectIn(record[FREE_TEXT]);
  const all = [...pairs, ...Object.entries(info ?? {}).flatMap(([name, value]) => fieldOf(name, value))];
  return [...new Map(all.toReversed().map((field) => [field.name, field])).values()].toReversed();
}

function pairOf(pair: unknown): ImportedCustomField[] {
  if (!isJson(pair)) return [];
  const name = pair.name ?? pair.fieldName;
  return typeof name === "string" ? fieldOf(name, pair.value ?? pair.fieldValue) : [];
}

function fieldOf(given: string, value: unknown): ImportedCustomField[] {
  const name = oneLine(given);
  if (name === "" || value === null || value === undefined) return [];
  const text = oneLine(typeof value === "string" ? value : JSON.stringify(value));
  return text === "" ? [] : [{ name, value: text }];
}

/** Line breaks and control characters break labels, files and PDF text. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").trim();
}

function objectIn(text: unknown): Json | null {
  if (typeof text !== "string" || !text.trimStart().startsWith("{")) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : null;
  } catch {
    return null; // a person's words that begin with a brace
  }
}

/**
 * The record without its custom fields. They may be changed while an order lives, and an order that is seen again with other
 * ones is not another order.
 */
export function withoutCustomFields(record: Json): Json {
  const carriers: readonly string[] = objectIn(record[FREE_TEXT]) === null ? MEMBERS : [...MEMBERS, FREE_TEXT];
  if (!carriers.some((name) => name in record)) return record;
  return Object.fromEntries(Object.entries(record).filter(([name]) => !carriers.includes(name)));
}
