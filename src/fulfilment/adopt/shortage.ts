import {
  type FacilityId,
  type Id,
  lifecycle,
  ok,
  type Result,
  refuse,
  type ShippingPackageId,
  type SkuId,
} from "../../kernel/index.ts";

/** A unit that left although the books had nothing to give for it. */
export const shortageLifecycle = lifecycle({
  name: "stock shortage",
  states: ["OPEN", "SETTLED", "WRITTEN_OFF"],
  initial: ["OPEN"],
  terminal: ["SETTLED", "WRITTEN_OFF"],
  events: {
    settle: { from: ["OPEN"], to: "SETTLED" }, // its piece is in the books by now, and is taken out of them
    writeOff: { from: ["OPEN"], to: "WRITTEN_OFF" },
  },
});
export type ShortageState = (typeof shortageLifecycle.states)[number];
export type StockShortageId = Id<"StockShortage">;

export interface Shortage {
  readonly stockShortageId: StockShortageId;
  readonly state: ShortageState;
  readonly facilityId: FacilityId;
  readonly facility: string;
  readonly skuId: SkuId;
  readonly sku: string;
  readonly shippingPackageId: ShippingPackageId;
  readonly package: string;
}

/** May these shortages end? Pure. Refusals: SHORTAGE_NOT_FOUND, SHORTAGE_ENDED. */
export function decideEnd(
  wanted: readonly StockShortageId[],
  found: readonly Shortage[],
  event: "settle" | "writeOff",
): Result<undefined> {
  const missing = wanted.filter((id) => !found.some((each) => each.stockShortageId === id));
  if (missing.length > 0) return refuse("SHORTAGE_NOT_FOUND", { shortages: missing });
  const over = found.find((each) => !shortageLifecycle.may(event, each.state));
  if (over === undefined) return ok();
  return refuse("SHORTAGE_ENDED", { sku: over.sku, package: over.package, state: over.state });
}
