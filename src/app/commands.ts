/** A command of `./godown`. What it needs is loaded when it is called, so that `help` answers at once. */
export interface Command {
  /** What follows the name, for help. */
  readonly usage: string;
  readonly summary: string;
  /** @returns the exit code */
  readonly run: (args: readonly string[]) => Promise<number>;
}

export const commands: Readonly<Record<string, Command>> = {
  demo: {
    usage: "",
    summary: "a running system with simulated marketplaces and orders coming in",
    run: async () => (await import("./demo/demo.ts")).runDemo(),
  },
  serve: {
    usage: "",
    summary: "web server and worker in one process",
    run: async () => (await import("./run.ts")).runProcess({ web: true, worker: true }),
  },
  web: {
    usage: "",
    summary: "web server alone; any number of them share a database",
    run: async () => (await import("./run.ts")).runProcess({ web: true, worker: false }),
  },
  worker: {
    usage: "",
    summary: "background jobs alone; any number of them share a database",
    run: async () => (await import("./run.ts")).runProcess({ web: false, worker: true }),
  },
  simulator: {
    usage: "SOURCE [PORT]",
    summary: "one simulated marketplace, portal, partner or courier alone",
    run: async (args) => (await import("./simulator-command.ts")).simulatorCommand(args),
  },
  conform: {
    usage: "--help",
    summary: "check anybody's implementation of a protocol: marketplace, partner, courier",
    run: async (args) => (await import("./conform-command.ts")).runConformCommand(args),
  },
  migrate: {
    usage: "",
    summary: "bring the database to this version and check its schema",
    run: async () => (await import("./migrate-command.ts")).migrateCommand(),
  },
  doctor: {
    usage: "",
    summary: "compare ledger and levels, series and invoices, orders and units; ends with 1 where they differ",
    run: async () => (await import("./doctor-command.ts")).doctorCommand(),
  },
};
