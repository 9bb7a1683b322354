/** The scenarios that every connector passes against its simulator, chosen by what it declares. A connector's test is one line. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { assert } from "../../src/kernel/index.ts";
import type { Connector, OperationIo, OperationName } from "./connector.ts";
import { Engine, type EngineChannel, type ExchangeRecord } from "./engine.ts";
import type { Outcome } from "./failure.ts";
import { RepeatGuard } from "./paging.ts";
import type { CatalogueVariant, RunningSimulator, SimOrder, SimulatorOptions } from "./simulator/index.ts";

type Start = (options?: SimulatorOptions) => Promise<RunningSimulator>;

const USERNAME = "suite-seller";
const PASSWORD = "suite-password";
const PRODUCTS = 120; // three pages of fifty
const TIMEOUT_MS = 400;
const NOW = Temporal.Instant.from("2026-11-20T04:30:00Z");

export interface SuiteOptions {
  /** Fields beside user name and password, as a seller fills them. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** One engine, one channel of the simulator's seller, and what was exchanged. */
interface Rig {
  readonly exchanges: ExchangeRecord[];
  run<K extends OperationName>(name: K, input: OperationIo[K]["in"]): Promise<Outcome<OperationIo[K]["out"]>>;
}

interface World {
  readonly connector: Connector;
  sim(): RunningSimulator;
  rig(over?: { password?: string; baseUrl?: string }): Rig;
  order(quantity?: number): Promise<SimOrder>;
  fault(wish: Readonly<Record<string, unknown>>): Promise<void>;
}

export function runContractSuite(connector: Connector, start: Start, options: SuiteOptions = {}): void {
  describe(`${connector.label} against its simulator`, () => {
    const world = makeWorld(connector, start, options);
    const can = connector.capabilities;
    if (can.verify) verifyScenarios(world);
    if (can.pullListings) listingScenarios(world);
    if (can.pushInventory) stockScenarios(world);
    if (can.readStatuses) statusScenarios(world);
    if (can.notifyState) writeScenarios(world, "notifyState", (order) => notice(order));
    if (can.dispatch) writeScenarios(world, "dispatch", (order) => dispatchOf(order));
    if (can.cancel) writeScenarios(world, "cancel", (order) => cancelOf(order));
    networkScenarios(world);
  });
}

function makeWorld(connector: Connector, start: Start, options: SuiteOptions): World {
  let running: RunningSimulator | undefined;
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
    running = await start({ sellers: [{ username: USERNAME, password: PASSWORD }], products: someProducts() });
  });
  beforeEach(() => post("/_sim/reset", {}));
  afterAll(async () => {
    for (const engine of engines) await engine.close();
    await running?.close();
  });
  return {
    connector,
    sim,
    rig: (over = {}) => {
      // Pauses are cut short, not left out: the order of what happens stays the same.
      const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 5)));
      const engine = new Engine({ timer: { nowMs: () => performance.now(), sleep }, random: () => 0.5 });
      engines.push(engine);
      const exchanges: ExchangeRecord[] = [];
      const channel: EngineChannel = {
        channelId: "suite",
        connector: { ...connector, limits: { ...connector.limits, timeoutMs: TIMEOUT_MS } },
        baseUrl: over.baseUrl ?? sim().url,
        fields: { ...options.fields, username: USERNAME, password: over.password ?? PASSWORD },
        credentialsVersion: "1",
      };
      const record = (exchange: ExchangeRecord) => void exchanges.push(exchange);
      return {
        exchanges,
        run: (name, input) => engine.run(channel, name, input, { now: NOW, interactive: false, record }),
      };
    },
    order: async (quantity = 2) => {
      const items = [0, 1].map((i) => ({ sku: skuOf(i), quantity }));
      const { id } = await sim().placeOrder({
        items,
        push: false,
        thirdPartyShipping: connector.rules.thirdPartyShipping.default,
      });
      const orders = sim().state().orders;
      const order = (Array.isArray(orders) ? (orders as SimOrder[]) : []).find((candidate) => candidate.id === id);
      assert(order !== undefined, `the simulator holds order ${id}`);
      return order;
    },
    fault: (wish) => post("/_sim/faults", wish),
  };
}

