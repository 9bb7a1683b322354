import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  askDueCreditNotes,
  creditNoteChecks,
  creditNotesPdf,
  fetchCreditNotes,
  listPendingCreditNotes,
  startDueCreditNotes,
  takeCreditNote,
  uploadCreditNote,
  wakeCreditNotes,
} from "../../src/billing/index.ts";
import { must, paise } from "../../src/kernel/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { sql } from "../../src/platform/db.ts";
import { closeDocumentWorkers } from "../../src/platform/documents/index.ts";
import { ASKED_GST, bytesOf, gate } from "../support/asked-scene.ts";
import { type AskedSource, anAskedSource } from "../support/asked-source.ts";
import { aFacility } from "../support/builders.ts";
import { broughtBack, creditNotesOf, creditsWrong, duesOf } from "../support/credit-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { packagesOf } from "../support/fulfilment-builders.ts";
import { readPages } from "../support/read-pdf.ts";
import { casesOf, gone } from "../support/return-builders.ts";
import { aForeignPdf } from "../support/sample-pdfs.ts";
import { aShop, type Shop } from "../support/shop-builders.ts";
import { waitFor } from "../support/wait.ts";

let t: TestDatabase;
let source: AskedSource;
let pdf: string;
let shop: Shop;

beforeAll(async () => {
  t = await testDatabase();
  source = await anAskedSource("CREDITS", {
    rules: {
      creditNoteBy: "channel",
      creditNoteDelay: { setting: "creditNoteDelayMinutes", defaultMinutes: 150 },
      // Sold with our invoice and label: what is under test comes after.
      ...{ invoiceBy: "us", labelBy: "us" },
    },
  });
  pdf = Buffer.from(await aForeignPdf(["THE CHANNEL'S CREDIT NOTE"])).toString("base64");
});
afterAll(async () => {
  await source.close();
  await closeDocumentWorkers();
  await t.close();
});
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  source.calls.length = 0;
  shop = await aShop(t, { stock: 20, source: source.id });
  inOrder();
});

const note = (over: Record<string, unknown> = {}) => ({
  number: "AJ/CN/0001",
  series: "AJ/CN",
  issuedAt: "2026-11-20T06:30:00Z",
  lines: [{ productId: shop.productId, quantity: 1, rates: ASKED_GST, taxable: 76186 }],
  pdf,
  ...over,
});
/** The channel has made the credit note of one unit at ₹899. */
const inOrder = (over: Record<string, unknown> = {}) =>
  source.answers({ fetchCreditNote: () => ({ body: note(over) }) });
const notYet = () => source.answers({ fetchCreditNote: () => ({ body: { notYet: "being made" } }) });
const ctx = (over: Partial<Ctx> = {}) =>
  t.ctx(shop.tenantId, { sourceUrls: new Map([[source.id, source.url]]), ...over });
const notes = () => creditNotesOf(t, shop.tenantId);
const dues = () => duesOf(t, shop.tenantId);
const job = () => askDueCreditNotes(ctx(), shop.channelId);
const asked = () => source.count("fetchCreditNote");
const dueId = async () => (await dues())[0]?.id as never;
const fetchNow = async () => (await fetchCreditNotes(ctx(), [await dueId()]))[0];
const onShelf = async (over: Parameters<typeof gone>[2] = {}) => broughtBack(t, shop, await gone(t, shop, over));
const states = async () => ({
  dues: (await dues()).map((due) => due.state),
  cases: (await casesOf(t, shop.tenantId)).map((each) => each.state),
  parcels: (await packagesOf(t, shop.tenantId)).map((parcel) => parcel.state),
});

