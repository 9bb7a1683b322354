import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aTenant } from "../../tests/support/builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aGstin, aSeries } from "../../tests/support/warehouse-builders.ts";
import { type FacilityId, must, type TenantId } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { explain } from "../platform/refusals.ts";
import { createSeries, previewSeries, saveBillingParty, takeNumber, takeNumbers, updateSeries } from "./index.ts";

let t: TestDatabase;
let tenantId: TenantId;
let facilityId: FacilityId;
const gstin = aGstin();
const today = Temporal.PlainDate.from("2026-11-20");
const nextApril = Temporal.PlainDate.from("2027-04-01");
const plain = { documentType: "SALE_INVOICE", nextNumber: 1, resetOnApril1: true, nextYearPrefix: null } as const;

beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  tenantId = await aTenant(t.db, { edition: "ENTERPRISE" });
  facilityId = await aFacility(t.db, tenantId, { code: "BLR-1", gstin });
});

const take = (on = today, count = 1) =>
  t.db.transaction(tenantId, (tx) => takeNumbers(tx, { facilityId, documentType: "SALE_INVOICE", on }, count));
const numbers = async (on = today, count = 1) => must(await take(on, count)).map((n) => n.number);
const code = (result: { ok: boolean; refusal?: { code: string } }) => (result.ok ? "OK" : result.refusal?.code);

describe("saving a series", () => {
  it("previews the next number and the first of next year, with what to know", async () => {
    const draft = { ...plain, owner: { facilityId }, prefix: "INV26-", nextNumber: 41, nextYearPrefix: "INV27-" };
    const preview = must(await previewSeries(t.ctx(tenantId), draft, null));
    expect(preview).toEqual({
      financialYear: 2026,
      nextNumber: "INV26-41",
      firstNumberNextYear: "INV27-1",
      warnings: [],
    });
    expect(await t.db.read(tenantId, (tx) => tx.run(sql`select from godown.invoice_series`))).toEqual([]);
    const saved = must(await createSeries(t.ctx(tenantId), { ...draft, nextYearPrefix: null }));
    expect(saved.firstNumberNextYear).toBe("INV26-41");
    expect(saved.warnings).toEqual([expect.stringContaining("goes on counting from 2027-04-01")]);
  });

  it("refuses a prefix that any series of the GSTIN has in the year: facilities, billing parties, document types", async () => {
    await aSeries(t, tenantId, { facilityId }, { prefix: "A-", nextYearPrefix: "B-" });
    const ctx = t.ctx(tenantId);
    const sister = await aFacility(t.db, tenantId, { gstin });
    const stranger = await aFacility(t.db, tenantId, { gstin: aGstin() });
    const party = must(
      await saveBillingParty(ctx, null, {
        code: "P",
        legalName: "P",
        line1: "1",
        line2: null,
        city: "B",
        stateCode: "29",
        pincode: "560001",
        gstin,
      }),
    );
    const make = async (
      owner: Parameters<typeof aSeries>[2],
      prefix: string,
      documentType: "SALE_INVOICE" | "GATEPASS_INVOICE" = "SALE_INVOICE",
    ) => code(await createSeries(ctx, { ...plain, owner, prefix, documentType }));
    expect(await make({ facilityId: sister }, "A-")).toBe("SERIES_PREFIX_TAKEN");
    expect(await make(party, "A-")).toBe("SERIES_PREFIX_TAKEN");
    expect(await make({ facilityId }, "A-", "GATEPASS_INVOICE")).toBe("SERIES_PREFIX_TAKEN");
    expect(await make({ facilityId: sister }, "B-")).toBe("SERIES_PREFIX_TAKEN"); // in the coming year
    expect(await make({ facilityId: sister }, "A-1")).toBe("SERIES_PREFIX_AMBIGUOUS"); // A-11 would be of both
    expect(await make({ facilityId }, "X-")).toBe("SERIES_EXISTS");
    expect(await make({ facilityId: sister }, "lower")).toBe("SERIES_PREFIX_NOT_UPPER_CASE");
    expect(await make({ facilityId: stranger }, "A-")).toBe("OK");
  });

  it("never lets the counter go back once a number was given, and records what was left out", async () => {
    const ctx = t.ctx(tenantId);
    const { seriesId } = await aSeries(t, tenantId, { facilityId }, { prefix: "A-", nextNumber: 50 });
    const change = (prefix: string, nextNumber: number) =>
      updateSeries(ctx, seriesId, { ...plain, prefix, nextNumber });
    expect(code(await change("A-", 10))).toBe("OK"); // nothing was numbered yet
    expect(await numbers()).toEqual(["A-10"]);
    expect(code(await change("A-", 10))).toBe("SERIES_NUMBER_WENT_BACK");
    expect(code(await change("B-", 1))).toBe("SERIES_NUMBER_WENT_BACK");
    const skipped = must(await change("A-", 20));
    expect(skipped.warnings).toContainEqual("The counter of A- goes from 11 to 20: the numbers between stay unused.");
    const jumps = await t.db.read(tenantId, (tx) =>
      tx.run(sql`select from_number as f, to_number as t from godown.series_jump`),
    );
    expect(jumps).toEqual([{ f: 11, t: 20 }]);
    must(await change("B-", 20));
    expect(await numbers()).toEqual(["B-20"]);
  });

  it("keeps a spent prefix spent, and frees one under which nothing was numbered", async () => {
    const ctx = t.ctx(tenantId);
    const sister = await aFacility(t.db, tenantId, { gstin });
    const { seriesId } = await aSeries(t, tenantId, { facilityId }, { prefix: "TYPO-" });
    must(await updateSeries(ctx, seriesId, { ...plain, prefix: "A-" }));
    await numbers();
    must(await updateSeries(ctx, seriesId, { ...plain, prefix: "C-", nextNumber: 2 }));
    const other = { ...plain, owner: { facilityId: sister } };
    expect(code(await createSeries(ctx, { ...other, prefix: "A-" }))).toBe("SERIES_PREFIX_TAKEN");
    expect(code(await createSeries(ctx, { ...other, prefix: "TYPO-" }))).toBe("OK");
  });

  it("refuses a series of somebody else's facility", async () => {
    const other = await aFacility(t.db, tenantId, { gstin });
    const { seriesId } = await aSeries(t, tenantId, { facilityId });
    const elsewhere = t.ctx(tenantId, { facilities: [other] });
    expect(code(await updateSeries(elsewhere, seriesId, { ...plain, prefix: "Z-" }))).toBe("NOT_FOUND");
    expect(code(await createSeries(elsewhere, { ...plain, owner: { facilityId }, prefix: "Z-" }))).toBe("NOT_FOUND");
  });
});

