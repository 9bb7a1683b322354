import { type Id, ok, type Result, refuse } from "../../kernel/index.ts";

/** What a field is about: the whole order, one unit of it, or one package. */
export const APPLIES_TO = ["ORDER", "ITEM", "PACKAGE"] as const;
export type AppliesTo = (typeof APPLIES_TO)[number];

export const FIELD_KINDS = ["TEXT", "WHOLE_NUMBER", "DECIMAL", "DATE", "YES_NO", "CHOICE"] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

/** Fields of one kind of record that a tenant may define: a form of more is none that anybody fills. */
export const DEFINITIONS_MAX = 50;
export const NAME_CHARS_MAX = 60;
export const LABEL_CHARS_MAX = 80;
export const CHOICES_MAX = 100;
export const CHOICE_CHARS_MAX = 100;
const RETIRED_CHOICES_MAX = 500;
/** A value as people and files give it, and as partners get it. */
export const VALUE_CHARS_MAX = 500;

export type CustomFieldId = Id<"CustomField">;

/** A field as people define it. */
export interface FieldDefinition {
  readonly appliesTo: AppliesTo;
  /** As it goes on the wire, letter for letter. */
  readonly name: string;
  /** As people read it. */
  readonly label: string;
  readonly kind: FieldKind;
  /** Of a list of choices: what may be chosen now. */
  readonly choices: readonly string[];
  /** Whoever enters an order or changes values here must give it; what comes from a channel without it is shown as missing. */
  readonly required: boolean;
  /** Stands wherever no value is written. */
  readonly defaultValue: string | null;
  readonly onLists: boolean;
  readonly enabled: boolean;
}

export interface StoredField extends FieldDefinition {
  readonly customFieldId: CustomFieldId;
  /** Choices of earlier days: no longer offered, still good where they were chosen. */
  readonly retiredChoices: readonly string[];
}

/** What names the field in the title of a file's column: case, blanks, underscores and stars do not count. */
export function columnKey(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_*]+/g, "");
}

/** Titles of the import's own columns: a field of such a name could not be told from them. */
const RESERVED = new Set(["channelcode", "ordercode", "itemcode", "skucode", "packagecode"]);

/**
 * Checks a definition and brings its default into the form of its kind. Refusals in this order: CUSTOM_FIELD_NAME_RESERVED,
 * CUSTOM_FIELD_CHOICES, CUSTOM_FIELD_DEFAULT. Pure.
 */
export function checkDefinition(given: FieldDefinition): Result<FieldDefinition> {
  if (RESERVED.has(columnKey(given.name)) || columnKey(given.name) === "")
    return refuse("CUSTOM_FIELD_NAME_RESERVED", { name: given.name });
  const choices = given.kind === "CHOICE" ? [...new Set(given.choices.map((choice) => choice.trim()))] : [];
  if (given.kind === "CHOICE" && (choices.length === 0 || choices.some((c) => c === "" || c === CLEARS)))
    return refuse("CUSTOM_FIELD_CHOICES", { name: given.name });
  if (given.defaultValue === null) return ok({ ...given, choices });
  const read = readValue({ ...given, choices, retiredChoices: [] }, given.defaultValue, "new");
  if (!read.ok) return refuse("CUSTOM_FIELD_DEFAULT", { name: given.name, value: given.defaultValue, why: read.why });
  return ok({ ...given, choices, defaultValue: read.value });
}

/** In a file: take the value away. An empty cell leaves what is there. */
export const CLEARS = "-";

/** Choices that are offered no more, after the list has changed. The oldest are forgotten when there are too many. Pure. */
export function retired(before: StoredField, choices: readonly string[]): string[] {
  const all = [...before.retiredChoices, ...before.choices];
  return [...new Set(all)].filter((choice) => !choices.includes(choice)).slice(-RETIRED_CHOICES_MAX);
}

export type ReadValue =
  | { readonly ok: true; readonly value: string }
  /** `why` goes on after the value: "is not a whole number". */
  | { readonly ok: false; readonly why: string };

/**
 * A text as a value of the field, in the one form that partners get: whole numbers and decimals without thousands commas,
 * days as 2026-11-22, yes and no as true and false. Pure.
 * @param use "new": somebody gives it now; "kept": it is there already, and a choice of earlier days is still good
 */
