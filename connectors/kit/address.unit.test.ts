import { createServer, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  basesOf,
  type Connector,
  Engine,
  type ExchangeRecord,
  type OutRequest,
  strangeUrls,
  succeed,
} from "./index.ts";

const HOSTS = { api: "https://api.bazaar.example.in", login: "https://id.bazaar.example.in/v2" };

describe("where a source stands", () => {
  const source = { id: "BAZAAR", hosts: HOSTS };
  const bases = (...urls: readonly (readonly [string, string])[]) => {
    const found = basesOf(source, new Map(urls));
    return found && [found.baseUrl, found.hosts?.get("login")];
  };
  it.each([
    ["where it says itself", [], [HOSTS.api, HOSTS.login]],
    ["all of it where the operator says", [["BAZAAR", "http://sim:1"]], ["http://sim:1", "http://sim:1"]],
    ["one host where the operator says", [["BAZAAR.login", "http://id:2"]], [HOSTS.api, "http://id:2"]],
    [
      "the word about one host goes before that about all",
      [
        ["BAZAAR", "http://sim:1"],
        ["BAZAAR.api", "http://api:3"],
      ],
      ["http://api:3", "http://sim:1"],
    ],
    ["another source's address is not its own", [["BAZAAR_B", "http://other:1"]], [HOSTS.api, HOSTS.login]],
  ] as const)("%s", (_, urls, expected) => expect(bases(...urls)).toEqual(expected));
  it("nowhere, where neither says", () => {
    expect(basesOf({ id: "PRIVATE" }, new Map([["OTHER", "http://x:1"]]))).toBeNull();
    expect(basesOf({ id: "PRIVATE" }, new Map([["PRIVATE", "http://x:1"]]))?.baseUrl).toBe("http://x:1");
  });
});

it("addresses of a source or host that nobody has are named", () => {
  const urls = new Map(
    ["BAZAAR", "BAZAAR.login", "BAZAAR.logn", "BAZAR", "PLAIN", "PLAIN.api"].map((name) => [name, "http://x"]),
  );
  expect(strangeUrls([{ id: "BAZAAR", hosts: HOSTS }, { id: "PLAIN" }], urls)).toEqual(["BAZAAR.logn", "BAZAR"]);
});

interface Heard {
  readonly server: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}
const heard: Heard[] = [];
const servers = ["api", "login", "foreign"].map((name) => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const { url = "", headers } = request;
      heard.push({ server: name, url, headers, body: Buffer.concat(chunks).toString("latin1") });
      response.setHeader("content-type", "application/json");
      const said = { message: `token=abcdef1 of ${headers.authorization ?? "nobody"}`, client_secret: "hush-hush" };
      response.end(JSON.stringify(said));
    });
  });
  return { name, server };
});
const urls = new Map<string, string>();
const engine = new Engine();

beforeAll(async () => {
  for (const { name, server } of servers) {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (typeof address === "object" && address !== null) urls.set(name, `http://127.0.0.1:${address.port}`);
  }
});
beforeEach(() => {
  heard.length = 0;
});
afterAll(async () => {
  await engine.close();
  for (const { server } of servers) server.close();
});

/** Sends a request as an operation of a source with two hosts would. */
async function send(out: Partial<OutRequest> & Pick<OutRequest, "path">) {
  const exchanges: ExchangeRecord[] = [];
  const connector: Pick<Connector, "operations" | "limits" | "settings" | "id" | "hosts"> = {
    id: "BAZAAR",
    settings: [],
    hosts: HOSTS,
    limits: { requestsPerSecond: 100, burst: 100, interactiveShare: 0, timeoutMs: 5_000, answerBytesMax: 10_000 },
    operations: {
      acknowledge: async (call) => {
        const sent = await call.send({ operation: "try", method: "POST", idempotent: true, ...out });
        if (!sent.ok) return sent;
        return succeed({ status: "SUCCESS", results: [], message: String(call.isOwn(out.path)) });
      },
    },
  };
  const channel = {
    channelId: "two hosts",
    connector: connector as Connector, // the engine asks a connector for nothing else
    baseUrl: `${urls.get("api")}/shop`,
    hosts: new Map([["login", `${urls.get("login")}/v2`]]),
    allowPrivateUrls: true,
    fields: {},
    credentialsVersion: "1",
  };
  const now = Temporal.Instant.from("2026-11-20T04:30:00Z");
  const record = (exchange: ExchangeRecord) => void exchanges.push(exchange);
  const outcome = await engine.run(channel, "acknowledge", "O", { now, interactive: false, record });
  return { outcome, exchanges };
}

describe("a request", () => {
  it("goes to the main host, or to the one that it names, below that one's own base", async () => {
    await send({ path: "/orders", body: {} });
    await send({ path: "/token", host: "login", body: {} });
    expect(heard.map(({ server, url }) => `${server} ${url}`)).toEqual(["api /shop/orders", "login /v2/token"]);
    await expect(send({ path: "/../admin", host: "login" })).rejects.toThrow(/stays below/);
    await expect(send({ path: "/x", host: "files" })).rejects.toThrow(/declares the host files/);
  });
  it("to an address at any of the source's hosts may carry a token; elsewhere it is not sent", async () => {
    const headers = { Authorization: "Bearer abcdefghij" };
    const own = await send({ path: `${urls.get("login")}/next?page=2`, headers });
    expect(own.outcome).toMatchObject({ ok: true, value: { message: "true" } });
    await expect(send({ path: `${urls.get("foreign")}/next`, headers })).rejects.toThrow(/own hosts/);
    await expect(
      send({ path: `${urls.get("foreign")}/next`, headers: { "x-amz-access-token": "a" } }),
    ).rejects.toThrow();
    expect(heard.map(({ server }) => server)).toEqual(["login"]);
    const plain = await send({ path: `${urls.get("foreign")}/file`, headers: { "x-part": "1" } });
    expect(plain.outcome).toMatchObject({ ok: true, value: { message: "false" } });
  });
  it("carries a form, whose secrets the log does not have", async () => {
    const headers = { authorization: "Basic YXBwOnNlY3JldA==" };
    const form = {
      grant_type: "authorization_code",
      code: "one-time",
      client_secret: "hush hush",
      refresh_token: "r&t",
    };
    const { exchanges } = await send({ path: "/token", host: "login", headers, form });
    expect(heard[0]?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect(Object.fromEntries(new URLSearchParams(heard[0]?.body))).toEqual(form);
    expect(exchanges[0]).toMatchObject({
      request: {
        grant_type: "authorization_code",
        code: "[secret]",
        client_secret: "[secret]",
        refresh_token: "[secret]",
      },
      response: { message: "token=[secret] of Basic [secret]", client_secret: "[secret]" },
    });
    expect(JSON.stringify(exchanges)).not.toMatch(/hush|one-time|r&t|YXBw|abcdef1/);
  });
  it("carries bytes, of which the log has type and size; its own header goes before the usual one", async () => {
    const bytes = Buffer.from([0, 200, 10]);
    const raw = { type: "text/tab-separated-values; charset=UTF-8", bytes };
    const { exchanges } = await send({ path: "/feed", raw, headers: { Accept: "text/plain" } });
    expect(heard[0]).toMatchObject({
      body: bytes.toString("latin1"),
      headers: { "content-type": raw.type, accept: "text/plain" },
    });
    expect(exchanges[0]?.request).toEqual({ bytes: 3, contentType: raw.type });
  });
  it("has one body", async () => {
    await expect(send({ path: "/x", body: {}, form: {} })).rejects.toThrow(/one body/);
  });
});
