import { expect, it } from "vitest";
import { runWeek } from "./run.ts";

it("a day", { timeout: 900_000 }, async () => {
  const report = await runWeek({
    seed: 1,
    days: 1,
    ordersPerDay: Number(process.env.ORDERS ?? 60),
    say: (l) => process.stdout.write(`${l}\n`),
  });
  process.stdout.write(JSON.stringify(report, null, 1));
  expect(report.findings).toEqual([]);
});