describe("taking a number", () => {
  it("is refused where there is no series, with the words that help", async () => {
    const refused = await t.db.transaction(tenantId, (tx) =>
      takeNumber(tx, { facilityId, documentType: "SALE_INVOICE", on: today, channelCode: "JUPITER_1" }),
    );
    if (refused.ok) throw new Error("a number was taken without a series");
    expect(explain(refused.refusal).message).toBe(
      "No SALE_INVOICE series is defined for facility BLR-1 (channel JUPITER_1); define it under Settings > Facilities & series.",
    );
  });

  it("rolls into the new financial year with the first number of 1 April", async () => {
    await aSeries(t, tenantId, { facilityId }, { prefix: "INV26-", nextNumber: 7, nextYearPrefix: "INV27-" });
    expect(await numbers(Temporal.PlainDate.from("2027-03-31"), 2)).toEqual(["INV26-7", "INV26-8"]);
    expect(await numbers(nextApril, 2)).toEqual(["INV27-1", "INV27-2"]);
    expect(code(await take(today))).toBe("SERIES_YEAR_PASSED");
    const spent = await t.db.read(tenantId, (tx) =>
      tx.run(sql`select financial_year as year, prefix from godown.series_prefix order by year`),
    );
    expect(spent).toEqual([
      { year: 2026, prefix: "INV26-" },
      { year: 2027, prefix: "INV27-" },
    ]);
  });

  it("goes on counting over 1 April where no prefix for the year is set", async () => {
    await aSeries(t, tenantId, { facilityId }, { prefix: "S-", nextNumber: 100 });
    expect(await numbers(nextApril)).toEqual(["S-100"]);
  });

  it("stops when the 16 characters are used up, for a whole batch or none", async () => {
    await aSeries(t, tenantId, { facilityId }, { prefix: "ABCDEFGHIJK-", nextNumber: 9998 });
    expect(code(await take(today, 3))).toBe("SERIES_EXHAUSTED");
    expect(await numbers(today, 2)).toEqual(["ABCDEFGHIJK-9998", "ABCDEFGHIJK-9999"]);
    expect(code(await take())).toBe("SERIES_EXHAUSTED");
  });

  it("gives two connections 200 numbers each without gap or repeat, whatever is rolled back between", async () => {
    await aSeries(t, tenantId, { facilityId }, { prefix: "R-" });
    const worker = async (seed: number) => {
      const given: number[] = [];
      for (let i = 0; given.length < 200; i++) {
        const rollBack = (i + seed) % 5 === 0;
        const result = await t.db.transaction(tenantId, async (tx) => {
          const taken = await takeNumber(tx, { facilityId, documentType: "SALE_INVOICE", on: today });
          return rollBack ? { ok: false as const } : taken;
        });
        if (result.ok) given.push(result.value.sequence);
      }
      return given;
    };
    const all = (await Promise.all([worker(0), worker(3)])).flat().sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
  });
});
