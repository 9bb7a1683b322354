import { describe, expect, it } from "vitest";
import { oker } from "./index.ts";

describe("Oker's declaration", () => {
  it("asks for user name, password and the map of warehouses, with the article's example", () => {
    expect(oker.fields.map(({ label, type, required }) => [label, type, required])).toEqual([
      ["Username", "text", true],
      ["Password", "password", true],
      ["Warehouse Location", "warehouse-map", true],
    ]);
    expect(oker.fields[2]?.help).toContain('{"OkerWarehouseCode":"UniwareWarehouseCode"}');
  });

  it("holds the rules of the article", () => {
    expect(oker.rules).toMatchObject({
      ordersArrive: "pull",
      invoiceBy: "channel",
      labelBy: "channel",
      manifestBy: "us",
      split: false,
      multiBox: false,
      sellerCancel: "invoiced",
      channelCancel: "invoiced",
      thirdPartyShipping: { default: true, allowed: [true] },
      reports: ["CANCELLED", "DELIVERED", "RETURNED"],
      notifyOnDispatchDefault: true,
    });
    expect(oker.rules.sellerCancelRule).toBe(
      "Order cancellation is allowed only before invoicing. Cancellations is not allowed post invoiced (Packed).",
    );
    expect(oker.capabilities.pushInventory).toMatchObject({ facilityWise: true });
  });

  it("has an operation for each capability and no other", () => {
    expect(Object.keys(oker.operations).sort()).toEqual(Object.keys(oker.capabilities).sort());
  });
});
