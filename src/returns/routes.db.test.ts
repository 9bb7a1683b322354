import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aFacility, aSku } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { parcelRow } from "../../tests/support/hand-over-builders.ts";
import {
  aServer,
  aTenantWithAdmin,
  aUserWithRole,
  errorCode,
  TestBrowser,
} from "../../tests/support/identity-builders.ts";
import { announced, gone, unitsIn } from "../../tests/support/return-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import { closeDocumentWorkers } from "../platform/documents/index.ts";
import { returnRoutes } from "./index.ts";

let t: TestDatabase;
let server: FastifyInstance;
let shop: Shop;
let admin: TestBrowser;
let clerk: TestBrowser;
let stranger: TestBrowser;
let picker: TestBrowser;

beforeAll(async () => {
  t = await testDatabase();
  server = await aServer(t, { routes: returnRoutes });
  const made = await aTenantWithAdmin(t);
  shop = await aShop(t, { tenantId: made.tenantId, stock: 20 });
  const browser = async (username: string) => {
    const own = new TestBrowser(server);
    await own.logIn(username);
    return own;
  };
  admin = await browser(made.username);
  clerk = await browser((await aUserWithRole(t, made.tenantId, "RETURNS", [shop.facilityId])).username);
  stranger = await browser(
    (await aUserWithRole(t, made.tenantId, "RETURNS", [await aFacility(t.db, made.tenantId)])).username,
  );
  picker = await browser((await aUserWithRole(t, made.tenantId, "PICKER", [shop.facilityId])).username);
});
afterAll(async () => {
  await server.close();
  await closeDocumentWorkers();
  await t.close();
});

const get = async <T>(who: TestBrowser, path: string): Promise<T> => {
  const answer = await who.call("GET", path);
  expect(answer.statusCode, `${path} ${answer.body}`).toBe(200);
  return answer.json<T>();
};
const post = async <T>(who: TestBrowser, path: string, body: object = {}): Promise<T> => {
  const answer = await who.call("POST", path, body);
  expect(answer.statusCode, `${path} ${answer.body}`).toBeLessThan(300);
  return (answer.body === "" ? undefined : answer.json<T>()) as T; // some commands answer nothing
};

