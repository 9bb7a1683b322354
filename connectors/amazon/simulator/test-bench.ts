/** Amazon's connector against its simulator, with a clock to turn; for tests. Pauses pass on that clock, too. */
import { MemoryBuckets } from "../../kit/buckets.ts";
import { Engine, type ExchangeRecord, type OperationIo, type OperationName, type Outcome } from "../../kit/index.ts";
import type { RunningSimulator, SimOrder } from "../../kit/simulator/index.ts";
import { amazon } from "../index.ts";
import { AMAZON_SELLERS, amazonAccount, startAmazonSimulator } from "./index.ts";

const [demoSeller] = AMAZON_SELLERS;
if (demoSeller === undefined) throw new Error("there is a demo seller");
export const SELLER = demoSeller;
export const FIELDS = { ...amazonAccount(SELLER) };
export const NO_RATES = { gstBps: 0, cgstBps: 0, sgstBps: 0, utgstBps: 0, igstBps: 0, cessBps: 0 };
const BOX = { lengthMm: 300, widthMm: 200, heightMm: 100, weightGrams: 500 };

export interface Over {
  readonly fields?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, boolean>>;
}

export class AmazonBench {
  readonly sim: RunningSimulator;
  exchanges: ExchangeRecord[] = [];
  readonly #time: { now: Temporal.Instant };
  #engine = new Engine();
  #buckets = new MemoryBuckets(() => 0);

  private constructor(sim: RunningSimulator, time: { now: Temporal.Instant }) {
    this.sim = sim;
    this.#time = time;
  }

  static async start(): Promise<AmazonBench> {
    const time = { now: Temporal.Instant.from("2026-11-20T04:30:00Z") };
    return new AmazonBench(await startAmazonSimulator({ clock: () => time.now }), time);
  }

  get now(): Temporal.Instant {
    return this.#time.now;
  }

  later(duration: Temporal.DurationLike): void {
    this.#time.now = this.#time.now.add(duration);
  }

  /** What a test begins with: another day, an empty simulator, full buckets, a process that knows nothing. */
  async begin(): Promise<void> {
    this.#time.now = this.now.add({ hours: 30 }).round("second"); // pauses leave parts of it, and reports end on whole ones
    await this.post("/_sim/reset");
    this.exchanges = [];
    this.#buckets = new MemoryBuckets(() => this.now.epochMilliseconds);
    await this.newProcess();
  }

  /** The process ends, and another one, which knows nothing yet, begins. */
  async newProcess(): Promise<void> {
    await this.#engine.close();
    const sleep = async (ms: number) => this.later({ milliseconds: Math.ceil(ms) });
    this.#engine = new Engine({ timer: { nowMs: () => this.now.epochMilliseconds, sleep }, random: () => 0.5 });
  }

  async close(): Promise<void> {
    await this.#engine.close();
    await this.sim.close();
  }

  run<K extends OperationName>(
    name: K,
    input: OperationIo[K]["in"],
    { fields, settings }: Over = {},
  ): Promise<Outcome<OperationIo[K]["out"]>> {
    const channel = {
      ...{ channelId: "amazon-test", connector: amazon, baseUrl: this.sim.url, credentialsVersion: "1" },
      fields: { ...FIELDS, ...fields },
      ...(settings === undefined ? {} : { settings }),
    };
    const record = (exchange: ExchangeRecord) => void this.exchanges.push(exchange);
    return this.#engine.run(channel, name, input, {
      now: this.now,
      interactive: false,
      record,
      buckets: this.#buckets,
    });
  }

  /** @throws Error where the connector fails */
  async must<K extends OperationName>(
    name: K,
    input: OperationIo[K]["in"],
    over: Over = {},
  ): Promise<OperationIo[K]["out"]> {
    const got = await this.run(name, input, over);
    if (!got.ok) throw new Error(JSON.stringify(got.failure));
    return got.value;
  }

  /** How often an operation of Amazon's was called. */
  asked(operation: string): number {
    return this.exchanges.filter((exchange) => exchange.operation === operation).length;
  }

  async post(path: string, body: unknown = {}): Promise<void> {
    const answered = await fetch(`${this.sim.url}${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!answered.ok) throw new Error(`${path}: ${await answered.text()}`);
  }

  /** @returns the new order's id */
  async place(over: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const items = [{ sku: "MIXER-GRINDER-750W", quantity: 1 }];
    return (await this.sim.placeOrder({ items, push: false, ...over })).id;
  }

  there(id: string): SimOrder {
    const orders = this.sim.state().orders as readonly SimOrder[]; // the shape that simulators promise
    const order = orders.find((one) => one.id === id);
    if (order === undefined) throw new Error(`the simulator holds ${id}`);
    return order;
  }

  /** All lines of an order as one parcel. */
  parcel(id: string) {
    const lines = this.there(id).items.map(({ orderItemId: channelOrderItemId, sku, quantity }) => ({
      ...{ channelOrderItemId, productId: sku, variantId: sku, quantity, rates: NO_RATES },
    }));
    return { channelOrderId: id, packageCode: "P1", lines };
  }

  pack(id: string) {
    return this.must("pack", { ...this.parcel(id), ...BOX, packedOn: Temporal.PlainDate.from("2026-11-20") });
  }
}
