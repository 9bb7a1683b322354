/** What a run against a partner's server was called with. */
import { type OperationId, operationIds } from "../../contract/validators.ts";
import type { Given } from "../arguments.ts";
import type { CommonOptions } from "../protocol.ts";

export type PartnerOperation = OperationId<"partner-notifications">;
export type EventOperation = Exclude<PartnerOperation, "getPartnerToken">;

/** any: a token by either generation of the token call. header: one that never changes. */
export type PartnerAuth =
  | { readonly kind: "any" | "json" | "basic" }
  | { readonly kind: "header"; readonly name: string };

export interface PartnerOptions extends CommonOptions {
  readonly protocol: "partner";
  readonly auth: PartnerAuth;
}

export const PARTNER_ARGUMENTS = ["auth", "header-name"] as const;

export const PARTNER_USAGE = `--protocol partner: what a hub tells a partner (contract/partner-notifications.openapi.yaml).
It sends events about parcels, returns, purchases and gate passes that do not exist, each with a code that
begins with CF: to an account for tests alone.
  --auth HOW           how the hub proves itself. json: a token, asked for with user name and password
                       in the body; basic: a token, asked for with Basic; header: no token, but a
                       header whose value is the password. Left out, json and basic are tried
  --header-name NAME   that header
`;

export const PARTNER_OPERATIONS: readonly PartnerOperation[] = operationIds("partner-notifications");

/** @returns the options, or in words what is wrong with them */
export function readPartner(given: Given, common: CommonOptions): PartnerOptions | string {
  const auth = readAuth(given);
  if (typeof auth === "string") return auth;
  // There is nothing to read at a partner: whoever checks one sends.
  return { ...common, protocol: "partner", write: true, auth };
}

function readAuth({ auth = "any", "header-name": name }: Given): PartnerAuth | string {
  if (auth === "header") {
    if (name === undefined) return "--auth header wants --header-name NAME.";
    return /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/.test(name) ? { kind: auth, name } : `"${name}" is no name of a header.`;
  }
  if (name !== undefined) return "--header-name goes with --auth header.";
  if (auth === "any" || auth === "json" || auth === "basic") return { kind: auth };
  return `--auth "${auth}" is not known; there are json, basic and header.`;
}
