import { describe, expect, it } from "vitest";
import type { TaxClass } from "../catalog/tax-class.ts";
import { prepareEInvoice } from "../e-invoice/index.ts";
import { basisPoints, must, newId, paise, sum, ZERO } from "../kernel/index.ts";
import { eInvoiceFacts } from "./e-invoice-facts.ts";
import type { InvoiceFacts, OrderAddress, Seller } from "./invoice-facts.ts";
import { draftInvoice } from "./invoice-rules.ts";

const NOW = Temporal.Instant.from("2026-11-20T06:00:00Z");
const MUMBAI: OrderAddress = {
  ...{
    name: "United Retail",
    line1: "7, Fort",
    line2: null,
    city: "Mumbai",
    stateName: "Maharashtra",
    stateCode: "27",
  },
  ...{ country: "India", pincode: "400001", phone: "9845012345", email: null },
};
const SELLER: Seller = {
  ...{ billingPartyId: null, name: "Test Traders", line1: "1 Hosur Road", line2: null, city: "Bengaluru" },
  ...{ stateCode: "29", pincode: "560068", phone: null, email: null, gstin: "29AAFCC9980M1ZR" },
  ...{ upiId: null, bankAccount: null, bankIfsc: null },
};
/** 18 % and a cess of ₹2.50 a piece. */
const CESSED: TaxClass = {
  ...{ code: "C", name: "Cessed", slabPrice: "EXCLUDING_TAX" },
  rows: [
    {
      ...{ holdsFrom: Temporal.PlainDate.from("2022-01-01"), unitPriceFromPaise: ZERO, unitPriceToPaise: null },
      ...{ gstBps: basisPoints(1800), cessBps: basisPoints(1200), cessPerUnitPaise: paise(250) },
    },
  ],
};
const skuId = newId<"Sku">();
const unit = () => ({
  ...{ unitId: newId<"SaleOrderItem">(), skuId, sku: "COLA", name: "Cola, 330 ml", hsn: "22021010", taxClassId: "c" },
  ...{ channelProductId: "P-V", productId: "P", variantId: "V", channelOrderItemId: "L1", price: paise(10_000) },
  ...{ discount: paise(500), shippingCharges: paise(300), codCharges: ZERO, giftWrapCharges: ZERO, collect: ZERO },
});

function aDraft(over: Partial<InvoiceFacts> = {}, roundToRupee = false) {
  const facts: InvoiceFacts = {
    ...{ shippingPackageId: newId<"ShippingPackage">(), packageCode: "P-1", saleOrderId: newId<"SaleOrder">() },
    ...{ orderCode: "O-1", orderNumber: "O-1", placedAt: NOW, channelId: newId<"Channel">(), channelCode: "J" },
    ...{ channelName: "J", source: "J", facilityId: newId<"Facility">(), facilityCode: "BLR", zone: "Asia/Kolkata" },
    ...{ sandbox: false, dispatchFrom: null, reportsInvoices: true, seller: SELLER, paymentType: "PREPAID" },
    ...{ payment: null, taxExempt: false, buyerGstin: "27AAPFU0939F1ZV", shipTo: MUMBAI, billTo: MUMBAI },
    units: [unit(), unit(), unit()],
    ...over,
  };
  return must(draftInvoice(facts, new Map([["c", CESSED]]), { now: NOW, roundToRupee }));
}
const against = { today: Temporal.PlainDate.from("2026-11-20"), turnoverCrore: 20, sandbox: false };

describe("an invoice as the portal is told of it", () => {
  it("passes every rule of form and sums: discounts, charges, cess by rate and by piece, round-off", () => {
    const draft = aDraft({}, true);
    const facts = eInvoiceFacts(draft, "INV26-7");
    const [line] = facts.lines;
    expect(line?.cessFixed).toBe(750);
    expect(sum([line?.cess ?? 0, line?.cessFixed ?? 0])).toBe(draft.totals.cess);
    const { document } = must(prepareEInvoice(facts, against));
    expect(document).toMatchObject({
      DocDtls: { Typ: "INV", No: "INV26-7", Dt: "20/11/2026" },
      SellerDtls: { Gstin: "29AAFCC9980M1ZR", Stcd: "29" },
      BuyerDtls: { Gstin: "27AAPFU0939F1ZV", Pos: "27", Loc: "Mumbai", Pin: 400_001 },
      ItemList: [{ Qty: 3, Unit: "NOS", GstRt: 18, CesRt: 12, CesNonAdvlAmt: 7.5 }],
      ValDtls: { TotInvVal: draft.totals.payable / 100 },
    });
    expect(document.ShipDtls).toBeUndefined();
    expect(document.DispDtls).toBeUndefined();
  });

  it("names where the goods leave from and go to, where that is elsewhere", () => {
    const pune = { ...MUMBAI, name: "United Retail, Pune", line1: "3 FC Road", city: "Pune", pincode: "411004" };
    const warehouse = { ...SELLER, name: "Test Warehouse", line1: "9 Tumkur Road", gstin: null };
    const { document } = must(
      prepareEInvoice(eInvoiceFacts(aDraft({ shipTo: pune, dispatchFrom: warehouse }), "A1"), against),
    );
    expect(document).toMatchObject({
      DispDtls: { Nm: "Test Warehouse", Addr1: "9 Tumkur Road", Pin: 560_068 },
      ShipDtls: { LglNm: "United Retail, Pune", Loc: "Pune", Pin: 411_004, Stcd: "27" },
    });
  });

  it("bills whom the channel bills; a city that it does not give apart is not made up", () => {
    const draft = aDraft();
    const buyer = { name: "AJIO B2B", gstin: "27AAPFU0939F1ZV", addressLines: ["1 Park", "Andheri", "Mumbai 400093"] };
    const apart = { ...buyer, city: "Mumbai", stateCode: "27", pincode: "400093" };
    const told = must(prepareEInvoice(eInvoiceFacts({ ...draft, byChannel: { buyer: apart } }, "AJ/1"), against));
    expect(told.document.BuyerDtls).toMatchObject({
      ...{ LglNm: "AJIO B2B", Addr1: "1 Park", Addr2: "Andheri, Mumbai 400093", Loc: "Mumbai", Pin: 400_093 },
    });
    const refused = prepareEInvoice(eInvoiceFacts({ ...draft, byChannel: { buyer } }, "AJ/2"), against);
    expect(refused).toMatchObject({ refusal: { code: "EINVOICE_TEXT_SHORT", facts: { what: "the buyer's city" } } });
  });
});
