import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseAccount, closedDirectories, parsePasswd } from "./account.ts";
import { findNativeDir } from "./binaries.ts";
import { POINTER_FILE } from "./placement.ts";
import { isRoot, query, Sandbox } from "./testing/sandbox.ts";

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.clean());

describe("reading accounts", () => {
  it("takes names and numbers, also macOS's nobody, and skips comments", () => {
    expect(parsePasswd("# users\nroot:x:0:0::/:/bin/sh\nnobody:*:-2:-2:n:/:/x\nbroken\n")).toEqual([
      { name: "root", uid: 0, gid: 0 },
      { name: "nobody", uid: 4294967294, gid: 4294967294 },
    ]);
  });

  it("finds the directories that an account may not enter", () => {
    mkdirSync(sandbox.path("home/private"), { recursive: true });
    chmodSync(sandbox.path("home"), 0o700);
    const stranger = { uid: 64_000, gid: 64_000 };
    expect(closedDirectories(sandbox.path("home/private/data"), stranger)).toContain(sandbox.path("home"));
    chmodSync(sandbox.path("home"), 0o701);
    expect(closedDirectories(sandbox.path("home/private/data"), stranger)).not.toContain(sandbox.path("home"));
  });
});

/** Root can be each of these; an ordinary user can only be himself, and has his own case below. */
if (isRoot) {
  describe("running as root", () => {
    it("gives the server to an unprivileged account, and the data with it", async () => {
      const server = await sandbox.start();
      const owner = statSync(sandbox.path("data/cluster")).uid;
      expect(owner).not.toBe(0);
      expect(owner).toBe(chooseAccount(undefined).uid);
      expect(readFileSync(`/proc/${server.pid()}/status`, "utf8")).toMatch(
        new RegExp(`^Uid:\\s+${owner}\\s+${owner}`, "m"),
      );
    });

    it("is refused in words where there is no account to use", () => {
      const passwd = sandbox.path("passwd");
      writeFileSync(passwd, "root:x:0:0::/root:/bin/sh\n");
      expect(() => chooseAccount(undefined, passwd)).toThrow(/refuses to run as root.*useradd/);
      expect(() => chooseAccount(4_242, passwd)).toThrow(/uid 4242/);
      expect(() => chooseAccount(undefined, sandbox.path("absent"))).toThrow(/DATABASE_URL/);
    });

    it("uses a copy of the binaries, and data elsewhere, for a checkout in a private home", async () => {
      const home = sandbox.path("root-home");
      const dataDir = join(home, "godown/data");
      const native = join(home, "godown/package/native");
      mkdirSync(native, { recursive: true });
      chmodSync(home, 0o700);
      execFileSync("cp", ["-a", `${findNativeDir()}/.`, native]);
      cpSync(join(findNativeDir(), "../package.json"), join(native, "../package.json"));
      const options = { dataDir, nativeDir: native, systemPlace: sandbox.path("var-lib") };

      const first = await sandbox.start(options);
      await query(first.connectionString, "create table kept as select 7 as n");
      const place = readFileSync(join(dataDir, POINTER_FILE), "utf8").trim();
      expect(place.startsWith(sandbox.path("var-lib"))).toBe(true);
      expect(existsSync(join(place, "cluster/PG_VERSION"))).toBe(true);
      await first.stop();

      // Opened later, the home still points to the data that was placed elsewhere: no second, empty database.
      chmodSync(home, 0o755);
      const second = await sandbox.start(options);
      expect(await query(second.connectionString, "select n from kept")).toEqual([{ n: 7 }]);
      await second.stop();

      // Who deletes the data directory begins anew.
      rmSync(dataDir, { recursive: true });
      chmodSync(home, 0o700);
      const third = await sandbox.start(options);
      await expect(query(third.connectionString, "select n from kept")).rejects.toMatchObject({ code: "42P01" });
    });

    it("places the data of two processes that begin at once in a private home in one place", async () => {
      mkdirSync(sandbox.path("home"));
      chmodSync(sandbox.path("home"), 0o700);
      const options = { dataDir: sandbox.path("home/data"), systemPlace: sandbox.path("var-lib") };
      const [elsewhere, here] = await Promise.all([sandbox.startElsewhere(options), sandbox.start(options)]);
      expect(elsewhere.said).toContain(`"pid":${here.pid()}`);
      expect(readdirSync(sandbox.path("var-lib"))).toHaveLength(1);
    });

    it("never leaves a database behind for a new one: closed off later, it is refused with the directories to open", async () => {
      mkdirSync(sandbox.path("open"));
      const dataDir = sandbox.path("open/data");
      await (await sandbox.start({ dataDir })).stop();
      chmodSync(sandbox.path("open"), 0o700);
      await expect(sandbox.start({ dataDir, systemPlace: sandbox.path("var-lib") })).rejects.toMatchObject({
        code: "DATA_DIR_UNREACHABLE",
        message: expect.stringContaining(`chmod o+x ${sandbox.path("open")}`),
      });
      expect(existsSync(sandbox.path("var-lib"))).toBe(false);
    });

    it("is refused in words when neither the data directory nor the other place can be reached", async () => {
      mkdirSync(sandbox.path("closed"));
      chmodSync(sandbox.path("closed"), 0o700);
      const options = { dataDir: sandbox.path("closed/data"), systemPlace: sandbox.path("closed/var-lib") };
      await expect(sandbox.start(options)).rejects.toMatchObject({
        code: "DATA_DIR_UNREACHABLE",
        message: expect.stringMatching(/chmod o\+x .*GODOWN_DATA_DIR/),
      });
    });

    it("adopts and runs the database of an ordinary user as that user", async () => {
      const uid = chooseAccount(undefined).uid;
      mkdirSync(sandbox.path("data"));
      execFileSync("chown", [String(uid), sandbox.path("data")]);
      const user = await sandbox.startElsewhere({}, uid);
      expect(user.said).toMatch(/^serving/);
      const guest = await sandbox.start();
      expect(guest.adopted).toBe(true);
      expect(guest.owned()).toBe(false);
    });
  });

  describe("an ordinary user", () => {
    const uid = chooseAccount(undefined).uid;

    it("runs the server as himself", async () => {
      mkdirSync(sandbox.path("data"));
      execFileSync("chown", [String(uid), sandbox.path("data")]);
      const user = await sandbox.startElsewhere({}, uid);
      expect(user.said).toMatch(/^serving .*"owned":true/);
      expect(statSync(sandbox.path("data/cluster")).uid).toBe(uid);
      user.kill("SIGTERM");
      await user.ended;
      expect(existsSync(sandbox.path("data/cluster/postmaster.pid"))).toBe(false);
    });

    it("is refused the database of another account, and told whose it is", async () => {
      await (await sandbox.start()).stop();
      const stranger = 64_000;
      const user = await sandbox.startElsewhere({}, stranger);
      expect(user.said).toMatch(new RegExp(`^refused DATA_DIR_NOT_OURS .*uid ${uid}.*uid ${stranger}`));
    });
  });
} else {
  describe("an ordinary user", () => {
    it("runs the server as himself", async () => {
      const server = await sandbox.start();
      expect(statSync(sandbox.path("data/cluster")).uid).toBe(process.getuid?.());
      expect(await query(server.connectionString, "select 1 as one")).toEqual([{ one: 1 }]);
    });
  });
}
