import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { operation } from "../../contract/validators.ts";
import "../../src/app/wiring.ts";
import { resolveException } from "../../src/exceptions/resolve.ts";
import { addParcels, closeManifest } from "../../src/fulfilment/index.ts";
import { must, type ShippingPackageId } from "../../src/kernel/index.ts";
import { marketplaceRoutes } from "../../src/marketplace-api/index.ts";
import { issueCourierKey, revokeCourierKey } from "../../src/status-sync/courier-tracking/credential.ts";
import { tendPushes } from "../../src/status-sync/courier-tracking/jobs.ts";
import { placeWaiting } from "../../src/status-sync/courier-tracking/push.ts";
import { listNdrs, listPushes, trackedParcels, trackingRows } from "../../src/status-sync/courier-tracking/queries.ts";
import { applyTracking } from "../../src/status-sync/tracking.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { packagesOf } from "../support/fulfilment-builders.ts";
import { aManifest, readyParcels } from "../support/hand-over-builders.ts";
import { aServer } from "../support/identity-builders.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { aPool, aShop, type Shop } from "../support/shop-builders.ts";

const PATH = "/uc/v1/awbStatusTracking";
/** The same call stands in both contracts: the couriers' says nothing of what 400 and 401 look like. */
const contract = operation("shipping-provider", "pushDelivered");
const proxy = operation("marketplace-inbound", "pushDelivered");

let t: TestDatabase;
let server: FastifyInstance;
let shop: Shop;
let keys: Record<string, string>;
let provider: string;
beforeAll(async () => {
  t = await testDatabase();
  server = await aServer(t, { protocolRoutes: marketplaceRoutes() });
});
afterAll(async () => {
  await server.close();
  await t.close();
});
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t, { stock: 50 });
  keys = await keysOf(shop.providerId);
  provider = await codeOf(shop.providerId);
});

const ctx = () => t.ctx(shop.tenantId);
async function keysOf(providerId: Shop["providerId"]): Promise<Record<string, string>> {
  const issued = must(await t.db.transaction(shop.tenantId, (tx) => issueCourierKey(tx, ctx(), providerId)));
  return { clientid: issued.clientid, merchantid: issued.merchantid, securitykey: issued.securitykey };
}
const codeOf = async (providerId: string) =>
  (
    await t.raw<{ code: string }>("select code from godown.shipping_provider where shipping_provider_id = $1", [
      providerId,
    ])
  )[0]?.code ?? "";

/** Times of the wire, in India, so many minutes before now. */
const ago = (minutes: number) =>
  t.clock
    .now()
    .subtract({ minutes })
    .toZonedDateTimeISO("Asia/Kolkata")
    .toPlainDateTime()
    .toString({ smallestUnit: "second" })
    .replace("T", " ");

/** Pushes as a courier does; the answer must be one that the contract describes. */
async function push(awb: string, trackingStatus: string, over: Record<string, unknown> = {}, headers = keys) {
  const body = { trackingNumber: awb, providerCode: provider, trackingStatus, statusDate: ago(5), ...over };
  const answer = await server.inject({
    method: "POST",
    url: PATH,
    headers: { "content-type": "application/json", ...headers },
    payload: JSON.stringify(body),
  });
  expect(proxy.describes(answer.statusCode), `the contract knows ${answer.statusCode}`).toBe(true);
  expect(proxy.response(answer.statusCode, answer.json())).toMatchObject({ ok: true });
  if (answer.statusCode === 200)
    expect(contract.response(answer.statusCode, answer.json())).toMatchObject({ ok: true });
  const { status, message } = answer.json<{ status: string; message: string }>();
  return { code: answer.statusCode, status, message };
}

async function ready(count = 1): Promise<{ ids: ShippingPackageId[]; awb: string; code: string }> {
  const ids = await readyParcels(t, shop, count);
  const [row] = await t.raw<{ awb: string; code: string }>(
    "select awb, code from godown.shipping_package where shipping_package_id = $1",
    [ids[0]],
  );
  if (!row) throw new Error("there is a package");
  return { ids, ...row };
}
async function handOver(ids: readonly ShippingPackageId[]): Promise<void> {
  const { manifestId } = await aManifest(t, shop);
  must(await addParcels(ctx(), { manifestId, packageIds: ids }));
  must(await closeManifest(ctx(), manifestId));
}
const states = async () => (await packagesOf(t, shop.tenantId)).map((each) => each.state);
const doubts = (state = "OPEN") =>
  t
    .raw<{ kind: string }>(
      "select kind from godown.order_exception where tenant_id = $1 and state = $2 order by opened_at, kind",
      [shop.tenantId, state],
    )
    .then((rows) => rows.map((row) => row.kind));
