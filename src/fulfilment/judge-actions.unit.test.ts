import { describe, expect, it } from "vitest";
import { newId } from "../kernel/index.ts";
import { type CancelRule, judgeActions } from "./judge-actions.ts";
import type { JudgedOrder, JudgedUnit } from "./order-actions.queries.ts";

const NOW = Temporal.Instant.from("2026-11-20T05:00:00Z");
const place = (code: string) => ({ id: newId<"Facility">(), code, name: code });
const order: JudgedOrder = {
  code: "SO-1",
  state: "PROCESSING",
  onHold: false,
  heldUnits: 0,
  heldByWord: [],
  source: "JUPITER_MONEY",
  channel: "Jupiter_1",
  facilities: [place("BLR1"), place("DEL1")],
};
const unit = (over: Partial<JudgedUnit> = {}): JudgedUnit => ({
  id: newId<"SaleOrderItem">(),
  code: "SO-1-1",
  state: "FULFILLABLE",
  facilityId: null,
  cancelRequested: false,
  packageState: "CREATED",
  packageCode: "BLR1-1",
  invoice: null,
  irnAt: null,
  ...over,
});
const rule: CancelRule = { label: "Oker", sellerCancel: "dispatched", asksChannel: true };
const packed = { state: "PACKED", packageState: "PACKED", invoice: "KA26-7" } as const;

const judge = (units: JudgedUnit[], over: Partial<JudgedOrder> = {}, by = rule) =>
  judgeActions({ ...order, ...over }, units, by, NOW);
const allowed = (units: JudgedUnit[], over: Partial<JudgedOrder> = {}, by = rule) =>
  judge(units, over, by).actions.flatMap((a) => (a.allowed ? [a.action] : []));

describe("what an order allows", () => {
  it("offers what its state allows, and says of each of the others why not", () => {
    expect(allowed([unit()])).toEqual(["hold", "cancel", "switchFacility", "prioritize"]);
    expect(allowed([unit()], { state: "PENDING_VERIFICATION", onHold: true })).toContain("verify");
    expect(allowed([unit({ state: "DISPATCHED" })], { state: "COMPLETE" })).toEqual([]);
    for (const state of ["COMPLETE", "CANCELLED"] as const)
      for (const action of judge([unit()], { state }).actions) expect(action.why, action.action).not.toBeNull();
  });

  it("takes units off hold that a doubt holds, though the order is not held", () => {
    expect(allowed([unit()], { heldUnits: 1 })).toContain("unhold");
  });

  it("leaves units on hold that the channel says have left, and says so", () => {
    const waits = { heldUnits: 1, heldByWord: ["SO-1-1"] };
    expect(judge([unit()], waits).actions.find((each) => each.action === "unhold")).toMatchObject({
      ...{ allowed: false, why: expect.stringContaining("The channel says that SO-1-1 left") },
    });
    expect(allowed([unit()], { ...waits, heldUnits: 2 })).toContain("unhold");
    expect(allowed([unit()], { ...waits, onHold: true })).toContain("unhold");
  });

  it("says where the goods of a cancelled unit go", () => {
    const units = [
      unit({ state: "UNFULFILLABLE", packageState: null, packageCode: null }),
      unit(),
      unit(packed),
      unit({ state: "CANCELLED" }),
    ];
    expect(judge(units).units.map((u) => u.becomes)).toEqual(["NOTHING", "FREE", "PUTAWAY", null]);
  });

  it("offers the credit note where the invoice's IRN is older than 24 hours, and not where the channel makes credit notes itself", () => {
    const at = (hours: number, by = rule) =>
      judge([unit({ ...packed, irnAt: NOW.subtract({ hours }) })], {}, by).units[0];
    expect(at(23)).toMatchObject({ allowed: true, byCreditNote: false });
    expect(at(25)).toMatchObject({ allowed: true, byCreditNote: true, becomes: "PUTAWAY" });
    expect(at(25, { ...rule, creditsAlone: true })).toMatchObject({
      allowed: false,
      byCreditNote: false,
      why: "The IRN of invoice KA26-7 is too old to be cancelled, and Oker makes the credit notes itself.",
    });
  });

  it("keeps units by the source's rule, by a manifest, by a waiting cancellation", () => {
    const before = { ...rule, sellerCancel: "invoiced" } as const;
    expect(judge([unit(packed)], {}, before).units[0]?.why).toBe(
      "Oker allows the seller to cancel only before the invoice exists. BLR1-1 is PACKED, with invoice KA26-7.",
    );
    const worded = { ...before, sellerCancelRule: "Cancellations is not allowed post invoiced (Packed)." };
    expect(judge([unit({ ...packed, state: "MANIFESTED" })], {}, worded).units[0]?.why).toMatch(
      /^Cancellations is not allowed post invoiced \(Packed\)\./,
    );
    expect(allowed([unit()], {}, { ...rule, sellerCancel: "never" })).not.toContain("cancel");
    expect(judge([unit({ state: "MANIFESTED" })]).units[0]?.why).toContain("manifest");
    expect(judge([unit({ cancelRequested: true })]).units[0]?.allowed).toBe(false);
  });

  it("moves only what is not picked, and only where there is a second facility", () => {
    expect(allowed([unit(packed)])).not.toContain("switchFacility");
    expect(allowed([unit(packed), unit()])).toContain("switchFacility");
    expect(allowed([unit()], { facilities: [place("BLR1")] })).not.toContain("switchFacility");
  });
});