/** Does an operation once in peace: signs in, and tells what its request is called in the log and by the simulator. */
async function rehearse<K extends OperationName>(channel: Rig, name: K, input: OperationIo[K]["in"]): Promise<string> {
  const first = await channel.run(name, input);
  assert(first.ok, `${name} works in peace: ${JSON.stringify(first)}`);
  return channel.exchanges.at(-1)?.operation ?? "";
}

function verifyScenarios({ rig, sim }: World): void {
  it("verify: accepts the seller's credentials and tells each step", async () => {
    const steps: string[] = [];
    const verified = await rig().run("verify", (step) => void steps.push(step.title));
    expect(verified.ok).toBe(true);
    expect(steps.length).toBeGreaterThan(0);
  });
  it("verify: a wrong password is a failure of kind auth, and the log has no password", async () => {
    const wrong = rig({ password: "not-the-password" });
    const verified = await wrong.run("verify", () => undefined);
    expect(verified).toMatchObject({ ok: false, failure: { kind: "auth" } });
    expect(JSON.stringify(wrong.exchanges)).not.toContain("not-the-password");
    expect(sim().url).toContain("127.0.0.1");
  });
}

function listingScenarios({ rig, fault, connector }: World): void {
  it("pullListings: reads three pages, each listing once, and stops at the channel's own end", async () => {
    const channel = rig();
    const keys: string[] = [];
    let pages = 0;
    for (let last = false; !last; ) {
      pages += 1;
      const page = await channel.run("pullListings", pages);
      assert(page.ok, `page ${pages} is read`);
      expect(page.value.rejected).toEqual([]);
      keys.push(...page.value.rows.map((row) => row.channelProductId));
      last = page.value.last;
    }
    expect(pages).toBeGreaterThanOrEqual(3);
    expect(new Set(keys).size).toBe(PRODUCTS);
    expect(keys.length).toBe(PRODUCTS);
  });
  it("pullListings: a page that repeats is noticed by its first listing", async () => {
    const channel = rig();
    const guard = new RepeatGuard();
    await fault({ kind: "repeat_page", operation: await rehearse(channel, "pullListings", 1) });
    const noticed: boolean[] = [];
    for (const number of [1, 2]) {
      const page = await channel.run("pullListings", number);
      assert(page.ok, `page ${number} is read`);
      noticed.push(guard.repeats(page.value.rows[0]?.channelProductId));
    }
    expect(noticed).toEqual([false, true]);
    expect(connector.capabilities.pullListings?.everyDays).toBeGreaterThan(0);
  });
}

function stockScenarios({ rig, sim, fault, connector }: World): void {
  const batch = connector.capabilities.pushInventory?.batchMax ?? 1;
  it("pushInventory: a whole batch arrives as absolute figures", async () => {
    const pushed = await rig().run("pushInventory", lines(batch));
    expect(pushed).toMatchObject({ ok: true, value: { status: "SUCCESS" } });
    expect(stockAt(sim(), 0)).toBe(7);
    expect(stockAt(sim(), batch - 1)).toBe(7 + batch - 1);
  });
  it("pushInventory: lines that are refused are named, the others count", async () => {
    const channel = rig();
    const operation = await rehearse(channel, "pushInventory", lines(1));
    await fault({ kind: "partial_success", message: "Mismatch", operation });
    const pushed = await channel.run("pushInventory", lines(4));
    assert(pushed.ok, "the batch is answered");
    expect(pushed.value.status).toBe("PARTIAL_SUCCESS");
    expect(pushed.value.results.map((line) => line.accepted)).toEqual([true, true, false, false]);
    expect(pushed.value.results[3]?.message).toBe("Mismatch");
  });
  it("pushInventory: a batch that fails whole accepts nothing", async () => {
    const channel = rig();
    await fault({ kind: "failed", operation: await rehearse(channel, "pushInventory", lines(1)) });
    const pushed = await channel.run("pushInventory", lines(3));
    assert(pushed.ok, "the batch is answered");
    expect(pushed.value.results.every((line) => !line.accepted)).toBe(true);
  });
}

