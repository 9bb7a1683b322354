import type { FieldDeclaration, FieldValue, FormValues } from "../../ui/index.ts";
import type { Partner, PartnerAuth } from "./data.ts";
import { authNeeds, authWords } from "./words.ts";

const auths: readonly PartnerAuth[] = ["TOKEN_JSON", "TOKEN_BASIC", "STATIC_HEADER"];

interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface FormChoices {
  readonly channels: readonly Choice[];
  readonly facilities: readonly Choice[];
}

/** "Set on 12 Nov by Asha": of a secret that is kept. */
export interface Kept {
  readonly partner: Pick<Partner, "baseUrl" | "auth" | "username">;
  readonly words: string;
}

const originOf = (url: unknown): string | undefined => URL.parse(typeof url === "string" ? url.trim() : "")?.origin;

/** Why the stored secret does not go with what is typed, or null: it goes nowhere but where it was entered for. Pure. */
export function whySecretAnew(before: Kept["partner"], values: FormValues): string | null {
  if (originOf(before.baseUrl) !== originOf(values.baseUrl)) return "The stored one was entered for another server.";
  const sameUser = values.auth === "STATIC_HEADER" || before.username === String(values.username ?? "").trim();
  return before.auth === values.auth && sameUser ? null : "The stored one belongs to other credentials.";
}

/** The fields of a partner. `kept` is null for one that is not there yet. Events are chosen beside them. */
export function partnerFields({ channels, facilities }: FormChoices, kept: Kept | null): readonly FieldDeclaration[] {
  const secret: FieldDeclaration = {
    ...{ name: "secret", label: "Password or key", type: "password", section: "proof", half: true, lengthMax: 4_000 },
    ...(kept === null ? { required: true } : { kept: kept.words }),
  };
  return [
    ...(kept === null ? [codeField] : []),
    {
      ...{ name: "name", label: "Name", type: "text", required: true, half: true, lengthMax: 200, section: "address" },
      placeholder: "Swift Logistics",
    },
    {
      ...{ name: "baseUrl", label: "Base URL", type: "text", required: true, lengthMax: 500, section: "address" },
      placeholder: "https://partner.example.com/hooks",
      pattern: "https?://.+",
      patternHelp: "begins with https://",
      help: "The partner gives it. Shipment packed goes to it with /invoiced behind it, and so on; a token is asked for at /oauth/token.",
    },
    {
      ...{ name: "auth", label: "Authentication", type: "select", required: true, section: "proof" },
      options: auths.map((value) => ({ value, label: authWords[value] })),
    },
    {
      ...{ name: "username", label: "User name", type: "text", required: true, half: true, lengthMax: 200 },
      ...{ section: "proof", when: { field: "auth", not: "STATIC_HEADER" } },
    },
    secret,
    {
      ...{ name: "headerName", label: "Header", type: "text", required: true, half: true, lengthMax: 60 },
      ...{ section: "proof", default: "Authorization" },
      pattern: "[A-Za-z0-9!#$%&'*+.^_|~\\-]{1,60}",
      patternHelp: "is the name of a header: letters, digits and -",
    },
    {
      ...{ name: "channelIds", label: "Channels", type: "multiselect", section: "filter", half: true },
      ...{
        options: channels,
        help: "None chosen: all, those to come as well. Purchases and gatepasses have no channel: told in any case.",
      },
    },
    {
      ...{ name: "facilityIds", label: "Facilities", type: "multiselect", section: "filter", half: true },
      ...{
        options: facilities,
        help: "None chosen: all, those to come as well. Where some are chosen, orders that have no facility yet are left out.",
      },
    },
    ...(kept === null ? [enabledField] : []),
  ];
}

const codeField: FieldDeclaration = {
  ...{ name: "code", label: "Code", type: "text", required: true, half: true, section: "address" },
  pattern: "[A-Za-z0-9_\\-]{2,60}",
  patternHelp: "is 2 to 60 letters, digits, - or _",
  placeholder: "SWIFT_ERP",
  help: "Names it in lists and logs. It cannot be changed later.",
};

const enabledField: FieldDeclaration = {
  ...{ name: "enabled", label: "Enabled", type: "switch", default: true, section: "filter" },
  consequence: {
    on: "Told of what happens from now on. What happened before is not sent.",
    off: "Kept and can be tested; nothing is queued for it until it is enabled.",
  },
};

/** A field as it looks while these values stand: what the chosen way of authentication needs. Pure. */
export function lookOfField(kept: Kept | null, field: FieldDeclaration, values: FormValues): FieldDeclaration {
  const isKey = values.auth === "STATIC_HEADER";
  if (field.name === "auth") {
    const auth = auths.find((each) => each === values.auth);
    return auth === undefined ? field : { ...field, help: authNeeds[auth] };
  }
  if (field.name === "headerName")
    return { ...field, help: `In which the ${isKey ? "key" : "token"} travels: Authorization, apikey or another.` };
  if (field.name !== "secret") return field;
  const named = { ...field, label: isKey ? "Key" : "Password" };
  const anew = kept === null ? null : whySecretAnew(kept.partner, values);
  if (anew === null)
    return kept === null ? { ...named, help: "Sealed when it is saved, and never shown again." } : named;
  const { kept: _, ...bare } = named;
  return { ...bare, required: true, help: `${anew} Enter it again.` };
}

/** What a form of a partner that is there begins with. */
export function startOf(partner: Partner): FormValues {
  const { name, baseUrl, auth, username, headerName, channelIds, facilityIds } = partner;
  return { name, baseUrl, auth, username, headerName, channelIds: channelIds ?? [], facilityIds: facilityIds ?? [] };
}

/** The form's values as the server takes them: nothing chosen is all. Pure. */
export function bodyOf(
  values: Readonly<Record<string, FieldValue>>,
  events: readonly string[],
): Record<string, FieldValue> {
  const someOrAll = (chosen: FieldValue | undefined) => (Array.isArray(chosen) && chosen.length > 0 ? chosen : null);
  const { channelIds, facilityIds, ...rest } = values;
  return { ...rest, events, channelIds: someOrAll(channelIds), facilityIds: someOrAll(facilityIds) };
}
