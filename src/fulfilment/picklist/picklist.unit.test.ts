import { describe, expect, it } from "vitest";
import { newId, ok, refuse } from "../../kernel/index.ts";
import { decideNotFound, decideReceive, type OpenPick, type Picklist, picksOf } from "./picklist.ts";

const pen = newId<"Sku">();
const shelfA = newId<"Shelf">();
const aList = (over: Partial<Picklist> = {}): Picklist => ({
  picklistId: newId<"Picklist">(),
  code: "PL-1",
  state: "CREATED",
  facilityId: newId<"Facility">(),
  facilityCode: "BLR",
  traceability: "NONE",
  ...over,
});
let n = 0;
const aPick = (over: Partial<OpenPick> = {}): OpenPick => {
  n += 1;
  return {
    unitId: newId<"SaleOrderItem">(),
    unitCode: `U${n}`,
    saleOrderId: newId<"SaleOrder">(),
    shippingPackageId: newId<"ShippingPackage">(),
    packageCode: `BLR-${n}`,
    packageState: "PICKING",
    packageType: "FLEXIBLE",
    skuId: pen,
    sku: "PEN",
    channelSku: "seller-pen",
    shelfId: shelfA,
    shelf: "A1",
    ...over,
  };
};

describe("the walk", () => {
  it("is SKU x shelf x quantity, by shelf as people count, what is made to order last", () => {
    const line = (shelf: string | null, sku: string) => ({
      skuId: pen,
      sku,
      name: sku,
      shelfId: shelf === null ? null : shelfA,
      shelf,
    });
    const ten = { ...line("A10", "PEN"), shelfId: newId<"Shelf">() };
    const picks = picksOf([line(null, "PEN"), ten, line("A2", "PEN"), line("A2", "PEN")]);
    expect(picks.map((p) => [p.shelf, p.quantity])).toEqual([
      ["A2", 2],
      ["A10", 1],
      [null, 1],
    ]);
  });
});

describe("receiving a pick list", () => {
  const picks = [aPick(), aPick(), aPick({ sku: "INK", channelSku: "seller-ink", skuId: newId<"Sku">() })];

  it("asks for no scan where a facility traces nothing", () => {
    expect(decideReceive(aList(), picks, null)).toEqual(ok());
  });

  it("asks for scans where it traces SKUs, and takes our code or the channel's", () => {
    const traced = aList({ traceability: "SKU" });
    expect(decideReceive(traced, picks, null)).toMatchObject({ refusal: { code: "PICKLIST_SCAN_NEEDED" } });
    const scans = [
      { code: "pen", quantity: 1 },
      { code: "seller-pen", quantity: 1 },
      { code: "INK", quantity: 1 },
    ];
    expect(decideReceive(traced, picks, scans)).toEqual(ok());
  });

  it("names every difference at once", () => {
    const scans = [
      { code: "PEN", quantity: 1 },
      { code: "CUP", quantity: 2 },
    ];
    expect(decideReceive(aList(), picks, scans)).toEqual(
      refuse("PICKLIST_COUNT_DIFFERS", {
        picklist: "PL-1",
        differences: ["1 of 2 PEN", "0 of 1 INK", "2 of CUP, which is not on it"],
      }),
    );
  });

  it.each([
    ["RECEIVED", "PICKLIST_ALREADY_RECEIVED"],
    ["CLOSED", "PICKLIST_CLOSED"],
  ] as const)("happens once: %s", (state, code) => {
    expect(decideReceive(aList({ state }), picks, null)).toMatchObject({ refusal: { code } });
  });
});

describe("pieces that are not at their shelf", () => {
  it("are taken from the units of the furthest deadline", () => {
    const [first, last] = [aPick(), aPick()];
    const decision = decideNotFound(aList(), [first, last], { skuId: pen, shelfId: shelfA, quantity: 1 });
    expect(decision).toEqual(ok({ missing: [last], released: [] }));
  });

  it("take all of an order with them that ships whole or not at all", () => {
    const shippingPackageId = newId<"ShippingPackage">();
    const gone = aPick({ shippingPackageId, packageType: "FIXED" });
    const beside = aPick({ shippingPackageId, packageType: "FIXED", skuId: newId<"Sku">(), sku: "INK" });
    const decision = decideNotFound(aList(), [gone, beside], { skuId: pen, shelfId: shelfA, quantity: 1 });
    expect(decision).toEqual(ok({ missing: [gone], released: [beside] }));
  });

  it("are refused beyond what the list asks for, on no shelf, and on a closed list", () => {
    const one = { skuId: pen, shelfId: shelfA, quantity: 1 };
    const code = (...args: Parameters<typeof decideNotFound>) => {
      const decision = decideNotFound(...args);
      return decision.ok ? "ok" : decision.refusal.code;
    };
    expect(code(aList(), [aPick()], { ...one, quantity: 2 })).toBe("PICK_NOT_ON_LIST");
    expect(code(aList(), [], one)).toBe("PICK_NOT_ON_LIST");
    expect(code(aList(), [aPick({ shelfId: null, shelf: null })], { ...one, shelfId: null })).toBe("PICK_HAS_NO_SHELF");
    expect(code(aList({ state: "CLOSED" }), [aPick()], one)).toBe("PICKLIST_CLOSED");
  });
});
