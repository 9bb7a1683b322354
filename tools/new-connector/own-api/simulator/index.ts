/** The Starter Source simulator: behaves as the marketplace does, and misbehaves on demand. It knows nothing of the connector. */

import {
  type MarketplaceDialect,
  type Refusals,
  type RunningSimulator,
  type Seller,
  type Simulation,
  type SimulatorFactory,
  type SimulatorOptions,
  startMarketplace,
} from "../../../../connectors/kit/simulator/index.ts";
import { type Accounts, createAccounts } from "../../../../connectors/protocol/simulator/accounts.ts";
import { operation } from "../../../../contract/validators.ts";
import { STARTER_SOURCE_CONTRACT } from "../contract/index.ts";
import { STARTER_SOURCE_CATALOGUE } from "./catalogue.ts";

export { STARTER_SOURCE_CATALOGUE } from "./catalogue.ts";

/** A demo account; these words guard nothing. */
export const STARTER_SOURCE_SELLERS: readonly Seller[] = [
  { username: "starter-source-demo-seller", password: "demo-only-password" },
];

export function startStarterSourceSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const products = options.products ?? STARTER_SOURCE_CATALOGUE;
  const sellers = options.sellers ?? STARTER_SOURCE_SELLERS;
  return startMarketplace({ ...options, products, sellers }, ({ world, clock }): MarketplaceDialect => {
    const accounts = createAccounts(world, clock);
    return {
      source: "STARTER_SOURCE",
      label: "Starter Source",
      idPrefix: "STX",
      pushesEvents: false,
      thirdPartyShipping: false,
      creditsReturns: false,
      warehouses: [],
      refusals: refusals(accounts),
      // Members of its answers that hold a status: the fault `unknown_status` writes a stranger there.
      statusMembers: ["status"],
      whyNotCancelled: () => null,
      announce: () => [],
      // Each call of the contract is served here, a file for each group; `sim.world` holds orders and stock. A new order is
      // given with its `raw` laid over it (`deepMerge`) and `unchecked`: so are wrong orders made on purpose.
      serve: (sim) => serveSignIn(sim, accounts),
      state: () => ({ tokens: accounts.view() }),
      forget: () => accounts.clear(),
      sellerChanged: (username) => accounts.drop(username),
    };
  });
}

export const starterSourceSimulator: SimulatorFactory = {
  source: "STARTER_SOURCE",
  label: "Starter Source",
  start: startStarterSourceSimulator,
};

function serveSignIn({ server }: Simulation, accounts: Accounts): void {
  server.serve(operation(STARTER_SOURCE_CONTRACT, "signIn"), ({ body }) => {
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

function problem(code: string, message: string): { readonly code: string; readonly message: string } {
  return { code, message };
}