const words = () =>
  t.raw<{ raw: string; outcome: string | null; applied: boolean }>(
    "select raw, outcome, applied from godown.package_tracking where tenant_id = $1 order by at, raw",
    [shop.tenantId],
  );
const pushes = () =>
  t.raw<{ outcome: string; code: string | null; times: number }>(
    "select outcome, code, times from godown.courier_push where tenant_id = $1 order by heard_at, outcome desc, awb, raw",
    [shop.tenantId],
  );

describe("a courier that pushes", () => {
  it("tells any word of its own about a parcel that left, once", async () => {
    const { ids, awb } = await ready();
    await handOver(ids);
    expect(await push(awb, "PICKED_UP")).toEqual({
      ...{ code: 200, status: "success", message: "Tracking Status updated successfully" },
    });
    expect(await states()).toEqual(["SHIPPED"]);
    const again = await push(awb, "PICKED_UP");
    expect(again).toMatchObject({ status: "success", message: expect.stringContaining("told before") });
    expect(await pushes()).toEqual([{ outcome: "TAKEN", code: null, times: 2 }]);
    // The same word of the same moment in other words around it: kept in the journal, and no second word.
    expect(await push(awb, "PICKED_UP", { facilityCode: "BLR1" })).toMatchObject({
      message: expect.stringContaining("told before"),
    });
    expect(await words()).toHaveLength(1);
    expect(await push(awb, "DELIVERED_SHIPMENT_DELIVERED", { statusDate: ago(1) })).toMatchObject({
      status: "success",
    });
    expect(await states()).toEqual(["DELIVERED"]);
    const [told] = await t.raw<{ kind: string; name: string }>(
      "select actor_kind as kind, actor_name as name from godown.order_event where tenant_id = $1 and kind = 'PACKAGE_DELIVERED'",
      [shop.tenantId],
    );
    expect(told).toEqual({ kind: "COURIER", name: provider });
    await expectStockTrue(t, shop.tenantId);
  });

  it("is known by its own headers alone, and these open nothing else", async () => {
    const { ids, awb } = await ready();
    await handOver(ids);
    for (const name of ["clientid", "merchantid", "securitykey"])
      expect(await push(awb, "PICKED_UP", {}, { ...keys, [name]: "x" })).toMatchObject({ code: 401 });
    for (const url of ["/uc/v1/order", "/uc/v1/order/cancel", "/uc/v1/returns"]) {
      const headers = { "content-type": "application/json", ...keys };
      const answer = await server.inject({ method: "POST", url, headers, payload: "{}" });
      expect(answer.statusCode, url).toBe(401);
    }
    const other = await aShop(t);
    const theirs = must(
      await t.db.transaction(other.tenantId, (tx) => issueCourierKey(tx, t.ctx(other.tenantId), other.providerId)),
    );
    const { clientid, merchantid, securitykey } = theirs;
    expect(
      await push(
        awb,
        "PICKED_UP",
        { providerCode: await codeOf(other.providerId) },
        { clientid, merchantid, securitykey },
      ),
      "of another seller",
    ).toMatchObject({ status: "failure" });
    expect(
      await push(awb, "PICKED_UP", {}, { clientid, merchantid: keys.merchantid ?? "", securitykey }),
    ).toMatchObject({
      code: 401,
    });
    expect(await states()).toEqual(["DISPATCHED"]);
  });

  it("gets a new key beside the old one, which can be ended", async () => {
    const { awb } = await ready();
    const fresh = await keysOf(shop.providerId);
    expect(fresh.clientid).toBe(keys.clientid);
    for (const each of [keys, fresh])
      expect(await push(awb, "PICKUP_PENDING", {}, each)).toMatchObject({ status: "success" });
    t.clock.advance({ hours: 25 });
    expect(await push(awb, "PICKUP_PENDING")).toMatchObject({ code: 401 });
    const [row] = await t.raw<{ id: string }>(
      "select push_credential_id as id from godown.push_credential where tenant_id = $1 and expires_at is null",
      [shop.tenantId],
    );
    const id = row?.id as Parameters<typeof revokeCourierKey>[3]; // an id, read behind the walls
    must(await t.db.transaction(shop.tenantId, (tx) => revokeCourierKey(tx, ctx(), shop.providerId, id)));
    expect(await push(awb, "PICKUP_PENDING", {}, fresh)).toMatchObject({ code: 401 });
  });

  it("is told clearly what is wrong, and nothing of it is lost", async () => {
    const { ids, awb, code } = await ready();
    await handOver(ids);
    const elsewhere = await aPool(t, shop.tenantId, 1);
    const no = async (over: Record<string, unknown>, expected: object) =>
      expect(await push(awb, "IN_TRANSIT", over), JSON.stringify(over)).toMatchObject(expected);
    await no(
      { trackingNumber: "NOBODY-1" },
      { code: 200, status: "failure", message: expect.stringContaining("NOBODY-1") },
    );
    await no(
      { providerCode: await codeOf(elsewhere) },
      { code: 200, message: expect.stringContaining("providerCode") },
    );
    await no({ shippingPackageCode: "OTHER-1" }, { code: 200, message: expect.stringContaining(code) });
    await no({ statusDate: "2026-02-30 10:00:00" }, { code: 400, status: "failure" });
    await no({ statusDate: "2026-12-24 10:00:00" }, { code: 200, message: expect.stringContaining("future") });
    await no({ statusDate: 5 }, { code: 400 });
    await no({ trackingStatus: "" }, { code: 400 });
    await no({ trackingNumber: `A${String.fromCharCode(0)}` }, { code: 400 });
    await no({ remark: `half ${String.fromCharCode(0xd800)}` }, { code: 400 });
    expect((await pushes()).map((row) => row.outcome).toSorted()).toEqual([
      ...["REFUSED", "REFUSED", "REFUSED", "REFUSED", "REFUSED", "REFUSED", "WAITING"],
    ]);
    // The number of another courier of the seller is none of this one's.
    const theirs = await keysOf(elsewhere);
    const answer = await push(awb, "DELIVERED", { providerCode: await codeOf(elsewhere) }, theirs);
    expect(answer).toMatchObject({ code: 200, status: "failure", message: expect.stringContaining(awb) });
    expect(await states()).toEqual(["DISPATCHED"]);
    const found = await t.db.read(shop.tenantId, (tx) =>
      listPushes(ctx(), tx, { outcome: "WAITING" }, { limit: 50, offset: 0, sort: "lastHeardAt", descending: true }),
    );
    expect(found.rows.map((row) => row.code)).toEqual(Array(found.total).fill("COURIER_NUMBER_UNKNOWN"));
  });

  it("may use a number before it is entered here: its word takes effect then", async () => {
    const { ids, awb } = await ready();
    await handOver(ids);
    await t.raw("update godown.shipping_package set awb = 'LATER-1' where shipping_package_id = $1", [ids[0]]);
    expect(await push(awb, "DELIVERED")).toMatchObject({ status: "failure" });
    expect(await placeWaiting(ctx(), 10)).toBe(0);
    await t.raw("update godown.shipping_package set awb = $2 where shipping_package_id = $1", [ids[0], awb]);
    expect(await placeWaiting(ctx(), 10)).toBe(1);
    expect(await states()).toEqual(["DELIVERED"]);
    expect(await pushes()).toEqual([{ outcome: "TAKEN", code: null, times: 1 }]);
    expect(await push("NEVER-1", "DELIVERED")).toMatchObject({ status: "failure" });
    t.clock.advance({ days: 15 });
    await tendPushes(t.services);
    expect((await pushes()).map((row) => row.code)).toEqual([null, "COURIER_NUMBER_NEVER_CAME"]);
  });

  it("of a word that nobody knows changes nothing, and a person is asked once", async () => {
    const { ids, awb } = await ready(2);
    await handOver(ids);
    const [, second] = await t.raw<{ awb: string }>(
      "select awb from godown.shipping_package where tenant_id = $1 order by awb",
      [shop.tenantId],
    );
    expect(await push(awb, "HELD_AT_GATE_9")).toMatchObject({
      status: "success",
      message: expect.stringContaining("not known here"),
    });
    await push(awb, "HELD_AT_GATE_9", { statusDate: ago(4) });
    await push(second?.awb ?? "", "HELD_AT_GATE_9");
    expect(await states()).toEqual(["DISPATCHED", "DISPATCHED"]);
    expect(await doubts()).toEqual(["UNKNOWN_STATUS"]);
    expect((await words()).map((word) => word.outcome)).toEqual(["UNKNOWN", "UNKNOWN", "UNKNOWN"]);
  });

  it("two at once about one parcel are both answered, and it moves once", async () => {
    const { ids, awb } = await ready();
    await handOver(ids);
    const told = ["PICKED_UP", "IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED", "PICKED_UP", "DELIVERED"];
    const answers = await Promise.all(told.map((raw, i) => push(awb, raw, { statusDate: ago(20 - (i % 4)) })));
    expect(answers.map((answer) => answer.status)).toEqual(told.map(() => "success"));
    expect(await states()).toEqual(["DELIVERED"]);
    const delivered = await t.raw(
      "select 1 from godown.order_event where tenant_id = $1 and kind = 'PACKAGE_DELIVERED'",
      [shop.tenantId],
    );
    expect(delivered).toHaveLength(1);
  });
});

