import { pathToFileURL } from "node:url";
import { VERSION } from "../platform/version.ts";
import { commands } from "./commands.ts";

/** What `./godown` was called with → exit code: 0 done, 1 failed (with the reason in words), 2 not understood. */
export async function main(args: readonly string[]): Promise<number> {
  const [name = "help", ...rest] = args;
  if (name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(help());
    return 0;
  }
  if (name === "--version") {
    process.stdout.write(`godown ${VERSION}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    process.stderr.write(`There is no command "${name}".\n\n${help()}`);
    return 2;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    process.stderr.write(`${inWords(error)}\n`);
    return 1;
  }
}

/** No part of the product: the script `godown` runs them from tests/. */
const OF_A_CHECKOUT = {
  bench: { usage: "", summary: "measure against the floor of the same database and print a table" },
  sim: {
    usage: "[--seed N] [--days D]",
    summary: "kill processes, let faults storm, live through days of all marketplaces; an auditor compares",
  },
  help: { usage: "", summary: "this list" },
};

function help(): string {
  const lines = Object.entries({ ...commands, ...OF_A_CHECKOUT }).map(
    ([name, { usage, summary }]) => `  ${`${name} ${usage}`.padEnd(24)} ${summary}`,
  );
  return `Usage: ./godown COMMAND\n\n${lines.join("\n")}\n\nSettings come from environment variables: docs/operations.md lists them all.\n`;
}

/** Refusals of ours are sentences; of anything else the stack is what an engineer needs. */
function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return /Refusal$|Fault$/.test(error.name) ? error.message : (error.stack ?? error.message);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  // Ended outright: a library's forgotten timer must not keep a stopped process alive.
  process.exit(await main(process.argv.slice(2)));
}
