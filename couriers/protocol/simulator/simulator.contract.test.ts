import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { call, type Receiver, startReceiver, until } from "../../../connectors/kit/simulator/test-support.ts";
import { validator } from "../../../contract/validators.ts";
import { aWish } from "../../kit/suite/facts.ts";
import { toWaybill } from "../map/waybill.ts";
import { DEMO_COURIER_ACCOUNT, PARCEL_POOL, type RunningCourierSimulator, startCourierSimulator } from "./index.ts";

const BEGIN = Temporal.Instant.from("2026-11-20T04:30:00Z");
const { username, password } = DEMO_COURIER_ACCOUNT;
let sim: RunningCourierSimulator;
let hub: Receiver;

beforeAll(async () => {
  sim = await startCourierSimulator({ clock: () => BEGIN, pincodes: [{ pincode: "560001", cod: false }] });
  hub = await startReceiver();
});
afterEach(() => {
  sim.reset();
  sim.setTarget(null);
});
afterAll(async () => {
  await sim.close();
  await hub.close();
});

async function tokenOf(at = sim): Promise<string> {
  const { body } = await call(`${at.url}/authToken`, { body: { username, password } });
  return String(body.token);
}

const wishOf = (code: string, over: Parameters<typeof aWish>[1] = {}) =>
  toWaybill(aWish(code, over), { serviceType: "", handOverMode: "Pickup", courierName: "", addressId: "" });

/** A waybill; its number. */
async function allocated(code: string, at = sim): Promise<string> {
  const { body } = await call(`${at.url}/waybill`, {
    body: wishOf(code),
    headers: { authorization: await tokenOf(at) },
  });
  return String(body.waybill);
}

async function trackedAt(awb: string): Promise<unknown> {
  const query = encodeURIComponent(`"${awb}"`);
  const said = await call(`${sim.url}/waybillDetails?waybills=${query}`, {
    headers: { authorization: await tokenOf() },
  });
  expect(validator("shipping-provider", "TrackingResponse")(said.body)).toMatchObject({ ok: true });
  return said.body.waybillDetails;
}

const push = (path: string, body: unknown = {}) => call(`${sim.url}${path}`, { body });

