import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Kind, type Names, namesOf, tidyUp, writeConnector } from "./new-connector.ts";
import { tidy, toLine } from "./tidy.ts";

const ROOT = join(import.meta.dirname, "..");
const SLOW_MS = 180_000; // starts the compiler and the test runner, on a machine that is busy with others

/** A place that looks like this checkout and has one connector of its own: nothing is written beside the others. */
function aCheckout() {
  const root = mkdtempSync(join(tmpdir(), "godown-new-connector-"));
  mkdirSync(join(root, "connectors"));
  for (const shared of [
    "connectors/kit",
    "connectors/protocol",
    "contract",
    "src",
    "tests",
    "node_modules",
    "package.json",
  ])
    symlinkSync(join(ROOT, shared), join(root, shared));
  const files = {
    "tsconfig.json": {
      extends: join(ROOT, "tsconfig.json"),
      include: ["connectors/*/**/*.ts"],
      exclude: ["connectors/kit", "connectors/protocol"],
    },
    "biome.json": {
      ...(JSON.parse(readFileSync(join(ROOT, "biome.json"), "utf8")) as object),
      vcs: { enabled: false },
    },
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), JSON.stringify(content));
  writeFileSync(
    join(root, "vitest.config.ts"),
    'export default { test: { include: ["connectors/newborn-*/**/*.test.ts"], environment: "node", testTimeout: 60_000 } };\n',
  );
  return root;
}

const report = z.object({
  testResults: z.array(
    z.object({
      message: z.string(),
      assertionResults: z.array(
        z.object({ title: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

/** Runs the new connector's tests. @returns what became of each by its title, and the words of those that failed */
function suite(root: string, filter?: string) {
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const some = filter === undefined ? [] : ["-t", filter];
  const file = join(root, "report.json");
  // Without what this run of tests put into the environment for itself.
  const { PATH = "", HOME = "" } = process.env;
  const run = spawnSync(
    process.execPath,
    [vitest, "run", "--root", root, "--reporter=json", `--outputFile=${file}`, ...some],
    { encoding: "utf8", cwd: root, env: { PATH, HOME, NO_COLOR: "1" } },
  );
  if (!existsSync(file)) throw new Error(`the test runner wrote no report: ${run.stderr}${run.stdout}`);
  const { testResults } = report.parse(JSON.parse(readFileSync(file, "utf8")));
  rmSync(file);
  expect(testResults.map((file) => file.message)).toEqual(testResults.map(() => "")); // no file crashed
  const tests = testResults.flatMap((file) => file.assertionResults).filter((test) => test.status !== "skipped");
  return {
    failed: tests.filter((test) => test.status !== "passed").map((test) => test.title),
    passed: tests.filter((test) => test.status === "passed").map((test) => test.title),
    words: tests.flatMap((test) => test.failureMessages).join("\n"),
  };
}

function program(root: string, name: string, ...args: string[]): string {
  const run = spawnSync(join(ROOT, "node_modules", ".bin", name), args, { encoding: "utf8", cwd: root });
  return run.status === 0 ? "" : `${run.stdout}${run.stderr}`;
}

const IS_FINISHED = "is finished: everything that it declares is written and decided";

describe.each<Kind>(["protocol", "own-api"])("a new connector of the kind %s", (kind) => {
  let root: string;
  let names: Names;
  beforeAll(() => {
    root = aCheckout();
    const made = namesOf(`newborn-${kind}-${process.pid}`, "Newborn Bazaar");
    if (typeof made === "string") throw new Error(made);
    names = made;
    writeConnector(root, names, kind);
    tidyUp(root, names);
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
    rmSync(join(ROOT, ".cache", "contract-coverage", `${names.id}.json`), { force: true });
  });
  const folder = () => join(root, "connectors", names.folder);
  const change = (file: string, edit: (text: string) => string) => {
    const path = join(folder(), file);
    writeFileSync(path, edit(readFileSync(path, "utf8")));
  };
  const strikeOut = () =>
    change(`${names.folder}.contract.test.ts`, (text) => text.replace(/toDecide: \[[^\]]*\]/, "toDecide: []"));

  it(
    "compiles, is in form and keeps the rules of the house",
    () => {
      expect(program(root, "tsc", "-p", ".")).toBe("");
      expect(program(root, "biome", "check", join("connectors", names.folder))).toBe("");
      const breaches = tidy(root).filter(({ path }) => path.startsWith(`connectors/${names.folder}/`));
      expect(breaches.map(toLine)).toEqual([]);
      expect(existsSync(join(folder(), "README.md"))).toBe(true);
      for (const file of ["index.ts", "README.md", join("simulator", "index.ts")])
        expect(readFileSync(join(folder(), file), "utf8")).not.toMatch(/starter|STX/i);
    },
    SLOW_MS,
  );

  if (kind === "protocol")
    it(
      "fails its suite with the facts to decide, and passes when they are struck out",
      () => {
        const young = suite(root, "is finished|verify:");
        expect(young.failed).toEqual([IS_FINISHED]);
        expect(young.words).toContain("Newborn Bazaar is not finished.\n10 to decide");
        expect(young.words).toContain("rules.thirdPartyShipping: who ships");
        expect(young.words).not.toContain("to write");
        strikeOut();
        const grown = suite(root, "is finished|verify:");
        expect(grown.failed).toEqual([]);
        expect(grown.passed).toContain(IS_FINISHED);
      },
      SLOW_MS,
    );
  else
    it(
      "fails its suite with what to write where, and the list shrinks as it is written",
      () => {
        const young = suite(root);
        expect(young.failed).toEqual([IS_FINISHED]);
        const listed = (words: string) =>
          [...words.matchAll(/^ {2}(\w+) +(\S+\.ts): \w/gm)].map(([, part, file]) => [part, file]);
        expect(listed(young.words)).toEqual([
          ["verify", "operations/verify.ts"],
          ["pullListings", "operations/pull-listings.ts"],
          ["pullOrders", "operations/pull-orders.ts"],
          ["pushInventory", "operations/push-inventory.ts"],
          ["readStatuses", "operations/read-statuses.ts"],
          ["pullStatuses", "operations/pull-statuses.ts"],
          ["dispatch", "operations/dispatch.ts"],
          ["cancel", "operations/cancel.ts"],
          ["readOrder", "map/order.ts"],
        ]);
        for (const [, file] of listed(young.words)) expect(existsSync(join(folder(), file ?? "")), file).toBe(true);
        strikeOut();
        change(join("operations", "verify.ts"), () => VERIFY);
        expect(program(root, "tsc", "-p", ".")).toBe("");
        const older = suite(root);
        expect(older.failed).toEqual([IS_FINISHED]);
        expect(older.words).not.toContain("to decide");
        expect(listed(older.words)).toEqual(listed(young.words).slice(1));
        // What is written is tried at once, against the simulator that came along.
        expect(older.passed.filter((title) => title.startsWith("verify:")).length).toBeGreaterThanOrEqual(2);
      },
      SLOW_MS,
    );
});

const VERIFY = `import { type OperationTable, succeed } from "../../kit/index.ts";
import { token } from "../wire.ts";

export const verify: OperationTable["verify"] = async (call, step) => {
  const renewed = await token.renew(call);
  if (!renewed.ok) return renewed;
  step({ title: "Sign in", detail: "User name and password were accepted." });
  return succeed({ listings: null });
};
`;
