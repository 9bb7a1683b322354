import { formatInstant } from "../../lib/format.ts";
import { ApiError } from "../../lib/problem.ts";
import type { FieldDeclaration, FieldValue, FormValues } from "../../ui/index.ts";
import type { ChannelSettings, CredentialField, Facility, FacilityChoice, Rules, SourceSetting } from "./data.ts";

/** The forms of a channel, as declarations. Pure: they are drawn by `DeclaredForm`. */
const sourcePrefix = "source.";

export interface SettingsOf {
  readonly label: string;
  readonly rules: Rules;
  readonly settings: readonly SourceSetting[];
  /** Does it hear of packages at all? */
  readonly notifies: boolean;
  readonly billingParties: readonly {
    readonly billingPartyId: string;
    readonly code: string;
    readonly legalName: string;
  }[];
}

const singleActionOptions = [
  { value: "OFF", label: "OFF" },
  { value: "INVOICE_THEN_LABEL", label: "One click, two PDFs" },
  { value: "INVOICE_AND_LABEL_MERGED", label: "One click, one PDF" },
];

/** Settings of a channel of a source, in the order of the form's sections. */
export function settingsFields(of: SettingsOf): readonly FieldDeclaration[] {
  return [...generalFields(of), ...orderFields(of), ...packageFields(of), ...tellFields(of), ...ownFields(of)];
}

function generalFields({ billingParties, label }: SettingsOf): readonly FieldDeclaration[] {
  const name: FieldDeclaration = {
    section: "general",
    name: "name",
    label: "Channel Name",
    type: "text",
    required: true,
    lengthMax: 60,
    help: `One account at ${label} is one channel. Its code is made of this name and stays.`,
  };
  if (billingParties.length === 0) return [name];
  return [
    name,
    {
      section: "general",
      name: "billingPartyId",
      label: "Billing Party",
      type: "select",
      options: billingParties.map((p) => ({ value: p.billingPartyId, label: `${p.code} · ${p.legalName}` })),
      help: "Who invoices. Empty: the facility that ships.",
    },
  ];
}

function orderFields({ label }: SettingsOf): readonly FieldDeclaration[] {
  return [
    {
      section: "orders",
      name: "tatHours",
      label: "TAT",
      type: "number",
      half: true,
      required: true,
      default: 48,
      min: 1,
      max: 720,
      unit: "hours",
      help: "Until hand-over, where an order names no deadline.",
    },
    {
      section: "orders",
      name: "priority",
      label: "Priority",
      type: "number",
      half: true,
      required: true,
      default: 0,
      min: -1000,
      max: 1000,
      help: "Higher gets scarce stock first.",
    },
    {
      section: "orders",
      name: "autoVerify",
      label: "Auto Verify Orders",
      type: "switch",
      default: true,
      consequence: {
        on: "An order goes on to stock and package as soon as it is in.",
        off: "An order waits under To verify until a person verifies it; no stock is blocked before.",
      },
    },
    {
      section: "orders",
      name: "createOnHold",
      label: "Create Sale Orders On Hold",
      type: "switch",
      default: false,
      consequence: {
        on: "Each new order is on hold: nothing is invoiced until a person takes the hold off.",
        off: "New orders are not held.",
      },
    },
    {
      section: "orders",
      name: "returnedOnChannelWord",
      label: "Returned On The Channel's Word",
      type: "switch",
      default: false,
      consequence: {
        on: `When ${label} says Returned, the order is RETURNED at once. No stock is added: nobody here has seen the goods.`,
        off: `When ${label} says Returned, that is shown at once; RETURNED follows when the goods are on the shelf.`,
      },
    },
  ];
}

function packageFields({ rules, label }: SettingsOf): readonly FieldDeclaration[] {
  return [
    {
      section: "packages",
      name: "packageType",
      label: "Package Type",
      type: "select",
      half: true,
      required: true,
      default: rules.split ? "FLEXIBLE" : "FIXED",
      options: [
        { value: "FLEXIBLE", label: "FLEXIBLE" },
        { value: "FIXED", label: "FIXED" },
      ],
      help: "FLEXIBLE: what is in stock is packed first, the rest later. FIXED: one package, when all is there.",
      ...(rules.split ? {} : { fixed: `${label} does not allow an order to be split.` }),
    },
    {
      section: "packages",
      name: "singleAction",
      label: "Single Action Invoice Label New",
      type: "select",
      half: true,
      required: true,
      default: "OFF",
      options: singleActionOptions,
      help: "OFF: invoice and label are separate steps.",
    },
  ];
}

