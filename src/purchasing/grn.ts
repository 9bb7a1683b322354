import { type FacilityId, type Id, lifecycle, ok, type Result, refuse, type SkuId } from "../kernel/index.ts";
import type { PurchaseOrderLineId } from "./purchase-order.ts";

export type GrnId = Id<"Grn">;

/** Life of a goods receipt: counted and inspected, then put away. Its stock counts only when its putaways are complete. */
export const grnLifecycle = lifecycle({
  name: "goods receipt",
  states: ["CREATED", "QC_COMPLETE", "COMPLETE", "DISCARDED"],
  initial: ["CREATED"],
  terminal: ["COMPLETE", "DISCARDED"],
  events: {
    count: { from: ["CREATED"], to: "CREATED" },
    finish: { from: ["CREATED"], to: "QC_COMPLETE" }, // its pieces wait for putaway
    putAway: { from: ["QC_COMPLETE"], to: "COMPLETE" }, // by the putaway of its last piece, never by a person
    discard: { from: ["CREATED"], to: "DISCARDED" },
  },
});
export type GrnState = (typeof grnLifecycle.states)[number];
export type GrnEvent = keyof typeof grnLifecycle.events;

const STATE_WORDS: Readonly<Record<GrnState, string>> = {
  CREATED: "being counted",
  QC_COMPLETE: "finished",
  COMPLETE: "put away",
  DISCARDED: "discarded",
};

/** Whether an event may happen now. Pure. Refuses GRN_STATE. */
export function decideGrnEvent(
  grn: { readonly code: string; readonly state: GrnState },
  event: GrnEvent,
): Result<GrnState> {
  if (grnLifecycle.may(event, grn.state)) return ok(grnLifecycle.events[event].to);
  return refuse("GRN_STATE", { grn: grn.code, state: STATE_WORDS[grn.state], event });
}

/** So many pieces are received at once: each becomes a row that waits for its shelf, in one transaction. */
export const GRN_UNITS_MAX = 10_000;

/** A line of the order as one receipt sees it. */
export interface CountedLine {
  readonly lineId: PurchaseOrderLineId;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly vendorSku: string | null;
  /** Ordered and not received by finished receipts, nor being counted on other open ones. */
  readonly room: number;
  /** Counted on this receipt. */
  readonly accepted: number;
  readonly rejected: number;
  readonly rejectReason: string | null;
}

/** What a line of a receipt is to be: whole numbers, not differences. */
export interface Count {
  readonly lineId: PurchaseOrderLineId;
  readonly accepted: number;
  readonly rejected: number;
  readonly rejectReason: string | null;
}

/**
 * Whether these counts may stand. Pure. All that is too much is named, not only the first. Refusals, in this order:
 * GRN_LINE_UNKNOWN, GRN_MORE_THAN_ORDERED, GRN_REASON_MISSING, GRN_TOO_LARGE.
 */
export function decideCounts(
  grn: { readonly code: string; readonly orderCode: string },
  lines: readonly CountedLine[],
  counts: readonly Count[],
): Result<Count[]> {
  const byId = new Map(lines.map((line) => [line.lineId, line]));
  const wanted = new Map(counts.map((count) => [count.lineId, count]));
  const strange = counts.filter((count) => !byId.has(count.lineId));
  if (strange.length > 0) return refuse("GRN_LINE_UNKNOWN", { count: strange.length, order: grn.orderCode });
  const given = [...wanted.values()].map((count) => ({ ...count, line: byId.get(count.lineId) }));
  const over = given.filter(({ line, accepted, rejected }) => line && accepted + rejected > line.room);
  if (over.length > 0)
    return refuse("GRN_MORE_THAN_ORDERED", {
      lines: over.map(({ line, ...c }) => `${line?.sku}: ${c.accepted + c.rejected} counted, ${line?.room} to come`),
    });
  const silent = given.filter((count) => count.rejected > 0 && count.rejectReason === null);
  if (silent.length > 0) return refuse("GRN_REASON_MISSING", { skus: silent.map(({ line }) => line?.sku ?? "") });
  const units = lines.reduce((sum, line) => {
    const { accepted, rejected } = wanted.get(line.lineId) ?? line;
    return sum + accepted + rejected;
  }, 0);
  if (units > GRN_UNITS_MAX) return refuse("GRN_TOO_LARGE", { grn: grn.code, units, unitsMax: GRN_UNITS_MAX });
  // A reason without a rejected piece says nothing.
  return ok(
    given.map(({ line: _line, ...count }) => ({
      ...count,
      rejectReason: count.rejected > 0 ? count.rejectReason : null,
    })),
  );
}

/** What a person says of the piece in the hand. */
export type QcVerdict = "accepted" | "rejected";

/**
 * The count of a line after one piece more was scanned, or one scan taken back. Pure. A piece is known by our SKU or by the
 * vendor's code for it. Refuses GRN_SCAN_UNKNOWN, GRN_NOTHING_COUNTED; the rest is judged by `decideCounts`.
 */
export function decideScan(
  grn: { readonly orderCode: string },
  lines: readonly CountedLine[],
  scan: {
    readonly code: string;
    readonly verdict: QcVerdict;
    readonly reason: string | null;
    readonly takeBack?: boolean | undefined;
  },
): Result<Count> {
  const same = (text: string | null) => text?.toUpperCase() === scan.code.toUpperCase();
  const line = lines.find((each) => same(each.sku)) ?? lines.find((each) => same(each.vendorSku));
  if (line === undefined) return refuse("GRN_SCAN_UNKNOWN", { code: scan.code, order: grn.orderCode });
  const by = scan.takeBack ? -1 : 1;
  const rejects = scan.verdict === "rejected";
  const accepted = line.accepted + (rejects ? 0 : by);
  const rejected = line.rejected + (rejects ? by : 0);
  if (accepted < 0 || rejected < 0) return refuse("GRN_NOTHING_COUNTED", { sku: line.sku, verdict: scan.verdict });
  return ok({
    lineId: line.lineId,
    accepted,
    rejected,
    rejectReason: rejects ? (scan.reason ?? line.rejectReason) : line.rejectReason,
  });
}

/** A piece that was received, as it waits for its shelf. */
export interface ReceivedUnit {
  readonly facilityId: FacilityId;
  readonly skuId: SkuId;
  /** The inspection's verdict, proposed to whoever puts it away. */
  readonly grade: "good" | "qc_rejected";
  readonly note: string;
}

/** The pieces of a receipt, one each. Pure. Refuses GRN_EMPTY. */
export function decideFinish(
  grn: { readonly code: string; readonly facilityId: FacilityId },
  lines: readonly CountedLine[],
): Result<ReceivedUnit[]> {
  const units = lines.flatMap(({ skuId, accepted, rejected, rejectReason }) => [
    ...Array.from({ length: accepted }, () => ({
      facilityId: grn.facilityId,
      skuId,
      grade: "good" as const,
      note: grn.code,
    })),
    ...Array.from({ length: rejected }, () => ({
      facilityId: grn.facilityId,
      skuId,
      grade: "qc_rejected" as const,
      note: `${grn.code}, rejected: ${rejectReason ?? ""}`,
    })),
  ]);
  return units.length === 0 ? refuse("GRN_EMPTY", { grn: grn.code }) : ok(units);
}
