import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { operation } from "../../../contract/validators.ts";
import type { Json, RunningSimulator, SimOrder } from "../../kit/simulator/index.ts";
import { call } from "../../kit/simulator/test-support.ts";
import { BAZAAR_STREET_CONTRACT } from "../contract/index.ts";
import { BAZAAR_STREET_CATALOGUE, startBazaarStreetSimulator } from "./index.ts";

const SELLER = { username: "kurtikart", password: "S3ller#2025" };
const MUG = "BZS-BLUE-POTTERY-MUG";
const BEGIN = Temporal.Instant.from("2026-11-20T04:30:00Z");

let sim: RunningSimulator;
let now = BEGIN;
let headers: Record<string, string>;

beforeEach(async () => {
  now = BEGIN;
  sim = await startBazaarStreetSimulator({ sellers: [SELLER], clock: () => now });
  const { body } = await call(`${sim.url}/token`, { body: SELLER });
  headers = { authorization: `Bearer ${String(body.token)}` };
});

afterEach(() => sim.close());

const get = (path: string) => call(sim.url + path, { headers });
const post = (path: string, body: unknown) => call(sim.url + path, { headers, body });
const act = (id: string, action: string, body: Json = {}) => call(`${sim.url}/_sim/orders/${id}/${action}`, { body });
const held = (id: string) => {
  const orders = sim.state().orders as readonly SimOrder[]; // the shape that simulators promise
  const order = orders.find((one) => one.id === id);
  if (!order) throw new Error(`there is an order ${id}`);
  return order;
};
const place = async (quantity = 2) => {
  const { id } = await sim.placeOrder({ items: [{ sku: MUG, quantity }], pincode: "560034" });
  return { id, line: `${id}-1` };
};
const states = async (id: string) => {
  const { body } = await get(`/orders/states?ids=${id},no-such-order`);
  const orders = body.orders as readonly { id: string; lines: readonly Json[] }[]; // as its contract has it: checked by the simulator itself
  expect(orders.map((order) => order.id)).toEqual([id]);
  return orders[0]?.lines.map(({ word, units }) => `${units} ${word}`);
};
const sent = (line: string, units: number, trackingNumber: string) => ({
  lines: [{ line, units }],
  ...{ courier: "Bluedart", trackingNumber, trackingLink: "https://track.example.in/1" },
  ...{ invoice: { number: "WH-1", on: "2026-11-20" }, sentAt: now.toString() },
});

describe("a seller of Bazaar Street", () => {
  it("signs in with the right words alone, and says who he is with each call", async () => {
    const wrong = await call(`${sim.url}/token`, { body: { ...SELLER, password: "guess" } });
    expect(wrong).toMatchObject({ status: 401, body: { code: "WRONG_CREDENTIALS" } });
    expect(await call(`${sim.url}/listings?page=1`)).toMatchObject({ status: 401, body: { code: "TOKEN_REFUSED" } });
    expect(await get("/listings")).toMatchObject({ status: 400, body: { code: "INVALID" } });
    expect(await get("/orders/no-such-order/sent")).toMatchObject({ status: 404 });
  });

  it("lists each of its goods once, and is told by name what was not taken", async () => {
    const { body } = await get("/listings?page=1");
    expect(body).toMatchObject({ last: true, total: BAZAAR_STREET_CATALOGUE.length });
    expect(new Set(BAZAAR_STREET_CATALOGUE.map((one) => one.sku)).size).toBe(BAZAAR_STREET_CATALOGUE.length);
    const figures = [
      { product: "1004", variant: "1004-STD", units: 7 },
      { product: "9", variant: "9", units: 1 },
    ];
    const told = await call(`${sim.url}/stock`, { method: "PUT", headers, body: { figures } });
    expect(told.body.results).toEqual([
      { product: "1004", variant: "1004-STD", taken: true },
      { product: "9", variant: "9", taken: false, words: "no such listing" },
    ]);
    expect(sim.state().stock).toMatchObject({ "1004": { quantity: 7 } });
  });
});

