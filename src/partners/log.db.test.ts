import assert from "node:assert/strict";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aSku, aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aChannel, aListing, aPushOrder, aSource, receive } from "../../tests/support/order-builders.ts";
import {
  aDelivery,
  aRealPartner,
  PartnerServer,
  queue,
  type Reply,
  SUCCESS,
} from "../../tests/support/partner-scene.ts";
import { newId, type TenantId } from "../kernel/index.ts";
import { runAlarmChecks } from "../platform/alarms.ts";
import { sql } from "../platform/db.ts";
import { partnerChecks, partnerGauges } from "./alarms.ts";
import { deliverTo } from "./deliver.ts";
import {
  closePartnerEngine,
  expireDeliveries,
  type PartnerDeliveryId,
  type PartnerId,
  switchPartner,
} from "./index.ts";
import { type DeliveryFilters, findDelivery, listDeliveries, listPartners } from "./queries.ts";
import {
  discardDeliveries,
  discardWaiting,
  dismissDeliveries,
  repeatDeliveries,
  repeatFailed,
  tryNow,
} from "./resend.ts";
import { detailToWire } from "./wire.ts";

let t: TestDatabase;
let tenantId: TenantId;
let partner: PartnerServer;
let partnerId: PartnerId;
let answers: Record<string, Reply> = {};

beforeAll(async () => {
  t = await testDatabase();
});
afterAll(async () => {
  await closePartnerEngine();
  await t.close();
});
beforeEach(async () => {
  tenantId = await aTenant(t.db);
  partner = await PartnerServer.start();
  partnerId = await aRealPartner(t, tenantId, { baseUrl: partner.url });
  answers = {};
  partner.answer = ({ body }) => answers[(JSON.parse(body) as { subject: string }).subject] ?? SUCCESS;
});
afterEach(() => partner.close());

const FAILED: Reply = { status: 200, body: { status: "Failed", message: "unknown seller" } };
const DOWN: Reply = { status: 503, body: "down" };
const ctx = () => t.ctx(tenantId);
const told = async (subjects: readonly string[], over: Parameters<typeof aDelivery>[1] = {}) => {
  await queue(
    ctx(),
    subjects.map((subject) => aDelivery(partnerId, { ...over, subject })),
  );
  await deliverTo(ctx(), partnerId);
};
const list = (filters: DeliveryFilters = {}) =>
  t.db.read(tenantId, (tx) =>
    listDeliveries(ctx(), tx, filters, { limit: 50, offset: 0, sort: "position", descending: false }),
  );
const subjects = async (filters: DeliveryFilters) => (await list(filters)).rows.map(({ subject }) => subject);
const idOf = async (subject: string): Promise<PartnerDeliveryId> => {
  const row = (await list()).rows.find((each) => each.subject === subject);
  if (!row) throw new Error(`${subject} is there`);
  return row.partnerDeliveryId;
};
const stateOf = async (subject: string) => (await list()).rows.find((row) => row.subject === subject)?.state;
const overview = async () => {
  const [row] = await t.db.read(tenantId, (tx) => listPartners(tx, t.clock.now(), partnerId));
  if (!row) throw new Error("the partner is there");
  return row;
};
const alarms = async () => {
  await runAlarmChecks(t.services, partnerChecks);
  return t.db.read(tenantId, (tx) =>
    tx.run(sql<{ kind: string; message: string }>`
      select kind, message from godown.alarm where tenant_id = ${tenantId} and cleared_at is null order by kind`),
  );
};

