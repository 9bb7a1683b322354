import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contractOf, isJson, type Json } from "../../../contract/compile.ts";
import { call, type Said } from "../../kit/simulator/test-support.ts";
import {
  DEMO_PARTNER_ACCOUNT,
  EVENTS,
  type PartnerSimulatorOptions,
  partnerSimulator,
  type RunningPartnerSimulator,
  startPartnerSimulator,
} from "./index.ts";

const { username, password } = DEMO_PARTNER_ACCOUNT;
const basic = (name = username, word = password) => `Basic ${Buffer.from(`${name}:${word}`).toString("base64")}`;
let sim: RunningPartnerSimulator;
let token = "";

const start = async (options: PartnerSimulatorOptions = {}) => {
  sim = await startPartnerSimulator(options);
  token = String((await logIn()).body.token);
};
const logIn = (body: unknown = { username, password }) => call(`${sim.url}/oauth/token`, { body });
const notify = (name: string, body: unknown, headers: Record<string, string> = {}): Promise<Said> =>
  call(`${sim.url}/${name}`, { body, headers: { authorization: token, ...headers } });
const control = (path: string, body: unknown = {}) => call(`${sim.url}/_sim/${path}`, { body });

/** The contract's own example of an event. */
function example(name: string): Json {
  const { document } = contractOf("partner-notifications");
  const found = ["paths", `/${name}`, "post", "requestBody", "content", "application/json", "examples", "typical"]
    .concat("value")
    .reduce<unknown>((value, member) => (isJson(value) ? value[member] : undefined), document);
  if (!isJson(found)) throw new Error(`there is an example of ${name}`);
  return found;
}

beforeEach(async () => {
  await start();
});
afterEach(() => sim.close());

describe("the token", () => {
  it("is given to both generations, each under its own name", async () => {
    expect((await logIn()).body).toEqual({ status: "SUCCESS", token: expect.stringMatching(/^pt-/) });
    const newer = await call(`${sim.url}/oauth/token`, { method: "POST", headers: { authorization: basic() } });
    expect(newer.body).toEqual({ status: "SUCCESS", access_token: expect.stringMatching(/^pt-/) });
  });

  it("is refused to wrong credentials, with 200 or, where so set, with 401", async () => {
    const wrong = { username, password: "another" };
    expect(await logIn(wrong)).toMatchObject({ status: 200, body: { status: "INVALID_CREDENTIALS" } });
    const other = { method: "POST", headers: { authorization: basic(username, "another") } };
    expect((await call(`${sim.url}/oauth/token`, other)).body).toEqual({ status: "INVALID_CREDENTIALS" });
    await control("settings", { refusedLoginStatus: 401 });
    expect(await logIn(wrong)).toMatchObject({ status: 401, body: { status: "INVALID_CREDENTIALS" } });
    expect(sim.state().tokens.refused).toBe(3);
  });

  it("is demanded bare: none, a wrong one, one with Bearer and an ended one get 401", async () => {
    const body = example("delivered");
    expect((await notify("delivered", body)).status).toBe(200);
    for (const authorization of ["", "nobody's", `Bearer ${token}`]) {
      const said = await notify("delivered", body, { authorization });
      expect([said.status, said.body.status]).toEqual([401, "Failed"]);
    }
    await control("tokens/expire");
    expect((await notify("delivered", body)).status).toBe(401);
  });

  it("ends by itself after the time that was set, by the simulator's clock", async () => {
    await control("settings", { tokenSeconds: 60 });
    token = String((await logIn()).body.token);
    expect((await notify("delivered", example("delivered"))).status).toBe(200);
    await control("settings", { aheadSeconds: 61 });
    expect((await notify("delivered", example("delivered"))).status).toBe(401);
  });

  it("is not needed with Basic on each call, nor with the account's own header, unless these ways are closed", async () => {
    const body = example("delivered");
    const own = { authorization: "", "X-Api-Key": "demo-only-partner-key" };
    expect((await notify("delivered", body, { authorization: basic() })).status).toBe(200);
    expect((await notify("delivered", body, own)).status).toBe(200);
    await control("settings", { ways: ["json"] });
    expect((await notify("delivered", body, { authorization: basic() })).status).toBe(401);
    expect((await notify("delivered", body, own)).status).toBe(401);
  });
});

