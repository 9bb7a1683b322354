import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { askDueCourierSteps, shipmentRoutes } from "../../src/fulfilment/index.ts";
import { must, newId } from "../../src/kernel/index.ts";
import { TRY_AGAIN_MINUTES } from "../../src/platform/credential-tries.ts";
import { sql } from "../../src/platform/db.ts";
import { tryCourierJob } from "../../src/shipping/couriers/credential-tries.ts";
import { tryCourier } from "../../src/shipping/couriers/try-credentials.ts";
import {
  connectCourier,
  disconnectCourier,
  expireCourierExchanges,
  type ShippingProviderId,
  saveCourierAccount,
  shippingRoutes,
} from "../../src/shipping/index.ts";
import {
  type ACourier,
  aCourier,
  aCourierShop,
  cancelPackage,
  labelThem,
  packageNow,
  packed,
} from "../support/courier-scene.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { aServer, aTenantWithAdmin, errorCode, TestBrowser } from "../support/identity-builders.ts";
import { aPool, type Shop } from "../support/shop-builders.ts";

let t: TestDatabase;
const open: ACourier[] = [];
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(() => t.clock.set(TEST_MORNING));
afterEach(async () => {
  for (const { simulator } of open.splice(0)) await simulator.close();
});
const courier = async (...given: Parameters<typeof aCourier>) => {
  const made = await aCourier(...given);
  open.push(made);
  return made;
};
const account = (shop: Shop, providerId: ShippingProviderId) =>
  t.db.read(shop.tenantId, (tx) =>
    tx.one(sql<{ state: string; reason: string | null; version: string }>`
      select state, broken_reason as reason, credentials_version as version from godown.courier_account where tenant_id = ${shop.tenantId} and shipping_provider_id = ${providerId}`),
  );
const alarms = (shop: Shop) =>
  t.db
    .read(shop.tenantId, (tx) =>
      tx.run(
        sql<{
          kind: string;
        }>`select kind from godown.alarm where tenant_id = ${shop.tenantId} and cleared_at is null order by kind`,
      ),
    )
    .then((rows) => rows.map((row) => row.kind));
async function anApiProvider(shop: Shop): Promise<ShippingProviderId> {
  const providerId = newId<"ShippingProvider">();
  await t.db.transaction(shop.tenantId, (tx) =>
    tx.run(sql`
      insert into godown.shipping_provider (tenant_id, shipping_provider_id, code, name, kind, created_at)
      values (${shop.tenantId}, ${providerId}, ${`P_${providerId.slice(-8).toUpperCase()}`}, 'A courier', 'API', ${TEST_MORNING})`),
  );
  return providerId;
}
const GOOD = {
  courier: "PROTOCOL",
  baseUrl: "https://api.hawk.example/",
  fields: { username: "us", password: "secret-1" },
  settings: {},
};

