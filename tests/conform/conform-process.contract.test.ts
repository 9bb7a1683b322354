import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { DEMO_PARTNER_ACCOUNT, startPartnerSimulator } from "../../connectors/partner/simulator/index.ts";
import { DEMO_COURIER_ACCOUNT, startCourierSimulator } from "../../couriers/protocol/simulator/index.ts";
import { SELLER, startBazaar } from "./bazaar.ts";
import { startFaultProxy } from "./fault-proxy.ts";
import { FAULTS } from "./faults.ts";

const root = join(import.meta.dirname, "../..");

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `./godown conform`, as a person or a CI starts it. */
function conform(args: readonly string[], input = ""): Promise<Ended> {
  return new Promise((done, failed) => {
    const child = spawn(join(root, "godown"), ["conform", ...args], { cwd: root, stdio: ["pipe", "pipe", "pipe"] });
    const said = { out: "", err: "" };
    child.stdout.on("data", (chunk: Buffer) => {
      said.out += chunk.toString("utf8");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      said.err += chunk.toString("utf8");
    });
    child.once("error", failed);
    child.once("close", (code) => done({ code, ...said }));
    child.stdin.on("error", () => undefined); // a run that reads no input may end before it is written
    child.stdin.end(input);
  });
}

const against = (url: string, ...more: string[]) => [
  "--protocol",
  "marketplace",
  "--base-url",
  url,
  "--username",
  SELLER.username,
  "--password",
  SELLER.password,
  ...more,
];

const schema: unknown = JSON.parse(readFileSync(join(root, "conform/report.schema.json"), "utf8"));
function fits(text: string): string {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  addFormats.default(ajv);
  const report: unknown = JSON.parse(text);
  if (typeof schema !== "object" || schema === null) throw new Error("the schema is an object");
  return ajv.validate(schema, report) ? "" : ajv.errorsText(ajv.errors);
}

let sim: RunningSimulator;
beforeAll(async () => {
  sim = await startBazaar();
});
afterAll(() => sim.close());

