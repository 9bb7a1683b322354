/** A marketplace simulator put together: world, server, faults, pushes, control API and page. What is special to a protocol
 *  (paths, payloads, who may call) comes from its dialect. */
import { type Action, type ActionWish, act, type Done } from "./actions.ts";
import { serveControl } from "./control.ts";
import { createFaults, type Faults } from "./faults.ts";
import type { Json } from "./json.ts";
import { makeOrder, type OrderWish, readOrderWish } from "./orders.ts";
import { createOutbound, type Outbound } from "./outbound.ts";
import type { PublishedLimits } from "./published-limits.ts";
import { type Announcement, createPusher } from "./pusher.ts";
import { type Random, seededRandom } from "./random.ts";
import { createServer, type Refusals, type SimulatorServer } from "./server.ts";
import { createSettings, type SettingsBox } from "./settings.ts";
import type {
  CatalogueVariant,
  Clock,
  PushRecord,
  RunningSimulator,
  Seller,
  SimOrder,
  SimulatorOptions,
  Target,
} from "./types.ts";
import {
  addOrder,
  addSeller,
  completed,
  createSequence,
  createWorld,
  forget,
  logView,
  remember,
  takeStock,
  type ViewWish,
  type World,
  worldView,
} from "./world.ts";

/** What makes one marketplace differ from another. */
export interface MarketplaceDialect {
  readonly source: string;
  readonly label: string;
  /** Begins the ids of orders: JM. */
  readonly idPrefix: string;
  /** Ids of another form. @param unique text that no other order of any start has */
  readonly orderIds?: (unique: string) => { readonly id: string; readonly displayNumber: string };
  /** An order as this source has it: each unit a line of its own, the store in its id. Of one that was just made. */
  readonly shapeOrder?: (order: SimOrder) => SimOrder;
  /** Tells the other side what happens on its own, not only when asked. */
  readonly pushesEvents: boolean;
  readonly thirdPartyShipping: boolean;
  /** Takes grades and makes the credit notes of returns. */
  readonly creditsReturns: boolean;
  /** Codes of the seller's warehouses: each order names one. None: no order names any. */
  readonly warehouses: readonly string[];
  readonly refusals: Refusals;
  /** Members of its answers that hold a status, for the fault `unknown_status`; `status` and `orderStatus` where left out. */
  readonly statusMembers?: readonly string[];
  /** What it publishes of its limits; none are counted where left out. */
  readonly limits?: PublishedLimits;
  /** Operations of the other side that it calls, as faults name them; those of the marketplace protocol where left out. */
  readonly callsOut?: readonly string[];
  /** Why a customer may not cancel this order any more; null: he may. */
  whyNotCancelled(order: SimOrder): string | null;
  /** The calls that tell the other side of what happened; none where the protocol has none. */
  announce(event: "placed" | Exclude<Action, "push">, order: SimOrder, done: Done | null): readonly Announcement[];
  /** Serves the protocol's own operations. */
  serve(sim: Simulation): void;
  /** Added to `GET /_sim/state`. */
  state(): Json;
  forget(): void;
  /** Told when a seller's account was added or got another password. */
  sellerChanged(username: string): void;
}

export interface Simulation {
  readonly dialect: MarketplaceDialect;
  readonly world: World;
  readonly server: SimulatorServer;
  readonly faults: Faults;
  readonly random: Random;
  readonly clock: Clock;
  readonly settings: SettingsBox;
  state(wish?: Partial<ViewWish>): Json;
  /** Every order, stock figure, write and call that is still known. */
  log(): Json;
  placeOrder(wish: OrderWish): Promise<{ order: SimOrder; pushed: PushRecord | null }>;
  act(order: SimOrder, action: Action, wish: ActionWish): Promise<PushRecord[]>;
  /** Tells the other side of what came about in another way than by an action. */
  announce(order: SimOrder, announcements: readonly Announcement[]): Promise<PushRecord[]>;
  addSeller(seller: Seller): boolean;
  setTarget(target: Target | null, seller?: string): void;
  reset(): void;
}

/** Thrown for a wish that cannot be granted; its words are the answer. */
export class WishRefused extends Error {}

/** Thrown for an action that the marketplace's own rules do not allow now. */
export class ActionRefused extends Error {}

const realClock: Clock = () => Temporal.Now.instant();

export interface MarketplaceSetup extends SimulatorOptions {
  readonly products: readonly CatalogueVariant[];
  readonly sellers: readonly Seller[];
}

