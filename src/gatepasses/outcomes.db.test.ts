import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aFacility } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import {
  aHeader,
  anOpenGatepass,
  aParty,
  aYard,
  foundBy,
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
import { anEntry, shelfOf } from "../../tests/support/inventory-builders.ts";
import { aGstin } from "../../tests/support/warehouse-builders.ts";
import { post } from "../inventory/index.ts";
import { type FacilityId, must, newId, paise } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { listWaiting } from "../putaway/index.ts";
import { cancelGatepass } from "./cancel-gatepass.ts";
import { scanOnto, setLines } from "./change-lines.ts";
import { createGatepass, editGatepass } from "./create-gatepass.ts";
import type { GatepassId, Outcome } from "./gatepass.ts";
import { gatepassDetail } from "./gatepass-detail.ts";
import { issueGatepass } from "./issue-gatepass.ts";
import { listGatepasses, listInTransit } from "./queries.ts";
import { recallGatepass } from "./recall-gatepass.ts";
import { reportShort, sayOutcome, scanBack } from "./say-outcome.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());

const page = { limit: 50, offset: 0, sort: "createdAt", descending: true };

const detail = async (yard: Yard, gatepassId: GatepassId) => must(await gatepassDetail(yard.ctx(), gatepassId));

describe("goods that are lent", () => {
  it("leave on a challan and come back in parts, each looked at before it counts", async () => {
    const yard = await aYard(t, { stock: 5 });
    const gatepassId = await anOpenGatepass(yard, { type: "RETURNABLE" }, [{ quantity: 3 }]);
    expect(must(await issueGatepass(yard.ctx(), gatepassId))).toMatchObject({
      ...{ state: "RETURN_AWAITED", paper: { kind: "DELIVERY_CHALLAN" } },
    });
    expect(must(await say(yard, gatepassId, "RECEIVED", 2))).toMatchObject({ state: "RETURN_AWAITED", outstanding: 1 });
    expect(await levels(yard, yard.blr)).toEqual({ good: 2, putaway_pending: 2 });
    const ctx = yard.ctx();
    const { rows } = await t.db.read(yard.tenantId, (tx) => listWaiting(ctx, tx, {}, { ...page, sort: "sku" }));
    expect(rows.map((row) => [row.kind, row.grade])).toEqual(Array(2).fill(["PUTAWAY_GATEPASS_ITEM", null]));
    expect(await say(yard, gatepassId, "RECEIVED", 2)).toMatchObject(refusedWith("GATEPASS_MORE_THAN_SENT"));
    expect(must(await say(yard, gatepassId, "RECEIVED", 1))).toMatchObject({ state: "CLOSED" });
    await putAwayAll(yard, yard.blr);
    expect(await levels(yard, yard.blr)).toEqual({ good: 5 });
    expect(await papers(yard)).toHaveLength(1);
    await expectStockTrue(t, yard.tenantId);
  });

  it("that will not come back are given up by name, after they were reported", async () => {
    const yard = await aYard(t, { stock: 2 });
    const gatepassId = await anOpenGatepass(yard, { type: "RETURNABLE" }, [{ quantity: 2 }]);
    must(await issueGatepass(yard.ctx(), gatepassId));
    expect(await say(yard, gatepassId, "LOST", 2)).toMatchObject(refusedWith("GATEPASS_NOT_SHORT"));
    must(await reportShort(yard.ctx(), gatepassId, "the workshop burned down"));
    expect(must(await say(yard, gatepassId, "LOST", 2))).toMatchObject({ state: "CLOSED" });
    expect(await detail(yard, gatepassId)).toMatchObject({ lost: 2, shortNote: "the workshop burned down" });
    expect(await levels(yard, yard.blr)).toEqual({});
  });
});

describe("pieces that did not arrive", () => {
  const exceptions = (yard: Yard) =>
    t.db.read(yard.tenantId, (tx) =>
      tx.run(sql<{ kind: string; state: string; facts: Record<string, unknown> }>`
        select kind, state, facts from godown.order_exception where tenant_id = ${yard.tenantId}`),
    );

  it("wait for a person, who is told; what is found, back and lost adds up, and what is back is credited", async () => {
    const yard = await aYard(t, { stock: 10 });
    const gatepassId = await anOpenGatepass(yard, {}, [{ quantity: 7, price: 33_333 }]);
    const { paper } = must(await issueGatepass(yard.ctx(), gatepassId));
    must(await say(yard, gatepassId, "RECEIVED", 2));
    expect(must(await reportShort(yard.ctx(), gatepassId, "one carton was open"))).toEqual({ outstanding: 5 });
    expect(must(await reportShort(yard.ctx(), gatepassId, null))).toEqual({ outstanding: 5 }); // a double click
    expect(await exceptions(yard)).toMatchObject([{ kind: "GATEPASS_SHORT", state: "OPEN", facts: { pieces: 5 } }]);
    const ctx = yard.ctx();
    const onTheWay = await t.db.read(yard.tenantId, (tx) => listInTransit(ctx, tx, {}, page));
    expect(onTheWay.rows).toMatchObject([{ pieces: 5, short: 5 }]);
    expect((await detail(yard, gatepassId)).allowed).toEqual(["receive", "back", "lost"]);

    must(await say(yard, gatepassId, "RECEIVED", 1)); // found behind the door
    const first = must(await say(yard, gatepassId, "BACK", 1));
    const second = must(await say(yard, gatepassId, "BACK", 2));
    expect([first.creditNote?.kind, second.creditNote?.kind]).toEqual(["CREDIT_NOTE", "CREDIT_NOTE"]);
    expect(must(await say(yard, gatepassId, "LOST", 1))).toMatchObject({ state: "CLOSED", outstanding: 0 });
    expect(await exceptions(yard)).toMatchObject([{ state: "RESOLVED" }]);

    const [invoice, ...notes] = await papers(yard);
    expect(invoice).toMatchObject({ taxable: 233_331, igst: 42_000, total: 275_331 });
    expect(notes.map((note) => [note.against, note.taxable])).toEqual([
      [paper.number, 33_333],
      [paper.number, 66_666],
    ]);
    const igst = notes.reduce((all, note) => all + note.igst, 0);
    expect(igst).toBe(18_000); // three sevenths of 42,000
    expect(await levels(yard, yard.blr)).toEqual({ good: 3, putaway_pending: 3 });
    expect(await levels(yard, yard.del)).toEqual({ putaway_pending: 3 });
    await expectStockTrue(t, yard.tenantId);
  });

  it("are said once under one id, and not again with other pieces", async () => {
    const yard = await aYard(t);
    const gatepassId = await anOpenGatepass(yard, {}, [{ quantity: 3 }]);
    must(await issueGatepass(yard.ctx(), gatepassId));
    const receiptId = newId<"GatepassReceipt">();
    const twice = await Promise.all([1, 2].map(() => say(yard, gatepassId, "RECEIVED", 1, receiptId)));
    expect(twice.map(outcomeOf)).toEqual(["ok", "ok"]);
    expect(await levels(yard, yard.del)).toEqual({ putaway_pending: 1 });
    expect(await say(yard, gatepassId, "RECEIVED", 2, receiptId)).toMatchObject(refusedWith("GATEPASS_RECEIPT_TAKEN"));
    const scan = { receiptId: newId<"GatepassReceipt">(), code: yard.sku };
    for (const _ of [1, 2]) expect(must(await scanBack(yard.ctx(), gatepassId, scan)).outstanding).toBe(1);
    expect(await levels(yard, yard.del)).toEqual({ putaway_pending: 2 });
    const last = [say(yard, gatepassId, "RECEIVED", 1), say(yard, gatepassId, "RECEIVED", 1)];
    expect((await Promise.all(last)).map(outcomeOf).sort()).toEqual(["GATEPASS_NOTHING_AWAITED", "ok"]);
    await expectStockTrue(t, yard.tenantId);
  });
});

describe("other ways out", () => {
  it("back to a vendor: a debit note against his invoice takes the tax of the purchase back", async () => {
    const yard = await aYard(t, { stock: 0 });
    const shelfId = await shelfOf(t, yard.tenantId, yard.blr);
    const bad = anEntry({ facilityId: yard.blr, skuId: yard.skuId, shelfId, bucket: "qc_rejected", quantity: 2 });
    must(await t.db.transaction(yard.tenantId, (tx) => post(tx, yard.ctx(), [bad])));
    const lines = [{ quantity: 2, price: 50_000, inventoryType: "qc_rejected" as const }];
    const gatepassId = await anOpenGatepass(yard, { type: "RETURN_TO_VENDOR" }, lines);
    expect(must(await issueGatepass(yard.ctx(), gatepassId))).toMatchObject({
      state: "CLOSED",
      paper: { kind: "DEBIT_NOTE" },
    });
    expect(await papers(yard)).toMatchObject([{ igst: 18_000, total: 118_000, place: "29", against: "V/2026/17" }]);
    expect(await levels(yard, yard.blr)).toEqual({});
    const unnamed = await anOpenGatepass(yard, { type: "RETURN_TO_VENDOR", vendorInvoice: null });
    expect(await issueGatepass(yard.ctx(), unnamed)).toMatchObject(refusedWith("GATEPASS_VENDOR_INVOICE_MISSING"));
  });

  it("given away: a challan, and that is the end of it", async () => {
    const yard = await aYard(t);
    const gatepassId = await anOpenGatepass(yard, { type: "NON_RETURNABLE" }, [{ quantity: 1, price: 0 }]);
    expect(must(await issueGatepass(yard.ctx(), gatepassId))).toMatchObject({
      ...{ state: "CLOSED", paper: { kind: "DELIVERY_CHALLAN" } },
    });
    expect(await say(yard, gatepassId, "RECEIVED", 1)).toMatchObject(refusedWith("GATEPASS_NOTHING_AWAITED"));
    expect(await levels(yard, yard.blr)).toEqual({ good: 9 });
  });

  it("issued by mistake: recalled whole, the number is kept as cancelled, the goods wait where they are", async () => {
    const yard = await aYard(t);
    const gatepassId = await anOpenGatepass(yard, {}, [{ quantity: 3 }]);
    must(await issueGatepass(yard.ctx(), gatepassId));
    for (const _ of [1, 2])
      expect(must(await recallGatepass(yard.ctx(), gatepassId, "wrong price"))).toEqual({ pieces: 3 });
    expect(await papers(yard)).toMatchObject([{ state: "CANCELLED" }]);
    expect(await levels(yard, yard.blr)).toEqual({ good: 7, putaway_pending: 3 });
    expect(await putAwayAll(yard, yard.blr)).toEqual(Array(3).fill("good"));
    must(await issueGatepass(yard.ctx(), await anOpenGatepass(yard)));
    const numbers = (await papers(yard)).map((paper) => Number(paper.number.split("-")[1]));
    expect(numbers).toEqual([1, 2]);
    const half = await anOpenGatepass(yard, {}, [{ quantity: 2 }]);
    must(await issueGatepass(yard.ctx(), half));
    must(await say(yard, half, "RECEIVED", 1));
    expect(await recallGatepass(yard.ctx(), half, "wrong")).toMatchObject(refusedWith("GATEPASS_PARTLY_RECEIVED"));
    await expectStockTrue(t, yard.tenantId);
  });
});

describe("an open gatepass", () => {
  it("is made once under its id, edited, and cancelled without a trace in the stock", async () => {
    const yard = await aYard(t);
    const gatepassId = newId<"Gatepass">();
    const header = aHeader(yard, { type: "RETURNABLE" });
    const made = await Promise.all([1, 2].map(() => createGatepass(yard.ctx(), { gatepassId, ...header })));
    expect(new Set(made.map((result) => must(result).code)).size).toBe(1);
    expect(await createGatepass(yard.ctx(), { gatepassId, ...aHeader(yard) })).toMatchObject(
      refusedWith("GATEPASS_ID_TAKEN"),
    );
    const { type: _type, facilityId: _facility, ...rest } = header;
    must(await editGatepass(yard.ctx(), gatepassId, { ...rest, purpose: "Repair of seals", reference: "R-17" }));
    expect(await detail(yard, gatepassId)).toMatchObject({
      purpose: "Repair of seals",
      reference: "R-17",
      willIssue: null,
    });
    expect(await issueGatepass(yard.ctx(), gatepassId)).toMatchObject(refusedWith("GATEPASS_EMPTY"));
    must(await cancelGatepass(yard.ctx(), gatepassId, "not needed"));
    must(await cancelGatepass(yard.ctx(), gatepassId, "not needed"));
    expect(await editGatepass(yard.ctx(), gatepassId, rest)).toMatchObject(refusedWith("GATEPASS_NOT_OPEN"));
    expect(await issueGatepass(yard.ctx(), gatepassId)).toMatchObject(refusedWith("GATEPASS_NOT_OPEN"));
    expect(await levels(yard, yard.blr)).toEqual({ good: 10 });
  });

  it("takes a party whose state, PIN and GSTIN are right, and no disabled facility", async () => {
    const yard = await aYard(t);
    const make = (over: Parameters<typeof aHeader>[1]) =>
      createGatepass(yard.ctx(), { gatepassId: newId<"Gatepass">(), ...aHeader(yard, over) });
    const to = (over: Parameters<typeof aParty>[0]) => make({ type: "RETURNABLE", party: aParty(over) });
    expect(await to({ stateCode: "25" })).toMatchObject(refusedWith("GATEPASS_PARTY_STATE"));
    expect(await to({ pincode: "12" })).toMatchObject({ ok: false });
    expect(await to({ gstin: `${aGstin("33").slice(0, 14)}!` })).toMatchObject(refusedWith("GSTIN_FORMAT"));
    const shut = await aFacility(t.db, yard.tenantId, { enabled: false });
    expect(await make({ toFacilityId: shut })).toMatchObject(refusedWith("GATEPASS_FACILITY_DISABLED"));
    expect(await make({ toFacilityId: newId() })).toMatchObject(refusedWith("NOT_FOUND"));
  });

  it("fills by scans from where most lies, and shelf by shelf when one is used up", async () => {
    const yard = await aYard(t, { stock: 1 });
    const gatepassId = await anOpenGatepass(yard, {}, []);
    const scan = (code: string, shelf: string | null = null) =>
      scanOnto(yard.ctx(), gatepassId, { code, inventoryType: "good", shelf });
    expect(must(await scan(yard.sku))).toMatchObject({ sku: yard.sku, shelf: "DEFAULT", quantity: 1, pieces: 1 });
    expect(await scan(yard.sku)).toMatchObject(refusedWith("GATEPASS_NO_STOCK"));
    expect(await scan("NO-SUCH")).toMatchObject(refusedWith("GATEPASS_SKU_UNKNOWN"));
    expect(await scan(yard.sku, "NOWHERE")).toMatchObject(refusedWith("GATEPASS_SHELF_UNKNOWN"));
    const line = { sku: yard.sku, shelf: "DEFAULT", inventoryType: "good" as const, price: paise(100) };
    expect(must(await setLines(yard.ctx(), gatepassId, [{ ...line, quantity: 5 }]))).toEqual({ lines: 1, pieces: 5 });
    expect((await detail(yard, gatepassId)).items).toMatchObject([{ quantity: 5, price: 100 }]);
    expect(must(await setLines(yard.ctx(), gatepassId, [{ ...line, quantity: 0 }]))).toEqual({ lines: 0, pieces: 0 });
  });
});

describe("reach", () => {
  it("lets the sender send, the receiver receive, either see, and nobody else know", async () => {
    const yard = await aYard(t);
    const gatepassId = await anOpenGatepass(yard, {}, [{ quantity: 2 }]);
    const at = (facilities: readonly FacilityId[]) => t.ctx(yard.tenantId, { facilities });
    const [sender, receiver, stranger] = [at([yard.blr]), at([yard.del]), at([])];
    expect(await issueGatepass(receiver, gatepassId)).toMatchObject(refusedWith("NOT_FOUND"));
    expect(must(await gatepassDetail(receiver, gatepassId)).allowed).toEqual([]);
    must(await issueGatepass(sender, gatepassId));
    const [lineId] = await lineIds(yard, gatepassId);
    if (lineId === undefined) throw new Error("the gatepass has a line");
    const said = (outcome: Outcome) => ({
      ...{ receiptId: newId<"GatepassReceipt">(), outcome, pieces: [{ lineId, quantity: 1 }], note: null },
    });
    expect(await sayOutcome(sender, gatepassId, said("RECEIVED"))).toMatchObject(refusedWith("NOT_FOUND"));
    must(await sayOutcome(receiver, gatepassId, said("RECEIVED")));
    must(await reportShort(receiver, gatepassId, null));
    expect(await sayOutcome(receiver, gatepassId, said("BACK"))).toMatchObject(refusedWith("NOT_FOUND"));
    must(await sayOutcome(sender, gatepassId, said("BACK")));
    for (const act of [
      () => gatepassDetail(stranger, gatepassId),
      () => issueGatepass(stranger, gatepassId),
      () => sayOutcome(stranger, gatepassId, said("LOST")),
      () => recallGatepass(stranger, gatepassId, "x"),
      () => cancelGatepass(stranger, gatepassId, null),
      () => setLines(stranger, gatepassId, []),
    ])
      expect(await act()).toMatchObject(refusedWith("NOT_FOUND"));
    const [paper] = await papers(yard);
    for (const text of [must(await gatepassDetail(sender, gatepassId)).code, paper?.number ?? ""]) {
      expect(await foundBy(receiver, text)).toEqual([gatepassId]);
      expect(await foundBy(stranger, text)).toEqual([]);
    }
    const seen = await t.db.read(yard.tenantId, (tx) => listGatepasses(stranger, tx, {}, page));
    expect(seen).toMatchObject({ rows: [], total: 0 });
    const here = await t.db.read(yard.tenantId, (tx) => listGatepasses(receiver, tx, { search: "DEL1" }, page));
    expect(here).toMatchObject({ total: 1, counts: { CLOSED: 1 } });
  });
});