export function readValue(
  field: Pick<StoredField, "kind" | "choices" | "retiredChoices">,
  given: string,
  use: "new" | "kept",
): ReadValue {
  const text = given.trim();
  if (text === "") return { ok: false, why: "is empty" };
  if (text.length > VALUE_CHARS_MAX) return { ok: false, why: `has more than ${VALUE_CHARS_MAX} characters` };
  if (/\p{Cc}/u.test(text)) return { ok: false, why: "has line breaks or control characters" };
  switch (field.kind) {
    case "TEXT":
      return { ok: true, value: text };
    case "WHOLE_NUMBER":
      return readNumber(text, /^-?\d{1,15}$/, "is not a whole number of at most 15 digits");
    case "DECIMAL":
      return readNumber(text, /^-?\d{1,15}(\.\d{1,6})?$/, "is not a number like 1234.50");
    case "DATE":
      return readDay(text);
    case "YES_NO":
      return readFlag(text);
    case "CHOICE":
      return readChoice(field, text, use);
    default: {
      const never: never = field.kind;
      return never;
    }
  }
}

function readNumber(text: string, shape: RegExp, why: string): ReadValue {
  // 1,23,456 and 123,456 are ways to write one number; 1,2 is a slip.
  const plain = /^-?\d{1,3}(,\d{2,3})*,\d{3}(\.\d+)?$/.test(text) ? text.replaceAll(",", "") : text;
  if (!shape.test(plain)) return { ok: false, why };
  const value = plain.replace(/^(-?)0+(?=\d)/, "$1");
  return { ok: true, value: /^-0(\.0+)?$/.test(value) ? value.slice(1) : value };
}

/** 2026-11-22, with or without a time after it, or 22/11/2026 as people write it in India. */
function readDay(text: string): ReadValue {
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?$/.exec(text);
  const indian = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$/.exec(text);
  const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : indian ? [indian[3], indian[2], indian[1]] : [];
  const why = "is no date like 2026-11-22 or 22/11/2026";
  if (year === undefined || month === undefined || day === undefined) return { ok: false, why };
  try {
    const of = { year: Number(year), month: Number(month), day: Number(day) };
    return { ok: true, value: Temporal.PlainDate.from(of, { overflow: "reject" }).toString() };
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, why }; // 31 November
    throw error;
  }
}

function readFlag(text: string): ReadValue {
  const word = text.toLowerCase();
  if (["true", "yes", "y", "1"].includes(word)) return { ok: true, value: "true" };
  if (["false", "no", "n", "0"].includes(word)) return { ok: true, value: "false" };
  return { ok: false, why: "is neither yes nor no" };
}

function readChoice(
  { choices, retiredChoices }: Pick<StoredField, "choices" | "retiredChoices">,
  text: string,
  use: "new" | "kept",
): ReadValue {
  const among = (list: readonly string[]) =>
    list.find((choice) => choice === text) ?? list.find((choice) => choice.toLowerCase() === text.toLowerCase());
  const value = among(choices) ?? (use === "kept" ? among(retiredChoices) : undefined);
  if (value !== undefined) return { ok: true, value };
  const shown = choices.slice(0, 10).join(", ");
  return { ok: false, why: `is none of ${shown}${choices.length > 10 ? " …" : ""}` };
}

/** One pair as it goes to partners. */
export interface CustomFieldPair {
  readonly name: string;
  readonly value: string;
}

/**
 * What partners are sent of one record: enabled fields in their order, each with its value or else its default. A name that
 * nobody defined and a value that does not fit its field are not sent: nobody here has said that they may be. Pure.
 * @param fields those of the record's kind
 */
export function pairsToSend(fields: readonly StoredField[], values: ReadonlyMap<string, string>): CustomFieldPair[] {
  return fields.flatMap((field) => {
    if (!field.enabled) return [];
    const written = values.get(field.name);
    if (written === undefined)
      return field.defaultValue === null ? [] : [{ name: field.name, value: field.defaultValue }];
    const read = readValue(field, written, "kept");
    return read.ok ? [{ name: field.name, value: read.value }] : [];
  });
}
