import { once } from "node:events";
import { connect } from "node:net";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { aTenant, aUserPrincipal } from "../../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { ok, refuse } from "../../kernel/index.ts";
import { OutcomeUnknown, sql } from "../db.ts";
import { DocumentStoreFault } from "../document-store.ts";
import { listRoutes } from "./list.ts";
import { type FileAnswer, type Route, route } from "./route.ts";
import { createServer, type Principal } from "./server.ts";

const things: Route[] = [
  route({
    method: "POST",
    path: "/things/:code",
    summary: "Take a thing",
    permission: "things.edit",
    params: z.object({ code: z.string().max(20) }),
    query: z.object({ dry: z.enum(["true"]).optional() }),
    body: z.object({ name: z.string(), count: z.number().int(), more: z.unknown().optional() }),
    answer: z.object({ code: z.string(), name: z.string() }),
    handle: async (ctx, { params, body }) => {
      await ctx.db.read(ctx.tenantId, (tx) => tx.run(sql`select ${body.count}::integer, ${body.name}::text`));
      return ok({ code: params.code, name: body.name });
    },
  }),
  route({ method: "GET", path: "/nothing", summary: "Nothing", permission: "session", handle: async () => undefined }),
  route({
    method: "GET",
    path: "/refused",
    summary: "Refuse",
    permission: "session",
    handle: async () => refuse("TOO_MANY_REQUESTS", { detail: "one a day", retryAfterSeconds: 5 }),
  }),
  route({
    method: "GET",
    path: "/file",
    summary: "A file",
    permission: "session",
    handle: async (): Promise<FileAnswer> => ({
      kind: "file",
      mediaType: "application/pdf",
      fileName: 'चालान "1".pdf',
      bytes: Buffer.from("%PDF"),
      disposition: "inline",
    }),
  }),
  route({
    method: "GET",
    path: "/broken/:how",
    summary: "Break",
    permission: "session",
    params: z.object({ how: z.string() }),
    handle: async (_ctx, { params }) => {
      if (params.how === "commit") throw new OutcomeUnknown(new Error("gone"));
      if (params.how === "away") throw Object.assign(new Error("gone"), { code: "57P03" });
      if (params.how === "documents") throw new DocumentStoreFault("The store s3://secret-bucket refused", false);
      throw new Error("the password is hunter2");
    },
  }),
  ...listRoutes({
    path: "/tenants",
    summary: "Tenants",
    permission: "things.view",
    filters: { search: z.string().optional() },
    row: z.object({ code: z.string() }),
    sorts: ["code"],
    columns: [{ title: "Code", value: (r) => r.code }],
    fetch: async (_ctx, tx, _filters, page) => ({
      rows: await tx.run(
        sql<{ code: string }>`select code from godown.tenant limit ${page.limit} offset ${page.offset}`,
      ),
      total: 1,
    }),
  }),
];

