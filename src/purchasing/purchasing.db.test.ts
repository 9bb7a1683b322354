import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aFacility, aTenant } from "../../tests/support/builders.ts";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aBuyer, aPurchaseOrder, aVendor, type Buyer, vendorInput } from "../../tests/support/purchasing-builders.ts";
import { runWork } from "../../tests/support/run-work.ts";
import { aGstin } from "../../tests/support/warehouse-builders.ts";
import { createSku } from "../catalog/index.ts";
import { must, newId, paise, type Result } from "../kernel/index.ts";
import { sql } from "../platform/db.ts";
import { onPutawayComplete } from "../putaway/index.ts";
import { approvePurchaseOrder, endPurchaseOrder } from "./advance-purchase-order.ts";
import { completePutAwayGrns } from "./finish-grn.ts";
import { importVendorItems } from "./import-vendor-items.ts";
import { importVendors } from "./import-vendors.ts";
import { registerJobs } from "./jobs.ts";
import { listPurchaseOrders, purchaseOrderById } from "./purchase-order.queries.ts";
import type { PurchaseOrderId } from "./purchase-order.ts";
import { listVendorItems, listVendors } from "./queries.ts";
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
