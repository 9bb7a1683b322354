import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aFacility, aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aGstin, aSeries, facilityInput } from "../../tests/support/warehouse-builders.ts";
import { must } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import {
  createFacility,
  createShelf,
  enableShelf,
  makeFirstFacility,
  saveBillingParty,
  updateFacility,
} from "./index.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());

const refusedWith = (code: string, facts: object = {}) => ({
  ok: false,
  refusal: { code, facts: expect.objectContaining(facts) },
});

describe("a facility", () => {
  it("is made with a DEFAULT shelf, and the change is on the audit trail", async () => {
    const tenantId = await aTenant(t.db, { sandbox: false });
    const gstin = aGstin();
    const made = must(
      await createFacility(t.ctx(tenantId), facilityInput({ gstin: ` ${gstin.toLowerCase()} `, pincode: "560 068" })),
    );
    const found = await t.db.read(tenantId, async (tx) => ({
      facility: await tx.one(sql`select gstin, pincode from godown.facility`),
      shelves: await tx.run(sql`select code from godown.shelf where facility_id = ${made.facilityId}`),
      trail: await tx.run(sql`select action from godown.audit_event where record_id = ${made.facilityId}`),
    }));
    expect(found).toEqual({
      facility: { gstin, pincode: "560068" },
      shelves: [{ code: "DEFAULT" }],
      trail: [{ action: "warehouse.facility_created" }],
    });
  });

  it.each([
    ["a GSTIN with a typing error", { gstin: "29AAACT0001K1Z0" }, "GSTIN_CHECKSUM"],
    ["a GSTIN of another state", { gstin: aGstin("27") }, "GSTIN_STATE_MISMATCH"],
    ["a test GSTIN", { gstin: "29AABCT1332L000" }, "GSTIN_SANDBOX_ONLY"],
    ["a pincode that begins with 0", { pincode: "056006" }, "PINCODE_FORMAT"],
    ["a state code that was given up", { stateCode: "28" }, "GST_STATE_UNKNOWN"],
    ["an unknown zone", { zone: "Asia/Bangalore" }, "FACILITY_ZONE_UNKNOWN"],
    ["a traceability that its edition lacks", { traceability: "ITEM" }, "TRACEABILITY_NOT_IN_EDITION"],
  ] as const)("is refused with %s", async (_, over, code) => {
    const tenantId = await aTenant(t.db, { sandbox: false });
    expect(await createFacility(t.ctx(tenantId), facilityInput(over))).toMatchObject(refusedWith(code));
  });

  it("may have a test GSTIN in a sandbox", async () => {
    const tenantId = await aTenant(t.db, { sandbox: true });
    expect((await createFacility(t.ctx(tenantId), facilityInput({ gstin: "29AABCT1332L000" }))).ok).toBe(true);
  });

  it("keeps to the number that the edition allows, also when one is enabled again", async () => {
    const tenantId = await aTenant(t.db, { edition: "PROFESSIONAL" });
    const ctx = t.ctx(tenantId);
    const one = facilityInput();
    const first = must(await createFacility(ctx, one));
    must(await createFacility(ctx, facilityInput()));
    const limit = refusedWith("EDITION_FACILITY_LIMIT", { edition: "PROFESSIONAL" });
    expect(await createFacility(ctx, facilityInput())).toMatchObject(limit);
    must(await updateFacility(ctx, first.facilityId, { ...one, enabled: false }));
    must(await createFacility(ctx, facilityInput()));
    expect(await updateFacility(ctx, first.facilityId, one)).toMatchObject(limit);
  });

  it("has a code of its own, and is out of reach for who works elsewhere", async () => {
    const tenantId = await aTenant(t.db, { edition: "ENTERPRISE" });
    const input = facilityInput();
    const { facilityId } = must(await createFacility(t.ctx(tenantId), input));
    const other = await aFacility(t.db, tenantId);
    expect(await createFacility(t.ctx(tenantId), input)).toMatchObject(refusedWith("FACILITY_CODE_TAKEN"));
    const elsewhere = t.ctx(tenantId, { facilities: [other] });
    expect(await updateFacility(elsewhere, facilityId, input)).toMatchObject(refusedWith("NOT_FOUND"));
    expect(await createFacility(elsewhere, facilityInput())).toMatchObject(refusedWith("NOT_ALLOWED"));
    expect(await createShelf(elsewhere, { facilityId, code: "A1" })).toMatchObject(refusedWith("NOT_FOUND"));
  });

  it("takes a new GSTIN only where its prefixes are free under it", async () => {
    const tenantId = await aTenant(t.db, { edition: "ENTERPRISE" });
    const ctx = t.ctx(tenantId);
    const [x, y] = [aGstin(), aGstin()];
    const input = facilityInput({ gstin: x });
    const a = must(await createFacility(ctx, input));
    const b = must(await createFacility(ctx, facilityInput({ gstin: y })));
    await aSeries(t, tenantId, a);
    await aSeries(t, tenantId, b); // the same prefix, under another GSTIN
    expect(await updateFacility(ctx, a.facilityId, { ...input, gstin: y })).toMatchObject(
      refusedWith("SERIES_PREFIX_TAKEN"),
    );
    expect((await updateFacility(ctx, a.facilityId, { ...input, gstin: aGstin() })).ok).toBe(true);
  });
});