describe("a credit note that the channel makes", () => {
  it("is asked for 150 minutes after putaway, not before; its number, series, day and PDF are kept, and RETURNED follows", async () => {
    await onShelf();
    expect(await dues()).toMatchObject([
      { state: "WAITING", madeBy: "CHANNEL", code: null, nextAttemptAt: TEST_MORNING.add({ minutes: 150 }) },
    ]);
    t.clock.advance({ minutes: 149 });
    await startDueCreditNotes({ ...t.services, clock: t.clock });
    await job();
    expect(asked()).toBe(0);
    expect((await states()).cases).toEqual(["PENDING_INVOICE"]);
    t.clock.advance({ minutes: 1 });
    await job();
    expect(source.calls.filter((call) => call.operation === "fetchCreditNote")).toMatchObject([
      { body: { channelOrderId: "JM-1", kind: "RTO", lines: [{ channelOrderItemId: "JM-1-L1", quantity: 1 }] } },
    ]);
    expect(await notes()).toMatchObject([
      { number: "AJ/CN/0001", numberedBy: "CHANNEL", total: 89900, taxable: 76186, cgst: 6857, sgst: 6857 },
    ]);
    expect(await states()).toEqual({ dues: ["DONE"], cases: ["COMPLETED"], parcels: ["RETURNED"] });
    const [row] = await t.raw<{ series: string; on: string; file: boolean; exchange: boolean; id: string }>(
      `select credit_note_id as id, series, issued_on::text as on, pdf_document_id is not null as file, exchange_id is not null as exchange
       from godown.credit_note where tenant_id = $1`,
      [shop.tenantId],
    );
    expect(row).toMatchObject({ series: "AJ/CN", on: "2026-11-20", file: true, exchange: true });
    const file = must(await creditNotesPdf(ctx(), [row?.id as never]));
    expect((await readPages(bytesOf(file))).map((page) => page.text).join("\n")).toContain("THE CHANNEL'S CREDIT NOTE");
    expect(await creditsWrong(t, shop.tenantId)).toEqual([]);
  });

  it("is asked for after the minutes that the channel's setting says", async () => {
    await t.raw("update godown.channel set settings = $2 where tenant_id = $1", [
      shop.tenantId,
      { creditNoteDelayMinutes: 30 },
    ]);
    await onShelf();
    expect(await dues()).toMatchObject([{ nextAttemptAt: TEST_MORNING.add({ minutes: 30 }) }]);
  });

  it("is asked for again with growing pauses, and each try shows what the channel said", async () => {
    await onShelf();
    notYet();
    t.clock.advance({ minutes: 150 });
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 5; attempt++) {
      await job();
      const [due] = await dues();
      expect(due).toMatchObject({
        state: "WAITING",
        code: "CREDIT_NOTE_NOT_YET",
        words: "being made",
        attempts: attempt,
      });
      const next = due?.nextAttemptAt ?? TEST_MORNING;
      pauses.push(next.since(t.clock.now()).total("minutes"));
      t.clock.set(next);
    }
    expect(pauses).toEqual([5, 10, 20, 40, 60]);
    expect(asked()).toBe(5);
    source.answers({ fetchCreditNote: () => ({ status: 503, body: { message: "down for the night" } }) });
    await job();
    expect(await dues()).toMatchObject([{ state: "WAITING", code: "CREDIT_NOTE_NOT_REACHED" }]);
    expect((await dues())[0]?.exchangeId).not.toBeNull();
    inOrder();
    expect(await fetchNow()).toMatchObject({ outcome: "DONE", number: "AJ/CN/0001" });
    expect((await states()).cases).toEqual(["COMPLETED"]);
  });

  it("that never comes is a person's in the end: the row and the order's timeline say so", async () => {
    await onShelf();
    notYet();
    t.clock.advance({ minutes: 150 });
    await t.raw("update godown.credit_note_due set attempts = 59 where tenant_id = $1", [shop.tenantId]);
    await job();
    expect(await dues()).toMatchObject([{ state: "FAILED", code: "CREDIT_NOTE_GIVEN_UP", words: "being made" }]);
    const events = "select facts from godown.order_event where tenant_id = $1 and kind = 'CREDIT_NOTE_FAILED'";
    expect(await t.raw(events, [shop.tenantId])).toMatchObject([{ facts: { code: "CREDIT_NOTE_GIVEN_UP" } }]);
  });

  it("comes for the others although some cannot even be read, and the fault is not swallowed", async () => {
    for (const order of ["JM-1", "JM-2", "JM-3", "JM-4", "JM-5"])
      await broughtBack(t, shop, await gone(t, shop, { id: order }), { order });
    const last = (await dues()).at(-1)?.id;
    const spoil = `update godown.invoice set document = '{}' where tenant_id = $1 and invoice_id in (
      select invoice_id from godown.credit_note_due where credit_note_due_id <> $2)`;
    await t.raw(spoil, [shop.tenantId, last]);
    t.clock.advance({ minutes: 150 });
    await expect(job()).rejects.toThrow();
    expect((await dues()).filter((due) => due.state === "DONE").map((due) => due.id)).toEqual([last]);
  });

  it("may be fetched now, before its hour", async () => {
    await onShelf();
    expect(await fetchNow()).toMatchObject({ outcome: "DONE" });
    expect(await fetchNow()).toMatchObject({ outcome: "UNCHANGED", refusal: { code: "CREDIT_NOTE_DONE" } });
    expect(asked()).toBe(1);
  });

  it("is not taken when it is of another invoice, of other goods, of other heads, or numbered like another", async () => {
    await onShelf();
    const refusals: [Record<string, unknown>, string][] = [
      [{ original: "S-OTHER" }, "CREDIT_NOTE_OTHER_INVOICE"],
      [{ lines: [{ productId: shop.productId, quantity: 2, rates: ASKED_GST }] }, "CREDIT_NOTE_UNITS_DIFFER"],
      [{ lines: [{ productId: "OTHER", quantity: 1, rates: ASKED_GST }] }, "CREDIT_NOTE_UNITS_DIFFER"],
      [{ lines: [{ productId: shop.productId, rates: { gstBps: 1800, igstBps: 1800 } }] }, "CREDIT_NOTE_HEADS"],
      [{ lines: [{ productId: shop.productId, rates: { gstBps: 1800, cgstBps: 900 } }] }, "CREDIT_NOTE_RATES"],
      [{ issuedAt: "2026-10-01T06:30:00Z" }, "CREDIT_NOTE_DATE"],
      [{ issuedAt: "2026-12-01T06:30:00Z" }, "CREDIT_NOTE_DATE"],
      [{ number: "x".repeat(51) }, "CREDIT_NOTE_NUMBER"],
      [{ pdf: Buffer.from("<html>").toString("base64") }, "DOCUMENT_NOT_A_PDF"],
    ];
    for (const [over, code] of refusals) {
      inOrder(over);
      expect(await fetchNow()).toMatchObject({ outcome: "FAILED", refusal: { code } });
    }
    expect(await notes()).toEqual([]);
    expect((await states()).cases).toEqual(["PENDING_INVOICE"]);
    inOrder();
    expect(await fetchNow()).toMatchObject({ outcome: "DONE" });
  });

  it("of one number is of one invoice", async () => {
    const [first, second] = [await gone(t, shop, { id: "JM-1" }), await gone(t, shop, { id: "JM-2" })];
    await broughtBack(t, shop, first, { order: "JM-1" });
    await broughtBack(t, shop, second, { order: "JM-2" });
    const [one, two] = await dues();
    const results = await fetchCreditNotes(ctx(), [one?.id as never, two?.id as never]);
    expect(results.map((result) => result.refusal?.code ?? result.outcome).sort()).toEqual([
      "CREDIT_NOTE_NUMBER_TAKEN",
      "DONE",
    ]);
  });

  it("within a rupee reverses the invoice to the paisa, and keeps the channel's figures beside", async () => {
    await onShelf();
    inOrder({ lines: [{ productId: shop.productId, rates: ASKED_GST, taxable: 76250 }] });
    expect(await fetchNow()).toMatchObject({ outcome: "DONE" });
    expect(await notes()).toMatchObject([{ total: 89900, taxable: 76186 }]);
    expect(
      await t.raw("select channel_taxable_paise, channel_tax_paise from godown.credit_note where tenant_id = $1", [
        shop.tenantId,
      ]),
    ).toEqual([{ channel_taxable_paise: "76250", channel_tax_paise: "13726" }]);
  });

  it("beyond a rupee waits for a person, who may accept less than was billed and never more", async () => {
    await onShelf();
    inOrder({ lines: [{ productId: shop.productId, rates: ASKED_GST, taxable: 70000 }] });
    t.clock.advance({ minutes: 150 });
    await job();
    expect(await dues()).toMatchObject([{ state: "FAILED", code: "CREDIT_NOTE_AMOUNTS_DIFFER" }]);
    expect(await notes()).toEqual([]);
    const accepted = await takeCreditNote(ctx(), await dueId(), { interactive: true, anew: true, acceptAmounts: true });
    expect(accepted).toMatchObject({ ok: true, value: { outcome: "DONE" } });
    expect(await notes()).toMatchObject([{ taxable: 70000, cgst: 6300, sgst: 6300, total: 82600 }]);
    expect(await audits()).toContain("billing.credit_note_amounts_accepted");
    expect(await creditsWrong(t, shop.tenantId)).toEqual([]);
    expect((await states()).cases).toEqual(["COMPLETED"]);
  });

  it("of more than was billed is refused even to who would accept it", async () => {
    await onShelf();
    inOrder({ lines: [{ productId: shop.productId, rates: ASKED_GST, taxable: 90000 }] });
    const taken = await takeCreditNote(ctx(), await dueId(), { interactive: true, anew: true, acceptAmounts: true });
    expect(taken).toMatchObject({ value: { outcome: "FAILED", refusal: { code: "CREDIT_NOTE_EXCEEDS_INVOICE" } } });
    expect(await notes()).toEqual([]);
  });

  it("that has no value of its own is the invoice's share", async () => {
    await onShelf({ quantity: 3, price: 33.34 });
    inOrder({ lines: [{ productId: shop.productId, quantity: 3, rates: ASKED_GST }], pdf: undefined });
    expect(await fetchNow()).toMatchObject({ outcome: "DONE" });
    expect(await notes()).toMatchObject([{ total: 10002 }]);
  });

  it("wakes when its channel is connected again", async () => {
    await onShelf();
    t.clock.advance({ minutes: 150 });
    await t.raw("update godown.channel set state = 'DISABLED' where tenant_id = $1", [shop.tenantId]);
    await job();
    expect(await dues()).toMatchObject([{ state: "FAILED", code: "CREDIT_NOTE_NOT_ASKED" }]);
    await t.raw("update godown.channel set state = 'CONNECTED' where tenant_id = $1", [shop.tenantId]);
    await t.db.transaction(shop.tenantId, (tx) => wakeCreditNotes(tx, ctx(), shop.channelId));
    await job();
    expect((await states()).dues).toEqual(["DONE"]);
  });
});

