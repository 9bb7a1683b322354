import type { Connector, FieldDeclaration, SettingDeclaration } from "../../connectors/kit/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import { Secret } from "../platform/secret.ts";
import type { ChannelSettings } from "./channel.ts";
import { readWarehouseMap, type WarehouseMap } from "./warehouse-map.ts";

const VALUE_MAX = 4_000;
const MAP_MAX = 10_000;
/** The seller's account on the marketplace: one account is one channel, and a pushed order names its channel by it alone. */
export const USERNAME = "username";

export interface CheckedFields {
  readonly plain: Readonly<Record<string, string>>;
  readonly secrets: ReadonlyMap<string, Secret>;
}

/** What the form's checks must know beside the form. */
export interface KnownOfFields {
  /** Names of secrets that the channel has already. */
  readonly stored: ReadonlySet<string>;
  /** Codes of the tenant's enabled facilities. */
  readonly facilities: ReadonlySet<string>;
  /** Saved to be authorized next: what the source's own page gives (`consent`) may still be empty. */
  readonly consentAhead?: boolean;
}

/**
 * Checks what was typed into the credentials form against the source's declaration. Pure. A secret that is left empty
 * keeps its stored value; a field that must equal another and is left empty takes it. Refuses CREDENTIALS_INVALID with
 * all faults at once, in the form's order: `faults` in words, `fields` the name of the field of each ("" of none).
 * Which facilities the channel has is another question: `decideFacilities`.
 */
export function checkFields(
  source: Connector,
  channel: string,
  given: Readonly<Record<string, string>>,
  known: KnownOfFields,
): Result<CheckedFields> {
  const names = new Set(source.fields.map((field) => field.name));
  const faults = Object.keys(given)
    .filter((name) => !names.has(name))
    .map((name) => ({ field: "", words: `${source.label} has no field ${name}` }));
  const plain: Record<string, string> = {};
  const secrets = new Map<string, Secret>();
  const later = known.consentAhead ? (source.consent?.gives ?? []) : [];
  for (const field of source.fields) {
    const typed = field.type === "password" ? (given[field.name] ?? "") : (given[field.name] ?? "").trim();
    const value = typed === "" && field.sameAs !== undefined ? (given[field.sameAs] ?? "").trim() : typed;
    if (field.type === "password" && value === "" && known.stored.has(field.name)) continue;
    if (value === "" && later.includes(field.name)) continue;
    const found = fieldFaults(source, field, value, given, known);
    faults.push(...found.map((words) => ({ field: field.name, words })));
    if (found.length > 0 || value === "") continue;
    if (field.type === "password") secrets.set(field.name, new Secret(value));
    else plain[field.name] = value;
  }
  if (faults.length === 0) return ok({ plain, secrets });
  const words = faults.map((fault) => fault.words);
  return refuse("CREDENTIALS_INVALID", {
    ...{ channel, details: words.join("; ") },
    ...{ fields: faults.map((fault) => fault.field), faults: words },
  });
}

function fieldFaults(
  source: Connector,
  field: FieldDeclaration,
  value: string,
  given: Readonly<Record<string, string>>,
  known: KnownOfFields,
): string[] {
  const { label } = field;
  if (value === "") return field.required ? [`${label} is required`] : [];
  const lengthMax = field.type === "warehouse-map" ? MAP_MAX : VALUE_MAX;
  if (value.length > lengthMax) return [`${label} has more than ${lengthMax} characters`];
  if (field.type === "warehouse-map") return mapFaults(field, value, known);
  if (/\p{Cc}/u.test(value)) return [`${label} contains a control character`];
  if (field.pattern !== undefined && !new RegExp(field.pattern, "u").test(value))
    return [`${label} does not look right (${field.help})`];
  if (field.sameAs !== undefined && value !== (given[field.sameAs] ?? "").trim()) {
    const other = source.fields.find((candidate) => candidate.name === field.sameAs)?.label ?? field.sameAs;
    return [`${label} must be the same as the ${other}`];
  }
  return [];
}

/** Required fields that the source's own page gives and that are not there yet. Pure. */
export function missingOfConsent(
  source: Connector,
  fields: Readonly<Record<string, string>>,
  stored: ReadonlySet<string>,
): readonly FieldDeclaration[] {
  const { gives = [] } = source.consent ?? {};
  const isThere = ({ name }: FieldDeclaration) => stored.has(name) || (fields[name] ?? "") !== "";
  return source.fields.filter((field) => field.required && gives.includes(field.name) && !isThere(field));
}

