import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aTenant, next } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import {
  aBuyer,
  aGrn,
  aPurchaseOrder,
  aVendor,
  type Buyer,
  purchasingFaults,
  vendorInput,
} from "../../tests/support/purchasing-builders.ts";
import { runWork } from "../../tests/support/run-work.ts";
import { aGstin } from "../../tests/support/warehouse-builders.ts";
import { createSku } from "../catalog/index.ts";
import { type FacilityId, must, newId, paise, type Result } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { completePutaway, onPutawayComplete } from "../putaway/index.ts";
import { approvePurchaseOrder, endPurchaseOrder } from "./advance-purchase-order.ts";
import { scanIntoGrn, setGrnCounts } from "./count-grn.ts";
import { completePutAwayGrns, finishGrn, putAwayGrn } from "./finish-grn.ts";
import { grnById, listGrns } from "./grn.queries.ts";
import type { GrnId } from "./grn.ts";
import { importVendorItems } from "./import-vendor-items.ts";
import { importVendors } from "./import-vendors.ts";
import { registerJobs } from "./jobs.ts";
import { listPurchaseOrders, purchaseOrderById } from "./purchase-order.queries.ts";
import type { PurchaseOrderId } from "./purchase-order.ts";
import { listVendorItems, listVendors } from "./queries.ts";
import { createGrn, discardGrn } from "./receive-goods.ts";
import { createPurchaseOrder, editPurchaseOrder, type PurchaseOrderInput } from "./save-purchase-order.ts";
import { saveVendor } from "./save-vendor.ts";
import { removeVendorItem, saveVendorItem } from "./save-vendor-items.ts";

let t: TestDatabase;
let buyer: Buyer;
beforeAll(async () => {
  t = await testDatabase();
  onPutawayComplete(completePutAwayGrns); // as the composition root wires it
});
afterAll(() => t.close());
beforeEach(async () => {
  buyer = await aBuyer(t);
});

const ctx = () => t.ctx(buyer.tenantId);
const code = (result: Result<unknown>) => (result.ok ? "OK" : result.refusal.code);
const page = { limit: 50, offset: 0, sort: "createdAt", descending: false };
const read = <T>(work: Parameters<typeof t.db.read<T>>[1]) => t.db.read(buyer.tenantId, work);
const actions = async () =>
  (
    await read((tx) =>
      tx.run(sql<{ action: string }>`
        select action from godown.audit_event where tenant_id = ${buyer.tenantId} and action like 'purchasing.%' order by audit_event_id`),
    )
  ).map((row) => row.action.replace("purchasing.", ""));

const order = async (id: PurchaseOrderId) => {
  const found = await read((tx) => purchaseOrderById(ctx(), tx, id));
  if (!found) throw new Error("the order is there");
  return found;
};
const grn = async (id: GrnId) => {
  const found = await read((tx) => grnById(ctx(), tx, id));
  if (!found) throw new Error("the receipt is there");
  return found;
};
const count = async (grnId: GrnId, counts: readonly [accepted: number, rejected: number][]) =>
  setGrnCounts(ctx(), {
    grnId,
    counts: (await grn(grnId)).lines.flatMap(({ lineId }, i) => {
      const [accepted = 0, rejected = 0] = counts[i] ?? [];
      return [{ lineId, accepted, rejected, rejectReason: rejected > 0 ? "torn" : null }];
    }),
  });
const levels = () =>
  read((tx) =>
    tx.run(sql`
      select s.code as sku, l.good, l.qc_rejected as rejected, l.putaway_pending as pending from godown.stock_level l
      join godown.sku s using (tenant_id, sku_id) where l.tenant_id = ${buyer.tenantId} order by s.code`),
  );

