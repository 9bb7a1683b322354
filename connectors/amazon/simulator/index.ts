/** The Amazon simulator: orders by changes, Easy Ship, self-ship, listings, feeds, reports, papers, pushes, under Amazon's limits. */
import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import {
  type MarketplaceDialect,
  type Refusals,
  type RunningSimulator,
  type Seller,
  type SimulatorFactory,
  startMarketplace,
} from "../../kit/simulator/index.ts";
import { createNumbers } from "../../protocol/simulator/parcels.ts";
import { type Accounts, createAccounts, serveConsentPage } from "./accounts.ts";
import { AMAZON_CATALOGUE } from "./catalogue.ts";
import { serveAmazonControl } from "./control.ts";
import { serveEasyShip } from "./easy-ship.ts";
import { serveFeeds } from "./feeds.ts";
import { AMAZON_LIMITS } from "./limits.ts";
import { serveListings } from "./listings.ts";
import { type OrderWalks, serveOrders } from "./orders.ts";
import { type AmazonOptions, type Due, type Pace, type Parts, refusal, serve } from "./parts.ts";
import { orderChanged, PUSH_OPERATION } from "./pushes.ts";
import { serveReports } from "./reports.ts";
import { serveDocuments } from "./store.ts";
import { statusOf } from "./wire.ts";

export { type AmazonAccount, amazonAccount } from "./accounts.ts";
export { AMAZON_CATALOGUE } from "./catalogue.ts";
export { AMAZON_LIMITS } from "./limits.ts";
export type { AmazonOptions, Pace } from "./parts.ts";
export { asinOf } from "./wire.ts";

/** What is not given of their accounts follows from their names (`amazonAccount`). */
export const AMAZON_SELLERS: readonly Seller[] = [
  { username: "demo-seller-0001", password: "demo-only-secret" },
  { username: "demo-seller-0002", password: "demo-only-secret" },
];

/** As Amazon does it: figures within seconds, feeds and reports within half a minute, changes up to two minutes late. */
const PACE: Pace = { pendingMs: 0, lateMs: 120_000, applyMs: 3_000, workMs: 20_000 };

export function startAmazonSimulator(options: AmazonOptions = {}): Promise<RunningSimulator> {
  const products = options.products ?? AMAZON_CATALOGUE;
  const sellers = options.sellers ?? AMAZON_SELLERS;
  const pace = { ...PACE, ...options.pace };
  return startMarketplace({ ...options, products, sellers }, ({ world, clock }): MarketplaceDialect => {
    const accounts = createAccounts(world, clock);
    const numbers = createNumbers("IN", clock());
    const due: Due[] = [];
    const movedToAmazon: Parts["movedToAmazon"] = new Map();
    const walks: OrderWalks = { walks: new Map() };
    let count = 0;
    const next = () => ++count;
    const forgets: (() => void)[] = [];
    return {
      source: "AMAZON",
      label: "Amazon",
      idPrefix: "40",
      orderIds: (unique) => {
        const id = orderNumber(unique);
        return { id, displayNumber: id };
      },
      pushesEvents: true,
      thirdPartyShipping: true,
      creditsReturns: false,
      warehouses: [],
      refusals: refusals(accounts),
      statusMembers: ["fulfillmentStatus", "detailedStatus"],
      limits: AMAZON_LIMITS,
      callsOut: [PUSH_OPERATION],
      whyNotCancelled: (order) => {
        const status = statusOf(order, pace, clock());
        return status === "PENDING" || status === "UNSHIPPED" ? null : `the order is ${status}`;
      },
      announce: (_event, order) => orderChanged(world, accounts, order, { pace, now: clock(), nth: next() }),
      serve: (sim) => {
        const parts: Parts = { sim, accounts, numbers, pace, due, movedToAmazon, next };
        serve(parts, "getToken", ({ body }) => accounts.token(body));
        serveConsentPage(sim.server, accounts);
        serveAmazonControl(parts);
        serveOrders(parts, walks);
        serveEasyShip(parts);
        serveListings(parts);
        const documents = serveDocuments(parts);
        const reports = serveReports(parts, documents);
        const feeds = serveFeeds(parts, documents, reports);
        forgets.push(documents.clear, reports.clear, feeds.clear);
      },
      state: () => ({ tokens: accounts.view() }),
      forget: () => {
        accounts.clear();
        numbers.forget();
        due.splice(0);
        movedToAmazon.clear();
        walks.walks.clear();
        for (const forget of forgets) forget();
      },
      sellerChanged: (username) => accounts.drop(username),
    };
  });
}

export const amazonSimulator: SimulatorFactory = { source: "AMAZON", label: "Amazon", start: startAmazonSimulator };

/** 403-1234567-1234567, the same for the same text. */
function orderNumber(unique: string): string {
  const digits = BigInt(`0x${createHash("sha256").update(`amazon order ${unique}`).digest("hex").slice(0, 16)}`);
  const text = String(digits % 10n ** 15n).padStart(15, "0");
  return `40${text[0]}-${text.slice(1, 8)}-${text.slice(8)}`;
}

function refusals(accounts: Accounts): Refusals {
  return {
    authenticate: (request: FastifyRequest) => {
      const token = request.headers["x-amz-access-token"];
      return typeof token === "string" ? accounts.sellerOf(token) : null;
    },
    invalid: (errors) =>
      refusal(
        400,
        "InvalidInput",
        errors.map(({ path, message }) => `${path === "" ? "body" : path} ${message}`).join("; "),
      ),
    unauthorized: (words) => refusal(401, "Unauthorized", `Access to requested resource is denied. ${words}`),
    notOffered: (operation) => refusal(404, "NotFound", `${operation} is not offered here`),
    tooMany: () => refusal(429, "QuotaExceeded", "You exceeded your quota for the requested resource."),
  };
}
