/** The Bazaar Street simulator: behaves as its contract says, and misbehaves on demand. It knows nothing of the connector. */
import { operation } from "../../../contract/validators.ts";
import {
  type MarketplaceDialect,
  type Refusals,
  type RunningSimulator,
  type Seller,
  type Simulation,
  type SimulatorFactory,
  type SimulatorOptions,
  startMarketplace,
} from "../../kit/simulator/index.ts";
import { type Accounts, createAccounts } from "../../protocol/simulator/accounts.ts";
import { BAZAAR_STREET_CONTRACT } from "../contract/index.ts";
import { BAZAAR_STREET_CATALOGUE } from "./catalogue.ts";
import { serveGoods } from "./goods.ts";
import { serveLists } from "./lists.ts";
import { problem } from "./problem.ts";
import { serveTold } from "./told.ts";

export { BAZAAR_STREET_CATALOGUE } from "./catalogue.ts";

/** A demo account; these words guard nothing. */
export const BAZAAR_STREET_SELLERS: readonly Seller[] = [
  { username: "bazaar-street-demo-seller", password: "demo-only-password" },
];

export function startBazaarStreetSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const products = options.products ?? BAZAAR_STREET_CATALOGUE;
  const sellers = options.sellers ?? BAZAAR_STREET_SELLERS;
  return startMarketplace({ ...options, products, sellers }, ({ world, clock }): MarketplaceDialect => {
    const accounts = createAccounts(world, clock);
    return {
      source: "BAZAAR_STREET",
      label: "Bazaar Street",
      idPrefix: "BS",
      pushesEvents: false,
      thirdPartyShipping: false,
      creditsReturns: false,
      warehouses: [],
      refusals: refusals(accounts),
      statusMembers: ["word"],
      whyNotCancelled: (order) =>
        order.items.some((item) => item.status === "CREATED") ? null : "nothing of the order is left to cancel",
      announce: () => [],
      serve: (sim) => {
        serveSignIn(sim, accounts);
        serveGoods(sim);
        serveLists(sim);
        serveTold(sim);
      },
      state: () => ({ tokens: accounts.view() }),
      forget: () => accounts.clear(),
      sellerChanged: (username) => accounts.drop(username),
    };
  });
}

export const bazaarStreetSimulator: SimulatorFactory = {
  source: "BAZAAR_STREET",
  label: "Bazaar Street",
  start: startBazaarStreetSimulator,
};

function serveSignIn({ server }: Simulation, accounts: Accounts): void {
  server.serve(operation(BAZAAR_STREET_CONTRACT, "signIn"), ({ body }) => {
    const token = accounts.logIn(body.username, body.password);
    if (token === null) return { status: 401, body: problem("WRONG_CREDENTIALS", "user name or password is wrong") };
    return { status: 200, body: { token, expiresInSeconds: 48 * 3_600 } };
  });
}

/** How it says no, in its own words. */
function refusals(accounts: Accounts): Refusals {
  return {
    authenticate: ({ headers }) => accounts.sellerOf(/^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? ""),
    invalid: (misfits) => {
      const words = misfits.map(({ path, message }) => `${path === "" ? "body" : path} ${message}`).join("; ");
      return { status: 400, body: problem("INVALID", words) };
    },
    unauthorized: (words) => ({ status: 401, body: problem("TOKEN_REFUSED", words) }),
    notOffered: (id) => ({ status: 404, body: problem("NOT_OFFERED", id) }),
  };
}
