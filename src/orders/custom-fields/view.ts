import { type AppliesTo, type FieldKind, readValue, type StoredField } from "./custom-field.ts";

/** A value with where it came from. */
export interface ValueWithOrigin {
  readonly subjectId: string;
  readonly name: string;
  readonly value: string;
  readonly how: "CHANNEL" | "FORM" | "CSV" | "SCREEN";
  readonly by: string;
  readonly at: string;
}

/**
 * How a field stands on a record. MISSING: required, and nobody gave it. UNFIT: what came does not fit the field and is not
 * sent. UNDEFINED: nobody has defined the name, and it is not sent. DISABLED: it holds a value of earlier days, not sent.
 */
export type FieldState = "WRITTEN" | "DEFAULT" | "EMPTY" | "MISSING" | "UNFIT" | "UNDEFINED" | "DISABLED";

/** A custom field of one record as a screen shows it. */
export interface ShownField {
  readonly name: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly choices: readonly string[];
  readonly required: boolean;
  readonly defaultValue: string | null;
  /** As it is sent; as it came where it does not fit or is not defined; null where there is none. */
  readonly value: string | null;
  readonly state: FieldState;
  /** What is wrong with the value: "is not a whole number". */
  readonly why: string | null;
  readonly how: ValueWithOrigin["how"] | null;
  readonly by: string | null;
  readonly at: string | null;
}

/** The fields of one record: the defined ones in their order, then names that nobody has defined. Pure. */
export function shownFields(
  appliesTo: AppliesTo,
  fields: readonly StoredField[],
  values: readonly ValueWithOrigin[],
): ShownField[] {
  const own = fields.filter((field) => field.appliesTo === appliesTo);
  const written = new Map(values.map((value) => [value.name, value]));
  const defined = own.flatMap((field) => {
    const value = written.get(field.name);
    return field.enabled || value !== undefined ? [shownField(field, value)] : [];
  });
  const names = new Set(own.map((field) => field.name));
  const strange = values.filter((value) => !names.has(value.name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return [...defined, ...strange.map(undefinedField)];
}

function shownField(field: StoredField, written: ValueWithOrigin | undefined): ShownField {
  const { name, label, kind, choices, required, defaultValue } = field;
  const origin = { how: written?.how ?? null, by: written?.by ?? null, at: written?.at ?? null };
  const base = { name, label, kind, choices, required, defaultValue, why: null, ...origin };
  if (written === undefined) {
    if (defaultValue !== null) return { ...base, value: defaultValue, state: "DEFAULT" };
    return { ...base, value: null, state: required ? "MISSING" : "EMPTY" };
  }
  const read = readValue(field, written.value, "kept");
  if (!field.enabled) return { ...base, value: read.ok ? read.value : written.value, state: "DISABLED" };
  return read.ok
    ? { ...base, value: read.value, state: "WRITTEN" }
    : { ...base, value: written.value, state: "UNFIT", why: read.why };
}

function undefinedField({ name, value, how, by, at }: ValueWithOrigin): ShownField {
  const nothing = { label: name, kind: "TEXT", choices: [], required: false, defaultValue: null, why: null } as const;
  return { ...nothing, name, value, state: "UNDEFINED", how, by, at };
}
