import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
import { route } from "../platform/http/route.ts";

/** Routes as other modules declare them: one per facility, one of the whole tenant. */
const probes = [
  route({
    method: "GET",
    path: "/probe/pick",
    summary: "Where may I pick?",
    permission: "picklists.manage",
    answer: z.object({ facilities: z.unknown() }),
    handle: async (ctx) => ({ facilities: ctx.facilities }),
  }),
  route({
    method: "POST",
    path: "/probe/catalog",
    summary: "May I change the catalogue?",
    permission: "catalog.edit",
    answer: z.object({ by: z.string() }),
    handle: async (ctx) => ({ by: ctx.actor.name }),
  }),
];

describe("people", () => {
  let t: TestDatabase;
  let server: FastifyInstance;
  const browser = (address?: string) => new TestBrowser(server, address);
  beforeAll(async () => {
    t = await testDatabase();
    server = await aServer(t, { routes: probes });
  });
  afterAll(async () => {
    await server.close();
    await t.close();
  });

  describe("logging in", () => {
    it("gives a session that tells who, what and where", async () => {
      const { tenantId, username, code: tenantCode } = await aTenantWithAdmin(t);
      const facilityId = await aFacility(t.db, tenantId, { code: "BLR-1", name: "Bengaluru" });
      await aFacility(t.db, tenantId, { code: "OLD-1", enabled: false });
      const me = browser();
      const answer = await me.logIn(`  ${username.toUpperCase()} `);
      expect(answer.statusCode).toBe(204);
      expect(answer.headers["set-cookie"]).toMatch(
        /^godown_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
      );
      const session = (await me.call("GET", "/session")).json();
      expect(session).toMatchObject({
        user: { username, roles: ["ADMIN"], facilities: "all" },
        tenant: { code: tenantCode, edition: "ENTERPRISE", live: true, sandbox: true },
        facilities: [{ id: facilityId, code: "BLR-1", name: "Bengaluru" }],
        publicUrl: "http://godown.test",
      });
      expect(session.user.permissions).toContain("users.manage");
      expect(session.csrf).toMatch(/^[\w-]{43}$/);
      expect(session.version).toMatch(/^\d+\.\d+\.\d+/);
    });

    it("sets a cookie that only https carries where the installation has https", async () => {
      const secure = await aServer({ ...t, services: { ...t.services, publicUrl: "https://godown.example" } });
      const { username } = await aTenantWithAdmin(t);
      const answer = await new TestBrowser(secure).logIn(username);
      expect(answer.headers["set-cookie"]).toContain("; Secure");
      await secure.close();
    });

    it("is refused alike for a wrong password, an unknown name and an invitation not yet accepted", async () => {
      const { username } = await aTenantWithAdmin(t);
      const admin = browser();
      await admin.logIn(username);
      const invited = { username: "invited-only", name: "I", email: null, phone: null, roles: [] };
      expect((await admin.call("POST", "/users", invited)).statusCode).toBe(200);
      for (const name of [username, "nobody-at-all", "invited-only"]) {
        const answer = await browser().logIn(name, "not the password");
        expect([answer.statusCode, errorCode(answer)]).toEqual([401, "LOGIN_FAILED"]);
        expect(answer.headers["set-cookie"]).toBeUndefined();
      }
    });

    it("is locked after five wrong passwords, also for the right one and for a name nobody has, until the lock ends", async () => {
      const { username } = await aTenantWithAdmin(t);
      for (const name of [username, `ghost-of-${username}`]) {
        for (let i = 0; i < 5; i++)
          expect(errorCode(await browser().logIn(name, "wrong wrong wrong"))).toBe("LOGIN_FAILED");
        const locked = await browser().logIn(name);
        expect([locked.statusCode, errorCode(locked), locked.headers["retry-after"]]).toEqual([
          429,
          "LOGIN_LOCKED",
          "60",
        ]);
        expect(locked.json().error.message).toBe(
          "Too many wrong passwords for this user name: log-in is locked for 60 seconds.",
        );
      }
      t.clock.advance({ seconds: 60 });
      expect(errorCode(await browser().logIn(username, "wrong again and again"))).toBe("LOGIN_FAILED");
      expect((await browser().logIn(username)).headers["retry-after"]).toBe("120");
      t.clock.advance({ seconds: 120 });
      expect((await browser().logIn(username)).statusCode).toBe(204);
      expect(errorCode(await browser().logIn(username, "one slip of the finger"))).toBe("LOGIN_FAILED");
      expect((await browser().logIn(username)).statusCode).toBe(204);
    });

    it("counts guesses that are sent at once like guesses in a row", async () => {
      const { username } = await aTenantWithAdmin(t);
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => browser().logIn(username, "guess guess guess")),
      );
      expect(answers.filter((a) => a.statusCode === 401)).toHaveLength(5);
      expect(answers.filter((a) => a.statusCode === 429)).toHaveLength(7);
    });

    it("is locked for an address that tries many names, and for no other address", async () => {
      const { username } = await aTenantWithAdmin(t);
      const from = "203.0.113.77";
      for (let i = 0; i < 30; i++) await browser(from).logIn(`sprayed-${i}`, "Summer2026!!");
      const locked = await browser(from).logIn(username);
      expect([locked.statusCode, errorCode(locked)]).toEqual([429, "LOGIN_LOCKED"]);
      expect(locked.json().error.message).toContain("network address");
      expect((await browser("203.0.113.78").logIn(username)).statusCode).toBe(204);
    });

    it("tells a disabled user so, but only who knows the password", async () => {
      const { tenantId, username } = await aTenantWithAdmin(t);
      const packer = await aUserWithRole(t, tenantId, "PACKER");
      const admin = browser();
      await admin.logIn(username);
      await admin.call("PATCH", `/users/${packer.userId}`, { enabled: false });
      expect(errorCode(await browser().logIn(packer.username, "wrong wrong wrong"))).toBe("LOGIN_FAILED");
      expect(errorCode(await browser().logIn(packer.username))).toBe("USER_DISABLED");
    });

    it("starts a new session and ends the one before; logging out ends it", async () => {
      const { username } = await aTenantWithAdmin(t);
      const me = browser();
      await me.logIn(username);
      const first = me.cookie;
      await me.logIn(username);
      expect(me.cookie).not.toBe(first);
      const old = browser();
      old.cookie = first;
      expect((await old.call("GET", "/session")).statusCode).toBe(401);
      const kept = me.cookie;
      expect((await me.call("DELETE", "/session")).statusCode).toBe(204);
      expect(me.cookie).toBeUndefined();
      me.cookie = kept;
      expect(errorCode(await me.call("GET", "/session"))).toBe("NOT_LOGGED_IN");
      expect((await me.call("DELETE", "/session")).statusCode).toBe(204);
    });

    it("lasts 12 idle hours and 7 days in all", async () => {
      const { username } = await aTenantWithAdmin(t);
      const busy = browser();
      const idle = browser();
      await busy.logIn(username);
      await idle.logIn(username);
      t.clock.advance({ hours: 11 });
      expect((await busy.call("GET", "/session")).statusCode).toBe(200);
      t.clock.advance({ hours: 2 });
      expect((await busy.call("GET", "/session")).statusCode).toBe(200);
      expect((await idle.call("GET", "/session")).statusCode).toBe(401);
      for (let hours = 13; hours < 7 * 24 - 10; hours += 10) {
        t.clock.advance({ hours: 10 });
        expect((await busy.call("GET", "/session")).statusCode).toBe(200);
      }
      t.clock.advance({ hours: 10 });
      expect((await busy.call("GET", "/session")).statusCode).toBe(401);
    });
  });

  describe("calls made by somebody else's page", () => {
    it("cannot log a person in or out, set up or set a password", async () => {
      const { username } = await aTenantWithAdmin(t);
      const elsewhere = { "sec-fetch-site": "cross-site" };
      const body = { username, password: TEST_PASSWORD };
      const forged = await browser().call("POST", "/session", body, elsewhere);
      expect([forged.statusCode, errorCode(forged)]).toEqual([403, "CSRF_REFUSED"]);
      expect(errorCode(await browser().call("POST", "/session", body, { origin: "https://evil.example" }))).toBe(
        "CSRF_REFUSED",
      );
      const link = `/one-time/${"x".repeat(43)}`;
      expect(errorCode(await browser().call("POST", link, { password: TEST_PASSWORD }, elsewhere))).toBe(
        "CSRF_REFUSED",
      );
      const own = await browser().call("POST", "/session", body, { "sec-fetch-site": "same-origin" });
      expect(own.statusCode).toBe(204);
    });

    it("change nothing without the token of the session", async () => {
      const { username } = await aTenantWithAdmin(t);
      const me = browser();
      await me.logIn(username);
      const token = me.csrf;
      for (const csrf of [undefined, "", "x".repeat(43)]) {
        me.csrf = csrf;
        expect(errorCode(await me.call("POST", "/probe/catalog", {}))).toBe("CSRF_REFUSED");
        expect(errorCode(await me.call("DELETE", "/session"))).toBe("CSRF_REFUSED");
      }
      me.csrf = token;
      expect((await me.call("POST", "/probe/catalog", {})).statusCode).toBe(200);
    });
  });

  describe("rights", () => {
    it("hold in the facilities of the role, and over the whole tenant only when held everywhere", async () => {
      const { tenantId } = await aTenantWithAdmin(t);
      const [delhi] = [await aFacility(t.db, tenantId), await aFacility(t.db, tenantId)];
      const picker = browser();
      await picker.logIn((await aUserWithRole(t, tenantId, "PICKER", [delhi])).username);
      expect((await picker.call("GET", "/probe/pick")).json()).toEqual({ facilities: [delhi] });
      const session = (await picker.call("GET", "/session")).json();
      expect(session.user.facilities).toEqual([delhi]);
      expect(session.facilities.map((f: { id: string }) => f.id)).toEqual([delhi]);
      const denied = await picker.call("POST", "/probe/catalog", {});
      expect([denied.statusCode, errorCode(denied)]).toEqual([403, "NOT_ALLOWED"]);

      const localAdmin = browser();
      await localAdmin.logIn((await aUserWithRole(t, tenantId, "ADMIN", [delhi])).username);
      expect((await localAdmin.call("GET", "/probe/pick")).json()).toEqual({ facilities: [delhi] });
      expect(errorCode(await localAdmin.call("GET", "/users"))).toBe("NOT_ALLOWED");
      expect(errorCode(await localAdmin.call("POST", "/probe/catalog", {}))).toBe("NOT_ALLOWED");
    });

    it("end at once in this process, and within 5 seconds in every other", async () => {
      const { tenantId, username } = await aTenantWithAdmin(t);
      const picker = await aUserWithRole(t, tenantId, "PICKER");
      const admin = browser();
      const victim = browser();
      await admin.logIn(username);
      await victim.logIn(picker.username);
      expect((await victim.call("GET", "/probe/pick")).statusCode).toBe(200);
      await admin.call("PATCH", `/users/${picker.userId}`, { roles: [{ role: "PACKER", facilityIds: "all" }] });
      expect(errorCode(await victim.call("GET", "/probe/pick"))).toBe("NOT_ALLOWED");
      // Another process: it changes the database, and this one is not told.
      await t.raw("delete from godown.session where user_id = $1", [picker.userId]);
      t.clock.advance({ seconds: 5 });
      expect(errorCode(await victim.call("GET", "/probe/pick"))).toBe("NOT_LOGGED_IN");
    });

    it("cost no query while a caller is known", async () => {
      const { username } = await aTenantWithAdmin(t);
      const me = browser();
      await me.logIn(username);
      await me.call("GET", "/roles");
      t.clock.advance({ seconds: 3 });
      await t.raw("delete from godown.session"); // a query would find nobody
      expect((await me.call("GET", "/roles")).statusCode).toBe(200);
      t.clock.advance({ seconds: 2 });
      expect((await me.call("GET", "/roles")).statusCode).toBe(401);
    });

    it("are nobody's without a tenant's own token", async () => {
      const mine = await aTenantWithAdmin(t);
      const theirs = await aTenantWithAdmin(t);
      const me = browser();
      await me.logIn(mine.username);
      const other = await aUserWithRole(t, theirs.tenantId, "PICKER");
      for (const [method, path, body] of [
        ["GET", `/users/${other.userId}`, undefined],
        ["PATCH", `/users/${other.userId}`, { enabled: false }],
        ["POST", `/users/${other.userId}/link`, {}],
        ["POST", `/users/${other.userId}/sign-out`, {}],
        ["POST", `/users/${other.userId}/unlock`, {}],
      ] as const)
        expect((await me.call(method, path, body)).statusCode, `${method} ${path}`).toBe(404);
      const listed = (await me.call("GET", "/users")).json();
      expect(listed.rows.map((r: { username: string }) => r.username)).toEqual([mine.username]);
      expect((await browser().logIn(other.username)).statusCode).toBe(204);
    });
  });
});
