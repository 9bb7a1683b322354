/** A simulated marketplace that is asked for its orders, with a clock to turn and a seller who is signed in; for tests. */
import { isJson, type Json, type RunningSimulator, type SimulatorOptions } from "../../kit/simulator/index.ts";
import { call, type Said } from "../../kit/simulator/test-support.ts";

export const SELLER = { username: "kurtikart", password: "S3ller#2025" };

export interface PullBench {
  readonly sim: RunningSimulator;
  readonly seller: typeof SELLER;
  now: Temporal.Instant;
  logIn(): Promise<{ apiKey: string }>;
  /** Signed in, from the first call on. */
  get(path: string): Promise<Said>;
  post(path: string, body: unknown): Promise<Said>;
  /** Places an order and gives it as the simulator holds it. */
  place(wish?: Json): Promise<PlacedOrder>;
  order(id: string): Json;
  act(id: string, action: string, body?: Json): Promise<Said>;
  fault(wish: Json): Promise<Said>;
  settings(wish: Json): Promise<Said>;
  /** `GET /_sim/log`. */
  log(): Promise<Json>;
  close(): Promise<void>;
}

export interface PlacedOrder {
  readonly id: string;
  /** Ids of its lines, comma-separated as the wire wants them. */
  readonly lines: string;
}

export async function startPullBench(
  start: (options: SimulatorOptions) => Promise<RunningSimulator>,
  options: SimulatorOptions = {},
): Promise<PullBench> {
  const time = { now: Temporal.Instant.from("2026-11-20T04:30:00Z") };
  const sim = await start({ sellers: [SELLER], clock: () => time.now, ...options });
  const logIn = async () => {
    const said = await call(`${sim.url}/authToken`, { body: SELLER });
    return { apiKey: String(said.body.accessToken) };
  };
  let token: Promise<{ apiKey: string }> | undefined;
  const headers = () => {
    token ??= logIn();
    return token;
  };
  const order = (id: string) => list(sim.state().orders).find((candidate) => candidate.id === id) ?? {};
  return {
    sim,
    seller: SELLER,
    get now() {
      return time.now;
    },
    set now(at) {
      time.now = at;
    },
    logIn,
    get: async (path) => call(sim.url + path, { headers: await headers() }),
    post: async (path, body) => call(sim.url + path, { headers: await headers(), body }),
    place: async (wish = {}) => {
      const { id } = await sim.placeOrder(wish);
      const lines = list(order(id).items).map((item) => String(item.orderItemId));
      return { id, lines: lines.join(",") };
    },
    order,
    act: (id, action, body = {}) => call(`${sim.url}/_sim/orders/${id}/${action}`, { body }),
    fault: (wish) => call(`${sim.url}/_sim/faults`, { body: wish }),
    settings: (wish) => call(`${sim.url}/_sim/settings`, { body: wish }),
    log: async () => (await call(`${sim.url}/_sim/log`)).body,
    close: () => sim.close(),
  };
}

/** The objects of a list in an answer. */
export function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** An object inside an object. */
export function member(of: unknown, name: string): Json {
  const found = isJson(of) ? of[name] : undefined;
  return isJson(found) ? found : {};
}

/** The bytes of a base64 text. */
export function pdfIn(value: unknown): Buffer {
  return Buffer.from(String(value), "base64");
}