describe("the account of a courier", () => {
  it("is checked against the courier's declaration, all faults at once", async () => {
    const shop = await aCourierShop(t);
    const providerId = await anApiProvider(shop);
    const ctx = t.ctx(shop.tenantId, { allowPrivateUrls: false });
    const save = (over: Partial<typeof GOOD>) => saveCourierAccount(ctx, providerId, { ...GOOD, ...over });
    expect(await save({ courier: "NOBODY" })).toMatchObject({ refusal: { code: "COURIER_NOT_INSTALLED" } });
    expect(
      await saveCourierAccount(ctx, providerId, {
        courier: "PROTOCOL",
        baseUrl: "http://api.hawk.example",
        fields: { password: "", shoeSize: "43" },
        settings: { manifests: "yes", trackEveryMinutes: 1 },
      }),
    ).toMatchObject({
      refusal: {
        code: "COURIER_ACCOUNT_INVALID",
        facts: { fields: ["baseUrl", "", "username", "password", "manifests", "trackEveryMinutes"] },
      },
    });
    for (const baseUrl of [
      "https://10.0.0.7/x",
      "https://localhost/",
      "https://a:b@hawk.example",
      "https://hawk.example?x=1",
      null,
    ])
      expect(await saveCourierAccount(ctx, providerId, { ...GOOD, baseUrl })).toMatchObject({
        refusal: { code: "COURIER_ACCOUNT_INVALID", facts: { fields: ["baseUrl"] } },
      });
    expect(await save({})).toEqual({ ok: true, value: { state: "NOT_CONNECTED" } });
    const pool = await aPool(t, shop.tenantId, 1);
    expect(await saveCourierAccount(ctx, pool, GOOD)).toMatchObject({ refusal: { code: "PROVIDER_IS_POOL" } });
  });

  it("keeps secrets sealed, never shows them, and keeps one that is left empty", async () => {
    const shop = await aCourierShop(t);
    const { providerId, simulator } = await courier(t, shop);
    const [row] = await t.db.read(shop.tenantId, (tx) =>
      tx.run(
        sql<{
          sealed: Buffer;
        }>`select sealed from godown.courier_secret where tenant_id = ${shop.tenantId} and shipping_provider_id = ${providerId}`,
      ),
    );
    expect(row?.sealed.includes("scene-password")).toBe(false);
    const ctx = t.ctx(shop.tenantId);
    const before = await account(shop, providerId);
    const same = {
      courier: "PROTOCOL",
      baseUrl: simulator.url,
      fields: { username: "scene-shipper", password: "" },
      settings: { manifests: true },
    };
    expect(must(await saveCourierAccount(ctx, providerId, same))).toEqual({ state: "CONNECTED" });
    expect((await account(shop, providerId)).version).toBe(before.version); // settings alone break no connection
    const other = { ...same, fields: { username: "somebody-else", password: "" } };
    expect(must(await saveCourierAccount(ctx, providerId, other))).toEqual({ state: "NOT_CONNECTED" });
    expect((await account(shop, providerId)).version).not.toBe(before.version);
    const audits = await t.db.read(shop.tenantId, (tx) =>
      tx.run(
        sql<{
          text: string;
        }>`select coalesce(before::text, '') || coalesce(after::text, '') as text from godown.audit_event where tenant_id = ${shop.tenantId} and action like 'shipping.courier%'`,
      ),
    );
    expect(audits.length).toBeGreaterThan(2);
    expect(audits.map((a) => a.text).join(" ")).not.toContain("scene-password");
  });

  it("is connected by trying: the courier's own words where it does not take the credentials", async () => {
    const shop = await aCourierShop(t);
    const { providerId, simulator } = await courier(t, shop);
    const ctx = t.ctx(shop.tenantId);
    const fields = { username: "scene-shipper", password: "wrong" };
    must(
      await saveCourierAccount(ctx, providerId, { courier: "PROTOCOL", baseUrl: simulator.url, fields, settings: {} }),
    );
    const tried = must(await connectCourier(ctx, providerId));
    expect(tried).toMatchObject({ connected: false, detail: "The courier did not accept these credentials." });
    expect(tried.courierSays).not.toBeNull();
    expect(tried.exchangeId).not.toBeNull();
    expect(await account(shop, providerId)).toMatchObject({ state: "NOT_CONNECTED" });
  });

  it("breaks when its credentials are refused: an alarm, other couriers in its place, and healing by connecting", async () => {
    const shop = await aCourierShop(t);
    const made = await courier(t, shop);
    const [first, second] = await packed(t, shop, 2);
    if (!first || !second) throw new Error("there are packages");
    made.simulator.addAccount({ username: "scene-shipper", password: "changed-at-the-courier" });
    made.simulator.endTokens();
    expect((await labelThem(t, shop, [first]))[0]).toMatchObject({
      outcome: "FAILED",
      refusal: { code: "COURIER_LOGIN_REFUSED" },
    });
    expect(await account(shop, made.providerId)).toMatchObject({ state: "BROKEN" });
    expect(await alarms(shop)).toContain("COURIER_BROKEN");
    const [passed] = await labelThem(t, shop, [second]);
    expect(passed?.refusal).toMatchObject({ code: "NO_PROVIDER" });
    expect(JSON.stringify(passed?.refusal?.facts)).toContain("is not connected");
    const fields = { username: "scene-shipper", password: "changed-at-the-courier" };
    const ctx = t.ctx(shop.tenantId);
    must(
      await saveCourierAccount(ctx, made.providerId, {
        courier: "PROTOCOL",
        baseUrl: made.simulator.url,
        fields,
        settings: {},
      }),
    );
    expect(must(await connectCourier(ctx, made.providerId))).toMatchObject({ connected: true });
    expect(await alarms(shop)).not.toContain("COURIER_BROKEN");
    await askDueCourierSteps(t.ctx(shop.tenantId), made.providerId);
    expect(await packageNow(t, shop, first)).toMatchObject({ state: "READY_TO_SHIP" });
  });
});

