import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  cancelCreditNote,
  creditNotesPdf,
  fetchCreditNotes,
  listPendingCreditNotes,
  makeDueCreditNotes,
  onReturnCredited,
  wakeOwnCreditNotes,
} from "../../src/billing/index.ts";
import { must, type ShippingPackageId } from "../../src/kernel/index.ts";
import { sql, violatedConstraint } from "../../src/platform/db.ts";
import { closeDocumentWorkers } from "../../src/platform/documents/index.ts";
import { explain } from "../../src/platform/refusals.ts";
import type { PutawayId } from "../../src/putaway/index.ts";
import { settleReturn } from "../../src/returns/index.ts";
import { receiveAtDesk } from "../../src/returns/receive-at-desk.ts";
import { onSeriesChanged, saveBillingParty } from "../../src/warehouse/index.ts";
import { bytesOf } from "../support/asked-scene.ts";
import { broughtBack, creditNotesOf, creditsWrong, duesOf, received } from "../support/credit-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { packagesOf, unitsOf } from "../support/fulfilment-builders.ts";
import { parcelRow } from "../support/hand-over-builders.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { readPages } from "../support/read-pdf.ts";
import { announced, casesOf, gone, putAway } from "../support/return-builders.ts";
import { aShop, type Shop } from "../support/shop-builders.ts";
import { aGstin, aSeries } from "../support/warehouse-builders.ts";

let t: TestDatabase;
let shop: Shop;

beforeAll(async () => {
  t = await testDatabase();
  onSeriesChanged(wakeOwnCreditNotes);
});
afterAll(async () => {
  await closeDocumentWorkers();
  await t.close();
});
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t, { stock: 20 });
});

const returnSeries = (over: { prefix?: string } = {}) =>
  aSeries(t, shop.tenantId, { facilityId: shop.facilityId }, { documentType: "SALE_RETURN_INVOICE", ...over });
const notes = () => creditNotesOf(t, shop.tenantId);
const dues = () => duesOf(t, shop.tenantId);
const invoices = () =>
  t.raw<{ number: string; total_paise: string; credited_paise: string }>(
    "select number, total_paise, credited_paise from godown.invoice where tenant_id = $1",
    [shop.tenantId],
  );
const parcelStates = async () => (await packagesOf(t, shop.tenantId)).map((p) => p.state);

