import type { Connector, FieldDeclaration, SettingDeclaration } from "../../connectors/kit/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import { Secret } from "../platform/secret.ts";
import type { ChannelSettings } from "./channel.ts";

const VALUE_MAX = 4_000;

export interface CheckedFields {
  readonly plain: Readonly<Record<string, string>>;
  readonly secrets: ReadonlyMap<string, Secret>;
}

/**
 * Checks what was typed into the credentials form against the source's declaration. Pure. A secret that is left empty
 * keeps its stored value; a field that must equal another and is left empty takes it. Refuses CREDENTIALS_INVALID with
 * all faults at once, in the form's order.
 * @param stored names of secrets that the channel has already
 * @param facilities codes of the channel's facilities, for fields that name one
 */
export function checkFields(
  source: Connector,
  channel: string,
  given: Readonly<Record<string, string>>,
  known: { readonly stored: ReadonlySet<string>; readonly facilities: readonly string[] },
): Result<CheckedFields> {
  const names = new Set(source.fields.map((field) => field.name));
  const faults = Object.keys(given)
    .filter((name) => !names.has(name))
    .map((name) => `${source.label} has no field ${name}`);
  const plain: Record<string, string> = {};
  const secrets = new Map<string, Secret>();
  for (const field of source.fields) {
    const typed = field.type === "password" ? (given[field.name] ?? "") : (given[field.name] ?? "").trim();
    const value = typed === "" && field.sameAs !== undefined ? (given[field.sameAs] ?? "").trim() : typed;
    if (field.type === "password" && value === "" && known.stored.has(field.name)) continue;
    const fault = fieldFault(source, field, value, given, known.facilities);
    if (fault !== null) faults.push(fault);
    else if (value === "") continue;
    else if (field.type === "password") secrets.set(field.name, new Secret(value));
    else plain[field.name] = value;
  }
  return faults.length > 0
    ? refuse("CREDENTIALS_INVALID", { channel, details: faults.join("; ") })
    : ok({ plain, secrets });
}

function fieldFault(
  source: Connector,
  field: FieldDeclaration,
  value: string,
  given: Readonly<Record<string, string>>,
  facilities: readonly string[],
): string | null {
  if (value === "") return field.required ? `${field.label} is required` : null;
  if (value.length > VALUE_MAX) return `${field.label} has more than ${VALUE_MAX} characters`;
  if (/\p{Cc}/u.test(value) && field.type !== "warehouse-map") return `${field.label} contains a control character`;
  if (field.pattern !== undefined && !new RegExp(field.pattern, "u").test(value))
    return `${field.label} does not look right (${field.help})`;
  if (field.sameAs !== undefined && value !== (given[field.sameAs] ?? "").trim()) {
    const other = source.fields.find((candidate) => candidate.name === field.sameAs)?.label ?? field.sameAs;
    return `${field.label} must be the same as the ${other}`;
  }
  if (field.type === "facility" && !facilities.includes(value))
    return `${field.label} ${value} is not among the facilities chosen for inventory sync`;
  return field.type === "warehouse-map" ? warehouseMapFault(field, value, facilities) : null;
}

/** A JSON object from the channel's warehouse codes to codes of the channel's facilities. */
function warehouseMapFault(field: FieldDeclaration, value: string, facilities: readonly string[]): string | null {
  const map = readWarehouseMap(value);
  if (map === null) return `${field.label} is not a JSON object such as {"WH1": "FACILITY1"}`;
  const lost = [...map.values()].filter((code) => !facilities.includes(code));
  return lost.length > 0
    ? `${field.label}: ${lost.join(", ")} is not among the facilities chosen for inventory sync`
    : null;
}

/** Null where the text is no such map. */
export function readWarehouseMap(text: string): ReadonlyMap<string, string> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // not JSON
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const entries = Object.entries(value);
  const codes = entries.flatMap(([key, code]) =>
    key !== "" && typeof code === "string" ? [[key, code] as const] : [],
  );
  return codes.length === entries.length ? new Map(codes) : null;
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
    notifyOnDispatch: source.rules.notifyOnDispatchDefault,
    returnedOnChannelWord: false,
    priority: 0,
    billingPartyId: null,
    sourceSettings: Object.fromEntries(source.settings.map((setting) => [setting.name, setting.default])),
    facilities: [],
  };
}

/** Are these settings allowed for a channel of this source? Pure. Refusals in this order: see the code. */
export function decideSettings(source: Connector, settings: ChannelSettings): Result<undefined> {
  if (settings.packageType !== "FIXED" && !source.rules.split)
    return refuse("PACKAGE_TYPE_FIXED_ONLY", { source: source.label });
  if (settings.singleAction !== "OFF" && source.rules.labelBy === "channel")
    return refuse("SINGLE_ACTION_NOT_OURS", { source: source.label });
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
  return faults.length > 0
    ? refuse("CHANNEL_SETTING_INVALID", { channel: settings.name, details: faults.join("; ") })
    : ok();
}

function settingFault(setting: SettingDeclaration, value: string | number | boolean | undefined): string[] {
  if (value === undefined) return [];
  const wanted = { switch: "boolean", number: "number", select: "string", text: "string" }[setting.type];
  if (typeof value !== wanted) return [`${setting.label} is not a ${wanted}`];
  if (setting.type === "select" && !setting.options?.some((option) => option.value === value))
    return [`${setting.label} is one of ${(setting.options ?? []).map((o) => o.value).join(", ")}`];
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
