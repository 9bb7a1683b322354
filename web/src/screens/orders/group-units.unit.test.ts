import { expect, it } from "vitest";
import { linesOf, moneyParts, paidParts, sumOf } from "./group-units.ts";
import type { Unit } from "./types.ts";

const unit = (unitNo: number, over: Partial<Unit> = {}): Unit => ({
  id: `u${unitNo}`,
  unitNo,
  code: `SO-${unitNo}`,
  line: "L1",
  channelProductId: "P1-V1",
  title: null,
  sku: "PEN",
  name: "Pen",
  imageUrl: null,
  bundle: null,
  state: "FULFILLABLE",
  onHold: false,
  facility: "BLR1",
  package: "BLR1-1",
  sellingPricePaise: 1_000,
  discountPaise: 100,
  shippingChargesPaise: 50,
  codChargesPaise: 0,
  giftWrapChargesPaise: 0,
  storeCreditPaise: 0,
  voucherPaise: 0,
  prepaidPaise: 950,
  totalPaise: 950,
  cancelRequestedAt: null,
  cancelledAt: null,
  cancelReason: null,
  cancelledBy: null,
  short: false,
  ...over,
});

it("keeps lines apart and puts together what is in one place and state", () => {
  const lines = linesOf([
    unit(1),
    unit(2),
    unit(3, { state: "UNFULFILLABLE", package: null }),
    unit(4, { line: "L2" }),
    unit(5, { cancelRequestedAt: "2026-11-20T04:30:00Z" }),
  ]);
  expect(lines.map((line) => [line.line, line.groups.map((group) => group.units.map((each) => each.unitNo))])).toEqual([
    ["L1", [[1, 2], [3], [5]]],
    ["L2", [[4]]],
  ]);
  expect(new Set(lines.flatMap((line) => line.groups.map((group) => group.key))).size).toBe(4);
});

it("adds the parts up to the total, and what is paid to what was not collected", () => {
  const units = [unit(1), unit(2, { discountPaise: 33, totalPaise: 1_017, prepaidPaise: 0 })];
  const total = moneyParts.reduce((sum, [part, , sign]) => sum + sign * sumOf(units, part), 0);
  expect(total).toBe(sumOf(units, "totalPaise"));
  expect(paidParts.reduce((sum, [part]) => sum + sumOf(units, part), 0)).toBe(950);
});
