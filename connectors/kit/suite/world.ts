/** A source's simulator with one seller, and an engine that calls it as the product does. */
import { afterAll, beforeAll, beforeEach } from "vitest";
import { assert, type Instant } from "../../../src/kernel/index.ts";
import { Engine, type EngineChannel, type ExchangeRecord } from "../engine.ts";
import type { Outcome } from "../failure.ts";
import type { Connector, OperationIo, OperationName } from "../index.ts";
import type { CatalogueVariant, RunningSimulator, SimOrder, SimulatorOptions } from "../simulator/index.ts";
import type { Scenario } from "./record.ts";

export type Start = (options?: SimulatorOptions) => Promise<RunningSimulator>;

export const PRODUCTS = 120; // three pages of fifty
const USERNAME = "suite-seller";
const PASSWORD = "suite-password";
const TIMEOUT_MS = 1_200; // long enough for a paper drawn on a busy machine; silence is tried a few times in each run
const BEGIN = Temporal.Instant.from("2026-11-20T04:30:00Z");

export interface SuiteOptions {
  /** Fields beside user name and password, as a seller fills them. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Two of the channel's warehouse codes, where it knows its own alone. */
  readonly warehouses?: readonly [string, string];
  /** Facts that the declaration still guesses (`tools/new-connector` asks them): the suite fails while there are any. */
  readonly toDecide?: readonly string[];
}

/** One engine, one channel of the simulator's seller, and what was exchanged. */
export interface Rig {
  readonly exchanges: ExchangeRecord[];
  run<K extends OperationName>(name: K, input: OperationIo[K]["in"]): Promise<Outcome<OperationIo[K]["out"]>>;
}

export interface World {
  readonly connector: Connector;
  readonly scenario: Scenario;
  readonly warehouses: readonly [string, string];
  sim(): RunningSimulator;
  /** The simulator's clock, which the engine is told too. */
  now(): Instant;
  later(ms: number): void;
  rig(over?: { password?: string; baseUrl?: string }): Rig;
  /** An order of two lines, not pushed. */
  order(wish?: Readonly<Record<string, unknown>>): Promise<SimOrder>;
  /** Something happens to an order on the marketplace's side, though its own rules may not allow it any more. */
  act(orderId: string, action: string, body?: Readonly<Record<string, unknown>>): Promise<void>;
  settings(wish: Readonly<Record<string, unknown>>): Promise<void>;
  fault(wish: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Starts the simulator before the first scenario and forgets what happened before each. */
export function makeWorld(connector: Connector, start: Start, options: SuiteOptions, scenario: Scenario): World {
  let running: RunningSimulator | undefined;
  let now = BEGIN;
  const engines: Engine[] = [];
  const sim = () => {
    assert(running !== undefined, "the simulator runs");
    return running;
  };
  const post = async (path: string, body: unknown) => {
    const answered = await fetch(`${sim().url}${path}`, { method: "POST", body: JSON.stringify(body) });
    assert(answered.ok, `the simulator takes ${path}: ${await answered.text()}`);
  };
  beforeAll(async () => {
    const sellers = [{ username: USERNAME, password: PASSWORD }];
    running = await start({ sellers, products: someProducts(), clock: () => now });
  });
  beforeEach(() => post("/_sim/reset", {}));
  afterAll(async () => {
    for (const engine of engines) await engine.close();
    await running?.close();
  });
  return {
    connector,
    scenario,
    warehouses: options.warehouses ?? ["SUITE-A", "SUITE-B"],
    sim,
    now: () => now,
    later: (ms) => {
      now = now.add({ milliseconds: ms });
    },
    rig: (over = {}) => {
      const engine = quickEngine();
      engines.push(engine);
      const fields = { ...options.fields, username: USERNAME, password: over.password ?? PASSWORD };
      return rigOf(engine, { connector, baseUrl: over.baseUrl ?? sim().url, fields }, () => now);
    },
    order: async (wish = {}) => {
      const { id } = await sim().placeOrder({ ...plainOrder(connector), ...wish });
      return orderOf(sim(), id);
    },
    act: (orderId, action, body = {}) =>
      post(`/_sim/orders/${encodeURIComponent(orderId)}/${action}`, { push: false, late: true, ...body }),
    settings: (wish) => post("/_sim/settings", wish),
    fault: (wish) => post("/_sim/faults", wish),
  };
}

/** Pauses are cut short, not left out: the order of what happens stays the same. */
function quickEngine(): Engine {
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 5)));
  return new Engine({ timer: { nowMs: () => performance.now(), sleep }, random: () => 0.5 });
}

function rigOf(engine: Engine, of: Pick<EngineChannel, "connector" | "baseUrl" | "fields">, now: () => Instant): Rig {
  const { connector } = of;
  const exchanges: ExchangeRecord[] = [];
  const channel: EngineChannel = {
    ...of,
    channelId: "suite",
    connector: { ...connector, limits: { ...connector.limits, timeoutMs: TIMEOUT_MS } },
    credentialsVersion: "1",
  };
  const record = (exchange: ExchangeRecord) => void exchanges.push(exchange);
  return {
    exchanges,
    run: (name, input) => engine.run(channel, name, input, { now: now(), interactive: false, record }),
  };
}

function plainOrder({ rules }: Connector): Readonly<Record<string, unknown>> {
  const items = [0, 1].map((i) => ({ sku: skuOf(i), quantity: 2 }));
  return { items, push: false, thirdPartyShipping: rules.thirdPartyShipping.default };
}

/** An order as the marketplace knows it now. */
export function orderOf(sim: RunningSimulator, id: string): SimOrder {
  const orders = sim.state().orders as readonly SimOrder[]; // the shape that simulators promise
  const order = orders.find((candidate) => candidate.id === id);
  assert(order !== undefined, `the simulator holds order ${id}`);
  return order;
}

/** The value of an operation that must work. */
export async function must<T>(what: string, outcome: Promise<Outcome<T>>): Promise<T> {
  const done = await outcome;
  assert(done.ok, `${what}: ${JSON.stringify(done)}`);
  return done.value;
}

/** Does an operation once in peace: signs in, and tells what its last request is called in the log and by the simulator. */
export async function rehearse<K extends OperationName>(
  channel: Rig,
  name: K,
  input: OperationIo[K]["in"],
): Promise<string> {
  await must(`${name} works in peace`, channel.run(name, input));
  return channel.exchanges.at(-1)?.operation ?? "";
}

function skuOf(index: number): string {
  return `SUITE-${String(index).padStart(3, "0")}`;
}

function someProducts(): CatalogueVariant[] {
  return Array.from({ length: PRODUCTS }, (_, i) => ({
    productId: String(5000 + i),
    variantId: `${5000 + i}-STD`,
    sku: skuOf(i),
    title: `Suite product ${i}`,
    brand: "Suite",
    category: "Tests",
    pricePaise: 49_900,
    mrpPaise: 59_900,
    hsnCode: "961700",
    gstBasisPoints: 1800,
    weightGrams: 300,
    sizeMm: [200, 100, 50],
  }));
}
