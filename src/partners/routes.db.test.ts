import assert from "node:assert/strict";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aDelivery, aRealPartner, PartnerServer, queue, SUCCESS } from "../../tests/support/partner-scene.ts";
import type { TenantId } from "../kernel/index.ts";
import { deliverTo } from "./deliver.ts";
import { closePartnerEngine, type PartnerId, partnerRoutes } from "./index.ts";

let t: TestDatabase;
let tenantId: TenantId;
let partner: PartnerServer;
let partnerId: PartnerId;

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
});
afterEach(() => partner.close());

/** Calls a route as the server does: everything in and out goes through its schemas. */
async function call(method: string, path: string, given: { params?: object; query?: object; body?: object } = {}) {
  const route = partnerRoutes.find((each) => each.method === method && each.path === path);
  assert(route, `there is a route ${method} ${path}`);
  const answer = await route.handle(t.ctx(tenantId), {
    params: route.params?.parse(given.params),
    query: route.query?.parse(given.query ?? {}),
    body: route.body?.parse(given.body),
  });
  const isResult = typeof answer === "object" && answer !== null && "ok" in answer;
  if (isResult && answer.ok === false) return answer;
  const value = isResult && "value" in answer ? answer.value : answer;
  return route.answer === undefined ? value : route.answer.parse(JSON.parse(JSON.stringify(value)));
}

describe("the routes of partners", () => {
  it("show partners without their secrets, and each delivery with all that was tried", async () => {
    partner.answer = ({ body }) =>
      body.includes("A2") ? { status: 400, body: { status: "Failed", message: "no" } } : SUCCESS;
    await queue(t.ctx(tenantId), [aDelivery(partnerId, { subject: "A1" }), aDelivery(partnerId, { subject: "A2" })]);
    await deliverTo(t.ctx(tenantId), partnerId);
    const all = await call("GET", "/partners");
    expect(all).toMatchObject({
      partners: [{ partnerId, deliveredToday: 1, flagged: 1, waiting: 0, line: { held: null } }],
    });
    expect(JSON.stringify(all)).not.toMatch(/k-e-y|sealed/);
    expect(await call("GET", "/partners/:partnerId", { params: { partnerId } })).toMatchObject({
      headerName: "apikey",
    });
    const list = await call("GET", "/partner-deliveries", { query: { flagged: "true", event: "invoiced,delivered" } });
    expect(list).toMatchObject({ total: 1, rows: [{ subject: "A2", eventTitle: "Shipment packed", state: "FAILED" }] });
    const { rows } = list as { rows: { partnerDeliveryId: string }[] };
    const params = { partnerDeliveryId: rows[0]?.partnerDeliveryId };
    expect(await call("GET", "/partner-deliveries/:partnerDeliveryId", { params })).toMatchObject({
      ...{ request: { method: "POST", body: '{"subject":"A2"}' }, attemptList: [{ status: 400, outcome: "REFUSED" }] },
    });
    const csv = await call("GET", "/partner-deliveries.csv");
    expect(String((csv as { bytes: Buffer }).bytes)).toContain("invoiced,A2");
  });

  it("save, switch, test and act", async () => {
    const body = {
      ...{ code: "ERP", name: "ERP", baseUrl: partner.url, auth: "TOKEN_JSON", username: "u", secret: "p" },
      events: ["invoiced"],
    };
    const added = (await call("POST", "/partners", { body })) as { partnerId: string };
    const params = { partnerId: added.partnerId };
    expect(await call("GET", "/partners/:partnerId", { params })).toMatchObject({
      ...{ headerName: "Authorization", enabled: true, channelIds: null, facilityIds: null },
    });
    expect(await call("POST", "/partners", { body })).toMatchObject({ refusal: { code: "PARTNER_CODE_TAKEN" } });
    const { code: _code, secret: _secret, ...changed } = { ...body, name: "ERP 2", username: "u" };
    await call("PUT", "/partners/:partnerId", { params, body: changed });
    await call("POST", "/partners/:partnerId/disable", { params });
    expect(await call("GET", "/partners/:partnerId", { params })).toMatchObject({ name: "ERP 2", enabled: false });
    await call("POST", "/partners/:partnerId/enable", { params });
    expect(await call("POST", "/partners/:partnerId/test", { params })).toMatchObject({ good: true, tried: "TOKEN" });
    await call("POST", "/partners/:partnerId/try-now", { params });
    const since = { since: "2026-11-20T10:00:00+05:30" };
    expect(await call("POST", "/partners/:partnerId/repeat-failed", { params, body: since })).toEqual({ repeated: 0 });
    const before = { before: t.clock.now().toString() };
    expect(await call("POST", "/partners/:partnerId/discard-waiting", { params, body: before })).toEqual({
      discarded: 0,
    });
  });

  it("ask for a right that is held for the whole tenant", () => {
    const rights = new Set(partnerRoutes.map(({ permission }) => permission));
    expect([...rights].sort()).toEqual(["partners.resend", "partners.view", "settings.partners"]);
    const writes = partnerRoutes.filter(({ method }) => method !== "GET");
    expect(writes.every(({ permission }) => permission !== "partners.view")).toBe(true);
  });
});