const audits = async () =>
  (await t.raw<{ action: string }>("select action from godown.audit_event where tenant_id = $1", [shop.tenantId])).map(
    (row) => row.action,
  );

describe("a credit note given by hand", () => {
  const given = (over: Record<string, unknown> = {}) => ({
    number: "BYHAND-7",
    series: null,
    on: Temporal.PlainDate.from("2026-11-20"),
    taxable: paise(76186),
    tax: paise(13714),
    pdf: Buffer.from(pdf, "base64"),
    acceptAmounts: false,
    ...over,
  });

  it("is checked like the channel's, audited, and ends the return", async () => {
    await onShelf();
    expect(await uploadCreditNote(ctx(), await dueId(), given({ taxable: paise(76000) }))).toMatchObject({
      refusal: { code: "CREDIT_NOTE_AMOUNTS_DIFFER", facts: { expectedTaxable: 76186, expectedTax: 13714 } },
    });
    expect(await uploadCreditNote(ctx(), await dueId(), given({ pdf: Buffer.from("no pdf") }))).toMatchObject({
      refusal: { code: "DOCUMENT_NOT_A_PDF" },
    });
    expect(must(await uploadCreditNote(ctx(), await dueId(), given()))).toMatchObject({ outcome: "DONE" });
    expect(await notes()).toMatchObject([{ number: "BYHAND-7", numberedBy: "CHANNEL", total: 89900 }]);
    expect(await audits()).toContain("billing.credit_note_uploaded");
    expect(await states()).toEqual({ dues: ["DONE"], cases: ["COMPLETED"], parcels: ["RETURNED"] });
    expect(await uploadCreditNote(ctx(), await dueId(), given())).toMatchObject({
      refusal: { code: "CREDIT_NOTE_DONE" },
    });
  });

  it("and the channel's answer at the same moment make one credit note", async () => {
    await onShelf();
    const held = gate();
    source.answers({
      fetchCreditNote: async () => {
        await held.opened;
        return { body: note() };
      },
    });
    const fetched = fetchNow();
    await waitFor("the channel is being asked", async () => asked() === 1 || undefined);
    expect(must(await uploadCreditNote(ctx(), await dueId(), given()))).toMatchObject({ outcome: "DONE" });
    held.open();
    expect(await fetched).toMatchObject({ outcome: "UNCHANGED", refusal: { code: "CREDIT_NOTE_DONE" } });
    expect(await notes()).toMatchObject([{ number: "BYHAND-7" }]);
    expect(await creditsWrong(t, shop.tenantId)).toEqual([]);
  });

  it("is one when many people and the job bring it at once", async () => {
    await onShelf();
    t.clock.advance({ minutes: 150 });
    const id = await dueId();
    await Promise.all([
      job(),
      ...Array.from({ length: 4 }, (_, i) => uploadCreditNote(ctx(), id, given({ number: `HAND-${i}` }))),
      ...Array.from({ length: 4 }, () => fetchNow()),
    ]);
    expect(await notes()).toHaveLength(1);
    expect((await states()).dues).toEqual(["DONE"]);
    expect(await creditsWrong(t, shop.tenantId)).toEqual([]);
  });
});

