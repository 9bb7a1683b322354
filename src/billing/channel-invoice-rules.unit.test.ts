import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChannelInvoice, TaxRates } from "../../connectors/kit/index.ts";
import { must, newId, paise, type Refusal, type SkuId, ZERO } from "../kernel/index.ts";
import { draftChannelInvoice, judgeRates } from "./channel-invoice-rules.ts";
import { invoiceDocumentSchema } from "./invoice-document.ts";
import type { InvoiceFacts, InvoiceUnit, OrderAddress } from "./invoice-facts.ts";
import { invoicePage } from "./invoice-page.ts";

const NOW = Temporal.Instant.from("2026-11-20T19:00:00Z"); // past midnight in India: the 21st there
const ADDRESS: OrderAddress = {
  name: "Asha Rao",
  line1: "12 MG Road",
  line2: null,
  city: "Bengaluru",
  stateName: "Karnataka",
  stateCode: "29",
  country: "India",
  pincode: "560001",
  phone: "9845012345",
  email: null,
};

function aUnit(productId: string, over: Partial<InvoiceUnit> = {}): InvoiceUnit {
  return {
    unitId: newId<"SaleOrderItem">(),
    skuId: newId<"Sku">(),
    sku: `SKU-${productId}`,
    name: "A thing",
    hsn: "62114210",
    taxClassId: null,
    channelProductId: `${productId}-V`,
    productId,
    variantId: "V",
    channelOrderItemId: "L1",
    price: paise(100_000),
    discount: ZERO,
    shippingCharges: ZERO,
    codCharges: ZERO,
    giftWrapCharges: ZERO,
    collect: paise(100_000),
    ...over,
  };
}

function someFacts(units: readonly InvoiceUnit[], over: Partial<InvoiceFacts> = {}): InvoiceFacts {
  return {
    shippingPackageId: newId<"ShippingPackage">(),
    packageCode: "P-1",
    saleOrderId: newId<"SaleOrder">(),
    orderCode: "O-1",
    orderNumber: "O-1",
    placedAt: NOW,
    channelId: newId<"Channel">(),
    channelCode: "OKER_1",
    channelName: "Oker",
    source: "OKER",
    facilityId: newId<"Facility">(),
    facilityCode: "BLR",
    zone: "Asia/Kolkata",
    sandbox: false,
    dispatchFrom: null,
    reportsInvoices: false,
    seller: {
      billingPartyId: null,
      name: "Test Traders",
      line1: "1 Hosur Road",
      line2: null,
      city: "Bengaluru",
      stateCode: "29",
      pincode: "560068",
      phone: null,
      email: null,
      gstin: "29AAFCC9980M1ZR",
      upiId: null,
      bankAccount: null,
      bankIfsc: null,
    },
    paymentType: "PREPAID",
    payment: null,
    taxExempt: false,
    buyerGstin: null,
    shipTo: ADDRESS,
    billTo: ADDRESS,
    units,
    ...over,
  };
}

const NONE: TaxRates = { gstBps: 0, cgstBps: 0, sgstBps: 0, utgstBps: 0, igstBps: 0, cessBps: 0 };
const WITHIN: TaxRates = { ...NONE, gstBps: 500, cgstBps: 250, sgstBps: 250 };
const BETWEEN: TaxRates = { ...NONE, gstBps: 500, igstBps: 500 };

function given(
  lines: readonly { productId: string; channelOrderItemId?: string; rates?: TaxRates; taxable?: number | null }[],
  over: Partial<ChannelInvoice> = {},
): ChannelInvoice {
  return {
    number: "OKR/2026-27/0000118204",
    issuedAt: NOW,
    lines: lines.map(({ rates = WITHIN, taxable = null, ...ids }) => ({
      ...ids,
      variantId: "V",
      rates,
      taxable: taxable === null ? null : paise(taxable),
    })),
    buyer: null,
    pdf: null,
    ...over,
  };
}

const draft = (facts: InvoiceFacts, invoice: ChannelInvoice) =>
  draftChannelInvoice(facts, invoice, { now: NOW, ordered: facts.units });
const codeOf = (result: { ok: true } | { ok: false; refusal: Refusal }) => (result.ok ? "OK" : result.refusal.code);

