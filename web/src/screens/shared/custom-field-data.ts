import { queryOptions } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import { formatDay } from "../../lib/format.ts";
import type { FieldDeclaration, FieldValue, FormValues } from "../../ui/index.ts";

export type AppliesTo = "ORDER" | "ITEM" | "PACKAGE";
export type FieldKind = "TEXT" | "WHOLE_NUMBER" | "DECIMAL" | "DATE" | "YES_NO" | "CHOICE";

/** A custom field as people defined it: `GET /custom-fields`. */
export interface CustomField {
  readonly customFieldId: string;
  readonly appliesTo: AppliesTo;
  readonly name: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly choices: readonly string[];
  readonly required: boolean;
  readonly defaultValue: string | null;
  readonly onLists: boolean;
  readonly enabled: boolean;
  readonly inUse: boolean;
}

export interface CustomFields {
  readonly fields: readonly CustomField[];
  readonly undefinedNames: readonly {
    readonly appliesTo: AppliesTo;
    readonly name: string;
    readonly example: string;
  }[];
}

/** How a field stands on one record. */
export interface ShownField {
  readonly name: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly choices: readonly string[];
  readonly required: boolean;
  readonly defaultValue: string | null;
  readonly value: string | null;
  readonly state: "WRITTEN" | "DEFAULT" | "EMPTY" | "MISSING" | "UNFIT" | "UNDEFINED" | "DISABLED";
  readonly why: string | null;
  readonly how: "CHANNEL" | "FORM" | "CSV" | "SCREEN" | null;
  readonly by: string | null;
  readonly at: string | null;
}

/** What a row of a list has of them. */
export interface ListedField {
  readonly name: string;
  readonly label: string;
  readonly value: string;
}

export const customFieldsQuery = queryOptions({
  queryKey: ["custom-fields"],
  queryFn: ({ signal }) => api.get<CustomFields>("/api/v1/custom-fields", {}, signal),
  staleTime: 30_000,
});

/** A value as people read it. One that does not fit its field is shown as it came. */
export function valueWords(kind: FieldKind, value: string): string {
  if (kind === "YES_NO" && value === "true") return "Yes";
  if (kind === "YES_NO" && value === "false") return "No";
  if (kind === "DATE" && /^\d{4}-\d{2}-\d{2}$/.test(value)) return formatDay(value);
  return value;
}

/** What is typed into; a definition, or a field as it stands. */
type Typed = Pick<ShownField, "label" | "kind" | "choices" | "required" | "defaultValue"> & {
  readonly value?: string | null;
  readonly state?: ShownField["state"];
};

/** The control for a field's value. The server checks it again and says what is wrong. */
export function declarationOf(field: Typed, name: string, section?: string): FieldDeclaration {
  const { label, kind, choices, required, defaultValue, value = null, state } = field;
  const help = [
    state === "UNFIT" && value !== null ? `“${value}” came with the order and does not fit.` : null,
    required && defaultValue === null ? "Required." : null,
    defaultValue === null ? null : `Left empty, ${valueWords(kind, defaultValue)} stands.`,
  ].filter((part) => part !== null);
  const base = {
    ...{ name, label, half: true },
    ...(section === undefined ? {} : { section }),
    ...(help.length === 0 ? {} : { help: help.join(" ") }),
  };
  switch (kind) {
    case "TEXT":
      return { ...base, type: "text", lengthMax: 500 };
    case "WHOLE_NUMBER":
      return { ...base, type: "text", pattern: "-?[\\d,]{1,20}", patternHelp: "is not a whole number" };
    case "DECIMAL":
      return {
        ...base,
        type: "text",
        pattern: "-?[\\d,]{1,20}(\\.\\d{1,6})?",
        patternHelp: "is not a number like 1234.50",
      };
    case "DATE":
      return { ...base, type: "day" };
    case "YES_NO":
      return {
        ...base,
        type: "select",
        options: [
          { value: "true", label: "Yes" },
          { value: "false", label: "No" },
        ],
      };
    case "CHOICE": {
      const offered = choices.map((choice) => ({ value: choice, label: choice }));
      const gone = value !== null && state === "WRITTEN" && !choices.includes(value);
      return {
        ...base,
        type: "select",
        options: gone ? [{ value, label: `${value} (no longer offered)` }, ...offered] : offered,
      };
    }
  }
}

/**
 * What the form of a field starts with: what is written. Of a default nothing, for it stands by itself; of what does not fit
 * nothing either (its words stand below), or the form could not be saved before somebody knows better.
 */
export function startOf({ value, state, kind }: ShownField): FieldValue {
  if (state === "WRITTEN") return value;
  return kind === "YES_NO" || kind === "CHOICE" ? null : "";
}

/** A person may write it here: it is defined, and enabled. */
export const isOpen = ({ state }: ShownField): boolean => state !== "UNDEFINED" && state !== "DISABLED";

export interface FieldGroup {
  readonly id: string;
  readonly title: string;
  readonly fields: readonly ShownField[];
}

/** The name of a control: names of fields may have dots, which forms read as nesting. */
export const controlName = (group: number, field: number): string => `field-${group}-${field}`;

export interface FieldChange {
  readonly group: string;
  readonly name: string;
  readonly value: string | null;
}

/** What is other than it was, in words of the server. */
export function changesOf(groups: readonly FieldGroup[], values: FormValues): FieldChange[] {
  return groups.flatMap((group, g) =>
    group.fields.filter(isOpen).flatMap((field, f) => {
      const given = values[controlName(g, f)] ?? "";
      const before = startOf(field) ?? "";
      if (given === before || typeof given === "object") return [];
      const value = String(given).trim();
      return [{ group: group.id, name: field.name, value: value === "" ? null : value }];
    }),
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An entry of the timeline in words: "Gift note: – → Happy birthday; O1-2, Engraving: A.R. → B.R." */
export function fieldChangeWords(facts: Readonly<Record<string, unknown>>): string | undefined {
  const changes = Array.isArray(facts.changes) ? facts.changes.filter(isRecord) : [];
  const said = changes.map(({ of, label, before, after }) => {
    const where = typeof of === "string" && changes.length > 1 ? `${of}, ` : "";
    return `${where}${String(label)}: ${before === null ? "–" : String(before)} → ${after === null ? "–" : String(after)}`;
  });
  const more = typeof facts.more === "number" && facts.more > 0 ? [`${facts.more} more`] : [];
  return said.length === 0 ? undefined : [...said, ...more].join("; ");
}
