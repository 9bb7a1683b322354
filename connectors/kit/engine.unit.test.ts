import { type AddressInfo, createServer } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import { type Connector, Engine, succeed } from "./index.ts";

const engine = new Engine();
afterAll(() => engine.close());

/** What the engine lends an operation, seen from inside one. */
async function isOwn(baseUrl: string, address: string): Promise<boolean> {
  let own: boolean | undefined;
  const connector: Pick<Connector, "operations" | "limits" | "settings" | "id"> = {
    id: "PEEK",
    settings: [],
    limits: { requestsPerSecond: 1, burst: 1, interactiveShare: 0.5, timeoutMs: 1_000, answerBytesMax: 1_000 },
    operations: {
      acknowledge: async (call) => {
        own = call.isOwn(address);
        return succeed({ status: "SUCCESS", results: [], message: null });
      },
    },
  };
  const channel = {
    channelId: `peek ${baseUrl}`,
    // The engine asks a connector for nothing else.
    connector: connector as Connector,
    baseUrl,
    fields: {},
    credentialsVersion: "1",
  };
  const now = Temporal.Instant.from("2026-11-20T04:30:00Z");
  await engine.run(channel, "acknowledge", "O", { now, interactive: false, record: () => undefined });
  if (own === undefined) throw new Error("the operation was run");
  return own;
}

describe("an address that a channel gave", () => {
  it.each([
    ["https://api.bazaar.example.in/files/m.pdf", true], // beside the base path: the same server
    ["https://api.bazaar.example.in:443/m.pdf", true],
    ["https://API.bazaar.example.in/m.pdf", true],
    ["http://api.bazaar.example.in/m.pdf", false], // a token would travel in the clear
    ["https://api.bazaar.example.in:8443/m.pdf", false],
    ["https://files.bazaar.example.in/m.pdf", false],
    ["https://api.bazaar.example.in.evil.example/m.pdf", false],
    ["https://api.bazaar.example.in@evil.example/m.pdf", false],
    ["/files/m.pdf", false],
    ["not an address", false],
  ])("%s is the source's own: %s", async (address, own) =>
    expect(await isOwn("https://api.bazaar.example.in/uniware", address)).toBe(own),
  );
});

describe("a caller with a rule of its own for repeats", () => {
  const attempts = async (once: boolean) => {
    const records: number[] = [];
    const limits = { requestsPerSecond: 100, burst: 100, interactiveShare: 0, timeoutMs: 1_000, answerBytesMax: 1_000 };
    const target = {
      ...{ channelId: `once ${once}`, connector: { id: "PEEK", settings: [], limits }, fields: {} },
      ...{ baseUrl: "http://127.0.0.1:1", credentialsVersion: "1" }, // nobody listens there
    };
    const options = { now: Temporal.Instant.from("2026-11-20T04:30:00Z"), interactive: false };
    const record = ({ attempt }: { attempt: number }) => records.push(attempt);
    const call = engine.lend(target, { ...options, record, ...(once ? { once: true } : {}) });
    const out = { operation: "tell", method: "POST", path: "/tell", idempotent: true } as const;
    for (let i = 0; i < 8; i++) await call.send(out);
    return records;
  };

  it("gets each request sent once, and no breaker comes between", async () =>
    expect(await attempts(true)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]));

  it("is not everybody: others are repeated, and held back after five failures", async () => {
    const tried = await attempts(false);
    expect(tried.slice(0, 3)).toEqual([1, 2, 3]);
    expect(tried.length).toBeLessThan(8);
  });
});

describe("a request that is sent again", () => {
  it("is in doubt once a try was sent, whatever kept the later ones from leaving", async () => {
    // The first connection is cut when the request has come; nobody listens afterwards.
    const server = createServer((socket) =>
      socket.once("data", () => {
        server.close();
        socket.destroy();
      }),
    );
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const limits = { requestsPerSecond: 100, burst: 100, interactiveShare: 0, timeoutMs: 1_000, answerBytesMax: 1_000 };
    const target = {
      ...{ channelId: "doubt", connector: { id: "PEEK", settings: [], limits }, fields: {}, credentialsVersion: "1" },
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    };
    const words: (string | null)[] = [];
    const call = engine.lend(target, {
      ...{ now: Temporal.Instant.from("2026-11-20T04:30:00Z"), interactive: false },
      record: ({ outcome }) => words.push(outcome),
    });
    const told = await call.send({ operation: "tell", method: "POST", path: "/tell", idempotent: true });
    expect(words).toEqual(["UNKNOWN", "NOT_REACHED", "NOT_REACHED"]);
    expect(told).toMatchObject({ ok: false, failure: { reached: "unknown", kind: "transient" } });
  });
});