describe("the log of deliveries", () => {
  it("is filtered by partner, event, state, flag, time and code", async () => {
    answers = { "SP/2": FAILED, "SP/3": DOWN };
    await told(["SP/1", "SP/2", "SP/3"]);
    t.clock.advance({ hours: 2 });
    const later = t.clock.now();
    await told(["RP-100%"], { event: "createShipment" });
    expect(await subjects({})).toEqual(["SP/1", "SP/2", "SP/3", "RP-100%"]);
    expect(await subjects({ partnerId: newId() })).toEqual([]);
    expect(await subjects({ event: ["createShipment"] })).toEqual(["RP-100%"]);
    expect(await subjects({ state: ["FAILED"] })).toEqual(["SP/2"]);
    expect(await subjects({ flagged: true })).toEqual(["SP/2"]);
    expect(await subjects({ flagged: false, event: ["invoiced"] })).toEqual(["SP/1", "SP/3"]);
    expect(await subjects({ since: later })).toEqual(["RP-100%"]);
    expect(await subjects({ until: later })).toEqual(["SP/1", "SP/2", "SP/3"]);
    expect(await subjects({ search: "sp/" })).toEqual(["SP/1", "SP/2", "SP/3"]);
    expect(await subjects({ search: "rp-100%" })).toEqual(["RP-100%"]);
    expect(await subjects({ search: "%" })).toEqual([]);
    const { total, counts } = await list({ state: ["FAILED"] });
    expect([total, counts]).toEqual([1, { DELIVERED: 2, PENDING: 1, FAILED: 1, flagged: 1 }]);
  });

  it("finds an order's and a package's by their codes", async () => {
    aSource("JUPITER_MONEY", {});
    const facilityId = await aFacility(t.db, tenantId);
    const channelId = await aChannel(t, tenantId, [facilityId]);
    const { productId } = await aListing(t, tenantId, channelId, await aSku(t.db, tenantId));
    const [receipt] = await receive(t, tenantId, channelId, [aPushOrder([{ productId }], { id: "JM-77" })]);
    const saleOrderId = receipt?.saleOrderId;
    assert(saleOrderId, "the order is there");
    const shippingPackageId = newId<"ShippingPackage">();
    await t.db.transaction(tenantId, (tx) =>
      tx.run(sql`
        insert into godown.shipping_package (tenant_id, shipping_package_id, sale_order_id, channel_id, facility_id, code, state, third_party_shipping, created_at, state_changed_at, updated_at)
        values (${tenantId}, ${shippingPackageId}, ${saleOrderId}, ${channelId}, ${facilityId}, 'SP-77', 'CREATED', false, ${t.clock.now()}, ${t.clock.now()}, ${t.clock.now()})`),
    );
    await told(["other"]);
    await told(["units"], { saleOrderId });
    await told(["parcel"], { saleOrderId, shippingPackageId });
    const [row] = (await list({ shippingPackageId })).rows;
    expect([row?.subject, row?.packageCode]).toEqual(["parcel", "SP-77"]);
    const orderCode = row?.orderCode;
    assert(orderCode, "the order has a code");
    expect(await subjects({ search: orderCode })).toEqual(["units", "parcel"]);
    expect(await subjects({ search: "JM-77" })).toEqual(["units", "parcel"]);
    expect(await subjects({ search: "SP-77" })).toEqual(["parcel"]);
    expect(await subjects({ saleOrderId })).toEqual(["units", "parcel"]);
  });

  it("shows what waits behind an earlier one, and no other tenant's", async () => {
    answers = { A1: DOWN };
    const lane = newId();
    await told(["A1", "A2"], { lane });
    expect((await list()).rows.map(({ behind, state }) => [behind, state])).toEqual([
      [false, "PENDING"],
      [true, "PENDING"],
    ]);
    const other = await aTenant(t.db);
    const id = await idOf("A1");
    expect(await t.db.read(other, (tx) => findDelivery(tx, id))).toBeUndefined();
    expect(await repeatDeliveries(t.ctx(other), [id])).toMatchObject({
      refusal: { code: "PARTNER_DELIVERY_NOT_FOUND" },
    });
    expect(await tryNow(t.ctx(other), partnerId)).toMatchObject({ refusal: { code: "PARTNER_NOT_FOUND" } });
  });

  it("shows the exact body, headers without secrets, and every try with its answer and time", async () => {
    answers = { A1: DOWN };
    const payload = { subject: "A1", z: 1, a: "₹ 1,062.00" };
    await queue(ctx(), [aDelivery(partnerId, { subject: "A1", payload })]);
    const first = await t.db.read(tenantId, (tx) => idOf("A1").then((id) => findDelivery(tx, id)));
    if (!first) throw new Error("it is there");
    const planned = detailToWire(first.detail, first.partner);
    expect(planned.request).toMatchObject({
      method: "POST",
      url: `${partner.url}/invoiced`,
      body: JSON.stringify(payload),
    });
    expect(planned.request.headers).toMatchObject({ apikey: "[secret]", "idempotency-key": "invoiced:A1" });
    await deliverTo(ctx(), partnerId);
    answers = {};
    t.clock.advance({ minutes: 1 });
    await deliverTo(ctx(), partnerId);
    const id = await idOf("A1");
    const found = await t.db.read(tenantId, (tx) => findDelivery(tx, id));
    if (!found) throw new Error("it is there");
    const wire = detailToWire(found.detail, found.partner);
    expect(wire.attemptList).toMatchObject([
      { outcome: "BREAKDOWN", status: 503, answer: "down", headers: { apikey: "[secret]", "x-godown-attempt": "1" } },
      {
        outcome: "DELIVERED",
        status: 200,
        answer: { status: "Success", message: "taken" },
        headers: { "x-godown-attempt": "2" },
      },
    ]);
    expect(wire.attemptList.every(({ durationMs }) => durationMs >= 0)).toBe(true);
    expect(wire.request.body).toBe(partner.heard[0]?.body);
    expect(JSON.stringify(wire)).not.toContain("k-e-y");
  });
});