describe("processes that end in between", () => {
  it("leave a claim that runs out; asked again the same credit note is written, once", async () => {
    await onShelf();
    t.clock.advance({ minutes: 150 });
    // As a kill between the answer and the write leaves it: claimed, asked, nothing written.
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(sql`
        update godown.credit_note_due set state = 'ASKING', asking_until = ${t.clock.now().add({ seconds: 120 })}, next_attempt_at = null, attempts = 1
        where tenant_id = ${shop.tenantId}`),
    );
    expect(await fetchNow()).toMatchObject({ outcome: "UNCHANGED", refusal: { code: "CREDIT_NOTE_ASKED_NOW" } });
    await job();
    expect(asked()).toBe(0);
    t.clock.advance({ seconds: 121 });
    await job();
    expect(asked()).toBe(1);
    expect(await notes()).toHaveLength(1);
    expect((await states()).cases).toEqual(["COMPLETED"]);
  });

  it("write nothing of an answer that came after its claim was taken over", async () => {
    await onShelf();
    const held = gate();
    let calls = 0;
    source.answers({
      fetchCreditNote: async () => {
        calls += 1;
        if (calls > 1) return { body: note({ number: "SECOND" }) };
        await held.opened;
        return { body: note({ number: "FIRST" }) };
      },
    });
    const slow = fetchNow();
    await waitFor("the channel is being asked", async () => asked() === 1 || undefined);
    t.clock.advance({ seconds: 121 });
    expect(await fetchNow()).toMatchObject({ outcome: "DONE", number: "SECOND" });
    held.open();
    expect(await slow).toMatchObject({ outcome: "UNCHANGED" });
    expect(await notes()).toMatchObject([{ number: "SECOND" }]);
  });
});

