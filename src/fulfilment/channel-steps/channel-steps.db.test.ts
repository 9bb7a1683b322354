import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AskedSource, anAskedSource } from "../../../tests/support/asked-source.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { aPushOrder } from "../../../tests/support/order-builders.ts";
import { readPages } from "../../../tests/support/read-pdf.ts";
import { runWork } from "../../../tests/support/run-work.ts";
import { aForeignPdf } from "../../../tests/support/sample-pdfs.ts";
import { aShop, packagesFor, type Shop } from "../../../tests/support/shop-builders.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import { must, type SaleOrderId, type SaleOrderItemId, type ShippingPackageId } from "../../kernel/index.ts";
import { sql } from "../../platform/db.ts";
import { closeDocumentWorkers } from "../../platform/documents/index.ts";
import type { FileAnswer } from "../../platform/http/route.ts";
import { invoiceMany } from "../bulk-steps.ts";
import {
  askDueSteps,
  cancelUnits,
  channelStepChecks,
  editPackage,
  invoiceAndLabel,
  invoicePackages,
  labelPackages,
  registerJobs,
  stepsAtRest,
  wakeChannelSteps,
} from "../index.ts";
import { invoicesAndLabelsPdf, labelPdf } from "../print-labels.ts";
import type { StepResult } from "../step.ts";

let t: TestDatabase;
let source: AskedSource;
let invoicePdf: string;
let labelFile: Buffer;
beforeAll(async () => {
  t = await testDatabase();
  source = await anAskedSource("ASKED");
  invoicePdf = Buffer.from(await aForeignPdf(["THE CHANNEL'S INVOICE"])).toString("base64");
  labelFile = Buffer.from(await aForeignPdf(["THE CHANNEL'S LABEL"]));
});
afterAll(async () => {
  await stepsAtRest();
  await source.close();
  await closeDocumentWorkers();
  await t.close();
});

const GST = { gstBps: 1800, cgstBps: 900, sgstBps: 900 };
let numbered = 0;

/** A channel in order: every package gets a number, a courier, a label of its own. The same when asked again. */
function inOrder(shop: Shop): void {
  const numbers = new Map<string, number>();
  const numberOf = (order: unknown) => {
    const known = numbers.get(String(order)) ?? ++numbered;
    numbers.set(String(order), known);
    return known;
  };
  source.answers({
    fetchInvoice: ({ body }) => ({
      body: {
        number: `OKR/2026-27/${String(numberOf(body.channelOrderId)).padStart(12, "0")}`,
        lines: [{ productId: shop.productId, rates: GST }],
        pdf: invoicePdf,
      },
    }),
    giveShipment: () => ({ body: { status: "SUCCESS" } }),
    fetchCourier: ({ body }) => ({
      body: { courier: { code: "DELHIVERY", name: "Delhivery", awb: `CH${numberOf(body.channelOrderId)}` } },
    }),
    fetchLabel: () => ({ body: labelFile }),
  });
}

let shop: Shop;
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  source.calls.length = 0;
  shop = await aShop(t, { source: source.id });
  inOrder(shop);
});
afterEach(stepsAtRest);

const ctx = (over: { facilities?: [] } = {}) =>
  t.ctx(shop.tenantId, { sourceUrls: new Map([[source.id, source.url]]), ...over });
const packages = (count: number) =>
  packagesFor(
    t,
    shop,
    Array.from({ length: count }, () => aPushOrder([{ productId: shop.productId }], { thirdPartyShipping: true })),
  );
async function onePackage(): Promise<ShippingPackageId> {
  const [id] = await packages(1);
  if (!id) throw new Error("there is a package");
  return id;
}
const codes = (results: readonly StepResult[]) => results.map((r) => r.refusal?.code ?? r.outcome);
const invoice = async (...packageIds: ShippingPackageId[]) => codes(await invoicePackages(ctx(), { packageIds }));
const label = async (...packageIds: ShippingPackageId[]) => codes(await labelPackages(ctx(), { packageIds }));
const byJob = () => askDueSteps(ctx(), shop.channelId);

const packageRow = (id: ShippingPackageId) =>
  t.db.read(shop.tenantId, (tx) =>
    tx.one(sql<{ state: string; awb: string | null; courier: string | null; ours: boolean; copies: number }>`
      select state, awb, channel_courier_code as courier, not third_party_shipping as ours, label_copies as copies
      from godown.shipping_package where tenant_id = ${shop.tenantId} and shipping_package_id = ${id}`),
  );
