import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../src/app/cli.ts";
import { commands } from "../../src/app/commands.ts";
import { compose } from "../../src/app/compose.ts";
import { startWeb } from "../../src/app/web.ts";
import { readConfig } from "../../src/platform/config.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { createDatabase } from "../support/database.ts";
import { type GodownProcess, startGodown } from "../support/process.ts";
import { waitFor } from "../support/wait.ts";

const PLACE = {
  facility: {
    code: "BLR1",
    name: "Bengaluru",
    line1: "1 Hosur Road",
    city: "Bengaluru",
    stateCode: "29",
    pincode: "560068",
  },
};
const PASSWORD = "brown paper, twine and tape";

describe("the application", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await testApp();
  });
  afterAll(() => app.close());

  it("says that it is up, ready, and what it counts", async () => {
    const client = app.client();
    expect((await client.send("GET", "/health")).json).toMatchObject({ status: "up" });
    expect((await client.send("GET", "/ready")).json).toEqual({ ready: true });
    const { text, headers } = await client.send("GET", "/metrics");
    expect(headers.get("content-type")).toContain("text/plain");
    expect(text).toMatch(/godown_http_request_seconds_count\{route="\/ready",method="GET",status="200"\} \d/);
    expect(text).toContain("godown_database_waiting 0");
    const proxied = await client.send("GET", "/metrics", undefined, { "x-forwarded-for": "203.0.113.7" });
    expect(proxied.status).toBe(403);
  });

  it("is set up by the first-run link, once, and its administrator can log in", async () => {
    const client = app.client();
    const { ensureFirstRunLink } = await import("../../src/identity/index.ts");
    const link = await ensureFirstRunLink(app.services);
    const token = link?.split("/").at(-1);
    const setup = {
      token,
      tenant: { code: "acme", name: "Acme", edition: "STANDARD", sandbox: true },
      admin: { name: "Asha", username: "asha", password: PASSWORD },
      ...PLACE,
    };
    expect(await client.api("POST", "/first-run", setup)).toMatchObject({ status: 200 });
    expect((await client.api("POST", "/first-run", setup)).status).toBeGreaterThanOrEqual(400);
    const asha = await app.login("asha", PASSWORD);
    const { rows } = await asha.must<{ rows: { code: string }[] }>("GET", "/facilities");
    expect(rows.map((r) => r.code)).toEqual(["BLR1"]);
    expect((await client.api("GET", "/facilities")).code).toBe("NOT_LOGGED_IN");
  });

  it("publishes its own API", async () => {
    const { json } = await app.client().send<{ openapi: string; paths: object }>("GET", "/api/v1/openapi.json");
    expect(json.openapi).toBe("3.1.0");
    expect(Object.keys(json.paths)).toContain("/api/v1/work/{workId}");
  });

  it("draws its screens at every address that is no interface, and keeps hashed files for a year", async () => {
    const pagesDir = mkdtempSync(join(tmpdir(), "godown-pages-"));
    writeFileSync(join(pagesDir, "index.html"), "<!doctype html><title>Godown</title>");
    const { mkdirSync } = await import("node:fs");
    mkdirSync(join(pagesDir, "assets"));
    writeFileSync(join(pagesDir, "assets", "index-abc123.js"), "export {};");
    const { config } = app.foundation;
    const web = await startWeb({ ...app.foundation, config: { ...config, port: 0 } }, { pagesDir });
    try {
      const get = (path: string) => fetch(web.url + path);
      for (const path of ["/", "/orders", "/settings/channels/1?tab=log"]) {
        const page = await get(path);
        expect([path, page.status, await page.text()]).toEqual([path, 200, "<!doctype html><title>Godown</title>"]);
        expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
        expect(page.headers.get("cache-control")).toBe("no-cache");
      }
      // A health check or a plain client takes no compressed pages, and says nothing of them.
      for (const path of ["/", "/orders", "/assets/"])
        expect([path, await plainStatus(web.url + path)]).toEqual([path, 200]);
      const script = await get("/assets/index-abc123.js");
      expect([script.status, script.headers.get("cache-control")]).toEqual([
        200,
        "public, max-age=31536000, immutable",
      ]);
      for (const path of ["/assets/gone.js", "/api/v1/gone", "/uc/v1/gone", "/favicon.png"])
        expect([path, (await get(path)).status]).toEqual([path, 404]);
      for (const path of ["/..%2f..%2fpackage.json", "/assets/%2e%2e/%2e%2e/package.json"])
        expect(await (await get(path)).text()).not.toContain("dependencies");
    } finally {
      await web.stop();
      rmSync(pagesDir, { recursive: true });
    }
  });

  it("takes its schedules and jobs from every module without a clash of names", async () => {
    const { allJobs } = await import("../../src/app/work.ts");
    expect(allJobs({ alarmWebhook: null }).crons().length).toBeGreaterThan(1);
  });
});

/** The status of a GET without any header but the host: `fetch` always sends more. */
async function plainStatus(url: string): Promise<number | undefined> {
  const asked = request(url).end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage]; // what a request's event gives
  answer.resume();
  return answer.statusCode;
}

