import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operation } from "../../contract/validators.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import {
  aServer,
  aTenantWithAdmin,
  aUserWithRole,
  errorCode,
  TEST_PASSWORD,
  TestBrowser,
} from "../../tests/support/identity-builders.ts";
import { oauthRoutes } from "./oauth.ts";

interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

const contract = { GET: operation("uniware-rest", "getToken"), POST: operation("uniware-rest", "postToken") };

describe("/oauth/token", () => {
  let t: TestDatabase;
  let server: FastifyInstance;
  let count = 0;
  beforeAll(async () => {
    t = await testDatabase();
    server = await aServer(t, { protocolRoutes: oauthRoutes });
  });
  afterAll(async () => {
    await server.close();
    await t.close();
  });

  /** Calls it as a client would; the answer must be one that the contract describes. */
  async function ask(
    query: Record<string, string> | string,
    more: { method?: "GET" | "POST"; headers?: Record<string, string>; payload?: string | Buffer; from?: string } = {},
  ) {
    const { method = "GET", from = `198.51.100.${++count % 250}` } = more;
    const text = typeof query === "string" ? query : new URLSearchParams(query).toString();
    const answer = await server.inject({
      method,
      url: `/oauth/token?${text}`,
      remoteAddress: from,
      headers: more.headers ?? {},
      ...(more.payload === undefined ? {} : { payload: more.payload }),
    });
    const { statusCode } = answer;
    expect(contract[method].describes(statusCode), `the contract knows ${statusCode}`).toBe(true);
    expect(contract[method].response(statusCode, answer.json())).toMatchObject({ ok: true });
    expect(answer.headers["cache-control"]).toBe("no-store");
    return answer;
  }
  const base = { grant_type: "password", client_id: "my-trusted-client" };
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const tokensOf = async (username: string) =>
    (await ask({ ...base, username, password: TEST_PASSWORD })).json<Tokens>();
  const refresh = (refresh_token: string) =>
    ask({ grant_type: "refresh_token", client_id: "my-trusted-client", refresh_token });
  const callWith = (accessToken: string, word = "bearer") =>
    new TestBrowser(server).call("GET", "/roles", undefined, { authorization: `${word} ${accessToken}` });

  it("takes the credentials in the query, as headers and as a form, by GET and POST", async () => {
    const { username } = await aTenantWithAdmin(t);
    const credentials = { username, password: TEST_PASSWORD };
    const payload = new URLSearchParams({ ...base, ...credentials }).toString();
    const answers = [
      await ask({ ...base, ...credentials }),
      await ask(base, { headers: credentials }),
      await ask({ ...base, ...credentials }, { method: "POST" }),
      await ask(base, { method: "POST", headers: credentials }),
      await ask("", { method: "POST", headers: form, payload }),
      await ask({ ...base, username }, { method: "POST", headers: form, payload }),
    ];
    for (const answer of answers) {
      expect(answer.json()).toMatchObject({ token_type: "bearer", expires_in: 43_199, scope: "read trust write" });
      expect((await callWith(answer.json<Tokens>().access_token)).statusCode).toBe(200);
    }
    expect(new Set(answers.map((a) => a.json<Tokens>().access_token)).size).toBe(answers.length);
  });

  it("gives tokens that are kept as hashes only, work as Bearer or bearer, need no CSRF token, and end after 12 hours", async () => {
    const { username } = await aTenantWithAdmin(t);
    const { access_token: token, refresh_token: refreshToken } = await tokensOf(username);
    expect((await callWith(token, "Bearer")).statusCode).toBe(200);
    const invite = { username: `by-api-${count}`, name: "N", email: null, phone: null, roles: [] };
    const authorization = `bearer ${token}`;
    expect((await new TestBrowser(server).call("POST", "/users", invite, { authorization })).statusCode).toBe(200);
    const [dump] = await t.raw<{ all: string }>(`
      select string_agg(d::text, '') || (select string_agg(a::text, '') from godown.api_token a)
        || (select string_agg(g::text, '') from godown.api_grant g) as all from godown.directory d`);
    expect(dump?.all.includes(token) || dump?.all.includes(refreshToken)).toBe(false);
    t.clock.advance({ hours: 12 });
    expect(errorCode(await callWith(token))).toBe("NOT_LOGGED_IN");
  });

  it("renews for 30 days from the first token, and leaves tokens given out before alone", async () => {
    const { username } = await aTenantWithAdmin(t);
    const first = await tokensOf(username);
    t.clock.advance({ hours: 11 });
    const second = (await refresh(first.refresh_token)).json<Tokens>();
    expect(second.refresh_token).toBe(first.refresh_token);
    expect((await callWith(first.access_token)).statusCode).toBe(200);
    expect((await callWith(second.access_token)).statusCode).toBe(200);
    t.clock.advance({ days: 29 });
    expect((await refresh(first.refresh_token)).statusCode).toBe(200);
    t.clock.advance({ days: 1 });
    const late = await refresh(first.refresh_token);
    expect([late.statusCode, late.json().error]).toEqual([400, "invalid_grant"]);
  });

  it("refuses what is wrong with the status and word that clients look for", async () => {
    const { username, tenantId } = await aTenantWithAdmin(t);
    const disabled = await aUserWithRole(t, tenantId, "PACKER");
    await t.raw("update godown.app_user set state = 'DISABLED' where user_id = $1", [disabled.userId]);
    const right = { username, password: TEST_PASSWORD };
    const cases: [string, Awaited<ReturnType<typeof ask>>, number, string][] = [
      ["a wrong password", await ask({ ...base, username, password: "wrong wrong wrong" }), 400, "invalid_grant"],
      ["an unknown user", await ask({ ...base, username: "nobody", password: TEST_PASSWORD }), 400, "invalid_grant"],
      ["a user who is disabled", await ask({ ...base, ...right, username: disabled.username }), 400, "invalid_grant"],
      ["an unknown refresh token", await refresh("18f96b68-bdf4-4c5f-93f2-16e2c6e674c6"), 400, "invalid_grant"],
      ["an access token for a refresh", await refresh((await tokensOf(username)).access_token), 400, "invalid_grant"],
      ["no grant type", await ask({ client_id: base.client_id, ...right }), 400, "invalid_request"],
      ["another grant type", await ask({ ...base, grant_type: "implicit", ...right }), 400, "unsupported_grant_type"],
      ["another client", await ask({ ...base, client_id: "mine", ...right }), 401, "invalid_client"],
      ["no client", await ask({ grant_type: "password", ...right }), 401, "invalid_client"],
      ["no password", await ask({ ...base, username }), 400, "invalid_request"],
      ["an empty password", await ask({ ...base, username, password: "" }), 400, "invalid_request"],
      ["no refresh token", await refresh(""), 400, "invalid_request"],
      [
        "two user names",
        await ask(`${new URLSearchParams({ ...base, ...right })}&username=other`),
        400,
        "invalid_request",
      ],
      [
        "a header that disagrees",
        await ask({ ...base, ...right }, { headers: { username: "x" } }),
        400,
        "invalid_request",
      ],
      ["a JSON body", await post('{"grant_type":"password"}', "application/json"), 400, "invalid_request"],
      ["a body that is no UTF-8", await post(Buffer.from([0xff, 0xfe]), form["content-type"]), 400, "invalid_request"],
      [
        "a password longer than any",
        await ask(base, { headers: { username, password: "x".repeat(9000) } }),
        400,
        "invalid_grant",
      ],
      ["U+0000 in the name", await ask({ ...base, ...right, username: "a\0b" }), 400, "invalid_grant"],
    ];
    for (const [what, answer, status, error] of cases)
      expect([what, answer.statusCode, answer.json().error]).toEqual([what, status, error]);
  });
  const post = (payload: string | Buffer, type: string) =>
    ask(base, { method: "POST", headers: { "content-type": type }, payload });

  it("refuses a body beyond its limit and other methods", async () => {
    const large = await server.inject({
      method: "POST",
      url: "/oauth/token",
      headers: form,
      payload: "x".repeat(17_000),
    });
    expect(large.statusCode).toBe(413);
    expect((await server.inject({ method: "PUT", url: "/oauth/token", payload: "" })).statusCode).toBe(404);
  });

  it("is locked by wrong passwords together with the log-in page, and says how long", async () => {
    const { username } = await aTenantWithAdmin(t);
    for (let i = 0; i < 5; i++) await ask({ ...base, username, password: "wrong wrong wrong" });
    const locked = await ask({ ...base, username, password: TEST_PASSWORD });
    expect([locked.statusCode, locked.headers["retry-after"]]).toEqual([429, "60"]);
    expect(locked.json()).toMatchObject({
      successful: false,
      errors: [{ code: 2, message: "AUTHENTICATION_FAILURE" }],
    });
    expect(errorCode(await new TestBrowser(server).logIn(username))).toBe("LOGIN_LOCKED");
  });

  it("ends every token of a user who is disabled, here at once", async () => {
    const { tenantId, username } = await aTenantWithAdmin(t);
    const second = await aUserWithRole(t, tenantId, "ADMIN");
    const tokens = await tokensOf(second.username);
    expect((await callWith(tokens.access_token)).statusCode).toBe(200);
    const admin = new TestBrowser(server);
    await admin.logIn(username);
    await admin.call("PATCH", `/users/${second.userId}`, { enabled: false });
    expect(errorCode(await callWith(tokens.access_token))).toBe("NOT_LOGGED_IN");
    expect((await refresh(tokens.refresh_token)).json()).toMatchObject({ error: "invalid_grant" });
  });

  it("keeps a bounded number of tokens for a client that asks each time", async () => {
    const { username, adminId } = await aTenantWithAdmin(t);
    const first = await tokensOf(username);
    for (let i = 0; i < 22; i++) await refresh(first.refresh_token);
    const living = await t.raw(
      "select 1 from godown.api_token join godown.api_grant using (tenant_id, api_grant_id) where user_id = $1",
      [adminId],
    );
    expect(living).toHaveLength(20);
    expect(errorCode(await callWith(first.access_token))).toBe("NOT_LOGGED_IN");
    await t.raw(
      `insert into godown.api_grant select tenant_id, gen_random_uuid(), user_id, issued_at + n * interval '1 second', expires_at
       from godown.api_grant, generate_series(1, 150) n where user_id = $1`,
      [adminId],
    );
    t.clock.advance({ minutes: 10 });
    const last = await tokensOf(username);
    expect(await t.raw("select 1 from godown.api_grant where user_id = $1", [adminId])).toHaveLength(100);
    expect((await callWith(last.access_token)).statusCode).toBe(200);
    expect((await refresh(first.refresh_token)).statusCode).toBe(400);
  });
});