describe("the fourteen events", () => {
  it("are all taken as the contract's examples have them, and kept in order with their header", async () => {
    for (const [index, { name }] of EVENTS.entries()) {
      const said = await notify(name, example(name), { "idempotency-key": `key-${index}` });
      expect([name, said.status, said.body.status]).toEqual([name, 200, "Success"]);
    }
    expect(EVENTS).toHaveLength(14);
    expect(sim.received().map(({ event, dedupeHeader }) => [event, dedupeHeader])).toEqual(
      EVENTS.map(({ name }, index) => [name, `key-${index}`]),
    );
    expect(sim.received().map(({ body }) => body)).toEqual(EVENTS.map(({ name }) => example(name)));
    expect(EVENTS.filter(({ keyFields }) => keyFields.length === 0)).toEqual([]);
  });

  it.each(EVENTS.map(({ name }) => name))("%s is refused with 400 where it does not fit", async (name) => {
    // A number stands where the contract wants a text, or an object.
    const [member = ""] = Object.keys(example(name));
    const said = await notify(name, { ...example(name), [member]: 7 });
    expect(said).toMatchObject({ status: 400, body: { status: "Failed", message: expect.stringContaining(member) } });
    const broken = await call(`${sim.url}/${name}`, { body: "{ not json", headers: { authorization: token } });
    expect(broken).toMatchObject({ status: 400, body: { status: "Failed" } });
    expect(sim.received()).toEqual([]);
  });

  it("must say that they are JSON, and write dates in the contract's form", async () => {
    const said = await notify("delivered", example("delivered"), { "content-type": "text/plain" });
    expect(said).toMatchObject({ status: 400, body: { message: "Content-Type is not application/json" } });
    const wrongDate = { ...example("delivered"), timestamp: "2024-07-22T13:12:09" };
    expect((await notify("delivered", wrongDate)).body.message).toContain("timestamp");
  });

  it("must name what they are about, also where the contract demands no member", async () => {
    const { shippingPackageCode: _, ...nameless } = example("dispatchedShipment");
    expect(await notify("dispatchedShipment", nameless)).toMatchObject({ status: 400, body: { status: "Failed" } });
  });

  it("that come twice are known again, by the contract's key and by the header", async () => {
    const body = example("invoiced");
    await notify("invoiced", body, { "idempotency-key": "one" });
    const again = await notify("invoiced", body, { "idempotency-key": "one" });
    expect(again.body).toMatchObject({ status: "Success", message: "Known already" });
    await notify("invoiced", body, { "idempotency-key": "two" });
    await notify("invoiced", { ...body, invoiceCode: "ANOTHER" }, { "idempotency-key": "one" });
    expect(sim.received({ event: "invoiced" }).map(({ doubleOf, remarks }) => [doubleOf, remarks])).toEqual([
      [null, []],
      [1, []],
      [1, ["known already, under another deduplication header"]],
      [1, ["its deduplication header named something else before"]],
    ]);
    expect(sim.state().counts).toMatchObject({ received: 4, taken: 1, doubles: 3 });
  });

  it("of one shipment stand in its story in the order of arrival, and one that comes too late is told", async () => {
    const code = "WEARDL-09874";
    for (const name of ["invoiced", "dispatchedShipment", "assignAWB", "delivered"]) await notify(name, example(name));
    expect(sim.lane(code)).toMatchObject({
      kind: "shipment",
      events: ["invoiced", "dispatchedShipment", "assignAWB", "delivered"],
      outOfOrder: ["assignAWB"],
    });
    const [late] = sim.received({ event: "assignAWB", code });
    expect(late?.remarks).toEqual(["came after dispatchedShipment of the same shipment"]);
    expect(sim.state().counts.outOfOrder).toBe(1);
  });

  it("of a parcel that comes back go on with its story; a customer's return has its own", async () => {
    await notify("dispatchedShipment", { ...example("dispatchedShipment"), shippingPackageCode: "WEAR-46917" });
    const rto = { ...example("createReturn"), type: "RTO - Return To Origin", status: "Return_AWAITED" };
    await notify("createReturn", rto);
    await notify("completeReturn", example("completeReturn"));
    expect(sim.lane("WEAR-46917")?.events).toEqual(["dispatchedShipment", "createReturn", "completeReturn"]);
    await notify("createReturn", example("createReturn"));
    expect(sim.lane("RP-5600")).toMatchObject({ kind: "return", events: ["createReturn"] });
  });

  it("whose sums do not add up are taken, and remarked on", async () => {
    const { invoiceItems } = example("invoiced");
    const [line]: readonly unknown[] = Array.isArray(invoiceItems) ? invoiceItems : [];
    const wrong = { ...(isJson(line) ? line : {}), quantity: 2, totalTax: 500, integratedGst: 1 };
    const said = await notify("invoiced", { ...example("invoiced"), URL: "nowhere", invoiceItems: [wrong] });
    expect(said.body.status).toBe("Success");
    expect(sim.received()[0]?.remarks).toEqual([
      "URL is no web address: nowhere",
      "invoiceItems/0: 1 soiCode, quantity 2",
      "invoiceItems/0: the taxes make 525.62, not totalTax",
      "invoiceItems/0: subtotal and totalTax do not make total",
      "invoiceItems/0: IGST beside CGST, SGST or UTGST",
    ]);
  });
});

