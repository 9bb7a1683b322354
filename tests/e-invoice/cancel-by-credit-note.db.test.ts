/** Orders that are cancelled before they leave, when the IRN of their invoice can no longer be: the invoice stands, a credit note takes it back. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cancelCreditNote, followPortal } from "../../src/billing/index.ts";
import { resolveException } from "../../src/exceptions/resolve.ts";
import { applyChannelCancel, invoicePackages, requestCancel, settleCancel } from "../../src/fulfilment/index.ts";
import { judgedOrder } from "../../src/fulfilment/order-actions.queries.ts";
import { must, type SaleOrderId, type SaleOrderItemId, type ShippingPackageId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import { explain } from "../../src/platform/refusals.ts";
import { creditNotesOf, creditsWrong } from "../support/credit-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { BUYER_GSTIN } from "../support/e-invoice-cases.ts";
import {
  aBusinessOrder,
  aReportingShop,
  askNow,
  eInvoicesIn,
  parcelsIn,
  type ReportingScene,
  reportingScene,
} from "../support/e-invoice-shop.ts";
import { orderStates, packagesOf, unitsOf } from "../support/fulfilment-builders.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { aSource } from "../support/order-builders.ts";
import { packagesFor, type Shop } from "../support/shop-builders.ts";
import { aSeries } from "../support/warehouse-builders.ts";

const dispatched = { channelCancel: "dispatched", sellerCancel: "dispatched" } as const;
aSource("CANCELS_AT_ONCE", { ...dispatched, asked: false });
aSource("ASKS_FIRST", dispatched);
aSource("CREDITS_ITSELF", { ...dispatched, asked: false, creditNoteBy: "channel" });

let t: TestDatabase;
let scene: ReportingScene;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
  scene = await reportingScene(t);
  followPortal();
});
afterAll(async () => {
  await scene.close();
  await t.close();
});
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  scene.install();
});
afterEach(async () => {
  scene.simulator.fault(null);
  await scene.reset();
});

const ctx = () => t.ctx(shop.tenantId);

/** A business buyer's packed parcel of two units, whose invoice got its IRN so many hours ago. */
async function packed(source: string, hours: number, over: { credits?: boolean } = {}): Promise<void> {
  shop = await aReportingShop(t, { series: "INV-", source });
  const { tenantId, facilityId } = shop;
  if (over.credits !== false)
    await aSeries(t, tenantId, { facilityId }, { documentType: "SALE_RETURN_INVOICE", prefix: "CRN-" });
  const [id] = await packagesFor(t, shop, [aBusinessOrder(shop, { id: "O-1" })]);
  if (!id) throw new Error("there is a package");
  await invoicePackages(ctx(), { packageIds: [id] });
  await askNow(t, tenantId);
  expect(await parcelsIn(t, tenantId, [id])).toEqual([{ package: "PACKED", number: "INV-1", invoice: "ISSUED" }]);
  t.clock.advance({ hours });
}
const orderId = async () => (await unitsOf(t, shop.tenantId))[0]?.orderId as SaleOrderId;
const unitIds = async () => (await unitsOf(t, shop.tenantId)).map((u) => u.unitId as SaleOrderItemId);
const unitStates = async () => (await unitsOf(t, shop.tenantId)).map((u) => u.state);
async function cancel(over: { byCreditNote?: boolean; unitIds?: readonly SaleOrderItemId[] } = {}) {
  const wish = { saleOrderId: await orderId(), unitIds: null, reason: "the buyer asked", ...over };
  return t.db.transaction(shop.tenantId, (tx) => requestCancel(tx, ctx(), wish));
}
const channelSays = () =>
  t.db.transaction(shop.tenantId, (tx) =>
    applyChannelCancel(tx, ctx(), {
      ...{ channelId: shop.channelId, channelOrderId: "O-1", lines: null, reason: "the customer cancelled" },
    }),
  );
const invoices = () =>
  t.raw<{ number: string; state: string; owed: number }>(
    "select number, state, (total_paise - credited_paise)::integer as owed from godown.invoice where tenant_id = $1 order by sequence_number",
    [shop.tenantId],
  );
