import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { fail, succeed } from "../../../connectors/kit/index.ts";
import { AskedScene, bytesOf } from "../../../tests/support/asked-scene.ts";
import { readPages } from "../../../tests/support/read-pdf.ts";
import { installSources, sourceOf } from "../../channels/index.ts";
import { must, type ShippingPackageId } from "../../kernel/index.ts";
import { editPackage, invoiceAndLabel, invoicePackages, labelPackages, stepsAtRest } from "../index.ts";
import { invoicesAndLabelsPdf, labelPdf } from "../print-labels.ts";

let scene: AskedScene;
beforeAll(async () => {
  scene = await AskedScene.open();
});
afterAll(() => scene.close());
beforeEach(() => scene.begin());
afterEach(stepsAtRest);

describe("a package whose channel makes invoice and label", () => {
  it("is invoiced under the channel's number with the channel's file, and our series is not touched", async () => {
    const id = await scene.onePackage();
    const before = await scene.nextNumber();
    const [result] = await invoicePackages(scene.ctx(), { packageIds: [id] });
    expect(result).toMatchObject({
      outcome: "DONE",
      invoiceNumber: `OKR/2026-27/${String(scene.numbered).padStart(12, "0")}`,
    });
    expect(await scene.nextNumber()).toEqual(before);
    expect(await scene.invoices()).toMatchObject([
      {
        number: result?.invoiceNumber,
        numberedBy: "CHANNEL",
        series: null,
        total: 89_900,
        cgst: 6_857,
        taxable: 76_186,
      },
    ]);
    expect(await scene.packageRow(id)).toMatchObject({ state: "PACKED" });
    const [step] = await scene.steps(id);
    expect(step).toMatchObject({ step: "INVOICE", state: "DONE", attempts: 1, code: null });
    expect(await scene.documents(id)).toEqual([{ kind: "CHANNEL_INVOICE", exchangeId: step?.exchangeId }]);
    expect(await scene.exchange(step?.exchangeId ?? null)).toMatchObject({
      operation: "fetchInvoice/fetchInvoice",
      package: id,
    });
    const told = (await scene.timeline(id)).find((each) => each.kind === "INVOICE_ISSUED");
    expect(told?.facts).toMatchObject({ invoice: result?.invoiceNumber, madeBy: expect.stringContaining("JUPITER") });
    expect(await scene.invoice(id)).toEqual(["UNCHANGED"]);
    expect(scene.source.count("fetchInvoice")).toBe(1);
  });

  it("is labelled with the channel's courier, number and file, after box, weight and invoice were given", async () => {
    const id = await scene.onePackage();
    expect(await scene.label(id)).toEqual(["LABEL_BEFORE_INVOICE"]);
    await scene.invoice(id);
    const [result] = await labelPackages(scene.ctx(), { packageIds: [id] });
    expect(result).toMatchObject({ outcome: "DONE", awb: `CH${scene.numbered}` });
    expect(await scene.packageRow(id)).toMatchObject({
      state: "READY_TO_SHIP",
      awb: `CH${scene.numbered}`,
      courier: "DELHIVERY",
    });
    expect(scene.source.calls.map((each) => each.operation)).toEqual([
      "fetchInvoice",
      "giveShipment",
      "fetchCourier",
      "fetchLabel",
    ]);
    expect(scene.source.calls[1]?.body).toMatchObject({
      ...{ invoicedOn: "2026-11-20", weightGrams: expect.any(Number), lengthMm: expect.any(Number) },
      lines: [{ quantity: 1, rates: { gstBps: 1800, cgstBps: 900, sgstBps: 900, igstBps: 0 } }],
    });
    expect((await scene.documents(id)).map((each) => each.kind)).toEqual(["CHANNEL_INVOICE", "CHANNEL_LABEL"]);
    expect(await scene.label(id)).toEqual(["UNCHANGED"]);
    const edit = await editPackage(scene.ctx(), id, { awb: "MINE" });
    expect(edit.ok ? "" : edit.refusal.code).toBe("COURIER_OF_CHANNEL");
  });

  it("shows what the channel says although it took box and weight, once, with the exchange", async () => {
    const words = "printed already: its paper bears PANEL-1";
    const id = await scene.onePackage();
    await scene.invoice(id);
    const asked = sourceOf(scene.source.id);
    const giveShipment: typeof asked.operations.giveShipment = async (call, facts) => {
      const given = await asked.operations.giveShipment?.(call, facts);
      return given?.ok ? succeed({ ...given.value, message: words }) : fail({ reached: "no", kind: "transient" });
    };
    installSources([{ ...asked, operations: { ...asked.operations, giveShipment } }]);
    onTestFinished(() => installSources([asked]));
    scene.source.answers({ fetchCourier: () => ({ body: { notYet: "no courier" } }) });
    expect(await scene.label(id)).toEqual(["CHANNEL_COURIER_NOT_YET"]);
    const said = async () => (await scene.timeline(id)).filter((each) => each.kind === "TAKEN_WITH_WORDS");
    expect(await said()).toMatchObject([{ facts: { message: words, exchange: expect.any(String) } }]);
    must(await editPackage(scene.ctx(), id, { weightGrams: 777 })); // it is given again, and answered the same
    expect(await scene.label(id)).toEqual(["CHANNEL_COURIER_NOT_YET"]);
    expect(scene.source.count("giveShipment")).toBe(2);
    expect(await said()).toHaveLength(1);
  });

  it("prints the channel's files as they came, merged in turn; prints of labels are counted", async () => {
    const ids = await scene.packages(2);
    await scene.invoice(...ids);
    await scene.label(...ids);
    const merged = must(await invoicesAndLabelsPdf(scene.ctx(), ids));
    const texts = (await readPages(bytesOf(merged))).map((page) => page.text);
    const pair = [expect.stringContaining("CHANNEL'S INVOICE"), expect.stringContaining("CHANNEL'S LABEL")];
    expect(texts).toEqual([...pair, ...pair]);
    const [first] = ids;
    const single = must(await labelPdf(scene.ctx(), first ?? ""));
    expect(Buffer.from(bytesOf(single)).equals(scene.labelFile)).toBe(true);
    expect((await scene.packageRow(first ?? ids[0] ?? ("" as ShippingPackageId))).copies).toBe(2);
  });

  it("goes through both steps in one click, and keeps its invoice where the label fails", async () => {
    await scene.setSingleAction("INVOICE_AND_LABEL_MERGED");
    const [fine, stuck] = await scene.twoPackages();
    expect(await invoiceAndLabel(scene.ctx(), { packageIds: [fine] })).toMatchObject([
      { outcome: "DONE", prints: "ONE_PDF" },
    ]);
    scene.source.answers({ fetchLabel: () => ({ status: 400, body: { message: "printer is away" } }) });
    const [result] = await invoiceAndLabel(scene.ctx(), { packageIds: [stuck] });
    expect(result).toMatchObject({ outcome: "FAILED", refusal: { code: "CHANNEL_STEP_REFUSED" }, prints: "ONE_PDF" });
    expect(result?.invoiceNumber).toMatch(/^OKR/);
    expect(await scene.packageRow(stuck)).toMatchObject({ state: "PACKED", awb: null });
    scene.inOrder();
    expect(await scene.label(stuck)).toEqual(["DONE"]);
  });
});

