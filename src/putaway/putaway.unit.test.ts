import { describe, expect, it } from "vitest";
import { newId, ok, refuse } from "../kernel/index.ts";
import {
  chosenUnits,
  decideAdd,
  decideComplete,
  decideCreate,
  decideGiveBack,
  decideRoom,
  decideScan,
  firstGrade,
  type Putaway,
  type PutawayItem,
  type ShelfRoom,
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

describe("adding to a list", () => {
  const aOpenList = (over: Partial<Putaway> = {}) => ({
    ...aList(),
    kind: "PUTAWAY_CANCELLED_ITEM" as const,
    facilityId,
    facilityCode: "BLR",
    ...over,
  });

  it("takes what is of its kind and facility, and names both where it is not", () => {
    expect(decideAdd(aOpenList(), [], [aWaiting()])).toEqual(ok());
    expect(decideAdd(aOpenList(), [], [aWaiting({ kind: "PUTAWAY_GRN_ITEM" })])).toEqual(
      refuse("PUTAWAY_OTHER_LIST", {
        ...{ putaway: "PA-1", kind: "Cancelled Items", facility: "BLR", given: "GRN Item", there: "BLR" },
      }),
    );
    const there = aWaiting({ facilityId: newId<"Facility">(), facilityCode: "DEL" });
    expect(decideAdd(aOpenList(), [], [there])).toMatchObject({ refusal: { code: "PUTAWAY_OTHER_LIST" } });
    expect(decideAdd(aOpenList({ state: "COMPLETE" }), [], [there])).toMatchObject({
      refusal: { code: "PUTAWAY_COMPLETE" },
    });
  });
});

describe("giving up a transfer", () => {
  it("is for what was taken off a shelf", () => {
    const taken = aWaiting({
      ...{ kind: "PUTAWAY_SHELF_TRANSFER", proposedGrade: "bad", sourceShelfId: newId<"Shelf">() },
    });
    expect(decideGiveBack([], [taken])).toEqual(ok({ facilityId, items: [taken] }));
    expect(decideGiveBack([], [aWaiting()])).toEqual(refuse("SHELF_TRANSFER_NOT_ONE", { kind: "Cancelled Items" }));
    expect(decideGiveBack([taken.itemId], [])).toMatchObject({ refusal: { code: "PUTAWAY_ITEMS_GONE" } });
  });
});

describe("units as people name them", () => {
  const group = { skuId: newId<"Sku">(), grade: "good" as const, shelfId: newId<"Shelf">() };
  const alike = (over: Partial<PutawayItem> = {}) => anItem({ ...group, ...over });

  it("are named one by one, or as so many of those that look alike, those not scanned first", () => {
    const [seen, open, other] = [alike({ confirmed: true }), alike(), alike({ grade: "bad" })];
    const items = [seen, open, other];
    expect(chosenUnits(aList(), items, [{ itemIds: [other.itemId] }, { group, quantity: 1 }])).toEqual(
      ok([[other], [open]]),
    );
    expect(chosenUnits(aList(), items, [{ group }])).toEqual(ok([[open, seen]]));
  });

  it("are refused where the list does not have them, or not as many", () => {
    const refused = (count: number) => refuse("PUTAWAY_NOT_ON_LIST", { putaway: "PA-1", count });
    expect(chosenUnits(aList(), [alike()], [{ group, quantity: 3 }])).toEqual(refused(2));
    expect(chosenUnits(aList(), [alike()], [{ group: { ...group, grade: null } }])).toEqual(refused(1));
    expect(chosenUnits(aList(), [], [{ itemIds: [newId<"PutawayItem">(), newId<"PutawayItem">()] }])).toEqual(
      refused(2),
    );
  });
});

describe("a scan at the shelf", () => {
  it("confirms one piece by SKU, ours or the channel's, in any case", () => {
    const [a, b] = [anItem({ confirmed: true }), anItem()];
    expect(decideScan(aList(), [a, b], "pen")).toEqual(ok([b]));
    expect(decideScan(aList(), [a, b], "SELLER-PEN")).toEqual(ok([b]));
  });

  it("takes the piece that is meant for the shelf, then the one of the grade, before others", () => {
    const shelfId = newId<"Shelf">();
    const [any, graded, meant] = [anItem(), anItem({ grade: "bad" }), anItem({ shelfId })];
    expect(decideScan(aList(), [any, graded, meant], "PEN", { shelfId, grade: "bad" })).toEqual(ok([meant]));
    expect(decideScan(aList(), [any, graded, meant], "PEN", { grade: "bad" })).toEqual(ok([graded]));
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

describe("room on shelves", () => {
  const shelf = { shelfId: newId<"Shelf">(), code: "A1", enabled: true, capacity: 10, held: 8 };
  const room = (units: number, over: Partial<ShelfRoom> = {}) =>
    decideRoom("BLR", [{ ...shelf, ...over }], new Map([[shelf.shelfId, units]]));

  it("is there up to the capacity, and always where a shelf has none", () => {
    expect(room(2)).toEqual(ok());
    expect(room(9_000, { capacity: null })).toEqual(ok());
    expect(room(3)).toEqual(
      refuse("PUTAWAY_SHELF_FULL", { facility: "BLR", shelves: ["A1 holds 8 of 10: 2 fit, 3 are to go there"] }),
    );
    expect(room(1, { held: 12 })).toMatchObject({
      refusal: { facts: { shelves: ["A1 holds 12 of 10: 0 fit, 1 are to go there"] } },
    });
  });

  it("is nowhere on a disabled shelf", () => {
    expect(room(1, { enabled: false })).toEqual(refuse("PUTAWAY_SHELF_UNKNOWN", { shelves: ["A1"], facility: "BLR" }));
  });
});