describe("the routes of returns", () => {
  it("carry an undelivered parcel from the scan to its list, by who receives returns there", async () => {
    const parcel = await gone(t, shop, { id: "JM-1", quantity: 2 });
    const { code } = await parcelRow(t, shop.tenantId, parcel);
    await announced(t, shop, { channelOrderId: "JM-1" });
    const look = `/returns/look-up?code=${code}&facilityId=${shop.facilityId}`;
    const found = await get<{
      meant: string;
      candidates: { road: string; units: { unitId: string; due: boolean }[] }[];
    }>(clerk, look);
    expect(found).toMatchObject({ meant: parcel, candidates: [{ road: "RTO", announced: true, refusal: null }] });
    const units = (found.candidates[0]?.units ?? []).map(({ unitId }, i) => ({
      unitId,
      grade: i === 0 ? "good" : "bad",
    }));
    const body = { facilityId: shop.facilityId, code, units };
    expect((await picker.call("POST", "/returns/desk/receive", body)).statusCode).toBe(403);
    expect((await stranger.call("POST", "/returns/desk/receive", body)).statusCode).toBe(404);
    expect((await clerk.call("POST", "/returns/desk/receive", { facilityId: shop.facilityId })).statusCode).toBe(400);
    const twice = { ...body, units: [units[0], units[0]] };
    expect((await clerk.call("POST", "/returns/desk/receive", twice)).statusCode).toBe(400);
    expect(await post(clerk, "/returns/desk/receive", body)).toMatchObject({
      ...{ received: 2, missing: 0, packages: [code], returns: [{ code: "RTO-100001" }] },
      putaway: { code: expect.stringMatching(/^PA-/) },
    });
    const again = await clerk.call("POST", "/returns/desk/receive", body);
    expect([again.statusCode, errorCode(again)]).toEqual([409, "RETURN_ALREADY_RECEIVED"]);
    const list = await get<{ rows: { returnCaseId: string }[]; counts: object }>(
      clerk,
      "/returns?kind=RTO&tab=received",
    );
    expect(list).toMatchObject({ total: 1, rows: [{ code: "RTO-100001", units: 2, packages: [code] }] });
    expect(await get(stranger, "/returns")).toMatchObject({ total: 0 });
    const id = list.rows[0]?.returnCaseId ?? "";
    expect(await get(clerk, `/returns/${id}`)).toMatchObject({
      ...{ state: "RECEIVED", creditNoteBy: "us", pickupAddress: null, allowed: ["putAway"] },
      unitsIn: [{ state: "RECEIVED", grade: "good", paidPaise: 89_900 }, { grade: "bad" }],
      timeline: expect.arrayContaining([expect.objectContaining({ kind: "RETURN_RECEIVED" })]),
    });
    expect((await stranger.call("GET", `/returns/${id}`)).statusCode).toBe(404);
    expect((await clerk.call("GET", "/returns.csv")).body).toContain("RTO-100001");
    expect(await get(clerk, "/returns/ageing")).toMatchObject({ rows: [] });
  });

  it("fill, print and close a return manifest", async () => {
    const parcel = await gone(t, shop, { id: "JM-2" });
    const { code } = await parcelRow(t, shop.tenantId, parcel);
    const { returnManifestId: id } = await post<{ returnManifestId: string }>(clerk, "/return-manifests", {
      ...{ facilityId: shop.facilityId, courier: "Delhivery" },
    });
    const first = await clerk.call("POST", `/return-manifests/${id}/scan`, { code });
    expect(errorCode(first)).toBe("RETURN_NOT_ANNOUNCED");
    expect(await post(clerk, `/return-manifests/${id}/scan`, { code, unannounced: true })).toMatchObject({
      package: code,
    });
    expect(await get(clerk, `/return-manifests/${id}`)).toMatchObject({
      ...{ state: "CREATED", parcels: 1, unannounced: 1, allowed: ["close"] },
      parcelsOn: [{ code, announced: false, missing: 0, returns: null }],
    });
    expect((await stranger.call("GET", `/return-manifests/${id}`)).statusCode).toBe(404);
    const pdf = await clerk.call("GET", `/return-manifests/${id}/pdf`);
    expect(pdf.rawPayload.subarray(0, 5).toString()).toBe("%PDF-");
    expect(await post(clerk, `/return-manifests/${id}/close`)).toEqual({ parcels: 1, units: 1, missing: 0 });
    expect(await get(clerk, "/return-manifests?state=CLOSED")).toMatchObject({ total: 1, counts: { CLOSED: 1 } });
  });

  it("make a reverse pickup by hand with the right to override alone, and order what goes instead", async () => {
    const parcel = await gone(t, shop, { id: "JM-3", delivered: true });
    const [unit] = await unitsIn(t, shop.tenantId, parcel);
    const [order] = await t.raw<{ id: string }>(
      "select sale_order_id as id from godown.sale_order where tenant_id = $1 and code = 'JM-3'",
      [shop.tenantId],
    );
    await aSku(t.db, shop.tenantId, { code: "SHOE-45" });
    const body = {
      ...{ saleOrderId: order?.id, reason: "too small", actionCode: "WAC" },
      units: [
        {
          unitId: unit?.id,
          imageUrls: ["https://a.example/1.jpg"],
          replacement: { sku: "SHOE-45", pricePaise: 99_900 },
        },
      ],
      pickupAddress: {
        name: "Asha",
        line1: "1 MG Road",
        city: "Pune",
        state: "Maharashtra",
        pincode: "411001",
        phone: "9800000000",
      },
      box: { lengthMm: 300, widthMm: 200, heightMm: 100, weightGrams: 400 },
    };
    const refused = await clerk.call("POST", "/returns/reverse-pickups", body);
    expect(errorCode(refused)).toBe("REVERSE_PICKUP_NOT_BY_HAND");
    expect((await clerk.call("POST", "/returns/reverse-pickups/override", body)).statusCode).toBe(403);
    const { returnCaseId: id } = await post<{ returnCaseId: string }>(admin, "/returns/reverse-pickups/override", body);
    await post(clerk, `/returns/${id}/courier`, { courierCode: "DELHIVERY", awb: "RVP1" });
    expect((await clerk.call("PATCH", `/returns/${id}`, { actionCode: "DRDER" })).statusCode).toBeLessThan(300);
    expect(await get(clerk, `/returns/${id}`)).toMatchObject({
      ...{ state: "COURIER_ALLOCATED", courier: "DELHIVERY", awb: "RVP1", actionCode: "DRDER", reason: "too small" },
      ...{ pickupAddress: { city: "Pune", country: "India" }, box: { lengthMm: 300, weightGrams: 400 } },
      unitsIn: [
        {
          imageUrls: ["https://a.example/1.jpg"],
          instead: { kind: "REPLACEMENT", state: "OFFERED", sku: "SHOE-45", differencePaise: 10_000 },
        },
      ],
    });
    const nowhere = await clerk.call("POST", `/returns/${id}/replacement/accept`, {});
    expect(errorCode(nowhere)).toBe("REPLACEMENT_NO_CHANNEL");
    expect(await post(clerk, `/returns/${id}/replacement/decline`, {})).toEqual({ declined: 1 });
    await post(clerk, `/returns/${id}/picked-up`);
    expect(errorCode(await clerk.call("POST", `/returns/${id}/cancel`, {}))).toBe("REVERSE_PICKUP_GONE");
    expect(await post(clerk, `/returns/${id}/receive`, { facilityId: shop.facilityId })).toEqual({
      received: 1,
      missing: 0,
    });
  });

  it("keep the mapping of return facilities to who manages channels", async () => {
    const body = {
      channelId: shop.channelId,
      dispatchFacilityId: shop.facilityId,
      kind: "RTO",
      returnFacilityId: shop.facilityId,
    };
    expect((await clerk.call("POST", "/return-routes", body)).statusCode).toBe(403);
    const { returnRouteId: id } = await post<{ returnRouteId: string }>(admin, "/return-routes", body);
    expect(await get(admin, "/return-routes?kind=RTO")).toMatchObject({
      total: 1,
      rows: [{ returnRouteId: id, kind: "RTO" }],
    });
    expect(
      (await admin.call("PUT", `/return-routes/${id}`, { returnFacilityId: shop.facilityId })).statusCode,
    ).toBeLessThan(300);
    expect((await admin.call("DELETE", `/return-routes/${id}`)).statusCode).toBeLessThan(300);
    expect(await get(admin, "/return-routes")).toMatchObject({ total: 0 });
  });
});