describe("an invoice that the channel made", () => {
  it("carries the channel's number, day and rates; the amounts are our prices with those rates", () => {
    const facts = someFacts([aUnit("A"), aUnit("A")].map((u) => ({ ...u, skuId: "s" as SkuId })));
    const made = must(draft(facts, given([{ productId: "A" }])));
    expect(made.on.toString()).toBe("2026-11-21");
    expect(made.totals).toMatchObject({ taxable: 190_476, cgst: 4_762, sgst: 4_762, igst: 0, payable: 200_000 });
    expect(made.lines).toHaveLength(1);
    const page = invoicePage(made, "OKR/2026-27/0000118204", []);
    expect(invoiceDocumentSchema.parse(page)).toMatchObject({ number: "OKR/2026-27/0000118204", numberedBy: "Oker" });
  });

  it.each<[string, Partial<TaxRates>, string, Partial<Record<"cgst" | "sgst" | "utgst" | "igst", number>>]>([
    ["CGST and SGST", { cgstBps: 250, sgstBps: 250 }, "INTRA_STATE", { cgst: 2_381, sgst: 2_381 }],
    ["CGST and UTGST", { cgstBps: 250, utgstBps: 250 }, "INTRA_UNION_TERRITORY", { cgst: 2_381, utgst: 2_381 }],
    ["IGST, though the parcel stays in the state", { igstBps: 500 }, "INTER_STATE", { igst: 4_762 }],
    ["both sides alike: the law's", { cgstBps: 250, sgstBps: 250, igstBps: 500 }, "INTRA_STATE", { cgst: 2_381 }],
    ["the whole alone: the law's", { gstBps: 500 }, "INTRA_STATE", { cgst: 2_381, sgst: 2_381 }],
  ])("falls under the heads that the channel says: %s", (_, heads, supply, amounts) => {
    const made = must(draft(someFacts([aUnit("A")]), given([{ productId: "A", rates: { ...NONE, ...heads } }])));
    expect(made.supply).toBe(supply);
    expect(made.totals).toMatchObject(amounts);
    expect(made.totals.payable).toBe(100_000);
  });

  it("bills the buyer whom the channel names, and is supplied where that buyer is registered", () => {
    const buyer = { name: "AJIO", gstin: "27AAFCC9980M1ZV", addressLines: ["Mumbai"] };
    const facts = someFacts([aUnit("A")]);
    const made = must(draft(facts, given([{ productId: "A", rates: BETWEEN, taxable: 80_000 }], { buyer })));
    expect(made).toMatchObject({ buyerGstin: buyer.gstin, supply: "INTER_STATE", place: { code: "27" } });
    expect(made.totals).toMatchObject({ taxable: 80_000, igst: 4_000, payable: 84_000 });
    const page = invoicePage(made, "N", []);
    expect(page.billTo).toMatchObject({ name: "AJIO", addressLines: ["Mumbai"], gstin: buyer.gstin });
    expect(page.shipTo).toMatchObject({ name: "Asha Rao" });
  });

  it("needs an HSN only where its page is drawn here", () => {
    const facts = someFacts([aUnit("A", { hsn: null })]);
    expect(codeOf(draft(facts, given([{ productId: "A" }])))).toBe("HSN_MISSING");
    expect(codeOf(draft(facts, given([{ productId: "A" }], { pdf: Buffer.from("%PDF") })))).toBe("OK");
  });

  it("bills the lines that lie in this package: the same product in another, or cancelled, has a line of its own", () => {
    const facts = someFacts([aUnit("A", { channelOrderItemId: "L2" })]);
    const lines = (ids: readonly (string | null)[]) =>
      given(
        ids.map((id, i) => ({
          ...{ productId: "A", rates: BETWEEN, taxable: 50_000 + i },
          ...(id === null ? {} : { channelOrderItemId: id }),
        })),
      );
    expect(must(draft(facts, lines(["L1", "L2"]))).totals.taxable).toBe(50_001);
    // A channel that names no lines, or other ones than the order's, is taken at its word.
    expect(must(draft(facts, lines([null, null]))).totals.taxable).toBe(100_001);
    expect(must(draft(facts, lines(["X-1", "X-2"]))).totals.taxable).toBe(100_001);
  });

  it("may name products of the order that are not in this package", () => {
    const facts = someFacts([aUnit("A")]);
    const invoice = given([{ productId: "A" }, { productId: "B" }]);
    const ordered = [...facts.units, { productId: "B", variantId: "V" }];
    expect(codeOf(draftChannelInvoice(facts, invoice, { now: NOW, ordered }))).toBe("OK");
  });
});