describe("credentials that a courier refuses by chance", () => {
  const tries = (shop: Shop) =>
    t.raw<{ tried: number; minutes: number }>(
      `select (payload -> 'payload' ->> 'tried')::integer as tried, round(extract(epoch from run_at - $2::timestamptz) / 60)::integer as minutes
       from graphile_worker._private_jobs where payload ->> 'tenantId' = $1 and payload -> 'payload' ->> 'tried' is not null order by 1`,
      [shop.tenantId, t.clock.now().toString()],
    );
  const anAccount = async () => {
    const shop = await aCourierShop(t);
    return { shop, ...(await courier(t, shop)), ctx: t.ctx(shop.tenantId) };
  };
  const refuseOnce = async (shop: Shop, simulator: ACourier["simulator"]) => {
    const [id] = await packed(t, shop, 1);
    simulator.fault({ kind: "401" });
    await labelThem(t, shop, [id ?? newId<"ShippingPackage">()]);
    simulator.fault(null);
    return id;
  };

  it("are tried again by themselves, and the label that failed goes on", async () => {
    const { shop, simulator, providerId, ctx } = await anAccount();
    const id = await refuseOnce(shop, simulator);
    expect(await account(shop, providerId)).toMatchObject({ state: "BROKEN" });
    expect(await tries(shop)).toEqual([{ tried: 0, minutes: 1 }]);
    await tryCourier(ctx, { providerId, tried: 0 });
    expect(await account(shop, providerId)).toMatchObject({ state: "CONNECTED" });
    expect(await alarms(shop)).not.toContain("COURIER_BROKEN");
    await askDueCourierSteps(ctx, providerId);
    expect(await packageNow(t, shop, id)).toMatchObject({ state: "READY_TO_SHIP" });
  });

  it("are tried a few times and no more where they stay wrong; a courier that is down uses up none", async () => {
    const { shop, simulator, providerId, ctx } = await anAccount();
    await refuseOnce(shop, simulator);
    simulator.fault({ kind: "5xx" });
    await tryCourier(ctx, { providerId, tried: 0 });
    expect((await tries(shop)).map((each) => each.tried)).toEqual([0]);
    simulator.fault({ kind: "401" });
    for (let tried = 0; tried < TRY_AGAIN_MINUTES.length; tried++) await tryCourier(ctx, { providerId, tried });
    expect(await account(shop, providerId)).toMatchObject({ state: "BROKEN" });
    expect((await tries(shop)).map((each) => each.tried)).not.toContain(TRY_AGAIN_MINUTES.length);
  });

  it("wait an hour where the log-in is taken and what follows it is refused again, and leave alone whom a person disconnects", async () => {
    const { shop, simulator, providerId, ctx } = await anAccount();
    await refuseOnce(shop, simulator);
    await tryCourier(
      { ...ctx, actor: { kind: "SCHEDULE", id: null, name: tryCourierJob.name } },
      { providerId, tried: 0 },
    );
    await refuseOnce(shop, simulator);
    expect((await tries(shop)).at(-1)).toEqual({ tried: TRY_AGAIN_MINUTES.length - 1, minutes: 60 });
    must(await disconnectCourier(ctx, providerId));
    await tryCourier(ctx, { providerId, tried: 0 });
    expect(await account(shop, providerId)).toMatchObject({ state: "NOT_CONNECTED" });
  });
});

