import { formatInstant } from "../../lib/format.ts";
import { ApiError } from "../../lib/problem.ts";
import { type FieldDeclaration, type FieldValue, type FormValues, readMap } from "../../ui/index.ts";
import type { CredentialField, Facility } from "./data.ts";

/** The Connectors form of a channel, as declarations. Pure: it is drawn by `DeclaredForm`. */

/** Name of the choice that stands in the Connectors form beside the source's own fields. */
export const facilitiesField = "facilities";

type Place = Pick<Facility, "facilityId" | "code" | "name" | "enabled">;

/** Does a field name facilities? Then those whose stock is told are chosen on the same page. */
export function choosesFacilities(fields: readonly CredentialField[]): boolean {
  return fields.some((field) => field.type === "facility" || field.type === "warehouse-map");
}

/** Fields of the Connectors page, from the source's declaration. */
export function credentialFields(
  fields: readonly CredentialField[],
  facilities: readonly Place[],
  sourceLabel: string,
): readonly FieldDeclaration[] {
  const options = facilities.filter((f) => f.enabled).map((f) => ({ value: f.code, label: `${f.code} · ${f.name}` }));
  const own = fields.map((field): FieldDeclaration => {
    const kept = field.type === "password" && field.isSet ? { kept: setWords(field) } : {};
    // What the source's own page gives is asked for by Connect, which says how to come by it.
    const required = field.required && !field.byConsent;
    const common = { name: field.name, label: field.label, required, help: field.help, ...kept };
    if (field.type === "facility") return { ...common, type: "select", options };
    if (field.type === "warehouse-map")
      return {
        ...{ ...common, type: "json-map", options },
        map: {
          titles: [`${sourceLabel}'s warehouse`, "Our facility"],
          valueNoun: "facility",
          valueOnce: "each would be told the whole of its stock, and it would be sold twice",
        },
      };
    return { ...common, type: field.type, ...(field.pattern === undefined ? {} : patternOf(field.pattern)) };
  });
  if (!choosesFacilities(fields)) return own;
  const disabled = facilities.filter((f) => !f.enabled);
  return [
    ...own,
    {
      name: facilitiesField,
      label: "Choose Facilities For Inventory Sync",
      type: "ranked",
      required: true,
      options: [
        ...options,
        ...disabled.map((f) => ({ value: f.code, label: `${f.code} · ${f.name}`, unavailable: "It is disabled." })),
      ],
      help: "Their stock is published. What the fields above name is chosen with them, and must stay.",
    },
  ];
}

/** A source's pattern is looked for anywhere in the value, as the server does; the form's is matched as a whole. */
function patternOf(pattern: string): Pick<FieldDeclaration, "pattern" | "patternHelp"> {
  const start = /^\^([A-Za-z0-9_-]+)$/.exec(pattern)?.[1];
  return {
    pattern: `[\\s\\S]*(?:${pattern})[\\s\\S]*`,
    patternHelp: start === undefined ? "does not look right" : `must start with ${start}`,
  };
}

/** "set on 12 Nov 2026 by Asha" */
function setWords({ setAt, setBy }: CredentialField): string {
  const on = setAt === null ? "set" : `set on ${formatInstant(setAt).split(",")[0]}`;
  return setBy === null ? on : `${on} by ${setBy}`;
}

/** What the Connectors form starts with: never a secret. @param chosen codes of the channel's facilities, in their order */
export function credentialValues(fields: readonly CredentialField[], chosen: readonly string[]): FormValues {
  return {
    ...Object.fromEntries(fields.flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const]))),
    ...(choosesFacilities(fields) ? { [facilitiesField]: chosen } : {}),
  };
}

/** Codes that the values of the form name, in the order of its fields: each must be among the facilities chosen. */
export function namedFacilities(fields: readonly CredentialField[], values: FormValues): readonly string[] {
  const named = fields.flatMap((field) => {
    const value = values[field.name];
    if (typeof value !== "string") return [];
    if (field.type === "facility") return [value.trim()];
    const read = field.type === "warehouse-map" ? readMap(value) : { rows: [] };
    return "rows" in read ? read.rows.map(([, code]) => code.trim()) : [];
  });
  return [...new Set(named.filter((code) => code !== ""))];
}