const doubts = () =>
  t.raw<{ id: string; kind: string; state: string; facts: Record<string, unknown> }>(
    "select order_exception_id as id, kind, state, facts from godown.order_exception where tenant_id = $1",
    [shop.tenantId],
  );
const waitingForPutaway = async () => {
  const [row] = await t.raw<{ n: number }>(
    "select coalesce(sum(quantity), 0)::integer as n from godown.stock_ledger where tenant_id = $1 and bucket = 'putaway_pending'",
    [shop.tenantId],
  );
  return row?.n;
};
const atPortal = () =>
  scene.simulator.documents().map(({ number, cancelledAt }) => [number, cancelledAt === null ? "ACT" : "CNL"]);
const notes = async () =>
  (await creditNotesOf(t, shop.tenantId)).map(({ number, state, invoice, total }) => ({
    number,
    state,
    invoice,
    total,
  }));
async function allTrue() {
  await expectStockTrue(t, shop.tenantId);
  expect(await creditsWrong(t, shop.tenantId)).toEqual([]);
}

describe("the seller cancels a packed order", () => {
  it("at 23 hours: its invoice is cancelled, also where the credit note was chosen", async () => {
    for (const byCreditNote of [false, true]) {
      await packed("CANCELS_AT_ONCE", 23);
      must(await cancel({ byCreditNote }));
      await askNow(t, shop.tenantId);
      expect(await invoices()).toMatchObject([{ number: "INV-1", state: "CANCELLED" }]);
      expect(await notes()).toEqual([]);
      await scene.reset();
      t.clock.set(TEST_MORNING);
    }
  });

  it("at 25 hours: refused in words that name the choice, and nothing was changed", async () => {
    await packed("CANCELS_AT_ONCE", 25);
    const refused = await cancel();
    if (refused.ok) throw new Error("it is too late");
    expect(refused.refusal.code).toBe("EINVOICE_CANCEL_TOO_LATE");
    expect(explain(refused.refusal).whatToDo).toContain("Cancel by credit note");
    expect(await unitStates()).toEqual(["PACKED", "PACKED"]);
    expect(await invoices()).toMatchObject([{ state: "ISSUED" }]);
  });

  it("at 25 hours by credit note: the invoice stands at nothing, its credit note has an IRN, the goods go back", async () => {
    await packed("CANCELS_AT_ONCE", 25);
    must(await cancel({ byCreditNote: true }));
    expect(await invoices()).toEqual([{ number: "INV-1", state: "ISSUED", owed: 0 }]);
    expect(await notes()).toEqual([{ number: "CRN-1", state: "IRN_PENDING", invoice: "INV-1", total: 179_800 }]);
    expect(await orderStates(t, shop.tenantId)).toEqual({ "O-1": "CANCELLED" });
    expect((await packagesOf(t, shop.tenantId)).map((p) => p.state)).toEqual(["CANCELLED"]);
    expect(await waitingForPutaway()).toBe(2);
    await allTrue();

    await askNow(t, shop.tenantId);
    expect(await notes()).toMatchObject([{ state: "ISSUED" }]);
    expect(atPortal()).toEqual([
      ["INV-1", "ACT"],
      ["CRN-1", "ACT"],
    ]);
    const [row] = await t.raw<{ document: Record<string, never> }>(
      "select document from godown.e_invoice where tenant_id = $1 and subject_type = 'CREDIT_NOTE'",
      [shop.tenantId],
    );
    expect(row?.document).toMatchObject({
      DocDtls: { Typ: "CRN", No: "CRN-1" },
      RefDtls: { PrecDocDtls: [{ InvNo: "INV-1" }] },
      BuyerDtls: { Gstin: BUYER_GSTIN },
    });
    const [page] = await t.raw<{ document: { terms: string[]; declaration: string } }>(
      "select document from godown.credit_note where tenant_id = $1",
      [shop.tenantId],
    );
    expect(page?.document.terms[0]).toBe("Reason: goods were cancelled before they left (order O-1).");
    expect(page?.document.declaration).not.toContain("came back");
  });

  it("one unit of two: all of the old invoice is taken back, and the other unit is invoiced anew, with credits of its own", async () => {
    await packed("CANCELS_AT_ONCE", 25);
    const [first, second] = await unitIds();
    if (!first || !second) throw new Error("there are two units");
    must(await cancel({ byCreditNote: true, unitIds: [first] }));
    expect(await unitStates()).toEqual(["CANCELLED", "FULFILLABLE"]);
    expect(await waitingForPutaway()).toBe(1);
    const rest = (await packagesOf(t, shop.tenantId)).find((p) => p.state === "CREATED");
    if (!rest) throw new Error("what stays is in a new package");
    await invoicePackages(ctx(), { packageIds: [rest.id as ShippingPackageId] });
    await askNow(t, shop.tenantId);
    expect(await invoices()).toEqual([
      { number: "INV-1", state: "ISSUED", owed: 0 },
      { number: "INV-2", state: "ISSUED", owed: 89_900 },
    ]);
    await allTrue();
    // The unit stands on its second invoice alone, and can be given back there once.
    t.clock.advance({ hours: 25 });
    must(await cancel({ byCreditNote: true, unitIds: [second] }));
    expect(await invoices()).toMatchObject([{ owed: 0 }, { owed: 0 }]);
    expect((await notes()).map((note) => [note.invoice, note.total])).toEqual([
      ["INV-1", 179_800],
      ["INV-2", 89_900],
    ]);
    expect(await orderStates(t, shop.tenantId)).toEqual({ "O-1": "CANCELLED" });
    await allTrue();
  });

  it("without a series of credit notes it is refused by name, and nothing was changed", async () => {
    await packed("CANCELS_AT_ONCE", 25, { credits: false });
    expect(await cancel({ byCreditNote: true })).toMatchObject({ refusal: { code: "SERIES_MISSING" } });
    expect(await unitStates()).toEqual(["PACKED", "PACKED"]);
    expect(await notes()).toEqual([]);
  });

  it("where the channel makes credit notes itself, ours is refused in words", async () => {
    await packed("CREDITS_ITSELF", 25);
    expect(await cancel({ byCreditNote: true })).toMatchObject({ refusal: { code: "CREDIT_NOTE_CHANNELS_ALONE" } });
    expect(await unitStates()).toEqual(["PACKED", "PACKED"]);
  });

  it("a credit note that is cancelled is followed by another: the invoice never bills again what did not leave", async () => {
    await packed("CANCELS_AT_ONCE", 25);
    must(await cancel({ byCreditNote: true }));
    await askNow(t, shop.tenantId);
    const [id] = await t.raw<{ id: string }>(
      "select credit_note_id as id from godown.credit_note where tenant_id = $1",
      [shop.tenantId],
    );
    must(await cancelCreditNote(ctx(), id?.id as never, "wrong address"));
    expect(await invoices()).toMatchObject([{ owed: 0 }]);
    expect((await notes()).map((note) => [note.number, note.state])).toEqual([
      ["CRN-1", "CANCELLED"],
      ["CRN-2", "IRN_PENDING"],
    ]);
    await allTrue();
  });
});

