import { readConfig } from "../platform/config.ts";
import { createLog } from "../platform/log.ts";
import { compose } from "./compose.ts";
import { doctor } from "./doctor.ts";

/**
 * `./godown doctor`: proves that the document store takes and gives files, and that ledger and levels, series and invoices,
 * orders and units agree. Changes nothing but the store's probe.
 */
export async function doctorCommand(): Promise<number> {
  const config = readConfig();
  const log = createLog({ level: config.logLevel, name: "doctor" });
  const foundation = await compose(config, { log, role: "doctor" });
  try {
    const write = (line: string) => process.stdout.write(`${line}\n`);
    // A store that refuses us ended `compose` already, in the same words.
    const documents = await foundation.services.documents.check();
    if (!documents.ok) write(documents.words);
    return Math.max(documents.ok ? 0 : 1, await doctor(foundation.services, write));
  } finally {
    await foundation.close();
  }
}
