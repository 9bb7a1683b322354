/** A Jupiter Money simulator with a clock to turn and an other side that writes down what it is told; for tests. */
import { isJson, type Json, type RunningSimulator } from "../../kit/simulator/index.ts";
import { call, type Receiver, type Said, startReceiver } from "../../kit/simulator/test-support.ts";
import { startJupiterMoneySimulator } from "./index.ts";

export const SELLER = { username: "kurtikart", password: "S3ller#2025" };
export const HEADERS = { clientid: "jupiter", merchantid: "kurtikart", securitykey: "k3y" };
export const ONE_ITEM = { items: [{ sku: "MILTON-FLASK-1L", quantity: 2, sellingPrice: 899 }], paymentType: "PREPAID" };

export interface Bench {
  readonly sim: RunningSimulator;
  readonly receiver: Receiver;
  now: Temporal.Instant;
  logIn(): Promise<{ apiKey: string }>;
  place(wish?: Json): Promise<Said>;
  fault(wish: Json): Promise<Said>;
  /** `GET /orders` with this query. */
  ordersOf(query: string): Promise<Said>;
  act(id: unknown, action: string, body?: Json): Promise<Said>;
  /** Sets the stock of the flask of ONE_ITEM. */
  stock(quantity: number): Promise<Said>;
  close(): Promise<void>;
}

export async function startBench(): Promise<Bench> {
  const receiver = await startReceiver();
  const time = { now: Temporal.Instant.from("2026-11-20T14:10:05.678Z") };
  const target = { url: receiver.url, headers: HEADERS };
  const sim = await startJupiterMoneySimulator({ sellers: [SELLER], target, clock: () => time.now });
  const logIn = async () => {
    const said = await call(`${sim.url}/authToken`, { body: SELLER });
    return { apiKey: String(said.body.accessToken) };
  };
  return {
    sim,
    receiver,
    get now() {
      return time.now;
    },
    set now(at) {
      time.now = at;
    },
    logIn,
    place: (wish = {}) => call(`${sim.url}/_sim/orders`, { body: wish }),
    fault: (wish) => call(`${sim.url}/_sim/faults`, { body: wish }),
    ordersOf: async (query) => call(`${sim.url}/orders?${query}`, { headers: await logIn() }),
    act: (id, action, body = {}) => call(`${sim.url}/_sim/orders/${id}/${action}`, { body }),
    stock: async (quantity) => {
      const inventoryList = [{ productId: "8002", variantId: "8002-STD", inventory: String(quantity) }];
      return call(`${sim.url}/updateInventory`, { body: { inventoryList }, headers: await logIn() });
    },
    close: async () => {
      await sim.close();
      await receiver.close();
    },
  };
}

/** The objects of a list in an answer. */
export function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** An object inside an object. */
export function entry(of: unknown, name: string): Json {
  const found = isJson(of) ? of[name] : undefined;
  return isJson(found) ? found : {};
}
