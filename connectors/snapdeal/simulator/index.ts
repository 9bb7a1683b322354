/** The simulated Snapdeal: three headers, lists of ten, uploads judged later, PFF to PRNT by printing, one entry a unit. */

import {
  isJson,
  type MarketplaceDialect,
  type Refusals,
  type RunningSimulator,
  type Seller,
  type SimOrder,
  type SimulatorFactory,
  type SimulatorOptions,
  startMarketplace,
  type World,
} from "../../kit/simulator/index.ts";
import { SNAPDEAL_CATALOGUE } from "./catalogue.ts";
import { serveCatalogue } from "./catalogue-and-stock.ts";
import { serveConsent } from "./consent.ts";
import { serveHandOver } from "./hand-over.ts";
import { serveLists } from "./lists.ts";
import { marksOf } from "./package.ts";
import { serveFiles } from "./papers.ts";
import { type Parts, refusal, type State } from "./parts.ts";
import { notice, PUSH_OPERATIONS, SNS_PUBLIC_KEY, servePushes } from "./pushes.ts";
import { serveWrites } from "./writes.ts";

export { SNS_PUBLIC_KEY } from "./pushes.ts";

/** The partner, whoever the seller is. A seller's token is his password here. */
export const SNAPDEAL_PARTNER = { clientId: "godown-demo", authToken: "demo-partner-token" };

export const SNAPDEAL_SELLERS: readonly Seller[] = [
  { username: "snapdeal-demo-1", password: "demo-seller-token-1" },
  { username: "snapdeal-demo-2", password: "demo-seller-token-2" },
];

/** What a seller of the simulator enters as his channel's credentials. */
export function snapdealFields(seller: Pick<Seller, "password">): Readonly<Record<string, string>> {
  return { ...SNAPDEAL_PARTNER, sellerToken: seller.password, snsCertificate: SNS_PUBLIC_KEY };
}

function startSnapdealSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const products = options.products ?? SNAPDEAL_CATALOGUE;
  const sellers = options.sellers ?? SNAPDEAL_SELLERS;
  return startMarketplace({ ...options, products, sellers }, ({ world, clock }): MarketplaceDialect => {
    const state: State = { uploads: new Map(), lists: new Map(), files: new Map(), confirmed: [], made: 0 };
    return {
      source: "SNAPDEAL",
      label: "Snapdeal",
      idPrefix: "SLP",
      orderIds: (unique) => ({ id: `SLP${unique}`, displayNumber: unique }),
      shapeOrder: oneEntryAUnit,
      thirdPartyShipping: true,
      creditsReturns: false,
      warehouses: [],
      pushesEvents: false,
      statusMembers: ["orderStatus"],
      callsOut: PUSH_OPERATIONS,
      refusals: refusals(world),
      whyNotCancelled: (order) =>
        order.items.some((item) => item.status !== "CREATED" && item.status !== "CANCELLED")
          ? "the package is handed over"
          : null,
      announce: (event, order) => {
        const told = world.targets.has(order.seller) || world.defaultTarget !== null;
        if (!told) return [];
        if (event === "placed") return [notice(order, "NEW_ORDER", clock())];
        return event === "rto" || event === "return" ? [notice(order, "NEW_RETURN", clock())] : [];
      },
      serve: (sim) => {
        const parts: Parts = { sim, state };
        serveCatalogue(parts);
        serveLists(parts);
        serveWrites(parts);
        serveHandOver(parts);
        serveFiles(parts);
        serveConsent(parts);
        servePushes(parts);
        serveModels(parts);
      },
      state: () => ({
        snsPublicKey: SNS_PUBLIC_KEY,
        subscriptionsConfirmed: state.confirmed,
        handOverLists: [...state.lists.values()],
        packages: [...world.orders.values()].map((order) => ({ id: order.id, ...marksOf(order) })),
      }),
      forget: () => {
        for (const kept of [state.uploads, state.lists, state.files]) kept.clear();
        state.confirmed.length = 0;
      },
      sellerChanged: () => undefined,
    };
  });
}

export const snapdealSimulator: SimulatorFactory = {
  source: "SNAPDEAL",
  label: "Snapdeal",
  start: startSnapdealSimulator,
};

/** Snapdeal has no quantity: each unit is an entry of its own. */
function oneEntryAUnit(order: SimOrder): SimOrder {
  if (order.items.every((item) => item.quantity === 1)) return order;
  const units = order.items.flatMap((item) => Array.from({ length: item.quantity }, () => item));
  return { ...order, items: units.map((item, i) => ({ ...item, orderItemId: `${order.id}-${i + 1}`, quantity: 1 })) };
}

/** `POST /_sim/orders/{id}/model {model}`: a package of another fulfilment model than Oneship. */
function serveModels({ sim }: Parts): void {
  sim.server.app.post<{ Params: { id: string } }>("/_sim/orders/:id/model", (request, reply) => {
    const order = sim.world.orders.get(request.params.id);
    const model = isJson(request.body) ? request.body.model : undefined;
    if (!order || typeof model !== "string") return reply.code(404).send({ message: "no such order, or no model" });
    order.marks = { ...order.marks, model };
    return reply.send({ id: order.id, model: marksOf(order).model });
  });
}

function refusals(world: World): Refusals {
  return {
    authenticate: ({ headers }) => {
      const seller = world.sellers.values().find((one) => one.password === headers["x-seller-authz-token"]);
      const { clientId, authToken } = { ...SNAPDEAL_PARTNER, ...seller?.account };
      const partner = headers.clientid === clientId && headers["x-auth-token"] === authToken;
      return partner && seller ? seller.username : null;
    },
    invalid: (errors) =>
      refusal(400, errors.map(({ path, message }) => `${path === "" ? "body" : path} ${message}`).join("; ")),
    unauthorized: () => refusal(401, "Invalid clientId, X-Auth-Token or X-Seller-AuthZ-Token"),
    notOffered: (id) => refusal(404, `Snapdeal does not offer ${id}`),
  };
}
