/** A marketplace simulator put together: world, server, faults, pushes, control API and page. What is special to a protocol
 *  (paths, payloads, who may call) comes from its dialect. */
import { type Checked, describeMisfits } from "../../../contract/validators.ts";
import { type Action, type ActionWish, act, type Done } from "./actions.ts";
import { serveControl } from "./control.ts";
import { createFaults, type Fault, type Faults, PUSH_FAULTS, UNKNOWN_STATUS } from "./faults.ts";
import { deepMerge, type Json, replaceMembers } from "./json.ts";
import { makeOrder, type OrderWish, readOrderWish } from "./orders.ts";
import { createOutbound, type Outbound } from "./outbound.ts";
import { type Random, seededRandom } from "./random.ts";
import { createServer, type Refusals, type SimulatorServer } from "./server.ts";
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
import { addOrder, addSeller, createWorld, forget, type ViewWish, type World, worldView } from "./world.ts";

/** An operation of the other side, as far as a push needs it. */
export interface PushOperation {
  readonly id: string;
  readonly path: string;
  body(value: unknown): Checked<unknown>;
  response(status: number, value: unknown): Checked<unknown>;
}

export interface Announcement {
  readonly operation: PushOperation;
  readonly body: Json;
}

/** What makes one marketplace differ from another. */
export interface MarketplaceDialect {
  readonly source: string;
  readonly label: string;
  /** Begins the ids of orders: JM. */
  readonly idPrefix: string;
  readonly thirdPartyShipping: boolean;
  readonly refusals: Refusals;
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
  state(wish?: Partial<ViewWish>): Json;
  placeOrder(wish: OrderWish): Promise<{ order: SimOrder; pushed: PushRecord | null }>;
  act(order: SimOrder, action: Action, wish: ActionWish): Promise<PushRecord[]>;
  addSeller(seller: Seller): boolean;
  setTarget(target: Target | null, seller?: string): void;
  reset(): void;
}

/** Thrown for a wish that cannot be granted; its words are the answer. */
export class WishRefused extends Error {}

const PUSHES_KEPT_PER_ORDER = 50;
const realClock: Clock = () => Temporal.Now.instant();

export interface MarketplaceSetup extends SimulatorOptions {
  readonly products: readonly CatalogueVariant[];
  readonly sellers: readonly Seller[];
}

