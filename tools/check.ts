/** Everything that is quick to know before a commit: types, lint and format, tidy, unit tests. Goes through all, then ends. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const bin = (name: string): string => join(root, "node_modules", ".bin", name);

const steps: { readonly name: string; readonly command: readonly string[] }[] = [
  { name: "types", command: [bin("tsc"), "-p", "."] },
  { name: "lint and format", command: [bin("biome"), "check", "."] },
  { name: "tidy", command: [process.execPath, "tools/tidy.ts"] },
  { name: "unit tests", command: [process.execPath, "tools/test.ts", "--project", "unit"] },
];
if (existsSync(join(root, "web/tsconfig.json"))) {
  steps.splice(1, 0, { name: "types of the web app", command: [bin("tsc"), "-p", "web"] });
}

const failed: string[] = [];
for (const { name, command } of steps) {
  console.log(`— ${name}`);
  const [program = "", ...args] = command;
  if (spawnSync(program, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] }).status !== 0) failed.push(name);
}
console.log(failed.length === 0 ? "All checks passed." : `Failed: ${failed.join(", ")}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
