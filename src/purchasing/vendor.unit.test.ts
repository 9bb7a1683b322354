import { describe, expect, it } from "vitest";
import { vendorInput } from "../../tests/support/purchasing-builders.ts";
import { aGstin } from "../../tests/support/warehouse-builders.ts";
import { newId, paise } from "../kernel/index.ts";
import { readOfferLine } from "./import-vendor-items.ts";
import { planVendor, readVendorLine } from "./import-vendors.ts";
import { Offers } from "./save-vendor-items.ts";
import { checkVendor, sameVendor } from "./vendor.ts";

const real = { sandbox: false };

describe("a vendor's fields", () => {
  it("are stored without blanks, the GSTIN in capitals", () => {
    const gstin = aGstin("32");
    const checked = checkVendor(vendorInput({ gstin: ` ${gstin.toLowerCase()} `, pincode: "670 001" }), real);
    expect(checked).toMatchObject({ ok: true, value: { gstin, pincode: "670001" } });
  });

  it("may lack a GSTIN, but not have a wrong one, or one of another state", () => {
    const code = (over: Parameters<typeof vendorInput>[0]) => {
      const checked = checkVendor(vendorInput(over), real);
      return checked.ok ? "OK" : checked.refusal.code;
    };
    expect(code({ gstin: null })).toBe("OK");
    expect(code({ gstin: "32AAACT2727Q1ZZ" })).toBe("GSTIN_CHECKSUM");
    expect(code({ gstin: aGstin("29") })).toBe("GSTIN_STATE_MISMATCH");
    expect(code({ gstin: "32AAACT2727Q002" })).toBe("GSTIN_SANDBOX_ONLY");
    expect(code({ stateCode: "99" })).toBe("GST_STATE_UNKNOWN");
    expect(code({ stateCode: "25" })).toBe("GST_STATE_UNKNOWN"); // given up in 2020
    expect(code({ pincode: "0123" })).toBe("PINCODE_FORMAT");
  });
});

describe("a line of a vendors' file", () => {
  const read = (cells: Record<string, string>) =>
    readVendorLine({ line: 2, cells: { vendorcode: "WEAVES", ...cells } });
  const row = { ...vendorInput({ code: "WEAVES" }), vendorId: newId<"Vendor">() };
  const at = Temporal.Instant.from("2026-11-20T04:30:00Z");
  const known = { ...row, createdAt: at, updatedAt: at };

  it("leaves what its empty cells do not name", () => {
    const planned = planVendor(read({ city: "Thalassery", paymentdays: "" }), known, false);
    expect(planned).toMatchObject({ ok: true, value: { write: { ...row, city: "Thalassery" } } });
    expect(planVendor(read({}), known, false)).toEqual({ ok: true, value: "UNCHANGED" });
  });

  it("of a new vendor needs name and address; a faulty cell is named", () => {
    const code = (cells: Record<string, string>) => {
      const planned = planVendor(read(cells), null, false);
      return planned.ok ? "OK" : (planned.refusal.facts.field ?? planned.refusal.code);
    };
    const whole = {
      name: "Malabar Weaves",
      addressline1: "14 Mill Road",
      city: "Kannur",
      statecode: "32",
      pincode: "670001",
    };
    expect(code(whole)).toBe("OK");
    expect(code({ ...whole, name: "" })).toBe("Name");
    expect(code({ ...whole, paymentdays: "soon" })).toBe("Payment Days");
    expect(code({ ...whole, enabled: "perhaps" })).toBe("Enabled");
    expect(code({ ...whole, name: "x".repeat(201) })).toBe("Name");
    expect(code({ ...whole, pincode: "12" })).toBe("PINCODE_FORMAT");
    expect(code({ ...whole, vendorcode: "two words" })).toBe("Vendor Code");
  });

  it("is the same vendor only when every field is", () => {
    expect(sameVendor(row, { ...row })).toBe(true);
    expect(sameVendor(row, { ...row, phone: null })).toBe(false);
  });
});

describe("a line of a price list", () => {
  const read = (cells: Record<string, string>) => readOfferLine({ line: 2, cells });

  it("reads prices in rupees and whole numbers, and names what is neither", () => {
    expect(read({ vendorsku: "MW-1", unitprice: "1,240.50", minimumquantity: "50", leadtimedays: "0" })).toMatchObject({
      given: { vendorSku: "MW-1", unitPrice: 1240_50, minimumQuantity: 50, leadTimeDays: 0 },
      faults: [],
    });
    for (const cells of [
      { unitprice: "-1" },
      { unitprice: "1.234" },
      { unitprice: "free" },
      { minimumquantity: "0" },
      { leadtimedays: "366" },
      { vendorsku: "x".repeat(101) },
    ])
      expect(read(cells).faults).toHaveLength(1);
  });
});

describe("the offers of a vendor", () => {
  it("have a code of the vendor for one SKU only, in any case of letters, and free it when it changes", () => {
    const vendorId = newId<"Vendor">();
    const blank = { unitPrice: paise(100), minimumQuantity: null, leadTimeDays: null };
    const pen = { ...blank, vendorId, skuId: newId<"Sku">(), sku: "PEN", vendorSku: "MW-1" };
    const cup = { ...blank, vendorId, skuId: newId<"Sku">(), sku: "CUP", vendorSku: "mw-1" };
    const offers = new Offers([pen]);
    expect(offers.holderOf(cup)?.sku).toBe("PEN");
    expect(offers.holderOf({ ...cup, vendorId: newId<"Vendor">() })).toBeUndefined();
    expect(offers.holderOf(pen)).toBeUndefined();
    offers.put({ ...pen, vendorSku: "MW-2" });
    expect(offers.holderOf(cup)).toBeUndefined();
  });
});
