/** From the channel's warehouse codes to codes of facilities, in the order in which they were written. */
export type WarehouseMap = ReadonlyMap<string, string>;

const WAREHOUSE_MAX = 60;
/** A whole JSON string, and whether a colon makes it the name of a member. */
const JSON_STRING = /("(?:[^"\\]|\\.)*")(\s*:)?/g;

/**
 * Reads a map of warehouses as the seller writes it: {"OkerWarehouseCode1":"FACILITY1","OkerWarehouseCode2":"FACILITY2"}.
 * A warehouse that is named twice is a fault (JSON alone would silently keep the last), and so are two warehouses of one
 * facility: each would be told the whole of the same stock, and the channel would sell it twice. Every fault in words.
 */
export function readWarehouseMap(text: string): { map: WarehouseMap; faults: readonly string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { map: new Map(), faults: ['it is not JSON such as {"WH1": "FACILITY1"}'] };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { map: new Map(), faults: ['it is not a JSON object such as {"WH1": "FACILITY1"}'] };
  const entries = Object.entries(value);
  const faults = entries.flatMap(([warehouse, facility]) => entryFault(warehouse, facility) ?? []);
  const names = [...text.matchAll(JSON_STRING)].flatMap(([, name = "", colon]) =>
    colon === undefined ? [] : [String(JSON.parse(name))],
  );
  faults.push(...repeated(names).map((name) => `the warehouse ${name} is named twice`));
  const facilities = entries.map(([, facility]) => facility).filter((facility) => typeof facility === "string");
  for (const facility of repeated(facilities)) {
    const both = entries.filter(([, of]) => of === facility).map(([warehouse]) => warehouse);
    faults.push(
      `the warehouses ${both.join(" and ")} are both mapped to ${facility}: each would be told the whole of its stock, and it would be sold twice`,
    );
  }
  const map = faults.length > 0 ? [] : entries.map(([warehouse, facility]) => [warehouse, String(facility)] as const);
  return { map: new Map(map), faults };
}

function entryFault(warehouse: string, facility: unknown): string | null {
  if (warehouse.trim() === "") return "a warehouse has no code";
  if (warehouse !== warehouse.trim()) return `the warehouse code "${warehouse}" begins or ends with a blank`;
  if (warehouse.length > WAREHOUSE_MAX)
    return `the warehouse code ${warehouse.slice(0, WAREHOUSE_MAX)}… has more than ${WAREHOUSE_MAX} characters`;
  if (typeof facility !== "string" || facility === "")
    return `the warehouse ${warehouse} is not mapped to the code of a facility`;
  return null;
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))];
}
