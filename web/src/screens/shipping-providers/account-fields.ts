import { formatInstant } from "../../lib/format.ts";
import { ApiError, type FieldFault } from "../../lib/problem.ts";
import type { FieldDeclaration, FieldValue, FormSection, FormValues } from "../../ui/index.ts";
import type { CourierAccount, CourierKind, CourierSetting } from "./account-data.ts";

/** The form of a courier's account, as declarations. Pure: it is drawn by `DeclaredForm`. */

const settingPrefix = "setting.";

export const accountSections = (kind: CourierKind): readonly FormSection[] => [
  { id: "access", title: "Access", line: kind.about },
  { id: "settings", title: "How it works", line: "The protocol leaves these open, and couriers differ: ask yours." },
];

/** @param account null: nothing was entered yet */
export function accountFields(kind: CourierKind, account: CourierAccount | null): readonly FieldDeclaration[] {
  const same = account?.courier === kind.id ? account : null;
  return [
    {
      section: "access",
      name: "baseUrl",
      label: "Base URL",
      type: "text",
      required: !kind.hasAddress,
      lengthMax: 500,
      placeholder: "https://api.courier.example/v1",
      help: kind.hasAddress
        ? "Empty: the courier's own public address."
        : "The courier gave it to you; /authToken and the other calls are below it.",
    },
    ...kind.fields.map((field): FieldDeclaration => {
      const isSecret = field.type === "password";
      const kept = isSecret && same?.secretsStored.includes(field.name) ? { kept: setWords(same) } : {};
      const common = { section: "access", name: field.name, label: field.label, required: field.required, half: true };
      const type = isSecret ? ("password" as const) : ("text" as const);
      return { ...common, type, help: field.help, autoComplete: isSecret ? "new-password" : "off", ...kept };
    }),
    ...kind.settings.map(settingField),
  ];
}

function settingField(setting: CourierSetting): FieldDeclaration {
  const { name, label, help, type, options, range } = setting;
  const common = { section: "settings", name: settingPrefix + name, label, default: setting.default };
  switch (type) {
    case "switch":
      return { ...common, type, consequence: { on: help, off: help } };
    case "select":
      return {
        ...{ ...common, type, help, half: true },
        options: options.map(({ value, label: title, unavailable }) => ({
          // A choice without a value cannot be chosen in a list: the empty one has a name of its own there.
          ...{ value: value === "" ? none : value, label: title },
          ...(unavailable === null ? {} : { unavailable }),
        })),
        default: setting.default === "" ? none : setting.default,
      };
    case "number":
      return {
        ...{ ...common, type, help, half: true },
        ...(range === null ? {} : { min: range.min, max: range.max, unit: range.unit }),
      };
    case "text":
      return { ...common, type, help, half: true };
  }
}

const none = "(none)";

const setWords = ({ setAt, setBy }: CourierAccount): string =>
  `set on ${formatInstant(setAt).split(",")[0] ?? ""} by ${setBy}`;

/** What the form starts with: never a secret. */
export function accountValues(kind: CourierKind, account: CourierAccount | null): FormValues {
  if (account?.courier !== kind.id) return {};
  const settings = Object.entries(account.settings).map(
    ([name, value]) => [settingPrefix + name, value === "" && isChoice(kind, name) ? none : value] as const,
  );
  return { baseUrl: account.baseUrl ?? "", ...account.fields, ...Object.fromEntries(settings) };
}

const isChoice = (kind: CourierKind, name: string): boolean =>
  kind.settings.some((setting) => setting.name === name && setting.type === "select");

/** What is sent: fields and settings apart; a secret that was left empty is not among them. */
export function accountBody(kind: CourierKind, values: Readonly<Record<string, FieldValue>>) {
  const fields: Record<string, string> = {};
  const settings: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(values)) {
    const plain = value === none ? "" : value;
    if (name === "baseUrl" || plain === null || typeof plain === "object") continue;
    if (name.startsWith(settingPrefix)) settings[name.slice(settingPrefix.length)] = plain;
    else fields[name] = String(plain);
  }
  const { baseUrl } = values;
  return {
    courier: kind.id,
    baseUrl: typeof baseUrl === "string" && baseUrl !== "" ? baseUrl : null,
    fields,
    settings,
  };
}

/** A refusal of the form with its words at the fields that they are about; any other error as it is. */
export function atAccountFields(error: unknown, kind: CourierKind): unknown {
  if (!(error instanceof ApiError) || error.problem.code !== "COURIER_ACCOUNT_INVALID") return error;
  const { fields: named, faults } = error.problem.facts ?? {};
  const [names, words] = [texts(named), texts(faults)];
  const fields = names.flatMap((name, i): readonly FieldFault[] => {
    if (name === "") return [];
    const isSetting = kind.settings.some((setting) => setting.name === name);
    const label = [...kind.fields, ...kind.settings].find((each) => each.name === name)?.label ?? "Base URL";
    const message = words[i] ?? "";
    const path = isSetting ? settingPrefix + name : name;
    return [{ path, message: message.startsWith(`${label} `) ? message.slice(label.length + 1) : message }];
  });
  return fields.length === 0 ? error : new ApiError(error.status, { ...error.problem, fields });
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];

/** A setting as the account has it, in words: "The courier's own PDF", "On", "360 minutes". */
export function settingWords(setting: CourierSetting, value: string | number | boolean | undefined): string {
  const now = value ?? setting.default;
  if (typeof now === "boolean") return now ? "On" : "Off";
  if (setting.type === "select") return setting.options.find((option) => option.value === now)?.label ?? String(now);
  if (typeof now === "number") return setting.range === null ? String(now) : `${now} ${setting.range.unit}`;
  return now === "" ? "–" : now;
}
