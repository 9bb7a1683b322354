/** Nothing that a channel showed is unaccounted for. */
import type { AuditBrief } from "./brief.ts";
import { type Finding, finding } from "./finding.ts";
import type { Here } from "./here.ts";

export function checkIntake(brief: AuditBrief, here: Here): Finding[] {
  const found: Finding[] = [];
  const placed = new Set(brief.placed);
  const entries = Map.groupBy(here.intake, (row) => row.channelOrderId);
  for (const row of here.intake) {
    if (!placed.has(row.channelOrderId))
      found.push(finding("INTAKE_UNEXPLAINED", row.channelOrderId, `${row.state} on ${row.channel}, never placed`));
    if (row.state === "FAILED" || row.state === "RECEIVED")
      found.push(finding("INTAKE_OPEN", row.channelOrderId, `${row.state}: ${row.message ?? "no reason"}`));
    if (row.state !== "CREATED" && !row.message && !row.code)
      found.push(finding("INTAKE_UNEXPLAINED", row.channelOrderId, `${row.state} without a stated reason`));
  }
  for (const order of here.orders) {
    const of = entries.get(order.code)?.filter((row) => row.saleOrderId === order.id && row.state === "CREATED") ?? [];
    if (of.length !== 1)
      found.push(finding("INTAKE_UNEXPLAINED", order.code, `${of.length} entries say how it came to be`));
  }
  return found;
}
