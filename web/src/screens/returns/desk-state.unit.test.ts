import { describe, expect, it } from "vitest";
import {
  type Candidate,
  type DeskUnit,
  isBlocked,
  isSame,
  lackingWords,
  pointAt,
  receiptOf,
  sayOf,
  syncWords,
  takeInHand,
  turnBy,
  turnToFound,
  undecided,
} from "./desk-state.ts";

const unit = (n: number, over: Partial<DeskUnit> = {}): DeskUnit => ({
  ...{ unitId: `u${n}`, code: `O-1-${n}`, sku: n < 3 ? "KURTA" : "SHEET", name: `Thing ${n}`, imageUrl: null },
  ...{ state: "DISPATCHED", returnCaseId: null, returnCode: null, returnKind: null, returnState: null },
  ...{ itemState: null, grade: null, due: true, ...over },
});
const parcel = (units: readonly DeskUnit[], over: Partial<Candidate> = {}): Candidate => ({
  ...{ shippingPackageId: "p", package: "BLR1-7", state: "DISPATCHED", awb: "AWB7", courier: null, saleOrderId: "o" },
  ...{ order: "O-1", channel: "AJIO_1", dispatchFacility: "BLR1", expectedFacility: "BLR1", foundBy: "AWB" },
  ...{ road: "RTO", announced: false, syncFirst: true, returnManifest: null, refusal: null, units, ...over },
});
const refusal = { code: "RETURN_ALREADY_RECEIVED", message: "It was received.", whatToDo: "Nothing." };

describe("the parcel in the hand", () => {
  it("goes from unit to unit, and names every unit of a parcel that turned back", () => {
    const one = takeInHand("awb7", parcel([unit(1), unit(2), unit(3)]));
    expect(lackingWords(one)).toMatch(/3 units/);
    const two = sayOf(one, "good");
    expect(two.at).toBe("u2");
    const all = sayOf(sayOf(two, "missing"), "bad");
    expect(lackingWords(all)).toBeNull();
    expect(receiptOf(all)).toEqual({
      ...{ shippingPackageId: "p", unannounced: true },
      units: [
        { unitId: "u1", grade: "good", missing: false },
        { unitId: "u2", grade: null, missing: true },
        { unitId: "u3", grade: "bad", missing: false },
      ],
    });
  });

  it("stays at the last unit, so that a slip of the key is corrected by another press", () => {
    const done = sayOf(takeInHand("x", parcel([unit(1)])), "bad");
    expect(receiptOf(sayOf(done, "good")).units).toEqual([{ unitId: "u1", grade: "good", missing: false }]);
  });

  it("turns to the unit that is scanned: one of which nothing was said", () => {
    const hand = sayOf(takeInHand("x", parcel([unit(1), unit(2), unit(3)])), "good");
    expect(pointAt(hand, "sheet")?.at).toBe("u3");
    expect(pointAt(hand, "KURTA")?.at).toBe("u2");
    expect(pointAt(hand, "o-1-1")?.at).toBe("u1");
    expect(pointAt(hand, "AWB9")).toBeNull();
    expect(turnBy(turnBy(hand, -1), -1).at).toBe("u3");
  });

  it("knows its own codes, but not its order's: that one may stand for several parcels", () => {
    const hand = takeInHand("RP-100001", parcel([unit(1)]));
    expect(["rp-100001", "blr1-7", "awb7"].map((code) => isSame(hand, code))).toEqual([true, true, true]);
    expect(isSame(hand, "O-1")).toBe(false);
  });

  it("lets a customer send a part of it", () => {
    const hand = takeInHand("x", parcel([unit(1), unit(2)], { road: "CIR", announced: true }));
    expect(lackingWords(hand)).toMatch(/at least one/);
    const said = sayOf(hand, "qc_rejected");
    expect(lackingWords(said)).toBeNull();
    expect(receiptOf(said).units).toHaveLength(1);
    expect(undecided(said).map((each) => each.unitId)).toEqual(["u2"]);
  });

  it("takes units that were missing when they are found, and nothing else of a parcel that was received", () => {
    const units = [unit(1, { due: false, itemState: "RECEIVED" }), unit(2, { due: false, itemState: "MISSING" })];
    const hand = takeInHand("x", parcel(units, { refusal, road: null, announced: true }));
    expect(isBlocked(hand)).toBe(true);
    expect(lackingWords(hand)).toBe("It was received.");
    const found = sayOf(turnToFound(hand), "good");
    expect(isBlocked(found)).toBe(false);
    expect(receiptOf(found).units).toEqual([{ unitId: "u2", grade: "good", missing: false }]);
  });
});

it("says what the channel answered", () => {
  const line = { status: "RTO", raw: "RTO Initiated" };
  expect(syncWords({ changed: true, lines: [line, line] })).toBe(
    "The channel says “RTO Initiated”: that is news, and it stands here now.",
  );
  expect(syncWords({ changed: false, lines: [] })).toMatch(/nothing new/);
});