describe("the choice on the order's page", () => {
  it("goes by the moment at which the invoice got its IRN", async () => {
    await packed("CANCELS_AT_ONCE", 25);
    const id = await orderId();
    const judged = await t.db.read(shop.tenantId, (tx) => judgedOrder(tx, "all", id));
    expect(judged?.units.map((unit) => unit.irnAt?.toString())).toEqual(
      Array(2).fill(TEST_MORNING.round("second").toString()),
    );
  });
});

describe("a channel that is asked first", () => {
  const answered = async () =>
    t.db.transaction(shop.tenantId, async (tx) =>
      settleCancel(tx, ctx(), {
        ...{ saleOrderId: await orderId(), channelId: shop.channelId, unitIds: await unitIds() },
        ...{ status: "SUCCESS", refused: [], message: null },
      }),
    );

  it("at 25 hours is asked only where the credit note was chosen; its answer makes it", async () => {
    await packed("ASKS_FIRST", 25);
    expect(await cancel()).toMatchObject({ refusal: { code: "EINVOICE_CANCEL_TOO_LATE" } });
    expect(must(await cancel({ byCreditNote: true }))).toEqual({ waitsForChannel: true, units: 2 });
    expect(await notes()).toEqual([]);
    must(await answered());
    expect(await notes()).toMatchObject([{ number: "CRN-1", total: 179_800 }]);
    expect(await unitStates()).toEqual(["CANCELLED", "CANCELLED"]);
    await allTrue();
  });

  it("asked at 23 hours and answered at 25 cancels all the same, by credit note", async () => {
    await packed("ASKS_FIRST", 23);
    must(await cancel());
    t.clock.advance({ hours: 2 });
    must(await answered());
    expect(await invoices()).toEqual([{ number: "INV-1", state: "ISSUED", owed: 0 }]);
  });
});

