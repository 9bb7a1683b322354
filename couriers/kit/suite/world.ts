/** A courier's simulator, and an engine that calls it as the product does. */
import { afterAll, beforeAll, beforeEach, it } from "vitest";
import type { Engine, EngineTarget, ExchangeRecord, Outcome } from "../../../connectors/kit/index.ts";
import { quickEngine } from "../../../connectors/kit/suite/world.ts";
import { assert, type Instant } from "../../../src/kernel/index.ts";
import type { SettingValues } from "../abilities.ts";
import type { Courier, CourierIo, CourierOperation } from "../courier.ts";

/** What the suite makes happen to a parcel. */
export type Happening = "PICKED_UP" | "UNDELIVERED" | "DELIVERED" | "RTO";

/** A courier's simulator, as far as the suite needs it: how it is told what to do is its own affair. */
export interface CourierBench {
  readonly url: string;
  /** What the account's form asks for. */
  readonly fields: Readonly<Record<string, string>>;
  readonly wrongFields: Readonly<Record<string, string>>;
  /** Forgets parcels and faults. */
  reset(): void;
  /** By the kinds of `connectors/kit/simulator`. */
  fault(wish: {
    readonly kind: string;
    readonly operation?: string;
    readonly count?: number;
    readonly processed?: boolean;
    readonly message?: string;
  }): void;
  happen(awb: string, what: Happening, reason?: string): Promise<void>;
  /** The courier says a word of its own of it. */
  say(awb: string, word: string): Promise<void>;
  /** What a second request for the same code gets, and the account's settings that say so. */
  repeats(how: "same" | "another"): SettingValues;
  /** Settings under which manifests are asked for, and the courier's label is used. */
  readonly settings: SettingValues;
  parcels(): readonly BenchParcel[];
  close(): Promise<void>;
}

export interface BenchParcel {
  readonly awb: string;
  readonly code: string;
  readonly direction: "FORWARD" | "REVERSE";
  readonly grams: number;
  readonly cancelled: boolean;
}

/** One engine, one account, and what was exchanged. */
export interface CourierRig {
  readonly exchanges: ExchangeRecord[];
  run<K extends CourierOperation>(name: K, input: CourierIo[K]["in"]): Promise<Outcome<CourierIo[K]["out"]>>;
}

export interface RigOptions {
  readonly settings?: SettingValues;
  readonly fields?: Readonly<Record<string, string>>;
  readonly baseUrl?: string;
  /** Addresses that the courier gives may be private ones: the operator's word. */
  readonly allowPrivateUrls?: boolean;
}

export interface CourierWorld {
  readonly courier: Courier;
  bench(): CourierBench;
  rig(over?: RigOptions): CourierRig;
  scenario(operation: CourierOperation, words: string, prove: () => Promise<void>): void;
}

const TIMEOUT_MS = 1_200; // long enough for a paper drawn on a busy machine; silence is tried a few times in each run
export const NOW: Instant = Temporal.Instant.from("2026-11-20T04:30:00Z");

/** Starts the simulator before the first scenario and forgets what happened before each. */
export function makeCourierWorld(courier: Courier, start: () => Promise<CourierBench>): CourierWorld {
  let running: CourierBench | undefined;
  const engines: Engine[] = [];
  const bench = (): CourierBench => {
    assert(running !== undefined, "the simulator runs");
    return running;
  };
  beforeAll(async () => {
    running = await start();
  });
  beforeEach(() => bench().reset());
  afterAll(async () => {
    for (const engine of engines) await engine.close();
    await running?.close();
  });
  return {
    courier,
    bench,
    rig: (over = {}) => {
      const engine = quickEngine();
      engines.push(engine);
      const { url, fields, settings } = bench();
      const target = {
        channelId: "suite",
        connector: { ...courier, limits: { ...courier.limits, timeoutMs: TIMEOUT_MS } },
        baseUrl: over.baseUrl ?? url,
        fields: over.fields ?? fields,
        settings: { ...settings, ...over.settings },
        credentialsVersion: "1",
        ...(over.allowPrivateUrls === undefined ? {} : { allowPrivateUrls: over.allowPrivateUrls }),
      };
      return rigOf(engine, courier, target);
    },
    scenario: (operation, words, prove) => it(`${operation}: ${words}`, prove),
  };
}

function rigOf(engine: Engine, courier: Courier, target: EngineTarget): CourierRig {
  const exchanges: ExchangeRecord[] = [];
  return {
    exchanges,
    run: (name, input) => {
      const operation = courier.operations[name];
      assert(operation !== undefined, `${courier.id} declares ${name}`);
      const record = (exchange: ExchangeRecord) => void exchanges.push(exchange);
      return operation(engine.lend(target, { now: NOW, interactive: false, record }), input);
    },
  };
}

/** Does an operation once in peace: signs in, and tells what its last request is called. */
export async function rehearse<K extends CourierOperation>(
  rig: CourierRig,
  name: K,
  input: CourierIo[K]["in"],
): Promise<string> {
  const done = await rig.run(name, input);
  assert(done.ok, `${name} works in peace: ${JSON.stringify(done)}`);
  return rig.exchanges.at(-1)?.operation ?? "";
}
