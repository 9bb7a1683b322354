import type { TenantId } from "../kernel/index.ts";
import type { Services } from "../platform/context.ts";
import * as look from "./doctor.queries.ts";

/** A row that is not as it should be. */
export interface Difference extends look.Finding {
  readonly tenant: string;
  readonly check: string;
}

/** Something that must always hold, looked at from outside: by sums, not by the code that keeps it. */
export interface Check {
  readonly name: string;
  /** What holds when all is well. */
  readonly holds: string;
  readonly look: look.Look;
}

export const CHECKS: readonly Check[] = [
  { name: "stock-levels", holds: "every level equals the sum of its ledger", look: look.levelsAndLedger },
  { name: "shelf-stock", holds: "every shelf equals the sum of its ledger", look: look.shelvesAndLedger },
  { name: "blocked-stock", holds: "as much is blocked as units hold", look: look.blockedAndUnits },
  { name: "putaway", holds: "as much waits for putaway as pieces do", look: look.putawayAndItems },
  {
    name: "series",
    holds: "numbers have no gap and no repeat, and the next one is right",
    look: look.seriesAndPapers,
  },
  { name: "invoice-numbers", holds: "a number is printed once and ends in its count", look: look.invoiceNumbers },
  { name: "invoice-lines", holds: "an invoice's total is that of its lines", look: look.invoicesAndLines },
  { name: "order-totals", holds: "an order's total is that of its units", look: look.orderTotals },
  { name: "order-states", holds: "an order's state follows from its units", look: look.orderStates },
  { name: "packages", holds: "a unit's state follows its package", look: look.unitsAndPackages },
];

/** Runs every check on one tenant, all on the same snapshot: what is being changed meanwhile is seen whole or not at all. */
export async function examineTenant(
  services: Pick<Services, "db">,
  tenant: { tenantId: TenantId; code: string },
): Promise<Difference[]> {
  return services.db.snapshot(tenant.tenantId, async (tx) => {
    const differences: Difference[] = [];
    for (const check of CHECKS)
      for (const finding of await check.look(tx))
        differences.push({ tenant: tenant.code, check: check.name, ...finding });
    return differences;
  });
}

/**
 * Compares what is kept twice, tenant by tenant, and writes each difference as a line that names the row.
 * @returns the exit code: 0 where all is well, 1 where something differs
 */
export async function doctor(services: Pick<Services, "db">, write: (line: string) => void): Promise<number> {
  const tenants = await services.db.tenants();
  let count = 0;
  for (const tenant of tenants)
    for (const d of await examineTenant(services, tenant)) {
      count += 1;
      write(`${d.tenant}: ${d.check}: ${d.record}: expected ${d.expected}, found ${d.found}`);
    }
  const looked = `${CHECKS.length} checks on ${tenants.length} tenant${tenants.length === 1 ? "" : "s"}`;
  write(count === 0 ? `All is well: ${looked}.` : `${count} difference${count === 1 ? "" : "s"} found by ${looked}.`);
  return count === 0 ? 0 : 1;
}