interface StepRow {
  readonly step: string;
  readonly state: string;
  readonly attempts: number;
  readonly code: string | null;
  readonly message: string | null;
  readonly exchangeId: string | null;
  readonly nextAttemptAt: Temporal.Instant | null;
}
const steps = (id: ShippingPackageId) =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<StepRow>`
      select step, state, attempts, code, message, exchange_id as "exchangeId", next_attempt_at as "nextAttemptAt"
      from godown.package_step where tenant_id = ${shop.tenantId} and shipping_package_id = ${id} order by step`),
  );
const invoices = () =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{
      number: string;
      numberedBy: string;
      total: number;
      cgst: number;
      igst: number;
      taxable: number;
      pdf: string | null;
      buyer: { name: string } | null;
      series: string | null;
    }>`
      select number, numbered_by as "numberedBy", total_paise as total, cgst_paise as cgst, igst_paise as igst, taxable_paise as taxable,
        pdf_document_id as pdf, buyer, invoice_series_id as series
      from godown.invoice where tenant_id = ${shop.tenantId} order by number`),
  );
const documents = (id: ShippingPackageId) =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{ kind: string; exchangeId: string | null }>`
      select kind, exchange_id as "exchangeId" from godown.document where tenant_id = ${shop.tenantId} and record_id = ${id} order by created_at, kind`),
  );
const timeline = (id: ShippingPackageId) =>
  t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{ kind: string; facts: Record<string, unknown> }>`
      select kind, facts from godown.order_event where tenant_id = ${shop.tenantId} and shipping_package_id = ${id} order by at, order_event_id`),
  );
const exchange = (id: string | null) =>
  t.db.read(shop.tenantId, (tx) =>
    tx.first(sql<{ operation: string; package: string | null; status: number | null }>`
      select operation, shipping_package_id as package, status from godown.exchange where tenant_id = ${shop.tenantId} and exchange_id = ${id}::uuid`),
  );
const nextNumber = () =>
  t.db.read(shop.tenantId, (tx) =>
    tx.one(
      sql<{ next: number }>`select next_number as next from godown.invoice_series where tenant_id = ${shop.tenantId}`,
    ),
  );
const alarms = () =>
  t.db.transaction(shop.tenantId, async (tx) =>
    (await Promise.all(channelStepChecks.map((c) => c.check(ctx(), tx)))).flat(),
  );

function bytesOf({ bytes }: FileAnswer): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  throw new Error("a PDF comes as bytes");
}

