import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aFacility, aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { refusedWith } from "../../tests/support/hand-over-builders.ts";
import { facilityInput } from "../../tests/support/warehouse-builders.ts";
import { must, newId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import {
  changeShelf,
  createFacility,
  createShelf,
  facilityById,
  saveShelfType,
  shelvesByCode,
  updateFacility,
} from "./index.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());

const rack = { code: "RACK", lengthMm: 900, widthMm: 450, heightMm: 400, capacity: 50 };

describe("a shelf type", () => {
  it("has a size and, if one wants, a capacity, and its code once", async () => {
    const ctx = t.ctx(await aTenant(t.db));
    const { shelfTypeId } = must(await saveShelfType(ctx, null, rack));
    expect(await saveShelfType(ctx, null, rack)).toMatchObject(refusedWith("SHELF_TYPE_CODE_TAKEN", { code: "RACK" }));
    const floor = must(await saveShelfType(ctx, null, { ...rack, code: "FLOOR", capacity: null }));
    expect(await saveShelfType(ctx, floor.shelfTypeId, rack)).toMatchObject(refusedWith("SHELF_TYPE_CODE_TAKEN"));
    must(await saveShelfType(ctx, shelfTypeId, { ...rack, capacity: 60 }));
    expect(await saveShelfType(ctx, newId<"ShelfType">(), { ...rack, code: "NEW" })).toMatchObject(
      refusedWith("NOT_FOUND"),
    );
    const trail = await t.db.read(ctx.tenantId, (tx) =>
      tx.run(sql`select action from godown.audit_event where record_id = ${shelfTypeId} order by audit_event_id`),
    );
    expect(trail).toEqual([{ action: "warehouse.shelf_type_created" }, { action: "warehouse.shelf_type_changed" }]);
  });

  it("is of its own tenant alone", async () => {
    const [mine, other] = [t.ctx(await aTenant(t.db)), t.ctx(await aTenant(t.db))];
    const { shelfTypeId } = must(await saveShelfType(other, null, rack));
    const facilityId = await aFacility(t.db, mine.tenantId);
    expect(await createShelf(mine, { facilityId, code: "A1", shelfTypeId })).toMatchObject(refusedWith("NOT_FOUND"));
    expect(await saveShelfType(mine, shelfTypeId, rack)).toMatchObject(refusedWith("NOT_FOUND"));
    expect((await saveShelfType(mine, null, rack)).ok).toBe(true);
  });
});

describe("a shelf", () => {
  it("stands in a section and is of a type; what is not said stays", async () => {
    const ctx = t.ctx(await aTenant(t.db));
    const facilityId = await aFacility(t.db, ctx.tenantId);
    const { shelfTypeId } = must(await saveShelfType(ctx, null, rack));
    const { shelfId } = must(await createShelf(ctx, { facilityId, code: "A1", section: "AISLE A", shelfTypeId }));
    const read = async () =>
      (await t.db.read(ctx.tenantId, (tx) => shelvesByCode(tx, [{ facilityId, code: "A1" }])))[0];
    expect(await read()).toMatchObject({ section: "AISLE A", shelfType: "RACK", capacity: 50, enabled: true });
    must(await changeShelf(ctx, { shelfId, enabled: false }));
    expect(await read()).toMatchObject({ section: "AISLE A", shelfType: "RACK", enabled: false });
    must(await changeShelf(ctx, { shelfId, section: null, shelfTypeId: null }));
    expect(await read()).toMatchObject({ section: null, shelfType: null, capacity: null, enabled: false });
    expect(await changeShelf(ctx, { shelfId, shelfTypeId: newId<"ShelfType">() })).toMatchObject(
      refusedWith("NOT_FOUND", { what: "shelf type" }),
    );
    const elsewhere = t.ctx(ctx.tenantId, { facilities: [] });
    expect(await changeShelf(elsewhere, { shelfId, section: "B" })).toMatchObject(refusedWith("NOT_FOUND"));
  });
});

describe("Auto Putaway Split %", () => {
  it("is kept with the facility, and is 1 to 100 or nothing", async () => {
    const ctx = t.ctx(await aTenant(t.db));
    const input = facilityInput();
    const { facilityId } = must(await createFacility(ctx, input));
    const read = async () =>
      (await t.db.read(ctx.tenantId, (tx) => facilityById(tx, facilityId)))?.autoPutawaySplitPercent;
    expect(await read()).toBeNull();
    must(await updateFacility(ctx, facilityId, { ...input, autoPutawaySplitPercent: 25 }));
    expect(await read()).toBe(25);
    await expect(updateFacility(ctx, facilityId, { ...input, autoPutawaySplitPercent: 101 })).rejects.toThrow(/check/);
  });
});
