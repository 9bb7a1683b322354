import { describe, expect, it } from "vitest";
import type { TaxClass } from "../catalog/tax-class.ts";
import { basisPoints, newId, paise, refuse, ZERO } from "../kernel/index.ts";
import { decideTaxStands, partiesSchema } from "./parties.ts";
import {
  afterReceipt,
  decideEnd,
  decideEvent,
  decideReceive,
  LINE_MAX_PAISE,
  LINES_MAX,
  priceLines,
  purchaseOrderLifecycle,
  QUANTITY_MAX,
  type WantedLine,
} from "./purchase-order.ts";

const on = Temporal.PlainDate.from("2026-11-20");
const taxClass = (code: string, gst: number, cess = 0): TaxClass => ({
  code,
  name: code,
  slabPrice: "EXCLUDING_TAX",
  rows: [
    {
      holdsFrom: Temporal.PlainDate.from("2017-07-01"),
      unitPriceFromPaise: ZERO,
      unitPriceToPaise: null,
      gstBps: basisPoints(gst),
      cessBps: basisPoints(cess),
    },
  ],
});
const line = (over: Partial<WantedLine> = {}): WantedLine => ({
  skuId: newId<"Sku">(),
  sku: "PEN",
  vendorSku: null,
  quantity: 3,
  unitPrice: paise(33_33),
  taxClass: taxClass("GST_18", 1800),
  ...over,
});
const KERALA_TO_KARNATAKA = { vendorGstin: "32AAACT2727Q1ZU", vendorState: "32", facilityState: "29" };
const priced = (lines: WantedLine[], parties: Parameters<typeof priceLines>[1] = KERALA_TO_KARNATAKA) => {
  const result = priceLines(lines, parties, on);
  if (!result.ok) throw new Error(result.refusal.code);
  return result.value;
};

describe("the amounts of an order", () => {
  it("bear IGST between states, and CGST with SGST or UTGST within one, to the paisa", () => {
    expect(priced([line()])[0]).toMatchObject({ taxable: 99_99, igst: 18_00, cgst: 0, sgst: 0, gross: 117_99 });
    const inside = { ...KERALA_TO_KARNATAKA, vendorState: "29" };
    expect(priced([line()], inside)[0]).toMatchObject({ igst: 0, cgst: 9_00, sgst: 9_00, utgst: 0, gross: 117_99 });
    const chandigarh = { ...KERALA_TO_KARNATAKA, vendorState: "04", facilityState: "04" };
    expect(priced([line()], chandigarh)[0]).toMatchObject({ igst: 0, cgst: 9_00, sgst: 0, utgst: 9_00 });
  });

  it("always add up, for odd prices, quantities and cess too", () => {
    for (const [quantity, unitPrice, gst, cess] of [
      [1, 1, 500, 0],
      [7, 14_29, 1200, 0],
      [99_999, 3, 2800, 2200],
      [1, 0, 1800, 0],
      [13, 99_99, 300, 100],
    ] as const) {
      for (const parties of [KERALA_TO_KARNATAKA, { ...KERALA_TO_KARNATAKA, vendorState: "29" }]) {
        const wanted = line({ quantity, unitPrice: paise(unitPrice), taxClass: taxClass("X", gst, cess) });
        const [made] = priced([wanted], parties);
        if (!made) throw new Error("the line is priced");
        expect(made.taxable).toBe(quantity * unitPrice);
        expect(made.taxable + made.cgst + made.sgst + made.utgst + made.igst + made.cess).toBe(made.gross);
        expect(made.cgst).toBe(made.sgst + made.utgst);
      }
    }
  });

  it("bear no tax where the vendor is not registered, whatever class the product has", () => {
    const free = { ...KERALA_TO_KARNATAKA, vendorGstin: null };
    for (const wanted of [line(), line({ taxClass: null })])
      expect(priced([wanted], free)[0]).toMatchObject({ taxClass: null, gstBps: 0, gross: 99_99 });
  });

  it("are refused with every product that lacks a class, that stands twice, or is worth too much", () => {
    const twin = line({ sku: "CUP" });
    expect(priceLines([line(), twin, twin], KERALA_TO_KARNATAKA, on)).toEqual(
      refuse("PO_SKU_TWICE", { skus: ["CUP"] }),
    );
    const bare = [line({ sku: "A", taxClass: null }), line(), line({ sku: "B", taxClass: null })];
    expect(priceLines(bare, KERALA_TO_KARNATAKA, on)).toEqual(refuse("PO_TAX_CLASS_MISSING", { skus: ["A", "B"] }));
    const dear = line({ quantity: QUANTITY_MAX, unitPrice: paise(LINE_MAX_PAISE / QUANTITY_MAX + 1) });
    expect(priceLines([dear], KERALA_TO_KARNATAKA, on)).toMatchObject({ refusal: { code: "PO_LINE_TOO_LARGE" } });
    const early = Temporal.PlainDate.from("2010-01-01");
    expect(priceLines([line()], KERALA_TO_KARNATAKA, early)).toMatchObject({ refusal: { code: "NO_TAX_RATE" } });
  });

  it("stay whole paise for the largest order there can be, at the highest rates there are", () => {
    const worst = Array.from({ length: LINES_MAX }, (_, i) =>
      line({
        sku: `S${i}`,
        quantity: 1,
        unitPrice: paise(LINE_MAX_PAISE),
        taxClass: taxClass("X", 10_000, 50_000),
      }),
    );
    const total = priced(worst).reduce((sum, each) => sum + each.gross, 0);
    expect(Number.isSafeInteger(total)).toBe(true);
  });
});

