import { describe, expect, it } from "vitest";
import { newId } from "../kernel/index.ts";
import { decideRelease, type PromisedUnit } from "./release-units.ts";

const [pen, ink] = [newId<"Sku">(), newId<"Sku">()];
const aParcel = (order: string, skus: readonly (typeof pen)[], packageType: "FIXED" | "FLEXIBLE" = "FLEXIBLE") => {
  const of = { saleOrderId: newId<"SaleOrder">(), shippingPackageId: newId<"ShippingPackage">() };
  return skus.map(
    (skuId, i): PromisedUnit => ({
      ...{ ...of, skuId, packageType, unitId: newId<"SaleOrderItem">(), unitCode: `${order}-${i + 1}` },
      ...{ orderCode: order, packageCode: `P-${order}` },
    }),
  );
};
const codes = (units: readonly PromisedUnit[]) => units.map((unit) => unit.unitCode);

describe("who goes without", () => {
  const units = [...aParcel("A", [pen, ink]), ...aParcel("B", [pen]), ...aParcel("C", [pen, pen])];

  it("is the last in line, unit by unit", () => {
    expect(codes(decideRelease(units, new Map([[pen, 1]])).units)).toEqual(["C-2"]);
    expect(codes(decideRelease(units, new Map([[pen, 3]])).units)).toEqual(["B-1", "C-1", "C-2"]);
    expect(codes(decideRelease(units, new Map([[ink, 1]])).units)).toEqual(["A-2"]);
  });

  it("is a whole parcel where the order ships whole or not at all, and its other pieces count", () => {
    const fixed = [...aParcel("A", [pen]), ...aParcel("B", [pen, ink, pen], "FIXED")];
    const short = new Map([
      [pen, 2],
      [ink, 1],
    ]);
    expect(decideRelease(fixed, short)).toMatchObject({ lacking: new Map() });
    expect(codes(decideRelease(fixed, short).units)).toEqual(["B-1", "B-2", "B-3"]);
    expect(codes(decideRelease(fixed, new Map([[ink, 1]])).units)).toEqual(["B-1", "B-2", "B-3"]);
  });

  it("says what nobody can give back", () => {
    const released = decideRelease(units, new Map([[pen, 6]]));
    expect(released.lacking).toEqual(new Map([[pen, 2]]));
    expect(decideRelease([], new Map([[pen, 1]])).lacking).toEqual(new Map([[pen, 1]]));
  });
});
