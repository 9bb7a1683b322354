import { readConfig } from "../platform/config.ts";
import { createLog } from "../platform/log.ts";
import { compose } from "./compose.ts";
import { doctor } from "./doctor.ts";

/** `./godown doctor`: proves that ledger and levels, series and invoices, orders and units agree. Changes nothing. */
export async function doctorCommand(): Promise<number> {
  const config = readConfig();
  const log = createLog({ level: config.logLevel, name: "doctor" });
  const foundation = await compose(config, { log, role: "doctor" });
  try {
    return await doctor(foundation.services, (line) => process.stdout.write(`${line}\n`));
  } finally {
    await foundation.close();
  }
}