describe("a credit note of our own series", () => {
  it("is made when the goods are on their shelf, names its invoice, and ends the return", async () => {
    await returnSeries({ prefix: "CN-" });
    const parcel = await gone(t, shop, { quantity: 3, price: 33.33 });
    await broughtBack(t, shop, parcel);
    const [invoice] = await invoices();
    expect(await notes()).toMatchObject([
      { number: "CN-1", state: "ISSUED", numberedBy: "SERIES", invoice: invoice?.number, total: 9999 },
    ]);
    expect(invoice).toMatchObject({ total_paise: "9999", credited_paise: "9999" });
    expect(await dues()).toMatchObject([{ state: "DONE", madeBy: "US" }]);
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ state: "COMPLETED" }]);
    expect(await parcelStates()).toEqual(["RETURNED"]);
    expect(await creditsWrong(t, shop.tenantId)).toEqual([]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("is printed with the invoice's number and day, the reason, and what is given back in words", async () => {
    await returnSeries({ prefix: "CN-" });
    await broughtBack(t, shop, await gone(t, shop, { quantity: 2 }));
    const [note] = await t.raw<{ credit_note_id: string }>(
      "select credit_note_id from godown.credit_note where tenant_id = $1",
      [shop.tenantId],
    );
    const [invoice] = await invoices();
    const file = must(await creditNotesPdf(t.ctx(shop.tenantId), [note?.credit_note_id as never]));
    const text = (await readPages(bytesOf(file))).map((page) => page.text).join("\n");
    expect(text).toContain("Credit Note");
    expect(text).toContain("CN-1");
    expect(text).toContain(invoice?.number ?? "no invoice");
    expect(text).toContain("came back undelivered");
    expect(text).toContain("1,798.00");
  });

  it("gives units of one line back one return after the other, to the paisa of the invoice", async () => {
    await returnSeries();
    const parcel = await gone(t, shop, { quantity: 3, price: 33.34, delivered: true });
    for (const id of ["R1", "R2", "R3"]) {
      await broughtBack(t, shop, parcel, { kind: "CIR", units: 1, channelReturnId: id });
      t.clock.advance({ minutes: 1 });
    }
    const made = await notes();
    expect(made.map((note) => note.total)).toEqual([3334, 3334, 3334]);
    const [line] = await t.raw("select taxable_paise, cgst_paise from godown.invoice_line where tenant_id = $1", [
      shop.tenantId,
    ]);
    expect({
      taxable_paise: String(made.reduce((sum, note) => sum + note.taxable, 0)),
      cgst_paise: String(made.reduce((sum, note) => sum + note.cgst, 0)),
    }).toEqual(line);
    expect(new Set(made.map((note) => note.number)).size).toBe(3);
    expect(await creditsWrong(t, shop.tenantId)).toEqual([]);
    expect((await unitsOf(t, shop.tenantId)).map((unit) => unit.state)).toEqual(["RETURNED", "RETURNED", "RETURNED"]);
  });

  it("waits in words for its series while the stock is counted, and is made when the series is", async () => {
    await broughtBack(t, shop, await gone(t, shop));
    expect(await notes()).toEqual([]);
    const [due] = await dues();
    expect(due).toMatchObject({ state: "WAITING", madeBy: "US", code: "SERIES_MISSING", attempts: 1 });
    const { rows } = await pendingList();
    const [row] = rows;
    expect(row && explain({ code: row.code ?? "", facts: row.facts }).message).toMatch(
      /^No SALE_RETURN_INVOICE series is defined for facility .*Settings > Facilities & series/,
    );
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ state: "PENDING_INVOICE" }]);
    expect(await parcelStates()).not.toContain("RETURNED");
    await expectStockTrue(t, shop.tenantId);
    await returnSeries({ prefix: "CN-" });
    expect(await makeDueCreditNotes(t.ctx(shop.tenantId))).toBe("done");
    expect(await notes()).toMatchObject([{ number: "CN-1" }]);
    expect(await casesOf(t, shop.tenantId)).toMatchObject([{ state: "COMPLETED" }]);
    expect(await parcelStates()).toEqual(["RETURNED"]);
  });

  it("of a long list is made by the job where it would keep the goods waiting, and none is forgotten", async () => {
    await returnSeries({ prefix: "CN-" });
    const actor = { kind: "USER", id: null, name: "one desk" } as const;
    const lists: PutawayId[] = [];
    for (let i = 1; i <= 12; i++) {
      const parcel = await gone(t, shop, { id: `JM-${i}` });
      await announced(t, shop, { channelOrderId: `JM-${i}` });
      const held = { code: (await parcelRow(t, shop.tenantId, parcel)).code };
      const at = {
        held,
        facilityId: shop.facilityId,
        units: null,
        grade: "good" as const,
        unannounced: false,
        putawayId: lists.at(-1) ?? null,
      };
      const desk = must(await receiveAtDesk(t.ctx(shop.tenantId, { actor }), at));
      if (desk.putaway) lists.push(desk.putaway.putawayId);
    }
    const [putawayId] = lists;
    if (putawayId === undefined) throw new Error("goods lie on a list");
    const jobs = () => t.raw("select 1 from graphile_worker.jobs where task_identifier = 'billing.make_credit_notes'");
    const before = (await jobs()).length; // of other sellers
    await putAway(t, shop.tenantId, putawayId);
    expect((await notes()).length).toBe(10);
    const left = (await dues()).filter((due) => due.state === "WAITING");
    expect(left.map((due) => due.nextAttemptAt)).toEqual([TEST_MORNING, TEST_MORNING]);
    expect((await jobs()).length - before).toBe(1);
    expect(await makeDueCreditNotes(t.ctx(shop.tenantId))).toBe("done");
    expect(new Set((await notes()).map((note) => note.number)).size).toBe(12);
    expect(new Set((await casesOf(t, shop.tenantId)).map((each) => each.state))).toEqual(new Set(["COMPLETED"]));
    expect(await creditsWrong(t, shop.tenantId)).toEqual([]);
  });

  it("is one, however many processes make it at once", async () => {
    await broughtBack(t, shop, await gone(t, shop));
    await returnSeries();
    await Promise.all(Array.from({ length: 6 }, () => makeDueCreditNotes(t.ctx(shop.tenantId))));
    expect(await notes()).toHaveLength(1);
  });

  it("takes no number where its transaction is rolled back: numbers have no gap", async () => {
    await returnSeries({ prefix: "CN-" });
    const first = await gone(t, shop, { id: "JM-1" });
    onReturnCredited(async () => {
      throw new Error("killed between the credit note and the end of the return");
    });
    await expect(broughtBack(t, shop, first)).rejects.toThrow("killed between");
    expect(await notes()).toEqual([]);
    onReturnCredited(settleReturn);
    const [putaway] = await t.raw<{ putaway_id: string }>(
      "select putaway_id from godown.putaway where tenant_id = $1",
      [shop.tenantId],
    );
    const { completePutaway } = await import("../../src/putaway/index.ts");
    must(await completePutaway(t.ctx(shop.tenantId), { putawayId: putaway?.putaway_id as never, confirmAll: true }));
    expect((await notes()).map((note) => note.number)).toEqual(["CN-1"]);
  });

  it("is cancelled with its number kept; its units are given back anew by another", async () => {
    await returnSeries({ prefix: "CN-" });
    await broughtBack(t, shop, await gone(t, shop));
    const [id] = await t.raw<{ credit_note_id: string }>(
      "select credit_note_id from godown.credit_note where tenant_id = $1",
      [shop.tenantId],
    );
    must(await cancelCreditNote(t.ctx(shop.tenantId), id?.credit_note_id as never, "typed twice"));
    expect(await invoices()).toMatchObject([{ credited_paise: "0" }]);
    expect(await dues()).toMatchObject([{ state: "FAILED", code: "CREDIT_NOTE_CANCELLED" }]);
    await t.db.transaction(shop.tenantId, (tx) => wakeOwnCreditNotes(tx, t.ctx(shop.tenantId)));
    await makeDueCreditNotes(t.ctx(shop.tenantId));
    expect(await notes()).toHaveLength(1); // by itself nothing is made anew of what a person cancelled
    const [due] = await dues();
    expect(await fetchCreditNotes(t.ctx(shop.tenantId), [due?.id as never])).toMatchObject([{ outcome: "DONE" }]);
    expect((await notes()).map(({ number, state }) => [number, state])).toEqual([
      ["CN-1", "CANCELLED"],
      ["CN-2", "ISSUED"],
    ]);
    expect(await invoices()).toMatchObject([{ credited_paise: "89900" }]);
    expect(await creditsWrong(t, shop.tenantId)).toEqual([]);
  });

  it("says so where it comes too late to lower the tax", async () => {
    await returnSeries();
    const parcel = await gone(t, shop);
    t.clock.set("2027-12-01T04:30:00Z");
    await broughtBack(t, shop, parcel);
    const [note] = await t.raw<{ terms: string[]; late: boolean }>(
      "select document -> 'terms' as terms, issued_on > tax_lowered_by as late from godown.credit_note where tenant_id = $1",
      [shop.tenantId],
    );
    expect(note?.late).toBe(true);
    expect(note?.terms.join(" ")).toContain("Issued after 2027-11-30");
  });
});

