import { type FieldDeclaration, type SettingDeclaration, userUrlFault } from "../../../connectors/kit/index.ts";
import type { CourierIdentity, SettingValues } from "../../../couriers/kit/index.ts";
import { type Instant, ok, type Result, refuse } from "../../kernel/index.ts";
import { Secret } from "../../platform/secret.ts";
import type { ShippingProviderId } from "../provider.ts";

export const ACCOUNT_STATES = ["NOT_CONNECTED", "CONNECTED", "BROKEN"] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** How a shipping provider of the kind API is asked. */
export interface CourierAccount {
  readonly providerId: ShippingProviderId;
  /** The provider's own code and name here. */
  readonly code: string;
  readonly name: string;
  /** The kind of API: `courierOf`. */
  readonly courier: string;
  readonly baseUrl: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly settings: SettingValues;
  readonly credentialsVersion: string;
  readonly state: AccountState;
  readonly brokenReason: string | null;
  readonly connectedAt: Instant | null;
  readonly connectedBy: string | null;
  readonly setAt: Instant;
  readonly setBy: string;
}

/** What a person typed into the form of an account. */
export interface AccountInput {
  readonly courier: string;
  readonly baseUrl: string | null;
  /** Fields of the courier's declaration, secrets too: one that is left empty keeps what is stored. */
  readonly fields: Readonly<Record<string, string>>;
  readonly settings: SettingValues;
}

export interface CheckedAccount {
  readonly baseUrl: string | null;
  readonly plain: Readonly<Record<string, string>>;
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly settings: SettingValues;
}

const VALUE_MAX = 4_000;
const URL_MAX = 500;

/**
 * Checks the form of an account against the courier's declaration. Pure. Refuses COURIER_ACCOUNT_INVALID with all faults
 * at once, in the form's order: `faults` in words, `fields` the name of the field of each ("baseUrl" of the address).
 * @param known.stored names of secrets that the account has already
 * @param known.plainHttp the operator lets addresses be unencrypted and private
 */
export function checkAccount(
  courier: CourierIdentity,
  input: AccountInput,
  known: { readonly stored: ReadonlySet<string>; readonly plainHttp: boolean },
): Result<CheckedAccount> {
  const faults: { field: string; words: string }[] = [];
  const fault = (field: string, words: string) => void faults.push({ field, words });
  const baseUrl = input.baseUrl === null || input.baseUrl.trim() === "" ? null : input.baseUrl.trim();
  const address = baseUrl === null ? missingUrl(courier) : urlFault(baseUrl, known.plainHttp);
  if (address !== null) fault("baseUrl", address);
  for (const name of Object.keys(input.fields))
    if (!courier.fields.some((field) => field.name === name)) fault("", `${courier.label} has no field ${name}`);
  const plain: Record<string, string> = {};
  const secrets = new Map<string, Secret>();
  for (const field of courier.fields) {
    const typed = input.fields[field.name] ?? "";
    const value = field.type === "password" ? typed : typed.trim();
    if (field.type === "password" && value === "" && known.stored.has(field.name)) continue;
    const words = fieldFault(field, value);
    if (words !== null) fault(field.name, words);
    else if (value !== "" && field.type === "password") secrets.set(field.name, new Secret(value));
    else if (value !== "") plain[field.name] = value;
  }
  for (const name of Object.keys(input.settings))
    if (!courier.settings.some((setting) => setting.name === name))
      fault("", `${courier.label} has no setting ${name}`);
  for (const setting of courier.settings) {
    const words = settingFault(setting, input.settings[setting.name]);
    if (words !== null) fault(setting.name, words);
  }
  if (faults.length === 0) return ok({ baseUrl, plain, secrets, settings: input.settings });
  const words = faults.map((each) => each.words);
  return refuse("COURIER_ACCOUNT_INVALID", {
    ...{ courier: courier.label, details: words.join("; ") },
    ...{ fields: faults.map((each) => each.field), faults: words },
  });
}

function missingUrl({ hosts, label }: CourierIdentity): string | null {
  return hosts === undefined ? `Base URL is required: ${label} has no address of its own` : null;
}

/** https to public hosts alone, unless the operator lets addresses be private: then plain http is of use too. */
function urlFault(text: string, plainHttp: boolean): string | null {
  if (text.length > URL_MAX) return `Base URL has more than ${URL_MAX} characters`;
  if (!URL.canParse(text)) return "Base URL is not an address";
  const url = new URL(text);
  if (url.search !== "" || url.hash !== "") return "Base URL carries a query or a fragment";
  if (plainHttp) return /^https?:$/.test(url.protocol) ? null : "Base URL does not begin with https://";
  if (url.protocol !== "https:") return "Base URL does not begin with https://";
  const fault = userUrlFault(text);
  return fault === null ? null : `Base URL ${fault}`;
}

function fieldFault({ label, required, pattern, help }: FieldDeclaration, value: string): string | null {
  if (value === "") return required ? `${label} is required` : null;
  if (value.length > VALUE_MAX) return `${label} has more than ${VALUE_MAX} characters`;
  if (/\p{Cc}/u.test(value)) return `${label} contains a control character`;
  if (pattern !== undefined && !new RegExp(pattern, "u").test(value)) return `${label} does not look right (${help})`;
  return null;
}

function settingFault(setting: SettingDeclaration, value: string | number | boolean | undefined): string | null {
  if (value === undefined) return null;
  const { label, type, options = [], range } = setting;
  const wanted = { switch: "boolean", number: "number", select: "string", text: "string" }[type];
  if (typeof value !== wanted) return `${label} is not a ${wanted}`;
  if (typeof value === "string" && (value.length > VALUE_MAX || /\p{Cc}/u.test(value)))
    return `${label} is too long or contains a control character`;
  if (type === "select") {
    const option = options.find((each) => each.value === value);
    if (option === undefined) return `${label} is one of ${options.map((each) => each.value).join(", ")}`;
    if (option.unavailable !== undefined) return `${label}: ${option.label} ${option.unavailable}`;
  }
  if (range && typeof value === "number" && (!Number.isInteger(value) || value < range.min || value > range.max))
    return `${label} is a whole number of ${range.unit}, ${range.min} to ${range.max}`;
  return null;
}