describe("a vendor", () => {
  it("is made and changed, each on the audit trail, its code once per tenant", async () => {
    const vendorId = await aVendor(t, buyer, { code: "WEAVES" });
    expect(code(await saveVendor(ctx(), null, vendorInput({ code: "WEAVES" })))).toBe("VENDOR_CODE_TAKEN");
    expect(code(await saveVendor(ctx(), vendorId, vendorInput({ code: "WEAVES", name: "Malabar Weaves" })))).toBe("OK");
    const { rows } = await read((tx) => listVendors(tx, { search: "malabar" }, page));
    expect(rows).toMatchObject([{ vendorId, code: "WEAVES", name: "Malabar Weaves", skus: 0, openOrders: 0 }]);
    expect(await actions()).toEqual(["vendor_created", "vendor_changed"]);
    const stranger = t.ctx(await aTenant(t.db));
    expect(code(await saveVendor(stranger, vendorId, vendorInput()))).toBe("NOT_FOUND");
  });

  it("is not changed by who works in some facilities alone", async () => {
    const local = { ...ctx(), facilities: [buyer.facilityId] };
    expect(code(await saveVendor(local, null, vendorInput()))).toBe("NOT_ALLOWED");
  });

  it("offers SKUs with its own codes and prices, and no bundles", async () => {
    const vendorId = await aVendor(t, buyer);
    const [pen, cup] = buyer.skus.map((sku) => sku.code);
    const offer = (sku = "", vendorSku: string | null = null) =>
      saveVendorItem(ctx(), vendorId, {
        sku,
        vendorSku,
        unitPrice: paise(240_00),
        minimumQuantity: 50,
        leadTimeDays: 7,
      });
    expect(code(await offer(pen, "MW-1"))).toBe("OK");
    expect(code(await offer(cup, "mw-1"))).toBe("VENDOR_SKU_TAKEN");
    expect(code(await offer(cup, "MW-2"))).toBe("OK");
    expect(code(await offer(pen, "MW-9"))).toBe("OK"); // changed, not a second one
    expect(code(await offer("NO-SUCH"))).toBe("VENDOR_ITEM_SKU_UNKNOWN");
    const box = {
      ...{ code: "BOX", name: "Box", category: null, brand: null, hsn: null, taxClass: null, mrp: null },
      ...{ weightGrams: null, lengthMm: null, widthMm: null, heightMm: null, imageUrl: null, enabled: true },
    };
    must(await createSku(ctx(), box, [{ sku: pen ?? "", quantity: 2 }]));
    expect(code(await offer("BOX"))).toBe("VENDOR_ITEM_SKU_UNKNOWN");
    const listed = await read((tx) => listVendorItems(tx, { vendorId }, { ...page, sort: "sku" }));
    expect(listed.rows.map((row) => [row.sku, row.vendorSku, row.taxClass])).toEqual([
      [pen, "MW-9", "GST_18"],
      [cup, "MW-2", "GST_18"],
    ]);
    const skuId = buyer.skus[0]?.skuId ?? newId<"Sku">();
    expect(code(await removeVendorItem(ctx(), vendorId, skuId))).toBe("OK");
    expect(code(await removeVendorItem(ctx(), vendorId, skuId))).toBe("NOT_FOUND");
  });

  it("comes from a file, with its prices from another; the same files again change nothing", async () => {
    const [pen, cup] = buyer.skus.map((sku) => sku.code);
    const upload = async (what: typeof importVendors, text: string) => {
      const started = must(await what.start(ctx(), { fileName: "v.csv", bytes: Buffer.from(text), options: {} }));
      return (await runWork(t, buyer.tenantId, started.workId, registerJobs)).rows.map(
        (row) => row.code ?? row.outcome,
      );
    };
    const gstin = aGstin("32");
    const vendors = `Vendor Code,Name,Address Line 1,City,State Code,Pincode,GSTIN,Payment Days
WEAVES,Malabar Weaves,14 Mill Road,Kannur,32,670001,${gstin},30
LOOMS,Looms,1 Road,Kannur,32,67000,,
WEAVES,Twice,1 Road,Kannur,32,670001,,
CLAY,Clay & Co,2 Road,Mysuru,29,570001,,`;
    expect(await upload(importVendors, vendors)).toEqual(["DONE", "PINCODE_FORMAT", "VENDOR_TWICE_IN_FILE", "DONE"]);
    expect(await upload(importVendors, vendors)).toEqual([
      "UNCHANGED",
      "PINCODE_FORMAT",
      "VENDOR_TWICE_IN_FILE",
      "UNCHANGED",
    ]);
    const prices = `Vendor Code,SKU Code,Vendor SKU,Unit Price,Minimum Quantity
WEAVES,${pen},MW-1,"1,240.00",10
WEAVES,${cup},MW-1,20,
NOBODY,${pen},,1,
WEAVES,NO-SUCH,,1,`;
    expect(await upload(importVendorItems, prices)).toEqual([
      "DONE",
      "VENDOR_SKU_TAKEN",
      "VENDOR_UNKNOWN",
      "VENDOR_ITEM_SKU_UNKNOWN",
    ]);
    expect((await upload(importVendorItems, prices))[0]).toBe("UNCHANGED");
    const { rows } = await read((tx) => listVendorItems(tx, {}, { ...page, sort: "sku" }));
    expect(rows).toMatchObject([{ vendor: "WEAVES", sku: pen, unitPrice: 1240_00, minimumQuantity: 10 }]);
  });
});

