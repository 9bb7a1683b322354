import { describe, expect, it } from "vitest";
import { type FacilityId, newId, refuse } from "../kernel/index.ts";
import {
  type CountedLine,
  decideCounts,
  decideFinish,
  decideGrnEvent,
  decideScan,
  GRN_UNITS_MAX,
  grnLifecycle,
} from "./grn.ts";

const grn = { code: "GRN-1", orderCode: "PO-1", facilityId: newId<"Facility">() satisfies FacilityId };
const line = (over: Partial<CountedLine> = {}): CountedLine => ({
  lineId: newId<"PurchaseOrderLine">(),
  skuId: newId<"Sku">(),
  sku: "PEN",
  vendorSku: "MW-1",
  room: 5,
  accepted: 0,
  rejected: 0,
  rejectReason: null,
  ...over,
});
const count = (of: CountedLine, accepted: number, rejected = 0, rejectReason: string | null = null) => ({
  lineId: of.lineId,
  accepted,
  rejected,
  rejectReason,
});

describe("counting a receipt", () => {
  const pen = line();
  const cup = line({ sku: "CUP", vendorSku: "PEN", room: 2 });
  const lines = [pen, cup];

  it("takes as much as was ordered, and names every line with more", () => {
    expect(decideCounts(grn, lines, [count(pen, 4, 1, "torn"), count(cup, 2)])).toMatchObject({ ok: true });
    expect(decideCounts(grn, lines, [count(pen, 5, 1, "torn"), count(cup, 3)])).toEqual(
      refuse("GRN_MORE_THAN_ORDERED", { lines: ["PEN: 6 counted, 5 to come", "CUP: 3 counted, 2 to come"] }),
    );
  });

  it("wants to know why pieces are rejected, and forgets a reason without any", () => {
    expect(decideCounts(grn, lines, [count(pen, 1, 1)])).toEqual(refuse("GRN_REASON_MISSING", { skus: ["PEN"] }));
    expect(decideCounts(grn, lines, [count(pen, 1, 0, "torn")])).toMatchObject({ value: [{ rejectReason: null }] });
  });

  it("refuses a line of another order, and more pieces than one receipt holds", () => {
    expect(decideCounts(grn, lines, [count(line(), 1)])).toEqual(
      refuse("GRN_LINE_UNKNOWN", { count: 1, order: "PO-1" }),
    );
    const much = line({ room: GRN_UNITS_MAX });
    expect(decideCounts(grn, [much, line({ accepted: 1 })], [count(much, GRN_UNITS_MAX)])).toMatchObject({
      refusal: { code: "GRN_TOO_LARGE", facts: { units: GRN_UNITS_MAX + 1 } },
    });
  });

  it("knows a scanned piece by our SKU before the vendor's code, in any case of letters", () => {
    const scan = (code: string, verdict: "accepted" | "rejected" = "accepted", reason: string | null = null) =>
      decideScan(grn, lines, { code, verdict, reason });
    expect(scan("pen")).toMatchObject({ value: { lineId: pen.lineId, accepted: 1, rejected: 0 } });
    expect(scan("mw-1", "rejected", "torn")).toMatchObject({
      value: { lineId: pen.lineId, accepted: 0, rejected: 1, rejectReason: "torn" },
    });
    expect(scan("NIB")).toEqual(refuse("GRN_SCAN_UNKNOWN", { code: "NIB", order: "PO-1" }));
  });

  it("takes a scan back, and refuses where there is none", () => {
    const some = line({ accepted: 1 });
    const back = (verdict: "accepted" | "rejected") =>
      decideScan(grn, [some], { code: "PEN", verdict, reason: null, takeBack: true });
    expect(back("accepted")).toMatchObject({ value: { accepted: 0, rejected: 0 } });
    expect(back("rejected")).toEqual(refuse("GRN_NOTHING_COUNTED", { sku: "PEN", verdict: "rejected" }));
  });

  it("keeps the reason of earlier pieces where none is given, and refuses the first without", () => {
    const torn = line({ rejected: 1, rejectReason: "torn" });
    expect(decideScan(grn, [torn], { code: "PEN", verdict: "rejected", reason: null })).toMatchObject({
      value: { rejected: 2, rejectReason: "torn" },
    });
    const first = decideScan(grn, [pen], { code: "PEN", verdict: "rejected", reason: null });
    if (!first.ok) throw new Error("a scan itself is taken");
    expect(decideCounts(grn, [pen], [first.value])).toMatchObject({ refusal: { code: "GRN_REASON_MISSING" } });
  });
});

describe("finishing a receipt", () => {
  it("makes one unit of each piece, rejected ones with their reason", () => {
    const pen = line({ accepted: 2, rejected: 1, rejectReason: "torn" });
    const of = { facilityId: grn.facilityId, skuId: pen.skuId };
    expect(decideFinish(grn, [pen, line()])).toEqual({
      ok: true,
      value: [
        { ...of, grade: "good", note: "GRN-1" },
        { ...of, grade: "good", note: "GRN-1" },
        { ...of, grade: "qc_rejected", note: "GRN-1, rejected: torn" },
      ],
    });
  });

  it("is refused where nothing is counted", () => {
    expect(decideFinish(grn, [line()])).toEqual(refuse("GRN_EMPTY", { grn: "GRN-1" }));
  });

  it("happens once, and never after discarding", () => {
    const may = Object.fromEntries(grnLifecycle.states.map((state) => [state, grnLifecycle.allowed(state)]));
    expect(may).toEqual({
      CREATED: ["count", "finish", "discard"],
      QC_COMPLETE: ["putAway"],
      COMPLETE: [],
      DISCARDED: [],
    });
    expect(decideGrnEvent({ code: "GRN-1", state: "QC_COMPLETE" }, "finish")).toMatchObject({
      refusal: { code: "GRN_STATE", facts: { state: "finished" } },
    });
  });
});
