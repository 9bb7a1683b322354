import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { anOpenGatepass, aYard, putAwayAll, say } from "../../../tests/support/gatepass-builders.ts";
import {
  aPartner,
  callsFor,
  expectToTheLetter,
  listen,
  one,
  queuedFor,
} from "../../../tests/support/partner-builders.ts";
import { cancelGatepass, issueGatepass, recallGatepass } from "../../../tests/support/partner-steps.ts";
import { aBuyer, aGrn, aPurchaseOrder, aVendor } from "../../../tests/support/purchasing-builders.ts";
import { must } from "../../kernel/index.ts";
import {
  completePutAwayGrns,
  finishGrn,
  type PurchaseOrderLineId,
  putAwayGrn,
  setGrnCounts,
} from "../../purchasing/index.ts";
import { completePutaway, onPutawayComplete } from "../../putaway/index.ts";

let t: TestDatabase;
listen();
onPutawayComplete(completePutAwayGrns);

beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());

describe("purchases and gate passes", () => {
  it("are told when a purchase order is approved and when the last piece of a receipt lies on its shelf", async () => {
    const buyer = await aBuyer(t);
    await aPartner(t, buyer.tenantId);
    const vendorId = await aVendor(t, buyer, { code: "V-77" });
    const purchaseOrderId = await aPurchaseOrder(t, buyer, {
      vendorId,
      expectedOn: Temporal.PlainDate.from("2026-11-25"),
    });
    const grnId = await aGrn(t, buyer, purchaseOrderId, { vendorInvoiceNumber: "VI/9" });
    const lines = await t.raw<{ id: PurchaseOrderLineId }>(
      "select purchase_order_line_id as id from godown.purchase_order_line where purchase_order_id = $1 order by line_no",
      [purchaseOrderId],
    );
    const c = t.ctx(buyer.tenantId);
    must(
      await setGrnCounts(c, {
        grnId,
        counts: [
          { lineId: one(lines[0]).id, accepted: 3, rejected: 1, rejectReason: "torn" },
          { lineId: one(lines[1]).id, accepted: 5, rejected: 0, rejectReason: null },
        ],
      }),
    );
    must(await finishGrn(c, grnId));
    expect(await callsFor(t, buyer.tenantId)).toEqual(["approvedPurchaseOrder"]);
    const { putawayId } = must(await putAwayGrn(c, grnId));
    must(await completePutaway(c, { putawayId, confirmAll: true }));
    const all = await queuedFor(t, buyer.tenantId);
    expect(all.map((each) => [each.event, each.lane])).toEqual([
      ["approvedPurchaseOrder", purchaseOrderId],
      ["completeInflowReceipt", purchaseOrderId],
    ]);
    expectToTheLetter(all);
    expect(all[0]?.body).toMatchObject({
      statusCode: "APPROVED",
      vendorCode: "V-77",
      deliveryDate: "Nov 25, 2026 12:00:00 AM",
    });
    expect(all[0]?.body.purchaseOrderItems).toMatchObject([
      {
        quantity: 5,
        unitPrice: 100,
        total: 590,
        tax: 90,
        taxPercentage: 18,
        igst: "90",
        cgst: "0",
        sgst: "0",
        utgst: "0",
      },
      { quantity: 5 },
    ]);
    expect(all[1]?.body).toMatchObject({ vendorInvoiceNumber: "VI/9", vendorInvoiceDate: "Nov 19, 2026 12:00:00 AM" });
    expect(all[1]?.body.grnItems).toMatchObject([
      { Quantity: "4", rejectedQuantity: "1", rejectionComments: "torn", sellableQuantity: "3", pendingQuantity: "1" },
      { Quantity: "5", rejectedQuantity: "0", rejectionComments: "", sellableQuantity: "5", pendingQuantity: "0" },
    ]);
  });

  it("are told when goods are awaited, when the gate pass is closed, and when it is discarded", async () => {
    const yard = await aYard(t);
    await aPartner(t, yard.tenantId);
    const id = await anOpenGatepass(yard, { reference: "REF-1" }, [{ quantity: 2 }]);
    must(await issueGatepass(yard.ctx(), id));
    must(await say(yard, id, "RECEIVED", 1));
    must(await say(yard, id, "RECEIVED", 1));
    await putAwayAll(yard, yard.del);
    const discarded = await anOpenGatepass(yard);
    must(await cancelGatepass(yard.ctx(), discarded, null));
    must(await cancelGatepass(yard.ctx(), discarded, null));
    const lent = await anOpenGatepass(yard, { type: "RETURNABLE" });
    must(await issueGatepass(yard.ctx(), lent));
    must(await recallGatepass(yard.ctx(), lent, "not needed"));
    const handed = await anOpenGatepass(yard, { type: "NON_RETURNABLE" });
    must(await issueGatepass(yard.ctx(), handed));
    const all = await queuedFor(t, yard.tenantId);
    expect(all.map((each) => [each.event, each.lane])).toEqual([
      ["awaitedGatepass", id],
      ["closeGatepass", id],
      ["discardGatepass", discarded],
      ["awaitedGatepass", lent],
      ["discardGatepass", lent],
      ["closeGatepass", handed],
    ]);
    expectToTheLetter(all);
    const [awaited, closed, gone_] = all.map((each) => each.body);
    expect(awaited).toMatchObject({
      statusCode: "RETURN_AWAITED",
      type: "STOCK_TRANSFER",
      reference: "REF-1",
      purpose: "Filling up Delhi",
    });
    expect(awaited?.gatePassItemDTOs).toMatchObject([
      {
        quantity: 2,
        receivedQuantity: 0,
        pendingQuantity: 2,
        unitPrice: 1000,
        igst: 360,
        tax: 360,
        total: 2360,
        inventoryType: "GOOD_INVENTORY",
        shelfCode: "DEFAULT",
      },
    ]);
    expect(closed?.gatePassItemDTOs).toMatchObject([
      { gatePassItemStatus: "CLOSED", receivedQuantity: 2, pendingQuantity: 0 },
    ]);
    expect(gone_).toMatchObject({ statusCode: "DISCARDED", reference: "" });
  });
});
