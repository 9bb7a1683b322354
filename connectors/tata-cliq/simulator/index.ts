/** The simulated Tata CLiQ: tokens of a day, the whole list on every read, stores that are asked one after the other. */
import {
  type MarketplaceDialect,
  type Refusals,
  type RunningSimulator,
  type Seller,
  type SimOrder,
  type SimulatorFactory,
  type SimulatorOptions,
  startMarketplace,
} from "../../kit/simulator/index.ts";
import { type Accounts, createAccounts } from "../../protocol/simulator/accounts.ts";
import { createNumbers } from "../../protocol/simulator/parcels.ts";
import { TATA_CLIQ_CATALOGUE } from "./catalogue.ts";
import { serveListsControl, serveReturnsControl } from "./control.ts";
import { serveOrders } from "./orders.ts";
import { servePapers } from "./papers.ts";
import { FINISHED_DAYS, type Parts, said, serve } from "./parts.ts";
import { serveStock } from "./stock.ts";
import { SIMULATED_STATUS_TABLE } from "./wire.ts";

export { SIMULATED_STATUS_TABLE } from "./wire.ts";

export const TATA_CLIQ_SELLERS: readonly Seller[] = [
  { username: "tatacliq-demo-1", password: "demo-only-password" },
  { username: "tatacliq-demo-2", password: "demo-only-password" },
];
/** Stores of every simulated seller, in the order in which they are asked. */
export const TATA_CLIQ_SLAVES: readonly [string, string, string] = ["SLV01", "SLV02", "SLV03"];
const TOKEN_MINUTES = 24 * 60;

/** What a seller of the simulator enters as his channel's credentials. @param facilities his stores' facilities, by slave id */
export function tataCliqFields(
  seller: Pick<Seller, "username" | "password">,
  facilities: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    ...{ sellerId: "S123456", username: seller.username, password: seller.password },
    slaves: JSON.stringify(facilities),
    statusTable: JSON.stringify(SIMULATED_STATUS_TABLE),
  };
}

function startTataCliqSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const products = options.products ?? TATA_CLIQ_CATALOGUE;
  const sellers = options.sellers ?? TATA_CLIQ_SELLERS;
  const slaves = options.warehouses ?? TATA_CLIQ_SLAVES;
  return startMarketplace({ ...options, products, sellers }, ({ world, clock }): MarketplaceDialect => {
    const accounts = createAccounts(world, clock, TOKEN_MINUTES);
    const made = createNumbers("", clock());
    const numbers = { next: (letters: string) => `${letters}${made.next(letters)}` };
    const manifests: Parts["manifests"] = new Map();
    const lists: Parts["lists"] = { finishedDays: FINISHED_DAYS };
    return {
      source: "TATA_CLIQ",
      label: "Tata CLiQ",
      idPrefix: "TC",
      shapeOrder: (order) => ofStore(order, slaves[0] ?? ""),
      thirdPartyShipping: true,
      creditsReturns: false,
      warehouses: slaves,
      pushesEvents: false,
      statusMembers: ["omsStatusCode"],
      refusals: refusals(accounts),
      whyNotCancelled: (order) =>
        order.items.some((item) => item.status !== "CREATED" && item.status !== "CANCELLED")
          ? "the parcel is handed over"
          : null,
      announce: () => [],
      serve: (sim) => {
        const parts: Parts = { sim, slaves, manifests, numbers, lists };
        serveToken(parts, accounts);
        serveOrders(parts);
        serveStock(parts);
        servePapers(parts);
        serveListsControl(parts);
        serveReturnsControl(parts);
      },
      state: () => ({ tokens: accounts.view(), slaves, lists }),
      forget: () => {
        accounts.clear();
        manifests.clear();
        lists.finishedDays = FINISHED_DAYS;
      },
      sellerChanged: (username) => accounts.drop(username),
    };
  });
}

export const tataCliqSimulator: SimulatorFactory = {
  source: "TATA_CLIQ",
  label: "Tata CLiQ",
  start: startTataCliqSimulator,
};

/** One line a unit, all at one store, which stands in the id: what hops there later is an order of its own. */
function ofStore(order: SimOrder, otherwise: string): SimOrder {
  const [number = order.id, named] = order.id.split("@");
  const slave = named ?? order.items[0]?.facilityCode ?? otherwise;
  const units = order.items.flatMap((item) => Array.from({ length: item.quantity }, () => item));
  return {
    ...order,
    id: `${number}@${slave}`,
    displayOrderNumber: number,
    items: units.map((item, i) => ({ ...item, orderItemId: `${number}-${i + 1}`, quantity: 1, facilityCode: slave })),
  };
}

function serveToken(parts: Parts, accounts: Accounts): void {
  serve(
    parts,
    "issueToken",
    ({ body, fault }) => {
      const token = fault ? null : accounts.logIn(body.userName, body.password);
      if (token === null) return said(401, fault?.message ?? "user or password is wrong");
      return { status: 200, body: { access_token: token, expires_in: TOKEN_MINUTES * 60 } };
    },
    ["failed"],
  );
}

function refusals(accounts: Accounts): Refusals {
  return {
    authenticate: ({ headers }) => {
      const token = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
      return token === undefined ? null : accounts.sellerOf(token);
    },
    invalid: (errors) =>
      said(400, errors.map(({ path, message }) => `${path === "" ? "body" : path} ${message}`).join("; ")),
    unauthorized: () => said(401, "token missing, unknown or expired"),
    notOffered: (id) => said(404, `Tata CLiQ does not offer ${id}`),
  };
}
