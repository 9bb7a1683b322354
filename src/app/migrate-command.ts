import { readConfig } from "../platform/config.ts";
import { createLog } from "../platform/log.ts";
import { compose } from "./compose.ts";

/** `./godown migrate`: opening the house migrates and checks; then it is closed again. */
export async function migrateCommand(): Promise<number> {
  const config = readConfig();
  const log = createLog({ level: config.logLevel, name: "migrate" });
  const foundation = await compose(config, { log, role: "migrate" });
  await foundation.close();
  process.stdout.write("The database is at this version and its schema is as it should be.\n");
  return 0;
}