describe("an alarm", () => {
  it("tells of credit notes that failed, and of those that are not there after a day", async () => {
    const alarms = () =>
      t.db.transaction(shop.tenantId, async (tx) =>
        (await Promise.all(creditNoteChecks.map((each) => each.check(ctx(), tx)))).flat().map((each) => each.message),
      );
    await onShelf();
    expect(await alarms()).toEqual([]);
    t.clock.advance({ hours: 25 });
    expect(await alarms()).toEqual([expect.stringContaining("1 waiting for more than 24 hours")]);
    inOrder({ original: "S-OTHER" });
    await fetchNow();
    expect(await alarms()).toEqual([expect.stringContaining("1 need a person")]);
    inOrder();
    await fetchNow();
    expect(await alarms()).toEqual([]);
  });
});

describe("the list of what waits", () => {
  it("has a tab for each kind, with age, last error, the channel's words and the next try", async () => {
    await onShelf();
    notYet();
    await fetchNow();
    const page = { limit: 50, offset: 0, sort: "putAwayAt", descending: false };
    const list = (kind: "RTO" | "CIR", over: Partial<Ctx> = {}) =>
      t.db.read(shop.tenantId, (tx) => listPendingCreditNotes(ctx(over), tx, { kind }, page));
    const found = await list("RTO");
    expect(found).toMatchObject({ total: 1, counts: { RTO: 1, CIR: 0 } });
    expect(found.rows).toMatchObject([
      {
        kind: "RTO",
        units: 1,
        putAwayAt: TEST_MORNING,
        code: "CREDIT_NOTE_NOT_YET",
        words: "being made",
        nextAttemptAt: TEST_MORNING.add({ minutes: 5 }),
      },
    ]);
    expect((await list("CIR")).rows).toEqual([]);
    expect((await list("RTO", { facilities: [] })).rows).toEqual([]);
    const [out] = await fetchCreditNotes(ctx({ facilities: [] }), [await dueId()]);
    expect(out).toMatchObject({ refusal: { code: "NOT_FOUND" } });
    // Where the goods came back somebody waits for it, too.
    const there = await aFacility(t.db, shop.tenantId);
    const away = { facilities: [there] };
    expect((await list("RTO", away)).rows).toEqual([]);
    await t.raw("update godown.return_case set facility_id = $2 where tenant_id = $1", [shop.tenantId, there]);
    expect((await list("RTO", away)).rows).toHaveLength(1);
    inOrder();
    expect(await fetchCreditNotes(ctx(away), [await dueId()])).toMatchObject([{ outcome: "DONE" }]);
  });

  it("is fetched in bulk, more than a few in the background", async () => {
    for (let i = 0; i < 10; i++)
      await broughtBack(t, shop, await gone(t, shop, { id: `JM-${i}` }), { order: `JM-${i}` });
    let made = 0;
    source.answers({ fetchCreditNote: () => ({ body: note({ number: `AJ-${++made}` }) }) });
    const results = await fetchCreditNotes(
      ctx(),
      (await dues()).map((due) => due.id as never),
    );
    expect(results.filter((result) => result.outcome === "DONE")).toHaveLength(8);
    expect(results.filter((result) => result.refusal?.code === "CREDIT_NOTE_LEFT_TO_JOB")).toHaveLength(2);
    await job();
    expect(new Set((await dues()).map((due) => due.state))).toEqual(new Set(["DONE"]));
  });
});