export async function startMarketplace(
  setup: MarketplaceSetup,
  makeDialect: (parts: { world: World; clock: Clock; random: Random }) => MarketplaceDialect,
): Promise<RunningSimulator> {
  const seed = setup.seed ?? 1;
  const clock = setup.clock ?? realClock;
  const random = seededRandom(seed);
  const world = createWorld(setup.products, setup.sellers, setup.target ?? null);
  // A sequence of its own: setting a fault must not change which orders a seed gives.
  const faults = createFaults(seededRandom(seed + 0x5eed));
  const dialect = makeDialect({ world, clock, random });
  const server = createServer({ clock, faults, refusals: dialect.refusals });
  const outbound = createOutbound();
  const sim = simulation({ dialect, world, server, faults, random, clock, outbound, seed });
  dialect.serve(sim);
  serveControl(sim);
  await server.app.listen({ port: setup.port ?? 0, host: setup.host ?? "127.0.0.1" });
  const url = server.url();
  return {
    source: dialect.source,
    url,
    port: Number(new URL(url).port),
    state: () => sim.state(),
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

interface Parts extends Omit<Simulation, "state" | "placeOrder" | "act" | "addSeller" | "setTarget" | "reset"> {
  readonly outbound: Outbound;
  readonly seed: number;
}

function simulation(parts: Parts): Simulation {
  const { dialect, world, faults, random, clock, server, seed } = parts;
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
    const id = `${dialect.idPrefix}${started}${number}`;
    const displayNumber = `${dialect.idPrefix}-${number}`;
    const { thirdPartyShipping } = dialect;
    const order = makeOrder({ world, random, now: clock(), id, displayNumber, seller, thirdPartyShipping }, wish);
    addOrder(world, order);
    if (wish.push === false) return { order, pushed: null };
    const [first] = await pusher.announce(order, dialect.announce("placed", order, null), order.raw);
    return { order, pushed: first ?? null };
  };

  return {
    ...parts,
    placeOrder,
    act: async (order, action, wish) => {
      if (action === "push")
        return pusher.announce(order, dialect.announce("placed", order, null), wish.raw ?? order.raw);
      const done = act(world, random, order, action, wish, clock());
      if (!wish.push) return [];
      const announcements = dialect.announce(action, order, done);
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
      faults: faults.list,
      requests: server.requests(),
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
      faults.clear();
      server.forgetRequests();
      dialect.forget();
    },
  };
}

const STATUS_MEMBERS = new Set(["status", "orderStatus", "trackingStatus"]);

function createPusher({ world, faults, clock, server, outbound }: Parts) {
  /** Calls held until another one was made. */
  let held: (() => void)[] = [];

  const record = (order: SimOrder, entry: PushRecord): PushRecord => {
    order.pushes.push(entry);
    if (order.pushes.length > PUSHES_KEPT_PER_ORDER) order.pushes.shift();
    return entry;
  };

  const post = async (
    order: SimOrder,
    operation: PushOperation,
    body: unknown,
    fault: Fault | null,
  ): Promise<PushRecord> => {
    const target = world.targets.get(order.seller) ?? world.defaultTarget;
    const at = clock().toString({ smallestUnit: "millisecond" });
    const about = { operation: operation.id, at, url: target?.url ?? "", fault: fault?.kind ?? null };
    if (!target)
      return record(order, {
        ...about,
        status: null,
        body: null,
        error: "no target is set: POST /_sim/target",
        misfit: null,
      });
    const sent = await outbound.post(target, operation.path, body, fault);
    const checked = sent.status === null ? null : operation.response(sent.status, sent.body);
    const misfit = checked && !checked.ok ? describeMisfits(checked.errors) : null;
    return record(order, { ...about, ...sent, misfit });
  };

  const postAndRelease = async (order: SimOrder, operation: PushOperation, body: unknown, fault: Fault | null) => {
    const first = await post(order, operation, body, fault);
    const last = fault?.kind === "twice" ? await post(order, operation, body, fault) : first;
    const waiting = held;
    held = [];
    for (const go of waiting) go();
    return last;
  };

  const push = async (order: SimOrder, announcement: Announcement, raw: Json | null): Promise<PushRecord> => {
    const { operation } = announcement;
    const merged = raw === null ? announcement.body : deepMerge(announcement.body, raw);
    const checked = operation.body(merged);
    if (raw === null && !checked.ok)
      throw new Error(`the simulator's own ${operation.id} does not fit: ${describeMisfits(checked.errors)}`);
    const fault = faults.draw(operation.id, (kind) => PUSH_FAULTS.has(kind));
    const body = fault?.kind === "unknown_status" ? replaceMembers(merged, STATUS_MEMBERS, UNKNOWN_STATUS) : merged;
    if (fault?.kind !== "late" && fault?.kind !== "out_of_order") return postAndRelease(order, operation, body, fault);
    const { promise, resolve } = Promise.withResolvers<void>();
    if (fault.kind === "out_of_order") held.push(resolve);
    // In the background: who placed the order is answered now, as a shopper is. `post` never rejects.
    void Promise.race([promise, server.sleep(fault.delayMs)]).then(async () => {
      held = held.filter((go) => go !== resolve);
      if (!server.closing.aborted) await postAndRelease(order, operation, body, fault);
    });
    const at = clock().toString({ smallestUnit: "millisecond" });
    const error = `held back up to ${fault.delayMs} ms, on demand`;
    return { operation: operation.id, at, url: "", status: null, body: null, error, misfit: null, fault: fault.kind };
  };

  return {
    announce: async (
      order: SimOrder,
      announcements: readonly Announcement[],
      raw: Json | null,
    ): Promise<PushRecord[]> => {
      const records: PushRecord[] = [];
      for (const announcement of announcements) records.push(await push(order, announcement, raw));
      return records;
    },
  };
}
