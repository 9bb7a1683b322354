import type { FieldDeclaration } from "../../ui/index.ts";

/** A row of `GET /api/v1/shipping-providers`. */
export interface Provider {
  readonly providerId: string;
  readonly code: string;
  readonly name: string;
  readonly kind: "AWB_POOL" | "API";
  readonly trackingUrlTemplate: string | null;
  readonly transitDays: number;
  readonly servesEverywhere: boolean;
  readonly cod: boolean;
  readonly preference: number;
  readonly awbLowMark: number;
  readonly enabled: boolean;
  readonly awbsLeft: number;
  readonly pincodes: number;
  /** How it is asked by its API; null: it has a pool of numbers. */
  readonly account: "NOT_CONNECTED" | "CONNECTED" | "BROKEN" | null;
  readonly brokenReason: string | null;
  readonly labelsWaiting: number;
  readonly labelsFailed: number;
  /** Numbers whose answer was lost. */
  readonly unsure: number;
  readonly toGiveBack: number;
  readonly notTold: number;
}

export interface UploadAnswer {
  readonly added: number;
  readonly alreadyThere: number;
  readonly duplicates: readonly string[];
  readonly invalid: readonly { readonly line: number; readonly text: string }[];
}

export const runsLow = (provider: Pick<Provider, "kind" | "awbsLeft" | "awbLowMark" | "enabled">): boolean =>
  provider.enabled && provider.kind === "AWB_POOL" && provider.awbsLeft < provider.awbLowMark;

export const kindWords: Readonly<Record<Provider["kind"], string>> = {
  AWB_POOL: "Own numbers",
  API: "Asked by API",
};

/** Asked only when it is made: numbers and parcels hang on it. */
export const kindField: FieldDeclaration = {
  name: "kind",
  label: "Tracking numbers",
  type: "select",
  required: true,
  default: "AWB_POOL",
  options: [
    { value: "AWB_POOL", label: "Own numbers: you upload ranges that the courier gave you" },
    { value: "API", label: "Asked by its API: number and label come for each parcel" },
  ],
};

export const providerFields: readonly FieldDeclaration[] = [
  {
    name: "code",
    label: "Code",
    type: "text",
    required: true,
    half: true,
    pattern: "[A-Z0-9_]{2,45}",
    patternHelp: "is 2 to 45 capitals, digits and _",
    placeholder: "BLUE_DART",
    help: "Channels are told the courier by this code.",
  },
  { name: "name", label: "Name", type: "text", required: true, half: true, lengthMax: 200 },
  {
    name: "preference",
    label: "Preference",
    type: "number",
    half: true,
    min: 0,
    max: 10_000,
    default: 100,
    help: "The lowest one that serves the pincode is taken.",
  },
  {
    name: "transitDays",
    label: "Transit",
    type: "number",
    half: true,
    min: 0,
    max: 60,
    default: 5,
    unit: "days",
  },
  {
    name: "awbLowMark",
    label: "Warn below",
    type: "number",
    half: true,
    min: 0,
    max: 1_000_000,
    default: 100,
    unit: "AWBs",
    help: "An alarm on the board when fewer numbers are left.",
    when: { field: "kind", is: "AWB_POOL" },
  },
  {
    name: "trackingUrlTemplate",
    label: "Tracking page",
    type: "text",
    half: true,
    lengthMax: 500,
    placeholder: "https://track.example/{awb}",
    help: "{awb} stands for the number.",
  },
  {
    name: "cod",
    label: "Collects cash (COD)",
    type: "switch",
    default: true,
    half: true,
    consequence: { on: "Takes prepaid and COD parcels.", off: "Takes prepaid parcels only." },
  },
  {
    name: "servesEverywhere",
    label: "Serves every pincode",
    type: "switch",
    default: true,
    half: true,
    consequence: { on: "No list of pincodes is asked.", off: "Serves only the pincodes uploaded." },
  },
  {
    name: "enabled",
    label: "Enabled",
    type: "switch",
    default: true,
    consequence: { on: "Parcels may be given to it.", off: "No new parcel is given to it; those with a label go on." },
  },
];