export async function startMarketplace(
  setup: MarketplaceSetup,
  makeDialect: (parts: { world: World; clock: Clock; random: Random; settings: SettingsBox }) => MarketplaceDialect,
): Promise<RunningSimulator> {
  const seed = setup.seed ?? 1;
  const clock = setup.clock ?? realClock;
  const random = seededRandom(seed);
  const sequence = createSequence();
  const world = createWorld(setup.products, setup.sellers, setup.target ?? null, {
    max: setup.logMax,
    sequence,
    clock,
  });
  for (const order of setup.remembered?.orders ?? []) addOrder(world, completed(order));
  for (const push of setup.remembered?.stock ?? []) takeStock(world, push);
  const settings = createSettings(setup.settings);
  // A sequence of its own: setting a fault must not change which orders a seed gives.
  const faults = createFaults(seededRandom(seed + 0x5eed));
  const dialect = makeDialect({ world, clock, random, settings });
  const { refusals } = dialect;
  const { logMax, callsMax = logMax, tamper } = setup;
  const limits = setup.limits ?? dialect.limits;
  const { statusMembers } = dialect;
  const server = createServer({ clock, faults, refusals, sequence, callsMax, tamper, limits, statusMembers });
  const outbound = createOutbound();
  const sim = simulation({ dialect, world, server, faults, random, clock, settings, outbound, seed });
  dialect.serve(sim);
  serveControl(sim);
  await server.app.listen({ port: setup.port ?? 0, host: setup.host ?? "127.0.0.1" });
  const url = server.url();
  return {
    source: dialect.source,
    url,
    port: Number(new URL(url).port),
    state: () => sim.state(),
    log: () => sim.log(),
    remember: () => remember(world),
    placeOrder: async (wishes) => {
      const { order, pushed } = await sim.placeOrder(readOrderWish(wishes));
      return { id: order.id, pushed };
    },
    setTarget: sim.setTarget,
    addSeller: (seller) => {
      if (!sim.addSeller(seller)) throw new WishRefused("there are as many sellers as there may be");
    },
    close: async () => {
      outbound.close();
      await server.close();
    },
  };
}

interface Parts
  extends Omit<Simulation, "state" | "log" | "placeOrder" | "act" | "announce" | "addSeller" | "setTarget" | "reset"> {
  readonly outbound: Outbound;
  readonly seed: number;
}

function simulation(parts: Parts): Simulation {
  const { dialect, world, faults, random, clock, server, seed, settings } = parts;
  const pusher = createPusher(parts);
  // Ids begin with the second of the start, so that a simulator started anew never repeats those of its last life.
  const started = clock().toZonedDateTimeISO("Asia/Kolkata").toString().slice(2, 19).replaceAll(/\D/g, "");
  let made = 0;

  const placeOrder = async (wish: OrderWish) => {
    const seller = wish.seller ?? world.sellers.keys().next().value;
    if (seller === undefined || !world.sellers.has(seller))
      throw new WishRefused(`no seller ${seller ?? ""} is known here`);
    made++;
    const number = String(made).padStart(4, "0");
    const { id, displayNumber } = dialect.orderIds?.(`${started}${number}`) ?? {
      id: `${dialect.idPrefix}${started}${number}`,
      displayNumber: `${dialect.idPrefix}-${number}`,
    };
    const { thirdPartyShipping, warehouses } = dialect;
    const plain = makeOrder(
      { world, random, now: clock(), id, displayNumber, seller, thirdPartyShipping, warehouses },
      wish,
    );
    const order = dialect.shapeOrder?.(plain) ?? plain;
    addOrder(world, order);
    if (wish.push === false) return { order, pushed: null };
    const [first] = await pusher.announce(order, dialect.announce("placed", order, null), order.raw);
    return { order, pushed: first ?? null };
  };

  return {
    ...parts,
    placeOrder,
    announce: (order, announcements) => pusher.announce(order, announcements, null),
    act: async (order, action, wish) => {
      if (action === "push")
        return pusher.announce(order, dialect.announce("placed", order, null), wish.raw ?? order.raw);
      const refused = action === "cancel" && wish.late !== true ? dialect.whyNotCancelled(order) : null;
      if (refused !== null) throw new ActionRefused(refused);
      const done = act(world, random, order, action, wish, clock());
      if (!(wish.push ?? dialect.pushesEvents)) return [];
      const announcements = dialect.announce(action, order, done);
      if (announcements.length === 0 && wish.push === undefined) return [];
      if (announcements.length === 0)
        throw new WishRefused(`${dialect.label} has no call that tells of ${action}; the order is changed`);
      return pusher.announce(order, announcements, wish.raw ?? null);
    },
    state: (wish = {}) => ({
      source: dialect.source,
      label: dialect.label,
      now: clock().toString({ smallestUnit: "millisecond" }),
      seed,
      ...worldView(world, { seller: null, orderId: null, limit: null, ...wish }),
      ...dialect.state(),
      settings: settings.now(),
      faults: faults.list,
      requests: server.requests(),
      limits: server.limits.view(),
    }),
    log: () => ({
      source: dialect.source,
      now: clock().toString({ smallestUnit: "millisecond" }),
      seed,
      ...logView(world, server.calls),
    }),
    addSeller: (seller) => {
      const added = addSeller(world, seller);
      if (added) dialect.sellerChanged(seller.username);
      return added;
    },
    setTarget: (target, seller) => {
      if (seller === undefined) world.defaultTarget = target;
      else if (target === null) world.targets.delete(seller);
      else world.targets.set(seller, target);
    },
    reset: () => {
      forget(world);
      pusher.forget();
      faults.clear();
      settings.reset();
      server.forgetRequests();
      dialect.forget();
    },
  };
}
