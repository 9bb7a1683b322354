import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { isAlive } from "../../src/platform/postgres/processes.ts";
import { readPidFile } from "../../src/platform/postgres/server.ts";
import { freePort } from "../support/app.ts";
import { HttpClient } from "../support/client.ts";
import { type GodownProcess, startGodown } from "../support/process.ts";
import { waitFor } from "../support/wait.ts";

const FIRST_START_MAX_MS = 90_000;
const SECOND_START_MAX_MS = 30_000; // promised are 10 s on a machine that does nothing else; here other tests run beside
const PLAYED_MAX_MS = 90_000;
const READY = "Godown's demo is ready.";

/** What the file promises to who reads it, and nothing else. */
const demoFile = z.strictObject({
  baseUrl: z.url(),
  tenant: z.string(),
  users: z.array(z.strictObject({ username: z.string(), password: z.string(), role: z.string() })).min(1),
  channels: z.array(
    z.strictObject({
      code: z.string(),
      source: z.string(),
      pushHeaders: z
        .strictObject({ clientid: z.string().min(1), merchantid: z.string().min(1), securitykey: z.string().min(1) })
        .nullable(),
    }),
  ),
  simulators: z.array(z.strictObject({ source: z.string(), url: z.url() })).min(1),
});
type DemoFile = z.infer<typeof demoFile>;

interface Rows<Row> {
  rows: Row[];
  total: number;
}