describe("starting", () => {
  it("is refused on a schema that somebody changed, in words", async () => {
    const { connectionString, drop } = await createDatabase({ migrated: true });
    const { Client } = await import("pg");
    const client = new Client({ connectionString });
    await client.connect();
    await client.query("alter table godown.stock_level drop constraint never_oversold");
    await client.end();
    const dataDir = mkdtempSync(join(tmpdir(), "godown-start-"));
    const config = readConfig({ DATABASE_URL: connectionString, GODOWN_DATA_DIR: dataDir });
    const { createLog } = await import("../../src/platform/log.ts");
    const attempt = compose(config, { log: createLog({ level: "silent", name: "test" }), role: "test" });
    await expect(attempt).rejects.toThrow("the constraint stock_level.never_oversold is missing");
    await drop();
    rmSync(dataDir, { recursive: true });
  });

  it("is refused with every fault of the settings, and an unknown command with a list of those there are", () => {
    const cli = new URL("../../src/app/cli.ts", import.meta.url).pathname;
    const run = (args: string[], env: Record<string, string>) =>
      spawnSync(process.execPath, [cli, ...args], { encoding: "utf8", env: { PATH: process.env.PATH ?? "", ...env } });
    const faulty = run(["web"], { PORT: "x", LOG_LEVEL: "loud" });
    expect([faulty.status, faulty.stdout]).toEqual([1, ""]);
    expect(faulty.stderr).toMatch(/^The settings in the environment are not usable:\n- PORT: .*\n- LOG_LEVEL: .*\n$/);
    const unknown = run(["dance"], {});
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain('There is no command "dance".');
    for (const name of Object.keys(commands)) expect(unknown.stderr).toContain(`\n  ${name} `);
  });

  it("knows what it does not know when called as a function, too", async () => {
    expect(await main(["toString"])).toBe(2);
  });
});

describe("a database of somebody else's server", () => {
  it("works with a login role that is no superuser: set up, logged in, jobs done, walls standing", async () => {
    const { connectionString, drop } = await createDatabase({ migrated: false });
    const { Client } = await import("pg");
    const admin = new Client({ connectionString });
    await admin.connect();
    const role = `godown_login_${process.pid}`;
    // What docs/operations.md tells an administrator to do.
    await admin.query(`do $$ begin create role godown_app nologin nosuperuser nobypassrls;
      exception when duplicate_object or unique_violation then null; end $$`);
    await admin.query(`create role ${role} login password 'secret'`);
    await admin.query(`grant godown_app to ${role}`);
    await admin.query(`do $$ begin execute format('alter database %I owner to ${role}', current_database()); end $$`);
    const url = new URL(connectionString);
    url.username = role;
    url.password = "secret";
    const app = await testApp({ environment: { DATABASE_URL: url.toString() } });
    try {
      const { ensureFirstRunLink } = await import("../../src/identity/index.ts");
      const token = (await ensureFirstRunLink(app.services))?.split("/").at(-1);
      const tenant = { code: "plain", name: "Plain", edition: "STANDARD", sandbox: true };
      const owner = { name: "Ravi", username: "ravi", password: PASSWORD };
      await app.client().must("POST", "/first-run", { token, tenant, admin: owner, ...PLACE });
      const ravi = await app.login("ravi", PASSWORD);
      await ravi.must("POST", "/tenant/go-live", {});
      await waitFor("the job of going live", async () => {
        const { rows } = await admin.query(
          "select from graphile_worker._private_jobs where payload ->> 'tenantId' is not null",
        );
        return rows.length === 0;
      });
      // The owner of the tables is bound as well, for row security is forced: without a tenant it sees nothing.
      const login = new Client({ connectionString: url.toString() });
      await login.connect();
      const { rows } = await login.query("select count(*)::int as n from godown.facility");
      await login.end();
      expect(rows).toEqual([{ n: 0 }]);
    } finally {
      await app.close();
      await admin.query(
        `do $$ begin execute format('alter database %I owner to current_user', current_database()); end $$`,
      );
      await admin.query(`reassign owned by ${role} to current_user`);
      await admin.query(`drop owned by ${role}`);
      await admin.query(`drop role ${role}`);
      await admin.end();
      await drop();
    }
  });
});

describe("a process", () => {
  const running: GodownProcess[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((p) => p.kill()));
  });

  it("stops in order at SIGTERM: the request under way is answered, then it ends with 0", async () => {
    const { connectionString, drop } = await createDatabase({ migrated: true });
    const web = await startGodown("web", { databaseUrl: connectionString });
    running.push(web);
    const worker = await startGodown("worker", { databaseUrl: connectionString });
    running.push(worker);
    // A lock that the request must wait for, taken before it and let go after the signal.
    const { Client } = await import("pg");
    const holder = new Client({ connectionString });
    await holder.connect();
    await holder.query("begin; lock table godown.tenant in access exclusive mode");
    const under = fetch(`${web.baseUrl}/api/v1/first-run`);
    await waitFor("the request to wait", async () => {
      const { rows } = await holder.query("select from pg_stat_activity where wait_event_type = 'Lock'");
      return rows.length > 0;
    });
    const stopped = web.stop();
    await waitFor("the process to begin its stop", () => web.output().includes("stopping"));
    await holder.query("commit");
    await holder.end();
    expect((await under).status).toBe(200);
    expect(await stopped).toBe(0);
    expect(await worker.stop()).toBe(0);
    await drop();
  });
});