describe("a simulated courier", () => {
  it("gives no token for a wrong password and takes no call without one", async () => {
    const wrong = await call(`${sim.url}/authToken`, { body: { username, password: "no" } });
    expect(wrong).toMatchObject({ status: 200, body: { status: "INVALID_CREDENTIALS" } });
    expect((await call(`${sim.url}/waybill`, { body: wishOf("P-1") })).status).toBe(401);
    const token = await tokenOf();
    sim.endTokens();
    expect(
      (await call(`${sim.url}/cancel`, { body: { waybill: "1" }, headers: { authorization: token } })).status,
    ).toBe(401);
  });

  it("refuses what the contract does not allow and says which member", async () => {
    const { Shipment, ...rest } = wishOf("P-1");
    const headers = { authorization: await tokenOf() };
    const missing = await call(`${sim.url}/waybill`, { body: rest, headers });
    expect(missing).toMatchObject({ status: 400, body: { status: "FAILED", reason: "VALIDATION" } });
    expect(String(missing.body.message)).toContain("Shipment");
    const light = await call(`${sim.url}/waybill`, {
      body: { ...rest, Shipment: { ...Shipment, weight: "0.0000" } },
      headers,
    });
    expect(light).toMatchObject({ status: 400, body: { message: "Missing required fields: Shipment.weight" } });
    const bare = await call(`${sim.url}/waybillDetails?waybills=1,2`, { headers });
    expect(bare).toMatchObject({ status: 400, body: { status: "FAILED", waybillDetails: [] } });
  });

  it("goes to the places that it serves alone, and collects money only where it does", async () => {
    const headers = { authorization: await tokenOf() };
    const ask = (over: Parameters<typeof aWish>[1]) =>
      call(`${sim.url}/waybill`, { body: wishOf("P-1", over), headers });
    const { delivery, total } = aWish("P-1");
    expect((await ask({ delivery: { ...delivery, pincode: "110001" } })).body).toMatchObject({
      reason: "PINCODE_NOT_SERVICEABLE",
    });
    expect((await ask({ collect: total })).body).toMatchObject({ reason: "COD_NOT_SERVICEABLE" });
    expect((await ask({})).body).toMatchObject({ status: "SUCCESS" });
    await push("/_sim/pincodes", { served: [{ pincode: "110001" }], refused: ["560001"] });
    expect((await ask({ delivery: { ...delivery, pincode: "110001" } })).body).toMatchObject({ status: "SUCCESS" });
    await push("/_sim/pincodes", { refused: ["110001"], served: [{ pincode: "560001", cod: false }] });
  });

  it("answers the same number for the same shipment, or another, as it is told", async () => {
    const first = await allocated("P-1");
    expect(await allocated("P-1")).toBe(first);
    sim.settings({ repeat: "another" });
    expect(await allocated("P-1")).not.toBe(first);
    const before = sim.parcels().length;
    sim.settings({ repeat: "same" });
    const { body } = await call(`${sim.url}/cancel`, {
      body: { waybill: first },
      headers: { authorization: await tokenOf() },
    });
    expect(body).toMatchObject({ status: "SUCCESS" });
    await allocated("P-1");
    expect(sim.parcels()).toHaveLength(before); // the second one still stands
  });

  it("lets a parcel fail, come back and be lost, and tells of it in answers that fit the contract", async () => {
    const awb = await allocated("P-1");
    for (const step of ["pickup", "transit", "out-for-delivery"] as const) await sim.act(awb, step);
    await sim.act("P-1", "undelivered", { reason: "Door locked", nextAttempt: "2026-11-21T04:30:00Z" });
    expect(await trackedAt(awb)).toMatchObject([
      {
        currentStatus: "UNDELIVERED",
        ndr_reason: "Door locked",
        attempt_count: "1",
        next_delivery_date: "21-Nov-2026 10:00:00",
        tracking_history: [{ status: "UNDELIVERED" }, {}, {}, {}, { status: "PICKUP_PENDING" }],
      },
    ]);
    for (const step of ["rto", "rto-transit", "rto-deliver"] as const) await sim.act(awb, step);
    expect(await trackedAt(awb)).toMatchObject([{ currentStatus: "RTO_DELIVERED", rto_awb: `R${awb}` }]);
    await expect(sim.act(awb, "deliver")).rejects.toThrow("nothing happens to it any more");
    await sim.act(awb, "word", { status: "Found behind the shelf", insist: true });
    expect(await trackedAt(awb)).toMatchObject([{ currentStatus: "Found behind the shelf" }]);
  });

  it("tells present status alone, in the other spelling, where it is set so", async () => {
    const awb = await allocated("P-1");
    sim.settings({ history: false, statusKey: "Status" });
    const [row] = (await trackedAt(awb)) as [object];
    expect(Object.keys(row).toSorted()).toEqual(["currentStatus", "statusDate", "waybill"]);
  });

  it("pushes each word to the hub with the credentials of its target, in the published form", async () => {
    const headers = { clientid: "hub-client", merchantid: "hub-merchant", securitykey: "hub-key" };
    await push("/_sim/target", { url: hub.url, headers, providerCode: "HAWK2" });
    const awb = await allocated("P-1");
    await push(`/_sim/parcels/${awb}/pickup`);
    await push(`/_sim/parcels/P-1/deliver`);
    await push(`/_sim/parcels/P-1/word`, { push: false, insist: true });
    await until(() => hub.pushes.length === 2, "two words arrive");
    const published = validator("shipping-provider", "StatusPushRequest");
    const [first, second] = hub.pushes;
    expect(first).toMatchObject({ path: "/uc/v1/awbStatusTracking", headers, body: { trackingStatus: "PICKED_UP" } });
    expect(published(second?.body)).toMatchObject({ ok: true });
    expect(second?.body).toEqual({
      trackingNumber: awb,
      providerCode: "HAWK2",
      trackingStatus: "DELIVERED_SHIPMENT_DELIVERED",
      statusDate: "2026-11-20 10:00:00",
      facilityCode: null,
      shippingPackageCode: "P-1",
    });
    expect(sim.parcel(awb)?.pushes).toMatchObject([
      { status: 200, misfit: null },
      { status: 200, misfit: null },
    ]);
  });

  it("pushes deliveries alone, twice, with wrong credentials or an odd word, on demand", async () => {
    sim.setTarget({ url: hub.url, headers: { securitykey: "hub-key" } });
    const before = hub.pushes.length;
    sim.settings({ pushes: "delivered" });
    await allocated("P-1");
    expect(await sim.act("P-1", "pickup")).toBeNull();
    sim.fault({ kind: "twice", operation: "pushDelivered", count: 1 });
    await sim.act("P-1", "deliver");
    expect(hub.pushes.length - before).toBe(2);
    sim.settings({ pushes: "all" });
    sim.fault(null);
    await allocated("P-2");
    sim.fault({ kind: "401", operation: "pushDelivered", count: 1 });
    await sim.act("P-2", "pickup");
    expect(hub.pushes.at(-1)?.headers.securitykey).toBe("wrong-hub-key");
    sim.fault(null);
    sim.fault({ kind: "unknown_status", operation: "pushDelivered", count: 1 });
    await sim.act("P-2", "transit");
    expect(hub.pushes.at(-1)?.body).toMatchObject({ trackingStatus: "IN_LIMBO" });
  });

  it("lets parcels live by its clock, from their manifest on, and tells of each step once", async () => {
    const before = hub.pushes.length;
    sim.setTarget({ url: hub.url, headers: {} });
    sim.settings({ life: "after manifest", stepMinutes: 60, ndrRate: 0, rtoRate: 1 });
    const awb = await allocated("P-1");
    await sim.advance(600);
    expect(sim.parcel(awb)?.scans).toHaveLength(1); // nobody handed it over
    const made = await call(`${sim.url}/manifest`, {
      body: { awbNumbers: [awb] },
      headers: { authorization: await tokenOf() },
    });
    expect(made.status).toBe(201);
    await sim.advance(180);
    expect(sim.parcel(awb)?.scans.map(({ status }) => status)).toEqual([
      "PICKUP_PENDING",
      "OUT_FOR_PICKUP",
      "PICKED_UP",
      "IN_TRANSIT",
    ]);
    await sim.advance(24 * 60);
    expect(sim.parcel(awb)).toMatchObject({ attempts: 2, rto: { awb: `R${awb}` }, plan: [] });
    expect(sim.parcel(awb)?.scans.at(-1)?.status).toBe("RTO_DELIVERED");
    const told = hub.pushes.slice(before).map(({ body }) => (body as { trackingStatus: string }).trackingStatus);
    expect(told).toEqual(
      sim
        .parcel(awb)
        ?.scans.slice(1)
        .map(({ status }) => status),
    );
  });

  it("explains wishes of its control API that it cannot read", async () => {
    expect(await push("/_sim/parcels/nowhere/pickup")).toMatchObject({ status: 404 });
    expect(await push("/_sim/faults", { kind: "401", operation: "generateWayBill" })).toMatchObject({ status: 400 });
    expect(await push("/_sim/settings", { labels: "maybe" })).toMatchObject({ status: 400 });
    const awb = await allocated("P-1");
    await sim.act(awb, "lose");
    expect(await push(`/_sim/parcels/${awb}/deliver`)).toMatchObject({ status: 409 });
    expect(await push("/_sim/act", { parcel: awb, step: "word", status: "HM", insist: true })).toMatchObject({
      status: 200,
    });
    const page = await fetch(sim.url);
    expect(await page.text()).toContain(awb);
    const state = await call(`${sim.url}/_sim/state?parcel=P-1`);
    expect(state.body).toMatchObject({ counts: { parcels: 1 }, parcels: [{ id: awb, status: "HM" }] });
    expect(JSON.stringify(state.body)).not.toContain(password);
  });

  it("runs twice side by side, and is started again with what it remembers", async () => {
    const other = await startCourierSimulator({ house: PARCEL_POOL, clock: () => BEGIN });
    const [mine, theirs] = [await allocated("P-1"), await allocated("P-1", other)];
    expect(mine).not.toBe(theirs);
    expect(other.parcel(theirs)?.carrier).not.toBe(other.house.label);
    expect(sim.parcel(theirs)).toBeNull();
    const remembered = other.remember();
    await other.close();
    const again = await startCourierSimulator({
      house: PARCEL_POOL,
      clock: () => BEGIN.add({ seconds: 1 }),
      remembered,
    });
    expect(again.parcel("P-1")?.id).toBe(theirs);
    expect(await allocated("P-2", again)).not.toBe(theirs);
    await again.close();
  });
});
