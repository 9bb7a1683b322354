import { audit } from "../identity/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { mayWorkIn } from "../warehouse/index.ts";
import * as store from "./grn.store.ts";
import {
  type Count,
  type CountedLine,
  decideCounts,
  decideGrnEvent,
  decideScan,
  type GrnId,
  type QcVerdict,
} from "./grn.ts";

/** What a scan counted. */
export interface Scanned {
  readonly sku: string;
  readonly accepted: number;
  readonly rejected: number;
  /** Pieces of the line that may still come on this receipt. */
  readonly left: number;
}

/**
 * Counts one piece that was scanned, by our SKU or the vendor's code. Refusals: NOT_FOUND, GRN_STATE, those of `decideScan`
 * and of `decideCounts`.
 */
export function scanIntoGrn(
  ctx: Ctx,
  input: {
    grnId: GrnId;
    code: string;
    verdict: QcVerdict;
    reason: string | null;
    /** Takes one such scan back instead. */
    takeBack?: boolean | undefined;
  },
): Promise<Result<Scanned>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const grn = await store.lockGrn(tx, input.grnId);
    if (!grn || !mayWorkIn(ctx, grn.facilityId)) return refuse("NOT_FOUND", { what: "goods receipt", id: input.grnId });
    const may = decideGrnEvent(grn, "count");
    if (!may.ok) return may;
    const lines = await store.countedLines(tx, grn);
    const scanned = decideScan(grn, lines, input);
    if (!scanned.ok) return scanned;
    const decision = decideCounts(grn, lines, [scanned.value]);
    if (!decision.ok) return decision;
    await store.saveCounts(tx, grn, decision.value);
    return ok(stood(lines, scanned.value));
  });
}

function stood(lines: readonly CountedLine[], count: Count): Scanned {
  const line = lines.find((each) => each.lineId === count.lineId);
  const { accepted, rejected } = count;
  return { sku: line?.sku ?? "", accepted, rejected, left: (line?.room ?? 0) - accepted - rejected };
}

/**
 * Sets counts of lines as they were typed, or corrects what was scanned. Refusals: NOT_FOUND, GRN_STATE and those of
 * `decideCounts`.
 */
export function setGrnCounts(ctx: Ctx, input: { grnId: GrnId; counts: readonly Count[] }): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const grn = await store.lockGrn(tx, input.grnId);
    if (!grn || !mayWorkIn(ctx, grn.facilityId)) return refuse("NOT_FOUND", { what: "goods receipt", id: input.grnId });
    const may = decideGrnEvent(grn, "count");
    if (!may.ok) return may;
    const lines = await store.countedLines(tx, grn);
    const decision = decideCounts(grn, lines, input.counts);
    if (!decision.ok) return decision;
    await store.saveCounts(tx, grn, decision.value);
    await audit(tx, ctx, {
      action: "purchasing.grn_counted",
      recordType: "grn",
      recordId: grn.grnId,
      recordCode: grn.code,
      before: lines.filter((line) => decision.value.some((count) => count.lineId === line.lineId)).map(asCount),
      after: decision.value,
    });
    return ok();
  });
}

const asCount = ({ lineId, accepted, rejected, rejectReason }: CountedLine): Count => ({
  lineId,
  accepted,
  rejected,
  rejectReason,
});
