import { parseRupees } from "../../lib/format.ts";
import { isMapEmpty, mapFault, tidyMap } from "./map-text.ts";

/** What a field holds: a map of codes its JSON text, a ranked choice its values in their order. */
export type FieldValue = string | number | boolean | readonly string[] | null;
export type FormValues = Readonly<Record<string, FieldValue>>;

export interface FieldOption {
  readonly value: string;
  readonly label: string;
  /** Why it cannot be chosen: it stays in sight with these words. */
  readonly unavailable?: string;
  /** What is said beside it where it is chosen: "gets OKR-BLR". */
  readonly note?: string;
}

/** One field, declared: the form is drawn and checked from this alone. */
export interface FieldDeclaration {
  /** Also the server's name for it in faults: "facility.gstin". */
  readonly name: string;
  readonly label: string;
  readonly type:
    | "text"
    | "password"
    | "number"
    | "select"
    | "switch"
    | "multiselect"
    | "ranked"
    | "json-map"
    | "textarea"
    | "money"
    /** A business day, yyyy-MM-dd. */
    | "day";
  readonly required?: boolean;
  /** Who gives the value, what it does. Shown below the field. */
  readonly help?: string;
  /** What follows from it, beside a switch: one sentence for on, one for off. */
  readonly consequence?: { readonly on: string; readonly off: string };
  readonly options?: readonly FieldOption[];
  readonly default?: FieldValue;
  readonly pattern?: string;
  /** What a value that fits the pattern looks like: "is 2 to 41 small letters, digits or -". */
  readonly patternHelp?: string;
  readonly min?: number;
  readonly max?: number;
  readonly lengthMax?: number;
  readonly placeholder?: string;
  /** "hours", "units": after a number. */
  readonly unit?: string;
  readonly section?: string;
  /** Shown only while another field has this value, or any but this. */
  readonly when?: { readonly field: string } & ({ readonly is: FieldValue } | { readonly not: FieldValue });
  /** For secrets kept by the server: "set on 12 Nov by Asha". Left empty, the kept one stays. */
  readonly kept?: string;
  /** Why it cannot be changed. */
  readonly fixed?: string;
  /** Titles of a map's two columns, and what its values may be: one of `options`, where there are any. */
  readonly map?: {
    readonly titles: readonly [key: string, value: string];
    readonly valueNoun: string;
    /** Why two keys may not have the same value; left out: they may. */
    readonly valueOnce?: string;
  };
  readonly autoComplete?: string;
  /** Half a row: fields that belong together stand side by side. */
  readonly half?: boolean;
}

export interface Fault {
  readonly name: string;
  readonly label: string;
  readonly message: string;
}

const emptyOf: Record<FieldDeclaration["type"], FieldValue> = {
  text: "",
  password: "",
  number: null,
  select: null,
  switch: false,
  multiselect: [],
  ranked: [],
  "json-map": "",
  textarea: "",
  money: null,
  day: "",
};

/** What the form starts with: the given value, else the declared default, else the type's nothing. */
export function startValues(fields: readonly FieldDeclaration[], given: FormValues = {}): FormValues {
  return Object.fromEntries(
    fields.map((field) => [field.name, given[field.name] ?? field.default ?? emptyOf[field.type]]),
  );
}

export function isShown(field: FieldDeclaration, values: FormValues): boolean {
  const { when } = field;
  if (when === undefined) return true;
  const value = values[when.field];
  return "is" in when ? value === when.is : value !== when.not;
}

const isEmpty = (value: FieldValue | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (typeof value === "object" && Object.keys(value).length === 0);

/** What is wrong with one field's value, or null. */
export function faultOf(field: FieldDeclaration, value: FieldValue | undefined): string | null {
  const blankMap = field.type === "json-map" && typeof value === "string" && isMapEmpty(value);
  if (isEmpty(value) || blankMap)
    return field.required === true && field.kept === undefined && field.type !== "switch" ? "is needed" : null;
  if (typeof value === "string") {
    if (field.lengthMax !== undefined && value.length > field.lengthMax)
      return `has ${value.length} characters, ${field.lengthMax} are allowed`;
    if (field.pattern !== undefined && !new RegExp(`^(?:${field.pattern})$`, "u").test(value.trim()))
      return field.patternHelp ?? "does not have the right form";
    if (field.type === "money" && parseRupees(value) === null) return "is not an amount like 1,234.50";
  }
  if (typeof value === "number") {
    if (field.min !== undefined && value < field.min) return `is at least ${field.min}`;
    if (field.max !== undefined && value > field.max) return `is at most ${field.max}`;
  }
  if (field.type === "json-map" && typeof value === "string")
    return mapFault(value, {
      ...field.map,
      ...(field.options === undefined ? {} : { values: field.options.map((option) => option.value) }),
    });
  return null;
}

/** All faults at once, in the form's order, of the fields that are shown. */
export function faultsOf(fields: readonly FieldDeclaration[], values: FormValues): readonly Fault[] {
  return fields.flatMap((field) => {
    const message = isShown(field, values) && field.fixed === undefined ? faultOf(field, values[field.name]) : null;
    return message === null ? [] : [{ name: field.name, label: field.label, message }];
  });
}

/** What is sent: shown fields only, text trimmed, money as whole paise, kept secrets left out when nothing was typed. */
export function outgoing(fields: readonly FieldDeclaration[], values: FormValues): Record<string, FieldValue> {
  const out: Record<string, FieldValue> = {};
  for (const field of fields) {
    if (!isShown(field, values)) continue;
    const value = values[field.name] ?? null;
    if (field.kept !== undefined && isEmpty(value)) continue;
    if (field.type === "money") out[field.name] = typeof value === "string" && value !== "" ? parseRupees(value) : null;
    else if (typeof value === "string" && field.type === "json-map") out[field.name] = tidyMap(value);
    else if (typeof value === "string" && field.type !== "password") out[field.name] = value.trim();
    else out[field.name] = value;
  }
  return out;
}

/** `{"facility.code": "BLR1"}` as `{facility: {code: "BLR1"}}`: names with dots become objects. */
export function nested(values: Readonly<Record<string, FieldValue>>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const parts = name.split(".");
    const leaf = parts.pop() ?? name;
    let at = root;
    for (const part of parts) {
      const next = at[part];
      const child: Record<string, unknown> = typeof next === "object" && next !== null ? { ...next } : {};
      at[part] = child;
      at = child;
    }
    at[leaf] = value;
  }
  return root;
}