/** `./godown demo` as a process of its own, in a data directory of its own, with no orders but those that the test makes. */
describe("the demo", () => {
  let dataDir: string;
  let port: number;
  let demo: GodownProcess | undefined;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(inject("runDir"), "demo-"));
    chmodSync(dataDir, 0o711); // as root the database runs under another account, which must pass through
    port = await freePort();
  });
  afterEach(async () => {
    if (demo && isAlive(demo.pid)) await demo.stop();
    demo = undefined;
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  async function start(limitMs: number, rate = "0"): Promise<DemoFile> {
    const endAt = performance.now() + limitMs;
    demo = await startGodown("demo", { dataDir, port, environment: { GODOWN_DEMO_RATE: rate, LOG_LEVEL: "info" } });
    await waitFor("the demo to be ready", () => demo?.output().includes(READY), endAt - performance.now());
    return demoFile.parse(JSON.parse(readFileSync(join(dataDir, "demo.json"), "utf8")));
  }
  const admin = (file: DemoFile) => {
    const asha = file.users.find((user) => user.role === "ADMIN");
    if (!asha) throw new Error("the demo has an administrator");
    return new HttpClient(file.baseUrl).logIn(asha.username, asha.password);
  };

  it("says where it is, who may log in and how its marketplace pushes, and all of that is true", async () => {
    const file = await start(FIRST_START_MAX_MS);
    expect(file).toMatchObject({ baseUrl: `http://127.0.0.1:${port}`, tenant: "demo" });
    expect(statSync(join(dataDir, "demo.json")).mode & 0o077).toBe(0); // it holds passwords
    for (const { username, password, role } of file.users) {
      const client = await new HttpClient(file.baseUrl).logIn(username, password);
      expect(await client.must("GET", "/session")).toMatchObject({
        user: { username, roles: [role] },
        tenant: { code: "demo", live: true },
      });
    }
    const asha = await admin(file);
    const { channels } = await asha.must<{ channels: { code: string; source: string; state: string }[] }>(
      "GET",
      "/channels",
    );
    const shape = (list: { code: string; source: string }[]) => list.map((c) => `${c.code} ${c.source}`).sort();
    expect(shape(channels)).toEqual(shape(file.channels));
    expect(channels.filter((c) => c.state !== "CONNECTED")).toEqual([]);
    expect([...new Set(channels.map((c) => c.source))].sort()).toEqual([
      "AJIO_DROPSHIP",
      "CUSTOM",
      "JUPITER_MONEY",
      "OKER",
    ]);
    for (const { pushHeaders, source } of file.channels) {
      expect(pushHeaders === null).toBe(source !== "JUPITER_MONEY"); // the one that pushes
      if (pushHeaders === null) continue;
      const push = await new HttpClient(file.baseUrl).send("POST", "/uc/v1/order", "{}", pushHeaders);
      expect(push.status).toBe(400); // known, and told what is missing; 401 would mean that the headers are wrong
    }
    expect(file.simulators.map((s) => s.source)).toEqual(["JUPITER_MONEY", "OKER", "AJIO_DROPSHIP", "NIC"]);
    expect((await asha.must<Rows<unknown>>("GET", "/orders")).total).toBe(0);

    const states = async (path: string) =>
      (await asha.must<Rows<{ state: string }>>("GET", path)).rows.map((row) => row.state).toSorted();
    expect(await states("/purchase-orders")).toEqual(["APPROVED", "CREATED"]);
    expect(await states("/gatepasses")).toEqual(["IN_TRANSIT", "RETURN_AWAITED"]);
    expect(await states("/cycle-counts")).toEqual(["CREATED"]);
    expect((await asha.must<Rows<unknown>>("GET", "/return-routes")).total).toBe(1);
  });

  it("starts a second time in seconds with everything still there, and a marketplace that is listened to", async () => {
    const first = JSON.parse(readFileSync(join(dataDir, "demo.json"), "utf8"));
    const file = await start(SECOND_START_MAX_MS);
    expect([file.users, file.channels]).toEqual([first.users, first.channels]);
    const placed = await fetch(`${file.simulators[0]?.url}/_sim/orders`, { method: "POST", body: "{}" });
    const { id } = (await placed.json()) as { id: string };
    const asha = await admin(file);
    const found = await waitFor("the order to be here", async () => {
      const { rows } = await asha.must<Rows<{ code: string }>>("GET", `/orders?search=${id}`);
      return rows.length > 0 && rows;
    });
    expect(found).toHaveLength(1);
  });

  it("has parcels that come back: expected, from customers, and one for each way to a credit note; prepared once", async () => {
    const asha = await admin(await start(SECOND_START_MAX_MS, "0.01"));
    const returns = async () => {
      const { rows } = await asha.must<Rows<{ kind: string; state: string }>>("GET", "/returns");
      return rows.map(({ kind, state }) => `${kind} ${state}`).toSorted();
    };
    const all = [
      ...["CIR CREATED", "CIR CREATED", "CIR CREATED", "RTO COMPLETED", "RTO PENDING_INVOICE"],
      ...["RTO RETURN_EXPECTED", "RTO RETURN_EXPECTED", "RTO RETURN_EXPECTED"],
    ];
    await waitFor("the parcels to come back", async () => (await returns()).join() === all.join(), PLAYED_MAX_MS);
    const { rows: due } = await asha.must<Rows<{ madeBy: string }>>("GET", "/pending-credit-notes");
    expect(due).toHaveLength(1);
    const { rows: notes } = await asha.must<Rows<{ numberedBy: string; state: string }>>("GET", "/credit-notes");
    expect(notes).toMatchObject([{ numberedBy: "SERIES", state: "ISSUED" }]);
    expect(demo?.output()).not.toContain("are not all there");
    await waitFor("what was prepared to be written down", () =>
      readFileSync(join(dataDir, "demo-credentials.json"), "utf8").includes("COMING_BACK"),
    );
  });

  it("ends at SIGTERM with 0, leaves no process and no listener, and the next start goes on", async () => {
    const file = await start(SECOND_START_MAX_MS);
    const asha = await admin(file);
    const { total } = await asha.must<Rows<unknown>>("GET", "/orders");
    expect(total).toBe(11); // the test's own, a business's, and nine that came back
    const known = await fetch(`${file.simulators[0]?.url}/_sim/state`);
    expect(((await known.json()) as { orders: unknown[] }).orders).toHaveLength(3); // the marketplace remembers it too
    const postgres = readPidFile(join(dataDir, "postgres", "cluster"))?.pid;
    if (postgres === undefined || !demo) throw new Error("the demo and its database run");
    expect(isAlive(postgres)).toBe(true);

    const ended = demo;
    expect([await demo.stop(), ended.output()]).toEqual([0, expect.anything()]);
    expect(isAlive(postgres)).toBe(false);
    expect(existsSync(join(dataDir, "postgres", "cluster", "postmaster.pid"))).toBe(false);
    for (const url of [file.baseUrl, file.simulators[0]?.url ?? ""]) await expect(fetch(url)).rejects.toThrow();
  });
});
