/** The marketplace's side of protocol A, whole. A source's simulator says what it offers; the rest answers 404. */
import type { OperationId } from "../../../contract/types.ts";
import { type Misfit, operation, operationIds } from "../../../contract/validators.ts";
import {
  type Answer,
  type CatalogueVariant,
  type MarketplaceDialect,
  type Refusals,
  type RunningSimulator,
  type Seller,
  type SimulatorOptions,
  startMarketplace,
} from "../../kit/simulator/index.ts";
import { type Accounts, createAccounts } from "./accounts.ts";
import { serveCatalogue } from "./catalogue.ts";
import { serveFulfilment } from "./fulfilment.ts";
import { serveOrders } from "./orders.ts";
import { type ShippingState, serveShipping } from "./shipping.ts";
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
  /** Until when the customer and the seller may cancel; until dispatch unless said otherwise. */
  readonly cancelUntil?: "invoiced" | "dispatched";
  /** State of the seller's warehouse: decides the taxes of invoices that the channel makes. */
  readonly sellerState?: string;
  readonly products: readonly CatalogueVariant[];
  readonly sellers: readonly Seller[];
}

export function startProtocolSimulator(
  offer: ProtocolOffer,
  options: SimulatorOptions = {},
): Promise<RunningSimulator> {
  const products = options.products ?? offer.products;
  const sellers = options.sellers ?? offer.sellers;
  return startMarketplace({ ...options, products, sellers }, ({ world, clock }): MarketplaceDialect => {
    const accounts = createAccounts(world, clock, offer.tokenLifeMinutes);
    const shipping: ShippingState = { couriers: new Map(), invoices: new Map(), files: new Map() };
    return {
      source: offer.source,
      label: offer.label,
      idPrefix: offer.idPrefix,
      thirdPartyShipping: offer.channelShips,
      warehouses: offer.warehouses ?? [],
      pushesEvents: offer.ordersArePushed,
      refusals: refusals(offer, accounts),
      announce: (event, order, done) =>
        event === "placed" && !offer.ordersArePushed ? [] : announce(event, order, done),
      serve: (sim) => {
        const offered = new Set<string>(offer.operations);
        const parts = { sim, offer, offers: (id: OperationId<"marketplace">) => offered.has(id) };
        serveCatalogue(parts, accounts);
        serveOrders(parts);
        serveFulfilment(parts);
        serveShipping(parts, shipping);
        for (const id of operationIds("marketplace"))
          if (!offered.has(id)) sim.server.withhold(operation("marketplace", id));
      },
      state: () => ({ tokens: accounts.view() }),
      forget: () => {
        accounts.clear();
        for (const kept of [shipping.couriers, shipping.invoices, shipping.files]) kept.clear();
      },
      sellerChanged: (username) => accounts.drop(username),
    };
  });
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
