import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
import { JobRegistry } from "../platform/jobs.ts";
import { registerJobs } from "./jobs.ts";

const GHOST = "0198f000-0000-7000-8000-000000000000";

describe("users", () => {
  let t: TestDatabase;
  let server: FastifyInstance;
  const browser = () => new TestBrowser(server);
  /** An administrator who is logged in, of a tenant of the test's own. */
  const anAdmin = async () => {
    const made = await aTenantWithAdmin(t);
    const admin = browser();
    await admin.logIn(made.username);
    return { ...made, admin };
  };
  const tokenOf = (link: string) => link.split("/one-time/")[1] ?? "";
  beforeAll(async () => {
    t = await testDatabase();
    server = await aServer(t);
  });
  afterAll(async () => {
    await server.close();
    await t.close();
  });

  describe("inviting", () => {
    it("gives a link that sets the first password, once", async () => {
      const { admin, tenantId } = await anAdmin();
      const facilityId = await aFacility(t.db, tenantId, { code: "BLR-7" });
      const roles = [
        { role: "PICKER", facilityIds: [facilityId] },
        { role: "READ_ONLY", facilityIds: "all" },
      ];
      const meera = { username: "Meera@Traders.Example", name: " Meera ", email: "", phone: "98450 00000", roles };
      const invited = await admin.call("POST", "/users", meera);
      const { link, purpose, expiresAt, userId } = invited.json();
      expect([invited.statusCode, purpose, expiresAt]).toEqual([
        200,
        "INVITATION",
        t.clock.now().add({ hours: 72 }).toString(),
      ]);
      expect(link).toMatch(/^http:\/\/godown\.test\/one-time\/[\w-]{43}$/);
      expect((await admin.call("GET", `/users/${userId}`)).json()).toMatchObject({
        username: "meera@traders.example",
        name: "Meera",
        email: null,
        phone: "98450 00000",
        state: "INVITED",
        roles: [
          { role: "PICKER", facilityId, facilityCode: "BLR-7" },
          { role: "READ_ONLY", facilityId: null, facilityCode: null },
        ],
      });
      const page = await browser().call("GET", `/one-time/${tokenOf(link)}`);
      expect(page.json()).toEqual({
        purpose: "INVITATION",
        username: "meera@traders.example",
        name: "Meera",
        expiresAt,
      });

      const weak = await browser().call("POST", `/one-time/${tokenOf(link)}`, { password: "meera12345" });
      expect([weak.statusCode, errorCode(weak)]).toEqual([422, "PASSWORD_TOO_WEAK"]);
      const set = await browser().call("POST", `/one-time/${tokenOf(link)}`, { password: TEST_PASSWORD });
      expect(set.json()).toEqual({ username: "meera@traders.example" });
      expect((await browser().logIn("meera@traders.example")).statusCode).toBe(204);
      const again = await browser().call("POST", `/one-time/${tokenOf(link)}`, { password: TEST_PASSWORD });
      expect([again.statusCode, errorCode(again)]).toEqual([404, "LINK_NOT_VALID"]);
    });

    it("is refused for a name in use, also by another tenant, and for a facility of another tenant", async () => {
      const mine = await anAdmin();
      const theirs = await anAdmin();
      const user = { username: theirs.username, name: "N", email: null, phone: null, roles: [] };
      const taken = await mine.admin.call("POST", "/users", user);
      expect([taken.statusCode, errorCode(taken)]).toEqual([409, "USERNAME_TAKEN"]);
      const foreign = await aFacility(t.db, theirs.tenantId);
      const roles = [{ role: "PICKER", facilityIds: [foreign] }];
      const wrong = await mine.admin.call("POST", "/users", { ...user, username: "fresh-name", roles });
      expect([wrong.statusCode, errorCode(wrong)]).toEqual([422, "ROLE_FACILITY_UNKNOWN"]);
      expect((await mine.admin.call("GET", "/users")).json().total).toBe(1);
    });

    it.each([
      [{ username: "a" }, "username"],
      [{ username: "with blank" }, "username"],
      [{ username: "x".repeat(201) }, "username"],
      [{ name: "" }, "name"],
      [{ name: "two\nlines" }, "name"],
      [{ roles: [{ role: "GOD", facilityIds: "all" }] }, "roles.0.role"],
      [{ roles: [{ role: "PICKER", facilityIds: [] }] }, "roles.0.facilityIds"],
      [{ roles: "ADMIN" }, "roles"],
    ])("is not understood with %j", async (wrong, path) => {
      const { admin } = await anAdmin();
      const user = { username: "fine-name", name: "N", email: null, phone: null, roles: [], ...wrong };
      const answer = await admin.call("POST", "/users", user);
      expect([answer.statusCode, errorCode(answer)]).toEqual([400, "MALFORMED"]);
      expect(answer.json().error.fields.map((f: { path: string }) => f.path)).toContain(path);
    });
  });

  describe("a link", () => {
    it("ends by its hours, by a newer one and by disabling the user", async () => {
      const { admin, tenantId } = await anAdmin();
      const { userId } = await aUserWithRole(t, tenantId, "PACKER");
      const newLink = async () => (await admin.call("POST", `/users/${userId}/link`)).json();
      const first = await newLink();
      expect([first.purpose, first.expiresAt]).toEqual(["PASSWORD_RESET", t.clock.now().add({ hours: 24 }).toString()]);
      const second = await newLink();
      const use = (link: string) => browser().call("POST", `/one-time/${tokenOf(link)}`, { password: TEST_PASSWORD });
      expect(errorCode(await use(first.link))).toBe("LINK_NOT_VALID");
      t.clock.advance({ hours: 24 });
      expect(errorCode(await use(second.link))).toBe("LINK_NOT_VALID");
      expect(errorCode(await browser().call("GET", `/one-time/${tokenOf(second.link)}`))).toBe("LINK_NOT_VALID");
      await admin.logIn((await aUserWithRole(t, tenantId, "ADMIN")).username);
      const third = await newLink();
      await admin.call("PATCH", `/users/${userId}`, { enabled: false });
      expect(errorCode(await use(third.link))).toBe("LINK_NOT_VALID");
      const refused = await admin.call("POST", `/users/${userId}/link`);
      expect([refused.statusCode, errorCode(refused)]).toEqual([403, "USER_DISABLED"]);
      expect(errorCode(await use("/one-time/nonsense"))).toBe("MALFORMED");
    });

    it("works for one of two who use it at once", async () => {
      const { admin, tenantId } = await anAdmin();
      const { userId } = await aUserWithRole(t, tenantId, "PACKER");
      const { link } = (await admin.call("POST", `/users/${userId}/link`)).json();
      const both = await Promise.all(
        ["first long password", "second long password"].map((password) =>
          browser().call("POST", `/one-time/${tokenOf(link)}`, { password }),
        ),
      );
      expect(both.map((a) => a.statusCode).sort()).toEqual([200, 404]);
    });

    it("to reset a password ends sessions and lifts the lock", async () => {
      const { admin, tenantId } = await anAdmin();
      const { userId, username } = await aUserWithRole(t, tenantId, "PACKER");
      const thief = browser();
      await thief.logIn(username);
      for (let i = 0; i < 5; i++) await browser().logIn(username, "wrong wrong wrong");
      const { link } = (await admin.call("POST", `/users/${userId}/link`)).json();
      await browser().call("POST", `/one-time/${tokenOf(link)}`, { password: "another long sentence" });
      expect((await thief.call("GET", "/session")).statusCode).toBe(401);
      expect(errorCode(await browser().logIn(username))).toBe("LOGIN_FAILED");
      expect((await browser().logIn(username, "another long sentence")).statusCode).toBe(204);
    });
  });

  describe("administering", () => {
    it("shows who is locked, unlocks, and signs out everywhere", async () => {
      const { admin, tenantId } = await anAdmin();
      const { userId, username } = await aUserWithRole(t, tenantId, "PACKER");
      const packer = browser();
      await packer.logIn(username);
      for (let i = 0; i < 5; i++) await browser().logIn(username, "wrong wrong wrong");
      const shown = async () => (await admin.call("GET", `/users/${userId}`)).json().lockedUntil;
      expect(await shown()).toBe(t.clock.now().add({ seconds: 60 }).toString());
      expect((await admin.call("POST", `/users/${userId}/unlock`)).statusCode).toBe(204);
      expect(await shown()).toBeNull();
      expect((await browser().logIn(username)).statusCode).toBe(204);
      expect((await packer.call("GET", "/session")).statusCode).toBe(200);
      expect((await admin.call("POST", `/users/${userId}/sign-out`)).statusCode).toBe(204);
      expect((await packer.call("GET", "/session")).statusCode).toBe(401);
    });

    it("never takes the last administrator away", async () => {
      const { admin, adminId, tenantId } = await anAdmin();
      const facilityId = await aFacility(t.db, tenantId);
      await aUserWithRole(t, tenantId, "ADMIN", [facilityId]); // of one facility: cannot let anybody in
      await admin.call("POST", "/users", {
        username: "admin-to-be",
        name: "Not yet",
        email: null,
        phone: null,
        roles: [{ role: "ADMIN", facilityIds: "all" }],
      });
      for (const changes of [
        { enabled: false },
        { roles: [] },
        { roles: [{ role: "ADMIN", facilityIds: [facilityId] }] },
      ]) {
        const refused = await admin.call("PATCH", `/users/${adminId}`, changes);
        expect([refused.statusCode, errorCode(refused)]).toEqual([409, "LAST_ADMIN"]);
      }
      const second = await aUserWithRole(t, tenantId, "ADMIN");
      // Two administrators who take each other's role away at the same moment: one of them stays.
      const other = browser();
      await other.logIn(second.username);
      const both = await Promise.all([
        admin.call("PATCH", `/users/${second.userId}`, { roles: [] }),
        other.call("PATCH", `/users/${adminId}`, { roles: [] }),
      ]);
      expect(both.map((a) => a.statusCode).filter((s) => s === 204)).toHaveLength(1);
    });

    it("changes only what is given, and answers 404 for nobody", async () => {
      const { admin, tenantId } = await anAdmin();
      const { userId, username } = await aUserWithRole(t, tenantId, "PURCHASE");
      await admin.call("PATCH", `/users/${userId}`, { phone: "98450 11111" });
      await admin.call("PATCH", `/users/${userId}`, { name: "Ravi" });
      expect((await admin.call("GET", `/users/${userId}`)).json()).toMatchObject({
        username,
        name: "Ravi",
        phone: "98450 11111",
        state: "ENABLED",
        roles: [{ role: "PURCHASE", facilityId: null }],
      });
      expect((await admin.call("PATCH", `/users/${GHOST}`, { name: "X" })).statusCode).toBe(404);
      expect((await admin.call("GET", "/users/not-an-id")).statusCode).toBe(400);
    });

    it("lists by state, role, facility and text, and as CSV that no spreadsheet runs", async () => {
      const { admin, tenantId } = await anAdmin();
      const [delhi, pune] = [await aFacility(t.db, tenantId), await aFacility(t.db, tenantId)];
      const picker = await aUserWithRole(t, tenantId, "PICKER", [delhi]);
      const packer = await aUserWithRole(t, tenantId, "PACKER");
      await admin.call("PATCH", `/users/${packer.userId}`, { enabled: false, name: "=HYPERLINK(1)" });
      const names = async (query: string) =>
        (await admin.call("GET", `/users?${query}`)).json().rows.map((r: { username: string }) => r.username);
      expect(await names("role=PICKER")).toEqual([picker.username]);
      expect(await names(`facilityId=${delhi}&role=PICKER`)).toEqual([picker.username]);
      expect(await names(`facilityId=${pune}&role=PICKER`)).toEqual([]);
      expect(await names("state=DISABLED")).toEqual([packer.username]);
      expect(await names("search=HYPERLINK")).toEqual([packer.username]);
      expect(await names("search=%25")).toEqual([]);
      expect((await admin.call("GET", "/users?state=DISABLED")).json()).toMatchObject({
        total: 1,
        counts: { ENABLED: 2, DISABLED: 1 },
      });
      expect((await admin.call("GET", "/users?search=%00")).statusCode).toBe(400);
      const csv = (await admin.call("GET", "/users.csv")).body;
      expect(csv).toContain(`${packer.username},'=HYPERLINK(1),`);
    });

    it("lets a person change the own password, which ends the other sessions", async () => {
      const { tenantId } = await anAdmin();
      const { username } = await aUserWithRole(t, tenantId, "PACKER");
      const me = browser();
      await me.logIn(username);
      const next = "a different long sentence";
      const wrong = await me.call("POST", "/session/password", { current: "not my password", next });
      expect([wrong.statusCode, errorCode(wrong)]).toEqual([401, "LOGIN_FAILED"]);
      expect(errorCode(await me.call("POST", "/session/password", { current: TEST_PASSWORD, next: "short" }))).toBe(
        "PASSWORD_TOO_WEAK",
      );
      expect((await me.call("POST", "/session/password", { current: TEST_PASSWORD, next })).statusCode).toBe(204);
      expect((await me.call("GET", "/session")).statusCode).toBe(401);
      expect(errorCode(await browser().logIn(username))).toBe("LOGIN_FAILED");
      expect((await browser().logIn(username, next)).statusCode).toBe(204);
    });
  });

  describe("the audit trail", () => {
    it("tells every change with who, when, before and after, and holds no password", async () => {
      const { admin, adminId, username, tenantId } = await anAdmin();
      const { userId } = await aUserWithRole(t, tenantId, "PACKER");
      t.clock.advance({ minutes: 1 });
      const from = t.clock.now().toString();
      await admin.call("PATCH", `/users/${userId}`, { name: "After" });
      const { link } = (await admin.call("POST", `/users/${userId}/link`)).json();
      await browser().call("POST", `/one-time/${tokenOf(link)}`, { password: "the newest sentence" });
      const trail = (await admin.call("GET", `/audit?recordType=user&recordId=${userId}&from=${from}&sort=at`)).json();
      expect(trail.rows.map((r: { action: string }) => r.action)).toEqual([
        "identity.user_edited",
        "identity.password_reset_issued",
        "identity.password_set",
      ]);
      expect(trail.rows[0]).toMatchObject({
        at: from,
        actorKind: "USER",
        actorId: adminId,
        before: { name: "A PACKER" },
        after: { name: "After" },
      });
      const byMe = (await admin.call("GET", `/audit?actorId=${adminId}&action=identity.logged_in`)).json();
      expect(byMe.rows).toMatchObject([{ recordCode: username }]);
      expect((await admin.call("GET", `/audit?to=${from}&recordId=${userId}`)).json().total).toBe(1);
      expect((await admin.call("GET", "/audit?from=yesterday")).statusCode).toBe(400);
      const csv = (await admin.call("GET", "/audit.csv")).body;
      expect(csv.split("\r\n")[0]).toBe("\uFEFFAt,Who,Kind,Action,Record,Code,Record id,Before,After,Request");
      for (const secret of [TEST_PASSWORD, "the newest sentence", "argon2", tokenOf(link)]) {
        expect(csv).not.toContain(secret);
        expect(t.logLines.join("\n")).not.toContain(secret);
      }
    });

    it("is not there for other roles", async () => {
      const { tenantId } = await anAdmin();
      const reader = browser();
      await reader.logIn((await aUserWithRole(t, tenantId, "READ_ONLY")).username);
      expect(errorCode(await reader.call("GET", "/audit"))).toBe("NOT_ALLOWED");
    });
  });

  it("leave nothing behind when sessions, links and counts have ended", async () => {
    const { admin, tenantId } = await anAdmin();
    const { userId, username } = await aUserWithRole(t, tenantId, "PACKER");
    await admin.call("POST", `/users/${userId}/link`);
    await browser().logIn(username, "wrong wrong wrong");
    t.clock.advance({ days: 8 });
    const registry = new JobRegistry();
    registerJobs(registry);
    const task = registry.tasks("here", t.services, () => undefined)["identity.purge"];
    if (!task) throw new Error("identity.purge is scheduled");
    await Reflect.apply(task, undefined, [{}, {}]);
    const [left] = await t.raw(`
      select (select count(*)::int from godown.session) as sessions, (select count(*)::int from godown.one_time_link) as links,
        (select count(*)::int from godown.login_attempt) as attempts,
        (select count(*)::int from godown.directory where kind in ('SESSION', 'ONE_TIME_LINK')) as directory`);
    expect(left).toEqual({ sessions: 0, links: 0, attempts: 0, directory: 0 });
    expect((await browser().logIn(username)).statusCode).toBe(204);
  });
});
