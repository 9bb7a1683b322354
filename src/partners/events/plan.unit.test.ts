import { describe, expect, it } from "vitest";
import type { BusinessEvent, ShipmentEventKind } from "../../events/index.ts";
import { newId, paise } from "../../kernel/index.ts";
import type { ShipmentFacts } from "./facts.ts";
import { inOrder, tellingsOf } from "./plan.ts";

const at = (time: string) => Temporal.Instant.from(`2026-11-20T${time}Z`);
const NOW = at("04:30:00");
const invoice: ShipmentFacts["invoice"] = {
  ...{
    invoiceId: newId<"Invoice">(),
    code: "IC-1",
    number: "S-1",
    heads: [],
    roundOff: paise(0),
    total: paise(0),
    lines: [],
  },
};
const parcel = (over: Partial<Pick<ShipmentFacts, "adopted" | "invoice" | "dispatchedAt" | "deliveredAt">> = {}) => ({
  ...{ adopted: false, invoice, dispatchedAt: null, deliveredAt: null },
  ...over,
});
const told = (kind: ShipmentEventKind, of: ReturnType<typeof parcel>) =>
  tellingsOf({ kind, happenedAt: NOW }, of).map(({ event }) => event);

describe("what is told of a parcel", () => {
  it("is one call for each step where it leaves by a manifest", () => {
    const gone = parcel({ dispatchedAt: at("03:00:00"), deliveredAt: at("04:00:00") });
    const kinds = [
      "SHIPMENT_CREATED",
      "SHIPMENT_PACKED",
      "SHIPMENT_READY",
      "SHIPMENT_DISPATCHED",
      "SHIPMENT_DELIVERED",
    ] as const;
    expect(kinds.map((kind) => told(kind, gone))).toEqual([
      ["createShipment"],
      ["invoiced"],
      ["assignAWB"],
      ["dispatchedShipment"],
      ["delivered"],
    ]);
  });

  it("waits for the invoice where it left from the panel: then invoiced, dispatchedShipment and what came after, in that order", () => {
    const left = parcel({ adopted: true, invoice: null, dispatchedAt: at("03:00:00") });
    expect(told("SHIPMENT_CREATED", left)).toEqual(["createShipment"]);
    expect(told("SHIPMENT_DISPATCHED", left)).toEqual([]);
    expect(told("SHIPMENT_DELIVERED", { ...left, deliveredAt: at("04:00:00") })).toEqual([]);
    expect(told("SHIPMENT_PACKED", { ...left, invoice })).toEqual(["invoiced", "dispatchedShipment"]);
    const there = { ...left, invoice, deliveredAt: at("04:00:00") };
    expect(tellingsOf({ kind: "SHIPMENT_PACKED", happenedAt: NOW }, there)).toEqual([
      { event: "invoiced", happenedAt: NOW },
      { event: "dispatchedShipment", happenedAt: at("03:00:00") },
      { event: "delivered", happenedAt: at("04:00:00") },
    ]);
  });

  it("does not wait where the invoice of what left from the panel is known", () => {
    const left = parcel({ adopted: true, dispatchedAt: at("03:00:00") });
    expect(told("SHIPMENT_DISPATCHED", left)).toEqual(["dispatchedShipment"]);
    expect(told("SHIPMENT_DELIVERED", { ...left, deliveredAt: at("04:00:00") })).toEqual(["delivered"]);
  });
});

describe("the events of a transaction", () => {
  it("come in the order in which one parcel meets them, each once, whatever the order in which they were announced", () => {
    const [a, b] = [newId<"ShippingPackage">(), newId<"ShippingPackage">()];
    const event = (kind: ShipmentEventKind, shippingPackageId: typeof a): BusinessEvent => ({
      kind,
      shippingPackageId,
      happenedAt: NOW,
    });
    const announced = [
      event("SHIPMENT_DISPATCHED", a),
      event("SHIPMENT_CREATED", b),
      event("SHIPMENT_PACKED", a),
      event("SHIPMENT_CREATED", a),
      event("SHIPMENT_CREATED", b),
    ];
    expect(
      inOrder(announced).map((each) => [each.kind, "shippingPackageId" in each && each.shippingPackageId]),
    ).toEqual([
      ["SHIPMENT_CREATED", b],
      ["SHIPMENT_CREATED", a],
      ["SHIPMENT_PACKED", a],
      ["SHIPMENT_DISPATCHED", a],
    ]);
  });
});