describe("credit notes of one invoice at once", () => {
  it("never give back more than it, whatever returns of it are completed at the same moment", async () => {
    await returnSeries({ prefix: "CN-" });
    const parcel = await gone(t, shop, { quantity: 5, price: 33.33, delivered: true });
    const lists: PutawayId[] = [];
    for (const id of ["R1", "R2", "R3", "R4", "R5"])
      lists.push(await received(t, shop, parcel, { kind: "CIR", units: 1, channelReturnId: id }));
    await Promise.all(lists.map((list) => putAway(t, shop.tenantId, list)));
    const made = await notes();
    expect(made.map((note) => note.number).sort()).toEqual(["CN-1", "CN-2", "CN-3", "CN-4", "CN-5"]);
    expect(made.reduce((sum, note) => sum + note.total, 0)).toBe(16665);
    expect(await creditsWrong(t, shop.tenantId)).toEqual([]);
    expect(await casesOf(t, shop.tenantId)).toMatchObject(Array(5).fill({ state: "COMPLETED" }));
    expect(await parcelStates()).toEqual(["RETURNED"]);
    await expectStockTrue(t, shop.tenantId);
  });

  it("are of the billing party's series where that issued the invoice", async () => {
    const { billingPartyId } = must(
      await saveBillingParty(t.ctx(shop.tenantId), null, {
        ...{ code: "ACME", legalName: "Acme", line1: "1", line2: null, city: "Bengaluru", stateCode: "29" },
        ...{ pincode: "560001", gstin: aGstin() },
      }),
    );
    await t.raw("update godown.channel set billing_party_id = $2 where tenant_id = $1", [
      shop.tenantId,
      billingPartyId,
    ]);
    await aSeries(t, shop.tenantId, { billingPartyId }, { prefix: "BP-" });
    await returnSeries({ prefix: "FAC-" });
    const parcel = await gone(t, shop);
    // Who issued it counts, not who would today.
    await t.raw("update godown.channel set billing_party_id = null where tenant_id = $1", [shop.tenantId]);
    await broughtBack(t, shop, parcel);
    expect(await dues()).toMatchObject([{ state: "WAITING", code: "SERIES_MISSING" }]);
    await aSeries(t, shop.tenantId, { billingPartyId }, { documentType: "SALE_RETURN_INVOICE", prefix: "BPC-" });
    await makeDueCreditNotes(t.ctx(shop.tenantId));
    expect(await notes()).toMatchObject([{ number: "BPC-1", invoice: "BP-1" }]);
  });
});

