/** A source's simulator with one seller, and an engine that calls it as the product does. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { assert, type Instant } from "../../../src/kernel/index.ts";
import { MemoryBuckets, type SharedBuckets } from "../buckets.ts";
import { Engine, type EngineChannel, type ExchangeRecord } from "../engine.ts";
import type { Outcome } from "../failure.ts";
import type { Connector, OperationIo, OperationName } from "../index.ts";
import {
  type CatalogueVariant,
  isJson,
  type Json,
  type LimitCount,
  type RunningSimulator,
  type SimOrder,
  type SimulatorOptions,
  type Tamper,
} from "../simulator/index.ts";
import { type Behaviour, type KeysOf, type SuiteOptions, USUAL } from "./options.ts";
import type { Scenario } from "./record.ts";

export type Start = (options?: SimulatorOptions) => Promise<RunningSimulator>;

export const PRODUCTS = 120; // three pages of fifty
const USERNAME = "suite-seller";
const PASSWORD = "suite-password";
const TIMEOUT_MS = 1_200; // long enough for a paper drawn on a busy machine; silence is tried a few times in each run
const BEGIN = Temporal.Instant.from("2026-11-20T04:30:00Z");

/** One engine, one channel of the simulator's seller, and what was exchanged. */
export interface Rig {
  readonly exchanges: ExchangeRecord[];
  run<K extends OperationName>(name: K, input: OperationIo[K]["in"]): Promise<Outcome<OperationIo[K]["out"]>>;
}

export interface World {
  readonly connector: Connector;
  readonly scenario: Scenario;
  readonly options: SuiteOptions;
  readonly behaves: Behaviour;
  /** What the seller enters to sign in. */
  readonly fields: Readonly<Record<string, string>>;
  keysOf: KeysOf;
  readonly warehouses: readonly [string, string];
  sim(): RunningSimulator;
  /** The simulator's clock, which the engine is told too. */
  now(): Instant;
  later(ms: number): void;
  /** Time passes until what happened shows in the source's lists. */
  seen(): void;
  rig(over?: { password?: string; baseUrl?: string; fields?: Readonly<Record<string, string>> }): Rig;
  /** An order of two lines, not pushed. */
  order(wish?: Readonly<Record<string, unknown>>): Promise<SimOrder>;
  /** Something happens to an order on the marketplace's side, though its own rules may not allow it any more. */
  act(orderId: string, action: string, body?: Readonly<Record<string, unknown>>): Promise<void>;
  settings(wish: Readonly<Record<string, unknown>>): Promise<void>;
  /** Calls the simulator's control API. */
  control(path: string, body: Json): Promise<void>;
  fault(wish: Readonly<Record<string, unknown>>): Promise<void>;
  /** From now on a list's row cannot be read. @returns in how many answers so far */
  breakRow(rows: BrokenRow): () => number;
}

/** A row that speaks of one thing, told from what speaks of another too, and what is left of it. */
export interface BrokenRow {
  readonly broken: string;
  readonly whole: string;
  readonly left: "its id" | "nothing";
}