function tellFields({ notifies, label }: SettingsOf): readonly FieldDeclaration[] {
  if (!notifies) return [];
  return [
    {
      section: "tell",
      name: "notifyOnDispatch",
      label: "Notify Channel On Dispatch",
      type: "switch",
      default: true,
      consequence: {
        on: `${label} is told the dispatch details at hand-over, and every change of a package's state.`,
        off: `${label} is told nothing of packages, not even that they left. What was not sent is counted on the Channel Summary and can be sent later.`,
      },
    },
  ];
}

function ownFields({ settings }: SettingsOf): readonly FieldDeclaration[] {
  return settings.map((setting) => ({
    section: "own",
    name: sourcePrefix + setting.name,
    label: setting.label,
    type: setting.type,
    help: setting.help,
    default: setting.default,
    ...(setting.options === undefined ? {} : { options: setting.options }),
  }));
}

/** What the form starts with. */
export function settingsValues(settings: ChannelSettings): FormValues {
  const { sourceSettings, facilities: _ranked, ...rest } = settings;
  const own = Object.entries(sourceSettings).map(([name, value]) => [sourcePrefix + name, value] as const);
  return { ...rest, ...Object.fromEntries(own) };
}

/** What is sent: the source's own settings apart, facilities in their order. */
export function settingsBody(
  values: Readonly<Record<string, FieldValue>>,
  facilities: readonly FacilityChoice[],
): Record<string, unknown> {
  const own = Object.entries(values).filter(([name]) => name.startsWith(sourcePrefix));
  return {
    ...Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith(sourcePrefix))),
    sourceSettings: Object.fromEntries(
      own.flatMap(([name, value]) => (value === null ? [] : [[name.slice(sourcePrefix.length), value]])),
    ),
    facilities: facilities.map((f) => ({
      facilityId: f.facilityId,
      channelWarehouse:
        f.channelWarehouse === null || f.channelWarehouse.trim() === "" ? null : f.channelWarehouse.trim(),
    })),
  };
}

/** Fields of the Connectors page, from the source's declaration. */
export function credentialFields(
  fields: readonly CredentialField[],
  facilities: readonly Pick<Facility, "code" | "name">[],
): readonly FieldDeclaration[] {
  return fields.map((field): FieldDeclaration => {
    const kept = field.type === "password" && field.isSet ? { kept: setWords(field) } : {};
    const common = { name: field.name, label: field.label, required: field.required, help: field.help, ...kept };
    if (field.type === "facility")
      return {
        ...common,
        type: "select",
        options: facilities.map((f) => ({ value: f.code, label: `${f.code} ${f.name}` })),
      };
    if (field.type === "warehouse-map")
      return { ...common, type: "json-map", mapTitles: ["Their warehouse", "Our facility"] };
    return { ...common, type: field.type, ...(field.pattern === undefined ? {} : { pattern: field.pattern }) };
  });
}

/** "set on 12 Nov 2026 by Asha" */
function setWords({ setAt, setBy }: CredentialField): string {
  const on = setAt === null ? "set" : `set on ${formatInstant(setAt).split(",")[0]}`;
  return setBy === null ? on : `${on} by ${setBy}`;
}

/** What the Connectors form starts with: never a secret. */
export function credentialValues(fields: readonly CredentialField[]): FormValues {
  return Object.fromEntries(
    fields.flatMap((field) => {
      if (field.value === null) return [];
      return [[field.name, field.type === "warehouse-map" ? readMap(field.value) : field.value] as const];
    }),
  );
}

function readMap(text: string): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {}; // an older form took any text; the map is then typed anew
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, code]) => [key, String(code)]));
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

/** What is sent as credentials: texts only, maps as JSON. Refuses fields that must be equal and are not, at the field. */
export function credentialBody(
  fields: readonly CredentialField[],
  values: Readonly<Record<string, FieldValue>>,
): Record<string, string> {
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
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isMap = typeof value === "object" && value !== null;
      return [name, value === null ? "" : isMap ? JSON.stringify(value) : String(value)];
    }),
  );
}
