/** What an account of a courier of this protocol is asked for, and its own settings. */
import type { Call, FieldDeclaration, SettingDeclaration } from "../../connectors/kit/index.ts";
import { assert } from "../../src/kernel/index.ts";

export const FIELDS: readonly FieldDeclaration[] = [
  {
    name: "username",
    label: "Username",
    type: "text",
    required: true,
    help: "The courier gave it to you. Sent to /authToken.",
    unique: true,
  },
  {
    name: "password",
    label: "Password",
    type: "password",
    required: true,
    help: "The courier gave it together with the user name. It is kept encrypted and never shown again.",
  },
];

/** The protocol is silent about each of these, and couriers differ. */
export const SETTINGS = [
  {
    name: "labelBy",
    label: "Label",
    help: "Who makes the label. A courier that gives no label has ours under either choice.",
    type: "select",
    options: [
      { value: "courier", label: "The courier's own PDF" },
      { value: "us", label: "Ours, with the courier's number" },
    ],
    default: "courier",
  },
  {
    name: "manifests",
    label: "Courier's manifest",
    help: "Ask the courier for a manifest (/manifest) when a manifest is closed. Aggregators insist on it.",
    type: "switch",
    default: false,
  },
  {
    name: "repeatGivesSame",
    label: "Asked again, it gives the same number",
    help: "On: a request whose answer was lost is sent again. Off: the courier would give a second number, so a person looks first. Ask the courier.",
    type: "switch",
    default: true,
  },
  {
    name: "addressIds",
    label: "Ids of your addresses",
    help: "Sent instead of the facility's address where the courier gave you ids: one id for all facilities, or FACILITY=id, separated by commas. Empty: the address is sent in full.",
    type: "text",
    default: "",
  },
  {
    name: "serviceType",
    label: "Service type",
    help: "Surface, Air or whatever the courier calls it. Empty: the courier chooses.",
    type: "text",
    default: "",
  },
  {
    name: "handOverMode",
    label: "Hand-over",
    help: "How parcels reach the courier.",
    type: "select",
    options: [
      { value: "Pickup", label: "The courier picks them up" },
      { value: "Drop", label: "You bring them" },
    ],
    default: "Pickup",
  },
  {
    name: "courierName",
    label: "Courier behind the aggregator",
    help: "Only for an aggregator: the courier it shall use. Empty: it chooses.",
    type: "text",
    default: "",
  },
  {
    name: "tokenPrefix",
    label: "Token",
    help: "How the courier wants its token in the header Authorization.",
    type: "select",
    options: [
      { value: "", label: "The token alone" },
      { value: "Bearer", label: "Bearer and the token" },
    ],
    default: "",
  },
  {
    name: "trackEveryMinutes",
    label: "Tracking is asked every",
    help: "Four times a day is what the protocol's notes allow (2020); fewer minutes only if the courier agreed.",
    type: "number",
    range: { min: 15, max: 1_440, unit: "minutes" },
    default: 360,
  },
] as const satisfies readonly SettingDeclaration[];

export type SettingName = (typeof SETTINGS)[number]["name"];

/** The value of a setting that is a text. */
export function textSetting(call: Pick<Call, "settings">, name: SettingName): string {
  const value = call.settings[name] ?? SETTINGS.find((setting) => setting.name === name)?.default;
  assert(typeof value === "string", `the setting ${name} is a text`);
  return value.trim();
}

/** The courier's id of a facility's address; "" where there is none. Pure. */
export function addressIdOf(setting: string, facilityCode: string): string {
  const entries = setting
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  const pairs = entries.map((entry) => {
    const at = entry.indexOf("=");
    return at < 0 ? { id: entry } : { facility: entry.slice(0, at).trim(), id: entry.slice(at + 1).trim() };
  });
  const own = pairs.find(({ facility }) => facility === facilityCode);
  return (own ?? pairs.find(({ facility }) => facility === undefined))?.id ?? "";
}