function statusScenarios({ rig, order, fault }: World): void {
  it("readStatuses: gives the lines of the orders that are asked for", async () => {
    const one = await order();
    const read = await rig().run("readStatuses", [one.id]);
    assert(read.ok, "the statuses are read");
    expect(read.value.orders.map((o) => o.channelOrderId)).toEqual([one.id]);
    expect(read.value.orders[0]?.lines.map((l) => l.status)).toEqual(["OPEN", "OPEN"]);
  });
  it("readStatuses: a status nobody knows is unknown, neither success nor failure", async () => {
    const one = await order();
    const channel = rig();
    await fault({ kind: "unknown_status", operation: await rehearse(channel, "readStatuses", [one.id]) });
    const read = await channel.run("readStatuses", [one.id]);
    assert(read.ok, "the statuses are read");
    expect(read.value.rejected).toEqual([]);
    expect(read.value.orders[0]?.lines.map((l) => l.status)).toEqual(["unknown", "unknown"]);
  });
  it("readStatuses: an order that nobody knows is left out", async () => {
    const read = await rig().run("readStatuses", ["no-such-order"]);
    expect(read).toMatchObject({ ok: true, value: { orders: [], rejected: [] } });
  });
}

/** Success, partial success and failure of a write about one order. */
function writeScenarios<K extends "notifyState" | "dispatch" | "cancel">(
  { rig, order, fault }: World,
  name: K,
  input: (order: SimOrder) => OperationIo[K]["in"],
): void {
  it(`${name}: is accepted for every line`, async () => {
    const sent = await rig().run(name, input(await order()));
    assert(sent.ok, `${name} is answered`);
    expect(sent.value.status).toBe("SUCCESS");
    expect(sent.value.results.every((line) => line.accepted)).toBe(true);
  });
  it(`${name}: in part says which line was refused, in the channel's words`, async () => {
    const channel = rig();
    const operation = await rehearse(channel, name, input(await order()));
    await fault({ kind: "partial_success", message: "item is locked", operation });
    const sent = await channel.run(name, input(await order()));
    assert(sent.ok, `${name} is answered`);
    expect(sent.value.status).toBe("PARTIAL_SUCCESS");
    expect(sent.value.results.map((line) => line.accepted)).toEqual([true, false]);
    expect(sent.value.message).toContain("item is locked");
  });
  it(`${name}: that fails accepts no line`, async () => {
    const channel = rig();
    const operation = await rehearse(channel, name, input(await order()));
    await fault({ kind: "failed", message: "not now", operation });
    const sent = await channel.run(name, input(await order()));
    assert(sent.ok, `${name} is answered`);
    expect(sent.value).toMatchObject({ status: "FAILED", results: [{ accepted: false }, { accepted: false }] });
  });
}