describe("the HTTP server", () => {
  let t: TestDatabase;
  let server: FastifyInstance;
  let base: string;
  const principals = new Map<string, Principal>();
  beforeAll(async () => {
    t = await testDatabase();
    const tenantId = await aTenant(t.db, { code: "wall-e" });
    const rights = { "things.edit": "all", "things.view": "all" } as const;
    principals.set("cookie", (await aUserPrincipal(t.db, tenantId, { rights, csrf: "token" })).principal);
    principals.set("bearer", (await aUserPrincipal(t.db, tenantId, { rights })).principal);
    principals.set("poor", (await aUserPrincipal(t.db, tenantId)).principal);
    server = await createServer({
      services: t.services,
      routes: things,
      protocolRoutes: [
        {
          method: "POST",
          path: "/echo",
          bodyBytesMax: 100,
          handle: async (_services, request) => ({
            status: 200,
            body: { bytes: request.body.length, from: request.remoteAddress },
          }),
        },
      ],
      authenticate: async (_services, { cookie, authorization }) =>
        principals.get(cookie ?? authorization?.replace("Bearer ", "") ?? "") ?? null,
      observe: () => undefined,
      trustedProxies: ["127.0.0.1"],
    });
    await server.listen({ host: "127.0.0.1", port: 0 });
    const address = server.server.address();
    base = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  });
  afterAll(async () => {
    await server.close();
    await t.close();
  });

  interface Answer {
    status: number;
    headers: Headers;
    text: string;
    error: { code: string; message: string; whatToDo: string; requestId: string; fields?: unknown; facts?: unknown };
  }
  async function call(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(base + path, init);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") && text !== "";
    return { status: response.status, headers: response.headers, text, error: isJson ? JSON.parse(text).error : {} };
  }
  const bearer = { authorization: "Bearer bearer" };
  const post = (body: RequestInit["body"], headers: Record<string, string> = {}, path = "/api/v1/things/T1") =>
    call(path, {
      method: "POST",
      body: body ?? null,
      headers: { "content-type": "application/json", ...bearer, ...headers },
    });
  const good = JSON.stringify({ name: "Pen", count: 1 });

  it("takes a good request", async () => {
    const answer = await post(good);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { code: "T1", name: "Pen" }]);
  });

  it("passes a byte order mark over, and takes any of the names of UTF-8", async () => {
    expect((await post(`\uFEFF${good}`)).status).toBe(200);
    for (const type of [
      "application/json; charset=UTF-8",
      'application/json;charset="utf-8"',
      "application/vnd.x+json",
    ])
      expect([type, (await post(good, { "content-type": type })).status]).toEqual([type, 200]);
  });

  it.each<[string, string | Buffer, Record<string, string>, number, string]>([
    ["an empty body", "", {}, 400, "BODY_NOT_JSON"],
    ["half a body", '{"name": "Pen", ', {}, 400, "BODY_NOT_JSON"],
    ["two bodies", `${good}${good}`, {}, 400, "BODY_NOT_JSON"],
    ["single quotes", "{'name': 'Pen'}", {}, 400, "BODY_NOT_JSON"],
    ["a comment", `/* hi */ ${good}`, {}, 400, "BODY_NOT_JSON"],
    ["NaN", '{"name": "Pen", "count": NaN}', {}, 400, "BODY_NOT_JSON"],
    ["not UTF-8", Buffer.from('{"name": "Gr\xfcn", "count": 1}', "latin1"), {}, 400, "BODY_NOT_JSON"],
    ["UTF-16", Buffer.from(`\uFEFF${good}`, "utf16le"), {}, 400, "BODY_NOT_JSON"],
    ["a NUL in a text", '{"name": "Pen\\u0000", "count": 1}', {}, 400, "BODY_NOT_JSON"],
    ["a NUL in a name", '{"name": "Pen", "count": 1, "more": {"a\\u0000": 1}}', {}, 400, "BODY_NOT_JSON"],
    ["half a surrogate pair", '{"name": "Pen\\ud800", "count": 1}', {}, 400, "BODY_NOT_JSON"],
    [
      "nesting without end",
      `{"name": "Pen", "count": 1, "more": ${"[".repeat(400_000)}${"]".repeat(400_000)}}`,
      {},
      400,
      "BODY_NOT_JSON",
    ],
    ["an array", "[]", {}, 400, "MALFORMED"],
    ["null", "null", {}, 400, "MALFORMED"],
    ["a text for a number", '{"name": "Pen", "count": "1"}', {}, 400, "MALFORMED"],
    ["a missing member", '{"name": "Pen"}', {}, 400, "MALFORMED"],
    ["a number too large for the column", '{"name": "Pen", "count": 3000000000}', {}, 400, "MALFORMED"],
    ["a number without end", '{"name": "Pen", "count": 1e400}', {}, 400, "MALFORMED"],
    ["a form", "name=Pen&count=1", { "content-type": "application/x-www-form-urlencoded" }, 415, "MEDIA_TYPE"],
    ["another charset", good, { "content-type": "application/json; charset=iso-8859-1" }, 415, "MEDIA_TYPE"],
    ["text", good, { "content-type": "text/plain" }, 415, "MEDIA_TYPE"],
    ["too much", `{"name": "${"x".repeat(1024 * 1024)}", "count": 1}`, {}, 413, "BODY_TOO_LARGE"],
  ])("refuses %s", async (_what, body, headers, status, code) => {
    const answer = await post(typeof body === "string" ? body : new Uint8Array(body), headers);
    expect([answer.status, answer.error.code]).toEqual([status, code]);
    expect(answer.error.message).not.toMatch(/\{\w+\}|\(unknown\)/); // every fact of the sentence was given
    expect(answer.error.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("names the fields that are wrong", async () => {
    const { error } = await post('{"count": 1.5}');
    expect(error.fields).toMatchObject([{ path: "name" }, { path: "count" }]);
  });

  it.each<[string, string, number, string]>([
    ["a NUL in the address", "/api/v1/things/T%00", 400, "MALFORMED"],
    ["a NUL in the query", "/api/v1/things/T1?dry=%00", 400, "MALFORMED"],
    ["an address that cannot be decoded", "/api/v1/things/%E0%A4%A", 400, "MALFORMED"],
    ["bytes in the address that are not UTF-8", "/api/v1/things/%FF%FE", 400, "MALFORMED"],
    ["a parameter that is too long", `/api/v1/things/${"x".repeat(21)}`, 400, "MALFORMED"],
    ["a value that the query does not know", "/api/v1/things/T1?dry=maybe", 400, "MALFORMED"],
    ["a parameter that does not exist", "/api/v1/things/T1?dri=true", 400, "MALFORMED"],
    ["a query given twice", "/api/v1/things/T1?dry=true&dry=true", 400, "MALFORMED"],
    ["an unknown route", "/api/v1/nowhere", 404, "NO_SUCH_ROUTE"],
    ["a path that climbs", "/api/v1/../../etc/passwd", 404, "NO_SUCH_ROUTE"],
  ])("refuses %s", async (_what, path, status, code) => {
    const answer = await post(good, {}, path);
    expect([answer.status, answer.error.code]).toEqual([status, code]);
  });

  it("refuses who is not logged in before the body is read, and who lacks the right", async () => {
    const large = `{"name": "${"x".repeat(1024 * 1024)}", "count": 1}`;
    expect((await post(large, { authorization: "" })).error.code).toBe("NOT_LOGGED_IN");
    const poor = await post(good, { authorization: "Bearer poor" });
    expect([poor.status, poor.error.code, poor.error.facts]).toEqual([
      403,
      "NOT_ALLOWED",
      { permission: "things.edit" },
    ]);
  });

  it("wants the token of a cookie's session for what changes something, and not for reading", async () => {
    const cookie = { authorization: "", cookie: "godown_session=cookie" };
    expect((await post(good, cookie)).error.code).toBe("CSRF_REFUSED");
    expect((await post(good, { ...cookie, "x-csrf": "other" })).error.code).toBe("CSRF_REFUSED");
    expect((await post(good, { ...cookie, "x-csrf": "token" })).status).toBe(200);
    expect((await call("/api/v1/nothing", { headers: cookie })).status).toBe(204);
  });

  it("answers a refusal with its status, words and pause", async () => {
    const { status, error, headers } = await call("/api/v1/refused", { headers: bearer });
    expect([status, error.message, headers.get("retry-after")]).toEqual([429, "Too many requests: one a day.", "5"]);
  });

  it("says of a mistake of ours nothing but a number, of a database that is away when to come back", async () => {
    const broken = await call("/api/v1/broken/bug", { headers: bearer });
    expect([broken.status, broken.error.code]).toEqual([500, "INTERNAL"]);
    expect(broken.text).not.toContain("hunter2");
    expect(broken.error.whatToDo).toContain(broken.error.requestId);
    const away = await call("/api/v1/broken/away", { headers: bearer });
    expect([away.status, away.error.code, away.headers.get("retry-after")]).toEqual([503, "DATABASE_AWAY", "3"]);
    expect((await call("/api/v1/broken/commit", { headers: bearer })).error.code).toBe("OUTCOME_UNKNOWN");
    const store = await call("/api/v1/broken/documents", { headers: bearer });
    expect([store.status, store.error.code, store.headers.get("retry-after")]).toEqual([
      503,
      "DOCUMENT_STORE_AWAY",
      "10",
    ]);
    expect(store.text).not.toContain("secret-bucket");
  });

  it("gives files with names in any script", async () => {
    const { headers, text } = await call("/api/v1/file", { headers: bearer });
    expect([text, headers.get("content-type")]).toEqual(["%PDF", "application/pdf"]);
    const disposition = headers.get("content-disposition") ?? "";
    expect(disposition).toMatch(/^inline; filename="[\w.-]+\.pdf"; filename\*=UTF-8''/);
    expect(decodeURIComponent(disposition.split("''")[1] ?? "")).toBe('चालान "1".pdf');
  });

  it("sends headers that keep a browser safe with every answer, refusals too", async () => {
    for (const path of ["/api/v1/nothing", "/nowhere", "/api/v1/things/%E0%A4%A"]) {
      const { headers } = await call(path, { headers: bearer });
      expect([path, headers.get("x-content-type-options"), headers.get("x-frame-options")]).toEqual([
        path,
        "nosniff",
        "DENY",
      ]);
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    }
  });

  it("gives lists as pages and as CSV", async () => {
    const page = await call("/api/v1/tenants", { headers: bearer });
    expect(JSON.parse(page.text)).toMatchObject({ rows: [{ code: "wall-e" }], total: 1, nextCursor: null });
    const csv = await call("/api/v1/tenants.csv", { headers: bearer });
    expect(csv.text.replace("\uFEFF", "")).toBe("Code\r\nwall-e\r\n");
    for (const query of ["limit=0", "limit=201", "limit=x", "cursor=-1", "cursor=1;drop", "sort=name"])
      expect([query, (await call(`/api/v1/tenants?${query}`, { headers: bearer })).status]).toEqual([query, 400]);
  });

  it("gives protocols the bytes as they came, within their limit, and the caller's address behind a proxy we trust", async () => {
    const headers = { "content-type": "text/anything", "x-forwarded-for": "203.0.113.9" };
    const taken = await call("/echo", { method: "POST", body: "not json", headers });
    expect(JSON.parse(taken.text)).toEqual({ bytes: 8, from: "203.0.113.9" });
    const tooMuch = await call("/echo", { method: "POST", body: "x".repeat(101), headers });
    expect(tooMuch.error.code).toBe("BODY_TOO_LARGE");
  });

  /** Bytes on the wire as no client library would send them. */
  async function raw(text: string): Promise<string> {
    const socket = connect(Number(new URL(base).port), "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
    socket.write(text);
    await once(socket, "close");
    return Buffer.concat(chunks).toString();
  }
  it.each<[string, string, string]>([
    ["what is not HTTP", "HELLO\r\n\r\n", "400"],
    [
      "two lengths",
      "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "400",
    ],
    [
      "a length beside chunks",
      "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "400",
    ],
    [
      "headers without end",
      `GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: ${"x".repeat(40 * 1024)}\r\n\r\n`,
      "431",
    ],
    [
      "a broken chunk",
      "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n\r\n",
      "400",
    ],
  ])("refuses %s on the wire", async (_what, text, status) => {
    expect((await raw(text)).slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
  });
});
