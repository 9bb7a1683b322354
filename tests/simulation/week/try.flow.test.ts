import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createDatabase } from "../../support/database.ts";
import { runWeek } from "./run.ts";

it("a day", { timeout: 900_000 }, async () => {
  const { connectionString, drop } = await createDatabase({ migrated: true });
  const report = await runWeek({
    databaseUrl: connectionString,
    dataDir: mkdtempSync(join(tmpdir(), "godown-week-")),
    seed: 1,
    days: 1,
    ordersPerDay: Number(process.env.ORDERS ?? 60),
    say: (l) => process.stdout.write(`${l}\n`),
  });
  await drop();
  process.stdout.write(JSON.stringify(report, null, 1).slice(0, 6000));
  expect(report.findings.length).toEqual(0);
});
