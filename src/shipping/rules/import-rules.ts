import { auditAll } from "../../identity/index.ts";
import { ok, type Result } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { type CsvRow, readCsv } from "../../platform/csv.ts";
import { csvImport, noOptions } from "../../platform/csv-import.ts";
import type { Tx } from "../../platform/db.ts";
import type { WorkedRow } from "../../platform/work.ts";
import { tellServiceabilityChanged } from "../hooks.ts";
import { type Known, type PlannedLine, planImport } from "./plan-import.ts";
import type { ShippingRule } from "./rule.ts";
import { mayChange } from "./save-rules.ts";
import * as store from "./store.ts";

const ROWS_MAX = 2_000;

/** Titles as they are published (behaviours.md 4.6); the export has the same. */
const COLUMNS = [
  { title: "Facility Code", example: "ALL" },
  { title: "Rule Name", required: true, example: "Heavy parcels by road" },
  { title: "Condition Expression", example: "package.weight > 5000" },
  { title: "Allocation Criteria", example: "ALLOCATE" },
  { title: "Shipping Provider Code", required: true, example: "SURFACE" },
  { title: "Preference", required: true, example: "1" },
  { title: "Enabled", example: "true" },
  { title: "Type", example: "FORWARD" },
] as const;

/** Upload of shipping rules: one transaction for the whole file. */
export const importRules = csvImport({
  kind: "shipping.import_rules",
  title: "Import of shipping rules",
  path: "/shipping-rules/import",
  summary: "Import shipping rules from CSV",
  permission: "shipping.edit",
  rowsMax: ROWS_MAX,
  columns: COLUMNS,
  options: noOptions,
  items: (rows) => rows,
  chunkSize: ROWS_MAX, // an order is taken whole or not at all
  chunk: importAll,
});

async function importAll(ctx: Ctx, tx: Tx, rows: readonly CsvRow[]): Promise<WorkedRow[]> {
  const rules = await store.lockRules(tx);
  const plan = planImport(rows, await knownTo(ctx, tx, rules));
  const good = plan.flatMap((l) =>
    l.rule !== null && (l.outcome === "NEW" || l.outcome === "CHANGED") ? [l.rule] : [],
  );
  if (good.length > 0) {
    await store.saveRules(tx, good, { at: ctx.now, name: ctx.actor.name });
    await tellServiceabilityChanged(tx);
    const before = new Map(rules.map((r) => [r.ruleId, r]));
    await auditAll(
      tx,
      ctx,
      good.map((rule) => ({
        action: before.has(rule.ruleId) ? "shipping.rule_changed" : "shipping.rule_created",
        recordType: "shipping_rule",
        recordId: rule.ruleId,
        recordCode: rule.name,
        ...(before.has(rule.ruleId) ? { before: before.get(rule.ruleId) } : {}),
        after: rule,
      })),
    );
  }
  return plan.map((l): WorkedRow => {
    const about = { rowNo: l.line, recordType: "shipping_rule", recordCode: l.name };
    if (l.refusal !== null) return { ...about, outcome: "FAILED", refusal: l.refusal };
    if (l.outcome === "UNCHANGED") return { ...about, outcome: "UNCHANGED" };
    return { ...about, outcome: "DONE", message: l.words, ...(l.rule === null ? {} : { recordId: l.rule.ruleId }) };
  });
}

/** What an import of this file would do, without doing it. Refuses a file that cannot be read at all. */
export async function dryRunImport(ctx: Ctx, bytes: Uint8Array): Promise<Result<PlannedLine[]>> {
  const required = COLUMNS.filter((c) => "required" in c).map((c) => c.title);
  const rows = readCsv(bytes, { required, rowsMax: ROWS_MAX });
  if (!rows.ok) return rows;
  return ctx.db.read(ctx.tenantId, async (tx) =>
    ok(planImport(rows.value, await knownTo(ctx, tx, await store.allRules(tx)))),
  );
}

async function knownTo(ctx: Ctx, tx: Tx, rules: readonly ShippingRule[]): Promise<Known> {
  return {
    rules,
    providers: await store.providerCodes(tx),
    facilities: await store.facilityCodes(tx),
    mayChange: (facilityId, code) => mayChange(ctx, facilityId, code),
  };
}
