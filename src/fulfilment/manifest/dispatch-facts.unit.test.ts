import { describe, expect, it } from "vitest";
import { newId, type SaleOrderItemId } from "../../kernel/index.ts";
import { type DispatchRow, dispatchLines, mayLeave, shipperOf } from "./dispatch-facts.ts";

const id = () => newId<"SaleOrderItem">();
const units = (line: string, ids: readonly SaleOrderItemId[], parts = 1) =>
  ids.map((unitId) => ({ unitId, line, productId: "P1", variantId: "V1", parts }));
const rates = (unitIds: readonly SaleOrderItemId[], over: Partial<DispatchRow["lines"][number]> = {}) => ({
  unitIds,
  gstBps: 1800,
  cessBps: 0,
  taxable: 1_000,
  interState: false,
  unionTerritory: false,
  ...over,
});
const aRow = (over: Partial<DispatchRow> = {}): DispatchRow => ({
  shippingPackageId: newId<"ShippingPackage">(),
  code: "BLR-1",
  saleOrderId: newId<"SaleOrder">(),
  channelId: newId<"Channel">(),
  channelOrderId: "JM-1",
  source: "JUPITER_MONEY",
  thirdPartyShipping: false,
  packageNo: 1,
  channelCourierCode: null,
  awb: "AW/1",
  providerName: "Delhivery",
  trackingUrlTemplate: "https://track.example/{awb}",
  transitDays: 4,
  invoiceState: "ISSUED",
  invoiceNumber: "INV-1",
  invoicedOn: Temporal.PlainDate.from("2026-11-20"),
  units: [],
  lines: [],
  ...over,
});

describe("the lines of a dispatch", () => {
  it("count units of the channel's line and carry the rates of the invoice", () => {
    const [a, b, c] = [id(), id(), id()];
    const row = aRow({
      units: [...units("L1", [a, b]), ...units("L2", [c])],
      lines: [rates([a, b]), rates([c], { gstBps: 500, cessBps: 100, interState: true })],
    });
    expect(dispatchLines(row)).toEqual([
      {
        channelOrderItemId: "L1",
        quantity: 2,
        rates: { gstBps: 1800, cgstBps: 900, sgstBps: 900, utgstBps: 0, igstBps: 0, cessBps: 0 },
      },
      {
        channelOrderItemId: "L2",
        quantity: 1,
        rates: { gstBps: 500, cgstBps: 0, sgstBps: 0, utgstBps: 0, igstBps: 500, cessBps: 100 },
      },
    ]);
  });

  it("are union territory GST where the invoice says so", () => {
    const a = id();
    const row = aRow({ units: units("L1", [a]), lines: [rates([a], { unionTerritory: true })] });
    expect(dispatchLines(row)[0]?.rates).toEqual({
      gstBps: 1800,
      cgstBps: 900,
      sgstBps: 0,
      utgstBps: 900,
      igstBps: 0,
      cessBps: 0,
    });
  });

  it("tell a bundle as one piece, at the rate of its most valuable part", () => {
    const [shirt, sock1, sock2] = [id(), id(), id()];
    const row = aRow({
      units: units("L1", [shirt, sock1, sock2], 3),
      lines: [rates([sock1, sock2], { gstBps: 500, taxable: 90 }), rates([shirt], { taxable: 400 })],
    });
    expect(dispatchLines(row)).toMatchObject([{ channelOrderItemId: "L1", quantity: 1, rates: { gstBps: 1800 } }]);
  });
});

describe("who ships", () => {
  const at = Temporal.Instant.from("2026-11-20T10:00:00Z");

  it("is the courier with its tracking page, and a day by which it should arrive", () => {
    expect(shipperOf(aRow(), at, "Asia/Kolkata")).toEqual({
      providerName: "Delhivery",
      courierName: "Delhivery",
      awb: "AW/1",
      trackingUrl: "https://track.example/AW%2F1",
      dispatchedAt: at,
      deliveryExpectedAt: Temporal.Instant.from("2026-11-24T10:00:00Z"),
      invoiceNumber: "INV-1",
      invoicedOn: Temporal.PlainDate.from("2026-11-20"),
      zone: "Asia/Kolkata",
    });
  });

  it("is nobody of ours where the channel ships", () => {
    expect(shipperOf(aRow({ thirdPartyShipping: true }), at, "Asia/Kolkata")).toBeNull();
  });
});

it("lets only a parcel leave whose invoice exists and waits for nothing", () => {
  expect([aRow(), aRow({ invoiceState: "IRN_PENDING" }), aRow({ invoiceState: null })].map(mayLeave)).toEqual([
    true,
    false,
    false,
  ]);
});
