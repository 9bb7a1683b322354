/** The Flipkart simulator: shipments to be searched, packed, made ready, cancelled; papers, returns, notifications, sandbox. */
import { createHash } from "node:crypto";
import { operation, operationIds } from "../../../contract/validators.ts";
import {
  type MarketplaceDialect,
  type Refusals,
  type RunningSimulator,
  type Seller,
  type SimulatorFactory,
  type SimulatorOptions,
  startMarketplace,
} from "../../kit/simulator/index.ts";
import { createNumbers } from "../../protocol/simulator/parcels.ts";
import { FLIPKART_CONTRACT } from "../contract/index.ts";
import { type Accounts, createAccounts, serveConsentPage } from "./accounts.ts";
import { FLIPKART_CATALOGUE } from "./catalogue.ts";
import { serveListingControl, serveListsControl, serveShipmentControl } from "./control.ts";
import { serveFulfilment } from "./fulfilment.ts";
import { serveListings } from "./listings.ts";
import { servePapers } from "./papers.ts";
import { type Pages, type Parts, serve } from "./parts.ts";
import { eventsOf, PUSH_OPERATION } from "./pushes.ts";
import { serveReturns } from "./returns.ts";
import { serveSandbox } from "./sandbox.ts";
import { serveSearch } from "./search.ts";
import { stateOfShipment } from "./states.ts";

export { FLIPKART_CATALOGUE } from "./catalogue.ts";
export { fsnOf } from "./wire.ts";

/** Applications of sellers: user name and password are the application's id and secret. */
export const FLIPKART_SELLERS: readonly Seller[] = [
  { username: "demo-app-0001", password: "demo-only-secret" },
  { username: "demo-app-0002", password: "demo-only-secret" },
];

/** Locations of each seller, unless others are named. */
export const FLIPKART_LOCATIONS = ["LOC7a1b2c3d", "LOC9e8f7a6b"] as const;

/** No figure is published: these are the careful client's own, and calls beyond them are counted, not refused. */
const LIMITS = { operations: { "*": { requestsPerSecond: 5, burst: 5 } }, enforced: false };

/** Left out: full listings and prices, which nothing here tells, and the services of self-shipped returns. */
const WITHHELD = new Set([
  "updatePrice",
  "updateListings",
  "createListings",
  "getReverseOtc",
  "returnApprove",
  "returnReject",
  "returnPickup",
  "returnPickupAttempt",
  "returnComplete",
  "returnCancel",
  "sandboxCreateService",
]);

export interface FlipkartOptions extends SimulatorOptions {
  /** Listings on a page of the search, so that a small catalogue has several. */
  readonly listingsPerPage?: number;
}

export function startFlipkartSimulator(options: FlipkartOptions = {}): Promise<RunningSimulator> {
  const products = options.products ?? FLIPKART_CATALOGUE;
  const sellers = options.sellers ?? FLIPKART_SELLERS;
  return startMarketplace({ ...options, products, sellers }, ({ world, clock }): MarketplaceDialect => {
    const accounts = createAccounts(world, clock);
    const numbers = createNumbers("FK", clock());
    const pages: Pages = new Map();
    const brokenLists: Parts["brokenLists"] = new Set();
    const listingMarks: Parts["listingMarks"] = new Map();
    return {
      source: "FLIPKART",
      label: "Flipkart",
      idPrefix: "OD",
      orderIds: (unique) => ({ id: uuidOf(unique), displayNumber: `OD4${unique.padEnd(17, "0")}` }),
      pushesEvents: true,
      thirdPartyShipping: true,
      creditsReturns: false,
      warehouses: options.warehouses ?? FLIPKART_LOCATIONS,
      refusals: refusals(accounts),
      limits: LIMITS,
      callsOut: [PUSH_OPERATION],
      whyNotCancelled: (order) => {
        const state = stateOfShipment(order);
        const open = ["APPROVED", "PACKING_IN_PROGRESS", "FORM_FAILED", "PACKED", "CANCELLED"].includes(state);
        return open ? null : `buyers cancel until a shipment is handed over, and this one is ${state}`;
      },
      announce: (event, order, done) => eventsOf(world, event, order, done, clock()),
      serve: (sim) => serveAll({ sim, numbers, accounts, pages, brokenLists, listingMarks }, options.listingsPerPage),
      state: () => ({ tokens: accounts.view() }),
      forget: () => {
        accounts.clear();
        numbers.forget();
        pages.clear();
        brokenLists.clear();
        listingMarks.clear();
      },
      sellerChanged: (username) => accounts.drop(username),
    };
  });
}

function serveAll(parts: Parts, listingsPerPage: number | undefined): void {
  const { server } = parts.sim;
  serve(parts, "getToken", ({ headers, query }) => parts.accounts.token(headers, query));
  serveConsentPage(server, parts.accounts);
  serveListings(parts, listingsPerPage);
  serveSearch(parts);
  serveFulfilment(parts);
  servePapers(parts);
  serveReturns(parts);
  serveSandbox(parts);
  serveShipmentControl(parts);
  serveListsControl(parts);
  serveListingControl(parts);
  for (const id of operationIds(FLIPKART_CONTRACT))
    if (WITHHELD.has(id)) server.withhold(operation(FLIPKART_CONTRACT, id));
}

export const flipkartSimulator: SimulatorFactory = {
  source: "FLIPKART",
  label: "Flipkart",
  start: startFlipkartSimulator,
};

/** A uuid that is the same for the same text. */
function uuidOf(unique: string): string {
  const hex = createHash("sha256").update(`flipkart shipment ${unique}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

function refusals(accounts: Accounts): Refusals {
  return {
    authenticate: (request) => {
      if (request.url.startsWith("/oauth/")) return ""; // judged there, by the application's own credentials
      const token = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
      return token === undefined ? null : accounts.sellerOf(token);
    },
    invalid: (errors) => ({
      status: 400,
      body: {
        errors: errors.map(({ path, message }) => ({
          ...{
            severity: "ERROR",
            code: "INVALID_REQUEST_JSON",
            path,
            message: `${path === "" ? "body" : path} ${message}`,
          },
        })),
      },
    }),
    unauthorized: (words) => ({
      status: 401,
      body: { error: "invalid_token", error_description: `Invalid access token: ${words}` },
    }),
    notOffered: (id) => ({
      status: 404,
      body: { errors: [{ severity: "ERROR", code: "NOT_FOUND", message: `this simulator does not offer ${id}` }] },
    }),
  };
}
