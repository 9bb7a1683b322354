import { describe, expect, it } from "vitest";
import type { PackageState } from "../fulfilment/index.ts";
import { newId } from "../kernel/index.ts";
import { returnManifestLifecycle } from "./manifest/return-manifest.ts";
import { type BackParcel, decidePlace, decideReceive, decideUnits, type ParcelUnit } from "./parcel.ts";
import { type ReturnKind, type ReturnUnitState, returnLifecycle, returnUnitLifecycle } from "./return-case.ts";

const facilityId = newId<"Facility">();

function aUnit(over: Partial<ParcelUnit> = {}): ParcelUnit {
  return {
    ...{ unitId: newId<"SaleOrderItem">(), code: "U-1", skuId: newId<"Sku">(), sku: "SHOE", name: "Shoe" },
    ...{ imageUrl: null, state: "DISPATCHED", returnCaseId: null, returnCode: null, returnKind: null },
    ...{ returnState: null, itemState: null, grade: null, received: null },
    ...over,
  };
}
/** A unit that is in a return. */
function inReturn(kind: ReturnKind, itemState: ReturnUnitState, over: Partial<ParcelUnit> = {}): ParcelUnit {
  const received = itemState === "EXPECTED" ? null : "by asha on 20/11/2026 10:00";
  return aUnit({
    returnCaseId: newId<"ReturnCase">(),
    returnCode: `${kind}-1`,
    returnKind: kind,
    itemState,
    received,
    ...over,
  });
}
function aParcel(state: PackageState, units: readonly ParcelUnit[]): BackParcel {
  return {
    ...{
      shippingPackageId: newId<"ShippingPackage">(),
      code: "P-1",
      state,
      awb: "AW1",
      saleOrderId: newId<"SaleOrder">(),
    },
    ...{
      orderCode: "JM-1",
      channelOrderId: "JM-1",
      channelId: newId<"Channel">(),
      channelCode: "JUPITER",
      source: "X",
    },
    ...{ courier: null, facilityId, facilityCode: "BLR", rtoFacilityId: facilityId, rtoFacilityCode: "BLR" },
    ...{ returnManifestId: null, returnManifestCode: null, returnManifestOpen: false, units },
  };
}
const road = (parcel: BackParcel, chosen: readonly ParcelUnit[] | null = null, named: readonly string[] = []) => {
  const decision = decideReceive(parcel, chosen && new Set(chosen.map((unit) => unit.unitId)), new Set(named));
  return decision.ok
    ? { road: decision.value.road, announced: decision.value.announced, units: decision.value.units.length }
    : decision.refusal.code;
};

describe("what a parcel in somebody's hands is", () => {
  it("travelling or expected back: all of it turned back", () => {
    expect(road(aParcel("DISPATCHED", [aUnit(), aUnit()]))).toEqual({ road: "RTO", announced: false, units: 2 });
    expect(road(aParcel("SHIPPED", [aUnit()]))).toEqual({ road: "RTO", announced: false, units: 1 });
    expect(road(aParcel("RETURN_EXPECTED", [aUnit()]))).toEqual({ road: "RTO", announced: true, units: 1 });
    // One line was announced; the box holds the other too.
    const half = [inReturn("RTO", "EXPECTED"), aUnit()];
    expect(road(aParcel("RETURN_EXPECTED", half))).toEqual({ road: "RTO", announced: true, units: 2 });
    // What the customer had announced of it comes in the same box.
    expect(road(aParcel("RETURN_EXPECTED", [inReturn("CIR", "EXPECTED"), aUnit()]))).toMatchObject({
      road: "RTO",
      units: 2,
    });
  });

  it("delivered: only what was announced of it", () => {
    expect(road(aParcel("DELIVERED", [aUnit({ state: "DELIVERED" })]))).toBe("RETURN_OF_DELIVERED");
    const one = inReturn("CIR", "EXPECTED", { state: "DELIVERED" });
    expect(road(aParcel("DELIVERED", [one, aUnit({ state: "DELIVERED" })]))).toEqual({
      road: "CIR",
      announced: true,
      units: 1,
    });
    expect(road(aParcel("DELIVERED", [inReturn("RTO", "EXPECTED"), one]))).toEqual({
      road: "RTO",
      announced: true,
      units: 1,
    });
  });

  it("of a scanned return its own units alone, and what is received of it already is said so", () => {
    const [one, two] = [inReturn("CIR", "EXPECTED"), inReturn("CIR", "EXPECTED")];
    expect(road(aParcel("DELIVERED", [one, two]), null, [one.returnCaseId ?? ""])).toMatchObject({
      road: "CIR",
      units: 1,
    });
    const done = inReturn("CIR", "RECEIVED");
    expect(road(aParcel("DELIVERED", [done, two]), null, [done.returnCaseId ?? ""])).toBe("RETURN_ALREADY_RECEIVED");
  });

  it("back already, or never sent", () => {
    expect(road(aParcel("RETURN_ACKNOWLEDGED", [inReturn("RTO", "RECEIVED")]))).toBe("RETURN_ALREADY_RECEIVED");
    expect(road(aParcel("RETURNED", [inReturn("RTO", "RETURNED", { state: "RETURNED" })]))).toBe(
      "RETURN_ALREADY_RECEIVED",
    );
    const byWord = inReturn("RTO", "RETURNED", { state: "RETURNED", received: null });
    expect(road(aParcel("RETURNED", [byWord]))).toBe("RETURN_TAKEN_BY_WORD");
    for (const state of ["CREATED", "PACKED", "MANIFESTED", "CANCELLED", "SPLITTED"] as const)
      expect(road(aParcel(state, [aUnit()])), state).toBe("RETURN_NOT_DISPATCHED");
  });

  it("missing units are meant only where they are named, and alone", () => {
    const [missing, done] = [inReturn("RTO", "MISSING"), inReturn("RTO", "RECEIVED")];
    const parcel = aParcel("RETURN_ACKNOWLEDGED", [missing, done]);
    expect(road(parcel)).toBe("RETURN_ALREADY_RECEIVED");
    expect(road(parcel, [missing])).toEqual({ road: "FOUND", announced: true, units: 1 });
    expect(road(parcel, [missing, done])).toBe("RETURN_UNITS_NOT_DUE");
    expect(road(aParcel("RETURNED", [inReturn("RTO", "LOST"), done]), [])).toBe("RETURN_ALREADY_RECEIVED");
  });
});

