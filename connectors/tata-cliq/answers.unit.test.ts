import { describe, expect, it } from "vitest";
import {
  readCourier,
  readInventoryResult,
  readInvoice,
  readManifest,
  readReturns,
  toInventory,
  toInventoryXml,
} from "./map/answers.ts";
import { readStatusTable } from "./map/states.ts";

const { table } = readStatusTable(
  '{"007":"DELIVERED","008":"CANCELLED","009":"RETURN_INITIATED","011":"RETURN_RECEIVED"}',
);
const PDF = Buffer.from("%PDF-1.4").toString("base64");

describe("what Tata CLiQ says", () => {
  const figure = (over: object) => ({
    ...{ channelProductId: "X", productId: "X", variantId: "M & <1>", quantity: 4, hsn: null, channelWarehouse: null },
    ...over,
  });

  it("takes stock as XML with its letters escaped, and judges each store's figure", () => {
    const items = toInventory([figure({}), figure({ channelWarehouse: "B", quantity: 0 })], "A");
    expect(items.map((item) => [item.SlaveID, item.Inventory])).toEqual([
      ["A", 4],
      ["B", 0],
    ]);
    expect(toInventoryXml(items).toString()).toContain("<SKU>M &amp; &lt;1&gt;</SKU>");
    const lines = [figure({}), figure({ channelWarehouse: "B" })];
    const answer = readInventoryResult(
      { status: "PARTIAL_SUCCESS", failed: [{ SKU: "M & <1>", SlaveID: "B", message: "closed" }] },
      lines,
      "A",
    );
    expect(answer.results.map((line) => line.message)).toEqual([null, "closed"]);
    const failed = [{ SKU: "M & <1>", SlaveID: "B", message: "closed" }];
    expect(
      readInventoryResult({ status: "FAILED", failed }, lines, "A").results.map((line) => line.message),
      "a batch that failed took nothing, whatever it names",
    ).toEqual(["Tata CLiQ answered FAILED.", "closed"]);
    expect(readInventoryResult({ status: "FAILED" }, lines, "A").results.every((line) => !line.accepted)).toBe(true);
  });

  it("of an invoice is read with rates to the basis point, or not at all", () => {
    const lines = [
      { transactionId: "T-1", taxableValue: 422.88, cgstRate: 9, sgstRate: 9, utgstRate: 0, igstRate: 0, cessRate: 0 },
    ];
    const products = new Map([["T-1", { productId: "M", variantId: "M" }]]);
    const read = readInvoice({ invoiceNo: "TQ-1", invoiceDate: "2026-11-20T11:00:00", lines, document: PDF }, products);
    expect(read).toMatchObject({
      ok: true,
      value: { number: "TQ-1", lines: [{ productId: "M", taxable: 42288, rates: { gstBps: 1800, cgstBps: 900 } }] },
    });
    expect(readInvoice({ invoiceNo: "TQ-1", invoiceDate: "soon", lines, document: PDF }, products).ok).toBe(false);
    expect(
      readInvoice(
        {
          invoiceNo: "TQ-1",
          invoiceDate: "2026-11-20T11:00:00",
          lines: [
            {
              ...lines[0],
              cgstRate: 9.001,
              transactionId: "T-1",
              taxableValue: 1,
              sgstRate: 9,
              utgstRate: 0,
              igstRate: 0,
              cessRate: 0,
            },
          ],
          document: PDF,
        },
        products,
      ).ok,
    ).toBe(false);
    expect(
      readInvoice({ invoiceNo: "TQ-1", invoiceDate: "2026-11-20T11:00:00", lines, document: "PGh0bWw+" }, products).ok,
    ).toBe(false);
  });

  it("of couriers and manifests is believed whole or not at all", () => {
    expect(readCourier({ fulfillmentType: "SSHIP" })).toEqual({ state: "SELLER_SHIPS" });
    expect(readCourier({ fulfillmentType: "TSHIP", logisticsId: "DLV", awbNo: "" })).toMatchObject({
      state: "NOT_YET",
    });
    expect(readManifest({ status: "SUCCESS", document: PDF }, ["T-1"])).toMatchObject({ made: true, refused: [] });
    expect(readManifest({ status: "SUCCESS", document: "PGh0bWw+" }, ["T-1"])).toMatchObject({
      made: false,
      message: expect.stringContaining("PDF"),
    });
    expect(
      readManifest(
        {
          status: "FAILED",
          failed: [
            { transactionId: "T-1", message: "late" },
            { transactionId: "T-9", message: "?" },
          ],
        },
        ["T-1"],
      ),
    ).toMatchObject({ made: false, refused: [{ key: "T-1", message: "late" }] });
  });

  const RETURN = {
    ...{ returnId: "R", orderNo: "N-1", transactionId: "T-1", slaveId: "A", returnType: "RTO" as const },
    ...{ omsStatusCode: "009", reason: "away", awbNo: "AWB9", logisticsName: "Delhivery" },
  };

  it("of returns goes by who brings them back, until they are received; what a customer sends was delivered to him", () => {
    const rows = [
      RETURN,
      { ...RETURN, transactionId: "T-2", returnType: "CUSTOMER" as const },
      { ...RETURN, transactionId: "T-3", omsStatusCode: "011" },
      { ...RETURN, slaveId: "B", omsStatusCode: "099" },
    ];
    const orders = readReturns(rows, table);
    expect(
      orders.map((one) => [
        one.channelOrderId,
        one.lines.map((each) => `${each.channelOrderItemId} ${each.status} ${each.channelReturnId}`),
      ]),
    ).toEqual([
      ["N-1@A", ["T-1 RTO R", "T-2 DELIVERED null", "T-2 CIR R", "T-3 RETURNED R"]],
      ["N-1@B", ["T-1 unknown R"]],
    ]);
    expect(orders[0]?.lines[0]).toMatchObject({
      ...{ returnReason: "away", returnAwb: "AWB9", returnCourier: "Delhivery" },
    });
  });

  it.each([
    ["CUSTOMER", "008", "DELIVERED"],
    ["CUSTOMER", "007", "DELIVERED"],
    ["RTO", "008", "DISPATCHED"],
    ["RTO", "007", "DELIVERED"],
  ] as const)(
    "of a return of kind %s that stands at %s: it will not come, and its line is %s",
    (returnType, code, word) => {
      expect(readReturns([{ ...RETURN, returnType, omsStatusCode: code }], table)[0]?.lines).toMatchObject([
        { channelReturnId: "R", status: word, returnCalledOff: true },
      ]);
    },
  );
});
