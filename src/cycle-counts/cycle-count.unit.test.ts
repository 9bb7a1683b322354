import { describe, expect, it } from "vitest";
import { newId, refuse } from "../kernel/index.ts";
import {
  type CountShelf,
  type CountShelfState,
  decideBegin,
  decideCancel,
  decideClose,
  decideTally,
  workPending,
} from "./cycle-count.ts";

const asha = { id: newId<"User">(), name: "Asha" };
const bala = { id: newId<"User">(), name: "Bala" };
const aShelf = (state: CountShelfState, by: typeof asha | null = null): CountShelf => ({
  ...{ shelfId: newId<"Shelf">(), shelf: "A1", state, round: 1 },
  ...{ counterId: by?.id ?? null, counter: by?.name ?? null, since: by ? "14:02 on 20 Nov" : null },
});
const count = (state: "CREATED" | "IN_PROGRESS" | "CLOSED" | "CANCELLED") => ({ code: "CC-1", state });
const shelves = (over: Partial<Record<CountShelfState, number>> = {}) => ({
  ...{ TO_COUNT: 0, COUNTING: 0, COUNTED: 0, ACCEPTED: 0 },
  ...over,
});

describe("counting a shelf", () => {
  it("is one person's: another is told who, and may take over", () => {
    const shelf = aShelf("COUNTING", asha);
    expect(decideBegin(shelf, asha, false)).toMatchObject({ value: "RESUME" });
    expect(decideBegin(shelf, bala, false)).toEqual(
      refuse("COUNT_SHELF_TAKEN", { shelf: "A1", counter: "Asha", since: "14:02 on 20 Nov" }),
    );
    expect(decideBegin(shelf, bala, true)).toMatchObject({ value: "TAKE_OVER" });
    expect(decideTally(shelf, asha).ok).toBe(true);
    expect(decideTally(shelf, bala)).toMatchObject({ refusal: { code: "COUNT_SHELF_TAKEN" } });
  });

  it("begins once: what is counted or accepted is not begun again by a scan", () => {
    expect(decideBegin(aShelf("TO_COUNT"), asha, false)).toMatchObject({ value: "BEGIN" });
    for (const state of ["COUNTED", "ACCEPTED"] as const)
      expect(decideBegin(aShelf(state, asha), asha, true)).toMatchObject({ refusal: { code: "COUNT_SHELF_DONE" } });
    for (const state of ["TO_COUNT", "COUNTED", "ACCEPTED"] as const)
      expect(decideTally(aShelf(state, asha), asha)).toMatchObject({ refusal: { code: "COUNT_SHELF_NOT_COUNTING" } });
  });

  it("waits for the work on the shelf, which is named, the first of it", () => {
    const shelfId = newId<"Shelf">();
    expect(workPending("A1", [])).toBeNull();
    const picks = Array.from({ length: 8 }, (_, i) => ({ shelfId, kind: "PICK" as const, record: `PL-${i}` }));
    expect(workPending("A1", [...picks, { shelfId, kind: "IN_HAND", record: "P-1" }])?.facts.work).toEqual([
      ...["pick list PL-0", "pick list PL-1", "pick list PL-2", "pick list PL-3", "pick list PL-4", "pick list PL-5"],
      "3 more",
    ]);
  });
});

describe("ending a count", () => {
  it("closes when nothing of it is open and something was accepted", () => {
    expect(decideClose(count("IN_PROGRESS"), shelves({ ACCEPTED: 1, TO_COUNT: 5 })).ok).toBe(true);
    for (const open of [{ COUNTING: 1 }, { COUNTED: 2 }])
      expect(decideClose(count("IN_PROGRESS"), shelves({ ACCEPTED: 1, ...open }))).toMatchObject({
        refusal: { code: "COUNT_SHELVES_OPEN", facts: { shelves: Object.values(open)[0] } },
      });
    expect(decideClose(count("CREATED"), shelves({ TO_COUNT: 3 }))).toMatchObject({
      refusal: { code: "COUNT_NOTHING_COUNTED" },
    });
    expect(decideClose(count("CLOSED"), shelves({ ACCEPTED: 1 }))).toMatchObject({ refusal: { code: "COUNT_ENDED" } });
  });

  it("is cancelled only while nothing was counted", () => {
    expect(decideCancel(count("CREATED"), shelves({ TO_COUNT: 3 })).ok).toBe(true);
    expect(decideCancel(count("IN_PROGRESS"), shelves({ TO_COUNT: 3 })).ok).toBe(true); // begun, and given up
    for (const state of ["COUNTING", "COUNTED", "ACCEPTED"] as const)
      expect(decideCancel(count("IN_PROGRESS"), shelves({ [state]: 1 }))).toMatchObject({
        refusal: { code: "COUNT_HAS_COUNTED" },
      });
    expect(decideCancel(count("CANCELLED"), shelves())).toMatchObject({ refusal: { code: "COUNT_ENDED" } });
  });
});
