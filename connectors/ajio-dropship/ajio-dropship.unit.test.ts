import { describe, expect, it } from "vitest";
import { ajioDropship } from "./index.ts";

describe("AJIO Dropship's declaration", () => {
  it("asks for POB id, password and Store Code", () => {
    expect(ajioDropship.fields.map(({ label, type, unique = false }) => [label, type, unique])).toEqual([
      ["Username", "text", true],
      ["Password", "password", false],
      ["Store Code", "facility", true],
    ]);
    const pattern = new RegExp(ajioDropship.fields[0]?.pattern ?? "", "u");
    expect([pattern.test("DV10234"), pattern.test("10234DV"), pattern.test("dv10234")]).toEqual([true, false, false]);
  });

  it("is for tenants of the editions Professional and Enterprise", () => {
    expect(ajioDropship.editions).toEqual(["PROFESSIONAL", "ENTERPRISE"]);
  });

  it("holds the rules of the article", () => {
    expect(ajioDropship.rules).toMatchObject({
      ordersArrive: "pull",
      invoiceBy: "channel",
      labelBy: "channel",
      manifestBy: "channel",
      split: false,
      multiBox: false,
      sellerCancel: "invoiced",
      channelCancel: "invoiced",
      oneStore: { field: "storeCode", warning: expect.stringContaining("Unfulfillable Orders") },
      reports: ["CANCELLED", "DELIVERED", "RETURNED"],
      creditNoteBy: "channel",
      sendsReturns: ["RTO", "CIR"],
      manualReturnRule: "Sellers are recommended not to create reverse pickup manually.",
    });
  });

  it("has AJIO's credit note asked for 2.5 hours after putaway, unless the setting says otherwise", () => {
    const delay = ajioDropship.rules.creditNoteDelay;
    expect(delay?.defaultMinutes).toBe(150);
    expect(ajioDropship.settings.find(({ name }) => name === delay?.setting)).toMatchObject({
      type: "number",
      default: 150,
    });
  });

  it("has an operation for each capability and no other", () => {
    expect(Object.keys(ajioDropship.operations).sort()).toEqual(Object.keys(ajioDropship.capabilities).sort());
  });
});
