import type { ShownField } from "../shared/custom-field-data.ts";

/** `GET /orders/:id/custom-fields`. */
export interface OrderFieldValues {
  readonly order: readonly ShownField[];
  readonly units: readonly {
    readonly id: string;
    readonly code: string;
    readonly line: string;
    readonly sku: string;
    readonly name: string;
    readonly cancelled: boolean;
    readonly fields: readonly ShownField[];
  }[];
}

/** Units of one line with the same fields and values. */
export interface UnitFieldGroup {
  readonly id: string;
  readonly sku: string;
  /** Their ids. */
  readonly units: readonly string[];
  /** Their numbers within the order: "1–3, 7". */
  readonly numbers: string;
  readonly fields: readonly ShownField[];
}

type Unit = OrderFieldValues["units"][number];

/** Units that say the same stand together; those without any field, and cancelled ones, are left out. */
export function alikeUnits(units: readonly Unit[]): UnitFieldGroup[] {
  const groups = new Map<string, Unit[]>();
  for (const unit of units) {
    if (unit.fields.length === 0 || unit.cancelled) continue;
    const says = unit.fields.map(({ name, value, state }) => [name, value, state]);
    const key = JSON.stringify([unit.line, unit.sku, says]);
    groups.set(key, [...(groups.get(key) ?? []), unit]);
  }
  return [...groups.values()].flatMap((group) => groupOf(group));
}

export function eachUnit(units: readonly Unit[]): UnitFieldGroup[] {
  return units.filter((unit) => unit.fields.length > 0 && !unit.cancelled).flatMap((unit) => groupOf([unit]));
}

function groupOf(units: readonly Unit[]): UnitFieldGroup[] {
  const [first] = units;
  if (first === undefined) return [];
  const { sku, fields } = first;
  const numbers = spans(units.map(({ code }) => Number(code.slice(code.lastIndexOf("-") + 1))));
  return [{ id: units.map((unit) => unit.id).join("+"), sku, units: units.map((unit) => unit.id), numbers, fields }];
}

/** 1, 2, 3, 7 as "1–3, 7". */
export function spans(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const no of numbers.toSorted((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last !== undefined && no === last[1] + 1) last[1] = no;
    else parts.push([no, no]);
  }
  return parts.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(", ");
}