describe("misbehaving on demand", () => {
  const deliver = () => notify("delivered", example("delivered"));

  it("says Failed in the words that were wished, and takes the event when it comes again", async () => {
    await control("faults", { kind: "failed", operation: "delivered", count: 1, message: "no such order here" });
    expect((await deliver()).body).toEqual({ status: "Failed", message: "no such order here" });
    expect((await deliver()).body.status).toBe("Success");
    expect(sim.received().map(({ outcome, doubleOf }) => [outcome, doubleOf])).toEqual([
      ["Failed", null],
      ["Success", null],
    ]);
  });

  it("401, 429 with Retry-After, 5xx: nothing is taken", async () => {
    sim.fault({ kind: "401", count: 1 });
    expect((await deliver()).status).toBe(401);
    sim.fault({ kind: "429", count: 1 });
    const limited = await fetch(`${sim.url}/delivered`, {
      method: "POST",
      headers: { authorization: token, "content-type": "application/json" },
      body: JSON.stringify(example("delivered")),
    });
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
    sim.fault({ kind: "5xx", operation: "/delivered", count: 2 });
    expect([(await deliver()).status, (await deliver()).status]).toEqual([503, 502]);
    expect(sim.received()).toEqual([]);
    expect((await deliver()).status).toBe(200);
  });

  it("a closed connection before or after the work, and half an answer", async () => {
    sim.fault({ kind: "drop", count: 1 });
    await expect(deliver()).rejects.toThrow();
    expect(sim.received()).toEqual([]);
    sim.fault({ kind: "drop", count: 1, processed: true });
    await expect(deliver()).rejects.toThrow();
    sim.fault({ kind: "half_answer", count: 1 });
    await expect(deliver()).rejects.toThrow();
    expect(sim.state().counts).toMatchObject({ received: 2, taken: 1, doubles: 1 });
  });

  it("an event that arrives twice is one taken and one double; a late one is taken at once and answered later", async () => {
    sim.fault({ kind: "twice", count: 1 });
    expect((await deliver()).body.status).toBe("Success");
    expect(sim.state().counts).toMatchObject({ taken: 1, doubles: 1 });
    sim.fault({ kind: "late", count: 1, delayMs: 20 });
    expect((await deliver()).body.status).toBe("Success");
  });

  it("is away for a while by its clock, or until told, and its control API goes on", async () => {
    await control("down", { seconds: 3_600 });
    await expect(deliver()).rejects.toThrow();
    await expect(logIn()).rejects.toThrow();
    expect((await call(`${sim.url}/_sim/state`)).body).toMatchObject({ down: true, turnedAway: 2 });
    await control("settings", { aheadSeconds: 3_601 });
    expect((await deliver()).status).toBe(200);
    sim.down();
    await expect(deliver()).rejects.toThrow();
    await control("up");
    expect((await deliver()).status).toBe(200);
  });

  it("refuses a wish for an event that there is not, in words", async () => {
    const said = await control("faults", { kind: "5xx", operation: "invoicd" });
    expect([said.status, said.body.message]).toEqual([400, "there is no event invoicd"]);
    expect((await control("down", { hours: 1 })).status).toBe(400);
  });
});