describe("what was said to a courier", () => {
  it("is kept for 30 days with its package, names and addresses struck out", async () => {
    const shop = await aCourierShop(t);
    await courier(t, shop);
    const [id] = await packed(t, shop, 1);
    await labelThem(t, shop, [id ?? newId<"ShippingPackage">()]);
    const kept = await t.db.read(shop.tenantId, (tx) =>
      tx.run(sql<{ operation: string; outcome: string; all: string; package: string | null }>`
        select operation, outcome, coalesce(request::text, '') || coalesce(response::text, '') as all, shipping_package_id as package
        from godown.courier_exchange where tenant_id = ${shop.tenantId} order by at, exchange_id`),
    );
    const asked = kept.find((each) => each.operation.startsWith("createWaybill/"));
    expect(asked).toMatchObject({ outcome: "OK", package: id });
    for (const secret of ["Asha Rao", "12 MG Road", "9845012345", "scene-password"])
      expect(kept.map((each) => each.all).join(" ")).not.toContain(secret);
    t.clock.advance({ days: 31 });
    await expireCourierExchanges(t.services);
    const { left } = await t.db.read(shop.tenantId, (tx) =>
      tx.one(
        sql<{
          left: number;
        }>`select count(*)::integer as left from godown.courier_exchange where tenant_id = ${shop.tenantId}`,
      ),
    );
    expect(left).toBe(0);
  });

  it("is looked at over the routes, with the numbers and what is told of them; by its own tenant alone", async () => {
    const server = await aServer(t, { routes: [...shippingRoutes, ...shipmentRoutes] });
    const mine = await aTenantWithAdmin(t);
    const shop = await aCourierShop(t, { tenantId: mine.tenantId });
    const { providerId, code } = await courier(t, shop);
    const [id] = await packed(t, shop, 1);
    if (!id) throw new Error("there is a package");
    await labelThem(t, shop, [id]);
    await cancelPackage(t, shop, id);
    const admin = new TestBrowser(server);
    await admin.logIn(mine.username);
    const form = await admin.call("GET", `/shipping-providers/${providerId}/courier`);
    expect(form.json()).toMatchObject({
      code,
      couriers: [{ id: "PROTOCOL", hasAddress: false }],
      account: {
        state: "CONNECTED",
        fields: { username: "scene-shipper" },
        secretsStored: ["password"],
        settings: { labelBy: "courier" },
        counts: { live: 0, toTell: 1 },
      },
    });
    expect(form.body).not.toContain("scene-password");
    const numbers = (await admin.call("GET", `/courier-numbers?shippingPackageId=${id}`)).json();
    expect(numbers).toMatchObject({ total: 1, rows: [{ state: "GIVING_BACK", provider: code }] });
    const told = (await admin.call("GET", "/courier-tellings?state=WAITING")).json();
    expect(told).toMatchObject({ total: 1, rows: [{ kind: "CANCEL", reason: "the package was cancelled" }] });
    expect((await admin.call("POST", `/courier-tellings/${told.rows[0].tellingId}/settle`)).statusCode).toBe(204);
    const exchanges = (await admin.call("GET", `/courier-exchanges?shippingPackageId=${id}`)).json();
    expect(exchanges.total).toBeGreaterThan(0);
    const one = `/courier-exchanges/${exchanges.rows[0].exchangeId}`;
    expect((await admin.call("GET", one)).json()).toHaveProperty("request");
    expect((await admin.call("POST", `/shipping-providers/${providerId}/courier/connect`)).json()).toMatchObject({
      connected: true,
    });
    const theirs = await aTenantWithAdmin(t);
    const stranger = new TestBrowser(server);
    await stranger.logIn(theirs.username);
    expect(errorCode(await stranger.call("GET", one))).toBe("COURIER_EXCHANGE_NOT_FOUND");
    expect(errorCode(await stranger.call("GET", `/shipping-providers/${providerId}/courier`))).toBe("NOT_FOUND");
    expect((await stranger.call("GET", "/courier-numbers")).json()).toMatchObject({ total: 0 });
    await server.close();
  });
});