describe("the channel's own cancellation", () => {
  it("at 25 hours becomes a question; plain it is refused in words, by credit note it is done", async () => {
    await packed("CANCELS_AT_ONCE", 25);
    const word = must(await channelSays());
    expect(word).toMatchObject({ taken: false, refusal: { code: "CHANNEL_CANCEL_TOO_LATE" } });
    expect(await unitStates()).toEqual(["PACKED", "PACKED"]);
    const [doubt] = await doubts();
    expect(doubt).toMatchObject({ kind: "CHANNEL_CANCEL_TOO_LATE", state: "OPEN" });
    expect(String(doubt?.facts.rule)).toContain("INV-1");
    const settle = (choice: string) => resolveException(ctx(), doubt?.id ?? "", { choice, note: null });
    expect(await settle("CANCEL_HERE")).toMatchObject({ refusal: { code: "EINVOICE_CANCEL_TOO_LATE" } });
    expect((await doubts())[0]?.state).toBe("OPEN");
    must(await settle("CANCEL_BY_CREDIT_NOTE"));
    expect((await doubts()).map((each) => each.state)).toEqual(["RESOLVED"]);
    expect(await invoices()).toEqual([{ number: "INV-1", state: "ISSUED", owed: 0 }]);
    expect(await orderStates(t, shop.tenantId)).toEqual({ "O-1": "CANCELLED" });
    expect(await waitingForPutaway()).toBe(2);
    await allTrue();
    must(await channelSays());
    expect(await doubts()).toHaveLength(1);
  });

  it("at 23 hours is taken as ever", async () => {
    await packed("CANCELS_AT_ONCE", 23);
    expect(must(await channelSays())).toEqual({ taken: true, changed: true });
    expect(await doubts()).toEqual([]);
  });
});

it("an IRN that came while its package was held: the invoice is issued as it stands and given back, nothing is packed", async () => {
  shop = await aReportingShop(t, { series: "INV-", source: "CANCELS_AT_ONCE" });
  await aSeries(
    t,
    shop.tenantId,
    { facilityId: shop.facilityId },
    { documentType: "SALE_RETURN_INVOICE", prefix: "CRN-" },
  );
  const packageIds = await packagesFor(t, shop, [aBusinessOrder(shop, { id: "O-1" })]);
  await invoicePackages(ctx(), { packageIds });
  await t.db.transaction(shop.tenantId, (tx) =>
    tx.run(sql`update godown.sale_order set on_hold = true where tenant_id = ${shop.tenantId}`),
  );
  await askNow(t, shop.tenantId);
  expect(await parcelsIn(t, shop.tenantId, packageIds)).toMatchObject([{ package: "CREATED", invoice: "IRN_PENDING" }]);
  t.clock.advance({ hours: 25 });
  must(await cancel({ byCreditNote: true }));
  await askNow(t, shop.tenantId);
  expect(await parcelsIn(t, shop.tenantId, packageIds)).toMatchObject([{ package: "CANCELLED", invoice: "ISSUED" }]);
  expect(await invoices()).toMatchObject([{ owed: 0 }]);
  expect((await eInvoicesIn(t, shop.tenantId)).map((each) => [each.state, each.handed])).toEqual([
    ["ACTIVE", true],
    ["ACTIVE", true],
  ]);
  await allTrue();
});