describe("a purchase order", () => {
  const input = async (over: Partial<PurchaseOrderInput> = {}): Promise<PurchaseOrderInput> => ({
    vendorId: over.vendorId ?? (await aVendor(t, buyer)),
    facilityId: buyer.facilityId,
    expectedOn: null,
    remarks: null,
    lines: [{ sku: buyer.skus[0]?.code ?? "", quantity: 3, unitPrice: paise(33_33), taxClass: null }],
    ...over,
  });
  const make = async (over: Partial<PurchaseOrderInput> = {}) =>
    createPurchaseOrder(ctx(), newId<"PurchaseOrder">(), await input(over));

  it("has its amounts with IGST of another state, is edited, approved, and then edited no more", async () => {
    const wish = await input();
    const purchaseOrderId = newId<"PurchaseOrder">();
    const first = must(await createPurchaseOrder(ctx(), purchaseOrderId, wish));
    expect(must(await createPurchaseOrder(ctx(), purchaseOrderId, wish))).toEqual(first); // a double click
    expect(await order(purchaseOrderId)).toMatchObject({
      state: "CREATED",
      lines: 1,
      ordered: 3,
      taxable: 99_99,
      gross: 117_99,
      items: [{ igst: 18_00, taxClass: "GST_18", gstBps: 1800 }],
    });
    const lines = [
      { ...wish.lines[0], sku: buyer.skus[1]?.code ?? "", quantity: 10, unitPrice: paise(50), taxClass: "GST_5" },
    ];
    must(await editPurchaseOrder(ctx(), purchaseOrderId, { ...wish, lines, remarks: "by lorry" }));
    expect(await order(purchaseOrderId)).toMatchObject({ taxable: 500, gross: 525, remarks: "by lorry" });
    must(await approvePurchaseOrder(ctx(), purchaseOrderId));
    expect(code(await approvePurchaseOrder(ctx(), purchaseOrderId))).toBe("PO_STATE");
    expect(code(await editPurchaseOrder(ctx(), purchaseOrderId, wish))).toBe("PO_STATE");
    expect(await actions()).toEqual(["vendor_created", "order_created", "order_changed", "order_approved"]);
  });

  it("bears CGST and SGST within the state, and no tax from a vendor that is not registered", async () => {
    const near = await aVendor(t, buyer, { stateCode: "29", pincode: "560001", gstin: aGstin("29") });
    const inside = must(await make({ vendorId: near }));
    expect(await order(inside.purchaseOrderId)).toMatchObject({ items: [{ cgst: 9_00, sgst: 9_00, igst: 0 }] });
    const free = must(await make({ vendorId: await aVendor(t, buyer, { gstin: null }) }));
    expect(await order(free.purchaseOrderId)).toMatchObject({ gross: 99_99, items: [{ taxClass: null, igst: 0 }] });
  });

  it("is refused with every SKU that cannot be bought, and for days, vendors and facilities that do not fit", async () => {
    const line = (sku: string) => ({ sku, quantity: 1, unitPrice: paise(1), taxClass: null });
    const strange = await make({ lines: [line("NO-SUCH"), line(buyer.skus[0]?.code ?? ""), line("NOR-THIS")] });
    expect(strange).toMatchObject({ refusal: { code: "PO_SKUS_UNKNOWN", facts: { skus: ["NO-SUCH", "NOR-THIS"] } } });
    const sku = buyer.skus[0]?.code ?? "";
    expect(code(await make({ lines: [{ ...line(sku), taxClass: "NONE" }] }))).toBe("PO_TAX_CLASS_UNKNOWN");
    expect(code(await make({ lines: [line(sku), line(sku)] }))).toBe("PO_SKU_TWICE");
    expect(code(await make({ expectedOn: Temporal.PlainDate.from("2026-11-19") }))).toBe("PO_EXPECTED_PAST");
    expect(code(await make({ expectedOn: Temporal.PlainDate.from("2026-11-20") }))).toBe("OK");
    expect(code(await make({ vendorId: await aVendor(t, buyer, { enabled: false }) }))).toBe("VENDOR_DISABLED");
    expect(code(await make({ vendorId: newId<"Vendor">() }))).toBe("NOT_FOUND");
    const shut = await aFacility(t.db, buyer.tenantId, { enabled: false });
    expect(code(await make({ facilityId: shut }))).toBe("FACILITY_DISABLED");
  });

  it("is not approved on tax that its vendor's new registration has made wrong", async () => {
    const vendorId = await aVendor(t, buyer, { code: "MOVES" });
    const { purchaseOrderId } = must(await make({ vendorId }));
    must(await saveVendor(ctx(), vendorId, vendorInput({ code: "MOVES", gstin: null })));
    expect(code(await approvePurchaseOrder(ctx(), purchaseOrderId))).toBe("PO_TAX_STALE");
    must(await editPurchaseOrder(ctx(), purchaseOrderId, await input({ vendorId })));
    expect(code(await approvePurchaseOrder(ctx(), purchaseOrderId))).toBe("OK");
    expect((await order(purchaseOrderId)).gross).toBe(99_99);
  });

  it("is seen and changed only by who works in its facility", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer, { approved: false });
    const elsewhere = t.ctx(buyer.tenantId, { facilities: [await aFacility(t.db, buyer.tenantId)] });
    expect(await read((tx) => purchaseOrderById(elsewhere, tx, purchaseOrderId))).toBeUndefined();
    expect((await read((tx) => listPurchaseOrders(elsewhere, tx, {}, page))).total).toBe(0);
    expect(code(await approvePurchaseOrder(elsewhere, purchaseOrderId))).toBe("NOT_FOUND");
    expect(code(await editPurchaseOrder(elsewhere, purchaseOrderId, await input()))).toBe("NOT_FOUND");
    expect(code(await createPurchaseOrder(elsewhere, purchaseOrderId, await input()))).toBe("NOT_FOUND");
    expect(code(await endPurchaseOrder(elsewhere, { purchaseOrderId, event: "cancel", reason: "x" }))).toBe(
      "NOT_FOUND",
    );
    const stranger = t.ctx(await aTenant(t.db));
    expect(code(await approvePurchaseOrder(stranger, purchaseOrderId))).toBe("NOT_FOUND");
  });

  it("is listed by state, vendor, SKU and lateness, with counts for the tabs", async () => {
    const late = await aPurchaseOrder(t, buyer, { expectedOn: Temporal.PlainDate.from("2026-11-20") });
    await aPurchaseOrder(t, buyer, { approved: false });
    const list = (filters: Parameters<typeof listPurchaseOrders>[2], now = ctx()) =>
      read((tx) => listPurchaseOrders(now, tx, filters, page));
    expect(await list({ state: "APPROVED" })).toMatchObject({ total: 1, counts: { APPROVED: 1, CREATED: 1 } });
    expect((await list({ search: buyer.skus[1]?.code })).total).toBe(2);
    expect((await list({ late: true })).total).toBe(0);
    const tomorrow = { ...ctx(), now: ctx().now.add({ hours: 24 }) };
    expect((await list({ late: true }, tomorrow)).rows).toMatchObject([{ purchaseOrderId: late }]);
    expect((await list({ late: false }, tomorrow)).total).toBe(1);
  });

  it("of 500 lines is one statement more than of one", async () => {
    const many = await aBuyer(t, { skus: 500 });
    const purchaseOrderId = await aPurchaseOrder(t, many, { approved: false });
    const found = await t.db.read(many.tenantId, (tx) => purchaseOrderById(t.ctx(many.tenantId), tx, purchaseOrderId));
    expect(found).toMatchObject({ lines: 500, ordered: 2500, taxable: 250_000_00, gross: 295_000_00 });
  }, 30_000);
});

