import { connect } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { routes } from "../../src/app/routes.ts";
import { inviteUser } from "../../src/identity/index.ts";
import { must } from "../../src/kernel/index.ts";
import { refusalCatalogue } from "../../src/platform/refusals.ts";
import { type TestApp, testApp } from "../support/app.ts";
import {
  type BadRequest,
  badCalls,
  badJson,
  badLists,
  badPushes,
  badTokens,
  badUploads,
  unknownPushers,
} from "../support/bad-requests.ts";
import type { HttpAnswer, HttpClient } from "../support/client.ts";
import { placeQuietly } from "../support/marketplace-client.ts";
import { anOnlineSeller, aProduct, type OnlineSeller, SELLER_PASSWORD } from "../support/seller.ts";

/** Written on purpose by what is refused: attempts to log in, and the log of malformed pushes. */
const MAY_GROW = ["login_attempt", "intake", "audit_event"];

/** No caller, known or not, gets anything but a clear 4xx for a request that is wrong, and nothing is written by halves. */
describe("bad input", () => {
  let app: TestApp;
  let sim: RunningSimulator;
  let seller: OnlineSeller;
  let other: OnlineSeller;
  let asha: HttpClient;
  let tables: string[];
  let looker: pg.Client;
  beforeAll(async () => {
    const products = [aProduct(1)];
    sim = await startJupiterMoneySimulator({ sellers: [], products });
    // Nothing works in the background: whatever changes was changed by a request.
    app = await testApp({ workers: false, environment: { GODOWN_SOURCE_URLS: `${sim.source}=${sim.url}` } });
    seller = await anOnlineSeller(app.services, sim, { products, stock: 10 });
    other = await anOnlineSeller(app.services, sim, { products, stock: 10 });
    asha = await app.login(seller.admin, SELLER_PASSWORD);
    looker = new pg.Client({ connectionString: app.connectionString });
    await looker.connect();
    const { rows: named } = await looker.query<{ name: string }>(
      "select relname as name from pg_class where relnamespace = 'godown'::regnamespace and relkind in ('r', 'p') order by 1",
    );
    tables = named.map((table) => table.name).filter((name) => !MAY_GROW.includes(name));
  });
  afterAll(async () => {
    await looker.end();
    await app.close();
    await sim.close();
  });

  const pushHeaders = () => seller.channels[0]?.pushHeaders ?? {};
  /** Rows of every table of the product, in one look. */
  async function rowCounts(): Promise<Record<string, number>> {
    const each = tables.map((name) => `select '${name}' as name, count(*)::integer as rows from godown."${name}"`);
    const { rows } = await looker.query<{ name: string; rows: number }>(each.join(" union all "));
    return Object.fromEntries(rows.map((row) => [row.name, row.rows]));
  }

  /** What is wrong with an answer; undefined when it is a clear refusal. */
  function faultOf(request: BadRequest, answer: HttpAnswer): string | undefined {
    const said = `${request.name} → ${answer.status} ${answer.text.slice(0, 200)}`;
    if (answer.status < 400 || answer.status > 499) return said;
    if (request.status !== undefined && answer.status !== request.status) return `${said}, expected ${request.status}`;
    return isClear(request.path, answer) ? undefined : `${said}: not in the shape of its interface`;
  }

  function isClear(path: string, answer: HttpAnswer): boolean {
    const json = (answer.json ?? {}) as Record<string, unknown>;
    const sentence = (value: unknown) => typeof value === "string" && value.length > 5;
    // What the server refuses before any route knows of it (size, encoding of the address) has the shape of our own API.
    if ("error" in json && typeof json.error === "object") {
      const { message, whatToDo } = json.error as Record<string, unknown>;
      return refusalCatalogue().has(answer.code) && sentence(message) && sentence(whatToDo);
    }
    if (path.startsWith("/uc/v1/")) return json.status === "failure" && sentence(json.message);
    if (path.startsWith("/oauth/"))
      return (typeof json.error === "string" && sentence(json.error_description)) || json.successful === false;
    return false;
  }

  /** Sends each, and tells every fault with its name; the rows are compared around all of them, and then one by one. */
  async function expectRefused(client: HttpClient, requests: readonly BadRequest[]): Promise<void> {
    const before = await rowCounts();
    const faults: string[] = [];
    for (const request of requests) {
      const { method, path, body, headers } = request;
      const fault = faultOf(request, await client.send(method, path, body, headers));
      if (fault !== undefined) faults.push(fault);
      const after = await rowCounts();
      for (const name of tables)
        if (after[name] !== before[name]) {
          faults.push(`${request.name} changed ${name} from ${before[name]} to ${after[name]} rows`);
          before[name] = after[name] ?? 0;
        }
    }
    expect(faults).toEqual([]);
  }

  it("is tried in more than a hundred ways", () => {
    const requests = [
      ...badPushes(pushHeaders()),
      ...unknownPushers(pushHeaders(), other.channels[0]?.pushHeaders ?? {}),
      ...badTokens(seller.admin),
      ...badLists(routes),
      ...badUploads(routes),
      ...badCalls(routes),
    ];
    expect(new Set(requests.map((request) => request.name)).size).toBe(requests.length);
    expect(requests.length).toBeGreaterThan(100);
  });

  it("pushed by a marketplace is refused with 400 in the protocol's shape", () =>
    expectRefused(app.client(), badPushes(pushHeaders())));

  it("pushed by nobody known is refused with 401", () =>
    expectRefused(app.client(), unknownPushers(pushHeaders(), other.channels[0]?.pushHeaders ?? {})));

  it("at the token endpoint is refused in OAuth's shape", () =>
    expectRefused(app.client(), badTokens("a-user-that-is-not-there")));

  it("at the doors of the screens is refused: logging in, first run, links", async () => {
    const login = { username: seller.admin, password: "x" };
    const link = "/api/v1/one-time/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const setup = { token: "a".repeat(40), tenant: { code: "new", name: "New", edition: "STANDARD", sandbox: true } };
    const doors: BadRequest[] = [
      ["/api/v1/session", login],
      [link, { password: SELLER_PASSWORD }],
      ["/api/v1/first-run", setup],
    ].flatMap(([path, good]) =>
      badJson(good).map(({ name, body, status }) => ({
        ...{ name: `POST ${String(path)}: ${name}`, method: "POST" as const, path: String(path), body, status },
      })),
    );
    const send = (name: string, body: unknown, path = "/api/v1/session", method: "POST" | "DELETE" | "GET" = "POST") =>
      doors.push({ name, method, path, ...(body === undefined ? {} : { body }) });
    send("a user name that is a list", { ...login, username: ["a"] });
    send("a user name of 301 characters", { ...login, username: "u".repeat(301) });
    send("an empty password", { ...login, password: "" });
    send("a password of 1001 characters", { ...login, password: "p".repeat(1_001) });
    send("a user that is not there", { ...login, username: "nobody" });
    send("a wrong password", login);
    send("nobody's session", undefined, "/api/v1/session", "GET");
    send("a link that was never made", undefined, link, "GET");
    send("a link that is no token", undefined, "/api/v1/one-time/short", "GET");
    send("a password too weak for a link", { password: "123" }, link);
    send("a first run without token", { ...setup, token: undefined }, "/api/v1/first-run");
    send("a first run with a token that is no text", { ...setup, token: 5 }, "/api/v1/first-run");
    send("a first run by a made-up link", setup, "/api/v1/first-run");
    send("a first-run link that was never made", undefined, `/api/v1/first-run?token=${"a".repeat(40)}`, "GET");
    await expectRefused(app.client(), doors);
  });

  it("in the query of a list is refused with 400", () => expectRefused(asha, badLists(routes)));

  it("as a file is refused before anything is stored", () => expectRefused(asha, badUploads(routes)));

  it("in the address or body of any route of our API is refused with a catalogued code", () =>
    expectRefused(asha, badCalls(routes)));

  it("without a session, with a dead one or without its proof is refused on every route", async () => {
    const dead = await app.login(seller.admin, SELLER_PASSWORD);
    await dead.must("DELETE", "/session");
    const before = await rowCounts();
    const faults: string[] = [];
    for (const { method, path } of routes) {
      const url = `/api/v1${path.replaceAll(/:\w+/g, "x")}`;
      const nobody = await app.client().send(method, url);
      const gone = await dead.send(method, url);
      const forged = method === "GET" ? undefined : await asha.send(method, url, {}, { "x-csrf": "made up" });
      const token = await app.client().send(method, url, undefined, { authorization: "Bearer made-up" });
      for (const [name, answer, code] of [
        ["nobody", nobody, "NOT_LOGGED_IN"],
        ["a session that ended", gone, "NOT_LOGGED_IN"],
        ["a made-up token", token, "NOT_LOGGED_IN"],
        ["a forged request", forged, "CSRF_REFUSED"],
      ] as const)
        if (answer && answer.code !== code)
          faults.push(`${method} ${path} by ${name} → ${answer.status} ${answer.code}`);
    }
    expect(faults).toEqual([]);
    expect(await rowCounts()).toEqual(before);
  });

  it("that breaks HTTP itself is refused, and the next caller is served", async () => {
    const { port, hostname } = new URL(app.baseUrl);
    const speak = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), hostname);
        let said = "";
        socket.on("data", (chunk) => {
          said += chunk.toString();
        });
        // A server that refuses may close before it has read all; what it said until then counts.
        socket.on("error", (error) => said === "" && reject(error));
        socket.on("close", () => resolve(said.split("\r\n")[0] ?? ""));
        socket.write(text);
      });
    const host = `Host: ${hostname}\r\nConnection: close\r\n`;
    const lines: Record<string, string> = {
      "no HTTP": "HELLO\r\n\r\n",
      "a header without name": `GET /health HTTP/1.1\r\n${host}: x\r\n\r\n`,
      "headers of 64 kB": `GET /health HTTP/1.1\r\n${host}X-A: ${"a".repeat(64 * 1024)}\r\n\r\n`,
      "a length that is none": `POST /uc/v1/order HTTP/1.1\r\n${host}Content-Length: many\r\n\r\n{}`,
      "two lengths": `POST /uc/v1/order HTTP/1.1\r\n${host}Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}`,
      "length and chunks": `POST /uc/v1/order HTTP/1.1\r\n${host}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      "chunks that are none": `POST /uc/v1/order HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`,
      "a path that cannot be decoded": `GET /api/v1/orders/%ff%zz HTTP/1.1\r\n${host}\r\n`,
      "a method that is none": `FETCH /health HTTP/1.1\r\n${host}\r\n`,
    };
    const answers: string[] = [];
    for (const [name, text] of Object.entries(lines)) answers.push(`${name}: ${await speak(text)}`);
    expect(answers.filter((answer) => !/HTTP\/1\.1 4\d\d /.test(answer))).toEqual([]);
    expect((await app.client().send("GET", "/health")).status).toBe(200);
  });

  it("that names another tenant's records finds nothing and changes nothing", async () => {
    const [theirs] = other.channels;
    const id = theirs?.channelId;
    const place = other.facilityId;
    const uses: BadRequest[] = [
      { name: "their channel", method: "GET", path: `/api/v1/channels/${id}` },
      { name: "connect it", method: "POST", path: `/api/v1/channels/${id}/connect` },
      { name: "its settings", method: "PATCH", path: `/api/v1/channels/${id}/settings`, body: { tatHours: 5 } },
      { name: "its keys", method: "POST", path: `/api/v1/channels/${id}/push-credential`, body: {} },
      { name: "its syncs", method: "POST", path: `/api/v1/channels/${id}/syncs/CATALOG/run` },
      { name: "switch it off", method: "POST", path: `/api/v1/channels/${id}/disable` },
      { name: "their facility", method: "GET", path: `/api/v1/facilities/${place}` },
      {
        ...{ name: "a manifest of their place", method: "POST", path: "/api/v1/manifests" },
        body: { facilityId: place, channelId: id },
      },
      {
        ...{ name: "a series of their place", method: "POST", path: "/api/v1/series" },
        body: { facilityId: place, documentType: "SALE_INVOICE", prefix: "THEIRS-", nextNumber: 1 },
      },
      {
        ...{ name: "a user for their place", method: "POST", path: "/api/v1/users" },
        body: { username: "spy@a.in", name: "Spy", roles: [{ role: "PACKER", facilityIds: [place] }] },
      },
    ];
    await expectRefused(asha, uses);
  });

  it("that is a replay of what was good changes nothing the second time", async () => {
    const [channel] = seller.channels;
    if (!channel) throw new Error("the seller has a channel");
    const order = await placeQuietly(sim, channel, [{ sku: "SKU-1" }]);
    const push = (body: string) => app.client().send("POST", "/uc/v1/order", body, pushHeaders());
    expect((await push(order.body)).status).toBe(200);
    const before = await rowCounts();
    const again = await Promise.all(Array.from({ length: 5 }, () => push(order.body)));
    expect(again.map((a) => (a.json as { status: string }).status)).toEqual(Array.from({ length: 5 }, () => "success"));
    expect(await rowCounts()).toEqual(before);
    // The same id with other content is no replay: refused in words, and a person is asked, once.
    const changed = JSON.stringify({ ...JSON.parse(order.body), priority: 7 });
    for (const _time of [1, 2])
      expect((await push(changed)).json).toMatchObject({
        status: "failure",
        message: expect.stringContaining(order.id),
      });
    expect(await rowCounts()).toMatchObject({
      order_exception: (before.order_exception ?? 0) + 1,
      sale_order: before.sale_order,
      sale_order_item: before.sale_order_item,
    });
  });

  it("that uses a link a second time is refused", async () => {
    const roles = [{ role: "PACKER" as const, facilityIds: "all" as const }];
    const invited = must(
      await inviteUser(app.ctx(seller.tenantId), { username: "meena", name: "Meena", email: null, phone: null, roles }),
    );
    const token = invited.link.split("/").at(-1) ?? "";
    await app.client().must("POST", `/one-time/${token}`, { password: SELLER_PASSWORD });
    const used = { method: "POST", path: `/api/v1/one-time/${token}`, body: { password: SELLER_PASSWORD } } as const;
    await expectRefused(app.client(), [
      { ...used, name: "an invitation that was used" },
      { ...used, name: "the same with another password", body: { password: `${SELLER_PASSWORD} too` } },
      { name: "a look at it", method: "GET", path: used.path },
    ]);
  });
});
