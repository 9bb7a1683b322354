import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkFiles, whyNotImport } from "./tidy/rules.ts";
import { importsOf, readSource } from "./tidy/source-text.ts";
import { tidy, toLine } from "./tidy.ts";

describe("this checkout", () => {
  it("keeps the rules of the house", () => {
    expect(tidy(join(import.meta.dirname, "..")).map(toLine)).toEqual([]);
  });
});

describe("which way imports point", () => {
  it.each([
    ["src/orders/create.ts", "src/orders/store.ts"],
    ["src/orders/create.ts", "src/kernel/index.ts"],
    ["src/orders/create.ts", "src/platform/db.ts"],
    ["src/orders/create.ts", "src/inventory/index.ts"],
    ["src/channels/registry.ts", "connectors/kit/index.ts"],
    ["src/app/sources.ts", "connectors/bazaar/index.ts"],
    ["src/app/cli.ts", "src/returns/index.ts"],
    ["src/platform/contract.ts", "contract/operations.ts"],
    ["connectors/bazaar/index.ts", "connectors/protocol/index.ts"],
    ["connectors/bazaar/map/order.ts", "src/kernel/money.ts"],
    ["connectors/bazaar/index.ts", "contract/generated/marketplace.ts"],
    ["couriers/swift/index.ts", "connectors/kit/index.ts"],
    ["web/src/screens/home.tsx", "contract/generated/api.ts"],
    ["conform/marketplace/checks/auth.ts", "contract/validators.ts"],
    ["conform/marketplace/checks/auth.ts", "conform/check.ts"],
    ["conform/marketplace/facts.ts", "src/kernel/index.ts"],
    ["src/app/conform-command.ts", "conform/index.ts"],
    ["src/orders/create.db.test.ts", "tests/support/database.ts"],
    ["tests/flows/a.flow.test.ts", "src/orders/store.ts"],
    ["tools/check.ts", "src/app/cli.ts"],
    ["src/platform/version.ts", "package.json"],
  ])("%s may import %s", (from, to) => {
    expect(whyNotImport(from, to)).toBeUndefined();
  });

  it.each([
    ["src/kernel/money.ts", "src/platform/db.ts", "kernel imports nothing"],
    ["src/platform/db.ts", "src/orders/index.ts", "platform knows no business word"],
    ["src/platform/db.ts", "connectors/kit/index.ts", "platform knows no connector"],
    ["src/orders/create.ts", "src/inventory/store.ts", "through its index.ts"],
    ["src/inventory/levels.ts", "src/orders/index.ts", "may not import it"],
    ["src/catalog/item.ts", "src/warehouse/index.ts", "before or beside"],
    ["src/orders/create.ts", "src/app/wire.ts", "app puts the modules together"],
    ["src/orders/create.ts", "src/pricing/index.ts", "no place in the order of modules"],
    ["src/orders/create.ts", "connectors/bazaar/index.ts", "only app knows the connectors"],
    ["src/orders/create.ts", "tests/support/database.ts", "for tests and tools"],
    ["src/app/cli.ts", "src/orders/store.ts", "through its index.ts"],
    ["connectors/bazaar/index.ts", "connectors/souk/index.ts", "may import connectors/kit"],
    ["connectors/bazaar/index.ts", "src/platform/http/server.ts", "may import connectors/kit"],
    ["connectors/kit/http.ts", "connectors/protocol/index.ts", "may import connectors/kit"],
    ["contract/operations.ts", "src/kernel/index.ts", "contract imports nothing of ours"],
    ["conform/run.ts", "connectors/protocol/index.ts", "the contract files and kernel alone"],
    ["conform/run.ts", "src/platform/log.ts", "the contract files and kernel alone"],
    ["src/orders/create.ts", "conform/index.ts", "only app starts conform"],
    ["connectors/bazaar/index.ts", "conform/answers.ts", "may import connectors/kit"],
    ["web/src/screens/home.tsx", "src/kernel/money.ts", "only contract"],
  ])("%s may not import %s", (from, to, words) => {
    expect(whyNotImport(from, to)).toContain(words);
  });
});

/** Writes `<…>` as the placeholder of a template. */
const template = (text: string): string => text.replaceAll("<", "$" + "{").replaceAll(">", "}");

