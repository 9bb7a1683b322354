/** What `./godown conform` was called with. */
import { parseArgs } from "node:util";
import { operation, operationIds } from "../contract/validators.ts";
import type { MarketplaceOperation } from "./check.ts";

export interface ConformOptions {
  readonly protocol: "marketplace";
  readonly baseUrl: URL;
  readonly username: string;
  readonly password: string;
  /** Also checks what changes something on the other side. */
  readonly write: boolean;
  readonly json: boolean;
  /** Orders of the test account that may be asked about and, with `write`, changed; empty: the newest are taken. */
  readonly orderIds: readonly string[];
  /** Null: every operation. */
  readonly only: readonly MarketplaceOperation[] | null;
  /** For each call. */
  readonly timeoutMs: number;
  /** Most pages read of one list. */
  readonly pagesMax: number;
  /** The other side's warehouse code for the stock that `write` sends again; null: none is named. */
  readonly facilityCode: string | null;
}

export type ReadOptions =
  | { readonly ok: true; readonly options: ConformOptions }
  | { readonly ok: false; readonly words: string }
  | { readonly ok: "help" };

export const USAGE = `Usage: ./godown conform --protocol marketplace --base-url URL --username U --password P [options]

Checks anybody's implementation of the marketplace protocol (contract/marketplace.openapi.yaml) and
prints what passes, what fails with the exchange behind it, and what is not offered. It reads only,
unless --write is given.

  --base-url URL       the address that the operations stand below: https://api.example.in/uniware
  --username U         a seller's account for tests
  --password P         its password; "-" reads it from the first line of standard input
  --write              also set stock (to what it is), acknowledge, give shipment data, notify,
                       cancel and dispatch: on an account for tests alone
  --order-id ID        an order to use instead of the newest; with --write the first is dispatched,
                       a second one is cancelled
  --facility CODE      your warehouse code, sent with the stock that --write sets
  --only OP,OP         only these operations, by operationId or path: getOrders, /orders/labels
  --timeout MS         for each call; 20000
  --pages N            most pages read of one list; 40
  --json               a report for machines on standard output
  --help               this text

Ends with 0 when nothing failed, 1 when something did, 2 when it was not understood or nothing answers there.
docs/conform.md says more.
`;

const TIMEOUT_MS = 20_000;
const TIMEOUT_MAX_MS = 300_000;
const PAGES = 40;
const PAGES_MAX = 500;
const ORDER_IDS_MAX = 10;

/** Not legacy: those were in early editions only, and no hub calls them. */
export const CHECKED_OPERATIONS: readonly MarketplaceOperation[] = operationIds("marketplace").filter(
  (id) => id !== "updatePricing" && id !== "getSettlements" && id !== "getSettlement",
);

const ARGUMENTS = {
  protocol: { type: "string" },
  "base-url": { type: "string" },
  username: { type: "string" },
  password: { type: "string" },
  write: { type: "boolean" },
  json: { type: "boolean" },
  "order-id": { type: "string", multiple: true },
  only: { type: "string", multiple: true },
  timeout: { type: "string" },
  pages: { type: "string" },
  facility: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** @param passwordFromInput reads the password where `-` stands for it */
export function readOptions(args: readonly string[], passwordFromInput: () => string): ReadOptions {
  let given: ReturnType<typeof parse>;
  try {
    given = parse(args);
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
  if (given.help) return { ok: "help" };
  if (given.protocol === undefined) return refused("--protocol is missing; there is one: marketplace.");
  if (given.protocol !== "marketplace")
    return refused(`There is no protocol "${given.protocol}"; there is one: marketplace.`);
  const url = readBaseUrl(given["base-url"]);
  if (typeof url === "string") return refused(url);
  if (given.username === undefined || given.username === "") return refused("--username is missing.");
  if (given.password === undefined) return refused("--password is missing.");
  const password = given.password === "-" ? passwordFromInput() : given.password;
  if (password === "") return refused("The password is empty.");
  const timeoutMs = readWhole("--timeout", given.timeout, TIMEOUT_MS, 100, TIMEOUT_MAX_MS);
  if (typeof timeoutMs === "string") return refused(timeoutMs);
  const pagesMax = readWhole("--pages", given.pages, PAGES, 1, PAGES_MAX);
  if (typeof pagesMax === "string") return refused(pagesMax);
  const only = readOnly(given.only);
  if (typeof only === "string") return refused(only);
  const orderIds = listed(given["order-id"]);
  if (orderIds.length > ORDER_IDS_MAX) return refused(`--order-id names at most ${ORDER_IDS_MAX} orders.`);
  return {
    ok: true,
    options: {
      protocol: "marketplace",
      baseUrl: url,
      username: given.username,
      password,
      write: given.write ?? false,
      json: given.json ?? false,
      orderIds,
      only,
      timeoutMs,
      pagesMax,
      facilityCode: given.facility ?? null,
    },
  };
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: ARGUMENTS, strict: true, allowPositionals: false }).values;
}

function refused(words: string): ReadOptions {
  return { ok: false, words };
}

function listed(values: readonly string[] | undefined): string[] {
  return (values ?? [])
    .flatMap((value) => value.split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "");
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

function readWhole(
  name: string,
  text: string | undefined,
  otherwise: number,
  min: number,
  max: number,
): number | string {
  if (text === undefined) return otherwise;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : `${name} is a whole number from ${min} to ${max}, not "${text}".`;
}

function readOnly(values: readonly string[] | undefined): readonly MarketplaceOperation[] | null | string {
  if (values === undefined) return null;
  const wishes = listed(values);
  const chosen = new Set<MarketplaceOperation>();
  for (const wish of wishes) {
    const found = CHECKED_OPERATIONS.filter((id) => namesOf(id).includes(wish.toLowerCase()));
    if (found.length === 0) return `--only "${wish}" is no operation; there are ${CHECKED_OPERATIONS.join(", ")}.`;
    for (const id of found) chosen.add(id);
  }
  return chosen.size === 0 ? "--only names no operation." : [...chosen];
}

/** `getLabels`, `/orders/labels`, `orders/labels`, `get /orders/labels`. */
function namesOf(id: MarketplaceOperation): string[] {
  const { method, path } = operation("marketplace", id);
  return [id, path, path.slice(1), `${method} ${path}`].map((name) => name.toLowerCase());
}