/** Answers only when a test lets it. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

describe("a package whose channel makes invoice and label", () => {
  it("is invoiced under the channel's number with the channel's file, and our series is not touched", async () => {
    const id = await onePackage();
    const before = await nextNumber();
    const [result] = await invoicePackages(ctx(), { packageIds: [id] });
    expect(result).toMatchObject({
      outcome: "DONE",
      invoiceNumber: `OKR/2026-27/${String(numbered).padStart(12, "0")}`,
    });
    expect(await nextNumber()).toEqual(before);
    expect(await invoices()).toMatchObject([
      {
        number: result?.invoiceNumber,
        numberedBy: "CHANNEL",
        series: null,
        total: 89_900,
        cgst: 6_857,
        taxable: 76_186,
      },
    ]);
    expect(await packageRow(id)).toMatchObject({ state: "PACKED" });
    const [step] = await steps(id);
    expect(step).toMatchObject({ step: "INVOICE", state: "DONE", attempts: 1, code: null });
    expect(await documents(id)).toEqual([{ kind: "CHANNEL_INVOICE", exchangeId: step?.exchangeId }]);
    expect(await exchange(step?.exchangeId ?? null)).toMatchObject({
      operation: "fetchInvoice/fetchInvoice",
      package: id,
    });
    const told = (await timeline(id)).find((each) => each.kind === "INVOICE_ISSUED");
    expect(told?.facts).toMatchObject({ invoice: result?.invoiceNumber, madeBy: expect.stringContaining("JUPITER") });
    expect(await invoice(id)).toEqual(["UNCHANGED"]);
    expect(source.count("fetchInvoice")).toBe(1);
  });

  it("is labelled with the channel's courier, number and file, after box, weight and invoice were given", async () => {
    const id = await onePackage();
    expect(await label(id)).toEqual(["LABEL_BEFORE_INVOICE"]);
    await invoice(id);
    const [result] = await labelPackages(ctx(), { packageIds: [id] });
    expect(result).toMatchObject({ outcome: "DONE", awb: `CH${numbered}` });
    expect(await packageRow(id)).toMatchObject({ state: "READY_TO_SHIP", awb: `CH${numbered}`, courier: "DELHIVERY" });
    expect(source.calls.map((each) => each.operation)).toEqual([
      "fetchInvoice",
      "giveShipment",
      "fetchCourier",
      "fetchLabel",
    ]);
    expect(source.calls[1]?.body).toMatchObject({
      ...{ invoicedOn: "2026-11-20", weightGrams: expect.any(Number), lengthMm: expect.any(Number) },
      lines: [{ quantity: 1, rates: { gstBps: 1800, cgstBps: 900, sgstBps: 900, igstBps: 0 } }],
    });
    expect((await documents(id)).map((each) => each.kind)).toEqual(["CHANNEL_INVOICE", "CHANNEL_LABEL"]);
    expect(await label(id)).toEqual(["UNCHANGED"]);
    const edit = await editPackage(ctx(), id, { awb: "MINE" });
    expect(edit.ok ? "" : edit.refusal.code).toBe("COURIER_OF_CHANNEL");
  });

  it("prints the channel's files as they came, merged in turn; prints of labels are counted", async () => {
    const ids = await packages(2);
    await invoice(...ids);
    await label(...ids);
    const merged = must(await invoicesAndLabelsPdf(ctx(), ids));
    const texts = (await readPages(bytesOf(merged))).map((page) => page.text);
    const pair = [expect.stringContaining("CHANNEL'S INVOICE"), expect.stringContaining("CHANNEL'S LABEL")];
    expect(texts).toEqual([...pair, ...pair]);
    const [first] = ids;
    const single = must(await labelPdf(ctx(), first ?? ""));
    expect(Buffer.from(bytesOf(single)).equals(labelFile)).toBe(true);
    expect((await packageRow(first ?? ids[0] ?? ("" as ShippingPackageId))).copies).toBe(2);
  });

  it("goes through both steps in one click, and keeps its invoice where the label fails", async () => {
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(
        sql`update godown.channel set single_action = 'INVOICE_AND_LABEL_MERGED' where channel_id = ${shop.channelId}`,
      ),
    );
    const [fine, stuck] = await packages(2);
    if (!fine || !stuck) throw new Error("there are packages");
    expect(await invoiceAndLabel(ctx(), { packageIds: [fine] })).toMatchObject([
      { outcome: "DONE", prints: "ONE_PDF" },
    ]);
    source.answers({ fetchLabel: () => ({ status: 400, body: { message: "printer is away" } }) });
    const [result] = await invoiceAndLabel(ctx(), { packageIds: [stuck] });
    expect(result).toMatchObject({ outcome: "FAILED", refusal: { code: "CHANNEL_STEP_REFUSED" }, prints: "ONE_PDF" });
    expect(result?.invoiceNumber).toMatch(/^OKR/);
    expect(await packageRow(stuck)).toMatchObject({ state: "PACKED", awb: null });
    inOrder(shop);
    expect(await label(stuck)).toEqual(["DONE"]);
  });
});

describe("an answer that is not there yet", () => {
  it("is waited for with growing pauses, and comes by the job without anybody's click", async () => {
    const id = await onePackage();
    source.answers({ fetchInvoice: () => ({ body: { notYet: "in preparation" } }) });
    expect(await invoice(id)).toEqual(["CHANNEL_INVOICE_NOT_YET"]);
    const pauses: number[] = [];
    for (const attempts of [1, 2, 3, 4, 5, 6, 7]) {
      const [step] = await steps(id);
      expect(step).toMatchObject({ state: "WAITING", attempts, message: "in preparation" });
      const next = step?.nextAttemptAt ?? t.clock.now();
      pauses.push(t.clock.now().until(next).total("minutes"));
      await byJob(); // not its time yet: nothing is asked
      expect(source.count("fetchInvoice")).toBe(attempts);
      t.clock.set(next);
      if (attempts < 7) await byJob();
    }
    expect(pauses).toEqual([1, 2, 5, 10, 20, 30, 30]);
    expect(await packageRow(id)).toMatchObject({ state: "CREATED" });
    expect((await timeline(id)).map((each) => each.kind)).not.toContain("CHANNEL_INVOICE_FAILED");
    inOrder(shop);
    await byJob();
    expect(await packageRow(id)).toMatchObject({ state: "PACKED" });
    expect(await steps(id)).toMatchObject([{ state: "DONE", nextAttemptAt: null }]);
  });

  it("raises an alarm after half an hour, which goes with its cause", async () => {
    const id = await onePackage();
    await invoice(id);
    source.answers({ fetchCourier: () => ({ body: { notYet: "no courier" } }) });
    expect(await label(id)).toEqual(["CHANNEL_COURIER_NOT_YET"]);
    expect(await alarms()).toEqual([]);
    t.clock.advance({ minutes: 31 });
    expect(await alarms()).toMatchObject([{ kind: "CHANNEL_STEPS_LATE", severity: "WARNING" }]);
    inOrder(shop);
    await byJob();
    expect(await packageRow(id)).toMatchObject({ state: "READY_TO_SHIP" });
    expect(await alarms()).toEqual([]);
    expect(source.count("giveShipment")).toBe(1); // given once, however often the courier is asked for
  });

  it("comes after one click with its label, both by the job", async () => {
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(sql`update godown.channel set single_action = 'INVOICE_THEN_LABEL' where channel_id = ${shop.channelId}`),
    );
    const id = await onePackage();
    source.answers({ fetchInvoice: () => ({ body: { notYet: "wait" } }) });
    expect(await invoiceAndLabel(ctx(), { packageIds: [id] })).toMatchObject([{ outcome: "WAITING" }]);
    inOrder(shop);
    t.clock.advance({ minutes: 1 });
    await byJob();
    expect(await packageRow(id)).toMatchObject({ state: "READY_TO_SHIP" });
  });
});

describe("an answer that is of no use", () => {
  it.each<[string, () => { status?: number; body?: unknown }, string, string]>([
    ["a refusal", () => ({ status: 400, body: { message: "QC is missing" } }), "CHANNEL_STEP_REFUSED", "QC is missing"],
    [
      "HTML instead of a PDF",
      () => ({
        body: {
          number: "N-HTML",
          lines: [{ productId: shop.productId, rates: GST }],
          pdf: Buffer.from("<html><body>Sign in</body></html>").toString("base64"),
        },
      }),
      "DOCUMENT_NOT_A_PDF",
      "",
    ],
    [
      "another order's product",
      () => ({ body: { number: "N-X", lines: [{ productId: "X" }] } }),
      "CHANNEL_INVOICE_PRODUCT_UNKNOWN",
      "",
    ],
    ["no rates for a product", () => ({ body: { number: "N-Y", lines: [] } }), "CHANNEL_INVOICE_PRODUCT_MISSING", ""],
    [
      "a day in another century",
      () => ({
        body: { number: "N-D", issuedAt: "1970-01-01T00:00:00Z", lines: [{ productId: shop.productId, rates: GST }] },
      }),
      "CHANNEL_INVOICE_DATE",
      "",
    ],
    [
      "a number of 51 letters",
      () => ({ body: { number: "9".repeat(51), lines: [{ productId: shop.productId, rates: GST }] } }),
      "CHANNEL_INVOICE_NUMBER",
      "",
    ],
  ])("leaves the package where it was, with code, words and exchange: %s", async (_, reply, code, words) => {
    const id = await onePackage();
    source.answers({ fetchInvoice: () => reply() });
    expect(await invoice(id)).toEqual([code]);
    const [step] = await steps(id);
    expect(step).toMatchObject({ state: "FAILED", code, nextAttemptAt: null });
    expect(step?.message ?? "").toContain(words);
    expect(await exchange(step?.exchangeId ?? null)).toMatchObject({ package: id });
    expect(await packageRow(id)).toMatchObject({ state: "CREATED" });
    expect(await invoices()).toEqual([]);
    expect(await documents(id)).toEqual([]);
    await invoice(id); // the same cause again: told once
    const told = (await timeline(id)).filter((each) => each.kind === "CHANNEL_INVOICE_FAILED");
    expect(told).toMatchObject([{ facts: { code, exchangeId: step?.exchangeId } }]);
    inOrder(shop);
    expect(await invoice(id)).toEqual(["DONE"]);
  });

  it("is asked for again by itself where it could not be read, and left to a person after three tries", async () => {
    const id = await onePackage();
    source.answers({ fetchInvoice: () => ({ body: Buffer.from('{"number": "N-HALF", "lin') }) });
    expect(await invoice(id)).toEqual(["CHANNEL_ANSWER_UNREADABLE"]);
    expect(await steps(id)).toMatchObject([{ state: "WAITING" }]);
    for (const _ of [2, 3]) {
      t.clock.advance({ minutes: 30 });
      await byJob();
    }
    expect(await steps(id)).toMatchObject([{ state: "FAILED", code: "CHANNEL_ANSWER_UNREADABLE", attempts: 3 }]);
    expect((await timeline(id)).filter((each) => each.kind === "CHANNEL_INVOICE_FAILED").length).toBeLessThanOrEqual(2);
    expect(await invoices()).toEqual([]);
  });

  it("waits where the channel breaks down, and goes on when it is up again", async () => {
    const id = await onePackage();
    source.answers({ fetchInvoice: () => ({ status: 503, body: { message: "maintenance" } }) });
    expect(await invoice(id)).toEqual(["CHANNEL_NOT_REACHED"]);
    expect(await steps(id)).toMatchObject([{ state: "WAITING", code: "CHANNEL_NOT_REACHED" }]);
    inOrder(shop);
    expect(await invoice(id)).toEqual(["DONE"]); // a person need not wait for the job
  });

  it("stops at refused credentials, and is asked for again when the channel is connected", async () => {
    const id = await onePackage();
    source.answers({ fetchInvoice: () => ({ status: 401, body: { message: "token expired" } }) });
    expect(await invoice(id)).toEqual(["CHANNEL_LOGIN_REFUSED"]);
    expect(await steps(id)).toMatchObject([{ state: "FAILED" }]);
    expect(await invoice(id)).toEqual(["CHANNEL_NOT_ASKED"]); // it is BROKEN by now: nothing is sent
    inOrder(shop);
    await t.db.transaction(shop.tenantId, async (tx) => {
      await tx.run(
        sql`update godown.channel set state = 'CONNECTED', broken_reason = null where channel_id = ${shop.channelId}`,
      );
      await wakeChannelSteps(tx, ctx(), shop.channelId);
    });
    await byJob();
    expect(await packageRow(id)).toMatchObject({ state: "PACKED" });
  });

  it("is refused where its number is another package's already", async () => {
    const ids = await packages(8);
    source.answers({
      fetchInvoice: () => ({ body: { number: "SAME-1", lines: [{ productId: shop.productId, rates: GST }] } }),
    });
    const results = await invoice(...ids);
    expect(results.filter((code) => code === "DONE")).toHaveLength(1);
    expect(results.filter((code) => code === "CHANNEL_INVOICE_NUMBER_TAKEN")).toHaveLength(7);
    expect(await invoices()).toHaveLength(1);
  });
});

describe("courier and label of the channel", () => {
  it("are refused where the tracking number is another package's or cannot be kept", async () => {
    const [first, second] = await packages(2);
    if (!first || !second) throw new Error("there are packages");
    await invoice(first, second);
    const awb = (text: string) => () => ({ body: { courier: { code: "D", name: "D", awb: text } } });
    source.answers({ fetchCourier: awb("TWICE") });
    expect(await label(first)).toEqual(["DONE"]);
    expect(await label(second)).toEqual(["CHANNEL_AWB_TAKEN"]);
    source.answers({ fetchCourier: awb("  ") });
    expect(await label(second)).toEqual(["CHANNEL_AWB_UNUSABLE"]);
    expect(await packageRow(second)).toMatchObject({ state: "PACKED", awb: null, courier: null });
    source.answers({ fetchCourier: awb("ONCE") });
    expect(await label(second)).toEqual(["DONE"]);
  });

  it("need the wrong bytes of a label sent again, and leave the package PACKED meanwhile", async () => {
    const id = await onePackage();
    await invoice(id);
    source.answers({ fetchLabel: () => ({ body: Buffer.from("<!doctype html><p>504") }) });
    expect(await label(id)).toEqual(["DOCUMENT_NOT_A_PDF"]);
    expect(await packageRow(id)).toMatchObject({ state: "PACKED" });
    expect(await steps(id)).toMatchObject([
      { step: "INVOICE", state: "DONE" },
      { step: "LABEL", state: "FAILED" },
    ]);
    inOrder(shop);
    expect(await label(id)).toEqual(["DONE"]);
    expect(source.count("giveShipment")).toBe(1);
  });

  it("are looked up before a lost write is repeated, which is not sent again once it has arrived", async () => {
    const id = await onePackage();
    await invoice(id);
    source.answers({ giveShipment: () => ({ breakOff: true }) });
    expect(await label(id)).toEqual(["SHIPMENT_OUTCOME_UNKNOWN"]);
    expect(await steps(id)).toMatchObject([{}, { state: "WAITING", code: "SHIPMENT_OUTCOME_UNKNOWN" }]);
    expect(source.count("giveShipment")).toBe(1);
    inOrder(shop);
    t.clock.advance({ minutes: 1 });
    await byJob();
    expect(source.calls.map((each) => each.operation).slice(2)).toEqual(["fetchCourier", "fetchLabel"]);
    expect(await packageRow(id)).toMatchObject({ state: "READY_TO_SHIP" });
    expect(source.count("giveShipment")).toBe(1);
  });

  it("are given box and weight again where the lost write did not arrive", async () => {
    const id = await onePackage();
    await invoice(id);
    source.answers({
      giveShipment: () => ({ breakOff: true }),
      fetchCourier: () => ({ body: { notYet: "nothing known of it" } }),
    });
    await label(id);
    source.answers({ giveShipment: () => ({ body: { status: "SUCCESS" } }) });
    expect(await label(id)).toEqual(["CHANNEL_COURIER_NOT_YET"]);
    expect(source.calls.map((each) => each.operation).slice(1)).toEqual([
      ...["giveShipment", "fetchCourier", "giveShipment", "fetchCourier"],
    ]);
  });

  it("want box and weight, refuse what is wrong with them, and take a corrected box again", async () => {
    const id = await onePackage();
    await invoice(id);
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(sql`update godown.shipping_package set weight_grams = null where shipping_package_id = ${id}`),
    );
    expect(await label(id)).toEqual(["SHIPMENT_INCOMPLETE"]);
    expect(source.count("giveShipment")).toBe(0);
    must(await editPackage(ctx(), id, { weightGrams: 500 }));
    source.answers({ giveShipment: () => ({ body: { status: "FAILED", refused: "too heavy" } }) });
    expect(await label(id)).toEqual(["CHANNEL_STEP_REFUSED"]);
    expect((await steps(id))[1]?.message).toBe("L1: too heavy");
    source.answers({
      giveShipment: () => ({ body: { status: "SUCCESS" } }),
      fetchCourier: () => ({ body: { notYet: "soon" } }),
    });
    await label(id);
    must(await editPackage(ctx(), id, { weightGrams: 400 }));
    inOrder(shop);
    expect(await label(id)).toEqual(["DONE"]);
    const weights = source.calls.flatMap((each) => (each.operation === "giveShipment" ? [each.body.weightGrams] : []));
    expect(weights).toEqual([500, 500, 400]);
  });

  it("become the seller's where the channel says so: our courier, our label, told on the timeline", async () => {
    const id = await onePackage();
    await invoice(id);
    source.answers({ fetchCourier: () => ({ body: { sellerShips: true } }) });
    const [result] = await labelPackages(ctx(), { packageIds: [id] });
    expect(result).toMatchObject({ outcome: "DONE", awb: expect.stringContaining("X000001") });
    expect(await packageRow(id)).toMatchObject({ state: "READY_TO_SHIP", ours: true, courier: null });
    expect((await timeline(id)).map((each) => each.kind)).toContain("SELLER_SHIPS_NOW");
  });

  it("are drawn here from the courier's facts where the channel gives no file", async () => {
    const bare = await anAskedSource("ASKED_BARE", { without: ["fetchLabel", "giveShipment"] });
    const own = await aShop(t, { source: bare.id });
    bare.answers({
      fetchInvoice: () => ({
        body: { number: `B-${own.productId}`, lines: [{ productId: own.productId, rates: GST }] },
      }),
      fetchCourier: () => ({ body: { courier: { code: "BD", name: "Blue Dart", awb: "BD0001" } } }),
    });
    const [id] = await packagesFor(t, own, [aPushOrder([{ productId: own.productId }], { thirdPartyShipping: true })]);
    if (!id) throw new Error("there is a package");
    const there = t.ctx(own.tenantId, { sourceUrls: new Map([[bare.id, bare.url]]) });
    await invoicePackages(there, { packageIds: [id] });
    expect(codes(await labelPackages(there, { packageIds: [id] }))).toEqual(["DONE"]);
    const both = must(await invoicesAndLabelsPdf(there, [id]));
    const [page, sticker] = (await readPages(bytesOf(both))).map((each) => each.text);
    expect(page).toContain(`B-${own.productId}`);
    expect(page).toContain("Number given by");
    expect(sticker).toContain("Blue Dart");
    expect(sticker).toContain("BD0001");
    await bare.close();
  });

  it("are refused in words where the seller may not ship", async () => {
    const closed = await anAskedSource("ASKED_CLOSED", {
      rules: { thirdPartyShipping: { default: true, allowed: [true] } },
    });
    const own = await aShop(t, { source: closed.id });
    closed.answers({
      fetchInvoice: () => ({
        body: { number: `C-${own.productId}`, lines: [{ productId: own.productId, rates: GST }] },
      }),
      giveShipment: () => ({ body: { status: "SUCCESS" } }),
      fetchCourier: () => ({ body: { sellerShips: true } }),
    });
    const [id] = await packagesFor(t, own, [aPushOrder([{ productId: own.productId }], { thirdPartyShipping: true })]);
    if (!id) throw new Error("there is a package");
    const there = t.ctx(own.tenantId, { sourceUrls: new Map([[closed.id, closed.url]]) });
    await invoicePackages(there, { packageIds: [id] });
    expect(codes(await labelPackages(there, { packageIds: [id] }))).toEqual(["CHANNEL_SELLER_SHIPS"]);
    await closed.close();
  });
});

describe("people, processes and channels at once", () => {
  it("ask once for one package, however many press at the same moment", async () => {
    const id = await onePackage();
    const results = await Promise.all(Array.from({ length: 12 }, () => invoicePackages(ctx(), { packageIds: [id] })));
    const got = codes(results.flat());
    expect(got.filter((code) => code === "DONE")).toHaveLength(1);
    expect(got.every((code) => ["DONE", "UNCHANGED", "CHANNEL_ASKED_NOW"].includes(code))).toBe(true);
    expect(source.count("fetchInvoice")).toBe(1);
    expect(await invoices()).toHaveLength(1);
  });

  it("take over what a killed process had asked, and get the same invoice", async () => {
    const id = await onePackage();
    // As a kill between the answer and the write leaves it: claimed, asked, nothing written.
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(sql`
        insert into godown.package_step (tenant_id, shipping_package_id, step, state, asking_until, attempts, requested_by, requested_at, updated_at)
        values (${shop.tenantId}, ${id}, 'INVOICE', 'ASKING', ${t.clock.now().add({ seconds: 120 })}, 1, 'killed', ${t.clock.now()}, ${t.clock.now()})`),
    );
    expect(await invoice(id)).toEqual(["CHANNEL_ASKED_NOW"]);
    await byJob();
    expect(source.count("fetchInvoice")).toBe(0);
    t.clock.advance({ seconds: 121 });
    await byJob();
    expect(await packageRow(id)).toMatchObject({ state: "PACKED" });
    expect(await invoices()).toHaveLength(1);
  });

  it("write nothing of a package that was cancelled while its channel was asked", async () => {
    const id = await onePackage();
    const held = gate();
    source.answers({
      fetchInvoice: async () => {
        await held.opened;
        return { body: { number: "LATE-1", lines: [{ productId: shop.productId, rates: GST }] } };
      },
    });
    const asked = invoicePackages(ctx(), { packageIds: [id] });
    await waitFor("the channel is being asked", async () => source.count("fetchInvoice") === 1 || undefined);
    await t.db.transaction(shop.tenantId, async (tx) => {
      const order = await tx.one(sql<{ saleOrderId: SaleOrderId; unitId: SaleOrderItemId }>`
        select sale_order_id as "saleOrderId", sale_order_item_id as "unitId" from godown.sale_order_item where shipping_package_id = ${id}`);
      const cancel = { unitIds: [order.unitId], reason: "changed my mind", by: "SELLER" } as const;
      must(await cancelUnits(tx, ctx(), { saleOrderId: order.saleOrderId, code: "the order" }, cancel));
    });
    held.open();
    expect(codes(await asked)).toEqual(["PACKAGE_STATE"]);
    expect(await invoices()).toEqual([]);
    expect(await steps(id)).toEqual([]);
  });

  it("answer a person in time where the channel is slow; what it says later counts all the same", async () => {
    const ids = await packages(6);
    const held = gate();
    source.answers({
      fetchInvoice: async ({ body }) => {
        await held.opened;
        return {
          body: { number: `S-${String(body.channelOrderId)}`, lines: [{ productId: shop.productId, rates: GST }] },
        };
      },
    });
    const results = await invoicePackages(ctx(), { packageIds: ids }, { withinMs: 300, thenLabel: false });
    expect(codes(results)).toEqual(ids.map(() => "CHANNEL_STEP_GOES_ON"));
    expect(source.count("fetchInvoice")).toBe(4); // four at once: two were not begun, and are the job's
    const states = await Promise.all(ids.map(async (id) => (await steps(id))[0]?.state));
    expect(states.filter((state) => state === "ASKING")).toHaveLength(4);
    expect(states.filter((state) => state === "WAITING")).toHaveLength(2);
    held.open();
    await stepsAtRest();
    await byJob();
    expect((await Promise.all(ids.map((id) => packageRow(id)))).map((row) => row.state)).toEqual(
      ids.map(() => "PACKED"),
    );
    expect(source.count("fetchInvoice")).toBe(6);
  });

  it("invoice 60 packages as long work, each once, a few at a time", async () => {
    const ids = await packages(60);
    let atOnce = 0;
    let most = 0;
    const answer = (order: unknown) => ({
      body: { number: `W-${String(order)}`, lines: [{ productId: shop.productId, rates: GST }] },
    });
    source.answers({
      fetchInvoice: async ({ body }) => {
        most = Math.max(most, ++atOnce);
        await new Promise((resolve) => setImmediate(resolve));
        atOnce -= 1;
        return body.packageCode === "" ? {} : answer(body.channelOrderId);
      },
    });
    const services = { ...t.services, sourceUrls: new Map([[source.id, source.url]]) };
    const { workId } = await invoiceMany(ctx(), ids);
    const work = await runWork({ ...t, services }, shop.tenantId, workId ?? "", registerJobs);
    expect(work).toMatchObject({ state: "DONE", total: 60, done: 60, failed: 0 });
    expect(source.count("fetchInvoice")).toBe(60);
    expect(most).toBeLessThanOrEqual(4);
    expect(new Set((await invoices()).map((each) => each.number)).size).toBe(60);
  });

  it("keep a package out of reach unknown", async () => {
    const id = await onePackage();
    expect(codes(await invoicePackages(ctx({ facilities: [] }), { packageIds: [id] }))).toEqual(["PACKAGE_NOT_FOUND"]);
    expect(source.calls).toEqual([]);
  });

  it("let the job forget a cancelled package, and wait while its order is on hold", async () => {
    const [gone, held] = await packages(2);
    if (!gone || !held) throw new Error("there are packages");
    source.answers({ fetchInvoice: () => ({ body: { notYet: "wait" } }) });
    await invoice(gone, held);
    await t.db.transaction(shop.tenantId, async (tx) => {
      await tx.run(sql`
        update godown.sale_order set on_hold = true, hold_reason = 'asked' where sale_order_id = (
          select sale_order_id from godown.shipping_package where shipping_package_id = ${held})`);
      await tx.run(sql`update godown.shipping_package set state = 'CANCELLED' where shipping_package_id = ${gone}`);
    });
    t.clock.advance({ minutes: 5 });
    source.calls.length = 0;
    await byJob();
    expect(source.calls).toEqual([]);
    expect(await steps(gone)).toEqual([]);
    expect(await steps(held)).toMatchObject([{ state: "WAITING", code: "PACKAGE_ON_HOLD" }]);
  });
});