/** A JSON object from the channel's warehouse codes to codes of facilities that there are. */
function mapFaults(field: FieldDeclaration, value: string, known: KnownOfFields): string[] {
  const { map, faults } = readWarehouseMap(value);
  if (faults.length > 0) return faults.map((words) => `${field.label}: ${words}`);
  if (field.required && map.size === 0) return [`${field.label} names no warehouse: no order could be taken`];
  const lost = [...map.values()].filter((code) => !known.facilities.has(code));
  return lost.length === 0 ? [] : [`${field.label}: there is no enabled facility ${lost.join(", ")}`];
}

/** The warehouse map among stored fields; null where the source has none, or it is not entered yet. */
export function warehouseMapOf(source: Connector, fields: Readonly<Record<string, string>>): WarehouseMap | null {
  const field = source.fields.find((f) => f.type === "warehouse-map");
  const text = field && fields[field.name];
  return text === undefined ? null : readWarehouseMap(text).map;
}

/** Fields of which no two channels of a source may have the same value: those declared so, and who the seller is there. */
export function uniqueFields(source: Connector): readonly FieldDeclaration[] {
  return source.fields.filter((f) => f.type !== "password" && (f.unique || f.name === USERNAME));
}

/** The settings of a new channel: the source's defaults. */
export function defaultSettings(source: Connector, name: string): ChannelSettings {
  return {
    name,
    tatHours: 48,
    packageType: source.rules.split ? "FLEXIBLE" : "FIXED",
    autoVerify: true,
    createOnHold: false,
    singleAction: "OFF",
    gstEInvoicing: "NO",
    notifyOnDispatch: source.rules.notifyOnDispatchDefault,
    returnedOnChannelWord: false,
    dispatchedOnPanel: "ADOPT",
    priority: 0,
    billingPartyId: null,
    sourceSettings: Object.fromEntries(source.settings.map((setting) => [setting.name, setting.default])),
    facilities: [],
  };
}

/**
 * Are these settings allowed for a channel of this source? Pure. Refusals in this order: PACKAGE_TYPE_FIXED_ONLY,
 * CHANNEL_FACILITIES_MISSING, CHANNEL_SETTING_INVALID, CHANNEL_SETTING_UNAVAILABLE.
 */
export function decideSettings(source: Connector, settings: ChannelSettings): Result<undefined> {
  if (settings.packageType !== "FIXED" && !source.rules.split)
    return refuse("PACKAGE_TYPE_FIXED_ONLY", { source: source.label });
  if (settings.facilities.length === 0) return refuse("CHANNEL_FACILITIES_MISSING", { channel: settings.name });
  const faults = [
    ...Object.keys(settings.sourceSettings)
      .filter((name) => !source.settings.some((s) => s.name === name))
      .map((name) => `${source.label} has no setting ${name}`),
    ...source.settings.flatMap((s) => settingFault(s, settings.sourceSettings[s.name])),
    ...repeats(settings.facilities.map((f) => f.facilityId)).map(() => "a facility is chosen twice"),
    ...repeats(settings.facilities.flatMap((f) => f.channelWarehouse ?? [])).map(
      (w) => `the warehouse ${w} is given twice`,
    ),
  ];
  if (faults.length > 0)
    return refuse("CHANNEL_SETTING_INVALID", { channel: settings.name, details: faults.join("; ") });
  for (const { name, label, options } of source.settings) {
    const option = options?.find((candidate) => candidate.value === settings.sourceSettings[name]);
    if (option?.unavailable !== undefined)
      return refuse("CHANNEL_SETTING_UNAVAILABLE", { setting: label, option: option.label, why: option.unavailable });
  }
  return ok();
}

function settingFault(setting: SettingDeclaration, value: string | number | boolean | undefined): string[] {
  if (value === undefined) return [];
  const wanted = { switch: "boolean", number: "number", select: "string", text: "string" }[setting.type];
  if (typeof value !== wanted) return [`${setting.label} is not a ${wanted}`];
  if (setting.type === "select" && !setting.options?.some((option) => option.value === value))
    return [`${setting.label} is one of ${(setting.options ?? []).map((o) => o.value).join(", ")}`];
  const { range } = setting;
  if (range && typeof value === "number" && (!Number.isInteger(value) || value < range.min || value > range.max))
    return [`${setting.label} is a whole number of ${range.unit}, ${range.min} to ${range.max}`];
  return [];
}

function repeats(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))];
}

/** A code made of a name: what the name's own characters allow. */
export function codeFromName(name: string): string {
  return name
    .trim()
    .replaceAll(/[^A-Za-z0-9_-]+/g, "_")
    .slice(0, 60);
}

/** "Jupiter_Money_1": the source's label and the first number that is free. */
export function suggestName(source: Connector, taken: ReadonlySet<string>): string {
  const stem = codeFromName(source.label);
  for (let n = 1; ; n++) if (!taken.has(`${stem}_${n}`.toLowerCase())) return `${stem}_${n}`;
}