describe("an invoice of a channel that cannot be right", () => {
  const facts = someFacts([aUnit("A"), aUnit("B")]);
  const fine = [{ productId: "A" }, { productId: "B" }];
  const buyer = { name: "AJIO", gstin: "27AAFCC9980M1ZX", addressLines: [] };
  it.each<[string, ChannelInvoice]>([
    ["CHANNEL_INVOICE_NUMBER", given(fine, { number: "" })],
    ["CHANNEL_INVOICE_NUMBER", given(fine, { number: "   " })],
    ["CHANNEL_INVOICE_NUMBER", given(fine, { number: "A\nB" })],
    ["CHANNEL_INVOICE_NUMBER", given(fine, { number: "A".repeat(51) })],
    ["CHANNEL_INVOICE_DATE", given(fine, { issuedAt: NOW.add({ hours: 25 }) })],
    ["CHANNEL_INVOICE_DATE", given(fine, { issuedAt: Temporal.Instant.from("1970-01-01T00:00:00Z") })],
    ["CHANNEL_INVOICE_PRODUCT_UNKNOWN", given([...fine, { productId: "Z" }])],
    ["CHANNEL_INVOICE_PRODUCT_MISSING", given([{ productId: "A" }])],
    ["CHANNEL_INVOICE_PRODUCT_MISSING", given([])],
    ["CHANNEL_INVOICE_PRODUCT_TWICE", given([...fine, { productId: "A", rates: BETWEEN }])],
    ["CHANNEL_INVOICE_RATES", given([{ productId: "A", rates: { ...WITHIN, sgstBps: 900 } }, { productId: "B" }])],
    ["CHANNEL_INVOICE_RATES", given([{ productId: "A", rates: { ...WITHIN, cessBps: -1 } }, { productId: "B" }])],
    ["CHANNEL_INVOICE_HEADS", given([{ productId: "A", rates: BETWEEN }, { productId: "B" }])],
    ["CHANNEL_INVOICE_AMOUNT", given([{ productId: "A", taxable: -1 }, { productId: "B" }])],
    ["CHANNEL_INVOICE_BUYER", given(fine, { buyer })],
  ])("is refused as %s", (code, invoice) => {
    expect(codeOf(draft(facts, invoice))).toBe(code);
  });

  it("takes the longest number and the earliest day that are allowed", () => {
    const edge = { number: "A".repeat(50), issuedAt: NOW.subtract({ hours: 24 }) };
    expect(codeOf(draft(facts, given(fine, edge)))).toBe("OK");
  });
});

describe("the amounts of a channel's invoice", () => {
  const heads = fc.oneof(
    fc.nat(1_400).map((half) => ({ ...NONE, gstBps: 2 * half, cgstBps: half, sgstBps: half })),
    fc.nat(2_800).map((whole) => ({ ...NONE, gstBps: whole, igstBps: whole })),
  );
  const unit = fc.record({ price: fc.nat(5_000_000), discount: fc.nat(100), shippingCharges: fc.nat(9_900) });

  it("always add up to the paisa, whatever the rates and prices: lines, heads and totals", () => {
    const cases = fc.record({
      units: fc.array(unit, { minLength: 1, maxLength: 6 }),
      rates: heads,
      cessBps: fc.nat(1_500),
      taxable: fc.option(fc.nat(50_000_000), { nil: null }),
      skus: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(cases, ({ units, rates, cessBps, taxable, skus }) => {
        const ids = Array.from({ length: skus }, () => newId<"Sku">());
        const facts = someFacts(
          units.map((u, i) =>
            aUnit("A", {
              skuId: ids[i % skus] ?? newId<"Sku">(),
              price: paise(u.price + u.discount),
              discount: paise(u.discount),
              shippingCharges: paise(u.shippingCharges),
            }),
          ),
        );
        const { lines, totals } = must(
          draft(facts, given([{ productId: "A", rates: { ...rates, cessBps }, taxable }])),
        );
        for (const { taxed, amounts } of lines) {
          const whole = taxed.taxable + taxed.cgst + taxed.sgst + taxed.utgst + taxed.igst + taxed.cess;
          expect(whole).toBe(taxed.gross);
          expect(taxed.cgst).toBe(taxed.sgst);
          const { price, discount, shippingCharges } = amounts;
          expect(price - discount + shippingCharges).toBe(taxed.gross);
          expect(amounts.discount).toBeGreaterThanOrEqual(0);
        }
        expect(lines.reduce((n, l) => n + l.units.length, 0)).toBe(units.length);
        expect(totals.payable).toBe(lines.reduce((n, l) => n + l.taxed.gross, 0));
        const paid = units.reduce((n, u) => n + u.price + u.shippingCharges, 0);
        if (taxable === null) expect(totals.payable).toBe(paid);
        else {
          expect(totals.taxable).toBe(taxable);
          expect(totals.igst).toBe(Math.round((taxable * rates.igstBps) / 10_000));
          expect(totals.cess).toBe(Math.round((taxable * cessBps) / 10_000));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("say the same of a rate whichever side it is on", () => {
    fc.assert(
      fc.property(fc.nat(1_400), (half) => {
        const within = judgeRates({ ...NONE, cgstBps: half, sgstBps: half });
        const between = judgeRates({ ...NONE, igstBps: 2 * half });
        expect(within?.rate).toEqual(between?.rate);
      }),
    );
  });
});