describe("what a person does with deliveries", () => {
  it("sends one again: the same bytes under the same key, with a day of its own", async () => {
    answers = { A1: FAILED };
    await told(["A1", "A2"]);
    t.clock.advance({ days: 3 });
    answers = {};
    expect(await repeatDeliveries(ctx(), [await idOf("A1")])).toEqual({
      ok: true,
      value: { changed: 1, unchanged: 0 },
    });
    await deliverTo(ctx(), partnerId);
    expect(await stateOf("A1")).toBe("DELIVERED");
    const [one, , again] = partner.heard;
    expect([again?.key, again?.body]).toEqual([one?.key, one?.body]);
    // One that arrived may be wanted once more: who lost it on the other side.
    await repeatDeliveries(ctx(), [await idOf("A2")]);
    await deliverTo(ctx(), partnerId);
    expect(partner.subjects()).toEqual(["A1", "A2", "A1", "A2"]);
  });

  it("sends one that waits for its next try now, and keeps count of its tries", async () => {
    answers = { A1: DOWN };
    await told(["A1"]);
    await repeatDeliveries(ctx(), [await idOf("A1")]);
    await deliverTo(ctx(), partnerId);
    const row = (await list()).rows[0];
    expect(row?.attempts).toBe(2);
    expect(row?.nextAttemptAt).toEqual(t.clock.now().add({ minutes: 5 }));
  });

  it("sends all again that failed since a time, and those alone", async () => {
    answers = { OLD: FAILED, A1: FAILED, A2: FAILED, SEEN: FAILED };
    await told(["OLD"]);
    t.clock.advance({ hours: 5 });
    const since = t.clock.now();
    await told(["A1", "A2", "SEEN", "GOOD"]);
    await dismissDeliveries(ctx(), [await idOf("SEEN")]);
    answers = {};
    partner.heard.length = 0;
    expect(await repeatFailed(ctx(), partnerId, since)).toEqual({ ok: true, value: { repeated: 2 } });
    await deliverTo(ctx(), partnerId);
    expect(partner.subjects().sort()).toEqual(["A1", "A2"]);
    expect(await subjects({ flagged: true })).toEqual(["OLD"]);
    expect(await repeatFailed(ctx(), partnerId, since)).toEqual({ ok: true, value: { repeated: 0 } });
  });

  it("takes flags off, and nothing but flags", async () => {
    answers = { A1: FAILED };
    await told(["A1", "A2"]);
    expect((await alarms()).map(({ kind }) => kind)).toEqual(["PARTNER_DELIVERIES_FAILED"]);
    const ids = [await idOf("A1"), await idOf("A2")];
    expect(await dismissDeliveries(ctx(), ids)).toEqual({ ok: true, value: { changed: 1, unchanged: 1 } });
    expect(await alarms()).toEqual([]);
    expect((await list()).rows[0]).toMatchObject({ state: "FAILED", flagged: false, dismissedBy: "test" });
    expect(await dismissDeliveries(ctx(), [newId()])).toMatchObject({
      refusal: { code: "PARTNER_DELIVERY_NOT_FOUND" },
    });
  });

  it("discards what waits, one by one or all until now; what follows goes on", async () => {
    answers = { A1: DOWN };
    const lane = newId();
    await told(["A1", "A2"], { lane });
    await discardDeliveries(ctx(), [await idOf("A1")]);
    await deliverTo(ctx(), partnerId);
    expect([await stateOf("A1"), await stateOf("A2")]).toEqual(["DISCARDED", "DELIVERED"]);
    await switchPartner(ctx(), partnerId, false);
    await switchPartner(ctx(), partnerId, true);
    answers = { B1: DOWN };
    await told(["B1"]);
    t.clock.advance({ minutes: 1 });
    expect(await discardWaiting(ctx(), partnerId, t.clock.now())).toEqual({ ok: true, value: { discarded: 1 } });
    expect((await overview()).waiting).toBe(0);
  });

  it("leaves a trace of each", async () => {
    answers = { A1: FAILED };
    await told(["A1"]);
    const id = await idOf("A1");
    await dismissDeliveries(ctx(), [id]);
    await repeatDeliveries(ctx(), [id]);
    await discardDeliveries(ctx(), [id]);
    await repeatDeliveries(ctx(), [id]);
    await tryNow(ctx(), partnerId);
    const trail = await t.db.read(tenantId, (tx) =>
      tx.run(sql<{ action: string; code: string | null }>`
        select action, record_code as code from godown.audit_event where tenant_id = ${tenantId} and action <> 'partners.added' order by audit_event_id`),
    );
    expect(trail.map(({ action }) => action)).toEqual([
      ...["partners.delivery_dismissed", "partners.delivery_repeated", "partners.delivery_discarded"],
      ...["partners.delivery_repeated", "partners.tried_now"],
    ]);
    expect(trail[0]?.code).toBe("invoiced A1");
  });

  it("looks at a partner that is held back at once", async () => {
    partner.answer = () => DOWN;
    await told(["A1", "A2", "A3", "A4", "A5", "A6"]);
    expect((await overview()).held).toBe("DOWN");
    partner.answer = () => SUCCESS;
    await deliverTo(ctx(), partnerId);
    expect((await overview()).waiting).toBe(6);
    await tryNow(ctx(), partnerId);
    await deliverTo(ctx(), partnerId);
    expect(await overview()).toMatchObject({ held: null, waiting: 0 });
  });
});