describe("./godown conform", () => {
  it("prints a table without colours into a pipe and ends with 0 when nothing failed", async () => {
    const { code, out, err } = await conform(against(sim.url));
    expect(err).toBe("");
    expect(code, out).toBe(0);
    expect(out).toMatch(/^PASS +orders\.new\.rows +every order/m);
    expect(out).toMatch(/^\d+ passed, 0 failed, \d+ skipped; \d+ calls in [\d.]+ s\.$/m);
    expect(out).not.toContain("\u001b");
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("ends with 1 when something failed, and shows found, contract, advice and exchange without a secret", async () => {
    const fault = FAULTS.find(({ name }) => name === "500 for a wrong password");
    const proxy = await startFaultProxy(sim.url, fault ? fault.fault() : (_, pass) => pass());
    try {
      const { code, out } = await conform(against(proxy.url, "--only", "authToken"));
      expect(code).toBe(1);
      expect(out).toContain("1. auth.refused-get  GET /authToken");
      expect(out).toContain("a wrong password: HTTP 500, where 200 is meant");
      expect(out).toContain("call      GET /authToken?username=kurtikart&password=[password]");
      expect(out).toContain("answer    500 application/json");
      expect(out).not.toContain("S3ller");
    } finally {
      await proxy.close();
    }
  });

  it("prints one object of the documented shape with --json, and says which orders it touches before on standard error", async () => {
    const { code, out, err } = await conform(against(sim.url, "--json", "--write"));
    expect(code, out).toBe(0);
    expect(fits(out)).toBe("");
    expect(err.trim().split("\n")).toEqual([
      expect.stringMatching(/^Order BZ\d+ gets shipment data, .* and is dispatched \(newest CREATED\)\.$/),
      expect.stringMatching(/^Order BZ\d+ is cancelled \(newest CREATED\)\.$/),
      expect.stringMatching(/^Order BZ\d+ is acknowledged \(newest PENDING_VERIFICATION\)\.$/),
    ]);
  });

  it("has the same shape when everything is wrong", async () => {
    const proxy = await startFaultProxy(sim.url, async (asked) =>
      asked.path === "/authToken"
        ? { status: 200, body: { status: "SUCCESS", accessToken: "t0ken-t0ken" } }
        : { status: 200, body: null, text: "<html>t0ken-t0ken</html>" },
    );
    try {
      const { code, out } = await conform(against(proxy.url, "--json", "--write"));
      expect(code).toBe(1);
      expect(fits(out)).toBe("");
      expect(out).not.toContain("t0ken-t0ken");
    } finally {
      await proxy.close();
    }
  });

  it("reads the password from standard input, and asks only what it is told to", async () => {
    const args = [
      "--protocol",
      "marketplace",
      "--base-url",
      sim.url,
      "--username",
      SELLER.username,
      "--password",
      "-",
      "--only",
      "getProductsCount",
      "--json",
    ];
    const { code, out } = await conform(args, `${SELLER.password}\nand more\n`);
    expect(code, out).toBe(0);
    const report: unknown = JSON.parse(out);
    expect(report).toMatchObject({
      verdict: "pass",
      checks: expect.arrayContaining([expect.objectContaining({ operation: "getProductsCount" })]),
    });
    expect(out).not.toContain('"operation": "getOrders"');
  });

  it("tells that the credentials are refused, and ends with 1", async () => {
    const { code, out } = await conform([
      "--protocol",
      "marketplace",
      "--base-url",
      sim.url,
      "--username",
      "nobody",
      "--password",
      "wrong-one",
    ]);
    expect(code).toBe(1);
    expect(out).toContain('status is "FAILED" for the credentials given to this run');
    expect(out).not.toContain("wrong-one");
  });
});

describe("./godown conform of the other protocols", () => {
  const told = (protocol: string, url: string, username: string, ...more: string[]) => [
    ...["--protocol", protocol, "--url", url, "--username", username, "--password", "demo-only-password"],
    ...more,
  ];

  it("tells a partner whole stories, says so before, and prints the table", async () => {
    const partner = await startPartnerSimulator();
    try {
      const { code, out, err } = await conform(told("partner", partner.url, DEMO_PARTNER_ACCOUNT.username));
      expect(code, out).toBe(0);
      expect(out).toMatch(/^Conformance to the partner protocol/);
      expect(out).toMatch(/^PASS +invoiced\.taken +the event is taken/m);
      expect(out).toMatch(/^Answers took \d+ ms in the middle/m);
      expect(err).toMatch(/^Story CF-[A-Z0-9]+-… is told in all its events/);
      const json = await conform(
        told("partner", partner.url, DEMO_PARTNER_ACCOUNT.username, "--json", "--auth", "basic"),
      );
      expect(json.code, json.out).toBe(0);
      expect(fits(json.out)).toBe("");
      expect(JSON.parse(json.out)).toMatchObject({ protocol: "partner", verdict: "pass" });
    } finally {
      await partner.close();
    }
  });

  it("asks a courier to carry parcels, with the exchange behind a failure, and ends with 1", async () => {
    const courier = await startCourierSimulator();
    const proxy = await startFaultProxy(courier.url, async (asked, pass) => {
      const said = await pass();
      return asked.path === "/manifest" && said.status === 201 ? { ...said, status: 200 } : said;
    });
    try {
      const args = told("courier", proxy.url, DEMO_COURIER_ACCOUNT.username, "--write");
      const { code, out, err } = await conform(args);
      expect(code).toBe(1);
      expect(err).toMatch(
        /^Parcel CF-[A-Z0-9]+-1 is booked \(forward, prepaid\), changed, put on a manifest and cancelled\.$/m,
      );
      expect(out).toContain("1. manifest.made  POST /manifest");
      expect(out).toContain("call      POST /manifest\n             Authorization: [token]");
      expect(out).not.toContain("demo-only-password");
      const json = await conform([...args, "--json"]);
      expect(fits(json.out)).toBe("");
    } finally {
      await proxy.close();
      await courier.close();
    }
  });
});

describe("./godown conform ends with 2", () => {
  it("when it was not understood, and says how it is used", async () => {
    const { code, out, err } = await conform(["--protocol", "marketplace", "--base-url", "example.in"]);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain('--base-url "example.in" is not an address');
    expect(err).toContain("Usage: ./godown conform");
  });

  it("when nothing listens at the address, in the same shape", async () => {
    const closed = await closedPort();
    const { code, out, err } = await conform(against(`http://127.0.0.1:${closed}`, "--json"));
    expect(code).toBe(2);
    expect(fits(out)).toBe("");
    expect(JSON.parse(out)).toMatchObject({
      verdict: "unreachable",
      checks: [],
      message: "nothing listens there (ECONNREFUSED)",
    });
    expect(err).toContain("cannot be reached: nothing listens there");
  });

  it("when the host is not known", async () => {
    const { code, err } = await conform(against("http://no-such-host.invalid"));
    expect(code).toBe(2);
    expect(err).toContain("cannot be reached");
  });

  it("but 0 for --help", async () => {
    const { code, out } = await conform(["--help"]);
    expect([code, out.startsWith("Usage: ./godown conform")]).toEqual([0, true]);
  });
});

describe("an implementation that does not answer", () => {
  it("is given up after --timeout for each call, and fails", async () => {
    const silent = createServer((socket) => {
      socket.on("error", () => socket.destroy());
    });
    await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
    const address = silent.address();
    const port = typeof address === "object" && address ? address.port : 0;
    try {
      const { code, out } = await conform(
        against(`http://127.0.0.1:${port}`, "--timeout", "200", "--only", "authToken"),
      );
      expect(code).toBe(1);
      expect(out).toContain("no whole answer within 200 ms");
    } finally {
      silent.close();
    }
  });
});

/** A port on which nothing listens: one that was just given back. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === "object" && address ? address.port : 0;
}
