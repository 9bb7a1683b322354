/** What `./godown conform` was called with. */
import type { ContractName } from "../contract/types.ts";
import { type ArgumentName, type Given, listed, parseArguments, readWhole } from "./arguments.ts";
import {
  COURIER_ARGUMENTS,
  COURIER_OPERATIONS,
  COURIER_USAGE,
  type CourierOptions,
  readCourier,
} from "./courier/options.ts";
import { placeOf } from "./judge.ts";
import {
  CHECKED_OPERATIONS,
  MARKETPLACE_ARGUMENTS,
  MARKETPLACE_USAGE,
  type MarketplaceOptions,
  readMarketplace,
} from "./marketplace/options.ts";
import {
  PARTNER_ARGUMENTS,
  PARTNER_OPERATIONS,
  PARTNER_USAGE,
  type PartnerOptions,
  readPartner,
} from "./partner/options.ts";
import { type CommonOptions, PROTOCOL_NAMES, type ProtocolName } from "./protocol.ts";

export type ConformOptions = MarketplaceOptions | PartnerOptions | CourierOptions;

export type ReadOptions =
  | { readonly ok: true; readonly options: ConformOptions }
  | { readonly ok: false; readonly words: string }
  | { readonly ok: "help" };

export const USAGE = `Usage: ./godown conform --protocol PROTOCOL --url URL --username U --password P [options]
Protocols: ${PROTOCOL_NAMES.join(", ")}.

Checks anybody's implementation of a protocol against its contract file, and prints what passes, what
fails with the exchange behind it, and what is not offered.

  --url URL            the address that the operations stand below: https://api.example.in/uniware
                       (--base-url is the same)
  --username U         an account for tests
  --password P         its password; "-" reads it from the first line of standard input
  --only OP,OP         only these operations, by operationId or path: getOrders, /orders/labels
  --timeout MS         for each call; 20000
  --json               a report for machines on standard output
  --help               this text

${MARKETPLACE_USAGE}
${PARTNER_USAGE}
${COURIER_USAGE}
Ends with 0 when nothing failed, 1 when something did, 2 when it was not understood or nothing answers there.
docs/conform.md says more.
`;

const TIMEOUT_MS = 20_000;
const TIMEOUT_MAX_MS = 300_000;

interface About {
  readonly contract: ContractName;
  readonly operations: readonly string[];
  /** Options that it has beside those of all. */
  readonly own: readonly ArgumentName[];
  readonly read: (given: Given, common: CommonOptions) => ConformOptions | string;
}

const ABOUT: Readonly<Record<ProtocolName, About>> = {
  marketplace: {
    contract: "marketplace",
    operations: CHECKED_OPERATIONS,
    own: [...MARKETPLACE_ARGUMENTS, "username", "write"],
    read: readMarketplace,
  },
  partner: {
    contract: "partner-notifications",
    operations: PARTNER_OPERATIONS,
    own: [...PARTNER_ARGUMENTS, "username"],
    read: readPartner,
  },
  courier: {
    contract: "shipping-provider",
    operations: COURIER_OPERATIONS,
    own: [...COURIER_ARGUMENTS, "username", "write"],
    read: readCourier,
  },
};

const OF_ALL: ReadonlySet<string> = new Set([
  "protocol",
  "base-url",
  "url",
  "password",
  "json",
  "only",
  "timeout",
  "help",
] satisfies ArgumentName[]);

/** @param passwordFromInput reads the password where `-` stands for it */
export function readOptions(args: readonly string[], passwordFromInput: () => string): ReadOptions {
  let given: Given;
  try {
    given = parseArguments(args);
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
  if (given.help) return { ok: "help" };
  const name = PROTOCOL_NAMES.find((one) => one === given.protocol);
  if (given.protocol === undefined) return refused(`--protocol is missing; there are ${PROTOCOL_NAMES.join(", ")}.`);
  if (name === undefined)
    return refused(`There is no protocol "${given.protocol}"; there are ${PROTOCOL_NAMES.join(", ")}.`);
  const about = ABOUT[name];
  const stray = Object.keys(given).find((one) => !OF_ALL.has(one) && !about.own.some((own) => own === one));
  if (stray !== undefined) return refused(`--${stray} is no option of the ${name} protocol.`);
  const common = readCommon(given, about, passwordFromInput);
  if (typeof common === "string") return refused(common);
  const options = about.read(given, common);
  return typeof options === "string" ? refused(options) : { ok: true, options };
}

function readCommon(given: Given, about: About, passwordFromInput: () => string): CommonOptions | string {
  if (given.url !== undefined && given["base-url"] !== undefined) return "--url and --base-url are the same; give one.";
  const baseUrl = readBaseUrl(given["base-url"] ?? given.url);
  if (typeof baseUrl === "string") return baseUrl;
  // Where a header stands for the credentials there is nobody to name.
  const username = given.username ?? "";
  if (username === "" && given.auth !== "header") return "--username is missing.";
  if (given.password === undefined) return "--password is missing.";
  const password = given.password === "-" ? passwordFromInput() : given.password;
  if (password === "") return "The password is empty.";
  const timeoutMs = readWhole("--timeout", given.timeout, TIMEOUT_MS, 100, TIMEOUT_MAX_MS);
  if (typeof timeoutMs === "string") return timeoutMs;
  const only = readOnly(given.only, about);
  if (typeof only === "string") return only;
  return { baseUrl, username, password, write: given.write ?? false, json: given.json ?? false, only, timeoutMs };
}

function refused(words: string): ReadOptions {
  return { ok: false, words };
}

/** The address, or why it is none. */
function readBaseUrl(text: string | undefined): URL | string {
  if (text === undefined) return "--base-url is missing.";
  if (!URL.canParse(text)) return `--base-url "${text}" is not an address; it begins with https:// or http://.`;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return `--base-url "${text}" does not begin with https:// or http://.`;
  if (url.username !== "" || url.password !== "")
    return "--base-url carries a user name or password; give them as --username and --password.";
  if (url.search !== "" || url.hash !== "")
    return "--base-url carries a query; give the address that the operations stand below.";
  return url;
}

function readOnly(values: readonly string[] | undefined, about: About): readonly string[] | null | string {
  if (values === undefined) return null;
  const chosen = new Set<string>();
  for (const wish of listed(values)) {
    const found = about.operations.filter((id) => namesOf(about.contract, id).includes(wish.toLowerCase()));
    if (found.length === 0) return `--only "${wish}" is no operation; there are ${about.operations.join(", ")}.`;
    for (const id of found) chosen.add(id);
  }
  return chosen.size === 0 ? "--only names no operation." : [...chosen];
}

/** `getLabels`, `/orders/labels`, `orders/labels`, `get /orders/labels`. */
function namesOf(contract: ContractName, id: string): string[] {
  const { method, path } = placeOf(contract, id);
  return [id, path, path.slice(1), `${method} ${path}`].map((name) => name.toLowerCase());
}
