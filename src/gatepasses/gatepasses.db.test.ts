import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aSku } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import {
  anOpenGatepass,
  aYard,
  levels,
  lineIds,
  outcomeOf,
  papers,
  putAwayAll,
  say,
  type Yard,
} from "../../tests/support/gatepass-builders.ts";
import { refusedWith } from "../../tests/support/hand-over-builders.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { anEntry, shelfOf, stock } from "../../tests/support/inventory-builders.ts";
import { aTaxClass } from "../../tests/support/shop-builders.ts";
import { post } from "../inventory/index.ts";
import { must, newId, paise } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { setLines } from "./change-lines.ts";
import type { GatepassId } from "./gatepass.ts";
import { gatepassDetail } from "./gatepass-detail.ts";
import { issueGatepass } from "./issue-gatepass.ts";
import { listInTransit, pendingTransfers } from "./queries.ts";
import { sayOutcome, scanBack } from "./say-outcome.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());

const page = { limit: 50, offset: 0, sort: "createdAt", descending: true };

const detail = async (yard: Yard, gatepassId: GatepassId) => must(await gatepassDetail(yard.ctx(), gatepassId));

describe("a stock transfer between two states", () => {
  it("leaves with an IGST invoice, is visible on its way, and is received and put away there", async () => {
    const yard = await aYard(t, { stock: 10 });
    const gatepassId = await anOpenGatepass(yard, {}, [{ quantity: 4, price: 99_999 }]);
    const open = await detail(yard, gatepassId);
    expect(open).toMatchObject({
      state: "CREATED",
      willIssue: { title: "Tax Invoice", refusal: null, total: 471_995 },
    });
    expect(open.allowed).toEqual(["edit", "issue", "cancel"]);

    const issued = must(await issueGatepass(yard.ctx(), gatepassId));
    expect(issued).toMatchObject({ state: "IN_TRANSIT", existed: false, paper: { kind: "TAX_INVOICE" } });
    expect(await levels(yard, yard.blr)).toEqual({ good: 6 });
    expect(await papers(yard)).toEqual([
      {
        ...{ kind: "TAX_INVOICE", number: issued.paper.number, state: "ISSUED", taxable: 399_996, cgst: 0, sgst: 0 },
        ...{ igst: 71_999, total: 471_995, place: "07", against: null, lines: 471_995 },
      },
    ]);
    const ctx = yard.ctx();
    const onTheWay = await t.db.read(yard.tenantId, (tx) => listInTransit(ctx, tx, { facilityId: yard.del }, page));
    expect(onTheWay).toMatchObject({
      total: 1,
      rows: [{ fromFacility: "BLR1", facility: "DEL1", pieces: 4, short: 0 }],
    });
    const pending = () =>
      t.db.read(yard.tenantId, (tx) => pendingTransfers(tx, { facilityIds: [yard.del], skuIds: [yard.skuId] }));
    expect(await pending()).toEqual([{ facilityId: yard.del, skuId: yard.skuId, pieces: 4 }]);

    const scanned = must(
      await scanBack(yard.ctx(), gatepassId, { receiptId: newId<"GatepassReceipt">(), code: yard.sku.toLowerCase() }),
    );
    expect(scanned).toMatchObject({ sku: yard.sku, received: 1, quantity: 4, outstanding: 3, state: "IN_TRANSIT" });
    expect(must(await say(yard, gatepassId, "RECEIVED", 3))).toMatchObject({ state: "CLOSED", outstanding: 0 });
    expect(await levels(yard, yard.del)).toEqual({ putaway_pending: 4 });
    expect(await pending()).toEqual([]);
    await expectStockTrue(t, yard.tenantId);
    expect(await putAwayAll(yard, yard.del)).toEqual(Array(4).fill("good"));
    expect(await levels(yard, yard.del)).toEqual({ good: 4 });
    expect((await detail(yard, gatepassId)).putaway).toEqual([{ facility: "DEL1", waiting: 0, done: 4 }]);
    await expectStockTrue(t, yard.tenantId);
  });

  it("splits the tax in one state, and is a challan within one registration", async () => {
    const second = await aYard(t, { sameState: true });
    must(await issueGatepass(second.ctx(), await anOpenGatepass(second, {}, [{ quantity: 1, price: 10_003 }])));
    expect(await papers(second)).toMatchObject([
      { kind: "TAX_INVOICE", taxable: 10_003, cgst: 900, sgst: 900, igst: 0, total: 11_803 },
    ]);
    const same = await aYard(t, { sameGstin: true });
    must(await issueGatepass(same.ctx(), await anOpenGatepass(same)));
    expect(await papers(same)).toMatchObject([
      { kind: "DELIVERY_CHALLAN", taxable: 300_000, igst: 0, total: 300_000, place: "29" },
    ]);
    const lone = await aYard(t, { delGstin: null });
    const gatepassId = await anOpenGatepass(lone);
    expect(await issueGatepass(lone.ctx(), gatepassId)).toMatchObject(refusedWith("GATEPASS_REGISTRATION_MISSING"));
    expect((await detail(lone, gatepassId)).willIssue?.refusal).toContain("DEL1 has no GSTIN");
  });
});

