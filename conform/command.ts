/** `./godown conform`: reads its arguments, runs, prints, and says by its exit code how it went. */
import { printable } from "./exchange.ts";
import { readOptions, USAGE } from "./options.ts";
import { printReport } from "./print.ts";
import { runConform } from "./run.ts";

export interface CommandEnd {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** First line of standard input. */
  readonly readLine: () => string;
  readonly clock: () => Temporal.Instant;
  readonly width: number;
  readonly isTerminal: boolean;
}

/** Exit codes: 0 nothing failed, 1 something did, 2 not understood, or nothing answers there. */
export async function conformCommand(args: readonly string[], end: CommandEnd): Promise<number> {
  const read = readOptions(args, end.readLine);
  if (read.ok === "help") {
    end.out(USAGE);
    return 0;
  }
  if (!read.ok) {
    end.err(`${printable(read.words)}\n\n${USAGE}`);
    return 2;
  }
  const { options } = read;
  // On standard error, and before it happens: standard output holds the report alone.
  const report = await runConform(options, { clock: end.clock, announce: (words) => end.err(`${words}\n`) });
  end.out(
    options.json
      ? `${JSON.stringify(report, null, 2)}\n`
      : printReport(report, { width: end.width, colours: end.isTerminal }),
  );
  if (report.verdict === "unreachable") {
    end.err(`${report.baseUrl} cannot be reached: ${report.message}.\n`);
    return 2;
  }
  return report.verdict === "pass" ? 0 : 1;
}