/** Starts the simulator before the first scenario and forgets what happened before each. */
export function makeWorld(connector: Connector, start: Start, options: SuiteOptions, scenario: Scenario): World {
  let running: RunningSimulator | undefined;
  let now = BEGIN;
  const engines: Engine[] = [];
  const kept: ExchangeRecord[] = [];
  let tamper: Tamper = (_, answer) => answer;
  let buckets = new MemoryBuckets(() => now.epochMilliseconds);
  const behaves = { ...USUAL, ...options.behaves };
  const fieldsOf = options.fieldsOf ?? (({ username, password }) => ({ username, password }));
  const fieldsWith = (password: string) => ({ ...options.fields, ...fieldsOf({ username: USERNAME, password }) });
  const later = (ms: number) => {
    now = now.add({ milliseconds: ms });
  };
  const sim = () => {
    assert(running !== undefined, "the simulator runs");
    return running;
  };
  const post = async (path: string, body: unknown) => {
    const answered = await fetch(`${sim().url}${path}`, { method: "POST", body: JSON.stringify(body) });
    assert(answered.ok, `the simulator takes ${path}: ${await answered.text()}`);
  };
  beforeAll(async () => {
    const account = options.account === undefined ? {} : { account: options.account };
    const sellers = [{ username: USERNAME, password: PASSWORD, ...account }];
    const products = someProducts();
    running = await start({ sellers, products, clock: () => now, tamper: (call, answer) => tamper(call, answer) });
  });
  beforeEach(async () => {
    await post("/_sim/reset", {});
    buckets = new MemoryBuckets(() => now.epochMilliseconds);
    kept.length = 0;
    tamper = (_, answer) => answer;
  });
  // The source's own count, by the clock that the engine was told: slow operations are never called too often.
  afterEach(() => expect(exceededSlowly(sim())).toEqual([]));
  afterEach(() =>
    expect(keptOfBuyers(sim(), kept), "the exchange log keeps a buyer: connectors/kit/redact.ts").toEqual([]),
  );
  afterAll(async () => {
    for (const engine of engines) await engine.close();
    await running?.close();
  });
  return {
    connector,
    scenario,
    options,
    behaves,
    fields: fieldsWith(PASSWORD),
    keysOf: options.keysOf ?? protocolKeys,
    warehouses: options.warehouses ?? ["SUITE-A", "SUITE-B"],
    sim,
    now: () => now,
    later,
    seen: () => later(behaves.lagMs),
    rig: (over = {}) => {
      const engine = quickEngine();
      engines.push(engine);
      const fields = { ...fieldsWith(over.password ?? PASSWORD), ...over.fields };
      const clock = { now: () => now, later, buckets, kept };
      return rigOf(engine, { connector, baseUrl: over.baseUrl ?? sim().url, fields }, clock);
    },
    order: async (wish = {}) => {
      const { id } = await sim().placeOrder(withFreight({ ...plainOrder(connector), ...options.order, ...wish }));
      return orderOf(sim(), id);
    },
    act: (orderId, action, body = {}) =>
      post(`/_sim/orders/${encodeURIComponent(orderId)}/${action}`, { push: false, late: true, ...body }),
    settings: (wish) => post("/_sim/settings", wish),
    control: post,
    fault: (wish) => post("/_sim/faults", wish),
    breakRow: (rows) => {
      let times = 0;
      tamper = (_, answer) => {
        const body = withBrokenRow(answer.body, rows);
        if (body === undefined) return answer;
        times++;
        return { ...answer, body };
      };
      return () => times;
    },
  };
}

/** Operations of which the source allows less than a call a second, and that were called more often. */
function exceededSlowly(sim: RunningSimulator): readonly string[] {
  const counted = sim.state().limits as readonly LimitCount[]; // the shape that simulators promise
  return counted.flatMap(({ operation, exceeded, requestsPerSecond }) =>
    exceeded > 0 && requestsPerSecond !== null && requestsPerSecond < 1 ? [operation] : [],
  );
}

const HOUSE_CHARS_MAX = 3;

/** What of the buyers of placed orders stands in clear in kept exchanges: names and streets, also taken apart, phones, e-mail. */
function keptOfBuyers(sim: RunningSimulator, kept: readonly ExchangeRecord[]): readonly string[] {
  const log = JSON.stringify(kept);
  const orders = sim.state().orders as readonly SimOrder[]; // the shape that simulators promise
  const personal = orders.flatMap(({ shippingAddress, billingAddress }) =>
    [shippingAddress, billingAddress].flatMap(({ name, phone, email, addressLine1, addressLine2 }) => [
      ...[name, phone, email ?? "", addressLine1, addressLine2 ?? ""],
      // A number of a house alone names nobody, and stands for much else.
      ...[...name.split(" "), ...addressLine1.split(", ")]
        .filter((part) => part.length > HOUSE_CHARS_MAX)
        .map((part) => JSON.stringify(part)),
    ]),
  );
  return [...new Set(personal)].filter((each) => each !== "" && log.includes(each));
}

/** As the marketplace protocol names them. */
const protocolKeys: KeysOf = ({ productId, variantId }) => ({
  channelProductId: `${productId}-${variantId}`,
  productId,
  variantId,
});