describe("an order of Bazaar Street", () => {
  it("is cancelled and sent by the unit; the same parcel told twice counts once", async () => {
    const { id, line } = await place(4);
    expect((await post(`/orders/${id}/cancelled`, { lines: [{ line, units: 1 }] })).body).toEqual({
      results: [{ line, taken: true }],
    });
    for (let times = 0; times < 2; times++)
      expect((await post(`/orders/${id}/sent`, sent(line, 2, "AWB-1"))).status).toBe(200);
    expect(await states(id)).toEqual(["1 cancelled", "2 sent", "1 new"]);
    expect((await post(`/orders/${id}/sent`, sent(line, 2, "AWB-2"))).body.results).toEqual([
      { line, taken: false, words: "only 1 left to send" },
    ]);
    await post(`/orders/${id}/sent`, sent(line, 1, "AWB-2"));
    expect(await states(id)).toEqual(["1 cancelled", "3 sent"]);
    expect(held(id).shipments.map((one) => one.trackingNumber)).toEqual(["AWB-1", "AWB-2"]);
    expect(held(id).orderStatus).toBe("COMPLETE");
    const late = await post(`/orders/${id}/cancelled`, { lines: [{ line, units: 1 }] });
    expect(late.body.results).toEqual([{ line, taken: false, words: "already sent" }]);
  });

  it("of somebody else is not there", async () => {
    const { id, line } = await place();
    await call(`${sim.url}/_sim/sellers`, { body: { username: "other", password: "other" } });
    const other = await call(`${sim.url}/token`, { body: { username: "other", password: "other" } });
    const asOther = { authorization: `Bearer ${String(other.body.token)}` };
    const told = await call(`${sim.url}/orders/${id}/sent`, { headers: asOther, body: sent(line, 1, "X") });
    expect(told).toMatchObject({ status: 404, body: { code: "NO_ORDER" } });
    expect((await call(`${sim.url}/orders/states?ids=${id}`, { headers: asOther })).body).toEqual({ orders: [] });
  });

  it("tells of what its own panel did, and of what came back", async () => {
    const { id } = await place();
    await act(id, "dispatch");
    expect(await states(id)).toEqual(["2 sent"]);
    await act(id, "deliver");
    await act(id, "return");
    expect(await states(id)).toEqual(["2 sent_back"]);
    const other = await place();
    await act(other.id, "cancel");
    expect(await states(other.id)).toEqual(["2 cancelled"]);
    const third = await place();
    await act(third.id, "dispatch");
    await act(third.id, "rto");
    expect(await states(third.id)).toEqual(["2 coming_back"]);
  });
});

describe("the list of changes", () => {
  const changes = async (since: Temporal.Instant, until: Temporal.Instant) => {
    const ids: string[] = [];
    const ends: string[] = [];
    let after = "";
    for (let pages = 0; pages < 10; pages++) {
      const { body } = await get(
        `/changes?since=${since}&until=${until}${after === "" ? "" : `&after=${encodeURIComponent(after)}`}`,
      );
      expect(operation(BAZAAR_STREET_CONTRACT, "getChanges").response(200, body)).toMatchObject({ ok: true });
      ids.push(...(body.orders as readonly { id: string }[]).map((order) => order.id)); // checked in the line before
      ends.push(String(body.completeTo));
      if (body.next === null) return { ids, ends };
      after = String(body.next);
    }
    throw new Error("the list does not end");
  };

  it("has pages with a mark, and an order that changes meanwhile is not lost between them", async () => {
    const placed: string[] = [];
    for (let i = 0; i < 60; i++) placed.push((await place()).id);
    const { ids } = await changes(BEGIN, BEGIN.add({ minutes: 1 }));
    expect(ids.toSorted()).toEqual(placed.toSorted());
    now = now.add({ minutes: 5 });
    const [first = ""] = placed;
    await act(first, "dispatch");
    expect((await changes(BEGIN, BEGIN.add({ minutes: 1 }))).ids).not.toContain(first);
    expect((await changes(BEGIN.add({ minutes: 2 }), now)).ids).toEqual([first]);
  });

  it("says how far it is complete, and refuses more than a day", async () => {
    const { ends } = await changes(BEGIN.subtract({ hours: 1 }), BEGIN.add({ hours: 1 }));
    expect(ends).toEqual([BEGIN.toString()]);
    const long = await get(`/changes?since=${BEGIN.subtract({ hours: 25 })}&until=${BEGIN}`);
    expect(long).toMatchObject({ status: 400, body: { code: "WINDOW_TOO_LONG" } });
  });
});