describe("a purchase order", () => {
  const order = (state: (typeof purchaseOrderLifecycle.states)[number]) => ({ code: "PO-1", state });

  it("is edited, approved and cancelled before it is approved; received, closed or cancelled after", () => {
    const may = Object.fromEntries(
      purchaseOrderLifecycle.states.map((state) => [state, purchaseOrderLifecycle.allowed(state)]),
    );
    expect(may).toEqual({
      CREATED: ["edit", "approve", "cancel"],
      APPROVED: ["receivePart", "receiveAll", "close", "cancel"],
      PARTIALLY_RECEIVED: ["receivePart", "receiveAll", "close"],
      COMPLETE: [],
      CLOSED: [],
      CANCELLED: [],
    });
    expect(decideEvent(order("APPROVED"), "edit")).toEqual(
      refuse("PO_STATE", { order: "PO-1", state: "approved", event: "edit", allowed: ["close", "cancel"] }),
    );
    expect(decideEvent(order("COMPLETE"), "cancel")).toMatchObject({ refusal: { facts: { allowed: "nothing" } } });
  });

  it("is neither closed nor cancelled while goods of it are being counted", () => {
    expect(decideEnd(order("APPROVED"), "close", ["GRN-1"])).toEqual(
      refuse("PO_GRN_OPEN", { order: "PO-1", grns: ["GRN-1"] }),
    );
    expect(decideEnd(order("APPROVED"), "cancel", [])).toMatchObject({ value: "CANCELLED" });
    expect(decideEnd(order("PARTIALLY_RECEIVED"), "cancel", [])).toMatchObject({ refusal: { code: "PO_STATE" } });
  });

  it("takes goods only once it is approved and as long as some are to come", () => {
    const takes = purchaseOrderLifecycle.states.filter((state) => decideReceive(order(state)).ok);
    expect(takes).toEqual(["APPROVED", "PARTIALLY_RECEIVED"]);
  });

  it("is complete when every piece has arrived, rejected ones too", () => {
    const of = (accepted: number, rejected: number) => ({ quantity: 5, accepted, rejected });
    expect(afterReceipt([of(4, 1), of(5, 0)])).toBe("receiveAll");
    expect(afterReceipt([of(4, 1), of(4, 0)])).toBe("receivePart");
  });

  it("is not approved on the tax of a state or registration that has changed since", () => {
    const side = { name: "X", addressLines: [], gstin: "32AAACT2727Q1ZU", contact: null, phone: null, email: null };
    const parties = partiesSchema.parse({
      vendor: { ...side, code: "V", stateCode: "32", paymentDays: null },
      facility: { ...side, code: "F", stateCode: "29", zone: "Asia/Kolkata" },
    });
    const kept = { code: "PO-1", parties };
    const named = { ...parties, vendor: { ...parties.vendor, name: "Y", gstin: "32AAACT2727Q2ZT" } };
    expect(decideTaxStands(kept, named)).toMatchObject({ ok: true });
    for (const change of [{ gstin: null }, { stateCode: "33" }])
      expect(decideTaxStands(kept, { ...parties, vendor: { ...parties.vendor, ...change } })).toMatchObject({
        refusal: { code: "PO_TAX_STALE" },
      });
  });
});