/** Pauses are cut short, not left out: the order of what happens stays the same, and the engine believes that they were kept. */
export function quickEngine(): Engine {
  let skippedMs = 0;
  const sleep = async (ms: number) => {
    const waitedMs = Math.min(ms, 5);
    await new Promise<void>((resolve) => setTimeout(resolve, waitedMs));
    skippedMs += ms - waitedMs;
  };
  return new Engine({ timer: { nowMs: () => performance.now() + skippedMs, sleep }, random: () => 0.5 });
}

interface Clocked {
  readonly buckets: SharedBuckets;
  /** Exchanges of all rigs of a scenario. */
  readonly kept: ExchangeRecord[];
  now(): Instant;
  later(ms: number): void;
}

const THROTTLED_MAX = 200;

/** Slow operations have their buckets by the simulator's clock; whoever has no token comes again when there is one. */
function rigOf(engine: Engine, of: Pick<EngineChannel, "connector" | "baseUrl" | "fields">, clock: Clocked): Rig {
  const { connector } = of;
  const exchanges: ExchangeRecord[] = [];
  const channel: EngineChannel = {
    ...of,
    channelId: "suite",
    connector: { ...connector, limits: { ...connector.limits, timeoutMs: TIMEOUT_MS } },
    credentialsVersion: "1",
  };
  const { buckets, kept } = clock;
  const record = (exchange: ExchangeRecord) => {
    exchanges.push(exchange);
    kept.push(exchange);
  };
  return {
    exchanges,
    run: async (name, input) => {
      for (let tried = 1; ; tried++) {
        const options = { now: clock.now(), interactive: false, record, buckets };
        const outcome = await engine.run(channel, name, input, options);
        if (outcome.ok || tried > THROTTLED_MAX) return outcome;
        const { kind, reached, retryAfterMs } = outcome.failure;
        if (kind !== "throttle" || reached !== "no" || retryAfterMs === undefined) return outcome;
        clock.later(retryAfterMs);
      }
    },
  };
}

function plainOrder({ rules }: Connector): Readonly<Record<string, unknown>> {
  const items = [0, 1].map((i) => ({ sku: skuOf(i), quantity: 2 }));
  return { items, push: false, thirdPartyShipping: rules.thirdPartyShipping.default };
}

const FREIGHT = 49; // rupees of a unit

/** Each line has a freight of its own, so that one that is lost is missed. */
function withFreight(wish: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!Array.isArray(wish.items)) return wish;
  return { ...wish, items: wish.items.map((item: object) => ({ shippingCharges: FREIGHT, ...item })) };
}

const ID_CHARS_MIN = 4;

/** An answer in whose list that row is broken; undefined: it has no such list. */
function withBrokenRow(body: unknown, rows: BrokenRow): unknown {
  if (typeof body !== "object" || body === null || Buffer.isBuffer(body)) return undefined;
  if (Array.isArray(body)) {
    const at = body.findIndex((row) => isJson(row) && names(row, rows.broken) && !names(row, rows.whole));
    const row: unknown = body[at];
    const stays = (value: unknown) => rows.left === "its id" && isIdOf(value, rows.broken);
    if (isJson(row)) return body.with(at, Object.fromEntries(Object.entries(row).filter(([, value]) => stays(value))));
  }
  for (const [name, member] of Object.entries(body)) {
    const made = withBrokenRow(member, rows);
    if (made !== undefined) return Array.isArray(body) ? body.with(Number(name), made) : { ...body, [name]: made };
  }
  return undefined;
}

/** Our id of an order may say more than the marketplace's: the store beside. */
function isIdOf(value: unknown, id: string): boolean {
  return typeof value === "string" && value.length >= ID_CHARS_MIN && id.startsWith(value);
}

function names(value: unknown, id: string): boolean {
  if (typeof value !== "object" || value === null) return isIdOf(value, id);
  return Object.values(value).some((member) => names(member, id));
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
  unsigned: readonly string[] = [],
): Promise<string> {
  await must(`${name} works in peace`, channel.run(name, input));
  return channel.exchanges.findLast(({ operation }) => !unsigned.includes(operation))?.operation ?? "";
}

function skuOf(index: number): string {
  return `SUITE-${String(index).padStart(3, "0")}`;
}

export function someProducts(count = PRODUCTS): CatalogueVariant[] {
  return Array.from({ length: count }, (_, i) => ({
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
