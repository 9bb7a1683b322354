import { readSync } from "node:fs";
import { conformCommand } from "../../conform/index.ts";

const WIDTH = 100; // where there is no terminal that says its own
const LINE_MAX_BYTES = 4_096;

/** `./godown conform`. @returns the exit code: 0 nothing failed, 1 something did, 2 not understood or unreachable */
export async function runConformCommand(args: readonly string[]): Promise<number> {
  const writes: Promise<void>[] = [];
  const to = (stream: NodeJS.WriteStream) => (text: string) => {
    writes.push(new Promise((done) => stream.write(text, () => done())));
  };
  const code = await conformCommand(args, {
    out: to(process.stdout),
    err: to(process.stderr),
    readLine,
    clock: () => Temporal.Now.instant(),
    width: process.stdout.columns ?? WIDTH,
    isTerminal: process.stdout.isTTY === true,
  });
  await Promise.all(writes); // the process is ended outright after this, and a long report must be out by then
  return code;
}

/** First line of standard input, read to its end or the limit. */
function readLine(): string {
  const bytes = Buffer.alloc(LINE_MAX_BYTES);
  let length = 0;
  while (length < LINE_MAX_BYTES) {
    const read = readSync(0, bytes, length, LINE_MAX_BYTES - length, null);
    length += read;
    if (read === 0 || bytes.subarray(0, length).includes("\n")) break;
  }
  return bytes.subarray(0, length).toString("utf8").split(/\r?\n/)[0] ?? "";
}