/** What the network and a tired server do, for the first operation that reads and the first that writes. */
function networkScenarios(world: World): void {
  const { rig, fault, connector, order } = world;
  const read = connector.capabilities.readStatuses;
  const cancel = connector.capabilities.cancel;
  if (read) {
    const ask = async (channel: Rig) => channel.run("readStatuses", ["some-order"]);
    const warm = async () => {
      const channel = rig();
      return { channel, operation: await rehearse(channel, "readStatuses", ["some-order"]) };
    };
    it("an expired token is renewed once and the call made again", async () => {
      const { channel, operation } = await warm();
      await fault({ kind: "401", operation, count: 1 });
      const before = channel.exchanges.length;
      expect((await ask(channel)).ok).toBe(true);
      expect(channel.exchanges.slice(before).map((e) => e.status)).toEqual([401, 200, 200]);
    });
    it("a token that stays refused is a failure of kind auth, not an endless circle", async () => {
      const { channel, operation } = await warm();
      await fault({ kind: "401", operation });
      expect(await ask(channel)).toMatchObject({ ok: false, failure: { kind: "auth" } });
    });
    it("429 waits as long as it is told and comes again", async () => {
      const { channel, operation } = await warm();
      await fault({ kind: "429", operation, count: 1 });
      expect((await ask(channel)).ok).toBe(true);
      expect(channel.exchanges.at(-2)?.status).toBe(429);
    });
    it("5xx, half an answer and silence are asked again where that changes nothing", async () => {
      for (const kind of ["5xx", "half_answer", "drop", "timeout"]) {
        const { channel, operation } = await warm();
        await fault({ kind, operation, count: 1 });
        expect((await ask(channel)).ok, kind).toBe(true);
      }
    });
    it("tries are bounded, and the last failure is told", async () => {
      const { channel, operation } = await warm();
      await fault({ kind: "5xx", operation });
      const before = channel.exchanges.length;
      expect(await ask(channel)).toMatchObject({ ok: false, failure: { kind: "transient", reached: "yes" } });
      expect(channel.exchanges.length - before).toBe(3);
    });
    it("a server that is not there was not reached", async () => {
      const away = rig({ baseUrl: "http://127.0.0.1:9" });
      expect(await ask(away)).toMatchObject({ ok: false, failure: { reached: "no", kind: "transient" } });
    });
  }
  if (cancel) {
    it("a write whose answer is lost is not sent twice: what became of it is unknown", async () => {
      for (const kind of ["half_answer", "drop", "timeout"]) {
        const channel = rig();
        const facts = cancelOf(await order());
        const operation = await rehearse(channel, "cancel", facts);
        const before = channel.exchanges.length;
        await fault({ kind, operation, count: 1 });
        expect(await channel.run("cancel", facts), kind).toMatchObject({ ok: false, failure: { reached: "unknown" } });
        expect(channel.exchanges.length - before, kind).toBe(1);
      }
    });
  }
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

function lines(count: number): OperationIo["pushInventory"]["in"] {
  return Array.from({ length: count }, (_, i) => ({
    channelProductId: `${5000 + i}-${5000 + i}-STD`,
    productId: String(5000 + i),
    variantId: `${5000 + i}-STD`,
    quantity: 7 + i,
    hsn: "961700",
    channelWarehouse: null,
  }));
}

function stockAt(sim: RunningSimulator, index: number): number | undefined {
  const stock = sim.state().stock as Record<string, { quantity: number }>; // the shape that simulators promise
  return stock[String(5000 + index)]?.quantity;
}

function notice(order: SimOrder): OperationIo["notifyState"]["in"] {
  return {
    channelOrderId: order.id,
    channelOrderItemIds: order.items.map((item) => item.orderItemId),
    state: "PACKED",
    courierStatus: null,
    changedAt: NOW,
    zone: "Asia/Kolkata",
  };
}

function dispatchOf(order: SimOrder): OperationIo["dispatch"]["in"] {
  const rates = { gstBps: 1800, cgstBps: 900, sgstBps: 900, utgstBps: 0, igstBps: 0, cessBps: 0 };
  return {
    channelOrderId: order.id,
    lines: order.items.map((item) => ({ channelOrderItemId: item.orderItemId, quantity: item.quantity, rates })),
    shipper: {
      providerName: "Own couriers",
      courierName: "Bluedart",
      awb: `AWB-${order.id}`,
      trackingUrl: "https://track.example.in/1",
      dispatchedAt: NOW,
      deliveryExpectedAt: NOW.add({ hours: 96 }),
      invoiceNumber: "WH-2627-00001",
      invoicedOn: Temporal.PlainDate.from("2026-11-20"),
      zone: "Asia/Kolkata",
    },
  };
}

function cancelOf(order: SimOrder): OperationIo["cancel"]["in"] {
  return {
    channelOrderId: order.id,
    lines: order.items.map((item) => ({
      channelOrderItemId: item.orderItemId,
      productId: item.productId,
      variantId: item.variantId,
      quantity: item.quantity,
    })),
  };
}
