/** The marketplace's side of protocol A, whole. A source's simulator says what it offers; the rest answers 404. */
import type { OperationId } from "../../../contract/types.ts";
import { type Misfit, operation, operationIds } from "../../../contract/validators.ts";
import {
  type Answer,
  type CatalogueVariant,
  type FoundFile,
  type MarketplaceDialect,
  type Refusals,
  type RunningSimulator,
  type Seller,
  type SimOrder,
  type SimulatorFactory,
  type SimulatorOptions,
  startMarketplace,
} from "../../kit/simulator/index.ts";
import { type Accounts, createAccounts } from "./accounts.ts";
import { serveCatalogue } from "./catalogue.ts";
import { serveFulfilment } from "./fulfilment.ts";
import { serveInvoices } from "./invoices.ts";
import { type ManifestState, serveManifests } from "./manifests.ts";
import { createOrderPages, serveOrders } from "./orders.ts";
import { createNumbers } from "./parcels.ts";
import type { Party } from "./parties.ts";
import type { Parts } from "./parts.ts";
import { serveShipping } from "./shipping.ts";
import { announce } from "./wire.ts";

/** What a source offers of the protocol. */
export interface ProtocolOffer {
  readonly source: string;
  readonly label: string;
  /** Begins the ids of its orders. */
  readonly idPrefix: string;
  /** False: `GET /orders` gives new orders. */
  readonly ordersArePushed: boolean;
  /** Default of `thirdPartyShipping`. */
  readonly channelShips: boolean;
  readonly operations: readonly OperationId<"marketplace">[];
  /** Codes of the seller's warehouses: each order names one, and stock is kept for each. */
  readonly warehouses?: readonly string[];
  /** How long a token lives; 48 hours unless said otherwise. */
  readonly tokenLifeMinutes?: number;
  /** Binds customer and seller alike. Absent: the seller may cancel until dispatch, the customer whenever he is told to. */
  readonly cancelUntil?: "invoiced";
  /** State of the seller's warehouse: decides the taxes of invoices that the channel makes. */
  readonly sellerState?: string;
  /** Label and the marketplace's invoice to the customer come as one PDF. */
  readonly labelHoldsInvoice?: boolean;
  /** It takes grades and makes the credit notes of returns, by operations of its own (`more`). */
  readonly creditsReturns?: true;
  /** Shipments that a manifest holds at most. */
  readonly manifestParcelsMax?: number;
  /** The marketplace as a firm, on papers; an invented one unless given. */
  readonly house?: Party;
  /** Serves what the source has beside the protocol. */
  readonly more?: (parts: Parts) => void;
  /** Files that it gives beside manifests, by name. */
  readonly files?: (parts: Parts, name: string) => Promise<FoundFile | null>;
  readonly products: readonly CatalogueVariant[];
  readonly sellers: readonly Seller[];
}

/** The simulator of a source that is its offer and nothing else. */
export function protocolSimulator(offer: ProtocolOffer): SimulatorFactory {
  const { source, label } = offer;
  return { source, label, start: (options) => startProtocolSimulator(offer, options) };
}

export function startProtocolSimulator(of: ProtocolOffer, options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const warehouses = of.warehouses && options.warehouses ? options.warehouses : of.warehouses;
  const offer = { ...of, ...(warehouses ? { warehouses } : {}) };
  const products = options.products ?? offer.products;
  const sellers = options.sellers ?? offer.sellers;
  return startMarketplace({ ...options, products, sellers }, ({ world, clock }): MarketplaceDialect => {
    const accounts = createAccounts(world, clock, offer.tokenLifeMinutes);
    const numbers = createNumbers(offer.idPrefix, clock());
    const manifests: ManifestState = { files: new Map(), made: new Map() };
    const pages = createOrderPages();
    return {
      source: offer.source,
      label: offer.label,
      idPrefix: offer.idPrefix,
      thirdPartyShipping: offer.channelShips,
      creditsReturns: offer.creditsReturns === true,
      warehouses: offer.warehouses ?? [],
      pushesEvents: offer.ordersArePushed,
      refusals: refusals(offer, accounts),
      whyNotCancelled: (order) => whyNotCancelled(offer, order),
      announce: (event, order, done) =>
        event === "placed" && !offer.ordersArePushed ? [] : announce(event, order, done),
      serve: (sim) => {
        const offered = new Set<string>(offer.operations);
        const parts = { sim, offer, numbers, offers: (id: OperationId<"marketplace">) => offered.has(id) };
        serveCatalogue(parts, accounts);
        serveOrders(parts, pages);
        serveFulfilment(parts);
        serveInvoices(parts);
        serveShipping(parts);
        serveManifests(parts, manifests);
        offer.more?.(parts);
        for (const id of operationIds("marketplace"))
          if (!offered.has(id)) sim.server.withhold(operation("marketplace", id));
      },
      state: () => ({ tokens: accounts.view() }),
      forget: () => {
        accounts.clear();
        numbers.forget();
        pages.clear();
        for (const kept of [manifests.files, manifests.made]) kept.clear();
      },
      sellerChanged: (username) => accounts.drop(username),
    };
  });
}

/** The source's rule for cancellations, the customer's and the seller's alike; null where there is no such rule. */
export function whyNotCancelled(offer: ProtocolOffer, order: SimOrder): string | null {
  if (offer.cancelUntil !== "invoiced" || order.invoices.length === 0) return null;
  return "cancellation is allowed only before invoicing, and this order is invoiced";
}

function refusals(offer: ProtocolOffer, accounts: Accounts): Refusals {
  return {
    authenticate: (request) => {
      const token = request.headers.apikey;
      return typeof token === "string" ? accounts.sellerOf(token) : null;
    },
    invalid,
    // `message` too: /productsCount has a body of its own for 401, and both shapes allow more members.
    unauthorized: (words) => ({
      status: 401,
      body: { reason: "authToken expired/Invalid authToken", description: words, message: "Invalid User/Token" },
    }),
    notOffered: (id) => ({ status: 404, body: { message: `${offer.label} does not offer ${id}` } }),
  };
}

function invalid(errors: readonly Misfit[]): Answer {
  return {
    status: 400,
    body: {
      errors: errors.map(({ path, message }) => ({
        code: message === "is required" ? "MISSING_FIELD" : "INVALID_FORMAT",
        message: `${path === "" ? "body" : path} ${message}`,
        ...(path === "" ? {} : { params: { [path]: message } }),
      })),
    },
  };
}