describe("receiving goods", () => {
  it("counts pieces by scans, rejects with a reason, and completes the order when all have come", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const grnId = await aGrn(t, buyer, purchaseOrderId);
    const [pen, cup] = buyer.skus.map((sku) => sku.code);
    const scan = (of = "", verdict: "accepted" | "rejected" = "accepted", reason: string | null = null) =>
      scanIntoGrn(ctx(), { grnId, code: of, verdict, reason });
    for (let i = 0; i < 4; i++) must(await scan(pen));
    expect(code(await scan(pen, "rejected"))).toBe("GRN_REASON_MISSING");
    expect(must(await scan(pen, "rejected", "torn"))).toEqual({ sku: pen, accepted: 4, rejected: 1, left: 0 });
    expect(code(await scan(pen))).toBe("GRN_MORE_THAN_ORDERED");
    expect(code(await scan("NO-SUCH"))).toBe("GRN_SCAN_UNKNOWN");
    must(await scan(cup));
    must(
      await count(grnId, [
        [4, 1],
        [5, 0],
      ]),
    );
    expect(code(await endPurchaseOrder(ctx(), { purchaseOrderId, event: "close", reason: "late" }))).toBe(
      "PO_GRN_OPEN",
    );
    expect(await levels()).toEqual([]);
    expect(must(await finishGrn(ctx(), grnId))).toEqual({ units: 10, rejected: 1 });
    expect(code(await finishGrn(ctx(), grnId))).toBe("GRN_STATE");
    expect(code(await scan(pen))).toBe("GRN_STATE");
    expect(await levels()).toEqual([
      { sku: pen, good: 0, rejected: 0, pending: 5 },
      { sku: cup, good: 0, rejected: 0, pending: 5 },
    ]);
    expect(await order(purchaseOrderId)).toMatchObject({ state: "COMPLETE", accepted: 9, rejected: 1 });
    const { putawayId } = must(await putAwayGrn(ctx(), grnId));
    expect(code(await putAwayGrn(ctx(), grnId))).toBe("GRN_NOTHING_WAITS");
    expect(await grn(grnId)).toMatchObject({ state: "QC_COMPLETE", putaways: [{ putawayId, units: 10 }] });
    must(await completePutaway(ctx(), { putawayId, confirmAll: true }));
    expect(await levels()).toEqual([
      { sku: pen, good: 4, rejected: 1, pending: 0 },
      { sku: cup, good: 5, rejected: 0, pending: 0 },
    ]);
    expect((await grn(grnId)).state).toBe("COMPLETE");
    await expectStockTrue(t, buyer.tenantId);
    expect(await purchasingFaults(t, buyer.tenantId)).toEqual([]);
    const ledger = await read((tx) =>
      tx.run(sql`
        select cause, bucket, sum(quantity)::integer as quantity from godown.stock_ledger
        where tenant_id = ${buyer.tenantId} group by 1, 2 order by 1, 2`),
    );
    expect(ledger).toEqual([
      { cause: "GOODS_RECEIVED", bucket: "putaway_pending", quantity: 10 },
      { cause: "PUTAWAY", bucket: "good", quantity: 9 },
      { cause: "PUTAWAY", bucket: "putaway_pending", quantity: -10 },
      { cause: "PUTAWAY", bucket: "qc_rejected", quantity: 1 },
    ]);
    expect((await actions()).slice(-4)).toEqual(["grn_created", "grn_counted", "grn_finished", "grn_completed"]);
  });

  it("is partial until the rest comes or the order is closed short", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const first = await aGrn(t, buyer, purchaseOrderId);
    expect(code(await finishGrn(ctx(), first))).toBe("GRN_EMPTY");
    must(await count(first, [[3, 0]]));
    must(await finishGrn(ctx(), first));
    expect((await order(purchaseOrderId)).state).toBe("PARTIALLY_RECEIVED");
    const end = (event: "close" | "cancel") => endPurchaseOrder(ctx(), { purchaseOrderId, event, reason: "sold out" });
    expect(code(await end("cancel"))).toBe("PO_STATE");
    must(await end("close"));
    expect(await order(purchaseOrderId)).toMatchObject({ state: "CLOSED", endReason: "sold out", accepted: 3 });
    const late = { vendorInvoiceNumber: "L-1", vendorInvoiceOn: Temporal.PlainDate.from("2026-11-20"), remarks: null };
    expect(code(await createGrn(ctx(), newId<"Grn">(), { purchaseOrderId, ...late }))).toBe("PO_NOT_RECEIVABLE");
    expect(await purchasingFaults(t, buyer.tenantId)).toEqual([]);
  });

  it("makes one receipt of a double click, and one of an invoice", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const on = (day: string) => Temporal.PlainDate.from(day);
    const wish = { purchaseOrderId, vendorInvoiceNumber: "INV/7", vendorInvoiceOn: on("2026-11-19"), remarks: null };
    const grnId = newId<"Grn">();
    const made = await Promise.all([createGrn(ctx(), grnId, wish), createGrn(ctx(), grnId, wish)]);
    expect(new Set(made.map((each) => must(each).code)).size).toBe(1);
    const again = { ...wish, vendorInvoiceNumber: "inv/7" };
    expect(await createGrn(ctx(), newId<"Grn">(), again)).toMatchObject({
      refusal: { code: "GRN_INVOICE_TAKEN", facts: { grn: must(made[0]).code } },
    });
    const future = { ...wish, vendorInvoiceNumber: "INV/8", vendorInvoiceOn: on("2026-11-21") };
    expect(code(await createGrn(ctx(), newId<"Grn">(), future))).toBe("GRN_INVOICE_DAY");
    const other = await aPurchaseOrder(t, buyer);
    expect(code(await createGrn(ctx(), grnId, { ...wish, purchaseOrderId: other }))).toBe("NOT_FOUND");
    must(await discardGrn(ctx(), grnId));
    expect(code(await discardGrn(ctx(), grnId))).toBe("GRN_STATE");
    expect(code(await createGrn(ctx(), newId<"Grn">(), again))).toBe("OK");
    expect((await read((tx) => listGrns(ctx(), tx, { purchaseOrderId }, page))).counts).toEqual({
      CREATED: 1,
      DISCARDED: 1,
    });
  });

  it("never takes more than was ordered, however many count at the same time", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const grns = [await aGrn(t, buyer, purchaseOrderId), await aGrn(t, buyer, purchaseOrderId)];
    const [pen = ""] = buyer.skus.map((sku) => sku.code);
    const scans = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        scanIntoGrn(ctx(), { grnId: grns[i % 2] ?? newId<"Grn">(), code: pen, verdict: "accepted", reason: null }),
      ),
    );
    expect(scans.filter((scan) => scan.ok)).toHaveLength(5);
    expect(new Set(scans.flatMap((scan) => (scan.ok ? [] : [scan.refusal.code])))).toEqual(
      new Set(["GRN_MORE_THAN_ORDERED"]),
    );
    expect(await purchasingFaults(t, buyer.tenantId)).toEqual([]);
    const finished = await Promise.all(grns.map((grnId) => finishGrn(ctx(), grnId)));
    expect(finished.reduce((sum, each) => sum + (each.ok ? each.value.units : 0), 0)).toBe(5);
    await expectStockTrue(t, buyer.tenantId);
    expect(await purchasingFaults(t, buyer.tenantId)).toEqual([]);
  });

  it("gives counted pieces back to the order when it is discarded", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const first = await aGrn(t, buyer, purchaseOrderId);
    must(await count(first, [[5, 0]]));
    const second = await aGrn(t, buyer, purchaseOrderId);
    expect(code(await count(second, [[1, 0]]))).toBe("GRN_MORE_THAN_ORDERED");
    must(await discardGrn(ctx(), first));
    must(
      await count(second, [
        [5, 0],
        [2, 2],
      ]),
    );
    must(
      await count(second, [
        [1, 0],
        [0, 0],
      ]),
    ); // corrected downwards
    expect(await purchasingFaults(t, buyer.tenantId)).toEqual([]);
    must(await finishGrn(ctx(), second));
    expect((await order(purchaseOrderId)).accepted).toBe(1);
  });

  it("is done only by who works in the order's facility", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const grnId = await aGrn(t, buyer, purchaseOrderId);
    const facilities: FacilityId[] = [await aFacility(t.db, buyer.tenantId)];
    const elsewhere = t.ctx(buyer.tenantId, { facilities });
    const wish = {
      purchaseOrderId,
      vendorInvoiceNumber: `E-${next()}`,
      vendorInvoiceOn: Temporal.PlainDate.from("2026-11-19"),
      remarks: null,
    };
    const tries = [
      createGrn(elsewhere, newId<"Grn">(), wish),
      scanIntoGrn(elsewhere, { grnId, code: "X", verdict: "accepted", reason: null }),
      setGrnCounts(elsewhere, { grnId, counts: [] }),
      finishGrn(elsewhere, grnId),
      discardGrn(elsewhere, grnId),
      putAwayGrn(elsewhere, grnId),
    ];
    expect((await Promise.all(tries)).map((each) => code(each))).toEqual(tries.map(() => "NOT_FOUND"));
    expect(await read((tx) => grnById(elsewhere, tx, grnId))).toBeUndefined();
  });

  it("of 5,000 pieces is as many statements as of one", async () => {
    const [pen] = buyer.skus;
    const lines = [{ sku: pen?.code ?? "", quantity: 5_000, unitPrice: paise(10_00), taxClass: null }];
    const purchaseOrderId = await aPurchaseOrder(t, buyer, { lines });
    const grnId = await aGrn(t, buyer, purchaseOrderId);
    must(await count(grnId, [[4_990, 10]]));
    expect(must(await finishGrn(ctx(), grnId))).toEqual({ units: 5_000, rejected: 10 });
    expect(await levels()).toEqual([{ sku: pen?.code, good: 0, rejected: 0, pending: 5_000 }]);
    await expectStockTrue(t, buyer.tenantId);
  }, 30_000);

  it("is held by the database itself: no line above its order, no rejected piece without a reason", async () => {
    const purchaseOrderId = await aPurchaseOrder(t, buyer);
    const grnId = await aGrn(t, buyer, purchaseOrderId);
    must(await count(grnId, [[1, 1]]));
    const write = (text: string) => t.raw(text, [buyer.tenantId]);
    const line = "update godown.purchase_order_line set";
    await expect(write(`${line} counting = 6 where tenant_id = $1`)).rejects.toThrow(/check/);
    await expect(write(`${line} gross_paise = gross_paise + 1 where tenant_id = $1`)).rejects.toThrow(/check/);
    await expect(
      write("update godown.grn_line set reject_reason = null where tenant_id = $1 and rejected > 0"),
    ).rejects.toThrow(/check/);
    await expect(write("update godown.purchase_order set state = 'CLOSED' where tenant_id = $1")).rejects.toThrow(
      /check/,
    );
  });
});