describe("a pickup scan before the manifest is closed", () => {
  it("changes nothing and is flagged; closing the manifest clears it, and what was said takes effect", async () => {
    const { ids, awb } = await ready();
    expect(await push(awb, "PICKUP_PENDING", { statusDate: ago(60) })).toMatchObject({ status: "success" });
    expect(await doubts()).toEqual([]);
    expect(await push(awb, "PICKED_UP")).toMatchObject({
      status: "success",
      message: expect.stringContaining("handed the parcel over"),
    });
    await push(awb, "IN_TRANSIT", { statusDate: ago(1) });
    expect(await states()).toEqual(["READY_TO_SHIP"]);
    expect(await doubts()).toEqual(["LEFT_WITHOUT_MANIFEST"]);
    const [open] = await t.raw<{ id: string }>(
      "select order_exception_id as id from godown.order_exception where tenant_id = $1",
      [shop.tenantId],
    );
    const decide = (choice: string) => resolveException(ctx(), open?.id ?? "", { choice, note: null });
    expect(await decide("CLOSE_MANIFEST")).toMatchObject({ ok: false, refusal: { code: "LEFT_ON_NO_MANIFEST" } });
    expect(await decide("TELEPORT")).toMatchObject({ ok: false, refusal: { code: "EXCEPTION_CHOICE" } });
    expect(await decide("ADD_TO_MANIFEST")).toEqual({ ok: true });
    expect(await states()).toEqual(["MANIFESTED"]);
    expect(await doubts(), "until it is closed").toEqual(["LEFT_WITHOUT_MANIFEST"]);
    expect(await decide("CLOSE_MANIFEST")).toEqual({ ok: true });
    const jobs = await t.raw("select 1 from graphile_worker.jobs where task_identifier = 'status-sync.follow_parcels'");
    expect(jobs, "asked for in the transaction of the hand-over").toHaveLength(1);
    expect(await applyTracking(ctx(), null)).toBe(1);
    expect(await states()).toEqual(["SHIPPED"]);
    expect(await doubts()).toEqual([]);
    expect(await doubts("RESOLVED")).toEqual(["LEFT_WITHOUT_MANIFEST"]);
    expect((await words()).map(({ raw, outcome }) => `${raw}: ${outcome}`)).toEqual([
      ...["PICKUP_PENDING: NOTHING", "PICKED_UP: MOVED", "IN_TRANSIT: KNOWN"],
    ]);
    expect(ids).toHaveLength(1);
  });

  it("of a delivery too waits for the manifest, and then it is delivered", async () => {
    const { ids, awb } = await ready();
    await push(awb, "DELIVERED");
    expect(await states()).toEqual(["READY_TO_SHIP"]);
    await handOver(ids);
    await applyTracking(ctx(), ids);
    expect(await states()).toEqual(["DELIVERED"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("of a number that the courier cancelled flags a labelled parcel, until it has another", async () => {
    const { ids, awb } = await ready();
    await push(awb, "CANCELLED");
    expect(await states()).toEqual(["READY_TO_SHIP"]);
    expect(await doubts()).toEqual(["COURIER_GAVE_BACK"]);
    await t.raw("update godown.shipping_package set awb = 'OTHER-1' where shipping_package_id = $1", [ids[0]]);
    await tendPushes(t.services);
    expect(await doubts()).toEqual([]);
  });
});

describe("a delivery that fails", () => {
  it("stands in the list with reason, attempts and age, until it is delivered or turns back", async () => {
    const { ids, awb, code } = await ready();
    await handOver(ids);
    await push(awb, "OUT_FOR_DELIVERY", { statusDate: ago(3_000) });
    const why = { ndr_code: "NDR_01", ndr_reason: "Customer not available", current_location: "Koramangala hub" };
    await push(awb, "UNDELIVERED", { statusDate: ago(2_900), attempt_count: 1, ...why });
    await push(awb, "UNDELIVERED", {
      ...{ statusDate: ago(60), attempt_count: "3", next_delivery_date: "21-Nov-2026 11:00:00", ...why },
    });
    const list = (tab: "open" | "ended", over = {}) =>
      t.db.read(shop.tenantId, (tx) =>
        listNdrs(ctx(), tx, { tab, ...over }, { limit: 50, offset: 0, sort: "firstFailedAt", descending: false }),
      );
    const { rows, counts } = await list("open");
    expect(rows).toMatchObject([
      {
        ...{ code, state: "OPEN", attempts: 3, reasonCode: "NDR_01", reason: "Customer not available" },
        ...{ place: "Koramangala hub", courier: provider, packageState: "SHIPPED" },
      },
    ]);
    expect(rows[0]?.nextAttemptAt?.toString()).toBe("2026-11-21T05:30:00Z");
    expect(counts).toEqual({ open: 1, trying: 0, ended: 0, all: 1 });
    expect((await list("open", { flagged: true, olderThanHours: 48 })).total).toBe(1);
    expect((await list("open", { flagged: false })).total).toBe(0);
    await push(awb, "RTO_INITIATED", { statusDate: ago(10), current_status_remark: "Refused three times" });
    await push(awb, "RTO_IN_TRANSIT", { statusDate: ago(8) });
    await push(awb, "RTO_DELIVERED", { statusDate: ago(2) });
    expect(await states()).toEqual(["RETURN_EXPECTED"]);
    const cases = await t.raw("select kind, state, reason from godown.return_case where tenant_id = $1", [
      shop.tenantId,
    ]);
    expect(cases, "one, whatever is said after").toEqual([
      { kind: "RTO", state: "RETURN_EXPECTED", reason: "RTO_INITIATED: Refused three times" },
    ]);
    expect((await list("open")).total).toBe(0);
    expect((await list("ended")).rows).toMatchObject([{ state: "RETURNING" }]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("is told with all that is known about it, and what each word did", async () => {
    const { ids, awb, code } = await ready();
    await handOver(ids);
    await push(awb, "PICKED_UP", { statusDate: ago(50), current_city: "Bengaluru" });
    await push(awb, "TELEPORTED", { statusDate: ago(40) });
    const [parcel] = await t.db.read(shop.tenantId, (tx) => trackedParcels(ctx(), tx, { code }));
    expect(parcel).toMatchObject({ code, awb, isGone: true, isAsked: false, unknownSince: null, ndr: null });
    expect(parcel?.pushedAt?.toString()).toBe(t.clock.now().toString());
    const rows = await t.db.read(shop.tenantId, (tx) => trackingRows(tx, ids));
    expect(rows).toMatchObject([
      { raw: "TELEPORTED", meaning: null, via: "COURIER_PUSH", outcome: "UNKNOWN" },
      { raw: "PICKED_UP", meaning: "PICKED_UP", place: "Bengaluru", outcome: "MOVED" },
    ]);
  });
});
