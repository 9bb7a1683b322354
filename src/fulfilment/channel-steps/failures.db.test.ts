import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ASKED_GST, AskedScene, bytesOf, codes } from "../../../tests/support/asked-scene.ts";
import { anAskedSource } from "../../../tests/support/asked-source.ts";
import { aPushOrder } from "../../../tests/support/order-builders.ts";
import { readPages } from "../../../tests/support/read-pdf.ts";
import { aShop, packagesFor } from "../../../tests/support/shop-builders.ts";
import { must } from "../../kernel/index.ts";
import { sql } from "../../platform/db.ts";
import { editPackage, invoicePackages, labelPackages, stepsAtRest, wakeChannelSteps } from "../index.ts";
import { invoicesAndLabelsPdf } from "../print-labels.ts";

let scene: AskedScene;
beforeAll(async () => {
  scene = await AskedScene.open();
});
afterAll(() => scene.close());
beforeEach(() => scene.begin());
afterEach(stepsAtRest);

describe("an answer that is of no use", () => {
  it.each<[string, () => { status?: number; body?: unknown }, string, string]>([
    ["a refusal", () => ({ status: 400, body: { message: "QC is missing" } }), "CHANNEL_STEP_REFUSED", "QC is missing"],
    [
      "HTML instead of a PDF",
      () => ({
        body: {
          number: "N-HTML",
          lines: [{ productId: scene.shop.productId, rates: ASKED_GST }],
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
        body: {
          number: "N-D",
          issuedAt: "1970-01-01T00:00:00Z",
          lines: [{ productId: scene.shop.productId, rates: ASKED_GST }],
        },
      }),
      "CHANNEL_INVOICE_DATE",
      "",
    ],
    [
      "a number of 51 letters",
      () => ({ body: { number: "9".repeat(51), lines: [{ productId: scene.shop.productId, rates: ASKED_GST }] } }),
      "CHANNEL_INVOICE_NUMBER",
      "",
    ],
  ])("leaves the package where it was, with code, words and exchange: %s", async (_, reply, code, words) => {
    const id = await scene.onePackage();
    scene.source.answers({ fetchInvoice: () => reply() });
    expect(await scene.invoice(id)).toEqual([code]);
    const [step] = await scene.steps(id);
    expect(step).toMatchObject({ state: "FAILED", code, nextAttemptAt: null });
    expect(step?.message ?? "").toContain(words);
    expect(await scene.exchange(step?.exchangeId ?? null)).toMatchObject({ package: id });
    expect(await scene.packageRow(id)).toMatchObject({ state: "CREATED" });
    expect(await scene.invoices()).toEqual([]);
    expect(await scene.documents(id)).toEqual([]);
    await scene.invoice(id); // the same cause again: told once
    const told = await scene.failuresTold(id);
    expect(told).toMatchObject([{ facts: { code, exchangeId: step?.exchangeId } }]);
    scene.inOrder();
    expect(await scene.invoice(id)).toEqual(["DONE"]);
  });

  it("is asked for again by itself where it could not be read, and left to a person after three tries", async () => {
    const id = await scene.onePackage();
    scene.source.answers({ fetchInvoice: () => ({ body: Buffer.from('{"number": "N-HALF", "lin') }) });
    expect(await scene.invoice(id)).toEqual(["CHANNEL_ANSWER_UNREADABLE"]);
    expect(await scene.steps(id)).toMatchObject([{ state: "WAITING" }]);
    for (const _ of [2, 3]) {
      scene.t.clock.advance({ minutes: 30 });
      await scene.byJob();
    }
    expect(await scene.steps(id)).toMatchObject([{ state: "FAILED", code: "CHANNEL_ANSWER_UNREADABLE", attempts: 3 }]);
    expect((await scene.failuresTold(id)).length).toBeLessThanOrEqual(2);
    expect(await scene.invoices()).toEqual([]);
  });

  it("waits where the channel breaks down, and goes on when it is up again", async () => {
    const id = await scene.onePackage();
    scene.source.answers({ fetchInvoice: () => ({ status: 503, body: { message: "maintenance" } }) });
    expect(await scene.invoice(id)).toEqual(["CHANNEL_NOT_REACHED"]);
    expect(await scene.steps(id)).toMatchObject([{ state: "WAITING", code: "CHANNEL_NOT_REACHED" }]);
    scene.inOrder();
    expect(await scene.invoice(id)).toEqual(["DONE"]); // a person need not wait for the job
  });

  it("stops at refused credentials, and is asked for again when the channel is connected", async () => {
    const id = await scene.onePackage();
    scene.source.answers({ fetchInvoice: () => ({ status: 401, body: { message: "token expired" } }) });
    expect(await scene.invoice(id)).toEqual(["CHANNEL_LOGIN_REFUSED"]);
    expect(await scene.steps(id)).toMatchObject([{ state: "FAILED" }]);
    expect(await scene.invoice(id)).toEqual(["CHANNEL_NOT_ASKED"]); // it is BROKEN by now: nothing is sent
    scene.inOrder();
    await scene.t.db.transaction(scene.shop.tenantId, async (tx) => {
      await tx.run(
        sql`update godown.channel set state = 'CONNECTED', broken_reason = null where channel_id = ${scene.shop.channelId}`,
      );
      await wakeChannelSteps(tx, scene.ctx(), scene.shop.channelId);
    });
    await scene.byJob();
    expect(await scene.packageRow(id)).toMatchObject({ state: "PACKED" });
  });

  it("is refused where its number is another package's already", async () => {
    const ids = await scene.packages(8);
    scene.source.answers({
      fetchInvoice: () => ({
        body: { number: "SAME-1", lines: [{ productId: scene.shop.productId, rates: ASKED_GST }] },
      }),
    });
    const results = await scene.invoice(...ids);
    expect(results.filter((code) => code === "DONE")).toHaveLength(1);
    expect(results.filter((code) => code === "CHANNEL_INVOICE_NUMBER_TAKEN")).toHaveLength(7);
    expect(await scene.invoices()).toHaveLength(1);
  });
});

describe("courier and label of the channel", () => {
  it("are refused where the tracking number is another package's or cannot be kept", async () => {
    const [first, second] = await scene.twoPackages();
    await scene.invoice(first, second);
    const awb = (text: string) => () => ({ body: { courier: { code: "D", name: "D", awb: text } } });
    scene.source.answers({ fetchCourier: awb("TWICE") });
    expect(await scene.label(first)).toEqual(["DONE"]);
    expect(await scene.label(second)).toEqual(["CHANNEL_AWB_TAKEN"]);
    scene.source.answers({ fetchCourier: awb("  ") });
    expect(await scene.label(second)).toEqual(["CHANNEL_AWB_UNUSABLE"]);
    expect(await scene.packageRow(second)).toMatchObject({ state: "PACKED", awb: null, courier: null });
    scene.source.answers({ fetchCourier: awb("ONCE") });
    expect(await scene.label(second)).toEqual(["DONE"]);
  });

  it("need the wrong bytes of a label sent again, and leave the package PACKED meanwhile", async () => {
    const id = await scene.onePackage();
    await scene.invoice(id);
    scene.source.answers({ fetchLabel: () => ({ body: Buffer.from("<!doctype html><p>504") }) });
    expect(await scene.label(id)).toEqual(["DOCUMENT_NOT_A_PDF"]);
    expect(await scene.packageRow(id)).toMatchObject({ state: "PACKED" });
    expect(await scene.steps(id)).toMatchObject([
      { step: "INVOICE", state: "DONE" },
      { step: "LABEL", state: "FAILED" },
    ]);
    scene.inOrder();
    expect(await scene.label(id)).toEqual(["DONE"]);
    expect(scene.source.count("giveShipment")).toBe(1);
  });

  it("are looked up before a lost write is repeated, which is not sent again once it has arrived", async () => {
    const id = await scene.onePackage();
    await scene.invoice(id);
    scene.source.answers({ giveShipment: () => ({ breakOff: true }) });
    expect(await scene.label(id)).toEqual(["SHIPMENT_OUTCOME_UNKNOWN"]);
    expect(await scene.steps(id)).toMatchObject([{}, { state: "WAITING", code: "SHIPMENT_OUTCOME_UNKNOWN" }]);
    expect(scene.source.count("giveShipment")).toBe(1);
    scene.inOrder();
    scene.t.clock.advance({ minutes: 1 });
    await scene.byJob();
    expect(scene.source.calls.map((each) => each.operation).slice(2)).toEqual(["fetchCourier", "fetchLabel"]);
    expect(await scene.packageRow(id)).toMatchObject({ state: "READY_TO_SHIP" });
    expect(scene.source.count("giveShipment")).toBe(1);
  });

  it("are given box and weight again where the lost write did not arrive", async () => {
    const id = await scene.onePackage();
    await scene.invoice(id);
    scene.source.answers({
      giveShipment: () => ({ breakOff: true }),
      fetchCourier: () => ({ body: { notYet: "nothing known of it" } }),
    });
    await scene.label(id);
    scene.source.answers({ giveShipment: () => ({ body: { status: "SUCCESS" } }) });
    expect(await scene.label(id)).toEqual(["CHANNEL_COURIER_NOT_YET"]);
    expect(scene.source.calls.map((each) => each.operation).slice(1)).toEqual([
      ...["giveShipment", "fetchCourier", "giveShipment", "fetchCourier"],
    ]);
  });

  it("want box and weight, refuse what is wrong with them, and take a corrected box again", async () => {
    const id = await scene.onePackage();
    await scene.invoice(id);
    await scene.t.db.transaction(scene.shop.tenantId, (tx) =>
      tx.run(sql`update godown.shipping_package set weight_grams = null where shipping_package_id = ${id}`),
    );
    expect(await scene.label(id)).toEqual(["SHIPMENT_INCOMPLETE"]);
    expect(scene.source.count("giveShipment")).toBe(0);
    must(await editPackage(scene.ctx(), id, { weightGrams: 500 }));
    scene.source.answers({ giveShipment: () => ({ body: { status: "FAILED", refused: "too heavy" } }) });
    expect(await scene.label(id)).toEqual(["CHANNEL_STEP_REFUSED"]);
    expect((await scene.steps(id))[1]?.message).toBe("L1: too heavy");
    scene.source.answers({
      giveShipment: () => ({ body: { status: "SUCCESS" } }),
      fetchCourier: () => ({ body: { notYet: "soon" } }),
    });
    await scene.label(id);
    must(await editPackage(scene.ctx(), id, { weightGrams: 400 }));
    scene.inOrder();
    expect(await scene.label(id)).toEqual(["DONE"]);
    const weights = scene.source.calls.flatMap((each) =>
      each.operation === "giveShipment" ? [each.body.weightGrams] : [],
    );
    expect(weights).toEqual([500, 500, 400]);
  });

  it("become the seller's where the channel says so: our courier, our label, told on the timeline", async () => {
    const id = await scene.onePackage();
    await scene.invoice(id);
    scene.source.answers({ fetchCourier: () => ({ body: { sellerShips: true } }) });
    const [result] = await labelPackages(scene.ctx(), { packageIds: [id] });
    expect(result).toMatchObject({ outcome: "DONE", awb: expect.stringContaining("X000001") });
    expect(await scene.packageRow(id)).toMatchObject({ state: "READY_TO_SHIP", ours: true, courier: null });
    expect((await scene.timeline(id)).map((each) => each.kind)).toContain("SELLER_SHIPS_NOW");
  });

  it("are drawn here from the courier's facts where the channel gives no file", async () => {
    const bare = await anAskedSource("ASKED_BARE", { without: ["fetchLabel", "giveShipment"] });
    const own = await aShop(scene.t, { source: bare.id });
    bare.answers({
      fetchInvoice: () => ({
        body: { number: `B-${own.productId}`, lines: [{ productId: own.productId, rates: ASKED_GST }] },
      }),
      fetchCourier: () => ({ body: { courier: { code: "BD", name: "Blue Dart", awb: "BD0001" } } }),
    });
    const [id] = await packagesFor(scene.t, own, [
      aPushOrder([{ productId: own.productId }], { thirdPartyShipping: true }),
    ]);
    if (!id) throw new Error("there is a package");
    const there = scene.t.ctx(own.tenantId, { sourceUrls: new Map([[bare.id, bare.url]]) });
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
    const own = await aShop(scene.t, { source: closed.id });
    closed.answers({
      fetchInvoice: () => ({
        body: { number: `C-${own.productId}`, lines: [{ productId: own.productId, rates: ASKED_GST }] },
      }),
      giveShipment: () => ({ body: { status: "SUCCESS" } }),
      fetchCourier: () => ({ body: { sellerShips: true } }),
    });
    const [id] = await packagesFor(scene.t, own, [
      aPushOrder([{ productId: own.productId }], { thirdPartyShipping: true }),
    ]);
    if (!id) throw new Error("there is a package");
    const there = scene.t.ctx(own.tenantId, { sourceUrls: new Map([[closed.id, closed.url]]) });
    await invoicePackages(there, { packageIds: [id] });
    expect(codes(await labelPackages(there, { packageIds: [id] }))).toEqual(["CHANNEL_SELLER_SHIPS"]);
    await closed.close();
  });
});