describe("a shelf", () => {
  it("has a code once per facility, and DEFAULT stays enabled", async () => {
    const tenantId = await aTenant(t.db);
    const ctx = t.ctx(tenantId);
    const { facilityId } = must(await createFacility(ctx, facilityInput()));
    const { shelfId } = must(await createShelf(ctx, { facilityId, code: "A-01" }));
    expect(await createShelf(ctx, { facilityId, code: "A-01" })).toMatchObject(refusedWith("SHELF_CODE_TAKEN"));
    must(await enableShelf(ctx, { shelfId, enabled: false }));
    const rows = await t.db.read(tenantId, (tx) =>
      tx.run(sql<{ shelfId: typeof shelfId; code: string; enabled: boolean }>`
        select shelf_id as "shelfId", code, enabled from godown.shelf order by code`),
    );
    expect(rows.map((r) => [r.code, r.enabled])).toEqual([
      ["A-01", false],
      ["DEFAULT", true],
    ]);
    const standard = rows.find((r) => r.code === "DEFAULT");
    expect(await enableShelf(ctx, { shelfId: standard?.shelfId ?? shelfId, enabled: false })).toMatchObject(
      refusedWith("SHELF_DEFAULT_STAYS"),
    );
  });
});

describe("a billing party", () => {
  it("is checked as a facility is", async () => {
    const tenantId = await aTenant(t.db, { sandbox: false });
    const ctx = t.ctx(tenantId);
    const input = {
      code: "ACME",
      legalName: "Acme Retail",
      line1: "2 MG Road",
      line2: null,
      city: "Mumbai",
      stateCode: "27",
      pincode: "400001",
    };
    expect(await saveBillingParty(ctx, null, { ...input, gstin: aGstin("29") })).toMatchObject(
      refusedWith("GSTIN_STATE_MISMATCH"),
    );
    const { billingPartyId } = must(await saveBillingParty(ctx, null, { ...input, gstin: aGstin("27") }));
    expect(await saveBillingParty(ctx, null, { ...input, gstin: aGstin("27") })).toMatchObject(
      refusedWith("BILLING_PARTY_CODE_TAKEN"),
    );
    expect((await saveBillingParty(ctx, billingPartyId, { ...input, city: "Pune", gstin: aGstin("27") })).ok).toBe(
      true,
    );
  });
});

describe("the first facility", () => {
  it("comes with series that start again next April", async () => {
    const tenantId = await aTenant(t.db);
    const ctx = t.ctx(tenantId);
    const input = {
      code: "BLR-1",
      name: "Bengaluru",
      line1: "1 Hosur Road",
      city: "Bengaluru",
      stateCode: "29",
      pincode: "560068",
    };
    must(await t.db.transaction(tenantId, (tx) => makeFirstFacility(tx, ctx, input)));
    const series = await t.db.read(tenantId, (tx) =>
      tx.run(
        sql`select document_type as type, prefix, next_year_prefix as next from godown.invoice_series order by prefix`,
      ),
    );
    expect(series).toEqual([
      { type: "SALE_RETURN_INVOICE", prefix: "CN26-", next: "CN27-" },
      { type: "SALE_INVOICE", prefix: "INV26-", next: "INV27-" },
    ]);
  });

  it("is not half made when a series is refused", async () => {
    const tenantId = await aTenant(t.db);
    const input = {
      code: "BLR-1",
      name: "B",
      line1: "1",
      city: "B",
      stateCode: "29",
      pincode: "560068",
      invoicePrefix: "inv",
    };
    const refused = await t.db.transaction(tenantId, (tx) => makeFirstFacility(tx, t.ctx(tenantId), input));
    expect(refused).toMatchObject(refusedWith("SERIES_PREFIX_NOT_UPPER_CASE"));
    expect(await t.db.read(tenantId, (tx) => tx.run(sql`select from godown.facility`))).toEqual([]);
  });
});
