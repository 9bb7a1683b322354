import { describe, expect, it } from "vitest";
import { newId, ok, refuse } from "../kernel/index.ts";
import {
  decideComplete,
  decideCreate,
  decideScan,
  firstGrade,
  type Putaway,
  type PutawayItem,
  type WaitingItem,
} from "./putaway.ts";

const facilityId = newId<"Facility">();
const aWaiting = (over: Partial<WaitingItem> = {}): WaitingItem => ({
  itemId: newId<"PutawayItem">(),
  facilityId,
  facilityCode: "BLR",
  kind: "PUTAWAY_CANCELLED_ITEM",
  skuId: newId<"Sku">(),
  proposedGrade: null,
  sourceId: null,
  sourceShelfId: null,
  putawayCode: null,
  ...over,
});
const aList = (over: Partial<Putaway> = {}) => ({ code: "PA-1", state: "CREATED" as const, ...over });
const anItem = (over: Partial<PutawayItem> = {}): PutawayItem => ({
  itemId: newId<"PutawayItem">(),
  skuId: newId<"Sku">(),
  sku: "PEN",
  channelSku: "seller-pen",
  unitId: null,
  saleOrderId: null,
  sourceId: null,
  sourceShelfId: null,
  shippingPackageId: null,
  packageCode: "BLR-1",
  grade: "good",
  shelfId: newId<"Shelf">(),
  shelf: "A1",
  shelfChosen: false,
  confirmed: false,
  ...over,
});

describe("taking units into a putaway", () => {
  const codeOf = (found: readonly WaitingItem[], wanted = found.map((i) => i.itemId)) => {
    const decision = decideCreate(wanted, found);
    return decision.ok ? "ok" : decision.refusal.code;
  };

  it("takes what waits in one facility for one reason", () => {
    expect(decideCreate([], [aWaiting()])).toEqual(ok({ facilityId, kind: "PUTAWAY_CANCELLED_ITEM" }));
  });

  it("refuses what is gone, taken or mixed", () => {
    expect(codeOf([], [newId<"PutawayItem">()])).toBe("PUTAWAY_ITEMS_GONE");
    expect(codeOf([aWaiting({ putawayCode: "PA-7" })])).toBe("PUTAWAY_ITEMS_TAKEN");
    expect(codeOf([aWaiting(), aWaiting({ facilityCode: "DEL" })])).toBe("PUTAWAY_ITEMS_MIXED");
    expect(codeOf([aWaiting(), aWaiting({ kind: "PUTAWAY_RECEIVED_RETURNS" })])).toBe("PUTAWAY_ITEMS_MIXED");
  });

  it("counts what never left the house as good, and lets people judge what comes back from outside", () => {
    expect(firstGrade("PUTAWAY_CANCELLED_ITEM")).toBe("good");
    expect(firstGrade("PUTAWAY_COURIER_RETURNED_ITEMS")).toBeNull();
  });
});

describe("a scan at the shelf", () => {
  it("confirms one piece by SKU, ours or the channel's, in any case", () => {
    const [a, b] = [anItem({ confirmed: true }), anItem()];
    expect(decideScan(aList(), [a, b], "pen")).toEqual(ok([b]));
    expect(decideScan(aList(), [a, b], "SELLER-PEN")).toEqual(ok([b]));
  });

  it("confirms all of a package", () => {
    const items = [anItem(), anItem({ sku: "INK" }), anItem({ packageCode: "BLR-2" })];
    expect(decideScan(aList(), items, "BLR-1")).toEqual(ok(items.slice(0, 2)));
  });

  it("refuses what is not on the list, one too many, and a list that is complete", () => {
    expect(decideScan(aList(), [anItem()], "CUP")).toMatchObject({ refusal: { code: "PUTAWAY_SCAN_UNKNOWN" } });
    expect(decideScan(aList(), [anItem({ confirmed: true })], "PEN")).toEqual(
      refuse("PUTAWAY_SCANNED_ALL", { code: "PEN", units: 1, putaway: "PA-1" }),
    );
    expect(decideScan(aList({ state: "COMPLETE" }), [anItem()], "PEN")).toMatchObject({
      refusal: { code: "PUTAWAY_COMPLETE" },
    });
  });
});

describe("completing a putaway", () => {
  const codeOf = (items: readonly PutawayItem[], confirmAll = false, over: Partial<Putaway> = {}) => {
    const decision = decideComplete(aList(over), items, confirmAll);
    return decision.ok ? "ok" : decision.refusal.code;
  };

  it("takes what is graded, has a shelf and was seen", () => {
    const item = anItem({ confirmed: true });
    expect(decideComplete(aList(), [item], false)).toEqual(ok([item]));
    expect(codeOf([anItem()], true)).toBe("ok");
  });

  it("refuses what is complete, empty, not graded or not seen, in this order", () => {
    expect(codeOf([], false, { state: "COMPLETE" })).toBe("PUTAWAY_COMPLETE");
    expect(codeOf([])).toBe("PUTAWAY_EMPTY");
    expect(codeOf([anItem({ grade: null })], true)).toBe("PUTAWAY_NOT_GRADED");
    expect(codeOf([anItem({ shelfId: null })], true)).toBe("PUTAWAY_NOT_GRADED");
    expect(codeOf([anItem()])).toBe("PUTAWAY_NOT_CONFIRMED");
  });
});
