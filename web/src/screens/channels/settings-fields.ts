import type { FieldDeclaration, FieldValue, FormValues } from "../../ui/index.ts";
import type { ChannelSettings, FacilityChoice, Rules, SourceSetting } from "./data.ts";

/** The Settings form of a channel, as declarations. Pure: it is drawn by `DeclaredForm`. */
export const sourcePrefix = "source.";

export interface SettingsOf {
  readonly label: string;
  readonly rules: Rules;
  readonly settings: readonly SourceSetting[];
  /** What it hears of packages: every change of their state, only that they left, nothing. */
  readonly hears: "states" | "dispatch" | "nothing";
  readonly billingParties: readonly {
    readonly billingPartyId: string;
    readonly code: string;
    readonly legalName: string;
  }[];
}

const singleActionOptions = [
  { value: "OFF", label: "Off" },
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

function orderFields({ rules, label }: SettingsOf): readonly FieldDeclaration[] {
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
    ...panelField({ rules, label }),
  ];
}

/** Only of sources that tell of parcels which left there. */
function panelField({ rules, label }: Pick<SettingsOf, "rules" | "label">): readonly FieldDeclaration[] {
  if (!rules.reports.includes("DISPATCHED")) return [];
  return [
    {
      section: "orders",
      name: "dispatchedOnPanel",
      label: "When Dispatched On The Panel",
      type: "select",
      required: true,
      default: "ADOPT",
      options: [
        { value: "ADOPT", label: "Adopt it" },
        { value: "ASK", label: "Ask me" },
      ],
      help: `What was processed on the panel of ${label}. Adopt: the package is made and dispatched here, stock is taken, and what the books do not have is a shortage. Ask: its units are held, and you decide under Exceptions.`,
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
      help: "Off: invoice and label are separate steps.",
    },
    {
      section: "packages",
      name: "gstEInvoicing",
      label: "GstEInvoicing Enabled From NIC",
      type: "select",
      half: true,
      required: true,
      default: "NO",
      options: [
        { value: "NONE", label: "None" },
        { value: "NO", label: "No" },
        { value: "YES", label: "Yes" },
      ],
      help: "Yes, if you come under the Government's e-invoicing norms: a business buyer's invoice gets its IRN before its package is packed, and so does its credit note.",
    },
  ];
}

function tellFields({ hears, label }: SettingsOf): readonly FieldDeclaration[] {
  if (hears === "nothing") return [];
  return [
    {
      section: "tell",
      name: "notifyOnDispatch",
      label: "Notify Channel On Dispatch",
      type: "switch",
      default: true,
      consequence: {
        on: `${label} is told the dispatch details at hand-over${hears === "states" ? ", and every change of a package's state" : ""}.`,
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
    ...setting.range,
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
