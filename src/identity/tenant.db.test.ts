import type { FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { aFacility } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import {
  aServer,
  aTenantWithAdmin,
  aUserWithRole,
  errorCode,
  TEST_PASSWORD,
  TestBrowser,
} from "../../tests/support/identity-builders.ts";
import { newId, ok, refuse } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { explain } from "../platform/refusals.ts";
import { createTenant, ensureFirstRunLink, firstRunRoutes, readTenantSetting, tenantSetting } from "./index.ts";
import { refuseFacilityBeyondEdition, refuseUnlessLive, tenantIsLive } from "./tenant-state.ts";

const greeting = tenantSetting({
  name: "probe.greeting",
  label: "Greeting",
  help: "Shown nowhere but here.",
  schema: z.enum(["Namaste", "Vanakkam"]),
  initial: "Namaste",
});

describe("a tenant", () => {
  let t: TestDatabase;
  let server: FastifyInstance;
  beforeAll(async () => {
    t = await testDatabase();
    server = await aServer(t);
  });
  afterAll(async () => {
    await server.close();
    await t.close();
  });
  const anAdmin = async (over: Parameters<typeof aTenantWithAdmin>[1]) => {
    const made = await aTenantWithAdmin(t, over);
    const admin = new TestBrowser(server);
    await admin.logIn(made.username);
    return { ...made, admin };
  };

  it("syncs nothing before it is live, and goes live once, audited, with its waiting work enqueued", async () => {
    const { admin, tenantId } = await anAdmin({ live: false });
    const may = () => t.db.read(tenantId, refuseUnlessLive);
    const refused = await may();
    expect(refused.ok ? "live" : explain(refused.refusal)).toMatchObject({
      code: "TENANT_NOT_LIVE",
      status: 409,
      message: "Sync not allowed as Tenant is not Live yet",
    });
    const clerk = new TestBrowser(server);
    await clerk.logIn((await aUserWithRole(t, tenantId, "CHANNEL_MANAGER")).username);
    expect(errorCode(await clerk.call("POST", "/tenant/go-live"))).toBe("NOT_ALLOWED");
    expect(await t.db.read(tenantId, tenantIsLive)).toBe(false);

    const liveAt = t.clock.now().toString();
    expect((await admin.call("POST", "/tenant/go-live")).json()).toEqual({ live: true, liveAt });
    t.clock.advance({ minutes: 5 });
    expect((await admin.call("POST", "/tenant/go-live")).json()).toEqual({ live: true, liveAt });
    expect(await may()).toEqual(ok());
    const trail = (await admin.call("GET", "/audit?action=identity.tenant_went_live")).json();
    expect(trail.rows).toMatchObject([{ at: liveAt, before: { live: false }, after: { live: true } }]);
    const jobs = await t.raw(
      "select 1 from graphile_worker.jobs where task_identifier = 'identity.tenant_went_live' and key like $1",
      [`%${tenantId}%`],
    );
    expect(jobs).toHaveLength(1);
  });

  it.each([
    ["STANDARD", 1],
    ["PROFESSIONAL", 2],
    ["ENTERPRISE", 3],
  ] as const)("of edition %s has room for its facilities and no more", async (edition, room) => {
    const { tenantId } = await aTenantWithAdmin(t, { edition });
    const open = (code: string) =>
      t.db.transaction(tenantId, async (tx) => {
        await tx.run(sql`
          insert into godown.facility (tenant_id, facility_id, code, name, line1, city, state_code, pincode, created_at)
          values (${tenantId}, ${newId()}, ${code}, ${code}, '1 Road', 'Pune', '27', '411001', ${t.clock.now()})`);
        return refuseFacilityBeyondEdition(tx);
      });
    for (let i = 1; i <= room; i++) expect(await open(`F${i}`)).toEqual(ok());
    const limit = refuse("EDITION_FACILITY_LIMIT", { edition, facilitiesMax: room, facilities: room + 1 });
    expect(await open("ONE-MORE")).toEqual(edition === "ENTERPRISE" ? ok() : limit);
    await t.raw("update godown.facility set enabled = false where tenant_id = $1", [tenantId]);
    expect(await open("INSTEAD")).toEqual(ok());
  });

  it("opens one facility too many for neither of two who do it at once", async () => {
    const { tenantId } = await aTenantWithAdmin(t, { edition: "STANDARD" });
    const results = await Promise.all(
      ["A", "B", "C"].map((code) =>
        t.db.transaction(tenantId, async (tx) => {
          await tx.run(sql`
            insert into godown.facility (tenant_id, facility_id, code, name, line1, city, state_code, pincode, created_at)
            values (${tenantId}, ${newId()}, ${code}, ${code}, '1 Road', 'Pune', '27', '411001', ${t.clock.now()})`);
          return refuseFacilityBeyondEdition(tx);
        }),
      ),
    );
    expect(results.filter((r) => r.ok)).toHaveLength(1);
  });

  it("changes name, edition and settings, each checked", async () => {
    const { admin, tenantId } = await anAdmin({ edition: "PROFESSIONAL" });
    await aFacility(t.db, tenantId);
    await aFacility(t.db, tenantId);
    const smaller = await admin.call("PATCH", "/tenant", { edition: "STANDARD" });
    expect([smaller.statusCode, errorCode(smaller)]).toEqual([409, "EDITION_FACILITY_LIMIT"]);
    expect(errorCode(await admin.call("PATCH", "/tenant", { settings: { "probe.nothing": 1 } }))).toBe(
      "SETTING_UNKNOWN",
    );
    const wrong = await admin.call("PATCH", "/tenant", { name: "Half", settings: { "probe.greeting": "Hi" } });
    expect([wrong.statusCode, errorCode(wrong)]).toEqual([422, "SETTING_VALUE"]);
    const changed = await admin.call("PATCH", "/tenant", {
      name: "Meera Traders",
      edition: "ENTERPRISE",
      settings: { "probe.greeting": "Vanakkam" },
    });
    expect(changed.json()).toMatchObject({ name: "Meera Traders", edition: "ENTERPRISE", facilitiesMax: null });
    const read = () => t.db.read(tenantId, (tx) => readTenantSetting(tx, greeting));
    expect(await read()).toBe("Vanakkam");
    await admin.call("PATCH", "/tenant", { settings: { "probe.greeting": null } });
    expect(await read()).toBe("Namaste");
    expect((await admin.call("GET", "/tenant")).json().settings).toContainEqual({
      name: "probe.greeting",
      label: "Greeting",
      help: "Shown nowhere but here.",
      initial: "Namaste",
      value: "Namaste",
    });
  });

  it("has a code and an administrator that nobody else has", async () => {
    const { code, username } = await aTenantWithAdmin(t);
    const make = (over: { code?: string; username?: string }) =>
      createTenant(t.services, {
        tenant: { code: over.code ?? "fresh-code", name: "N", edition: "STANDARD", sandbox: false },
        admin: { name: "A", username: over.username ?? "fresh-admin", password: TEST_PASSWORD },
      });
    expect(await make({ code })).toEqual(refuse("TENANT_CODE_TAKEN", { code }));
    expect(await make({ username })).toEqual(refuse("USERNAME_TAKEN", { username }));
    expect(await t.raw("select 1 from godown.tenant where code = 'fresh-code'")).toEqual([]);
  });
});

describe("the first run", () => {
  let t: TestDatabase;
  let server: FastifyInstance;
  /** What the warehouse module would write: refused for a facility that is called so. */
  const place = z.object({ facility: z.object({ code: z.string() }), series: z.object({ prefix: z.string() }) });
  beforeEach(async () => {
    t = await testDatabase();
    const publicRoutes = firstRunRoutes({
      place,
      makeFacility: async (tx, ctx, { facility, series }) => {
        if (facility.code === "BAD") return refuse("SETTING_VALUE", { name: "facility", detail: "it is bad" });
        await tx.run(sql`
          insert into godown.facility (tenant_id, facility_id, code, name, line1, city, state_code, pincode, created_at)
          values (${tx.tenantId}, ${newId()}, ${facility.code}, ${series.prefix}, '1 Road', 'Pune', '27', '411001', ${ctx.now})`);
        return ok();
      },
    });
    server = await aServer(t, { publicRoutes });
  });
  afterEach(async () => {
    await server.close();
    await t.close();
  });
  const link = async () => (await ensureFirstRunLink(t.services)) ?? "(no link)";
  const tokenOf = (url: string) => url.split("/first-run/")[1] ?? "";
  const setUp = (token: string, over: object = {}) =>
    new TestBrowser(server).call("POST", "/first-run", {
      token,
      tenant: { code: "meera-traders", name: "Meera Traders", edition: "STANDARD", sandbox: true },
      admin: { name: "Meera", username: "meera", password: TEST_PASSWORD },
      facility: { code: "BLR-1" },
      series: { prefix: "B26-" },
      ...over,
    });

  it("makes tenant, administrator and facility by a link that works once", async () => {
    const open = new TestBrowser(server);
    expect((await open.call("GET", "/first-run")).json()).toEqual({ needed: true, linkExpiresAt: null });
    const url = await link();
    expect(url).toMatch(/^http:\/\/godown\.test\/first-run\/[\w-]{43}$/);
    const looked = await open.call("GET", `/first-run?token=${tokenOf(url)}`);
    expect(looked.json()).toEqual({ needed: true, linkExpiresAt: t.clock.now().add({ hours: 24 }).toString() });
    expect((await setUp(tokenOf(url))).statusCode).toBe(200);
    await open.logIn("meera");
    expect((await open.call("GET", "/session")).json()).toMatchObject({
      user: { name: "Meera", roles: ["ADMIN"] },
      tenant: { code: "meera-traders", live: false, sandbox: true },
      facilities: [{ code: "BLR-1", name: "B26-" }],
    });
    const again = await setUp(tokenOf(url), {
      tenant: { code: "second", name: "S", edition: "STANDARD", sandbox: true },
    });
    expect([again.statusCode, errorCode(again)]).toEqual([409, "FIRST_RUN_OVER"]);
    expect(await ensureFirstRunLink(t.services)).toBeNull();
    expect((await open.call("GET", "/first-run")).json()).toEqual({ needed: false, linkExpiresAt: null });
    const raw = await t.raw<{ hash: string }>("select encode(token_hash, 'hex') as hash from godown.first_run");
    expect(JSON.stringify(raw)).not.toContain(tokenOf(url));
  });

  it("leaves nothing half-made where the facility is refused, and the link good", async () => {
    const token = tokenOf(await link());
    const refused = await setUp(token, { facility: { code: "BAD" } });
    expect([refused.statusCode, errorCode(refused)]).toEqual([422, "SETTING_VALUE"]);
    expect(
      await t.raw(
        "select 1 from godown.tenant union all select 1 from godown.app_user union all select 1 from godown.directory",
      ),
    ).toEqual([]);
    const weak = await setUp(token, { admin: { name: "M", username: "meera", password: "short" } });
    expect(errorCode(weak)).toBe("PASSWORD_TOO_WEAK");
    const misread = await setUp(token, { series: {}, tenant: { code: "Meera Traders" } });
    expect(misread.statusCode).toBe(400);
    expect(misread.json().error.fields.map((f: { path: string }) => f.path)).toEqual(
      expect.arrayContaining(["series.prefix", "tenant.code", "tenant.edition"]),
    );
    expect((await setUp(token)).statusCode).toBe(200);
  });

  it("is for the newest link alone, for 24 hours", async () => {
    const [first, second] = [await link(), await link()];
    const old = await setUp(tokenOf(first));
    expect([old.statusCode, errorCode(old)]).toEqual([404, "FIRST_RUN_LINK_NOT_VALID"]);
    t.clock.advance({ hours: 24 });
    expect(errorCode(await setUp(tokenOf(second)))).toBe("FIRST_RUN_LINK_NOT_VALID");
    expect((await setUp(tokenOf(await link()))).statusCode).toBe(200);
  });

  it("is won by one of two who use the link at once", async () => {
    const token = tokenOf(await link());
    const both = await Promise.all(
      ["meera", "ravi"].map((username) =>
        setUp(token, {
          tenant: { code: `${username}-traders`, name: username, edition: "STANDARD", sandbox: true },
          admin: { name: username, username, password: TEST_PASSWORD },
        }),
      ),
    );
    expect(both.filter((a) => a.statusCode === 200)).toHaveLength(1);
    expect(await t.raw("select 1 from godown.tenant")).toHaveLength(1);
  });

  it("is over as soon as there is a tenant, whoever made it", async () => {
    const token = tokenOf(await link());
    await aTenantWithAdmin(t);
    expect(errorCode(await setUp(token))).toBe("FIRST_RUN_OVER");
  });
});
