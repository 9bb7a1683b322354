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
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findNativeDir } from "./binaries.ts";
import { isAlive } from "./processes.ts";
import { copyCluster, isRoot, picture, query, Sandbox } from "./testing/sandbox.ts";

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.clean());

describe("starting", () => {
  it("makes a database that is durable unless told otherwise, and keeps it over a stop", async () => {
    const first = await sandbox.start({ durable: true });
    expect(first).toMatchObject({ adopted: false });
    expect(first.owned()).toBe(true);
    const settings = await query(
      first.connectionString,
      "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'jit') order by name",
    );
    expect(settings.map((row) => `${row.name}=${row.setting}`)).toEqual([
      "fsync=on",
      "full_page_writes=on",
      "jit=off",
      "synchronous_commit=on",
    ]);
    await query(first.connectionString, "create table kept as select 7 as n");
    await first.stop();
    expect(isAlive(first.pid())).toBe(false);
    expect(existsSync(sandbox.path("data/cluster/postmaster.pid"))).toBe(false);

    const second = await sandbox.start();
    expect(second.port).toBe(first.port);
    expect(await query(second.connectionString, "select n from kept")).toEqual([{ n: 7 }]);
  });

  it("listens on the loopback address only and lets nobody in without the password", async () => {
    const server = await sandbox.start();
    expect(await query(server.connectionString, "show listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
    const wrong = new URL(server.connectionString);
    wrong.password = "guess";
    await expect(query(wrong.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
    expect(statSync(sandbox.path("data/cluster/godown.password")).mode & 0o777).toBe(0o600);
    expect(statSync(sandbox.path("data/cluster")).mode & 0o777).toBe(0o700);
  });

  it("refuses a data directory that cannot be made", async () => {
    writeFileSync(sandbox.path("file"), "");
    await expect(sandbox.start({ dataDir: sandbox.path("file/data") })).rejects.toMatchObject({
      code: "DATA_DIR_UNREACHABLE",
      message: expect.stringContaining("GODOWN_DATA_DIR"),
    });
  });

  it("runs the binaries although the package's install script, which makes library links, did not run", async () => {
    const native = sandbox.path("package/native");
    mkdirSync(dirname(native));
    execFileSync("cp", ["-a", findNativeDir(), native]);
    cpSync(join(findNativeDir(), "../package.json"), sandbox.path("package/package.json"));
    for (const name of readdirSync(join(native, "lib"))) {
      if (/^lib(icu|pq).*\.so(\.\d+)?$/.test(name)) rmSync(join(native, "lib", name));
    }
    const server = await sandbox.start({ nativeDir: native });
    expect(await query(server.connectionString, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(existsSync(join(native, "lib/libicuuc.so.60")) || process.platform !== "linux").toBe(true);
  });

  it("says what to do when the binaries cannot be run at all", async () => {
    const native = sandbox.path("package/native");
    mkdirSync(join(native, "bin"), { recursive: true });
    writeFileSync(sandbox.path("package/package.json"), JSON.stringify({ version: "18.0.0" }));
    for (const name of ["postgres", "initdb"])
      writeFileSync(join(native, "bin", name), "not a program", { mode: 0o755 });
    await expect(sandbox.start({ nativeDir: native })).rejects.toMatchObject({
      code: "BINARIES_UNUSABLE",
      message: expect.stringContaining("DATABASE_URL"),
    });
  });
});

describe("the port", () => {
  it("is refused when named and in use, saying by whom", async () => {
    const squatter = createServer();
    const port = await new Promise<number>((resolve) => {
      squatter.listen(0, "127.0.0.1", () => {
        const address = squatter.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    try {
      const refused = sandbox.start({ port });
      await expect(refused).rejects.toMatchObject({
        code: "PORT_IN_USE",
        message: expect.stringContaining(`Port ${port}`),
      });
      if (process.platform === "linux") {
        await expect(refused).rejects.toMatchObject({ message: expect.stringContaining(`process ${process.pid}`) });
      }
      expect(existsSync(sandbox.path("data/cluster"))).toBe(false);
    } finally {
      squatter.close();
    }
  });

  it("is another free one when none was named and the usual one is in use", async () => {
    const first = await sandbox.start();
    await first.stop();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(first.port, "127.0.0.1", resolve));
    try {
      const second = await sandbox.start();
      expect(second.port).not.toBe(first.port);
      expect(await query(second.connectionString, "select 1 as one")).toEqual([{ one: 1 }]);
    } finally {
      squatter.close();
    }
  });
});

describe("a data directory that is not to be touched", () => {
  const cluster = () => sandbox.path("data/cluster");
  let made: Sandbox;
  beforeAll(async () => {
    made = new Sandbox();
    await (await made.start()).stop();
  });
  afterAll(() => made.clean());
  /** A cluster that was made and stopped, as each of these finds it. */
  const copyMade = () => copyCluster(made.path("data"), sandbox.path("data"));

  it.each([
    ["17", "DATA_DIR_OLDER"],
    ["19", "DATA_DIR_NEWER"],
    ["9.6", "DATA_DIR_DAMAGED"],
  ])("is refused as made by PostgreSQL %s", async (version, code) => {
    copyMade();
    writeFileSync(join(cluster(), "PG_VERSION"), `${version}\n`);
    const before = picture(cluster());
    await expect(sandbox.start()).rejects.toMatchObject({
      code,
      message: expect.stringContaining("Nothing was changed"),
    });
    expect(picture(cluster())).toEqual(before);
  });

  it.each(["PG_VERSION", "global", "base", "pg_wal", "global/pg_control"])(
    "is refused as damaged without %s",
    async (name) => {
      copyMade();
      rmSync(join(cluster(), name), { recursive: true });
      const before = picture(cluster());
      await expect(sandbox.start()).rejects.toMatchObject({
        code: "DATA_DIR_DAMAGED",
        message: expect.stringContaining(name.split("/").at(-1) ?? name),
      });
      expect(picture(cluster())).toEqual(before);
    },
  );

  it("is refused as damaged when the server finds its control file spoilt, with the server's words", async () => {
    copyMade();
    const control = join(cluster(), "global/pg_control");
    const bytes = readFileSync(control);
    bytes.fill(0x5a, 16, 200);
    writeFileSync(control, bytes);
    const files = () => picture(join(cluster(), "base"));
    const before = files();
    await expect(sandbox.start()).rejects.toMatchObject({
      code: "DATA_DIR_DAMAGED",
      message: expect.stringMatching(/control file|database files/),
    });
    expect(readFileSync(control)).toEqual(bytes);
    expect(files()).toEqual(before);
  });

  it("is refused when it holds something else", async () => {
    mkdirSync(cluster(), { recursive: true });
    writeFileSync(join(cluster(), "holiday.jpg"), "x");
    await expect(sandbox.start()).rejects.toMatchObject({ code: "DATA_DIR_NOT_OURS" });
    expect(readdirSync(cluster())).toEqual(["holiday.jpg"]);
  });

  it("is refused when its password is lost, saying which file", async () => {
    copyMade();
    rmSync(join(cluster(), "godown.password"));
    await expect(sandbox.start()).rejects.toMatchObject({
      code: "PASSWORD_MISSING",
      message: expect.stringContaining("godown.password"),
    });
  });

  it("is usable after being copied, whatever mode and owner the copy has", async () => {
    copyMade();
    copyCluster(sandbox.path("data"), sandbox.path("copy"));
    chmodSync(sandbox.path("copy/cluster"), 0o755);
    if (isRoot) execFileSync("chown", ["-R", "root", sandbox.path("copy/cluster")]);
    const server = await sandbox.start({ dataDir: sandbox.path("copy") });
    expect(await query(server.connectionString, "select 1 as one")).toEqual([{ one: 1 }]);
  });
});