describe("what is said of units", () => {
  const [one, two] = [aUnit({ code: "U-1" }), aUnit({ code: "U-2" })];
  const parcel = aParcel("RETURN_EXPECTED", [one, two]);
  const due = (kind: "RTO" | "CIR") => ({ road: kind, announced: true, units: [one, two] });
  const said = (received: readonly ParcelUnit[], missing: readonly ParcelUnit[]) => ({
    received: new Set<string>(received.map((unit) => unit.unitId)),
    missing: new Set<string>(missing.map((unit) => unit.unitId)),
  });

  it("covers a parcel that turned back whole; a customer may send in parts", () => {
    expect(decideUnits(parcel, due("RTO"), null)).toEqual({ ok: true, value: { received: [one, two], missing: [] } });
    expect(decideUnits(parcel, due("RTO"), said([one], [two]))).toMatchObject({
      value: { received: [one], missing: [two] },
    });
    expect(decideUnits(parcel, due("RTO"), said([one], []))).toMatchObject({
      refusal: { code: "RETURN_UNITS_UNDECIDED", facts: { units: ["U-2"] } },
    });
    expect(decideUnits(parcel, due("CIR"), said([one], []))).toMatchObject({ value: { received: [one], missing: [] } });
    expect(decideUnits(parcel, due("CIR"), said([aUnit()], []))).toMatchObject({
      refusal: { code: "RETURN_UNITS_NOT_DUE" },
    });
  });

  it("is taken in the right place", () => {
    const at = { facilityId: newId<"Facility">(), code: "PUN" };
    expect(decidePlace(parcel, "RTO", at, true).ok).toBe(true);
    expect(decidePlace(parcel, "CIR", at, false).ok).toBe(true);
    expect(decidePlace(parcel, "RTO", { facilityId, code: "BLR" }, false).ok).toBe(true);
    expect(decidePlace(parcel, "RTO", at, false)).toMatchObject({
      refusal: { code: "RETURN_WRONG_FACILITY", facts: { wanted: "BLR", facility: "PUN" } },
    });
  });
});

describe("the lifecycles", () => {
  it.each([returnLifecycle, returnUnitLifecycle, returnManifestLifecycle])(
    "of a $name reach every state, and none leaves its end",
    (machine) => {
      const events = Object.values(machine.events) as { from: readonly string[]; to: string }[];
      const reached = new Set<string>(machine.initial);
      for (let before = -1; before !== reached.size; ) {
        before = reached.size;
        for (const { from, to } of events) if (from.some((state) => reached.has(state))) reached.add(to);
      }
      expect([...machine.states].filter((state) => !reached.has(state))).toEqual([]);
      const left = events.flatMap(({ from }) => from);
      expect([...machine.terminal].filter((state) => left.includes(state))).toEqual([]);
    },
  );
});