describe("the other rules", () => {
  const lines = (path: string, text: string) => checkFiles([{ path, text }], ["jupiter-money", "amazon"]).map(toLine);

  it("name the file and the line of a forbidden import", () => {
    expect(
      lines("src/orders/a.ts", 'import { x } from "zod";\n\nexport {\n  y,\n} from "../inventory/store.ts";\n'),
    ).toEqual([expect.stringMatching(/^src\/orders\/a\.ts:5: .*index\.ts/)]);
  });

  it("keep the environment to the configuration", () => {
    expect(lines("src/orders/a.ts", "const p = process.env.PORT;\n")).toHaveLength(1);
    expect(lines("connectors/amazon/a.ts", 'import { env } from "node:process";\n')).toHaveLength(1);
    expect(lines("src/platform/config.ts", "const p = process.env.PORT;\n")).toEqual([]);
    expect(lines("tools/a.ts", "const p = process.env.PORT;\n")).toEqual([]);
  });

  it("keep SQL to the stores", () => {
    expect(lines("src/orders/a.ts", "await sql`select 1`.execute(tx);\n")).toHaveLength(1);
    expect(lines("src/orders/a.ts", "await sql<{ n: number }>`select 1`.execute(tx);\n")).toHaveLength(1);
    expect(lines("src/orders/a.ts", 'await tx.selectFrom("item").execute();\n')).toHaveLength(1);
    for (const name of ["store.ts", "queries.ts", "receive.store.ts", "list.queries.ts", "a.db.test.ts"]) {
      expect(lines(`src/orders/${name}`, "await sql`select 1`.execute(tx);\n")).toEqual([]);
    }
  });

  it("keep clock and chance out of modules", () => {
    const text = "const a = new Date();\nconst b = Date.now() + Math.random();\nconst c = Temporal.Now.instant();\n";
    expect(lines("src/orders/a.ts", text)).toHaveLength(4);
    expect(lines("src/app/a.ts", text)).toEqual([]);
    expect(lines("src/platform/a.ts", text)).toEqual([]);
  });

  it("keep a source's name in its own folder", () => {
    expect(lines("src/orders/a.ts", 'if (source === "JUPITER_MONEY") hold();\n')).toHaveLength(1);
    expect(lines("connectors/amazon/a.ts", 'const other = "jupiter-money";\n')).toHaveLength(1);
    expect(lines("web/src/a.tsx", "const c = 'amazon';\n")).toHaveLength(1);
    expect(lines("connectors/jupiter-money/index.ts", 'const id = "JUPITER_MONEY";\n')).toEqual([]);
    expect(lines("src/app/sources.ts", 'const id = "JUPITER_MONEY";\n')).toEqual([]);
    expect(lines("src/orders/a.ts", "// Amazon and JUPITER_MONEY differ here\n")).toEqual([]);
  });

  it("keep files short and tests running", () => {
    expect(lines("src/orders/a.ts", "x();\n".repeat(450))).toEqual([]);
    expect(lines("src/orders/a.ts", "x();\n".repeat(451))).toEqual([expect.stringContaining("451 lines")]);
    expect(lines("src/orders/a.unit.test.ts", 'it.skip("later", () => {});\n')).toHaveLength(1);
  });

  it("do not mistake comments, strings, templates and regular expressions for code", () => {
    const text = [
      "// new Date() is not for modules",
      "/* process.env\n   sql`select` */",
      'const words = "use Date.now() or process.env";',
      template('const more = `Math.random() <a ? `new Date() <b>` : "{"> sql\\``;'),
      "const quote = /[\"'`/]/.test(x) ? y / z : '\\'';",
      'const sentence = "import it from \\"../inventory/store.ts\\"";',
    ].join("\n");
    expect(lines("src/orders/a.ts", `${text}\n`)).toEqual([]);
    expect(lines("src/orders/a.ts", `${text}\nconst d = Date.now();\n`)).toHaveLength(1);
    expect(lines("src/orders/a.ts", template("const t = `at <Date.now()>`;\n"))).toHaveLength(1);
  });

  it("see imports of every form", () => {
    const text =
      'import a from "./a.ts";\nimport type { B } from "./b.ts";\nimport "./c.ts";\nexport * from "./d.ts";\nconst e = () => import("./e.ts");\n';
    expect(importsOf(readSource(text)).map((found) => `${found.line} ${found.specifier}`)).toEqual([
      "1 ./a.ts",
      "2 ./b.ts",
      "3 ./c.ts",
      "4 ./d.ts",
      "5 ./e.ts",
    ]);
  });
});