describe("how a partner does", () => {
  it("is told in figures, by alarms and by gauges", async () => {
    await told(["A1", "A2"]);
    expect(await overview()).toMatchObject({
      waiting: 0,
      oldestWaitingAt: null,
      deliveredToday: 2,
      flagged: 0,
      medianMs: 0,
      p99Ms: 0,
    });
    const begin = t.clock.now();
    partner.answer = () => DOWN;
    await told(["B1", "B2", "B3", "B4", "B5", "B6"]);
    t.clock.advance({ minutes: 10 });
    expect(await overview()).toMatchObject({
      ...{ held: "DOWN", heldSince: begin, waiting: 6, oldestWaitingAt: begin, deliveredToday: 2, failures: 6 },
      lastDeliveredAt: begin,
    });
    const [alarm] = await alarms();
    expect(alarm?.kind).toBe("PARTNER_DOWN");
    expect(alarm?.message).toContain("HTTP 503");
    const values = await Promise.all(partnerGauges.map(({ read }) => read(t.services)));
    const { code } = await overview();
    const mine = values.map((all) => all.filter(({ labels }) => labels.partner === code).map(({ value }) => value));
    expect(mine).toEqual([[6], [600]]);
    await switchPartner(ctx(), partnerId, false);
    expect(await alarms()).toEqual([]);
    t.clock.advance({ days: 1 });
    expect((await overview()).deliveredToday).toBe(0);
  });
});

describe("what has served", () => {
  it("is removed: what was delivered, discarded or dismissed after 30 days, what nobody looked at after 180", async () => {
    answers = { SEEN: FAILED, FLAGGED: FAILED, WAITS: DOWN };
    await told(["DONE", "SEEN", "FLAGGED", "WAITS"]);
    await dismissDeliveries(ctx(), [await idOf("SEEN")]);
    t.clock.advance({ days: 29 });
    await expireDeliveries(t.services);
    expect(await subjects({})).toEqual(["DONE", "SEEN", "FLAGGED", "WAITS"]);
    t.clock.advance({ days: 2 });
    await expireDeliveries(t.services);
    expect(await subjects({})).toEqual(["FLAGGED", "WAITS"]);
    t.clock.advance({ days: 150 });
    await expireDeliveries(t.services);
    expect(await subjects({})).toEqual(["WAITS"]);
    const [left] = await t.raw<{ n: string }>("select count(*) as n from godown.partner_attempt where tenant_id = $1", [
      tenantId,
    ]);
    expect(Number(left?.n)).toBe(1);
  });
});