describe("an answer that is not there yet", () => {
  it("is waited for with growing pauses, and comes by the job without anybody's click", async () => {
    const id = await scene.onePackage();
    scene.source.answers({ fetchInvoice: () => ({ body: { notYet: "in preparation" } }) });
    expect(await scene.invoice(id)).toEqual(["CHANNEL_INVOICE_NOT_YET"]);
    const pauses: number[] = [];
    for (const attempts of [1, 2, 3, 4, 5, 6, 7]) {
      const [step] = await scene.steps(id);
      expect(step).toMatchObject({ state: "WAITING", attempts, message: "in preparation" });
      const next = step?.nextAttemptAt ?? scene.t.clock.now();
      pauses.push(scene.t.clock.now().until(next).total("minutes"));
      await scene.byJob(); // not its time yet: nothing is asked
      expect(scene.source.count("fetchInvoice")).toBe(attempts);
      scene.t.clock.set(next);
      if (attempts < 7) await scene.byJob();
    }
    expect(pauses).toEqual([1, 2, 5, 10, 20, 30, 30]);
    expect(await scene.packageRow(id)).toMatchObject({ state: "CREATED" });
    expect((await scene.timeline(id)).map((each) => each.kind)).not.toContain("CHANNEL_INVOICE_FAILED");
    scene.inOrder();
    await scene.byJob();
    expect(await scene.packageRow(id)).toMatchObject({ state: "PACKED" });
    expect(await scene.steps(id)).toMatchObject([{ state: "DONE", nextAttemptAt: null }]);
  });

  it("raises an alarm after half an hour, which goes with its cause", async () => {
    const id = await scene.onePackage();
    await scene.invoice(id);
    scene.source.answers({ fetchCourier: () => ({ body: { notYet: "no courier" } }) });
    expect(await scene.label(id)).toEqual(["CHANNEL_COURIER_NOT_YET"]);
    expect(await scene.alarms()).toEqual([]);
    scene.t.clock.advance({ minutes: 31 });
    expect(await scene.alarms()).toMatchObject([{ kind: "CHANNEL_STEPS_LATE", severity: "WARNING" }]);
    scene.inOrder();
    await scene.byJob();
    expect(await scene.packageRow(id)).toMatchObject({ state: "READY_TO_SHIP" });
    expect(await scene.alarms()).toEqual([]);
    expect(scene.source.count("giveShipment")).toBe(1); // given once, however often the courier is asked for
  });

  it("comes after one click with its label, both by the job", async () => {
    await scene.setSingleAction("INVOICE_THEN_LABEL");
    const id = await scene.onePackage();
    scene.source.answers({ fetchInvoice: () => ({ body: { notYet: "wait" } }) });
    expect(await invoiceAndLabel(scene.ctx(), { packageIds: [id] })).toMatchObject([{ outcome: "WAITING" }]);
    scene.inOrder();
    scene.t.clock.advance({ minutes: 1 });
    await scene.byJob();
    expect(await scene.packageRow(id)).toMatchObject({ state: "READY_TO_SHIP" });
  });
});