describe("what it shows", () => {
  it("state and events as JSON, chosen by event, code and number", async () => {
    for (const name of ["invoiced", "delivered", "createReturn"]) await notify(name, example(name));
    const state = await call(`${sim.url}/_sim/state?limit=1`);
    expect(state.body).toMatchObject({
      counts: { received: 3, taken: 3, lanes: 2, remarks: 0 },
      byEvent: { invoiced: { taken: 1 } },
      lanes: [{ code: "RP-5600" }],
      events: [{ event: "createReturn" }],
    });
    const asked = async (query: string) => {
      const { events } = (await call(`${sim.url}/_sim/events?${query}`)).body;
      return Array.isArray(events) ? events.map((event: Json) => event.event) : [];
    };
    expect(await asked("code=WEARDL-09874")).toEqual(["invoiced", "delivered"]);
    expect(await asked("event=delivered")).toEqual(["delivered"]);
    expect(await asked("after=1&limit=1")).toEqual(["delivered"]);
  });

  it("a page with each story in order, doubles and remarks, and no HTML of anybody else", async () => {
    const cancel = { ...example("cancelSOItem"), saleOrderCode: "<b>SO</b>", shippingPackageCode: null };
    await notify("cancelSOItem", cancel);
    await notify("invoiced", example("invoiced"));
    await notify("invoiced", example("invoiced"));
    const page = String((await call(`${sim.url}/`)).raw);
    expect(page).toContain("&lt;b&gt;SO&lt;/b&gt;");
    expect(page).toContain("the same as 2");
    expect(page).not.toContain(password);
    expect(page).not.toContain("demo-only-partner-key");
  });

  it("forgets everything when it is told to", async () => {
    await notify("delivered", example("delivered"));
    sim.fault({ kind: "5xx" });
    await control("reset");
    expect(sim.state()).toMatchObject({ counts: { received: 0, lanes: 0 }, faults: [] });
    expect((await notify("delivered", example("delivered"))).status).toBe(401);
  });

  it("keeps the newest bodies alone past its limit, and counts them all", async () => {
    await sim.close();
    await start({ eventsKept: 4 });
    for (let n = 0; n < 6; n++) await notify("delivered", { ...example("delivered"), shippingPackageCode: `S${n}` });
    expect(sim.state().counts).toMatchObject({ received: 6, lanes: 6, forgotten: 2 });
    expect(sim.received().at(-1)?.lane.code).toBe("S5");
  });

  it("goes on in a next life where it was: its stories, its count, and what it knows already", async () => {
    const header = { "idempotency-key": "k-1" };
    await notify("invoiced", example("invoiced"), header);
    const remembered = structuredClone(sim.remember());
    await sim.close();
    await start({ remembered });
    expect((await notify("invoiced", example("invoiced"), header)).body).toMatchObject({ message: "Known already" });
    await notify("delivered", example("delivered"));
    expect(sim.state().counts).toMatchObject({ received: 3, taken: 2, doubles: 1, lanes: 1 });
    expect(sim.received().map(({ seq, doubleOf }) => [seq, doubleOf])).toEqual([
      [1, null],
      [2, 1],
      [3, null],
    ]);
    expect(sim.lane("WEARDL-09874")?.events).toEqual(["invoiced", "delivered"]);
  });

  it("offers the events that it was started with", async () => {
    await sim.close();
    await start({ events: ["invoiced"] });
    expect((await notify("invoiced", example("invoiced"))).status).toBe(200);
    expect((await notify("delivered", example("delivered"))).status).toBe(404);
  });

  it("is found by its name", () => {
    expect(partnerSimulator).toMatchObject({ source: "PARTNER", start: startPartnerSimulator });
  });
});
