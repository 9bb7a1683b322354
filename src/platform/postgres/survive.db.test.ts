import { chownSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAlive } from "./processes.ts";
import { readPidFile } from "./server.ts";
import { eventually, query, Sandbox } from "./testing/sandbox.ts";

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.clean());

const cluster = () => sandbox.path("data/cluster");
/** Puts a postmaster.pid back as a killed server leaves it: as the server's own file. */
function leavePidFile(lines: readonly (string | number)[]): void {
  const pidFile = join(cluster(), "postmaster.pid");
  writeFileSync(pidFile, lines.join("\n"), { mode: 0o600 });
  const { uid, gid } = statSync(cluster());
  chownSync(pidFile, uid, gid);
}
/** Never 0: to signal that is to signal everything that runs with us. */
function serverPid(): number {
  const pid = readPidFile(cluster())?.pid;
  if (pid === undefined) throw new Error("there is no server to speak of");
  return pid;
}

describe("a server left over from a killed run", () => {
  it("is adopted, taken over and stopped by the next run", async () => {
    const killed = await sandbox.startElsewhere();
    const leftover = serverPid();
    killed.kill("SIGKILL");
    await killed.ended;
    expect(isAlive(leftover)).toBe(true);

    const next = await sandbox.start();
    expect(next.adopted).toBe(true);
    expect(next.pid()).toBe(leftover);
    expect(next.owned()).toBe(true);
    expect(await query(next.connectionString, "select 1 as one")).toEqual([{ one: 1 }]);
    await next.stop();
    expect(isAlive(leftover)).toBe(false);
  });

  it("that was killed as well leaves its number behind, which is no obstacle", async () => {
    const killed = await sandbox.startElsewhere();
    const leftover = serverPid();
    killed.kill("SIGKILL");
    process.kill(leftover, "SIGKILL");
    await killed.ended;
    expect(serverPid()).toBe(leftover);

    const next = await sandbox.start();
    expect(next.adopted).toBe(false);
    expect(next.pid()).not.toBe(leftover);
  });

  it("whose number by now belongs to another program is not mistaken for that program", async () => {
    const first = await sandbox.start();
    const lines = readFileSync(join(cluster(), "postmaster.pid"), "utf8").split("\n");
    await first.stop();
    const bystander = await sandbox.startElsewhere({ dataDir: sandbox.path("other") });
    leavePidFile([bystander.pid, ...lines.slice(1)]);

    const next = await sandbox.start();
    expect(next.adopted).toBe(false);
    expect(isAlive(bystander.pid)).toBe(true);
  });

  it("of another database, with the number in our file, is neither adopted nor stopped", async () => {
    const first = await sandbox.start();
    const lines = readFileSync(join(cluster(), "postmaster.pid"), "utf8").split("\n");
    await first.stop();
    const other = await sandbox.start({ dataDir: sandbox.path("other") });
    leavePidFile([other.pid(), ...lines.slice(1)]);

    const next = await sandbox.start();
    expect(next.pid()).not.toBe(other.pid());
    await next.stop();
    expect(isAlive(other.pid())).toBe(true);
  });
});

describe("two processes on one data directory", () => {
  it("share one server, and only the one that started it stops it", async () => {
    const owner = await sandbox.startElsewhere();
    const guest = await sandbox.start();
    expect(guest.adopted).toBe(true);
    expect(guest.owned()).toBe(false);
    await guest.stop();
    expect(isAlive(serverPid())).toBe(true);

    const again = await sandbox.start();
    const pid = serverPid();
    owner.kill("SIGTERM");
    await owner.ended;
    expect(isAlive(pid)).toBe(false);
    await eventually(
      () => sandbox.said.some((line) => line.includes("stopped by the process that owns it")),
      "the guest notices",
    );
    await again.stop();
    expect(readPidFile(cluster())).toBeUndefined(); // the guest did not start it again
  });

  it("may both begin on an empty one at the same moment", async () => {
    const [a, b, c] = await Promise.all([sandbox.startElsewhere(), sandbox.startElsewhere(), sandbox.start()]);
    expect([a.said, b.said].every((said) => said.startsWith("serving"))).toBe(true);
    expect(a.said).toContain(`"pid":${serverPid()}`);
    expect(b.said).toContain(`"pid":${serverPid()}`);
    expect(c.pid()).toBe(serverPid());
    const owners = [a.said, b.said].filter((said) => said.includes('"owned":true')).length + (c.owned() ? 1 : 0);
    expect(owners).toBe(1);
  });

  it("hand the server over when the owner is killed, also when the server is killed with it", async () => {
    const owner = await sandbox.startElsewhere();
    const guest = await sandbox.start();
    const before = serverPid();
    owner.kill("SIGKILL");
    process.kill(before, "SIGKILL");
    await owner.ended;
    await eventually(() => guest.owned() && guest.pid() !== before, "the guest takes over and starts the server again");
    expect(await query(guest.connectionString, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("hand a living server over when its owner is killed, and the heir stops it", async () => {
    const owner = await sandbox.startElsewhere();
    const heir = await sandbox.start();
    owner.kill("SIGKILL");
    await owner.ended;
    await eventually(() => heir.owned(), "the guest takes over");
    await heir.stop();
    expect(isAlive(heir.pid())).toBe(false);
  });
});

describe("a server that dies", () => {
  it("is back on the same port with everything that was acknowledged, as often as it dies", async () => {
    const server = await sandbox.start({ durable: true });
    await query(server.connectionString, "create table acknowledged (n int primary key)");
    for (let n = 1; n <= 3; n++) {
      await query(server.connectionString, `insert into acknowledged values (${n})`);
      const killed = server.pid();
      process.kill(killed, "SIGKILL");
      await eventually(() => server.pid() !== killed, "the server is started again");
      const rows = await query(server.connectionString, "select count(*)::int as n from acknowledged");
      expect(rows).toEqual([{ n }]);
    }
    expect(readPidFile(cluster())?.port).toBe(server.port);
  });

  it("is back also when we had only adopted it", async () => {
    const killed = await sandbox.startElsewhere();
    killed.kill("SIGKILL");
    await killed.ended;
    const server = await sandbox.start();
    const before = server.pid();
    process.kill(before, "SIGKILL");
    await eventually(() => server.pid() !== before, "the server is started again");
    expect(await query(server.connectionString, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("is stopped for good by stop(), also in the middle of being brought back", async () => {
    const server = await sandbox.start();
    process.kill(server.pid(), "SIGKILL");
    await server.stop();
    await server.stop();
    const pid = readPidFile(cluster())?.pid;
    expect(pid === undefined || !isAlive(pid)).toBe(true);
  });

  it("goes along with a process that ends without stopping it", async () => {
    const careless = await sandbox.startElsewhere();
    const pid = serverPid();
    careless.kill("SIGUSR2"); // it calls process.exit()
    await careless.ended;
    await eventually(() => !isAlive(pid), "the server ends");
  });
});