describe("the database", () => {
  const attempt = async (text: string) => {
    try {
      await t.db.transaction(shop.tenantId, (tx) => tx.run(sql.raw(text)));
      return "written";
    } catch (error) {
      return violatedConstraint(error) ?? String(error);
    }
  };

  it("gives no unit back twice, no line more than it has, and changes no credit note", async () => {
    await returnSeries();
    const parcel: ShippingPackageId = await gone(t, shop, { quantity: 2, delivered: true });
    await broughtBack(t, shop, parcel, { kind: "CIR", units: 1, channelReturnId: "R1" });
    /** The credit note once more, under another number; its line as `over` changes it. */
    const copy = (over: string) => `
      with note as (
        insert into godown.credit_note select (jsonb_populate_record(null::godown.credit_note, to_jsonb(n) || jsonb_build_object(
          'credit_note_id', gen_random_uuid(), 'code', 'CN-X', 'number', 'X-1', 'sequence_number', 99))).*
        from godown.credit_note n where n.tenant_id = '${shop.tenantId}' returning credit_note_id
      )
      insert into godown.credit_note_line select (jsonb_populate_record(null::godown.credit_note_line, to_jsonb(l) || jsonb_build_object(
        'credit_note_id', note.credit_note_id) || ${over})).*
      from godown.credit_note_line l, note where l.tenant_id = '${shop.tenantId}'`;
    const [open] = await t.raw<{ id: string }>(
      `select id from godown.invoice_line l, unnest(l.unit_ids) id
       where l.tenant_id = $1 and not exists (select from godown.credited_unit c where c.sale_order_item_id = id)`,
      [shop.tenantId],
    );
    const other = `jsonb_build_object('unit_ids', jsonb_build_array('${open?.id}'::text)`;
    const strange = "jsonb_build_object('unit_ids', jsonb_build_array(gen_random_uuid()::text))";
    expect(await attempt(copy("'{}'"))).toBe("credited_unit_pkey");
    expect(await attempt(copy(strange))).toBe("credit_note_line_units");
    expect(await attempt(copy(`${other}, 'quantity', 2)`))).toMatch(/^credit_note_line_check/);
    // A paisa more than is left of the line, and sums that are not the lines'.
    const amounts = (taxable: number) => `${other}, 'taxable_paise', ${taxable}, 'total_paise', ${taxable + 13714})`;
    expect(await attempt(copy(amounts(76187)))).toBe("invoice_line_credited_taxable");
    expect(await attempt(copy(amounts(76185)))).toBe("credit_note_sums");
    expect(
      await attempt("update godown.credit_note set total_paise = total_paise - 1, taxable_paise = taxable_paise - 1"),
    ).toBe("credit_note_kept");
    expect(await attempt("update godown.credit_note_line set quantity = quantity")).toBe("credit_note_line_kept");
    expect(await attempt("delete from godown.credit_note_line")).toBe("credit_note_line_kept");
    expect(await attempt("update godown.invoice_line set credited_cgst_paise = cgst_paise + 1")).toBe(
      "invoice_line_credited_cgst",
    );
    expect(await attempt("update godown.invoice set credited_paise = total_paise + 1")).toBe("invoice_credited");
    expect(await creditsWrong(t, shop.tenantId)).toEqual([]);
  });
});

function pendingList() {
  return t.db.read(shop.tenantId, (tx) =>
    listPendingCreditNotes(
      t.ctx(shop.tenantId),
      tx,
      {},
      { limit: 50, offset: 0, sort: "putAwayAt", descending: false },
    ),
  );
}