describe("issuing", () => {
  it("gives the last piece to one of two, and the other spends no number", async () => {
    const yard = await aYard(t, { stock: 1 });
    const ids = [await anOpenGatepass(yard, {}, [{ quantity: 1 }]), await anOpenGatepass(yard, {}, [{ quantity: 1 }])];
    const results = await Promise.all(ids.map((id) => issueGatepass(yard.ctx(), id)));
    expect(results.map(outcomeOf).sort()).toEqual(["NOT_ENOUGH_STOCK", "ok"]);
    await stock(t, yard.tenantId, yard.blr, yard.skuId, 1);
    const late = ids[results.findIndex((result) => !result.ok)];
    if (late === undefined) throw new Error("one was refused");
    must(await issueGatepass(yard.ctx(), late));
    const numbers = (await papers(yard)).map((paper) => Number(paper.number.split("-")[1]));
    expect(numbers).toEqual([1, 2]);
    await expectStockTrue(t, yard.tenantId);
  });

  it("leaves no gap in its series, whatever is refused in between, and repeats none under a crowd", async () => {
    const yard = await aYard(t, { stock: 5 });
    const ids: GatepassId[] = [];
    for (let i = 0; i < 8; i += 1) ids.push(await anOpenGatepass(yard, {}, [{ quantity: 1 }]));
    const results = await Promise.all(ids.map((id) => issueGatepass(yard.ctx(), id)));
    expect(results.filter((result) => result.ok).length).toBe(5);
    const numbers = (await papers(yard)).map((paper) => Number(paper.number.split("-")[1])).sort((a, b) => a - b);
    expect(numbers).toEqual([1, 2, 3, 4, 5]);
    expect(await levels(yard, yard.blr)).toEqual({});
    await expectStockTrue(t, yard.tenantId);
  });

  it("does not give away what is promised to orders", async () => {
    const yard = await aYard(t, { stock: 3 });
    const promise = anEntry({
      facilityId: yard.blr,
      skuId: yard.skuId,
      shelfId: null,
      bucket: "blocked",
      quantity: 2,
      cause: "ALLOCATE",
    });
    must(await t.db.transaction(yard.tenantId, (tx) => post(tx, yard.ctx(), [promise])));
    expect(await issueGatepass(yard.ctx(), await anOpenGatepass(yard, {}, [{ quantity: 2 }]))).toMatchObject(
      refusedWith("NOT_ENOUGH_STOCK"),
    );
    must(await issueGatepass(yard.ctx(), await anOpenGatepass(yard, {}, [{ quantity: 1 }])));
    expect(await levels(yard, yard.blr)).toEqual({ good: 2, blocked: 2 });
    expect(await papers(yard)).toHaveLength(1);
  });

  it("says which series is missing and changes nothing", async () => {
    const yard = await aYard(t, { series: ["DELIVERY_CHALLAN"] });
    const gatepassId = await anOpenGatepass(yard);
    expect(await issueGatepass(yard.ctx(), gatepassId)).toMatchObject(
      refusedWith("SERIES_MISSING", { documentType: "GATEPASS_INVOICE" }),
    );
    expect(await levels(yard, yard.blr)).toEqual({ good: 10 });
    expect((await detail(yard, gatepassId)).state).toBe("CREATED");
  });

  it("happens once, however often it is clicked", async () => {
    const yard = await aYard(t);
    const gatepassId = await anOpenGatepass(yard);
    const clicks = await Promise.all([1, 2, 3].map(() => issueGatepass(yard.ctx(), gatepassId)));
    expect(clicks.map((click) => must(click).existed).sort()).toEqual([false, true, true]);
    expect(new Set(clicks.map((click) => must(click).paper.number)).size).toBe(1);
    expect(await papers(yard)).toHaveLength(1);
    expect(await levels(yard, yard.blr)).toEqual({ good: 7 });
  });

  it("of a thousand lines is a handful of statements", async () => {
    const yard = await aYard(t, { stock: 0, sameGstin: true });
    const shelfId = await shelfOf(t, yard.tenantId, yard.blr);
    const taxClassId = await aTaxClass(t, yard.tenantId, 1800);
    const codes = Array.from({ length: 1_000 }, (_, i) => `BULK-${i}`);
    const skuIds = [];
    for (const code of codes) skuIds.push(await aSku(t.db, yard.tenantId, { code, taxClassId }));
    const entries = skuIds.map((skuId) => anEntry({ facilityId: yard.blr, skuId, shelfId, quantity: 2 }));
    must(await t.db.transaction(yard.tenantId, (tx) => post(tx, yard.ctx(), entries)));
    const gatepassId = await anOpenGatepass(
      yard,
      {},
      codes.map((sku) => ({ sku, quantity: 2, price: 1_000 })),
    );
    must(await issueGatepass(yard.ctx(), gatepassId));
    const pieces = (await lineIds(yard, gatepassId)).map((lineId) => ({ lineId, quantity: 2 }));
    const said = { receiptId: newId<"GatepassReceipt">(), outcome: "RECEIVED" as const, pieces, note: null };
    expect(must(await sayOutcome(yard.ctx(), gatepassId, said))).toMatchObject({ state: "CLOSED", outstanding: 0 });
    const waiting = await t.db.read(yard.tenantId, (tx) =>
      tx.one(
        sql<{ count: number }>`select count(*) as count from godown.putaway_item where tenant_id = ${yard.tenantId}`,
      ),
    );
    expect(waiting.count).toBe(2_000);
    await expectStockTrue(t, yard.tenantId);
    const tooMany = [{ sku: yard.sku, shelf: "DEFAULT", inventoryType: "good" as const, quantity: 1, price: paise(0) }];
    const other = await anOpenGatepass(
      yard,
      {},
      codes.map((sku) => ({ sku, quantity: 1 })),
    );
    expect(await setLines(yard.ctx(), other, tooMany)).toMatchObject(refusedWith("GATEPASS_LINES_TOO_MANY"));
  }, 60_000);
});
