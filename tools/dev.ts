/**
 * For working on Godown: the demo restarts when its source changes, and the web app is rebuilt when its own does.
 * Both end together, with Ctrl-C or when one of them fails.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const watched = ["src", "connectors", "couriers", "contract"].filter((dir) => existsSync(join(root, dir)));
const server = [...watched.map((dir) => `--watch-path=${join(root, dir)}`), join(root, "src/app/cli.ts"), "demo"];
const children: ChildProcess[] = [spawn(process.execPath, server, { cwd: root, stdio: "inherit" })];
const viteConfig = join(root, "web/vite.config.ts");
if (existsSync(viteConfig)) {
  const vite = [join(root, "node_modules/vite/bin/vite.js"), "build", "--watch", "--config", viteConfig];
  children.push(spawn(process.execPath, vite, { cwd: join(root, "web"), stdio: ["ignore", "inherit", "inherit"] }));
}

const endAll = (): void => {
  for (const child of children) child.kill("SIGTERM");
};
for (const child of children) {
  child.once("exit", (code) => {
    process.exitCode ||= code ?? 0;
    endAll();
  });
}
process.on("SIGINT", endAll);
process.on("SIGTERM", endAll);