/**
 * The choice of facilities follows the fields that name them: what is named is chosen, and what was chosen only because it
 * was named goes with its name. What a person chose stays.
 * @param byHand codes that a person chose without a field naming them; written when the choice is changed
 */
export function followNamed(
  fields: readonly CredentialField[],
  byHand: Set<string>,
  now: FormValues,
  changed: string,
): FormValues {
  const chosen = listOf(now[facilitiesField]);
  const named = namedFacilities(fields, now);
  if (changed === facilitiesField) {
    for (const code of [...byHand]) if (!chosen.includes(code)) byHand.delete(code);
    for (const code of chosen) if (!named.includes(code)) byHand.add(code);
    return now;
  }
  const names = fields.find((field) => field.name === changed);
  if (names?.type !== "facility" && names?.type !== "warehouse-map") return now;
  // While a map cannot be read it names nothing, and nothing is taken off for that.
  const text = now[changed];
  if (names.type === "warehouse-map" && typeof text === "string" && "fault" in readMap(text)) return now;
  const stay = chosen.filter((code) => named.includes(code) || byHand.has(code));
  return { ...now, [facilitiesField]: [...stay, ...named.filter((code) => !stay.includes(code))] };
}

const listOf = (value: FieldValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];

/** The choice of facilities with what the other fields say of each: its warehouse there, or that it is the store. */
export function withNotes(
  fields: readonly CredentialField[],
  field: FieldDeclaration,
  values: FormValues,
): FieldDeclaration {
  if (field.name !== facilitiesField || field.options === undefined) return field;
  const notes = new Map(fields.flatMap((each) => notesOf(each, values[each.name])));
  return {
    ...field,
    options: field.options.map((option) => {
      const note = notes.get(option.value);
      return note === undefined ? option : { ...option, note };
    }),
  };
}

function notesOf(field: CredentialField, value: FieldValue | undefined): readonly (readonly [string, string])[] {
  if (typeof value !== "string") return [];
  if (field.type === "facility") return [[value, field.label]];
  const read = field.type === "warehouse-map" ? readMap(value) : { rows: [] };
  return "rows" in read ? read.rows.map(([warehouse, code]) => [code.trim(), `for ${warehouse}`] as const) : [];
}

/**
 * A field that must equal another follows it until somebody types something else into it.
 * @param apart names of fields that somebody typed into; written when that happens
 */
export function followSame(
  fields: readonly CredentialField[],
  apart: Set<string>,
  now: FormValues,
  changed: string,
): FormValues {
  const followed = fields.flatMap((field) => {
    if (field.sameAs === undefined) return [];
    const other = now[field.sameAs] ?? "";
    if (changed === field.name && now[field.name] === other) apart.delete(field.name);
    else if (changed === field.name) apart.add(field.name);
    return changed === field.sameAs && !apart.has(field.name) ? [[field.name, other] as const] : [];
  });
  return { ...now, ...Object.fromEntries(followed) };
}

export interface CredentialBody {
  readonly fields: Readonly<Record<string, string>>;
  /** In routing order; left out where the source's fields name none. */
  readonly facilities?: readonly string[];
}

/** What is sent as credentials: texts, and ids of facilities. Refuses fields that must be equal and are not, at the field. */
export function credentialBody(
  fields: readonly CredentialField[],
  values: Readonly<Record<string, FieldValue>>,
  facilities: readonly Place[],
): CredentialBody {
  const unequal = fields.flatMap((field) => {
    if (field.sameAs === undefined || values[field.name] === values[field.sameAs]) return [];
    const other = fields.find((each) => each.name === field.sameAs)?.label ?? field.sameAs;
    return [{ path: field.name, message: `must be the same as the ${other}` }];
  });
  if (unequal.length > 0)
    throw new ApiError(422, {
      code: "CREDENTIALS_INVALID",
      message: "These credentials are not usable as they are.",
      whatToDo: "Correct the fields named.",
      fields: unequal,
    });
  const { [facilitiesField]: chosen, ...own } = values;
  const texts = Object.fromEntries(
    Object.entries(own).map(([name, value]) => [name, value === null ? "" : String(value)]),
  );
  if (!choosesFacilities(fields)) return { fields: texts };
  const ids = listOf(chosen).flatMap((code) => facilities.find((f) => f.code === code)?.facilityId ?? []);
  return { fields: texts, facilities: ids };
}
